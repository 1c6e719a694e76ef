#include "query/lists.h"

#include <string.h>

#include "base/error.h"

struct wy_list {
    const wy_segment_term *term;
    bool loaded;
    uint32_t at;            /* of a short one, in docs: the first that may still come */
    uint32_t *docs, *freqs; /* of a short one */
    wy_postings *postings;  /* of a long one */
};

static inline bool is_short(const wy_list *list)
{
    return list->term->info.doc_freq <= WY_BLOCK;
}

static bool make_room(wy_site *site)
{
    if (site->room) return true;
    site->room = wy_arena_alloc(site->arena, sizeof *site->room);
    if (!site->room) return false;
    memset(site->room->sums, 0, sizeof site->room->sums);
    memset(site->room->bits, 0, sizeof site->room->bits);
    return true;
}

int wy_lists_open(wy_lists *lists, wy_site *site, const wy_segment_term *terms, size_t count,
                  size_t *most, wy_error *error)
{
    size_t documents = 0;
    *lists = (wy_lists){.site = site, .list_count = count};
    lists->list = wy_arena_alloc(site->arena, count * sizeof *lists->list);
    if (!lists->list || !make_room(site)) return wy_fail_memory(error);
    lists->room = site->room;
    for (size_t i = 0; i < count; i++) {
        lists->list[i] = (wy_list){.term = &terms[i]};
        documents += terms[i].info.doc_freq;
    }
    *most = documents < WY_LISTS_WINDOW ? documents : WY_LISTS_WINDOW;
    lists->docs = wy_arena_alloc(site->arena, 2 * *most * sizeof *lists->docs);
    if (!lists->docs) return wy_fail_memory(error);
    lists->freqs = lists->docs + *most;
    return WY_OK;
}

/* Takes over the only block of a short list. */
static int load_short(wy_lists *lists, wy_list *list, wy_error *error)
{
    const size_t n = list->term->info.doc_freq;
    if (!lists->scratch)
        lists->scratch = wy_arena_alloc(lists->site->arena, sizeof *lists->scratch);
    list->docs = wy_arena_alloc(lists->site->arena, 2 * n * sizeof *list->docs);
    wy_postings *p = lists->scratch;
    if (!p || !list->docs) return wy_fail_memory(error);
    int status = wy_segment_term_postings(lists->site->segment, list->term, p, error);
    if (!status) status = wy_postings_block(p, 0, error);
    if (!status) status = wy_postings_decode_docs(p, error);
    if (!status) status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    list->freqs = list->docs + n;
    memcpy(list->docs, p->docs, n * sizeof *list->docs);
    memcpy(list->freqs, p->freqs, n * sizeof *list->freqs);
    return WY_OK;
}

static int load(wy_lists *lists, wy_list *list, wy_error *error)
{
    list->loaded = true;
    if (is_short(list)) return load_short(lists, list, error);
    list->postings = wy_arena_alloc(lists->site->arena, sizeof *list->postings);
    if (!list->postings) return wy_fail_memory(error);
    return wy_segment_term_postings(lists->site->segment, list->term, list->postings, error);
}

typedef struct run {
    const uint32_t *docs, *freqs;
    uint32_t count;
} run;

/* The postings of a list that are at hand among *from .. end - 1, and *from moved behind them. */
static int next_run(wy_lists *lists, wy_list *list, bool freqs, uint32_t *from, uint32_t end,
                    run *out, wy_error *error)
{
    int status = list->loaded ? WY_OK : load(lists, list, error);
    if (status) return status;
    if (is_short(list)) {
        const uint32_t n = list->term->info.doc_freq;
        uint32_t at = list->at;
        while (at < n && list->docs[at] < *from) at++;
        *out = (run){list->docs + at, list->freqs + at, 0};
        while (at < n && list->docs[at] < end) at++;
        out->count = at - (uint32_t)(out->docs - list->docs);
        list->at = at;
        *from = end;
        return WY_OK;
    }
    wy_postings *p = list->postings;
    *out = (run){p->docs, p->freqs, 0};
    if (*from > p->block_last) status = wy_postings_block(p, *from, error);
    if (status || p->block_last == WY_NO_DOC) {
        *from = end;
        return status;
    }
    status = wy_postings_decode_docs(p, error);
    if (!status && freqs) status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    const uint32_t first = wy_meet_search(p->docs, *from);
    const uint32_t last = p->block_last < end ? p->block_count : wy_meet_search(p->docs, end);
    *out = (run){p->docs + first, p->freqs + first, last - first};
    *from = p->block_last < end ? p->block_last + 1 : end;
    return WY_OK;
}

int wy_lists_gather(wy_lists *lists, uint32_t from, uint32_t end, uint32_t base, uint64_t *bits,
                    wy_error *error)
{
    for (size_t i = 0; i < lists->list_count; i++) {
        for (uint32_t at = from; at < end;) {
            run r;
            int status = next_run(lists, &lists->list[i], false, &at, end, &r, error);
            if (status) return status;
            for (uint32_t j = 0; j < r.count; j++)
                bits[(r.docs[j] - base) / 64] |= UINT64_C(1) << (r.docs[j] - base) % 64;
        }
    }
    return WY_OK;
}

/* ---- Windows ------------------------------------------------------------------------------- */

/* Adds up the frequencies of one list in the window. */
static int add_list(wy_lists *lists, wy_list *list, wy_error *error)
{
    for (uint32_t at = lists->base; at < lists->end;) {
        run r;
        int status = next_run(lists, list, true, &at, lists->end, &r, error);
        if (status) return status;
        for (uint32_t j = 0; j < r.count; j++) {
            const uint32_t slot = r.docs[j] - lists->base;
            lists->room->bits[slot / 64] |= UINT64_C(1) << slot % 64;
            lists->room->sums[slot] += r.freqs[j];
        }
    }
    return WY_OK;
}

int wy_lists_fill(wy_lists *lists, uint32_t base, uint32_t end, wy_error *error)
{
    wy_room *room = lists->room;
    lists->base = base;
    lists->end = end;
    lists->count = 0;
    for (size_t i = 0; i < lists->list_count; i++) {
        int status = add_list(lists, &lists->list[i], error);
        if (status) return status;
    }
    for (size_t w = 0; w < (end - base + 63) / 64; w++) {
        for (uint64_t bits = room->bits[w]; bits; bits &= bits - 1) {
            const uint32_t slot = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits);
            lists->docs[lists->count] = base + slot;
            lists->freqs[lists->count++] = room->sums[slot];
            room->sums[slot] = 0;
        }
        room->bits[w] = 0;
    }
    return WY_OK;
}
