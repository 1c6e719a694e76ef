/*
 * postings/postings.h: which paragraphs hold a term, and how often. See postings_format.h.
 *
 * A list is cut in blocks of WY_BLOCK postings, blocks in groups of WY_GROUP blocks. Each block and
 * group tells its last id and its greatest impact before its data, so that a search may pass over
 * it without decoding. "Impact" is a byte given by the caller for each posting, with one rule: a
 * greater score has never a smaller impact; here it is only compared.
 */
#ifndef WY_POSTINGS_POSTINGS_H
#define WY_POSTINGS_POSTINGS_H

#include "base/sealed.h"
#include "codec/codec.h"

#define WY_GROUP   32         /* blocks */
#define WY_NO_DOC  UINT32_MAX /* behind the last posting; ids are at most WY_DOC_MAX */
#define WY_DOC_MAX (UINT32_MAX - 2)

/* Where a list lies, for the term dictionary. */
typedef struct wy_postings_place {
    uint64_t offset; /* in the postings file */
    uint64_t length; /* bytes */
    uint32_t count;  /* postings: the document frequency, at least 1 */
} wy_postings_place;

/* ---- Writing ------------------------------------------------------------------------------ */

typedef struct wy_postings_writer wy_postings_writer;

/* Begins a file. See sealed.h for the meaning of the arguments. Memory taken does not grow with
 * the lists. One thread. */
int wy_postings_create(const wy_env *env, const wy_mem *mem, const char *path,
                       wy_postings_writer **out, wy_error *error);
/* Postings of the current list, ids ascending, freq >= 1. Errors stick. */
int wy_postings_add(wy_postings_writer *writer, uint32_t doc, uint32_t freq, uint8_t impact,
                    wy_error *error);
/* `count` of them. */
int wy_postings_add_all(wy_postings_writer *writer, const uint32_t *docs, const uint32_t *freqs,
                        const uint8_t *impacts, size_t count, wy_error *error);
/* Ends the current list, which must have a posting. */
int wy_postings_end(wy_postings_writer *writer, wy_postings_place *out, wy_error *error);
/* Ends the file, after a list was ended. The writer is freed, also on failure. */
int wy_postings_finish(wy_postings_writer *writer, bool sync, wy_seal *out, wy_error *error);
void wy_postings_abandon(wy_postings_writer *writer); /* NULL is ignored */

/* ---- Reading ------------------------------------------------------------------------------ */

/* Opens a file; to be closed with wy_sealed_close. See sealed.h. */
int wy_postings_file_open(const wy_env *env, const wy_mem *mem, const char *path,
                          const wy_seal *expected, wy_sealed **out, wy_error *error);

/*
 * A cursor over one list. The caller owns the memory (a stack or an arena will do; nothing is to
 * be freed) and uses it in one thread. Fields are for reading only.
 *
 * Two movements: wy_postings_block moves by blocks without decoding; wy_postings_seek and _next
 * move to a posting. After open the cursor stands before the first posting: doc is void until the
 * first next or seek, and the block fields are those of block 0.
 */
typedef struct wy_postings {
    /* the posting the cursor is at */
    uint32_t doc; /* valid after next or seek; WY_NO_DOC at the end */
    /* the block it is in, or was moved to by wy_postings_block */
    uint32_t block;       /* number, from 0 */
    uint32_t block_last;  /* last id in it; WY_NO_DOC behind the last block */
    uint32_t block_count; /* postings in it */
    uint8_t block_impact; /* greatest impact in it */
    /* the group of that block */
    uint32_t group_last;
    uint8_t group_impact;
    uint8_t list_impact; /* greatest in the whole list; valid after open */

    uint32_t count; /* postings in the list */

    /* decoded block: ids ascending, and frequencies once asked for */
    uint32_t docs[WY_BLOCK]; /* behind block_count: WY_NO_DOC */
    uint32_t freqs[WY_BLOCK];
    uint32_t index; /* of `doc` in docs */

    /* private from here on: where things lie. Places count from the start of the list. */
    struct wy_postings_state {
        const wy_codec *codec;
        const wy_sealed *file;
        const uint8_t *data; /* the list, verified */
        uint64_t offset;     /* of the list in the file, for messages */
        uint64_t length;     /* without the impact at its end */
        uint32_t limit;      /* ids must be below */
        uint32_t blocks;     /* in the list */
        uint32_t base;       /* last id before the block; UINT32_MAX, that is -1, at the start */
        uint32_t body_length;
        uint64_t body;      /* place of the block's ids and frequencies */
        uint64_t heads;     /* place of what the group tells of its blocks */
        uint64_t group_end; /* place behind the group */
        uint64_t freqs;     /* place of the frequencies of the block in docs */
        uint32_t decoded;   /* number of the block in docs, or UINT32_MAX */
        uint32_t freqs_length;
        uint32_t freqs_decoded;            /* number of the block in freqs, or UINT32_MAX */
        uint32_t head_bit;                 /* of the block's head, from `heads` on */
        uint8_t slack_width, length_width; /* bits, in the heads of the group */
        bool placed;                       /* doc is docs[index] of this block, or the end */
    } state;
} wy_postings;

/*
 * Opens the list at `place`. Ids found must be below `limit` (damage otherwise). Verifies the
 * checksums of the list's bytes. WY_E_DAMAGED, as by all functions below: they look at all that
 * they read as if it had no checksum. After an error the cursor stands at the end.
 */
int wy_postings_open(wy_postings *cursor, const wy_sealed *file, wy_postings_place place,
                     uint32_t limit, wy_error *error);

/* The same with a codec of the caller's choice, for tests. */
int wy_postings_open_with(wy_postings *cursor, const wy_codec *codec, const wy_sealed *file,
                          wy_postings_place place, uint32_t limit, wy_error *error);

/* Moves to the next posting; doc is WY_NO_DOC behind the last. After wy_postings_block: to the
 * first posting of the block. */
int wy_postings_next(wy_postings *cursor, wy_error *error);

/* Moves to the first posting with doc >= target (stays where it is if it is there already). */
int wy_postings_seek(wy_postings *cursor, uint32_t target, wy_error *error);

/* Frequency of the posting that the cursor is at (not the end); decodes the block's frequencies
 * once. */
int wy_postings_freq(wy_postings *cursor, uint32_t *freq, wy_error *error);

/* Decodes the ids / frequencies of the current block into docs / freqs; where they are there
 * already, or the cursor is at the end, does nothing. Does not move the cursor. */
int wy_postings_decode_docs(wy_postings *cursor, wy_error *error);
int wy_postings_decode_freqs(wy_postings *cursor, wy_error *error);

/*
 * Moves by blocks only: to the first block whose last id is >= target, without decoding it. Sets
 * the block and group fields; doc is void until the next seek to an id >= target.
 */
int wy_postings_block(wy_postings *cursor, uint32_t target, wy_error *error);

/* Walks the whole list and compares every field with what it stands for, but for impacts of
 * postings, which are not kept; for check. */
int wy_postings_check(const wy_sealed *file, wy_postings_place place, uint32_t limit,
                      wy_error *error);

#endif
