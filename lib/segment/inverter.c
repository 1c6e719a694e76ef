#include "segment/inverter.h"

#include <string.h>

#include "base/utf8.h"
#include "segment/field.h"
#include "segment/inverter_held.h"
#include "segment/record.h"

_Static_assert(WY_INVERTER_MOST / sizeof(held_record) < INT32_MAX / 4 * 3,
               "paragraphs are counted in 32 bits, and those of the last report come on top");

int wy_inverter_open(const wy_mem *mem, wy_analyzer *analyzer, wy_inverter **out, wy_error *error)
{
    wy_inverter *v = wy_calloc(mem, sizeof *v);
    if (!v) return wy_fail_memory(error);
    v->mem = mem;
    v->analyzer = analyzer;
    wy_occurrences_init(&v->occurrences, mem);
    wy_arena_init(&v->records, mem);
    wy_buf_init(&v->scratch, mem);
    *out = v;
    return WY_OK;
}

void wy_inverter_close(wy_inverter *v)
{
    if (!v) return;
    wy_occurrences_free(&v->occurrences);
    wy_arena_free(&v->records);
    wy_buf_free(&v->scratch);
    wy_free(v->mem, v->reports);
    wy_free(v->mem, v->paragraphs);
    wy_free(v->mem, v->passages);
    wy_free(v->mem, v);
}

size_t wy_inverter_memory(const wy_inverter *v)
{
    return wy_occurrences_memory(&v->occurrences) + v->records.reserved + v->scratch.capacity +
           v->report_capacity * sizeof *v->reports + v->paragraph_capacity * sizeof *v->paragraphs +
           v->passage_capacity * sizeof *v->passages;
}

uint32_t wy_inverter_reports(const wy_inverter *v)
{
    return (uint32_t)v->report_count;
}

/* Copies what scratch holds into the arena. */
static int hold(wy_inverter *v, held_record *out, wy_error *error)
{
    uint8_t *copy = v->scratch.failed ? NULL : wy_arena_alloc(&v->records, v->scratch.length);
    if (!copy) return wy_fail_memory(error);
    memcpy(copy, v->scratch.data, v->scratch.length);
    out->data = copy;
    out->length = v->scratch.length;
    return WY_OK;
}

/* Analyzes `text` as what stands from *position on in document `doc` of `field`; *position moves
 * behind it, and *words grows by its length. */
static int invert_part(wy_inverter *v, wy_field field, uint32_t doc, wy_string text,
                       uint32_t *position, uint32_t *words, wy_error *error)
{
    wy_tokens tokens;
    int status = wy_analyzer_run(v->analyzer, text.data, text.length, &tokens, error);
    if (status != WY_OK) return status;
    const uint32_t end = *position + tokens.positions;
    status = wy_occurrences_add(&v->occurrences, field, doc, *position, &tokens, error);
    *words += tokens.words;
    if (status == WY_OK) status = wy_analyzer_across(v->analyzer, &tokens, error);
    if (status == WY_OK)
        status = wy_occurrences_add(&v->occurrences, field, doc, *position, &tokens, error);
    *position = end;
    return status;
}

/* The same of a whole document; *words gets its length. */
static int invert(wy_inverter *v, wy_field field, uint32_t doc, wy_string text, uint32_t *words,
                  wy_error *error)
{
    uint32_t position = 0;
    *words = 0;
    return invert_part(v, field, doc, text, &position, words, error);
}

/*
 * The headings above section `number`, and its own, outermost first: the innermost 4 KiB of them,
 * in at most 64 levels, so that no report can make its headings weigh more than its text.
 */
static int invert_headings(wy_inverter *v, const wy_report *report, uint32_t number, uint32_t doc,
                           uint32_t *words, wy_error *error)
{
    enum { DEEP = 64, LONG = 4096 };
    wy_string path[DEEP];
    size_t depth = 0, left = LONG;
    for (uint32_t s = number; s && depth < DEEP && left > 0; s = report->sections[s - 1].parent) {
        wy_string heading = report->sections[s - 1].heading;
        if (heading.length > left)
            heading.length = wy_utf8_floor(heading.data, heading.length, left);
        left -= heading.length < report->sections[s - 1].heading.length ? left : heading.length;
        path[depth++] = heading;
    }
    uint32_t position = 0;
    int status = WY_OK;
    while (depth > 0 && status == WY_OK) {
        status = invert_part(v, WY_FIELD_SECTION, doc, path[--depth], &position, words, error);
        position += WY_HEADING_GAP;
    }
    return status;
}

static int add_passage(wy_inverter *v, const wy_report *report, uint32_t section, wy_error *error)
{
    if (!wy_grow(v->mem, &v->passages, &v->passage_capacity, v->passage_count + 1,
                 sizeof *v->passages))
        return wy_fail_memory(error);
    held_passage *held = &v->passages[v->passage_count];
    *held = (held_passage){.first_paragraph = (uint32_t)v->paragraph_count};
    int status =
        invert_headings(v, report, section, (uint32_t)v->passage_count, &held->words, error);
    if (status == WY_OK) v->passage_count++;
    return status;
}

static int add_paragraph(wy_inverter *v, const wy_paragraph *paragraph, const wy_record_ids *ids,
                         wy_error *error)
{
    if (!wy_grow(v->mem, &v->paragraphs, &v->paragraph_capacity, v->paragraph_count + 1,
                 sizeof *v->paragraphs))
        return wy_fail_memory(error);
    held_record *held = &v->paragraphs[v->paragraph_count];
    wy_buf_clear(&v->scratch);
    wy_record_put_paragraph(&v->scratch, paragraph, ids);
    int status = hold(v, held, error);
    if (status == WY_OK)
        status = invert(v, WY_FIELD_BODY, (uint32_t)v->paragraph_count, paragraph->text,
                        &held->words, error);
    if (status == WY_OK) v->paragraph_count++;
    return status;
}

int wy_inverter_add(wy_inverter *v, const wy_report *report, uint64_t sequence, wy_error *error)
{
    if (report->paragraph_count > INT32_MAX - v->paragraph_count)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                       "a report of %zu paragraphs is too long", report->paragraph_count);
    if (!wy_grow(v->mem, &v->reports, &v->report_capacity, v->report_count + 1, sizeof *v->reports))
        return wy_fail_memory(error);
    held_report *held = &v->reports[v->report_count];
    memset(held, 0, sizeof *held);
    char *id = wy_arena_strndup(&v->records, report->id.data, report->id.length);
    if (!id) return wy_fail_memory(error);
    held->id = (wy_string){id, report->id.length};
    held->year = report->year;
    held->date = report->date;
    held->sequence = sequence;
    held->first_paragraph = (uint32_t)v->paragraph_count;
    held->paragraph_count = (uint32_t)report->paragraph_count;
    held->first_passage = (uint32_t)v->passage_count;

    wy_buf_clear(&v->scratch);
    const wy_record_ids ids = wy_record_find_ids(report);
    wy_record_put_report(&v->scratch, report, &ids);
    int status = hold(v, &held->record, error);
    if (status == WY_OK)
        status = invert(v, WY_FIELD_TITLE, (uint32_t)v->report_count, report->title,
                        &held->record.words, error);
    if (status == WY_OK)
        status = invert(v, WY_FIELD_ISSUER, (uint32_t)v->report_count, report->issuer,
                        &held->issuer_words, error);
    for (size_t i = 0; i < report->paragraph_count && status == WY_OK; i++) {
        const wy_paragraph *paragraph = &report->paragraphs[i];
        if (i == 0 || paragraph->section != paragraph[-1].section)
            status = add_passage(v, report, paragraph->section, error);
        if (status == WY_OK) status = add_paragraph(v, paragraph, &ids, error);
    }
    held->passage_count = (uint32_t)v->passage_count - held->first_passage;
    if (status == WY_OK) v->report_count++;
    return status;
}
