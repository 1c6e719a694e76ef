/*
 * Making .docx files for tests: a ZIP archive with the parts that are given.
 */
#ifndef WY_TEST_REPORT_DOCX_H
#define WY_TEST_REPORT_DOCX_H

#include "support/test.h"

#include <string.h>

#include <zip.h>

#include "base/buf.h"

#define WY_TEST_W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""

/* A part of an archive; a list of them ends with a zeroed one. */
typedef struct wy_test_part {
    const char *name, *text;
} wy_test_part;

/* Writes the archive to `path`. */
static inline void wy_test_docx_write(const char *path, const wy_test_part *parts)
{
    int problem = 0;
    zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &problem);
    assert_non_null(archive);
    for (; parts->name; parts++) {
        zip_source_t *source = zip_source_buffer(archive, parts->text, strlen(parts->text), 0);
        assert_non_null(source);
        assert_true(zip_file_add(archive, parts->name, source, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(archive), 0);
}

/* Appends `text` with what XML and HTML need escaped. */
static inline void wy_test_xml(wy_buf *out, wy_string text)
{
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.data[i];
        const char *escaped = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : NULL;
        if (escaped)
            wy_buf_bytes(out, escaped, strlen(escaped));
        else
            wy_buf_u8(out, (uint8_t)c);
    }
}

static inline void wy_test_put(wy_buf *out, const char *text)
{
    wy_buf_bytes(out, text, strlen(text));
}

#endif
