#include "segment/similarity.h"

#include <math.h>

#include "columns/columns.h"

void wy_norms_set(wy_norms *norms, wy_field_stats stats)
{
    /* Without a word anywhere no list is ever scored; any average does. */
    float average = stats.documents && stats.length
                        ? (float)((double)stats.length / (double)stats.documents)
                        : 1.0f;
    for (unsigned code = 0; code < 256; code++) norms->k[code] = (float)wy_length_of((uint8_t)code);
    /* On its own, so that four or eight divisions are made at once. */
    for (unsigned code = 0; code < 256; code++) {
        const float length = norms->k[code];
        norms->k[code] = WY_BM25_K1 * (1.0f - WY_BM25_B + WY_BM25_B * (length / average));
    }
}

double wy_idf(uint64_t documents, uint64_t doc_freq)
{
    double n = doc_freq < documents ? (double)doc_freq : (double)documents;
    return log(1.0 + ((double)documents - n + 0.5) / (n + 0.5));
}

uint8_t wy_impact(uint32_t freq, float k)
{
    float f = (float)freq;
    float impact = ceilf(f / (f + k) * 255.0f);
    return impact < 1.0f ? 1 : impact > 255.0f ? 255 : (uint8_t)impact;
}

uint32_t wy_impact_bound(float weight, uint8_t impact, double written, double searched)
{
    double part = impact / 255.0;
    if (searched > written && written > 0) /* f / (f + K r) with r = written / searched */
        part = part / (part + (1.0 - part) * (written / searched));
    /* A little above, for the rounding of floats on either side, and never above the weight. */
    double bound = (double)weight * part * (1.0 + 2e-6) * WY_SCORE_ONE + 1.0;
    return (uint32_t)bound;
}
