#!/usr/bin/env bash
# Installs what is missing, builds in several configurations and runs the tests of each.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=tools/packages.sh
source tools/packages.sh

usage()
{
    cat << 'END'
usage: tests/run.sh [NAME...]
Builds each configuration in build-tests/NAME and runs its tests. Without a name, all of them:

  gcc       gcc, warnings are errors
  clang     clang, warnings are errors; never AVX-512, so that AVX2 is tested everywhere
  portable  no instructions chosen at run time: the same bytes and results as with them; and
            without simdjson
  thread    thread sanitizer; only the tests that run threads
  sanitize  address and undefined-behaviour sanitizers, assertions on

  quick     the same as gcc

It stops at the first that fails. WY_JOBS is the number of jobs, one a processor by default.
Random tests run in full with gcc and shorter elsewhere; WY_ROUNDS is a factor for both.
END
}

configurations=()
for name in "$@"; do
    case $name in
    gcc | clang | portable | thread | sanitize) configurations+=("$name") ;;
    quick) configurations+=(gcc) ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        echo "tests/run.sh: no configuration '$name'" >&2
        usage >&2
        exit 2
        ;;
    esac
done
((${#configurations[@]})) || configurations=(gcc clang portable thread sanitize)

packages=("${build_packages[@]}" g++ binutils libcmocka-dev)
for name in "${configurations[@]}"; do
    case $name in
    clang) packages+=(clang) ;;
    sanitize) packages+=(clang libclang-rt-14-dev llvm) ;;
    esac
done
need_packages "${packages[@]}"

jobs=${WY_JOBS:-$(nproc)}
common=(-G Ninja -DWY_WERROR=ON -DWY_TESTS=ON)
clang=(-DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++)
if command -v ccache > /dev/null; then common+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache); fi
debug=(-DCMAKE_BUILD_TYPE=Debug "-DCMAKE_C_FLAGS_DEBUG=-O1 -g")
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}

rounds()
{
    local share=0.3
    if [[ $1 == gcc ]]; then share=1; fi
    awk -v a="${WY_ROUNDS:-1}" -v b=$share 'BEGIN { print a * b }'
}

# run NAME CTEST-ARGUMENTS... -- CMAKE-ARGUMENTS...
run()
{
    local name=$1 tests=() folder=build-tests/$1
    shift
    while [[ $1 != -- ]]; do
        tests+=("$1")
        shift
    done
    shift
    printf '\n== %s\n' "$name"
    cmake -S . -B "$folder" "${common[@]}" "$@" > "$folder.log" 2>&1 || {
        cat "$folder.log"
        return 1
    }
    cmake --build "$folder" -- -j "$jobs" > "$folder.log" 2>&1 || {
        tail -n 100 "$folder.log"
        return 1
    }
    WY_ROUNDS=$(rounds "$name") ctest --test-dir "$folder" --output-on-failure -j "$jobs" \
        "${tests[@]}"
}

mkdir -p build-tests
for name in "${configurations[@]}"; do
    case $name in
    gcc) run gcc -- -DCMAKE_C_COMPILER=gcc ;;
    clang) run clang -- "${clang[@]}" -DWY_BENCH=OFF -DWY_AVX512=OFF ;;
    portable)
        run portable -- -DCMAKE_C_COMPILER=gcc -DWY_PORTABLE=ON -DWY_SIMDJSON=OFF -DWY_BENCH=OFF
        ;;
    thread)
        run thread -R 'thread|^cli\.|^unit\.(base|store|base_env|base_sealed|index_writer)$' -- -DCMAKE_C_COMPILER=gcc \
            -DWY_SANITIZE=thread -DWY_BENCH=OFF "${debug[@]}"
        ;;
    sanitize)
        run sanitize -- "${clang[@]}" -DWY_SANITIZE=address,undefined -DWY_BENCH=OFF \
            "${debug[@]}"
        ;;
    esac
done
