#include "segment/record.h"

#include <string.h>

#include "base/reader.h"

void wy_record_put_paragraph(wy_buf *out, const wy_paragraph *paragraph)
{
    wy_buf_varint(out, paragraph->section);
    wy_buf_string(out, paragraph->id.data, paragraph->id.length);
    wy_buf_bytes(out, paragraph->text.data, paragraph->text.length);
}

void wy_record_put_report(wy_buf *out, const wy_report *report)
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

bool wy_record_get_paragraph(const uint8_t *data, size_t length, wy_paragraph *out)
{
    wy_reader r = wy_reader_of(data, length);
    out->section = wy_reader_varint32(&r);
    out->id = get_string(&r);
    size_t left = wy_reader_left(&r);
    out->text = (wy_string){(const char *)wy_reader_bytes(&r, left), left};
    return !r.bad;
}

int wy_record_get_report(const wy_mem *mem, const uint8_t *data, size_t length, wy_report *out,
                         wy_section **sections, wy_error *error)
{
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
    uint64_t count = wy_reader_varint(&r);
    /* Each section takes two bytes at least, so a forged count cannot make us allocate much. */
    if (r.bad || count > wy_reader_left(&r) / 2)
        return wy_fail(error, WY_E_DAMAGED, NULL, WY_NO_OFFSET, "report record is cut short");
    if (count == 0)
        return WY_OK;
    wy_section *list = wy_alloc_array(mem, (size_t)count, sizeof *list);
    if (!list)
        return wy_fail_memory(error);
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
