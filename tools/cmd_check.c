/*
 * cmd_check.c: wenyuan check: read every byte of an index and say what is damaged; and repair it.
 */
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"

enum { REPAIR = 256, ANALYZER };

static const option_row options[] = {
    {'j', "json", NULL, N_("one JSON object a file, a line each")},
    {REPAIR, "repair", NULL, N_("make it sound again from what can be read of it")},
    {ANALYZER, "analyzer", "ANALYZER",
     N_("with --repair, where the manifest is lost: icu (the default), icu-punctuation or "
        "whitespace")},
    {0, NULL, NULL, NULL},
};

typedef struct verdict {
    bool json;
    uint64_t files, bytes, damaged;
} verdict;

static void put_json(const char *file, uint64_t bytes, const wy_error *problem)
{
    json_t *o = json_record();
    json_put(o, "file", json_c_text(file));
    json_put(o, "bytes", json_number(bytes));
    json_put(o, "sound", json_truth(!problem));
    json_put(o, "problem", json_problem(problem));
    json_line(stdout, o);
}

static void on_file(void *context, const char *file, uint64_t bytes, const wy_error *problem)
{
    verdict *v = context;
    char number[NUMBER_SIZE];
    /* Where there is no manifest there is no index, and nothing to give a verdict on. */
    if (problem && problem->code == WY_E_NOT_FOUND && v->files == 0) return;
    v->files++;
    v->bytes += bytes;
    v->damaged += problem != NULL;
    if (v->json) {
        put_json(file, bytes, problem);
        return;
    }
    const char *verdict_word = problem ? _("DAMAGED") : _("sound");
    put_left(stdout, verdict_word, strlen(verdict_word), 7);
    printf(" %15s  ", with_commas(bytes, number));
    put_text(stdout, file, strlen(file));
    if (problem) {
        fputs(": ", stdout);
        if (problem->offset != WY_NO_OFFSET)
            printf(_("at byte %llu: "), (unsigned long long)problem->offset);
        put_reason(stdout, problem);
    }
    putchar('\n');
}

static int check(const char *path, bool json)
{
    wy_error error = {0};
    verdict v = {.json = json};
    char files[NUMBER_SIZE], number[NUMBER_SIZE];
    int status = wy_index_check(path, NULL, on_file, &v, &error);
    if (status != WY_OK && v.damaged == 0) return complain_error(&error);
    if (v.damaged > 0) {
        complain(_("%s: %llu of %llu files damaged"), path, (unsigned long long)v.damaged,
                 (unsigned long long)v.files);
        return STATUS_TROUBLE;
    }
    if (!json)
        printf(_("%s files, %s bytes: all sound\n"), with_commas(v.files, files),
               with_commas(v.bytes, number));
    return STATUS_OK;
}

/* ---- Repairing ----------------------------------------------------------------------------- */

static const char *kind_name(int kind)
{
    switch (kind) {
    case WY_REPAIR_PARTIAL:
        return "partial";
    case WY_REPAIR_LOST:
        return "lost";
    case WY_REPAIR_UNNAMED:
        return "unnamed";
    default:
        return "doubtful";
    }
}

static void put_event(const wy_repair_event *event)
{
    json_t *o = json_record();
    json_put(o, "kind", json_c_text(kind_name(event->kind)));
    json_put(o, "report", json_text_or_null(event->id));
    json_put(o, "year", json_number_or_null(event->year));
    json_put(o, "paragraphs", json_number(event->paragraphs));
    json_put(o, "lost", json_number(event->lost));
    json_line(stdout, o);
}

static void on_event(void *context, const wy_repair_event *event)
{
    const bool *json = context;
    char lost[NUMBER_SIZE], all[NUMBER_SIZE];
    if (*json) {
        put_event(event);
        return;
    }
    printf("%-9s ", kind_name(event->kind));
    if (event->id.length)
        put_text(stdout, event->id.data, event->id.length);
    else
        fputs(_("a report whose name is lost"), stdout);
    if (event->year) printf(" (%d)", (int)event->year);
    if (event->lost > 0)
        printf(_(": %s of %s paragraphs lost"), with_commas(event->lost, lost),
               with_commas(event->paragraphs, all));
    if (event->kind == WY_REPAIR_DOUBTFUL) fputs(_(": may have been deleted before"), stdout);
    putchar('\n');
}

static void put_result(const wy_repair_result *r)
{
    json_t *o = json_record();
    json_put(o, "manifest_lost", json_truth(r->manifest_lost));
    json_put(o, "segments_sound", json_number(r->segments_sound));
    json_put(o, "segments_damaged", json_number(r->segments_damaged));
    json_put(o, "reports_saved", json_number(r->reports_saved));
    json_put(o, "reports_partial", json_number(r->reports_partial));
    json_put(o, "reports_lost", json_number(r->reports_lost));
    json_put(o, "reports_unnamed", json_number(r->reports_unnamed));
    json_put(o, "reports_doubtful", json_number(r->reports_doubtful));
    json_put(o, "paragraphs_lost", json_number(r->paragraphs_lost));
    json_put(o, "files_moved", json_number(r->files_moved));
    json_line(stdout, o);
}

static void print_result(const wy_repair_result *r)
{
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];
    if (!r->manifest_lost && r->segments_damaged == 0) {
        puts(_("nothing is damaged"));
        return;
    }
    if (r->manifest_lost) puts(_("the manifest was lost: all segments in the folder were read"));
    printf(_("%s segments sound, %s damaged; %s reports saved from these\n"),
           with_commas(r->segments_sound, a), with_commas(r->segments_damaged, b),
           with_commas(r->reports_saved, c));
    if (r->reports_lost + r->paragraphs_lost > 0)
        printf(_("%s reports and %s paragraphs lost\n"), with_commas(r->reports_lost, a),
               with_commas(r->paragraphs_lost, b));
    if (r->files_moved > 0)
        printf(_("%s files moved to the folder \"damaged\" in the index\n"),
               with_commas(r->files_moved, a));
}

/* What is lost makes the exit status that of damage, so that nobody overlooks it. */
static int repair(const char *path, const char *analyzer, bool json)
{
    wy_error error = {0};
    wy_index_options o = {.size = sizeof o, .analyzer = analyzer};
    wy_repair_result r = {.size = sizeof r};
    int status = wy_index_repair(path, &o, on_event, &json, &r, &error);
    if (status != WY_OK) return complain_error(&error);
    if (json)
        put_result(&r);
    else
        print_result(&r);
    return r.reports_lost + r.paragraphs_lost + r.reports_unnamed > 0 ? STATUS_TROUBLE : STATUS_OK;
}

static int run(const command *c, int argc, char **argv)
{
    arguments a;
    bool json = false, mend = false;
    const char *analyzer = NULL;
    int key, status;
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) >= 0) {
        if (key == 'j') json = true;
        if (key == REPAIR) mend = true;
        if (key == ANALYZER) analyzer = a.value;
    }
    if (key != OPTIONS_END)
        status = options_status(key);
    else if (a.operand_count != 1)
        status = options_misuse(c, _("one index is needed"));
    else if (analyzer && !mend)
        status = options_misuse(c, _("--analyzer is for --repair"));
    else
        status = mend ? repair(a.operands[0], analyzer, json) : check(a.operands[0], json);
    options_free(&a);
    return status;
}

const command command_check = {
    .name = "check",
    .operands = "INDEX",
    .summary = N_("verify every byte of an index"),
    .more =
        N_("--repair keeps what is sound, indexes the stored text of what is not anew, and moves\n"
           "damaged files to the folder \"damaged\" in the index, once all is on the disk.\n"
           "Exit status: 0 all sound or repaired without loss, 2 damage, loss or other trouble.\n"),
    .options = options,
    .examples = "wenyuan check reports.wy\n",
    .run = run,
};
