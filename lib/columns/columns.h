/*
 * columns/columns.h: what a search needs of each paragraph and report without opening the text:
 * lengths, years, dates, where a report's paragraphs begin, and reports by id. See
 * columns_format.h.
 *
 * Reports of a segment are numbered by (year, id bytes), so years never decrease, and the
 * paragraphs of a report are consecutive. A year is thus a range of reports and of paragraphs.
 *
 * A passage is a run of paragraphs of a report that stand in one section (or in none), as long as
 * it can be. Every paragraph is in one. Sections may come in any order and be taken up again;
 * passages are always in the order of paragraphs, so headings can be a field over passages.
 */
#ifndef WY_COLUMNS_COLUMNS_H
#define WY_COLUMNS_COLUMNS_H

#include "base/sealed.h"

/* A length in one byte: exact up to 127, five significant bits above, at most 31 << 10. */
uint8_t wy_length_code(uint32_t length);
uint32_t wy_length_of(uint8_t code); /* the smallest length with that code */

/* Whose lengths are kept. The numbers are those of segment/field.h. */
enum {
    WY_COLUMNS_TEXT,
    WY_COLUMNS_TITLE,
    WY_COLUMNS_ISSUER,
    WY_COLUMNS_SECTION,
    WY_COLUMNS_FIELDS
};

/* ---- Writing ------------------------------------------------------------------------------ */

typedef struct wy_columns_writer wy_columns_writer;

int wy_columns_create(const wy_env *env, const wy_mem *mem, const char *path,
                      wy_columns_writer **out, wy_error *error);
/* The next report. Years must not decrease. Lengths are in words. */
int wy_columns_add_report(wy_columns_writer *writer, const void *id, size_t id_length, int32_t year,
                          int32_t date, uint32_t title_length, uint32_t issuer_length,
                          wy_error *error);
/* The paragraphs from here to the next passage or report are one. `length`: words of all headings
 * above them. Comes before the first paragraph of each report. */
int wy_columns_add_passage(wy_columns_writer *writer, uint32_t length, wy_error *error);
/* The next paragraph of the report added last. `length` in words. */
int wy_columns_add_paragraph(wy_columns_writer *writer, uint32_t length, wy_error *error);
int wy_columns_finish(wy_columns_writer *writer, bool sync, wy_seal *out, wy_error *error);
void wy_columns_abandon(wy_columns_writer *writer);

/* ---- Reading ------------------------------------------------------------------------------ */

/* Thread-safe once open. Fixed-width columns are verified as a whole when first used. */
typedef struct wy_columns wy_columns;

int wy_columns_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                    wy_columns **out, wy_error *error);
void wy_columns_close(wy_columns *columns);
const wy_sealed *wy_columns_file(const wy_columns *columns);

uint32_t wy_columns_reports(const wy_columns *columns);
uint32_t wy_columns_paragraphs(const wy_columns *columns);
uint32_t wy_columns_passages(const wy_columns *columns);
/* Words of all documents of a field. */
uint64_t wy_columns_total(const wy_columns *columns, unsigned field);

/* Length codes of a field, one byte for each paragraph, report or passage; they live as long as the
 * columns. */
int wy_columns_lengths(const wy_columns *columns, unsigned field, const uint8_t **out,
                       wy_error *error);

typedef struct wy_report_row {
    uint32_t first_paragraph, end_paragraph; /* end: first one after */
    int32_t year, date;
    uint64_t id_hash; /* wy_checksum of the id */
} wy_report_row;

/* Row of report `report` < reports. */
int wy_columns_report(const wy_columns *columns, uint32_t report, wy_report_row *out,
                      wy_error *error);
/* Its date alone. */
int wy_columns_date(const wy_columns *columns, uint32_t report, int32_t *date, wy_error *error);
/* The report that paragraph `paragraph` < paragraphs is in. */
int wy_columns_report_of(const wy_columns *columns, uint32_t paragraph, uint32_t *report,
                         wy_error *error);

/* Paragraphs of passage `passage` < passages: *first up to, not including, *end. */
int wy_columns_passage(const wy_columns *columns, uint32_t passage, uint32_t *first, uint32_t *end,
                       wy_error *error);
/* The passage that paragraph `paragraph` < paragraphs is in. */
int wy_columns_passage_of(const wy_columns *columns, uint32_t paragraph, uint32_t *passage,
                          wy_error *error);

/*
 * Reports whose id has the checksum `id_hash`: *count of them (0: none), which follow one another
 * in the hash index from *place on; wy_columns_found gives the report at a place. The caller
 * compares the ids themselves.
 */
int wy_columns_find(const wy_columns *columns, uint64_t id_hash, uint32_t *place, uint32_t *count,
                    wy_error *error);
int wy_columns_found(const wy_columns *columns, uint32_t place, uint32_t *report, wy_error *error);

/* The distinct years, ascending: reports and paragraphs from .. end. Few: a table. */
typedef struct wy_year_row {
    int32_t year;
    uint32_t first_report, end_report;
    uint32_t first_paragraph, end_paragraph;
} wy_year_row;
uint32_t wy_columns_years(const wy_columns *columns);
int wy_columns_year(const wy_columns *columns, uint32_t i, wy_year_row *out, wy_error *error);

/* Verifies that everything agrees with everything; for check. */
int wy_columns_check(const wy_columns *columns, wy_error *error);

#endif
