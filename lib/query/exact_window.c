#include "query/exact_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "query/exact_edge.h"

enum { NO_STAGE = 255 };

/* ---- Posting lists ------------------------------------------------------------------------- */

int wy_exact_open_postings(wy_exact_window *w, const wy_exact_edge *edge, wy_postings **out,
                           wy_error *error)
{
    *out = wy_arena_alloc(w->site->arena, sizeof **out);
    if (!*out) return wy_fail_memory(error);
    return wy_segment_term_postings(w->site->segment, &edge->term, *out, error);
}

/* Takes over the only block of a small edge. */
static int load_small(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    const size_t n = edge->term.info.doc_freq;
    wy_postings *p = w->scratch;
    edge->docs = wy_arena_alloc(w->site->arena, 2 * n * sizeof *edge->docs);
    if (!edge->docs) return wy_fail_memory(error);
    int status = wy_segment_term_postings(w->site->segment, &edge->term, p, error);
    if (!status) status = wy_postings_block(p, 0, error);
    if (!status) status = wy_postings_decode_docs(p, error);
    if (!status) status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    memcpy(edge->docs, p->docs, n * sizeof *edge->docs);
    edge->freqs = edge->docs + n;
    memcpy(edge->freqs, p->freqs, n * sizeof *edge->freqs);
    return WY_OK;
}

static int load(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    if (edge->loaded) return WY_OK;
    edge->loaded = true;
    return wy_exact_is_small(edge) ? load_small(w, edge, error)
                                   : wy_exact_open_postings(w, edge, &edge->postings, error);
}

/* Moves a small edge to the first id of the window. */
static void skip_small(wy_exact_edge *edge, uint32_t base)
{
    const uint32_t n = edge->term.info.doc_freq;
    while (edge->at < n && edge->docs[edge->at] < base) edge->at++;
}

typedef struct run {
    const uint32_t *docs, *freqs;
    uint32_t at; /* of the first in its block */
    size_t count;
} run;

/* Some postings of the window: ids, and frequencies where asked for. count 0: no more. */
static int next_run(wy_exact_window *w, wy_exact_edge *edge, bool freqs, uint32_t *from, run *out,
                    wy_error *error)
{
    out->count = 0;
    if (*from >= w->end) return WY_OK;
    if (wy_exact_is_small(edge)) {
        const uint32_t n = edge->term.info.doc_freq;
        skip_small(edge, *from);
        *out = (run){edge->docs + edge->at, edge->freqs + edge->at, edge->at, 0};
        while (edge->at + out->count < n && out->docs[out->count] < w->end) out->count++;
        *from = w->end;
        return WY_OK;
    }
    wy_postings *p = edge->postings;
    int status = *from > p->block_last || p->block_last == WY_NO_DOC
                     ? wy_postings_block(p, *from, error)
                     : WY_OK;
    if (status || p->block_last == WY_NO_DOC) return status;
    status = wy_postings_decode_docs(p, error);
    if (!status && freqs) status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    const uint32_t first = wy_meet_search(p->docs, *from);
    const uint32_t last = p->block_last < w->end ? p->block_count : wy_meet_search(p->docs, w->end);
    *out = (run){p->docs + first, p->freqs + first, first, last - first};
    *from = p->block_last < w->end ? p->block_last + 1 : w->end;
    return WY_OK;
}

/* From here on what is found belongs to an edge. */
static void begin_edge(wy_exact_window *w, wy_exact_edge *edge)
{
    edge->hit_first = edge->hit_end = w->hit_count;
    edge->parked = w->parked_count;
}

static bool make_parked(wy_exact_window *w)
{
    if (!wy_grow(w->site->plan->mem, &w->parked, &w->parked_capacity, w->parked_made + 1,
                 sizeof *w->parked))
        return false;
    wy_postings *made = wy_arena_alloc(w->site->arena, sizeof *made);
    w->parked[w->parked_made] = made;
    w->parked_made += made != NULL;
    return made != NULL;
}

/* Keeps the block of an edge with hits for its positions: to copy it is a fraction of what it takes
 * to decode it again. */
static int park(wy_exact_window *w, const wy_exact_edge *edge, wy_error *error)
{
    enum { FREQS = offsetof(wy_postings, freqs), BEHIND = FREQS + sizeof(uint32_t[WY_BLOCK]) };
    if (wy_exact_is_small(edge)) return WY_OK;
    if (w->parked_count == w->parked_made && !make_parked(w)) return wy_fail_memory(error);
    const wy_postings *from = edge->postings;
    wy_postings *to = w->parked[w->parked_count++];
    memcpy(to, from, w->bounded ? BEHIND : FREQS); /* without a bound no frequencies were read */
    memcpy((char *)to + BEHIND, (const char *)from + BEHIND, sizeof *to - BEHIND);
    return WY_OK;
}

/* ---- Candidates ---------------------------------------------------------------------------- */

/* Room for `more` hits. */
static bool room_for_hits(wy_exact_window *w, size_t more)
{
    return wy_grow(w->site->plan->mem, &w->hits, &w->hit_capacity, w->hit_count + more,
                   sizeof *w->hits);
}

/* Whether the documents of a run are dense. */
static bool is_dense(const run *r)
{
    return wy_exact_is_dense(r->count, r->docs[r->count - 1] - r->docs[0]);
}

/* Writes a run as hits, and sets the bits of their documents. How many: `proven` documents are left
 * out, unless that is NULL. */
static inline size_t lead_run(const wy_exact_window *w, const run *r, bool dense,
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
static size_t lead_frequent(const wy_exact_window *w, const run *r, wy_exact_hit *hits)
{
    const uint8_t *lengths = w->site->lengths[w->field];
    uint64_t *bits = w->room->bits;
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const uint32_t slot = r->docs[i] - w->base;
        const bool takes = r->freqs[i] >= w->least[lengths[r->docs[i]]];
        hits[count] = (wy_exact_hit){(uint16_t)slot, (uint8_t)(r->at + i)};
        count += takes;
        bits[slot / 64] |= (uint64_t)takes << slot % 64;
    }
    return count;
}

/* Notes how often edges that lead are in the documents of a run. */
static void add_most(const wy_exact_window *w, const run *r)
{
    uint8_t *most = w->room->most;
    for (size_t i = 0; i < r->count; i++) {
        const uint64_t sum = (uint64_t)most[r->docs[i] - w->base] + r->freqs[i];
        most[r->docs[i] - w->base] = sum < UINT8_MAX ? (uint8_t)sum : UINT8_MAX;
    }
}

/* All documents of an edge are candidates, but for those that edges that cover all prove where that
 * is all that is asked. They have no numbers yet. */
static int lead(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    wy_exact_room *room = w->room;
    uint32_t from = w->base;
    run r;
    int status = WY_OK;
    while (!status && from < w->end) {
        status = next_run(w, edge, w->bounded, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        wy_exact_hit *hits = w->hits + w->hit_count;
        const size_t before = w->hit_count;
        if (w->bounded && w->alone)
            w->hit_count += lead_frequent(w, &r, hits);
        else if (w->exists && w->whole > 0)
            w->hit_count += lead_run(w, &r, false, room->whole_bits, hits);
        else if (is_dense(&r))
            w->hit_count += lead_run(w, &r, true, NULL, hits);
        else
            w->hit_count += lead_run(w, &r, false, NULL, hits);
        if (w->bounded && !w->alone) add_most(w, &r);
        if (w->hit_count > before) status = park(w, edge, error);
    }
    return status;
}

static size_t words_of(const wy_exact_window *w)
{
    return (w->end - w->base + 63) / 64;
}

/* Clears the bits of documents in which the text cannot be often enough, and lists the others. */
static void drop_infrequent(wy_exact_window *w)
{
    wy_exact_room *room = w->room;
    const uint8_t *lengths = w->site->lengths[w->field];
    uint32_t *listed = room->candidates;
    size_t count = 0;
    for (size_t i = 0; i < words_of(w); i++) {
        for (uint64_t bits = room->bits[i]; bits; bits &= bits - 1) {
            const unsigned at = (unsigned)__builtin_ctzll(bits);
            const size_t slot = i * 64 + at;
            const uint64_t most = (uint64_t)wy_exact_whole_freq(w, slot) + room->most[slot];
            const uint64_t rare = room->most[slot] < UINT8_MAX &&
                                  most < w->least[lengths[w->base + slot]];
            room->bits[i] &= ~(rare << at);
            room->most[slot] = 0;
            listed[count] = w->base + (uint32_t)slot;
            count += !rare;
        }
    }
    w->numbered = count;
}

/* Lists the ids whose bits are set in order. `many`: most words have some. */
static inline size_t list_of(const wy_exact_window *w, bool many, uint32_t *out)
{
    size_t count = 0;
    const size_t words = words_of(w);
    for (size_t i = 0; i < words; i++) {
        const uint32_t first = w->base + (uint32_t)(i * 64);
        uint64_t bits = w->room->bits[i];
        if (!many && !bits) continue;
        do { /* mostly a few: four at once, without a branch that may be guessed wrong */
            for (unsigned j = 0; j < 4; j++) {
                out[count] = first + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
                count += bits != 0;
                bits &= bits - 1;
            }
        } while (bits);
    }
    return count;
}

static size_t list_bits(const wy_exact_window *w, size_t most, uint32_t *out)
{
    return most > words_of(w) ? list_of(w, true, out) : list_of(w, false, out);
}

static void clear_bits(wy_exact_window *w)
{
    memset(w->room->bits, 0, words_of(w) * sizeof *w->room->bits);
}

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

/* Lists the documents of the edges that lead. */
static void list_leads(wy_exact_window *w)
{
    uint32_t *out = w->room->candidates;
    if (w->alone) {
        for (size_t h = 0; h < w->hit_count; h++) out[h] = w->base + w->hits[h].number;
        w->numbered = w->hit_count;
    } else if (!w->bounded) { /* else they are listed */
        w->numbered = list_bits(w, w->hit_count, out);
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
    list_leads(w);
    number_listed(w);
    memset(room->there, w->paths.told_apart ? 0xff : 0,
           (w->paths.slot_count + 1) * w->words * sizeof *room->there);
    for (const wy_exact_edge *e = edge; e < end; e++) clear_class(w, e->slot);
    const size_t hits = w->hit_count;
    for (; edge < end; edge++) number_hits(w, edge, NULL);
    w->hit_count = hits;
}

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
        if (found > 0) status = park(w, edge, error);
    }
    edge->hit_end = w->hit_count;
    return status;
}

/* The hits of an edge in all candidates, of use or not, from its postings in the window. */
static int meet_by_postings(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    const uint64_t *bits = w->room->bits;
    uint32_t from = w->base;
    run r;
    int status = WY_OK;
    while (!status && from < w->end) {
        status = next_run(w, edge, false, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        size_t count = w->hit_count;
        for (size_t i = 0; i < r.count; i++) {
            const uint32_t slot = r.docs[i] - w->base;
            w->hits[count] = (wy_exact_hit){(uint16_t)slot, (uint8_t)(r.at + i)};
            count += wy_exact_has_bit(bits, slot);
        }
        if (count > w->hit_count) status = park(w, edge, error);
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
        status = load(w, edge, error);
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
        status = load(w, edge, error);
        if (!status) status = lead(w, edge, error);
        edge->hit_end = w->hit_count;
    }
    return status;
}

static bool has_live(const wy_exact_window *w)
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
    return has_live(w);
}

/* ---- Two classes --------------------------------------------------------------------------- */

/* Where all paths are an edge of one class and an edge of another, as for two characters, a candidate
 * has both, and nothing is to be remembered about each but that. */

/* Whether there are just two classes, and the postings of the second are run along. */
static bool is_pair(const wy_exact_window *w, const wy_exact_edge *second)
{
    if (w->stage_count != 2 || w->paths.class_count != 2) return false;
    size_t leads = 0;
    for (size_t i = 0; i < words_of(w); i++)
        leads += (size_t)__builtin_popcountll(w->room->bits[i]);
    for (const wy_exact_edge *e = second; e < w->edges + w->edge_count; e++)
        if (!wy_exact_is_small(e) && !has_few(w, e, leads)) return false;
    return true;
}

/* Writes those of a run whose bits are set as hits, and sets their bits in `met`. How many. */
static inline size_t meet_run(const wy_exact_window *w, const run *r, bool dense, uint64_t *met,
                              wy_exact_hit *hits)
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
    run r;
    int status = load(w, edge, error);
    begin_edge(w, edge);
    while (!status && from < w->end) {
        status = next_run(w, edge, false, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        wy_exact_hit *hits = w->hits + w->hit_count;
        const size_t found =
            is_dense(&r) ? meet_run(w, &r, true, met, hits) : meet_run(w, &r, false, met, hits);
        w->hit_count += found;
        if (found > 0) status = park(w, edge, error);
    }
    edge->hit_end = w->hit_count;
    return status;
}

/* Numbers the documents whose bits are set in `met`, and leaves the hits of those. */
static void number_pairs(wy_exact_window *w, const uint64_t *met)
{
    wy_exact_room *room = w->room;
    wy_exact_edge *const first = w->edges + w->whole, *const end = w->edges + w->edge_count;
    memcpy(room->bits, met, words_of(w) * sizeof *room->bits);
    w->numbered = list_bits(w, w->hit_count, room->candidates);
    number_listed(w);
    clear_bits(w);
    for (wy_exact_edge *edge = first; edge < end; edge++) {
        size_t kept = edge->hit_first;
        for (size_t h = edge->hit_first; h < edge->hit_end; h++) {
            const wy_exact_hit hit = w->hits[h];
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
    memset(met, 0, words_of(w) * sizeof *met);
    for (; second < w->edges + w->edge_count && !status; second++)
        status = meet_pair(w, second, met, error);
    if (!status) number_pairs(w, met);
    w->sifted = true;
    return status;
}

/* ---- All classes --------------------------------------------------------------------------- */

/* Finds the candidates that have a path, with the hits of the edges, and where these are of use. */
static int find_candidates(wy_exact_window *w, wy_error *error)
{
    wy_exact_edge *edge = w->edges + w->whole, *const end = w->edges + w->edge_count;
    w->hit_count = w->parked_count = w->left = w->numbered = w->words = 0;
    w->sifted = false;
    for (size_t s = 0; s < w->stage_count; s++) {
        wy_exact_edge *const first = edge;
        while (edge < end && edge->stage == s) edge++;
        const int status = ask_stage(w, first, edge, s, error);
        if (status) return status;
        if (s == 0 && w->bounded && !w->alone) drop_infrequent(w);
        if (s == 0 && is_pair(w, edge)) return find_pairs(w, edge, error);
        if (s == 0) number_candidates(w, first, edge);
        if (!keep_hopeful(w, s)) break;
    }
    clear_bits(w);
    return WY_OK;
}

/* ---- The window ---------------------------------------------------------------------------- */

/* Adds the frequencies of the edges that cover all. */
static int add_whole(wy_exact_window *w, wy_error *error)
{
    int status = WY_OK;
    for (size_t e = 0; e < w->whole && !status; e++) {
        wy_exact_edge *edge = &w->edges[e];
        uint32_t from = w->base;
        status = load(w, edge, error);
        while (!status && from < w->end) {
            run r;
            status = next_run(w, edge, true, &from, &r, error);
            if (status || r.count == 0) break;
            for (size_t i = 0; i < r.count; i++) {
                const uint32_t slot = r.docs[i] - w->base;
                w->room->whole_bits[slot / 64] |= UINT64_C(1) << slot % 64;
                w->room->whole_freqs[slot] += r.freqs[i] * edge->times;
            }
        }
    }
    return status;
}

/* Clears what is by id where it is needed. */
static void clear_room(wy_exact_window *w)
{
    wy_exact_room *room = w->room;
    if (w->whole > 0 && !room->freqs_cleared) {
        memset(room->whole_freqs, 0, sizeof room->whole_freqs);
        room->freqs_cleared = true;
    }
    if (w->bounded && !w->alone && !room->most_cleared) {
        memset(room->most, 0, sizeof room->most);
        room->most_cleared = true;
    }
}

int wy_exact_window_fill(wy_exact_window *w, uint32_t base, uint32_t end, wy_error *error)
{
    wy_exact_room *room = w->room;
    w->base = base;
    w->end = end;
    w->count = 0;
    w->counted = !w->exists;
    clear_room(w);
    int status = add_whole(w, error);
    if (!status) status = find_candidates(w, error);
    if (!status && has_live(w)) status = wy_exact_count_places(w, error);
    if (status) return status;
    if (w->whole == 0) return WY_OK;
    for (size_t i = 0; i < words_of(w); i++) {
        room->bits[i] |= room->whole_bits[i];
        room->whole_bits[i] = 0;
    }
    w->count = list_bits(w, w->left, w->docs);
    clear_bits(w);
    for (size_t i = 0; i < w->count; i++) {
        uint32_t *freq = &room->whole_freqs[w->docs[i] - base];
        w->freqs[i] = *freq;
        *freq = 0;
    }
    return WY_OK;
}

/* ---- Making -------------------------------------------------------------------------------- */

static int by_stage(const void *a, const void *b)
{
    const wy_exact_edge *x = a, *y = b;
    if (x->stage != y->stage) return x->stage < y->stage ? -1 : 1;
    return (x->class_number > y->class_number) - (x->class_number < y->class_number);
}

/* Puts the units in the order of what their edges cost, and each edge with the first of its units.
 * Drops all that need others where a unit has none. */
static void plan_stages(wy_exact_window *w, uint64_t units)
{
    uint64_t costs[64] = {0}, seen = 0;
    wy_exact_edge *parts = w->edges + w->whole;
    const size_t count = w->edge_count - w->whole;
    for (size_t e = 0; e < count; e++) {
        seen |= parts[e].units;
        for (uint64_t m = parts[e].units; m; m &= m - 1)
            costs[__builtin_ctzll(m)] += parts[e].term.info.doc_freq;
    }
    if (seen != units) {
        w->edge_count = w->whole;
        return;
    }
    for (size_t e = 0; e < count; e++) parts[e].stage = NO_STAGE;
    while (units) {
        int best = __builtin_ctzll(units);
        for (uint64_t m = units; m; m &= m - 1)
            if (costs[__builtin_ctzll(m)] < costs[best]) best = __builtin_ctzll(m);
        uint64_t *able = &w->able[w->stage_count];
        for (size_t e = 0; e < count; e++) {
            if (!(parts[e].units >> best & 1)) continue;
            *able |= UINT64_C(1) << parts[e].slot;
            if (parts[e].stage == NO_STAGE) parts[e].stage = (uint8_t)w->stage_count;
        }
        w->stages[w->stage_count++] = (uint32_t)best;
        units &= ~(UINT64_C(1) << best);
    }
    qsort(parts, count, sizeof *parts, by_stage);
}

/* What is used up within a call all windows of the site share. */
static bool make_room(wy_exact_window *w, wy_site *site)
{
    wy_arena *arena = site->arena;
    w->docs = wy_arena_alloc(arena, (w->width + 4) * sizeof *w->docs);
    w->freqs = wy_arena_alloc(arena, w->width * sizeof *w->freqs);
    w->scratch = wy_arena_alloc(arena, sizeof *w->scratch);
    if (!site->exact_room) {
        site->exact_room = wy_arena_alloc(arena, sizeof *site->exact_room);
        if (site->exact_room) memset(site->exact_room, 0, offsetof(wy_exact_room, whole_freqs));
    }
    w->room = site->exact_room;
    return w->docs && w->freqs && w->scratch && w->room;
}

/* How wide windows are, by the documents of the edges that lead: all may be in one. */
static void choose_width(wy_exact_window *w)
{
    uint64_t documents = 0;
    size_t leads = 0;
    for (size_t e = w->whole; e < w->edge_count && w->edges[e].stage == 0; e++, leads++)
        documents += w->edges[e].term.info.doc_freq;
    w->width = documents <= WY_EXACT_NUMBERS ? WY_EXACT_WINDOW : WY_EXACT_NUMBERS;
    w->alone = leads == 1 && w->whole == 0;
}

static uint32_t slot_of(const wy_exact_paths *paths, uint32_t class_number)
{
    return paths->class_count <= 64 ? class_number : wy_exact_slot(class_number);
}

int wy_exact_window_open(wy_exact_window *w, wy_site *site, wy_field field,
                         const wy_exact_query *query, const wy_lattice *lattice, wy_error *error)
{
    *w = (wy_exact_window){.site = site,
                           .field = field,
                           .needed = query->unit_count - query->gaps,
                           .edge_count = lattice->count,
                           .whole = lattice->whole};
    const size_t parts = lattice->count - lattice->whole;
    uint32_t *classes = wy_arena_alloc(site->arena, (parts + 1) * sizeof *classes);
    w->edges = wy_arena_alloc(site->arena, lattice->count * sizeof *w->edges);
    if (!w->edges || !classes) return wy_fail_memory(error);
    w->note = wy_starts_note_avx512();
    w->meet = wy_starts_meet_avx512();
    if (!w->note) w->note = wy_starts_note_avx2();
    if (!w->meet) w->meet = wy_starts_meet_avx2();
    int status = wy_exact_paths_make(&w->paths, query, lattice->edges + lattice->whole, parts,
                                     classes, site->arena, error);
    if (status) return status;
    uint64_t units = 0;
    for (uint32_t i = 0; i < query->unit_count; i++)
        if (!wy_exact_is_gap(&query->units[i])) units |= wy_exact_bit(i);
    for (size_t i = 0; i < lattice->count; i++) {
        const wy_edge *edge = &lattice->edges[i];
        const bool whole = i < w->whole;
        const uint32_t number = whole ? 0 : classes[i - w->whole];
        w->edges[i] = (wy_exact_edge){.term = {field, edge->term, edge->term.doc_freq},
                                      .class_number = number,
                                      .slot = slot_of(&w->paths, number),
                                      .units = whole ? 0 : w->paths.classes[number].units,
                                      .covers = edge->to - edge->from,
                                      .from = edge->from,
                                      .before = edge->before,
                                      .times = edge->times};
    }
    plan_stages(w, units);
    choose_width(w);
    return make_room(w, site) ? WY_OK : wy_fail_memory(error);
}

void wy_exact_window_close(wy_exact_window *w)
{
    if (!w->site) return;
    for (size_t i = 0; i < w->edge_count; i++)
        if (w->edges[i].positions) wy_positions_close(w->edges[i].positions);
    wy_free(w->site->plan->mem, w->hits);
    wy_free(w->site->plan->mem, w->parked);
    wy_free(w->site->plan->mem, w->keys);
    wy_free(w->site->plan->mem, w->starts);
    w->site = NULL;
}
