/*
 * cmd_index.c: wenyuan index: bring an index up to date with files.
 *
 * A file whose size and time are those the index has is not read, nor one of that size whose bytes
 * have the checksum that the index has. The reports of any other are added; a report that the file
 * no longer has is deleted, but only where the file was read to its end without a complaint. After
 * a complaint at least one of its reports is noted with time 0, so that the file is read again, and
 * complained about, until it is mended.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wenyuan/wenyuan.h>

#include "catalog.h"
#include "commands.h"
#include "messages.h"
#include "output.h"
#include "progress.h"
#include "reading.h"
#include "stop.h"
#include "walk.h"

enum { KEY_ANALYZER = 256, KEY_PRUNE, KEY_NO_SYNC, KEY_EXCLUDE, KEY_REREAD, KEY_COMMIT };

static const option_row options[] = {
    {KEY_ANALYZER, "analyzer", "ANALYZER",
     N_("icu (default), icu-punctuation or whitespace; fixed when the index is made")},
    {'m', "memory", "MIB", N_("memory for what is not yet on disk (256)")},
    {'t', "threads", "N", N_("threads that analyze text (one a processor, at most 16)")},
    {KEY_EXCLUDE, "exclude", "GLOB",
     N_("pass over files and folders below PATH, as .gitignore does; may be repeated")},
    READING_OPTIONS,
    {KEY_PRUNE, "prune", NULL, N_("remove reports whose file below PATH is gone")},
    {KEY_REREAD, "reread", NULL,
     N_("read unchanged files too, as after a change of --filter, --encoding or --format")},
    {KEY_COMMIT, "commit-every", "SECONDS",
     N_("on a long run, commit between files when so much time has passed (60)")},
    {KEY_NO_SYNC, "no-sync", NULL, N_("do not wait until the disk has everything")},
    {'q', "quiet", NULL, N_("no progress bar and no summary")},
    {0, NULL, NULL, NULL},
};

typedef struct job {
    const char *index_path;
    wy_index_options index_options;
    wy_writer_options writer_options;
    bool prune, reread, quiet;
    reading reading;
    exclude excluded;

    walk files;
    catalog known;
    wy_index *index;
    wy_writer *writer;
    progress bar;

    uint64_t text_now, text_before; /* bytes of text added: now, when this file was begun */
    bool trouble;                   /* there was a complaint about the current file */
    bool marked;                    /* a report of it was noted with time 0 */
    size_t added;                   /* reports of it */

    uint64_t reports, paragraphs;
    size_t read, unchanged, removed;
    bool changed;        /* there is something to commit */
    double committed;    /* when the last commit was */
    double commit_every; /* seconds */
    size_t kept, so_far; /* files whose reports are committed; files dealt with */
    wy_error error;
} job;

static int on_progress(void *context, const wy_progress *at)
{
    job *j = context;
    if (strcmp(at->stage, "index") == 0) {
        j->text_now = at->bytes;
        progress_draw(&j->bar, at->bytes - j->text_before);
    } else {
        progress_stage(&j->bar, at->stage, at->done, at->total);
    }
    return *stop_signal() != 0;
}

static void on_warning(void *context, const wy_error *warning)
{
    job *j = context;
    j->trouble = true;
    progress_clear(&j->bar);
    complain_error(warning);
}

/* The file could not be read, or not to its end. */
static void complain_file(job *j)
{
    progress_clear(&j->bar);
    complain_error(&j->error);
    j->trouble = true;
}

/* ---- One file ----------------------------------------------------------------------------- */

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

static int open_source(job *j, const char *path, wy_warning_fn warn, wy_source **out)
{
    wy_source_options how = j->reading.how;
    how.warn = warn;
    how.warn_context = j;
    how.standard_input = is_standard_input(path);
    return wy_source_open(path, &how, out, &j->error);
}

/* Whether an error is one of this report alone, so that the writer can go on. */
static bool concerns_report(int status)
{
    return status == WY_E_ARGUMENT || status == WY_E_ENCODING || status == WY_E_LIMIT;
}

/* Marks the report that the index had under this id as one that the file still has. */
static void note_id(const map *known, catalog_source *old, wy_string id)
{
    const size_t *number = map_get(known, id.data, id.length);
    if (number) old->reports[*number].came_again = true;
}

/*
 * Adds one report; one that is refused is told and left out. The size and time noted are those
 * seen before the file was opened: a file that changes while it is read is read again next time.
 */
static int add_report(job *j, const walk_file *file, const wy_report *report)
{
    wy_report added = *report;
    added.source = (wy_string){file->path, strlen(file->path)};
    added.source_size = file->size;
    added.source_time = j->trouble ? 0 : file->time;
    int status = wy_writer_add(j->writer, &added, &j->error);
    if (status == WY_OK) {
        j->marked |= j->trouble;
        j->added++;
        j->paragraphs += report->paragraph_count;
        j->changed = true;
    } else if (concerns_report(status)) {
        progress_clear(&j->bar);
        if (!j->error.file[0]) snprintf(j->error.file, sizeof j->error.file, "%.500s", file->path);
        complain_error(&j->error);
        j->trouble = true;
        status = WY_OK;
    }
    return status;
}

static int remove_report(job *j, const catalog_report *report)
{
    int status = wy_writer_delete(j->writer, (wy_string){report->id, report->length}, &j->error);
    j->removed += status == WY_OK;
    j->changed = true;
    return status;
}

static int remove_gone(job *j, const catalog_source *old)
{
    int status = WY_OK;
    for (size_t i = 0; old && status == WY_OK && i < old->count; i++)
        if (!old->reports[i].came_again) status = remove_report(j, &old->reports[i]);
    return status;
}

/* Adds the reports of an open source. */
static int add_reports(job *j, const walk_file *file, catalog_source *old, wy_source *source)
{
    const wy_report *report;
    map known = {0}; /* number in old->reports */
    int status = WY_OK, next;
    bool added;
    for (size_t i = 0; old && i < old->count; i++)
        *map_put(&known, old->reports[i].id, old->reports[i].length, &added) = i;
    while ((next = wy_source_next(source, &report, &j->error)) == WY_OK) {
        status = add_report(j, file, report);
        if (status == WY_OK && *stop_signal()) status = WY_E_CANCELLED;
        if (status != WY_OK) break;
        note_id(&known, old, report->id);
    }
    if (next != WY_OK && next != WY_END) complain_file(j);
    map_free(&known);
    return status;
}

/* Adds the first report of a file once more, with time 0, where the trouble came after the last
 * that was added. */
static int mark_first(job *j, const walk_file *file)
{
    const wy_report *report;
    wy_source *source;
    uint64_t paragraphs = j->paragraphs;
    int status = WY_OK;
    /* Standard input cannot be read again; it always counts as changed. */
    if (is_standard_input(file->path)) return WY_OK;
    if (open_source(j, file->path, NULL, &source) != WY_OK) return WY_OK;
    if (wy_source_next(source, &report, &j->error) == WY_OK) status = add_report(j, file, report);
    wy_source_close(source);
    j->paragraphs = paragraphs;
    return status;
}

static int read_file(job *j, const walk_file *file, catalog_source *old)
{
    wy_source *source = NULL;
    int status = WY_OK;
    j->text_before = j->text_now;
    j->trouble = j->marked = false;
    j->added = 0;
    int opened = open_source(j, file->path, on_warning, &source);
    if (opened == WY_OK)
        status = add_reports(j, file, old, source);
    else if (opened == WY_E_CANCELLED)
        status = opened;
    else
        complain_file(j);
    wy_source_close(source);
    j->reports += j->added;
    if (status != WY_OK) return status;
    if (!j->trouble) {
        j->read++;
        return remove_gone(j, old);
    }
    j->files.failed++;
    return j->added > 0 && !j->marked ? mark_first(j, file) : WY_OK;
}

/* ---- The run ------------------------------------------------------------------------------ */

/* Time 0 stands for trouble: such a file is read again. */
static bool is_unchanged(const walk_file *file, const catalog_source *old)
{
    uint64_t hash;
    if (!old || old->mixed || old->time == 0 || old->size != file->size) return false;
    return old->time == file->time ||
           (wy_file_hash(file->path, &hash, NULL) == WY_OK && hash == old->hash);
}

/* Whether a file is gone for good; a file that is only out of reach is not. */
static bool has_vanished(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) return errno == ENOENT || errno == ENOTDIR;
    return S_ISDIR(st.st_mode);
}

/* Drops unchanged files from the list and marks the sources whose ids are needed. */
static void decide(job *j, uint64_t *bytes)
{
    size_t kept = 0;
    *bytes = 0;
    for (size_t i = 0; i < j->files.count; i++) {
        walk_file *file = &j->files.files[i];
        catalog_source *old = catalog_find(&j->known, file->path);
        if (!j->reread && !*stop_signal() && is_unchanged(file, old)) {
            j->unchanged++;
            free(file->path);
            continue;
        }
        if (old) old->wanted = true;
        *bytes += file->size;
        j->files.files[kept++] = *file;
    }
    j->files.count = kept;
    for (size_t i = 0; j->prune && i < j->known.count; i++) {
        catalog_source *source = &j->known.sources[i];
        if (walk_covers(&j->files, source->name) && has_vanished(source->name))
            source->wanted = true;
    }
}

static int read_known(job *j, uint64_t *bytes)
{
    wy_snapshot *snapshot;
    int status = wy_snapshot_open(j->index, &snapshot, &j->error);
    if (status != WY_OK) return status;
    status = catalog_read(&j->known, snapshot, &j->error);
    if (status == WY_OK) {
        decide(j, bytes);
        status = catalog_read_ids(&j->known, snapshot, &j->error);
    }
    wy_snapshot_close(snapshot);
    return status;
}

/* Long runs commit now and then, between files, so that one that is stopped need not begin anew. */
static int commit_now_and_then(job *j)
{
    j->so_far++;
    if (!j->changed || progress_now() - j->committed < j->commit_every) return WY_OK;
    int status = wy_writer_commit(j->writer, &j->error);
    if (status != WY_OK) return status;
    j->committed = progress_now();
    j->changed = false;
    j->kept = j->so_far;
    return WY_OK;
}

static int read_files(job *j)
{
    int status = WY_OK;
    j->committed = progress_now();
    for (size_t i = 0; status == WY_OK && i < j->files.count; i++) {
        const walk_file *file = &j->files.files[i];
        if (*stop_signal()) return WY_E_CANCELLED;
        progress_draw(&j->bar, 0);
        catalog_source *old = catalog_find(&j->known, file->path);
        status = read_file(j, file, old);
        if (old) old->wanted = false; /* what is left of the wanted ones has vanished */
        j->bar.files_done++;
        j->bar.bytes_done += file->size;
        if (status == WY_OK) status = commit_now_and_then(j);
    }
    return status;
}

static int remove_vanished(job *j)
{
    int status = WY_OK;
    for (size_t i = 0; status == WY_OK && i < j->known.count; i++)
        if (j->known.sources[i].wanted) status = remove_gone(j, &j->known.sources[i]);
    return status;
}

static void summary(const job *j, double seconds)
{
    char reports[NUMBER_SIZE], paragraphs[NUMBER_SIZE], read[NUMBER_SIZE], unchanged[NUMBER_SIZE],
        removed[NUMBER_SIZE], failures[NUMBER_SIZE];
    printf(ngettext("indexed %s report, ", "indexed %s reports, ", j->reports),
           with_commas(j->reports, reports));
    printf(ngettext("%s paragraph ", "%s paragraphs ", j->paragraphs),
           with_commas(j->paragraphs, paragraphs));
    printf(ngettext("(%s file read, ", "(%s files read, ", j->read), with_commas(j->read, read));
    printf(_("%s unchanged, %s removed, %s failed) in %.1f s\n"),
           with_commas(j->unchanged, unchanged), with_commas(j->removed, removed),
           with_commas(j->files.failed, failures), seconds);
    walk_tell_unread(&j->files);
}

static int stopped(job *j)
{
    char kept[NUMBER_SIZE], all[NUMBER_SIZE];
    progress_clear(&j->bar);
    if (j->kept)
        complain(_("%s: stopped; %s of %s files are in the index, the next run continues there"),
                 j->index_path, with_commas(j->kept, kept), with_commas(j->files.count, all));
    else
        complain(_("%s: stopped; the index stays at its last commit"), j->index_path);
    return STATUS_STOPPED + (int)*stop_signal();
}

static int work(job *j)
{
    uint64_t bytes = 0;
    double start = progress_now();
    int status = wy_index_open(j->index_path, &j->index_options, &j->index, &j->error);
    /* The lock comes first: what the index holds cannot change after it was looked at. */
    if (status == WY_OK)
        status = wy_writer_open(j->index, &j->writer_options, &j->writer, &j->error);
    if (status == WY_OK) status = read_known(j, &bytes);
    if (status == WY_OK) {
        progress_begin(&j->bar, !j->quiet && isatty(STDERR_FILENO), j->files.count, bytes);
        status = read_files(j);
    }
    if (status == WY_OK) status = remove_vanished(j);
    if (status == WY_OK && *stop_signal()) status = WY_E_CANCELLED;
    if (status == WY_OK && j->changed) status = wy_writer_commit(j->writer, &j->error);
    progress_clear(&j->bar);
    if (status == WY_E_CANCELLED && *stop_signal()) return stopped(j);
    if (status != WY_OK) return complain_error(&j->error);
    if (!j->quiet) summary(j, progress_now() - start);
    return j->files.failed ? STATUS_TROUBLE : STATUS_OK;
}

static bool is_analyzer(const arguments *a)
{
    static const char *const names[] = {"icu", "icu-punctuation", "whitespace"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(a->value, names[i]) == 0) return true;
    options_misuse(a->command, _("--analyzer: '%s' is none of icu, icu-punctuation and whitespace"),
                   a->value);
    return false;
}

/* Reads the options into the job. STATUS_OK with *go: there is work to do. */
static int read_options(job *j, arguments *a, bool *go)
{
    uint64_t number;
    int key;
    while ((key = options_next(a)) != OPTIONS_END) {
        bool good = true;
        switch (key) {
        case KEY_ANALYZER:
            good = is_analyzer(a);
            j->index_options.analyzer = a->value;
            break;
        case 'm':
            good = options_number(a, 16, 1 << 20, &number);
            if (good) j->writer_options.memory = number << 20;
            break;
        case 't':
            good = options_number(a, 1, 64, &number);
            if (good) j->writer_options.threads = (uint32_t)number;
            break;
        case KEY_EXCLUDE:
            exclude_add(&j->excluded, a->value);
            break;
        case KEY_PRUNE:
            j->prune = true;
            break;
        case KEY_REREAD:
            j->reread = true;
            break;
        case KEY_COMMIT:
            good = options_number(a, 0, 86400, &number);
            if (good) j->commit_every = (double)number;
            break;
        case KEY_NO_SYNC:
            j->writer_options.no_sync = true;
            break;
        case 'q':
            j->quiet = true;
            break;
        default:
            if (!reading_option(&j->reading, a, key, &good)) return options_status(key);
        }
        if (!good) return STATUS_TROUBLE;
    }
    if (a->operand_count < 2)
        return options_misuse(a->command, _("an index and at least one path are needed"));
    *go = true;
    return STATUS_OK;
}

static uint32_t default_threads(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > 16 ? 16 : (uint32_t)processors;
}

static int run(const command *c, int argc, char **argv)
{
    bool go = false;
    arguments a;
    job j = {
        .index_options = {.size = sizeof(wy_index_options), .create = true},
        .commit_every = 60,
        .writer_options = {.size = sizeof(wy_writer_options),
                           .threads = default_threads(),
                           .progress = on_progress,
                           .progress_context = &j},
    };
    options_begin(&a, c, argc, argv);
    reading_begin(&j.reading);
    int status = read_options(&j, &a, &go);
    if (!go) goto done;
    stop_catch();
    j.index_path = a.operands[0];
    walk_begin(&j.files, j.index_path, j.prune, stop_signal());
    j.files.how = &j.reading.how;
    j.files.excluded = &j.excluded;
    for (int i = 1; i < a.operand_count; i++) walk_add(&j.files, a.operands[i]);
    /* A slip in a path should not leave an empty index behind. */
    status = STATUS_TROUBLE;
    if (j.files.count > 0 || j.files.failed == 0 || j.prune) status = work(&j);
    wy_writer_close(j.writer);
    wy_index_close(j.index);
    catalog_free(&j.known);
    walk_free(&j.files);
done:
    exclude_free(&j.excluded);
    reading_free(&j.reading);
    options_free(&a);
    return status;
}

const command command_index = {
    .name = "index",
    .operands = "INDEX PATH...",
    .summary = N_("bring an index up to date with files and folders"),
    .more = N_(
        "The index is made where there is none. A folder is walked for files that end in .txt,\n"
        ".html, .htm, .xhtml, .shtml, .md, .markdown, .docx, .pdf, .jsonl, .ndjson or in what a\n"
        "filter is for, and in one of these with .gz or .zst behind it; a file that is named is\n"
        "read whatever its name, and - is standard input. Files and folders whose name begins\n"
        "with a dot are passed over. A file that has not changed is not read again; one that has\n"
        "another time and the same size is read for its checksum.\n"
        "Exit status: 0 all well, 2 some file failed, or other trouble, 130 stopped by Ctrl-C.\n"),
    .examples = "wenyuan index reports.wy ~/reports\n"
                "wenyuan index --prune reports.wy ~/reports\n"
                "wenyuan index --filter 'odt=odt2txt %s' --exclude drafts/ reports.wy ~/reports\n",
    .options = options,
    .run = run,
};
