/*
 * queries: draws the queries of the benchmark from words.tsv, the same ones for the same seed:
 *
 *   queries [-n QUERIES] [-s SEED] words.tsv > queries.tsv
 *
 * Twelve classes of 100 queries, a line `class⇥words` each, no query twice in a class:
 *
 *   term_high, term_mid, term_low   a word in >5 %, in 0.2-5 %, in <0.2 % of the paragraphs
 *   and2_high, and2_mid, and3       words of one paragraph: two of the first, two of the second
 *                                   kind, three of any kind
 *   or2, or5, or10                  words of one paragraph, of any kind
 *   phrase2, phrase3, phrase5       words that follow each other in a paragraph
 *
 * A word is drawn by drawing a place in the text: what is written often is asked for often. So
 * each query has a match. The words of AND and OR are all different.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4, WORDS_MAX = 10, QUERIES = 100, SEED = 1954, TRIES = 100000 };

enum kind { HIGH, MID, LOW, ANY };

static const struct query_class {
    const char *name;
    size_t words;
    enum kind kind;
    bool phrase;
} classes[] = {
    {"term_high", 1, HIGH, false}, {"term_mid", 1, MID, false},  {"term_low", 1, LOW, false},
    {"and2_high", 2, HIGH, false}, {"and2_mid", 2, MID, false},  {"and3", 3, ANY, false},
    {"or2", 2, ANY, false},        {"or5", 5, ANY, false},       {"or10", 10, ANY, false},
    {"phrase2", 2, ANY, true},     {"phrase3", 3, ANY, true},    {"phrase5", 5, ANY, true},
};

/* All paragraphs, as numbers of words. */
struct corpus {
    char *bytes;     /* the file; words point into it */
    uint32_t *words; /* of the whole text, by number in `terms` */
    size_t word_count, word_room;
    size_t *paragraphs; /* where each begins in `words`, and where the last ends */
    size_t paragraph_count, paragraph_room;
    struct term {
        const char *text; /* not terminated */
        uint32_t length, doc_freq;
        size_t last; /* paragraph it was last seen in, from 1 */
    } *terms;
    size_t term_count, term_room;
    uint32_t *table; /* open addressing, of numbers + 1 */
    size_t table_size; /* a power of two, less than half full */
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "queries: %s: %s\n", what, errno ? strerror(errno) : "not as it should be");
    exit(2);
}

/* Makes room for one more. */
static void *grow(void *list, size_t used, size_t *room, size_t size)
{
    if (used < *room)
        return list;
    *room = *room ? *room * 2 : 1024;
    list = realloc(list, *room * size);
    if (!list)
        die("memory");
    return list;
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* FNV-1a (Fowler, Noll, Vo), with its high half folded in. */
static size_t hash(const char *text, size_t length)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)text[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

static void grow_table(struct corpus *c)
{
    free(c->table);
    c->table_size = c->table_size ? c->table_size * 2 : 4096;
    c->table = calloc(c->table_size, sizeof *c->table);
    if (!c->table)
        die("memory");
    for (size_t i = 0; i < c->term_count; i++) {
        size_t at = hash(c->terms[i].text, c->terms[i].length);
        while (c->table[at & (c->table_size - 1)]) at++;
        c->table[at & (c->table_size - 1)] = (uint32_t)i + 1;
    }
}

static uint32_t term_number(struct corpus *c, const char *text, size_t length)
{
    if (c->term_count * 2 >= c->table_size)
        grow_table(c);
    size_t at = hash(text, length);
    uint32_t *place;
    for (; *(place = &c->table[at & (c->table_size - 1)]); at++) {
        const struct term *t = &c->terms[*place - 1];
        if (t->length == length && memcmp(t->text, text, length) == 0)
            return *place - 1;
    }
    c->terms = grow(c->terms, c->term_count, &c->term_room, sizeof *c->terms);
    c->terms[c->term_count] = (struct term){.text = text, .length = (uint32_t)length};
    *place = (uint32_t)++c->term_count;
    return *place - 1;
}

static void add_word(struct corpus *c, const char *text, size_t length)
{
    uint32_t number = term_number(c, text, length);
    struct term *t = &c->terms[number];
    c->words = grow(c->words, c->word_count, &c->word_room, sizeof *c->words);
    c->words[c->word_count++] = number;
    if (t->last != c->paragraph_count)
        t->doc_freq++;
    t->last = c->paragraph_count;
}

static void add_paragraph(struct corpus *c, const char *line, const char *end)
{
    for (int i = 1; i < COLUMNS; i++) {
        line = memchr(line, '\t', (size_t)(end - line));
        if (!line)
            die("a line without four columns");
        line++;
    }
    c->paragraphs = grow(c->paragraphs, c->paragraph_count + 1, &c->paragraph_room,
                         sizeof *c->paragraphs);
    c->paragraphs[c->paragraph_count++] = c->word_count;
    while (line < end) {
        const char *stop = memchr(line, ' ', (size_t)(end - line));
        if (!stop)
            stop = end;
        if (stop > line)
            add_word(c, line, (size_t)(stop - line));
        line = stop + 1;
    }
    c->paragraphs[c->paragraph_count] = c->word_count;
}

static void read_corpus(struct corpus *c, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t used = 0, room = 0, got = 1;
    if (!file)
        die(path);
    while (got) {
        if (used == room) {
            room = room ? room * 2 : 1 << 20;
            c->bytes = realloc(c->bytes, room);
            if (!c->bytes)
                die("memory");
        }
        got = fread(c->bytes + used, 1, room - used, file);
        used += got;
    }
    if (ferror(file))
        die(path);
    fclose(file);
    for (const char *line = c->bytes, *end = line + used; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            stop = end;
        add_paragraph(c, line, stop);
        line = stop + 1;
    }
    if (!c->word_count)
        die(path);
}

/* ---- Drawing ------------------------------------------------------------------------------ */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static bool is_kind(const struct corpus *c, uint32_t word, enum kind kind)
{
    double share = (double)c->terms[word].doc_freq / (double)c->paragraph_count;
    enum kind is = share > 0.05 ? HIGH : share >= 0.002 ? MID : LOW;
    return kind == ANY || kind == is;
}

/* The paragraph that place `at` in the text is in. */
static size_t paragraph_of(const struct corpus *c, size_t at)
{
    size_t low = 0, high = c->paragraph_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (c->paragraphs[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Draws the words of a query; false: the paragraph drawn does not have them. */
static bool draw_words(const struct corpus *c, const struct query_class *class, uint64_t *state,
                       uint32_t *words)
{
    size_t at = (size_t)(draw(state) % c->word_count), paragraph = paragraph_of(c, at);
    size_t begin = c->paragraphs[paragraph], length = c->paragraphs[paragraph + 1] - begin;
    if (class->phrase) {
        if (at + class->words > begin + length)
            return false;
        memcpy(words, c->words + at, class->words * sizeof *words);
        return true;
    }
    size_t count = 0;
    for (size_t tries = 0; count < class->words && tries < 8 * class->words; tries++) {
        uint32_t word = c->words[tries ? begin + draw(state) % length : at];
        bool taken = !is_kind(c, word, class->kind);
        for (size_t i = 0; i < count; i++) taken |= words[i] == word;
        if (!taken)
            words[count++] = word;
    }
    return count == class->words;
}

static int compare_words(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Whether the query is new; for AND and OR the order of the words makes no other query. */
static bool is_new(const struct query_class *class, uint32_t (*seen)[WORDS_MAX], size_t count,
                   const uint32_t *words)
{
    uint32_t *mine = seen[count];
    memcpy(mine, words, class->words * sizeof *words);
    if (!class->phrase)
        qsort(mine, class->words, sizeof *mine, compare_words);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(seen[i], mine, class->words * sizeof *mine) == 0)
            return false;
    }
    return true;
}

static void write_class(const struct corpus *c, const struct query_class *class, size_t wanted,
                        uint64_t *state)
{
    uint32_t words[WORDS_MAX];
    uint32_t(*seen)[WORDS_MAX] = calloc(wanted + 1, sizeof *seen);
    size_t count = 0;
    if (!seen)
        die("memory");
    for (size_t tries = 0; count < wanted && tries < TRIES; tries++) {
        if (!draw_words(c, class, state, words) || !is_new(class, seen, count, words))
            continue;
        printf("%s\t", class->name);
        for (size_t i = 0; i < class->words; i++) {
            const struct term *t = &c->terms[words[i]];
            printf("%s%.*s", i ? " " : "", (int)t->length, t->text);
        }
        putchar('\n');
        count++;
    }
    free(seen);
    if (count < wanted)
        fprintf(stderr, "queries: %s: the text has but %zu\n", class->name, count);
}

static uint64_t number(const char *text)
{
    char *end;
    errno = 0;
    uint64_t n = strtoull(text, &end, 10);
    if (errno || *end || end == text || n < 1 || *text == '-') {
        fprintf(stderr, "queries: %s is not a number from 1\n", text);
        exit(2);
    }
    return n;
}

int main(int argc, char **argv)
{
    struct corpus c = {0};
    uint64_t wanted = QUERIES, seed = SEED;
    int option;
    while ((option = getopt(argc, argv, "n:s:")) != -1) {
        switch (option) {
        case 'n': wanted = number(optarg); break;
        case 's': seed = number(optarg); break;
        default: return 2;
        }
    }
    if (argc - optind != 1 || wanted > 100000) {
        fprintf(stderr, "usage: queries [-n QUERIES] [-s SEED] words.tsv\n");
        return 2;
    }
    read_corpus(&c, argv[optind]);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        uint64_t state = seed + i; /* a class does not depend on those before it */
        write_class(&c, &classes[i], (size_t)wanted, &state);
    }
    free(c.bytes);
    free(c.words);
    free(c.paragraphs);
    free(c.terms);
    free(c.table);
    return fflush(stdout) != 0 ? 2 : 0;
}
