/*
 * query/node.c: analysis and simplification of a query's tree.
 */
#include "query/node.h"

#include <string.h>

#include "base/error.h"
#include "base/order.h"
#include "text/char_class.h"

typedef struct maker {
    wy_plan *plan;
    wy_analyzer *analyzer;
    uint32_t words; /* terms so far, repeated ones counted again */
    wy_error *error;
} maker;

static int make_node(maker *m, const wy_tree *tree, double boost, bool all, wy_node **out);

wy_node *wy_node_new(wy_plan *plan, wy_node_kind kind)
{
    wy_node *node = wy_arena_alloc(plan->arena, sizeof *node);
    if (node) *node = (wy_node){.kind = kind, .boost = 1};
    return node;
}

static void append(wy_node **list, wy_node *more)
{
    while (*list) list = &(*list)->next;
    *list = more;
}

/*
 * Adds a child to a bool node. A child that is itself a bool node whose meaning in this place is
 * that of its own children gives way to them: scores are sums, so nothing changes but the depth.
 */
static void attach(wy_node *parent, wy_occur occur, wy_node *child)
{
    bool bool_child = child->kind == WY_NODE_BOOL;
    bool any_of = bool_child && child->should && !child->must && !child->must_not;
    bool all_of = bool_child && child->must && !child->should;

    switch (occur) {
    case WY_SHOULD:
        append(&parent->should, any_of ? child->should : child);
        break;
    case WY_MUST:
        append(&parent->must, all_of ? child->must : child);
        if (all_of) append(&parent->must_not, child->must_not);
        break;
    case WY_MUST_NOT:
        append(&parent->must_not, any_of ? child->should : child);
        break;
    }
}

static bool equal_leaves(const wy_node *a, const wy_node *b)
{
    if (a->kind == WY_NODE_EXACT && b->kind == WY_NODE_EXACT)
        return a->field == b->field && wy_bytes_compare(a->exact->text, a->exact->length,
                                                        b->exact->text, b->exact->length) == 0;
    if (a->kind != b->kind || a->word_count != b->word_count || a->field != b->field) return false;
    if (a->kind != WY_NODE_TERM && a->kind != WY_NODE_PHRASE) return false;
    if (!a->exact != !b->exact) return false;
    for (uint32_t i = 0; i < a->word_count; i++) {
        if (a->words[i].term != b->words[i].term || a->words[i].offset != b->words[i].offset)
            return false;
    }
    return true;
}

/* Equal words of a list become one that counts as much as they. At most WY_QUERY_WORDS leaves. */
static void merge_equal(wy_node *list)
{
    for (wy_node *a = list; a; a = a->next) {
        for (wy_node **b = &a->next; *b;) {
            if (equal_leaves(a, *b)) {
                a->boost += (*b)->boost;
                *b = (*b)->next;
            } else {
                b = &(*b)->next;
            }
        }
    }
}

wy_node *wy_node_simplify(wy_node *node)
{
    if (node->kind != WY_NODE_BOOL) return node;
    wy_node *only = node->must;
    if (only && !only->next && !node->should && only->kind == WY_NODE_BOOL && !only->must &&
        only->should && !only->must_not) { /* +(a b) -c is a b -c */
        node->should = only->should;
        node->must = NULL;
    }
    merge_equal(node->must);
    merge_equal(node->should);
    merge_equal(node->must_not);
    if (!node->must_not) {
        if (node->must && !node->must->next && !node->should) return node->must;
        if (node->should && !node->should->next && !node->must) return node->should;
        if (!node->must && !node->should) return NULL;
    }
    return node;
}

static int count_words(maker *m, const wy_tree *leaf, size_t words)
{
    if (words > WY_QUERY_WORDS - m->words)
        return wy_fail(m->error, WY_E_LIMIT, NULL, leaf->offset, "the query has more than %d words",
                       WY_QUERY_WORDS);
    m->words += (uint32_t)words;
    return WY_OK;
}

static bool is_term(const wy_plan_term *term, wy_field field, const wy_token *token)
{
    return term->field == field && term->kind == token->kind && term->length == token->length &&
           memcmp(term->text, token->term, token->length) == 0;
}

/* Appends a term. */
static int add_term(wy_plan *plan, wy_field field, const wy_token *token, wy_error *error)
{
    if (plan->term_count == plan->term_capacity) { /* in the arena: mostly it does not grow */
        const size_t more = plan->term_count ? 2 * plan->term_count : 4;
        wy_plan_term *terms = wy_arena_alloc(plan->arena, more * sizeof *terms);
        if (!terms) return wy_fail_memory(error);
        if (plan->term_count) memcpy(terms, plan->terms, plan->term_count * sizeof *terms);
        plan->terms = terms;
        plan->term_capacity = more;
    }
    char *text = wy_arena_strndup(plan->arena, token->term, token->length);
    if (!text) return wy_fail_memory(error);
    plan->terms[plan->term_count++] = (wy_plan_term){.field = field,
                                                     .kind = token->kind,
                                                     .text = text,
                                                     .length = token->length,
                                                     .width = token->width};
    plan->uses[field] = true;
    return WY_OK;
}

/* The first few are looked through: most queries have no more, and do without the map. */
int wy_plan_intern(wy_plan *plan, wy_field field, const wy_token *token, uint32_t *out,
                   wy_error *error)
{
    enum { FEW = 16 };
    for (uint32_t i = 0; i < plan->term_count && i < FEW; i++) {
        if (is_term(&plan->terms[i], field, token)) {
            *out = i;
            return WY_OK;
        }
    }
    if (plan->term_count < FEW) {
        *out = (uint32_t)plan->term_count;
        return add_term(plan, field, token, error);
    }
    uint8_t key[1 + WY_TERM_MAX];
    size_t length = wy_key_make(key, field, token->kind, token->term, token->length);
    bool added;
    uint64_t *slot = wy_strmap_put(&plan->keys, key, length, &added);
    if (!slot) return wy_fail_memory(error);
    if (added) {
        int status = add_term(plan, field, token, error);
        if (status) return status;
        *slot = plan->term_count;
    }
    *out = (uint32_t)(*slot - 1);
    return WY_OK;
}

static int make_term(maker *m, wy_field field, const wy_token *token, wy_node **out)
{
    wy_node *node = wy_node_new(m->plan, WY_NODE_TERM);
    wy_plan_word *word = wy_arena_alloc(m->plan->arena, sizeof *word);
    if (!node || !word) return wy_fail_memory(m->error);
    word->offset = 0;
    node->field = field;
    node->words = word;
    node->word_count = 1;
    *out = node;
    return wy_plan_intern(m->plan, field, token, &word->term, m->error);
}

/* Has the list of where the node's only word stands across others read, where there is one. */
static int add_across(maker *m, const wy_token *token, wy_node *node)
{
    wy_token across = *token;
    node->across = wy_analyzer_tells_across(m->analyzer, token->term, token->length);
    if (!node->across) return WY_OK;
    wy_plan_word *words = wy_arena_alloc(m->plan->arena, 2 * sizeof *words);
    if (!words) return wy_fail_memory(m->error);
    words[0] = words[1] = node->words[0];
    node->words = words;
    across.kind = WY_TOKEN_ACROSS;
    return wy_plan_intern(m->plan, node->field, &across, &words[1].term, m->error);
}

/* A Chinese word is looked for wherever it stands (word.h). */
static int make_everywhere(maker *m, const wy_token *token, wy_node *node)
{
    int status = wy_exact_of_word(token, m->plan->arena, &node->exact, m->error);
    return status || !node->exact ? status : add_across(m, token, node);
}

static int make_phrase(maker *m, const wy_tree *leaf, double boost, wy_node **out);

/* Whether more than one term stands for the text. */
static bool in_pieces(const wy_tokens *tokens)
{
    size_t pieces = 0;
    for (size_t i = 0; i < tokens->count; i++) pieces += !tokens->list[i].covered;
    return pieces > 1;
}

/*
 * An unquoted word: its terms, stems and numbers in the place of what they cover. *out stays NULL
 * without any. In a field one that is cut stands as if quoted: who limits a search to 青屿区 does
 * not want every district.
 */
static int make_word(maker *m, const wy_tree *leaf, double boost, bool all, wy_node **out)
{
    wy_tokens tokens;
    int status = wy_analyzer_run(m->analyzer, leaf->text, leaf->length, &tokens, m->error);
    if (status) return status;
    if (leaf->field != WY_FIELD_BODY && in_pieces(&tokens)) return make_phrase(m, leaf, boost, out);
    status = count_words(m, leaf, tokens.words);
    if (status) return status;

    const bool folded = !m->plan->word_phrases && wy_analyzer_folded(m->analyzer);
    wy_node *node = wy_node_new(m->plan, WY_NODE_BOOL);
    if (!node) return wy_fail_memory(m->error);
    for (size_t i = 0; i < tokens.count; i++) {
        if (tokens.list[i].covered) continue;
        wy_node *term = NULL;
        status = make_term(m, leaf->field, &tokens.list[i], &term);
        if (status) return status;
        if (folded) status = make_everywhere(m, &tokens.list[i], term);
        if (status) return status;
        term->tree = leaf;
        term->boost = boost;
        attach(node, all ? WY_MUST : WY_SHOULD, term);
    }
    *out = wy_node_simplify(node);
    return WY_OK;
}

/* A pattern or a fuzzy word: what it stands for is for the index to say (expand.h). */
static int make_union(maker *m, const wy_tree *leaf, double boost, wy_node **out)
{
    wy_node *node = wy_node_new(m->plan, WY_NODE_UNION);
    int status = count_words(m, leaf, 1);
    if (status) return status;
    if (!node) return wy_fail_memory(m->error);
    node->field = leaf->field;
    node->tree = leaf;
    node->boost = boost;
    *out = node;
    return WY_OK;
}

/*
 * A phrase whose last word may go on, "rule of la*": what stands before that word, and right behind
 * it a word that begins so.
 */
static int make_open_phrase(maker *m, const wy_tree *leaf, const wy_tokens *tokens, double boost,
                            wy_node **out)
{
    const wy_token *last = NULL, *before = NULL;
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->list[i].kind != WY_TOKEN_WORD) continue;
        before = last;
        last = &tokens->list[i];
    }
    const uint32_t begin = last->begin;
    const uint32_t gap = before ? last->position - before->position - before->width : 0;
    wy_tree *head = wy_arena_alloc(m->plan->arena, sizeof *head);
    wy_tree *tail = wy_arena_alloc(m->plan->arena, sizeof *tail);
    wy_node *node = wy_node_new(m->plan, WY_NODE_NEAR);
    if (!head || !tail || !node) return wy_fail_memory(m->error);
    *head = *tail = *leaf;
    head->length = begin;
    head->open_ended = false;
    tail->text = leaf->text + begin;
    tail->length = leaf->length - begin;
    if (!before) return make_union(m, tail, boost, out);
    int status = make_phrase(m, head, 1, &node->parts);
    if (!status) status = make_union(m, tail, 1, &node->parts->next);
    if (status) return status;
    node->parts->next->distance = gap;
    node->in_row = true;
    node->field = leaf->field;
    node->tree = leaf;
    node->boost = boost;
    *out = node;
    return WY_OK;
}

/* Whether there is nothing but white space. */
static bool is_blank(const wy_folded *folded)
{
    for (size_t i = 0; i < folded->length; i++)
        if (!(wy_char_class(folded->units[i]) & WY_CHAR_SPACE)) return false;
    return true;
}

/* A quoted text: for analyzers that fold what stands there, for others the phrase of its words. One
 * of a single word is that word, not its stem. */
static int make_phrase(maker *m, const wy_tree *leaf, double boost, wy_node **out)
{
    wy_tokens tokens;
    int status = wy_analyzer_run(m->analyzer, leaf->text, leaf->length, &tokens, m->error);
    if (!status) status = count_words(m, leaf, tokens.words);
    const wy_folded *folded = m->plan->word_phrases ? NULL : wy_analyzer_folded(m->analyzer);
    if (status || (folded ? is_blank(folded) : tokens.words == 0)) return status;

    if (leaf->open_ended) {
        m->words -= tokens.words;
        return make_open_phrase(m, leaf, &tokens, boost, out);
    }
    wy_node *node = wy_node_new(m->plan, folded             ? WY_NODE_EXACT
                                         : tokens.words > 1 ? WY_NODE_PHRASE
                                                            : WY_NODE_TERM);
    wy_plan_word *words = wy_arena_alloc(m->plan->arena, tokens.words * sizeof *words);
    if (!node || !words) return wy_fail_memory(m->error);
    wy_exact_query *exact = NULL;
    uint32_t first = 0;
    for (size_t i = 0; i < tokens.count && !status; i++) {
        const wy_token *token = &tokens.list[i];
        if (token->kind != WY_TOKEN_WORD) continue;
        if (node->word_count == 0) first = token->position;
        wy_plan_word *word = &words[node->word_count++];
        word->offset = token->position - first;
        status = wy_plan_intern(m->plan, leaf->field, token, &word->term, m->error);
    }
    if (folded && !status)
        status = wy_exact_prepare(leaf->text, leaf->length, m->analyzer, &tokens, m->plan->arena,
                                  &exact, m->error);
    if (folded) m->plan->uses[leaf->field] = true;
    node->field = leaf->field;
    node->words = words;
    node->tree = leaf;
    node->boost = boost;
    node->exact = exact;
    *out = node;
    return status;
}

/* A quoted text that scores by itself. One of a Chinese word is that word: it stands where the
 * lists of the word tell. */
static int make_quoted(maker *m, const wy_tree *leaf, double boost, wy_node **out)
{
    int status = make_phrase(m, leaf, boost, out);
    wy_node *node = *out;
    if (status || !node || node->kind != WY_NODE_EXACT || node->word_count != 1 ||
        node->exact->verify || node->exact->unit_count < 2)
        return status;
    const wy_plan_term *term = &m->plan->terms[node->words[0].term];
    if (node->exact->unit_count != term->width) return WY_OK; /* with a run of punctuation */
    const wy_token word = {.term = term->text, .length = term->length, .width = term->width};
    status = add_across(m, &word, node);
    if (node->across) node->kind = WY_NODE_TERM;
    return status;
}

/* What a word beside NEAR is sought as, if it is one term that is no word: a stem, or, where its
 * text tells where it stands, a number. */
static const wy_token *find_only(const wy_tree *leaf, const wy_tokens *tokens)
{
    const wy_token *only = NULL;
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->list[i].covered) continue;
        if (only) return NULL;
        only = &tokens->list[i];
    }
    if (!only || only->kind == WY_TOKEN_WORD) return NULL;
    return only->kind == WY_TOKEN_STEM || leaf->field == WY_FIELD_BODY ? only : NULL;
}

/* A leaf beside NEAR. A word that is cut into several is these in a row, as in quotes. */
static int make_part(maker *m, const wy_tree *leaf, wy_node **out)
{
    wy_tokens tokens;
    if (leaf->kind == WY_TREE_PATTERN || leaf->kind == WY_TREE_FUZZY)
        return make_union(m, leaf, 1, out);
    int status = wy_analyzer_run(m->analyzer, leaf->text, leaf->length, &tokens, m->error);
    if (status) return status;
    const wy_token *only = leaf->kind == WY_TREE_WORD ? find_only(leaf, &tokens) : NULL;
    if (!only) return make_phrase(m, leaf, 1, out);
    status = count_words(m, leaf, 1);
    if (!status) status = make_term(m, leaf->field, only, out);
    if (!status) (*out)->tree = leaf;
    return status;
}

static bool has_words(const wy_exact_query *query)
{
    for (uint32_t i = 0; i < query->unit_count; i++)
        if (wy_exact_is_word(&query->units[i])) return true;
    return false;
}

static int make_near(maker *m, const wy_tree *tree, double boost, wy_node **out)
{
    wy_node *node = wy_node_new(m->plan, WY_NODE_NEAR), **last;
    if (!node) return wy_fail_memory(m->error);
    last = &node->parts;
    for (const wy_tree *t = tree->child; t; t = t->next) {
        wy_node *part = NULL;
        int status = make_part(m, t, &part);
        if (status) return status;
        /* Where punctuation alone stands the index may not know. */
        if (!part || (part->exact && !has_words(part->exact)))
            return wy_fail(m->error, WY_E_SYNTAX, NULL, t->offset,
                           "there is nothing to search for beside NEAR here; write a word");
        part->distance = t->distance;
        *last = part;
        last = &part->next;
    }
    node->field = tree->field;
    node->tree = tree;
    node->boost = boost;
    *out = node;
    return WY_OK;
}

static int make_filter(maker *m, const wy_tree *leaf, wy_node **out)
{
    wy_node *node =
        wy_node_new(m->plan, leaf->kind == WY_TREE_YEARS ? WY_NODE_YEARS : WY_NODE_REPORTS);
    if (!node) return wy_fail_memory(m->error);
    node->tree = leaf;
    node->from = leaf->from;
    node->to = leaf->to;
    *out = node;
    return WY_OK;
}

/* A list, AND, NOT or limits. Children without a term are left out, and with them a node
 * that has no others. */
static int make_bool(maker *m, const wy_tree *tree, double boost, wy_node **out)
{
    wy_node *node = wy_node_new(m->plan, WY_NODE_BOOL);
    if (!node) return wy_fail_memory(m->error);
    for (const wy_tree *t = tree->child; t; t = t->next) {
        wy_occur occur = tree->kind == WY_TREE_AND || tree->kind == WY_TREE_WITHIN ? WY_MUST
                         : tree->kind == WY_TREE_NOT                               ? WY_MUST_NOT
                                                                                   : t->occur;
        /* Limits change nothing about what is sought in them. */
        bool all = occur != WY_SHOULD && tree->kind != WY_TREE_WITHIN;
        wy_node *child = NULL;
        /* Beside AND, "NOT a" shuts out; in a list that has no other "must" it could not. */
        bool shut_out = tree->kind == WY_TREE_AND && t->kind == WY_TREE_NOT;
        const wy_tree *source = shut_out ? t->child : t;
        int status = make_node(m, source, boost, all, &child);
        if (status) return status;
        if (child) attach(node, shut_out ? WY_MUST_NOT : occur, child);
    }
    *out = wy_node_simplify(node);
    return WY_OK;
}

/* `all`: of a word that is cut in several terms, all must be there. `boost`: of the groups around.
 */
static int make_node(maker *m, const wy_tree *tree, double boost, bool all, wy_node **out)
{
    *out = NULL;
    boost *= tree->boost;
    switch (tree->kind) {
    case WY_TREE_WORD:
        return make_word(m, tree, boost, all, out);
    case WY_TREE_PHRASE:
        return make_quoted(m, tree, boost, out);
    case WY_TREE_PATTERN:
    case WY_TREE_FUZZY:
        return make_union(m, tree, boost, out);
    case WY_TREE_NEAR:
        return make_near(m, tree, boost, out);
    case WY_TREE_YEARS:
    case WY_TREE_DATES:
    case WY_TREE_REPORT:
        return make_filter(m, tree, out);
    case WY_TREE_NOT:
    case WY_TREE_AND:
    case WY_TREE_LIST:
    case WY_TREE_WITHIN:
        break;
    }
    return make_bool(m, tree, boost, out);
}

int wy_node_make(wy_plan *plan, const wy_tree *tree, wy_analyzer *analyzer, wy_node **out,
                 wy_error *error)
{
    maker m = {.plan = plan, .analyzer = analyzer, .error = error};
    return make_node(&m, tree, 1, false, out);
}
