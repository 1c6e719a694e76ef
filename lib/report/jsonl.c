#include "report/jsonl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/chars.h"

#include "base/checksum.h"
#include "base/strmap.h"
#include "base/utf8.h"

#define CHUNK  ((size_t)1 << 16)
#define ID_MAX 4096

struct wy_jsonl {
    const wy_mem *mem;
    wy_input *input;
    const char *name, *encoding;
    wy_warning_fn warn;
    void *warn_context;

    wy_buf bytes; /* what is read and not yet taken begins at `at` */
    size_t at;
    uint64_t offset; /* of bytes.data[at] in the file */
    uint64_t number; /* of the line, from 1 */
    wy_buf decoded;  /* a line that was not in UTF-8 */

    wy_json_reader json;
    wy_arena scratch;  /* the record at hand */
    wy_record pending; /* read, and belongs to the next report */
    bool waiting;      /* pending holds one */

    wy_arena arena; /* the report at hand */
    wy_buf id;
    wy_section *sections;
    wy_paragraph *paragraphs;
    size_t section_count, section_room, paragraph_count, paragraph_room;
    size_t text;     /* bytes */
    wy_strmap paths; /* parent and heading to the section's number */
    wy_strmap seen;  /* hash of title and year to the number of its reports */
};

int wy_jsonl_open(wy_input *input, const char *name, const char *encoding, wy_warning_fn warn,
                  void *warn_context, const wy_mem *mem, wy_jsonl **out, wy_error *error)
{
    wy_jsonl *reader = wy_calloc(mem, sizeof *reader);
    if (!reader) return wy_fail_memory(error);
    reader->mem = mem;
    reader->input = input;
    reader->name = name;
    reader->encoding = encoding;
    reader->warn = warn;
    reader->warn_context = warn_context;
    wy_buf_init(&reader->bytes, mem);
    wy_buf_init(&reader->decoded, mem);
    wy_buf_init(&reader->id, mem);
    wy_arena_init(&reader->scratch, mem);
    wy_arena_init(&reader->arena, mem);
    wy_strmap_init(&reader->paths, mem);
    wy_strmap_init(&reader->seen, mem);
    *out = reader;
    return WY_OK;
}

void wy_jsonl_close(wy_jsonl *reader)
{
    if (!reader) return;
    wy_json_reader_free(&reader->json);
    wy_strmap_free(&reader->seen);
    wy_strmap_free(&reader->paths);
    wy_arena_free(&reader->arena);
    wy_arena_free(&reader->scratch);
    wy_buf_free(&reader->id);
    wy_buf_free(&reader->decoded);
    wy_buf_free(&reader->bytes);
    wy_free(reader->mem, reader->sections);
    wy_free(reader->mem, reader->paragraphs);
    wy_free(reader->mem, reader);
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* Warns of the line that begins at `offset`, `inside` bytes into it. */
static void warn(const wy_jsonl *reader, uint64_t offset, const wy_error *problem)
{
    wy_error warning = *problem;
    if (!reader->warn) return;
    uint64_t inside = problem->offset == WY_NO_OFFSET ? 0 : problem->offset;
    wy_fail(&warning, problem->code, reader->input->path, offset + inside,
            "line %" PRIu64 " is left out: %.400s", reader->number, problem->reason);
    reader->warn(reader->warn_context, &warning);
}

/* Throws away what is taken, and reads more. */
static int fill(wy_jsonl *reader, wy_error *error)
{
    wy_buf *bytes = &reader->bytes;
    if (reader->at > 0) memmove(bytes->data, bytes->data + reader->at, bytes->length - reader->at);
    bytes->length -= reader->at;
    reader->at = 0;
    return wy_input_read(reader->input, bytes, CHUNK, error);
}

/* Takes `length` bytes from the buffer. */
static void consume(wy_jsonl *reader, size_t length)
{
    reader->at += length;
    reader->offset += length;
}

/* Passes over a line that is too long, and its end, with a warning. */
static int skip_line(wy_jsonl *reader, wy_error *error)
{
    wy_error problem;
    reader->number++;
    wy_fail(&problem, WY_E_LIMIT, NULL, WY_NO_OFFSET, "it is longer than %zu MiB",
            WY_JSONL_LINE >> 20);
    warn(reader, reader->offset, &problem);
    for (;;) {
        size_t left = reader->bytes.length - reader->at;
        const uint8_t *begin = reader->bytes.data + reader->at;
        const uint8_t *end = left ? memchr(begin, '\n', left) : NULL;
        consume(reader, end ? (size_t)(end - begin) + 1 : left);
        if (end || reader->input->ended) return WY_OK;
        int status = fill(reader, error);
        if (status != WY_OK) return status;
    }
}

/* The next line without its end, and where it begins; WY_END. Lives until the next call. */
static int next_line(wy_jsonl *reader, wy_string *line, uint64_t *offset, wy_error *error)
{
    size_t searched = 0;
    for (;;) {
        size_t left = reader->bytes.length - reader->at;
        const uint8_t *begin = left ? reader->bytes.data + reader->at : NULL;
        const uint8_t *end = NULL;
        int status;
        if (left > searched) end = memchr(begin + searched, '\n', left - searched);
        searched = end ? (size_t)(end - begin) : left;
        if (searched > WY_JSONL_LINE) {
            status = skip_line(reader, error);
            searched = 0;
        } else if (end || (reader->input->ended && left > 0)) {
            *line = (wy_string){(const char *)begin, searched};
            *offset = reader->offset;
            reader->number++;
            consume(reader, searched + (end != NULL));
            return WY_OK;
        } else if (reader->input->ended) {
            return WY_END;
        } else {
            status = fill(reader, error);
        }
        if (status != WY_OK) return status;
    }
}

static int decode(wy_jsonl *reader, wy_string *line, wy_error *error)
{
    char name[WY_ENCODING_NAME];
    if (!reader->encoding) return WY_OK;
    int status = wy_decode(reader->input->path, line->data, line->length, reader->encoding, NULL,
                           &reader->decoded, name, error);
    *line = (wy_string){(const char *)reader->decoded.data, reader->decoded.length};
    return status;
}

/* The line ends where it ends: there may be nothing behind it to stop at. */
static bool is_blank(wy_string line)
{
    size_t i = 0;
    while (i < line.length && strchr(" \t\r", line.data[i]) && line.data[i]) i++;
    return i == line.length;
}

/* Reads lines until one is a record, which goes to `pending`. WY_END. */
static int next_record(wy_jsonl *reader, wy_error *error)
{
    for (;;) {
        wy_string line;
        uint64_t offset;
        wy_error problem;
        int status = next_line(reader, &line, &offset, error);
        if (status != WY_OK) return status;
        if (reader->number == 1 && wy_starts(line, wy_literal("\xEF\xBB\xBF"))) {
            line = (wy_string){line.data + 3, line.length - 3};
            offset += 3;
        }
        status = decode(reader, &line, &problem);
        if (status == WY_OK && is_blank(line)) continue;
        wy_arena_reset(&reader->scratch);
        if (status == WY_OK)
            status = wy_jsonl_record(&reader->json, reader->input->path, line.data, line.length,
                                     &reader->scratch, &reader->pending, &problem);
        if (status == WY_E_NOMEM || status == WY_E_ARGUMENT || status == WY_E_UNSUPPORTED) {
            if (error) *error = problem;
            return status;
        }
        if (status != WY_OK) {
            if (reader->encoding && status == WY_E_FORMAT)
                problem.offset = 0; /* it counts decoded bytes */
            warn(reader, offset, &problem);
        } else {
            reader->waiting = true;
            return WY_OK;
        }
    }
}

/* ---- Reports ------------------------------------------------------------------------------- */

bool wy_jsonl_id(const char *name, wy_string title, int32_t year, uint64_t part, wy_buf *out)
{
    char suffix[48], hash[24];
    wy_buf_clear(out);
    wy_buf_bytes(out, name, strlen(name));
    wy_buf_u8(out, '#');
    wy_buf_bytes(out, title.data, title.length);
    int n = year ? snprintf(suffix, sizeof suffix, "@%" PRId32, year) : 0;
    if (part > 1) n += snprintf(suffix + n, sizeof suffix - (size_t)n, "~%" PRIu64, part);
    if (out->failed) return false;
    size_t room = ID_MAX - (size_t)n;
    if (out->length > room) {
        int h = snprintf(hash, sizeof hash, "~%016" PRIx64, wy_checksum(out->data, out->length));
        out->length = wy_utf8_floor((const char *)out->data, out->length, room - (size_t)h);
        wy_buf_bytes(out, hash, (size_t)h);
    }
    wy_buf_bytes(out, suffix, (size_t)n);
    return !out->failed;
}

static int keep(wy_jsonl *reader, wy_string text, wy_string *out, wy_error *error)
{
    *out = (wy_string){wy_arena_strndup(&reader->arena, text.data, text.length), text.length};
    return out->data ? WY_OK : wy_fail_memory(error);
}

/* The number of the section `heading` under `parent`, which is made if it is new. */
static int find_section(wy_jsonl *reader, uint32_t parent, wy_string heading, uint32_t *number,
                        wy_error *error)
{
    bool added;
    wy_buf *key = &reader->id; /* free until the report is finished */
    wy_buf_clear(key);
    wy_buf_u32(key, parent);
    wy_buf_bytes(key, heading.data, heading.length);
    uint64_t *value = NULL;
    if (!key->failed) value = wy_strmap_put(&reader->paths, key->data, key->length, &added);
    if (!value) return wy_fail_memory(error);
    if (added) {
        if (!wy_grow(reader->mem, &reader->sections, &reader->section_room,
                     reader->section_count + 1, sizeof *reader->sections))
            return wy_fail_memory(error);
        wy_section *section = &reader->sections[reader->section_count];
        int status = keep(reader, heading, &section->heading, error);
        if (status != WY_OK) return status;
        section->parent = parent;
        reader->text += heading.length;
        *value = ++reader->section_count;
    }
    *number = (uint32_t)*value;
    return WY_OK;
}

/* Adds the pending record to the report. */
static int take(wy_jsonl *reader, wy_report *report, wy_error *error)
{
    const wy_record *record = &reader->pending;
    wy_paragraph paragraph = {.section = 0};
    int status = WY_OK;
    for (size_t i = 0; i < record->section_count && status == WY_OK; i++)
        status =
            find_section(reader, paragraph.section, record->sections[i], &paragraph.section, error);
    if (status == WY_OK) status = keep(reader, record->text, &paragraph.text, error);
    if (status == WY_OK && record->id.length)
        status = keep(reader, record->id, &paragraph.id, error);
    if (status == WY_OK && !report->issuer.length && record->issuer.length)
        status = keep(reader, record->issuer, &report->issuer, error);
    if (status != WY_OK) return status;
    if (!wy_grow(reader->mem, &reader->paragraphs, &reader->paragraph_room,
                 reader->paragraph_count + 1, sizeof *reader->paragraphs))
        return wy_fail_memory(error);
    reader->paragraphs[reader->paragraph_count++] = paragraph;
    reader->text += record->text.length + record->id.length;
    report->date = report->date ? report->date : record->date;
    reader->waiting = false;
    return WY_OK;
}

static bool belongs(const wy_jsonl *reader, const wy_report *report)
{
    return reader->pending.year == report->year && wy_same(reader->pending.title, report->title);
}

/* Which report of this title and year it is, from 1. */
static int count_part(wy_jsonl *reader, const wy_report *report, uint64_t *part, wy_error *error)
{
    wy_buf *key = &reader->id;
    wy_buf_clear(key);
    wy_buf_u32(key, (uint32_t)report->year);
    wy_buf_bytes(key, report->title.data, report->title.length);
    if (key->failed) return wy_fail_memory(error);
    /* Should two hashes meet, an id has a "~2" that it does not need: it is still its own. */
    uint64_t hash = wy_checksum(key->data, key->length);
    uint64_t *value = wy_strmap_put(&reader->seen, &hash, sizeof hash, NULL);
    if (!value) return wy_fail_memory(error);
    *part = ++*value;
    return WY_OK;
}

static int finish(wy_jsonl *reader, wy_report *out, wy_error *error)
{
    uint64_t part = 0;
    int status = count_part(reader, out, &part, error);
    if (status != WY_OK) return status;
    if (!wy_jsonl_id(reader->name, out->title, out->year, part, &reader->id))
        return wy_fail_memory(error);
    out->id = (wy_string){(const char *)reader->id.data, reader->id.length};
    out->sections = reader->sections;
    out->section_count = reader->section_count;
    out->paragraphs = reader->paragraphs;
    out->paragraph_count = reader->paragraph_count;
    return WY_OK;
}

int wy_jsonl_next(wy_jsonl *reader, wy_report *out, wy_error *error)
{
    *out = (wy_report){.size = sizeof *out};
    wy_arena_reset(&reader->arena);
    wy_strmap_clear(&reader->paths);
    reader->section_count = reader->paragraph_count = reader->text = 0;
    int status = reader->waiting ? WY_OK : next_record(reader, error);
    if (status == WY_END) status = wy_input_unchanged(reader->input, error);
    if (status != WY_OK || !reader->waiting) return status == WY_OK ? WY_END : status;
    out->year = reader->pending.year;
    status = keep(reader, reader->pending.title, &out->title, error);
    while (status == WY_OK && belongs(reader, out)) {
        status = take(reader, out, error);
        if (status != WY_OK || reader->paragraph_count >= WY_JSONL_PARAGRAPHS ||
            reader->text >= WY_JSONL_TEXT)
            break;
        status = next_record(reader, error);
    }
    if (status != WY_OK && status != WY_END) return status;
    return finish(reader, out, error);
}
