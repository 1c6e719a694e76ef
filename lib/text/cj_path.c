#include "text/cj_path.h"

#include <assert.h>

#define UNREACHED       UINT32_MAX
#define COST_NO_WORD    255
#define KATAKANA_RUN    20 /* a run of so many or more is not tried as one word */
#define KATAKANA_LISTED 8
#define FIRST_CAPACITY  64

bool wy_pieces_reserve(wy_pieces *pieces, size_t more)
{
    return pieces->capacity - pieces->count >= more ||
           wy_grow(pieces->mem, &pieces->list, &pieces->capacity, pieces->count + more,
                   sizeof *pieces->list);
}

void wy_cj_path_free(wy_cj_path *path)
{
    wy_free(path->mem, path->cost);
    wy_free(path->mem, path->length);
}

static bool grow(wy_cj_path *path, size_t count)
{
    size_t costs = path->capacity, lengths = path->capacity;

    if (count < FIRST_CAPACITY) count = FIRST_CAPACITY;
    if (!wy_grow(path->mem, &path->cost, &costs, count, sizeof *path->cost) ||
        !wy_grow(path->mem, &path->length, &lengths, count, sizeof *path->length))
        return false;
    path->capacity = costs < lengths ? costs : lengths;
    return true;
}

/* Offers a way of `cost` to unit `to` by a last word of `length`. *reach: the farthest so far. */
static inline void offer(wy_cj_path *path, size_t *reach, size_t to, uint32_t cost, size_t length)
{
    while (*reach < to) path->cost[++*reach] = UNREACHED;
    if (cost < path->cost[to]) {
        path->cost[to] = cost;
        path->length[to] = (uint8_t)length;
    }
}

static uint32_t katakana_cost(size_t length)
{
    static const uint16_t costs[KATAKANA_LISTED + 1] = {8192, 984, 408, 240, 204,
                                                        252,  300, 372, 480};

    return costs[length > KATAKANA_LISTED ? 0 : length];
}

static inline bool is_katakana(const wy_cj_path *path, unsigned unit)
{
    return path->known[unit].traits & WY_CUT_KATAKANA;
}

/* Words of three units and more that begin at `text`; `step` is behind its first two. */
static void offer_long(wy_cj_path *path, const uint16_t *text, size_t left, wy_cj_step step,
                       size_t at, uint32_t cost, size_t *reach)
{
    if (left > WY_CJ_WORD_MAX) left = WY_CJ_WORD_MAX;
    for (size_t length = 3; step.state != 0 && length <= left; length++) {
        step = wy_cj_next(path->dictionary, step.state, text[length - 1]);
        if (step.cost != WY_CJ_NO_WORD)
            offer(path, reach, at + length, cost + step.cost, length);
    }
}

/* The words that begin at `text`, which is `at` units behind the settled boundary. */
static inline void offer_words(wy_cj_path *path, const uint16_t *text, size_t left, size_t at,
                               size_t *reach)
{
    uint32_t cost = path->cost[at];
    wy_cut_unit unit = path->known[text[0]];
    wy_cj_step step;

    if (!(unit.traits & WY_CUT_CJ)) { /* a surrogate: none is in a word, and a pair is one */
        assert(left >= 2);
        offer(path, reach, at + 2, cost + COST_NO_WORD, 2);
        return;
    }
    offer(path, reach, at + 1, cost + unit.cost, 1);
    if (unit.state == 0 || left < 2) return;
    step = wy_cj_second(path->dictionary, unit.state, text[0], text[1]);
    if (step.cost != WY_CJ_NO_WORD) offer(path, reach, at + 2, cost + step.cost, 2);
    if (step.state != 0) offer_long(path, text, left, step, at, cost, reach);
}

/* The run of Katakana that begins at `text` as one word. */
static void offer_katakana(wy_cj_path *path, const uint16_t *text, size_t left, size_t at,
                           size_t *reach)
{
    size_t length = 1;

    while (length < left && length < KATAKANA_RUN && is_katakana(path, text[length])) length++;
    if (length < KATAKANA_RUN)
        offer(path, reach, at + length, path->cost[at] + katakana_cost(length), length);
}

/* Adds the words of the best way from `base` to `base` + `reach`. */
static void add_words(const wy_cj_path *path, size_t base, size_t reach, uint32_t status,
                      wy_pieces *pieces)
{
    size_t words = 0, last;

    for (size_t at = reach; at > 0; at -= path->length[at]) words++;
    last = pieces->count + words;
    for (size_t at = reach, i = last; at > 0; at -= path->length[at])
        pieces->list[--i] = (wy_piece){(uint32_t)(base + at), status};
    pieces->count = last;
}

/* From the boundary `base` to the next place that no word crosses; 0: memory is out. */
static size_t settle(wy_cj_path *path, const uint16_t *units, size_t run, size_t base, size_t to,
                     uint32_t status, wy_pieces *pieces)
{
    size_t at = 0, reach = 0;

    do {
        const uint16_t *text = units + base + at;
        size_t left = to - base - at;

        if (path->capacity < at + KATAKANA_RUN + 2 && !grow(path, at + KATAKANA_RUN + 2)) return 0;
        if (at == 0) path->cost[0] = 0;
        if (path->cost[at] == UNREACHED) continue; /* between two surrogates */
        offer_words(path, text, left, at, &reach);
        if (is_katakana(path, text[0]) && (base + at == run || !is_katakana(path, text[-1])))
            offer_katakana(path, text, left, at, &reach);
    } while (++at < reach);
    assert(base + reach <= to);
    if (!wy_pieces_reserve(pieces, reach)) return 0;
    add_words(path, base, reach, status, pieces);
    return base + reach;
}

size_t wy_cj_path_cut(wy_cj_path *path, const uint16_t *units, size_t run, size_t from, size_t to,
                      uint32_t status, size_t enough, wy_pieces *pieces)
{
    while (from < to && pieces->count < enough) {
        from = settle(path, units, run, from, to, status, pieces);
        if (from == 0) return 0;
    }
    return from;
}
