/*
 * wenyuan/report.h: a report as the index takes it, and a reader that makes reports from files.
 */
#ifndef WENYUAN_REPORT_H
#define WENYUAN_REPORT_H

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
    WY_SOURCE_AUTO = 0, /* by name (.html .htm .jsonl .ndjson), else by content */
    WY_SOURCE_TEXT = 1,
    WY_SOURCE_HTML = 2,
    WY_SOURCE_JSONL = 3
} wy_source_format;

typedef struct wy_source_options {
    size_t size;                   /* sizeof(wy_source_options) */
    const wy_allocator *allocator; /* NULL: malloc; must outlive the source */
    int format;                    /* a wy_source_format */
    const char *encoding;          /* an ICU converter name; NULL: declared or detected */
    wy_warning_fn warn;            /* may be NULL */
    void *warn_context;
} wy_source_options;

/* An open file of reports. Used by one thread at a time. */
typedef struct wy_source wy_source;

/*
 * Opens `path`. `options` may be NULL. The caller closes *out with wy_source_close.
 * WY_E_IO, WY_E_NOT_FOUND, WY_E_FORMAT (neither text nor a known format), WY_E_NOMEM.
 */
WY_API int wy_source_open(const char *path, const wy_source_options *options, wy_source **out,
                          wy_error *error);

/*
 * The next report of the file, or WY_END. *out lives until the next call on the source. A text
 * or HTML file holds one report, a JSON Lines file any number; it is read line by line and never
 * whole. source, source_size, source_time and source_hash are set on each. The report's id is the
 * path; in JSON Lines path, '#' and title, and "@year" where a year is given. A second report of
 * that title and year in the file, or what follows after 65,536 paragraphs or 64 MiB of text of
 * one, has "~2" at the end, and so on. In JSON Lines texts and ids are kept to the byte.
 * WY_E_ENCODING and WY_E_FORMAT name the byte where reading failed; WY_E_LIMIT: a text or HTML
 * file of more than 256 MiB; WY_E_IO: the file changed while it was read; WY_E_UNSUPPORTED: ICU
 * does not know the encoding asked for.
 */
WY_API int wy_source_next(wy_source *source, const wy_report **out, wy_error *error);

/* Encoding found ("UTF-8", "GB18030"). Lives as long as the source. */
WY_API const char *wy_source_encoding(const wy_source *source);

/* NULL is ignored. */
WY_API void wy_source_close(wy_source *source);

#ifdef __cplusplus
}
#endif

#endif
