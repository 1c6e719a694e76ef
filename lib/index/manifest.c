#include "index/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/checksum.h"
#include "base/reader.h"
#include "index/manifest_format.h"

enum { MAGIC = 8, SUM = 8 };

int wy_manifest_init(wy_manifest *m, const wy_mem *mem, const char *analyzer, const char *identity,
                     const char *icu_version, wy_error *error)
{
    memset(m, 0, sizeof *m);
    m->mem = mem;
    m->next_segment = 1;
    m->analyzer = wy_strndup(mem, analyzer, strlen(analyzer));
    m->identity = wy_strndup(mem, identity, strlen(identity));
    m->icu_version = wy_strndup(mem, icu_version, strlen(icu_version));
    if (m->analyzer && m->identity && m->icu_version) return WY_OK;
    wy_manifest_free(m);
    return wy_fail_memory(error);
}

int wy_manifest_copy(wy_manifest *to, const wy_manifest *from, wy_error *error)
{
    int status =
        wy_manifest_init(to, from->mem, from->analyzer, from->identity, from->icu_version, error);
    if (status != WY_OK) return status;
    to->generation = from->generation;
    to->next_segment = from->next_segment;
    for (size_t i = 0; i < from->count && status == WY_OK; i++)
        status = wy_manifest_add(to, &from->segments[i], error);
    if (status != WY_OK) wy_manifest_free(to);
    return status;
}

void wy_manifest_free(wy_manifest *m)
{
    if (!m->mem) return;
    wy_free(m->mem, m->analyzer);
    wy_free(m->mem, m->identity);
    wy_free(m->mem, m->icu_version);
    wy_free(m->mem, m->segments);
    memset(m, 0, sizeof *m);
}

int wy_manifest_add(wy_manifest *m, const wy_segment_info *info, wy_error *error)
{
    if (!wy_grow(m->mem, &m->segments, &m->capacity, m->count + 1, sizeof *m->segments))
        return wy_fail_memory(error);
    m->segments[m->count++] = *info;
    return WY_OK;
}

void wy_manifest_remove(wy_manifest *m, uint64_t number)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->segments[i].number != number) continue;
        memmove(&m->segments[i], &m->segments[i + 1], (m->count - i - 1) * sizeof *m->segments);
        m->count--;
        return;
    }
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static wy_seal read_seal(wy_reader *r)
{
    wy_seal seal;
    seal.size = wy_reader_u64(r);
    seal.root = wy_reader_u64(r);
    return seal;
}

static void read_segment(wy_reader *r, wy_segment_info *info)
{
    memset(info, 0, sizeof *info);
    info->number = wy_reader_u64(r);
    info->paragraphs = info->live_paragraphs = wy_reader_u32(r);
    info->reports = info->live_reports = wy_reader_u32(r);
    for (int i = 0; i < WY_COMPONENTS; i++) info->seals[i] = read_seal(r);
    info->live_generation = wy_reader_u64(r);
    if (info->live_generation) {
        info->live_paragraphs = wy_reader_u32(r);
        info->live_reports = wy_reader_u32(r);
        info->live_seal = read_seal(r);
    }
}

static char *read_string(wy_reader *r, const wy_mem *mem)
{
    size_t length;
    const char *data = (const char *)wy_reader_string(r, &length);
    if (r->bad || memchr(data, 0, length)) {
        r->bad = true;
        return NULL;
    }
    return wy_strndup(mem, data, length);
}

static int read_body(wy_reader *r, const wy_mem *mem, const char *path, wy_manifest *m,
                     wy_error *error)
{
    m->generation = wy_reader_u64(r);
    m->next_segment = wy_reader_u64(r);
    m->analyzer = read_string(r, mem);
    m->identity = read_string(r, mem);
    m->icu_version = read_string(r, mem);
    if (!r->bad && (!m->analyzer || !m->identity || !m->icu_version)) return wy_fail_memory(error);
    uint64_t count = wy_reader_varint(r);
    uint64_t last = 0;
    for (uint64_t i = 0; i < count && !r->bad; i++) {
        wy_segment_info info;
        size_t at = wy_reader_at(r);
        read_segment(r, &info);
        if (r->bad) break;
        if (info.number <= last || info.number >= m->next_segment ||
            info.live_generation > m->generation || info.live_paragraphs > info.paragraphs ||
            info.live_reports > info.reports)
            return wy_fail(error, WY_E_DAMAGED, path, MAGIC + 4 + at,
                           "what is said of a segment cannot be");
        last = info.number;
        int status = wy_manifest_add(m, &info, error);
        if (status != WY_OK) return status;
    }
    if (r->bad || wy_reader_left(r))
        return wy_fail(error, WY_E_DAMAGED, path, MAGIC + 4 + wy_reader_at(r),
                       "the manifest does not end where it should");
    return WY_OK;
}

int wy_manifest_parse(const wy_mem *mem, const char *path, const uint8_t *data, size_t length,
                      wy_manifest *out, wy_error *error)
{
    if (length < MAGIC + 4 + SUM || memcmp(data, WY_MANIFEST_MAGIC, MAGIC) != 0)
        return wy_fail(error, WY_E_DAMAGED, path, 0, "this is not the manifest of an index");
    uint32_t version = wy_load32(data + MAGIC);
    if (wy_load64(data + length - SUM) != wy_checksum(data, length - SUM))
        return wy_fail(error, WY_E_DAMAGED, path, WY_NO_OFFSET, "the manifest's checksum is wrong");
    if (version > WY_MANIFEST_VERSION)
        return wy_fail(error, WY_E_VERSION, path, MAGIC,
                       "the index has format %u, and this library knows formats up to %u: "
                       "use a newer wenyuan",
                       version, WY_MANIFEST_VERSION);
    if (version != WY_MANIFEST_VERSION)
        return wy_fail(error, WY_E_DAMAGED, path, MAGIC, "there is no format %u", version);
    memset(out, 0, sizeof *out);
    out->mem = mem;
    wy_reader r = wy_reader_of(data + MAGIC + 4, length - MAGIC - 4 - SUM);
    out->bytes = length;
    int status = read_body(&r, mem, path, out, error);
    if (status != WY_OK) wy_manifest_free(out);
    return status;
}

int wy_manifest_read(const wy_env *env, const wy_mem *mem, const char *folder, wy_manifest *out,
                     wy_error *error)
{
    char *path = wy_path_join(mem, folder, WY_MANIFEST_FILE);
    if (!path) return wy_fail_memory(error);
    wy_env_map map;
    int status = env->map(env, path, &map, error);
    if (status == WY_OK) {
        status = wy_manifest_parse(mem, path, map.data, map.length, out, error);
        env->unmap(env, &map);
    }
    wy_free(mem, path);
    return status;
}

/* ---- Writing ----------------------------------------------------------------------------------
 */

static void write_seal(wy_buf *b, const wy_seal *seal)
{
    wy_buf_u64(b, seal->size);
    wy_buf_u64(b, seal->root);
}

static void write_segment(wy_buf *b, const wy_segment_info *info)
{
    wy_buf_u64(b, info->number);
    wy_buf_u32(b, info->paragraphs);
    wy_buf_u32(b, info->reports);
    for (int i = 0; i < WY_COMPONENTS; i++) write_seal(b, &info->seals[i]);
    wy_buf_u64(b, info->live_generation);
    if (info->live_generation) {
        wy_buf_u32(b, info->live_paragraphs);
        wy_buf_u32(b, info->live_reports);
        write_seal(b, &info->live_seal);
    }
}

static void serialize(const wy_manifest *m, wy_buf *b)
{
    wy_buf_bytes(b, WY_MANIFEST_MAGIC, MAGIC);
    wy_buf_u32(b, WY_MANIFEST_VERSION);
    wy_buf_u64(b, m->generation);
    wy_buf_u64(b, m->next_segment);
    wy_buf_string(b, m->analyzer, strlen(m->analyzer));
    wy_buf_string(b, m->identity, strlen(m->identity));
    wy_buf_string(b, m->icu_version, strlen(m->icu_version));
    wy_buf_varint(b, m->count);
    for (size_t i = 0; i < m->count; i++) write_segment(b, &m->segments[i]);
    if (!b->failed) wy_buf_u64(b, wy_checksum(b->data, b->length));
}

static int write_file(const wy_env *env, const char *path, const wy_buf *b, bool sync,
                      wy_error *error)
{
    wy_env_file *file;
    int status = env->create(env, path, &file, error);
    if (status == WY_E_EXISTS) { /* left by a crash */
        status = env->unlink(env, path, error);
        if (status == WY_OK) status = env->create(env, path, &file, error);
    }
    if (status != WY_OK) return status;
    status = env->write(env, file, b->data, b->length, error);
    if (status == WY_OK && sync) status = env->sync(env, file, error);
    int closed = env->close(env, file, status == WY_OK ? error : NULL);
    return status == WY_OK ? closed : status;
}

int wy_manifest_write(const wy_env *env, const wy_manifest *m, const char *folder, bool sync,
                      wy_error *error)
{
    wy_buf b;
    wy_buf_init(&b, m->mem);
    char *path = wy_path_join(m->mem, folder, WY_MANIFEST_FILE);
    char *new_path = wy_path_join(m->mem, folder, WY_MANIFEST_NEW);
    serialize(m, &b);
    int status = b.failed || !path || !new_path ? wy_fail_memory(error) : WY_OK;
    /* The segments' names must be on the disk before the manifest that names them. */
    if (status == WY_OK && sync) status = env->sync_dir(env, folder, error);
    if (status == WY_OK) status = write_file(env, new_path, &b, sync, error);
    if (status == WY_OK) status = env->rename(env, new_path, path, error);
    if (status == WY_OK && sync) status = env->sync_dir(env, folder, error);
    wy_free(m->mem, path);
    wy_free(m->mem, new_path);
    wy_buf_free(&b);
    return status;
}

/* ---- Left-overs ---------------------------------------------------------------------------------
 */

typedef struct sweep {
    const wy_manifest *manifest;
    wy_buf names; /* NUL-terminated, one after the other */
} sweep;

static bool is_named(const wy_manifest *m, const char *name)
{
    char file[WY_COMPONENT_NAME_MAX];
    for (size_t i = 0; i < m->count; i++) {
        const wy_segment_info *info = &m->segments[i];
        for (int c = 0; c < WY_COMPONENTS; c++) {
            wy_component_file(info->number, (wy_component)c, file);
            if (strcmp(file, name) == 0) return true;
        }
        wy_live_file_name(info->number, info->live_generation, file);
        if (info->live_generation && strcmp(file, name) == 0) return true;
    }
    return false;
}

/* Whether `name` is one that a segment's file may have: 16 hex digits, for a live set '-' and 16
 * more, and a known ending. */
static bool is_ours(const char *name)
{
    static const char hex[] = "0123456789abcdef";
    if (strspn(name, hex) != 16) return false;
    const char *end = name + 16;
    if (*end == '-') return strspn(end + 1, hex) == 16 && strcmp(end + 17, ".live") == 0;
    if (*end != '.') return false;
    for (int c = 0; c < WY_COMPONENTS; c++)
        if (strcmp(end + 1, wy_component_name((wy_component)c)) == 0) return true;
    return false;
}

bool wy_manifest_file_number(const char *name, uint64_t *number)
{
    if (!is_ours(name)) return false;
    *number = strtoull(name, NULL, 16);
    return true;
}

static int note_name(void *context, const char *name)
{
    sweep *s = context;
    if (strcmp(name, WY_MANIFEST_NEW) == 0 || (is_ours(name) && !is_named(s->manifest, name)))
        wy_buf_bytes(&s->names, name, strlen(name) + 1);
    return 0;
}

int wy_manifest_sweep(const wy_env *env, const wy_manifest *m, const char *folder, wy_error *error)
{
    sweep s = {.manifest = m};
    wy_buf_init(&s.names, m->mem);
    int status = env->list(env, folder, note_name, &s, error);
    if (status == WY_OK && s.names.failed) status = wy_fail_memory(error);
    for (size_t at = 0; status == WY_OK && at < s.names.length;) {
        const char *name = (const char *)s.names.data + at;
        char *path = wy_path_join(m->mem, folder, name);
        if (path) env->unlink(env, path, NULL);
        wy_free(m->mem, path);
        at += strlen(name) + 1;
    }
    wy_buf_free(&s.names);
    return status;
}
