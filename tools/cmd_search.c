/*
 * cmd_search.c: wenyuan search: find paragraphs.
 */
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"
#include "scope.h"

enum { KEY_COLOR = 256, KEY_BY, KEY_SORT, KEY_PASSAGES };

static const option_row options[] = {
    SCOPE_OPTIONS,
    {'n', "limit", "N", N_("hits to show, or reports (10)")},
    {'o', "offset", "N", N_("hits, or reports, to skip first (0)")},
    FILTER_OPTIONS,
    {KEY_SORT, "sort", "ORDER",
     N_("score (default), date (the oldest first) or -date (the newest)")},
    {KEY_BY, "by", "UNIT", N_("report: group passages under their report")},
    {KEY_PASSAGES, "passages", "N", N_("with --by report: passages of each to show (3)")},
    {'C', "context", "N", N_("also show so many paragraphs before and after each hit")},
    {'c', "count", NULL, N_("show only the number of matching paragraphs")},
    {'j', "json", NULL, N_("one JSON object a hit, a line each")},
    {'v', "verbose", NULL, N_("also show the score and the id of a hit")},
    {KEY_COLOR, "color", "WHEN", N_("mark matches: auto (default), always or never")},
    {0, NULL, NULL, NULL},
};

typedef struct request {
    scope scope;
    filters filters;
    wy_search_options how;
    bool count, json, verbose, color;
} request;

/* ---- Hits for people ---------------------------------------------------------------------- */

static const char title_on[] = "\033[1m", faint_on[] = "\033[36m", match_on[] = "\033[1;31m",
                  all_off[] = "\033[m", context_on[] = "\033[2m";

static void put_style(const request *r, const char *sequence)
{
    if (r->color) fputs(sequence, stdout);
}

static void put_string(wy_string text)
{
    put_text(stdout, text.data, text.length);
}

/* The part of the paragraph to show; what matched is coloured, or left plain. */
static void put_snippet(const request *r, const wy_hit *hit)
{
    size_t at = hit->snippet.begin, end = hit->snippet.end;
    if (at > 0) fputs("…", stdout);
    for (size_t i = 0; i < hit->highlight_count && at < end; i++) {
        size_t from = hit->highlights[i].begin, to = hit->highlights[i].end;
        if (to <= at || from >= end) continue;
        if (from < at) from = at;
        if (to > end) to = end;
        put_text(stdout, hit->text.data + at, from - at);
        put_style(r, match_on);
        put_text(stdout, hit->text.data + from, to - from);
        put_style(r, all_off);
        at = to;
    }
    put_text(stdout, hit->text.data + at, end - at);
    if (end < hit->text.length) fputs("…", stdout);
}

static void put_section(const request *r, const wy_hit *hit)
{
    if (hit->section_count == 0) return;
    fputs("   ", stdout);
    put_style(r, faint_on);
    for (size_t i = 0; i < hit->section_count; i++) {
        if (i > 0) fputs(" › ", stdout);
        put_string(hit->section[i]);
    }
    put_style(r, all_off);
    putchar('\n');
}

/* The neighbours before the hit, or those behind it: a bar stands before each. */
static void put_context(const request *r, const wy_hit *hit, bool before)
{
    for (size_t i = 0; i < hit->context_count; i++) {
        const wy_context *c = &hit->context[i];
        if ((c->paragraph < hit->paragraph) != before) continue;
        fputs("   ", stdout);
        put_style(r, context_on);
        fputs("│ ", stdout);
        put_string(c->text);
        put_style(r, all_off);
        putchar('\n');
    }
}

/* With its neighbours a hit is shown whole, for they are too. */
static void put_passage(const request *r, const wy_hit *hit)
{
    wy_hit whole = *hit;
    if (r->how.context) whole.snippet = (wy_span){0, hit->text.length};
    put_context(r, hit, true);
    fputs("   ", stdout);
    put_snippet(r, &whole);
    putchar('\n');
    put_context(r, hit, false);
    if (!r->verbose) return;
    fputs("   ", stdout);
    put_string(hit->id);
    if (hit->report_rank) printf("  %.3f", hit->score);
    putchar('\n');
}

static void put_hit(const request *r, const wy_hit *hit)
{
    if (!hit->report_rank || hit->rank == 1) {
        char number[NUMBER_SIZE];
        printf("%zu. ", hit->report_rank ? hit->report_rank : hit->rank);
        put_style(r, title_on);
        put_string(hit->title.length ? hit->title : hit->report);
        put_style(r, all_off);
        if (hit->year) printf(" (%d)", (int)hit->year);
        if (r->verbose && !hit->report_rank) printf("  %.3f", hit->score);
        if (hit->report_rank) {
            with_commas(hit->report_matches, number);
            fputs("  ", stdout);
            printf(ngettext("%s match", "%s matches", hit->report_matches), number);
        }
        putchar('\n');
    }
    put_section(r, hit);
    put_passage(r, hit);
}

/* ---- Hits for programs -------------------------------------------------------------------- */

static json_t *json_spans(const wy_span *spans, size_t count)
{
    json_t *array = json_list();
    for (size_t i = 0; i < count; i++) {
        json_t *pair = json_list();
        json_add(pair, json_number(spans[i].begin));
        json_add(pair, json_number(spans[i].end));
        json_add(array, pair);
    }
    return array;
}

static json_t *json_context(const wy_hit *hit)
{
    json_t *array = json_list();
    for (size_t i = 0; i < hit->context_count; i++) {
        json_t *o = json_record();
        json_put(o, "paragraph", json_number(hit->context[i].paragraph));
        json_put(o, "text", json_text(hit->context[i].text));
        json_add(array, o);
    }
    return array;
}

static void put_json(const request *r, const wy_hit *hit)
{
    json_t *o = json_record(), *section = json_list();
    wy_string snippet = {hit->text.data + hit->snippet.begin,
                         hit->snippet.end - hit->snippet.begin};
    for (size_t i = 0; i < hit->section_count; i++) json_add(section, json_text(hit->section[i]));
    json_put(o, "rank", json_number(hit->rank));
    json_put(o, "score", json_decimal(hit->score));
    json_put(o, "id", json_text(hit->id));
    json_put(o, "report", json_text(hit->report));
    json_put(o, "title", json_text(hit->title));
    json_put(o, "year", json_number_or_null(hit->year));
    json_put(o, "date", json_date(hit->date));
    json_put(o, "issuer", json_text_or_null(hit->issuer));
    json_put(o, "section", section);
    json_put(o, "paragraph", json_number(hit->paragraph));
    json_put(o, "text", json_text(hit->text));
    json_put(o, "snippet", json_text(snippet));
    json_put(o, "highlights", json_spans(hit->highlights, hit->highlight_count));
    if (hit->report_rank) {
        json_put(o, "report_rank", json_number(hit->report_rank));
        json_put(o, "report_matches", json_number(hit->report_matches));
    }
    if (r->how.context) json_put(o, "context", json_context(hit));
    json_line(stdout, o);
}

/* ---- The run ------------------------------------------------------------------------------ */

static int show(const request *r, wy_results *results)
{
    wy_error error;
    if (r->count) {
        printf("%llu\n", (unsigned long long)wy_results_count(results));
        return wy_results_count(results) ? STATUS_OK : STATUS_NOTHING;
    }
    size_t size = wy_results_size(results);
    for (size_t i = 0; i < size; i++) {
        const wy_hit *hit;
        if (wy_results_hit(results, i, &hit, &error) != WY_OK) return complain_error(&error);
        if (r->json) {
            put_json(r, hit);
        } else {
            if (i > 0 && (!hit->report_rank || hit->rank == 1)) putchar('\n');
            put_hit(r, hit);
        }
    }
    return size ? STATUS_OK : STATUS_NOTHING;
}

static int search(void *own, const char *text)
{
    request *r = own;
    wy_error error = {0};
    wy_results *results = NULL;
    int result = STATUS_TROUBLE;
    if (r->how.passages && !r->how.by_report)
        return options_misuse(&command_search, _("--passages is for --by report"));
    if (r->count) r->how.limit = 0;
    wy_query *query = scope_query(text);
    if (!query) return STATUS_TROUBLE;
    if (!scope_open(&r->scope)) goto done;
    r->how.year_from = r->filters.year_from;
    r->how.year_to = r->filters.year_to;
    r->how.issuer = r->filters.issuer;
    r->how.title = r->filters.title;
    if (wy_search(r->scope.snapshots, r->scope.count, query, &r->how, &results, &error) == WY_OK)
        result = show(r, results);
    else
        result = complain_query(&error, text);
done:
    wy_results_free(results);
    wy_query_free(query);
    return result;
}

static bool read_sort(request *r, const arguments *a)
{
    static const char *const names[] = {"score", "date", "-date"};
    for (r->how.order = WY_ORDER_SCORE; r->how.order <= WY_ORDER_NEWEST; r->how.order++)
        if (strcmp(a->value, names[r->how.order]) == 0) return true;
    options_misuse(a->command, _("--sort: '%s' is none of score, date, -date"), a->value);
    return false;
}

static bool read_by(request *r, const arguments *a)
{
    r->how.by_report = strcmp(a->value, "report") == 0;
    if (!r->how.by_report) options_misuse(a->command, _("--by: '%s' is not report"), a->value);
    return r->how.by_report;
}

static bool read_size(const arguments *a, uint64_t least, uint64_t most, size_t *out)
{
    uint64_t number;
    if (!options_number(a, least, most, &number)) return false;
    *out = (size_t)number;
    return true;
}

static bool read_option(void *own, const arguments *a, int key)
{
    request *r = own;
    bool good;
    if (scope_option(&r->scope, &r->filters, a, key, &good)) return good;
    switch (key) {
    case 'n':
        return read_size(a, 1, 1000000, &r->how.limit);
    case 'o':
        return read_size(a, 0, 1000000000, &r->how.offset);
    case 'C':
        return read_size(a, 0, 1000, &r->how.context);
    case KEY_PASSAGES:
        return read_size(a, 1, 1000, &r->how.passages);
    case KEY_SORT:
        return read_sort(r, a);
    case KEY_BY:
        return read_by(r, a);
    case 'c':
        r->count = r->how.count = true;
        return true;
    case 'j':
        r->json = true;
        return true;
    case 'v':
        r->verbose = true;
        return true;
    default: /* KEY_COLOR */
        if (color_wanted(a->value, stdout, &r->color)) return true;
        options_misuse(a->command, _("--color: '%s' is none of auto, always, never"), a->value);
        return false;
    }
}

static int run(const command *c, int argc, char **argv)
{
    request r = {.how = {.size = sizeof(wy_search_options), .limit = 10}};
    color_wanted("auto", stdout, &r.color);
    const scope_command how = {&r.scope, &r, read_option, search};
    return scope_run(&how, c, argc, argv);
}

const command command_search = {
    .name = "search",
    .operands = "INDEX QUERY...",
    .summary = N_("find paragraphs"),
    .more =
        N_("query:\n"
           "  法治 政府                paragraphs with any of the words, the best first\n"
           "  '\"简政放权\"'             an exact phrase\n"
           "  a AND b, a OR b, NOT a   both; at least one; without (also -a)\n"
           "  +a                       must be there\n"
           "  ( ... )                  grouping\n"
           "  a NEAR/5 b               at most 5 characters apart, in any order\n"
           "  un* w?rd word~1          words by pattern; words with one letter wrong\n"
           "  a^2                      counts twice\n"
           "  title:a issuer:a         in the title of the report, in the name of who issued it\n"
           "  section:a                in a heading above\n"
           "  year:2019..2022          only reports of these years; also 2020, >=2019, ..2022\n"
           "  date:2024-03 report:id   published then; the report with this id\n"
           "All of it is in wenyuan-query(7).\n"
           "Exit status: 0 found, 1 nothing found, 2 trouble.\n"),
    .examples = "wenyuan search reports.wy 营商环境 企业 --limit 5\n"
                "wenyuan search reports.wy '\"简政放权\"' --year 2019..2022 --sort -date\n"
                "wenyuan search reports.wy 行政复议 --by report --issuer 福州\n"
                "wenyuan search -i 2022.wy -i 2023.wy 数字政府 --context 1\n",
    .options = options,
    .run = run,
    .paged = true,
};
