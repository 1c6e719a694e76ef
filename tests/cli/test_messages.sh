#!/usr/bin/env bash
# Messages in Chinese: every one is translated, its figures and names fill the same places, and
# what programs read stays as it is.
source "$(dirname "$0")/lib.sh"
chinese=(env -u LC_ALL LANG=zh_CN.UTF-8)

# zh STATUS ARGUMENTS...: as run, for a reader of Chinese.
zh()
{
    local expected=$1 status=0
    shift
    said="wenyuan $* (in Chinese)"
    "${chinese[@]}" "$tool" "$@" > out 2> err < /dev/null || status=$?
    verify "exit status $status, not $expected" test "$status" = "$expected"
}

# ---- Every message of the tool, and every sentence of the library, has a translation
if command -v xgettext > /dev/null; then
    touch out err
    said='messages of the tool'
    po=$source/tools/po/zh_CN.po
    (cd "$source/tools" && xgettext -k -k_ -kN_ -kngettext:1,2 --from-code=UTF-8 --no-location \
        -o "$temp/tool.pot" ./*.c ./*.h)
    verify 'too few messages to be true' test "$(grep -c '^msgid' tool.pot)" -ge 300
    msgcmp --use-untranslated "$po" tool.pot 2> err
    verify 'messages without a translation' test ! -s err
    verify 'formats differ' msgfmt --check-format -o /dev/null "$po"
    verify 'untranslated' test -z "$(msgattrib --untranslated --no-obsolete "$po")"
    verify 'fuzzy' test -z "$(msgattrib --only-fuzzy --no-obsolete "$po")"

    said='sentences of the library'
    : > known.pot
    (cd "$source/tools" && xgettext -k -kN_ --from-code=UTF-8 --no-location --no-wrap \
        -o "$temp/known.pot" reasons_table.c)
    mapfile -t sources < <(find "$source/lib" -name '*.c')
    xgettext -k -kwy_fail:5 -kwy_fail_system:4 -kwy_sealed_damaged:4 -ksyntax:3 -kdamaged:3 \
        --from-code=UTF-8 --no-location --no-wrap -o one.pot "${sources[@]}" 2> /dev/null
    xgettext -k -kdamaged:4 --from-code=UTF-8 --no-location --no-wrap -o two.pot \
        "${sources[@]}" 2> /dev/null
    cat one.pot two.pot > library.pot
    for list in known library; do
        grep '^msgid ".' $list.pot | sed 's/%<PRI[a-z]*[0-9]*>/%llu/g' | grep ' [a-z%]' |
            LC_ALL=C sort -u > $list
    done
    verify 'too few sentences to be true' test "$(wc -l < library)" -ge 100
    LC_ALL=C comm -13 known library > lacking
    cp lacking err
    verify 'sentences that tools/reasons_table.c lacks' test ! -s lacking
fi

# ---- What people see
zh 0 --help
out_has '用法：'
out_has '命令：'
out_lacks 'commands:'
for command in $("$tool" help --commands); do
    zh 0 "$command" --help
    out_has '选项：'
    for width in 60 67 70; do
        COLUMNS=$width zh 0 "$command" --help
        verify 'a character is cut in two' iconv -f utf-8 -t utf-8 -o /dev/null out
    done
    verify 'a line in English' not grep -qE '^  .{25}[a-z]+ [a-z]+ [a-z]+ [a-z]+' out
done
zh 2 serach
err_is 'wenyuan: 没有命令“serach”；是否指“search”？
请看：wenyuan --help'
printf '{"title":"甲区报告","year":2020,"text":"改革开放。"}\n' > a.jsonl
zh 0 index a.wy a.jsonl
out_matches '^已索引 1 份报告，1 个段落（读取 1 个文件，0 个未变，删除 0 份，失败 0 个），用时 [0-9.]+ 秒$'
zh 0 stats a.wy
out_matches '^段落  '
zh 0 trend a.wy 改革
out_matches '^年份  '
zh 0 facets a.wy 改革
out_has '段落'
zh 0 terms a.wy
out_matches '^词  '
zh 0 check a.wy
out_has '全部完好'

# ---- Sentences of the library, with what was filled in
zh 2 search nowhere x
err_is 'wenyuan: nowhere: 这里没有索引'
zh 2 search a.wy '"改革'
err_has 'wenyuan: 查询: 在字节 0 处：引号没有闭合'
zh 2 index --analyzer whitespace a.wy a.jsonl
err_has '索引是用分词器“icu”建立的，不是“whitespace”'
zh 2 search a.wy 'date:2024-99'
verify 'English' grep -q '日期写作' err

# ---- What programs read is the same
for arguments in 'search a.wy 改革 --json' 'stats a.wy --json' 'trend a.wy 改革 --csv' \
    'terms a.wy --json' 'check a.wy --json'; do
    # shellcheck disable=SC2086
    run 0 $arguments
    cp out english
    # shellcheck disable=SC2086
    zh 0 $arguments
    verify 'programs read another language' cmp -s out english
done

# ---- What the system says is translated for people, and only for them
rm a.wy/*.text
run 2 check a.wy --json
out_has 'cannot open: No such file or directory'
cp out english
zh 2 check a.wy --json
verify 'programs read another language' cmp -s out english
zh 2 check a.wy
out_has '无法打开：没有那个文件或目录'
zh 2 index a.wy nowhere.txt
err_is 'wenyuan: nowhere.txt: 没有那个文件或目录'

# ---- Which language
said='LANGUAGE'
env -u LC_ALL LANG=C.UTF-8 "$tool" --help > out
out_has 'usage:'
LC_ALL=zh_TW.UTF-8 "$tool" --help > out
out_has '用法：'
LC_ALL=C LANG=zh_CN.UTF-8 "$tool" --help > out
out_has 'usage:'
finish
