/*
 * unit/test_limits.c: where a number of a format would no longer fit, there is an error that stays,
 * and one step before there is none. Nobody writes four billion paragraphs for that: seams put the
 * writers there.
 */
#include <string.h>

#include "columns/columns_format.h"
#include "index/merge_policy.h"
#include "positions/positions_format.h"
#include "postings/postings.h"
#include "store/store_format.h"
#include "support/env_memory.h"
#include "support/test.h"
#include "unit/seams/seams.h"

static wy_memory_env *memory;
static const wy_env *env;
static wy_error error;
static const char *const names[] = {"f", "g"}; /* of what fits, and of what does not */

static int set_up(void **state)
{
    (void)state;
    memory = wy_memory_env_make();
    env = wy_memory_env_table(memory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wy_memory_env_free(memory);
    return 0;
}

static void says(const char *part)
{
    if (!strstr(error.reason, part)) fail_msg("'%s' says nothing of '%s'", error.reason, part);
}

/* ---- Files -------------------------------------------------------------------------------- */

static void a_file_has_a_largest_size(void **state)
{
    (void)state;
    const uint64_t most = UINT64_C(1) << 60;
    wy_sealed_writer *writer;
    wy_seal seal;
    assert_ok(wy_sealed_create(env, &wy_mem_default, "f", "TEST", 1, &writer, &error), &error);
    seam_sealed_skip(writer, most - wy_sealed_offset(writer) - 2);
    assert_ok(wy_sealed_write(writer, "ab", 2, &error), &error);
    assert_status(WY_E_LIMIT, wy_sealed_write(writer, "c", 1, &error), &error);
    says("too large");
    assert_string_equal(error.file, "f");
    assert_true(error.offset == most);
    assert_status(WY_E_LIMIT, wy_sealed_write(writer, "", 0, &error), &error);
    assert_status(WY_E_LIMIT, wy_sealed_finish(writer, true, &seal, &error), &error);

    /* A length that would wrap, too. */
    assert_ok(wy_sealed_create(env, &wy_mem_default, "g", "TEST", 1, &writer, &error), &error);
    assert_status(WY_E_LIMIT, wy_sealed_write(writer, "c", SIZE_MAX, &error), &error);
    wy_sealed_abandon(writer);
}

/* ---- Terms -------------------------------------------------------------------------------- */

static int add_term(wy_terms_writer *writer, const char *key, uint64_t *end)
{
    wy_term_info info = {.doc_freq = 1, .total_freq = 1, .postings_length = 1};
    info.positions_length = 1;
    info.postings_offset = info.positions_offset = (*end)++;
    return wy_terms_add(writer, key, strlen(key), &info, &error);
}

static void terms_are_counted_in_32_bits(void **state)
{
    (void)state;
    wy_terms_writer *writer;
    wy_seal seal;
    uint64_t end = 0;
    assert_ok(wy_terms_create(env, &wy_mem_default, "f", &writer, &error), &error);
    assert_ok(add_term(writer, "a", &end), &error);
    seam_terms_count(writer, UINT32_MAX - 1);
    assert_ok(add_term(writer, "b", &end), &error);
    assert_status(WY_E_LIMIT, add_term(writer, "c", &end), &error);
    says("too many terms");
    assert_status(WY_E_LIMIT, wy_terms_finish(writer, true, &seal, &error), &error);
}

static void a_dictionary_has_a_largest_size(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        wy_terms_writer *writer;
        wy_seal seal;
        uint64_t end = 0;
        assert_ok(wy_terms_create(env, &wy_mem_default, names[over], &writer, &error), &error);
        assert_ok(add_term(writer, "a", &end), &error);
        wy_sealed_writer *file = seam_terms_file(writer);
        seam_sealed_skip(file, UINT32_MAX - wy_sealed_offset(file) + (uint64_t)over);
        assert_status(over ? WY_E_LIMIT : WY_OK, wy_terms_finish(writer, true, &seal, &error),
                      &error);
    }
    says("4 GiB");
}

/* ---- Positions ---------------------------------------------------------------------------- */

static void a_term_has_a_largest_size_of_positions(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        wy_positions_writer *writer;
        wy_positions_place place;
        uint32_t position = 5;
        assert_ok(wy_positions_create(env, &wy_mem_default, names[over], &writer, &error), &error);
        for (int i = 0; i < WY_BLOCK; i++)
            assert_ok(wy_positions_add(writer, 20, &position, 1, &error), &error);
        /* 100 bytes and more are written by now, and few are to come. */
        seam_sealed_skip(seam_positions_file(writer),
                         WY_POSITIONS_TERM_MAX - (over ? 0 : UINT64_C(1) << 20));
        assert_ok(wy_positions_add(writer, 20, &position, 1, &error), &error);
        assert_status(over ? WY_E_LIMIT : WY_OK, wy_positions_end(writer, &place, &error), &error);
        if (over) says("256 GiB");
        wy_positions_abandon(writer);
    }
}

static void positions_of_a_chunk_are_counted_in_32_bits(void **state)
{
    (void)state;
    static const uint32_t positions[] = {1, 2};
    wy_positions_writer *writer;
    wy_positions_place place;
    assert_ok(wy_positions_create(env, &wy_mem_default, "f", &writer, &error), &error);
    seam_positions_filled(writer, UINT32_MAX - 1);
    assert_status(WY_E_LIMIT, wy_positions_add(writer, 20, positions, 2, &error), &error);
    says("128 paragraphs have one term more than 4294967295 times");
    assert_status(WY_E_LIMIT, wy_positions_add(writer, 20, positions, 1, &error), &error);
    assert_status(WY_E_LIMIT, wy_positions_end(writer, &place, &error), &error);
    wy_positions_abandon(writer);
}

/* ---- Columns and stores ------------------------------------------------------------------- */

static int add_report(wy_columns_writer *writer)
{
    return wy_columns_add_report(writer, "id", 2, 2001, 0, 1, 1, &error);
}

static void columns_hold_so_many_reports(void **state)
{
    (void)state;
    wy_columns_writer *writer;
    wy_seal seal;
    assert_ok(wy_columns_create(env, &wy_mem_default, "f", &writer, &error), &error);
    seam_columns_counts(writer, WY_COLUMNS_MAX, 0);
    assert_status(WY_E_LIMIT, add_report(writer), &error);
    says("too many reports");
    assert_status(WY_E_LIMIT, wy_columns_finish(writer, true, &seal, &error), &error);
}

static void columns_hold_so_many_paragraphs(void **state)
{
    (void)state;
    wy_columns_writer *writer;
    wy_seal seal;
    assert_ok(wy_columns_create(env, &wy_mem_default, "f", &writer, &error), &error);
    assert_ok(add_report(writer), &error);
    assert_ok(wy_columns_add_passage(writer, 1, &error), &error);
    seam_columns_counts(writer, 1, WY_COLUMNS_MAX - 1);
    assert_ok(wy_columns_add_paragraph(writer, 7, &error), &error);
    assert_status(WY_E_LIMIT, wy_columns_add_paragraph(writer, 7, &error), &error);
    says("too many paragraphs");
    assert_status(WY_E_LIMIT, add_report(writer), &error);
    assert_status(WY_E_LIMIT, wy_columns_finish(writer, true, &seal, &error), &error);
}

static void a_store_has_a_largest_size(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        wy_store_writer *writer;
        wy_seal seal;
        assert_ok(wy_store_create(env, &wy_mem_default, names[over], NULL, &writer, &error),
                  &error);
        assert_ok(wy_store_add(writer, "text", 4, &error), &error);
        seam_sealed_skip(seam_store_file(writer),
                         WY_STORE_PLACE_MAX - (over ? 0 : UINT64_C(1) << 20));
        assert_status(over ? WY_E_LIMIT : WY_OK, wy_store_finish(writer, true, &seal, &error),
                      &error);
    }
    says("too large");
}

static void a_store_holds_so_many_records(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        wy_store_writer *writer;
        wy_seal seal;
        assert_ok(wy_store_create(env, &wy_mem_default, names[over], NULL, &writer, &error),
                  &error);
        seam_store_records(writer, WY_STORE_PLACE_MAX - (over ? 0 : 1));
        assert_ok(wy_store_add(writer, "text", 4, &error), &error);
        assert_status(over ? WY_E_LIMIT : WY_OK, wy_store_finish(writer, true, &seal, &error),
                      &error);
    }
}

/* ---- Segments ----------------------------------------------------------------------------- */

static void a_segment_holds_so_many_documents(void **state)
{
    (void)state;
    const wy_string id = {"id", 2};
    wy_segment_writer *writer;
    assert_ok(env->mkdir(env, "x", &error), &error);
    assert_ok(wy_segment_create(env, &wy_mem_default, "x", 1, true, false, &writer, &error),
              &error);
    seam_segment_counts(writer, WY_DOC_MAX - 1, WY_DOC_MAX - 1);
    assert_ok(wy_segment_add_report(writer, id, 2001, 0, 1, 1, &error), &error);
    assert_ok(wy_segment_add_passage(writer, 1, &error), &error);
    assert_ok(wy_segment_add_paragraph(writer, 1, &error), &error);
    assert_status(WY_E_LIMIT, wy_segment_add_paragraph(writer, 1, &error), &error);
    says("at most 4294967293 paragraphs");
    assert_status(WY_E_LIMIT, wy_segment_add_report(writer, id, 2001, 0, 1, 1, &error),
                  &error);
    says("at most 4294967293 reports");
    wy_segment_abandon(writer);
}

static wy_segment_info of_paragraphs(uint32_t paragraphs)
{
    return (wy_segment_info){.paragraphs = paragraphs, .live_paragraphs = paragraphs};
}

static void more_than_a_segment_holds_is_not_merged(void **state)
{
    (void)state;
    const wy_segment_info three[] = {of_paragraphs(WY_MERGE_MOST - 10), of_paragraphs(10),
                                     of_paragraphs(1)};
    size_t chosen[3];
    assert_int_equal(wy_merge_choose_down(three, 2, 1, chosen), 2);
    assert_int_equal(wy_merge_choose_down(three, 3, 1, chosen), 2); /* the two small ones */
    assert_int_equal(chosen[0], 1);
    assert_int_equal(chosen[1], 2);
    const wy_segment_info full[] = {of_paragraphs(WY_MERGE_MOST), of_paragraphs(1)};
    assert_int_equal(wy_merge_choose_down(full, 2, 1, chosen), 0);
}

#define limit_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        limit_test(a_file_has_a_largest_size),
        limit_test(terms_are_counted_in_32_bits),
        limit_test(a_dictionary_has_a_largest_size),
        limit_test(a_term_has_a_largest_size_of_positions),
        limit_test(positions_of_a_chunk_are_counted_in_32_bits),
        limit_test(columns_hold_so_many_reports),
        limit_test(columns_hold_so_many_paragraphs),
        limit_test(a_store_has_a_largest_size),
        limit_test(a_store_holds_so_many_records),
        limit_test(a_segment_holds_so_many_documents),
        limit_test(more_than_a_segment_holds_is_not_merged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
