/*
 * cmd_trend.c: wenyuan trend: how often something is said, year by year.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"
#include "scope.h"

enum { KEY_CSV = 256, KEY_SVG, KEY_MEASURE, MOST_QUERIES = 64 };

static const option_row options[] = {
    SCOPE_OPTIONS,
    FILTER_OPTIONS,
    {KEY_MEASURE, "measure", "WHAT",
     N_("what bars and chart show: rate (per 10,000 paragraphs), paragraphs, reports or "
        "occurrences")},
    {KEY_CSV, "csv", NULL, N_("comma-separated values, a line for each query and year")},
    {'j', "json", NULL, N_("one JSON object for each query and year, a line each")},
    {KEY_SVG, "svg", "FILE", N_("also draw a line chart into FILE (- for standard output)")},
    {0, NULL, NULL, NULL},
};

static const char *const measures[] = {"rate", "paragraphs", "reports", "occurrences"};
enum { RATE, PARAGRAPHS, REPORTS, OCCURRENCES, MEASURES };

typedef struct trend {
    scope scope;
    filters filters;
    char **queries;
    wy_counts **counts; /* of each query; all have the same years */
    size_t count;
    int measure;
    bool csv, json;
    const char *svg;
} trend;

/* ---- Figures -------------------------------------------------------------------------------- */

static double rate_of(const wy_count *year)
{
    return year->all_paragraphs ? 1e4 * (double)year->paragraphs / (double)year->all_paragraphs : 0;
}

static double value_of(const wy_count *year, int measure)
{
    switch (measure) {
    case PARAGRAPHS:
        return (double)year->paragraphs;
    case REPORTS:
        return (double)year->reports;
    case OCCURRENCES:
        return (double)year->occurrences;
    default:
        return rate_of(year);
    }
}

static const char *measure_name(int measure)
{
    switch (measure) {
    case PARAGRAPHS:
        return _("paragraphs");
    case REPORTS:
        return _("reports");
    case OCCURRENCES:
        return _("occurrences");
    default:
        return _("per 10,000 paragraphs");
    }
}

static double greatest(const trend *t)
{
    double most = 0;
    for (size_t q = 0; q < t->count; q++)
        for (size_t i = 0; i < t->counts[q]->size; i++) {
            const double value = value_of(&t->counts[q]->list[i], t->measure);
            if (value > most) most = value;
        }
    return most;
}

/* ---- For people ----------------------------------------------------------------------------- */

static void put_word(const char *word, size_t width, bool right)
{
    (right ? put_right : put_left)(stdout, word, strlen(word), width);
}

static size_t widest(const char *word, size_t least)
{
    const size_t width = text_width(word, strlen(word));
    return width > least ? width : least;
}

static void put_year(const wy_count *year)
{
    char text[16];
    snprintf(text, sizeof text, "%d", (int)year->year);
    put_word(year->year ? text : _("unknown"), 7, false);
}

static void put_number(uint64_t number, size_t width)
{
    char buffer[NUMBER_SIZE];
    put_word(with_commas(number, buffer), width, true);
}

/* One query: all its figures, and a bar. */
static void put_single(const trend *t)
{
    const char *const heads[] = {_("paragraphs"), _("reports"), _("occurrences"), _("per 10,000")};
    const wy_counts *counts = t->counts[0];
    const double most = greatest(t);
    size_t widths[4], taken = 7 + 2;
    heading_begin();
    put_word(_("year"), 7, false);
    for (int i = 0; i < 4; i++) {
        widths[i] = widest(heads[i], 9) + 2;
        taken += widths[i];
        put_word(heads[i], widths[i], true);
    }
    heading_end();
    putchar('\n');
    const size_t room = terminal_width() > taken + 10 ? terminal_width() - taken - 1 : 10;
    for (size_t i = 0; i < counts->size; i++) {
        const wy_count *year = &counts->list[i];
        char rate[32];
        snprintf(rate, sizeof rate, "%.1f", rate_of(year));
        put_year(year);
        put_number(year->paragraphs, widths[0]);
        put_number(year->reports, widths[1]);
        put_number(year->occurrences, widths[2]);
        put_word(rate, widths[3], true);
        fputs("  ", stdout);
        put_bar(stdout, most > 0 ? value_of(year, t->measure) / most : 0, room);
        putchar('\n');
    }
    const wy_count *sum = &counts->total;
    put_word(_("total"), 7, false);
    put_number(sum->paragraphs, widths[0]);
    put_number(sum->reports, widths[1]);
    put_number(sum->occurrences, widths[2]);
    char rate[32];
    snprintf(rate, sizeof rate, "%.1f", rate_of(sum));
    put_word(rate, widths[3], true);
    putchar('\n');
}

/* Several queries: of each one figure and a bar, side by side. */
static void put_several(const trend *t)
{
    const double most = greatest(t);
    const size_t width = terminal_width();
    size_t each = width > 8 ? (width - 8) / t->count : 0;
    if (each < 14) each = 14;
    const size_t room = each - 11;
    heading_begin();
    put_word(_("year"), 7, false);
    for (size_t q = 0; q < t->count; q++) {
        const char *query = t->queries[q];
        const size_t length = strlen(query), fits = fitting(query, length, each - 2);
        fputs("  ", stdout);
        put_left(stdout, query, fits, q + 1 < t->count ? each - 2 : 0);
    }
    heading_end();
    putchar('\n');
    for (size_t i = 0; i < t->counts[0]->size; i++) {
        put_year(&t->counts[0]->list[i]);
        for (size_t q = 0; q < t->count; q++) {
            const double value = value_of(&t->counts[q]->list[i], t->measure);
            const double share = most > 0 ? value / most : 0;
            char text[32];
            snprintf(text, sizeof text, "%.*f", t->measure == RATE ? 1 : 0, value);
            put_word(text, 9, true);
            putchar(' ');
            put_bar(stdout, share, room);
            /* The bar's columns are counted as it rounds them. */
            size_t eighths = (size_t)(share * (double)room * 8 + 0.5);
            if (share > 0 && eighths == 0) eighths = 1;
            if (q + 1 < t->count) printf("%*s", (int)(room + 1 - (eighths + 7) / 8), "");
        }
        putchar('\n');
    }
    printf("(%s)\n", measure_name(t->measure));
}

/* ---- For programs --------------------------------------------------------------------------- */

/* RFC 4180; the characters that a terminal acts on are replaced. */
static void put_quoted(const char *text)
{
    putchar('"');
    for (const char *p = text; *p;) {
        const size_t run = strcspn(p, "\"");
        put_text(stdout, p, run);
        p += run;
        if (*p) {
            fputs("\"\"", stdout);
            p++;
        }
    }
    putchar('"');
}

static void put_csv(const trend *t)
{
    puts("query,year,paragraphs,reports,occurrences,per_10000,all_paragraphs,all_reports");
    for (size_t q = 0; q < t->count; q++) {
        for (size_t i = 0; i < t->counts[q]->size; i++) {
            const wy_count *year = &t->counts[q]->list[i];
            put_quoted(t->queries[q]);
            putchar(',');
            if (year->year) printf("%d", (int)year->year);
            printf(",%llu,%llu,%llu,%.3f,%llu,%llu\n", (unsigned long long)year->paragraphs,
                   (unsigned long long)year->reports, (unsigned long long)year->occurrences,
                   rate_of(year), (unsigned long long)year->all_paragraphs,
                   (unsigned long long)year->all_reports);
        }
    }
}

static void put_json(const trend *t)
{
    for (size_t q = 0; q < t->count; q++) {
        for (size_t i = 0; i < t->counts[q]->size; i++) {
            const wy_count *year = &t->counts[q]->list[i];
            json_t *o = json_record();
            json_put(o, "query", json_c_text(t->queries[q]));
            json_put(o, "year", json_number_or_null(year->year));
            json_put(o, "paragraphs", json_number(year->paragraphs));
            json_put(o, "reports", json_number(year->reports));
            json_put(o, "occurrences", json_number(year->occurrences));
            json_put(o, "per_10000", json_decimal(rate_of(year)));
            json_put(o, "all_paragraphs", json_number(year->all_paragraphs));
            json_put(o, "all_reports", json_number(year->all_reports));
            json_line(stdout, o);
        }
    }
}

/* ---- The chart ------------------------------------------------------------------------------ */

static void draw(const trend *t, FILE *to)
{
    chart_series *series = take_memory(t->count, sizeof *series);
    for (size_t q = 0; q < t->count; q++) {
        const wy_counts *counts = t->counts[q];
        chart_point *points = take_memory(counts->size, sizeof *points);
        size_t n = 0;
        for (size_t i = 0; i < counts->size; i++)
            if (counts->list[i].year)
                points[n++] =
                    (chart_point){counts->list[i].year, value_of(&counts->list[i], t->measure)};
        series[q] = (chart_series){t->queries[q], points, n};
    }
    chart_write(to, measure_name(t->measure), series, t->count);
    for (size_t q = 0; q < t->count; q++) free((chart_point *)(uintptr_t)series[q].points);
    free(series);
}

static int write_chart(const trend *t)
{
    if (strcmp(t->svg, "-") == 0) {
        draw(t, stdout);
        return STATUS_OK;
    }
    FILE *to = fopen(t->svg, "w");
    bool good = to != NULL;
    if (to) {
        draw(t, to);
        good = !ferror(to);
        if (fclose(to) != 0) good = false;
    }
    if (good) return STATUS_OK;
    complain(_("cannot write %s: %s"), t->svg, system_message(errno));
    return STATUS_TROUBLE;
}

/* ---- The run -------------------------------------------------------------------------------- */

/* Whether it is one word of Chinese characters, and nothing of the language of queries. */
static bool is_chinese_word(const char *query)
{
    const size_t length = strlen(query);
    for (size_t at = 0; at < length;) {
        const uint32_t c = next_character(query, length, &at);
        const bool han = (c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) ||
                         (c >= 0x20000 && c < 0x40000);
        if (!han) return false;
    }
    return length > 0;
}

/* A Chinese word is counted as if it were quoted: where it stands as a whole, however it may be
 * cut. In new memory. */
static char *exact(const char *query)
{
    const size_t length = strlen(query), quotes = is_chinese_word(query);
    char *text = take_memory(length + 2 * quotes + 1, 1);
    if (quotes) text[0] = text[length + 1] = '"';
    memcpy(text + quotes, query, length);
    return text;
}

static int count_query(trend *t, size_t q)
{
    wy_error error = {0};
    const wy_count_options how = {.size = sizeof how,
                                  .by = WY_BY_YEAR,
                                  .year_from = t->filters.year_from,
                                  .year_to = t->filters.year_to,
                                  .issuer = t->filters.issuer,
                                  .title = t->filters.title};
    char *text = exact(t->queries[q]);
    wy_query *query = scope_query(text);
    int result = STATUS_TROUBLE;
    if (query) {
        int status =
            wy_counts_make(t->scope.snapshots, t->scope.count, query, &how, &t->counts[q], &error);
        result = status == WY_OK ? STATUS_OK : complain_query(&error, text);
    }
    wy_query_free(query);
    free(text);
    return result;
}

static int show(trend *t)
{
    int status = STATUS_OK;
    uint64_t found = 0;
    t->counts = take_memory(t->count, sizeof *t->counts);
    if (!scope_open(&t->scope)) return STATUS_TROUBLE;
    for (size_t q = 0; q < t->count && status == STATUS_OK; q++) {
        status = count_query(t, q);
        if (status == STATUS_OK) found += t->counts[q]->total.paragraphs;
    }
    if (status != STATUS_OK) return status;
    if (t->svg) status = write_chart(t);
    if (t->json)
        put_json(t);
    else if (t->csv)
        put_csv(t);
    else if (t->svg && strcmp(t->svg, "-") == 0)
        return status;
    else
        (t->count == 1 ? put_single : put_several)(t);
    return status != STATUS_OK ? status : found ? STATUS_OK : STATUS_NOTHING;
}

static bool read_measure(trend *t, const arguments *a)
{
    for (t->measure = 0; t->measure < MEASURES; t->measure++)
        if (strcmp(a->value, measures[t->measure]) == 0) return true;
    options_misuse(a->command,
                   _("--measure: '%s' is none of rate, paragraphs, reports, occurrences"),
                   a->value);
    return false;
}

static bool read_option(trend *t, const arguments *a, int key)
{
    bool good;
    if (scope_option(&t->scope, &t->filters, a, key, &good)) return good;
    if (key == KEY_CSV) t->csv = true;
    if (key == 'j') t->json = true;
    if (key == KEY_SVG) t->svg = a->value;
    if (key == KEY_MEASURE) return read_measure(t, a);
    return true;
}

static int run(const command *c, int argc, char **argv)
{
    trend t = {0};
    arguments a;
    int key, status = STATUS_TROUBLE;
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) >= 0)
        if (!read_option(&t, &a, key)) goto done;
    if (key != OPTIONS_END) {
        status = options_status(key);
        goto done;
    }
    const int first = scope_operand(&t.scope, &a);
    t.queries = a.operands + first;
    t.count = a.operand_count > first ? (size_t)(a.operand_count - first) : 0;
    if (t.count == 0)
        status = options_misuse(c, _("an index and at least one query are needed"));
    else if (t.count > MOST_QUERIES)
        status = options_misuse(c, _("at most %d queries are shown together"), MOST_QUERIES);
    else if (t.json + t.csv + (t.svg && strcmp(t.svg, "-") == 0) > 1)
        status = options_misuse(c, _("only one of --json, --csv and --svg=- can be written"));
    else
        status = show(&t);
done:
    for (size_t q = 0; t.counts && q < t.count; q++) wy_counts_free(t.counts[q]);
    free(t.counts);
    scope_close(&t.scope);
    options_free(&a);
    return status;
}

const command command_trend = {
    .name = "trend",
    .operands = "INDEX QUERY...",
    .summary = N_("show how often something is said, year by year"),
    .more = N_(
        "Each QUERY is one line of the chart; quote one of several words. A Chinese word alone is\n"
        "looked for as if it were in double quotes. For each year:\n"
        "paragraphs and reports that match, how often the words of the query are in them,\n"
        "and matching paragraphs among 10,000.\n"
        "Exit status: 0 found, 1 nothing found, 2 trouble.\n"),
    .examples = "wenyuan trend reports.wy 改革\n"
                "wenyuan trend reports.wy 改革 法治 '数字 OR 数据' --svg trend.svg\n"
                "wenyuan trend reports.wy 营商环境 --year 2010.. --csv > trend.csv\n",
    .options = options,
    .run = run,
    .paged = true,
};
