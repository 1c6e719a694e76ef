/*
 * stop.h: ending long work in an orderly way when the user asks for it.
 */
#ifndef WY_TOOLS_STOP_H
#define WY_TOOLS_STOP_H

#include <signal.h>

/*
 * Takes Ctrl-C, a hang-up and a termination for a wish to stop, once: a second one ends the
 * program at once. Signals that are ignored stay so.
 */
void stop_catch(void);

/* Points to the number of the signal that came, or 0. */
const volatile sig_atomic_t *stop_signal(void);

#endif
