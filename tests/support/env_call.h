/*
 * support/env_call.h: the calls of a wy_env by name, for the doubles that log or fail them.
 */
#ifndef WY_SUPPORT_ENV_CALL_H
#define WY_SUPPORT_ENV_CALL_H

typedef enum wy_env_call {
    WY_CALL_CREATE,
    WY_CALL_WRITE,
    WY_CALL_SYNC,
    WY_CALL_CLOSE,
    WY_CALL_MAP,
    WY_CALL_RENAME,
    WY_CALL_UNLINK,
    WY_CALL_MKDIR,
    WY_CALL_SYNC_DIR,
    WY_CALL_LIST,
    WY_CALL_LOCK,
    WY_CALL_SET, /* a test put bytes in place (env_memory.h); no call of wy_env */
    WY_CALLS,    /* how many there are */
} wy_env_call;

#define WY_CALL_ANY WY_CALLS

const char *wy_env_call_name(wy_env_call call); /* "create" */

#endif
