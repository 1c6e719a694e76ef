/*
 * columns/columns_writer.c: gathers the columns in memory (a byte for each paragraph, 25 for each
 * report, 5 for each passage) and writes them at the end, when their lengths are known.
 */
#include "columns/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/checksum.h"
#include "columns/columns_format.h"

struct hashed {
    uint64_t hash;
    uint32_t report;
};

struct wy_columns_writer {
    const wy_mem *mem;
    wy_sealed_writer *file;
    wy_buf lengths[WY_COLUMNS_FIELDS], starts, passages, dates, years; /* as they go to the file */
    struct hashed *hashes;                                             /* of the reports */
    size_t hash_capacity;
    uint32_t reports, paragraphs, passage_count, year_count;
    bool in_passage; /* of the report added last */
    int32_t year;    /* of the report added last */
    uint64_t totals[WY_COLUMNS_FIELDS];
    int status; /* of the first failure, which is in `error` */
    wy_error error;
};

static void free_writer(wy_columns_writer *writer)
{
    for (int f = 0; f < WY_COLUMNS_FIELDS; f++) wy_buf_free(&writer->lengths[f]);
    wy_buf_free(&writer->starts);
    wy_buf_free(&writer->passages);
    wy_buf_free(&writer->dates);
    wy_buf_free(&writer->years);
    wy_free(writer->mem, writer->hashes);
    wy_free(writer->mem, writer);
}

int wy_columns_create(const wy_env *env, const wy_mem *mem, const char *path,
                      wy_columns_writer **out, wy_error *error)
{
    wy_columns_writer *writer = wy_calloc(mem, sizeof *writer);
    if (!writer) return wy_fail_memory(error);
    writer->mem = mem;
    for (int f = 0; f < WY_COLUMNS_FIELDS; f++) wy_buf_init(&writer->lengths[f], mem);
    wy_buf_init(&writer->starts, mem);
    wy_buf_init(&writer->passages, mem);
    wy_buf_init(&writer->dates, mem);
    wy_buf_init(&writer->years, mem);
    int status =
        wy_sealed_create(env, mem, path, WY_COLUMNS_KIND, WY_COLUMNS_VERSION, &writer->file, error);
    if (status != WY_OK)
        free_writer(writer);
    else
        *out = writer;
    return status;
}

static int failure(const wy_columns_writer *writer, wy_error *error)
{
    if (writer->status != WY_OK && error) *error = writer->error;
    return writer->status;
}

/* Notes the length of a field's next document. */
static void add_length(wy_columns_writer *writer, unsigned field, uint32_t length)
{
    uint8_t code = wy_length_code(length);
    wy_buf_u8(&writer->lengths[field], code);
    writer->totals[field] += wy_length_of(code);
    if (writer->lengths[field].failed && writer->status == WY_OK)
        writer->status = wy_fail_memory(&writer->error);
}

int wy_columns_add_report(wy_columns_writer *writer, const void *id, size_t id_length, int32_t year,
                          int32_t date, uint32_t title_length, uint32_t issuer_length,
                          wy_error *error)
{
    if (writer->status != WY_OK) return failure(writer, error);
    if (writer->reports > 0 && year < writer->year)
        writer->status = wy_fail(&writer->error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                                 "the years of reports decrease");
    else if (writer->reports == WY_COLUMNS_MAX)
        writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                                 "a segment would have too many reports");
    else if (!wy_grow(writer->mem, &writer->hashes, &writer->hash_capacity,
                      (size_t)writer->reports + 1, sizeof *writer->hashes))
        writer->status = wy_fail_memory(&writer->error);
    if (writer->status != WY_OK) return failure(writer, error);

    if (writer->reports == 0 || year != writer->year) {
        wy_buf_u32(&writer->years, (uint32_t)year);
        wy_buf_u32(&writer->years, writer->reports);
        writer->year_count++;
        writer->year = year;
    }
    add_length(writer, WY_COLUMNS_TITLE, title_length);
    add_length(writer, WY_COLUMNS_ISSUER, issuer_length);
    wy_buf_u32(&writer->starts, writer->paragraphs);
    wy_buf_u32(&writer->dates, (uint32_t)date);
    if (writer->years.failed || writer->starts.failed || writer->dates.failed)
        writer->status = wy_fail_memory(&writer->error);
    if (writer->status != WY_OK) return failure(writer, error);
    writer->hashes[writer->reports] = (struct hashed){wy_checksum(id, id_length), writer->reports};
    writer->in_passage = false;
    writer->reports++;
    return WY_OK;
}

int wy_columns_add_passage(wy_columns_writer *writer, uint32_t length, wy_error *error)
{
    if (writer->status == WY_OK) {
        add_length(writer, WY_COLUMNS_SECTION, length);
        wy_buf_u32(&writer->passages, writer->paragraphs);
        if (writer->passages.failed) writer->status = wy_fail_memory(&writer->error);
        writer->passage_count++; /* never more than paragraphs, and one that failed */
        writer->in_passage = true;
    }
    return failure(writer, error);
}

int wy_columns_add_paragraph(wy_columns_writer *writer, uint32_t length, wy_error *error)
{
    if (writer->status == WY_OK) {
        add_length(writer, WY_COLUMNS_TEXT, length);
        if (writer->paragraphs == WY_COLUMNS_MAX)
            writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                                     "a segment would have too many paragraphs");
        else if (writer->reports == 0)
            writer->status = wy_fail(&writer->error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                                     "a paragraph belongs to no report");
        else if (!writer->in_passage)
            writer->status = wy_fail(&writer->error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                                     "a paragraph belongs to no passage");
        writer->paragraphs++;
    }
    return failure(writer, error);
}

static int compare_hashed(const void *a, const void *b)
{
    const struct hashed *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return (x->report > y->report) - (x->report < y->report);
}

static void write_column(wy_columns_writer *writer, wy_buf *column)
{
    if (writer->status == WY_OK && column->failed) writer->status = wy_fail_memory(&writer->error);
    if (writer->status == WY_OK)
        writer->status =
            wy_sealed_write(writer->file, column->data, column->length, &writer->error);
    wy_buf_free(column);
}

static void write_all(wy_columns_writer *writer)
{
    wy_buf hashes, order, trailer;
    wy_buf_init(&hashes, writer->mem);
    wy_buf_init(&order, writer->mem);
    wy_buf_init(&trailer, writer->mem);
    for (uint32_t i = 0; i < writer->reports; i++) wy_buf_u64(&hashes, writer->hashes[i].hash);
    if (writer->reports > 1)
        qsort(writer->hashes, writer->reports, sizeof *writer->hashes, compare_hashed);
    for (uint32_t i = 0; i < writer->reports; i++) wy_buf_u32(&order, writer->hashes[i].report);
    wy_buf_u32(&trailer, writer->reports);
    wy_buf_u32(&trailer, writer->paragraphs);
    wy_buf_u32(&trailer, writer->year_count);
    wy_buf_u32(&trailer, writer->passage_count);
    for (int f = 0; f < WY_COLUMNS_FIELDS; f++) wy_buf_u64(&trailer, writer->totals[f]);

    for (int f = 0; f < WY_COLUMNS_FIELDS; f++) write_column(writer, &writer->lengths[f]);
    write_column(writer, &writer->starts);
    write_column(writer, &writer->passages);
    write_column(writer, &writer->dates);
    write_column(writer, &hashes);
    write_column(writer, &order);
    write_column(writer, &writer->years);
    write_column(writer, &trailer);
}

int wy_columns_finish(wy_columns_writer *writer, bool sync, wy_seal *out, wy_error *error)
{
    if (writer->status == WY_OK) write_all(writer);
    int status = failure(writer, error);
    if (status == WY_OK)
        status = wy_sealed_finish(writer->file, sync, out, error);
    else
        wy_sealed_abandon(writer->file);
    free_writer(writer);
    return status;
}

void wy_columns_abandon(wy_columns_writer *writer)
{
    if (!writer) return;
    wy_sealed_abandon(writer->file);
    free_writer(writer);
}
