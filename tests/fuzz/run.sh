#!/usr/bin/env bash
# Runs fuzz targets with libFuzzer, and keeps what they find.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=../../tools/packages.sh
source "$top/tools/packages.sh"

usage()
{
    cat << 'END'
usage: tests/fuzz/run.sh [-t SECONDS] [-b FOLDER] [TARGET...]
Fuzzes each target (all of them by default) for so many seconds (60), one after the other.

  -t SECONDS  for each target
  -b FOLDER   where to build, and to keep what was learned from run to run (build-fuzz)

What makes a target fail is kept in tests/fuzz/TARGET/findings, and is tried by the test suite from
then on. The corpus, in FOLDER/corpus, is cut down before each run, and so stays small.
Exit status: 1 where something was found.
END
}

seconds=60
build=$top/build-fuzz
while getopts t:b:h option; do
    case $option in
    t) seconds=$OPTARG ;;
    b) build=$OPTARG ;;
    h)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done
shift $((OPTIND - 1))

targets=("$@")
if ((!${#targets[@]})); then
    for source in "$here"/target_*.c; do
        name=${source##*/target_}
        targets+=("${name%.c}")
    done
fi
for name in "${targets[@]}"; do
    [[ -f $here/target_$name.c ]] || {
        echo "tests/fuzz/run.sh: no target '$name'" >&2
        exit 2
    }
done

need_packages "${build_packages[@]}" libcmocka-dev clang libclang-rt-14-dev llvm
mkdir -p "$build"
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DWY_FUZZ=ON -DWY_BENCH=OFF \
    -DWY_TOOLS=OFF -DWY_SANITIZE=address,undefined > "$build/log" 2>&1 || {
    cat "$build/log"
    exit 2
}
cmake --build "$build" --target fuzz_make_seeds "${targets[@]/#/fuzz_}" > "$build/log" 2>&1 || {
    tail -n 50 "$build/log"
    exit 2
}

# Small files in memory where there is such a place.
TMPDIR=$(mktemp -d -p "$([[ -w /dev/shm ]] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
rm -rf "$build/seeds"
"$build/tests/fuzz_make_seeds" "$build/seeds"

# fuzz TARGET: status 1 where it found something.
fuzz()
{
    local name=$1 corpus=$build/corpus/$1 found=$here/$1/findings folders=() status=0
    mkdir -p "$corpus" "$corpus.new"
    for folder in "$here/$name/seeds" "$here/$name/findings" "$build/seeds/$name"; do
        if [[ -d $folder ]]; then folders+=("$folder"); fi
    done
    local common=(-timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=600)
    local run=$build/tests/fuzz_$name
    "$run" "${common[@]}" -merge=1 "$corpus.new" "$corpus" "${folders[@]}" > "$corpus.log" 2>&1 || true
    rm -rf "$corpus"
    mv "$corpus.new" "$corpus"
    [[ -f $here/$name/dictionary ]] && common+=("-dict=$here/$name/dictionary")
    mkdir -p "$TMPDIR/$name"
    "$run" "${common[@]}" -max_total_time="$seconds" -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="$TMPDIR/$name/" "$corpus" "${folders[@]}" > "$corpus.log" 2>&1 || status=1
    local executions coverage
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$corpus.log")
    coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$corpus.log" | tail -n 1)
    if ((status)) && [[ -n $(ls "$TMPDIR/$name") ]]; then
        mkdir -p "$found"
        cp "$TMPDIR/$name"/* "$found"
    fi
    printf '%-10s %s  %12s executions  %s  corpus %d%s\n' "$name" "$(date -u +%FT%TZ)" \
        "${executions:-?}" "${coverage:-no coverage}" "$(find "$corpus" -type f | wc -l)" \
        "$( ((status)) && echo "  FOUND: see $corpus.log")"
    return $status
}

found=0
for name in "${targets[@]}"; do
    fuzz "$name" || found=1
done
exit $found
