#include "report/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 16)

static int64_t modified(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* One read that is not interrupted: *got bytes, 0 at the end. */
static int read_some(wy_input *input, void *to, size_t most, size_t *got, wy_error *error)
{
    ssize_t n;
    do n = read(input->file, to, most);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    if (n < 0) return wy_fail_system(error, errno, input->path, "cannot read");
    if (input->sum) wy_checksum_add(input->sum, to, *got);
    input->raw_end += *got;
    input->raw_ended = *got == 0;
    return WY_OK;
}

/* Reads more of the file behind what `raw` has. */
static int fill(wy_input *input, wy_error *error)
{
    size_t got;
    wy_buf *raw = &input->raw;
    if (input->raw_at == raw->length) raw->length = input->raw_at = 0;
    if (!wy_buf_reserve(raw, CHUNK)) return wy_fail_memory(error);
    int status = read_some(input, raw->data + raw->length, CHUNK, &got, error);
    raw->length += got;
    return status;
}

/* From the first byte of an open file: whether and how it is packed. */
static int start(wy_input *input, wy_error *error)
{
    int status = WY_OK;
    while (status == WY_OK && input->raw.length < 4 && !input->raw_ended)
        status = fill(input, error);
    if (status != WY_OK) return status;
    input->packing = wy_packing_of(input->raw.data, input->raw.length);
    if (input->packing == WY_PACKING_NONE) return WY_OK;
    return wy_expander_open(input->packing, input->mem, &input->expander, error);
}

static int begin(wy_input *input, wy_error *error)
{
    struct stat st;
    int status = WY_OK;
    input->sum = wy_checksum_begin();
    if (!input->sum) {
        status = wy_fail_memory(error);
    } else if (fstat(input->file, &st) != 0) {
        status = wy_fail_system(error, errno, input->path, "cannot look at");
    } else if (S_ISDIR(st.st_mode)) {
        status = wy_fail(error, WY_E_FORMAT, input->path, WY_NO_OFFSET, "a folder, not a file");
    } else {
        input->regular = S_ISREG(st.st_mode);
        input->size = input->regular ? (uint64_t)st.st_size : 0;
        input->time = modified(&st);
        status = start(input, error);
    }
    if (status != WY_OK) wy_input_close(input);
    return status;
}

static void init(wy_input *input, const char *path, const wy_mem *mem)
{
    *input = (wy_input){.mem = mem, .path = path, .file = -1};
    wy_buf_init(&input->raw, mem);
    wy_buf_init(&input->back, mem);
}

int wy_input_open(wy_input *input, const char *path, const wy_mem *mem, wy_error *error)
{
    init(input, path, mem);
    do input->file = open(path, O_RDONLY | O_CLOEXEC);
    while (input->file < 0 && errno == EINTR);
    if (input->file < 0) return wy_fail_system(error, errno, path, "cannot open");
    return begin(input, error);
}

int wy_input_open_standard(wy_input *input, const char *path, const wy_mem *mem, wy_error *error)
{
    init(input, path, mem);
    input->file = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    if (input->file < 0) return wy_fail_system(error, errno, path, "cannot open");
    int status = begin(input, error);
    /* Even a file: another reader may have moved its position. */
    input->regular = false;
    input->size = 0;
    return status;
}

void wy_input_close(wy_input *input)
{
    if (input->file >= 0) close(input->file);
    input->file = -1;
    if (input->sum) wy_checksum_end(input->sum);
    input->sum = NULL;
    wy_expander_close(input->expander);
    input->expander = NULL;
    if (!input->mem) return;
    wy_buf_free(&input->raw);
    wy_buf_free(&input->back);
    input->raw_at = input->back_at = 0;
}

uint64_t wy_input_finish(wy_input *input)
{
    uint64_t hash = input->sum ? wy_checksum_end(input->sum) : 0;
    input->sum = NULL;
    wy_input_close(input);
    return hash;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static size_t take(const wy_buf *from, size_t *at, void *to, size_t most)
{
    size_t left = from->length - *at, n = left < most ? left : most;
    if (n > 0) memcpy(to, from->data + *at, n);
    *at += n;
    return n;
}

static int read_plain(wy_input *input, void *to, size_t most, size_t *got, wy_error *error)
{
    *got = take(&input->raw, &input->raw_at, to, most);
    if (*got > 0) return WY_OK;
    int status = input->raw_ended ? WY_OK : read_some(input, to, most, got, error);
    input->ended = input->raw_ended;
    return status;
}

static int read_packed(wy_input *input, uint8_t *to, size_t most, size_t *got, wy_error *error)
{
    wy_error problem = {0};
    const wy_buf *raw = &input->raw;
    *got = 0;
    if (input->raw_at == raw->length && !input->raw_ended) {
        int status = fill(input, error);
        if (status != WY_OK) return status;
    }
    uint64_t begins = input->raw_end - raw->length;
    int status = wy_expander_step(input->expander, raw->data, raw->length, &input->raw_at, to, most,
                                  got, &problem);
    if (status == WY_E_NOMEM) return wy_fail_memory(error);
    if (status != WY_OK)
        return wy_fail(error, status, input->path, begins + problem.offset, "%s", problem.reason);
    if (*got > 0 || input->raw_at < raw->length || !input->raw_ended) return WY_OK;
    input->ended = true;
    if (!wy_expander_whole(input->expander))
        return wy_fail(error, WY_E_FORMAT, input->path, input->raw_end,
                       "the %s data ends too early", wy_packing_name(input->packing));
    return WY_OK;
}

int wy_input_read(wy_input *input, wy_buf *buf, size_t most, wy_error *error)
{
    if (!wy_buf_reserve(buf, most)) return wy_fail_memory(error);
    while (most > 0 && !input->ended) {
        uint8_t *to = buf->data + buf->length;
        size_t got = take(&input->back, &input->back_at, to, most);
        int status = WY_OK;
        if (got == 0 && input->expander)
            status = read_packed(input, to, most, &got, error);
        else if (got == 0)
            status = read_plain(input, to, most, &got, error);
        if (status != WY_OK) return status;
        buf->length += got;
        most -= got;
    }
    return WY_OK;
}

int wy_input_unread(wy_input *input, const wy_buf *bytes, wy_error *error)
{
    wy_buf_clear(&input->back);
    input->back_at = 0;
    wy_buf_bytes(&input->back, bytes->data, bytes->length);
    input->ended = input->ended && bytes->length == 0;
    return input->back.failed ? wy_fail_memory(error) : WY_OK;
}

/* Back to the first byte of the file. */
static int restart(wy_input *input, wy_error *error)
{
    wy_expander_close(input->expander);
    input->expander = NULL;
    input->raw.length = input->raw_at = 0;
    input->back.length = input->back_at = 0;
    input->raw_end = 0;
    input->raw_ended = input->ended = false;
    if (lseek(input->file, 0, SEEK_SET) < 0)
        return wy_fail_system(error, errno, input->path, "cannot read again from the start");
    return WY_OK;
}

int wy_input_hash(wy_input *input, uint64_t *hash, wy_error *error)
{
    unsigned char chunk[CHUNK];
    size_t got;
    if (input->sum) wy_checksum_end(input->sum);
    input->sum = wy_checksum_begin();
    if (!input->sum) return wy_fail_memory(error);
    int status = restart(input, error);
    while (status == WY_OK && !input->raw_ended)
        status = read_some(input, chunk, sizeof chunk, &got, error);
    if (status != WY_OK) return status;
    *hash = wy_checksum_end(input->sum);
    input->sum = NULL; /* what is read again needs no second one */
    status = restart(input, error);
    return status == WY_OK ? start(input, error) : status;
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
