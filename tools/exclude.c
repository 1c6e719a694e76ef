/*
 * exclude.c: patterns of names, as .gitignore has them (gitignore(5)).
 */
#include "exclude.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

void exclude_add(exclude *e, const char *pattern)
{
    e->patterns = more_memory(e->patterns, e->count + 1, sizeof *e->patterns);
    e->patterns[e->count++] = pattern;
}

void exclude_free(exclude *e)
{
    free(e->patterns);
    *e = (exclude){0};
}

/* A part of a pattern or path between slashes. */
typedef struct part {
    const char *begin;
    size_t length;
} part;

/* The part at *at, which moves behind its slash. */
static part next_part(const char **at)
{
    const char *slash = strchr(*at, '/');
    part p = {*at, slash ? (size_t)(slash - *at) : strlen(*at)};
    *at += p.length + (slash != NULL);
    return p;
}

static bool is_any_depth(part p)
{
    return p.length == 2 && memcmp(p.begin, "**", 2) == 0;
}

static bool part_fits(part pattern, part name)
{
    char *a = copy_text(pattern.begin, pattern.length), *b = copy_text(name.begin, name.length);
    bool fits = fnmatch(a, b, 0) == 0;
    free(a);
    free(b);
    return fits;
}

/* Whether the parts of a pattern fit all parts of a path. Where they do not, the last ** takes one
 * more part: an earlier one could do no better. */
static bool parts_fit(const char *pattern, const char *path)
{
    const char *again = NULL, *from = NULL; /* behind the last **, and what it stands for */
    while (*path) {
        const char *p = pattern, *t = path;
        part wanted = {NULL, 0};
        bool more = *p != '\0';
        if (more) wanted = next_part(&p);
        if (more && is_any_depth(wanted)) {
            if (*p == '\0') return true; /* all that is below; there is something */
            again = pattern = p;
            from = path;
        } else if (more && part_fits(wanted, next_part(&t))) {
            pattern = p;
            path = t;
        } else if (again) {
            next_part(&from);
            pattern = again;
            path = from;
        } else {
            return false;
        }
    }
    return *pattern == '\0';
}

/* Whether a pattern without its ! fits. */
static bool fits(const char *pattern, const char *path, bool folder)
{
    size_t length = strlen(pattern);
    bool folders_only = length > 1 && pattern[length - 1] == '/';
    if (folders_only && !folder) return false;
    char *copy = copy_text(pattern, folders_only ? length - 1 : length);
    const char *name = strrchr(path, '/'), *wanted = copy;
    bool anchored = strchr(copy, '/') != NULL, result;
    if (*wanted == '/') wanted++;
    result = anchored ? parts_fit(wanted, path) : fnmatch(wanted, name ? name + 1 : path, 0) == 0;
    free(copy);
    return result;
}

bool exclude_has(const exclude *e, const char *path, bool folder)
{
    for (size_t i = e->count; i-- > 0;) {
        bool back = e->patterns[i][0] == '!';
        if (fits(e->patterns[i] + back, path, folder)) return !back;
    }
    return false;
}
