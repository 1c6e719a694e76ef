/*
 * catalog.c: what an index holds of which file.
 */
#include "catalog.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

static int add_source(void *context, const wy_report *report)
{
    catalog *c = context;
    bool added;
    if (report->source.length == 0) return 0;
    size_t *number = map_put(&c->by_name, report->source.data, report->source.length, &added);
    if (!added) {
        catalog_source *source = &c->sources[*number];
        if (source->size != report->source_size || source->time != report->source_time ||
            source->hash != report->source_hash)
            source->mixed = true;
        return 0;
    }
    if (c->count == c->capacity) {
        c->capacity = c->capacity ? c->capacity * 2 : 64;
        c->sources = more_memory(c->sources, c->capacity, sizeof *c->sources);
    }
    *number = c->count;
    c->sources[c->count++] = (catalog_source){
        .name = copy_text(report->source.data, report->source.length),
        .size = report->source_size,
        .time = report->source_time,
        .hash = report->source_hash,
    };
    return 0;
}

int catalog_read(catalog *c, wy_snapshot *snapshot, wy_error *error)
{
    return wy_snapshot_reports(snapshot, add_source, c, error);
}

static int add_id(void *context, const wy_report *report)
{
    catalog *c = context;
    size_t *number = map_get(&c->by_name, report->source.data, report->source.length);
    if (!number || !c->sources[*number].wanted) return 0;
    catalog_source *s = &c->sources[*number];
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 1;
        s->reports = more_memory(s->reports, s->capacity, sizeof *s->reports);
    }
    s->reports[s->count++] =
        (catalog_report){copy_text(report->id.data, report->id.length), report->id.length, false};
    return 0;
}

int catalog_read_ids(catalog *c, wy_snapshot *snapshot, wy_error *error)
{
    return wy_snapshot_reports(snapshot, add_id, c, error);
}

catalog_source *catalog_find(const catalog *c, const char *name)
{
    size_t *number = map_get(&c->by_name, name, strlen(name));
    return number ? &c->sources[*number] : NULL;
}

void catalog_free(catalog *c)
{
    for (size_t i = 0; i < c->count; i++) {
        catalog_source *s = &c->sources[i];
        for (size_t j = 0; j < s->count; j++) free(s->reports[j].id);
        free(s->reports);
        free(s->name);
    }
    free(c->sources);
    map_free(&c->by_name);
    *c = (catalog){0};
}
