/*
 * cmd_terms.c: wenyuan terms: the words of an index, and those that set one year apart.
 */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"
#include "scope.h"

enum { KEY_PREFIX = 256, KEY_DISTINCTIVE, KEY_NUMBERS };

static const option_row options[] = {
    SCOPE_OPTIONS,
    {'p', "prefix", "TEXT", N_("only words that begin so")},
    {'y', "year", "YEARS", N_("only in reports of these years: A, A..B, A.. or ..B")},
    {KEY_DISTINCTIVE, "distinctive", "YEARS",
     N_("words that set these years apart from those named by the next operand, or from all "
        "others")},
    {KEY_NUMBERS, "numbers", NULL, N_("with --distinctive: numbers too")},
    {'n', "limit", "N", N_("words to show (50; with --distinctive 25 either way)")},
    {'j', "json", NULL, N_("one JSON object a word, a line each")},
    {0, NULL, NULL, NULL},
};

typedef struct request {
    scope scope;
    wy_words_options how;
    size_t limit;
    bool json, numbers, years;
    char here[32], there[32]; /* how the years are called */
} request;

/* ---- One list ------------------------------------------------------------------------------- */

static void put_number(uint64_t number, size_t width)
{
    char buffer[NUMBER_SIZE];
    with_commas(number, buffer);
    put_right(stdout, buffer, strlen(buffer), width);
}

static size_t put_head(const char *text, size_t least)
{
    size_t width = text_width(text, strlen(text));
    if (width < least) width = least;
    put_right(stdout, text, strlen(text), width + 2);
    return width + 2;
}

/* Words are cut to what a line can hold. */
static size_t widest_word(const wy_word *list, size_t size)
{
    size_t widest = 8;
    for (size_t i = 0; i < size; i++) {
        const size_t width = text_width(list[i].text.data, list[i].text.length);
        if (width > widest) widest = width;
    }
    return widest < 40 ? widest : 40;
}

static void put_text_cell(wy_string text, size_t width)
{
    put_left(stdout, text.data, fitting(text.data, text.length, width), width);
}

static void put_list(const wy_words *words)
{
    const size_t widest = widest_word(words->list, words->size);
    heading_begin();
    put_left(stdout, _("word"), strlen(_("word")), widest);
    const size_t first = put_head(_("occurrences"), 11), second = put_head(_("paragraphs"), 11);
    heading_end();
    putchar('\n');
    for (size_t i = 0; i < words->size; i++) {
        const wy_word *w = &words->list[i];
        put_text_cell(w->text, widest);
        put_number(w->occurrences, first);
        put_number(w->paragraphs, second);
        putchar('\n');
    }
    if (words->words > words->size) {
        char more[NUMBER_SIZE];
        printf(_("(%s more)\n"), with_commas(words->words - words->size, more));
    }
}

static void put_json_list(const wy_words *words)
{
    for (size_t i = 0; i < words->size; i++) {
        const wy_word *w = &words->list[i];
        json_t *o = json_record();
        json_put(o, "word", json_text(w->text));
        json_put(o, "occurrences", json_number(w->occurrences));
        json_put(o, "paragraphs", json_number(w->paragraphs));
        json_line(stdout, o);
    }
}

/* ---- Two compared --------------------------------------------------------------------------- */

/* Digits with what goes with them: years and figures set any two years apart, and say nothing. */
static bool is_number(wy_string text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9') return true;
    return false;
}

static double per_10000(uint64_t part, uint64_t whole)
{
    return whole ? 1e4 * (double)part / (double)whole : 0;
}

static void put_pair(const wy_words *words, const wy_word *w, const size_t widths[6])
{
    char text[32];
    put_text_cell(w->text, widths[0]);
    put_number(w->occurrences, widths[1]);
    snprintf(text, sizeof text, "%.1f", per_10000(w->occurrences, words->occurrences));
    put_right(stdout, text, strlen(text), widths[2]);
    put_number(w->other_occurrences, widths[3]);
    snprintf(text, sizeof text, "%.1f", per_10000(w->other_occurrences, words->other_occurrences));
    put_right(stdout, text, strlen(text), widths[4]);
    snprintf(text, sizeof text, "%.1f", w->g2 < 0 ? -w->g2 : w->g2);
    put_right(stdout, text, strlen(text), widths[5]);
    putchar('\n');
}

/* The words of one end of the list: `step` 1 from its beginning, -1 from its end. */
static void put_end(const request *r, const wy_words *words, bool here, size_t widest)
{
    size_t widths[6] = {widest}, shown = 0;
    printf(_("more frequent in %s:\n"), here ? r->here : r->there);
    heading_begin();
    put_left(stdout, _("word"), strlen(_("word")), widest);
    widths[1] = put_head(r->here, 7);
    widths[2] = put_head(_("per 10,000"), 7);
    widths[3] = put_head(r->there, 7);
    widths[4] = put_head(_("per 10,000"), 7);
    widths[5] = put_head("G2", 8);
    heading_end();
    putchar('\n');
    for (size_t i = 0; i < words->size && shown < r->limit; i++) {
        const wy_word *w = &words->list[here ? i : words->size - 1 - i];
        if (here ? w->g2 <= 0 : w->g2 >= 0) break;
        if (!r->numbers && is_number(w->text)) continue;
        put_pair(words, w, widths);
        shown++;
    }
}

static void put_json_end(const request *r, const wy_words *words, bool here)
{
    size_t shown = 0;
    for (size_t i = 0; i < words->size && shown < r->limit; i++) {
        const wy_word *w = &words->list[here ? i : words->size - 1 - i];
        if (here ? w->g2 <= 0 : w->g2 >= 0) break;
        if (!r->numbers && is_number(w->text)) continue;
        json_t *o = json_record();
        json_put(o, "word", json_text(w->text));
        json_put(o, "more_in", json_c_text(here ? r->here : r->there));
        json_put(o, "g2", json_decimal(w->g2));
        json_put(o, "occurrences", json_number(w->occurrences));
        json_put(o, "paragraphs", json_number(w->paragraphs));
        json_put(o, "other_occurrences", json_number(w->other_occurrences));
        json_put(o, "other_paragraphs", json_number(w->other_paragraphs));
        json_line(stdout, o);
        shown++;
    }
}

static void put_compared(const request *r, const wy_words *words)
{
    if (r->json) {
        put_json_end(r, words, true);
        put_json_end(r, words, false);
        return;
    }
    const size_t widest = widest_word(words->list, words->size);
    put_end(r, words, true, widest);
    putchar('\n');
    put_end(r, words, false, widest);
}

/* ---- The run -------------------------------------------------------------------------------- */

static int show(request *r)
{
    wy_error error = {0};
    wy_words *words;
    if (!scope_open(&r->scope)) return STATUS_TROUBLE;
    if (!r->limit) r->limit = r->how.compare ? 25 : 50;
    /* Which of compared words are shown is decided here. */
    if (!r->how.compare) r->how.limit = r->limit;
    if (wy_words_make(r->scope.snapshots, r->scope.count, &r->how, &words, &error) != WY_OK)
        return complain_error(&error);
    /* Nothing can be compared with nothing. */
    const bool some = words->size > 0 && words->occurrences > 0 &&
                      (!r->how.compare || words->other_occurrences > 0);
    if (some && r->how.compare)
        put_compared(r, words);
    else if (some)
        (r->json ? put_json_list : put_list)(words);
    wy_words_free(words);
    return some ? STATUS_OK : STATUS_NOTHING;
}

static bool read_option(request *r, const arguments *a, int key)
{
    bool good;
    uint64_t number;
    if (scope_option(&r->scope, NULL, a, key, &good)) return good;
    switch (key) {
    case 'p':
        r->how.prefix = (wy_string){a->value, strlen(a->value)};
        return true;
    case 'y':
        r->years = true;
        return options_years(a, &r->how.year_from, &r->how.year_to);
    case KEY_DISTINCTIVE:
        r->how.compare = true;
        snprintf(r->here, sizeof r->here, "%.20s", a->value);
        return options_years(a, &r->how.year_from, &r->how.year_to);
    case KEY_NUMBERS:
        r->numbers = true;
        return true;
    case 'n':
        if (!options_number(a, 1, 10000000, &number)) return false;
        r->limit = (size_t)number;
        return true;
    default:
        r->json = true;
        return true;
    }
}

/* What follows the index: the years to compare with. */
static bool read_other(request *r, arguments *a, int first)
{
    snprintf(r->there, sizeof r->there, "%s", _("all others"));
    if (a->operand_count == first) return true;
    if (!r->how.compare || a->operand_count > first + 1) {
        options_misuse(a->command, _("one index is needed"));
        return false;
    }
    a->value = a->operands[first];
    snprintf(r->there, sizeof r->there, "%.20s", a->value);
    return options_years(a, &r->how.other_from, &r->how.other_to);
}

static int run(const command *c, int argc, char **argv)
{
    request r = {.how = {.size = sizeof(wy_words_options)}};
    arguments a;
    int key, status = STATUS_TROUBLE;
    const option_row *compared = NULL;
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) >= 0) {
        if (key == KEY_DISTINCTIVE) compared = a.found;
        if (!read_option(&r, &a, key)) goto done;
    }
    if (key != OPTIONS_END) {
        status = options_status(key);
        goto done;
    }
    const int first = scope_operand(&r.scope, &a);
    a.found = compared;
    if (r.years && r.how.compare)
        status = options_misuse(c, _("--year and --distinctive do not go together"));
    else if (r.numbers && !r.how.compare)
        status = options_misuse(c, _("--numbers is for --distinctive"));
    else if (r.scope.path_count == 0)
        status = options_misuse(c, _("an index is needed"));
    else if (read_other(&r, &a, first))
        status = show(&r);
done:
    scope_close(&r.scope);
    options_free(&a);
    return status;
}

const command command_terms = {
    .name = "terms",
    .operands = "INDEX [YEARS]",
    .summary = N_("list the words of an index, or those that set years apart"),
    .more =
        N_("Words are shown as the index has them: folded. With --distinctive they are ordered\n"
           "by Dunning's log-likelihood ratio G2 (1993): above 3.84 a difference is chance once\n"
           "in twenty times, above 10.83 once in a thousand. Numbers are left out.\n"
           "Exit status: 0 found, 1 nothing found, 2 trouble.\n"),
    .examples = "wenyuan terms reports.wy --prefix 法\n"
                "wenyuan terms reports.wy --year 2020 --limit 100\n"
                "wenyuan terms reports.wy --distinctive 2024 2014\n"
                "wenyuan terms reports.wy --distinctive 1978..1984\n",
    .options = options,
    .run = run,
    .paged = true,
};
