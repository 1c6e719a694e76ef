/*
 * report/loaded.h: libraries that are loaded with the first file that needs them, and not with a
 * program that may never see one. libzip brings OpenSSL with it, poppler forty libraries, and ICU
 * has its detector of encodings beside much else; without the first and the last a search from the
 * command line takes a fifth less time.
 */
#ifndef WY_REPORT_LOADED_H
#define WY_REPORT_LOADED_H

#include <stddef.h>

#include <wenyuan/wenyuan.h>

/* A function, and where in a struct of pointers to functions it goes. */
typedef struct wy_function {
    const char *name;
    size_t offset;
} wy_function;

/* `function` as its header has it: a macro that gives it another name (ICU's) is expanded. */
#define WY_FUNCTION(table, member, function)                                                       \
    {                                                                                              \
        WY_FUNCTION_NAME(function), offsetof(table, member)                                        \
    }
#define WY_FUNCTION_NAME(function) #function

/* Loads the library with this file name (libzip.so.5) and fills in `table`. It is never unloaded;
 * to load it again costs little. Any thread may call this. WY_E_UNSUPPORTED with `path` as the
 * file that cannot be read: the library, or one of the functions in it, is not there. */
int wy_load(const char *library, const wy_function *functions, size_t count, void *table,
            const char *path, wy_error *error);

#endif
