/*
 * query/cursor.c: the cursor of any node of a plan, in one segment.
 */
#include "query/cursor.h"

#include <assert.h>

#include "base/error.h"

static size_t count_nodes(const wy_node *list)
{
    size_t count = 0;
    for (; list; list = list->next) count++;
    return count;
}

/* Cursors of a list of nodes; parts that match nothing are left out. *out has *count of them. */
static int make_list(wy_site *site, const wy_node *list, wy_cursor ***out, size_t *count,
                     wy_error *error)
{
    wy_cursor **parts = wy_arena_alloc(site->arena, count_nodes(list) * sizeof *parts);
    if (!parts) return wy_fail_memory(error);
    *count = 0;
    for (; list; list = list->next) {
        wy_cursor *part;
        int status = wy_cursor_make(site, list, &part, error);
        if (status) return status;
        if (part) parts[(*count)++] = part;
    }
    *out = parts;
    return WY_OK;
}

/* The union of a list, or NULL where it is empty. */
static int make_union(wy_site *site, const wy_node *list, wy_cursor **out, wy_error *error)
{
    wy_cursor **parts = NULL;
    size_t count = 0;
    *out = NULL;
    if (!list) return WY_OK;
    int status = make_list(site, list, &parts, &count, error);
    if (!status && count) status = wy_cursor_or(site, parts, count, out, error);
    return status;
}

static int make_bool(wy_site *site, const wy_node *node, wy_cursor **out, wy_error *error)
{
    wy_cursor *base = NULL, *extra = NULL, *without = NULL;
    int status = WY_OK;
    if (node->must) {
        wy_cursor **parts = NULL;
        size_t count = 0;
        status = make_list(site, node->must, &parts, &count, error);
        if (status || count < count_nodes(node->must)) return status;
        status = wy_cursor_and(site, parts, count, site->first, &base, error);
        if (!status) status = make_union(site, node->should, &extra, error);
    } else if (node->should) {
        status = make_union(site, node->should, &base, error);
    } else {
        status = wy_cursor_range(site, site->first, site->end, &base, error);
    }
    if (status || !base) return status;
    status = make_union(site, node->must_not, &without, error);
    if (!status) status = wy_cursor_combine(site, base, extra, without, out, error);
    return status;
}

static int make_years(wy_site *site, const wy_node *node, wy_cursor **out, wy_error *error)
{
    uint32_t first, end;
    int status = wy_segment_year_range(site->segment, node->from, node->to, &first, &end, error);
    if (!status && first < end) status = wy_cursor_range(site, first, end, out, error);
    return status;
}

/* A word that is to be found wherever it stands, or that is enough as it is. */
static int make_word(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                     wy_error *error)
{
    wy_lane *lane = NULL;
    int status = WY_OK;
    *out = NULL;
    if (node->exact) status = wy_cursor_word(site, node, first, &lane, out, error);
    if (status || *out || (node->exact && !lane)) return status;
    return wy_cursor_term(site, node, first, out, error);
}

int wy_cursor_leaf(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                   wy_error *error)
{
    switch (node->kind) {
    case WY_NODE_TERM:
        return make_word(site, node, first, out, error);
    case WY_NODE_EXACT:
        return wy_cursor_exact(site, node, first, out, error);
    case WY_NODE_UNION:
        return wy_cursor_union(site, node, first, out, error);
    case WY_NODE_NEAR:
        return wy_cursor_near(site, node, first, out, error);
    default:
        break;
    }
    assert(node->kind == WY_NODE_PHRASE);
    return wy_cursor_phrase(site, node, first, out, error);
}

int wy_cursor_make(wy_site *site, const wy_node *node, wy_cursor **out, wy_error *error)
{
    *out = NULL;
    switch (node->kind) {
    case WY_NODE_TERM:
    case WY_NODE_PHRASE:
    case WY_NODE_EXACT:
    case WY_NODE_UNION:
    case WY_NODE_NEAR:
        return node->field == WY_FIELD_BODY ? wy_cursor_leaf(site, node, site->first, out, error)
                                            : wy_cursor_field(site, node, out, error);
    case WY_NODE_YEARS:
        return make_years(site, node, out, error);
    case WY_NODE_REPORTS:
        return wy_cursor_ranges(site, &node->ranges[site->number], out, error);
    case WY_NODE_ALL:
        return wy_cursor_range(site, site->first, site->end, out, error);
    case WY_NODE_BOOL:
        break;
    }
    return make_bool(site, node, out, error);
}

void wy_site_close(wy_site *site)
{
    for (wy_cursor *c = site->opened; c; c = c->opened_before) c->ops->close(c);
    site->opened = NULL;
}
