/*
 * wenyuan/report.h: files into reports.
 */
#include <wenyuan/report.h>

#include <string.h>

#include "report/chars.h"
#include "report/filter.h"
#include "report/format.h"
#include "report/input.h"
#include "report/jsonl.h"
#include "report/parse.h"

#include "base/checksum.h"
#include "base/options.h"
#include "base/utf8.h"

#define FILE_MAX      ((uint64_t)256 << 20) /* bytes of a text file, which is read whole */
#define PEEK          ((size_t)1 << 16)     /* bytes that decide what a file is */
#define SECONDS       60                    /* how long a filter may run */
#define CHUNK         ((size_t)1 << 20)
#define REPORT_ID_MAX 4096 /* bytes of an id */

struct wy_source {
    const wy_mem *mem;
    wy_source_options options;
    char *path;     /* as given */
    char *encoding; /* of the options; NULL: to be found */
    char found[WY_ENCODING_NAME];
    wy_input input;
    int format;   /* what it is, once the file is open */
    int packing;  /* a wy_packing */
    char *filter; /* the command that read it, or NULL */
    uint64_t hash;
    wy_jsonl *lines;
    wy_buf bytes; /* the file, where it holds one report; later its text */
    wy_document document;
    wy_report report;
    bool done;
    wy_error problem; /* code not WY_OK: the file opened, but cannot be decoded */
};

/* ---- Opening ------------------------------------------------------------------------------- */

static int read_rest(wy_source *source, wy_error *error)
{
    int status = WY_OK;
    while (status == WY_OK && !source->input.ended) {
        if (source->bytes.length > FILE_MAX)
            return wy_fail(error, WY_E_LIMIT, source->path, WY_NO_OFFSET,
                           "more than %u MiB of text; cut the file or make it JSON Lines",
                           (unsigned)(FILE_MAX >> 20));
        /* One byte more than the file should have, to see its end at once. */
        uint64_t left = source->input.size > source->bytes.length && !source->packing
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
    if (source->format == WY_SOURCE_AUTO && wy_html_looks(bytes->data, bytes->length))
        source->format = WY_SOURCE_HTML;
    bool says =
        source->format == WY_SOURCE_HTML && wy_html_declared(bytes->data, bytes->length, declared);
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
    memcpy(source->found, "UTF-8", sizeof "UTF-8");
    if (encoding) {
        size_t n = strlen(encoding) < WY_ENCODING_NAME ? strlen(encoding) : WY_ENCODING_NAME - 1;
        memcpy(source->found, encoding, n);
        source->found[n] = 0;
    }
    int status;
    if (source->input.regular)
        status = wy_input_hash(&source->input, &source->hash, error);
    else
        status = wy_input_unread(&source->input, &source->bytes, error);
    wy_buf_free(&source->bytes);
    if (status == WY_OK)
        status = wy_jsonl_open(&source->input, source->path, encoding, source->options.warn,
                               source->options.warn_context, source->mem, &source->lines, error);
    return status;
}

/* Lets a filter make text of the file. */
static int open_filtered(wy_source *source, const wy_source_filter *filter, wy_error *error)
{
    const wy_filter_limits limits = {
        .seconds = source->options.filter_seconds ? source->options.filter_seconds : SECONDS,
        .bytes = FILE_MAX,
        .cancelled = source->options.cancelled,
        .context = source->options.cancel_context,
    };
    source->filter = wy_strndup(source->mem, filter->command, strlen(filter->command));
    if (!source->filter) return wy_fail_memory(error);
    int status = wy_input_open(&source->input, source->path, source->mem, error);
    if (status != WY_OK) return status;
    if (!source->input.regular)
        return wy_fail(error, WY_E_FORMAT, source->path, WY_NO_OFFSET,
                       "a filter reads files only, not pipes or devices");
    status = wy_input_hash(&source->input, &source->hash, error);
    if (status == WY_OK)
        status = wy_filter_run(filter->command, source->path, &limits, &source->bytes, error);
    if (status == WY_OK) status = wy_input_unchanged(&source->input, error);
    wy_input_close(&source->input);
    return status == WY_OK ? decode(source, error) : status;
}

static int open_file(wy_source *source, wy_error *error)
{
    bool known, standard = source->options.standard_input;
    const wy_source_filter *filter = NULL;
    if (source->options.format == WY_SOURCE_AUTO && !standard)
        filter = wy_format_filter(source->path, &source->options);
    if (filter) return open_filtered(source, filter, error);
    int status = standard ? wy_input_open_standard(&source->input, source->path, source->mem, error)
                          : wy_input_open(&source->input, source->path, source->mem, error);
    if (status == WY_OK) status = wy_input_read(&source->input, &source->bytes, PEEK, error);
    if (status != WY_OK) return status;
    source->packing = source->input.packing;
    source->format = source->options.format;
    if (source->format == WY_SOURCE_AUTO) source->format = wy_format_by_name(source->path, &known);
    if (source->format == WY_SOURCE_AUTO)
        source->format = wy_format_by_content(source->bytes.data, source->bytes.length);
    if (source->format == WY_SOURCE_JSONL) return open_lines(source, error);
    status = read_rest(source, error);
    if (status == WY_OK) status = wy_input_unchanged(&source->input, error);
    if (status != WY_OK) return status;
    if (!standard && !source->packing) source->input.size = source->bytes.length;
    source->hash = wy_input_finish(&source->input);
    if (wy_format_is_text(source->format)) return decode(source, error);
    memcpy(source->found, "UTF-8", sizeof "UTF-8");
    return WY_OK;
}

static int check_options(const char *path, const wy_source_options *given, wy_source_options *o,
                         wy_error *error)
{
    if (!path || !*path)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "no path was given");
    int status = wy_options_take(o, sizeof *o, given, error);
    if (status != WY_OK) return status;
    if (o->format < WY_SOURCE_AUTO || o->format > WY_SOURCE_PDF)
        return wy_fail(error, WY_E_ARGUMENT, path, WY_NO_OFFSET, "no format has the number %d",
                       o->format);
    return WY_OK;
}

int wy_source_open(const char *path, const wy_source_options *options, wy_source **out,
                   wy_error *error)
{
    wy_source_options o;
    *out = NULL;
    int status = check_options(path, options, &o, error);
    if (status != WY_OK) return status;
    const wy_mem *mem = wy_mem_or_default(o.allocator);
    wy_source *source = wy_calloc(mem, sizeof *source);
    if (!source) return wy_fail_memory(error);
    source->mem = mem;
    source->input.file = -1;
    source->options = o;
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

/* What the file's name says, where the report says nothing of a year, and at last the day on
 * which the file was made. */
static void name_year(wy_source *source)
{
    wy_report *report = &source->report;
    wy_document *document = &source->document;
    const char *slash = strrchr(source->path, '/');
    if (!report->year) {
        report->year = year_of_name(source->path);
        if (report->year)
            document->why_year =
                (wy_reason){WY_CLUE_NAME, wy_literal(slash ? slash + 1 : source->path)};
    }
    if (!report->date && document->saved) {
        report->date = document->saved;
        document->why_date.clue = WY_CLUE_FIELD;
    }
    if (!report->year && report->date) {
        report->year = report->date / 10000;
        document->why_year.clue = WY_CLUE_DATE;
    }
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
    switch (source->format) {
    case WY_SOURCE_HTML:
        status = wy_html_lines(document, source->path, text, length, error);
        break;
    case WY_SOURCE_MARKDOWN:
        status = wy_markdown_lines(document, source->path, text, length, error);
        break;
    case WY_SOURCE_DOCX:
        status = wy_docx_lines(document, source->path, text, length, error);
        break;
    case WY_SOURCE_PDF:
        status = wy_pdf_lines(document, source->path, text, length, error);
        break;
    default:
        status = wy_text_lines(document, text, length, error);
        break;
    }
    if (status == WY_OK) status = wy_structure(document, &source->report, error);
    if (status == WY_E_NOMEM && document->full)
        return wy_fail(error, WY_E_LIMIT, source->path, WY_NO_OFFSET,
                       "more than %zu lines of text; cut the file or make it JSON Lines",
                       WY_LINES_MAX);
    if (status != WY_OK) return status;
    name_year(source);
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

static wy_reason field(bool found)
{
    return (wy_reason){.clue = found ? WY_CLUE_FIELD : WY_CLUE_NONE};
}

void wy_source_understanding(const wy_source *source, wy_understanding *out)
{
    const wy_document *document = &source->document;
    const wy_report *report = &source->report;
    wy_understanding all = {
        .size = out->size,
        .format = source->format,
        .encoding = source->found,
        .packing = wy_packing_name(source->packing),
        .filter = source->filter ? source->filter : "",
        .title = document->why_title,
        .issuer = document->why_issuer,
        .year = document->why_year,
        .date = document->why_date,
        .dropped = document->dropped,
        .dropped_count = document->dropped_count,
    };
    if (source->lines) {
        all.title = field(report->title.length > 0);
        all.issuer = field(report->issuer.length > 0);
        all.year = field(report->year != 0);
        all.date = field(report->date != 0);
    }
    memcpy(out, &all, out->size < sizeof all ? out->size : sizeof all);
}

void wy_source_close(wy_source *source)
{
    if (!source) return;
    wy_jsonl_close(source->lines);
    wy_input_close(&source->input);
    wy_document_free(&source->document);
    wy_buf_free(&source->bytes);
    wy_free(source->mem, source->filter);
    wy_free(source->mem, source->encoding);
    wy_free(source->mem, source->path);
    wy_free(source->mem, source);
}
