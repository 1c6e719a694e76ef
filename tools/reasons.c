/*
 * reasons.c: undoing printf.
 */
#include "reasons.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "output.h"

enum { MOST_VALUES = 8 };

/* What stood for each conversion of the pattern. */
typedef struct found {
    const char *begin[MOST_VALUES];
    size_t length[MOST_VALUES];
    size_t count;
} found;

/* The length of the conversion at `format`, 0 where none is; %% is one too. */
static size_t conversion(const char *format)
{
    if (*format != '%') return 0;
    const size_t flags = 1 + strspn(format + 1, "0123456789.*-+ #$hlzjt");
    return format[flags] ? flags + 1 : 0;
}

static bool is_percent(const char *format, size_t length)
{
    return length == 2 && format[1] == '%';
}

/* Whether `text` could have been made of `format`; a value is as short as can be. */
static bool matches(const char *format, const char *text, found *values)
{
    while (*format) {
        const size_t length = conversion(format);
        if (length == 0 || is_percent(format, length)) {
            if (*text != *format) return false;
            text++;
            format += length ? length : 1;
            continue;
        }
        if (values->count == MOST_VALUES) return false;
        const size_t place = values->count++;
        for (size_t taken = 0;; taken++) {
            const size_t count = values->count;
            values->begin[place] = text;
            values->length[place] = taken;
            if (matches(format + length, text + taken, values)) return true;
            values->count = count;
            if (!text[taken]) return false;
        }
    }
    return *text == '\0';
}

/* A value that is a message itself ("cannot open") is translated too. */
static void put_value(FILE *to, const char *value, size_t length)
{
    char *text = copy_text(value, length);
    fputs(message_value(text), to);
    free(text);
}

/* Fills the translation in; %N$… takes value N. */
static char *filled(const char *format, const found *values)
{
    char *text = NULL;
    size_t size, next = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to) return NULL;
    while (*format) {
        const size_t length = conversion(format);
        if (length == 0 || is_percent(format, length)) {
            putc(*format, to);
            format += length ? length : 1;
            continue;
        }
        const char *dollar = memchr(format, '$', length);
        const size_t value = dollar ? (size_t)strtoul(format + 1, NULL, 10) - 1 : next++;
        if (value < values->count) put_value(to, values->begin[value], values->length[value]);
        format += length;
    }
    if (fclose(to) == 0) return text;
    free(text);
    return NULL;
}

/* Letters that are not of conversions: the pattern that says most fits best. */
static size_t weight(const char *format)
{
    size_t letters = 0;
    while (*format) {
        const size_t length = conversion(format);
        letters += length == 0;
        format += length ? length : 1;
    }
    return letters;
}

char *reason_translated(const char *reason)
{
    const char *best = NULL;
    found values = {0};
    for (size_t i = 0; reason_patterns[i]; i++) {
        found here = {0};
        if (best && weight(reason_patterns[i]) <= weight(best)) continue;
        if (!matches(reason_patterns[i], reason, &here)) continue;
        best = reason_patterns[i];
        values = here;
    }
    if (!best) return NULL;
    const char *own = gettext(best);
    return own == best ? NULL : filled(own, &values);
}
