/*
 * What exact queries promise: for any substring of any paragraph that does not cut a Latin word or
 * a number, quoted, the count and the paragraphs are those of a scan over the folded text
 * (support/plain_text.h). Over the sample reports and over made-up text of many scripts, in several
 * segments and merged; pruned and exhaustive searches agree.
 *
 * WY_ROUNDS multiplies how much is tried.
 */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "base/utf8.h"
#include "support/plain_text.h"
#include "support/test.h"

typedef struct paragraph {
    char *text;
    wy_plain_text plain;
} paragraph;

/* Report i has the paragraphs of list that begin at firsts[i]. */
typedef struct corpus {
    paragraph *list;
    size_t count, capacity;
    size_t *firsts, reports, report_capacity;
} corpus;

static void begin_report(corpus *c)
{
    if (c->reports == c->report_capacity) {
        c->report_capacity = 2 * c->report_capacity + 16;
        c->firsts = wy_test_realloc(c->firsts, c->report_capacity * sizeof *c->firsts);
    }
    c->firsts[c->reports++] = c->count;
}

static void add_paragraph(corpus *c, const char *text, size_t length)
{
    if (c->count == c->capacity) {
        c->capacity = 2 * c->capacity + 64;
        c->list = wy_test_realloc(c->list, c->capacity * sizeof *c->list);
    }
    paragraph *p = &c->list[c->count++];
    p->text = wy_test_alloc(length + 1);
    memcpy(p->text, text, length);
    p->text[length] = '\0';
    p->plain = wy_plain_text_of(text, length);
}

static void corpus_free(corpus *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->list[i].text);
        wy_plain_text_free(&c->list[i].plain);
    }
    free(c->list);
    free(c->firsts);
}

/* ---- An index of it ------------------------------------------------------------------------- */

static size_t end_of(const corpus *c, size_t report)
{
    return report + 1 < c->reports ? c->firsts[report + 1] : c->count;
}

/* Commits after every `step` reports; then merges, if asked to. */
static wy_snapshot *make_index(const corpus *c, const char *analyzer, const char *folder,
                               size_t step, bool merge, wy_index **index)
{
    wy_error error;
    wy_writer *writer;
    wy_snapshot *snapshot;
    const wy_index_options options = {.size = sizeof options, .create = true, .analyzer = analyzer};
    assert_ok(wy_index_open(folder, &options, index, &error), &error);
    assert_ok(wy_writer_open(*index, NULL, &writer, &error), &error);
    for (size_t r = 0; r < c->reports; r++) {
        char id[32];
        const size_t first = c->firsts[r], count = end_of(c, r) - first;
        wy_paragraph *list = wy_test_alloc((count + 1) * sizeof *list);
        for (size_t i = 0; i < count; i++) {
            const char *text = c->list[first + i].text;
            list[i] = (wy_paragraph){.text = {text, strlen(text)}};
        }
        snprintf(id, sizeof id, "%zu", r);
        const wy_report report = {.size = sizeof report,
                                  .id = {id, strlen(id)},
                                  .title = {"t", 1},
                                  .paragraphs = list,
                                  .paragraph_count = count};
        assert_ok(wy_writer_add(writer, &report, &error), &error);
        free(list);
        if (r % step == step - 1) assert_ok(wy_writer_commit(writer, &error), &error);
    }
    assert_ok(merge ? wy_writer_merge(writer, 1, &error) : wy_writer_commit(writer, &error),
              &error);
    wy_writer_close(writer);
    assert_ok(wy_snapshot_open(*index, &snapshot, &error), &error);
    return snapshot;
}

/* ---- Queries -------------------------------------------------------------------------------- */

/* A substring between two cuts; one of eight has more units than a query has bits for. Its UTF-8,
 * quoted, in new memory; NULL: no luck. */
static char *draw_query(const corpus *c, wy_test_random *random, wy_plain_text *needle)
{
    const wy_plain_text *from = &c->list[wy_test_below(random, c->count)].plain;
    if (from->length == 0) return NULL;
    size_t begin = (size_t)wy_test_below(random, from->length);
    size_t end = begin + 1 + (size_t)wy_test_below(random, wy_test_below(random, 8) ? 20 : 200);
    if (end > from->length) end = from->length;
    while (!from->cuts[begin]) begin--;
    while (!from->cuts[end]) end++;
    if (from->units[begin] == ' ' || from->units[end - 1] == ' ') return NULL;
    char *out = wy_test_alloc(8 * (end - begin) + 3);
    size_t at = 0;
    out[at++] = '"';
    for (size_t i = begin; i < end; i++) {
        uint32_t u = from->units[i];
        if ((u & 0xfc00) == 0xd800)
            u = 0x10000 + ((u - 0xd800) << 10) + (from->units[++i] - 0xdc00U);
        out[at++] = '\\';
        if (u < 0x80) {
            out[at++] = (char)u;
        } else if (u < 0x800) {
            out[at++] = (char)(0xC0 | u >> 6);
            out[at++] = (char)(0x80 | (u & 63));
        } else {
            if (u >= 0x10000) out[at++] = (char)(0xF0 | u >> 18);
            out[at++] = (char)(u >= 0x10000 ? 0x80 | (u >> 12 & 63) : 0xE0 | u >> 12);
            out[at++] = (char)(0x80 | (u >> 6 & 63));
            out[at++] = (char)(0x80 | (u & 63));
        }
    }
    out[at++] = '"';
    out[at] = '\0';
    *needle = wy_plain_text_part(from, begin, end);
    return out;
}

/* All hits of a search; marks them in `found`, and keeps their scores there. */
static size_t ask(wy_snapshot *snapshot, const corpus *c, const char *text, bool exhaustive,
                  double *found)
{
    wy_error error;
    wy_query *query;
    wy_results *results;
    const wy_search_options options = {
        .size = sizeof options, .limit = c->count + 1, .count = true, .exhaustive = exhaustive};
    assert_ok(wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, &error), &error);
    assert_ok(wy_search(&snapshot, 1, query, &options, &results, &error), &error);
    const size_t count = (size_t)wy_results_count(results);
    assert_int_equal(count, wy_results_size(results));
    for (size_t i = 0; i < c->count; i++) found[i] = -1;
    for (size_t i = 0; i < wy_results_size(results); i++) {
        const wy_hit *hit;
        assert_ok(wy_results_hit(results, i, &hit, &error), &error);
        found[c->firsts[strtoul(hit->report.data, NULL, 10)] + hit->paragraph - 1] = hit->score;
        if (hit->highlight_count == 0)
            fail_msg("%s: nothing is marked in %s", text, hit->text.data);
    }
    wy_results_free(results);
    wy_query_free(query);
    return count;
}

static int by_score(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The few best are those of all, though documents may be left out on the way that cannot be among
 * them. Sorts `found`. */
static void ask_best(wy_snapshot *snapshot, const corpus *c, const char *text, double *found)
{
    enum { BEST = 3 };
    wy_error error;
    wy_query *query;
    wy_results *results;
    const wy_search_options options = {.size = sizeof options, .limit = BEST};
    assert_ok(wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, &error), &error);
    assert_ok(wy_search(&snapshot, 1, query, &options, &results, &error), &error);
    qsort(found, c->count, sizeof *found, by_score);
    for (size_t i = 0; i < BEST && i < c->count && found[i] >= 0; i++) {
        const wy_hit *hit;
        assert_true(i < wy_results_size(results));
        assert_ok(wy_results_hit(results, i, &hit, &error), &error);
        if (memcmp(&hit->score, &found[i], sizeof *found) != 0)
            fail_msg("%s: hit %zu has score %f, not %f", text, i + 1, hit->score, found[i]);
    }
    wy_results_free(results);
    wy_query_free(query);
}

/* A word of a paragraph that a query finds wherever it stands: one that an unquoted query is cut
 * into. In new memory; NULL: no luck. */
static char *draw_word(const corpus *c, wy_test_random *random, wy_plain_text *needle)
{
    const char *text = c->list[wy_test_below(random, c->count)].text;
    wy_analysis *analysis, *alone;
    wy_error error;
    char *out = NULL;
    assert_ok(wy_analyze("icu", (wy_string){text, strlen(text)}, NULL, &analysis, &error), &error);
    if (wy_analysis_size(analysis) > 0) {
        const wy_string word =
            wy_analysis_term(analysis, wy_test_below(random, wy_analysis_size(analysis)))->text;
        assert_ok(wy_analyze("icu", word, NULL, &alone, &error), &error);
        if (wy_analysis_size(alone) == 1 && wy_plain_is_everywhere(word.data, word.length)) {
            out = wy_test_format("%.*s", (int)word.length, word.data);
            *needle = wy_plain_text_of(word.data, word.length);
        }
        wy_analysis_free(alone);
    }
    wy_analysis_free(analysis);
    return out;
}

/* Asks for a text: found are the paragraphs that have it, the best of them first; and, with
 * `again`, the same without pruning. */
static void try_query(wy_snapshot *snapshot, const corpus *c, const char *query,
                      const wy_plain_text *needle, double *found, double *again)
{
    ask(snapshot, c, query, false, found);
    for (size_t p = 0; p < c->count; p++) {
        const bool there = wy_plain_text_count(&c->list[p].plain, needle) > 0;
        if (there != (found[p] >= 0))
            fail_msg("%s is %sfound in %s", query, there ? "not " : "", c->list[p].text);
    }
    if (again) {
        ask(snapshot, c, query, true, again);
        assert_memory_equal(found, again, c->count * sizeof *found);
    }
    ask_best(snapshot, c, query, found);
}

/* The same reports in two indexes: one reads text where punctuation is asked for, one need not. */
typedef struct twins {
    char *folders[2];
    wy_index *indexes[2];
    wy_snapshot *snapshots[2];
} twins;

static twins make_twins(const corpus *c, size_t step, bool merge)
{
    static const char *const analyzers[] = {"icu", "icu-punctuation"};
    twins t;
    for (int i = 0; i < 2; i++) {
        t.folders[i] = wy_test_folder_make();
        t.snapshots[i] = make_index(c, analyzers[i], t.folders[i], step, merge, &t.indexes[i]);
    }
    return t;
}

static void twins_free(twins *t)
{
    for (int i = 0; i < 2; i++) {
        wy_snapshot_close(t->snapshots[i]);
        wy_index_close(t->indexes[i]);
        wy_test_folder_remove(t->folders[i]);
    }
}

/* Asks both, with `thorough` also without pruning: they find the same, with the same scores. */
static void try_both(const twins *t, const corpus *c, const char *query,
                     const wy_plain_text *needle, bool thorough)
{
    double *found = wy_test_alloc(c->count * sizeof *found);
    double *other = wy_test_alloc(c->count * sizeof *other);
    ask(t->snapshots[0], c, query, false, found);
    ask(t->snapshots[1], c, query, thorough, other);
    for (size_t p = 0; p < c->count; p++) {
        if (memcmp(&found[p], &other[p], sizeof *found) != 0)
            fail_msg("%s scores %f and %f in %s", query, found[p], other[p], c->list[p].text);
    }
    ask_best(t->snapshots[1], c, query, other);
    try_query(t->snapshots[0], c, query, needle, found, thorough ? other : NULL);
    free(found);
    free(other);
}

static void try_queries(const corpus *c, size_t step, bool merge, size_t rounds, uint64_t stream)
{
    wy_test_random random = wy_test_random_of(stream);
    twins both = make_twins(c, step, merge);
    for (size_t i = 0; i < rounds; i++) {
        wy_plain_text needle;
        char *query = draw_query(c, &random, &needle);
        if (!query) continue;
        try_both(&both, c, query, &needle, i % 8 == 0);
        wy_plain_text_free(&needle);
        free(query);
    }
    for (size_t i = 0; i < rounds / 2; i++) {
        wy_plain_text needle;
        char *word = draw_word(c, &random, &needle);
        if (!word) continue;
        try_both(&both, c, word, &needle, i % 4 == 0);
        wy_plain_text_free(&needle);
        free(word);
    }
    twins_free(&both);
}

/* ---- The sample reports --------------------------------------------------------------------- */

static corpus *reading; /* nftw has no context */

static int read_report(const char *path, const struct stat *info, int type, struct FTW *place)
{
    const size_t length = strlen(path);
    (void)info;
    (void)place;
    if (type != FTW_F || length < 4 || strcmp(path + length - 4, ".txt") != 0) return 0;
    size_t size;
    char *text = wy_test_file_read(path, &size);
    if (wy_utf8_valid(text, size) < size) { /* some are in other encodings */
        free(text);
        return 0;
    }
    begin_report(reading);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        add_paragraph(reading, line, strlen(line));
    free(text);
    return 0;
}

static void sample_reports(void **state)
{
    corpus c = {0};
    (void)state;
    reading = &c;
    wy_test_must(nftw(WY_SOURCE_DIR "/corpus", read_report, 8, FTW_PHYS) == 0);
    assert_true(c.count > 0);
    try_queries(&c, 3, false, wy_test_rounds(400), 1);
    try_queries(&c, 100, true, wy_test_rounds(200), 2);
    corpus_free(&c);
}

/* ---- Many scripts --------------------------------------------------------------------------- */

static void many_scripts(void **state)
{
    static const char *const pieces[] = {
        "未成年人", "法治政府", "人民",     "政府",   "法",   "的",     "國",  "体系",      "增长",
        "GDP",      "law",      "laws",     "don't",  "2023", "3.5",    "％",  "、",        "！",
        "。",       "（",       "”",        " ",      "  ",   "\n",     "-",   "_",         "a",
        "カタカナ", "ー",       "ひらがな", "한국어", "ไทย",  "Привет", "é",   "e\xCC\x81", "가",
        "ﾊﾟ",       "㎏",       "😀",        "ß",      "—",    "…",      "人人",
        ".",        ":",        "'",         "·"};
    corpus c = {0};
    wy_test_random random = wy_test_random_of(3);
    (void)state;
    for (size_t r = 0; r < 60; r++) {
        begin_report(&c);
        for (uint64_t p = 1 + wy_test_below(&random, 6); p > 0; p--) {
            char text[2000] = "x";
            const uint64_t kinds = 2 + wy_test_below(&random, sizeof pieces / sizeof *pieces - 1);
            for (uint64_t i = wy_test_below(&random, 60); i > 0; i--)
                strcat(text, pieces[wy_test_below(&random, kinds)]);
            add_paragraph(&c, text, strlen(text));
        }
    }
    try_queries(&c, 9, false, wy_test_rounds(1500), 4);
    try_queries(&c, 20, true, wy_test_rounds(1500), 5);
    corpus_free(&c);
}

/* Signs that join words where no white space is beside them, at the ends of queries too. */
static void signs(void **state)
{
    static const char *const pieces[] = {" ", ".",  ",",  ":",      "'", "x",  "law",
                                         "5", "人", "法", "\u3000", "·", "，", "."};
    corpus c = {0};
    wy_test_random random = wy_test_random_of(12);
    (void)state;
    for (size_t r = 0; r < 40; r++) {
        begin_report(&c);
        for (uint64_t p = 1 + wy_test_below(&random, 6); p > 0; p--) {
            char text[200] = "x";
            const uint64_t kinds = 3 + wy_test_below(&random, sizeof pieces / sizeof *pieces - 2);
            for (uint64_t i = wy_test_below(&random, 24); i > 0; i--)
                strcat(text, pieces[wy_test_below(&random, kinds)]);
            add_paragraph(&c, text, strlen(text));
        }
    }
    try_queries(&c, 7, false, wy_test_rounds(2000), 13);
    try_queries(&c, 20, true, wy_test_rounds(1000), 14);
    corpus_free(&c);
}

/* Words too long for a term are cut there; the text tells them apart. */
static void long_words(void **state)
{
    corpus c = {0};
    char word[400];
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        begin_report(&c);
        memset(word, 'a', sizeof word);
        word[254 + i] = '\0';
        if (i % 2) memcpy(word + 252, "zz", 2);
        add_paragraph(&c, word, strlen(word));
        strcpy(word + 200, "中文中文");
        add_paragraph(&c, word, strlen(word));
    }
    try_queries(&c, 2, false, wy_test_rounds(100), 6);
    corpus_free(&c);
}

/* Runs of punctuation, too, that are longer than a term, by a byte or by much. */
static void long_runs(void **state)
{
    static const char *const pieces[] = {"目录", "第一章", "5", "a", "、",
                                         "。",   "“",      "”", "…", " "};
    corpus c = {0};
    wy_test_random random = wy_test_random_of(9);
    (void)state;
    for (size_t r = 0; r < 20; r++) {
        begin_report(&c);
        for (uint64_t p = 1 + wy_test_below(&random, 6); p > 0; p--) {
            char text[2000] = "";
            for (uint64_t i = wy_test_below(&random, 20); i > 0; i--) {
                const size_t length = strlen(text);
                strcat(text, pieces[wy_test_below(&random, sizeof pieces / sizeof *pieces)]);
                if (r % 2 || wy_test_below(&random, 8) || length > 1000) continue;
                const size_t dots = 250 + (size_t)wy_test_below(&random, 10);
                memset(text + length, '.', dots);
                text[length + dots] = '\0';
            }
            add_paragraph(&c, text, strlen(text));
        }
    }
    try_queries(&c, 3, false, wy_test_rounds(1000), 10);
    try_queries(&c, 20, true, wy_test_rounds(1000), 11);
    corpus_free(&c);
}

/* So many that a segment is searched in several windows, and what the first ones found bounds what
 * is looked for in the others. */
static void many_windows(void **state)
{
    static const char *const words[] = {"行政",     "处罚", "行政处罚", "执行", "政府",
                                        "人民政府", "的",   "规定",     "罚款", "应当",
                                        "处",       "理",   "，",       "管理"};
    corpus c = {0};
    wy_test_random random = wy_test_random_of(7);
    (void)state;
    for (size_t p = 0; p < 40000; p++) {
        char text[400] = "";
        if (p % 500 == 0) begin_report(&c);
        for (uint64_t i = 1 + wy_test_below(&random, wy_test_below(&random, 20) ? 4 : 24); i > 0;
             i--)
            strcat(text, words[wy_test_below(&random, sizeof words / sizeof *words)]);
        add_paragraph(&c, text, strlen(text));
    }
    try_queries(&c, 1000, true, wy_test_rounds(60), 6);
    corpus_free(&c);
}

/* Whole paragraphs whose rarest characters are those that share a bit of a query, from the 64th on:
 * there the search begins. */
static void rare_ends(void **state)
{
    static const char *const words[] = {"行政", "处罚", "行政处罚", "政府", "人民", "人民政府",
                                        "的",   "法",   "治",       "法治", "规定"};
    static const char *const rare[] = {"龘", "靐", "齉", "爨", "纛", "矗", "鑫", "淼", "焱", "垚"};
    corpus c = {0};
    wy_test_random random = wy_test_random_of(8);
    (void)state;
    begin_report(&c);
    for (size_t p = 0; p < 300; p++) {
        char text[400] = "";
        while (strlen(text) < (size_t)(63 * 3))
            strcat(text, words[wy_test_below(&random, sizeof words / sizeof *words)]);
        for (uint64_t i = p % 10 ? 0 : 2 + wy_test_below(&random, 3); i > 0; i--)
            strcat(text, rare[wy_test_below(&random, sizeof rare / sizeof *rare)]);
        add_paragraph(&c, text, strlen(text));
    }
    twins both = make_twins(&c, 1, false);
    for (size_t p = 0; p < c.count; p += p % 10 ? 3 : 1) {
        char query[410];
        snprintf(query, sizeof query, "\"%s\"", c.list[p].text);
        try_both(&both, &c, query, &c.list[p].plain, true);
    }
    twins_free(&both);
    corpus_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_reports), cmocka_unit_test(many_scripts),
        cmocka_unit_test(many_windows),   cmocka_unit_test(rare_ends),
        cmocka_unit_test(long_words),     cmocka_unit_test(long_runs),
        cmocka_unit_test(signs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
