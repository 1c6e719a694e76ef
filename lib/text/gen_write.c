#include "text/gen_write.h"

#include <stdlib.h>
#include <string.h>

_Noreturn void gen_die(const char *what, const char *why)
{
    fprintf(stderr, "table generator: %s: %s\n", what, why);
    exit(1);
}

void gen_write_array(FILE *out, const char *type, const char *name, const uint32_t *values,
                     size_t count)
{
    fprintf(out, "%s %s[%zu] = {", type, name, count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%u,", i % 16 == 0 ? "\n    " : " ", (unsigned)values[i]);
    fprintf(out, "\n};\n\n");
}

void gen_write_stages(FILE *out, const char *storage, const char *type, const char *name,
                      const uint32_t *values, size_t limit, unsigned shift)
{
    size_t block = (size_t)1 << shift, count = limit >> shift, used = 0;
    uint32_t *index = malloc(count * sizeof *index);
    uint32_t *blocks = malloc(limit * sizeof *blocks);
    char part[64], declared[64];

    if (!index || !blocks) gen_die(name, "out of memory");
    for (size_t i = 0; i < count; i++) {
        const uint32_t *from = values + (i << shift);
        size_t at = 0;

        while (at < used && memcmp(blocks + at, from, block * sizeof *from) != 0) at += block;
        if (at == used) {
            memcpy(blocks + at, from, block * sizeof *from);
            used += block;
        }
        if (at > UINT16_MAX) gen_die(name, "more blocks than 16 bits can name");
        index[i] = (uint32_t)at;
    }
    snprintf(declared, sizeof declared, "%s uint16_t", storage);
    snprintf(part, sizeof part, "%s_index", name);
    gen_write_array(out, declared, part, index, count);
    snprintf(declared, sizeof declared, "%s %s", storage, type);
    snprintf(part, sizeof part, "%s_blocks", name);
    gen_write_array(out, declared, part, blocks, used);
    free(index);
    free(blocks);
}
