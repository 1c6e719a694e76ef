#!/usr/bin/env bash
# Reads every #include line under include/, lib/, tools/ and bench/ and fails on an arrow that the
# house does not have, and on a file of more than 800 lines (tables, *_table.c, may be longer).
# First it breaks each rule in a house of one file, to see that the rule can fail.
#
# usage: test_arrows.sh SOURCE-FOLDER
set -euo pipefail

check()
{
    (cd "$1" && find include lib tools bench \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) -print 2> /dev/null |
        sort | xargs -r awk '
        BEGIN {
            allow("api", "index query result report segment text base")
            allow("index", "segment text base")
            allow("query", "segment text base")
            allow("result", "text columns store base")
            allow("report", "text base")
            allow("segment", "terms postings positions store columns live text base")
            allow("postings", "codec base")
            allow("positions", "codec base")
            n = split("base text codec terms store columns live", plain, " ")
            for (i = 1; i <= n; i++) allow(plain[i], "base")
            own["unicode/"] = "text report"
            own["libstemmer"] = "text"
            own["zstd.h"] = "store report"
            own["zdict.h"] = "store"
            own["zlib.h"] = own["zip.h"] = own["md4c"] = own["poppler"] = "report"
            own["xxhash.h"] = "base"
            own["libxml/"] = "report"
            own["simdjson"] = "report"
            own["json-c/"] = "report tools bench"
        }
        function allow(from, list, i, n, to) {
            n = split(list, to, " ")
            arrow[from, from] = known[from] = 1
            for (i = 1; i <= n; i++) arrow[from, to[i]] = 1
        }
        function holds(list, word) { return index(" " list " ", " " word " ") > 0 }
        function bad(reason) {
            printf "%s:%d: %s\n", FILENAME, FNR, reason
            wrong = 1
        }
        FNR == 1 {
            split(FILENAME, part, "/")
            room = part[1] == "lib" ? part[2] : part[1]
            if (part[1] == "lib" && !(room in known)) bad("a folder that the table does not have")
        }
        FNR == 801 && FILENAME !~ /_table\.[ch]$/ { bad("more than 800 lines") }
        /^[ \t]*#[ \t]*include/ {
            line = $0
            sub(/^[ \t]*#[ \t]*include[ \t]*/, "", line)
            angle = substr(line, 1, 1) == "<"
            name = substr(line, 2)
            sub(/[>"].*/, "", name)
            folder = name ~ /\// ? substr(name, 1, index(name, "/") - 1) : ""
            # There is no public name for segmenting: its benchmark sets text/ beside ICU itself.
            if (FILENAME == "bench/segbench.c" && (folder == "text" || folder == "unicode")) next
            for (prefix in own)
                if (index(name, prefix) == 1 && !holds(own[prefix], room))
                    bad("<" name "> belongs to " own[prefix] " alone")
            if (name ~ /intrin\.h$/ && FILENAME !~ /_avx(2|512)\.c$/) bad("SIMD outside *_avx2.c and *_avx512.c")
            if (angle && folder == "wenyuan") next
            if (angle && (folder in known) && folder != "") bad("<" name "> is not a system header")
            if (angle) next
            if (room == "include") bad("a public header includes \"" name "\"")
            else if (part[1] == "lib") {
                if (folder == "") bad("\"" name "\" does not name its folder")
                else if (!((room, folder) in arrow)) bad("no arrow from " room " to " folder)
            } else if (folder != "" || name ~ /\.\./) bad("no arrow from " room " to \"" name "\"")
        }
        END { exit wrong }')
}

top=$1
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# expect_bad FILE CONTENT: the rule is broken by this file alone.
expect_bad()
{
    rm -rf "$temp/house"
    mkdir -p "$temp/house"/{include,lib,tools,bench} "$temp/house/$(dirname "$1")"
    printf '%b' "$2" > "$temp/house/$1"
    if check "$temp/house" > "$temp/said"; then
        echo "not noticed: $1: $2"
        exit 1
    fi
    grep -qF "$1:" "$temp/said"
}

expect_bad lib/terms/a.c '#include "store/store.h"\n'
expect_bad lib/base/a.c '#include "text/fold.h"\n'
expect_bad lib/query/a.c '#include "terms/terms.h"\n'
expect_bad lib/query/a.c '#include "clause.h"\n'
expect_bad lib/query/a.c '  #  include <unicode/utypes.h>\n'
expect_bad lib/index/a.c '#include <zstd.h>\n'
expect_bad lib/index/a.c '#include <immintrin.h>\n'
expect_bad lib/store/a.c '#include <xxhash.h>\n'
expect_bad lib/text/a.c '#include <libxml/parser.h>\n'
expect_bad lib/api/a.cc '#include <simdjson.h>\n'
expect_bad lib/attic/a.c '\n'
expect_bad tools/a.c '#include "base/mem.h"\n'
expect_bad tools/a.c '#include <base/mem.h>\n'
expect_bad tools/a.c '#include "../lib/base/mem.h"\n'
expect_bad bench/a.c '#include <zstd.h>\n'
expect_bad include/wenyuan/a.h '#include "base/mem.h"\n'
expect_bad lib/base/a.c "$(printf '\\n%.0s' {1..801})"

mkdir -p "$temp/good"/{include,lib/query,tools,bench}
printf '#include <string.h>\n#include <wenyuan/types.h>\n#include "segment/segment.h"\n' > "$temp/good/lib/query/a.c"
check "$temp/good"

[[ -d $top/lib/base && -d $top/include/wenyuan ]]
check "$top"
echo "every arrow is in the table"
