/*
 * query/bulk.h: what is done with many postings at once: scoring them, noting their ids as bits,
 * and taking out of a window what was gathered.
 */
#ifndef WY_QUERY_BULK_H
#define WY_QUERY_BULK_H

#include <stddef.h>
#include <stdint.h>

typedef struct wy_bulk {
    /* scores[i] = wy_score(weight, freqs[i], k[lengths[docs[i]]]). */
    void (*score)(float weight, const float k[256], const uint8_t *lengths, const uint32_t *docs,
                  const uint32_t *freqs, size_t count, uint32_t *scores);

    /* Which of `count` scores, 256 at most, reach `need`: their indexes go to `at`, with room for
     * all. Returns how many. */
    size_t (*find_high)(const uint32_t *scores, size_t count, uint32_t need, uint8_t *at);

    /* Sets the bit docs[i] - base of each of `count` ids. */
    void (*set_bits)(uint64_t *bits, uint32_t base, const uint32_t *docs, size_t count);

    /* How many bits of `words` words are set. */
    uint64_t (*count_bits)(const uint64_t *bits, size_t words);

    /*
     * Takes all out of a window of 64 ids a word: `bits` and the scores of the bits that are set
     * become 0. Those with a score of `need` or more go to `docs`, with `base` added, and `out`,
     * which have room for all. Returns how many there are.
     */
    size_t (*take)(uint64_t *bits, uint64_t *scores, size_t words, uint32_t base, uint64_t need,
                   uint32_t *docs, uint64_t *out);
} wy_bulk;

/* The best for this processor; all give the same. Static storage. */
const wy_bulk *wy_bulk_get(void);

extern const wy_bulk wy_bulk_scalar;
/* NULL where this build or processor does not have it. */
const wy_bulk *wy_bulk_avx2(void);

/* ---- What both are made of ----------------------------------------------------------------- */

/* In four places at once, a quarter of the ids apart: the words that these are in are mostly four,
 * so that no bit waits for the one before to be stored. Order does not matter. */
static inline void wy_bulk_set_bits(uint64_t *bits, uint32_t base, const uint32_t *docs,
                                    size_t count)
{
    const size_t quarter = count / 4;
    for (size_t i = 0; i < quarter; i++) {
        for (size_t q = 0; q < 4; q++) {
            const uint32_t at = docs[q * quarter + i] - base;
            bits[at / 64] |= UINT64_C(1) << at % 64;
        }
    }
    for (size_t i = 4 * quarter; i < count; i++)
        bits[(docs[i] - base) / 64] |= UINT64_C(1) << (docs[i] - base) % 64;
}

static inline uint64_t wy_bulk_count_bits(const uint64_t *bits, size_t words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words; i++) count += (uint64_t)__builtin_popcountll(bits[i]);
    return count;
}

static inline size_t wy_bulk_take(uint64_t *bits, uint64_t *scores, size_t words, uint32_t base,
                                  uint64_t need, uint32_t *docs, uint64_t *out)
{
    size_t kept = 0;
    for (size_t w = 0; w < words; w++) {
        for (uint64_t left = bits[w]; left; left &= left - 1) {
            const size_t i = w * 64 + (size_t)__builtin_ctzll(left);
            docs[kept] = base + (uint32_t)i;
            out[kept] = scores[i];
            kept += scores[i] >= need;
            scores[i] = 0;
        }
        bits[w] = 0;
    }
    return kept;
}

#endif
