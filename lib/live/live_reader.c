/*
 * live/live_reader.c: reads a live set straight in the mapping.
 */
#include "live/live.h"

#include "base/reader.h"
#include "base/sealed_format.h"
#include "live/live_format.h"

struct wy_live {
    const wy_mem *mem;
    wy_sealed *file;
    wy_live_content counts; /* its pointers are NULL */
    uint64_t reports_at;    /* offset of the bits of the reports */
    uint64_t dead_at;       /* offset of the dead terms */
};

static int damaged(const wy_live *live, uint64_t offset, wy_error *error, const char *reason)
{
    return wy_sealed_damaged(live->file, offset, error, reason);
}

static int read_trailer(wy_live *live, wy_error *error)
{
    const uint8_t *p;
    wy_live_content *counts = &live->counts;
    uint64_t end = wy_sealed_end(live->file);
    if (end < WY_SEALED_HEADER + WY_LIVE_TRAILER)
        return damaged(live, end, error, "the live set has no trailer");
    uint64_t at = end - WY_LIVE_TRAILER;
    int status = wy_sealed_view(live->file, at, WY_LIVE_TRAILER, &p, error);
    if (status != WY_OK) return status;
    counts->paragraphs = wy_load32(p);
    counts->reports = wy_load32(p + 4);
    counts->live_paragraphs = wy_load32(p + 8);
    counts->live_reports = wy_load32(p + 12);
    for (int f = 0; f < WY_LIVE_FIELDS; f++) counts->live_lengths[f] = wy_load64(p + 16 + 8 * f);
    counts->dead_term_count = wy_load32(p + 48);
    counts->live_passages = wy_load32(p + 52);

    live->reports_at = WY_SEALED_HEADER + wy_live_bytes(counts->paragraphs);
    live->dead_at = live->reports_at + wy_live_bytes(counts->reports);
    if (live->dead_at + (uint64_t)counts->dead_term_count * WY_LIVE_DEAD != at)
        return damaged(live, at, error, "the live set is not as long as its trailer says");
    if (counts->live_paragraphs > counts->paragraphs || counts->live_reports > counts->reports ||
        counts->live_passages > counts->live_paragraphs)
        return damaged(live, at, error, "the counts of the live set are impossible");
    return WY_OK;
}

int wy_live_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                 wy_live **out, wy_error *error)
{
    wy_live *live = wy_calloc(mem, sizeof *live);
    if (!live) return wy_fail_memory(error);
    live->mem = mem;
    int status =
        wy_sealed_open(env, mem, path, WY_LIVE_KIND, WY_LIVE_VERSION, expected, &live->file, error);
    if (status == WY_OK) status = read_trailer(live, error);
    if (status != WY_OK)
        wy_live_close(live);
    else
        *out = live;
    return status;
}

void wy_live_close(wy_live *live)
{
    if (!live) return;
    wy_sealed_close(live->file);
    wy_free(live->mem, live);
}

const wy_sealed *wy_live_file(const wy_live *live)
{
    return live->file;
}

const wy_live_content *wy_live_counts(const wy_live *live)
{
    return &live->counts;
}

/* The set of `count` bits at `offset`; its unused bits must be 0. */
static int view_bits(const wy_live *live, uint64_t offset, uint32_t count, const uint8_t **out,
                     wy_error *error)
{
    uint64_t bytes = wy_live_bytes(count);
    int status = wy_sealed_view(live->file, offset, bytes, out, error);
    if (status != WY_OK) return status;
    if (count % 8 != 0 && (*out)[bytes - 1] >> count % 8 != 0)
        return damaged(live, offset + bytes - 1, error, "the live set has more bits than members");
    return WY_OK;
}

int wy_live_bits(const wy_live *live, const uint8_t **paragraphs, const uint8_t **reports,
                 wy_error *error)
{
    int status = view_bits(live, WY_SEALED_HEADER, live->counts.paragraphs, paragraphs, error);
    if (status != WY_OK) return status;
    return view_bits(live, live->reports_at, live->counts.reports, reports, error);
}

/* Dead term `i` < dead_term_count. */
static int read_dead(const wy_live *live, uint32_t i, wy_dead_term *out, wy_error *error)
{
    const uint8_t *p;
    uint64_t at = live->dead_at + (uint64_t)i * WY_LIVE_DEAD;
    int status = wy_sealed_view(live->file, at, WY_LIVE_DEAD, &p, error);
    if (status != WY_OK) return status;
    *out = (wy_dead_term){wy_load32(p), wy_load32(p + 4)};
    uint32_t reports = live->counts.reports, most = live->counts.paragraphs;
    if (reports > most) most = reports; /* a term of titles has postings of reports */
    if (out->doc_freq == 0 || out->doc_freq > most)
        return damaged(live, at, error, "a dead term has an impossible number of postings");
    return WY_OK;
}

int wy_live_dead(const wy_live *live, uint32_t ordinal, uint32_t *doc_freq, wy_error *error)
{
    uint32_t low = 0, high = live->counts.dead_term_count;
    *doc_freq = 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        wy_dead_term term;
        int status = read_dead(live, middle, &term, error);
        if (status != WY_OK) return status;
        if (term.ordinal == ordinal) {
            *doc_freq = term.doc_freq;
            return WY_OK;
        }
        if (term.ordinal < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return WY_OK;
}

static uint32_t count_bits(const uint8_t *bits, uint32_t count)
{
    uint32_t set = 0;
    for (uint64_t i = 0; i < wy_live_bytes(count); i++)
        set += (uint32_t)__builtin_popcount(bits[i]);
    return set;
}

int wy_live_check(const wy_live *live, wy_error *error)
{
    const wy_live_content *counts = &live->counts;
    const uint8_t *paragraphs, *reports;
    wy_dead_term term, before = {0, 0};
    int status = wy_live_bits(live, &paragraphs, &reports, error);
    if (status != WY_OK) return status;
    if (count_bits(paragraphs, counts->paragraphs) != counts->live_paragraphs ||
        count_bits(reports, counts->reports) != counts->live_reports)
        return damaged(live, WY_SEALED_HEADER, error,
                       "the bits of the live set do not give its counts");
    for (uint32_t i = 0; i < counts->dead_term_count; i++) {
        status = read_dead(live, i, &term, error);
        if (status != WY_OK) return status;
        if (i > 0 && term.ordinal <= before.ordinal)
            return damaged(live, live->dead_at + (uint64_t)i * WY_LIVE_DEAD, error,
                           "the dead terms are not in order");
        before = term;
    }
    return WY_OK;
}
