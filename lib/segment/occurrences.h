/*
 * segment/occurrences.h: the postings of each term while they are in memory: a hash table of terms,
 * each with a chain of slices that grow.
 *
 * An occurrence is d, the distance from the term's document before, and p, its position, or where d
 * is 0 the distance from the position before in the same document. So no frequency is kept, and a
 * document need not be over for the next occurrence to be written. Most take two bytes, others
 * four, and which of both is chosen without a branch (occurrences.c): a varint's length would be
 * guessed wrong for every second one.
 *
 * What an occurrence costs is waiting for memory: the ends of chains lie all over it, each on a
 * page of its own, and the processor knows the places of a few pages only. So the last occurrences
 * are held in the term until there are as many as are worth a visit to the chain, and the chains of
 * several terms are visited at once, so that these are waited for together. And terms stand in
 * the order in which they came: those that come first are the frequent ones, and few pages hold
 * most of what is asked for. The table has for each term its hash and its number.
 */
#ifndef WY_SEGMENT_OCCURRENCES_H
#define WY_SEGMENT_OCCURRENCES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "segment/field.h"

enum {
    WY_OCCURRENCE_KEY = 17,  /* bytes of a key that is kept in its term: the first, and two words */
    WY_OCCURRENCE_HELD = 80, /* bytes of room for occurrences there */
    WY_OCCURRENCE_FULL = 16, /* terms whose chains are visited at once */
};

/* Two lines of the cache, where pointers have 8 bytes. */
typedef struct wy_occurrence_term {
    uint8_t *next; /* where what is held goes; NULL: there is no slice yet */
    uint32_t last_doc, last_position;
    uint32_t positions;  /* so far */
    uint32_t pieces;     /* in the chain */
    uint16_t room;       /* bytes left in the last slice */
    uint16_t slice_size; /* of the last slice: bytes, without its link */
    uint16_t key_length;
    uint8_t held_bytes;
    uint8_t key[WY_OCCURRENCE_KEY]; /* with zeros behind it; or, of a longer one, where it is */
    uint8_t held[WY_OCCURRENCE_HELD];
} wy_occurrence_term;

/* A place in the table. */
typedef struct wy_occurrence_slot {
    uint32_t hash; /* whose upper bits tell where it is looked for first */
    uint32_t term; /* its number + 1; 0: there is none */
} wy_occurrence_slot;

typedef struct wy_occurrences {
    const wy_mem *mem;
    wy_arena arena;            /* long keys, and slices */
    wy_occurrence_term *terms; /* `count` of them, and room for more; before them one that is none,
                                  without a key, for which number 0 stands */
    void *block;               /* that they lie in */
    size_t count, capacity;
    wy_occurrence_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    unsigned shift;    /* from a hash to the number of a slot */
    /* Numbers of terms that had enough for a visit to the chain when they were noted. */
    uint32_t full[WY_OCCURRENCE_FULL];
    uint32_t full_count;
} wy_occurrences;

void wy_occurrences_init(wy_occurrences *all, const wy_mem *mem);
void wy_occurrences_free(wy_occurrences *all);
size_t wy_occurrences_memory(const wy_occurrences *all);

/* Notes the tokens of a text that begins at `position` of document `doc` of `field`. Calls come
 * with documents ascending, below UINT32_MAX, and positions of one key ascending within a document.
 * WY_E_NOMEM. */
int wy_occurrences_add(wy_occurrences *all, wy_field field, uint32_t doc, uint32_t position,
                       const wy_tokens *tokens, wy_error *error);

/* Sorts the terms by key; then only reading is allowed. */
void wy_occurrences_sort(wy_occurrences *all);

/* A term's key (segment/field.h), of key_length bytes. */
static inline const uint8_t *wy_occurrence_key(const wy_occurrence_term *term)
{
    const uint8_t *key = term->key;
    if (term->key_length > WY_OCCURRENCE_KEY) memcpy(&key, term->key, sizeof key);
    return key;
}

/* Bytes of room that wy_occurrences_unpack wants. */
size_t wy_occurrences_room(const wy_occurrence_term *term);

/* Fetches what wy_occurrences_unpack will ask for first. */
static inline void wy_occurrences_fetch(const wy_occurrence_term *term)
{
    if (term->next) __builtin_prefetch(term->next + term->room);
}

/* Unpacks all of a term, in the order in which it came: term->positions positions, and numbers and
 * frequencies of documents, of which there are at most as many. Returns how many there are. */
uint32_t wy_occurrences_unpack(const wy_occurrence_term *term, uint8_t *room, uint32_t *docs,
                               uint32_t *freqs, uint32_t *positions);

#endif
