/*
 * query/meet_avx512.c: meeting a block with AVX-512, where comparisons give masks: one tells in
 * which sixteen ids of the block an id must be, a second where among them. For many ids the
 * comparison of eights is faster here too.
 */
#include "base/cpu.h"
#include "query/meet.h"

#if defined(__AVX512F__) && !defined(WY_PORTABLE)

#include <immintrin.h>

/* What is asked for is a constant in each use. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* From so many on they are compared as eights. */
enum { MANY = 56 };

/* Where what is found goes: which and where, or the ids themselves, or nothing. */
typedef struct target {
    wy_meeting *meeting;
    uint32_t *ids;
} target;

ALWAYS_INLINE size_t look(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                          target out)
{
    const __m256i step = _mm256_setr_epi32(15, 31, 47, 63, 79, 95, 111, 127);
    const __m256i ends = _mm256_i32gather_epi32((const int *)(const void *)block, step, 4);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const __m512i id = _mm512_set1_epi32((int)ids[i]);
        const unsigned reach = _mm256_cmpge_epu32_mask(ends, _mm512_castsi512_si256(id));
        /* The last end is never below; the guard keeps the load within the block all the same. */
        const uint32_t row = _tzcnt_u32(reach | 1u << 7) * 16;
        const unsigned same = _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(block + row), id);
        if (out.meeting) {
            out.meeting->id[found] = (uint8_t)i;
            out.meeting->at[found] = (uint8_t)(row + _tzcnt_u32(same));
        }
        if (out.ids) out.ids[found] = ids[i];
        found += same != 0;
    }
    return found;
}

static size_t meet(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                   wy_meeting *out)
{
    if (count >= MANY) return wy_meet_avx2()(block, ids, count, out);
    return look(block, ids, count, (target){.meeting = out});
}

static size_t keep(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count, uint32_t *out)
{
    if (count >= MANY) return wy_meet_keep_avx2()(block, ids, count, out);
    return out ? look(block, ids, count, (target){.ids = out})
               : look(block, ids, count, (target){NULL, NULL});
}

wy_meet_fn *wy_meet_avx512(void)
{
    return wy_cpu_has_avx512() ? meet : NULL;
}

wy_meet_keep_fn *wy_meet_keep_avx512(void)
{
    return wy_cpu_has_avx512() ? keep : NULL;
}

#else

wy_meet_fn *wy_meet_avx512(void)
{
    return NULL;
}

wy_meet_keep_fn *wy_meet_keep_avx512(void)
{
    return NULL;
}

#endif
