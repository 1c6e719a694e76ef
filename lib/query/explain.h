/*
 * query/explain.h: a plan as a tree that can be shown, with what each part adds to a match.
 */
#ifndef WY_QUERY_EXPLAIN_H
#define WY_QUERY_EXPLAIN_H

#include <wenyuan/explain.h>

#include "query/plan.h"

/*
 * Explains a plan that was made for ranking. `match` may be NULL: then nothing is said of a hit.
 * *out is in `arena`, and owns its texts there. WY_E_DAMAGED, WY_E_NOMEM.
 */
int wy_plan_explain(const wy_plan *plan, const wy_match *match, wy_arena *arena,
                    const wy_explained **out, wy_error *error);

#endif
