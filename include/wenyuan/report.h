/*
 * wenyuan/report.h: a report as the index takes it, and a reader that makes reports from files.
 */
#ifndef WENYUAN_REPORT_H
#define WENYUAN_REPORT_H

#include <stdbool.h>

#include <wenyuan/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A heading in a report. Sections form a tree that is written down parents first: `parent` is
 * the 1-based number of an earlier section of the same report, or 0 at the top.
 */
typedef struct wy_section {
    wy_string heading; /* UTF-8, as written: "一、主要举措和成效" */
    uint32_t parent;
} wy_section;

/* A paragraph: what is indexed, ranked and shown. */
typedef struct wy_paragraph {
    wy_string id;     /* the caller's own name for it, any bytes, or empty */
    wy_string text;   /* UTF-8; bytes that are not are an error (WY_E_ENCODING) */
    uint32_t section; /* 1-based number in wy_report.sections, 0: none */
} wy_paragraph;

/*
 * A report. `id` names it in the index: adding another with the same id replaces it.
 * All memory is the caller's and needs to live only during the call it is passed to; reports
 * that the library hands out live as long as their giver says.
 */
typedef struct wy_report {
    size_t size;      /* sizeof(wy_report): lets later versions add fields */
    wy_string id;     /* 1 to 4096 bytes of any value */
    wy_string title;  /* UTF-8, may be empty */
    wy_string issuer; /* UTF-8, may be empty */
    int32_t year;     /* year reported on, 1 to 9999; 0: unknown */
    int32_t date;     /* date of publication as yyyymmdd (20240329); 0: unknown */
    const wy_section *sections;
    size_t section_count;
    const wy_paragraph *paragraphs;
    size_t paragraph_count;

    /* Where it came from, for keeping an index in step with files. Any may be 0 or empty. */
    wy_string source;     /* path of the file: at most 4096 bytes of any value */
    uint64_t source_size; /* bytes */
    int64_t source_time;  /* modification time, nanoseconds since 1970 */
    uint64_t source_hash; /* XXH3-64 of the file's bytes */
} wy_report;

/* ---- Reading reports from files --------------------------------------------------------- */

/*
 * Called for a problem that does not end the reading: a JSON line that cannot be used, say.
 * `warning` names file, byte offset and reason; it is valid only during the call.
 */
typedef void (*wy_warning_fn)(void *context, const wy_error *warning);

typedef enum wy_source_format {
    WY_SOURCE_AUTO = 0, /* by name (.html .md .docx .jsonl ...), else by content */
    WY_SOURCE_TEXT = 1,
    WY_SOURCE_HTML = 2,
    WY_SOURCE_JSONL = 3,
    WY_SOURCE_MARKDOWN = 4, /* CommonMark, and GitHub's tables */
    WY_SOURCE_DOCX = 5,     /* Office Open XML, ECMA-376 */
    WY_SOURCE_PDF = 6       /* WY_E_UNSUPPORTED where the library was built without poppler */
} wy_source_format;

/*
 * A program that makes text or HTML of files that the library cannot read. `command` is cut into
 * words at spaces ('...' and "..." keep some together) and run without a shell; %s in a word
 * stands for the path, %% for a %. What it writes to standard output is read as HTML where it
 * looks like it, else as plain text. It fails if it ends with another status than 0, and is
 * killed, with all that it started, after `filter_seconds` or 256 MiB of output.
 */
typedef struct wy_source_filter {
    const char *extension; /* "odt": of names that end in .odt, in any case */
    const char *command;   /* "odt2txt --encoding=UTF-8 %s" */
} wy_source_filter;

typedef struct wy_source_options {
    size_t size;                   /* sizeof(wy_source_options) */
    const wy_allocator *allocator; /* NULL: malloc; must outlive the source */
    int format;                    /* a wy_source_format */
    const char *encoding;          /* an ICU converter name; NULL: declared or detected */
    wy_warning_fn warn;            /* may be NULL */
    void *warn_context;
    const wy_source_filter *filters; /* needed only during wy_source_open; may be NULL */
    size_t filter_count;
    uint32_t filter_seconds; /* how long a filter may run; 0: 60 */
    bool standard_input;     /* read standard input, which `path` only names */
    /* Asked while a filter runs; true ends it with WY_E_CANCELLED. May be NULL. */
    bool (*cancelled)(void *context);
    void *cancel_context;
} wy_source_options;

/* Whether a file of this name is one that the library reads when it meets it in a folder: its
 * ending, before .gz or .zst, is that of a format or of a filter. `options` may be NULL. */
WY_API bool wy_source_reads(const char *name, const wy_source_options *options);

/* An open file of reports. Used by one thread at a time. */
typedef struct wy_source wy_source;

/*
 * Opens `path`. `options` may be NULL. A file packed with gzip or zstd is expanded as it is read,
 * whatever its name. The caller closes *out with wy_source_close.
 * WY_E_IO, WY_E_NOT_FOUND, WY_E_FORMAT (neither text nor a known format, damaged packing, a
 * filter that failed), WY_E_LIMIT (more than 256 MiB, a bomb), WY_E_UNSUPPORTED, WY_E_CANCELLED,
 * WY_E_NOMEM.
 */
WY_API int wy_source_open(const char *path, const wy_source_options *options, wy_source **out,
                          wy_error *error);

/*
 * The next report of the file, or WY_END. *out lives until the next call on the source. A JSON
 * Lines file holds any number of reports, and is read line by line and never whole; any other
 * holds one. source, source_size, source_time and source_hash are set on each (those of a pipe are
 * 0 where they are not known). The report's id is the path; in JSON Lines path, '#' and title, and
 * "@year" where a year is given. A second report of that title and year in the file, or what
 * follows after 65,536 paragraphs or 64 MiB of text of one, has "~2" at the end, and so on. In
 * JSON Lines texts and ids are kept to the byte. WY_E_ENCODING and WY_E_FORMAT name the byte where
 * reading failed; WY_E_LIMIT: more than 256 MiB or 16 million lines
 * of text, or tags such as only a hostile page has; WY_E_IO: the file changed while it was
 * read; WY_E_UNSUPPORTED: ICU does not know the encoding asked for.
 */
WY_API int wy_source_next(wy_source *source, const wy_report **out, wy_error *error);

/* Where a value of a report was found. */
typedef enum wy_clue {
    WY_CLUE_NONE = 0,      /* nowhere */
    WY_CLUE_FIELD = 1,     /* a field: of JSON, a meta element, a property of the document */
    WY_CLUE_WINDOW = 2,    /* the <title> of a page */
    WY_CLUE_HEADING = 3,   /* the only heading of the first level, or what is styled as the title */
    WY_CLUE_LINE = 4,      /* the first line */
    WY_CLUE_LABEL = 5,     /* a labelled line of the page: 日期：2024-03-29 */
    WY_CLUE_OPENING = 6,   /* one of the first lines: ——2026年1月26日在…会议上 */
    WY_CLUE_SIGNATURE = 7, /* the signature, or the date at the end */
    WY_CLUE_TITLE = 8,     /* the title */
    WY_CLUE_SESSION = 9,   /* the number of a session of the National People's Congress */
    WY_CLUE_NAME = 10,     /* the name of the file */
    WY_CLUE_DATE = 11      /* a year: that of the date of publication */
} wy_clue;

typedef struct wy_reason {
    int clue;       /* a wy_clue */
    wy_string text; /* the line, title or field that says it, where there is one; UTF-8 */
} wy_reason;

/* How the report that wy_source_next gave last was understood. */
typedef struct wy_understanding {
    size_t size;          /* sizeof(wy_understanding), set by the caller */
    int format;           /* a wy_source_format, never WY_SOURCE_AUTO */
    const char *encoding; /* "UTF-8", "GB18030" */
    const char *packing;  /* "gzip", "zstd" or "" */
    const char *filter;   /* the command that made text of it, or "" */
    wy_reason title, issuer, year, date;
    const wy_string *dropped; /* lines that belong to the page and not to the report; then parts of
                                 a page that are left out whole, as <nav> and the beginning of what
                                 it says */
    size_t dropped_count;
} wy_understanding;

/* Fills in *out, whose size must be set; all in it lives until the next call on the source. */
WY_API void wy_source_understanding(const wy_source *source, wy_understanding *out);

/* Encoding found ("UTF-8", "GB18030"). Lives as long as the source. */
WY_API const char *wy_source_encoding(const wy_source *source);

/* NULL is ignored. */
WY_API void wy_source_close(wy_source *source);

/* The source_hash that reports of this file have, without reading them: whether a file is still
 * what it was. WY_E_IO, WY_E_NOT_FOUND, WY_E_NOMEM. */
WY_API int wy_file_hash(const char *path, uint64_t *out, wy_error *error);

#ifdef __cplusplus
}
#endif

#endif
