/*
 * report/input.h: reading input files, also packed ones. They are no files of an index and may
 * change while they are read, so they are read and not mapped: a file that is cut short must not
 * end the process.
 */
#ifndef WY_REPORT_INPUT_H
#define WY_REPORT_INPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/checksum.h"
#include "base/error.h"
#include "report/expand.h"

typedef struct wy_input {
    const wy_mem *mem;
    const char *path; /* the caller's, must live as long */
    int file;         /* descriptor, or -1 */
    bool regular;     /* a file that can be read again from the start */
    uint64_t size;    /* on disk, packed; 0 where not regular */
    int64_t time;     /* modification, nanoseconds since 1970 */
    bool ended;

    int packing; /* a wy_packing, found in the first bytes */
    wy_expander *expander;
    wy_buf raw; /* bytes of the file, of which raw_at are used */
    size_t raw_at;
    uint64_t raw_end; /* offset in the file behind raw */
    bool raw_ended;
    wy_buf back; /* bytes put back by wy_input_unread, of which back_at are read again */
    size_t back_at;
    wy_checksum_state *sum; /* of the bytes of the file so far; NULL: nobody asks any more */
} wy_input;

/* WY_E_NOT_FOUND, WY_E_IO, WY_E_FORMAT (a folder), WY_E_NOMEM. On failure nothing is left open. */
int wy_input_open(wy_input *input, const char *path, const wy_mem *mem, wy_error *error);

/* The same for standard input, which `path` only names. It is not closed. */
int wy_input_open_standard(wy_input *input, const char *path, const wy_mem *mem, wy_error *error);

void wy_input_close(wy_input *input);

/*
 * Appends up to `most` bytes to `buf`, expanded where the file is packed; fewer, and `ended`, at
 * the end. WY_E_IO, WY_E_FORMAT and WY_E_LIMIT (of packed data, with the byte of the file).
 */
int wy_input_read(wy_input *input, wy_buf *buf, size_t most, wy_error *error);

/* Puts back what was read from the start, to be read again. WY_E_NOMEM. */
int wy_input_unread(wy_input *input, const wy_buf *bytes, wy_error *error);

/* XXH3-64 of all bytes of a regular file; what is read next is its start again, and not summed any
 * more: wy_input_finish is not for such an input. */
int wy_input_hash(wy_input *input, uint64_t *hash, wy_error *error);

/* XXH3-64 of the bytes of the file, once it is read to its end. Closes the input. */
uint64_t wy_input_finish(wy_input *input);

/* WY_E_IO where size or modification time are no longer those that open saw. */
int wy_input_unchanged(wy_input *input, wy_error *error);

#endif
