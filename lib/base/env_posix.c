/*
 * base/env_posix.c: the file system of the machine.
 */
#define _DEFAULT_SOURCE 1 /* flock, madvise */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/env.h"

struct wy_env_file {
    int descriptor;
    char path[]; /* for messages */
};

struct wy_env_lock {
    int descriptor;
};

static const wy_mem *memory_of(const wy_env *env)
{
    return wy_mem_or_default(env->context);
}

/* open(2) that is not interrupted. Descriptors never pass to a program that the caller starts. */
static int open_uninterrupted(const char *path, int flags)
{
    int descriptor;
    do {
        descriptor = open(path, flags | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

static int posix_create(const wy_env *env, const char *path, wy_env_file **out, wy_error *error)
{
    const wy_mem *mem = memory_of(env);
    size_t length = strlen(path);
    wy_env_file *file = wy_alloc(mem, sizeof *file + length + 1);
    if (!file) return wy_fail_memory(error);
    memcpy(file->path, path, length + 1);
    file->descriptor = open_uninterrupted(path, O_WRONLY | O_CREAT | O_EXCL);
    if (file->descriptor < 0) {
        int system = errno;
        wy_free(mem, file);
        return wy_fail_system(error, system, path, "cannot create");
    }
    *out = file;
    return WY_OK;
}

static int posix_write(const wy_env *env, wy_env_file *file, const void *data, size_t length,
                       wy_error *error)
{
    (void)env;
    const char *p = data;
    while (length > 0) {
        ssize_t n = write(file->descriptor, p, length < SSIZE_MAX ? length : SSIZE_MAX);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) /* 0: nothing says why, and another try might loop for ever */
            return wy_fail_system(error, n < 0 ? errno : EIO, file->path, "cannot write");
        p += n;
        length -= (size_t)n;
    }
    return WY_OK;
}

/* fdatasync also writes the size, which is all of the metadata that reading needs. */
static int posix_sync(const wy_env *env, wy_env_file *file, wy_error *error)
{
    (void)env;
    int result;
    do {
        result = fdatasync(file->descriptor);
    } while (result != 0 && errno == EINTR);
    if (result != 0) return wy_fail_system(error, errno, file->path, "cannot sync");
    return WY_OK;
}

/* An interrupted close has closed: a second one might hit a descriptor that another thread just
 * opened. Other errors are those of writes that the system put off. */
static int posix_close(const wy_env *env, wy_env_file *file, wy_error *error)
{
    int status = WY_OK;
    if (close(file->descriptor) != 0 && errno != EINTR)
        status = wy_fail_system(error, errno, file->path, "cannot close");
    wy_free(memory_of(env), file);
    return status;
}

static int posix_map(const wy_env *env, const char *path, wy_env_map *out, wy_error *error)
{
    (void)env;
    int status = WY_OK;
    struct stat about;
    *out = (wy_env_map){NULL, 0, NULL};

    /* O_NONBLOCK: opening a FIFO must not wait for a writer. It means nothing for files. */
    int descriptor = open_uninterrupted(path, O_RDONLY | O_NONBLOCK);
    if (descriptor < 0) return wy_fail_system(error, errno, path, "cannot open");
    if (fstat(descriptor, &about) != 0) {
        status = wy_fail_system(error, errno, path, "cannot look at");
        goto done;
    }
    if (!S_ISREG(about.st_mode)) {
        status = wy_fail(error, WY_E_IO, path, WY_NO_OFFSET, "not a regular file");
        goto done;
    }
    if ((uintmax_t)about.st_size > SIZE_MAX) {
        status = wy_fail_system(error, EFBIG, path, "cannot map");
        goto done;
    }
    if (about.st_size > 0) {
        size_t length = (size_t)about.st_size;
        void *data = mmap(NULL, length, PROT_READ, MAP_SHARED, descriptor, 0);
        if (data == MAP_FAILED) {
            status = wy_fail_system(error, errno, path, "cannot map");
            goto done;
        }
        *out = (wy_env_map){data, length, data};
    }
done:
    close(descriptor); /* the map holds the file */
    return status;
}

static void posix_unmap(const wy_env *env, wy_env_map *map)
{
    (void)env;
    if (map->handle) munmap(map->handle, map->length);
    *map = (wy_env_map){NULL, 0, NULL};
}

/* Of a shared map of a file nothing is lost: posix_madvise(3) of glibc does nothing here. */
static void posix_evict(const wy_env *env, const wy_env_map *map)
{
    (void)env;
    if (map->handle) (void)madvise(map->handle, map->length, MADV_DONTNEED);
}

static int posix_rename(const wy_env *env, const char *from, const char *to, wy_error *error)
{
    (void)env;
    if (rename(from, to) != 0) return wy_fail_system(error, errno, from, "cannot rename");
    return WY_OK;
}

static int posix_unlink(const wy_env *env, const char *path, wy_error *error)
{
    (void)env;
    if (unlink(path) != 0) return wy_fail_system(error, errno, path, "cannot remove");
    return WY_OK;
}

static int posix_mkdir(const wy_env *env, const char *path, wy_error *error)
{
    (void)env;
    if (mkdir(path, 0777) != 0) return wy_fail_system(error, errno, path, "cannot make the folder");
    return WY_OK;
}

static int posix_sync_dir(const wy_env *env, const char *path, wy_error *error)
{
    (void)env;
    int descriptor = open_uninterrupted(path, O_RDONLY | O_DIRECTORY);
    if (descriptor < 0) return wy_fail_system(error, errno, path, "cannot open the folder");
    int result;
    do {
        result = fsync(descriptor);
    } while (result != 0 && errno == EINTR);
    int system = errno;
    close(descriptor);
    if (result != 0 && system != EINVAL) /* EINVAL: this file system syncs no folders */
        return wy_fail_system(error, system, path, "cannot sync the folder");
    return WY_OK;
}

static int posix_list(const wy_env *env, const char *path, wy_env_list_fn visit, void *context,
                      wy_error *error)
{
    (void)env;
    DIR *folder = opendir(path);
    if (!folder) return wy_fail_system(error, errno, path, "cannot list");
    int status = WY_OK;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry) {
            if (errno != 0) status = wy_fail_system(error, errno, path, "cannot list");
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (visit(context, entry->d_name) != 0) break;
    }
    closedir(folder);
    return status;
}

/*
 * flock(2), because its lock belongs to the open file: two handles of one process exclude each
 * other, and the system frees it with the last descriptor, whatever ends the process. The locks
 * of fcntl(2) belong to the process: it could take the same one twice, and would lose it when any
 * descriptor of the file is closed.
 */
static int posix_lock(const wy_env *env, const char *path, wy_env_lock **out, wy_error *error)
{
    const wy_mem *mem = memory_of(env);
    wy_env_lock *lock = wy_alloc(mem, sizeof *lock);
    if (!lock) return wy_fail_memory(error);
    int status = WY_OK, result;
    lock->descriptor = open_uninterrupted(path, O_RDWR | O_CREAT);
    if (lock->descriptor < 0) {
        status = wy_fail_system(error, errno, path, "cannot open the lock");
        goto done;
    }
    do {
        result = flock(lock->descriptor, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result != 0)
        status = errno == EWOULDBLOCK ? wy_fail(error, WY_E_LOCKED, path, WY_NO_OFFSET,
                                                "somebody else holds the lock")
                                      : wy_fail_system(error, errno, path, "cannot lock");
done:
    if (status == WY_OK) {
        *out = lock;
    } else {
        if (lock->descriptor >= 0) close(lock->descriptor);
        wy_free(mem, lock);
    }
    return status;
}

/* LOCK_UN, and not only close: a child between fork and exec may still have the descriptor. */
static void posix_unlock(const wy_env *env, wy_env_lock *lock)
{
    flock(lock->descriptor, LOCK_UN);
    close(lock->descriptor);
    wy_free(memory_of(env), lock);
}

const wy_env wy_env_posix = {
    .context = NULL,
    .create = posix_create,
    .write = posix_write,
    .sync = posix_sync,
    .close = posix_close,
    .map = posix_map,
    .unmap = posix_unmap,
    .evict = posix_evict,
    .rename = posix_rename,
    .unlink = posix_unlink,
    .mkdir = posix_mkdir,
    .sync_dir = posix_sync_dir,
    .list = posix_list,
    .lock = posix_lock,
    .unlock = posix_unlock,
};
