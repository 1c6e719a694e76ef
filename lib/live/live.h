/*
 * live/live.h: the live set of a segment: which paragraphs are not deleted, and by how much the
 * deleted ones lower the statistics, so that ranking is as if they had never been. See
 * live_format.h. A segment nothing was deleted from has no such file.
 */
#ifndef WY_LIVE_LIVE_H
#define WY_LIVE_LIVE_H

#include "base/sealed.h"

#define WY_LIVE_FIELDS 4 /* as segment/field.h numbers them */

/* What the dead take from a term: in key order of the term dictionary. */
typedef struct wy_dead_term {
    uint32_t ordinal;
    uint32_t doc_freq; /* dead postings, at least 1 */
} wy_dead_term;

typedef struct wy_live_content {
    uint32_t paragraphs; /* of the segment, dead ones included */
    uint32_t reports;
    const uint8_t
        *paragraph_bits; /* bit i & 7 of byte i >> 3: paragraph i is live; unused bits 0 */
    const uint8_t *report_bits;
    uint32_t live_paragraphs, live_reports, live_passages;
    uint64_t live_lengths[WY_LIVE_FIELDS]; /* words of each field */
    const wy_dead_term *dead_terms;        /* ordinals ascend */
    uint32_t dead_term_count;
} wy_live_content;

/* Writes a live set whole. */
int wy_live_write(const wy_env *env, const wy_mem *mem, const char *path,
                  const wy_live_content *content, bool sync, wy_seal *out, wy_error *error);

/* Thread-safe once open. */
typedef struct wy_live wy_live;
int wy_live_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                 wy_live **out, wy_error *error);
void wy_live_close(wy_live *live);
const wy_sealed *wy_live_file(const wy_live *live);

/* The counts of the content; bits and dead terms are in the file: use the functions below. */
const wy_live_content *wy_live_counts(const wy_live *live);
/* The bit sets, verified; they live as long as `live`. */
int wy_live_bits(const wy_live *live, const uint8_t **paragraphs, const uint8_t **reports,
                 wy_error *error);
/* Dead postings of the term with this ordinal; 0 for most. */
int wy_live_dead(const wy_live *live, uint32_t ordinal, uint32_t *doc_freq, wy_error *error);
/* Verifies that counts agree with bits and everything is in order; for check. */
int wy_live_check(const wy_live *live, wy_error *error);

#endif
