/*
 * catalog.h: the files whose reports an index holds, and how they looked when they were read.
 */
#ifndef WY_TOOLS_CATALOG_H
#define WY_TOOLS_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include <wenyuan/wenyuan.h>

#include "map.h"

typedef struct catalog_report {
    char *id;
    size_t length;
    bool came_again;
} catalog_report;

typedef struct catalog_source {
    char *name; /* as in wy_report.source: an absolute path */
    uint64_t size;
    int64_t time;
    uint64_t hash;
    bool mixed;              /* its reports do not agree in size, time and hash */
    bool wanted;             /* the ids of its reports are to be gathered */
    catalog_report *reports; /* of a wanted source */
    size_t count, capacity;
} catalog_source;

/* Zeroed, it is empty. */
typedef struct catalog {
    catalog_source *sources;
    size_t count, capacity;
    map by_name; /* number in `sources` */
} catalog;

/* Reads the sources of all reports in the snapshot. */
int catalog_read(catalog *c, wy_snapshot *snapshot, wy_error *error);

/* Reads the ids of the reports of sources that are wanted. */
int catalog_read_ids(catalog *c, wy_snapshot *snapshot, wy_error *error);

/* NULL: the index has nothing of it. */
catalog_source *catalog_find(const catalog *c, const char *name);

void catalog_free(catalog *c);

#endif
