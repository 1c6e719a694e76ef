/*
 * describe.h: what is told of commands in other places than --help, made of the same tables:
 * manual pages (in mdoc) and the completions of shells. Always in English.
 */
#ifndef WY_TOOLS_DESCRIBE_H
#define WY_TOOLS_DESCRIBE_H

#include "options.h"

/* All write to standard output and return an exit status. `commands` ends with NULL. */

/* wenyuan(1), less the parts that do not come from tables: see wenyuan.1.in. */
int describe_main_page(const command *const *commands);

/* wenyuan-COMMAND(1). */
int describe_page(const command *c);

/* For "bash", "zsh" or "fish". */
int describe_completion(const command *const *commands, const char *shell);

/* The names of all commands, a line each. */
int describe_names(const command *const *commands);

#endif
