/*
 * fuzz/sample.h: a small index in memory, made anew with each run, so that it always has the
 * format of the day. Two segments, one with a live set.
 */
#ifndef WY_FUZZ_SAMPLE_H
#define WY_FUZZ_SAMPLE_H

#include "index/index.h"
#include "support/env_memory.h"

#define FUZZ_SAMPLE_FOLDER "index"

/* `analyzer`: "icu" or "whitespace". To be freed with wy_memory_env_free, or kept. */
wy_memory_env *fuzz_sample_make(const char *analyzer);

/* Opens it; the process ends where that fails. */
void fuzz_sample_open(const wy_memory_env *memory, wy_index **out);

#endif
