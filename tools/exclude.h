/*
 * exclude.h: which names below a folder are passed over, by patterns as .gitignore has them.
 *
 *     *.tmp      any file or folder of that name, at any depth
 *     /drafts    only at the top of the folder that was given
 *     2019/a.txt a slash inside: from the top as well
 *     old/       folders only
 *     a/[**]/b   without the brackets: b below a, at any depth; ** at the end: all that is below
 *     !keep.txt  what an earlier pattern took away is read after all
 *
 * The last pattern that fits decides. What lies in a folder that is passed over is not looked at,
 * as in git, so a ! cannot bring it back.
 */
#ifndef WY_TOOLS_EXCLUDE_H
#define WY_TOOLS_EXCLUDE_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed, it excludes nothing. */
typedef struct exclude {
    const char **patterns; /* the caller's strings */
    size_t count;
} exclude;

void exclude_add(exclude *e, const char *pattern);

/* `path` is relative to the folder that was given, with single slashes. */
bool exclude_has(const exclude *e, const char *path, bool folder);

void exclude_free(exclude *e);

#endif
