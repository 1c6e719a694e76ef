/*
 * From a parsed query to a plan, without segments: how words are cut, lists flattened, equal words
 * merged, years taken out, boosts handed down; and the patterns for marking.
 */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "query/parse.h"
#include "query/plan.h"

static void put(wy_buf *out, const char *text)
{
    wy_buf_bytes(out, text, strlen(text));
}

static void dump(const wy_plan *plan, const wy_node *node, wy_buf *out);

static void dump_list(const wy_plan *plan, const wy_node *list, const char *sign, wy_buf *out)
{
    for (; list; list = list->next) {
        put(out, " ");
        put(out, sign);
        dump(plan, list, out);
    }
}

/* Terms with ~ for stems, # for numbers and *n for merged ones, phrases with offsets. */
static void dump(const wy_plan *plan, const wy_node *node, wy_buf *out)
{
    char text[64];
    if (node->kind == WY_NODE_ALL) {
        put(out, "all");
    } else if (node->kind == WY_NODE_YEARS) {
        snprintf(text, sizeof text, "%d..%d", (int)node->from, (int)node->to);
        put(out, text);
    } else if (node->kind == WY_NODE_BOOL) {
        put(out, "(");
        dump_list(plan, node->must, "+", out);
        dump_list(plan, node->should, "", out);
        dump_list(plan, node->must_not, "-", out);
        put(out, " )");
        return;
    }
    if (node->kind == WY_NODE_REPORTS) put(out, "reports");
    if (node->kind == WY_NODE_UNION) put(out, "any");
    if (node->kind == WY_NODE_NEAR) {
        put(out, "near[");
        for (const wy_node *n = node->parts; n; n = n->next) {
            snprintf(text, sizeof text, n == node->parts ? " " : " %u ", (unsigned)n->distance);
            put(out, text);
            dump(plan, n, out);
        }
        put(out, " ]");
    }
    if (node->word_count && node->field != WY_FIELD_BODY) {
        put(out, wy_tree_field_name(node->field));
        put(out, ":");
    }
    const bool quoted = node->kind == WY_NODE_PHRASE || node->kind == WY_NODE_EXACT;
    if (quoted) put(out, "\"");
    for (uint32_t i = 0; i < node->word_count; i++) {
        const wy_plan_term *term = &plan->terms[node->words[i].term];
        if (i) {
            snprintf(text, sizeof text, " %u:", (unsigned)node->words[i].offset);
            put(out, text);
        }
        if (term->kind == WY_TOKEN_STEM) put(out, "~");
        if (term->kind == WY_TOKEN_NUMBER) put(out, "#");
        wy_buf_bytes(out, term->text, term->length);
    }
    if (quoted) put(out, "\"");
    if (wy_node_is_leaf(node) && (node->boost < 1 || node->boost > 1)) {
        snprintf(text, sizeof text, "*%g", node->boost);
        put(out, text);
    }
}

static const struct {
    const char *analyzer, *query, *plan;
} plans[] = {
    {"whitespace", "a", "a"},
    {"whitespace", "a b", "( a b )"},
    {"whitespace", "a b a", "( a*2 b )"},
    {"whitespace", "a AND a", "a*2"},
    {"whitespace", "a (b (a c))", "( a*2 b c )"},
    {"whitespace", "a AND (b AND c)", "( +a +b +c )"},
    {"whitespace", "(a AND b) c", "( ( +a +b ) c )"},
    {"whitespace", "(a AND b) OR (a AND b)", "( ( +a +b ) ( +a +b ) )"},
    {"whitespace", "a AND (b OR c)", "( +a +( b c ) )"},
    {"whitespace", "+(a b) -c", "( a b -c )"},
    {"whitespace", "+(a b) c", "( +( a b ) c )"},
    {"whitespace", "a AND NOT b", "( +a -b )"},
    {"whitespace", "NOT a AND NOT b", "( -a -b )"},
    {"whitespace", "a -(b c)", "( a -b -c )"},
    {"whitespace", "a -(b AND c)", "( a -( +b +c ) )"},
    {"whitespace", "a OR NOT b", "( a ( -b ) )"},
    {"whitespace", "+-a b", "( +( -a ) b )"},
    {"whitespace", "a -b -b", "( a -b*2 )"},
    {"whitespace", "+a a", "( +a a )"},
    {"whitespace", "\"a b\"", "\"a 1:b\""},
    {"whitespace", "\"a b\" \"a b\"", "\"a 1:b\"*2"},
    {"whitespace", "\"a a\"", "\"a 1:a\""},
    {"whitespace", "\"a\"", "a"},
    {"whitespace", "\"a\" a", "a*2"},
    {"whitespace", "title:a a", "( title:a a )"},
    {"whitespace", "x\\ y z", "( x y z )"},
    {"whitespace", "x\\ y AND z", "( +x +y +z )"},
    {"whitespace", "+x\\ y z", "( +x +y z )"},
    {"whitespace", "z -x\\ y", "( z -( +x +y ) )"},
    {"whitespace", "z NOT x\\ y", "( z -( +x +y ) )"},
    {"whitespace", "z AND NOT x\\ y", "( +z -( +x +y ) )"},
    {"whitespace", "NOT x\\ y", "( -( +x +y ) )"},
    {"whitespace", "+x\\ y", "( +x +y )"},
    {"whitespace", "+(x\\ y z) w", "( +( x y z ) w )"},
    {"whitespace", "a b year:2020", "( a b )"},
    {"whitespace", "year:2020", "all"},
    {"whitespace", "a AND year:2020", "a"},
    {"icu", "法治政府 year:2020", "( 法治 政府 )"},
    {"icu", "法治政府 AND year:2020", "( +法治 +政府 )"},
    {"whitespace", "(a b) AND year:2020", "( a b )"},
    {"whitespace", "+year:2020 a b", "( a b )"},
    {"whitespace", "+year:2020 -a", "( -a )"},
    {"whitespace", "+year:2020..2022 +year:..2021", "all"},
    {"whitespace", "NOT year:2020", "( -2020..2020 )"},
    {"icu", "依法治国", "( 依法 治国 )"},
    {"icu", "+依法治国", "( +依法 +治国 )"},
    {"icu", "\"依法治国\"", "\"依法 2:治国\""},
    {"icu", "\"依法，治国\"", "\"依法 3:治国\""},
    {"icu", "\"，依法治国。\"", "\"依法 2:治国\""},
    {"icu", "一九五七年", "#1957"},
    {"icu", "１９５７年 1957", "#1957*2"},
    {"icu", "一万五千元 1.5万 15,000", "#15000*3"},
    {"icu", "百分之五 5% 5", "( #5%*2 #5 )"},
    {"icu", "五年 5年 第五条 第5条", "( #5年*2 #第5条*2 )"},
    {"icu", "+五年规划", "( +#5年 +规划 )"},
    {"icu", "一般 一个", "( 一般 一个 )"},
    {"icu", "\"五年\"", "\"五年\""},
    {"icu", "\"1957年\"", "\"1957 1:年\""},
    {"icu", "。", NULL},
    {"icu", "\"，\" AND -。", "\"\""},
    {"icu", "\" \" AND -。", NULL},
    {"icu", "NOT 。", NULL},
    {"icu", "政府 。", "政府"},
    {"icu", "政府，", "政府"},
    {"icu", "政府 AND 。", "政府"},
    {"icu", "。 -政府", "( -政府 )"},
    {"whitespace", "a^2 b^0.5", "( a*2 b*0.5 )"},
    {"whitespace", "(a^2 b)^3 c", "( a*6 b*3 c )"},
    {"whitespace", "a^2 a", "a*3"},
    {"whitespace", "+(a b)^2 -(c d)^3", "( a*2 b*2 -c*3 -d*3 )"},
    {"icu", "法治政府^2", "( 法治*2 政府*2 )"},
    {"whitespace", "issuer:a section:\"a b\" title:a", "( issuer:a section:\"a 1:b\" title:a )"},
    {"whitespace", "title:a\\ b c", "( title:\"a 1:b\" c )"},
    {"icu", "issuer:依法治国 依法治国", "( issuer:\"依法 2:治国\" 依法 治国 )"},
    {"icu", "-section:(依法治国 政府)", "( -section:\"依法 2:治国\" -section:政府 )"},
    {"icu", "title:1957年 title:running", "( title:#1957 title:~run )"},
    {"whitespace", "a NEAR/3 \"b c\"", "near[ a 3 \"b 1:c\" ]"},
    {"icu", "法治政府 NEAR running", "near[ \"法治 2:政府\" 10 ~run ]"},
    {"icu", "\"法治\" NEAR \"running\"", "near[ \"法治\" 10 \"running\" ]"},
    {"icu", "title:(a NEAR b)^2", "near[ title:~a 10 title:~b ]*2"},
    {"whitespace", "a*", "any"},
    {"whitespace", "a date:2024", "( +a +reports )"},
    {"whitespace", "a report:b", "( +a +reports )"},
    {"whitespace", "date:2024", "reports"},
    {"icu", "running", "~run"},
    {"icu", "\"Running\"", "\"running\""},
    {"icu", "\"Running dogs\"", "\"running 1:dogs\""},
    {"icu", "RUNNING runs", "~run*2"},
};

static int make(const char *analyzer_name, const char *text, wy_plan *plan, wy_arena *arena,
                wy_error *error)
{
    wy_query *query;
    wy_analyzer *analyzer;
    wy_scope scope = {NULL, 0};
    wy_find_options options = {0};
    assert_ok(wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, error), error);
    assert_ok(wy_analyzer_open(analyzer_name, &wy_mem_default, &analyzer, error), error);
    int status = wy_plan_make(plan, &scope, query, analyzer, &options, arena, error);
    wy_analyzer_close(analyzer);
    wy_query_free(query);
    return status;
}

static void plans_are_simple(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        wy_arena arena;
        wy_plan plan;
        wy_error error;
        wy_arena_init(&arena, &wy_mem_default);
        int status = make(plans[i].analyzer, plans[i].query, &plan, &arena, &error);
        if (!plans[i].plan) {
            assert_status(WY_E_SYNTAX, status, &error);
            assert_non_null(strstr(error.reason, "nothing to search for in"));
        } else {
            assert_ok(status, &error);
            wy_buf out;
            wy_buf_init(&out, &wy_mem_default);
            dump(&plan, plan.root, &out);
            wy_buf_u8(&out, 0);
            if (strcmp((char *)out.data, plans[i].plan) != 0)
                print_message("query: %s\n", plans[i].query);
            assert_string_equal((char *)out.data, plans[i].plan);
            wy_buf_free(&out);
        }
        wy_plan_free(&plan);
        wy_arena_free(&arena);
    }
}

static void years_limit(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int32_t from, to;
        bool empty;
    } cases[] = {
        {"a", 0, 0, false},
        {"year:2020", 2020, 2020, false},
        {"a AND year:2020..", 2020, 0, false},
        {"+year:2000..2010 +year:..2005 a", 2000, 2005, false},
        {"year:2020 AND a AND year:2021", 2021, 2020, true},
        {"a year:2020", 2020, 2020, false},
        {"a OR year:2020", 0, 0, false},
        {"a AND NOT year:2020", 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_arena arena;
        wy_plan plan;
        wy_error error;
        wy_arena_init(&arena, &wy_mem_default);
        assert_ok(make("whitespace", cases[i].query, &plan, &arena, &error), &error);
        assert_int_equal(plan.year_from, cases[i].from);
        assert_int_equal(plan.year_to, cases[i].to);
        assert_int_equal(plan.empty, cases[i].empty);
        wy_plan_free(&plan);
        wy_arena_free(&arena);
    }
}

static void too_many_terms(void **state)
{
    (void)state;
    /* Few words as written, more than 1024 as analyzed. */
    enum { TERMS = 1025 };
    char text[3 * TERMS + 3];
    for (int i = 0; i < TERMS; i++) memcpy(text + 3 * i, "a\\ ", 3);
    memcpy(text + 3 * TERMS, "b", 2);
    wy_arena arena;
    wy_plan plan;
    wy_error error;
    wy_arena_init(&arena, &wy_mem_default);
    assert_status(WY_E_LIMIT, make("whitespace", text, &plan, &arena, &error), &error);
    wy_plan_free(&plan);
    wy_arena_free(&arena);
}

static void patterns_are_positive(void **state)
{
    (void)state;
    wy_arena arena;
    wy_plan plan;
    wy_error error;
    wy_pattern *patterns;
    size_t count;
    wy_arena_init(&arena, &wy_mem_default);
    assert_ok(make("icu", "政府 -法治 title:规划 \"依法，治国\" (year:2020 AND running)", &plan,
                   &arena, &error),
              &error);
    assert_ok(wy_plan_patterns(&plan, &arena, &patterns, &count, &error), &error);
    assert_int_equal(count, 3);
    assert_int_equal(patterns[0].count, 0);
    assert_string_equal(patterns[0].exact, "政府");
    assert_int_equal(patterns[1].count, 0);
    assert_string_equal(patterns[1].exact, "依法，治国");
    assert_int_equal(patterns[1].exact_length, strlen("依法，治国"));
    assert_int_equal(patterns[2].terms[0].kind, WY_TOKEN_STEM);
    assert_memory_equal(patterns[2].terms[0].term, "run", 3);
    wy_plan_free(&plan);
    wy_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_are_simple),
        cmocka_unit_test(years_limit),
        cmocka_unit_test(too_many_terms),
        cmocka_unit_test(patterns_are_positive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
