/*
 * base/sealed_format.h: the envelope of every file of an index but the manifest.
 *
 *   file     := header payload sums tops footer
 *   header   := magic:8 "WENYUAN\x1a"  kind:4 ASCII  version:u32le           (16 bytes)
 *   payload  := bytes, as <kind>_format.h says
 *   sums     := { sum:u64le }*      XXH3-64 of each WY_SEALED_CHUNK bytes of header + payload; the
 *                                   last chunk may be short
 *   tops     := { top:u64le }*      XXH3-64 of each WY_SEALED_GROUP sums as written; the last group
 *                                   may be short
 *   footer   := body:u64le          bytes of header + payload
 *               root:u64le          XXH3-64 of tops and `body` as written: it stands for the file
 *               magic:8 "\x1aSEALED\n"                                       (24 bytes)
 *
 * Two levels of sums, so that opening a file reads 8 bytes for each 32 MiB of it and no more.
 * The manifest holds size and root of each file, so that a file cut short, or left from another
 * commit, is seen when the index is opened; a damaged chunk is seen when it is first read, before
 * anything in it is used. Offsets count from the start of the file, header included.
 */
#ifndef WY_BASE_SEALED_FORMAT_H
#define WY_BASE_SEALED_FORMAT_H

#define WY_SEALED_MAGIC  "WENYUAN\x1a"
#define WY_SEALED_END    "\x1aSEALED\n"
#define WY_SEALED_HEADER 16
#define WY_SEALED_FOOTER 24
#define WY_SEALED_CHUNK  16384 /* 5 us to verify at 3 GB/s; 0.05 % of the size */
#define WY_SEALED_GROUP  2048  /* sums: 16 KiB of them */

#endif
