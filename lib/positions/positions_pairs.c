/*
 * positions/positions_pairs.c: pairs of positions in portable C.
 */
#include "positions/positions_pairs.h"

/* Writes the `size` positions of a posting less the offset of its term: where the phrase begins. */
static void put_begins(const wy_positions_pair *pair, unsigned which, uint32_t index, uint32_t size,
                       uint32_t *out)
{
    const wy_positions *p = pair->terms[which];
    const uint32_t *sums = wy_positions_sums(p, index);
    const uint32_t limit = wy_bound_limit(p->bounds[index]);
    for (uint32_t i = 0; i < size; i++) {
        const uint32_t at = p->firsts[index] + (sums[i] - sums[0]);
        out[i] = (at < limit ? at : at - limit) - pair->offsets[which];
    }
}

static void once(const wy_positions_pair *pair, const uint8_t *const at[2], size_t count,
                 wy_positions_both *out, bool several[2])
{
    const wy_positions *const a = pair->terms[0], *const b = pair->terms[1];
    const uint32_t least = pair->offsets[0], further = pair->offsets[1] - pair->offsets[0];
    unsigned any_a = 0, any_b = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t in_a = at[0][i], in_b = at[1][i];
        const uint32_t x = a->firsts[in_a], y = b->firsts[in_b];
        const unsigned more_a = a->several[in_a], more_b = b->several[in_b];
        const bool fits = (x + further == y) & (x >= least);
        out->number[n] = (uint8_t)i;
        out->at[0][n] = in_a;
        out->at[1][n] = in_b;
        n += fits | more_a | more_b;
        any_a |= more_a;
        any_b |= more_b;
    }
    out->count = n;
    several[0] = any_a;
    several[1] = any_b;
}

static uint8_t count_pairs(const wy_positions_pair *pair, const uint32_t index[2])
{
    uint32_t begins[2][WY_POSITIONS_PAIR_MORE], size[2];
    uint8_t found = 0;
    for (unsigned t = 0; t < 2; t++) {
        size[t] = pair->terms[t]->freqs[index[t]];
        if (size[t] > WY_POSITIONS_PAIR_MORE ||
            !wy_positions_is_round(pair->terms[t], index[t], size[t]))
            return WY_POSITIONS_UNKNOWN;
        put_begins(pair, t, index[t], size[t], begins[t]);
    }
    for (uint32_t a = 0; a < size[0]; a++) {
        if (begins[0][a] > UINT32_MAX - pair->offsets[0]) continue; /* before the first place */
        for (uint32_t b = 0; b < size[1]; b++)
            found = (uint8_t)(found + (begins[0][a] == begins[1][b]));
    }
    return found;
}

static void pairs(const wy_positions_pair *pair, wy_positions_both *both,
                  uint8_t freqs[WY_BLOCK + 8])
{
    size_t n = 0;
    for (size_t i = 0; i < both->count; i++) {
        const uint32_t index[2] = {both->at[0][i], both->at[1][i]};
        freqs[n] = count_pairs(pair, index);
        both->number[n] = both->number[i];
        n += freqs[n] > 0;
    }
    both->count = n;
}

const wy_positions_meeting wy_positions_meeting_scalar = {once, pairs};

const wy_positions_meeting *wy_positions_meeting_get(void)
{
    const wy_positions_meeting *avx512 = wy_positions_meeting_avx512();
    const wy_positions_meeting *avx2 = wy_positions_meeting_avx2();
    return avx512 ? avx512 : avx2 ? avx2 : &wy_positions_meeting_scalar;
}
