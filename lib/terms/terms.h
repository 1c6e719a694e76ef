/*
 * terms/terms.h: the term dictionary: from the bytes of a term to where its postings and positions
 * lie, and back in order. See terms_format.h.
 *
 * A key is one byte that says which field and kind (segment/field.h), then the term. Keys are
 * sorted by their bytes. Look-up costs a binary search over blocks in the mapping and no work at
 * open.
 */
#ifndef WY_TERMS_TERMS_H
#define WY_TERMS_TERMS_H

#include "base/sealed.h"

#define WY_KEY_MAX 256 /* bytes: the field byte and WY_TERM_MAX */

typedef struct wy_term_info {
    uint32_t ordinal;          /* in key order, from 0; not stored */
    uint32_t doc_freq;         /* postings, at least 1 */
    uint64_t total_freq;       /* occurrences, at least doc_freq */
    uint64_t postings_offset, postings_length;
    uint64_t positions_offset, positions_length;
} wy_term_info;

/*
 * Terms are looked up by what they hold, too: a term is a sequence of units (characters, mostly),
 * and the dictionary lists, by unit, the terms that have it at their end, and those that have it
 * between their first and last. What units a key has its user says: this writes the code of each,
 * below 2^21, and returns how many there are. Of keys with fewer than two nothing is listed.
 */
typedef size_t wy_terms_units_fn(const void *key, size_t length, uint32_t codes[WY_KEY_MAX]);

/* ---- Writing ------------------------------------------------------------------------------ */

typedef struct wy_terms_writer wy_terms_writer;

int wy_terms_create(const wy_env *env, const wy_mem *mem, const char *path, wy_terms_writer **out,
                    wy_error *error);
/*
 * Keys strictly ascending, 1 to WY_KEY_MAX bytes. Lists lie in their files in the order of the
 * terms and without gaps, so that the dictionary stores lengths only: postings_offset must be the
 * end of the term before (likewise positions). Errors stick.
 */
int wy_terms_add(wy_terms_writer *writer, const void *key, size_t length, const wy_term_info *info,
                 wy_error *error);
/* Lists terms by their units. Comes before the first key; without it there are no such lists. The
 * writer then takes memory in proportion to the number of terms, one to two bytes a unit. */
void wy_terms_list_units(wy_terms_writer *writer, wy_terms_units_fn *units);
int wy_terms_finish(wy_terms_writer *writer, bool sync, wy_seal *out, wy_error *error);
void wy_terms_abandon(wy_terms_writer *writer);

/* ---- Reading ------------------------------------------------------------------------------ */

/* Thread-safe once open. */
typedef struct wy_terms wy_terms;

int wy_terms_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                  wy_terms **out, wy_error *error);
void wy_terms_close(wy_terms *terms);
uint32_t wy_terms_count(const wy_terms *terms);
bool wy_terms_listed(const wy_terms *terms); /* by units, as wy_terms_list_units has it */
const wy_sealed *wy_terms_file(const wy_terms *terms);

/* *found tells whether the key is there; *info is written only then. WY_E_DAMAGED. */
int wy_terms_get(const wy_terms *terms, const void *key, size_t length, bool *found,
                 wy_term_info *info, wy_error *error);

/* A walk in key order. The caller owns the memory; nothing is to be freed. */
typedef struct wy_terms_cursor {
    const wy_terms *terms;
    uint8_t key[WY_KEY_MAX];
    size_t length;
    wy_term_info info;
    bool valid; /* stands at a term; false at the end */
    /* private */
    uint64_t at[6];
} wy_terms_cursor;

/* To the first key >= `key` (length 0: to the first of all). */
int wy_terms_seek(wy_terms_cursor *cursor, const wy_terms *terms, const void *key, size_t length,
                  wy_error *error);
int wy_terms_next(wy_terms_cursor *cursor, wy_error *error);

/* To the term with ordinal `ordinal` < count. Cheap where it is a little before it, as terms of a
 * list are that are looked at one after another: `near` tells that the cursor stands at a term of
 * this dictionary. */
int wy_terms_at(wy_terms_cursor *cursor, const wy_terms *terms, uint32_t ordinal, bool near,
                wy_error *error);

/* The figures alone of term `ordinal` < count. */
int wy_terms_info_at(const wy_terms *terms, uint32_t ordinal, wy_term_info *out, wy_error *error);

/* The terms whose keys begin with the byte `first` and that have the unit `code` at their end
 * (`last`) or between their first unit and their last. */
typedef struct wy_terms_list {
    uint32_t ordinal; /* after wy_terms_list_next: of the term it stands at */
    /* private */
    const wy_terms *terms;
    const uint8_t *next, *end;
    bool begun;
} wy_terms_list;

/* Opens a list, before its first term; one of no terms where there is none. Nothing to be freed.
 * WY_E_DAMAGED also where terms are not listed at all. */
int wy_terms_list_open(const wy_terms *terms, uint8_t first, uint32_t code, bool last,
                       wy_terms_list *out, wy_error *error);
/* Moves to the next term; ordinals ascend. *some: false at the end. */
int wy_terms_list_next(wy_terms_list *list, bool *some, wy_error *error);

/* Walks all and verifies order and structure; for check. */
int wy_terms_check(const wy_terms *terms, wy_error *error);
/* Makes the lists by units anew, in memory, and compares: where all keys must have been written
 * with `units`. Of a dictionary that does not list its terms nothing is asked. */
int wy_terms_check_lists(const wy_terms *terms, wy_terms_units_fn *units, wy_error *error);

#endif
