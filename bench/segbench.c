/*
 * segbench FILE [ROUNDS]: our segmenter and ICU's over the same paragraphs, one a line, in turn.
 *
 * It prints how long it takes to open each, the pace of folding and of the whole analyzer, and
 * the cost of a character in unbroken runs of the file's Han characters by their length. The last
 * line reads
 *
 *     icu A MB/s ours B MB/s ratio R differing N
 *
 * MB are millions of bytes of the file's paragraphs. Each figure is the median over the rounds (5);
 * R is the median of the ratios, each of two neighbouring runs. N counts boundaries and rule
 * statuses that differ. The paragraphs are folded beforehand: that is what is segmented.
 *
 * The only benchmark that looks inside the library: there is no public name for segmenting.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicode/ubrk.h>

#include "text/analyzer.h"
#include "text/fold.h"
#include "text/segment.h"

#define ROUNDS_MAX 99

struct paragraph {
    const char *text;
    size_t length;
    size_t units, count; /* of what it folds to, in `units` */
};

struct bench {
    char *file;
    size_t size;
    struct paragraph *paragraphs;
    size_t count, bytes;
    uint16_t *units;
    size_t unit_count;
    /* The boundaries and statuses of a paragraph. */
    uint32_t *ours, *icu;
    UBreakIterator *words;
    wy_segmenter *segmenter;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void die(const char *what)
{
    fprintf(stderr, "segbench: %s\n", what);
    exit(1);
}

static void *must(void *block)
{
    if (!block) die("out of memory");
    return block;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values, size_t count)
{
    double sorted[ROUNDS_MAX];

    memcpy(sorted, values, count * sizeof *values);
    qsort(sorted, count, sizeof *sorted, by_value);
    return sorted[count / 2];
}

static void read_file(struct bench *b, const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;

    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) die("cannot read");
    rewind(file);
    b->size = (size_t)size;
    b->file = must(malloc(b->size + 1));
    if (fread(b->file, 1, b->size, file) != b->size) die("cannot read");
    fclose(file);
}

static void split(struct bench *b)
{
    size_t lines = 1;

    for (size_t i = 0; i < b->size; i++) lines += b->file[i] == '\n';
    b->paragraphs = must(malloc(lines * sizeof *b->paragraphs));
    for (size_t from = 0; from < b->size;) {
        const char *end = memchr(b->file + from, '\n', b->size - from);
        size_t to = end ? (size_t)(end - b->file) : b->size;

        if (to > from)
            b->paragraphs[b->count++] =
                (struct paragraph){.text = b->file + from, .length = to - from};
        b->bytes += to - from;
        from = to + 1;
    }
    if (b->count == 0) die("no paragraphs");
}

/* Seconds of folding; keeps what comes out. */
static double fold(struct bench *b)
{
    wy_folded folded;
    wy_error error;
    size_t capacity = 0;
    double seconds = 0;

    wy_folded_init(&folded, &wy_mem_default);
    for (size_t i = 0; i < b->count; i++) {
        struct paragraph *p = &b->paragraphs[i];
        double start = now();

        if (wy_fold(&folded, p->text, p->length, &error) != WY_OK) die("a line is not UTF-8");
        seconds += now() - start;
        if (capacity - b->unit_count < folded.length) {
            capacity = 2 * capacity + folded.length + b->size / 2;
            b->units = must(realloc(b->units, capacity * sizeof *b->units));
        }
        memcpy(b->units + b->unit_count, folded.units, folded.length * sizeof *b->units);
        p->units = b->unit_count;
        p->count = folded.length;
        b->unit_count += folded.length;
    }
    wy_folded_free(&folded);
    return seconds;
}

/* Statuses are hundreds, at most 400. Paragraphs that are longer than 2^23 units may look alike. */
static uint32_t pack(uint32_t end, uint32_t status)
{
    return end << 9 ^ status;
}

static size_t run_icu(struct bench *b, const uint16_t *units, size_t length, uint32_t *out)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t count = 0;
    int32_t end;

    ubrk_setText(b->words, units, (int32_t)length, &status);
    if (U_FAILURE(status)) die("ICU fails");
    while ((end = ubrk_next(b->words)) != UBRK_DONE)
        out[count++] = pack((uint32_t)end, (uint32_t)ubrk_getRuleStatus(b->words));
    return count;
}

static size_t run_ours(struct bench *b, const uint16_t *units, size_t length, uint32_t *out)
{
    const wy_piece *pieces;
    size_t count = 0, more;
    wy_error error;
    int status = wy_segmenter_start(b->segmenter, units, length, &error);

    if (status != WY_OK) die("the segmenter fails");
    while ((status = wy_segmenter_next(b->segmenter, &pieces, &more, &error)) == WY_OK)
        for (size_t i = 0; i < more; i++) out[count++] = pack(pieces[i].end, pieces[i].status);
    if (status != WY_END) die("the segmenter fails");
    return count;
}

typedef size_t runner(struct bench *b, const uint16_t *units, size_t length, uint32_t *out);

/* Seconds for all paragraphs. */
static double run_all(struct bench *b, runner *run, uint32_t *out)
{
    double start = now();

    for (size_t i = 0; i < b->count; i++)
        run(b, b->units + b->paragraphs[i].units, b->paragraphs[i].count, out);
    return now() - start;
}

static size_t differing(struct bench *b)
{
    size_t count = 0;

    for (size_t i = 0; i < b->count; i++) {
        const struct paragraph *p = &b->paragraphs[i];
        size_t icu = run_icu(b, b->units + p->units, p->count, b->icu);
        size_t ours = run_ours(b, b->units + p->units, p->count, b->ours);

        count += ours > icu ? ours - icu : icu - ours;
        for (size_t j = 0; j < ours && j < icu; j++) count += b->ours[j] != b->icu[j];
    }
    return count;
}

static void show_opening(struct bench *b)
{
    UErrorCode status = U_ZERO_ERROR;
    wy_error error;
    double start = now(), opened;

    b->words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    if (U_FAILURE(status)) die("ICU has no word rules");
    ubrk_close(b->words);
    start = now(); /* the first one reads files */
    b->words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    opened = now() - start;
    start = now();
    if (wy_segmenter_open(&wy_mem_default, &b->segmenter, &error) != WY_OK) die("cannot open");
    printf("open: icu %.3f ms, segmenter (%s), which opens ICU's too, %.3f ms\n", 1e3 * opened,
           wy_segmenter_name(b->segmenter), 1e3 * (now() - start));
}

static void show_analyzer(const struct bench *b)
{
    wy_analyzer *analyzer;
    wy_tokens tokens;
    wy_error error;
    double seconds[3];

    if (wy_analyzer_open("icu", &wy_mem_default, &analyzer, &error) != WY_OK) die("cannot open");
    for (size_t round = 0; round < 3; round++) {
        double start = now();

        for (size_t i = 0; i < b->count; i++)
            if (wy_analyzer_run(analyzer, b->paragraphs[i].text, b->paragraphs[i].length, &tokens,
                                &error) != WY_OK)
                die("the analyzer fails");
        seconds[round] = now() - start;
    }
    printf("analyzer %.1f MB/s\n", 1e-6 * (double)b->bytes / median(seconds, 3));
    wy_analyzer_close(analyzer);
}

/* Nanoseconds a character in runs of `length` from the file's Han characters, the least of five. */
static double run_cost(struct bench *b, runner *run, const uint16_t *han, size_t count,
                       size_t length)
{
    double least = 0;

    for (int round = 0; round < 5; round++) {
        double start = now(), cost;
        size_t done = 0;

        for (; done + length <= count; done += length) run(b, han + done, length, b->ours);
        cost = (now() - start) / (double)done;
        if (round == 0 || cost < least) least = cost;
    }
    return 1e9 * least;
}

static void show_lengths(struct bench *b)
{
    enum { HAN = 200000 };
    uint16_t *han = must(malloc(HAN * sizeof *han));
    size_t count = 0;

    for (size_t i = 0; i < b->unit_count && count < HAN; i++)
        if (b->units[i] >= 0x4e00 && b->units[i] <= 0x9fff) han[count++] = b->units[i];
    for (size_t length = 10; length <= 100000 && length <= count; length *= 10)
        printf("runs of %6zu characters: icu %.1f ns, ours %.1f ns a character\n", length,
               run_cost(b, run_icu, han, count, length), run_cost(b, run_ours, han, count, length));
    free(han);
}

static void show_rounds(struct bench *b, size_t rounds)
{
    double icu[ROUNDS_MAX], ours[ROUNDS_MAX], ratio[ROUNDS_MAX], mb = 1e-6 * (double)b->bytes;

    for (size_t i = 0; i < rounds; i++) {
        icu[i] = run_all(b, run_icu, b->icu);
        ours[i] = run_all(b, run_ours, b->ours);
        ratio[i] = icu[i] / ours[i];
    }
    printf("icu %.1f MB/s ours %.1f MB/s ratio %.1f differing %zu\n", mb / median(icu, rounds),
           mb / median(ours, rounds), median(ratio, rounds), differing(b));
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 5;
    double seconds;

    if (argc < 2 || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: segbench FILE [ROUNDS]   (a paragraph a line; 1 to %d rounds)\n",
                ROUNDS_MAX);
        return 2;
    }
    read_file(&b, argv[1]);
    split(&b);
    seconds = fold(&b);
    b.icu = must(malloc((b.unit_count + 200000) * sizeof *b.icu));
    b.ours = must(malloc((b.unit_count + 200000) * sizeof *b.ours));
    show_opening(&b);
    printf("%zu paragraphs, %zu bytes; fold %.1f MB/s\n", b.count, b.bytes,
           1e-6 * (double)b.bytes / seconds);
    show_analyzer(&b);
    show_lengths(&b);
    show_rounds(&b, (size_t)rounds);
    ubrk_close(b.words);
    wy_segmenter_close(b.segmenter);
    free(b.icu);
    free(b.ours);
    free(b.units);
    free(b.paragraphs);
    free(b.file);
    return 0;
}
