#include "segment/occurrences.h"

#include <assert.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "base/order.h"
#include "base/reader.h"

/*
 * A slice is units, room for them, and a link to the next. A unit is read as four bytes:
 *   narrow := 0:1 d:7 p:8       of which only two are taken
 *   wide   := 1:1 d:17 p:14
 * from the low bits on. Where d or p does not fit, d is FAR, and two units of 32 bits follow: d, p.
 * Where less than four bytes are left in a slice, the next unit is in the next one.
 */
enum {
    SLICE_FIRST = 32, /* bytes */
    SLICE_LAST = 2048,
    SLICE_LINK = sizeof(uint8_t *),
    UNIT = 4,
    NARROW_D = 7,
    NARROW_P = 8,
    WIDE_D = 17,
    WIDE_P = 14,
    FAR = (1 << WIDE_D) - 1,
    LINE = 64,  /* of the cache */
    BATCH = 32, /* tokens that are looked up together */
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
    wy_free(all->mem, all->term_block);
    wy_free(all->mem, all->slots);
    wy_occurrences_init(all, all->mem);
}

size_t wy_occurrences_memory(const wy_occurrences *all)
{
    return all->arena.reserved + all->capacity * sizeof *all->terms +
           all->slot_count * sizeof *all->slots;
}

/* ---- Chains -------------------------------------------------------------------------------- */

/* Puts a new slice behind the term's last one. */
static bool new_slice(wy_occurrences *all, wy_occurrence_term *term)
{
    unsigned size = !term->first                    ? SLICE_FIRST
                    : term->slice_size < SLICE_LAST ? term->slice_size * 2u
                                                    : SLICE_LAST;
    uint8_t *slice = wy_arena_alloc(&all->arena, size);
    if (!slice) return false;
    if (term->first)
        memcpy(term->end, &slice, SLICE_LINK);
    else
        term->first = slice;
    term->next = slice;
    term->end = slice + size - SLICE_LINK;
    term->slice_size = (uint16_t)size;
    return true;
}

static inline bool make_room(wy_occurrences *all, wy_occurrence_term *term)
{
    return term->end - term->next >= UNIT || new_slice(all, term);
}

static bool put_far(wy_occurrences *all, wy_occurrence_term *term, uint32_t d, uint32_t p)
{
    const uint32_t units[] = {FAR << 1 | 1, d, p};
    for (int i = 0; i < 3; i++) {
        if (!make_room(all, term)) return false;
        memcpy(term->next, &units[i], UNIT);
        term->next += UNIT;
    }
    return true;
}

static inline bool append(wy_occurrences *all, wy_occurrence_term *term, uint32_t doc,
                          uint32_t position)
{
    const uint32_t d = doc - term->last_doc, same = d == 0;
    const uint32_t p = position - (term->last_position & -same);
    const uint32_t wide = (d >= 1u << NARROW_D) | (p >= 1u << NARROW_P);
    const uint32_t unit = d << 1 | p << (wide ? 1 + WIDE_D : 1 + NARROW_D) | wide;
    term->documents += 1 - same;
    term->positions++;
    term->last_doc = doc;
    term->last_position = position;
    if (d >= FAR || p >= 1u << WIDE_P) return put_far(all, term, d, p);
    if (!make_room(all, term)) return false;
    memcpy(term->next, &unit, UNIT);
    term->next += wide ? UNIT : UNIT / 2;
    return true;
}

/* ---- Terms --------------------------------------------------------------------------------- */

/* Room for `more` terms; three quarters of the slots are taken at most. */
static int grow_slots(wy_occurrences *all, size_t more, wy_error *error)
{
    if ((all->count + more) * 4 <= all->slot_count * 3) return WY_OK;
    size_t count = all->slot_count ? all->slot_count * 2 : 4096;
    struct wy_occurrence_slot *slots = wy_calloc(all->mem, count * sizeof *slots);
    if (!slots) return wy_fail_memory(error);
    for (size_t i = 0; i < all->slot_count; i++) {
        if (!all->slots[i].term) continue;
        size_t at = all->slots[i].hash & (count - 1);
        while (slots[at].term) at = (at + 1) & (count - 1);
        slots[at] = all->slots[i];
    }
    wy_free(all->mem, all->slots);
    all->slots = slots;
    all->slot_count = count;
    return WY_OK;
}

/* A token's key. Of a short one, as most are, the words are its bytes and zeros behind them; of a
 * longer one the first is a checksum. */
typedef struct token_key {
    uint64_t words[2];
    const char *term;
    uint32_t length;
    uint32_t hash;
    uint8_t first;
} token_key;

enum { SHORT_KEY = 16 };

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

/* Reads the bytes behind the term that may be read (text/analyzer.h), and takes nothing of them.
 * The bits at the top of a product depend on all of a word, and are brought down. */
static inline token_key key_of(wy_field field, const wy_token *token)
{
    const uint8_t *p = (const uint8_t *)token->term;
    const size_t length = token->length;
    token_key key = {
        .term = token->term, .length = token->length, .first = wy_key_first(field, token->kind)};
    _Static_assert(WY_TERM_SLACK >= SHORT_KEY - 1, "two words are read of any term");
    if (length > SHORT_KEY) {
        key.words[0] = wy_checksum(p, length);
    } else {
        key.words[0] = low_bytes(wy_load64(p), length < 8 ? length : 8);
        key.words[1] = low_bytes(wy_load64(p + 8), length < 8 ? 0 : length - 8);
    }
    uint64_t hash = (key.words[0] ^ (uint64_t)key.first << 56 ^ (uint64_t)length << 48) *
                    UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 32 ^ key.words[1]) * UINT64_C(0xd6e8feb86659fd93);
    key.hash = (uint32_t)(hash >> 32);
    return key;
}

static inline bool is_term(const wy_occurrence_term *t, const token_key *key)
{
    _Static_assert(1 + SHORT_KEY <= WY_OCCURRENCE_KEY, "a short one is kept in its term");
    if (key->length > SHORT_KEY) {
        const uint8_t *own = wy_occurrence_key(t);
        return t->key_length == 1 + key->length && own[0] == key->first &&
               memcmp(own + 1, key->term, key->length) == 0;
    }
    return t->key_length == 1 + key->length && t->key[0] == key->first &&
           wy_load64(t->key + 1) == key->words[0] && wy_load64(t->key + 9) == key->words[1];
}

static bool grow_terms(wy_occurrences *all)
{
    if (all->count < all->capacity) return true;
    const size_t capacity = all->capacity ? all->capacity + all->capacity / 2 : 512;
    if (capacity > SIZE_MAX / sizeof *all->terms - 1) return false;
    uint8_t *block = wy_alloc(all->mem, capacity * sizeof *all->terms + LINE);
    if (!block) return false;
    wy_occurrence_term *terms =
        (wy_occurrence_term *)(void *)(block + (-(uintptr_t)block & (LINE - 1)));
    if (all->count) memcpy(terms, all->terms, all->count * sizeof *terms);
    wy_free(all->mem, all->term_block);
    all->term_block = block;
    all->terms = terms;
    all->capacity = capacity;
    return true;
}

static bool add_term(wy_occurrences *all, struct wy_occurrence_slot *slot, const token_key *from)
{
    _Static_assert(sizeof *all->terms <= LINE, "one line each, where pointers have 8 bytes");
    const size_t length = 1 + (size_t)from->length;
    if (!grow_terms(all)) return false;
    wy_occurrence_term *t = &all->terms[all->count];
    memset(t, 0, sizeof *t);
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
    slot->hash = from->hash;
    slot->term = (uint32_t)++all->count;
    return true;
}

/* The slot of a term, or the free one where it belongs. */
static inline size_t find_slot(const wy_occurrences *all, const token_key *key)
{
    const size_t mask = all->slot_count - 1;
    size_t at = key->hash & mask;
    while (all->slots[at].term && (all->slots[at].hash != key->hash ||
                                   !is_term(&all->terms[all->slots[at].term - 1], key)))
        at = (at + 1) & mask;
    return at;
}

/*
 * A term is three reads from memory, each of which tells where the next one is: slot, term, end of
 * its chain. For a batch of tokens they are begun together, and wait for each other no more.
 */
static int add_batch(wy_occurrences *all, wy_field field, uint32_t doc, uint32_t position,
                     const wy_token *tokens, size_t count, wy_error *error)
{
    token_key keys[BATCH];
    uint32_t found[BATCH];
    int status = grow_slots(all, BATCH, error);
    if (status != WY_OK) return status;
    for (size_t i = 0; i < count; i++) {
        keys[i] = key_of(field, &tokens[i]);
        __builtin_prefetch(&all->slots[keys[i].hash & (all->slot_count - 1)]);
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t likely = all->slots[keys[i].hash & (all->slot_count - 1)].term;
        if (likely) __builtin_prefetch(&all->terms[likely - 1], 1);
    }
    for (size_t i = 0; i < count; i++) {
        struct wy_occurrence_slot *slot = &all->slots[find_slot(all, &keys[i])];
        if (!slot->term && !add_term(all, slot, &keys[i])) return wy_fail_memory(error);
        found[i] = slot->term - 1;
        __builtin_prefetch(all->terms[found[i]].next, 1);
    }
    for (size_t i = 0; i < count; i++) {
        wy_occurrence_term *term = &all->terms[found[i]];
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
}

/* ---- Reading ------------------------------------------------------------------------------- */

typedef struct reader {
    const uint8_t *next, *end; /* in this slice */
    unsigned slice_size;
} reader;

/* The next unit begins at r->next. */
static inline uint32_t read_unit(reader *r)
{
    uint32_t unit;
    if (r->end - r->next < UNIT) {
        uint8_t *slice;
        memcpy(&slice, r->end, SLICE_LINK);
        r->slice_size = r->slice_size < SLICE_LAST ? r->slice_size * 2 : SLICE_LAST;
        r->next = slice;
        r->end = slice + r->slice_size - SLICE_LINK;
    }
    memcpy(&unit, r->next, UNIT);
    return unit;
}

static uint32_t read_far(reader *r)
{
    const uint32_t unit = read_unit(r);
    r->next += UNIT;
    return unit;
}

void wy_occurrences_unpack(const wy_occurrence_term *term, uint32_t *docs, uint32_t *freqs,
                           uint32_t *positions)
{
    reader r = {term->first, term->first + SLICE_FIRST - SLICE_LINK, SLICE_FIRST};
    uint32_t doc = UINT32_MAX, position = 0, freq = 0;
    const uint32_t *const end = positions + term->positions;
    for (docs--, freqs--; positions < end; positions++) {
        const uint32_t unit = read_unit(&r), wide = unit & 1;
        const uint32_t d_bits = wide ? WIDE_D : NARROW_D, p_bits = wide ? WIDE_P : NARROW_P;
        uint32_t d = unit >> 1 & ((1u << d_bits) - 1);
        uint32_t p = unit >> (1 + d_bits) & ((1u << p_bits) - 1);
        r.next += wide ? UNIT : UNIT / 2;
        if (d == FAR) {
            d = read_far(&r);
            p = read_far(&r);
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
    assert(r.next == term->next);
}
