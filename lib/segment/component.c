#include "segment/component.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const names[WY_COMPONENTS] = {
    [WY_COMPONENT_TERMS] = "terms",         [WY_COMPONENT_POSTINGS] = "postings",
    [WY_COMPONENT_POSITIONS] = "positions", [WY_COMPONENT_TEXT] = "text",
    [WY_COMPONENT_REPORTS] = "reports",     [WY_COMPONENT_COLUMNS] = "columns",
};

const char *wy_component_name(wy_component component)
{
    return names[component];
}

void wy_component_file(uint64_t number, wy_component component, char out[WY_COMPONENT_NAME_MAX])
{
    snprintf(out, WY_COMPONENT_NAME_MAX, "%016" PRIx64 ".%s", number, names[component]);
}

void wy_live_file_name(uint64_t number, uint64_t generation, char out[WY_COMPONENT_NAME_MAX])
{
    snprintf(out, WY_COMPONENT_NAME_MAX, "%016" PRIx64 "-%016" PRIx64 ".live", number, generation);
}

char *wy_component_path(const wy_mem *mem, const char *folder, uint64_t number,
                        wy_component component)
{
    char name[WY_COMPONENT_NAME_MAX];
    wy_component_file(number, component, name);
    return wy_path_join(mem, folder, name);
}

char *wy_live_path(const wy_mem *mem, const char *folder, uint64_t number, uint64_t generation)
{
    char name[WY_COMPONENT_NAME_MAX];
    wy_live_file_name(number, generation, name);
    return wy_path_join(mem, folder, name);
}
