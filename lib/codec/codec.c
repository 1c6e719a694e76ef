/*
 * codec/codec.c: the forms of a block: choosing, writing and reading them.
 */
#include "codec/codec.h"

#include <assert.h>
#include <float.h>
#include <string.h>

#include "base/reader.h"
#include "codec/codec_bits.h"
#include "codec/codec_codes.h"
#include "codec/codec_write.h"

enum {
    PATCHED = 0x80, /* a block's first byte, from here on */
    CODED = 0x60,
    SPLIT = 0x40,
    SPARSE = 0x21,
    EXCEPTIONS_MAX = 31,
    CODED_BITS_MAX = 7,
    SPARSE_GAP_MAX = 6,           /* low bits of a gap */
    SPARSE_REST_MAX = 3,          /* low bits of a value - 1 */
    UNARY_MAX = 5 * WY_BLOCK / 8, /* bytes; see choose_split */
    SPARSE_ZEROS_MAX = 3 * WY_BLOCK,
    UNARY_WORDS = UNARY_MAX / 8 + 1, /* of sparse at most 543 bits, with the few before them */
    SPARSE_COUNT_BITS = 6,           /* of how many values are not 0, less one */
    /* bytes: a one and low bits of each gap and value, and the zeros */
    SPARSE_MAX = (SPARSE_COUNT_BITS + WY_BLOCK / 2 * (2 + SPARSE_GAP_MAX + SPARSE_REST_MAX) +
                  SPARSE_ZEROS_MAX + 7) /
                 8,
};

/*
 * Bytes that a form must save over the ones before it to be taken, for WY_BLOCK values, for the
 * time it costs to read. With AVX2 a block of ids takes plain 40 ns, patched 50, split and sparse
 * 100, coded 140; one of frequencies plain 20, patched 30, sparse and split 60. When codes and runs
 * were each one chain, coded took 250 ns, sparse 240 and 105. On Chinese law (8 million postings),
 * whole blocks, MB and mean time of a block, then, and with a SPLIT_COST of 12:
 *
 *   CODED_COST    ids               SPARSE_COST    frequencies
 *   12            5.90 MB, 173 ns   32             0.93 MB, 89 ns
 *   14            5.91 MB, 167 ns   44             0.96 MB, 80 ns
 *   20            5.99 MB, 150 ns   64             1.03 MB, 63 ns
 *   not used      6.82 MB, 95 ns    not used       1.22 MB, 45 ns
 *
 * PATCHED_COST 6 and SPLIT_COST 8 take as much room as 4 and 12, and conjunctions of frequent words
 * 4 % less time; with less of either all is larger. To let long lists pay more than short ones for
 * speed, since they are asked for more often, was tried: at the same size it gains next to nothing.
 */
enum form_cost { PATCHED_COST = 6, SPLIT_COST = 8, CODED_COST = 12, SPARSE_COST = 28 };

typedef struct form {
    unsigned kind;              /* 0, SPARSE, SPLIT, CODED or PATCHED */
    unsigned bits;              /* of a gap in SPARSE */
    unsigned exceptions, width; /* PATCHED */
    unsigned set;               /* CODED: of codes; SPARSE: low bits of a value - 1 */
    size_t cost;                /* bytes, and what reading it costs */
} form;

const wy_codec *wy_codec_get(void)
{
    const wy_codec *best = wy_codec_avx512();
    if (!best) best = wy_codec_avx2();
    return best ? best : &wy_codec_scalar;
}

unsigned wy_codec_bits(const uint32_t *values, size_t count)
{
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++) all |= values[i];
    return wy_bits_of(all);
}

static size_t bytes_of(size_t bits)
{
    return (bits + 7) / 8;
}

/* WY_BLOCK values of `bits` bits are whole bytes, so that one rule serves lanes and bit strings. */
static size_t packed_bytes(size_t count, unsigned bits)
{
    return bytes_of(count * bits);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void store32(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) out[i] = (uint8_t)(value >> 8 * i);
}

/* Packs the low `bits` bits of each value in four lanes: what is in one row goes to the same bits
 * of each. */
static uint8_t *pack_lanes(const uint32_t *values, unsigned bits, uint8_t *out)
{
    uint32_t words[WY_BLOCK + 4] = {0};
    const uint32_t mask = wy_low_mask(bits);
    if (bits == 0) return out;
    for (unsigned bit = 0; bit < WY_BLOCK / 4 * bits; bit += bits, values += 4) {
        uint32_t *word = words + bit / 32 * 4;
        const unsigned low = bit % 32;
        for (unsigned i = 0; i < 4; i++) word[i] |= (values[i] & mask) << low;
        if (low + bits <= 32) continue;
        for (unsigned i = 0; i < 4; i++) word[4 + i] = (values[i] & mask) >> (32 - low);
    }
    for (unsigned i = 0; i < 4 * bits; i++) store32(out + 4 * i, words[i]);
    return out + 16 * bits;
}

void wy_codec_pack(const uint32_t values[WY_BLOCK], unsigned bits, uint8_t *out)
{
    assert(wy_codec_bits(values, WY_BLOCK) <= bits && bits <= 32);
    pack_lanes(values, bits, out);
}

static uint8_t *pack(const uint32_t *values, size_t count, unsigned bits, uint8_t *out)
{
    if (count == WY_BLOCK) return pack_lanes(values, bits, out);
    const uint32_t mask = wy_low_mask(bits);
    wy_bit_writer w = {out, 0, 0};
    for (size_t i = 0; i < count; i++) wy_put_bits(&w, values[i] & mask, bits);
    return wy_end_bits(&w);
}

/* A string of ones behind zeros, from bit `at` of zeroed words on. */
typedef struct unary_writer {
    uint64_t words[UNARY_WORDS];
    uint64_t at;
} unary_writer;

/* For each value as many zeros as what is above its low bits, and a one. Without a branch: where a
 * word is full cannot be foretold. */
static void put_unary(unary_writer *w, const uint32_t *values, size_t count, unsigned bits)
{
    uint64_t at = w->at, here = at / 64, word = w->words[here];
    for (size_t i = 0; i < count; i++) {
        at += values[i] >> bits;
        const uint64_t same = at / 64 == here;
        here = at / 64;
        word = (word & -same) | UINT64_C(1) << at % 64;
        w->words[here] = word;
        at++;
    }
    w->at = at;
}

/* Writes the words, the last one whole, and returns the end of the string. */
static uint8_t *end_unary(const unary_writer *w, uint8_t *out)
{
    for (size_t i = 0; 64 * i < w->at; i++) {
        store32(out + 8 * i, (uint32_t)w->words[i]);
        store32(out + 8 * i + 4, (uint32_t)(w->words[i] >> 32));
    }
    return out + bytes_of(w->at);
}

static uint8_t *write_unary(const uint32_t *values, size_t count, unsigned bits, uint8_t *out)
{
    unary_writer w = {{0}, 0};
    put_unary(&w, values, count, bits);
    return end_unary(&w, out);
}

static uint8_t *write_exceptions(const uint32_t *values, size_t count, const form *f, uint8_t *out)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] > wy_low_mask(f->bits)) *out++ = (uint8_t)i;
    wy_bit_writer w = {out, 0, 0};
    for (size_t i = 0; i < count; i++)
        if (values[i] > wy_low_mask(f->bits)) wy_put_bits(&w, values[i] >> f->bits, f->width);
    return wy_end_bits(&w);
}

/*
 * Bits of each value, by the exponent of the value as a float: compilers make vectors of it, and
 * many processors take longer to count the zeros of one word. What is cleared keeps the float from
 * being rounded up to the next power of two.
 */
static void find_bits(const uint32_t *values, size_t count, uint8_t *bits)
{
    enum { EXPONENT = 23, ONE = 126 }; /* of 0.5: what is below 1 has no bits */
    float floats[WY_BLOCK];
    uint32_t words[WY_BLOCK];
    _Static_assert(FLT_RADIX == 2 && FLT_MANT_DIG == 24 && FLT_MAX_EXP == 128 &&
                       sizeof(float) == sizeof(uint32_t),
                   "floats as IEEE 754 has them");
    for (size_t i = 0; i < count; i++)
        floats[i] = (float)(int32_t)(values[i] & ~(values[i] >> 1) & INT32_MAX);
    memcpy(words, floats, count * sizeof *words);
    for (size_t i = 0; i < count; i++) {
        const uint32_t small = words[i] ? (words[i] >> EXPONENT) - ONE : 0;
        bits[i] = (uint8_t)(values[i] >> 31 ? 32 : small);
    }
}

/* Four counters for each number of bits: values that are alike would wait for each other. */
static void summarize(const uint32_t *values, size_t count, wy_block_summary *s)
{
    uint16_t with[4][33] = {{0}};
    uint64_t sum = 0;
    memset(s->bits, 0, sizeof s->bits);
    find_bits(values, count, s->bits);
    for (size_t i = 0; i < count; i++) with[i % 4][s->bits[i]]++;
    for (size_t i = 0; i < count; i++) sum += values[i];
    s->count = (uint32_t)count;
    s->sum = sum;
    for (unsigned i = 0; i < 33; i++)
        s->with[i] = (uint32_t)with[0][i] + with[1][i] + with[2][i] + with[3][i];
    s->most = 32;
    while (s->most > 0 && s->with[s->most] == 0) s->most--;
}

static void choose_patched(const wy_block_summary *s, form *best)
{
    const size_t count = s->count;
    size_t exceptions = 0;
    for (unsigned bits = s->most; bits-- > 0;) {
        exceptions += s->with[bits + 1];
        if (exceptions > EXCEPTIONS_MAX) break;
        const unsigned width = s->most - bits;
        const size_t cost = PATCHED_COST * count / WY_BLOCK + 2 + packed_bytes(count, bits) +
                            exceptions + bytes_of(exceptions * width);
        if (cost < best->cost) *best = (form){PATCHED, bits, (unsigned)exceptions, width, 0, cost};
    }
}

/*
 * The best width lies near the logarithm of the mean (Golomb's rule): four are tried. With the
 * smallest of them the mean high part is below 4, so that `unary` has at most 5 * count bits.
 */
static void choose_split(const uint32_t *values, const wy_block_summary *s, form *best)
{
    const size_t count = s->count;
    const unsigned near = wy_bits_of((uint32_t)(s->sum / count));
    for (unsigned bits = near > 2 ? near - 2 : 0; bits <= near + 1 && bits < 32; bits++) {
        const size_t least = SPLIT_COST * count / WY_BLOCK + 1 + packed_bytes(count, bits);
        if (least + bytes_of(count) >= best->cost) break; /* and with more bits all the more */
        uint32_t unary = (uint32_t)count;
        for (size_t i = 0; i < count; i++) unary += values[i] >> bits;
        const size_t cost = least + bytes_of(unary);
        if (cost < best->cost) *best = (form){.kind = SPLIT, .bits = bits, .cost = cost};
    }
}

/* The codes a level at a time, and then what follows them. */
uint8_t *wy_scalar_codes(const uint32_t *values, const wy_block_summary *s, unsigned set,
                         unsigned bits, uint8_t *out)
{
    const uint8_t *codes = wy_coded_codes[set], *code_lengths = wy_coded_lengths[set];
    uint8_t left[WY_BLOCK]; /* symbols whose codes have a bit on this level */
    size_t n = s->count;
    wy_bit_writer w = {out, 0, 0};
    for (size_t i = 0; i < n; i++) left[i] = (uint8_t)wy_symbol_of(s->bits[i], bits);
    for (unsigned level = 0; n > 0; level++) {
        size_t more = 0;
        for (size_t i = 0; i < n; i++) {
            const uint8_t symbol = left[i];
            wy_put_bits(&w, codes[symbol] >> level & 1u, 1);
            left[more] = symbol;
            more += code_lengths[symbol] > level + 1;
        }
        n = more;
    }
    for (size_t i = 0; i < s->count; i++) {
        const unsigned extra = wy_coded_extra(wy_symbol_of(s->bits[i], bits));
        wy_put_bits(&w, values[i] >> bits & wy_low_mask(extra), extra);
    }
    return wy_end_bits(&w);
}

const wy_codec_writing wy_writing_scalar = {summarize, wy_scalar_codes, wy_codec_bounded_write};

/* The sizes by all sets are reckoned at once: no sum passes 16 bits. */
static void choose_coded(const wy_block_summary *s, form *best)
{
    const size_t count = s->count;
    const unsigned most = s->most;
    const unsigned first = most < WY_CODED_SYMBOLS ? 0 : most - (WY_CODED_SYMBOLS - 1);
    uint32_t none = 0; /* values of symbol 0 */
    for (unsigned n = 0; n < first; n++) none += s->with[n];
    for (unsigned bits = first; bits <= most && bits <= CODED_BITS_MAX; bits++) {
        const size_t least = CODED_COST * count / WY_BLOCK + 1 + packed_bytes(count, bits);
        if (least + bytes_of(count) >= best->cost) break; /* no code is shorter than a bit */
        none += s->with[bits];
        uint64_t strings = none * wy_coded_costs[0];
        for (unsigned n = bits + 1; n <= most; n++)
            strings += s->with[n] * wy_coded_costs[n - bits];
        for (unsigned set = 0; set < WY_CODED_SETS; set++) {
            const size_t cost = least + bytes_of(strings >> 16 * set & 0xFFFF);
            if (cost < best->cost)
                *best = (form){.kind = CODED, .bits = bits, .set = set, .cost = cost};
        }
    }
}

/* The sizes of Golomb-Rice codes of SPARSE. */
typedef struct rice {
    unsigned bits; /* of the low part */
    uint64_t zeros, sum;
} rice;

static rice least_rice(const uint32_t *values, size_t count, unsigned most)
{
    rice best = {.sum = UINT64_MAX};
    for (unsigned bits = 0; bits <= most && count * (1 + bits) < best.sum; bits++) {
        uint64_t zeros = 0;
        for (size_t i = 0; i < count; i++) zeros += values[i] >> bits;
        const uint64_t sum = zeros + count * (1 + bits);
        if (sum < best.sum) best = (rice){bits, zeros, sum};
    }
    return best;
}

/* What `sparse` writes: gaps to the values that are not 0, and those values - 1. */
typedef struct sparse {
    size_t found; /* values that are not 0 */
    uint32_t gaps[WY_BLOCK / 2], rests[WY_BLOCK / 2];
} sparse;

/* Of 64 values those that are not 0, by their bits: eight bytes at a time, each with its own bit of
 * the product. */
static uint64_t find_some(const uint8_t *bits)
{
    uint64_t some = 0;
    for (unsigned i = 0; i < 64; i += 8) {
        const uint64_t carried = wy_load64(bits + i) + UINT64_C(0x7F7F7F7F7F7F7F7F);
        const uint64_t ones = carried >> 7 & UINT64_C(0x0101010101010101);
        some |= ones * UINT64_C(0x0102040810204080) >> 56 << i;
    }
    return some;
}

static void find_sparse(const uint32_t *values, const wy_block_summary *s, sparse *out)
{
    size_t found = 0, next = 0;
    for (size_t i = 0; i < WY_BLOCK; i += 64) {
        for (uint64_t some = find_some(s->bits + i); some > 0; some &= some - 1) {
            const size_t at = i + (unsigned)__builtin_ctzll(some);
            out->gaps[found] = (uint32_t)(at - next);
            out->rests[found++] = values[at] - 1;
            next = at + 1;
        }
    }
    out->found = found;
}

/* Finds `given`, where sparse is chosen. */
static void choose_sparse(const uint32_t *values, const wy_block_summary *s, form *best,
                          sparse *given)
{
    const size_t found = s->count - s->with[0];
    const size_t least = found * SPARSE_COST / WY_BLOCK + 1;
    if (found == 0 || found > WY_BLOCK / 2 ||
        least + bytes_of(SPARSE_COUNT_BITS + 2 * found) >= best->cost)
        return;
    find_sparse(values, s, given);
    const rice gaps = least_rice(given->gaps, found, SPARSE_GAP_MAX);
    const rice rests = least_rice(given->rests, found, SPARSE_REST_MAX);
    if (gaps.zeros + rests.zeros > SPARSE_ZEROS_MAX) return;
    const size_t cost = least + bytes_of((size_t)(SPARSE_COUNT_BITS + gaps.sum + rests.sum));
    if (cost < best->cost)
        *best = (form){.kind = SPARSE, .bits = gaps.bits, .set = rests.bits, .cost = cost};
}

static void put_lows(wy_bit_writer *w, const uint32_t *values, size_t count, unsigned bits)
{
    for (size_t i = 0; i < count; i++) wy_put_bits(w, values[i] & wy_low_mask(bits), bits);
}

static uint8_t *write_sparse(const sparse *s, const form *f, uint8_t *out)
{
    wy_bit_writer w = {out, 0, 0};
    wy_put_bits(&w, (uint32_t)s->found - 1, SPARSE_COUNT_BITS);
    put_lows(&w, s->gaps, s->found, f->bits);
    put_lows(&w, s->rests, s->found, f->set);
    unary_writer u = {{w.word}, w.filled};
    put_unary(&u, s->gaps, s->found, f->bits);
    put_unary(&u, s->rests, s->found, f->set);
    return end_unary(&u, w.out);
}

/* The head of a block, without what follows of it in PATCHED. */
static uint8_t head_of(const form *f)
{
    switch (f->kind) {
    case SPARSE:
        return (uint8_t)(SPARSE + f->bits * (SPARSE_REST_MAX + 1) + f->set);
    case CODED:
        return (uint8_t)(CODED + f->set * (CODED_BITS_MAX + 1) + f->bits);
    default:
        return (uint8_t)(f->kind + f->bits);
    }
}

size_t wy_codec_block_write(const wy_codec *codec, const uint32_t *values, size_t count,
                            uint8_t *out)
{
    assert(count >= 1 && count <= WY_BLOCK);
    wy_block_summary s;
    sparse some;
    codec->writing->summarize(values, count, &s);
    form f = {.bits = s.most, .cost = 1 + packed_bytes(count, s.most)};
    choose_patched(&s, &f);
    choose_split(values, &s, &f);
    choose_coded(&s, &f);
    choose_sparse(values, &s, &f, &some);

    uint8_t *p = out;
    if (f.kind == PATCHED) {
        const unsigned head = f.bits << 10 | f.exceptions << 5 | (f.width - 1);
        *p++ = (uint8_t)(PATCHED | head >> 8);
        *p++ = (uint8_t)head;
    } else {
        *p++ = head_of(&f);
    }
    if (f.kind == SPARSE) return (size_t)(write_sparse(&some, &f, p) - out);
    p = pack(values, count, f.bits, p);
    if (f.kind == SPLIT) p = write_unary(values, count, f.bits, p);
    if (f.kind == CODED) p = codec->writing->codes(values, &s, f.set, f.bits, p);
    if (f.kind == PATCHED) p = write_exceptions(values, count, &f, p);
    return (size_t)(p - out);
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* A block's first bytes, found to be of a known form with room for `packed` within the length. */
typedef struct block_head {
    unsigned kind, bits, exceptions, width, set; /* as in `form` */
    unsigned most;         /* bits of the largest value there can be; SPLIT: not known yet */
    const uint8_t *packed; /* but in SPARSE */
    const uint8_t *rest;   /* what follows */
    size_t left;           /* bytes from `rest` on */
} block_head;

static bool read_head(const uint8_t *in, size_t length, size_t count, block_head *head)
{
    if (length < 1) return false;
    const unsigned first = in[0];
    size_t size = 1, bytes;
    *head = (block_head){.packed = in + 1};
    if (first >= PATCHED) {
        if (length < 2) return false;
        size = 2;
        head->kind = PATCHED;
        head->bits = first >> 2 & 31;
        head->exceptions = (first << 3 & 24) | in[1] >> 5;
        head->width = (in[1] & 31u) + 1;
        head->most = head->bits + head->width;
        head->packed = in + 2;
        if (head->exceptions == 0 || head->most > 32) return false;
    } else if (first >= CODED) {
        head->kind = CODED;
        head->set = (first - CODED) / (CODED_BITS_MAX + 1);
        head->bits = (first - CODED) % (CODED_BITS_MAX + 1);
        head->most = head->bits + WY_CODED_SYMBOLS - 1;
    } else if (first >= SPLIT) {
        head->kind = SPLIT;
        head->bits = first - SPLIT;
    } else if (first >= SPARSE) {
        head->kind = SPARSE;
        head->bits = (first - SPARSE) / (SPARSE_REST_MAX + 1);
        head->set = (first - SPARSE) % (SPARSE_REST_MAX + 1);
        head->most = 15; /* all zeros that there may be in one value, and its low bits */
        if (head->bits > SPARSE_GAP_MAX) return false;
    } else {
        head->bits = head->most = first;
    }
    bytes = head->kind == SPARSE ? 0 : packed_bytes(count, head->bits);
    if (bytes > length - size) return false;
    head->rest = in + size + bytes;
    head->left = length - size - bytes;
    if (head->kind == SPLIT && head->left > UNARY_MAX) head->left = UNARY_MAX;
    if (head->kind == SPARSE && head->left > SPARSE_MAX) head->left = SPARSE_MAX;
    return true;
}

/* Value `i` of a bit string; bits <= 32, so that it lies within eight bytes. */
static uint32_t get_bits(const uint8_t *in, size_t i, unsigned bits)
{
    const size_t at = i * bits;
    return (uint32_t)(wy_load64(in + at / 8) >> at % 8) & wy_low_mask(bits);
}

static void unpack(const wy_codec *codec, const uint8_t *in, unsigned bits, uint32_t *values,
                   size_t count)
{
    if (count == WY_BLOCK)
        codec->unpack(in, bits, values);
    else
        for (size_t i = 0; i < count; i++) values[i] = get_bits(in, i, bits);
}

/* Completes the exceptions. Returns the end of the block, or NULL for damage. */
static const uint8_t *patch(const block_head *head, uint32_t *values, size_t count)
{
    const uint8_t *indexes = head->rest, *high = head->rest + head->exceptions;
    const size_t bytes = head->exceptions + bytes_of(head->exceptions * head->width);
    if (bytes > head->left) return NULL;
    uint8_t largest = 0;
    for (unsigned i = 0; i < head->exceptions; i++) {
        /* Within WY_BLOCK whatever is read, and judged once, behind the loop. */
        const uint8_t index = indexes[i];
        largest = index > largest ? index : largest;
        values[index % WY_BLOCK] |= get_bits(high, i, head->width) << head->bits;
    }
    return largest < count ? indexes + bytes : NULL;
}

/* Adds the high bits of a split block. Returns its end, or NULL for damage. */
static const uint8_t *join(const wy_codec *codec, const block_head *head, uint32_t *values,
                           size_t count)
{
    uint32_t buffer[1 + WY_ENDS], *ends = buffer + 1, all = 0;
    ends[-1] = UINT32_MAX;
    const size_t bytes = codec->ones(head->rest, head->left, 0, ends, count);
    if (bytes == 0) return NULL;
    if (count == WY_BLOCK) {
        all = codec->join(ends, head->bits, values);
    } else {
        for (size_t i = 0; i < count; i++) {
            const uint32_t high = buffer[i + 1] - buffer[i] - 1;
            all |= high;
            values[i] |= high << head->bits;
        }
    }
    return wy_bits_of(all) + head->bits <= 32 ? head->rest + bytes : NULL;
}

/* All values of a block that are not SPLIT. Returns its end, or NULL for damage. */
static const uint8_t *read_values(const wy_codec *codec, const block_head *head, uint32_t *values,
                                  size_t count)
{
    if (head->kind == SPARSE) {
        const size_t bytes =
            codec->sparse(head->rest, head->left, head->bits, head->set, values, count);
        return bytes > 0 ? head->rest + bytes : NULL;
    }
    if (head->kind != CODED || head->bits > 0)
        unpack(codec, head->packed, head->bits, values, count);
    if (head->kind == PATCHED) return patch(head, values, count);
    if (head->kind != CODED) return head->rest;
    const size_t bytes =
        codec->coded(head->rest, head->left, head->set, head->bits, values, count);
    return bytes > 0 ? head->rest + bytes : NULL;
}

size_t wy_codec_block_read(const wy_codec *codec, const uint8_t *in, size_t length,
                           uint32_t *values, size_t count)
{
    assert(count >= 1 && count <= WY_BLOCK);
    block_head head;
    if (!read_head(in, length, count, &head)) return 0;
    const uint8_t *end;
    if (head.kind == SPLIT) {
        unpack(codec, head.packed, head.bits, values, count);
        end = join(codec, &head, values, count);
    } else {
        end = read_values(codec, &head, values, count);
    }
    return end ? (size_t)(end - in) : 0;
}

/* A bound of the sum: values of at most 24 bits never pass 2^32 with 128 of them, unless they
 * start high up; then they end below where they started. Larger ones are compared one by one. */
static bool is_ascending(uint32_t base, const uint32_t *values, size_t count, unsigned bits)
{
    if (bits <= 24) return base == UINT32_MAX || values[count - 1] > base;
    bool good = base == UINT32_MAX || values[0] > base;
    for (size_t i = 1; i < count; i++) good &= values[i] > values[i - 1];
    return good;
}

/* The ids of a split block: the sums of the low parts, and those of the high parts, apart. */
static const uint8_t *join_ascending(const wy_codec *codec, const block_head *head, uint32_t base,
                                     uint32_t *values, size_t count, unsigned *most)
{
    uint32_t ends[WY_ENDS];
    const size_t bytes = codec->ones(head->rest, head->left, 0, ends, count);
    if (bytes == 0) return NULL;
    /* No value is above all high parts and its own low part together. */
    const uint32_t high = ends[count - 1] - (uint32_t)(count - 1);
    *most = wy_bits_of(high) + head->bits;
    if (*most > 32) return NULL;
    if (head->bits == 0) {
        for (size_t i = 0; i < count; i++) values[i] = base + 1 + ends[i];
    } else if (count == WY_BLOCK) {
        codec->unpack_ascending(head->packed, head->bits, base, values);
        codec->join_ascending(ends, head->bits, values);
    } else {
        unpack(codec, head->packed, head->bits, values, count);
        codec->ascend(base, values, count);
        for (size_t i = 0; i < count; i++) values[i] += (ends[i] - (uint32_t)i) << head->bits;
    }
    return head->rest + bytes;
}

size_t wy_codec_ascending_read(const wy_codec *codec, const uint8_t *in, size_t length,
                               uint32_t base, uint32_t *values, size_t count)
{
    assert(count >= 1 && count <= WY_BLOCK);
    block_head head;
    if (!read_head(in, length, count, &head)) return 0;
    const uint8_t *end = head.rest;
    if (head.kind == SPLIT) {
        end = join_ascending(codec, &head, base, values, count, &head.most);
    } else if (head.kind == 0 && count == WY_BLOCK) {
        codec->unpack_ascending(head.packed, head.bits, base, values);
    } else if (head.kind == CODED && count == WY_BLOCK) {
        if (head.bits > 0) codec->unpack(head.packed, head.bits, values);
        const size_t bytes =
            codec->coded_ascending(head.rest, head.left, head.set, head.bits, base, values);
        end = bytes > 0 ? head.rest + bytes : NULL;
    } else {
        end = read_values(codec, &head, values, count);
        if (end) codec->ascend(base, values, count);
    }
    if (!end || !is_ascending(base, values, count, head.most)) return 0;
    return (size_t)(end - in);
}
