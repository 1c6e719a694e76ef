/*
 * live/live_writer.c: writes a live set whole.
 */
#include "live/live.h"

#include "base/buf.h"
#include "live/live_format.h"

/* The dead terms and the trailer, in their bytes. */
static void put_end(wy_buf *buf, const wy_live_content *content)
{
    for (uint32_t i = 0; i < content->dead_term_count; i++) {
        wy_buf_u32(buf, content->dead_terms[i].ordinal);
        wy_buf_u32(buf, content->dead_terms[i].doc_freq);
    }
    wy_buf_u32(buf, content->paragraphs);
    wy_buf_u32(buf, content->reports);
    wy_buf_u32(buf, content->live_paragraphs);
    wy_buf_u32(buf, content->live_reports);
    for (int f = 0; f < WY_LIVE_FIELDS; f++) wy_buf_u64(buf, content->live_lengths[f]);
    wy_buf_u32(buf, content->dead_term_count);
    wy_buf_u32(buf, content->live_passages);
}

int wy_live_write(const wy_env *env, const wy_mem *mem, const char *path,
                  const wy_live_content *content, bool sync, wy_seal *out, wy_error *error)
{
    wy_sealed_writer *file = NULL;
    wy_buf end;
    wy_buf_init(&end, mem);
    put_end(&end, content);
    int status = end.failed ? wy_fail_memory(error) : WY_OK;
    if (status == WY_OK)
        status = wy_sealed_create(env, mem, path, WY_LIVE_KIND, WY_LIVE_VERSION, &file, error);
    if (status != WY_OK) goto done;
    /* Errors of a sealed writer stick: looked at once. */
    wy_sealed_write(file, content->paragraph_bits, (size_t)wy_live_bytes(content->paragraphs),
                    NULL);
    wy_sealed_write(file, content->report_bits, (size_t)wy_live_bytes(content->reports), NULL);
    wy_sealed_write(file, end.data, end.length, NULL);
    status = wy_sealed_finish(file, sync, out, error);
done:
    wy_buf_free(&end);
    return status;
}
