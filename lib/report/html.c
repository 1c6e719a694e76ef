/*
 * HTML pages into lines: one for each block of text. libxml2 reads the page without touching the
 * network and without a word on stderr; the walk over its tree is a loop, so that depth costs no
 * stack.
 */
#include "report/parse.h"

#include <pthread.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>

#include "report/bounds.h"
#include "report/chars.h"
#include "report/date.h"

#include "base/utf8.h"

#define HTML_MAX      ((size_t)256 << 20) /* bytes; the tree takes several times as much */
#define DECLARED_MAX  4096                /* where a page declares its charset */
#define ROW_NODES     4000                /* nodes and bytes of a table row that is a paragraph */
#define ROW_BYTES     3000
#define FORM_BYTES    600 /* a form with more text holds the page's content */
#define FORM_NODES    4000
#define EXCERPT_CHARS 60 /* shown of an element that is left out */
#define EXCERPT_NODES 400
#define WORK_MAX      UINT64_C(100000000) /* open elements that wrong end tags are compared with */

static bool is_name(const xmlNode *node, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (xmlStrEqual(node->name, (const xmlChar *)list[i])) return true;
    return false;
}

#define LIST(a) a, sizeof(a) / sizeof *(a)

/* Without text that is shown, or none of the page's own. */
static const char *const unseen[] = {
    "script", "style",  "noscript", "template", "select", "input", "textarea", "iframe",
    "frame",  "object", "embed",    "svg",      "canvas", "audio", "video",    "map",
    "head",   "option", "datalist", "applet",   "title",  "meta",  "link"};
static const char *const left_out[] = {"nav", "aside", "button"};
/* clang-format off */
static const char *const blocks[] = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table",
    "thead", "tbody", "tfoot", "tr", "caption", "blockquote", "pre", "section", "article", "main",
    "header", "footer", "address", "figure", "figcaption", "form", "fieldset", "legend", "hr", "br",
    "center", "body", "html", "details", "summary", "dir", "menu", "td", "th"
};
/* clang-format on */
/* Class and id words of what is around a text. Whole words only, so that no site's own name for
 * its content is hit by accident. */
static const char *const around[] = {
    "nav",    "navbar",       "navigation",   "breadcrumb", "breadcrumbs", "crumb",
    "crumbs", "share",        "sharebox",     "share-box",  "bdshare",     "bdsharebuttonbox",
    "footer", "sidebar",      "toolbar",      "pagination", "pager",       "copyright",
    "qrcode", "social-share", "share-buttons"};

typedef struct walker {
    wy_document *document;
    wy_buf block;       /* text of the block at hand */
    wy_buf beside;      /* of an element that is left out */
    char32_t last;      /* its last character, 0: empty */
    bool space;         /* white space was read and not yet written */
    bool newline;       /* with a line end in it */
    uint8_t level;      /* 1 to 6 in a heading */
    unsigned pre;       /* open pre elements */
    unsigned content;   /* open article and main elements */
    const xmlNode *row; /* the table row that becomes one paragraph */
    bool failed;
} walker;

/* ---- Text of a block ---------------------------------------------------------------------- */

static void flush(walker *w)
{
    wy_string text = wy_trim((wy_string){(const char *)w->block.data, w->block.length});
    if (text.length > 0 && !w->block.failed) {
        char *copy = wy_arena_strndup(&w->document->arena, text.data, text.length);
        wy_line line = {.text = {copy, text.length}, .level = w->level, .gap = true};
        if (!copy || !wy_document_add(w->document, line)) w->failed = true;
    }
    w->failed = w->failed || w->block.failed;
    wy_buf_clear(&w->block);
    w->last = 0;
    w->space = w->newline = false;
}

static void put_char(walker *w, char32_t c)
{
    char bytes[4];
    /* A line end between two Han characters is the author's editor's, not a space. */
    if (w->space && w->last && !(w->newline && wy_char_wide(w->last) && wy_char_wide(c)))
        wy_buf_u8(&w->block, ' ');
    w->space = w->newline = false;
    wy_buf_bytes(&w->block, bytes, wy_utf8_put(c, bytes));
    w->last = c;
}

static void put_text(walker *w, const char *text)
{
    size_t length = strlen(text), at = 0;
    while (at < length) {
        size_t valid = wy_utf8_valid(text + at, length - at);
        for (size_t end = at + valid; at < end;) {
            char32_t c = wy_utf8_next(text, &at);
            bool line_end = c == '\n' || c == '\r';
            if (line_end && w->pre && !w->row) {
                flush(w);
            } else if (c == ' ' || c == '\t' || c == '\f' || line_end) {
                w->space = true;
                w->newline = w->newline || line_end;
            } else {
                put_char(w, c);
            }
        }
        if (at < length) { /* libxml2 gives UTF-8; should it not, the damage stays visible */
            put_char(w, 0xFFFD);
            at++;
        }
    }
}

/* ---- What to leave out --------------------------------------------------------------------- */

static bool has_word(const char *words, const char *const *list, size_t count)
{
    while (*words) {
        size_t length = strcspn(words, " \t\r\n\f");
        for (size_t i = 0; i < count; i++) {
            size_t j = 0;
            while (j < length && list[i][j] == wy_ascii_lower(words[j])) j++;
            if (j == length && length > 0 && list[i][j] == 0) return true;
        }
        words += length;
        words += strspn(words, " \t\r\n\f");
    }
    return false;
}

static const char *attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node->properties; a; a = a->next)
        if (xmlStrcasecmp(a->name, (const xmlChar *)name) == 0)
            return a->children && a->children->content ? (const char *)a->children->content : "";
    return NULL;
}

/* Visits at most `nodes` nodes below `root`; false: there are more, or `visit` said stop. */
static bool walk_few(const xmlNode *root, size_t nodes, bool (*visit)(const xmlNode *, void *),
                     void *context)
{
    const xmlNode *node = root->children;
    while (node) {
        if (nodes-- == 0 || !visit(node, context)) return false;
        if (node->children && node->type == XML_ELEMENT_NODE) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next) node = node->parent;
        node = node == root ? NULL : node->next;
    }
    return true;
}

static bool count_text(const xmlNode *node, void *context)
{
    static const char *const content[] = {"p", "h1", "h2", "h3", "article", "main"};
    size_t *left = context;
    size_t length = 0;
    if (node->type == XML_ELEMENT_NODE && is_name(node, LIST(content))) return false;
    if (node->type == XML_TEXT_NODE && node->content && !is_name(node->parent, LIST(unseen)) &&
        !is_name(node->parent, LIST(left_out)))
        length = strlen((const char *)node->content);
    *left -= length < *left ? length : *left;
    return *left > 0;
}

/* A search box: little text and no paragraph. Whole pages lie in one form too. */
static bool small_form(const xmlNode *form)
{
    size_t left = FORM_BYTES;
    return walk_few(form, FORM_NODES, count_text, &left);
}

static bool leave_out(const walker *w, const xmlNode *node)
{
    static const char *const never[] = {"html", "body", "article", "main"};
    static const char *const furniture[] = {"header", "footer"};
    static const char *const form[] = {"form"};
    if (is_name(node, LIST(unseen)) || is_name(node, LIST(left_out))) return true;
    if (is_name(node, LIST(never))) return false;
    if (is_name(node, LIST(furniture)) && w->content == 0) return true;
    if (attribute(node, "hidden")) return true;
    const char *words = attribute(node, "class"), *id = attribute(node, "id");
    if ((words && has_word(words, LIST(around))) || (id && has_word(id, LIST(around)))) return true;
    return is_name(node, LIST(form)) && small_form(node);
}

typedef struct excerpt {
    wy_buf *text;
    size_t characters;
} excerpt;

/* Adds the words of a text, a space before each; false: there is more than a line shows. */
static bool add_excerpt(const xmlNode *node, void *context)
{
    excerpt *e = context;
    if (node->type != XML_TEXT_NODE || !node->content || is_name(node->parent, LIST(unseen)))
        return true;
    const char *text = (const char *)node->content;
    const size_t length = wy_utf8_valid(text, strlen(text));
    bool space = true;
    for (size_t at = 0; at < length;) {
        size_t begin = at;
        if (wy_char_space(wy_utf8_next(text, &at))) {
            space = true;
            continue;
        }
        if (e->characters++ == EXCERPT_CHARS) {
            wy_buf_bytes(e->text, "…", strlen("…"));
            return false;
        }
        if (space) wy_buf_u8(e->text, ' ');
        space = false;
        wy_buf_bytes(e->text, text + begin, at - begin);
    }
    return true;
}

/* Notes an element that is left out by its name and the beginning of its text, if it has any, so
 * that a user can see what went. */
static void note_left_out(walker *w, const xmlNode *node)
{
    if (is_name(node, LIST(unseen))) return;
    excerpt e = {.text = &w->beside};
    wy_buf_clear(e.text);
    wy_buf_u8(e.text, '<');
    wy_buf_bytes(e.text, node->name, strlen((const char *)node->name));
    wy_buf_u8(e.text, '>');
    walk_few(node, EXCERPT_NODES, add_excerpt, &e);
    w->failed = w->failed || e.text->failed ||
                (e.characters > 0 &&
                 !wy_document_leave_out(w->document, (const char *)e.text->data, e.text->length));
}

/* ---- Tables -------------------------------------------------------------------------------- */

typedef struct row_shape {
    size_t bytes, cells, paragraphs;
} row_shape;

static bool count_row(const xmlNode *node, void *context)
{
    static const char *const layout[] = {"table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol"};
    static const char *const cells[] = {"td", "th"};
    static const char *const paragraphs[] = {"p", "div", "br"};
    row_shape *shape = context;
    if (node->type == XML_TEXT_NODE && node->content) {
        shape->bytes += strlen((const char *)node->content);
        return shape->bytes <= ROW_BYTES;
    }
    if (node->type != XML_ELEMENT_NODE) return true;
    shape->cells += is_name(node, LIST(cells));
    shape->paragraphs += is_name(node, LIST(paragraphs));
    return !is_name(node, LIST(layout));
}

/* A row of data is one paragraph. A row that lays out a page, with the text in one of its cells,
 * is a block like any other. */
static bool row_of_data(const xmlNode *row)
{
    row_shape shape = {0};
    if (!walk_few(row, ROW_NODES, count_row, &shape)) return false;
    return shape.paragraphs <= 2 * shape.cells && (shape.cells > 1 || shape.paragraphs <= 1);
}

/* ---- The walk ------------------------------------------------------------------------------ */

static uint8_t heading_level(const xmlNode *node)
{
    const xmlChar *name = node->name;
    bool heading = name[0] == 'h' && name[1] >= '1' && name[1] <= '6' && name[2] == 0;
    return heading ? (uint8_t)(name[1] - '0') : 0;
}

/* Both ends of an element. Inside a row of data blocks only part words. */
static void edge(walker *w, const xmlNode *node, bool entering)
{
    static const char *const pre[] = {"pre"};
    static const char *const content[] = {"article", "main"};
    static const char *const row[] = {"tr"};
    unsigned step = entering ? 1u : 0u - 1u;
    if (is_name(node, LIST(pre))) w->pre += step;
    if (is_name(node, LIST(content))) w->content += step;
    if (w->row && w->row != node) {
        w->space = w->space || is_name(node, LIST(blocks));
        return;
    }
    if (is_name(node, LIST(blocks))) flush(w);
    uint8_t level = heading_level(node);
    if (level) w->level = entering ? level : 0;
    if (w->row == node)
        w->row = NULL;
    else if (entering && is_name(node, LIST(row)) && row_of_data(node))
        w->row = node;
}

static void walk(walker *w, const xmlNode *root)
{
    const xmlNode *node = root;
    while (node && !w->failed) {
        bool descend = false;
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            if (node->content) put_text(w, (const char *)node->content);
        } else if (node->type == XML_ELEMENT_NODE && leave_out(w, node)) {
            note_left_out(w, node);
        } else if (node->type == XML_ELEMENT_NODE) {
            edge(w, node, true);
            descend = node->children != NULL;
            if (!descend) edge(w, node, false);
        }
        if (descend) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next) {
            node = node->parent;
            edge(w, node, false);
        }
        node = node == root ? NULL : node->next;
    }
    flush(w);
}

/* ---- The page's own words on itself -------------------------------------------------------- */

static bool keep(wy_document *document, const char *text, wy_string *out)
{
    wy_string trimmed = wy_trim(wy_literal(text));
    if (out->length || trimmed.length == 0 ||
        wy_utf8_valid(trimmed.data, trimmed.length) != trimmed.length)
        return true;
    char *copy = wy_arena_strndup(&document->arena, trimmed.data, trimmed.length);
    *out = (wy_string){copy, copy ? trimmed.length : 0};
    return copy != NULL;
}

static bool read_meta(wy_document *document, const xmlNode *node, wy_string *site)
{
    static const char *const titles[] = {"articletitle", "og:title"};
    static const char *const dates[] = {"pubdate", "publishdate", "publish-date",
                                        "article:published_time", "dc.date"};
    static const char *const sources[] = {"contentsource"};
    static const char *const sites[] = {"sitename"};
    const char *name = attribute(node, "name"), *content = attribute(node, "content");
    name = name ? name : attribute(node, "property");
    if (!name || !content) return true;
    if (has_word(name, LIST(titles))) return keep(document, content, &document->title);
    if (has_word(name, LIST(sources))) return keep(document, content, &document->source);
    if (has_word(name, LIST(sites))) return keep(document, content, site);
    if (has_word(name, LIST(dates)) && !document->date &&
        wy_utf8_valid(content, strlen(content)) == strlen(content))
        document->date = wy_date_of(wy_literal(content));
    return true;
}

/* Looks at meta and title elements wherever they are: broken pages have them in the body. */
static bool read_head(wy_document *document, const xmlNode *root)
{
    static const char *const meta[] = {"meta"};
    static const char *const title[] = {"title"};
    static const char *const drawing[] = {"svg"};
    wy_string site = {NULL, 0};
    const xmlNode *node = root;
    while (node) {
        bool element = node->type == XML_ELEMENT_NODE;
        if (element && is_name(node, LIST(meta)) && !read_meta(document, node, &site)) return false;
        if (element && is_name(node, LIST(title)) && node->children && node->children->content &&
            !keep(document, (const char *)node->children->content, &document->window))
            return false;
        if (element && node->children && !is_name(node, LIST(drawing))) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next) node = node->parent;
        node = node == root ? NULL : node->next;
    }
    if (!document->source.length) document->source = site;
    return true;
}

/* Called for what is wrong with a page. An end tag that ends nothing is compared with every element
 * that is open: with enough of both a page takes hours. */
static void count_work(void *context, const char *message, ...)
{
    htmlParserCtxtPtr parser = context;
    uint64_t *work = parser->_private;
    (void)message;
    *work += (uint64_t)parser->nameNr;
    if (*work > WORK_MAX) xmlStopParser(parser);
}

/* HTML_PARSE_NOERROR, without which libxml2 writes on stderr where an id is there twice, takes the
 * callback of errors away; so it is set behind that. */
static void begin_counting(void *context)
{
    htmlParserCtxtPtr parser = context;
    parser->sax->error = count_work;
    xmlSAX2StartDocument(context);
}

/* The only h1, unless the page's title says that it is the site's name. */
static void title_from_heading(wy_document *document)
{
    size_t count = 0, at = 0;
    for (size_t i = 0; i < document->count; i++)
        if (document->lines[i].level == 1) {
            count++;
            at = i;
        }
    if (count == 1 && !document->title.length &&
        (!document->window.length || wy_starts(document->window, document->lines[at].text))) {
        document->title = document->lines[at].text;
        document->title_clue = WY_CLUE_HEADING;
    }
}

/*
 * libxml2 sets up its own tables at first use, and up to 2.10 two threads that get there together
 * race. This flag is no state of ours: it only says that libxml2 has been asked.
 */
static pthread_once_t library_ready = PTHREAD_ONCE_INIT;

int wy_html_lines(wy_document *document, const char *path, const char *text, size_t length,
                  wy_error *error)
{
    int status = WY_OK;
    htmlDocPtr page = NULL;
    walker w = {.document = document};
    size_t at;
    bool attributes;
    uint64_t work = 0;
    wy_buf_init(&w.block, document->mem);
    wy_buf_init(&w.beside, document->mem);
    document->blocks = true;
    if (length > HTML_MAX)
        return wy_fail(error, WY_E_LIMIT, path, WY_NO_OFFSET, "an HTML page of more than %zu MiB",
                       HTML_MAX >> 20);
    if (length == 0) return WY_OK;
    if (!wy_html_bounded(text, length, &at, &attributes))
        return wy_fail(error, WY_E_LIMIT, path, at,
                       attributes ? "an element with more than %d attributes"
                                  : "an HTML page with more than %d tags and attributes",
                       attributes ? WY_ATTRIBUTES_MAX : WY_TAGS_MAX);
    pthread_once(&library_ready, xmlInitParser);
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    if (!parser) return wy_fail_memory(error);
    /* Without it a text of more than 10 MB loses its end. */
    parser->options |= XML_PARSE_HUGE;
    parser->sax->startDocument = begin_counting;
    parser->_private = &work;
    page = htmlCtxtReadMemory(parser, text, (int)length, NULL, "UTF-8",
                              HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                                  HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC);
    if (parser->errNo == XML_ERR_NO_MEMORY) {
        status = wy_fail_memory(error);
    } else if (work > WORK_MAX) {
        status = wy_fail(error, WY_E_LIMIT, path, WY_NO_OFFSET,
                         "an HTML page with too many wrong end tags in too many open elements");
    } else if (!page || parser->disableSAX) {
        status = wy_fail(error, WY_E_FORMAT, path, WY_NO_OFFSET,
                         "libxml2 gave up reading this HTML page (error %d)", parser->errNo);
    } else {
        const xmlNode *root = xmlDocGetRootElement(page);
        if (root && read_head(document, root))
            walk(&w, root);
        else if (root)
            w.failed = true;
        if (w.failed) status = wy_fail_memory(error);
        if (document->title.length) document->title_clue = WY_CLUE_FIELD;
        title_from_heading(document);
    }
    wy_buf_free(&w.block);
    wy_buf_free(&w.beside);
    xmlFreeDoc(page);
    htmlFreeParserCtxt(parser);
    return status;
}

/* ---- Sniffing ------------------------------------------------------------------------------ */

static size_t find_word(const char *text, size_t length, size_t from, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = from; i + n <= length; i++) {
        size_t j = 0;
        while (j < n && wy_ascii_lower(text[i + j]) == word[j]) j++;
        if (j == n) return i;
    }
    return SIZE_MAX;
}

static bool charset_char(char c)
{
    char lower = wy_ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || wy_char_digit((unsigned char)c) || c == '-' ||
           c == '_' || c == ':' || c == '.';
}

bool wy_html_declared(const void *bytes, size_t length, char name[WY_ENCODING_NAME])
{
    const char *text = bytes;
    length = length < DECLARED_MAX ? length : DECLARED_MAX;
    for (size_t at = 0; (at = find_word(text, length, at, "charset")) != SIZE_MAX;) {
        at += strlen("charset");
        while (at < length && (text[at] == ' ' || text[at] == '=')) at++;
        if (at < length && (text[at] == '"' || text[at] == '\'')) at++;
        size_t n = 0;
        while (at + n < length && n < WY_ENCODING_NAME - 1 && charset_char(text[at + n])) n++;
        if (n > 0) {
            memcpy(name, text + at, n);
            name[n] = 0;
            return true;
        }
    }
    return false;
}

bool wy_html_looks(const void *bytes, size_t length)
{
    static const char *const tags[] = {"<!doctype html", "<html", "<head",
                                       "<body",          "<meta", "<title"};
    const char *text = bytes;
    size_t at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (;;) {
        while (at < length && wy_ascii_space(text[at])) at++;
        size_t end = SIZE_MAX;
        if (find_word(text, length < at + 4 ? length : at + 4, at, "<!--") == at)
            end = find_word(text, length, at, "-->");
        else if (find_word(text, length < at + 5 ? length : at + 5, at, "<?xml") == at)
            end = find_word(text, length, at, "?>");
        if (end == SIZE_MAX) break;
        at = end + 2;
        at += at < length && text[at] == '>';
    }
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t n = strlen(tags[i]);
        if (at + n <= length && find_word(text, at + n, at, tags[i]) == at) return true;
    }
    return false;
}
