#include "terms/terms_writer.c"
#include "unit/seams/seams.h"

wy_sealed_writer *seam_terms_file(wy_terms_writer *writer)
{
    return writer->file;
}

void seam_terms_count(wy_terms_writer *writer, uint32_t terms)
{
    writer->count = terms;
}
