/*
 * cmd_explain.c: wenyuan explain: how a query is understood, and where a score comes from.
 */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "messages.h"
#include "output.h"
#include "scope.h"

enum { KEY_HIT = 256, KEY_ALL, FEW_WORDS = 20 };

static const option_row options[] = {
    SCOPE_OPTIONS,
    FILTER_OPTIONS,
    {'r', "rank", "N", N_("explain the Nth hit (1)")},
    {KEY_HIT, "hit", "ID", N_("explain the hit with this id, as search -v shows it")},
    {'a', "all", NULL, N_("list all words of a pattern or an exact text, not the first 20")},
    {'j', "json", NULL, N_("one JSON object")},
    {0, NULL, NULL, NULL},
};

typedef struct request {
    scope scope;
    filters filters;
    wy_explain_options how;
    bool json, all;
} request;

/* ---- For people ----------------------------------------------------------------------------- */

static const char *kind_name(const wy_explained *part)
{
    switch (part->kind) {
    case WY_EXPLAINED_WORD:
        return part->term_kind == WY_TERM_STEM          ? _("stem")
               : part->term_kind == WY_TERM_NUMBER      ? _("number")
               : part->term_kind == WY_TERM_ACROSS      ? _("across words")
               : part->term_kind == WY_TERM_PUNCTUATION ? _("punctuation")
                                                        : _("word");
    case WY_EXPLAINED_PHRASE:
        return _("phrase");
    case WY_EXPLAINED_UNION:
        return _("any word like");
    case WY_EXPLAINED_NEAR:
        return _("near");
    case WY_EXPLAINED_YEARS:
    case WY_EXPLAINED_REPORTS:
        return _("only");
    case WY_EXPLAINED_ALL:
        return _("every paragraph");
    case WY_EXPLAINED_EXACT:
        return _("exact text");
    default:
        return _("all of these together");
    }
}

static const char *role_sign(const wy_explained *part)
{
    return part->role == WY_ROLE_MUST ? "+" : part->role == WY_ROLE_MUST_NOT ? "-" : "";
}

static bool is_leaf(const wy_explained *part)
{
    return part->kind <= WY_EXPLAINED_NEAR || part->kind == WY_EXPLAINED_EXACT;
}

static void put_indent(unsigned depth)
{
    printf("%*s", (int)(2 + 2 * depth), "");
}

static void put_string(wy_string text)
{
    put_text(stdout, text.data, text.length);
}

/* What the part is: "+ word 法治 in title ^2". */
static void put_part(const wy_explained *part)
{
    printf("%s%s", role_sign(part), kind_name(part));
    if (part->text.length) {
        putchar(' ');
        put_string(part->text);
    }
    if (*part->field && part->kind == WY_EXPLAINED_WORD) printf(_(" in %s"), part->field);
    if (part->role == WY_ROLE_PART && part->to)
        printf(_(" for characters %d to %d"), (int)part->from, (int)part->to);
    if (part->boost < 1 || part->boost > 1) printf(" ^%g", part->boost);
}

/* In how many documents, and what that is worth. */
static void put_figures(const wy_explained *part)
{
    char buffer[NUMBER_SIZE];
    if (part->kind == WY_EXPLAINED_YEARS || part->kind == WY_EXPLAINED_REPORTS)
        printf(_("  %s paragraphs"), with_commas(part->documents, buffer));
    else if (part->documents || part->kind == WY_EXPLAINED_WORD || part->kind == WY_EXPLAINED_UNION)
        printf(_("  in %s"), with_commas(part->documents, buffer));
    if (is_leaf(part) && part->idf > 0) printf("  idf %.4f", part->idf);
}

static void put_plan(const request *r, const wy_explained *part, unsigned depth)
{
    put_indent(depth);
    put_part(part);
    put_figures(part);
    putchar('\n');
    for (size_t i = 0; i < part->child_count; i++) {
        if (i == FEW_WORDS && !r->all && is_leaf(part)) {
            char buffer[NUMBER_SIZE];
            put_indent(depth + 1);
            printf(_("(%s more)\n"), with_commas(part->child_count - i, buffer));
            break;
        }
        put_plan(r, &part->children[i], depth + 1);
    }
}

/* The score of a part, and how it comes about. What a leaf is made of was told with the plan. */
static void put_score(const wy_explained *part, unsigned depth)
{
    printf("%*s%12.6f  ", (int)(2 * depth), "", part->score);
    put_part(part);
    if (is_leaf(part) && part->matches)
        printf(_("  tf %u, length %u of average %.1f, idf %.4f"), (unsigned)part->frequency,
               (unsigned)part->length, part->average, part->idf);
    else if (!part->matches)
        fputs(_("  is not there"), stdout);
    putchar('\n');
    for (size_t i = 0; i < part->child_count && !is_leaf(part); i++)
        put_score(&part->children[i], depth + 1);
}

static void put_plain(const request *r, const wy_explanation *x)
{
    char paragraphs[NUMBER_SIZE], reports[NUMBER_SIZE];
    fputs(_("understood  "), stdout);
    put_string(x->query);
    printf(_("\nsearched    %s paragraphs of %s reports in %zu segments"),
           with_commas(x->paragraphs, paragraphs), with_commas(x->reports, reports), x->segments);
    if (x->year_from && x->year_to)
        printf(_(", years %d to %d"), (int)x->year_from, (int)x->year_to);
    else if (x->year_from)
        printf(_(", from year %d"), (int)x->year_from);
    else if (x->year_to)
        printf(_(", to year %d"), (int)x->year_to);
    fputs(_("\n\nlooked for\n"), stdout);
    put_plan(r, x->plan, 0);
    if (!x->hit) {
        fputs(_("\nnothing found\n"), stdout);
        return;
    }
    printf(_("\nhit %zu  "), x->hit->rank);
    put_string(x->hit->id);
    putchar('\n');
    put_score(x->plan, 0);
}

/* ---- For programs --------------------------------------------------------------------------- */

static const char *const kind_names[] = {
    [WY_EXPLAINED_WORD] = "word",   [WY_EXPLAINED_PHRASE] = "phrase",
    [WY_EXPLAINED_UNION] = "union", [WY_EXPLAINED_NEAR] = "near",
    [WY_EXPLAINED_YEARS] = "years", [WY_EXPLAINED_REPORTS] = "reports",
    [WY_EXPLAINED_ALL] = "all",     [WY_EXPLAINED_GROUP] = "group",
    [WY_EXPLAINED_EXACT] = "exact",
};
static const char *const role_names[] = {"root", "must", "may", "must not", "part"};
static const char *const term_names[] = {"word", "stem", "number", "across", "punctuation"};

static json_t *json_part(const wy_explained *part, bool hit)
{
    json_t *o = json_record();
    json_put(o, "kind",
             json_c_text(part->kind == WY_EXPLAINED_WORD ? term_names[part->term_kind]
                                                         : kind_names[part->kind]));
    json_put(o, "role", json_c_text(role_names[part->role]));
    if (*part->field) json_put(o, "field", json_c_text(part->field));
    if (part->text.length) json_put(o, "text", json_text(part->text));
    json_put(o, "documents", json_number(part->documents));
    if (is_leaf(part)) {
        json_put(o, "of", json_number(part->all));
        json_put(o, "idf", json_decimal(part->idf));
        json_put(o, "boost", json_decimal(part->boost));
    }
    if (part->to && part->role == WY_ROLE_PART) {
        json_put(o, "from", json_number((uint64_t)part->from));
        json_put(o, "to", json_number((uint64_t)part->to));
    }
    if (part->distance) json_put(o, "distance", json_number(part->distance));
    if (hit && part->role != WY_ROLE_PART) {
        json_put(o, "matches", json_truth(part->matches));
        json_put(o, "score", json_decimal(part->score));
        if (is_leaf(part) && part->matches) {
            json_put(o, "tf", json_number(part->frequency));
            json_put(o, "length", json_number(part->length));
            json_put(o, "average", json_decimal(part->average));
        }
    }
    if (part->child_count) {
        json_t *list = json_list();
        for (size_t i = 0; i < part->child_count; i++)
            json_add(list, json_part(&part->children[i], hit));
        json_put(o, "children", list);
    }
    return o;
}

static void put_json(const wy_explanation *x)
{
    json_t *o = json_record();
    json_put(o, "query", json_text(x->query));
    json_put(o, "paragraphs", json_number(x->paragraphs));
    json_put(o, "reports", json_number(x->reports));
    json_put(o, "segments", json_number(x->segments));
    json_put(o, "year_from", json_number_or_null(x->year_from));
    json_put(o, "year_to", json_number_or_null(x->year_to));
    json_put(o, "plan", json_part(x->plan, x->hit != NULL));
    if (x->hit) {
        json_put(o, "rank", json_number(x->hit->rank));
        json_put(o, "id", json_text(x->hit->id));
        json_put(o, "score", json_decimal(x->hit->score));
    }
    json_line(stdout, o);
}

/* ---- The run -------------------------------------------------------------------------------- */

static int explain(void *own, const char *text)
{
    request *r = own;
    wy_error error = {0};
    wy_explanation *x = NULL;
    int result = STATUS_TROUBLE;
    if (r->how.rank && r->how.hit.length)
        return options_misuse(&command_explain, _("--rank and --hit do not go together"));
    wy_query *query = scope_query(text);
    if (!query) return STATUS_TROUBLE;
    if (!scope_open(&r->scope)) goto done;
    r->how.year_from = r->filters.year_from;
    r->how.year_to = r->filters.year_to;
    r->how.issuer = r->filters.issuer;
    r->how.title = r->filters.title;
    if (wy_explain(r->scope.snapshots, r->scope.count, query, &r->how, &x, &error) != WY_OK) {
        result = complain_query(&error, text);
        goto done;
    }
    if (r->json)
        put_json(x);
    else
        put_plain(r, x);
    result = x->hit ? STATUS_OK : STATUS_NOTHING;
done:
    wy_explanation_free(x);
    wy_query_free(query);
    return result;
}

static bool read_option(void *own, const arguments *a, int key)
{
    request *r = own;
    bool good;
    uint64_t number;
    if (scope_option(&r->scope, &r->filters, a, key, &good)) return good;
    switch (key) {
    case 'r':
        if (!options_number(a, 1, 1000000, &number)) return false;
        r->how.rank = (size_t)number;
        return true;
    case KEY_HIT:
        r->how.hit = (wy_string){a->value, strlen(a->value)};
        return true;
    case 'a':
        r->all = true;
        return true;
    default:
        r->json = true;
        return true;
    }
}

static int run(const command *c, int argc, char **argv)
{
    request r = {.how = {.size = sizeof(wy_explain_options)}};
    const scope_command how = {&r.scope, &r, read_option, explain};
    return scope_run(&how, c, argc, argv);
}

const command command_explain = {
    .name = "explain",
    .operands = "INDEX QUERY...",
    .summary = N_("show how a query is understood, and where a score comes from"),
    .more =
        N_("First what was understood, then what is looked for: the words with the documents\n"
           "that they are in and what that is worth (idf); then a hit, and what each part adds\n"
           "to its score. The figures add up exactly. The language of queries is in\n"
           "wenyuan-query(7).\n"
           "Exit status: 0 a hit, 1 nothing found, 2 trouble.\n"),
    .examples = "wenyuan explain reports.wy '+法治 政府^2'\n"
                "wenyuan explain reports.wy 'un* date:2024' --rank 3 --json\n",
    .options = options,
    .run = run,
    .paged = true,
};
