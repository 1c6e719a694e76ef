#include "segment/occurrences.h"

#include <assert.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "base/order.h"
#include "base/reader.h"

/*
 * Slices are room for units, PIECE bytes at a time, and a link: of the last one to the first, of
 * the others to the next. A unit is read as four bytes:
 *   narrow := 0:1 d:7 p:8       of which only two are taken
 *   wide   := 1:1 d:17 p:14
 * from the low bits on. Where d or p does not fit, d is FAR, and two units of 32 bits follow: d, p.
 * A unit may begin in one slice and end in the next, or in the term.
 */
enum {
    SLICE_FIRST = 64, /* bytes */
    SLICE_LAST = 2048,
    SLICE_LINK = 16, /* of which a pointer is used: pieces fill the rest */
    PIECE = 16,
    UNIT = 4,
    NARROW_D = 7,
    NARROW_P = 8,
    WIDE_D = 17,
    WIDE_P = 14,
    FAR = (1 << WIDE_D) - 1,
    LINE = 64,  /* of the cache */
    BATCH = 32, /* tokens that are looked up together */
    SLOTS_FIRST = 2048,
};

void wy_occurrences_init(wy_occurrences *all, const wy_mem *mem)
{
    memset(all, 0, sizeof *all);
    all->mem = mem;
    wy_arena_init(&all->arena, mem);
}

void wy_occurrences_free(wy_occurrences *all)
{
    wy_arena_free(&all->arena);
    wy_free(all->mem, all->block);
    wy_occurrences_init(all, all->mem);
}

size_t wy_occurrences_memory(const wy_occurrences *all)
{
    return all->arena.reserved + all->slots * sizeof *all->terms;
}

/* ---- Chains -------------------------------------------------------------------------------- */

static uint8_t *linked(const uint8_t *link)
{
    uint8_t *slice;
    memcpy(&slice, link, sizeof slice);
    return slice;
}

/* Puts a new slice behind the term's last one, which is full. */
static bool new_slice(wy_occurrences *all, wy_occurrence_term *term)
{
    const unsigned size = !term->next                     ? SLICE_FIRST
                          : term->slice_size < SLICE_LAST ? term->slice_size * 2u
                                                          : SLICE_LAST;
    _Static_assert(sizeof term->next <= SLICE_LINK && WY_ARENA_ALIGNMENT <= SLICE_LINK, "fits");
    uint8_t *const slice = wy_arena_alloc(&all->arena, size);
    if (!slice) return false;
    uint8_t *first = slice;
    if (term->next) {
        first = linked(term->next);
        memcpy(term->next, &slice, sizeof slice);
    }
    memcpy(slice + size - SLICE_LINK, &first, sizeof first);
    term->next = slice;
    term->room = (uint16_t)(size - SLICE_LINK);
    term->slice_size = (uint16_t)size;
    return true;
}

/* Moves a piece of what is held to the chain. */
static bool move_piece(wy_occurrences *all, wy_occurrence_term *term)
{
    if (term->room == 0 && !new_slice(all, term)) return false;
    memcpy(term->next, term->held, PIECE);
    memcpy(term->held, term->held + PIECE, UNIT);
    term->next += PIECE;
    term->room = (uint16_t)(term->room - PIECE);
    term->held_bytes = (uint8_t)(term->held_bytes - PIECE);
    return true;
}

/* Appends the first `bytes` of a unit. What was held before is moved first: stores that are just
 * being made cannot be loaded together. */
static inline bool put_unit(wy_occurrences *all, wy_occurrence_term *term, uint32_t unit,
                            unsigned bytes)
{
    _Static_assert(PIECE + UNIT <= WY_OCCURRENCE_HELD, "a unit behind less than a piece");
    if (term->held_bytes >= PIECE && !move_piece(all, term)) return false;
    memcpy(term->held + term->held_bytes, &unit, UNIT);
    term->held_bytes = (uint8_t)(term->held_bytes + bytes);
    return true;
}

static bool put_far(wy_occurrences *all, wy_occurrence_term *term, uint32_t d, uint32_t p)
{
    return put_unit(all, term, FAR << 1 | 1, UNIT) && put_unit(all, term, d, UNIT) &&
           put_unit(all, term, p, UNIT);
}

static inline bool append(wy_occurrences *all, wy_occurrence_term *term, uint32_t doc,
                          uint32_t position)
{
    const uint32_t d = doc - term->last_doc, same = d == 0;
    const uint32_t p = position - (term->last_position & -same);
    const uint32_t wide = (d >= 1u << NARROW_D) | (p >= 1u << NARROW_P);
    const uint32_t unit = d << 1 | p << (wide ? 1 + WIDE_D : 1 + NARROW_D) | wide;
    term->positions++;
    term->last_doc = doc;
    term->last_position = position;
    if (d >= FAR || p >= 1u << WIDE_P) return put_far(all, term, d, p);
    return put_unit(all, term, unit, wide ? UNIT : UNIT / 2);
}

/* ---- Terms --------------------------------------------------------------------------------- */

/* A key to look for. Of a short one, as most are, the words are its bytes and zeros behind them; of
 * a longer one the first is a checksum. */
typedef struct sought_key {
    uint64_t words[2];
    const char *term;
    uint32_t length; /* of the term */
    uint32_t hash;
    uint8_t first;
} sought_key;

enum { SHORT_TERM = WY_OCCURRENCE_KEY - 1 };

/* The low `count` bytes of a word. */
static inline uint64_t low_bytes(uint64_t word, size_t count)
{
    static const uint64_t masks[9] = {0,
                                      UINT64_MAX >> 56,
                                      UINT64_MAX >> 48,
                                      UINT64_MAX >> 40,
                                      UINT64_MAX >> 32,
                                      UINT64_MAX >> 24,
                                      UINT64_MAX >> 16,
                                      UINT64_MAX >> 8,
                                      UINT64_MAX};
    return word & masks[count];
}

/* The bits at the top of a product depend on all of a word, and are brought down. */
static inline uint32_t hash_of(const uint64_t words[2], size_t length)
{
    uint64_t hash = (words[0] ^ (uint64_t)length << 56) * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 32 ^ words[1]) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(hash >> 32);
}

/* Reads the bytes behind the term that may be read (text/analyzer.h), and takes nothing of them. */
static inline sought_key key_of(wy_field field, const wy_token *token)
{
    const uint8_t *p = (const uint8_t *)token->term;
    const size_t length = token->length;
    sought_key key = {
        .term = token->term, .length = token->length, .first = wy_key_first(field, token->kind)};
    _Static_assert(WY_TERM_SLACK >= SHORT_TERM - 1, "two words are read of any term");
    if (length > SHORT_TERM) {
        key.words[0] = wy_checksum(p, length) ^ key.first;
    } else {
        key.words[0] = low_bytes(wy_load64(p), length < 7 ? length : 7) << 8 | key.first;
        key.words[1] = low_bytes(wy_load64(p + 7), length < 7 ? 0 : length - 7);
    }
    key.hash = hash_of(key.words, length);
    return key;
}

static inline bool is_term(const wy_occurrence_term *t, const sought_key *key)
{
    if (t->key_length != 1 + key->length) return false;
    if (key->length > SHORT_TERM) {
        const uint8_t *own = wy_occurrence_key(t);
        return own[0] == key->first && memcmp(own + 1, key->term, key->length) == 0;
    }
    return wy_load64(t->key) == key->words[0] && wy_load64(t->key + 8) == key->words[1];
}

/* As key_of has it for the same key. */
static uint32_t hash_again(const wy_occurrence_term *t)
{
    const uint8_t *key = wy_occurrence_key(t);
    const size_t length = t->key_length - 1u;
    uint64_t words[2] = {wy_load64(t->key), wy_load64(t->key + 8)};
    if (length > SHORT_TERM) {
        words[0] = wy_checksum(key + 1, length) ^ key[0];
        words[1] = 0;
    }
    return hash_of(words, length);
}

/* Room for a batch of terms more; half of the slots are taken at most. */
static bool grow_slots(wy_occurrences *all)
{
    _Static_assert(sizeof *all->terms <= LINE, "one line each, where pointers have 8 bytes");
    _Static_assert(2 * BATCH <= SLOTS_FIRST, "one growth is enough");
    if ((all->count + BATCH) * 2 <= all->slots) return true;
    const size_t slots = all->slots ? all->slots * 2 : SLOTS_FIRST;
    if (slots > SIZE_MAX / 2 / sizeof *all->terms) return false;
    uint8_t *block = wy_calloc(all->mem, slots * sizeof *all->terms + LINE);
    if (!block) return false;
    wy_occurrence_term *terms =
        (wy_occurrence_term *)(void *)(block + (-(uintptr_t)block & (LINE - 1)));
    for (size_t i = 0; i < all->slots; i++) {
        if (all->terms[i].positions == 0) continue;
        size_t at = hash_again(&all->terms[i]) & (slots - 1);
        while (terms[at].positions > 0) at = (at + 1) & (slots - 1);
        terms[at] = all->terms[i];
    }
    wy_free(all->mem, all->block);
    all->block = block;
    all->terms = terms;
    all->slots = slots;
    return true;
}

/* Makes an empty slot a term, which its first occurrence fills. */
static bool add_term(wy_occurrences *all, wy_occurrence_term *t, const sought_key *from)
{
    const size_t length = 1 + (size_t)from->length;
    uint8_t *key = t->key;
    if (length > sizeof t->key) {
        key = wy_arena_alloc(&all->arena, length);
        if (!key) return false;
        memcpy(t->key, &key, sizeof key);
    }
    key[0] = from->first;
    memcpy(key + 1, from->term, from->length);
    t->key_length = (uint16_t)length;
    t->last_doc = UINT32_MAX; /* no document, from which the first is one or more away */
    all->count++;
    return true;
}

/* A term, or the empty slot where it belongs. */
static inline wy_occurrence_term *find(const wy_occurrences *all, const sought_key *key)
{
    const size_t mask = all->slots - 1;
    size_t at = key->hash & mask;
    while (all->terms[at].positions > 0 && !is_term(&all->terms[at], key)) at = (at + 1) & mask;
    return &all->terms[at];
}

/* The lines of a batch of tokens are fetched together, and wait for each other no more. */
static int add_batch(wy_occurrences *all, wy_field field, uint32_t doc, uint32_t position,
                     const wy_token *tokens, size_t count, wy_error *error)
{
    sought_key keys[BATCH];
    if (!grow_slots(all)) return wy_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        keys[i] = key_of(field, &tokens[i]);
        __builtin_prefetch(&all->terms[keys[i].hash & (all->slots - 1)], 1);
    }
    for (size_t i = 0; i < count; i++) {
        wy_occurrence_term *term = find(all, &keys[i]);
        if (term->positions == 0 && !add_term(all, term, &keys[i])) return wy_fail_memory(error);
        if (term->positions == UINT32_MAX)
            return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                           "a report has one term more often than can be counted");
        if (!append(all, term, doc, position + tokens[i].position)) return wy_fail_memory(error);
    }
    return WY_OK;
}

int wy_occurrences_add(wy_occurrences *all, wy_field field, uint32_t doc, uint32_t position,
                       const wy_tokens *tokens, wy_error *error)
{
    int status = WY_OK;
    for (size_t i = 0; i < tokens->count && status == WY_OK; i += BATCH) {
        const size_t left = tokens->count - i;
        status = add_batch(all, field, doc, position, tokens->list + i, left < BATCH ? left : BATCH,
                           error);
    }
    return status;
}

static int compare_terms(const void *a, const void *b)
{
    const wy_occurrence_term *x = a, *y = b;
    return wy_bytes_compare(wy_occurrence_key(x), x->key_length, wy_occurrence_key(y),
                            y->key_length);
}

void wy_occurrences_sort(wy_occurrences *all)
{
    size_t count = 0;
    for (size_t i = 0; i < all->slots; i++)
        if (all->terms[i].positions > 0) all->terms[count++] = all->terms[i];
    assert(count == all->count);
    if (count) qsort(all->terms, count, sizeof *all->terms, compare_terms);
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* The slice behind one of `size` bytes that is not the last. */
static inline uint8_t *next_slice(const uint8_t *slice, size_t *size)
{
    uint8_t *const next = linked(slice + *size - SLICE_LINK);
    *size = *size < SLICE_LAST ? 2 * *size : (size_t)SLICE_LAST;
    return next;
}

/* The last slice, and *first; NULL: there is none. */
static const uint8_t *last_slice(const wy_occurrence_term *term, const uint8_t **first)
{
    if (!term->next) return NULL;
    const uint8_t *const link = term->next + term->room;
    *first = linked(link);
    return link + SLICE_LINK - term->slice_size;
}

size_t wy_occurrences_room(const wy_occurrence_term *term)
{
    const uint8_t *slice = NULL, *const last = last_slice(term, &slice);
    size_t bytes = WY_OCCURRENCE_HELD, size = SLICE_FIRST;
    if (!last) return bytes;
    while (slice != last) {
        bytes += size - SLICE_LINK;
        slice = next_slice(slice, &size);
    }
    return bytes + (size_t)(term->next - last);
}

/* Puts all units of a term together, with UNIT bytes of anything behind them. */
static void gather_units(const wy_occurrence_term *term, uint8_t *out)
{
    const uint8_t *slice = NULL, *const last = last_slice(term, &slice);
    size_t size = SLICE_FIRST;
    if (last) {
        while (slice != last) {
            memcpy(out, slice, size - SLICE_LINK);
            out += size - SLICE_LINK;
            slice = next_slice(slice, &size);
        }
        memcpy(out, last, (size_t)(term->next - last));
        out += term->next - last;
    }
    memcpy(out, term->held, WY_OCCURRENCE_HELD);
}

uint32_t wy_occurrences_unpack(const wy_occurrence_term *term, uint8_t *room, uint32_t *docs,
                               uint32_t *freqs, uint32_t *positions)
{
    uint32_t doc = UINT32_MAX, position = 0, freq = 0;
    uint32_t *const first = docs, *const end = positions + term->positions;
    gather_units(term, room);
    for (docs--, freqs--; positions < end; positions++) {
        uint32_t unit, units[2];
        memcpy(&unit, room, UNIT);
        const uint32_t wide = unit & 1;
        const uint32_t d_bits = wide ? WIDE_D : NARROW_D, p_bits = wide ? WIDE_P : NARROW_P;
        uint32_t d = unit >> 1 & ((1u << d_bits) - 1);
        uint32_t p = unit >> (1 + d_bits) & ((1u << p_bits) - 1);
        room += wide ? UNIT : UNIT / 2;
        if (d == FAR) {
            memcpy(units, room, sizeof units);
            d = units[0];
            p = units[1];
            room += sizeof units;
        }
        const uint32_t same = d == 0;
        docs += 1 - same;
        freqs += 1 - same;
        freq = (freq & -same) + 1;
        position = (position & -same) + p;
        doc += d;
        *docs = doc;
        *freqs = freq;
        *positions = position;
    }
    return (uint32_t)(docs + 1 - first);
}
