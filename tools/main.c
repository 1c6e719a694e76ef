/*
 * main.c: the table of commands and what stands before one on the command line.
 */
#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "describe.h"
#include "messages.h"
#include "output.h"
#include "pager.h"

static const command *const commands[] = {
    &command_index, &command_read,   &command_delete,
    &command_merge, &command_search, &command_explain,
    &command_trend, &command_facets, &command_terms,
    &command_stats, &command_check,  &command_analyze,
    NULL,
};

static const command *find_command(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *best = NULL;
    size_t distance = 4; /* further away is no slip of the fingers */
    for (size_t i = 0; commands[i]; i++) {
        const char *other = commands[i]->name;
        size_t d = edit_distance(name, strlen(name), other, strlen(other));
        if (d < distance && d < strlen(other)) {
            distance = d;
            best = other;
        }
    }
    if (name[0] == '-') return options_misuse(NULL, _("no option %s before a command"), name);
    if (best) return options_misuse(NULL, _("no command '%s'; did you mean '%s'?"), name, best);
    return options_misuse(NULL, _("no command '%s'"), name);
}

static int help(void)
{
    printf("%s wenyuan [--no-pager] %s [%s] ...\n%s\n\n%s\n", _("usage:"), _("COMMAND"),
           _("options"), _("Finds any passage in years of Chinese reports."), _("commands:"));
    for (size_t i = 0; commands[i]; i++)
        printf("  %-9s %s\n", commands[i]->name, _(commands[i]->summary));
    printf("\n  -h, --help     %s\n  -V, --version  %s\n      --no-pager %s\n\n%s\n",
           _("show this help; wenyuan COMMAND --help shows that of a command"),
           _("show the version"), _("write to the terminal without a pager"),
           _("The manual pages wenyuan(1) and wenyuan-COMMAND(1) say more."));
    return STATUS_OK;
}

static int version(void)
{
    printf("wenyuan %s\n", WY_VERSION_STRING);
    if (strcmp(wy_version(), WY_VERSION_STRING) != 0) printf("libwenyuan %s\n", wy_version());
    return STATUS_OK;
}

/* What `help` is asked for; --man and --completion are for building and installing. */
static int help_about(int argc, char **argv)
{
    if (argc < 1) return help();
    if (strcmp(argv[0], "--man") == 0 && argc == 1) return describe_main_page(commands);
    if (strcmp(argv[0], "--commands") == 0) return describe_names(commands);
    if (strcmp(argv[0], "--completion") == 0 && argc == 2)
        return describe_completion(commands, argv[1]);
    const bool page = strcmp(argv[0], "--man") == 0;
    const command *about = find_command(argv[page]);
    if (!about) return unknown_command(argv[page]);
    if (page) return describe_page(about);
    options_help(about);
    return STATUS_OK;
}

static int run(int argc, char **argv)
{
    bool paged = true;
    if (argc > 1 && strcmp(argv[1], "--no-pager") == 0) {
        paged = false;
        argc--;
        argv++;
    }
    if (argc < 2) return options_misuse(NULL, _("no command given"));
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return help();
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) return version();
    if (strcmp(name, "help") == 0) return help_about(argc - 2, argv + 2);
    const command *c = find_command(name);
    if (!c) return unknown_command(name);
    if (c->paged && paged) pager_begin();
    return c->run(c, argc - 1, argv + 1);
}

/*
 * Whoever closed standard input, output or error would have a file of an index opened in its place,
 * and messages written into that. Opened the wrong way round, each fails as it did.
 */
static void take_standard_files(void)
{
    for (int file = 0; file <= 2; file++)
        if (fcntl(file, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", file == 0 ? O_WRONLY : O_RDONLY) != file)
            return;
}

/*
 * glibc's malloc gives large blocks back to the system at once, until the first one is freed; from
 * then on it keeps ever larger ones for the next. What threads kept so of the segments that they
 * had written was 50 MiB, on top of what --memory allows, while these were merged. To set the bound
 * is to have it stay. It costs no time that could be measured.
 */
static void give_memory_back(void)
{
#ifdef M_MMAP_THRESHOLD
    enum { LARGE = 1 << 20 };
    mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
}

int main(int argc, char **argv)
{
    give_memory_back();
    take_standard_files();
    output_begin();
    messages_begin();
    const int status = output_end(run(argc, argv));
    pager_end();
    return status;
}
