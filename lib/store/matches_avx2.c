/*
 * store/matches_avx2.c: 32 bytes compared at once, the places of a row, and characters in several
 * parts of a block looked at in turns.
 */
#include "store/matches_search.h"

#include "base/cpu.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

/* Nearly always it is less than 32, which takes no branch: how long a match is cannot be
 * foretold. */
static inline size_t common(const uint8_t *a, const uint8_t *b, size_t most)
{
    size_t n = 0;
    for (; n + 32 <= most; n += 32) {
        const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(a + n));
        const __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(b + n));
        const uint32_t same = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, y));
        if (~same) return n + (size_t)__builtin_ctz(~same);
    }
    while (n < most && a[n] == b[n]) n++;
    return n;
}

static inline unsigned tagged_places(const uint32_t *row, unsigned places, uint32_t tag)
{
    const void *const from = row;
    const __m128i all = places == 4 ? _mm_loadu_si128(from) : _mm_loadl_epi64(from);
    const __m128i other = _mm_xor_si128(all, _mm_set1_epi32((int)tag)), zero = _mm_setzero_si128();
    const __m128i same = _mm_cmpeq_epi32(_mm_srli_epi32(other, WY_MATCH_PLACE_BITS), zero);
    const __m128i found = _mm_andnot_si128(_mm_cmpeq_epi32(all, zero), same);
    _Static_assert(WY_MATCH_LONG_PLACES == 4 && WY_MATCH_SHORT_PLACES == 2, "one register");
    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(found));
}

static inline uint64_t begins_of_32(const uint8_t *text)
{
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)text);
    const __m256i ascii = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(' '));
    const __m256i lead = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8((char)0xbf));
    const int others = _mm256_movemask_epi8(lead) & _mm256_movemask_epi8(bytes);
    return (uint32_t)(_mm256_movemask_epi8(ascii) | others);
}

static inline uint64_t begins_of_64(const uint8_t *text)
{
    return begins_of_32(text) | begins_of_32(text + 32) << 32;
}

#include "store/matches_search_body.h"

/* ---- Ahead --------------------------------------------------------------------------------- */

/*
 * What a character's match is found by lies in memory that is too large for the nearest caches, and
 * where the next character is depends on the match. So characters in several parts of a block are
 * looked at in turns, each in two steps; behind either what the next one reads is fetched. Hardly
 * anything here takes a branch: nothing can be foretold, and a branch guessed wrong throws away
 * what was begun for other parts (with branches turns gain nothing). Where a part ends, take_all
 * goes on alone until it meets a character that was looked at in the next: a few. With 8 parts it
 * takes 4 % longer.
 */
enum { PARTS = 12, LEAST = 16 /* characters in a part */ };

/* A candidate: where it is read, and how far away it is. */
typedef struct candidate {
    const uint8_t *source;
    uint32_t offset;
} candidate;

/* A character that is looked at. */
typedef struct part {
    wy_match_character *c, *stop;
    const uint32_t *row; /* of places in the dictionary */
    unsigned tagged;     /* those of it that are left */
    candidate some[2];
    uint32_t lengths; /* of its matches so far: their bits together */
    uint64_t best;    /* of them, as match_of_few has it */
} part;

static const uint8_t *const nothing = (const uint8_t[WY_MATCH_AT_ONCE]){0};

/* `a`, or `b` where `which` is 0; compilers like to make a branch of what is written otherwise. */
static inline uint64_t either(uint64_t which, uint64_t a, uint64_t b)
{
    __asm__("test %1, %1\n\tcmovz %2, %0" : "+r"(a) : "r"(which), "r"(b) : "cc");
    return a;
}

/* How many of 32 bytes are the same. */
static inline uint32_t common_of_32(__m256i x, const uint8_t *b)
{
    const __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)b);
    return _tzcnt_u32(~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, y)));
}

/* As match_of, for a length of at most 32, with a bit more where it is a match. */
#define FOUND (UINT64_C(0x80) << 32)

static inline uint64_t match_of_few(uint32_t length, uint32_t offset)
{
    const uint32_t found = (length + (0x80 - WY_MATCH_SHORT)) & 0x80;
    const uint32_t saved = 2 * length + found + (uint32_t)__builtin_clz(offset);
    return (uint64_t)saved << 32 | (uint32_t)~offset;
}

/* The same as keep. */
static inline void keep_of_few(const wy_match_characters *all, wy_match_character *c, uint64_t best)
{
    const uint64_t found = best & FOUND;
    const uint32_t offset = ~(uint32_t)best, saved = (uint32_t)(best >> 32) - 0x80;
    const uint32_t length = (saved - (uint32_t)__builtin_clz(offset)) / 2;
    c->offset = (uint32_t)either(found, offset, 0);
    c->length = length;
    c->next = (uint16_t)first_from(all, c->at + either(found, length, 1));
}

static inline void fetch_rows(const wy_match_index *index, const wy_match_character *c)
{
    __builtin_prefetch(long_row(index, c));
    __builtin_prefetch(short_row(index, c));
}

/* Takes the first place of a row that p->tagged has for a candidate; none: nothing. */
static inline void choose(const wy_match_index *index, part *p, candidate *out)
{
    const uint32_t place = p->row[_tzcnt_u32(p->tagged) & 3] & ((1u << WY_MATCH_PLACE_BITS) - 1);
    const uint8_t *const source = index->text + place - 1;
    out->source = (const uint8_t *)either(p->tagged, (uintptr_t)source, (uintptr_t)nothing);
    out->offset = (uint32_t)(p->c->at + index->length + 1) - place;
    p->tagged &= p->tagged - 1;
    __builtin_prefetch(out->source);
}

/* Looks at what is near, and chooses candidates in the dictionary. */
static inline void begin_step(const wy_match_index *index, const uint8_t *block, part *p)
{
    const wy_match_character *const c = p->c;
    const uint32_t at = c->at;
    const __m256i here = _mm256_loadu_si256((const __m256i *)(const void *)(block + at));
    const uint32_t *const long_places = long_row(index, c);
    const uint32_t *const short_places = short_row(index, c);
    const unsigned longs =
        tagged_places(long_places, WY_MATCH_LONG_PLACES, wy_match_tag(c->longs, index->long_bits));
    const unsigned shorts = tagged_places(short_places, WY_MATCH_SHORT_PLACES,
                                          wy_match_tag(c->shorts, index->short_bits));
    const uint32_t near_short = common_of_32(here, block + c->near_shorts);
    const uint32_t near_long = common_of_32(here, block + c->near_longs);
    p->lengths = near_short | near_long;
    p->best = better(match_of_few(near_short, at - c->near_shorts),
                     match_of_few(near_long, at - c->near_longs));
    p->row = (const uint32_t *)either(longs, (uintptr_t)long_places, (uintptr_t)short_places);
    p->tagged = (unsigned)either(longs, longs, either(p->best & FOUND, 0, shorts));
    choose(index, p, &p->some[0]);
    choose(index, p, &p->some[1]);
}

/* Looks at the candidates, and goes on to the next character. */
static inline void end_step(const wy_match_index *index, wy_match_characters *all,
                            const uint8_t *block, size_t length, part *p)
{
    wy_match_character *const c = p->c;
    const __m256i here = _mm256_loadu_si256((const __m256i *)(const void *)(block + c->at));
    uint64_t best = p->best;
    uint32_t lengths = p->lengths;
    candidate more = p->some[0];
    for (int i = 0; i < 2; i++) {
        const uint32_t same = common_of_32(here, p->some[i].source);
        lengths |= same;
        best = better(best, match_of_few(same, p->some[i].offset));
    }
    while (p->tagged) {
        choose(index, p, &more);
        const uint32_t same = common_of_32(here, more.source);
        lengths |= same;
        best = better(best, match_of_few(same, more.offset));
    }
    if (__builtin_expect(lengths & WY_MATCH_AT_ONCE, 0)) /* perhaps more are the same */
        keep(all, c, find_match(index, block, length, c));
    else
        keep_of_few(all, c, best);
    p->c = all->list + c->next;
    fetch_rows(index, p->c);
}

/* Looks at characters from the second on, behind which 32 bytes are left. */
static inline void look_ahead(const wy_match_index *index, wy_match_characters *all,
                              const uint8_t *block, size_t length)
{
    part parts[PARTS];
    const wy_match_index copy = *index; /* which nothing that is written can change */
    all->list[all->count] = (wy_match_character){0};
    const size_t few =
        length < WY_MATCH_AT_ONCE ? 0 : first_from(all, length - WY_MATCH_AT_ONCE + 1);
    size_t count = few >= PARTS * LEAST ? PARTS : 0;
    for (size_t i = 0; i < count; i++) {
        parts[i].c = all->list + (i == 0 ? 1 : few * i / count);
        parts[i].stop = all->list + few * (i + 1) / count;
    }
    while (count > 0) {
        for (size_t i = 0; i < count; i++) begin_step(&copy, block, &parts[i]);
        for (size_t i = 0; i < count; i++) end_step(&copy, all, block, length, &parts[i]);
        for (size_t i = count; i-- > 0;)
            if (parts[i].c >= parts[i].stop) parts[i] = parts[--count];
    }
}

static size_t find_avx2(const wy_match_index *index, wy_match_characters *characters,
                        const uint8_t *block, size_t length, ZSTD_Sequence *out)
{
    list_characters(characters, block, length);
    look_ahead(index, characters, block, length);
    return take_all(index, characters, block, length, out);
}

wy_matches_fn *wy_matches_find_avx2(void)
{
    return wy_cpu_has_avx2() ? find_avx2 : NULL;
}

#else

wy_matches_fn *wy_matches_find_avx2(void)
{
    return NULL;
}

#endif
