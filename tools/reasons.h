/*
 * reasons.h: reasons of the library in the user's language.
 *
 * The library speaks English and fills figures and names into its sentences. Here a sentence is
 * compared with the patterns that the library has (reasons_table.c); where one fits, its
 * translation is filled with the same figures and names.
 */
#ifndef WY_TOOLS_REASONS_H
#define WY_TOOLS_REASONS_H

/* The patterns: printf formats, as the library has them; the last is NULL. */
extern const char *const reason_patterns[];

/* The reason in the user's language, in new memory; NULL where it stays as it is. */
char *reason_translated(const char *reason);

#endif
