/*
 * The example of README.md: makes an index of one report, searches it, prints the hits.
 */
#include <stdio.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

static wy_string string(const char *text)
{
    return (wy_string){text, strlen(text)};
}

int main(int argc, char **argv)
{
    wy_error error;
    wy_index *index = NULL;
    wy_writer *writer = NULL;
    wy_snapshot *snapshot = NULL;
    wy_query *query = NULL;
    wy_results *results = NULL;
    const wy_hit *hit;

    if (argc != 2) return 2;
    const wy_paragraph paragraphs[] = {
        {.text = string("坚持简政放权，优化营商环境。")},
        {.text = string("加强未成年人保护。")},
    };
    const wy_report report = {
        .size = sizeof report,
        .id = string("report-1"),
        .title = string("法治政府建设工作报告"),
        .year = 2023,
        .paragraphs = paragraphs,
        .paragraph_count = 2,
    };
    const wy_index_options options = {.size = sizeof options, .create = true};

    int status = wy_index_open(argv[1], &options, &index, &error);
    if (status == WY_OK) status = wy_writer_open(index, NULL, &writer, &error);
    if (status == WY_OK) status = wy_writer_add(writer, &report, &error);
    if (status == WY_OK) status = wy_writer_commit(writer, &error);
    wy_writer_close(writer);

    if (status == WY_OK) status = wy_snapshot_open(index, &snapshot, &error);
    if (status == WY_OK) status = wy_query_parse(string("\"政放\""), NULL, &query, &error);
    if (status == WY_OK) status = wy_search(&snapshot, 1, query, NULL, &results, &error);
    for (size_t i = 0; status == WY_OK && i < wy_results_size(results); i++) {
        status = wy_results_hit(results, i, &hit, &error);
        if (status == WY_OK)
            printf("%d: %.*s\n", (int)hit->year, (int)hit->text.length, hit->text.data);
    }

    if (status != WY_OK) fprintf(stderr, "%s: %s\n", error.file, error.reason);
    wy_results_free(results);
    wy_query_free(query);
    wy_snapshot_close(snapshot);
    wy_index_close(index);
    return status == WY_OK ? 0 : 1;
}
