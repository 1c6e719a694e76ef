/*
 * cmd_analyze.c: wenyuan analyze: show the terms that the index sees in a text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"

enum { KEY_ANALYZER = 256 };

static const option_row options[] = {
    {KEY_ANALYZER, "analyzer", "ANALYZER", N_("icu (default), icu-punctuation or whitespace")},
    {'j', "json", NULL, N_("one JSON object a term, a line each")},
    {0, NULL, NULL, NULL},
};

static const char *kind_name(int kind)
{
    return kind == WY_TERM_NUMBER        ? "number"
           : kind == WY_TERM_STEM        ? "stem"
           : kind == WY_TERM_PUNCTUATION ? "punctuation"
                                         : "word";
}

static void put_plain(const wy_term *t)
{
    printf("%8lu %5lu  %-6s %8zu %8zu  ", (unsigned long)t->position, (unsigned long)t->width,
           kind_name(t->kind), t->span.begin, t->span.end);
    put_text(stdout, t->text.data, t->text.length);
    putchar('\n');
}

static void put_json(const wy_term *t)
{
    json_t *o = json_record();
    json_put(o, "term", json_text(t->text));
    json_put(o, "kind", json_c_text(kind_name(t->kind)));
    json_put(o, "position", json_number(t->position));
    json_put(o, "width", json_number(t->width));
    json_put(o, "begin", json_number(t->span.begin));
    json_put(o, "end", json_number(t->span.end));
    json_line(stdout, o);
}

/* All of standard input. NULL after a complaint. */
static char *read_input(size_t *length)
{
    size_t capacity = 1 << 16;
    char *text = take_memory(capacity, 1);
    *length = 0;
    while (!feof(stdin) && !ferror(stdin)) {
        if (*length == capacity) text = more_memory(text, capacity *= 2, 1);
        *length += fread(text + *length, 1, capacity - *length, stdin);
    }
    if (!ferror(stdin)) return text;
    complain(_("cannot read standard input: %s"), system_message(errno));
    free(text);
    return NULL;
}

static void put_heads(void)
{
    const char *const heads[] = {_("position"), _("width"), _("kind"), _("begin"), _("end")};
    static const size_t widths[] = {8, 6, 6, 9, 9};
    for (size_t i = 0; i < 5; i++) {
        const bool left = i == 2;
        if (left) fputs("  ", stdout);
        (left ? put_left : put_right)(stdout, heads[i], strlen(heads[i]), widths[i]);
    }
    printf("  %s\n", _("term"));
}

static int analyze(const char *analyzer, const char *text, size_t length, bool json)
{
    wy_error error = {0};
    wy_analysis *analysis;
    if (wy_analyze(analyzer, (wy_string){text, length}, NULL, &analysis, &error) != WY_OK)
        return complain_error(&error);
    size_t size = wy_analysis_size(analysis);
    if (!json) put_heads();
    for (size_t i = 0; i < size; i++) (json ? put_json : put_plain)(wy_analysis_term(analysis, i));
    wy_analysis_free(analysis);
    return STATUS_OK;
}

static int run(const command *c, int argc, char **argv)
{
    arguments a;
    const char *analyzer = "icu";
    char *text = NULL;
    size_t length = 0;
    bool json = false;
    int key, status;
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) == 'j' || key == KEY_ANALYZER) {
        if (key == 'j')
            json = true;
        else
            analyzer = a.value;
    }
    if (key != OPTIONS_END) {
        status = options_status(key);
    } else if (a.operand_count < 1) {
        status = options_misuse(c, _("a text is needed, or - for standard input"));
    } else {
        if (a.operand_count == 1 && strcmp(a.operands[0], "-") == 0) {
            text = read_input(&length);
        } else {
            text = options_join(a.operands, a.operand_count);
            length = strlen(text);
        }
        status = text ? analyze(analyzer, text, length, json) : STATUS_TROUBLE;
    }
    free(text);
    options_free(&a);
    return status;
}

const command command_analyze = {
    .name = "analyze",
    .operands = "TEXT...",
    .summary = N_("show the terms that the index sees in a text"),
    .more = N_(
        "With - as the only TEXT standard input is read. Begin and end are bytes of the text.\n"),
    .options = options,
    .examples = "wenyuan analyze 推进法治政府建设\n"
                "wenyuan analyze --json - < report.txt\n",
    .run = run,
};
