/*
 * segment/record.h: what the two stores of a segment hold.
 *
 *   paragraph := section:varint  [ id:string ]  text:bytes-to-the-end
 *                section: 1-based number in the report's sections, 0: none
 *                id: only if the report does not number its paragraphs
 *   report    := id:string title:string issuer:string source:string
 *                year:varint date:varint source_size:varint source_time:8 source_hash:8
 *                paragraphs:varint numbered:varint [ prefix:string ]
 *                sections:varint { parent:varint heading:string }*
 *                numbered: 0: paragraphs have ids of their own, or none; else the number of the
 *                first one + 1: paragraph i (from 0) has the id prefix, number + i in decimal
 *                paragraphs: how many the report has, so that texts and records together are
 *                enough to make a segment anew
 *   string    := length:varint bytes
 *
 * A heading is stored once, with its report; a paragraph only names it. Ids that count up are
 * what data sets have ("law-1", "law-2", …): kept one by one they would take a sixteenth of the
 * compressed text of Chinese law.
 */
#ifndef WY_SEGMENT_RECORD_H
#define WY_SEGMENT_RECORD_H

#include <stdbool.h>

#include <wenyuan/report.h>

#include "base/buf.h"
#include "base/error.h"

/* Whether the ids of all paragraphs count up, and from where. */
typedef struct wy_record_ids {
    bool numbered;
    wy_string prefix; /* points into the report, or the record */
    uint64_t first;   /* number of the first paragraph */
    uint32_t paragraphs; /* of the report; set by wy_record_get_report */
} wy_record_ids;

wy_record_ids wy_record_find_ids(const wy_report *report);

void wy_record_put_report(wy_buf *out, const wy_report *report, const wy_record_ids *ids);
void wy_record_put_paragraph(wy_buf *out, const wy_paragraph *paragraph, const wy_record_ids *ids);

/*
 * Fields of the report, and ids->prefix, point into `data`; its sections (parents always earlier
 * ones) are allocated from `mem` as one array that the caller frees, also where there are none
 * (NULL). Paragraphs stay empty. `ids` may be NULL. WY_E_DAMAGED (without a file: the caller knows
 * it), WY_E_NOMEM.
 */
int wy_record_get_report(const wy_mem *mem, const uint8_t *data, size_t length, wy_report *out,
                         wy_record_ids *ids, wy_section **sections, wy_error *error);

/* Points into `data`; the id is empty where the report numbers them. false: not such a record. */
bool wy_record_get_paragraph(const uint8_t *data, size_t length, const wy_record_ids *ids,
                             wy_paragraph *out);

/* Writes the id of paragraph `index` (from 0) of a report that numbers them, with a NUL, and
 * returns its length. `out` has room for ids->prefix.length + 21 bytes. */
size_t wy_record_id(const wy_record_ids *ids, uint32_t index, char *out);

#endif
