/*
 * A store: the input is the payload of its file. Each record is read, in two orders; what check
 * finds sound can be read whole. Records are also read as those of reports and paragraphs.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "segment/record.h"
#include "store/store.h"
#include "store/store_format.h"

enum { MOST = 1000 };

static void as_record(const uint8_t *data, size_t length)
{
    wy_report report;
    wy_record_ids ids;
    wy_section *sections;
    wy_paragraph paragraph;
    wy_error error;
    int status =
        wy_record_get_report(&wy_mem_default, data, length, &report, &ids, &sections, &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        fuzz_touch(report.title.data, report.title.length);
        fuzz_touch(ids.prefix.data, ids.prefix.length);
        for (size_t i = 0; i < report.section_count; i++) {
            wy_test_must(sections[i].parent <= i);
            fuzz_touch(sections[i].heading.data, sections[i].heading.length);
        }
        free(sections);
    }
    for (int numbered = 0; numbered < 2; numbered++) {
        ids.numbered = numbered;
        if (wy_record_get_paragraph(data, length, &ids, &paragraph))
            fuzz_touch(paragraph.text.data, paragraph.text.length);
    }
}

static void read_all(const wy_store *store, bool sound)
{
    wy_store_reader *reader;
    wy_error error;
    uint64_t count = wy_store_count(store), most = count < MOST ? count : MOST;
    int status = wy_store_reader_open(store, &reader, &error);
    fuzz_expect(status);
    wy_test_must(status == WY_OK || !sound);
    if (status != WY_OK) return;
    for (uint64_t i = 0; i < 2 * most; i++) {
        const uint8_t *data;
        size_t length;
        uint64_t number = i < most ? i : (i * 7919 + 13) % count;
        status = wy_store_get(reader, number, &data, &length, &error);
        fuzz_expect(status);
        wy_test_must(status == WY_OK || !sound);
        if (status != WY_OK) continue;
        fuzz_touch(data, length);
        if (i < most) as_record(data, length);
    }
    wy_store_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wy_memory_env *memory = fuzz_seal(WY_STORE_KIND, WY_STORE_VERSION, data, size);
    wy_store *store;
    wy_error error;
    as_record(data, size);
    int status = wy_store_open(wy_memory_env_table(memory), &wy_mem_default, "f", NULL, &store,
                               &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        status = wy_store_check(store, &error);
        fuzz_expect(status);
        read_all(store, status == WY_OK);
        wy_store_close(store);
    }
    wy_memory_env_free(memory);
    return 0;
}
