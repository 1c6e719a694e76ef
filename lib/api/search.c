#include <wenyuan/search.h>

#include <stdio.h>
#include <string.h>

#include "api/options.h"
#include "base/arena.h"
#include "index/index.h"
#include "query/query.h"
#include "result/result.h"
#include "segment/record.h"

enum { LIMIT_DEFAULT = 10, SNIPPET_DEFAULT = 120 };

/* Where a segment of the scope comes from, and how to read its records. Readers are opened when a
 * hit of the segment is first looked at. */
typedef struct origin {
    const wy_segment *segment;
    size_t snapshot;
    wy_store_reader *texts, *records;
} origin;

struct wy_results {
    const wy_mem *mem;
    wy_index *index; /* of the first snapshot: its analyzers mark the hits */
    wy_top top;
    size_t offset; /* matches in top before the first hit */
    size_t snippet_chars;
    origin *origins;
    size_t origin_count;
    wy_hit **hits;   /* NULL: not looked at yet */
    wy_arena arena;  /* what hits point to */
    wy_span **spans; /* of each hit, from mem */
};

/* ---- Searching ----------------------------------------------------------------------------------
 */

static int collect(wy_results *r, wy_snapshot *const *snapshots, size_t count,
                   const wy_segment ***segments, wy_error *error)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        const char *identity = snapshots[i]->manifest.identity;
        if (strcmp(identity, snapshots[0]->manifest.identity) != 0)
            return wy_fail(error, WY_E_ANALYZER, snapshots[i]->index->folder, WY_NO_OFFSET,
                           "the index cuts text in another way (\"%s\") than the first one "
                           "searched (\"%s\")",
                           identity, snapshots[0]->manifest.identity);
        total += snapshots[i]->manifest.count;
    }
    r->origins = wy_calloc(r->mem, (total + 1) * sizeof *r->origins);
    *segments = wy_alloc_array(r->mem, total, sizeof(wy_segment *));
    if (!r->origins || !*segments) return wy_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        for (size_t s = 0; s < snapshots[i]->manifest.count; s++) {
            (*segments)[r->origin_count] = snapshots[i]->segments[s];
            r->origins[r->origin_count].segment = snapshots[i]->segments[s];
            r->origins[r->origin_count].snapshot = i;
            r->origin_count++;
        }
    }
    return WY_OK;
}

static int check_options(wy_search_options *o, const wy_search_options *given, wy_error *error)
{
    int status = wy_options_take(o, sizeof *o, given, error);
    if (status != WY_OK) return status;
    if (!o->limit && !o->count) o->limit = LIMIT_DEFAULT;
    if (!o->snippet_chars) o->snippet_chars = SNIPPET_DEFAULT;
    if (o->limit > UINT32_MAX || o->offset > UINT32_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET, "too many hits were asked for");
    if (o->year_from < 0 || o->year_to < 0)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "a year is below 0");
    return WY_OK;
}

int wy_search(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_query *query,
              const wy_search_options *options, wy_results **out, wy_error *error)
{
    wy_search_options o;
    int status = check_options(&o, options, error);
    if (status != WY_OK) return status;
    if (snapshot_count == 0)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "no snapshot was given");
    wy_index *index = snapshots[0]->index;
    const wy_segment **segments = NULL;
    wy_analyzer *analyzer = NULL;
    wy_results *r = wy_calloc(index->mem, sizeof *r);
    if (!r) return wy_fail_memory(error);
    r->mem = index->mem;
    r->index = index;
    r->snippet_chars = o.snippet_chars;
    wy_arena_init(&r->arena, r->mem);
    status = collect(r, snapshots, snapshot_count, &segments, error);
    if (status == WY_OK) status = wy_index_take_analyzer(index, &analyzer, error);
    if (status == WY_OK) {
        wy_scope scope = {segments, r->origin_count};
        wy_find_options find = {o.limit ? o.limit + o.offset : 0, o.count, o.exhaustive,
                                o.year_from, o.year_to};
        status = wy_find(&scope, query, analyzer, r->mem, &find, &r->top, error);
    }
    wy_index_give_analyzer(index, analyzer);
    if (status == WY_OK) {
        r->offset = o.offset < r->top.size ? o.offset : r->top.size;
        size_t hits = r->top.size - r->offset;
        if (hits) { /* else, as for a count alone, there is nothing to look at */
            r->hits = wy_calloc(r->mem, hits * sizeof *r->hits);
            r->spans = wy_calloc(r->mem, hits * sizeof *r->spans);
            if (!r->hits || !r->spans) status = wy_fail_memory(error);
        }
    }
    wy_free(index->mem, segments);
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
    for (size_t i = 0; i < r->origin_count; i++) {
        wy_store_reader_close(r->origins[i].texts);
        wy_store_reader_close(r->origins[i].records);
    }
    if (r->spans)
        for (size_t i = 0; i < r->top.size - r->offset; i++) wy_free(r->mem, r->spans[i]);
    wy_free(r->mem, r->origins);
    wy_free(r->mem, r->hits);
    wy_free(r->mem, r->spans);
    wy_top_free(&r->top);
    wy_arena_free(&r->arena);
    wy_free(r->mem, r);
}

size_t wy_results_size(const wy_results *r)
{
    return r->top.size - r->offset;
}

uint64_t wy_results_count(const wy_results *r)
{
    return r->top.count;
}

/* ---- Hits ---------------------------------------------------------------------------------- */

static bool copy_string(wy_results *r, wy_string from, wy_string *to)
{
    char *copy = wy_arena_strndup(&r->arena, from.data, from.length);
    *to = (wy_string){copy, from.length};
    return copy != NULL;
}

/* The paragraph's own id, or one made of the report's and its number. */
static bool make_id(wy_results *r, wy_hit *hit, wy_string own, const wy_record_ids *ids)
{
    if (own.length) return copy_string(r, own, &hit->id);
    if (ids->numbered) {
        char *made = wy_arena_alloc(&r->arena, ids->prefix.length + 21);
        if (made) hit->id = (wy_string){made, wy_record_id(ids, hit->paragraph - 1, made)};
        return made != NULL;
    }
    char number[16];
    int digits = snprintf(number, sizeof number, "#%u", (unsigned)hit->paragraph);
    size_t length = hit->report.length + (size_t)digits;
    char *id = wy_arena_alloc(&r->arena, length + 1);
    if (!id) return false;
    memcpy(id, hit->report.data, hit->report.length);
    memcpy(id + hit->report.length, number, (size_t)digits + 1);
    hit->id = (wy_string){id, length};
    return true;
}

/* The path of headings to section `number`, outermost first. */
static int make_sections(wy_results *r, wy_hit *hit, const wy_report *report, uint32_t number,
                         const wy_sealed *file, wy_error *error)
{
    size_t depth = 0;
    if (number > report->section_count)
        return wy_sealed_damaged(file, WY_NO_OFFSET, error,
                                 "a paragraph is in a section that its report does not have");
    /* Parents come before their children, so this ends. */
    for (uint32_t s = number; s; s = report->sections[s - 1].parent) depth++;
    wy_string *path = wy_arena_alloc(&r->arena, (depth + 1) * sizeof *path);
    if (!path) return wy_fail_memory(error);
    hit->section = path;
    hit->section_count = depth;
    for (uint32_t s = number; s; s = report->sections[s - 1].parent)
        if (!copy_string(r, report->sections[s - 1].heading, &path[--depth]))
            return wy_fail_memory(error);
    return WY_OK;
}

/* Reads the paragraph, whose text stays in the store's reader until the next, and copies what the
 * hit shows of it and of its report. */
static int load_paragraph(wy_results *r, origin *from, uint32_t number, const wy_report *report,
                          const wy_record_ids *ids, wy_hit *hit, wy_error *error)
{
    const wy_store *texts = wy_segment_texts(from->segment);
    const wy_sealed *reports = wy_store_file(wy_segment_report_records(from->segment));
    const uint8_t *data;
    size_t length;
    wy_paragraph paragraph;
    int status = wy_store_get(from->texts, number, &data, &length, error);
    if (status != WY_OK) return status;
    if (!wy_record_get_paragraph(data, length, ids, &paragraph))
        return wy_sealed_damaged(wy_store_file(texts), WY_NO_OFFSET, error,
                                 "a paragraph record is wrong");
    hit->year = report->year;
    hit->date = report->date;
    if (!copy_string(r, report->id, &hit->report) || !copy_string(r, report->title, &hit->title) ||
        !copy_string(r, report->issuer, &hit->issuer) ||
        !copy_string(r, report->source, &hit->source) ||
        !copy_string(r, paragraph.text, &hit->text) || !make_id(r, hit, paragraph.id, ids))
        return wy_fail_memory(error);
    return make_sections(r, hit, report, paragraph.section, reports, error);
}

static int open_readers(origin *from, wy_error *error)
{
    int status = WY_OK;
    if (!from->texts)
        status = wy_store_reader_open(wy_segment_texts(from->segment), &from->texts, error);
    if (status == WY_OK && !from->records)
        status =
            wy_store_reader_open(wy_segment_report_records(from->segment), &from->records, error);
    return status;
}

static int load_hit(wy_results *r, size_t i, wy_hit *hit, wy_error *error)
{
    const wy_match *match = &r->top.list[r->offset + i];
    origin *from = &r->origins[match->segment];
    const wy_columns *columns = wy_segment_columns(from->segment);
    uint32_t ordinal;
    wy_report_row row;
    const uint8_t *data;
    size_t length;
    wy_report report;
    wy_record_ids ids;
    wy_section *sections = NULL;
    int status = open_readers(from, error);
    if (status == WY_OK) status = wy_columns_report_of(columns, match->paragraph, &ordinal, error);
    if (status == WY_OK) status = wy_columns_report(columns, ordinal, &row, error);
    if (status == WY_OK) status = wy_store_get(from->records, ordinal, &data, &length, error);
    if (status != WY_OK) return status;
    hit->rank = r->offset + i + 1;
    hit->score = (double)match->score / WY_SCORE_ONE;
    hit->snapshot = from->snapshot;
    hit->paragraph = match->paragraph - row.first_paragraph + 1;
    status = wy_record_get_report(r->mem, data, length, &report, &ids, &sections, error);
    if (status == WY_E_DAMAGED)
        status = wy_sealed_damaged(wy_store_file(wy_segment_report_records(from->segment)),
                                   WY_NO_OFFSET, error, "a report record is wrong");
    if (status == WY_OK)
        status = load_paragraph(r, from, match->paragraph, &report, &ids, hit, error);
    wy_free(r->mem, sections);
    wy_analyzer *analyzer = NULL; /* taken for the moment: many results may be open at once */
    if (status == WY_OK) status = wy_index_take_analyzer(r->index, &analyzer, error);
    if (status == WY_OK)
        status = wy_mark(analyzer, hit->text.data, hit->text.length, r->top.patterns,
                         r->top.pattern_count, r->snippet_chars, r->mem, &r->spans[i],
                         &hit->highlight_count, &hit->snippet, error);
    wy_index_give_analyzer(r->index, analyzer);
    if (status == WY_E_ENCODING) /* none but UTF-8 was ever stored */
        status = wy_sealed_damaged(wy_store_file(wy_segment_texts(from->segment)), WY_NO_OFFSET,
                                   error, "the text of a paragraph is not UTF-8");
    hit->highlights = r->spans[i];
    return status;
}

int wy_results_hit(wy_results *r, size_t i, const wy_hit **out, wy_error *error)
{
    if (i >= wy_results_size(r))
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "there is no hit %zu", i);
    if (!r->hits[i]) {
        wy_hit *hit = wy_arena_alloc(&r->arena, sizeof *hit);
        if (!hit) return wy_fail_memory(error);
        memset(hit, 0, sizeof *hit);
        int status = load_hit(r, i, hit, error);
        if (status != WY_OK) {
            wy_free(r->mem, r->spans[i]);
            r->spans[i] = NULL;
            return status;
        }
        r->hits[i] = hit;
    }
    *out = r->hits[i];
    return WY_OK;
}
