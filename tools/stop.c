/*
 * stop.c: catching signals.
 */
#include "stop.h"

#include <stddef.h>

/* Set by a signal: there is no other way to reach the program. */
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

void stop_catch(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction old, action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
        sigemptyset(&action.sa_mask);
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

const volatile sig_atomic_t *stop_signal(void)
{
    return &caught;
}
