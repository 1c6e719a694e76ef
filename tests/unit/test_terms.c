/*
 * unit/test_terms.c: the term dictionary against a sorted array in memory.
 */
#include "terms/terms.h"

#include "terms/terms_format.h"
#include "unit/kinds.h"

/* ---- The model ---------------------------------------------------------------------------- */

struct entry {
    uint8_t key[WY_KEY_MAX];
    size_t length;
    wy_term_info info;
};

struct model {
    struct entry *list;
    size_t count;
};

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = memcmp(x->key, y->key, x->length < y->length ? x->length : y->length);
    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/* A key of a few bytes in a few values, so that prefixes are shared; now and then a long one. */
static void make_key(wy_test_random *random, struct entry *entry)
{
    static const uint8_t bytes[] = {0x00, 0x01, 'a', 'b', 0x7f, 0x80, 0xe4, 0xff};
    entry->length = 1 + (size_t)wy_test_below(random, 7);
    uint64_t kind = wy_test_below(random, 40);
    if (kind == 0) entry->length = WY_KEY_MAX;
    if (kind == 1) entry->length = WY_KEY_MAX - 20 + (size_t)wy_test_below(random, 20);
    if (kind == 2) entry->length = 12 + (size_t)wy_test_below(random, 12);
    memset(entry->key, 'a', entry->length);
    size_t from = kind < 2 && wy_test_below(random, 2) ? entry->length - 3 : 0;
    for (size_t i = from; i < entry->length && i < from + 20; i++)
        entry->key[i] = bytes[wy_test_below(random, sizeof bytes)];
}

static uint64_t make_number(wy_test_random *random)
{
    return wy_test_next(random) >> (20 + wy_test_below(random, 44)); /* < 2^44, small ones too */
}

/* Sorts, drops what is double, gives figures. */
static void finish_model(struct model *model, wy_test_random *random)
{
    size_t kept = 0;
    uint64_t postings = WY_SEALED_HEADER, positions = 1 + make_number(random);
    if (model->count > 1) qsort(model->list, model->count, sizeof *model->list, compare);
    for (size_t i = 0; i < model->count; i++)
        if (kept == 0 || compare(&model->list[kept - 1], &model->list[i]) != 0)
            model->list[kept++] = model->list[i];
    model->count = kept;
    for (size_t i = 0; i < kept; i++) {
        wy_term_info *info = &model->list[i].info;
        info->ordinal = (uint32_t)i;
        info->doc_freq = 1 + (uint32_t)(make_number(random) & 0xfffffff);
        if (wy_test_below(random, 50) == 0) info->doc_freq = UINT32_MAX;
        info->total_freq = info->doc_freq + (wy_test_below(random, 2) ? make_number(random) : 0);
        info->postings_offset = postings;
        info->postings_length = make_number(random);
        info->positions_offset = positions;
        info->positions_length = wy_test_below(random, 3) ? make_number(random) : 0;
        postings += info->postings_length;
        positions += info->positions_length;
    }
}

static struct model make_model(size_t count, uint64_t stream)
{
    wy_test_random random = wy_test_random_of(stream);
    struct model model = {wy_test_alloc((count + 1) * sizeof(struct entry)), count};
    for (size_t i = 0; i < count; i++) make_key(&random, &model.list[i]);
    finish_model(&model, &random);
    return model;
}

/* With `units`, lists the terms by them. */
static int write_listed(const struct model *model, wy_terms_units_fn *units, const wy_env *env,
                        const wy_mem *mem, const char *path, wy_seal *seal, wy_error *error)
{
    wy_terms_writer *writer;
    int status = wy_terms_create(env, mem, path, &writer, error);
    if (status != WY_OK) return status;
    if (units) wy_terms_list_units(writer, units);
    for (size_t i = 0; i < model->count; i++) {
        const struct entry *entry = &model->list[i];
        wy_terms_add(writer, entry->key, entry->length, &entry->info, NULL); /* errors stick */
    }
    return wy_terms_finish(writer, true, seal, error);
}

static int write_model(const struct model *model, const wy_env *env, const wy_mem *mem,
                       const char *path, wy_seal *seal, wy_error *error)
{
    return write_listed(model, NULL, env, mem, path, seal, error);
}

static void assert_info(const wy_term_info *info, const wy_term_info *wanted)
{
    assert_int_equal(info->ordinal, wanted->ordinal);
    assert_int_equal(info->doc_freq, wanted->doc_freq);
    assert_true(info->total_freq == wanted->total_freq);
    assert_true(info->postings_offset == wanted->postings_offset);
    assert_true(info->postings_length == wanted->postings_length);
    assert_true(info->positions_offset == wanted->positions_offset);
    assert_true(info->positions_length == wanted->positions_length);
}

/* The cursor stands at entry `at` of the model, or at the end where it has no such entry. */
static void assert_at(const wy_terms_cursor *cursor, const struct model *model, size_t at)
{
    assert_int_equal(cursor->valid, at < model->count);
    if (!cursor->valid) return;
    assert_int_equal(cursor->length, model->list[at].length);
    assert_memory_equal(cursor->key, model->list[at].key, cursor->length);
    assert_info(&cursor->info, &model->list[at].info);
}

static size_t lower_bound(const struct model *model, const struct entry *entry)
{
    size_t low = 0, high = model->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&model->list[middle], entry) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- Round trips -------------------------------------------------------------------------- */

static void check_key(const wy_terms *terms, const struct model *model, const struct entry *entry)
{
    wy_term_info info;
    wy_terms_cursor cursor;
    wy_error error;
    bool found;
    size_t at = lower_bound(model, entry);
    bool wanted = at < model->count && compare(&model->list[at], entry) == 0;
    assert_ok(wy_terms_get(terms, entry->key, entry->length, &found, &info, &error), &error);
    assert_int_equal(found, wanted);
    if (found) assert_info(&info, &model->list[at].info);
    assert_ok(wy_terms_seek(&cursor, terms, entry->key, entry->length, &error), &error);
    assert_at(&cursor, model, at);
    if (cursor.valid) {
        assert_ok(wy_terms_next(&cursor, &error), &error);
        assert_at(&cursor, model, at + 1);
    }
}

static void check_model(const struct model *model)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_terms *terms;
    wy_terms_cursor cursor;
    wy_error error;
    wy_seal seal;
    assert_ok(write_model(model, env, &wy_mem_default, "f", &seal, &error), &error);
    assert_ok(wy_terms_open(env, &wy_mem_default, "f", &seal, &terms, &error), &error);
    assert_int_equal(wy_terms_count(terms), model->count);
    assert_ok(wy_terms_check(terms, &error), &error);
    assert_ok(wy_terms_seek(&cursor, terms, NULL, 0, &error), &error);
    for (size_t i = 0; i <= model->count; i++) {
        assert_at(&cursor, model, i);
        assert_ok(wy_terms_next(&cursor, &error), &error);
    }
    wy_test_random random = wy_test_random_of(model->count);
    for (size_t i = 0; i < model->count; i++) {
        struct entry entry = model->list[i];
        check_key(terms, model, &entry);
        entry.key[entry.length - 1]++; /* neighbours, there or not */
        check_key(terms, model, &entry);
        if (entry.length < WY_KEY_MAX) entry.key[entry.length++] = 0;
        check_key(terms, model, &entry);
        make_key(&random, &entry);
        check_key(terms, model, &entry);
    }
    struct entry least = {.key = {0}, .length = 1}, most = {.length = WY_KEY_MAX};
    memset(most.key, 0xff, WY_KEY_MAX);
    check_key(terms, model, &least);
    check_key(terms, model, &most);
    wy_terms_close(terms);
    wy_memory_env_free(memory);
}

static void test_sizes(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 31, 32, 33, 63, 64, 65, 96, 97, 1000, 5000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct model model = make_model(counts[i], 100 + i);
        check_model(&model);
        free(model.list);
    }
    for (size_t i = 0; i < 60; i++) {
        struct model model = make_model(25 + i, 200 + i);
        check_model(&model);
        free(model.list);
    }
}

/* Each key is a prefix of the next: a, aa, aaa, up to 256 bytes; then only the last byte counts. */
static void test_chains(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(1);
    struct model model = {wy_test_alloc(512 * sizeof(struct entry)), 512};
    for (size_t i = 0; i < 512; i++) {
        struct entry *entry = &model.list[i];
        entry->length = i < 256 ? i + 1 : WY_KEY_MAX;
        memset(entry->key, 0xff, WY_KEY_MAX);
        if (i >= 256) entry->key[WY_KEY_MAX - 1] = (uint8_t)(i - 256);
    }
    finish_model(&model, &random);
    assert_int_equal(model.count, 511);
    check_model(&model);
    free(model.list);
}

/* ---- Lists by units ----------------------------------------------------------------------- */

/* The units of a key are its bytes but the first. */
static size_t bytes_as_units(const void *key, size_t length, uint32_t codes[WY_KEY_MAX])
{
    for (size_t i = 1; i < length; i++) codes[i - 1] = ((const uint8_t *)key)[i];
    return length - 1;
}

static bool has_unit(const struct entry *entry, uint8_t first, uint8_t code, bool last)
{
    const size_t end = entry->length;
    if (entry->key[0] != first || end < 3) return false;
    return last ? entry->key[end - 1] == code : memchr(entry->key + 2, code, end - 3) != NULL;
}

/* The list names the terms that have the unit, and no others. */
static void check_list(const wy_terms *terms, const struct model *model, uint8_t first,
                       uint8_t code, bool last)
{
    wy_terms_list list;
    wy_error error;
    bool some;
    assert_ok(wy_terms_list_open(terms, first, code, last, &list, &error), &error);
    for (size_t i = 0; i < model->count; i++) {
        if (!has_unit(&model->list[i], first, code, last)) continue;
        assert_ok(wy_terms_list_next(&list, &some, &error), &error);
        assert_true(some);
        assert_int_equal(list.ordinal, i);
    }
    assert_ok(wy_terms_list_next(&list, &some, &error), &error);
    assert_false(some);
}

static void test_lists(void **state)
{
    (void)state;
    static const uint8_t codes[] = {0x00, 0x01, 'a', 'b', 'z', 0x7f, 0x80, 0xe4, 0xff};
    for (size_t count = 0; count < 3000; count = 3 * count + 1) {
        struct model model = make_model(count, 300 + count);
        wy_memory_env *memory = wy_memory_env_make();
        const wy_env *env = wy_memory_env_table(memory);
        wy_terms *terms;
        wy_error error;
        wy_seal seal;
        assert_ok(
            write_listed(&model, bytes_as_units, env, &wy_mem_default, "f", &seal, &error),
            &error);
        assert_ok(wy_terms_open(env, &wy_mem_default, "f", &seal, &terms, &error), &error);
        assert_true(wy_terms_listed(terms));
        assert_ok(wy_terms_check(terms, &error), &error);
        assert_ok(wy_terms_check_lists(terms, bytes_as_units, &error), &error);
        for (size_t i = 0; i < sizeof codes * sizeof codes * 2; i++)
            check_list(terms, &model, codes[i / 2 / sizeof codes], codes[i / 2 % sizeof codes],
                       i % 2);
        wy_terms_close(terms);
        wy_memory_env_free(memory);
        free(model.list);
    }
}

/* A dictionary without lists is sound, and says so where it is asked for one. */
static void test_unlisted(void **state)
{
    (void)state;
    struct model model = make_model(100, 9);
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_terms_list list;
    wy_terms *terms;
    wy_error error;
    wy_seal seal;
    assert_ok(write_model(&model, env, &wy_mem_default, "f", &seal, &error), &error);
    assert_ok(wy_terms_open(env, &wy_mem_default, "f", &seal, &terms, &error), &error);
    assert_false(wy_terms_listed(terms));
    assert_ok(wy_terms_check_lists(terms, bytes_as_units, &error), &error);
    assert_status(WY_E_DAMAGED, wy_terms_list_open(terms, 'a', 'a', true, &list, &error), &error);
    assert_string_equal(error.reason, "the dictionary does not list its terms");
    wy_terms_close(terms);
    wy_memory_env_free(memory);
    free(model.list);
}

/* ---- Refusals ----------------------------------------------------------------------------- */

/* What the writer cannot keep it refuses, and the failure stays. */
static void test_refused(void **state)
{
    (void)state;
    static const wy_term_info good = {.doc_freq = 1, .total_freq = 1, .postings_length = 1};
    const struct {
        const char *key;
        size_t length;
        wy_term_info info;
    } bad[] = {
        {"b", 1, {.doc_freq = 1, .total_freq = 1, .postings_offset = 1}}, /* the same */
        {"a", 1, {.doc_freq = 1, .total_freq = 1, .postings_offset = 1}}, /* before */
        {"", 0, {.doc_freq = 1, .total_freq = 1, .postings_offset = 1}},  /* empty */
        {"c", 1, {.doc_freq = 0, .total_freq = 1, .postings_offset = 1}}, /* no posting */
        {"c", 1, {.doc_freq = 2, .total_freq = 1, .postings_offset = 1}}, /* too few */
        {"c", 1, {.doc_freq = 1, .total_freq = 1, .postings_offset = 2}}, /* a gap */
        {"c", 1, {.doc_freq = 1, .total_freq = 1, .postings_offset = 1, .positions_offset = 9}},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        wy_memory_env *memory = wy_memory_env_make();
        wy_terms_writer *writer;
        wy_error error;
        wy_seal seal;
        assert_ok(
            wy_terms_create(wy_memory_env_table(memory), &wy_mem_default, "f", &writer, &error),
            &error);
        assert_ok(wy_terms_add(writer, "b", 1, &good, &error), &error);
        assert_status(WY_E_ARGUMENT,
                      wy_terms_add(writer, bad[i].key, bad[i].length, &bad[i].info, &error),
                      &error);
        if (i % 2)
            assert_status(WY_E_ARGUMENT, wy_terms_finish(writer, true, &seal, &error), &error);
        else
            wy_terms_abandon(writer);
        wy_memory_env_free(memory);
    }
}

/* ---- Damage ------------------------------------------------------------------------------- */

static int build_small(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    struct model model = make_model(80, 7);
    int status = write_model(&model, env, mem, path, seal, error);
    free(model.list);
    return status;
}

static int build_listed(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                        wy_error *error)
{
    struct model model = make_model(40, 8);
    int status = write_listed(&model, bytes_as_units, env, mem, path, seal, error);
    free(model.list);
    return status;
}

/* Reads all lists, too. */
static int probe_lists(const wy_env *env, const wy_mem *mem, const char *path,
                       const wy_seal *expected, wy_error *error)
{
    wy_terms *terms;
    wy_terms_list list;
    wy_error later;
    int status = wy_terms_open(env, mem, path, expected, &terms, error);
    if (status != WY_OK) return status;
    status = wy_terms_check(terms, error);
    if (status == WY_OK) status = wy_terms_check_lists(terms, bytes_as_units, error);
    for (uint32_t i = 0; i < 2 * 256; i++) {
        bool some = true;
        int next = wy_terms_list_open(terms, 'a', i / 2, i % 2, &list, &later);
        while (next == WY_OK && some) next = wy_terms_list_next(&list, &some, &later);
        if (status == WY_OK && next != WY_OK) *error = later;
        status = kinds_first(status, next);
    }
    wy_terms_close(terms);
    return status;
}

static int build_empty(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    struct model model = {NULL, 0};
    return write_model(&model, env, mem, path, seal, error);
}

static int probe(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                 wy_error *error)
{
    wy_terms *terms;
    wy_terms_cursor cursor;
    wy_term_info info;
    wy_error later;
    bool found;
    int status = wy_terms_open(env, mem, path, expected, &terms, error);
    if (status != WY_OK) return status;
    status = wy_terms_check(terms, error);
    struct model model = make_model(80, 7);
    for (size_t i = 0; i < model.count; i++) {
        struct entry *entry = &model.list[i];
        int next = wy_terms_get(terms, entry->key, entry->length, &found, &info, &later);
        if (next == WY_OK) next = wy_terms_seek(&cursor, terms, entry->key, entry->length, &later);
        for (int k = 0; k < 3 && next == WY_OK; k++) next = wy_terms_next(&cursor, &later);
        if (status == WY_OK && next != WY_OK) *error = later;
        status = kinds_first(status, next);
    }
    free(model.list);
    wy_terms_close(terms);
    return status;
}

static void test_damage(void **state)
{
    (void)state;
    kinds_check_damage(build_small, probe);
    kinds_check_damage(build_empty, probe);
    kinds_check_damage(build_listed, probe_lists);
}

static void test_hostile(void **state)
{
    (void)state;
    kinds_check_hostile(build_small, probe, 3000);
    kinds_check_hostile(build_empty, probe, 20);
    kinds_check_hostile(build_listed, probe_lists, 1000);
}

/* Two terms, "ab" and "ac". */
static int build_pair(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                      wy_error *error)
{
    struct entry pair[] = {
        {.key = "ab", .length = 2, .info = {.doc_freq = 1, .total_freq = 1}},
        {.key = "ac", .length = 2, .info = {.doc_freq = 1, .total_freq = 1}},
    };
    struct model model = {pair, 2};
    return write_model(&model, env, mem, path, seal, error);
}

static int check_only(const wy_env *env, const wy_mem *mem, const char *path,
                      const wy_seal *expected, wy_error *error)
{
    wy_terms *terms;
    int status = wy_terms_open(env, mem, path, expected, &terms, error);
    if (status != WY_OK) return status;
    status = wy_terms_check(terms, error);
    wy_terms_close(terms);
    return status;
}

/* Keys that do not ascend are found by the walk: the second becomes equal to the first, or less. */
static void test_order(void **state)
{
    (void)state;
    enum { SUFFIX = WY_SEALED_HEADER + 1 + 2 + 2 + 1 }; /* key, places, shape */
    wy_error error;
    assert_ok(kinds_probe_patched(build_pair, check_only, SUFFIX, 'd', &error), &error);
    for (uint8_t value = 'a'; value <= 'b'; value++) {
        assert_status(WY_E_DAMAGED,
                      kinds_probe_patched(build_pair, check_only, SUFFIX, value, &error), &error);
        assert_string_equal(error.reason, "keys do not ascend");
        assert_int_equal(error.offset, SUFFIX);
    }
}

static void test_faults(void **state)
{
    (void)state;
    kinds_check_memory(build_small, probe);
    kinds_check_memory(build_listed, probe_lists);
    kinds_check_env(build_small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),    cmocka_unit_test(test_chains),
        cmocka_unit_test(test_lists),    cmocka_unit_test(test_unlisted),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_order),
        cmocka_unit_test(test_damage),   cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
