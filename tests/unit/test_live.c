/*
 * unit/test_live.c: the live set against what was put in.
 */
#include "live/live.h"

#include "live/live_format.h"
#include "unit/kinds.h"

/* ---- The model ---------------------------------------------------------------------------- */

static uint8_t *make_bits(wy_test_random *random, uint32_t count, uint32_t *live)
{
    uint8_t *bits = wy_test_alloc(count / 8 + 1);
    memset(bits, 0, count / 8 + 1);
    *live = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (wy_test_below(random, 5) == 0) continue;
        bits[i >> 3] |= (uint8_t)(1 << (i & 7));
        ++*live;
    }
    return bits;
}

static wy_live_content make_content(uint32_t paragraphs, uint32_t reports, uint32_t dead,
                                    uint64_t stream)
{
    wy_test_random random = wy_test_random_of(stream);
    wy_live_content content = {.paragraphs = paragraphs, .reports = reports};
    content.paragraph_bits = make_bits(&random, paragraphs, &content.live_paragraphs);
    content.report_bits = make_bits(&random, reports, &content.live_reports);
    content.live_passages = content.live_paragraphs / 2;
    for (int f = 0; f < WY_LIVE_FIELDS; f++) content.live_lengths[f] = wy_test_next(&random);
    wy_dead_term *terms = wy_test_alloc((dead + 1) * sizeof *terms);
    uint32_t ordinal = (uint32_t)wy_test_below(&random, 3);
    for (uint32_t i = 0; i < dead; i++) {
        terms[i] = (wy_dead_term){ordinal, 1 + (uint32_t)wy_test_below(&random, paragraphs)};
        ordinal += 1 + (uint32_t)wy_test_below(&random, 4);
    }
    content.dead_terms = terms;
    content.dead_term_count = dead;
    return content;
}

static void free_content(wy_live_content *content)
{
    free((void *)(uintptr_t)content->paragraph_bits);
    free((void *)(uintptr_t)content->report_bits);
    free((void *)(uintptr_t)content->dead_terms);
}

/* ---- Round trips -------------------------------------------------------------------------- */

static void check_dead(const wy_live *live, const wy_live_content *content)
{
    uint32_t count = content->dead_term_count, next = 0, doc_freq;
    uint32_t last = count ? content->dead_terms[count - 1].ordinal : 0;
    wy_error error;
    for (uint32_t ordinal = 0; ordinal <= last + 2; ordinal++) {
        bool dead = next < count && content->dead_terms[next].ordinal == ordinal;
        assert_ok(wy_live_dead(live, ordinal, &doc_freq, &error), &error);
        assert_int_equal(doc_freq, dead ? content->dead_terms[next].doc_freq : 0);
        next += dead;
    }
    assert_int_equal(next, count);
    assert_ok(wy_live_dead(live, UINT32_MAX, &doc_freq, &error), &error);
    assert_int_equal(doc_freq, 0);
}

static void check_content(const wy_live_content *content)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    const uint8_t *paragraphs, *reports;
    wy_live *live;
    wy_error error;
    wy_seal seal;
    assert_ok(wy_live_write(env, &wy_mem_default, "f", content, true, &seal, &error), &error);
    assert_ok(wy_live_open(env, &wy_mem_default, "f", &seal, &live, &error), &error);
    const wy_live_content *counts = wy_live_counts(live);
    assert_int_equal(counts->paragraphs, content->paragraphs);
    assert_int_equal(counts->reports, content->reports);
    assert_int_equal(counts->live_paragraphs, content->live_paragraphs);
    assert_int_equal(counts->live_reports, content->live_reports);
    assert_int_equal(counts->live_passages, content->live_passages);
    for (int f = 0; f < WY_LIVE_FIELDS; f++)
        assert_true(counts->live_lengths[f] == content->live_lengths[f]);
    assert_int_equal(counts->dead_term_count, content->dead_term_count);
    assert_ok(wy_live_bits(live, &paragraphs, &reports, &error), &error);
    assert_memory_equal(paragraphs, content->paragraph_bits, (content->paragraphs + 7) / 8);
    assert_memory_equal(reports, content->report_bits, (content->reports + 7) / 8);
    check_dead(live, content);
    assert_ok(wy_live_check(live, &error), &error);
    wy_live_close(live);
    wy_memory_env_free(memory);
}

static void test_sizes(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 7, 8, 9, 64, 1000, 200001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t k = 0; k < 4; k++) {
            wy_live_content content =
                make_content(sizes[i], sizes[(i + k) % 7], sizes[k * 2], 10 * i + k);
            check_content(&content);
            free_content(&content);
        }
    }
}

/* ---- Damage ------------------------------------------------------------------------------- */

static int build_small(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    wy_live_content content = make_content(203, 18, 21, 5);
    int status = wy_live_write(env, mem, path, &content, true, seal, error);
    free_content(&content);
    return status;
}

static int build_empty(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    wy_live_content content = {0};
    return wy_live_write(env, mem, path, &content, true, seal, error);
}

static int probe(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                 wy_error *error)
{
    wy_live *live;
    const uint8_t *paragraphs, *reports;
    uint32_t doc_freq;
    int status = wy_live_open(env, mem, path, expected, &live, error);
    if (status != WY_OK) return status;
    status = wy_live_bits(live, &paragraphs, &reports, error);
    if (status == WY_OK) {
        volatile uint8_t last = 0;
        if (wy_live_counts(live)->paragraphs > 0)
            last = paragraphs[(wy_live_counts(live)->paragraphs - 1) / 8];
        if (wy_live_counts(live)->reports > 0)
            last = reports[(wy_live_counts(live)->reports - 1) / 8];
        (void)last;
    }
    for (uint32_t ordinal = 0; ordinal < 80; ordinal++)
        status = kinds_first(status, wy_live_dead(live, ordinal, &doc_freq, error));
    status = kinds_first(status, wy_live_check(live, error));
    wy_live_close(live);
    return status;
}

static void test_damage(void **state)
{
    (void)state;
    kinds_check_damage(build_small, probe);
    kinds_check_damage(build_empty, probe);
}

static void test_hostile(void **state)
{
    (void)state;
    kinds_check_hostile(build_small, probe, 3000);
    kinds_check_hostile(build_empty, probe, 20);
}

/* Five paragraphs, one report, all alive. */
static int build_five(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                      wy_error *error)
{
    wy_live_content content = {.paragraphs = 5,
                               .reports = 1,
                               .paragraph_bits = (const uint8_t *)"\x1f",
                               .report_bits = (const uint8_t *)"\x01",
                               .live_paragraphs = 5,
                               .live_reports = 1};
    return wy_live_write(env, mem, path, &content, true, seal, error);
}

static int view_only(const wy_env *env, const wy_mem *mem, const char *path,
                     const wy_seal *expected, wy_error *error)
{
    wy_live *live;
    const uint8_t *paragraphs, *reports;
    int status = wy_live_open(env, mem, path, expected, &live, error);
    if (status != WY_OK) return status;
    status = wy_live_bits(live, &paragraphs, &reports, error);
    wy_live_close(live);
    return status;
}

/* Bits behind the last member are never handed out; a wrong count is found by check alone. */
static void test_bits(void **state)
{
    (void)state;
    enum { BITS = WY_SEALED_HEADER };
    wy_error error;
    assert_ok(kinds_probe_patched(build_five, view_only, BITS, 0x0f, &error), &error);
    assert_status(WY_E_DAMAGED, kinds_probe_patched(build_five, probe, BITS, 0x0f, &error), &error);
    for (unsigned bit = 5; bit < 8; bit++)
        assert_status(
            WY_E_DAMAGED,
            kinds_probe_patched(build_five, view_only, BITS, (uint8_t)(0x1f | 1U << bit), &error),
            &error);
    assert_status(WY_E_DAMAGED, kinds_probe_patched(build_five, view_only, BITS + 1, 3, &error),
                  &error);
}

static void test_faults(void **state)
{
    (void)state;
    kinds_check_memory(build_small, probe);
    kinds_check_env(build_small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),   cmocka_unit_test(test_damage), cmocka_unit_test(test_bits),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
