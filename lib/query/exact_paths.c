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

/* Classes are in the order of where they begin; a gap comes before those that begin there too. */
static int make_steps(wy_exact_paths *paths, const wy_exact_query *query, wy_arena *arena,
                      wy_error *error)
{
    const wy_exact_class *class = paths->classes, *const end = class + paths->class_count;
    paths->steps =
        wy_arena_alloc(arena, (paths->class_count + query->gaps + 1) * sizeof *paths->steps);
    if (!paths->steps) return wy_fail_memory(error);
    for (uint32_t i = 0; i < paths->units; i++) {
        if (wy_exact_is_gap(&query->units[i]))
            paths->steps[paths->step_count++] = (wy_exact_step){i, i + 1, paths->slot_count};
        for (; class < end && class->from == i; class ++)
            paths->steps[paths->step_count++] =
                (wy_exact_step){i, class->to, (uint32_t)(class - paths->classes)};
    }
    return WY_OK;
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
    paths->slot_count = paths->class_count <= 64 ? paths->class_count : 64;
    return paths->told_apart ? make_steps(paths, query, arena, error) : WY_OK;
}

void wy_exact_paths_walk(const wy_exact_paths *paths, size_t words, uint64_t *left,
                         const uint64_t *there, uint64_t *useful)
{
    const wy_exact_step *const first = paths->steps, *const end = first + paths->step_count;
    const uint32_t n = paths->units;
    uint64_t from_left[64], to_right[64]; /* by boundary */
    for (size_t i = 0; i < words; i++) {
        memset(from_left, 0, (n + 1) * sizeof *from_left);
        memset(to_right, 0, (n + 1) * sizeof *to_right);
        from_left[0] = left[i];
        for (const wy_exact_step *s = first; s < end; s++)
            from_left[s->to] |= from_left[s->from] & there[s->slot * words + i];
        left[i] = to_right[n] = from_left[n];
        for (const wy_exact_step *s = end; s-- > first;) {
            const uint64_t right = to_right[s->to] & there[s->slot * words + i];
            to_right[s->from] |= right;
            useful[s->slot * words + i] = right & from_left[s->from];
        }
    }
}
