/*
 * codec/gen_code_table.c: writes codec/code_table.h, the tables of codec_codes.h, from the lengths
 * in codec_lengths.h, and codec/code_trees.h, a function for each set of codes that walks its tree
 * for a whole block at once (codec_trees.h). Runs at build time.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Canonical codes. They must use up all that there is, so that any bits begin with one. */
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
    if (next != 2u << WY_CODE_MAX) {
        fprintf(stderr, "gen_code_table: the lengths of a code do not add up to one\n");
        exit(1);
    }
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

static void write_dealt(FILE *out)
{
    unsigned counts[WY_DEALT] = {0};
    fprintf(out, "const uint8_t wy_dealt[WY_DEALT][WY_DEALT] = {\n");
    for (unsigned places = 0; places < WY_DEALT; places++) {
        fprintf(out, "{");
        for (unsigned bits = 0; bits < WY_DEALT; bits++) {
            unsigned dealt = 0;
            counts[places] = 0;
            for (unsigned i = 0; i < WY_DEALT_BITS; i++)
                if (places >> i & 1) dealt |= (bits >> counts[places]++ & 1) << i;
            fprintf(out, "%u, ", dealt);
        }
        fprintf(out, "},\n");
    }
    fprintf(out, "};\nconst uint8_t wy_dealt_count[WY_DEALT] = {");
    for (unsigned places = 0; places < WY_DEALT; places++) fprintf(out, "%u, ", counts[places]);
    fprintf(out, "};\n");
}

static void write_table(FILE *out, code codes[WY_CODED_SETS][WY_CODED_SYMBOLS])
{
    fprintf(out, "const uint8_t wy_coded_codes[WY_CODED_SETS][WY_CODED_ROW] = {\n");
    for (unsigned set = 0; set < WY_CODED_SETS; set++)
        write_codes(out, codes[set], WY_CODED_SYMBOLS);
    fprintf(out, "};\n");
}

/* ---- Trees -------------------------------------------------------------------------------- */

enum { NODES = 2 * WY_CODED_SYMBOLS, NAME = 16 };

/* The places whose codes begin with some bits: the name of a variable in what is written. */
typedef struct node {
    char name[NAME];
    unsigned bits; /* as in `code` */
} node;

static bool is_leaf(const code *codes, unsigned bits, unsigned length, unsigned *symbol)
{
    for (unsigned s = 0; s < WY_CODED_SYMBOLS; s++) {
        if (codes[s].length != length || codes[s].bits != bits) continue;
        *symbol = s;
        return true;
    }
    return false;
}

static void write_sum(FILE *out, const char *const *names, unsigned count)
{
    for (unsigned i = 1; i < count; i++) fprintf(out, "wy_either(");
    for (unsigned i = 0; i < count; i++)
        fprintf(out, "%s%s%s", i > 0 ? ", " : "", names[i], i > 0 ? ")" : "");
    fprintf(out, ";\n");
}

/* By what part of all values have a bit on a level, if codes are as frequent as they are short. */
static const char *taker_of(const code *codes, unsigned length)
{
    double part = 0;
    for (unsigned s = 0; s < WY_CODED_SYMBOLS; s++)
        if (codes[s].length >= length) part += 1.0 / (1u << codes[s].length);
    return length == 1 ? "wy_take_first" : part > 0.3 ? "wy_take_many" : "wy_take_few";
}

/* The two children of each node of a level that are no leaves are the nodes of the next; of leaves
 * it is noted what their symbols are. */
static unsigned write_level(FILE *out, const code *codes, unsigned length, node *nodes,
                            unsigned count, char leaves[WY_CODED_SYMBOLS][NAME])
{
    node next[NODES];
    unsigned more = 0;
    if (count > 1) {
        const char *names[NODES];
        for (unsigned i = 0; i < count; i++) names[i] = nodes[i].name;
        fprintf(out, "    const wy_places all%u = ", length);
        write_sum(out, names, count);
    }
    fprintf(out, "    wy_places bits%u;\n    if (!%s(r, ", length, taker_of(codes, length));
    if (count > 1)
        fprintf(out, "all%u", length);
    else
        fprintf(out, "%s", nodes[0].name);
    fprintf(out, ", &bits%u)) return false;\n", length);
    for (unsigned i = 0; i < 2 * count; i++) {
        node child = {.bits = nodes[i / 2].bits | (i & 1u) << (length - 1)};
        unsigned symbol;
        snprintf(child.name, NAME, "n%u_%u", length, i);
        const bool leaf = is_leaf(codes, child.bits, length, &symbol);
        if (leaf)
            memcpy(leaves[symbol], child.name, NAME);
        else
            next[more++] = child;
        if (leaf && symbol == 0) continue; /* it has no bits */
        fprintf(out, "    const wy_places %s = ", child.name);
        if (i % 2 == 1 && count == 1)
            fprintf(out, "bits%u;\n", length);
        else
            fprintf(out, "%s(%s, bits%u);\n", i % 2 ? "wy_both" : "wy_without", nodes[i / 2].name,
                    length);
    }
    memcpy(nodes, next, more * sizeof *next);
    return more;
}

static void write_planes(FILE *out, char leaves[WY_CODED_SYMBOLS][NAME])
{
    for (unsigned bit = 0; bit < WY_SYMBOL_BITS; bit++) {
        const char *names[WY_CODED_SYMBOLS];
        unsigned count = 0;
        for (unsigned s = 0; s < WY_CODED_SYMBOLS; s++)
            if (s >> bit & 1) names[count++] = leaves[s];
        fprintf(out, "    planes[%u] = ", bit);
        write_sum(out, names, count);
    }
}

static void write_tree(FILE *out, const code *codes, unsigned set)
{
    char leaves[WY_CODED_SYMBOLS][NAME];
    node nodes[NODES] = {{"all", 0}};
    fprintf(out,
            "WY_ALWAYS_INLINE bool wy_read_tree_%u(wy_levels *r, wy_places all,\n"
            "                                     wy_places planes[WY_SYMBOL_BITS])\n{\n",
            set);
    unsigned count = 1;
    for (unsigned length = 1; count > 0; length++)
        count = write_level(out, codes, length, nodes, count, leaves);
    write_planes(out, leaves);
    fprintf(out, "    return true;\n}\n\n");
}

static FILE *begin(const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        exit(1);
    }
    fprintf(out, "/* Made by codec/gen_code_table.c. */\n");
    return out;
}

static void end(const char *path, FILE *out)
{
    if (ferror(out) | fclose(out)) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    code codes[WY_CODED_SETS][WY_CODED_SYMBOLS];
    if (argc != 3) {
        fprintf(stderr, "usage: gen_code_table TABLE TREES\n");
        return 2;
    }
    for (unsigned set = 0; set < WY_CODED_SETS; set++)
        make_codes(wy_coded_lengths[set], WY_CODED_SYMBOLS, codes[set]);
    FILE *table = begin(argv[1]);
    write_table(table, codes);
    write_costs(table);
    write_dealt(table);
    end(argv[1], table);
    FILE *trees = begin(argv[2]);
    for (unsigned set = 0; set < WY_CODED_SETS; set++) write_tree(trees, codes[set], set);
    end(argv[2], trees);
    return 0;
}
