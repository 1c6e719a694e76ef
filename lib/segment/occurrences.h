/*
 * segment/occurrences.h: the postings of each term while they are in memory: a hash table from key
 * to a chain of slices that grow, written a byte at a time.
 *
 * An occurrence is one varint (d << 1 | 1) followed by the position where it is the first of its
 * document, d being the distance from the term's document before; else (p << 1), p being the
 * distance from the position before in the same document. So no frequency is kept, and a document
 * need not be over for the next occurrence to be written.
 */
#ifndef WY_SEGMENT_OCCURRENCES_H
#define WY_SEGMENT_OCCURRENCES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct wy_occurrence_term {
    const uint8_t *key;
    uint32_t key_length;
    uint32_t documents; /* so far */
    uint32_t last_doc, last_position;
    uint8_t *first;      /* first slice */
    uint8_t *next, *end; /* where the next byte goes; end of room in the last slice */
    uint32_t slice_size; /* of the last slice: room for bytes */
} wy_occurrence_term;

typedef struct wy_occurrences {
    const wy_mem *mem;
    wy_arena arena;            /* keys and slices */
    wy_occurrence_term *terms; /* in order of their first occurrence */
    size_t count, capacity;
    struct wy_occurrence_slot {
        uint32_t hash;
        uint32_t term; /* index in terms + 1; 0: free */
    } * slots;
    size_t slot_count; /* a power of two, or 0 */
} wy_occurrences;

void wy_occurrences_init(wy_occurrences *all, const wy_mem *mem);
void wy_occurrences_free(wy_occurrences *all);
size_t wy_occurrences_memory(const wy_occurrences *all);

/* Notes `key` at `position` of document `doc`. Calls come with documents ascending, and positions
 * of one key ascending within a document. WY_E_NOMEM. */
int wy_occurrences_add(wy_occurrences *all, const uint8_t *key, size_t length, uint32_t doc,
                       uint32_t position, wy_error *error);

/* Sorts the terms by key; then only reading is allowed. */
void wy_occurrences_sort(wy_occurrences *all);

/* Walks the postings of one term in the order in which they came. */
typedef struct wy_occurrence_reader {
    const uint8_t *next, *end; /* in this slice */
    const uint8_t *stop;       /* end of the last slice's bytes */
    uint32_t slice_size;
    uint32_t doc;
    uint64_t pending; /* varint read ahead: the first of the next document */
    bool started;
} wy_occurrence_reader;

void wy_occurrence_read(wy_occurrence_reader *reader, const wy_occurrence_term *term);
/* The next posting; its positions are appended to *positions (grown through mem). false in *more:
 * there is none. WY_E_NOMEM. */
int wy_occurrence_next(wy_occurrence_reader *reader, const wy_mem *mem, uint32_t *doc,
                       uint32_t **positions, size_t *capacity, size_t *count, bool *more,
                       wy_error *error);

#endif
