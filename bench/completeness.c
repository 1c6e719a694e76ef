/*
 * completeness: whether exact queries find everything, and nothing else.
 *
 *   completeness [-l LONGEST] INDEX N SEED
 *
 * Takes N random substrings of 1 to LONGEST (20) characters of random paragraphs that do not cut a
 * Latin word or a number, quotes them, and compares the count, and the best paragraphs, with a scan
 * of its own over the folded text of all paragraphs. Prints each query with a difference. The last
 * line is `tried N missed M false F`: M paragraphs that the scan has and the index does not, F that
 * the index has and the scan does not. Ends with 1 where there are any.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wenyuan/wenyuan.h>

enum { LONGEST = 20, SHOWN = 200 };

/* All paragraphs, one after another, a NUL behind each. */
struct corpus {
    char *text;
    uint8_t *cuts;
    size_t length, capacity;
    struct paragraph {
        size_t begin, end;
        uint32_t report, number;
    } *list;
    size_t count, list_capacity;
    struct report {
        char *id;
        size_t length, first; /* paragraph */
    } *reports;
    size_t report_count, report_capacity;
};

static _Noreturn void die(const char *what, const wy_error *error)
{
    fprintf(stderr, "completeness: %s%s%s\n", what, error ? ": " : "", error ? error->reason : "");
    exit(2);
}

static void *grow(void *list, size_t *capacity, size_t count, size_t size)
{
    if (count <= *capacity) return list;
    *capacity = count + count / 2 + 1024;
    list = realloc(list, *capacity * size);
    if (!list) die("out of memory", NULL);
    return list;
}

static int add_passage(void *context, const wy_passage *p)
{
    struct corpus *c = context;
    if (!p->cuts) die("the index does not fold", NULL);
    const size_t end = c->length + p->exact.length + 1, before = c->capacity;
    c->text = grow(c->text, &c->capacity, end, 1);
    if (c->capacity != before) {
        c->cuts = realloc(c->cuts, c->capacity);
        if (!c->cuts) die("out of memory", NULL);
    }
    if (p->exact.length) memcpy(c->text + c->length, p->exact.data, p->exact.length);
    memcpy(c->cuts + c->length, p->cuts, p->exact.length + 1);
    c->text[end - 1] = 0;
    if (p->paragraph == 1 || c->report_count == 0) {
        c->reports = grow(c->reports, &c->report_capacity, c->report_count + 1, sizeof *c->reports);
        char *id = malloc(p->report.length + 1);
        if (!id) die("out of memory", NULL);
        memcpy(id, p->report.data, p->report.length);
        c->reports[c->report_count++] = (struct report){id, p->report.length, c->count};
    }
    c->list = grow(c->list, &c->list_capacity, c->count + 1, sizeof *c->list);
    c->list[c->count++] =
        (struct paragraph){c->length, end - 1, (uint32_t)c->report_count - 1, p->paragraph};
    c->length = end;
    return 0;
}

/* ---- Signs --------------------------------------------------------------------------------- */

/* Those that join words where no white space is beside them: Unicode's word break classes
 * MidLetter, MidNum, MidNumLet and Single_Quote, folded. */
static const char *const signs[] = {"'", ",", ".", ":", ";", "·", "՟", "։", "״", "،",
                                    "؍", "٬", "߸", "‘", "’", "‧", "⁄", "，", "；"};

/* Bytes of a sign with which the text begins, or ends; 0: it is none. */
static size_t sign_of(const char *text, size_t length, bool at_end)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const size_t n = strlen(signs[i]);
        if (n < length && memcmp(at_end ? text + length - n : text, signs[i], n) == 0) return n;
    }
    return 0;
}

/* ---- The scan ------------------------------------------------------------------------------ */

static size_t paragraph_at(const struct corpus *c, size_t at)
{
    size_t low = 0, high = c->count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (c->list[middle].begin <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Marks the paragraphs that hold the text; how many were not marked before. */
static size_t mark(const struct corpus *c, const char *text, size_t length, uint8_t *found)
{
    size_t count = 0, at = 0;
    while (at < c->length) {
        const char *hit = memmem(c->text + at, c->length - at, text, length);
        if (!hit) break;
        at = (size_t)(hit - c->text);
        const size_t p = paragraph_at(c, at);
        if (c->cuts[at] && c->cuts[at + length]) {
            count += !found[p];
            found[p] = 1;
            at = c->list[p].end + 1;
        } else {
            at++;
        }
    }
    return count;
}

/* Marks the paragraphs that have the text with a space behind a sign at its begin or without, and
 * before one at its end; their number. */
static size_t scan(const struct corpus *c, const char *text, size_t length, uint8_t *found)
{
    char variant[4 * LONGEST * 4 + 2];
    const size_t first = sign_of(text, length, false), last = sign_of(text, length, true);
    const size_t begin = first + (text[first] == ' ');
    const size_t end = length - last - (text[length - last - 1] == ' ');
    size_t count = 0;
    memset(found, 0, c->count);
    if (begin >= end) return mark(c, text, length, found);
    for (int i = 0; i < 4; i++) {
        size_t n = 0;
        if ((i & 1 && first == 0) || (i & 2 && last == 0)) continue;
        memcpy(variant + n, text, first);
        n += first;
        if (i & 1) variant[n++] = ' ';
        memcpy(variant + n, text + begin, end - begin);
        n += end - begin;
        if (i & 2) variant[n++] = ' ';
        memcpy(variant + n, text + length - last, last);
        count += mark(c, variant, n + last, found);
    }
    return count;
}

/* ---- The index ----------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    const struct report *x = *(struct report *const *)a, *y = *(struct report *const *)b;
    const size_t shorter = x->length < y->length ? x->length : y->length;
    const int order = memcmp(x->id, y->id, shorter);
    return order ? order : (x->length > y->length) - (x->length < y->length);
}

static size_t quote(const char *text, size_t length, char *out)
{
    size_t n = 0;
    out[n++] = '"';
    for (size_t i = 0; i < length; i++) {
        /* Backslashes, and quotes of all kinds that a reader of queries may take for one. */
        if (text[i] == '"' || text[i] == '\\' || (uint8_t)text[i] == 0xe2) out[n++] = '\\';
        out[n++] = text[i];
    }
    out[n++] = '"';
    return n;
}

struct difference {
    uint64_t missed, wrong;
};

static struct difference compare(const struct corpus *c, struct report **sorted, wy_snapshot *s,
                                 const char *text, size_t length, uint8_t *found, uint64_t *nanos)
{
    char quoted[16 * LONGEST * 4 + 8];
    wy_error error;
    wy_query *query;
    wy_results *results;
    const wy_search_options options = {
        .size = sizeof options, .limit = SHOWN, .count = true, .snippet_chars = 1};
    const size_t expected = scan(c, text, length, found);
    const wy_string string = {quoted, quote(text, length, quoted)};
    struct timespec begin, end;
    struct difference d = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if (wy_query_parse(string, NULL, &query, &error) != WY_OK) die("a query", &error);
    if (wy_search(&s, 1, query, &options, &results, &error) != WY_OK) die("a search", &error);
    clock_gettime(CLOCK_MONOTONIC, &end);
    *nanos = (uint64_t)(end.tv_sec - begin.tv_sec) * 1000000000U + (uint64_t)end.tv_nsec -
             (uint64_t)begin.tv_nsec;
    const uint64_t count = wy_results_count(results);
    for (size_t i = 0; i < wy_results_size(results); i++) {
        const wy_hit *hit;
        if (wy_results_hit(results, i, &hit, &error) != WY_OK) die("a hit", &error);
        struct report key = {(char *)(uintptr_t)hit->report.data, hit->report.length, 0};
        struct report *pointer = &key, **at;
        at = bsearch(&pointer, sorted, c->report_count, sizeof *sorted, by_id);
        if (!at) die("a hit of no report", NULL);
        d.wrong += !found[(*at)->first + hit->paragraph - 1];
    }
    /* As many as the scan has, less those that are none, are missing. */
    if (count < expected + d.wrong) d.missed = expected + d.wrong - count;
    if (count > expected && count - expected > d.wrong) d.wrong = count - expected;
    wy_results_free(results);
    wy_query_free(query);
    return d;
}

/* ---- Samples ------------------------------------------------------------------------------- */

static uint64_t draw(uint64_t *state, uint64_t below)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

/* A substring between two cuts, of at most `longest` characters, without a space at its ends. */
static bool sample(const struct corpus *c, uint64_t *state, size_t longest, size_t *begin,
                   size_t *end)
{
    const struct paragraph *p = &c->list[draw(state, c->count)];
    if (p->end == p->begin) return false;
    size_t at = p->begin + draw(state, p->end - p->begin), chars = 1 + draw(state, longest);
    while (!c->cuts[at]) at--;
    *begin = at;
    while (at < p->end && chars > 0) {
        at++;
        while (at < p->end && (c->text[at] & 0xC0) == 0x80) at++;
        chars--;
    }
    while (!c->cuts[at]) at++;
    *end = at;
    if (c->text[*begin] == ' ' || c->text[at - 1] == ' ') return false;
    return *end - *begin <= 4 * LONGEST * 4;
}

static int by_time(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    size_t longest = LONGEST;
    int option;
    while ((option = getopt(argc, argv, "l:")) == 'l') longest = strtoul(optarg, NULL, 10);
    if (option != -1 || argc - optind != 3 || longest < 1 || longest > LONGEST) {
        fprintf(stderr, "usage: completeness [-l LONGEST] INDEX N SEED\n");
        return 2;
    }
    const uint64_t tries = strtoull(argv[optind + 1], NULL, 10);
    uint64_t state = strtoull(argv[optind + 2], NULL, 10), missed = 0, wrong = 0;
    wy_error error;
    wy_index *index;
    wy_snapshot *snapshot;
    struct corpus c = {0};
    if (wy_index_open(argv[optind], NULL, &index, &error) != WY_OK) die(argv[optind], &error);
    if (wy_snapshot_open(index, &snapshot, &error) != WY_OK) die(argv[optind], &error);
    if (wy_snapshot_passages(snapshot, add_passage, &c, &error) != WY_OK) die("walk", &error);
    if (c.length == c.count) die("the index has no text", NULL);

    struct report **sorted = calloc(c.report_count, sizeof *sorted);
    uint8_t *found = malloc(c.count);
    uint64_t *times = calloc(tries + 1, sizeof *times);
    if (!sorted || !found || !times) die("out of memory", NULL);
    for (size_t i = 0; i < c.report_count; i++) sorted[i] = &c.reports[i];
    qsort(sorted, c.report_count, sizeof *sorted, by_id);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < tries;) {
        size_t begin, end;
        if (!sample(&c, &state, longest, &begin, &end)) continue;
        const struct difference d = compare(&c, sorted, snapshot, c.text + begin, end - begin,
                                            found, &times[i]);
        if (d.missed || d.wrong)
            printf("%.*s: missed %" PRIu64 " false %" PRIu64 "\n", (int)(end - begin),
                   c.text + begin, d.missed, d.wrong);
        missed += d.missed;
        wrong += d.wrong;
        sum += times[i++];
    }
    qsort(times, tries, sizeof *times, by_time);
    if (tries)
        printf("mean %.0f us, median %.0f us, 99 %% %.0f us, most %.0f us\n",
               (double)sum / (double)tries / 1e3, (double)times[tries / 2] / 1e3,
               (double)times[tries * 99 / 100] / 1e3, (double)times[tries - 1] / 1e3);
    printf("tried %" PRIu64 " missed %" PRIu64 " false %" PRIu64 "\n", tries, missed, wrong);
    for (size_t i = 0; i < c.report_count; i++) free(c.reports[i].id);
    free(c.reports);
    free(c.list);
    free(c.text);
    free(c.cuts);
    free(sorted);
    free(found);
    free(times);
    wy_snapshot_close(snapshot);
    wy_index_close(index);
    return missed || wrong;
}
