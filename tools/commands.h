/*
 * commands.h: the commands of the tool, a file each.
 */
#ifndef WY_TOOLS_COMMANDS_H
#define WY_TOOLS_COMMANDS_H

#include "options.h"

extern const command command_index;   /* cmd_index.c */
extern const command command_search;  /* cmd_search.c */
extern const command command_stats;   /* cmd_stats.c */
extern const command command_check;   /* cmd_check.c */
extern const command command_analyze; /* cmd_analyze.c */

#endif
