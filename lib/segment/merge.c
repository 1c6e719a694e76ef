#include "segment/merge.h"

#include <string.h>

#include "base/beside.h"
#include "base/order.h"
#include "segment/record.h"
#include "segment/segment_writer.h"

enum { PROGRESS_EVERY = 4096 }; /* paragraphs or terms */

/* The sources are mapped, and what was read of them counts as memory of the process until somebody
 * else needs it. So that a merge takes no more of it the larger they are, it is let go now and
 * then: whenever so many bytes of text, positions or paragraphs' lengths were read. */
#define EVICT_EVERY ((uint64_t)4 << 20)

typedef struct source {
    const wy_segment *segment;
    const uint8_t *live_reports; /* NULL: all live */
    const uint8_t *lengths[WY_FIELDS];

    /* First pass: the next live report, decoded. */
    wy_store_reader *texts, *records;
    uint32_t next; /* report */
    const uint8_t *record;
    size_t record_length;
    wy_string id;
    int32_t year;

    /* Where the source's reports went. old_first has one more entry, the end. */
    uint32_t *new_report; /* WY_NO_DOC: dead */
    uint32_t *new_first;  /* first paragraph in the new segment */
    uint32_t *old_first;
    uint32_t *new_passage; /* WY_NO_DOC: dead */
    uint32_t next_passage; /* first pass: the next one, in the source */
    uint32_t next_text;    /* when texts are copied: the next report, in the source */

    /* Second pass. */
    wy_terms_cursor cursor;
    bool in_term; /* has the current term, postings not used up */
    wy_postings postings;
    wy_positions positions;
    uint32_t report; /* that the current posting is in */
    uint32_t doc;    /* of the current posting, in the new segment */
} source;

typedef struct merge {
    const wy_mem *mem;
    const wy_merge_options *options;
    source *sources;
    size_t count;
    wy_segment_writer *writer;
    uint32_t new_passages; /* so far */
    uint32_t *order;       /* of each new report the source */
    size_t reports, order_room;
    uint64_t done, total;
    uint64_t read;   /* since pages were let go; positions count as a byte */
    wy_beside texts; /* they are copied beside the terms */
} merge;

static int stopped(wy_error *error)
{
    return wy_fail(error, WY_E_CANCELLED, NULL, WY_NO_OFFSET, "merging was stopped");
}

static int tell(merge *m, wy_error *error)
{
    if (++m->done % PROGRESS_EVERY || !m->options->progress) return WY_OK;
    return m->options->progress(m->options->context, m->done, m->total) ? stopped(error) : WY_OK;
}

/* Notes that of some source so many bytes were read. */
static void note_read(const merge *m, uint64_t *read, uint64_t bytes)
{
    *read += bytes;
    if (*read < EVICT_EVERY) return;
    *read = 0;
    for (size_t i = 0; i < m->count; i++) wy_segment_evict(m->sources[i].segment);
}

static int damaged(const wy_sealed *file, wy_error *error, const char *reason)
{
    return wy_sealed_damaged(file, WY_NO_OFFSET, error, reason);
}

/* ---- Documents ------------------------------------------------------------------------------ */

/* Moves to the next live report and reads its record. */
static int load_report(source *s, const wy_mem *mem, wy_error *error)
{
    uint32_t reports = wy_segment_reports(s->segment);
    while (s->next < reports && s->live_reports && !wy_bit(s->live_reports, s->next)) s->next++;
    if (s->next == reports) return WY_OK;
    wy_report report;
    wy_section *sections;
    int status = wy_segment_read_report(s->segment, s->records, mem, s->next, &report, NULL,
                                        &sections, error);
    if (status == WY_OK) /* the reader still holds it */
        status = wy_store_get(s->records, s->next, &s->record, &s->record_length, error);
    wy_free(mem, sections);
    if (status != WY_OK) return status;
    s->id = report.id;
    s->year = report.year;
    return WY_OK;
}

static int open_source(source *s, const wy_segment *segment, const wy_mem *mem, wy_error *error)
{
    s->segment = segment;
    uint32_t reports = wy_segment_reports(segment);
    const uint8_t *paragraphs;
    int status = wy_segment_live_bits(segment, &paragraphs, &s->live_reports, error);
    for (int f = 0; f < WY_FIELDS && status == WY_OK; f++)
        status = wy_segment_lengths(segment, (wy_field)f, &s->lengths[f], error);
    if (status == WY_OK) status = wy_store_reader_open(wy_segment_texts(segment), &s->texts, error);
    if (status == WY_OK)
        status = wy_store_reader_open(wy_segment_report_records(segment), &s->records, error);
    if (status != WY_OK) return status;

    s->new_report = wy_alloc_array(mem, reports, sizeof(uint32_t));
    s->new_first = wy_alloc_array(mem, reports, sizeof(uint32_t));
    s->old_first = wy_alloc_array(mem, (size_t)reports + 1, sizeof(uint32_t));
    const wy_columns *columns = wy_segment_columns(segment);
    const uint32_t passages = wy_columns_passages(columns);
    s->new_passage = wy_alloc_array(mem, passages, sizeof(uint32_t));
    if (!s->new_report || !s->new_first || !s->old_first || !s->new_passage)
        return wy_fail_memory(error);
    for (uint32_t i = 0; i < passages; i++) s->new_passage[i] = WY_NO_DOC;
    s->old_first[0] = 0;
    for (uint32_t i = 0; i < reports; i++) {
        wy_report_row row;
        status = wy_columns_report(columns, i, &row, error);
        if (status != WY_OK) return status;
        if (row.first_paragraph != s->old_first[i] || row.end_paragraph < row.first_paragraph ||
            row.end_paragraph > wy_segment_paragraphs(segment))
            return damaged(wy_columns_file(columns), error,
                           "the paragraphs of the reports do not follow one another");
        s->old_first[i + 1] = row.end_paragraph;
        s->new_report[i] = WY_NO_DOC;
        s->new_first[i] = 0;
    }
    if (s->old_first[reports] != wy_segment_paragraphs(segment))
        return damaged(wy_columns_file(columns), error, "some paragraphs belong to no report");
    return load_report(s, mem, error);
}

static void close_source(source *s, const wy_mem *mem)
{
    wy_store_reader_close(s->texts);
    wy_store_reader_close(s->records);
    wy_positions_close(&s->positions);
    wy_free(mem, s->new_report);
    wy_free(mem, s->new_first);
    wy_free(mem, s->old_first);
    wy_free(mem, s->new_passage);
}

static bool report_before(const source *a, const source *b)
{
    if (a->year != b->year) return a->year < b->year;
    return wy_bytes_compare(a->id.data, a->id.length, b->id.data, b->id.length) < 0;
}

/* Begins the source's next passage if it begins with paragraph `p`, as it must with the first of a
 * report; passes over those before. */
static int copy_passage(merge *m, source *s, uint32_t p, wy_error *error)
{
    const wy_columns *columns = wy_segment_columns(s->segment);
    uint32_t first = p, end;
    for (; s->next_passage < wy_columns_passages(columns); s->next_passage++) {
        int status = wy_columns_passage(columns, s->next_passage, &first, &end, error);
        if (status != WY_OK) return status;
        if (first >= p) break;
    }
    if (first != p || s->next_passage == wy_columns_passages(columns)) {
        if (p != s->old_first[s->next]) return WY_OK;
        return damaged(wy_columns_file(columns), error, "a report begins within a passage");
    }
    const uint32_t passage = s->next_passage++;
    s->new_passage[passage] = m->new_passages++;
    return wy_segment_add_passage(m->writer, wy_length_of(s->lengths[WY_FIELD_SECTION][passage]),
                                  error);
}

static int copy_report(merge *m, source *s, uint32_t new_report, uint32_t *new_paragraph,
                       wy_error *error)
{
    uint32_t report = s->next;
    wy_report_row row;
    int status = wy_columns_report(wy_segment_columns(s->segment), report, &row, error);
    if (status != WY_OK) return status;
    if (row.year != s->year)
        return damaged(wy_columns_file(wy_segment_columns(s->segment)), error,
                       "a report's year is not that of its record");
    s->new_report[report] = new_report;
    s->new_first[report] = *new_paragraph;
    status = wy_segment_add_report(m->writer, s->id, row.year, row.date,
                                   wy_length_of(s->lengths[WY_FIELD_TITLE][report]),
                                   wy_length_of(s->lengths[WY_FIELD_ISSUER][report]), error);
    if (status == WY_OK)
        status = wy_segment_put_report(m->writer, s->record, s->record_length, error);
    for (uint32_t p = s->old_first[report]; p < s->old_first[report + 1] && status == WY_OK; p++) {
        status = copy_passage(m, s, p, error);
        if (status == WY_OK)
            status = wy_segment_add_paragraph(m->writer, wy_length_of(s->lengths[WY_FIELD_BODY][p]),
                                              error);
        ++*new_paragraph;
    }
    note_read(m, &m->read, s->record_length + (s->old_first[report + 1] - s->old_first[report]));
    return status;
}

static int merge_documents(merge *m, wy_error *error)
{
    enum { EVERY = 256 }; /* reports */
    const wy_merge_options *o = m->options;
    uint32_t new_report = 0, new_paragraph = 0;
    for (;;) {
        source *first = NULL;
        for (size_t i = 0; i < m->count; i++) {
            source *s = &m->sources[i];
            if (s->next < wy_segment_reports(s->segment) && (!first || report_before(s, first)))
                first = s;
        }
        if (!first) break;
        if (!wy_grow(m->mem, &m->order, &m->order_room, m->reports + 1, sizeof *m->order))
            return wy_fail_memory(error);
        m->order[m->reports++] = (uint32_t)(first - m->sources);
        int status = copy_report(m, first, new_report++, &new_paragraph, error);
        first->next++;
        if (status == WY_OK) status = load_report(first, m->mem, error);
        if (status == WY_OK && new_report % EVERY == 0 && o->progress &&
            o->progress(o->context, m->done, m->total))
            status = stopped(error);
        if (status != WY_OK) return status;
    }
    wy_segment_end_documents(m->writer);
    return WY_OK;
}

/* Copies the texts of the paragraphs, in the order that was found. */
static int copy_texts(void *context, bool threaded, wy_error *error)
{
    merge *m = context;
    unsigned steps = 0;
    uint64_t read = 0; /* not m->read, which may be another thread's */
    int status = WY_OK;
    for (size_t i = 0; i < m->reports && status == WY_OK; i++) {
        source *s = &m->sources[m->order[i]];
        while (s->new_report[s->next_text] == WY_NO_DOC) s->next_text++;
        const uint32_t report = s->next_text++;
        for (uint32_t p = s->old_first[report]; p < s->old_first[report + 1] && !status; p++) {
            const uint8_t *data;
            size_t length;
            status = wy_store_get(s->texts, p, &data, &length, error);
            if (status == WY_OK) status = wy_segment_put_paragraph(m->writer, data, length, error);
            note_read(m, &read, status == WY_OK ? length : 0);
            if (status == WY_OK && !threaded) status = tell(m, error);
            if (status == WY_OK && threaded && ++steps % PROGRESS_EVERY == 0 &&
                wy_beside_is_over(&m->texts))
                status = stopped(error);
        }
    }
    return status;
}

/* ---- Terms ---------------------------------------------------------------------------------- */

/* The report that paragraph `doc` is in, from s->report on: a galloping search, since postings
 * of a rare term lie far apart and those of a frequent one in the same report. */
static void find_report(source *s, uint32_t doc)
{
    uint32_t reports = wy_segment_reports(s->segment);
    uint32_t low = s->report, step = 1;
    while (low + step < reports && s->old_first[low + step] <= doc) {
        low += step;
        step *= 2;
    }
    uint32_t high = low + step < reports ? low + step : reports; /* old_first[high] > doc */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->old_first[middle] <= doc)
            low = middle;
        else
            high = middle;
    }
    s->report = low;
}

/* Moves to the next posting of a live document. */
static int next_posting(source *s, wy_field field, wy_error *error)
{
    for (;;) {
        int status = wy_postings_next(&s->postings, error);
        if (status != WY_OK) return status;
        uint32_t doc = s->postings.doc;
        if (doc == WY_NO_DOC) {
            s->in_term = false;
            wy_positions_close(&s->positions);
            memset(&s->positions, 0, sizeof s->positions);
            return WY_OK;
        }
        const wy_unit unit = wy_field_unit(field);
        if (unit == WY_UNIT_REPORT) {
            s->doc = s->new_report[doc];
        } else if (unit == WY_UNIT_PASSAGE) {
            s->doc = s->new_passage[doc];
        } else {
            find_report(s, doc);
            s->doc = s->new_report[s->report] == WY_NO_DOC
                         ? WY_NO_DOC
                         : s->new_first[s->report] + (doc - s->old_first[s->report]);
        }
        if (s->doc != WY_NO_DOC) return WY_OK;
    }
}

static int open_term(source *s, const wy_mem *mem, wy_field field, wy_error *error)
{
    wy_segment_term term = {.field = field, .info = s->cursor.info};
    int status = wy_segment_term_postings(s->segment, &term, &s->postings, error);
    if (status == WY_OK && wy_key_has_positions(s->cursor.key[0]))
        status = wy_segment_term_positions(s->segment, mem, &term, &s->positions, error);
    if (status != WY_OK) return status;
    s->in_term = true;
    s->report = 0;
    return next_posting(s, field, error);
}

static int copy_posting(merge *m, source *s, wy_error *error)
{
    wy_postings *p = &s->postings;
    uint32_t freq, count;
    const uint32_t *positions = NULL;
    int status = wy_postings_freq(p, &freq, error);
    if (status == WY_OK && wy_key_has_positions(s->cursor.key[0]))
        status = wy_positions_get(&s->positions, p->block, p->docs, p->freqs, p->block_count,
                                  p->index, &positions, &count, error);
    if (status == WY_OK) status = wy_segment_add_posting(m->writer, s->doc, positions, freq, error);
    note_read(m, &m->read, 1 + (uint64_t)(status == WY_OK ? freq : 0));
    return status;
}

static int compare_keys(const wy_terms_cursor *a, const wy_terms_cursor *b)
{
    return wy_bytes_compare(a->key, a->length, b->key, b->length);
}

/* Merges the postings of the sources that are in the term. */
static int merge_postings(merge *m, wy_field field, wy_error *error)
{
    for (;;) {
        source *first = NULL;
        for (size_t i = 0; i < m->count; i++) {
            source *s = &m->sources[i];
            if (s->in_term && (!first || s->doc < first->doc)) first = s;
        }
        if (!first) return WY_OK;
        int status = copy_posting(m, first, error);
        if (status == WY_OK) status = next_posting(first, field, error);
        if (status != WY_OK) return status;
    }
}

static int merge_term(merge *m, const source *model, wy_error *error)
{
    wy_terms_cursor key = model->cursor;
    if (key.key[0] >> 4 >= WY_FIELDS)
        return damaged(wy_terms_file(wy_segment_terms(model->segment)), error,
                       "a term belongs to no known field");
    wy_field field = wy_key_field(key.key[0]);
    int status = WY_OK;
    for (size_t i = 0; i < m->count && status == WY_OK; i++) {
        source *s = &m->sources[i];
        if (s->cursor.valid && compare_keys(&s->cursor, &key) == 0)
            status = open_term(s, m->mem, field, error);
    }
    if (status != WY_OK) return status;
    wy_segment_begin_term(m->writer, key.key[0]);
    status = merge_postings(m, field, error);
    if (status == WY_OK) status = wy_segment_end_term(m->writer, key.key, key.length, error);
    for (size_t i = 0; i < m->count && status == WY_OK; i++) {
        source *s = &m->sources[i];
        if (s->cursor.valid && compare_keys(&s->cursor, &key) == 0)
            status = wy_terms_next(&s->cursor, error);
    }
    return status;
}

static int merge_terms(merge *m, wy_error *error)
{
    int status = WY_OK;
    m->done = m->total = 0;
    for (size_t i = 0; i < m->count && status == WY_OK; i++) {
        const wy_terms *terms = wy_segment_terms(m->sources[i].segment);
        m->total += wy_terms_count(terms);
        status = wy_terms_seek(&m->sources[i].cursor, terms, "", 0, error);
    }
    while (status == WY_OK) {
        const source *first = NULL;
        for (size_t i = 0; i < m->count; i++) {
            const source *s = &m->sources[i];
            if (s->cursor.valid && (!first || compare_keys(&s->cursor, &first->cursor) < 0))
                first = s;
        }
        if (!first) break;
        status = merge_term(m, first, error);
        if (status == WY_OK) status = tell(m, error);
        if (status == WY_OK && wy_beside_is_over(&m->texts)) status = stopped(error);
    }
    return status;
}

/* Asks the caller whether to go on while only texts are left to be copied. */
static int wait_for_texts(merge *m, wy_error *error)
{
    enum { MILLISECONDS = 100 };
    const wy_merge_options *o = m->options;
    while (!wy_beside_wait(&m->texts, MILLISECONDS))
        if (o->progress && o->progress(o->context, m->total, m->total)) return stopped(error);
    return WY_OK;
}

int wy_segment_merge(const wy_env *env, const wy_mem *mem, const char *folder,
                     const wy_segment *const *sources, size_t count, uint64_t number,
                     const wy_merge_options *options, wy_segment_info *out, wy_error *error)
{
    merge m = {.mem = mem, .options = options, .count = count};
    int status = WY_OK;
    m.sources = wy_calloc(mem, count * sizeof *m.sources);
    if (!m.sources) return wy_fail_memory(error);
    bool listed = false;
    for (size_t i = 0; i < count && status == WY_OK; i++) {
        status = open_source(&m.sources[i], sources[i], mem, error);
        listed = listed || wy_terms_listed(wy_segment_terms(sources[i]));
        m.total += wy_segment_get_info(sources[i])->live_paragraphs;
    }
    if (status == WY_OK)
        status = wy_segment_create(env, mem, folder, number, listed, options->two_threads,
                                   &m.writer, error);
    if (status == WY_OK) status = merge_documents(&m, error);
    if (status == WY_OK) {
        status = wy_beside_start(&m.texts, options->two_threads, copy_texts, &m, error);
        if (status == WY_OK) status = merge_terms(&m, error);
        if (status == WY_OK) status = wait_for_texts(&m, error);
        status = wy_beside_end(&m.texts, status, error);
    }
    if (status == WY_OK) {
        status = wy_segment_finish(m.writer, options->sync, out, error);
        m.writer = NULL;
    }
    wy_segment_abandon(m.writer);
    for (size_t i = 0; i < count; i++) close_source(&m.sources[i], mem);
    wy_free(mem, m.sources);
    wy_free(mem, m.order);
    return status;
}
