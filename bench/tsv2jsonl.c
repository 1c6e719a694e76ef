/*
 * tsv2jsonl: from `id⇥title⇥year⇥text`, a paragraph a line on standard input, to the JSON Lines
 * that `wenyuan index` reads, on standard output:
 *
 *   zstdcat laws.tsv.zst | tsv2jsonl > laws.jsonl
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum { COLUMNS = 4 };

static int convert(char *line, unsigned long number)
{
    char *column[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        column[i] = i ? strchr(line, '\t') : line;
        if (!column[i]) {
            fprintf(stderr, "tsv2jsonl: line %lu has no %d columns\n", number, COLUMNS);
            return 1;
        }
        if (i) {
            *column[i]++ = 0;
            line = column[i];
        }
    }
    json_t *object = json_pack("{s:s, s:s, s:s}", "id", column[0], "title", column[1], "text",
                               column[3]);
    if (object && column[2][0])
        json_object_set_new(object, "year", json_integer(atoi(column[2])));
    if (!object || json_dumpf(object, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF) {
        fprintf(stderr, "tsv2jsonl: line %lu cannot be written as JSON\n", number);
        json_decref(object);
        return 1;
    }
    json_decref(object);
    return 0;
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int failed = 0;
    for (unsigned long number = 1; (length = getline(&line, &room, stdin)) > 0; number++) {
        if (line[length - 1] == '\n')
            line[length - 1] = 0;
        failed |= convert(line, number);
    }
    free(line);
    return failed || fflush(stdout) != 0 ? 2 : 0;
}
