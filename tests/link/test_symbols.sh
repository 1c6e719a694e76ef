#!/usr/bin/env bash
# The shared library exports exactly the functions that the public headers declare, and does not
# bring with it what it loads only when a file needs it.
#
# usage: test_symbols.sh SOURCE-FOLDER LIBRARY
set -euo pipefail

source=$1 library=$2
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

cat "$source"/include/wenyuan/*.h | tr '\n' ' ' | grep -o 'WY_API [^;(]*(' |
    grep -o 'wy_[a-z0-9_]*($' | tr -d '(' | LC_ALL=C sort > "$temp/declared"
# Sanitizers add names of their own, which the language reserves.
nm -D --defined-only "$library" | awk '{ print $NF }' | grep -v '^__' | LC_ALL=C sort > "$temp/exported"

[[ $(wc -l < "$temp/declared") -ge 30 ]] || {
    echo "the headers declare too few functions to be true"
    exit 1
}
diff "$temp/declared" "$temp/exported" || {
    echo "< declared, > exported"
    exit 1
}
if readelf -d "$library" | grep NEEDED | grep -E 'libzip|libcrypto|icui18n|poppler'; then
    echo "loaded with every program, not when it is needed"
    exit 1
fi
echo "$(wc -l < "$temp/exported") functions, all declared"
