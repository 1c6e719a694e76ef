#include "text/char_class.h"

#include <assert.h>

#include "text/class_table.h"

unsigned wy_char_class(uint32_t c)
{
    assert(c <= 0x10ffff);
    return class_blocks[class_index[c >> WY_CHAR_BLOCK_SHIFT] +
                        (c & ((1U << WY_CHAR_BLOCK_SHIFT) - 1))];
}
