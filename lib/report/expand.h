/*
 * report/expand.h: files packed with gzip (RFC 1952) or zstd (RFC 8878), expanded as they are
 * read.
 */
#ifndef WY_REPORT_EXPAND_H
#define WY_REPORT_EXPAND_H

#include <stdbool.h>

#include "base/error.h"
#include "base/mem.h"

typedef enum wy_packing {
    WY_PACKING_NONE = 0,
    WY_PACKING_GZIP = 1,
    WY_PACKING_ZSTD = 2
} wy_packing;

/* What the bytes begin with: a wy_packing. */
int wy_packing_of(const void *bytes, size_t length);

/* "gzip", "zstd" or "". Static storage. */
const char *wy_packing_name(int packing);

/* Length of a name without .gz or .zst at its end; that of the whole where it has neither. */
size_t wy_packing_bare(const char *name);

typedef struct wy_expander wy_expander;

/* WY_E_NOMEM. */
int wy_expander_open(int packing, const wy_mem *mem, wy_expander **out, wy_error *error);
void wy_expander_close(wy_expander *expander); /* NULL is ignored */

/*
 * Expands packed bytes from *at on, which moves, into at most `room` bytes of `out`. *got may be
 * 0 where more packed bytes are needed. WY_E_FORMAT, with the offset within `in`; WY_E_LIMIT where
 * the expansion is out of all proportion (see WY_EXPAND_RATIO); WY_E_NOMEM.
 */
int wy_expander_step(wy_expander *expander, const uint8_t *in, size_t length, size_t *at,
                     uint8_t *out, size_t room, size_t *got, wy_error *error);

/* Whether the packed bytes may end here: no member or frame is cut short. */
bool wy_expander_whole(const wy_expander *expander);

/*
 * A file that expands to more than so many times its size, and to more than WY_EXPAND_FREE bytes,
 * is a bomb and no text. gzip cannot pack tighter than 1032 to 1, and real text is nowhere near.
 */
#define WY_EXPAND_RATIO 1000
#define WY_EXPAND_FREE  ((uint64_t)64 << 20)

#endif
