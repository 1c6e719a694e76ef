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
    wy_free(document->mem, document->left_out);
    wy_arena_free(&document->arena);
    document->lines = NULL;
    document->left_out = NULL;
    document->left_out_count = document->left_out_capacity = 0;
    document->count = document->capacity = 0;
}

bool wy_document_add(wy_document *document, wy_line line)
{
    line.text = wy_trim(line.text);
    if (line.text.length == 0) return true;
    document->full = document->count >= WY_LINES_MAX;
    if (document->full) return false;
    if (!wy_grow(document->mem, &document->lines, &document->capacity, document->count + 1,
                 sizeof *document->lines))
        return false;
    document->lines[document->count++] = line;
    return true;
}

bool wy_document_leave_out(wy_document *document, const char *text, size_t length)
{
    if (!wy_grow(document->mem, &document->left_out, &document->left_out_capacity,
                 document->left_out_count + 1, sizeof *document->left_out))
        return false;
    char *copy = wy_arena_strndup(&document->arena, text, length);
    document->left_out[document->left_out_count] = (wy_string){copy, length};
    document->left_out_count += copy != NULL;
    return copy != NULL;
}
