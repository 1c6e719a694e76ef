/*
 * store/store_format.h: the bytes of a store of records, in a sealed file of kind "STOR".
 *
 *   payload    := dictionary block* index trailer
 *   dictionary := a zstd frame with its content size: a dictionary of zstd, with tables or without,
 *                 of at most WY_STORE_DICTIONARY bytes; absent where it did not pay
 *   block      := form:u8 frame
 *   frame      := a zstd frame (RFC 8878) with its content size, made with the dictionary; no
 *                 checksum, no dictionary id
 *   content of a frame, form WY_STORE_MARKED  := { record 0xff }*        no record holds 0xff
 *                       form WY_STORE_COUNTED := { length:varint }* record*
 *   index      := { first:u40le offset:u40le }*   of each block: number of its first record and
 *                                                 where it lies; then, as if of one block more,
 *                                                 count of all records and end of the last block
 *   trailer    := records:u64le bytes:u64le blocks:u64le dictionary:u64le          (32 bytes)
 *
 * `bytes` are those of all records, `dictionary` those of the frame at the start of the payload.
 *
 * Why so: a block is small, so that one record is read fast, and the dictionary gives back what
 * small blocks lose, the tables that zstd would put into each with it; it is compressed itself, to
 * a third. 0xff never stands in UTF-8, and behind a full stop zstd foretells it; as numbers, the
 * lengths of short records take 5 % of a file. The index has a fixed width: it is searched in the
 * mapping. 40 bits are enough for a TiB.
 */
#ifndef WY_STORE_STORE_FORMAT_H
#define WY_STORE_STORE_FORMAT_H

#define WY_STORE_KIND       "STOR"
#define WY_STORE_VERSION    1
#define WY_STORE_MARKED     0
#define WY_STORE_COUNTED    1
#define WY_STORE_MARK       0xff
#define WY_STORE_ENTRY      10 /* bytes of the index for a block */
#define WY_STORE_TRAILER    32
#define WY_STORE_PLACE_MAX  ((UINT64_C(1) << 40) - 1)
#define WY_STORE_RECORD_MAX ((UINT32_C(1) << 31) - 1) /* bytes of a record */
#define WY_STORE_DICTIONARY (UINT32_C(1) << 20)       /* bytes, decompressed, at most */

#endif
