/*
 * query/exact_candidates.c: by posting lists, the documents of a window in which the edges of a
 * lattice may meet.
 *
 * The edges that lead are asked first: what they give is numbered, but for documents in which they
 * are too rare for a score that is asked for. The others are asked stage by stage about what is
 * left, either each posting or each candidate. Between stages those without a path are dropped.
 */
#include "query/exact_edge.h"

#include <string.h>

#include "base/error.h"

/* From here on what is found belongs to an edge. */
static void begin_edge(wy_exact_window *w, wy_exact_edge *edge)
{
    edge->hit_first = edge->hit_end = w->hit_count;
    edge->parked = w->parked_count;
}

/* ---- Those that lead ----------------------------------------------------------------------- */

/* Room for `more` hits. */
static bool room_for_hits(wy_exact_window *w, size_t more)
{
    return wy_grow(w->site->plan->mem, &w->hits, &w->hit_capacity, w->hit_count + more,
                   sizeof *w->hits);
}

/* Whether the documents of a run are dense. */
static bool is_dense(const wy_exact_run *r)
{
    return wy_exact_is_dense(r->count, r->docs[r->count - 1] - r->docs[0]);
}

/* Writes a run as hits, and sets the bits of their documents. How many: `proven` documents are left
 * out, unless that is NULL. */
static inline size_t lead_run(const wy_exact_window *w, const wy_exact_run *r, bool dense,
                              const uint64_t *proven, wy_exact_hit *hits)
{
    wy_exact_setter bits = wy_exact_setter_of(w->room->bits);
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const uint32_t slot = r->docs[i] - w->base;
        const bool takes = !proven || !wy_exact_has_bit(proven, slot);
        hits[count] = (wy_exact_hit){(uint16_t)slot, (uint8_t)(r->at + i)};
        count += takes;
        wy_exact_put_bit(&bits, dense, slot, takes);
    }
    return count;
}

/* The same but for documents in which an edge that leads alone is not often enough. */
static size_t lead_frequent(const wy_exact_window *w, const wy_exact_run *r, wy_exact_hit *hits)
{
    const uint8_t *lengths = w->site->lengths[w->field];
    uint64_t *bits = w->room->bits;
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const uint32_t slot = r->docs[i] - w->base;
        const bool takes = wy_exact_is_enough(&w->limits, r->freqs[i], lengths[r->docs[i]]);
        hits[count] = (wy_exact_hit){(uint16_t)slot, (uint8_t)(r->at + i)};
        count += takes;
        bits[slot / 64] |= (uint64_t)takes << slot % 64;
    }
    return count;
}

/* The same where frequencies tell which documents they are: room->most, and no bits. */
static size_t lead_counted(const wy_exact_window *w, const wy_exact_run *r, wy_exact_hit *hits)
{
    uint8_t *most = w->room->most;
    for (size_t i = 0; i < r->count; i++) {
        const uint32_t slot = r->docs[i] - w->base;
        hits[i] = (wy_exact_hit){(uint16_t)slot, (uint8_t)(r->at + i)};
        most[slot] = wy_exact_sum(most[slot], r->freqs[i]);
    }
    return r->count;
}

/* All documents of an edge are candidates, but for those that edges that cover all prove where that
 * is all that is asked. They have no numbers yet. */
static int lead(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    wy_exact_room *room = w->room;
    uint32_t from = w->base;
    wy_exact_run r;
    int status = WY_OK;
    while (!status && from < w->end) {
        status = wy_exact_next_run(w, edge, w->bounded, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        wy_exact_hit *hits = w->hits + w->hit_count;
        const size_t before = w->hit_count;
        if (w->bounded && w->alone)
            w->hit_count += lead_frequent(w, &r, hits);
        else if (w->bounded && w->whole == 0)
            w->hit_count += lead_counted(w, &r, hits);
        else if (w->exists && w->whole > 0)
            w->hit_count += lead_run(w, &r, false, room->whole_bits, hits);
        else if (is_dense(&r))
            w->hit_count += lead_run(w, &r, true, NULL, hits);
        else
            w->hit_count += lead_run(w, &r, false, NULL, hits);
        if (w->bounded && w->whole > 0) wy_exact_add_most(w, &r, 1);
        if (w->hit_count > before) status = wy_exact_park(w, edge, error);
    }
    return status;
}

/* Clears the bits of documents in which the text cannot be often enough, and leaves the hits of the
 * others: of the edges that lead. */
static void drop_infrequent(wy_exact_window *w, wy_exact_edge *edge, const wy_exact_edge *end)
{
    wy_exact_room *room = w->room;
    w->sift->keep_frequent(&w->limits, w->whole > 0, room->bits, room->most,
                           w->site->lengths[w->field] + w->base, w->end - w->base);
    for (; edge < end; edge++)
        edge->hit_end = edge->hit_first + w->sift->keep_hits(room->bits, w->hits + edge->hit_first,
                                                             edge->hit_end - edge->hit_first);
}

size_t wy_exact_list_bits(const wy_exact_window *w, size_t most, uint32_t *out)
{
    const size_t words = wy_exact_words(w);
    return w->sift->list(w->room->bits, words, most > words, w->base, out);
}

/* ---- Numbers ------------------------------------------------------------------------------- */

/* The candidates in which an edge of a class could be of use. */
static const uint64_t *useful_of(const wy_exact_window *w, uint32_t slot)
{
    return w->paths.told_apart ? w->room->useful + slot * w->words : w->room->live;
}

static inline size_t number_each(wy_exact_window *w, const wy_exact_edge *edge, bool dense,
                                 const uint64_t *useful)
{
    const uint16_t *numbers = w->room->numbers;
    const uint64_t *bits = w->room->bits;
    wy_exact_setter there = wy_exact_setter_of(w->room->there + edge->slot * w->words);
    size_t kept = edge->hit_first;
    for (size_t h = edge->hit_first; h < edge->hit_end; h++) {
        const size_t slot = w->hits[h].number;
        const bool stays = useful || wy_exact_has_bit(bits, slot);
        const wy_exact_hit hit = {stays ? numbers[slot] : 0, w->hits[h].at};
        const bool use = useful ? wy_exact_has_bit(useful, hit.number) : stays;
        w->hits[kept] = hit;
        kept += use;
        wy_exact_put_bit(&there, dense, hit.number, use);
    }
    return kept;
}

/* Gives the hits of an edge the numbers of their candidates, leaves those that are of use, or of
 * candidates at all where `useful` is NULL, and notes its class in these. */
static void number_hits(wy_exact_window *w, wy_exact_edge *edge, const uint64_t *useful)
{
    const bool dense = wy_exact_is_dense(edge->hit_end - edge->hit_first, w->numbered);
    edge->hit_end = w->hit_count =
        dense ? number_each(w, edge, true, useful) : number_each(w, edge, false, useful);
}

/* Forgets of which documents it was hoped that they have a class, before its edges are asked. */
static void clear_class(wy_exact_window *w, uint32_t slot)
{
    if (w->paths.told_apart)
        memset(w->room->there + slot * w->words, 0, w->words * sizeof *w->room->there);
}

static size_t count_hits(const wy_exact_edge *edge, const wy_exact_edge *end)
{
    size_t count = 0;
    for (; edge < end; edge++) count += edge->hit_end - edge->hit_first;
    return count;
}

/* Lists the documents of the edges that lead. */
static void list_leads(wy_exact_window *w, const wy_exact_edge *edge, const wy_exact_edge *end)
{
    uint32_t *out = w->room->candidates;
    if (w->alone) {
        for (size_t h = 0; h < w->hit_count; h++) out[h] = w->base + w->hits[h].number;
        w->numbered = w->hit_count;
    } else {
        w->numbered = wy_exact_list_bits(w, count_hits(edge, end), out);
    }
}

/* Gives the documents that are listed their numbers. */
static void number_listed(wy_exact_window *w)
{
    wy_exact_room *room = w->room;
    const size_t count = w->numbered;
    const size_t words = w->words = (count + 63) / 64;
    for (size_t i = 0; i < count; i++) room->numbers[room->candidates[i] - w->base] = (uint16_t)i;
    memset(room->live, 0xff, words * sizeof *room->live);
    if (count % 64 > 0) room->live[words - 1] = (UINT64_C(1) << count % 64) - 1;
}

/* Gives the candidates of the edges that lead their numbers. */
static void number_candidates(wy_exact_window *w, wy_exact_edge *edge, const wy_exact_edge *end)
{
    wy_exact_room *room = w->room;
    list_leads(w, edge, end);
    number_listed(w);
    memset(room->there, w->paths.told_apart ? 0xff : 0,
           (w->paths.slot_count + 1) * w->words * sizeof *room->there);
    for (const wy_exact_edge *e = edge; e < end; e++) clear_class(w, e->slot);
    const size_t hits = w->hit_count;
    for (; edge < end; edge++) number_hits(w, edge, NULL);
    w->hit_count = hits;
}

/* ---- The other edges ----------------------------------------------------------------------- */

/* Lists the candidates in which an edge of a class could be of use as room->asked. */
static void list_useful(wy_exact_window *w, uint32_t slot)
{
    wy_exact_room *room = w->room;
    const uint64_t *useful = useful_of(w, slot);
    size_t count = 0;
    for (size_t i = 0; i < w->words; i++) {
        for (uint64_t bits = useful[i]; bits; bits &= bits - 1) {
            const size_t number = i * 64 + (size_t)__builtin_ctzll(bits);
            room->asked[count] = (uint16_t)number;
            room->asked_ids[count++] = room->candidates[number];
        }
    }
}

static size_t count_useful(const wy_exact_window *w, uint32_t slot)
{
    const uint64_t *useful = useful_of(w, slot);
    size_t count = 0;
    for (size_t i = 0; i < w->words; i++) count += (size_t)__builtin_popcountll(useful[i]);
    return count;
}

/* Which of room->asked a large edge has, block by block. */
static int meet_large(wy_exact_window *w, wy_exact_edge *edge, size_t count, wy_error *error)
{
    const wy_exact_room *room = w->room;
    uint64_t *there = w->room->there + edge->slot * w->words;
    wy_postings *p = edge->postings;
    wy_meet_fn *meet = wy_meet_get();
    wy_meeting meeting;
    int status = WY_OK;
    for (size_t i = 0, n; i < count && !status; i += n) {
        const uint32_t *ids = room->asked_ids + i;
        if (ids[0] > p->block_last) status = wy_postings_block(p, ids[0], error);
        if (status || p->block_last == WY_NO_DOC) break;
        for (n = 1; n < WY_BLOCK && i + n < count && ids[n] <= p->block_last;) n++;
        status = wy_postings_decode_docs(p, error);
        if (!status && !room_for_hits(w, n)) return wy_fail_memory(error);
        const size_t found = status ? 0 : meet(p->docs, ids, n, &meeting);
        for (size_t j = 0; j < found; j++) {
            const uint16_t number = room->asked[i + meeting.id[j]];
            w->hits[w->hit_count++] = (wy_exact_hit){number, meeting.at[j]};
            there[number / 64] |= UINT64_C(1) << number % 64;
        }
        if (found > 0) status = wy_exact_park(w, edge, error);
    }
    edge->hit_end = w->hit_count;
    return status;
}

/* The hits of an edge in all candidates, of use or not, from its postings in the window. */
static int meet_by_postings(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    const uint64_t *bits = w->room->bits;
    uint32_t from = w->base;
    wy_exact_run r;
    int status = WY_OK;
    while (!status && from < w->end) {
        status = wy_exact_next_run(w, edge, false, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        size_t count = w->hit_count;
        for (size_t i = 0; i < r.count; i++) {
            const uint32_t slot = r.docs[i] - w->base;
            w->hits[count] = (wy_exact_hit){(uint16_t)slot, (uint8_t)(r.at + i)};
            count += wy_exact_has_bit(bits, slot);
        }
        if (count > w->hit_count) status = wy_exact_park(w, edge, error);
        w->hit_count = count;
    }
    edge->hit_end = w->hit_count;
    return status;
}

/* Either each posting of a large edge is looked up, or each candidate: what takes less. */
static bool has_few(const wy_exact_window *w, const wy_exact_edge *edge, size_t chosen)
{
    const uint64_t documents = wy_segment_documents(w->site->segment, w->field);
    return (uint64_t)edge->term.info.doc_freq * (w->end - w->base) < 4 * chosen * documents;
}

/* Asks the edges of a class, none that lead, about the candidates in which they are of use. */
static int ask_class(wy_exact_window *w, wy_exact_edge *edge, const wy_exact_edge *end,
                     wy_error *error)
{
    const uint32_t slot = edge->slot;
    const size_t useful = count_useful(w, slot);
    bool listed = false;
    int status = WY_OK;
    clear_class(w, slot);
    for (; edge < end && !status; edge++) {
        begin_edge(w, edge);
        if (useful == 0) continue;
        status = wy_exact_load(w, edge, error);
        if (status) return status;
        if (wy_exact_is_small(edge) || has_few(w, edge, useful)) {
            status = meet_by_postings(w, edge, error);
            number_hits(w, edge, useful_of(w, slot));
        } else {
            if (!listed) list_useful(w, slot);
            listed = true;
            status = meet_large(w, edge, useful, error);
        }
    }
    return status;
}

/* Asks the edges of a stage, class after class. */
static int ask_stage(wy_exact_window *w, wy_exact_edge *edge, const wy_exact_edge *end,
                     size_t stage, wy_error *error)
{
    int status = WY_OK;
    for (wy_exact_edge *next; edge < end && stage > 0 && !status; edge = next) {
        for (next = edge; next < end && next->class_number == edge->class_number;) next++;
        status = ask_class(w, edge, next, error);
    }
    for (; edge < end && !status; edge++) {
        begin_edge(w, edge);
        status = wy_exact_load(w, edge, error);
        if (!status) status = lead(w, edge, error);
        edge->hit_end = w->hit_count;
    }
    return status;
}

bool wy_exact_has_live(const wy_exact_window *w)
{
    uint64_t some = 0;
    for (size_t i = 0; i < w->words; i++) some |= w->room->live[i];
    return some != 0;
}

/* Drops candidates that have nothing for the unit of a stage, or no path any more. Returns whether
 * any are left. */
static bool keep_hopeful(wy_exact_window *w, size_t stage)
{
    wy_exact_room *room = w->room;
    if (w->paths.told_apart)
        wy_exact_paths_walk(&w->paths, w->words, room->live, room->there, room->useful);
    for (size_t i = 0; i < w->words && !w->paths.told_apart; i++) {
        uint64_t able = 0;
        for (uint64_t m = w->able[stage]; m; m &= m - 1)
            able |= room->there[(size_t)__builtin_ctzll(m) * w->words + i];
        room->live[i] &= able;
    }
    return wy_exact_has_live(w);
}

/* ---- Two classes --------------------------------------------------------------------------- */

/* Where all paths are an edge of one class and an edge of another, as for two characters, a
 * candidate has both, and nothing is to be remembered about each but that. */

/* Whether there are just two classes, and the postings of the second are run along. */
static bool is_pair(const wy_exact_window *w, const wy_exact_edge *second)
{
    if (w->stage_count != 2 || w->paths.class_count != 2) return false;
    size_t leads = 0;
    for (size_t i = 0; i < wy_exact_words(w); i++)
        leads += (size_t)__builtin_popcountll(w->room->bits[i]);
    for (const wy_exact_edge *e = second; e < w->edges + w->edge_count; e++)
        if (!wy_exact_is_small(e) && !has_few(w, e, leads)) return false;
    return true;
}

/* Writes those of a run whose bits are set as hits, and sets their bits in `met`. How many. */
static inline size_t meet_run(const wy_exact_window *w, const wy_exact_run *r, bool dense,
                              uint64_t *met, wy_exact_hit *hits)
{
    const uint64_t *bits = w->room->bits;
    wy_exact_setter both = wy_exact_setter_of(met);
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const uint32_t slot = r->docs[i] - w->base;
        const bool there = wy_exact_has_bit(bits, slot);
        hits[count] = (wy_exact_hit){(uint16_t)slot, (uint8_t)(r->at + i)};
        count += there;
        wy_exact_put_bit(&both, dense, slot, there);
    }
    return count;
}

/* Adds the hits of an edge in documents whose bits are set, with ids in the place of numbers, and
 * sets their bits in `met`. */
static int meet_pair(wy_exact_window *w, wy_exact_edge *edge, uint64_t *met, wy_error *error)
{
    uint32_t from = w->base;
    wy_exact_run r;
    int status = wy_exact_load(w, edge, error);
    begin_edge(w, edge);
    while (!status && from < w->end) {
        status = wy_exact_next_run(w, edge, false, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        wy_exact_hit *hits = w->hits + w->hit_count;
        const size_t found =
            is_dense(&r) ? meet_run(w, &r, true, met, hits) : meet_run(w, &r, false, met, hits);
        w->hit_count += found;
        if (found > 0) status = wy_exact_park(w, edge, error);
    }
    edge->hit_end = w->hit_count;
    return status;
}

/* Numbers the documents whose bits are set in `met`, and leaves the hits of those. */
static void number_pairs(wy_exact_window *w, const wy_exact_edge *second, const uint64_t *met)
{
    wy_exact_room *room = w->room;
    wy_exact_edge *const first = w->edges + w->whole, *const end = w->edges + w->edge_count;
    memcpy(room->bits, met, wy_exact_words(w) * sizeof *room->bits);
    w->numbered = wy_exact_list_bits(w, count_hits(second, end), room->candidates);
    number_listed(w);
    wy_exact_clear_bits(w);
    for (wy_exact_edge *edge = first; edge < end; edge++) {
        size_t kept = edge->hit_first;
        for (size_t h = edge->hit_first; h < edge->hit_end; h++) {
            const wy_exact_hit hit = w->hits[h];
            /* Where its bit is not set it has no number, and what was put there does not stay. */
            w->hits[kept] = (wy_exact_hit){room->numbers[hit.number], hit.at};
            kept += met[hit.number / 64] >> hit.number % 64 & 1;
        }
        edge->hit_end = kept;
    }
}

/* The same as the stages behind the first, for two classes. */
static int find_pairs(wy_exact_window *w, wy_exact_edge *second, wy_error *error)
{
    uint64_t met[WY_EXACT_WINDOW / 64];
    int status = WY_OK;
    memset(met, 0, wy_exact_words(w) * sizeof *met);
    for (wy_exact_edge *e = second; e < w->edges + w->edge_count && !status; e++)
        status = meet_pair(w, e, met, error);
    if (!status) number_pairs(w, second, met);
    w->sifted = true;
    return status;
}

/* ---- All classes --------------------------------------------------------------------------- */

int wy_exact_find_candidates(wy_exact_window *w, wy_error *error)
{
    wy_exact_edge *edge = w->edges + w->whole, *const end = w->edges + w->edge_count;
    w->hit_count = w->parked_count = w->left = w->numbered = w->words = 0;
    w->sifted = false;
    for (size_t s = 0; s < w->stage_count; s++) {
        wy_exact_edge *const first = edge;
        while (edge < end && edge->stage == s) edge++;
        const int status = ask_stage(w, first, edge, s, error);
        if (status) return status;
        if (s == 0 && w->bounded && !w->alone) drop_infrequent(w, first, edge);
        if (s == 0 && is_pair(w, edge)) return find_pairs(w, edge, error);
        if (s == 0) number_candidates(w, first, edge);
        if (!keep_hopeful(w, s)) break;
    }
    wy_exact_clear_bits(w);
    return WY_OK;
}
