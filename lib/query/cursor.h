/*
 * query/cursor.h: a stream of ascending paragraph ids with scores: the general form in which every
 * part of a query can be searched in one segment. Flat queries of words go faster ways
 * (query/clause.h), with cursors for the parts that are not words.
 *
 * Two-phase: seek moves over candidates by posting lists alone; check then tells whether the
 * candidate matches, reading positions where it must. Cursors ask all their parts for candidates
 * first, so that positions are read only where everything else agrees.
 */
#ifndef WY_QUERY_CURSOR_H
#define WY_QUERY_CURSOR_H

#include "query/lane.h"
#include "query/plan.h"

typedef struct wy_cursor wy_cursor;
typedef struct wy_room wy_room;

/* Where a match stands in its document: positions begin .. end - 1. */
typedef struct wy_spot {
    uint32_t begin, end;
} wy_spot;

typedef struct wy_cursor_ops {
    /* Moves to the first candidate >= target; never back. */
    int (*seek)(wy_cursor *cursor, uint32_t target, wy_error *error);
    /* Whether the candidate `doc` matches. NULL: always. May be asked again. */
    int (*check)(wy_cursor *cursor, bool *match, wy_error *error);
    /* Score of `doc`, for which check was true. */
    int (*score)(wy_cursor *cursor, uint64_t *out, wy_error *error);
    /* How often what is looked for is in `doc`, for which check was true. NULL: not known; once. */
    int (*freq)(wy_cursor *cursor, uint32_t *out, wy_error *error);
    /* A score that `doc` does not exceed, cheaper than check. NULL: cursor->max. */
    int (*peek)(wy_cursor *cursor, uint64_t *out, wy_error *error);
    /* A score that no paragraph target .. *last exceeds; *last >= target, WY_NO_DOC for all that
     * follow. Where doc < target it is void after: seek to target or beyond. */
    int (*bound)(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                 wy_error *error);
    /* Frees what is not in the arena. NULL: nothing. */
    void (*close)(wy_cursor *cursor);
    /* All spots where it matches in `doc`, for which check was true, by begin and then by end; the
     * list lives until the cursor moves. NULL: it does not tell; terms, phrases and unions do. */
    int (*spots)(wy_cursor *cursor, const wy_spot **out, size_t *count, wy_error *error);
} wy_cursor_ops;

struct wy_cursor {
    const wy_cursor_ops *ops;
    uint32_t doc;                    /* the candidate; WY_NO_DOC at the end */
    uint64_t cost;                   /* candidates at most */
    uint64_t max;                    /* no score is above */
    uint64_t least;                  /* set by a search for nothing else: seek may pass over what
                                        scores less; it only rises */
    struct wy_cursor *opened_before; /* chain of those to be closed */
};

/* What all cursors of one segment share. */
typedef struct wy_site {
    const wy_plan *plan;
    const wy_segment *segment;
    uint32_t number;     /* of the segment in the scope */
    uint32_t first, end; /* paragraphs that the years leave */
    const uint8_t *live; /* NULL: all live. With a filter, only what passes it */
    bool filtered;
    const uint8_t *lengths[WY_FIELDS];
    double written[WY_FIELDS]; /* average lengths of the impacts */
    wy_arena *arena;           /* void after the segment */
    wy_room *room;             /* lists.h; NULL until a word needs it */
    struct wy_exact_room *exact_room; /* exact_window.h; NULL until a text needs it */
    wy_cursor *opened;         /* cursors with a close */
} wy_site;

/* Sets up what the cursors of segment `number` share. *some: whether the years leave any paragraph.
 */
int wy_site_open(wy_site *site, const wy_plan *plan, uint32_t number, wy_arena *arena, bool *some,
                 wy_error *error);

static inline bool wy_site_is_live(const wy_site *site, uint32_t doc)
{
    return !site->live || wy_bit(site->live, doc);
}

/* Where a term stands in its documents, for wy_cursor_ops.spots. Positions are opened when they are
 * first asked for; a kind of term without them is looked for in the text. */
typedef struct wy_lane_spots {
    const wy_site *site;
    uint32_t term; /* in the plan */
    uint32_t with_freqs; /* block whose frequencies were decoded, or UINT32_MAX */
    wy_positions *positions; /* NULL until they are opened */
    struct wy_documents *documents;
    wy_spot *list; /* grown by those who add, from the plan's memory */
    size_t count, capacity;
} wy_lane_spots;

void wy_lane_spots_init(wy_lane_spots *spots, const wy_site *site, uint32_t term);
void wy_lane_spots_close(wy_lane_spots *spots);
/* Appends the spots of the lane's document, ascending. WY_E_DAMAGED, WY_E_NOMEM. */
int wy_lane_add_spots(wy_lane *lane, wy_lane_spots *spots, wy_error *error);

/* Has the cursor closed with the site. */
static inline void wy_site_note(wy_site *site, wy_cursor *cursor)
{
    cursor->opened_before = site->opened;
    site->opened = cursor;
}

/* Opens a lane for a word of the plan with the weight given. *out is NULL where the segment has
 * not got the word. In the site's arena. */
int wy_lane_open(const wy_site *site, const wy_node *node, uint32_t term, wy_lane **out,
                 wy_error *error);

/*
 * Makes the cursor of a node; it stands at its first candidate >= site->first, or, where it has not
 * looked for one yet (a phrase, which in bulk never does), at site->first itself: check tells
 * whether that matches, and any move finds candidates. *out is NULL where nothing in the segment
 * can match. In the site's arena; close all with wy_site_close.
 */
int wy_cursor_make(wy_site *site, const wy_node *node, wy_cursor **out, wy_error *error);

/* Matches first .. end, all of score 0. */
int wy_cursor_range(wy_site *site, uint32_t first, uint32_t end, wy_cursor **out, wy_error *error);
/* Whether `cursor` was made so, and with which end; what is left begins at its doc. */
bool wy_cursor_is_range(const wy_cursor *cursor, uint32_t *end);

void wy_site_close(wy_site *site);

/* The makers of single kinds, for wy_cursor_make. Those that take `first` work on the documents of
 * the node's field, and begin there; wy_cursor_leaf makes any of them, and wy_cursor_field turns
 * the documents of a field into paragraphs. */
int wy_cursor_leaf(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                   wy_error *error);
int wy_cursor_term(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                   wy_error *error);
int wy_cursor_phrase(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                     wy_error *error);
/* A word wherever it stands (node->exact). Where the segment cuts it in one way only *lane is made
 * instead. */
int wy_cursor_word(wy_site *site, const wy_node *node, uint32_t first, wy_lane **lane,
                   wy_cursor **out, wy_error *error);
int wy_cursor_exact(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                    wy_error *error);
int wy_cursor_union(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                    wy_error *error);
int wy_cursor_near(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                   wy_error *error);
int wy_cursor_field(wy_site *site, const wy_node *node, wy_cursor **out, wy_error *error);
int wy_cursor_ranges(wy_site *site, const wy_plan_ranges *ranges, wy_cursor **out, wy_error *error);
/* Over the cursors given, which must stand where wy_cursor_make leaves them; at least one. */
int wy_cursor_and(wy_site *site, wy_cursor **parts, size_t count, uint32_t first, wy_cursor **out,
                  wy_error *error);
int wy_cursor_or(wy_site *site, wy_cursor **parts, size_t count, wy_cursor **out, wy_error *error);
/* As wy_cursor_ops.bound for several at once, as far as the shortest of their bounds: the sum of
 * these, or the least. At least one. */
int wy_cursors_bound(wy_cursor *const *parts, size_t count, bool least, uint32_t target,
                     uint32_t *last, uint64_t *out, wy_error *error);
/* `base`, with the score of `extra` where it matches too, without what `without` matches; either
 * of the two may be NULL. */
int wy_cursor_combine(wy_site *site, wy_cursor *base, wy_cursor *extra, wy_cursor *without,
                      wy_cursor **out, wy_error *error);

static inline int wy_cursor_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    return cursor->ops->seek(cursor, target, error);
}

static inline int wy_cursor_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    *match = true;
    return cursor->ops->check ? cursor->ops->check(cursor, match, error) : WY_OK;
}

static inline int wy_cursor_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    return cursor->ops->score(cursor, out, error);
}

static inline int wy_cursor_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    *out = 1;
    return cursor->ops->freq ? cursor->ops->freq(cursor, out, error) : WY_OK;
}

/* The score itself where nothing needs a check. */
static inline int wy_cursor_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    if (cursor->ops->peek) return cursor->ops->peek(cursor, out, error);
    if (!cursor->ops->check) return cursor->ops->score(cursor, out, error);
    *out = cursor->max;
    return WY_OK;
}

static inline int wy_cursor_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                                  wy_error *error)
{
    return cursor->ops->bound(cursor, target, last, out, error);
}

/* Moves `cursor` to `doc` if it is before, and tells whether it matches there. */
static inline int wy_cursor_matches(wy_cursor *cursor, uint32_t doc, bool *match, wy_error *error)
{
    int status = WY_OK;
    *match = false;
    if (cursor->doc < doc) status = wy_cursor_seek(cursor, doc, error);
    if (!status && cursor->doc == doc) status = wy_cursor_check(cursor, match, error);
    return status;
}

#endif
