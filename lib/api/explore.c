#include <wenyuan/explore.h>

#include "base/options.h"
#include "api/view.h"
#include "base/error.h"
#include "result/facets.h"
#include "segment/record.h"

/* What is handed out, with its memory. */
typedef struct owned_counts {
    wy_counts shown; /* first: a wy_counts is one of these */
    wy_allocator hooks;
    wy_facets facets;
} owned_counts;

typedef struct counter {
    const wy_view *view;
    const wy_count_options *options;
    const wy_mem *mem;
    wy_facets *facets;
    wy_count total;

    /* The report at hand. */
    uint32_t segment;
    wy_report_row row;
    bool in_report;
    size_t place;         /* of its year or issuer */
    wy_report report;     /* by section: with its sections */
    wy_section *sections; /* from mem */
    wy_record_ids ids;

    /* Of the segment. */
    wy_store_reader *texts, *records;
} counter;

/* ---- All there is in a year ------------------------------------------------------------------ */

static uint64_t count_bits(const uint8_t *bits, uint32_t first, uint32_t end)
{
    if (!bits) return end - first;
    uint64_t count = 0;
    uint32_t i = first;
    for (; i < end && i % 8; i++) count += (uint64_t)wy_bit(bits, i);
    for (; end - i >= 8; i += 8) count += (uint64_t)__builtin_popcount(bits[i >> 3]);
    for (; i < end; i++) count += (uint64_t)wy_bit(bits, i);
    return count;
}

/* Reports first .. end with a paragraph that passes: a filter lets a whole report pass or none. */
static int count_filtered(const wy_columns *columns, const uint8_t *filter, uint32_t first,
                          uint32_t end, uint64_t *count, wy_error *error)
{
    for (uint32_t i = first; i < end; i++) {
        wy_report_row row;
        int status = wy_columns_report(columns, i, &row, error);
        if (status != WY_OK) return status;
        *count += row.end_paragraph > row.first_paragraph && wy_bit(filter, row.first_paragraph);
    }
    return WY_OK;
}

static int add_year(counter *c, const wy_segment *segment, const uint8_t *filter,
                    const wy_year_row *row, wy_error *error)
{
    const uint8_t *live, *live_reports;
    uint64_t reports = 0;
    size_t place;
    int status = wy_segment_live_bits(segment, &live, &live_reports, error);
    if (status == WY_OK && filter)
        status = count_filtered(wy_segment_columns(segment), filter, row->first_report,
                                row->end_report, &reports, error);
    else
        reports = count_bits(live_reports, row->first_report, row->end_report);
    if (status != WY_OK || reports == 0) return status;
    status = wy_facets_year(c->facets, row->year, &place, error);
    if (status != WY_OK) return status;
    wy_count *count = &c->facets->list[place];
    uint64_t paragraphs =
        count_bits(filter ? filter : live, row->first_paragraph, row->end_paragraph);
    count->all_reports += reports;
    count->all_paragraphs += paragraphs;
    c->total.all_reports += reports;
    c->total.all_paragraphs += paragraphs;
    return WY_OK;
}

static int add_years(counter *c, wy_error *error)
{
    const int32_t from = c->options->year_from, to = c->options->year_to;
    for (size_t s = 0; s < c->view->count; s++) {
        const wy_columns *columns = wy_segment_columns(c->view->segments[s]);
        const uint8_t *filter = c->view->filter ? c->view->filter[s] : NULL;
        for (uint32_t i = 0; i < wy_columns_years(columns); i++) {
            wy_year_row row;
            int status = wy_columns_year(columns, i, &row, error);
            if (status != WY_OK) return status;
            if ((from || to) && row.year == 0) continue;
            if ((from && row.year < from) || (to && row.year > to)) continue;
            status = add_year(c, c->view->segments[s], filter, &row, error);
            if (status != WY_OK) return status;
        }
    }
    return WY_OK;
}

/* ---- Matches -------------------------------------------------------------------------------- */

static void end_segment(counter *c)
{
    wy_store_reader_close(c->texts);
    wy_store_reader_close(c->records);
    wy_free(c->mem, c->sections);
    c->texts = c->records = NULL;
    c->sections = NULL;
    c->in_report = false;
}

static int begin_segment(counter *c, uint32_t number, wy_error *error)
{
    const wy_segment *segment = c->view->segments[number];
    int status = WY_OK;
    end_segment(c);
    c->segment = number;
    if (c->options->by != WY_BY_YEAR)
        status = wy_store_reader_open(wy_segment_report_records(segment), &c->records, error);
    if (status == WY_OK && c->options->by == WY_BY_SECTION)
        status = wy_store_reader_open(wy_segment_texts(segment), &c->texts, error);
    return status;
}

static int begin_report(counter *c, uint32_t paragraph, wy_error *error)
{
    const wy_segment *segment = c->view->segments[c->segment];
    const wy_columns *columns = wy_segment_columns(segment);
    uint32_t number;
    int status = wy_columns_report_of(columns, paragraph, &number, error);
    if (status == WY_OK) status = wy_columns_report(columns, number, &c->row, error);
    if (status != WY_OK) return status;
    c->in_report = true;
    c->total.reports++;
    if (c->options->by == WY_BY_YEAR)
        return wy_facets_year(c->facets, c->row.year, &c->place, error);
    wy_free(c->mem, c->sections);
    status = wy_segment_read_report(segment, c->records, c->mem, number, &c->report, &c->ids,
                                    &c->sections, error);
    if (status == WY_OK && c->options->by == WY_BY_ISSUER)
        status = wy_facets_key(c->facets, c->report.issuer, &c->place, error);
    return status;
}

/* The place of the outermost heading above the paragraph. */
static int find_section(counter *c, uint32_t number, wy_error *error)
{
    const wy_store *texts = wy_segment_texts(c->view->segments[c->segment]);
    const uint8_t *data;
    size_t length;
    wy_paragraph paragraph;
    int status = wy_store_get(c->texts, number, &data, &length, error);
    if (status != WY_OK) return status;
    if (!wy_record_get_paragraph(data, length, &c->ids, &paragraph) ||
        paragraph.section > c->report.section_count)
        return wy_sealed_damaged(wy_store_file(texts), WY_NO_OFFSET, error,
                                 "a paragraph record is wrong");
    wy_string heading = {0};
    /* Parents come before their children, so this ends. */
    for (uint32_t s = paragraph.section; s; s = c->sections[s - 1].parent)
        heading = c->sections[s - 1].heading;
    return wy_facets_key(c->facets, wy_heading_words(heading), &c->place, error);
}

static int count_matches(void *context, const wy_visited *matches, wy_error *error)
{
    counter *c = context;
    int status = matches->segment == c->segment ? WY_OK : begin_segment(c, matches->segment, error);
    for (size_t i = 0; i < matches->count && status == WY_OK; i++) {
        const uint32_t paragraph = matches->paragraphs[i];
        if (!c->in_report || paragraph >= c->row.end_paragraph)
            status = begin_report(c, paragraph, error);
        if (status == WY_OK && c->options->by == WY_BY_SECTION)
            status = find_section(c, paragraph, error);
        if (status != WY_OK) break;
        wy_facets_add(c->facets, c->place, c->total.reports, matches->occurrences[i]);
        c->total.paragraphs++;
        c->total.occurrences += matches->occurrences[i];
    }
    return status;
}

static int count_query(counter *c, const wy_query *query, wy_error *error)
{
    wy_analyzer *analyzer = NULL;
    wy_scope scope = wy_view_scope(c->view);
    const wy_visit_options how = {.counted = true,
                                  .spares = &c->view->index->spares,
                                  .year_from = c->options->year_from,
                                  .year_to = c->options->year_to,
                                  .filter = (const uint8_t *const *)c->view->filter};
    int status = wy_index_take_analyzer(c->view->index, &analyzer, error);
    if (status == WY_OK)
        status = wy_visit(&scope, query, analyzer, c->mem, &how, count_matches, c, error);
    wy_index_give_analyzer(c->view->index, analyzer);
    end_segment(c);
    return status;
}

/* ---- The call ------------------------------------------------------------------------------- */

static int make(const wy_view *view, const wy_query *query, const wy_count_options *o,
                owned_counts *made, wy_error *error)
{
    const bool years = o->by == WY_BY_YEAR;
    counter c = {.view = view,
                 .options = o,
                 .mem = &made->hooks,
                 .facets = &made->facets,
                 .segment = UINT32_MAX};
    int status = years ? add_years(&c, error) : WY_OK;
    if (status == WY_OK) status = count_query(&c, query, error);
    if (status != WY_OK) return status;
    wy_facets_order(&made->facets, years);
    made->shown.list = made->facets.list;
    made->shown.keys = made->shown.size = made->facets.size;
    if (!years && o->limit && made->shown.size > o->limit) made->shown.size = o->limit;
    made->shown.total = c.total;
    return WY_OK;
}

int wy_counts_make(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_query *query,
                   const wy_count_options *options, wy_counts **out, wy_error *error)
{
    wy_count_options o;
    wy_view view = {0};
    int status = wy_options_take(&o, sizeof o, options, error);
    if (status != WY_OK) return status;
    if (o.by < WY_BY_YEAR || o.by > WY_BY_SECTION)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "there is no key %d", o.by);
    const wy_filter filter = {o.year_from, o.year_to, o.issuer, o.title};
    status = wy_view_open(snapshots, snapshot_count, &filter, &view, error);
    owned_counts *made = NULL;
    if (status == WY_OK && !(made = wy_calloc(view.mem, sizeof *made)))
        status = wy_fail_memory(error);
    if (status == WY_OK) {
        made->hooks = *view.mem;
        wy_facets_init(&made->facets, &made->hooks);
        status = make(&view, query, &o, made, error);
    }
    wy_view_close(&view);
    if (status == WY_OK)
        *out = &made->shown;
    else if (made)
        wy_counts_free(&made->shown);
    return status;
}

void wy_counts_free(wy_counts *counts)
{
    if (!counts) return;
    owned_counts *made = (owned_counts *)(void *)counts; /* shown is its first member */
    const wy_allocator hooks = made->hooks;
    wy_facets_free(&made->facets);
    wy_free(&hooks, made);
}
