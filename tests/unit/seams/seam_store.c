#include "store/store_writer.c"
#include "unit/seams/seams.h"

wy_sealed_writer *seam_store_file(wy_store_writer *writer)
{
    return writer->file;
}

void seam_store_records(wy_store_writer *writer, uint64_t records)
{
    writer->records = records;
}
