/*
 * segment/flush.c: writing what inverters hold as one segment. Their reports are put in the
 * segment's order; the terms of all come in key order, and where several have one, its postings
 * are put together and sorted by document.
 */
#include <stdlib.h>
#include <string.h>

#include "base/beside.h"
#include "base/order.h"
#include "base/sort.h"
#include "postings/postings.h"
#include "segment/field.h"
#include "segment/inverter_held.h"
#include "segment/segment_writer.h"

/* Where a document goes. Those that arrived behind it, up to `end`, go behind it: the rest of its
 * report, and of those that follow it both ways. */
typedef struct place {
    uint32_t doc; /* number in the segment */
    uint32_t end; /* arrival number */
} place;

/* What comes from one inverter. */
typedef struct part {
    wy_inverter *inverter;
    place *reports, *paragraphs, *passages; /* by arrival number */
    const place *docs[WY_FIELDS];           /* one of those */
    size_t next_term;
} part;

typedef struct placed {
    const held_report *report;
    const part *from;
} placed;

typedef struct flush {
    const wy_mem *mem;
    const wy_flush *how;
    part *parts;
    size_t part_count;
    placed *order; /* the reports in the segment's order: that of years, not of arrival */
    size_t report_count;
    wy_segment_writer *writer;
    wy_beside texts; /* they are put beside all else */
} flush;

/* ---- The order ----------------------------------------------------------------------------- */

static int compare_reports(const void *a, const void *b)
{
    const held_report *x = ((const placed *)a)->report, *y = ((const placed *)b)->report;
    if (x->year != y->year) return x->year < y->year ? -1 : 1;
    int order = wy_bytes_compare(x->id.data, x->id.length, y->id.data, y->id.length);
    if (order) return order;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static void free_flush(flush *f)
{
    for (size_t i = 0; f->parts && i < f->part_count; i++) {
        wy_free(f->mem, f->parts[i].reports);
        wy_free(f->mem, f->parts[i].paragraphs);
        wy_free(f->mem, f->parts[i].passages);
    }
    wy_free(f->mem, f->parts);
    wy_free(f->mem, f->order);
}

static int open_part(flush *f, part *p, wy_inverter *v, wy_error *error)
{
    p->inverter = v;
    p->reports = wy_alloc_array(f->mem, v->report_count, sizeof *p->reports);
    p->paragraphs = wy_alloc_array(f->mem, v->paragraph_count, sizeof *p->paragraphs);
    p->passages = wy_alloc_array(f->mem, v->passage_count, sizeof *p->passages);
    if (!p->reports || !p->paragraphs || !p->passages) return wy_fail_memory(error);
    for (int field = 0; field < WY_FIELDS; field++) {
        const wy_unit unit = wy_field_unit((wy_field)field);
        p->docs[field] = unit == WY_UNIT_REPORT    ? p->reports
                         : unit == WY_UNIT_PASSAGE ? p->passages
                                                   : p->paragraphs;
    }
    for (size_t i = 0; i < v->report_count; i++)
        f->order[f->report_count++] = (placed){&v->reports[i], p};
    return WY_OK;
}

/* Places `count` documents of one report from *next on, which moves behind them. */
static void put_places(place *places, uint32_t first, uint32_t count, uint32_t *next)
{
    for (uint32_t i = first; i < first + count; i++) places[i] = (place){(*next)++, first + count};
}

/* Lets `end` reach over reports that follow each other both ways. */
static void join_places(place *places, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        const uint32_t end = places[i].end;
        if (end < count && places[end].doc - places[i].doc == end - i)
            places[i].end = places[end].end;
    }
}

/* Finds where each document goes. */
static int make_order(flush *f, wy_inverter *const *inverters, wy_error *error)
{
    size_t reports = 0;
    for (size_t i = 0; i < f->part_count; i++) reports += inverters[i]->report_count;
    f->parts = wy_calloc(f->mem, f->part_count * sizeof *f->parts);
    f->order = wy_alloc_array(f->mem, reports, sizeof *f->order);
    if (!f->parts || !f->order) return wy_fail_memory(error);
    for (size_t i = 0; i < f->part_count; i++) {
        int status = open_part(f, &f->parts[i], inverters[i], error);
        if (status != WY_OK) return status;
    }
    qsort(f->order, f->report_count, sizeof *f->order, compare_reports);
    uint32_t paragraph = 0, passage = 0;
    for (uint32_t i = 0; i < f->report_count; i++) {
        const held_report *report = f->order[i].report;
        const part *from = f->order[i].from;
        const uint32_t number = (uint32_t)(report - from->inverter->reports);
        from->reports[number] = (place){i, number + 1};
        put_places(from->paragraphs, report->first_paragraph, report->paragraph_count, &paragraph);
        put_places(from->passages, report->first_passage, report->passage_count, &passage);
    }
    for (size_t i = 0; i < f->part_count; i++) {
        const part *p = &f->parts[i];
        join_places(p->reports, p->inverter->report_count);
        join_places(p->paragraphs, p->inverter->paragraph_count);
        join_places(p->passages, p->inverter->passage_count);
    }
    return WY_OK;
}

static int stopped(wy_error *error)
{
    return wy_fail(error, WY_E_CANCELLED, NULL, WY_NO_OFFSET,
                   "stopped; the index is at its last commit");
}

/* Asks now and then whether to go on. */
static int go_on(flush *f, unsigned *steps, bool threaded, wy_error *error)
{
    enum { EVERY = 1024 };
    if (++*steps % EVERY) return WY_OK;
    const bool stop = !threaded && f->how->stop && f->how->stop(f->how->context);
    return stop || wy_beside_is_over(&f->texts) ? stopped(error) : WY_OK;
}

/* ---- Documents ----------------------------------------------------------------------------- */

static int add_report(flush *f, const placed *p, unsigned *steps, wy_error *error)
{
    const held_report *report = p->report;
    const wy_inverter *v = p->from->inverter;
    uint32_t passage = report->first_passage;
    const uint32_t passages_end = passage + report->passage_count;
    int status = wy_segment_add_report(f->writer, report->id, report->year, report->date,
                                       report->record.words, report->issuer_words, error);
    for (uint32_t i = 0; i < report->paragraph_count && status == WY_OK; i++) {
        const uint32_t paragraph = report->first_paragraph + i;
        if (passage < passages_end && v->passages[passage].first_paragraph == paragraph)
            status = wy_segment_add_passage(f->writer, v->passages[passage++].words, error);
        if (status == WY_OK)
            status = wy_segment_add_paragraph(f->writer, v->paragraphs[paragraph].words, error);
        if (status == WY_OK) status = go_on(f, steps, false, error);
    }
    return status;
}

static int add_documents(flush *f, wy_error *error)
{
    unsigned steps = 0;
    int status = WY_OK;
    for (size_t i = 0; i < f->report_count && status == WY_OK; i++)
        status = add_report(f, &f->order[i], &steps, error);
    if (status == WY_OK) wy_segment_end_documents(f->writer);
    return status;
}

/* In the segment's order, so that the same reports give the same files however they came. */
static int offer_texts(flush *f, unsigned *steps, bool threaded, wy_error *error)
{
    uint64_t reports = 0, paragraphs = 0;
    for (size_t i = 0; i < f->part_count; i++) {
        const wy_inverter *v = f->parts[i].inverter;
        for (size_t j = 0; j < v->report_count; j++) reports += v->reports[j].record.length + 1;
        for (size_t j = 0; j < v->paragraph_count; j++) paragraphs += v->paragraphs[j].length + 1;
    }
    int status = WY_OK;
    for (size_t i = 0; i < f->report_count && status == WY_OK; i++) {
        const held_report *report = f->order[i].report;
        const held_record *all = f->order[i].from->inverter->paragraphs;
        status = wy_segment_offer_report(f->writer, report->record.data, report->record.length,
                                         reports, error);
        if (status == WY_OK) status = go_on(f, steps, threaded, error);
        for (uint32_t p = 0; p < report->paragraph_count && status == WY_OK; p++) {
            const held_record *held = &all[report->first_paragraph + p];
            status =
                wy_segment_offer_paragraph(f->writer, held->data, held->length, paragraphs, error);
            if (status == WY_OK) status = go_on(f, steps, threaded, error);
        }
    }
    return status;
}

static int put_texts(void *context, bool threaded, wy_error *error)
{
    flush *f = context;
    unsigned steps = 0;
    int status = offer_texts(f, &steps, threaded, error);
    for (size_t i = 0; i < f->report_count && status == WY_OK; i++) {
        const held_report *report = f->order[i].report;
        const held_record *all = f->order[i].from->inverter->paragraphs;
        status =
            wy_segment_put_report(f->writer, report->record.data, report->record.length, error);
        if (status == WY_OK) status = go_on(f, &steps, threaded, error);
        for (uint32_t p = 0; p < report->paragraph_count && status == WY_OK; p++) {
            const held_record *held = &all[report->first_paragraph + p];
            status = wy_segment_put_paragraph(f->writer, held->data, held->length, error);
            if (status == WY_OK) status = go_on(f, &steps, threaded, error);
        }
    }
    return status;
}

/* ---- Terms --------------------------------------------------------------------------------- */

enum {
    SPARE = 8,      /* items behind a list that may be read and written: copies are of so many */
    TOGETHER = 512, /* postings that are put together before they are added */
};

/* Postings that stay together: of one report, or of several that follow each other both ways. */
typedef struct stretch {
    uint32_t posting, position; /* its first ones */
} stretch;

/* Postings in the segment's order, of stretches that are short: each on its own would be added at
 * several times the price. */
typedef struct joined {
    uint32_t docs[TOGETHER + SPARE], freqs[TOGETHER + SPARE], *positions;
    uint32_t count;
    size_t position_count, position_room;
} joined;

/* The postings of one term, unpacked. Kept from term to term. */
typedef struct unpacked {
    uint8_t *units; /* room for those of one part */
    uint32_t *docs, *freqs, *positions;
    uint32_t count; /* documents */
    uint32_t position_count;
    size_t unit_room, doc_room, freq_room, position_room;
    /* As they came, with the end behind them; and (first document << 32 | number of the stretch) to
     * be sorted. */
    stretch *stretches;
    uint64_t *order, *sorting;
    uint32_t stretch_count;
    size_t stretch_room, order_room, sorting_room;
    joined joined;
} unpacked;

static void free_unpacked(const wy_mem *mem, unpacked *u)
{
    wy_free(mem, u->units);
    wy_free(mem, u->docs);
    wy_free(mem, u->freqs);
    wy_free(mem, u->positions);
    wy_free(mem, u->stretches);
    wy_free(mem, u->order);
    wy_free(mem, u->sorting);
    wy_free(mem, u->joined.positions);
}

static const wy_occurrence_term *next_term(const part *p)
{
    const wy_occurrences *o = &p->inverter->occurrences;
    return p->next_term < o->count ? &o->terms[p->next_term] : NULL;
}

static int compare_terms(const wy_occurrence_term *a, const wy_occurrence_term *b)
{
    return wy_bytes_compare(wy_occurrence_key(a), a->key_length, wy_occurrence_key(b),
                            b->key_length);
}

/* The least of the parts' next terms; NULL: all are used up. */
static const wy_occurrence_term *least_term(const flush *f)
{
    const wy_occurrence_term *least = NULL;
    for (size_t i = 0; i < f->part_count; i++) {
        const wy_occurrence_term *term = next_term(&f->parts[i]);
        if (term && (!least || compare_terms(term, least) < 0)) least = term;
    }
    return least;
}

/* Room for `count` stretches more, and the end behind them. */
static bool make_room(flush *f, unpacked *u, size_t count)
{
    const size_t most = u->stretch_count + count + 1;
    return wy_grow(f->mem, &u->stretches, &u->stretch_room, most, sizeof *u->stretches) &&
           wy_grow(f->mem, &u->order, &u->order_room, most, sizeof *u->order);
}

/* Numbers the documents of postings `first` to u->count as in the segment. Where a stretch begins
 * cannot be foretold: each posting is noted as the begin of one, and written over where it is not.
 */
static bool place_postings(flush *f, unpacked *u, const place *places, uint32_t first)
{
    enum { AHEAD = 16, SOME = 256 };
    uint32_t end = 0, position = u->position_count;
    for (uint32_t i = first; i < u->count;) {
        const uint32_t left = u->count - i, some = i + (left < SOME ? left : SOME);
        if (!make_room(f, u, some - i)) return false;
        uint32_t number = u->stretch_count;
        for (; i < some; i++) {
            if (i + AHEAD < u->count) __builtin_prefetch(&places[u->docs[i + AHEAD]]);
            const place to = places[u->docs[i]];
            u->stretches[number] = (stretch){i, position};
            u->order[number] = (uint64_t)to.doc << 32 | number;
            number += to.end != end;
            end = to.end;
            u->docs[i] = to.doc;
            position += u->freqs[i];
        }
        u->stretch_count = number;
    }
    u->stretches[u->stretch_count] = (stretch){u->count, position};
    u->position_count = position;
    return true;
}

/* Unpacks a term of every part that has it, its documents numbered as in the segment, and moves
 * these on. */
static int unpack_term(flush *f, const wy_occurrence_term *term, unpacked *u, wy_error *error)
{
    enum { AHEAD = 4 };
    const wy_field field = wy_key_field(wy_occurrence_key(term)[0]);
    u->count = u->position_count = u->stretch_count = 0;
    for (size_t i = 0; i < f->part_count; i++) {
        part *p = &f->parts[i];
        const wy_occurrence_term *own = next_term(p);
        if (!own || (own != term && compare_terms(own, term) != 0)) continue;
        const uint32_t first = u->count;
        const size_t positions = u->position_count, most = (size_t)first + own->positions;
        if (!wy_grow(f->mem, &u->units, &u->unit_room, wy_occurrences_room(own),
                     sizeof *u->units) ||
            !wy_grow(f->mem, &u->docs, &u->doc_room, most + SPARE, sizeof *u->docs) ||
            !wy_grow(f->mem, &u->freqs, &u->freq_room, most + SPARE, sizeof *u->freqs) ||
            !wy_grow(f->mem, &u->positions, &u->position_room, positions + own->positions + SPARE,
                     sizeof *u->positions))
            return wy_fail_memory(error);
        u->count += wy_occurrences_unpack(own, u->units, u->docs + first, u->freqs + first,
                                          u->positions + positions);
        if (!place_postings(f, u, p->docs[field], first)) return wy_fail_memory(error);
        if (++p->next_term + AHEAD < p->inverter->occurrences.count)
            wy_occurrences_fetch(&p->inverter->occurrences.terms[p->next_term + AHEAD]);
    }
    return WY_OK;
}

/* Copies a few items, and up to SPARE more: how many they are cannot be foretold. */
static inline void copy_few(uint32_t *to, const uint32_t *from, size_t count)
{
    size_t i = 0;
    do {
        memcpy(to + i, from + i, SPARE * sizeof *to);
        i += SPARE;
    } while (i < count);
}

/* Adds what was put together: all of it, or what makes whole blocks. */
static int add_joined(flush *f, joined *j, bool all, wy_error *error)
{
    const uint32_t count = all ? j->count : j->count / WY_BLOCK * WY_BLOCK, left = j->count - count;
    size_t positions = 0;
    for (uint32_t i = 0; i < count; i++) positions += j->freqs[i];
    int status = wy_segment_add_postings(f->writer, j->docs, j->freqs, j->positions, count, error);
    memmove(j->docs, j->docs + count, left * sizeof *j->docs);
    memmove(j->freqs, j->freqs + count, left * sizeof *j->freqs);
    j->count = left;
    j->position_count -= positions;
    if (j->position_count > 0)
        memmove(j->positions, j->positions + positions, j->position_count * sizeof *j->positions);
    return status;
}

/* A stretch that is as long as what is put together is added as it is. */
static int add_stretch(flush *f, unpacked *u, const stretch *s, wy_error *error)
{
    joined *j = &u->joined;
    const uint32_t count = s[1].posting - s->posting, positions = s[1].position - s->position;
    int status = WY_OK;
    const bool alone = count > TOGETHER / 2;
    if (alone || j->count + count > TOGETHER) status = add_joined(f, j, alone, error);
    if (status != WY_OK) return status;
    if (alone)
        return wy_segment_add_postings(f->writer, u->docs + s->posting, u->freqs + s->posting,
                                       u->positions + s->position, count, error);
    const size_t room = j->position_count + positions + SPARE;
    if (room > j->position_room &&
        !wy_grow(f->mem, &j->positions, &j->position_room, room, sizeof *j->positions))
        return wy_fail_memory(error);
    copy_few(j->docs + j->count, u->docs + s->posting, count);
    copy_few(j->freqs + j->count, u->freqs + s->posting, count);
    copy_few(j->positions + j->position_count, u->positions + s->position, positions);
    j->count += count;
    j->position_count += positions;
    return WY_OK;
}

static int add_postings(flush *f, unpacked *u, wy_error *error)
{
    if (u->stretch_count == 1)
        return wy_segment_add_postings(f->writer, u->docs, u->freqs, u->positions, u->count, error);
    if (!wy_grow(f->mem, &u->sorting, &u->sorting_room, u->stretch_count, sizeof *u->sorting))
        return wy_fail_memory(error);
    wy_sort_u64(u->order, u->sorting, u->stretch_count, 32);
    int status = WY_OK;
    for (uint32_t i = 0; i < u->stretch_count && status == WY_OK; i++)
        status = add_stretch(f, u, &u->stretches[(uint32_t)u->order[i]], error);
    if (status == WY_OK) status = add_joined(f, &u->joined, true, error);
    return status;
}

static int add_terms(flush *f, wy_error *error)
{
    unpacked u = {0};
    unsigned steps = 0;
    int status = WY_OK;
    for (size_t i = 0; i < f->part_count; i++)
        wy_occurrences_sort(&f->parts[i].inverter->occurrences);
    for (const wy_occurrence_term *term; status == WY_OK && (term = least_term(f)) != NULL;) {
        const uint8_t *key = wy_occurrence_key(term);
        wy_segment_begin_term(f->writer, key[0]);
        status = unpack_term(f, term, &u, error);
        if (status == WY_OK) status = add_postings(f, &u, error);
        if (status == WY_OK) status = wy_segment_end_term(f->writer, key, term->key_length, error);
        if (status == WY_OK) status = go_on(f, &steps, false, error);
    }
    free_unpacked(f->mem, &u);
    return status;
}

/* ---- All of it ----------------------------------------------------------------------------- */

/* Asks the caller whether to go on while only texts are left to be written. */
static int wait_for_texts(flush *f, wy_error *error)
{
    enum { MILLISECONDS = 100 };
    while (!wy_beside_wait(&f->texts, MILLISECONDS))
        if (f->how->stop && f->how->stop(f->how->context)) return stopped(error);
    return WY_OK;
}

/* Texts on the one side, documents and terms on the other: neither needs the other. */
static int write_all(flush *f, wy_error *error)
{
    int status = wy_beside_start(&f->texts, f->how->two_threads, put_texts, f, error);
    if (status == WY_OK) status = add_documents(f, error);
    if (status == WY_OK) status = add_terms(f, error);
    if (status == WY_OK) status = wait_for_texts(f, error);
    return wy_beside_end(&f->texts, status, error);
}

/* Gives all memory back: what a large report made grow would count against the small ones that
 * come after it, and make a segment of each. */
static void forget(wy_inverter *v)
{
    enum { SCRATCH_KEPT = 1 << 20 }; /* bytes */
    wy_occurrences_free(&v->occurrences);
    if (v->scratch.capacity > SCRATCH_KEPT) wy_buf_free(&v->scratch);
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

int wy_inverter_flush(wy_inverter *const *inverters, size_t count, const wy_flush *how,
                      wy_segment_info *info, uint64_t **sequences, wy_error *error)
{
    flush f = {.mem = inverters[0]->mem, .how = how, .part_count = count};
    uint64_t *list = NULL;
    int status = make_order(&f, inverters, error);
    if (status == WY_OK) {
        list = wy_alloc_array(f.mem, f.report_count, sizeof *list);
        if (!list) status = wy_fail_memory(error);
    }
    for (size_t i = 0; i < f.report_count && status == WY_OK; i++)
        list[i] = f.order[i].report->sequence;
    if (status == WY_OK)
        status = wy_segment_create(how->env, f.mem, how->folder, how->number,
                                   wy_analyzer_counts_characters(inverters[0]->analyzer),
                                   how->two_threads, &f.writer, error);
    if (status == WY_OK) status = write_all(&f, error);
    if (status == WY_OK) {
        status = wy_segment_finish(f.writer, how->sync, info, error);
        f.writer = NULL;
    }
    if (status == WY_OK) {
        *sequences = list;
        list = NULL;
        for (size_t i = 0; i < count; i++) forget(inverters[i]);
    }
    wy_segment_abandon(f.writer);
    wy_free(f.mem, list);
    free_flush(&f);
    return status;
}
