/*
 * text/stem.h: Snowball's stemmer for English, the only one in use.
 */
#ifndef WY_TEXT_STEM_H
#define WY_TEXT_STEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A longer word is no word of a language and is its own stem. */
#define WY_STEM_WORD_MAX 64 /* bytes */

typedef struct sb_stemmer wy_stemmer; /* Snowball's own handle */

/* One thread at a time uses a stemmer. WY_E_NOMEM, WY_E_UNSUPPORTED (Snowball lacks English). */
int wy_stemmer_open(wy_stemmer **out, wy_error *error);
void wy_stemmer_close(wy_stemmer *stemmer); /* NULL is ignored */

/*
 * The stem of a folded word: *length bytes, never longer than the word and never empty; lives
 * until the next call, or is `word` itself. NULL: memory is out.
 */
const char *wy_stem(wy_stemmer *stemmer, const char *word, size_t *length);

/*
 * Snowball has no way to ask for its version. So its answers to some words that its versions have
 * treated differently, and to one for each of its rules, stand for it. 0: memory is out.
 */
uint64_t wy_stemmer_fingerprint(wy_stemmer *stemmer);

#endif
