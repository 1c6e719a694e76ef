#include <string.h>

#include "index/index.h"
#include "segment/check.h"

enum { TRIES = 100 };

static void close_segments(wy_snapshot *s)
{
    if (s->segments)
        for (size_t i = 0; i < s->manifest.count; i++) wy_segment_close(s->segments[i]);
    wy_free(s->index->mem, s->segments);
    s->segments = NULL;
}

static int open_segments(wy_snapshot *s, wy_error *error)
{
    const wy_index *index = s->index;
    s->segments = wy_calloc(index->mem, (s->manifest.count + 1) * sizeof *s->segments);
    if (!s->segments) return wy_fail_memory(error);
    int status = WY_OK;
    for (size_t i = 0; i < s->manifest.count && status == WY_OK; i++)
        status = wy_segment_open(index->env, index->mem, index->folder, &s->manifest.segments[i],
                                 &s->segments[i], error);
    return status;
}

/* One try: between reading the manifest and opening the files, a writer may have replaced both. */
static int try_open(wy_snapshot *s, wy_error *error)
{
    const wy_index *index = s->index;
    int status = wy_manifest_read(index->env, index->mem, index->folder, &s->manifest, error);
    if (status != WY_OK) return status;
    if (strcmp(s->manifest.identity, index->identity) != 0)
        return wy_fail(error, WY_E_ANALYZER, index->folder, WY_NO_OFFSET,
                       "the index was replaced by one of another analyzer since it was opened");
    return open_segments(s, error);
}

int wy_snapshot_take(wy_index *index, wy_snapshot **out, wy_error *error)
{
    wy_snapshot *s = wy_calloc(index->mem, sizeof *s);
    if (!s) return wy_fail_memory(error);
    s->index = index;
    if (!wy_mutex_init(&s->mutex)) {
        wy_free(index->mem, s);
        return wy_fail_memory(error);
    }
    int status = WY_OK;
    uint64_t missed = 0; /* generation in which a file was missing */
    for (int i = 0; i < TRIES; i++) {
        status = try_open(s, error);
        if (status != WY_E_NOT_FOUND || !s->manifest.mem) break;
        if (missed == s->manifest.generation) {
            /* No newer commit explains it: the file is gone. */
            if (error) error->code = WY_E_DAMAGED;
            status = WY_E_DAMAGED;
            break;
        }
        missed = s->manifest.generation;
        close_segments(s);
        wy_manifest_free(&s->manifest);
    }
    if (status != WY_OK) {
        wy_snapshot_drop(s);
        return status;
    }
    *out = s;
    return WY_OK;
}

void wy_snapshot_drop(wy_snapshot *s)
{
    if (!s) return;
    const wy_mem *mem = s->index->mem;
    close_segments(s);
    wy_manifest_free(&s->manifest);
    wy_stats_free(mem, s->stats);
    wy_mutex_destroy(&s->mutex);
    wy_free(mem, s);
}

/* ---- Reports ------------------------------------------------------------------------------------
 */

static int walk_segment(const wy_snapshot *s, const wy_segment *segment, wy_report_fn visit,
                        void *context, bool *stop, wy_error *error)
{
    const wy_mem *mem = s->index->mem;
    const uint8_t *paragraphs, *reports;
    wy_store_reader *reader = NULL;
    int status = wy_segment_live_bits(segment, &paragraphs, &reports, error);
    if (status == WY_OK)
        status = wy_store_reader_open(wy_segment_report_records(segment), &reader, error);
    for (uint32_t i = 0; i < wy_segment_reports(segment) && status == WY_OK && !*stop; i++) {
        if (reports && !wy_bit(reports, i)) continue;
        wy_report report;
        wy_section *sections;
        status = wy_segment_read_report(segment, reader, mem, i, &report, NULL, &sections, error);
        if (status == WY_OK) {
            report.sections = NULL;
            report.section_count = 0;
            *stop = visit(context, &report) != 0;
        }
        wy_free(mem, sections);
    }
    wy_store_reader_close(reader);
    return status;
}

int wy_snapshot_walk(const wy_snapshot *s, wy_report_fn visit, void *context, wy_error *error)
{
    int status = WY_OK;
    bool stop = false;
    for (size_t i = 0; i < s->manifest.count && status == WY_OK && !stop; i++)
        status = walk_segment(s, s->segments[i], visit, context, &stop, error);
    return status;
}

/* ---- Check --------------------------------------------------------------------------------- */

typedef struct verification {
    const wy_index_setup *setup;
    const wy_mem *mem;
    const char *folder;
    wy_check_fn report;
    void *context;
    wy_manifest manifest; /* being checked */
    wy_manifest checked;  /* only its segments: those that were checked */
    bool superseded;      /* a file is gone because a newer commit does without it */
} verification;

static bool has_newer_commit(const verification *v)
{
    wy_manifest now;
    if (wy_manifest_read(v->setup->env, v->mem, v->folder, &now, NULL) != WY_OK) return false;
    bool newer = now.generation > v->manifest.generation;
    wy_manifest_free(&now);
    return newer;
}

/* A file that is missing is damage, unless a writer removed it meanwhile. */
static void tell_file(void *context, const char *file, uint64_t bytes, const wy_error *problem)
{
    verification *v = context;
    wy_error damage;
    if (problem && problem->code == WY_E_NOT_FOUND) {
        if (v->superseded || has_newer_commit(v)) {
            v->superseded = true;
            return;
        }
        damage = *problem;
        damage.code = WY_E_DAMAGED;
        problem = &damage;
    }
    if (v->report) v->report(v->context, file, bytes, problem);
}

static bool was_checked(const verification *v, const wy_segment_info *info)
{
    for (size_t i = 0; i < v->checked.count; i++)
        if (v->checked.segments[i].number == info->number &&
            v->checked.segments[i].live_generation == info->live_generation)
            return true;
    return false;
}

/* Checks the segments of the manifest that were not checked yet, until a newer commit is found. */
static int check_segments(verification *v, wy_error *error)
{
    int status = WY_OK;
    wy_error problem;
    for (size_t i = 0; i < v->manifest.count && !v->superseded; i++) {
        const wy_segment_info *info = &v->manifest.segments[i];
        if (was_checked(v, info)) continue;
        int one = wy_segment_check(v->setup->env, v->mem, v->folder, info, tell_file, v, &problem);
        if (v->superseded && one == WY_E_NOT_FOUND) break;
        if (one == WY_E_NOT_FOUND) one = problem.code = WY_E_DAMAGED;
        if (one == WY_OK) one = wy_manifest_add(&v->checked, info, &problem);
        if (one != WY_OK && status == WY_OK) {
            status = one;
            *error = problem;
        }
    }
    return status;
}

int wy_index_verify(const char *folder, const wy_index_setup *setup, wy_check_fn report,
                    void *context, wy_error *error)
{
    const wy_mem *mem = wy_mem_or_default(setup->allocator);
    verification v = {.setup = setup,
                      .mem = mem,
                      .folder = folder,
                      .report = report,
                      .context = context,
                      .checked = {.mem = mem}};
    wy_error problem;
    int status;
    do { /* ends: each time a writer has committed, and what was checked is not checked again */
        v.superseded = false;
        status = wy_manifest_read(setup->env, mem, folder, &v.manifest, &problem);
        if (report) report(context, "manifest", 0, status == WY_OK ? NULL : &problem);
        if (status == WY_OK) status = check_segments(&v, &problem);
        wy_manifest_free(&v.manifest);
    } while (status == WY_OK && v.superseded);
    wy_manifest_free(&v.checked);
    if (status != WY_OK && error) *error = problem;
    return status;
}
