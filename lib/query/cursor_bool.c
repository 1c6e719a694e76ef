/*
 * query/cursor_bool.c: cursors made of cursors.
 */
#include "query/cursor.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

typedef struct group_cursor {
    wy_cursor base;
    size_t count;
    wy_cursor **parts; /* and: by cost; or: a heap by doc, least first */
    uint32_t checked;  /* or: the candidate that was checked last ... */
    bool match;        /* ... and what came of it */
} group_cursor;

static int make_group(wy_site *site, const wy_cursor_ops *ops, wy_cursor **parts, size_t count,
                      group_cursor **out, wy_error *error)
{
    group_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    wy_cursor **own = wy_arena_alloc(site->arena, count * sizeof *own);
    if (!c || !own) return wy_fail_memory(error);
    memcpy(own, parts, count * sizeof *own);
    *c = (group_cursor){.base = {.ops = ops}, .count = count, .parts = own, .checked = WY_NO_DOC};
    for (size_t i = 0; i < count; i++) c->base.max += own[i]->max;
    *out = c;
    return WY_OK;
}

int wy_cursors_bound(wy_cursor *const *parts, size_t count, bool least, uint32_t target,
                     uint32_t *last, uint64_t *out, wy_error *error)
{
    *last = WY_NO_DOC;
    *out = least ? UINT64_MAX : 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t until;
        uint64_t bound;
        int status = wy_cursor_bound(parts[i], target, &until, &bound, error);
        if (status) return status;
        if (until < *last) *last = until;
        if (!least)
            *out += bound;
        else if (bound < *out)
            *out = bound;
    }
    return WY_OK;
}

static int group_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                       wy_error *error)
{
    const group_cursor *c = (const group_cursor *)cursor;
    return wy_cursors_bound(c->parts, c->count, false, target, last, out, error);
}

/* ---- And ----------------------------------------------------------------------------------- */

static int and_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    group_cursor *c = (group_cursor *)cursor;
    int status;
    size_t i = 0;
    while (i < c->count) {
        wy_cursor *part = c->parts[i];
        if (part->doc < target && (status = wy_cursor_seek(part, target, error))) return status;
        if (part->doc == target || i == 0) {
            target = part->doc;
            i++;
        } else { /* further than the rest: begin again from there */
            target = part->doc;
            i = 0;
        }
        if (target == WY_NO_DOC) break;
    }
    c->base.doc = target;
    return WY_OK;
}

static int and_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    group_cursor *c = (group_cursor *)cursor;
    int status = WY_OK;
    *match = true;
    for (size_t i = 0; i < c->count && *match && !status; i++)
        status = wy_cursor_check(c->parts[i], match, error);
    return status;
}

static int and_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    group_cursor *c = (group_cursor *)cursor;
    int status = WY_OK;
    uint64_t sum = 0, part = 0;
    for (size_t i = 0; i < c->count && !status; i++) {
        status = wy_cursor_score(c->parts[i], &part, error);
        sum += part;
    }
    *out = sum;
    return status;
}

static int and_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    group_cursor *c = (group_cursor *)cursor;
    int status = WY_OK;
    uint64_t sum = 0, part = 0;
    for (size_t i = 0; i < c->count && !status; i++) {
        status = wy_cursor_peek(c->parts[i], &part, error);
        sum += part;
    }
    *out = sum;
    return status;
}

static const wy_cursor_ops and_ops = {.seek = and_seek,
                                      .check = and_check,
                                      .score = and_score,
                                      .peek = and_peek,
                                      .bound = group_bound};

static int by_cost(const void *a, const void *b)
{
    const wy_cursor *x = *(wy_cursor *const *)a, *y = *(wy_cursor *const *)b;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

int wy_cursor_and(wy_site *site, wy_cursor **parts, size_t count, uint32_t first, wy_cursor **out,
                  wy_error *error)
{
    group_cursor *c;
    if (count == 1) {
        *out = parts[0];
        return WY_OK;
    }
    int status = make_group(site, &and_ops, parts, count, &c, error);
    if (status) return status;
    qsort(c->parts, count, sizeof *c->parts, by_cost);
    c->base.cost = c->parts[0]->cost;
    *out = &c->base;
    return and_seek(*out, first, error);
}

/* ---- Or ------------------------------------------------------------------------------------ */

static void sift_down(group_cursor *c, size_t i)
{
    wy_cursor *moved = c->parts[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= c->count) break;
        if (child + 1 < c->count && c->parts[child + 1]->doc < c->parts[child]->doc) child++;
        if (c->parts[child]->doc >= moved->doc) break;
        c->parts[i] = c->parts[child];
        i = child;
    }
    c->parts[i] = moved;
}

static int or_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    group_cursor *c = (group_cursor *)cursor;
    int status = WY_OK;
    while (!status && c->parts[0]->doc < target) {
        status = wy_cursor_seek(c->parts[0], target, error);
        sift_down(c, 0);
    }
    c->base.doc = c->parts[0]->doc;
    return status;
}

typedef int (*visit_fn)(wy_cursor *part, uint64_t *sum, wy_error *error);

/* Visits the parts that stand at the candidate: the top of the heap. */
static int visit(group_cursor *c, size_t i, visit_fn each, uint64_t *sum, wy_error *error)
{
    int status = WY_OK;
    while (i < c->count && c->parts[i]->doc == c->base.doc && !status) {
        status = each(c->parts[i], sum, error);
        if (!status) status = visit(c, 2 * i + 1, each, sum, error);
        i = 2 * i + 2;
    }
    return status;
}

static int count_match(wy_cursor *part, uint64_t *sum, wy_error *error)
{
    bool match = true;
    int status = *sum ? WY_OK : wy_cursor_check(part, &match, error);
    *sum += match;
    return status;
}

static int add_score(wy_cursor *part, uint64_t *sum, wy_error *error)
{
    bool match;
    uint64_t score = 0;
    int status = wy_cursor_check(part, &match, error);
    if (!status && match) status = wy_cursor_score(part, &score, error);
    *sum += score;
    return status;
}

static int add_peek(wy_cursor *part, uint64_t *sum, wy_error *error)
{
    uint64_t score = 0;
    int status = wy_cursor_peek(part, &score, error);
    *sum += score;
    return status;
}

static int or_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    group_cursor *c = (group_cursor *)cursor;
    uint64_t matches = 0;
    int status = WY_OK;
    if (c->checked != c->base.doc) {
        status = visit(c, 0, count_match, &matches, error);
        c->match = matches > 0;
        c->checked = c->base.doc;
    }
    *match = c->match;
    return status;
}

static int or_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    *out = 0;
    return visit((group_cursor *)cursor, 0, add_score, out, error);
}

static int or_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    *out = 0;
    return visit((group_cursor *)cursor, 0, add_peek, out, error);
}

static const wy_cursor_ops or_ops = {
    .seek = or_seek, .check = or_check, .score = or_score, .peek = or_peek, .bound = group_bound};

int wy_cursor_or(wy_site *site, wy_cursor **parts, size_t count, wy_cursor **out, wy_error *error)
{
    group_cursor *c;
    if (count == 1) {
        *out = parts[0];
        return WY_OK;
    }
    int status = make_group(site, &or_ops, parts, count, &c, error);
    if (status) return status;
    for (size_t i = 0; i < count; i++) c->base.cost += c->parts[i]->cost;
    for (size_t i = count / 2; i-- > 0;) sift_down(c, i);
    c->base.doc = c->parts[0]->doc;
    *out = &c->base;
    return WY_OK;
}

/* ---- With more, and without ---------------------------------------------------------------- */

typedef struct combined_cursor {
    wy_cursor base;
    wy_cursor *main, *extra, *without; /* the last two may be NULL */
} combined_cursor;

static int combined_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    combined_cursor *c = (combined_cursor *)cursor;
    int status = c->main->doc < target ? wy_cursor_seek(c->main, target, error) : WY_OK;
    c->base.doc = c->main->doc;
    return status;
}

static int combined_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    combined_cursor *c = (combined_cursor *)cursor;
    int status = wy_cursor_check(c->main, match, error);
    if (status || !*match || !c->without) return status;
    bool shut_out;
    status = wy_cursor_matches(c->without, c->base.doc, &shut_out, error);
    *match = !shut_out;
    return status;
}

static int combined_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    combined_cursor *c = (combined_cursor *)cursor;
    bool match = false;
    uint64_t more = 0;
    int status = wy_cursor_score(c->main, out, error);
    if (!status && c->extra) status = wy_cursor_matches(c->extra, c->base.doc, &match, error);
    if (!status && match) status = wy_cursor_score(c->extra, &more, error);
    *out += more;
    return status;
}

static int combined_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    combined_cursor *c = (combined_cursor *)cursor;
    int status = wy_cursor_peek(c->main, out, error);
    if (c->extra) *out += c->extra->max;
    return status;
}

static int combined_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                          wy_error *error)
{
    combined_cursor *c = (combined_cursor *)cursor;
    int status = wy_cursor_bound(c->main, target, last, out, error);
    if (status || !c->extra) return status;
    uint32_t until;
    uint64_t more;
    status = wy_cursor_bound(c->extra, target, &until, &more, error);
    if (until < *last) *last = until;
    *out += more;
    return status;
}

static const wy_cursor_ops combined_ops = {.seek = combined_seek,
                                           .check = combined_check,
                                           .score = combined_score,
                                           .peek = combined_peek,
                                           .bound = combined_bound};

int wy_cursor_combine(wy_site *site, wy_cursor *base, wy_cursor *extra, wy_cursor *without,
                      wy_cursor **out, wy_error *error)
{
    *out = base;
    if (!extra && !without) return WY_OK;
    combined_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c = (combined_cursor){.base = *base, .main = base, .extra = extra, .without = without};
    c->base.ops = &combined_ops;
    c->base.max = base->max + (extra ? extra->max : 0);
    c->base.opened_before = NULL;
    *out = &c->base;
    return WY_OK;
}
