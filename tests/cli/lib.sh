# Sourced by the tests of the tool: running it, and saying what was not as expected.
#
# Each test makes its files in $temp, which is removed at the end.

set -uo pipefail
export LC_ALL=C.UTF-8 TERM=xterm
unset NO_COLOR
tool=$1 json_check=$2 source=$3
temp=$(mktemp -d)
trap 'chmod -R u+rwx "$temp" 2> /dev/null; rm -rf "$temp"' EXIT
cd "$temp" || exit 1
# realpath of it, as the tool writes it
here=$(pwd -P)
failures=0 checks=0

# run STATUS ARGUMENTS...: runs the tool; its output is in ./out and ./err.
run()
{
    local expected=$1 status=0
    shift
    said="wenyuan $*"
    "$tool" "$@" > out 2> err < /dev/null || status=$?
    verify "exit status $status, not $expected" test "$status" = "$expected"
}

# verify MESSAGE COMMAND...: the command must succeed.
verify()
{
    local message=$1
    shift
    checks=$((checks + 1))
    "$@" && return
    failures=$((failures + 1))
    printf 'line %s: %s\n  %s\n' "${BASH_LINENO[*]}" "$said" "$message"
    sed 's/^/  out: /' out | head -20
    sed 's/^/  err: /' err | head -20
}

out_has() { verify "standard output lacks: $1" grep -qF -e "$1" out; }
out_lacks() { verify "standard output has: $1" not grep -qF -e "$1" out; }
err_has() { verify "standard error lacks: $1" grep -qF -e "$1" err; }
out_is() { verify "standard output is not: $1" test "$(cat out)" = "$1"; }
err_is() { verify "standard error is not: $1" test "$(cat err)" = "$1"; }
out_matches() { verify "standard output does not match: $1" grep -qE -e "$1" out; }
no_err() { verify "standard error is not empty" test ! -s err; }
no_out() { verify "standard output is not empty" test ! -s out; }
not() { ! "$@"; }

# json COUNT FIELDS...: out holds that many objects with exactly these fields.
json()
{
    local expected=$1 found
    shift
    found=$("$json_check" "$@" < out)
    verify "JSON: $found, not $expected" test "$found" = "$expected"
}

# No byte in FILE that a terminal acts on, but line ends and, where allowed, our own colours.
is_harmless()
{
    LC_ALL=C not grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$1"
}

finish()
{
    printf '%s checks, %s failures\n' "$checks" "$failures"
    test "$failures" = 0
    exit
}
