#!/usr/bin/env bash
# Wrong and right usage of the tool: commands, options, help, exit status, messages.
source "$(dirname "$0")/lib.sh"

# ---- What stands before a command
run 2
err_has 'no command given'
err_has 'try: wenyuan --help'
run 0 --help
for command in $("$tool" help --commands); do out_has "  $command "; done
run 0 -h
run 0 help
out_has 'commands:'
run 0 --version
out_matches '^wenyuan [0-9]+\.[0-9]+\.[0-9]+$'
run 0 -V
run 2 serach
err_is "wenyuan: no command 'serach'; did you mean 'search'?
try: wenyuan --help"
run 2 stat
err_has "did you mean 'stats'?"
run 2 transmogrify
err_has "no command 'transmogrify'"
verify 'a suggestion out of nowhere' not grep -q 'did you mean' err
run 2 --frobnicate
err_has 'no option --frobnicate before a command'
run 2 help serach
err_has "did you mean 'search'?"
run 2 $'se\033[31march'
verify 'an escape reached standard error' is_harmless err

# ---- Every command has its help, which names each of its options
commands=$("$tool" help --commands)
verify "commands are missing: $commands" test "$(wc -w <<< "$commands")" -ge 10
for command in $commands; do
    run 0 "$command" --help
    out_has "usage: wenyuan $command"
    out_has '-h, --help'
    no_err
    cp out long
    run 0 "$command" -h
    verify '-h and --help differ' cmp -s out long
    run 0 help "$command"
    verify 'help COMMAND and --help differ' cmp -s out long
    run 2 "$command" --frobnicate
    err_has "no option --frobnicate"
    err_has "try: wenyuan $command --help"
    run 2 "$command" -Z
    err_has 'no option -Z'
    run 2 "$command"
    err_has 'needed'
done
# ---- Manual pages and completions are made of the same tables
for shell in bash zsh fish; do
    run 0 help --completion $shell
    no_err
    cp out completion.$shell
    for command in $commands; do out_has "$command"; done
done
run 2 help --completion csh
for command in $commands; do
    run 0 help --man "$command"
    no_err
    cp out page
    verify 'a page without its command' grep -qF "wenyuan $command" page
    "$tool" "$command" --help | sed -n 's/^  *\(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' > names
    verify 'help names no option' test -s names
    while read -r name; do
        grep -q -e "--$name" completion.bash || echo "bash: --$name"
        grep -q -e "--$name" completion.zsh || echo "zsh: --$name"
        grep -q -e "-l $name " completion.fish || echo "fish: --$name"
        grep -qF -e "Fl \\-$name" page || echo "manual: $command --$name"
    done < names
done > lacking
verify "options that completions or manual lack: $(tr '\n' ' ' < lacking)" test ! -s lacking
run 0 help --man
for command in $commands; do out_has ".It Cm $command "; done
# What the shells themselves say of them, where they are at hand.
if command -v zsh > /dev/null; then verify 'zsh' zsh -n completion.zsh; fi
if command -v fish > /dev/null; then verify 'fish' fish --no-execute completion.fish; fi
complete_bash()
{
    bash -c 'source completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _wenyuan
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort > out
}
said='completion in bash'
mkdir folder.d
complete_bash wenyuan se
out_is search
complete_bash wenyuan search --c
out_has --color
out_has --context
complete_bash wenyuan search --color ''
out_has never
complete_bash wenyuan search folder
out_is folder.d
complete_bash wenyuan trend --svg completion.f
out_is completion.fish
if command -v mandoc > /dev/null; then
    for command in $commands; do
        "$tool" help --man "$command" > page.1
        said="mandoc wenyuan-$command"
        verify 'mandoc complains' mandoc -T lint -W error page.1
    done
fi

# ---- Options
run 2 search --colour=never x y
err_has 'did you mean --color?'
run 2 search x y --limit
err_has '--limit needs a value: N'
run 2 search x y --json=yes
err_has '--json takes no value'
for bad in 0 -1 +1 1.5 '' ' 1' 1x 0x10 99999999999999999999999 1000001; do
    run 2 search x y "--limit=$bad"
    err_has "--limit: '$bad' is not a number from 1 to 1000000"
done
for bad in '' none dates Date; do
    run 2 search x y "--sort=$bad"
    err_has "--sort: '$bad' is none of score, date, -date"
    run 2 search x y "--by=$bad"
    err_has "--by: '$bad' is not report"
    run 2 facets x y "--by=$bad"
    err_has "--by: '$bad' is none of year, issuer, section"
    run 2 trend x y "--measure=$bad"
    err_has "--measure: '$bad' is none of"
done
run 2 trend x y --json --csv
err_has 'only one of'
run 2 trend x
err_has 'at least one query'
run 2 terms x 2020
err_has 'one index is needed'
run 2 terms x --distinctive x
err_has "--distinctive: 'x' is not a year"
run 2 terms x --distinctive 2020 y
err_has "--distinctive: 'y' is not a year"
for bad in -1 x 1000000001; do
    run 2 search x y --offset "$bad"
    err_has "is not a number from 0"
done
for bad in '' x .. 2022..2019 0 10000 2019...2022 2019..x 19-22; do
    run 2 search x y "--year=$bad"
    err_has "--year: '$bad' is not a year"
done
run 2 search x y --color=sometimes
err_has "--color: 'sometimes' is none of auto, always, never"
run 2 index x y --memory 15
err_has "--memory: '15' is not a number from 16 to"
run 2 index x y --threads 0
err_has "--threads: '0' is not a number from 1 to 64"
run 2 index x y --threads 65
err_has "--threads: '65' is not a number from 1 to 64"
run 2 index x y --commit-every 1h
err_has "--commit-every: '1h' is not a number from 0"
run 2 index x y --analyzer jieba
err_has "--analyzer: 'jieba' is none of icu, icu-punctuation and whitespace"
# Options that would go unheeded, or contradict each other.
run 2 search x y --passages 2
err_has '--passages is for --by report'
run 2 terms x --numbers
err_has '--numbers is for --distinctive'
run 2 terms x --distinctive 2020 2021 --year 2022
err_has '--year and --distinctive do not go together'
run 2 explain x y --rank 2 --hit a
err_has '--rank and --hit do not go together'
run 2 index x
err_has 'an index and at least one path are needed'
run 2 search x
err_has 'an index and a query are needed'
run 2 stats x y
run 2 check x y

# ---- Indexes that are none
mkdir empty
for where in missing empty; do
    run 2 search $where x
    err_has "$where"
    run 2 stats $where
    err_has "$where"
    run 2 check $where
    err_has "$where"
    no_out
    verify 'a search made something' test ! -e missing
done
verify 'a search left something' test -z "$(ls -A empty)"

# ---- analyze
run 0 analyze 法治政府 reports
out_has '法治'
out_has 'reports'
run 0 analyze --json 法治政府 reports
json 4 term:string kind:string position:integer width:integer begin:integer end:integer
out_has '{"term":"政府","kind":"word","position":2,"width":2,"begin":6,"end":12}'
out_has '"kind":"stem"'
run 0 analyze --analyzer whitespace --json '法治政府 Reports'
json 2 term:string kind:string position:integer width:integer begin:integer end:integer
out_has '"term":"Reports"'
run 0 analyze --analyzer icu-punctuation --json '法治，'
out_has '"term":",","kind":"punctuation","position":2,"width":1,"begin":6,"end":9'
run 2 analyze --analyzer jieba x
err_has 'jieba'
said='analyze -'
printf '依法\0行政' | "$tool" analyze --json - > out 2> err
verify 'exit status' test $? = 0
out_has '"term":"行政"'
printf 'abc\xff' | "$tool" analyze - > out 2> err
verify 'exit status' test $? = 2
err_has 'at byte 3: '
run 0 analyze --analyzer whitespace $'a\033[31mb \u009b5m'
verify 'an escape reached the terminal' is_harmless out
run 0 analyze -- --json
run 0 analyze ''
run 0 analyze -腐败
out_has '腐败'

# ---- Output that cannot be written
said='--help to a full disk'
if [[ -e /dev/full ]]; then
    "$tool" --help > /dev/full 2> err
    verify 'exit status' test $? = 2
    err_has 'cannot write the output'
fi

# ---- Standard files that are closed: nothing else is opened in their place
said='index with all standard files closed'
printf '标题\n\n　　正文。\n' > closed.odt
filter='odt=sh -c "readlink /proc/$PPID/fd/0 /proc/$PPID/fd/1 /proc/$PPID/fd/2"'
"$tool" index --filter "$filter" closed.wy closed.odt <&- >&- 2>&-
verify 'exit status' test $? = 2
if [[ -e /proc/self/fd/0 ]]; then
    run 0 search --json closed.wy '"/dev/null"'
    verify 'files of the index took their places' test "$(grep -o /dev/null out | wc -l)" -ge 3
    verify 'a file of the index took one' not grep -q closed.wy out
fi
run 0 check closed.wy
printf 'x\n' | "$tool" analyze - >&- 2> err
verify 'exit status' test $? = 2
err_has 'cannot write the output'
"$tool" analyze - <&- > out 2> err
verify 'exit status' test $? = 2
err_has 'cannot read standard input'
finish
