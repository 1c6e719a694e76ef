#include "base/spares.h"

bool wy_spares_init(wy_spares *spares, const wy_mem *mem)
{
    *spares = (wy_spares){.mem = mem};
    return wy_mutex_init(&spares->mutex);
}

void wy_spares_destroy(wy_spares *spares)
{
    for (size_t i = 0; i < spares->count; i++) wy_free(spares->mem, spares->kept[i]);
    wy_mutex_destroy(&spares->mutex);
}

void *wy_spares_take(wy_spares *spares)
{
    void *block = NULL;
    wy_mutex_lock(&spares->mutex);
    if (spares->count) block = spares->kept[--spares->count];
    wy_mutex_unlock(&spares->mutex);
    return block ? block : wy_alloc(spares->mem, WY_SPARE_SIZE);
}

void wy_spares_give(wy_spares *spares, void *block)
{
    wy_mutex_lock(&spares->mutex);
    const bool keeps = spares->count < WY_SPARES_KEPT;
    if (keeps) spares->kept[spares->count++] = block;
    wy_mutex_unlock(&spares->mutex);
    if (!keeps) wy_free(spares->mem, block);
}
