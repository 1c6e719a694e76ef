/*
 * support/oracle.c
 */
#define _GNU_SOURCE /* memmem */
#include "support/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/search.h>

#include "support/corpus_gen.h"
#include "support/plain_text.h"

/* ---- Text --------------------------------------------------------------------------------- */

/* A word, stem or number at a place. Its name stands for its bytes and kind: 64 bits of a hash. */
typedef struct occurrence {
    uint64_t name;
    uint32_t position, width;
    int kind;
    bool covered;
    size_t term, term_length; /* bytes, in text.terms */
} occurrence;

typedef struct text {
    occurrence *list;
    size_t count;
    uint32_t length;    /* words */
    uint32_t positions; /* behind the last word, counted */
    char *terms;        /* their bytes, one after the other */
    size_t bytes, room;
    wy_plain_text *plain; /* of icu: its characters, of each heading apart */
    size_t plain_count;
} text;

static void text_free(text *t)
{
    free(t->list);
    free(t->terms);
    for (size_t i = 0; i < t->plain_count; i++) wy_plain_text_free(&t->plain[i]);
    free(t->plain);
}

/* FNV-1a. */
static uint64_t name_of(int kind, const char *data, size_t length)
{
    uint64_t h = (UINT64_C(0xcbf29ce484222325) ^ (unsigned)kind) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static void text_add(text *t, int kind, const char *data, size_t length, uint32_t position,
                     uint32_t width, bool covered)
{
    if ((t->count & (t->count - 1)) == 0) /* full at each power of two */
        t->list = wy_test_realloc(t->list, (t->count ? t->count * 2 : 1) * sizeof *t->list);
    if (t->room - t->bytes < length) {
        t->room = t->room * 2 + length;
        t->terms = wy_test_realloc(t->terms, t->room);
    }
    memcpy(t->terms + t->bytes, data, length);
    t->list[t->count++] =
        (occurrence){name_of(kind, data, length), position, width, kind, covered, t->bytes, length};
    t->bytes += length;
    t->length += kind == WY_TERM_WORD;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
}

/* Both append to the text, from t->positions on. */
static void cut_at_spaces(text *t, const char *data, size_t length)
{
    enum { LONGEST = 255 };
    size_t at = 0;
    while (at < length) {
        size_t begin = at;
        while (at < length && !is_space(data[at])) at++;
        size_t bytes = at - begin;
        if (bytes > LONGEST) {
            bytes = LONGEST;
            while ((data[begin + bytes] & 0xC0) == 0x80) bytes--;
        }
        if (bytes) text_add(t, WY_TERM_WORD, data + begin, bytes, t->positions++, 1, false);
        at++;
    }
}

static void cut_by_analyzer(text *t, const char *analyzer, const char *data, size_t length)
{
    const uint32_t begin = t->positions;
    wy_analysis *analysis;
    wy_error error;
    wy_string string = {data, length};
    wy_test_must(wy_analyze(analyzer, string, NULL, &analysis, &error) == WY_OK);
    for (size_t i = 0; i < wy_analysis_size(analysis); i++) {
        const wy_term *term = wy_analysis_term(analysis, i);
        const uint32_t at = begin + term->position;
        text_add(t, term->kind, term->text.data, term->text.length, at, term->width, term->covered);
        if (at + term->width > t->positions) t->positions = at + term->width;
    }
    wy_analysis_free(analysis);
}

static void cut_more(text *t, const char *analyzer, wy_string string)
{
    if (strcmp(analyzer, "whitespace") == 0) {
        cut_at_spaces(t, string.data, string.length);
        return;
    }
    cut_by_analyzer(t, analyzer, string.data, string.length);
    t->plain = wy_test_realloc(t->plain, (t->plain_count + 1) * sizeof *t->plain);
    t->plain[t->plain_count++] = wy_plain_text_of(string.data, string.length);
}

static text cut(const char *analyzer, wy_string string)
{
    text t = {0};
    cut_more(&t, analyzer, string);
    return t;
}

/* The headings above a paragraph, outermost first, with a gap that nothing here reaches over. */
static void cut_headings(text *t, const char *analyzer, const wy_report *report, uint32_t section)
{
    if (section == 0) return;
    cut_headings(t, analyzer, report, report->sections[section - 1].parent);
    t->positions += t->count ? 8 : 0;
    cut_more(t, analyzer, report->sections[section - 1].heading);
}

/* ---- Reports ------------------------------------------------------------------------------ */

typedef struct entry {
    size_t holders;
    wy_report *report;
    text title, issuer;
    text *paragraphs, *headings; /* of each paragraph */
    bool *begins; /* whether it stands under other headings than the paragraph before */
} entry;

struct wy_oracle {
    char *analyzer;
    entry **list;
    size_t count, capacity;
    size_t paragraphs;
    bool sorted;
};

wy_oracle *wy_oracle_make(const char *analyzer)
{
    wy_oracle *oracle = wy_test_alloc(sizeof *oracle);
    *oracle = (wy_oracle){.analyzer = wy_test_copy(analyzer)};
    return oracle;
}

wy_oracle *wy_oracle_clone(const wy_oracle *from)
{
    wy_oracle *oracle = wy_oracle_make(from->analyzer);
    oracle->list = wy_test_alloc(from->count * sizeof *oracle->list);
    oracle->count = oracle->capacity = from->count;
    oracle->paragraphs = from->paragraphs;
    oracle->sorted = from->sorted;
    for (size_t i = 0; i < from->count; i++) {
        oracle->list[i] = from->list[i];
        oracle->list[i]->holders++;
    }
    return oracle;
}

static void drop(entry *e)
{
    if (--e->holders) return;
    for (size_t i = 0; i < e->report->paragraph_count; i++) {
        text_free(&e->paragraphs[i]);
        text_free(&e->headings[i]);
    }
    free(e->paragraphs);
    free(e->headings);
    free(e->begins);
    text_free(&e->title);
    text_free(&e->issuer);
    wy_report_free(e->report);
    free(e);
}

void wy_oracle_free(wy_oracle *oracle)
{
    if (!oracle) return;
    for (size_t i = 0; i < oracle->count; i++) drop(oracle->list[i]);
    free(oracle->list);
    free(oracle->analyzer);
    free(oracle);
}

static int compare_strings(wy_string a, wy_string b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

void wy_oracle_delete(wy_oracle *oracle, wy_string id)
{
    for (size_t i = 0; i < oracle->count; i++) {
        entry *e = oracle->list[i];
        if (compare_strings(e->report->id, id) != 0) continue;
        oracle->paragraphs -= e->report->paragraph_count;
        oracle->list[i] = oracle->list[--oracle->count];
        oracle->sorted = false;
        drop(e);
        return;
    }
}

void wy_oracle_add(wy_oracle *oracle, const wy_report *report)
{
    wy_oracle_delete(oracle, report->id);
    if (oracle->count == oracle->capacity) {
        oracle->capacity = oracle->capacity * 2 + 8;
        oracle->list = wy_test_realloc(oracle->list, oracle->capacity * sizeof *oracle->list);
    }
    entry *e = wy_test_alloc(sizeof *e);
    *e = (entry){.holders = 1, .report = wy_report_copy(report)};
    e->title = cut(oracle->analyzer, report->title);
    e->issuer = cut(oracle->analyzer, report->issuer);
    e->paragraphs = wy_test_alloc(report->paragraph_count * sizeof *e->paragraphs);
    e->headings = wy_test_alloc(report->paragraph_count * sizeof *e->headings);
    e->begins = wy_test_alloc(report->paragraph_count * sizeof *e->begins);
    for (size_t i = 0; i < report->paragraph_count; i++) {
        const wy_paragraph *p = &report->paragraphs[i];
        e->paragraphs[i] = cut(oracle->analyzer, p->text);
        e->begins[i] = i == 0 || p->section != p[-1].section;
        e->headings[i] = (text){0};
        cut_headings(&e->headings[i], oracle->analyzer, report, p->section);
    }
    oracle->list[oracle->count++] = e;
    oracle->paragraphs += report->paragraph_count;
    oracle->sorted = false;
}

size_t wy_oracle_reports(const wy_oracle *oracle)
{
    return oracle->count;
}

size_t wy_oracle_paragraphs(const wy_oracle *oracle)
{
    return oracle->paragraphs;
}

const char *wy_oracle_analyzer(const wy_oracle *oracle)
{
    return oracle->analyzer;
}

static int compare_reports(const wy_report *a, const wy_report *b)
{
    return a->year != b->year ? (a->year < b->year ? -1 : 1) : compare_strings(a->id, b->id);
}

static int compare_entries(const void *a, const void *b)
{
    return compare_reports((*(entry *const *)a)->report, (*(entry *const *)b)->report);
}

static void sort(wy_oracle *oracle)
{
    if (!oracle->sorted && oracle->count)
        qsort(oracle->list, oracle->count, sizeof *oracle->list, compare_entries);
    oracle->sorted = true;
}

const wy_report *wy_oracle_report(wy_oracle *oracle, size_t i)
{
    sort(oracle);
    return oracle->list[i]->report;
}

int wy_oracle_order(const wy_oracle_hit *a, const wy_oracle_hit *b)
{
    int order = compare_reports(a->report, b->report);
    return order ? order : (a->paragraph > b->paragraph) - (a->paragraph < b->paragraph);
}

/* ---- Words by pattern ---------------------------------------------------------------------- */

static size_t character(const char *data, size_t left)
{
    size_t n = 1;
    while (n < left && (data[n] & 0xC0) == 0x80) n++;
    return n;
}

/* As the language has it, in the plainest way. */
static bool fits(const char *pattern, size_t length, const char *data, size_t data_length)
{
    if (length == 0) return data_length == 0;
    if (*pattern == '*')
        return fits(pattern + 1, length - 1, data, data_length) ||
               (data_length > 0 && fits(pattern, length, data + 1, data_length - 1));
    if (data_length == 0) return false;
    const size_t n = character(data, data_length);
    if (*pattern == '?') return fits(pattern + 1, length - 1, data + n, data_length - n);
    return *pattern == *data && fits(pattern + 1, length - 1, data + 1, data_length - 1);
}

static bool same_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

/* Whether one edit of bytes makes one of the other: all are tried. Of Latin letters beyond ASCII there
 * is only é here, which is taken for a byte. */
static bool is_edited(const char *a, size_t n, const char *b, size_t m)
{
    char edited[300];
    if (n > 200 || m > 200) return false;
    if (same_bytes(b, m, "é", strlen("é"))) {
        b = "\x7f";
        m = 1;
    }
    for (size_t i = 0; i < m; i++)
        if ((unsigned char)b[i] >= 0x80) return false;
    if (same_bytes(a, n, b, m)) return true;
    for (size_t i = 0; i < n; i++) { /* one left out */
        memcpy(edited, a, i);
        memcpy(edited + i, a + i + 1, n - i - 1);
        if (same_bytes(edited, n - 1, b, m)) return true;
    }
    for (size_t i = 0; i <= n && m == n + 1; i++) { /* one put in */
        memcpy(edited, a, i);
        edited[i] = b[i];
        memcpy(edited + i + 1, a + i, n - i);
        if (same_bytes(edited, n + 1, b, m)) return true;
    }
    for (size_t i = 0; i < n && m == n; i++) {
        memcpy(edited, a, n); /* one changed */
        edited[i] = b[i];
        if (same_bytes(edited, n, b, m)) return true;
        if (i + 1 == n) break;
        memcpy(edited, a, n); /* two exchanged */
        edited[i] = a[i + 1];
        edited[i + 1] = a[i];
        if (same_bytes(edited, n, b, m)) return true;
    }
    return false;
}

/* ---- Questions made ready ------------------------------------------------------------------ */

/* A question in which each leaf is one term, phrase, pattern or NEAR, with its idf. */
typedef struct node {
    wy_ask_kind kind;
    wy_ask_occur occur;
    wy_ask_field field;
    int32_t from, to;
    const char *text;  /* of patterns and reports: the question's */
    occurrence *words; /* positions are relative to the first */
    size_t word_count;
    wy_plain_text *exact; /* of quoted texts of icu: what must be there; one */
    text units;           /* and a word for each of its units, or ... */
    bool everywhere;      /* ... the word, which is not quoted */
    uint32_t distance;
    double idf, boost;
    struct node **parts;
    size_t part_count;
} node;

static node *node_make(wy_ask_kind kind, wy_ask_occur occur, const wy_ask *ask, double boost)
{
    node *n = wy_test_alloc(sizeof *n);
    *n = (node){.kind = kind,
                .occur = occur,
                .field = ask->field,
                .from = ask->from,
                .to = ask->to,
                .text = ask->text,
                .distance = ask->distance,
                .boost = boost};
    return n;
}

static void node_put(node *n, node *part)
{
    n->parts = wy_test_realloc(n->parts, (n->part_count + 1) * sizeof(node *));
    n->parts[n->part_count++] = part;
}

static void node_free(node *n)
{
    for (size_t i = 0; i < n->part_count; i++) node_free(n->parts[i]);
    free(n->parts);
    free(n->words);
    if (n->exact) wy_plain_text_free(n->exact);
    free(n->exact);
    text_free(&n->units);
    free(n);
}

static void add_word(node *n, const occurrence *word)
{
    n->words = wy_test_realloc(n->words, (n->word_count + 1) * sizeof *n->words);
    n->words[n->word_count++] = *word;
}

/* A text of the units of words: a character that has a position of its own with its marks, or a run
 * of others. */
static text units_of(const text *t)
{
    text units = {0};
    for (size_t i = 0; i < t->count; i++) {
        const occurrence *o = &t->list[i];
        const char *term = t->terms + o->term;
        uint32_t position = o->position;
        if (o->kind != WY_TERM_WORD) continue;
        for (size_t at = 0; at < o->term_length;) {
            const size_t length = wy_plain_unit(term + at, o->term_length - at);
            text_add(&units, WY_TERM_WORD, term + at, length, position++, 1, false);
            at += length;
        }
    }
    return units;
}

static node *ready_phrase(const wy_ask *ask, wy_ask_occur occur, double boost, text *t)
{
    node *n = node_make(WY_ASK_PHRASE, occur, ask, boost);
    uint32_t first = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].kind != WY_TERM_WORD) continue;
        occurrence word = t->list[i];
        if (n->word_count == 0) first = word.position;
        word.position -= first;
        add_word(n, &word);
    }
    if (t->plain_count == 0) return n;
    n->exact = t->plain; /* taken over */
    t->plain = NULL;
    t->plain_count = 0;
    n->units = units_of(t);
    for (size_t i = n->units.count; i-- > 0;)
        n->units.list[i].position -= n->units.list[0].position;
    return n;
}

/* One that is quoted is weighed as if it were not, if the lists of a word tell where it stands. */
static node *ready_quoted(const wy_ask *ask, wy_ask_occur occur, double boost, text *t)
{
    node *n = ready_phrase(ask, occur, boost, t);
    if (!n->exact || n->word_count != 1) return n;
    const char *term = t->terms + n->words[0].term;
    const size_t length = n->words[0].term_length;
    wy_plain_text alone = wy_plain_text_of(term, length);
    const bool all = alone.length == n->exact->length;
    wy_plain_text_free(&alone);
    if (!all || !wy_plain_is_everywhere(term, length) || !wy_plain_is_told(term, length)) return n;
    text_free(&n->units);
    n->units = (text){0};
    text_add(&n->units, WY_TERM_WORD, term, length, 0, 1, false);
    n->everywhere = true;
    return n;
}

/* The characters of a word that is looked for wherever they stand; NULL: it is not. */
static wy_plain_text *everywhere(const text *t, const occurrence *o)
{
    const char *term = t->terms + o->term;
    if (t->plain_count == 0 || o->kind != WY_TERM_WORD) return NULL;
    if (!wy_plain_is_everywhere(term, o->term_length)) return NULL;
    wy_plain_text *plain = wy_test_alloc(sizeof *plain);
    *plain = wy_plain_text_of(term, o->term_length);
    return plain;
}

/* A word that is cut into several: all of them where it must be there, else any. Stems and numbers
 * are looked for in the place of what they cover. */
static node *ready_word(const wy_ask *ask, wy_ask_occur occur, double boost, bool all,
                        const text *t)
{
    node *group = node_make(all ? WY_ASK_AND : WY_ASK_LIST, occur, ask, 1);
    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].covered) continue;
        node *n = node_make(WY_ASK_PHRASE, WY_ASK_MAY, ask, boost);
        add_word(n, &t->list[i]);
        n->words[0].position = 0;
        n->exact = everywhere(t, &t->list[i]);
        n->everywhere = n->exact != NULL;
        if (n->everywhere)
            text_add(&n->units, WY_TERM_WORD, t->terms + t->list[i].term, t->list[i].term_length,
                     0, 1, false);
        node_put(group, n);
    }
    return group;
}

/* Beside NEAR a word that is cut into several is a phrase, but for a number in a paragraph. */
static node *ready_part(const char *analyzer, const wy_ask *ask)
{
    if (ask->kind != WY_ASK_WORD && ask->kind != WY_ASK_PHRASE)
        return node_make(ask->kind, ask->occur, ask, 1);
    text t = cut(analyzer, (wy_string){ask->text, strlen(ask->text)});
    wy_test_must(t.length > 0);
    node *n = ready_phrase(ask, ask->occur, 1, &t);
    const occurrence *only = NULL;
    size_t pieces = 0;
    for (size_t i = 0; i < t.count; i++) {
        if (t.list[i].covered) continue;
        only = &t.list[i];
        pieces++;
    }
    if (ask->kind == WY_ASK_WORD && pieces == 1 &&
        (only->kind == WY_TERM_STEM ||
         (only->kind == WY_TERM_NUMBER && ask->field == WY_ASK_BODY))) {
        n->words[0] = *only;
        n->words[0].position = 0;
        n->word_count = 1;
        if (n->exact) wy_plain_text_free(n->exact);
        free(n->exact);
        n->exact = NULL;
    }
    text_free(&t);
    return n;
}

/* In a field a word that is cut stands as if quoted. */
static bool stands_quoted(const wy_ask *ask, const text *t)
{
    size_t pieces = 0;
    for (size_t i = 0; i < t->count; i++) pieces += !t->list[i].covered;
    return ask->kind == WY_ASK_PHRASE || (ask->field != WY_ASK_BODY && pieces > 1);
}

static node *ready(const char *analyzer, const wy_ask *ask, wy_ask_occur occur, double boost,
                   bool all)
{
    boost *= ask->boost;
    if (ask->kind == WY_ASK_WORD || ask->kind == WY_ASK_PHRASE) {
        text t = cut(analyzer, (wy_string){ask->text, strlen(ask->text)});
        wy_test_must(t.length > 0 || t.plain_count > 0);
        node *n = ask->kind == WY_ASK_PHRASE ? ready_quoted(ask, occur, boost, &t)
                  : stands_quoted(ask, &t)   ? ready_phrase(ask, occur, boost, &t)
                                             : ready_word(ask, occur, boost, all, &t);
        text_free(&t);
        return n;
    }
    /* A word in parentheses of its own is that word. */
    if (ask->kind == WY_ASK_LIST && ask->count == 1 && ask->parts[0]->occur == WY_ASK_MAY)
        return ready(analyzer, ask->parts[0], occur, boost, all);
    node *n = node_make(ask->kind, occur, ask, boost);
    for (size_t i = 0; i < ask->count; i++) {
        const wy_ask *part = ask->parts[i];
        bool must = ask->kind != WY_ASK_LIST || part->occur != WY_ASK_MAY;
        node_put(n, ask->kind == WY_ASK_NEAR ? ready_part(analyzer, part)
                                             : ready(analyzer, part, part->occur, boost, must));
    }
    if (ask->kind == WY_ASK_NEAR) n->field = ask->parts[0]->field;
    return n;
}

/* ---- Statistics --------------------------------------------------------------------------- */

typedef struct figures {
    double documents, average; /* of paragraphs, reports, or runs under the same headings */
} figures;

/* Exact up to 127; above, five significant bits, and at most 31 * 1024. */
static double rounded_length(uint32_t length)
{
    uint32_t step = 1;
    if (length <= 127) return length;
    while (length / step >= 32) step *= 2;
    length = length / step * step;
    return length > 31 * 1024 ? 31 * 1024 : length;
}

/* The text of the field that paragraph `p` has a part in. */
static const text *text_of(const entry *e, wy_ask_field field, size_t p)
{
    return field == WY_ASK_TITLE     ? &e->title
           : field == WY_ASK_ISSUER  ? &e->issuer
           : field == WY_ASK_SECTION ? &e->headings[p]
                                     : &e->paragraphs[p];
}

/* Calls `each` once for every document of the field. */
typedef void (*each_fn)(const text *t, void *context);
static void each_document(const wy_oracle *oracle, wy_ask_field field, each_fn each, void *context)
{
    for (size_t i = 0; i < oracle->count; i++) {
        const entry *e = oracle->list[i];
        const size_t paragraphs = e->report->paragraph_count;
        if (field == WY_ASK_TITLE || field == WY_ASK_ISSUER) each(text_of(e, field, 0), context);
        for (size_t p = 0; p < paragraphs; p++) {
            if (field == WY_ASK_BODY || (field == WY_ASK_SECTION && e->begins[p]))
                each(text_of(e, field, p), context);
        }
    }
}

typedef struct counted {
    const node *n;
    uint64_t name; /* what is looked for, unless n is a pattern */
    const text *words; /* of a word that is looked for wherever it stands ... */
    const occurrence *word; /* ... and it */
    double found;
} counted;

/* Whether the occurrence is one of a pattern's words. */
static bool is_of_pattern(const node *n, const text *t, const occurrence *o)
{
    const char *term = t->terms + o->term;
    if (o->kind != WY_TERM_WORD) return false;
    return n->kind == WY_ASK_FUZZY ? is_edited(n->text, strlen(n->text), term, o->term_length)
                                   : fits(n->text, strlen(n->text), term, o->term_length);
}

/* Different words that are looked for in the text. */
static void count_words(const text *t, void *context)
{
    counted *c = context;
    const bool pattern = c->n->kind != WY_ASK_PHRASE;
    for (size_t i = 0; i < t->count; i++) {
        const occurrence *o = &t->list[i];
        if (pattern ? !is_of_pattern(c->n, t, o) : o->name != c->name) continue;
        bool again = false;
        for (size_t j = 0; j < i && !again; j++) again = t->list[j].name == o->name;
        c->found += !again;
    }
}

/* How often `word` is in another word: from unit to unit. */
static size_t places_in(const char *other, size_t other_length, const char *word, size_t length)
{
    size_t places = 0;
    for (size_t at = 0; at + length <= other_length;) {
        size_t end = at;
        while (end < at + length) end += wy_plain_unit(other + end, other_length - end);
        places += end == at + length && memcmp(other + at, word, length) == 0;
        at += wy_plain_unit(other + at, other_length - at);
    }
    return places;
}

/* What a word that is looked for wherever it stands is in: itself, each word that holds it, a time
 * for each place in that, and the text, if it stands across words there and is no number. */
static void count_everywhere(const text *t, void *context)
{
    counted *c = context;
    const char *word = c->words->terms + c->word->term;
    const size_t length = c->word->term_length;
    size_t inside = 0, all = 0;
    for (size_t i = 0; i < t->count; i++) {
        const occurrence *o = &t->list[i];
        const char *other = t->terms + o->term;
        if (o->kind != WY_TERM_WORD || !memmem(other, o->term_length, word, length)) continue;
        const size_t places = places_in(other, o->term_length, word, length);
        bool again = false;
        for (size_t j = 0; j < i && !again; j++) again = t->list[j].name == o->name;
        inside += places;
        if (!again) c->found += (double)places;
    }
    for (size_t i = 0; i < t->plain_count; i++)
        all += wy_plain_text_count(&t->plain[i], c->n->exact);
    c->found += all > inside && wy_plain_is_told(word, length);
}

static double idf(double documents, double n)
{
    if (n > documents) n = documents;
    return log(1 + (documents - n + 0.5) / (n + 0.5));
}

static void count_document(const text *t, void *context)
{
    figures *f = context;
    f->documents++;
    f->average += rounded_length(t->length);
}

static void measure(const wy_oracle *oracle, figures fields[WY_ASK_FIELDS])
{
    for (int f = 0; f < WY_ASK_FIELDS; f++) {
        fields[f] = (figures){0, 0};
        each_document(oracle, (wy_ask_field)f, count_document, &fields[f]);
        fields[f].average /= fields[f].documents;
    }
}

static void weigh(const wy_oracle *oracle, node *n, const figures fields[WY_ASK_FIELDS])
{
    const double documents = fields[n->field].documents;
    counted c = {.n = n, .words = &n->units, .word = n->units.list};
    if (n->everywhere) {
        each_document(oracle, n->field, count_everywhere, &c);
        n->idf = idf(documents, c.found);
        return;
    }
    for (size_t i = 0; i < n->word_count; i++) {
        c.name = n->words[i].name;
        c.found = 0;
        each_document(oracle, n->field, count_words, &c);
        n->idf += idf(documents, c.found);
    }
    if (n->kind == WY_ASK_PATTERN || n->kind == WY_ASK_FUZZY) {
        each_document(oracle, n->field, count_words, &c);
        n->idf = idf(documents, c.found);
    }
    for (size_t i = 0; i < n->part_count; i++) {
        weigh(oracle, n->parts[i], fields);
        if (n->kind == WY_ASK_NEAR) n->idf += n->parts[i]->idf;
    }
}

/* ---- Answers ------------------------------------------------------------------------------ */

typedef struct place {
    const entry *entry;
    size_t paragraph;
    figures fields[WY_ASK_FIELDS];
} place;

/* Where a leaf stands in a text: positions begin .. end - 1. */
typedef struct spot {
    uint32_t begin, end;
    bool near; /* for NEAR: part of a chain up to here */
} spot;

static void add_spot(spot **list, size_t *count, uint32_t begin, uint32_t end)
{
    *list = wy_test_realloc(*list, (*count + 1) * sizeof **list);
    (*list)[(*count)++] = (spot){begin, end, true};
}

/* Where a quoted text is by its units, of those texts that have it by its characters. */
static spot *find_exact(const node *n, const text *t, size_t *count)
{
    spot *list = NULL;
    *count = 0;
    for (size_t i = 0; i < t->plain_count; i++)
        if (wy_plain_text_count(&t->plain[i], n->exact)) break;
        else if (i + 1 == t->plain_count) return NULL;
    text units = units_of(t);
    for (size_t i = 0; i + n->units.count <= units.count && n->units.count; i++) {
        const occurrence *first = &units.list[i];
        size_t same = 0;
        while (same < n->units.count && first[same].name == n->units.list[same].name &&
               first[same].position - first->position == n->units.list[same].position)
            same++;
        if (same == n->units.count)
            add_spot(&list, count, first->position, first[same - 1].position + 1);
    }
    text_free(&units);
    return list;
}

static spot *find_spots(const node *n, const text *t, size_t *count)
{
    spot *list = NULL;
    *count = 0;
    if (n->exact) return find_exact(n, t, count);
    for (size_t i = 0; i < t->count; i++) {
        const occurrence *o = &t->list[i];
        if (n->kind != WY_ASK_PHRASE) {
            if (is_of_pattern(n, t, o)) add_spot(&list, count, o->position, o->position + o->width);
            continue;
        }
        if (o->name != n->words[0].name) continue;
        size_t matched = 1;
        for (size_t j = i + 1; j < t->count && matched < n->word_count; j++) {
            uint32_t distance = t->list[j].position - o->position;
            if (distance > n->words[matched].position) break;
            matched +=
                distance == n->words[matched].position && t->list[j].name == n->words[matched].name;
        }
        const occurrence *last = &n->words[n->word_count - 1];
        /* A number is as wide as it is written there. */
        const uint32_t width = n->word_count == 1 ? o->width : last->position + last->width;
        if (matched == n->word_count) add_spot(&list, count, o->position, o->position + width);
    }
    return list;
}

static bool are_near(const spot *a, const spot *b, uint32_t distance)
{
    return (a->end <= b->begin && b->begin - a->end <= distance) ||
           (b->end <= a->begin && a->begin - b->end <= distance);
}

static void keep_near(spot *list, size_t count, const spot *other, size_t other_count,
                      uint32_t distance)
{
    for (size_t i = 0; i < count; i++) {
        bool near = false;
        for (size_t j = 0; j < other_count && !near; j++)
            near = other[j].near && are_near(&list[i], &other[j], distance);
        list[i].near = list[i].near && near;
    }
}

/* The fewest spots of a part that stand in a chain of all parts. */
static uint32_t near_frequency(const node *n, const text *t)
{
    spot **spots = wy_test_alloc(n->part_count * sizeof *spots);
    size_t *counts = wy_test_alloc(n->part_count * sizeof *counts);
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < n->part_count; i++) spots[i] = find_spots(n->parts[i], t, &counts[i]);
    for (size_t i = 1; i < n->part_count; i++)
        keep_near(spots[i], counts[i], spots[i - 1], counts[i - 1], n->parts[i]->distance);
    for (size_t i = n->part_count - 1; i-- > 0;)
        keep_near(spots[i], counts[i], spots[i + 1], counts[i + 1], n->parts[i + 1]->distance);
    for (size_t i = 0; i < n->part_count; i++) {
        uint32_t near = 0;
        for (size_t j = 0; j < counts[i]; j++) near += spots[i][j].near;
        if (near < least) least = near;
        free(spots[i]);
    }
    free(spots);
    free(counts);
    return least;
}

static uint32_t frequency(const node *n, const text *t)
{
    size_t count;
    if (n->kind == WY_ASK_NEAR) return near_frequency(n, t);
    if (n->exact) {
        uint32_t found = 0;
        for (size_t i = 0; i < t->plain_count; i++)
            found += wy_plain_text_count(&t->plain[i], n->exact);
        return found;
    }
    free(find_spots(n, t, &count));
    return (uint32_t)count;
}

static bool leaf_matches(const place *at, const node *n, double *score)
{
    const text *t = text_of(at->entry, n->field, at->paragraph);
    double average = at->fields[n->field].average;
    double tf = frequency(n, t);
    if (tf == 0) return false;
    double part =
        n->boost * n->idf * tf / (tf + 1.2 * (0.25 + 0.75 * rounded_length(t->length) / average));
    *score = floor(part * 65536 + 0.5) / 65536;
    return true;
}

static bool in_years(int32_t year, int32_t from, int32_t to)
{
    if (!from && !to) return true;
    return year != 0 && (!from || year >= from) && (!to || year <= to);
}

static bool report_matches(const node *n, const wy_report *report)
{
    const size_t length = strlen(n->text);
    if (n->kind == WY_ASK_REPORT)
        return same_bytes(n->text, length, report->id.data, report->id.length);
    return fits(n->text, length, report->id.data, report->id.length) ||
           fits(n->text, length, report->source.data, report->source.length);
}

static bool matches(const place *at, const node *n, double *score);

/* Limits of which one of a kind must hold. */
typedef struct limits {
    bool asked, held;
} limits;

/* Of a list. The score of an AND is that of a list in which everything must match. */
static bool group_matches(const place *at, const node *n, double *score)
{
    bool any_must = false, any_may = false, found = false;
    limits kinds[3] = {{false, false}};
    for (size_t i = 0; i < n->part_count; i++) {
        const node *part = n->parts[i];
        wy_ask_occur occur = n->kind == WY_ASK_AND ? WY_ASK_MUST : part->occur;
        double more = 0;
        bool match = matches(at, part, &more);
        bool must = occur == WY_ASK_MUST || occur == WY_ASK_LIMIT_EACH;
        if (occur == WY_ASK_MUST_NOT ? match : must && !match) return false;
        if (occur == WY_ASK_LIMIT) {
            limits *of = &kinds[part->kind == WY_ASK_YEARS   ? 0
                                : part->kind == WY_ASK_DATES ? 1
                                                             : 2];
            of->asked = true;
            of->held |= match;
        }
        any_must |= occur == WY_ASK_MUST;
        any_may |= occur == WY_ASK_MAY;
        found |= match && occur == WY_ASK_MAY;
        if (match) *score += more;
    }
    for (int k = 0; k < 3; k++)
        if (kinds[k].asked && !kinds[k].held) return false;
    return any_must || !any_may || found;
}

static bool matches(const place *at, const node *n, double *score)
{
    const wy_report *report = at->entry->report;
    double ignored = 0;
    *score = 0;
    switch (n->kind) {
    case WY_ASK_WORD:
    case WY_ASK_PHRASE:
    case WY_ASK_PATTERN:
    case WY_ASK_FUZZY:
    case WY_ASK_NEAR:
        return leaf_matches(at, n, score);
    case WY_ASK_YEARS:
        return in_years(report->year, n->from, n->to);
    case WY_ASK_DATES:
        return in_years(report->date, n->from, n->to);
    case WY_ASK_REPORT:
    case WY_ASK_REPORT_PATTERN:
        return report_matches(n, report);
    case WY_ASK_NOT:
        return !matches(at, n->parts[0], &ignored);
    case WY_ASK_AND:
    case WY_ASK_LIST:
        break;
    }
    return group_matches(at, n, score);
}

wy_oracle_hit *wy_oracle_search(wy_oracle *oracle, const wy_ask *ask, int32_t year_from,
                                int32_t year_to, size_t *count)
{
    place at;
    sort(oracle);
    node *root = ready(oracle->analyzer, ask, WY_ASK_MAY, 1, false);
    measure(oracle, at.fields);
    weigh(oracle, root, at.fields);
    wy_oracle_hit *hits = wy_test_alloc(oracle->paragraphs * sizeof *hits);
    *count = 0;
    for (size_t i = 0; i < oracle->count; i++) {
        at.entry = oracle->list[i];
        const wy_report *report = at.entry->report;
        if (!in_years(report->year, year_from, year_to)) continue;
        for (at.paragraph = 0; at.paragraph < report->paragraph_count; at.paragraph++) {
            double score;
            if (matches(&at, root, &score))
                hits[(*count)++] =
                    (wy_oracle_hit){report, (uint32_t)at.paragraph + 1, score, false};
        }
    }
    node_free(root);
    return hits;
}

/* ---- What to ask for
 * ------------------------------------------------------------------------------ */

/* Moves to the beginning of a character or, of text with spaces, of a word. */
static size_t floor_of(const char *data, size_t at, bool words)
{
    while (at > 0 && (words ? !is_space(data[at - 1]) : (data[at] & 0xC0) == 0x80)) at--;
    return at;
}

/* Some text of the field; false: there is none. */
static bool any_text(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random,
                     wy_string *source, const text **cut_text)
{
    if (oracle->count == 0) return false;
    const entry *e = oracle->list[wy_test_below(random, oracle->count)];
    const wy_report *report = e->report;
    const bool of_paragraph = field == WY_ASK_BODY || field == WY_ASK_SECTION;
    if (of_paragraph && report->paragraph_count == 0) return false;
    const size_t p = of_paragraph ? (size_t)wy_test_below(random, report->paragraph_count) : 0;
    *cut_text = text_of(e, field, p);
    *source = field == WY_ASK_TITLE ? report->title : report->issuer;
    if (field == WY_ASK_BODY) *source = report->paragraphs[p].text;
    if (field == WY_ASK_SECTION) {
        if (report->paragraphs[p].section == 0) return false;
        *source = report->sections[report->paragraphs[p].section - 1].heading;
    }
    return source->length > 0;
}

char *wy_oracle_phrase(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random)
{
    bool words = strcmp(oracle->analyzer, "whitespace") == 0;
    const text *ignored;
    wy_string from;
    if (!any_text(oracle, field, random, &from, &ignored)) return NULL;
    size_t begin = floor_of(from.data, (size_t)wy_test_below(random, from.length), words);
    size_t length = 4 + (size_t)wy_test_below(random, words ? 16 : 24), end = begin + length;
    end = end >= from.length ? from.length : floor_of(from.data, end, words);
    if (words && end < from.length && end > begin) end--; /* the space */
    if (end <= begin) return NULL;

    text t = cut(oracle->analyzer, (wy_string){from.data + begin, end - begin});
    text_free(&t);
    if (t.length == 0) return NULL; /* nothing but punctuation */
    char *phrase = wy_test_alloc(end - begin + 1);
    memcpy(phrase, from.data + begin, end - begin);
    phrase[end - begin] = '\0';
    return phrase;
}

/* A word of a text of the field, in new memory; NULL: no luck. */
static char *any_term(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random)
{
    const text *t;
    wy_string ignored;
    if (!any_text(oracle, field, random, &ignored, &t) || t->count == 0) return NULL;
    const occurrence *o = &t->list[wy_test_below(random, t->count)];
    if (o->kind != WY_TERM_WORD || o->term_length > 40) return NULL;
    char *word = wy_test_alloc(o->term_length + 1);
    memcpy(word, t->terms + o->term, o->term_length);
    word[o->term_length] = '\0';
    return word;
}

/* Puts `with` in the place of the bytes at .. end of a word. */
static char *replaced(char *word, size_t at, size_t end, const char *with)
{
    char *made = wy_test_format("%.*s%s%s", (int)at, word, with, word + end);
    free(word);
    return made;
}

char *wy_oracle_pattern(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random)
{
    char *word = any_term(oracle, field, random);
    if (!word) return NULL;
    size_t length = strlen(word), first = character(word, length);
    if (first == length) { /* "w*" would be too many: of one character only what ends in it */
        free(word);
        return NULL;
    }
    size_t at = floor_of(word, first + (size_t)wy_test_below(random, length - first), false);
    size_t next = at + character(word + at, length - at);
    switch (wy_test_below(random, 6)) {
    case 0:
        return replaced(word, 0, at, "*"); /* *x */
    case 1:
        return replaced(word, at, at, "*"); /* w*x */
    case 2:
        return replaced(word, 0, first, "?"); /* ?12 */
    case 3:
        if (next < length) return replaced(word, at, next, "?"); /* w?2 */
        return replaced(word, length, length, "*");
    case 4:
        return replaced(word, length, length, "*"); /* w1* */
    default:
        break;
    }
    if (length > 4 && at > first) return replaced(word, at, length, "*"); /* w1* of w123 */
    return replaced(word, 0, 0, "*");
}

char *wy_oracle_fuzzy(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random)
{
    char *word = any_term(oracle, field, random);
    size_t length = word ? strlen(word) : 0;
    bool letter = false, other = length < 2;
    for (size_t i = 0; i < length; i++) {
        const bool small = word[i] >= 'a' && word[i] <= 'z';
        letter |= small;
        other |= !small && !(word[i] >= '0' && word[i] <= '9');
    }
    if (!letter || other) {
        free(word);
        return NULL;
    }
    size_t at = 1 + (size_t)wy_test_below(random, length - 1);
    char swapped[3] = {word[at], word[at - 1], '\0'};
    switch (wy_test_below(random, 5)) {
    case 0:
        return replaced(word, at, at + 1, "");
    case 1:
        return replaced(word, at, at, "7");
    case 2:
        return replaced(word, at, at + 1, "q");
    case 3:
        return replaced(word, at - 1, at + 1, swapped);
    default:
        return word;
    }
}
