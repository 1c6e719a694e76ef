/*
 * scope.c: opening several indexes.
 */
#include "scope.h"

#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "output.h"

enum { MOST_INDEXES = 1024 };

static bool add_path(scope *s, const command *c, const char *path)
{
    if (s->path_count == MOST_INDEXES) {
        options_misuse(c, _("at most %d indexes are looked at together"), MOST_INDEXES);
        return false;
    }
    s->paths = more_memory(s->paths, s->path_count + 1, sizeof *s->paths);
    s->paths[s->path_count++] = path;
    return true;
}

bool scope_option(scope *s, filters *f, const arguments *a, int key, bool *good)
{
    *good = true;
    if (key == 'i') {
        *good = add_path(s, a->command, a->value);
        return true;
    }
    if (!f) return false;
    if (key == 'y') {
        *good = options_years(a, &f->year_from, &f->year_to);
        return true;
    }
    if (key == KEY_ISSUER || key == KEY_TITLE) {
        *(key == KEY_ISSUER ? &f->issuer : &f->title) = (wy_string){a->value, strlen(a->value)};
        return true;
    }
    return false;
}

int scope_operand(scope *s, const arguments *a)
{
    if (s->path_count > 0 || a->operand_count == 0) return 0;
    add_path(s, a->command, a->operands[0]);
    return 1;
}

bool scope_open(scope *s)
{
    wy_error error = {0};
    int status = WY_OK;
    s->indexes = take_memory(s->path_count, sizeof *s->indexes);
    s->snapshots = take_memory(s->path_count, sizeof *s->snapshots);
    for (; status == WY_OK && s->count < s->path_count; s->count++) {
        const size_t i = s->count;
        status = wy_index_open(s->paths[i], NULL, &s->indexes[i], &error);
        if (status == WY_OK) status = wy_snapshot_open(s->indexes[i], &s->snapshots[i], &error);
    }
    if (status != WY_OK) complain_error(&error);
    return status == WY_OK;
}

void scope_close(scope *s)
{
    for (size_t i = 0; i < s->count; i++) {
        wy_snapshot_close(s->snapshots[i]);
        wy_index_close(s->indexes[i]);
    }
    free(s->snapshots);
    free(s->indexes);
    free(s->paths);
    *s = (scope){0};
}

wy_query *scope_query(const char *text)
{
    wy_error error = {0};
    wy_query *query = NULL;
    if (wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, &error) == WY_OK)
        return query;
    complain_query(&error, text);
    return NULL;
}

int complain_query(wy_error *error, const char *query)
{
    const size_t length = strlen(query);
    /* Errors of a query name no file, and the byte in the query. */
    const bool here = !error->file[0] && error->offset <= length &&
                      (error->code == WY_E_SYNTAX || error->code == WY_E_LIMIT);
    if (here)
        snprintf(error->file, sizeof error->file, "%s", _("query"));
    int status = complain_error(error);
    if (!here) return status;
    fputs("  ", stderr);
    put_text(stderr, query, length);
    fprintf(stderr, "\n  %*s^\n", (int)text_width(query, (size_t)error->offset), "");
    return status;
}

int scope_run(const scope_command *s, const command *c, int argc, char **argv)
{
    arguments a;
    int key, status = STATUS_TROUBLE;
    options_begin(&a, c, argc, argv);
    while ((key = options_next(&a)) >= 0)
        if (!s->read_option(s->request, &a, key)) goto done;
    const int first = key == OPTIONS_END ? scope_operand(s->scope, &a) : 0;
    if (key != OPTIONS_END) {
        status = options_status(key);
    } else if (a.operand_count <= first) {
        status = options_misuse(c, _("an index and a query are needed"));
    } else {
        char *query = options_join(a.operands + first, a.operand_count - first);
        status = s->run(s->request, query);
        free(query);
    }
done:
    scope_close(s->scope);
    options_free(&a);
    return status;
}
