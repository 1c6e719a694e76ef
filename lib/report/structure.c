#include "report/parse.h"

#include <string.h>

#include "report/date.h"
#include "report/layout.h"

#define OPENING_LINES   12 /* where the day of the speech or resolution stands */
#define OPENING_MAX     60 /* characters of such a line */
#define SIGNATURE_LINES 20 /* where the day of the signature stands */
#define DEPTH_MAX       17 /* sections in sections; as many as there are ranks */

/* ——2026年1月26日在…会议上; （2020年5月28日…通过）; 1957年6月26日在…: the day that a line begins
 * with, in brackets or behind a dash. */
static int32_t opening_date(const wy_document *document, wy_string *where)
{
    wy_scan scan;
    wy_date date;
    size_t seen = 0;
    for (size_t i = 0; i < document->count && seen < OPENING_LINES; i++) {
        if (document->lines[i].kind != WY_LINE_TEXT) continue;
        seen++;
        wy_scan_line(&scan, document->lines[i].text);
        size_t at = 0;
        while (wy_in_set(scan.c[at], U"—―-–(〔[ ")) at++;
        if (scan.whole && scan.n <= OPENING_MAX && scan.c[scan.n - 1] != U'。' &&
            wy_date_find(&scan, at, &date) && date.begin == at && date.day) {
            *where = document->lines[i].text;
            return date.value;
        }
    }
    return 0;
}

static int32_t signature_date(const wy_document *document, wy_string *where)
{
    wy_scan scan;
    wy_date date;
    bool time;
    size_t seen = 0;
    for (size_t i = document->count; i-- > 0 && seen < SIGNATURE_LINES;) {
        if (document->lines[i].kind != WY_LINE_TEXT) continue;
        seen++;
        wy_scan_line(&scan, document->lines[i].text);
        if (wy_date_line(&scan, &date, &time)) {
            *where = document->lines[i].text;
            return date.value;
        }
    }
    return 0;
}

typedef struct tree {
    wy_section *sections;
    size_t count;
    struct {
        int rank;
        uint32_t number; /* 1-based */
    } open[DEPTH_MAX];
    size_t depth;
} tree;

/* Opens a section under the nearest open one of a higher rank. */
static void open_section(tree *t, int rank, wy_string heading)
{
    while (t->depth > 0 && t->open[t->depth - 1].rank >= rank) t->depth--;
    /* Ranks on the stack ascend strictly, and there are DEPTH_MAX of them. */
    uint32_t parent = t->depth ? t->open[t->depth - 1].number : 0;
    t->sections[t->count] = (wy_section){.heading = heading, .parent = parent};
    t->count++;
    t->open[t->depth].rank = rank;
    t->open[t->depth].number = (uint32_t)t->count;
    t->depth++;
}

static int outline(wy_document *document, wy_report *out, wy_error *error)
{
    size_t texts = 0, headings = 0;
    wy_string heading;
    for (size_t i = 0; i < document->count; i++) {
        if (document->lines[i].kind != WY_LINE_TEXT) continue;
        texts++;
        headings += wy_heading(&document->lines[i], &heading) != WY_RANK_NONE;
    }
    wy_paragraph *paragraphs = wy_arena_alloc(&document->arena, texts * sizeof *paragraphs + 1);
    tree t = {.sections = wy_arena_alloc(&document->arena, headings * sizeof *t.sections + 1)};
    if (!paragraphs || !t.sections) return wy_fail_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < document->count; i++) {
        const wy_line *line = &document->lines[i];
        if (line->kind != WY_LINE_TEXT) continue;
        int rank = wy_heading(line, &heading);
        if (rank != WY_RANK_NONE) open_section(&t, rank, heading);
        paragraphs[count++] =
            (wy_paragraph){.text = line->text, .section = t.depth ? t.open[t.depth - 1].number : 0};
    }
    out->paragraphs = paragraphs;
    out->paragraph_count = count;
    out->sections = t.sections;
    out->section_count = t.count;
    return WY_OK;
}

static void find_date(wy_document *document, const wy_furniture *says, wy_report *out)
{
    wy_reason why = {WY_CLUE_FIELD, {NULL, 0}};
    out->date = document->date;
    if (!out->date) {
        out->date = says->date;
        why = (wy_reason){WY_CLUE_LABEL, says->date_line};
    }
    if (!out->date) {
        out->date = opening_date(document, &why.text);
        why.clue = WY_CLUE_OPENING;
    }
    if (!out->date) {
        out->date = signature_date(document, &why.text);
        why.clue = WY_CLUE_SIGNATURE;
    }
    if (out->date) document->why_date = why;
}

/* The year of the title; of the session that it names; of publication. */
static void find_year(wy_document *document, wy_report *out)
{
    wy_scan scan;
    wy_scan_line(&scan, out->title);
    wy_reason why = {WY_CLUE_TITLE, out->title};
    out->year = wy_date_year(&scan);
    if (!out->year && !out->date) {
        out->year = wy_session_year(&scan);
        why.clue = WY_CLUE_SESSION;
    }
    if (!out->year) {
        out->year = out->date / 10000;
        why = (wy_reason){WY_CLUE_DATE, document->why_date.text};
    }
    if (out->year) document->why_year = why;
}

/* What belongs to the page, before wy_join puts lines together; then the parts that the format set
 * apart. */
static bool list_dropped(wy_document *document)
{
    size_t count = document->left_out_count;
    for (size_t i = 0; i < document->count; i++) {
        uint8_t kind = document->lines[i].kind;
        count += kind == WY_LINE_FURNITURE || kind == WY_LINE_PAGE;
    }
    wy_string *list = wy_arena_alloc(&document->arena, count * sizeof *list + 1);
    if (!list) return false;
    document->dropped = list;
    document->dropped_count = count;
    for (size_t i = 0; i < document->count; i++) {
        uint8_t kind = document->lines[i].kind;
        if (kind == WY_LINE_FURNITURE || kind == WY_LINE_PAGE) *list++ = document->lines[i].text;
    }
    for (size_t i = 0; i < document->left_out_count; i++) *list++ = document->left_out[i];
    return true;
}

/* Where nothing else is left, the title is the text: a file of one line can be found by it. */
static void keep_title(wy_document *document)
{
    for (size_t i = 0; i < document->count; i++)
        if (document->lines[i].kind == WY_LINE_TEXT) return;
    for (size_t i = 0; i < document->count; i++)
        if (document->lines[i].kind == WY_LINE_TITLE) document->lines[i].kind = WY_LINE_TEXT;
}

int wy_structure(wy_document *document, wy_report *out, wy_error *error)
{
    wy_furniture says;
    *out = (wy_report){.size = sizeof *out};
    wy_furniture_mark(document, &says);
    if (!wy_title(document, &out->title, &document->why_title)) return wy_fail_memory(error);
    wy_furniture_mark_title(document, out->title);
    keep_title(document);
    if (!list_dropped(document) || !wy_join(document)) return wy_fail_memory(error);
    find_date(document, &says, out);
    find_year(document, out);
    if (!wy_issuer(document, out->title, says.source.length ? says.source : document->source,
                   &out->issuer, &document->why_issuer))
        return wy_fail_memory(error);
    return outline(document, out, error);
}
