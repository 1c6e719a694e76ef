/*
 * query/tree.c: making, freeing and showing a parsed query.
 */
#include "query/tree.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "query/parse.h"

int wy_query_parse(wy_string text, const wy_allocator *allocator, wy_query **out, wy_error *error)
{
    const wy_mem *mem = wy_mem_or_default(allocator);
    *out = NULL;
    wy_query *query = wy_calloc(mem, sizeof *query);
    if (!query) return wy_fail_memory(error);
    query->mem = mem;
    wy_arena_init(&query->arena, mem);

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

static void put(wy_buf *out, const char *text)
{
    wy_buf_bytes(out, text, strlen(text));
}

static void dump_years(const wy_tree *tree, wy_buf *out)
{
    char text[64];
    put(out, "years:");
    if (tree->from) {
        snprintf(text, sizeof text, "%d", (int)tree->from);
        put(out, text);
    }
    put(out, "..");
    if (tree->to) {
        snprintf(text, sizeof text, "%d", (int)tree->to);
        put(out, text);
    }
}

static const char *head_of(const wy_tree *tree)
{
    if (tree->kind == WY_TREE_AND) return "(and";
    if (tree->kind == WY_TREE_NOT) return "(not";
    if (tree->kind == WY_TREE_WITHIN) return "(within";
    for (const wy_tree *t = tree->child; t; t = t->next) {
        if (t->occur != WY_SHOULD) return "(list";
    }
    return "(or";
}

void wy_tree_dump(const wy_tree *tree, wy_buf *out)
{
    switch (tree->kind) {
    case WY_TREE_WORD:
    case WY_TREE_PHRASE:
        if (tree->field == WY_FIELD_TITLE) put(out, "title:");
        if (tree->kind == WY_TREE_PHRASE) put(out, "\"");
        wy_buf_bytes(out, tree->text, tree->length);
        if (tree->kind == WY_TREE_PHRASE) put(out, "\"");
        return;
    case WY_TREE_YEARS:
        dump_years(tree, out);
        return;
    case WY_TREE_NOT:
    case WY_TREE_AND:
    case WY_TREE_LIST:
    case WY_TREE_WITHIN:
        break;
    }
    put(out, head_of(tree));
    for (const wy_tree *t = tree->child; t; t = t->next) {
        put(out, " ");
        if (tree->kind == WY_TREE_LIST && t->occur == WY_MUST) put(out, "+");
        if (tree->kind == WY_TREE_LIST && t->occur == WY_MUST_NOT) put(out, "-");
        wy_tree_dump(t, out);
    }
    put(out, ")");
}
