/*
 * support/oracle.c
 */
#include "support/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/search.h>

#include "support/corpus_gen.h"

/* ---- Text --------------------------------------------------------------------------------- */

/* A word, stem or number at a place. Its name stands for its bytes and kind: 64 bits of a hash. */
typedef struct occurrence {
    uint64_t name;
    uint32_t position;
    int kind;
    bool covered;
} occurrence;

typedef struct text {
    occurrence *list;
    size_t count;
    uint32_t length; /* words */
} text;

/* FNV-1a. */
static uint64_t name_of(int kind, const char *data, size_t length)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ (unsigned)kind;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static void text_add(text *t, int kind, const char *data, size_t length, uint32_t position,
                     bool covered)
{
    if ((t->count & (t->count - 1)) == 0) /* full at each power of two */
        t->list = wy_test_realloc(t->list, (t->count ? t->count * 2 : 1) * sizeof *t->list);
    t->list[t->count++] = (occurrence){name_of(kind, data, length), position, kind, covered};
    t->length += kind == WY_TERM_WORD;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
}

static text cut_at_spaces(const char *data, size_t length)
{
    enum { LONGEST = 255 };
    text t = {0};
    size_t at = 0;
    while (at < length) {
        size_t begin = at;
        while (at < length && !is_space(data[at])) at++;
        size_t bytes = at - begin;
        if (bytes > LONGEST) {
            bytes = LONGEST;
            while ((data[begin + bytes] & 0xC0) == 0x80) bytes--;
        }
        if (bytes) text_add(&t, WY_TERM_WORD, data + begin, bytes, t.length, false);
        at++;
    }
    return t;
}

static text cut_by_analyzer(const char *analyzer, const char *data, size_t length)
{
    text t = {0};
    wy_analysis *analysis;
    wy_error error;
    wy_string string = {data, length};
    wy_test_must(wy_analyze(analyzer, string, NULL, &analysis, &error) == WY_OK);
    for (size_t i = 0; i < wy_analysis_size(analysis); i++) {
        const wy_term *term = wy_analysis_term(analysis, i);
        text_add(&t, term->kind, term->text.data, term->text.length, term->position,
                 term->covered);
    }
    wy_analysis_free(analysis);
    return t;
}

static text cut(const char *analyzer, wy_string string)
{
    if (strcmp(analyzer, "whitespace") == 0) return cut_at_spaces(string.data, string.length);
    return cut_by_analyzer(analyzer, string.data, string.length);
}

/* ---- Reports ------------------------------------------------------------------------------ */

typedef struct entry {
    size_t holders;
    wy_report *report;
    text title, *paragraphs;
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
    for (size_t i = 0; i < e->report->paragraph_count; i++) free(e->paragraphs[i].list);
    free(e->paragraphs);
    free(e->title.list);
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
    e->paragraphs = wy_test_alloc(report->paragraph_count * sizeof *e->paragraphs);
    for (size_t i = 0; i < report->paragraph_count; i++)
        e->paragraphs[i] = cut(oracle->analyzer, report->paragraphs[i].text);
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

/* ---- Questions made ready ------------------------------------------------------------------ */

/* A question in which each leaf is one term or phrase, with its idf. */
typedef struct node {
    wy_ask_kind kind;
    wy_ask_occur occur;
    bool title;
    int32_t from, to;
    occurrence *words; /* positions are relative to the first */
    size_t word_count;
    double idf;
    struct node **parts;
    size_t part_count;
} node;

static node *node_make(wy_ask_kind kind, wy_ask_occur occur)
{
    node *n = wy_test_alloc(sizeof *n);
    *n = (node){.kind = kind, .occur = occur};
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
    free(n);
}

static void add_word(node *n, const occurrence *word)
{
    n->words = wy_test_realloc(n->words, (n->word_count + 1) * sizeof *n->words);
    n->words[n->word_count++] = *word;
}

static node *ready_phrase(const wy_ask *ask, wy_ask_occur occur, const text *t)
{
    node *n = node_make(WY_ASK_PHRASE, occur);
    uint32_t first = 0;
    n->title = ask->title;
    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].kind != WY_TERM_WORD) continue;
        occurrence word = t->list[i];
        if (n->word_count == 0) first = word.position;
        word.position -= first;
        add_word(n, &word);
    }
    return n;
}

/* A word that is cut into several: all of them where it must be there, else any. Stems and numbers
 * are looked for in the place of what they cover. */
static node *ready_word(const wy_ask *ask, wy_ask_occur occur, bool all, const text *t)
{
    node *group = node_make(all ? WY_ASK_AND : WY_ASK_LIST, occur);
    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].covered) continue;
        node *n = node_make(WY_ASK_PHRASE, WY_ASK_MAY);
        n->title = ask->title;
        add_word(n, &t->list[i]);
        n->words[0].position = 0;
        node_put(group, n);
    }
    return group;
}

static node *ready(const char *analyzer, const wy_ask *ask, wy_ask_occur occur, bool all)
{
    if (ask->text) {
        text t = cut(analyzer, (wy_string){ask->text, strlen(ask->text)});
        wy_test_must(t.length > 0);
        node *n = ask->kind == WY_ASK_WORD ? ready_word(ask, occur, all, &t)
                                           : ready_phrase(ask, occur, &t);
        free(t.list);
        return n;
    }
    /* A word in parentheses of its own is that word. */
    if (ask->kind == WY_ASK_LIST && ask->count == 1 && ask->parts[0]->occur == WY_ASK_MAY)
        return ready(analyzer, ask->parts[0], occur, all);
    node *n = node_make(ask->kind, occur);
    n->from = ask->from;
    n->to = ask->to;
    for (size_t i = 0; i < ask->count; i++) {
        const wy_ask *part = ask->parts[i];
        bool must = ask->kind != WY_ASK_LIST || part->occur != WY_ASK_MAY;
        node_put(n, ready(analyzer, part, part->occur, must));
    }
    return n;
}

/* ---- Statistics --------------------------------------------------------------------------- */

typedef struct figures {
    double documents, average; /* of paragraphs, or of reports by their titles */
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

static bool holds(const text *t, uint64_t name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].name == name) return true;
    }
    return false;
}

static double idf(const wy_oracle *oracle, bool title, uint64_t name, double documents)
{
    double n = 0;
    for (size_t i = 0; i < oracle->count; i++) {
        const entry *e = oracle->list[i];
        if (title) n += holds(&e->title, name);
        for (size_t p = 0; !title && p < e->report->paragraph_count; p++)
            n += holds(&e->paragraphs[p], name);
    }
    return log(1 + (documents - n + 0.5) / (n + 0.5));
}

static void measure(const wy_oracle *oracle, figures *paragraphs, figures *titles)
{
    double words = 0, title_words = 0;
    for (size_t i = 0; i < oracle->count; i++) {
        const entry *e = oracle->list[i];
        title_words += rounded_length(e->title.length);
        for (size_t p = 0; p < e->report->paragraph_count; p++)
            words += rounded_length(e->paragraphs[p].length);
    }
    paragraphs->documents = (double)oracle->paragraphs;
    paragraphs->average = words / paragraphs->documents;
    titles->documents = (double)oracle->count;
    titles->average = title_words / titles->documents;
}

static void weigh(const wy_oracle *oracle, node *n, const figures *paragraphs,
                  const figures *titles)
{
    double documents = n->title ? titles->documents : paragraphs->documents;
    for (size_t i = 0; i < n->word_count; i++)
        n->idf += idf(oracle, n->title, n->words[i].name, documents);
    for (size_t i = 0; i < n->part_count; i++) weigh(oracle, n->parts[i], paragraphs, titles);
}

/* ---- Answers ------------------------------------------------------------------------------ */

typedef struct place {
    const entry *entry;
    size_t paragraph;
    figures paragraphs, titles;
} place;

/* How many positions the words stand at, each at its distance. */
static uint32_t frequency(const node *n, const text *t)
{
    uint32_t found = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].name != n->words[0].name) continue;
        size_t matched = 1;
        for (size_t j = i + 1; j < t->count && matched < n->word_count; j++) {
            uint32_t distance = t->list[j].position - t->list[i].position;
            if (distance > n->words[matched].position) break;
            matched += distance == n->words[matched].position &&
                       t->list[j].name == n->words[matched].name;
        }
        found += matched == n->word_count;
    }
    return found;
}

static bool leaf_matches(const place *at, const node *n, double *score)
{
    const text *t = n->title ? &at->entry->title : &at->entry->paragraphs[at->paragraph];
    double average = n->title ? at->titles.average : at->paragraphs.average;
    double tf = frequency(n, t);
    if (tf == 0) return false;
    double part = n->idf * tf / (tf + 1.2 * (0.25 + 0.75 * rounded_length(t->length) / average));
    *score = floor(part * 65536 + 0.5) / 65536;
    return true;
}

static bool in_years(int32_t year, int32_t from, int32_t to)
{
    if (!from && !to) return true;
    return year != 0 && (!from || year >= from) && (!to || year <= to);
}

static bool matches(const place *at, const node *n, double *score);

/* Of a list. The score of an AND is that of a list in which everything must match. */
static bool group_matches(const place *at, const node *n, double *score)
{
    bool any_must = false, any_may = false, found = false, limited = false, within = false;
    for (size_t i = 0; i < n->part_count; i++) {
        const node *part = n->parts[i];
        wy_ask_occur occur = n->kind == WY_ASK_AND ? WY_ASK_MUST : part->occur;
        double more = 0;
        bool match = matches(at, part, &more);
        bool must = occur == WY_ASK_MUST || occur == WY_ASK_LIMIT_EACH;
        if (occur == WY_ASK_MUST_NOT ? match : must && !match) return false;
        limited |= occur == WY_ASK_LIMIT;
        within |= occur == WY_ASK_LIMIT && match;
        any_must |= occur == WY_ASK_MUST;
        any_may |= occur == WY_ASK_MAY;
        found |= match && occur == WY_ASK_MAY;
        if (match) *score += more;
    }
    return (any_must || !any_may || found) && (!limited || within);
}

static bool matches(const place *at, const node *n, double *score)
{
    double ignored = 0;
    *score = 0;
    switch (n->kind) {
    case WY_ASK_WORD:
    case WY_ASK_PHRASE:
        return leaf_matches(at, n, score);
    case WY_ASK_YEARS:
        return in_years(at->entry->report->year, n->from, n->to);
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
    node *root = ready(oracle->analyzer, ask, WY_ASK_MAY, false);
    measure(oracle, &at.paragraphs, &at.titles);
    weigh(oracle, root, &at.paragraphs, &at.titles);
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

/* ---- Phrases ------------------------------------------------------------------------------ */

/* Moves to the beginning of a character or, of text with spaces, of a word. */
static size_t floor_of(const char *data, size_t at, bool words)
{
    while (at > 0 && (words ? !is_space(data[at - 1]) : (data[at] & 0xC0) == 0x80)) at--;
    return at;
}

char *wy_oracle_phrase(const wy_oracle *oracle, bool title, wy_test_random *random)
{
    if (oracle->count == 0) return NULL;
    const entry *e = oracle->list[wy_test_below(random, oracle->count)];
    wy_string from = e->report->title;
    bool words = strcmp(oracle->analyzer, "whitespace") == 0;
    if (!title) {
        if (e->report->paragraph_count == 0) return NULL;
        from = e->report->paragraphs[wy_test_below(random, e->report->paragraph_count)].text;
    }
    if (from.length == 0) return NULL;
    size_t begin = floor_of(from.data, (size_t)wy_test_below(random, from.length), words);
    size_t length = 4 + (size_t)wy_test_below(random, words ? 16 : 24), end = begin + length;
    end = end >= from.length ? from.length : floor_of(from.data, end, words);
    if (words && end < from.length && end > begin) end--; /* the space */
    if (end <= begin) return NULL;

    text t = cut(oracle->analyzer, (wy_string){from.data + begin, end - begin});
    free(t.list);
    if (t.length == 0) return NULL; /* nothing but punctuation */
    char *phrase = wy_test_alloc(end - begin + 1);
    memcpy(phrase, from.data + begin, end - begin);
    phrase[end - begin] = '\0';
    return phrase;
}
