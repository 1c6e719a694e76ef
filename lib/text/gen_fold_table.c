/*
 * Writes fold_table.h: for every code point what fold.c makes of it, by the ICU at hand. The rules
 * are explained in fold.h.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "text/fold_entry.h"
#include "text/gen_write.h"

#define UNITS     64 /* more than any character becomes */
#define ALL_CHARS 0x110000

struct string {
    UChar unit[UNITS];
    int32_t length;
};

struct generator {
    const UNormalizer2 *normalizer;
    UTransliterator *simplifier;
    uint32_t entries[ALL_CHARS];
    uint32_t listed[ALL_CHARS], listed_at[ALL_CHARS + 1], pool[ALL_CHARS];
    size_t listed_count, pool_length, longest;
};

static void must(UErrorCode status, const char *what)
{
    if (U_FAILURE(status)) gen_die(what, u_errorName(status));
}

static struct string string_of(UChar32 c)
{
    struct string s = {.length = 0};

    U16_APPEND_UNSAFE(s.unit, s.length, c);
    return s;
}

static bool equal(const struct string *a, const struct string *b)
{
    return a->length == b->length &&
           memcmp(a->unit, b->unit, (size_t)a->length * sizeof *a->unit) == 0;
}

/* NFKC_Casefold: compatibility forms, full case folding, default-ignorables to nothing. */
static struct string casefold(const struct generator *g, const struct string *from)
{
    UErrorCode status = U_ZERO_ERROR;
    struct string to;

    to.length = unorm2_normalize(g->normalizer, from->unit, from->length, to.unit, UNITS, &status);
    must(status, "NFKC_Casefold");
    return to;
}

/* Code points of `s` in chars[UNITS]; returns their number. */
static int32_t chars_of(const struct string *s, UChar32 *chars)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t count;

    u_strToUTF32(chars, UNITS, &count, s->unit, s->length, &status);
    must(status, "UTF-32");
    return count;
}

/* One step: the simplified character of c where that is one character, otherwise c. */
static UChar32 simplify_once(const struct generator *g, UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;
    struct string s = string_of(c);
    UChar32 to[UNITS];
    int32_t limit = s.length;

    utrans_transUChars(g->simplifier, s.unit, &s.length, UNITS, 0, &limit, &status);
    must(status, "Traditional-Simplified");
    return chars_of(&s, to) == 1 ? to[0] : c;
}

/* To the end of the steps. Where ICU goes in a circle (苎 and 苧), its smallest character. */
static UChar32 simplify(const struct generator *g, UChar32 c)
{
    UChar32 slow = c, fast = c, least;

    do {
        slow = simplify_once(g, slow);
        fast = simplify_once(g, simplify_once(g, fast));
    } while (slow != fast); /* Floyd: they meet on the circle, or at the end of the steps */
    least = slow;
    for (c = simplify_once(g, slow); c != slow; c = simplify_once(g, c))
        if (c < least) least = c;
    return least;
}

static UChar32 fold_char(const struct generator *g, UChar32 c)
{
    if (c == 0x2019) return '\'';
    if (c == 0x2044) return '/';
    return c < 0x80 ? c : simplify(g, c);
}

static struct string fold_once(const struct generator *g, const struct string *from)
{
    struct string folded = casefold(g, from), to = {.length = 0};
    UChar32 chars[UNITS];
    int32_t count = chars_of(&folded, chars);

    for (int32_t i = 0; i < count; i++) {
        UChar32 c = fold_char(g, chars[i]);

        U16_APPEND_UNSAFE(to.unit, to.length, c);
    }
    return to;
}

static bool is_alphanumeric(const struct string *s)
{
    for (int32_t i = 0; i < s->length; i++)
        if (s->unit[i] >= 0x80 || !u_isalnum(s->unit[i])) return false;
    return s->length > 0;
}

/*
 * Numbering signs and fractions would run into a number next to them (①2023年, 1½) if they
 * became bare digits: ① becomes (1) as ⑴ does, ⒈ becomes 1、 and ½ gets a space in front.
 */
static void keep_apart(UChar32 c, struct string *s)
{
    int32_t kind = u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE);

    if (kind == U_DT_CIRCLE && is_alphanumeric(s)) {
        memmove(s->unit + 1, s->unit, (size_t)s->length * sizeof *s->unit);
        s->unit[0] = '(';
        s->unit[s->length + 1] = ')';
        s->length += 2;
    } else if (kind == U_DT_COMPAT && s->length > 1 && u_isdigit(s->unit[0]) &&
               (s->unit[s->length - 1] == '.' || s->unit[s->length - 1] == ',')) {
        s->unit[s->length - 1] = 0x3001;
    } else if (kind == U_DT_FRACTION) {
        memmove(s->unit + 1, s->unit, (size_t)s->length * sizeof *s->unit);
        s->unit[0] = ' ';
        s->length++;
    }
}

static struct string fold(const struct generator *g, UChar32 c)
{
    struct string from = string_of(c), to = fold_once(g, &from);

    keep_apart(c, &to);
    for (int rounds = 0; !equal(&from, &to); rounds++) {
        if (rounds == 8) gen_die("folding", "does not come to rest");
        from = to;
        to = fold_once(g, &from);
    }
    return to;
}

static void list(struct generator *g, UChar32 c, const struct string *s)
{
    g->listed[g->listed_count] = (uint32_t)c;
    g->listed_at[g->listed_count++] = (uint32_t)g->pool_length;
    for (int32_t i = 0; i < s->length; i++) g->pool[g->pool_length++] = s->unit[i];
    g->listed_at[g->listed_count] = (uint32_t)g->pool_length;
    if (g->pool_length > UINT16_MAX) gen_die("list", "more units than 16 bits can number");
    if ((size_t)s->length > g->longest) g->longest = (size_t)s->length;
}

static uint32_t entry(struct generator *g, UChar32 c)
{
    struct string same = string_of(c), to;

    if (u_charType(c) == U_SURROGATE) return WY_FOLD_SAME; /* never in UTF-8 */
    to = fold(g, c);
    if (to.length == 0) return WY_FOLD_NOTHING;
    if (!unorm2_hasBoundaryBefore(g->normalizer, c)) return WY_FOLD_JOINS;
    if (equal(&same, &to)) return WY_FOLD_SAME;
    if (to.length == 1 && to.unit[0] == ',') return WY_FOLD_COMMA;
    if (to.length == 1 && to.unit[0] == ';') return WY_FOLD_SEMICOLON;
    if (to.length == 1) return to.unit[0];
    list(g, c, &to);
    return WY_FOLD_LISTED;
}

/* The blocks up to the last one that changes anything. */
static size_t table_limit(const struct generator *g)
{
    size_t limit = ALL_CHARS;

    while (limit > 0 && g->entries[limit - 1] == WY_FOLD_SAME) limit--;
    return ((limit >> WY_FOLD_BLOCK_SHIFT) + 1) << WY_FOLD_BLOCK_SHIFT;
}

/* A bit for each character of the BMP: whether it does not stay the same. */
static void write_changes(FILE *out, const struct generator *g)
{
    static uint32_t changes[0x10000 / 32];

    for (size_t c = 0; c < 0x10000; c++)
        changes[c / 32] |= (uint32_t)(g->entries[c] != WY_FOLD_SAME) << c % 32;
    gen_write_array(out, "static const uint32_t", "fold_changes", changes,
                    sizeof changes / sizeof *changes);
}

static void write_table(FILE *out, const struct generator *g)
{
    UVersionInfo version;
    char icu[U_MAX_VERSION_STRING_LENGTH], unicode[U_MAX_VERSION_STRING_LENGTH];
    size_t limit = table_limit(g);

    u_getVersion(version);
    u_versionToString(version, icu);
    u_getUnicodeVersion(version);
    u_versionToString(version, unicode);
    fprintf(out, "/* Made by gen_fold_table. */\n");
    fprintf(out, "#define WY_FOLD_VERSION \"%s/%s\"\n", icu, unicode);
    fprintf(out, "#define WY_FOLD_LONGEST %zu\n", g->longest);
    fprintf(out, "#define WY_FOLD_LIMIT %zu\n\n", limit);
    gen_write_stages(out, "static const", "uint16_t", "fold", g->entries, limit,
                     WY_FOLD_BLOCK_SHIFT);
    write_changes(out, g);
    gen_write_array(out, "static const uint32_t", "fold_listed", g->listed, g->listed_count);
    gen_write_array(out, "static const uint16_t", "fold_listed_at", g->listed_at,
                    g->listed_count + 1);
    gen_write_array(out, "static const uint16_t", "fold_pool", g->pool, g->pool_length);
}

int main(int argc, char **argv)
{
    static const UChar rules[] = u"Traditional-Simplified";
    UErrorCode status = U_ZERO_ERROR;
    struct generator *g = calloc(1, sizeof *g);
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;

    if (!g || !out) gen_die("usage", "gen_fold_table FILE");
    g->normalizer = unorm2_getNFKCCasefoldInstance(&status);
    must(status, "NFKC_Casefold");
    g->simplifier = utrans_openU(rules, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    must(status, "Traditional-Simplified");
    for (UChar32 c = 0; c < ALL_CHARS; c++) g->entries[c] = entry(g, c);
    write_table(out, g);
    if (fclose(out) != 0) gen_die(argv[1], "cannot write");
    utrans_close(g->simplifier);
    free(g);
    return 0;
}
