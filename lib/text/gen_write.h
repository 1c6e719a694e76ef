/*
 * text/gen_write.h: what the generators of tables share: an array of C numbers, and a table by
 * code point in two stages, where equal blocks are stored once.
 */
#ifndef WY_TEXT_GEN_WRITE_H
#define WY_TEXT_GEN_WRITE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Ends the program: a generator that cannot do its work must stop the build. */
_Noreturn void gen_die(const char *what, const char *why);

/* "<type> <name>[count] = {…};" */
void gen_write_array(FILE *out, const char *type, const char *name, const uint32_t *values,
                     size_t count);

/*
 * Writes `values`, one a code point from 0 to limit - 1 (a multiple of the block size 2^shift),
 * as <name>_index and <name>_blocks: the value of c is
 * <name>_blocks[<name>_index[c >> shift] + (c & mask)]. `type` is the type of the values, uint8_t
 * or uint16_t; `storage` comes before it: "static const".
 */
void gen_write_stages(FILE *out, const char *storage, const char *type, const char *name,
                      const uint32_t *values, size_t limit, unsigned shift);

#endif
