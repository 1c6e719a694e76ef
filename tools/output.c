/*
 * output.c: writing to the terminal, or to whatever reads the tool's output.
 */
#include "output.h"
#include "messages.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "options.h"
#include "pager.h"
#include "reasons.h"

#define REPLACEMENT      0xFFFD
#define REPLACEMENT_UTF8 "\xEF\xBF\xBD"

/* ---- Memory ------------------------------------------------------------------------------- */

static void *must(void *block)
{
    if (block) return block;
    fprintf(stderr, "wenyuan: %s\n", _("memory is out"));
    exit(STATUS_TROUBLE);
}

void *take_memory(size_t count, size_t size)
{
    return must(calloc(count ? count : 1, size ? size : 1));
}

void *more_memory(void *block, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) return must(NULL);
    size_t bytes = count * size;
    return must(realloc(block, bytes ? bytes : 1));
}

char *copy_text(const char *data, size_t length)
{
    char *copy = take_memory(length + 1, 1);
    if (length) memcpy(copy, data, length);
    return copy;
}

/* ---- Characters --------------------------------------------------------------------------- */

/* Unicode standard, table 3-7: no surrogates, nothing overlong, nothing above U+10FFFF. */
static uint32_t decode(const unsigned char *p, size_t left, size_t *used)
{
    *used = 1;
    if (p[0] < 0x80) return p[0];
    size_t extra = p[0] >= 0xF0 ? 3 : p[0] >= 0xE0 ? 2 : 1;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left <= extra) return UINT32_MAX;
    uint32_t c = p[0] & (0x3Fu >> extra);
    for (size_t i = 1; i <= extra; i++) {
        if ((p[i] & 0xC0) != 0x80) return UINT32_MAX;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (c < least[extra] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return UINT32_MAX;
    *used = extra + 1;
    return c;
}

uint32_t next_character(const char *data, size_t length, size_t *at)
{
    size_t used;
    uint32_t c = decode((const unsigned char *)data + *at, length - *at, &used);
    *at += used;
    return c == UINT32_MAX ? REPLACEMENT : c;
}

bool is_utf8(const char *data, size_t length)
{
    size_t used;
    for (size_t at = 0; at < length; at += used)
        if (decode((const unsigned char *)data + at, length - at, &used) == UINT32_MAX)
            return false;
    return true;
}

bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool is_blank(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

void put_text(FILE *to, const char *data, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t used, start = at;
        uint32_t c = decode((const unsigned char *)data + at, length - at, &used);
        at += used;
        if (is_blank(c))
            putc(' ', to);
        else if (c == UINT32_MAX || is_control(c))
            fputs(REPLACEMENT_UTF8, to);
        else
            fwrite(data + start, 1, used, to);
    }
}

size_t text_width(const char *data, size_t length)
{
    size_t width = 0;
    for (size_t at = 0; at < length;) {
        uint32_t c = next_character(data, length, &at);
        int columns = is_control(c) ? 1 : wcwidth((wchar_t)c);
        width += columns < 0 ? 1 : (size_t)columns;
    }
    return width;
}

static void put_spaces(FILE *to, size_t count)
{
    while (count-- > 0) putc(' ', to);
}

void put_left(FILE *to, const char *data, size_t length, size_t width)
{
    const size_t taken = text_width(data, length);
    put_text(to, data, length);
    if (taken < width) put_spaces(to, width - taken);
}

void put_right(FILE *to, const char *data, size_t length, size_t width)
{
    const size_t taken = text_width(data, length);
    if (taken < width) put_spaces(to, width - taken);
    put_text(to, data, length);
}

size_t fitting(const char *data, size_t length, size_t width)
{
    size_t fits = 0, at = 0, taken = 0;
    while (at < length) {
        const size_t start = at;
        next_character(data, length, &at);
        taken += text_width(data + start, at - start);
        if (taken > width) break;
        fits = at;
    }
    return fits;
}

void put_bar(FILE *to, double share, size_t width)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (!(share > 0)) return;
    if (share > 1) share = 1;
    size_t length = (size_t)(share * (double)width * 8 + 0.5);
    if (length == 0) length = 1;
    for (; length >= 8; length -= 8) fputs("█", to);
    fputs(eighths[length], to);
}

size_t terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    unsigned long wanted = columns ? strtoul(columns, NULL, 10) : 0;
    if (wanted >= 20 && wanted <= 1000) return wanted;
    static const int files[] = {STDOUT_FILENO, STDERR_FILENO};
    for (size_t i = 0; i < 2; i++) {
        struct winsize size;
        if (ioctl(files[i], TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
    }
    return 80;
}

/* ---- Complaints --------------------------------------------------------------------------- */

void complain_list(const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    if (length >= 0) {
        char *message = take_memory((size_t)length + 1, 1);
        vsnprintf(message, (size_t)length + 1, format, again);
        fflush(stdout);
        fputs("wenyuan: ", stderr);
        put_text(stderr, message, (size_t)length);
        putc('\n', stderr);
        free(message);
    }
    va_end(again);
}

void complain(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    complain_list(format, list);
    va_end(list);
}

void put_reason(FILE *to, const wy_error *error)
{
    const char *reason = error->reason[0] ? error->reason : wy_status_name(error->code);
    char *own = reason_translated(reason);
    put_text(to, own ? own : reason, strlen(own ? own : reason));
    free(own);
}

void put_error(FILE *to, const wy_error *error)
{
    if (error->file[0]) {
        put_text(to, error->file, strlen(error->file));
        fputs(": ", to);
    }
    if (error->offset != WY_NO_OFFSET)
        fprintf(to, _("at byte %llu: "), (unsigned long long)error->offset);
    put_reason(to, error);
}

int complain_error(const wy_error *error)
{
    fflush(stdout);
    fputs("wenyuan: ", stderr);
    put_error(stderr, error);
    putc('\n', stderr);
    return STATUS_TROUBLE;
}

/* ---- The rest ----------------------------------------------------------------------------- */

const char *with_commas(uint64_t number, char buffer[NUMBER_SIZE])
{
    char digits[24], *to = buffer;
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return buffer;
}

bool color_wanted(const char *when, FILE *to, bool *out)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    bool dumb = !term || strcmp(term, "dumb") == 0;
    if (strcmp(when, "always") == 0)
        *out = true;
    else if (strcmp(when, "never") == 0)
        *out = false;
    else if (strcmp(when, "auto") == 0)
        *out = (to == stdout ? pager_or_terminal() : isatty(fileno(to))) && !dumb && !(no && *no);
    else
        return false;
    return true;
}

static void put_if_colored(const char *sequence)
{
    bool color = false;
    color_wanted("auto", stdout, &color);
    if (color) fputs(sequence, stdout);
}

void heading_begin(void)
{
    put_if_colored("\033[1m");
}

void heading_end(void)
{
    put_if_colored("\033[m");
}

void output_begin(void)
{
    /* All output is UTF-8 whatever the locale says; it only has to know how wide characters are. */
    if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

int output_end(int status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    complain(_("cannot write the output: %s"), system_message(errno ? errno : EIO));
    return STATUS_TROUBLE;
}

size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    enum { LONGEST = 31 };
    size_t d[LONGEST + 1][LONGEST + 1];
    if (a_length > LONGEST || b_length > LONGEST) return SIZE_MAX;
    for (size_t i = 0; i <= a_length; i++) d[i][0] = i;
    for (size_t j = 0; j <= b_length; j++) d[0][j] = j;
    for (size_t i = 1; i <= a_length; i++)
        for (size_t j = 1; j <= b_length; j++) {
            size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[a_length][b_length];
}
