/*
 * A list of postings: offset:u32le length:u32le count:u32le limit:u32le, then the payload of the
 * file. Walking, seeking and moving by blocks must agree on a list that check finds sound.
 */
#include "fuzz/fuzz.h"
#include "postings/postings.h"
#include "postings/postings_format.h"

static uint32_t walk(const wy_sealed *file, wy_postings_place place, uint32_t limit, bool sound)
{
    wy_postings p;
    wy_error error;
    uint32_t n = 0, last = 0, freq;
    int status = wy_postings_open(&p, file, place, limit, &error);
    fuzz_expect(status);
    while (status == WY_OK) {
        status = wy_postings_next(&p, &error);
        fuzz_expect(status);
        if (status != WY_OK || p.doc == WY_NO_DOC) break;
        wy_test_must(p.doc < limit && (n == 0 || p.doc > last) && p.doc <= p.block_last);
        last = p.doc;
        n++;
        wy_test_must(n <= place.count);
        status = wy_postings_freq(&p, &freq, &error);
        fuzz_expect(status);
        wy_test_must(status != WY_OK || freq >= 1);
    }
    wy_test_must(!sound || (status == WY_OK && n == place.count));
    return last;
}

static void jump(const wy_sealed *file, wy_postings_place place, uint32_t limit, uint32_t step,
                 bool sound)
{
    wy_postings p;
    wy_error error;
    int status = wy_postings_open(&p, file, place, limit, &error);
    for (uint64_t target = 0; status == WY_OK && target < limit; target += step) {
        status = wy_postings_block(&p, (uint32_t)target, &error);
        fuzz_expect(status);
        if (status != WY_OK) break;
        wy_test_must(p.block_last >= target);
        status = wy_postings_seek(&p, (uint32_t)target, &error);
        fuzz_expect(status);
        wy_test_must(status == WY_OK || !sound);
        if (status != WY_OK || p.doc == WY_NO_DOC) break;
        wy_test_must(p.doc >= target && p.doc < limit);
        if (p.doc > target) target = p.doc;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wy_reader r = wy_reader_of(data, size);
    wy_postings_place place;
    place.offset = wy_reader_u32(&r);
    place.length = wy_reader_u32(&r);
    place.count = wy_reader_u32(&r);
    uint32_t limit = wy_reader_u32(&r);
    if (r.bad || place.count == 0 || limit > WY_DOC_MAX + 1) return 0; /* what callers promise */

    wy_memory_env *memory =
        fuzz_seal(WY_POSTINGS_KIND, WY_POSTINGS_VERSION, r.next, wy_reader_left(&r));
    wy_sealed *file;
    wy_error error;
    int status = wy_postings_file_open(wy_memory_env_table(memory), &wy_mem_default, "f", NULL,
                                       &file, &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        status = wy_postings_check(file, place, limit, &error);
        fuzz_expect(status);
        uint32_t last = walk(file, place, limit, status == WY_OK);
        jump(file, place, limit, last / 37 + 1, status == WY_OK);
        jump(file, place, limit, last / 5 + 3, status == WY_OK);
        wy_sealed_close(file);
    }
    wy_memory_env_free(memory);
    return 0;
}
