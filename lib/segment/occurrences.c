#include "segment/occurrences.h"

#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "base/order.h"

enum { SLICE_FIRST = 16, SLICE_LAST = 2048, SLICE_LINK = sizeof(uint8_t *) };

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

static int grow_slots(wy_occurrences *all, wy_error *error)
{
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

/* Puts a new slice behind the term's last one; the link lies behind the room for bytes. */
static bool new_slice(wy_occurrences *all, wy_occurrence_term *term)
{
    uint32_t size = !term->first                    ? SLICE_FIRST
                    : term->slice_size < SLICE_LAST ? term->slice_size * 2
                                                    : SLICE_LAST;
    uint8_t *slice = wy_arena_alloc(&all->arena, size + SLICE_LINK);
    if (!slice) return false;
    if (term->first)
        memcpy(term->end, &slice, SLICE_LINK);
    else
        term->first = slice;
    term->next = slice;
    term->end = slice + size;
    term->slice_size = size;
    return true;
}

static bool put_varint(wy_occurrences *all, wy_occurrence_term *term, uint64_t value)
{
    do {
        if (term->next == term->end && !new_slice(all, term)) return false;
        *term->next++ = (uint8_t)(value < 0x80 ? value : value | 0x80);
        value >>= 7;
    } while (value);
    return true;
}

/* FNV would do for short keys, but XXH3 is there and better. */
static uint32_t hash_key(const uint8_t *key, size_t length)
{
    return (uint32_t)wy_checksum(key, length);
}

static wy_occurrence_term *add_term(wy_occurrences *all, struct wy_occurrence_slot *slot,
                                    uint32_t hash, const uint8_t *key, size_t length)
{
    if (!wy_grow(all->mem, &all->terms, &all->capacity, all->count + 1, sizeof *all->terms))
        return NULL;
    char *copy = wy_arena_strndup(&all->arena, (const char *)key, length);
    if (!copy) return NULL;
    wy_occurrence_term *term = &all->terms[all->count++];
    memset(term, 0, sizeof *term);
    term->key = (const uint8_t *)copy;
    term->key_length = (uint32_t)length;
    slot->hash = hash;
    slot->term = (uint32_t)all->count;
    return term;
}

int wy_occurrences_add(wy_occurrences *all, const uint8_t *key, size_t length, uint32_t doc,
                       uint32_t position, wy_error *error)
{
    if ((all->count + 1) * 4 > all->slot_count * 3) {
        int status = grow_slots(all, error);
        if (status != WY_OK) return status;
    }
    uint32_t hash = hash_key(key, length);
    size_t at = hash & (all->slot_count - 1);
    wy_occurrence_term *term = NULL;
    for (; all->slots[at].term; at = (at + 1) & (all->slot_count - 1)) {
        if (all->slots[at].hash != hash) continue;
        wy_occurrence_term *t = &all->terms[all->slots[at].term - 1];
        if (t->key_length == length && memcmp(t->key, key, length) == 0) {
            term = t;
            break;
        }
    }
    if (!term) term = add_term(all, &all->slots[at], hash, key, length);
    if (!term) return wy_fail_memory(error);

    bool ok;
    if (term->documents == 0 || term->last_doc != doc) {
        uint64_t distance = doc - (term->documents ? term->last_doc : 0);
        ok = put_varint(all, term, distance << 1 | 1) && put_varint(all, term, position);
        term->documents++;
        term->last_doc = doc;
    } else {
        ok = put_varint(all, term, (uint64_t)(position - term->last_position) << 1);
    }
    term->last_position = position;
    return ok ? WY_OK : wy_fail_memory(error);
}

static int compare_terms(const void *a, const void *b)
{
    const wy_occurrence_term *x = a, *y = b;
    return wy_bytes_compare(x->key, x->key_length, y->key, y->key_length);
}

void wy_occurrences_sort(wy_occurrences *all)
{
    if (all->count) qsort(all->terms, all->count, sizeof *all->terms, compare_terms);
}

void wy_occurrence_read(wy_occurrence_reader *r, const wy_occurrence_term *term)
{
    memset(r, 0, sizeof *r);
    r->next = term->first;
    r->slice_size = SLICE_FIRST;
    r->end = term->first + SLICE_FIRST;
    r->stop = term->next;
}

static bool at_stop(const wy_occurrence_reader *r)
{
    return r->next == r->stop;
}

static uint64_t read_varint(wy_occurrence_reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        if (r->next == r->end) {
            uint8_t *slice;
            memcpy(&slice, r->end, SLICE_LINK);
            r->slice_size = r->slice_size < SLICE_LAST ? r->slice_size * 2 : SLICE_LAST;
            r->next = slice;
            r->end = slice + r->slice_size;
        }
        uint8_t byte = *r->next++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
}

int wy_occurrence_next(wy_occurrence_reader *r, const wy_mem *mem, uint32_t *doc,
                       uint32_t **positions, size_t *capacity, size_t *count, bool *more,
                       wy_error *error)
{
    if (!r->started) {
        r->pending = read_varint(r); /* a term has at least one posting */
        r->started = true;
    }
    *more = r->pending != 0;
    if (!*more) return WY_OK;
    r->doc += (uint32_t)(r->pending >> 1);
    *doc = r->doc;
    r->pending = 0;
    uint32_t position = (uint32_t)read_varint(r);
    for (;;) {
        if (!wy_grow(mem, positions, capacity, *count + 1, sizeof **positions))
            return wy_fail_memory(error);
        (*positions)[(*count)++] = position;
        if (at_stop(r)) return WY_OK;
        uint64_t value = read_varint(r);
        if (value & 1) {
            r->pending = value;
            return WY_OK;
        }
        position += (uint32_t)(value >> 1);
    }
}
