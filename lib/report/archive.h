/*
 * report/archive.h: the members of a ZIP archive that lies in memory, by libzip, which is loaded
 * when the first archive is opened.
 */
#ifndef WY_REPORT_ARCHIVE_H
#define WY_REPORT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wenyuan/wenyuan.h>

#include "base/mem.h"

typedef struct wy_archive wy_archive;

typedef struct wy_member {
    wy_archive *archive;
    void *file;      /* NULL: the archive has no member of that name */
    uint64_t packed; /* bytes in the archive */
} wy_member;

/* Opens an archive; `bytes` and `path` must live as long. WY_E_UNSUPPORTED (libzip is missing),
 * WY_E_FORMAT, WY_E_NOMEM. */
int wy_archive_open(wy_archive **archive, const wy_mem *mem, const char *path, const void *bytes,
                    size_t length, wy_error *error);

/* NULL: nothing happens. */
void wy_archive_close(wy_archive *archive);

/* Opens a member, whose name may differ in case. WY_OK too where there is none. WY_E_FORMAT. */
int wy_member_open(wy_member *member, wy_archive *archive, const char *name, wy_error *error);

/* Expands up to `room` bytes more. 0: all were read; below: the member is damaged. */
int64_t wy_member_read(wy_member *member, void *to, size_t room);

void wy_member_close(wy_member *member);

#endif
