#include "text/break_rules.h"

#include <string.h>

/* Numbers of 32 bits in the header, and in front of the rows of a table. */
enum {
    MAGIC,
    VERSION,
    SIZE,
    CATEGORIES,
    FORWARD,
    FORWARD_SIZE,
    TRIE = 8,
    TRIE_SIZE,
    STATUSES = 12,
    STATUSES_SIZE,
    HEADER_NUMBERS = 20
};
enum { STATES, ROW_SIZE, FIRST_DICTIONARY, LOOKAHEADS, FLAGS, TABLE_NUMBERS };

#define RULES_MAGIC    0xb1a0
#define RULES_VERSION  6
#define FLAG_LOOKAHEAD 1
#define FLAG_START     2 /* rules for the start of a text */
#define FLAG_BYTES     4 /* rows of bytes */
#define START_STATE    1

/* The parts of the compiled rules; sizes in bytes. */
struct source {
    const uint8_t *bytes;
    uint32_t header[HEADER_NUMBERS], table[TABLE_NUMBERS];
};

static bool part_lies_inside(const struct source *s, unsigned offset, uint32_t least)
{
    return s->header[offset] % 4 == 0 && s->header[offset] <= s->header[SIZE] &&
           s->header[offset + 1] <= s->header[SIZE] - s->header[offset] &&
           s->header[offset + 1] >= least;
}

/* Whether this is what break_rules.h describes, and small enough for rows of 16 bits. */
static bool source_open(struct source *s, const uint32_t *binary, size_t size)
{
    uint8_t version[4];
    uint32_t cell;

    if (size < sizeof s->header) return false;
    s->bytes = (const uint8_t *)binary;
    memcpy(s->header, binary, sizeof s->header);
    memcpy(version, &s->header[VERSION], sizeof version);
    if (s->header[MAGIC] != RULES_MAGIC || version[0] != RULES_VERSION || s->header[SIZE] > size ||
        !part_lies_inside(s, FORWARD, sizeof s->table) || !part_lies_inside(s, TRIE, 1) ||
        !part_lies_inside(s, STATUSES, sizeof(int32_t)))
        return false;
    memcpy(s->table, s->bytes + s->header[FORWARD], sizeof s->table);
    if (s->table[FLAGS] & (FLAG_LOOKAHEAD | FLAG_START)) return false;
    cell = s->table[FLAGS] & FLAG_BYTES ? 1 : 2;
    return s->header[CATEGORIES] > WY_BREAK_END && s->header[CATEGORIES] <= UINT8_MAX &&
           s->table[STATES] > START_STATE &&
           s->table[STATES] <= UINT16_MAX / (s->header[CATEGORIES] + 1) &&
           s->table[ROW_SIZE] >= cell * (3 + s->header[CATEGORIES]) &&
           s->table[ROW_SIZE] <= (s->header[FORWARD_SIZE] - sizeof s->table) / s->table[STATES];
}

static unsigned cell_at(const struct source *s, uint32_t state, uint32_t cell)
{
    const uint8_t *row =
        s->bytes + s->header[FORWARD] + sizeof s->table + (size_t)state * s->table[ROW_SIZE];
    uint16_t wide;

    if (s->table[FLAGS] & FLAG_BYTES) return row[cell];
    memcpy(&wide, row + 2 * (size_t)cell, sizeof wide);
    return wide;
}

/* A list of statuses counts as its last, the largest (ubrk_getRuleStatus). -1: damaged. */
static int32_t status_at(const struct source *s, uint32_t tags)
{
    const uint8_t *statuses = s->bytes + s->header[STATUSES];
    uint32_t numbers = s->header[STATUSES_SIZE] / (uint32_t)sizeof(int32_t);
    int32_t count, status;

    if (tags >= numbers) return -1;
    memcpy(&count, statuses + tags * sizeof count, sizeof count);
    if (count < 1 || (uint32_t)count >= numbers - tags) return -1;
    memcpy(&status, statuses + (tags + (uint32_t)count) * sizeof status, sizeof status);
    return status < WY_BREAK_NO_MATCH ? status : -1;
}

static bool copy_rows(const struct source *s, wy_break_rules *rules)
{
    uint32_t stride = rules->categories + 1;

    for (uint32_t state = 0; state < s->table[STATES]; state++) {
        uint16_t *row = rules->rows + (size_t)state * stride;
        unsigned accepting = cell_at(s, state, 0);
        int32_t status = WY_BREAK_NO_MATCH;

        for (uint32_t category = 0; category < rules->categories; category++) {
            unsigned next = cell_at(s, state, 3 + category);

            if (next >= s->table[STATES]) return false;
            row[category] = (uint16_t)(next * stride);
        }
        if (accepting == 1) status = status_at(s, cell_at(s, state, 2));
        /* More than 1 is look-ahead; the end state must not accept. */
        if (accepting > 1 || cell_at(s, state, 1) != 0 || status < 0 || (state == 0 && accepting))
            return false;
        row[rules->categories] = (uint16_t)status;
    }
    return true;
}

static int read_tables(wy_break_rules *rules, const struct source *s)
{
    UErrorCode status = U_ZERO_ERROR;

    rules->categories = s->header[CATEGORIES];
    rules->dictionary = s->table[FIRST_DICTIONARY];
    rules->start = START_STATE * (rules->categories + 1);
    rules->rows =
        wy_alloc_array(rules->mem, s->table[STATES], (rules->categories + 1) * sizeof *rules->rows);
    if (!rules->rows) return WY_E_NOMEM;
    rules->categories_of = ucptrie_openFromBinary(UCPTRIE_TYPE_FAST, UCPTRIE_VALUE_BITS_ANY,
                                                  s->bytes + s->header[TRIE],
                                                  (int32_t)s->header[TRIE_SIZE], NULL, &status);
    if (status == U_MEMORY_ALLOCATION_ERROR) return WY_E_NOMEM;
    return U_SUCCESS(status) && copy_rows(s, rules) ? WY_OK : WY_E_UNSUPPORTED;
}

int wy_break_rules_read(wy_break_rules *rules, const wy_mem *mem, UBreakIterator *words)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t size = ubrk_getBinaryRules(words, NULL, 0, &status);
    struct source source;

    *rules = (wy_break_rules){.mem = mem};
    if (U_FAILURE(status) || size <= 0) return WY_E_UNSUPPORTED;
    rules->binary =
        wy_alloc_array(mem, (size_t)size / sizeof *rules->binary + 1, sizeof *rules->binary);
    if (!rules->binary) return WY_E_NOMEM;
    ubrk_getBinaryRules(words, (uint8_t *)rules->binary, size, &status);
    if (U_FAILURE(status) || !source_open(&source, rules->binary, (size_t)size))
        return WY_E_UNSUPPORTED;
    return read_tables(rules, &source);
}

void wy_break_rules_free(wy_break_rules *rules)
{
    if (rules->categories_of) ucptrie_close(rules->categories_of);
    wy_free(rules->mem, rules->rows);
    wy_free(rules->mem, rules->binary);
}
