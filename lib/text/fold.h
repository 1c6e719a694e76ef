/*
 * text/fold.h: folding characters that mean the same to a reader into one: full and half width
 * and other compatibility forms (NFKC), case, traditional to simplified (ICU's
 * Traditional-Simplified transform, one character to one), default-ignorable characters (soft
 * hyphen, zero width space, variation selectors) to nothing.
 *
 * The rule for a character: Unicode's NFKC_Casefold (full case folding: ß is ss), then each
 * character to its simplified one, again and again until nothing changes. What that would spoil
 * for a search is corrected:
 *   - ， and ； between digits become 、, for ICU's word rules take 3，5 for one number, as they
 *     take 3,5. But ， before exactly three digits becomes a comma and groups one number, as old
 *     reports print it: ２７，２０３，３１９.
 *   - numbering signs do not run into a number that follows (①2023年): ① becomes (1), as ⑴
 *     does, and ⒈ becomes 1、.
 *   - a fraction becomes a space, digit, slash, digit: 1½ is "1 1/2".
 *   - ’ becomes ', so that don’t and don't meet.
 * Other full-width punctuation becomes ASCII. It is no word, and ICU cuts the same around both.
 *
 * The table is generated from the ICU at hand when the library is built (gen_fold_table.c):
 * opening ICU's transliterator takes tens of milliseconds.
 *
 * Folding works on one base character with the combining marks that follow it (a cluster), so
 * that a composed and a decomposed é meet; Hangul jamo compose likewise. A cluster of more than
 * 32 characters is folded in parts. Folding folded text changes nothing.
 */
#ifndef WY_TEXT_FOLD_H
#define WY_TEXT_FOLD_H

#include "base/error.h"
#include "base/mem.h"

/*
 * Folded text in UTF-16 (what ICU's break rules read) with a way back: unit i stems from the
 * bytes begin[i] .. end[i] of the original. begin and end never decrease; units that stem from
 * one cluster (e with an accent, ㎏) have the same span. What vanishes lies in the span of what
 * precedes it, and at the start of a text in none. All other bytes lie in a span, and spans that
 * differ do not overlap. Reused from text to text.
 */
typedef struct wy_folded {
    const wy_mem *mem;
    uint16_t *units;
    uint32_t *begin, *end;
    size_t length, capacity;
} wy_folded;

void wy_folded_init(wy_folded *folded, const wy_mem *mem);
void wy_folded_free(wy_folded *folded);

/*
 * Folds UTF-8 `text`. WY_E_ENCODING names the byte offset where it is not UTF-8 (file: none);
 * WY_E_LIMIT for more than 2^30 bytes, or than 2^31 - 1 units; WY_E_NOMEM.
 */
int wy_fold(wy_folded *folded, const char *text, size_t length, wy_error *error);

/* The version of the Unicode and ICU data that the table was generated from, "72.1/15.0". */
const char *wy_fold_version(void);

#endif
