/*
 * segment/check.h: verifying a segment: every checksum, every structure, and that the files agree
 * with each other.
 */
#ifndef WY_SEGMENT_CHECK_H
#define WY_SEGMENT_CHECK_H

#include "segment/segment.h"

/* Called for each file, named without its folder; `problem` is NULL where its checksums are right.
 * Then once more, with 0 bytes, for the file in which the structure does not hold. */
typedef void (*wy_segment_check_fn)(void *context, const char *file, uint64_t bytes,
                                    const wy_error *problem);

/*
 * Checks the segment that `info` describes, from its files. Goes on after a problem where it can;
 * returns the first one. Memory: four bytes a paragraph. `report` may be NULL.
 */
int wy_segment_check(const wy_env *env, const wy_mem *mem, const char *folder,
                     const wy_segment_info *info, wy_segment_check_fn report, void *context,
                     wy_error *error);

#endif
