#include "segment/inverter.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/order.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "segment/field.h"
#include "segment/occurrences.h"
#include "segment/record.h"
#include "segment/segment_writer.h"

typedef struct held_record {
    const uint8_t *data;
    size_t length;
    uint32_t words;
} held_record;

typedef struct held_report {
    wy_string id;
    int32_t year, date;
    uint32_t first_paragraph, paragraph_count;
    uint64_t sequence;
    uint32_t first_passage, passage_count;
    uint32_t issuer_words;
    held_record record; /* words: of the title */
} held_report;

/* A run of paragraphs under the same headings (columns/columns.h). */
typedef struct held_passage {
    uint32_t first_paragraph; /* as it arrived */
    uint32_t words;           /* of the headings */
} held_passage;

struct wy_inverter {
    const wy_mem *mem;
    wy_analyzer *analyzer;
    wy_occurrences occurrences;
    wy_arena records;
    held_report *reports;
    size_t report_count, report_capacity;
    held_record *paragraphs;
    size_t paragraph_count, paragraph_capacity;
    held_passage *passages;
    size_t passage_count, passage_capacity;
    wy_buf scratch;
    wy_inverter_stop stop; /* while flushing; may be NULL */
    void *stop_context;
    unsigned steps;
};

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
    return wy_occurrences_memory(&v->occurrences) + v->records.reserved +
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

/* ---- Flushing ------------------------------------------------------------------------------ */

/* Where each document goes: the segment's order is that of years, not of arrival. */
typedef struct reordering {
    const held_report **order; /* reports in the segment's order */
    /* Arrival number -> number in the segment. */
    uint32_t *reports, *paragraphs, *passages;
    const uint32_t *docs[WY_FIELDS]; /* one of those */
} reordering;

static int compare_reports(const void *a, const void *b)
{
    const held_report *x = *(const held_report *const *)a, *y = *(const held_report *const *)b;
    if (x->year != y->year) return x->year < y->year ? -1 : 1;
    int order = wy_bytes_compare(x->id.data, x->id.length, y->id.data, y->id.length);
    if (order) return order;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static void free_reordering(const wy_mem *mem, reordering *r)
{
    wy_free(mem, r->order);
    wy_free(mem, r->reports);
    wy_free(mem, r->paragraphs);
    wy_free(mem, r->passages);
}

static int make_reordering(wy_inverter *v, reordering *r, wy_error *error)
{
    memset(r, 0, sizeof *r);
    r->order = wy_alloc_array(v->mem, v->report_count, sizeof(held_report *));
    r->reports = wy_alloc_array(v->mem, v->report_count, sizeof(uint32_t));
    r->paragraphs = wy_alloc_array(v->mem, v->paragraph_count, sizeof(uint32_t));
    r->passages = wy_alloc_array(v->mem, v->passage_count, sizeof(uint32_t));
    if (!r->order || !r->reports || !r->paragraphs || !r->passages) {
        free_reordering(v->mem, r);
        return wy_fail_memory(error);
    }
    for (size_t i = 0; i < v->report_count; i++) r->order[i] = &v->reports[i];
    qsort(r->order, v->report_count, sizeof(held_report *), compare_reports);

    uint32_t paragraph = 0, passage = 0;
    for (uint32_t i = 0; i < v->report_count; i++) {
        const held_report *report = r->order[i];
        uint32_t arrival = (uint32_t)(report - v->reports);
        r->reports[arrival] = i;
        for (uint32_t p = 0; p < report->paragraph_count; p++)
            r->paragraphs[report->first_paragraph + p] = paragraph++;
        for (uint32_t p = 0; p < report->passage_count; p++)
            r->passages[report->first_passage + p] = passage++;
    }
    for (int f = 0; f < WY_FIELDS; f++) {
        const wy_unit unit = wy_field_unit((wy_field)f);
        r->docs[f] = unit == WY_UNIT_REPORT    ? r->reports
                     : unit == WY_UNIT_PASSAGE ? r->passages
                                               : r->paragraphs;
    }
    return WY_OK;
}

/* Asks now and then whether to go on. */
static int go_on(wy_inverter *v, wy_error *error)
{
    enum { EVERY = 1024 };
    if (++v->steps % EVERY || !v->stop || !v->stop(v->stop_context)) return WY_OK;
    return wy_fail(error, WY_E_CANCELLED, NULL, WY_NO_OFFSET,
                   "stopped; the index is at its last commit");
}

static int write_report(wy_inverter *v, const held_report *report, wy_segment_writer *w,
                        wy_error *error)
{
    uint32_t passage = report->first_passage;
    const uint32_t passages_end = passage + report->passage_count;
    int status = wy_segment_add_report(w, report->id, report->year, report->date,
                                       report->record.words, report->issuer_words,
                                       report->record.data, report->record.length, error);
    for (uint32_t i = 0; i < report->paragraph_count && status == WY_OK; i++) {
        const uint32_t paragraph = report->first_paragraph + i;
        const held_record *held = &v->paragraphs[paragraph];
        if (passage < passages_end && v->passages[passage].first_paragraph == paragraph)
            status = wy_segment_add_passage(w, v->passages[passage++].words, error);
        if (status == WY_OK)
            status = wy_segment_add_paragraph(w, held->words, held->data, held->length, error);
        if (status == WY_OK) status = go_on(v, error);
    }
    return status;
}

/* In the segment's order, so that the same reports give the same files however they came. */
static int offer_documents(wy_inverter *v, const reordering *r, wy_segment_writer *w,
                           wy_error *error)
{
    uint64_t reports = 0, paragraphs = 0;
    for (size_t i = 0; i < v->report_count; i++) reports += v->reports[i].record.length + 1;
    for (size_t i = 0; i < v->paragraph_count; i++) paragraphs += v->paragraphs[i].length + 1;
    int status = WY_OK;
    for (size_t i = 0; i < v->report_count && status == WY_OK; i++) {
        const held_report *report = r->order[i];
        status = wy_segment_offer_report(w, report->record.data, report->record.length, reports,
                                         error);
        for (uint32_t p = 0; p < report->paragraph_count && status == WY_OK; p++) {
            const held_record *held = &v->paragraphs[report->first_paragraph + p];
            status = wy_segment_offer_paragraph(w, held->data, held->length, paragraphs, error);
        }
    }
    return status;
}

static int write_documents(wy_inverter *v, const reordering *r, wy_segment_writer *w,
                           wy_error *error)
{
    int status = WY_OK;
    for (size_t i = 0; i < v->report_count && status == WY_OK; i++)
        status = write_report(v, r->order[i], w, error);
    if (status == WY_OK) wy_segment_end_documents(w);
    return status;
}

/* The postings of one term, unpacked. Kept from term to term. */
typedef struct unpacked {
    uint32_t *docs, *freqs, *positions;
    size_t doc_room, freq_room, position_room;
    /* Where the order changes: (doc << 32 | posting), and where a posting's positions begin. */
    uint64_t *order, *sorting;
    uint32_t *starts;
    size_t order_room, sorting_room, start_room;
} unpacked;

static void free_unpacked(const wy_mem *mem, unpacked *u)
{
    wy_free(mem, u->docs);
    wy_free(mem, u->freqs);
    wy_free(mem, u->positions);
    wy_free(mem, u->order);
    wy_free(mem, u->sorting);
    wy_free(mem, u->starts);
}

/* Unpacks a term, its documents numbered as in the segment; tells whether they ascend. */
static int unpack_term(wy_inverter *v, const wy_occurrence_term *term, const uint32_t *docs,
                       unpacked *u, bool *ascending, wy_error *error)
{
    const uint32_t count = term->documents;
    if (!wy_grow(v->mem, &u->docs, &u->doc_room, count, sizeof *u->docs) ||
        !wy_grow(v->mem, &u->freqs, &u->freq_room, count, sizeof *u->freqs) ||
        !wy_grow(v->mem, &u->positions, &u->position_room, term->positions, sizeof *u->positions))
        return wy_fail_memory(error);
    wy_occurrences_unpack(term, u->docs, u->freqs, u->positions);
    bool good = true;
    uint32_t before = 0;
    for (uint32_t i = 0; i < count; i++) {
        u->docs[i] = docs[u->docs[i]];
        good &= u->docs[i] >= before;
        before = u->docs[i];
    }
    *ascending = good;
    return WY_OK;
}

static int sort_postings(wy_inverter *v, unpacked *u, uint32_t count, wy_error *error)
{
    if (!wy_grow(v->mem, &u->order, &u->order_room, count, sizeof *u->order) ||
        !wy_grow(v->mem, &u->sorting, &u->sorting_room, count, sizeof *u->sorting) ||
        !wy_grow(v->mem, &u->starts, &u->start_room, count, sizeof *u->starts))
        return wy_fail_memory(error);
    uint32_t start = 0;
    for (uint32_t i = 0; i < count; i++) {
        u->order[i] = (uint64_t)u->docs[i] << 32 | i;
        u->starts[i] = start;
        start += u->freqs[i];
    }
    wy_sort_u64(u->order, u->sorting, count, 32);
    return WY_OK;
}

static int write_postings(wy_inverter *v, const wy_occurrence_term *term, const uint32_t *docs,
                          unpacked *u, wy_segment_writer *w, wy_error *error)
{
    bool ascending = true;
    int status = unpack_term(v, term, docs, u, &ascending, error);
    if (status == WY_OK && !ascending) status = sort_postings(v, u, term->documents, error);
    const uint32_t *positions = u->positions;
    for (uint32_t i = 0; i < term->documents && status == WY_OK; i++) {
        uint32_t p = i;
        if (!ascending) {
            p = (uint32_t)u->order[i];
            positions = u->positions + u->starts[p];
        }
        status = wy_segment_add_posting(w, u->docs[p], positions, u->freqs[p], error);
        positions += u->freqs[p];
    }
    return status;
}

static int write_terms(wy_inverter *v, const reordering *r, wy_segment_writer *w, wy_error *error)
{
    unpacked u = {0};
    int status = WY_OK;
    wy_occurrences_sort(&v->occurrences);
    for (size_t i = 0; i < v->occurrences.count && status == WY_OK; i++) {
        const wy_occurrence_term *term = &v->occurrences.terms[i];
        const uint8_t *key = wy_occurrence_key(term);
        wy_segment_begin_term(w, key[0]);
        status = write_postings(v, term, r->docs[wy_key_field(key[0])], &u, w, error);
        if (status == WY_OK) status = wy_segment_end_term(w, key, term->key_length, error);
        if (status == WY_OK) status = go_on(v, error);
    }
    free_unpacked(v->mem, &u);
    return status;
}

/* Gives all memory back: what a large report made grow would count against the small ones that
 * come after it, and make a segment of each. */
static void forget(wy_inverter *v)
{
    wy_occurrences_free(&v->occurrences);
    wy_arena_free(&v->records);
    wy_arena_init(&v->records, v->mem);
    wy_free(v->mem, v->reports);
    wy_free(v->mem, v->paragraphs);
    wy_free(v->mem, v->passages);
    v->reports = NULL;
    v->paragraphs = NULL;
    v->passages = NULL;
    v->report_count = v->report_capacity = 0;
    v->paragraph_count = v->paragraph_capacity = 0;
    v->passage_count = v->passage_capacity = 0;
}

int wy_inverter_flush(wy_inverter *v, const wy_env *env, const char *folder, uint64_t number,
                      bool sync, wy_inverter_stop stop, void *context, wy_segment_info *info,
                      uint64_t **sequences, wy_error *error)
{
    wy_segment_writer *w = NULL;
    uint64_t *list = NULL;
    reordering r;
    v->stop = stop;
    v->stop_context = context;
    int status = make_reordering(v, &r, error);
    if (status != WY_OK) return status;
    list = wy_alloc_array(v->mem, v->report_count, sizeof *list);
    if (!list) {
        status = wy_fail_memory(error);
        goto done;
    }
    for (size_t i = 0; i < v->report_count; i++) list[i] = r.order[i]->sequence;

    status = wy_segment_create(env, v->mem, folder, number,
                               wy_analyzer_counts_characters(v->analyzer), &w, error);
    if (status == WY_OK) status = offer_documents(v, &r, w, error);
    if (status == WY_OK) status = write_documents(v, &r, w, error);
    if (status == WY_OK) status = write_terms(v, &r, w, error);
    if (status == WY_OK) {
        status = wy_segment_finish(w, sync, info, error);
        w = NULL;
    }
    if (status == WY_OK) {
        *sequences = list;
        list = NULL;
        forget(v);
    }
done:
    wy_segment_abandon(w);
    wy_free(v->mem, list);
    free_reordering(v->mem, &r);
    return status;
}
