#include "index/salvage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "index/validate.h"
#include "index/writer.h"

/* A damaged segment: each file as far as it can be opened, else NULL. */
typedef struct wreck {
    wy_salvage *salvage;
    const wy_segment_info *info;
    const wy_mem *mem;
    wy_store *texts, *records;
    wy_store_reader *text_reader, *record_reader;
    wy_columns *columns;
    wy_live *live;
    const uint8_t *live_reports; /* NULL: all live, or not known */
    bool doubtful;               /* which are live cannot be read */
    uint32_t reports, paragraphs;
    uint32_t *first; /* paragraph of each report, and of one more; UINT32_MAX: not known */
} wreck;

void wy_salvage_init(wy_salvage *s, const wy_index *index, wy_repair_fn tell, void *context,
                     wy_repair_result *result)
{
    memset(s, 0, sizeof *s);
    s->index = index;
    s->tell = tell;
    s->context = context;
    s->result = result;
    wy_strmap_init(&s->ids, index->mem);
    wy_arena_init(&s->arena, index->mem);
}

void wy_salvage_free(wy_salvage *s)
{
    wy_strmap_free(&s->ids);
    wy_arena_free(&s->arena);
}

static int note_id(wy_salvage *s, wy_string id, wy_error *error)
{
    return wy_strmap_put(&s->ids, id.data, id.length, NULL) ? WY_OK : wy_fail_memory(error);
}

int wy_salvage_skip(wy_salvage *s, const wy_segment_info *info, wy_error *error)
{
    const wy_index *index = s->index;
    const uint8_t *paragraphs, *reports;
    wy_segment *segment = NULL;
    wy_store_reader *reader = NULL;
    int status = wy_segment_open(index->env, index->mem, index->folder, info, &segment, error);
    if (status == WY_OK) status = wy_segment_live_bits(segment, &paragraphs, &reports, error);
    if (status == WY_OK)
        status = wy_store_reader_open(wy_segment_report_records(segment), &reader, error);
    for (uint32_t i = 0; status == WY_OK && i < info->reports; i++) {
        wy_report report;
        wy_section *sections;
        if (reports && !wy_bit(reports, i)) continue;
        status = wy_segment_read_report(segment, reader, index->mem, i, &report, NULL, &sections,
                                        error);
        if (status == WY_OK) status = note_id(s, report.id, error);
        wy_free(index->mem, sections);
    }
    wy_store_reader_close(reader);
    wy_segment_close(segment);
    return status;
}

/* ---- Opening what is left ----------------------------------------------------------------------
 */

/* Damage is what is expected here; all else ends the repair. */
static bool is_damage(int status)
{
    return status == WY_E_DAMAGED || status == WY_E_NOT_FOUND;
}

static int tolerate(int status)
{
    return is_damage(status) ? WY_OK : status;
}

static int open_store(wreck *w, wy_component component, bool known, wy_store **store,
                      wy_store_reader **reader, wy_error *error)
{
    const wy_index *index = w->salvage->index;
    const wy_seal *seal = &w->info->seals[component];
    char *path = wy_component_path(w->mem, index->folder, w->info->number, component);
    if (!path) return wy_fail_memory(error);
    int status = wy_store_open(index->env, w->mem, path, known ? seal : NULL, store, error);
    if (status == WY_E_DAMAGED)
        status = wy_store_open_damaged(index->env, w->mem, path, known ? seal->size : 0, store,
                                       error);
    wy_free(w->mem, path);
    if (status == WY_OK) status = wy_store_reader_open(*store, reader, error);
    return tolerate(status);
}

static int open_columns(wreck *w, bool known, wy_error *error)
{
    const wy_index *index = w->salvage->index;
    const wy_seal *seal = &w->info->seals[WY_COMPONENT_COLUMNS];
    char *path = wy_component_path(w->mem, index->folder, w->info->number, WY_COMPONENT_COLUMNS);
    if (!path) return wy_fail_memory(error);
    int status = wy_columns_open(index->env, w->mem, path, known ? seal : NULL, &w->columns, error);
    wy_free(w->mem, path);
    if (status == WY_OK) status = wy_columns_check(w->columns, error);
    if (status == WY_OK && ((w->records && wy_columns_reports(w->columns) !=
                                               wy_store_count(w->records)) ||
                            (w->texts && wy_columns_paragraphs(w->columns) !=
                                             wy_store_count(w->texts))))
        status = WY_E_DAMAGED;
    if (status != WY_OK) {
        wy_columns_close(w->columns);
        w->columns = NULL;
    }
    return tolerate(status);
}

static int open_live(wreck *w, bool known, wy_error *error)
{
    const wy_index *index = w->salvage->index;
    const uint8_t *paragraphs;
    if (!w->info->live_generation) return WY_OK;
    char *path = wy_live_path(w->mem, index->folder, w->info->number, w->info->live_generation);
    if (!path) return wy_fail_memory(error);
    int status = wy_live_open(index->env, w->mem, path, known ? &w->info->live_seal : NULL,
                              &w->live, error);
    wy_free(w->mem, path);
    if (status == WY_OK) status = wy_live_check(w->live, error);
    if (status == WY_OK && wy_live_counts(w->live)->reports != w->reports) status = WY_E_DAMAGED;
    if (status == WY_OK) status = wy_live_bits(w->live, &paragraphs, &w->live_reports, error);
    if (status != WY_OK) {
        w->live_reports = NULL;
        w->doubtful = true;
    }
    return tolerate(status);
}

/* The record of a report, if it can be read. */
static int read_record(wreck *w, uint32_t i, wy_report *report, wy_record_ids *ids,
                       wy_section **sections, bool *good, wy_error *error)
{
    const uint8_t *data;
    size_t length;
    *good = false;
    *sections = NULL;
    if (!w->record_reader || i >= wy_store_count(w->records)) return WY_OK;
    int status = wy_store_get(w->record_reader, i, &data, &length, error);
    if (status == WY_OK)
        status = wy_record_get_report(w->mem, data, length, report, ids, sections, error);
    if (status == WY_OK) { /* without paragraphs: all but them */
        status = wy_report_validate(report, error);
        *good = status == WY_OK;
        if (status != WY_E_NOMEM) status = WY_OK;
    }
    return tolerate(status);
}

/*
 * Where each report's paragraphs are: the columns say it; without them the records do, which say
 * how many there are, counted from the first record up to one that cannot be read, and from the
 * last backwards.
 */
static int find_places(wreck *w, wy_error *error)
{
    int status = WY_OK;
    w->first = wy_alloc_array(w->mem, (size_t)w->reports + 1, sizeof *w->first);
    if (!w->first) return wy_fail_memory(error);
    for (uint32_t i = 0; i <= w->reports; i++) w->first[i] = UINT32_MAX;
    w->first[0] = 0;
    w->first[w->reports] = w->paragraphs;
    if (w->columns) {
        for (uint32_t i = 0; i < w->reports && status == WY_OK; i++) {
            wy_report_row row;
            status = wy_columns_report(w->columns, i, &row, error);
            if (status == WY_OK) w->first[i] = row.first_paragraph;
        }
        return status;
    }
    wy_report report;
    wy_record_ids ids;
    wy_section *sections;
    bool good = true;
    uint64_t at = 0;
    for (uint32_t i = 0; i < w->reports && good && status == WY_OK; i++) {
        status = read_record(w, i, &report, &ids, &sections, &good, error);
        wy_free(w->mem, sections);
        at += good ? ids.paragraphs : 0;
        good = good && at <= w->paragraphs;
        if (good) w->first[i + 1] = (uint32_t)at;
    }
    at = w->paragraphs;
    good = true;
    for (uint32_t i = w->reports; i > 0 && good && status == WY_OK; i--) {
        status = read_record(w, i - 1, &report, &ids, &sections, &good, error);
        wy_free(w->mem, sections);
        good = good && ids.paragraphs <= at && w->first[i - 1] == UINT32_MAX;
        if (!good) break;
        at -= ids.paragraphs;
        w->first[i - 1] = (uint32_t)at;
    }
    return status;
}

static int open_wreck(wreck *w, bool known, wy_error *error)
{
    int status = open_store(w, WY_COMPONENT_TEXT, known, &w->texts, &w->text_reader, error);
    if (status == WY_OK)
        status = open_store(w, WY_COMPONENT_REPORTS, known, &w->records, &w->record_reader, error);
    if (status == WY_OK) status = open_columns(w, known, error);
    if (status != WY_OK) return status;
    uint64_t reports = w->columns   ? wy_columns_reports(w->columns)
                       : w->records ? wy_store_count(w->records)
                                    : w->info->reports;
    uint64_t paragraphs = w->columns ? wy_columns_paragraphs(w->columns)
                          : w->texts ? wy_store_count(w->texts)
                                     : w->info->paragraphs;
    /* Forged counts: nothing of such a segment is to be believed. */
    if (reports >= UINT32_MAX || paragraphs >= UINT32_MAX) reports = paragraphs = 0;
    w->reports = (uint32_t)reports;
    w->paragraphs = (uint32_t)paragraphs;
    status = open_live(w, known, error);
    return status == WY_OK ? find_places(w, error) : status;
}

static void close_wreck(wreck *w)
{
    wy_store_reader_close(w->text_reader);
    wy_store_reader_close(w->record_reader);
    wy_store_close(w->texts);
    wy_store_close(w->records);
    wy_columns_close(w->columns);
    wy_live_close(w->live);
    wy_free(w->mem, w->first);
}

/* ---- Saving ------------------------------------------------------------------------------------
 */

static void tell(wreck *w, wy_repair_kind kind, wy_string id, int32_t year, uint64_t paragraphs,
                 uint64_t lost)
{
    const wy_repair_event event = {sizeof event, (int)kind, id, year, paragraphs, lost};
    wy_repair_result *r = w->salvage->result;
    switch (kind) {
    case WY_REPAIR_PARTIAL:
        r->reports_partial++;
        break;
    case WY_REPAIR_LOST:
        r->reports_lost++;
        break;
    case WY_REPAIR_UNNAMED:
        r->reports_unnamed++;
        break;
    case WY_REPAIR_DOUBTFUL:
        r->reports_doubtful++;
        break;
    }
    if (w->salvage->tell) w->salvage->tell(w->salvage->context, &event);
}

/* A copy in the arena, since the reader's memory is used again. */
static int keep(wreck *w, wy_string *text, wy_error *error)
{
    char *copy = wy_arena_strndup(&w->salvage->arena, text->data, text->length);
    if (!copy) return wy_fail_memory(error);
    text->data = copy;
    return WY_OK;
}

/* A paragraph that can be read; `ids` NULL: its report's record is lost, and with it whether the
 * paragraph has an id of its own. An empty one it has mostly: a byte 0 before the text. */
static int read_paragraph(wreck *w, uint32_t number, const wy_record_ids *ids, wy_paragraph *out,
                          bool *good, wy_error *error)
{
    const uint8_t *data;
    size_t length;
    *good = false;
    if (!w->text_reader) return WY_OK;
    int status = wy_store_get(w->text_reader, number, &data, &length, error);
    if (status != WY_OK) /* beyond the last too: the columns or counts are wrong then */
        return status == WY_E_ARGUMENT ? WY_OK : tolerate(status);
    const wy_record_ids none = {.numbered = true};
    if (!wy_record_get_paragraph(data, length, ids ? ids : &none, out)) return WY_OK;
    if (!ids && out->text.length && out->text.data[0] == 0)
        out->text = (wy_string){out->text.data + 1, out->text.length - 1};
    if (wy_utf8_valid(out->text.data, out->text.length) != out->text.length) return WY_OK;
    *good = true;
    status = keep(w, &out->text, error);
    return status == WY_OK ? keep(w, &out->id, error) : status;
}

/* Paragraphs first .. end, as far as they can be read, in the arena. */
static int read_paragraphs(wreck *w, wy_report *report, const wy_record_ids *ids, uint32_t first,
                           uint32_t end, wy_error *error)
{
    const size_t room = (size_t)(end - first) * sizeof(wy_paragraph);
    wy_paragraph *list = wy_arena_alloc(&w->salvage->arena, room ? room : 1);
    if (!list) return wy_fail_memory(error);
    report->paragraphs = list;
    report->paragraph_count = 0;
    int status = WY_OK;
    for (uint32_t i = first; i < end && status == WY_OK; i++) {
        wy_paragraph *p = &list[report->paragraph_count];
        bool good;
        status = read_paragraph(w, i, ids, p, &good, error);
        if (status != WY_OK || !good) continue;
        if (p->section > report->section_count) p->section = 0;
        if (ids && ids->numbered) {
            char *id = wy_arena_alloc(&w->salvage->arena, ids->prefix.length + 21);
            if (!id) return wy_fail_memory(error);
            p->id = (wy_string){id, wy_record_id(ids, i - first, id)};
        }
        report->paragraph_count++;
    }
    return status;
}

static int put(wreck *w, const wy_report *report, bool *good, wy_error *error)
{
    int status = wy_writer_put(w->salvage->writer, report, error);
    *good = status == WY_OK;
    if (status == WY_E_ARGUMENT || status == WY_E_ENCODING || status == WY_E_LIMIT) return WY_OK;
    if (status == WY_OK) w->salvage->result->reports_saved++;
    return status == WY_OK ? note_id(w->salvage, report->id, error) : status;
}

/* Paragraphs without a report become one with a name of its own. */
static int save_unnamed(wreck *w, uint32_t number, int32_t year, uint32_t first, uint32_t end,
                        wy_error *error)
{
    char id[64];
    bool good = false;
    int length = snprintf(id, sizeof id, "recovered-%016" PRIx64 "-%" PRIu32, w->info->number,
                          number + 1);
    wy_report report = {.size = sizeof report, .id = {id, (size_t)length}, .year = year};
    uint64_t lost = end - first;
    int status = read_paragraphs(w, &report, NULL, first, end, error);
    if (status == WY_OK && report.paragraph_count) status = put(w, &report, &good, error);
    if (status != WY_OK) return status;
    if (good) {
        lost -= report.paragraph_count;
        tell(w, WY_REPAIR_UNNAMED, report.id, year, end - first, lost);
        if (w->doubtful) tell(w, WY_REPAIR_DOUBTFUL, report.id, year, end - first, lost);
    } else {
        tell(w, WY_REPAIR_LOST, (wy_string){NULL, 0}, year, end - first, lost);
    }
    w->salvage->result->paragraphs_lost += lost;
    return WY_OK;
}

static int save_named(wreck *w, uint32_t i, wy_report *report, const wy_record_ids *ids,
                      wy_error *error)
{
    bool good = false;
    const bool placed = w->first[i] != UINT32_MAX && w->first[i + 1] != UINT32_MAX;
    const uint32_t first = placed ? w->first[i] : 0, end = placed ? w->first[i + 1] : 0;
    const uint64_t had = ids->paragraphs;
    if (wy_strmap_get(&w->salvage->ids, report->id.data, report->id.length)) return WY_OK;
    int status = read_paragraphs(w, report, ids, first, end, error);
    const uint64_t lost = had > report->paragraph_count ? had - report->paragraph_count : 0;
    if (status != WY_OK) return status;
    if (lost) { /* the file, where there is one, is to be read again */
        report->source_size = report->source_hash = 0;
        report->source_time = 0;
    }
    if (!had || report->paragraph_count) status = put(w, report, &good, error);
    if (status != WY_OK) return status;
    if (!good)
        tell(w, WY_REPAIR_LOST, report->id, report->year, had, had);
    else if (lost)
        tell(w, WY_REPAIR_PARTIAL, report->id, report->year, had, lost);
    if (good && w->doubtful) tell(w, WY_REPAIR_DOUBTFUL, report->id, report->year, had, lost);
    /* Paragraphs whose place is not known are saved, or counted, as those of nobody. */
    if (placed) w->salvage->result->paragraphs_lost += good ? lost : had;
    return WY_OK;
}

static int save_report(wreck *w, uint32_t i, wy_error *error)
{
    wy_report report, copy;
    wy_record_ids ids;
    wy_section *sections;
    bool good;
    wy_arena_reset(&w->salvage->arena);
    if (w->live_reports && !wy_bit(w->live_reports, i)) return WY_OK;
    int status = read_record(w, i, &report, &ids, &sections, &good, error);
    if (status == WY_OK && good) {
        copy = report; /* its texts stay in the record reader, which nothing uses meanwhile */
        status = save_named(w, i, &copy, &ids, error);
    } else if (status == WY_OK && w->columns) {
        wy_report_row row;
        status = wy_columns_report(w->columns, i, &row, error);
        if (status == WY_OK)
            status =
                save_unnamed(w, i, row.year, row.first_paragraph, row.end_paragraph, error);
    }
    wy_free(w->mem, sections);
    return status;
}

/* Paragraphs that no report has a claim on, since neither columns nor records say where theirs are:
 * between two places that are known. */
static int save_unplaced(wreck *w, wy_error *error)
{
    int status = WY_OK;
    if (w->columns) return WY_OK;
    for (uint32_t i = 0; i < w->reports && status == WY_OK;) {
        uint32_t next = i + 1;
        while (w->first[next] == UINT32_MAX) next++;
        wy_report report;
        wy_record_ids ids;
        wy_section *sections;
        bool good = next > i + 1;
        if (!good) { /* one report at a known place, saved already if its record is good */
            bool readable;
            status = read_record(w, i, &report, &ids, &sections, &readable, error);
            wy_free(w->mem, sections);
            good = !readable;
        }
        enum { MOST = 1 << 16 };
        for (uint32_t p = w->first[i]; good && status == WY_OK && p < w->first[next];) {
            uint32_t end = w->first[next] - p < MOST ? w->first[next] : p + MOST;
            wy_arena_reset(&w->salvage->arena);
            status = save_unnamed(w, p, 0, p, end, error);
            p = end;
        }
        i = next;
    }
    if (status == WY_OK && w->reports == 0 && w->paragraphs > 0)
        status = save_unnamed(w, 0, 0, 0, w->paragraphs, error);
    return status;
}

int wy_salvage_segment(wy_salvage *s, const wy_segment_info *info, bool known, wy_error *error)
{
    wreck w = {.salvage = s, .info = info, .mem = s->index->mem};
    int status = open_wreck(&w, known, error);
    for (uint32_t i = 0; i < w.reports && status == WY_OK; i++) {
        if (w.records || w.columns)
            status = save_report(&w, i, error);
        else if (known && !(w.live_reports && !wy_bit(w.live_reports, i)))
            tell(&w, WY_REPAIR_LOST, (wy_string){NULL, 0}, 0, 0, 0);
    }
    if (status == WY_OK) status = save_unplaced(&w, error);
    close_wreck(&w);
    return status;
}
