/*
 * query/plan.c: looking terms up, weighing them, and what to mark.
 */
#include "query/plan.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "query/expand.h"
#include "query/node.h"
#include "query/word.h"

static const wy_tree *first_leaf(const wy_tree *tree)
{
    while (tree->child) tree = tree->child;
    return tree;
}

static int nothing_to_search(const wy_query *query, wy_error *error)
{
    const wy_tree *leaf = first_leaf(query->root);
    size_t shown = leaf->length > 90 ? wy_utf8_floor(leaf->text, leaf->length, 90) : leaf->length;
    return wy_fail(error, WY_E_SYNTAX, NULL, leaf->offset,
                   "there is nothing to search for in '%.*s'; write a word", (int)shown,
                   leaf->text);
}

static void limit_years(wy_plan *plan, int32_t from, int32_t to)
{
    if (from && from > plan->year_from) plan->year_from = from;
    if (to && (!plan->year_to || to < plan->year_to)) plan->year_to = to;
    plan->empty = plan->year_from && plan->year_to && plan->year_from > plan->year_to;
}

/*
 * Years that every match must be in become a range of ids; they score nothing, so the root does
 * without them. Where nothing else "must", one stays: without it what "may" would have to match.
 */
static int limit_by_root(wy_plan *plan, wy_error *error)
{
    wy_node *root = plan->root;
    if (root->kind == WY_NODE_YEARS) {
        limit_years(plan, root->from, root->to);
        root->kind = WY_NODE_ALL;
    }
    if (root->kind != WY_NODE_BOOL) return WY_OK;

    bool years = false;
    for (wy_node **at = &root->must; *at;) {
        if ((*at)->kind == WY_NODE_YEARS) {
            limit_years(plan, (*at)->from, (*at)->to);
            years = true;
            *at = (*at)->next;
        } else {
            at = &(*at)->next;
        }
    }
    if (years && !root->must && (root->should || !root->must_not)) {
        root->must = wy_node_new(plan, WY_NODE_ALL);
        if (!root->must) return wy_fail_memory(error);
    }
    plan->root = wy_node_simplify(root);
    return WY_OK;
}

/* Whether there may be other nodes in it. */
static bool has_nodes(const wy_node *node)
{
    return node->kind == WY_NODE_NEAR || node->kind == WY_NODE_BOOL;
}

/* Finds what the nodes of patterns, dates and ids stand for, in this tree. */
static int expand(wy_plan *plan, wy_node *node, wy_analyzer *analyzer, wy_error *error)
{
    int status = WY_OK;
    if (node->kind == WY_NODE_UNION) status = wy_expand_pattern(plan, node, analyzer, error);
    if (node->kind == WY_NODE_REPORTS) status = wy_expand_reports(plan, node, error);
    if (!has_nodes(node)) return status;
    wy_node *lists[] = {node->parts, node->must, node->should, node->must_not};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (wy_node *n = lists[i]; n && !status; n = n->next)
            status = expand(plan, n, analyzer, error);
    }
    return status;
}

/* Looks all terms up in all segments, and sums the statistics. Norms are for ranking alone. */
static int look_up(wy_plan *plan, bool ranked, wy_error *error)
{
    size_t segments = plan->scope->count;
    for (int f = 0; f < WY_FIELDS; f++) {
        if (!plan->uses[f]) continue;
        for (size_t s = 0; s < segments; s++) {
            wy_field_stats stats = wy_segment_stats(plan->scope->segments[s], (wy_field)f);
            plan->stats[f].documents += stats.documents;
            plan->stats[f].length += stats.length;
        }
        plan->average[f] = wy_average_length(plan->stats[f]);
        if (!ranked) continue;
        wy_norms *norms = wy_arena_alloc(plan->arena, sizeof *norms);
        if (!norms) return wy_fail_memory(error);
        wy_norms_set(norms, plan->stats[f]);
        plan->norms[f] = norms;
    }
    for (size_t t = 0; t < plan->term_count; t++) {
        wy_plan_term *term = &plan->terms[t];
        term->found = wy_arena_alloc(plan->arena, segments * sizeof *term->found);
        term->place = wy_arena_alloc(plan->arena, segments * sizeof *term->place);
        if (!term->found || !term->place) return wy_fail_memory(error);
        for (size_t s = 0; s < segments; s++) {
            int status =
                wy_segment_term_get(plan->scope->segments[s], term->field, term->kind, term->text,
                                    term->length, &term->found[s], &term->place[s], error);
            if (status) return status;
            if (term->found[s]) term->doc_freq += term->place[s].live_doc_freq;
        }
        term->idf = wy_idf(plan->stats[term->field].documents, term->doc_freq);
    }
    return WY_OK;
}

/* Sums are made in double, in the order of the words, and rounded once. */
static double idf_of(const wy_plan *plan, const wy_node *node)
{
    double sum = 0;
    uint64_t documents = 0;
    for (uint32_t i = 0; i < node->word_count; i++) {
        sum += plan->terms[node->words[i].term].idf;
        documents += plan->terms[node->words[i].term].doc_freq;
    }
    if (node->places) return wy_idf(plan->stats[node->field].documents, node->documents);
    for (const wy_node *n = node->parts; n; n = n->next) sum += n->idf;
    /* A union is one word, in as many documents as if none held two of its terms. */
    return node->kind == WY_NODE_UNION ? wy_idf(plan->stats[node->field].documents, documents)
                                       : sum;
}

static int weigh(wy_plan *plan, wy_node *node, wy_error *error)
{
    int status = WY_OK;
    wy_node *lists[] = {node->parts, node->must, node->should, node->must_not};
    for (size_t i = 0; has_nodes(node) && i < sizeof lists / sizeof *lists; i++) {
        for (wy_node *n = lists[i]; n && !status; n = n->next) status = weigh(plan, n, error);
    }
    if (status || !wy_node_is_leaf(node)) return status;
    if (node->kind == WY_NODE_TERM && node->exact) status = wy_word_find(plan, node, error);
    if (status) return status;
    node->idf = idf_of(plan, node);
    if (node->idf * node->boost > WY_WEIGHT_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, node->tree->offset,
                       "the boosts of the query make its scores too large; use smaller ones");
    node->weight = (float)(node->idf * node->boost);
    for (wy_node *n = node->parts; n; n = n->next) n->weight = node->weight;
    return WY_OK;
}

int wy_plan_make(wy_plan *plan, const wy_scope *scope, const wy_query *query, wy_analyzer *analyzer,
                 const wy_find_options *options, wy_arena *arena, wy_error *error)
{
    *plan = (wy_plan){.scope = scope, .mem = arena->mem, .arena = arena, .analyzer = analyzer};
    plan->word_phrases = options->word_phrases;
    wy_strmap_init(&plan->keys, plan->mem);

    int status = wy_node_make(plan, query->root, analyzer, &plan->root, error);
    if (status) return status;
    if (!plan->root) return nothing_to_search(query, error);
    plan->filter = options->filter;
    plan->spares = options->spares;
    limit_years(plan, options->year_from, options->year_to);
    status = limit_by_root(plan, error);
    if (!status) status = expand(plan, plan->root, analyzer, error);
    if (!status) status = look_up(plan, options->limit > 0, error);
    if (!status) status = weigh(plan, plan->root, error);
    return status;
}

void wy_plan_free(wy_plan *plan)
{
    if (!plan->mem) return;
    wy_strmap_free(&plan->keys);
}

typedef struct collector {
    const wy_plan *plan;
    wy_arena *arena;
    wy_pattern *list;
    size_t count;
    bool failed;
} collector;

/* Patterns that a leaf makes: of a union, one a word. */
static size_t count_patterns(const wy_node *node)
{
    size_t count =
        node->kind == WY_NODE_UNION ? node->word_count : node->word_count > 0 || node->exact;
    for (const wy_node *n = node->parts; n; n = n->next) count += count_patterns(n);
    for (const wy_node *n = node->must; n; n = n->next) count += count_patterns(n);
    for (const wy_node *n = node->should; n; n = n->next) count += count_patterns(n);
    return count;
}

static void add_exact(collector *c, const wy_node *node)
{
    char *text = wy_arena_strndup(c->arena, node->exact->text, node->exact->length);
    if (!text) c->failed = true;
    c->list[c->count++] = (wy_pattern){
        .weight = node->weight, .exact = text, .exact_length = node->exact->length};
}

/* The words first .. end - 1 of a node, as one pattern. */
static void add_pattern(collector *c, const wy_node *node, uint32_t first, uint32_t end)
{
    wy_pattern_term *terms = wy_arena_alloc(c->arena, (end - first) * sizeof *terms);
    if (!terms) {
        c->failed = true;
        return;
    }
    for (uint32_t i = first; i < end; i++) {
        const wy_plan_term *term = &c->plan->terms[node->words[i].term];
        char *text = wy_arena_strndup(c->arena, term->text, term->length);
        if (!text) c->failed = true;
        terms[i - first] = (wy_pattern_term){text, term->length, node->words[i].offset, term->kind};
    }
    c->list[c->count++] =
        (wy_pattern){.terms = terms, .count = end - first, .weight = node->weight};
}

static void collect(collector *c, const wy_node *node)
{
    if (node->field == WY_FIELD_BODY && node->kind == WY_NODE_UNION) {
        for (uint32_t i = 0; i < node->word_count; i++) add_pattern(c, node, i, i + 1);
    } else if (node->field == WY_FIELD_BODY && node->exact) {
        add_exact(c, node);
    } else if (node->field == WY_FIELD_BODY && node->word_count) {
        add_pattern(c, node, 0, node->word_count);
    }
    for (const wy_node *n = node->parts; n; n = n->next) collect(c, n);
    for (const wy_node *n = node->must; n; n = n->next) collect(c, n);
    for (const wy_node *n = node->should; n; n = n->next) collect(c, n);
}

int wy_plan_patterns(const wy_plan *plan, wy_arena *arena, wy_pattern **out, size_t *count,
                     wy_error *error)
{
    collector c = {.plan = plan, .arena = arena};
    c.list = wy_arena_alloc(arena, count_patterns(plan->root) * sizeof *c.list);
    if (!c.list) return wy_fail_memory(error);
    collect(&c, plan->root);
    if (c.failed) return wy_fail_memory(error);
    *out = c.list;
    *count = c.count;
    return WY_OK;
}
