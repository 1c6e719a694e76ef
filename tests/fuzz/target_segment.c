/*
 * Cutting: the input is UTF-8, which is folded, or else UTF-16 units as they come. The pieces are
 * those of ICU alone, and cover the text.
 */
#include <string.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "text/fold.h"
#include "text/segment.h"

typedef struct walk {
    wy_segmenter *segmenter;
    const wy_piece *pieces;
    size_t count, at;
} walk;

static bool next(walk *w, wy_piece *out)
{
    wy_error error;
    if (w->at == w->count) {
        int status = wy_segmenter_next(w->segmenter, &w->pieces, &w->count, &error);
        wy_test_must(status == WY_OK || status == WY_END);
        if (status == WY_END) return false;
        wy_test_must(w->count > 0);
        w->at = 0;
    }
    *out = w->pieces[w->at++];
    return true;
}

static void compare(walk *ours, walk *icu, const uint16_t *units, size_t length)
{
    wy_piece a, b;
    wy_error error;
    uint32_t end = 0;
    wy_test_must(wy_segmenter_start(ours->segmenter, units, length, &error) == WY_OK);
    wy_test_must(wy_segmenter_start(icu->segmenter, units, length, &error) == WY_OK);
    ours->at = ours->count = icu->at = icu->count = 0;
    for (;;) {
        bool more = next(ours, &a), more_icu = next(icu, &b);
        wy_test_must(more == more_icu);
        if (!more) break;
        wy_test_must(a.end > end && a.end == b.end && a.status == b.status);
        end = a.end;
    }
    wy_test_must(end == length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static walk ours, icu;
    wy_folded folded;
    wy_error error;
    if (!ours.segmenter) {
        wy_test_must(wy_segmenter_open(&wy_mem_default, &ours.segmenter, &error) == WY_OK);
        wy_test_must(wy_segmenter_open_icu(&wy_mem_default, &icu.segmenter, &error) == WY_OK);
    }
    wy_folded_init(&folded, &wy_mem_default);
    if (wy_utf8_valid((const char *)data, size) == size) {
        wy_test_must(wy_fold(&folded, (const char *)data, size, &error) == WY_OK);
        uint16_t *units = wy_test_alloc(2 * folded.length); /* of exactly the size */
        if (folded.length) memcpy(units, folded.units, 2 * folded.length);
        compare(&ours, &icu, units, folded.length);
        free(units);
    } else {
        uint16_t *units = wy_test_alloc(size / 2 * 2);
        for (size_t i = 0; i < size / 2; i++)
            units[i] = (uint16_t)(data[2 * i] | data[2 * i + 1] << 8);
        compare(&ours, &icu, units, size / 2);
        free(units);
    }
    wy_folded_free(&folded);
    return 0;
}
