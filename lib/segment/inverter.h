/*
 * segment/inverter.h: turning reports into postings in memory, and writing them as a segment when
 * enough has come together. One thread each; what several have taken in side by side can be
 * written as one segment.
 */
#ifndef WY_SEGMENT_INVERTER_H
#define WY_SEGMENT_INVERTER_H

#include <wenyuan/report.h>

#include "segment/component.h"
#include "text/analyzer.h"

typedef struct wy_inverter wy_inverter;

/* Bytes after which an inverter is to be flushed at the latest: what fits can be counted in 32
 * bits, whatever it is. */
#define WY_INVERTER_MOST (UINT64_C(3) << 30)

/* `analyzer` is borrowed, and used only by calls on this inverter. */
int wy_inverter_open(const wy_mem *mem, wy_analyzer *analyzer, wy_inverter **out, wy_error *error);
void wy_inverter_close(wy_inverter *inverter); /* NULL is ignored */

/*
 * Adds a report whose texts are known to be UTF-8. `sequence` orders instances of one id and is
 * given back by flush. After a failure the inverter can only be closed.
 */
int wy_inverter_add(wy_inverter *inverter, const wy_report *report, uint64_t sequence,
                    wy_error *error);

/* Bytes of memory held; reports added since the last flush. */
size_t wy_inverter_memory(const wy_inverter *inverter);
uint32_t wy_inverter_reports(const wy_inverter *inverter);

/* Called now and then while a segment is written; non-zero: stop with WY_E_CANCELLED. */
typedef int (*wy_inverter_stop)(void *context);

/* How inverters are to be written. */
typedef struct wy_flush {
    const wy_env *env;
    const char *folder;
    uint64_t number; /* of the segment */
    bool sync;
    bool two_threads; /* the texts are compressed by a second thread meanwhile, and by a third which
                         goes on when the terms are done */
    wy_inverter_stop stop; /* may be NULL; called by the thread that flushes */
    void *context;
} wy_flush;

/*
 * Writes what was added to `count` inverters as one segment, and forgets it. The same reports give
 * the same files, however they are spread over inverters. The reports of the segment are in order
 * of (year, id, sequence); (*sequences)[i] is the sequence of report i, an array of info->reports
 * values that the caller frees. The inverters were opened with the same memory and analyze alike;
 * together they hold at most WY_INVERTER_MOST bytes, and a report.
 */
int wy_inverter_flush(wy_inverter *const *inverters, size_t count, const wy_flush *how,
                      wy_segment_info *info, uint64_t **sequences, wy_error *error);

#endif
