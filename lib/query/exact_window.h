/*
 * query/exact_window.h: where the edges of a lattice meet, for some thousand ids at a time.
 *
 * Edges that cover all units match by themselves: their frequencies add up. Of the others those
 * lead that cover the unit whose edges are the rarest in sum: their documents are the candidates.
 * Unit after unit, the rarest first, the edges that cover it are asked about the candidates that
 * are left, and those in which none does are dropped. Only what has an edge for every unit is
 * looked at by positions: a place of an edge is a place where the text may begin, and where the
 * edges of such a place cover all units together it is there, since words do not overlap.
 *
 * A lazy window leaves that last step to those who need it: its documents are candidates, with the
 * most places that the edges of the leading unit leave room for, until they are settled.
 */
#ifndef WY_QUERY_EXACT_WINDOW_H
#define WY_QUERY_EXACT_WINDOW_H

#include "query/cursor.h"
#include "query/lattice.h"

#define WY_EXACT_WINDOW 8192 /* ids; a multiple of 64 */

typedef struct wy_exact_edge wy_exact_edge;
typedef struct wy_exact_hit wy_exact_hit;

/* A place in a document at which edges cover some units. */
typedef struct wy_exact_start {
    uint32_t position; /* of the first unit */
    uint32_t covered;  /* units */
} wy_exact_start;

typedef struct wy_exact_window {
    /* The last window: ids from base .. end that match, ascending, and how often. */
    uint32_t base, end;
    uint32_t *docs, *freqs;
    size_t count;

    bool lazy; /* set it after opening, before the first window */

    /* private */
    const wy_site *site;
    wy_field field;
    uint32_t needed; /* units to cover */
    wy_exact_edge *edges; /* whole ones first, then by stage */
    size_t edge_count, whole;
    uint64_t stages[64]; /* the unit that each asks for, as a bit */
    size_t stage_count;
    uint64_t *bits;  /* of the window: ids that are in it at all */
    uint64_t *masks; /* by id: units that edges may cover; 0 between windows, as all that follows */
    uint32_t *heads; /* by id: its last hit + 1 */
    uint32_t *whole_freqs;
    uint32_t *most; /* by id, of lazy windows: occurrences of the edges that lead */
    uint32_t *candidates;
    wy_exact_hit *hits; /* from mem */
    size_t hit_count, hit_capacity;
    wy_exact_start *starts; /* from mem */
    size_t start_count, start_capacity;
    wy_postings *scratch;
} wy_exact_window;

/* Makes room for the edges, which are copied. In the site's arena but for what close frees. */
int wy_exact_window_open(wy_exact_window *window, const wy_site *site, wy_field field,
                         const wy_exact_query *query, const wy_lattice *lattice, wy_error *error);
void wy_exact_window_close(wy_exact_window *window);

/* Fills the window `base` .. `end`, at most WY_EXACT_WINDOW ids; windows never go back. */
int wy_exact_window_fill(wy_exact_window *window, uint32_t base, uint32_t end, wy_error *error);

/* Of a lazy window: whether docs[i] is only a candidate, and freqs[i] the most that there may be. */
static inline bool wy_exact_window_is_open(const wy_exact_window *window, size_t i)
{
    return window->masks[window->docs[i] - window->base] != 0;
}

/* Finds out what freqs[i] is: also 0. Documents never go back. */
int wy_exact_window_settle(wy_exact_window *window, size_t i, wy_error *error);

/*
 * Where the edges of `doc`, which the last window gave, cover all units: window->starts, ascending,
 * start_count of them. Documents never go back. Each edge is asked anew: for those few who need
 * places (NEAR).
 */
int wy_exact_window_places(wy_exact_window *window, uint32_t doc, wy_error *error);

#endif
