#include "index/index.h"

#include <stdatomic.h>
#include <string.h>

#include "index/manifest_format.h"

/* ---- Analyzers ----------------------------------------------------------------------------------
 */

/* An analyzer that cuts text as the one did that the index was made with. */
static int open_analyzer(const wy_index *index, wy_analyzer **out, wy_error *error)
{
    wy_analyzer *analyzer;
    int status = wy_analyzer_open(index->analyzer, index->mem, &analyzer, error);
    if (status != WY_OK) return status;
    if (strcmp(wy_analyzer_identity(analyzer), index->identity) != 0) {
        status = wy_fail(error, WY_E_ANALYZER, index->folder, WY_NO_OFFSET,
                         "the index was made with \"%s\", and this machine cuts text with \"%s\": "
                         "make the index anew",
                         index->identity, wy_analyzer_identity(analyzer));
        wy_analyzer_close(analyzer);
        return status;
    }
    *out = analyzer;
    return WY_OK;
}

int wy_index_take_analyzer(wy_index *index, wy_analyzer **out, wy_error *error)
{
    wy_analyzer *analyzer = atomic_exchange(&index->ready, NULL);
    if (!analyzer) {
        wy_mutex_lock(&index->mutex);
        if (index->idle_count) analyzer = index->idle[--index->idle_count];
        wy_mutex_unlock(&index->mutex);
    }
    if (analyzer) {
        *out = analyzer;
        return WY_OK;
    }
    return open_analyzer(index, out, error);
}

void wy_index_give_analyzer(wy_index *index, wy_analyzer *analyzer)
{
    wy_analyzer *none = NULL;
    if (!analyzer || atomic_compare_exchange_strong(&index->ready, &none, analyzer)) return;
    wy_mutex_lock(&index->mutex);
    if (index->idle_count < WY_IDLE_ANALYZERS &&
        wy_grow(index->mem, &index->idle, &index->idle_capacity, index->idle_count + 1,
                sizeof(wy_analyzer *))) {
        index->idle[index->idle_count++] = analyzer;
        analyzer = NULL;
    }
    wy_mutex_unlock(&index->mutex);
    wy_analyzer_close(analyzer);
}

/* ---- Creating ------------------------------------------------------------------------------ */

/* Non-zero for a name that an index being made does not have. */
static int is_foreign(void *context, const char *name)
{
    bool *foreign = context;
    *foreign = strcmp(name, WY_LOCK_FILE) != 0 && strcmp(name, WY_MANIFEST_NEW) != 0;
    return *foreign;
}

/* The folder's own name must be on the disk, or all that is ever written to it may be lost. */
static int sync_parent(const wy_index *index, wy_error *error)
{
    size_t length = strlen(index->folder);
    while (length > 1 && index->folder[length - 1] == '/') length--;
    while (length > 0 && index->folder[length - 1] != '/') length--;
    while (length > 1 && index->folder[length - 1] == '/') length--;
    char *parent =
        length ? wy_strndup(index->mem, index->folder, length) : wy_strndup(index->mem, ".", 1);
    int status = parent ? index->env->sync_dir(index->env, parent, error) : wy_fail_memory(error);
    wy_free(index->mem, parent);
    return status;
}

/* Under the lock: whether somebody else has made the index meanwhile (*made), or the folder serves
 * something else (WY_E_EXISTS). */
static int look_again(const wy_index *index, bool *made, wy_error *error)
{
    wy_manifest manifest = {0};
    wy_error missing;
    bool foreign = false;
    int status = wy_manifest_read(index->env, index->mem, index->folder, &manifest, &missing);
    wy_manifest_free(&manifest);
    *made = status == WY_OK;
    if (status != WY_E_NOT_FOUND) {
        if (status != WY_OK && error) *error = missing;
        return status;
    }
    status = index->env->list(index->env, index->folder, is_foreign, &foreign, error);
    if (status == WY_OK && foreign)
        return wy_fail(error, WY_E_EXISTS, index->folder, WY_NO_OFFSET,
                       "the folder holds other files and no index: name another folder");
    return status;
}

/* Whether a folder that is no index may get a lock file: only if nothing else is in it. */
static int make_folder(const wy_index *index, wy_error *error)
{
    wy_error exists;
    bool foreign = false;
    int status = index->env->mkdir(index->env, index->folder, &exists);
    if (status == WY_E_EXISTS) {
        status = index->env->list(index->env, index->folder, is_foreign, &foreign, error);
        if (status == WY_OK && foreign) { /* or it has become an index in this moment */
            bool made;
            return look_again(index, &made, error);
        }
    } else if (status != WY_OK && error) {
        *error = exists;
    }
    return status == WY_OK ? sync_parent(index, error) : status;
}

static int write_first(const wy_index *index, const char *analyzer, wy_error *error)
{
    wy_analyzer *model = NULL;
    wy_manifest manifest = {0};
    int status = wy_analyzer_open(analyzer ? analyzer : "icu", index->mem, &model, error);
    if (status == WY_OK)
        status =
            wy_manifest_init(&manifest, index->mem, wy_analyzer_name(model),
                             wy_analyzer_identity(model), wy_analyzer_icu_version(model), error);
    if (status == WY_OK) {
        manifest.generation = 1;
        status = wy_manifest_write(index->env, &manifest, index->folder, true, error);
    }
    wy_manifest_free(&manifest);
    wy_analyzer_close(model);
    return status;
}

/* Makes the folder, unless it is there and empty, and a manifest of no segments. Several may try
 * at once: the first under the lock does it. */
static int create(const wy_index *index, const char *analyzer, wy_error *error)
{
    wy_env_lock *lock = NULL;
    char *lock_path = NULL;
    bool made = false;
    int status = make_folder(index, error);
    if (status == WY_OK) {
        lock_path = wy_path_join(index->mem, index->folder, WY_LOCK_FILE);
        status = lock_path ? index->env->lock(index->env, lock_path, &lock, error)
                           : wy_fail_memory(error);
    }
    if (status == WY_OK) status = look_again(index, &made, error);
    if (status == WY_OK && !made) status = write_first(index, analyzer, error);
    if (lock) index->env->unlock(index->env, lock);
    wy_free(index->mem, lock_path);
    return status;
}

/* ---- Opening ------------------------------------------------------------------------------- */

/* The analyzer at hand must cut text as the one did that the index was made with. Where versions
 * and rules agree, to look closer is left to the first who needs it: opening ICU takes longer than
 * all else here. Where they do not, an open one tells what this machine has. */
static int match_analyzer(wy_index *index, const wy_manifest *manifest, const char *wanted,
                          wy_error *error)
{
    if (wanted && strcmp(wanted, manifest->analyzer) != 0)
        return wy_fail(error, WY_E_ANALYZER, index->folder, WY_NO_OFFSET,
                       "the index was made with the analyzer \"%s\", not \"%s\"",
                       manifest->analyzer, wanted);
    if (!wy_analyzer_known(manifest->analyzer))
        return wy_fail(error, WY_E_ANALYZER, index->folder, WY_NO_OFFSET,
                       "the index was made with the analyzer \"%s\", which this library does "
                       "not have",
                       manifest->analyzer);
    size_t length = strlen(manifest->analyzer);
    index->analyzer = wy_strndup(index->mem, manifest->analyzer, length);
    index->identity = wy_strndup(index->mem, manifest->identity, strlen(manifest->identity));
    index->icu_version =
        wy_strndup(index->mem, manifest->icu_version, strlen(manifest->icu_version));
    if (!index->analyzer || !index->identity || !index->icu_version) return wy_fail_memory(error);
    if (wy_analyzer_could_be(index->analyzer, index->identity)) return WY_OK;
    wy_analyzer *analyzer;
    int status = open_analyzer(index, &analyzer, error);
    if (status == WY_OK) wy_index_give_analyzer(index, analyzer);
    return status;
}

static wy_index *new_index(const char *folder, const wy_index_setup *setup)
{
    const wy_mem *mem = wy_mem_or_default(setup->allocator);
    wy_index *index = wy_calloc(mem, sizeof *index);
    if (!index) return NULL;
    index->hooks = *mem;
    index->mem = &index->hooks;
    index->env = setup->env;
    index->folder = wy_strndup(mem, folder, strlen(folder));
    const bool lock = index->folder && wy_mutex_init(&index->mutex);
    if (lock && wy_spares_init(&index->spares, index->mem)) return index;
    if (lock) wy_mutex_destroy(&index->mutex);
    wy_free(mem, index->folder);
    wy_free(mem, index);
    return NULL;
}

int wy_index_setup_make(const char *folder, const wy_index_setup *setup,
                        const wy_manifest *manifest, wy_index **out, wy_error *error)
{
    wy_index *index = new_index(folder, setup);
    if (!index) return wy_fail_memory(error);
    int status = match_analyzer(index, manifest, setup->analyzer, error);
    if (status != WY_OK)
        wy_index_destroy(index);
    else
        *out = index;
    return status;
}

int wy_index_setup_open(const char *folder, const wy_index_setup *setup, wy_index **out,
                        wy_error *error)
{
    if (setup->analyzer && !wy_analyzer_known(setup->analyzer))
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                       "there is no analyzer \"%s\": use icu, icu-punctuation or whitespace",
                       setup->analyzer);
    wy_index *index = new_index(folder, setup);
    if (!index) return wy_fail_memory(error);
    wy_manifest manifest = {0};
    wy_error first, again;
    int status = wy_manifest_read(index->env, index->mem, folder, &manifest, &first);
    if (status == WY_E_NOT_FOUND && setup->create) {
        status = create(index, setup->analyzer, &first);
        /* Locked: somebody else is making it at this moment, and may be done. */
        if (status == WY_OK || status == WY_E_LOCKED) {
            int read = wy_manifest_read(index->env, index->mem, folder, &manifest, &again);
            if (read == WY_OK || status == WY_OK) {
                first = again;
                status = read;
            }
        }
    } else if (status == WY_E_NOT_FOUND) {
        wy_fail(&first, WY_E_NOT_FOUND, folder, WY_NO_OFFSET, "there is no index here");
    }
    if (status != WY_OK && error) *error = first;
    if (status == WY_OK) status = match_analyzer(index, &manifest, setup->analyzer, error);
    wy_manifest_free(&manifest);
    if (status != WY_OK) {
        wy_index_destroy(index);
        return status;
    }
    *out = index;
    return WY_OK;
}

void wy_index_destroy(wy_index *index)
{
    if (!index) return;
    const wy_mem mem = index->hooks; /* outlives the index that it lies in */
    wy_analyzer_close(atomic_load(&index->ready));
    for (size_t i = 0; i < index->idle_count; i++) wy_analyzer_close(index->idle[i]);
    wy_free(&mem, index->idle);
    wy_spares_destroy(&index->spares);
    wy_free(&mem, index->folder);
    wy_free(&mem, index->analyzer);
    wy_free(&mem, index->identity);
    wy_free(&mem, index->icu_version);
    wy_mutex_destroy(&index->mutex);
    wy_free(&mem, index);
}
