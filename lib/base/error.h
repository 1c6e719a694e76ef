/*
 * base/error.h: filling in a wy_error at the place where something goes wrong.
 *
 * A bug in this library is an assert; damage, a full disk or bad input is an error. Functions
 * return the status and fill in the caller's record, in one expression:
 *
 *     return wy_fail(error, WY_E_DAMAGED, name, offset, "block of %u postings is cut short", n);
 */
#ifndef WY_BASE_ERROR_H
#define WY_BASE_ERROR_H

#include <wenyuan/types.h>

/* Fills in *error (which may be NULL) and returns `status`. `file` may be NULL. */
int wy_fail(wy_error *error, int status, const char *file, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Same for a failed system call: WY_E_IO (WY_E_NOT_FOUND for ENOENT and ENOTDIR, WY_E_EXISTS for
 * EEXIST, WY_E_NOMEM for ENOMEM), with errno `system` and its message after the words. `what`: "cannot
 * open". */
int wy_fail_system(wy_error *error, int system, const char *file, const char *what);

/* Out of memory: WY_E_NOMEM. */
int wy_fail_memory(wy_error *error);

#endif
