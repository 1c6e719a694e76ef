/*
 * query/expand.c: the terms and reports of an index that a part of a query stands for.
 */
#include "query/expand.h"

#include <string.h>

#include "base/checksum.h"
#include "base/error.h"
#include "base/utf8.h"
#include "query/lex.h"
#include "query/node.h"

/* ---- Matching ------------------------------------------------------------------------------ */

static size_t char_width(const char *text, size_t left)
{
    const unsigned char c = (unsigned char)*text;
    const size_t width = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return width < left ? width : left;
}

bool wy_pattern_matches(const char *pattern, size_t length, const char *text, size_t text_length)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text_length) {
        if (p < length && pattern[p] == WY_PATTERN_MANY) {
            star = p++;
            resume = t;
        } else if (p < length && pattern[p] == WY_PATTERN_ONE) {
            t += char_width(text + t, text_length - t);
            p++;
        } else if (p < length && pattern[p] == text[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) { /* let the last * take one character more */
            resume += char_width(text + resume, text_length - resume);
            t = resume;
            p = star + 1;
        } else {
            return false;
        }
    }
    while (p < length && pattern[p] == WY_PATTERN_MANY) p++;
    return p == length;
}

enum { LATIN_END = 0x250 }; /* of the blocks of Latin letters that words may differ in */

static size_t common(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length)
{
    size_t i = 0;
    while (i < a_length && i < b_length && a[i] == b[i]) i++;
    return i;
}

/*
 * The words agree up to where they first differ; an edit can be taken to be there. So each kind of
 * edit leaves one way to go on, in which all the rest has to agree.
 */
bool wy_fuzzy_matches(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length,
                      size_t *dead)
{
    const size_t p = common(a, a_length, b, b_length);
    *dead = 0;
    if (p == b_length) return a_length - p <= 1;
    /* Where in both it goes on after a letter put in, changed, left out, and an exchange. */
    const bool latin = b[p] < LATIN_END;
    const bool swapped = p + 1 < a_length && b[p] == a[p + 1];
    const struct {
        bool possible;
        size_t a, b;
    } ways[] = {
        {latin, p, p + 1},
        {latin && p < a_length, p + 1, p + 1},
        {p < a_length, p + 1, p},
        {swapped && p + 1 < b_length && b[p + 1] == a[p], p + 2, p + 2},
    };
    /* With what is there of `b`, an exchange may still come. */
    size_t furthest = swapped && p + 1 == b_length ? b_length : p;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!ways[i].possible) continue;
        const size_t reach = ways[i].b + common(a + ways[i].a, a_length - ways[i].a, b + ways[i].b,
                                                b_length - ways[i].b);
        if (reach == b_length && ways[i].a + (reach - ways[i].b) == a_length) return true;
        if (reach > furthest) furthest = reach;
    }
    if (swapped && p + 1 < b_length && furthest == p) furthest = p + 1;
    if (furthest < b_length) *dead = furthest + 1;
    return false;
}

/* ---- Terms ---------------------------------------------------------------------------------- */

typedef struct expansion {
    wy_plan *plan;
    wy_node *node;
    bool folds;      /* widths are those of folded words */
    uint32_t *terms; /* in the plan */
    size_t count, capacity;
    const char *text; /* of the pattern, folded */
    size_t length;
    uint32_t word[WY_TERM_MAX]; /* of a fuzzy word */
    size_t word_length;
    wy_error *error;
} expansion;

static int too_many(const expansion *e, const char *what, int most)
{
    return wy_fail(
        e->error, WY_E_LIMIT, NULL, e->node->tree->offset,
        "%s more than %d words of the index; give it more letters, best at its beginning", what,
        most);
}

/* Takes the term that the cursor stands at. */
static int take(expansion *e, const wy_segment *segment, const wy_terms_cursor *cursor)
{
    wy_plan *plan = e->plan;
    const char *term = (const char *)cursor->key + 1;
    const size_t length = cursor->length - 1;
    uint32_t number, dead = 0;
    const wy_live *live = wy_segment_live(segment);
    /* What only deleted reports hold is no word of the index. */
    if (live) {
        int status = wy_live_dead(live, cursor->info.ordinal, &dead, e->error);
        if (status || dead == cursor->info.doc_freq) return status;
    }
    const wy_token token = {.term = term,
                            .length = (uint32_t)length,
                            .width = e->folds ? wy_term_width(term, length) : 1,
                            .kind = WY_TOKEN_WORD};
    int status = wy_plan_intern(plan, e->node->field, &token, &number, e->error);
    if (status) return status;
    if (plan->terms[number].mark == plan->marks) return WY_OK;
    plan->terms[number].mark = plan->marks;
    if (e->count == WY_EXPAND_TERMS) return too_many(e, "the pattern stands for", WY_EXPAND_TERMS);
    if (plan->expanded == WY_EXPAND_ALL)
        return too_many(e, "the patterns of the query together stand for", WY_EXPAND_ALL);
    if (!wy_grow(plan->mem, &e->terms, &e->capacity, e->count + 1, sizeof *e->terms))
        return wy_fail_memory(e->error);
    e->terms[e->count++] = number;
    plan->expanded++;
    return WY_OK;
}

/* Whether the cursor is still at a word of the field. Counts what is looked at. */
static int stands(expansion *e, const wy_terms_cursor *cursor, const uint8_t *key, size_t length,
                  bool *out)
{
    *out = cursor->valid && cursor->length >= length && memcmp(cursor->key, key, length) == 0;
    if (*out && ++e->plan->looked_at > WY_EXPAND_LOOKS)
        return too_many(e, "the patterns of the query have to look at", WY_EXPAND_LOOKS);
    return WY_OK;
}

/* Walks the terms that begin as the pattern does. */
static int walk_pattern(expansion *e, const wy_segment *segment)
{
    uint8_t key[WY_KEY_MAX];
    size_t prefix = 0;
    wy_terms_cursor cursor;
    while (prefix < e->length && e->text[prefix] != WY_PATTERN_MANY &&
           e->text[prefix] != WY_PATTERN_ONE)
        prefix++;
    if (prefix > WY_TERM_MAX) return WY_OK; /* no term is so long */
    const size_t length = wy_key_make(key, e->node->field, WY_TOKEN_WORD, e->text, prefix);
    int status = wy_terms_seek(&cursor, wy_segment_terms(segment), key, length, e->error);
    while (!status) {
        bool some;
        status = stands(e, &cursor, key, length, &some);
        if (status || !some) break;
        if (wy_pattern_matches(e->text + prefix, e->length - prefix,
                               (const char *)cursor.key + length, cursor.length - length))
            status = take(e, segment, &cursor);
        if (!status) status = wy_terms_next(&cursor, e->error);
    }
    return status;
}

/* Walks the branches of the dictionary that a fuzzy word can be on. */
static int walk_fuzzy(expansion *e, const wy_segment *segment)
{
    uint8_t key[WY_KEY_MAX];
    uint32_t letters[WY_TERM_MAX];
    wy_terms_cursor cursor;
    const size_t length = wy_key_make(key, e->node->field, WY_TOKEN_WORD, "", 0);
    int status = wy_terms_seek(&cursor, wy_segment_terms(segment), key, length, e->error);
    while (!status) {
        bool some;
        size_t count = 0, at = length, dead;
        status = stands(e, &cursor, key, length, &some);
        if (status || !some) break;
        while (at < cursor.length) letters[count++] = wy_utf8_next((char *)cursor.key, &at);
        if (wy_fuzzy_matches(e->word, e->word_length, letters, count, &dead))
            status = take(e, segment, &cursor);
        if (status) break;
        if (!dead) {
            status = wy_terms_next(&cursor, e->error);
            continue;
        }
        /* Behind all that begins with the dead characters; those behind the last Latin one all are
         * dead, if it is not a letter of the word itself. */
        size_t end = length;
        for (size_t i = 0; i + 1 < dead; i++) wy_utf8_next((char *)cursor.key, &end);
        if (letters[dead - 1] < LATIN_END) wy_utf8_next((char *)cursor.key, &end);
        if (end == length) break;
        uint8_t next[WY_KEY_MAX];
        memcpy(next, cursor.key, end);
        next[end - 1]++; /* no byte of UTF-8 is 0xFF */
        status = wy_terms_seek(&cursor, wy_segment_terms(segment), next, end, e->error);
    }
    return status;
}

/* ---- Folding -------------------------------------------------------------------------------- */

/* Appends the folded form of `text`, which has no wildcard. */
static int fold(wy_analyzer *analyzer, const char *text, size_t length, wy_buf *out,
                wy_error *error)
{
    wy_tokens tokens;
    int status = wy_analyzer_run(analyzer, text, length, &tokens, error);
    if (status) return status;
    const wy_folded *folded = wy_analyzer_folded(analyzer);
    if (!folded) {
        wy_buf_bytes(out, text, length);
        return WY_OK;
    }
    for (size_t i = 0; i < folded->length; i++) {
        uint32_t c = folded->units[i];
        char bytes[4];
        if (c >= 0xD800 && c < 0xDC00 && i + 1 < folded->length)
            c = 0x10000 + ((c - 0xD800) << 10) + (folded->units[++i] - 0xDC00u);
        wy_buf_bytes(out, bytes, wy_utf8_put(c, bytes));
    }
    return WY_OK;
}

/* The text of the node's leaf with its letters folded, wildcards as they are; in the arena. */
static int fold_pattern(expansion *e, wy_analyzer *analyzer)
{
    const wy_tree *leaf = e->node->tree;
    wy_buf out;
    int status = WY_OK;
    wy_buf_init(&out, e->plan->mem);
    for (size_t at = 0, end; at < leaf->length && !status; at = end) {
        end = at;
        while (end < leaf->length && leaf->text[end] != WY_PATTERN_MANY &&
               leaf->text[end] != WY_PATTERN_ONE)
            end++;
        if (end > at)
            status = fold(analyzer, leaf->text + at, end - at, &out, e->error);
        else
            wy_buf_u8(&out, (uint8_t)leaf->text[end++]);
    }
    if (leaf->open_ended) wy_buf_u8(&out, (uint8_t)WY_PATTERN_MANY);
    e->folds = wy_analyzer_folded(analyzer) != NULL;
    e->length = out.length;
    if (!out.failed && out.length)
        e->text = wy_arena_strndup(e->plan->arena, (const char *)out.data, out.length);
    if (!status && !e->text) status = wy_fail_memory(e->error);
    wy_buf_free(&out);
    return status;
}

/* The characters of a fuzzy word. */
static int spell(expansion *e)
{
    const wy_tree *leaf = e->node->tree;
    if (e->length > WY_TERM_MAX)
        return wy_fail(e->error, WY_E_LIMIT, NULL, leaf->offset,
                       "a word with ~1 has at most %d bytes", WY_TERM_MAX);
    for (size_t at = 0; at < e->length;) e->word[e->word_length++] = wy_utf8_next(e->text, &at);
    return WY_OK;
}

int wy_expand_pattern(wy_plan *plan, wy_node *node, wy_analyzer *analyzer, wy_error *error)
{
    expansion e = {.plan = plan, .node = node, .error = error};
    const bool fuzzy = node->tree->kind == WY_TREE_FUZZY;
    plan->marks++;
    plan->uses[node->field] = true;
    int status = fold_pattern(&e, analyzer);
    if (!status && fuzzy) status = spell(&e);
    for (size_t s = 0; s < plan->scope->count && !status; s++) {
        const wy_segment *segment = plan->scope->segments[s];
        status = fuzzy ? walk_fuzzy(&e, segment) : walk_pattern(&e, segment);
    }
    if (!status) {
        wy_plan_word *words = wy_arena_alloc(plan->arena, e.count * sizeof *words);
        if (!words) status = wy_fail_memory(error);
        for (size_t i = 0; i < e.count && words; i++) words[i] = (wy_plan_word){.term = e.terms[i]};
        node->words = words;
        node->word_count = (uint32_t)e.count;
        if (e.count == 1) node->kind = WY_NODE_TERM;
    }
    wy_free(plan->mem, e.terms);
    return status;
}

/* ---- Reports -------------------------------------------------------------------------------- */

/* Appends the paragraphs of a report; reports come in their order. */
static int add_report(wy_plan *plan, const wy_segment *segment, uint32_t report,
                      wy_plan_ranges *ranges, wy_error *error)
{
    wy_report_row row;
    int status = wy_columns_report(wy_segment_columns(segment), report, &row, error);
    if (status || row.first_paragraph == row.end_paragraph) return status;
    ranges->paragraphs += row.end_paragraph - row.first_paragraph;
    if (ranges->count && ranges->list[ranges->count - 1].end == row.first_paragraph) {
        ranges->list[ranges->count - 1].end = row.end_paragraph;
        return WY_OK;
    }
    if (ranges->count == ranges->capacity) { /* in the arena: the plan is not freed one by one */
        const size_t capacity = ranges->capacity ? ranges->capacity * 2 : 4;
        wy_plan_range *list = wy_arena_alloc(plan->arena, capacity * sizeof *list);
        if (!list) return wy_fail_memory(error);
        if (ranges->count) memcpy(list, ranges->list, ranges->count * sizeof *list);
        ranges->list = list;
        ranges->capacity = capacity;
    }
    ranges->list[ranges->count++] = (wy_plan_range){row.first_paragraph, row.end_paragraph};
    return WY_OK;
}

static int choose_dates(wy_plan *plan, const wy_segment *segment, const wy_tree *leaf,
                        wy_plan_ranges *ranges, wy_error *error)
{
    int status = WY_OK;
    for (uint32_t i = 0; i < wy_segment_reports(segment) && !status; i++) {
        int32_t date;
        status = wy_columns_date(wy_segment_columns(segment), i, &date, error);
        if (!status && date && date >= leaf->from && (!leaf->to || date <= leaf->to))
            status = add_report(plan, segment, i, ranges, error);
    }
    return status;
}

/* Whether the record of a report has the id, or an id or a path as the pattern says. */
static int is_chosen(wy_plan *plan, const wy_segment *segment, wy_store_reader *reader,
                     uint32_t report, const wy_tree *leaf, bool *out, wy_error *error)
{
    wy_report r;
    wy_section *sections;
    int status =
        wy_segment_read_report(segment, reader, plan->mem, report, &r, NULL, &sections, error);
    if (status) return status;
    if (leaf->wild)
        *out = wy_pattern_matches(leaf->text, leaf->length, r.id.data, r.id.length) ||
               (r.source.length &&
                wy_pattern_matches(leaf->text, leaf->length, r.source.data, r.source.length));
    else
        *out = r.id.length == leaf->length && memcmp(r.id.data, leaf->text, leaf->length) == 0;
    wy_free(plan->mem, sections);
    return WY_OK;
}

/* By id: the few with its checksum are read. By a pattern: all are. */
static int choose_ids(wy_plan *plan, const wy_segment *segment, const wy_tree *leaf,
                      wy_plan_ranges *ranges, wy_error *error)
{
    const wy_columns *columns = wy_segment_columns(segment);
    wy_store_reader *reader = NULL;
    uint32_t place = 0, count = wy_segment_reports(segment);
    int status = WY_OK;
    if (!leaf->wild)
        status =
            wy_columns_find(columns, wy_checksum(leaf->text, leaf->length), &place, &count, error);
    if (!status && count)
        status = wy_store_reader_open(wy_segment_report_records(segment), &reader, error);
    for (uint32_t i = 0; i < count && !status; i++) {
        uint32_t report = i;
        bool chosen = false;
        if (!leaf->wild) status = wy_columns_found(columns, place + i, &report, error);
        if (!status) status = is_chosen(plan, segment, reader, report, leaf, &chosen, error);
        if (!status && chosen) status = add_report(plan, segment, report, ranges, error);
    }
    wy_store_reader_close(reader);
    return status;
}

int wy_expand_reports(wy_plan *plan, wy_node *node, wy_error *error)
{
    const size_t segments = plan->scope->count;
    node->ranges = wy_arena_alloc(plan->arena, segments * sizeof *node->ranges);
    if (!node->ranges) return wy_fail_memory(error);
    int status = WY_OK;
    for (size_t s = 0; s < segments && !status; s++) {
        node->ranges[s] = (wy_plan_ranges){0};
        status =
            node->tree->kind == WY_TREE_DATES
                ? choose_dates(plan, plan->scope->segments[s], node->tree, &node->ranges[s], error)
                : choose_ids(plan, plan->scope->segments[s], node->tree, &node->ranges[s], error);
    }
    return status;
}
