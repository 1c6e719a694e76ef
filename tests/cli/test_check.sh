#!/usr/bin/env bash
# Damage: check tells each file, a search never crashes.
source "$(dirname "$0")/lib.sh"

fields=(file:string bytes:integer sound:boolean problem:object?)
run 0 index index.wy "$source/corpus"
run 0 check index.wy
no_err
out_matches '^sound +[0-9,]+  '
out_matches '^[0-9]+ files, [0-9,]+ bytes: all sound$'
files=$(grep -c '^sound ' out)
run 0 check --json index.wy
json "$files" "${fields[@]}"
out_lacks '"sound":false'
"$tool" check --json index.wy | grep -o '"file":"[^"]*"' | cut -d'"' -f4 > names

# Turns one bit of the byte in the middle of a file.
damage()
{
    local size middle byte
    size=$(stat -c %s "$1")
    middle=$((size / 2))
    byte=$(od -An -tu1 -j "$middle" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\x$(printf %x $((byte ^ 16)))" | dd of="$1" bs=1 seek="$middle" conv=notrunc status=none
}

find index.wy -type f -size +0 | sort > all
while read -r file; do
    name=$(basename "$file")
    grep -qF "$name" names || continue
    for way in flip cut gone; do
        rm -rf broken.wy
        cp -r index.wy broken.wy
        case $way in
        flip) damage "broken.wy/$name" ;;
        cut) truncate -s -1 "broken.wy/$name" ;;
        gone) rm "broken.wy/$name" ;;
        esac
        run 2 check broken.wy
        verify "$way: the file is not named" grep -qF "$name" out err
        run 2 check --json broken.wy
        if [[ -s out ]]; then json "$(wc -l < out)" "${fields[@]}"; fi
        # A search may still be answered from what is sound; it never ends by a signal.
        "$tool" search broken.wy '"简政放权"' 行政复议 > out 2> err
        status=$?
        verify "$way: a search ends with $status" test "$status" -le 2
        "$tool" stats broken.wy > out 2> err
        status=$?
        verify "$way: stats ends with $status" test "$status" -le 2
        # After a repair it is sound, unless an empty folder is all that is left.
        "$tool" check --repair broken.wy > out 2> err
        status=$?
        verify "$way: a repair ends with $status" test "$status" = 0 -o "$status" = 2
        case $name in
        *.text | *.reports) ;;
        *) verify "$way: a repair of $name costs something" test "$status" = 0 ;;
        esac
        run 0 check broken.wy
        if [[ $status == 0 ]]; then
            "$tool" search --json index.wy 行政复议 > before
            run 0 search --json broken.wy 行政复议
            verify "$way: a repair of $name changed the answer" cmp -s before out
        fi
    done
done < all
run 0 check --repair index.wy
out_is 'nothing is damaged'
repair_fields=(kind:string report:string? year:integer? paragraphs:integer lost:integer)
rm -rf broken.wy && cp -r index.wy broken.wy
rm broken.wy/*.text
run 2 check --repair --json broken.wy
grep '"kind"' out > events
tail -n 1 out > result
mv events out
json "$(wc -l < out)" "${repair_fields[@]}"
verify 'lost reports are not told' test -s out
mv result out
json 1 manifest_lost:boolean segments_sound:integer segments_damaged:integer \
    reports_saved:integer reports_partial:integer reports_lost:integer reports_unnamed:integer \
    reports_doubtful:integer paragraphs_lost:integer files_moved:integer
verify 'damaged files are not kept' test -n "$(ls broken.wy/damaged)"
run 2 check --analyzer icu index.wy
run 2 check --repair nowhere.wy
verify 'a repair made something' test ! -e nowhere.wy
mkdir empty
run 2 check --repair empty
verify 'a repair made something' test -z "$(ls empty)"
verify 'no file was tried' test "$(grep -c . names)" -ge 2
finish
