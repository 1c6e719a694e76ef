/*
 * segment/segment.h: reading one segment: terms, postings, positions, texts and columns, with the
 * live set applied to the statistics. Thread-safe once open. The postings of dead paragraphs are
 * still in the lists: a search skips them with wy_segment_live_bits.
 */
#ifndef WY_SEGMENT_SEGMENT_H
#define WY_SEGMENT_SEGMENT_H

#include "columns/columns.h"
#include "live/live.h"
#include "positions/positions_pairs.h"
#include "positions/positions_starts.h"
#include "postings/postings.h"
#include "segment/component.h"
#include "segment/field.h"
#include "segment/record.h"
#include "segment/similarity.h"
#include "store/store.h"
#include "terms/terms.h"

typedef struct wy_segment wy_segment;

/* Opens the files of a segment. Reads headers and footers only. */
int wy_segment_open(const wy_env *env, const wy_mem *mem, const char *folder,
                    const wy_segment_info *info, wy_segment **out, wy_error *error);
void wy_segment_close(wy_segment *segment); /* NULL is ignored */

/* Lets the pages of its files go from the memory of this process (wy_env.evict), for those who read
 * a segment from end to end. */
void wy_segment_evict(const wy_segment *segment);

const wy_segment_info *wy_segment_get_info(const wy_segment *segment);

/* Numbers of paragraphs and reports, dead ones included: ids are below. */
uint32_t wy_segment_paragraphs(const wy_segment *segment);
uint32_t wy_segment_reports(const wy_segment *segment);
/* Documents of a field, dead ones included: paragraphs, reports or passages. */
uint32_t wy_segment_documents(const wy_segment *segment, wy_field field);

/* The kinds of file, for those who need more than what follows. */
const wy_terms *wy_segment_terms(const wy_segment *segment);
const wy_columns *wy_segment_columns(const wy_segment *segment);
const wy_store *wy_segment_texts(const wy_segment *segment);
const wy_store *wy_segment_report_records(const wy_segment *segment);
const wy_sealed *wy_segment_postings_file(const wy_segment *segment);
const wy_sealed *wy_segment_positions_file(const wy_segment *segment);
const wy_live *wy_segment_live(const wy_segment *segment); /* NULL: nothing was deleted */

/*
 * Reads the record of report `report` with a reader of wy_segment_report_records. *out and *ids
 * (may be NULL) point into it until the reader's next use; *sections as wy_record_get_report says.
 * WY_E_DAMAGED names the file.
 */
int wy_segment_read_report(const wy_segment *segment, wy_store_reader *reader, const wy_mem *mem,
                           uint32_t report, wy_report *out, wy_record_ids *ids,
                           wy_section **sections, wy_error *error);

/* Live statistics of a field; and those that the segment's impacts were made with. */
wy_field_stats wy_segment_stats(const wy_segment *segment, wy_field field);
wy_field_stats wy_segment_written_stats(const wy_segment *segment, wy_field field);

/*
 * Bit sets of live paragraphs (bit i & 7 of byte i >> 3) and reports; NULL where all live. They
 * live as long as the segment.
 */
int wy_segment_live_bits(const wy_segment *segment, const uint8_t **paragraphs,
                         const uint8_t **reports, wy_error *error);

static inline int wy_bit(const uint8_t *bits, uint32_t i)
{
    return bits[i >> 3] >> (i & 7) & 1;
}

/* Length codes of the documents of a field. */
int wy_segment_lengths(const wy_segment *segment, wy_field field, const uint8_t **out,
                       wy_error *error);

/* A term of a segment. */
typedef struct wy_segment_term {
    wy_field field;
    wy_term_info info;
    uint32_t live_doc_freq; /* info.doc_freq less the dead */
} wy_segment_term;

/* Looks a term up; *found tells. */
int wy_segment_term_get(const wy_segment *segment, wy_field field, uint8_t kind, const char *term,
                        size_t length, bool *found, wy_segment_term *out, wy_error *error);

/* The same of a term that was found in the dictionary otherwise. WY_E_DAMAGED. */
int wy_segment_term_of(const wy_segment *segment, wy_field field, const wy_term_info *info,
                       wy_segment_term *out, wy_error *error);

/* Opens cursors over a term's postings and positions. Ids are those of the field's documents. */
int wy_segment_term_postings(const wy_segment *segment, const wy_segment_term *term,
                             wy_postings *out, wy_error *error);
int wy_segment_term_positions(const wy_segment *segment, const wy_mem *mem,
                              const wy_segment_term *term, wy_positions *out, wy_error *error);

/* Paragraphs of years from..to (0: open; both 0: all, also those without a year): ids from *first
 * up to, not including, *end. */
int wy_segment_year_range(const wy_segment *segment, int32_t from, int32_t to, uint32_t *first,
                          uint32_t *end, wy_error *error);

#endif
