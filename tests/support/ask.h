/*
 * support/ask.h: questions as trees of their own, printed in the language of queries, so that the
 * parser is tested together with what comes behind it.
 */
#ifndef WY_SUPPORT_ASK_H
#define WY_SUPPORT_ASK_H

#include "support/test.h"

typedef enum wy_ask_kind {
    WY_ASK_WORD,
    WY_ASK_PHRASE,
    WY_ASK_PATTERN, /* a word of the index in which * is anything and ? one character */
    WY_ASK_FUZZY,   /* a Latin word, or one that is an edit away */
    WY_ASK_YEARS,
    WY_ASK_DATES,
    WY_ASK_REPORT,         /* by its id */
    WY_ASK_REPORT_PATTERN, /* by a pattern of its id, or of its source */
    WY_ASK_NEAR,           /* two leaves or more of one field */
    WY_ASK_NOT,            /* one part */
    WY_ASK_AND,            /* two parts or more */
    WY_ASK_LIST            /* parts with `occur` */
} wy_ask_kind;

typedef enum wy_ask_occur {
    WY_ASK_MAY,
    WY_ASK_MUST,
    WY_ASK_MUST_NOT,
    WY_ASK_LIMIT,     /* years, dates, reports: the list is limited to any of those of a kind */
    WY_ASK_LIMIT_EACH /* and to each of those */
} wy_ask_occur;

typedef enum wy_ask_field {
    WY_ASK_BODY,
    WY_ASK_TITLE,
    WY_ASK_ISSUER,
    WY_ASK_SECTION,
    WY_ASK_FIELDS
} wy_ask_field;

/*
 * A list matches within its limits where all that must does, nothing that must not does and, if
 * there is nothing that must but something that may, one of those. A list in which a part of kind
 * NOT may match has two parts or more, and all of them may: it can be written with OR only.
 */
typedef struct wy_ask {
    wy_ask_kind kind;
    wy_ask_occur occur; /* in the list that it is in */
    wy_ask_field field; /* of leaves that are looked for in text */
    char *text;         /* of leaves, owned */
    int32_t from, to;   /* of years and dates; 0: open */
    uint32_t distance;  /* of a part of NEAR but the first: from the one before */
    double boost;
    struct wy_ask **parts;
    size_t count;
} wy_ask;

wy_ask *wy_ask_word(const char *text);
wy_ask *wy_ask_phrase(const char *text);
wy_ask *wy_ask_in(wy_ask *leaf, wy_ask_field field); /* makes it one of the field, and returns it */
wy_ask *wy_ask_years(int32_t from, int32_t to);
wy_ask *wy_ask_not(wy_ask *part);
wy_ask *wy_ask_group(wy_ask_kind kind); /* an empty AND or LIST */
void wy_ask_put(wy_ask *group, wy_ask_occur occur, wy_ask *part);
void wy_ask_free(wy_ask *ask);

/* Words and phrases in it. */
size_t wy_ask_leaves(const wy_ask *ask);

/* In the language of queries, in new memory. Where there are several ways to write something,
 * `random` chooses. */
char *wy_ask_print(const wy_ask *ask, wy_test_random *random);

/* Where random questions take their words from. */
typedef struct wy_ask_source {
    void *context;
    char *(*word)(void *context, wy_test_random *random); /* new memory */
    /* Of a text of the field; or NULL. */
    char *(*phrase)(void *context, wy_ask_field field, wy_test_random *random);
    /* Where this is NULL, so are those below, and questions have none of it, and no NEAR. */
    char *(*pattern)(void *context, wy_ask_field field, wy_test_random *random);
    char *(*fuzzy)(void *context, wy_ask_field field, wy_test_random *random);
    char *(*report)(void *context, bool pattern, wy_test_random *random);
    int32_t first_year, last_year;
} wy_ask_source;

/* At most `depth` levels of operators. */
wy_ask *wy_ask_random(const wy_ask_source *source, unsigned depth, wy_test_random *random);

#endif
