/*
 * cmd_facets.c: wenyuan facets: where the matches of a query are: in which years, whose reports,
 * under which headings.
 */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"
#include "scope.h"

enum { KEY_BY = 256 };

static const option_row options[] = {
    SCOPE_OPTIONS,
    FILTER_OPTIONS,
    {KEY_BY, "by", "KEY", N_("year (default), issuer or section")},
    {'n', "limit", "N", N_("rows to show (20; all years)")},
    {'j', "json", NULL, N_("one JSON object a row, a line each")},
    {0, NULL, NULL, NULL},
};

typedef struct request {
    scope scope;
    filters filters;
    int by;
    size_t limit;
    bool json;
} request;

static const char *const keys[] = {"year", "issuer", "section"};

static wy_string key_of(const wy_count *count, int by, char year[16])
{
    if (by != WY_BY_YEAR && count->key.length) return count->key;
    snprintf(year, 16, "%d", (int)count->year);
    const char *text = by == WY_BY_YEAR && count->year ? year
                       : by == WY_BY_SECTION           ? _("(no heading)")
                                                       : _("unknown");
    return (wy_string){text, strlen(text)};
}

static void put_plain(const wy_counts *counts, int by)
{
    const char *const heads[] = {_("paragraphs"), _("reports"), _("occurrences")};
    size_t widths[3], widest = 8, numbers = 0;
    uint64_t most = 0;
    char year[16];
    for (size_t i = 0; i < 3; i++) {
        const size_t width = text_width(heads[i], strlen(heads[i]));
        widths[i] = (width > 9 ? width : 9) + 2;
        numbers += widths[i];
    }
    for (size_t i = 0; i < counts->size; i++) {
        const wy_string key = key_of(&counts->list[i], by, year);
        const size_t width = text_width(key.data, key.length);
        if (width > widest) widest = width;
        if (counts->list[i].paragraphs > most) most = counts->list[i].paragraphs;
    }
    const size_t whole = terminal_width();
    if (widest + numbers + 12 > whole) widest = whole > numbers + 24 ? whole - numbers - 12 : 12;
    const size_t room = whole > widest + numbers + 10 ? whole - widest - numbers - 3 : 8;
    put_left(stdout, "", 0, widest);
    heading_begin();
    for (size_t i = 0; i < 3; i++) put_right(stdout, heads[i], strlen(heads[i]), widths[i]);
    heading_end();
    putchar('\n');
    for (size_t i = 0; i < counts->size; i++) {
        const wy_count *count = &counts->list[i];
        const wy_string key = key_of(count, by, year);
        const uint64_t figures[] = {count->paragraphs, count->reports, count->occurrences};
        if (by == WY_BY_YEAR && count->paragraphs == 0) continue;
        put_left(stdout, key.data, fitting(key.data, key.length, widest), widest);
        for (size_t f = 0; f < 3; f++) {
            char buffer[NUMBER_SIZE];
            with_commas(figures[f], buffer);
            put_right(stdout, buffer, strlen(buffer), widths[f]);
        }
        fputs("  ", stdout);
        put_bar(stdout, (double)count->paragraphs / (double)most, room);
        putchar('\n');
    }
    if (counts->keys > counts->size) {
        char more[NUMBER_SIZE];
        printf(_("(%s more)\n"), with_commas(counts->keys - counts->size, more));
    }
}

static void put_json(const wy_counts *counts, int by)
{
    for (size_t i = 0; i < counts->size; i++) {
        const wy_count *count = &counts->list[i];
        if (count->paragraphs == 0) continue;
        json_t *o = json_record();
        json_put(o, keys[by],
                 by == WY_BY_YEAR ? json_number_or_null(count->year)
                                  : json_text_or_null(count->key));
        json_put(o, "paragraphs", json_number(count->paragraphs));
        json_put(o, "reports", json_number(count->reports));
        json_put(o, "occurrences", json_number(count->occurrences));
        json_line(stdout, o);
    }
}

static int show(void *own, const char *text)
{
    request *r = own;
    wy_error error = {0};
    wy_counts *counts = NULL;
    const wy_count_options how = {.size = sizeof how,
                                  .by = r->by,
                                  .limit = r->limit,
                                  .year_from = r->filters.year_from,
                                  .year_to = r->filters.year_to,
                                  .issuer = r->filters.issuer,
                                  .title = r->filters.title};
    wy_query *query = scope_query(text);
    if (!query) return STATUS_TROUBLE;
    int result = STATUS_TROUBLE;
    if (!scope_open(&r->scope)) goto done;
    if (wy_counts_make(r->scope.snapshots, r->scope.count, query, &how, &counts, &error) != WY_OK) {
        result = complain_query(&error, text);
        goto done;
    }
    result = counts->total.paragraphs ? STATUS_OK : STATUS_NOTHING;
    if (result == STATUS_OK) (r->json ? put_json : put_plain)(counts, r->by);
done:
    wy_counts_free(counts);
    wy_query_free(query);
    return result;
}

static bool read_option(void *own, const arguments *a, int key)
{
    request *r = own;
    bool good;
    uint64_t number;
    if (scope_option(&r->scope, &r->filters, a, key, &good)) return good;
    if (key == 'j') {
        r->json = true;
    } else if (key == 'n') {
        if (!options_number(a, 1, 1000000, &number)) return false;
        r->limit = (size_t)number;
    } else {
        for (r->by = 0; r->by < 3; r->by++)
            if (strcmp(a->value, keys[r->by]) == 0) return true;
        options_misuse(a->command, _("--by: '%s' is none of year, issuer, section"), a->value);
        return false;
    }
    return true;
}

static int run(const command *c, int argc, char **argv)
{
    request r = {.limit = 20};
    const scope_command how = {&r.scope, &r, read_option, show};
    return scope_run(&how, c, argc, argv);
}

const command command_facets = {
    .name = "facets",
    .operands = "INDEX QUERY...",
    .summary = N_("count what matches by year, issuer or heading"),
    .more = N_("By section the outermost heading counts, without its number.\n"
               "Exit status: 0 found, 1 nothing found, 2 trouble.\n"),
    .examples = "wenyuan facets reports.wy 行政复议 --by issuer\n"
                "wenyuan facets reports.wy '\"简政放权\"' --by section --limit 10\n",
    .options = options,
    .run = run,
    .paged = true,
};
