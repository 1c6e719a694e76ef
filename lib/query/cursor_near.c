/*
 * query/cursor_near.c: documents in which words or phrases stand near each other, in any order.
 *
 * Spots of parts are near where they do not overlap and at most so many characters are between
 * them. The parts make a chain: each spot of a part is wanted near one of the part before and near
 * one of the part behind it. A pass from the first part to the last keeps the spots that hang
 * together with one of each part before; a pass back keeps those that also do with the parts
 * behind. What is left are the spots of all whole chains. The frequency is that of the part which
 * has the fewest left: so many chains there are that share no spot, at most.
 */
#include "query/cursor.h"

#include <stdlib.h>

#include "base/error.h"

typedef struct near_part {
    wy_cursor *cursor;
    uint32_t distance; /* to the part before */
    wy_spot *spots;    /* those kept */
    size_t count, capacity;
} near_part;

typedef struct near_cursor {
    wy_cursor base;
    const wy_site *site;
    float weight;
    const float *k;         /* K by length code; NULL where nothing is ranked */
    const uint8_t *lengths; /* length code by document */
    wy_cursor *all;         /* documents that hold all parts */
    near_part *parts;
    wy_cursor **cursors; /* of the parts */
    size_t count;
    bool in_row;
    uint32_t *ends; /* of the spots of a part, ascending */
    size_t end_capacity;
    uint32_t checked; /* the document whose frequency is known */
    uint32_t freq;
} near_cursor;

/* ---- Spots ---------------------------------------------------------------------------------- */

static int compare_ends(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Puts the ends of the part's spots in order. Mostly they are: all spots are as wide. */
static bool sort_ends(near_cursor *c, const near_part *part)
{
    bool sorted = true;
    if (!wy_grow(c->site->plan->mem, &c->ends, &c->end_capacity, part->count, sizeof *c->ends))
        return false;
    for (size_t i = 0; i < part->count; i++) {
        c->ends[i] = part->spots[i].end;
        sorted = sorted && (i == 0 || c->ends[i - 1] <= c->ends[i]);
    }
    if (!sorted) qsort(c->ends, part->count, sizeof *c->ends, compare_ends);
    return true;
}

/* The first end in c->ends that is not below `least`. */
static size_t find_end(const near_cursor *c, size_t count, uint32_t least)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (c->ends[middle] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first spot of `part` that does not begin before `least`. */
static size_t find_begin(const near_part *part, uint32_t least)
{
    size_t low = 0, high = part->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (part->spots[middle].begin < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether a spot of `other`, whose ends are in c->ends, is near `spot`: the last that ends before
 * it, or the first that begins behind it. */
static bool is_near(const near_cursor *c, const near_part *other, wy_spot spot, uint32_t distance)
{
    const size_t end = find_end(c, other->count, spot.begin + 1);
    if (end > 0 && spot.begin - c->ends[end - 1] <= distance) return true;
    const size_t begin = find_begin(other, spot.end);
    return begin < other->count && other->spots[begin].begin - spot.end <= distance;
}

/* Whether a spot of `other`, whose ends are in c->ends, is where it has to be for `spot`: near it,
 * or, in a row, at exactly that distance before it (`before`) or behind. */
static bool is_kept(const near_cursor *c, const near_part *other, wy_spot spot, uint32_t distance,
                    bool before)
{
    if (!c->in_row) return is_near(c, other, spot, distance);
    if (before) {
        if (spot.begin < distance) return false;
        const size_t at = find_end(c, other->count, spot.begin - distance);
        return at < other->count && c->ends[at] == spot.begin - distance;
    }
    const size_t at = find_begin(other, spot.end + distance);
    return at < other->count && other->spots[at].begin == spot.end + distance;
}

/* Keeps the spots of `part` that are near one of `other`, the part before or behind it. */
static bool keep_near(near_cursor *c, near_part *part, const near_part *other, uint32_t distance)
{
    size_t kept = 0;
    if (!sort_ends(c, other)) return false;
    for (size_t i = 0; i < part->count; i++) {
        part->spots[kept] = part->spots[i];
        kept += is_kept(c, other, part->spots[i], distance, other < part);
    }
    part->count = kept;
    return true;
}

/* Copies the spots of a part in the candidate. */
static int take_spots(near_cursor *c, near_part *part, wy_error *error)
{
    const wy_spot *spots;
    size_t count;
    int status = part->cursor->ops->spots(part->cursor, &spots, &count, error);
    if (status) return status;
    if (!wy_grow(c->site->plan->mem, &part->spots, &part->capacity, count, sizeof *part->spots))
        return wy_fail_memory(error);
    for (size_t i = 0; i < count; i++) part->spots[i] = spots[i];
    part->count = count;
    return WY_OK;
}

static int count_chains(near_cursor *c, wy_error *error)
{
    size_t least = SIZE_MAX;
    c->freq = 0;
    for (size_t i = 0; i < c->count; i++) {
        near_part *part = &c->parts[i];
        int status = take_spots(c, part, error);
        if (status) return status;
        if (i > 0 && !keep_near(c, part, part - 1, part->distance)) return wy_fail_memory(error);
        if (part->count == 0) return WY_OK;
    }
    for (size_t i = c->count - 1; i-- > 0;) {
        near_part *part = &c->parts[i];
        if (!keep_near(c, part, part + 1, part[1].distance)) return wy_fail_memory(error);
    }
    for (size_t i = 0; i < c->count; i++)
        if (c->parts[i].count < least) least = c->parts[i].count;
    c->freq = least < UINT32_MAX ? (uint32_t)least : UINT32_MAX;
    return WY_OK;
}

/* ---- The cursor ----------------------------------------------------------------------------- */

static int near_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    near_cursor *c = (near_cursor *)cursor;
    int status = c->all->doc < target ? wy_cursor_seek(c->all, target, error) : WY_OK;
    c->base.doc = c->all->doc;
    return status;
}

static int near_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    near_cursor *c = (near_cursor *)cursor;
    int status = WY_OK;
    if (c->checked != c->base.doc) {
        bool all;
        c->freq = 0;
        status = wy_cursor_check(c->all, &all, error);
        if (!status && all) status = count_chains(c, error);
        if (!status) c->checked = c->base.doc;
    }
    *match = !status && c->freq > 0;
    return status;
}

static int near_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    (void)error;
    *out = ((const near_cursor *)cursor)->freq;
    return WY_OK;
}

static int near_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    const near_cursor *c = (const near_cursor *)cursor;
    (void)error;
    *out = wy_score(c->weight, c->freq, c->k[c->lengths[c->base.doc]]);
    return WY_OK;
}

/* The parts have the weight of the whole, and each is there at least as often. */
static int near_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                      wy_error *error)
{
    const near_cursor *c = (const near_cursor *)cursor;
    return wy_cursors_bound(c->cursors, c->count, true, target, last, out, error);
}

static void near_close(wy_cursor *cursor)
{
    near_cursor *c = (near_cursor *)cursor;
    for (size_t i = 0; i < c->count; i++) wy_free(c->site->plan->mem, c->parts[i].spots);
    wy_free(c->site->plan->mem, c->ends);
}

static const wy_cursor_ops near_ops = {.seek = near_seek,
                                       .check = near_check,
                                       .score = near_score,
                                       .freq = near_freq,
                                       .bound = near_bound,
                                       .close = near_close};

/* Makes the cursors of the parts. *some is false where one of them matches nothing here. */
static int make_parts(wy_site *site, near_cursor *c, const wy_node *list, uint32_t first,
                      bool *some, wy_error *error)
{
    *some = true;
    for (const wy_node *n = list; n && *some; n = n->next) {
        near_part *part = &c->parts[c->count];
        *part = (near_part){.distance = n->distance};
        int status = wy_cursor_leaf(site, n, first, &part->cursor, error);
        if (status) return status;
        *some = part->cursor != NULL;
        if (*some) c->cursors[c->count++] = part->cursor;
    }
    return WY_OK;
}

int wy_cursor_near(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                   wy_error *error)
{
    size_t count = 0;
    bool some;
    *out = NULL;
    for (const wy_node *n = node->parts; n; n = n->next) count++;
    near_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    near_part *parts = wy_arena_alloc(site->arena, count * sizeof *parts);
    wy_cursor **cursors = wy_arena_alloc(site->arena, count * sizeof(wy_cursor *));
    const wy_norms *norms = site->plan->norms[node->field];
    if (!c || !parts || !cursors) return wy_fail_memory(error);
    *c = (near_cursor){.base = {.ops = &near_ops, .max = UINT64_MAX},
                       .site = site,
                       .weight = node->weight,
                       .k = norms ? norms->k : NULL,
                       .lengths = site->lengths[node->field],
                       .parts = parts,
                       .cursors = cursors,
                       .in_row = node->in_row,
                       .checked = WY_NO_DOC};
    int status = make_parts(site, c, node->parts, first, &some, error);
    if (status || !some) return status;
    for (size_t i = 0; i < count; i++)
        if (cursors[i]->max < c->base.max) c->base.max = cursors[i]->max;
    status = wy_cursor_and(site, cursors, count, first, &c->all, error);
    if (status) return status;
    c->base.cost = c->all->cost;
    c->base.doc = c->all->doc;
    wy_site_note(site, &c->base);
    *out = &c->base;
    return WY_OK;
}
