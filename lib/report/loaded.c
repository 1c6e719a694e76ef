#include "report/loaded.h"

#include <dlfcn.h>
#include <string.h>

#include "base/error.h"

/* POSIX lets a pointer to an object hold one to a function; ISO C has no conversion for it. */
static bool find(void *library, const wy_function *function, void *table)
{
    void *found = dlsym(library, function->name);
    if (found) memcpy((char *)table + function->offset, &found, sizeof found);
    return found != NULL;
}

int wy_load(const char *library, const wy_function *functions, size_t count, void *table,
            const char *path, wy_error *error)
{
    void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    bool good = handle != NULL;
    int status = WY_OK;
    for (size_t i = 0; good && i < count; i++) good = find(handle, &functions[i], table);
    if (!good) { /* before anything else is asked of dlfcn: it keeps but one message, a thread */
        const char *why = dlerror();
        status = wy_fail(error, WY_E_UNSUPPORTED, path, WY_NO_OFFSET,
                         "this file cannot be read here, for want of a library: %s",
                         why ? why : library);
    }
    if (handle) dlclose(handle);
    return status;
}
