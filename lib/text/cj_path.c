#include "text/cj_path.h"

#include <assert.h>
#include <string.h>

#include "base/reader.h"

/* Of a price, from the low end: number of words, 255 - length of the last, cost. */
#define WORDS_BITS  24
#define LENGTH_BITS 8
#define WORDS_MASK  ((UINT64_C(1) << WORDS_BITS) - 1)
#define LENGTH_MAX  ((UINT64_C(1) << LENGTH_BITS) - 1)
#define COST_SHIFT  (WORDS_BITS + LENGTH_BITS)

#define UNREACHED       (UINT64_MAX >> 1)
#define KATAKANA_RUN    20 /* a run of so many or more is not tried as one word */
#define KATAKANA_LISTED 8
#define AT_ONCE         WY_CJ_AT_ONCE
#define OWN_FRONT       24                   /* bytes in front of `own`; no piece is longer */
#define BEHIND          (WY_CJ_WORD_MAX + 4) /* places behind the last unit that may be written */

bool wy_pieces_reserve(wy_pieces *pieces, size_t more)
{
    return pieces->capacity - pieces->count >= more ||
           wy_grow(pieces->mem, &pieces->list, &pieces->capacity, pieces->count + more,
                   sizeof *pieces->list);
}

void wy_cj_path_free(wy_cj_path *path)
{
    wy_free(path->mem, path->price);
    wy_free(path->mem, path->longest);
    wy_free(path->mem, path->lengths);
    wy_free(path->mem, path->own);
    wy_free(path->mem, path->crossings);
}

/* Room for `count` units and the words that begin in them. */
static bool grow(wy_cj_path *path, size_t count)
{
    const size_t needed = count + BEHIND;
    size_t price = path->capacity, longest = price, lengths = price;
    size_t own = price > 0 ? price + OWN_FRONT : 0;

    if (!wy_grow(path->mem, &path->longest, &longest, needed, sizeof *path->longest) ||
        !wy_grow(path->mem, &path->lengths, &lengths, needed, sizeof *path->lengths) ||
        !wy_grow(path->mem, &path->own, &own, needed + OWN_FRONT, sizeof *path->own) ||
        !wy_grow(path->mem, &path->price, &price, needed, sizeof *path->price))
        return false;
    if (price > longest) price = longest;
    if (price > lengths) price = lengths;
    path->capacity = price > own - OWN_FRONT ? own - OWN_FRONT : price;
    return true;
}

static inline size_t last_length(uint64_t price)
{
    return LENGTH_MAX - (uint8_t)(price >> WORDS_BITS);
}

/* What is the same of all ways that go on from one of this price: cost, and a word more. */
static inline uint64_t price_onward(uint64_t price)
{
    return (price & ~(LENGTH_MAX << WORDS_BITS)) + 1;
}

/* The lower of a price and that of a way on by a word. */
static inline uint64_t lower(uint64_t price, uint64_t onward, uint64_t cost, size_t length)
{
    uint64_t offered = onward + (cost << COST_SHIFT) + ((LENGTH_MAX - length) << WORDS_BITS);

    return offered < price ? offered : price;
}

/* Offers a way on to `length` units behind *price by a word. */
static inline void offer(uint64_t *price, uint64_t onward, uint64_t cost, size_t length)
{
    price[length] = lower(price[length], onward, cost, length);
}

static uint32_t katakana_cost(size_t length)
{
    static const uint16_t costs[KATAKANA_LISTED + 1] = {8192, 984, 408, 240, 204,
                                                        252,  300, 372, 480};

    return costs[length > KATAKANA_LISTED ? 0 : length];
}

static inline bool is_katakana(const wy_cj_path *path, unsigned unit)
{
    return path->known[unit].kind & WY_CUT_KATAKANA;
}

/* The run of Katakana that begins at `text` as one word. */
static void offer_katakana(const wy_cj_path *path, const uint16_t *text, size_t left,
                           uint64_t *price, uint64_t onward)
{
    size_t length = 1;

    while (length < left && length < KATAKANA_RUN && is_katakana(path, text[length])) length++;
    if (length < KATAKANA_RUN) offer(price, onward, katakana_cost(length), length);
}

/*
 * Offers the words of three units and more that begin at `here`, `left` units before the end of the
 * run. `state` is the one behind the second unit; the third may follow. Returns `lengths` with a
 * bit for each that crossings tell of.
 */
static inline uint32_t offer_long(const wy_cj_dictionary *dictionary, const uint16_t *here,
                                  size_t left, uint32_t state, uint32_t lengths, uint64_t *price,
                                  uint64_t onward)
{
    wy_cj_step step = {.next = state};
    unsigned at = 2;

    if (left > WY_CJ_WORD_MAX) left = WY_CJ_WORD_MAX;
    do {
        step = wy_cj_next(dictionary, step.next, here[at]);
        offer(price, onward, wy_cj_cost(step), ++at);
        lengths |= (uint32_t)(wy_cj_cost(step) <= WY_CROSSING_DEAREST) << at;
    } while (at < left && step.units >> (here[at] & 31) & 1);
    return lengths;
}

/* Offers the words that begin at a character of one unit. */
static void offer_here(const wy_cj_path *path, const uint16_t *here, size_t left, uint64_t *price)
{
    uint64_t onward = price_onward(price[0]);
    wy_cut_unit unit = path->known[here[0]];
    wy_cj_step step;

    offer(price, onward, unit.cost, 1);
    if (left < 2) return;
    step = wy_cj_second(path->dictionary, unit.state, here[1]);
    offer(price, onward, wy_cj_cost(step), 2);
    if (left > 2 && step.units >> (here[2] & 31) & 1)
        (void)offer_long(path->dictionary, here, left, step.next, 0, price, onward);
}

/*
 * What words of two units that begin at places in a row add to a price there, if it is without the
 * length of its last word: their cost, their length, and a word more.
 */
enum { STEPS = 64 };

typedef struct steps {
    uint64_t two[STEPS];
    uint64_t longer;      /* bit i: words that begin at place i may be longer */
    uint32_t next[STEPS]; /* there, the state behind the second unit */
} steps;

static inline uint64_t added(uint64_t cost, size_t length)
{
    return (cost << COST_SHIFT) + ((LENGTH_MAX - length) << WORDS_BITS) + 1;
}

/* The number of the highest bit, 0 where none is set. */
static inline uint8_t highest_bit(uint32_t bits)
{
    return (uint8_t)(31 - __builtin_clz(bits | 1));
}

/*
 * Finds the steps of `count` places from `here` on, all of which have a unit behind them. Which
 * places begin words cannot be foretold: they are listed first, without a branch. What is looked up
 * lies all over the cache, so that each look-up is asked for before the first is waited for.
 * `tells`: for those words of two units that crossings tell of `longest` becomes 2, else 0.
 */
static inline void find_steps(const wy_cj_path *path, const uint16_t *here, size_t count,
                              const uint16_t *end, bool tells, uint8_t *longest, steps *out)
{
    const wy_cj_dictionary *dictionary = path->dictionary;
    const size_t last = (size_t)(end - here) - 1; /* place of the last unit */
    uint64_t all[STEPS], hashes[STEPS];
    uint8_t begun[STEPS];
    size_t some = 0;
    unsigned first = here[0];

    for (size_t i = 0; i < count; i++) {
        const unsigned second = here[i + 1];

        all[i] = wy_cj_hash_two(first, second);
        wy_cj_fetch_filter(dictionary, all[i]);
        first = second;
    }
    for (size_t i = 0; i < count; i++) {
        hashes[some] = all[i];
        begun[some] = (uint8_t)i;
        some += wy_cj_may_begin(dictionary, all[i]);
        out->two[i] = added(WY_CJ_TOO_DEAR, 2);
        if (tells) longest[i] = 0;
    }
    for (size_t j = 0; j < some; j++) wy_cj_fetch_step(dictionary, hashes[j]);
    out->longer = 0;
    for (size_t j = 0; j < some; j++) {
        const size_t i = begun[j];
        const wy_cj_step step = wy_cj_step_of(dictionary, hashes[j]);
        const unsigned third = here[i + 2 < last ? i + 2 : last];

        out->two[i] = added(wy_cj_cost(step), 2);
        out->next[i] = step.next;
        out->longer |= (uint64_t)(step.units >> (third & 31) & 1) << i;
        if (tells) longest[i] = (uint8_t)((wy_cj_cost(step) <= WY_CROSSING_DEAREST) << 1);
    }
    if (count == last) out->longer &= ~((uint64_t)1 << (last - 1)); /* has no third unit */
}

static inline uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/*
 * Offers the words that begin at units from .. to behind the settled place, characters of one unit
 * each, none Katakana; those between runs are words of no cost. The prices of the next two places
 * stay in registers; memory has what longer words have offered. `tells`: the lengths of the words
 * are kept, for crossings.
 */
static inline void offer_all(const wy_cj_path *path, size_t from, size_t to, bool tells)
{
    const wy_cut_unit *known = path->known;
    const uint16_t *here = path->units + path->settled + from;
    const uint16_t *stop = path->units + path->settled + to, *end = path->units + path->end;
    uint64_t *price = path->price + from, first = price[0], second = price[1];
    uint8_t *longest = path->longest + from;
    uint32_t *lengths = path->lengths + from;
    steps found;

    while (here < stop && end - here > 1) {
        const size_t left = (size_t)(end - here) - 1, wanted = (size_t)(stop - here);
        size_t count = left < wanted ? left : wanted;

        if (count > STEPS) count = STEPS;
        find_steps(path, here, count, end, tells, longest, &found);
        for (size_t i = 0; i < count; i++, here++) {
            const uint64_t onward = first & ~(LENGTH_MAX << WORDS_BITS);

            first = least(second, onward + added(known[here[0]].cost, 1));
            second = least(price[2], onward + found.two[i]);
            if (found.longer >> i & 1) {
                const uint32_t made =
                    offer_long(path->dictionary, here, (size_t)(end - here), found.next[i],
                               tells ? (uint32_t)longest[i] << 1 : 0, price, onward + 1);

                if (tells) {
                    lengths[i] = made;
                    longest[i] = highest_bit(made);
                }
            }
            *++price = first;
        }
        longest += count, lengths += count;
    }
    if (here < stop) {
        second = least(second, price_onward(first) - 1 + added(known[here[0]].cost, 1));
        if (tells) *longest = 0;
    }
    price[1] = second;
}

static void offer_plain(const wy_cj_path *path, size_t from, size_t to)
{
    if (path->tells)
        offer_all(path, from, to, true);
    else
        offer_all(path, from, to, false);
}

/* The same for characters of all kinds. */
static void offer_words(const wy_cj_path *path, size_t from, size_t to)
{
    const uint16_t *here = path->units + path->settled + from;
    const uint16_t *stop = path->units + path->settled + to, *end = path->units + path->end;
    uint64_t *price = path->price + from;

    for (; here < stop; here++, price++) {
        size_t left = (size_t)(end - here);
        unsigned kind = path->known[here[0]].kind;

        if (kind & WY_CUT_CJ)
            offer_here(path, here, left, price);
        else if (price[0] < UNREACHED) /* a pair of surrogates: in no word but its own */
            offer(price, price_onward(price[0]), WY_CJ_COST_NO_WORD, 2);
        if (kind & WY_CUT_KATAKANA &&
            (here == path->units + path->begin || !is_katakana(path, here[-1])))
            offer_katakana(path, here, left, price, price_onward(price[0]));
    }
}

/*
 * Of words that begin at units[0], those that cost more than their characters one by one are not
 * cut. This is asked where the first two cost so little that it may be.
 */
static uint32_t drop_dear(const wy_cj_path *path, const uint16_t *units, uint32_t lengths)
{
    const wy_cut_unit *known = path->known;
    uint64_t apart = known[units[0]].cost;
    uint32_t state = known[units[0]].state;

    for (unsigned at = 1; lengths >> at > 1; at++) {
        const wy_cj_step step = wy_cj_next(path->dictionary, state, units[at]);

        apart += known[units[at]].cost;
        state = step.next;
        if (wy_cj_cost(step) > apart) lengths &= ~(1U << (at + 1));
    }
    return lengths;
}

/* Notes the crossing `at` units behind the settled place, if there is one. */
static bool note_crossing(wy_cj_path *path, size_t at)
{
    const uint16_t *here = path->units + path->settled + at;
    const unsigned own = path->own[OWN_FRONT + at];
    uint32_t lengths = path->longest[at] == 2 ? 1U << 2 : path->lengths[at];

    lengths &= ~0U << (own + 1);
    if (path->known[here[0]].cost + path->known[here[1]].cost < WY_CROSSING_DEAREST)
        lengths = drop_dear(path, here, lengths);
    if (lengths == 0) return true;
    if (!wy_grow(path->mem, &path->crossings, &path->crossing_capacity, path->crossing_count + 1,
                 sizeof *path->crossings))
        return false;
    path->crossings[path->crossing_count++] =
        (wy_crossing){(uint32_t)(path->settled + at), lengths, own};
    return true;
}

/*
 * Notes where words begin in the pieces up to `to` units behind the settled place that end behind
 * their piece: the longest is longer than what the piece has left. Eight are compared at once.
 */
static bool note_crossings(wy_cj_path *path, size_t to)
{
    const uint64_t ones = 0x0101010101010101U, highest = 0x80 * ones;

    for (size_t at = 0; at < to; at += 8) {
        const uint64_t longest = wy_load64(path->longest + at);
        const uint64_t own = wy_load64(path->own + OWN_FRONT + at);
        uint64_t over = ((longest | highest) - own - ones) & highest;

        if (to - at < 8) over &= ((uint64_t)1 << 8 * (to - at)) - 1;
        for (; over > 0; over &= over - 1)
            if (!note_crossing(path, at + (size_t)__builtin_ctzll(over) / 8)) return false;
    }
    return true;
}

/* Adds the words of the best way to `to` units behind the settled place, and settles that. */
static bool settle(wy_cj_path *path, size_t to, uint32_t status, wy_pieces *pieces)
{
    static const uint8_t down[OWN_FRONT] = {24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13,
                                            12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1};
    const size_t words = (size_t)((path->price[to] - path->price[0]) & WORDS_MASK);
    const bool tells = path->tells && path->is_plain;
    const uint16_t *units = path->units;
    uint8_t *own = path->own + OWN_FRONT + to;
    /* A run of others than Han is one kind from its begin to its end. */
    const bool in_runs = tells && path->known[units[path->settled]].kind & WY_CUT_CLASS;
    const uint32_t moves = in_runs ? UINT32_MAX : 0;
    uint32_t run = in_runs ? (uint32_t)path->end : WY_PIECE_NO_RUN;
    wy_piece *piece;
    size_t end;

    if (!wy_pieces_reserve(pieces, words)) return false;
    pieces->count += words;
    piece = pieces->list + pieces->count;
    end = path->settled + to;
    for (const uint64_t *price = path->price + to; end > path->settled;) {
        const size_t length = last_length(*price);
        const unsigned kind = path->known[units[end - 1]].kind;
        /* Masks instead of branches: what comes cannot be foretold. */
        const uint32_t apart = -(uint32_t)(kind / WY_CUT_APART);

        memcpy(own - 8, down + OWN_FRONT - 8, 8);
        if (length > 8) memcpy(own - OWN_FRONT, down, OWN_FRONT);
        *--piece = (wy_piece){(uint32_t)end, status & ~apart, run | apart};
        end -= length;
        run ^= (run ^ (uint32_t)end) & apart & moves;
        price -= length;
        own -= length;
    }
    if (tells && !note_crossings(path, to)) return false;
    path->settled += to;
    return true;
}

/* The last place that the best ways to all ends of words begun before `done` have in common. */
static size_t common_place(const wy_cj_path *path)
{
    size_t common = path->end - path->settled;

    for (size_t i = 0; i < WY_CJ_WORD_MAX; i++) {
        size_t at = path->done + i;

        if (path->price[at] >= UNREACHED) continue;
        if (common > at) common = at;
        while (at != common) {
            size_t *farther = at > common ? &at : &common;

            *farther -= last_length(path->price[*farther]);
        }
    }
    return common;
}

/* Prices of places that no word has reached yet. */
static void forget_prices(const wy_cj_path *path, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) path->price[i] = UNREACHED;
}

bool wy_cj_path_cut(wy_cj_path *path, uint32_t status, wy_pieces *pieces)
{
    for (;;) {
        /* Where the best ways do not meet for long, the look back is as far as what is new, so that
         * all looks together take time linear in the text. */
        const size_t step = path->done > AT_ONCE ? path->done : AT_ONCE;
        size_t left = path->end - path->settled, to = path->done + step, common;

        if (to > left) to = left;
        if (path->capacity < to + BEHIND && !grow(path, to)) return false;
        if (path->done == 0) {
            path->price[0] = 0;
            forget_prices(path, 1, left < to + WY_CJ_WORD_MAX ? left + 1 : to + WY_CJ_WORD_MAX);
        } else {
            forget_prices(path, path->done + WY_CJ_WORD_MAX, to + WY_CJ_WORD_MAX);
        }
        if (path->is_plain)
            offer_plain(path, path->done, to);
        else
            offer_words(path, path->done, to);
        path->done = to;
        if (to == left) return settle(path, to, status, pieces);
        common = common_place(path);
        if (common == 0) continue;
        if (!settle(path, common, status, pieces)) return false;
        memmove(path->price, path->price + common,
                (path->done - common + WY_CJ_WORD_MAX) * sizeof *path->price);
        memmove(path->longest, path->longest + common, path->done - common);
        memmove(path->lengths, path->lengths + common,
                (path->done - common) * sizeof *path->lengths);
        path->done -= common;
        return true;
    }
}
