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
    WY_ASK_YEARS,
    WY_ASK_NOT, /* one part */
    WY_ASK_AND, /* two parts or more */
    WY_ASK_LIST /* parts with `occur` */
} wy_ask_kind;

typedef enum wy_ask_occur {
    WY_ASK_MAY,
    WY_ASK_MUST,
    WY_ASK_MUST_NOT,
    WY_ASK_LIMIT,     /* years: the list is limited to any of those */
    WY_ASK_LIMIT_EACH /* years: and to each of those */
} wy_ask_occur;

/*
 * A list matches within its limits where all that must does, nothing that must not does and, if
 * there is nothing that must but something that may, one of those. A list in which a part of kind
 * NOT may match has two parts or more, and all of them may: it can be written with OR only.
 */
typedef struct wy_ask {
    wy_ask_kind kind;
    wy_ask_occur occur; /* in the list that it is in */
    bool title;         /* words and phrases: of the title */
    char *text;         /* of words and phrases; owned */
    int32_t from, to;   /* of years; 0: open */
    struct wy_ask **parts;
    size_t count;
} wy_ask;

wy_ask *wy_ask_word(const char *text);
wy_ask *wy_ask_phrase(const char *text);
wy_ask *wy_ask_title(wy_ask *leaf); /* makes it one of the title, and returns it */
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
    char *(*word)(void *context, wy_test_random *random);               /* new memory */
    char *(*phrase)(void *context, bool title, wy_test_random *random); /* of a text; or NULL */
    int32_t first_year, last_year;
} wy_ask_source;

/* At most `depth` levels of operators. */
wy_ask *wy_ask_random(const wy_ask_source *source, unsigned depth, wy_test_random *random);

#endif
