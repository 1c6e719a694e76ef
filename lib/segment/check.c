#include "segment/check.h"

#include <string.h>

#include "base/checksum.h"
#include "base/utf8.h"

typedef struct checker {
    const wy_env *env;
    const wy_mem *mem;
    const char *folder;
    const wy_segment_info *info;
    wy_segment_check_fn report;
    void *context;
    wy_error *error;
    int first; /* status of the first problem */
} checker;

/* Tells of a file's verdict; keeps the first problem for the caller. */
static void tell(checker *c, const char *file, uint64_t bytes, int status, const wy_error *problem)
{
    if (status != WY_OK && c->first == WY_OK) {
        c->first = status;
        if (c->error) *c->error = *problem;
    }
    if (c->report) c->report(c->context, file, bytes, status == WY_OK ? NULL : problem);
}

/* ---- Each file alone: its checksums -----------------------------------------------------------
 */

static int verify(checker *c, const char *path, const char kind[4], const wy_seal *seal,
                  wy_error *problem)
{
    wy_sealed *file;
    int status = wy_sealed_open(c->env, c->mem, path, kind, WY_SEALED_ANY, seal, &file, problem);
    if (status != WY_OK) return status;
    status = wy_sealed_verify(file, problem);
    wy_sealed_close(file);
    return status;
}

static void check_checksums(checker *c)
{
    static const char kinds[WY_COMPONENTS][5] = {
        [WY_COMPONENT_TERMS] = "TERM",     [WY_COMPONENT_POSTINGS] = "POST",
        [WY_COMPONENT_POSITIONS] = "POSN", [WY_COMPONENT_TEXT] = "STOR",
        [WY_COMPONENT_REPORTS] = "STOR",   [WY_COMPONENT_COLUMNS] = "COLS",
    };
    char name[WY_COMPONENT_NAME_MAX];
    wy_error problem;
    for (int i = 0; i < WY_COMPONENTS; i++) {
        wy_component_file(c->info->number, (wy_component)i, name);
        char *path = wy_path_join(c->mem, c->folder, name);
        int status = path ? verify(c, path, kinds[i], &c->info->seals[i], &problem)
                          : wy_fail_memory(&problem);
        tell(c, name, c->info->seals[i].size, status, &problem);
        wy_free(c->mem, path);
    }
    if (c->info->live_generation) {
        wy_live_file_name(c->info->number, c->info->live_generation, name);
        char *path = wy_path_join(c->mem, c->folder, name);
        int status = path ? verify(c, path, "LIVE", &c->info->live_seal, &problem)
                          : wy_fail_memory(&problem);
        tell(c, name, c->info->live_seal.size, status, &problem);
        wy_free(c->mem, path);
    }
}

/* ---- Structure ----------------------------------------------------------------------------------
 */

/* Of a segment; NULL where all live. */
typedef struct live_bits {
    const uint8_t *paragraphs, *reports;
} live_bits;

static int is_live(const wy_segment *s, const live_bits *live, wy_field field, uint32_t doc,
                   bool *out, wy_error *error)
{
    uint32_t first = doc, end;
    int status = WY_OK;
    *out = true;
    if (!live->paragraphs) return WY_OK;
    const wy_unit unit = wy_field_unit(field);
    if (unit == WY_UNIT_PASSAGE) /* lives with its paragraphs */
        status = wy_columns_passage(wy_segment_columns(s), doc, &first, &end, error);
    if (status == WY_OK)
        *out = wy_bit(unit == WY_UNIT_REPORT ? live->reports : live->paragraphs, first);
    return status;
}

/* One walk over a term's postings: positions ascend, frequencies add up, and the words of each
 * body paragraph are counted. */
static int check_term(const wy_segment *s, const wy_mem *mem, const wy_terms_cursor *cursor,
                      uint32_t *words, uint32_t *dead, const live_bits *live, wy_error *error)
{
    const wy_sealed *file = wy_segment_positions_file(s);
    wy_segment_term term = {.field = wy_key_field(cursor->key[0]), .info = cursor->info};
    bool counts = term.field == WY_FIELD_BODY && wy_key_kind(cursor->key[0]) == WY_TOKEN_WORD;
    const bool placed = wy_key_has_positions(cursor->key[0]);
    wy_postings p;
    wy_positions q = {0};
    uint64_t total = 0;
    *dead = 0;
    int status = wy_segment_term_postings(s, &term, &p, error);
    if (status == WY_OK && placed) status = wy_segment_term_positions(s, mem, &term, &q, error);
    if (status == WY_OK && !placed && term.info.positions_length > 0)
        status = wy_sealed_damaged(file, term.info.positions_offset, error,
                                   "a term has positions that is of a kind without");
    while (status == WY_OK) {
        status = wy_postings_next(&p, error);
        if (status != WY_OK || p.doc == WY_NO_DOC) break;
        uint32_t freq, count = 0;
        const uint32_t *positions = NULL;
        status = wy_postings_freq(&p, &freq, error);
        if (status == WY_OK && placed)
            status = wy_positions_get(&q, p.block, p.docs, p.freqs, p.block_count, p.index,
                                      &positions, &count, error);
        if (status != WY_OK) break;
        for (uint32_t i = 1; i < count && status == WY_OK; i++)
            if (positions[i] <= positions[i - 1])
                status = wy_sealed_damaged(file, term.info.positions_offset, error,
                                           "positions do not ascend");
        total += freq;
        if (counts) words[p.doc] += freq;
        bool alive = true;
        status = is_live(s, live, term.field, p.doc, &alive, error);
        *dead += !alive;
    }
    if (status == WY_OK && total != term.info.total_freq)
        status = wy_sealed_damaged(wy_segment_postings_file(s), term.info.postings_offset, error,
                                   "the frequencies of a term do not add up");
    wy_positions_close(&q);
    return status;
}

static int check_terms(const wy_segment *s, const wy_mem *mem, uint32_t *words, wy_error *error)
{
    const wy_terms *terms = wy_segment_terms(s);
    live_bits live;
    int status = wy_segment_live_bits(s, &live.paragraphs, &live.reports, error);
    if (status == WY_OK) status = wy_terms_check(terms, error);
    if (status == WY_OK) status = wy_terms_check_lists(terms, wy_key_units, error);
    wy_terms_cursor cursor = {.valid = false};
    if (status == WY_OK) status = wy_terms_seek(&cursor, terms, "", 0, error);
    while (status == WY_OK && cursor.valid) {
        if (cursor.key[0] >> 4 >= WY_FIELDS || cursor.length < 2)
            return wy_sealed_damaged(wy_terms_file(terms), WY_NO_OFFSET, error,
                                     "a term belongs to no known field");
        const uint32_t limit = wy_segment_documents(s, wy_key_field(cursor.key[0]));
        wy_postings_place place = {cursor.info.postings_offset, cursor.info.postings_length,
                                   cursor.info.doc_freq};
        uint32_t dead = 0, said = 0;
        status = wy_postings_check(wy_segment_postings_file(s), place, limit, error);
        if (status == WY_OK) status = check_term(s, mem, &cursor, words, &dead, &live, error);
        if (status == WY_OK && wy_segment_live(s))
            status = wy_live_dead(wy_segment_live(s), cursor.info.ordinal, &said, error);
        if (status == WY_OK && said != dead)
            status = wy_sealed_damaged(wy_live_file(wy_segment_live(s)), WY_NO_OFFSET, error,
                                       "the dead postings of a term are miscounted");
        if (status == WY_OK) status = wy_terms_next(&cursor, error);
    }
    return status;
}

/* Lengths in the columns are those that the postings add up to. */
static int check_lengths(const wy_segment *s, const uint32_t *words, wy_error *error)
{
    const uint8_t *codes;
    int status = wy_segment_lengths(s, WY_FIELD_BODY, &codes, error);
    for (uint32_t i = 0; i < wy_segment_paragraphs(s) && status == WY_OK; i++)
        if (codes[i] != wy_length_code(words[i]))
            status = wy_sealed_damaged(wy_columns_file(wy_segment_columns(s)), WY_NO_OFFSET, error,
                                       "a paragraph's length is not that of its postings");
    return status;
}

/* Whether all texts that a search hands out are UTF-8. */
static bool is_text(wy_string text)
{
    return wy_utf8_valid(text.data, text.length) == text.length;
}

static bool are_texts(const wy_report *report)
{
    bool good = is_text(report->title) && is_text(report->issuer);
    for (size_t i = 0; i < report->section_count; i++) good &= is_text(report->sections[i].heading);
    return good;
}

/* Every report record can be read, and its row and its paragraphs agree with it. */
static int check_report(const wy_segment *s, const wy_mem *mem, wy_store_reader *records,
                        wy_store_reader *texts, uint32_t i, wy_error *error)
{
    const wy_sealed *file = wy_store_file(wy_segment_report_records(s));
    wy_report report;
    wy_report_row row = {0};
    wy_record_ids ids = {.numbered = false};
    wy_section *sections;
    int status = wy_segment_read_report(s, records, mem, i, &report, &ids, &sections, error);
    if (status == WY_OK) status = wy_columns_report(wy_segment_columns(s), i, &row, error);
    if (status == WY_OK && (row.year != report.year || row.date != report.date ||
                            row.id_hash != wy_checksum(report.id.data, report.id.length) ||
                            ids.paragraphs != row.end_paragraph - row.first_paragraph))
        status = wy_sealed_damaged(file, WY_NO_OFFSET, error,
                                   "a report record does not agree with its columns");
    if (status == WY_OK && !are_texts(&report))
        status = wy_sealed_damaged(file, WY_NO_OFFSET, error, "a text of a report is not UTF-8");
    uint32_t section = 0;
    for (uint32_t p = row.first_paragraph; status == WY_OK && p < row.end_paragraph; p++) {
        const uint8_t *data;
        size_t length;
        uint32_t passage, first = p, end;
        wy_paragraph paragraph = {.section = 0};
        status = wy_store_get(texts, p, &data, &length, error);
        if (status == WY_OK && (!wy_record_get_paragraph(data, length, &ids, &paragraph) ||
                                paragraph.section > report.section_count ||
                                !is_text(paragraph.text)))
            status = wy_sealed_damaged(wy_store_file(wy_segment_texts(s)), WY_NO_OFFSET, error,
                                       "a paragraph record is wrong");
        if (status == WY_OK)
            status = wy_columns_passage_of(wy_segment_columns(s), p, &passage, error);
        if (status == WY_OK)
            status = wy_columns_passage(wy_segment_columns(s), passage, &first, &end, error);
        if (status == WY_OK &&
            (first == p) != (p == row.first_paragraph || paragraph.section != section))
            status = wy_sealed_damaged(wy_columns_file(wy_segment_columns(s)), WY_NO_OFFSET, error,
                                       "a passage does not end with its section");
        section = paragraph.section;
    }
    wy_free(mem, sections);
    return status;
}

/* The live set: paragraphs live and die with their report, and the sums are those of the living. */
static int check_live(const wy_segment *s, wy_error *error)
{
    const uint8_t *paragraphs, *reports;
    const wy_columns *columns = wy_segment_columns(s);
    bool good = true;
    int status = wy_live_check(wy_segment_live(s), error);
    if (status == WY_OK) status = wy_segment_live_bits(s, &paragraphs, &reports, error);
    if (status != WY_OK) return status;
    const live_bits live = {paragraphs, reports};
    for (uint32_t i = 0; i < wy_segment_reports(s) && status == WY_OK; i++) {
        wy_report_row row = {0};
        status = wy_columns_report(columns, i, &row, error);
        for (uint32_t p = row.first_paragraph; p < row.end_paragraph; p++)
            good &= wy_bit(paragraphs, p) == wy_bit(reports, i);
    }
    for (int f = 0; f < WY_FIELDS && status == WY_OK; f++) {
        const uint8_t *lengths;
        wy_field_stats sum = {0, 0}, said = wy_segment_stats(s, (wy_field)f);
        status = wy_segment_lengths(s, (wy_field)f, &lengths, error);
        for (uint32_t i = 0; i < wy_segment_documents(s, (wy_field)f) && status == WY_OK; i++) {
            bool alive = false;
            status = is_live(s, &live, (wy_field)f, i, &alive, error);
            sum.documents += alive;
            if (alive) sum.length += wy_length_of(lengths[i]);
        }
        good &= sum.documents == said.documents && sum.length == said.length;
    }
    if (status != WY_OK || good) return status;
    return wy_sealed_damaged(wy_live_file(wy_segment_live(s)), WY_NO_OFFSET, error,
                             "the live set does not agree with the reports of its segment");
}

static int check_records(const wy_segment *s, const wy_mem *mem, wy_error *error)
{
    wy_store_reader *records = NULL, *texts = NULL;
    int status = wy_store_reader_open(wy_segment_report_records(s), &records, error);
    if (status == WY_OK) status = wy_store_reader_open(wy_segment_texts(s), &texts, error);
    for (uint32_t i = 0; i < wy_segment_reports(s) && status == WY_OK; i++)
        status = check_report(s, mem, records, texts, i, error);
    wy_store_reader_close(records);
    wy_store_reader_close(texts);
    return status;
}

static int check_structure(checker *c, wy_error *problem)
{
    wy_segment *s;
    int status = wy_segment_open(c->env, c->mem, c->folder, c->info, &s, problem);
    if (status != WY_OK) return status;
    uint32_t *words = wy_calloc(c->mem, ((size_t)c->info->paragraphs + 1) * sizeof *words);
    status = words ? wy_columns_check(wy_segment_columns(s), problem) : wy_fail_memory(problem);
    if (status == WY_OK) status = wy_store_check(wy_segment_texts(s), problem);
    if (status == WY_OK) status = wy_store_check(wy_segment_report_records(s), problem);
    if (status == WY_OK && wy_segment_live(s)) status = check_live(s, problem);
    if (status == WY_OK) status = check_terms(s, c->mem, words, problem);
    if (status == WY_OK) status = check_lengths(s, words, problem);
    if (status == WY_OK) status = check_records(s, c->mem, problem);
    wy_free(c->mem, words);
    wy_segment_close(s);
    return status;
}

int wy_segment_check(const wy_env *env, const wy_mem *mem, const char *folder,
                     const wy_segment_info *info, wy_segment_check_fn report, void *context,
                     wy_error *error)
{
    checker c = {.env = env,
                 .mem = mem,
                 .folder = folder,
                 .info = info,
                 .report = report,
                 .context = context,
                 .error = error,
                 .first = WY_OK};
    check_checksums(&c);
    if (c.first != WY_OK) return c.first; /* structure of damaged bytes says nothing new */
    wy_error problem;
    int status = check_structure(&c, &problem);
    if (status != WY_OK) {
        char name[WY_COMPONENT_NAME_MAX];
        wy_component_file(info->number, WY_COMPONENT_TERMS, name);
        const char *slash = strrchr(problem.file, '/');
        tell(&c, slash ? slash + 1 : problem.file[0] ? problem.file : name, 0, status, &problem);
    }
    return c.first;
}
