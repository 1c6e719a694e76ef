#include <wenyuan/explain.h>

#include <string.h>

#include "base/options.h"
#include "api/results.h"
#include "query/explain.h"

/* What is handed out, with what it points to. */
typedef struct owned_explanation {
    wy_explanation shown; /* first: a wy_explanation is one of these */
    const wy_mem *mem;
    wy_arena arena;
    wy_results *results; /* the hit is one of them */
} owned_explanation;

/* Finds the hit with an id among all, in steps, since the best are looked for most often. */
static int find_id(owned_explanation *x, wy_snapshot *const *snapshots, size_t count,
                   const wy_query *query, wy_search_options *search, wy_string id, size_t *place,
                   wy_error *error)
{
    for (search->limit = 100;; search->limit *= 10) {
        int status = wy_search(snapshots, count, query, search, &x->results, error);
        if (status != WY_OK) return status;
        const size_t size = wy_results_size(x->results);
        for (size_t i = search->limit > 100 ? search->limit / 10 : 0; i < size; i++) {
            const wy_hit *hit;
            status = wy_results_hit(x->results, i, &hit, error);
            if (status != WY_OK) return status;
            if (hit->id.length != id.length || memcmp(hit->id.data, id.data, id.length) != 0)
                continue;
            *place = i;
            return WY_OK;
        }
        if (size < search->limit || search->limit > UINT32_MAX / 10)
            return wy_fail(error, WY_E_NOT_FOUND, NULL, WY_NO_OFFSET,
                           "the query finds no paragraph with the id '%.*s'",
                           id.length > 200 ? 200 : (int)id.length, id.data);
        wy_results_free(x->results);
        x->results = NULL;
    }
}

/* Sets the hit; *match points to it, or is NULL. */
static int find_hit(owned_explanation *x, wy_snapshot *const *snapshots, size_t count,
                    const wy_query *query, const wy_explain_options *o, const wy_match **match,
                    wy_error *error)
{
    wy_search_options search = {.size = sizeof search,
                                .limit = 1,
                                .offset = o->rank ? o->rank - 1 : 0,
                                .year_from = o->year_from,
                                .year_to = o->year_to,
                                .issuer = o->issuer,
                                .title = o->title};
    size_t place = 0;
    int status;
    *match = NULL;
    if (o->hit.length) {
        search.offset = 0;
        status = find_id(x, snapshots, count, query, &search, o->hit, &place, error);
    } else {
        status = wy_search(snapshots, count, query, &search, &x->results, error);
    }
    if (status != WY_OK) return status;
    if (wy_results_size(x->results) == 0) {
        if (o->rank == 0) return WY_OK;
        return wy_fail(error, WY_E_NOT_FOUND, NULL, WY_NO_OFFSET,
                       "the query finds fewer than %zu paragraphs", o->rank);
    }
    *match = &x->results->top.list[x->results->offset + place];
    return wy_results_hit(x->results, place, &x->shown.hit, error);
}

static int show_query(owned_explanation *x, const wy_query *query, wy_error *error)
{
    wy_buf text;
    wy_buf_init(&text, x->mem);
    wy_tree_dump(query->root, &text);
    char *copy =
        text.failed ? NULL : wy_arena_strndup(&x->arena, (const char *)text.data, text.length);
    x->shown.query = (wy_string){copy, copy ? text.length : 0};
    wy_buf_free(&text);
    return copy ? WY_OK : wy_fail_memory(error);
}

static int explain(owned_explanation *x, const wy_view *view, const wy_query *query,
                   const wy_explain_options *o, const wy_match *match, wy_error *error)
{
    const wy_find_options find = {.limit = 1,
                                  .year_from = o->year_from,
                                  .year_to = o->year_to,
                                  .filter = (const uint8_t *const *)view->filter};
    const wy_scope scope = wy_view_scope(view);
    wy_analyzer *analyzer = NULL;
    wy_plan plan = {0};
    int status = wy_index_take_analyzer(view->index, &analyzer, error);
    if (status == WY_OK)
        status = wy_plan_make(&plan, &scope, query, analyzer, &find, &x->arena, error);
    if (status == WY_OK) {
        wy_explanation *shown = &x->shown;
        for (size_t s = 0; s < scope.count; s++) {
            shown->paragraphs += wy_segment_stats(scope.segments[s], WY_FIELD_BODY).documents;
            shown->reports += wy_segment_stats(scope.segments[s], WY_FIELD_TITLE).documents;
        }
        shown->segments = scope.count;
        shown->year_from = plan.year_from;
        shown->year_to = plan.year_to;
        status = wy_plan_explain(&plan, match, &x->arena, &shown->plan, error);
    }
    wy_plan_free(&plan);
    wy_index_give_analyzer(view->index, analyzer);
    return status;
}

int wy_explain(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_query *query,
               const wy_explain_options *options, wy_explanation **out, wy_error *error)
{
    wy_explain_options o;
    wy_view view = {0};
    owned_explanation *x = NULL;
    const wy_match *match = NULL;
    int status = wy_options_take(&o, sizeof o, options, error);
    if (status != WY_OK) return status;
    const wy_filter filter = {o.year_from, o.year_to, o.issuer, o.title};
    status = wy_view_open(snapshots, snapshot_count, &filter, &view, error);
    if (status == WY_OK && !(x = wy_calloc(view.mem, sizeof *x))) status = wy_fail_memory(error);
    if (status == WY_OK) {
        x->mem = view.mem;
        wy_arena_init(&x->arena, x->mem);
        status = find_hit(x, snapshots, snapshot_count, query, &o, &match, error);
    }
    if (status == WY_OK) status = show_query(x, query, error);
    if (status == WY_OK) status = explain(x, &view, query, &o, match, error);
    wy_view_close(&view);
    if (status != WY_OK) {
        wy_explanation_free(x ? &x->shown : NULL);
        return status;
    }
    *out = &x->shown;
    return WY_OK;
}

void wy_explanation_free(wy_explanation *explanation)
{
    if (!explanation) return;
    owned_explanation *x = (owned_explanation *)explanation;
    const wy_mem *mem = x->mem;
    wy_results_free(x->results);
    wy_arena_free(&x->arena);
    wy_free(mem, x);
}
