#include "segment/segment_writer.c"
#include "unit/seams/seams.h"

void seam_segment_counts(wy_segment_writer *writer, uint32_t reports, uint32_t paragraphs)
{
    writer->stats[WY_FIELD_TITLE].documents = reports;
    writer->stats[WY_FIELD_BODY].documents = paragraphs;
}
