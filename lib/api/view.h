/*
 * api/view.h: the segments of several snapshots, looked at as one index, and which of their
 * paragraphs pass a filter.
 */
#ifndef WY_API_VIEW_H
#define WY_API_VIEW_H

#include "index/index.h"
#include "query/query.h"

typedef struct wy_view {
    const wy_mem *mem; /* of the first snapshot's index, as is the analyzer */
    wy_index *index;
    const wy_segment *const *segments; /* of one snapshot its own, of several behind `snapshots` */
    size_t count;
    size_t *snapshots; /* of each segment: which of the snapshots it is of; NULL: there is one */
    uint8_t **filter;  /* as wy_find_options.filter; NULL: none */
} wy_view;

/* A range of years and parts of issuer and title: see wy_search_options. */
typedef struct wy_filter {
    int32_t year_from, year_to;
    wy_string issuer, title;
} wy_filter;

/*
 * Opens a view; it borrows the snapshots. To be closed also after an error. WY_E_ARGUMENT (no
 * snapshot, a year below 0), WY_E_ANALYZER (of different analyzers), WY_E_ENCODING (a part that is
 * not UTF-8), WY_E_DAMAGED, WY_E_NOMEM.
 */
int wy_view_open(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_filter *filter,
                 wy_view *out, wy_error *error);
void wy_view_close(wy_view *view);

/* Which of the snapshots a segment of the view is of. */
static inline size_t wy_view_snapshot(const wy_view *view, size_t segment)
{
    return view->snapshots ? view->snapshots[segment] : 0;
}

static inline wy_scope wy_view_scope(const wy_view *view)
{
    return (wy_scope){view->segments, view->count};
}

#endif
