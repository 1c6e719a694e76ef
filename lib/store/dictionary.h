/*
 * store/dictionary.h: what of a sample goes into a dictionary.
 */
#ifndef WY_STORE_DICTIONARY_H
#define WY_STORE_DICTIONARY_H

#include "base/buf.h"
#include "base/error.h"

/* Appends the text of a dictionary of at most `capacity` bytes. The sample is shorter than 4 GiB.
 * WY_E_NOMEM. */
int wy_dictionary_choose(const wy_mem *mem, const uint8_t *sample, size_t length, size_t capacity,
                         wy_buf *out, wy_error *error);

#endif
