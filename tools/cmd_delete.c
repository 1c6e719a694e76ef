/*
 * cmd_delete.c: wenyuan delete: remove reports from an index, whatever became of their files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "map.h"
#include "messages.h"
#include "output.h"

static const option_row options[] = {
    {'0', "null", NULL, N_("names on standard input end with a NUL byte, not with a line")},
    {'q', "quiet", NULL, N_("no summary")},
    {0, NULL, NULL, NULL},
};

static const char scheme[] = "report:";

typedef struct job {
    map wanted; /* ids; the value is 1 where the index has it */
    char **names;
    size_t *lengths;
    size_t count, capacity;
    size_t missing;
    bool quiet;
    char end; /* of a name on standard input */
} job;

/* Takes a name "report:ID". false after a complaint. */
static bool add_name(job *j, const char *name, size_t length)
{
    const size_t front = sizeof scheme - 1;
    bool added;
    if (length <= front || strncmp(name, scheme, front) != 0) {
        complain(_("'%.*s' is not of the form report:ID"), (int)length, name);
        return false;
    }
    map_put(&j->wanted, name + front, length - front, &added);
    if (!added) return true;
    if (j->count == j->capacity) {
        j->capacity = j->capacity ? j->capacity * 2 : 16;
        j->names = more_memory(j->names, j->capacity, sizeof *j->names);
        j->lengths = more_memory(j->lengths, j->capacity, sizeof *j->lengths);
    }
    j->names[j->count] = copy_text(name + front, length - front);
    j->lengths[j->count++] = length - front;
    return true;
}

static bool read_names(job *j)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool good = true;
    while (good && (length = getdelim(&line, &capacity, j->end, stdin)) > 0) {
        if (line[length - 1] == j->end) length--;
        if (length > 0) good = add_name(j, line, (size_t)length);
    }
    if (good && ferror(stdin)) {
        complain(_("cannot read standard input: %s"), system_message(errno));
        good = false;
    }
    free(line);
    return good;
}

static int mark_found(void *context, const wy_report *report)
{
    job *j = context;
    size_t *found = map_get(&j->wanted, report->id.data, report->id.length);
    if (found) *found = 1;
    return 0;
}

static int delete_found(job *j, wy_writer *writer, wy_error *error)
{
    int status = WY_OK;
    for (size_t i = 0; i < j->count && status == WY_OK; i++) {
        if (*map_get(&j->wanted, j->names[i], j->lengths[i])) {
            status = wy_writer_delete(writer, (wy_string){j->names[i], j->lengths[i]}, error);
        } else {
            complain(_("the index has no report %.*s"), (int)j->lengths[i], j->names[i]);
            j->missing++;
        }
    }
    if (status == WY_OK && j->missing < j->count) status = wy_writer_commit(writer, error);
    return status;
}

static int delete_reports(job *j, const char *path)
{
    wy_error error = {0};
    wy_index *index = NULL;
    wy_writer *writer = NULL;
    wy_snapshot *snapshot = NULL;
    int status = wy_index_open(path, NULL, &index, &error);
    /* The lock comes first: what the index has cannot change after it was looked at. */
    if (status == WY_OK) status = wy_writer_open(index, NULL, &writer, &error);
    if (status == WY_OK) status = wy_snapshot_open(index, &snapshot, &error);
    if (status == WY_OK) status = wy_snapshot_reports(snapshot, mark_found, j, &error);
    wy_snapshot_close(snapshot);
    if (status == WY_OK) status = delete_found(j, writer, &error);
    wy_writer_close(writer);
    wy_index_close(index);
    if (status != WY_OK) return complain_error(&error);
    if (!j->quiet) {
        char number[NUMBER_SIZE];
        const size_t deleted = j->count - j->missing;
        printf(ngettext("deleted %s report\n", "deleted %s reports\n", deleted),
               with_commas(deleted, number));
    }
    return j->missing ? STATUS_TROUBLE : STATUS_OK;
}

static int run(const command *c, int argc, char **argv)
{
    job j = {.end = '\n'};
    arguments a;
    int key, status = STATUS_TROUBLE;
    bool good = true;
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) >= 0) {
        if (key == '0') j.end = '\0';
        if (key == 'q') j.quiet = true;
    }
    if (key != OPTIONS_END) {
        status = options_status(key);
        goto done;
    }
    if (a.operand_count < 2) {
        status = options_misuse(c, _("an index and at least one report are needed"));
        goto done;
    }
    for (int i = 1; good && i < a.operand_count; i++) {
        const char *name = a.operands[i];
        good = strcmp(name, "-") == 0 ? read_names(&j) : add_name(&j, name, strlen(name));
    }
    if (good) status = delete_reports(&j, a.operands[0]);
done:
    for (size_t i = 0; i < j.count; i++) free(j.names[i]);
    free(j.names);
    free(j.lengths);
    map_free(&j.wanted);
    options_free(&a);
    return status;
}

const command command_delete = {
    .name = "delete",
    .operands = "INDEX report:ID...",
    .summary = N_("remove reports from an index"),
    .more = N_("The ID of a report is what search --json calls report. With - names are read from\n"
               "standard input, one a line. All go in one commit. Names that the index does not\n"
               "have are told, and the others deleted.\n"
               "Exit status: 0 all were there, 2 some were not, or other trouble.\n"),
    .examples = "wenyuan delete reports.wy report:/data/2019/report.txt\n"
                "wenyuan search reports.wy --json title:草稿 | jq -r '\"report:\" + .report' |\n"
                "    sort -u | wenyuan delete reports.wy -\n",
    .options = options,
    .run = run,
};
