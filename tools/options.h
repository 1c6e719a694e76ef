/*
 * options.h: a command of the tool, its options, and reading them from the command line.
 *
 * One table serves getopt_long, --help, manual pages and completions (describe.c), so that they
 * cannot disagree. A query may hold words
 * such as -腐败: an argument whose dash is followed by a character outside ASCII, a quote or a
 * parenthesis is never an option; getopt_long sees it with a mark before the dash.
 */
#ifndef WY_TOOLS_OPTIONS_H
#define WY_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses. */
enum { STATUS_OK = 0, STATUS_NOTHING = 1, STATUS_TROUBLE = 2, STATUS_STOPPED = 128 };

typedef struct option_row {
    int key;           /* what options_next returns: the letter, or a number above 255 */
    const char *name;  /* long name, without the dashes */
    const char *value; /* what --help calls its value; NULL: takes none. describe.c knows by it what
                          a shell may complete */
    const char *help;  /* what it does, marked with N_ */
} option_row;

typedef struct command {
    const char *name;
    const char *operands;      /* "INDEX QUERY..." */
    const char *summary;       /* one line for the list of commands; N_ */
    const char *more;          /* further lines for --help, or ""; N_ */
    const char *examples;      /* commands, a line each; NULL: none */
    const option_row *options; /* ends with a zeroed one; -h, --help is added to all */
    int (*run)(const struct command *command, int argc, char **argv);
    bool paged; /* what it writes may be long: a terminal gets it by way of a pager */
} command;

/* -h, --help, which every command has. */
extern const option_row help_option;

/* The state of reading; one at a time, since getopt_long has one of its own. */
typedef struct arguments {
    const command *command;
    char **argv; /* a copy, in which words that are no options are marked */
    int argc;
    struct option_tables *tables; /* as getopt_long wants them */

    const option_row *found; /* the option that options_next returned */
    const char *value;       /* its value, or NULL */
    char **operands;         /* room for argc; freed by options_free */
    int operand_count;
} arguments;

enum { OPTIONS_END = -1, OPTIONS_HELP = -2, OPTIONS_BAD = -3 };

/* `argv` is that of the command: argv[0] is its name. It must stay until options_free. */
void options_begin(arguments *a, const command *c, int argc, char **argv);

/*
 * The key of the next option; operands are gathered on the way. OPTIONS_END after the last;
 * OPTIONS_HELP after printing the help; OPTIONS_BAD after a complaint.
 */
int options_next(arguments *a);

/* Exit status for what options_next returned when it is not an option's key. */
int options_status(int key);

void options_free(arguments *a);

/* Complains about wrong usage, with a hint at --help. Returns STATUS_TROUBLE. */
int options_misuse(const command *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Value of the option just found as a number from `least` to `most`; complains where it is not. */
bool options_number(const arguments *a, uint64_t least, uint64_t most, uint64_t *out);

/* A year or a range of years: 2020, 2019..2022, 2019.., ..2022. An open end is 0. */
bool options_years(const arguments *a, int32_t *from, int32_t *to);

/* A whole command whose one operand is an index and whose one option is -j, --json. */
int options_run_on_index(const command *c, int argc, char **argv,
                         int (*run)(const char *path, bool json));

void options_help(const command *c);

/* Words joined by spaces. The caller frees it. */
char *options_join(char *const *words, int count);

#endif
