#!/usr/bin/env bash
# The query language as its user meets it: complaints with a caret, explanations, fields and limits.
source "$(dirname "$0")/lib.sh"

line() { printf '{"title":"%s","year":%s,"date":"%s","issuer":"%s","section":%s,"text":"%s"}\n' "$@"; }
{
    line 甲区报告 2019 2019-03-29 甲区人民政府 '["一、举措","（一）改革"]' '深化改革，扩大开放，running a business。'
    line 甲区报告 2019 2019-03-29 甲区人民政府 '["一、举措","（二）法治"]' 建设法治政府，推进改革开放。
    line 乙区报告 2021 2021-04-01 乙区人民政府 '["二、问题"]' 'The organization runs unprecedented laws，改革不够。'
} > reports.jsonl
run 0 index index.wy reports.jsonl
no_err

# ---- What each part of the language finds.
finds()
{
    run "$(($1 ? 0 : 1))" search index.wy --count "$2"
    out_is "$1"
}
finds 2 '改革 NEAR/3 开放'
finds 1 '改革 NEAR/0 开放'
finds 2 '法治 un*'
finds 1 '“unprecedent*”'
finds 1 '"runs unprec*"'
finds 1 '"laws，改革不够" "runs un*"'
finds 0 '"runs of un*"'
finds 0 '"organization un*"'
finds 1 'organisation~1'
finds 0 'organisatoin~1 NEAR 改革'
finds 1 'r?ns'
finds 2 'issuer：甲'
finds 2 'issuer:甲区'
finds 2 'section:举措'
finds 1 'section:"法治"'
finds 2 'title:(甲区 报告) year:<2020'
finds 1 '改革 date：2021-04'
finds 2 '改革 date:..2020'
finds 1 'report:*乙区*'
finds 3 'report:*reports*'
finds 1 '+改革 －开放'
# A Chinese word is found inside longer ones.
finds 2 'issuer:政府 -乙区 -unprecedented'
finds 3 'issuer:政府'
run 0 search index.wy 'issuer:(甲区 乙区)^2' -v
run 0 search index.wy 'un* runs' --json
out_has '"highlights":[[17,21],[22,35]]'

# Numbers are as wide as they are written, whatever the query writes.
{
    line 丙区报告 2020 2020-01-01 丙区人民政府 '[]' '对单位罚款一万五千元，并予以公告。'
    line 丙区报告 2020 2020-01-01 丙区人民政府 '[]' 罚款15000元以后公告。
} > numbers.jsonl
run 0 index numbers.wy numbers.jsonl
finds_number()
{
    run 0 search numbers.wy --count "$2"
    out_is "$1"
}
for number in 15000 一万五千 1.5万; do
    finds_number 2 "罚款 NEAR/0 $number"
    finds_number 1 "$number NEAR/3 公告"
    finds_number 1 "$number NEAR/4 公告"
    finds_number 2 "$number NEAR/5 公告"
    finds_number 2 "单位 NEAR/2 $number OR $number NEAR/1 以后"
done
run 0 check numbers.wy

# Punctuation in quotes: read from the text, or known to the index.
for analyzer in icu icu-punctuation; do
    run 0 index --quiet --analyzer $analyzer $analyzer.wy reports.jsonl
    run 0 check $analyzer.wy
    for expected in 1 '"改革，扩大"' 1 '"，扩大"' 3 '"。"' 3 '"，"' 1 '"，推进改革开放。"' 0 '"，改革开放"'; do
        if [[ $expected != \"* ]]; then
            found=$expected
            continue
        fi
        "$tool" search --count $analyzer.wy "$expected" > out
        said="$analyzer $expected"
        out_is "$found"
    done
done
run 0 explain icu-punctuation.wy '"，推进"'
out_matches '^    punctuation , for characters 1 to 1  in 3$'
run 2 search -i icu.wy -i icu-punctuation.wy 改革
err_has 'cuts text in another way'

# ---- Complaints point at the place, in columns of the terminal.
complains()
{
    run 2 search index.wy "$1"
    no_out
    verify "no caret at $2" grep -qE "^ {$(($2 + 2))}\^\$" err
    err_has "$3"
}
complains '法治 AND' 5 'AND has nothing after it'
complains '法治 (政府' 5 'the parenthesis is not closed'
complains '改革 NEAR/x 开放' 5 'NEAR/ wants'
complains 'date:2024-13' 5 'dates are written'
complains '改革 word~3' 9 'write ~1'
complains '。' 0 'nothing to search for'
printf '{"title":"多","text":"%s"}\n' "$(seq -f 'w%g' -s ' ' 1000 2100)" > many.jsonl
run 0 index many.wy many.jsonl
run 2 search many.wy '好 w*'
err_has 'the pattern stands for more than 1024 words of the index'
verify 'no caret' grep -qE '^     \^$' err
run 0 search many.wy --count '好 w1*'

# ---- Explanations.
run 0 explain index.wy '改革^2 un* -法治 year:2019..2022'
no_err
out_has 'understood  (within (list 改革^2 un* -法治) years:2019..2022)'
out_has '3 paragraphs of 2 reports'
out_matches '^    word 改革 \^2  in 3  idf 0\.[0-9]{4}$'
out_matches '^    any word like un\*  in 1  idf '
out_matches '^      word unprecedented  in 1  '
out_matches '^    -word 法治  in 1  '
out_matches '^ +[0-9.]+  word 改革 \^2  tf 1, length [0-9]+ of average '
run 0 explain index.wy '"革开放"' --all
out_matches '^  exact text "革开放"  idf '
out_matches '^    word 改革 for characters 1 to 1  in [23]$' # where both words are in one segment
out_matches '^    word 开放 for characters 2 to 3  in 2$'
run 0 explain index.wy '改革 NEAR/3 开放' --rank 2
out_has 'hit 2  '
out_has 'near 改革 NEAR/3 开放'
run 0 search index.wy 改革 -v
id=$(sed -n 's/^   \(reports.jsonl.*\)/\1/p' out | tail -1)
run 0 explain index.wy 改革 --hit "$id"
out_has "$id"
run 2 explain index.wy 改革 --hit nowhere
err_has "finds no paragraph with the id 'nowhere'"
run 2 explain index.wy 改革 --rank 9
err_has 'fewer than 9 paragraphs'
run 1 explain index.wy 航天
out_has 'nothing found'
run 0 explain index.wy '改革 title:报告' --json
json 1 query:string paragraphs:integer reports:integer segments:integer year_from:integer? \
    year_to:integer? plan:object rank:integer id:string score:real
{
    line 丙区报告 2022 2022-03-01 丙区政府 '[]' 行政管理，行政。
    line 丁区报告 2023 2023-03-01 丁区政府 '[]' 全国人民和国人，全国人民。
} > places.jsonl
run 0 index --quiet places.wy places.jsonl
run 0 explain places.wy 行政
out_matches '^  word 行政  in 2  idf '
out_matches '^    word 行政  in 1$'
out_matches '^    word 行政管理  in 1$'
out_matches '^ +[0-9.]+  word 行政  tf 2, '
run 0 explain places.wy '"国人"'
out_matches '^    word 国人  in 1$'
out_matches '^    across words 国人  in 1$'
out_matches '^ +[0-9.]+  word 国人  tf 3, '
run 0 explain places.wy 人民
verify 'a word that stands nowhere else has no places' test "$(grep -c 人民 out)" = 3
run 2 explain index.wy
run 2 explain index.wy '(改革'
finish
