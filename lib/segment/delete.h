/*
 * segment/delete.h: deleting reports of a segment: a new live set beside it, with the statistics
 * corrected exactly, as if the deleted reports had never been there.
 */
#ifndef WY_SEGMENT_DELETE_H
#define WY_SEGMENT_DELETE_H

#include "segment/segment.h"

/*
 * Deletes `reports` (ordinals, strictly ascending, all live) beside what is dead already. Writes
 * the live set with `generation` in its name and changes *info to name it; the segment's other
 * files stay. Cost: one pass over the dictionary, with a seek in each list for each deleted report
 * at most.
 */
int wy_segment_delete(const wy_env *env, const wy_mem *mem, const char *folder,
                      const wy_segment *segment, const uint32_t *reports, uint32_t count,
                      uint64_t generation, bool sync, wy_segment_info *info, wy_error *error);

#endif
