/*
 * support/env_memory.h: a file system in memory behind wy_env. It keeps a log of every step that
 * changes something, and builds from a part of it what a crash at that moment may leave.
 *
 * The model is what POSIX promises and no more. Bytes of a file are durable up to its last sync;
 * a name (made, moved or removed) is durable after sync_dir of its folder, and a sync of the file
 * does not make its name durable. What is not durable may be on the disk or not, each step for
 * itself, in no order.
 *
 * Paths: "/a/b", "a/b" and "./a//b" are the same; ".." is not known. A map is a copy of exactly
 * the file's size, so that a sanitizer sees a read past its end.
 */
#ifndef WY_SUPPORT_ENV_MEMORY_H
#define WY_SUPPORT_ENV_MEMORY_H

#include "base/env.h"
#include "support/env_call.h"

/* Usable from several threads, but for free. */
typedef struct wy_memory_env wy_memory_env;

wy_memory_env *wy_memory_env_make(void);

/* The test fails where a file, a map or a lock is still open. */
void wy_memory_env_free(wy_memory_env *memory);

/* What the code under test gets. Lives as long as `memory`. */
const wy_env *wy_memory_env_table(const wy_memory_env *memory);

/* Another file system with the same files and folders, all durable, an empty log and no locks. */
wy_memory_env *wy_memory_env_clone(const wy_memory_env *memory);

/* ---- Looking in and damaging ------------------------------------------------------------- */

/* The bytes of a file in new memory (free), with a NUL behind; NULL where it is missing. */
uint8_t *wy_memory_env_get(const wy_memory_env *memory, const char *path, size_t *length);

/* Puts a file with these bytes there, synced, and its folder too, which must exist. Maps made
 * before keep the bytes they had. */
void wy_memory_env_set(wy_memory_env *memory, const char *path, const void *data, size_t length);

/* Calls `visit` with the path ("a/b") of each file and its length. */
void wy_memory_env_visit(const wy_memory_env *memory,
                         void (*visit)(void *context, const char *path, size_t length),
                         void *context);

/* ---- The log ------------------------------------------------------------------------------ */

typedef struct wy_memory_step {
    wy_env_call call;    /* create write sync close rename unlink mkdir sync_dir set */
    const char *path;    /* of the file when it was created, of the source of a rename */
    const char *to;      /* of a rename, else NULL */
    const uint8_t *data; /* of a write or set, else NULL; valid until the file is next written */
    size_t length;
} wy_memory_step;

/* A lock that makes its file counts as a create. */
size_t wy_memory_env_steps(const wy_memory_env *memory);
wy_memory_step wy_memory_env_step(const wy_memory_env *memory, size_t index);

/* ---- Crashes ------------------------------------------------------------------------------ */

typedef enum wy_crash_data {
    WY_CRASH_DATA_DROPPED, /* a file ends where it was last synced */
    WY_CRASH_DATA_KEPT,    /* all that was written is there */
    WY_CRASH_DATA_TORN,    /* of what is not synced some sectors of 512 bytes are there; of the
                              others the last are cut off, and for half of the files those between
                              are zeros */
} wy_crash_data;

typedef enum wy_crash_names {
    WY_CRASH_NAMES_DROPPED, /* a folder is as it was last synced */
    WY_CRASH_NAMES_KEPT,    /* all changes of names are there */
    WY_CRASH_NAMES_SOME,    /* each change that is not durable is there or not */
} wy_crash_names;

/* What a machine that loses power after the first `steps` steps may find when it starts again.
 * `seed` decides what torn and some leave. The log of the result is empty. */
wy_memory_env *wy_memory_env_crash(const wy_memory_env *memory, size_t steps, wy_crash_data data,
                                   wy_crash_names names, uint64_t seed);

#endif
