/*
 * index/writer.h: the one writer of an index. The public handle wy_writer is this one.
 *
 * A commit: what is in memory becomes segments; reports that it replaces or deletes die in live
 * sets; a manifest that names all this takes the place of the old one; then segments are merged as
 * the policy says, each merge with a manifest of its own; then files that no manifest names go.
 */
#ifndef WY_INDEX_WRITER_H
#define WY_INDEX_WRITER_H

#include "index/index.h"

typedef struct wy_writer_setup {
    uint64_t memory;  /* 0: default */
    uint32_t threads; /* 0: 1 */
    bool no_sync;
    wy_progress_fn progress;
    void *context;

    /* For a repair: the lock, which the caller holds and frees after the writer; and what to go on
     * from in place of the manifest on the disk (copied). The first commit then replaces that one
     * even where nothing was added, and no file is removed. */
    wy_env_lock *lock;
    const wy_manifest *manifest;
} wy_writer_setup;

/* As the public functions of these names. */
int wy_writer_setup_open(wy_index *index, const wy_writer_setup *setup, wy_writer **out,
                         wy_error *error);
int wy_writer_put(wy_writer *writer, const wy_report *report, wy_error *error);
int wy_writer_remove(wy_writer *writer, wy_string id, wy_error *error);
int wy_writer_publish(wy_writer *writer, wy_error *error);
int wy_writer_merge_down(wy_writer *writer, uint32_t segments, wy_error *error);
void wy_writer_end(wy_writer *writer);

#endif
