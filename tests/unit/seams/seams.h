/*
 * unit/seams/seams.h: putting writers where nobody gets by writing: just before a limit of their
 * format. Each seam is a file that includes the writer it opens, and takes its place in the test.
 */
#ifndef WY_UNIT_SEAMS_H
#define WY_UNIT_SEAMS_H

#include "columns/columns.h"
#include "positions/positions.h"
#include "segment/segment_writer.h"
#include "store/store.h"
#include "terms/terms.h"

/* As if so many bytes more were written. */
void seam_sealed_skip(wy_sealed_writer *writer, uint64_t bytes);

/* The files in which the writers write. */
wy_sealed_writer *seam_terms_file(wy_terms_writer *writer);
wy_sealed_writer *seam_positions_file(wy_positions_writer *writer);
wy_sealed_writer *seam_store_file(wy_store_writer *writer);

/* As if so many had been added. */
void seam_terms_count(wy_terms_writer *writer, uint32_t terms);
void seam_positions_filled(wy_positions_writer *writer, uint32_t positions);
void seam_columns_counts(wy_columns_writer *writer, uint32_t reports, uint32_t paragraphs);
void seam_store_records(wy_store_writer *writer, uint64_t records);
void seam_segment_counts(wy_segment_writer *writer, uint32_t reports, uint32_t paragraphs);

#endif
