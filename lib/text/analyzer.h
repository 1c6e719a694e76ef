/*
 * text/analyzer.h: from text to terms. The same object analyzes paragraphs and queries.
 *
 * icu: fold, cut by ICU's word-break rules for Chinese, drop space and punctuation. Positions
 * count characters: each Han, Hiragana, Katakana or Bopomofo character of a word is 1, and so are
 * those of other scripts written without spaces (Thai, Lao, Khmer, Burmese); every
 * other word (Latin, a number, Hangul, Cyrillic, …) is 1 however long, a run of punctuation and
 * symbols is 1 (white space inside the run does not end it), white space is 0. So a term's width
 * follows from the term alone: wy_term_width. A Latin word yields two terms at one position: the
 * folded surface form, and its Snowball (English) stem, which is always there, also where it
 * equals the word, so that a query for the stem finds all forms through one term.
 *
 * A number, however it is written (numerals.h) and wherever its words are cut, yields its value as
 * a term of its own kind at the position and width of its writing: 三百二十一 and 321 are 321. An
 * integer below 100 says little alone. So with a measure word behind it that ends a word, or with
 * 第 before it, it yields a term with these, too: 五年 and 5年 are 5年, 第三十二条 and 第32条 are
 * 第32条. An ordinal in Chinese numerals then goes without the bare value, for the numbers of
 * articles would be a third of all. A single Chinese numeral is a number only in such company, or
 * where it is a word of its own and one that measures follows (三 小时); （三） counts nothing. 一
 * is most often no more than "a" and is a number only in dates (一月) and behind 第. What is part
 * of a longer word (十三陵) is no number.
 *
 * A query that is not quoted seeks, of tokens that overlap, the stem instead of the word, and the
 * number instead of its words with 第 and the measure word: those others are `covered`.
 *
 * icu-punctuation: the same, and each run of punctuation and symbols as a term too, at its
 * position: its characters, folded, without white space; of one longer than WY_TERM_MAX bytes only
 * that it is (WY_RUN_TOO_LONG). They are `covered`: only a quoted text seeks them.
 *
 * whitespace: every run between ASCII white space (space, \t \n \v \f \r) is a term as it stands;
 * nothing is folded, no stems; positions count words, every width is 1.
 *
 * A word longer than WY_TERM_MAX bytes becomes several, cut between units; a single unit that is
 * longer is cut at a character, but its position and span are not.
 */
#ifndef WY_TEXT_ANALYZER_H
#define WY_TEXT_ANALYZER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/mem.h"
#include "text/fold.h"

#define WY_TERM_MAX   255 /* bytes */
#define WY_TERM_SLACK 16  /* bytes behind each term that may be read, whatever they are */

typedef enum wy_token_kind {
    WY_TOKEN_WORD = 0,   /* the folded word */
    WY_TOKEN_STEM = 1,   /* Snowball stem of a Latin word */
    WY_TOKEN_NUMBER = 2, /* value of a number */
    WY_TOKEN_ACROSS = 3, /* a word that stands across others: wy_analyzer_across */
    WY_TOKEN_RUN = 4     /* a run of punctuation and symbols */
} wy_token_kind;

#define WY_RUN_TOO_LONG "\n" /* a term; white space is in no other run */

typedef struct wy_token {
    const char *term; /* UTF-8, not terminated; in the analyzer's memory */
    uint32_t length;  /* bytes, 1 to WY_TERM_MAX */
    uint32_t position;
    uint32_t width;      /* positions covered, at least 1 */
    uint32_t begin, end; /* bytes of the analyzed text that it stems from */
    uint8_t kind;        /* a wy_token_kind */
    bool covered;        /* a query that is not quoted seeks another token in its place */
} wy_token;

/* The tokens of one text, in order of position, words before their stems and numbers. */
typedef struct wy_tokens {
    const wy_token *list;
    size_t count;
    uint32_t words;     /* tokens of kind WORD: the length that BM25 counts */
    uint32_t positions; /* positions used: the next text would begin here */
} wy_tokens;

typedef struct wy_analyzer wy_analyzer;

/*
 * What an index records, and what must agree when it is opened again. `name`: "icu",
 * "icu-punctuation" or "whitespace". The identity says in one line all that decides the terms, e.g.
 * "icu 72.1 unicode 15.0 cjdict 2007142-<checksum> fold 72.1/15.0 stem english-<checksum> rules 1"
 * (the checksums are of ICU's Chinese dictionary and of the stems of some words), or
 * "whitespace 1". Two analyzers of one identity give the same terms.
 */
const char *wy_analyzer_name(const wy_analyzer *analyzer);
const char *wy_analyzer_identity(const wy_analyzer *analyzer);
const char *wy_analyzer_icu_version(const wy_analyzer *analyzer); /* "72.1"; "" for whitespace */

/*
 * What cuts words: "dictionary" (our walk of ICU's tables), "icu" (ICU itself, where its tables
 * are not understood), "" for whitespace. The words are the same, so the identity has none of it.
 */
const char *wy_analyzer_segmenter(const wy_analyzer *analyzer);

/* Whether positions count characters, so that a text is found across its words by theirs (icu). */
bool wy_analyzer_counts_characters(const wy_analyzer *analyzer);

/* Whether `name` is an analyzer at all. */
int wy_analyzer_known(const char *name);

/*
 * Whether that analyzer, if it is opened here, may turn out to have this identity: as far as
 * versions tell, which takes no time. What ICU's dictionary and Snowball's stems are is known only
 * of one that is open.
 */
bool wy_analyzer_could_be(const char *name, const char *identity);

/*
 * Makes an analyzer; used by one thread at a time. WY_E_ARGUMENT (unknown name), WY_E_UNSUPPORTED
 * (ICU has no word rules), WY_E_NOMEM.
 */
int wy_analyzer_open(const char *name, const wy_mem *mem, wy_analyzer **out, wy_error *error);
void wy_analyzer_close(wy_analyzer *analyzer); /* NULL is ignored */

/*
 * Analyzes `text`; *out lives until the next call or close. WY_E_ENCODING with the byte offset
 * where `text` is not UTF-8, WY_E_LIMIT (more than 2^30 bytes), WY_E_NOMEM.
 */
int wy_analyzer_run(wy_analyzer *analyzer, const char *text, size_t length, wy_tokens *out,
                    wy_error *error);

/* The folded text of the last run, until the next or close; NULL where the analyzer folds nothing.
 */
const wy_folded *wy_analyzer_folded(const wy_analyzer *analyzer);

/*
 * The words of ICU's dictionary that stand across words of the last run: that begin in one of them
 * and end in another, as 国人 in 中国 人民. An index keeps them as a kind of their own, without
 * positions, so that a word is found wherever it stands. Numbers are not among them, nor words that
 * the dictionary calls rare. None for whitespace, and where ICU's dictionary cannot be walked
 * (which the identity says). *out lives until the next run, across or close. WY_E_NOMEM.
 */
int wy_analyzer_across(wy_analyzer *analyzer, wy_tokens *out, wy_error *error);

/* Whether wy_analyzer_across tells of every place where this WORD term stands across others. */
bool wy_analyzer_tells_across(wy_analyzer *analyzer, const char *term, size_t length);

/* Width of an indexed icu WORD term, from its characters alone. */
uint32_t wy_term_width(const char *term, size_t length);

/*
 * A term's units, a position each: a counted character with its marks, or a maximal run of others.
 * Returns where the unit that begins at `at` < length ends. The width is the number of units.
 * *code (may be NULL), below 2^21: the character of a unit of one, else a hash, which is not that
 * of any such unit.
 */
size_t wy_term_unit(const char *term, size_t length, size_t at, uint32_t *code);

#endif
