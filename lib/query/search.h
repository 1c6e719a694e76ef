/*
 * query/search.h: searching one segment with a plan: ranking and counting.
 *
 * A plan's root is taken as a flat query: clauses that must match, clauses that may, clauses that
 * must not. Ranking prunes: with at least one "must" it follows the rarest (search_must.c), else it
 * splits the clauses in essential and other ones (search_any.c).
 */
#ifndef WY_QUERY_SEARCH_H
#define WY_QUERY_SEARCH_H

#include "query/clause.h"
#include "query/topk.h"

typedef struct wy_clauses {
    wy_clause *list;
    size_t count;
} wy_clauses;

typedef struct wy_flat {
    wy_site *site;
    wy_clauses must; /* the cheapest first, words before cursors but for the first */
    wy_clauses should;
    wy_clauses must_not;
    wy_batch *batch;
    wy_gather *gather; /* empty between uses */
} wy_flat;

/* Ranks all matches of the segment without pruning, by cursors alone, counting them. `topk` may be
 * NULL. */
int wy_search_exhaustive(wy_site *site, wy_topk *topk, uint64_t *count, wy_error *error);

/* Ranks; only paragraphs that can enter are looked at. */
int wy_search_ranked(wy_site *site, wy_topk *topk, wy_error *error);

/* Adds the number of matches in a segment to *count where it stands in the dictionary: of a word
 * alone, which stands nowhere but in its own list. For a search that is not limited to years. */
bool wy_search_known(const wy_plan *plan, uint32_t segment, uint64_t *count);

/* Adds the number of matches to *count, without scoring. */
int wy_search_count(wy_site *site, uint64_t *count, wy_error *error);

/* Both: where all matches must be found anyway, in one pass. */
int wy_search_both(wy_site *site, wy_topk *topk, uint64_t *count, wy_error *error);

/*
 * Makes the flat form of the site's root. *some: whether anything can match. Where the rarest of
 * what must match is not a word, the whole becomes one cursor, which checks positions last: only
 * then the first that must match is a cursor, and it is alone. What alone may match must.
 */
int wy_flat_open(wy_site *site, wy_flat *flat, bool *some, wy_error *error);

/* Makes the batch, the gathered window, or both, in the site's arena. */
int wy_flat_make_room(wy_flat *flat, bool batch, bool gather, wy_error *error);

/* Fills the batch with what lives among ids *from .. last, is matched by all that must and by
 * nothing that must not, and moves *from on. Needs a clause that must match. */
int wy_flat_fill(wy_flat *flat, uint32_t *from, uint32_t last, bool scored, wy_error *error);

/*
 * Gathers what may match in a window from *from on, sets the bits of what lives there and is not
 * excluded, counting from *base, and moves *from behind the window. With `scored` the scores are in
 * flat->gather, also of what is not in `bits`, and it is for the caller to make them 0 again.
 */
int wy_flat_window(wy_flat *flat, uint32_t *from, bool scored, uint32_t *base,
                   uint64_t bits[WY_WINDOW / 64], wy_error *error);

/* For those above: flat queries with, and without, a clause that must match. wy_count_must ranks
 * too, unless `topk` is NULL. */
int wy_search_must(wy_flat *flat, wy_topk *topk, wy_error *error);
int wy_search_any(wy_flat *flat, wy_topk *topk, wy_error *error);
int wy_count_must(wy_flat *flat, wy_topk *topk, uint64_t *count, wy_error *error);
int wy_count_any(wy_flat *flat, uint64_t *count, wy_error *error);

/* Whether what must match are a few words alone, and nothing else may add to a score or shuts out:
 * then ids need not go through a batch. For these queries: */
bool wy_flat_is_bare(const wy_flat *flat);

/* Adds how many of ids *from .. last, as far as a block of the lead goes, are in all lists, and
 * moves *from on. */
int wy_bare_count(wy_flat *flat, uint32_t *from, uint32_t last, uint64_t *count, wy_error *error);

/* Matches that could enter by their bounds, and those of them that could by what the lead gives. */
typedef struct wy_seen {
    size_t all, high;
} wy_seen;

/* The same, and pushes what can enter. Of three words or more it pays: two in a batch take 3 % less.
 * Bounds were set for the ids. `count` NULL: only what can enter
 * is sought. Adds to *seen, unless that is NULL. */
int wy_bare_rank(wy_flat *flat, uint32_t *from, uint32_t last, wy_topk *topk, uint64_t *count,
                 wy_seen *seen, wy_error *error);

/* The last steps of a batch: drops the dead and what must not match, and pushes the rest. */
int wy_flat_push(wy_flat *flat, wy_topk *topk, wy_error *error);

#endif
