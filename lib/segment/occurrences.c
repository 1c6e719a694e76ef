#include "segment/occurrences.h"

#include <assert.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "base/order.h"
#include "base/reader.h"

/*
 * Slices are room for units, PIECE bytes at a time, and a link behind it: of the last one to the
 * first, of the others to the next. A unit is read as four bytes:
 *   narrow := 0:1 d:7 p:8       of which only two are taken
 *   wide   := 1:1 d:17 p:14
 * from the low bits on. Where d or p does not fit, d is FAR, and two units of 32 bits follow: d, p.
 * A unit may begin in one slice and end in the next, or in the term.
 */
enum {
    PIECE = 64,
    SLICE_FIRST = PIECE, /* bytes, to which a link comes */
    SLICE_LAST = 32 * PIECE,
    SLICE_LINK = 16, /* of which a pointer is used */
    UNIT = 4,
    NARROW_D = 7,
    NARROW_P = 8,
    WIDE_D = 17,
    WIDE_P = 14,
    FAR = (1 << WIDE_D) - 1,
    LINE = 64,  /* of the cache */
    BATCH = 32, /* tokens that are looked up together */
    HASH_BITS = 32,
    SLOTS_FIRST_BITS = 11,
    SLOTS_FIRST = 1 << SLOTS_FIRST_BITS,
    TERMS_FIRST = 512,
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
    wy_free(all->mem, all->slots);
    wy_occurrences_init(all, all->mem);
}

size_t wy_occurrences_memory(const wy_occurrences *all)
{
    return all->arena.reserved + all->capacity * sizeof *all->terms +
           all->slot_count * sizeof *all->slots;
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
    uint8_t *const slice = wy_arena_alloc(&all->arena, size + SLICE_LINK);
    if (!slice) return false;
    uint8_t *first = slice;
    if (term->next) {
        first = linked(term->next);
        memcpy(term->next, &slice, sizeof slice);
    }
    memcpy(slice + size, &first, sizeof first);
    term->next = slice;
    term->room = (uint16_t)size;
    term->slice_size = (uint16_t)size;
    return true;
}

/* Moves a piece of what is held to the chain. */
static bool move_piece(wy_occurrences *all, wy_occurrence_term *term)
{
    if (term->room == 0 && !new_slice(all, term)) return false;
    memcpy(term->next, term->held, PIECE);
    memcpy(term->held, term->held + PIECE, WY_OCCURRENCE_HELD - PIECE);
    term->next += PIECE;
    term->pieces++;
    term->room = (uint16_t)(term->room - PIECE);
    term->held_bytes = (uint8_t)(term->held_bytes - PIECE);
    return true;
}

/* Moves a piece of each term that has been noted, if it was not moved meanwhile. */
static __attribute__((noinline)) bool move_pieces(wy_occurrences *all)
{
    const uint32_t count = all->full_count;
    all->full_count = 0;
    for (uint32_t i = 0; i < count; i++) __builtin_prefetch(all->terms[all->full[i]].next, 1);
    for (uint32_t i = 0; i < count; i++) {
        wy_occurrence_term *term = &all->terms[all->full[i]];
        if (term->held_bytes >= PIECE && !move_piece(all, term)) return false;
    }
    return true;
}

/* Appends the first `bytes` of a unit. There is nearly always room for it, since what is held is
 * moved soon after there is enough. */
static inline bool put_unit(wy_occurrences *all, wy_occurrence_term *term, uint32_t unit,
                            unsigned bytes)
{
    _Static_assert(PIECE + UNIT <= WY_OCCURRENCE_HELD, "a unit behind less than a piece");
    if (term->held_bytes > WY_OCCURRENCE_HELD - UNIT && !move_piece(all, term)) return false;
    memcpy(term->held + term->held_bytes, &unit, UNIT);
    term->held_bytes = (uint8_t)(term->held_bytes + bytes);
    return true;
}

static bool put_far(wy_occurrences *all, wy_occurrence_term *term, uint32_t d, uint32_t p)
{
    return put_unit(all, term, FAR << 1 | 1, UNIT) && put_unit(all, term, d, UNIT) &&
           put_unit(all, term, p, UNIT);
}

/* Notes a term that holds a piece, if it did not when it held `before` bytes. */
static inline bool note_full(wy_occurrences *all, const wy_occurrence_term *term, unsigned before)
{
    _Static_assert((PIECE & (PIECE - 1)) == 0 && WY_OCCURRENCE_HELD < 2 * PIECE, "a bit of both");
    if (!(~before & term->held_bytes & PIECE)) return true; /* one branch, which is foreseen */
    all->full[all->full_count++] = (uint32_t)(term - all->terms);
    return all->full_count < WY_OCCURRENCE_FULL || move_pieces(all);
}

/* Appends an occurrence to a term that has not too many. */
static inline bool append(wy_occurrences *all, wy_occurrence_term *term, uint32_t doc,
                          uint32_t position)
{
    const uint32_t d = doc - term->last_doc, same = d == 0;
    const uint32_t p = position - (term->last_position & -same);
    const unsigned before = term->held_bytes;
    bool good;
    term->positions++;
    term->last_doc = doc;
    term->last_position = position;
    if (d >= FAR || p >= 1u << WIDE_P) {
        good = put_far(all, term, d, p);
    } else { /* whichever is too large takes the difference below 0: no branch */
        const uint32_t wide = (((1u << NARROW_D) - 1 - d) | ((1u << NARROW_P) - 1 - p)) >> 31;
        const uint32_t unit = wide | d << 1 | p << (1 + NARROW_D + (WIDE_D - NARROW_D) * wide);
        good = put_unit(all, term, unit, UNIT / 2 + UNIT / 2 * wide);
    }
    return good && note_full(all, term, before);
}

/* ---- Terms --------------------------------------------------------------------------------- */

/* A key to look for, but for the term of a long one. Of a short one, as most are, the words are the
 * bytes of its term and zeros behind them; of a long one the first is a checksum. */
typedef struct sought_key {
    uint64_t words[2];
    uint32_t hash;
    uint16_t length; /* of the key */
    uint8_t first;   /* its first byte */
} sought_key;

enum { SHORT_TERM = WY_OCCURRENCE_KEY - 1 };

/* Both halves of a product, as one. */
static inline uint64_t fold_product(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    const wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    const uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), one = (a >> 32) * (b & UINT32_MAX),
                   other = (a & UINT32_MAX) * (b >> 32), high = (a >> 32) * (b >> 32);
    const uint64_t middle = (low >> 32) + (one & UINT32_MAX) + (other & UINT32_MAX);
    return (middle << 32 | (low & UINT32_MAX)) ^
           (high + (one >> 32) + (other >> 32) + (middle >> 32));
#endif
}

/* As wyhash mixes (Wang Yi). A sum of products is not enough: terms that are told apart by their
 * last bytes alone would share hashes. Each constant has a byte that is in no UTF-8, so that no
 * term makes a factor 0. */
static inline uint32_t hash_of(const uint64_t words[2], uint8_t first)
{
    const uint64_t hash = fold_product(words[0] ^ UINT64_C(0x9e3779b97f4a7cff),
                                       words[1] ^ UINT64_C(0xd6e8feb86659fdff));
    return (uint32_t)((hash ^ first * UINT64_C(0xa0761d6478bd642f)) >> 32);
}

/* Reads the bytes behind the term that may be read (text/analyzer.h), and takes nothing of them. */
static inline sought_key key_of(wy_field field, const wy_token *token)
{
    /* From `length` before the middle on: keeps as many bytes, and none behind them. */
    static const uint8_t masks[2 * SHORT_TERM] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                  255, 255, 255, 255, 255, 255, 255, 255};
    const uint8_t *p = (const uint8_t *)token->term;
    const size_t length = token->length;
    sought_key key = {.length = (uint16_t)(1 + length), .first = wy_key_first(field, token->kind)};
    _Static_assert(WY_TERM_SLACK >= SHORT_TERM - 1, "two words are read of any term");
    if (length > SHORT_TERM) {
        key.words[0] = wy_checksum(p, length);
    } else {
        const uint8_t *mask = masks + SHORT_TERM - length;
        key.words[0] = wy_load64(p) & wy_load64(mask);
        key.words[1] = wy_load64(p + 8) & wy_load64(mask + 8);
    }
    key.hash = hash_of(key.words, key.first);
    return key;
}

static inline bool is_term(const wy_occurrence_term *t, const sought_key *key, const char *term)
{
    if (key->length > WY_OCCURRENCE_KEY) {
        const uint8_t *own = wy_occurrence_key(t);
        return t->key_length == key->length && own[0] == key->first &&
               memcmp(own + 1, term, (size_t)key->length - 1) == 0;
    }
    const unsigned differ = (t->key[0] ^ key->first) | (t->key_length ^ key->length);
    return ((wy_load64(t->key + 1) ^ key->words[0]) | (wy_load64(t->key + 9) ^ key->words[1]) |
            differ) == 0;
}

/* Half of the slots are taken at most. */
static bool grow_slots(wy_occurrences *all)
{
    if ((all->count + BATCH) * 2 <= all->slot_count) return true;
    const size_t count = all->slot_count ? all->slot_count * 2 : SLOTS_FIRST;
    if (count > SIZE_MAX / sizeof *all->slots || (all->slot_count && all->shift == 0)) return false;
    wy_occurrence_slot *slots = wy_calloc(all->mem, count * sizeof *slots);
    if (!slots) return false;
    const unsigned shift = all->slot_count ? all->shift - 1 : HASH_BITS - SLOTS_FIRST_BITS;
    for (size_t i = 0; i < all->slot_count; i++) {
        if (all->slots[i].term == 0) continue;
        size_t at = all->slots[i].hash >> shift;
        while (slots[at].term > 0) at = (at + 1) & (count - 1);
        slots[at] = all->slots[i];
    }
    wy_free(all->mem, all->slots);
    all->slots = slots;
    all->slot_count = count;
    all->shift = shift;
    return true;
}

static bool grow_terms(wy_occurrences *all)
{
    _Static_assert(sizeof *all->terms <= 2 * LINE, "two lines each");
    if (all->count + BATCH <= all->capacity) return true;
    const size_t capacity = all->capacity ? all->capacity / 2 * 3 : TERMS_FIRST;
    if (capacity > UINT32_MAX || capacity > SIZE_MAX / 2 / sizeof *all->terms) return false;
    uint8_t *block = wy_alloc(all->mem, (capacity + 1) * sizeof *all->terms + LINE);
    if (!block) return false;
    wy_occurrence_term *terms =
        (wy_occurrence_term *)(void *)(block + (-(uintptr_t)block & (LINE - 1)));
    memset(terms++, 0, sizeof *terms); /* the one that is none */
    if (all->count > 0) memcpy(terms, all->terms, all->count * sizeof *terms);
    wy_free(all->mem, all->block);
    all->block = block;
    all->terms = terms;
    all->capacity = capacity;
    return true;
}

/* Room for a batch of terms more. */
static bool make_room(wy_occurrences *all)
{
    _Static_assert(2 * BATCH <= SLOTS_FIRST && 2 * BATCH <= TERMS_FIRST, "one growth is enough");
    return grow_slots(all) && grow_terms(all);
}

/* A new term for an empty slot, which its first occurrence fills. */
static wy_occurrence_term *add_term(wy_occurrences *all, wy_occurrence_slot *slot,
                                    const sought_key *from, const char *term)
{
    wy_occurrence_term *t = &all->terms[all->count];
    memset(t, 0, sizeof *t);
    uint8_t *key = t->key;
    if (from->length > sizeof t->key) {
        key = wy_arena_alloc(&all->arena, from->length);
        if (!key) return NULL;
        memcpy(t->key, &key, sizeof key);
    }
    key[0] = from->first;
    memcpy(key + 1, term, (size_t)from->length - 1);
    t->key_length = from->length;
    t->last_doc = UINT32_MAX; /* no document, from which the first is one or more away */
    *slot = (wy_occurrence_slot){from->hash, (uint32_t)++all->count};
    return t;
}

/* The first slot from that of the hash on with the same hash, or the empty one where it belongs. */
static inline wy_occurrence_slot *find_hash(const wy_occurrences *all, uint32_t hash)
{
    const size_t mask = all->slot_count - 1;
    size_t at = hash >> all->shift;
    while (all->slots[at].term > 0 && all->slots[at].hash != hash) at = (at + 1) & mask;
    return &all->slots[at];
}

/* A term that there is or is made now; NULL: memory is out. */
static wy_occurrence_term *find_or_add(wy_occurrences *all, const sought_key *key, const char *term)
{
    const size_t mask = all->slot_count - 1;
    size_t at = key->hash >> all->shift;
    for (; all->slots[at].term > 0; at = (at + 1) & mask) {
        wy_occurrence_term *t = &all->terms[all->slots[at].term - 1];
        if (all->slots[at].hash == key->hash && is_term(t, key, term)) return t;
    }
    return add_term(all, &all->slots[at], key, term);
}

/* The lines of a batch of tokens are fetched together, and wait for each other no more: those of
 * the table, and then those of the terms. */
static int add_batch(wy_occurrences *all, wy_field field, uint32_t doc, uint32_t position,
                     const wy_token *tokens, size_t count, wy_error *error)
{
    sought_key keys[BATCH];
    uint32_t numbers[BATCH]; /* of the terms that have the hash, + 1 */
    if (!make_room(all)) return wy_fail_memory(error);
    wy_occurrence_term *const before = all->terms - 1; /* to which numbers are added */
    const wy_occurrence_slot *const slots = all->slots;
    const unsigned shift = all->shift;
    for (size_t i = 0; i < count; i++) {
        keys[i] = key_of(field, &tokens[i]);
        __builtin_prefetch(&slots[keys[i].hash >> shift]);
    }
    for (size_t i = 0; i < count; i++) {
        const wy_occurrence_slot first = slots[keys[i].hash >> shift];
        numbers[i] = first.hash == keys[i].hash ? first.term : find_hash(all, keys[i].hash)->term;
        __builtin_prefetch(before + numbers[i], 1);
    }
    for (size_t i = 0; i < count; i++) {
        wy_occurrence_term *term = before + numbers[i];
        if (!is_term(term, &keys[i], tokens[i].term)) {
            term = find_or_add(all, &keys[i], tokens[i].term);
            if (!term) return wy_fail_memory(error);
        }
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
    if (all->count) qsort(all->terms, all->count, sizeof *all->terms, compare_terms);
    wy_free(all->mem, all->slots); /* they know the numbers from before */
    all->slots = NULL;
    all->slot_count = 0;
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* The slice behind one of `size` bytes that is not the last. */
static inline uint8_t *next_slice(const uint8_t *slice, size_t *size)
{
    uint8_t *const next = linked(slice + *size);
    *size = *size < SLICE_LAST ? 2 * *size : (size_t)SLICE_LAST;
    return next;
}

/* The last slice, and *first; NULL: there is none. */
static const uint8_t *last_slice(const wy_occurrence_term *term, const uint8_t **first)
{
    if (!term->next) return NULL;
    const uint8_t *const link = term->next + term->room;
    *first = linked(link);
    return link - term->slice_size;
}

size_t wy_occurrences_room(const wy_occurrence_term *term)
{
    return (size_t)term->pieces * PIECE + WY_OCCURRENCE_HELD;
}

/* Puts all units of a term together, with UNIT bytes of anything behind them. */
static void gather_units(const wy_occurrence_term *term, uint8_t *out)
{
    const uint8_t *slice = NULL, *const last = last_slice(term, &slice);
    size_t size = SLICE_FIRST;
    if (last) {
        while (slice != last) {
            const size_t bytes = size;
            const uint8_t *const next = next_slice(slice, &size);
            __builtin_prefetch(next + size); /* its link */
            memcpy(out, slice, bytes);
            out += bytes;
            slice = next;
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
        const uint32_t d_bits = NARROW_D + (WIDE_D - NARROW_D) * wide; /* no branch: which it is */
        const uint32_t p_bits = NARROW_P + (WIDE_P - NARROW_P) * wide; /* cannot be foretold */
        uint32_t d = unit >> 1 & ((1u << d_bits) - 1);
        uint32_t p = unit >> (1 + d_bits) & ((1u << p_bits) - 1);
        room += UNIT / 2 + UNIT / 2 * wide;
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
