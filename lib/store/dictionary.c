/*
 * store/dictionary.c: a dictionary is made of segments of the sample, from each part of it the one
 * whose grams stand in most other parts (Liao, Petri, Moffat, Wirth, "Effective construction of
 * relative Lempel-Ziv dictionaries", 2016). zstd's trainers look at every byte. As in matches.h,
 * here grams begin with characters, so that there is a third of them to look at.
 */
#include "store/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "store/matches_search.h"

enum {
    GRAM = 9, /* bytes: three Chinese characters */
    GRAM_BITS = 19,
    SEGMENT = 300,        /* bytes, at most */
    NEIGHBOURS = 8 << 10, /* bytes in which a gram counts once: what is near needs no dictionary */
    SEEN_BITS = 12,
    PART = 32 << 10, /* bytes, at most: numbers of its grams have 16 bits */
    ALL = 1 << 20,   /* bytes of a sample of which each part is counted, where it is no more */
};

/* Of the grams with one hash. */
typedef struct gram {
    uint8_t count; /* in how many neighbourhoods they stand, but for one */
    uint8_t last;  /* the last of these, from 1 on; 0: there was none */
} gram;

typedef struct segment {
    uint32_t at, length, score;
} segment;

/* The grams of a part of the sample, in order. */
typedef struct part {
    size_t count;
    uint32_t hashes[PART], at[PART];
    uint8_t counts[PART]; /* while a segment is looked for: of those that count in it */
} part;

static inline uint32_t hash(const uint8_t *p)
{
    const uint64_t mixed = wy_load64(p) ^ p[8] * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(mixed * UINT64_C(0x9e3779b97f4a7c15) >> (64 - GRAM_BITS));
}

/* Lists the grams that begin in words of 64 bytes, and fetches what is known of them. */
static void list_grams(const gram *table, const uint8_t *sample, size_t first, size_t end,
                       part *out)
{
    size_t count = 0;
    for (size_t word = first; word < end; word += 64) {
        uint64_t begins = wy_match_begins_of_64(sample + word);
        for (; begins; begins &= begins - 1) {
            const size_t at = word + (size_t)__builtin_ctzll(begins);
            const uint32_t h = hash(sample + at);
            __builtin_prefetch(&table[h], 1);
            out->at[count] = (uint32_t)at;
            out->hashes[count++] = h;
        }
    }
    out->count = count;
}

static void count_grams(gram *table, const part *some)
{
    for (size_t i = 0; i < some->count; i++) {
        gram *g = &table[some->hashes[i]];
        const uint8_t here = (uint8_t)(some->at[i] / NEIGHBOURS % 255 + 1);
        const bool more = g->last != here && g->last != 0 && g->count < UINT8_MAX;
        g->count = (uint8_t)(g->count + more);
        g->last = here;
    }
}

/*
 * The best segment of a part: that with the greatest sum of the counts of its grams, each taken
 * once. Where a gram was seen last is told by some bits of its hash: another gram that has the same
 * takes its place now and then, and it counts twice, which does no harm.
 */
static segment best_segment(gram *table, part *some)
{
    uint16_t seen[1 << SEEN_BITS] = {0}; /* number + 1 */
    segment best = {0};
    size_t first = 0, best_first = 0, best_end = 0;
    uint32_t score = 0;
    for (size_t i = 0; i < some->count; i++) {
        const uint32_t h = some->hashes[i];
        uint16_t *last = &seen[h & ((1 << SEEN_BITS) - 1)];
        some->counts[i] = table[h].count;
        if (*last > first && some->hashes[*last - 1] == h)
            some->counts[*last - 1] = 0;
        else
            score += some->counts[i];
        *last = (uint16_t)(i + 1);
        for (; some->at[i] - some->at[first] > SEGMENT - GRAM; first++)
            score -= some->counts[first];
        if (score > best.score) {
            best.score = score;
            best_first = first;
            best_end = i + 1;
        }
    }
    if (best.score == 0) return best;
    for (size_t i = best_first; i < best_end; i++) table[some->hashes[i]].count = 0;
    best.at = some->at[best_first];
    best.length = some->at[best_end - 1] + GRAM - best.at;
    return best;
}

static int compare_segments(const void *a, const void *b)
{
    const segment *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Puts the best segments to the end, where they are nearest; there is no more of them than
 * `capacity`. */
static void put_segments(const uint8_t *sample, const segment *list, size_t count, size_t capacity,
                         wy_buf *out)
{
    size_t first = count, left = capacity;
    for (; first > 0 && list[first - 1].length <= left; first--) left -= list[first - 1].length;
    for (; first < count; first++) wy_buf_bytes(out, sample + list[first].at, list[first].length);
}

int wy_dictionary_choose(const wy_mem *mem, const uint8_t *sample, size_t length, size_t capacity,
                         wy_buf *out, wy_error *error)
{
    const size_t end = length < 128 ? 0 : length / 64 * 64 - 64; /* of the begins of grams */
    size_t step = end / (capacity / SEGMENT + 1) / 64 * 64, count = 0;
    if (step > PART) step = PART;
    if (step < 64) step = 64;
    gram *table = wy_calloc(mem, sizeof *table << GRAM_BITS);
    segment *list = wy_alloc_array(mem, end / step + 1, sizeof *list);
    part *some = wy_alloc(mem, sizeof *some);
    bool failed = !table || !list || !some;
    /* To count every second part of much is enough: all of them take 0.01 s more for 8 MiB, and
     * make the text of laws 0.03 MB smaller. */
    const size_t stride = length <= ALL ? step : 2 * step;
    for (size_t at = 0; at < end && !failed; at += stride) {
        list_grams(table, sample, at, at + step < end ? at + step : end, some);
        count_grams(table, some);
    }
    for (size_t at = 0; at < end && !failed; at += step) {
        list_grams(table, sample, at, at + step < end ? at + step : end, some);
        list[count] = best_segment(table, some);
        count += list[count].length > 0;
    }
    if (!failed) {
        qsort(list, count, sizeof *list, compare_segments);
        put_segments(sample, list, count, capacity, out);
        failed = out->failed;
    }
    wy_free(mem, table);
    wy_free(mem, list);
    wy_free(mem, some);
    return failed ? wy_fail_memory(error) : WY_OK;
}
