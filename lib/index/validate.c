#include "index/validate.h"

#include <stdio.h>

#include "base/utf8.h"

/* The id as a C string for messages, cut where it is long. */
static const char *name_of(const wy_report *report, char out[512])
{
    snprintf(out, 512, "%.*s", report->id.length < 511 ? (int)report->id.length : 511,
             report->id.data ? report->id.data : "");
    return out;
}

static int check_text(const wy_report *report, wy_string text, const char *what, size_t number,
                      wy_error *error)
{
    char name[512];
    if (text.length && !text.data)
        return wy_fail(error, WY_E_ARGUMENT, name_of(report, name), WY_NO_OFFSET,
                       "%s %zu has a length and no data", what, number);
    if (text.length > WY_TEXT_MAX)
        return wy_fail(error, WY_E_LIMIT, name_of(report, name), WY_NO_OFFSET,
                       "%s %zu is longer than %zu bytes", what, number, WY_TEXT_MAX);
    size_t valid = wy_utf8_valid(text.data, text.length);
    if (valid != text.length)
        return wy_fail(error, WY_E_ENCODING, name_of(report, name), valid, "%s %zu is not UTF-8",
                       what, number);
    return WY_OK;
}

/* What may hold any bytes. */
static int check_bytes(const wy_report *report, wy_string bytes, const char *what, size_t number,
                       wy_error *error)
{
    char name[512];
    if (bytes.length && !bytes.data)
        return wy_fail(error, WY_E_ARGUMENT, name_of(report, name), WY_NO_OFFSET,
                       "%s %zu has a length and no data", what, number);
    if (bytes.length > WY_ID_MAX)
        return wy_fail(error, WY_E_LIMIT, name_of(report, name), WY_NO_OFFSET,
                       "%s %zu is longer than %d bytes", what, number, WY_ID_MAX);
    return WY_OK;
}

static int check_date(const wy_report *report, wy_error *error)
{
    char name[512];
    int32_t month = report->date / 100 % 100, day = report->date % 100;
    if (report->year < 0 || report->year > 9999)
        return wy_fail(error, WY_E_ARGUMENT, name_of(report, name), WY_NO_OFFSET,
                       "the year %d is not between 1 and 9999", (int)report->year);
    if (report->date != 0 && (report->date < 0 || report->date > 99991231 || report->date < 10000 ||
                              month > 12 || day > 31))
        return wy_fail(error, WY_E_ARGUMENT, name_of(report, name), WY_NO_OFFSET,
                       "%d is not a date in the form yyyymmdd", (int)report->date);
    return WY_OK;
}

static int check_sections(const wy_report *report, wy_error *error)
{
    char name[512];
    size_t total = 0;
    for (size_t i = 0; i < report->section_count; i++) {
        if (report->sections[i].parent > i)
            return wy_fail(error, WY_E_ARGUMENT, name_of(report, name), WY_NO_OFFSET,
                           "section %zu comes before its parent", i + 1);
        int status = check_text(report, report->sections[i].heading, "heading", i + 1, error);
        if (status != WY_OK) return status;
        total += report->sections[i].heading.length + 10; /* and its frame in the record */
        if (total > WY_TEXT_MAX)
            return wy_fail(error, WY_E_LIMIT, name_of(report, name), WY_NO_OFFSET,
                           "the headings take more than %zu bytes", WY_TEXT_MAX);
    }
    return WY_OK;
}

static int check_paragraphs(const wy_report *report, wy_error *error)
{
    char name[512];
    if (report->paragraph_count > WY_PARAGRAPH_MAX)
        return wy_fail(error, WY_E_LIMIT, name_of(report, name), WY_NO_OFFSET,
                       "more than %zu paragraphs in one report: cut it", WY_PARAGRAPH_MAX);
    for (size_t i = 0; i < report->paragraph_count; i++) {
        const wy_paragraph *p = &report->paragraphs[i];
        if (p->section > report->section_count)
            return wy_fail(error, WY_E_ARGUMENT, name_of(report, name), WY_NO_OFFSET,
                           "paragraph %zu is in section %u of %zu", i + 1, p->section,
                           report->section_count);
        int status = check_text(report, p->text, "paragraph", i + 1, error);
        if (status == WY_OK)
            status = check_bytes(report, p->id, "the id of paragraph", i + 1, error);
        if (status != WY_OK) return status;
    }
    return WY_OK;
}

int wy_report_validate(const wy_report *report, wy_error *error)
{
    if (report->id.length == 0 || !report->id.data)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "a report needs an id");
    if (report->id.length > WY_ID_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                       "the id of a report is longer than %d bytes", WY_ID_MAX);
    if ((report->section_count && !report->sections) ||
        (report->paragraph_count && !report->paragraphs))
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                       "a report has sections or paragraphs by number and none by pointer");
    int status = check_date(report, error);
    if (status == WY_OK) status = check_bytes(report, report->source, "source", 1, error);
    if (status == WY_OK) status = check_text(report, report->title, "title", 1, error);
    if (status == WY_OK) status = check_text(report, report->issuer, "issuer", 1, error);
    if (status == WY_OK) status = check_sections(report, error);
    return status == WY_OK ? check_paragraphs(report, error) : status;
}
