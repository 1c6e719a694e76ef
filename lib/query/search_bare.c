/*
 * query/search_bare.c: conjunctions of a few words and nothing else.
 *
 * Ids go from list to list, a block of the lead at a time. What is ranked is taken block by block
 * of each list, so that of every match the blocks of all lists are at hand: their impacts tell
 * whether it is worth reading frequencies, and only those of blocks with a match in all lists are
 * read.
 */
#include "query/search.h"

#include <string.h>

enum { WORDS = 8 };

bool wy_flat_is_bare(const wy_flat *flat)
{
    const size_t count = flat->must.count;
    if (count < 2 || count > WORDS || flat->should.count || flat->must_not.count) return false;
    for (size_t i = 0; i < count; i++)
        if (!flat->must.list[i].lane) return false;
    return !flat->site->live;
}

int wy_bare_count(wy_flat *flat, uint32_t *from, uint32_t last, uint64_t *count, wy_error *error)
{
    uint32_t *const docs = flat->batch->docs, *out = docs;
    wy_lane *const lead = flat->must.list[0].lane;
    size_t n;
    int status = wy_lane_ids(lead, from, last + 1, &n, error);
    const uint32_t *ids = lead->postings.docs + lead->at;
    for (size_t i = 1; i < flat->must.count && n && !status; i++) {
        const bool final = i + 1 == flat->must.count;
        status = wy_lane_keep(flat->must.list[i].lane, ids, n, final ? NULL : out, &n, error);
        ids = out;
        out = out == docs ? docs + WY_WINDOW / 2 : docs;
    }
    if (!status) *count += n;
    return status;
}

/* ---- Ranking -------------------------------------------------------------------------------- */

/* The ids of a block of a list that were met in it and in all lists before. */
typedef struct level {
    wy_lane *lane;
    uint64_t rest; /* bound of all lists behind */
    uint32_t ids[WY_BLOCK];
    uint8_t at[WY_BLOCK];   /* where they are in the block */
    uint8_t from[WY_BLOCK]; /* which of the ids of the level before they are */
} level;

typedef struct ranking {
    level levels[WORDS];
    size_t count; /* of levels */
    wy_topk *topk;
    bool all; /* matches are counted */
    uint64_t matches;
    wy_seen seen;
} ranking;

/* The bound of the lane's block. */
static uint64_t bound_of(const level *l)
{
    return wy_lane_bound_of(l->lane, l->lane->postings.block_impact, l->lane->weight);
}

/* Candidates to be scored: which of the last level's ids they are. */
typedef struct scores {
    size_t count;
    uint8_t which[WY_BLOCK];
    float k[WY_BLOCK]; /* of their lengths: the same for all words, which are of one field */
    uint64_t list[WY_BLOCK];
} scores;

/* Adds what a level gives, and drops what cannot enter with `rest` more. */
static int add_level(ranking *r, size_t number, uint64_t rest, scores *s, wy_error *error)
{
    const level *l = &r->levels[number];
    const uint64_t need = r->topk->need;
    int status = wy_postings_decode_freqs(&l->lane->postings, error);
    if (status) return status;
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        size_t at = s->which[i];
        for (size_t k = r->count - 1; k > number; k--) at = r->levels[k].from[at];
        const uint32_t freq = l->lane->postings.freqs[l->at[at]];
        const uint64_t score = s->list[i] + wy_score(l->lane->weight, freq, s->k[i]);
        s->which[kept] = s->which[i];
        s->k[kept] = s->k[i];
        s->list[kept] = score;
        kept += score + rest >= need;
    }
    s->count = kept;
    return WY_OK;
}

/* Pushes those of the `found` matches of the last level that can enter. */
static int rank_matches(ranking *r, size_t found, wy_error *error)
{
    uint64_t bounds[WORDS], rest = 0;
    scores s;
    r->matches += found;
    for (size_t i = 0; i < r->count; i++) rest += bounds[i] = bound_of(&r->levels[i]);
    if (rest < r->topk->need) return WY_OK;
    s.count = found;
    const wy_lane *lead = r->levels[0].lane;
    for (size_t i = 0; i < found; i++) {
        s.which[i] = (uint8_t)i;
        s.k[i] = lead->k[lead->lengths[r->levels[r->count - 1].ids[i]]];
        s.list[i] = 0;
    }
    for (size_t i = 0; i < r->count && s.count; i++) {
        rest -= bounds[i];
        int status = add_level(r, i, rest, &s, error);
        if (status) return status;
        if (i == 0) r->seen.high += s.count;
    }
    r->seen.all += found;
    for (size_t i = 0; i < s.count; i++) {
        if (s.list[i] < r->topk->need) continue; /* it rises */
        int status = wy_topk_push(r->topk, r->levels[r->count - 1].ids[s.which[i]], s.list[i]);
        if (status) return status;
    }
    return WY_OK;
}

/* Whether nothing in the blocks of the levels up to `number` can enter, whatever is behind them. */
static bool is_low(const ranking *r, size_t number)
{
    uint64_t sum = r->levels[number].rest;
    for (size_t i = 0; i <= number; i++) sum += bound_of(&r->levels[i]);
    return sum < r->topk->need;
}

/* Meets the ids of the level before with level `number`, block by block, and goes on from there. */
static int descend(ranking *r, size_t number, const uint32_t *ids, size_t count, wy_error *error)
{
    level *l = &r->levels[number];
    const bool final = number + 1 == r->count;
    wy_meeting meeting;
    size_t run, found;
    for (size_t i = 0; i < count; i += run) {
        int status = wy_lane_meet(l->lane, ids + i, count - i, &run, &meeting, &found, error);
        if (status || run == 0) return status;
        if (found == 0 || (!r->all && !final && is_low(r, number))) continue;
        for (size_t j = 0; j < found; j++) {
            l->from[j] = (uint8_t)(i + meeting.id[j]);
            l->ids[j] = ids[l->from[j]];
        }
        memcpy(l->at, meeting.at, found);
        status =
            final ? rank_matches(r, found, error) : descend(r, number + 1, l->ids, found, error);
        if (status) return status;
    }
    return WY_OK;
}

int wy_bare_rank(wy_flat *flat, uint32_t *from, uint32_t last, wy_topk *topk, uint64_t *count,
                 wy_seen *seen, wy_error *error)
{
    wy_lane *const lead = flat->must.list[0].lane;
    ranking r;
    size_t n;
    int status = wy_lane_ids(lead, from, last + 1, &n, error);
    if (status || n == 0) return status;
    r.count = flat->must.count;
    r.topk = topk;
    r.all = count != NULL;
    r.matches = 0;
    r.seen = (wy_seen){0};
    uint64_t rest = 0;
    for (size_t i = r.count; i-- > 0;) {
        r.levels[i].lane = flat->must.list[i].lane;
        r.levels[i].rest = rest;
        rest += flat->must.list[i].bound;
    }
    for (size_t i = 0; i < n; i++) r.levels[0].at[i] = (uint8_t)(lead->at + i);
    status = descend(&r, 1, lead->postings.docs + lead->at, n, error);
    if (count) *count += r.matches;
    if (seen) {
        seen->all += r.seen.all;
        seen->high += r.seen.high;
    }
    return status;
}
