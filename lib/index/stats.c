#include <string.h>

#include "index/index.h"

typedef struct figures {
    wy_stats stats;
    wy_file_size files[WY_COMPONENTS + 2]; /* the components, live sets, the manifest */
    wy_year_size *years;
    size_t year_count, year_capacity;
} figures;

static int add_year(figures *f, const wy_mem *mem, int32_t year, uint64_t reports,
                    uint64_t paragraphs, wy_error *error)
{
    size_t i = 0;
    while (i < f->year_count && f->years[i].year < year) i++;
    if (i == f->year_count || f->years[i].year != year) {
        if (!wy_grow(mem, &f->years, &f->year_capacity, f->year_count + 1, sizeof *f->years))
            return wy_fail_memory(error);
        memmove(&f->years[i + 1], &f->years[i], (f->year_count - i) * sizeof *f->years);
        f->years[i] = (wy_year_size){.year = year};
        f->year_count++;
    }
    f->years[i].reports += reports;
    f->years[i].paragraphs += paragraphs;
    return WY_OK;
}

static uint64_t count_bits(const uint8_t *bits, uint32_t first, uint32_t end)
{
    if (!bits) return end - first;
    uint64_t n = 0;
    for (uint32_t i = first; i < end; i++) n += (uint64_t)wy_bit(bits, i);
    return n;
}

static int add_years(figures *f, const wy_mem *mem, const wy_segment *s, wy_error *error)
{
    const wy_columns *columns = wy_segment_columns(s);
    const uint8_t *paragraphs, *reports;
    int status = wy_segment_live_bits(s, &paragraphs, &reports, error);
    for (uint32_t i = 0; i < wy_columns_years(columns) && status == WY_OK; i++) {
        wy_year_row row;
        status = wy_columns_year(columns, i, &row, error);
        if (status != WY_OK) break;
        uint64_t live = count_bits(reports, row.first_report, row.end_report);
        if (live)
            status =
                add_year(f, mem, row.year, live,
                         count_bits(paragraphs, row.first_paragraph, row.end_paragraph), error);
    }
    return status;
}

static int add_terms(figures *f, const wy_segment *s, wy_error *error)
{
    const wy_terms *terms = wy_segment_terms(s);
    f->stats.terms += wy_terms_count(terms);
    wy_terms_cursor cursor;
    int status = wy_terms_seek(&cursor, terms, "", 0, error);
    while (status == WY_OK && cursor.valid) {
        f->stats.postings += cursor.info.doc_freq;
        if (wy_key_has_positions(cursor.key[0])) f->stats.positions += cursor.info.total_freq;
        status = wy_terms_next(&cursor, error);
    }
    return status;
}

static void add_file(wy_file_size *file, const wy_seal *seal)
{
    file->files++;
    file->bytes += seal->size;
}

static int add_segment(figures *f, const wy_mem *mem, const wy_segment *s, wy_error *error)
{
    const wy_segment_info *info = wy_segment_get_info(s);
    f->stats.reports += info->live_reports;
    f->stats.paragraphs += info->live_paragraphs;
    f->stats.deleted_paragraphs += info->paragraphs - info->live_paragraphs;
    f->stats.text_bytes += wy_store_bytes(wy_segment_texts(s));
    for (int i = 0; i < WY_COMPONENTS; i++) add_file(&f->files[i], &info->seals[i]);
    if (info->live_generation) add_file(&f->files[WY_COMPONENTS], &info->live_seal);
    int status = add_years(f, mem, s, error);
    return status == WY_OK ? add_terms(f, s, error) : status;
}

static int name_segmenter(wy_index *index, const char **out, wy_error *error)
{
    wy_analyzer *analyzer;
    int status = wy_index_take_analyzer(index, &analyzer, error);
    if (status != WY_OK) return status;
    *out = wy_analyzer_segmenter(analyzer); /* static */
    wy_index_give_analyzer(index, analyzer);
    return WY_OK;
}

static int make_figures(const wy_snapshot *s, figures *f, wy_error *error)
{
    const wy_index *index = s->index;
    f->stats.generation = s->manifest.generation;
    f->stats.segments = s->manifest.count;
    f->stats.analyzer = s->manifest.analyzer;
    f->stats.icu_version = s->manifest.icu_version;
    for (int i = 0; i < WY_COMPONENTS; i++) f->files[i].kind = wy_component_name((wy_component)i);
    f->files[WY_COMPONENTS].kind = "live";
    f->files[WY_COMPONENTS + 1].kind = "manifest";
    int status = name_segmenter(s->index, &f->stats.segmenter, error);
    for (size_t i = 0; i < s->manifest.count && status == WY_OK; i++)
        status = add_segment(f, index->mem, s->segments[i], error);
    f->files[WY_COMPONENTS + 1].files = 1;
    f->files[WY_COMPONENTS + 1].bytes = s->manifest.bytes;
    for (int i = 0; i < WY_COMPONENTS + 2; i++) f->stats.bytes += f->files[i].bytes;
    f->stats.files = f->files;
    f->stats.file_count = WY_COMPONENTS + 2;
    f->stats.years = f->years;
    f->stats.year_count = f->year_count;
    return status;
}

void wy_stats_free(const wy_mem *mem, wy_stats *stats)
{
    if (!stats) return;
    figures *f = (figures *)(void *)stats; /* stats is its first member */
    wy_free(mem, f->years);
    wy_free(mem, f);
}

int wy_snapshot_figures(wy_snapshot *s, const wy_stats **out, wy_error *error)
{
    int status = WY_OK;
    wy_mutex_lock(&s->mutex);
    if (!s->stats) {
        const wy_mem *mem = s->index->mem;
        figures *f = wy_calloc(mem, sizeof *f);
        status = f ? make_figures(s, f, error) : wy_fail_memory(error);
        if (status == WY_OK)
            s->stats = &f->stats;
        else if (f)
            wy_stats_free(mem, &f->stats);
    }
    if (status == WY_OK) *out = s->stats;
    wy_mutex_unlock(&s->mutex);
    return status;
}
