#include "report/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report/chars.h"

#include "base/utf8.h"

#define CHUNK   ((size_t)1 << 16)
#define TICK    100 /* milliseconds between looks at the clock */
#define SAID    300 /* bytes of standard error that are kept */
#define COMMAND 80  /* characters of the command in errors */

extern char **environ;

/* ---- Words --------------------------------------------------------------------------------- */

static int misformed(const char *command, const char *why, wy_error *error)
{
    return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "the filter '%.*s' %s", COMMAND,
                   command, why);
}

int wy_filter_words(const char *command, const char *path, wy_buf *text, size_t *count,
                    wy_error *error)
{
    const char *p = command;
    *count = 0;
    for (;;) {
        while (wy_ascii_space(*p)) p++;
        if (!*p) break;
        char quote = 0;
        for (; *p && (quote || !wy_ascii_space(*p)); p++) {
            if (quote ? *p == quote : *p == '"' || *p == '\'') {
                quote = quote ? 0 : *p;
            } else if (p[0] == '%' && p[1] == 's') {
                if (path[0] == '-') wy_buf_bytes(text, "./", 2); /* never an option */
                wy_buf_bytes(text, path, strlen(path));
                p++;
            } else {
                p += p[0] == '%' && p[1] == '%';
                wy_buf_u8(text, (uint8_t)*p);
            }
        }
        if (quote) return misformed(command, "has a quotation mark without its pair", error);
        wy_buf_u8(text, 0);
        (*count)++;
    }
    if (*count == 0) return misformed(command, "names no program", error);
    return text->failed ? wy_fail_memory(error) : WY_OK;
}

/* ---- The process --------------------------------------------------------------------------- */

typedef struct process {
    const char *command, *path;
    const wy_filter_limits *limits;
    pid_t id;   /* also its group; 0: not started, or waited for */
    int out[2]; /* pipes: standard output and standard error */
    int said[2];
    char words[SAID + 1]; /* what it said on standard error */
    size_t word_count;
    struct timespec deadline;
} process;

static void close_one(int *file)
{
    if (*file >= 0) close(*file);
    *file = -1;
}

/* A pipe whose ends no other program inherits. */
static bool open_pipe(int ends[2])
{
    if (pipe(ends) != 0) {
        ends[0] = ends[1] = -1;
        return false;
    }
    return fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

static int spawn(process *p, char **arguments, wy_error *error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGINT);
    if (!open_pipe(p->out) || !open_pipe(p->said))
        return wy_fail_system(error, errno, p->path, "cannot open a pipe to a filter");
    if (posix_spawn_file_actions_init(&actions) != 0) return wy_fail_memory(error);
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return wy_fail_memory(error);
    }
    int problem = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!problem) problem = posix_spawn_file_actions_adddup2(&actions, p->out[1], 1);
    if (!problem) problem = posix_spawn_file_actions_adddup2(&actions, p->said[1], 2);
    if (!problem) problem = posix_spawnattr_setpgroup(&attributes, 0);
    if (!problem) problem = posix_spawnattr_setsigmask(&attributes, &none);
    if (!problem) problem = posix_spawnattr_setsigdefault(&attributes, &usual);
    if (!problem)
        problem = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!problem)
        problem = posix_spawnp(&p->id, arguments[0], &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close_one(&p->out[1]);
    close_one(&p->said[1]);
    if (!problem) return WY_OK;
    p->id = 0;
    char what[COMMAND + 40] = "cannot run the filter ";
    strncat(what, arguments[0], COMMAND);
    return wy_fail_system(error, problem, p->path, what);
}

static int start(process *p, const wy_mem *mem, wy_error *error)
{
    wy_buf text;
    size_t count;
    char **arguments = NULL;
    wy_buf_init(&text, mem);
    int status = wy_filter_words(p->command, p->path, &text, &count, error);
    if (status != WY_OK) goto done;
    arguments = wy_alloc_array(mem, count + 1, sizeof *arguments);
    if (!arguments) {
        status = wy_fail_memory(error);
        goto done;
    }
    char *word = (char *)text.data;
    for (size_t i = 0; i < count; i++, word += strlen(word) + 1) arguments[i] = word;
    arguments[count] = NULL;
    status = spawn(p, arguments, error);
done:
    wy_free(mem, arguments);
    wy_buf_free(&text);
    return status;
}

static bool is_late(const process *p)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > p->deadline.tv_sec ||
           (now.tv_sec == p->deadline.tv_sec && now.tv_nsec >= p->deadline.tv_nsec);
}

static int check_limits(const process *p, wy_error *error)
{
    if (p->limits->cancelled && p->limits->cancelled(p->limits->context))
        return wy_fail(error, WY_E_CANCELLED, p->path, WY_NO_OFFSET, "stopped while a filter ran");
    if (is_late(p))
        return wy_fail(error, WY_E_LIMIT, p->path, WY_NO_OFFSET,
                       "the filter '%.*s' ran longer than %u seconds", COMMAND, p->command,
                       (unsigned)p->limits->seconds);
    return WY_OK;
}

/* Reads what standard output has; closes it at its end. */
static int read_out(process *p, wy_buf *out, wy_error *error)
{
    if (!wy_buf_reserve(out, CHUNK)) return wy_fail_memory(error);
    ssize_t n = read(p->out[0], out->data + out->length, CHUNK);
    if (n < 0 && errno != EINTR && errno != EAGAIN)
        return wy_fail_system(error, errno, p->path, "cannot read from a filter");
    if (n > 0) out->length += (size_t)n;
    if (n == 0) close_one(&p->out[0]);
    if (out->length > p->limits->bytes)
        return wy_fail(error, WY_E_LIMIT, p->path, WY_NO_OFFSET,
                       "the filter '%.*s' wrote more than %u MiB", COMMAND, p->command,
                       (unsigned)(p->limits->bytes >> 20));
    return WY_OK;
}

static void read_said(process *p)
{
    char chunk[1024];
    ssize_t n = read(p->said[0], chunk, sizeof chunk);
    if (n == 0) close_one(&p->said[0]);
    if (n <= 0) return;
    size_t room = SAID - p->word_count, got = (size_t)n;
    memcpy(p->words + p->word_count, chunk, got < room ? got : room);
    p->word_count += got < room ? got : room;
}

/* Reads both pipes to their ends. */
static int gather(process *p, wy_buf *out, wy_error *error)
{
    int status = WY_OK;
    while (status == WY_OK && (p->out[0] >= 0 || p->said[0] >= 0)) {
        struct pollfd files[2] = {{.fd = p->out[0], .events = POLLIN},
                                  {.fd = p->said[0], .events = POLLIN}};
        status = check_limits(p, error);
        if (status != WY_OK || poll(files, 2, TICK) <= 0) continue;
        if (files[1].revents) read_said(p);
        if (files[0].revents) status = read_out(p, out, error);
    }
    return status;
}

/* Waits for the end of a process that has closed its pipes, and not longer than it may run. */
static int await(process *p, int *how, wy_error *error)
{
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        int failed = waitid(P_PID, (id_t)p->id, &info, WEXITED | WNOHANG | WNOWAIT);
        if (failed && errno != EINTR)
            return wy_fail_system(error, errno, p->path, "cannot wait for a filter");
        if (!failed && info.si_pid == p->id) {
            /* What it left running ends too. As long as it is not waited for, its number is not
             * given to another group. */
            kill(-p->id, SIGKILL);
            while (waitpid(p->id, how, 0) < 0 && errno == EINTR) {
            }
            p->id = 0;
            return WY_OK;
        }
        int status = check_limits(p, error);
        if (status != WY_OK) return status;
        const struct timespec moment = {.tv_nsec = 1000000};
        nanosleep(&moment, NULL);
    }
}

/* Its last words on one line, and whole characters only. */
static const char *last_words(process *p)
{
    size_t length = wy_utf8_floor(p->words, p->word_count, p->word_count);
    p->words[length] = 0;
    for (size_t i = 0; i < length; i++)
        if (wy_ascii_space(p->words[i])) p->words[i] = ' ';
    wy_string text = wy_trim((wy_string){p->words, wy_utf8_valid(p->words, length)});
    p->words[text.data - p->words + (ptrdiff_t)text.length] = 0;
    return text.data;
}

static int judge(process *p, int how, wy_error *error)
{
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return WY_OK;
    const char *words = last_words(p), *colon = *words ? ": " : "";
    if (WIFSIGNALED(how))
        return wy_fail(error, WY_E_FORMAT, p->path, WY_NO_OFFSET,
                       "the filter '%.*s' was ended by signal %d%s%s", COMMAND, p->command,
                       WTERMSIG(how), colon, words);
    return wy_fail(error, WY_E_FORMAT, p->path, WY_NO_OFFSET,
                   "the filter '%.*s' failed with status %d%s%s", COMMAND, p->command,
                   WEXITSTATUS(how), colon, words);
}

int wy_filter_run(const char *command, const char *path, const wy_filter_limits *limits,
                  wy_buf *out, wy_error *error)
{
    process p = {
        .command = command, .path = path, .limits = limits, .out = {-1, -1}, .said = {-1, -1}};
    int how = 0;
    clock_gettime(CLOCK_MONOTONIC, &p.deadline);
    p.deadline.tv_sec += (time_t)limits->seconds;
    int status = start(&p, out->mem, error);
    if (status == WY_OK) status = gather(&p, out, error);
    if (status == WY_OK) status = await(&p, &how, error);
    if (status == WY_OK) status = judge(&p, how, error);
    if (p.id > 0) {
        kill(-p.id, SIGKILL);
        while (waitpid(p.id, &how, 0) < 0 && errno == EINTR) {
        }
    }
    for (int i = 0; i < 2; i++) {
        close_one(&p.out[i]);
        close_one(&p.said[i]);
    }
    return status;
}
