/*
 * query/tree.c: making, freeing and showing a parsed query.
 */
#include "query/tree.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "query/lex.h"
#include "query/parse.h"

int wy_query_parse(wy_string text, const wy_allocator *allocator, wy_query **out, wy_error *error)
{
    const wy_mem *mem = wy_mem_or_default(allocator);
    *out = NULL;
    wy_query *query = wy_calloc(mem, sizeof *query);
    if (!query) return wy_fail_memory(error);
    query->mem = mem;
    wy_arena_init_with(&query->arena, mem, query->lent, sizeof query->lent);

    int status = wy_parse(text, &query->arena, &query->root, error);
    if (status) {
        wy_query_free(query);
        return status;
    }
    *out = query;
    return WY_OK;
}

void wy_query_free(wy_query *query)
{
    if (!query) return;
    wy_arena_free(&query->arena);
    wy_free(query->mem, query);
}

void wy_query_fetch(const wy_query *query)
{
    enum { LINE = 64 };
    const char *at = (const char *)query;
    for (size_t i = 0; i < sizeof *query; i += LINE) __builtin_prefetch(at + i);
}

static void put(wy_buf *out, const char *text)
{
    wy_buf_bytes(out, text, strlen(text));
}

static void put_number(wy_buf *out, double number)
{
    char text[32];
    /* No boost has more than four digits behind the point, and locales do not matter to %d. */
    const int whole = (int)number, parts = (int)((number - whole) * 10000 + 0.5);
    int length = snprintf(text, sizeof text, "%d.%04d", whole, parts);
    while (text[length - 1] == '0') length--;
    if (text[length - 1] == '.') length--;
    wy_buf_bytes(out, text, (size_t)length);
}

static void put_range(wy_buf *out, const char *name, const wy_tree *tree)
{
    put(out, name);
    if (tree->from) put_number(out, tree->from);
    put(out, "..");
    if (tree->to) put_number(out, tree->to);
}

static void put_leaf(wy_buf *out, const wy_tree *tree)
{
    const char *field = wy_tree_field_name(tree->field);
    put(out, field);
    if (*field) put(out, ":");
    if (tree->kind == WY_TREE_PHRASE) put(out, "\"");
    for (size_t i = 0; i < tree->length; i++) {
        const char c = tree->text[i];
        wy_buf_u8(out, c == WY_PATTERN_MANY ? '*' : c == WY_PATTERN_ONE ? '?' : (uint8_t)c);
    }
    if (tree->open_ended) put(out, "*");
    if (tree->kind == WY_TREE_PHRASE) put(out, "\"");
    if (tree->kind == WY_TREE_FUZZY) put(out, "~1");
}

void wy_tree_dump_text(const wy_tree *tree, wy_buf *out)
{
    switch (tree->kind) {
    case WY_TREE_NEAR:
        for (const wy_tree *t = tree->child; t; t = t->next) {
            if (t != tree->child) {
                put(out, " NEAR/");
                put_number(out, t->distance);
                put(out, " ");
            }
            wy_tree_dump_text(t, out);
        }
        return;
    case WY_TREE_YEARS:
    case WY_TREE_DATES:
        put_range(out, tree->kind == WY_TREE_YEARS ? "year:" : "date:", tree);
        return;
    case WY_TREE_REPORT:
        put(out, "report:");
        break;
    default:
        break;
    }
    put_leaf(out, tree);
}

const char *wy_tree_field_name(wy_field field)
{
    static const char *const names[WY_FIELDS] = {
        [WY_FIELD_BODY] = "",
        [WY_FIELD_TITLE] = "title",
        [WY_FIELD_ISSUER] = "issuer",
        [WY_FIELD_SECTION] = "section",
    };
    return names[field];
}

static const char *head_of(const wy_tree *tree)
{
    if (tree->kind == WY_TREE_AND) return "(and";
    if (tree->kind == WY_TREE_NOT) return "(not";
    if (tree->kind == WY_TREE_NEAR) return "(near";
    if (tree->kind == WY_TREE_WITHIN) return "(within";
    for (const wy_tree *t = tree->child; t; t = t->next) {
        if (t->occur != WY_SHOULD) return "(list";
    }
    return "(or";
}

static void put_group(wy_buf *out, const wy_tree *tree)
{
    put(out, head_of(tree));
    for (const wy_tree *t = tree->child; t; t = t->next) {
        put(out, " ");
        if (tree->kind == WY_TREE_LIST && t->occur == WY_MUST) put(out, "+");
        if (tree->kind == WY_TREE_LIST && t->occur == WY_MUST_NOT) put(out, "-");
        if (tree->kind == WY_TREE_NEAR && t != tree->child) {
            put_number(out, t->distance);
            put(out, " ");
        }
        wy_tree_dump(t, out);
    }
    put(out, ")");
}

void wy_tree_dump(const wy_tree *tree, wy_buf *out)
{
    switch (tree->kind) {
    case WY_TREE_REPORT:
        put(out, "report:");
        put_leaf(out, tree);
        break;
    case WY_TREE_WORD:
    case WY_TREE_PHRASE:
    case WY_TREE_PATTERN:
    case WY_TREE_FUZZY:
        put_leaf(out, tree);
        break;
    case WY_TREE_YEARS:
        put_range(out, "years:", tree);
        break;
    case WY_TREE_DATES:
        put_range(out, "dates:", tree);
        break;
    case WY_TREE_NEAR:
    case WY_TREE_NOT:
    case WY_TREE_AND:
    case WY_TREE_LIST:
    case WY_TREE_WITHIN:
        put_group(out, tree);
        break;
    }
    if (tree->boost < 1 || tree->boost > 1) {
        put(out, "^");
        put_number(out, tree->boost);
    }
}
