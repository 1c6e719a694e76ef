/*
 * query/lattice.c: looking an exact query up in the dictionary of a segment.
 *
 * Whole words come first: from each unit, longer and longer ones as long as a term begins so. They
 * tell which units a word may end before for the rest to be possible; only for those are the terms
 * looked for that end with what comes before, by their lists (terms.h). These tell in turn where
 * the terms may begin that overhang at the right, which are a range of the dictionary.
 */
#include "query/lattice.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/char_class.h"

/* What is known of a boundary between units, and of what begins there. */
enum {
    FROM_LEFT = 1, /* the units before can be covered */
    TO_RIGHT = 2,  /* the units behind can be covered */
    OVERHANGS = 4  /* a term may begin with all units behind, and go on */
};

typedef struct finder {
    wy_lattice *lattice;
    const wy_segment *segment;
    const wy_terms *terms;
    const wy_exact_query *query;
    wy_field field;
    uint8_t first; /* byte of the keys */
    /* Units; where the first term must end (at a gap, or a word apart), and where the last begins.
     */
    uint32_t n, head, tail;
    uint8_t *at; /* flags of each boundary */
    wy_terms_cursor cursor;
    bool near; /* the cursor stands at a term */
    wy_error *error;
} finder;

static int add_edge(finder *f, uint32_t from, uint32_t to, uint32_t before,
                    const wy_term_info *info)
{
    wy_lattice *l = f->lattice;
    if (info->doc_freq > wy_segment_documents(f->segment, f->field))
        return wy_fail(f->error, WY_E_DAMAGED, wy_sealed_path(wy_terms_file(f->terms)),
                       WY_NO_OFFSET, "term %u occurs in more documents than there are",
                       info->ordinal);
    if (!wy_grow(l->mem, &l->edges, &l->capacity, l->count + 1, sizeof *l->edges))
        return wy_fail_memory(f->error);
    l->edges[l->count++] = (wy_edge){from, to, before, 1, *info};
    return WY_OK;
}

/* The key of units from .. to; its length. One that is too long for a key has none: 0. */
static size_t make_key(const finder *f, uint32_t from, uint32_t to, uint8_t key[WY_KEY_MAX])
{
    const wy_exact_unit *units = f->query->units;
    const size_t length = units[to - 1].end - units[from].begin;
    if (length > WY_TERM_MAX) return 0;
    return wy_key_make(key, f->field, WY_TOKEN_WORD, f->query->bytes + units[from].begin, length);
}

static int seek(finder *f, const uint8_t *key, size_t length)
{
    int status = wy_terms_seek(&f->cursor, f->terms, key, length, f->error);
    f->near = status == WY_OK && f->cursor.valid;
    return status;
}

/* Whether the cursor stands at a key that begins with this one. */
static bool begins_with(const finder *f, const uint8_t *key, size_t length)
{
    return f->cursor.valid && f->cursor.length >= length && memcmp(f->cursor.key, key, length) == 0;
}

/* The words that are units `from` .. something. */
static int find_words(finder *f, uint32_t from)
{
    uint8_t key[WY_KEY_MAX];
    const wy_exact_unit *units = f->query->units;
    for (uint32_t to = from + 1; to <= f->n && wy_exact_is_word(&units[to - 1]); to++) {
        if (to - 1 > from && units[to - 1].apart) break;
        const size_t length = make_key(f, from, to, key);
        int status = length ? seek(f, key, length) : WY_OK;
        if (status != WY_OK) return status;
        if (!length || !begins_with(f, key, length)) break;
        if (to == f->n) f->at[from] |= OVERHANGS;
        if (f->cursor.length != length) continue;
        status = add_edge(f, from, to, 0, &f->cursor.info);
        if (status != WY_OK) return status;
    }
    return WY_OK;
}

/* ---- Runs of punctuation ------------------------------------------------------------------- */

/* Whether a run goes on at `at` with a mark, which is not parted from what it belongs to. */
static bool goes_on_marked(const uint8_t *term, size_t length, size_t at)
{
    return at < length && wy_char_class(wy_utf8_next((const char *)term, &at)) & WY_CHAR_MARK;
}

/* How often the run at the cursor has unit `i` where it must: at its end for the first unit, at its
 * beginning for the last, and anywhere for a unit that is both. */
static uint32_t count_in_run(const finder *f, uint32_t i)
{
    const wy_exact_unit *unit = &f->query->units[i];
    const uint8_t *term = f->cursor.key + 1,
                  *wanted = (const uint8_t *)f->query->bytes + unit->begin;
    const size_t length = f->cursor.length - 1, size = unit->end - unit->begin;
    uint32_t count = 0;
    for (size_t at = 0; at + size <= length; at++) {
        if (i > 0 && at > 0) break;
        if (i + 1 < f->n && at + size < length) continue;
        count += memcmp(term + at, wanted, size) == 0 && !goes_on_marked(term, length, at + size);
    }
    return count;
}

/* Of runs that are too long the index has not got the characters: any may be what is wanted. */
static int find_long_runs(finder *f, uint32_t i)
{
    uint8_t key[WY_KEY_MAX];
    const size_t length = wy_key_make(key, f->field, WY_TOKEN_RUN, WY_RUN_TOO_LONG, 1);
    wy_term_info info;
    bool found;
    int status = wy_terms_get(f->terms, key, length, &found, &info, f->error);
    if (status != WY_OK || !found) return status;
    f->lattice->doubtful = true;
    f->lattice->long_runs = info;
    return add_edge(f, i, i + 1, 0, &info);
}

/* The runs that unit `i` can be: itself between others; at an end any that has it there. */
static int find_runs(finder *f, uint32_t i)
{
    uint8_t key[WY_KEY_MAX];
    const wy_exact_unit *unit = &f->query->units[i];
    const bool first = i == 0, last = i + 1 == f->n;
    const size_t length = wy_key_make(key, f->field, WY_TOKEN_RUN, f->query->bytes + unit->begin,
                                      first ? 0 : unit->end - unit->begin);
    int status = seek(f, key, length);
    while (status == WY_OK && begins_with(f, key, length)) {
        const uint32_t count = first || last ? count_in_run(f, i) : f->cursor.length == length;
        if (count > 0) status = add_edge(f, i, i + 1, 0, &f->cursor.info);
        if (count > 0 && status == WY_OK) f->lattice->edges[f->lattice->count - 1].times = count;
        if (!first && !last) break;
        if (status == WY_OK) status = wy_terms_next(&f->cursor, f->error);
    }
    return status == WY_OK && (first || last) ? find_long_runs(f, i) : status;
}

/* ---- Terms by their units ------------------------------------------------------------------ */

/* Units of the term at the cursor, and where each begins in its key. */
static uint32_t cut_term(const finder *f, uint16_t begins[WY_KEY_MAX + 1])
{
    const char *term = (const char *)f->cursor.key + 1;
    const size_t length = f->cursor.length - 1;
    uint32_t count = 0;
    for (size_t at = 0; at < length; count++) {
        begins[count] = (uint16_t)at;
        at = wy_term_unit(term, length, at, NULL);
    }
    begins[count] = (uint16_t)length;
    return count;
}

/* Whether units `unit` .. unit + k of the term at the cursor are the first k of the query. */
static bool holds(const finder *f, const uint16_t *begins, uint32_t unit, uint32_t k)
{
    const wy_exact_unit *units = f->query->units;
    const size_t length = units[k - 1].end - units[0].begin;
    return (size_t)(begins[unit + k] - begins[unit]) == length &&
           memcmp(f->cursor.key + 1 + begins[unit], f->query->bytes + units[0].begin, length) == 0;
}

/* Where a term has what is looked for: at its end, or between its first unit and its last. */
typedef enum term_place { AT_END, INSIDE } term_place;

/* Adds the edges of term `ordinal`: its places with the first k units of the query. */
static int add_term(finder *f, uint32_t ordinal, uint32_t k, term_place where)
{
    uint16_t begins[WY_KEY_MAX + 1];
    int status = wy_terms_at(&f->cursor, f->terms, ordinal, f->near, f->error);
    f->near = status == WY_OK;
    if (status != WY_OK) return status;
    const uint32_t count = cut_term(f, begins);
    if (count <= k) return WY_OK;
    const uint32_t first = where == AT_END ? count - k : 1;
    const uint32_t end = where == AT_END ? first + 1 : count - k;
    for (uint32_t unit = first; unit < end && status == WY_OK; unit++)
        if (holds(f, begins, unit, k)) status = add_edge(f, 0, k, unit, &f->cursor.info);
    return status;
}

static int open_list(finder *f, uint32_t unit, bool last, wy_terms_list *list, bool *some)
{
    int status =
        wy_terms_list_open(f->terms, f->first, f->query->units[unit].code, last, list, f->error);
    *some = false;
    return status == WY_OK ? wy_terms_list_next(list, some, f->error) : status;
}

/* Adds what the terms have that are common to the lists of the first and the last of k > 1 units.
 */
static int add_common(finder *f, uint32_t k, term_place where)
{
    wy_terms_list a, b;
    bool more_a, more_b = false;
    int status = open_list(f, 0, false, &a, &more_a);
    if (status == WY_OK) status = open_list(f, k - 1, where == AT_END, &b, &more_b);
    while (status == WY_OK && more_a && more_b) {
        if (a.ordinal < b.ordinal) {
            status = wy_terms_list_next(&a, &more_a, f->error);
        } else if (b.ordinal < a.ordinal) {
            status = wy_terms_list_next(&b, &more_b, f->error);
        } else {
            status = add_term(f, a.ordinal, k, where);
            if (status == WY_OK) status = wy_terms_list_next(&a, &more_a, f->error);
        }
    }
    return status;
}

/* Adds what the terms of one list have: the first unit of the query. */
static int add_single(finder *f, term_place where)
{
    wy_terms_list list;
    bool more;
    int status = open_list(f, 0, where == AT_END, &list, &more);
    while (status == WY_OK && more) {
        status = add_term(f, list.ordinal, 1, where);
        if (status == WY_OK) status = wy_terms_list_next(&list, &more, f->error);
    }
    return status;
}

/* Terms that have the first k units so, and others before. */
static int find_terms(finder *f, uint32_t k, term_place where)
{
    return k == 1 ? add_single(f, where) : add_common(f, k, where);
}

/* Terms that begin with the units from `from` on, and go on behind the last. */
static int find_beginnings(finder *f, uint32_t from)
{
    uint8_t key[WY_KEY_MAX];
    uint16_t begins[WY_KEY_MAX + 1];
    const size_t length = make_key(f, from, f->n, key);
    const uint32_t units = f->n - from;
    if (!length) return WY_OK;
    int status = seek(f, key, length);
    while (status == WY_OK && begins_with(f, key, length)) {
        if (f->cursor.length > length && cut_term(f, begins) > units &&
            (size_t)begins[units] + 1 == length)
            status = add_edge(f, from, f->n, 0, &f->cursor.info);
        if (status == WY_OK) status = wy_terms_next(&f->cursor, f->error);
    }
    f->near = status == WY_OK && f->cursor.valid;
    return status;
}

/* ---- Paths --------------------------------------------------------------------------------- */

/* Which boundaries the right end is reached from, through words and gaps. Edges stand in the order
 * of where they begin. */
static void mark_right(finder *f)
{
    const wy_lattice *l = f->lattice;
    size_t e = l->count;
    f->at[f->n] |= TO_RIGHT;
    for (uint32_t i = f->n; i-- > 0;) {
        if (wy_exact_is_gap(&f->query->units[i])) f->at[i] |= f->at[i + 1] & TO_RIGHT;
        if (f->at[i] & OVERHANGS) f->at[i] |= TO_RIGHT;
        for (; e > 0 && l->edges[e - 1].from == i; e--)
            f->at[i] |= f->at[l->edges[e - 1].to] & TO_RIGHT;
    }
}

/* Which boundaries are reached from the left end. `words`: edges that are whole words; behind them
 * come those that overhang at the left. */
static void mark_left(finder *f, size_t words)
{
    const wy_lattice *l = f->lattice;
    size_t e = 0;
    f->at[0] |= FROM_LEFT;
    for (size_t i = words; i < l->count; i++) f->at[l->edges[i].to] |= FROM_LEFT;
    for (uint32_t i = 0; i < f->n; i++) {
        const uint8_t reached = f->at[i] & FROM_LEFT;
        if (wy_exact_is_gap(&f->query->units[i])) f->at[i + 1] |= reached;
        for (; e < words && l->edges[e].from == i; e++) f->at[l->edges[e].to] |= reached;
    }
}

/* Drops edges that no path takes, and puts those that cover all first. */
static void keep_paths(finder *f)
{
    wy_lattice *l = f->lattice;
    size_t kept = 0;
    for (size_t i = 0; i < l->count; i++) {
        const wy_edge edge = l->edges[i];
        const bool from = edge.from == 0 || f->at[edge.from] & FROM_LEFT;
        const bool to = edge.to == f->n || f->at[edge.to] & TO_RIGHT;
        if (!from || !to) continue;
        l->edges[kept++] = edge;
        if (edge.from > 0 || edge.to < f->n) continue;
        l->edges[kept - 1] = l->edges[l->whole];
        l->edges[l->whole++] = edge;
    }
    l->count = kept;
}

static int find_all(finder *f)
{
    int status = WY_OK;
    for (uint32_t i = 0; i < f->n && status == WY_OK; i++) {
        const wy_exact_unit *unit = &f->query->units[i];
        if (unit->run)
            status = find_runs(f, i);
        else if (wy_exact_is_word(unit))
            status = find_words(f, i);
    }
    if (status != WY_OK) return status;
    const size_t words = f->lattice->count;
    mark_right(f);
    for (uint32_t k = 1; k < f->n && k <= f->head && status == WY_OK; k++)
        if (f->at[k] & TO_RIGHT) status = find_terms(f, k, AT_END);
    if (status != WY_OK) return status;
    mark_left(f, words);
    for (uint32_t j = f->tail; j < f->n && status == WY_OK; j++)
        if (f->at[j] & FROM_LEFT && f->at[j] & OVERHANGS) status = find_beginnings(f, j);
    if (f->head < f->n) return status; /* no term has a gap inside */
    if (status == WY_OK) status = find_terms(f, f->n, AT_END);
    return status == WY_OK ? find_terms(f, f->n, INSIDE) : status;
}

static finder finder_of(wy_lattice *lattice, const wy_segment *segment, wy_field field,
                        const wy_exact_query *query, wy_error *error)
{
    return (finder){.lattice = lattice,
                    .segment = segment,
                    .terms = wy_segment_terms(segment),
                    .query = query,
                    .field = field,
                    .first = (uint8_t)((unsigned)field << 4 | WY_TOKEN_WORD),
                    .n = query->unit_count,
                    .head = query->unit_count,
                    .error = error};
}

int wy_lattice_holders(wy_lattice *lattice, const wy_segment *segment, wy_field field,
                       const wy_exact_query *query, const wy_mem *mem, wy_error *error)
{
    *lattice = (wy_lattice){.mem = mem};
    finder f = finder_of(lattice, segment, field, query, error);
    int status = find_terms(&f, f.n, AT_END);
    if (status == WY_OK) status = find_terms(&f, f.n, INSIDE);
    if (status == WY_OK) status = find_beginnings(&f, 0);
    lattice->whole = lattice->count;
    return status;
}

int wy_lattice_make(wy_lattice *lattice, const wy_segment *segment, wy_field field,
                    const wy_exact_query *query, const wy_mem *mem, wy_error *error)
{
    *lattice = (wy_lattice){.mem = mem};
    finder f = finder_of(lattice, segment, field, query, error);
    for (uint32_t i = 0; i < f.n; i++) {
        const bool gap = !wy_exact_is_word(&query->units[i]);
        if (!gap && (!query->units[i].apart || i == 0)) continue;
        if (f.head == f.n) f.head = i;
        f.tail = i + gap;
    }
    f.at = wy_calloc(mem, f.n + 1);
    if (!f.at) return wy_fail_memory(error);
    int status = f.n ? find_all(&f) : WY_OK;
    if (status == WY_OK) keep_paths(&f);
    wy_free(mem, f.at);
    return status;
}

void wy_lattice_free(wy_lattice *lattice)
{
    if (!lattice->mem) return;
    wy_free(lattice->mem, lattice->edges);
    lattice->edges = NULL;
    lattice->count = lattice->whole = 0;
}
