/*
 * query/cursor_field.c: from the documents of a field to paragraphs: all of a report whose title or
 * issuer matches, all of a passage whose headings do.
 */
#include "query/cursor.h"

#include "base/error.h"

/* All paragraphs of a document have its score. */
typedef struct field_cursor {
    wy_cursor base;
    wy_cursor *documents;
    const wy_columns *columns;
    wy_unit unit;        /* reports or passages */
    uint32_t paragraphs; /* of the segment */
    uint32_t end;        /* of the paragraphs of the document at hand */
} field_cursor;

/* The document that a paragraph is in. */
static int document_of(const field_cursor *c, uint32_t paragraph, uint32_t *out, wy_error *error)
{
    return c->unit == WY_UNIT_PASSAGE ? wy_columns_passage_of(c->columns, paragraph, out, error)
                                      : wy_columns_report_of(c->columns, paragraph, out, error);
}

/* The paragraphs of a document. */
static int range_of(const field_cursor *c, uint32_t document, uint32_t *first, uint32_t *end,
                    wy_error *error)
{
    if (c->unit == WY_UNIT_PASSAGE)
        return wy_columns_passage(c->columns, document, first, end, error);
    wy_report_row row;
    int status = wy_columns_report(c->columns, document, &row, error);
    if (status) return status;
    *first = row.first_paragraph;
    *end = row.end_paragraph;
    return WY_OK;
}

static int field_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    field_cursor *c = (field_cursor *)cursor;
    wy_cursor *documents = c->documents;
    if (target < c->end) {
        if (c->base.doc < target) c->base.doc = target;
        return WY_OK;
    }
    c->base.doc = WY_NO_DOC;
    if (target >= c->paragraphs) return WY_OK;
    uint32_t document;
    int status = document_of(c, target, &document, error);
    if (!status && documents->doc < document) status = wy_cursor_seek(documents, document, error);
    while (!status && documents->doc != WY_NO_DOC) {
        uint32_t first, end;
        status = range_of(c, documents->doc, &first, &end, error);
        if (status) break;
        const uint32_t doc = first > target ? first : target;
        if (doc < end) {
            c->base.doc = doc;
            c->end = end;
            break;
        }
        status = wy_cursor_seek(documents, documents->doc + 1, error);
    }
    return status;
}

static int field_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    return wy_cursor_check(((field_cursor *)cursor)->documents, match, error);
}

static int field_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    return wy_cursor_score(((field_cursor *)cursor)->documents, out, error);
}

static int field_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    return wy_cursor_peek(((field_cursor *)cursor)->documents, out, error);
}

static int field_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                       wy_error *error)
{
    field_cursor *c = (field_cursor *)cursor;
    *last = WY_NO_DOC;
    *out = 0;
    if (target >= c->paragraphs) return WY_OK;
    uint32_t document, last_document, first, end;
    int status = document_of(c, target, &document, error);
    if (!status) status = wy_cursor_bound(c->documents, document, &last_document, out, error);
    if (status || last_document == WY_NO_DOC) return status;
    status = range_of(c, last_document, &first, &end, error);
    if (!status) *last = end > target ? end - 1 : target;
    return status;
}

static const wy_cursor_ops field_ops = {.seek = field_seek,
                                        .check = field_check,
                                        .score = field_score,
                                        .peek = field_peek,
                                        .bound = field_bound};

int wy_cursor_field(wy_site *site, const wy_node *node, wy_cursor **out, wy_error *error)
{
    *out = NULL;
    wy_cursor *documents;
    int status = wy_cursor_leaf(site, node, 0, &documents, error);
    if (status || !documents) return status;
    field_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    const uint32_t paragraphs = wy_segment_paragraphs(site->segment);
    const uint32_t count = wy_segment_documents(site->segment, node->field);
    *c = (field_cursor){.base = {.ops = &field_ops, .max = documents->max},
                        .documents = documents,
                        .columns = wy_segment_columns(site->segment),
                        .unit = wy_field_unit(node->field),
                        .paragraphs = paragraphs};
    c->base.cost = documents->cost * (paragraphs / (count ? count : 1) + 1);
    *out = &c->base;
    return field_seek(*out, site->first, error);
}
