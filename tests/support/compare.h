/*
 * support/compare.h: an index against the oracle, and one answer against another.
 */
#ifndef WY_SUPPORT_COMPARE_H
#define WY_SUPPORT_COMPARE_H

#include <wenyuan/search.h>

#include "support/oracle.h"

/* ---- Answers ------------------------------------------------------------------------------ */

typedef struct wy_row {
    wy_string report; /* owned */
    uint32_t paragraph;
    double score;
} wy_row;

typedef struct wy_answer {
    wy_row *rows;
    size_t size;
    uint64_t count;
} wy_answer;

/* Searches. The test fails where that fails. */
wy_answer wy_answer_get(wy_snapshot *const *snapshots, size_t snapshots_count, const char *query,
                        const wy_search_options *options);
void wy_answer_free(wy_answer *answer);

/* The test fails where `part` is not what `whole` has from `offset` on, up to `limit` rows: the
 * same paragraphs in the same order, with the same bits of their scores. */
void wy_answer_compare(const char *query, const wy_answer *whole, size_t offset, size_t limit,
                       const wy_answer *part);

/* ---- Against the oracle -------------------------------------------------------------------- */

/*
 * Asks the snapshots (together one index) in several ways, pruned and exhaustive, whole and in
 * parts, and compares with what the oracle finds, and the ways with each other.
 */
void wy_compare_ask(wy_snapshot *const *snapshots, size_t snapshots_count, wy_oracle *oracle,
                    const wy_ask *ask, wy_test_random *random);

/* Compares what is stored: reports, paragraphs and figures. */
void wy_compare_state(wy_snapshot *snapshot, wy_oracle *oracle);

/* ---- Fingerprints --------------------------------------------------------------------------- */

/*
 * A number that stands for all reports of the index and for all that these queries give: hits with
 * all their fields, scores, order, counts. It does not depend on segments. Queries are
 * parsed with `allocator` (may be NULL). Fails as the library does; never fails the test.
 */
int wy_fingerprint(wy_index *index, const char *const *queries, size_t query_count,
                   const wy_allocator *allocator, uint64_t *out, wy_error *error);

#endif
