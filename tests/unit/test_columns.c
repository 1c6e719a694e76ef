/*
 * unit/test_columns.c: the columns of a segment against arrays in memory.
 */
#include "columns/columns.h"

#include <stdio.h>

#include "base/checksum.h"
#include "columns/columns_format.h"
#include "unit/kinds.h"

/* ---- The model ---------------------------------------------------------------------------- */

struct report {
    char id[16];
    wy_report_row row;
    uint32_t title_length, issuer_length;
};

struct model {
    struct report *reports;
    uint32_t *lengths;  /* of paragraphs */
    uint32_t *passages; /* first paragraph of each; a passage is as long as its number, in words */
    uint32_t report_count, paragraph_count, passage_count, year_count;
};

/* Reports of 0 to 5 paragraphs, several a year. Every seventh id repeats: its hash collides. */
static struct model make_model(uint32_t reports, uint32_t most, uint64_t stream)
{
    wy_test_random random = wy_test_random_of(stream);
    struct model model = {wy_test_alloc((reports + 1) * sizeof(struct report)),
                          wy_test_alloc(((size_t)reports * most + 1) * 4),
                          wy_test_alloc(((size_t)reports * most + 1) * 4),
                          reports,
                          0,
                          0,
                          0};
    int32_t year = -3;
    for (uint32_t i = 0; i < reports; i++) {
        struct report *report = &model.reports[i];
        int32_t before = year;
        if (wy_test_below(&random, 3) == 0) year += 1 + (int32_t)wy_test_below(&random, 40);
        if (i == 0 || year != before) model.year_count++;
        snprintf(report->id, sizeof report->id, "r%u", i % 7 == 6 ? i - 5 : i);
        report->row.year = year;
        report->row.date = (int32_t)wy_test_next(&random);
        report->row.id_hash = wy_checksum(report->id, strlen(report->id));
        report->title_length = (uint32_t)wy_test_below(&random, 40000);
        report->issuer_length = (uint32_t)wy_test_below(&random, 20);
        report->row.first_paragraph = model.paragraph_count;
        for (uint64_t n = wy_test_below(&random, most + 1); n > 0; n--) {
            if (model.paragraph_count == report->row.first_paragraph ||
                wy_test_below(&random, 2) == 0)
                model.passages[model.passage_count++] = model.paragraph_count;
            model.lengths[model.paragraph_count++] =
                (uint32_t)(wy_test_next(&random) >> (32 + wy_test_below(&random, 32)));
        }
        report->row.end_paragraph = model.paragraph_count;
    }
    return model;
}

static void free_model(struct model *model)
{
    free(model->reports);
    free(model->lengths);
    free(model->passages);
}

static int write_model(const struct model *model, const wy_env *env, const wy_mem *mem,
                       const char *path, wy_seal *seal, wy_error *error)
{
    wy_columns_writer *writer;
    int status = wy_columns_create(env, mem, path, &writer, error);
    if (status != WY_OK) return status;
    uint32_t passage = 0;
    for (uint32_t i = 0; i < model->report_count; i++) { /* errors stick */
        const struct report *report = &model->reports[i];
        wy_columns_add_report(writer, report->id, strlen(report->id), report->row.year,
                              report->row.date, report->title_length, report->issuer_length, NULL);
        for (uint32_t p = report->row.first_paragraph; p < report->row.end_paragraph; p++) {
            if (passage < model->passage_count && model->passages[passage] == p)
                wy_columns_add_passage(writer, passage++, NULL);
            wy_columns_add_paragraph(writer, model->lengths[p], NULL);
        }
    }
    return wy_columns_finish(writer, true, seal, error);
}

/* ---- Round trips -------------------------------------------------------------------------- */

static void check_lengths(const wy_columns *columns, const struct model *model)
{
    const uint8_t *lengths[WY_COLUMNS_FIELDS];
    uint64_t totals[WY_COLUMNS_FIELDS] = {0};
    wy_error error;
    for (unsigned f = 0; f < WY_COLUMNS_FIELDS; f++)
        assert_ok(wy_columns_lengths(columns, f, &lengths[f], &error), &error);
    for (uint32_t i = 0; i < model->paragraph_count; i++) {
        assert_int_equal(lengths[WY_COLUMNS_TEXT][i], wy_length_code(model->lengths[i]));
        totals[WY_COLUMNS_TEXT] += wy_length_of(lengths[WY_COLUMNS_TEXT][i]);
    }
    for (uint32_t i = 0; i < model->report_count; i++) {
        const struct report *report = &model->reports[i];
        assert_int_equal(lengths[WY_COLUMNS_TITLE][i], wy_length_code(report->title_length));
        assert_int_equal(lengths[WY_COLUMNS_ISSUER][i], wy_length_code(report->issuer_length));
        totals[WY_COLUMNS_TITLE] += wy_length_of(lengths[WY_COLUMNS_TITLE][i]);
        totals[WY_COLUMNS_ISSUER] += wy_length_of(lengths[WY_COLUMNS_ISSUER][i]);
    }
    for (uint32_t i = 0; i < model->passage_count; i++) {
        assert_int_equal(lengths[WY_COLUMNS_SECTION][i], wy_length_code(i));
        totals[WY_COLUMNS_SECTION] += wy_length_of(lengths[WY_COLUMNS_SECTION][i]);
    }
    for (unsigned f = 0; f < WY_COLUMNS_FIELDS; f++)
        assert_true(wy_columns_total(columns, f) == totals[f]);
}

static void check_passages(const wy_columns *columns, const struct model *model)
{
    wy_error error;
    assert_int_equal(wy_columns_passages(columns), model->passage_count);
    for (uint32_t i = 0; i < model->passage_count; i++) {
        uint32_t first, end, passage;
        bool last = i + 1 == model->passage_count;
        assert_ok(wy_columns_passage(columns, i, &first, &end, &error), &error);
        assert_int_equal(first, model->passages[i]);
        assert_int_equal(end, last ? model->paragraph_count : model->passages[i + 1]);
        for (uint32_t p = first; p < end; p++) {
            assert_ok(wy_columns_passage_of(columns, p, &passage, &error), &error);
            assert_int_equal(passage, i);
        }
    }
}

static void check_years(const wy_columns *columns, const struct model *model)
{
    uint32_t report = 0;
    wy_year_row row;
    wy_error error;
    assert_int_equal(wy_columns_years(columns), model->year_count);
    for (uint32_t i = 0; i < model->year_count; i++) {
        assert_ok(wy_columns_year(columns, i, &row, &error), &error);
        assert_int_equal(row.first_report, report);
        assert_int_equal(row.first_paragraph, model->reports[report].row.first_paragraph);
        for (; report < row.end_report; report++)
            assert_int_equal(model->reports[report].row.year, row.year);
        assert_int_equal(row.end_paragraph, model->reports[report - 1].row.end_paragraph);
    }
    assert_int_equal(report, model->report_count);
}

/* Exactly the reports with this hash are found, in ascending order. */
static void check_find(const wy_columns *columns, const struct model *model, uint64_t hash)
{
    uint32_t place, count, found, next = 0;
    wy_error error;
    assert_ok(wy_columns_find(columns, hash, &place, &count, &error), &error);
    for (uint32_t i = 0; i < model->report_count; i++) {
        if (model->reports[i].row.id_hash != hash) continue;
        assert_true(next < count);
        assert_ok(wy_columns_found(columns, place + next, &found, &error), &error);
        assert_int_equal(found, i);
        next++;
    }
    assert_int_equal(next, count);
}

static void check_model(const struct model *model)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_columns *columns;
    wy_error error;
    wy_seal seal;
    assert_ok(write_model(model, env, &wy_mem_default, "f", &seal, &error), &error);
    assert_ok(wy_columns_open(env, &wy_mem_default, "f", &seal, &columns, &error), &error);
    assert_int_equal(wy_columns_reports(columns), model->report_count);
    assert_int_equal(wy_columns_paragraphs(columns), model->paragraph_count);
    assert_ok(wy_columns_check(columns, &error), &error);
    check_lengths(columns, model);
    check_passages(columns, model);
    check_years(columns, model);
    for (uint32_t i = 0; i < model->report_count; i++) {
        const wy_report_row *wanted = &model->reports[i].row;
        wy_report_row row;
        uint32_t report;
        assert_ok(wy_columns_report(columns, i, &row, &error), &error);
        assert_int_equal(row.first_paragraph, wanted->first_paragraph);
        assert_int_equal(row.end_paragraph, wanted->end_paragraph);
        assert_int_equal(row.year, wanted->year);
        assert_int_equal(row.date, wanted->date);
        assert_true(row.id_hash == wanted->id_hash);
        for (uint32_t p = row.first_paragraph; p < row.end_paragraph; p++) {
            assert_ok(wy_columns_report_of(columns, p, &report, &error), &error);
            assert_int_equal(report, i);
        }
        check_find(columns, model, wanted->id_hash);
        check_find(columns, model, wanted->id_hash + 1);
    }
    check_find(columns, model, 0);
    check_find(columns, model, UINT64_MAX);
    wy_columns_close(columns);
    wy_memory_env_free(memory);
}

static void test_sizes(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 2, 3, 7, 20, 100, 3000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (uint32_t most = 0; most < 6; most += 1 + most) {
            struct model model = make_model(counts[i], most, 10 * i + most);
            check_model(&model);
            free_model(&model);
        }
    }
}

/* Many reports of one id lie together, whatever stands around them. */
static void test_collisions(void **state)
{
    (void)state;
    struct model model = make_model(500, 2, 99);
    for (uint32_t i = 0; i < 500; i += 1 + i % 3) {
        strcpy(model.reports[i].id, "same");
        model.reports[i].row.id_hash = wy_checksum("same", 4);
    }
    check_model(&model);
    free_model(&model);
}

static void test_length_codes(void **state)
{
    (void)state;
    assert_int_equal(wy_length_code(0), 0);
    assert_int_equal(wy_length_code(127), 127);
    assert_int_equal(wy_length_code(128), 128);
    assert_int_equal(wy_length_code(135), 128); /* five bits: steps of 8 */
    assert_int_equal(wy_length_code(136), 129);
    assert_int_equal(wy_length_of(254), 30 << 10);
    assert_int_equal(wy_length_of(255), 31 << 10);
    assert_int_equal(wy_length_code(UINT32_MAX), 255);
    for (unsigned code = 0; code < 256; code++) {
        uint32_t length = wy_length_of((uint8_t)code);
        assert_int_equal(wy_length_code(length), code); /* the smallest length of its code */
        if (code > 0) assert_int_equal(wy_length_code(length - 1), code - 1);
    }
    for (uint32_t length = 0; length < 40000; length++) {
        uint32_t rounded = wy_length_of(wy_length_code(length));
        assert_true(rounded <= length);
        if (length < 32 << 10) assert_true(length - rounded <= length / 16);
    }
}

static void test_refused(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_columns_writer *writer;
    wy_error error;
    wy_seal seal;
    assert_ok(wy_columns_create(env, &wy_mem_default, "a", &writer, &error), &error);
    assert_status(WY_E_ARGUMENT, wy_columns_add_paragraph(writer, 1, &error), &error);
    assert_status(WY_E_ARGUMENT, wy_columns_finish(writer, true, &seal, &error), &error);
    assert_ok(wy_columns_create(env, &wy_mem_default, "b", &writer, &error), &error);
    assert_ok(wy_columns_add_report(writer, "x", 1, 2000, 0, 1, 1, &error), &error);
    assert_ok(wy_columns_add_passage(writer, 3, &error), &error);
    assert_ok(wy_columns_add_paragraph(writer, 1, &error), &error);
    assert_status(WY_E_ARGUMENT, wy_columns_add_report(writer, "y", 1, 1999, 0, 1, 1, &error),
                  &error);
    assert_status(WY_E_ARGUMENT, wy_columns_add_paragraph(writer, 1, &error), &error);
    wy_columns_abandon(writer);
    assert_ok(wy_columns_create(env, &wy_mem_default, "c", &writer, &error), &error);
    assert_ok(wy_columns_add_report(writer, "x", 1, 2000, 0, 1, 1, &error), &error);
    assert_status(WY_E_ARGUMENT, wy_columns_add_paragraph(writer, 1, &error), &error);
    wy_columns_abandon(writer);
    wy_memory_env_free(memory);
}

/* ---- Damage ------------------------------------------------------------------------------- */

static int build_small(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    struct model model = make_model(25, 4, 3);
    int status = write_model(&model, env, mem, path, seal, error);
    free_model(&model);
    return status;
}

static int build_empty(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    struct model model = make_model(0, 0, 3);
    int status = write_model(&model, env, mem, path, seal, error);
    free_model(&model);
    return status;
}

/* Reads everything through columns that may be damaged. */
static int read_all(const wy_columns *columns, wy_error *error)
{
    wy_report_row row;
    wy_year_row year;
    const uint8_t *codes;
    uint32_t report, passage, first, end, place, count;
    int status = wy_columns_lengths(columns, WY_COLUMNS_TEXT, &codes, error);
    if (status == WY_OK && wy_columns_paragraphs(columns) > 0) {
        volatile uint8_t last = codes[wy_columns_paragraphs(columns) - 1];
        (void)last;
    }
    for (uint32_t i = 0; i < wy_columns_years(columns); i++)
        status = kinds_first(status, wy_columns_year(columns, i, &year, error));
    for (uint32_t i = 0; i < wy_columns_reports(columns); i++) {
        int next = wy_columns_report(columns, i, &row, error);
        if (next == WY_OK) next = wy_columns_find(columns, row.id_hash, &place, &count, error);
        if (next == WY_OK && count > 0)
            next = wy_columns_found(columns, place + count - 1, &report, error);
        if (next == WY_OK && count > 0) assert_true(report < wy_columns_reports(columns));
        status = kinds_first(status, next);
    }
    for (uint32_t i = 0; i < wy_columns_paragraphs(columns); i++) {
        int next = wy_columns_report_of(columns, i, &report, error);
        if (next == WY_OK) assert_true(report < wy_columns_reports(columns));
        status = kinds_first(status, next);
        next = wy_columns_passage_of(columns, i, &passage, error);
        if (next == WY_OK) assert_true(passage < wy_columns_passages(columns));
        status = kinds_first(status, next);
    }
    for (uint32_t i = 0; i < wy_columns_passages(columns); i++) {
        int next = wy_columns_passage(columns, i, &first, &end, error);
        if (next == WY_OK) assert_true(first < end && end <= wy_columns_paragraphs(columns));
        status = kinds_first(status, next);
    }
    return status;
}

static int probe(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                 wy_error *error)
{
    wy_columns *columns;
    int status = wy_columns_open(env, mem, path, expected, &columns, error);
    if (status != WY_OK) return status;
    status = kinds_first(read_all(columns, error), wy_columns_check(columns, error));
    wy_columns_close(columns);
    return status;
}

static void test_damage(void **state)
{
    (void)state;
    kinds_check_damage(build_small, probe);
    kinds_check_damage(build_empty, probe);
}

static void test_hostile(void **state)
{
    (void)state;
    kinds_check_hostile(build_small, probe, 3000);
    kinds_check_hostile(build_empty, probe, 20);
}

/* One report without paragraphs: titles 1, issuers 1, starts 4, dates 4, hashes 8, then the order.
 */
static int build_one(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                     wy_error *error)
{
    struct model model = make_model(1, 0, 3);
    int status = write_model(&model, env, mem, path, seal, error);
    free_model(&model);
    return status;
}

static int find_first(const wy_env *env, const wy_mem *mem, const char *path,
                      const wy_seal *expected, wy_error *error)
{
    wy_columns *columns;
    uint32_t report;
    int status = wy_columns_open(env, mem, path, expected, &columns, error);
    if (status != WY_OK) return status;
    status = wy_columns_found(columns, 0, &report, error);
    wy_columns_close(columns);
    return status;
}

/* A report that does not exist is never handed out. */
static void test_order(void **state)
{
    (void)state;
    enum { ORDER = WY_SEALED_HEADER + 1 + 1 + 4 + 4 + 8 };
    wy_error error;
    assert_status(WY_E_DAMAGED, kinds_probe_patched(build_one, find_first, ORDER, 1, &error),
                  &error);
    assert_int_equal(error.offset, ORDER);
    assert_status(WY_E_DAMAGED, kinds_probe_patched(build_one, probe, ORDER, 1, &error), &error);
}

static void test_faults(void **state)
{
    (void)state;
    kinds_check_memory(build_small, probe);
    kinds_check_env(build_small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_length_codes), cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_collisions),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_order),
        cmocka_unit_test(test_hostile),      cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
