/*
 * api/words.c: the vocabulary: the dictionaries of all segments read side by side, in the order of
 * their keys.
 */
#include <wenyuan/explore.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/options.h"
#include "api/view.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/order.h"
#include "base/utf8.h"
#include "text/fold.h"

/* What is handed out, with its memory. */
typedef struct owned_words {
    wy_words shown; /* first: a wy_words is one of these */
    wy_allocator hooks;
    wy_arena texts;
    wy_word *list;
    size_t size, capacity;
} owned_words;

/* A dictionary on the way through it, and the ids that the years leave. */
typedef struct stream {
    const wy_segment *segment;
    const uint8_t *live; /* NULL: all */
    uint32_t paragraphs;
    uint32_t first, end;             /* of the years asked for */
    uint32_t other_first, other_end; /* of those to compare with */
    wy_terms_cursor cursor;
    bool has_words; /* the cursor is at one */
} stream;

typedef struct reader {
    const wy_words_options *options;
    const wy_view *view;
    owned_words *made;
    stream *streams;
    uint8_t prefix[WY_KEY_MAX]; /* as it is in keys */
    size_t prefix_length;
    wy_error *error;
} reader;

typedef struct frequency {
    uint64_t paragraphs, occurrences;
} frequency;

/* ---- Streams -------------------------------------------------------------------------------- */

static bool begins_with(const reader *r, const uint8_t *key, size_t length)
{
    return length >= r->prefix_length && memcmp(key, r->prefix, r->prefix_length) == 0;
}

static bool is_word_key(const uint8_t *key, size_t length)
{
    return length > 1 && wy_key_field(key[0]) == WY_FIELD_BODY &&
           wy_key_kind(key[0]) == WY_TOKEN_WORD;
}

static int open_stream(reader *r, stream *s, const wy_segment *segment)
{
    const wy_words_options *o = r->options;
    const uint8_t *reports;
    /* Compared words need the sums over all of them. */
    const size_t seek = o->compare ? 1 : r->prefix_length;
    s->segment = segment;
    s->paragraphs = wy_segment_paragraphs(segment);
    int status = wy_segment_live_bits(segment, &s->live, &reports, r->error);
    if (status == WY_OK)
        status =
            wy_segment_year_range(segment, o->year_from, o->year_to, &s->first, &s->end, r->error);
    if (status == WY_OK && o->compare && (o->other_from || o->other_to))
        status = wy_segment_year_range(segment, o->other_from, o->other_to, &s->other_first,
                                       &s->other_end, r->error);
    if (status == WY_OK)
        status = wy_terms_seek(&s->cursor, wy_segment_terms(segment), r->prefix, seek, r->error);
    s->has_words = status == WY_OK && s->cursor.valid &&
                   is_word_key(s->cursor.key, s->cursor.length) &&
                   (o->compare || begins_with(r, s->cursor.key, s->cursor.length));
    return status;
}

static int advance(reader *r, stream *s)
{
    int status = wy_terms_next(&s->cursor, r->error);
    s->has_words = status == WY_OK && s->cursor.valid &&
                   is_word_key(s->cursor.key, s->cursor.length) &&
                   (r->options->compare || begins_with(r, s->cursor.key, s->cursor.length));
    return status;
}

/* ---- Frequencies ---------------------------------------------------------------------------- */

/* Adds what the live paragraphs first .. end have of the stream's word. */
static int add_range(reader *r, const stream *s, uint32_t first, uint32_t end, frequency *sum)
{
    const wy_term_info *info = &s->cursor.info;
    if (first >= end) return WY_OK;
    if (!s->live && first == 0 && end == s->paragraphs) {
        sum->paragraphs += info->doc_freq;
        sum->occurrences += info->total_freq;
        return WY_OK;
    }
    wy_postings list;
    const wy_segment_term term = {WY_FIELD_BODY, *info, info->doc_freq};
    int status = wy_segment_term_postings(s->segment, &term, &list, r->error);
    if (status == WY_OK) status = wy_postings_seek(&list, first, r->error);
    while (status == WY_OK && list.doc < end) {
        uint32_t freq = 0;
        if (!s->live || wy_bit(s->live, list.doc)) {
            status = wy_postings_freq(&list, &freq, r->error);
            sum->paragraphs++;
            sum->occurrences += freq;
        }
        if (status == WY_OK) status = wy_postings_next(&list, r->error);
    }
    return status;
}

static int add_stream(reader *r, const stream *s, frequency *here, frequency *other)
{
    const wy_words_options *o = r->options;
    int status = add_range(r, s, s->first, s->end, here);
    if (status != WY_OK || !o->compare) return status;
    if (o->other_from || o->other_to) return add_range(r, s, s->other_first, s->other_end, other);
    status = add_range(r, s, 0, s->first < s->end ? s->first : 0, other);
    return status == WY_OK ? add_range(r, s, s->first < s->end ? s->end : 0, s->paragraphs, other)
                           : status;
}

static int keep(reader *r, const uint8_t *key, size_t length, const frequency *here,
                const frequency *other)
{
    owned_words *made = r->made;
    made->shown.occurrences += here->occurrences;
    made->shown.other_occurrences += other->occurrences;
    if (here->occurrences + other->occurrences == 0 || !begins_with(r, key, length)) return WY_OK;
    char *text = wy_arena_strndup(&made->texts, (const char *)key + 1, length - 1);
    if (!text ||
        !wy_grow(&made->hooks, &made->list, &made->capacity, made->size + 1, sizeof *made->list))
        return wy_fail_memory(r->error);
    made->list[made->size++] = (wy_word){.text = {text, length - 1},
                                         .paragraphs = here->paragraphs,
                                         .occurrences = here->occurrences,
                                         .other_paragraphs = other->paragraphs,
                                         .other_occurrences = other->occurrences};
    return WY_OK;
}

static const stream *least(const reader *r)
{
    const stream *best = NULL;
    for (size_t i = 0; i < r->view->count; i++) {
        const stream *s = &r->streams[i];
        if (!s->has_words) continue;
        if (!best || wy_bytes_compare(s->cursor.key, s->cursor.length, best->cursor.key,
                                      best->cursor.length) < 0)
            best = s;
    }
    return best;
}

static int read_words(reader *r)
{
    const stream *first;
    uint8_t key[WY_KEY_MAX];
    while ((first = least(r))) {
        frequency here = {0}, other = {0};
        const size_t length = first->cursor.length;
        memcpy(key, first->cursor.key, length);
        for (size_t i = 0; i < r->view->count; i++) {
            stream *s = &r->streams[i];
            if (!s->has_words || s->cursor.length != length ||
                memcmp(s->cursor.key, key, length) != 0)
                continue;
            int status = add_stream(r, s, &here, &other);
            if (status == WY_OK) status = advance(r, s);
            if (status != WY_OK) return status;
        }
        int status = keep(r, key, length, &here, &other);
        if (status != WY_OK) return status;
    }
    return WY_OK;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

/* One cell of the sum O ln(O / E). */
static double cell(double observed, double row, double column, double all)
{
    return observed > 0 ? observed * log(observed * all / (row * column)) : 0;
}

/*
 * G2 of the table of a word against all others, here against there. Its sign tells where the word
 * is the more frequent one.
 */
static double log_likelihood(uint64_t here, uint64_t all_here, uint64_t there, uint64_t all_there)
{
    const double a = (double)here, b = (double)there, n = (double)all_here, m = (double)all_there;
    const double word = a + b, rest = n + m - word;
    const double sum = cell(a, word, n, n + m) + cell(b, word, m, n + m) +
                       cell(n - a, rest, n, n + m) + cell(m - b, rest, m, n + m);
    const double g2 = sum > 0 ? 2 * sum : 0;
    return a * m < b * n ? -g2 : g2;
}

static int by_text(const wy_word *x, const wy_word *y)
{
    return wy_bytes_compare(x->text.data, x->text.length, y->text.data, y->text.length);
}

static int by_occurrences(const void *a, const void *b)
{
    const wy_word *x = a, *y = b;
    if (x->occurrences != y->occurrences) return x->occurrences < y->occurrences ? 1 : -1;
    return by_text(x, y);
}

static int by_g2(const void *a, const void *b)
{
    const wy_word *x = a, *y = b;
    if (x->g2 < y->g2 || x->g2 > y->g2) return x->g2 < y->g2 ? 1 : -1;
    return by_text(x, y);
}

/* Orders the words, and leaves `limit` of them: compared ones at both ends. */
static void order(owned_words *made, const wy_words_options *o)
{
    wy_words *w = &made->shown;
    for (size_t i = 0; o->compare && i < made->size; i++) {
        wy_word *word = &made->list[i];
        word->g2 = log_likelihood(word->occurrences, w->occurrences, word->other_occurrences,
                                  w->other_occurrences);
    }
    if (made->size)
        qsort(made->list, made->size, sizeof *made->list, o->compare ? by_g2 : by_occurrences);
    w->words = made->size;
    if (o->limit && !o->compare && made->size > o->limit) made->size = o->limit;
    if (o->limit && o->compare && made->size / 2 >= o->limit && made->size > 2 * o->limit) {
        memmove(made->list + o->limit, made->list + made->size - o->limit,
                o->limit * sizeof *made->list);
        made->size = 2 * o->limit;
    }
    w->list = made->list;
    w->size = made->size;
}

/* ---- The call ------------------------------------------------------------------------------- */

/* The prefix as keys have it: an index folds its text, but for whitespace. */
static int fold_prefix(reader *r)
{
    const wy_string given = r->options->prefix;
    wy_folded folded;
    r->prefix[0] = 0;
    r->prefix_length = wy_key_make(r->prefix, WY_FIELD_BODY, WY_TOKEN_WORD, "", 0);
    wy_folded_init(&folded, r->view->mem);
    int status = wy_fold(&folded, given.data, given.length, r->error);
    if (status == WY_OK && given.length > WY_TERM_MAX)
        status = wy_fail(r->error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                         "the prefix is longer than any word");
    if (status == WY_OK && strcmp(r->view->index->analyzer, "whitespace") == 0) {
        memcpy(r->prefix + 1, given.length ? given.data : "", given.length);
        r->prefix_length += given.length;
    } else {
        for (size_t i = 0; status == WY_OK && i < folded.length; i++) {
            uint32_t c = folded.units[i];
            char bytes[4];
            if (c >= 0xD800 && c < 0xDC00 && i + 1 < folded.length)
                c = 0x10000 + ((c - 0xD800) << 10) + (folded.units[++i] - 0xDC00u);
            const size_t n = wy_utf8_put(c, bytes);
            if (r->prefix_length + n > WY_KEY_MAX) break;
            memcpy(r->prefix + r->prefix_length, bytes, n);
            r->prefix_length += n;
        }
    }
    wy_folded_free(&folded);
    return status;
}

static int check_options(wy_words_options *o, const wy_words_options *given, wy_error *error)
{
    int status = wy_options_take(o, sizeof *o, given, error);
    if (status != WY_OK) return status;
    if (o->compare && !o->year_from && !o->year_to)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                       "there are no years that could be compared with others");
    if (o->other_from < 0 || o->other_to < 0)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "a year is below 0");
    return WY_OK;
}

static int make(const wy_view *view, const wy_words_options *o, owned_words *made, wy_error *error)
{
    reader r = {.options = o, .view = view, .made = made, .error = error};
    r.streams = wy_calloc(view->mem, (view->count + 1) * sizeof *r.streams);
    int status = r.streams ? fold_prefix(&r) : wy_fail_memory(error);
    for (size_t i = 0; i < view->count && status == WY_OK; i++)
        status = open_stream(&r, &r.streams[i], view->segments[i]);
    if (status == WY_OK) status = read_words(&r);
    if (status == WY_OK) order(made, o);
    wy_free(view->mem, r.streams);
    return status;
}

int wy_words_make(wy_snapshot *const *snapshots, size_t snapshot_count,
                  const wy_words_options *options, wy_words **out, wy_error *error)
{
    wy_words_options o;
    wy_view view = {0};
    owned_words *made = NULL;
    int status = check_options(&o, options, error);
    if (status != WY_OK) return status;
    const wy_filter filter = {.year_from = o.year_from, .year_to = o.year_to};
    status = wy_view_open(snapshots, snapshot_count, &filter, &view, error);
    if (status == WY_OK && !(made = wy_calloc(view.mem, sizeof *made)))
        status = wy_fail_memory(error);
    if (status == WY_OK) {
        made->hooks = *view.mem;
        wy_arena_init(&made->texts, &made->hooks);
        status = make(&view, &o, made, error);
    }
    wy_view_close(&view);
    if (status == WY_OK)
        *out = &made->shown;
    else if (made)
        wy_words_free(&made->shown);
    return status;
}

void wy_words_free(wy_words *words)
{
    if (!words) return;
    owned_words *made = (owned_words *)(void *)words; /* shown is its first member */
    const wy_allocator hooks = made->hooks;
    wy_arena_free(&made->texts);
    wy_free(&hooks, made->list);
    wy_free(&hooks, made);
}
