/*
 * Putting torn paragraphs together again. Two kinds of text are torn:
 *
 * - Pages of a wiki, saved as text: paragraphs stand apart by empty lines, and a line end without
 *   one marks the place of a link or a note in the middle of a sentence.
 * - Text with hard line breaks: most lines have one width, and a line that reaches it goes on in
 *   the next.
 *
 * In either, where most lines of text begin indented, a line that does not goes on with one that
 * is too long for a heading and ends in the middle of a sentence: a page ended there.
 *
 * In all others a line is a paragraph, with these exceptions, which hold in every text: no line
 * begins with a comma and none ends with an opening bracket (the line-breaking rule of Chinese
 * typesetting, 避头尾), no paragraph ends with a comma or within quotation marks, and a line that
 * is a number alone behind a Latin letter was its index (PM2.5).
 */
#include "report/layout.h"

#include <string.h>

#include "report/date.h"

#include "base/utf8.h"

#define WIDTH_MAX 200 /* cells: longer lines are all counted as this long */
#define LONG_LINE 20  /* characters: no heading, but part of a paragraph */
#define LINK_MAX  30  /* characters of a link's text */

typedef struct profile {
    bool separated; /* empty lines stand between paragraphs */
    bool indented;  /* paragraphs begin indented */
    bool wrapped;   /* the document is known to be torn: what is not indented goes on */
    bool mostly;    /* most lines do: one that does not may be no beginning */
    unsigned width; /* of hard-wrapped lines, in cells; 0: not wrapped */
} profile;

/* Whether the line ends as a sentence or an announcement does; a closing mark at its end says
 * nothing, what stands before it does. */
static bool ends_sentence(wy_string line)
{
    while (line.length > 0 && wy_in_set(wy_last_char(line), U"”’」』》\"'"))
        line.length = wy_utf8_floor(line.data, line.length, line.length - 1);
    return wy_in_set(wy_char_fold(wy_last_char(line)), U"。!?:;.…");
}

bool wy_cannot_begin(char32_t c)
{
    return wy_in_set(wy_char_fold(c), U",。、:;!?)]}》」』】〕〉”’%‰");
}

/* What no paragraph and no heading ends with, and what none begins with: a phrase that was set in
 * bold and came to stand on a line of its own. */
static bool parts_phrase(wy_string a, wy_string b)
{
    static const char *const before[] = {"的", "和", "与", "及", "是", "為", "为"};
    static const char *const behind[] = {"是：", "是:", "是，"};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (wy_ends(a, wy_literal(before[i]))) return true;
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        if (wy_starts(b, wy_literal(behind[i]))) return true;
    return (wy_ends(a, wy_literal("届")) || wy_ends(a, wy_literal("屆"))) &&
           wy_starts(b, wy_literal("人民代表大"));
}

static bool cannot_end(char32_t c)
{
    return wy_in_set(wy_char_fold(c), U"(《「『【〔〈“‘[{、");
}

static unsigned cells(wy_string line)
{
    unsigned width = 0;
    for (size_t at = 0; at < line.length && width < WIDTH_MAX;) {
        char32_t c = wy_utf8_next(line.data, &at);
        width += wy_char_invisible(c) ? 0 : wy_char_wide(c) ? 2 : 1;
    }
    return width < WIDTH_MAX ? width : WIDTH_MAX;
}

/* The width that three fifths of the lines have, give or take two characters; 0: there is none. */
static unsigned wrap_width(const wy_document *document)
{
    size_t histogram[WIDTH_MAX + 1] = {0}, lines = 0, best = 0;
    unsigned width = 0;
    for (size_t i = 0; i < document->count; i++)
        if (document->lines[i].kind == WY_LINE_TEXT) {
            histogram[cells(document->lines[i].text)]++;
            lines++;
        }
    for (unsigned w = 50; w <= 130; w++) {
        size_t near = 0;
        for (unsigned i = w - 4; i <= w; i++) near += histogram[i];
        if (near > best) {
            best = near;
            width = w;
        }
    }
    size_t longer = 0;
    for (unsigned i = width + 5; i <= WIDTH_MAX; i++) longer += histogram[i];
    return lines >= 8 && best >= lines * 3 / 5 && longer <= lines / 20 ? width : 0;
}

static profile measure(const wy_document *document)
{
    profile p = {.width = wrap_width(document)};
    size_t lines = 0, ends = 0, gaps = 0, indents = 0;
    for (size_t i = 0; i < document->count; i++) {
        const wy_line *line = &document->lines[i];
        if (line->kind != WY_LINE_TEXT) continue;
        /* Headings are often set in the middle, which indents them or not. */
        bool text = wy_length(line->text, LONG_LINE) == LONG_LINE;
        lines += text;
        indents += line->indented && text;
        if (wy_length(line->text, 20) < 20 || !wy_in_set(wy_last_char(line->text), U"。！？”!?"))
            continue;
        ends++;
        gaps += i + 1 == document->count || document->lines[i + 1].gap;
    }
    p.separated = document->wrapped || (ends >= 2 && gaps * 5 >= ends * 3);
    p.indented = indents >= 2;
    p.wrapped = document->wrapped && p.indented;
    p.mostly = lines >= 8 && indents * 5 >= lines * 3;
    return p;
}

static bool is_date(wy_string line)
{
    wy_scan scan;
    wy_date date;
    bool time;
    wy_scan_line(&scan, line);
    return wy_date_line(&scan, &date, &time);
}

static bool is_heading(const wy_line *line)
{
    wy_string ignored;
    return line->level || wy_heading_begins(line->text) ||
           wy_heading(line, &ignored) == WY_RANK_WORD;
}

/* A heading that fills its line, so that the next line is not its end. */
static bool is_whole_heading(const wy_line *line)
{
    wy_string heading;
    return wy_heading(line, &heading) != WY_RANK_NONE && heading.length == line->text.length;
}

static bool starts_item(const wy_line *line)
{
    return is_heading(line) || is_date(line->text);
}

/* Quotation marks and title marks that the line opens and does not close; less than 0: it closes
 * more. */
static int open_marks(wy_string line)
{
    int open = 0;
    for (size_t at = 0; at < line.length;) {
        char32_t c = wy_utf8_next(line.data, &at);
        if (wy_in_set(c, U"“《「"))
            open++;
        else if (wy_in_set(c, U"”》」"))
            open--;
    }
    return open;
}

static bool is_index(wy_string line)
{
    wy_scan scan;
    wy_scan_line(&scan, line);
    for (size_t i = 0; i < scan.n; i++)
        if (!wy_char_digit(scan.c[i]) && scan.c[i] != '.') return false;
    return scan.whole && scan.n > 0 && scan.n <= 5;
}

/* A paragraph in the making. */
typedef struct paragraph {
    const wy_line *last; /* its last line so far */
    bool single;         /* that is its only line */
    bool index;          /* that is a number torn from the letters before */
    int marks;           /* marks left open */
} paragraph;

/* Whether `b` goes on with the paragraph, however the text is set. `c` is the line behind, or
 * NULL: a short line with a comma at the beginning of the next is the middle of a sentence. */
static bool goes_on(const paragraph *a, const wy_line *b, const wy_line *c, bool ended)
{
    char32_t last = wy_last_char(a->last->text);
    if (cannot_end(last)) return true;
    if (b->gap || ended) return false;
    if (parts_phrase(a->last->text, b->text) && !starts_item(b)) return true;
    if (a->index || a->marks > 0 || wy_in_set(last, U"，,") ||
        (wy_char_latin(last) && is_index(b->text)))
        return true;
    return c && c->kind == WY_LINE_TEXT && !c->gap && wy_cannot_begin(wy_first_char(c->text)) &&
           !starts_item(b) && wy_length(b->text, LINK_MAX + 1) <= LINK_MAX;
}

static bool continues(const profile *p, const paragraph *a, const wy_line *b, const wy_line *c)
{
    char32_t next = wy_first_char(b->text);
    wy_string text = a->last->text;
    bool ended = ends_sentence(text);
    if (b->level || a->last->level) return false;
    if (wy_cannot_begin(next)) return !b->gap || !ended;
    if (goes_on(a, b, c, ended)) return true;
    if (p->mostly && b->gap && !b->indented && !ended && !starts_item(b) &&
        wy_length(text, WY_HEADING_MAX + 1) > WY_HEADING_MAX &&
        wy_length(b->text, LONG_LINE) == LONG_LINE)
        return true;
    if (b->gap || b->indented || starts_item(b)) return false;
    bool heading = a->single && (is_whole_heading(a->last) || is_date(text));
    if (p->wrapped) return !heading;
    if (p->width) {
        unsigned slack = wy_char_latin(next) || wy_char_digit(next) ? 16 : 6;
        return cells(text) + slack >= p->width && (!ended || p->indented);
    }
    return p->separated && !ended && !heading;
}

/* White space between the two lines: between Latin words only. In a text with hard line breaks a
 * number too is a word; elsewhere it was torn from its unit. */
static bool needs_space(const profile *p, wy_string a, wy_string b)
{
    char32_t last = wy_last_char(a), next = wy_first_char(b);
    bool word = wy_char_latin(last) || (wy_char_digit(last) && p->width);
    bool after = wy_char_latin(next) || (wy_char_digit(next) && p->width);
    bool comma = p->width && wy_in_set(last, U",;") && after;
    return (word && after) || comma;
}

/* Lines from..end, of which those of kind TEXT are joined. */
static bool merge(wy_document *document, const profile *p, size_t from, size_t end, wy_string *out)
{
    size_t length = 0;
    for (size_t i = from; i < end; i++) length += document->lines[i].text.length + 1;
    char *joined = wy_arena_alloc(&document->arena, length);
    if (!joined) return false;
    size_t at = 0;
    wy_string before = {NULL, 0};
    for (size_t i = from; i < end; i++) {
        wy_string text = document->lines[i].text;
        if (document->lines[i].kind != WY_LINE_TEXT) continue;
        if (at && needs_space(p, before, text)) joined[at++] = ' ';
        memcpy(joined + at, text.data, text.length);
        at += text.length;
        before = text;
    }
    *out = (wy_string){joined, at};
    return true;
}

/* The end of the paragraph that begins with line i; *last is its last line of text. */
static size_t find_end(const wy_document *document, const profile *p, size_t i, size_t *last)
{
    const wy_line *lines = document->lines;
    paragraph a = {.last = &lines[i], .single = true, .marks = open_marks(lines[i].text)};
    *last = i;
    for (size_t next = i + 1; next < document->count; next++) {
        wy_line b = lines[next];
        if (b.kind == WY_LINE_PAGE) continue;
        /* The gap around a page number is the page's, not the paragraph's. */
        b.gap = b.gap && next == *last + 1;
        const wy_line *c = next + 1 < document->count ? &lines[next + 1] : NULL;
        if (b.kind != WY_LINE_TEXT || !continues(p, &a, &b, c)) break;
        a.index = !a.index && wy_char_latin(wy_last_char(a.last->text)) && is_index(b.text);
        a.marks += open_marks(b.text);
        a.last = &lines[next];
        a.single = false;
        *last = next;
    }
    return *last + 1;
}

bool wy_join(wy_document *document)
{
    if (document->blocks) return true;
    const profile p = measure(document);
    wy_line *lines = document->lines;
    size_t kept = 0;
    for (size_t i = 0; i < document->count;) {
        wy_line line = lines[i];
        size_t last = i, end = i + 1;
        if (line.kind == WY_LINE_TEXT) end = find_end(document, &p, i, &last);
        if (last > i && !merge(document, &p, i, end, &line.text)) return false;
        lines[kept++] = line;
        i = end;
    }
    document->count = kept;
    return true;
}
