#!/usr/bin/env bash
# Measures Wenyuan against Lucene on the same words and the same queries.
#
#   bench/run.sh [-h] [-o FOLDER] [-n LINES] [-q ROUNDS] [-p PASSES] [-w WARM-UPS] [-i ROUNDS]
#                [-c ROUNDS] [-t THREADS] FILE.tsv[.zst]
#
# FILE has lines `id⇥title⇥year⇥text`, a paragraph each. Everything goes to FOLDER: the builds, the
# words, the indexes, the figures of each run (TSV) and report.txt, which is printed too.
#
#   -n LINES     only the first LINES paragraphs
#   -q ROUNDS    times that the two query drivers run, in turn (3)
#   -p PASSES    measured passes over the queries in each (10)
#   -w WARM-UPS  passes before those (15)
#   -i ROUNDS    times that the two index drivers run, in turn (2)
#   -c ROUNDS    times that each then indexes in one process (5)
#   -t THREADS   also index with so many threads (2); 1: do not
#
# JAVA_OPTIONS: of the Java machine (-Xmx1g -XX:+UseSerialGC). Ends with 1 where the engines do not
# agree on the answers.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/packages.sh
source "$here/../tools/packages.sh"

out=${TMPDIR:-/tmp}/wenyuan-bench lines=0 query_rounds=3 passes=10 warm_ups=15
index_rounds=2 cycles=5 threads=2
while getopts ho:n:q:p:w:i:c:t: option; do
    case $option in
    o) out=$OPTARG ;;
    n) lines=$OPTARG ;;
    q) query_rounds=$OPTARG ;;
    p) passes=$OPTARG ;;
    w) warm_ups=$OPTARG ;;
    i) index_rounds=$OPTARG ;;
    c) cycles=$OPTARG ;;
    t) threads=$OPTARG ;;
    h) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
shift $((OPTIND - 1))
if (($# != 1)) || [[ ! -r $1 ]]; then
    echo "usage: bench/run.sh [OPTIONS] FILE.tsv[.zst]" >&2
    exit 2
fi
input=$1

say()
{
    echo "[$(date +%T)] $*" >&2
}

# ---- Building ---------------------------------------------------------------------------------

need_packages "${build_packages[@]}" liblucene8-java zstd python3
command -v javac > /dev/null || need_packages default-jdk-headless

say "building"
mkdir -p "$out/classes"
cmake -S "$here/.." -B "$out/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DWY_TESTS=OFF > /dev/null
ninja -C "$out/build" wenyuan wybench wyindex words queries tsv2jsonl segbench completeness \
    > "$out/build.log" ||
    { cat "$out/build.log" >&2 && exit 2; }
bin=$out/build/bench
jars=$(printf '%s:' /usr/share/java/lucene-{core,analyzers-common}-8.*.jar)
javac -d "$out/classes" -cp "$jars" "$here"/peers/*.java
read -ra java_options <<< "${JAVA_OPTIONS:--Xmx1g -XX:+UseSerialGC}"

lucene()
{
    java "${java_options[@]}" -cp "$jars$out/classes" LuceneBench "$@"
}

# ---- Words and queries ------------------------------------------------------------------------

rm -f "$out"/index.*.tsv "$out"/query.*.tsv "$out"/*.dump "$out/tool.tsv"
say "cutting into words"
case $input in
*.zst) zstd -dcq -- "$input" ;;
*) cat -- "$input" ;;
esac | if ((lines)); then sed -n "1,${lines}p"; else cat; fi > "$out/text.tsv"
"$bin/words" < "$out/text.tsv" > "$out/words.tsv"
"$bin/queries" "$out/words.tsv" > "$out/queries.tsv"

# ---- Indexing ---------------------------------------------------------------------------------

index()
{
    local round=$1 n=$2
    say "indexing, $n thread(s), round $round"
    "$bin/wyindex" -r "$cycles" "$out/wenyuan.t$n" "$out/words.tsv" "$n" \
        > "$out/index.wenyuan.t$n.$round.tsv"
    lucene index -r "$cycles" "$out/lucene.t$n" "$out/words.tsv" "$n" \
        > "$out/index.lucene.t$n.$round.tsv"
}

for ((round = 1; round <= index_rounds; round++)); do
    index "$round" 1
    if ((threads > 1)); then index "$round" "$threads"; fi
done
say "indexing once with stored text for speed, once with our lengths"
lucene index -s "$out/lucene-speed" "$out/words.tsv" > "$out/index.lucene-speed.tsv"
lucene index -l "$out/lucene-fine" "$out/words.tsv" > /dev/null

# ---- From files to an index -------------------------------------------------------------------

# tool ANALYZER THREADS BYTES JSON-LINES: a line of tool.tsv
tool()
{
    local times
    rm -rf "$out/wenyuan.tool"
    TIMEFORMAT=$'%R\t%U'
    times=$({ time "$out/build/tools/wenyuan" index -q --analyzer "$1" -t "$2" \
        "$out/wenyuan.tool" "$4" >&2; } 2>&1)
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$times" >> "$out/tool.tsv"
}

for name in text words; do
    "$bin/tsv2jsonl" < "$out/$name.tsv" > "$out/$name.jsonl"
    cut -f4 "$out/$name.tsv" > "$out/$name.txt"
done
text_bytes=$(($(wc -c < "$out/text.txt") - $(wc -l < "$out/text.txt")))
words_bytes=$(($(wc -c < "$out/words.txt") - $(wc -l < "$out/words.txt")))
for ((round = 1; round <= cycles; round++)); do
    say "indexing with the tool, round $round"
    tool whitespace 1 "$words_bytes" "$out/words.jsonl"
    tool icu 1 "$text_bytes" "$out/text.jsonl"
    if ((threads > 1)); then tool icu "$threads" "$text_bytes" "$out/text.jsonl"; fi
done
say "asking for quoted texts"
"$out/build/tools/wenyuan" merge "$out/wenyuan.tool" > /dev/null
python3 "$here/exact.py" draw 7 < "$out/text.tsv" > "$out/exact.queries"
rm -rf "$out/wenyuan.runs"
"$out/build/tools/wenyuan" index -q --analyzer icu-punctuation "$out/wenyuan.runs" "$out/text.jsonl" >&2
"$out/build/tools/wenyuan" merge "$out/wenyuan.runs" > /dev/null
ask_quoted() # NAME INDEX [-P]: texts or phrases of their words, in turn with others
{
    "$bin/wybench" ${3+"$3"} -p 3 -w 1 -t "$out/$1.$round.tsv" -d "$out/$1.dump" "$out/$2" \
        "$out/exact.queries" > /dev/null
    files[$1]+=${files[$1]:+,}$out/$1.$round.tsv
}
declare -A files=([exact]= [phrase]= [exact.runs]=)
for ((round = 1; round <= query_rounds; round++)); do
    ask_quoted exact wenyuan.tool
    ask_quoted phrase wenyuan.tool -P
    ask_quoted exact.runs wenyuan.runs
done
"$bin/completeness" "$out/wenyuan.tool" 200 7 > "$out/completeness.txt"
say "reading passages"
"$bin/wybench" -r 10000 "$out/wenyuan.tool" > "$out/read.txt"
say "cutting into words, with ICU and with ours"
"$bin/segbench" "$out/text.txt" > "$out/segbench.txt"

# ---- Asking -----------------------------------------------------------------------------------

ask_wenyuan()
{
    "$bin/wybench" -p "$passes" -w "$warm_ups" -t "$out/query.wenyuan.$1.tsv" \
        -d "$out/wenyuan.dump" "$out/wenyuan.t1" "$out/queries.tsv" > "$out/wenyuan.$1.txt"
}

ask_lucene()
{
    lucene query -p "$passes" -w "$warm_ups" -t "$out/query.lucene.$1.tsv" \
        -d "$out/lucene.dump" "$out/lucene.t1" "$out/queries.tsv" > "$out/lucene.$1.txt"
}

for ((round = 1; round <= query_rounds; round++)); do
    say "asking, round $round"
    if ((round % 2)); then
        ask_wenyuan "$round"
        ask_lucene "$round"
    else
        ask_lucene "$round"
        ask_wenyuan "$round"
    fi
done
say "checking answers"
lucene query -l -p 1 -w 0 -d "$out/lucene-fine.dump" "$out/lucene-fine" "$out/queries.tsv" \
    > /dev/null
"$bin/wybench" -x "$out/wenyuan.t1" "$out/queries.tsv" > "$out/pruned.txt" && pruned=0 || pruned=$?

# ---- Telling ----------------------------------------------------------------------------------

{
    processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | uniq)
    java=$(java -version 2>&1 | sed -n 1p)
    load=$(cut -d' ' -f1-3 /proc/loadavg)
    echo "$(basename "$input"); $(nproc) x ${processor:-$(uname -m)}; load $load"
    echo "$query_rounds rounds of $passes passes after $warm_ups warm-ups; $java," \
        "${java_options[*]}"
    echo
    python3 "$here/compare.py" "$out" && agree=0 || agree=$?
    cat "$out/pruned.txt"
    echo
    python3 "$here/exact.py" report "${files[exact]}" "${files[phrase]}" "${files[exact.runs]}"
    for name in tool runs; do
        "$out/build/tools/wenyuan" stats "$out/wenyuan.$name" | grep -E '^(analyzer|bytes)'
    done
    cmp "$out/exact.dump" "$out/exact.runs.dump" && echo "Both indexes answer the same." && same=0 ||
        same=$?
    echo "Random parts of 1 to 20 characters against a scan of all text (completeness):"
    tail -n 1 "$out/completeness.txt"
    echo
    echo "Reading passages at random, with the records of their reports (wybench -r):"
    cat "$out/read.txt"
    echo
    echo "Cutting text into words (segbench):"
    cat "$out/segbench.txt"
    exit $((agree || pruned || same))
} | tee "$out/report.txt"
