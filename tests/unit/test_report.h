/*
 * What the tests of reports share: reading bytes as a document, and checks on reports.
 */
#ifndef WY_TEST_REPORT_H
#define WY_TEST_REPORT_H

#include "support/test.h"

#include <string.h>

#include "report/parse.h"

#define assert_text(text, wanted)                                                                  \
    do {                                                                                           \
        wy_string text_ = (text);                                                                  \
        assert_string_equal(wy_test_view(text_), (wanted));                                        \
    } while (0)

/* A copy with a NUL, for messages; the last eight live. */
static inline const char *wy_test_view(wy_string text)
{
    static char views[8][4096];
    static unsigned at;
    char *view = views[at++ % 8];
    size_t length = text.length < sizeof views[0] ? text.length : sizeof views[0] - 1;
    if (length) memcpy(view, text.data, length);
    view[length] = 0;
    return view;
}

static inline wy_string wy_test_string(const char *text)
{
    return (wy_string){text, strlen(text)};
}

/* Reads plain text. The document must be freed, also after a failure. */
static inline void wy_test_text(const char *text, wy_document *document, wy_report *report)
{
    wy_error error;
    wy_document_init(document, &wy_mem_default);
    assert_ok(wy_text_lines(document, text, strlen(text), &error), &error);
    assert_ok(wy_structure(document, report, &error), &error);
}

static inline void wy_test_html(const char *text, wy_document *document, wy_report *report)
{
    wy_error error;
    wy_document_init(document, &wy_mem_default);
    assert_ok(wy_html_lines(document, "page.html", text, strlen(text), &error), &error);
    assert_ok(wy_structure(document, report, &error), &error);
}

/* The paragraphs are these and no others; `wanted` ends with NULL. */
static inline void wy_test_paragraphs(const wy_report *report, const char *const *wanted)
{
    size_t i = 0;
    for (; wanted[i] && i < report->paragraph_count; i++)
        assert_text(report->paragraphs[i].text, wanted[i]);
    if (wanted[i]) fail_msg("paragraph %zu is missing: %s", i, wanted[i]);
    if (i < report->paragraph_count)
        fail_msg("paragraph %zu is one too many: %s", i, wy_test_view(report->paragraphs[i].text));
}

#define assert_paragraphs(report, ...)                                                             \
    wy_test_paragraphs(report, (const char *const[]){__VA_ARGS__, NULL})

#endif
