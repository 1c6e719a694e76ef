/*
 * index/index.h: an open index folder, snapshots of it, and figures about it. The public handles
 * wy_index and wy_snapshot are these; api/ is the glue.
 */
#ifndef WY_INDEX_INDEX_H
#define WY_INDEX_INDEX_H

#include <stdatomic.h>

#include <wenyuan/index.h>
#include <wenyuan/search.h>

#include "base/spares.h"
#include "base/thread.h"
#include "index/manifest.h"
#include "segment/segment.h"
#include "text/analyzer.h"

#define WY_IDLE_ANALYZERS 64 /* kept at most */

/* What a snapshot of any age shares with its index. */
struct wy_index {
    const wy_env *env;
    wy_allocator hooks; /* the caller's, copied; mem points here or to the default */
    const wy_mem *mem;
    char *folder;
    char *analyzer; /* name; fixed for the life of the index */
    char *identity;
    char *icu_version;

    /* Analyzers not in use: opening ICU's break iterator costs more than a search. The one that was
     * given back first is at hand without the lock, which takes as long as to look up a word. */
    _Atomic(wy_analyzer *) ready; /* NULL: none */
    wy_mutex mutex;               /* for the others */
    wy_analyzer **idle;
    size_t idle_count, idle_capacity;

    wy_spares spares; /* for searches */
};

typedef struct wy_index_setup {
    const wy_env *env;
    const wy_allocator *allocator; /* may be NULL */
    bool create;
    const char *analyzer; /* may be NULL */
} wy_index_setup;

/* As wy_index_open. */
int wy_index_setup_open(const char *folder, const wy_index_setup *setup, wy_index **out,
                        wy_error *error);
/* The same with what `manifest` says, whatever is in the folder. */
int wy_index_setup_make(const char *folder, const wy_index_setup *setup,
                        const wy_manifest *manifest, wy_index **out, wy_error *error);
void wy_index_destroy(wy_index *index);

/* Borrows an analyzer of the index for one thread; give it back. WY_E_ANALYZER: the one that can be
 * opened here is another, which wy_index_open tells of only as far as versions do. */
int wy_index_take_analyzer(wy_index *index, wy_analyzer **out, wy_error *error);
void wy_index_give_analyzer(wy_index *index, wy_analyzer *analyzer);

/* ---- Snapshots --------------------------------------------------------------------------------
 */

struct wy_snapshot {
    wy_index *index;
    wy_manifest manifest;
    wy_segment **segments; /* manifest.count of them */

    wy_mutex mutex;  /* for what follows */
    wy_stats *stats; /* made when first asked for */
};

int wy_snapshot_take(wy_index *index, wy_snapshot **out, wy_error *error);
void wy_snapshot_drop(wy_snapshot *snapshot);

/* As wy_snapshot_stats. */
int wy_snapshot_figures(wy_snapshot *snapshot, const wy_stats **out, wy_error *error);
void wy_stats_free(const wy_mem *mem, wy_stats *stats); /* NULL is ignored */

/* As wy_snapshot_reports. */
int wy_snapshot_walk(const wy_snapshot *snapshot, wy_report_fn visit, void *context,
                     wy_error *error);

/* As wy_index_check, on any env. */
int wy_index_verify(const char *folder, const wy_index_setup *setup, wy_check_fn report,
                    void *context, wy_error *error);

/* As wy_index_repair, on any env. */
int wy_index_mend(const char *folder, const wy_index_setup *setup, wy_repair_fn tell, void *context,
                  wy_repair_result *result, wy_error *error);

#endif
