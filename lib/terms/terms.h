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
int wy_terms_finish(wy_terms_writer *writer, bool sync, wy_seal *out, wy_error *error);
void wy_terms_abandon(wy_terms_writer *writer);

/* ---- Reading ------------------------------------------------------------------------------ */

/* Thread-safe once open. */
typedef struct wy_terms wy_terms;

int wy_terms_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                  wy_terms **out, wy_error *error);
void wy_terms_close(wy_terms *terms);
uint32_t wy_terms_count(const wy_terms *terms);
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

/* Walks all and verifies order and structure; for check. */
int wy_terms_check(const wy_terms *terms, wy_error *error);

#endif
