/*
 * Ranking in several segments: pruned search gives the same paragraphs and scores as exhaustive
 * search, which goes other ways; and all is the same whichever way reports are spread over indexes.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

enum { VOCABULARY = 400, PARAGRAPHS_MAX = 60, INDEXES_MAX = 8 };

typedef struct corpus {
    uint32_t reports;
    unsigned indexes;   /* over which they are spread; each is merged to one segment */
    unsigned deletions; /* one report of so many; 0: none */
    unsigned longest;   /* words in a paragraph */
    unsigned words;     /* different ones; 0: all */
} corpus;

/* Words w0, w1, ...; the n-th is about 1 / (n + 1) as frequent as the first. */
static unsigned zipf(wy_test_random *random)
{
    double u = (double)wy_test_below(random, 1 << 20) / (1 << 20);
    return (unsigned)(exp(u * log(VOCABULARY + 1)) - 1);
}

static size_t random_text(wy_test_random *random, unsigned words, unsigned different, char *out,
                          size_t room)
{
    size_t length = 0;
    for (unsigned i = 0; i < words && length + 8 < room; i++)
        length += (size_t)snprintf(out + length, room - length, "%sw%u", i ? " " : "",
                                   zipf(random) % different);
    return length;
}

/* Report `number` is the same whenever it is made from one stream. */
static int add_report(wy_writer *writer, uint64_t stream, uint32_t number, const corpus *c,
                      wy_error *error)
{
    static char texts[PARAGRAPHS_MAX][1024];
    wy_paragraph paragraphs[PARAGRAPHS_MAX];
    char id[32], title[128];
    wy_test_random random = wy_test_random_of(stream * 1000003 + number);
    size_t count = wy_test_below(&random, PARAGRAPHS_MAX);
    const unsigned different = c->words ? c->words : VOCABULARY;
    wy_report report = {.size = sizeof report};
    for (size_t i = 0; i < count; i++) {
        /* Many of one length, so that many scores are equal. */
        unsigned words =
            wy_test_below(&random, 2) ? 4 : (unsigned)wy_test_below(&random, c->longest) + 1;
        size_t length = random_text(&random, words, different, texts[i], sizeof texts[i]);
        paragraphs[i] = (wy_paragraph){.text = {texts[i], length}};
    }
    report.id =
        (wy_string){id, (size_t)snprintf(id, sizeof id, "r%u", (unsigned)(number * 7919 % 1009))};
    report.title = (wy_string){title, random_text(&random, 3, different, title, sizeof title)};
    report.year = wy_test_below(&random, 8) ? 2000 + (int32_t)wy_test_below(&random, 6) : 0;
    report.paragraphs = paragraphs;
    report.paragraph_count = count;
    return wy_writer_add(writer, &report, error);
}

/* Indexes that are searched together. */
typedef struct library {
    size_t count;
    char *folders[INDEXES_MAX];
    wy_index *indexes[INDEXES_MAX];
    wy_snapshot *snapshots[INDEXES_MAX];
} library;

static wy_writer *open_index(library *l, wy_error *error)
{
    wy_index_options options = {.size = sizeof options, .create = true, .analyzer = "whitespace"};
    wy_writer *writer;
    size_t i = l->count++;
    wy_test_must(i < INDEXES_MAX);
    l->folders[i] = wy_test_folder_make();
    assert_ok(wy_index_open(l->folders[i], &options, &l->indexes[i], error), error);
    assert_ok(wy_writer_open(l->indexes[i], NULL, &writer, error), error);
    return writer;
}

static void finish_index(library *l, wy_writer *writer, wy_error *error)
{
    assert_ok(wy_writer_merge(writer, 1, error), error);
    wy_writer_close(writer);
    assert_ok(wy_snapshot_open(l->indexes[l->count - 1], &l->snapshots[l->count - 1], error),
              error);
}

static void close_library(library *l)
{
    for (size_t i = 0; i < l->count; i++) {
        wy_snapshot_close(l->snapshots[i]);
        wy_index_close(l->indexes[i]);
        wy_test_folder_remove(l->folders[i]);
    }
}

static library make_library(uint64_t stream, const corpus *c)
{
    library l = {0};
    wy_error error;
    for (unsigned part = 0; part < c->indexes; part++) {
        wy_writer *writer = open_index(&l, &error);
        for (uint32_t i = 0; i < c->reports; i++) {
            if (i * 31 % 17 % c->indexes == part)
                assert_ok(add_report(writer, stream, i, c, &error), &error);
        }
        assert_ok(wy_writer_commit(writer, &error), &error);
        for (uint32_t i = 0; c->deletions && i < c->reports; i += c->deletions) {
            char id[32];
            int length = snprintf(id, sizeof id, "r%u", (unsigned)(i * 7919 % 1009));
            assert_ok(wy_writer_delete(writer, (wy_string){id, (size_t)length}, &error), &error);
        }
        if (c->deletions) /* the dead stay, under a live set */
            assert_ok(wy_writer_commit(writer, &error), &error);
        else
            assert_ok(wy_writer_merge(writer, 1, &error), &error);
        wy_writer_close(writer);
        assert_ok(wy_snapshot_open(l.indexes[part], &l.snapshots[part], &error), &error);
    }
    return l;
}

/* ---- Random queries ------------------------------------------------------------------------ */

typedef struct text {
    char data[16384];
    size_t length;
} text;

static void put(text *t, const char *more)
{
    size_t n = strlen(more);
    if (t->length + n >= sizeof t->data) return;
    memcpy(t->data + t->length, more, n + 1);
    t->length += n;
}

static void put_query(wy_test_random *random, text *t, int depth);

static void put_leaf(wy_test_random *random, text *t)
{
    char word[64];
    uint64_t kind = wy_test_below(random, 24);
    unsigned a = zipf(random), b = zipf(random), year = 2000 + (unsigned)wy_test_below(random, 6);
    if (kind < 14)
        snprintf(word, sizeof word, "w%u", a);
    else if (kind < 17)
        snprintf(word, sizeof word, "\"w%u w%u\"", a % 8, b % 8);
    else if (kind < 18)
        snprintf(word, sizeof word, "\"w%u w%u w%u\"", a % 3, b % 3, a % 3);
    else if (kind < 20)
        snprintf(word, sizeof word, "title:w%u", a % 32);
    else if (kind < 21)
        snprintf(word, sizeof word, "title:\"w%u w%u\"", a % 4, b % 4);
    else if (kind < 22)
        snprintf(word, sizeof word, "year:%u..%u", year, year + 1);
    else if (kind < 23)
        snprintf(word, sizeof word, "w%u\\ w%u", a, b);
    else
        snprintf(word, sizeof word, "nowhere");
    put(t, word);
}

static void put_part(wy_test_random *random, text *t, int depth)
{
    if (depth == 0 || wy_test_below(random, 3)) {
        put_leaf(random, t);
        return;
    }
    put(t, "(");
    put_query(random, t, depth - 1);
    put(t, ")");
}

static void put_query(wy_test_random *random, text *t, int depth)
{
    static const char *const joints[] = {" ", " ", " ", " OR ", " AND ", " AND NOT ", " +", " -"};
    uint64_t parts = 1 + wy_test_below(random, 4), way = wy_test_below(random, 3);
    for (uint64_t i = 0; i < parts; i++) {
        uint64_t joint = way == 0 ? 0 : way == 1 ? 4 : wy_test_below(random, 8);
        if (i) put(t, joints[joint]);
        put_part(random, t, depth);
    }
}

/* ---- Comparing ----------------------------------------------------------------------------- */

static wy_results *search(const library *l, const char *query_text,
                          const wy_search_options *options)
{
    wy_query *query;
    wy_results *results;
    wy_error error;
    int status = wy_query_parse((wy_string){query_text, strlen(query_text)}, NULL, &query, &error);
    if (status) print_message("query: %s\n", query_text);
    assert_ok(status, &error);
    status = wy_search(l->snapshots, l->count, query, options, &results, &error);
    if (status) print_message("query: %s\n", query_text);
    assert_ok(status, &error);
    wy_query_free(query);
    return results;
}

static void assert_same(wy_results *a, wy_results *b, const char *query_text)
{
    wy_error error;
    bool same = wy_results_size(a) == wy_results_size(b);
    for (size_t i = 0; i < wy_results_size(a) && same; i++) {
        const wy_hit *x, *y;
        assert_ok(wy_results_hit(a, i, &x, &error), &error);
        assert_ok(wy_results_hit(b, i, &y, &error), &error);
        same = x->score == y->score && x->paragraph == y->paragraph &&
               x->report.length == y->report.length &&
               memcmp(x->report.data, y->report.data, x->report.length) == 0;
        if (!same)
            print_message("hit %zu: %.*s#%u %f, %.*s#%u %f\n", i, (int)x->report.length,
                          x->report.data, x->paragraph, x->score, (int)y->report.length,
                          y->report.data, y->paragraph, y->score);
    }
    if (!same)
        print_message("query: %s\nhits: %zu and %zu\n", query_text, wy_results_size(a),
                      wy_results_size(b));
    assert_true(same);
}

static const size_t limits[] = {1, 2, 10, 10, 100, 100, 3000};

static void compare_one(const library *l, wy_test_random *random, const char *query_text)
{
    wy_search_options options = {.size = sizeof options, .count = true};
    options.limit = limits[wy_test_below(random, sizeof limits / sizeof *limits)];
    if (wy_test_below(random, 4) == 0) {
        options.year_from = 2000 + (int32_t)wy_test_below(random, 6);
        options.year_to = wy_test_below(random, 2) ? options.year_from + 2 : 0;
    }
    wy_results *pruned = search(l, query_text, &options);
    options.exhaustive = true;
    wy_results *whole = search(l, query_text, &options);
    assert_same(pruned, whole, query_text);
    if (wy_results_count(pruned) != wy_results_count(whole))
        print_message("query: %s\n", query_text);
    assert_int_equal(wy_results_count(pruned), wy_results_count(whole));
    /* Ranking and counting alone. */
    options.exhaustive = false;
    options.count = false;
    wy_results *ranked = search(l, query_text, &options);
    assert_same(ranked, whole, query_text);
    options.count = true;
    options.limit = 0;
    wy_results *counted = search(l, query_text, &options);
    assert_int_equal(wy_results_count(counted), wy_results_count(whole));
    wy_results_free(counted);
    wy_results_free(ranked);
    wy_results_free(pruned);
    wy_results_free(whole);
}

static void compare_pruned(const library *l, wy_test_random *random, int queries)
{
    for (int i = 0; i < queries; i++) {
        text t = {.length = 0};
        put_query(random, &t, (int)wy_test_below(random, 3));
        compare_one(l, random, t.data);
    }
}

static const corpus corpora[] = {
    {.reports = 40, .indexes = 1, .longest = 30},
    {.reports = 150, .indexes = 5, .deletions = 7, .longest = 60},
    {.reports = 900, .indexes = 3, .longest = 40},
    {.reports = 900, .indexes = 6, .deletions = 11, .longest = 12},
};

static void pruned_is_exhaustive(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof corpora / sizeof *corpora; c++) {
        library l = make_library(c, &corpora[c]);
        wy_test_random random = wy_test_random_of(100 + c);
        compare_pruned(&l, &random, 250);
        close_library(&l);
    }
}

/* Phrases alone, whose rarer words are compared before the others are looked for where these are
 * frequent: over blocks enough for that, in paragraphs that have some several times. */
static void phrases_alone(void **state)
{
    (void)state;
    const corpus shape = {.reports = 900, .indexes = 1, .longest = 60, .words = 6};
    library l = make_library(55, &shape);
    wy_test_random random = wy_test_random_of(300);
    for (unsigned i = 0; i < 150; i++) {
        text t = {.length = 0};
        const unsigned words = 2 + (unsigned)wy_test_below(&random, 4);
        for (unsigned w = 0; w < words; w++) {
            char word[16];
            snprintf(word, sizeof word, "%sw%u", w ? " " : "\"", zipf(&random) % shape.words);
            put(&t, word);
        }
        put(&t, "\"");
        compare_one(&l, &random, t.data);
    }
    close_library(&l);
}

/* The same reports in one index and in several searched together. */
static void spread_does_not_matter(void **state)
{
    (void)state;
    corpus parts[] = {{.reports = 300, .indexes = 1, .longest = 20},
                      {.reports = 300, .indexes = 7, .longest = 20}};
    library one = make_library(77, &parts[0]), seven = make_library(77, &parts[1]);
    wy_test_random random = wy_test_random_of(200);
    for (int i = 0; i < 300; i++) {
        text t = {.length = 0};
        put_query(&random, &t, 1);
        wy_search_options options = {.size = sizeof options, .count = true};
        options.limit = limits[wy_test_below(&random, sizeof limits / sizeof *limits)];
        wy_results *a = search(&one, t.data, &options), *b = search(&seven, t.data, &options);
        assert_same(a, b, t.data);
        assert_int_equal(wy_results_count(a), wy_results_count(b));
        wy_results_free(a);
        wy_results_free(b);
    }
    close_library(&one);
    close_library(&seven);
}

/* Queries of 500 parts. */
static void long_queries(void **state)
{
    (void)state;
    const corpus c = {.reports = 60, .indexes = 2, .longest = 40};
    library l = make_library(5, &c);
    static const char *const forms[] = {"w%u ", "\"w%u w0\" ", "(w%u AND w1) ", "-w%u "};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        text t = {.length = 0};
        for (unsigned i = 0; i < 500; i++) {
            char part[64];
            /* The form is one of the four above. */
            const char *form = forms[f];
            const char *hole = strstr(form, "%u");
            snprintf(part, sizeof part, "%.*s%u%s", (int)(hole - form), form, i, hole + 2);
            put(&t, part);
        }
        wy_search_options options = {.size = sizeof options, .limit = 10, .count = true};
        wy_results *pruned = search(&l, t.data, &options);
        options.exhaustive = true;
        wy_results *whole = search(&l, t.data, &options);
        assert_same(pruned, whole, forms[f]);
        assert_int_equal(wy_results_count(pruned), wy_results_count(whole));
        wy_results_free(pruned);
        wy_results_free(whole);
    }
    close_library(&l);
}

/* ---- Small cases, by hand ------------------------------------------------------------------ */

typedef struct small_case {
    const char *query, *hits; /* "report#paragraph ..." in order */
} small_case;

static void check_case(const library *l, const small_case *wanted, bool exhaustive)
{
    wy_error error;
    wy_search_options find = {
        .size = sizeof find, .limit = 100, .count = true, .exhaustive = exhaustive};
    wy_results *results = search(l, wanted->query, &find);
    char hits[256] = "";
    size_t length = 0;
    for (size_t h = 0; h < wy_results_size(results); h++) {
        const wy_hit *hit;
        assert_ok(wy_results_hit(results, h, &hit, &error), &error);
        length += (size_t)snprintf(hits + length, sizeof hits - length, "%s%.*s#%u", h ? " " : "",
                                   (int)hit->report.length, hit->report.data, hit->paragraph);
    }
    if (strcmp(hits, wanted->hits) != 0) print_message("query: %s\n", wanted->query);
    assert_string_equal(hits, wanted->hits);
    assert_int_equal(wy_results_count(results), wy_results_size(results));
    wy_results_free(results);
}

static void small_cases(void **state)
{
    (void)state;
    static const struct {
        const char *id, *title;
        int32_t year;
        const char *texts[4];
    } reports[] = {
        {"a", "plan one", 2020, {"x y z", "x y", "y x"}},
        {"b", "plan two", 2021, {"x x", "z", "q r s t"}},
        {"c", "other", 0, {"x y x y x y", "q s"}},
    };
    static const small_case cases[] = {
        {"q", "c#2 b#3"},
        {"x AND z", "a#1"},
        {"z AND NOT x", "b#2"},
        {"z -x", "b#2"},
        {"NOT x", "c#2 b#2 b#3"},
        {"-x -z", "c#2 b#3"},
        {"\"y x\"", "a#3 c#1"},
        {"\"x y\"", "c#1 a#2 a#1"},
        {"\"x y x\"", "c#1"},
        {"\"x x\"", "b#1"},
        {"\"z x\"", ""},
        {"year:2021", "b#1 b#2 b#3"},
        {"year:2020..", "a#1 a#2 a#3 b#1 b#2 b#3"},
        {"year:..2020", "a#1 a#2 a#3"},
        {"z AND year:2021", "b#2"},
        {"+year:2021 z", "b#2"},
        {"year:2021 z", "b#2"},
        {"+year:2021 -z", "b#1 b#3"},
        {"title:two", "b#1 b#2 b#3"},
        {"title:two AND z", "b#2"},
        {"title:\"plan one\" AND y", "a#2 a#3 a#1"},
        {"q OR NOT x", "c#2 b#3 b#2"},
        {"nowhere", ""},
        {"nowhere z", "b#2 a#1"},
        {"+nowhere z", ""},
        {"z -nowhere", "b#2 a#1"},
        {"+(z q) -r", "b#2 c#2 a#1"},
    };
    /* In one index, and in one for each report. */
    for (int spread = 0; spread < 2; spread++) {
        library l = {0};
        wy_error error;
        wy_writer *writer = NULL;
        for (size_t r = 0; r < sizeof reports / sizeof *reports; r++) {
            if (!writer) writer = open_index(&l, &error);
            wy_paragraph paragraphs[4];
            wy_report report = {.size = sizeof report, .year = reports[r].year};
            report.id = (wy_string){reports[r].id, 1};
            report.title = (wy_string){reports[r].title, strlen(reports[r].title)};
            report.paragraphs = paragraphs;
            for (size_t p = 0; p < 4 && reports[r].texts[p]; p++) {
                const char *body = reports[r].texts[p];
                paragraphs[report.paragraph_count++] = (wy_paragraph){.text = {body, strlen(body)}};
            }
            assert_ok(wy_writer_add(writer, &report, &error), &error);
            if (spread || r + 1 == sizeof reports / sizeof *reports) {
                finish_index(&l, writer, &error);
                writer = NULL;
            }
        }
        for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++)
            check_case(&l, &cases[i / 2], i % 2);
        close_library(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_cases),   cmocka_unit_test(pruned_is_exhaustive),
        cmocka_unit_test(phrases_alone), cmocka_unit_test(spread_does_not_matter),
        cmocka_unit_test(long_queries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
