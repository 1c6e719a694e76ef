#include "support/plain_text.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "support/test.h"
#include "text/analyzer.h"

/* Opened once: the transliterator takes tens of milliseconds. */
typedef struct tools {
    UTransliterator *simplify;
    UBreakIterator *words;
    const UNormalizer2 *fold;
} tools;

static const tools *get_tools(void)
{
    static tools t;
    static const UChar id[] = u"Traditional-Simplified";
    UErrorCode status = U_ZERO_ERROR;
    if (t.fold) return &t;
    t.simplify = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    t.words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    t.fold = unorm2_getNFKCCasefoldInstance(&status);
    wy_test_must(U_SUCCESS(status));
    return &t;
}

/* Each character for itself: the transform knows words, too, and the library does not. Returns the
 * new length; the text never grows. */
static int32_t simplify(UChar *text, int32_t length)
{
    int32_t to = 0;
    for (int32_t i = 0; i < length;) {
        UChar one[8];
        UErrorCode status = U_ZERO_ERROR;
        const int32_t first = i;
        U16_FWD_1(text, i, length);
        int32_t n = i - first, limit = n;
        memcpy(one, text + first, (size_t)n * sizeof *one);
        if (text[first] >= 0x2e80)
            utrans_transUChars(get_tools()->simplify, one, &n, 8, 0, &limit, &status);
        wy_test_must(U_SUCCESS(status) && n <= i - first);
        memcpy(text + to, one, (size_t)n * sizeof *one);
        to += n;
    }
    return to;
}

/* Folds until nothing changes; in new memory. */
static UChar *fold(const char *data, size_t length, int32_t *count)
{
    const tools *t = get_tools();
    int32_t capacity = (int32_t)(8 * length + 64), n;
    UErrorCode status = U_ZERO_ERROR;
    UChar *text = wy_test_alloc((size_t)capacity * sizeof *text);
    UChar *next = wy_test_alloc((size_t)capacity * sizeof *next);
    u_strFromUTF8(text, capacity, &n, data, (int32_t)length, &status);
    for (;;) {
        int32_t folded = unorm2_normalize(t->fold, text, n, next, capacity, &status);
        wy_test_must(U_SUCCESS(status));
        folded = simplify(next, folded);
        const bool same = folded == n && memcmp(text, next, (size_t)n * sizeof *text) == 0;
        UChar *other = text;
        text = next;
        next = other;
        n = folded;
        if (same) break;
    }
    free(next);
    *count = n;
    return text;
}

static bool is_counted(UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &status);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
           script == USCRIPT_BOPOMOFO ||
           u_getIntPropertyValue(c, UCHAR_WORD_BREAK) == U_WB_KATAKANA ||
           u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

static bool is_mark(UChar32 c)
{
    return U_MASK(u_charType(c)) & U_GC_M_MASK;
}

static bool is_spaced(UChar32 c)
{
    return !is_counted(c) && U_MASK(u_charType(c)) & (U_GC_L_MASK | U_GC_ND_MASK | U_GC_M_MASK);
}

static UChar32 at(const UChar *text, int32_t i, int32_t n)
{
    UChar32 c = text[i];
    if (U16_IS_LEAD(text[i]) && i + 1 < n) c = U16_GET_SUPPLEMENTARY(text[i], text[i + 1]);
    if (U16_IS_TRAIL(text[i]) && i > 0) c = U16_GET_SUPPLEMENTARY(text[i - 1], text[i]);
    return c;
}

static bool may_cut(const UChar *text, int32_t i, int32_t n)
{
    if (i <= 0 || i >= n) return true;
    if (U16_IS_TRAIL(text[i]) || is_mark(at(text, i, n))) return false;
    if (is_counted(at(text, i, n)) || is_counted(at(text, i - 1, n))) return true;
    return ubrk_isBoundary(get_tools()->words, i);
}

/* Unicode's signs within words. */
static bool is_inner(UChar32 c)
{
    const int32_t property = u_getIntPropertyValue(c, UCHAR_WORD_BREAK);
    return property == U_WB_MIDLETTER || property == U_WB_MIDNUM || property == U_WB_MIDNUMLET ||
           property == U_WB_SINGLE_QUOTE;
}

/* The nearest character from `i` on in steps of -1 or 1 that is no white space; 0: none. */
static UChar32 nearest(const UChar *text, int32_t i, int32_t step, int32_t n)
{
    while (i >= 0 && i < n && u_isUWhiteSpace(text[i])) i += step;
    return i >= 0 && i < n ? at(text, i, n) : 0;
}

/* Whether white space between the units `left` and `right` is between letters or digits, perhaps
 * beside a sign that stands alone between them. */
static bool parts(const UChar *text, int32_t left, int32_t right, int32_t n)
{
    const bool before = is_spaced(at(text, left, n)), behind = is_spaced(at(text, right, n));
    if (before && behind) return true;
    if (before && is_inner(at(text, right, n))) return is_spaced(nearest(text, right + 1, 1, n));
    if (behind && is_inner(at(text, left, n))) return is_spaced(nearest(text, left - 1, -1, n));
    return false;
}

wy_plain_text wy_plain_text_of(const char *data, size_t length)
{
    int32_t n, kept = 0;
    UErrorCode status = U_ZERO_ERROR;
    UChar *text = fold(data, length, &n);
    wy_plain_text out = {wy_test_alloc(((size_t)n + 1) * sizeof *out.units),
                         wy_test_alloc(((size_t)n + 1) * sizeof *out.cuts), 0};
    ubrk_setText(get_tools()->words, text, n, &status);
    wy_test_must(U_SUCCESS(status));
    for (int32_t i = 0; i < n; i++) {
        UChar unit = text[i];
        const bool cut = may_cut(text, i, n);
        if (u_isUWhiteSpace(unit)) {
            const int32_t first = i;
            while (i + 1 < n && u_isUWhiteSpace(text[i + 1])) i++;
            if (kept == 0 || i + 1 == n || !parts(text, first - 1, i + 1, n)) continue;
            unit = ' ';
        }
        out.cuts[kept] = cut;
        out.units[kept++] = unit;
    }
    out.cuts[0] = out.cuts[kept] = true;
    out.length = (size_t)kept;
    free(text);
    return out;
}

void wy_plain_text_free(wy_plain_text *text)
{
    free(text->units);
    free(text->cuts);
    *text = (wy_plain_text){0};
}

/* The units of a part, taken alone: a space that has a sign beside it, and the end of the part
 * behind that, is none. `out` has room for `length`; the new length. */
static size_t alone(const uint16_t *units, size_t length, uint16_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        const bool edge = units[i] == ' ' && ((i == 1 && is_inner(units[0])) ||
                                              (i + 2 == length && is_inner(units[length - 1])));
        if (!edge) out[n++] = units[i];
    }
    return n;
}

wy_plain_text wy_plain_text_part(const wy_plain_text *text, size_t begin, size_t end)
{
    wy_plain_text part = {wy_test_alloc((end - begin + 1) * sizeof *part.units), NULL, 0};
    part.length = alone(text->units + begin, end - begin, part.units);
    return part;
}

uint32_t wy_plain_text_count(const wy_plain_text *text, const wy_plain_text *needle)
{
    const size_t longest = needle->length + 2; /* two signs, a space with each */
    uint32_t count = 0;
    if (needle->length == 0) return 0;
    uint16_t *part = wy_test_alloc(longest * sizeof *part);
    for (size_t i = 0; i < text->length; i++) {
        if (text->units[i] != needle->units[0]) continue;
        for (size_t n = needle->length; n <= longest && i + n <= text->length; n++) {
            if (!text->cuts[i] || !text->cuts[i + n]) continue;
            if (text->units[i] == ' ' || text->units[i + n - 1] == ' ') continue;
            count += alone(text->units + i, n, part) == needle->length &&
                     memcmp(part, needle->units, needle->length * sizeof *part) == 0;
        }
    }
    free(part);
    return count;
}

size_t wy_plain_unit(const char *word, size_t length)
{
    int32_t at = 0, next;
    UChar32 c;
    U8_NEXT((const uint8_t *)word, at, (int32_t)length, c);
    const bool counted = is_counted(c) && !is_mark(c);
    for (; at < (int32_t)length; at = next) {
        next = at;
        U8_NEXT((const uint8_t *)word, next, (int32_t)length, c);
        if (counted ? !is_mark(c) : is_counted(c) && !is_mark(c)) break;
    }
    return (size_t)at;
}

bool wy_plain_is_everywhere(const char *word, size_t length)
{
    size_t count = 0;
    for (int32_t at = 0; at < (int32_t)length; count++) {
        UChar32 c;
        U8_NEXT((const uint8_t *)word, at, (int32_t)length, c);
        if (!is_counted(c) || is_mark(c)) return false;
    }
    return count > 1;
}

static bool is_one_of(UChar32 c, const UChar *set)
{
    return u_strchr32(set, c) != NULL;
}

/* Whether the dictionary calls a word rare enough to keep no list of it: ICU tells nobody what words
 * cost, so that the analyzer's own word has to do. */
static bool is_rare(const char *word, size_t length)
{
    static wy_analyzer *analyzer; /* opened once */
    wy_error error;
    if (!analyzer)
        wy_test_must(wy_analyzer_open("icu", &wy_mem_default, &analyzer, &error) == WY_OK);
    return !wy_analyzer_tells_across(analyzer, word, length);
}

bool wy_plain_is_told(const char *word, size_t length)
{
    if (is_rare(word, length)) return false;
    UChar32 first = 0, last = 0;
    size_t count = 0, numerals = 0;
    for (int32_t at = 0; at < (int32_t)length;) {
        U8_NEXT((const uint8_t *)word, at, (int32_t)length, last);
        if (!u_hasBinaryProperty(last, UCHAR_IDEOGRAPHIC)) return false;
        if (count == 0 && first == 0 && last == u'第') continue;
        if (count++ == 0) first = last;
        numerals += numerals + 1 == count && is_one_of(last, u"〇零一二两三四五六七八九十百千万亿");
    }
    if (numerals == 0) return count > 0;
    if (numerals == count) return false;
    return numerals + 1 < count || !is_one_of(last, u"条年月日个章节") ||
           (length == strlen("一条") && first == u'一');
}
