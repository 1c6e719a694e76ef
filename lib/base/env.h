/*
 * base/env.h: every call to the file system, behind one table, so that tests can record each of
 * them, fail each of them, and replay what a crash may leave.
 *
 * Paths are NUL-terminated bytes. Every function returns a wy_status and fills in `error` with
 * the path. The real one is wy_env_posix; it retries EINTR and short writes itself, and takes the
 * little memory it needs from malloc, or from the wy_mem that `context` of a copy of it points to.
 * All functions may be called from several threads at once; one file is written by one of them.
 */
#ifndef WY_BASE_ENV_H
#define WY_BASE_ENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"

typedef struct wy_env wy_env;
typedef struct wy_env_file wy_env_file; /* a file open for appending; each env has its own */
typedef struct wy_env_lock wy_env_lock;

typedef struct wy_env_map {
    const uint8_t *data; /* NULL for an empty file */
    size_t length;
    void *handle; /* the env's own */
} wy_env_map;

/* Called for each name in a folder ("." and ".." excepted), in no order; non-zero ends the listing,
 * which is then WY_OK. */
typedef int (*wy_env_list_fn)(void *context, const char *name);

struct wy_env {
    void *context;

    /* Makes a new file for appending. WY_E_EXISTS where there is one. */
    int (*create)(const wy_env *env, const char *path, wy_env_file **out, wy_error *error);
    int (*write)(const wy_env *env, wy_env_file *file, const void *data, size_t length,
                 wy_error *error);
    /* Brings all that was written to the disk. */
    int (*sync)(const wy_env *env, wy_env_file *file, wy_error *error);
    /* Always frees `file`, also where it fails. */
    int (*close)(const wy_env *env, wy_env_file *file, wy_error *error);

    /* Maps a whole regular file for reading. WY_E_NOT_FOUND. The map stays after an unlink. */
    int (*map)(const wy_env *env, const char *path, wy_env_map *out, wy_error *error);
    /* Leaves *map zeroed; a zeroed map is ignored. To be called for an empty file too. */
    void (*unmap)(const wy_env *env, wy_env_map *map);
    /* Lets the pages of a map go from the memory of this process, for one who has read much and
     * goes on: whoever reads of them again gets them from the system's cache, or the disk. Others
     * may be reading meanwhile. */
    void (*evict)(const wy_env *env, const wy_env_map *map);

    /* Puts `from` in the place of `to`, atomically. */
    int (*rename)(const wy_env *env, const char *from, const char *to, wy_error *error);
    int (*unlink)(const wy_env *env, const char *path, wy_error *error);
    /* One level; WY_E_EXISTS where there is something. */
    int (*mkdir)(const wy_env *env, const char *path, wy_error *error);
    /* Makes the creations, renames and unlinks in folder `path` durable. */
    int (*sync_dir)(const wy_env *env, const char *path, wy_error *error);
    int (*list)(const wy_env *env, const char *path, wy_env_list_fn visit, void *context,
                wy_error *error);

    /* Takes an exclusive lock on `path` (made if missing) or fails at once with WY_E_LOCKED. It
     * is freed with the process, and excludes other handles of the same process too. */
    int (*lock)(const wy_env *env, const char *path, wy_env_lock **out, wy_error *error);
    void (*unlock)(const wy_env *env, wy_env_lock *lock);
};

extern const wy_env wy_env_posix;

/* "folder/name" in memory of `mem`; NULL: memory is out. */
char *wy_path_join(const wy_mem *mem, const char *folder, const char *name);

#endif
