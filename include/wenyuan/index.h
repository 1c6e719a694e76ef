/*
 * wenyuan/index.h: an index on disk: open or create it, write to it, look at it from outside.
 *
 * An index is a folder of immutable, checksummed files and one small manifest that is replaced
 * atomically. Any number of processes and threads may read it while one writer writes.
 */
#ifndef WENYUAN_INDEX_H
#define WENYUAN_INDEX_H

#include <stdbool.h>

#include <wenyuan/report.h>
#include <wenyuan/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An index folder. Safe to use from any number of threads at once, wy_index_close excepted. Until it
 * is closed it keeps memory for the next searches: 4 MiB for each that ran at the same time and
 * needed more than some KB, at most 32 MiB.
 */
typedef struct wy_index wy_index;

typedef struct wy_index_options {
    size_t size;                   /* sizeof(wy_index_options) */
    const wy_allocator *allocator; /* NULL: malloc; must outlive the index and all made from it */
    bool create;                   /* make the index if the folder is missing or empty */
    const char *analyzer;          /* "icu"; "icu-punctuation", the same and, for some 5 % more bytes,
                                      quoted texts with punctuation without reading paragraphs; or
                                      "whitespace". NULL: as recorded, or "icu" if new. Another than
                                      the recorded one: WY_E_ANALYZER */
} wy_index_options;

/*
 * Opens the index in folder `path`. `options` may be NULL. The caller closes *out.
 * Work done does not grow with the index. WY_E_NOT_FOUND (no index there, and not asked to create
 * one), WY_E_EXISTS (asked to create one in a folder that holds other files), WY_E_LOCKED (somebody
 * is making it), WY_E_ARGUMENT (no such analyzer), WY_E_DAMAGED, WY_E_VERSION, WY_E_ANALYZER (also
 * where the ICU at hand would cut text in another way than the one the index was made with),
 * WY_E_IO, WY_E_NOMEM.
 *
 * ICU is not opened here, which takes longer than all else: of it only versions are compared. The
 * first that has text cut (wy_search, wy_writer_open, wy_snapshot_stats, …) opens it, and returns
 * WY_E_ANALYZER where an ICU of the same version has another dictionary.
 */
WY_API int wy_index_open(const char *path, const wy_index_options *options, wy_index **out,
                         wy_error *error);

/* Closes; all writers and snapshots made from it must be closed before. NULL is ignored. */
WY_API void wy_index_close(wy_index *index);

/* ---- Writing ----------------------------------------------------------------------------- */

/*
 * The one writer of an index. Used by one thread at a time; works in threads of its own. Beside
 * options.memory it takes the reports that its threads are at, and some 150 bytes and the id for
 * each report since the last commit. What an allocator keeps of freed memory comes on top; of
 * glibc's, mallopt(M_MMAP_THRESHOLD, 1 << 20) keeps it small.
 */
typedef struct wy_writer wy_writer;

typedef struct wy_progress {
    const char *stage;    /* "index", "commit", "merge"; static */
    uint64_t reports;     /* reports added so far */
    uint64_t paragraphs;  /* paragraphs added so far */
    uint64_t bytes;       /* bytes of text added so far */
    uint64_t done, total; /* within the stage; total 0 where unknown */
} wy_progress;

/*
 * Called now and then in the thread that called the library. Returning non-zero asks it to stop:
 * the call returns WY_E_CANCELLED and the index stays at its last commit.
 */
typedef int (*wy_progress_fn)(void *context, const wy_progress *progress);

typedef struct wy_writer_options {
    size_t size;      /* sizeof(wy_writer_options) */
    uint64_t memory;  /* bytes for what is not yet on disk; 0: 256 MiB; at least 16 MiB */
    uint32_t threads; /* threads that analyze text; 0: 1, in the caller's thread. Fewer are used
                         where memory does not leave each some MiB */
    bool no_sync;     /* commits do not wait for the disk. The index then survives the death of
                         the process; a power failure may cost all of it, also what earlier
                         commits had made durable. For an index that can be made anew */
    wy_progress_fn progress; /* may be NULL */
    void *progress_context;
} wy_writer_options;

/*
 * Becomes the writer. At most 64 threads (WY_E_ARGUMENT). WY_E_LOCKED where another process or
 * handle is; the lock of a process that died is free. WY_E_ANALYZER as told at wy_index_open.
 * `options` may be NULL.
 */
WY_API int wy_writer_open(wy_index *index, const wy_writer_options *options, wy_writer **out,
                          wy_error *error);

/*
 * Adds a report; one with the same id, committed or not, is replaced at the next commit.
 * The report's memory is free again when the call returns. Errors in the report itself
 * (WY_E_ARGUMENT, WY_E_ENCODING, WY_E_LIMIT) leave the writer usable; after any other the writer
 * can only be closed, and the index stays at its last commit.
 */
WY_API int wy_writer_add(wy_writer *writer, const wy_report *report, wy_error *error);

/* Deletes the report with this id at the next commit. No such report: WY_OK, nothing happens. */
WY_API int wy_writer_delete(wy_writer *writer, wy_string id, wy_error *error);

/*
 * Makes everything since the last commit visible at once, and durable (unless no_sync), or
 * nothing of it. Then merges segments as the merge policy says, and removes files no longer used;
 * a merge that fails or is stopped changes nothing about the commit, and is tried again at the
 * next.
 */
WY_API int wy_writer_commit(wy_writer *writer, wy_error *error);

/* Commits, and merges down to at most `segments` segments (at least 1). Where the merging fails
 * the commit before it stands. */
WY_API int wy_writer_merge(wy_writer *writer, uint32_t segments, wy_error *error);

/* Ends the writing; what was not committed is dropped. NULL is ignored. */
WY_API void wy_writer_close(wy_writer *writer);

/* ---- Looking at it ----------------------------------------------------------------------- */

typedef struct wy_file_size {
    const char *kind; /* "terms", "postings", "positions", "text", …; static */
    uint64_t files;
    uint64_t bytes;
} wy_file_size;

typedef struct wy_year_size {
    int32_t year; /* 0: unknown */
    uint64_t reports;
    uint64_t paragraphs;
} wy_year_size;

/* Figures of a snapshot; see wy_snapshot_stats. Only what is not deleted is counted in reports,
 * paragraphs and years; terms, postings and bytes are those on disk. */
typedef struct wy_stats {
    uint64_t generation; /* number of the commit */
    uint64_t segments;
    uint64_t reports;
    uint64_t paragraphs;
    uint64_t deleted_paragraphs; /* still on disk */
    uint64_t terms;              /* summed over segments */
    uint64_t postings;
    uint64_t positions;
    uint64_t text_bytes; /* paragraphs before compression */
    uint64_t bytes;      /* all files */
    const char *analyzer;
    const char *icu_version; /* of the ICU that cut the text; "" for whitespace */
    const char *segmenter; /* what cuts words here and now: "dictionary" (the library's own walk of
                              ICU's tables), "icu" (ICU itself, where its tables are not
                              understood; slower, the same words), "" for whitespace */
    const wy_file_size *files;
    size_t file_count;
    const wy_year_size *years; /* ascending */
    size_t year_count;
} wy_stats;

/* Called for each file by wy_index_check: `problem` is NULL where it is sound. */
typedef void (*wy_check_fn)(void *context, const char *file, uint64_t bytes,
                            const wy_error *problem);

/*
 * Reads every byte of the last commit of the index in folder `path`, and verifies checksums and
 * structure. Goes on after a problem, so that each is told; the first one is returned. WY_OK means
 * that all is sound. `options` and `report` may be NULL. Needs no writer to stop.
 */
WY_API int wy_index_check(const char *path, const wy_index_options *options, wy_check_fn report,
                          void *context, wy_error *error);

typedef enum wy_repair_kind {
    WY_REPAIR_PARTIAL = 1, /* a report was saved without `lost` of its `paragraphs` */
    WY_REPAIR_LOST = 2,    /* a report is lost; with no id: its name is lost too */
    WY_REPAIR_UNNAMED = 3, /* paragraphs whose report cannot be read were saved as report `id` */
    WY_REPAIR_DOUBTFUL = 4 /* a report was saved that may have been deleted or replaced before: what
                              said so is damaged */
} wy_repair_kind;

/* What a repair could not save as it was. Valid only during the call. */
typedef struct wy_repair_event {
    size_t size;         /* sizeof(wy_repair_event): lets later versions add fields */
    int kind;            /* a wy_repair_kind */
    wy_string id;        /* of the report; empty where it is lost */
    int32_t year;        /* 0: unknown */
    uint64_t paragraphs; /* that the report had; 0: unknown */
    uint64_t lost;       /* of these */
} wy_repair_event;

typedef void (*wy_repair_fn)(void *context, const wy_repair_event *event);

typedef struct wy_repair_result {
    size_t size;               /* sizeof(wy_repair_result) */
    uint64_t segments_sound;   /* kept as they are */
    uint64_t segments_damaged; /* whose reports were saved, as far as they can be read */
    uint64_t reports_saved;    /* partial, unnamed and doubtful ones too */
    uint64_t reports_partial;
    uint64_t reports_lost;     /* as far as they can be counted */
    uint64_t reports_unnamed;
    uint64_t reports_doubtful;
    uint64_t paragraphs_lost;  /* as far as they can be counted */
    uint64_t files_moved;      /* to the folder "damaged" in the index */
    bool manifest_lost;        /* the list of segments was damaged or missing */
} wy_repair_result;

/*
 * Makes the index in folder `path` sound again: segments without damage stay as they are, the
 * reports of the others are indexed anew from their stored text, as far as that can be read. What
 * is lost is told to `tell`, and summed up in *result (both may be NULL; result->size must be
 * set). A report that lost paragraphs has no source_size, _time and _hash any more, so that
 * keeping the index in step with its files reads it again.
 *
 * No damaged file is touched before the repaired index is on the disk; then they are moved to the
 * folder "damaged" in the index, where nothing looks at them. A sound index is left alone.
 *
 * Where the manifest itself is lost, all segments found are read, the newest first; reports that
 * were deleted since, or never committed, may come back. The analyzer is options->analyzer then,
 * or "icu".
 *
 * WY_E_NOT_FOUND (no index there), WY_E_LOCKED (somebody writes to it), WY_E_VERSION, WY_E_ANALYZER
 * (text would be cut in another way than in the segments that stay), WY_E_IO, WY_E_NOMEM: the
 * index is as it was. WY_E_IO after the repair: it is done, but the files could not be moved.
 */
WY_API int wy_index_repair(const char *path, const wy_index_options *options, wy_repair_fn tell,
                           void *context, wy_repair_result *result, wy_error *error);

#ifdef __cplusplus
}
#endif

#endif
