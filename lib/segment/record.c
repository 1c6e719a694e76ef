#include "segment/record.h"

#include <string.h>

#include "base/reader.h"

/* ---- Ids that count up ------------------------------------------------------------------------
 */

/* Cuts an id in a prefix and a number without leading zeros. Numbers are below 2^63, so that one
 * more for each paragraph is no overflow. */
static bool split_id(wy_string id, wy_string *prefix, uint64_t *number)
{
    size_t at = id.length;
    while (at && id.length - at < 18 && id.data[at - 1] >= '0' && id.data[at - 1] <= '9') at--;
    while (at < id.length - 1 && id.data[at] == '0') at++; /* zeros belong to the prefix */
    if (at == id.length) return false;
    *prefix = (wy_string){id.data, at};
    *number = 0;
    for (size_t i = at; i < id.length; i++) *number = *number * 10 + (uint64_t)(id.data[i] - '0');
    return true;
}

enum { DIGITS = 20 }; /* of a number, at most */

/* Writes the number and returns its length. */
static size_t put_number(uint64_t number, char out[DIGITS])
{
    char digits[DIGITS], *at = digits + DIGITS;
    do *--at = (char)('0' + number % 10);
    while (number /= 10);
    const size_t length = (size_t)(digits + DIGITS - at);
    memcpy(out, at, length);
    return length;
}

size_t wy_record_id(const wy_record_ids *ids, uint32_t index, char *out)
{
    if (ids->prefix.length) memcpy(out, ids->prefix.data, ids->prefix.length);
    const size_t length =
        ids->prefix.length + put_number(ids->first + index, out + ids->prefix.length);
    out[length] = '\0';
    return length;
}

/* Whether `id` is what wy_record_id would write. */
static bool is_numbered(const wy_record_ids *ids, size_t index, wy_string id)
{
    char digits[DIGITS];
    size_t length = put_number(ids->first + index, digits);
    return id.length == ids->prefix.length + length &&
           memcmp(id.data + ids->prefix.length, digits, length) == 0 &&
           (ids->prefix.length == 0 || memcmp(id.data, ids->prefix.data, ids->prefix.length) == 0);
}

wy_record_ids wy_record_find_ids(const wy_report *report)
{
    wy_record_ids ids = {.numbered = false};
    if (report->paragraph_count == 0 || report->paragraphs[0].id.length == 0 ||
        !split_id(report->paragraphs[0].id, &ids.prefix, &ids.first))
        return ids;
    for (size_t i = 0; i < report->paragraph_count; i++)
        if (!is_numbered(&ids, i, report->paragraphs[i].id)) return ids;
    ids.numbered = true;
    return ids;
}

/* ---- Records ----------------------------------------------------------------------------------
 */

void wy_record_put_paragraph(wy_buf *out, const wy_paragraph *paragraph, const wy_record_ids *ids)
{
    wy_buf_varint(out, paragraph->section);
    if (!ids->numbered) wy_buf_string(out, paragraph->id.data, paragraph->id.length);
    wy_buf_bytes(out, paragraph->text.data, paragraph->text.length);
}

void wy_record_put_report(wy_buf *out, const wy_report *report, const wy_record_ids *ids)
{
    wy_buf_string(out, report->id.data, report->id.length);
    wy_buf_string(out, report->title.data, report->title.length);
    wy_buf_string(out, report->issuer.data, report->issuer.length);
    wy_buf_string(out, report->source.data, report->source.length);
    wy_buf_varint(out, (uint32_t)report->year);
    wy_buf_varint(out, (uint32_t)report->date);
    wy_buf_varint(out, report->source_size);
    wy_buf_u64(out, (uint64_t)report->source_time);
    wy_buf_u64(out, report->source_hash);
    wy_buf_varint(out, report->paragraph_count);
    wy_buf_varint(out, ids->numbered ? ids->first + 1 : 0);
    if (ids->numbered) wy_buf_string(out, ids->prefix.data, ids->prefix.length);
    wy_buf_varint(out, report->section_count);
    for (size_t i = 0; i < report->section_count; i++) {
        wy_buf_varint(out, report->sections[i].parent);
        wy_buf_string(out, report->sections[i].heading.data, report->sections[i].heading.length);
    }
}

static wy_string get_string(wy_reader *r)
{
    size_t length;
    const char *data = (const char *)wy_reader_string(r, &length);
    return (wy_string){data, length};
}

bool wy_record_get_paragraph(const uint8_t *data, size_t length, const wy_record_ids *ids,
                             wy_paragraph *out)
{
    wy_reader r = wy_reader_of(data, length);
    out->section = wy_reader_varint32(&r);
    out->id = ids->numbered ? (wy_string){NULL, 0} : get_string(&r);
    size_t left = wy_reader_left(&r);
    out->text = (wy_string){(const char *)wy_reader_bytes(&r, left), left};
    return !r.bad;
}

int wy_record_get_report(const wy_mem *mem, const uint8_t *data, size_t length, wy_report *out,
                         wy_record_ids *ids, wy_section **sections, wy_error *error)
{
    wy_record_ids numbering = {.numbered = false};
    *sections = NULL;
    wy_reader r = wy_reader_of(data, length);
    memset(out, 0, sizeof *out);
    out->size = sizeof *out;
    out->id = get_string(&r);
    out->title = get_string(&r);
    out->issuer = get_string(&r);
    out->source = get_string(&r);
    out->year = (int32_t)wy_reader_varint32(&r);
    out->date = (int32_t)wy_reader_varint32(&r);
    out->source_size = wy_reader_varint(&r);
    out->source_time = (int64_t)wy_reader_u64(&r);
    out->source_hash = wy_reader_u64(&r);
    numbering.paragraphs = wy_reader_varint32(&r);
    uint64_t numbered = wy_reader_varint(&r);
    if (numbered) {
        numbering.numbered = true;
        numbering.first = numbered - 1;
        numbering.prefix = get_string(&r);
    }
    if (ids) *ids = numbering;
    uint64_t count = wy_reader_varint(&r);
    /* Each section takes two bytes at least, so a forged count cannot make us allocate much. */
    if (r.bad || count > wy_reader_left(&r) / 2)
        return wy_fail(error, WY_E_DAMAGED, NULL, WY_NO_OFFSET, "report record is cut short");
    if (count == 0) return WY_OK;
    wy_section *list = wy_alloc_array(mem, (size_t)count, sizeof *list);
    if (!list) return wy_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        list[i].parent = wy_reader_varint32(&r);
        list[i].heading = get_string(&r);
        if (r.bad || list[i].parent > i) {
            wy_free(mem, list);
            return wy_fail(error, WY_E_DAMAGED, NULL, WY_NO_OFFSET,
                           "section %zu of a report record is wrong", i + 1);
        }
    }
    out->sections = *sections = list;
    out->section_count = (size_t)count;
    return WY_OK;
}
