/*
 * Random reports in two indexes of several segments, some of them deleted again: what searches in
 * other orders, by report and through filters find, and what is counted by year, issuer, section
 * and word, is what going through everything gives.
 *
 * WY_ROUNDS multiplies how much is tried.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/explore.h>

#include "index/index.h"
#include "index/writer.h"
#include "support/compare.h"
#include "support/corpus_gen.h"
#include "support/env_memory.h"

enum { PARTS = 2 };

typedef struct stage {
    wy_memory_env *memory[PARTS];
    wy_index *index[PARTS];
    wy_snapshot *snapshot[PARTS];
    wy_oracle *oracle;
    wy_corpus corpus;
    wy_test_random random;
} stage;

static bool same(wy_string a, wy_string b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static wy_string string(const char *text)
{
    return (wy_string){text, strlen(text)};
}

/* ---- Making indexes ------------------------------------------------------------------------- */

static wy_writer *open_part(stage *s, int i)
{
    wy_error error;
    wy_writer *writer;
    s->memory[i] = wy_memory_env_make();
    wy_index_setup setup = {wy_memory_env_table(s->memory[i]), NULL, true, "whitespace"};
    assert_ok(wy_index_setup_open("index", &setup, &s->index[i], &error), &error);
    wy_writer_options options = {.size = sizeof options, .memory = (uint64_t)16 << 20};
    assert_ok(wy_writer_open(s->index[i], &options, &writer, &error), &error);
    return writer;
}

/* Reports come, go again, and are committed now and then. */
static void fill_part(stage *s, int i, size_t count)
{
    wy_error error;
    wy_writer *writer = open_part(s, i);
    for (size_t n = 0; n < count; n++) {
        wy_report *report = wy_corpus_report(&s->corpus, &s->random);
        char *id = wy_test_format("%d %d.%zu", (int)wy_test_below(&s->random, 50), i, n);
        wy_report named = *report;
        named.id = string(id);
        assert_ok(wy_writer_add(writer, &named, &error), &error);
        wy_oracle_add(s->oracle, &named);
        if (wy_test_below(&s->random, 9) == 0) assert_ok(wy_writer_commit(writer, &error), &error);
        if (wy_test_below(&s->random, 6) == 0) {
            assert_ok(wy_writer_delete(writer, named.id, &error), &error);
            wy_oracle_delete(s->oracle, named.id);
        }
        wy_report_free(report);
        free(id);
    }
    assert_ok(wy_writer_commit(writer, &error), &error);
    wy_writer_close(writer);
    assert_ok(wy_snapshot_open(s->index[i], &s->snapshot[i], &error), &error);
}

static void stage_open(stage *s, const wy_corpus_shape *shape, size_t reports, uint64_t stream)
{
    *s = (stage){.random = wy_test_random_of(stream)};
    wy_corpus_init(&s->corpus, shape);
    s->oracle = wy_oracle_make("whitespace");
    for (int i = 0; i < PARTS; i++) fill_part(s, i, reports);
}

static void stage_close(stage *s)
{
    for (int i = 0; i < PARTS; i++) {
        wy_snapshot_close(s->snapshot[i]);
        wy_index_close(s->index[i]);
        wy_memory_env_free(s->memory[i]);
    }
    wy_oracle_free(s->oracle);
    wy_corpus_free(&s->corpus);
}

/* ---- Questions ------------------------------------------------------------------------------ */

static char *any_word(void *context, wy_test_random *random)
{
    stage *s = context;
    return wy_test_copy(wy_corpus_word(&s->corpus, random));
}

static char *any_phrase(void *context, wy_ask_field field, wy_test_random *random)
{
    stage *s = context;
    return wy_oracle_phrase(s->oracle, field, random);
}

static wy_ask *any_ask(stage *s)
{
    wy_ask_source source = {.context = s,
                            .word = any_word,
                            .phrase = any_phrase,
                            .first_year = WY_CORPUS_FIRST_YEAR,
                            .last_year = WY_CORPUS_LAST_YEAR};
    return wy_ask_random(&source, (unsigned)wy_test_below(&s->random, 3), &s->random);
}

/* A filter, and the question that goes through it. */
typedef struct question {
    wy_ask *ask;
    char *text;
    wy_query *query;
    int32_t from, to;
    char issuer[32], title[32];
    wy_oracle_hit *hits; /* that pass, by year, id and paragraph */
    size_t count;
} question;

static bool holds(wy_string whole, const char *part)
{
    const size_t length = strlen(part);
    for (size_t at = 0; at + length <= whole.length; at++)
        if (length == 0 || memcmp(whole.data + at, part, length) == 0) return true;
    return length == 0;
}

static bool passes(const question *q, const wy_report *report)
{
    return holds(report->issuer, q->issuer) && holds(report->title, q->title);
}

static void question_make(question *q, stage *s)
{
    wy_error error;
    *q = (question){.ask = any_ask(s)};
    q->text = wy_ask_print(q->ask, &s->random);
    assert_ok(wy_query_parse(string(q->text), NULL, &q->query, &error), &error);
    if (wy_test_below(&s->random, 3) == 0)
        q->from = WY_CORPUS_FIRST_YEAR + (int32_t)wy_test_below(&s->random, 6);
    if (wy_test_below(&s->random, 3) == 0)
        q->to = WY_CORPUS_LAST_YEAR - (int32_t)wy_test_below(&s->random, 6);
    if (wy_test_below(&s->random, 3) == 0)
        snprintf(q->issuer, sizeof q->issuer, "%d", (int)wy_test_below(&s->random, 8));
    if (wy_test_below(&s->random, 4) == 0)
        snprintf(q->title, sizeof q->title, "%.20s", wy_corpus_word(&s->corpus, &s->random));
    size_t all, kept = 0;
    q->hits = wy_oracle_search(s->oracle, q->ask, q->from, q->to, &all);
    for (size_t i = 0; i < all; i++)
        if (passes(q, q->hits[i].report)) q->hits[kept++] = q->hits[i];
    q->count = kept;
}

static void question_free(question *q)
{
    wy_ask_free(q->ask);
    wy_query_free(q->query);
    free(q->text);
    free(q->hits);
}

static wy_search_options options_of(const question *q)
{
    return (wy_search_options){.size = sizeof(wy_search_options),
                               .limit = q->count + 1,
                               .count = true,
                               .year_from = q->from,
                               .year_to = q->to,
                               .issuer = string(q->issuer),
                               .title = string(q->title)};
}

/* ---- Searching ------------------------------------------------------------------------------ */

static const wy_oracle_hit *find_hit(const question *q, const wy_row *row)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->hits[i].paragraph == row->paragraph && same(q->hits[i].report->id, row->report))
            return &q->hits[i];
    fail_msg("query %s: %.*s paragraph %u does not match", q->text, (int)row->report.length,
             row->report.data, row->paragraph);
    return NULL;
}

/* Filters leave what passes, in the order and with the scores of a search without them. */
static wy_answer check_filter(stage *s, const question *q)
{
    wy_search_options options = options_of(q), plain = options;
    plain.issuer = plain.title = (wy_string){NULL, 0};
    plain.limit = wy_oracle_paragraphs(s->oracle) + 1;
    wy_answer all = wy_answer_get(s->snapshot, PARTS, q->text, &plain);
    size_t kept = 0;
    for (size_t i = 0; i < all.size; i++) {
        bool found = false;
        for (size_t j = 0; j < q->count && !found; j++)
            found = q->hits[j].paragraph == all.rows[i].paragraph &&
                    same(q->hits[j].report->id, all.rows[i].report);
        if (found) {
            wy_row row = all.rows[kept];
            all.rows[kept++] = all.rows[i];
            all.rows[i] = row;
        }
    }
    for (size_t i = kept; i < all.size; i++) free((char *)(uintptr_t)all.rows[i].report.data);
    all.size = kept;
    assert_int_equal(kept, q->count);
    for (int exhaustive = 0; exhaustive < 2; exhaustive++) {
        options.exhaustive = exhaustive;
        options.limit = exhaustive ? 1 + (size_t)wy_test_below(&s->random, 20) : q->count + 1;
        wy_answer some = wy_answer_get(s->snapshot, PARTS, q->text, &options);
        assert_int_equal(some.count, q->count);
        wy_answer_compare(q->text, &all, 0, options.limit, &some);
        wy_answer_free(&some);
    }
    options.limit = 0;
    wy_answer none = wy_answer_get(s->snapshot, PARTS, q->text, &options);
    assert_int_equal(none.count, q->count);
    wy_answer_free(&none);
    return all;
}

static int32_t sort_date(const wy_report *report)
{
    return report->date ? report->date : report->year * 10000;
}

/* Whether row b may come behind row a. */
static bool in_order(const question *q, const wy_row *a, const wy_row *b, int order)
{
    const wy_oracle_hit *x = find_hit(q, a), *y = find_hit(q, b);
    const int32_t first = sort_date(x->report), second = sort_date(y->report);
    if (first != second) {
        if (first == 0 || second == 0) return second == 0;
        return order == WY_ORDER_NEWEST ? first > second : first < second;
    }
    if (a->score < b->score || a->score > b->score) return a->score > b->score;
    return wy_oracle_order(x, y) < 0;
}

static void check_dates(stage *s, const question *q, const wy_answer *all)
{
    wy_search_options options = options_of(q);
    for (int order = WY_ORDER_OLDEST; order <= WY_ORDER_NEWEST; order++) {
        options.order = order;
        options.offset = 0;
        options.limit = q->count + 1;
        wy_answer dated = wy_answer_get(s->snapshot, PARTS, q->text, &options);
        assert_int_equal(dated.size, q->count);
        assert_int_equal(dated.count, q->count);
        for (size_t i = 0; i < dated.size; i++) {
            bool scored = false;
            for (size_t j = 0; j < all->size && !scored; j++)
                scored = all->rows[j].paragraph == dated.rows[i].paragraph &&
                         same(all->rows[j].report, dated.rows[i].report) &&
                         memcmp(&all->rows[j].score, &dated.rows[i].score, sizeof(double)) == 0;
            assert_true(scored);
            if (i) assert_true(in_order(q, &dated.rows[i - 1], &dated.rows[i], order));
        }
        options.limit = 1 + (size_t)wy_test_below(&s->random, 8);
        options.offset = (size_t)wy_test_below(&s->random, 8);
        wy_answer part = wy_answer_get(s->snapshot, PARTS, q->text, &options);
        wy_answer_compare(q->text, &dated, options.offset, options.limit, &part);
        wy_answer_free(&part);
        wy_answer_free(&dated);
    }
}

/* The passages of a report are its rows among all; reports come in the order of their first ones.
 */
static void check_groups(stage *s, const question *q, const wy_answer *all)
{
    wy_error error;
    wy_results *results;
    wy_search_options options = options_of(q);
    options.by_report = true;
    options.passages = 1 + (size_t)wy_test_below(&s->random, 4);
    options.offset = (size_t)wy_test_below(&s->random, 4);
    options.limit = 1 + (size_t)wy_test_below(&s->random, 10);
    options.context = (size_t)wy_test_below(&s->random, 3);
    assert_ok(wy_search(s->snapshot, PARTS, q->query, &options, &results, &error), &error);
    assert_int_equal(wy_results_count(results), q->count);
    size_t at = 0, reports = 0;
    for (size_t i = 0; i < all->size; i++) {
        const wy_string id = all->rows[i].report;
        bool before = false;
        for (size_t j = 0; j < i && !before; j++) before = same(all->rows[j].report, id);
        if (before) continue;
        reports++;
        if (reports <= options.offset || reports > options.offset + options.limit) continue;
        size_t rank = 0, matches = 0;
        for (size_t j = i; j < all->size; j++) matches += same(all->rows[j].report, id);
        for (size_t j = i; j < all->size && rank < options.passages; j++) {
            const wy_hit *hit;
            if (!same(all->rows[j].report, id)) continue;
            assert_ok(wy_results_hit(results, at++, &hit, &error), &error);
            assert_true(same(hit->report, id));
            assert_int_equal(hit->paragraph, all->rows[j].paragraph);
            assert_memory_equal(&hit->score, &all->rows[j].score, sizeof hit->score);
            assert_int_equal(hit->rank, ++rank);
            assert_int_equal(hit->report_rank, reports);
            assert_int_equal(hit->report_matches, matches);
        }
    }
    assert_int_equal(wy_results_size(results), at);
    assert_int_equal(wy_results_reports(results), reports);
    wy_results_free(results);
}

static void check_context(stage *s, const question *q)
{
    wy_error error;
    wy_results *results;
    wy_search_options options = options_of(q);
    options.context = 1 + (size_t)wy_test_below(&s->random, 3);
    assert_ok(wy_search(s->snapshot, PARTS, q->query, &options, &results, &error), &error);
    for (size_t i = 0; i < wy_results_size(results); i++) {
        const wy_hit *hit;
        assert_ok(wy_results_hit(results, i, &hit, &error), &error);
        const wy_row row = {hit->report, hit->paragraph, hit->score};
        const wy_report *report = find_hit(q, &row)->report;
        size_t n = 0;
        for (size_t p = 1; p <= report->paragraph_count; p++) {
            const size_t away = p < hit->paragraph ? hit->paragraph - p : p - hit->paragraph;
            if (away == 0 || away > options.context) continue;
            assert_true(n < hit->context_count);
            assert_int_equal(hit->context[n].paragraph, p);
            assert_true(same(hit->context[n].text, report->paragraphs[p - 1].text));
            n++;
        }
        assert_int_equal(hit->context_count, n);
    }
    wy_results_free(results);
}

/* ---- Occurrences ---------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word of a text from *at on; length 0 at the end. */
static wy_string next_word(wy_string text, size_t *at)
{
    while (*at < text.length && is_space(text.data[*at])) ++*at;
    const size_t begin = *at;
    while (*at < text.length && !is_space(text.data[*at])) ++*at;
    return (wy_string){text.data + begin, *at - begin};
}

/* How often the words of `phrase` stand side by side in the text. */
static uint64_t count_phrase(wy_string text, wy_string phrase)
{
    uint64_t count = 0;
    for (size_t at = 0; at < text.length;) {
        size_t here = at, there = 0;
        bool all = true;
        for (wy_string word; all && (word = next_word(phrase, &there)).length;)
            all = same(next_word(text, &here), word);
        count += all;
        next_word(text, &at);
        while (at < text.length && is_space(text.data[at])) at++;
    }
    return count;
}

/* Words and phrases of the body, each once; false where the ask has anything negative. */
static bool add_leaves(const wy_ask *ask, wy_string *list, size_t *count)
{
    if (ask->kind == WY_ASK_NOT || ask->occur == WY_ASK_MUST_NOT) return false;
    if ((ask->kind == WY_ASK_WORD || ask->kind == WY_ASK_PHRASE) && ask->field == WY_ASK_BODY) {
        for (size_t i = 0; i < *count; i++)
            if (same(list[i], string(ask->text))) return true;
        list[(*count)++] = string(ask->text);
    }
    for (size_t i = 0; i < ask->count; i++)
        if (!add_leaves(ask->parts[i], list, count)) return false;
    return true;
}

static uint64_t count_occurrences(const wy_oracle_hit *hit, const wy_string *leaves, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += count_phrase(hit->report->paragraphs[hit->paragraph - 1].text, leaves[i]);
    return sum;
}

/* ---- Counting ------------------------------------------------------------------------------- */

static wy_string outermost(const wy_oracle_hit *hit)
{
    wy_string heading = {NULL, 0};
    for (uint32_t n = hit->report->paragraphs[hit->paragraph - 1].section; n;
         n = hit->report->sections[n - 1].parent)
        heading = hit->report->sections[n - 1].heading;
    return heading;
}

static bool has_key(const wy_count *count, const wy_oracle_hit *hit, int by)
{
    if (by == WY_BY_YEAR) return hit->report->year == count->year;
    return same(by == WY_BY_ISSUER ? hit->report->issuer : outermost(hit), count->key);
}

static void check_count(const question *q, const wy_count *count, int by, const wy_string *leaves,
                        size_t leaf_count, bool known)
{
    uint64_t paragraphs = 0, reports = 0, occurrences = 0;
    for (size_t i = 0; i < q->count; i++) {
        const wy_oracle_hit *hit = &q->hits[i];
        if (!has_key(count, hit, by)) continue;
        bool counted = false;
        for (size_t j = i; j-- > 0 && q->hits[j].report == hit->report && !counted;)
            counted = has_key(count, &q->hits[j], by);
        reports += !counted;
        paragraphs++;
        occurrences += count_occurrences(hit, leaves, leaf_count);
    }
    if (paragraphs != count->paragraphs || reports != count->reports ||
        (known && occurrences != count->occurrences))
        fail_msg("query %s: %d %.*s has %d paragraphs, %d reports, %d occurrences, not %d, %d, %d",
                 q->text, (int)count->year, (int)count->key.length, count->key.data,
                 (int)count->paragraphs, (int)count->reports, (int)count->occurrences,
                 (int)paragraphs, (int)reports, (int)occurrences);
}

static void check_all(stage *s, const question *q, const wy_counts *counts)
{
    uint64_t paragraphs = 0, reports = 0;
    for (size_t i = 0; i < wy_oracle_reports(s->oracle); i++) {
        const wy_report *report = wy_oracle_report(s->oracle, i);
        if ((q->from || q->to) && report->year == 0) continue;
        if ((q->from && report->year < q->from) || (q->to && report->year > q->to)) continue;
        if (!passes(q, report)) continue;
        if ((q->issuer[0] || q->title[0]) && report->paragraph_count == 0) continue;
        paragraphs += report->paragraph_count;
        reports++;
    }
    for (size_t i = 0; i < counts->size; i++) {
        if (i) assert_true(counts->list[i - 1].year < counts->list[i].year);
        paragraphs -= counts->list[i].all_paragraphs;
        reports -= counts->list[i].all_reports;
    }
    assert_int_equal(paragraphs, 0);
    assert_int_equal(reports, 0);
}

static void check_counts(stage *s, const question *q)
{
    wy_error error;
    wy_counts *counts;
    wy_string leaves[512];
    size_t leaf_count = 0;
    assert_true(wy_ask_leaves(q->ask) <= 512);
    const bool known = add_leaves(q->ask, leaves, &leaf_count);
    for (int by = WY_BY_YEAR; by <= WY_BY_SECTION; by++) {
        wy_count_options options = {.size = sizeof options,
                                    .by = by,
                                    .year_from = q->from,
                                    .year_to = q->to,
                                    .issuer = string(q->issuer),
                                    .title = string(q->title)};
        assert_ok(wy_counts_make(s->snapshot, PARTS, q->query, &options, &counts, &error), &error);
        assert_int_equal(counts->total.paragraphs, q->count);
        uint64_t sum = 0;
        for (size_t i = 0; i < counts->size; i++) {
            check_count(q, &counts->list[i], by, leaves, leaf_count, known);
            sum += counts->list[i].paragraphs;
            if (by != WY_BY_YEAR && i)
                assert_true(counts->list[i - 1].paragraphs >= counts->list[i].paragraphs);
        }
        assert_int_equal(sum, q->count);
        assert_int_equal(counts->keys, counts->size);
        if (by == WY_BY_YEAR) check_all(s, q, counts);
        const size_t keys = counts->keys;
        wy_counts_free(counts);
        options.limit = 2;
        assert_ok(wy_counts_make(s->snapshot, PARTS, q->query, &options, &counts, &error), &error);
        assert_int_equal(counts->size, by == WY_BY_YEAR || keys < 2 ? keys : 2);
        assert_int_equal(counts->keys, keys);
        assert_int_equal(counts->total.paragraphs, q->count);
        wy_counts_free(counts);
    }
}

static void questions(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(7);
    for (size_t i = 0; i < wy_test_rounds(25); i++) {
        stage s;
        wy_corpus_shape shape = {.vocabulary = 2 + (size_t)wy_test_below(&random, 40),
                                 .ids = 10,
                                 .paragraphs = 1 + (size_t)wy_test_below(&random, 8),
                                 .words = 1 + (size_t)wy_test_below(&random, 30)};
        stage_open(&s, &shape, 5 + (size_t)wy_test_below(&random, 40), 100 + i);
        for (int n = 0; n < 15; n++) {
            question q;
            question_make(&q, &s);
            wy_answer all = check_filter(&s, &q);
            check_dates(&s, &q, &all);
            check_groups(&s, &q, &all);
            check_context(&s, &q);
            check_counts(&s, &q);
            wy_answer_free(&all);
            question_free(&q);
        }
        stage_close(&s);
    }
}

/* ---- Words ---------------------------------------------------------------------------------- */

/* Occurrences of `word` (empty: of all words), and paragraphs that hold it, in reports of which
 * years: those within from .. to or, `outside`, all others. */
static void count_word(stage *s, wy_string word, int32_t from, int32_t to, bool outside,
                       uint64_t *paragraphs, uint64_t *occurrences)
{
    *paragraphs = *occurrences = 0;
    for (size_t i = 0; i < wy_oracle_reports(s->oracle); i++) {
        const wy_report *report = wy_oracle_report(s->oracle, i);
        const bool limited = from || to;
        const bool inside = (!limited || report->year > 0) && (!from || report->year >= from) &&
                            (!to || report->year <= to);
        if (inside == outside) continue;
        for (size_t p = 0; p < report->paragraph_count; p++) {
            uint64_t found = 0;
            size_t at = 0;
            wy_string next;
            while ((next = next_word(report->paragraphs[p].text, &at)).length)
                found += word.length == 0 || same(next, word);
            *occurrences += found;
            *paragraphs += found > 0;
        }
    }
}

static double g2_of(double a, double n, double b, double m)
{
    const double word = a + b, rest = n + m - word, all = n + m;
    const double observed[] = {a, b, n - a, m - b};
    const double expected[] = {word * n / all, word * m / all, rest * n / all, rest * m / all};
    double sum = 0;
    for (int i = 0; i < 4; i++)
        if (observed[i] > 0) sum += observed[i] * log(observed[i] / expected[i]);
    return a * m < b * n ? -2 * sum : 2 * sum;
}

static void check_words(stage *s, const wy_words_options *o)
{
    wy_error error;
    wy_words *words;
    uint64_t ignored, here, there;
    const bool outside = !o->other_from && !o->other_to;
    const int32_t from = outside ? o->year_from : o->other_from;
    const int32_t to = outside ? o->year_to : o->other_to;
    assert_ok(wy_words_make(s->snapshot, PARTS, o, &words, &error), &error);
    uint64_t sum = 0;
    for (size_t i = 0; i < words->size; i++) {
        const wy_word *w = &words->list[i];
        count_word(s, w->text, o->year_from, o->year_to, false, &here, &ignored);
        assert_int_equal(w->paragraphs, here);
        assert_int_equal(w->occurrences, ignored);
        sum += w->occurrences;
        if (i && !o->compare) assert_true(w[-1].occurrences >= w->occurrences);
        assert_true(w->text.length >= o->prefix.length &&
                    same((wy_string){w->text.data, o->prefix.length}, o->prefix));
        if (!o->compare) continue;
        count_word(s, w->text, from, to, outside, &here, &there);
        assert_int_equal(w->other_paragraphs, here);
        assert_int_equal(w->other_occurrences, there);
        const double g2 = g2_of((double)w->occurrences, (double)words->occurrences,
                                (double)w->other_occurrences, (double)words->other_occurrences);
        assert_true(fabs(g2 - w->g2) <= 1e-9 * (1 + fabs(g2)) * (double)words->occurrences);
        if (i) assert_true(w[-1].g2 >= w->g2);
    }
    if (o->prefix.length == 0) {
        count_word(s, (wy_string){NULL, 0}, o->year_from, o->year_to, false, &ignored, &here);
        assert_int_equal(words->occurrences, here);
        assert_int_equal(sum, here);
    }
    const uint64_t all = words->words;
    wy_words_free(words);
    wy_words_options limited = *o;
    limited.limit = 3;
    const uint64_t most = o->compare ? 6 : 3;
    assert_ok(wy_words_make(s->snapshot, PARTS, &limited, &words, &error), &error);
    assert_int_equal(words->size, all < most ? all : most);
    assert_int_equal(words->words, all);
    wy_words_free(words);
}

static void vocabularies(void **state)
{
    (void)state;
    for (size_t i = 0; i < wy_test_rounds(12); i++) {
        stage s;
        wy_corpus_shape shape = {.vocabulary = 3 + i * 4, .ids = 10, .paragraphs = 5, .words = 20};
        stage_open(&s, &shape, 4 + i, 900 + i);
        char letter[] = {wy_corpus_word(&s.corpus, &s.random)[0], '\0'};
        wy_words_options o = {.size = sizeof o};
        check_words(&s, &o);
        o.prefix = string(letter);
        check_words(&s, &o);
        o.year_from = o.year_to = WY_CORPUS_FIRST_YEAR + (int32_t)i % 3;
        check_words(&s, &o);
        o.compare = true;
        o.prefix = string("");
        check_words(&s, &o);
        o.other_from = WY_CORPUS_FIRST_YEAR + 4;
        check_words(&s, &o);
        o.prefix = string(letter);
        check_words(&s, &o);
        stage_close(&s);
    }
}

static void misuse(void **state)
{
    (void)state;
    stage s;
    wy_error error;
    wy_counts *counts;
    wy_words *words;
    wy_results *results;
    wy_query *query;
    wy_corpus_shape shape = {.vocabulary = 3, .ids = 3, .paragraphs = 2, .words = 5};
    stage_open(&s, &shape, 3, 1);
    assert_ok(wy_query_parse(string("a"), NULL, &query, &error), &error);
    wy_count_options by = {.size = sizeof by, .by = 3};
    assert_status(WY_E_ARGUMENT, wy_counts_make(s.snapshot, 2, query, &by, &counts, &error), NULL);
    by = (wy_count_options){.size = sizeof by, .issuer = string("\xFF")};
    assert_status(WY_E_ENCODING, wy_counts_make(s.snapshot, 2, query, &by, &counts, &error), NULL);
    assert_status(WY_E_ARGUMENT, wy_counts_make(s.snapshot, 0, query, NULL, &counts, &error), NULL);
    wy_words_options o = {.size = sizeof o, .compare = true};
    assert_status(WY_E_ARGUMENT, wy_words_make(s.snapshot, 2, &o, &words, &error), NULL);
    o = (wy_words_options){.size = sizeof o, .other_from = -1};
    assert_status(WY_E_ARGUMENT, wy_words_make(s.snapshot, 2, &o, &words, &error), NULL);
    wy_search_options order = {.size = sizeof order, .order = 3};
    assert_status(WY_E_ARGUMENT, wy_search(s.snapshot, 2, query, &order, &results, &error), NULL);
    wy_query_free(query);
    stage_close(&s);
    wy_counts_free(NULL);
    wy_words_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions),
        cmocka_unit_test(vocabularies),
        cmocka_unit_test(misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
