/*
 * Writes grapheme_table.h: the class of every code point (grapheme_class.h), by the ICU at hand.
 */
#include <stdlib.h>
#include <unicode/uchar.h>

#include "text/gen_write.h"
#include "text/grapheme_class.h"

#define ALL_CHARS 0x110000

static uint32_t class_of(UChar32 c)
{
    switch (u_getIntPropertyValue(c, UCHAR_GRAPHEME_CLUSTER_BREAK)) {
    case U_GCB_CR:
        return WY_GRAPHEME_CR;
    case U_GCB_LF:
        return WY_GRAPHEME_LF;
    case U_GCB_CONTROL:
        return WY_GRAPHEME_CONTROL;
    case U_GCB_EXTEND:
        return WY_GRAPHEME_EXTEND;
    case U_GCB_ZWJ:
        return WY_GRAPHEME_JOINER;
    case U_GCB_SPACING_MARK:
        return WY_GRAPHEME_SPACING_MARK;
    case U_GCB_PREPEND:
        return WY_GRAPHEME_PREPEND;
    case U_GCB_REGIONAL_INDICATOR:
        return WY_GRAPHEME_FLAG_HALF;
    case U_GCB_L:
        return WY_GRAPHEME_L;
    case U_GCB_V:
        return WY_GRAPHEME_V;
    case U_GCB_T:
        return WY_GRAPHEME_T;
    case U_GCB_LV:
        return WY_GRAPHEME_LV;
    case U_GCB_LVT:
        return WY_GRAPHEME_LVT;
    default:
        return u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) ? WY_GRAPHEME_PICTURE
                                                                   : WY_GRAPHEME_OTHER;
    }
}

int main(int argc, char **argv)
{
    uint32_t *values = malloc(ALL_CHARS * sizeof *values);
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;

    if (!values || !out) gen_die("usage", "gen_grapheme_table FILE");
    for (UChar32 c = 0; c < ALL_CHARS; c++) values[c] = class_of(c);
    fprintf(out, "/* Made by gen_grapheme_table. */\n");
    gen_write_stages(out, "static const", "uint8_t", "grapheme", values, ALL_CHARS,
                     WY_GRAPHEME_BLOCK_SHIFT);
    if (fclose(out) != 0) gen_die(argv[1], "cannot write");
    free(values);
    return 0;
}
