#!/usr/bin/env bash
# Hostile files and queries: an error or an answer, in bounded memory and time, never a signal.
source "$(dirname "$0")/lib.sh"

# Memory is limited where no sanitizer takes terabytes of it for itself.
bounded()
{
    local limit=unlimited
    grep -q __asan_init "$tool" || grep -q __tsan_init "$tool" || limit=3000000
    (
        ulimit -v $limit
        exec "$tool" "$@" < /dev/null
    ) > out 2> err
}

# survives ARGUMENTS...: ends with a status of its own.
survives()
{
    local status=0
    said="wenyuan ${*:0:200}"
    bounded "$@" || status=$?
    verify "it ends with $status" test "$status" -le 2
    verify 'a control character reached the terminal' is_harmless out
    verify 'a control character reached the terminal' is_harmless err
}

repeat() { awk -v t="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'; }

# ---- Files
mkdir files
printf '青石县2020年法治政府建设工作报告\n\n　　可以读的一份。\n' > files/good.txt
: > files/empty.txt
: > files/empty.html
: > files/empty.jsonl
truncate -s 1G files/zeros.txt files/zeros.html
truncate -s 100M files/zeros.jsonl
printf '\0\0\0\0' > files/nul.txt
printf '\377\376' > files/bom.txt
printf '\357\273\277' > files/bom8.html
head -c 100000 "$tool" > files/program.txt
head -c 100000 "$tool" > files/program.html
head -c 100000 "$tool" > files/program.jsonl
head -c 100000 "$tool" > files/program.docx
head -c 100000 "$tool" > files/program.md
printf '\xe9\x9d\x92\xe7\x9f\n\xc0\x80\xed\xa0\x80\xf5\xff' > files/invalid.txt
repeat '<div>' 200000 > files/deep.html
repeat '<b><table><tr><td>' 20000 > files/tables.html
{ repeat '<p>' 1000 && repeat '&#x4e2d;' 100000; } > files/entities.html
repeat '[' 500000 > files/deep.jsonl
{ printf '{"text":"x","section":' && repeat '[' 100000; } > files/sections.jsonl
repeat '> ' 100000 > files/quotes.md
repeat '*_[' 50000 > files/marks.md
repeat '一' 1000000 > files/line.txt
head -c 100000000 /dev/zero | gzip -1 > files/bomb.txt.gz
head -c 1000 files/bomb.txt.gz > files/cut.txt.gz
survives index index.wy files
run 0 check index.wy
run 0 search index.wy '"可以读的一份"'
out_has 青石县
survives index index.wy files
rm files/zeros.* files/line.txt
survives index --prune index.wy files
run 0 check index.wy

# ---- Queries
words=$(awk 'BEGIN { for (i = 0; i < 10000; i++) printf "字%d ", i }')
long=$(repeat 法治政府 9000)
for query in "$words" "$long" "\"$long\"" "$(repeat '(' 100000)" "$(repeat '(法治 ' 60)$(repeat ')' 60)" \
    "$(repeat 'NOT ' 30000)x" "$(repeat '-' 50000)x" '*' '**' '?' '*?*?*' '"*"' '* AND *' 'NOT *' \
    '*法*治*' "$(repeat '*法' 2000)" "$(repeat '?' 5000)*" 'a~99999999999' 'w^99999999999999999999' \
    '"法 治"~4294967296' 'year:99999999999..' 'title:' ':' '"' '\' "$(printf '\xff\xfe')" \
    "$(printf '\033[2J\302\233')" "$(repeat 'a AND ' 5000)b"; do
    survives search index.wy -- "$query"
done
survives search index.wy ''
finish
