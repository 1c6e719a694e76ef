/*
 * api/passages.c: every paragraph of a snapshot, as exact queries see it.
 */
#include <wenyuan/search.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "index/index.h"
#include "segment/segment.h"
#include "text/exact.h"

typedef struct walk {
    const wy_mem *mem;
    wy_passage_fn visit;
    void *context;
    wy_analyzer *analyzer;
    wy_exact exact;
    wy_buf bytes, cuts;
    bool stop;
} walk;

/* Writes the exact text in UTF-8, and where it may be cut. */
static int make_exact(walk *w, wy_passage *passage, wy_error *error)
{
    wy_tokens tokens;
    int status = wy_analyzer_run(w->analyzer, passage->text.data, passage->text.length, &tokens,
                                 error);
    const wy_folded *folded = wy_analyzer_folded(w->analyzer);
    if (status || !folded) return status;
    status = wy_exact_set(&w->exact, folded, error);
    if (status) return status;
    const wy_haystack hay = {&w->exact, folded, &tokens};
    wy_buf_clear(&w->bytes);
    wy_buf_clear(&w->cuts);
    for (size_t i = 0; i < w->exact.length; i++) {
        const uint16_t *units = w->exact.units;
        const bool cut = wy_exact_may_cut(&hay, i);
        char out[4];
        uint32_t c = units[i];
        if ((c & 0xfc00) == 0xd800) c = 0x10000 + ((c - 0xd800) << 10) + (units[++i] - 0xdc00U);
        const size_t size = wy_utf8_put(c, out);
        wy_buf_bytes(&w->bytes, out, size);
        for (size_t j = 0; j < size; j++) wy_buf_u8(&w->cuts, cut && j == 0);
    }
    wy_buf_u8(&w->cuts, 1);
    if (w->bytes.failed || w->cuts.failed) return wy_fail_memory(error);
    passage->exact = (wy_string){(const char *)w->bytes.data, w->bytes.length};
    passage->cuts = w->cuts.data;
    return WY_OK;
}

static int visit_report(walk *w, const wy_segment *s, uint32_t number, wy_store_reader *texts,
                        wy_store_reader *reports, wy_error *error)
{
    wy_report report;
    wy_record_ids ids;
    wy_section *sections = NULL;
    wy_report_row row = {0};
    int status = wy_columns_report(wy_segment_columns(s), number, &row, error);
    if (!status)
        status = wy_segment_read_report(s, reports, w->mem, number, &report, &ids, &sections, error);
    for (uint32_t i = row.first_paragraph; !status && i < row.end_paragraph && !w->stop; i++) {
        const uint8_t *data;
        size_t length;
        wy_paragraph paragraph;
        status = wy_store_get(texts, i, &data, &length, error);
        if (!status && !wy_record_get_paragraph(data, length, &ids, &paragraph))
            status = wy_sealed_damaged(wy_store_file(wy_segment_texts(s)), WY_NO_OFFSET, error,
                                       "a paragraph record is wrong");
        if (status) break;
        wy_passage passage = {.report = report.id,
                              .year = report.year,
                              .paragraph = i - row.first_paragraph + 1,
                              .text = paragraph.text};
        status = make_exact(w, &passage, error);
        if (!status) w->stop = w->visit(w->context, &passage) != 0;
    }
    wy_free(w->mem, sections);
    return status;
}

static int visit_segment(walk *w, const wy_segment *s, wy_error *error)
{
    wy_store_reader *texts = NULL, *reports = NULL;
    const uint8_t *paragraphs_live, *live;
    int status = wy_segment_live_bits(s, &paragraphs_live, &live, error);
    if (!status) status = wy_store_reader_open(wy_segment_texts(s), &texts, error);
    if (!status) status = wy_store_reader_open(wy_segment_report_records(s), &reports, error);
    for (uint32_t r = 0; !status && r < wy_segment_reports(s) && !w->stop; r++)
        if (!live || wy_bit(live, r)) status = visit_report(w, s, r, texts, reports, error);
    wy_store_reader_close(texts);
    wy_store_reader_close(reports);
    return status;
}

int wy_snapshot_passages(wy_snapshot *snapshot, wy_passage_fn visit, void *context,
                         wy_error *error)
{
    walk w = {.mem = snapshot->index->mem, .visit = visit, .context = context};
    wy_exact_init(&w.exact, w.mem);
    wy_buf_init(&w.bytes, w.mem);
    wy_buf_init(&w.cuts, w.mem);
    int status = wy_index_take_analyzer(snapshot->index, &w.analyzer, error);
    for (size_t i = 0; i < snapshot->manifest.count && !status && !w.stop; i++)
        status = visit_segment(&w, snapshot->segments[i], error);
    wy_index_give_analyzer(snapshot->index, w.analyzer);
    wy_exact_free(&w.exact);
    wy_buf_free(&w.bytes);
    wy_buf_free(&w.cuts);
    return status;
}
