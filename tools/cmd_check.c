/*
 * cmd_check.c: wenyuan check: read every byte of an index and say what is damaged.
 */
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"

static const option_row options[] = {
    {'j', "json", NULL, N_("one JSON object a file, a line each")},
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

static int run(const command *c, int argc, char **argv)
{
    return options_run_on_index(c, argc, argv, check);
}

const command command_check = {
    .name = "check",
    .operands = "INDEX",
    .summary = N_("verify every byte of an index"),
    .more = N_("Exit status: 0 all sound, 2 damage or other trouble.\n"),
    .options = options,
    .examples = "wenyuan check reports.wy\n",
    .run = run,
};
