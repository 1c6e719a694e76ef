/*
 * query/exact_window.h: where the edges of a lattice meet, for some thousand ids at a time.
 *
 * Edges that cover all units match by themselves: their frequencies add up. Of the others those
 * lead that cover the unit whose edges are the rarest in sum: their documents are the candidates.
 * Unit after unit, the rarest first, the edges that cover it are asked about those candidates that
 * are left and in which they could be on a path (exact_paths.h); candidates without hope of one are
 * dropped.
 * Only edges on a path are looked at by positions, block by block: a place of an edge is a place
 * where the text may begin, and where the edges of such a place cover all units together it is
 * there, since words do not overlap. What was decoded of posting lists to find the candidates is
 * kept for that until the window is done.
 */
#ifndef WY_QUERY_EXACT_WINDOW_H
#define WY_QUERY_EXACT_WINDOW_H

#include "query/cursor.h"
#include "query/exact_paths.h"
#include "query/exact_sift.h"
#include "query/lattice.h"

/* Ids, multiples of 64. Each edge is asked about each window, so they are wide where few documents
 * come with the edges that lead: 16 bits then hold a place in it. Elsewhere a window is as wide as
 * there are numbers for candidates, so that there is one for each; with half of that it takes 3 %
 * longer. */
#define WY_EXACT_WINDOW  65536
#define WY_EXACT_NUMBERS 32768

typedef struct wy_exact_edge wy_exact_edge;
/* A posting of an edge in a candidate of the window; the number is at first id - base. */
typedef wy_positions_spot wy_exact_hit;

/* A place in a document where the text may begin, for what edges cover from there. */
typedef struct wy_exact_start {
    uint32_t position; /* of the first unit */
    uint32_t covered;  /* units */
    uint64_t units;    /* the same as bits (wy_exact_bit) */
} wy_exact_start;

/* What windows use up within a call: a site has one for all. Candidates have numbers in the order of
 * their ids, and what is known of them lies close together, since it is walked at random. */
typedef struct wy_exact_room {
    bool freqs_cleared, most_cleared; /* they were made 0 */
    /* By id, of the window; 0 between calls, but for one that failed: then the site is done. */
    uint64_t bits[WY_EXACT_WINDOW / 64];       /* ids that are in the window at all */
    uint64_t whole_bits[WY_EXACT_WINDOW / 64]; /* those with edges that cover all units */
    /* The same where they were cleared, which takes long for the few places that most texts need.
     */
    uint32_t whole_freqs[WY_EXACT_WINDOW]; /* occurrences in edges that cover all */
    /* Those, and of edges that lead, UINT8_MAX: or more; while candidates are looked for. */
    uint8_t most[WY_EXACT_WINDOW];
    /* Void between calls, as all that follows. */
    uint16_t numbers[WY_EXACT_WINDOW]; /* by id, of candidates */
    /* By number. */
    uint32_t candidates[WY_EXACT_NUMBERS + WY_EXACT_LISTED]; /* ids */
    /* The same as bits, of `words` words: those that were not dropped; and by slot of classes
     * (exact_paths.h), one behind the other: those that have an edge of it, or, where all classes
     * are told apart, may have one while none was asked; and those in which that is of use. */
    uint64_t live[WY_EXACT_NUMBERS / 64];
    uint64_t there[WY_EXACT_SLOTS * WY_EXACT_NUMBERS / 64];
    uint64_t useful[WY_EXACT_SLOTS * WY_EXACT_NUMBERS / 64];
    uint64_t signs[WY_EXACT_NUMBERS];  /* bits of where its starts are, modulo 64 */
    uint8_t stays[WY_EXACT_NUMBERS];   /* 1: what was read so far leaves it a place; else 0 */
    uint32_t counts[WY_EXACT_NUMBERS]; /* starts */
    uint32_t firsts[WY_EXACT_NUMBERS]; /* where its starts are */
    /* Lists. */
    uint16_t left[WY_EXACT_NUMBERS];  /* numbers of the candidates with starts */
    uint16_t asked[WY_EXACT_NUMBERS]; /* numbers */
    uint32_t asked_ids[WY_EXACT_NUMBERS];
} wy_exact_room;

typedef struct wy_exact_window {
    uint32_t width; /* most ids that a window may have: a multiple of 64 */
    /* The last window: ids from base .. end that match, ascending, and how often. */
    uint32_t base, end;
    uint32_t *docs, *freqs;
    size_t count;

    /* Documents may be left out where the text is not often enough for their length, or, where
     * edges cover all units, come with too low a frequency: if `bounded`, which is false after
     * opening. The caller changes them between windows, never to let more in. */
    wy_exact_limits limits;
    bool bounded;
    bool exists;  /* the caller asks which documents match, not how often: freqs are not 0, no more */
    bool counted; /* freqs of the last window are how often */

    /* private */
    const wy_site *site;
    wy_field field;
    uint32_t needed;      /* units to cover */
    wy_exact_edge *edges; /* whole ones first, then by stage */
    size_t edge_count, whole;
    wy_exact_paths paths; /* of the edges that are not whole */
    uint32_t stages[64];  /* the unit that each asks for, of which those from 63 on are one */
    uint64_t able[64];    /* the slots of the classes that cover it */
    size_t stage_count;
    const wy_exact_sift *sift;
    const wy_positions_starting *starting; /* NULL: starts are noted one by one */
    wy_exact_room *room; /* the site's */
    bool alone; /* one edge leads, and none covers all: what is too rare need not be noted */
    size_t numbered;     /* candidates */
    size_t words;        /* of 64 of these */
    size_t left;         /* of room->left */
    bool sifted;         /* the hits are those in which their edges are of use */
    wy_exact_hit *hits;  /* from mem; those of an edge lie together */
    size_t hit_count, hit_capacity;
    /* Blocks with hits, as they were decoded, for their positions; in the arena, for window after
     * window; those of an edge follow each other. The list is from mem. */
    wy_postings **parked;
    size_t parked_count, parked_made, parked_capacity;
    uint64_t *keys; /* from mem; of starts before they are in order */
    size_t key_count, key_capacity;
    wy_exact_start *starts; /* from mem */
    size_t start_count, start_capacity;
    uint64_t start_freq; /* how often the text is there: a run may have it several times */
    wy_postings *scratch;
} wy_exact_window;

/* Makes room for the edges, which are copied. In the site's arena but for what close frees. */
int wy_exact_window_open(wy_exact_window *window, wy_site *site, wy_field field,
                         const wy_exact_query *query, const wy_lattice *lattice, wy_error *error);
void wy_exact_window_close(wy_exact_window *window);

/* Fills the window `base` .. `end`, at most window->width ids; windows never go back. */
int wy_exact_window_fill(wy_exact_window *window, uint32_t base, uint32_t end, wy_error *error);

/*
 * Where the edges of `doc`, which the last window gave, cover all units: window->starts, ascending,
 * start_count of them, and start_freq. Documents never go back. Each edge is asked anew: for those
 * few who need places (NEAR).
 */
int wy_exact_window_places(wy_exact_window *window, uint32_t doc, wy_error *error);

#endif
