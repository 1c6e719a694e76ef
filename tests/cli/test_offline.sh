#!/usr/bin/env bash
# The tool opens no socket, and needs nothing but its files.
source "$(dirname "$0")/lib.sh"

command -v strace > /dev/null || {
    # Without strace: no name that opens a connection is in the tool or in our library.
    said='names of the program'
    : > out
    : > err
    for file in "$tool" "$4"; do
        verify "$file can open a socket" not eval "nm -D --undefined-only '$file' | grep -qwE 'socket|connect|getaddrinfo'"
    done
    finish
}
said='strace'
strace -f -e trace=network -o trace "$tool" index index.wy "$source/corpus" > out 2> err
verify 'exit status' test $? = 0
strace -f -e trace=network -o trace2 "$tool" search index.wy 行政复议 > out 2> err
verify 'exit status' test $? = 0
verify 'a system call of the network' not grep -qE 'socket|connect|sendto|recvfrom' trace trace2
finish
