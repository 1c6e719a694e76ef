#!/usr/bin/env bash
# Indexing: what is walked, what is read again, what is kept, what is removed.
source "$(dirname "$0")/lib.sh"

report() { printf '%s\n\n　　%s\n　　这一段在每份报告里都有。\n' "$1" "$2"; }
# sums READ UNCHANGED REMOVED FAILED, as the summary says them
sums() { out_matches "\\($1 files? read, $2 unchanged, $3 removed, $4 failed\\)"; }
count()
{
    said="the phrase $1"
    "$tool" search --count index.wy "\"$1\"" > number 2> err
    verify "$1: $(cat number) paragraphs, not $2" test "$(cat number)" = "$2"
}

# ---- A folder
mkdir -p reports/deep/.hidden reports/empty
report 甲区2019年法治政府建设工作报告 海藻养殖有序。 > reports/a.txt
report 乙区2020年法治政府建设工作报告 茶叶产量上升。 > reports/deep/b.TXT
report 丙区2021年法治政府建设工作报告 隐藏的煤矿。 > reports/deep/.hidden/c.txt
report 丁区2021年法治政府建设工作报告 隐藏的钢铁。 > reports/.d.txt
report 戊区2021年法治政府建设工作报告 其他的文件。 > reports/e.log
printf '<html><head><title>己区报告</title></head><body><h1>己区2022年报告</h1><p>网页里的渔港。</p></body></html>' > reports/f.html
printf '{"title":"庚区报告","year":2023,"text":"第一份高速公路。"}\n{"title":"辛区报告","year":2023,"text":"第二份高速公路。"}\n' > reports/g.jsonl
run 0 index index.wy reports
no_err
sums 4 0 0 0
count 海藻 1
count 茶叶 1
count 隐藏 0
count 其他的文件 0
count 渔港 1
count 高速公路 2

# ---- Nothing changed: nothing is read, and the index stays as it is
"$tool" stats --json index.wy | grep -o '"generation":[0-9]*' > before
run 0 index index.wy reports
sums 0 4 0 0
"$tool" stats --json index.wy | grep -o '"generation":[0-9]*' > after
verify 'a commit without a change' cmp -s before after
(cd reports/deep && "$tool" index "$here/index.wy" ../../reports/) > out 2> err
sums 0 4 0 0
ln -s reports alias
run 0 index index.wy alias alias/a.txt reports/../reports/a.txt
sums 0 4 0 0
run 0 index index.wy --quiet reports
no_out
no_err

# ---- A changed file
report 甲区2019年法治政府建设工作报告 珊瑚养殖有序。 > reports/a.txt
touch -d '2020-01-01' reports/a.txt
run 0 index index.wy reports
sums 1 3 0 0
count 海藻 0
count 珊瑚 1
printf '{"title":"辛区报告","year":2023,"text":"第二份高速公路，还有桥梁。"}\n' > reports/g.jsonl
run 0 index index.wy reports
sums 1 3 1 0
count 高速公路 1
count 桥梁 1

# ---- Unchanged files, read in another way
report 甲区报告 海藻养殖有序。 > reports/a.odd
run 0 index index.wy reports --filter 'odd=cat %s'
sums 1 4 0 0
run 0 index index.wy reports --filter 'odd=sed s/海藻/海参/ %s'
sums 0 5 0 0
run 0 index index.wy reports --filter 'odd=sed s/海藻/海参/ %s' --reread
sums 5 0 0 0
count 海参 1
count 海藻 0
rm reports/a.odd
run 0 index index.wy reports --prune

# ---- A new time alone: the bytes tell that nothing changed
touch -d '2021-05-05' reports/a.txt
run 0 index index.wy reports
sums 0 4 0 0

# ---- A vanished file stays until it is asked to go
mv reports/a.txt kept
rm reports/f.html
run 0 index index.wy reports
sums 0 2 0 0
count 珊瑚 1
run 0 index index.wy --prune reports/deep
sums 0 1 0 0
count 珊瑚 1
run 0 index index.wy --prune reports
sums 0 2 2 0
count 珊瑚 0
count 渔港 0
count 茶叶 1
mv kept reports/a.txt
run 0 index index.wy reports
sums 1 2 0 0
mv reports gone
run 2 index index.wy reports
err_has 'reports: No such file or directory'
run 0 index index.wy --prune reports/deep
sums 0 0 1 0
count 茶叶 0
count 珊瑚 1
run 0 index index.wy --prune reports
sums 0 0 2 0
count 每份报告 0
mv gone reports
run 0 index index.wy reports
sums 3 0 0 0

# ---- A file that cannot be read: told, kept as it was, the rest is indexed
cp reports/a.txt kept
head -c 4096 /dev/urandom > noise
{ printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'; cat noise; } > reports/a.txt
report 壬区2022年法治政府建设工作报告 新来的水库。 > reports/h.txt
run 2 index index.wy reports
sums 1 2 0 1
err_has "wenyuan: $here/reports/a.txt: "
count 珊瑚 1
count 水库 1
run 2 index index.wy reports
sums 0 3 0 1
cp kept reports/a.txt
run 0 index index.wy reports
sums 0 4 0 0
count 珊瑚 1

# ---- JSON lines that cannot be used: told with their place, the others are read, nothing is lost
printf '{"title":"辛区报告","year":2023,"text":"第三份隧道。"}\n{"title":"坏\n{"title":"癸区报告","year":2023,"text":"第四份隧道。"}\n' > reports/g.jsonl
run 2 index index.wy reports
sums 0 3 0 1
err_has "$here/reports/g.jsonl: at byte "
verify 'told more than once' test "$(grep -c . err)" = 1
count 隧道 2
run 2 index index.wy reports
err_has "$here/reports/g.jsonl: at byte "
# wherever in the file the line is
for place in first last; do
    {
        if [[ $place == first ]]; then echo '{'; fi
        printf '{"title":"辛区报告","year":2023,"text":"%s第三份隧道。"}\n' $place
        printf '{"title":"癸区报告","year":2023,"text":"第四份隧道。"}\n'
        if [[ $place == last ]]; then echo '{"text":1}'; fi
    } > reports/g.jsonl
    for _ in 1 2; do
        run 2 index index.wy reports
        sums 0 3 0 1
        err_has "$here/reports/g.jsonl: at byte "
        count 隧道 2
    done
done
printf '{"title":"癸区报告","year":2023,"text":"第四份隧道。"}\n' > reports/g.jsonl
run 0 index index.wy reports
sums 1 3 1 0
count 隧道 1

# ---- A file that is named is read whatever its name
run 0 index index.wy reports/e.log reports/.d.txt
sums 2 0 0 0
count 其他的文件 1

# ---- Odd names
mkdir odd
report 子区2018年法治政府建设工作报告 换行的名字。 > odd/$'new\nline.txt'
report 丑区2018年法治政府建设工作报告 坏字节的名字。 > odd/$'\xff\xfe.txt'
report 寅区2018年法治政府建设工作报告 横线的名字。 > odd/-n.txt
report 卯区2018年法治政府建设工作报告 空格和引号的名字。 > "odd/a 'b\" \\.txt"
report 辰区2018年法治政府建设工作报告 转义的名字。 > odd/$'\033[31m.txt'
run 0 index index.wy odd
sums 5 0 0 0
count 的名字 5
run 0 index index.wy odd
sums 0 5 0 0
run 0 search index.wy '"的名字"' --verbose
verify 'a control character reached the terminal' is_harmless out
run 0 search --json index.wy '"的名字"'
json 5 rank:integer score:real id:string report:string title:string year:integer? date:string? \
    issuer:string? section:array paragraph:integer text:string snippet:string highlights:array
(cd odd && "$tool" index "$here/index.wy" -- -n.txt) > out 2> err
sums 0 1 0 0
rm odd/*
run 0 index index.wy --prune odd
sums 0 0 5 0

# ---- Links and loops; what is no file
mkdir -p loop/a
report 巳区2018年法治政府建设工作报告 环里的梯田。 > loop/a/x.txt
ln -s .. loop/a/up
ln -s ../../loop loop/a/again
ln -s self loop/self
ln -s a/x.txt loop/y.txt
run 0 index index.wy loop
sums 1 0 0 0
count 梯田 1
ln -s nowhere loop/dangling.txt
mkfifo loop/pipe.txt loop/pipe
run 2 index index.wy loop
sums 0 1 0 2
err_has "$here/loop/dangling.txt: No such file or directory"
err_has "$here/loop/pipe.txt: is not a regular file"
run 2 index index.wy loop/pipe
err_has 'is neither a regular file nor a folder'

# ---- What may not be read
if [[ $EUID != 0 ]]; then
    mkdir closed
    report 午区2018年法治政府建设工作报告 锁着的门。 > closed/x.txt
    run 0 index index.wy closed
    chmod 0 closed/x.txt
    touch -d 2001-01-01 closed/x.txt
    run 2 index index.wy closed
    err_has 'Permission denied'
    chmod 0 closed
    run 2 index index.wy --prune closed
    err_has 'Permission denied'
    count 锁着的门 1
    chmod 700 closed
fi

# ---- The index itself, other analyzers, no path
run 2 index new.wy nowhere
verify 'an index was made for nothing' test ! -e new.wy
run 0 index new.wy reports/empty
run 1 search new.wy 法治
mkdir inside
report 未区2018年法治政府建设工作报告 里面的索引。 > inside/x.txt
run 0 index inside/index.wy inside
sums 1 0 0 0
run 2 index --analyzer whitespace index.wy reports
err_has index.wy
run 0 index --analyzer icu index.wy reports
run 0 index --analyzer whitespace --memory 16 --threads 3 --no-sync space.wy reports
run 0 stats space.wy
out_matches '^analyzer +whitespace$'
printf x > file
run 2 index file reports
err_has file
run 2 search file x
err_has 'file: there is no index here'
run 2 index file/index.wy reports
err_has file/index.wy

# ---- Options of the writer change nothing in the answer
run 0 index one.wy "$source/corpus" -t 1 -m 16
sums '[0-9]+' 0 0 0
run 0 index four.wy "$source/corpus" -t 4
for query in 行政复议 '"简政放权"' '营商环境 OR 乡村振兴'; do
    "$tool" search --json -n 100 one.wy "$query" > one.out
    run 0 search --json -n 100 four.wy "$query"
    verify 'threads change the answer' cmp -s out one.out
done

# ---- Interrupted: the index stays at its last commit
"$tool" stats --json index.wy > before
for i in {1..4000}; do
    printf '{"title":"大报告%s","year":2020,"text":"第%s段讲依法行政与政务公开，以及许多别的事情。"}\n' "$i" "$i"
done > big.jsonl
mkdir many
for i in {1..60}; do cp big.jsonl "many/$i.jsonl"; done
"$tool" index index.wy many > out 2> err < /dev/null &
pid=$!
sleep 0.3
kill -TERM "$pid"
wait "$pid"
status=$?
said='index, terminated'
if [[ $status == 143 ]]; then
    err_has 'stopped; the index stays at its last commit'
    "$tool" stats --json index.wy > after
    verify 'the index changed' cmp -s before after
else
    verify "exit status $status" test "$status" = 0
    echo 'the run ended before it could be stopped'
fi
run 0 check index.wy

# ---- A long run commits on the way; one that is stopped then keeps what it had, and goes on there
mkdir long
printf '甲区2019年工作报告\n\n　　第一份。\n' > long/a.txt
printf x > long/b.slow
printf '乙区2019年工作报告\n\n　　末一份。\n' > long/c.txt
"$tool" index --commit-every 0 --filter "slow=sh -c 'echo > waiting; sleep 60'" long.wy long \
    > out 2> err < /dev/null &
pid=$!
for _ in {1..600}; do
    if [[ -e waiting ]]; then break; fi
    sleep 0.1
done
kill -TERM "$pid"
wait "$pid"
status=$?
said='index --commit-every 0, terminated in the second of three files'
verify "exit status $status" test "$status" = 143
err_has '1 of 3 files are in the index, the next run continues there'
run 0 search long.wy --count '"第一份"'
out_is 1
run 1 search long.wy --count '"末一份"'
run 0 index --commit-every 0 --filter 'slow=echo 中间一份' long.wy long
sums 2 1 0 0
run 0 search long.wy --count '"末一份"'
out_is 1
run 0 check long.wy
"$tool" stats --json long.wy | grep -o '"generation":[0-9]*' > out
out_is '"generation":4'

# ---- Documents that nothing reads are told, where they are met
mkdir office
cp long/a.txt office/a.txt
touch office/{a.doc,b.DOC,c.png,d.wps,e,.f.doc}
run 0 index office.wy office
out_has 'passed over, for --filter to read: 2 .doc, 1 .wps'
run 0 index office.wy office --filter 'doc=echo 旧' --exclude '*.wps'
out_lacks 'passed over'
run 0 index office.wy office/a.txt
out_lacks 'passed over'
run 0 index --quiet office.wy office
no_out

# ---- One writer at a time: the other is told
said='two writers'
"$tool" index index.wy many > /dev/null 2> other &
pid=$!
status=0
for _ in {1..200}; do
    if ! kill -0 "$pid" 2> /dev/null; then break; fi
    "$tool" index index.wy reports > out 2> err
    status=$?
    if [[ $status == 2 ]]; then break; fi
done
wait "$pid"
if [[ $status == 2 ]]; then err_has index.wy; fi
run 0 check index.wy
finish
