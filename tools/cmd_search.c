/*
 * cmd_search.c: wenyuan search: find paragraphs.
 */
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "json.h"
#include "output.h"

enum { KEY_COLOR = 256, KEY_WITH };

static const option_row options[] = {
    {'n', "limit", "N", "hits to show (10)"},
    {'o', "offset", "N", "hits to skip first (0)"},
    {'y', "year", "A..B", "only reports of these years; also A, A.. and ..B"},
    {'c', "count", NULL, "show only the number of matching paragraphs"},
    {'j', "json", NULL, "one JSON object a hit, a line each"},
    {'v', "verbose", NULL, "also show the score and the id of a hit"},
    {KEY_WITH, "with", "INDEX", "search this index too, as if they were one; may be repeated"},
    {KEY_COLOR, "color", "WHEN", "auto (default), always or never"},
    {0, NULL, NULL, NULL},
};

enum { MOST_INDEXES = 1024 };

typedef struct request {
    wy_search_options how;
    bool count, json, verbose, color;
    const char *color_when;
    const char **paths; /* of the indexes; the first is the operand */
    size_t path_count;
} request;

typedef struct opened {
    wy_index **indexes;
    wy_snapshot **snapshots;
    size_t count;
} opened;

/* ---- Hits for people ---------------------------------------------------------------------- */

static const char title_on[] = "\033[1m", faint_on[] = "\033[36m", match_on[] = "\033[1;31m",
                  all_off[] = "\033[m";

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

static void put_hit(const request *r, const wy_hit *hit)
{
    printf("%zu. ", hit->rank);
    put_style(r, title_on);
    put_string(hit->title.length ? hit->title : hit->report);
    put_style(r, all_off);
    if (hit->year) printf(" (%d)", (int)hit->year);
    if (r->verbose) printf("  %.3f", hit->score);
    putchar('\n');
    if (hit->section_count > 0) {
        fputs("   ", stdout);
        put_style(r, faint_on);
        for (size_t i = 0; i < hit->section_count; i++) {
            if (i > 0) fputs(" › ", stdout);
            put_string(hit->section[i]);
        }
        put_style(r, all_off);
        putchar('\n');
    }
    fputs("   ", stdout);
    put_snippet(r, hit);
    putchar('\n');
    if (r->verbose) {
        fputs("   ", stdout);
        put_string(hit->id);
        putchar('\n');
    }
}

/* ---- Hits for programs -------------------------------------------------------------------- */

static json_t *json_date(int32_t date)
{
    char text[16];
    if (date <= 0) return json_null();
    snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(date / 10000) % 10000,
             (int)(date / 100) % 100, (int)date % 100);
    return json_c_text(text);
}

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

static void put_json(const wy_hit *hit)
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
    json_line(stdout, o);
}

/* ---- The run ------------------------------------------------------------------------------ */

/* A query that is not well formed is shown with a caret under the place. */
static int complain_query(wy_error *error, wy_string query)
{
    if (error->code == WY_E_SYNTAX && !error->file[0]) memcpy(error->file, "query", sizeof "query");
    int status = complain_error(error);
    if (error->code != WY_E_SYNTAX || error->offset > query.length) return status;
    fputs("  ", stderr);
    put_text(stderr, query.data, query.length);
    fprintf(stderr, "\n  %*s^\n", (int)text_width(query.data, (size_t)error->offset), "");
    return status;
}

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
            put_json(hit);
        } else {
            if (i > 0) putchar('\n');
            put_hit(r, hit);
        }
    }
    return size ? STATUS_OK : STATUS_NOTHING;
}

static int open_indexes(const request *r, opened *o, wy_error *error)
{
    int status = WY_OK;
    o->indexes = take_memory(r->path_count, sizeof *o->indexes);
    o->snapshots = take_memory(r->path_count, sizeof *o->snapshots);
    for (; status == WY_OK && o->count < r->path_count; o->count++) {
        size_t i = o->count;
        status = wy_index_open(r->paths[i], NULL, &o->indexes[i], error);
        if (status == WY_OK) status = wy_snapshot_open(o->indexes[i], &o->snapshots[i], error);
    }
    return status;
}

static void close_indexes(opened *o)
{
    for (size_t i = 0; i < o->count; i++) {
        wy_snapshot_close(o->snapshots[i]);
        wy_index_close(o->indexes[i]);
    }
    free(o->snapshots);
    free(o->indexes);
}

static int search(const request *r, const char *text)
{
    wy_error error = {0};
    wy_query *query = NULL;
    wy_results *results = NULL;
    opened o = {0};
    wy_string words = {text, strlen(text)};
    int result;

    if (wy_query_parse(words, NULL, &query, &error) != WY_OK) {
        result = complain_query(&error, words);
        goto done;
    }
    if (open_indexes(r, &o, &error) != WY_OK) {
        result = complain_error(&error);
        goto done;
    }
    if (wy_search(o.snapshots, o.count, query, &r->how, &results, &error) != WY_OK) {
        result = complain_query(&error, words);
        goto done;
    }
    result = show(r, results);
done:
    wy_results_free(results);
    close_indexes(&o);
    wy_query_free(query);
    return result;
}

static bool read_option(request *r, const arguments *a, int key)
{
    uint64_t number;
    switch (key) {
    case 'n':
        if (!options_number(a, 1, 1000000, &number)) return false;
        r->how.limit = (size_t)number;
        return true;
    case 'o':
        if (!options_number(a, 0, 1000000000, &number)) return false;
        r->how.offset = (size_t)number;
        return true;
    case 'y':
        return options_years(a, &r->how.year_from, &r->how.year_to);
    case 'c':
        r->count = r->how.count = true;
        return true;
    case 'j':
        r->json = true;
        return true;
    case 'v':
        r->verbose = true;
        return true;
    case KEY_WITH:
        if (r->path_count == MOST_INDEXES) {
            options_misuse(a->command, "--with: at most %d indexes are searched together",
                           MOST_INDEXES);
            return false;
        }
        r->paths = more_memory(r->paths, r->path_count + 1, sizeof *r->paths);
        r->paths[r->path_count++] = a->value;
        return true;
    case KEY_COLOR:
        r->color_when = a->value;
        if (color_wanted(a->value, stdout, &r->color)) return true;
        options_misuse(a->command, "--color: '%s' is none of auto, always, never", a->value);
        return false;
    default:
        return false;
    }
}

static int run(const command *c, int argc, char **argv)
{
    request r = {.how = {.size = sizeof(wy_search_options), .limit = 10}, .path_count = 1};
    arguments a;
    int key, status = STATUS_TROUBLE;
    r.paths = take_memory(1, sizeof *r.paths);
    color_wanted("auto", stdout, &r.color);
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) != OPTIONS_END) {
        if (key == OPTIONS_HELP || key == OPTIONS_BAD) {
            status = options_status(key);
            goto done;
        }
        if (!read_option(&r, &a, key)) goto done;
    }
    if (a.operand_count < 2) {
        status = options_misuse(c, "an index and a query are needed");
        goto done;
    }
    if (r.count) r.how.limit = 0;
    r.paths[0] = a.operands[0];
    char *text = options_join(a.operands + 1, a.operand_count - 1);
    status = search(&r, text);
    free(text);
done:
    free(r.paths);
    options_free(&a);
    return status;
}

const command command_search = {
    .name = "search",
    .operands = "INDEX QUERY...",
    .summary = "find paragraphs",
    .more = "query:\n"
            "  法治 政府                paragraphs with any of the words, the best first\n"
            "  '\"简政放权\"'             an exact phrase\n"
            "  a AND b, a OR b, NOT a   both; at least one; without (also -a)\n"
            "  +a                       must be there\n"
            "  ( ... )                  grouping\n"
            "  title:word               in the title of the report\n"
            "  year:2019..2022          only reports of these years; also 2020, 2019.., ..2022\n"
            "Exit status: 0 found, 1 nothing found, 2 trouble.\n",
    .options = options,
    .run = run,
};
