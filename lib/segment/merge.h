/*
 * segment/merge.h: one segment from several, without the dead. Streaming: memory does not grow with
 * the text or the postings, only with the number of reports (some 55 bytes each) and, a little, of
 * paragraphs (2 bytes each) and of their passages (9 bytes each).
 */
#ifndef WY_SEGMENT_MERGE_H
#define WY_SEGMENT_MERGE_H

#include "segment/segment.h"

/* Called now and then; done and total count paragraphs, then terms. With two threads paragraphs are
 * copied beside the terms, and not counted. Non-zero: stop. */
typedef int (*wy_merge_progress)(void *context, uint64_t done, uint64_t total);

typedef struct wy_merge_options {
    bool sync;
    bool two_threads; /* the texts are copied by a second thread meanwhile, and compressed by a
                         third too */
    wy_merge_progress progress; /* may be NULL */
    void *context;
} wy_merge_options;

/*
 * Merges the live reports of `sources`, at least one in all, into segment `number` in `folder`, in
 * order of (year, id). No two sources hold live reports of one id. WY_E_CANCELLED; on failure no
 * file is left.
 */
int wy_segment_merge(const wy_env *env, const wy_mem *mem, const char *folder,
                     const wy_segment *const *sources, size_t count, uint64_t number,
                     const wy_merge_options *options, wy_segment_info *out, wy_error *error);

#endif
