/*
 * wenyuan/types.h: what every other public header needs: export marks, strings,
 * status codes, the error record and the memory hooks.
 */
#ifndef WENYUAN_TYPES_H
#define WENYUAN_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define WY_API __attribute__((visibility("default")))
#else
#define WY_API
#endif

#define WY_VERSION_MAJOR  0
#define WY_VERSION_MINOR  1
#define WY_VERSION_PATCH  0
#define WY_VERSION_STRING "0.1.0"

/* The version of the library that is running, "major.minor.patch". Static storage. */
WY_API const char *wy_version(void);

/*
 * Status codes. Every function that can fail returns one as an int; the numbers never change
 * meaning. WY_END is no failure: an iteration is over.
 */
typedef enum wy_status {
    WY_OK = 0,
    WY_E_NOMEM = 1,        /* an allocation failed */
    WY_E_ARGUMENT = 2,     /* the caller passed something that can never work */
    WY_E_IO = 3,           /* the operating system refused; wy_error.system holds errno */
    WY_E_NOT_FOUND = 4,    /* no such file, index, report */
    WY_E_EXISTS = 5,       /* something is already there */
    WY_E_LOCKED = 6,       /* another writer has the index */
    WY_E_DAMAGED = 7,      /* bytes on disk are not what was written */
    WY_E_VERSION = 8,      /* the format is newer than this library */
    WY_E_ANALYZER = 9,     /* the index was made with another analyzer, option or ICU */
    WY_E_SYNTAX = 10,      /* a query is not well formed; wy_error.offset is the byte in it */
    WY_E_LIMIT = 11,       /* a stated limit would be exceeded */
    WY_E_ENCODING = 12,    /* text is not in the encoding that it claims */
    WY_E_FORMAT = 13,      /* an input file is not of the format that it claims */
    WY_E_CANCELLED = 14,   /* a progress callback asked to stop */
    WY_E_UNSUPPORTED = 15, /* this build cannot do it */
    WY_E_INTERNAL = 16,    /* a bug in this library */
    WY_END = 100           /* no more items */
} wy_status;

/* A short English name for a status code ("damaged"). Static storage; never NULL. */
WY_API const char *wy_status_name(int status);

/* wy_error.offset where no place in a file or a query is meant. */
#define WY_NO_OFFSET UINT64_MAX

/*
 * What went wrong. The caller owns the record and may pass NULL where one is wanted; it is
 * written only when a function fails, and holds no pointers, so that it may be copied and kept.
 */
typedef struct wy_error {
    int32_t code;     /* a wy_status */
    int32_t system;   /* errno, or 0 */
    uint64_t offset;  /* byte offset in `file` or in the query, or WY_NO_OFFSET */
    char file[512];   /* file concerned, UTF-8, "" if none; a longer path loses its front */
    char reason[512]; /* one English sentence without a full stop: what is wrong, what to do */
} wy_error;

/* A run of bytes with its length; not terminated. `data` may be NULL where length is 0. */
typedef struct wy_string {
    const char *data;
    size_t length;
} wy_string;

/*
 * Memory hooks. `resize` behaves as realloc (a NULL block allocates). `release` takes NULL.
 * All three must be callable from any thread. A NULL wy_allocator means malloc and free.
 * ICU, libxml2, json-c, simdjson, zstd and Snowball keep their own allocators.
 */
typedef struct wy_allocator {
    void *context;
    void *(*allocate)(void *context, size_t size);
    void *(*resize)(void *context, void *block, size_t size);
    void (*release)(void *context, void *block);
} wy_allocator;

#ifdef __cplusplus
}
#endif

#endif
