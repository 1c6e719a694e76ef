#include "report/parse.h"

#include "report/chars.h"

void wy_document_init(wy_document *document, const wy_mem *mem)
{
    *document = (wy_document){.mem = mem};
    wy_arena_init(&document->arena, mem);
}

void wy_document_free(wy_document *document)
{
    wy_free(document->mem, document->lines);
    wy_arena_free(&document->arena);
    document->lines = NULL;
    document->count = document->capacity = 0;
}

bool wy_document_add(wy_document *document, wy_line line)
{
    line.text = wy_trim(line.text);
    if (line.text.length == 0) return true;
    if (!wy_grow(document->mem, &document->lines, &document->capacity, document->count + 1,
                 sizeof *document->lines))
        return false;
    document->lines[document->count++] = line;
    return true;
}
