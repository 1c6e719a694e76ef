/*
 * query/cursor_leaf.c: cursors over one posting list, over a range of ids, and over the paragraphs
 * of the reports whose titles match.
 */
#include "query/cursor.h"

#include "base/error.h"

int wy_lane_open(const wy_site *site, const wy_node *node, uint32_t term, wy_lane **out,
                 wy_error *error)
{
    const wy_plan_term *t = &site->plan->terms[term];
    *out = NULL;
    if (!t->found[site->number]) return WY_OK;
    wy_lane *lane = wy_arena_alloc(site->arena, sizeof *lane);
    if (!lane) return wy_fail_memory(error);
    lane->doc = WY_NO_DOC;
    lane->at = 0;
    lane->loaded = UINT32_MAX;
    lane->meet = wy_meet_get();
    lane->weight = node->weight;
    const wy_norms *norms = site->plan->norms[t->field];
    lane->k = norms ? norms->k : NULL;
    lane->lengths = site->lengths[t->field];
    lane->written = site->written[t->field];
    lane->searched = site->plan->average[t->field];
    *out = lane;
    return wy_segment_term_postings(site->segment, &t->place[site->number], &lane->postings, error);
}

/* ---- A word ------------------------------------------------------------------------------- */

typedef struct term_cursor {
    wy_cursor base;
    wy_lane *lane;
} term_cursor;

static int term_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    term_cursor *c = (term_cursor *)cursor;
    int status = wy_lane_seek(c->lane, target, error);
    c->base.doc = c->lane->doc;
    return status;
}

static int term_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    term_cursor *c = (term_cursor *)cursor;
    uint32_t freq;
    int status = wy_lane_freq(c->lane, &freq, error);
    if (!status) *out = wy_lane_score_of(c->lane, c->base.doc, freq);
    return status;
}

static int term_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    return wy_lane_freq(((term_cursor *)cursor)->lane, out, error);
}

static int term_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                      wy_error *error)
{
    wy_lane *lane = ((term_cursor *)cursor)->lane;
    int status = wy_lane_shallow(lane, target, error);
    *last = lane->postings.block_last;
    *out = wy_lane_bound_of(lane, wy_lane_impact(lane, *last), lane->weight);
    return status;
}

static const wy_cursor_ops term_ops = {
    .seek = term_seek, .score = term_score, .freq = term_freq, .bound = term_bound};

int wy_cursor_term(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                   wy_error *error)
{
    *out = NULL;
    wy_lane *lane;
    int status = wy_lane_open(site, node, node->words[0].term, &lane, error);
    if (status || !lane) return status;
    term_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c = (term_cursor){.base = {.ops = &term_ops, .cost = lane->postings.count}, .lane = lane};
    c->base.max = wy_lane_bound_of(lane, lane->postings.list_impact, lane->weight);
    *out = &c->base;
    return term_seek(*out, first, error);
}

/* ---- A range of ids ------------------------------------------------------------------------ */

typedef struct range_cursor {
    wy_cursor base;
    uint32_t first, end;
} range_cursor;

static int range_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    range_cursor *c = (range_cursor *)cursor;
    (void)error;
    if (target < c->first) target = c->first;
    c->base.doc = target < c->end ? target : WY_NO_DOC;
    return WY_OK;
}

static int range_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    (void)cursor;
    (void)error;
    *out = 0;
    return WY_OK;
}

static int range_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                       wy_error *error)
{
    (void)cursor;
    (void)target;
    (void)error;
    *last = WY_NO_DOC;
    *out = 0;
    return WY_OK;
}

static const wy_cursor_ops range_ops = {
    .seek = range_seek, .score = range_score, .bound = range_bound};

bool wy_cursor_is_range(const wy_cursor *cursor, uint32_t *end)
{
    if (cursor->ops != &range_ops) return false;
    *end = ((const range_cursor *)cursor)->end;
    return true;
}

int wy_cursor_range(wy_site *site, uint32_t first, uint32_t end, wy_cursor **out, wy_error *error)
{
    range_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c = (range_cursor){.base = {.ops = &range_ops}, .first = first, .end = end};
    c->base.cost = end > first ? end - first : 0;
    *out = &c->base;
    return range_seek(*out, site->first, error);
}

/* ---- Titles -------------------------------------------------------------------------------- */

/* Turns the reports of `reports` into their paragraphs, all of them with the report's score. */
typedef struct title_cursor {
    wy_cursor base;
    wy_cursor *reports;
    const wy_columns *columns;
    uint32_t paragraphs;
    uint32_t end; /* of the paragraphs of the report at hand */
} title_cursor;

static int title_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    title_cursor *c = (title_cursor *)cursor;
    if (target < c->end) {
        if (c->base.doc < target) c->base.doc = target;
        return WY_OK;
    }
    c->base.doc = WY_NO_DOC;
    if (target >= c->paragraphs) return WY_OK;
    uint32_t report;
    int status = wy_columns_report_of(c->columns, target, &report, error);
    if (!status && c->reports->doc < report) status = wy_cursor_seek(c->reports, report, error);
    while (!status && c->reports->doc != WY_NO_DOC) {
        wy_report_row row;
        status = wy_columns_report(c->columns, c->reports->doc, &row, error);
        if (status) break;
        uint32_t doc = row.first_paragraph > target ? row.first_paragraph : target;
        if (doc < row.end_paragraph) {
            c->base.doc = doc;
            c->end = row.end_paragraph;
            break;
        }
        status = wy_cursor_seek(c->reports, c->reports->doc + 1, error);
    }
    return status;
}

static int title_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    return wy_cursor_check(((title_cursor *)cursor)->reports, match, error);
}

static int title_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    return wy_cursor_score(((title_cursor *)cursor)->reports, out, error);
}

static int title_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    return wy_cursor_peek(((title_cursor *)cursor)->reports, out, error);
}

static int title_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                       wy_error *error)
{
    title_cursor *c = (title_cursor *)cursor;
    *last = WY_NO_DOC;
    *out = 0;
    if (target >= c->paragraphs) return WY_OK;
    uint32_t report, last_report;
    int status = wy_columns_report_of(c->columns, target, &report, error);
    if (!status) status = wy_cursor_bound(c->reports, report, &last_report, out, error);
    if (status || last_report == WY_NO_DOC) return status;
    wy_report_row row;
    status = wy_columns_report(c->columns, last_report, &row, error);
    if (!status) *last = row.end_paragraph > target ? row.end_paragraph - 1 : target;
    return status;
}

static const wy_cursor_ops title_ops = {.seek = title_seek,
                                        .check = title_check,
                                        .score = title_score,
                                        .peek = title_peek,
                                        .bound = title_bound};

int wy_cursor_title(wy_site *site, const wy_node *node, wy_cursor **out, wy_error *error)
{
    *out = NULL;
    wy_cursor *reports;
    int status = node->kind == WY_NODE_TERM ? wy_cursor_term(site, node, 0, &reports, error)
                                            : wy_cursor_phrase(site, node, 0, &reports, error);
    if (status || !reports) return status;
    title_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    uint32_t paragraphs = wy_segment_paragraphs(site->segment);
    uint32_t count = wy_segment_reports(site->segment);
    *c = (title_cursor){.base = {.ops = &title_ops, .max = reports->max},
                        .reports = reports,
                        .columns = wy_segment_columns(site->segment),
                        .paragraphs = paragraphs};
    c->base.cost = reports->cost * (paragraphs / (count ? count : 1) + 1);
    *out = &c->base;
    return title_seek(*out, site->first, error);
}
