#include "api/view.h"

#include <string.h>

#include "base/error.h"
#include "segment/segment.h"
#include "text/fold.h"

static int collect(wy_snapshot *const *snapshots, size_t count, wy_view *v, wy_error *error)
{
    size_t total = 0;
    if (count == 1) { /* nothing is taken from memory: it would be a good part of a short search */
        v->segments = (const wy_segment *const *)snapshots[0]->segments;
        v->count = snapshots[0]->manifest.count;
        return WY_OK;
    }
    for (size_t i = 0; i < count; i++) {
        const char *identity = snapshots[i]->manifest.identity;
        if (strcmp(identity, snapshots[0]->manifest.identity) != 0)
            return wy_fail(error, WY_E_ANALYZER, snapshots[i]->index->folder, WY_NO_OFFSET,
                           "the index cuts text in another way (\"%s\") than the first one "
                           "searched (\"%s\")",
                           identity, snapshots[0]->manifest.identity);
        total += snapshots[i]->manifest.count;
    }
    v->snapshots = wy_alloc_array(v->mem, total + 1, sizeof *v->snapshots + sizeof *v->segments);
    if (!v->snapshots) return wy_fail_memory(error);
    const wy_segment **segments = (const wy_segment **)(void *)(v->snapshots + total + 1);
    v->segments = segments;
    for (size_t i = 0; i < count; i++) {
        for (size_t s = 0; s < snapshots[i]->manifest.count; s++) {
            segments[v->count] = snapshots[i]->segments[s];
            v->snapshots[v->count++] = i;
        }
    }
    return WY_OK;
}

/* ---- The filter ----------------------------------------------------------------------------- */

/* Whether `whole` has `part` in it; both folded, so that writings of one character meet. */
static bool contains(const wy_folded *whole, const wy_folded *part)
{
    if (part->length == 0) return true;
    const size_t bytes = part->length * sizeof *part->units;
    for (size_t at = 0; at + part->length <= whole->length; at++) {
        if (memcmp(whole->units + at, part->units, bytes) == 0) return true;
    }
    return false;
}

typedef struct sieve {
    const wy_filter *filter;
    wy_folded issuer, title; /* what is looked for */
    wy_folded text;          /* what is looked at */
    const wy_mem *mem;
    wy_error *error;
} sieve;

static int has_part(sieve *s, wy_string text, const wy_folded *part, bool *yes)
{
    if (!*yes || part->length == 0) return WY_OK;
    int status = wy_fold(&s->text, text.data, text.length, s->error);
    if (!status) *yes = contains(&s->text, part);
    return status;
}

static int report_passes(sieve *s, const wy_segment *segment, wy_store_reader *reader,
                         uint32_t number, bool *passes)
{
    wy_report report;
    wy_section *sections = NULL;
    *passes = true;
    int status =
        wy_segment_read_report(segment, reader, s->mem, number, &report, NULL, &sections, s->error);
    if (!status) status = has_part(s, report.issuer, &s->issuer, passes);
    if (!status) status = has_part(s, report.title, &s->title, passes);
    wy_free(s->mem, sections);
    return status;
}

/* Sets the bits of those paragraphs of one segment that pass and live. */
static int sift(sieve *s, const wy_segment *segment, uint8_t *bits)
{
    const wy_columns *columns = wy_segment_columns(segment);
    const uint8_t *live, *live_reports;
    wy_store_reader *reader = NULL;
    uint32_t first, end;
    int status = wy_segment_year_range(segment, s->filter->year_from, s->filter->year_to, &first,
                                       &end, s->error);
    if (!status) status = wy_segment_live_bits(segment, &live, &live_reports, s->error);
    if (!status)
        status = wy_store_reader_open(wy_segment_report_records(segment), &reader, s->error);
    for (uint32_t r = 0; r < wy_segment_reports(segment) && !status; r++) {
        wy_report_row row;
        bool passes = false;
        status = wy_columns_report(columns, r, &row, s->error);
        if (status || row.end_paragraph <= first || row.first_paragraph >= end) continue;
        if (live_reports && !wy_bit(live_reports, r)) continue;
        status = report_passes(s, segment, reader, r, &passes);
        for (uint32_t p = row.first_paragraph; passes && p < row.end_paragraph; p++)
            bits[p >> 3] |= (uint8_t)(1u << (p & 7));
    }
    wy_store_reader_close(reader);
    return status;
}

static int make_filter(wy_view *v, const wy_filter *filter, wy_error *error)
{
    sieve s = {.filter = filter, .mem = v->mem, .error = error};
    wy_folded_init(&s.issuer, v->mem);
    wy_folded_init(&s.title, v->mem);
    wy_folded_init(&s.text, v->mem);
    int status = wy_fold(&s.issuer, filter->issuer.data, filter->issuer.length, error);
    if (!status) status = wy_fold(&s.title, filter->title.data, filter->title.length, error);
    if (!status) {
        v->filter = wy_calloc(v->mem, (v->count + 1) * sizeof *v->filter);
        if (!v->filter) status = wy_fail_memory(error);
    }
    for (size_t i = 0; i < v->count && !status; i++) {
        v->filter[i] = wy_calloc(v->mem, (size_t)wy_segment_paragraphs(v->segments[i]) / 8 + 1);
        if (!v->filter[i]) status = wy_fail_memory(error);
        if (!status) status = sift(&s, v->segments[i], v->filter[i]);
    }
    wy_folded_free(&s.issuer);
    wy_folded_free(&s.title);
    wy_folded_free(&s.text);
    return status;
}

/* ---- Views ---------------------------------------------------------------------------------- */

int wy_view_open(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_filter *filter,
                 wy_view *out, wy_error *error)
{
    *out = (wy_view){0};
    if (snapshot_count == 0)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "no snapshot was given");
    if (filter->year_from < 0 || filter->year_to < 0)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "a year is below 0");
    out->index = snapshots[0]->index;
    out->mem = out->index->mem;
    int status = collect(snapshots, snapshot_count, out, error);
    const bool filtered = filter->issuer.length || filter->title.length;
    return status || !filtered ? status : make_filter(out, filter, error);
}

void wy_view_close(wy_view *v)
{
    if (!v->mem) return;
    for (size_t i = 0; v->filter && i < v->count; i++) wy_free(v->mem, v->filter[i]);
    wy_free(v->mem, v->filter);
    wy_free(v->mem, v->snapshots);
    *v = (wy_view){0};
}
