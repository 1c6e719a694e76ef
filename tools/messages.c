/*
 * messages.c: choosing the language of messages, and finding the catalogue.
 *
 * The catalogue lies in share/locale beside the folder that the program is in, both where it was
 * installed and where it was built.
 */
#define _GNU_SOURCE
#include "messages.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

/* The locale that the environment asks messages to be of. */
static const char *wanted_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return value;
    }
    return "C";
}

/* The folder of catalogues, in new memory; NULL where the program cannot tell where it is. */
static char *catalogues(void)
{
    static const char below[] = "/../share/locale";
    size_t size = 4096;
    char *path = take_memory(size + sizeof below, 1);
    ssize_t length = readlink("/proc/self/exe", path, size);
    char *slash = length > 0 && (size_t)length < size ? memrchr(path, '/', (size_t)length) : NULL;
    if (!slash) {
        free(path);
        return NULL;
    }
    memcpy(slash, below, sizeof below);
    return path;
}

/* In English it is what the library has in its sentences too, so that one catalogue serves both. */
const char *system_message(int number)
{
    const char *english = strerrordesc_np(number);
    return english ? message_value(english) : strerror(number);
}

const char *message_value(const char *text)
{
    const char *own = *text ? gettext(text) : text;
    return own == text && *text ? dgettext("libc", text) : own;
}

void messages_begin(void)
{
    const char *wanted = wanted_locale(), *language = getenv("LANGUAGE");
    if (!setlocale(LC_MESSAGES, "") || strncmp(wanted, "zh", 2) == 0) {
        /* gettext translates nothing in the locale C; C.UTF-8 with LANGUAGE is enough. */
        if (strncmp(wanted, "zh", 2) == 0 && !(language && *language))
            setenv("LANGUAGE", "zh_CN", 1);
        const char *set = setlocale(LC_MESSAGES, NULL);
        if (!set || strcmp(set, "C") == 0) setlocale(LC_MESSAGES, "C.UTF-8");
    }
    char *folder = catalogues();
    if (folder) bindtextdomain("wenyuan", folder);
    bind_textdomain_codeset("wenyuan", "UTF-8");
    textdomain("wenyuan");
    free(folder);
}
