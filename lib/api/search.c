#include <wenyuan/search.h>

#include "api/results.h"
#include "base/options.h"
#include "query/tree.h"

enum { LIMIT_DEFAULT = 10, SNIPPET_DEFAULT = 120, PASSAGES_DEFAULT = 3 };

static int check_options(wy_search_options *o, const wy_search_options *given, wy_error *error)
{
    int status = wy_options_take(o, sizeof *o, given, error);
    if (status != WY_OK) return status;
    if (!o->limit && !o->count) o->limit = LIMIT_DEFAULT;
    if (!o->snippet_chars) o->snippet_chars = SNIPPET_DEFAULT;
    if (!o->by_report) o->passages = 0;
    if (o->by_report && !o->passages) o->passages = PASSAGES_DEFAULT;
    if (o->limit > UINT32_MAX || o->offset > UINT32_MAX || o->passages > UINT32_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET, "too many hits were asked for");
    if (o->order < WY_ORDER_SCORE || o->order > WY_ORDER_NEWEST)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "there is no order %d", o->order);
    return WY_OK;
}

static int run(wy_results *r, const wy_query *query, const wy_search_options *o, wy_error *error)
{
    wy_analyzer *analyzer = NULL;
    wy_scope scope = wy_view_scope(&r->view);
    const wy_find_options find = {
        .limit = o->limit ? o->limit + o->offset : 0,
        .count = o->count,
        .exhaustive = o->exhaustive,
        .word_phrases = o->word_phrases,
        .year_from = o->year_from,
        .year_to = o->year_to,
        .filter = (const uint8_t *const *)r->view.filter,
        .spares = &r->view.index->spares,
        .order = (wy_order)o->order,
        .passages = o->passages,
        .skip = o->offset,
    };
    int status = wy_index_take_analyzer(r->view.index, &analyzer, error);
    if (status == WY_OK) status = wy_find(&scope, query, analyzer, r->mem, &find, &r->top, error);
    wy_index_give_analyzer(r->view.index, analyzer);
    return status;
}

/* Room for what is to be looked at; for a count alone there is nothing. By report the skipped
 * ones have no passages in the list. */
static int make_room(wy_results *r, const wy_search_options *o, wy_error *error)
{
    const size_t size = r->by_report ? r->top.group_count : r->top.size;
    r->offset = o->offset < size ? o->offset : size;
    r->hit_count = r->by_report ? r->top.size : r->top.size - r->offset;
    if (r->hit_count == 0) return WY_OK;
    r->origins = wy_arena_alloc(&r->arena, r->view.count * sizeof *r->origins);
    r->hits = wy_arena_alloc(&r->arena, r->hit_count * sizeof *r->hits);
    r->spans = wy_arena_alloc(&r->arena, r->hit_count * sizeof *r->spans);
    if (!r->origins || !r->hits || !r->spans) {
        r->origins = NULL;
        r->spans = NULL;
        return wy_fail_memory(error);
    }
    for (size_t i = 0; i < r->view.count; i++) r->origins[i] = (wy_origin){0};
    for (size_t i = 0; i < r->hit_count; i++) {
        r->hits[i] = NULL;
        r->spans[i] = NULL;
    }
    return WY_OK;
}

int wy_search(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_query *query,
              const wy_search_options *options, wy_results **out, wy_error *error)
{
    wy_search_options o;
    wy_view view = {0};
    wy_results *r = NULL;
    wy_query_fetch(query);
    int status = check_options(&o, options, error);
    if (status != WY_OK) return status;
    const wy_filter filter = {o.year_from, o.year_to, o.issuer, o.title};
    status = wy_view_open(snapshots, snapshot_count, &filter, &view, error);
    if (status == WY_OK && !(r = wy_alloc(view.mem, sizeof *r))) status = wy_fail_memory(error);
    if (status != WY_OK) {
        wy_view_close(&view);
        return status;
    }
    *r = (wy_results){.mem = view.mem,
                      .view = view,
                      .snippet_chars = o.snippet_chars,
                      .context = o.context,
                      .by_report = o.by_report};
    wy_arena_init(&r->arena, r->mem);
    status = run(r, query, &o, error);
    if (status == WY_OK) status = make_room(r, &o, error);
    if (status != WY_OK) {
        wy_results_free(r);
        return status;
    }
    *out = r;
    return WY_OK;
}

void wy_results_free(wy_results *r)
{
    if (!r) return;
    const wy_mem *mem = r->mem;
    for (size_t i = 0; r->origins && i < r->view.count; i++) {
        wy_store_reader_close(r->origins[i].texts);
        wy_store_reader_close(r->origins[i].records);
    }
    for (size_t i = 0; r->spans && i < r->hit_count; i++) wy_free(mem, r->spans[i]);
    wy_top_free(&r->top);
    wy_arena_free(&r->arena);
    wy_view_close(&r->view);
    wy_free(mem, r);
}

size_t wy_results_size(const wy_results *r)
{
    return r->hit_count;
}

uint64_t wy_results_count(const wy_results *r)
{
    return r->top.count;
}

uint64_t wy_results_reports(const wy_results *r)
{
    return r->by_report ? r->top.reports : 0;
}
