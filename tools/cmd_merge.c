/*
 * cmd_merge.c: wenyuan merge: bring an index to few segments.
 */
#include <string.h>
#include <unistd.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "messages.h"
#include "output.h"
#include "progress.h"
#include "stop.h"

static const option_row options[] = {
    {'s', "segments", "N", N_("segments to leave at most (1)")},
    {'q', "quiet", NULL, N_("no progress bar and no summary")},
    {0, NULL, NULL, NULL},
};

static int on_progress(void *context, const wy_progress *at)
{
    progress_stage(context, at->stage, at->done, at->total);
    return *stop_signal() != 0;
}

static int figures(wy_index *index, uint64_t *segments, uint64_t *bytes, wy_error *error)
{
    wy_snapshot *snapshot;
    const wy_stats *stats;
    int status = wy_snapshot_open(index, &snapshot, error);
    if (status != WY_OK) return status;
    status = wy_snapshot_stats(snapshot, &stats, error);
    if (status == WY_OK) {
        *segments = stats->segments;
        *bytes = stats->bytes;
    }
    wy_snapshot_close(snapshot);
    return status;
}

static int merge(const char *path, uint32_t segments, bool quiet)
{
    wy_error error = {0};
    wy_index *index = NULL;
    wy_writer *writer = NULL;
    progress bar;
    uint64_t before = 0, after = 0, bytes_before = 0, bytes_after = 0;
    /* Texts are copied beside the terms: more threads than two would have nothing to do. */
    const wy_writer_options how = {.size = sizeof how,
                                   .threads = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1,
                                   .progress = on_progress,
                                   .progress_context = &bar};
    progress_begin(&bar, !quiet && isatty(STDERR_FILENO), 0, 0);
    int status = wy_index_open(path, NULL, &index, &error);
    if (status == WY_OK) status = wy_writer_open(index, &how, &writer, &error);
    if (status == WY_OK) status = figures(index, &before, &bytes_before, &error);
    if (status == WY_OK) status = wy_writer_merge(writer, segments, &error);
    if (status == WY_OK) status = figures(index, &after, &bytes_after, &error);
    progress_clear(&bar);
    wy_writer_close(writer);
    wy_index_close(index);
    if (status == WY_E_CANCELLED && *stop_signal()) {
        complain(_("%s: stopped; nothing is lost, and nothing was merged"), path);
        return STATUS_STOPPED + (int)*stop_signal();
    }
    if (status != WY_OK) return complain_error(&error);
    if (!quiet) {
        char numbers[4][NUMBER_SIZE];
        printf(_("merged %s segments into %s, %s bytes into %s, in %.1f s\n"),
               with_commas(before, numbers[0]), with_commas(after, numbers[1]),
               with_commas(bytes_before, numbers[2]), with_commas(bytes_after, numbers[3]),
               progress_now() - bar.start);
    }
    return STATUS_OK;
}

static int run(const command *c, int argc, char **argv)
{
    arguments a;
    uint64_t segments = 1;
    bool quiet = false, good = true;
    int key, status = STATUS_TROUBLE;
    options_begin(&a, c, argc, argv);
    while (good && (key = options_next(&a)) >= 0) {
        if (key == 's') good = options_number(&a, 1, 1000, &segments);
        if (key == 'q') quiet = true;
    }
    if (good && key != OPTIONS_END) {
        status = options_status(key);
    } else if (good && a.operand_count != 1) {
        status = options_misuse(c, _("one index is needed"));
    } else if (good) {
        stop_catch();
        status = merge(a.operands[0], (uint32_t)segments, quiet);
    }
    options_free(&a);
    return status;
}

const command command_merge = {
    .name = "merge",
    .operands = "INDEX",
    .summary = N_("bring an index to one segment"),
    .more = N_(
        "Searches are fastest in an index of one segment, and what was deleted leaves the disk.\n"
        "While it works, up to twice the space is taken. An index that is only added to\n"
        "merges by itself; this is for one that will stay as it is.\n"),
    .examples = "wenyuan merge reports.wy\n",
    .options = options,
    .run = run,
};
