/*
 * unit/test_store.c: the store of records against the records themselves.
 */
#include "store/store.h"

#include <pthread.h>
#include <stdio.h>
#include <zdict.h>

#include "store/compressor.h"
#include "store/dictionary.h"
#include "store/matches_search.h"
#include "store/store_format.h"
#include "store/tables.h"
#include "unit/kinds.h"

/* ---- The model ---------------------------------------------------------------------------- */

struct model {
    uint8_t *data;
    size_t *starts; /* of the records, and the end */
    size_t count, capacity, length, room;
};

static void add(struct model *model, const void *data, size_t length)
{
    while (model->room < model->length + length + 1) {
        model->room = model->room * 2 + 1024;
        model->data = wy_test_realloc(model->data, model->room);
    }
    if (model->capacity < model->count + 2) {
        model->capacity = model->capacity * 2 + 64;
        model->starts = wy_test_realloc(model->starts, model->capacity * sizeof *model->starts);
    }
    model->starts[model->count++] = model->length;
    if (length) memcpy(model->data + model->length, data, length);
    model->length += length;
    model->starts[model->count] = model->length;
}

static void free_model(struct model *model)
{
    free(model->data);
    free(model->starts);
}

/* Something like text: words of a small vocabulary, so that it can be compressed. */
static size_t make_text(wy_test_random *random, char *out, size_t length)
{
    static const char *const words[] = {"依法", "行政", "政府", "建设", "推进", "加强", "全面",
                                        "工作", "报告", "，",   "。",   "监督", "执法", "服务"};
    size_t at = 0;
    while (at + 6 <= length) {
        const char *word = words[wy_test_below(random, sizeof words / sizeof *words)];
        size_t n = strlen(word);
        memcpy(out + at, word, n);
        at += n;
    }
    return at;
}

enum { LONGEST = 1 << 20 };

/* `kind`: 0 text, 1 any bytes, 2 of all sorts: empty, long, marks, noise. */
static struct model make_model(size_t count, size_t longest, int kind, uint64_t stream)
{
    wy_test_random random = wy_test_random_of(stream);
    struct model model = {0};
    char *record = wy_test_alloc(longest + 8);
    for (size_t i = 0; i < count; i++) {
        size_t length = (size_t)wy_test_below(&random, longest + 1);
        int sort = kind < 2 ? kind : (int)wy_test_below(&random, 4);
        if (sort == 0) length = make_text(&random, record, length);
        if (sort == 1) wy_test_fill(&random, record, length);
        if (sort == 2) length = 0;
        if (sort == 3) memset(record, WY_STORE_MARK, length);
        add(&model, record, length);
    }
    free(record);
    return model;
}

static int write_model(const struct model *model, const wy_store_options *options,
                       const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    wy_store_writer *writer;
    int status = wy_store_create(env, mem, path, options, &writer, error);
    if (status != WY_OK) return status;
    for (size_t i = 0; i < model->count; i++) /* errors stick */
        wy_store_add(writer, model->data + model->starts[i],
                     model->starts[i + 1] - model->starts[i], NULL);
    return wy_store_finish(writer, true, seal, error);
}

static void check_record(wy_store_reader *reader, const struct model *model, size_t i)
{
    const uint8_t *data;
    size_t length;
    wy_error error;
    assert_ok(wy_store_get(reader, i, &data, &length, &error), &error);
    assert_int_equal(length, model->starts[i + 1] - model->starts[i]);
    assert_memory_equal(data, model->data + model->starts[i], length);
}

/* ---- Round trips -------------------------------------------------------------------------- */

/* What one reader gives out lives while another reads: they do not share where a block is. */
static void check_readers(const wy_store *store, wy_store_reader *reader, const struct model *model)
{
    wy_store_reader *other;
    wy_error error;
    wy_test_random random = wy_test_random_of(model->length);
    assert_ok(wy_store_reader_open(store, &other, &error), &error);
    for (size_t i = 0; i < 50 && model->count > 0; i++) {
        const size_t number = (size_t)wy_test_below(&random, model->count);
        const uint8_t *data;
        size_t length;
        assert_ok(wy_store_get(reader, number, &data, &length, &error), &error);
        check_record(other, model, (size_t)wy_test_below(&random, model->count));
        assert_int_equal(length, model->starts[number + 1] - model->starts[number]);
        if (length) assert_memory_equal(data, model->data + model->starts[number], length);
    }
    wy_store_reader_close(other);
}

/* Writes, reads in and out of order, and gives the size of the file. */
static uint64_t check_model(const struct model *model, const wy_store_options *options)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_store *store;
    wy_store_reader *reader;
    const uint8_t *data;
    size_t length;
    wy_error error;
    wy_seal seal, again;
    assert_ok(write_model(model, options, env, &wy_mem_default, "f", &seal, &error), &error);
    assert_ok(write_model(model, options, env, &wy_mem_default, "g", &again, &error), &error);
    assert_int_equal(seal.size, again.size); /* the same records give the same bytes */
    assert_true(seal.root == again.root);

    assert_ok(wy_store_open(env, &wy_mem_default, "f", &seal, &store, &error), &error);
    assert_int_equal(wy_store_count(store), model->count);
    assert_int_equal(wy_store_bytes(store), model->length);
    assert_ok(wy_store_check(store, &error), &error);
    assert_ok(wy_store_reader_open(store, &reader, &error), &error);
    for (size_t i = 0; i < model->count; i++) check_record(reader, model, i);
    for (size_t i = model->count; i-- > 0;) check_record(reader, model, i);
    wy_test_random random = wy_test_random_of(model->count);
    for (size_t i = 0; i < 500 && model->count > 0; i++)
        check_record(reader, model, (size_t)wy_test_below(&random, model->count));
    assert_status(WY_E_ARGUMENT, wy_store_get(reader, model->count, &data, &length, &error),
                  &error);
    check_readers(store, reader, model);
    wy_store_reader_close(reader);
    wy_store_close(store);
    wy_memory_env_free(memory);
    return seal.size;
}

static void test_sizes(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 17, 300};
    static const wy_store_options options[] = {
        {.block_size = 0}, {.block_size = 1}, {.block_size = 100}, {.block_size = 1 << 20}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
            for (int kind = 0; kind < 3; kind++) {
                struct model model = make_model(counts[i], 120, kind, 100 * i + 10 * k);
                check_model(&model, &options[k]);
                free_model(&model);
            }
        }
    }
}

/* Records that end just before, at and behind the end of a block. */
static void test_block_limits(void **state)
{
    (void)state;
    uint8_t record[200];
    memset(record, 'x', sizeof record);
    for (size_t length = 0; length < 140; length++) {
        struct model model = {0};
        for (size_t i = 0; i < 9; i++) add(&model, record, length);
        add(&model, record, 63);
        add(&model, record, 0);
        check_model(&model, &(wy_store_options){.block_size = 64});
        free_model(&model);
    }
}

static void test_long_records(void **state)
{
    (void)state;
    struct model model = make_model(12, LONGEST, 2, 8);
    uint8_t *noise = wy_test_alloc(LONGEST);
    wy_test_random random = wy_test_random_of(9);
    wy_test_fill(&random, noise, LONGEST);
    add(&model, noise, LONGEST);
    add(&model, "", 0);
    memset(noise, 'a', LONGEST);
    add(&model, noise, LONGEST); /* 1 MiB from a few bytes */
    check_model(&model, NULL);
    free(noise);
    free_model(&model);
}

/* More than the sample, so that a dictionary is trained and blocks are written both before the
 * end and at it; and text takes less than half of its size. */
static void test_dictionary(void **state)
{
    (void)state;
    struct model model = make_model(30000, 800, 0, 4);
    assert_true(model.length > 9 << 20);
    uint64_t size = check_model(&model, NULL);
    assert_true(size < model.length / 2);
    free_model(&model);
    model = make_model(2000, 120, 0, 5); /* less than the sample, enough for a dictionary */
    assert_true(model.length > 64 << 10);
    check_model(&model, NULL);
    free_model(&model);
}

/* What the search for matches meets, behind enough text for a dictionary: copies of what came
 * before with a byte changed, runs, bytes that begin no character, and blocks that are too long. */
static void test_matches(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 11, 12, 13, 5000, 65533, 65534, 65535, 65536, 70000};
    static const uint8_t runs[] = {'a', ' ', 0x80, WY_STORE_MARK};
    static const wy_store_options options[] = {
        {.block_size = 0}, {.block_size = 1}, {.block_size = 65535}, {.block_size = 65536}};
    wy_test_random random = wy_test_random_of(12);
    struct model model = make_model(1500, 200, 0, 6);
    uint8_t *record = wy_test_alloc(70000);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (size_t k = 0; k < sizeof runs; k++) {
            memset(record, runs[k], lengths[i]);
            add(&model, record, lengths[i]);
        }
        for (int k = 0; k < 6; k++) {
            const size_t from = (size_t)wy_test_below(&random, model.length - lengths[i]);
            memcpy(record, model.data + from, lengths[i]);
            record[wy_test_below(&random, lengths[i])] ^= 1;
            add(&model, record, lengths[i]);
        }
    }
    for (size_t k = 0; k < sizeof options / sizeof *options; k++) check_model(&model, &options[k]);
    free(record);
    free_model(&model);
}

/* The portable search and the best for this processor find the same. */
static void test_searches(void **state)
{
    (void)state;
    enum { BYTES = 60000, TIMES = 60 };
    wy_test_random random = wy_test_random_of(13);
    struct model model = make_model(3000, 200, 2, 7);
    wy_match_index *index;
    assert_int_equal(
        wy_match_index_make(&wy_mem_default, model.data, model.length / 2, &index, NULL), WY_OK);
    wy_match_characters *characters = wy_match_characters_make(&wy_mem_default);
    assert_non_null(characters);
    uint8_t *block = wy_test_alloc(BYTES);
    ZSTD_Sequence *found[2];
    for (int k = 0; k < 2; k++) found[k] = wy_test_alloc(WY_MATCHES_ROOM(BYTES) * sizeof *found[k]);
    for (int i = 0; i < TIMES; i++) {
        const size_t length = (size_t)wy_test_below(&random, i % 2 ? 100 : BYTES);
        memcpy(block, model.data + wy_test_below(&random, model.length - length), length);
        for (size_t at = 0; at < length; at += 1 + wy_test_below(&random, 40))
            block[at] = (uint8_t)wy_test_below(&random, 256);
        const size_t count = wy_matches_find_scalar(index, characters, block, length, found[0]);
        assert_int_equal(wy_matches_find(index, characters, block, length, found[1]), count);
        assert_memory_equal(found[0], found[1], count * sizeof *found[0]);
    }
    for (int k = 0; k < 2; k++) free(found[k]);
    free(block);
    wy_match_characters_free(&wy_mem_default, characters);
    wy_match_index_free(&wy_mem_default, index);
    free_model(&model);
}

/* What a dictionary is made of: parts of the sample, no more than there is room for; and tables
 * that zstd takes, of all sorts of samples. Text has them. */
static void test_tables(void **state)
{
    (void)state;
    static const size_t rooms[] = {0, 100, 5000, 64 << 10};
    for (int kind = 0; kind < 4; kind++) {
        struct model model = make_model(2000, 400, kind < 3 ? kind : 0, 20);
        if (kind == 3) memset(model.data, 'a', model.length);
        for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
            wy_match_index *index;
            wy_buf text, all;
            wy_buf_init(&text, &wy_mem_default);
            wy_buf_init(&all, &wy_mem_default);
            assert_int_equal(wy_dictionary_choose(&wy_mem_default, model.data, model.length,
                                                  rooms[i], &text, NULL),
                             WY_OK);
            assert_true(text.length <= rooms[i]);
            assert_true(text.length > 0 || kind != 0 || rooms[i] < 300);
            if (text.length == 0) continue;
            assert_int_equal(
                wy_match_index_make(&wy_mem_default, text.data, text.length, &index, NULL), WY_OK);
            assert_int_equal(
                wy_tables_make(&wy_mem_default, index, model.data, model.length, &all, NULL),
                WY_OK);
            assert_true(all.length > 0 || kind != 0);
            assert_true(all.length <= WY_TABLES_ROOM);
            const size_t tables = all.length;
            wy_buf_bytes(&all, text.data, text.length);
            if (tables > 0 && text.length > 8)
                assert_int_equal(ZDICT_getDictHeaderSize(all.data, all.length), tables);
            wy_match_index_free(&wy_mem_default, index);
            wy_buf_free(&text);
            wy_buf_free(&all);
        }
        free_model(&model);
    }
}

/* The same article with many numbers: matches are so long that there are few, and zstd makes no
 * tables of them. */
static struct model make_articles(size_t count)
{
    struct model model = {0};
    char article[80];
    for (size_t i = 0; i < count; i++)
        add(&model, article,
            (size_t)snprintf(article, sizeof article, "第%zu条 本规定自发布之日起施行。", i % 97));
    return model;
}

/* Bytes that no character begins with, and among them what a dictionary's tables begin with. */
static struct model make_misleading(void)
{
    static const uint8_t magic[] = {0x37, 0xA4, 0x30, 0xEC, 0x81, 0x92, 0xA3};
    enum { LENGTH = 3000 };
    struct model model = {0};
    uint8_t record[LENGTH];
    wy_test_random random = wy_test_random_of(21);
    for (size_t i = 0; i < 100; i++) {
        wy_test_fill(&random, record, LENGTH);
        for (size_t k = 0; k < LENGTH; k++) record[k] = (uint8_t)(record[k] % 64 + 0x80);
        memcpy(record + LENGTH / 2, magic, sizeof magic);
        add(&model, record, LENGTH);
    }
    return model;
}

/* Records of any Han characters out of the first `different`. */
static struct model make_characters(size_t length, unsigned different, uint64_t stream)
{
    enum { LENGTH = 1200 };
    struct model model = {0};
    char record[LENGTH];
    wy_test_random random = wy_test_random_of(stream);
    while (model.length < length) {
        for (size_t k = 0; k < LENGTH; k += 3) {
            const unsigned c = 0x4E00 + (unsigned)wy_test_below(&random, different);
            record[k] = (char)(0xE0 | c >> 12);
            record[k + 1] = (char)(0x80 | (c >> 6 & 63));
            record[k + 2] = (char)(0x80 | (c & 63));
        }
        add(&model, record, LENGTH);
    }
    return model;
}

static uint32_t begins(const wy_buf *dictionary)
{
    uint32_t out;
    memcpy(&out, dictionary->data, sizeof out);
    return out;
}

enum dictionary_kind { TABLES, TEXT, MAY_BE_NONE };

static void check_compression(const struct model *model, size_t room, enum dictionary_kind kind)
{
    wy_compression *with;
    wy_error error;
    assert_ok(wy_compression_make(&wy_mem_default, model->data, model->length, room, &with, &error),
              &error);
    assert_true(with != NULL || kind == MAY_BE_NONE);
    if (!with) return;
    const wy_buf *all = wy_compression_dictionary(with);
    assert_true(all->length <= room);
    if (kind != MAY_BE_NONE) assert_int_equal(kind == TABLES, begins(all) == ZSTD_MAGIC_DICTIONARY);
    if (room > WY_STORE_DICTIONARY / 2) assert_true(all->length > room - 2048);
    wy_compression_free(with);
}

/* Dictionaries as a whole: with tables, and filled until no segment has room any more, which may be
 * but a few bytes; without tables; and none where a text would be taken for them. Each can be
 * written and read. */
static void test_compressions(void **state)
{
    (void)state;
    struct model models[] = {make_characters(9 << 20, 80, 22), make_articles(4000),
                             make_misleading()};
    for (size_t less = 0; less < 300; less += 60)
        check_compression(&models[TABLES], WY_STORE_DICTIONARY - less, TABLES);
    check_compression(&models[TEXT], models[TEXT].length / 8, TEXT);
    check_compression(&models[MAY_BE_NONE], models[MAY_BE_NONE].length / 8, MAY_BE_NONE);
    for (size_t i = 0; i < 3; i++) {
        check_model(&models[i], NULL);
        free_model(&models[i]);
    }
}

/* What stands in many places is chosen, once, and lies at the end, where it is nearest. */
static void test_chosen(void **state)
{
    (void)state;
    static const char often[] = "为了规范地下管线的规划建设和维护管理制定本规定";
    struct model model = make_characters(200 << 10, 0x5000, 23);
    for (size_t i = 0; i < model.count; i += 3)
        memcpy(model.data + model.starts[i] + 300, often, sizeof often - 1);
    wy_buf text;
    wy_buf_init(&text, &wy_mem_default);
    assert_int_equal(
        wy_dictionary_choose(&wy_mem_default, model.data, model.length, 4000, &text, NULL), WY_OK);
    size_t times = 0, last = 0;
    for (size_t at = 0; at + sizeof often - 1 <= text.length; at++)
        if (memcmp(text.data + at, often, sizeof often - 1) == 0) {
            times++;
            last = at;
        }
    assert_int_equal(times, 1);
    assert_true(last + 700 > text.length);
    wy_buf_free(&text);
    free_model(&model);
}

/* No byte beyond a sample is read: each lies at the end of its memory. */
static void test_edges(void **state)
{
    (void)state;
    struct model model = make_model(400, 200, 0, 24);
    for (size_t length = 0; length < model.length; length += length < 300 ? 1 : 4097) {
        uint8_t *sample = wy_test_alloc(length + (length == 0));
        wy_buf text;
        memcpy(sample, model.data, length);
        wy_buf_init(&text, &wy_mem_default);
        assert_int_equal(wy_dictionary_choose(&wy_mem_default, sample, length, 2000, &text, NULL),
                         WY_OK);
        if (text.length > 0) {
            wy_match_index *index;
            wy_buf tables;
            wy_buf_init(&tables, &wy_mem_default);
            assert_int_equal(
                wy_match_index_make(&wy_mem_default, text.data, text.length, &index, NULL), WY_OK);
            assert_int_equal(wy_tables_make(&wy_mem_default, index, sample, length, &tables, NULL),
                             WY_OK);
            wy_match_index_free(&wy_mem_default, index);
            wy_buf_free(&tables);
        }
        wy_buf_free(&text);
        free(sample);
    }
    free_model(&model);
}

/* Records that are like no others come late: a dictionary made of what is spread over all knows
 * them, one made of the first does not. */
static void test_offered(void **state)
{
    (void)state;
    enum { COUNT = 36000, LENGTH = 240, KINDS = 512, LATE = 1000 };
    static uint8_t pool[KINDS + 1][LENGTH];
    struct model model = {0};
    wy_test_random random = wy_test_random_of(13);
    wy_test_fill(&random, pool, sizeof pool);
    for (size_t i = 0; i < COUNT; i++)
        add(&model, pool[i < COUNT - LATE ? i % 4 : (size_t)wy_test_below(&random, KINDS)], LENGTH);
    uint64_t sizes[2];
    for (int offered = 0; offered < 2; offered++) {
        wy_memory_env *memory = wy_memory_env_make();
        const wy_env *env = wy_memory_env_table(memory);
        wy_store_writer *writer;
        wy_error error;
        wy_seal seal;
        assert_ok(wy_store_create(env, &wy_mem_default, "f", NULL, &writer, &error), &error);
        for (size_t i = 0; i < COUNT && offered; i++)
            assert_ok(wy_store_offer(writer, model.data + model.starts[i], LENGTH,
                                     model.length + COUNT, &error),
                      &error);
        for (size_t i = 0; i < COUNT; i++)
            assert_ok(wy_store_add(writer, model.data + model.starts[i], LENGTH, &error), &error);
        assert_ok(wy_store_finish(writer, true, &seal, &error), &error);
        sizes[offered] = seal.size;
        wy_memory_env_free(memory);
    }
    assert_true(sizes[1] < sizes[0]);
    free_model(&model);
}

/* The same bytes from one thread and from two: with a dictionary and without, with blocks that are
 * left over, of all forms, and none. */
static void test_two_threads(void **state)
{
    (void)state;
    static const struct {
        size_t count, longest;
        int kind;
        uint32_t block_size;
    } cases[] = {{0, 1, 0, 0},       {1, 100, 0, 0},       {3000, 2000, 0, 0},
                 {400, 4000, 1, 0},  {5000, 1500, 2, 0},   {20000, 900, 0, 0},
                 {3000, 300, 2, 64}, {40, 40000, 0, 1000}, {12000, 20, 2, 1024}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model model = make_model(cases[i].count, cases[i].longest, cases[i].kind, 20 + i);
        wy_memory_env *memory = wy_memory_env_make();
        const wy_env *env = wy_memory_env_table(memory);
        wy_seal seals[2];
        uint8_t *files[2];
        size_t lengths[2];
        wy_error error;
        for (int two = 0; two < 2; two++) {
            const wy_store_options options = {.block_size = cases[i].block_size,
                                              .two_threads = two};
            const char *path = two ? "two" : "one";
            assert_ok(
                write_model(&model, &options, env, &wy_mem_default, path, &seals[two], &error),
                &error);
            files[two] = wy_memory_env_get(memory, path, &lengths[two]);
        }
        assert_int_equal(lengths[0], lengths[1]);
        assert_memory_equal(files[0], files[1], lengths[0]);
        assert_true(seals[0].root == seals[1].root);
        free(files[0]);
        free(files[1]);
        wy_memory_env_free(memory);
        free_model(&model);
    }
}

static void test_refused(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    static const wy_store_options bad[] = {{.block_size = UINT32_MAX}};
    wy_store_writer *writer;
    wy_error error;
    wy_seal seal;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_status(WY_E_ARGUMENT,
                      wy_store_create(env, &wy_mem_default, "f", &bad[i], &writer, &error), &error);
    assert_ok(wy_store_create(env, &wy_mem_default, "f", NULL, &writer, &error), &error);
    assert_status(WY_E_LIMIT, wy_store_add(writer, "", (size_t)WY_STORE_RECORD_MAX + 1, &error),
                  &error);
    assert_status(WY_E_LIMIT, wy_store_add(writer, "", 0, &error), &error);
    assert_status(WY_E_LIMIT, wy_store_finish(writer, true, &seal, &error), &error);
    assert_ok(wy_store_create(env, &wy_mem_default, "g", NULL, &writer, &error), &error);
    assert_ok(wy_store_add(writer, "abc", 3, &error), &error);
    wy_store_abandon(writer);
    wy_memory_env_free(memory);
}

/* ---- Threads ------------------------------------------------------------------------------ */

struct thread {
    pthread_t id;
    const wy_store *store;
    const struct model *model;
    uint64_t stream;
    size_t wrong;
};

/* No cmocka in here: it is not for threads. */
static void *read_in_thread(void *context)
{
    struct thread *thread = context;
    const struct model *model = thread->model;
    wy_test_random random = wy_test_random_of(thread->stream);
    wy_store_reader *reader;
    if (wy_store_reader_open(thread->store, &reader, NULL) != WY_OK) {
        thread->wrong = 1;
        return NULL;
    }
    for (size_t n = 0; n < 2000; n++) {
        const uint8_t *data;
        size_t length, i = (size_t)wy_test_below(&random, model->count);
        thread->wrong += wy_store_get(reader, i, &data, &length, NULL) != WY_OK ||
                         length != model->starts[i + 1] - model->starts[i] ||
                         memcmp(data, model->data + model->starts[i], length) != 0;
    }
    wy_store_reader_close(reader);
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    enum { THREADS = 8 };
    struct thread threads[THREADS];
    struct model model = make_model(3000, 300, 0, 6);
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_store *store;
    wy_error error;
    wy_seal seal;
    wy_test_seed();
    assert_ok(write_model(&model, NULL, env, &wy_mem_default, "f", &seal, &error), &error);
    assert_ok(wy_store_open(env, &wy_mem_default, "f", &seal, &store, &error), &error);
    for (size_t i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){.store = store, .model = &model, .stream = i};
        assert_int_equal(pthread_create(&threads[i].id, NULL, read_in_thread, &threads[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i].id, NULL);
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(threads[i].wrong, 0);
    wy_store_close(store);
    wy_memory_env_free(memory);
    free_model(&model);
}

/* ---- Damage ------------------------------------------------------------------------------- */

/* A few blocks of both forms, without a dictionary. */
static int build_small(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    struct model model = make_model(20, 40, 2, 11);
    int status =
        write_model(&model, &(wy_store_options){.block_size = 128}, env, mem, path, seal, error);
    free_model(&model);
    return status;
}

/* Just enough for a dictionary. */
static int build_trained(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                         wy_error *error)
{
    struct model model = make_model(800, 250, 0, 12);
    int status = write_model(&model, NULL, env, mem, path, seal, error);
    free_model(&model);
    return status;
}

/* The same, of a text alone. */
static int build_untabled(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                          wy_error *error)
{
    struct model model = make_articles(2500);
    int status = write_model(&model, NULL, env, mem, path, seal, error);
    free_model(&model);
    return status;
}

static int build_by_two(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                        wy_error *error)
{
    const wy_store_options options = {.two_threads = true};
    struct model model = make_model(800, 250, 2, 12);
    int status = write_model(&model, &options, env, mem, path, seal, error);
    free_model(&model);
    return status;
}

static int build_empty(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                       wy_error *error)
{
    struct model model = {0};
    return write_model(&model, NULL, env, mem, path, seal, error);
}

static int probe(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                 wy_error *error)
{
    wy_store *store;
    wy_store_reader *reader;
    volatile uint8_t last = 0;
    int status = wy_store_open(env, mem, path, expected, &store, error);
    if (status != WY_OK) return status;
    status = wy_store_check(store, error);
    int next = wy_store_reader_open(store, &reader, error);
    if (next == WY_OK) {
        for (uint64_t i = 0; i < wy_store_count(store) && i < 30; i++) {
            const uint8_t *data;
            size_t length;
            next = kinds_first(
                next, wy_store_get(reader, i * 7 % wy_store_count(store), &data, &length, error));
            if (next == WY_OK && length > 0) last = data[length - 1];
        }
        wy_store_reader_close(reader);
    }
    (void)last;
    wy_store_close(store);
    return kinds_first(status, next);
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
    kinds_check_hostile(build_small, probe, 1000);
    kinds_check_hostile(build_trained, probe, 300);
    kinds_check_hostile(build_untabled, probe, 300);
    kinds_check_hostile(build_empty, probe, 20);
}

static void test_faults(void **state)
{
    (void)state;
    kinds_check_memory(build_small, probe);
    kinds_check_memory(build_trained, probe);
    kinds_check_memory(build_untabled, probe);
    kinds_check_memory(build_by_two, probe);
    kinds_check_env(build_small);
    kinds_check_env(build_by_two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),        cmocka_unit_test(test_block_limits),
        cmocka_unit_test(test_long_records), cmocka_unit_test(test_dictionary),
        cmocka_unit_test(test_matches),      cmocka_unit_test(test_searches),
        cmocka_unit_test(test_tables),       cmocka_unit_test(test_compressions),
        cmocka_unit_test(test_chosen),       cmocka_unit_test(test_edges),
        cmocka_unit_test(test_offered),      cmocka_unit_test(test_two_threads),
        cmocka_unit_test(test_refused),      cmocka_unit_test(test_threads),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
