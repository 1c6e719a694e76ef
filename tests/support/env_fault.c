/*
 * support/env_fault.c
 */
#include "support/env_fault.h"

static wy_fault_env *fault_of(const wy_env *env)
{
    return env->context;
}

/* Counts a call; true where it is to fail, and *error then says so. */
static bool fails(wy_fault_env *fault, wy_env_call call)
{
    uint64_t of_kind = atomic_fetch_add(&fault->calls[call], 1) + 1;
    uint64_t of_any = atomic_fetch_add(&fault->calls[WY_CALL_ANY], 1) + 1;
    if (fault->fail_at == 0 || (fault->kind != WY_CALL_ANY && fault->kind != call)) return false;
    uint64_t n = fault->kind == WY_CALL_ANY ? of_any : of_kind;
    if (n != fault->fail_at && !(fault->forever && n > fault->fail_at)) return false;
    atomic_store(&fault->failed, true);
    return true;
}

static int failure(const wy_fault_env *fault, const char *path, wy_error *error)
{
    return wy_fail_system(error, fault->system, path, "failed by a test");
}

static int fault_create(const wy_env *env, const char *path, wy_env_file **out, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_CREATE) ? failure(fault, path, error)
                                        : fault->inner->create(fault->inner, path, out, error);
}

static int fault_write(const wy_env *env, wy_env_file *file, const void *data, size_t length,
                       wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    if (!fails(fault, WY_CALL_WRITE))
        return fault->inner->write(fault->inner, file, data, length, error);
    fault->inner->write(fault->inner, file, data, length / 2, NULL);
    return failure(fault, NULL, error);
}

static int fault_sync(const wy_env *env, wy_env_file *file, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_SYNC) ? failure(fault, NULL, error)
                                      : fault->inner->sync(fault->inner, file, error);
}

static int fault_close(const wy_env *env, wy_env_file *file, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    if (!fails(fault, WY_CALL_CLOSE)) return fault->inner->close(fault->inner, file, error);
    fault->inner->close(fault->inner, file, NULL);
    return failure(fault, NULL, error);
}

static int fault_map(const wy_env *env, const char *path, wy_env_map *out, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_MAP) ? failure(fault, path, error)
                                     : fault->inner->map(fault->inner, path, out, error);
}

static void fault_unmap(const wy_env *env, wy_env_map *map)
{
    wy_fault_env *fault = fault_of(env);
    fault->inner->unmap(fault->inner, map);
}

static void fault_evict(const wy_env *env, const wy_env_map *map)
{
    wy_fault_env *fault = fault_of(env);
    fault->inner->evict(fault->inner, map);
}

static int fault_rename(const wy_env *env, const char *from, const char *to, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_RENAME) ? failure(fault, from, error)
                                        : fault->inner->rename(fault->inner, from, to, error);
}

static int fault_unlink(const wy_env *env, const char *path, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_UNLINK) ? failure(fault, path, error)
                                        : fault->inner->unlink(fault->inner, path, error);
}

static int fault_mkdir(const wy_env *env, const char *path, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_MKDIR) ? failure(fault, path, error)
                                       : fault->inner->mkdir(fault->inner, path, error);
}

static int fault_sync_dir(const wy_env *env, const char *path, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_SYNC_DIR) ? failure(fault, path, error)
                                          : fault->inner->sync_dir(fault->inner, path, error);
}

static int fault_list(const wy_env *env, const char *path, wy_env_list_fn visit, void *context,
                      wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_LIST)
               ? failure(fault, path, error)
               : fault->inner->list(fault->inner, path, visit, context, error);
}

static int fault_lock(const wy_env *env, const char *path, wy_env_lock **out, wy_error *error)
{
    wy_fault_env *fault = fault_of(env);
    return fails(fault, WY_CALL_LOCK) ? failure(fault, path, error)
                                      : fault->inner->lock(fault->inner, path, out, error);
}

static void fault_unlock(const wy_env *env, wy_env_lock *lock)
{
    wy_fault_env *fault = fault_of(env);
    fault->inner->unlock(fault->inner, lock);
}

void wy_fault_env_init(wy_fault_env *fault, const wy_env *inner)
{
    fault->inner = inner;
    fault->env = (wy_env){
        .context = fault,
        .create = fault_create,
        .write = fault_write,
        .sync = fault_sync,
        .close = fault_close,
        .map = fault_map,
        .unmap = fault_unmap,
        .evict = fault_evict,
        .rename = fault_rename,
        .unlink = fault_unlink,
        .mkdir = fault_mkdir,
        .sync_dir = fault_sync_dir,
        .list = fault_list,
        .lock = fault_lock,
        .unlock = fault_unlock,
    };
    wy_fault_env_arm(fault, WY_CALL_ANY, 0, false, 0);
}

void wy_fault_env_arm(wy_fault_env *fault, wy_env_call kind, uint64_t fail_at, bool forever,
                      int system)
{
    for (int i = 0; i <= WY_CALL_ANY; i++) atomic_init(&fault->calls[i], 0);
    fault->kind = kind;
    fault->fail_at = fail_at;
    fault->forever = forever;
    fault->system = system;
    atomic_init(&fault->failed, false);
}

const char *wy_env_call_name(wy_env_call call)
{
    static const char *const names[WY_CALLS + 1] = {
        "create", "write",    "sync", "close", "map", "rename", "unlink",
        "mkdir",  "sync_dir", "list", "lock",  "set", "any",
    };
    return names[call <= WY_CALLS ? call : WY_CALLS];
}
