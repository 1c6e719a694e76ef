/*
 * base/options.h: taking the options structs of callers that were compiled against another version.
 */
#ifndef WY_BASE_OPTIONS_H
#define WY_BASE_OPTIONS_H

#include <string.h>

#include "base/error.h"

/*
 * Copies the caller's struct, whose first member says how long it is, into `to` of `size` bytes;
 * what the caller's does not have is zero. A longer one, of a newer version, is taken as far as it
 * is known here if the rest is zero. `from` may be NULL: all zero. WY_E_ARGUMENT.
 */
static inline int wy_options_take(void *to, size_t size, const void *from, wy_error *error)
{
    size_t given = 0;
    memset(to, 0, size);
    if (!from) return WY_OK;
    memcpy(&given, from, sizeof given);
    if (given < sizeof given || given > 4096)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                       "the size member of an options struct is not set");
    const unsigned char *bytes = from;
    for (size_t i = size; i < given; i++)
        if (bytes[i])
            return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                           "an option is not known to this version of the library");
    if (given >= size)
        memcpy(to, from, size); /* mostly, and the compiler knows how much that is */
    else
        memcpy(to, from, given);
    return WY_OK;
}

#endif
