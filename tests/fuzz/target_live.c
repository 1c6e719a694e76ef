/*
 * Live sets: the input is the payload of the file.
 */
#include "fuzz/fuzz.h"
#include "live/live.h"
#include "live/live_format.h"

static void count(const uint8_t *bits, uint32_t all, uint32_t live)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < all; i++) n += bits[i >> 3] >> (i & 7) & 1u;
    wy_test_must(n == live);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wy_memory_env *memory = fuzz_seal(WY_LIVE_KIND, WY_LIVE_VERSION, data, size);
    wy_live *live;
    wy_error error;
    int status =
        wy_live_open(wy_memory_env_table(memory), &wy_mem_default, "f", NULL, &live, &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        const wy_live_content *c = wy_live_counts(live);
        const uint8_t *paragraphs, *reports;
        bool sound = wy_live_check(live, &error) == WY_OK;
        status = wy_live_bits(live, &paragraphs, &reports, &error);
        fuzz_expect(status);
        wy_test_must(status == WY_OK || !sound);
        if (status == WY_OK) {
            fuzz_touch(paragraphs, (c->paragraphs + (size_t)7) / 8);
            fuzz_touch(reports, (c->reports + (size_t)7) / 8);
        }
        if (sound) {
            count(paragraphs, c->paragraphs, c->live_paragraphs);
            count(reports, c->reports, c->live_reports);
        }
        for (uint32_t i = 0; i < 2000; i++) {
            uint32_t dead;
            status = wy_live_dead(live, i < 1000 ? i : i * 2654435761u, &dead, &error);
            fuzz_expect(status);
            wy_test_must(status == WY_OK || !sound);
        }
        wy_live_close(live);
    }
    wy_memory_env_free(memory);
    return 0;
}
