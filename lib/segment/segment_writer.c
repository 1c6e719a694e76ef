#include "segment/segment_writer.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "columns/columns.h"
#include "positions/positions.h"
#include "postings/postings.h"
#include "segment/field.h"
#include "store/store.h"
#include "terms/terms.h"

enum {
    OFTEN = 4,
    SOME = 128, /* postings at once */
};

struct wy_segment_writer {
    const wy_env *env;
    const wy_mem *mem;
    char *paths[WY_COMPONENTS];
    uint64_t number;

    wy_terms_writer *terms;
    wy_postings_writer *postings;
    wy_positions_writer *positions;
    wy_store_writer *texts, *reports;
    wy_columns_writer *columns;

    /* Length codes of all documents: impacts need them again in the second pass. */
    wy_buf codes[WY_FIELDS];
    wy_field_stats stats[WY_FIELDS];
    wy_norms norms[WY_FIELDS];
    uint8_t impacts[WY_FIELDS][OFTEN][256]; /* by frequency - 1, where that is below OFTEN */

    uint8_t term_kind; /* of the current term */
    wy_term_info term;
    uint64_t positions_end; /* of the terms so far */
};

static void close_parts(wy_segment_writer *w)
{
    wy_terms_abandon(w->terms);
    wy_postings_abandon(w->postings);
    wy_positions_abandon(w->positions);
    wy_store_abandon(w->texts);
    wy_store_abandon(w->reports);
    wy_columns_abandon(w->columns);
    w->terms = NULL;
    w->postings = NULL;
    w->positions = NULL;
    w->texts = w->reports = NULL;
    w->columns = NULL;
}

static void free_writer(wy_segment_writer *w)
{
    for (int i = 0; i < WY_COMPONENTS; i++) wy_free(w->mem, w->paths[i]);
    for (int i = 0; i < WY_FIELDS; i++) wy_buf_free(&w->codes[i]);
    wy_free(w->mem, w);
}

void wy_segment_abandon(wy_segment_writer *w)
{
    if (!w) return;
    close_parts(w);
    for (int i = 0; i < WY_COMPONENTS; i++)
        if (w->paths[i])
            w->env->unlink(w->env, w->paths[i], NULL); /* best effort: never in a manifest */
    free_writer(w);
}

/* A hit needs the record of its report, whose block is nobody else's: blocks of 18 KiB take 15 us
 * to read, these 5, and for 3,503 laws 139 KB instead of 126. */
static const wy_store_options for_reports = {.block_size = 4 << 10};

int wy_segment_create(const wy_env *env, const wy_mem *mem, const char *folder, uint64_t number,
                      bool listed, bool two_threads, wy_segment_writer **out, wy_error *error)
{
    const wy_store_options for_texts = {.two_threads = two_threads};
    wy_segment_writer *w = wy_calloc(mem, sizeof *w);
    if (!w) return wy_fail_memory(error);
    w->env = env;
    w->mem = mem;
    w->number = number;
    for (int i = 0; i < WY_FIELDS; i++) wy_buf_init(&w->codes[i], mem);

    int status = WY_OK;
    for (int i = 0; i < WY_COMPONENTS && status == WY_OK; i++) {
        w->paths[i] = wy_component_path(mem, folder, number, (wy_component)i);
        if (!w->paths[i]) status = wy_fail_memory(error);
    }
    char *const *paths = w->paths;
    if (status == WY_OK)
        status = wy_terms_create(env, mem, paths[WY_COMPONENT_TERMS], &w->terms, error);
    if (status == WY_OK && listed) wy_terms_list_units(w->terms, wy_key_units);
    if (status == WY_OK)
        status = wy_postings_create(env, mem, paths[WY_COMPONENT_POSTINGS], &w->postings, error);
    if (status == WY_OK)
        status = wy_positions_create(env, mem, paths[WY_COMPONENT_POSITIONS], &w->positions, error);
    if (status == WY_OK)
        status = wy_store_create(env, mem, paths[WY_COMPONENT_TEXT], &for_texts, &w->texts, error);
    if (status == WY_OK)
        status = wy_store_create(env, mem, paths[WY_COMPONENT_REPORTS], &for_reports, &w->reports,
                                 error);
    if (status == WY_OK)
        status = wy_columns_create(env, mem, paths[WY_COMPONENT_COLUMNS], &w->columns, error);
    if (status != WY_OK) {
        wy_segment_abandon(w);
        return status;
    }
    *out = w;
    return WY_OK;
}

int wy_segment_offer_report(wy_segment_writer *w, const void *record, size_t length, uint64_t all,
                            wy_error *error)
{
    return wy_store_offer(w->reports, record, length, all, error);
}

int wy_segment_offer_paragraph(wy_segment_writer *w, const void *record, size_t length,
                               uint64_t all, wy_error *error)
{
    return wy_store_offer(w->texts, record, length, all, error);
}

int wy_segment_put_report(wy_segment_writer *w, const void *record, size_t length, wy_error *error)
{
    return wy_store_add(w->reports, record, length, error);
}

int wy_segment_put_paragraph(wy_segment_writer *w, const void *record, size_t length,
                             wy_error *error)
{
    return wy_store_add(w->texts, record, length, error);
}

/* Counts a document of a field, with the length as its code rounds it. */
static int add_length(wy_segment_writer *w, wy_field field, uint32_t length, wy_error *error)
{
    uint8_t code = wy_length_code(length);
    wy_buf_u8(&w->codes[field], code);
    if (w->codes[field].failed) return wy_fail_memory(error);
    w->stats[field].documents++;
    w->stats[field].length += wy_length_of(code);
    return WY_OK;
}

int wy_segment_add_report(wy_segment_writer *w, wy_string id, int32_t year, int32_t date,
                          uint32_t title_length, uint32_t issuer_length, wy_error *error)
{
    if (w->stats[WY_FIELD_TITLE].documents >= WY_DOC_MAX)
        return wy_fail(error, WY_E_LIMIT, w->paths[WY_COMPONENT_COLUMNS], WY_NO_OFFSET,
                       "a segment holds at most %u reports", WY_DOC_MAX);
    int status = add_length(w, WY_FIELD_TITLE, title_length, error);
    if (status == WY_OK) status = add_length(w, WY_FIELD_ISSUER, issuer_length, error);
    if (status == WY_OK)
        status = wy_columns_add_report(w->columns, id.data, id.length, year, date, title_length,
                                       issuer_length, error);
    return status;
}

int wy_segment_add_passage(wy_segment_writer *w, uint32_t length, wy_error *error)
{
    int status = add_length(w, WY_FIELD_SECTION, length, error);
    if (status == WY_OK) status = wy_columns_add_passage(w->columns, length, error);
    return status;
}

int wy_segment_add_paragraph(wy_segment_writer *w, uint32_t words, wy_error *error)
{
    if (w->stats[WY_FIELD_BODY].documents >= WY_DOC_MAX)
        return wy_fail(error, WY_E_LIMIT, w->paths[WY_COMPONENT_TEXT], WY_NO_OFFSET,
                       "a segment holds at most %u paragraphs", WY_DOC_MAX);
    int status = add_length(w, WY_FIELD_BODY, words, error);
    if (status == WY_OK) status = wy_columns_add_paragraph(w->columns, words, error);
    return status;
}

void wy_segment_end_documents(wy_segment_writer *w)
{
    for (int i = 0; i < WY_FIELDS; i++) {
        wy_norms_set(&w->norms[i], w->stats[i]);
        for (uint32_t freq = 1; freq <= OFTEN; freq++)
            for (int code = 0; code < 256; code++)
                w->impacts[i][freq - 1][code] = wy_impact(freq, w->norms[i].k[code]);
    }
}

void wy_segment_begin_term(wy_segment_writer *w, uint8_t field_and_kind)
{
    w->term_kind = field_and_kind;
    w->term = (wy_term_info){0};
}

/* At most SOME postings. */
static int add_some(wy_segment_writer *w, const uint32_t *docs, const uint32_t *freqs,
                    const uint32_t *positions, size_t count, wy_error *error)
{
    const wy_field field = wy_key_field(w->term_kind);
    const uint8_t *const all = w->codes[field].data;
    uint8_t codes[SOME], impacts[SOME];
    uint64_t total = 0;
    uint32_t most = 0;
    for (size_t i = 0; i < count; i++) {
        assert(freqs[i] > 0 && docs[i] < w->stats[field].documents);
        const uint32_t freq = freqs[i], often = freq < OFTEN ? freq : OFTEN;
        codes[i] = all[docs[i]];
        impacts[i] = w->impacts[field][often - 1][codes[i]];
        most = freq > most ? freq : most;
        total += freq;
    }
    for (size_t i = 0; i < count && most > OFTEN; i++)
        if (freqs[i] > OFTEN) impacts[i] = wy_impact(freqs[i], w->norms[field].k[codes[i]]);
    w->term.doc_freq += (uint32_t)count;
    w->term.total_freq += total;
    int status = wy_postings_add_all(w->postings, docs, freqs, impacts, count, error);
    if (status == WY_OK && wy_key_has_positions(w->term_kind))
        status = wy_positions_add_all(w->positions, codes, positions, freqs, count, error);
    return status;
}

int wy_segment_add_postings(wy_segment_writer *w, const uint32_t *docs, const uint32_t *freqs,
                            const uint32_t *positions, size_t count, wy_error *error)
{
    int status = WY_OK;
    for (size_t i = 0; i < count && status == WY_OK; i += SOME) {
        const uint64_t before = w->term.total_freq;
        status =
            add_some(w, docs + i, freqs + i, positions, count - i < SOME ? count - i : SOME, error);
        positions += w->term.total_freq - before;
    }
    return status;
}

int wy_segment_add_posting(wy_segment_writer *w, uint32_t doc, const uint32_t *positions,
                           uint32_t freq, wy_error *error)
{
    return add_some(w, &doc, &freq, positions, 1, error);
}

int wy_segment_end_term(wy_segment_writer *w, const void *key, size_t length, wy_error *error)
{
    if (w->term.doc_freq == 0) return WY_OK;
    wy_postings_place postings;
    wy_positions_place positions = {.offset = w->positions_end};
    int status = wy_postings_end(w->postings, &postings, error);
    if (status == WY_OK && wy_key_has_positions(w->term_kind))
        status = wy_positions_end(w->positions, &positions, error);
    if (status != WY_OK) return status;
    w->positions_end = positions.offset + positions.length;
    assert(postings.count == w->term.doc_freq);
    w->term.postings_offset = postings.offset;
    w->term.postings_length = postings.length;
    w->term.positions_offset = positions.offset;
    w->term.positions_length = positions.length;
    return wy_terms_add(w->terms, key, length, &w->term, error);
}

int wy_segment_finish(wy_segment_writer *w, bool sync, wy_segment_info *out, wy_error *error)
{
    wy_segment_info info = {.number = w->number};
    info.paragraphs = info.live_paragraphs = (uint32_t)w->stats[WY_FIELD_BODY].documents;
    info.reports = info.live_reports = (uint32_t)w->stats[WY_FIELD_TITLE].documents;

    /* Each finish frees its part, whatever comes of it. */
    int status = wy_terms_finish(w->terms, sync, &info.seals[WY_COMPONENT_TERMS], error);
    w->terms = NULL;
    if (status == WY_OK) {
        status = wy_postings_finish(w->postings, sync, &info.seals[WY_COMPONENT_POSTINGS], error);
        w->postings = NULL;
    }
    if (status == WY_OK) {
        status =
            wy_positions_finish(w->positions, sync, &info.seals[WY_COMPONENT_POSITIONS], error);
        w->positions = NULL;
    }
    if (status == WY_OK) {
        status = wy_store_finish(w->texts, sync, &info.seals[WY_COMPONENT_TEXT], error);
        w->texts = NULL;
    }
    if (status == WY_OK) {
        status = wy_store_finish(w->reports, sync, &info.seals[WY_COMPONENT_REPORTS], error);
        w->reports = NULL;
    }
    if (status == WY_OK) {
        status = wy_columns_finish(w->columns, sync, &info.seals[WY_COMPONENT_COLUMNS], error);
        w->columns = NULL;
    }
    if (status != WY_OK) {
        wy_segment_abandon(w);
        return status;
    }
    *out = info;
    free_writer(w);
    return WY_OK;
}
