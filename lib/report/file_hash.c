/*
 * report/file_hash.c: the checksum that reports carry of their file, without reading reports.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <wenyuan/report.h>

#include "base/checksum.h"
#include "base/error.h"

enum { CHUNK = 1 << 16 };

int wy_file_hash(const char *path, uint64_t *out, wy_error *error)
{
    unsigned char chunk[CHUNK];
    int status = WY_OK;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return wy_fail_system(error, errno, path, "cannot open");
    wy_checksum_state *state = wy_checksum_begin();
    if (!state) status = wy_fail_memory(error);
    while (status == WY_OK) {
        const ssize_t got = read(file, chunk, sizeof chunk);
        if (got > 0)
            wy_checksum_add(state, chunk, (size_t)got);
        else if (got == 0)
            break;
        else if (errno != EINTR)
            status = wy_fail_system(error, errno, path, "cannot read");
    }
    if (state) *out = wy_checksum_end(state);
    close(file);
    return status;
}
