#include <wenyuan/search.h>

#include <stdio.h>
#include <string.h>

#include "api/results.h"
#include "result/result.h"
#include "segment/record.h"

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

/* Reads a paragraph; its text stays in the store's reader until the next. */
static int read_paragraph(const wy_segment *segment, wy_origin *from, uint32_t number,
                          const wy_record_ids *ids, wy_paragraph *out, wy_error *error)
{
    const uint8_t *data;
    size_t length;
    int status = wy_store_get(from->texts, number, &data, &length, error);
    if (status != WY_OK) return status;
    if (wy_record_get_paragraph(data, length, ids, out)) return WY_OK;
    return wy_sealed_damaged(wy_store_file(wy_segment_texts(segment)), WY_NO_OFFSET, error,
                             "a paragraph record is wrong");
}

/* Copies what the hit shows of its paragraph and of its report. */
static int load_paragraph(wy_results *r, const wy_segment *segment, wy_origin *from,
                          uint32_t number, const wy_report *report, const wy_record_ids *ids,
                          wy_hit *hit, wy_error *error)
{
    const wy_sealed *reports = wy_store_file(wy_segment_report_records(segment));
    wy_paragraph paragraph;
    int status = read_paragraph(segment, from, number, ids, &paragraph, error);
    if (status != WY_OK) return status;
    hit->year = report->year;
    hit->date = report->date;
    if (!copy_string(r, report->id, &hit->report) || !copy_string(r, report->title, &hit->title) ||
        !copy_string(r, report->issuer, &hit->issuer) ||
        !copy_string(r, report->source, &hit->source) ||
        !copy_string(r, paragraph.text, &hit->text) || !make_id(r, hit, paragraph.id, ids))
        return wy_fail_memory(error);
    return make_sections(r, hit, report, paragraph.section, reports, error);
}

/* The paragraphs around the hit, as far as its report goes. */
static int load_context(wy_results *r, const wy_segment *segment, wy_origin *from,
                        const wy_report_row *row, const wy_record_ids *ids, wy_hit *hit,
                        wy_error *error)
{
    const uint32_t own = row->first_paragraph + hit->paragraph - 1;
    const uint32_t before = own - row->first_paragraph, behind = row->end_paragraph - 1 - own;
    const uint32_t first = before < r->context ? row->first_paragraph : own - (uint32_t)r->context;
    const uint32_t last = behind < r->context ? row->end_paragraph - 1 : own + (uint32_t)r->context;
    wy_context *list = wy_arena_alloc(&r->arena, (last - first + 1) * sizeof *list);
    if (!list) return wy_fail_memory(error);
    hit->context = list;
    for (uint32_t p = first; p <= last; p++) {
        wy_paragraph paragraph;
        if (p == own) continue;
        int status = read_paragraph(segment, from, p, ids, &paragraph, error);
        if (status != WY_OK) return status;
        wy_context *to = &list[hit->context_count++];
        to->paragraph = p - row->first_paragraph + 1;
        if (!copy_string(r, paragraph.text, &to->text)) return wy_fail_memory(error);
    }
    return WY_OK;
}

static int open_readers(const wy_segment *segment, wy_origin *from, wy_error *error)
{
    int status = WY_OK;
    if (!from->texts) status = wy_store_reader_open(wy_segment_texts(segment), &from->texts, error);
    if (status == WY_OK && !from->records)
        status = wy_store_reader_open(wy_segment_report_records(segment), &from->records, error);
    return status;
}

/* Where hit `i` stands among the others. */
static void place_hit(const wy_results *r, size_t i, wy_hit *hit)
{
    hit->rank = r->offset + i + 1;
    if (!r->by_report) return;
    size_t low = r->offset, high = r->top.group_count; /* group low begins at i or before */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (r->top.groups[middle].first <= i)
            low = middle;
        else
            high = middle;
    }
    hit->rank = i - r->top.groups[low].first + 1;
    hit->report_rank = low + 1;
    hit->report_matches = r->top.groups[low].matches;
}

static int mark(wy_results *r, size_t i, const wy_segment *segment, wy_hit *hit, wy_error *error)
{
    wy_analyzer *analyzer = NULL; /* taken for the moment: many results may be open at once */
    int status = wy_index_take_analyzer(r->view.index, &analyzer, error);
    if (status == WY_OK)
        status = wy_mark(analyzer, hit->text.data, hit->text.length, r->top.patterns,
                         r->top.pattern_count, r->snippet_chars, r->mem, &r->spans[i],
                         &hit->highlight_count, &hit->snippet, error);
    wy_index_give_analyzer(r->view.index, analyzer);
    if (status == WY_E_ENCODING) /* none but UTF-8 was ever stored */
        status = wy_sealed_damaged(wy_store_file(wy_segment_texts(segment)), WY_NO_OFFSET, error,
                                   "the text of a paragraph is not UTF-8");
    hit->highlights = r->spans[i];
    return status;
}

static int load_hit(wy_results *r, size_t i, wy_hit *hit, wy_error *error)
{
    const wy_match *match = &r->top.list[r->by_report ? i : r->offset + i];
    const wy_segment *segment = r->view.segments[match->segment];
    wy_origin *from = &r->origins[match->segment];
    const wy_columns *columns = wy_segment_columns(segment);
    uint32_t number;
    wy_report_row row;
    wy_report report;
    wy_record_ids ids;
    wy_section *sections = NULL;
    int status = open_readers(segment, from, error);
    if (status == WY_OK) status = wy_columns_report_of(columns, match->paragraph, &number, error);
    if (status == WY_OK) status = wy_columns_report(columns, number, &row, error);
    if (status != WY_OK) return status;
    place_hit(r, i, hit);
    hit->score = (double)match->score / WY_SCORE_ONE;
    hit->snapshot = wy_view_snapshot(&r->view, match->segment);
    hit->paragraph = match->paragraph - row.first_paragraph + 1;
    status = wy_segment_read_report(segment, from->records, r->mem, number, &report, &ids,
                                    &sections, error);
    if (status == WY_OK)
        status = load_paragraph(r, segment, from, match->paragraph, &report, &ids, hit, error);
    if (status == WY_OK && r->context)
        status = load_context(r, segment, from, &row, &ids, hit, error);
    wy_free(r->mem, sections);
    return status == WY_OK ? mark(r, i, segment, hit, error) : status;
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
