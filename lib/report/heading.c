/*
 * Headings by their numbers, as official documents have them (GB/T 9704-2012, 7.3.3: 一、 （一）
 * 1. （1）), the parts and chapters of longer ones, and the points of speeches (一是).
 */
#include "report/layout.h"

#define CLAUSE_MAX 45 /* characters: a longer first clause is a sentence */

static bool han_numeral(char32_t c)
{
    return wy_in_set(c, U"一二三四五六七八九十百零〇○");
}

static size_t numerals(const wy_scan *scan, size_t at)
{
    size_t end = at;
    while (end < scan->n && end < at + 5 && han_numeral(scan->c[end])) end++;
    return end;
}

static size_t number(const wy_scan *scan, size_t at)
{
    size_t end = at;
    while (end < scan->n && end < at + 3 && wy_char_digit(scan->c[end])) end++;
    return wy_char_digit(scan->c[end]) ? at : end;
}

/* 第一章, 第二部分, 第三、 */
static size_t ordinal(const wy_scan *scan, int *rank)
{
    size_t end = numerals(scan, 1);
    if (end == 1) end = number(scan, 1);
    if (end == 1) return 0;
    static const struct {
        const char32_t *word;
        int rank;
    } kinds[] = {{U"部分", WY_RANK_PART},  {U"篇", WY_RANK_PART},    {U"编", WY_RANK_PART},
                 {U"章", WY_RANK_CHAPTER}, {U"节", WY_RANK_PASSAGE}, {U"、", WY_RANK_FIRST}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = wy_scan_at(scan, end, kinds[i].word);
        if (length) {
            *rank = kinds[i].rank;
            return end + length;
        }
    }
    return 0;
}

/* （一） (1) */
static size_t bracketed(const wy_scan *scan, int *rank)
{
    size_t end = numerals(scan, 1);
    *rank = WY_RANK_BRACKET;
    if (end == 1) {
        end = number(scan, 1);
        *rank = WY_RANK_PAREN;
    }
    return end > 1 && scan->c[end] == ')' ? end + 1 : 0;
}

/* The position behind a heading's number, or 0. */
static size_t heading_number(const wy_scan *scan, int *rank)
{
    char32_t first = scan->c[0];
    size_t end = 0;
    if (first == U'第') return ordinal(scan, rank);
    if (first == '(') return bracketed(scan, rank);
    if (first >= U'①' && first <= U'⑳') {
        *rank = WY_RANK_CIRCLE;
        return 1;
    }
    end = numerals(scan, 0);
    if (end && (scan->c[end] == U'、' || scan->c[end] == '.')) {
        *rank = WY_RANK_ONE;
        return end + 1;
    }
    end = number(scan, 0);
    if (end &&
        (scan->c[end] == U'、' || (scan->c[end] == '.' && !wy_char_digit(scan->c[end + 1])))) {
        *rank = WY_RANK_NUMBER;
        return end + 1;
    }
    if (end && scan->c[end] == ')') {
        *rank = WY_RANK_PAREN;
        return end + 1;
    }
    return 0;
}

static bool heading_word(const wy_scan *scan)
{
    static const char32_t *const words[] = {U"前言", U"引言",     U"导言",  U"序言",    U"结束语",
                                            U"结语", U"名词解释", U"注释",  U"附件",    U"附录",
                                            U"附表", U"结 语",    U"前 言", U"结 束 语"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wy_scan_is(scan, words[i])) return true;
    return false;
}

/* Skips Markdown's marks: the number of them, and where the text begins. */
static size_t markdown(const wy_scan *scan, size_t *begin)
{
    size_t marks = 0;
    while (marks < scan->n && scan->c[marks] == '#') marks++;
    *begin = 0;
    if (marks == 0 || marks > 6 || scan->c[marks] != ' ') return 0;
    *begin = wy_scan_skip(scan, marks);
    return marks;
}

/* The first clause, where it is short enough for a heading; 0: it is not. */
static size_t clause(const wy_scan *scan, size_t from)
{
    for (size_t i = from; i < scan->n && i <= CLAUSE_MAX; i++)
        if (wy_in_set(scan->c[i], U"。!?;")) return scan->c[i] == U'。' && i > from ? i : 0;
    return 0;
}

/*
 * 一是提高站位，强化领导。坚持…: the first sentence is what the paragraph is about. Where it is all
 * that the paragraph says, or where 二是 follows in the same paragraph, it is none. Returns where
 * the sentence ends, or 0.
 */
static size_t point(const wy_scan *scan, wy_string text)
{
    static const char *const next[] = {"二是", "三是", "四是", "五是", "六是",
                                       "七是", "八是", "九是", "十是"};
    static const char32_t digits[] = U"一二三四五六七八九";
    if (numerals(scan, 0) != 1 || scan->c[1] != U'是') return 0;
    for (size_t i = 0; digits[i]; i++)
        if (scan->c[0] == digits[i] && wy_string_find(text, wy_literal(next[i]))) return 0;
    size_t stop = clause(scan, 2);
    return stop + 1 < scan->n ? stop : 0;
}

bool wy_heading_begins(wy_string line)
{
    wy_scan scan;
    int rank = WY_RANK_NONE;
    wy_scan_line(&scan, line);
    size_t end = heading_number(&scan, &rank);
    return end > 0 && end < scan.n;
}

int wy_heading(const wy_line *line, wy_string *heading)
{
    wy_scan scan;
    int rank = WY_RANK_NONE;
    size_t begin;
    wy_string text = line->text;
    wy_scan_line(&scan, text);
    size_t level = markdown(&scan, &begin);
    if (level) {
        text = (wy_string){text.data + scan.at[begin], text.length - scan.at[begin]};
        wy_scan_line(&scan, text);
    } else {
        level = line->level;
    }
    size_t end = heading_number(&scan, &rank);
    bool sentence = scan.n > 0 && (wy_in_set(scan.c[scan.n - 1], U";,、") ||
                                   wy_scan_has_char(&scan, 0, scan.n, U"。"));
    bool little = scan.whole && scan.n <= WY_HEADING_MAX && !sentence;
    *heading = text;
    if (end > 0 && end < scan.n && little) return rank;
    if (level) return end > 0 ? rank : (int)level;
    if (end > 0 && (rank == WY_RANK_ONE || rank == WY_RANK_BRACKET)) {
        size_t stop = clause(&scan, end);
        heading->length = scan.at[stop];
        return stop ? rank : WY_RANK_NONE;
    }
    size_t stop = point(&scan, text);
    if (stop) {
        heading->length = scan.at[stop];
        return WY_RANK_POINT;
    }
    if (heading_word(&scan)) return WY_RANK_WORD;
    /* 一, alone on its line: the sections of the fifties. */
    return scan.whole && scan.n <= 3 && numerals(&scan, 0) == scan.n ? WY_RANK_ONE : WY_RANK_NONE;
}
