/*
 * base/buf.h: a byte buffer that grows. Errors stick: after memory ran out every further call
 * does nothing, and the caller looks at `failed` once, at the end.
 */
#ifndef WY_BASE_BUF_H
#define WY_BASE_BUF_H

#include <stdbool.h>

#include "base/mem.h"

typedef struct wy_buf {
    const wy_mem *mem;
    uint8_t *data;
    size_t length, capacity;
    bool failed;
} wy_buf;

void wy_buf_init(wy_buf *buf, const wy_mem *mem);
void wy_buf_free(wy_buf *buf); /* to the state after init */
void wy_buf_clear(wy_buf *buf); /* length 0, failed false; keeps the memory */
bool wy_buf_reserve(wy_buf *buf, size_t more); /* room for `more` bytes after length */

void wy_buf_bytes(wy_buf *buf, const void *data, size_t length);
void wy_buf_u8(wy_buf *buf, uint8_t value);
void wy_buf_u16(wy_buf *buf, uint16_t value); /* little-endian, as all here */
void wy_buf_u32(wy_buf *buf, uint32_t value);
void wy_buf_u64(wy_buf *buf, uint64_t value);
void wy_buf_varint(wy_buf *buf, uint64_t value); /* LEB128: 7 bits a byte, low first */
void wy_buf_string(wy_buf *buf, const void *data, size_t length); /* varint length, bytes */

#define WY_VARINT_MAX 10 /* bytes of the longest varint */

#endif
