/*
 * positions/positions.h: where in its paragraph a term stands. See positions_format.h.
 *
 * A term's positions are cut in chunks that go with the blocks of its postings: chunk b holds the
 * positions of the postings of block b, so that a phrase search decodes only the chunks in which
 * all words meet. A chunk does not say how many positions it holds: the frequencies do.
 */
#ifndef WY_POSITIONS_POSITIONS_H
#define WY_POSITIONS_POSITIONS_H

#include "base/sealed.h"
#include "codec/codec.h"

typedef struct wy_positions_place {
    uint64_t offset;
    uint64_t length; /* bytes */
} wy_positions_place;

/* ---- Writing ------------------------------------------------------------------------------ */

typedef struct wy_positions_writer wy_positions_writer;

/* Begins a file. See sealed.h for the meaning of the arguments. Memory taken: a few bytes for each
 * chunk of the longest term, and 18 for each position of the largest chunk. One thread. */
int wy_positions_create(const wy_env *env, const wy_mem *mem, const char *path,
                        wy_positions_writer **out, wy_error *error);
/*
 * Positions of the next posting of the current term, strictly ascending, count >= 1. `length` is
 * the code of the document's length, as the columns keep it: positions below the length or not far
 * above take the least room. A chunk ends by itself after WY_BLOCK postings. Errors stick.
 */
int wy_positions_add(wy_positions_writer *writer, uint8_t length, const uint32_t *positions,
                     uint32_t count, wy_error *error);
/* Those of `postings` postings: `counts` of each, which follow each other. */
int wy_positions_add_all(wy_positions_writer *writer, const uint8_t *lengths,
                         const uint32_t *positions, const uint32_t *counts, size_t postings,
                         wy_error *error);
/* Ends the current term, which must have a posting. */
int wy_positions_end(wy_positions_writer *writer, wy_positions_place *out, wy_error *error);
/* Ends the file, after a term was ended. The writer is freed, also on failure. */
int wy_positions_finish(wy_positions_writer *writer, bool sync, wy_seal *out, wy_error *error);
void wy_positions_abandon(wy_positions_writer *writer); /* NULL is ignored */

/* ---- Reading ------------------------------------------------------------------------------ */

/* Opens a file; to be closed with wy_sealed_close. See sealed.h. */
int wy_positions_file_open(const wy_env *env, const wy_mem *mem, const char *path,
                           const wy_seal *expected, wy_sealed **out, wy_error *error);

typedef struct wy_positions_kernels wy_positions_kernels; /* positions_kernels.h */

#define WY_POSITIONS_FEW   16
#define WY_POSITIONS_STEPS 512 /* of a chunk, for which there is room without taking memory */

/*
 * A cursor over one term's positions. One thread; free with wy_positions_close.
 *
 * Of a chunk the firsts are read at once, which are the positions of postings that have one. The
 * steps to others are read when a posting is asked for that has them.
 */
typedef struct wy_positions {
    const wy_mem *mem;
    const wy_codec *codec; /* a test may put others here after open */
    const wy_positions_kernels *kernels;
    const wy_sealed *file;
    const uint8_t *data;
    uint64_t offset, length;
    const uint8_t *lengths;
    uint32_t blocks; /* chunks of the term */
    uint32_t loaded; /* chunk that is here, or UINT32_MAX */
    uint32_t placed; /* chunk whose place is known, or UINT32_MAX */
    uint64_t placed_start, placed_end;
    /* Of the loaded chunk. */
    uint32_t firsts[WY_BLOCK]; /* of postings with one position: it */
    uint8_t several[WY_BLOCK]; /* 1: postings with more */
    /* private */
    uint64_t body;                       /* bytes of the chunks; the table of their ends follows */
    unsigned width;                      /* bits of an entry of the table */
    uint32_t postings;                   /* of the loaded chunk */
    const uint32_t *freqs;               /* those last given */
    uint64_t chunk, chunk_end, outliers; /* places of the loaded chunk and its outliers, if any */
    uint64_t steps_bit;                  /* where the steps begin, from `chunk` on, in bits */
    bool few;                            /* steps of each posting, and of all */
    bool has_steps;                      /* they were read */
    uint8_t bounds[WY_BLOCK];            /* of the firsts */
    uint64_t many[WY_BLOCK / 64];        /* `several` as bits */
    uint64_t outside[WY_BLOCK / 64];     /* outliers */
    /* Where the steps were read: their running sums, from 0 on; those of a posting with several
     * positions begin at sums[starts[i]], those of outliers at 0. */
    uint32_t *sums;
    uint32_t starts[WY_BLOCK];
    /* Room for sums, bounds of the steps, and the positions of a posting; and where that is not
     * enough. */
    uint32_t few_sums[WY_POSITIONS_STEPS + WY_BLOCK + 1], few_positions[WY_POSITIONS_FEW];
    uint8_t few_bounds[WY_POSITIONS_STEPS + WY_BLOCK];
    uint32_t *more_sums, *more_positions;
    uint8_t *more_bounds;
    size_t sum_capacity, bound_capacity, position_capacity;
} wy_positions;

/* `postings`: how many the term has. `lengths`: the length codes that the postings were written
 * with, by document; they must outlive the cursor. Does not decode, and takes no memory yet.
 * `cursor` may be uninitialized; after a failure there is nothing to close. WY_E_DAMAGED. */
int wy_positions_open(wy_positions *cursor, const wy_mem *mem, const wy_sealed *file,
                      wy_positions_place place, uint32_t postings, const uint8_t *lengths,
                      wy_error *error);
void wy_positions_close(wy_positions *cursor); /* a zeroed cursor is ignored */

/*
 * Positions of posting `index` of block `block`, strictly ascending. docs[0 .. count) and
 * freqs[0 .. count) are the documents, which must be within `lengths`, and the frequencies of that
 * block's postings. *out lives until the next call. A chunk is decoded once for all calls that stay
 * in it. WY_E_DAMAGED, WY_E_NOMEM.
 */
int wy_positions_get(wy_positions *cursor, uint32_t block, const uint32_t *docs,
                     const uint32_t *freqs, uint32_t count, uint32_t index, const uint32_t **out,
                     uint32_t *out_count, wy_error *error);

/* Tells that the chunk of a block will be read soon: its bytes are on their way then. */
void wy_positions_await(wy_positions *cursor, uint32_t block);

/* Reads the chunk of a block, if it is not there. `freqs` must stay as they are while
 * wy_positions_take is used. */
int wy_positions_load(wy_positions *cursor, uint32_t block, const uint32_t *docs,
                      const uint32_t *freqs, uint32_t count, wy_error *error);

/* Whether posting `index` of the chunk that was read last has one position alone: firsts[index]. */
static inline bool wy_positions_is_one(const wy_positions *cursor, uint32_t index)
{
    return !cursor->several[index];
}

/* For wy_positions_take: puts the positions of a posting with several together. */
int wy_positions_gather(wy_positions *cursor, uint32_t index, const uint32_t **out,
                        uint32_t *out_count, wy_error *error);

/* As wy_positions_get, for `index` < count of the chunk that was read last without failure. */
static inline int wy_positions_take(wy_positions *cursor, uint32_t index, const uint32_t **out,
                                    uint32_t *out_count, wy_error *error)
{
    *out = cursor->firsts + index;
    *out_count = 1;
    if (wy_positions_is_one(cursor, index)) return WY_OK;
    return wy_positions_gather(cursor, index, out, out_count, error);
}

/* Reads the steps of the chunk that was read last, if they are not there. */
int wy_positions_spread(wy_positions *cursor, wy_error *error);

#endif
