#include <wenyuan/types.h>

const char *wy_version(void)
{
    return WY_VERSION_STRING;
}
