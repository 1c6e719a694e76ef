/*
 * report/filter.h: running a program that makes text of a file.
 *
 * The program gets no shell, no standard input and a process group of its own, so that all that
 * it starts ends with it. What it says on standard error is read away, and its beginning is part
 * of the error where it fails.
 */
#ifndef WY_REPORT_FILTER_H
#define WY_REPORT_FILTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

typedef struct wy_filter_limits {
    uint32_t seconds;                 /* it is killed after so long */
    uint64_t bytes;                   /* or after more output than this */
    bool (*cancelled)(void *context); /* asked ten times a second; may be NULL */
    void *context;
} wy_filter_limits;

/*
 * Appends what `command` writes to standard output for the file `path` to `out`. WY_E_ARGUMENT (no
 * command in it, a quotation mark without its pair), WY_E_NOT_FOUND (no such program), WY_E_FORMAT
 * (it failed), WY_E_LIMIT, WY_E_CANCELLED, WY_E_IO, WY_E_NOMEM.
 */
int wy_filter_run(const char *command, const char *path, const wy_filter_limits *limits,
                  wy_buf *out, wy_error *error);

/*
 * The words of a command, with %s replaced by `path`: each ends with a NUL in `text`, one behind
 * the other. WY_E_ARGUMENT, WY_E_NOMEM.
 */
int wy_filter_words(const char *command, const char *path, wy_buf *text, size_t *count,
                    wy_error *error);

#endif
