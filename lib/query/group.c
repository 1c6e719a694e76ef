/*
 * query/group.c: matches by date, and by report.
 *
 * The heap orders by one number, and equal ones by year, report and paragraph. By date that number
 * is the date before the score. A report's paragraphs are consecutive, so one report is done with
 * when a match of the next one comes: its best match then stands for it in the heap. What else is
 * shown of the reports that stay is looked up afterwards, within their ranges of ids.
 */
#include "query/group.h"

#include <assert.h>

#include "base/error.h"
#include "query/search.h"
#include "query/visit.h"

/* Sums of weights are far below: 2^21 in units of 2^-16. */
enum { SCORE_BITS = 37 };
#define SCORE_MASK ((UINT64_C(1) << SCORE_BITS) - 1)
enum { LAST_DATE = 100000000 };

typedef struct gatherer {
    const wy_plan *plan;
    wy_order order;
    bool grouped;
    wy_topk *topk; /* NULL: only counted */
    uint64_t matches, reports;
    uint32_t segment; /* of the report at hand */
    wy_report_row row;
    bool in_report;
    uint32_t best; /* match of the report at hand */
    uint64_t best_key;
} gatherer;

/* A greater key is the better match. Reports without a date come last either way. */
static uint64_t key_of(const gatherer *g, uint64_t score)
{
    if (g->order == WY_ORDER_SCORE) return score;
    uint64_t date = (uint64_t)g->row.date;
    if (g->row.date <= 0) date = 0;
    if (date == 0 && g->row.year > 0) date = (uint64_t)g->row.year * 10000;
    if (date && g->order == WY_ORDER_OLDEST) date = LAST_DATE - date;
    assert(score <= SCORE_MASK && date < LAST_DATE);
    return date << SCORE_BITS | score;
}

static uint64_t score_of(wy_order order, uint64_t key)
{
    return order == WY_ORDER_SCORE ? key : key & SCORE_MASK;
}

static int offer(gatherer *g, uint32_t paragraph, uint64_t key)
{
    return key >= g->topk->need ? wy_topk_push(g->topk, paragraph, key) : WY_OK;
}

static int end_report(gatherer *g)
{
    if (!g->in_report) return WY_OK;
    g->in_report = false;
    g->reports++;
    return g->grouped && g->topk ? offer(g, g->best, g->best_key) : WY_OK;
}

static int begin_report(gatherer *g, uint32_t paragraph, wy_error *error)
{
    const wy_columns *columns = wy_segment_columns(g->plan->scope->segments[g->segment]);
    uint32_t report;
    int status = wy_columns_report_of(columns, paragraph, &report, error);
    if (!status) status = wy_columns_report(columns, report, &g->row, error);
    g->in_report = !status;
    g->best_key = 0;
    g->best = paragraph;
    return status;
}

static int begin_segment(gatherer *g, uint32_t segment)
{
    int status = end_report(g);
    g->segment = segment;
    if (g->topk) wy_topk_segment(g->topk, segment);
    return status;
}

static int gather(void *context, const wy_visited *matches, wy_error *error)
{
    gatherer *g = context;
    int status = matches->segment == g->segment ? WY_OK : begin_segment(g, matches->segment);
    g->matches += matches->count;
    for (size_t i = 0; i < matches->count && !status; i++) {
        const uint32_t paragraph = matches->paragraphs[i];
        if (!g->in_report || paragraph >= g->row.end_paragraph) {
            status = end_report(g);
            if (!status) status = begin_report(g, paragraph, error);
        }
        if (status || !g->topk) continue;
        const uint64_t key = key_of(g, matches->scores[i]);
        if (!g->grouped) {
            status = offer(g, paragraph, key);
        } else if (key > g->best_key) {
            g->best_key = key;
            g->best = paragraph;
        }
    }
    return status;
}

/* ---- What is shown of a report -------------------------------------------------------------- */

/* The best passages of the report that `best` is in; adds the matches in it to *count. */
static int find_passages(const wy_plan *plan, const wy_match *best, size_t passages,
                         wy_arena *arena, wy_match **list, size_t *size, uint64_t *count,
                         wy_error *error)
{
    wy_site site;
    wy_topk topk;
    bool some;
    uint32_t report;
    wy_report_row row;
    const wy_columns *columns = wy_segment_columns(plan->scope->segments[best->segment]);
    wy_topk_begin(&topk, plan->scope, plan->mem, passages, error);
    int status = wy_site_open(&site, plan, best->segment, arena, &some, error);
    if (!status) status = wy_columns_report_of(columns, best->paragraph, &report, error);
    if (!status) status = wy_columns_report(columns, report, &row, error);
    if (!status) {
        if (site.first < row.first_paragraph) site.first = row.first_paragraph;
        if (site.end > row.end_paragraph) site.end = row.end_paragraph;
        wy_topk_segment(&topk, best->segment);
        status = wy_search_exhaustive(&site, &topk, count, error);
    }
    if (!status) status = wy_topk_take(&topk, list, size);
    wy_site_close(&site);
    wy_topk_free(&topk);
    wy_arena_reset(arena);
    return status;
}

/* Puts the passages of each report that is shown in the place of its best one. */
static int expand(const wy_plan *plan, const wy_find_options *options, wy_top *top, wy_error *error)
{
    wy_arena arena;
    wy_arena_init(&arena, plan->mem);
    wy_match *all = NULL;
    size_t count = 0, capacity = 0;
    int status = WY_OK;
    top->groups = wy_calloc(plan->mem, (top->size + 1) * sizeof *top->groups);
    if (!top->groups) status = wy_fail_memory(error);
    top->group_count = status ? 0 : top->size;
    for (size_t i = options->skip; i < top->group_count && !status; i++) {
        wy_match *list = NULL;
        size_t size = 0;
        status = find_passages(plan, &top->list[i], options->passages, &arena, &list, &size,
                               &top->groups[i].matches, error);
        if (!status && !wy_grow(plan->mem, &all, &capacity, count + size, sizeof *all))
            status = wy_fail_memory(error);
        top->groups[i].first = count;
        for (size_t j = 0; j < size && !status; j++) all[count++] = list[j];
        top->groups[i].count = size;
        wy_free(plan->mem, list);
    }
    wy_arena_free(&arena);
    wy_free(plan->mem, top->list);
    top->list = all;
    top->size = count;
    return status;
}

int wy_group_find(const wy_plan *plan, const wy_find_options *options, wy_top *top, wy_error *error)
{
    wy_topk topk;
    gatherer g = {.plan = plan,
                  .order = options->order,
                  .grouped = options->passages > 0,
                  .segment = UINT32_MAX};
    wy_topk_begin(&topk, plan->scope, plan->mem, options->limit, error);
    if (options->limit) g.topk = &topk;
    int status = wy_visit_plan(plan, g.topk != NULL, false, gather, &g, error);
    if (!status) status = end_report(&g);
    if (!status) status = wy_topk_take(&topk, &top->list, &top->size);
    wy_topk_free(&topk);
    for (size_t i = 0; i < top->size && !status; i++)
        top->list[i].score = score_of(options->order, top->list[i].score);
    top->count = g.matches;
    top->reports = g.reports;
    return status || !g.grouped ? status : expand(plan, options, top, error);
}
