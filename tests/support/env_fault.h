/*
 * support/env_fault.h: an env that counts the calls to another and makes one of them fail.
 *
 * A write that fails has written half of its bytes, as on a disk that is full; a close that fails
 * has closed; all others that fail have done nothing.
 */
#ifndef WY_SUPPORT_ENV_FAULT_H
#define WY_SUPPORT_ENV_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/env.h"
#include "support/env_call.h"

/* Must not move after init: env.context points to it. Usable from several threads. */
typedef struct wy_fault_env {
    wy_env env; /* what the code under test gets */
    const wy_env *inner;
    atomic_uint_fast64_t calls[WY_CALLS + 1]; /* by wy_env_call; the last counts all */
    wy_env_call kind;                         /* what is failed: one kind, or WY_CALL_ANY */
    uint64_t fail_at;                         /* which call of it, from 1; 0: none */
    bool forever;                             /* that one and all later ones of the kind */
    int system;                               /* the errno they fail with */
    atomic_bool failed;                       /* whether any call was failed */
} wy_fault_env;

/* Fails nothing yet. `inner` must live as long. */
void wy_fault_env_init(wy_fault_env *fault, const wy_env *inner);

/* Counts from 0 again and fails the `fail_at`th call of `kind` from now. Not while others call. */
void wy_fault_env_arm(wy_fault_env *fault, wy_env_call kind, uint64_t fail_at, bool forever,
                      int system);

#endif
