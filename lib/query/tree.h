/*
 * query/tree.h: a query as written, without an index: what wy_query_parse makes.
 *
 * A node lists its children through `child` and `next`. Every leaf keeps the byte where it begins
 * in the query, so that whoever finds something wrong with it later can point at it.
 */
#ifndef WY_QUERY_TREE_H
#define WY_QUERY_TREE_H

#include <wenyuan/search.h>

#include "base/arena.h"
#include "base/buf.h"
#include "segment/field.h"

#define WY_QUERY_WORDS 1024 /* most words in a query */
#define WY_QUERY_DEPTH 64   /* deepest nesting */

typedef enum wy_tree_kind {
    WY_TREE_WORD,    /* text between spaces; the analyzer may cut it into several terms */
    WY_TREE_PHRASE,  /* text between quotes */
    WY_TREE_PATTERN, /* a word with WY_PATTERN_MANY or WY_PATTERN_ONE (lex.h) in its text */
    WY_TREE_FUZZY,   /* a word, or one that differs in a letter */
    WY_TREE_YEARS,
    WY_TREE_DATES,
    WY_TREE_REPORT, /* by id */
    WY_TREE_NEAR,   /* two leaves or more */
    WY_TREE_NOT,    /* one child */
    WY_TREE_AND,    /* two children or more */
    WY_TREE_LIST,   /* children with `occur` */
    WY_TREE_WITHIN  /* what is sought, then the limits that all must hold */
} wy_tree_kind;

/* How a child of a list counts. */
typedef enum wy_occur { WY_SHOULD, WY_MUST, WY_MUST_NOT } wy_occur;

typedef struct wy_tree {
    wy_tree_kind kind;
    wy_occur occur;
    wy_field field;    /* of leaves that are looked for in text */
    size_t offset;     /* byte in the query */
    const char *text;  /* of leaves, escapes resolved; in the query's arena */
    size_t length;     /* of text */
    bool wild;         /* of a report: its text is a pattern */
    bool open_ended;   /* of a phrase: its last word may go on */
    int32_t from, to;  /* of years and dates (yyyymmdd), both included; 0: open */
    uint32_t distance; /* of a leaf of NEAR but the first: characters from the one before at most */
    double boost;
    struct wy_tree *child, *next;
} wy_tree;

/* Whether a node chooses paragraphs without scoring them: years, dates and reports. */
static inline bool wy_tree_is_filter(const wy_tree *tree)
{
    return tree->kind == WY_TREE_YEARS || tree->kind == WY_TREE_DATES ||
           tree->kind == WY_TREE_REPORT;
}

#define WY_QUERY_LENT 400 /* bytes: a few words */

struct wy_query {
    const wy_mem *mem;
    const wy_tree *root;
    wy_arena arena;
    /* What the arena gives first: a small query lies in one piece, so that reading it does not wait
     * for memory at each step. */
    _Alignas(WY_ARENA_ALIGNMENT) uint8_t lent[WY_QUERY_LENT];
};

/* Begins to fetch a query into the cache, where it may have been left a while ago. */
void wy_query_fetch(const wy_query *query);

/*
 * Writes the tree as an S-expression, for tests and explanations: (or a b), (list a +b -c),
 * (and a b), (not a), "a phrase", title:a, a*, a~1, (near a 5 b), years:2020..2023,
 * (within a years:2020..), dates:20240000..20249999, report:id, and ^2 behind what is boosted. A
 * list without + and - is written as `or`.
 */
void wy_tree_dump(const wy_tree *tree, wy_buf *out);

/* A node as the query may have it: a leaf without its boost, NEAR as "a NEAR/5 b". */
void wy_tree_dump_text(const wy_tree *tree, wy_buf *out);

/* "title" and so on; "" for the body. */
const char *wy_tree_field_name(wy_field field);

#endif
