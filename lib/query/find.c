/*
 * query/find.c: a query over a scope, segment by segment.
 */
#include "query/query.h"

#include "base/error.h"
#include "query/group.h"
#include "query/search.h"

enum { LENT = 2048 }; /* bytes of the stack for an arena: enough for a few words */

int wy_site_open(wy_site *site, const wy_plan *plan, uint32_t number, wy_arena *arena, bool *some,
                 wy_error *error)
{
    const wy_segment *segment = plan->scope->segments[number];
    const uint8_t *reports;
    *site = (wy_site){.plan = plan, .segment = segment, .number = number, .arena = arena};
    *some = false;
    int status = wy_segment_year_range(segment, plan->year_from, plan->year_to, &site->first,
                                       &site->end, error);
    if (status || site->first >= site->end) return status;
    *some = true;
    status = wy_segment_live_bits(segment, &site->live, &reports, error);
    site->filtered = plan->filter != NULL;
    if (site->filtered) site->live = plan->filter[number];
    for (int f = 0; f < WY_FIELDS && !status; f++) {
        if (!plan->uses[f]) continue;
        status = wy_segment_lengths(segment, (wy_field)f, &site->lengths[f], error);
        site->written[f] = wy_average_length(wy_segment_written_stats(segment, (wy_field)f));
    }
    return status;
}

typedef int (*pass_fn)(wy_site *site, wy_topk *topk, uint64_t *count, wy_error *error);

static int pass_ranked(wy_site *site, wy_topk *topk, uint64_t *count, wy_error *error)
{
    (void)count;
    return wy_search_ranked(site, topk, error);
}

static int pass_count(wy_site *site, wy_topk *topk, uint64_t *count, wy_error *error)
{
    (void)topk;
    return wy_search_count(site, count, error);
}

/* One pass over all segments. */
static int run(const wy_plan *plan, pass_fn pass, wy_topk *topk, uint64_t *count, wy_error *error)
{
    wy_arena arena;
    _Alignas(16) uint8_t few[LENT];
    wy_arena_init_with(&arena, plan->mem, few, sizeof few);
    wy_arena_use(&arena, plan->spares);
    int status = WY_OK;
    for (size_t s = 0; s < plan->scope->count && !status && !plan->empty; s++) {
        wy_site site;
        bool some;
        status = wy_site_open(&site, plan, (uint32_t)s, &arena, &some, error);
        if (!status && some) {
            if (topk) wy_topk_segment(topk, (uint32_t)s);
            status = pass(&site, topk, count, error);
        }
        wy_site_close(&site);
        wy_arena_reset(&arena);
    }
    wy_arena_free(&arena);
    return status;
}

/* The number of matches, where the plan tells it: no segment is opened. */
static bool plan_tells(const wy_plan *plan, uint64_t *count)
{
    if (plan->year_from || plan->year_to || plan->root->exact) return false;
    for (size_t s = 0; s < plan->scope->count; s++)
        if (!wy_search_known(plan, (uint32_t)s, count)) return false;
    return true;
}

int wy_find(const wy_scope *scope, const wy_query *query, wy_analyzer *analyzer, const wy_mem *mem,
            const wy_find_options *options, wy_top *out, wy_error *error)
{
    *out = (wy_top){.mem = mem};
    wy_plan plan;
    wy_topk topk;
    wy_topk_begin(&topk, scope, mem, options->limit, error);
    wy_topk *ranked = options->limit ? &topk : NULL;
    uint64_t count = 0;

    /* The plan is small, and goes with the patterns, which are for marking matches: one arena for
     * both. */
    wy_arena arena;
    _Alignas(16) uint8_t few[LENT];
    wy_arena_init(&out->arena, mem);
    wy_arena_init_with(&arena, mem, few, sizeof few);
    wy_arena *const kept = options->limit ? &out->arena : &arena;
    int status = wy_plan_make(&plan, scope, query, analyzer, options, kept, error);
    if (!status && options->limit)
        status = wy_plan_patterns(&plan, kept, &out->patterns, &out->pattern_count, error);
    if (status) goto done;

    if (options->order != WY_ORDER_SCORE || options->passages) {
        status = wy_group_find(&plan, options, out, error);
        if (!options->count) out->count = out->reports = 0;
        goto done;
    }
    if (ranked || options->count) {
        pass_fn pass = options->exhaustive        ? wy_search_exhaustive
                       : ranked && options->count ? wy_search_both
                       : ranked                   ? pass_ranked
                                                  : pass_count;
        if (pass != pass_count || !plan_tells(&plan, &count))
            status = run(&plan, pass, ranked, &count, error);
    }
    if (!status) status = wy_topk_take(&topk, &out->list, &out->size);
    if (options->count) out->count = count;

done:
    wy_topk_free(&topk);
    wy_plan_free(&plan);
    wy_arena_free(&arena);
    if (status) wy_top_free(out);
    return status;
}

void wy_top_free(wy_top *top)
{
    if (!top->mem) return;
    wy_arena_free(&top->arena);
    wy_free(top->mem, top->list);
    wy_free(top->mem, top->groups);
    *top = (wy_top){0};
}
