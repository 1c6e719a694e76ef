/*
 * text/segment_icu.c: what a segmenter says of the ICU that is running.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/udata.h>
#include <unicode/uversion.h>

#include "base/checksum.h"
#include "text/segment.h"

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
