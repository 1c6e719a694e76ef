/*
 * query/exact_sift_avx512.c: hits of a window with AVX-512: the bytes of 64 documents in a register
 * and a word of bits as their mask; sixteen hits at a time, those that stay pushed together.
 */
#include "query/exact_sift.h"

#include "base/cpu.h"

#if defined(__AVX512BW__) && defined(__AVX512VBMI2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

_Static_assert(sizeof(wy_positions_spot) == 4 && offsetof(wy_positions_spot, number) == 0,
               "hits are taken as 32 bits, the lower half of which is the number");

/* Without a branch, since nothing foretells which words have bits. */
static void keep_frequent(const wy_exact_limits *limits, bool chosen, uint64_t *bits, uint8_t *most,
                          const uint8_t *lengths, size_t count)
{
    const __m512i table =
        _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)limits->codes));
    for (size_t i = 0; i < count; i += 64) {
        const __m512i all = _mm512_loadu_si512(most + i);
        const __mmask64 some = chosen ? bits[i / 64] : _mm512_test_epi8_mask(all, all);
        /* What has no bit is not read: it may be behind the last length. */
        const __m512i codes = _mm512_maskz_loadu_epi8(some, lengths + i);
        const __m512i freqs = _mm512_min_epu8(all, _mm512_set1_epi8(WY_EXACT_ENOUGH));
        bits[i / 64] = _mm512_mask_cmple_epu8_mask(some, codes, _mm512_shuffle_epi8(table, freqs));
        _mm512_storeu_si512(most + i, _mm512_setzero_si512());
    }
}

static size_t keep_hits(const uint64_t *bits, wy_positions_spot *hits, size_t count)
{
    const __m512i one = _mm512_set1_epi32(1);
    size_t kept = 0;
    for (size_t h = 0; h < count; h += 16) {
        const __mmask16 some = count - h < 16 ? (__mmask16)((1u << (count - h)) - 1) : 0xffff;
        const __m512i all = _mm512_maskz_loadu_epi32(some, hits + h);
        const __m512i numbers = _mm512_and_si512(all, _mm512_set1_epi32(0xffff));
        const __m512i words = _mm512_mask_i32gather_epi32(all, some, _mm512_srli_epi32(numbers, 5),
                                                          (const void *)bits, 4);
        const __m512i bit =
            _mm512_srlv_epi32(words, _mm512_and_si512(numbers, _mm512_set1_epi32(31)));
        const __mmask16 stays = _mm512_mask_test_epi32_mask(some, bit, one);
        /* All sixteen: what is behind those that stay was read already. */
        _mm512_mask_storeu_epi32(hits + kept, some, _mm512_maskz_compress_epi32(stays, all));
        kept += (size_t)__builtin_popcount(stays);
    }
    return kept;
}

/* The places of the bits of a word, as bytes, pushed together; sixteen become ids at once. */
static inline size_t list_word(__m512i places, uint64_t bits, uint32_t first, uint32_t *out)
{
    const size_t count = (size_t)__builtin_popcountll(bits);
    __m512i left = _mm512_maskz_compress_epi8(bits, places);
    for (size_t i = 0;; i += 16) {
        const __m512i ids = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(left));
        _mm512_storeu_si512(out + i, _mm512_add_epi32(ids, _mm512_set1_epi32((int)first)));
        if (i + 16 >= count) return count;
        left = _mm512_alignr_epi64(left, left, 2);
    }
}

static size_t list(const uint64_t *bits, size_t words, bool many, uint32_t first, uint32_t *out)
{
    uint8_t bytes[64];
    size_t count = 0;
    for (unsigned i = 0; i < 64; i++) bytes[i] = (uint8_t)i;
    const __m512i places = _mm512_loadu_si512(bytes);
    for (size_t i = 0; i < words && many; i++)
        count += list_word(places, bits[i], first + (uint32_t)(i * 64), out + count);
    for (size_t i = 0; i < words && !many; i += 8) {
        const __mmask8 here = words - i < 8 ? (__mmask8)((1u << (words - i)) - 1) : 0xff;
        const __m512i eight = _mm512_maskz_loadu_epi64(here, bits + i);
        for (unsigned some = _mm512_test_epi64_mask(eight, eight); some; some &= some - 1) {
            const size_t at = i + (size_t)__builtin_ctz(some);
            count += list_word(places, bits[at], first + (uint32_t)(at * 64), out + count);
        }
    }
    return count;
}

static const wy_exact_sift sift_avx512 = {keep_frequent, keep_hits, list};

const wy_exact_sift *wy_exact_sift_avx512(void)
{
    return wy_cpu_has_avx512() ? &sift_avx512 : NULL;
}

#else

const wy_exact_sift *wy_exact_sift_avx512(void)
{
    return NULL;
}

#endif
