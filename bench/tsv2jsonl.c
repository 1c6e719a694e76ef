/*
 * tsv2jsonl: from `id⇥title⇥year⇥text`, a paragraph a line on standard input, to the JSON Lines
 * that `wenyuan index` reads, on standard output:
 *
 *   zstdcat laws.tsv.zst | tsv2jsonl > laws.jsonl
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

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
    struct json_object *object = json_object_new_object();
    json_object_object_add(object, "id", json_object_new_string(column[0]));
    json_object_object_add(object, "title", json_object_new_string(column[1]));
    json_object_object_add(object, "text", json_object_new_string(column[3]));
    if (column[2][0])
        json_object_object_add(object, "year", json_object_new_int(atoi(column[2])));
    const char *text = json_object_to_json_string_ext(
        object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    bool failed = !text || puts(text) == EOF;
    json_object_put(object);
    if (failed) {
        fprintf(stderr, "tsv2jsonl: line %lu cannot be written as JSON\n", number);
        return 1;
    }
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
