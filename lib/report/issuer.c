/*
 * Who issued a report. In this order:
 *
 * - the signature: an organ's name near the end with a date before or behind it
 * - the title: the organ before 关于, 国务院, a government, or a region, which becomes its
 *   government's name where the text has that
 * - the opening lines: 在…第十四届人民代表大会第四次会议上
 * - where it was published (来源)
 */
#include "report/layout.h"

#include <string.h>

#include "report/date.h"

#define SIGNATURE_LINES 30 /* from the end */
#define OPENING_LINES   25
#define ORGAN_MAX       40 /* characters */
#define REGION_MAX      16

static bool organ_ending(wy_string name)
{
    static const char *const endings[] = {"政府", "委员会", "委員會", "办公室", "办公厅",
                                          "局",   "厅",     "部",     "院",     "署",
                                          "大会", "大會",   "政协"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (wy_ends(name, wy_literal(endings[i]))) return true;
    return false;
}

static bool is_organ(wy_string line)
{
    wy_scan scan;
    wy_scan_line(&scan, line);
    return scan.whole && scan.n >= 3 && scan.n <= ORGAN_MAX && organ_ending(line) &&
           !wy_scan_has_char(&scan, 0, scan.n, U"。,;:!?、“”\"《》()0123456789");
}

static bool is_date(wy_string line)
{
    wy_scan scan;
    wy_date date;
    bool time;
    wy_scan_line(&scan, line);
    return wy_date_line(&scan, &date, &time);
}

static wy_string signature(const wy_document *document)
{
    size_t count = document->count;
    size_t from = count > SIGNATURE_LINES ? count - SIGNATURE_LINES : 0;
    for (size_t i = count; i-- > from;) {
        const wy_line *line = &document->lines[i];
        bool before = i > 0 && is_date(document->lines[i - 1].text);
        bool behind = i + 1 < count && is_date(document->lines[i + 1].text);
        if (line->kind == WY_LINE_TEXT && (before || behind) && is_organ(line->text))
            return line->text;
    }
    return (wy_string){NULL, 0};
}

static wy_string part(const wy_scan *scan, wy_string line, size_t begin, size_t end)
{
    return wy_trim((wy_string){line.data + scan->at[begin], scan->at[end] - scan->at[begin]});
}

static bool is_region(wy_string name)
{
    static const char *const endings[] = {"省", "市", "区", "县", "旗",
                                          "州", "镇", "乡", "縣", "區"};
    size_t length = wy_length(name, REGION_MAX + 1);
    for (size_t i = 0; length >= 2 && length <= REGION_MAX && i < sizeof endings / sizeof *endings;
         i++)
        if (wy_ends(name, wy_literal(endings[i]))) return true;
    return false;
}

static const char suffix[] = "人民政府";

/* The region's government as the text names it, else the region. */
static wy_string government(const wy_document *document, wy_string region)
{
    char name[REGION_MAX * 4 + sizeof suffix];
    wy_string full = {name, region.length + sizeof suffix - 1};
    if (full.length > sizeof name) return region;
    memcpy(name, region.data, region.length);
    memcpy(name + region.length, suffix, sizeof suffix - 1);
    for (size_t i = 0; i < document->count; i++) {
        const char *found = wy_string_find(document->lines[i].text, full);
        if (found) return (wy_string){found, full.length};
    }
    return region;
}

/*
 * A government's work report (政府工作报告) is given by the people's government of its region
 * (Organic Law of Local People's Congresses and Local People's Governments), whether or not it
 * names itself. An empty name: memory is out.
 */
static wy_string reporting_government(wy_document *document, wy_string region)
{
    wy_string full = {NULL, region.length + sizeof suffix - 1};
    char *name = wy_arena_alloc(&document->arena, full.length);
    if (!name) return full;
    memcpy(name, region.data, region.length);
    memcpy(name + region.length, suffix, sizeof suffix - 1);
    full.data = name;
    return full;
}

static bool is_work_report(wy_string title)
{
    return wy_string_find(title, wy_literal("政府工作报告")) ||
           wy_string_find(title, wy_literal("政府工作報告"));
}

/* Where a year with 年 begins at or after `from`, and ends; SIZE_MAX: there is none. */
static size_t find_year(const wy_scan *scan, size_t from, size_t *end)
{
    for (size_t i = from; i + 4 < scan->n; i++) {
        size_t digits = 0;
        while (digits < 4 && (wy_char_digit(scan->c[i + digits]) ||
                              wy_in_set(scan->c[i + digits], U"一二三四五六七八九〇零○")))
            digits++;
        if (digits == 4 && scan->c[i + 4] == U'年') {
            *end = i + 5 + (scan->c[i + 5] == U'度');
            return i;
        }
    }
    return SIZE_MAX;
}

/* The meeting's organ: 第十四届全国人民代表大会第三次会议 → 全国人民代表大会. */
static wy_string without_session(const wy_scan *scan, wy_string title, size_t end)
{
    size_t begin = 0, session = wy_scan_find(scan, 0, U"届");
    if (scan->c[0] == U'第' && session < end) begin = session + 1;
    size_t meeting = wy_scan_find(scan, begin, U"第");
    if (meeting < end && wy_scan_find(scan, meeting, U"次会议") < end) end = meeting;
    return part(scan, title, begin, end);
}

static wy_string from_title(wy_document *document, wy_string title)
{
    wy_scan scan;
    const wy_string none = {NULL, 0};
    if (title.length == 0) return none;
    wy_scan_line(&scan, title);
    size_t about = wy_scan_find(&scan, 0, U"关于");
    about = about == SIZE_MAX ? wy_scan_find(&scan, 0, U"關於") : about;
    if (about != SIZE_MAX && about > 0) {
        wy_string organ = without_session(&scan, title, about);
        return organ_ending(organ) ? organ : none;
    }
    size_t council = wy_scan_find(&scan, 0, U"国务院");
    council = council == SIZE_MAX ? wy_scan_find(&scan, 0, U"國務院") : council;
    if (council != SIZE_MAX) return part(&scan, title, council, council + 3);

    size_t begin = 0, end = scan.n, after = 0;
    size_t year = find_year(&scan, 0, &after);
    if (year == 0)
        begin = after;
    else if (year != SIZE_MAX)
        end = year;
    size_t people = wy_scan_find(&scan, begin, U"人民政府");
    if (people < end && is_region(part(&scan, title, begin, people)))
        return part(&scan, title, begin, people + 4);
    size_t word = wy_scan_find(&scan, begin, U"法治政府");
    if (word == SIZE_MAX) word = wy_scan_find(&scan, begin, U"政府");
    wy_string region = part(&scan, title, begin, word < end ? word : end);
    if (!is_region(region)) return none;
    return is_work_report(title) ? reporting_government(document, region)
                                 : government(document, region);
}

/* 在广东省第十四届人民代表大会第五次会议上 */
static wy_string from_opening(wy_document *document, wy_string title, wy_string *where)
{
    wy_scan scan;
    for (size_t i = 0; i < document->count && i < OPENING_LINES; i++) {
        wy_string line = document->lines[i].text;
        wy_scan_line(&scan, line);
        size_t session = wy_scan_find(&scan, 0, U"届人民代表大会");
        size_t at = wy_scan_find(&scan, 0, U"在");
        size_t number = at < session ? wy_scan_find(&scan, at, U"第") : SIZE_MAX;
        if (session == SIZE_MAX || number >= session || document->lines[i].kind != WY_LINE_TEXT)
            continue;
        wy_string region = part(&scan, line, at + 1, number);
        if (!is_region(region)) continue;
        *where = line;
        return is_work_report(title) ? reporting_government(document, region)
                                     : government(document, region);
    }
    return (wy_string){NULL, 0};
}

bool wy_issuer(wy_document *document, wy_string title, wy_string source, wy_string *issuer,
               wy_reason *why)
{
    *issuer = signature(document);
    *why = (wy_reason){WY_CLUE_SIGNATURE, *issuer};
    if (!issuer->length) {
        *issuer = from_title(document, title);
        *why = (wy_reason){WY_CLUE_TITLE, title};
    }
    if (!issuer->length) {
        *issuer = from_opening(document, title, &why->text);
        why->clue = WY_CLUE_OPENING;
    }
    if (!issuer->length) {
        *issuer = source;
        *why = (wy_reason){WY_CLUE_LABEL, source};
    }
    if (!issuer->length) *why = (wy_reason){WY_CLUE_NONE, {NULL, 0}};
    return !issuer->length || issuer->data;
}
