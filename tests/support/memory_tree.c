/*
 * support/memory_tree.c
 */
#include "support/memory_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

wy_memory_node *wy_memory_node_make(bool folder)
{
    wy_memory_node *node = wy_test_alloc(sizeof *node);
    *node = (wy_memory_node){.folder = folder, .references = 1};
    return node;
}

wy_memory_node *wy_memory_node_hold(wy_memory_node *node)
{
    if (node) node->references++;
    return node;
}

void wy_memory_node_drop(wy_memory_node *node)
{
    if (!node || --node->references > 0) return;
    wy_memory_names_free(&node->names);
    wy_memory_names_free(&node->durable);
    for (size_t i = 0; i < node->change_count; i++) {
        free(node->changes[i].away);
        free(node->changes[i].here);
        wy_memory_node_drop(node->changes[i].node);
    }
    free(node->changes);
    free(node->data);
    free(node);
}

void wy_memory_node_append(wy_memory_node *node, const void *data, size_t length)
{
    wy_test_must(!node->folder);
    if (length == 0) return;
    if (length > node->capacity - node->length) {
        node->capacity = (node->length + length) * 2;
        node->data = wy_test_realloc(node->data, node->capacity);
    }
    memcpy(node->data + node->length, data, length);
    node->length += length;
}

/* ---- Names -------------------------------------------------------------------------------- */

static wy_memory_name *find_name(const wy_memory_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->list[i].name, name) == 0) return &names->list[i];
    }
    return NULL;
}

wy_memory_node *wy_memory_names_get(const wy_memory_names *names, const char *name)
{
    const wy_memory_name *entry = find_name(names, name);
    return entry ? entry->node : NULL;
}

void wy_memory_names_set(wy_memory_names *names, const char *name, wy_memory_node *node)
{
    wy_memory_node_hold(node);
    wy_memory_name *entry = find_name(names, name);
    if (entry) {
        wy_memory_node_drop(entry->node);
        entry->node = node;
        return;
    }
    if (names->count == names->capacity) {
        names->capacity = names->capacity * 2 + 8;
        names->list = wy_test_realloc(names->list, names->capacity * sizeof *names->list);
    }
    names->list[names->count++] = (wy_memory_name){wy_test_copy(name), node};
}

void wy_memory_names_remove(wy_memory_names *names, const char *name)
{
    wy_memory_name *entry = find_name(names, name);
    if (!entry) return;
    free(entry->name);
    wy_memory_node_drop(entry->node);
    *entry = names->list[--names->count];
}

void wy_memory_names_copy(wy_memory_names *to, const wy_memory_names *from)
{
    wy_memory_names copy = {0};
    for (size_t i = 0; i < from->count; i++)
        wy_memory_names_set(&copy, from->list[i].name, from->list[i].node);
    wy_memory_names_free(to);
    *to = copy;
}

void wy_memory_names_free(wy_memory_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->list[i].name);
        wy_memory_node_drop(names->list[i].node);
    }
    free(names->list);
    *names = (wy_memory_names){0};
}

/* ---- Trees and paths ---------------------------------------------------------------------- */

wy_memory_node *wy_memory_tree_copy(const wy_memory_node *root, bool share)
{
    wy_memory_node *copy = wy_memory_node_make(root->folder);
    if (!root->folder) {
        copy->id = root->id;
        wy_memory_node_append(copy, root->data, root->length);
        return copy;
    }
    for (size_t i = 0; i < root->names.count; i++) {
        wy_memory_node *from = root->names.list[i].node;
        wy_memory_node *child =
            share && !from->folder ? wy_memory_node_hold(from) : wy_memory_tree_copy(from, share);
        wy_memory_names_set(&copy->names, root->names.list[i].name, child);
        wy_memory_node_drop(child);
    }
    return copy;
}

/* The next part of a path, "" at its end. Moves *path behind it. 0 or an errno. */
static int next_part(const char **path, char name[WY_MEMORY_NAME])
{
    size_t length;
    do {
        while (**path == '/') ++*path;
        length = strcspn(*path, "/");
        if (length >= WY_MEMORY_NAME) return ENAMETOOLONG;
        memcpy(name, *path, length);
        name[length] = '\0';
        *path += length;
    } while (strcmp(name, ".") == 0);
    wy_test_must(strcmp(name, "..") != 0);
    return 0;
}

int wy_memory_find_folder_of(wy_memory_node *root, const char *path, wy_memory_node **folder,
                             char name[WY_MEMORY_NAME])
{
    char following[WY_MEMORY_NAME];
    int system = next_part(&path, name);
    *folder = root;
    while (system == 0 && (system = next_part(&path, following)) == 0 && following[0]) {
        *folder = wy_memory_names_get(&(*folder)->names, name);
        if (!*folder) return ENOENT;
        if (!(*folder)->folder) return ENOTDIR;
        memcpy(name, following, sizeof following);
    }
    return system;
}

int wy_memory_find(wy_memory_node *root, const char *path, wy_memory_node **out)
{
    char name[WY_MEMORY_NAME];
    wy_memory_node *folder;
    int system = wy_memory_find_folder_of(root, path, &folder, name);
    if (system != 0) return system;
    *out = name[0] ? wy_memory_names_get(&folder->names, name) : root;
    return *out ? 0 : ENOENT;
}
