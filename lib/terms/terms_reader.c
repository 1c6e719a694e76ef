/*
 * terms/terms_reader.c: look-up and walk in a term dictionary, straight in the mapping.
 */
#include "terms/terms.h"

#include <stdatomic.h>
#include <string.h>

#include "base/order.h"
#include "base/reader.h"
#include "base/sealed_format.h"
#include "terms/terms_format.h"
#include "terms/terms_inner.h"

/*
 * Heads of first keys (see key_head) that searches for a block have met: those of the first few
 * steps, which most searches share. Step by step they lie near each other, where the blocks and
 * their index lie far apart in the file: half of the time of a search went there. Of a step's head
 * h the next are 2h and 2h + 1. 0: not met yet. What a thread puts there is what every other would.
 */
enum { HEADS = 512 };

struct wy_terms {
    const wy_mem *mem;
    wy_sealed *file;
    uint32_t count; /* terms */
    uint32_t blocks;
    bool listed; /* terms are, by units */
    uint32_t list_count;
    uint64_t blocks_end;     /* offset of the first list, or of `lists` */
    uint64_t lists;          /* offset of `lists` */
    uint64_t index;          /* offset of the index */
    _Atomic uint64_t *heads; /* HEADS of them, behind this */
};

/* A block and its columns. What is read of it later stays within data .. data + length. */
struct block {
    const uint8_t *data;
    size_t length;
    uint64_t offset; /* of data, in the file */
    uint32_t terms;
    size_t key_length; /* the first key is at data + 1 */
    uint64_t postings, positions;
    size_t shapes, extras, suffixes, figures; /* where the columns begin, from data */
};

static int damaged(const wy_terms *terms, uint64_t offset, wy_error *error, const char *reason)
{
    return wy_sealed_damaged(terms->file, offset, error, reason);
}

/* ---- Opening ------------------------------------------------------------------------------ */

int wy_terms_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                  wy_terms **out, wy_error *error)
{
    const uint8_t *trailer;
    wy_terms *terms = wy_calloc(mem, sizeof *terms + HEADS * sizeof *terms->heads);
    if (!terms) return wy_fail_memory(error);
    terms->mem = mem;
    terms->heads = (_Atomic uint64_t *)(void *)(terms + 1);
    int status = wy_sealed_open(env, mem, path, WY_TERMS_KIND, WY_TERMS_VERSION, expected,
                                &terms->file, error);
    if (status != WY_OK) goto failed;

    uint64_t end = wy_sealed_end(terms->file);
    if (end < WY_SEALED_HEADER + WY_TERMS_TRAILER) {
        status = damaged(terms, end, error, "the term dictionary has no trailer");
        goto failed;
    }
    uint64_t at = end - WY_TERMS_TRAILER;
    status = wy_sealed_view(terms->file, at, WY_TERMS_TRAILER, &trailer, error);
    if (status != WY_OK) goto failed;
    terms->list_count = wy_load32(trailer);
    terms->listed = terms->list_count != WY_TERMS_UNLISTED;
    if (!terms->listed) terms->list_count = 0;
    terms->count = wy_load32(trailer + 4);
    terms->blocks = terms->count / WY_TERMS_BLOCK + (terms->count % WY_TERMS_BLOCK != 0);
    if (terms->blocks > (at - WY_SEALED_HEADER) / 4) {
        status = damaged(terms, at, error, "the index of the term dictionary does not fit");
        goto failed;
    }
    terms->index = at - (uint64_t)terms->blocks * 4;
    if (terms->list_count > (terms->index - WY_SEALED_HEADER) / WY_TERMS_LIST) {
        status = damaged(terms, at, error, "the lists of the term dictionary do not fit");
        goto failed;
    }
    terms->lists = terms->index - (uint64_t)terms->list_count * WY_TERMS_LIST;
    terms->blocks_end = terms->lists;
    if (terms->list_count > 0) {
        status = wy_sealed_view(terms->file, terms->lists, WY_TERMS_LIST, &trailer, error);
        if (status != WY_OK) goto failed;
        terms->blocks_end = wy_load32(trailer + 4);
    }
    if (terms->blocks_end < WY_SEALED_HEADER || terms->blocks_end > terms->lists) {
        status = damaged(terms, terms->lists, error, "the place of the first list is impossible");
        goto failed;
    }
    if (terms->blocks == 0 && at != WY_SEALED_HEADER) {
        status = damaged(terms, at, error, "a term dictionary without terms holds something");
        goto failed;
    }
    *out = terms;
    return WY_OK;
failed:
    wy_terms_close(terms);
    return status;
}

void wy_terms_close(wy_terms *terms)
{
    if (!terms) return;
    wy_sealed_close(terms->file);
    wy_free(terms->mem, terms);
}

uint32_t wy_terms_count(const wy_terms *terms)
{
    return terms->count;
}

bool wy_terms_listed(const wy_terms *terms)
{
    return terms->listed;
}

const wy_sealed *wy_terms_file(const wy_terms *terms)
{
    return terms->file;
}

/* ---- Blocks ------------------------------------------------------------------------------- */

/* Where block `number` < blocks lies: its first byte and the one after its last. */
static int block_place(const wy_terms *terms, uint32_t number, uint64_t *begin, uint64_t *end,
                       wy_error *error)
{
    const uint8_t *entry;
    uint64_t at = terms->index + (uint64_t)number * 4;
    bool last = number + 1 == terms->blocks;
    int status = wy_sealed_view(terms->file, at, last ? 4 : 8, &entry, error);
    if (status != WY_OK) return status;
    *begin = wy_load32(entry);
    *end = last ? terms->blocks_end : wy_load32(entry + 4);
    if (*begin < WY_SEALED_HEADER || *begin >= *end || *end > terms->blocks_end)
        return damaged(terms, at, error, "the place of a block of terms is impossible");
    return WY_OK;
}

/* The first key of block `number`. */
static int block_key(const wy_terms *terms, uint32_t number, const uint8_t **key, size_t *length,
                     wy_error *error)
{
    uint64_t begin, end;
    const uint8_t *data;
    int status = block_place(terms, number, &begin, &end, error);
    if (status != WY_OK) return status;
    uint64_t looked = end - begin < 1 + WY_KEY_MAX ? end - begin : 1 + WY_KEY_MAX;
    status = wy_sealed_view(terms->file, begin, looked, &data, error);
    if (status != WY_OK) return status;
    *length = (size_t)data[0] + 1;
    *key = data + 1;
    if (*length > looked - 1)
        return damaged(terms, begin, error, "the first key of a block of terms is cut short");
    return WY_OK;
}

/* Value of half a shape; an escaped one takes a byte of the extras. Unbounded: the extras were
 * counted when the block was opened. */
static inline size_t half_value(uint8_t half, const uint8_t *data, size_t *extra)
{
    return half < WY_TERMS_ESCAPE ? half : (size_t)WY_TERMS_ESCAPE + data[(*extra)++];
}

/* Where no half of `count` shapes is escaped: *bytes of their suffixes. Eight shapes at a time, in
 * the bytes of a word. */
static bool plain_suffixes(const uint8_t *shapes, size_t count, size_t *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t escaped = 0;
    size_t sum = count;
    for (size_t i = 0; i < count; i += 8) {
        uint64_t word = wy_load64(shapes + i); /* what is behind the file's content may be read */
        if (count - i < 8) word &= (UINT64_C(1) << 8 * (count - i)) - 1;
        const uint64_t low = word & 15 * ones, high = word >> 4 & 15 * ones;
        escaped |= (low + ones) | (high + ones); /* 16 where a half is 15 */
        sum += (size_t)(low * ones >> 56);
    }
    if (escaped & 16 * ones) return false;
    *bytes = sum;
    return true;
}

/* A varint of one to three bytes, as nearly all are; 0 bytes: it is longer. */
static inline size_t short_varint(const uint8_t *data, uint64_t *value)
{
    *value = data[0];
    if (data[0] < 0x80) return 1;
    *value = (data[0] & 0x7Fu) | (uint32_t)data[1] << 7;
    if (data[1] < 0x80) return 2;
    *value = (*value & 0x3FFFu) | (uint32_t)data[2] << 14;
    return data[2] < 0x80 ? 3 : 0;
}

/* wy_reader_varint with a short way. */
static inline uint64_t read_varint(wy_reader *r)
{
    uint64_t value;
    const size_t bytes = r->end - r->next >= 3 ? short_varint(r->next, &value) : 0;
    if (!bytes) return wy_reader_varint(r);
    r->next += bytes;
    return value;
}

/* Opens block `number` and finds its columns. */
static int block_open(const wy_terms *terms, uint32_t number, struct block *block, wy_error *error)
{
    uint64_t begin, end;
    int status = block_place(terms, number, &begin, &end, error);
    if (status != WY_OK) return status;
    status = wy_sealed_view(terms->file, begin, end - begin, &block->data, error);
    if (status != WY_OK) return status;
    block->offset = begin;
    block->length = (size_t)(end - begin);
    uint32_t left = terms->count - number * WY_TERMS_BLOCK;
    block->terms = left < WY_TERMS_BLOCK ? left : WY_TERMS_BLOCK;

    wy_reader r = wy_reader_of(block->data, block->length);
    block->key_length = (size_t)wy_reader_u8(&r) + 1;
    wy_reader_bytes(&r, block->key_length);
    block->postings = read_varint(&r);
    block->positions = read_varint(&r);
    block->shapes = wy_reader_at(&r);
    const uint8_t *shapes = wy_reader_bytes(&r, block->terms - 1);
    if (r.bad) return damaged(terms, begin, error, "a block of terms is cut short");

    block->extras = wy_reader_at(&r);
    size_t escapes = 0, suffixes = 0;
    if (plain_suffixes(shapes, block->terms - 1, &suffixes)) {
        block->suffixes = block->extras;
        wy_reader_bytes(&r, suffixes);
        block->figures = wy_reader_at(&r);
        if (r.bad) return damaged(terms, begin, error, "a block of terms is cut short");
        return WY_OK;
    }
    for (uint32_t i = 0; i + 1 < block->terms; i++)
        escapes +=
            (size_t)(shapes[i] >> 4 == WY_TERMS_ESCAPE) + ((shapes[i] & 15) == WY_TERMS_ESCAPE);
    wy_reader_bytes(&r, escapes);
    if (r.bad) return damaged(terms, begin, error, "a block of terms is cut short");
    size_t extra = block->extras;
    for (uint32_t i = 0; i + 1 < block->terms; i++) {
        extra += shapes[i] >> 4 == WY_TERMS_ESCAPE;
        suffixes += half_value(shapes[i] & 15, block->data, &extra) + 1;
    }
    block->suffixes = wy_reader_at(&r);
    wy_reader_bytes(&r, suffixes);
    block->figures = wy_reader_at(&r);
    if (r.bad) return damaged(terms, begin, error, "a block of terms is cut short");
    return WY_OK;
}

/* Adds up the lengths of the lists of terms whose figures are at *at, until `count` are done or
 * there is something unusual, and moves on. Returns how many. */
static uint32_t skip_figures(const uint8_t *data, size_t length, uint32_t count, uint64_t *at,
                             wy_term_info *info)
{
    enum { MOST = 12 }; /* bytes of four such varints */
    const uint8_t *next = data + *at, *const end = data + length;
    uint64_t postings = info->postings_offset, positions = info->positions_offset;
    uint32_t done = 0;
    /* With those of a block, of at most 21 bits, the sums do not pass 2^64. */
    if ((postings | positions) >> 62) return 0;
    for (; done < count && end - next >= MOST; done++) {
        uint64_t doc, more, a_length, b_length;
        if (!((next[0] << 7 | next[0] | next[1] | next[2]) & 0x80)) { /* rare words: a byte each */
            postings += next[1];
            positions += next[2];
            next += 3;
            continue;
        }
        const uint8_t *from = next;
        size_t bytes = short_varint(from, &doc);
        if (doc & 1 && bytes) bytes = short_varint(from += bytes, &more);
        const size_t a = short_varint(from += bytes, &a_length);
        const size_t b = short_varint(from += a, &b_length);
        if (!bytes || !a || !b) break;
        postings += a_length;
        positions += b_length;
        next = from + b;
    }
    info->postings_offset = postings;
    info->positions_offset = positions;
    *at = (uint64_t)(next - data);
    return done;
}

/* Reads the figures at *at, of the term whose lists begin at info's offsets. */
static int read_figures(const wy_terms *terms, uint64_t offset, const uint8_t *data, size_t length,
                        uint64_t *at, wy_term_info *info, wy_error *error)
{
    wy_reader r = wy_reader_of(data + *at, length - (size_t)*at);
    uint64_t doc = read_varint(&r);
    uint64_t more = doc & 1 ? read_varint(&r) : 0;
    info->postings_length = read_varint(&r);
    info->positions_length = read_varint(&r);
    if (r.bad) return damaged(terms, offset + *at, error, "the figures of a term are cut short");
    uint64_t doc_freq = (doc >> 1) + 1;
    if (doc_freq > UINT32_MAX || more > UINT64_MAX - 1 - UINT32_MAX ||
        info->postings_length > UINT64_MAX - info->postings_offset ||
        info->positions_length > UINT64_MAX - info->positions_offset)
        return damaged(terms, offset + *at, error, "the figures of a term are impossible");
    info->doc_freq = (uint32_t)doc_freq;
    info->total_freq = doc_freq + (doc & 1 ? more + 1 : 0);
    *at += wy_reader_at(&r);
    return WY_OK;
}

/* The first eight bytes of a key as a number that orders as they do; zeros behind a shorter one.
 * Eight bytes at `key` must be readable. */
static uint64_t key_head(const uint8_t *key, size_t length)
{
    uint64_t word = wy_load64(key);
    if (length < 8) word &= (UINT64_C(1) << 8 * length) - 1;
    return __builtin_bswap64(word);
}

/* The head of the first key of block `number`, from the file. Whether all of the key is there is
 * seen when the block is opened; until then a place that is wrong, but is one in the blocks, leads
 * to a wrong block. */
static int head_of_block(const wy_terms *terms, uint32_t number, uint64_t *head, wy_error *error)
{
    const uint8_t *entry, *first;
    size_t first_length;
    int status = wy_sealed_view(terms->file, terms->index + (uint64_t)number * 4, 4, &entry, error);
    if (status != WY_OK) return status;
    *head = 0;
    const uint64_t begin = wy_load32(entry);
    if (begin >= terms->blocks_end) return block_key(terms, number, &first, &first_length, error);
    const uint64_t left = terms->blocks_end - begin;
    status = wy_sealed_view(terms->file, begin, left < 1 + 8 ? left : 1 + 8, &first, error);
    /* Behind the key there are bytes to read: those of the file. */
    if (status == WY_OK) *head = key_head(first + 1, (size_t)first[0] + 1);
    return status;
}

/* *number: the last block whose first key is <= `key`, or 0 where there is none. blocks > 0. */
static int find_block(const wy_terms *terms, const uint8_t *key, size_t length, uint32_t *number,
                      wy_error *error)
{
    /* Invariant: blocks before low begin at or before the key; blocks from high on after it. */
    uint32_t low = 0, high = terms->blocks, step = 1;
    uint8_t start[8] = {0};
    memcpy(start, key, length < sizeof start ? length : sizeof start);
    const uint64_t head = key_head(start, length);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        uint64_t first = 0;
        int status;
        if (step < HEADS) first = atomic_load_explicit(&terms->heads[step], memory_order_relaxed);
        if (!first) {
            status = head_of_block(terms, middle, &first, error);
            if (status != WY_OK) return status;
            if (step < HEADS)
                atomic_store_explicit(&terms->heads[step], first, memory_order_relaxed);
        }
        bool after = first > head;
        if (first == head) {
            const uint8_t *whole;
            size_t whole_length;
            status = block_key(terms, middle, &whole, &whole_length, error);
            if (status != WY_OK) return status;
            after = wy_bytes_compare(whole, whole_length, key, length) > 0;
        }
        /* Without a branch, which would be guessed wrong half of the time. */
        high = after ? middle : high;
        low = after ? low : middle + 1;
        step = 2 * step + !after;
    }
    *number = low ? low - 1 : 0;
    return WY_OK;
}

/* ---- Look-up ------------------------------------------------------------------------------ */

/*
 * The place of `key` in a block, or block->terms. Keys before the place ascend and are less than
 * `key`, so it is enough to know how many bytes the last of them has in common with it (`same`):
 * one that shares more with its predecessor is still less, one that shares fewer is greater, and
 * only one that shares exactly as many must be looked at.
 */
static uint32_t find_in_block(const struct block *block, const uint8_t *key, size_t length)
{
    const uint8_t *data = block->data, *first = data + 1;
    size_t same = 0;
    while (same < length && same < block->key_length && first[same] == key[same]) same++;
    if (same == length && same == block->key_length) return 0;
    if (same < block->key_length && (same == length || first[same] > key[same]))
        return block->terms;

    size_t extra = block->extras, suffix = block->suffixes;
    for (uint32_t i = 1; i < block->terms; i++) {
        uint8_t shape = data[block->shapes + i - 1];
        size_t shared = half_value(shape >> 4, data, &extra);
        size_t suffix_length = half_value(shape & 15, data, &extra) + 1;
        if (shared < same) return block->terms;
        if (shared == same) {
            const uint8_t *bytes = data + suffix;
            size_t j = 0;
            while (j < suffix_length && same < length && bytes[j] == key[same]) j++, same++;
            if (j == suffix_length) {
                if (same == length) return i;
            } else if (same == length || bytes[j] > key[same]) {
                return block->terms;
            }
        }
        suffix += suffix_length;
    }
    return block->terms;
}

/* The figures of the term at `place` of block `number`; *info is written only where all is well. */
static int figures_at(const wy_terms *terms, const struct block *block, uint32_t number,
                      uint32_t place, wy_term_info *info, wy_error *error)
{
    wy_term_info here = {.postings_offset = block->postings, .positions_offset = block->positions};
    uint64_t at = block->figures;
    for (uint32_t i = skip_figures(block->data, block->length, place, &at, &here);; i++) {
        int status =
            read_figures(terms, block->offset, block->data, block->length, &at, &here, error);
        if (status != WY_OK) return status;
        if (i == place) break;
        here.postings_offset += here.postings_length;
        here.positions_offset += here.positions_length;
    }
    here.ordinal = number * WY_TERMS_BLOCK + place;
    *info = here;
    return WY_OK;
}

int wy_terms_info_at(const wy_terms *terms, uint32_t ordinal, wy_term_info *out, wy_error *error)
{
    struct block block;
    int status = block_open(terms, ordinal / WY_TERMS_BLOCK, &block, error);
    if (status != WY_OK) return status;
    return figures_at(terms, &block, ordinal / WY_TERMS_BLOCK, ordinal % WY_TERMS_BLOCK, out,
                      error);
}

int wy_terms_get(const wy_terms *terms, const void *key, size_t length, bool *found,
                 wy_term_info *info, wy_error *error)
{
    struct block block;
    uint32_t number;
    *found = false;
    if (terms->blocks == 0 || length == 0) return WY_OK;
    int status = find_block(terms, key, length, &number, error);
    if (status != WY_OK) return status;
    status = block_open(terms, number, &block, error);
    if (status != WY_OK) return status;
    uint32_t place = find_in_block(&block, key, length);
    if (place == block.terms) return WY_OK;

    *found = true;
    status = figures_at(terms, &block, number, place, info, error);
    if (status != WY_OK) *found = false;
    return status;
}

/* ---- The walk ----------------------------------------------------------------------------- */

/* What wy_terms_cursor.at holds: the block's place, and where in it the next term's parts are. */
enum { BEGIN, LENGTH, SHAPE, EXTRA, SUFFIX, FIGURES };

/* To the first term of block `number`. */
static int enter_block(wy_terms_cursor *cursor, uint32_t number, wy_error *error)
{
    const wy_terms *terms = cursor->terms;
    struct block block;
    int status = block_open(terms, number, &block, error);
    if (status != WY_OK) return status;
    cursor->at[BEGIN] = block.offset;
    cursor->at[LENGTH] = block.length;
    cursor->at[SHAPE] = block.shapes;
    cursor->at[EXTRA] = block.extras;
    cursor->at[SUFFIX] = block.suffixes;
    cursor->at[FIGURES] = block.figures;
    memcpy(cursor->key, block.data + 1, block.key_length);
    cursor->length = block.key_length;
    cursor->info.ordinal = number * WY_TERMS_BLOCK;
    cursor->info.postings_offset = block.postings;
    cursor->info.positions_offset = block.positions;
    return read_figures(terms, block.offset, block.data, block.length, &cursor->at[FIGURES],
                        &cursor->info, error);
}

/* To the next term of the same block, which has one. */
static int step_in_block(wy_terms_cursor *cursor, wy_error *error)
{
    const wy_terms *terms = cursor->terms;
    uint64_t *at = cursor->at;
    const uint8_t *data;
    int status = wy_sealed_view(terms->file, at[BEGIN], at[LENGTH], &data, error);
    if (status != WY_OK) return status;

    uint8_t shape = data[at[SHAPE]];
    size_t extra = (size_t)at[EXTRA];
    size_t shared = half_value(shape >> 4, data, &extra);
    size_t length = half_value(shape & 15, data, &extra) + 1;
    const uint8_t *suffix = data + at[SUFFIX];
    if (shared > cursor->length || length > WY_KEY_MAX - shared)
        return damaged(terms, at[BEGIN] + at[SHAPE], error, "the shape of a key is impossible");
    if (shared < cursor->length && suffix[0] <= cursor->key[shared])
        return damaged(terms, at[BEGIN] + at[SUFFIX], error, "keys do not ascend");
    memcpy(cursor->key + shared, suffix, length);
    cursor->length = shared + length;
    at[SHAPE]++;
    at[EXTRA] = extra;
    at[SUFFIX] += length;

    wy_term_info *info = &cursor->info;
    info->ordinal++;
    info->postings_offset += info->postings_length;
    info->positions_offset += info->positions_length;
    return read_figures(terms, at[BEGIN], data, (size_t)at[LENGTH], &at[FIGURES], info, error);
}

/* From the last term of a block to the first of the next, which must follow on. */
static int step_over(wy_terms_cursor *cursor, wy_error *error)
{
    uint8_t key[WY_KEY_MAX];
    size_t length = cursor->length;
    uint64_t postings = cursor->info.postings_offset + cursor->info.postings_length;
    uint64_t positions = cursor->info.positions_offset + cursor->info.positions_length;
    uint64_t end = cursor->at[BEGIN] + cursor->at[LENGTH];

    if (cursor->at[FIGURES] != cursor->at[LENGTH])
        return damaged(cursor->terms, end, error, "a block of terms is longer than its terms");
    memcpy(key, cursor->key, length);
    int status = enter_block(cursor, (cursor->info.ordinal + 1) / WY_TERMS_BLOCK, error);
    if (status != WY_OK) return status;
    if (cursor->at[BEGIN] != end || cursor->info.postings_offset != postings ||
        cursor->info.positions_offset != positions)
        return damaged(cursor->terms, end, error,
                       "a block of terms does not follow the one before");
    if (wy_bytes_compare(key, length, cursor->key, cursor->length) >= 0)
        return damaged(cursor->terms, end, error, "keys do not ascend");
    return WY_OK;
}

int wy_terms_next(wy_terms_cursor *cursor, wy_error *error)
{
    if (!cursor->valid) return WY_OK;
    uint32_t next = cursor->info.ordinal + 1;
    cursor->valid = false;
    if (next == cursor->terms->count) return WY_OK;
    int status = next % WY_TERMS_BLOCK ? step_in_block(cursor, error) : step_over(cursor, error);
    cursor->valid = status == WY_OK;
    return status;
}

int wy_terms_seek(wy_terms_cursor *cursor, const wy_terms *terms, const void *key, size_t length,
                  wy_error *error)
{
    uint32_t number = 0;
    int status;
    cursor->terms = terms;
    cursor->valid = false;
    if (terms->blocks == 0) return WY_OK;
    if (length > 0 && (status = find_block(terms, key, length, &number, error)) != WY_OK)
        return status;
    status = enter_block(cursor, number, error);
    cursor->valid = status == WY_OK;
    while (cursor->valid && length > 0 &&
           wy_bytes_compare(cursor->key, cursor->length, key, length) < 0)
        status = wy_terms_next(cursor, error);
    return status;
}

int wy_terms_at(wy_terms_cursor *cursor, const wy_terms *terms, uint32_t ordinal, bool near,
                wy_error *error)
{
    int status = WY_OK;
    if (!near || cursor->info.ordinal > ordinal ||
        cursor->info.ordinal / WY_TERMS_BLOCK != ordinal / WY_TERMS_BLOCK) {
        cursor->terms = terms;
        status = enter_block(cursor, ordinal / WY_TERMS_BLOCK, error);
    }
    while (status == WY_OK && cursor->info.ordinal < ordinal) status = step_in_block(cursor, error);
    cursor->valid = status == WY_OK;
    return status;
}

int wy_terms_check(const wy_terms *terms, wy_error *error)
{
    wy_terms_cursor cursor;
    uint32_t count = 0;
    int status = wy_terms_seek(&cursor, terms, NULL, 0, error);
    if (status != WY_OK || terms->count == 0) return status;
    if (cursor.at[BEGIN] != WY_SEALED_HEADER)
        return damaged(terms, WY_SEALED_HEADER, error, "something stands before the first term");
    while (status == WY_OK && cursor.valid) {
        count++;
        status = wy_terms_next(&cursor, error);
    }
    if (status == WY_OK && (count != terms->count || cursor.at[FIGURES] != cursor.at[LENGTH]))
        return damaged(terms, terms->blocks_end, error, "the last block of terms is too long");
    return status;
}

/* ---- Lists by units ----------------------------------------------------------------------- */

/* Entry `number` < list_count of `lists`, and where the list ends. */
static int list_entry(const wy_terms *terms, uint32_t number, uint32_t *key, uint64_t *begin,
                      uint64_t *end, wy_error *error)
{
    const uint8_t *entry;
    uint64_t at = terms->lists + (uint64_t)number * WY_TERMS_LIST;
    bool last = number + 1 == terms->list_count;
    int status =
        wy_sealed_view(terms->file, at, last ? WY_TERMS_LIST : 2 * WY_TERMS_LIST, &entry, error);
    if (status != WY_OK) return status;
    *key = wy_load32(entry);
    *begin = wy_load32(entry + 4);
    *end = last ? terms->lists : wy_load32(entry + WY_TERMS_LIST + 4);
    if (*begin < terms->blocks_end || *begin >= *end || *end > terms->lists)
        return damaged(terms, at, error, "the place of a list of terms is impossible");
    return WY_OK;
}

int wy_terms_list_open(const wy_terms *terms, uint8_t first, uint32_t code, bool last,
                       wy_terms_list *out, wy_error *error)
{
    const uint32_t wanted = wy_inner_key(first, last, code);
    uint32_t low = 0, high = terms->list_count;
    *out = (wy_terms_list){.terms = terms};
    if (!terms->listed)
        return damaged(terms, terms->lists, error, "the dictionary does not list its terms");
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, key;
        uint64_t begin, end;
        int status = list_entry(terms, middle, &key, &begin, &end, error);
        if (status != WY_OK) return status;
        if (key == wanted) {
            status = wy_sealed_view(terms->file, begin, end - begin, &out->next, error);
            if (status == WY_OK) out->end = out->next + (end - begin);
            return status;
        }
        if (key < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return WY_OK;
}

int wy_terms_list_next(wy_terms_list *list, bool *some, wy_error *error)
{
    *some = list->next != list->end;
    if (!*some) return WY_OK;
    wy_reader r = wy_reader_of(list->next, (size_t)(list->end - list->next));
    const uint64_t delta = wy_reader_varint(&r);
    const uint64_t before = list->begun ? list->ordinal : 0;
    if (r.bad || (list->begun && delta == 0) || delta >= list->terms->count ||
        before + delta >= list->terms->count) {
        *some = false;
        return damaged(list->terms, list->terms->blocks_end, error,
                       "a list of terms names one that is not there");
    }
    list->next = r.next;
    list->ordinal = (uint32_t)(before + delta);
    list->begun = true;
    return WY_OK;
}

/* Compares the lists of the file with those that should be there. */
static int compare_lists(const wy_terms *terms, wy_inner_builder *inner, wy_error *error)
{
    uint64_t at = terms->blocks_end;
    wy_inner_sort(inner);
    if (inner->count != terms->list_count)
        return damaged(terms, terms->lists, error, "lists of terms are missing, or too many");
    for (uint32_t i = 0; i < terms->list_count; i++) {
        uint32_t key;
        uint64_t begin, end;
        const uint8_t *data;
        const wy_buf *deltas = &inner->lists[i].deltas;
        int status = list_entry(terms, i, &key, &begin, &end, error);
        if (status == WY_OK) status = wy_sealed_view(terms->file, begin, end - begin, &data, error);
        if (status != WY_OK) return status;
        if (key != inner->lists[i].key || begin != at || end - begin != deltas->length ||
            memcmp(data, deltas->data, deltas->length) != 0)
            return damaged(terms, begin, error,
                           "a list of terms is not the one that belongs there");
        at = end;
    }
    return WY_OK;
}

int wy_terms_check_lists(const wy_terms *terms, wy_terms_units_fn *units, wy_error *error)
{
    wy_inner_builder inner;
    wy_terms_cursor cursor;
    if (!terms->listed) return WY_OK;
    wy_inner_init(&inner, terms->mem);
    int status = wy_terms_seek(&cursor, terms, NULL, 0, error);
    while (status == WY_OK && cursor.valid) {
        if (!wy_inner_add(&inner, units, cursor.info.ordinal, cursor.key, cursor.length))
            status = wy_fail_memory(error);
        else
            status = wy_terms_next(&cursor, error);
    }
    if (status == WY_OK) status = compare_lists(terms, &inner, error);
    wy_inner_free(&inner);
    return status;
}
