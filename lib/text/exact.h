/*
 * text/exact.h: finding a text as it stands: what is between the quotes of an exact query.
 *
 * Compared is the folded text, unit by unit, without the white space that says nothing: a run of it
 * counts as one space between two characters of Latin words or numbers (letters and digits that are
 * not counted as a position each), also where beside it a sign stands between them that would join
 * them (wy_char_joins: "law. The" is not law.The), and as nothing elsewhere. A text has another
 * where that, taken alone, is one of its parts taken alone: what is beside a part says nothing about
 * the space in it, so that "law. The" has ".The", written with or without white space. Words that
 * have one position as a whole (Latin, numbers, Hangul, ...) match whole: no find begins or ends
 * inside of one, nor between a character and its marks.
 */
#ifndef WY_TEXT_EXACT_H
#define WY_TEXT_EXACT_H

#include <stdbool.h>

#include "text/analyzer.h"
#include "text/fold.h"

/* Folded text without idle white space. Reused from text to text. */
typedef struct wy_exact {
    const wy_mem *mem;
    uint16_t *units;
    uint32_t *from; /* of each unit, its number in the folded text */
    size_t length, capacity;
} wy_exact;

void wy_exact_init(wy_exact *exact, const wy_mem *mem);
void wy_exact_free(wy_exact *exact);

/* Takes over what counts of `folded`, which `exact` does not keep. WY_E_NOMEM. */
int wy_exact_set(wy_exact *exact, const wy_folded *folded, wy_error *error);

/* A text made ready to be looked for. */
typedef struct wy_needle {
    wy_exact text;
    uint8_t head, tail; /* units of a sign at its begin or end that would join words if one were on
                           its other side too: between it and the rest a space may stand */
    uint32_t *back;     /* Knuth, Morris, Pratt, of what is between head and tail: how much of it
                           still matches where unit i differs */
    bool open;          /* its end may lie inside a word */
} wy_needle;

/* Folds `text`, UTF-8. One without a unit is found nowhere. WY_E_ENCODING, WY_E_LIMIT, WY_E_NOMEM.
 * wy_needle_free after any result. */
int wy_needle_make(wy_needle *needle, const char *text, size_t length, bool open, const wy_mem *mem,
                   wy_error *error);
void wy_needle_free(wy_needle *needle);

/* A text to look in: `exact` was set from `folded`, of which the analyzer made `tokens`. Without
 * `tokens` (NULL) a find may also begin or end inside of a word: see wy_exact_is_sure. */
typedef struct wy_haystack {
    const wy_exact *exact;
    const wy_folded *folded;
    const wy_tokens *tokens;
} wy_haystack;

/* Where a search stands: zeroed to begin with. */
typedef struct wy_exact_place {
    size_t at, matched;
} wy_exact_place;

/*
 * The next find, also one that overlaps the last: its units of hay->exact in *begin .. *end. false:
 * no more. All finds together take time in the length of the text.
 */
bool wy_exact_next(const wy_haystack *hay, const wy_needle *needle, wy_exact_place *place,
                   size_t *begin, size_t *end);

/* Whether a find may begin or end before unit `at` <= length of hay->exact. */
bool wy_exact_may_cut(const wy_haystack *hay, size_t at);

/* Whether wy_exact_may_cut can tell without tokens. */
bool wy_exact_is_sure(const wy_haystack *hay, size_t at);

/* Bytes of the original text that units begin .. end (not empty) stem from. */
static inline uint32_t wy_exact_byte_begin(const wy_haystack *hay, size_t begin)
{
    return hay->folded->begin[hay->exact->from[begin]];
}

static inline uint32_t wy_exact_byte_end(const wy_haystack *hay, size_t end)
{
    return hay->folded->end[hay->exact->from[end - 1]];
}

#endif
