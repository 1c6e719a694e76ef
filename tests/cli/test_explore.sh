#!/usr/bin/env bash
# Looking across a collection: trend, facets, terms; deleting and merging.
source "$(dirname "$0")/lib.sh"

line() { printf '{"title":"%s","year":%s,"issuer":%s,"section":["%s"],"text":"%s"}\n' "$@"; }
{
    line 甲区报告 2019 '"甲区人民政府"' 一、举措 深化改革，改革开放。
    line 甲区报告 2019 '"甲区人民政府"' 二、问题 行政复议的案件较多。
    line 乙区报告 2021 '"乙区人民政府"' （一）举措 推进数字政府改革。
    line 丙区报告 2021 null 3.举措 数字经济与数字政府。
    line 丁区报告 null null 第四章\ 附则 改革没有年份。
} > reports.jsonl
run 0 index index.wy reports.jsonl
no_err

# ---- trend
run 0 trend index.wy 改革
no_err
out_matches '^year +paragraphs +reports +occurrences +per 10,000$'
out_matches '^unknown +1 +1 +1 +10000\.0  █+$'
out_matches '^2019 +1 +1 +2 +5000\.0  █+'
out_matches '^2021 +1 +1 +1 +5000\.0  █+'
out_matches '^total +3 +3 +4 +6000\.0$'
run 1 trend index.wy 航天
out_matches '^2019 +0 +0 +0 +0\.0 *$'
run 0 trend index.wy 改革 数字 --csv
out_is 'query,year,paragraphs,reports,occurrences,per_10000,all_paragraphs,all_reports
"改革",,1,1,1,10000.000,1,1
"改革",2019,1,1,2,5000.000,2,1
"改革",2021,1,1,1,5000.000,2,2
"数字",,0,0,0,0.000,1,1
"数字",2019,0,0,0,0.000,2,1
"数字",2021,2,2,3,10000.000,2,2'
run 0 trend index.wy '"改革"' --csv --year 2019
out_has '"""改革""",2019,1,1,2,5000.000,2,1'
run 0 trend index.wy 改革 数字 --json
json 6 query:string year:integer? paragraphs:integer reports:integer occurrences:integer \
    per_10000:real all_paragraphs:integer all_reports:integer
COLUMNS=60 run 0 trend index.wy 改革 数字 --measure occurrences
verify 'a line is too wide' test "$(wc -L < out)" -le 60
out_has '(occurrences)'
run 0 trend index.wy 复议 --csv --year 2019
out_has '"复议",2019,1,1,1,'
run 0 trend index.wy 改革 --issuer 乙區 --csv
out_has '"改革",2021,1,1,1,10000.000,1,1'
out_lacks 2019

# ---- The chart
run 0 trend index.wy 改革 '数字 OR <b>&"x"' --svg chart.svg
out_matches '^2019 '
verify 'no such chart' test -s chart.svg
said='the chart'
cp chart.svg out
out_has '<svg xmlns='
out_has 'prefers-color-scheme:dark'
out_has '>改革<'
out_has '数字 OR &lt;b&gt;&amp;'
out_lacks '<b>'
verify 'as many points as years' test "$(grep -c '<title>改革 [0-9]*: ' out)" = 2
out_has '<title>改革 2019: 5000</title>'
if command -v xmllint > /dev/null; then verify 'not XML' xmllint --noout chart.svg; fi
run 0 trend index.wy 改革 --svg -
verify 'the same on standard output' grep -q '^</svg>$' out
run 2 trend index.wy 改革 --svg nowhere/chart.svg
err_has 'cannot write nowhere/chart.svg'
run 0 trend index.wy $'改革 OR "\x1b[31m"' --svg evil.svg
verify 'a control character in the table' is_harmless out
verify 'a control character in the chart' is_harmless evil.svg

# ---- facets
run 0 facets index.wy 改革
out_matches '^2019 +1 +1 +2  █'
out_matches '^unknown +1 '
run 0 facets index.wy '改革 OR 数字 OR "复议"' --by section
out_matches '^举措 +3 +3 +6  █'
out_matches '^附则 +1 '
run 0 facets index.wy '改革 OR 数字 OR "复议"' --by section --limit 1
out_has '(2 more)'
run 0 facets index.wy '改革 OR "复议"' --by issuer --json
json 3 issuer:string? paragraphs:integer reports:integer occurrences:integer
out_has '{"issuer":"甲区人民政府","paragraphs":2,"reports":1,"occurrences":3}'
run 1 facets index.wy 航天
no_out
run 2 facets index.wy '('
err_has 'query: '

# ---- terms
run 0 terms index.wy --json
json "$(wc -l < out)" word:string occurrences:integer paragraphs:integer
out_has '{"word":"改革","occurrences":4,"paragraphs":3}'
run 0 terms index.wy --prefix 數 --json
out_is '{"word":"数字","occurrences":3,"paragraphs":2}'
run 0 terms index.wy --year 2019 --prefix 改 --json
out_is '{"word":"改革","occurrences":2,"paragraphs":1}'
run 0 terms index.wy --limit 1
out_matches '^改革 +4 +3$'
out_matches '^\([0-9]+ more\)$'
run 0 terms index.wy --distinctive 2021 2019
out_has 'more frequent in 2021:'
out_matches '^数字 +3 .* 0 +0\.0 '
run 0 terms index.wy --distinctive 2021 2019 --json
json "$(wc -l < out)" word:string more_in:string g2:real occurrences:integer paragraphs:integer \
    other_occurrences:integer other_paragraphs:integer
out_has '"word":"数字","more_in":"2021"'
run 0 terms index.wy --distinctive 2021
out_has 'more frequent in all others:'
run 1 terms index.wy --prefix 航
run 1 terms index.wy --distinctive 1900
no_out
run 1 terms index.wy --distinctive 2021 1900
run 2 terms
err_has 'an index is needed'

# ---- Several indexes are one
head -2 reports.jsonl > a.jsonl
tail -3 reports.jsonl > b.jsonl
run 0 index a.wy a.jsonl
run 0 index b.wy b.jsonl
for command in 'trend 改革 数字 --csv' 'facets 改革 --by section' 'facets 改革 --by issuer' \
    'terms' 'terms --distinctive 2021 2019'; do
    read -r name rest <<< "$command"
    # shellcheck disable=SC2086
    run 0 $name -i index.wy $rest
    cp out one
    # shellcheck disable=SC2086
    run 0 $name -i a.wy -i b.wy $rest
    verify "two indexes tell another story than one: $command" cmp -s out one
done

# ---- delete
id=$("$tool" search index.wy 复议 --json | grep -o '"report":"[^"]*"' | cut -d'"' -f4)
run 2 delete index.wy
run 2 delete index.wy 甲区报告
err_has 'is not of the form report:ID'
run 2 delete index.wy report:nobody "report:$id"
err_has 'the index has no report nobody'
out_is 'deleted 1 report'
run 1 search index.wy 复议
run 0 trend index.wy 改革 --csv
out_lacks 2019
"$tool" search index.wy 改革 --json | grep -o '"report":"[^"]*"' | cut -d'"' -f4 | sed 's/^/report:/' > ids
said='delete -'
"$tool" delete index.wy - < ids > out 2> err
verify 'exit status' test $? = 0
out_is 'deleted 2 reports'
run 1 search index.wy 改革
run 0 search index.wy 数字
tr '\n' '\0' < ids > nul
"$tool" delete index.wy --null - < nul > out 2> err
verify 'exit status' test $? = 2
out_is 'deleted 0 reports'
run 2 delete missing.wy report:x
verify 'an index was made' test ! -e missing.wy

# ---- merge
for part in a b c; do
    line "$part"区报告 2020 null 一 "合并$part"。 > $part.jsonl
    run 0 index many.wy $part.jsonl
done
run 0 search many.wy 合并 --json
cp out before
run 0 merge many.wy
out_matches '^merged [0-9]+ segments into 1, [0-9,]+ bytes into [0-9,]+, in [0-9.]+ s$'
run 0 search many.wy 合并 --json
verify 'merging changes the answer' cmp -s out before
run 0 stats many.wy
out_matches '^segments +1$'
run 0 merge many.wy --quiet
no_out
run 2 merge many.wy --segments 0
run 2 merge missing.wy
run 0 check many.wy
finish
