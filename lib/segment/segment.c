#include "segment/segment.h"

#include <string.h>

_Static_assert((int)WY_COLUMNS_FIELDS == (int)WY_FIELDS && WY_LIVE_FIELDS == (int)WY_FIELDS &&
                   (int)WY_COLUMNS_TITLE == (int)WY_FIELD_TITLE &&
                   (int)WY_COLUMNS_ISSUER == (int)WY_FIELD_ISSUER &&
                   (int)WY_COLUMNS_SECTION == (int)WY_FIELD_SECTION,
               "files number fields as field.h does");

struct wy_segment {
    const wy_mem *mem;
    wy_segment_info info;
    wy_terms *terms;
    wy_sealed *postings, *positions;
    wy_store *texts, *reports;
    wy_columns *columns;
    wy_live *live; /* NULL: nothing deleted */
};

static int open_live(wy_segment *s, const wy_env *env, const char *folder, wy_error *error)
{
    if (!s->info.live_generation) return WY_OK;
    char *path = wy_live_path(s->mem, folder, s->info.number, s->info.live_generation);
    if (!path) return wy_fail_memory(error);
    int status = wy_live_open(env, s->mem, path, &s->info.live_seal, &s->live, error);
    if (status == WY_OK) {
        const wy_live_content *c = wy_live_counts(s->live);
        if (c->paragraphs != s->info.paragraphs || c->reports != s->info.reports ||
            c->live_paragraphs != s->info.live_paragraphs ||
            c->live_reports != s->info.live_reports)
            status = wy_fail(error, WY_E_DAMAGED, path, WY_NO_OFFSET,
                             "the live set does not fit its segment");
    }
    wy_free(s->mem, path);
    return status;
}

static int open_component(wy_segment *s, const wy_env *env, const char *folder,
                          wy_component component, wy_error *error)
{
    char *path = wy_component_path(s->mem, folder, s->info.number, component);
    if (!path) return wy_fail_memory(error);
    const wy_seal *seal = &s->info.seals[component];
    int status = WY_E_INTERNAL;
    switch (component) {
    case WY_COMPONENT_TERMS:
        status = wy_terms_open(env, s->mem, path, seal, &s->terms, error);
        break;
    case WY_COMPONENT_POSTINGS:
        status = wy_postings_file_open(env, s->mem, path, seal, &s->postings, error);
        break;
    case WY_COMPONENT_POSITIONS:
        status = wy_positions_file_open(env, s->mem, path, seal, &s->positions, error);
        break;
    case WY_COMPONENT_TEXT:
        status = wy_store_open(env, s->mem, path, seal, &s->texts, error);
        break;
    case WY_COMPONENT_REPORTS:
        status = wy_store_open(env, s->mem, path, seal, &s->reports, error);
        break;
    case WY_COMPONENT_COLUMNS:
        status = wy_columns_open(env, s->mem, path, seal, &s->columns, error);
        break;
    case WY_COMPONENTS:
        break;
    }
    wy_free(s->mem, path);
    return status;
}

int wy_segment_open(const wy_env *env, const wy_mem *mem, const char *folder,
                    const wy_segment_info *info, wy_segment **out, wy_error *error)
{
    wy_segment *s = wy_calloc(mem, sizeof *s);
    if (!s) return wy_fail_memory(error);
    s->mem = mem;
    s->info = *info;
    int status = WY_OK;
    for (int i = 0; i < WY_COMPONENTS && status == WY_OK; i++)
        status = open_component(s, env, folder, (wy_component)i, error);
    if (status == WY_OK) status = open_live(s, env, folder, error);
    if (status == WY_OK && (wy_columns_paragraphs(s->columns) != info->paragraphs ||
                            wy_columns_reports(s->columns) != info->reports ||
                            wy_store_count(s->texts) != info->paragraphs ||
                            wy_store_count(s->reports) != info->reports))
        status = wy_fail(error, WY_E_DAMAGED, wy_sealed_path(wy_columns_file(s->columns)),
                         WY_NO_OFFSET, "the files of the segment do not fit each other");
    if (status != WY_OK) {
        wy_segment_close(s);
        return status;
    }
    *out = s;
    return WY_OK;
}

void wy_segment_close(wy_segment *s)
{
    if (!s) return;
    wy_terms_close(s->terms);
    wy_sealed_close(s->postings);
    wy_sealed_close(s->positions);
    wy_store_close(s->texts);
    wy_store_close(s->reports);
    wy_columns_close(s->columns);
    wy_live_close(s->live);
    wy_free(s->mem, s);
}

void wy_segment_evict(const wy_segment *s)
{
    wy_sealed_evict(wy_terms_file(s->terms));
    wy_sealed_evict(s->postings);
    wy_sealed_evict(s->positions);
    wy_sealed_evict(wy_store_file(s->texts));
    wy_sealed_evict(wy_store_file(s->reports));
    wy_sealed_evict(wy_columns_file(s->columns));
}

const wy_segment_info *wy_segment_get_info(const wy_segment *s)
{
    return &s->info;
}
uint32_t wy_segment_paragraphs(const wy_segment *s)
{
    return s->info.paragraphs;
}
uint32_t wy_segment_reports(const wy_segment *s)
{
    return s->info.reports;
}
const wy_terms *wy_segment_terms(const wy_segment *s)
{
    return s->terms;
}
const wy_columns *wy_segment_columns(const wy_segment *s)
{
    return s->columns;
}
const wy_store *wy_segment_texts(const wy_segment *s)
{
    return s->texts;
}
const wy_store *wy_segment_report_records(const wy_segment *s)
{
    return s->reports;
}
const wy_sealed *wy_segment_postings_file(const wy_segment *s)
{
    return s->postings;
}
const wy_sealed *wy_segment_positions_file(const wy_segment *s)
{
    return s->positions;
}
const wy_live *wy_segment_live(const wy_segment *s)
{
    return s->live;
}

int wy_segment_read_report(const wy_segment *s, wy_store_reader *reader, const wy_mem *mem,
                           uint32_t report, wy_report *out, wy_record_ids *ids,
                           wy_section **sections, wy_error *error)
{
    const uint8_t *data;
    size_t length;
    *sections = NULL;
    int status = wy_store_get(reader, report, &data, &length, error);
    if (status == WY_OK)
        status = wy_record_get_report(mem, data, length, out, ids, sections, error);
    if (status == WY_E_DAMAGED && wy_store_count(s->reports) > report && error && !error->file[0])
        status = wy_sealed_damaged(wy_store_file(s->reports), WY_NO_OFFSET, error,
                                   "a report record is wrong");
    return status;
}

uint32_t wy_segment_documents(const wy_segment *s, wy_field field)
{
    switch (wy_field_unit(field)) {
    case WY_UNIT_REPORT:
        return s->info.reports;
    case WY_UNIT_PASSAGE:
        return wy_columns_passages(s->columns);
    case WY_UNIT_PARAGRAPH:
        break;
    }
    return s->info.paragraphs;
}

wy_field_stats wy_segment_written_stats(const wy_segment *s, wy_field field)
{
    return (wy_field_stats){wy_segment_documents(s, field), wy_columns_total(s->columns, field)};
}

wy_field_stats wy_segment_stats(const wy_segment *s, wy_field field)
{
    if (!s->live) return wy_segment_written_stats(s, field);
    const wy_live_content *c = wy_live_counts(s->live);
    const wy_unit unit = wy_field_unit(field);
    const uint32_t documents = unit == WY_UNIT_PARAGRAPH ? c->live_paragraphs
                               : unit == WY_UNIT_REPORT  ? c->live_reports
                                                         : c->live_passages;
    return (wy_field_stats){documents, c->live_lengths[field]};
}

int wy_segment_live_bits(const wy_segment *s, const uint8_t **paragraphs, const uint8_t **reports,
                         wy_error *error)
{
    *paragraphs = *reports = NULL;
    return s->live ? wy_live_bits(s->live, paragraphs, reports, error) : WY_OK;
}

int wy_segment_lengths(const wy_segment *s, wy_field field, const uint8_t **out, wy_error *error)
{
    return wy_columns_lengths(s->columns, field, out, error);
}

int wy_segment_term_of(const wy_segment *s, wy_field field, const wy_term_info *info,
                       wy_segment_term *out, wy_error *error)
{
    uint32_t dead = 0;
    int status = s->live ? wy_live_dead(s->live, info->ordinal, &dead, error) : WY_OK;
    if (status != WY_OK) return status;
    if (info->doc_freq > wy_segment_documents(s, field) || dead > info->doc_freq)
        return wy_fail(error, WY_E_DAMAGED, wy_sealed_path(wy_terms_file(s->terms)), WY_NO_OFFSET,
                       "term %u occurs in more documents than there are", info->ordinal);
    *out = (wy_segment_term){field, *info, info->doc_freq - dead};
    return WY_OK;
}

int wy_segment_term_get(const wy_segment *s, wy_field field, uint8_t kind, const char *term,
                        size_t length, bool *found, wy_segment_term *out, wy_error *error)
{
    *found = false;
    if (length == 0 || length > WY_TERM_MAX) return WY_OK;
    uint8_t key[1 + WY_TERM_MAX];
    size_t key_length = wy_key_make(key, field, kind, term, length);
    wy_term_info info;
    int status = wy_terms_get(s->terms, key, key_length, found, &info, error);
    if (status != WY_OK || !*found) return status;
    return wy_segment_term_of(s, field, &info, out, error);
}

int wy_segment_term_postings(const wy_segment *s, const wy_segment_term *term, wy_postings *out,
                             wy_error *error)
{
    wy_postings_place place = {term->info.postings_offset, term->info.postings_length,
                               term->info.doc_freq};
    return wy_postings_open(out, s->postings, place, wy_segment_documents(s, term->field), error);
}

int wy_segment_term_positions(const wy_segment *s, const wy_mem *mem, const wy_segment_term *term,
                              wy_positions *out, wy_error *error)
{
    wy_positions_place place = {term->info.positions_offset, term->info.positions_length};
    const uint8_t *lengths;
    int status = wy_segment_lengths(s, term->field, &lengths, error);
    if (status != WY_OK) return status;
    return wy_positions_open(out, mem, s->positions, place, term->info.doc_freq, lengths, error);
}

int wy_segment_year_range(const wy_segment *s, int32_t from, int32_t to, uint32_t *first,
                          uint32_t *end, wy_error *error)
{
    *first = 0;
    *end = s->info.paragraphs;
    if (from == 0 && to == 0) return WY_OK;
    int32_t low = from ? from : 1, high = to ? to : INT32_MAX; /* year 0 is no year */
    bool any = false;
    uint32_t years = wy_columns_years(s->columns);
    for (uint32_t i = 0; i < years; i++) {
        wy_year_row row;
        int status = wy_columns_year(s->columns, i, &row, error);
        if (status != WY_OK) return status;
        if (row.year < low || row.year > high) continue;
        if (!any) *first = row.first_paragraph;
        *end = row.end_paragraph;
        any = true;
    }
    if (!any) *first = *end = 0;
    return WY_OK;
}
