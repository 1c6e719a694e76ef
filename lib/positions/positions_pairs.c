/*
 * positions/positions_pairs.c: pairs of positions in portable C.
 */
#include "positions/positions_pairs.h"

static void once(const wy_positions_pair *pair, const uint8_t *const at[2], size_t count,
                 wy_positions_both *out)
{
    const wy_positions *const a = pair->terms[0], *const b = pair->terms[1];
    const uint32_t least = pair->offsets[0], further = pair->offsets[1] - pair->offsets[0];
    for (size_t k = 0; k < WY_PAIR_OPEN; k++) out->open_count[k] = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t in_a = at[0][i], in_b = at[1][i];
        const uint32_t x = a->firsts[in_a], y = b->firsts[in_b], before = y - further;
        const bool more_a = a->several[in_a], more_b = b->several[in_b];
        const bool fits = (x + further == y) & (x >= least);
        const bool known = !more_a & !more_b;
        out->wanted[0][i] = before >= least ? before : WY_POSITIONS_NOWHERE;
        out->wanted[1][i] = x >= least ? x + further : WY_POSITIONS_NOWHERE;
        out->freqs[i] = (uint8_t)(known & fits);
        for (size_t k = 0; k < WY_PAIR_OPEN; k++) out->open[k][out->open_count[k]] = (uint8_t)i;
        out->open_count[WY_PAIR_FIRST] += more_a & !more_b;
        out->open_count[WY_PAIR_SECOND] += more_b & !more_a;
        out->open_count[WY_PAIR_BOTH] += more_a & more_b;
    }
}

/* The positions of a posting, of which at most so many are written; 0: there are more, or they are
 * wrong. */
static uint32_t put_positions(const wy_positions *p, uint32_t index,
                              uint32_t out[WY_POSITIONS_PAIR_MORE])
{
    const uint32_t size = p->freqs[index];
    if (size > WY_POSITIONS_PAIR_MORE || !wy_positions_is_round(p, index, size)) return 0;
    const uint32_t *sums = wy_positions_sums(p, index);
    const uint32_t limit = wy_bound_limit(p->bounds[index]);
    for (uint32_t i = 0; i < size; i++) {
        const uint32_t at = p->firsts[index] + (sums[i] - sums[0]);
        out[i] = at < limit ? at : at - limit;
    }
    return size;
}

static uint8_t count_wanted(const wy_positions *p, uint32_t index, uint32_t wanted)
{
    uint32_t list[WY_POSITIONS_PAIR_MORE];
    const uint32_t size = put_positions(p, index, list);
    uint8_t found = 0;
    for (uint32_t i = 0; i < size; i++) found = (uint8_t)(found + (list[i] == wanted));
    return size ? found : WY_POSITIONS_UNKNOWN;
}

static uint8_t count_pairs(const wy_positions_pair *pair, const uint32_t index[2])
{
    uint32_t lists[2][WY_POSITIONS_PAIR_MORE], size[2];
    uint8_t found = 0;
    for (unsigned t = 0; t < 2; t++) {
        size[t] = put_positions(pair->terms[t], index[t], lists[t]);
        if (size[t] == 0) return WY_POSITIONS_UNKNOWN;
    }
    for (uint32_t a = 0; a < size[0]; a++) {
        if (lists[0][a] < pair->offsets[0]) continue; /* it would begin before the first place */
        const uint32_t wanted = lists[0][a] + (pair->offsets[1] - pair->offsets[0]);
        for (uint32_t b = 0; b < size[1]; b++) found = (uint8_t)(found + (lists[1][b] == wanted));
    }
    return found;
}

static void pairs(const wy_positions_pair *pair, const uint8_t *const at[2],
                  wy_positions_both *both)
{
    for (unsigned t = 0; t < 2; t++) {
        const uint8_t *const open = both->open[t == 0 ? WY_PAIR_FIRST : WY_PAIR_SECOND];
        for (size_t i = 0; i < both->open_count[t]; i++)
            both->freqs[open[i]] =
                count_wanted(pair->terms[t], at[t][open[i]], both->wanted[t][open[i]]);
    }
    for (size_t i = 0; i < both->open_count[WY_PAIR_BOTH]; i++) {
        const uint8_t number = both->open[WY_PAIR_BOTH][i];
        const uint32_t index[2] = {at[0][number], at[1][number]};
        both->freqs[number] = count_pairs(pair, index);
    }
}

static size_t found(const wy_positions_both *both, size_t count, uint8_t *numbers, uint8_t *freqs)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        numbers[n] = (uint8_t)i;
        freqs[n] = both->freqs[i];
        n += freqs[n] > 0;
    }
    return n;
}

const wy_positions_meeting wy_positions_meeting_scalar = {once, pairs, found};

const wy_positions_meeting *wy_positions_meeting_get(void)
{
    const wy_positions_meeting *avx512 = wy_positions_meeting_avx512();
    const wy_positions_meeting *avx2 = wy_positions_meeting_avx2();
    return avx512 ? avx512 : avx2 ? avx2 : &wy_positions_meeting_scalar;
}
