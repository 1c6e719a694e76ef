/*
 * support/memory_tree.h: files and folders in memory: what env_memory.c and env_crash.c share.
 *
 * A node counts who holds it: names in folders, open files, locks, the log. Files only grow.
 */
#ifndef WY_SUPPORT_MEMORY_TREE_H
#define WY_SUPPORT_MEMORY_TREE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/env.h"
#include "support/env_call.h"

enum { WY_MEMORY_NAME = 256 };

typedef struct wy_memory_node wy_memory_node;

typedef struct wy_memory_name {
    char *name;
    wy_memory_node *node; /* held */
} wy_memory_name;

typedef struct wy_memory_names {
    wy_memory_name *list;
    size_t count, capacity;
} wy_memory_names;

/* A change of a folder that no sync_dir made durable: `away` goes (if it still is `node`), and
 * `here` becomes `node`. Either name may be NULL. */
typedef struct wy_memory_change {
    char *away, *here;
    wy_memory_node *node; /* held */
} wy_memory_change;

struct wy_memory_node {
    bool folder;
    size_t references;

    /* Files. */
    size_t id; /* its place among the files of the env */
    uint8_t *data;
    size_t length, capacity;
    bool locked;

    /* Folders. */
    wy_memory_names names;

    /* Only while a log is replayed (env_crash.c). A file has its bytes in `origin` then, and of
     * them `length` are written and `synced` durable. */
    wy_memory_node *origin; /* not held: the log does */
    size_t synced;
    wy_memory_names durable;
    wy_memory_change *changes;
    size_t change_count, change_capacity;
};

wy_memory_node *wy_memory_node_make(bool folder);
wy_memory_node *wy_memory_node_hold(wy_memory_node *node);
void wy_memory_node_drop(wy_memory_node *node); /* NULL is ignored */
void wy_memory_node_append(wy_memory_node *node, const void *data, size_t length);

wy_memory_node *wy_memory_names_get(const wy_memory_names *names, const char *name);
void wy_memory_names_set(wy_memory_names *names, const char *name, wy_memory_node *node);
void wy_memory_names_remove(wy_memory_names *names, const char *name);
void wy_memory_names_copy(wy_memory_names *to, const wy_memory_names *from); /* replaces */
void wy_memory_names_free(wy_memory_names *names);

/* All folders are new; files are new too, or the same where `share`. */
wy_memory_node *wy_memory_tree_copy(const wy_memory_node *root, bool share);

/* 0 or an errno. `name` gets the last part of the path, "" where it means the root. */
int wy_memory_find(wy_memory_node *root, const char *path, wy_memory_node **out);
int wy_memory_find_folder_of(wy_memory_node *root, const char *path, wy_memory_node **folder,
                             char name[WY_MEMORY_NAME]);

/* ---- The env ------------------------------------------------------------------------------ */

typedef struct wy_memory_record {
    wy_env_call call;
    char *path, *to;
    wy_memory_node *node;  /* held: the file that is created, written, synced, set */
    size_t offset, length; /* of a write in it */
} wy_memory_record;

struct wy_memory_env {
    wy_env env;
    pthread_mutex_t mutex; /* over all that follows */
    wy_memory_node *root;
    wy_memory_node *base; /* the tree when the log began; its files are those of then */
    wy_memory_record *log;
    size_t steps, capacity;
    size_t files; /* ids given */
    size_t open_files, open_maps, open_locks;
};

/* An env whose tree is `root`, which it takes over. */
struct wy_memory_env *wy_memory_env_of_tree(wy_memory_node *root);

#endif
