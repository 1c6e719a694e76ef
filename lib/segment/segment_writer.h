/*
 * segment/segment_writer.h: writing the files of one segment, in two passes: first the reports with
 * their paragraphs, in the order of their ids; then the terms in key order, each with its
 * postings. Used by flushing what was inverted in memory, and by merging.
 *
 * The records of reports and paragraphs go to stores of their own, in the same order: what offers
 * and puts them may be called by another thread than all the rest, before the segment is finished.
 */
#ifndef WY_SEGMENT_SEGMENT_WRITER_H
#define WY_SEGMENT_SEGMENT_WRITER_H

#include <wenyuan/report.h>

#include "segment/component.h"
#include "segment/similarity.h"

typedef struct wy_segment_writer wy_segment_writer;

/* Creates the files of segment `number` in `folder`. `listed`: the dictionary shall tell the terms
 * that hold a character, for texts that are found across words. `two_threads`: another thread takes
 * half of the compressing of texts. */
int wy_segment_create(const wy_env *env, const wy_mem *mem, const char *folder, uint64_t number,
                      bool listed, bool two_threads, wy_segment_writer **out, wy_error *error);

/*
 * Before the first report: the record of a report, or of a paragraph, that text dictionaries may be
 * trained on (wy_store_offer). `all`: bytes of all records of its sort, and one for each.
 */
int wy_segment_offer_report(wy_segment_writer *writer, const void *record, size_t length,
                            uint64_t all, wy_error *error);
int wy_segment_offer_paragraph(wy_segment_writer *writer, const void *record, size_t length,
                               uint64_t all, wy_error *error);

/* The record of the next report, or paragraph, as record.h says. */
int wy_segment_put_report(wy_segment_writer *writer, const void *record, size_t length,
                          wy_error *error);
int wy_segment_put_paragraph(wy_segment_writer *writer, const void *record, size_t length,
                             wy_error *error);

/* The next report, in order of (year, id). */
int wy_segment_add_report(wy_segment_writer *writer, wy_string id, int32_t year, int32_t date,
                          uint32_t title_length, uint32_t issuer_length, wy_error *error);
/* Begins a passage with the next paragraph; each report begins one. `length`: words of the headings
 * above. */
int wy_segment_add_passage(wy_segment_writer *writer, uint32_t length, wy_error *error);
/* The next paragraph of that report; `words` is its length. */
int wy_segment_add_paragraph(wy_segment_writer *writer, uint32_t words, wy_error *error);

/* Ends the first pass. */
void wy_segment_end_documents(wy_segment_writer *writer);

/* Begins a term of the field and kind that `field_and_kind` says (field.h). */
void wy_segment_begin_term(wy_segment_writer *writer, uint8_t field_and_kind);
/* A posting of the current term: ids and positions ascending, freq >= 1. Of a kind without positions
 * (field.h) `positions` is not looked at. */
int wy_segment_add_posting(wy_segment_writer *writer, uint32_t doc, const uint32_t *positions,
                           uint32_t freq, wy_error *error);
/* `count` of them; the positions of all follow each other, also those that are not looked at. */
int wy_segment_add_postings(wy_segment_writer *writer, const uint32_t *docs, const uint32_t *freqs,
                            const uint32_t *positions, size_t count, wy_error *error);
/* Ends the current term, giving its key; keys ascend. Without a posting nothing is written. */
int wy_segment_end_term(wy_segment_writer *writer, const void *key, size_t length, wy_error *error);

/* Seals all files. The writer is freed, also on failure; then the files are removed. */
int wy_segment_finish(wy_segment_writer *writer, bool sync, wy_segment_info *out, wy_error *error);

/* Gives up and removes the files. NULL is ignored. */
void wy_segment_abandon(wy_segment_writer *writer);

#endif
