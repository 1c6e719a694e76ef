/*
 * reading.c: options on how files are read.
 */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "stop.h"

/* By wy_source_format. */
static const char *const names[] = {"auto", "text", "html", "jsonl", "markdown", "docx", "pdf"};
enum { FORMATS = sizeof names / sizeof names[0] };

const char *reading_format_name(int format)
{
    return format >= 0 && format < FORMATS ? names[format] : "unknown";
}

static bool is_stopped(void *context)
{
    (void)context;
    return *stop_signal() != 0;
}

void reading_begin(reading *r)
{
    *r = (reading){.how = {.size = sizeof r->how, .cancelled = is_stopped}};
}

void reading_free(reading *r)
{
    for (size_t i = 0; i < r->how.filter_count; i++) free(r->extensions[i]);
    free(r->extensions);
    free(r->filters);
    *r = (reading){0};
}

static bool take_format(reading *r, const arguments *a)
{
    for (int i = 1; i < FORMATS; i++)
        if (strcmp(a->value, names[i]) == 0) {
            r->how.format = i;
            return true;
        }
    options_misuse(a->command,
                   _("--format: '%s' is none of text, html, jsonl, markdown, docx, pdf"), a->value);
    return false;
}

static bool take_filter(reading *r, const arguments *a)
{
    size_t n = r->how.filter_count, length = strcspn(a->value, "=");
    const char *extension = a->value + (a->value[0] == '.');
    if (a->value[length] != '=' || a->value + length <= extension ||
        strspn(a->value + length + 1, " \t") == strlen(a->value + length + 1)) {
        options_misuse(a->command, _("--filter: '%s' is not of the form EXT=COMMAND"), a->value);
        return false;
    }
    r->filters = more_memory(r->filters, n + 1, sizeof *r->filters);
    r->extensions = more_memory(r->extensions, n + 1, sizeof *r->extensions);
    r->extensions[n] = copy_text(extension, (size_t)(a->value + length - extension));
    r->filters[n] = (wy_source_filter){r->extensions[n], a->value + length + 1};
    r->how.filters = r->filters;
    r->how.filter_count = n + 1;
    return true;
}

bool reading_option(reading *r, const arguments *a, int key, bool *good)
{
    uint64_t seconds;
    switch (key) {
    case KEY_FORMAT:
        *good = take_format(r, a);
        return true;
    case KEY_ENCODING:
        r->how.encoding = a->value;
        return true;
    case KEY_FILTER:
        *good = take_filter(r, a);
        return true;
    case KEY_FILTER_TIME:
        *good = options_number(a, 1, 86400, &seconds);
        if (*good) r->how.filter_seconds = (uint32_t)seconds;
        return true;
    default:
        return false;
    }
}
