#!/usr/bin/env bash
# The tool opens no socket, and needs nothing but its files.
source "$(dirname "$0")/lib.sh"

command -v strace > /dev/null || {
    # Without strace: nothing that opens a connection is called by the tool or by our library.
    said='names that are called'
    touch out err
    for file in "$tool" "$4"; do
        nm -D --undefined-only "$file" > names
        # A sanitizer's runtime inside the program calls everything.
        if grep -q __asan_init names || nm -D --defined-only "$file" | grep -q __asan_init; then continue; fi
        verify "$file opens connections" not grep -qwE 'socket|connect|getaddrinfo' names
    done
    finish
}
said='strace'
# Leaks cannot be looked for under strace.
export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
strace -f -e trace=network -o trace "$tool" index index.wy "$source/corpus" > out 2> err
verify 'exit status' test $? = 0
strace -f -e trace=network -o trace2 "$tool" search index.wy 行政复议 > out 2> err
verify 'exit status' test $? = 0
verify 'a system call of the network' not grep -qE 'socket|connect|sendto|recvfrom' trace trace2
finish
