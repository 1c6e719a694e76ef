/*
 * terms/terms_inner.h: which terms hold a unit within or at their end, while a dictionary is
 * written or checked. Private to terms/.
 */
#ifndef WY_TERMS_TERMS_INNER_H
#define WY_TERMS_TERMS_INNER_H

#include "base/buf.h"
#include "base/strmap.h"
#include "terms/terms.h"

typedef struct wy_inner_list {
    uint32_t key;
    uint32_t last; /* ordinal added last */
    wy_buf deltas;
} wy_inner_list;

/* Takes about what the lists will take in the file. */
typedef struct wy_inner_builder {
    const wy_mem *mem;
    wy_strmap numbers; /* of lists, + 1, by the bytes of the list's key */
    wy_inner_list *lists;
    size_t count, capacity;
} wy_inner_builder;

void wy_inner_init(wy_inner_builder *builder, const wy_mem *mem);
void wy_inner_free(wy_inner_builder *builder);

/* Adds the units of a term; ordinals ascend. false: memory is out. */
bool wy_inner_add(wy_inner_builder *builder, wy_terms_units_fn *units, uint32_t ordinal,
                  const void *key, size_t length);

/* Puts the lists in the order of their keys. */
void wy_inner_sort(wy_inner_builder *builder);

/* The key of a list: the first byte of the term's key, whether the unit is the last, its code. */
static inline uint32_t wy_inner_key(uint8_t first, bool last, uint32_t code)
{
    return (uint32_t)first << 22 | (uint32_t)last << 21 | code;
}

#endif
