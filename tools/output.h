/*
 * output.h: what the tool writes: complaints, text of documents made harmless, numbers, colours.
 */
#ifndef WY_TOOLS_OUTPUT_H
#define WY_TOOLS_OUTPUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include <wenyuan/types.h>

/* Zeroed memory. The tool ends with a complaint where memory is out, so this is never NULL. */
void *take_memory(size_t count, size_t size);
/* As realloc for `count` elements of `size` bytes; never NULL. */
void *more_memory(void *block, size_t count, size_t size);
/* A copy with a NUL at its end; never NULL. */
char *copy_text(const char *data, size_t length);

/* "wenyuan: ", the message and a new line on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void complain_list(const char *format, va_list list) __attribute__((format(printf, 1, 0)));

/* "wenyuan: FILE: at byte N: REASON". Returns STATUS_TROUBLE. */
int complain_error(const wy_error *error);

/* What is wrong, in the user's language. */
void put_reason(FILE *to, const wy_error *error);

/* The parts "FILE: at byte N: REASON" without the name of the tool. */
void put_error(FILE *to, const wy_error *error);

/*
 * Decodes one character of text that need not be well-formed, and moves *at behind it; a byte
 * that belongs to no character gives U+FFFD.
 */
uint32_t next_character(const char *data, size_t length, size_t *at);
bool is_utf8(const char *data, size_t length);

/*
 * Whether a terminal may act on the character instead of showing it: C0, DEL, C1, the marks that
 * turn the direction of what follows.
 */
bool is_control(uint32_t c);

/*
 * Writes text that came from outside. Tabs and line ends become spaces; other control characters
 * and bytes that are not UTF-8 become U+FFFD: none reaches the terminal.
 */
void put_text(FILE *to, const char *data, size_t length);

/* Columns that put_text's output takes on a terminal. */
size_t text_width(const char *data, size_t length);

/* Writes text in a column `width` wide, filled with spaces; more where it is longer. */
void put_left(FILE *to, const char *data, size_t length, size_t width);
void put_right(FILE *to, const char *data, size_t length, size_t width);

/* `text` cut so that it takes at most `width` columns: the bytes that are left. */
size_t fitting(const char *data, size_t length, size_t width);

/* A bar `share` (0 to 1) of `width` columns long, in eighths of one. */
void put_bar(FILE *to, double share, size_t width);

/* Columns of the terminal that people look at, or 80. */
size_t terminal_width(void);

/* 5873 as "5,873", in `buffer`, which is returned. */
#define NUMBER_SIZE 28
const char *with_commas(uint64_t number, char buffer[NUMBER_SIZE]);

/* Colours: auto means on a terminal, unless NO_COLOR is set. false: `when` is none of the three. */
bool color_wanted(const char *when, FILE *to, bool *out);

/* The words above a table, between the two, are bold where colours are wanted on standard output. */
void heading_begin(void);
void heading_end(void);

/* Makes the locale one in which widths of characters are known. */
void output_begin(void);

/* Flushes standard output. `status`, or STATUS_TROUBLE after a complaint where it failed. */
int output_end(int status);

/* Insertions, deletions, changes and swaps of neighbours that make one word the other. */
size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
