/*
 * report/docx_number.h: the numbers that a word processor puts before paragraphs by itself, which
 * stand in word/numbering.xml and not in the text (ECMA-376, part 1, 17.9). In official documents
 * they are the headings' 一、 and （一）.
 */
#ifndef WY_REPORT_DOCX_NUMBER_H
#define WY_REPORT_DOCX_NUMBER_H

#include "base/buf.h"
#include "base/strmap.h"

#define WY_NUMBER_LEVELS 9
#define WY_NUMBER_TEXT   64 /* bytes of a level's pattern, with the NUL; longer ones are empty */

/* How a level of a list is written. */
typedef struct wy_number_level {
    char format[WY_NUMBER_TEXT]; /* w:numFmt: "decimal", "chineseCounting", "bullet" */
    char text[WY_NUMBER_TEXT];   /* w:lvlText: "（%1）"; %n stands for the number of level n */
    bool close;                  /* nothing stands between it and the text */
    uint32_t start;
} wy_number_level;

/* A list (w:abstractNum), with where its counting has got to. */
typedef struct wy_number_list {
    wy_number_level levels[WY_NUMBER_LEVELS];
    char link[WY_NUMBER_TEXT]; /* w:numStyleLink: the style whose list this is; "": none */
    uint32_t counts[WY_NUMBER_LEVELS];
    bool begun[WY_NUMBER_LEVELS];
} wy_number_list;

/* What paragraphs name (w:num): a list, perhaps counted anew. */
typedef struct wy_number_use {
    uint64_t list; /* its place plus 1, 0: none */
    bool used;
    bool restarts[WY_NUMBER_LEVELS];
    uint32_t starts[WY_NUMBER_LEVELS];
} wy_number_use;

typedef struct wy_numbers {
    const wy_mem *mem;
    wy_number_list *lists;
    wy_number_use *uses;
    size_t list_count, list_capacity, use_count, use_capacity;
    wy_strmap list_ids, use_ids; /* to a place plus 1 */
} wy_numbers;

void wy_numbers_init(wy_numbers *numbers, const wy_mem *mem);
void wy_numbers_free(wy_numbers *numbers);

/* A new list or use of one, for the caller to fill in until the next call; of more than a document
 * has, and of those that have an id again, one that nothing refers to. NULL: memory is out. */
wy_number_list *wy_numbers_add_list(wy_numbers *numbers, const char *id);
wy_number_use *wy_numbers_add_use(wy_numbers *numbers, const char *id);

/* The place of a list or a use plus 1; 0: there is none. */
uint64_t wy_numbers_find_list(const wy_numbers *numbers, const char *id);
uint64_t wy_numbers_find_use(const wy_numbers *numbers, const char *id);

/* Counts a paragraph of a use (plus 1, not 0) at a level below WY_NUMBER_LEVELS, and appends the
 * number that stands before it. Bullets are none. */
void wy_numbers_next(wy_numbers *numbers, uint64_t use, unsigned level, wy_buf *out);

#endif
