/*
 * Markdown into lines, by md4c: a heading is a line with its level; a line of a paragraph, an item
 * of a list, a row of a table and a line of code are lines; links, emphasis and pictures are
 * reduced to their text. md4c calls back with pieces of text in order, so nothing here recurses.
 * Raw HTML is left out but for the line ends that it makes.
 *
 * CommonMark joins the lines of a paragraph. Reports that somebody renamed to .md have a paragraph
 * a line and no empty line between; so lines are left as they stand, and joining them is up to
 * wy_join, which knows torn lines from whole ones.
 */
#include "report/parse.h"

#include <stdio.h>
#include <string.h>

#include <md4c.h>

#include "report/chars.h"
#include "report/date.h"

#include "base/utf8.h"

#define MARKDOWN_MAX ((size_t)1 << 30) /* bytes; md4c counts in 32 bits */
#define LISTS_MAX    16                /* lists in lists that are numbered */

/* A list: its next number, 0 where items have none. */
typedef struct list {
    unsigned next;
    char delimiter;
} list;

typedef struct state {
    wy_document *document;
    wy_buf block;  /* text of the line at hand */
    uint8_t level; /* 1 to 6 in a heading */
    bool verbatim; /* in a block of code */
    bool raw;      /* in a block of HTML */
    bool torn;     /* the line before belongs to the same paragraph */
    bool numbered; /* the block has the number of an item and nothing else */
    bool failed;
    list lists[LISTS_MAX];
    size_t depth; /* of lists, may be more than LISTS_MAX */
} state;

static int flush(state *s)
{
    const wy_string block = {(const char *)s->block.data, s->block.length};
    wy_string text = wy_trim(block);
    if (text.length > 0 && !s->block.failed) {
        char *copy = wy_arena_strndup(&s->document->arena, text.data, text.length);
        wy_line line = {.text = {copy, text.length},
                        .level = s->level,
                        .gap = !s->torn,
                        .indented = wy_char_space(wy_first_char(block))};
        if (!copy || !wy_document_add(s->document, line)) s->failed = true;
    }
    s->failed = s->failed || s->block.failed;
    wy_buf_clear(&s->block);
    s->torn = false;
    return s->failed;
}

/* A line end within a paragraph. */
static int end_line(state *s)
{
    int stop = flush(s);
    s->torn = true;
    if (s->level == 0) s->document->blocks = false;
    return stop;
}

static void put(state *s, const char *data, size_t length)
{
    wy_buf_bytes(&s->block, data, length);
}

static void put_char(state *s, uint32_t c)
{
    char bytes[4];
    bool scalar = c > 0 && c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
    put(s, bytes, wy_utf8_put(scalar ? c : 0xFFFD, bytes));
}

static void open_list(state *s, bool numbered, const MD_BLOCK_OL_DETAIL *detail)
{
    if (s->depth < LISTS_MAX) {
        s->lists[s->depth] = (list){0};
        if (numbered) s->lists[s->depth] = (list){detail->start, detail->mark_delimiter};
    }
    s->depth++;
}

/* The number of an item is part of its text: it may be that of a heading. */
static void put_number(state *s)
{
    char digits[16];
    if (s->depth == 0 || s->depth > LISTS_MAX) return;
    list *l = &s->lists[s->depth - 1];
    if (!l->delimiter) return;
    int n = snprintf(digits, sizeof digits, "%u%c ", l->next++, l->delimiter);
    put(s, digits, (size_t)n);
    s->numbered = true;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    state *s = context;
    /* An item's own text comes before the blocks in it; cells of a row stay on its line. */
    if (type == MD_BLOCK_TD || type == MD_BLOCK_TH) {
        if (s->block.length > 0) wy_buf_u8(&s->block, ' ');
        return 0;
    }
    /* The number of an item stands before its first paragraph. */
    int stop = type == MD_BLOCK_P && s->numbered ? 0 : flush(s);
    s->numbered = false;
    if (type == MD_BLOCK_H) s->level = (uint8_t)((const MD_BLOCK_H_DETAIL *)detail)->level;
    s->verbatim = type == MD_BLOCK_CODE;
    s->raw = type == MD_BLOCK_HTML;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) open_list(s, type == MD_BLOCK_OL, detail);
    if (type == MD_BLOCK_LI) put_number(s);
    return stop;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    state *s = context;
    (void)detail;
    if (type == MD_BLOCK_TD || type == MD_BLOCK_TH) return 0;
    int stop = flush(s);
    s->level = 0;
    s->numbered = false;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) s->depth--;
    s->verbatim = s->raw = false;
    return stop;
}

static int any_span(MD_SPANTYPE type, void *detail, void *context)
{
    (void)type;
    (void)detail;
    (void)context;
    return 0;
}

/* The entities that occur in reports; the text of any other is kept as it is written. */
static void put_entity(state *s, const char *text, size_t length)
{
    static const struct {
        const char *name;
        uint32_t c;
    } names[] = {
        {"&amp;", '&'},       {"&lt;", '<'},        {"&gt;", '>'},        {"&quot;", '"'},
        {"&apos;", '\''},     {"&nbsp;", ' '},      {"&ensp;", 0x2002},   {"&emsp;", 0x2003},
        {"&thinsp;", 0x2009}, {"&ldquo;", 0x201C},  {"&rdquo;", 0x201D},  {"&lsquo;", 0x2018},
        {"&rsquo;", 0x2019},  {"&hellip;", 0x2026}, {"&mdash;", 0x2014},  {"&ndash;", 0x2013},
        {"&middot;", 0xB7},   {"&times;", 0xD7},    {"&permil;", 0x2030}, {"&copy;", 0xA9},
        {"&deg;", 0xB0},      {"&plusmn;", 0xB1},   {"&divide;", 0xF7},   {"&bull;", 0x2022}};
    if (length > 3 && text[1] == '#') {
        bool hex = text[2] == 'x' || text[2] == 'X';
        uint32_t value = 0;
        for (size_t i = hex ? 3 : 2; i + 1 < length && value < 0x110000; i++) {
            char c = wy_ascii_lower(text[i]);
            value = value * (hex ? 16 : 10) + (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        put_char(s, value);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wy_same((wy_string){text, length}, wy_literal(names[i].name))) {
            put_char(s, names[i].c);
            return;
        }
    put(s, text, length);
}

/* Code: each line is a line of the report, as it stands. */
static int put_verbatim(state *s, const char *text, size_t length)
{
    int stop = 0;
    while (length > 0 && !stop) {
        const char *end = memchr(text, '\n', length);
        size_t n = end ? (size_t)(end - text) : length;
        put(s, text, n);
        if (end) stop = flush(s);
        n += end != NULL;
        text += n;
        length -= n;
    }
    return stop;
}

static int put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *context)
{
    state *s = context;
    if (s->raw) return 0;
    switch (type) {
    case MD_TEXT_NULLCHAR:
        put_char(s, 0xFFFD);
        break;
    case MD_TEXT_BR:
        return flush(s);
    case MD_TEXT_SOFTBR:
        return end_line(s);
    case MD_TEXT_ENTITY:
        put_entity(s, text, size);
        break;
    case MD_TEXT_HTML:
        if (wy_string_find((wy_string){text, size}, wy_literal("<br"))) return flush(s);
        break;
    default:
        if (s->verbatim) return put_verbatim(s, text, size);
        put(s, text, size);
        break;
    }
    return s->failed || s->block.failed;
}

/* ---- Front matter: "---", lines of name: value, "---", as site generators keep it. ---------- */

static wy_string take_line(wy_string *text)
{
    const char *end = text->length ? memchr(text->data, '\n', text->length) : NULL;
    wy_string line = {text->data, end ? (size_t)(end - text->data) : text->length};
    size_t step = line.length + (end != NULL);
    *text = (wy_string){text->data ? text->data + step : NULL, text->length - step};
    return wy_trim(line);
}

static wy_string without_quotes(wy_string value)
{
    char first = value.length >= 2 ? value.data[0] : 0;
    if ((first == '"' || first == '\'') && value.data[value.length - 1] == first)
        return (wy_string){value.data + 1, value.length - 2};
    return value;
}

static void read_field(wy_document *document, wy_string line)
{
    const char *colon = line.length ? memchr(line.data, ':', line.length) : NULL;
    if (!colon) return;
    wy_string name = wy_trim((wy_string){line.data, (size_t)(colon - line.data)});
    wy_string value = without_quotes(
        wy_trim((wy_string){colon + 1, line.length - (size_t)(colon - line.data) - 1}));
    if (value.length == 0) return;
    if (wy_same_literal(name, "title")) document->title = value;
    if (wy_same_literal(name, "date")) document->date = wy_date_of(value);
    if (wy_same_literal(name, "source")) document->source = value;
}

/* What stands behind the front matter; the whole text where there is none. */
static wy_string read_front_matter(wy_document *document, wy_string text)
{
    wy_string rest = text;
    if (!wy_same_literal(take_line(&rest), "---")) return text;
    const wy_string fields = rest;
    bool closed = false;
    for (size_t i = 0; i < 64 && rest.length > 0 && !closed; i++)
        closed = wy_same_literal(take_line(&rest), "---");
    if (!closed) return text;
    for (wy_string left = fields; left.data < rest.data;) read_field(document, take_line(&left));
    return rest;
}

/* The only heading of the first level is the title. */
static void title_from_heading(wy_document *document)
{
    size_t count = 0, at = 0;
    for (size_t i = 0; i < document->count; i++)
        if (document->lines[i].level == 1) {
            count++;
            at = i;
        }
    if (count != 1 || document->title.length) return;
    document->title = document->lines[at].text;
    document->title_clue = WY_CLUE_HEADING;
}

int wy_markdown_lines(wy_document *document, const char *path, const char *text, size_t length,
                      wy_error *error)
{
    /* Four spaces before a paragraph are an indentation in Chinese text, not code. */
    const MD_PARSER parser = {.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS |
                                       MD_FLAG_NOINDENTEDCODEBLOCKS,
                              .enter_block = enter_block,
                              .leave_block = leave_block,
                              .enter_span = any_span,
                              .leave_span = any_span,
                              .text = put_text};
    state s = {.document = document};
    if (length > MARKDOWN_MAX)
        return wy_fail(error, WY_E_LIMIT, path, WY_NO_OFFSET, "Markdown of more than %zu MiB",
                       MARKDOWN_MAX >> 20);
    document->blocks = document->wrapped = true;
    wy_string body = read_front_matter(document, (wy_string){text, length});
    document->title_clue = document->title.length ? WY_CLUE_FIELD : WY_CLUE_NONE;
    wy_buf_init(&s.block, document->mem);
    int result = md_parse(body.data ? body.data : "", (MD_SIZE)body.length, &parser, &s);
    wy_buf_free(&s.block);
    /* md4c fails only where memory is out. */
    if (result != 0 || s.failed) return wy_fail_memory(error);
    title_from_heading(document);
    return WY_OK;
}
