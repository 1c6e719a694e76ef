/*
 * index/validate.h: whether a report can be indexed: everything a caller may get wrong is found
 * before anything of it is in memory, so that a bad report never harms a writer.
 */
#ifndef WY_INDEX_VALIDATE_H
#define WY_INDEX_VALIDATE_H

#include <wenyuan/report.h>

#include "base/error.h"

#define WY_ID_MAX        4096              /* bytes of a report's id */
#define WY_TEXT_MAX      ((size_t)1 << 28) /* bytes of one paragraph, title or heading */
#define WY_PARAGRAPH_MAX ((size_t)1 << 24) /* paragraphs of one report */

/* WY_E_ARGUMENT, WY_E_ENCODING (offset: the byte in the text concerned), WY_E_LIMIT; the record's
 * file is the report's id. */
int wy_report_validate(const wy_report *report, wy_error *error);

#endif
