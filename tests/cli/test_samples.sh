#!/usr/bin/env bash
# Indexes that released versions made: read, or refused with a reason, never misread.
source "$(dirname "$0")/lib.sh"

for sample in "$source"/tests/samples/*/; do
    rm -rf index.wy
    cp -r "$sample" index.wy
    if ! "$tool" search index.wy 服务 --count > out 2> err; then
        said="${sample%/}"
        verify 'refused for another reason than the version' grep -q 'version' err
        continue
    fi
    run 0 check index.wy
    out_matches 'all sound$'
    run 0 search index.wy 服务 --count
    out_is 162
    run 0 search index.wy '"复议 诉讼" year:2019' --count
    out_is 3
    run 0 search index.wy 第150段 --json
    out_has '"year":2020'
    out_has '乙县报告 第150段 公开 服务'
    run 0 stats index.wy
    out_matches '^deleted paragraphs +40$'
done
verify 'no sample was tried' test "$checks" -gt 0
finish
