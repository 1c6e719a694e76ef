#include "result/facets.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/order.h"
#include "base/utf8.h"

void wy_facets_init(wy_facets *facets, const wy_mem *mem)
{
    *facets = (wy_facets){.mem = mem};
    wy_strmap_init(&facets->numbers, mem);
}

void wy_facets_free(wy_facets *facets)
{
    if (!facets->mem) return;
    wy_strmap_free(&facets->numbers);
    wy_free(facets->mem, facets->list);
    wy_free(facets->mem, facets->reports);
    *facets = (wy_facets){0};
}

static int find(wy_facets *f, const void *key, size_t length, size_t *place, bool *added,
                wy_error *error)
{
    if (!wy_grow(f->mem, &f->list, &f->capacity, f->size + 1, sizeof *f->list) ||
        !wy_grow(f->mem, &f->reports, &f->report_capacity, f->size + 1, sizeof *f->reports))
        return wy_fail_memory(error);
    uint64_t *number = wy_strmap_put(&f->numbers, key, length, added);
    if (!number) return wy_fail_memory(error);
    if (*added) {
        *number = f->size;
        f->list[f->size] = (wy_count){0};
        f->reports[f->size++] = UINT64_MAX;
    }
    *place = (size_t)*number;
    return WY_OK;
}

int wy_facets_key(wy_facets *f, wy_string key, size_t *place, wy_error *error)
{
    bool added;
    const char *data = key.length ? key.data : "";
    int status = find(f, data, key.length, place, &added, error);
    if (status != WY_OK || !added || key.length == 0) return status;
    char *copy = wy_arena_strndup(&f->numbers.keys, key.data, key.length);
    if (!copy) return wy_fail_memory(error);
    f->list[*place].key = (wy_string){copy, key.length};
    return WY_OK;
}

int wy_facets_year(wy_facets *f, int32_t year, size_t *place, wy_error *error)
{
    bool added;
    int status = find(f, &year, sizeof year, place, &added, error);
    if (status == WY_OK && added) f->list[*place].year = year;
    return status;
}

void wy_facets_add(wy_facets *f, size_t place, uint64_t report, uint32_t occurrences)
{
    wy_count *count = &f->list[place];
    count->paragraphs++;
    count->occurrences += occurrences;
    count->reports += f->reports[place] != report;
    f->reports[place] = report;
}

/* ---- Order ---------------------------------------------------------------------------------- */

static int by_year(const void *a, const void *b)
{
    const wy_count *x = a, *y = b;
    return (x->year > y->year) - (x->year < y->year);
}

static int by_paragraphs(const void *a, const void *b)
{
    const wy_count *x = a, *y = b;
    if (x->paragraphs != y->paragraphs) return x->paragraphs < y->paragraphs ? 1 : -1;
    return wy_bytes_compare(x->key.data, x->key.length, y->key.data, y->key.length);
}

void wy_facets_order(wy_facets *f, bool years)
{
    if (f->size) qsort(f->list, f->size, sizeof *f->list, years ? by_year : by_paragraphs);
}

/* ---- Headings ------------------------------------------------------------------------------- */

static bool is_numeral(uint32_t c)
{
    static const uint32_t numerals[] = {0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03,
                                        0x516B, 0x4E5D, 0x5341, 0x767E, 0x96F6, 0x3007, 0x25CB};
    for (size_t i = 0; i < sizeof numerals / sizeof *numerals; i++)
        if (c == numerals[i]) return true;
    return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

/* 、 . ． ) ） ： : and space */
static bool is_separator(uint32_t c)
{
    return c == 0x3001 || c == '.' || c == 0xFF0E || c == ')' || c == 0xFF09 || c == ':' ||
           c == 0xFF1A || c == ' ' || c == 0x3000 || c == 0xA0;
}

/* 部 分 篇 编 章 节 条, behind 第 and a numeral */
static bool is_part(uint32_t c)
{
    return c == 0x90E8 || c == 0x5206 || c == 0x7BC7 || c == 0x7F16 || c == 0x7AE0 || c == 0x8282 ||
           c == 0x6761;
}

/* The character at *at, which moves behind it; 0 at the end. */
static uint32_t next(wy_string s, size_t *at)
{
    if (*at >= s.length) return 0;
    return wy_utf8_next(s.data, at);
}

wy_string wy_heading_words(wy_string heading)
{
    size_t at = 0, before = 0;
    uint32_t c = next(heading, &at);
    bool ordinal = c == 0x7B2C, bracket = c == '(' || c == 0xFF08;
    if (c >= 0x2460 && c <= 0x2473) { /* ① to ⑳ */
        before = at;
        c = next(heading, &at);
    } else {
        if (ordinal || bracket) c = next(heading, &at);
        if (!is_numeral(c)) return heading;
        for (; is_numeral(c); c = next(heading, &at)) before = at;
        if (ordinal && !is_part(c) && !is_separator(c)) return heading;
        if (!ordinal && !is_separator(c)) return heading;
        for (; ordinal && is_part(c); c = next(heading, &at)) before = at;
    }
    for (; is_separator(c); c = next(heading, &at)) before = at;
    if (before >= heading.length) return heading;
    return (wy_string){heading.data + before, heading.length - before};
}
