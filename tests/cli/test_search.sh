#!/usr/bin/env bash
# Searching: hits for people and for programs, counts, years, colours, mistakes in a query.
source "$(dirname "$0")/lib.sh"

hit_fields=(rank:integer score:real id:string report:string title:string year:integer? date:string?
    issuer:string? section:array paragraph:integer text:string snippet:string highlights:array)

line()
{
    printf '{"title":"%s","year":%s,"date":%s,"issuer":%s,"section":%s,"text":"%s"}\n' "$@"
}
{
    line 甲区报告 2019 '"2020-03-29"' '"甲区人民政府"' '["一、举措","（一）改革"]' 深入推进简政放权改革。
    line 甲区报告 2019 '"2020-03-29"' '"甲区人民政府"' '["二、问题"]' 行政复议的案件较多。
    line 乙区报告 2021 null null '[]' 加强行政复议工作，简化程序，推进政务公开。
    line 丙区报告 null null null '[]' 未成年人保护与行政复议。
} > reports.jsonl
run 0 index index.wy reports.jsonl
no_err
out_matches '^indexed 3 reports, 4 paragraphs \(1 file read, 0 unchanged, 0 removed, 0 failed\) in [0-9.]+ s$'

# ---- For people
run 0 search index.wy 简政放权
no_err
out_has '1. 甲区报告 (2019)'
out_has '   一、举措 › （一）改革'
out_has '   深入推进简政放权改革。'
verify 'colour where nobody sees it' is_harmless out
run 0 search index.wy 未成年人
out_matches '^1\. 丙区报告$'
run 1 search index.wy 航天
no_out
no_err
run 0 search --verbose index.wy 未成年人
out_matches '^1\. 丙区报告  [0-9]+\.[0-9]{3}$'
out_has "$here/reports.jsonl#丙区报告"

# ---- Options stand anywhere; words are joined; a dash before a Chinese word is no option
run 0 search index.wy 行政复议 -n 1
verify 'more than one hit' test "$(grep -c '^[0-9]*\. ' out)" = 1
run 0 search -n1 index.wy 行政复议
run 0 search --count index.wy 行政复议 AND 程序
out_is 1
run 0 search --count index.wy 行政复议 -程序
out_is 2
run 0 search --count index.wy -- 行政复议 -程序
out_is 2
run 0 search --count index.wy +行政复议 '-"程序"'
out_is 2
run 1 search --count index.wy 航天
out_is 0
run 0 search index.wy 行政复议 --offset 1
out_has '2. '
out_lacks '1. '
run 1 search index.wy 行政复议 --offset 3
no_out

# ---- The language
for query in '"政放"' 'title:甲区 AND 改革' 'year:2019 AND 行政复议' '行政複議 AND 案件' '(航天 OR 改革) AND NOT 公开'; do
    run 0 search --count index.wy "$query"
    out_is 1
done
run 0 search --count index.wy '"行政复议"'
out_is 3

# ---- Years
for years in 2019=1 2019..2021=2 2020..=1 ..2020=1 2021..2021=1 ..9999=2; do
    run 0 search --count index.wy 行政复议 --year "${years%=*}"
    out_is "${years#*=}"
done
run 1 search index.wy 行政复议 -y 2020

# ---- For programs
run 0 search --json index.wy 行政复议
json 3 "${hit_fields[@]}"
out_has '"date":"2020-03-29","issuer":"甲区人民政府","section":["二、问题"],"paragraph":2'
out_matches '"title":"丙区报告","year":null,"date":null,"issuer":null,"section":\[\]'
run 0 search --json index.wy '"政放"'
json 1 "${hit_fields[@]}"
out_has '"highlights":[[15,21]]'
run 0 search --json --color=always index.wy 改革
json 1 "${hit_fields[@]}"
run 1 search --json index.wy 航天
no_out

# ---- Colours
match=$'\033[1;31m'
run 0 search --color=always index.wy '"政放"'
out_has "简${match}政放"$'\033[m权'
run 0 search --color=never index.wy '"政放"'
out_lacks "$match"
run 0 search --color auto index.wy '"政放"'
out_lacks "$match"
on_terminal() { script -qec "$1" /dev/null < /dev/null > out 2> err; }
if script -qec true /dev/null < /dev/null > /dev/null 2>&1; then
    said='search on a terminal'
    on_terminal "'$tool' search index.wy 改革"
    out_has "$match"
    on_terminal "NO_COLOR=1 '$tool' search index.wy 改革"
    out_lacks "$match"
    on_terminal "NO_COLOR= '$tool' search index.wy 改革"
    out_has "$match"
    on_terminal "TERM=dumb '$tool' search index.wy 改革"
    out_lacks "$match"
    on_terminal "NO_COLOR=1 '$tool' search --color=always index.wy 改革"
    out_has "$match"
else
    echo 'skipped: no pseudo-terminal can be had here'
fi

# ---- Mistakes in a query: the caret stands under the place, a Chinese character takes two columns
run 2 search index.wy '法治 "政府'
err_has 'query: at byte 7: '
verify 'no caret under the quote' grep -qxF '       ^' err
run 2 search index.wy '(法治'
verify 'no caret' grep -qxE ' *\^' err
run 2 search index.wy ''
run 2 search index.wy 'year:x'
run 2 search index.wy $'a"\033[31m'
verify 'an escape reached standard error' is_harmless err
run 2 search index.wy $'法治\xff'
verify 'bad bytes reached standard error' iconv -f utf-8 -t utf-8 -o /dev/null err
run 2 search index.wy "$(printf '(%.0s' {1..100})a$(printf ')%.0s' {1..100})"
run 2 search index.wy "$(printf 'a%s ' {1..1100})"

# ---- Control characters of a document never reach the terminal
printf '{"title":"T\\u001b[2J\\u009b31m","year":2020,"text":"控制\\u001b]0;x\\u0007字符\\u007f\\u009b5m\\u202e\\t尾"}\n' > evil.jsonl
run 0 index evil.wy evil.jsonl
run 0 search evil.wy 控制 --verbose
verify 'a control character reached the terminal' is_harmless out
run 0 search evil.wy 控制 --by report --context 2
verify 'a control character reached the terminal' is_harmless out
out_has '控制'
run 0 search --json evil.wy 控制
json 1 "${hit_fields[@]}"
out_has '\u009b'
run 0 search --color=always evil.wy 控制
sed 's/\x1b\[1;31m//g; s/\x1b\[1m//g; s/\x1b\[36m//g; s/\x1b\[m//g' out > plain
verify 'a control character reached the terminal' is_harmless plain

# ---- Several indexes are searched as one
head -2 reports.jsonl > a.jsonl
tail -2 reports.jsonl > b.jsonl
run 0 index a.wy a.jsonl
run 0 index b.wy b.jsonl
run 0 search index.wy 行政复议 简政放权
grep -v '^wenyuan' out > one
run 0 search -i a.wy --index b.wy 行政复议 简政放权
verify 'two indexes rank otherwise than one' cmp -s out one
run 2 search -i a.wy -i missing 行政复议
err_has missing
run 0 index --analyzer whitespace c.wy b.jsonl
run 2 search -i a.wy -i c.wy 行政复议

# ---- By report, by date, through filters, with neighbours
run 0 search index.wy '复议 OR 改革' --by report
out_has '1. 甲区报告 (2019)  2 matches'
verify 'three reports' test "$(grep -c '^[0-9]*\. ' out)" = 3
run 0 search index.wy '复议 OR 改革' --by report --passages 1 --limit 1 --json
json 1 "${hit_fields[@]}" report_rank:integer report_matches:integer
out_has '"report_rank":1,"report_matches":2'
run 0 search index.wy 行政复议 --sort date --json
json 3 "${hit_fields[@]}"
verify 'not by date' test "$(grep -o '"title":"[^"]*"' out | tr -d '\n')" = '"title":"甲区报告""title":"乙区报告""title":"丙区报告"'
run 0 search index.wy 行政复议 --sort -date
out_has '1. 乙区报告'
out_has '3. 丙区报告'
run 0 search index.wy 行政复议 --issuer 甲區 --count
out_is 1
run 0 search index.wy 行政复议 --title 丙区 --count
out_is 1
run 1 search index.wy 行政复议 --title 丁 --count
out_is 0
run 0 search index.wy 案件 --context 1
out_has '   │ 深入推进简政放权改革。'
out_has '   行政复议的案件较多。'
run 0 search index.wy 案件 --context 1 --json
json 1 "${hit_fields[@]}" context:array
out_has '"context":[{"paragraph":1,"text":"深入推进简政放权改革。"}]'

# ---- stats
run 0 stats index.wy
no_err
out_matches '^analyzer +icu \(ICU [0-9.]+\)$'
out_matches '^segmenter +(dictionary|icu)$'
out_matches '^paragraphs +4$'
out_matches '^2019 +1 +2$'
out_matches '^unknown +1 +1$'
run 0 stats --json index.wy
json 1 analyzer:string icu_version:string? segmenter:string? generation:integer segments:integer reports:integer \
    paragraphs:integer deleted_paragraphs:integer terms:integer postings:integer positions:integer \
    text_bytes:integer bytes:integer files:array years:array
out_has '{"year":null,"reports":1,"paragraphs":1}'
run 0 stats -j c.wy
out_has '"analyzer":"whitespace","icu_version":null,"segmenter":null'

# ---- A reader needs no right to write
if [[ $EUID != 0 ]]; then
    chmod -R a-w index.wy
    run 0 search index.wy 改革
    run 0 check index.wy
    chmod -R u+w index.wy
fi
finish
