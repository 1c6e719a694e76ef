/*
 * walk.c: walking folders.
 */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "messages.h"
#include "output.h"

static bool stopped(const walk *w)
{
    return w->stop && *w->stop != 0;
}

static void fail(walk *w, const char *path, const char *reason)
{
    complain("%s: %s", path, reason);
    w->failed++;
}

/* ---- Documents that are not read ------------------------------------------------------------ */

/* Endings of files that may well hold a report, or many: of office documents, of scans, of
 * archives.
 */
static const char *const documents[] = {
    ".doc",  ".wps",  ".rtf",  ".odt",  ".ofd", ".ceb",  ".caj", ".pdf", ".mht",  ".mhtml", ".xls",
    ".xlsx", ".et",   ".ods",  ".csv",  ".ppt", ".pptx", ".dps", ".odp", ".epub", ".eml",   ".msg",
    ".xml",  ".json", ".docm", ".dotx", ".tif", ".tiff", ".zip", ".rar", ".7z",   ".tar",   ".tgz"};
enum { DOCUMENTS = sizeof documents / sizeof documents[0] };

static void note_unread(walk *w, const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < DOCUMENTS; i++) {
        if (strcasecmp(dot, documents[i]) != 0) continue;
        if (!w->unread) w->unread = take_memory(DOCUMENTS, sizeof *w->unread);
        w->unread[i]++;
        return;
    }
}

void walk_tell_unread(const walk *w)
{
    char number[NUMBER_SIZE];
    bool first = true;
    for (size_t i = 0; w->unread && i < DOCUMENTS; i++) {
        if (!w->unread[i]) continue;
        fputs(first ? _("passed over, for --filter to read: ") : ", ", stdout);
        printf("%s %s", with_commas(w->unread[i], number), documents[i]);
        first = false;
    }
    if (!first) putchar('\n');
}

/* ---- Files and folders ---------------------------------------------------------------------- */

static char *joined(const char *folder, const char *name)
{
    size_t a = strlen(folder), b = strlen(name);
    char *path = take_memory(a + b + 2, 1);
    memcpy(path, folder, a);
    if (a == 0 || folder[a - 1] != '/') path[a++] = '/';
    memcpy(path + a, name, b);
    return path;
}

static void add_file(walk *w, char *path, const struct stat *st)
{
    bool added;
    map_put(&w->seen_files, path, strlen(path), &added);
    if (!added) {
        free(path);
        return;
    }
    if (w->count == w->capacity) {
        w->capacity = w->capacity ? w->capacity * 2 : 64;
        w->files = more_memory(w->files, w->capacity, sizeof *w->files);
    }
    w->files[w->count++] =
        (walk_file){path, (uint64_t)st->st_size,
                    (int64_t)st->st_mtim.tv_sec * 1000000000 + (int64_t)st->st_mtim.tv_nsec};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder that are not hidden, sorted. NULL: it cannot be read. */
static char **list_folder(const char *folder, size_t *count)
{
    size_t capacity = 32;
    DIR *dir = opendir(folder);
    if (!dir) return NULL;
    char **names = take_memory(capacity, sizeof *names);
    *count = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) break;
        if (entry->d_name[0] == '.') continue;
        if (*count == capacity) names = more_memory(names, capacity *= 2, sizeof *names);
        names[(*count)++] = copy_text(entry->d_name, strlen(entry->d_name));
    }
    int problem = errno;
    closedir(dir);
    if (problem) {
        while (*count > 0) free(names[--*count]);
        free(names);
        errno = problem;
        return NULL;
    }
    qsort(names, *count, sizeof *names, by_name);
    return names;
}

/* Told, but nothing is missing for it. */
static void note(const char *path, const char *reason)
{
    complain("%s: %s", path, reason);
}

/* Whether the folder `path` is `of` or one above it. */
static bool is_above(const char *path, const char *of)
{
    size_t n = strlen(path);
    return strncmp(path, of, n) == 0 && (of[n] == '\0' || of[n] == '/' || n == 1);
}

/*
 * A link that leads nowhere or to itself. It matters where its name says that it is a report; of
 * one without an ending, which may have been a folder, it is told.
 */
static void broken_link(walk *w, const char *path, const char *name, bool readable)
{
    int problem = errno;
    if (readable)
        fail(w, path, system_message(problem));
    else if (problem == ELOOP || !strchr(name, '.'))
        note(path, system_message(problem));
}

static void walk_folder(walk *w, const char *folder, const char *below, const struct stat *st);

/* One name of a folder; `below` is its path below the root that was given. */
static void walk_entry(walk *w, const char *folder, const char *name, const char *below)
{
    struct stat st;
    char *path = joined(folder, name);
    bool readable = wy_source_reads(name, w->how);
    if (lstat(path, &st) != 0) {
        fail(w, path, system_message(errno));
        goto done;
    }
    if (S_ISLNK(st.st_mode)) {
        char *target = realpath(path, NULL);
        if (!target || stat(target, &st) != 0) {
            if (!w->excluded || !exclude_has(w->excluded, below, false))
                broken_link(w, path, name, readable);
            free(target);
            goto done;
        }
        if (S_ISDIR(st.st_mode) && is_above(target, folder))
            note(path, _("a link to a folder above it, which is not walked again"));
        free(path);
        path = target;
    }
    if (w->excluded && exclude_has(w->excluded, below, S_ISDIR(st.st_mode))) goto done;
    if (S_ISDIR(st.st_mode)) {
        walk_folder(w, path, below, &st);
    } else if (readable && S_ISREG(st.st_mode)) {
        add_file(w, path, &st);
        return;
    } else if (readable) {
        fail(w, path, _("is not a regular file"));
    } else if (S_ISREG(st.st_mode)) {
        note_unread(w, name);
    }
done:
    free(path);
}

static void walk_folder(walk *w, const char *folder, const char *below, const struct stat *st)
{
    bool added;
    size_t count;
    unsigned char key[sizeof st->st_dev + sizeof st->st_ino];
    memcpy(key, &st->st_dev, sizeof st->st_dev);
    memcpy(key + sizeof st->st_dev, &st->st_ino, sizeof st->st_ino);
    if (st->st_dev == w->skip_device && st->st_ino == w->skip_inode) return;
    map_put(&w->seen_folders, (const char *)key, sizeof key, &added);
    if (!added) return;
    char **names = list_folder(folder, &count);
    if (!names) {
        fail(w, folder, system_message(errno));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char *deeper = *below ? joined(below, names[i]) : copy_text(names[i], strlen(names[i]));
        if (!stopped(w)) walk_entry(w, folder, names[i], deeper);
        free(deeper);
        free(names[i]);
    }
    free(names);
}

/* The absolute path of something that may have vanished: that of what is left of it, and the
 * rest as given. NULL with errno where the path cannot be followed. */
static char *absolute(const char *path)
{
    char *real = realpath(path, NULL);
    if (real || (errno != ENOENT && errno != ENOTDIR)) return real;
    char *front = copy_text(path, strlen(path));
    size_t length = strlen(front);
    while (length > 1 && front[length - 1] == '/') front[--length] = '\0';
    char *slash = strrchr(front, '/'), *base = NULL, *result = NULL;
    const char *name = slash ? slash + 1 : front;
    if (length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        errno = ENOENT;
    } else if (!slash) {
        base = realpath(".", NULL);
    } else if (slash == front) {
        base = copy_text("/", 1);
    } else {
        *slash = '\0';
        base = absolute(front);
    }
    if (base) result = joined(base, name);
    free(base);
    free(front);
    return result;
}

void walk_begin(walk *w, const char *index, bool vanished_is_fine,
                const volatile sig_atomic_t *stop)
{
    struct stat st;
    *w = (walk){.vanished_is_fine = vanished_is_fine, .stop = stop};
    if (stat(index, &st) == 0) {
        w->skip_device = st.st_dev;
        w->skip_inode = st.st_ino;
    }
}

/* Standard input, which has no place among the files. */
static void add_standard_input(walk *w)
{
    const struct stat none = {.st_size = 0};
    add_file(w, copy_text("-", 1), &none);
}

void walk_add(walk *w, const char *path)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        add_standard_input(w);
        return;
    }
    char *real = absolute(path);
    if (!real) {
        fail(w, path, system_message(errno));
        return;
    }
    w->roots = more_memory(w->roots, w->root_count + 1, sizeof *w->roots);
    w->roots[w->root_count++] = real;
    if (stat(real, &st) != 0) {
        bool vanished = errno == ENOENT || errno == ENOTDIR;
        if (!vanished || !w->vanished_is_fine) fail(w, path, system_message(errno));
    } else if (S_ISDIR(st.st_mode)) {
        walk_folder(w, real, "", &st);
    } else if (S_ISREG(st.st_mode)) {
        add_file(w, copy_text(real, strlen(real)), &st);
    } else {
        fail(w, path, _("is neither a regular file nor a folder"));
    }
}

bool walk_covers(const walk *w, const char *path)
{
    for (size_t i = 0; i < w->root_count; i++) {
        size_t n = strlen(w->roots[i]);
        if (strncmp(path, w->roots[i], n) == 0 &&
            (path[n] == '\0' || path[n] == '/' || (n > 0 && w->roots[i][n - 1] == '/')))
            return true;
    }
    return false;
}

void walk_free(walk *w)
{
    for (size_t i = 0; i < w->count; i++) free(w->files[i].path);
    for (size_t i = 0; i < w->root_count; i++) free(w->roots[i]);
    free(w->files);
    free(w->roots);
    free(w->unread);
    map_free(&w->seen_files);
    map_free(&w->seen_folders);
    *w = (walk){0};
}
