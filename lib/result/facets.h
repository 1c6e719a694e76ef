/*
 * result/facets.h: a table of counts by key, filled while matches go by.
 */
#ifndef WY_RESULT_FACETS_H
#define WY_RESULT_FACETS_H

#include <wenyuan/explore.h>

#include "base/strmap.h"

typedef struct wy_facets {
    const wy_mem *mem;
    wy_strmap numbers; /* of keys, in `list` */
    wy_count *list;
    uint64_t *reports; /* of each: the report counted last */
    size_t size, capacity, report_capacity;
} wy_facets;

void wy_facets_init(wy_facets *facets, const wy_mem *mem);
void wy_facets_free(wy_facets *facets);

/* The place in the list of a key, or of a year, which is made where it was missing. The list's keys
 * live as long as the facets. WY_E_NOMEM. */
int wy_facets_key(wy_facets *facets, wy_string key, size_t *place, wy_error *error);
int wy_facets_year(wy_facets *facets, int32_t year, size_t *place, wy_error *error);

/* Adds a matching paragraph. `report` numbers the reports that come by: all matches of one must
 * come together. */
void wy_facets_add(wy_facets *facets, size_t place, uint64_t report, uint32_t occurrences);

/* Orders the list by year, or by paragraphs descending and key; places are void then. */
void wy_facets_order(wy_facets *facets, bool by_year);

/* A heading without its number: 一、 （二） 3. 第四章 ① and what stands between it and the words.
 * All of it where nothing would be left. */
wy_string wy_heading_words(wy_string heading);

#endif
