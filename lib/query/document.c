#include "query/document.h"

#include "base/error.h"

void wy_documents_init(wy_documents *documents, const wy_site *site, wy_field field)
{
    *documents = (wy_documents){.site = site, .field = field, .report = UINT32_MAX};
}

void wy_documents_close(wy_documents *documents)
{
    wy_store_reader_close(documents->texts);
    wy_store_reader_close(documents->reports);
}

static int damaged_record(const wy_segment *segment, wy_error *error)
{
    return wy_sealed_damaged(wy_store_file(wy_segment_texts(segment)), WY_NO_OFFSET, error,
                             "a record is wrong");
}

/* The headings from section `number` (from 1; 0: none) outwards. */
static int visit_headings(const wy_report *report, uint32_t number, wy_document_fn *visit,
                          void *context, wy_error *error)
{
    int status = WY_OK;
    while (number > 0 && number <= report->section_count && !status) {
        status = visit(context, report->sections[number - 1].heading, error);
        number = report->sections[number - 1].parent;
    }
    return status;
}

static int read_paragraph(wy_documents *d, uint32_t number, wy_paragraph *out, wy_error *error)
{
    const wy_segment *segment = d->site->segment;
    const wy_record_ids ids = {.numbered = d->numbered};
    const uint8_t *data;
    size_t length;
    int status = WY_OK;
    if (!d->texts) status = wy_store_reader_open(wy_segment_texts(segment), &d->texts, error);
    if (!status) status = wy_store_get(d->texts, number, &data, &length, error);
    if (!status && !wy_record_get_paragraph(data, length, &ids, out))
        status = damaged_record(segment, error);
    return status;
}

/* The first paragraph of a document that is not a report. */
static int paragraph_of(const wy_documents *d, uint32_t doc, uint32_t *out, wy_error *error)
{
    uint32_t end;
    *out = doc;
    if (wy_field_unit(d->field) != WY_UNIT_PASSAGE) return WY_OK;
    return wy_columns_passage(wy_segment_columns(d->site->segment), doc, out, &end, error);
}

/* Reads the record of report `number`, but not for a paragraph of the same as the last. */
static int read_report(wy_documents *d, uint32_t number, wy_report *out, wy_section **sections,
                       wy_error *error)
{
    const wy_segment *segment = d->site->segment;
    wy_record_ids ids;
    int status = WY_OK;
    if (d->field == WY_FIELD_BODY && number == d->report) return WY_OK;
    if (!d->reports)
        status = wy_store_reader_open(wy_segment_report_records(segment), &d->reports, error);
    if (!status)
        status = wy_segment_read_report(segment, d->reports, d->site->plan->mem, number, out, &ids,
                                        sections, error);
    if (status) return status;
    d->numbered = ids.numbered;
    d->report = number;
    return WY_OK;
}

int wy_documents_read(wy_documents *documents, uint32_t doc, wy_document_fn *visit, void *context,
                      wy_error *error)
{
    wy_documents *d = documents;
    const wy_segment *segment = d->site->segment;
    const bool of_report = wy_field_unit(d->field) == WY_UNIT_REPORT;
    wy_section *sections = NULL;
    wy_report report;
    uint32_t paragraph = 0, number = doc;
    wy_paragraph text;
    int status = WY_OK;
    if (!of_report) {
        status = paragraph_of(d, doc, &paragraph, error);
        if (!status)
            status = wy_columns_report_of(wy_segment_columns(segment), paragraph, &number, error);
    }
    if (!status) status = read_report(d, number, &report, &sections, error);
    if (!status && !of_report) status = read_paragraph(d, paragraph, &text, error);
    if (status) goto done;
    if (d->field == WY_FIELD_BODY)
        status = visit(context, text.text, error);
    else if (of_report)
        status = visit(context, d->field == WY_FIELD_TITLE ? report.title : report.issuer, error);
    else
        status = visit_headings(&report, text.section, visit, context, error);
    if (status == WY_E_ENCODING) status = damaged_record(segment, error);
done:
    wy_free(d->site->plan->mem, sections);
    return status;
}
