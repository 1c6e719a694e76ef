/*
 * query/node.h: from the tree of a query to a simplified tree of terms: the part of planning that
 * needs the analyzer and no index.
 */
#ifndef WY_QUERY_NODE_H
#define WY_QUERY_NODE_H

#include "query/plan.h"

/* Sets plan->root from the query's tree, and collects plan->terms. *out is NULL where the query
 * has no term at all. WY_E_LIMIT, WY_E_NOMEM. */
int wy_node_make(wy_plan *plan, const wy_tree *tree, wy_analyzer *analyzer, wy_node **out,
                 wy_error *error);

/* Makes a node in the plan's arena; NULL: memory is out. */
wy_node *wy_node_new(wy_plan *plan, wy_node_kind kind);

/* The number of a term in the plan, made if it is new. */
int wy_plan_intern(wy_plan *plan, wy_field field, const wy_token *token, uint32_t *out,
                   wy_error *error);

/*
 * Puts a bool node in its simplest form and returns that: its only child, or the node itself, with
 * equal children of a list made one. May return NULL where it has no child at all.
 */
wy_node *wy_node_simplify(wy_node *node);

#endif
