/*
 * wenyuan/report.h: files into reports.
 */
#include <wenyuan/report.h>

#include <string.h>

#include "report/chars.h"
#include "report/input.h"
#include "report/jsonl.h"
#include "report/parse.h"

#include "base/checksum.h"
#include "base/utf8.h"

#define FILE_MAX      ((uint64_t)256 << 20) /* bytes of a text file, which is read whole */
#define PEEK          ((size_t)1 << 16)     /* bytes that decide what a file is */
#define CHUNK         ((size_t)1 << 20)
#define REPORT_ID_MAX 4096 /* bytes of an id */

struct wy_source {
    const wy_mem *mem;
    wy_source_options options;
    char *path;     /* as given */
    char *encoding; /* of the options; NULL: to be found */
    char found[WY_ENCODING_NAME];
    wy_input input;
    int format; /* TEXT, HTML or JSONL, once the file is open */
    uint64_t hash;
    wy_jsonl *lines;
    wy_buf bytes; /* the file, where it holds one report; later its text */
    wy_document document;
    wy_report report;
    bool done;
    wy_error problem; /* code not WY_OK: the file opened, but cannot be decoded */
};

/* ---- What a file is ------------------------------------------------------------------------ */

static bool has_extension(const char *path, const char *extension)
{
    size_t length = strlen(path), n = strlen(extension);
    if (length <= n) return false;
    for (size_t i = 0; i < n; i++)
        if (wy_ascii_lower(path[length - n + i]) != extension[i]) return false;
    return true;
}

static int format_by_name(const char *path)
{
    static const struct {
        const char *extension;
        int format;
    } names[] = {{".html", WY_SOURCE_HTML},   {".htm", WY_SOURCE_HTML},
                 {".xhtml", WY_SOURCE_HTML},  {".shtml", WY_SOURCE_HTML},
                 {".jsonl", WY_SOURCE_JSONL}, {".ndjson", WY_SOURCE_JSONL}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (has_extension(path, names[i].extension)) return names[i].format;
    return WY_SOURCE_AUTO;
}

/* The first line is a JSON object with a text. */
static bool looks_like_jsonl(const wy_buf *bytes)
{
    wy_string text = {(const char *)bytes->data, bytes->length};
    if (wy_starts(text, wy_literal("\xEF\xBB\xBF")))
        text = (wy_string){text.data + 3, text.length - 3};
    const char *end = text.length ? memchr(text.data, '\n', text.length) : NULL;
    wy_string line = {text.data, end ? (size_t)(end - text.data) : text.length};
    return line.length > 1 && line.data[0] == '{' &&
           wy_string_find(line, wy_literal("\"text\"")) != NULL;
}

/* ---- Opening ------------------------------------------------------------------------------- */

static int read_rest(wy_source *source, wy_error *error)
{
    int status = WY_OK;
    while (status == WY_OK && !source->input.ended) {
        if (source->bytes.length > FILE_MAX)
            return wy_fail(error, WY_E_LIMIT, source->path, WY_NO_OFFSET,
                           "a file of more than %u MiB; cut it or make it JSON Lines",
                           (unsigned)(FILE_MAX >> 20));
        /* One byte more than the file should have, to see its end at once. */
        uint64_t left = source->input.size > source->bytes.length
                            ? source->input.size - source->bytes.length + 1
                            : CHUNK;
        status = wy_input_read(&source->input, &source->bytes,
                               left < 16 * CHUNK ? (size_t)left : 16 * CHUNK, error);
    }
    return status;
}

/* Decodes the file. What is wrong with its bytes is kept for the first wy_source_next. */
static int decode(wy_source *source, wy_error *error)
{
    char declared[WY_ENCODING_NAME];
    const wy_buf *bytes = &source->bytes;
    wy_buf text;
    bool page = source->format == WY_SOURCE_HTML ||
                (source->format == WY_SOURCE_AUTO && wy_html_looks(bytes->data, bytes->length));
    bool says = page && wy_html_declared(bytes->data, bytes->length, declared);
    wy_buf_init(&text, source->mem);
    int status = wy_decode(source->path, bytes->data, bytes->length, source->encoding,
                           says ? declared : NULL, &text, source->found, &source->problem);
    if (status == WY_E_ENCODING || status == WY_E_FORMAT) {
        source->problem.code = status;
        status = WY_OK;
    } else if (status != WY_OK && error) {
        *error = source->problem;
    }
    wy_buf_free(&source->bytes);
    source->bytes = text;
    if (source->format == WY_SOURCE_AUTO)
        source->format = wy_html_looks(text.data, text.length) ? WY_SOURCE_HTML : WY_SOURCE_TEXT;
    return status;
}

static int open_lines(wy_source *source, wy_error *error)
{
    const char *encoding = source->encoding;
    const uint8_t *bytes = source->bytes.data;
    if (!encoding && source->bytes.length >= 2 &&
        ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF)))
        return wy_fail(error, WY_E_FORMAT, source->path, 0,
                       "JSON Lines in UTF-16 cannot be read; make it UTF-8");
    if (!source->input.regular)
        return wy_fail(error, WY_E_FORMAT, source->path, WY_NO_OFFSET,
                       "JSON Lines are read from files only, not from pipes or devices");
    memcpy(source->found, "UTF-8", sizeof "UTF-8");
    if (encoding) {
        size_t n = strlen(encoding) < WY_ENCODING_NAME ? strlen(encoding) : WY_ENCODING_NAME - 1;
        memcpy(source->found, encoding, n);
        source->found[n] = 0;
    }
    wy_buf_free(&source->bytes);
    int status = wy_input_hash(&source->input, &source->hash, error);
    if (status == WY_OK)
        status = wy_jsonl_open(&source->input, source->path, encoding, source->options.warn,
                               source->options.warn_context, source->mem, &source->lines, error);
    return status;
}

static int open_file(wy_source *source, wy_error *error)
{
    int status = wy_input_open(&source->input, source->path, error);
    if (status == WY_OK) status = wy_input_read(&source->input, &source->bytes, PEEK, error);
    if (status != WY_OK) return status;
    source->format = source->options.format;
    if (source->format == WY_SOURCE_AUTO) source->format = format_by_name(source->path);
    if (source->format == WY_SOURCE_AUTO && looks_like_jsonl(&source->bytes))
        source->format = WY_SOURCE_JSONL;
    if (source->format == WY_SOURCE_JSONL) return open_lines(source, error);
    status = read_rest(source, error);
    if (status != WY_OK) return status;
    source->hash = wy_checksum(source->bytes.data, source->bytes.length);
    source->input.size = source->bytes.length;
    wy_input_close(&source->input);
    return decode(source, error);
}

static int check_options(const char *path, const wy_source_options *options, wy_error *error)
{
    if (!path || !*path)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "no path was given");
    if (options && options->size < sizeof *options)
        return wy_fail(error, WY_E_ARGUMENT, path, WY_NO_OFFSET,
                       "wy_source_options.size is not set");
    if (options && (options->format < WY_SOURCE_AUTO || options->format > WY_SOURCE_JSONL))
        return wy_fail(error, WY_E_ARGUMENT, path, WY_NO_OFFSET, "no format has the number %d",
                       options->format);
    return WY_OK;
}

int wy_source_open(const char *path, const wy_source_options *options, wy_source **out,
                   wy_error *error)
{
    *out = NULL;
    int status = check_options(path, options, error);
    if (status != WY_OK) return status;
    const wy_mem *mem = wy_mem_or_default(options ? options->allocator : NULL);
    wy_source *source = wy_calloc(mem, sizeof *source);
    if (!source) return wy_fail_memory(error);
    source->mem = mem;
    source->input.file = -1;
    if (options) source->options = *options;
    wy_buf_init(&source->bytes, mem);
    wy_document_init(&source->document, mem);
    source->path = wy_strndup(mem, path, strlen(path));
    const char *encoding = source->options.encoding;
    if (encoding) source->encoding = wy_strndup(mem, encoding, strlen(encoding));
    if (!source->path || (encoding && !source->encoding))
        status = wy_fail_memory(error);
    else
        status = open_file(source, error);
    if (status != WY_OK) {
        wy_source_close(source);
        return status;
    }
    *out = source;
    return WY_OK;
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* The year that a file's name begins with, "2023-…": where the file says nothing. */
static int32_t year_of_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    int32_t year = 0;
    for (int i = 0; i < 4; i++) {
        if (!wy_char_digit((unsigned char)base[i])) return 0;
        year = year * 10 + (base[i] - '0');
    }
    return !wy_char_digit((unsigned char)base[4]) && year >= 1900 && year <= 2099 ? year : 0;
}

static int read_report(wy_source *source, wy_error *error)
{
    wy_document *document = &source->document;
    const char *text = (const char *)source->bytes.data;
    size_t length = source->bytes.length;
    int status;
    if (source->problem.code != WY_OK) {
        if (error) *error = source->problem;
        return source->problem.code;
    }
    if (source->format == WY_SOURCE_HTML)
        status = wy_html_lines(document, source->path, text, length, error);
    else
        status = wy_text_lines(document, text, length, error);
    if (status == WY_OK) status = wy_structure(document, &source->report, error);
    if (status != WY_OK) return status;
    if (!source->report.year) source->report.year = year_of_name(source->path);
    source->report.id = wy_literal(source->path);
    if (source->report.id.length > REPORT_ID_MAX)
        return wy_fail(error, WY_E_LIMIT, source->path, WY_NO_OFFSET,
                       "the path has more than %d bytes, too many for an id", REPORT_ID_MAX);
    return WY_OK;
}

int wy_source_next(wy_source *source, const wy_report **out, wy_error *error)
{
    *out = NULL;
    if (source->done) return WY_END;
    int status;
    if (source->lines) {
        status = wy_jsonl_next(source->lines, &source->report, error);
        source->done = status != WY_OK;
    } else {
        status = read_report(source, error);
        source->done = true;
    }
    if (status != WY_OK) return status;
    source->report.source = wy_literal(source->path);
    source->report.source_size = source->input.size;
    source->report.source_time = source->input.time;
    source->report.source_hash = source->hash;
    *out = &source->report;
    return WY_OK;
}

const char *wy_source_encoding(const wy_source *source)
{
    return source->found;
}

void wy_source_close(wy_source *source)
{
    if (!source) return;
    wy_jsonl_close(source->lines);
    wy_input_close(&source->input);
    wy_document_free(&source->document);
    wy_buf_free(&source->bytes);
    wy_free(source->mem, source->encoding);
    wy_free(source->mem, source->path);
    wy_free(source->mem, source);
}
