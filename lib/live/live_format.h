/*
 * live/live_format.h: the bytes of the live set of a segment, in a sealed file of kind "LIVE".
 *
 *   payload    := paragraphs reports dead trailer
 *   paragraphs := u8{*}    bit i & 7 of byte i >> 3: paragraph i is live; unused bits are 0
 *   reports    := u8{*}    the same of the reports
 *   dead       := { ordinal:u32le doc_freq:u32le }*     ordinals ascend, doc_freq >= 1
 *   trailer    := paragraphs:u32le reports:u32le        all, dead ones included
 *                 live_paragraphs:u32le live_reports:u32le
 *                 live_length:u64le{4}             of text, titles, issuers, headings
 *                 dead:u32le live_passages:u32le                              (56 bytes)
 *
 * Why so: bits as they are can be tested in the mapping. The dead terms have a fixed width, so
 * that a term is looked up there by binary search; few terms of a segment are among them.
 */
#ifndef WY_LIVE_LIVE_FORMAT_H
#define WY_LIVE_LIVE_FORMAT_H

#include <stdint.h>

#define WY_LIVE_KIND    "LIVE"
#define WY_LIVE_VERSION 2
#define WY_LIVE_DEAD    8  /* bytes of a dead term */
#define WY_LIVE_TRAILER 56 /* bytes */

/* Bytes of a set of `count` bits. */
static inline uint64_t wy_live_bytes(uint32_t count)
{
    return ((uint64_t)count + 7) / 8;
}

#endif
