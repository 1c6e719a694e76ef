/*
 * support/env_crash.c: what a crash leaves. The log is replayed on a tree that knows of each file
 * how much is durable, and of each folder the durable names and the changes since. From that tree
 * the new one is made.
 */
#include "support/env_memory.h"

#include <stdlib.h>
#include <string.h>

#include "support/memory_tree.h"
#include "support/test.h"

enum { SECTOR = 512 };

typedef struct replay {
    wy_memory_node *root;
    wy_memory_node **files; /* by id; held */
} replay;

typedef struct policy {
    wy_crash_data data;
    wy_crash_names names;
    wy_test_random random;
} policy;

/* ---- Replay ------------------------------------------------------------------------------- */

static wy_memory_node *replayed_file(wy_memory_node *origin)
{
    wy_memory_node *file = wy_memory_node_make(false);
    file->origin = origin;
    return file;
}

/* The tree as it was when the log began; all of it is durable. */
static wy_memory_node *replayed_base(const wy_memory_node *folder)
{
    wy_memory_node *copy = wy_memory_node_make(true);
    for (size_t i = 0; i < folder->names.count; i++) {
        wy_memory_node *from = folder->names.list[i].node, *to;
        if (from->folder) {
            to = replayed_base(from);
        } else {
            to = replayed_file(from);
            to->length = to->synced = from->length;
        }
        wy_memory_names_set(&copy->names, folder->names.list[i].name, to);
        wy_memory_node_drop(to);
    }
    wy_memory_names_copy(&copy->durable, &copy->names);
    return copy;
}

static void add_change(wy_memory_node *folder, const char *away, const char *here,
                       wy_memory_node *node)
{
    if (folder->change_count == folder->change_capacity) {
        folder->change_capacity = folder->change_capacity * 2 + 8;
        folder->changes =
            wy_test_realloc(folder->changes, folder->change_capacity * sizeof *folder->changes);
    }
    folder->changes[folder->change_count++] =
        (wy_memory_change){away ? wy_test_copy(away) : NULL, here ? wy_test_copy(here) : NULL,
                           wy_memory_node_hold(node)};
}

static void apply_change(wy_memory_names *names, const wy_memory_change *change)
{
    if (change->here) wy_memory_names_set(names, change->here, change->node);
    if (change->away && wy_memory_names_get(names, change->away) == change->node)
        wy_memory_names_remove(names, change->away);
}

static void clear_changes(wy_memory_node *folder)
{
    for (size_t i = 0; i < folder->change_count; i++) {
        free(folder->changes[i].away);
        free(folder->changes[i].here);
        wy_memory_node_drop(folder->changes[i].node);
    }
    folder->change_count = 0;
}

/* A change that is not durable yet. */
static void change_names(wy_memory_node *folder, const char *away, const char *here,
                         wy_memory_node *node)
{
    add_change(folder, away, here, node);
    apply_change(&folder->names, &folder->changes[folder->change_count - 1]);
}

static void make_durable(wy_memory_node *folder)
{
    wy_memory_names_copy(&folder->durable, &folder->names);
    clear_changes(folder);
}

static wy_memory_node *folder_of(replay *r, const char *path, char name[WY_MEMORY_NAME])
{
    wy_memory_node *folder = NULL;
    /* It worked when it was recorded. */
    wy_test_must(wy_memory_find_folder_of(r->root, path, &folder, name) == 0);
    return folder;
}

static void replay_rename(replay *r, const wy_memory_record *step)
{
    char old[WY_MEMORY_NAME], new[WY_MEMORY_NAME];
    wy_memory_node *from = folder_of(r, step->path, old), *to = folder_of(r, step->to, new);
    wy_memory_node *node = wy_memory_names_get(&from->names, old);
    if (from == to) {
        change_names(from, old, new, node);
    } else {
        change_names(to, NULL, new, node);
        change_names(from, old, NULL, node);
    }
}

static void replay_step(replay *r, const wy_memory_record *step)
{
    char name[WY_MEMORY_NAME];
    wy_memory_node *folder, *node;

    switch (step->call) {
    case WY_CALL_CREATE:
    case WY_CALL_SET:
        folder = folder_of(r, step->path, name);
        node = r->files[step->node->id] = replayed_file(step->node);
        change_names(folder, NULL, name, node);
        if (step->call == WY_CALL_SET) {
            node->length = node->synced = step->length;
            make_durable(folder);
        }
        break;
    case WY_CALL_MKDIR:
        folder = folder_of(r, step->path, name);
        node = wy_memory_node_make(true);
        change_names(folder, NULL, name, node);
        wy_memory_node_drop(node);
        break;
    case WY_CALL_WRITE:
        r->files[step->node->id]->length += step->length;
        break;
    case WY_CALL_SYNC:
        node = r->files[step->node->id];
        node->synced = node->length;
        break;
    case WY_CALL_RENAME:
        replay_rename(r, step);
        break;
    case WY_CALL_UNLINK:
        folder = folder_of(r, step->path, name);
        change_names(folder, name, NULL, wy_memory_names_get(&folder->names, name));
        break;
    case WY_CALL_SYNC_DIR:
        wy_memory_find(r->root, step->path, &folder);
        make_durable(folder);
        break;
    case WY_CALL_CLOSE:
        break;
    case WY_CALL_MAP:
    case WY_CALL_LIST:
    case WY_CALL_LOCK:
    case WY_CALLS:
        wy_test_broken("only steps are recorded", __FILE__, __LINE__);
    }
}

/* ---- What is left ------------------------------------------------------------------------- */

/* How much of the file is there: up to some sector's end among what is not durable. */
static size_t torn_length(const wy_memory_node *file, policy *p)
{
    size_t first = file->synced / SECTOR, last = (file->length + SECTOR - 1) / SECTOR;
    size_t end = (first + (size_t)wy_test_below(&p->random, last - first + 1)) * SECTOR;
    return end < file->synced ? file->synced : end > file->length ? file->length : end;
}

/* The size came to the disk and some of the sectors did not. */
static void lose_sectors(wy_memory_node *file, size_t from, policy *p)
{
    while (from < file->length) {
        size_t end = (from / SECTOR + 1) * SECTOR;
        end = end < file->length ? end : file->length;
        if (wy_test_below(&p->random, 4) == 0) memset(file->data + from, 0, end - from);
        from = end;
    }
}

static wy_memory_node *left_of_file(const wy_memory_node *file, policy *p)
{
    wy_memory_node *left = wy_memory_node_make(false);
    size_t length = file->length;
    if (p->data == WY_CRASH_DATA_DROPPED)
        length = file->synced;
    else if (p->data == WY_CRASH_DATA_TORN)
        length = torn_length(file, p);
    wy_memory_node_append(left, file->origin->data, length);
    if (p->data == WY_CRASH_DATA_TORN && wy_test_below(&p->random, 2) == 0)
        lose_sectors(left, file->synced, p);
    return left;
}

static void left_names(const wy_memory_node *folder, policy *p, wy_memory_names *out)
{
    if (p->names == WY_CRASH_NAMES_KEPT) {
        wy_memory_names_copy(out, &folder->names);
        return;
    }
    wy_memory_names_copy(out, &folder->durable);
    for (size_t i = 0; p->names == WY_CRASH_NAMES_SOME && i < folder->change_count; i++) {
        if (wy_test_below(&p->random, 2) == 0) apply_change(out, &folder->changes[i]);
    }
}

/* Moves of folders of which only some are there can make a circle; the depth ends it. */
static wy_memory_node *left_of_folder(const wy_memory_node *folder, policy *p, int depth)
{
    enum { DEEPEST = 32 };
    wy_memory_node *left = wy_memory_node_make(true);
    wy_memory_names names = {0};
    if (depth < DEEPEST) left_names(folder, p, &names);
    for (size_t i = 0; i < names.count; i++) {
        const wy_memory_node *node = names.list[i].node;
        wy_memory_node *child =
            node->folder ? left_of_folder(node, p, depth + 1) : left_of_file(node, p);
        wy_memory_names_set(&left->names, names.list[i].name, child);
        wy_memory_node_drop(child);
    }
    wy_memory_names_free(&names);
    return left;
}

wy_memory_env *wy_memory_env_crash(const wy_memory_env *memory, size_t steps, wy_crash_data data,
                                   wy_crash_names names, uint64_t seed)
{
    /* Others may go on calling, as they do on a machine that is about to lose power. */
    wy_memory_env *entered = (wy_memory_env *)(uintptr_t)memory;
    pthread_mutex_lock(&entered->mutex);
    wy_test_must(steps <= entered->steps);
    replay r = {replayed_base(entered->base), NULL};
    r.files = wy_test_alloc((entered->files + 1) * sizeof *r.files);
    memset(r.files, 0, (entered->files + 1) * sizeof *r.files);
    for (size_t i = 0; i < steps; i++) replay_step(&r, &entered->log[i]);

    policy p = {data, names, wy_test_random_of(seed)};
    wy_memory_node *root = left_of_folder(r.root, &p, 0);

    for (size_t i = 0; i < entered->files; i++) wy_memory_node_drop(r.files[i]);
    free(r.files);
    wy_memory_node_drop(r.root);
    pthread_mutex_unlock(&entered->mutex);
    return wy_memory_env_of_tree(root);
}
