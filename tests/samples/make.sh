#!/usr/bin/env bash
# make.sh TOOL FOLDER: makes the index that is kept for a released version: words of two reports,
# one of them replaced by a shorter one and so partly deleted, in two segments. With the analyzer
# "whitespace", so that no version of ICU matters.
set -euo pipefail
tool=$1 folder=$2
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# report TITLE YEAR PARAGRAPHS: a paragraph a line, each with words that tell it from the others.
report()
{
    local i
    for ((i = 1; i <= $3; i++)); do
        printf '{"title":"%s","year":%d,"section":["第 %d 节"],"text":"%s 第%d段 公开 服务 %s"}\n' \
            "$1" "$2" $((i % 3 + 1)) "$1" "$i" "$([[ $((i % 4)) == 0 ]] && echo 复议 诉讼)"
    done
}

cd "$temp"
report 甲县报告 2019 40 > a.jsonl
report 乙县报告 2020 150 > b.jsonl
"$tool" index --quiet --threads 1 --analyzer whitespace index.wy a.jsonl b.jsonl
report 甲县报告 2019 12 > a.jsonl
"$tool" index --quiet --threads 1 index.wy a.jsonl
rm -f index.wy/lock
mkdir -p "$folder"
cp index.wy/* "$folder"
