/*
 * text/numeral_chars.h: the characters that numbers are written with, and those that they count.
 */
#ifndef WY_TEXT_NUMERAL_CHARS_H
#define WY_TEXT_NUMERAL_CHARS_H

/* Digits and powers of ten, everyday and formal, as they are after folding. ○ is often typed
 * for 〇. */
#define WY_NUMERAL_CHARS                                                                           \
    u"0123456789〇○零一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟"

/* Measure words of one character: what follows a number and says of what. */
#define WY_MEASURE_CHARS                                                                                                                       \
    u"年月日号时分秒天周岁季届次条款项章节目编级类等种个名人位户家元角倍米里亩吨克斤度层楼页期部" \
    u"件"                                                                                                                                     \
    u"份套台辆艘架座所间张本卷篇句字轮批组代国省市县区村镇乡门科厘寸尺升大中"

#endif
