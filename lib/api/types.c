#include <wenyuan/types.h>

const char *wy_version(void)
{
    return WY_VERSION_STRING;
}

const char *wy_status_name(int status)
{
    static const char *const names[] = {
        [WY_OK] = "ok",
        [WY_E_NOMEM] = "out of memory",
        [WY_E_ARGUMENT] = "wrong argument",
        [WY_E_IO] = "input or output failed",
        [WY_E_NOT_FOUND] = "not found",
        [WY_E_EXISTS] = "exists already",
        [WY_E_LOCKED] = "locked",
        [WY_E_DAMAGED] = "damaged",
        [WY_E_VERSION] = "newer format",
        [WY_E_ANALYZER] = "other analyzer",
        [WY_E_SYNTAX] = "syntax error",
        [WY_E_LIMIT] = "limit exceeded",
        [WY_E_ENCODING] = "wrong encoding",
        [WY_E_FORMAT] = "wrong format",
        [WY_E_CANCELLED] = "stopped",
        [WY_E_UNSUPPORTED] = "not supported",
        [WY_E_INTERNAL] = "internal error",
    };
    if (status == WY_END)
        return "end";
    if (status < 0 || (size_t)status >= sizeof names / sizeof *names)
        return "unknown";
    return names[status];
}
