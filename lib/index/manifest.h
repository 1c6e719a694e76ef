/*
 * index/manifest.h: reading and replacing the manifest (manifest_format.h).
 */
#ifndef WY_INDEX_MANIFEST_H
#define WY_INDEX_MANIFEST_H

#include "segment/component.h"

typedef struct wy_manifest {
    const wy_mem *mem;
    uint64_t bytes; /* of the file it was read from; 0 for one being made */
    uint64_t generation;
    uint64_t next_segment;
    char *analyzer, *identity, *icu_version;
    wy_segment_info *segments; /* in order of their numbers */
    size_t count, capacity;
} wy_manifest;

/* An empty manifest for text cut as these say; all strings are copied. */
int wy_manifest_init(wy_manifest *manifest, const wy_mem *mem, const char *analyzer,
                     const char *identity, const char *icu_version, wy_error *error);
int wy_manifest_copy(wy_manifest *to, const wy_manifest *from, wy_error *error);
void wy_manifest_free(wy_manifest *manifest); /* a zeroed one is ignored */

/* Appends or removes. */
int wy_manifest_add(wy_manifest *manifest, const wy_segment_info *info, wy_error *error);
void wy_manifest_remove(wy_manifest *manifest, uint64_t number);

/* Reads the manifest in `folder`. WY_E_NOT_FOUND, WY_E_DAMAGED, WY_E_VERSION. */
int wy_manifest_read(const wy_env *env, const wy_mem *mem, const char *folder, wy_manifest *out,
                     wy_error *error);

/* Parses the bytes of one; `path` is for messages. */
int wy_manifest_parse(const wy_mem *mem, const char *path, const uint8_t *data, size_t length,
                      wy_manifest *out, wy_error *error);

/* Replaces the manifest in `folder`. With `sync` it is on the disk when this returns. */
int wy_manifest_write(const wy_env *env, const wy_manifest *manifest, const char *folder, bool sync,
                      wy_error *error);

/* The number of the segment that a file of this name belongs to; false: it is none of a segment. */
bool wy_manifest_file_number(const char *name, uint64_t *number);

/* Removes the files in `folder` that have the names of an index's files and that `manifest` does
 * not name. Only for the writer. Files that cannot be removed are left for the next time. */
int wy_manifest_sweep(const wy_env *env, const wy_manifest *manifest, const char *folder,
                      wy_error *error);

#endif
