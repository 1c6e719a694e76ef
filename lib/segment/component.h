/*
 * segment/component.h: the files that make up a segment, each named once.
 *
 * A segment's files are called <16 hex digits of its number>.<extension>. The live set is apart: it
 * is replaced when reports are deleted, and carries the generation of the commit in its name:
 * <number>-<generation>.live.
 */
#ifndef WY_SEGMENT_COMPONENT_H
#define WY_SEGMENT_COMPONENT_H

#include "base/mem.h"
#include "base/sealed.h"

typedef enum wy_component {
    WY_COMPONENT_TERMS = 0, /* terms/: the dictionary of all fields */
    WY_COMPONENT_POSTINGS,  /* postings/ */
    WY_COMPONENT_POSITIONS, /* positions/ */
    WY_COMPONENT_TEXT,      /* store/: one record a paragraph */
    WY_COMPONENT_REPORTS,   /* store/: one record a report */
    WY_COMPONENT_COLUMNS,   /* columns/ */
    WY_COMPONENTS
} wy_component;

/* "terms", "postings", …: file extension and name in statistics. Static storage. */
const char *wy_component_name(wy_component component);

/* Path of a file of segment `number` in `folder`, from `mem`; NULL: memory is out. */
char *wy_component_path(const wy_mem *mem, const char *folder, uint64_t number,
                        wy_component component);
char *wy_live_path(const wy_mem *mem, const char *folder, uint64_t number, uint64_t generation);

#define WY_COMPONENT_NAME_MAX 64
/* The same without folder, into `out`. */
void wy_component_file(uint64_t number, wy_component component, char out[WY_COMPONENT_NAME_MAX]);
void wy_live_file_name(uint64_t number, uint64_t generation, char out[WY_COMPONENT_NAME_MAX]);

/* What the manifest keeps of a segment. */
typedef struct wy_segment_info {
    uint64_t number;
    uint32_t paragraphs, reports; /* dead ones included */
    wy_seal seals[WY_COMPONENTS];
    uint64_t live_generation; /* 0: nothing was deleted, there is no live set */
    wy_seal live_seal;
    uint32_t live_paragraphs, live_reports;
} wy_segment_info;

#endif
