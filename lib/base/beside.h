/*
 * base/beside.h: one piece of work beside another, which both end early when either fails. It runs
 * in a thread of its own where there may be one, and else before the other.
 */
#ifndef WY_BASE_BESIDE_H
#define WY_BASE_BESIDE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/thread.h"

/* `threaded`: it has a thread of its own, and should ask wy_beside_is_over now and then. */
typedef int (*wy_beside_work)(void *context, bool threaded, wy_error *error);

/* Must stay where it is from start to end. */
typedef struct wy_beside {
    atomic_int failed; /* who was the first to */
    bool started, done;
    wy_thread thread;
    wy_mutex mutex; /* for done */
    wy_condition ended;
    wy_beside_work work;
    void *context;
    int status; /* of the work */
    wy_error error;
} wy_beside;

/* Starts the work, in a thread if `threaded` and one can be had; else does it, and returns what it
 * does. wy_beside_end after any result. */
int wy_beside_start(wy_beside *beside, bool threaded, wy_beside_work work, void *context,
                    wy_error *error);

/* Whether one of the two has failed, so that the other need not go on. By any thread. */
static inline bool wy_beside_is_over(wy_beside *beside)
{
    return atomic_load(&beside->failed) != 0;
}

/* Waits some milliseconds for the work; whether it is done. For a caller who is done first, and has
 * to look at something else now and then. */
bool wy_beside_wait(wy_beside *beside, long milliseconds);

/* Waits for the work. `status` and *error are how the caller's own ended; returned is the failure
 * that came first. */
int wy_beside_end(wy_beside *beside, int status, wy_error *error);

#endif
