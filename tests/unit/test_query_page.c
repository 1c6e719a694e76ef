/*
 * The page of the query language, tools/wenyuan-query.7: every example on it is understood, or
 * refused, as the page says.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/parse.h"
#include "query/tree.h"

static char *read_page(void)
{
    FILE *file = fopen(WY_SOURCE_DIR "/tools/wenyuan-query.7", "rb");
    enum { MOST = 1 << 20 };
    wy_test_must(file != NULL);
    char *page = wy_test_alloc(MOST);
    const size_t length = fread(page, 1, MOST - 1, file);
    wy_test_must(length > 0 && length < MOST - 1 && fclose(file) == 0);
    page[length] = '\0';
    return page;
}

/* The query at the beginning of a line: up to two spaces, with roff's names for ^, ~ and \. */
static char *query_of(const char *line)
{
    const char *end = strstr(line, "  ");
    size_t left = end ? (size_t)(end - line) : strlen(line), length = 0;
    char *query = wy_test_alloc(left + 1);
    while (left > 0) {
        size_t taken = 1;
        char c = *line;
        if (strncmp(line, "\\(ha", 4) == 0) {
            c = '^';
            taken = 4;
        } else if (strncmp(line, "\\(ti", 4) == 0) {
            c = '~';
            taken = 4;
        } else if (strncmp(line, "\\e", 2) == 0) {
            c = '\\';
            taken = 2;
        }
        query[length++] = c;
        line += taken;
        left -= taken;
    }
    query[length] = '\0';
    return query;
}

static void check_tree(const char *text, const char *wanted)
{
    wy_query *query;
    wy_error error;
    wy_buf dump;
    const int status = wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, &error);
    if (status) print_message("query: %s\n", text);
    assert_ok(status, &error);
    wy_buf_init(&dump, &wy_mem_default);
    wy_tree_dump(query->root, &dump);
    wy_buf_u8(&dump, 0);
    if (strcmp((char *)dump.data, wanted) != 0) print_message("query: %s\n", text);
    assert_string_equal((char *)dump.data, wanted);
    wy_buf_free(&dump);
    wy_query_free(query);
}

/* `wanted`: the byte, a space and some words. */
static void check_complaint(const char *text, const char *wanted)
{
    wy_query *query;
    wy_error error;
    char *words;
    const unsigned long offset = strtoul(wanted, &words, 10);
    const int status = wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, &error);
    if (status != WY_E_SYNTAX || error.offset != offset || !strstr(error.reason, words + 1))
        fail_msg("query %s: status %d at %u: %s; wanted %s", text, status,
                 status ? (unsigned)error.offset : 0, status ? error.reason : "", wanted);
}

static void examples_are_as_the_page_says(void **state)
{
    (void)state;
    char *page = read_page(), *next = page;
    const char *said = NULL;
    size_t trees = 0, complaints = 0;
    bool literal = false, grammar = false;
    while (next) {
        const char *line = next;
        char *end = strchr(next, '\n');
        if (end) *end = '\0';
        next = end ? end + 1 : NULL;
        if (strcmp(line, ".Sh GRAMMAR") == 0) grammar = true;
        if (strcmp(line, ".Sh LIMITS") == 0) grammar = false;
        if (strcmp(line, ".Bd -literal") == 0) {
            literal = true;
        } else if (strcmp(line, ".Ed") == 0) {
            literal = false;
        } else if (strncmp(line, ".\\\" ", 4) == 0 && literal) {
            said = line + 4;
        } else if (literal && !grammar) {
            char *query = query_of(line);
            if (!said) fail_msg("of the example '%s' nothing is said", line);
            if (*said == '=')
                check_tree(query, said + 2);
            else
                check_complaint(query, said + 2);
            trees += *said == '=';
            complaints += *said == '!';
            said = NULL;
            free(query);
        }
    }
    assert_true(trees >= 35 && complaints >= 20); /* that many there are: none was passed over */
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples_are_as_the_page_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
