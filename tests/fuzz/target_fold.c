/*
 * Folding: the input is a text. The way back never goes backwards and leaves nothing out, and
 * folding what was folded changes nothing.
 */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "text/fold.h"

static bool at_character(const char *text, size_t length, size_t at)
{
    return wy_utf8_floor(text, length, at) == at;
}

static void check(const wy_folded *f, const char *text, size_t length)
{
    for (size_t i = 0; i < f->length; i++) {
        wy_test_must(f->begin[i] <= f->end[i] && f->end[i] <= length);
        wy_test_must(i == 0 || (f->begin[i] >= f->begin[i - 1] && f->end[i] >= f->end[i - 1]));
        wy_test_must(at_character(text, length, f->begin[i]) &&
                     at_character(text, length, f->end[i]));
        if (i && f->begin[i] != f->begin[i - 1]) /* spans that differ do not overlap */
            wy_test_must(f->begin[i] >= f->end[i - 1]);
    }
}

/* From UTF-16; folded text has no lone surrogates. */
static void put_utf8(wy_buf *out, const wy_folded *f)
{
    for (size_t i = 0; i < f->length; i++) {
        uint32_t c = f->units[i];
        char bytes[4];
        if (c >= 0xD800 && c < 0xE000) {
            wy_test_must(c < 0xDC00 && i + 1 < f->length && f->units[i + 1] >> 10 == 0xDC00 >> 10);
            c = 0x10000 + ((c - 0xD800) << 10) + (f->units[++i] - 0xDC00u);
        }
        wy_buf_bytes(out, bytes, wy_utf8_put(c, bytes));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wy_folded once, twice;
    wy_buf again;
    wy_error error;
    char *text = wy_test_alloc(size);
    if (size) memcpy(text, data, size);
    wy_folded_init(&once, &wy_mem_default);
    wy_folded_init(&twice, &wy_mem_default);
    wy_buf_init(&again, &wy_mem_default);
    int status = wy_fold(&once, text, size, &error);
    if (wy_utf8_valid(text, size) == size) {
        wy_test_must(status == WY_OK);
        check(&once, text, size);
        put_utf8(&again, &once);
        status = wy_fold(&twice, (const char *)again.data, again.length, &error);
        wy_test_must(status == WY_OK && once.length == twice.length);
        if (once.length)
            wy_test_must(memcmp(once.units, twice.units, 2 * once.length) == 0);
    } else {
        wy_test_must(status == WY_E_ENCODING && error.offset == wy_utf8_valid(text, size));
    }
    wy_buf_free(&again);
    wy_folded_free(&once);
    wy_folded_free(&twice);
    free(text);
    return 0;
}
