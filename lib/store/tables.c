/*
 * store/tables.c: zstd does not hand its tables out, but it writes them into a block. So a block is
 * made up that has the literals and matches of many, and its tables are taken over.
 */
#include "store/tables.h"

#include <assert.h>
#include <string.h>

#include "base/reader.h"
#include "store/compressor.h"

enum {
    MADE_UP = ZSTD_BLOCKSIZE_MAX, /* bytes */
    PIECE = 16 << 10,             /* of the sample, as long as a block */
    PIECES = 64,                  /* at most */
    RARE = 64,                    /* literals before a match */
    MATCH = 8,                    /* bytes of a match that is made up, and how far away it is */
    AWAY = 1024,
    BLOCK_HEADER = 3, /* RFC 8878, 3.1.1.2 */
};

/* The block that is made up. */
typedef struct made_up {
    uint8_t data[MADE_UP]; /* literals, and anything in the place of matches */
    size_t length;
    ZSTD_Sequence list[WY_MATCHES_ROOM(MADE_UP)];
    size_t count;
    ZSTD_Sequence found[WY_MATCHES_ROOM(PIECE)];
    uint8_t frame[ZSTD_COMPRESSBOUND(MADE_UP)];
} made_up;

/* ---- Making it up --------------------------------------------------------------------------- */

/*
 * Adds literals of each length below 16, and of some up to RARE, which have each byte among them:
 * what does not stand in a table makes a block that has but one of it have its own; and zstd before
 * 1.5.6 takes no dictionary whose table of literals does not reach to byte 255.
 */
static void add_rare(made_up *m)
{
    unsigned bytes = 0;
    for (unsigned n = 1; n <= RARE; n += n < 16 ? 1 : n / 4) {
        for (unsigned i = 0; i < n; i++) m->data[m->length++] = (uint8_t)bytes++;
        m->length += MATCH;
        m->list[m->count++] = (ZSTD_Sequence){.offset = AWAY, .litLength = n, .matchLength = MATCH};
    }
    assert(bytes > UINT8_MAX);
}

/* Adds one in `step` of what was found in a piece. */
static void add_piece(made_up *m, const uint8_t *piece, size_t step)
{
    for (size_t i = 0, at = 0; m->found[i].matchLength > 0; i++) {
        const ZSTD_Sequence *s = &m->found[i];
        const size_t length = (size_t)s->litLength + s->matchLength;
        if (i % step == 0 && length <= MADE_UP - m->length) {
            memcpy(m->data + m->length, piece + at, s->litLength);
            memset(m->data + m->length + s->litLength, 0, s->matchLength);
            m->length += length;
            m->list[m->count++] = *s;
        }
        at += length;
    }
}

static int make_up(const wy_mem *mem, const wy_match_index *index, const uint8_t *sample,
                   size_t length, made_up *m, wy_error *error)
{
    const size_t all = length / PIECE, pieces = all < PIECES ? all : PIECES;
    const size_t step = (pieces * PIECE + MADE_UP - 1) / MADE_UP;
    wy_match_characters *characters = wy_match_characters_make(mem);
    if (!characters) return wy_fail_memory(error);
    add_rare(m);
    for (size_t i = 0; i < pieces; i++) {
        const uint8_t *piece = sample + all * i / pieces * PIECE;
        wy_matches_find(index, characters, piece, PIECE, m->found);
        add_piece(m, piece, step);
    }
    m->list[m->count++] = (ZSTD_Sequence){0};
    wy_match_characters_free(mem, characters);
    return WY_OK;
}

/* *length: of the frame. */
static int compress(made_up *m, size_t *length, wy_error *error)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (!context) return wy_fail_memory(error);
    size_t code = ZSTD_CCtx_setParameter(context, ZSTD_c_strategy, ZSTD_lazy);
    if (!ZSTD_isError(code))
        code = ZSTD_CCtx_setParameter(context, ZSTD_c_blockDelimiters,
                                      ZSTD_sf_explicitBlockDelimiters);
    if (!ZSTD_isError(code))
        code = ZSTD_compressSequences(context, m->frame, sizeof m->frame, m->list, m->count,
                                      m->data, m->length);
    ZSTD_freeCCtx(context);
    if (ZSTD_isError(code)) return wy_compressor_fail(code, error);
    *length = code;
    return WY_OK;
}

/* ---- Taking its tables out ------------------------------------------------------------------ */

/* A table of the block: bytes of its frame. */
typedef struct table {
    const uint8_t *data;
    size_t length;
} table;

/* How many bytes the table of FSE at `p` has (RFC 8878, 4.1.1). */
static size_t table_length(const uint8_t *p)
{
    size_t bit = 4;
    const unsigned accuracy = (p[0] & 15u) + 5;
    unsigned left = (1u << accuracy) + 1; /* to be told, and one */
    while (left > 1) {
        const unsigned bits = 31 - (unsigned)__builtin_clz(left);
        const unsigned word = wy_load32(p + bit / 8) >> bit % 8;
        const unsigned few = (2u << bits) - 1 - left; /* values that have a bit less */
        unsigned value = word & ((1u << bits) - 1);
        bit += bits;
        if (value >= few) {
            value = word & ((2u << bits) - 1);
            if (value >= 1u << bits) value -= few;
            bit++;
        }
        left -= value == 0 ? 1 : value - 1; /* 0 stands for "less than 1" */
        for (unsigned zeros = value == 1 ? 3 : 0; zeros == 3; bit += 2)
            zeros = wy_load32(p + bit / 8) >> bit % 8 & 3;
    }
    return (bit + 7) / 8;
}

/* The table of literals, at the start of a compressed block (RFC 8878, 3.1.1.3.1); *behind: where
 * the literals end. NULL data: there is none. */
static table literals_table(const uint8_t *block, const uint8_t **behind)
{
    enum { COMPRESSED = 2 };
    const unsigned type = block[0] & 3, format = block[0] >> 2 & 3;
    const unsigned bits = format < 2 ? 10 : format == 2 ? 14 : 18;
    const size_t header = (4 + 2 * bits + 7) / 8;
    const uint64_t all = wy_load64(block);
    const uint8_t *p = block + header;
    /* Weights are told by codes of their own: one by one (from 128 on) they are too few for all
     * bytes. */
    if (type != COMPRESSED || p[0] >= 128) return (table){0};
    *behind = p + (all >> (4 + bits) & ((1u << bits) - 1));
    return (table){p, 1 + (size_t)p[0]};
}

/* Finds the tables: of literals, offsets, lengths of matches, lengths of literals. */
static bool find_tables(const uint8_t *frame, size_t length, table out[4])
{
    enum { COMPRESSED = 2, TABLES = COMPRESSED << 6 | COMPRESSED << 4 | COMPRESSED << 2 };
    const size_t header = ZSTD_frameHeaderSize(frame, length);
    if (ZSTD_isError(header) || length < header + BLOCK_HEADER + 64) return false;
    const uint8_t *p = frame + header;
    if ((p[0] >> 1 & 3) != COMPRESSED) return false;
    out[0] = literals_table(p + BLOCK_HEADER, &p);
    if (!out[0].data) return false;
    p += p[0] < 128 ? 1 : p[0] < 255 ? 2 : 3; /* how many sequences there are */
    if (*p++ != TABLES) return false;
    for (int i = 3; i > 0; i--) { /* the other way round */
        static const int place[] = {0, 2, 1, 3};
        out[place[i]] = (table){p, table_length(p)};
        p += out[place[i]].length;
    }
    return true;
}

/* The head of a dictionary. */
static void put_head(const table tables[4], wy_buf *out)
{
    static const uint32_t offsets[] = {1, 4, 8}; /* as in a frame without a dictionary */
    enum { NUMBER = 1 };                         /* which no frame tells */
    wy_buf_u32(out, ZSTD_MAGIC_DICTIONARY);
    wy_buf_u32(out, NUMBER);
    for (int i = 0; i < 4; i++) wy_buf_bytes(out, tables[i].data, tables[i].length);
    for (int i = 0; i < 3; i++) wy_buf_u32(out, offsets[i]);
}

int wy_tables_make(const wy_mem *mem, const wy_match_index *index, const uint8_t *sample,
                   size_t length, wy_buf *out, wy_error *error)
{
    table tables[4];
    size_t frame_length = 0;
    made_up *m = wy_calloc(mem, sizeof *m);
    if (!m) return wy_fail_memory(error);
    int status = make_up(mem, index, sample, length, m, error);
    if (status == WY_OK) status = compress(m, &frame_length, error);
    if (status == WY_OK && find_tables(m->frame, frame_length, tables)) put_head(tables, out);
    if (status == WY_OK && out->failed) status = wy_fail_memory(error);
    wy_free(mem, m);
    return status;
}
