#include "segment/delete.h"

#include <string.h>

/* Ids of a field's documents that die: ranges, ascending. */
typedef struct range {
    uint32_t first, end;
} range;

typedef struct deletion {
    const wy_mem *mem;
    const wy_segment *segment;
    uint32_t count;
    range *ranges[WY_FIELDS];
    uint8_t *paragraph_bits, *report_bits;
    wy_live_content content;
    wy_dead_term *terms;
    size_t term_count, term_capacity;
} deletion;

static size_t bit_bytes(uint32_t bits)
{
    return ((size_t)bits + 7) / 8;
}

/* A copy of the bits as they are, or all ones where nothing was deleted yet. */
static uint8_t *copy_bits(const wy_mem *mem, const uint8_t *bits, uint32_t count)
{
    size_t bytes = bit_bytes(count);
    uint8_t *copy = wy_alloc(mem, bytes ? bytes : 1);
    if (!copy) return NULL;
    if (bits) {
        memcpy(copy, bits, bytes);
    } else {
        memset(copy, 0xff, bytes);
        if (count & 7) copy[bytes - 1] = (uint8_t)((1u << (count & 7)) - 1);
    }
    return copy;
}

static void clear_bit(uint8_t *bits, uint32_t i)
{
    bits[i >> 3] &= (uint8_t) ~(1u << (i & 7));
}

static int too_much(const deletion *d, wy_error *error)
{
    const wy_live *live = wy_segment_live(d->segment);
    return wy_sealed_damaged(live ? wy_live_file(live)
                                  : wy_columns_file(wy_segment_columns(d->segment)),
                             WY_NO_OFFSET, error, "more is deleted than the counts say there is");
}

/* Lowers the length of a field by that of its documents in `gone`. */
static int shorten(deletion *d, wy_field field, range gone, const uint8_t *lengths, wy_error *error)
{
    uint64_t words = 0;
    for (uint32_t doc = gone.first; doc < gone.end; doc++) words += wy_length_of(lengths[doc]);
    if (d->content.live_lengths[field] < words) return too_much(d, error);
    d->content.live_lengths[field] -= words;
    return WY_OK;
}

/* The passages of a report; where it has no paragraph, none at `before`. */
static int find_passages(const deletion *d, const wy_report_row *row, uint32_t before, range *out,
                         wy_error *error)
{
    const wy_columns *columns = wy_segment_columns(d->segment);
    *out = (range){before, before};
    if (row->first_paragraph == row->end_paragraph) return WY_OK;
    int status = wy_columns_passage_of(columns, row->first_paragraph, &out->first, error);
    if (status == WY_OK)
        status = wy_columns_passage_of(columns, row->end_paragraph - 1, &out->end, error);
    out->end++;
    return status;
}

/* Clears the bits and lowers the counts of one report. */
static int kill_report(deletion *d, uint32_t i, uint32_t report,
                       const uint8_t *const lengths[WY_FIELDS], wy_error *error)
{
    wy_report_row row;
    range gone[3]; /* by unit */
    uint32_t before = i ? d->ranges[WY_FIELD_SECTION][i - 1].end : 0;
    int status = wy_columns_report(wy_segment_columns(d->segment), report, &row, error);
    if (status == WY_OK) status = find_passages(d, &row, before, &gone[WY_UNIT_PASSAGE], error);
    if (status != WY_OK) return status;
    gone[WY_UNIT_PARAGRAPH] = (range){row.first_paragraph, row.end_paragraph};
    gone[WY_UNIT_REPORT] = (range){report, report + 1};

    wy_live_content *c = &d->content;
    const uint32_t paragraphs = row.end_paragraph - row.first_paragraph;
    const uint32_t passages = gone[WY_UNIT_PASSAGE].end - gone[WY_UNIT_PASSAGE].first;
    if (c->live_reports == 0 || c->live_paragraphs < paragraphs || c->live_passages < passages ||
        !wy_bit(d->report_bits, report))
        return too_much(d, error);
    for (uint32_t p = row.first_paragraph; p < row.end_paragraph; p++)
        clear_bit(d->paragraph_bits, p);
    clear_bit(d->report_bits, report);
    c->live_reports--;
    c->live_paragraphs -= paragraphs;
    c->live_passages -= passages;
    for (int f = 0; f < WY_FIELDS && status == WY_OK; f++) {
        d->ranges[f][i] = gone[wy_field_unit((wy_field)f)];
        status = shorten(d, (wy_field)f, d->ranges[f][i], lengths[f], error);
    }
    return status;
}

static int kill_reports(deletion *d, const uint32_t *reports, wy_error *error)
{
    const wy_segment *s = d->segment;
    const uint8_t *paragraphs, *old, *lengths[WY_FIELDS];
    int status = wy_segment_live_bits(s, &paragraphs, &old, error);
    for (int f = 0; f < WY_FIELDS && status == WY_OK; f++)
        status = wy_segment_lengths(s, (wy_field)f, &lengths[f], error);
    if (status != WY_OK) return status;
    d->content.paragraphs = wy_segment_paragraphs(s);
    d->content.reports = wy_segment_reports(s);
    d->content.live_paragraphs = wy_segment_get_info(s)->live_paragraphs;
    d->content.live_reports = wy_segment_get_info(s)->live_reports;
    d->content.live_passages = (uint32_t)wy_segment_stats(s, WY_FIELD_SECTION).documents;
    d->paragraph_bits = copy_bits(d->mem, paragraphs, d->content.paragraphs);
    d->report_bits = copy_bits(d->mem, old, d->content.reports);
    bool memory = d->paragraph_bits && d->report_bits;
    for (int f = 0; f < WY_FIELDS; f++) {
        d->content.live_lengths[f] = wy_segment_stats(s, (wy_field)f).length;
        d->ranges[f] = wy_alloc_array(d->mem, d->count, sizeof(range));
        memory = memory && d->ranges[f];
    }
    if (!memory) return wy_fail_memory(error);
    for (uint32_t i = 0; i < d->count && status == WY_OK; i++)
        status = kill_report(d, i, reports[i], lengths, error);
    return status;
}

/* Counts the postings of one term that lie in the ranges. */
static int count_dead(const deletion *d, const wy_segment_term *term, uint32_t *dead,
                      wy_error *error)
{
    wy_postings p;
    const range *ranges = d->ranges[term->field];
    int status = wy_segment_term_postings(d->segment, term, &p, error);
    *dead = 0;
    for (uint32_t i = 0; i < d->count && status == WY_OK; i++) {
        status = wy_postings_seek(&p, ranges[i].first, error);
        while (status == WY_OK && p.doc < ranges[i].end) {
            ++*dead;
            status = wy_postings_next(&p, error);
        }
        if (status == WY_OK && p.doc == WY_NO_DOC) break;
        /* Ranges before the posting hold nothing. */
        while (status == WY_OK && i + 1 < d->count && ranges[i + 1].end <= p.doc) i++;
    }
    return status;
}

static int count_terms(deletion *d, wy_error *error)
{
    const wy_terms *terms = wy_segment_terms(d->segment);
    const wy_live *live = wy_segment_live(d->segment);
    wy_terms_cursor cursor;
    int status = wy_terms_seek(&cursor, terms, "", 0, error);
    while (status == WY_OK && cursor.valid) {
        if (cursor.key[0] >> 4 >= WY_FIELDS)
            return wy_sealed_damaged(wy_terms_file(terms), WY_NO_OFFSET, error,
                                     "a term belongs to no known field");
        wy_segment_term term = {.field = wy_key_field(cursor.key[0]), .info = cursor.info};
        uint32_t before = 0, dead = 0;
        if (live) status = wy_live_dead(live, cursor.info.ordinal, &before, error);
        if (status == WY_OK) status = count_dead(d, &term, &dead, error);
        if (status == WY_OK && before + dead) {
            if (!wy_grow(d->mem, &d->terms, &d->term_capacity, d->term_count + 1, sizeof *d->terms))
                return wy_fail_memory(error);
            d->terms[d->term_count++] = (wy_dead_term){cursor.info.ordinal, before + dead};
        }
        if (status == WY_OK) status = wy_terms_next(&cursor, error);
    }
    return status;
}

int wy_segment_delete(const wy_env *env, const wy_mem *mem, const char *folder,
                      const wy_segment *segment, const uint32_t *reports, uint32_t count,
                      uint64_t generation, bool sync, wy_segment_info *info, wy_error *error)
{
    deletion d = {.mem = mem, .segment = segment, .count = count};
    wy_seal seal;
    char *path = wy_live_path(mem, folder, info->number, generation);
    int status = path ? kill_reports(&d, reports, error) : wy_fail_memory(error);
    if (status == WY_OK) status = count_terms(&d, error);
    if (status == WY_OK) {
        d.content.paragraph_bits = d.paragraph_bits;
        d.content.report_bits = d.report_bits;
        d.content.dead_terms = d.terms;
        d.content.dead_term_count = (uint32_t)d.term_count;
        status = wy_live_write(env, mem, path, &d.content, sync, &seal, error);
    }
    if (status == WY_OK) {
        info->live_generation = generation;
        info->live_seal = seal;
        info->live_paragraphs = d.content.live_paragraphs;
        info->live_reports = d.content.live_reports;
    }
    wy_free(mem, path);
    wy_free(mem, d.terms);
    wy_free(mem, d.paragraph_bits);
    wy_free(mem, d.report_bits);
    for (int i = 0; i < WY_FIELDS; i++) wy_free(mem, d.ranges[i]);
    return status;
}
