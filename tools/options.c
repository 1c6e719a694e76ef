/*
 * options.c: reading the command line.
 */
#define _GNU_SOURCE
#include "options.h"

#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "output.h"

const option_row help_option = {'h', "help", NULL, N_("show this help")};

enum { LETTERS = 128, MARK = '\1', OPERAND = 1 };

struct option_tables {
    char letters[2 * LETTERS + 4];
    struct option names[LETTERS];
};

static void add_row(struct option_tables *t, size_t n, const option_row *row)
{
    char *end = t->letters + strlen(t->letters);
    t->names[n] = (struct option){
        .name = row->name,
        .has_arg = row->value ? required_argument : no_argument,
        .val = row->key,
    };
    if (row->key > UCHAR_MAX) return;
    *end++ = (char)row->key;
    if (row->value) *end++ = ':';
    *end = '\0';
}

/* "-:" asks for operands in their place, and to be told of a missing value. */
static struct option_tables *make_tables(const command *c)
{
    struct option_tables *t = take_memory(1, sizeof *t);
    size_t n = 0;
    memset(t, 0, sizeof *t);
    strcpy(t->letters, "-:");
    for (const option_row *o = c->options; o->name; o++) add_row(t, n++, o);
    add_row(t, n, &help_option);
    return t;
}

/* Whether getopt_long would take a word of a query for options: -腐败, -"腐败", -(a b). */
static bool is_query_word(const char *word)
{
    return word[0] == '-' && ((unsigned char)word[1] >= 0x80 || word[1] == '"' || word[1] == '(');
}

static char *marked(const char *word)
{
    size_t length = strlen(word);
    char *copy = take_memory(length + 2, 1);
    copy[0] = MARK;
    memcpy(copy + 1, word, length + 1);
    return copy;
}

/* The word as it was given. */
static char *plain(char *word)
{
    return word && word[0] == MARK && is_query_word(word + 1) ? word + 1 : word;
}

void options_begin(arguments *a, const command *c, int argc, char **argv)
{
    *a = (arguments){.command = c, .argc = argc};
    a->tables = make_tables(c);
    a->operands = take_memory((size_t)argc + 1, sizeof *a->operands);
    a->argv = take_memory((size_t)argc + 1, sizeof *a->argv);
    for (int i = 0; i < argc; i++) {
        a->argv[i] = argv[i];
        if (i > 0 && is_query_word(argv[i])) a->argv[i] = marked(argv[i]);
    }
    a->argv[argc] = NULL;
    optind = 0; /* glibc: begin anew */
    opterr = 0; /* complaints are ours */
}

void options_free(arguments *a)
{
    if (a->argv)
        for (int i = 1; i < a->argc; i++)
            if (plain(a->argv[i]) != a->argv[i]) free(a->argv[i]);
    free(a->argv);
    free(a->tables);
    free(a->operands);
    a->argv = a->operands = NULL;
    a->tables = NULL;
}

int options_misuse(const command *c, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    complain_list(format, list);
    va_end(list);
    if (c)
        fprintf(stderr, _("try: wenyuan %s --help\n"), c->name);
    else
        fputs(_("try: wenyuan --help\n"), stderr);
    return STATUS_TROUBLE;
}

static const option_row *by_key(const command *c, int key)
{
    for (const option_row *o = c->options; o->name; o++)
        if (o->key == key) return o;
    return key == help_option.key ? &help_option : NULL;
}

static int unknown_long(const arguments *a, const char *name, size_t length)
{
    const char *best = NULL;
    size_t distance = 3;
    for (const option_row *o = a->command->options; o->name; o++) {
        size_t d = edit_distance(name, length, o->name, strlen(o->name));
        if (d < distance) {
            distance = d;
            best = o->name;
        }
    }
    if (best)
        options_misuse(a->command, _("no option --%.*s; did you mean --%s?"), (int)length, name,
                       best);
    else
        options_misuse(a->command, _("no option --%.*s"), (int)length, name);
    return OPTIONS_BAD;
}

/* What getopt_long did not understand: the argument before the next, or `letter`. */
static int misunderstood(const arguments *a, int letter)
{
    const char *word = a->argv[optind > 0 ? optind - 1 : 0];
    const option_row *known = letter ? by_key(a->command, letter) : NULL;
    if (known) {
        options_misuse(a->command, _("--%s takes no value"), known->name);
    } else if (letter) {
        options_misuse(a->command, _("no option -%c; words that start with a dash go after --"),
                       letter);
    } else {
        return unknown_long(a, word + 2, strcspn(word + 2, "="));
    }
    return OPTIONS_BAD;
}

int options_next(arguments *a)
{
    int key;
    while ((key = getopt_long(a->argc, a->argv, a->tables->letters, a->tables->names, NULL)) ==
           OPERAND)
        a->operands[a->operand_count++] = plain(optarg);
    if (key == -1) {
        while (optind < a->argc) a->operands[a->operand_count++] = plain(a->argv[optind++]);
        return OPTIONS_END;
    }
    if (key == '?') return misunderstood(a, optopt);
    a->found = by_key(a->command, key == ':' ? optopt : key);
    a->value = plain(optarg);
    if (key == ':') {
        options_misuse(a->command, _("--%s needs a value: %s"), a->found->name, a->found->value);
        return OPTIONS_BAD;
    }
    if (a->found != &help_option) return key;
    options_help(a->command);
    return OPTIONS_HELP;
}

int options_status(int key)
{
    return key == OPTIONS_HELP ? STATUS_OK : STATUS_TROUBLE;
}

/* Decimal digits alone: no sign, no space, nothing after. */
static bool read_number(const char *text, size_t length, uint64_t *out)
{
    uint64_t value = 0;
    if (length == 0) return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        unsigned digit = (unsigned)(text[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool options_number(const arguments *a, uint64_t least, uint64_t most, uint64_t *out)
{
    uint64_t value;
    if (read_number(a->value, strlen(a->value), &value) && value >= least && value <= most) {
        *out = value;
        return true;
    }
    options_misuse(a->command, _("--%s: '%s' is not a number from %llu to %llu"), a->found->name,
                   a->value, (unsigned long long)least, (unsigned long long)most);
    return false;
}

static bool read_year(const char *text, size_t length, int32_t *out)
{
    uint64_t value;
    if (!read_number(text, length, &value) || value < 1 || value > 9999) return false;
    *out = (int32_t)value;
    return true;
}

bool options_years(const arguments *a, int32_t *from, int32_t *to)
{
    const char *text = a->value, *dots = strstr(text, "..");
    bool good;
    *from = *to = 0;
    if (!dots) {
        good = read_year(text, strlen(text), from);
        *to = *from;
    } else {
        size_t left = (size_t)(dots - text), right = strlen(dots + 2);
        good = (left > 0 || right > 0) && (left == 0 || read_year(text, left, from)) &&
               (right == 0 || read_year(dots + 2, right, to)) &&
               (*from == 0 || *to == 0 || *from <= *to);
    }
    if (!good)
        options_misuse(
            a->command,
            _("--%s: '%s' is not a year or a range such as 2019..2022, 2019.. or ..2022"),
            a->found->name, text);
    return good;
}

int options_run_on_index(const command *c, int argc, char **argv,
                         int (*run)(const char *path, bool json))
{
    arguments a;
    bool json = false;
    int key, status;
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) == 'j') json = true;
    if (key != OPTIONS_END)
        status = options_status(key);
    else if (a.operand_count != 1)
        status = options_misuse(c, _("one index is needed"));
    else
        status = run(a.operands[0], json);
    options_free(&a);
    return status;
}

/* Writes text from column `indent` on, broken between words and between wide characters. */
static void put_wrapped(const char *text, size_t indent)
{
    const size_t width = terminal_width(), length = strlen(text);
    const size_t room = width > indent + 20 ? width - indent : 20;
    size_t at = 0;
    while (at < length) {
        size_t end = at + fitting(text + at, length - at, room);
        if (end < length && text[end] != ' ') {
            size_t back = end;
            while (back > at && text[back - 1] != ' ' && (text[back] & 0x80) == 0) back--;
            if (back < end && (text[back] & 0x80)) back++; /* behind a wide character */
            if (back > at) end = back;
        }
        if (end == at) next_character(text, length, &end);
        printf("%.*s\n", (int)(end - at), text + at);
        at = end;
        while (at < length && text[at] == ' ') at++;
        if (at < length) printf("%*s", (int)indent, "");
    }
}

static void help_line(const option_row *o)
{
    char left[64];
    int n = o->key < 256 ? snprintf(left, sizeof left, "-%c, ", o->key)
                         : snprintf(left, sizeof left, "    ");
    snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", o->name, o->value ? " " : "",
             o->value ? o->value : "");
    printf("  %-24s ", left);
    if (strlen(left) > 24) printf("\n%27s", "");
    put_wrapped(_(o->help), 27);
}

static void put_examples(const char *examples)
{
    printf("\n%s\n", _("examples:"));
    for (const char *line = examples; *line;) {
        const size_t length = strcspn(line, "\n");
        printf("  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

void options_help(const command *c)
{
    printf("%s wenyuan %s [%s] %s\n%s\n\n%s\n", _("usage:"), c->name, _("options"), c->operands,
           _(c->summary), _("options:"));
    for (const option_row *o = c->options; o->name; o++) help_line(o);
    help_line(&help_option);
    if (*c->more) printf("\n%s", _(c->more));
    if (c->examples) put_examples(c->examples);
}

char *options_join(char *const *words, int count)
{
    size_t length = 1;
    for (int i = 0; i < count; i++) length += strlen(words[i]) + 1;
    char *joined = take_memory(length, 1), *p = joined;
    for (int i = 0; i < count; i++) {
        if (i > 0) *p++ = ' ';
        size_t n = strlen(words[i]);
        memcpy(p, words[i], n);
        p += n;
    }
    *p = '\0';
    return joined;
}
