/*
 * Dates and years in every way that reports write them.
 */
#include "test_report.h"

#include <stdio.h>

#include "report/date.h"

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t date;
    } cases[] = {{"2024-03-29", 20240329},
                 {"2024-3-9 15:06", 20240309},
                 {"2024-03-09 5:06:07", 20240309},
                 {"2024/03/29", 20240329},
                 {"2024.3.29", 20240329},
                 {"20240329", 20240329},
                 {"2024-03-29T15:06:00Z", 20240329},
                 {"2024-03-29T15:06:00.123+08:00", 20240329},
                 {"2024年3月29日", 20240329},
                 {"2024 年 3 月 29 日", 20240329},
                 {"2026年02月10日 07时41分", 20260210},
                 {"（2024年3月29日）", 20240329},
                 {"２０２４年３月２９日", 20240329},
                 {"1 9 9 3 年3 月15日", 19930315},
                 {"二〇二四年三月二十九日", 20240329},
                 {"二○二四年十二月三十一日", 20241231},
                 {"二零二四年十月十日", 20241010},
                 {"一九五七年六月廿六日", 19570626},
                 {"一九五七年十月卅一日", 19571031},
                 {"一九五七年六月", 19570601},
                 {"  2024-02-29\xE2\x80\x8B ", 20240229},
                 /* none of these is a date */
                 {"2023-02-29", 0},
                 {"2024-13-01", 0},
                 {"2024-00-10", 0},
                 {"20241301", 0},
                 {"2024年", 0},
                 {"12024-03-29", 0},
                 {"2024-03-291", 0},
                 {"2024-03/29", 0},
                 {"三月二十九日", 0},
                 {"2024-03-29 以前", 0},
                 {"0000-01-01", 0},
                 {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t found = wy_date_of(wy_test_string(cases[i].text));
        if (found != cases[i].date)
            fail_msg("%s: %d and not %d", cases[i].text, found, cases[i].date);
    }
}

static void test_years(void **state)
{
    (void)state;
    static const struct {
        const char *title;
        int32_t year;
    } cases[] = {{"东湖区2023年法治政府建设工作报告", 2023},
                 {"２０２３年工作报告", 2023},
                 {"一九五七年工作报告", 1957},
                 {"二○一〇年度总结", 2010},
                 {"1 9 9 8 年工作报告", 1998},
                 {"关于2019年计划执行情况与2020年计划草案的报告", 2019},
                 {"东湖区规划（2021—2025年）", 2021},
                 {"东湖区规划（2021-2025）", 2021},
                 {"东政发〔2018〕12号", 2018},
                 {"3000年规划", 3000},
                 {"工作报告12345", 0},
                 {"工作报告1234", 0},
                 {"政府工作报告", 0},
                 {"十四五规划", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_scan scan;
        wy_scan_line(&scan, wy_test_string(cases[i].title));
        int32_t found = wy_date_year(&scan);
        if (found != cases[i].year)
            fail_msg("%s: %d and not %d", cases[i].title, found, cases[i].year);
    }
}

/* Every day of some centuries, in three ways of writing. */
static void test_calendar(void **state)
{
    (void)state;
    unsigned days = 0;
    for (int y = 1890; y < 2110; y += 7)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= 31; d++) {
                int32_t value = wy_date_check((int64_t)y * 10000 + m * 100 + d);
                char text[64];
                days += value != 0;
                snprintf(text, sizeof text, "%d年%d月%d日", y, m, d);
                assert_int_equal(wy_date_of(wy_test_string(text)), value);
                snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, d);
                assert_int_equal(wy_date_of(wy_test_string(text)), value);
                snprintf(text, sizeof text, "%04d%02d%02d", y, m, d);
                assert_int_equal(wy_date_of(wy_test_string(text)), value);
            }
    assert_in_range(days, 32 * 365, 32 * 366);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dates), cmocka_unit_test(test_years),
                                       cmocka_unit_test(test_calendar)};
    return cmocka_run_group_tests_name("report dates", tests, NULL, NULL);
}
