/*
 * .docx files (Office Open XML, ECMA-376) into lines: a ZIP archive of XML parts, read by libxml2
 * piece by piece, so that neither depth nor size costs memory beyond a paragraph or a row of a
 * table.
 *
 *     word/numbering.xml  the numbers that stand before paragraphs by themselves
 *     word/styles.xml     which styles are headings, or numbered
 *     word/document.xml   paragraphs and tables; then word/footnotes.xml, word/endnotes.xml
 *     docProps/core.xml   title and date in the properties
 *
 * Headers and footers are parts of their own and are not read. Deleted text, codes of fields and
 * the second form of drawings (mc:Fallback) are left out.
 */
#include "report/parse.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlreader.h>

#include "report/archive.h"
#include "report/bounds.h"
#include "report/chars.h"
#include "report/date.h"
#include "report/docx_number.h"

#include "base/strmap.h"
#include "base/utf8.h"

#define PART_MAX  ((uint64_t)256 << 20) /* bytes of a part when it is expanded */
#define PART_RATE 200                   /* and of its packed bytes, beyond the first MiB */
#define ROW_BYTES 3000                  /* a row of a table with more lays out a page */
#define DEPTH_MAX 8                     /* text boxes in text boxes */
#define LEVELS    6

#define STYLES_DEEP 16 /* styles that are based on one another */

/* ---- Parts --------------------------------------------------------------------------------- */

typedef struct part {
    wy_member member;
    const char *path, *name;
    uint64_t read, most;
    wy_xml_bounds bounds;
    bool too_long, too_wide, damaged;
} part;

static int read_part(void *context, char *to, int room)
{
    part *p = context;
    int64_t n = wy_member_read(&p->member, to, (size_t)room);
    if (n < 0) {
        p->damaged = true;
        return -1;
    }
    p->read += (uint64_t)n;
    p->too_long = p->read > p->most;
    p->too_wide = !wy_xml_bounded(&p->bounds, to, (size_t)n);
    return p->too_long || p->too_wide ? -1 : (int)n;
}

static int close_part(void *context)
{
    (void)context;
    return 0;
}

/* What a style says of its paragraphs; what it does not say it has from the one it is based on. */
typedef struct style {
    unsigned level;     /* 1 to 6, TITLE_LEVEL, CONTENTS_LEVEL; 0: text */
    uint64_t use;       /* of numbers, 0: none ... */
    unsigned use_level; /* ... and a level of it */
    bool says_level, says_use;
    wy_string based; /* the id of that other style, or empty */
} style;

typedef struct reading reading;

/* Called for each node of a part; false: memory is out. */
typedef bool (*visit_fn)(reading *r, xmlTextReaderPtr xml);

struct reading {
    wy_document *document;
    const char *path;
    wy_archive *archive;
    wy_error *error;

    unsigned skip; /* depth of an element that is left out, plus 1; 0: none */

    /* numbering.xml */
    wy_numbers numbers;
    wy_number_list *list; /* at hand, or NULL ... */
    wy_number_use *use;   /* ... and this */
    unsigned level;       /* of these, or of a style's number */

    /* styles.xml */
    wy_strmap style_ids; /* to a place */
    style *styles;
    size_t style_count, style_capacity;
    style *style; /* at hand, or NULL */

    /* core.xml */
    wy_buf text;  /* of the element at hand */
    int32_t made; /* dcterms:created */

    /* document.xml */
    struct {
        wy_buf text; /* of the paragraph at hand */
        unsigned level;
        uint64_t use; /* of numbers, 0: it has none */
        unsigned use_level;
    } open[DEPTH_MAX];
    size_t depth;       /* of paragraphs in text boxes in paragraphs, may be above DEPTH_MAX */
    size_t tables;      /* tables in tables */
    bool run;           /* within w:t */
    unsigned run_depth; /* of w:r */
    wy_buf row;         /* paragraphs of the row at hand: string after string */
    size_t row_count;   /* paragraphs in it */
    size_t row_cells;
    wy_string title; /* the first paragraph that is styled as a title */
};

/* Levels that are none: a title's style, and that of a table of contents. */
#define TITLE_LEVEL    100
#define CONTENTS_LEVEL 101

static int fail_xml(const part *p, const xmlError *why, wy_error *error)
{
    const char *message = why && why->message ? why->message : "unknown";
    if (why && why->code == XML_ERR_NO_MEMORY) return wy_fail_memory(error);
    if (p->too_long)
        return wy_fail(error, WY_E_LIMIT, p->path, WY_NO_OFFSET,
                       "%s in the archive expands to more than %llu bytes, out of all proportion",
                       p->name, (unsigned long long)p->most);
    if (p->too_wide)
        return wy_fail(error, WY_E_LIMIT, p->path, WY_NO_OFFSET,
                       "%s in the archive has an element with more than %d attributes", p->name,
                       WY_ATTRIBUTES_MAX);
    if (p->damaged)
        return wy_fail(error, WY_E_FORMAT, p->path, WY_NO_OFFSET, "%s in the archive is damaged",
                       p->name);
    return wy_fail(error, WY_E_FORMAT, p->path, WY_NO_OFFSET, "%s in the archive, line %d: %.*s",
                   p->name, why ? why->line : 0, (int)strcspn(message, "\n"), message);
}

/* libxml2 would write on stderr. */
static void say_nothing(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

/* Reads a part of the archive node by node. *found: whether it is there. */
static int visit_part(reading *r, const char *name, visit_fn visit, bool *found)
{
    part p = {.path = r->path, .name = name};
    int more, status = wy_member_open(&p.member, r->archive, name, r->error);
    *found = p.member.file != NULL;
    if (!*found) return status;
    p.most = p.member.packed > PART_MAX / PART_RATE ? PART_MAX
                                                    : p.member.packed * PART_RATE + (1u << 20);
    r->skip = 0;
    xmlTextReaderPtr xml = xmlReaderForIO(read_part, close_part, &p, NULL, NULL,
                                          XML_PARSE_NONET | XML_PARSE_NOERROR |
                                              XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    if (!xml) {
        status = wy_fail_memory(r->error);
        goto done;
    }
    xmlTextReaderSetStructuredErrorHandler(xml, say_nothing, NULL);
    while ((more = xmlTextReaderRead(xml)) == 1) {
        /* No office document has one, and entities are how XML bombs are made. */
        if (xmlTextReaderNodeType(xml) == XML_READER_TYPE_DOCUMENT_TYPE) {
            status = wy_fail(r->error, WY_E_FORMAT, r->path, WY_NO_OFFSET,
                             "%s in the archive declares a document type", name);
            goto done;
        }
        if (!visit(r, xml)) {
            status = wy_fail_memory(r->error);
            goto done;
        }
    }
    if (more < 0 || p.too_long || p.too_wide || p.damaged)
        status = fail_xml(&p, xmlGetLastError(), r->error);
done:
    if (xml) xmlFreeTextReader(xml);
    wy_member_close(&p.member);
    return status;
}

/* ---- Names and values ---------------------------------------------------------------------- */

static const char *local_name(xmlTextReaderPtr xml)
{
    const xmlChar *name = xmlTextReaderConstLocalName(xml);
    return name ? (const char *)name : "";
}

static bool is(const char *name, const char *wanted)
{
    return strcmp(name, wanted) == 0;
}

/* The attribute w:NAME, whatever the prefix, as long as it fits; "": there is none. */
static const char *value_of(xmlTextReaderPtr xml, const char *name, char out[64])
{
    out[0] = 0;
    for (int more = xmlTextReaderMoveToFirstAttribute(xml); more == 1;
         more = xmlTextReaderMoveToNextAttribute(xml)) {
        const xmlChar *value = xmlTextReaderConstValue(xml);
        if (!is(local_name(xml), name) || !value) continue;
        size_t length = strlen((const char *)value);
        if (length < 64) memcpy(out, value, length + 1);
        break;
    }
    xmlTextReaderMoveToElement(xml);
    return out;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* ---- numbering.xml ------------------------------------------------------------------------- */

/* w:ilvl */
static unsigned number_level(const char *value)
{
    bool one = value[0] >= '0' && value[0] < '0' + WY_NUMBER_LEVELS && value[1] == 0;
    return one ? (unsigned)(value[0] - '0') : 0;
}

/* A property of the level at hand of a list. */
static void put_level(reading *r, const char *name, const char *value)
{
    wy_number_level *level = &r->list->levels[r->level];
    if (is(name, "numFmt")) snprintf(level->format, sizeof level->format, "%s", value);
    if (is(name, "lvlText")) snprintf(level->text, sizeof level->text, "%s", value);
    if (is(name, "numStyleLink")) snprintf(r->list->link, sizeof r->list->link, "%s", value);
    if (is(name, "suff")) level->close = is(value, "nothing");
    if (is(name, "start")) level->start = (uint32_t)strtoul(value, NULL, 10);
}

static bool visit_numbers(reading *r, xmlTextReaderPtr xml)
{
    char value[64];
    const char *name = local_name(xml);
    if (xmlTextReaderNodeType(xml) != XML_READER_TYPE_ELEMENT) return true;
    if (is(name, "abstractNum")) {
        r->use = NULL;
        r->level = 0;
        r->list = wy_numbers_add_list(&r->numbers, value_of(xml, "abstractNumId", value));
        return r->list != NULL;
    }
    if (is(name, "num")) {
        r->list = NULL;
        r->level = 0;
        r->use = wy_numbers_add_use(&r->numbers, value_of(xml, "numId", value));
        return r->use != NULL;
    }
    if (is(name, "lvl") || is(name, "lvlOverride")) {
        r->level = number_level(value_of(xml, "ilvl", value));
    } else if (r->list) {
        put_level(r, name, value_of(xml, "val", value));
    } else if (r->use && is(name, "abstractNumId")) {
        r->use->list = wy_numbers_find_list(&r->numbers, value_of(xml, "val", value));
    } else if (r->use && is(name, "startOverride")) {
        r->use->restarts[r->level] = true;
        r->use->starts[r->level] = (uint32_t)strtoul(value_of(xml, "val", value), NULL, 10);
    }
    return true;
}

/* ---- styles.xml ---------------------------------------------------------------------------- */

static const style *find_style(const reading *r, wy_string id)
{
    const uint64_t *place = wy_strmap_get(&r->style_ids, id.data, id.length);
    return place ? &r->styles[*place] : NULL;
}

/* Makes the style of this id, or that of an earlier one of the same id, the one at hand. */
static bool begin_style(reading *r, const char *id)
{
    bool added;
    r->style = NULL;
    r->level = 0;
    if (!*id) return true;
    uint64_t *place = wy_strmap_put(&r->style_ids, id, strlen(id), &added);
    if (!place) return false;
    if (added) {
        if (!wy_grow(r->document->mem, &r->styles, &r->style_capacity, r->style_count + 1,
                     sizeof *r->styles))
            return false;
        *place = r->style_count++;
        r->styles[*place] = (style){.level = 0};
    }
    r->style = &r->styles[*place];
    return true;
}

/* What its name says comes first, a title's before all. */
static void put_level_of_style(reading *r, unsigned level)
{
    if (r->style->says_level && r->style->level && level <= LEVELS) return;
    r->style->level = level;
    r->style->says_level = true;
}

/* w:outlineLvl counts from 0; 9 is text. */
static unsigned outline_level(const char *value)
{
    bool one = value[0] >= '0' && value[0] < '0' + LEVELS && value[1] == 0;
    return one ? (unsigned)(value[0] - '0') + 1 : 0;
}

/* "heading 1", "标题 1", "Title": names of styles, which no translation changes in the file but
 * that some programs write in their own language. */
static unsigned named_level(const char *name)
{
    static const char *const headings[] = {"heading ", "Heading ", "标题 "};
    if (is(name, "Title") || is(name, "title") || is(name, "标题")) return TITLE_LEVEL;
    if (starts(name, "toc ") || starts(name, "TOC ")) return CONTENTS_LEVEL;
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        const char *digit = name + strlen(headings[i]);
        if (starts(name, headings[i]) && *digit >= '1' && *digit < '1' + LEVELS && !digit[1])
            return (unsigned)(*digit - '0');
    }
    return 0;
}

static bool visit_style(reading *r, xmlTextReaderPtr xml)
{
    char value[64];
    const char *name = local_name(xml);
    if (xmlTextReaderNodeType(xml) != XML_READER_TYPE_ELEMENT) return true;
    if (is(name, "style")) return begin_style(r, value_of(xml, "styleId", value));
    if (!r->style) return true;
    value_of(xml, "val", value);
    if (is(name, "ilvl")) {
        r->level = number_level(value);
    } else if (is(name, "numId")) { /* 0 takes the number away that another style has */
        r->style->use = wy_numbers_find_use(&r->numbers, value);
        r->style->use_level = r->level;
        r->style->says_use = true;
    } else if (is(name, "name") && named_level(value)) {
        put_level_of_style(r, named_level(value));
    } else if (is(name, "outlineLvl")) {
        put_level_of_style(r, outline_level(value));
    } else if (is(name, "basedOn")) {
        const size_t length = strlen(value);
        char *copy = wy_arena_strndup(&r->document->arena, value, length);
        r->style->based = (wy_string){copy, copy ? length : 0};
        return copy != NULL;
    }
    return true;
}

/* Gives styles what they have from those that they are based on (ECMA-376, part 1, 17.7.4.3). */
static void inherit_styles(reading *r)
{
    for (size_t i = 0; i < r->style_count; i++) {
        style *s = &r->styles[i];
        const style *from = s;
        for (int steps = 0; steps < STYLES_DEEP; steps++) {
            if (!from->based.length || !(from = find_style(r, from->based))) break;
            if (!s->says_level && from->says_level) {
                s->level = from->level;
                s->says_level = true;
            }
            if (!s->says_use && from->says_use) {
                s->use = from->use;
                s->use_level = from->use_level;
                s->says_use = true;
            }
        }
    }
}

/* A list may be written down with a style for lists alone, and only linked to (17.9.21). */
static void follow_links(reading *r)
{
    wy_numbers *n = &r->numbers;
    for (size_t i = 0; i < n->use_count; i++) {
        const char *link = n->uses[i].list ? n->lists[n->uses[i].list - 1].link : "";
        const style *s = *link ? find_style(r, wy_literal(link)) : NULL;
        if (s && s->use) n->uses[i].list = n->uses[s->use - 1].list;
    }
}

/* ---- core.xml ------------------------------------------------------------------------------ */

static bool visit_property(reading *r, xmlTextReaderPtr xml)
{
    int type = xmlTextReaderNodeType(xml);
    const char *name = local_name(xml);
    const char *value = (const char *)xmlTextReaderConstValue(xml);
    if (type == XML_READER_TYPE_ELEMENT) wy_buf_clear(&r->text);
    if ((type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA) && value)
        wy_buf_bytes(&r->text, value, strlen(value));
    if (type != XML_READER_TYPE_END_ELEMENT) return !r->text.failed;
    wy_string text = wy_trim((wy_string){(const char *)r->text.data, r->text.length});
    wy_document *document = r->document;
    if (is(name, "title") && text.length > 0) {
        char *copy = wy_arena_strndup(&document->arena, text.data, text.length);
        document->property = (wy_string){copy, text.length};
        if (!copy) return false;
    }
    if (is(name, "modified")) document->saved = wy_date_of(text);
    if (is(name, "created")) r->made = wy_date_of(text);
    wy_buf_clear(&r->text);
    return true;
}

/* ---- document.xml -------------------------------------------------------------------------- */

static bool add_line(reading *r, const char *data, size_t length, unsigned level)
{
    wy_string text = wy_trim((wy_string){data, length});
    if (text.length == 0) return true;
    char *copy = wy_arena_strndup(&r->document->arena, text.data, text.length);
    text.data = copy;
    if (copy && level == TITLE_LEVEL && !r->title.length) r->title = text;
    wy_line line = {.text = text, .level = level <= LEVELS ? (uint8_t)level : 0, .gap = true};
    if (level == CONTENTS_LEVEL) line.kind = WY_LINE_FURNITURE;
    return copy && wy_document_add(r->document, line);
}

/* The innermost open paragraph; the deepest that there is room for, where there are too many. */
static size_t inner(const reading *r)
{
    return (r->depth < DEPTH_MAX ? r->depth : DEPTH_MAX) - 1;
}

/* Puts the number of the paragraph at hand before its text, which is the first that it has. */
static bool number_text(reading *r, wy_buf *text)
{
    const wy_string rest = wy_trim((wy_string){(const char *)text->data, text->length});
    if (r->open[inner(r)].use == 0 || rest.length == 0) return true;
    wy_buf_clear(&r->text);
    wy_numbers_next(&r->numbers, r->open[inner(r)].use, r->open[inner(r)].use_level, &r->text);
    wy_buf_bytes(&r->text, rest.data, rest.length);
    wy_buf_clear(text);
    wy_buf_bytes(text, r->text.data, r->text.length);
    r->open[inner(r)].use = 0;
    return !r->text.failed && !text->failed;
}

/* The end of a paragraph, or a line end in it. */
static bool end_paragraph(reading *r)
{
    wy_buf *text = &r->open[inner(r)].text;
    unsigned level = r->open[inner(r)].level;
    bool good = !text->failed && number_text(r, text);
    if (good && r->tables == 1 && r->depth == 1) {
        wy_string trimmed = wy_trim((wy_string){(const char *)text->data, text->length});
        if (trimmed.length > 0) {
            wy_buf_bytes(&r->row, trimmed.data, trimmed.length);
            wy_buf_u8(&r->row, '\n');
            r->row_count++;
        }
        good = !r->row.failed;
    } else if (good) {
        good = add_line(r, (const char *)text->data, text->length, level);
    }
    wy_buf_clear(text);
    return good;
}

/* A row of data is one paragraph, its cells apart by a space. One that lays out a page, with much
 * text in its cells, has the paragraphs that it has. */
static bool end_row(reading *r)
{
    uint8_t *data = r->row.data;
    bool data_row = r->row.length <= ROW_BYTES && r->row_count <= 2 * r->row_cells;
    size_t begin = 0;
    bool good = true;
    for (size_t i = 0; good && i < r->row.length; i++) {
        if (data[i] != '\n') continue;
        if (data_row && i + 1 < r->row.length) {
            data[i] = ' ';
        } else {
            good = add_line(r, (const char *)data + begin, i - begin, 0);
            begin = i + 1;
        }
    }
    wy_buf_clear(&r->row);
    r->row_count = r->row_cells = 0;
    return good;
}

static bool begin_element(reading *r, xmlTextReaderPtr xml, const char *name)
{
    char value[64];
    if (is(name, "p")) {
        r->depth++;
        r->open[inner(r)].level = r->open[inner(r)].use_level = 0;
        r->open[inner(r)].use = 0;
        return true;
    }
    r->tables += is(name, "tbl");
    r->row_cells += is(name, "tc") && r->tables == 1;
    if (r->depth == 0) return true;
    wy_buf *text = &r->open[inner(r)].text;
    if (is(name, "pStyle")) {
        value_of(xml, "val", value);
        const style *s = find_style(r, wy_literal(value));
        if (s) {
            r->open[inner(r)].level = s->level;
            r->open[inner(r)].use = s->use;
            r->open[inner(r)].use_level = s->use_level;
        }
    } else if (is(name, "ilvl")) {
        r->open[inner(r)].use_level = number_level(value_of(xml, "val", value));
    } else if (is(name, "numId")) { /* 0 takes a style's number away */
        r->open[inner(r)].use = wy_numbers_find_use(&r->numbers, value_of(xml, "val", value));
    } else if (is(name, "outlineLvl")) {
        unsigned level = outline_level(value_of(xml, "val", value));
        if (level) r->open[inner(r)].level = level;
    } else if (is(name, "tab")) {
        /* Not the stops of w:tabs, which are no children of a run. */
        if (r->run_depth > 0) wy_buf_u8(text, ' ');
    } else if (is(name, "noBreakHyphen")) {
        wy_buf_u8(text, '-');
    } else if (is(name, "br") || is(name, "cr")) {
        return end_paragraph(r);
    }
    return !text->failed;
}

static bool end_element(reading *r, const char *name)
{
    bool good = true;
    if (is(name, "p") && r->depth > 0) {
        good = end_paragraph(r);
        r->depth--;
    }
    if (is(name, "tr") && r->tables == 1) good = end_row(r);
    if (is(name, "tbl") && r->tables > 0) r->tables--;
    return good;
}

/* What a reader of the page does not see, or sees elsewhere too. */
static bool is_left_out(const char *name)
{
    static const char *const names[] = {
        "del",    "moveFrom", "instrText",  "delText", "Fallback", "rPr",  "sectPr",   "rt",
        "object", "sdtPr",    "footnotePr", "tblPr",   "trPr",     "tcPr", "pPrChange"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is(name, names[i])) return true;
    return false;
}

static bool visit_text(reading *r, xmlTextReaderPtr xml)
{
    int type = xmlTextReaderNodeType(xml);
    unsigned depth = (unsigned)xmlTextReaderDepth(xml);
    const char *name = local_name(xml);
    if (r->skip) {
        if (type == XML_READER_TYPE_END_ELEMENT && depth + 1 == r->skip) r->skip = 0;
        return true;
    }
    switch (type) {
    case XML_READER_TYPE_ELEMENT: {
        bool empty = xmlTextReaderIsEmptyElement(xml) == 1;
        if (is_left_out(name)) {
            r->skip = empty ? 0 : depth + 1;
            return true;
        }
        bool text = is(name, "t"), run = is(name, "r");
        bool good = begin_element(r, xml, name);
        if (empty) return good && end_element(r, name);
        r->run = text || r->run;
        r->run_depth += run;
        return good;
    }
    case XML_READER_TYPE_END_ELEMENT:
        if (is(name, "t")) r->run = false;
        if (is(name, "r") && r->run_depth > 0) r->run_depth--;
        return end_element(r, name);
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_WHITESPACE:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE: {
        const char *value = (const char *)xmlTextReaderConstValue(xml);
        if (!r->run || r->depth == 0 || !value) return true;
        wy_buf *text = &r->open[inner(r)].text;
        wy_buf_bytes(text, value, strlen(value));
        return !text->failed;
    }
    default:
        return true;
    }
}

/* ---- The whole ----------------------------------------------------------------------------- */

static int read_parts(reading *r)
{
    static const char *const notes[] = {"word/footnotes.xml", "word/endnotes.xml"};
    bool found;
    int status = visit_part(r, "word/numbering.xml", visit_numbers, &found);
    if (status == WY_OK) status = visit_part(r, "word/styles.xml", visit_style, &found);
    inherit_styles(r);
    follow_links(r);
    if (status == WY_OK) status = visit_part(r, "docProps/core.xml", visit_property, &found);
    if (status == WY_OK) status = visit_part(r, "word/document.xml", visit_text, &found);
    if (status == WY_OK && !found)
        return wy_fail(r->error, WY_E_FORMAT, r->path, WY_NO_OFFSET,
                       "not a .docx file: the archive has no word/document.xml");
    for (size_t i = 0; status == WY_OK && i < sizeof notes / sizeof *notes; i++)
        status = visit_part(r, notes[i], visit_text, &found);
    return status;
}

/* See html.c: two threads that get to libxml2 first together would race. */
static pthread_once_t library_ready = PTHREAD_ONCE_INIT;

int wy_docx_lines(wy_document *document, const char *path, const void *bytes, size_t length,
                  wy_error *error)
{
    reading r = {.document = document, .path = path, .error = error};
    document->blocks = true;
    pthread_once(&library_ready, xmlInitParser);
    wy_strmap_init(&r.style_ids, document->mem);
    wy_numbers_init(&r.numbers, document->mem);
    wy_buf_init(&r.text, document->mem);
    wy_buf_init(&r.row, document->mem);
    for (size_t i = 0; i < DEPTH_MAX; i++) wy_buf_init(&r.open[i].text, document->mem);
    int status = wy_archive_open(&r.archive, document->mem, path, bytes, length, error);
    if (status == WY_OK) status = read_parts(&r);
    wy_archive_close(r.archive);
    if (!document->saved) document->saved = r.made;
    document->title = r.title;
    document->title_clue = r.title.length ? WY_CLUE_HEADING : WY_CLUE_NONE;
    for (size_t i = 0; i < DEPTH_MAX; i++) wy_buf_free(&r.open[i].text);
    wy_buf_free(&r.row);
    wy_buf_free(&r.text);
    wy_strmap_free(&r.style_ids);
    wy_free(document->mem, r.styles);
    wy_numbers_free(&r.numbers);
    return status;
}
