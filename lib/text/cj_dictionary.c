#include "text/cj_dictionary.h"

#include <string.h>
#include <unicode/utf16.h>

#include "text/char_class.h"

/* Numbers of 32 bits in front. */
enum { TRIE, SIZE = 3, TYPE, NUMBERS = 8 };

#define SET_SIZE (WY_CJ_SET * sizeof(wy_cj_step))

#define TYPE_UNITS_WITH_VALUES 9
#define FORMAT_VERSION         1

#define LEFT_BITS 4
#define LEFT_MASK ((1U << LEFT_BITS) - 1)
#define UNITS_MAX (WY_CJ_FIRST >> LEFT_BITS)

/* Leads of nodes, values and distances: ucharstrie.h, "UCharsTrie data structure". */
#define MATCH_LEAD             0x30
#define VALUE_LEAD             0x40
#define NODE_MASK              0x3f
#define FINAL                  0x8000
#define BRANCH_LINEAR          5
#define VALUE_TWO_UNITS        0x4000
#define VALUE_THREE_UNITS      0x7fff
#define NODE_VALUE_TWO_UNITS   0x4040
#define NODE_VALUE_THREE_UNITS 0x7fc0
#define DELTA_TWO_UNITS        0xfc00
#define DELTA_THREE_UNITS      0xffff

static bool is_understood(const wy_cj_dictionary *dictionary)
{
    UDataInfo info = {.size = sizeof info};
    const char *bytes = udata_getMemory(dictionary->data);
    int32_t numbers[NUMBERS];

    udata_getInfo(dictionary->data, &info);
    if (memcmp(info.dataFormat, "Dict", 4) != 0 || info.formatVersion[0] != FORMAT_VERSION ||
        info.sizeofUChar != sizeof(uint16_t))
        return false;
    memcpy(numbers, bytes, sizeof numbers);
    return numbers[TYPE] == TYPE_UNITS_WITH_VALUES && numbers[TRIE] >= (int32_t)sizeof numbers &&
           numbers[TRIE] % 2 == 0 && numbers[SIZE] > numbers[TRIE] &&
           (uint32_t)numbers[SIZE] / 2 < UNITS_MAX;
}

/* An empty table of 2^bits sets in place of the one before. false: memory is out. */
static bool make_table(wy_cj_dictionary *dictionary, unsigned bits)
{
    void *block = wy_calloc(dictionary->mem, (((size_t)1 << bits) + 1) * SET_SIZE);
    size_t misplaced = (size_t)((uintptr_t)block % SET_SIZE);

    if (!block) return false;
    wy_free(dictionary->mem, dictionary->block);
    dictionary->block = block;
    dictionary->kept = (wy_cj_step *)(void *)((char *)block + (SET_SIZE - misplaced) % SET_SIZE);
    dictionary->shift = 64 - bits;
    return true;
}

int wy_cj_dictionary_open(wy_cj_dictionary *dictionary, const wy_mem *mem)
{
    UErrorCode status = U_ZERO_ERROR;
    const char *bytes;
    int32_t trie;

    *dictionary = (wy_cj_dictionary){.mem = mem};
    dictionary->data = udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status);
    if (status == U_MEMORY_ALLOCATION_ERROR) return WY_E_NOMEM;
    if (U_FAILURE(status)) {
        dictionary->data = NULL;
        return WY_E_UNSUPPORTED;
    }
    if (!is_understood(dictionary)) return WY_E_UNSUPPORTED;
    bytes = udata_getMemory(dictionary->data);
    memcpy(&trie, bytes + TRIE * sizeof trie, sizeof trie);
    dictionary->trie = (const uint16_t *)(const void *)(bytes + trie);
    dictionary->seconds = wy_calloc(mem, (1U << WY_CJ_SECOND_BITS) / 8);
    if (!dictionary->seconds || !make_table(dictionary, WY_CJ_SET_BITS_FEW)) return WY_E_NOMEM;
    return WY_OK;
}

void wy_cj_dictionary_widen(wy_cj_dictionary *dictionary)
{
    if (dictionary->shift != 64 - WY_CJ_SET_BITS_MANY)
        (void)make_table(dictionary, WY_CJ_SET_BITS_MANY);
}

void wy_cj_dictionary_close(wy_cj_dictionary *dictionary)
{
    if (dictionary->data) udata_close(dictionary->data);
    wy_free(dictionary->mem, dictionary->block);
    wy_free(dictionary->mem, dictionary->seconds);
}

/* The value with this lead, whose further units are at `at`. */
static inline uint32_t value_of(const uint16_t *at, unsigned lead)
{
    if (lead < VALUE_TWO_UNITS) return lead;
    if (lead < VALUE_THREE_UNITS) return (uint32_t)(lead - VALUE_TWO_UNITS) << 16 | at[0];
    return (uint32_t)at[0] << 16 | at[1];
}

static inline const uint16_t *behind_value(const uint16_t *at)
{
    unsigned lead = *at & ~(unsigned)FINAL;

    return at + (lead < VALUE_TWO_UNITS ? 1 : lead < VALUE_THREE_UNITS ? 2 : 3);
}

/* The value that shares its lead with a match. */
static inline uint32_t node_value_of(const uint16_t *at, unsigned lead)
{
    if (lead < NODE_VALUE_TWO_UNITS) return (lead >> 6) - 1;
    if (lead < NODE_VALUE_THREE_UNITS)
        return (uint32_t)((lead & NODE_VALUE_THREE_UNITS) - NODE_VALUE_TWO_UNITS) << 10 | at[0];
    return (uint32_t)at[0] << 16 | at[1];
}

static inline const uint16_t *behind_node_value(const uint16_t *at, unsigned lead)
{
    return at + (lead < NODE_VALUE_TWO_UNITS ? 0 : lead < NODE_VALUE_THREE_UNITS ? 1 : 2);
}

static inline const uint16_t *behind_delta(const uint16_t *at)
{
    return at + (*at < DELTA_TWO_UNITS ? 1 : *at < DELTA_THREE_UNITS ? 2 : 3);
}

static inline const uint16_t *jump(const uint16_t *at)
{
    unsigned lead = *at++;

    if (lead < DELTA_TWO_UNITS) return at + lead;
    if (lead < DELTA_THREE_UNITS)
        return at + 1 + ((uint32_t)(lead - DELTA_TWO_UNITS) << 16 | at[0]);
    return at + 2 + ((uint32_t)at[0] << 16 | at[1]);
}

struct found {
    uint32_t cost, state;
};

/* At a node, or within a match of which `left` units are to come. */
static inline struct found arrive(const uint16_t *trie, const uint16_t *at, unsigned left)
{
    struct found step = {WY_CJ_NO_WORD, (uint32_t)(at - trie) << LEFT_BITS | left};
    unsigned node = *at;

    if (left > 0 || node < VALUE_LEAD) return step;
    if (node & FINAL) return (struct found){value_of(at + 1, node & ~(unsigned)FINAL), 0};
    step.cost = node_value_of(at + 1, node);
    return step;
}

static struct found branch(const uint16_t *trie, const uint16_t *at, unsigned node, unsigned unit)
{
    unsigned count = (node > 0 ? node : *at++) + 1;

    while (count > BRANCH_LINEAR) {
        if (unit < *at++) {
            count >>= 1;
            at = jump(at);
        } else {
            count -= count >> 1;
            at = behind_delta(at);
        }
    }
    for (; count > 1; count--) {
        if (unit == *at++) {
            unsigned lead = *at;

            if (lead & FINAL) return (struct found){value_of(at + 1, lead & ~(unsigned)FINAL), 0};
            return arrive(trie, behind_value(at) + value_of(at + 1, lead), 0);
        }
        at = behind_value(at);
    }
    if (unit == *at++) return arrive(trie, at, 0);
    return (struct found){WY_CJ_NO_WORD, 0};
}

static struct found step_from(const uint16_t *trie, const uint16_t *at, unsigned left,
                              unsigned unit)
{
    unsigned node;

    if (left == 0) {
        node = *at++;
        if (node >= VALUE_LEAD) { /* never final: a final value leads nowhere */
            at = behind_node_value(at, node);
            node &= NODE_MASK;
        }
        if (node < MATCH_LEAD) return branch(trie, at, node, unit);
        left = node - MATCH_LEAD + 1;
    }
    if (unit != *at++) return (struct found){WY_CJ_NO_WORD, 0};
    return arrive(trie, at, left - 1);
}

/* The units that may follow, one by one: `take` gets each. */
typedef void taker(void *context, unsigned unit);

static void each_of_branch(const uint16_t *at, unsigned count, taker *take, void *context)
{
    while (count > BRANCH_LINEAR) {
        at++;
        each_of_branch(jump(at), count >> 1, take, context);
        count -= count >> 1;
        at = behind_delta(at);
    }
    for (; count > 1; count--) {
        take(context, *at);
        at = behind_value(at + 1);
    }
    take(context, *at);
}

static void each_unit(const uint16_t *trie, uint32_t state, taker *take, void *context)
{
    const uint16_t *at = trie + (state >> LEFT_BITS);
    unsigned node;

    if (state == 0) return;
    if (state & LEFT_MASK) {
        take(context, *at);
        return;
    }
    node = *at++;
    if (node >= VALUE_LEAD) {
        at = behind_node_value(at, node);
        node &= NODE_MASK;
    }
    if (node >= MATCH_LEAD)
        take(context, *at);
    else if (node > 0)
        each_of_branch(at, node + 1, take, context);
    else
        each_of_branch(at + 1, *at + 1U, take, context);
}

struct firsts {
    const wy_cj_dictionary *dictionary;
    unsigned unit;
};

static void take_second(void *context, unsigned unit)
{
    const struct firsts *first = context;
    uint32_t bit = wy_cj_second_bit(wy_cj_hash_two(first->unit, unit));

    first->dictionary->seconds[bit / 32] |= 1U << bit % 32;
}

static void take_bit(void *context, unsigned unit)
{
    *(uint32_t *)context |= 1U << (unit & 31);
}

uint32_t wy_cj_first(const wy_cj_dictionary *dictionary, unsigned unit, uint32_t *cost)
{
    struct found found = step_from(dictionary->trie, dictionary->trie, 0, unit);
    struct firsts first = {dictionary, unit};

    *cost = found.cost;
    each_unit(dictionary->trie, found.state, take_second, &first);
    return found.state ? WY_CJ_FIRST | unit : 0;
}

/* Whether words that are cut may have the unit: the dictionary has some with 、 and the like. */
static bool is_cut(unsigned unit)
{
    return wy_char_class(unit) & WY_CHAR_COUNTED || U16_IS_SURROGATE(unit);
}

/* What wy_cj_hash multiplied, by the inverse of its factor modulo 2^64. */
static uint64_t key_of(uint64_t hash)
{
    const uint64_t factor = 0x9e3779b97f5U;
    uint64_t inverse = factor; /* modulo 8, and each step doubles the bits */

    for (int i = 0; i < 5; i++) inverse *= 2 - factor * inverse;
    return hash * inverse >> WY_CJ_COST_BITS;
}

/* The number of a unit and how many are to come, of any state; 0: words of this first unit are
 * passed over, or there are none. */
static uint32_t place_of(const wy_cj_dictionary *dictionary, uint32_t state)
{
    const unsigned unit = state & 0xffff;

    if (!(state & WY_CJ_FIRST)) return state;
    if (!(wy_char_class(unit) & WY_CHAR_COUNTED)) return 0;
    return step_from(dictionary->trie, dictionary->trie, 0, unit).state;
}

static wy_cj_step look_up(const wy_cj_dictionary *dictionary, uint64_t hash)
{
    const uint64_t key = key_of(hash);
    uint32_t state = place_of(dictionary, (uint32_t)(key >> 16)), units = 0;
    struct found found = {WY_CJ_NO_WORD, 0};

    if (state != 0 && is_cut(key & 0xffff))
        found = step_from(dictionary->trie, dictionary->trie + (state >> LEFT_BITS),
                          state & LEFT_MASK, key & 0xffff);
    if (found.cost > WY_CJ_TOO_DEAR) found.cost = WY_CJ_TOO_DEAR;
    each_unit(dictionary->trie, found.state, take_bit, &units);
    return (wy_cj_step){hash | found.cost, found.state, units};
}

wy_cj_step *wy_cj_find(const wy_cj_dictionary *dictionary, uint64_t hash, wy_cj_step *set)
{
    wy_cj_step step;
    size_t i = 2;

    while (i < WY_CJ_SET && (set[i].head ^ hash) >> WY_CJ_COST_BITS != 0) i++;
    step = i < WY_CJ_SET ? set[i] : look_up(dictionary, hash);
    if (i == WY_CJ_SET) i--;
    for (; i > 0; i--) set[i] = set[i - 1];
    set[0] = step;
    return set;
}
