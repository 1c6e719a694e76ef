#include "positions/positions_writer.c"
#include "unit/seams/seams.h"

wy_sealed_writer *seam_positions_file(wy_positions_writer *writer)
{
    return writer->file;
}

void seam_positions_filled(wy_positions_writer *writer, uint32_t positions)
{
    writer->filled = positions;
}
