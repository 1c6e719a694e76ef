/*
 * commands.h: the commands of the tool, a file each.
 */
#ifndef WY_TOOLS_COMMANDS_H
#define WY_TOOLS_COMMANDS_H

#include "options.h"

extern const command command_index;   /* cmd_index.c */
extern const command command_read;    /* cmd_read.c */
extern const command command_delete;  /* cmd_delete.c */
extern const command command_merge;   /* cmd_merge.c */
extern const command command_search;  /* cmd_search.c */
extern const command command_explain; /* cmd_explain.c */
extern const command command_trend;   /* cmd_trend.c */
extern const command command_facets;  /* cmd_facets.c */
extern const command command_terms;   /* cmd_terms.c */
extern const command command_stats;   /* cmd_stats.c */
extern const command command_check;   /* cmd_check.c */
extern const command command_analyze; /* cmd_analyze.c */

#endif
