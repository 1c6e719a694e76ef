#include "text/stem.h"

#include <libstemmer.h>
#include <string.h>

#include "base/checksum.h"

/* Snowball allocates with malloc, as types.h says. */
int wy_stemmer_open(wy_stemmer **out, wy_error *error)
{
    const char **name = sb_stemmer_list();

    while (*name && strcmp(*name, "english") != 0) name++;
    if (!*name)
        return wy_fail(error, WY_E_UNSUPPORTED, NULL, WY_NO_OFFSET,
                       "the Snowball library has no English stemmer");
    *out = sb_stemmer_new("english", "UTF_8");
    return *out ? WY_OK : wy_fail_memory(error);
}

void wy_stemmer_close(wy_stemmer *stemmer)
{
    sb_stemmer_delete(stemmer);
}

const char *wy_stem(wy_stemmer *stemmer, const char *word, size_t *length)
{
    const sb_symbol *stem;
    size_t count;

    if (*length > WY_STEM_WORD_MAX) return word;
    stem = sb_stemmer_stem(stemmer, (const sb_symbol *)word, (int)*length);
    if (!stem) return NULL;
    count = (size_t)sb_stemmer_length(stemmer);
    if (count == 0 || count > *length) return word;
    *length = count;
    return (const char *)stem;
}

uint64_t wy_stemmer_fingerprint(wy_stemmer *stemmer)
{
    static const char probes[][16] = {
        "caresses",   "ties",       "cries",      "gas",         "this",        "kiwis",
        "feed",       "agreed",     "hopping",    "hoping",      "luxuriating", "happy",
        "say",        "rational",   "hesitancy",  "digitizer",   "radically",   "differently",
        "sensitize",  "operator",   "feudalism",  "hopefully",   "formality",   "logically",
        "triplicate", "electrical", "goodness",   "replacement", "adoption",    "probate",
        "rolled",     "skis",       "dying",      "idly",        "gently",      "early",
        "singly",     "news",       "innings",    "outing",      "evening",     "proceed",
        "generate",   "commune",    "university", "past",        "pasted",      "geologist",
        "o'neil's",   "youth",      "boyish",     "added",       "lying",       "international"};
    char stems[sizeof probes];
    size_t at = 0;

    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        size_t length = strlen(probes[i]);
        const char *stem = wy_stem(stemmer, probes[i], &length);

        if (!stem) return 0;
        memcpy(stems + at, stem, length);
        at += length;
        stems[at++] = ' ';
    }
    return wy_checksum(stems, at);
}
