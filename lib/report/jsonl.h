/*
 * report/jsonl.h: reports from JSON Lines, one paragraph a line, in bounded memory.
 *
 *     {"title":"…","year":2023,"date":"2024-03-29","issuer":"…","section":["一、…","（一）…"],
 *      "id":"…","text":"…"}
 *
 * Only text is required; other fields are ignored. Lines that follow each other with the same
 * title and year are one report. Its date and issuer are the first that its lines give.
 *
 * A line that cannot be used (longer than 64 MiB, not JSON, a field of another type) is left out
 * with a warning, and reading goes on.
 *
 * A report is held in memory whole, so its size is bounded: at 65,536 paragraphs or 64 MiB of
 * text it is handed out, and what follows of it is a further report. A report's id is the path,
 * '#', title and "@year". The second report of the same title and year, whether it goes on with
 * the first or stands further below, has "~2" behind its id, the third "~3", and so on, so that
 * none replaces another. For that a few dozen bytes are kept for each report read.
 */
#ifndef WY_REPORT_JSONL_H
#define WY_REPORT_JSONL_H

#include "report/input.h"
#include "report/parse.h"

#define WY_JSONL_LINE       ((size_t)64 << 20) /* bytes */
#define WY_JSONL_PARAGRAPHS 65536
#define WY_JSONL_TEXT       ((size_t)64 << 20) /* bytes */

typedef struct wy_jsonl wy_jsonl;

/* `name` is the path as UTF-8, for ids. `encoding`: what the lines are in; NULL: UTF-8. All that
 * is passed must outlive the reader. WY_E_NOMEM. */
int wy_jsonl_open(wy_input *input, const char *name, const char *encoding, wy_warning_fn warn,
                  void *warn_context, const wy_mem *mem, wy_jsonl **out, wy_error *error);

/* The next report, without its source_ fields; it lives until the next call. WY_END. */
int wy_jsonl_next(wy_jsonl *reader, wy_report *out, wy_error *error);

void wy_jsonl_close(wy_jsonl *reader); /* NULL is ignored */

/*
 * The id of the part'th report of this title and year in `name`, at most 4096 bytes: a longer one
 * is cut and ends with a hash of the whole. false: memory is out (out->failed).
 */
bool wy_jsonl_id(const char *name, wy_string title, int32_t year, uint64_t part, wy_buf *out);

#endif
