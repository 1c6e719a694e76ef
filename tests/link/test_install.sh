#!/usr/bin/env bash
# Installs into a folder of its own, builds a C and a C++ program against what is there with
# pkg-config alone, shared and static, and runs them; runs the installed tool.
#
# usage: test_install.sh SOURCE-FOLDER BUILD-FOLDER LIBDIR CC SANITIZERS
set -euo pipefail

source=$1 build=$2 libdir=$3 cc=$4 sanitize=${5-}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
prefix=$temp/prefix

cmake --install "$build" --prefix "$prefix" > "$temp/log"

for file in bin/wenyuan "$libdir/libwenyuan.so" "$libdir/libwenyuan.a" \
    "$libdir/pkgconfig/wenyuan.pc" include/wenyuan/wenyuan.h share/man/man1/wenyuan.1 \
    share/man/man1/wenyuan-search.1 share/man/man1/wenyuan-index.1 \
    share/locale/zh_CN/LC_MESSAGES/wenyuan.mo \
    share/bash-completion/completions/wenyuan share/zsh/site-functions/_wenyuan \
    share/fish/vendor_completions.d/wenyuan.fish; do
    [[ -e $prefix/$file ]] || {
        echo "not installed: $file"
        exit 1
    }
done
(cd "$prefix/include" && find . -type f) | while read -r header; do
    [[ $header == ./wenyuan/*.h ]] || {
        echo "installed beside the public headers: $header"
        exit 1
    }
done

# The example in README.md is the one that is built here.
sed -n '/^```c$/,/^```$/{/^```/d;p}' "$source/README.md" > "$temp/shown.c"
sed -n '/^#include/,$p' "$source/tests/link/example.c" > "$temp/built.c"
diff "$temp/shown.c" "$temp/built.c" || {
    echo "README.md shows another example than tests/link/example.c"
    exit 1
}

export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
pc() { pkg-config --define-variable=prefix="$prefix" "$@" wenyuan; }
read -ra cflags <<< "$(pc --cflags)"
read -ra shared <<< "$(pc --libs) -Wl,-rpath,$prefix/$libdir"
read -ra static <<< "$(pc --static --libs)"
# The linker would take the shared library of the same name.
for i in "${!static[@]}"; do
    if [[ ${static[i]} == -lwenyuan ]]; then static[i]=$prefix/$libdir/libwenyuan.a; fi
done
flags=(-Wall -Wextra -Wpedantic -Werror)
if [[ -n $sanitize ]]; then flags+=("-fsanitize=$sanitize"); fi
case $cc in
*clang*) cxx=clang++ ;;
*) cxx=g++ ;;
esac
command -v "$cxx" > /dev/null || {
    echo "no C++ compiler $cxx"
    exit 77
}

for kind in shared static; do
    declare -n libs=$kind
    "$cc" -std=c11 "${flags[@]}" "${cflags[@]}" "$source/tests/link/example.c" \
        -o "$temp/c-$kind" "${libs[@]}"
    said=$("$temp/c-$kind" "$temp/$kind.wy")
    [[ $said == '2023: 坚持简政放权，优化营商环境。' ]] || {
        echo "$kind: the C example said: $said"
        exit 1
    }
    "$cxx" -std=c++11 "${flags[@]}" "${cflags[@]}" "$source/tests/link/example.cpp" \
        -o "$temp/cpp-$kind" "${libs[@]}"
    said=$("$temp/cpp-$kind" | tr '\n' ' ')
    [[ $said == '法治 政府 reports report ' ]] || {
        echo "$kind: the C++ example said: $said"
        exit 1
    }
done

# From its own folder and from another, the tool finds its library.
(cd / && "$prefix/bin/wenyuan" --version) | grep -q '^wenyuan [0-9]'
"$prefix/bin/wenyuan" search "$temp/shared.wy" 未成年人 | grep -q 加强未成年人保护

# Each public header stands alone, in both languages.
for header in "$prefix"/include/wenyuan/*.h; do
    echo "#include <wenyuan/$(basename "$header")>" > "$temp/alone.c"
    "$cc" -std=c99 "${flags[@]}" "${cflags[@]}" -fsyntax-only "$temp/alone.c"
    cp "$temp/alone.c" "$temp/alone.cpp"
    "$cxx" -std=c++11 "${flags[@]}" "${cflags[@]}" -fsyntax-only "$temp/alone.cpp"
done
echo "installed, linked and run: shared and static, C and C++"
