/*
 * scope.h: the indexes that a command looks at as if they were one, and what it looks for in them.
 */
#ifndef WY_TOOLS_SCOPE_H
#define WY_TOOLS_SCOPE_H

#include <wenyuan/wenyuan.h>

#include "options.h"

/* Options that every command with a scope has, for its table. */
#define SCOPE_OPTIONS                                                                              \
    {'i', "index", "INDEX", N_("an index; given several times, all are looked at as one")}
#define FILTER_OPTIONS                                                                             \
    {'y', "year", "YEARS", N_("only reports of these years: A, A..B, A.. or ..B")},                \
        {KEY_ISSUER, "issuer", "TEXT", N_("only reports whose issuer has this in it")},            \
    {                                                                                              \
        KEY_TITLE, "title", "TEXT", N_("only reports whose title has this in it")                  \
    }
enum { KEY_ISSUER = 512, KEY_TITLE };

/* Zeroed, it is empty. */
typedef struct scope {
    const char **paths;
    size_t path_count;
    wy_index **indexes;
    wy_snapshot **snapshots;
    size_t count; /* opened */
} scope;

typedef struct filters {
    int32_t year_from, year_to;
    wy_string issuer, title;
} filters;

/* Takes one of the options above. *good: false after a complaint. Returns false where the key is
 * not one of them. `f` may be NULL where the command does not filter. */
bool scope_option(scope *s, filters *f, const arguments *a, int key, bool *good);

/*
 * Adds the first operand as the index where no option named one, and gives the number of operands
 * that it took.
 */
int scope_operand(scope *s, const arguments *a);

/* Opens all. false after a complaint; scope_close then too. */
bool scope_open(scope *s);
void scope_close(scope *s);

/* A command that looks for one query in a scope. `request` is its own. */
typedef struct scope_command {
    scope *scope;
    void *request;
    /* Takes an option. false after a complaint. */
    bool (*read_option)(void *request, const arguments *a, int key);
    /* Does the work; the operands behind the index are the query, joined. Gives the exit status. */
    int (*run)(void *request, const char *query);
} scope_command;

/* Runs a whole command, and gives its exit status. */
int scope_run(const scope_command *s, const command *c, int argc, char **argv);

/* Parses a query. NULL after a complaint. The caller frees it. */
wy_query *scope_query(const char *text);

/* Complains about a query that is not well formed, with a caret under the place. */
int complain_query(wy_error *error, const char *query);

#endif
