/*
 * index/merge_policy.h: which segments to merge so that their number stays logarithmic.
 *
 * A segment's level is the logarithm, to base WY_MERGE_FACTOR, of its live paragraphs over
 * WY_MERGE_FLOOR. When WY_MERGE_FACTOR segments are on one level, they become one, which is on a
 * higher level (unless all are below the floor). So each paragraph is rewritten once a level, and
 * there are at most WY_MERGE_FACTOR - 1 segments a level. Smaller ones are not merged along with
 * larger ones: that would rewrite the largest whenever a few small ones have come. A segment with
 * more than a quarter of its paragraphs dead is rewritten alone. (O'Neil et al., "The
 * log-structured merge-tree", 1996; Lucene's LogMergePolicy.)
 */
#ifndef WY_INDEX_MERGE_POLICY_H
#define WY_INDEX_MERGE_POLICY_H

#include "segment/component.h"

#define WY_MERGE_FACTOR 8
#define WY_MERGE_FLOOR  1024 /* paragraphs */
#define WY_MERGE_MOST   (UINT32_MAX - 2) /* what a segment can hold: nothing larger is tried */

/*
 * Chooses segments to merge now: writes their indexes to `chosen` (room for `count`) and returns
 * how many; 0: nothing to do.
 */
size_t wy_merge_choose(const wy_segment_info *segments, size_t count, size_t *chosen);

/* Chooses what to merge in order to come down to `target` segments, or as far as a segment can hold
 * it: the smallest. With a target of
 * 1 also a single segment with dead paragraphs. */
size_t wy_merge_choose_down(const wy_segment_info *segments, size_t count, size_t target,
                            size_t *chosen);

#endif
