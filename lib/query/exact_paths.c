#include "query/exact_paths.h"

#include <string.h>

#include "base/error.h"

static int by_units(const wy_exact_class *class, const wy_edge *edge)
{
    if (class->from != edge->from) return class->from < edge->from ? -1 : 1;
    return (class->to > edge->to) - (class->to < edge->to);
}

/* The class of an edge among those that are known, which are in order; or where it belongs. */
static uint32_t place_of(const wy_exact_paths *paths, const wy_edge *edge)
{
    uint32_t low = 0, high = paths->class_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (by_units(&paths->classes[middle], edge) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_class(wy_exact_paths *paths, const wy_edge *edge)
{
    const uint32_t at = place_of(paths, edge);
    if (at < paths->class_count && by_units(&paths->classes[at], edge) == 0) return;
    memmove(paths->classes + at + 1, paths->classes + at,
            (paths->class_count - at) * sizeof *paths->classes);
    uint64_t units = 0;
    for (uint32_t unit = edge->from; unit < edge->to; unit++) units |= wy_exact_bit(unit);
    paths->classes[at] = (wy_exact_class){edge->from, edge->to, units};
    paths->class_count++;
}

int wy_exact_paths_make(wy_exact_paths *paths, const wy_exact_query *query, const wy_edge *edges,
                        size_t count, uint32_t *class_of, wy_arena *arena, wy_error *error)
{
    memset(paths, 0, sizeof *paths);
    paths->units = query->unit_count;
    paths->classes = wy_arena_alloc(arena, (count + 1) * sizeof *paths->classes);
    if (!paths->classes) return wy_fail_memory(error);
    for (size_t i = 0; i < count; i++) add_class(paths, &edges[i]);
    for (size_t i = 0; i < count; i++) class_of[i] = place_of(paths, &edges[i]);
    paths->told_apart = paths->class_count <= 64 && paths->units <= 63;
    if (!paths->told_apart) return WY_OK;
    for (uint32_t i = 0; i < paths->units; i++)
        if (wy_exact_is_gap(&query->units[i])) paths->gaps |= UINT64_C(1) << i;
    for (uint32_t i = 0; i < paths->class_count; i++) {
        paths->starts[paths->classes[i].from] |= UINT64_C(1) << i;
        paths->ends[paths->classes[i].to] |= UINT64_C(1) << i;
    }
    return WY_OK;
}

/* Walks over all boundaries, from the left and then from the right. */
static uint64_t find_useful(const wy_exact_paths *paths, uint64_t classes)
{
    const uint32_t n = paths->units;
    uint64_t left = 1, right = UINT64_C(1) << n, from_left = 0, to_right = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!(left >> i & 1)) continue;
        left |= (paths->gaps >> i & 1) << (i + 1);
        from_left |= paths->starts[i] & classes;
        for (uint64_t m = paths->starts[i] & classes; m; m &= m - 1)
            left |= UINT64_C(1) << paths->classes[__builtin_ctzll(m)].to;
    }
    for (uint32_t i = n; i > 0; i--) {
        if (!(right >> i & 1)) continue;
        right |= (paths->gaps >> (i - 1) & 1) << (i - 1);
        to_right |= paths->ends[i] & classes;
        for (uint64_t m = paths->ends[i] & classes; m; m &= m - 1)
            right |= UINT64_C(1) << paths->classes[__builtin_ctzll(m)].from;
    }
    return from_left & to_right;
}

uint64_t wy_exact_paths_ask(wy_exact_paths *paths, uint64_t classes, size_t slot)
{
    paths->asked[slot] = classes;
    return paths->answers[slot] = find_useful(paths, classes);
}
