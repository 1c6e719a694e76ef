#include "report/expand.h"

#include <string.h>

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>
#include <zstd.h>

#include "report/chars.h"

struct wy_expander {
    const wy_mem *mem;
    int packing;
    z_stream gzip;
    ZSTD_DStream *zstd;
    uint64_t packed, expanded; /* bytes so far */
    bool whole;                /* at the end of a member or frame, or at the very start */
    bool padded;               /* zeros behind the last member, as tape drives left them */
};

int wy_packing_of(const void *bytes, size_t length)
{
    if (length >= 2 && memcmp(bytes, "\x1F\x8B", 2) == 0) return WY_PACKING_GZIP;
    if (length >= 4 && memcmp(bytes, "\x28\xB5\x2F\xFD", 4) == 0) return WY_PACKING_ZSTD;
    return WY_PACKING_NONE;
}

const char *wy_packing_name(int packing)
{
    static const char *const names[] = {"", "gzip", "zstd"};
    return names[packing];
}

size_t wy_packing_bare(const char *name)
{
    static const char *const suffixes[] = {".gz", ".zst"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (wy_has_extension((wy_string){name, length}, suffixes[i]))
            return length - strlen(suffixes[i]);
    return length;
}

static void *take(void *context, uInt count, uInt size)
{
    return wy_alloc_array(context, count, size);
}

static void give_back(void *context, void *block)
{
    wy_free(context, block);
}

int wy_expander_open(int packing, const wy_mem *mem, wy_expander **out, wy_error *error)
{
    bool ready = false;
    wy_expander *expander = wy_calloc(mem, sizeof *expander);
    *out = NULL;
    if (!expander) return wy_fail_memory(error);
    expander->mem = mem;
    expander->packing = packing;
    expander->whole = true;
    if (packing == WY_PACKING_GZIP) {
        expander->gzip.zalloc = take;
        expander->gzip.zfree = give_back;
        /* zlib hands it back to the two above, which do not change it. */
        memcpy(&expander->gzip.opaque, &mem, sizeof mem);
        ready = inflateInit2(&expander->gzip, 16 + MAX_WBITS) == Z_OK;
        if (!ready) expander->packing = WY_PACKING_NONE;
    } else {
        expander->zstd = ZSTD_createDStream();
        ready = expander->zstd != NULL;
    }
    if (!ready) {
        wy_expander_close(expander);
        return wy_fail_memory(error);
    }
    *out = expander;
    return WY_OK;
}

void wy_expander_close(wy_expander *expander)
{
    if (!expander) return;
    if (expander->packing == WY_PACKING_GZIP) inflateEnd(&expander->gzip);
    ZSTD_freeDStream(expander->zstd);
    wy_free(expander->mem, expander);
}

static int damaged(size_t at, const char *packing, const char *why, wy_error *error)
{
    return wy_fail(error, WY_E_FORMAT, NULL, at, "the %s data is damaged here: %s", packing, why);
}

static int step_gzip(wy_expander *e, const uint8_t *in, size_t length, size_t *at, uint8_t *out,
                     size_t room, size_t *got, wy_error *error)
{
    z_stream *z = &e->gzip;
    if (e->padded || (e->whole && e->packed > 0 && in[*at] == 0)) {
        e->padded = true;
        for (; *at < length; (*at)++)
            if (in[*at] != 0) return damaged(*at, "gzip", "no member begins", error);
        return WY_OK;
    }
    const uInt given = length - *at < UINT32_MAX ? (uInt)(length - *at) : UINT32_MAX;
    const uInt space = room < UINT32_MAX ? (uInt)room : UINT32_MAX;
    z->next_in = in + *at;
    z->avail_in = given;
    z->next_out = out;
    z->avail_out = space;
    int result = inflate(z, Z_NO_FLUSH);
    *at += given - z->avail_in;
    *got = space - z->avail_out;
    e->whole = result == Z_STREAM_END;
    if (result == Z_STREAM_END) result = inflateReset(z);
    if (result == Z_MEM_ERROR) return wy_fail_memory(error);
    if (result == Z_OK || result == Z_BUF_ERROR) return WY_OK;
    return damaged(*at, "gzip", z->msg ? z->msg : "it asks for a dictionary", error);
}

static int step_zstd(wy_expander *e, const uint8_t *in, size_t length, size_t *at, uint8_t *out,
                     size_t room, size_t *got, wy_error *error)
{
    ZSTD_inBuffer from = {in, length, *at};
    ZSTD_outBuffer to = {out, room, 0};
    size_t left = ZSTD_decompressStream(e->zstd, &to, &from);
    *at = from.pos;
    *got = to.pos;
    if (ZSTD_isError(left)) return damaged(*at, "zstd", ZSTD_getErrorName(left), error);
    e->whole = left == 0;
    return WY_OK;
}

int wy_expander_step(wy_expander *e, const uint8_t *in, size_t length, size_t *at, uint8_t *out,
                     size_t room, size_t *got, wy_error *error)
{
    size_t before = *at;
    *got = 0;
    /* Without packed bytes there may still be some that are expanded and wait. */
    if (length == *at && e->whole) return WY_OK;
    int status = e->packing == WY_PACKING_GZIP
                     ? step_gzip(e, in, length, at, out, room, got, error)
                     : step_zstd(e, in, length, at, out, room, got, error);
    if (status != WY_OK) return status;
    e->packed += *at - before;
    e->expanded += *got;
    if (e->expanded > WY_EXPAND_FREE && e->expanded / WY_EXPAND_RATIO > e->packed)
        return wy_fail(error, WY_E_LIMIT, NULL, *at,
                       "the %s data expands to more than %d times its size: no text does",
                       wy_packing_name(e->packing), WY_EXPAND_RATIO);
    return WY_OK;
}

bool wy_expander_whole(const wy_expander *expander)
{
    return expander->whole;
}
