/*
 * query/parse.c: recursive descent over the grammar in parse.h.
 */
#include "query/parse.h"

#include <stdbool.h>

#include "query/lex.h"

typedef struct parser {
    wy_lexer lexer;
    wy_lexeme token;    /* the one to look at */
    wy_lexeme previous; /* the one before: what a missing operand is missing from */
    wy_arena *arena;
    unsigned depth, words;
    wy_field field; /* of words without one: that of the group around */
    wy_error *error;
} parser;

static int parse_list(parser *p, wy_tree **out);

static int advance(parser *p)
{
    p->previous = p->token;
    return wy_lex_next(&p->lexer, &p->token, p->error);
}

static wy_tree *make(parser *p, wy_tree_kind kind, size_t offset)
{
    wy_tree *tree = wy_arena_alloc(p->arena, sizeof *tree);
    if (tree) *tree = (wy_tree){.kind = kind, .occur = WY_SHOULD, .offset = offset, .boost = 1};
    return tree;
}

static int syntax(parser *p, size_t offset, const char *reason)
{
    return wy_fail(p->error, WY_E_SYNTAX, NULL, offset, "%s", reason);
}

static const char *operator_name(wy_lexeme_kind kind)
{
    switch (kind) {
    case WY_LEX_AND:
        return "AND";
    case WY_LEX_OR:
        return "OR";
    case WY_LEX_NOT:
        return "NOT";
    case WY_LEX_NEAR:
        return "NEAR";
    case WY_LEX_PLUS:
        return "+";
    case WY_LEX_MINUS:
        return "-";
    default:
        return NULL;
    }
}

/* An operand was wanted where p->token is. */
static int missing_operand(parser *p)
{
    const char *before = operator_name(p->previous.kind), *here = operator_name(p->token.kind);
    if (here)
        return wy_fail(p->error, WY_E_SYNTAX, NULL, p->token.offset,
                       "%s has nothing before it; write a word there, or \\%s to mean the word "
                       "itself",
                       here, here);
    if (before)
        return wy_fail(p->error, WY_E_SYNTAX, NULL, p->previous.offset,
                       "%s has nothing after it; write a word there, or \\%s to mean the word "
                       "itself",
                       before, before);
    if (p->token.kind == WY_LEX_CLOSE && p->previous.kind == WY_LEX_OPEN)
        return syntax(p, p->previous.offset, "there is nothing between the parentheses");
    if (p->token.kind == WY_LEX_CLOSE)
        return syntax(p, p->token.offset,
                      "a closing parenthesis without an opening one; write \\ before it to mean "
                      "the character itself");
    if (p->previous.kind == WY_LEX_OPEN)
        return syntax(p, p->previous.offset, "the parenthesis is not closed");
    return syntax(p, p->token.offset, "the query is empty; write at least one word");
}

static bool is_leaf(wy_lexeme_kind kind)
{
    return kind >= WY_LEX_WORD && kind <= WY_LEX_REPORT;
}

static int parse_leaf(parser *p, wy_tree **out)
{
    static const wy_tree_kind kinds[] = {
        [WY_LEX_WORD] = WY_TREE_WORD,       [WY_LEX_PHRASE] = WY_TREE_PHRASE,
        [WY_LEX_PATTERN] = WY_TREE_PATTERN, [WY_LEX_FUZZY] = WY_TREE_FUZZY,
        [WY_LEX_YEARS] = WY_TREE_YEARS,     [WY_LEX_DATES] = WY_TREE_DATES,
        [WY_LEX_REPORT] = WY_TREE_REPORT};
    const wy_lexeme *token = &p->token;
    if (++p->words > WY_QUERY_WORDS)
        return wy_fail(p->error, WY_E_LIMIT, NULL, token->offset,
                       "the query has more than %d words", WY_QUERY_WORDS);
    wy_tree *leaf = make(p, kinds[token->kind], token->offset);
    if (!leaf) return wy_fail_memory(p->error);
    if (!wy_tree_is_filter(leaf)) leaf->field = token->named ? token->field : p->field;
    leaf->text = token->text;
    leaf->length = token->length;
    leaf->wild = token->wild;
    leaf->open_ended = token->open_ended;
    leaf->from = token->from;
    leaf->to = token->to;
    *out = leaf;
    return advance(p);
}

/* A boost, if there is one, of the node before it. */
static int parse_boost(parser *p, wy_tree *tree)
{
    if (p->token.kind != WY_LEX_BOOST) return WY_OK;
    tree->boost *= p->token.boost;
    return advance(p);
}

/* Leaves with NEAR between them: one node. */
static int parse_near(parser *p, wy_tree **out)
{
    wy_tree *first = *out, *near = make(p, WY_TREE_NEAR, first->offset), *last = first;
    if (!near) return wy_fail_memory(p->error);
    near->child = first;
    near->field = first->field;
    while (p->token.kind == WY_LEX_NEAR) {
        const size_t at = p->token.offset;
        const uint32_t distance = p->token.distance;
        int status = advance(p);
        if (status) return status;
        if (p->token.kind == WY_LEX_END || p->token.kind == WY_LEX_CLOSE) return missing_operand(p);
        if (!is_leaf(p->token.kind) || wy_tree_is_filter(last))
            return syntax(p, at, "NEAR stands between words and phrases");
        status = parse_leaf(p, &last->next);
        if (status) return status;
        last = last->next;
        last->distance = distance;
        if (wy_tree_is_filter(last)) return syntax(p, at, "NEAR stands between words and phrases");
        if (last->field != first->field)
            return syntax(p, at, "the words around NEAR are of different fields");
    }
    *out = near;
    if (p->token.kind == WY_LEX_BOOST)
        return syntax(p, p->token.offset,
                      "a boost beside NEAR is of both words; write (a NEAR b)^2");
    return WY_OK;
}

static int parse_primary(parser *p, wy_tree **out)
{
    int status = parse_leaf(p, out);
    if (status) return status;
    if (p->token.kind == WY_LEX_NEAR) return parse_near(p, out);
    status = parse_boost(p, *out);
    if (!status && p->token.kind == WY_LEX_NEAR)
        status = syntax(p, p->previous.offset,
                        "a boost beside NEAR is of both words; write (a NEAR b)^2");
    return status;
}

static int parse_group(parser *p, wy_tree **out)
{
    const size_t open = p->token.offset;
    const wy_field around = p->field;
    if (p->token.named) p->field = p->token.field;
    int status = advance(p);
    if (!status) status = parse_list(p, out);
    p->field = around;
    if (status) return status;
    if (p->token.kind != WY_LEX_CLOSE)
        return syntax(p, open,
                      "the parenthesis is not closed; close it, or write \\ before it to mean the "
                      "character itself");
    if (wy_tree_is_filter(*out)) { /* a clause, no limit of the list around */
        wy_tree *list = make(p, WY_TREE_LIST, open);
        if (!list) return wy_fail_memory(p->error);
        list->child = *out;
        *out = list;
    }
    status = advance(p);
    if (!status) status = parse_boost(p, *out);
    if (!status && p->token.kind == WY_LEX_NEAR)
        status = syntax(p, p->token.offset, "NEAR stands between words and phrases");
    return status;
}

/* *plus is set where a + stands before; it is never cleared. */
static int parse_unary(parser *p, wy_tree **out, bool *plus)
{
    wy_lexeme_kind kind = p->token.kind;
    size_t offset = p->token.offset;
    int status;

    if (is_leaf(kind)) return parse_primary(p, out);
    if (kind != WY_LEX_NOT && kind != WY_LEX_MINUS && kind != WY_LEX_PLUS && kind != WY_LEX_OPEN)
        return missing_operand(p);
    if (++p->depth > WY_QUERY_DEPTH)
        return wy_fail(p->error, WY_E_LIMIT, NULL, offset, "the query is nested more than %d deep",
                       WY_QUERY_DEPTH);
    if (kind == WY_LEX_OPEN) {
        status = parse_group(p, out);
    } else if (kind == WY_LEX_PLUS) {
        *plus = true;
        status = advance(p);
        if (!status) status = parse_unary(p, out, plus);
    } else {
        bool ignored = false; /* a + below NOT adds nothing to it */
        wy_tree *not = make(p, WY_TREE_NOT, offset);
        if (!not ) return wy_fail_memory(p->error);
        status = advance(p);
        if (!status) status = parse_unary(p, &not ->child, &ignored);
        *out = not ;
    }
    p->depth--;
    return status;
}

static int parse_both(parser *p, wy_tree **out, bool *plus)
{
    int status = parse_unary(p, out, plus);
    if (status || p->token.kind != WY_LEX_AND) return status;

    wy_tree *both = make(p, WY_TREE_AND, (*out)->offset);
    if (!both) return wy_fail_memory(p->error);
    both->child = *out;
    wy_tree **last = &(*out)->next;
    while (p->token.kind == WY_LEX_AND) {
        status = advance(p);
        if (!status) status = parse_unary(p, last, plus);
        if (status) return status;
        last = &(*last)->next;
    }
    *out = both;
    return WY_OK;
}

/* Filters that limit a list: of one kind one must hold. */
enum { LIMIT_YEARS, LIMIT_DATES, LIMIT_REPORTS, LIMITS };

/* A list while it is read. */
typedef struct listing {
    wy_tree **last;          /* where the next child goes */
    wy_tree *limits[LIMITS]; /* that limit the list, by kind; the latest first */
    wy_tree *must_limits;    /* that limit it after +, each must hold; the latest first */
} listing;

static wy_tree **limits_of(listing *list, const wy_tree *filter)
{
    return &list->limits[filter->kind == WY_TREE_YEARS   ? LIMIT_YEARS
                         : filter->kind == WY_TREE_DATES ? LIMIT_DATES
                                                         : LIMIT_REPORTS];
}

/* Appends the parts of a chain, or takes it as a limit. */
static int parse_chain(parser *p, listing *list)
{
    bool or_before = false, or_after;
    do {
        wy_tree *part = NULL;
        bool plus = false;
        const bool negated = p->token.kind == WY_LEX_NOT || p->token.kind == WY_LEX_MINUS;
        int status = parse_both(p, &part, &plus);
        if (status) return status;

        or_after = p->token.kind == WY_LEX_OR;
        if (wy_tree_is_filter(part) && !or_before && !or_after) {
            wy_tree **limits = plus ? &list->must_limits : limits_of(list, part);
            part->next = *limits;
            *limits = part;
            return WY_OK;
        }
        if (plus) {
            part->occur = WY_MUST;
        } else if (negated && part->kind == WY_TREE_NOT && !or_before && !or_after) {
            part = part->child;
            part->occur = WY_MUST_NOT;
        }
        *list->last = part;
        list->last = &part->next;
        or_before = true;
        if (or_after && (status = advance(p))) return status;
    } while (or_after);
    return WY_OK;
}

/* The simplest tree of a list that has children. */
static wy_tree *simplify(wy_tree *list)
{
    wy_tree *first = list->child;
    if (!first->next && first->occur == WY_SHOULD) return first;
    if (!first->next && first->occur == WY_MUST_NOT) {
        first->occur = WY_SHOULD;
        list->kind = WY_TREE_NOT;
    }
    return list;
}

static int parse_list(parser *p, wy_tree **out)
{
    size_t offset = p->token.offset;
    wy_tree *list = make(p, WY_TREE_LIST, offset);
    if (!list) return wy_fail_memory(p->error);
    listing reading = {.last = &list->child};
    do {
        int status = parse_chain(p, &reading);
        if (status) return status;
    } while (p->token.kind != WY_LEX_END && p->token.kind != WY_LEX_CLOSE);
    wy_tree *limits = reading.must_limits;
    for (int i = LIMITS; i-- > 0;) {
        wy_tree *first = reading.limits[i];
        if (!first) continue;
        if (first->next) { /* any of several */
            wy_tree *any = make(p, WY_TREE_LIST, offset);
            if (!any) return wy_fail_memory(p->error);
            any->child = first;
            first = any;
        }
        first->next = limits;
        limits = first;
    }
    *out = list->child ? simplify(list) : limits;
    if (!limits || (!list->child && !limits->next)) return WY_OK;

    wy_tree *all = make(p, list->child ? WY_TREE_WITHIN : WY_TREE_AND, offset);
    if (!all) return wy_fail_memory(p->error);
    all->child = *out;
    if (list->child) all->child->next = limits;
    *out = all;
    return WY_OK;
}

int wy_parse(wy_string text, wy_arena *arena, const wy_tree **root, wy_error *error)
{
    parser p = {.arena = arena, .error = error};
    wy_tree *tree = NULL;
    int status = wy_lex_begin(&p.lexer, text.data, text.length, arena, error);
    if (!status) status = advance(&p);
    p.previous.kind = WY_LEX_END;
    if (!status) status = parse_list(&p, &tree);
    if (!status && p.token.kind == WY_LEX_CLOSE) {
        p.previous = p.token;
        status = missing_operand(&p);
    }
    *root = status ? NULL : tree;
    return status;
}
