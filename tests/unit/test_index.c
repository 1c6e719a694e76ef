/*
 * unit/test_index.c: the parts of segments and of the index that can be looked at alone: bounds of
 * scores, records, the policy of merging, what reports are refused.
 */
#include <string.h>

#include "columns/columns.h"
#include "index/merge_policy.h"
#include "index/validate.h"
#include "segment/record.h"
#include "segment/similarity.h"
#include "support/test.h"

/* ---- Scores ------------------------------------------------------------------------------- */

static wy_field_stats random_stats(wy_test_random *random)
{
    uint64_t documents = 1 + wy_test_below(random, 1000000);
    return (wy_field_stats){documents, documents * (1 + wy_test_below(random, 2000))};
}

static double average(wy_field_stats stats)
{
    return (double)stats.length / (double)stats.documents;
}

/* No posting's score exceeds the bound of its impact, whatever the averages. */
static void impacts_bound_scores(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(1);
    for (int round = 0; round < 2000; round++) {
        wy_field_stats written = random_stats(&random), searched = random_stats(&random);
        if (round % 3 == 0) searched = written;
        wy_norms at_writing, at_search;
        wy_norms_set(&at_writing, written);
        wy_norms_set(&at_search, searched);
        float weight = (float)(1 + wy_test_below(&random, 20000)) / 1000.0f;
        for (int i = 0; i < 200; i++) {
            uint32_t freq = 1 + (uint32_t)wy_test_below(&random, i % 2 ? 3 : 3000);
            uint8_t code = (uint8_t)wy_test_below(&random, 256);
            uint8_t impact = wy_impact(freq, at_writing.k[code]);
            uint32_t score = wy_score(weight, freq, at_search.k[code]);
            uint32_t bound = wy_impact_bound(weight, impact, average(written), average(searched));
            assert_true(impact > 0);
            assert_true(score <= bound);
        }
    }
}

static void idf_falls_with_frequency(void **state)
{
    (void)state;
    double last = wy_idf(1000, 0);
    for (uint64_t n = 1; n <= 1000; n++) {
        double idf = wy_idf(1000, n);
        assert_true(idf < last && idf > 0);
        last = idf;
    }
    assert_true(wy_idf(10, 11) == wy_idf(10, 10));
}

/* ---- Records ------------------------------------------------------------------------------ */

static bool same(wy_string a, wy_string b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static void records_come_back(void **state)
{
    (void)state;
    const wy_section sections[] = {{{"一", 3}, 0}, {{"二", 3}, 1}, {{"", 0}, 1}};
    const wy_report report = {.size = sizeof report,
                              .id = {"a\0b", 3},
                              .title = {"题", 3},
                              .issuer = {"", 0},
                              .year = 9999,
                              .date = 20240229,
                              .sections = sections,
                              .section_count = 3,
                              .source = {"/x", 2},
                              .source_size = UINT64_MAX,
                              .source_time = -5,
                              .source_hash = 7};
    wy_buf out;
    wy_buf_init(&out, &wy_mem_default);
    const wy_record_ids none = {.numbered = false};
    wy_record_put_report(&out, &report, &none);
    wy_report back;
    wy_section *got;
    wy_error error;
    assert_ok(
        wy_record_get_report(&wy_mem_default, out.data, out.length, &back, NULL, &got, &error),
        &error);
    assert_true(same(back.id, report.id) && same(back.title, report.title));
    assert_true(same(back.issuer, report.issuer) && same(back.source, report.source));
    assert_int_equal(back.year, 9999);
    assert_int_equal(back.date, 20240229);
    assert_true(back.source_size == UINT64_MAX && back.source_time == -5);
    assert_int_equal(back.section_count, 3);
    assert_int_equal(got[1].parent, 1);
    assert_true(same(got[1].heading, sections[1].heading));
    wy_free(&wy_mem_default, got);

    /* Cut short anywhere: damage, never a crash. */
    for (size_t n = 0; n < out.length; n++) {
        uint8_t *cut = wy_alloc(&wy_mem_default, n);
        if (n) memcpy(cut, out.data, n);
        int status = wy_record_get_report(&wy_mem_default, cut, n, &back, NULL, &got, &error);
        assert_status(WY_E_DAMAGED, status, &error);
        wy_free(&wy_mem_default, cut);
    }
    wy_buf_free(&out);
}

/* Ids that count up are made again from the report's record; all others are kept. */
static void ids_count_up(void **state)
{
    (void)state;
    static const struct {
        const char *ids[3];
        bool numbered;
        const char *prefix;
        uint64_t first;
    } cases[] = {
        {{"7", "8", "9"}, true, "", 7},
        {{"9", "10", "11"}, true, "", 9},
        {{"law-99", "law-100", "law-101"}, true, "law-", 99},
        {{"a0", "a1", "a2"}, true, "a", 0},
        {{"007", "008", "009"}, true, "00", 7},
        {{"009", "010", "011"}, false, "", 0}, /* the width of the number changes */
        {{"7", "8", "10"}, false, "", 0},
        {{"a7", "b8", "a9"}, false, "", 0},
        {{"7", "8", ""}, false, "", 0},
        {{"", "", ""}, false, "", 0},
        {{"x", "y", "z"}, false, "", 0},
        {{"99999999999999999999999", "99999999999999999999999", ""}, false, "", 0},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        wy_paragraph paragraphs[3];
        for (int i = 0; i < 3; i++)
            paragraphs[i] =
                (wy_paragraph){.id = {cases[c].ids[i], strlen(cases[c].ids[i])}, .text = {"t", 1}};
        const wy_report report = {
            .size = sizeof report, .id = {"r", 1}, .paragraphs = paragraphs, .paragraph_count = 3};
        wy_record_ids ids = wy_record_find_ids(&report), back_ids;
        assert_int_equal(ids.numbered, cases[c].numbered);
        if (ids.numbered) {
            assert_int_equal(ids.first, cases[c].first);
            assert_int_equal(ids.prefix.length, strlen(cases[c].prefix));
        }
        wy_buf out;
        wy_report back;
        wy_section *sections;
        wy_error error;
        wy_buf_init(&out, &wy_mem_default);
        wy_record_put_report(&out, &report, &ids);
        assert_ok(wy_record_get_report(&wy_mem_default, out.data, out.length, &back, &back_ids,
                                       &sections, &error),
                  &error);
        for (uint32_t i = 0; i < 3; i++) {
            char made[64];
            wy_buf one;
            wy_paragraph p;
            wy_buf_init(&one, &wy_mem_default);
            wy_record_put_paragraph(&one, &paragraphs[i], &ids);
            assert_true(wy_record_get_paragraph(one.data, one.length, &back_ids, &p));
            wy_string id =
                back_ids.numbered ? (wy_string){made, wy_record_id(&back_ids, i, made)} : p.id;
            assert_true(same(id, paragraphs[i].id) && same(p.text, paragraphs[i].text));
            wy_buf_free(&one);
        }
        wy_buf_free(&out);
    }
}

/* ---- Merging ------------------------------------------------------------------------------ */

typedef struct shelf {
    wy_segment_info segments[256];
    size_t count;
    uint64_t written; /* paragraphs, merges included */
} shelf;

static void put(shelf *s, uint32_t paragraphs)
{
    s->segments[s->count++] = (wy_segment_info){
        .number = s->written + 1, .paragraphs = paragraphs, .live_paragraphs = paragraphs};
    s->written += paragraphs;
    size_t chosen[256], n;
    while ((n = wy_merge_choose(s->segments, s->count, chosen)) > 0) {
        uint32_t total = 0;
        for (size_t i = n; i-- > 0;) {
            total += s->segments[chosen[i]].live_paragraphs;
            s->segments[chosen[i]] = s->segments[--s->count];
        }
        s->segments[s->count++] = (wy_segment_info){.paragraphs = total, .live_paragraphs = total};
        s->written += total;
    }
}

/* However commits come, segments stay few, and each paragraph is rewritten a few times only. */
static void merging_is_logarithmic(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(1);
    static const uint32_t most[] = {1, 50, 5000, 200000};
    for (size_t kind = 0; kind < sizeof most / sizeof *most; kind++) {
        shelf s = {.count = 0};
        uint64_t added = 0;
        for (int i = 0; i < 5000; i++) {
            uint32_t n = 1 + (uint32_t)wy_test_below(&random, most[kind]);
            added += n;
            put(&s, n);
            unsigned levels = 1;
            for (uint64_t size = added / WY_MERGE_FLOOR; size; size /= WY_MERGE_FACTOR) levels++;
            assert_true(s.count <= (size_t)levels * (WY_MERGE_FACTOR - 1));
        }
        unsigned levels = 1;
        for (uint64_t size = added / WY_MERGE_FLOOR; size; size /= WY_MERGE_FACTOR) levels++;
        /* Below the floor a paragraph may be rewritten with each small merge. */
        if (most[kind] >= 5000) assert_true(s.written <= added * (levels + 1));
    }
}

static void merging_down_takes_the_smallest(void **state)
{
    (void)state;
    const wy_segment_info segments[] = {{.paragraphs = 50, .live_paragraphs = 50},
                                        {.paragraphs = 10, .live_paragraphs = 10},
                                        {.paragraphs = 90, .live_paragraphs = 20},
                                        {.paragraphs = 70, .live_paragraphs = 70}};
    size_t chosen[4];
    assert_int_equal(wy_merge_choose_down(segments, 4, 3, chosen), 2);
    assert_int_equal(chosen[0], 1);
    assert_int_equal(chosen[1], 2);
    assert_int_equal(wy_merge_choose_down(segments, 4, 1, chosen), 4);
    assert_int_equal(wy_merge_choose_down(segments, 4, 9, chosen), 0);
    assert_int_equal(wy_merge_choose_down(segments, 1, 1, chosen), 0);
    assert_int_equal(wy_merge_choose_down(segments + 2, 1, 1, chosen), 1);
    /* More than a segment can hold is not merged, however many there are. */
    wy_segment_info huge[WY_MERGE_FACTOR];
    size_t all[WY_MERGE_FACTOR];
    for (size_t i = 0; i < WY_MERGE_FACTOR; i++)
        huge[i] = (wy_segment_info){.paragraphs = UINT32_MAX / WY_MERGE_FACTOR,
                                    .live_paragraphs = UINT32_MAX / WY_MERGE_FACTOR};
    assert_int_equal(wy_merge_choose(huge, WY_MERGE_FACTOR, all), WY_MERGE_FACTOR);
    huge[3].paragraphs = huge[3].live_paragraphs += WY_MERGE_FACTOR;
    assert_int_equal(wy_merge_choose(huge, WY_MERGE_FACTOR, all), 0);
    /* One that is mostly dead is rewritten alone. */
    assert_int_equal(wy_merge_choose(segments, 4, chosen), 1);
    assert_int_equal(chosen[0], 2);
}

/* ---- Refusing ----------------------------------------------------------------------------- */

static void bad_reports_are_refused(void **state)
{
    (void)state;
    const wy_section late[] = {{{"一", 3}, 1}};
    const wy_paragraph sound[] = {{.text = {"文", 3}}};
    const wy_paragraph latin1[] = {{.text = {"ab\xE9", 3}}};
    const wy_paragraph lost[] = {{.text = {"文", 3}, .section = 1}};
    const wy_report good = {
        .size = sizeof good, .id = {"x", 1}, .paragraphs = sound, .paragraph_count = 1};
    struct {
        wy_report report;
        int status;
        const char *reason;
    } cases[15];
    for (size_t i = 0; i < 15; i++) {
        cases[i].report = good;
        cases[i].status = WY_E_ARGUMENT;
        cases[i].reason = "";
    }
    cases[0].status = WY_OK;
    cases[1].report.id.length = 0, cases[1].reason = "needs an id";
    cases[2].report.year = 10000, cases[2].reason = "year";
    cases[3].report.year = -1, cases[3].reason = "year";
    cases[4].report.date = 20241301, cases[4].reason = "yyyymmdd";
    cases[5].report.sections = late, cases[5].report.section_count = 1;
    cases[5].reason = "before its parent";
    cases[6].report.paragraphs = latin1, cases[6].status = WY_E_ENCODING;
    cases[6].reason = "paragraph 1 is not UTF-8";
    cases[7].report.paragraphs = lost, cases[7].reason = "in section 1 of 0";
    cases[8].report.title = (wy_string){"\xFF", 1}, cases[8].status = WY_E_ENCODING;
    cases[8].reason = "title";
    cases[9].report.id.length = WY_ID_MAX + 1, cases[9].status = WY_E_LIMIT;
    cases[9].reason = "id";
    cases[10].report.title = (wy_string){NULL, 5}, cases[10].reason = "no data";
    cases[11].report.source = (wy_string){"x", WY_ID_MAX + 1}, cases[11].status = WY_E_LIMIT;
    cases[11].reason = "source";
    const wy_paragraph nameless[] = {{.id = {NULL, 5}, .text = {"文", 3}}};
    cases[12].report.paragraphs = nameless, cases[12].reason = "the id of paragraph 1";
    cases[13].report.paragraphs = NULL, cases[13].reason = "none by pointer";
    cases[14].report.section_count = 1, cases[14].reason = "none by pointer";
    for (size_t i = 0; i < 15; i++) {
        wy_error error = {.offset = 0};
        int status = wy_report_validate(&cases[i].report, &error);
        assert_status(cases[i].status, status, &error);
        if (status != WY_OK) assert_non_null(strstr(error.reason, cases[i].reason));
        if (i == 6) assert_int_equal(error.offset, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impacts_bound_scores),
        cmocka_unit_test(idf_falls_with_frequency),
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(ids_count_up),
        cmocka_unit_test(merging_is_logarithmic),
        cmocka_unit_test(merging_down_takes_the_smallest),
        cmocka_unit_test(bad_reports_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
