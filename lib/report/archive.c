#include "report/archive.h"

#include <zip.h>

#include "report/loaded.h"

#include "base/error.h"

typedef struct libzip {
    __typeof__(zip_error_init) *error_init;
    __typeof__(zip_error_fini) *error_fini;
    __typeof__(zip_error_code_zip) *error_code;
    __typeof__(zip_error_strerror) *error_text;
    __typeof__(zip_source_buffer_create) *source;
    __typeof__(zip_source_free) *source_free;
    __typeof__(zip_open_from_source) *open;
    __typeof__(zip_discard) *discard;
    __typeof__(zip_strerror) *text;
    __typeof__(zip_name_locate) *locate;
    __typeof__(zip_stat_index) *stat;
    __typeof__(zip_fopen_index) *open_file;
    __typeof__(zip_fread) *read;
    __typeof__(zip_fclose) *close;
} libzip;

static const wy_function functions[] = {
    WY_FUNCTION(libzip, error_init, zip_error_init),
    WY_FUNCTION(libzip, error_fini, zip_error_fini),
    WY_FUNCTION(libzip, error_code, zip_error_code_zip),
    WY_FUNCTION(libzip, error_text, zip_error_strerror),
    WY_FUNCTION(libzip, source, zip_source_buffer_create),
    WY_FUNCTION(libzip, source_free, zip_source_free),
    WY_FUNCTION(libzip, open, zip_open_from_source),
    WY_FUNCTION(libzip, discard, zip_discard),
    WY_FUNCTION(libzip, text, zip_strerror),
    WY_FUNCTION(libzip, locate, zip_name_locate),
    WY_FUNCTION(libzip, stat, zip_stat_index),
    WY_FUNCTION(libzip, open_file, zip_fopen_index),
    WY_FUNCTION(libzip, read, zip_fread),
    WY_FUNCTION(libzip, close, zip_fclose),
};

struct wy_archive {
    libzip zip;
    const wy_mem *mem;
    const char *path;
    zip_t *at;
};

static int open_bytes(wy_archive *archive, const void *bytes, size_t length, wy_error *error)
{
    const libzip *zip = &archive->zip;
    zip_error_t why;
    int status = WY_OK;
    zip->error_init(&why);
    zip_source_t *source = zip->source(bytes, length, 0, &why);
    if (source) archive->at = zip->open(source, ZIP_RDONLY, &why);
    if (!archive->at) {
        if (source) zip->source_free(source);
        status = !source || zip->error_code(&why) == ZIP_ER_MEMORY
                     ? wy_fail_memory(error)
                     : wy_fail(error, WY_E_FORMAT, archive->path, WY_NO_OFFSET,
                               "not a .docx file: %s", zip->error_text(&why));
    }
    zip->error_fini(&why);
    return status;
}

int wy_archive_open(wy_archive **out, const wy_mem *mem, const char *path, const void *bytes,
                    size_t length, wy_error *error)
{
    wy_archive *archive = wy_calloc(mem, sizeof *archive);
    *out = NULL;
    if (!archive) return wy_fail_memory(error);
    archive->mem = mem;
    archive->path = path;
    int status = wy_load(WY_LIBZIP, functions, sizeof functions / sizeof *functions, &archive->zip,
                         path, error);
    if (status == WY_OK) status = open_bytes(archive, bytes, length, error);
    if (status == WY_OK)
        *out = archive;
    else
        wy_archive_close(archive);
    return status;
}

void wy_archive_close(wy_archive *archive)
{
    if (!archive) return;
    if (archive->at) archive->zip.discard(archive->at);
    wy_free(archive->mem, archive);
}

int wy_member_open(wy_member *member, wy_archive *archive, const char *name, wy_error *error)
{
    const libzip *zip = &archive->zip;
    zip_stat_t stat;
    *member = (wy_member){.archive = archive};
    zip_int64_t index = zip->locate(archive->at, name, ZIP_FL_NOCASE);
    if (index < 0) return WY_OK;
    if (zip->stat(archive->at, (zip_uint64_t)index, 0, &stat) == 0)
        member->file = zip->open_file(archive->at, (zip_uint64_t)index, 0);
    if (!member->file)
        return wy_fail(error, WY_E_FORMAT, archive->path, WY_NO_OFFSET,
                       "%s in the archive cannot be read: %s", name, zip->text(archive->at));
    member->packed = stat.comp_size;
    return WY_OK;
}

int64_t wy_member_read(wy_member *member, void *to, size_t room)
{
    return member->archive->zip.read(member->file, to, room);
}

void wy_member_close(wy_member *member)
{
    if (member->file) member->archive->zip.close(member->file);
    member->file = NULL;
}
