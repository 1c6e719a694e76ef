/*
 * support/env_memory.c: the calls of the file system in memory.
 */
#include "support/env_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/memory_tree.h"
#include "support/test.h"

struct wy_env_file {
    wy_memory_node *node;
    char *path;
};

struct wy_env_lock {
    wy_memory_node *node;
};

/* Locks the env. Looking in locks too, hence the cast: a mutex is no part of what is looked at. */
static wy_memory_env *enter(const wy_memory_env *constant)
{
    wy_memory_env *memory = (wy_memory_env *)(uintptr_t)constant;
    wy_test_must(pthread_mutex_lock(&memory->mutex) == 0);
    return memory;
}

static void leave(wy_memory_env *memory)
{
    pthread_mutex_unlock(&memory->mutex);
}

/* Appends to the log; holds `node`. */
static wy_memory_record *record(wy_memory_env *memory, wy_env_call call, const char *path,
                                wy_memory_node *node)
{
    if (memory->steps == memory->capacity) {
        memory->capacity = memory->capacity * 2 + 64;
        memory->log = wy_test_realloc(memory->log, memory->capacity * sizeof *memory->log);
    }
    wy_memory_record *made = &memory->log[memory->steps++];
    *made = (wy_memory_record){
        .call = call, .path = wy_test_copy(path), .node = wy_memory_node_hold(node)};
    return made;
}

static int result_of(int system, const char *path, const char *what, wy_error *error)
{
    return system == 0 ? WY_OK : wy_fail_system(error, system, path, what);
}

/* ---- Files -------------------------------------------------------------------------------- */

/* A new empty file with a name in a folder; the name holds it. */
static wy_memory_node *make_file(wy_memory_env *memory, wy_memory_node *folder, const char *name)
{
    wy_memory_node *node = wy_memory_node_make(false);
    node->id = memory->files++;
    wy_memory_names_set(&folder->names, name, node);
    wy_memory_node_drop(node);
    return node;
}

static int memory_create(const wy_env *env, const char *path, wy_env_file **out, wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    char name[WY_MEMORY_NAME];
    wy_memory_node *folder;
    int system = wy_memory_find_folder_of(memory->root, path, &folder, name);
    if (system == 0 && (!name[0] || wy_memory_names_get(&folder->names, name))) system = EEXIST;
    if (system == 0) {
        wy_memory_node *node = make_file(memory, folder, name);
        record(memory, WY_CALL_CREATE, path, node);
        wy_env_file *file = wy_test_alloc(sizeof *file);
        *file = (wy_env_file){wy_memory_node_hold(node), wy_test_copy(path)};
        memory->open_files++;
        *out = file;
    }
    leave(memory);
    return result_of(system, path, "cannot create", error);
}

static int memory_write(const wy_env *env, wy_env_file *file, const void *data, size_t length,
                        wy_error *error)
{
    (void)error;
    wy_memory_env *memory = enter(env->context);
    wy_memory_record *made = record(memory, WY_CALL_WRITE, file->path, file->node);
    made->offset = file->node->length;
    made->length = length;
    wy_memory_node_append(file->node, data, length);
    leave(memory);
    return WY_OK;
}

static int memory_sync(const wy_env *env, wy_env_file *file, wy_error *error)
{
    (void)error;
    wy_memory_env *memory = enter(env->context);
    record(memory, WY_CALL_SYNC, file->path, file->node);
    leave(memory);
    return WY_OK;
}

static int memory_close(const wy_env *env, wy_env_file *file, wy_error *error)
{
    (void)error;
    wy_memory_env *memory = enter(env->context);
    record(memory, WY_CALL_CLOSE, file->path, file->node);
    wy_memory_node_drop(file->node);
    memory->open_files--;
    leave(memory);
    free(file->path);
    free(file);
    return WY_OK;
}

/* ---- Maps --------------------------------------------------------------------------------- */

static int memory_map(const wy_env *env, const char *path, wy_env_map *out, wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    *out = (wy_env_map){NULL, 0, NULL};
    wy_memory_node *node;
    int system = wy_memory_find(memory->root, path, &node);
    bool folder = system == 0 && node->folder;
    if (system == 0 && !folder) {
        out->handle = wy_test_alloc(node->length);
        if (node->length) {
            memcpy(out->handle, node->data, node->length);
            out->data = out->handle;
        }
        out->length = node->length;
        memory->open_maps++;
    }
    leave(memory);
    if (folder) return wy_fail(error, WY_E_IO, path, WY_NO_OFFSET, "not a regular file");
    return result_of(system, path, "cannot open", error);
}

static void memory_unmap(const wy_env *env, wy_env_map *map)
{
    if (!map->handle) return;
    wy_memory_env *memory = enter(env->context);
    memory->open_maps--;
    leave(memory);
    free(map->handle);
    *map = (wy_env_map){NULL, 0, NULL};
}

static void memory_evict(const wy_env *env, const wy_env_map *map)
{
    (void)env;
    (void)map;
}

/* ---- Names -------------------------------------------------------------------------------- */

static bool lies_in(const wy_memory_node *folder, const wy_memory_node *sought)
{
    if (folder == sought) return true;
    for (size_t i = 0; i < folder->names.count; i++) {
        if (lies_in(folder->names.list[i].node, sought)) return true;
    }
    return false;
}

/* What rename(2) of Linux says about putting `from` in the place of `to` (NULL: free), a name in
 * `folder`. */
static int may_replace(const wy_memory_node *from, const wy_memory_node *to,
                       const wy_memory_node *folder)
{
    if (from->folder && lies_in(from, folder)) return EINVAL;
    if (!to || to == from) return 0;
    if (to->folder && lies_in(to, from)) return ENOTEMPTY;
    if (from->folder && !to->folder) return ENOTDIR;
    if (!from->folder && to->folder) return EISDIR;
    return to->folder && to->names.count ? ENOTEMPTY : 0;
}

static int memory_rename(const wy_env *env, const char *from, const char *to, wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    char old[WY_MEMORY_NAME], new[WY_MEMORY_NAME];
    wy_memory_node *old_folder, *new_folder, *node = NULL;
    int system = wy_memory_find_folder_of(memory->root, from, &old_folder, old);
    if (system == 0) system = wy_memory_find_folder_of(memory->root, to, &new_folder, new);
    if (system == 0 && (!old[0] || !new[0])) system = EBUSY;
    if (system == 0 && !(node = wy_memory_names_get(&old_folder->names, old))) system = ENOENT;
    if (system == 0) {
        wy_memory_node *target = wy_memory_names_get(&new_folder->names, new);
        system = may_replace(node, target, new_folder);
        if (system == 0 && target != node) {
            record(memory, WY_CALL_RENAME, from, node)->to = wy_test_copy(to);
            wy_memory_names_set(&new_folder->names, new, node);
            wy_memory_names_remove(&old_folder->names, old);
        }
    }
    leave(memory);
    return result_of(system, from, "cannot rename", error);
}

static int memory_unlink(const wy_env *env, const char *path, wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    char name[WY_MEMORY_NAME];
    wy_memory_node *folder, *node;
    int system = wy_memory_find(memory->root, path, &node);
    if (system == 0 && node->folder) system = EISDIR;
    if (system == 0) {
        record(memory, WY_CALL_UNLINK, path, node);
        wy_memory_find_folder_of(memory->root, path, &folder, name);
        wy_memory_names_remove(&folder->names, name);
    }
    leave(memory);
    return result_of(system, path, "cannot remove", error);
}

static int memory_mkdir(const wy_env *env, const char *path, wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    char name[WY_MEMORY_NAME];
    wy_memory_node *folder;
    int system = wy_memory_find_folder_of(memory->root, path, &folder, name);
    if (system == 0 && (!name[0] || wy_memory_names_get(&folder->names, name))) system = EEXIST;
    if (system == 0) {
        wy_memory_node *node = wy_memory_node_make(true);
        wy_memory_names_set(&folder->names, name, node);
        wy_memory_node_drop(node);
        record(memory, WY_CALL_MKDIR, path, NULL);
    }
    leave(memory);
    return result_of(system, path, "cannot make the folder", error);
}

static int find_folder(wy_memory_env *memory, const char *path, wy_memory_node **out)
{
    int system = wy_memory_find(memory->root, path, out);
    return system == 0 && !(*out)->folder ? ENOTDIR : system;
}

static int memory_sync_dir(const wy_env *env, const char *path, wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    wy_memory_node *folder;
    int system = find_folder(memory, path, &folder);
    if (system == 0) record(memory, WY_CALL_SYNC_DIR, path, NULL);
    leave(memory);
    return result_of(system, path, "cannot open the folder", error);
}

/* Visits copies of the names, with the mutex free: the visitor may change the folder. */
static int memory_list(const wy_env *env, const char *path, wy_env_list_fn visit, void *context,
                       wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    wy_memory_node *folder;
    wy_memory_names names = {0};
    int system = find_folder(memory, path, &folder);
    if (system == 0) wy_memory_names_copy(&names, &folder->names);
    leave(memory);

    for (size_t i = 0; i < names.count; i++) {
        if (visit(context, names.list[i].name) != 0) break;
    }
    memory = enter(memory);
    wy_memory_names_free(&names);
    leave(memory);
    return result_of(system, path, "cannot list", error);
}

/* ---- Locks -------------------------------------------------------------------------------- */

static int memory_lock(const wy_env *env, const char *path, wy_env_lock **out, wy_error *error)
{
    wy_memory_env *memory = enter(env->context);
    char name[WY_MEMORY_NAME];
    wy_memory_node *folder, *node = NULL;
    bool taken = false;
    int system = wy_memory_find_folder_of(memory->root, path, &folder, name);
    if (system == 0) {
        node = name[0] ? wy_memory_names_get(&folder->names, name) : memory->root;
        if (!node) {
            node = make_file(memory, folder, name);
            record(memory, WY_CALL_CREATE, path, node);
        }
        if (node->folder)
            system = EISDIR;
        else
            taken = node->locked;
    }
    if (system == 0 && !taken) {
        wy_env_lock *lock = wy_test_alloc(sizeof *lock);
        lock->node = wy_memory_node_hold(node);
        node->locked = true;
        memory->open_locks++;
        *out = lock;
    }
    leave(memory);
    if (taken)
        return wy_fail(error, WY_E_LOCKED, path, WY_NO_OFFSET, "somebody else holds the lock");
    return result_of(system, path, "cannot open the lock", error);
}

static void memory_unlock(const wy_env *env, wy_env_lock *lock)
{
    wy_memory_env *memory = enter(env->context);
    lock->node->locked = false;
    wy_memory_node_drop(lock->node);
    memory->open_locks--;
    leave(memory);
    free(lock);
}

/* ---- The env as a whole ------------------------------------------------------------------- */

wy_memory_env *wy_memory_env_of_tree(wy_memory_node *root)
{
    wy_memory_env *memory = wy_test_alloc(sizeof *memory);
    *memory = (wy_memory_env){.root = root, .base = wy_memory_tree_copy(root, true)};
    pthread_mutex_init(&memory->mutex, NULL);
    memory->env = (wy_env){
        .context = memory,
        .create = memory_create,
        .write = memory_write,
        .sync = memory_sync,
        .close = memory_close,
        .map = memory_map,
        .unmap = memory_unmap,
        .evict = memory_evict,
        .rename = memory_rename,
        .unlink = memory_unlink,
        .mkdir = memory_mkdir,
        .sync_dir = memory_sync_dir,
        .list = memory_list,
        .lock = memory_lock,
        .unlock = memory_unlock,
    };
    return memory;
}

wy_memory_env *wy_memory_env_make(void)
{
    return wy_memory_env_of_tree(wy_memory_node_make(true));
}

void wy_memory_env_free(wy_memory_env *memory)
{
    if (memory->open_files || memory->open_maps || memory->open_locks)
        fail_msg("%zu files, %zu maps and %zu locks were left open", memory->open_files,
                 memory->open_maps, memory->open_locks);
    for (size_t i = 0; i < memory->steps; i++) {
        free(memory->log[i].path);
        free(memory->log[i].to);
        wy_memory_node_drop(memory->log[i].node);
    }
    free(memory->log);
    wy_memory_node_drop(memory->root);
    wy_memory_node_drop(memory->base);
    pthread_mutex_destroy(&memory->mutex);
    free(memory);
}

const wy_env *wy_memory_env_table(const wy_memory_env *memory)
{
    return &memory->env;
}

wy_memory_env *wy_memory_env_clone(const wy_memory_env *memory)
{
    wy_memory_env *entered = enter(memory);
    wy_memory_node *root = wy_memory_tree_copy(entered->root, false);
    leave(entered);
    return wy_memory_env_of_tree(root);
}

uint8_t *wy_memory_env_get(const wy_memory_env *memory, const char *path, size_t *length)
{
    wy_memory_env *entered = enter(memory);
    uint8_t *copy = NULL;
    wy_memory_node *node;
    if (wy_memory_find(entered->root, path, &node) == 0 && !node->folder) {
        copy = wy_test_alloc(node->length + 1);
        if (node->length) memcpy(copy, node->data, node->length);
        copy[node->length] = 0;
        if (length) *length = node->length;
    }
    leave(entered);
    return copy;
}

void wy_memory_env_set(wy_memory_env *memory, const char *path, const void *data, size_t length)
{
    enter(memory);
    char name[WY_MEMORY_NAME];
    wy_memory_node *folder;
    int system = wy_memory_find_folder_of(memory->root, path, &folder, name);
    bool possible = system == 0 && name[0];
    if (possible) {
        wy_memory_node *node = make_file(memory, folder, name);
        wy_memory_node_append(node, data, length);
        record(memory, WY_CALL_SET, path, node)->length = length;
    }
    leave(memory);
    if (!possible) fail_msg("cannot set %s: there is no such folder", path);
}

static void visit_tree(const wy_memory_node *folder, const char *path,
                       void (*visit)(void *context, const char *path, size_t length), void *context)
{
    for (size_t i = 0; i < folder->names.count; i++) {
        const wy_memory_name *entry = &folder->names.list[i];
        char *full = wy_test_format("%s%s%s", path, *path ? "/" : "", entry->name);
        if (entry->node->folder)
            visit_tree(entry->node, full, visit, context);
        else
            visit(context, full, entry->node->length);
        free(full);
    }
}

void wy_memory_env_visit(const wy_memory_env *memory,
                         void (*visit)(void *context, const char *path, size_t length),
                         void *context)
{
    wy_memory_env *entered = enter(memory);
    wy_memory_node *copy = wy_memory_tree_copy(entered->root, false);
    leave(entered);
    visit_tree(copy, "", visit, context);
    wy_memory_node_drop(copy);
}

size_t wy_memory_env_steps(const wy_memory_env *memory)
{
    wy_memory_env *entered = enter(memory);
    size_t steps = entered->steps;
    leave(entered);
    return steps;
}

wy_memory_step wy_memory_env_step(const wy_memory_env *memory, size_t index)
{
    wy_memory_env *entered = enter(memory);
    wy_test_must(index < entered->steps);
    const wy_memory_record *from = &entered->log[index];
    wy_memory_step step = {from->call, from->path, from->to, NULL, from->length};
    if (from->length) step.data = from->node->data + from->offset;
    leave(entered);
    return step;
}
