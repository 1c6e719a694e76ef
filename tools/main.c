/*
 * main.c: the table of commands and what stands before one on the command line.
 */
#include <stdio.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

#include "commands.h"
#include "output.h"

static const command *const commands[] = {
    &command_index, &command_search, &command_stats, &command_check, &command_analyze,
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *best = NULL;
    size_t distance = 4; /* further away is no slip of the fingers */
    for (size_t i = 0; i < COMMANDS; i++) {
        const char *other = commands[i]->name;
        size_t d = edit_distance(name, strlen(name), other, strlen(other));
        if (d < distance && d < strlen(other)) {
            distance = d;
            best = other;
        }
    }
    if (name[0] == '-') return options_misuse(NULL, "no option %s before a command", name);
    if (best) return options_misuse(NULL, "no command '%s'; did you mean '%s'?", name, best);
    return options_misuse(NULL, "no command '%s'", name);
}

static int help(void)
{
    puts("usage: wenyuan COMMAND [options] ...\n"
         "Finds any passage in years of Chinese reports.\n\ncommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
    puts("\n  -h, --help     show this help; wenyuan COMMAND --help shows that of a command\n"
         "  -V, --version  show the version\n\n"
         "The manual page wenyuan(1) says more.");
    return STATUS_OK;
}

static int version(void)
{
    printf("wenyuan %s\n", WY_VERSION_STRING);
    if (strcmp(wy_version(), WY_VERSION_STRING) != 0) printf("libwenyuan %s\n", wy_version());
    return STATUS_OK;
}

static int run(int argc, char **argv)
{
    if (argc < 2) return options_misuse(NULL, "no command given");
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return help();
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) return version();
    if (strcmp(name, "help") == 0) {
        if (argc < 3) return help();
        const command *about = find_command(argv[2]);
        if (!about) return unknown_command(argv[2]);
        options_help(about);
        return STATUS_OK;
    }
    const command *c = find_command(name);
    return c ? c->run(c, argc - 1, argv + 1) : unknown_command(name);
}

int main(int argc, char **argv)
{
    output_begin();
    return output_end(run(argc, argv));
}
