/*
 * walk.h: from the paths on the command line to the files that are to be read.
 *
 * Files go by their real, absolute path, so that a later run from another folder, or by way of
 * a symbolic link, knows them again.
 */
#ifndef WY_TOOLS_WALK_H
#define WY_TOOLS_WALK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <wenyuan/report.h>

#include "exclude.h"
#include "map.h"

typedef struct walk_file {
    char *path;
    uint64_t size;
    int64_t time; /* modification, nanoseconds since 1970 */
} walk_file;

typedef struct walk {
    walk_file *files; /* in the order of reading: as given, names in a folder sorted by byte */
    size_t count, capacity;
    char **roots; /* the absolute paths of what was given */
    size_t root_count;
    size_t failed; /* what could not be read; each was complained about */

    size_t *unread; /* documents that nothing here reads, by number of their ending */

    dev_t skip_device; /* the index itself is not walked */
    ino_t skip_inode;
    bool vanished_is_fine;
    const wy_source_options *how;      /* what is read; may be NULL */
    const exclude *excluded;           /* what is passed over; may be NULL */
    const volatile sig_atomic_t *stop; /* a walk ends early when it is not 0; may be NULL */

    map seen_files;   /* by path */
    map seen_folders; /* by device and inode: loops of symbolic links end here */
} walk;

/*
 * `index`: the folder of the index. `vanished_is_fine`: no complaint about a root that is not
 * there (its reports are to be removed). `how` and `excluded` of the walk may be set behind it.
 */
void walk_begin(walk *w, const char *index, bool vanished_is_fine,
                const volatile sig_atomic_t *stop);

/* Adds a file, whatever its name, or the files below a folder that have a name that is read. "-"
 * is standard input. */
void walk_add(walk *w, const char *path);

/* Says on standard output how many documents below the folders were passed over since nothing reads
 * their format, if there were any. */
void walk_tell_unread(const walk *w);

/* Whether `path`, absolute, is one of the roots or below one. */
bool walk_covers(const walk *w, const char *path);

void walk_free(walk *w);

#endif
