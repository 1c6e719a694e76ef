#!/usr/bin/env bash
# Installs what is missing, builds the tool, indexes the sample reports and shows a few searches.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=tools/packages.sh
source tools/packages.sh

if [[ ${1-} == -h || ${1-} == --help ]]; then
    echo "usage: tools/demo.sh"
    echo "Builds into build/, indexes corpus/ into build/demo.wy and searches it."
    exit 0
fi

need_packages "${build_packages[@]}"
[[ -e build/CMakeCache.txt ]] ||
    cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DWY_TESTS=OFF -DWY_BENCH=OFF > /dev/null
cmake --build build --target wenyuan_tool > build/demo.log || {
    cat build/demo.log
    exit 1
}

show()
{
    local word
    printf '\n\033[2m$ wenyuan'
    for word in "$@"; do
        if [[ $word == *[\"\ ]* ]]; then word="'$word'"; fi
        printf ' %s' "$word"
    done
    printf '\033[m\n'
    build/tools/wenyuan "$@"
}

rm -rf build/demo.wy
show index build/demo.wy corpus --exclude '*.md'
show search build/demo.wy 行政复议 --limit 3 --color=always
show search build/demo.wy '"简政放权"' --year 2018..2022 --limit 3 --color=always
show search build/demo.wy '營商環境 AND (企業 OR 市場) AND NOT 疫情' --limit 3 --color=always
