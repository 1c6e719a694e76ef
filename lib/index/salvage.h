/*
 * index/salvage.h: giving a writer all reports of a damaged segment that can still be read.
 */
#ifndef WY_INDEX_SALVAGE_H
#define WY_INDEX_SALVAGE_H

#include "base/arena.h"
#include "base/strmap.h"
#include "index/index.h"

typedef struct wy_salvage {
    const wy_index *index;
    wy_writer *writer;
    wy_strmap ids; /* reports that need no saving: those of sound segments, and those saved */
    wy_repair_fn tell;
    void *context;
    wy_repair_result *result;
    wy_arena arena; /* for one report at a time */
} wy_salvage;

void wy_salvage_init(wy_salvage *salvage, const wy_index *index, wy_repair_fn tell, void *context,
                     wy_repair_result *result);
void wy_salvage_free(wy_salvage *salvage);

/* Notes the live reports of a sound segment. */
int wy_salvage_skip(wy_salvage *salvage, const wy_segment_info *info, wy_error *error);

/*
 * Saves what can be read of a damaged segment; newer segments come first, so that of several
 * reports of one id the newest is saved. `known`: `info` is from a sound manifest, else only its
 * number and live_generation are given. Damage is no error here.
 */
int wy_salvage_segment(wy_salvage *salvage, const wy_segment_info *info, bool known,
                       wy_error *error);

#endif
