/*
 * progress.c: drawing the progress bar.
 */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "messages.h"

enum { BAR_WIDTH = 24 };

double progress_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void progress_begin(progress *p, bool shown, size_t files, uint64_t bytes)
{
    *p = (progress){.shown = shown, .files_total = files, .bytes_total = bytes};
    p->start = progress_now();
    p->last = p->start;
}

static bool is_time(progress *p)
{
    if (!p->shown) return false;
    double now = progress_now();
    if (now - p->last < 0.1) return false;
    p->last = now;
    p->drawn = true;
    return true;
}

static void put_share(double share)
{
    char bar[BAR_WIDTH + 1];
    int full = (int)(share * BAR_WIDTH);
    memset(bar, '#', (size_t)full);
    memset(bar + full, '.', (size_t)(BAR_WIDTH - full));
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K[%s] ", bar);
}

static double share_of(uint64_t done, uint64_t total)
{
    if (total == 0) return 0;
    return done >= total ? 1 : (double)done / (double)total;
}

void progress_draw(progress *p, uint64_t within)
{
    if (!is_time(p)) return;
    uint64_t bytes = p->bytes_done + within;
    if (bytes > p->bytes_total) bytes = p->bytes_total;
    double seconds = p->last - p->start, share = share_of(bytes, p->bytes_total);
    put_share(share);
    fprintf(stderr, _("%zu/%zu files  %.1f MB/s"), p->files_done, p->files_total,
            (double)bytes / 1e6 / seconds);
    if (share > 0) {
        unsigned long left = (unsigned long)(seconds / share * (1 - share) + 0.5);
        fprintf(stderr, _("  %lu:%02lu left"), left / 60, left % 60);
    }
    fflush(stderr);
}

/* What the library calls its stages. */
static const char *stage_name(const char *stage)
{
    if (strcmp(stage, "commit") == 0) return _("committing");
    return strcmp(stage, "merge") == 0 ? _("merging") : stage;
}

void progress_stage(progress *p, const char *stage, uint64_t done, uint64_t total)
{
    if (!p->stage || strcmp(p->stage, stage) != 0 || done < p->stage_done) {
        p->stage = stage;
        p->stage_start = progress_now();
        p->stage_first = done;
    }
    p->stage_done = done;
    if (!is_time(p)) return;
    const double share = share_of(done, total), seconds = p->last - p->stage_start;
    put_share(share);
    fputs(stage_name(stage), stderr);
    if (total > 0 && done > p->stage_first && seconds > 0.5) {
        const double rate = (double)(done - p->stage_first) / seconds;
        const unsigned long left =
            done < total ? (unsigned long)((double)(total - done) / rate + 0.5) : 0;
        fprintf(stderr, "  %.0f%%", 100 * share);
        fprintf(stderr, _("  %lu:%02lu left"), left / 60, left % 60);
    }
    fflush(stderr);
}

void progress_clear(progress *p)
{
    if (!p->drawn) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    p->drawn = false;
}
