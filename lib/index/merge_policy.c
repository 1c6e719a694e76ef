#include "index/merge_policy.h"

static unsigned level_of(const wy_segment_info *info)
{
    unsigned level = 0;
    for (uint64_t size = info->live_paragraphs / WY_MERGE_FLOOR; size; size /= WY_MERGE_FACTOR)
        level++;
    return level;
}

static bool mostly_dead(const wy_segment_info *info)
{
    return info->live_paragraphs < info->paragraphs - info->paragraphs / 4 ||
           info->live_reports < info->reports / 2;
}

size_t wy_merge_choose(const wy_segment_info *segments, size_t count, size_t *chosen)
{
    for (unsigned level = 0; level <= 32; level++) {
        size_t n = 0;
        uint64_t total = 0;
        for (size_t i = 0; i < count; i++) {
            if (level_of(&segments[i]) != level) continue;
            chosen[n++] = i;
            total += segments[i].live_paragraphs;
        }
        if (n >= WY_MERGE_FACTOR && total <= WY_MERGE_MOST) return n;
    }
    for (size_t i = 0; i < count; i++) {
        if (mostly_dead(&segments[i])) {
            chosen[0] = i;
            return 1;
        }
    }
    return 0;
}

/* The `wanted` smallest, in their order, and what they hold: selection by repeated minimum is
 * enough for the few dozen segments that there are. */
static uint64_t choose_smallest(const wy_segment_info *segments, size_t count, size_t wanted,
                                size_t *chosen)
{
    size_t n = 0;
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        size_t smaller = 0;
        for (size_t j = 0; j < count; j++)
            smaller += segments[j].live_paragraphs < segments[i].live_paragraphs ||
                       (segments[j].live_paragraphs == segments[i].live_paragraphs && j < i);
        if (smaller >= wanted) continue;
        chosen[n++] = i;
        total += segments[i].live_paragraphs;
    }
    return total;
}

size_t wy_merge_choose_down(const wy_segment_info *segments, size_t count, size_t target,
                            size_t *chosen)
{
    if (target == 0) target = 1;
    if (count <= target) {
        if (target == 1 && count == 1 &&
            (segments[0].live_paragraphs < segments[0].paragraphs ||
             segments[0].live_reports < segments[0].reports)) {
            chosen[0] = 0;
            return 1;
        }
        return 0;
    }
    /* As many of them as one segment can hold. */
    for (size_t wanted = count - target + 1; wanted > 1; wanted--) {
        uint64_t total = choose_smallest(segments, count, wanted, chosen);
        if (total <= WY_MERGE_MOST) return wanted;
    }
    return 0;
}
