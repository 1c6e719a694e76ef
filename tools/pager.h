/*
 * pager.h: long output by way of a pager, as git has it: only where standard output is a terminal,
 * $WENYUAN_PAGER before $PAGER before less, "" and cat meaning none, LESS=FRX unless it is set.
 * Complaints that would go to the terminal go the same way.
 */
#ifndef WY_TOOLS_PAGER_H
#define WY_TOOLS_PAGER_H

#include <stdbool.h>

/* Puts a pager behind standard output. Nothing happens where none is wanted, or none starts. */
void pager_begin(void);

/* Waits until the reader has left the pager. Standard output and error are closed then. */
void pager_end(void);

/* Whether what goes to standard output reaches a terminal, also by way of the pager. */
bool pager_or_terminal(void);

#endif
