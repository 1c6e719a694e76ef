/*
 * options.c: reading the command line.
 */
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

static const option help_option = {'h', "help", NULL, "show this help"};

void options_begin(arguments *a, const command *c, int argc, char **argv)
{
    *a = (arguments){.command = c, .argv = argv, .argc = argc, .next = 1};
    a->operands = take_memory((size_t)argc + 1, sizeof *a->operands);
}

void options_free(arguments *a)
{
    free(a->operands);
    a->operands = NULL;
}

int options_misuse(const command *c, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    complain_list(format, list);
    va_end(list);
    if (c)
        fprintf(stderr, "try: wenyuan %s --help\n", c->name);
    else
        fputs("try: wenyuan --help\n", stderr);
    return STATUS_TROUBLE;
}

static const option *by_letter(const command *c, int letter)
{
    for (const option *o = c->options; o->name; o++)
        if (o->key == letter) return o;
    return letter == help_option.key ? &help_option : NULL;
}

static const option *by_name(const command *c, const char *name, size_t length)
{
    for (const option *o = c->options; o->name; o++)
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0) return o;
    if (strlen(help_option.name) == length && memcmp(help_option.name, name, length) == 0)
        return &help_option;
    return NULL;
}

static int unknown_long(const arguments *a, const char *name, size_t length)
{
    const char *best = NULL;
    size_t distance = 3;
    for (const option *o = a->command->options; o->name; o++) {
        size_t d = edit_distance(name, length, o->name, strlen(o->name));
        if (d < distance) {
            distance = d;
            best = o->name;
        }
    }
    if (best)
        options_misuse(a->command, "no option --%.*s; did you mean --%s?", (int)length, name, best);
    else
        options_misuse(a->command, "no option --%.*s", (int)length, name);
    return OPTIONS_BAD;
}

/* Gives the option found its value: what is left of the argument, or the next argument. */
static int take_value(arguments *a, const char *attached)
{
    if (attached) {
        a->value = attached;
    } else if (a->next < a->argc) {
        a->value = a->argv[a->next++];
    } else {
        options_misuse(a->command, "--%s needs a value: %s", a->found->name, a->found->value);
        return OPTIONS_BAD;
    }
    return a->found->key;
}

static int found(arguments *a)
{
    if (a->found != &help_option) return a->found->key;
    options_help(a->command);
    return OPTIONS_HELP;
}

static int next_long(arguments *a, const char *name)
{
    const char *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    a->found = by_name(a->command, name, length);
    if (!a->found) return unknown_long(a, name, length);
    if (a->found->value) return take_value(a, equals ? equals + 1 : NULL);
    if (equals) {
        options_misuse(a->command, "--%s takes no value", a->found->name);
        return OPTIONS_BAD;
    }
    return found(a);
}

static int next_letter(arguments *a)
{
    char letter = *a->cluster++;
    const char *rest = *a->cluster ? a->cluster : NULL;
    a->cluster = rest;
    a->found = by_letter(a->command, letter);
    if (!a->found) {
        a->cluster = NULL;
        options_misuse(a->command, "no option -%c; words that start with a dash go after --",
                       letter);
        return OPTIONS_BAD;
    }
    if (!a->found->value) return found(a);
    a->cluster = NULL;
    return take_value(a, rest);
}

int options_next(arguments *a)
{
    a->value = NULL;
    if (a->cluster) return next_letter(a);
    while (a->next < a->argc) {
        char *word = a->argv[a->next++];
        bool is_option = !a->only_operands && word[0] == '-' && word[1] != '\0' &&
                         (unsigned char)word[1] < 0x80 && word[1] != '"' && word[1] != '(';
        if (!is_option) {
            a->operands[a->operand_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            a->only_operands = true;
        } else if (word[1] == '-') {
            return next_long(a, word + 2);
        } else {
            a->cluster = word + 1;
            return next_letter(a);
        }
    }
    return OPTIONS_END;
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
    options_misuse(a->command, "--%s: '%s' is not a number from %llu to %llu", a->found->name,
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
        options_misuse(a->command,
                       "--%s: '%s' is not a year or a range such as 2019..2022, 2019.. or ..2022",
                       a->found->name, text);
    return good;
}

static void help_line(const option *o)
{
    char left[64];
    int n = o->key < 256 ? snprintf(left, sizeof left, "-%c, ", o->key)
                         : snprintf(left, sizeof left, "    ");
    snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", o->name, o->value ? " " : "",
             o->value ? o->value : "");
    printf("  %-24s %s\n", left, o->help);
}

void options_help(const command *c)
{
    printf("usage: wenyuan %s [options] %s\n%s\n\noptions:\n", c->name, c->operands, c->summary);
    for (const option *o = c->options; o->name; o++) help_line(o);
    help_line(&help_option);
    if (*c->more) printf("\n%s", c->more);
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
