/*
 * Files of reports: the first byte says what the file is called and in what encoding it is said to
 * be, the rest is the file. Whatever it holds, the reports made of it are such as an index takes.
 */
#include <stdio.h>
#include <string.h>

#include <wenyuan/report.h>

#include "fuzz/fuzz.h"
#include "index/validate.h"

static const char *const names[] = {"f",       "f.txt",   "f.html", "f.jsonl", "f.md", "f.docx",
                                    "f.pdf",   "f.gz",    "f.zst",  "f.txt.gz", "f.html.zst",
                                    "f.ndjson", "f.xhtml"};
enum { NAMES = sizeof names / sizeof *names };

static const char *const encodings[] = {NULL, NULL, NULL, "GB18030", "Big5", "UTF-16LE", "UTF-8"};
enum { ENCODINGS = sizeof encodings / sizeof *encodings };

enum { MOST_REPORTS = 200 };

static void warn(void *context, const wy_error *warning)
{
    (void)context;
    wy_test_must(warning->code != WY_OK && warning->reason[0]);
}

static void check(const wy_report *report)
{
    wy_error error;
    int status = wy_report_validate(report, &error);
    if (status != WY_OK) fprintf(stderr, "%s: %s\n", error.file, error.reason);
    wy_test_must(status == WY_OK);
}

static void expect(int status, const wy_error *error)
{
    if (status == WY_OK || status == WY_END) return;
    wy_test_must(error->code == status && error->reason[0]);
    wy_test_must(status == WY_E_ENCODING || status == WY_E_FORMAT || status == WY_E_LIMIT ||
                 status == WY_E_UNSUPPORTED);
}

static void read_file(const char *path, const char *encoding)
{
    wy_source_options options = {.size = sizeof options, .warn = warn};
    options.encoding = encoding;
    wy_source *source;
    wy_error error = {0};
    int status = wy_source_open(path, &options, &source, &error);
    expect(status, &error);
    if (status != WY_OK) return;
    for (int i = 0; i < MOST_REPORTS && status == WY_OK; i++) {
        const wy_report *report;
        status = wy_source_next(source, &report, &error);
        expect(status, &error);
        if (status != WY_OK) continue;
        wy_test_must(wy_source_encoding(source)[0]);
        check(report);
    }
    wy_source_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *folder;
    if (size == 0) return 0;
    if (!folder) folder = wy_test_folder_make();
    char *path = wy_test_format("%s/%s", folder, names[data[0] % NAMES]);
    wy_test_file_write(path, data + 1, size - 1);
    read_file(path, encodings[data[0] / NAMES % ENCODINGS]);
    wy_test_must(remove(path) == 0);
    free(path);
    return 0;
}
