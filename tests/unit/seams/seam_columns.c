#include "columns/columns_writer.c"
#include "unit/seams/seams.h"

void seam_columns_counts(wy_columns_writer *writer, uint32_t reports, uint32_t paragraphs)
{
    writer->reports = reports;
    writer->paragraphs = paragraphs;
}
