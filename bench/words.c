/*
 * words: cuts the text of paragraphs into words, so that any engine that splits at spaces has the
 * same ones to index:
 *
 *   zstdcat laws.tsv.zst | words > words.tsv
 *
 * From `id⇥title⇥year⇥text`, a paragraph a line on standard input, to the same columns with the
 * text replaced by its words as analyzer icu gives them (folded, without stems), joined by spaces.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/wenyuan.h>

/* Lines are analyzed together, since opening an analyzer costs more than a line does. A line's end
 * is a word's end by Unicode's rules, so that this changes no word. */
enum { COLUMNS = 4, BATCH = 1 << 20 };

struct batch {
    char *heads; /* the columns before the text, a line after the other, each with its last tab */
    char *texts; /* the texts, each with its '\n' */
    size_t heads_used, heads_room, texts_used, texts_room;
    uint64_t lines; /* in all batches so far */
};

static void append(char **to, size_t *used, size_t *room, const char *from, size_t length)
{
    if (*used + length > *room) {
        *room = (*used + length) * 2;
        *to = realloc(*to, *room);
        if (!*to) {
            fprintf(stderr, "words: out of memory\n");
            exit(2);
        }
    }
    memcpy(*to + *used, from, length);
    *used += length;
}

static void add(struct batch *b, const char *line, size_t length)
{
    const char *text = line;
    b->lines++;
    for (int i = 1; i < COLUMNS && text; i++) {
        text = memchr(text, '\t', length - (size_t)(text - line));
        if (text)
            text++;
    }
    if (!text || line[length - 1] != '\n') {
        fprintf(stderr, "words: line %" PRIu64 " has no %d columns and a line end\n", b->lines,
                COLUMNS);
        exit(2);
    }
    append(&b->heads, &b->heads_used, &b->heads_room, line, (size_t)(text - line));
    append(&b->texts, &b->texts_used, &b->texts_room, text, length - (size_t)(text - line));
}

/* Writes the columns before the text of the next line; *at moves behind them. */
static void put_head(const struct batch *b, size_t *at)
{
    size_t begin = *at;
    for (int tabs = 0; tabs < COLUMNS - 1; (*at)++) tabs += b->heads[*at] == '\t';
    fwrite(b->heads + begin, 1, *at - begin, stdout);
}

static void write_batch(struct batch *b)
{
    wy_analysis *words;
    wy_error error;
    wy_string text = {b->texts, b->texts_used};
    if (wy_analyze("icu", text, NULL, &words, &error) != WY_OK) {
        fprintf(stderr, "words: in the lines up to %" PRIu64 ": %s\n", b->lines, error.reason);
        exit(2);
    }
    size_t next = 0, head = 0, count = wy_analysis_size(words);
    for (size_t line = 0; line < b->texts_used;) {
        const char *stop = memchr(b->texts + line, '\n', b->texts_used - line);
        size_t end = (size_t)(stop - b->texts);
        bool first = true;
        put_head(b, &head);
        for (; next < count; next++) {
            const wy_term *word = wy_analysis_term(words, next);
            if (word->span.begin > end)
                break;
            if (word->kind != WY_TERM_WORD)
                continue;
            if (!first)
                putchar(' ');
            first = false;
            fwrite(word->text.data, 1, word->text.length, stdout);
        }
        putchar('\n');
        line = end + 1;
    }
    wy_analysis_free(words);
    b->heads_used = b->texts_used = 0;
}

int main(void)
{
    struct batch b = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        add(&b, line, (size_t)length);
        if (b.texts_used >= BATCH)
            write_batch(&b);
    }
    if (b.texts_used)
        write_batch(&b);
    free(line);
    free(b.heads);
    free(b.texts);
    if (fflush(stdout) != 0 || ferror(stdout) || ferror(stdin)) {
        perror("words");
        return 2;
    }
    return 0;
}
