#include "index/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"

void wy_pending_init(wy_pending *p, const wy_mem *mem)
{
    memset(p, 0, sizeof *p);
    p->mem = mem;
    p->next = 1;
    wy_strmap_init(&p->last, mem);
}

void wy_pending_free(wy_pending *p)
{
    wy_strmap_free(&p->last);
    wy_free(p->mem, p->superseded);
}

void wy_pending_clear(wy_pending *p)
{
    wy_strmap_clear(&p->last);
    p->count = 0;
}

bool wy_pending_empty(const wy_pending *p)
{
    return p->last.count == 0;
}

/* Notes the last word on an id; an instance added before it since the last commit is void. */
static int note(wy_pending *p, wy_string id, uint64_t value, wy_error *error)
{
    if (!wy_grow(p->mem, &p->superseded, &p->capacity, p->count + 1, sizeof *p->superseded))
        return wy_fail_memory(error);
    bool added;
    uint64_t *last = wy_strmap_put(&p->last, id.data, id.length, &added);
    if (!last) return wy_fail_memory(error);
    if (!added && !(*last & 1)) {
        p->superseded[p->count++] = *last >> 1;
        p->sorted = false;
    }
    *last = value;
    return WY_OK;
}

int wy_pending_add(wy_pending *p, wy_string id, uint64_t *sequence, wy_error *error)
{
    int status = note(p, id, p->next << 1, error);
    if (status == WY_OK) *sequence = p->next++;
    return status;
}

int wy_pending_delete(wy_pending *p, wy_string id, wy_error *error)
{
    int status = note(p, id, p->next << 1 | 1, error);
    if (status == WY_OK) p->next++;
    return status;
}

/* ---- Who dies -----------------------------------------------------------------------------------
 */

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int push(const wy_pending *p, wy_dead_list *out, uint32_t report, wy_error *error)
{
    if (!wy_grow(p->mem, &out->reports, &out->capacity, out->count + 1, sizeof *out->reports))
        return wy_fail_memory(error);
    out->reports[out->count++] = report;
    return WY_OK;
}

int wy_pending_dead_new(wy_pending *p, const uint64_t *sequences, uint32_t reports,
                        wy_dead_list *out, wy_error *error)
{
    if (!p->sorted && p->count) qsort(p->superseded, p->count, sizeof *p->superseded, compare_u64);
    p->sorted = true;
    int status = WY_OK;
    for (uint32_t i = 0; i < reports && p->count && status == WY_OK; i++)
        if (bsearch(&sequences[i], p->superseded, p->count, sizeof *p->superseded, compare_u64))
            status = push(p, out, i, error);
    return status;
}

/* Finds the live report with this id, if the segment has it. */
static int find(const wy_segment *segment, const wy_mem *mem, wy_store_reader *records,
                const uint8_t *live, wy_string id, bool *found, uint32_t *report, wy_error *error)
{
    const wy_columns *columns = wy_segment_columns(segment);
    uint32_t place, count = 0;
    *found = false;
    int status = wy_columns_find(columns, wy_checksum(id.data, id.length), &place, &count, error);
    for (uint32_t i = 0; i < count && status == WY_OK && !*found; i++) {
        wy_report candidate;
        wy_section *sections;
        status = wy_columns_found(columns, place + i, report, error);
        if (status != WY_OK) break;
        if (live && !wy_bit(live, *report)) continue;
        status = wy_segment_read_report(segment, records, mem, *report, &candidate, NULL, &sections,
                                        error);
        if (status == WY_OK)
            *found = candidate.id.length == id.length &&
                     memcmp(candidate.id.data, id.data, id.length) == 0;
        wy_free(mem, sections);
    }
    return status;
}

int wy_pending_dead_old(const wy_pending *p, const wy_segment *segment, wy_dead_list *out,
                        wy_error *error)
{
    const uint8_t *paragraphs, *live;
    wy_store_reader *records = NULL;
    int status = wy_segment_live_bits(segment, &paragraphs, &live, error);
    if (status == WY_OK)
        status = wy_store_reader_open(wy_segment_report_records(segment), &records, error);
    for (size_t i = 0; i < p->last.capacity && status == WY_OK; i++) {
        const wy_strmap_slot *slot = &p->last.slots[i];
        if (!slot->key) continue;
        bool found;
        uint32_t report;
        wy_string id = {slot->key, slot->length};
        status = find(segment, p->mem, records, live, id, &found, &report, error);
        if (status == WY_OK && found) status = push(p, out, report, error);
    }
    wy_store_reader_close(records);
    if (status == WY_OK && out->count)
        qsort(out->reports, out->count, sizeof *out->reports, compare_u32);
    return status;
}
