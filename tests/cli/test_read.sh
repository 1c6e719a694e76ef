# wenyuan read, and what index takes of it: packings, standard input, filters, --exclude.
# usage: test_read.sh TOOL JSON-CHECK SOURCE-FOLDER
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

text='东湖区2023年工作报告
发布日期：2024-03-29

　　一年来，工作稳步推进。

　　一、主要工作

　　接待群众三千人次。
东湖区人民政府
2024年3月28日'
fields=(report:string format:string packing:string? filter:string? encoding:string title:string?
    issuer:string? year:integer? date:string? why:object sections:array paragraphs:array
    dropped:array)

# ---- What is shown
echo "$text" > a.txt
run 0 read a.txt
no_err
out_has 'a.txt'
out_has '东湖区2023年工作报告'
out_has '东湖区人民政府'
out_has '2024-03-29'
out_has '一、主要工作'
out_has '接待群众三千人次。'
out_has '发布日期：2024-03-29'
run 0 read --json a.txt a.txt
json 2 "${fields[@]}"
out_has '"year":2023'
out_has '"why":{"title":{"from":"line"'
out_has '"date":{"from":"label","text":"发布日期：2024-03-29"}'
out_has '"dropped":["发布日期：2024-03-29"]'

# ---- Packings, standard input, formats
gzip -c a.txt > a.txt.gz
run 0 read --json a.txt.gz
out_has '"packing":"gzip"'
out_has '接待群众三千人次。'
head -c 60 a.txt.gz > cut.txt.gz
run 2 read cut.txt.gz
err_has 'cut.txt.gz: at byte 60: the gzip data ends too early'
printf '\x28\xb5\x2f\xfdabcdefgh' > bad.zst
run 2 read bad.zst
err_has 'the zstd data is damaged here'
said='wenyuan read -'
"$tool" read --json - < a.txt.gz > out 2> err
out_has '"report":"-"'
out_has '"title":"东湖区2023年工作报告"'
printf '{"title":"甲","text":"乙"}\n{"title":"丙","text":"丁"}\n' > lines
"$tool" read --json - < lines > out 2> err
json 2 "${fields[@]}"
cat lines | "$tool" read --json --format jsonl - > out 2> err
json 2 "${fields[@]}"
printf '# 题目\n\n**正文**。\n' > a.md
run 0 read --json a.md
out_has '"format":"markdown"'
out_has '"text":"正文。"'
run 0 read --json --format text a.md
out_has '**正文**。'
run 2 read --format odt a.md
err_has "'odt' is none of"

# ---- Encodings
iconv -f UTF-8 -t GB18030 a.txt > gb.txt
run 0 read --json gb.txt
out_has '"encoding":"GB18030"'
run 2 read --encoding utf-8 gb.txt
err_has 'gb.txt: at byte'
run 2 read --encoding klingon gb.txt
err_has 'no encoding is called klingon'

# ---- Bad input: each is named and none ends the tool
head -c 3000 /bin/sh > binary.txt
: > empty.txt
printf 'a\0b' > nul.txt
printf '题目\n好\xff坏\n好好好好好好好好好好好好好好好好好好\n' > utf8.txt
run 2 read binary.txt nul.txt utf8.txt empty.txt a.txt
err_has 'binary.txt: at byte'
err_has 'nul.txt: at byte 1: not text'
err_has 'utf8.txt: at byte 10: bytes here are not UTF-8'
out_has '接待群众三千人次。'
printf '题目\n\033[31m红\a\n' > control.txt
run 0 read control.txt
verify 'control characters reach the terminal' is_harmless out
name=$'新\n行\xff.txt'
echo "$text" > "$name"
run 0 read "$name"
verify 'the name reaches the terminal as it is' is_harmless out
run 0 read --json "$name"
json 1 "${fields[@]}"
rm -f -- "$name"

# ---- Filters
cat > filter << 'END'
#!/bin/sh
case $2 in
fail) echo 坏了 >&2; exit 3 ;;
hang) sleep 60 & sleep 60 ;;
html) echo '<html><title>题目</title><body><p>正文一。</p><p>正文二。</p></body></html>' ;;
much) yes 甲乙丙丁 ;;
dead) kill -9 $$ ;;
*) cat "$1" ;;
esac
END
chmod +x filter
cp a.txt 'a b.odt'
run 0 read --json --filter "odt=./filter '%s' '' %%" 'a b.odt'
out_has '接待群众三千人次。'
out_has '"filter":"./filter'
run 0 read --json --filter 'ODT=./filter %s html' 'a b.odt'
out_has '"title":"题目"'
run 2 read --filter 'odt=./filter %s fail' 'a b.odt'
err_has 'a b.odt: the filter'
err_has 'failed with status 3: 坏了'
run 2 read --filter 'odt=./filter %s dead' 'a b.odt'
err_has 'was ended by signal 9'
run 2 read --filter 'odt=./filter %s hang' --filter-time 1 'a b.odt'
err_has 'ran longer than 1 seconds'
run 2 read --filter 'odt=./filter %s much' --filter-time 600 'a b.odt'
err_has 'wrote more than 256 MiB'
run 2 read --filter 'odt=./no-such-thing %s' 'a b.odt'
err_has 'cannot run the filter ./no-such-thing'
run 2 read --filter "odt=./filter 'x" 'a b.odt'
err_has 'a quotation mark without its pair'
run 2 read --filter odt 'a b.odt'
err_has 'is not of the form EXT=COMMAND'

# ---- Indexing them
mkdir -p in/old/deep in/drafts in/2019
for name in in/a.txt in/b.md in/old/c.txt in/old/deep/d.txt in/drafts/e.txt in/2019/f.txt in/2019/g.txt; do
    echo "$text" > $name
done
cp a.txt.gz in/h.txt.gz
cp 'a b.odt' in/i.odt
cp a.txt in/j.unknown
# indexed NAMES...: these, in order, are the files of in/ that are in the index
indexed()
{
    local found
    found=$("$tool" search index.wy 群众 --json --limit 100 | grep -o '"file":"[^"]*"\|"source":"[^"]*"\|"report":"[^"]*"' |
        sed 's/.*\/in\///; s/"$//' | sort -u | tr '\n' ' ')
    verify "indexed are: $found" test "$found" = "$(printf '%s\n' "$@" | sort -u | tr '\n' ' ')"
    rm -rf index.wy
}
all=(2019/f.txt 2019/g.txt a.txt b.md drafts/e.txt h.txt.gz old/c.txt old/deep/d.txt)
run 0 index -q index.wy in
indexed "${all[@]}"
run 0 index -q index.wy in --filter 'odt=cat %s'
indexed "${all[@]}" i.odt
run 0 index -q index.wy in --exclude '*.md' --exclude old/ --exclude /drafts
indexed 2019/f.txt 2019/g.txt a.txt h.txt.gz
run 0 index -q index.wy in --exclude '*.txt' --exclude '!a.txt' --exclude '!2019/*.txt'
indexed 2019/f.txt 2019/g.txt a.txt b.md h.txt.gz
run 0 index -q index.wy in --exclude 'old/**' --exclude '**/f.txt' --exclude 'a/b'
indexed 2019/g.txt a.txt b.md drafts/e.txt h.txt.gz
run 0 index -q index.wy in --exclude 'old/**/d.txt' --exclude 'c.txt/' --exclude '201?/[fg].txt'
indexed a.txt b.md drafts/e.txt h.txt.gz old/c.txt
said='wenyuan index -'
"$tool" index -q index.wy - < a.txt.gz > out 2> err
no_err
run 0 search index.wy 群众
out_has '接待群众三千人次。'
"$tool" index -q index.wy - < lines > out 2> err
run 0 search index.wy 丁
out_has '丁'


# ---- libxml2 has nothing to say on standard error, whatever is wrong with a page
cat > wrong.html << 'END'
<html><body><a id="x">一</a><a id="x" name="y">二</a><p id=x a a></i></b>正文。<nosuch>&bad;
&#xFFFFFFF;<p "x"=''><table><p></table></html></body><frameset><!-- -- ><!DOCTYPE x>
END
run 0 read wrong.html
no_err
out_has 正文。
finish
