/*
 * The texts that an edition carries whole: the events of the register, the frameworks of oversight, the scenarios of plans. They make a
 * page that speaks of them a function of the edition alone, like every other page.
 */
#include "edition/internal.h"

#include <stdlib.h>
#include <string.h>

static int compare_documents(const void *a, const void *b)
{
    const edition_document *x = a, *y = b;
    int c = strcmp(x->kind, y->kind);
    return c != 0 ? c : strcmp(x->name, y->name);
}

status edition_documents_write(sqlite3 *database, const edition *head, error *err)
{
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_prepare_v2(database, "INSERT INTO documents VALUES (?,?,?)", -1, &s, NULL) == SQLITE_OK;
    const edition_document *refused = NULL;
    for (size_t i = 0; ok && i < head->document_count; i++) {
        const edition_document *d = &head->documents[i];
        (void)sqlite3_bind_text(s, 1, d->kind, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 2, d->name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 3, d->text, -1, SQLITE_STATIC);
        ok = sqlite3_step(s) == SQLITE_DONE;
        if (!ok && (sqlite3_errcode(database) & 0xff) == SQLITE_CONSTRAINT)
            refused = d;
        (void)sqlite3_reset(s);
    }
    (void)sqlite3_finalize(s);
    if (refused != NULL)
        return error_set(err, STATUS_REFUSED, "Two documents of the kind %s are called '%.200s'", refused->kind,
                         refused->name);
    return ok ? STATUS_OK : edition_database_error(database, "Cannot write the edition", err);
}

static const char *text_kept(edition *e, sqlite3_stmt *s, int at)
{
    const char *value = (const char *)sqlite3_column_text(s, at);
    return value == NULL ? arena_string(&e->private_->memory, "")
                         : arena_copy(&e->private_->memory, value, (size_t)sqlite3_column_bytes(s, at));
}

status edition_documents_load(edition *e, error *err)
{
    sqlite3 *database = e->private_->database;
    sqlite3_stmt *s = NULL;
    status code = STATUS_OK;
    size_t n = 0;
    if (sqlite3_prepare_v2(database, "SELECT count(*) FROM documents", -1, &s, NULL) != SQLITE_OK ||
        sqlite3_step(s) != SQLITE_ROW) {
        code = edition_database_error(database, "Cannot read the edition", err);
        goto out;
    }
    const size_t expected = (size_t)sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    s = NULL;
    edition_document *documents = arena_array(&e->private_->memory, expected + 1, sizeof *documents);
    if (documents == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory for %zu documents", expected);
        goto out;
    }
    if (sqlite3_prepare_v2(database, "SELECT kind, name, text FROM documents ORDER BY kind, name", -1, &s, NULL) !=
        SQLITE_OK) {
        code = edition_database_error(database, "Cannot read the edition", err);
        goto out;
    }
    int stepped = SQLITE_DONE;
    const char *kind = NULL; /* the documents of a kind share its name */
    while (n < expected && (stepped = sqlite3_step(s)) == SQLITE_ROW) {
        const char *next = (const char *)sqlite3_column_text(s, 0);
        if (kind == NULL || next == NULL || strcmp(kind, next) != 0)
            kind = text_kept(e, s, 0);
        documents[n] = (edition_document){kind, text_kept(e, s, 1), text_kept(e, s, 2)};
        if (kind == NULL || documents[n].name == NULL || documents[n].text == NULL) {
            code = error_set(err, STATUS_MEMORY, "Out of memory for %zu documents", expected);
            goto out;
        }
        n++;
    }
    if (stepped != SQLITE_ROW && stepped != SQLITE_DONE) {
        code = edition_database_error(database, "Cannot read the edition", err);
        goto out;
    }
    e->documents = documents;
    e->document_count = n;
out:
    (void)sqlite3_finalize(s);
    return code;
}

const edition_document *edition_find_document(const edition *e, const char *kind, const char *name)
{
    const edition_document key = {kind, name, NULL};
    return e->document_count == 0
               ? NULL
               : bsearch(&key, e->documents, e->document_count, sizeof *e->documents, compare_documents);
}

const edition_document *edition_documents_of(const edition *e, const char *kind, size_t *count)
{
    size_t first = 0, last;
    while (first < e->document_count && strcmp(e->documents[first].kind, kind) < 0)
        first++;
    for (last = first; last < e->document_count && strcmp(e->documents[last].kind, kind) == 0;)
        last++;
    *count = last - first;
    return *count == 0 ? NULL : &e->documents[first];
}
