/*
 * query/exact_places.c: by positions, where the edges of a window meet.
 *
 * The edges that lead give places where the text may begin. Those of another unit, the one with the
 * most to read, fit few of them, which 64 bits a document foretell: only where these agree, both
 * are kept, and only the documents in which something was kept are looked at closely. There each
 * other edge marks the places it fits; where these are many they are sorted by position. Before
 * more edges are read the places at which none covered a unit that was asked for are dropped, and
 * their documents with the last of them.
 *
 * Where a score tells how often the text must be there, documents in which that other unit is too
 * rare are dropped first, by the frequencies of its edges.
 */
#include "query/exact_edge.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/reader.h"

/* A key is a start (positions_starts.h) of a class. */
enum { NUMBER_SHIFT = WY_START_NUMBER, POSITION_SHIFT = WY_START_POSITION, FEW_STARTS = 16 };
_Static_assert(WY_EXACT_NUMBERS <= 1 << (64 - NUMBER_SHIFT), "a number must fit a key");

/* ---- Reading ------------------------------------------------------------------------------- */

static int open_positions(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    if (edge->positions) return WY_OK;
    wy_positions *positions = wy_arena_alloc(w->site->arena, sizeof *positions);
    if (!positions) return wy_fail_memory(error);
    int status = wy_segment_term_positions(w->site->segment, w->site->plan->mem, &edge->term,
                                           positions, error);
    if (!status) edge->positions = positions;
    return status;
}

/* Reads the chunk of a small edge, or that of the block with `doc`; *last is its last document. */
static int load_chunk(wy_exact_window *w, wy_exact_edge *edge, uint32_t doc, uint32_t *last,
                      wy_error *error)
{
    *last = WY_NO_DOC;
    if (wy_exact_is_small(edge))
        return wy_positions_load(edge->positions, 0, edge->docs, edge->freqs,
                                 edge->term.info.doc_freq, error);
    while (w->parked[edge->parked]->block_last < doc) edge->parked++;
    wy_postings *p = w->parked[edge->parked];
    int status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    *last = p->block_last;
    return wy_positions_load(edge->positions, p->block, p->docs, p->freqs, p->block_count, error);
}

/* ---- Starts -------------------------------------------------------------------------------- */

static inline uint64_t key_of(uint32_t number, uint32_t start, uint32_t class)
{
    return (uint64_t)number << NUMBER_SHIFT | (uint64_t)start << POSITION_SHIFT | class;
}

static inline uint32_t key_number(uint64_t key)
{
    return (uint32_t)(key >> NUMBER_SHIFT);
}

static inline uint32_t key_start(uint64_t key)
{
    return (uint32_t)(key >> POSITION_SHIFT);
}

static inline const wy_exact_class *key_class(const wy_exact_window *w, uint64_t key)
{
    return &w->paths.classes[key & ((UINT64_C(1) << POSITION_SHIFT) - 1)];
}

/* Notes where the text may begin for an edge that leads. `settled`: the second unit asks nothing more
 * of such documents. There is room for `count` keys. */
static inline void note_leading(wy_exact_window *w, const wy_exact_edge *edge, bool settled,
                                uint32_t number, const uint32_t *list, uint32_t count)
{
    wy_exact_room *room = w->room;
    uint64_t *key = w->keys + w->key_count, signs = room->signs[number];
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t position = (uint64_t)list[i] + edge->before;
        const uint32_t start = (uint32_t)(position - edge->from);
        const bool takes = position >= edge->from;
        *key = key_of(number, start, edge->class_number);
        key += takes;
        signs |= (uint64_t)takes << start % 64;
    }
    const size_t taken = (size_t)(key - w->keys) - w->key_count;
    w->key_count += taken;
    room->signs[number] = signs;
    room->counts[number] += (uint32_t)taken;
    room->stays[number] |= settled && taken > 0;
}

/* The same for one of the second unit, where one that leads may agree. */
static inline void note_second(wy_exact_window *w, const wy_exact_edge *edge, uint32_t number,
                               const uint32_t *list, uint32_t count)
{
    wy_exact_room *room = w->room;
    const uint64_t signs = room->signs[number];
    uint64_t *key = w->keys + w->key_count;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t position = (uint64_t)list[i] + edge->before;
        const uint32_t start = (uint32_t)(position - edge->from);
        *key = key_of(number, start, edge->class_number);
        key += position >= edge->from && signs >> start % 64 & 1;
    }
    const size_t taken = (size_t)(key - w->keys) - w->key_count;
    w->key_count += taken;
    room->stays[number] |= taken > 0;
}

static inline bool room_for_keys(wy_exact_window *w, size_t more)
{
    return w->key_count + more <= w->key_capacity ||
           wy_grow(w->site->plan->mem, &w->keys, &w->key_capacity, w->key_count + more,
                   sizeof *w->keys);
}

static int by_position(const void *a, const void *b)
{
    const wy_exact_start *x = a, *y = b;
    return (x->position > y->position) - (x->position < y->position);
}

static inline bool is_few(const wy_exact_window *w, uint32_t number)
{
    return w->room->counts[number] <= FEW_STARTS;
}

/* Several edges that lead have given the starts of a document. */
static void sort_starts(wy_exact_start *starts, size_t count)
{
    if (count > FEW_STARTS) {
        qsort(starts, count, sizeof *starts, by_position);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        const wy_exact_start start = starts[i];
        size_t at = i;
        for (; at > 0 && starts[at - 1].position > start.position; at--)
            starts[at] = starts[at - 1];
        starts[at] = start;
    }
}

/* Drops a candidate: no more positions are read in it. */
static inline void drop(wy_exact_room *room, uint32_t number)
{
    room->live[number / 64] &= ~(UINT64_C(1) << number % 64);
}

/* Makes one of starts at the same position: the leading edges of a long text may cover different
 * units, all of those from the 64th on. How many are left. */
static uint32_t join_starts(wy_exact_start *starts, uint32_t count)
{
    uint32_t last = 0;
    for (uint32_t i = 1; i < count; i++) {
        if (starts[i].position == starts[last].position) {
            starts[last].covered += starts[i].covered;
            starts[last].units |= starts[i].units;
        } else {
            starts[++last] = starts[i];
        }
    }
    return last + 1;
}

/* Forgets what was known of the places of candidates, up to the end of the last word of bits. */
static void forget_places(wy_exact_window *w)
{
    wy_exact_room *room = w->room;
    memset(room->signs, 0, w->words * 64 * sizeof *room->signs);
    memset(room->counts, 0, w->words * 64 * sizeof *room->counts);
    memset(room->stays, 0, w->words * 64 * sizeof *room->stays);
}

/* 64 bytes that are 0 or 1 as bits. */
static uint64_t bits_of(const uint8_t bytes[64])
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < 64; i += 8) /* the product brings bit 0 of byte j to bit 56 + j */
        bits |= wy_load64(bytes + i) * UINT64_C(0x0102040810204080) >> 56 << i;
    return bits;
}

/* Lists the candidates of which it was noted that they stay, drops the others, and plans where
 * their starts will be. Returns how many these are. */
static size_t keep_noted(wy_exact_window *w)
{
    wy_exact_room *room = w->room;
    size_t kept = 0, sum = 0;
    for (size_t i = 0; i < w->words; i++) {
        room->live[i] &= bits_of(room->stays + i * 64);
        for (uint64_t bits = room->live[i]; bits; bits &= bits - 1) {
            const size_t number = i * 64 + (size_t)__builtin_ctzll(bits);
            room->left[kept++] = (uint16_t)number;
            room->firsts[number] = (uint32_t)sum;
            sum += room->counts[number];
            room->counts[number] = 0;
        }
    }
    w->left = kept;
    return sum;
}

/* Leaves of the first `count` keys those of candidates that stay: without a branch, since nothing
 * foretells which they are. */
static size_t keep_keys(wy_exact_window *w, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t key = w->keys[i];
        w->keys[kept] = key;
        kept += w->room->stays[key_number(key)];
    }
    return kept;
}

/* Makes starts of the first `leads` keys, those of the candidates that stay: those of a candidate
 * together, each once, and where they are many by position. */
static int make_starts(wy_exact_window *w, size_t leads, wy_error *error)
{
    wy_exact_room *room = w->room;
    if (leads > UINT32_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET, "the quoted text is too long");
    if (!wy_grow(w->site->plan->mem, &w->starts, &w->start_capacity, keep_noted(w),
                 sizeof *w->starts))
        return wy_fail_memory(error);
    const size_t kept = keep_keys(w, leads);
    for (size_t i = 0; i < kept; i++) {
        const uint32_t number = key_number(w->keys[i]);
        const wy_exact_class *class = key_class(w, w->keys[i]);
        w->starts[room->firsts[number] + room->counts[number]++] =
            (wy_exact_start){key_start(w->keys[i]), class->to - class->from, class->units};
    }
    for (size_t i = 0; i < w->left; i++) {
        const uint32_t number = room->left[i];
        if (room->counts[number] < 2 || (is_few(w, number) && w->paths.told_apart)) continue;
        sort_starts(w->starts + room->firsts[number], room->counts[number]);
        room->counts[number] = join_starts(w->starts + room->firsts[number], room->counts[number]);
    }
    return WY_OK;
}

/* Marks the start at a position, if there is one, as covered by a class. */
static inline void cover(wy_exact_start *start, const wy_exact_start *end, uint32_t position,
                         const wy_exact_class *class)
{
    const uint32_t covers = class->to - class->from;
    for (; start < end; start++) { /* without a branch: it is one of a few, or none */
        const bool same = start->position == position;
        start->covered += same ? covers : 0;
        start->units |= same ? class->units : 0;
    }
}

/* The first of many starts that is not below a position. */
static inline wy_exact_start *find_start(wy_exact_start *starts, size_t count, uint32_t position)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (starts[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return starts + low;
}

/* Marks the starts that the keys from `leads` on fit: of documents that were not dropped. */
static void cover_noted(wy_exact_window *w, size_t leads)
{
    const wy_exact_room *room = w->room;
    for (size_t i = leads; i < w->key_count; i++) {
        const uint32_t number = key_number(w->keys[i]), position = key_start(w->keys[i]);
        const uint32_t count = room->counts[number];
        if (count == 0) continue;
        wy_exact_start *start = w->starts + room->firsts[number], *end = start + count;
        if (!is_few(w, number)) {
            start = find_start(start, count, position);
            end = start < end ? start + 1 : end;
        }
        cover(start, end, position, key_class(w, w->keys[i]));
    }
}

/* Marks the starts that an edge fits. */
static inline void cover_starts(wy_exact_window *w, const wy_exact_edge *edge, uint32_t number,
                                const uint32_t *list, uint32_t count)
{
    const wy_exact_room *room = w->room;
    const wy_exact_class *class = &w->paths.classes[edge->class_number];
    wy_exact_start *start = w->starts + room->firsts[number];
    wy_exact_start *const end = start + room->counts[number];
    if (is_few(w, number)) { /* in no order */
        for (uint32_t i = 0; i < count; i++)
            cover(start, end, list[i] + edge->before - edge->from, class);
        return;
    }
    for (uint32_t i = 0; i < count && start < end; i++) {
        const uint64_t position = (uint64_t)list[i] + edge->before;
        while (start < end && (uint64_t)start->position + edge->from < position) start++;
        if (start < end && (uint64_t)start->position + edge->from == position) {
            start->covered += edge->covers;
            start->units |= edge->units;
        }
    }
}

/* What the positions of an edge are read for. */
typedef enum purpose { LEAD, SECOND, LATER } purpose;

/* The documents in which an edge is of use, but for those that were dropped since. */
static const uint64_t *useful_to(const wy_exact_window *w, const wy_exact_edge *edge)
{
    return (w->paths.told_apart ? w->room->useful : w->room->there) + edge->slot * w->words;
}

/* The hits of an edge in a chunk. */
typedef struct batch {
    size_t first, count; /* those of use */
    size_t next;         /* the first behind the chunk */
    bool several;        /* one of those of use has several positions */
} batch;

/* The first hit of an edge from `from` on that is of use. */
static size_t next_useful(const wy_exact_window *w, const wy_exact_edge *edge, size_t from)
{
    const uint64_t *live = w->room->live, *useful = useful_to(w, edge);
    while (!w->sifted && from < edge->hit_end) {
        const uint16_t number = w->hits[from].number;
        if ((live[number / 64] & useful[number / 64]) >> number % 64 & 1) break;
        from++;
    }
    return from;
}

/* Takes the hits from out->first on whose documents are not above `last`. Those that are not of use
 * are left out without a branch, since nothing foretells which they are. */
static inline void take_hits(wy_exact_window *w, const wy_exact_edge *edge, uint32_t last,
                             bool sifted, batch *out)
{
    const uint64_t *live = w->room->live, *useful = useful_to(w, edge);
    const uint32_t *candidates = w->room->candidates;
    const uint8_t *several = edge->positions->several;
    size_t h = out->first, kept = h;
    uint8_t some = 0;
    for (; h < edge->hit_end; h++) {
        const wy_exact_hit hit = w->hits[h];
        if (candidates[hit.number] > last) break;
        const size_t word = hit.number / 64;
        const uint8_t use = sifted || ((live[word] & useful[word]) >> hit.number % 64 & 1);
        w->hits[kept] = hit;
        kept += use;
        some |= several[hit.at] & use;
    }
    out->count = kept - out->first;
    out->next = h;
    out->several = some;
}

/* Notes the starts of some hits of one chunk together, where the processor can. *count: how many
 * are left of them, at the front. */
static inline int note_together(wy_exact_window *w, wy_exact_edge *edge, purpose why, bool settled,
                                wy_exact_hit *hits, size_t *count, bool several, wy_error *error)
{
    wy_exact_room *room = w->room;
    if (!w->starting) return WY_OK;
    int status = several ? wy_positions_spread(edge->positions, error) : WY_OK;
    if (status) return status;
    if (!room_for_keys(w, (*count + 1) * WY_STARTS_MOST)) return wy_fail_memory(error);
    const wy_positions_starts starts = {.term = edge->positions,
                                        .further = edge->before - edge->from,
                                        .part = edge->class_number,
                                        .signs = room->signs,
                                        .counts = room->counts,
                                        .stays = room->stays};
    uint64_t *keys = w->keys + w->key_count;
    w->key_count += why == LEAD ? w->starting->note(&starts, settled, hits, count, keys)
                                : w->starting->meet(&starts, hits, count, keys);
    return WY_OK;
}

/* The same one after the other, for each that is left. */
static inline int note_each(wy_exact_window *w, wy_exact_edge *edge, purpose why, bool settled,
                            const wy_exact_hit *hits, size_t hit_count, wy_error *error)
{
    for (size_t h = 0; h < hit_count; h++) {
        const wy_exact_hit hit = hits[h];
        const uint32_t *list;
        uint32_t count;
        int status = wy_positions_take(edge->positions, hit.at, &list, &count, error);
        if (!status && why != LATER && !room_for_keys(w, count)) status = wy_fail_memory(error);
        if (status) return status;
        if (why == LEAD)
            note_leading(w, edge, settled, hit.number, list, count);
        else if (why == SECOND)
            note_second(w, edge, hit.number, list, count);
        else
            cover_starts(w, edge, hit.number, list, count);
    }
    return WY_OK;
}

/* Reads the positions of an edge in those documents in which it is of use, chunk by chunk. */
static inline int read_edge(wy_exact_window *w, wy_exact_edge *edge, purpose why, bool settled,
                            wy_error *error)
{
    batch b = {.first = next_useful(w, edge, edge->hit_first)};
    int status = b.first < edge->hit_end ? open_positions(w, edge, error) : WY_OK;
    for (; b.first < edge->hit_end && !status; b.first = next_useful(w, edge, b.next)) {
        wy_exact_hit *hits = w->hits + b.first;
        uint32_t last;
        status = load_chunk(w, edge, w->room->candidates[hits->number], &last, error);
        if (status) return status;
        if (w->sifted)
            take_hits(w, edge, last, true, &b);
        else
            take_hits(w, edge, last, false, &b);
        size_t count = b.count;
        if (why != LATER)
            status = note_together(w, edge, why, settled, hits, &count, b.several, error);
        if (!status) status = note_each(w, edge, why, settled, hits, count, error);
    }
    return status;
}

static int read_leading(wy_exact_window *w, wy_exact_edge *edge, uint64_t second, wy_error *error)
{
    return read_edge(w, edge, LEAD, second == 0 || (edge->units & second) != 0, error);
}

static int read_second(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    return read_edge(w, edge, SECOND, true, error);
}

static int read_later(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    return read_edge(w, edge, LATER, true, error);
}

/* Keeps the starts at which units are covered, and the candidates with any. */
static void keep_covered(wy_exact_window *w, uint64_t units)
{
    wy_exact_room *room = w->room;
    size_t kept = 0;
    for (size_t i = 0; i < w->left; i++) {
        const uint16_t number = room->left[i];
        wy_exact_start *starts = w->starts + room->firsts[number];
        uint32_t left = 0;
        for (uint32_t j = 0; j < room->counts[number]; j++) {
            const wy_exact_start start = starts[j];
            starts[left] = start;
            left += (start.units & units) == units;
        }
        room->counts[number] = left;
        room->left[kept] = number;
        kept += left > 0;
        if (left == 0) drop(room, number);
    }
    w->left = kept;
}

/* Candidates are in the order of their ids: where no edge covers all units they are all that there
 * is. */
static void count_covered(wy_exact_window *w)
{
    wy_exact_room *room = w->room;
    for (size_t i = 0; i < w->left; i++) {
        const uint32_t number = room->left[i], slot = room->candidates[number] - w->base;
        const wy_exact_start *starts = w->starts + room->firsts[number];
        uint32_t freq = 0;
        for (uint32_t j = 0; j < room->counts[number]; j++)
            freq += starts[j].covered == w->needed;
        if (w->whole == 0) {
            w->docs[w->count] = room->candidates[number];
            w->freqs[w->count] = freq;
            w->count += freq > 0;
            continue;
        }
        if (freq > 0) room->bits[slot / 64] |= UINT64_C(1) << slot % 64;
        room->whole_freqs[slot] += freq;
    }
}

/* The unit, as a bit, of the stage behind the first whose edges have the most hits: what agrees there
 * with the edges that lead leaves the fewest places. 0: there is none. */
static uint64_t choose_second(const wy_exact_window *w)
{
    size_t hits[64] = {0}, best = 1;
    for (size_t e = w->whole; e < w->edge_count; e++)
        hits[w->edges[e].stage] += w->edges[e].hit_end - w->edges[e].hit_first;
    for (size_t s = 2; s < w->stage_count; s++)
        if (hits[s] > hits[best]) best = s;
    return w->stage_count > 1 ? wy_exact_bit(w->stages[best]) : 0;
}

/* Reads the edges that lead, and notes what of those that cover `second` agrees: the starts of the
 * candidates that are left. */
static int find_starts(wy_exact_window *w, uint64_t second, wy_error *error)
{
    wy_exact_edge *const first = w->edges + w->whole, *const end = w->edges + w->edge_count;
    wy_exact_edge *edge = first;
    int status = WY_OK;
    w->key_count = 0;
    forget_places(w);
    for (; edge < end && edge->stage == 0 && !status; edge++)
        status = read_leading(w, edge, second, error);
    const size_t leads = w->key_count;
    for (; edge < end && !status; edge++)
        if (edge->units & second) status = read_second(w, edge, error);
    if (!status) status = make_starts(w, leads, error);
    if (!status) cover_noted(w, leads);
    return status;
}

/* Adds up in room->most, by number, how often edges of a unit are in the candidates in which they
 * are of use. */
static int add_freqs(wy_exact_window *w, const wy_exact_edge *edge, wy_error *error)
{
    wy_exact_room *room = w->room;
    size_t parked = edge->parked, h = next_useful(w, edge, edge->hit_first);
    while (h < edge->hit_end) {
        const uint32_t *freqs = edge->freqs;
        uint32_t last = WY_NO_DOC;
        if (!wy_exact_is_small(edge)) {
            while (w->parked[parked]->block_last < room->candidates[w->hits[h].number]) parked++;
            int status = wy_postings_decode_freqs(w->parked[parked], error);
            if (status) return status;
            freqs = w->parked[parked]->freqs;
            last = w->parked[parked]->block_last;
        }
        for (; h < edge->hit_end && room->candidates[w->hits[h].number] <= last; h++) {
            uint8_t *most = &room->most[w->hits[h].number];
            *most = wy_exact_sum(*most, freqs[w->hits[h].at]);
        }
        h = next_useful(w, edge, h);
    }
    return WY_OK;
}

/* Drops candidates in which the second unit is too rare, which takes a fraction of what reading its
 * positions there does. That of the edges that lead is not. */
static int drop_rare(wy_exact_window *w, uint64_t second, wy_error *error)
{
    wy_exact_room *room = w->room;
    const uint8_t *lengths = w->site->lengths[w->field];
    int status = WY_OK;
    for (wy_exact_edge *edge = w->edges + w->whole; edge < w->edges + w->edge_count && !status;
         edge++)
        if (edge->units & second) status = add_freqs(w, edge, error);
    for (size_t i = 0; i < w->words; i++) {
        for (uint64_t bits = room->live[i]; bits; bits &= bits - 1) {
            const size_t number = i * 64 + (size_t)__builtin_ctzll(bits);
            if (!wy_exact_is_enough(&w->limits, room->most[number],
                                    lengths[room->candidates[number]]))
                drop(room, (uint32_t)number);
        }
    }
    memset(room->most, 0, w->words * 64);
    return status;
}

int wy_exact_count_places(wy_exact_window *w, wy_error *error)
{
    wy_exact_edge *edge = w->edges + w->whole, *const end = w->edges + w->edge_count;
    if (w->paths.class_count > UINT32_C(1) << POSITION_SHIFT)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET, "the quoted text is too long");
    const uint64_t second = choose_second(w);
    int status = WY_OK;
    /* Where edges cover all units, or there are but two classes, that is not worth it. */
    if (w->bounded && second && w->whole == 0 && !w->sifted) status = drop_rare(w, second, error);
    if (!status) status = find_starts(w, second, error);
    uint64_t asked = wy_exact_bit(w->stages[0]) | second, kept = wy_exact_bit(w->stages[0]);
    while (edge < end && edge->stage == 0) edge++;
    for (size_t s = 1; s < w->stage_count && !status; s++) {
        for (; edge < end && edge->stage == s && !status; edge++) {
            if (edge->units & second || edge->hit_first == edge->hit_end) continue;
            if (asked != kept) keep_covered(w, asked); /* those of no path are not to be read */
            kept = asked;
            status = read_later(w, edge, error);
        }
        asked |= wy_exact_bit(w->stages[s]);
    }
    if (!status) count_covered(w);
    return status;
}

/* ---- One document -------------------------------------------------------------------------- */

/* *count 0: the edge is not in `doc`. */
static int spot(wy_exact_window *w, wy_exact_edge *edge, uint32_t doc, const uint32_t **list,
                uint32_t *count, wy_error *error)
{
    int status = open_positions(w, edge, error);
    *count = 0;
    if (!status && !edge->spotter) status = wy_exact_open_postings(w, edge, &edge->spotter, error);
    wy_postings *p = edge->spotter;
    if (!status) status = wy_postings_block(p, doc, error);
    if (status || p->block_last == WY_NO_DOC) return status;
    status = wy_postings_decode_docs(p, error);
    const uint32_t at = status ? 0 : wy_meet_search(p->docs, doc);
    if (status || p->docs[at] != doc) return status;
    status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    return wy_positions_get(edge->positions, p->block, p->docs, p->freqs, p->block_count, at, list,
                            count, error);
}

static int add_starts(wy_exact_window *w, const wy_exact_edge *edge, const uint32_t *list,
                      uint32_t count, wy_error *error)
{
    if (!wy_grow(w->site->plan->mem, &w->starts, &w->start_capacity, w->start_count + count,
                 sizeof *w->starts))
        return wy_fail_memory(error);
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t position = (uint64_t)list[i] + edge->before;
        if (position < edge->from) continue;
        w->starts[w->start_count++] = (wy_exact_start){
            .position = (uint32_t)(position - edge->from), .covered = edge->covers};
    }
    return WY_OK;
}

int wy_exact_window_places(wy_exact_window *w, uint32_t doc, wy_error *error)
{
    w->start_count = 0;
    w->start_freq = 0;
    for (size_t e = 0; e < w->edge_count; e++) {
        wy_exact_edge *edge = &w->edges[e];
        const uint32_t *list;
        uint32_t count;
        int status = spot(w, edge, doc, &list, &count, error);
        if (!status) status = add_starts(w, edge, list, count, error);
        if (status) return status;
        if (e < w->whole) w->start_freq += (uint64_t)count * (edge->times - 1);
    }
    if (w->start_count == 0) return WY_OK;
    qsort(w->starts, w->start_count, sizeof *w->starts, by_position);
    size_t sums = 0, kept = 0;
    for (size_t i = 1; i < w->start_count; i++) {
        if (w->starts[i].position == w->starts[sums].position)
            w->starts[sums].covered += w->starts[i].covered;
        else
            w->starts[++sums] = w->starts[i];
    }
    for (size_t i = 0; i <= sums; i++)
        if (w->starts[i].covered == w->needed) w->starts[kept++] = w->starts[i];
    w->start_count = kept;
    w->start_freq += kept;
    return WY_OK;
}
