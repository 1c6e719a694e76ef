/*
 * query/document.h: the texts of the documents of a field, as they were indexed: for what only the
 * text can tell.
 */
#ifndef WY_QUERY_DOCUMENT_H
#define WY_QUERY_DOCUMENT_H

#include "query/cursor.h"

/* Reads one document after another; files are opened when they are first needed. */
typedef struct wy_documents {
    const wy_site *site;
    wy_field field;
    /* private */
    wy_store_reader *texts, *reports;
    uint32_t report; /* whose record was read last, or UINT32_MAX */
    bool numbered;   /* it numbers its paragraphs */
} wy_documents;

void wy_documents_init(wy_documents *documents, const wy_site *site, wy_field field);
void wy_documents_close(wy_documents *documents); /* zeroed ones, too */

/* Is given one text; `text` lives until it returns. A status that is not WY_OK ends the reading. */
typedef int wy_document_fn(void *context, wy_string text, wy_error *error);

/*
 * Gives `visit` the texts of `doc`: the paragraph, the title, the issuer, or the headings of a
 * passage, innermost first. WY_E_DAMAGED, also where `visit` returns WY_E_ENCODING, since none but
 * UTF-8 is ever stored; WY_E_NOMEM; what `visit` returns.
 */
int wy_documents_read(wy_documents *documents, uint32_t doc, wy_document_fn *visit, void *context,
                      wy_error *error);

#endif
