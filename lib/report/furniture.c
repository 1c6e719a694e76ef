/*
 * Lines of web pages and wikis that were saved with the report. All patterns are written folded:
 * ASCII for full-width forms.
 */
#include "report/layout.h"

#include "report/date.h"

#define HEAD_LINES 40 /* where a page has its furniture: so many lines at the beginning */
#define TAIL_LINES 60 /* and at the end */

#define SENTENCE U"。,;!?、"

/* Words of buttons and boxes: furniture wherever they stand alone on a line. */
/* clang-format off */
static const char32_t *const buttons[] = {
    U"下载", U"打印", U"全屏", U"收藏", U"加大", U"还原", U"减小", U"打印本页", U"打印此页",
    U"关闭窗口", U"关闭本页", U"返回顶部", U"返回首页", U"返回列表", U"分享", U"分享:", U"分享到",
    U"分享到:", U"分享至", U"分享至:", U"分享到微信", U"分享到微博", U"扫码分享", U"微信扫一扫",
    U"首页", U"您的位置:", U"你的位置:", U"当前位置:", U"您当前的位置:", U"您当前位置:",
    U"您现在的位置:", U"您所在的位置:", U"所在位置:", U"相关报道", U"相关报道:", U"相关文档",
    U"相关文档:", U"相关链接", U"相关链接:", U"相关链接>>", U"相关附件>>", U"相关阅读",
    U"相关阅读:", U"相关新闻", U"相关新闻:", U"附件下载", U"附件下载:", U"政策文件:", U"上一篇",
    U"下一篇", U"上一篇:", U"下一篇:", U"扫一扫在手机打开当前页", U"扫一扫在手机上查看当前页面",
    U"扫一扫在手机打开当前页面", U"扫一扫在手机上打开当前页", U"友善列印", U"回上一頁", U">", U">>",
    U"|", U"×", U"【打印】", U"【关闭】", U"【打印】【关闭】", U"【打印】 【关闭】",
    U"【打印本页】", U"【关闭窗口】", U"【打印本页】【关闭窗口】", U"【打印本页】 【关闭窗口】"
};
/* clang-format on */

/* What a wiki leaves of its templates: furniture near the beginning and the end only. */
static const char32_t *const residue[] = {U"Public domain", U"true", U"false"};

/* Inside 【字号： … 】. */
static const char32_t *const sizes[] = {
    U"大",       U"中", U"小",  U"特大", U"超大", U"默认", U"标准", U"大 中 小",
    U"小 中 大", U"T",  U"T|T", U"+",    U"-",    U"A+",   U"A-",   U"A"};

static const char32_t *const date_labels[] = {
    U"发布日期", U"发布时间", U"發布日期", U"發佈日期", U"发文日期", U"成文日期",
    U"印发日期", U"更新日期", U"更新时间", U"公开日期", U"生成日期", U"发表时间",
    U"发稿时间", U"发文时间", U"录入时间", U"日期",     U"时间",     U"時間"};
static const char32_t *const source_labels[] = {U"信息来源", U"文章来源", U"稿件来源",
                                                U"内容来源", U"来源",     U"來源"};
static const char32_t *const name_labels[] = {U"责任编辑", U"责编", U"编辑", U"编审", U"录入"};
static const char32_t *const count_labels[] = {U"浏览次数", U"阅读次数", U"访问次数", U"点击次数",
                                               U"阅读量",   U"浏览量",   U"访问量",   U"点击量",
                                               U"点击数",   U"点击率"};
static const char32_t *const size_labels[] = {U"【字号", U"【字体", U"[字号",
                                              U"[字体",  U"字号",   U"字体"};

#define LIST(a) a, sizeof(a) / sizeof *(a)

static bool is_one_of(const wy_scan *scan, const char32_t *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (wy_scan_is(scan, list[i])) return true;
    return false;
}

static size_t starts_with_one_of(const wy_scan *scan, size_t at, const char32_t *const *list,
                                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = wy_scan_at(scan, at, list[i]);
        if (length) return length;
    }
    return 0;
}

static bool edge(const wy_document *document, size_t i)
{
    return i < HEAD_LINES || i + TAIL_LINES >= document->count;
}

/* A sentence whose middle is a link ends up in three lines; the third begins with a comma. Such a
 * middle line may be any word. */
static bool torn(const wy_document *document, size_t i)
{
    return i + 1 < document->count && !document->blocks && !document->lines[i + 1].gap &&
           wy_first_char(document->lines[i + 1].text) != U'】' &&
           wy_cannot_begin(wy_first_char(document->lines[i + 1].text));
}

/* ---- Lines of labelled fields: 日期：2024-03-29 15:06 来源：… ------------------------------ */

typedef enum field_kind {
    FIELD_NONE,
    FIELD_DATE,
    FIELD_SOURCE,
    FIELD_NAME,
    FIELD_COUNT,
    FIELD_SIZE
} field_kind;

/* The kind of the label with its colon at `at`, and the position behind. */
static field_kind label(const wy_scan *scan, size_t at, size_t *end)
{
    static const struct {
        const char32_t *const *list;
        size_t count;
        field_kind kind;
    } kinds[] = {{LIST(date_labels), FIELD_DATE},
                 {LIST(source_labels), FIELD_SOURCE},
                 {LIST(name_labels), FIELD_NAME},
                 {LIST(count_labels), FIELD_COUNT},
                 {LIST(size_labels), FIELD_SIZE}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = starts_with_one_of(scan, at, kinds[i].list, kinds[i].count);
        size_t colon = length ? wy_scan_skip(scan, at + length) : 0;
        if (length && scan->c[colon] == ':') {
            *end = wy_scan_skip(scan, colon + 1);
            return kinds[i].kind;
        }
    }
    return FIELD_NONE;
}

/* Where the value that begins at `at` ends: at the next label behind a space or bar. */
static size_t value_end(const wy_scan *scan, size_t at)
{
    size_t ignored;
    for (size_t i = at; i < scan->n; i++)
        if ((i == at || wy_in_set(scan->c[i - 1], U" |】)")) &&
            label(scan, i, &ignored) != FIELD_NONE)
            return i;
    return scan->n;
}

static size_t trim_value(const wy_scan *scan, size_t begin, size_t end)
{
    while (end > begin && wy_in_set(scan->c[end - 1], U" |")) end--;
    return end;
}

static bool value_fits(const wy_scan *scan, field_kind kind, size_t begin, size_t end,
                       int32_t *date)
{
    wy_scan part = {.n = end - begin, .whole = true};
    wy_date found;
    bool time;
    for (size_t i = begin; i < end; i++) part.c[i - begin] = scan->c[i];
    switch (kind) {
    case FIELD_DATE:
        if (part.n == 0) return true;
        if (!wy_date_line(&part, &found, &time)) return false;
        *date = found.value;
        return true;
    case FIELD_SOURCE:
        return part.n <= 24 && !wy_scan_has_char(&part, 0, part.n, SENTENCE U":");
    case FIELD_NAME:
        return part.n <= 16 && !wy_scan_has_char(&part, 0, part.n, SENTENCE U":");
    case FIELD_COUNT:
        for (size_t i = 0; i < part.n; i++)
            if (!wy_char_digit(part.c[i]) && !wy_in_set(part.c[i], U" 次-")) return false;
        return true;
    case FIELD_SIZE:
        return part.n <= 16 && !wy_scan_has_char(&part, 0, part.n, SENTENCE);
    case FIELD_NONE:
        break;
    }
    return false;
}

typedef struct fields {
    wy_furniture says;
    field_kind last; /* the last field, where it has no value: that is on the next line */
} fields;

static bool read_fields(const wy_document *document, size_t i, fields *out)
{
    wy_scan scan;
    wy_string line = document->lines[i].text;
    wy_scan_line(&scan, line);
    *out = (fields){.last = FIELD_NONE};
    bool bracket = scan.n > 0 && scan.c[0] == '(' && scan.c[scan.n - 1] == ')';
    if (!scan.whole) return false;
    if (bracket) scan.c[--scan.n] = 0;
    for (size_t at = bracket ? 1 : 0; at < scan.n;) {
        size_t begin;
        field_kind kind = label(&scan, at, &begin);
        if (kind == FIELD_NONE) return false;
        size_t next = value_end(&scan, begin), end = trim_value(&scan, begin, next);
        int32_t date = 0;
        if (!value_fits(&scan, kind, begin, end, &date)) return false;
        if (!out->says.date) out->says.date = date;
        if (kind == FIELD_SOURCE && end > begin)
            out->says.source =
                wy_trim((wy_string){line.data + scan.at[begin], scan.at[end] - scan.at[begin]});
        out->last = end == begin ? kind : FIELD_NONE;
        at = next;
    }
    return scan.n > 0;
}

/* The value of a label that stands alone on the line before. */
static bool lone_value(const wy_document *document, size_t i, field_kind kind, wy_furniture *says)
{
    wy_scan scan;
    size_t ignored;
    int32_t date = 0;
    if (i >= document->count) return false;
    wy_scan_line(&scan, document->lines[i].text);
    if (!scan.whole || kind == FIELD_SIZE || scan.c[0] == U'【' ||
        label(&scan, 0, &ignored) != FIELD_NONE || is_one_of(&scan, LIST(buttons)) ||
        !value_fits(&scan, kind, 0, scan.n, &date))
        return false;
    if (!says->date) says->date = date;
    if (kind == FIELD_SOURCE && !says->source.length) says->source = document->lines[i].text;
    return true;
}

/* ---- Other forms -------------------------------------------------------------------------- */

static bool size_word(const wy_scan *scan)
{
    return is_one_of(scan, LIST(sizes)) || is_one_of(scan, LIST(buttons));
}

/* 【字号： 大 中 小 】, or 【 打印本页 】, over several lines: the index behind it, or `i`. */
static size_t bracket_group(const wy_document *document, size_t i)
{
    wy_scan scan;
    wy_scan_line(&scan, document->lines[i].text);
    bool sized = starts_with_one_of(&scan, 0, LIST(size_labels)) && scan.whole && scan.n <= 24 &&
                 !wy_scan_has_char(&scan, 0, scan.n, SENTENCE);
    if (!sized && !wy_scan_is(&scan, U"【")) return i;
    if (sized && wy_in_set(scan.c[scan.n - 1], U"】]")) return i + 1;
    for (size_t j = i + 1; j < document->count && j < i + 10; j++) {
        wy_scan_line(&scan, document->lines[j].text);
        if (wy_scan_is(&scan, U"】") || wy_scan_is(&scan, U"]")) return j + 1;
        if (!size_word(&scan)) break;
    }
    return sized && wy_in_set(scan.c[0], U"【[") ? i + 1 : i;
}

/* 首页 > 政务公开 > …, on one line. */
static bool crumbs(const wy_scan *scan)
{
    static const char32_t *const starts[] = {U"首页",         U"您的位置",     U"当前位置",
                                             U"您当前的位置", U"您现在的位置", U"您所在的位置",
                                             U"您当前位置"};
    return scan->whole && starts_with_one_of(scan, 0, LIST(starts)) &&
           wy_scan_has_char(scan, 0, scan->n, U">»›") && !wy_scan_has_char(scan, 0, scan->n, U"。");
}

/* - 3 -, —3—, 第 3 页 共 9 页. */
static bool page_number(const wy_scan *scan)
{
    size_t at = 0, digits = 0;
    if (!scan->whole || scan->n < 3 || scan->n > 20) return false;
    bool words = scan->c[0] == U'第';
    for (; at < scan->n; at++) {
        if (wy_char_digit(scan->c[at]))
            digits++;
        else if (!wy_in_set(scan->c[at], words ? U" 第页共頁/" : U" -—–―"))
            return false;
    }
    char32_t last = scan->c[scan->n - 1];
    return digits > 0 && digits <= 8 &&
           (words ? wy_in_set(last, U"页頁") : !wy_char_digit(last) && !wy_char_digit(scan->c[0]));
}

/* abcd39f1fb7f426d9dfb6bd0fa1f2146: the number of a page, before the title of a link to it. */
static bool link_number(const wy_scan *scan)
{
    if (!scan->whole || scan->n != 33 || scan->c[32] != ':') return false;
    for (size_t i = 0; i < 32; i++)
        if (!wy_char_digit(scan->c[i]) && !(scan->c[i] >= 'a' && scan->c[i] <= 'f')) return false;
    return true;
}

/* 》》点击图片进入专题《《 */
static bool banner(const wy_scan *scan)
{
    return scan->whole && scan->n > 4 && scan->n < 40 && wy_scan_at(scan, 0, U"》》") &&
           wy_scan_at(scan, scan->n - 2, U"《《");
}

/* Wikisource's box on copyright: from 本作品 to the end, where
 * Public domain says that it is one. */
static void mark_licence(wy_document *document)
{
    size_t from = document->count > TAIL_LINES ? document->count - TAIL_LINES : 0;
    size_t begin = document->count;
    wy_scan scan;
    bool confirmed = false;
    for (size_t i = from; i < document->count; i++) {
        wy_scan_line(&scan, document->lines[i].text);
        if (begin == document->count && wy_scan_at(&scan, 0, U"本作品")) begin = i;
        confirmed = confirmed || (begin < i && wy_scan_is(&scan, U"Public domain"));
    }
    for (size_t i = begin; confirmed && i < document->count; i++)
        document->lines[i].kind = WY_LINE_FURNITURE;
}

static void mark(wy_document *document, size_t i)
{
    document->lines[i].kind = WY_LINE_FURNITURE;
}

/* The line behind a > is a place on the site, and so is its repetition. */
static size_t mark_crumb(wy_document *document, size_t i)
{
    wy_scan scan;
    if (i + 1 >= document->count) return i;
    wy_scan_line(&scan, document->lines[i + 1].text);
    if (!scan.whole || scan.n > 20 || wy_scan_has_char(&scan, 0, scan.n, SENTENCE)) return i;
    mark(document, ++i);
    if (i + 1 < document->count && wy_same(document->lines[i].text, document->lines[i + 1].text))
        mark(document, ++i);
    return i;
}

/* Marks what begins at line i; returns the last line it looked at. */
static size_t mark_at(wy_document *document, size_t i, wy_furniture *says)
{
    wy_scan scan;
    fields found;
    wy_date date;
    bool time;
    wy_scan_line(&scan, document->lines[i].text);
    size_t group = bracket_group(document, i);
    if (group > i) {
        for (size_t j = i; j < group; j++) mark(document, j);
        return group - 1;
    }
    if (edge(document, i) && link_number(&scan)) {
        mark(document, i);
        if (i + 1 < document->count && wy_length(document->lines[i + 1].text, 61) <= 60)
            mark(document, ++i);
    } else if (page_number(&scan)) {
        document->lines[i].kind = WY_LINE_PAGE;
    } else if (is_one_of(&scan, LIST(buttons)) || crumbs(&scan) || banner(&scan)) {
        mark(document, i);
        if (wy_scan_is(&scan, U">") || wy_scan_is(&scan, U">>")) return mark_crumb(document, i);
    } else if (edge(document, i) && is_one_of(&scan, LIST(residue))) {
        mark(document, i);
    } else if (edge(document, i) && read_fields(document, i, &found)) {
        mark(document, i);
        if (found.last != FIELD_NONE && lone_value(document, i + 1, found.last, &found.says))
            mark(document, ++i);
        if (!says->date && i < HEAD_LINES) {
            says->date = found.says.date;
            says->date_line = document->lines[i].text;
        }
        if (!says->source.length) says->source = found.says.source;
    } else if (i < HEAD_LINES && wy_date_line(&scan, &date, &time) && time) {
        mark(document, i);
        if (!says->date) {
            says->date = date.value;
            says->date_line = document->lines[i].text;
        }
    }
    return i;
}

void wy_furniture_mark(wy_document *document, wy_furniture *out)
{
    *out = (wy_furniture){0};
    mark_licence(document);
    for (size_t i = 0; i < document->count; i++)
        if (document->lines[i].kind == WY_LINE_TEXT && !torn(document, i))
            i = mark_at(document, i, out);
}

void wy_furniture_mark_title(wy_document *document, wy_string title)
{
    for (size_t i = 0; title.length && i < document->count; i++)
        if (edge(document, i) && !torn(document, i) && wy_same(document->lines[i].text, title))
            document->lines[i].kind = WY_LINE_TITLE;
}
