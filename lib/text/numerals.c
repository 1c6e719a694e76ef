#include "text/numerals.h"

#include <string.h>

#include "text/char_class.h"

#define INTEGER_LIMIT UINT64_C(10000000000000000) /* 10^16: what 亿 and 万亿 count up to */
#define MIXED_DIGITS  8                           /* most digits of a coefficient */

struct scan {
    const uint16_t *units;
    size_t length, at;
};

/* digits[0 .. count], `point` of them before the point. */
struct decimal {
    char digits[2 * WY_NUMBER_DIGITS + 20];
    unsigned count, point;
};

/* ---- Characters ---------------------------------------------------------------------------- */

static unsigned peek(const struct scan *s, size_t ahead)
{
    return s->length - s->at > ahead ? s->units[s->at + ahead] : 0;
}

static bool is_ascii_digit(unsigned c)
{
    return c >= '0' && c <= '9';
}

static bool is_numeral(unsigned c)
{
    return wy_char_class(c) & WY_CHAR_NUMERAL;
}

/* 0 to 9, or -1. All are compared, without a branch: which it is cannot be foretold. */
static int digit_of(unsigned c)
{
    static const uint16_t everyday[] = u"〇一二三四五六七八九", formal[] = u"零壹贰叁肆伍陆柒捌玖";
    int digit = -1 + (c == u'○');

    for (int i = 0; i < 10; i++) digit += ((c == everyday[i]) | (c == formal[i])) * (i + 1);
    return digit;
}

/* The power of ten that it stands for; 0: none. */
static unsigned power_of(unsigned c)
{
    switch (c) {
    case u'十':
    case u'拾':
        return 1;
    case u'百':
    case u'佰':
        return 2;
    case u'千':
    case u'仟':
        return 3;
    case u'万':
        return 4;
    case u'亿':
        return 8;
    default:
        return 0;
    }
}

static uint64_t ten_to(unsigned power)
{
    uint64_t value = 1;

    while (power-- > 0) value *= 10;
    return value;
}

/* ---- Decimals ------------------------------------------------------------------------------ */

static bool put_digit(struct decimal *d, int digit)
{
    if (d->count >= 2 * WY_NUMBER_DIGITS) return false;
    d->digits[d->count++] = (char)('0' + digit);
    return true;
}

static void set_integer(struct decimal *d, uint64_t value)
{
    char digits[20];
    unsigned count = 0;

    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    d->count = d->point = count;
    for (unsigned i = 0; i < count; i++) d->digits[i] = digits[count - 1 - i];
}

/* Drops zeros that say nothing. false: beyond WY_NUMBER_DIGITS. */
static bool normalize(struct decimal *d)
{
    unsigned zeros = 0;

    while (d->count > d->point && d->digits[d->count - 1] == '0') d->count--;
    while (zeros + 1 < d->point && d->digits[zeros] == '0') zeros++;
    memmove(d->digits, d->digits + zeros, d->count - zeros);
    d->count -= zeros;
    d->point -= zeros;
    return d->point <= WY_NUMBER_DIGITS && d->count - d->point <= WY_NUMBER_DIGITS;
}

/* Times 10^power, at most 15. */
static void multiply(struct decimal *d, unsigned power)
{
    d->point += power;
    while (d->count < d->point) d->digits[d->count++] = '0';
}

/* Divided by 10^power, at most 2. */
static void divide(struct decimal *d, unsigned power)
{
    while (d->point <= power) { /* one digit stays before the point */
        memmove(d->digits + 1, d->digits, d->count++);
        d->digits[0] = '0';
        d->point++;
    }
    d->point -= power;
}

static void put_decimal(wy_number *out, const struct decimal *d)
{
    memcpy(out->value + out->length, d->digits, d->point);
    out->length += d->point;
    if (d->count == d->point) return;
    out->value[out->length++] = '.';
    memcpy(out->value + out->length, d->digits + d->point, d->count - d->point);
    out->length += d->count - d->point;
}

/* ---- Integers in words --------------------------------------------------------------------- */

/*
 * What has been read of 三亿五千万四百: `high` is what 亿 has closed, `mid` what 万 has, `section`
 * what is below 10^4 since; `digit` waits for its power.
 */
struct integer {
    uint64_t high, mid, section;
    int64_t digit; /* -1: none */
    bool ascii;    /* the digit was written in ASCII */
    unsigned last; /* the power before the digit: what follows is smaller; 0: none yet */
    bool zero;     /* 零 stood after it */
};

static bool take_digit(struct integer *n, int digit)
{
    if (n->digit >= 0) return false;
    if (digit == 0) { /* 一百零三: it fills a place */
        if (n->last == 0 || n->zero) return false;
        n->zero = true;
        return true;
    }
    n->digit = digit;
    n->ascii = false;
    return true;
}

/* 十, 百, 千. */
static bool take_small_power(struct integer *n, unsigned power)
{
    if (n->digit < 0 && power == 1) n->digit = 1; /* 十二; 一百十二 */
    if (n->digit < 0 || (n->last > 0 && n->last <= power)) return false;
    n->section += (uint64_t)n->digit * ten_to(power);
    n->digit = -1;
    n->last = power;
    n->zero = false;
    return true;
}

/* 万, 亿. */
static bool take_great_power(struct integer *n, unsigned power)
{
    if (n->digit > 0) {
        if (n->last > 1 && n->last < 4 && !n->zero) return false; /* 三百五万 */
        n->section += (uint64_t)n->digit;
    } else if (n->zero) {
        return false;
    }
    if (power == 4) {
        if (n->section == 0 || n->mid != 0) return false;
        n->mid = n->section * 10000;
    } else {
        if (n->mid + n->section == 0 || n->high != 0) return false;
        if (n->mid + n->section >= INTEGER_LIMIT / 100000000) return false;
        n->high = (n->mid + n->section) * 100000000;
        n->mid = 0;
    }
    n->section = 0;
    n->digit = -1;
    n->last = power;
    n->zero = false;
    return true;
}

static bool take_twenties(struct integer *n, unsigned c)
{
    if (n->digit >= 0 || n->last == 1) return false;
    n->section += c == u'廿' ? 20 : 30;
    n->last = 1;
    n->zero = false;
    return true;
}

/* A digit at the end: 三十五, 一百零三, and in short 三百五, 一万二. */
static bool finish(struct integer *n, uint64_t *out)
{
    if (n->digit < 0 && n->zero) return false;
    if (n->digit >= 0) {
        uint64_t digit = (uint64_t)n->digit;

        if (n->last > 1 && !n->zero && !n->ascii)
            digit *= ten_to(n->last - 1);
        else if (n->last > 0 && n->ascii && digit < 10 && !n->zero)
            return false; /* 3万5: nobody can tell */
        if (n->last > 0 && digit >= ten_to(n->last)) return false;
        n->section += digit;
    }
    *out = n->high + n->mid + n->section;
    return *out < INTEGER_LIMIT;
}

/* ASCII digits in the midst: 3亿5千万. */
static bool take_ascii(struct integer *n, struct scan *s)
{
    unsigned count = 0;

    if (n->digit >= 0) return false;
    n->digit = 0;
    n->ascii = true;
    for (; is_ascii_digit(peek(s, 0)); s->at++, count++) {
        if (count == MIXED_DIGITS) return false;
        n->digit = n->digit * 10 + (int64_t)(peek(s, 0) - '0');
    }
    return n->digit > 0;
}

/* 千 that belongs to a unit: 五万千瓦, 一百一十千伏. Elsewhere it multiplies, also in 三千瓦. */
static bool is_kilo(const struct scan *s)
{
    unsigned next = peek(s, 1);

    return peek(s, 0) == u'千' &&
           (next == u'瓦' || next == u'克' || next == u'米' || next == u'伏');
}

/* Up to what is no numeral. `n` may have a first coefficient. */
static bool read_integer(struct scan *s, struct integer *n, uint64_t *out)
{
    while (is_numeral(peek(s, 0))) {
        unsigned c = peek(s, 0), power = power_of(c);
        bool good;

        if (is_ascii_digit(c)) {
            if (!take_ascii(n, s)) return false;
            continue;
        }
        if (power > 3)
            good = take_great_power(n, power);
        else if (power > 0)
            good = take_small_power(n, power);
        else if (c == u'廿' || c == u'卅')
            good = take_twenties(n, c);
        else
            good = take_digit(n, c == u'两' ? 2 : digit_of(c));
        if (!good && is_kilo(s)) break;
        if (!good) return false;
        s->at++;
    }
    return finish(n, out);
}

/* ---- Decimals as written ------------------------------------------------------------------- */

/* 百, 千, 万, 亿 behind a decimal, or their product. false: a numeral is left over. */
static bool read_powers(struct scan *s, struct decimal *d)
{
    unsigned power = 0, last = 0, next;

    while ((next = power_of(peek(s, 0))) > 1 && (next >= 4 ? next > last : last == 0)) {
        power += next;
        last = next;
        s->at++;
    }
    multiply(d, power);
    return !is_numeral(peek(s, 0)) || is_kilo(s);
}

/* A row of digits, Chinese numerals of a place each. Returns how many; 0: too many too. */
static unsigned read_row(struct scan *s, struct decimal *d)
{
    unsigned count = 0;
    int digit;

    for (; (digit = digit_of(peek(s, 0))) >= 0; s->at++, count++)
        if (!put_digit(d, digit)) return 0;
    return count;
}

static bool counts_up(const struct decimal *d)
{
    for (unsigned i = 1; i < d->count; i++)
        if (d->digits[i] != d->digits[i - 1] + 1) return false;
    return true;
}

/* ASCII digits, in threes behind commas or not, and decimals. */
static bool read_digits(struct scan *s, struct decimal *d)
{
    unsigned count = 0;

    for (; is_ascii_digit(peek(s, 0)); s->at++, count++)
        if (!put_digit(d, (int)(peek(s, 0) - '0'))) return false;
    if (count <= 3) {
        while (peek(s, 0) == ',' && is_ascii_digit(peek(s, 1)) && is_ascii_digit(peek(s, 2)) &&
               is_ascii_digit(peek(s, 3)) && !is_ascii_digit(peek(s, 4))) {
            for (s->at++, count = 0; count < 3; s->at++, count++)
                if (!put_digit(d, (int)(peek(s, 0) - '0'))) return false;
        }
    }
    d->point = d->count;
    if (peek(s, 0) == '.' && is_ascii_digit(peek(s, 1))) {
        for (s->at++; is_ascii_digit(peek(s, 0)); s->at++)
            if (!put_digit(d, (int)(peek(s, 0) - '0'))) return false;
    }
    return true;
}

/* A decimal that begins with ASCII digits. */
static bool read_written(struct scan *s, struct decimal *d, bool *digits)
{
    struct integer n = {.ascii = true};
    uint64_t value;
    size_t end;

    if (!read_digits(s, d)) return false;
    end = s->at;
    *digits = !is_numeral(peek(s, 0));
    if (*digits) return true;
    if (power_of(peek(s, 0)) < 2) return false; /* 3五, 5十 */
    if (d->count > d->point || d->point > MIXED_DIGITS) return read_powers(s, d);
    for (unsigned i = 0; i < d->point; i++) n.digit = n.digit * 10 + (d->digits[i] - '0');
    if (n.digit == 0 || !read_integer(s, &n, &value)) {
        s->at = end;
        return false;
    }
    set_integer(d, value);
    return true;
}

/* A decimal that begins with a Chinese numeral. */
static bool read_spoken(struct scan *s, struct decimal *d, bool *single)
{
    size_t begin = s->at;
    unsigned row = read_row(s, d);

    bool year = row == 4 && peek(s, 0) == u'两'; /* 一九五三和一九五四两年 */

    if (is_numeral(peek(s, 0)) && !year) { /* a power, 两, 廿; or the row is too long */
        struct integer n = {.digit = -1};
        uint64_t value;

        s->at = begin;
        row = 0;
        if (!read_integer(s, &n, &value)) return false;
        set_integer(d, value);
    } else {
        d->point = d->count;
    }
    if (peek(s, 0) == u'点' && digit_of(peek(s, 1)) >= 0) {
        s->at++;
        return read_row(s, d) > 0 && read_powers(s, d);
    }
    *single = s->at == begin + 1;
    return row < 2 || (row > 2 && !counts_up(d));
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static bool read_decimal(struct scan *s, struct decimal *d, wy_number *out)
{
    *d = (struct decimal){.count = 0};
    if (!is_numeral(peek(s, 0))) return false;
    if (is_ascii_digit(peek(s, 0))) return read_written(s, d, &out->digits);
    return read_spoken(s, d, &out->single);
}

/* Behind 百分之 and the like: how far a percentage is shifted to the right; -1: there is none. */
static int read_percent_prefix(struct scan *s)
{
    unsigned power = power_of(peek(s, 0));

    if (power < 2 || power > 4 || peek(s, 1) != u'分' || peek(s, 2) != u'之') return -1;
    s->at += 3;
    return (int)power - 2;
}

static bool read_percent(struct scan *s, unsigned shift, wy_number *out)
{
    struct decimal d;

    if (power_of(peek(s, 0)) == 2 && !is_numeral(peek(s, 1))) { /* 百分之百 */
        s->at++;
        set_integer(&d, 100);
    } else if (!read_decimal(s, &d, out)) {
        return false;
    }
    divide(&d, shift);
    if (!normalize(&d)) return false;
    put_decimal(out, &d);
    out->value[out->length++] = '%';
    out->single = out->digits = false;
    return true;
}

/* The lower half of a fraction has been read, 三 of 三分之二; the rest is read here. */
static bool read_fraction(struct scan *s, struct decimal *below, wy_number *out)
{
    struct decimal above;

    s->at += 2;
    if (!read_decimal(s, &above, out)) return false;
    if (above.count > above.point || !normalize(&above) || !normalize(below)) return false;
    put_decimal(out, &above);
    out->value[out->length++] = '/';
    put_decimal(out, below);
    out->single = out->digits = false;
    return true;
}

/* 几十, 数百; 十多, 三十余, 二十几, 一百来. */
static bool is_about(const struct scan *s, size_t from)
{
    unsigned before = from > 0 ? s->units[from - 1] : 0, next = peek(s, 0);

    return (s->units[from] == u'十' && (before == u'几' || before == u'数')) || next == u'多' ||
           next == u'余' || next == u'几' || next == u'来';
}

static bool read_number(struct scan *s, size_t from, wy_number *out)
{
    int shift = read_percent_prefix(s);
    unsigned sign;
    struct decimal d;

    if (shift >= 0) return read_percent(s, (unsigned)shift, out);
    if (!read_decimal(s, &d, out)) return false;
    if (!out->digits && is_about(s, from)) return false;
    if (d.count == d.point && peek(s, 0) == u'分' && peek(s, 1) == u'之')
        return read_fraction(s, &d, out);
    sign = peek(s, 0);
    if (sign == u'‰') divide(&d, 1);
    if (!normalize(&d)) return false;
    put_decimal(out, &d);
    if (sign != '%' && sign != u'‰') return true;
    out->value[out->length++] = '%';
    out->single = false;
    s->at++;
    return true;
}

bool wy_number_read(const uint16_t *units, size_t length, size_t from, wy_number *out)
{
    struct scan s = {units, length, from};
    bool found;

    out->length = 0;
    out->single = out->digits = false;
    found = read_number(&s, from, out);
    if (!found)
        while (is_numeral(peek(&s, 0))) s.at++;
    if (s.at == from) s.at++;
    out->end = s.at;
    return found;
}
