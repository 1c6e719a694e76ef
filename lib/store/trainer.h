/*
 * store/trainer.h: which parts of a sample make a dictionary.
 */
#ifndef WY_STORE_TRAINER_H
#define WY_STORE_TRAINER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"

/* Parts of `sample` that hold much of what is often in it, at most `capacity` bytes, in `out`; how
 * many there are in *length, 0 where nothing is there twice. WY_E_NOMEM. */
int wy_trainer_choose(const wy_mem *mem, const uint8_t *sample, size_t sample_length, uint8_t *out,
                      size_t capacity, size_t *length, wy_error *error);

#endif
