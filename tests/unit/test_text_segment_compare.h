/*
 * unit/test_text_segment_compare.h: our segmenter against ICU's, boundary by boundary.
 */
#ifndef WY_TEST_TEXT_SEGMENT_COMPARE_H
#define WY_TEST_TEXT_SEGMENT_COMPARE_H

#include <stdio.h>
#include <unicode/ubrk.h>

#include "base/utf8.h"
#include "support/test.h"
#include "text/segment.h"

typedef struct compared {
    UBreakIterator *icu;
    wy_segmenter *ours;
    uint64_t units, boundaries;
} compared;

/* ICU's answer for ー depends on whether the iterator met Chinese before (segment.c, `prime`). */
static inline compared compared_open_by(int (*open)(const wy_mem *, wy_segmenter **, wy_error *))
{
    static const UChar primer[] = {0x4e2d, 0x6587, 0x5b57};
    UErrorCode status = U_ZERO_ERROR;
    compared both = {0};
    wy_error error;

    both.icu = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    ubrk_setText(both.icu, primer, 3, &status);
    wy_test_must(U_SUCCESS(status));
    while (ubrk_next(both.icu) != UBRK_DONE) continue;
    assert_ok(open(&wy_mem_default, &both.ours, &error), &error);
    return both;
}

static inline compared compared_open(void)
{
    return compared_open_by(wy_segmenter_open);
}

static inline void compared_close(compared *both)
{
    ubrk_close(both->icu);
    wy_segmenter_close(both->ours);
}

/* The text before and behind the boundary that differs, as code units. */
static inline void show_around(const uint16_t *units, size_t length, size_t at)
{
    size_t from = at > 24 ? at - 24 : 0, to = length - at > 24 ? at + 24 : length;

    for (size_t i = from; i < to; i++) printf("%s%04x", i == at ? " | " : " ", units[i]);
    printf("\n");
}

static inline void compare(compared *both, const uint16_t *units, size_t length)
{
    UErrorCode icu_status = U_ZERO_ERROR;
    const wy_piece *pieces;
    wy_error error;
    size_t count, last = 0;
    int status;

    ubrk_setText(both->icu, units, (int32_t)length, &icu_status);
    wy_test_must(U_SUCCESS(icu_status));
    assert_ok(wy_segmenter_start(both->ours, units, length, &error), &error);
    while ((status = wy_segmenter_next(both->ours, &pieces, &count, &error)) == WY_OK) {
        assert_true(count > 0);
        for (size_t i = 0; i < count; i++) {
            int32_t next = ubrk_next(both->icu), rule = ubrk_getRuleStatus(both->icu);

            if (pieces[i].end != (uint32_t)next || pieces[i].status != (uint32_t)rule) {
                printf("after %zu: ICU %d status %d, ours %u status %u\n", last, next, rule,
                       pieces[i].end, pieces[i].status);
                show_around(units, length, last);
                fail();
            }
            last = (size_t)next;
            both->boundaries++;
        }
    }
    assert_status(WY_END, status, &error);
    assert_int_equal(ubrk_next(both->icu), UBRK_DONE);
    both->units += length;
}

/* Writes UTF-8 as UTF-16; returns the units. `out` has room for one a byte. */
static inline size_t widen(const char *text, size_t length, uint16_t *out)
{
    size_t count = 0;

    for (size_t at = 0; at < length;) {
        uint32_t c = wy_utf8_next(text, &at);

        if (c > 0xffff) {
            out[count++] = (uint16_t)(0xd7c0 + (c >> 10));
            c = 0xdc00 | (c & 0x3ff);
        }
        out[count++] = (uint16_t)c;
    }
    return count;
}

#endif
