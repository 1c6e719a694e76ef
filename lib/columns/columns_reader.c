/*
 * columns/columns_reader.c: reads the columns straight in the mapping.
 */
#include "columns/columns.h"

#include <assert.h>

#include "base/reader.h"
#include "base/sealed_format.h"
#include "columns/columns_format.h"

struct wy_columns {
    const wy_mem *mem;
    wy_sealed *file;
    uint32_t reports, paragraphs, passages, years;
    uint64_t totals[WY_COLUMNS_FIELDS];
    /* where each column begins, in the file */
    uint64_t lengths_at[WY_COLUMNS_FIELDS];
    uint64_t starts_at, passages_at, dates_at, hashes_at, order_at, years_at;
};

static int damaged(const wy_columns *columns, uint64_t offset, wy_error *error, const char *reason)
{
    return wy_sealed_damaged(columns->file, offset, error, reason);
}

/* ---- Opening ------------------------------------------------------------------------------ */

/* How many documents a field has. */
static uint32_t documents(const wy_columns *columns, unsigned field)
{
    return field == WY_COLUMNS_TEXT      ? columns->paragraphs
           : field == WY_COLUMNS_SECTION ? columns->passages
                                         : columns->reports;
}

static int read_trailer(wy_columns *columns, wy_error *error)
{
    const uint8_t *p;
    uint64_t end = wy_sealed_end(columns->file);
    if (end < WY_SEALED_HEADER + WY_COLUMNS_TRAILER)
        return damaged(columns, end, error, "the columns have no trailer");
    uint64_t at = end - WY_COLUMNS_TRAILER;
    int status = wy_sealed_view(columns->file, at, WY_COLUMNS_TRAILER, &p, error);
    if (status != WY_OK) return status;
    columns->reports = wy_load32(p);
    columns->paragraphs = wy_load32(p + 4);
    columns->years = wy_load32(p + 8);
    columns->passages = wy_load32(p + 12);
    for (int f = 0; f < WY_COLUMNS_FIELDS; f++) columns->totals[f] = wy_load64(p + 16 + 8 * f);

    /* Counts have 32 bits and widths are small: the sums cannot overflow. */
    const uint64_t reports = columns->reports;
    columns->starts_at = WY_SEALED_HEADER;
    for (unsigned f = 0; f < WY_COLUMNS_FIELDS; f++) {
        columns->lengths_at[f] = columns->starts_at;
        columns->starts_at += documents(columns, f);
    }
    columns->passages_at = columns->starts_at + reports * 4;
    columns->dates_at = columns->passages_at + (uint64_t)columns->passages * 4;
    columns->hashes_at = columns->dates_at + reports * 4;
    columns->order_at = columns->hashes_at + reports * 8;
    columns->years_at = columns->order_at + reports * 4;
    if (columns->years_at + (uint64_t)columns->years * WY_COLUMNS_YEAR != at)
        return damaged(columns, at, error, "the columns are not as long as their trailer says");
    if (reports > WY_COLUMNS_MAX || columns->paragraphs > WY_COLUMNS_MAX ||
        columns->years > reports || (columns->years == 0) != (reports == 0) ||
        (reports == 0 && columns->paragraphs > 0) || columns->passages > columns->paragraphs ||
        (columns->passages == 0) != (columns->paragraphs == 0))
        return damaged(columns, at, error, "the counts of the columns are impossible");
    return WY_OK;
}

int wy_columns_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                    wy_columns **out, wy_error *error)
{
    wy_columns *columns = wy_calloc(mem, sizeof *columns);
    if (!columns) return wy_fail_memory(error);
    columns->mem = mem;
    int status = wy_sealed_open(env, mem, path, WY_COLUMNS_KIND, WY_COLUMNS_VERSION, expected,
                                &columns->file, error);
    if (status == WY_OK) status = read_trailer(columns, error);
    if (status != WY_OK)
        wy_columns_close(columns);
    else
        *out = columns;
    return status;
}

void wy_columns_close(wy_columns *columns)
{
    if (!columns) return;
    wy_sealed_close(columns->file);
    wy_free(columns->mem, columns);
}

const wy_sealed *wy_columns_file(const wy_columns *columns)
{
    return columns->file;
}

uint32_t wy_columns_reports(const wy_columns *columns)
{
    return columns->reports;
}

uint32_t wy_columns_paragraphs(const wy_columns *columns)
{
    return columns->paragraphs;
}

uint32_t wy_columns_passages(const wy_columns *columns)
{
    return columns->passages;
}

uint64_t wy_columns_total(const wy_columns *columns, unsigned field)
{
    assert(field < WY_COLUMNS_FIELDS);
    return columns->totals[field];
}

uint32_t wy_columns_years(const wy_columns *columns)
{
    return columns->years;
}

int wy_columns_lengths(const wy_columns *columns, unsigned field, const uint8_t **out,
                       wy_error *error)
{
    assert(field < WY_COLUMNS_FIELDS);
    return wy_sealed_view(columns->file, columns->lengths_at[field], documents(columns, field), out,
                          error);
}

/* ---- Reports and years -------------------------------------------------------------------- */

/* Element `i` of a column of 32-bit numbers. */
static int read32(const wy_columns *columns, uint64_t column, uint64_t i, uint32_t *out,
                  wy_error *error)
{
    const uint8_t *p;
    int status = wy_sealed_view(columns->file, column + i * 4, 4, &p, error);
    if (status == WY_OK) *out = wy_load32(p);
    return status;
}

/* First paragraph of report `report` <= reports: behind the last report, that of none. */
static int read_start(const wy_columns *columns, uint32_t report, uint32_t *out, wy_error *error)
{
    if (report == columns->reports) {
        *out = columns->paragraphs;
        return WY_OK;
    }
    return read32(columns, columns->starts_at, report, out, error);
}

/* Paragraphs of the reports first .. end - 1. */
static int read_range(const wy_columns *columns, uint32_t first, uint32_t end, uint32_t *from,
                      uint32_t *to, wy_error *error)
{
    int status = read_start(columns, first, from, error);
    if (status == WY_OK) status = read_start(columns, end, to, error);
    if (status != WY_OK) return status;
    if (*from > *to || *to > columns->paragraphs || (first == 0 && *from != 0))
        return damaged(columns, columns->starts_at + (uint64_t)first * 4, error,
                       "the paragraphs of reports are not in order");
    return WY_OK;
}

/* Row `i` < years without its paragraphs. */
static int read_year(const wy_columns *columns, uint32_t i, wy_year_row *out, wy_error *error)
{
    const uint8_t *p;
    uint64_t at = columns->years_at + (uint64_t)i * WY_COLUMNS_YEAR;
    bool last = i + 1 == columns->years;
    int status = wy_sealed_view(columns->file, at, (last ? 1 : 2) * WY_COLUMNS_YEAR, &p, error);
    if (status != WY_OK) return status;
    out->year = (int32_t)wy_load32(p);
    out->first_report = wy_load32(p + 4);
    out->end_report = last ? columns->reports : wy_load32(p + WY_COLUMNS_YEAR + 4);
    if (out->first_report >= out->end_report || out->end_report > columns->reports ||
        (i == 0 && out->first_report != 0) ||
        (!last && (int32_t)wy_load32(p + WY_COLUMNS_YEAR) <= out->year))
        return damaged(columns, at, error, "the years are not in order");
    return WY_OK;
}

int wy_columns_year(const wy_columns *columns, uint32_t i, wy_year_row *out, wy_error *error)
{
    assert(i < columns->years);
    int status = read_year(columns, i, out, error);
    if (status != WY_OK) return status;
    return read_range(columns, out->first_report, out->end_report, &out->first_paragraph,
                      &out->end_paragraph, error);
}

/* The year that report `report` < reports lies in. */
static int year_of(const wy_columns *columns, uint32_t report, int32_t *year, wy_error *error)
{
    wy_year_row row = {0, 0, 0, 0, 0};
    uint32_t low = 0, high = columns->years; /* the row is in low .. high - 1 */
    while (high > low) {
        uint32_t middle = low + (high - low) / 2;
        int status = read_year(columns, middle, &row, error);
        if (status != WY_OK) return status;
        if (report < row.first_report) {
            high = middle;
        } else if (report >= row.end_report) {
            low = middle + 1;
        } else {
            *year = row.year;
            return WY_OK;
        }
    }
    return damaged(columns, columns->years_at, error, "the years are not in order");
}

int wy_columns_report(const wy_columns *columns, uint32_t report, wy_report_row *out,
                      wy_error *error)
{
    assert(report < columns->reports);
    const uint8_t *p;
    uint32_t date;
    int status =
        read_range(columns, report, report + 1, &out->first_paragraph, &out->end_paragraph, error);
    if (status == WY_OK) status = year_of(columns, report, &out->year, error);
    if (status == WY_OK) status = read32(columns, columns->dates_at, report, &date, error);
    if (status == WY_OK)
        status =
            wy_sealed_view(columns->file, columns->hashes_at + (uint64_t)report * 8, 8, &p, error);
    if (status != WY_OK) return status;
    out->date = (int32_t)date;
    out->id_hash = wy_load64(p);
    return WY_OK;
}

int wy_columns_date(const wy_columns *columns, uint32_t report, int32_t *date, wy_error *error)
{
    assert(report < columns->reports);
    uint32_t value = 0;
    int status = read32(columns, columns->dates_at, report, &value, error);
    *date = (int32_t)value;
    return status;
}

/* The last of `count` ascending starts in `column` that is not behind the paragraph; the first has
 * to be 0. */
static int find_start(const wy_columns *columns, uint64_t column, uint32_t count,
                      uint32_t paragraph, uint32_t *out, wy_error *error)
{
    /* Invariant: `low` begins at or before the paragraph; `high`, if any, behind it. So low ends
     * as the last of those that begin there, and it alone is not empty. */
    uint32_t low = 0, high = count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2, start;
        int status = read32(columns, column, middle, &start, error);
        if (status != WY_OK) return status;
        if (start <= paragraph)
            low = middle;
        else
            high = middle;
    }
    *out = low;
    return WY_OK;
}

int wy_columns_report_of(const wy_columns *columns, uint32_t paragraph, uint32_t *report,
                         wy_error *error)
{
    assert(paragraph < columns->paragraphs);
    uint32_t low, from, to;
    int status = find_start(columns, columns->starts_at, columns->reports, paragraph, &low, error);
    if (status == WY_OK) status = read_range(columns, low, low + 1, &from, &to, error);
    if (status != WY_OK) return status;
    if (paragraph < from || paragraph >= to)
        return damaged(columns, columns->starts_at + (uint64_t)low * 4, error,
                       "the paragraphs of reports are not in order");
    *report = low;
    return WY_OK;
}

/* ---- Passages ------------------------------------------------------------------------------ */

int wy_columns_passage(const wy_columns *columns, uint32_t passage, uint32_t *first, uint32_t *end,
                       wy_error *error)
{
    assert(passage < columns->passages);
    int status = read32(columns, columns->passages_at, passage, first, error);
    *end = columns->paragraphs;
    if (status == WY_OK && passage + 1 < columns->passages)
        status = read32(columns, columns->passages_at, (uint64_t)passage + 1, end, error);
    if (status != WY_OK) return status;
    if (*first >= *end || *end > columns->paragraphs || (passage == 0 && *first != 0))
        return damaged(columns, columns->passages_at + (uint64_t)passage * 4, error,
                       "the passages are not in order");
    return WY_OK;
}

int wy_columns_passage_of(const wy_columns *columns, uint32_t paragraph, uint32_t *passage,
                          wy_error *error)
{
    assert(paragraph < columns->paragraphs);
    uint32_t first, end;
    int status =
        find_start(columns, columns->passages_at, columns->passages, paragraph, passage, error);
    if (status == WY_OK) status = wy_columns_passage(columns, *passage, &first, &end, error);
    if (status != WY_OK) return status;
    if (paragraph < first || paragraph >= end)
        return damaged(columns, columns->passages_at + (uint64_t)*passage * 4, error,
                       "the passages are not in order");
    return WY_OK;
}

/* ---- Reports by id ------------------------------------------------------------------------ */

/* The report at `place` < reports of the order, and its hash. */
static int read_hashed(const wy_columns *columns, uint32_t place, uint32_t *report, uint64_t *hash,
                       wy_error *error)
{
    const uint8_t *p;
    int status = read32(columns, columns->order_at, place, report, error);
    if (status != WY_OK) return status;
    if (*report >= columns->reports)
        return damaged(columns, columns->order_at + (uint64_t)place * 4, error,
                       "the order of ids names a report that does not exist");
    status =
        wy_sealed_view(columns->file, columns->hashes_at + (uint64_t)*report * 8, 8, &p, error);
    if (status == WY_OK) *hash = wy_load64(p);
    return status;
}

int wy_columns_find(const wy_columns *columns, uint64_t id_hash, uint32_t *place, uint32_t *count,
                    wy_error *error)
{
    uint32_t low = 0, high = columns->reports, report;
    uint64_t hash;
    *place = *count = 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int status = read_hashed(columns, middle, &report, &hash, error);
        if (status != WY_OK) return status;
        if (hash < id_hash)
            low = middle + 1;
        else
            high = middle;
    }
    *place = low;
    for (; low < columns->reports; low++) { /* more than one only where two ids collide */
        int status = read_hashed(columns, low, &report, &hash, error);
        if (status != WY_OK) return status;
        if (hash != id_hash) break;
        ++*count;
    }
    return WY_OK;
}

int wy_columns_found(const wy_columns *columns, uint32_t place, uint32_t *report, wy_error *error)
{
    assert(place < columns->reports);
    uint64_t hash;
    return read_hashed(columns, place, report, &hash, error);
}

/* ---- Check -------------------------------------------------------------------------------- */

static uint64_t sum_lengths(const uint8_t *codes, uint32_t count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += wy_length_of(codes[i]);
    return sum;
}

static int check_lengths(const wy_columns *columns, wy_error *error)
{
    for (unsigned f = 0; f < WY_COLUMNS_FIELDS; f++) {
        const uint8_t *lengths;
        int status = wy_columns_lengths(columns, f, &lengths, error);
        if (status != WY_OK) return status;
        if (sum_lengths(lengths, documents(columns, f)) != columns->totals[f])
            return damaged(columns, columns->lengths_at[f], error,
                           "the lengths do not give their total");
    }
    return WY_OK;
}

/* Passages are in order, and where a report begins one does. */
static int check_passages(const wy_columns *columns, wy_error *error)
{
    uint32_t passage = 0, first = 0, end = 0, from, to;
    for (uint32_t i = 0; i < columns->reports; i++) {
        int status = read_range(columns, i, i + 1, &from, &to, error);
        if (status != WY_OK) return status;
        bool begins = from == to;
        for (; passage < columns->passages && end < to; passage++) {
            status = wy_columns_passage(columns, passage, &first, &end, error);
            if (status != WY_OK) return status;
            begins |= first == from;
        }
        if (!begins || (from < to && end != to))
            return damaged(columns, columns->passages_at, error,
                           "a passage belongs to more than one report");
    }
    if (passage < columns->passages) /* behind the last paragraph */
        return damaged(columns, columns->passages_at + (uint64_t)passage * 4, error,
                       "the passages are not in order");
    return WY_OK;
}

/* Hashes ascend, and reports within equal ones: so each report is there once. */
static int check_order(const wy_columns *columns, wy_error *error)
{
    uint32_t before = 0, report;
    uint64_t hash_before = 0, hash;
    for (uint32_t i = 0; i < columns->reports; i++) {
        int status = read_hashed(columns, i, &report, &hash, error);
        if (status != WY_OK) return status;
        if (i > 0 && (hash < hash_before || (hash == hash_before && report <= before)))
            return damaged(columns, columns->order_at + (uint64_t)i * 4, error,
                           "the order of ids is not in order");
        before = report;
        hash_before = hash;
    }
    return WY_OK;
}

int wy_columns_check(const wy_columns *columns, wy_error *error)
{
    wy_report_row row;
    wy_year_row year;
    int status = wy_sealed_verify(columns->file, error);
    if (status == WY_OK) status = check_lengths(columns, error);
    for (uint32_t i = 0; i < columns->years && status == WY_OK; i++)
        status = wy_columns_year(columns, i, &year, error);
    for (uint32_t i = 0; i < columns->reports && status == WY_OK; i++)
        status = wy_columns_report(columns, i, &row, error);
    if (status == WY_OK) status = check_passages(columns, error);
    if (status == WY_OK) status = check_order(columns, error);
    return status;
}
