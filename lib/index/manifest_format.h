/*
 * index/manifest_format.h: the manifest, the one file that changes: what the index holds at a
 * commit.
 *
 *   manifest   := magic:8 "WENYUAN\x1b"  version:u32le  body  sum:u64le
 *   body       := generation:u64le    number of the commit, from 1
 *                 next:u64le          number of the next segment to be made; never reused, so that
 *                                     a file name never means two things
 *                 analyzer:string     "icu", "icu-punctuation" or "whitespace"
 *                 identity:string     all that decides how text is cut (text/analyzer.h)
 *                 icu:string          version of ICU, for people
 *                 segments:varint { segment }*
 *   segment    := number:u64le paragraphs:u32le reports:u32le
 *                 { size:u64le root:u64le }*6      the components in the order of component.h
 *                 live_generation:u64le            0: nothing deleted, and what follows is absent
 *                 [ live_paragraphs:u32le live_reports:u32le size:u64le root:u64le ]
 *   string     := length:varint bytes
 *   sum        := XXH3-64 of all that comes before
 *
 * It is written as "manifest.new", synced, and renamed over "manifest"; segments are on the disk
 * before. Whatever is in the folder and not named here is a left-over that the next writer removes.
 */
#ifndef WY_INDEX_MANIFEST_FORMAT_H
#define WY_INDEX_MANIFEST_FORMAT_H

#define WY_MANIFEST_MAGIC   "WENYUAN\x1b"
#define WY_MANIFEST_VERSION 1
#define WY_MANIFEST_FILE    "manifest"
#define WY_MANIFEST_NEW     "manifest.new"
#define WY_LOCK_FILE        "lock"

#endif
