#include "index/writer.h"

#include <stdlib.h>
#include <string.h>

#include "index/manifest_format.h"
#include "index/merge_policy.h"
#include "index/pending.h"
#include "index/validate.h"
#include "index/workers.h"
#include "segment/delete.h"
#include "segment/merge.h"

#define MEMORY_DEFAULT ((uint64_t)256 << 20)
#define MEMORY_LEAST   ((uint64_t)16 << 20)
#define THREADS_MOST   64

struct wy_writer {
    wy_index *index;
    const wy_mem *mem;
    const wy_env *env;
    wy_writer_setup setup;
    wy_env_lock *lock;
    wy_manifest manifest; /* the last commit */
    wy_workers *workers;
    wy_pending pending;
    wy_progress progress;
    int status; /* the failure after which only closing is left */
    wy_error error;
    /* Replacing the manifest failed half-way: whether the disk holds the old one or the new cannot
     * be known, so that no file of either may be removed. */
    bool in_doubt;
    bool replaces; /* the next commit is to replace a manifest that says something else */
};

/* ---- Opening and closing ------------------------------------------------------------------------
 */

static int tell(wy_writer *w, const char *stage, uint64_t done, uint64_t total, wy_error *error)
{
    if (!w->setup.progress) return WY_OK;
    w->progress.stage = stage;
    w->progress.done = done;
    w->progress.total = total;
    if (w->setup.progress(w->setup.context, &w->progress))
        return wy_fail(error, WY_E_CANCELLED, NULL, WY_NO_OFFSET,
                       "stopped; the index is at its last commit");
    return WY_OK;
}

/* While segments are written. */
static int tell_flush(void *context)
{
    return tell(context, "commit", 0, 0, NULL) != WY_OK;
}

static int take_lock(wy_writer *w, wy_error *error)
{
    w->lock = w->setup.lock;
    if (w->lock) return WY_OK;
    char *path = wy_path_join(w->mem, w->index->folder, WY_LOCK_FILE);
    if (!path) return wy_fail_memory(error);
    int status = w->env->lock(w->env, path, &w->lock, error);
    wy_free(w->mem, path);
    return status;
}

int wy_writer_setup_open(wy_index *index, const wy_writer_setup *setup, wy_writer **out,
                         wy_error *error)
{
    if (setup->memory && setup->memory < MEMORY_LEAST)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                       "a writer needs at least %d MiB of memory", (int)(MEMORY_LEAST >> 20));
    if (setup->threads > THREADS_MOST)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "more than %d threads",
                       THREADS_MOST);
    wy_writer *w = wy_calloc(index->mem, sizeof *w);
    if (!w) return wy_fail_memory(error);
    w->index = index;
    w->mem = index->mem;
    w->env = index->env;
    w->setup = *setup;
    if (!w->setup.memory) w->setup.memory = MEMORY_DEFAULT;
    wy_pending_init(&w->pending, w->mem);
    int status = take_lock(w, error);
    if (status == WY_OK)
        status = setup->manifest
                     ? wy_manifest_copy(&w->manifest, setup->manifest, error)
                     : wy_manifest_read(w->env, w->mem, index->folder, &w->manifest, error);
    w->replaces = setup->manifest != NULL;
    if (status == WY_OK && strcmp(w->manifest.identity, index->identity) != 0)
        status = wy_fail(error, WY_E_ANALYZER, index->folder, WY_NO_OFFSET,
                         "the index was replaced by one of another analyzer since it was opened");
    /* What a crashed writer left goes, once it is sure that its manifest stays. */
    w->in_doubt = true;
    if (status == WY_OK && !setup->no_sync) status = w->env->sync_dir(w->env, index->folder, error);
    if (status == WY_OK) w->in_doubt = false;
    if (status == WY_OK && !setup->manifest)
        status = wy_manifest_sweep(w->env, &w->manifest, index->folder, error);
    if (status == WY_OK)
        status = wy_workers_open(index, setup->threads, w->setup.memory, !setup->no_sync,
                                 w->manifest.next_segment, tell_flush, w, &w->workers, error);
    if (status != WY_OK) {
        wy_writer_end(w);
        return status;
    }
    *out = w;
    return WY_OK;
}

/* Removes the files that the last commit does not name. What cannot be removed now is so later. */
static void sweep(const wy_writer *w)
{
    if (!w->in_doubt && w->manifest.mem && !w->setup.manifest)
        wy_manifest_sweep(w->env, &w->manifest, w->index->folder, NULL);
}

void wy_writer_end(wy_writer *w)
{
    if (!w) return;
    wy_workers_close(w->workers);
    wy_pending_free(&w->pending);
    if (w->lock) {
        sweep(w); /* segments that were never committed */
        if (!w->setup.lock) w->env->unlock(w->env, w->lock);
    }
    wy_manifest_free(&w->manifest);
    wy_free(w->mem, w);
}

/* Remembers a failure after which the writer can only be closed. */
static int stick(wy_writer *w, int status, wy_error *error)
{
    w->status = status;
    if (error) w->error = *error;
    return status;
}

static int usable(const wy_writer *w, wy_error *error)
{
    if (w->status != WY_OK && error) *error = w->error;
    return w->status;
}

/* ---- Adding and deleting ------------------------------------------------------------------------
 */

int wy_writer_put(wy_writer *w, const wy_report *report, wy_error *error)
{
    wy_error local;
    if (!error) error = &local;
    int status = usable(w, error);
    if (status == WY_OK) status = wy_report_validate(report, error);
    if (status != WY_OK) return status;
    uint64_t sequence;
    status = wy_pending_add(&w->pending, report->id, &sequence, error);
    if (status == WY_OK) status = wy_workers_add(w->workers, report, sequence, error);
    if (status == WY_OK) {
        w->progress.reports++;
        w->progress.paragraphs += report->paragraph_count;
        for (size_t i = 0; i < report->paragraph_count; i++)
            w->progress.bytes += report->paragraphs[i].text.length;
        status = tell(w, "index", 0, 0, error);
    }
    return status == WY_OK ? WY_OK : stick(w, status, error);
}

int wy_writer_remove(wy_writer *w, wy_string id, wy_error *error)
{
    wy_error local;
    if (!error) error = &local;
    int status = usable(w, error);
    if (status != WY_OK) return status;
    status = wy_pending_delete(&w->pending, id, error);
    return status == WY_OK ? WY_OK : stick(w, status, error);
}

/* ---- Committing ---------------------------------------------------------------------------------
 */

/* Kills `dead` in the segment and adds what is left of it to the manifest being made. */
static int add_with_deaths(wy_writer *w, wy_manifest *next, const wy_segment *segment,
                           wy_segment_info info, const wy_dead_list *dead, wy_error *error)
{
    if (dead->count == 0) return wy_manifest_add(next, &info, error);
    if (dead->count == info.live_reports) return WY_OK; /* nothing is left of it */
    int status =
        wy_segment_delete(w->env, w->mem, w->index->folder, segment, dead->reports,
                          (uint32_t)dead->count, next->generation, !w->setup.no_sync, &info, error);
    return status == WY_OK ? wy_manifest_add(next, &info, error) : status;
}

static int add_old_segment(wy_writer *w, wy_manifest *next, const wy_segment_info *info,
                           wy_error *error)
{
    wy_segment *segment = NULL;
    wy_dead_list dead = {0};
    int status = wy_segment_open(w->env, w->mem, w->index->folder, info, &segment, error);
    if (status == WY_OK) status = wy_pending_dead_old(&w->pending, segment, &dead, error);
    if (status == WY_OK) status = add_with_deaths(w, next, segment, *info, &dead, error);
    wy_free(w->mem, dead.reports);
    wy_segment_close(segment);
    return status;
}

static int add_new_segment(wy_writer *w, wy_manifest *next, const wy_new_segment *made,
                           wy_error *error)
{
    wy_segment *segment = NULL;
    wy_dead_list dead = {0};
    int status =
        wy_pending_dead_new(&w->pending, made->sequences, made->info.reports, &dead, error);
    if (status == WY_OK && dead.count)
        status = wy_segment_open(w->env, w->mem, w->index->folder, &made->info, &segment, error);
    if (status == WY_OK) status = add_with_deaths(w, next, segment, made->info, &dead, error);
    wy_free(w->mem, dead.reports);
    wy_segment_close(segment);
    return status;
}

static int compare_segments(const void *a, const void *b)
{
    const wy_segment_info *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

/* Replaces the manifest by `next`, which becomes the writer's. */
static int publish(wy_writer *w, wy_manifest *next, wy_error *error)
{
    if (next->count) qsort(next->segments, next->count, sizeof *next->segments, compare_segments);
    next->next_segment = wy_workers_next_number(w->workers);
    int status = wy_manifest_write(w->env, next, w->index->folder, !w->setup.no_sync, error);
    if (status != WY_OK) {
        w->in_doubt = true;
        return status;
    }
    wy_manifest_free(&w->manifest);
    w->manifest = *next;
    memset(next, 0, sizeof *next);
    return WY_OK;
}

static int commit_pending(wy_writer *w, wy_error *error)
{
    wy_manifest next = {0};
    size_t made;
    const wy_new_segment *list = wy_workers_segments(w->workers, &made);
    int status = wy_manifest_init(&next, w->mem, w->manifest.analyzer, w->manifest.identity,
                                  w->manifest.icu_version, error);
    next.generation = w->manifest.generation + 1;
    size_t total = w->manifest.count + made;
    for (size_t i = 0; i < w->manifest.count && status == WY_OK; i++) {
        status = tell(w, "commit", i, total, error);
        if (status == WY_OK) status = add_old_segment(w, &next, &w->manifest.segments[i], error);
    }
    for (size_t i = 0; i < made && status == WY_OK; i++)
        status = add_new_segment(w, &next, &list[i], error);
    if (status == WY_OK) status = publish(w, &next, error);
    wy_manifest_free(&next);
    return status;
}

/* ---- Merging ------------------------------------------------------------------------------------
 */

static int tell_merge(void *context, uint64_t done, uint64_t total)
{
    return tell(context, "merge", done, total, NULL) != WY_OK;
}

/* Opens the chosen segments and writes what is alive of them as one. */
static int merge_files(wy_writer *w, const size_t *chosen, size_t count, wy_segment_info *merged,
                       wy_error *error)
{
    int status = WY_OK;
    wy_segment **sources = wy_calloc(w->mem, count * sizeof *sources);
    if (!sources) return wy_fail_memory(error);
    for (size_t i = 0; i < count && status == WY_OK; i++)
        status = wy_segment_open(w->env, w->mem, w->index->folder, &w->manifest.segments[chosen[i]],
                                 &sources[i], error);
    if (status == WY_OK) {
        const wy_merge_options options = {.sync = !w->setup.no_sync,
                                          .two_threads = w->setup.threads > 1,
                                          .progress = tell_merge,
                                          .context = w};
        status =
            wy_segment_merge(w->env, w->mem, w->index->folder, (const wy_segment *const *)sources,
                             count, wy_workers_take_number(w->workers), &options, merged, error);
    }
    for (size_t i = 0; i < count; i++) wy_segment_close(sources[i]);
    wy_free(w->mem, sources);
    return status;
}

/* Merges the chosen segments and commits. */
static int merge_chosen(wy_writer *w, const size_t *chosen, size_t count, wy_error *error)
{
    wy_manifest next = {0};
    wy_segment_info merged;
    int status = merge_files(w, chosen, count, &merged, error);
    if (status == WY_OK) status = wy_manifest_copy(&next, &w->manifest, error);
    if (status == WY_OK) {
        next.generation++;
        for (size_t i = 0; i < count; i++)
            wy_manifest_remove(&next, w->manifest.segments[chosen[i]].number);
        status = wy_manifest_add(&next, &merged, error);
    }
    if (status == WY_OK) status = publish(w, &next, error);
    wy_manifest_free(&next);
    return status;
}

/* Merges until the policy (target 0) or the target is content. */
static int merge_until(wy_writer *w, size_t target, wy_error *error)
{
    int status = WY_OK;
    for (;;) {
        size_t *chosen = wy_alloc_array(w->mem, w->manifest.count + 1, sizeof *chosen);
        if (!chosen) return wy_fail_memory(error);
        const wy_manifest *m = &w->manifest;
        size_t count = target ? wy_merge_choose_down(m->segments, m->count, target, chosen)
                              : wy_merge_choose(m->segments, m->count, chosen);
        if (count) status = merge_chosen(w, chosen, count, error);
        wy_free(w->mem, chosen);
        if (status != WY_OK || !count) return status;
    }
}

static int commit(wy_writer *w, wy_error *error)
{
    int status = usable(w, error);
    if (status != WY_OK) return status;
    size_t made = 0;
    status = wy_workers_flush(w->workers, error);
    if (status == WY_OK) wy_workers_segments(w->workers, &made);
    if (status == WY_OK && (made || w->replaces || !wy_pending_empty(&w->pending)))
        status = commit_pending(w, error);
    if (status != WY_OK) return stick(w, status, error);
    w->replaces = false;
    wy_workers_forget(w->workers);
    wy_pending_clear(&w->pending);
    return WY_OK;
}

/* Merges, and removes what is not needed any more. The commit before it stands whatever comes. */
static int merge_and_sweep(wy_writer *w, size_t target, wy_error *error)
{
    int status = merge_until(w, target, error);
    if (w->in_doubt) stick(w, status, error);
    sweep(w);
    return status;
}

int wy_writer_publish(wy_writer *w, wy_error *error)
{
    wy_error local;
    int status = commit(w, error ? error : &local);
    if (status == WY_OK) /* a merge that fails is tried again at the next commit */
        merge_and_sweep(w, 0, &local);
    return status;
}

int wy_writer_merge_down(wy_writer *w, uint32_t segments, wy_error *error)
{
    wy_error local;
    if (!error) error = &local;
    int status = commit(w, error);
    return status == WY_OK ? merge_and_sweep(w, segments ? segments : 1, error) : status;
}
