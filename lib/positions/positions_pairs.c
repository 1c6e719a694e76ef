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

void wy_positions_pairs_scalar(const wy_positions_pair *pair, const uint8_t *const at[2],
                               const uint8_t *which, size_t count, uint8_t *freqs)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t begins[2][WY_POSITIONS_PAIR_MORE], size[2];
        bool known = true;
        for (unsigned t = 0; t < 2; t++) {
            const uint32_t index = at[t][which[i]];
            size[t] = pair->terms[t]->freqs[index];
            known = known && size[t] <= WY_POSITIONS_PAIR_MORE &&
                    wy_positions_is_round(pair->terms[t], index, size[t]);
            if (known) put_begins(pair, t, index, size[t], begins[t]);
        }
        freqs[i] = known ? 0 : WY_POSITIONS_UNKNOWN;
        for (uint32_t a = 0; known && a < size[0]; a++) {
            if (begins[0][a] > UINT32_MAX - pair->offsets[0]) continue; /* before the first place */
            for (uint32_t b = 0; b < size[1]; b++)
                if (begins[0][a] == begins[1][b]) freqs[i]++;
        }
    }
}

wy_positions_pairs_fn *wy_positions_pairs_get(void)
{
    wy_positions_pairs_fn *avx2 = wy_positions_pairs_avx2();
    return avx2 ? avx2 : wy_positions_pairs_scalar;
}
