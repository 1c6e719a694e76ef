/*
 * report/layout.h: what single lines are: furniture of a page, headings, parts of a torn
 * paragraph. wy_structure puts the answers together.
 */
#ifndef WY_REPORT_LAYOUT_H
#define WY_REPORT_LAYOUT_H

#include "report/chars.h"
#include "report/parse.h"

/* ---- furniture.c ---- */

/* What furniture says about the report. Empty or 0 where it says nothing. */
typedef struct wy_furniture {
    int32_t date;        /* of a line such as 日期：2024-03-29 */
    wy_string date_line; /* that line */
    wy_string source;    /* of a line such as 来源：… */
} wy_furniture;

/*
 * Marks lines that belong to the web page and not to the report, and collects what they say. Only
 * whole lines of exact form are marked, never a sentence: a page's unknown furniture stays as
 * paragraphs, but no word of the report is lost.
 */
void wy_furniture_mark(wy_document *document, wy_furniture *out);

/* Marks lines near the beginning and end that are the title or repeat it. */
void wy_furniture_mark_title(wy_document *document, wy_string title);

/* ---- heading.c ---- */

/*
 * Rank of a heading: the smaller, the higher in the tree. 0: no heading. HTML's h1 to h6 without
 * a number are 1 to 6, all above the numbered ones.
 */
typedef enum wy_rank {
    WY_RANK_NONE = 0,
    WY_RANK_WORD = 7,     /* 前言, 结束语, 名词解释, 附件 */
    WY_RANK_PART = 8,     /* 第一部分, 第一篇 */
    WY_RANK_CHAPTER = 9,  /* 第一章 */
    WY_RANK_PASSAGE = 10, /* 第一节 */
    WY_RANK_ONE = 11,     /* 一、 */
    WY_RANK_FIRST = 12,   /* 第一、 */
    WY_RANK_BRACKET = 13, /* （一） */
    WY_RANK_NUMBER = 14,  /* 1. 1、 */
    WY_RANK_PAREN = 15,   /* （1） 1） */
    WY_RANK_CIRCLE = 16,  /* ① */
    WY_RANK_POINT = 17    /* 一是…。 with more behind it */
} wy_rank;

#define WY_HEADING_MAX 60 /* characters */

/*
 * The rank of the line as a heading, and in *heading the heading's own text: the line, or its
 * first clause where the text goes on behind it, without Markdown's marks.
 */
int wy_heading(const wy_line *line, wy_string *heading);

/* Whether the line begins with a heading's number; a bare number is none. */
bool wy_heading_begins(wy_string line);

/* ---- join.c ---- */

/* Puts torn paragraphs together in document->lines; furniture between lines keeps them apart.
 * false: memory is out. */
bool wy_join(wy_document *document);

/* Whether the character cannot begin a line: a closing bracket, a comma, a full stop. */
bool wy_cannot_begin(char32_t c);

/* ---- issuer.c ---- */

/* Who issued it, by signature, title, opening lines or `source`; *why tells which. The name lies
 * in the document or its arena. false: memory is out. */
bool wy_issuer(wy_document *document, wy_string title, wy_string source, wy_string *issuer,
               wy_reason *why);

/* ---- session.c ---- */

/* The year of 第…届全国人民代表大会第…次会议 in the line; 0: it names none. */
int32_t wy_session_year(const wy_scan *scan);

/* ---- title.c ---- */

/* Finds the title and marks the lines that hold it; *why tells where. Empty: the text begins
 * without one. A title of two lines lies in the arena. false: memory is out. */
bool wy_title(wy_document *document, wy_string *title, wy_reason *why);

#endif
