/*
 * result/cluster.h: where text may be cut: not between a character and the marks that go with it.
 * `text` is well-formed UTF-8 and `at` the beginning of a character, or the end.
 */
#ifndef WY_RESULT_CLUSTER_H
#define WY_RESULT_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Behind the marks that stand at `at`: `at` itself where there are none. */
size_t wy_cluster_end(const char *text, size_t length, size_t at);

/* Before the marks that stand at `at` and the character they go with. */
size_t wy_cluster_begin(const char *text, size_t length, size_t at);

#endif
