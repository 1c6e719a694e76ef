/*
 * pager.c: starting a pager and waiting for it.
 */
#include "pager.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

/* For the handler of signals, which has no other way to know it. 0: none. */
static volatile sig_atomic_t pager_process;

static const char *chosen(void)
{
    const char *pager = getenv("WENYUAN_PAGER");
    if (!pager) pager = getenv("PAGER");
    if (!pager) pager = "less";
    return *pager && strcmp(pager, "cat") != 0 ? pager : NULL;
}

/* The pager may be gone already, waited for before a signal came: then there is nothing to wait for.
 * A signal while waiting, Ctrl-C for instance, is one that the pager takes for itself. */
static void wait_for_pager(void)
{
    while (waitpid((pid_t)pager_process, NULL, 0) < 0 && errno == EINTR) continue;
}

/* A signal ends the program, but not before the reader has left: the terminal is the pager's. */
static void on_signal(int number)
{
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    wait_for_pager();
    _exit(128 + number);
}

static void run_pager(const char *pager, int from)
{
    dup2(from, STDIN_FILENO);
    close(from);
    if (!getenv("LESS")) setenv("LESS", "FRX", 1);
    if (!getenv("LV")) setenv("LV", "-c", 1);
    /* Output is UTF-8, also where the locale is one that the system has not got. */
    if (!getenv("LESSCHARSET")) setenv("LESSCHARSET", "utf-8", 1);
    execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
    _exit(127);
}

/* Whether the shell would find the program that the command begins with. */
static bool is_there(const char *pager)
{
    char name[256];
    const size_t length = strcspn(pager, " \t");
    if (pager[strcspn(pager, "|&;<>()$`\\\"'*?[#~=%/")]) return true; /* not a plain name */
    if (length >= sizeof name) return true;
    memcpy(name, pager, length);
    name[length] = '\0';
    const char *path = getenv("PATH");
    while (path && *path) {
        char file[4096];
        const size_t n = strcspn(path, ":");
        snprintf(file, sizeof file, "%.*s/%s", (int)n, path, name);
        if (access(file, X_OK) == 0) return true;
        path += n + (path[n] == ':');
    }
    return false;
}

void pager_begin(void)
{
    const char *pager = chosen();
    char columns[24];
    int ends[2];
    if (!pager || !isatty(STDOUT_FILENO) || !is_there(pager) || pipe(ends) != 0) return;
    /* Behind the pager nobody can ask the terminal how wide it is. */
    snprintf(columns, sizeof columns, "%zu", terminal_width());
    setenv("COLUMNS", columns, 1);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        run_pager(pager, ends[0]);
    }
    close(ends[0]);
    if (child > 0 && dup2(ends[1], STDOUT_FILENO) >= 0) {
        static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
        struct sigaction action = {.sa_handler = on_signal};
        pager_process = (sig_atomic_t)child;
        /* Complaints too, or the pager would draw over them. */
        if (isatty(STDERR_FILENO)) dup2(ends[1], STDERR_FILENO);
        sigemptyset(&action.sa_mask);
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
            sigaction(numbers[i], &action, NULL);
    }
    close(ends[1]);
}

void pager_end(void)
{
    if (!pager_process) return;
    fclose(stdout);
    fclose(stderr);
    wait_for_pager();
    pager_process = 0;
}

bool pager_or_terminal(void)
{
    return pager_process || isatty(STDOUT_FILENO);
}
