/*
 * base/buf.c: a byte buffer that grows, with an error that sticks.
 */
#include "base/buf.h"

#include <string.h>

void wy_buf_init(wy_buf *buf, const wy_mem *mem)
{
    *buf = (wy_buf){.mem = mem};
}

void wy_buf_free(wy_buf *buf)
{
    wy_free(buf->mem, buf->data);
    wy_buf_init(buf, buf->mem);
}

void wy_buf_clear(wy_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
}

bool wy_buf_reserve(wy_buf *buf, size_t more)
{
    if (buf->failed) return false;
    if (more <= buf->capacity - buf->length) return true;
    if (more > SIZE_MAX - buf->length ||
        !wy_grow(buf->mem, &buf->data, &buf->capacity, buf->length + more, 1))
        buf->failed = true;
    return !buf->failed;
}

void wy_buf_bytes(wy_buf *buf, const void *data, size_t length)
{
    if (length == 0 || !wy_buf_reserve(buf, length)) return;
    memcpy(buf->data + buf->length, data, length);
    buf->length += length;
}

/* The `size` low bytes of `value`, low first. */
static void put_little_endian(wy_buf *buf, uint64_t value, size_t size)
{
    if (!wy_buf_reserve(buf, size)) return;
    for (size_t i = 0; i < size; i++) buf->data[buf->length++] = (uint8_t)(value >> 8 * i);
}

void wy_buf_u8(wy_buf *buf, uint8_t value)
{
    put_little_endian(buf, value, 1);
}

void wy_buf_u16(wy_buf *buf, uint16_t value)
{
    put_little_endian(buf, value, 2);
}

void wy_buf_u32(wy_buf *buf, uint32_t value)
{
    put_little_endian(buf, value, 4);
}

void wy_buf_u64(wy_buf *buf, uint64_t value)
{
    put_little_endian(buf, value, 8);
}

void wy_buf_varint(wy_buf *buf, uint64_t value)
{
    if (!wy_buf_reserve(buf, WY_VARINT_MAX)) return;
    uint8_t *p = buf->data + buf->length;
    while (value >= 0x80) {
        *p++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *p++ = (uint8_t)value;
    buf->length = (size_t)(p - buf->data);
}

void wy_buf_string(wy_buf *buf, const void *data, size_t length)
{
    wy_buf_varint(buf, length);
    wy_buf_bytes(buf, data, length);
}
