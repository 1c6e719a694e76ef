/*
 * report/format.h: what a file is, by its name and by its first bytes.
 */
#ifndef WY_REPORT_FORMAT_H
#define WY_REPORT_FORMAT_H

#include "report/parse.h"

/*
 * The format that a name stands for, .gz or .zst at its end left aside: WY_SOURCE_AUTO for .txt,
 * whose content decides. *known: whether the name's ending is one of a format at all.
 */
int wy_format_by_name(const char *path, bool *known);

/* The format that the first bytes show: HTML, JSONL, PDF, DOCX; WY_SOURCE_AUTO: none of them. */
int wy_format_by_content(const void *bytes, size_t length);

/* Whether reports of this format are text that is decoded, and not a format of bytes. */
bool wy_format_is_text(int format);

/* The filter of the options for this name, or NULL: the one with the longest ending. */
const wy_source_filter *wy_format_filter(const char *path, const wy_source_options *options);

#endif
