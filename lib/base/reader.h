/*
 * base/reader.h: bounded little-endian reading. A read past the end sets `bad` and gives 0; the
 * caller checks once after a group of reads and before it uses what it read as a size or index.
 */
#ifndef WY_BASE_READER_H
#define WY_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wy_reader {
    const uint8_t *start, *next, *end;
    bool bad;
} wy_reader;

static inline wy_reader wy_reader_of(const void *data, size_t length)
{
    const uint8_t *p = data;
    return (wy_reader){p, p, p + length, false};
}

static inline size_t wy_reader_left(const wy_reader *r) { return (size_t)(r->end - r->next); }
static inline size_t wy_reader_at(const wy_reader *r) { return (size_t)(r->next - r->start); }

/* Bytes that follow, or NULL and bad where there are fewer. */
static inline const uint8_t *wy_reader_bytes(wy_reader *r, uint64_t length)
{
    if (length > wy_reader_left(r)) {
        r->bad = true;
        r->next = r->end;
        return NULL;
    }
    const uint8_t *p = r->next;
    r->next += length;
    return p;
}

/* Unaligned little-endian loads; the compiler makes one instruction of each. */
static inline uint16_t wy_load16(const uint8_t *p)
{
    return (uint16_t)(p[0] | (uint16_t)p[1] << 8);
}
static inline uint32_t wy_load32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint64_t wy_load64(const uint8_t *p)
{
    return (uint64_t)wy_load32(p) | (uint64_t)wy_load32(p + 4) << 32;
}

static inline uint8_t wy_reader_u8(wy_reader *r)
{
    const uint8_t *p = wy_reader_bytes(r, 1);
    return p ? *p : 0;
}
static inline uint16_t wy_reader_u16(wy_reader *r)
{
    const uint8_t *p = wy_reader_bytes(r, 2);
    return p ? wy_load16(p) : 0;
}
static inline uint32_t wy_reader_u32(wy_reader *r)
{
    const uint8_t *p = wy_reader_bytes(r, 4);
    return p ? wy_load32(p) : 0;
}
static inline uint64_t wy_reader_u64(wy_reader *r)
{
    const uint8_t *p = wy_reader_bytes(r, 8);
    return p ? wy_load64(p) : 0;
}

/* LEB128. More than 10 bytes, or bits beyond 64, are bad. */
uint64_t wy_reader_varint_slow(wy_reader *r);

static inline uint64_t wy_reader_varint(wy_reader *r)
{
    if (r->next < r->end && *r->next < 0x80)
        return *r->next++;
    return wy_reader_varint_slow(r);
}

/* A varint that must fit 32 bits; more is bad. */
static inline uint32_t wy_reader_varint32(wy_reader *r)
{
    uint64_t v = wy_reader_varint(r);
    if (v > UINT32_MAX) {
        r->bad = true;
        v = 0;
    }
    return (uint32_t)v;
}

/* varint length and that many bytes; NULL and *length 0 where bad. */
static inline const uint8_t *wy_reader_string(wy_reader *r, size_t *length)
{
    uint64_t n = wy_reader_varint(r);
    const uint8_t *p = r->bad ? NULL : wy_reader_bytes(r, n);
    *length = p ? (size_t)n : 0;
    return p;
}

#endif
