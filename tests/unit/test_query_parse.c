/*
 * The syntax of queries: trees and errors, without an index.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "query/parse.h"
#include "query/tree.h"

static wy_string string_of(const char *text)
{
    return (wy_string){text, strlen(text)};
}

static const struct {
    const char *query, *tree;
} trees[] = {
    {"法治", "法治"},
    {"  法治  ", "法治"},
    {"法治\xE3\x80\x80政府", "(or 法治 政府)"}, /* ideographic space */
    {"a b c", "(or a b c)"},
    {"\"简政放权\"", "\"简政放权\""},
    {"“简政放权”", "\"简政放权\""},
    {"坚持“一国两制”方针", "(or 坚持 \"一国两制\" 方针)"},
    {"\"“a” b\"", "\"“a” b\""},
    {"“a\"b”", "\"a\"b\""},
    {"a AND b", "(and a b)"},
    {"a AND b AND c", "(and a b c)"},
    {"a OR b", "(or a b)"},
    {"a OR b AND c", "(or a (and b c))"},
    {"a AND b OR c", "(or (and a b) c)"},
    {"a b AND c d", "(or a (and b c) d)"},
    {"NOT a", "(not a)"},
    {"-a", "(not a)"},
    {"NOT a AND b", "(and (not a) b)"},
    {"a AND NOT b", "(and a (not b))"},
    {"a AND -b", "(and a (not b))"},
    {"a NOT b", "(list a -b)"},
    {"a -b", "(list a -b)"},
    {"a OR NOT b", "(or a (not b))"},
    {"a OR -b c", "(or a (not b) c)"},
    {"+a b -c", "(list +a b -c)"},
    {"+a", "(list +a)"},
    {"+a +b", "(list +a +b)"},
    {"+a AND b c", "(list +(and a b) c)"},
    {"a AND +b c", "(list +(and a b) c)"},
    {"+a OR b", "(list +a b)"},
    {"-a -b", "(list -a -b)"},
    {"-(a b)", "(not (or a b))"},
    {"+-a b", "(list +(not a) b)"},
    {"--a", "(not (not a))"},
    {"NOT +a", "(not a)"},
    {"-+a b", "(list -a b)"},
    {"+(a b) -c", "(list +(or a b) -c)"},
    {"(a)", "a"},
    {"((a b))", "(or a b)"},
    {"（a OR b） AND c", "(and (or a b) c)"},
    {"(a b）c", "(or (or a b) c)"},
    {"a(b c)d", "(or a (or b c) d)"},
    {"(-a) b", "(or (not a) b)"},
    {"(+a) b", "(or (list +a) b)"},
    {"title:规划", "title:规划"},
    {"title:\"五年 规划\"", "title:\"五年 规划\""},
    {"title:“规划” a", "(or title:\"规划\" a)"},
    {"-title:a b", "(list -title:a b)"},
    {"title:a:b", "title:a:b"},
    {"title:-a", "title:-a"},
    {"year:2020", "years:2020..2020"},
    {"year:2020..2023", "years:2020..2023"},
    {"year:..2000", "years:..2000"},
    {"year:2020..", "years:2020.."},
    {"a AND year:7", "(and a years:7..7)"},
    {"a year:7", "(within a years:7..7)"},
    {"year:7 +a b", "(within (list +a b) years:7..7)"},
    {"+year:7 a b", "(within (or a b) years:7..7)"},
    {"-a year:7..", "(within (not a) years:7..)"},
    {"year:7 a year:9", "(within a (or years:9..9 years:7..7))"},
    {"year:7 year:9", "(or years:9..9 years:7..7)"},
    {"+year:7.. +year:..9 a", "(within a years:..9 years:7..)"},
    {"+year:7.. +year:..9", "(and years:..9 years:7..)"},
    {"+year:7.. year:8 year:9 a", "(within a (or years:9..9 years:8..8) years:7..)"},
    {"a OR year:7", "(or a years:7..7)"},
    {"a +(year:7)", "(list a +(or years:7..7))"},
    {"a -year:7", "(list a -years:7..7)"},
    {"(a year:7) b", "(or (within a years:7..7) b)"},
    {"10:30", "10:30"},
    {"题目:法", "题目:法"},
    {"注a:法", "注a:法"},
    {"note: that", "(or note: that)"},
    {"foo\\:bar", "foo:bar"},
    {"\\AND b", "(or AND b)"},
    {"\\-a", "-a"},
    {"\\\\", "\\"},
    {"a\\ b", "a b"},
    {"a\\(b", "a(b"},
    {"\"a\\\"b\"", "\"a\"b\""},
    {"a\\中", "a中"},
    {"a-b a+b", "(or a-b a+b)"},
    {"a - b", "(or a - b)"},
    {"a + b", "(or a + b)"},
    {"(a -)", "(or a -)"},
    {"and or not", "(or and or not)"},
    {"ANDROID NOTE", "(or ANDROID NOTE)"},
    {"\"a\"-b", "(list \"a\" -b)"},
    {"。", "。"},

    /* Chinese punctuation. */
    {"法治，政府、建设", "(or 法治 政府 建设)"},
    {"+法治，+政府", "(list +法治 +政府)"},
    {"27，203 1、2", "(or 27，203 1、2)"},
    {"２７，２０３", "２７，２０３"},
    {"法，2", "(or 法 2)"},
    {"＋a －b", "(list +a -b)"},
    {"（a）＾２", "a^2"},
    {"＂a b＂", "\"a b\""},
    {"title：规划 year：２０２０．．２０２３", "(within title:规划 years:2020..2023)"},
    {"GDP：增长", "GDP：增长"},
    {"什么是法治？", "什么是法治？"},
    {"什么是法治?", "什么是法治?"},
    {"怎么办？谁来办", "怎么办？谁来办"},
    {"法治与政府 或 非", "(or 法治与政府 或 非)"},

    /* Patterns and fuzzy words. */
    {"un*", "un*"},
    {"法*", "法*"},
    {"*治", "*治"},
    {"w?rd", "w?rd"},
    {"法?府", "法?府"},
    {"law?", "law?"},
    {"law？s la＊", "(or law?s la*)"},
    {"law？", "law？"},
    {"a\\*b", "a*b"},
    {"\\*", "*"},
    {"a\\*b*", "a*b*"},
    {"?", "?"},
    {"word~1", "word~1"},
    {"word~", "word~1"},
    {"word～１", "word~1"},
    {"Émile~", "Émile~1"},
    {"title:word~1 issuer:法*", "(or title:word~1 issuer:法*)"},
    {"5~10", "5~10"},
    {"星期一~五", "星期一~五"},
    {"2019～2023", "2019～2023"},
    {"法治~1", "法治~1"},
    {"a~b", "a~b"},
    {"word\\~1", "word~1"},
    {"\"rule of la*\"", "\"rule of la*\""},
    {"\"法*\"", "\"法\""},
    {"“依法＊”", "\"依法\""},
    {"\"café*\"", "\"café*\""},
    {"\"（*\"", "\"（*\""},
    {"\"法\\*\"", "\"法*\""},
    {"\"un\\*\"", "\"un*\""},

    /* Boosts. */
    {"a^2 b", "(or a^2 b)"},
    {"a^0.5 b^0", "(or a^0.5 b^0)"},
    {"\"a b\"^3", "\"a b\"^3"},
    {"(a b)^2 c", "(or (or a b)^2 c)"},
    {"(a^2)^3", "a^6"},
    {"+a^2 -b", "(list +a^2 -b)"},
    {"un*^2 word~1^1.25", "(or un*^2 word~1^1.25)"},
    {"(a NEAR b)^2", "(near a 10 b)^2"},
    {"a\\^2", "a^2"},

    /* Near. */
    {"a NEAR b", "(near a 10 b)"},
    {"a NEAR/5 b", "(near a 5 b)"},
    {"a NEAR／５ b", "(near a 5 b)"},
    {"a NEAR/0 \"b c\" NEAR/10000 d*", "(near a 0 \"b c\" 10000 d*)"},
    {"a AND b NEAR c", "(and a (near b 10 c))"},
    {"+a NEAR b -c NEAR d", "(list +(near a 10 b) -(near c 10 d))"},
    {"title:a NEAR title:b", "(near title:a 10 title:b)"},
    {"\\NEAR NEARBY", "(or NEAR NEARBY)"},

    /* Fields. */
    {"issuer:某区人民政府", "issuer:某区人民政府"},
    {"section:主要问题", "section:主要问题"},
    {"section:\"主要 问题\"", "section:\"主要 问题\""},
    {"title:(a b)", "(or title:a title:b)"},
    {"title:(a issuer:b \"c d\") e", "(or (or title:a issuer:b title:\"c d\") e)"},
    {"title:(a NEAR b)", "(near title:a 10 title:b)"},
    {"title:(a year:7)", "(within title:a years:7..7)"},
    {"year:>=2019", "years:2019.."},
    {"year:>2019", "years:2020.."},
    {"year:<=2019", "years:..2019"},
    {"year:<2019", "years:..2018"},
    {"year>=2019 a", "(within a years:2019..)"},
    {"year：≤２０１９", "years:..2019"},
    {"date:2024", "dates:20240000..20249999"},
    {"date:2024-03", "dates:20240300..20240399"},
    {"date:2024-03-29", "dates:20240329..20240329"},
    {"date:20240329", "dates:20240329..20240329"},
    {"date:2024-02-29", "dates:20240229..20240229"},
    {"date:2024-01..2024-06", "dates:20240100..20240699"},
    {"date:..2024-06-30", "dates:..20240630"},
    {"date:2024..", "dates:20240000.."},
    {"date:>2024-03", "dates:20240400.."},
    {"date:>=2024-03", "dates:20240300.."},
    {"date<2024", "dates:..20239999"},
    {"date:<=20240329", "dates:..20240329"},
    {"report:a/b.txt", "report:a/b.txt"},
    {"report:*2023*", "report:*2023*"},
    {"report:\"a b (2020)\" c", "(within c report:a b (2020))"},
    {"a report:b report:c year:7 date:2024",
     "(within a years:7..7 dates:20240000..20249999 (or report:c report:b))"},
    {"a OR report:b", "(or a report:b)"},
    {"a -date:2024", "(list a -dates:20240000..20249999)"},
    {"x>=2 yearly", "(or x>=2 yearly)"},
};

static void parses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
        wy_query *query;
        wy_error error;
        int status = wy_query_parse(string_of(trees[i].query), NULL, &query, &error);
        if (status) print_message("query: %s\n", trees[i].query);
        assert_ok(status, &error);
        wy_buf dump;
        wy_buf_init(&dump, &wy_mem_default);
        wy_tree_dump(query->root, &dump);
        wy_buf_u8(&dump, 0);
        assert_false(dump.failed);
        if (strcmp((char *)dump.data, trees[i].tree) != 0)
            print_message("query: %s\n", trees[i].query);
        assert_string_equal((char *)dump.data, trees[i].tree);
        wy_buf_free(&dump);
        wy_query_free(query);
    }
}

static const struct {
    const char *query;
    uint64_t offset;
    const char *words; /* must be in the reason */
} errors[] = {
    {"", 0, "empty"},
    {"   ", 3, "empty"},
    {"()", 0, "nothing between"},
    {"a (", 2, "not closed"},
    {"a (b", 2, "not closed"},
    {"((a)", 0, "not closed"},
    {"（a", 0, "not closed"},
    {"a)", 1, "without an opening"},
    {")", 0, "without an opening"},
    {"a b）", 3, "without an opening"},
    {"a \"b", 2, "not closed"},
    {"a \"", 2, "not closed"},
    {"“a\"", 0, "not closed"},
    {"a”", 1, "without an opening"},
    {"\"\"", 0, "empty"},
    {"a “”", 2, "empty"},
    {"a AND", 2, "AND has nothing after"},
    {"AND a", 0, "AND has nothing before"},
    {"a OR", 2, "OR has nothing after"},
    {"OR", 0, "OR has nothing before"},
    {"a AND OR b", 6, "OR has nothing before"},
    {"a NOT", 2, "NOT has nothing after"},
    {"(a AND) b", 3, "AND has nothing after"},
    {"(NOT)", 1, "NOT has nothing after"},
    {"-AND", 1, "AND has nothing before"},
    {"foo:bar", 0, "no field 'foo'"},
    {"a Title:b", 2, "no field 'Title'"},
    {"foo:\"bar\"", 0, "fields are title: issuer: section: report: year: date:"},
    {"title:", 0, "title:"},
    {"title: a", 0, "title:"},
    {"title:\"\"", 6, "empty"},
    {"year:", 5, "years are written"},
    {"year:..", 5, "years are written"},
    {"year:abc", 5, "years are written"},
    {"year:2020-2023", 5, "years are written"},
    {"year:2020...2023", 5, "years are written"},
    {"year:0", 5, "years are written"},
    {"year:10000", 5, "years are written"},
    {"year:99999999999999999999", 5, "years are written"},
    {"year:2020.", 5, "years are written"},
    {"a year:2023..2020", 7, "year:2020..2023"},
    {"year:2020^2", 9, "do not score"},
    {"year:<1", 6, "years are written"},
    {"year:>9999", 6, "years are written"},
    {"year:>=", 7, "years are written"},
    {"year:>=2019..2020", 7, "years are written"},
    {"date:", 5, "dates are written"},
    {"date:24", 5, "dates are written"},
    {"date:2024-13", 5, "dates are written"},
    {"date:2023-02-29", 5, "dates are written"},
    {"date:2024-3", 5, "dates are written"},
    {"date:202403", 5, "dates are written"},
    {"date:20240431", 5, "dates are written"},
    {"date:2024-03-29x", 5, "dates are written"},
    {"date:..", 5, "dates are written"},
    {"a date:2024-06..2024-05", 7, "first date is after the last"},
    {"report:", 0, "report: wants an id"},
    {"a report:b~1", 2, "report: wants an id"},
    {"report:b^2", 8, "do not score"},
    {"report:(b)", 0, "report: wants an id"},
    {"issuer:", 0, "issuer: wants a word"},
    {"section: a", 0, "section: wants a word"},
    {"title:(a", 0, "not closed"},
    {"title:()", 0, "nothing between"},
    {"a *", 2, "wants a letter"},
    {"??*", 0, "wants a letter"},
    {"title:*", 6, "wants a letter"},
    {"a word~2", 6, "~1"},
    {"word~99999999999", 4, "~1"},
    {"wor*~1", 4, "leave out one"},
    {"\"a b\"~5", 5, "NEAR/5"},
    {"a^", 1, "a boost is a number"},
    {"a^b", 1, "a boost is a number"},
    {"a^2b", 1, "a boost is a number"},
    {"a^-1", 1, "a boost is a number"},
    {"a^1001", 1, "from 0 to 1000"},
    {"a^1.", 1, "a boost is a number"},
    {"a ^2", 2, "right behind"},
    {"^2", 0, "right behind"},
    {"(^2)", 1, "right behind"},
    {"a^2^3", 3, "right behind"},
    {"(a)^2^3", 5, "right behind"},
    {"a NEAR", 2, "NEAR has nothing after"},
    {"NEAR a", 0, "NEAR has nothing before"},
    {"(a NEAR) b", 3, "NEAR has nothing after"},
    {"a NEAR/ b", 2, "NEAR/ wants"},
    {"a NEAR/x b", 2, "NEAR/ wants"},
    {"a NEAR/10001 b", 2, "from 0 to 10000"},
    {"a NEAR (b c)", 2, "between words and phrases"},
    {"(a b) NEAR c", 6, "between words and phrases"},
    {"a NEAR -b", 2, "between words and phrases"},
    {"a NEAR year:7", 2, "between words and phrases"},
    {"year:7 NEAR a", 7, "between words and phrases"},
    {"a NEAR title:b", 2, "different fields"},
    {"a NEAR b^2", 8, "(a NEAR b)^2"},
    {"a^2 NEAR b", 1, "(a NEAR b)^2"},
    {"a\\", 1, "backslash"},
    {"\"a\\", 2, "backslash"},
    {"ab\xFF", 2, "UTF-8"},
    {"\xE4\xB8", 0, "UTF-8"},
};

static void fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        wy_query *query;
        wy_error error;
        int status = wy_query_parse(string_of(errors[i].query), NULL, &query, &error);
        if (status != WY_E_SYNTAX || error.offset != errors[i].offset ||
            !strstr(error.reason, errors[i].words))
            print_message("query: %s\n", errors[i].query);
        assert_status(WY_E_SYNTAX, status, &error);
        assert_null(query);
        assert_int_equal(error.offset, errors[i].offset);
        assert_non_null(strstr(error.reason, errors[i].words));
        /* Without a record to fill in it is the same. */
        assert_int_equal(wy_query_parse(string_of(errors[i].query), NULL, &query, NULL), status);
    }
}

/* `count` times `open`, "a", `count` times `close`. */
static int parse_nested(const char *open, const char *close, unsigned count, wy_error *error)
{
    wy_buf text;
    wy_buf_init(&text, &wy_mem_default);
    for (unsigned i = 0; i < count; i++) wy_buf_bytes(&text, open, strlen(open));
    wy_buf_u8(&text, 'a');
    for (unsigned i = 0; i < count; i++) wy_buf_bytes(&text, close, strlen(close));
    wy_query *query;
    int status = wy_query_parse((wy_string){(char *)text.data, text.length}, NULL, &query, error);
    wy_query_free(query);
    wy_buf_free(&text);
    return status;
}

static void limits_depth(void **state)
{
    (void)state;
    wy_error error;
    static const char *const pairs[][2] = {{"(", ")"},   {"（", ")"}, {"-", ""},
                                           {"NOT ", ""}, {"+", ""},   {"(b AND ", ")"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_ok(parse_nested(pairs[i][0], pairs[i][1], 64, &error), &error);
        assert_status(WY_E_LIMIT, parse_nested(pairs[i][0], pairs[i][1], 65, &error), &error);
        assert_int_equal(error.offset, 64 * strlen(pairs[i][0]));
        assert_status(WY_E_LIMIT, parse_nested(pairs[i][0], pairs[i][1], 100000, &error), &error);
    }
    /* One after another is not nested. */
    char text[4 * 200 + 1];
    for (int i = 0; i < 200; i++) memcpy(text + 4 * i, "(a) ", 4);
    wy_query *query;
    assert_ok(wy_query_parse((wy_string){text, 4 * 200}, NULL, &query, &error), &error);
    wy_query_free(query);
}

static void limits_words(void **state)
{
    (void)state;
    enum { WORDS = 2000 };
    char text[2 * WORDS];
    for (int i = 0; i < WORDS; i++) memcpy(text + 2 * i, "a ", 2);
    wy_query *query;
    wy_error error;
    assert_ok(wy_query_parse((wy_string){text, 2 * 1024}, NULL, &query, &error), &error);
    wy_query_free(query);
    int status = wy_query_parse((wy_string){text, 2 * WORDS}, NULL, &query, &error);
    assert_status(WY_E_LIMIT, status, &error);
    assert_int_equal(error.offset, 2 * 1024);
}

/* Random bytes, and random strings of what means something: a status and no more. */
static void survives_random_queries(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a",      "法治",  " ",     "\"",     "“",      "”",     "(",        ")",        "（",
        "）",     "AND",   " AND ", " OR ",   "NOT ",   "+",     "-",        ":",        "\\",
        "title:", "year:", "2020",  "..",     "x:",     "*",     "?",        "？",       "~1",
        "~",      "^2",    "^",     " NEAR ", "NEAR/3", "date:", "report:",  "issuer:(", ">=",
        "-03",    "＊",    "～",    "：",     "\xFF",   "，",    "e\xCC\x81"};
    wy_test_random random = wy_test_random_of(1);
    for (int round = 0; round < 20000; round++) {
        wy_buf text;
        wy_buf_init(&text, &wy_mem_default);
        uint64_t length = wy_test_below(&random, 24);
        for (uint64_t i = 0; i < length; i++) {
            if (round % 4 == 0) {
                wy_buf_u8(&text, (uint8_t)wy_test_next(&random));
            } else {
                uint64_t n = sizeof pieces / sizeof *pieces - (round % 4 == 1 ? 0 : 3);
                const char *piece = pieces[wy_test_below(&random, n)];
                wy_buf_bytes(&text, piece, strlen(piece));
            }
        }
        /* Exactly as long as it is, so that a sanitizer sees a step too far. */
        char *exact = wy_test_alloc(text.length ? text.length : 1);
        if (text.length) memcpy(exact, text.data, text.length);
        wy_query *query;
        wy_error error;
        int status = wy_query_parse((wy_string){exact, text.length}, NULL, &query, &error);
        assert_true(status == WY_OK || status == WY_E_SYNTAX || status == WY_E_LIMIT);
        if (status) assert_true(error.offset <= text.length);
        wy_query_free(query);
        free(exact);
        wy_buf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(fails),
        cmocka_unit_test(limits_depth),
        cmocka_unit_test(limits_words),
        cmocka_unit_test(survives_random_queries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
