/*
 * text/fold_avx2.c: eight characters of three bytes are put together, a lane each. Nearly all stay
 * the same, which a bit each tells.
 */
#include "base/cpu.h"
#include "text/fold_entry.h"
#include "text/fold_kernel.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

enum { LANES = 8, CHAR_BYTES = 3, READ = LANES * CHAR_BYTES };

static __m256i set(int value)
{
    return _mm256_set1_epi32(value);
}

/* The bytes of eight characters, the last one lowest in its lane. */
static __m256i load(const uint8_t *text)
{
    const __m256i order =
        _mm256_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1, /* */
                         6, 5, 4, -1, 9, 8, 7, -1, 12, 11, 10, -1, 15, 14, 13, -1);
    const __m256i bytes = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)text)),
        _mm_loadu_si128((const __m128i *)(const void *)(text + READ - 16)), 1);

    return _mm256_shuffle_epi8(bytes, order);
}

static void store(void *to, __m256i value)
{
    _mm256_storeu_si256((__m256i *)to, value);
}

/* Bits of the units that do not stay the same. A gather would take longer than eight loads. */
static inline unsigned find_changes(const uint32_t *changes, const uint16_t *units)
{
    unsigned found = 0;

    for (unsigned i = 0; i < LANES; i++)
        found |= (changes[units[i] >> 5] >> (units[i] & 31) & 1) << i;
    return found;
}

/* What `c`, which is behind the unit `before`, becomes if that is one unit and decided by no more;
 * else 0. */
static inline unsigned change(const wy_fold_source *source, unsigned c, unsigned before)
{
    const unsigned entry = source->blocks[source->index[c >> WY_FOLD_BLOCK_SHIFT] +
                                          (c & ((1U << WY_FOLD_BLOCK_SHIFT) - 1))];

    if (entry < WY_FOLD_SPECIAL_FIRST || entry > WY_FOLD_SPECIAL_LAST) return entry;
    if (before >= '0' && before <= '9') return 0;
    return entry == WY_FOLD_COMMA ? ',' : entry == WY_FOLD_SEMICOLON ? ';' : 0;
}

static size_t fold_three(wy_fold_source *source, unsigned before, size_t most, uint16_t *units,
                         uint32_t *begins, uint32_t *ends)
{
    const __m256i shape = set(0xf0c0c0), wanted = set(0xe08080);
    const __m256i places = _mm256_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21);
    const uint8_t *const text = source->text;
    const uint32_t *const changes = source->changes;
    size_t count = 0, at = source->at, some = LANES;

    while (most - count >= LANES && some == LANES) {
        const size_t left = source->length - at, more = left / CHAR_BYTES;

        if (left < READ) { /* the last eight, of which some are done again */
            if (left == 0 || left % CHAR_BYTES != 0 || count + more < LANES) break;
            count -= LANES - more;
            at = source->length - READ;
        }
        const __m256i bytes = load(text + at);
        const __m256i shaped = _mm256_cmpeq_epi32(_mm256_and_si256(bytes, shape), wanted);
        const __m256i halves = _mm256_maddubs_epi16(_mm256_and_si256(bytes, set(0x0f3f3f)),
                                                    set(0x014001)); /* third + 64 second, first */
        const __m256i c = _mm256_madd_epi16(halves, set(0x10000001));
        const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(c, c), 0x08);
        const __m256i begin = _mm256_add_epi32(set((int)at), places);
        uint16_t *const here = units + count;

        _mm_storeu_si128((__m128i *)(void *)here, _mm256_castsi256_si128(packed));
        store(begins + count, begin);
        store(ends + count, _mm256_add_epi32(begin, set(CHAR_BYTES)));
        some = (unsigned)__builtin_ctz((unsigned)~_mm256_movemask_ps(_mm256_castsi256_ps(shaped)) |
                                       1U << LANES);
        unsigned changed = find_changes(changes, here) & ((1U << some) - 1);
        while (changed > 0) {
            const unsigned i = (unsigned)__builtin_ctz(changed);
            const unsigned unit =
                change(source, here[i], count + i > 0 ? here[(int)i - 1] : before);

            changed &= changed - 1;
            if (unit == 0) {
                some = i;
                break;
            }
            here[i] = (uint16_t)unit;
        }
        count += some;
        at += CHAR_BYTES * some;
    }
    source->at = at;
    return count;
}

wy_fold_three_fn *wy_fold_three_avx2(void)
{
    return wy_cpu_has_avx2() ? fold_three : NULL;
}

#else

wy_fold_three_fn *wy_fold_three_avx2(void)
{
    return NULL;
}

#endif
