/*
 * report/parse.h: from bytes to a report, in steps that a test or a fuzzer can call alone.
 *
 *     bytes --wy_decode--> UTF-8 --wy_text_lines, wy_html_lines, wy_markdown_lines--> lines
 *     bytes --wy_docx_lines, wy_pdf_lines--> lines
 *           --wy_structure--> title, date, year, issuer, sections, paragraphs
 *
 * None of them touches the file system: `path` is only named in errors. They may run in several
 * threads at once on different documents. libxml2, ICU and json-c set up state of their own at
 * first use; this folder changes none of it, and asks libxml2 to do so only once.
 */
#ifndef WY_REPORT_PARSE_H
#define WY_REPORT_PARSE_H

#include <stdbool.h>

#include <wenyuan/report.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "report/json.h"

#define WY_ENCODING_NAME 64 /* bytes, with the NUL */

/*
 * Decodes a whole file into UTF-8 without a byte order mark. `encoding` (an ICU converter name)
 * decides where it is not NULL; else a byte order mark; else UTF-16 that shows as such; else
 * well-formed UTF-8; else `declared` (what the file says of itself, may be NULL or nonsense);
 * else GB18030 or, where the detector prefers it, Big5. The encoding's name goes to `name`.
 * WY_E_FORMAT (NUL bytes or the first bytes of a known binary format), WY_E_ENCODING with the
 * byte where it goes wrong, WY_E_ARGUMENT (no such `encoding`), WY_E_UNSUPPORTED (ICU cannot read
 * it, or its detector is missing), WY_E_NOMEM.
 */
int wy_decode(const char *path, const void *bytes, size_t length, const char *encoding,
              const char *declared, wy_buf *out, char name[WY_ENCODING_NAME], wy_error *error);

typedef enum wy_line_kind {
    WY_LINE_TEXT = 0,
    WY_LINE_FURNITURE = 1, /* belongs to the page, not to the report */
    WY_LINE_PAGE = 2,      /* a page number: furniture in the middle of a paragraph, perhaps */
    WY_LINE_TITLE = 3      /* the title, which is no paragraph */
} wy_line_kind;

#define WY_LINES_MAX ((size_t)1 << 24) /* as many as a report may have paragraphs */

/* One line of plain text or one block of HTML: never empty, trimmed. */
typedef struct wy_line {
    wy_string text;
    uint8_t level; /* 1 to 6: an HTML heading; 0: not known to be one */
    bool gap;      /* an empty line or the end of a block stands before it */
    bool indented; /* it began with white space, as paragraphs do */
    uint8_t kind;  /* a wy_line_kind */
} wy_line;

/* What the readers of formats fill in and wy_structure reads. Texts lie in `arena` or in the
 * decoded text. */
typedef struct wy_document {
    const wy_mem *mem;
    wy_arena arena;
    wy_line *lines;
    size_t count, capacity;
    bool full;           /* there are WY_LINES_MAX */
    bool blocks;         /* lines are whole paragraphs: nothing is torn */
    bool wrapped;        /* lines without a gap between them go on, if no sentence ends there */
    wy_string title;     /* what the format says: meta elements, a title's style; else empty */
    int title_clue;      /* a wy_clue: how it says so */
    wy_string window;    /* <title>: the page's name, often with the site's behind it */
    wy_string property;  /* the title in a document's properties: often another document's */
    wy_string source;    /* where it was published */
    int32_t date;        /* of publication, yyyymmdd, or 0 */
    int32_t saved;       /* when the file was made, where nothing says when it was published */
    wy_string *left_out; /* the beginnings of parts that the format says are not the text */
    size_t left_out_count, left_out_capacity;

    /* What wy_structure found, and where. */
    wy_reason why_title, why_issuer, why_year, why_date;
    wy_string *dropped; /* in the arena: the lines that are furniture, and left_out */
    size_t dropped_count;
} wy_document;

void wy_document_init(wy_document *document, const wy_mem *mem);
void wy_document_free(wy_document *document);

/* Adds a line, trimmed; an empty one is dropped. The text is not copied. false: memory is out,
 * or the document is full. */
bool wy_document_add(wy_document *document, wy_line line);

/* Notes a part that is left out, for who asks what was. false: memory is out. The text is copied.
 */
bool wy_document_leave_out(wy_document *document, const char *text, size_t length);

/* Cuts UTF-8 at line ends: LF, CR LF, CR, FF, VT, NEL, U+2028, U+2029. The lines point into
 * `text`. WY_E_NOMEM. */
int wy_text_lines(wy_document *document, const char *text, size_t length, wy_error *error);

/* Reads an HTML page (UTF-8). The lines lie in the arena. WY_E_LIMIT (size, tags,
 * attributes of one, wrong end tags: see bounds.h), WY_E_FORMAT (the parser made nothing of it),
 * WY_E_NOMEM. */
int wy_html_lines(wy_document *document, const char *path, const char *text, size_t length,
                  wy_error *error);

/* Reads Markdown (UTF-8): CommonMark and GitHub's tables. WY_E_LIMIT (1 GiB), WY_E_NOMEM. */
int wy_markdown_lines(wy_document *document, const char *path, const char *text, size_t length,
                      wy_error *error);

/* Reads the bytes of a .docx file. WY_E_FORMAT (no such file), WY_E_LIMIT (a part of it expands
 * to more than 256 MiB, or an element has more than 1000 attributes), WY_E_UNSUPPORTED (libzip is
 * missing), WY_E_NOMEM. */
int wy_docx_lines(wy_document *document, const char *path, const void *bytes, size_t length,
                  wy_error *error);

/* Whether this build reads PDF, and the library for it is there. */
bool wy_pdf_available(void);

/* Reads the text of a PDF file. WY_E_UNSUPPORTED (not in this build), WY_E_FORMAT, WY_E_LIMIT,
 * WY_E_NOMEM. */
int wy_pdf_lines(wy_document *document, const char *path, const void *bytes, size_t length,
                 wy_error *error);

/* The charset that an HTML page declares in its first 4096 bytes; false: none. */
bool wy_html_declared(const void *bytes, size_t length, char name[WY_ENCODING_NAME]);

/* Whether bytes look like HTML: the first thing in them is a tag that opens a page. */
bool wy_html_looks(const void *bytes, size_t length);

/*
 * Finds title, date, year, issuer, sections and paragraphs in the lines. Only those members of
 * *out are set, and `size`. Arrays and joined paragraphs lie in the document's arena.
 * Marks the document's lines that are furniture. WY_E_NOMEM.
 */
int wy_structure(wy_document *document, wy_report *out, wy_error *error);

/* One line of JSON Lines. Texts lie in the line, or in the arena that was passed. */
typedef struct wy_record {
    wy_string id, title, issuer, text;
    int32_t year, date;
    wy_string *sections; /* headings, outermost first */
    size_t section_count;
} wy_record;

/*
 * Reads a JSON object (UTF-8). On failure *error has the offset within `line` and a reason;
 * `path` is named. WY_E_FORMAT, WY_E_ENCODING, WY_E_LIMIT, WY_E_NOMEM.
 */
int wy_jsonl_record(wy_json_reader *reader, const char *path, const char *line, size_t length,
                    wy_arena *arena, wy_record *out, wy_error *error);

#endif
