/*
 * support/ask.c
 */
#include "support/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making ------------------------------------------------------------------------------- */

static wy_ask *make(wy_ask_kind kind, const char *text)
{
    wy_ask *ask = wy_test_alloc(sizeof *ask);
    *ask = (wy_ask){.kind = kind, .text = text ? wy_test_copy(text) : NULL, .boost = 1};
    return ask;
}

wy_ask *wy_ask_word(const char *text)
{
    return make(WY_ASK_WORD, text);
}

wy_ask *wy_ask_phrase(const char *text)
{
    return make(WY_ASK_PHRASE, text);
}

wy_ask *wy_ask_in(wy_ask *leaf, wy_ask_field field)
{
    leaf->field = field;
    return leaf;
}

wy_ask *wy_ask_years(int32_t from, int32_t to)
{
    wy_ask *ask = make(WY_ASK_YEARS, NULL);
    ask->from = from;
    ask->to = to;
    return ask;
}

wy_ask *wy_ask_group(wy_ask_kind kind)
{
    return make(kind, NULL);
}

void wy_ask_put(wy_ask *group, wy_ask_occur occur, wy_ask *part)
{
    group->parts = wy_test_realloc(group->parts, (group->count + 1) * sizeof *group->parts);
    group->parts[group->count++] = part;
    part->occur = occur;
}

wy_ask *wy_ask_not(wy_ask *part)
{
    wy_ask *ask = make(WY_ASK_NOT, NULL);
    wy_ask_put(ask, WY_ASK_MUST_NOT, part);
    return ask;
}

void wy_ask_free(wy_ask *ask)
{
    if (!ask) return;
    for (size_t i = 0; i < ask->count; i++) wy_ask_free(ask->parts[i]);
    free(ask->parts);
    free(ask->text);
    free(ask);
}

size_t wy_ask_leaves(const wy_ask *ask)
{
    size_t leaves = ask->text ? 1 : 0;
    for (size_t i = 0; i < ask->count; i++) leaves += wy_ask_leaves(ask->parts[i]);
    return leaves;
}

/* ---- Printing ----------------------------------------------------------------------------- */

static bool coin(wy_test_random *random)
{
    return wy_test_below(random, 2) == 0;
}

/* Bytes of the character that begins here. */
static size_t width(const char *text)
{
    unsigned char c = (unsigned char)*text;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/* Whether the character means something to the language wherever it stands in a word. */
static bool is_special(const char *text)
{
    static const char *const all[] = {" ",  "\t", "\n", "(",  ")",  "\"", "\\", ":",  "*",
                                      "?",  "~",  "^",  "（", "）", "“",  "”",  "　", "，",
                                      "、", "＊", "？", "～", "＾", "：", "＂", "/"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strncmp(text, all[i], strlen(all[i])) == 0) return true;
    }
    return false;
}

/* `wild`: * and ? are not escaped. */
static void print_word(FILE *out, const char *text, bool wild, wy_test_random *random)
{
    bool operator= strcmp(text, "AND") == 0 || strcmp(text, "OR") == 0 || strcmp(text, "NOT") == 0;
    if (operator|| * text == '+' || * text == '-') {
        fputc('\\', out);
        fputc(*text++, out);
    }
    for (size_t n; *text; text += n) {
        n = width(text);
        const bool star = wild && (*text == '*' || *text == '?');
        if (!star && (is_special(text) || wy_test_below(random, 64) == 0)) fputc('\\', out);
        if (star && *text == '*' && coin(random))
            fputs("＊", out);
        else
            fwrite(text, 1, n, out);
    }
}

static void print_phrase(FILE *out, const char *text, wy_test_random *random)
{
    bool chinese = wy_test_below(random, 4) == 0;
    const char *closing = chinese ? "”" : "\"";
    fputs(chinese ? "“" : "\"", out);
    for (size_t n; *text; text += n) {
        n = width(text);
        if (*text == '\\' || strncmp(text, closing, strlen(closing)) == 0) fputc('\\', out);
        fwrite(text, 1, n, out);
    }
    fputs(closing, out);
}

/* A date with as much of it as is not zeros (from) or nines (to). */
static void print_date(FILE *out, int32_t date, wy_test_random *random)
{
    const int year = date / 10000, month = date / 100 % 100, day = date % 100;
    if (month == 0 || month == 99)
        fprintf(out, "%04d", year);
    else if (day == 0 || day == 99)
        fprintf(out, "%04d-%02d", year, month);
    else
        fprintf(out, coin(random) ? "%04d-%02d-%02d" : "%04d%02d%02d", year, month, day);
}

static void print_bound(FILE *out, const wy_ask *ask, int32_t bound, wy_test_random *random)
{
    if (ask->kind == WY_ASK_DATES)
        print_date(out, bound, random);
    else
        fprintf(out, "%d", (int)bound);
}

static void print_range(FILE *out, const wy_ask *ask, wy_test_random *random)
{
    fputs(ask->kind == WY_ASK_YEARS ? "year" : "date", out);
    fputs(coin(random) ? ":" : "：", out);
    if (ask->from && !ask->to && coin(random)) {
        fputs(coin(random) ? ">=" : "≥", out);
        print_bound(out, ask, ask->from, random);
        return;
    }
    if (ask->to && !ask->from && coin(random)) {
        fputs(coin(random) ? "<=" : "＜＝", out);
        print_bound(out, ask, ask->to, random);
        return;
    }
    if (ask->from) print_bound(out, ask, ask->from, random);
    if (ask->from && ask->from == ask->to && coin(random)) return;
    fputs(coin(random) ? ".." : "．．", out);
    if (ask->to) print_bound(out, ask, ask->to, random);
}

static void print_filter(FILE *out, const wy_ask *ask, wy_test_random *random)
{
    if (ask->kind == WY_ASK_YEARS || ask->kind == WY_ASK_DATES) {
        print_range(out, ask, random);
        return;
    }
    fputs("report:", out);
    if (ask->kind == WY_ASK_REPORT)
        print_phrase(out, ask->text, random);
    else
        print_word(out, ask->text, true, random);
}

static bool is_filter(const wy_ask *ask)
{
    return ask->kind >= WY_ASK_YEARS && ask->kind <= WY_ASK_REPORT_PATTERN;
}

static void print_boost(FILE *out, const wy_ask *ask)
{
    if (ask->boost < 1 || ask->boost > 1) fprintf(out, "^%g", ask->boost);
}

static void print_list(FILE *out, const wy_ask *ask, wy_test_random *random);

static void print_unary(FILE *out, const wy_ask *ask, wy_test_random *random)
{
    static const char *const names[] = {"", "title:", "issuer:", "section:"};
    if (ask->text) fputs(names[ask->field], out);
    switch (ask->kind) {
    case WY_ASK_WORD:
        print_word(out, ask->text, false, random);
        break;
    case WY_ASK_PHRASE:
        print_phrase(out, ask->text, random);
        break;
    case WY_ASK_PATTERN:
        print_word(out, ask->text, true, random);
        break;
    case WY_ASK_FUZZY:
        fprintf(out, "%s%s", ask->text, coin(random) ? "~1" : coin(random) ? "~" : "～１");
        break;
    case WY_ASK_YEARS:
    case WY_ASK_DATES:
    case WY_ASK_REPORT:
    case WY_ASK_REPORT_PATTERN:
        print_filter(out, ask, random);
        return;
    case WY_ASK_NEAR:
        fputc('(', out);
        for (size_t i = 0; i < ask->count; i++) {
            if (i && ask->parts[i]->distance == 10 && coin(random))
                fputs(" NEAR ", out);
            else if (i)
                fprintf(out, " NEAR/%u ", (unsigned)ask->parts[i]->distance);
            print_unary(out, ask->parts[i], random);
        }
        fputc(')', out);
        break;
    case WY_ASK_NOT:
        fputs(coin(random) ? "NOT " : "-", out);
        print_unary(out, ask->parts[0], random);
        return;
    case WY_ASK_AND:
    case WY_ASK_LIST:
        fputs(wy_test_below(random, 8) ? "(" : "（", out);
        print_list(out, ask, random);
        fputs(wy_test_below(random, 8) ? ")" : "）", out);
        break;
    }
    print_boost(out, ask);
}

static void print_and(FILE *out, const wy_ask *ask, wy_test_random *random)
{
    for (size_t i = 0; i < ask->count; i++) {
        if (i) fputs(" AND ", out);
        print_unary(out, ask->parts[i], random);
    }
}

static void print_part(FILE *out, const wy_ask *part, wy_test_random *random)
{
    if (part->occur == WY_ASK_MUST) fputc('+', out);
    if (part->occur == WY_ASK_MUST_NOT) fputs(coin(random) ? "NOT " : "-", out);
    /* Without parentheses a filter would limit the list. */
    bool limits = is_filter(part) && part->occur != WY_ASK_MUST_NOT;
    if (limits) fputc('(', out);
    const bool boosted = part->boost < 1 || part->boost > 1;
    if (part->occur == WY_ASK_MAY && part->kind == WY_ASK_AND && !boosted)
        print_and(out, part, random);
    else
        print_unary(out, part, random);
    if (limits) fputc(')', out);
}

static bool is_limit(const wy_ask *part)
{
    return part->occur == WY_ASK_LIMIT || part->occur == WY_ASK_LIMIT_EACH;
}

/* Filters that limit the list, before or behind all else. */
static void print_limits(FILE *out, const wy_ask *ask, wy_test_random *random)
{
    for (size_t i = 0; i < ask->count; i++) {
        if (!is_limit(ask->parts[i])) continue;
        fputs(ask->parts[i]->occur == WY_ASK_LIMIT ? " " : " +", out);
        print_filter(out, ask->parts[i], random);
    }
    fputc(' ', out);
}

static void print_parts(FILE *out, const wy_ask *ask, wy_test_random *random)
{
    bool only_or = false;
    const wy_ask *before = NULL;
    for (size_t i = 0; i < ask->count; i++)
        only_or |= ask->parts[i]->kind == WY_ASK_NOT && ask->parts[i]->occur == WY_ASK_MAY;
    for (size_t i = 0; i < ask->count; i++) {
        const wy_ask *part = ask->parts[i];
        if (is_limit(part)) continue;
        if (before) {
            bool can_or = part->occur != WY_ASK_MUST_NOT && before->occur != WY_ASK_MUST_NOT;
            fputs(only_or || (can_or && coin(random)) ? " OR " : " ", out);
        }
        print_part(out, part, random);
        before = part;
    }
}

static void print_list(FILE *out, const wy_ask *ask, wy_test_random *random)
{
    const bool inside = ask->kind == WY_ASK_AND || ask->kind == WY_ASK_LIST;
    if (ask->kind == WY_ASK_AND) {
        print_and(out, ask, random);
    } else if (!inside) {
        print_unary(out, ask, random);
    } else {
        bool limits_first = coin(random);
        if (limits_first) print_limits(out, ask, random);
        print_parts(out, ask, random);
        if (!limits_first) print_limits(out, ask, random);
    }
}

char *wy_ask_print(const wy_ask *ask, wy_test_random *random)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    wy_test_must(out != NULL);
    if (ask->boost < 1 || ask->boost > 1)
        print_unary(out, ask, random);
    else
        print_list(out, ask, random);
    wy_test_must(fclose(out) == 0);
    return text;
}

/* ---- Inventing ---------------------------------------------------------------------------- */

static wy_ask *random_years(const wy_ask_source *source, wy_test_random *random)
{
    int32_t span = source->last_year - source->first_year + 1;
    int32_t from = source->first_year + (int32_t)wy_test_below(random, (uint64_t)span);
    int32_t to = from + (int32_t)wy_test_below(random, (uint64_t)(source->last_year - from) + 1);
    uint64_t open = wy_test_below(random, 4);
    return wy_ask_years(open == 0 ? 0 : from, open == 1 ? 0 : to);
}

static wy_ask *random_dates(const wy_ask_source *source, wy_test_random *random)
{
    wy_ask *ask = random_years(source, random);
    static const int32_t begins[] = {0, 301, 315, 400}, ends[] = {9999, 301, 315, 399};
    ask->kind = WY_ASK_DATES;
    if (ask->from) ask->from = ask->from * 10000 + begins[wy_test_below(random, 4)];
    if (ask->to) ask->to = ask->to * 10000 + ends[wy_test_below(random, 4)];
    if (ask->from && ask->to && ask->from > ask->to) ask->to = 0;
    return ask;
}

static wy_ask *random_filter(const wy_ask_source *source, wy_test_random *random)
{
    uint64_t dice = wy_test_below(random, 6);
    if (dice < 3) return random_years(source, random);
    if (dice < 5) return random_dates(source, random);
    bool pattern = coin(random);
    if (!source->pattern) return random_years(source, random);
    char *text = source->report(source->context, pattern, random);
    if (!text) return random_dates(source, random);
    wy_ask *ask = make(pattern ? WY_ASK_REPORT_PATTERN : WY_ASK_REPORT, text);
    free(text);
    return ask;
}

/* A leaf that is looked for in a field. */
static wy_ask *random_text(const wy_ask_source *source, wy_ask_field field, wy_test_random *random)
{
    uint64_t dice = wy_test_below(random, 20);
    wy_ask_kind kind = dice < 4    ? WY_ASK_PHRASE
                       : dice < 6  ? WY_ASK_PATTERN
                       : dice == 6 ? WY_ASK_FUZZY
                                   : WY_ASK_WORD;
    char *text = kind == WY_ASK_PHRASE    ? source->phrase(source->context, field, random)
                 : !source->pattern       ? NULL
                 : kind == WY_ASK_PATTERN ? source->pattern(source->context, field, random)
                 : kind == WY_ASK_FUZZY   ? source->fuzzy(source->context, field, random)
                                          : NULL;
    if (!text) {
        kind = WY_ASK_WORD;
        text = source->word(source->context, random);
    }
    wy_ask *leaf = wy_ask_in(make(kind, text), field);
    free(text);
    return leaf;
}

static wy_ask *random_near(const wy_ask_source *source, wy_ask_field field, wy_test_random *random)
{
    static const uint32_t distances[] = {0, 1, 2, 5, 10, 10000};
    wy_ask *near = wy_ask_group(WY_ASK_NEAR);
    size_t parts = 2 + (size_t)(wy_test_below(random, 4) == 0);
    for (size_t i = 0; i < parts; i++) {
        wy_ask *part = random_text(source, field, random);
        part->distance = distances[wy_test_below(random, 6)];
        wy_ask_put(near, WY_ASK_MAY, part);
    }
    return near;
}

static wy_ask *random_leaf(const wy_ask_source *source, wy_test_random *random)
{
    uint64_t dice = wy_test_below(random, 20);
    wy_ask_field field =
        dice < 5 ? (wy_ask_field)wy_test_below(random, WY_ASK_FIELDS) : WY_ASK_BODY;
    if (dice == 19) return random_filter(source, random);
    return source->pattern && (dice == 18 || dice == 0) ? random_near(source, field, random)
                                                        : random_text(source, field, random);
}

static void boost_some(wy_ask *ask, wy_test_random *random)
{
    static const double boosts[] = {0, 0.25, 0.5, 2, 3.5, 4};
    if (ask->kind == WY_ASK_NOT || is_filter(ask)) return;
    if (wy_test_below(random, 12) == 0) ask->boost = boosts[wy_test_below(random, 6)];
}

wy_ask *wy_ask_random(const wy_ask_source *source, unsigned depth, wy_test_random *random)
{
    uint64_t dice = depth ? wy_test_below(random, 10) : 0;
    size_t parts = 2 + (size_t)wy_test_below(random, 3);
    if (dice < 2) {
        wy_ask *leaf = random_leaf(source, random);
        boost_some(leaf, random);
        return leaf;
    }
    if (dice == 2) return wy_ask_not(wy_ask_random(source, depth - 1, random));

    wy_ask *group = wy_ask_group(dice < 5 ? WY_ASK_AND : WY_ASK_LIST);
    bool with_occur = dice > 6;
    if (dice == 9) parts = 1 + (size_t)wy_test_below(random, 8);
    for (size_t i = 0; i < parts; i++) {
        wy_ask_occur occur = WY_ASK_MAY;
        if (with_occur) occur = (wy_ask_occur)(wy_test_below(random, 6) % 4 % 3);
        wy_ask *part = wy_ask_random(source, depth - 1, random);
        if (with_occur && occur == WY_ASK_MAY && part->kind == WY_ASK_NOT) occur = WY_ASK_MUST;
        wy_ask_put(group, occur, part);
    }
    while (group->kind == WY_ASK_LIST && wy_test_below(random, 6) == 0)
        wy_ask_put(group, wy_test_below(random, 3) ? WY_ASK_LIMIT : WY_ASK_LIMIT_EACH,
                   random_filter(source, random));
    boost_some(group, random);
    return group;
}
