/*
 * base/thread.h: threads, mutexes and conditions: the few of pthread's that the library uses, under
 * names that say what for. Failures of initialisation are out of memory.
 */
#ifndef WY_BASE_THREAD_H
#define WY_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

typedef pthread_mutex_t wy_mutex;
typedef pthread_cond_t wy_condition;
typedef pthread_t wy_thread;

static inline bool wy_mutex_init(wy_mutex *m) { return pthread_mutex_init(m, NULL) == 0; }
static inline void wy_mutex_destroy(wy_mutex *m) { pthread_mutex_destroy(m); }
static inline void wy_mutex_lock(wy_mutex *m) { pthread_mutex_lock(m); }
static inline void wy_mutex_unlock(wy_mutex *m) { pthread_mutex_unlock(m); }

static inline bool wy_condition_init(wy_condition *c) { return pthread_cond_init(c, NULL) == 0; }
static inline void wy_condition_destroy(wy_condition *c) { pthread_cond_destroy(c); }
static inline void wy_condition_wait(wy_condition *c, wy_mutex *m) { pthread_cond_wait(c, m); }
/* Waits at most `milliseconds`, or not quite: for looking at something now and then. */
static inline void wy_condition_wait_for(wy_condition *c, wy_mutex *m, long milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += milliseconds % 1000 * 1000000;
    until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(c, m, &until);
}
static inline void wy_condition_wake_one(wy_condition *c) { pthread_cond_signal(c); }
static inline void wy_condition_wake_all(wy_condition *c) { pthread_cond_broadcast(c); }

static inline bool wy_thread_start(wy_thread *t, void *(*run)(void *), void *context)
{
    return pthread_create(t, NULL, run, context) == 0;
}
static inline void wy_thread_join(wy_thread t) { pthread_join(t, NULL); }

#endif
