/*
 * Which encoding a file is in, and decoding it strictly.
 *
 * Well-formed UTF-8 of any length is never something else by chance, so it wins over all that is
 * not a mark or the caller's word. GB18030 is the other way round: nearly every run of bytes
 * decodes in it, damaged UTF-8 too. Text most of whose high bytes form well-formed UTF-8
 * sequences is therefore damaged UTF-8, an error, and not GB18030.
 */
#include "report/parse.h"

#include <string.h>

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "report/loaded.h"

#include "base/utf8.h"

#define DETECT_BYTES ((size_t)1 << 16) /* what the detector looks at */
#define CHUNK        4096              /* UTF-16 units per round */

typedef struct input {
    const char *path;
    const char *bytes;
    size_t length;
} input;

static bool begins(const input *in, const char *bytes, size_t length)
{
    return in->length >= length && memcmp(in->bytes, bytes, length) == 0;
}

/* The encoding that a byte order mark announces, and the mark's length. */
static const char *mark(const input *in, size_t *length)
{
    static const struct {
        char bytes[5];
        uint8_t length;
        const char *name;
    } marks[] = {{"\xEF\xBB\xBF", 3, "UTF-8"},
                 {"\xFF\xFE\0\0", 4, "UTF-32LE"}, /* before UTF-16LE, whose mark begins it */
                 {"\0\0\xFE\xFF", 4, "UTF-32BE"},
                 {"\xFF\xFE", 2, "UTF-16LE"},
                 {"\xFE\xFF", 2, "UTF-16BE"},
                 {"\x84\x31\x95\x33", 4, "GB18030"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (begins(in, marks[i].bytes, marks[i].length)) {
            *length = marks[i].length;
            return marks[i].name;
        }
    *length = 0;
    return NULL;
}

/* Units of UTF-16 that a Chinese text is made of: Han, its punctuation, ASCII, full-width forms. */
static bool likely_unit(unsigned c)
{
    return (c >= 0x20 && c < 0x7F) || (c >= 0x09 && c <= 0x0D) || (c >= 0x4E00 && c <= 0x9FFF) ||
           (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFFEF) ||
           (c >= 0x2010 && c <= 0x2027) || c == 0xA0 || c == 0xB7;
}

/* UTF-16 without a mark, in which ASCII shows as NUL bytes: nineteen of twenty units in one order
 * of bytes are those of a text. */
static const char *unmarked_utf16(const input *in)
{
    size_t units = (in->length < DETECT_BYTES ? in->length : DETECT_BYTES) / 2, little = 0, big = 0;
    for (size_t i = 0; i < units; i++) {
        unsigned a = (unsigned char)in->bytes[2 * i], b = (unsigned char)in->bytes[2 * i + 1];
        little += likely_unit(a | b << 8);
        big += likely_unit(a << 8 | b);
    }
    if (in->length < 4 || in->length % 2 != 0) return NULL;
    if (little > big && little * 20 >= units * 19) return "UTF-16LE";
    return big > little && big * 20 >= units * 19 ? "UTF-16BE" : NULL;
}

static int check_text(const input *in, wy_error *error)
{
    static const struct {
        char bytes[9];
        uint8_t length;
        const char *what;
    } formats[] = {{"%PDF-", 5, "a PDF file"},
                   {"PK\3\4", 4, "a ZIP archive or office document"},
                   {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "an office document"},
                   {"{\\rtf", 5, "a rich text file"},
                   {"\x1F\x8B", 2, "a gzip file"},
                   {"\x28\xB5\x2F\xFD", 4, "a zstd file"}};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (begins(in, formats[i].bytes, formats[i].length))
            return wy_fail(error, WY_E_FORMAT, in->path, 0, "not text but %s", formats[i].what);
    const char *nul = in->length ? memchr(in->bytes, 0, in->length) : NULL;
    if (nul)
        return wy_fail(error, WY_E_FORMAT, in->path, (uint64_t)(nul - in->bytes),
                       "not text: a NUL byte, and no byte order mark of UTF-16");
    return WY_OK;
}

/* ---- Decoding ---------------------------------------------------------------------------- */

static int map_icu_error(const input *in, UErrorCode code, const char *name, wy_error *error)
{
    if (code == U_MEMORY_ALLOCATION_ERROR) return wy_fail_memory(error);
    return wy_fail(error, WY_E_UNSUPPORTED, in->path, WY_NO_OFFSET, "ICU cannot read %s: %s", name,
                   u_errorName(code));
}

static bool bad_bytes(UErrorCode code)
{
    return code == U_INVALID_CHAR_FOUND || code == U_ILLEGAL_CHAR_FOUND ||
           code == U_TRUNCATED_CHAR_FOUND || code == U_ILLEGAL_ESCAPE_SEQUENCE ||
           code == U_UNSUPPORTED_ESCAPE_SEQUENCE;
}

/* Appends UTF-16 as UTF-8. A lead surrogate at the end waits in *lead for the next call. */
static void put_units(wy_buf *out, const UChar *units, size_t count, UChar *lead)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t c = units[i];
        if (U16_IS_LEAD(c)) {
            *lead = units[i];
            continue;
        }
        if (U16_IS_TRAIL(c) && *lead) c = (uint32_t)U16_GET_SUPPLEMENTARY(*lead, c);
        *lead = 0;
        char bytes[4];
        wy_buf_bytes(out, bytes, wy_utf8_put(c, bytes));
    }
}

/*
 * Decodes from byte `skip` on with the ICU converter `name`. Where bytes are bad: *bad is set to
 * their offset, and WY_E_ENCODING returned without filling in *error.
 */
static int convert(const input *in, const char *name, size_t skip, wy_buf *out, uint64_t *bad,
                   wy_error *error)
{
    UErrorCode code = U_ZERO_ERROR;
    int status = WY_OK;
    const char *at = in->bytes + skip, *end = in->bytes + in->length;
    UChar units[CHUNK], lead = 0;
    UConverter *converter = ucnv_open(name, &code);
    if (U_FAILURE(code)) return map_icu_error(in, code, name, error);
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
    wy_buf_clear(out);
    do {
        UChar *next = units;
        code = U_ZERO_ERROR;
        ucnv_toUnicode(converter, &next, units + CHUNK, &at, end, NULL, true, &code);
        put_units(out, units, (size_t)(next - units), &lead);
    } while (code == U_BUFFER_OVERFLOW_ERROR && !out->failed);
    if (out->failed) {
        status = wy_fail_memory(error);
    } else if (bad_bytes(code)) {
        char ignored[32];
        int8_t length = sizeof ignored;
        UErrorCode second = U_ZERO_ERROR;
        ucnv_getInvalidChars(converter, ignored, &length, &second);
        size_t before = U_SUCCESS(second) && length > 0 ? (size_t)length : 0;
        *bad = (uint64_t)(at - in->bytes) - before;
        status = WY_E_ENCODING;
    } else if (U_FAILURE(code)) {
        status = map_icu_error(in, code, name, error);
    }
    ucnv_close(converter);
    return status;
}

static int copy_utf8(const input *in, size_t skip, wy_buf *out, uint64_t *bad)
{
    wy_buf_clear(out);
    if (in->length == skip) return WY_OK; /* an empty file may have no bytes to point at */
    size_t valid = wy_utf8_valid(in->bytes + skip, in->length - skip);
    if (valid != in->length - skip) {
        *bad = skip + valid;
        return WY_E_ENCODING;
    }
    wy_buf_bytes(out, in->bytes + skip, valid);
    return WY_OK;
}

static int decode_as(const input *in, const char *name, size_t skip, wy_buf *out, uint64_t *bad,
                     wy_error *error)
{
    if (strcmp(name, "UTF-8") == 0) return copy_utf8(in, skip, out, bad);
    return convert(in, name, skip, out, bad, error);
}

/* ---- Choosing ---------------------------------------------------------------------------- */

/* Whether nine tenths of the bytes above 7F belong to well-formed sequences of UTF-8. */
static bool damaged_utf8(const input *in)
{
    size_t good = 0, high = 0;
    for (size_t at = 0; at < in->length;) {
        size_t valid = wy_utf8_valid(in->bytes + at, in->length - at);
        for (size_t i = 0; i < valid; i++) good += (unsigned char)in->bytes[at + i] >= 0x80;
        at += valid;
        if (at < in->length) {
            high++;
            at++;
        }
    }
    high += good;
    return good > 0 && good >= high - high / 10;
}

/* gb2312 and gbk are what pages of GB18030 call themselves. */
static const char *widen(const char *name)
{
    if (ucnv_compareNames(name, "gb2312") == 0 || ucnv_compareNames(name, "gbk") == 0 ||
        ucnv_compareNames(name, "gb_2312-80") == 0 || ucnv_compareNames(name, "cp936") == 0 ||
        ucnv_compareNames(name, "x-gbk") == 0)
        return "GB18030";
    return ucnv_compareNames(name, "utf8") == 0 ? "UTF-8" : name;
}

static bool known(const char *name)
{
    UErrorCode code = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(name, &code);
    if (U_FAILURE(code)) return false;
    ucnv_close(converter);
    return true;
}

/* ICU's detector of encodings. */
typedef struct detecting {
    __typeof__(ucsdet_open) *open;
    __typeof__(ucsdet_close) *close;
    __typeof__(ucsdet_setText) *set_text;
    __typeof__(ucsdet_detect) *detect;
    __typeof__(ucsdet_getName) *name;
} detecting;

static const wy_function functions[] = {
    WY_FUNCTION(detecting, open, ucsdet_open),        WY_FUNCTION(detecting, close, ucsdet_close),
    WY_FUNCTION(detecting, set_text, ucsdet_setText), WY_FUNCTION(detecting, detect, ucsdet_detect),
    WY_FUNCTION(detecting, name, ucsdet_getName),
};

static int detect_big5(const input *in, bool *big5, wy_error *error)
{
    detecting icu;
    UErrorCode code = U_ZERO_ERROR;
    *big5 = false;
    int status = wy_load(WY_ICU_I18N, functions, sizeof functions / sizeof *functions, &icu,
                         in->path, error);
    if (status != WY_OK) return status;
    UCharsetDetector *detector = icu.open(&code);
    size_t length = in->length < DETECT_BYTES ? in->length : DETECT_BYTES;
    icu.set_text(detector, in->bytes, (int32_t)length, &code);
    const UCharsetMatch *match = U_SUCCESS(code) ? icu.detect(detector, &code) : NULL;
    if (match && U_SUCCESS(code)) {
        const char *name = icu.name(match, &code);
        *big5 = U_SUCCESS(code) && ucnv_compareNames(name, "Big5") == 0;
    }
    icu.close(detector);
    return WY_OK;
}

static int fail_bytes(const input *in, uint64_t bad, const char *name, wy_error *error)
{
    return wy_fail(error, WY_E_ENCODING, in->path, bad,
                   "bytes here are not %s, which the rest of the file is", name);
}

/* Without a mark and the caller's word: UTF-8, what is declared, GB18030 or Big5. */
static int guess(const input *in, const char *declared, wy_buf *out, const char **name,
                 wy_error *error)
{
    uint64_t bad_utf8 = 0, bad = 0;
    *name = "UTF-8";
    if (copy_utf8(in, 0, out, &bad_utf8) == WY_OK) return WY_OK;
    if (damaged_utf8(in)) return fail_bytes(in, bad_utf8, "UTF-8", error);
    const char *order[3] = {"GB18030", "Big5", NULL};
    size_t tries = 1;
    bool big5 = false;
    int status = WY_OK;
    if (declared && known(declared) && ucnv_compareNames(declared, "utf8") != 0) {
        order[0] = widen(declared);
        order[1] = "GB18030";
        tries = strcmp(order[0], "GB18030") == 0 ? 1 : 2;
    } else {
        status = detect_big5(in, &big5, error);
        if (status != WY_OK) return status;
    }
    if (big5) {
        order[0] = "Big5";
        order[1] = "GB18030";
        tries = 2;
    }
    uint64_t furthest = 0;
    const char *best = order[0];
    for (size_t i = 0; i < tries; i++) {
        *name = order[i];
        status = decode_as(in, order[i], 0, out, &bad, error);
        if (status != WY_E_ENCODING) return status;
        if (bad > furthest) {
            furthest = bad;
            best = order[i];
        }
    }
    *name = best;
    return wy_fail(error, WY_E_ENCODING, in->path, furthest,
                   "bytes here are neither UTF-8 nor %s; name the encoding if it is another", best);
}

int wy_decode(const char *path, const void *bytes, size_t length, const char *encoding,
              const char *declared, wy_buf *out, char name[WY_ENCODING_NAME], wy_error *error)
{
    const input in = {path, bytes, length};
    size_t skip = 0;
    uint64_t bad = 0;
    int status = WY_OK;
    const char *found = encoding ? widen(encoding) : mark(&in, &skip);
    if (!found && length > 0 && memchr(bytes, 0, length)) found = unmarked_utf16(&in);

    name[0] = 0;
    wy_buf_clear(out);
    if (encoding && !known(encoding))
        return wy_fail(error, WY_E_ARGUMENT, path, WY_NO_OFFSET, "no encoding is called %.60s",
                       encoding);
    if (!found) {
        status = check_text(&in, error);
        if (status == WY_OK) status = guess(&in, declared, out, &found, error);
    } else {
        status = decode_as(&in, found, skip, out, &bad, error);
        if (status == WY_E_ENCODING) fail_bytes(&in, bad, found, error);
    }
    if (status == WY_OK && out->failed) status = wy_fail_memory(error);
    const char *nul = status == WY_OK && out->length ? memchr(out->data, 0, out->length) : NULL;
    if (nul) status = wy_fail(error, WY_E_FORMAT, path, WY_NO_OFFSET, "not text: a NUL character");
    if (status == WY_OK && out->length >= 3 && memcmp(out->data, "\xEF\xBB\xBF", 3) == 0) {
        memmove(out->data, out->data + 3, out->length - 3);
        out->length -= 3;
    }
    if (found) {
        size_t n = strlen(found) < WY_ENCODING_NAME ? strlen(found) : WY_ENCODING_NAME - 1;
        memcpy(name, found, n);
        name[n] = 0;
    }
    return status;
}
