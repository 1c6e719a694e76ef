/*
 * Writes class_table.h: the classes of every code point (char_class.h), by the ICU at hand, and
 * which of those below 2^16 are rare ones.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "text/char_class.h"
#include "text/gen_write.h"
#include "text/numeral_chars.h"

#define ALL_CHARS 0x110000

static bool is_one_of(UChar32 c, const UChar *list)
{
    while (*list && *list != c) list++;
    return *list != 0;
}

static uint32_t classes(UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &status);
    uint32_t category = U_MASK(u_charType(c));
    bool counted = script == USCRIPT_HAN || script == USCRIPT_HIRAGANA ||
                   script == USCRIPT_KATAKANA || script == USCRIPT_BOPOMOFO ||
                   u_getIntPropertyValue(c, UCHAR_WORD_BREAK) == U_WB_KATAKANA ||
                   u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
    uint32_t result = 0;

    if (U_FAILURE(status)) gen_die("script", u_errorName(status));
    if (u_isUWhiteSpace(c)) result |= WY_CHAR_SPACE;
    if (category & U_GC_M_MASK)
        result |= WY_CHAR_MARK;
    else if (counted)
        result |= WY_CHAR_COUNTED;
    if (is_one_of(c, WY_NUMERAL_CHARS)) result |= WY_CHAR_NUMERAL;
    if (is_one_of(c, WY_MEASURE_CHARS)) result |= WY_CHAR_MEASURE;
    if (category & U_GC_ND_MASK) result |= WY_CHAR_DIGIT;
    if (category & U_GC_L_MASK) {
        if (script == USCRIPT_LATIN)
            result |= WY_CHAR_LATIN;
        else if (script != USCRIPT_COMMON && script != USCRIPT_INHERITED)
            result |= WY_CHAR_FOREIGN;
    }
    return result;
}

static void write_rare(FILE *out, const uint32_t *values)
{
    static uint32_t rare[0x10000 / 32];

    for (uint32_t c = 0; c < 0x10000; c++)
        rare[c / 32] |= (uint32_t)((values[c] & (WY_CHAR_SPACE | WY_CHAR_NUMERAL)) > 0) << c % 32;
    gen_write_array(out, "const uint32_t", "wy_class_rare", rare, sizeof rare / sizeof *rare);
}

int main(int argc, char **argv)
{
    uint32_t *values = malloc(ALL_CHARS * sizeof *values);
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;

    if (!values || !out) gen_die("usage", "gen_class_table FILE");
    for (UChar32 c = 0; c < ALL_CHARS; c++) values[c] = classes(c);
    fprintf(out, "/* Made by gen_class_table. */\n");
    gen_write_stages(out, "const", "uint8_t", "wy_class", values, ALL_CHARS, WY_CHAR_BLOCK_SHIFT);
    write_rare(out, values);
    if (fclose(out) != 0) gen_die(argv[1], "cannot write");
    free(values);
    return 0;
}
