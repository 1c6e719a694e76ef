/*
 * reading.h: options on how files are read, which several commands have.
 */
#ifndef WY_TOOLS_READING_H
#define WY_TOOLS_READING_H

#include <wenyuan/report.h>

#include "messages.h"
#include "options.h"

enum { KEY_FORMAT = 512, KEY_ENCODING, KEY_FILTER, KEY_FILTER_TIME };

/* clang-format off */
#define READING_OPTIONS                                                                            \
    {KEY_FORMAT, "format", "FORMAT",                                                               \
     N_("read files as text, html, jsonl, markdown, docx or pdf, whatever they look like")},       \
    {KEY_ENCODING, "encoding", "NAME", N_("encoding of the files (declared or detected)")},        \
    {KEY_FILTER, "filter", "EXT=COMMAND",                                                          \
     N_("make text of files that end in .EXT; %s in COMMAND is the path")},                        \
    {KEY_FILTER_TIME, "filter-time", "SECONDS", N_("how long a filter may run (60)")}
/* clang-format on */

typedef struct reading {
    wy_source_options how;
    wy_source_filter *filters;
    char **extensions; /* as many; the commands are the user's */
} reading;

/* Filters are stopped by the signals that stop the tool. */
void reading_begin(reading *r);
void reading_free(reading *r);

/* Takes an option if it is one of these. *good: false after a complaint about its value. */
bool reading_option(reading *r, const arguments *a, int key, bool *good);

/* "text", "html", ... */
const char *reading_format_name(int format);

#endif
