/*
 * report/input.h: reading input files. They are no files of an index and may change while they
 * are read, so they are read and not mapped: a file that is cut short must not end the process.
 */
#ifndef WY_REPORT_INPUT_H
#define WY_REPORT_INPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

typedef struct wy_input {
    const char *path; /* the caller's, must live as long */
    int file;         /* descriptor, or -1 */
    bool regular;     /* a file that can be read again from the start */
    uint64_t size;    /* 0 where not regular */
    int64_t time;     /* modification, nanoseconds since 1970 */
    bool ended;
} wy_input;

/* WY_E_NOT_FOUND, WY_E_IO, WY_E_FORMAT (a folder). */
int wy_input_open(wy_input *input, const char *path, wy_error *error);
void wy_input_close(wy_input *input);

/* Appends up to `most` bytes to `buf`; fewer, and `ended`, at the end of the file. */
int wy_input_read(wy_input *input, wy_buf *buf, size_t most, wy_error *error);

/* Back to the start. WY_E_IO. */
int wy_input_rewind(wy_input *input, wy_error *error);

/* XXH3-64 of all bytes, reading the file once; ends at the start of the file again. */
int wy_input_hash(wy_input *input, uint64_t *hash, wy_error *error);

/* WY_E_IO where size or modification time are no longer those that open saw. */
int wy_input_unchanged(wy_input *input, wy_error *error);

#endif
