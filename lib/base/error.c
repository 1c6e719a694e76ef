/*
 * base/error.c: filling in the error record, and the names of the status codes.
 */
#define _GNU_SOURCE /* strerrordesc_np */

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The end of a path says more than its front: that is what stays of a long one. The cut goes
 * between two characters; a path need not be UTF-8, so no more than 3 bytes are skipped for it. */
static void set_file(wy_error *error, const char *file)
{
    const char *from = file ? file : "";
    size_t length = strlen(from);
    if (length >= sizeof error->file) {
        size_t skip = length - (sizeof error->file - 1);
        for (int i = 0; i < 3 && continues_character(from[skip]); i++) skip++;
        from += skip;
        length -= skip;
    }
    memmove(error->file, from, length + 1); /* `file` may be error->file itself */
}

/* Takes away a last character that snprintf cut in two. */
static void trim_cut_character(char *text)
{
    size_t length = strlen(text), lead = length;
    while (lead > 0 && length - lead < 3 && continues_character(text[lead - 1])) lead--;
    if (lead == 0) return;
    unsigned char c = (unsigned char)text[lead - 1];
    size_t wanted = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    if (wanted > length - (lead - 1)) text[lead - 1] = '\0';
}

int wy_fail(wy_error *error, int status, const char *file, uint64_t offset, const char *format, ...)
{
    if (!error) return status;

    /* The arguments may point into *error: format first, store then. */
    char reason[sizeof error->reason];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (n < 0)
        reason[0] = '\0';
    else if ((size_t)n >= sizeof reason)
        trim_cut_character(reason);

    error->code = status;
    error->system = 0;
    error->offset = offset;
    set_file(error, file);
    memcpy(error->reason, reason, strlen(reason) + 1);
    return status;
}

static int status_of_errno(int system)
{
    switch (system) {
    case ENOENT:
    case ENOTDIR: /* on the way there is a file, so there is nothing behind it */
        return WY_E_NOT_FOUND;
    case EEXIST:
        return WY_E_EXISTS;
    case ENOMEM:
        return WY_E_NOMEM;
    default:
        return WY_E_IO;
    }
}

/* In English whatever the locale, as all reasons are: strerror would translate, or not, by what
 * is installed. `room` is used where the C library has no such text. */
static const char *system_text(int system, char room[64])
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
    const char *text = strerrordesc_np(system);
    if (text) return text;
#endif
    snprintf(room, 64, "error %d of the system", system);
    return room;
}

int wy_fail_system(wy_error *error, int system, const char *file, const char *what)
{
    char room[64];
    int status = wy_fail(error, status_of_errno(system), file, WY_NO_OFFSET, "%s: %s", what,
                         system_text(system, room));
    if (error) error->system = system;
    return status;
}

int wy_fail_memory(wy_error *error)
{
    return wy_fail(error, WY_E_NOMEM, NULL, WY_NO_OFFSET, "memory is out");
}

const char *wy_status_name(int status)
{
    switch (status) {
    case WY_OK:
        return "ok";
    case WY_E_NOMEM:
        return "no memory";
    case WY_E_ARGUMENT:
        return "bad argument";
    case WY_E_IO:
        return "input/output";
    case WY_E_NOT_FOUND:
        return "not found";
    case WY_E_EXISTS:
        return "exists";
    case WY_E_LOCKED:
        return "locked";
    case WY_E_DAMAGED:
        return "damaged";
    case WY_E_VERSION:
        return "newer version";
    case WY_E_ANALYZER:
        return "other analyzer";
    case WY_E_SYNTAX:
        return "syntax";
    case WY_E_LIMIT:
        return "limit";
    case WY_E_ENCODING:
        return "encoding";
    case WY_E_FORMAT:
        return "format";
    case WY_E_CANCELLED:
        return "cancelled";
    case WY_E_UNSUPPORTED:
        return "unsupported";
    case WY_E_INTERNAL:
        return "internal";
    case WY_END:
        return "end";
    default:
        return "unknown status";
    }
}
