/*
 * query/explain.c: a plan as a tree that can be shown.
 */
#include "query/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/order.h"
#include "query/cursor.h"
#include "query/lattice.h"
#include "query/word.h"

typedef struct explainer {
    const wy_plan *plan;
    wy_arena *arena;
    wy_site *site; /* of the match; NULL: none is looked at */
    uint32_t paragraph;
    bool failed; /* memory is out */
    wy_error *error;
} explainer;

static int explain(explainer *e, const wy_node *node, wy_explained_role role, wy_explained *out);

static wy_string copy(explainer *e, const char *text, size_t length)
{
    char *made = wy_arena_strndup(e->arena, text, length);
    e->failed |= !made;
    return (wy_string){made, length};
}

/* The leaf that a node stems from, as the query has it. */
static wy_string written(explainer *e, const wy_tree *tree)
{
    wy_buf text;
    wy_string made = {NULL, 0};
    wy_buf_init(&text, e->plan->mem);
    wy_tree_dump_text(tree, &text);
    if (!text.failed) made = copy(e, (const char *)text.data, text.length);
    e->failed |= text.failed;
    wy_buf_free(&text);
    return made;
}

/* ---- What it is ----------------------------------------------------------------------------- */

static void explain_term(explainer *e, uint32_t number, wy_explained *out)
{
    const wy_plan_term *term = &e->plan->terms[number];
    out->term_kind = term->kind;
    out->field = wy_tree_field_name(term->field);
    out->text = copy(e, term->text, term->length);
    out->documents = term->doc_freq;
    out->all = e->plan->stats[term->field].documents;
    out->idf = term->idf;
}

static int most_documents_first(const void *a, const void *b)
{
    const wy_explained *x = a, *y = b;
    if (x->documents != y->documents) return x->documents > y->documents ? -1 : 1;
    const size_t common = x->text.length < y->text.length ? x->text.length : y->text.length;
    const int order = memcmp(x->text.data, y->text.data, common);
    return order ? order : (x->text.length > y->text.length) - (x->text.length < y->text.length);
}

/* The words of a leaf that has several. */
static void explain_words(explainer *e, const wy_node *node, wy_explained *out)
{
    wy_explained *list = wy_arena_alloc(e->arena, (node->word_count + 1) * sizeof *list);
    e->failed |= !list;
    if (!list) return;
    for (uint32_t i = 0; i < node->word_count; i++) {
        list[i] = (wy_explained){.kind = WY_EXPLAINED_WORD, .role = WY_ROLE_PART, .boost = 1};
        explain_term(e, node->words[i].term, &list[i]);
        out->documents += list[i].documents;
    }
    if (node->kind == WY_NODE_UNION && !e->failed && node->word_count > 1)
        qsort(list, node->word_count, sizeof *list, most_documents_first);
    if (node->kind != WY_NODE_UNION && node->kind != WY_NODE_TERM) out->documents = 0;
    out->children = list;
    out->child_count = node->word_count;
}

/* A pattern that stands for one word alone is planned as that word; it is told of as a pattern. */
static bool is_pattern(const wy_node *node)
{
    const wy_tree *tree = node->tree;
    return node->kind == WY_NODE_UNION ||
           (tree &&
            (tree->kind == WY_TREE_PATTERN || tree->kind == WY_TREE_FUZZY || tree->open_ended));
}

/* ---- Exact texts ---------------------------------------------------------------------------- */

/* By the characters covered, then by the word. */
static int by_place(const void *a, const void *b)
{
    const wy_explained *x = a, *y = b;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    if (x->to != y->to) return x->to < y->to ? -1 : 1;
    if (x->term_kind != y->term_kind) return x->term_kind < y->term_kind ? -1 : 1;
    return wy_bytes_compare(x->text.data, x->text.length, y->text.data, y->text.length);
}

/* One of each word at a place, with the documents of all segments. */
static size_t merge_equal(wy_explained *list, size_t count)
{
    size_t kept = 0;
    if (count > 1) qsort(list, count, sizeof *list, by_place);
    for (size_t i = 0; i < count; i++) {
        if (kept && by_place(&list[kept - 1], &list[i]) == 0)
            list[kept - 1].documents += list[i].documents;
        else
            list[kept++] = list[i];
    }
    return kept;
}

/* Appends a word at its place. */
static int add_word(explainer *e, const wy_explained *word, wy_explained **list, size_t *count,
                    size_t *capacity)
{
    if (!wy_grow(e->plan->mem, list, capacity, *count + 1, sizeof **list))
        return wy_fail_memory(e->error);
    (*list)[*count] = *word;
    (*list)[*count].kind = WY_EXPLAINED_WORD;
    (*list)[*count].role = WY_ROLE_PART;
    (*list)[(*count)++].boost = 1;
    return WY_OK;
}

/* Appends the words of one segment that can cover a part of the text. */
static int add_edges(explainer *e, const wy_segment *segment, const wy_node *node,
                     wy_explained **list, size_t *count, size_t *capacity)
{
    const wy_terms *terms = wy_segment_terms(segment);
    wy_lattice lattice;
    wy_terms_cursor cursor;
    int status =
        wy_lattice_make(&lattice, segment, node->field, node->exact, e->plan->mem, e->error);
    for (size_t i = 0; i < lattice.count && !status; i++) {
        const wy_edge *edge = &lattice.edges[i];
        status = wy_terms_at(&cursor, terms, edge->term.ordinal, false, e->error);
        if (status) break;
        const wy_explained word = {
            .field = wy_tree_field_name(node->field),
            .text = copy(e, (const char *)cursor.key + 1, cursor.length - 1),
            .term_kind = wy_key_kind(cursor.key[0]),
            .documents = edge->term.doc_freq,
            .all = e->plan->stats[node->field].documents,
            .from = (int32_t)edge->from + 1,
            .to = (int32_t)edge->to};
        status = add_word(e, &word, list, count, capacity);
    }
    wy_lattice_free(&lattice);
    return status;
}

/* Makes the words gathered, which it frees, the children of *out in this order, unless `status` is
 * an error. */
static int keep_words(explainer *e, wy_explained *list, size_t count, int status,
                      int (*order)(const void *, const void *), wy_explained *out)
{
    if (!status && e->failed) status = wy_fail_memory(e->error);
    if (!status && count) {
        count = merge_equal(list, count);
        if (order != by_place) qsort(list, count, sizeof *list, order);
        wy_explained *kept = wy_arena_alloc(e->arena, count * sizeof *kept);
        if (kept) memcpy(kept, list, count * sizeof *kept);
        if (!kept) status = wy_fail_memory(e->error);
        out->children = kept;
        out->child_count = kept ? count : 0;
    }
    wy_free(e->plan->mem, list);
    return status;
}

/* The words across which the text can lie, as the lattice of each segment has them. */
static int explain_exact(explainer *e, const wy_node *node, wy_explained *out)
{
    wy_explained *list = NULL;
    size_t count = 0, capacity = 0;
    int status = WY_OK;
    out->documents = 0;
    out->children = NULL;
    out->child_count = 0;
    if (node->exact->unit_count == 0) return WY_OK;
    for (size_t s = 0; s < e->plan->scope->count && !status; s++)
        status = add_edges(e, e->plan->scope->segments[s], node, &list, &count, &capacity);
    return keep_words(e, list, count, status, by_place, out);
}

/* Appends the places of a word in one segment. */
static int add_places(explainer *e, size_t number, const wy_node *node, wy_explained **list,
                      size_t *count, size_t *capacity)
{
    const wy_terms *terms = wy_segment_terms(e->plan->scope->segments[number]);
    const wy_plan_places *places = &node->places[number];
    wy_terms_cursor cursor;
    int status = WY_OK;
    for (size_t i = 0; i < places->count && !status; i++) {
        const wy_segment_term *term = &places->list[i];
        status = wy_terms_at(&cursor, terms, term->info.ordinal, false, e->error);
        if (status) break;
        const wy_explained word = {
            .term_kind = wy_key_kind(cursor.key[0]),
            .field = wy_tree_field_name(node->field),
            .text = copy(e, (const char *)cursor.key + 1, cursor.length - 1),
            .documents = term->live_doc_freq,
            .all = e->plan->stats[node->field].documents};
        status = add_word(e, &word, list, count, capacity);
    }
    return status;
}

/* A Chinese word: as itself, and where else it stands. */
static int explain_everywhere(explainer *e, const wy_node *node, wy_explained *out)
{
    wy_explained *list = NULL, own = *out;
    size_t count = 0, capacity = 0;
    int status = WY_OK;
    own.idf = 0;
    if (own.documents) status = add_word(e, &own, &list, &count, &capacity);
    for (size_t s = 0; s < e->plan->scope->count && !status; s++)
        status = add_places(e, s, node, &list, &count, &capacity);
    out->documents = node->documents < out->all ? node->documents : out->all;
    out->idf = node->idf;
    status = keep_words(e, list, count, status, most_documents_first, out);
    if (own.documents && out->child_count == 1) out->child_count = 0; /* nowhere else */
    return status;
}

static void explain_leaf(explainer *e, const wy_node *node, wy_explained *out)
{
    out->boost = node->boost;
    out->idf = node->idf;
    out->field = wy_tree_field_name(node->field);
    out->all = e->plan->stats[node->field].documents;
    if (node->kind == WY_NODE_TERM && !is_pattern(node)) {
        explain_term(e, node->words[0].term, out);
    } else {
        out->text = written(e, node->tree);
        explain_words(e, node, out);
    }
}

static int explain_filter(explainer *e, const wy_node *node, wy_explained *out)
{
    out->from = node->from;
    out->to = node->to;
    if (node->tree) out->text = written(e, node->tree);
    for (size_t s = 0; s < e->plan->scope->count; s++) {
        if (node->kind == WY_NODE_REPORTS) {
            out->documents += node->ranges[s].paragraphs;
            continue;
        }
        uint32_t first, end;
        int status = wy_segment_year_range(e->plan->scope->segments[s], node->from, node->to,
                                           &first, &end, e->error);
        if (status) return status;
        out->documents += end - first;
    }
    return WY_OK;
}

/* ---- What it adds --------------------------------------------------------------------------- */

/* The length of the document of the field that the paragraph belongs to. */
static int find_length(explainer *e, wy_field field, wy_explained *out)
{
    const wy_columns *columns = wy_segment_columns(e->site->segment);
    uint32_t document = e->paragraph;
    int status = WY_OK;
    if (wy_field_unit(field) == WY_UNIT_REPORT)
        status = wy_columns_report_of(columns, e->paragraph, &document, e->error);
    else if (wy_field_unit(field) == WY_UNIT_PASSAGE)
        status = wy_columns_passage_of(columns, e->paragraph, &document, e->error);
    if (status) return status;
    out->length = wy_length_of(e->site->lengths[field][document]);
    out->average = e->plan->average[field];
    return WY_OK;
}

/* Asks a cursor of the node itself. */
static int measure(explainer *e, const wy_node *node, wy_explained *out)
{
    wy_cursor *cursor;
    uint64_t score = 0;
    if (!e->site) return WY_OK;
    int status = wy_cursor_make(e->site, node, &cursor, e->error);
    if (status || !cursor) return status;
    status = wy_cursor_matches(cursor, e->paragraph, &out->matches, e->error);
    if (status || !out->matches || !wy_node_is_leaf(node)) return status;
    status = wy_cursor_score(cursor, &score, e->error);
    if (!status) status = wy_cursor_freq(cursor, &out->frequency, e->error);
    if (!status) status = find_length(e, node->field, out);
    out->score = (double)score / WY_SCORE_ONE;
    return status;
}

/* ---- Groups --------------------------------------------------------------------------------- */

static size_t count_nodes(const wy_node *list)
{
    size_t count = 0;
    for (; list; list = list->next) count++;
    return count;
}

static int explain_list(explainer *e, const wy_node *list, wy_explained_role role,
                        wy_explained *children, size_t *count)
{
    for (; list; list = list->next) {
        int status = explain(e, list, role, &children[(*count)++]);
        if (status) return status;
    }
    return WY_OK;
}

/* Whether a group matches, and the sum of what matches in it. */
static void sum_up(const wy_node *node, wy_explained *out)
{
    bool must = true, any = false, shut_out = false;
    for (size_t i = 0; i < out->child_count; i++) {
        const wy_explained *child = &out->children[i];
        must = must && (child->role != WY_ROLE_MUST || child->matches);
        any = any || (child->role == WY_ROLE_MAY && child->matches);
        shut_out = shut_out || (child->role == WY_ROLE_MUST_NOT && child->matches);
        if (child->matches && child->role != WY_ROLE_MUST_NOT) out->score += child->score;
    }
    out->matches = must && !shut_out && (node->must || any || !node->should);
}

static int explain_group(explainer *e, const wy_node *node, wy_explained *out)
{
    const size_t most =
        count_nodes(node->must) + count_nodes(node->should) + count_nodes(node->must_not);
    wy_explained *children = wy_arena_alloc(e->arena, most * sizeof *children);
    if (!children) return wy_fail_memory(e->error);
    int status = explain_list(e, node->must, WY_ROLE_MUST, children, &out->child_count);
    if (!status) status = explain_list(e, node->should, WY_ROLE_MAY, children, &out->child_count);
    if (!status)
        status = explain_list(e, node->must_not, WY_ROLE_MUST_NOT, children, &out->child_count);
    out->children = children;
    if (!status && e->site) sum_up(node, out);
    return status;
}

/* The parts of NEAR are told of, and not scored: the weight that they carry is that of NEAR. */
static int explain_parts(explainer *e, const wy_node *node, wy_explained *out)
{
    wy_explained *parts = wy_arena_alloc(e->arena, count_nodes(node->parts) * sizeof *parts);
    if (!parts) return wy_fail_memory(e->error);
    for (const wy_node *n = node->parts; n; n = n->next) {
        wy_explained *part = &parts[out->child_count++];
        int status = explain(e, n, WY_ROLE_PART, part);
        if (status) return status;
        part->score = 0;
        part->distance = n->distance;
    }
    out->children = parts;
    return WY_OK;
}

static int explain(explainer *e, const wy_node *node, wy_explained_role role, wy_explained *out)
{
    static const wy_explained_kind kinds[] = {
        [WY_NODE_EXACT] = WY_EXPLAINED_EXACT,     [WY_NODE_TERM] = WY_EXPLAINED_WORD,
        [WY_NODE_PHRASE] = WY_EXPLAINED_PHRASE,   [WY_NODE_UNION] = WY_EXPLAINED_UNION,
        [WY_NODE_NEAR] = WY_EXPLAINED_NEAR,       [WY_NODE_YEARS] = WY_EXPLAINED_YEARS,
        [WY_NODE_REPORTS] = WY_EXPLAINED_REPORTS, [WY_NODE_ALL] = WY_EXPLAINED_ALL,
        [WY_NODE_BOOL] = WY_EXPLAINED_GROUP,
    };
    int status = WY_OK;
    *out =
        (wy_explained){.kind = (int)kinds[node->kind], .role = (int)role, .field = "", .boost = 1};
    if (wy_node_is_leaf(node)) explain_leaf(e, node, out);
    if (node->kind == WY_NODE_TERM && is_pattern(node)) out->kind = WY_EXPLAINED_UNION;
    if (node->kind == WY_NODE_NEAR) {
        status = explain_parts(e, node, out);
    } else if (node->places && !is_pattern(node)) {
        status = explain_everywhere(e, node, out);
    } else if (node->kind == WY_NODE_EXACT) {
        status = explain_exact(e, node, out);
    } else if (node->kind == WY_NODE_YEARS || node->kind == WY_NODE_REPORTS) {
        status = explain_filter(e, node, out);
    } else if (node->kind == WY_NODE_BOOL) {
        status = explain_group(e, node, out);
    }
    if (!status && node->kind != WY_NODE_BOOL) status = measure(e, node, out);
    if (!status && e->failed) status = wy_fail_memory(e->error);
    return status;
}

int wy_plan_explain(const wy_plan *plan, const wy_match *match, wy_arena *arena,
                    const wy_explained **out, wy_error *error)
{
    explainer e = {.plan = plan, .arena = arena, .error = error};
    wy_arena scratch;
    wy_site site = {0};
    bool some = false;
    int status = WY_OK;
    wy_explained *root = wy_arena_alloc(arena, sizeof *root);
    wy_arena_init(&scratch, plan->mem);
    if (!root) status = wy_fail_memory(error);
    if (!status && match)
        status = wy_site_open(&site, plan, match->segment, &scratch, &some, error);
    if (some) {
        e.site = &site;
        e.paragraph = match->paragraph;
    }
    if (!status) status = explain(&e, plan->root, WY_ROLE_ROOT, root);
    if (match) wy_site_close(&site);
    wy_arena_free(&scratch);
    *out = root;
    return status;
}
