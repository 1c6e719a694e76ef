#include "terms/terms_inner.h"

#include <stdlib.h>

void wy_inner_init(wy_inner_builder *builder, const wy_mem *mem)
{
    *builder = (wy_inner_builder){.mem = mem};
    wy_strmap_init(&builder->numbers, mem);
}

void wy_inner_free(wy_inner_builder *builder)
{
    for (size_t i = 0; i < builder->count; i++) wy_buf_free(&builder->lists[i].deltas);
    wy_free(builder->mem, builder->lists);
    wy_strmap_free(&builder->numbers);
    wy_inner_init(builder, builder->mem);
}

static wy_inner_list *list_of(wy_inner_builder *builder, uint32_t key)
{
    bool added;
    uint64_t *number = wy_strmap_put(&builder->numbers, &key, sizeof key, &added);
    if (!number) return NULL;
    if (!added) return *number ? &builder->lists[*number - 1] : NULL;
    if (!wy_grow(builder->mem, &builder->lists, &builder->capacity, builder->count + 1,
                 sizeof *builder->lists))
        return NULL;
    wy_inner_list *list = &builder->lists[builder->count++];
    list->key = key;
    wy_buf_init(&list->deltas, builder->mem);
    *number = builder->count;
    return list;
}

bool wy_inner_add(wy_inner_builder *builder, wy_terms_units_fn *units, uint32_t ordinal,
                  const void *key, size_t length)
{
    uint32_t codes[WY_KEY_MAX];
    const size_t count = units(key, length, codes);
    const uint8_t first = *(const uint8_t *)key;
    for (size_t i = 1; i < count; i++) {
        wy_inner_list *list = list_of(builder, wy_inner_key(first, i + 1 == count, codes[i]));
        if (!list) return false;
        const bool begun = list->deltas.length > 0;
        if (begun && list->last == ordinal) continue;
        wy_buf_varint(&list->deltas, begun ? ordinal - list->last : ordinal);
        list->last = ordinal;
        if (list->deltas.failed) return false;
    }
    return true;
}

static int by_key(const void *a, const void *b)
{
    const wy_inner_list *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

void wy_inner_sort(wy_inner_builder *builder)
{
    if (builder->count) qsort(builder->lists, builder->count, sizeof *builder->lists, by_key);
    wy_strmap_clear(&builder->numbers); /* the numbers have changed */
}
