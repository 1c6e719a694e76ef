/*
 * query/lane.h: running along one posting list: seeking, scoring, bounding. All searches are made
 * of lanes. Everything here is inline, for the loops over decoded blocks.
 */
#ifndef WY_QUERY_LANE_H
#define WY_QUERY_LANE_H

#include "query/bulk.h"
#include "query/meet.h"
#include "segment/segment.h"

/*
 * Ids are paragraphs for the body and reports for titles. After opening, `doc` is void until the
 * first seek. wy_lane_shallow may move past `doc`, when it is before the target: then only a seek
 * to the target or beyond makes it good again.
 */
typedef struct wy_lane {
    wy_postings postings;
    uint32_t doc;    /* where the lane stands; WY_NO_DOC at the end */
    uint32_t at;     /* index of doc in postings.docs */
    uint32_t loaded; /* number of the block in postings.docs, or UINT32_MAX */
    wy_meet_fn *meet;
    wy_meet_search_fn *search;
    wy_meet_keep_fn *meet_keep;
    const wy_bulk *bulk;

    /* How postings score. */
    float weight;
    const float *k;           /* K by length code; NULL where nothing is ranked */
    const uint8_t *lengths;   /* length code by id */
    double written, searched; /* average lengths: of the impacts, and of the search */
} wy_lane;

/* Moves to the block that holds the first id >= target, without decoding it. */
static inline int wy_lane_shallow(wy_lane *lane, uint32_t target, wy_error *error)
{
    if (target <= lane->postings.block_last) return WY_OK;
    return wy_postings_block(&lane->postings, target, error);
}

/* Decodes the ids of the block that wy_lane_shallow moved to; there is one. */
static inline int wy_lane_load(wy_lane *lane, wy_error *error)
{
    if (lane->loaded == lane->postings.block) return WY_OK;
    int status = wy_postings_decode_docs(&lane->postings, error);
    if (status) return status;
    lane->loaded = lane->postings.block;
    lane->at = 0;
    return WY_OK;
}

/* Moves to the first id >= target. `target` never decreases. */
static inline int wy_lane_seek(wy_lane *lane, uint32_t target, wy_error *error)
{
    wy_postings *p = &lane->postings;
    int status = wy_lane_shallow(lane, target, error);
    if (status) return status;
    if (p->block_last == WY_NO_DOC) {
        lane->doc = WY_NO_DOC;
        return WY_OK;
    }
    if (lane->loaded != p->block) {
        status = wy_postings_decode_docs(p, error);
        if (status) return status;
        lane->loaded = p->block;
        lane->at = 0;
    } else if (p->docs[lane->at] < target) {
        lane->at++; /* often the next one will do; a block ends in an id >= target */
    }
    if (p->docs[lane->at] < target) lane->at = lane->search(p->docs, target);
    lane->doc = p->docs[lane->at];
    return WY_OK;
}

/* Frequency of the posting at `doc`. */
static inline int wy_lane_freq(wy_lane *lane, uint32_t *freq, wy_error *error)
{
    int status = wy_postings_decode_freqs(&lane->postings, error);
    *freq = lane->postings.freqs[lane->at];
    return status;
}

/* Score of an occurrence `freq` fold in document `doc`. */
static inline uint32_t wy_lane_score_of(const wy_lane *lane, uint32_t doc, uint32_t freq)
{
    return wy_score(lane->weight, freq, lane->k[lane->lengths[doc]]);
}

/* The same of many. */
static inline void wy_lane_scores_of(const wy_lane *lane, const uint32_t *docs,
                                     const uint32_t *freqs, size_t count, uint32_t *scores)
{
    lane->bulk->score(lane->weight, lane->k, lane->lengths, docs, freqs, count, scores);
}

/* A score that no posting of impact `impact` in this list exceeds, under `weight`. */
static inline uint64_t wy_lane_bound_of(const wy_lane *lane, uint8_t impact, float weight)
{
    return impact ? wy_impact_bound(weight, impact, lane->written, lane->searched) : 0;
}

/*
 * The greatest impact of ids from .. last, as far as the heads of block and group tell without
 * moving on. wy_lane_shallow to `from` must come before.
 */
static inline uint8_t wy_lane_impact(const wy_lane *lane, uint32_t last)
{
    const wy_postings *p = &lane->postings;
    if (p->block_last == WY_NO_DOC) return 0;
    if (last <= p->block_last) return p->block_impact;
    if (last <= p->group_last) return p->group_impact;
    return p->list_impact;
}

#endif
