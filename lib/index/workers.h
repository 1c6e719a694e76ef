/*
 * index/workers.h: the threads of a writer that analyze and invert reports. Each has an analyzer
 * and an inverter of its own, which it writes as a segment when its memory is used up; what all
 * hold at a commit the caller writes as one. With one thread or none asked for, all is done in the
 * caller's.
 */
#ifndef WY_INDEX_WORKERS_H
#define WY_INDEX_WORKERS_H

#include "index/index.h"

/* A segment that was written and is not in a manifest yet. */
typedef struct wy_new_segment {
    wy_segment_info info;
    uint64_t *sequences; /* of its reports, in their order */
} wy_new_segment;

typedef struct wy_workers wy_workers;

/* Called now and then in the thread that called; non-zero: stop with WY_E_CANCELLED. */
typedef int (*wy_workers_stop)(void *context);

/*
 * `memory`: bytes that all inverters and waiting reports may take together. Segments are numbered
 * from `next_number` on. `stop` is asked while segments are written and the caller waits.
 */
int wy_workers_open(wy_index *index, uint32_t threads, uint64_t memory, bool sync,
                    uint64_t next_number, wy_workers_stop stop, void *context, wy_workers **out,
                    wy_error *error);

/* Hands over a report, which is copied if it has to wait. May block until there is room. */
int wy_workers_add(wy_workers *workers, const wy_report *report, uint64_t sequence,
                   wy_error *error);

/* Waits until all reports are in segments. */
int wy_workers_flush(wy_workers *workers, wy_error *error);

/* The segments written since the last forget; only after a flush. */
const wy_new_segment *wy_workers_segments(const wy_workers *workers, size_t *count);
void wy_workers_forget(wy_workers *workers);

/* The number that the next segment would get; takes it. */
uint64_t wy_workers_take_number(wy_workers *workers);
uint64_t wy_workers_next_number(const wy_workers *workers);

/* Ends the threads; what waits is dropped. NULL is ignored. */
void wy_workers_close(wy_workers *workers);

#endif
