/*
 * Random reports and random operations: after each commit the index answers random questions as the
 * oracle does, which goes through everything. Pruned and exhaustive searches agree, and it does not
 * matter how reports are spread over segments and indexes: to the last bit of every score.
 *
 * WY_ROUNDS multiplies how much is tried.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/index.h"
#include "index/writer.h"
#include "support/compare.h"
#include "support/corpus_gen.h"
#include "support/env_memory.h"

/* ---- An index and what should be in it ------------------------------------------------------ */

typedef struct stage {
    wy_memory_env *memory;
    wy_index *index;
    wy_writer *writer;
    const char *analyzer;
    uint32_t threads;
    wy_oracle *added, *committed;
    wy_snapshot *old; /* of some commit before, and what it held; or NULL */
    wy_oracle *old_oracle;
    wy_corpus corpus;
    wy_test_random random;
} stage;

static wy_index *open_index(const wy_memory_env *memory, const char *analyzer)
{
    wy_index *index;
    wy_error error;
    wy_index_setup setup = {wy_memory_env_table(memory), NULL, true, analyzer};
    assert_ok(wy_index_setup_open("index", &setup, &index, &error), &error);
    return index;
}

static wy_writer *open_writer(wy_index *index, uint32_t threads)
{
    wy_writer *writer;
    wy_error error;
    wy_writer_options options = {
        .size = sizeof options, .memory = (uint64_t)16 << 20, .threads = threads};
    assert_ok(wy_writer_open(index, &options, &writer, &error), &error);
    return writer;
}

static wy_snapshot *take_snapshot(wy_index *index)
{
    wy_snapshot *snapshot;
    wy_error error;
    assert_ok(wy_snapshot_open(index, &snapshot, &error), &error);
    return snapshot;
}

static void add(wy_writer *writer, const wy_report *report)
{
    wy_error error;
    assert_ok(wy_writer_add(writer, report, &error), &error);
}

static void commit(wy_writer *writer)
{
    wy_error error;
    assert_ok(wy_writer_commit(writer, &error), &error);
}

static void check_index(const wy_memory_env *memory)
{
    wy_error error;
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    assert_ok(wy_index_verify("index", &setup, NULL, NULL, &error), &error);
}

static void stage_open(stage *s, const wy_corpus_shape *shape, uint32_t threads, uint64_t stream)
{
    *s = (stage){.memory = wy_memory_env_make(), .threads = threads};
    s->analyzer = shape->chinese ? "icu" : "whitespace";
    s->random = wy_test_random_of(stream);
    wy_corpus_init(&s->corpus, shape);
    s->added = wy_oracle_make(s->analyzer);
    s->committed = wy_oracle_make(s->analyzer);
    s->index = open_index(s->memory, s->analyzer);
    s->writer = open_writer(s->index, threads);
}

static void stage_close(stage *s)
{
    wy_writer_close(s->writer);
    wy_snapshot_close(s->old);
    wy_index_close(s->index);
    wy_oracle_free(s->old_oracle);
    wy_oracle_free(s->added);
    wy_oracle_free(s->committed);
    wy_corpus_free(&s->corpus);
    wy_memory_env_free(s->memory);
}

/* ---- Questions ------------------------------------------------------------------------------ */

typedef struct asker {
    const wy_corpus *corpus;
    const wy_oracle *oracle;
} asker;

static char *any_word(void *context, wy_test_random *random)
{
    const asker *a = context;
    if (wy_test_below(random, 20) == 0) return wy_test_copy("nosuchword");
    /* Rare words as often as frequent ones, too. */
    const wy_corpus_shape *shape = &a->corpus->shape;
    if (wy_test_below(random, 3) == 0)
        return wy_test_copy(a->corpus->words[wy_test_below(random, shape->vocabulary)]);
    return wy_test_copy(wy_corpus_word(a->corpus, random));
}

static char *any_phrase(void *context, wy_ask_field field, wy_test_random *random)
{
    const asker *a = context;
    return wy_oracle_phrase(a->oracle, field, random);
}

static char *any_pattern(void *context, wy_ask_field field, wy_test_random *random)
{
    const asker *a = context;
    /* Of many words even a long pattern may stand for more than a query allows. */
    return a->corpus->shape.vocabulary > 1000 ? NULL : wy_oracle_pattern(a->oracle, field, random);
}

static char *any_fuzzy(void *context, wy_ask_field field, wy_test_random *random)
{
    const asker *a = context;
    return wy_oracle_fuzzy(a->oracle, field, random);
}

/* Ids and paths as the corpus makes them. */
static char *any_report(void *context, bool pattern, wy_test_random *random)
{
    const asker *a = context;
    const size_t number = (size_t)wy_test_below(random, a->corpus->shape.ids);
    if (!pattern) return wy_test_format(number % 2 ? "区/%zu.txt" : "%zu", number / 5);
    static const char *const patterns[] = {"区/*", "*%zu*", "/data/*%zu", "?%zu", "区*?.txt"};
    const char *chosen = patterns[wy_test_below(random, 5)];
    return wy_test_format(chosen, number % 10);
}

static wy_ask_source source_of(asker *a)
{
    return (wy_ask_source){.context = a,
                           .word = any_word,
                           .phrase = any_phrase,
                           .pattern = any_pattern,
                           .fuzzy = any_fuzzy,
                           .report = any_report,
                           .first_year = WY_CORPUS_FIRST_YEAR,
                           .last_year = WY_CORPUS_LAST_YEAR};
}

static void ask_some(wy_snapshot *const *snapshots, size_t snapshot_count, wy_oracle *oracle,
                     const wy_corpus *corpus, size_t count, wy_test_random *random)
{
    asker a = {corpus, oracle};
    wy_ask_source source = source_of(&a);
    source.first_year--;
    source.last_year++;
    for (size_t i = 0; i < count; i++) {
        wy_ask *ask = wy_ask_random(&source, (unsigned)wy_test_below(random, 4), random);
        wy_compare_ask(snapshots, snapshot_count, oracle, ask, random);
        wy_ask_free(ask);
    }
}

/* ---- Operations ----------------------------------------------------------------------------- */

static void look(stage *s, size_t questions)
{
    wy_oracle_free(s->committed);
    s->committed = wy_oracle_clone(s->added);
    wy_snapshot *snapshot = take_snapshot(s->index);
    if (wy_test_below(&s->random, 4) == 0) wy_compare_state(snapshot, s->committed);
    if (wy_test_below(&s->random, 4) == 0) check_index(s->memory);
    ask_some(&snapshot, 1, s->committed, &s->corpus, questions, &s->random);
    if (s->old) {
        ask_some(&s->old, 1, s->old_oracle, &s->corpus, 1, &s->random);
        if (wy_test_below(&s->random, 3)) {
            wy_snapshot_close(snapshot);
            return;
        }
        wy_snapshot_close(s->old);
        wy_oracle_free(s->old_oracle);
    }
    s->old = snapshot;
    s->old_oracle = wy_oracle_clone(s->committed);
}

/* What was not committed is lost. */
static void reopen(stage *s)
{
    wy_writer_close(s->writer);
    if (s->old) {
        wy_snapshot_close(s->old);
        wy_oracle_free(s->old_oracle);
        s->old = NULL;
        s->old_oracle = NULL;
    }
    wy_index_close(s->index);
    wy_oracle_free(s->added);
    s->added = wy_oracle_clone(s->committed);
    s->index = open_index(s->memory, s->analyzer);
    s->writer = open_writer(s->index, s->threads);
}

static void step(stage *s, size_t questions)
{
    wy_error error;
    uint64_t dice = wy_test_below(&s->random, 100);
    if (dice < 70) {
        wy_report *report = wy_corpus_report(&s->corpus, &s->random);
        add(s->writer, report);
        wy_oracle_add(s->added, report);
        wy_report_free(report);
    } else if (dice < 82) {
        wy_string id = wy_corpus_id((size_t)wy_test_below(&s->random, s->corpus.shape.ids));
        assert_ok(wy_writer_delete(s->writer, id, &error), &error);
        wy_oracle_delete(s->added, id);
        free((char *)(uintptr_t)id.data);
    } else if (dice < 94) {
        commit(s->writer);
        look(s, questions);
    } else if (dice < 97) {
        uint32_t segments = (uint32_t)wy_test_below(&s->random, 4) + 1;
        assert_ok(wy_writer_merge(s->writer, segments, &error), &error);
        look(s, questions);
    } else {
        reopen(s);
    }
}

static void operate(const wy_corpus_shape *shape, uint32_t threads, size_t steps, size_t questions,
                    uint64_t stream)
{
    stage s;
    stage_open(&s, shape, threads, stream);
    for (size_t i = 0; i < steps; i++) step(&s, questions);
    commit(s.writer);
    look(&s, questions);
    stage_close(&s);
}

static void small_indexes(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(1);
    for (size_t i = 0; i < wy_test_rounds(60); i++) {
        wy_corpus_shape shape = {.vocabulary = 2 + (size_t)wy_test_below(&random, 40)};
        shape.ids = 1 + (size_t)wy_test_below(&random, 30);
        shape.paragraphs = 1 + (size_t)wy_test_below(&random, 8);
        shape.words = 1 + (size_t)wy_test_below(&random, 40);
        operate(&shape, i % 3 == 2 ? 3 : 1, 60, 8, 1000 + i);
    }
}

static void larger_indexes(void **state)
{
    (void)state;
    for (size_t i = 0; i < wy_test_rounds(3); i++) {
        wy_corpus_shape shape = {
            .vocabulary = i % 3 == 0 ? 60 : 5000, .ids = 400, .paragraphs = 40, .words = 300};
        operate(&shape, i % 2 ? 3 : 1, 250, 10, 2000 + i);
    }
}

static void chinese_indexes(void **state)
{
    (void)state;
    for (size_t i = 0; i < wy_test_rounds(12); i++) {
        wy_corpus_shape shape = {
            .chinese = true, .vocabulary = 200, .ids = 40, .paragraphs = 10, .words = 40};
        operate(&shape, i % 3 == 2 ? 3 : 1, 60, 8, 3000 + i);
    }
}

/* ---- Segments and indexes do not matter ------------------------------------------------------ */

/* Answers of each index, or of several together, are those of the first, bit by bit. */
static void compare_answers(wy_snapshot *one, wy_snapshot *many, wy_snapshot *const *years,
                            size_t year_count, wy_oracle *oracle, const wy_corpus *corpus,
                            wy_test_random *random)
{
    asker a = {corpus, oracle};
    wy_ask_source source = source_of(&a);
    wy_ask *ask = wy_ask_random(&source, (unsigned)wy_test_below(random, 3), random);
    char *query = wy_ask_print(ask, random);
    size_t all = wy_oracle_paragraphs(oracle) + 1;
    size_t limits[] = {all, 10, 1 + (size_t)wy_test_below(random, 200)};
    wy_search_options options = {.size = sizeof options, .limit = all, .count = true};
    options.exhaustive = true;
    wy_answer whole = wy_answer_get(&one, 1, query, &options);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        for (int exhaustive = 0; exhaustive < 2; exhaustive++) {
            options.limit = limits[i];
            options.exhaustive = exhaustive;
            wy_answer b = wy_answer_get(&many, 1, query, &options);
            wy_answer c = wy_answer_get(years, year_count, query, &options);
            wy_answer_compare(query, &whole, 0, limits[i], &b);
            wy_answer_compare(query, &whole, 0, limits[i], &c);
            assert_int_equal(whole.count, b.count);
            assert_int_equal(whole.count, c.count);
            wy_answer_free(&b);
            wy_answer_free(&c);
        }
    }
    wy_answer_free(&whole);
    wy_ask_free(ask);
    free(query);
}

typedef struct plain_index {
    wy_memory_env *memory;
    wy_index *index;
    wy_writer *writer;
    wy_snapshot *snapshot;
} plain_index;

static void plain_open(plain_index *p, const char *analyzer, uint32_t threads)
{
    p->memory = wy_memory_env_make();
    p->index = open_index(p->memory, analyzer);
    p->writer = open_writer(p->index, threads);
}

static void plain_done(plain_index *p)
{
    commit(p->writer);
    wy_writer_close(p->writer);
    p->snapshot = take_snapshot(p->index);
}

static void plain_close(plain_index *p)
{
    wy_snapshot_close(p->snapshot);
    wy_index_close(p->index);
    wy_memory_env_free(p->memory);
}

enum { PARTS = 4 };

/* Adds the report again and again, deletes it, adds it: what is in the end counts. */
static void add_by_detours(plain_index *many, const wy_corpus *corpus, const wy_report *report,
                           wy_test_random *random)
{
    wy_error error;
    uint64_t dice = wy_test_below(random, 8);
    if (dice < 2) {
        wy_report *other = wy_corpus_report(corpus, random), named = *other;
        named.id = report->id;
        add(many->writer, &named);
        wy_report_free(other);
        if (dice == 0) commit(many->writer);
        if (wy_test_below(random, 2))
            assert_ok(wy_writer_delete(many->writer, report->id, &error), &error);
    }
    add(many->writer, report);
    if (wy_test_below(random, 12) == 0) commit(many->writer);
}

static void spread(const wy_corpus_shape *shape, size_t reports, size_t questions, uint64_t stream)
{
    const char *analyzer = shape->chinese ? "icu" : "whitespace";
    wy_test_random random = wy_test_random_of(stream);
    wy_oracle *oracle = wy_oracle_make(analyzer);
    plain_index one, many, part[PARTS];
    wy_snapshot *parts[PARTS];
    wy_corpus corpus;
    wy_error error;

    wy_corpus_init(&corpus, shape);
    for (size_t i = 0; i < reports; i++) {
        wy_report *report = wy_corpus_report(&corpus, &random);
        wy_oracle_add(oracle, report);
        wy_report_free(report);
    }
    plain_open(&one, analyzer, 1);
    plain_open(&many, analyzer, 3);
    for (int i = 0; i < PARTS; i++) plain_open(&part[i], analyzer, i % 2 ? 3 : 1);
    for (size_t i = 0; i < wy_oracle_reports(oracle); i++) {
        const wy_report *report = wy_oracle_report(oracle, i);
        add(one.writer, report);
        add_by_detours(&many, &corpus, report, &random);
        add(part[report->year % PARTS].writer, report);
    }
    assert_ok(wy_writer_merge(one.writer, 1, &error), &error);
    plain_done(&one);
    plain_done(&many);
    for (int i = 0; i < PARTS; i++) {
        plain_done(&part[i]);
        parts[i] = part[i].snapshot;
    }
    const wy_stats *stats;
    assert_ok(wy_snapshot_stats(one.snapshot, &stats, &error), &error);
    assert_true(stats->segments <= 1);
    wy_compare_state(many.snapshot, oracle);
    for (size_t i = 0; i < questions; i++)
        compare_answers(one.snapshot, many.snapshot, parts, PARTS, oracle, &corpus, &random);
    ask_some(parts, PARTS, oracle, &corpus, questions / 4, &random);

    plain_close(&one);
    plain_close(&many);
    for (int i = 0; i < PARTS; i++) plain_close(&part[i]);
    wy_oracle_free(oracle);
    wy_corpus_free(&corpus);
}

static void segments_do_not_matter(void **state)
{
    (void)state;
    for (size_t i = 0; i < wy_test_rounds(6); i++) {
        wy_corpus_shape shape = {
            .vocabulary = i % 2 ? 30 : 2000, .ids = 150, .paragraphs = 20, .words = 60};
        spread(&shape, 120, 30, 4000 + i);
    }
    wy_corpus_shape chinese = {
        .chinese = true, .vocabulary = 200, .ids = 80, .paragraphs = 10, .words = 30};
    spread(&chinese, 80, 40, 4900);
}

/* ---- More than a writer's memory ------------------------------------------------------------- */

/* One commit that makes several segments, and a paragraph longer than lengths are kept. */
static void writers_memory_is_small(void **state)
{
    (void)state;
    wy_corpus_shape shape = {.vocabulary = 50000, .ids = 100000, .paragraphs = 40, .words = 300};
    wy_test_random random = wy_test_random_of(5000);
    wy_oracle *oracle = wy_oracle_make("whitespace");
    plain_index p;
    wy_corpus corpus;

    wy_corpus_init(&corpus, &shape);
    plain_open(&p, "whitespace", 3);
    char *text = wy_corpus_text(&corpus, 40000, &random);
    wy_paragraph long_paragraph = {.text = {text, strlen(text)}};
    wy_report long_report = {.size = sizeof long_report, .id = {"long", 4}, .year = 2005};
    long_report.paragraphs = &long_paragraph;
    long_report.paragraph_count = 1;
    add(p.writer, &long_report);
    wy_oracle_add(oracle, &long_report);
    free(text);
    for (size_t i = 0; i < 600; i++) {
        wy_report *report = wy_corpus_report(&corpus, &random);
        add(p.writer, report);
        wy_oracle_add(oracle, report);
        wy_report_free(report);
    }
    plain_done(&p);
    /* More were made than there are threads; they may have been merged since. */
    printf("segments made: %d\n", (int)p.snapshot->manifest.next_segment);
    assert_true(p.snapshot->manifest.next_segment > 4);
    ask_some(&p.snapshot, 1, oracle, &corpus, 30, &random);
    plain_close(&p);
    wy_oracle_free(oracle);
    wy_corpus_free(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_indexes),           cmocka_unit_test(larger_indexes),
        cmocka_unit_test(chinese_indexes),         cmocka_unit_test(segments_do_not_matter),
        cmocka_unit_test(writers_memory_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
