/*
 * codec/codec_prefix.h: the loops over prefix codes. Both implementations translate them, the one
 * for AVX2 with the shifts of BMI2, which take any register as their width.
 */
#ifndef WY_CODEC_CODEC_PREFIX_H
#define WY_CODEC_CODEC_PREFIX_H

#include <string.h>

#include "base/reader.h"
#include "codec/codec_bits.h"
#include "codec/codec_codes.h"
#include "codec/codec_kernels.h"

/* A word that is loaded at any bit has this many windows at least. */
enum { WY_WINDOWS_A_LOAD = (64 - 7) / 9 };

/* As wy_bits_at, in the bytes before `end`, the last of which comes first. */
WY_ALWAYS_INLINE uint64_t bits_before(const uint8_t *end, uint64_t bit)
{
    return __builtin_bswap64(wy_load64(end - 8 - bit / 8)) >> bit % 8;
}

WY_ALWAYS_INLINE void store_symbols(uint8_t *out, uint64_t run)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(out, &run, sizeof run);
#else
    for (unsigned i = 0; i < WY_CODED_RUN; i++) out[i] = (uint8_t)(run >> 8 * i);
#endif
}

/* Takes the codes that the window at hand begins with. `taken`: the symbols that there are, times
 * 256, and the bits taken of this word. */
#define WY_TAKE_RUN(word, symbols, taken)                                                          \
    do {                                                                                           \
        const uint64_t run = runs[(word) % WY_CODED_WINDOW];                                       \
        store_symbols((symbols) + ((taken) >> 8), run >> 16);                                      \
        (word) >>= run % 64;                                                                       \
        (taken) += run & 0xFFFF;                                                                   \
    } while (0)

/* Goes on until `count` symbols are found. Returns the bits that they take, or UINT64_MAX. */
WY_ALWAYS_INLINE uint64_t read_symbols(const uint8_t *in, size_t length, unsigned set,
                                       uint8_t *symbols, size_t count)
{
    const uint64_t *runs = wy_coded_runs[set];
    size_t found = 0;
    uint64_t bit = 0;
    while (found < count) {
        if (bit / 8 >= length) return UINT64_MAX;
        uint64_t word = wy_bits_at(in, bit), taken = (uint64_t)found << 8;
        for (unsigned i = 0; i < WY_WINDOWS_A_LOAD && taken >> 8 < count; i++)
            WY_TAKE_RUN(word, symbols, taken);
        found = (size_t)(taken >> 8);
        bit += taken & 0xFF;
    }
    while (found > count) bit -= wy_coded_lengths[set][symbols[--found]];
    return bit;
}

enum {
    WY_HALF = WY_BLOCK / 2,
    WY_LOAD_SYMBOLS = WY_WINDOWS_A_LOAD * WY_CODED_RUN, /* of a word, at most */
    WY_SYMBOLS_ROOM = WY_HALF + WY_LOAD_SYMBOLS + 8,    /* a run is stored whole */
};

/* One of the two strings of a block: what is read of it, and what was before the word in which the
 * last symbol of the half is. */
typedef struct half_string {
    uint64_t bit, bit_before;
    size_t found, found_before;
} half_string;

WY_ALWAYS_INLINE void begin_word(half_string *h)
{
    const bool more = h->found < WY_HALF;
    h->bit_before = more ? h->bit : h->bit_before;
    h->found_before = more ? h->found : h->found_before;
    h->found = more ? h->found : WY_HALF;
}

/* By set. An address that is loaded is one register in the loop, one that is reckoned two. */
static const uint64_t *const wy_runs_of[WY_CODED_SETS] = {wy_coded_runs[0], wy_coded_runs[1],
                                                          wy_coded_runs[2], wy_coded_runs[3]};

/*
 * The symbols of a whole block, of its first half in front and of the other at the end, the two at
 * once: by whole words, until both are there. What is read too much is lost; where it begins is not
 * known yet: bit_before and the codes of the symbols from found_before on tell.
 */
WY_ALWAYS_INLINE void read_halves(const uint8_t *in, size_t length, unsigned set,
                                  uint8_t symbols[2][WY_SYMBOLS_ROOM], half_string half[2])
{
    const uint64_t *runs = wy_runs_of[set];
    const uint64_t all = 8 * (uint64_t)length;
    half_string a = {0}, b = {0};
    do {
        begin_word(&a);
        begin_word(&b);
        uint64_t word = wy_bits_at(in, a.bit < all ? a.bit : all);
        uint64_t word_back = bits_before(in + length, b.bit < all ? b.bit : all);
        uint64_t taken = (uint64_t)a.found << 8, taken_back = (uint64_t)b.found << 8;
        WY_UNROLL_ROWS
        for (unsigned i = 0; i < WY_WINDOWS_A_LOAD; i++) {
            WY_TAKE_RUN(word, symbols[0], taken);
            WY_TAKE_RUN(word_back, symbols[1], taken_back);
        }
        a.found = (size_t)(taken >> 8);
        a.bit += taken & 0xFF;
        b.found = (size_t)(taken_back >> 8);
        b.bit += taken_back & 0xFF;
    } while ((a.found < WY_HALF) | (b.found < WY_HALF));
    half[0] = a;
    half[1] = b;
}

WY_ALWAYS_INLINE uint64_t end_of_half(const half_string *h, unsigned set, const uint8_t *symbols)
{
    uint64_t bit = h->bit_before;
    for (size_t i = h->found_before; i < WY_HALF; i++) bit += wy_coded_lengths[set][symbols[i]];
    return bit;
}

/* values[i] |= h << bits, for `count` symbols, what follows them from *bit on; = h where bits is 0.
 */
WY_ALWAYS_INLINE bool read_rests(const uint8_t *in, size_t length, uint64_t *bit,
                                 const uint8_t *symbols, unsigned bits, uint32_t *values,
                                 size_t count)
{
    unsigned extra = 0;
    for (size_t i = 0; i < count; i++) extra += symbols[i] - (unsigned)(symbols[i] > 0);
    if (*bit + extra > 8 * (uint64_t)length) return false;
    for (size_t i = 0; i < count; i++) {
        const unsigned symbol = symbols[i], width = symbol - (unsigned)(symbol > 0);
        const uint32_t rest = (uint32_t)wy_bits_at(in, *bit) & ((1u << width) - 1);
        const uint32_t low = bits > 0 ? values[i] : 0;
        values[i] = low | (1u << symbol >> 1 | rest) << bits;
        *bit += width;
    }
    return true;
}

WY_ALWAYS_INLINE size_t read_coded(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                                   uint32_t *values, size_t count, size_t *back)
{
    uint8_t symbols[2][WY_SYMBOLS_ROOM], some[WY_BLOCK + 8];
    uint64_t ends[2] = {0};
    bool good;
    if (count == WY_BLOCK) {
        half_string half[2];
        read_halves(in, length, set, symbols, half);
        ends[0] = end_of_half(&half[0], set, symbols[0]);
        ends[1] = end_of_half(&half[1], set, symbols[1]);
        good = ends[0] <= 8 * (uint64_t)length && ends[1] <= 8 * (uint64_t)length &&
               read_rests(in, length, &ends[0], symbols[0], bits, values, WY_HALF) &&
               read_rests(in, length, &ends[0], symbols[1], bits, values + WY_HALF, WY_HALF);
    } else {
        ends[0] = read_symbols(in, length, set, some, count);
        good = ends[0] <= 8 * (uint64_t)length &&
               read_rests(in, length, &ends[0], some, bits, values, count);
    }
    *back = (size_t)(ends[1] + 7) / 8;
    const size_t front = (size_t)(ends[0] + 7) / 8;
    return good && front + *back <= length ? front : 0;
}

/* The zeros before the next one, or more than there may be. */
WY_ALWAYS_INLINE unsigned count_zeros(uint64_t word)
{
#if defined __BMI__ && defined __x86_64__ /* 64 for 0, and a step less in the chain from code to code */
    return (unsigned)__builtin_ia32_tzcnt_u64(word);
#else
    return (unsigned)__builtin_ctzll(word | UINT64_C(1) << 63);
#endif
}

/* What is at hand of the string of a sparse block. */
typedef struct rice_word {
    uint64_t word;
    unsigned taken; /* bits; too many where the word has not got all of the last code */
    unsigned highs; /* all parts in unary, or'ed */
} rice_word;

/* The parts of a code are told apart beside the chain from one code to the next. */
WY_ALWAYS_INLINE uint32_t take_rice(rice_word *w, unsigned bits)
{
    const unsigned high = count_zeros(w->word), all = high + 1 + bits;
    const uint64_t low = w->word >> 1 >> high % 64 & ((UINT64_C(1) << bits) - 1);
    w->word >>= all % 64;
    w->taken += all;
    w->highs |= high;
    return high << bits | (uint32_t)low;
}

/*
 * Codes are taken out of a word until one does not end within it, which is then read again from a
 * new word: that is mostly foretold, and a load for each code, which must wait for the code before,
 * would take longer.
 *
 * WY_READ_SPARSE does `put` for each value that is not 0: rest + 1, at `next`, behind the zeros
 * from `at` on; and `end` for the zeros from `at` on to the end. Then it returns the bytes, or 0.
 */
enum { WY_RICE_WHOLE = 57 }; /* bits of a word that was loaded at any bit */

#define WY_READ_SPARSE(in, length, gap_bits, rest_bits, count, put, end)                           \
    do {                                                                                           \
        uint64_t bit = 0;                                                                          \
        for (size_t at = 0; bit / 8 < (length);) {                                                 \
            rice_word w = {wy_bits_at(in, bit), 0, 0};                                             \
            for (;;) {                                                                             \
                const unsigned before = w.taken;                                                   \
                const size_t next = at + take_rice(&w, gap_bits);                                  \
                if (next >= (count) && w.taken <= WY_RICE_WHOLE) {                                 \
                    const size_t bytes = (size_t)(bit + w.taken + 7) / 8;                          \
                    if (next > (count) || w.highs > WY_SPARSE_HIGH_MAX || bytes > (length))        \
                        return 0;                                                                  \
                    end;                                                                           \
                    return bytes;                                                                  \
                }                                                                                  \
                const uint32_t rest = take_rice(&w, rest_bits);                                    \
                if ((w.taken > WY_RICE_WHOLE) | (w.highs > WY_SPARSE_HIGH_MAX)) {                  \
                    if (before == 0) return 0; /* two codes fit a word */                          \
                    bit += before;                                                                 \
                    break;                                                                         \
                }                                                                                  \
                put;                                                                               \
                at = next + 1;                                                                     \
            }                                                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    } while (0)

WY_ALWAYS_INLINE size_t read_sparse_of(const uint8_t *in, size_t length, unsigned gap_bits,
                                       unsigned rest_bits, uint32_t *values, size_t count)
{
    memset(values, 0, count * sizeof *values);
    WY_READ_SPARSE(in, length, gap_bits, rest_bits, count, values[next] = rest + 1, (void)0);
}

WY_ALWAYS_INLINE size_t read_sparse(const uint8_t *in, size_t length, unsigned gap_bits,
                                    unsigned rest_bits, uint32_t *values, size_t count)
{
    return rest_bits == 0 ? read_sparse_of(in, length, gap_bits, 0, values, count)
                          : read_sparse_of(in, length, gap_bits, rest_bits, values, count);
}

#endif
