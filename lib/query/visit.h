/*
 * query/visit.h: going through all matches of a plan, in bulk.
 */
#ifndef WY_QUERY_VISIT_H
#define WY_QUERY_VISIT_H

#include "query/plan.h"

/* As wy_visit, with a plan; `scored` asks for a plan that was made to rank. */
int wy_visit_plan(const wy_plan *plan, bool scored, bool counted, wy_visit_fn visit, void *context,
                  wy_error *error);

#endif
