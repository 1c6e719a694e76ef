#include <wenyuan/index.h>

#include <string.h>

#include "base/options.h"
#include "index/index.h"
#include "index/writer.h"

static int take_setup(const wy_index_options *options, wy_index_setup *setup, wy_error *error)
{
    wy_index_options o;
    int status = wy_options_take(&o, sizeof o, options, error);
    *setup = (wy_index_setup){&wy_env_posix, o.allocator, o.create, o.analyzer};
    return status;
}

static int check_path(const char *path, wy_error *error)
{
    return path && *path ? WY_OK
                         : wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "no path was given");
}

int wy_index_open(const char *path, const wy_index_options *options, wy_index **out,
                  wy_error *error)
{
    wy_index_setup setup;
    int status = take_setup(options, &setup, error);
    if (status == WY_OK) status = check_path(path, error);
    return status == WY_OK ? wy_index_setup_open(path, &setup, out, error) : status;
}

void wy_index_close(wy_index *index)
{
    wy_index_destroy(index);
}

int wy_index_check(const char *path, const wy_index_options *options, wy_check_fn report,
                   void *context, wy_error *error)
{
    wy_index_setup setup;
    int status = take_setup(options, &setup, error);
    if (status == WY_OK) status = check_path(path, error);
    return status == WY_OK ? wy_index_verify(path, &setup, report, context, error) : status;
}

int wy_index_repair(const char *path, const wy_index_options *options, wy_repair_fn tell,
                    void *context, wy_repair_result *result, wy_error *error)
{
    wy_index_setup setup;
    wy_repair_result all = {.size = sizeof all};
    int status = take_setup(options, &setup, error);
    if (status == WY_OK) status = check_path(path, error);
    if (status == WY_OK) status = wy_index_mend(path, &setup, tell, context, &all, error);
    if (result) {
        size_t size = result->size < sizeof all ? result->size : sizeof all;
        memcpy(result, &all, size);
        result->size = size;
    }
    return status;
}

int wy_writer_open(wy_index *index, const wy_writer_options *options, wy_writer **out,
                   wy_error *error)
{
    wy_writer_options o;
    int status = wy_options_take(&o, sizeof o, options, error);
    if (status != WY_OK) return status;
    wy_writer_setup setup = {.memory = o.memory,
                             .threads = o.threads,
                             .no_sync = o.no_sync,
                             .progress = o.progress,
                             .context = o.progress_context};
    return wy_writer_setup_open(index, &setup, out, error);
}

int wy_writer_add(wy_writer *writer, const wy_report *report, wy_error *error)
{
    wy_report r;
    if (!report) return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "no report was given");
    int status = wy_options_take(&r, sizeof r, report, error);
    return status == WY_OK ? wy_writer_put(writer, &r, error) : status;
}

int wy_writer_delete(wy_writer *writer, wy_string id, wy_error *error)
{
    return wy_writer_remove(writer, id, error);
}

int wy_writer_commit(wy_writer *writer, wy_error *error)
{
    return wy_writer_publish(writer, error);
}

int wy_writer_merge(wy_writer *writer, uint32_t segments, wy_error *error)
{
    return wy_writer_merge_down(writer, segments, error);
}

void wy_writer_close(wy_writer *writer)
{
    wy_writer_end(writer);
}

int wy_snapshot_open(wy_index *index, wy_snapshot **out, wy_error *error)
{
    return wy_snapshot_take(index, out, error);
}

void wy_snapshot_close(wy_snapshot *snapshot)
{
    wy_snapshot_drop(snapshot);
}

int wy_snapshot_stats(wy_snapshot *snapshot, const wy_stats **out, wy_error *error)
{
    return wy_snapshot_figures(snapshot, out, error);
}

int wy_snapshot_reports(wy_snapshot *snapshot, wy_report_fn visit, void *context, wy_error *error)
{
    return wy_snapshot_walk(snapshot, visit, context, error);
}
