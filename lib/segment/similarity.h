/*
 * segment/similarity.h: BM25 as this index computes it, for writing (impacts) and for searching.
 *
 *   score  = weight * tf / (tf + K),   K = k1 * (1 - b + b * length / average), k1 1.2, b 0.75
 *   weight = boost * ln(1 + (N - n + 0.5) / (n + 0.5))
 *
 * (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009, without the constant factor
 * k1 + 1, as Lucene has it since 8.0.)
 *
 * Scores are integers in units of 2^-16: each term's part is rounded on its own, so that sums are
 * the same in whatever order and by whatever instructions they are made.
 *
 * An impact is tf / (tf + K) of a posting in 1/255, rounded up, under the average length that the
 * segment was written with. Statistics of a search may differ (several segments, deletions); a
 * bound is then raised by wy_impact_bound.
 */
#ifndef WY_SEGMENT_SIMILARITY_H
#define WY_SEGMENT_SIMILARITY_H

#include <stdint.h>

#define WY_BM25_K1     1.2f
#define WY_BM25_B      0.75f
#define WY_SCORE_ONE   65536
#define WY_SCORE_SHIFT 16
#define WY_WEIGHT_MAX  32767 /* a weight's score then fits 31 bits */

/* Statistics of a field over all that is searched. */
typedef struct wy_field_stats {
    uint64_t documents; /* live paragraphs (or reports, for titles) */
    uint64_t length;    /* their words, each length rounded as its code is (columns.h), so that the
                           sum is the same before and after a merge, which knows only the codes */
} wy_field_stats;

/* K for each length code, under the average length of `stats`. */
typedef struct wy_norms {
    float k[256];
} wy_norms;
void wy_norms_set(wy_norms *norms, wy_field_stats stats);

/* ln(1 + (N - n + 0.5) / (n + 0.5)); n is clamped to N. */
double wy_idf(uint64_t documents, uint64_t doc_freq);

/* The part of one term, in units of 2^-16. `weight` = idf * boost, at most WY_WEIGHT_MAX. */
static inline uint32_t wy_score(float weight, uint32_t freq, float k)
{
    float f = (float)freq;
    return (uint32_t)(weight * (f / (f + k)) * (float)WY_SCORE_ONE + 0.5f);
}

/* Impact of a posting: 1 to 255. */
uint8_t wy_impact(uint32_t freq, float k);

/*
 * A score that no posting with an impact of at most `impact` exceeds, under `weight`, where the
 * impact was made with average length `written` and the search has average length `searched`.
 * (K shrinks at most by written / searched when the average grows; it only grows when the average
 * shrinks.)
 */
uint32_t wy_impact_bound(float weight, uint8_t impact, double written, double searched);

#endif
