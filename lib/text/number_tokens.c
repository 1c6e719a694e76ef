#include "text/number_tokens.h"

#include <string.h>

#include "base/utf8.h"
#include "text/char_class.h"
#include "text/numerals.h"

#define ORDINAL      u'第'
#define ORDINAL_UTF8 "第"

void wy_number_maker_free(wy_number_maker *maker, const wy_mem *mem)
{
    wy_free(mem, maker->words);
    wy_free(mem, maker->made);
    *maker = (wy_number_maker){0};
}

bool wy_number_maker_note(wy_number_maker *maker, const wy_mem *mem, wy_numeral_word word)
{
    if (!wy_grow(mem, &maker->words, &maker->word_capacity, maker->word_count + 1,
                 sizeof *maker->words))
        return false;
    maker->words[maker->word_count++] = word;
    return true;
}

/* A number in its place. Units of the folded text; tokens by index. */
struct place {
    const wy_folded *folded;
    wy_number number;
    size_t begin;                        /* the number's; number.end is behind it */
    const wy_numeral_word *first, *last; /* the words that it begins and ends in */
    bool ordinal, measured, alone;
};

static bool has_class(unsigned unit, unsigned classes)
{
    return wy_char_class(unit) & classes;
}

/* The next word of the text behind token `i`, or NULL. */
static const wy_token *word_behind(const wy_analyzer *analyzer, size_t i)
{
    while (++i < analyzer->count)
        if (analyzer->tokens[i].kind == WY_TOKEN_WORD) return &analyzer->tokens[i];
    return NULL;
}

/* Whether the unit behind the number is a measure word, and a word ends behind that. */
static bool is_measured(const wy_analyzer *analyzer, const struct place *p)
{
    size_t end = p->number.end;
    const wy_token *next;

    if (end == p->folded->length || !has_class(p->folded->units[end], WY_CHAR_MEASURE))
        return false;
    if (end < p->last->to) return end + 1 == p->last->to;
    next = word_behind(analyzer, p->last->token);
    return next && next->begin == p->folded->begin[end] && next->end == p->folded->end[end];
}

/* Measure words of time, before which 一 is a number; before others it says no more than "a". */
static bool is_of_time(const wy_folded *folded, size_t at)
{
    switch (folded->units[at]) {
    case u'年':
    case u'月':
    case u'日':
    case u'号':
    case u'时':
    case u'岁':
        return true;
    default:
        return false;
    }
}

/* Whether a word that goes on like this behind a number measures: 个, 年级, 小时, 公里. */
static bool begins_measure(const wy_folded *folded, size_t at)
{
    unsigned unit = folded->units[at];

    return has_class(unit, WY_CHAR_MEASURE) || unit == u'小' || unit == u'公';
}

/* Not 零 (零部件) nor formal ones (陆地), which words begin with. */
static bool is_everyday(unsigned unit)
{
    static const uint16_t everyday[] = u"二两三四五六七八九十";

    for (size_t i = 0; everyday[i]; i++)
        if (everyday[i] == unit) return true;
    return false;
}

/* Finds out in what company the number stands; false: it is part of something else. */
static bool look_around(const wy_analyzer *analyzer, struct place *p)
{
    const wy_folded *folded = p->folded;
    size_t end = p->number.end;
    bool inside = end < p->last->to; /* its last word goes on */
    bool whole = end < folded->length && has_class(folded->units[end], WY_CHAR_COUNTED);

    if (inside && !whole) return false; /* 3a */
    p->ordinal = p->begin > 0 && folded->units[p->begin - 1] == ORDINAL;
    p->measured = is_measured(analyzer, p);
    p->alone = false;
    if (!p->number.single) return !inside || begins_measure(folded, end);
    if (p->begin > p->first->from && !p->ordinal) return false; /* 统一, 星期一 */
    if (folded->units[p->begin] == u'一' && !p->ordinal &&
        !(p->measured && is_of_time(folded, end)))
        return false;
    if (inside && !p->measured) return false; /* 一般, 第三者 */
    p->alone = !inside && !p->ordinal && !p->measured && whole && begins_measure(folded, end) &&
               is_everyday(folded->units[p->begin]);
    return p->ordinal || p->measured || p->alone;
}

static uint32_t width_of(const wy_folded *folded, size_t from, size_t to)
{
    wy_width width = {0};

    while (from < to) wy_width_add(&width, wy_char_class(folded->units[from++]));
    return width.positions;
}

/* Where the number is: `token` without its term. */
static void measure(const wy_analyzer *analyzer, const struct place *p, wy_token *token)
{
    const wy_token *first = &analyzer->tokens[p->first->token];
    const wy_token *last = &analyzer->tokens[p->last->token];
    size_t end = p->number.end;
    uint32_t behind = end <= p->last->to ? last->position + width_of(p->folded, p->last->from, end)
                                         : last->position + last->width + 1; /* a percent sign */

    *token = (wy_token){.kind = WY_TOKEN_NUMBER,
                        .begin = p->folded->begin[p->begin],
                        .end = p->folded->end[end - 1]};
    token->position = first->position + width_of(p->folded, p->first->from, p->begin);
    token->width = behind - token->position;
}

static bool add(wy_number_maker *maker, wy_analyzer *analyzer, size_t after, const wy_token *token,
                const char *term)
{
    if (!wy_grow(analyzer->mem, &maker->made, &maker->made_capacity, maker->made_count + 1,
                 sizeof *maker->made) ||
        !wy_analyzer_reserve(analyzer, token->length))
        return false;
    memcpy(analyzer->bytes + analyzer->bytes_used, term, token->length);
    maker->made[maker->made_count++] = (wy_number_token){after, analyzer->bytes_used, *token};
    analyzer->bytes_used += token->length;
    return true;
}

/* The number with what it counts: 第32条, 5年. `token` is the bare number's. */
static bool add_counted(wy_number_maker *maker, wy_analyzer *analyzer, const struct place *p,
                        size_t after, wy_token token)
{
    char term[sizeof ORDINAL_UTF8 + WY_NUMBER_MAX + 4];

    token.length = 0;
    if (p->ordinal) {
        memcpy(term, ORDINAL_UTF8, sizeof ORDINAL_UTF8 - 1);
        token.length = sizeof ORDINAL_UTF8 - 1;
        token.begin = p->folded->begin[p->begin - 1];
        token.position--;
        token.width++;
    }
    memcpy(term + token.length, p->number.value, p->number.length);
    token.length += p->number.length;
    if (p->measured) {
        token.length += (uint32_t)wy_utf8_put(p->folded->units[p->number.end], term + token.length);
        token.end = p->folded->end[p->number.end];
        token.width++;
    }
    return add(maker, analyzer, after, &token, term);
}

/* Words that a number of the positions from .. to overlaps are not sought by a query that has it.
 */
static void cover(wy_analyzer *analyzer, size_t i, uint32_t to)
{
    for (; i < analyzer->count && analyzer->tokens[i].position < to; i++)
        analyzer->tokens[i].covered = true;
}

/* An integer below 100, of which there are so many that it says little alone. */
static bool is_small(const wy_number *number)
{
    return number->length <= 2 && number->value[number->length - 1] != '%';
}

static bool add_number(wy_number_maker *maker, wy_analyzer *analyzer, const struct place *p)
{
    bool counted = is_small(&p->number) && (p->ordinal || p->measured);
    bool bare = p->number.single ? p->alone : !counted || !p->ordinal || p->number.digits;
    size_t first = p->first->token, before = first;
    wy_token token;

    measure(analyzer, p, &token);
    if (p->ordinal && p->begin == p->first->from)
        while (analyzer->tokens[--before].kind != WY_TOKEN_WORD) continue; /* 第 is a word */
    cover(analyzer, before, token.position + token.width + p->measured);
    if (counted && before < first && !add_counted(maker, analyzer, p, before, token)) return false;
    token.covered = counted;
    token.length = p->number.length;
    if (bare && !add(maker, analyzer, first, &token, p->number.value)) return false;
    token.covered = false;
    return !counted || before < first || add_counted(maker, analyzer, p, first, token);
}

/* Puts the tokens that were made among the others. */
static bool merge(wy_number_maker *maker, wy_analyzer *analyzer)
{
    size_t made = maker->made_count, from = analyzer->count, to = from + made;

    if (!wy_grow(analyzer->mem, &analyzer->tokens, &analyzer->capacity, to,
                 sizeof *analyzer->tokens))
        return false;
    analyzer->count = to;
    for (; made > 0; made--) {
        wy_number_token *next = &maker->made[made - 1];
        const size_t behind = next->after + 1 < from ? from - (next->after + 1) : 0;

        from -= behind;
        to -= behind;
        memmove(analyzer->tokens + to, analyzer->tokens + from, behind * sizeof *analyzer->tokens);
        next->token.term = analyzer->bytes + next->term;
        analyzer->tokens[--to] = next->token;
    }
    return true;
}

/* The first numeral of the word at or behind `from`; word->to: none. */
static size_t find_numeral(const wy_folded *folded, const wy_numeral_word *word, size_t from)
{
    if (from < word->from) from = word->from;
    while (from < word->to && !has_class(folded->units[from], WY_CHAR_NUMERAL)) from++;
    return from < word->to ? from : word->to;
}

int wy_number_maker_run(wy_number_maker *maker, wy_analyzer *analyzer, const wy_folded *folded,
                        wy_error *error)
{
    size_t done = 0;
    bool good = true;

    maker->made_count = 0;
    for (size_t i = 0; i < maker->word_count && good; i++) {
        struct place p = {.folded = folded, .first = &maker->words[i], .last = &maker->words[i]};

        p.begin = find_numeral(folded, p.first, done);
        if (p.begin == p.first->to) continue;
        if (p.begin > p.first->from && !has_class(folded->units[p.begin - 1], WY_CHAR_COUNTED)) {
            done = p.first->to; /* g5 */
            continue;
        }
        done = p.begin;
        if (wy_number_read(folded->units, folded->length, p.begin, &p.number)) {
            while (p.last + 1 < maker->words + maker->word_count && p.last[1].from < p.number.end)
                p.last++;
            good = !look_around(analyzer, &p) || add_number(maker, analyzer, &p);
        }
        done = p.number.end;
    }
    maker->word_count = 0;
    if (good && maker->made_count > 0) good = merge(maker, analyzer);
    return good ? WY_OK : wy_fail_memory(error);
}
