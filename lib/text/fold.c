#include "text/fold.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <unicode/unorm2.h>

#include "base/utf8.h"
#include "text/fold_entry.h"
#include "text/fold_kernel.h"
#include "text/fold_table.h"

#define TEXT_MAX  ((size_t)1 << 30)   /* bytes */
#define UNITS_MAX ((size_t)INT32_MAX) /* what ICU can address */
#define CLUSTER_MAX                                                                                \
    32 /* characters normalized at once; UAX #15 calls 30 marks more than enough                   \
        */
#define IDEOGRAPHIC_COMMA 0x3001

/*
 * A cluster is a character with those after it that may combine with it. The last one stays open:
 * where a character turns out to join, the units of its cluster are taken back and made anew.
 */
struct folder {
    wy_folded *out;
    const char *text;
    size_t length, at;   /* bytes */
    size_t cluster_at;   /* byte where the open cluster begins */
    size_t cluster_unit; /* and its first unit */
    wy_fold_three_fn *three; /* NULL: there is none */
};

_Static_assert(WY_FOLD_LIMIT >= 0x10000, "the table has all characters of three bytes");

void wy_folded_init(wy_folded *folded, const wy_mem *mem)
{
    *folded = (wy_folded){.mem = mem};
}

void wy_folded_free(wy_folded *folded)
{
    wy_free(folded->mem, folded->units);
    wy_free(folded->mem, folded->begin);
    wy_free(folded->mem, folded->end);
    wy_folded_init(folded, folded->mem);
}

const char *wy_fold_version(void)
{
    return WY_FOLD_VERSION;
}

/* The three arrays grow in step; after a failure each is at least as long as `capacity` says. */
static int grow(wy_folded *out, size_t more, wy_error *error)
{
    size_t units = out->capacity, begin = out->capacity, end = out->capacity;
    size_t count = out->length + more;

    if (count > UNITS_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                       "the text folds to more than 2^31 - 1 units of UTF-16");
    if (!wy_grow(out->mem, &out->units, &units, count, sizeof *out->units) ||
        !wy_grow(out->mem, &out->begin, &begin, count, sizeof *out->begin) ||
        !wy_grow(out->mem, &out->end, &end, count, sizeof *out->end))
        return wy_fail_memory(error);
    if (begin < units) units = begin;
    out->capacity = end < units ? end : units;
    return WY_OK;
}

static inline int reserve(wy_folded *out, size_t more, wy_error *error)
{
    return out->capacity - out->length < more ? grow(out, more, error) : WY_OK;
}

static inline void put(wy_folded *out, unsigned unit, size_t begin, size_t end)
{
    out->units[out->length] = (uint16_t)unit;
    out->begin[out->length] = (uint32_t)begin;
    out->end[out->length] = (uint32_t)end;
    out->length++;
}

static inline unsigned entry_of(uint32_t c)
{
    if (c >= WY_FOLD_LIMIT) return WY_FOLD_SAME;
    return fold_blocks[fold_index[c >> WY_FOLD_BLOCK_SHIFT] +
                       (c & ((1U << WY_FOLD_BLOCK_SHIFT) - 1))];
}

/* The units of a character that becomes several; their number is the result. */
static size_t listed_units(uint32_t c, const uint16_t **units)
{
    size_t low = 0, high = sizeof fold_listed / sizeof *fold_listed;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (fold_listed[middle] <= c)
            low = middle;
        else
            high = middle;
    }
    assert(fold_listed[low] == c);
    *units = fold_pool + fold_listed_at[low];
    return (size_t)(fold_listed_at[low + 1] - fold_listed_at[low]);
}

/* Writes what `c` becomes on its own, at most WY_FOLD_LONGEST units; returns their number. */
static size_t fold_char(uint32_t c, uint16_t *to)
{
    unsigned entry = entry_of(c);
    const uint16_t *units;
    size_t count;

    switch (entry) {
    case WY_FOLD_SAME:
    case WY_FOLD_JOINS:
        if (c < 0x10000) {
            to[0] = (uint16_t)c;
            return 1;
        }
        to[0] = U16_LEAD(c);
        to[1] = U16_TRAIL(c);
        return 2;
    case WY_FOLD_LISTED:
        count = listed_units(c, &units);
        memcpy(to, units, count * sizeof *units);
        return count;
    case WY_FOLD_NOTHING:
        return 0;
    case WY_FOLD_COMMA:
        to[0] = ',';
        return 1;
    case WY_FOLD_SEMICOLON:
        to[0] = ';';
        return 1;
    default:
        to[0] = (uint16_t)entry;
        return 1;
    }
}

/* Digits at `at`, ASCII or full-width; stops counting at 4. */
static unsigned digits_at(const struct folder *f, size_t at)
{
    unsigned count = 0;

    while (count < 4 && at < f->length) {
        uint32_t c = wy_utf8_next(f->text, &at);

        if (!(c >= '0' && c <= '9') && !(c >= 0xff10 && c <= 0xff19)) break;
        count++;
    }
    return count;
}

static void put_separator(struct folder *f, unsigned ascii, size_t end)
{
    wy_folded *out = f->out;
    unsigned before = out->length > 0 ? out->units[out->length - 1] : 0;
    unsigned digits = before >= '0' && before <= '9' ? digits_at(f, end) : 0;
    bool thousands = ascii == ',' && digits == 3;

    put(out, digits > 0 && !thousands ? IDEOGRAPHIC_COMMA : ascii, f->at, end);
}

/* A character that vanishes: its bytes belong to the units before it. */
static void extend_last(wy_folded *out, size_t end)
{
    uint32_t old = out->length > 0 ? out->end[out->length - 1] : 0;

    for (size_t i = out->length; i > 0 && out->end[i - 1] == old; i--)
        out->end[i - 1] = (uint32_t)end;
}

/* The character at f->at joins the open cluster: finds the cluster's end and folds it anew. */
static int fold_cluster(struct folder *f, wy_error *error)
{
    UChar in[CLUSTER_MAX * WY_FOLD_LONGEST], made[CLUSTER_MAX * WY_FOLD_LONGEST];
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
    size_t next = f->cluster_at, length = 0;
    int32_t count;
    int result;

    for (unsigned chars = 0; next < f->length && chars < CLUSTER_MAX;) {
        size_t at = next;
        uint32_t c = wy_utf8_next(f->text, &next);
        unsigned entry = entry_of(c);
        size_t units = fold_char(c, in + length);

        if (at > f->at && entry != WY_FOLD_JOINS && entry != WY_FOLD_NOTHING) {
            next = at;
            break;
        }
        length += units;
        chars += units > 0;
    }
    count = unorm2_normalize(normalizer, in, (int32_t)length, made,
                             (int32_t)(sizeof made / sizeof *made), &status);
    if (U_FAILURE(status)) return wy_fail_memory(error); /* the only way it can fail here */
    f->out->length = f->cluster_unit;
    result = reserve(f->out, (size_t)count, error);
    if (result != WY_OK) return result;
    for (int32_t i = 0; i < count; i++) put(f->out, made[i], f->cluster_at, next);
    f->at = next;
    f->cluster_at = next;
    f->cluster_unit = f->out->length;
    return WY_OK;
}

/* The rare characters: several units, beyond the BMP, vanishing, joining, separators. */
static int fold_special(struct folder *f, uint32_t c, unsigned entry, size_t end, wy_error *error)
{
    uint16_t units[WY_FOLD_LONGEST];
    size_t count;

    if (entry == WY_FOLD_JOINS) return fold_cluster(f, error);
    if (entry == WY_FOLD_NOTHING) {
        extend_last(f->out, end);
        if (f->cluster_unit == f->out->length) f->cluster_at = end; /* no cluster is open */
        f->at = end;
        return WY_OK;
    }
    f->cluster_at = f->at;
    f->cluster_unit = f->out->length;
    if (entry == WY_FOLD_COMMA || entry == WY_FOLD_SEMICOLON) {
        put_separator(f, entry == WY_FOLD_COMMA ? ',' : ';', end);
    } else {
        count = fold_char(c, units);
        for (size_t i = 0; i < count; i++) put(f->out, units[i], f->at, end);
    }
    f->at = end;
    return WY_OK;
}

/* What a character becomes is one unit, this. */
static inline bool is_plain(unsigned entry)
{
    return entry - WY_FOLD_SPECIAL_FIRST > WY_FOLD_SPECIAL_LAST - WY_FOLD_SPECIAL_FIRST &&
           entry <= 0xffff;
}

/* Folds characters of three bytes by the kernel. */
static void fold_three(struct folder *f, size_t most)
{
    wy_folded *out = f->out;
    wy_fold_source source = {.index = fold_index,
                             .blocks = fold_blocks,
                             .changes = fold_changes,
                             .text = (const uint8_t *)f->text,
                             .length = f->length,
                             .at = f->at};
    const unsigned before = out->length > 0 ? out->units[out->length - 1] : 0;
    const size_t count = f->three(&source, before, most, out->units + out->length,
                                  out->begin + out->length, out->end + out->length);

    if (count == 0) return;
    out->length += count;
    f->at = source.at;
    f->cluster_at = out->begin[out->length - 1];
    f->cluster_unit = out->length - 1;
}

/*
 * Folds characters of one or three bytes that become one unit each, as nearly all do, until another
 * comes or `most` of them are folded, for which there is room.
 */
static void fold_plain(struct folder *f, size_t most)
{
    const uint8_t *text = (const uint8_t *)f->text;
    wy_folded *out = f->out;
    size_t at = f->at, begin = at, count = 0;
    uint16_t *units = out->units + out->length;
    uint32_t *begins = out->begin + out->length, *ends = out->end + out->length;

    while (count < most && at < f->length) {
        const unsigned lead = text[at];
        unsigned c = lead, size = 1, entry;

        if (lead >= 0x80) {
            if (lead >> 4 != 0xe) break;
            c = (lead & 0xf) << 12 | (text[at + 1] & 0x3fU) << 6 | (text[at + 2] & 0x3fU);
            size = 3;
        }
        entry = entry_of(c);
        if (entry == WY_FOLD_SAME) entry = c;
        if (!is_plain(entry)) break;
        units[count] = (uint16_t)entry;
        begins[count] = (uint32_t)at;
        begin = at;
        at += size;
        ends[count++] = (uint32_t)at;
        if (f->three && size == 1 && at < f->length && text[at] >> 4 == 0xe) break;
    }
    if (count == 0) return;
    out->length += count;
    f->at = at;
    f->cluster_at = begin;
    f->cluster_unit = out->length - 1;
}

static int fold_all(struct folder *f, wy_error *error)
{
    enum { AT_ONCE = 128 };
    wy_folded *out = f->out;

    while (f->at < f->length) {
        int status = reserve(out, 2 * AT_ONCE + WY_FOLD_LONGEST, error);
        if (status != WY_OK) return status;
        if (f->three) fold_three(f, AT_ONCE);
        fold_plain(f, AT_ONCE);
        if (f->at == f->length) break;
        size_t end = f->at;
        const uint32_t c = wy_utf8_next(f->text, &end);
        unsigned entry = entry_of(c);

        if (entry == WY_FOLD_SAME) entry = c;
        if (!is_plain(entry)) {
            status = fold_special(f, c, entry_of(c), end, error);
            if (status != WY_OK) return status;
            continue;
        }
        f->cluster_at = f->at;
        f->cluster_unit = out->length;
        put(out, entry, f->at, end);
        f->at = end;
    }
    return WY_OK;
}

int wy_fold(wy_folded *folded, const char *text, size_t length, wy_error *error)
{
    struct folder f = {
        .out = folded, .text = text, .length = length, .three = wy_fold_three_avx2()};
    size_t valid;

    folded->length = 0;
    if (length > TEXT_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET, "the text is longer than 2^30 bytes");
    valid = wy_utf8_valid(text, length);
    if (valid < length)
        return wy_fail(error, WY_E_ENCODING, NULL, valid, "the text is not UTF-8 here");
    return fold_all(&f, error);
}
