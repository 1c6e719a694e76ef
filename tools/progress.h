/*
 * progress.h: the bar that shows how far indexing is, one line on standard error.
 */
#ifndef WY_TOOLS_PROGRESS_H
#define WY_TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct progress {
    bool shown;   /* false: nothing is ever drawn */
    bool drawn;   /* there is something on the line */
    double start; /* seconds */
    double last;  /* when it was drawn */
    size_t files_done, files_total;
    uint64_t bytes_done, bytes_total;

    const char *stage; /* the one at hand; NULL: none yet */
    double stage_start;
    uint64_t stage_first, stage_done;
} progress;

/* Seconds of a clock that never goes back. */
double progress_now(void);

void progress_begin(progress *p, bool shown, size_t files, uint64_t bytes);

/* Draws the bar, at most ten times a second. `within`: bytes of the file being read. */
void progress_draw(progress *p, uint64_t within);

/* Draws what a stage after the reading does; total 0 where unknown. */
void progress_stage(progress *p, const char *stage, uint64_t done, uint64_t total);

/* Wipes the line, so that something else can be written on it. */
void progress_clear(progress *p);

#endif
