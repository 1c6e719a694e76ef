/*
 * Positions of a term: offset:u32le length:u32le count:u8 { frequency:u8 length:u8 }*count, then
 * the payload of the file. The documents are 0, 1, 2 and so on.
 */
#include "fuzz/fuzz.h"
#include "positions/positions.h"
#include "positions/positions_format.h"

typedef struct term {
    wy_positions_place place;
    uint32_t count;
    uint32_t docs[256], freqs[256];
    uint8_t lengths[256];
} term;

static void get_all(const wy_sealed *file, const term *t, uint32_t step)
{
    wy_positions q;
    wy_error error;
    int status =
        wy_positions_open(&q, &wy_mem_default, file, t->place, t->count, t->lengths, &error);
    fuzz_expect(status);
    if (status != WY_OK) return;
    for (uint32_t i = 0; i < t->count; i += step) {
        const uint32_t *positions;
        uint32_t got, block = i / WY_BLOCK, first = block * WY_BLOCK;
        uint32_t count = t->count - first < WY_BLOCK ? t->count - first : WY_BLOCK;
        status = wy_positions_get(&q, block, t->docs + first, t->freqs + first, count, i - first,
                                  &positions, &got, &error);
        fuzz_expect(status);
        if (status != WY_OK) continue;
        wy_test_must(got == t->freqs[i]);
        for (uint32_t k = 1; k < got; k++) wy_test_must(positions[k] > positions[k - 1]);
    }
    wy_positions_close(&q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wy_reader r = wy_reader_of(data, size);
    term t;
    t.place.offset = wy_reader_u32(&r);
    t.place.length = wy_reader_u32(&r);
    t.count = wy_reader_u8(&r);
    for (uint32_t i = 0; i < t.count; i++) {
        t.docs[i] = i;
        t.freqs[i] = 1u + wy_reader_u8(&r);
        t.lengths[i] = wy_reader_u8(&r);
    }
    if (r.bad || t.count == 0) return 0;
    wy_memory_env *memory =
        fuzz_seal(WY_POSITIONS_KIND, WY_POSITIONS_VERSION, r.next, wy_reader_left(&r));
    wy_sealed *file;
    wy_error error;
    int status = wy_positions_file_open(wy_memory_env_table(memory), &wy_mem_default, "f", NULL,
                                        &file, &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        get_all(file, &t, 1);
        get_all(file, &t, 50);
        wy_sealed_close(file);
    }
    wy_memory_env_free(memory);
    return 0;
}
