/*
 * query/clause.c: running clauses in bulk.
 */
#include "query/clause.h"

#include <string.h>

#include "base/error.h"

int wy_clause_open(wy_site *site, const wy_node *node, bool *some, wy_clause *out, wy_error *error)
{
    int status;
    *out = (wy_clause){0};
    if (node->kind == WY_NODE_TERM && node->field == WY_FIELD_BODY) {
        wy_cursor *word = NULL;
        status = node->exact ? wy_cursor_word(site, node, site->first, &out->lane, &word, error)
                             : wy_lane_open(site, node, node->words[0].term, &out->lane, error);
        *some = out->lane || word;
        if (!status && word) wy_clause_of_cursor(word, out);
        if (status || !out->lane) return status;
        out->cost = out->lane->postings.count;
        out->max = wy_lane_bound_of(out->lane, out->lane->postings.list_impact, node->weight);
        return WY_OK;
    }
    wy_cursor *cursor;
    status = wy_cursor_make(site, node, &cursor, error);
    *some = cursor != NULL;
    if (!status && cursor) wy_clause_of_cursor(cursor, out);
    return status;
}

void wy_clause_of_cursor(wy_cursor *cursor, wy_clause *out)
{
    *out = (wy_clause){.cursor = cursor, .cost = cursor->cost, .max = cursor->max};
}

/* ---- Bounds -------------------------------------------------------------------------------- */

int wy_clause_until(wy_clause *clause, uint32_t from, bool wide, uint32_t *last, wy_error *error)
{
    if (clause->lane) {
        int status = wy_lane_shallow(clause->lane, from, error);
        const wy_postings *p = &clause->lane->postings;
        *last = wide ? p->group_last : p->block_last;
        return status;
    }
    uint64_t bound;
    return wy_cursor_bound(clause->cursor, from, last, &bound, error);
}

int wy_clause_set_bound(wy_clause *clause, uint32_t from, uint32_t last, wy_error *error)
{
    if (clause->lane) {
        int status = wy_lane_shallow(clause->lane, from, error);
        uint8_t impact = wy_lane_impact(clause->lane, last);
        clause->bound = wy_lane_bound_of(clause->lane, impact, clause->lane->weight);
        return status;
    }
    if (wy_cursor_is_word(clause->cursor))
        return wy_word_bound(clause->cursor, from, last, &clause->bound, error);
    uint32_t until;
    int status = wy_cursor_bound(clause->cursor, from, &until, &clause->bound, error);
    if (until < last) clause->bound = clause->max;
    return status;
}

/* ---- Filling ------------------------------------------------------------------------------- */

int wy_lane_ids(wy_lane *lane, uint32_t *from, uint32_t end, size_t *count, wy_error *error)
{
    const wy_postings *p = &lane->postings;
    *count = 0;
    int status = wy_lane_seek(lane, *from, error);
    if (status) return status;
    *from = end;
    if (lane->doc >= end) return WY_OK;

    size_t last = p->block_count;
    if (p->block_last >= end) { /* then the block has an id that does not belong */
        last = lane->search(p->docs, end);
    } else {
        *from = p->block_last + 1;
    }
    *count = last - lane->at;
    return WY_OK;
}

int wy_lane_fill_ids(wy_lane *lane, uint32_t *from, uint32_t end, wy_batch *batch, wy_error *error)
{
    const wy_postings *p = &lane->postings;
    size_t n;
    batch->count = 0;
    int status = wy_lane_ids(lane, from, end, &n, error);
    const size_t first = lane->at;
    if (status || n == 0) return status;
    memcpy(batch->docs, p->docs + first, n * sizeof *batch->docs);
    memset(batch->scores, 0, n * sizeof *batch->scores);
    for (size_t i = 0; i < n; i++) batch->at[i] = (uint8_t)(first + i);
    batch->count = n;
    return WY_OK;
}

int wy_lane_add_scores(wy_lane *lane, uint64_t rest, uint64_t need, size_t *high, wy_batch *batch,
                       wy_error *error)
{
    const wy_postings *p = &lane->postings;
    *high = 0;
    if (batch->count == 0) return WY_OK;
    int status = wy_postings_decode_freqs(&lane->postings, error);
    if (status) return status;
    uint32_t some[WY_BLOCK], scores[WY_BLOCK];
    const uint32_t *freqs = p->freqs + batch->at[0];
    const size_t n = batch->count;
    size_t found = 0;
    if (batch->at[n - 1] - batch->at[0] + 1u != n) {
        for (size_t i = 0; i < n; i++) some[i] = p->freqs[batch->at[i]];
        freqs = some;
    }
    wy_lane_scores_of(lane, batch->docs, freqs, n, scores);
    for (size_t i = 0; i < n; i++) {
        batch->scores[i] += scores[i];
        found += scores[i] + rest >= need;
    }
    *high = found;
    return WY_OK;
}

static int fill_from_lane(wy_lane *lane, uint32_t *from, uint32_t end, bool scored, wy_batch *batch,
                          wy_error *error)
{
    size_t ignored;
    int status = wy_lane_fill_ids(lane, from, end, batch, error);
    return status || !scored ? status : wy_lane_add_scores(lane, 0, 0, &ignored, batch, error);
}

/* Passes over ids whose bound is too low. */
static int skip_low(wy_cursor *cursor, uint32_t end, uint64_t rest, uint64_t need, uint32_t *from,
                    wy_error *error)
{
    while (*from < end) {
        uint32_t last;
        uint64_t bound;
        int status = wy_cursor_bound(cursor, *from, &last, &bound, error);
        if (status || bound + rest >= need) return status;
        *from = last < end ? last + 1 : end;
    }
    return WY_OK;
}

/* Checks the candidate, unless it cannot reach `need`, and appends it where it matches. */
static int take_candidate(wy_cursor *cursor, bool scored, uint64_t rest, uint64_t need,
                          wy_batch *batch, wy_error *error)
{
    bool match = true;
    uint64_t score = 0;
    int status = WY_OK;
    if (need > rest) {
        uint64_t most;
        status = wy_cursor_peek(cursor, &most, error);
        match = !status && most + rest >= need;
    }
    if (!status && match) status = wy_cursor_check(cursor, &match, error);
    if (!status && match && scored) status = wy_cursor_score(cursor, &score, error);
    if (!status && match) {
        batch->docs[batch->count] = cursor->doc;
        batch->scores[batch->count++] = score;
    }
    return status;
}

/* A few at a time, since `need` may rise meanwhile. */
static int fill_from_cursor(wy_cursor *cursor, uint32_t *from, uint32_t end, bool scored,
                            uint64_t rest, uint64_t need, wy_batch *batch, wy_error *error)
{
    enum { SOME = 32 };
    int status = need > rest ? skip_low(cursor, end, rest, need, from, error) : WY_OK;
    if (status || *from >= end) return status;
    if (cursor->doc < *from) status = wy_cursor_seek(cursor, *from, error);
    for (int i = 0; i < SOME && !status && cursor->doc < end; i++) {
        status = take_candidate(cursor, scored, rest, need, batch, error);
        if (!status) status = wy_cursor_seek(cursor, cursor->doc + 1, error);
    }
    *from = cursor->doc < end ? cursor->doc : end;
    return status;
}

int wy_clause_fill(wy_clause *clause, uint32_t *from, uint32_t end, bool scored, uint64_t rest,
                   uint64_t need, wy_batch *batch, wy_error *error)
{
    batch->count = 0;
    const uint64_t least = need > rest ? need - rest : 0;
    if (!clause->lane && wy_cursor_is_phrase(clause->cursor))
        return wy_phrase_fill(clause->cursor, from, end, scored, least, batch, error);
    if (!clause->lane && wy_cursor_is_word(clause->cursor))
        return wy_word_fill(clause->cursor, from, end, scored, least, batch, error);
    if (!clause->lane && wy_cursor_is_exact(clause->cursor))
        return wy_exact_fill(clause->cursor, from, end, scored, least, batch, error);
    if (!clause->lane)
        return fill_from_cursor(clause->cursor, from, end, scored, rest, need, batch, error);
    int status = fill_from_lane(clause->lane, from, end, scored, batch, error);
    if (!status && need > rest) wy_batch_keep(batch, rest, need);
    return status;
}

void wy_batch_keep(wy_batch *batch, uint64_t rest, uint64_t need)
{
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const uint64_t score = batch->scores[i];
        batch->docs[kept] = batch->docs[i];
        batch->scores[kept] = score;
        batch->at[kept] = batch->at[i];
        kept += score + rest >= need;
    }
    batch->count = kept;
}

void wy_batch_keep_live(wy_batch *batch, const uint8_t *live)
{
    if (!live) return;
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const uint32_t doc = batch->docs[i];
        batch->docs[kept] = doc;
        batch->scores[kept] = batch->scores[i];
        batch->at[kept] = batch->at[i];
        kept += (size_t)wy_bit(live, doc);
    }
    batch->count = kept;
}

/* ---- Meeting others ------------------------------------------------------------------------ */

/* *run: so many of the ids are to be looked for in the lane's block, which is decoded; 0: it is at
 * its end. */
static int load_for(wy_lane *lane, const uint32_t *ids, size_t count, size_t *run, wy_error *error)
{
    const wy_postings *p = &lane->postings;
    *run = 0;
    int status = wy_lane_shallow(lane, ids[0], error);
    if (status || p->block_last == WY_NO_DOC) return status;
    status = wy_lane_load(lane, error);
    if (status) return status;
    if (count > WY_BLOCK) count = WY_BLOCK;
    *run = wy_meet_run(ids, count, p->block_last);
    return WY_OK;
}

int wy_lane_meet(wy_lane *lane, const uint32_t *ids, size_t count, size_t *run, wy_meeting *meeting,
                 size_t *found, wy_error *error)
{
    int status = load_for(lane, ids, count, run, error);
    if (!status && *run) *found = lane->meet(lane->postings.docs, ids, *run, meeting);
    return status;
}

int wy_lane_keep(wy_lane *lane, const uint32_t *ids, size_t count, uint32_t *out, size_t *kept,
                 wy_error *error)
{
    size_t run;
    *kept = 0;
    for (size_t i = 0; i < count; i += run) {
        int status = load_for(lane, ids + i, count - i, &run, error);
        if (status || run == 0) return status;
        *kept += lane->meet_keep(lane->postings.docs, ids + i, run, out ? out + *kept : NULL);
    }
    return WY_OK;
}

/* Drops what the lane does not match, and adds its scores to what it does; but see
 * wy_clause_require for matches that cannot reach `need` with `rest` more. */
static int require_lane(wy_lane *lane, bool scored, uint64_t rest, uint64_t need, wy_low low,
                        wy_batch *batch, wy_error *error)
{
    wy_postings *p = &lane->postings;
    wy_meeting meeting;
    size_t kept = 0, run, found;
    for (size_t i = 0; i < batch->count; i += run) {
        int status =
            wy_lane_meet(lane, batch->docs + i, batch->count - i, &run, &meeting, &found, error);
        if (status) return status;
        if (run == 0) break;
        if (found == 0) continue;
        bool ranked = scored;
        if (ranked && need > rest) {
            ranked = wy_lane_bound_of(lane, p->block_impact, lane->weight) + rest >= need;
            if (!ranked && low == WY_LOW_DROP) continue;
        }
        if (ranked && (status = wy_postings_decode_freqs(p, error))) return status;
        for (size_t j = 0; j < found; j++, kept++) {
            const size_t from = i + meeting.id[j];
            const uint32_t doc = batch->docs[from];
            uint64_t score = batch->scores[from];
            if (ranked) score += wy_lane_score_of(lane, doc, p->freqs[meeting.at[j]]);
            batch->docs[kept] = doc;
            batch->at[kept] = batch->at[from];
            batch->scores[kept] = score;
        }
    }
    batch->count = kept;
    return WY_OK;
}

/* Adds the lane's scores to what it matches. */
static int add_lane(wy_lane *lane, wy_batch *batch, wy_error *error)
{
    wy_postings *p = &lane->postings;
    wy_meeting meeting;
    size_t run, found;
    for (size_t i = 0; i < batch->count; i += run) {
        int status =
            wy_lane_meet(lane, batch->docs + i, batch->count - i, &run, &meeting, &found, error);
        if (!status && run && found) status = wy_postings_decode_freqs(p, error);
        if (status) return status;
        if (run == 0) break;
        for (size_t j = 0; j < found; j++) {
            const size_t at = i + meeting.id[j];
            batch->scores[at] += wy_lane_score_of(lane, batch->docs[at], p->freqs[meeting.at[j]]);
        }
    }
    return WY_OK;
}

/* Drops what the lane matches. */
static int exclude_lane(wy_lane *lane, wy_batch *batch, wy_error *error)
{
    wy_meeting meeting;
    size_t kept = 0, run, found;
    for (size_t i = 0; i < batch->count; i += run) {
        int status =
            wy_lane_meet(lane, batch->docs + i, batch->count - i, &run, &meeting, &found, error);
        if (status) return status;
        if (run == 0) { /* nothing is excluded from here on */
            run = batch->count - i;
            found = 0;
        }
        for (size_t j = 0, next = 0; j < run; j++) {
            if (next < found && meeting.id[next] == j) {
                next++;
                continue;
            }
            batch->docs[kept] = batch->docs[i + j];
            batch->at[kept] = batch->at[i + j];
            batch->scores[kept++] = batch->scores[i + j];
        }
    }
    batch->count = kept;
    return WY_OK;
}

static int add_cursor(wy_cursor *cursor, bool required, bool scored, wy_batch *batch,
                      wy_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        bool match;
        uint64_t more = 0;
        int status = wy_cursor_matches(cursor, batch->docs[i], &match, error);
        if (!status && match && scored) status = wy_cursor_score(cursor, &more, error);
        if (status) return status;
        batch->docs[kept] = batch->docs[i];
        batch->scores[kept] = batch->scores[i] + more;
        batch->at[kept] = batch->at[i];
        kept += match || !required;
    }
    batch->count = kept;
    return WY_OK;
}

int wy_clause_add(wy_clause *clause, bool required, bool scored, wy_batch *batch, wy_error *error)
{
    if (!required && !scored) return WY_OK;
    if (!clause->lane && wy_cursor_is_word(clause->cursor))
        return wy_word_add(clause->cursor, required, scored, batch, error);
    if (!clause->lane) return add_cursor(clause->cursor, required, scored, batch, error);
    return required ? require_lane(clause->lane, scored, 0, 0, WY_LOW_KEEP, batch, error)
                    : add_lane(clause->lane, batch, error);
}

int wy_clause_require(wy_clause *clause, uint64_t rest, uint64_t need, wy_low low, wy_batch *batch,
                      wy_error *error)
{
    if (!clause->lane) return wy_clause_add(clause, true, true, batch, error);
    return require_lane(clause->lane, true, rest, need, low, batch, error);
}

static int exclude_cursor(wy_cursor *cursor, wy_batch *batch, wy_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        bool match;
        int status = wy_cursor_matches(cursor, batch->docs[i], &match, error);
        if (status) return status;
        batch->docs[kept] = batch->docs[i];
        batch->scores[kept] = batch->scores[i];
        batch->at[kept] = batch->at[i];
        kept += !match;
    }
    batch->count = kept;
    return WY_OK;
}

int wy_clause_exclude(wy_clause *clause, wy_batch *batch, wy_error *error)
{
    if (clause->lane) return exclude_lane(clause->lane, batch, error);
    return wy_cursor_is_word(clause->cursor) ? wy_word_exclude(clause->cursor, batch, error)
                                             : exclude_cursor(clause->cursor, batch, error);
}

/* ---- Gathering ----------------------------------------------------------------------------- */

static void set_bit(wy_gather *gather, uint32_t i)
{
    gather->bits[i / 64] |= UINT64_C(1) << i % 64;
}

static int gather_lane(wy_lane *lane, uint32_t from, uint32_t end, bool scored, wy_gather *gather,
                       wy_error *error)
{
    wy_postings *p = &lane->postings;
    int status = wy_lane_seek(lane, from, error);
    while (!status && lane->doc < end) {
        if (scored && (status = wy_postings_decode_freqs(p, error))) return status;
        const size_t last = p->block_last < end ? p->block_count : wy_meet_search(p->docs, end);
        const uint32_t *docs = p->docs + lane->at;
        const size_t n = last - lane->at;
        if (scored) {
            uint32_t scores[WY_BLOCK];
            wy_lane_scores_of(lane, docs, p->freqs + lane->at, n, scores);
            for (size_t i = 0; i < n; i++) gather->scores[docs[i] - gather->base] += scores[i];
        }
        lane->bulk->set_bits(gather->bits, gather->base, docs, n);
        status = wy_lane_seek(lane, p->block_last < end ? p->block_last + 1 : end, error);
    }
    return status;
}

/* Sets the bits from .. end. */
static void set_bits(wy_gather *gather, uint32_t from, uint32_t end)
{
    while (from < end && from % 64) set_bit(gather, from++);
    for (; end - from >= 64 && from < end; from += 64) gather->bits[from / 64] = UINT64_MAX;
    while (from < end) set_bit(gather, from++);
}

int wy_clause_gather(wy_clause *clause, uint32_t from, uint32_t end, bool scored, wy_gather *gather,
                     wy_error *error)
{
    if (clause->lane) return gather_lane(clause->lane, from, end, scored, gather, error);
    wy_cursor *cursor = clause->cursor;
    if (wy_cursor_is_word(cursor)) return wy_word_gather(cursor, from, end, scored, gather, error);
    int status = cursor->doc < from ? wy_cursor_seek(cursor, from, error) : WY_OK;
    uint32_t range_end;
    if (!status && cursor->doc < end && wy_cursor_is_range(cursor, &range_end)) {
        if (range_end > end) range_end = end;
        set_bits(gather, cursor->doc - gather->base, range_end - gather->base);
        return wy_cursor_seek(cursor, range_end, error);
    }
    while (!status && cursor->doc < end) {
        bool match;
        uint64_t score = 0;
        status = wy_cursor_check(cursor, &match, error);
        if (!status && match && scored) status = wy_cursor_score(cursor, &score, error);
        if (!status && match) {
            gather->scores[cursor->doc - gather->base] += score;
            set_bit(gather, cursor->doc - gather->base);
        }
        if (!status) status = wy_cursor_seek(cursor, cursor->doc + 1, error);
    }
    return status;
}
