#include "base/beside.h"

enum { NOBODY, CALLER, WORK };

static void note_failure(wy_beside *beside, int who)
{
    int nobody = NOBODY;
    atomic_compare_exchange_strong(&beside->failed, &nobody, who);
}

static void *run(void *context)
{
    wy_beside *beside = context;
    beside->status = beside->work(beside->context, true, &beside->error);
    if (beside->status != WY_OK) note_failure(beside, WORK);
    wy_mutex_lock(&beside->mutex);
    beside->done = true;
    wy_condition_wake_one(&beside->ended);
    wy_mutex_unlock(&beside->mutex);
    return NULL;
}

static bool start_thread(wy_beside *beside)
{
    const bool mutex = wy_mutex_init(&beside->mutex);
    const bool ended = mutex && wy_condition_init(&beside->ended);
    if (ended && wy_thread_start(&beside->thread, run, beside)) return true;
    if (ended) wy_condition_destroy(&beside->ended);
    if (mutex) wy_mutex_destroy(&beside->mutex);
    return false;
}

int wy_beside_start(wy_beside *beside, bool threaded, wy_beside_work work, void *context,
                    wy_error *error)
{
    atomic_init(&beside->failed, NOBODY);
    beside->work = work;
    beside->context = context;
    beside->status = WY_OK;
    beside->done = false;
    beside->started = threaded && start_thread(beside);
    return beside->started ? WY_OK : work(context, false, error);
}

bool wy_beside_wait(wy_beside *beside, long milliseconds)
{
    if (!beside->started) return true;
    wy_mutex_lock(&beside->mutex);
    if (!beside->done) wy_condition_wait_for(&beside->ended, &beside->mutex, milliseconds);
    const bool done = beside->done;
    wy_mutex_unlock(&beside->mutex);
    return done;
}

int wy_beside_end(wy_beside *beside, int status, wy_error *error)
{
    if (status != WY_OK) note_failure(beside, CALLER);
    if (beside->started) {
        wy_thread_join(beside->thread);
        wy_condition_destroy(&beside->ended);
        wy_mutex_destroy(&beside->mutex);
    }
    if (atomic_load(&beside->failed) != WORK) return status;
    if (error) *error = beside->error;
    return beside->status;
}
