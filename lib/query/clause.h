/*
 * query/clause.h: a clause of a flat query, run in bulk: loops over decoded blocks for words, over
 * a cursor for everything else.
 */
#ifndef WY_QUERY_CLAUSE_H
#define WY_QUERY_CLAUSE_H

#include "query/cursor.h"
#include "query/lane.h"

#define WY_WINDOW 4096 /* ids that are gathered at once; a multiple of 64 */

typedef struct wy_clause {
    wy_lane *lane;     /* a word of the body, or NULL ... */
    wy_cursor *cursor; /* ... and this */
    uint64_t cost;     /* candidates at most */
    uint64_t max;      /* no score is above */
    uint64_t bound;    /* no score in the window at hand is above */
} wy_clause;

/* Matches of some clauses in a window, ascending, with the scores that those clauses give. */
typedef struct wy_batch {
    size_t count;
    uint32_t docs[WY_WINDOW];
    uint64_t scores[WY_WINDOW];
    uint8_t at[WY_WINDOW]; /* in the block of the lane that gave the ids, where one did */
} wy_batch;

/* The ids base .. base + WY_WINDOW: which match, and their scores. */
typedef struct wy_gather {
    uint32_t base;
    uint64_t bits[WY_WINDOW / 64];
    uint64_t scores[WY_WINDOW]; /* 0 where the bit is not set */
} wy_gather;

/* Opens the clause of a node. *some tells whether anything in the segment can match it. */
int wy_clause_open(wy_site *site, const wy_node *node, bool *some, wy_clause *out, wy_error *error);
/* A clause over a cursor. */
void wy_clause_of_cursor(wy_cursor *cursor, wy_clause *out);

/* The last id of the block at or behind `from`: as far as one bound is likely to hold. `wide`: of
 * the group. WY_NO_DOC at the end. */
int wy_clause_until(wy_clause *clause, uint32_t from, bool wide, uint32_t *last, wy_error *error);

/* Sets clause->bound for the ids from .. last. */
int wy_clause_set_bound(wy_clause *clause, uint32_t from, uint32_t last, wy_error *error);

/*
 * Fills an empty batch with matches from *from on, below `end`, as many as are at hand, and moves
 * *from behind what was looked at. Leaves out what cannot reach `need` with `rest` more, as far as
 * that is known without effort. `scored`: false leaves scores 0.
 */
int wy_clause_fill(wy_clause *clause, uint32_t *from, uint32_t end, bool scored, uint64_t rest,
                   uint64_t need, wy_batch *batch, wy_error *error);

/* Adds the clause's scores to a batch. `required`: drops what it does not match. */
int wy_clause_add(wy_clause *clause, bool required, bool scored, wy_batch *batch, wy_error *error);

/* *count: the ids from *from on below `end` in the first block of the lane that has any; they begin
 * at lane->at. Moves *from behind them. */
int wy_lane_ids(wy_lane *lane, uint32_t *from, uint32_t end, size_t *count, wy_error *error);

/*
 * Filling a batch with the ids of a block of a lane, whatever they score, as wy_clause_fill does;
 * later adding that lane's scores to what is left of them. Between the two the lane must not move.
 * *high: how many of the scores alone reach `need` with `rest` more.
 */
int wy_lane_fill_ids(wy_lane *lane, uint32_t *from, uint32_t end, wy_batch *batch, wy_error *error);
int wy_lane_add_scores(wy_lane *lane, uint64_t rest, uint64_t need, size_t *high, wy_batch *batch,
                       wy_error *error);

/* What is to be done with the matches of a block of which none can reach `need`. */
typedef enum wy_low { WY_LOW_KEEP, WY_LOW_DROP } wy_low;

/*
 * As wy_clause_add for a clause that is required and scored, where the others give the batch at
 * most `rest`. Matches that cannot reach `need` are dropped, or kept without the clause's score:
 * then what they have and `rest` is still below `need`.
 */
int wy_clause_require(wy_clause *clause, uint64_t rest, uint64_t need, wy_low low, wy_batch *batch,
                      wy_error *error);

/* Drops what the clause matches. */
int wy_clause_exclude(wy_clause *clause, wy_batch *batch, wy_error *error);

/* Sets the bits, and with `scored` adds the scores, of its matches from .. end, which lie within
 * the gathered window. */
int wy_clause_gather(wy_clause *clause, uint32_t from, uint32_t end, bool scored, wy_gather *gather,
                     wy_error *error);

/* Whether a cursor was made by wy_cursor_phrase; and wy_clause_fill for it: appends matches that
 * can reach `need`. */
bool wy_cursor_is_phrase(const wy_cursor *cursor);
int wy_phrase_fill(wy_cursor *cursor, uint32_t *from, uint32_t end, bool scored, uint64_t need,
                   wy_batch *batch, wy_error *error);

/* Whether a cursor was made by wy_cursor_exact and its index tells all; and wy_clause_fill for it. */
bool wy_cursor_is_exact(const wy_cursor *cursor);
int wy_exact_fill(wy_cursor *cursor, uint32_t *from, uint32_t end, bool scored, uint64_t need,
                  wy_batch *batch, wy_error *error);

/*
 * Moves the lane to the block of ids[0] and looks for as many of the `count` > 0 ascending ids as
 * may be in it: *run. *found of them are, as *meeting tells. The lane's end: *run is 0.
 */
int wy_lane_meet(wy_lane *lane, const uint32_t *ids, size_t count, size_t *run,
                 wy_meeting *meeting, size_t *found, wy_error *error);

/* Finds which of the ids, at most WY_BLOCK, the lane has; they go to `out`, as wy_meet_keep_fn has
 * it. */
int wy_lane_keep(wy_lane *lane, const uint32_t *ids, size_t count, uint32_t *out, size_t *kept,
                 wy_error *error);

/* Whether a cursor was made by wy_cursor_word and is no other's; and for it wy_clause_fill,
 * wy_clause_gather, wy_clause_add, wy_clause_exclude, and a bound for ids from .. last. */
bool wy_cursor_is_word(const wy_cursor *cursor);
int wy_word_fill(wy_cursor *cursor, uint32_t *from, uint32_t end, bool scored, uint64_t need,
                 wy_batch *batch, wy_error *error);
int wy_word_gather(wy_cursor *cursor, uint32_t from, uint32_t end, bool scored, wy_gather *gather,
                   wy_error *error);
int wy_word_add(wy_cursor *cursor, bool required, bool scored, wy_batch *batch, wy_error *error);
int wy_word_exclude(wy_cursor *cursor, wy_batch *batch, wy_error *error);
/* Adds the number of live documents that have the word, but not as a word of its own. For a cursor
 * that was not moved, of a segment that is searched from its first paragraph on. */
int wy_word_count_others(wy_cursor *cursor, uint64_t *count, wy_error *error);
int wy_word_bound(wy_cursor *cursor, uint32_t from, uint32_t last, uint64_t *out, wy_error *error);

/* Drops what cannot reach `need` with `rest` more. */
void wy_batch_keep(wy_batch *batch, uint64_t rest, uint64_t need);

/* Drops the dead. `live` may be NULL. */
void wy_batch_keep_live(wy_batch *batch, const uint8_t *live);

#endif
