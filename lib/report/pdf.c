/*
 * PDF files into lines, by poppler where the library was built with it.
 *
 * A page is lines of print: where a line begins shows whether it is indented or centred, and the
 * distance to the line above whether something stands between. Page numbers and what stands at the
 * head or foot of most pages are marked; joining the rest is up to wy_join.
 */
#include "report/parse.h"

#ifdef WY_POPPLER

#include <string.h>
#include <time.h>

#include <poppler.h>

#include "report/chars.h"
#include "report/date.h"
#include "report/loaded.h"

#include "base/utf8.h"

#define PAGES_MAX 100000
#define TEXT_MAX  ((size_t)256 << 20)
#define PAGES_MIN 3 /* pages with the same line make it a running head */

/* The functions of poppler and GLib that are needed. */
typedef struct poppler {
    __typeof__(g_bytes_new_static) *bytes_new;
    __typeof__(g_bytes_unref) *bytes_unref;
    __typeof__(g_object_unref) *object_unref;
    __typeof__(g_error_free) *error_free;
    __typeof__(g_free) *release;
    __typeof__(poppler_document_new_from_bytes) *open;
    __typeof__(poppler_document_get_n_pages) *page_count;
    __typeof__(poppler_document_get_page) *page;
    __typeof__(poppler_page_get_text) *text;
    __typeof__(poppler_page_get_text_layout) *layout;
    __typeof__(poppler_document_get_title) *title;
    __typeof__(poppler_document_get_creation_date) *created;
    __typeof__(poppler_document_get_modification_date) *modified;
} poppler;

static const wy_function functions[] = {
    WY_FUNCTION(poppler, bytes_new, g_bytes_new_static),
    WY_FUNCTION(poppler, bytes_unref, g_bytes_unref),
    WY_FUNCTION(poppler, object_unref, g_object_unref),
    WY_FUNCTION(poppler, error_free, g_error_free),
    WY_FUNCTION(poppler, release, g_free),
    WY_FUNCTION(poppler, open, poppler_document_new_from_bytes),
    WY_FUNCTION(poppler, page_count, poppler_document_get_n_pages),
    WY_FUNCTION(poppler, page, poppler_document_get_page),
    WY_FUNCTION(poppler, text, poppler_page_get_text),
    WY_FUNCTION(poppler, layout, poppler_page_get_text_layout),
    WY_FUNCTION(poppler, title, poppler_document_get_title),
    WY_FUNCTION(poppler, created, poppler_document_get_creation_date),
    WY_FUNCTION(poppler, modified, poppler_document_get_modification_date),
};

static int open_library(poppler *l, const char *path, wy_error *error)
{
    return wy_load(WY_POPPLER, functions, sizeof functions / sizeof *functions, l, path, error);
}

bool wy_pdf_available(void)
{
    poppler l;
    return open_library(&l, NULL, NULL) == WY_OK;
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* A line of print and where its first character stands, in points from the left and top. */
typedef struct printed {
    wy_string text;
    double left, top, height;
} printed;

typedef struct pages {
    wy_document *document;
    printed *lines; /* of the page at hand */
    size_t count, capacity;
    size_t total;   /* bytes of text so far */
    size_t *begins; /* line of the document with which each page begins */
    size_t begin_count, begin_capacity;
} pages;

static bool cut_page(pages *p, const char *text, const PopplerRectangle *places, guint place_count)
{
    size_t length = strlen(text), at = 0, character = 0;
    p->count = 0;
    while (at < length) {
        const char *end = memchr(text + at, '\n', length - at);
        wy_string line = {text + at, end ? (size_t)(end - text) - at : length - at};
        printed entry = {.text = line};
        if (character < place_count) {
            const PopplerRectangle *r = &places[character];
            entry.left = r->x1;
            entry.top = r->y1;
            entry.height = r->y2 - r->y1;
        }
        for (size_t i = 0; i < line.length; character++) wy_utf8_next(line.data, &i);
        character++;
        at += line.length + 1;
        if (wy_trim(line).length == 0) continue;
        if (!wy_grow(p->document->mem, &p->lines, &p->capacity, p->count + 1, sizeof *p->lines))
            return false;
        p->lines[p->count++] = entry;
    }
    return true;
}

/* Where most lines of the page begin: the edge of its text. */
static double text_edge(const pages *p)
{
    double best = 0;
    size_t most = 0;
    for (size_t i = 0; i < p->count; i++) {
        size_t near = 0;
        /* Lines of a page that are more than this do not change what most of them do. */
        for (size_t j = 0; j < p->count && j < 200; j++) {
            double off = p->lines[j].left - p->lines[i].left;
            near += off > -1 && off < 1;
        }
        if (near > most || (near == most && p->lines[i].left < best)) {
            most = near;
            best = p->lines[i].left;
        }
        if (i >= 200) break;
    }
    return best;
}

static bool add_page(pages *p)
{
    wy_document *document = p->document;
    double edge = text_edge(p);
    if (!wy_grow(document->mem, &p->begins, &p->begin_capacity, p->begin_count + 1,
                 sizeof *p->begins))
        return false;
    p->begins[p->begin_count++] = document->count;
    bool centred = false;
    for (size_t i = 0; i < p->count; i++) {
        const printed *at = &p->lines[i];
        double in = at->left - edge, down = i > 0 ? at->top - p->lines[i - 1].top : 0;
        char *copy = wy_arena_strndup(&document->arena, at->text.data, at->text.length);
        bool was_centred = centred;
        centred = in >= 4 * at->height;
        wy_line line = {.text = {copy, at->text.length},
                        .gap = down > 2.5 * at->height || centred || was_centred,
                        .indented = in > 1.2 * at->height};
        p->total += at->text.length;
        if (!copy || !wy_document_add(document, line)) return false;
    }
    return true;
}

/* ---- Heads and feet ------------------------------------------------------------------------ */

/* Digits alone, with dashes around them perhaps: "12", "- 12 -", "12 / 40". */
static bool is_number(wy_string text)
{
    wy_scan scan;
    bool digit = false;
    wy_scan_line(&scan, text);
    for (size_t i = 0; i < scan.n; i++) {
        digit = digit || wy_char_digit(scan.c[i]);
        if (!wy_char_digit(scan.c[i]) && !wy_in_set(scan.c[i], U" -—–―·/")) return false;
    }
    return scan.whole && digit && scan.n <= 12;
}

/* The line that is the first (from_end: the last) of a page, after those that are marked already;
 * NULL: none. */
static wy_line *outer_line(const pages *p, size_t page, bool from_end)
{
    wy_line *lines = p->document->lines;
    size_t begin = p->begins[page];
    size_t end = page + 1 < p->begin_count ? p->begins[page + 1] : p->document->count;
    for (size_t i = 0; i < end - begin; i++) {
        wy_line *line = &lines[from_end ? end - 1 - i : begin + i];
        if (line->kind == WY_LINE_TEXT) return line;
    }
    return NULL;
}

/* Whether the page's outer line is also that of a page near it: left and right pages differ. */
static bool is_repeated(const pages *p, size_t page, bool from_end)
{
    const wy_line *line = outer_line(p, page, from_end);
    for (size_t near = page > 2 ? page - 2 : 0; line && near <= page + 2; near++) {
        if (near == page || near >= p->begin_count) continue;
        const wy_line *other = outer_line(p, near, from_end);
        if (other && wy_same(other->text, line->text)) return true;
    }
    return false;
}

/* Marks the outer lines that are repeated, where most pages have one. false: memory is out. */
static bool mark_running(const pages *p, bool from_end)
{
    size_t same = 0;
    wy_line **found = wy_arena_alloc(&p->document->arena, p->begin_count * sizeof *found + 1);
    if (!found) return false;
    for (size_t i = 0; i < p->begin_count; i++)
        if (is_repeated(p, i, from_end)) found[same++] = outer_line(p, i, from_end);
    if (same < PAGES_MIN || same * 2 < p->begin_count) return true;
    for (size_t i = 0; i < same; i++) found[i]->kind = WY_LINE_PAGE;
    return true;
}

static void mark_numbers(const pages *p)
{
    for (size_t i = 0; i < p->begin_count; i++)
        for (int from_end = 0; from_end < 2; from_end++) {
            wy_line *line = outer_line(p, i, from_end);
            if (line && is_number(line->text)) line->kind = WY_LINE_PAGE;
        }
}

/* ---- The whole ----------------------------------------------------------------------------- */

static bool read_page(const poppler *l, PopplerDocument *pdf, int number, pages *p)
{
    PopplerRectangle *places = NULL;
    guint place_count = 0;
    PopplerPage *page = l->page(pdf, number);
    if (!page) return true; /* a damaged page among good ones */
    char *text = l->text(page);
    if (text && !l->layout(page, &places, &place_count)) place_count = 0;
    bool good = !text || wy_utf8_valid(text, strlen(text)) != strlen(text) ||
                (cut_page(p, text, places, place_count) && add_page(p));
    l->release(places);
    l->release(text);
    l->object_unref(page);
    return good;
}

static int32_t day_of(time_t when)
{
    struct tm parts;
    if (when == (time_t)-1 || !gmtime_r(&when, &parts)) return 0;
    return wy_date_check((parts.tm_year + 1900LL) * 10000 + (parts.tm_mon + 1) * 100 +
                         parts.tm_mday);
}

static bool read_properties(const poppler *l, PopplerDocument *pdf, wy_document *document)
{
    bool good = true;
    char *title = l->title(pdf);
    if (title && wy_utf8_valid(title, strlen(title)) == strlen(title)) {
        wy_string text = wy_trim(wy_literal(title));
        char *copy = wy_arena_strndup(&document->arena, text.data, text.length);
        document->property = (wy_string){copy, text.length};
        good = copy != NULL;
    }
    l->release(title);
    document->saved = day_of(l->modified(pdf));
    if (!document->saved) document->saved = day_of(l->created(pdf));
    return good;
}

static int read_pages(const poppler *l, PopplerDocument *pdf, wy_document *document,
                      const char *path, wy_error *error)
{
    pages p = {.document = document};
    document->wrapped = true;
    int count = l->page_count(pdf), status = WY_OK;
    if (count > PAGES_MAX)
        return wy_fail(error, WY_E_LIMIT, path, WY_NO_OFFSET, "a PDF file of more than %d pages",
                       PAGES_MAX);
    if (!read_properties(l, pdf, document)) return wy_fail_memory(error);
    for (int i = 0; i < count && status == WY_OK; i++) {
        if (!read_page(l, pdf, i, &p)) status = wy_fail_memory(error);
        if (p.total > TEXT_MAX)
            status = wy_fail(error, WY_E_LIMIT, path, WY_NO_OFFSET,
                             "a PDF file with more than %zu MiB of text", TEXT_MAX >> 20);
    }
    mark_numbers(&p);
    if (!mark_running(&p, false) || !mark_running(&p, true)) status = wy_fail_memory(error);
    mark_numbers(&p);
    wy_free(document->mem, p.lines);
    wy_free(document->mem, p.begins);
    return status;
}

int wy_pdf_lines(wy_document *document, const char *path, const void *bytes, size_t length,
                 wy_error *error)
{
    poppler l;
    GError *problem = NULL;
    int status = open_library(&l, path, error);
    if (status != WY_OK) return status;
    GBytes *all = l.bytes_new(bytes, length);
    PopplerDocument *pdf = l.open(all, NULL, &problem);
    if (pdf)
        status = read_pages(&l, pdf, document, path, error);
    else
        status =
            wy_fail(error, WY_E_FORMAT, path, WY_NO_OFFSET, "not a PDF file that can be read: %s",
                    problem ? problem->message : "unknown");
    if (problem) l.error_free(problem);
    if (pdf) l.object_unref(pdf);
    l.bytes_unref(all);
    return status;
}

#else

bool wy_pdf_available(void)
{
    return false;
}

int wy_pdf_lines(wy_document *document, const char *path, const void *bytes, size_t length,
                 wy_error *error)
{
    (void)document;
    (void)bytes;
    (void)length;
    return wy_fail(error, WY_E_UNSUPPORTED, path, WY_NO_OFFSET,
                   "PDF files cannot be read: the library was built without poppler");
}

#endif
