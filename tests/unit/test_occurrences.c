/*
 * unit/test_occurrences.c: occurrences in memory against a plain list of them.
 */
#include "segment/occurrences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

enum { TERMS = 300, STEPS = 4000, TOKENS = 70 };

typedef struct noted {
    uint32_t doc, position;
} noted;

typedef struct model_term {
    char text[WY_TERM_MAX + WY_TERM_SLACK];
    uint32_t length;
    uint8_t kind;
    noted *list;
    size_t count, capacity;
    uint32_t next; /* position from which it may stand again in the document at hand */
} model_term;

/* Terms of all lengths, many of which differ in one byte, in kind, or in how many zeros end them.
 */
static model_term *make_terms(wy_test_random *random)
{
    static const uint32_t lengths[] = {1, 2, 3, 4, 6, 7, 8, 9, 12, 15, 16, 17, 18, 19, 20, 21, 255};
    model_term *terms = wy_test_alloc(TERMS * sizeof *terms);
    memset(terms, 0, TERMS * sizeof *terms);
    for (size_t i = 0; i < TERMS; i++) {
        model_term *t = &terms[i];
        wy_test_fill(random, t->text, sizeof t->text); /* what is behind the term means nothing */
        t->length = lengths[i % (sizeof lengths / sizeof *lengths)];
        for (uint32_t j = 0; j < t->length; j++) t->text[j] = wy_test_below(random, 9) ? 'a' : 0;
        t->kind = (uint8_t)wy_test_below(random, 4);
        memcpy(t->text + (t->length > 2 ? t->length / 2 : 0), &(uint16_t){(uint16_t)i},
               t->length > 1 ? 2 : 1);
        for (size_t j = 0; j < i; j++) /* none twice: one of the kinds is always free */
            if (terms[j].length == t->length && terms[j].kind == t->kind &&
                memcmp(terms[j].text, t->text, t->length) == 0) {
                t->length = 0;
                break;
            }
    }
    return terms;
}

static uint32_t random_step(wy_test_random *random, const uint32_t *borders, size_t count)
{
    if (wy_test_below(random, 4)) return (uint32_t)wy_test_below(random, 9);
    return borders[wy_test_below(random, count)] + (uint32_t)wy_test_below(random, 3) - 1;
}

/* A text of a document: some terms, at positions that ascend for each. */
static size_t make_tokens(wy_test_random *random, model_term *terms, uint32_t doc, uint32_t base,
                          wy_token *tokens)
{
    static const uint32_t gaps[] = {1, 127, 128, 255, 256, 16383, 16384, 131071, 1 << 20};
    const size_t count = (size_t)wy_test_below(random, TOKENS);
    for (size_t i = 0; i < count; i++) {
        /* Some of them over and over. */
        model_term *t = &terms[wy_test_below(random, wy_test_below(random, 3) ? 10 : TERMS)];
        while (t->length == 0) t = &terms[wy_test_below(random, TERMS)];
        const uint32_t position = t->next + random_step(random, gaps, sizeof gaps / sizeof *gaps);
        tokens[i] =
            (wy_token){.term = t->text, .length = t->length, .position = position, .kind = t->kind};
        t->next = position + 1;
        assert_true(
            wy_grow(&wy_mem_default, &t->list, &t->capacity, t->count + 1, sizeof *t->list));
        t->list[t->count++] = (noted){doc, base + position};
    }
    return count;
}

static void check_term(const wy_occurrence_term *term, const model_term *model)
{
    assert_int_equal(term->positions, model->count);
    uint8_t *room = wy_test_alloc(wy_occurrences_room(term));
    uint32_t *docs = wy_test_alloc(term->positions * sizeof *docs);
    uint32_t *freqs = wy_test_alloc(term->positions * sizeof *freqs);
    uint32_t *positions = wy_test_alloc(term->positions * sizeof *positions);
    const uint32_t documents = wy_occurrences_unpack(term, room, docs, freqs, positions);
    size_t at = 0;
    for (uint32_t i = 0; i < documents; i++) {
        assert_true(freqs[i] > 0 && (i == 0 || docs[i] > docs[i - 1]));
        for (uint32_t j = 0; j < freqs[i]; j++, at++) {
            assert_int_equal(docs[i], model->list[at].doc);
            assert_int_equal(positions[at], model->list[at].position);
        }
    }
    assert_int_equal(at, model->count);
    free(room);
    free(docs);
    free(freqs);
    free(positions);
}

static void check_all(const wy_occurrences *all, const model_term *terms)
{
    size_t count = 0;
    for (size_t i = 0; i < TERMS; i++) count += terms[i].count > 0;
    assert_int_equal(all->count, count);
    for (size_t i = 0; i < all->count; i++) {
        const wy_occurrence_term *term = &all->terms[i];
        const uint8_t *key = wy_occurrence_key(term);
        size_t m = 0;
        while (m < TERMS && (term->key_length != 1 + terms[m].length ||
                             key[0] != wy_key_first(WY_FIELD_BODY, terms[m].kind) ||
                             memcmp(key + 1, terms[m].text, terms[m].length) != 0))
            m++;
        assert_true(m < TERMS);
        check_term(term, &terms[m]);
    }
}

static void unpacked_as_noted(void **state)
{
    (void)state;
    static const uint32_t gaps[] = {1, 127, 128, 131070, 131071, 131072, 1 << 19};
    for (uint64_t stream = 0; stream < wy_test_rounds(5); stream++) {
        wy_test_random random = wy_test_random_of(stream);
        wy_occurrences all;
        wy_token tokens[TOKENS];
        wy_error error;
        model_term *terms = make_terms(&random);
        uint32_t doc = 0;
        wy_occurrences_init(&all, &wy_mem_default);
        for (int step = 0; step < STEPS; step++) {
            const uint32_t base = (uint32_t)wy_test_below(&random, 3) * 1000;
            for (size_t i = 0; i < TERMS; i++) terms[i].next = 0;
            const wy_tokens text = {.list = tokens,
                                    .count = make_tokens(&random, terms, doc, base, tokens)};
            assert_ok(wy_occurrences_add(&all, WY_FIELD_BODY, doc, base, &text, &error), &error);
            doc += 1 + random_step(&random, gaps, sizeof gaps / sizeof *gaps);
        }
        wy_occurrences_sort(&all);
        check_all(&all, terms);
        wy_occurrences_free(&all);
        for (size_t i = 0; i < TERMS; i++) free(terms[i].list);
        free(terms);
    }
}

static int compare_hashes(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Slots whose hash another has too: each is passed over whenever such a term is looked for. */
static size_t count_shared(const wy_occurrences *all)
{
    uint32_t *hashes = wy_test_alloc(all->count * sizeof *hashes);
    size_t count = 0, shared = 0;
    for (size_t i = 0; i < all->slot_count; i++)
        if (all->slots[i].term > 0) hashes[count++] = all->slots[i].hash;
    assert_int_equal(count, all->count);
    qsort(hashes, count, sizeof *hashes, compare_hashes);
    for (size_t i = 1; i < count; i++) shared += hashes[i] == hashes[i - 1];
    free(hashes);
    return shared;
}

/* Terms that are much alike, of several fields, until all tables have grown a few times; each ends
 * with the memory that may be read. */
static void many_terms(void **state)
{
    (void)state;
    static const wy_field fields[] = {WY_FIELD_BODY, WY_FIELD_TITLE, WY_FIELD_SECTION};
    enum { FIELDS = sizeof fields / sizeof *fields, SIDE = 200, LENGTH = 16 };
    wy_occurrences all;
    wy_error error;
    char *term = wy_test_alloc(LENGTH + WY_TERM_SLACK), text[LENGTH + 1];
    wy_occurrences_init(&all, &wy_mem_default);
    for (uint32_t doc = 0; doc < 2; doc++)
        for (int f = 0; f < FIELDS; f++)
            for (uint32_t i = 0; i < SIDE * SIDE; i++) {
                snprintf(text, sizeof text, "%08u%08u", i % SIDE, i / SIDE);
                memcpy(term, text, LENGTH);
                wy_token token = {.term = term, .length = LENGTH, .position = i};
                const wy_tokens tokens = {.list = &token, .count = 1};
                assert_ok(wy_occurrences_add(&all, fields[f], doc, 0, &tokens, &error), &error);
            }
    assert_int_equal(all.count, FIELDS * SIDE * SIDE);
    assert_true(count_shared(&all) < 50); /* by chance: 2 */
    wy_occurrences_sort(&all);
    for (size_t i = 0; i < all.count; i++) {
        assert_int_equal(all.terms[i].positions, 2);
        assert_int_equal(all.terms[i].key_length, 1 + LENGTH);
        if (i > 0)
            assert_true(memcmp(wy_occurrence_key(&all.terms[i - 1]),
                               wy_occurrence_key(&all.terms[i]), 1 + LENGTH) < 0);
    }
    wy_occurrences_free(&all);
    free(term);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(unpacked_as_noted),
                                       cmocka_unit_test(many_terms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
