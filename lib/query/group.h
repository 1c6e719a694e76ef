/*
 * query/group.h: the best matches in another order than by score alone: by date, and report by
 * report. All matches are gone through, so nothing is passed over.
 */
#ifndef WY_QUERY_GROUP_H
#define WY_QUERY_GROUP_H

#include "query/plan.h"

/*
 * Fills top->list, size, count, and of groups groups, group_count and reports, as wy_find_options
 * say: for those with `order` or `passages` set. The plan was made to rank, unless limit is 0.
 */
int wy_group_find(const wy_plan *plan, const wy_find_options *options, wy_top *top,
                  wy_error *error);

#endif
