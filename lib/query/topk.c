/*
 * query/topk.c: a binary heap with the worst match on top.
 */
#include "query/topk.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/order.h"

/* What equal scores of different segments are ordered by. */
typedef struct match_key {
    int32_t year;
    uint32_t paragraph; /* number in the report */
    const char *id;
    size_t id_length;
} match_key;

struct wy_topk_entry {
    wy_match match;
    const match_key *key; /* NULL until needed */
};

void wy_topk_begin(wy_topk *topk, const wy_scope *scope, const wy_mem *mem, size_t limit,
                   wy_error *error)
{
    *topk =
        (wy_topk){.scope = scope, .mem = mem, .limit = limit, .lost = UINT64_MAX, .error = error};
    wy_arena_init(&topk->arena, mem);
}

void wy_topk_free(wy_topk *topk)
{
    if (!topk->mem) return;
    for (size_t i = 0; topk->readers && i < topk->scope->count; i++) {
        if (topk->readers[i]) wy_store_reader_close(topk->readers[i]);
    }
    wy_free(topk->mem, topk->readers);
    wy_free(topk->mem, topk->heap);
    wy_arena_free(&topk->arena);
}

/* ---- Order --------------------------------------------------------------------------------- */

static int open_reader(wy_topk *topk, uint32_t segment, wy_store_reader **out)
{
    if (!topk->readers) {
        topk->readers = wy_calloc(topk->mem, topk->scope->count * sizeof *topk->readers);
        if (!topk->readers) return wy_fail_memory(topk->error);
    }
    int status = WY_OK;
    if (!topk->readers[segment])
        status = wy_store_reader_open(wy_segment_report_records(topk->scope->segments[segment]),
                                      &topk->readers[segment], topk->error);
    *out = topk->readers[segment];
    return status;
}

static int read_id(wy_topk *topk, uint32_t segment, uint32_t report, match_key *key)
{
    wy_store_reader *reader = NULL;
    wy_report record = {0};
    wy_section *sections = NULL;
    int status = open_reader(topk, segment, &reader);
    if (!status)
        status = wy_segment_read_report(topk->scope->segments[segment], reader, topk->mem, report,
                                        &record, NULL, &sections, topk->error);
    if (!status) {
        key->id = wy_arena_strndup(&topk->arena, record.id.data, record.id.length);
        key->id_length = record.id.length;
        if (!key->id) status = wy_fail_memory(topk->error);
    }
    wy_free(topk->mem, sections);
    return status;
}

static int load_key(wy_topk *topk, wy_topk_entry *entry)
{
    if (entry->key) return WY_OK;
    const wy_match *m = &entry->match;
    const wy_columns *columns = wy_segment_columns(topk->scope->segments[m->segment]);
    uint32_t report;
    wy_report_row row;
    int status = wy_columns_report_of(columns, m->paragraph, &report, topk->error);
    if (!status) status = wy_columns_report(columns, report, &row, topk->error);
    if (status) return status;
    match_key *key = wy_arena_alloc(&topk->arena, sizeof *key);
    if (!key) return wy_fail_memory(topk->error);
    *key = (match_key){.year = row.year, .paragraph = m->paragraph - row.first_paragraph};
    status = read_id(topk, m->segment, report, key);
    if (!status) entry->key = key;
    return status;
}

static int compare_keys(const match_key *a, const match_key *b)
{
    if (a->year != b->year) return a->year < b->year ? -1 : 1;
    int order = wy_bytes_compare(a->id, a->id_length, b->id, b->id_length);
    if (order) return order;
    return (a->paragraph > b->paragraph) - (a->paragraph < b->paragraph);
}

/* Whether `a` comes after `b`. A failure to read sticks in topk->status; the answer is void then.
 */
static bool is_worse(wy_topk *topk, wy_topk_entry *a, wy_topk_entry *b)
{
    const wy_match *x = &a->match, *y = &b->match;
    if (x->score != y->score) return x->score < y->score;
    if (x->segment == y->segment) return x->paragraph > y->paragraph;
    if (!topk->status) topk->status = load_key(topk, a);
    if (!topk->status) topk->status = load_key(topk, b);
    if (topk->status) return x->segment > y->segment;
    int order = compare_keys(a->key, b->key);
    /* The same report in two snapshots: as the caller listed them. */
    return order ? order > 0 : x->segment > y->segment;
}

/* ---- Heap ---------------------------------------------------------------------------------- */

static void sift_up(wy_topk *topk, size_t i)
{
    wy_topk_entry moved = topk->heap[i];
    while (i > 0) {
        size_t parent = (i - 1) / 2;
        if (!is_worse(topk, &moved, &topk->heap[parent])) break;
        topk->heap[i] = topk->heap[parent];
        i = parent;
    }
    topk->heap[i] = moved;
}

static void sift_down(wy_topk *topk)
{
    size_t i = 0;
    wy_topk_entry moved = topk->heap[0];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= topk->size) break;
        if (child + 1 < topk->size && is_worse(topk, &topk->heap[child + 1], &topk->heap[child]))
            child++;
        if (!is_worse(topk, &topk->heap[child], &moved)) break;
        topk->heap[i] = topk->heap[child];
        i = child;
    }
    topk->heap[i] = moved;
}

/*
 * A score equal to the worst's can win only by order: never where the worst is of the same segment,
 * since ids ascend, and not after another of this segment has lost by order.
 */
static void set_need(wy_topk *topk)
{
    if (topk->size < topk->limit) {
        topk->need = 0;
        return;
    }
    const wy_match *worst = &topk->heap[0].match;
    bool closed = worst->segment == topk->segment || topk->lost == worst->score;
    topk->need = worst->score + closed;
}

void wy_topk_segment(wy_topk *topk, uint32_t segment)
{
    assert(topk->limit > 0);
    topk->segment = segment;
    topk->lost = UINT64_MAX;
    set_need(topk);
}

int wy_topk_push(wy_topk *topk, uint32_t paragraph, uint64_t score)
{
    assert(score >= topk->need);
    wy_topk_entry entry = {.match = {score, topk->segment, paragraph}};
    if (topk->size < topk->limit) {
        if (!wy_grow(topk->mem, &topk->heap, &topk->capacity, topk->size + 1, sizeof *topk->heap))
            return wy_fail_memory(topk->error);
        topk->heap[topk->size++] = entry;
        sift_up(topk, topk->size - 1);
    } else if (is_worse(topk, &entry, &topk->heap[0])) {
        topk->lost = score;
    } else {
        topk->heap[0] = entry;
        sift_down(topk);
    }
    set_need(topk);
    return topk->status;
}

int wy_topk_take(wy_topk *topk, wy_match **out, size_t *size)
{
    *out = NULL;
    *size = 0;
    if (topk->size == 0) return WY_OK;
    size_t count = topk->size;
    wy_match *list = wy_alloc_array(topk->mem, count, sizeof *list);
    if (!list) return wy_fail_memory(topk->error);
    while (topk->size > 0 && !topk->status) {
        list[topk->size - 1] = topk->heap[0].match;
        topk->heap[0] = topk->heap[--topk->size];
        if (topk->size) sift_down(topk);
    }
    if (topk->status) {
        wy_free(topk->mem, list);
        return topk->status;
    }
    *out = list;
    *size = count;
    return WY_OK;
}
