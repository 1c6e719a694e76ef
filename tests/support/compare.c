/*
 * support/compare.c
 */
#include "support/compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/explain.h>

#include "support/corpus_gen.h"

static bool same_string(wy_string a, wy_string b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* ---- Answers ------------------------------------------------------------------------------ */

static wy_results *search(wy_snapshot *const *snapshots, size_t count, const char *text,
                          const wy_search_options *options)
{
    wy_query *query;
    wy_results *results;
    wy_error error;
    int status = wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, &error);
    if (status != WY_OK) print_error("query %s\n", text);
    assert_ok(status, &error);
    status = wy_search(snapshots, count, query, options, &results, &error);
    if (status != WY_OK) print_error("query %s\n", text);
    assert_ok(status, &error);
    wy_query_free(query);
    return results;
}

static const wy_hit *hit_of(wy_results *results, size_t i)
{
    const wy_hit *hit;
    wy_error error;
    assert_ok(wy_results_hit(results, i, &hit, &error), &error);
    return hit;
}

wy_answer wy_answer_get(wy_snapshot *const *snapshots, size_t snapshots_count, const char *query,
                        const wy_search_options *options)
{
    wy_results *results = search(snapshots, snapshots_count, query, options);
    wy_answer answer = {NULL, wy_results_size(results), wy_results_count(results)};
    answer.rows = wy_test_alloc(answer.size * sizeof *answer.rows);
    for (size_t i = 0; i < answer.size; i++) {
        const wy_hit *hit = hit_of(results, i);
        char *id = wy_test_alloc(hit->report.length);
        memcpy(id, hit->report.data, hit->report.length);
        answer.rows[i] = (wy_row){{id, hit->report.length}, hit->paragraph, hit->score};
    }
    wy_results_free(results);
    return answer;
}

void wy_answer_free(wy_answer *answer)
{
    for (size_t i = 0; i < answer->size; i++) free((char *)(uintptr_t)answer->rows[i].report.data);
    free(answer->rows);
}

void wy_answer_compare(const char *query, const wy_answer *whole, size_t offset, size_t limit,
                       const wy_answer *part)
{
    size_t left = offset < whole->size ? whole->size - offset : 0;
    size_t wanted = left < limit ? left : limit;
    if (part->size != wanted)
        fail_msg("query %s: %zu hits instead of %zu", query, part->size, wanted);
    for (size_t i = 0; i < wanted; i++) {
        const wy_row *a = &whole->rows[offset + i], *b = &part->rows[i];
        if (!same_string(a->report, b->report) || a->paragraph != b->paragraph ||
            memcmp(&a->score, &b->score, sizeof a->score) != 0)
            fail_msg("query %s: hit %zu is %.*s paragraph %u with %.6f instead of %.*s paragraph "
                     "%u with %.6f",
                     query, offset + i, (int)b->report.length, b->report.data, b->paragraph,
                     b->score, (int)a->report.length, a->report.data, a->paragraph, a->score);
    }
}

/* ---- One hit ------------------------------------------------------------------------------- */

static void compare_sections(const wy_hit *hit, const wy_report *report, uint32_t section)
{
    size_t depth = hit->section_count;
    for (uint32_t s = section; s; s = report->sections[s - 1].parent) {
        assert_true(depth > 0);
        assert_true(same_string(hit->section[--depth], report->sections[s - 1].heading));
    }
    assert_int_equal(depth, 0);
}

static bool begins_character(wy_string text, size_t at)
{
    return at == text.length || (at < text.length && (text.data[at] & 0xC0) != 0x80);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What is marked lies in the text, in order; of text with spaces, whole words are. */
static void check_marks(const wy_hit *hit, bool words)
{
    size_t before = 0;
    wy_string text = hit->text;
    for (size_t i = 0; i < hit->highlight_count; i++) {
        wy_span span = hit->highlights[i];
        assert_true(span.begin >= before && span.begin < span.end && span.end <= text.length);
        assert_true(begins_character(text, span.begin) && begins_character(text, span.end));
        if (words) {
            assert_true(span.begin == 0 || is_space(text.data[span.begin - 1]));
            assert_true(span.end == text.length || is_space(text.data[span.end]));
        }
        before = span.end;
    }
    assert_true(hit->snippet.begin <= hit->snippet.end && hit->snippet.end <= text.length);
    assert_true(begins_character(text, hit->snippet.begin));
    assert_true(begins_character(text, hit->snippet.end));
}

static void compare_hit(const wy_hit *hit, const wy_oracle_hit *wanted, bool words)
{
    const wy_report *report = wanted->report;
    const wy_paragraph *paragraph = &report->paragraphs[wanted->paragraph - 1];
    assert_true(same_string(hit->text, paragraph->text));
    assert_true(same_string(hit->title, report->title));
    assert_true(same_string(hit->issuer, report->issuer));
    assert_true(same_string(hit->source, report->source));
    assert_int_equal(hit->year, report->year);
    assert_int_equal(hit->date, report->date);
    if (paragraph->id.length) {
        assert_true(same_string(hit->id, paragraph->id));
    } else {
        char number[16];
        int digits = snprintf(number, sizeof number, "#%u", (unsigned)wanted->paragraph);
        assert_int_equal(hit->id.length, report->id.length + (size_t)digits);
        assert_memory_equal(hit->id.data, report->id.data, report->id.length);
        assert_memory_equal(hit->id.data + report->id.length, number, (size_t)digits);
    }
    compare_sections(hit, report, paragraph->section);
    check_marks(hit, words);
}

/* ---- A question ---------------------------------------------------------------------------- */

typedef struct trial {
    wy_snapshot *const *snapshots;
    size_t snapshot_count;
    wy_oracle *oracle;
    const char *query;
    wy_search_options options;
    wy_oracle_hit *wanted;
    size_t wanted_count;
    size_t leaves;
} trial;

/* Each leaf is rounded to 2^-16 on either side; the library counts in float. */
static double tolerance(const trial *t, double score)
{
    return (double)(t->leaves + 1) * 0x1p-16 + score * 2e-6;
}

static int by_order(const void *a, const void *b)
{
    return wy_oracle_order(a, b);
}

static wy_oracle_hit *find_wanted(const trial *t, const wy_hit *hit)
{
    wy_report report = {.id = hit->report, .year = hit->year};
    wy_oracle_hit key = {.report = &report, .paragraph = hit->paragraph};
    return t->wanted_count ? bsearch(&key, t->wanted, t->wanted_count, sizeof *t->wanted, by_order)
                           : NULL;
}

/* The best hits, in order. Those not among them score no more than the last of them. */
static void compare_results(trial *t, wy_results *results)
{
    bool words = strcmp(wy_oracle_analyzer(t->oracle), "whitespace") == 0;
    size_t size = wy_results_size(results);
    size_t most = t->wanted_count < t->options.limit ? t->wanted_count : t->options.limit;
    if (size != most) fail_msg("query %s: %zu hits instead of %zu", t->query, size, most);
    double last = 0;
    const wy_oracle_hit *before = NULL;
    for (size_t i = 0; i < size; i++) {
        const wy_hit *hit = hit_of(results, i);
        wy_oracle_hit *wanted = find_wanted(t, hit);
        if (!wanted)
            fail_msg("query %s: %.*s paragraph %u does not match", t->query,
                     (int)hit->report.length, hit->report.data, hit->paragraph);
        if (wanted->seen)
            fail_msg("query %s: %.*s paragraph %u twice", t->query, (int)hit->report.length,
                     hit->report.data, hit->paragraph);
        wanted->seen = true;
        if (!(fabs(hit->score - wanted->score) <= tolerance(t, wanted->score)))
            fail_msg("query %s: %.*s paragraph %u has score %.6f instead of %.6f", t->query,
                     (int)hit->report.length, hit->report.data, hit->paragraph, hit->score,
                     wanted->score);
        if (before &&
            (hit->score > last || (hit->score >= last && wy_oracle_order(before, wanted) >= 0)))
            fail_msg("query %s: hit %zu is out of order", t->query, i + 1);
        assert_true(floor(hit->score * 65536) == hit->score * 65536);
        assert_int_equal(hit->rank, i + 1);
        assert_true(hit->snapshot < t->snapshot_count);
        compare_hit(hit, wanted, words);
        last = hit->score;
        before = wanted;
    }
    for (size_t i = 0; i < t->wanted_count; i++) {
        const wy_oracle_hit *left = &t->wanted[i];
        if (!left->seen && left->score > last + tolerance(t, last) * 2)
            fail_msg("query %s: %.*s paragraph %u with %.6f is missing (%.6f is last)", t->query,
                     (int)left->report->id.length, left->report->id.data, left->paragraph,
                     left->score, last);
    }
}

/* Any part of the answer, found with less effort, is that part of the whole. */
static void compare_part(trial *t, const wy_answer *whole, wy_test_random *random)
{
    static const size_t limits[] = {0, 1, 2, 10, 100};
    wy_search_options part = t->options;
    part.limit = limits[wy_test_below(random, 5)];
    part.offset = wy_test_below(random, 2) ? (size_t)wy_test_below(random, 50) : 0;
    part.exhaustive = wy_test_below(random, 4) == 0;
    part.count = part.limit == 0 || wy_test_below(random, 2);
    if (part.limit + part.offset > t->options.limit) return;
    wy_answer answer = wy_answer_get(t->snapshots, t->snapshot_count, t->query, &part);
    wy_answer_compare(t->query, whole, part.offset, part.limit, &answer);
    if (part.count && answer.count != t->wanted_count)
        fail_msg("query %s: counted %" PRIu64 " instead of %zu", t->query, answer.count,
                 t->wanted_count);
    if (!part.count) assert_int_equal(answer.count, 0);
    wy_answer_free(&answer);
}

/* The sum of what scores by itself: leaves of groups, but for those that must not match. */
static double sum_of(const wy_explained *part)
{
    double sum = 0;
    if (part->kind != WY_EXPLAINED_GROUP) return part->matches ? part->score : 0;
    for (size_t i = 0; i < part->child_count; i++) {
        const wy_explained *child = &part->children[i];
        if (child->matches && child->role != WY_ROLE_MUST_NOT) sum += sum_of(child);
    }
    return sum;
}

/* The explanation of a hit is of that hit, by its rank as by its id, and adds up to its score. */
static void compare_explained(trial *t, const wy_answer *whole, wy_test_random *random)
{
    if (whole->size == 0) return;
    const size_t i = (size_t)wy_test_below(random, whole->size);
    wy_explain_options options = {.size = sizeof options,
                                  .rank = i + 1,
                                  .year_from = t->options.year_from,
                                  .year_to = t->options.year_to};
    for (int by_id = 0; by_id < 2; by_id++) {
        wy_query *query;
        wy_explanation *x;
        wy_error error;
        const wy_string text = {t->query, strlen(t->query)};
        assert_ok(wy_query_parse(text, NULL, &query, &error), &error);
        assert_ok(wy_explain(t->snapshots, t->snapshot_count, query, &options, &x, &error), &error);
        if (!x->plan->matches || sum_of(x->plan) != x->hit->score ||
            x->plan->score != x->hit->score || (!by_id && x->hit->score != whole->rows[i].score))
            fail_msg("query %s: hit %zu with %.6f is explained as %.6f, summed up %.6f", t->query,
                     i + 1, x->hit->score, x->plan->score, sum_of(x->plan));
        if (!by_id) assert_int_equal(x->hit->rank, i + 1);
        /* Ids of paragraphs need not be the only ones of their name. */
        char *id = wy_test_alloc(x->hit->id.length);
        memcpy(id, x->hit->id.data, x->hit->id.length);
        free((char *)(uintptr_t)options.hit.data);
        options.hit = (wy_string){id, x->hit->id.length};
        wy_explanation_free(x);
        wy_query_free(query);
        if (i > 50) break; /* to look for an id, hits are read */
    }
    free((char *)(uintptr_t)options.hit.data);
}

static void compare_trial(trial *t, wy_test_random *random)
{
    wy_results *results = search(t->snapshots, t->snapshot_count, t->query, &t->options);
    if (wy_results_count(results) != t->wanted_count)
        fail_msg("query %s: counted %" PRIu64 " instead of %zu", t->query,
                 wy_results_count(results), t->wanted_count);
    compare_results(t, results);
    wy_results_free(results);

    wy_search_options exhaustive = t->options;
    exhaustive.exhaustive = true;
    wy_answer whole = wy_answer_get(t->snapshots, t->snapshot_count, t->query, &exhaustive);
    wy_answer pruned = wy_answer_get(t->snapshots, t->snapshot_count, t->query, &t->options);
    assert_int_equal(whole.count, t->wanted_count);
    wy_answer_compare(t->query, &whole, 0, t->options.limit, &pruned);
    for (int i = 0; i < 4; i++) compare_part(t, &whole, random);
    if (wy_test_below(random, 4) == 0) compare_explained(t, &whole, random);
    wy_answer_free(&whole);
    wy_answer_free(&pruned);
}

void wy_compare_ask(wy_snapshot *const *snapshots, size_t snapshots_count, wy_oracle *oracle,
                    const wy_ask *ask, wy_test_random *random)
{
    char *text = wy_ask_print(ask, random);
    trial t = {.snapshots = snapshots,
               .snapshot_count = snapshots_count,
               .oracle = oracle,
               .query = text,
               .leaves = wy_ask_leaves(ask)};
    bool everything = wy_oracle_paragraphs(oracle) < 500 || wy_test_below(random, 16) == 0;
    t.options = (wy_search_options){.size = sizeof t.options, .count = true};
    t.options.limit = everything ? wy_oracle_paragraphs(oracle) + 1 : 150;
    if (wy_test_below(random, 3) == 0) {
        int32_t span = WY_CORPUS_LAST_YEAR - WY_CORPUS_FIRST_YEAR + 1;
        t.options.year_from = WY_CORPUS_FIRST_YEAR + (int32_t)wy_test_below(random, (uint64_t)span);
        t.options.year_to = t.options.year_from + (int32_t)wy_test_below(random, 4);
        if (wy_test_below(random, 4) == 0) t.options.year_from = 0;
        if (wy_test_below(random, 4) == 0) t.options.year_to = 0;
    }
    /* A word that is cut into several is as many leaves; nothing is cut into more than eight. */
    if (strcmp(wy_oracle_analyzer(oracle), "whitespace") != 0) t.leaves *= 8;
    t.wanted =
        wy_oracle_search(oracle, ask, t.options.year_from, t.options.year_to, &t.wanted_count);
    compare_trial(&t, random);
    free(t.wanted);
    free(text);
}

/* ---- What is stored ------------------------------------------------------------------------ */

typedef struct walk {
    wy_oracle *oracle;
    bool *seen;
    size_t count;
} walk;

static int compare_reports(const void *a, const void *b)
{
    const wy_oracle_hit x = {.report = a}, y = {.report = b};
    return wy_oracle_order(&x, &y);
}

static int visit_report(void *context, const wy_report *report)
{
    walk *w = context;
    size_t low = 0, high = wy_oracle_reports(w->oracle);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_reports(wy_oracle_report(w->oracle, middle), report) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    assert_true(low < wy_oracle_reports(w->oracle));
    const wy_report *wanted = wy_oracle_report(w->oracle, low);
    assert_false(w->seen[low]);
    w->seen[low] = true;
    w->count++;
    assert_true(same_string(report->id, wanted->id));
    assert_true(same_string(report->title, wanted->title));
    assert_true(same_string(report->issuer, wanted->issuer));
    assert_true(same_string(report->source, wanted->source));
    assert_int_equal(report->year, wanted->year);
    assert_int_equal(report->date, wanted->date);
    assert_int_equal(report->source_size, wanted->source_size);
    assert_int_equal(report->source_time, wanted->source_time);
    assert_int_equal(report->source_hash, wanted->source_hash);
    assert_int_equal(report->section_count, 0);
    assert_int_equal(report->paragraph_count, 0);
    return 0;
}

static void compare_figures(wy_snapshot *snapshot, wy_oracle *oracle)
{
    const wy_stats *stats;
    wy_error error;
    uint64_t reports = 0, paragraphs = 0;
    assert_ok(wy_snapshot_stats(snapshot, &stats, &error), &error);
    assert_int_equal(stats->reports, wy_oracle_reports(oracle));
    assert_int_equal(stats->paragraphs, wy_oracle_paragraphs(oracle));
    assert_string_equal(stats->analyzer, wy_oracle_analyzer(oracle));
    size_t at = 0;
    for (size_t i = 0; i < stats->year_count; i++) {
        const wy_year_size *year = &stats->years[i];
        uint64_t year_reports = 0, year_paragraphs = 0;
        assert_true(i == 0 || year->year > stats->years[i - 1].year);
        for (; at < wy_oracle_reports(oracle); at++) {
            const wy_report *report = wy_oracle_report(oracle, at);
            if (report->year != year->year) break;
            year_reports++;
            year_paragraphs += report->paragraph_count;
        }
        assert_int_equal(year->reports, year_reports);
        assert_int_equal(year->paragraphs, year_paragraphs);
        reports += year->reports;
        paragraphs += year->paragraphs;
    }
    assert_int_equal(reports, stats->reports);
    assert_int_equal(paragraphs, stats->paragraphs);
}

void wy_compare_state(wy_snapshot *snapshot, wy_oracle *oracle)
{
    wy_error error;
    walk w = {.oracle = oracle};
    w.seen = wy_test_alloc((wy_oracle_reports(oracle) + 1) * sizeof *w.seen);
    memset(w.seen, 0, wy_oracle_reports(oracle) * sizeof *w.seen);
    assert_ok(wy_snapshot_reports(snapshot, visit_report, &w, &error), &error);
    assert_int_equal(w.count, wy_oracle_reports(oracle));
    free(w.seen);
    compare_figures(snapshot, oracle);

    /* All paragraphs: those that do not hold what none holds. */
    wy_ask *ask = wy_ask_not(wy_ask_word("nosuchwordanywhere"));
    wy_test_random random = wy_test_random_of(wy_oracle_reports(oracle));
    wy_compare_ask(&snapshot, 1, oracle, ask, &random);
    wy_ask_free(ask);
}

/* ---- Fingerprints --------------------------------------------------------------------------- */

static uint64_t mix_bytes(uint64_t h, const void *data, size_t length)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < length; i++) h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    h = (h ^ length) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 31;
}

static uint64_t mix_number(uint64_t h, uint64_t n)
{
    return mix_bytes(h, &n, sizeof n);
}

static uint64_t mix_string(uint64_t h, wy_string s)
{
    return mix_bytes(h, s.data, s.length);
}

/* Reports come in an order that is not told: their numbers are added. */
static int add_report(void *context, const wy_report *report)
{
    uint64_t h = mix_string(1, report->id);
    h = mix_string(mix_string(h, report->title), report->issuer);
    h = mix_string(mix_number(h, (uint32_t)report->year), report->source);
    h = mix_number(mix_number(h, (uint32_t)report->date), report->source_size);
    h = mix_number(mix_number(h, (uint64_t)report->source_time), report->source_hash);
    *(uint64_t *)context += h;
    return 0;
}

static uint64_t mix_hit(uint64_t h, const wy_hit *hit)
{
    h = mix_string(mix_string(h, hit->id), hit->report);
    h = mix_string(mix_string(h, hit->title), hit->issuer);
    h = mix_string(mix_string(h, hit->source), hit->text);
    h = mix_bytes(h, &hit->score, sizeof hit->score);
    h = mix_number(mix_number(h, (uint32_t)hit->year), (uint32_t)hit->date);
    h = mix_number(mix_number(h, hit->paragraph), hit->section_count);
    for (size_t i = 0; i < hit->section_count; i++) h = mix_string(h, hit->section[i]);
    for (size_t i = 0; i < hit->highlight_count; i++)
        h = mix_number(mix_number(h, hit->highlights[i].begin), hit->highlights[i].end);
    return mix_number(mix_number(h, hit->snippet.begin), hit->snippet.end);
}

static int mix_query(wy_snapshot *snapshot, const char *text, const wy_allocator *allocator,
                     uint64_t *h, wy_error *error)
{
    wy_query *query;
    wy_results *results = NULL;
    wy_search_options options = {.size = sizeof options, .limit = 1000, .count = true};
    int status = wy_query_parse((wy_string){text, strlen(text)}, allocator, &query, error);
    if (status != WY_OK) return status;
    status = wy_search(&snapshot, 1, query, &options, &results, error);
    for (size_t i = 0; status == WY_OK && i < wy_results_size(results); i++) {
        const wy_hit *hit;
        status = wy_results_hit(results, i, &hit, error);
        if (status == WY_OK) *h = mix_hit(*h, hit);
    }
    if (status == WY_OK) *h = mix_number(*h, wy_results_count(results));
    wy_results_free(results);
    wy_query_free(query);
    return status;
}

int wy_fingerprint(wy_index *index, const char *const *queries, size_t query_count,
                   const wy_allocator *allocator, uint64_t *out, wy_error *error)
{
    wy_snapshot *snapshot = NULL;
    uint64_t h = 1, reports = 0;
    int status = wy_snapshot_open(index, &snapshot, error);
    if (status == WY_OK) status = wy_snapshot_reports(snapshot, add_report, &reports, error);
    for (size_t i = 0; i < query_count && status == WY_OK; i++)
        status = mix_query(snapshot, queries[i], allocator, &h, error);
    wy_snapshot_close(snapshot);
    *out = mix_number(h, reports);
    return status;
}
