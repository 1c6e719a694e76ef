#include "index/workers.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "segment/inverter.h"

/* A report waiting for a thread, with all its memory in one block. */
typedef struct job {
    struct job *next;
    size_t bytes;
    uint64_t sequence;
    wy_report report;
} job;

typedef struct worker {
    wy_workers *all;
    wy_thread thread;
    bool started;
    bool idle; /* waits for a report */
    wy_analyzer *analyzer;
    wy_inverter *inverter;
} worker;

struct wy_workers {
    wy_index *index;
    bool sync, threaded;
    size_t inverter_limit; /* bytes each inverter may take */
    size_t waiting_limit;  /* bytes of reports that may wait */
    wy_workers_stop stop;
    void *stop_context;
    atomic_bool halted; /* threads give up what they are at: a failure, or the end */
    worker *list;
    uint32_t count;

    wy_mutex mutex;    /* for all that follows */
    wy_condition work; /* the threads wait for it: a report, or the end */
    wy_condition room; /* the caller does: for room, or for all to be idle */
    job *first, *last;
    size_t waiting;
    bool closing;
    int status; /* the first failure; then nothing more is done */
    wy_error error;
    uint64_t next_number;
    wy_new_segment *segments;
    size_t segment_count, segment_capacity;
};

/* ---- Copies of reports --------------------------------------------------------------------- */

static size_t report_bytes(const wy_report *r)
{
    size_t n = r->id.length + r->title.length + r->issuer.length + r->source.length;
    n += r->section_count * sizeof(wy_section) + r->paragraph_count * sizeof(wy_paragraph);
    for (size_t i = 0; i < r->section_count; i++) n += r->sections[i].heading.length;
    for (size_t i = 0; i < r->paragraph_count; i++)
        n += r->paragraphs[i].id.length + r->paragraphs[i].text.length;
    return n;
}

static wy_string copy_string(char **to, wy_string from)
{
    if (!from.length) return (wy_string){NULL, 0};
    memcpy(*to, from.data, from.length);
    wy_string copy = {*to, from.length};
    *to += from.length;
    return copy;
}

static job *copy_report(const wy_mem *mem, const wy_report *report, uint64_t sequence)
{
    size_t bytes = sizeof(job) + report_bytes(report);
    job *j = wy_alloc(mem, bytes);
    if (!j) return NULL;
    j->next = NULL;
    j->bytes = bytes;
    j->sequence = sequence;
    wy_report *copy = &j->report;
    *copy = *report;
    /* Arrays first: the block is aligned for them. */
    wy_section *sections = (wy_section *)(void *)(j + 1);
    wy_paragraph *paragraphs = (wy_paragraph *)(void *)(sections + report->section_count);
    char *to = (char *)(paragraphs + report->paragraph_count);
    copy->id = copy_string(&to, report->id);
    copy->title = copy_string(&to, report->title);
    copy->issuer = copy_string(&to, report->issuer);
    copy->source = copy_string(&to, report->source);
    for (size_t i = 0; i < report->section_count; i++) {
        sections[i] = report->sections[i];
        sections[i].heading = copy_string(&to, report->sections[i].heading);
    }
    for (size_t i = 0; i < report->paragraph_count; i++) {
        paragraphs[i] = report->paragraphs[i];
        paragraphs[i].id = copy_string(&to, report->paragraphs[i].id);
        paragraphs[i].text = copy_string(&to, report->paragraphs[i].text);
    }
    copy->sections = sections;
    copy->paragraphs = paragraphs;
    return j;
}

/* For threads, which may not call the caller's function. */
static int is_halted(void *context)
{
    wy_workers *all = context;
    return atomic_load(&all->halted);
}

/* ---- The work ------------------------------------------------------------------------------ */

/* Writes what inverters hold as one segment. `by_caller`: not by a worker's thread, so that the
 * caller's function may be asked whether to go on, and another thread may help. */
static int flush_inverters(wy_workers *all, wy_inverter *const *inverters, size_t count,
                           bool by_caller, wy_error *error)
{
    wy_new_segment made = {.sequences = NULL};
    const wy_flush how = {.env = all->index->env,
                          .folder = all->index->folder,
                          .number = wy_workers_take_number(all),
                          .sync = all->sync,
                          .two_threads = by_caller && all->threaded,
                          .stop = by_caller ? all->stop : is_halted,
                          .context = by_caller ? all->stop_context : all};
    int status = wy_inverter_flush(inverters, count, &how, &made.info, &made.sequences, error);
    if (status != WY_OK) return status;
    wy_mutex_lock(&all->mutex);
    if (wy_grow(all->index->mem, &all->segments, &all->segment_capacity, all->segment_count + 1,
                sizeof *all->segments))
        all->segments[all->segment_count++] = made;
    else
        status = wy_fail_memory(error);
    wy_mutex_unlock(&all->mutex);
    if (status != WY_OK) wy_free(all->index->mem, made.sequences);
    return status;
}

/* By the thread of a worker, or by the caller where there is none. */
static int flush_worker(worker *w, wy_error *error)
{
    if (wy_inverter_reports(w->inverter) == 0) return WY_OK;
    return flush_inverters(w->all, &w->inverter, 1, !w->all->threaded, error);
}

/* Writes what the workers hold, while all of them wait: one segment, or one after another where
 * they hold more than one may. */
static int flush_held(wy_workers *all, wy_error *error)
{
    wy_inverter **some = wy_alloc_array(all->index->mem, all->count, sizeof *some);
    if (!some) return wy_fail_memory(error);
    int status = WY_OK;
    size_t count = 0;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < all->count && status == WY_OK; i++) {
        wy_inverter *v = all->list[i].inverter;
        if (wy_inverter_reports(v) == 0) continue;
        if (count > 0 && bytes + wy_inverter_memory(v) > WY_INVERTER_MOST) {
            status = flush_inverters(all, some, count, true, error);
            count = 0;
            bytes = 0;
        }
        some[count++] = v;
        bytes += wy_inverter_memory(v);
    }
    if (status == WY_OK && count > 0) status = flush_inverters(all, some, count, true, error);
    wy_free(all->index->mem, some);
    return status;
}

static int invert(worker *w, const wy_report *report, uint64_t sequence, wy_error *error)
{
    int status = wy_inverter_add(w->inverter, report, sequence, error);
    if (status == WY_OK && wy_inverter_memory(w->inverter) > w->all->inverter_limit)
        status = flush_worker(w, error);
    return status;
}

/* Notes a failure for everybody. The mutex is not held. */
static void fail(wy_workers *all, int status, const wy_error *error)
{
    wy_mutex_lock(&all->mutex);
    if (all->status == WY_OK) {
        all->status = status;
        all->error = *error;
    }
    atomic_store(&all->halted, true);
    wy_condition_wake_all(&all->work);
    wy_condition_wake_one(&all->room);
    wy_mutex_unlock(&all->mutex);
}

/* Waits for a report. NULL: the end. */
static job *take_job(worker *w)
{
    wy_workers *all = w->all;
    job *j = NULL;
    wy_mutex_lock(&all->mutex);
    while (!all->first && !all->closing && all->status == WY_OK) {
        w->idle = true;
        wy_condition_wake_one(&all->room);
        wy_condition_wait(&all->work, &all->mutex);
    }
    if (!all->closing && all->status == WY_OK) {
        j = all->first;
        all->first = j->next;
        if (!all->first) all->last = NULL;
        all->waiting -= j->bytes;
        w->idle = false;
        /* Not for each: waking for every report took 13 % of the time. */
        if (all->waiting <= all->waiting_limit / 2) wy_condition_wake_one(&all->room);
    }
    wy_mutex_unlock(&all->mutex);
    return j;
}

static void *run_worker(void *context)
{
    worker *w = context;
    wy_error error;
    for (job *j; (j = take_job(w)) != NULL;) {
        int status = invert(w, &j->report, j->sequence, &error);
        wy_free(w->all->index->mem, j);
        if (status != WY_OK) fail(w->all, status, &error);
    }
    return NULL;
}

/* ---- Opening and closing ------------------------------------------------------------------- */

/*
 * What all inverters may take. At most three quarters: the rest is for what waits, and for
 * reordering. Each thread that writes a segment needs FLUSH more, to train a dictionary and to
 * compress with it, of which SPARE comes on top of `memory`; but not all is left to that.
 */
static uint64_t inverters_limit(uint64_t memory, uint32_t threads)
{
    const uint64_t FLUSH = UINT64_C(64) << 20, SPARE = UINT64_C(64) << 20;
    const uint64_t room = memory - memory / 8 + SPARE, most = memory / 4 * 3;
    const uint64_t least = memory / 3;
    const uint64_t left = room > threads * FLUSH ? room - threads * FLUSH : 0;
    return left > most ? most : left < least ? least : left;
}

/* As many threads as have 2 MiB each to fill: with less, segments are as small as reports. */
static uint32_t limit_threads(uint64_t memory, uint32_t threads)
{
    const uint64_t LEAST = UINT64_C(2) << 20;
    while (threads > 1 && inverters_limit(memory, threads) / threads < LEAST) threads--;
    return threads > 0 ? threads : 1;
}

int wy_workers_open(wy_index *index, uint32_t threads, uint64_t memory, bool sync,
                    uint64_t next_number, wy_workers_stop stop, void *context, wy_workers **out,
                    wy_error *error)
{
    const wy_mem *mem = index->mem;
    wy_workers *all = wy_calloc(mem, sizeof *all);
    if (!all) return wy_fail_memory(error);
    all->index = index;
    all->sync = sync;
    const uint32_t count = limit_threads(memory, threads);
    all->threaded = count > 1;
    all->next_number = next_number;
    all->stop = stop;
    all->stop_context = context;
    atomic_init(&all->halted, false);
    const uint64_t limit = inverters_limit(memory, count) / count;
    all->inverter_limit = (size_t)(limit < WY_INVERTER_MOST ? limit : WY_INVERTER_MOST);
    all->waiting_limit = (size_t)(memory / 8);
    bool mutex = wy_mutex_init(&all->mutex);
    bool work = mutex && wy_condition_init(&all->work);
    bool room = work && wy_condition_init(&all->room);
    all->list = room ? wy_calloc(mem, count * sizeof *all->list) : NULL;
    if (!all->list) {
        if (room) wy_condition_destroy(&all->room);
        if (work) wy_condition_destroy(&all->work);
        if (mutex) wy_mutex_destroy(&all->mutex);
        wy_free(mem, all);
        return wy_fail_memory(error);
    }
    int status = WY_OK;
    for (uint32_t i = 0; i < count && status == WY_OK; i++) {
        worker *w = &all->list[all->count++];
        w->all = all;
        w->idle = true;
        status = wy_index_take_analyzer(index, &w->analyzer, error);
        if (status == WY_OK) status = wy_inverter_open(mem, w->analyzer, &w->inverter, error);
        if (status == WY_OK && all->threaded) {
            w->started = wy_thread_start(&w->thread, run_worker, w);
            if (!w->started) status = wy_fail_system(error, EAGAIN, NULL, "cannot start a thread");
        }
    }
    if (status != WY_OK) {
        wy_workers_close(all);
        return status;
    }
    *out = all;
    return WY_OK;
}

void wy_workers_close(wy_workers *all)
{
    if (!all) return;
    const wy_mem *mem = all->index->mem;
    atomic_store(&all->halted, true);
    wy_mutex_lock(&all->mutex);
    all->closing = true;
    wy_condition_wake_all(&all->work);
    wy_mutex_unlock(&all->mutex);
    for (uint32_t i = 0; i < all->count; i++) {
        worker *w = &all->list[i];
        if (w->started) wy_thread_join(w->thread);
        wy_inverter_close(w->inverter);
        wy_index_give_analyzer(all->index, w->analyzer);
    }
    while (all->first) {
        job *j = all->first;
        all->first = j->next;
        wy_free(mem, j);
    }
    wy_workers_forget(all);
    wy_free(mem, all->segments);
    wy_free(mem, all->list);
    wy_condition_destroy(&all->work);
    wy_condition_destroy(&all->room);
    wy_mutex_destroy(&all->mutex);
    wy_free(mem, all);
}

/* ---- Handing over -------------------------------------------------------------------------- */

static int failure(const wy_workers *all, wy_error *error)
{
    if (error && all->status != WY_OK) *error = all->error;
    return all->status;
}

static bool all_idle(const wy_workers *all)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (!all->list[i].idle) return false;
    return all->first == NULL;
}

static bool has_room(const wy_workers *all)
{
    return all->first == NULL || all->waiting <= all->waiting_limit / 2;
}

/* Waits for the threads, under the mutex, and asks whether to stop meanwhile. */
static int wait_for(wy_workers *all, bool (*done)(const wy_workers *), wy_error *error)
{
    enum { MILLISECONDS = 100 };
    bool stopped = false;
    while (all->status == WY_OK && !done(all) && !stopped) {
        wy_condition_wait_for(&all->room, &all->mutex, MILLISECONDS);
        wy_mutex_unlock(&all->mutex);
        stopped = all->stop(all->stop_context) != 0;
        wy_mutex_lock(&all->mutex);
    }
    const int status = failure(all, error);
    return status == WY_OK && stopped
               ? wy_fail(error, WY_E_CANCELLED, NULL, WY_NO_OFFSET,
                         "stopped; the index is at its last commit")
               : status;
}

int wy_workers_add(wy_workers *all, const wy_report *report, uint64_t sequence, wy_error *error)
{
    wy_error why;
    if (!all->threaded) return invert(&all->list[0], report, sequence, error);
    job *j = copy_report(all->index->mem, report, sequence);
    if (!j) return wy_fail_memory(error);
    wy_mutex_lock(&all->mutex);
    int status = all->waiting + j->bytes > all->waiting_limit ? wait_for(all, has_room, &why)
                                                             : failure(all, &why);
    if (status == WY_OK) {
        if (all->last)
            all->last->next = j;
        else
            all->first = j;
        all->last = j;
        all->waiting += j->bytes;
        j = NULL;
        wy_condition_wake_one(&all->work);
    }
    wy_mutex_unlock(&all->mutex);
    wy_free(all->index->mem, j);
    if (status == WY_E_CANCELLED) fail(all, status, &why);
    if (status != WY_OK && error) *error = why;
    return status;
}

int wy_workers_flush(wy_workers *all, wy_error *error)
{
    wy_error why;
    if (!all->threaded) return flush_worker(&all->list[0], error);
    wy_mutex_lock(&all->mutex);
    int status = wait_for(all, all_idle, &why);
    wy_mutex_unlock(&all->mutex);
    if (status == WY_OK) status = flush_held(all, &why);
    if (status == WY_OK) return WY_OK;
    fail(all, status, &why);
    if (error) *error = why;
    return status;
}

const wy_new_segment *wy_workers_segments(const wy_workers *all, size_t *count)
{
    *count = all->segment_count;
    return all->segments;
}

void wy_workers_forget(wy_workers *all)
{
    for (size_t i = 0; i < all->segment_count; i++)
        wy_free(all->index->mem, all->segments[i].sequences);
    all->segment_count = 0;
}

uint64_t wy_workers_take_number(wy_workers *all)
{
    wy_mutex_lock(&all->mutex);
    uint64_t number = all->next_number++;
    wy_mutex_unlock(&all->mutex);
    return number;
}

uint64_t wy_workers_next_number(const wy_workers *all)
{
    return all->next_number;
}
