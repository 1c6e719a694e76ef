/*
 * cmd_read.c: wenyuan read: what the library makes of files, and why.
 */
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"
#include "reading.h"
#include "stop.h"

static const option_row options[] = {
    READING_OPTIONS,
    {'j', "json", NULL, N_("one JSON object a line for each report")},
    {0, NULL, NULL, NULL},
};

/* By wy_clue: for programs, and for people. */
static const struct {
    const char *name, *words;
} clues[] = {
    {NULL, N_("not found")},
    {"field", N_("a field of the file")},
    {"window", N_("the title of the page's window")},
    {"heading", N_("the main heading")},
    {"line", N_("the first line")},
    {"label", N_("a labelled line of the page")},
    {"opening", N_("one of the first lines")},
    {"signature", N_("the signature")},
    {"title", N_("the title")},
    {"session", N_("the session of the National People's Congress in the title")},
    {"name", N_("the name of the file")},
    {"date", N_("the date of publication")},
};
enum { CLUES = sizeof clues / sizeof clues[0] };

static size_t clue_number(const wy_reason *why)
{
    return why->clue >= 0 && why->clue < CLUES ? (size_t)why->clue : 0;
}

/* ---- For people ---------------------------------------------------------------------------- */

static void put_string(wy_string text)
{
    put_text(stdout, text.data, text.length);
}

static void put_name(const char *name)
{
    put_left(stdout, name, strlen(name), 12);
}

/* "title       东湖区2023年工作报告", and on a line below where it comes from. */
static void put_value(const char *name, wy_string value, const wy_reason *why)
{
    put_name(name);
    if (value.length > 0)
        put_string(value);
    else
        putchar('-');
    printf("\n            (%s", _(clues[clue_number(why)].words));
    bool same = why->text.length == value.length &&
                (value.length == 0 || memcmp(why->text.data, value.data, value.length) == 0);
    if (why->text.length > 0 && !same) {
        size_t shown = fitting(why->text.data, why->text.length, 60);
        printf(": ");
        put_text(stdout, why->text.data, shown);
        if (shown < why->text.length) printf("…");
    }
    puts(")");
}

static void put_count(const char *name, size_t number)
{
    char buffer[NUMBER_SIZE];
    put_name(name);
    puts(with_commas(number, buffer));
}

/* Depth of each section; parents come first. The caller frees it. */
static size_t *section_depths(const wy_report *report)
{
    size_t *depths = take_memory(report->section_count + 1, sizeof *depths);
    for (size_t i = 0; i < report->section_count; i++) {
        uint32_t parent = report->sections[i].parent;
        depths[i] = parent ? depths[parent - 1] + 1 : 0;
    }
    return depths;
}

static void put_outline(const wy_report *report)
{
    size_t *depths = section_depths(report);
    printf("\n%s\n", _("Outline"));
    for (size_t i = 0; i < report->section_count; i++) {
        printf("  %*s", (int)(depths[i] < 20 ? 2 * depths[i] : 40), "");
        put_string(report->sections[i].heading);
        putchar('\n');
    }
    free(depths);
}

static void put_paragraphs(const wy_report *report)
{
    printf("\n%s\n", _("Paragraphs"));
    for (size_t i = 0; i < report->paragraph_count; i++) {
        printf("%5zu  ", i + 1);
        put_string(report->paragraphs[i].text);
        putchar('\n');
    }
}

static void put_dropped(const wy_understanding *how)
{
    printf("\n%s\n", _("Left out as belonging to the page"));
    for (size_t i = 0; i < how->dropped_count; i++) {
        printf("  ");
        put_string(how->dropped[i]);
        putchar('\n');
    }
}

static void put_plain(const wy_report *report, const wy_understanding *how)
{
    char number[32] = "", date[32] = "";
    if (report->year) snprintf(number, sizeof number, "%d", (int)report->year);
    if (report->date)
        snprintf(date, sizeof date, "%04d-%02d-%02d", (int)(report->date / 10000),
                 (int)(report->date / 100 % 100), (int)(report->date % 100));
    put_name(_("report"));
    put_string(report->id);
    putchar('\n');
    put_name(_("format"));
    printf("%s", reading_format_name(how->format));
    if (*how->packing) printf(", %s", how->packing);
    if (*how->filter) {
        printf(", ");
        put_text(stdout, how->filter, strlen(how->filter));
    }
    putchar('\n');
    put_name(_("encoding"));
    puts(how->encoding);
    put_value(_("title"), report->title, &how->title);
    put_value(_("issuer"), report->issuer, &how->issuer);
    put_value(_("year"), (wy_string){number, strlen(number)}, &how->year);
    put_value(_("date"), (wy_string){date, strlen(date)}, &how->date);
    put_count(_("sections"), report->section_count);
    put_count(_("paragraphs"), report->paragraph_count);
    put_count(_("left out"), how->dropped_count);
    if (report->section_count > 0) put_outline(report);
    if (report->paragraph_count > 0) put_paragraphs(report);
    if (how->dropped_count > 0) put_dropped(how);
}

/* ---- For programs -------------------------------------------------------------------------- */

static json_t *reason(const wy_reason *why)
{
    if (clue_number(why) == 0) return json_null();
    json_t *o = json_record();
    json_put(o, "from", json_c_text(clues[clue_number(why)].name));
    json_put(o, "text", json_text_or_null(why->text));
    return o;
}

static json_t *sections(const wy_report *report)
{
    json_t *list = json_list();
    for (size_t i = 0; i < report->section_count; i++) {
        json_t *o = json_record();
        json_put(o, "heading", json_text(report->sections[i].heading));
        json_put(o, "parent", json_number_or_null((int32_t)report->sections[i].parent));
        json_add(list, o);
    }
    return list;
}

static json_t *paragraphs(const wy_report *report)
{
    json_t *list = json_list();
    for (size_t i = 0; i < report->paragraph_count; i++) {
        const wy_paragraph *p = &report->paragraphs[i];
        json_t *o = json_record();
        json_put(o, "section", json_number_or_null((int32_t)p->section));
        json_put(o, "text", json_text(p->text));
        json_add(list, o);
    }
    return list;
}

static void put_json(const wy_report *report, const wy_understanding *how)
{
    json_t *o = json_record(), *why = json_record(), *dropped = json_list();
    wy_string packing = {how->packing, strlen(how->packing)};
    wy_string filter = {how->filter, strlen(how->filter)};
    json_put(o, "report", json_text(report->id));
    json_put(o, "format", json_c_text(reading_format_name(how->format)));
    json_put(o, "packing", json_text_or_null(packing));
    json_put(o, "filter", json_text_or_null(filter));
    json_put(o, "encoding", json_c_text(how->encoding));
    json_put(o, "title", json_text_or_null(report->title));
    json_put(o, "issuer", json_text_or_null(report->issuer));
    json_put(o, "year", json_number_or_null(report->year));
    json_put(o, "date", json_date(report->date));
    json_put(why, "title", reason(&how->title));
    json_put(why, "issuer", reason(&how->issuer));
    json_put(why, "year", reason(&how->year));
    json_put(why, "date", reason(&how->date));
    json_put(o, "why", why);
    json_put(o, "sections", sections(report));
    json_put(o, "paragraphs", paragraphs(report));
    for (size_t i = 0; i < how->dropped_count; i++) json_add(dropped, json_text(how->dropped[i]));
    json_put(o, "dropped", dropped);
    json_line(stdout, o);
}

/* ---- The run ------------------------------------------------------------------------------- */

static void on_warning(void *context, const wy_error *warning)
{
    bool *trouble = context;
    *trouble = true;
    complain_error(warning);
}

/* Shows the reports of one file. *shown: how many so far. */
static int show_file(const char *path, const wy_source_options *base, bool json, size_t *shown)
{
    bool trouble = false;
    wy_source_options how = *base;
    wy_source *source;
    const wy_report *report;
    wy_error error;
    how.standard_input = strcmp(path, "-") == 0;
    how.warn = on_warning;
    how.warn_context = &trouble;
    if (wy_source_open(path, &how, &source, &error) != WY_OK) return complain_error(&error);
    int next = WY_END;
    while (!*stop_signal() && (next = wy_source_next(source, &report, &error)) == WY_OK) {
        wy_understanding understood = {.size = sizeof understood};
        wy_source_understanding(source, &understood);
        if (!json && (*shown)++ > 0) putchar('\n');
        (json ? put_json : put_plain)(report, &understood);
    }
    if (next != WY_OK && next != WY_END) {
        complain_error(&error);
        trouble = true;
    }
    wy_source_close(source);
    return trouble ? STATUS_TROUBLE : STATUS_OK;
}

static int run(const command *c, int argc, char **argv)
{
    arguments a;
    reading r;
    bool json = false, good = true;
    int key, status = STATUS_OK;
    size_t shown = 0;
    options_begin(&a, c, argc, argv);
    reading_begin(&r);
    while (good && (key = options_next(&a)) != OPTIONS_END) {
        if (key == 'j') {
            json = true;
        } else if (!reading_option(&r, &a, key, &good)) {
            status = options_status(key);
            goto done;
        }
    }
    if (!good) {
        status = STATUS_TROUBLE;
    } else if (a.operand_count == 0) {
        status = options_misuse(c, _("at least one file is needed"));
    } else {
        stop_catch();
        for (int i = 0; i < a.operand_count && !*stop_signal(); i++) {
            int one = show_file(a.operands[i], &r.how, json, &shown);
            if (one != STATUS_OK) status = one;
        }
        if (*stop_signal()) status = STATUS_STOPPED + (int)*stop_signal();
    }
done:
    reading_free(&r);
    options_free(&a);
    return status;
}

const command command_read = {
    .name = "read",
    .operands = "FILE...",
    .summary = N_("show what is understood of files, without an index"),
    .more =
        N_("Title, issuer, year and date are shown with the place where they were found, then the\n"
           "outline, the paragraphs, and the lines that were left out. - is standard input.\n"),
    .examples = "wenyuan read 2023-report.html\n"
                "wenyuan read --filter 'odt=odt2txt %s' --json report.odt\n",
    .options = options,
    .run = run,
    .paged = true,
};
