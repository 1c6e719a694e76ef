#include "text/char_class.h"

#include <unicode/uchar.h>

#include "text/class_table.h"

bool wy_char_joins(uint32_t c)
{
    switch (u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK)) {
    case U_WB_MIDLETTER:
    case U_WB_MIDNUM:
    case U_WB_MIDNUMLET:
    case U_WB_SINGLE_QUOTE:
        return true;
    default:
        return false;
    }
}
