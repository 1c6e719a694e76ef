/*
 * columns/columns_format.h: the bytes of the columns of a segment, in a sealed file of kind "COLS".
 * R reports, P paragraphs, G passages, Y distinct years.
 *
 *   payload := lengths title_lengths issuer_lengths section_lengths
 *              starts passages dates hashes order years trailer
 *   lengths       := u8{P}         length code of each paragraph
 *   title_lengths := u8{R}         length code of each title
 *   issuer_lengths := u8{R}        and of each issuer
 *   section_lengths := u8{G}       of the headings above each passage, together
 *   starts        := u32le{R}      first paragraph of each report
 *   passages      := u32le{G}      first paragraph of each passage
 *   dates         := i32le{R}
 *   hashes        := u64le{R}      XXH3-64 of each report's id
 *   order         := u32le{R}      reports by (hash, number)
 *   years         := { year:i32le first_report:u32le }{Y}    years ascend
 *   trailer       := R:u32le P:u32le Y:u32le G:u32le
 *                    total_length:u64le total_title_length:u64le
 *                    total_issuer_length:u64le total_section_length:u64le      (48 bytes)
 *
 * A length is kept as one byte (wy_length_code), and the totals are sums of what the codes stand
 * for, so that deleting and merging, which see codes only, keep them exact.
 *
 * Why so: one byte of length for each paragraph is read at random by ranking, so it comes first
 * and as it is. A report's end is the start of the next, its year that of the range it lies in: a
 * year need not be stored with each. Every column has a fixed width and its place follows from
 * the trailer: nothing is to be done at open.
 */
#ifndef WY_COLUMNS_COLUMNS_FORMAT_H
#define WY_COLUMNS_COLUMNS_FORMAT_H

#define WY_COLUMNS_KIND    "COLS"
#define WY_COLUMNS_VERSION 2
#define WY_COLUMNS_YEAR    8                /* bytes of a row of the years */
#define WY_COLUMNS_TRAILER 48               /* bytes */
#define WY_COLUMNS_MAX     (UINT32_MAX - 2) /* reports, paragraphs */

#endif
