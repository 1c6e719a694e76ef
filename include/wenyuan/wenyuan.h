/*
 * wenyuan/wenyuan.h: full-text search over Chinese reports. Includes all public headers.
 *
 *   types.h    status codes, errors, strings, memory hooks
 *   report.h   reports, and reading them from files
 *   index.h    opening, writing, checking an index
 *   search.h   snapshots, queries, hits, analysis
 *   explore.h  counts by year, issuer and heading; the vocabulary
 *   explain.h  why a query finds what it finds
 *
 * Nothing in the library is global: every handle stands for itself. Functions may be called from
 * any thread; a handle is used by one thread at a time unless its comment says otherwise.
 */
#ifndef WENYUAN_WENYUAN_H
#define WENYUAN_WENYUAN_H

#include <wenyuan/explain.h>
#include <wenyuan/explore.h>
#include <wenyuan/index.h>
#include <wenyuan/report.h>
#include <wenyuan/search.h>
#include <wenyuan/types.h>

#endif
