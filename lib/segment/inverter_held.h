/*
 * segment/inverter_held.h: what an inverter holds in memory, for the two halves of it: inverter.c,
 * which adds reports, and flush.c, which writes them.
 */
#ifndef WY_SEGMENT_INVERTER_HELD_H
#define WY_SEGMENT_INVERTER_HELD_H

#include "base/arena.h"
#include "base/buf.h"
#include "segment/inverter.h"
#include "segment/occurrences.h"

typedef struct held_record {
    const uint8_t *data;
    size_t length;
    uint32_t words;
} held_record;

typedef struct held_report {
    wy_string id;
    int32_t year, date;
    uint32_t first_paragraph, paragraph_count;
    uint64_t sequence;
    uint32_t first_passage, passage_count;
    uint32_t issuer_words;
    held_record record; /* words: of the title */
} held_report;

/* A run of paragraphs under the same headings (columns/columns.h). */
typedef struct held_passage {
    uint32_t first_paragraph; /* as it arrived */
    uint32_t words;           /* of the headings */
} held_passage;

struct wy_inverter {
    const wy_mem *mem;
    wy_analyzer *analyzer;
    wy_occurrences occurrences;
    wy_arena records;
    held_report *reports;
    size_t report_count, report_capacity;
    held_record *paragraphs;
    size_t paragraph_count, paragraph_capacity;
    held_passage *passages;
    size_t passage_count, passage_capacity;
    wy_buf scratch;
};

#endif
