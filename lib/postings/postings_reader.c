/*
 * postings/postings_reader.c: a cursor over one posting list.
 *
 * Nothing that was read is trusted: ids of a block ascend and end at the id that its head tells,
 * which lies within its group, whose last id lies below the limit; bytes of a body lie within the
 * group, and the group within the list. So a list that was forged gives WY_E_DAMAGED or ids in
 * order below the limit, in a bounded number of steps.
 */
#include "postings/postings.h"

#include <assert.h>
#include <string.h>

#include "base/reader.h"
#include "base/sealed_format.h"
#include "postings/postings_format.h"

int wy_postings_file_open(const wy_env *env, const wy_mem *mem, const char *path,
                          const wy_seal *expected, wy_sealed **out, wy_error *error)
{
    return wy_sealed_open(env, mem, path, WY_POSTINGS_KIND, WY_POSTINGS_VERSION, expected, out,
                          error);
}

static void move_to_end(wy_postings *c)
{
    c->doc = WY_NO_DOC;
    c->block = c->state.blocks;
    c->block_last = c->group_last = WY_NO_DOC;
    c->block_count = 0;
    c->block_impact = c->group_impact = 0;
    c->index = 0;
    c->state.placed = true;
}

/* Damage at `at` in the list. The cursor moves to the end, so that it may be used on. */
static int damaged(wy_postings *c, uint64_t at, const char *reason, wy_error *error)
{
    move_to_end(c);
    return wy_sealed_damaged(c->state.file, c->state.offset + at, error, reason);
}

/* The last of `count` ids after `base` of which `slack` are left out. No overflow: 64 bits. */
static uint64_t last_id(uint32_t base, uint32_t count, uint32_t slack)
{
    return (uint64_t)(uint32_t)(base + 1) + count - 1 + slack;
}

static uint32_t low_bits(uint64_t word, unsigned width)
{
    return (uint32_t)(word & ((UINT64_C(1) << width) - 1));
}

/* Where a head lies, in bytes, for messages. */
static uint64_t head_place(const struct wy_postings_state *s)
{
    return s->heads + s->head_bit / 8;
}

static bool is_last_of_group(const wy_postings *c)
{
    return c->block % WY_GROUP == WY_GROUP - 1 || c->block == c->state.blocks - 1;
}

static uint32_t postings_from(const wy_postings *c, uint32_t most)
{
    const uint32_t left = c->count - c->block * WY_BLOCK;
    return left < most ? left : most;
}

/* What a head tells of its block. */
typedef struct block_head {
    uint32_t slack, length;
    uint8_t impact;
} block_head;

/* The head at s->head_bit. It has 51 bits at most, and so lies within the word; the file has more
 * than that behind every list. */
static inline block_head head_at(const struct wy_postings_state *s)
{
    const uint64_t word = wy_load64(s->data + head_place(s)) >> s->head_bit % 8;
    return (block_head){low_bits(word >> 8, s->slack_width),
                        low_bits(word >> 8 >> s->slack_width, s->length_width), (uint8_t)word};
}

/* Moves to block c->block, of which `head` tells. state.head_bit and body are its; `base` is the
 * last id before it. */
static inline int enter_block(wy_postings *c, block_head head, uint64_t base, wy_error *error)
{
    struct wy_postings_state *s = &c->state;
    s->base = (uint32_t)base;
    s->body_length = head.length;
    c->block_impact = head.impact;
    c->block_count = postings_from(c, WY_BLOCK);

    const uint64_t last = (base == UINT32_MAX ? 0 : base + 1) + c->block_count - 1 + head.slack;
    const uint64_t end = s->body + s->body_length;
    const bool good = is_last_of_group(c) ? last == c->group_last && end == s->group_end
                                          : last < c->group_last && end <= s->group_end;
    if (!good || c->block_impact > c->group_impact)
        return damaged(c, head_place(s), "a block of postings does not fit its group", error);
    c->block_last = (uint32_t)last;
    s->placed = false;
    return WY_OK;
}

/* Reads the group that starts at `at` with block c->block, and the head of that block. */
static int read_group(wy_postings *c, uint64_t at, wy_error *error)
{
    struct wy_postings_state *s = &c->state;
    const uint32_t left = s->blocks - c->block;
    const uint32_t blocks = left < WY_GROUP ? left : WY_GROUP;
    wy_reader r = wy_reader_of(s->data + at, (size_t)(s->length - at));
    const uint32_t slack = wy_reader_varint32(&r);
    const uint64_t size = wy_reader_varint(&r);
    const uint8_t widths = wy_reader_u8(&r);
    c->group_impact = wy_reader_u8(&r);
    if (r.bad || size > wy_reader_left(&r))
        return damaged(c, at, "a group of postings is cut short", error);

    s->slack_width = (uint8_t)(widths % WY_POSTINGS_SLACK_WIDTHS * 2);
    s->length_width = widths / WY_POSTINGS_SLACK_WIDTHS;
    s->heads = at + wy_reader_at(&r);
    s->head_bit = 0;
    s->body = s->heads + wy_postings_head_bytes(blocks, s->slack_width, s->length_width);
    s->group_end = s->heads + size;
    __builtin_prefetch(s->data + s->group_end);
    __builtin_prefetch(s->data + s->group_end + 64);
    if (s->length_width > WY_POSTINGS_LENGTH_WIDTH_MAX || s->body > s->group_end)
        return damaged(c, at, "the head of a group of postings is not well formed", error);

    const uint64_t last = last_id(s->base, postings_from(c, WY_GROUP * WY_BLOCK), slack);
    if (last >= s->limit) return damaged(c, at, "postings go beyond the last paragraph", error);
    if (c->group_impact > c->list_impact)
        return damaged(c, at, "a group has a greater impact than its list", error);
    if (left == blocks && s->group_end != s->length)
        return damaged(c, s->group_end, "the last group of postings does not end the list", error);
    c->group_last = (uint32_t)last;
    return enter_block(c, head_at(s), s->base, error);
}

/* Decodes `ids` of the current block, which are there, and finds the place of its freqs. */
static int read_ids(wy_postings *c, wy_error *error)
{
    struct wy_postings_state *s = &c->state;
    __builtin_prefetch(s->data + s->body + s->body_length);
    __builtin_prefetch(s->data + s->body + s->body_length + 64);
    const size_t bytes = wy_codec_ascending_read(s->codec, s->data + s->body, s->body_length,
                                                 s->base, c->docs, c->block_count);
    if (bytes == 0) return damaged(c, s->body, "a block of paragraph ids is damaged", error);
    s->freqs = s->body + bytes;
    s->freqs_length = (uint32_t)(s->body_length - bytes);
    for (uint32_t i = c->block_count; i < WY_BLOCK; i++) c->docs[i] = WY_NO_DOC;
    return WY_OK;
}

/* A list of less than a block has no heads: its ids are decoded at once. */
static int open_short(wy_postings *c, wy_error *error)
{
    struct wy_postings_state *s = &c->state;
    c->block_count = c->count;
    c->block_impact = c->group_impact = c->list_impact;
    /* One block is never longer, so that the length fits. */
    if (s->length > 2 * WY_CODED_MAX)
        return damaged(c, 0, "a short list of postings is too long", error);
    s->body_length = (uint32_t)s->length;
    int status = read_ids(c, error);
    if (status != WY_OK) return status;
    s->decoded = 0;
    c->block_last = c->group_last = c->docs[c->count - 1];
    if (c->block_last >= s->limit)
        return damaged(c, 0, "postings go beyond the last paragraph", error);
    return WY_OK;
}

int wy_postings_open_with(wy_postings *cursor, const wy_codec *codec, const wy_sealed *file,
                          wy_postings_place place, uint32_t limit, wy_error *error)
{
    assert(limit <= WY_DOC_MAX + 1);
    wy_postings *c = cursor;
    struct wy_postings_state *s = &c->state;
    c->count = place.count;
    c->block = c->index = 0;
    *s = (struct wy_postings_state){.codec = codec,
                                    .file = file,
                                    .offset = place.offset,
                                    .limit = limit,
                                    .base = UINT32_MAX,
                                    .decoded = UINT32_MAX,
                                    .freqs_decoded = UINT32_MAX};
    /* `count` ids below the limit: so no number of blocks or postings can overflow below. */
    if (place.count == 0 || place.count > limit || place.length < 2)
        return damaged(c, 0, "a list of postings cannot have this size", error);
    int status = wy_sealed_view(file, place.offset, place.length, &s->data, error);
    if (status != WY_OK) {
        move_to_end(c);
        return status;
    }
    s->length = place.length - 1;
    s->blocks = (place.count - 1) / WY_BLOCK + 1;
    c->list_impact = s->data[s->length];
    return place.count < WY_BLOCK ? open_short(c, error) : read_group(c, 0, error);
}

int wy_postings_open(wy_postings *cursor, const wy_sealed *file, wy_postings_place place,
                     uint32_t limit, wy_error *error)
{
    return wy_postings_open_with(cursor, wy_codec_get(), file, place, limit, error);
}

/* To the first block of the next group, or the end. */
static int next_group(wy_postings *c, wy_error *error)
{
    const uint32_t first = c->block - c->block % WY_GROUP;
    if (c->state.blocks - first <= WY_GROUP) {
        move_to_end(c);
        return WY_OK;
    }
    c->block = first + WY_GROUP;
    c->state.base = c->group_last;
    return read_group(c, c->state.group_end, error);
}

/*
 * To the next block of the same group that does not end before `target`. Ids and places only grow:
 * so it is enough that the block entered fits the group, of which the blocks passed over are a
 * part.
 */
static int next_block(wy_postings *c, uint32_t target, wy_error *error)
{
    struct wy_postings_state *s = &c->state;
    const unsigned head_bits = 8u + s->slack_width + s->length_width;
    uint64_t base = c->block_last;
    s->head_bit += head_bits;
    s->body += s->body_length;
    c->block++;
    block_head head = head_at(s);
    while (base + WY_BLOCK + head.slack < target && !is_last_of_group(c)) {
        base += WY_BLOCK + head.slack;
        s->head_bit += head_bits;
        s->body += head.length;
        c->block++;
        head = head_at(s);
    }
    return enter_block(c, head, base, error);
}

int wy_postings_block(wy_postings *cursor, uint32_t target, wy_error *error)
{
    int status = WY_OK;
    while (status == WY_OK && cursor->group_last < target) status = next_group(cursor, error);
    if (status == WY_OK && cursor->block_last < target) status = next_block(cursor, target, error);
    return status;
}

int wy_postings_decode_docs(wy_postings *cursor, wy_error *error)
{
    wy_postings *c = cursor;
    struct wy_postings_state *s = &c->state;
    if (s->decoded == c->block || c->block_count == 0) return WY_OK;
    if (c->block_last - s->base == c->block_count) {
        for (uint32_t i = 0; i < WY_BLOCK; i++)
            c->docs[i] = i < c->block_count ? s->base + 1 + i : WY_NO_DOC;
        s->freqs = s->body;
        s->freqs_length = s->body_length;
    } else {
        s->decoded = UINT32_MAX; /* docs is not whole if this fails */
        int status = read_ids(c, error);
        if (status != WY_OK) return status;
        if (c->docs[c->block_count - 1] != c->block_last)
            return damaged(c, s->body, "a block of postings ends at another id than its head says",
                           error);
    }
    s->decoded = c->block;
    return WY_OK;
}

int wy_postings_decode_freqs(wy_postings *cursor, wy_error *error)
{
    wy_postings *c = cursor;
    struct wy_postings_state *s = &c->state;
    if (s->freqs_decoded == c->block || c->block_count == 0) return WY_OK;
    int status = wy_postings_decode_docs(c, error);
    if (status != WY_OK) return status;
    s->freqs_decoded = UINT32_MAX;
    const uint32_t length = s->freqs_length;
    if (length == 0) {
        for (uint32_t i = 0; i < WY_BLOCK; i++) c->freqs[i] = 1;
    } else {
        if (wy_codec_block_read(s->codec, s->data + s->freqs, length, c->freqs, c->block_count) !=
            length)
            return damaged(c, s->freqs, "a block of frequencies is damaged", error);
        memset(c->freqs + c->block_count, 0, (WY_BLOCK - c->block_count) * sizeof *c->freqs);
        if (!s->codec->count_up(c->freqs))
            return damaged(c, s->freqs, "a frequency is impossibly large", error);
    }
    s->freqs_decoded = c->block;
    return WY_OK;
}

static void stand_at(wy_postings *c, uint32_t index)
{
    c->index = index;
    c->doc = c->docs[index];
    c->state.placed = true;
}

int wy_postings_next(wy_postings *cursor, wy_error *error)
{
    wy_postings *c = cursor;
    if (c->state.placed) {
        if (c->index + 1 < c->block_count) {
            stand_at(c, c->index + 1);
            return WY_OK;
        }
        if (c->block_last == WY_NO_DOC) return WY_OK;
        int status = wy_postings_block(c, c->block_last + 1, error);
        if (status != WY_OK || c->block_count == 0) return status;
    }
    int status = wy_postings_decode_docs(c, error);
    if (status == WY_OK) stand_at(c, 0);
    return status;
}

/* The first of 128 ascending ids, of which one is >= target, that is so. Seven steps, no branch. */
static uint32_t lower_bound(const uint32_t *docs, uint32_t target)
{
    const uint32_t *from = docs;
    for (uint32_t half = WY_BLOCK / 2; half > 0; half /= 2)
        from += from[half - 1] < target ? half : 0;
    return (uint32_t)(from - docs);
}

int wy_postings_seek(wy_postings *cursor, uint32_t target, wy_error *error)
{
    wy_postings *c = cursor;
    if (c->state.placed && c->doc >= target) return WY_OK;
    int status = wy_postings_block(c, target, error);
    if (status != WY_OK || c->block_count == 0) return status;
    status = wy_postings_decode_docs(c, error);
    if (status == WY_OK) stand_at(c, lower_bound(c->docs, target));
    return status;
}

int wy_postings_freq(wy_postings *cursor, uint32_t *freq, wy_error *error)
{
    assert(cursor->state.placed && cursor->doc != WY_NO_DOC);
    const uint32_t index = cursor->index;
    int status = wy_postings_decode_freqs(cursor, error);
    if (status == WY_OK) *freq = cursor->freqs[index];
    return status;
}

/* Compares the impact of a list or group with the greatest of its parts. */
static int check_impact(wy_postings *c, uint8_t told, uint8_t found, wy_error *error)
{
    if (told == found) return WY_OK;
    return damaged(c, 0, "an impact is not the greatest of its parts", error);
}

int wy_postings_check(const wy_sealed *file, wy_postings_place place, uint32_t limit,
                      wy_error *error)
{
    wy_postings c;
    uint8_t list = 0;
    int status = wy_postings_open(&c, file, place, limit, error);
    while (status == WY_OK && c.block_count > 0) {
        const uint8_t told = c.group_impact;
        const uint32_t group = c.block / WY_GROUP;
        uint8_t found = 0;
        while (c.block_count > 0 && c.block / WY_GROUP == group) {
            if (c.block_impact > found) found = c.block_impact;
            if ((status = wy_postings_decode_freqs(&c, error)) != WY_OK ||
                (status = wy_postings_block(&c, c.block_last + 1, error)) != WY_OK)
                return status;
        }
        if (told > list) list = told;
        status = check_impact(&c, told, found, error);
    }
    return status == WY_OK ? check_impact(&c, c.list_impact, list, error) : status;
}
