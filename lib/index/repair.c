/*
 * index/repair.c: an index that is damaged is made sound from what can be read of it.
 *
 * The order of steps is the promise: what is sound and what was saved are written as new segments
 * and committed, as by any writer; only then are damaged files moved aside. A repair that is
 * broken off leaves the index as it was, or repaired.
 */
#include <stdlib.h>
#include <string.h>

#include "index/manifest_format.h"
#include "index/salvage.h"
#include "index/writer.h"
#include "segment/check.h"

#define ASIDE "damaged"

typedef struct repair {
    const wy_index_setup *setup;
    const wy_env *env;
    const wy_mem *mem;
    const char *folder;
    wy_repair_result *result;
    wy_manifest sound; /* what the repaired index begins with: segments without damage */
    wy_segment_info *damaged; /* newest first */
    size_t damaged_count, damaged_capacity;
    bool manifest_lost;
} repair;

static int is_damage(int status)
{
    return status == WY_E_DAMAGED || status == WY_E_NOT_FOUND;
}

static int note_damaged(repair *r, const wy_segment_info *info, wy_error *error)
{
    if (!wy_grow(r->mem, &r->damaged, &r->damaged_capacity, r->damaged_count + 1,
                 sizeof *r->damaged))
        return wy_fail_memory(error);
    r->damaged[r->damaged_count++] = *info;
    return WY_OK;
}

static int compare_newest(const void *a, const void *b)
{
    const wy_segment_info *x = a, *y = b;
    return (x->number < y->number) - (x->number > y->number);
}

/* ---- What is there -----------------------------------------------------------------------------
 */

typedef struct listing {
    repair *r;
    int status;
    wy_error *error;
} listing;

/* Notes the segment that a file belongs to, and its newest live set. */
static int note_file(void *context, const char *name)
{
    listing *l = context;
    uint64_t number, generation = 0;
    if (!wy_manifest_file_number(name, &number)) return 0;
    if (name[16] == '-') generation = strtoull(name + 17, NULL, 16);
    for (size_t i = 0; i < l->r->damaged_count; i++) {
        wy_segment_info *info = &l->r->damaged[i];
        if (info->number != number) continue;
        if (generation > info->live_generation) info->live_generation = generation;
        return 0;
    }
    const wy_segment_info info = {.number = number, .live_generation = generation};
    l->status = note_damaged(l->r, &info, l->error);
    return l->status;
}

/* Without a manifest every segment in the folder counts as damaged: none is known to have been cut
 * by the analyzer at hand. */
static int find_segments(repair *r, wy_error *error)
{
    listing l = {r, WY_OK, error};
    wy_analyzer *model = NULL;
    int status = r->env->list(r->env, r->folder, note_file, &l, error);
    if (status == WY_OK) status = l.status;
    if (status == WY_OK)
        status = wy_analyzer_open(r->setup->analyzer ? r->setup->analyzer : "icu", r->mem, &model,
                                  error);
    if (status == WY_OK)
        status =
            wy_manifest_init(&r->sound, r->mem, wy_analyzer_name(model),
                             wy_analyzer_identity(model), wy_analyzer_icu_version(model), error);
    wy_analyzer_close(model);
    if (status != WY_OK) return status;
    r->sound.generation = 1;
    r->sound.next_segment = 1;
    for (size_t i = 0; i < r->damaged_count; i++) {
        const wy_segment_info *info = &r->damaged[i];
        if (info->number >= r->sound.next_segment && info->number < UINT64_MAX)
            r->sound.next_segment = info->number + 1;
        if (info->live_generation > r->sound.generation && info->live_generation < UINT64_MAX)
            r->sound.generation = info->live_generation;
    }
    return WY_OK;
}

/* New segments take none of the names that a repair or a writer which died may have left. */
static int pass_number(void *context, const char *name)
{
    repair *r = context;
    uint64_t number;
    if (wy_manifest_file_number(name, &number) && number >= r->sound.next_segment &&
        number < UINT64_MAX)
        r->sound.next_segment = number + 1;
    return 0;
}

/* Sorts the manifest's segments into sound and damaged. */
static int check_segments(repair *r, const wy_manifest *manifest, wy_error *error)
{
    int status = wy_manifest_init(&r->sound, r->mem, manifest->analyzer, manifest->identity,
                                  manifest->icu_version, error);
    r->sound.generation = manifest->generation;
    r->sound.next_segment = manifest->next_segment;
    if (status == WY_OK) status = r->env->list(r->env, r->folder, pass_number, r, error);
    for (size_t i = 0; i < manifest->count && status == WY_OK; i++) {
        const wy_segment_info *info = &manifest->segments[i];
        status = wy_segment_check(r->env, r->mem, r->folder, info, NULL, NULL, error);
        if (status == WY_OK)
            status = wy_manifest_add(&r->sound, info, error);
        else if (is_damage(status))
            status = note_damaged(r, info, error);
    }
    return status;
}

static int look(repair *r, wy_error *error)
{
    wy_manifest manifest;
    int status = wy_manifest_read(r->env, r->mem, r->folder, &manifest, error);
    if (status == WY_OK) {
        status = check_segments(r, &manifest, error);
        wy_manifest_free(&manifest);
    } else if (is_damage(status)) {
        r->manifest_lost = r->result->manifest_lost = true;
        status = find_segments(r, error);
    }
    if (r->damaged_count)
        qsort(r->damaged, r->damaged_count, sizeof *r->damaged, compare_newest);
    r->result->segments_sound = r->sound.count;
    r->result->segments_damaged = r->damaged_count;
    return status;
}

/* ---- Saving ------------------------------------------------------------------------------------
 */

static int save(repair *r, wy_env_lock *lock, wy_repair_fn tell, void *context, wy_error *error)
{
    wy_index *index = NULL;
    wy_salvage salvage;
    const wy_writer_setup setup = {.lock = lock, .manifest = &r->sound};
    int status = wy_index_setup_make(r->folder, r->setup, &r->sound, &index, error);
    if (status != WY_OK) return status;
    wy_salvage_init(&salvage, index, tell, context, r->result);
    status = wy_writer_setup_open(index, &setup, &salvage.writer, error);
    for (size_t i = 0; i < r->sound.count && status == WY_OK; i++)
        status = wy_salvage_skip(&salvage, &r->sound.segments[i], error);
    for (size_t i = 0; i < r->damaged_count && status == WY_OK; i++)
        status = wy_salvage_segment(&salvage, &r->damaged[i], !r->manifest_lost, error);
    if (status == WY_OK) status = wy_writer_publish(salvage.writer, error);
    wy_writer_end(salvage.writer);
    wy_salvage_free(&salvage);
    wy_index_destroy(index);
    return status;
}

/* ---- Moving aside ------------------------------------------------------------------------------
 */

static int make_aside(const repair *r, char **aside, wy_error *error)
{
    *aside = wy_path_join(r->mem, r->folder, ASIDE);
    if (!*aside) return wy_fail_memory(error);
    wy_error exists;
    int status = r->env->mkdir(r->env, *aside, &exists);
    if (status == WY_E_EXISTS) return WY_OK;
    if (status != WY_OK && error) *error = exists;
    return status;
}

static int move(const repair *r, const char *aside, const char *name, wy_error *error)
{
    char *from = wy_path_join(r->mem, r->folder, name), *to = wy_path_join(r->mem, aside, name);
    wy_error missing;
    int status = from && to ? r->env->rename(r->env, from, to, &missing) : wy_fail_memory(&missing);
    if (status == WY_OK) r->result->files_moved++;
    if (status == WY_E_NOT_FOUND) status = WY_OK;
    if (status != WY_OK && error) *error = missing;
    wy_free(r->mem, from);
    wy_free(r->mem, to);
    return status;
}

static int move_segment(const repair *r, const char *aside, const wy_segment_info *info,
                        wy_error *error)
{
    char name[WY_COMPONENT_NAME_MAX];
    int status = WY_OK;
    for (int c = 0; c < WY_COMPONENTS && status == WY_OK; c++) {
        wy_component_file(info->number, (wy_component)c, name);
        status = move(r, aside, name, error);
    }
    if (status == WY_OK && info->live_generation) {
        wy_live_file_name(info->number, info->live_generation, name);
        status = move(r, aside, name, error);
    }
    return status;
}

/* The repaired manifest takes the place of the damaged one, so a copy of that is made before. */
static int copy_manifest(const repair *r, const char *aside, wy_error *error)
{
    char *from = wy_path_join(r->mem, r->folder, WY_MANIFEST_FILE);
    char *to = wy_path_join(r->mem, aside, WY_MANIFEST_FILE);
    wy_env_map map = {NULL, 0, NULL};
    wy_env_file *file = NULL;
    wy_error problem;
    int status = from && to ? r->env->map(r->env, from, &map, &problem) : wy_fail_memory(&problem);
    if (status == WY_OK) status = r->env->create(r->env, to, &file, &problem);
    if (status == WY_OK) {
        status = r->env->write(r->env, file, map.data, map.length, &problem);
        if (status == WY_OK) status = r->env->sync(r->env, file, &problem);
        int closed = r->env->close(r->env, file, status == WY_OK ? &problem : NULL);
        if (status == WY_OK) status = closed;
        if (status == WY_OK) r->result->files_moved++;
    }
    r->env->unmap(r->env, &map);
    wy_free(r->mem, from);
    wy_free(r->mem, to);
    /* None to copy, or one from a repair before, which is the older and stays. */
    if (status == WY_E_NOT_FOUND || status == WY_E_EXISTS) return WY_OK;
    if (status != WY_OK && error) *error = problem;
    return status;
}

static int move_all(const repair *r, const char *aside, wy_error *error)
{
    int status = WY_OK;
    for (size_t i = 0; i < r->damaged_count && status == WY_OK; i++)
        status = move_segment(r, aside, &r->damaged[i], error);
    if (status == WY_OK) status = r->env->sync_dir(r->env, aside, error);
    return status == WY_OK ? r->env->sync_dir(r->env, r->folder, error) : status;
}

/* ---- The whole ---------------------------------------------------------------------------------
 */

/* Whether there is an index at all, before anything is made in the folder. */
static int find_index(repair *r, wy_error *error)
{
    wy_manifest manifest;
    wy_error missing;
    listing l = {r, WY_OK, error};
    int status = wy_manifest_read(r->env, r->mem, r->folder, &manifest, &missing);
    if (status == WY_OK) wy_manifest_free(&manifest);
    if (status != WY_E_NOT_FOUND) {
        if (!is_damage(status) && status != WY_OK && error) *error = missing;
        return is_damage(status) ? WY_OK : status;
    }
    status = r->env->list(r->env, r->folder, note_file, &l, error);
    if (status == WY_OK) status = l.status;
    bool none = r->damaged_count == 0;
    r->damaged_count = 0;
    if (status == WY_OK && none)
        return wy_fail(error, WY_E_NOT_FOUND, r->folder, WY_NO_OFFSET, "there is no index here");
    return status;
}

int wy_index_mend(const char *folder, const wy_index_setup *setup, wy_repair_fn tell, void *context,
                  wy_repair_result *result, wy_error *error)
{
    repair r = {.setup = setup,
                .env = setup->env,
                .mem = wy_mem_or_default(setup->allocator),
                .folder = folder,
                .result = result};
    wy_env_lock *lock = NULL;
    char *lock_path = NULL, *aside = NULL;
    int status = find_index(&r, error);
    if (status != WY_OK) goto done;
    lock_path = wy_path_join(r.mem, folder, WY_LOCK_FILE);
    status = lock_path ? r.env->lock(r.env, lock_path, &lock, error) : wy_fail_memory(error);
    if (status == WY_OK) status = look(&r, error);
    if (status != WY_OK || (!r.manifest_lost && r.damaged_count == 0)) goto done;
    status = make_aside(&r, &aside, error);
    if (status == WY_OK && r.manifest_lost) status = copy_manifest(&r, aside, error);
    if (status == WY_OK) status = save(&r, lock, tell, context, error);
    if (status == WY_OK) status = move_all(&r, aside, error);
done:
    if (lock) r.env->unlock(r.env, lock);
    wy_manifest_free(&r.sound);
    wy_free(r.mem, r.damaged);
    wy_free(r.mem, lock_path);
    wy_free(r.mem, aside);
    return status;
}
