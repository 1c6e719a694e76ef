#include "report/layout.h"

#include <string.h>

#define TITLE_MAX  120 /* characters: a longer first line is a paragraph */
#define TORN_MAX   40  /* characters of each line of a title in two lines */
#define OPENING    20  /* lines among which the page's title is looked for */
#define WINDOW_MIN 4   /* characters of a line that may be the page's title */

/* What kind of document a title names last. */
static bool names_document(wy_string title)
{
    static const char *const kinds[] = {"报告", "决议", "决定", "通知", "意见", "公报", "方案",
                                        "规划", "计划", "纲要", "办法", "条例", "规定", "说明",
                                        "讲话", "通报", "公告", "要点", "总结", "安排", "報告",
                                        "決議", "決定", "）",   ")",    "》"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (wy_ends(title, wy_literal(kinds[i]))) return true;
    return false;
}

static bool goes_on(const wy_line *first, const wy_line *second)
{
    char32_t last = wy_last_char(first->text);
    if (second->kind != WY_LINE_TEXT || second->gap || second->level ||
        wy_length(first->text, TORN_MAX + 1) > TORN_MAX ||
        wy_length(second->text, TORN_MAX + 1) > TORN_MAX)
        return false;
    if (wy_cannot_begin(wy_first_char(second->text)) || wy_in_set(last, U"的和与及、《（(“"))
        return true;
    bool about = wy_string_find(first->text, wy_literal("关于")) ||
                 wy_string_find(first->text, wy_literal("關於"));
    return about && !names_document(first->text) && names_document(second->text);
}

/* Without Markdown's marks. */
static wy_string without_marks(wy_string line)
{
    size_t marks = 0;
    while (marks < line.length && line.data[marks] == '#') marks++;
    if (marks == 0 || marks > 6 || marks == line.length || line.data[marks] != ' ') return line;
    return wy_trim((wy_string){line.data + marks, line.length - marks});
}

static bool from_first_line(wy_document *document, wy_string *title)
{
    wy_line *lines = document->lines;
    size_t i = 0;
    while (i < document->count && lines[i].kind != WY_LINE_TEXT) i++;
    if (i == document->count) return true;
    wy_string first = without_marks(lines[i].text);
    if (wy_length(first, TITLE_MAX + 1) > TITLE_MAX ||
        wy_in_set(wy_last_char(first), U"。，；：,;:"))
        return true;
    lines[i].kind = WY_LINE_TITLE;
    *title = first;
    if (document->blocks || i + 1 == document->count || !goes_on(&lines[i], &lines[i + 1]))
        return true;
    char *joined = wy_arena_alloc(&document->arena, first.length + lines[i + 1].text.length);
    if (!joined) return false;
    memcpy(joined, first.data, first.length);
    memcpy(joined + first.length, lines[i + 1].text.data, lines[i + 1].text.length);
    *title = (wy_string){joined, first.length + lines[i + 1].text.length};
    lines[i + 1].kind = WY_LINE_TITLE;
    return true;
}

/* The longest of the opening lines that the window's title begins with. */
static wy_string from_window(const wy_document *document)
{
    wy_string best = {NULL, 0};
    for (size_t i = 0; i < document->count && i < OPENING; i++) {
        const wy_line *line = &document->lines[i];
        if (line->kind == WY_LINE_TEXT && line->text.length > best.length &&
            wy_length(line->text, WINDOW_MIN) == WINDOW_MIN &&
            wy_starts(document->window, line->text))
            best = line->text;
    }
    if (best.length) return best;
    /* "2023年…报告_某某区人民政府", "… - …", "…|…" */
    for (size_t i = 1; i < document->window.length; i++)
        if (document->window.data[i] == '_' || document->window.data[i] == '|' ||
            wy_starts((wy_string){document->window.data + i, document->window.length - i},
                      wy_literal(" - ")))
            return wy_trim((wy_string){document->window.data, i});
    return document->window;
}

bool wy_title(wy_document *document, wy_string *title, wy_reason *why)
{
    *title = document->title;
    int clue = document->title_clue;
    if (!title->length && document->window.length) {
        *title = from_window(document);
        clue = WY_CLUE_WINDOW;
    }
    if (!title->length) {
        if (!from_first_line(document, title)) return false;
        clue = WY_CLUE_LINE;
    }
    /* The properties of a document often come from another that it was made from. */
    if (!title->length) {
        *title = document->property;
        clue = WY_CLUE_FIELD;
    }
    if (title->length) *why = (wy_reason){clue, *title};
    return true;
}
