/*
 * codec/gen_code_table.c: writes codec/code_table.h, the tables of codec_codes.h, from the lengths
 * in codec_lengths.h. Runs at build time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/codec_codes.h"

typedef struct code {
    unsigned bits; /* reversed: the first bit is the lowest */
    unsigned length;
} code;

static unsigned reverse(unsigned bits, unsigned length)
{
    unsigned out = 0;
    for (unsigned i = 0; i < length; i++) out |= (bits >> i & 1) << (length - 1 - i);
    return out;
}

/* Canonical codes. They must use up all that there is, so that each window begins with one. */
static void make_codes(const uint8_t *lengths, unsigned symbols, code *out)
{
    unsigned next = 0;
    for (unsigned length = 1; length <= WY_CODE_MAX; length++) {
        for (unsigned s = 0; s < symbols; s++) {
            if (lengths[s] != length) continue;
            out[s] = (code){reverse(next, length), length};
            next++;
        }
        next <<= 1;
    }
    if (next != 2 * WY_CODE_WINDOW) {
        fprintf(stderr, "gen_code_table: the lengths of a code do not add up to one\n");
        exit(1);
    }
}

static unsigned find_code(const code *codes, unsigned symbols, unsigned window)
{
    for (unsigned s = 0; s < symbols; s++)
        if ((window & ((1u << codes[s].length) - 1)) == codes[s].bits) return s;
    abort(); /* make_codes saw to it */
}

/* Bits behind the window count as zeros; a code that needs them is not taken. */
static uint64_t run_of(const code *codes, unsigned window)
{
    uint64_t run = 0;
    unsigned count = 0, used = 0;
    while (count < WY_CODED_RUN) {
        const unsigned s = find_code(codes, WY_CODED_SYMBOLS, window >> used);
        if (1u << (used + codes[s].length) > WY_CODED_WINDOW) break;
        run |= (uint64_t)s << 8 * (2 + count++);
        used += codes[s].length;
    }
    return run | (uint64_t)used | (uint64_t)count << 8;
}

static void write_codes(FILE *out, const code *codes, unsigned symbols)
{
    fprintf(out, "{");
    for (unsigned s = 0; s < symbols; s++) fprintf(out, "%s%u", s ? ", " : "", codes[s].bits);
    fprintf(out, "},\n");
}

static void write_costs(FILE *out)
{
    _Static_assert(WY_CODED_SETS == 4, "four sums in a word");
    fprintf(out, "const uint64_t wy_coded_costs[WY_CODED_SYMBOLS] = {\n");
    for (unsigned s = 0; s < WY_CODED_SYMBOLS; s++) {
        uint64_t bits = 0;
        for (unsigned set = 0; set < WY_CODED_SETS; set++)
            bits |= (uint64_t)(wy_coded_lengths[set][s] + wy_coded_extra(s)) << 16 * set;
        fprintf(out, "UINT64_C(0x%" PRIx64 "),\n", bits);
    }
    fprintf(out, "};\n");
}

static void write_coded(FILE *out)
{
    code codes[WY_CODED_SETS][WY_CODED_SYMBOLS];
    fprintf(out, "const uint8_t wy_coded_codes[WY_CODED_SETS][WY_CODED_SYMBOLS] = {\n");
    for (unsigned set = 0; set < WY_CODED_SETS; set++) {
        make_codes(wy_coded_lengths[set], WY_CODED_SYMBOLS, codes[set]);
        write_codes(out, codes[set], WY_CODED_SYMBOLS);
    }
    fprintf(out, "};\nconst uint64_t wy_coded_runs[WY_CODED_SETS][WY_CODED_WINDOW] = {\n");
    for (unsigned set = 0; set < WY_CODED_SETS; set++) {
        fprintf(out, "{");
        for (unsigned w = 0; w < WY_CODED_WINDOW; w++)
            fprintf(out, "UINT64_C(0x%" PRIx64 "),%s", run_of(codes[set], w),
                    w % 4 == 3 ? "\n" : " ");
        fprintf(out, "},\n");
    }
    fprintf(out, "};\n");
}

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (!out) {
        fprintf(stderr, "usage: gen_code_table FILE\n");
        return 2;
    }
    fprintf(out, "/* Made by codec/gen_code_table.c. */\n");
    write_coded(out);
    write_costs(out);
    if (ferror(out) | fclose(out)) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
