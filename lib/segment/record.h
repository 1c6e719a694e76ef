/*
 * segment/record.h: what the two stores of a segment hold.
 *
 *   paragraph := section:varint  id:string  text:bytes-to-the-end
 *                section: 1-based number in the report's sections, 0: none
 *   report    := id:string title:string issuer:string source:string
 *                year:varint date:varint source_size:varint source_time:8 source_hash:8
 *                sections:varint { parent:varint heading:string }*
 *   string    := length:varint bytes
 *
 * A heading is stored once, with its report; a paragraph only names it.
 */
#ifndef WY_SEGMENT_RECORD_H
#define WY_SEGMENT_RECORD_H

#include <wenyuan/report.h>

#include "base/buf.h"
#include "base/error.h"

void wy_record_put_paragraph(wy_buf *out, const wy_paragraph *paragraph);
void wy_record_put_report(wy_buf *out, const wy_report *report);

/* Points into `data`. false: not such a record. */
bool wy_record_get_paragraph(const uint8_t *data, size_t length, wy_paragraph *out);

/*
 * Fields of the report point into `data`; its sections (parents always earlier ones) are allocated
 * from `mem` as one array that the caller frees, also where there are none (NULL). Paragraphs stay
 * empty. WY_E_DAMAGED (without a file: the caller knows it), WY_E_NOMEM.
 */
int wy_record_get_report(const wy_mem *mem, const uint8_t *data, size_t length, wy_report *out,
                         wy_section **sections, wy_error *error);

#endif
