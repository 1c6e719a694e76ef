/*
 * Columns: the input is the payload of the file. Every row is read; what check finds sound agrees
 * with itself.
 */
#include "columns/columns.h"
#include "columns/columns_format.h"
#include "fuzz/fuzz.h"

/* The first of two failures. */
static int join(int a, int b)
{
    return a != WY_OK ? a : b;
}

static int read_report(const wy_columns *c, uint32_t i, bool sound)
{
    wy_report_row row;
    wy_error error;
    uint32_t place, count, report;
    int status = wy_columns_report(c, i, &row, &error);
    if (status != WY_OK) return status;
    wy_test_must(row.first_paragraph <= row.end_paragraph &&
                 row.end_paragraph <= wy_columns_paragraphs(c));
    status = wy_columns_find(c, row.id_hash, &place, &count, &error);
    bool met = false;
    for (uint32_t k = 0; status == WY_OK && k < count; k++) {
        status = wy_columns_found(c, place + k, &report, &error);
        met |= status == WY_OK && report == i;
        wy_test_must(status != WY_OK || report < wy_columns_reports(c));
    }
    wy_test_must(!sound || met);
    for (uint32_t p = row.first_paragraph; status == WY_OK && p < row.end_paragraph; p++) {
        status = wy_columns_report_of(c, p, &report, &error);
        wy_test_must(!sound || (status == WY_OK && report == i));
        if (p - row.first_paragraph > 300) p += 997;
    }
    return status;
}

static int read_all(const wy_columns *c, bool sound)
{
    const uint8_t *lengths;
    wy_year_row row;
    wy_error error;
    uint32_t report, paragraphs = wy_columns_paragraphs(c), reports = wy_columns_reports(c);
    const uint32_t counts[] = {paragraphs, reports, reports, wy_columns_passages(c)};
    int status = WY_OK;
    for (unsigned field = 0; field < 4; field++) {
        int one = wy_columns_lengths(c, field, &lengths, &error);
        if (one == WY_OK) fuzz_touch(lengths, counts[field]);
        status = join(status, one);
    }
    for (uint32_t i = 0; i < counts[3]; i++) {
        uint32_t first, end, passage;
        int one = wy_columns_passage(c, i, &first, &end, &error);
        wy_test_must(one != WY_OK || (first <= end && end <= paragraphs));
        if (one == WY_OK && first < end) {
            one = wy_columns_passage_of(c, first, &passage, &error);
            wy_test_must(!sound || (one == WY_OK && passage == i));
        }
        status = join(status, one);
    }
    for (uint32_t i = 0; i < wy_columns_years(c); i++) {
        int one = wy_columns_year(c, i, &row, &error);
        wy_test_must(one != WY_OK ||
                     (row.first_report <= row.end_report && row.end_report <= reports &&
                      row.first_paragraph <= row.end_paragraph &&
                      row.end_paragraph <= paragraphs));
        status = join(status, one);
    }
    for (uint32_t i = 0; i < reports; i++) status = join(status, read_report(c, i, sound));
    for (uint32_t i = 0; i < paragraphs; i += 1 + paragraphs / 500) {
        int one = wy_columns_report_of(c, i, &report, &error);
        wy_test_must(one != WY_OK || report < reports);
        status = join(status, one);
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wy_memory_env *memory = fuzz_seal(WY_COLUMNS_KIND, WY_COLUMNS_VERSION, data, size);
    wy_columns *columns;
    wy_error error;
    int status = wy_columns_open(wy_memory_env_table(memory), &wy_mem_default, "f", NULL, &columns,
                                 &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        fuzz_expect(read_all(columns, false));
        status = wy_columns_check(columns, &error);
        fuzz_expect(status);
        if (status == WY_OK) wy_test_must(read_all(columns, true) == WY_OK);
        wy_columns_close(columns);
    }
    wy_memory_env_free(memory);
    return 0;
}
