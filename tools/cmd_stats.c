/*
 * cmd_stats.c: wenyuan stats: the figures of an index.
 */
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"

static const option_row options[] = {
    {'j', "json", NULL, N_("one JSON object")},
    {0, NULL, NULL, NULL},
};

enum { NAMES = 20, FIGURES = 16 };

static void put_name(const char *name)
{
    put_left(stdout, name, strlen(name), NAMES);
}

static void put_word(const char *word)
{
    put_right(stdout, word, strlen(word), FIGURES);
}

static void put_figure(uint64_t number)
{
    char buffer[NUMBER_SIZE];
    put_word(with_commas(number, buffer));
}

static void row(const char *name, uint64_t number)
{
    put_name(name);
    put_figure(number);
    putchar('\n');
}

static void put_head(const char *name, const char *first, const char *second)
{
    putchar('\n');
    put_name(name);
    put_word(first);
    put_word(second);
    putchar('\n');
}

static void put_plain(const wy_stats *s)
{
    put_name(_("analyzer"));
    put_word(s->analyzer);
    if (*s->icu_version) printf(" (ICU %s)", s->icu_version);
    putchar('\n');
    if (*s->segmenter) {
        put_name(_("segmenter"));
        put_word(s->segmenter);
        putchar('\n');
    }
    row(_("generation"), s->generation);
    row(_("segments"), s->segments);
    row(_("reports"), s->reports);
    row(_("paragraphs"), s->paragraphs);
    row(_("deleted paragraphs"), s->deleted_paragraphs);
    row(_("terms"), s->terms);
    row(_("postings"), s->postings);
    row(_("positions"), s->positions);
    row(_("bytes of text"), s->text_bytes);
    row(_("bytes on disk"), s->bytes);
    if (s->file_count > 0) put_head(_("kind of file"), _("files"), _("bytes"));
    for (size_t i = 0; i < s->file_count; i++) {
        put_name(s->files[i].kind);
        put_figure(s->files[i].files);
        put_figure(s->files[i].bytes);
        putchar('\n');
    }
    if (s->year_count > 0) put_head(_("year"), _("reports"), _("paragraphs"));
    for (size_t i = 0; i < s->year_count; i++) {
        char year[16];
        snprintf(year, sizeof year, "%d", (int)s->years[i].year);
        put_name(s->years[i].year ? year : _("unknown"));
        put_figure(s->years[i].reports);
        put_figure(s->years[i].paragraphs);
        putchar('\n');
    }
}

static void put_json(const wy_stats *s)
{
    json_t *o = json_record(), *files = json_list(), *years = json_list();
    wy_string icu = {s->icu_version, strlen(s->icu_version)};
    json_put(o, "analyzer", json_c_text(s->analyzer));
    json_put(o, "icu_version", json_text_or_null(icu));
    wy_string segmenter = {s->segmenter, strlen(s->segmenter)};
    json_put(o, "segmenter", json_text_or_null(segmenter));
    json_put(o, "generation", json_number(s->generation));
    json_put(o, "segments", json_number(s->segments));
    json_put(o, "reports", json_number(s->reports));
    json_put(o, "paragraphs", json_number(s->paragraphs));
    json_put(o, "deleted_paragraphs", json_number(s->deleted_paragraphs));
    json_put(o, "terms", json_number(s->terms));
    json_put(o, "postings", json_number(s->postings));
    json_put(o, "positions", json_number(s->positions));
    json_put(o, "text_bytes", json_number(s->text_bytes));
    json_put(o, "bytes", json_number(s->bytes));
    for (size_t i = 0; i < s->file_count; i++) {
        json_t *file = json_record();
        json_put(file, "kind", json_c_text(s->files[i].kind));
        json_put(file, "files", json_number(s->files[i].files));
        json_put(file, "bytes", json_number(s->files[i].bytes));
        json_add(files, file);
    }
    json_put(o, "files", files);
    for (size_t i = 0; i < s->year_count; i++) {
        json_t *year = json_record();
        json_put(year, "year", json_number_or_null(s->years[i].year));
        json_put(year, "reports", json_number(s->years[i].reports));
        json_put(year, "paragraphs", json_number(s->years[i].paragraphs));
        json_add(years, year);
    }
    json_put(o, "years", years);
    json_line(stdout, o);
}

static int stats(const char *path, bool json)
{
    wy_error error = {0};
    wy_index *index = NULL;
    wy_snapshot *snapshot = NULL;
    const wy_stats *figures;
    int status = wy_index_open(path, NULL, &index, &error);
    if (status == WY_OK) status = wy_snapshot_open(index, &snapshot, &error);
    if (status == WY_OK) status = wy_snapshot_stats(snapshot, &figures, &error);
    if (status == WY_OK) (json ? put_json : put_plain)(figures);
    wy_snapshot_close(snapshot);
    wy_index_close(index);
    return status == WY_OK ? STATUS_OK : complain_error(&error);
}

static int run(const command *c, int argc, char **argv)
{
    return options_run_on_index(c, argc, argv, stats);
}

const command command_stats = {
    .name = "stats",
    .operands = "INDEX",
    .summary = N_("show what an index holds and what it takes on disk"),
    .more = "",
    .options = options,
    .examples = "wenyuan stats reports.wy\n"
                "wenyuan stats --json reports.wy | jq .years\n",
    .run = run,
    .paged = true,
};
