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
    const char *until; /* YYYY-MM-DD: the last day whose events count; "" = all */
    char previous[SHA256_TEXT];
    buffer line;
} taking;

static status event_take(void *context, const register_event *event, error *err)
{
    taking *t = context;
    char name[24];
    if (t->until[0] != 0 && strncmp(event->time, t->until, strlen(t->until)) > 0)
        return STATUS_OK;
    buffer_clear(&t->line);
    register_event_line(event, t->previous, &t->line);
    if (t->line.failed)
        return full(err);
    memcpy(t->previous, event->hash, sizeof t->previous);
    t->head->register_events = event->sequence;
    (void)snprintf(name, sizeof name, "%012lld", (long long)event->sequence);
    return evaluation_document(t->evaluation, EDITION_DOCUMENT_REGISTER_EVENT, name, t->line.data, err);
}

static status documents_of_register(evaluation *v, const char *workspace, edition *head, error *err)
{
    register_log *log = NULL;
    taking t = {.evaluation = v, .head = head, .until = head->as_of == NULL ? "" : head->as_of};
    const char *path = arena_printf(&v->memory, "%s/register.sqlite", workspace);
    if (path == NULL)
        return full(err);
    memset(t.previous, '0', sizeof t.previous - 1);
    status code = register_open(path, &(register_options){.read_only = true}, &log, err);
    if (code == STATUS_NOT_FOUND) {
        if (err != NULL)
            *err = (error){0};
        return STATUS_OK;
    }
    if (code == STATUS_OK)
        code = register_events(log, 1, 0, NULL, event_take, &t, err);
    if (code == STATUS_OK && head->register_events > 0 &&
        (head->register_head = arena_string(&v->memory, t.previous)) == NULL)
        code = full(err);
    buffer_free(&t.line);
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
