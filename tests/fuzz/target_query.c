/*
 * Queries: the input is the text of one, asked of a small index. The best hits are those of the
 * exhaustive search, and each can be read with its highlights. No message of the parser names a
 * place outside of the query.
 */
#include <string.h>

#include <wenyuan/search.h>

#include "fuzz/fuzz.h"
#include "fuzz/sample.h"

static void look(const wy_hit *hit)
{
    size_t at = 0;
    for (size_t i = 0; i < hit->highlight_count; i++) {
        const wy_span *s = &hit->highlights[i];
        wy_test_must(s->begin >= at && s->begin < s->end && s->end <= hit->text.length);
        at = s->end;
    }
    wy_test_must(hit->snippet.begin <= hit->snippet.end && hit->snippet.end <= hit->text.length);
}

static wy_results *search(wy_snapshot *snapshot, const wy_query *query, bool exhaustive)
{
    wy_search_options options = {.size = sizeof options, .limit = 10, .count = true};
    options.exhaustive = exhaustive;
    wy_results *results;
    wy_error error;
    int status = wy_search(&snapshot, 1, query, &options, &results, &error);
    wy_test_must(status == WY_OK || status == WY_E_LIMIT || status == WY_E_SYNTAX);
    return status == WY_OK ? results : NULL;
}

static void ask(wy_snapshot *snapshot, const wy_query *query)
{
    wy_results *a = search(snapshot, query, false), *b = search(snapshot, query, true);
    wy_test_must(!a == !b);
    if (!a) return;
    wy_test_must(wy_results_size(a) == wy_results_size(b));
    wy_test_must(wy_results_count(a) == wy_results_count(b));
    for (size_t i = 0; i < wy_results_size(a); i++) {
        const wy_hit *x, *y;
        wy_error error;
        wy_test_must(wy_results_hit(a, i, &x, &error) == WY_OK);
        wy_test_must(wy_results_hit(b, i, &y, &error) == WY_OK);
        wy_test_must(x->score == y->score && x->id.length == y->id.length &&
                     memcmp(x->id.data, y->id.data, x->id.length) == 0);
        look(x);
    }
    wy_results_free(a);
    wy_results_free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const analyzers[] = {"icu", "whitespace", "icu-punctuation"};
    enum { ANALYZERS = sizeof analyzers / sizeof *analyzers };
    static wy_snapshot *snapshots[ANALYZERS];
    wy_query *query;
    wy_error error;
    for (int i = 0; i < ANALYZERS && !snapshots[i]; i++) {
        wy_index *index;
        fuzz_sample_open(fuzz_sample_make(analyzers[i]), &index);
        wy_test_must(wy_snapshot_open(index, &snapshots[i], &error) == WY_OK);
    }
    char *text = wy_test_alloc(size);
    if (size) memcpy(text, data, size);
    int status = wy_query_parse((wy_string){text, size}, NULL, &query, &error);
    free(text);
    wy_test_must(status == WY_OK || status == WY_E_SYNTAX || status == WY_E_LIMIT);
    if (status == WY_OK) {
        for (int i = 0; i < ANALYZERS; i++) ask(snapshots[i], query);
        wy_query_free(query);
    } else if (error.offset != WY_NO_OFFSET) {
        wy_test_must(error.offset <= size);
    }
    return 0;
}
