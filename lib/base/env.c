/*
 * base/env.c: paths.
 */
#include "base/env.h"

#include <string.h>

char *wy_path_join(const wy_mem *mem, const char *folder, const char *name)
{
    size_t front = strlen(folder), back = strlen(name);
    bool slash = front > 0 && folder[front - 1] != '/';
    char *path = wy_alloc(mem, front + slash + back + 1);
    if (!path) return NULL;
    memcpy(path, folder, front);
    if (slash) path[front] = '/';
    memcpy(path + front + slash, name, back + 1);
    return path;
}
