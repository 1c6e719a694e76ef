/*
 * query/lists.h: the postings of several terms as if they were one, some thousand ids at a time:
 * their documents, and how often any of the terms is in them. For the places where a word stands
 * beside its own (cursor_word.c): many lists, most of them short.
 *
 * A list of a single block is decoded once and kept; a longer one is run along.
 */
#ifndef WY_QUERY_LISTS_H
#define WY_QUERY_LISTS_H

#include "query/cursor.h"

#define WY_LISTS_WINDOW 4096 /* ids; a multiple of 64 */

typedef struct wy_list wy_list;

/* Room that all words of a site share: nothing is left in it between calls. */
struct wy_room {
    uint32_t docs[WY_LISTS_WINDOW], freqs[WY_LISTS_WINDOW]; /* for whoever has the call */
    uint32_t sums[WY_LISTS_WINDOW];                         /* all 0 */
    uint64_t bits[WY_LISTS_WINDOW / 64];                    /* all 0 */
};

typedef struct wy_lists {
    /* The last window: its documents, ascending, and the sums of their frequencies. */
    uint32_t base, end;
    uint32_t *docs, *freqs;
    size_t count;

    /* private */
    const wy_site *site;
    wy_list *list;
    size_t list_count;
    wy_room *room;
    wy_postings *scratch;
} wy_lists;

/* `terms` must outlive it. All in the site's arena; nothing is to be closed. *most: documents that a
 * window may have. WY_E_NOMEM. */
int wy_lists_open(wy_lists *lists, wy_site *site, const wy_segment_term *terms, size_t count,
                  size_t *most, wy_error *error);

/* Fills the window base .. end, at most WY_LISTS_WINDOW ids. Neither this nor wy_lists_gather ever
 * goes back. WY_E_DAMAGED, WY_E_NOMEM. */
int wy_lists_fill(wy_lists *lists, uint32_t base, uint32_t end, wy_error *error);

/* Sets the bits of the documents from .. end, counted from `base`. */
int wy_lists_gather(wy_lists *lists, uint32_t from, uint32_t end, uint32_t base, uint64_t *bits,
                    wy_error *error);

#endif
