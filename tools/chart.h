/*
 * chart.h: a line chart of several series over years, as SVG.
 */
#ifndef WY_TOOLS_CHART_H
#define WY_TOOLS_CHART_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct chart_point {
    int32_t year;
    double value; /* 0 or more */
} chart_point;

typedef struct chart_series {
    const char *name;
    const chart_point *points; /* years ascending */
    size_t count;
} chart_series;

/*
 * Writes the chart. Colours suit light and dark surroundings (prefers-color-scheme). Names are
 * escaped; control characters in them become U+FFFD.
 */
void chart_write(FILE *to, const char *title, const chart_series *series, size_t count);

#endif
