/*
 * base/order.h: the one order of byte strings: by bytes, a prefix before what it begins. Terms are
 * sorted by it, and so are report ids.
 */
#ifndef WY_BASE_ORDER_H
#define WY_BASE_ORDER_H

#include <stddef.h>
#include <string.h>

/* Below 0, 0 or above 0, as memcmp. A string of length 0 may be NULL. */
static inline int wy_bytes_compare(const void *a, size_t a_length, const void *b, size_t b_length)
{
    size_t length = a_length < b_length ? a_length : b_length;
    int order = length ? memcmp(a, b, length) : 0;
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

#endif
