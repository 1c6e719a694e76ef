/*
 * The term dictionary: the input is the payload of its file. Every key that a walk gives is found,
 * and so is whatever stands in the input.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "terms/terms.h"
#include "terms/terms_format.h"

/* Keys ascend where check found nothing, and each is found with what the walk said of it. */
static void walk(const wy_terms *terms, bool sound)
{
    wy_terms_cursor cursor;
    wy_error error;
    int status = wy_terms_seek(&cursor, terms, "", 0, &error);
    fuzz_expect(status);
    for (uint32_t i = 0; status == WY_OK && cursor.valid; i++) {
        wy_term_info info;
        bool found;
        wy_test_must(cursor.length >= 1 && cursor.length <= WY_KEY_MAX);
        status = wy_terms_get(terms, cursor.key, cursor.length, &found, &info, &error);
        fuzz_expect(status);
        if (sound)
            wy_test_must(status == WY_OK && found && info.ordinal == i &&
                         info.doc_freq == cursor.info.doc_freq &&
                         info.postings_offset == cursor.info.postings_offset &&
                         info.positions_length == cursor.info.positions_length);
        wy_test_must(i < wy_terms_count(terms));
        status = wy_terms_next(&cursor, &error);
        fuzz_expect(status);
        wy_test_must(status == WY_OK || !sound);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wy_memory_env *memory = fuzz_seal(WY_TERMS_KIND, WY_TERMS_VERSION, data, size);
    wy_terms *terms;
    wy_error error;
    int status = wy_terms_open(wy_memory_env_table(memory), &wy_mem_default, "f", NULL, &terms,
                               &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        status = wy_terms_check(terms, &error);
        fuzz_expect(status);
        walk(terms, status == WY_OK);
        for (size_t at = 0; at < size; at += 1 + size / 16) {
            wy_terms_cursor cursor;
            size_t left = size - at, length = 1 + data[at] % 40u;
            if (length > left) length = left;
            status = wy_terms_seek(&cursor, terms, data + at, length, &error);
            for (int k = 0; k < 3 && status == WY_OK && cursor.valid; k++)
                status = wy_terms_next(&cursor, &error);
            fuzz_expect(status);
        }
        wy_terms_close(terms);
    }
    wy_memory_env_free(memory);
    return 0;
}
