#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/udata.h>
#include <unicode/uversion.h>

#include "base/checksum.h"
#include "text/segment.h"

struct wy_segmenter {
    const wy_mem *mem;
    UBreakIterator *words;
    size_t length; /* units */
    size_t done;
};

static int fail(UErrorCode status, wy_error *error)
{
    if (status == U_MEMORY_ALLOCATION_ERROR) return wy_fail_memory(error);
    return wy_fail(error, WY_E_UNSUPPORTED, NULL, WY_NO_OFFSET, "ICU cannot cut words: %s",
                   u_errorName(status));
}

int wy_segmenter_open(const wy_mem *mem, wy_segmenter **out, wy_error *error)
{
    wy_segmenter *segmenter = wy_calloc(mem, sizeof *segmenter);
    UErrorCode status = U_ZERO_ERROR;

    if (!segmenter) return wy_fail_memory(error);
    segmenter->mem = mem;
    segmenter->words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    if (U_FAILURE(status)) {
        wy_segmenter_close(segmenter);
        return fail(status, error);
    }
    *out = segmenter;
    return WY_OK;
}

void wy_segmenter_close(wy_segmenter *segmenter)
{
    if (!segmenter) return;
    if (segmenter->words) ubrk_close(segmenter->words);
    wy_free(segmenter->mem, segmenter);
}

int wy_segmenter_start(wy_segmenter *segmenter, const uint16_t *units, size_t length,
                       wy_error *error)
{
    UErrorCode status = U_ZERO_ERROR;

    assert(length <= INT32_MAX);
    segmenter->length = length;
    segmenter->done = 0;
    ubrk_setText(segmenter->words, units, (int32_t)length, &status);
    if (U_FAILURE(status)) return fail(status, error);
    ubrk_first(segmenter->words);
    return WY_OK;
}

int wy_segmenter_next(wy_segmenter *segmenter, size_t *end, bool *is_word, wy_error *error)
{
    int32_t next;

    if (segmenter->done == segmenter->length) return WY_END;
    next = ubrk_next(segmenter->words);
    if (next == UBRK_DONE || (size_t)next <= segmenter->done)
        return wy_fail_memory(error); /* ICU stops early only where memory is out */
    segmenter->done = (size_t)next;
    *end = (size_t)next;
    *is_word = ubrk_getRuleStatus(segmenter->words) >= UBRK_WORD_NONE_LIMIT;
    return WY_OK;
}

/*
 * The data starts with eight 32-bit numbers, of which the fourth is the size of the whole (ICU,
 * common/dictionarydata.h, format "Dict" 1).
 */
void wy_segmenter_dictionary(char name[WY_DICTIONARY_NAME_SIZE])
{
    UErrorCode status = U_ZERO_ERROR;
    UDataMemory *data = udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status);
    UDataInfo info = {.size = sizeof info};
    int32_t numbers[8];

    snprintf(name, WY_DICTIONARY_NAME_SIZE, "none");
    if (U_FAILURE(status)) return;
    udata_getInfo(data, &info);
    memcpy(numbers, udata_getMemory(data), sizeof numbers);
    if (memcmp(info.dataFormat, "Dict", 4) == 0 && info.formatVersion[0] == 1 &&
        numbers[3] >= (int32_t)sizeof numbers)
        snprintf(name, WY_DICTIONARY_NAME_SIZE, "%" PRId32 "-%016" PRIx64, numbers[3],
                 wy_checksum(udata_getMemory(data), (size_t)numbers[3]));
    else
        snprintf(name, WY_DICTIONARY_NAME_SIZE, "unknown");
    udata_close(data);
}

void wy_segmenter_versions(char icu[WY_ICU_VERSION_SIZE], char unicode[WY_ICU_VERSION_SIZE])
{
    UVersionInfo version;

    _Static_assert(WY_ICU_VERSION_SIZE >= U_MAX_VERSION_STRING_LENGTH, "room for a version");
    u_getVersion(version);
    u_versionToString(version, icu);
    u_getUnicodeVersion(version);
    u_versionToString(version, unicode);
}
