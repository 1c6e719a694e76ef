#include "segment/occurrences.h"

#include <assert.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "base/order.h"
#include "base/reader.h"

enum {
    SLICE_FIRST = 16,
    SLICE_LAST = 2048,
    SLICE_LINK = sizeof(uint8_t *),
    VARINT = 5, /* bytes of the longest: 33 bits */
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
    wy_free(all->mem, all->terms);
    wy_free(all->mem, all->slots);
    wy_occurrences_init(all, all->mem);
}

size_t wy_occurrences_memory(const wy_occurrences *all)
{
    return all->arena.reserved + all->capacity * sizeof *all->terms +
           all->slot_count * sizeof *all->slots;
}

/* ---- Chains -------------------------------------------------------------------------------- */

/* Puts a new slice behind the term's last one; the link lies behind the room for bytes. */
static bool new_slice(wy_occurrences *all, wy_occurrence_term *term)
{
    unsigned size = !term->first                    ? SLICE_FIRST
                    : term->slice_size < SLICE_LAST ? term->slice_size * 2u
                                                    : SLICE_LAST;
    uint8_t *slice = wy_arena_alloc(&all->arena, size + SLICE_LINK);
    if (!slice) return false;
    if (term->first)
        memcpy(term->end, &slice, SLICE_LINK);
    else
        term->first = slice;
    term->next = slice;
    term->end = slice + size;
    term->slice_size = (uint16_t)size;
    return true;
}

/* Where there may not be room for all of it. */
static bool put_varint_slowly(wy_occurrences *all, wy_occurrence_term *term, uint64_t value)
{
    do {
        if (term->next == term->end && !new_slice(all, term)) return false;
        *term->next++ = (uint8_t)(value < 0x80 ? value : value | 0x80);
        value >>= 7;
    } while (value);
    return true;
}

static inline bool put_varint(wy_occurrences *all, wy_occurrence_term *term, uint64_t value)
{
    if (term->end - term->next < VARINT) return put_varint_slowly(all, term, value);
    uint8_t *next = term->next;
    for (; value >= 0x80; value >>= 7) *next++ = (uint8_t)(value | 0x80);
    *next++ = (uint8_t)value;
    term->next = next;
    return true;
}

static bool append(wy_occurrences *all, wy_occurrence_term *term, uint32_t doc, uint32_t position)
{
    bool ok;
    if (term->documents == 0 || term->last_doc != doc) {
        uint64_t distance = doc - (term->documents ? term->last_doc : 0);
        ok = put_varint(all, term, distance << 1 | 1) && put_varint(all, term, position);
        term->documents++;
        term->last_doc = doc;
    } else {
        ok = put_varint(all, term, (uint64_t)(position - term->last_position) << 1);
    }
    term->positions++;
    term->last_position = position;
    return ok;
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

/*
 * Most terms are short: their bytes are in two words that may overlap, which two multiplications
 * mix. The bits at the top of a product depend on all of a word, and are brought down.
 */
static inline uint32_t hash_term(uint8_t first, const char *term, size_t length)
{
    const uint8_t *p = (const uint8_t *)term;
    uint64_t a, b = 0;
    if (length > 16) {
        a = wy_checksum(term, length);
    } else if (length >= 8) {
        a = wy_load64(p);
        b = wy_load64(p + length - 8);
    } else if (length >= 4) {
        a = wy_load32(p);
        b = wy_load32(p + length - 4);
    } else {
        a = (uint64_t)p[0] << 16 | (uint64_t)p[length / 2] << 8 | p[length - 1];
    }
    uint64_t hash = (a ^ (uint64_t)first << 56 ^ length << 48) * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 32 ^ b) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(hash >> 32);
}

static bool is_term(const wy_occurrence_term *t, uint8_t first, const char *term, size_t length)
{
    if (t->key_length != 1 + length) return false;
    const uint8_t *key = wy_occurrence_key(t);
    return key[0] == first && memcmp(key + 1, term, length) == 0;
}

static wy_occurrence_term *add_term(wy_occurrences *all, struct wy_occurrence_slot *slot,
                                    uint32_t hash, uint8_t first, const char *term, size_t length)
{
    if (!wy_grow(all->mem, &all->terms, &all->capacity, all->count + 1, sizeof *all->terms))
        return NULL;
    wy_occurrence_term *t = &all->terms[all->count];
    memset(t, 0, sizeof *t);
    uint8_t *key = t->key;
    if (1 + length > sizeof t->key) {
        key = wy_arena_alloc(&all->arena, 1 + length);
        if (!key) return NULL;
        memcpy(t->key, &key, sizeof key);
    }
    key[0] = first;
    memcpy(key + 1, term, length);
    t->key_length = (uint16_t)(1 + length);
    slot->hash = hash;
    slot->term = (uint32_t)++all->count;
    return t;
}

/* The slot of a term, or the free one where it belongs. */
static inline size_t find_slot(const wy_occurrences *all, uint32_t hash, uint8_t first,
                               const char *term, size_t length)
{
    const size_t mask = all->slot_count - 1;
    size_t at = hash & mask;
    while (all->slots[at].term &&
           (all->slots[at].hash != hash ||
            !is_term(&all->terms[all->slots[at].term - 1], first, term, length)))
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
    uint32_t hashes[BATCH], found[BATCH];
    uint8_t firsts[BATCH];
    int status = grow_slots(all, BATCH, error);
    if (status != WY_OK) return status;
    for (size_t i = 0; i < count; i++) {
        firsts[i] = wy_key_first(field, tokens[i].kind);
        hashes[i] = hash_term(firsts[i], tokens[i].term, tokens[i].length);
        __builtin_prefetch(&all->slots[hashes[i] & (all->slot_count - 1)]);
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t likely = all->slots[hashes[i] & (all->slot_count - 1)].term;
        if (likely) __builtin_prefetch(&all->terms[likely - 1], 1);
    }
    for (size_t i = 0; i < count; i++) {
        const wy_token *t = &tokens[i];
        const size_t at = find_slot(all, hashes[i], firsts[i], t->term, t->length);
        struct wy_occurrence_slot *slot = &all->slots[at];
        if (!slot->term && !add_term(all, slot, hashes[i], firsts[i], t->term, t->length))
            return wy_fail_memory(error);
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
        status = add_batch(all, field, doc, position, tokens->list + i,
                           left < BATCH ? left : BATCH, error);
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
    const uint8_t *stop;       /* end of the last slice's bytes */
    unsigned slice_size;
} reader;

static void next_slice(reader *r)
{
    uint8_t *slice;
    memcpy(&slice, r->end, SLICE_LINK);
    r->slice_size = r->slice_size < SLICE_LAST ? r->slice_size * 2 : SLICE_LAST;
    r->next = slice;
    r->end = slice + r->slice_size;
}

static inline uint64_t read_varint(reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        if (r->next == r->end) next_slice(r);
        const uint8_t byte = *r->next++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
}

void wy_occurrences_unpack(const wy_occurrence_term *term, uint32_t *docs, uint32_t *freqs,
                           uint32_t *positions)
{
    reader r = {term->first, term->first + SLICE_FIRST, term->next, SLICE_FIRST};
    uint32_t doc = 0, position = 0;
    const uint32_t *const end = positions + term->positions;
    for (size_t i = (size_t)-1; positions < end;) {
        const uint64_t value = read_varint(&r);
        if (value & 1) {
            i++;
            docs[i] = doc += (uint32_t)(value >> 1);
            freqs[i] = 1;
            position = (uint32_t)read_varint(&r);
        } else {
            freqs[i]++;
            position += (uint32_t)(value >> 1);
        }
        *positions++ = position;
    }
    assert(r.next == r.stop);
}
