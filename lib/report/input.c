#include "report/input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checksum.h"

#define HASH_CHUNK ((size_t)1 << 16)

static int64_t modified(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

int wy_input_open(wy_input *input, const char *path, wy_error *error)
{
    struct stat st;
    *input = (wy_input){.path = path, .file = -1};
    do input->file = open(path, O_RDONLY | O_CLOEXEC);
    while (input->file < 0 && errno == EINTR);
    if (input->file < 0) return wy_fail_system(error, errno, path, "cannot open");
    if (fstat(input->file, &st) != 0) {
        int status = wy_fail_system(error, errno, path, "cannot look at");
        wy_input_close(input);
        return status;
    }
    if (S_ISDIR(st.st_mode)) {
        wy_input_close(input);
        return wy_fail(error, WY_E_FORMAT, path, WY_NO_OFFSET, "a folder, not a file");
    }
    input->regular = S_ISREG(st.st_mode);
    input->size = input->regular ? (uint64_t)st.st_size : 0;
    input->time = modified(&st);
    return WY_OK;
}

void wy_input_close(wy_input *input)
{
    if (input->file >= 0) close(input->file);
    input->file = -1;
}

/* One read that is not interrupted: *got bytes, 0 at the end. */
static int read_some(wy_input *input, void *to, size_t most, size_t *got, wy_error *error)
{
    ssize_t n;
    do n = read(input->file, to, most);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    return n < 0 ? wy_fail_system(error, errno, input->path, "cannot read") : WY_OK;
}

int wy_input_read(wy_input *input, wy_buf *buf, size_t most, wy_error *error)
{
    if (!wy_buf_reserve(buf, most)) return wy_fail_memory(error);
    while (most > 0 && !input->ended) {
        size_t got;
        int status = read_some(input, buf->data + buf->length, most, &got, error);
        if (status != WY_OK) return status;
        buf->length += got;
        most -= got;
        input->ended = got == 0;
    }
    return WY_OK;
}

int wy_input_rewind(wy_input *input, wy_error *error)
{
    if (lseek(input->file, 0, SEEK_SET) < 0)
        return wy_fail_system(error, errno, input->path, "cannot read again from the start");
    input->ended = false;
    return WY_OK;
}

int wy_input_hash(wy_input *input, uint64_t *hash, wy_error *error)
{
    unsigned char chunk[HASH_CHUNK];
    size_t got = 0;
    wy_checksum_state *state = wy_checksum_begin();
    if (!state) return wy_fail_memory(error);
    int status = wy_input_rewind(input, error);
    while (status == WY_OK) {
        status = read_some(input, chunk, sizeof chunk, &got, error);
        if (got == 0) break;
        wy_checksum_add(state, chunk, got);
    }
    if (status == WY_OK) status = wy_input_rewind(input, error);
    *hash = wy_checksum_end(state);
    return status;
}

int wy_input_unchanged(wy_input *input, wy_error *error)
{
    struct stat st;
    if (!input->regular) return WY_OK;
    if (fstat(input->file, &st) != 0)
        return wy_fail_system(error, errno, input->path, "cannot look at");
    if ((uint64_t)st.st_size != input->size || modified(&st) != input->time)
        return wy_fail(error, WY_E_IO, input->path, WY_NO_OFFSET,
                       "the file was changed while it was read; read it again");
    return WY_OK;
}
