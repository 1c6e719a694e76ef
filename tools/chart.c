/*
 * chart.c: drawing a line chart. The colours of lines are those of Okabe and Ito ("Color Universal
 * Design", 2008), less yellow, which is too faint on white: people with any colour vision tell them
 * apart, and all stand out from white and from near black. Lines differ in their marks too.
 */
#include "chart.h"

#include <math.h>
#include <string.h>

#include "output.h"

enum { WIDTH = 960, HEIGHT = 540, LEFT = 70, RIGHT = 24, TOP = 56, BOTTOM = 44, LINE = 20 };

static const char *const colors[] = {"#0072b2", "#d55e00", "#009e73",
                                     "#cc79a7", "#e69f00", "#56b4e9"};
enum { COLORS = sizeof colors / sizeof colors[0] };

typedef struct frame {
    double left, right, top, bottom; /* of the plot */
    int32_t first, last;             /* years */
    double most, step;               /* of values: the axis ends at `most` */
} frame;

/* ---- Scales --------------------------------------------------------------------------------- */

/* The least of 1, 2, 5, 10, 20, … that is at least `least`. */
static double round_step(double least)
{
    double power = pow(10, floor(log10(least)));
    static const double steps[] = {1, 2, 5, 10};
    for (size_t i = 0; i < 4; i++)
        if (steps[i] * power >= least * (1 - 1e-9)) return steps[i] * power;
    return 10 * power;
}

static void measure(frame *f, const chart_series *series, size_t count)
{
    bool any = false;
    for (size_t s = 0; s < count; s++) {
        for (size_t i = 0; i < series[s].count; i++) {
            const chart_point *p = &series[s].points[i];
            if (!any || p->year < f->first) f->first = p->year;
            if (!any || p->year > f->last) f->last = p->year;
            if (p->value > f->most) f->most = p->value;
            any = true;
        }
    }
    f->step = f->most > 0 ? round_step(f->most / 5) : 1;
    f->most = f->most > 0 ? ceil(f->most / f->step - 1e-9) * f->step : 1;
}

static double x_of(const frame *f, int32_t year)
{
    if (f->last == f->first) return (f->left + f->right) / 2;
    return f->left + (f->right - f->left) * (year - f->first) / (f->last - f->first);
}

static double y_of(const frame *f, double value)
{
    return f->bottom - (f->bottom - f->top) * value / f->most;
}

/* ---- Text ----------------------------------------------------------------------------------- */

/* Text of outside, for the content of an element. */
static void put_escaped(FILE *to, const char *text)
{
    const size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        const size_t start = at;
        const uint32_t c = next_character(text, length, &at);
        /* U+FFFE and U+FFFF are no characters of XML. */
        if (is_control(c) || c == 0xFFFD || c == 0xFFFE || c == 0xFFFF)
            fputs("\xEF\xBF\xBD", to);
        else if (c == '<')
            fputs("&lt;", to);
        else if (c == '>')
            fputs("&gt;", to);
        else if (c == '&')
            fputs("&amp;", to);
        else
            fwrite(text + start, 1, at - start, to);
    }
}

static void put_style(FILE *to)
{
    fputs(
        "<style>\n"
        "text{font:13px system-ui,\"Noto Sans CJK SC\",\"Noto Sans SC\",sans-serif;fill:#24292f}\n"
        ".title{font-size:16px;font-weight:600}\n"
        ".paper{fill:#fff}\n"
        ".grid{stroke:#d8dee4;stroke-width:1}\n"
        ".axis{stroke:#57606a;stroke-width:1}\n"
        "polyline{fill:none;stroke-width:2;stroke-linejoin:round}\n"
        ".gap{stroke-width:1.5;stroke-dasharray:2 5}\n"
        "@media (prefers-color-scheme:dark){\n"
        "text{fill:#e6edf3}\n"
        ".paper{fill:#14181d}\n"
        ".grid{stroke:#30363d}\n"
        ".axis{stroke:#8b949e}\n"
        "}\n"
        "</style>\n",
        to);
}

/* ---- Axes ----------------------------------------------------------------------------------- */

static void put_values(FILE *to, const frame *f)
{
    const int digits = f->step < 1 ? (int)ceil(-log10(f->step) - 1e-9) : 0;
    const int lines = (int)(f->most / f->step + 0.5);
    for (int i = 0; i <= lines; i++) {
        const double value = i * f->step, y = y_of(f, value);
        fprintf(to, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                i ? "grid" : "axis", f->left, y, f->right, y);
        fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.*f</text>\n", f->left - 8,
                y + 4.5, digits, value);
    }
}

static void put_years(FILE *to, const frame *f)
{
    const int32_t span = f->last - f->first;
    int32_t step = span > 12 ? (int32_t)round_step(span / 12.0) : 1;
    for (int32_t year = f->first + (step - f->first % step) % step; year <= f->last; year += step) {
        const double x = x_of(f, year);
        fprintf(to, "<line class=\"axis\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x,
                f->bottom, x, f->bottom + 5);
        fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%d</text>\n", x,
                f->bottom + 21, (int)year);
    }
}

/* ---- Series --------------------------------------------------------------------------------- */

/* A circle, a square, a triangle, a diamond: which line it is, without colour. */
static void put_mark(FILE *to, size_t number, double x, double y)
{
    const char *color = colors[number % COLORS];
    switch (number % 4) {
    case 0:
        fprintf(to, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\">", x, y, color);
        break;
    case 1:
        fprintf(to, "<path d=\"M%.1f %.1fh5.6v5.6h-5.6z\" fill=\"%s\">", x - 2.8, y - 2.8, color);
        break;
    case 2:
        fprintf(to, "<path d=\"M%.1f %.1fl3.6 6.4h-7.2z\" fill=\"%s\">", x, y - 4, color);
        break;
    default:
        fprintf(to, "<path d=\"M%.1f %.1fl4 4l-4 4l-4 -4z\" fill=\"%s\">", x, y - 4, color);
    }
}

static void end_mark(FILE *to, size_t number)
{
    fputs(number % 4 == 0 ? "</circle>\n" : "</path>\n", to);
}

static void put_series(FILE *to, const frame *f, const chart_series *s, size_t number)
{
    fprintf(to, "<g stroke=\"%s\">\n", colors[number % COLORS]);
    for (size_t i = 0, n; i < s->count; i += n) {
        const chart_point *p = &s->points[i];
        if (i) /* across years without a report */
            fprintf(to, "<line class=\"gap\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                    x_of(f, p[-1].year), y_of(f, p[-1].value), x_of(f, p->year), y_of(f, p->value));
        fputs("<polyline points=\"", to);
        for (n = 0; i + n < s->count && (n == 0 || p[n].year == p[n - 1].year + 1); n++)
            fprintf(to, "%s%.1f,%.1f", n ? " " : "", x_of(f, p[n].year), y_of(f, p[n].value));
        fputs("\"/>\n", to);
    }
    fputs("</g>\n", to);
    for (size_t i = 0; i < s->count; i++) {
        put_mark(to, number, x_of(f, s->points[i].year), y_of(f, s->points[i].value));
        fputs("<title>", to);
        put_escaped(to, s->name);
        fprintf(to, " %d: %g</title>", (int)s->points[i].year, s->points[i].value);
        end_mark(to, number);
    }
}

/* Lays the legend out in lines, and draws it unless `to` is NULL. The height that it takes. */
static double put_legend(FILE *to, const frame *f, const chart_series *series, size_t count)
{
    double x = f->left, y = TOP;
    for (size_t s = 0; s < count; s++) {
        const double width = 44 + 7.2 * (double)text_width(series[s].name, strlen(series[s].name));
        if (x > f->left && x + width > f->right) {
            x = f->left;
            y += LINE;
        }
        if (to) {
            fprintf(to,
                    "<line stroke=\"%s\" stroke-width=\"2\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
                    "y2=\"%.1f\"/>\n",
                    colors[s % COLORS], x, y - 4.5, x + 22, y - 4.5);
            put_mark(to, s, x + 11, y - 4.5);
            end_mark(to, s);
            fprintf(to, "<text x=\"%.1f\" y=\"%.1f\">", x + 28, y);
            put_escaped(to, series[s].name);
            fputs("</text>\n", to);
        }
        x += width;
    }
    return y - TOP + LINE;
}

void chart_write(FILE *to, const char *title, const chart_series *series, size_t count)
{
    frame f = {.left = LEFT, .right = WIDTH - RIGHT, .bottom = HEIGHT - BOTTOM};
    measure(&f, series, count);
    f.top = TOP + put_legend(NULL, &f, series, count);
    if (f.top > f.bottom - 80) f.top = f.bottom - 80;
    fprintf(to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
            "height=\"%d\" role=\"img\">\n<title>",
            WIDTH, HEIGHT, WIDTH, HEIGHT);
    put_escaped(to, title);
    fputs("</title>\n", to);
    put_style(to);
    fprintf(to,
            "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n<text class=\"title\" x=\"%d\" "
            "y=\"30\">",
            WIDTH, HEIGHT, LEFT);
    put_escaped(to, title);
    fputs("</text>\n", to);
    put_values(to, &f);
    put_years(to, &f);
    put_legend(to, &f, series, count);
    for (size_t s = 0; s < count; s++) put_series(to, &f, &series[s], s);
    fputs("</svg>\n", to);
}
