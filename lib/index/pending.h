/*
 * index/pending.h: what a writer was told since the last commit, by report id: which instance of a
 * report is the last one, and which are superseded; and finding the reports of older segments that
 * die by it.
 */
#ifndef WY_INDEX_PENDING_H
#define WY_INDEX_PENDING_H

#include "base/strmap.h"
#include "segment/segment.h"

typedef struct wy_pending {
    const wy_mem *mem;
    wy_strmap last;       /* id -> sequence << 1 | deleted, of the last call for that id */
    uint64_t next;        /* sequence, from 1 */
    uint64_t *superseded; /* sequences of instances that were replaced or deleted, ascending once
                             sorted */
    size_t count, capacity;
    bool sorted;
} wy_pending;

void wy_pending_init(wy_pending *pending, const wy_mem *mem);
void wy_pending_free(wy_pending *pending);
void wy_pending_clear(wy_pending *pending); /* after a commit; sequences go on */

/* A report with this id comes (*sequence is its number), or goes. */
int wy_pending_add(wy_pending *pending, wy_string id, uint64_t *sequence, wy_error *error);
int wy_pending_delete(wy_pending *pending, wy_string id, wy_error *error);
bool wy_pending_empty(const wy_pending *pending);

/* A list of report ordinals of one segment, ascending. */
typedef struct wy_dead_list {
    uint32_t *reports;
    size_t count, capacity;
} wy_dead_list;

/* Reports of a segment made since the last commit that were superseded; `sequences` as the
 * inverter gave them. */
int wy_pending_dead_new(wy_pending *pending, const uint64_t *sequences, uint32_t reports,
                        wy_dead_list *out, wy_error *error);

/* Live reports of a committed segment whose ids came or went since. */
int wy_pending_dead_old(const wy_pending *pending, const wy_segment *segment, wy_dead_list *out,
                        wy_error *error);

#endif
