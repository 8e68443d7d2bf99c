/* The texts that an edition carries whole (edition.h names their kinds): a small function for each kind. */
#include "measure/internal.h"

#include "register/register.h"

#include <stdlib.h>
#include <string.h>

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the edition's documents");
}

status evaluation_document(evaluation *v, const char *kind, const char *name, const char *words, error *err)
{
    if (v->document_count == v->document_capacity) {
        size_t capacity = v->document_capacity == 0 ? 64 : v->document_capacity * 2;
        edition_document *grown = realloc(v->documents, capacity * sizeof *grown);
        if (grown == NULL)
            return full(err);
        v->documents = grown;
        v->document_capacity = capacity;
    }
    edition_document *d = &v->documents[v->document_count];
    *d = (edition_document){arena_string(&v->memory, kind), arena_string(&v->memory, name),
                            arena_string(&v->memory, words)};
    if (d->kind == NULL || d->name == NULL || d->text == NULL)
        return full(err);
    v->document_count++;
    return STATUS_OK;
}

/* ---- the register -------------------------------------------------------------------------------------- */

typedef struct taking {
    evaluation *evaluation;
    edition *head;
    char last[SHA256_TEXT]; /* the hash of the last event that was taken */
} taking;

static status event_take(void *context, const register_event *event, const char *line, error *err)
{
    taking *t = context;
    char name[24];
    t->head->register_events = event->sequence;
    memcpy(t->last, event->hash, sizeof t->last);
    (void)snprintf(name, sizeof name, "%012lld", (long long)event->sequence);
    return evaluation_document(t->evaluation, EDITION_DOCUMENT_REGISTER_EVENT, name, line, err);
}

static status documents_of_register(evaluation *v, const char *workspace, edition *head, error *err)
{
    register_log *log = NULL;
    taking t = {.evaluation = v, .head = head};
    const char *path = arena_printf(&v->memory, "%s/register.sqlite", workspace);
    if (path == NULL)
        return full(err);
    status code = register_open_if_any(path, &log, err);
    if (code == STATUS_OK && log != NULL)
        code = register_lines(log, head->as_of == NULL ? "" : head->as_of, event_take, &t, err);
    if (code == STATUS_OK && head->register_events > 0 &&
        (head->register_head = arena_string(&v->memory, t.last)) == NULL)
        code = full(err);
    register_close(log);
    return code;
}

/* ---- frameworks --------------------------------------------------------------------------------------- */

static status documents_of_frameworks(evaluation *v, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < v->catalogue->framework_count && code == STATUS_OK; i++) {
        const framework *f = &v->catalogue->frameworks[i];
        const char *whole = arena_copy(&v->memory, f->whole.at, f->whole.length);
        code = whole == NULL ? full(err) : evaluation_document(v, EDITION_DOCUMENT_FRAMEWORK, f->id, whole, err);
        if (code == STATUS_OK && f->published_text != NULL)
            code = evaluation_document(v, EDITION_DOCUMENT_PUBLISHED, f->id, f->published_text, err);
    }
    return code;
}

/* ---- all of them --------------------------------------------------------------------------------------- */

static int compare_documents(const void *a, const void *b)
{
    const edition_document *x = a, *y = b;
    int c = strcmp(x->kind, y->kind);
    return c != 0 ? c : strcmp(x->name, y->name);
}

status evaluation_documents(evaluation *v, const char *workspace, edition *head, error *err)
{
    status code = workspace == NULL ? STATUS_OK : documents_of_register(v, workspace, head, err);
    if (code == STATUS_OK && workspace != NULL)
        code = documents_of_frameworks(v, err);
    if (code == STATUS_OK && workspace != NULL)
        code = documents_of_scenarios(v, workspace, err);
    evaluation_issues_order(v, head); /* scenarios that were left out are among them */
    if (v->document_count > 1)
        qsort(v->documents, v->document_count, sizeof *v->documents, compare_documents);
    head->documents = v->documents;
    head->document_count = v->document_count;
    return code;
}
