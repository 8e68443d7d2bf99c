/* Frameworks out of an edition, scored, and the register's records beside them. */
#include "oversight/oversight.h"

#include <stdlib.h>
#include <string.h>

#define RECORDS_MOST 8 /* kinds of record that frameworks may name */

typedef struct oversight_book_private {
    arena memory;
    catalogue *catalogues; /* a framework's texts live in its own */
    size_t catalogue_count;
    const char *records[RECORDS_MOST];
    size_t record_count;
    oversight_record_list *lists; /* [org * record_count + record] */
} oversight_book_private;

typedef struct book_making {
    oversight_book *book;
    oversight_book_private *own;
    edition *e;
    register_log *log;
    const oversight_options *options;
    oversight_chapter *chapters;
    oversight_unread *unread;
} book_making;

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "Not enough memory for oversight");
}

/* ---- frameworks --------------------------------------------------------------------------------------- */

static status framework_take(book_making *w, const edition_document *d, const framework_measure *measures, error *err)
{
    catalogue c;
    error wrong = {0};
    const edition_document *published = edition_find_document(w->e, EDITION_DOCUMENT_PUBLISHED, d->name);
    status code = frameworks_read(d->name, text_of(d->text), published == NULL ? NULL : published->text, measures,
                                  w->e->measure_count, &c, NULL, &wrong);
    if (code == STATUS_MEMORY)
        return full(err);
    const framework *f = code == STATUS_OK ? catalogue_framework(&c, d->name) : NULL;
    if (f != NULL) {
        w->own->catalogues[w->own->catalogue_count++] = c;
        w->chapters[w->book->chapter_count++] = (oversight_chapter){.framework = f, .trouble = ""};
        return STATUS_OK;
    }
    oversight_unread *u = &w->unread[w->book->unread_count++];
    *u = (oversight_unread){.id = d->name,
                            .why = code == STATUS_OK ? "Its text declares no framework of that name."
                                                     : arena_printf(&w->own->memory, "%s (line %lld).", wrong.message,
                                                                    (long long)wrong.row)};
    if (code == STATUS_OK)
        catalogue_free(&c);
    return u->why == NULL ? full(err) : STATUS_OK;
}

static int compare_chapters(const void *a, const void *b)
{
    const framework *x = ((const oversight_chapter *)a)->framework, *y = ((const oversight_chapter *)b)->framework;
    int a_kind = x->regime_count > 0 ? 2 : x->statement_count > 0,
        b_kind = y->regime_count > 0 ? 2 : y->statement_count > 0;
    if (a_kind != b_kind)
        return a_kind - b_kind;
    if (x->year.first_month != y->year.first_month)
        return x->year.first_month > y->year.first_month ? -1 : 1;
    return strcmp(x->id, y->id);
}

static status frameworks_take(book_making *w, error *err)
{
    size_t count = 0;
    const edition_document *documents = edition_documents_of(w->e, EDITION_DOCUMENT_FRAMEWORK, &count);
    framework_measure *measures = arena_array(&w->own->memory, w->e->measure_count + 1, sizeof *measures);
    w->chapters = arena_array(&w->own->memory, count + 1, sizeof *w->chapters);
    w->unread = arena_array(&w->own->memory, count + 1, sizeof *w->unread);
    w->own->catalogues = arena_array(&w->own->memory, count + 1, sizeof *w->own->catalogues);
    if (measures == NULL || w->chapters == NULL || w->unread == NULL || w->own->catalogues == NULL)
        return full(err);
    for (size_t i = 0; i < w->e->measure_count; i++)
        measures[i] = (framework_measure){.id = w->e->measures[i].id, .better = w->e->measures[i].better};
    status code = STATUS_OK;
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        code = framework_take(w, &documents[i], measures, err);
    if (w->book->chapter_count > 1)
        qsort(w->chapters, w->book->chapter_count, sizeof *w->chapters, compare_chapters);
    w->book->chapters = w->chapters;
    w->book->unread = w->unread;
    return code;
}

static status chapter_score(book_making *w, oversight_chapter *chapter, error *err)
{
    oversight_result *result = arena_alloc(&w->own->memory, sizeof *result);
    int32_t *place = arena_array(&w->own->memory, w->e->org_count + 1, sizeof *place);
    oversight_options options = *w->options;
    error wrong = {0};
    if (result == NULL || place == NULL)
        return full(err);
    options.events = w->book->events;
    options.event_count = w->book->event_count;
    status code = oversight_evaluate(w->e, chapter->framework, &options, &w->own->memory, result, &wrong);
    if (code == STATUS_REFUSED) {
        chapter->trouble = arena_printf(&w->own->memory, "%s.", wrong.message);
        return chapter->trouble == NULL ? full(err) : STATUS_OK;
    }
    if (code != STATUS_OK) {
        if (err != NULL)
            *err = wrong;
        return code;
    }
    for (size_t i = 0; i < w->e->org_count; i++)
        place[i] = -1;
    for (size_t i = 0; i < result->organisation_count; i++)
        place[result->organisations[i].org] = (int32_t)i;
    chapter->result = result;
    chapter->place = place;
    return STATUS_OK;
}

/* ---- the register ------------------------------------------------------------------------------------- */

static void records_name(oversight_book_private *own, const char *record)
{
    for (size_t i = 0; i < own->record_count; i++)
        if (strcmp(own->records[i], record) == 0)
            return;
    if (own->record_count < RECORDS_MOST)
        own->records[own->record_count++] = record;
}

static status records_take(book_making *w, error *err)
{
    oversight_book_private *own = w->own;
    status code = STATUS_OK;
    for (size_t i = 0; i < w->book->chapter_count; i++)
        for (size_t k = 0; k < w->chapters[i].framework->statement_count; k++)
            for (size_t n = 0; n < w->chapters[i].framework->statements[k].record_count; n++)
                records_name(own, w->chapters[i].framework->statements[k].records[n]);
    if (w->log == NULL || own->record_count == 0)
        return STATUS_OK;
    own->lists = arena_array(&own->memory, w->e->org_count * own->record_count + 1, sizeof *own->lists);
    if (own->lists == NULL)
        return full(err);
    for (size_t o = 0; o < w->e->org_count; o++)
        for (size_t k = 0; k < own->record_count && w->e->orgs[o].kind == ORG_ICB && code == STATUS_OK; k++) {
            oversight_record_list *list = &own->lists[o * own->record_count + k];
            code = oversight_records(w->log, w->e->orgs[o].code, own->records[k], &own->memory, &list->items,
                                     &list->count, err);
            for (size_t i = 0; i < list->count && code == STATUS_OK;
                 i++) { /* the register may be closed before the book */
                oversight_record *r = (oversight_record *)&list->items[i];
                r->id = arena_string(&own->memory, r->id);
                r->owner = arena_string(&own->memory, r->owner);
                r->words = arena_string(&own->memory, r->words);
                if (r->id == NULL || r->owner == NULL || r->words == NULL)
                    code = full(err);
            }
        }
    return code;
}

static status events_take(book_making *w, error *err)
{
    const oversight_event *events = NULL;
    size_t count = 0;
    status code = w->log == NULL ? STATUS_OK : oversight_events(w->log, &w->own->memory, &events, &count, err);
    oversight_event *kept = arena_array(&w->own->memory, count + 1, sizeof *kept);
    if (kept == NULL)
        return full(err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        kept[i] = events[i];
        kept[i].organisation = arena_string(&w->own->memory, events[i].organisation);
        kept[i].kind = arena_string(&w->own->memory, events[i].kind);
        kept[i].rating = arena_string(&w->own->memory, events[i].rating == NULL ? "" : events[i].rating);
        if (kept[i].organisation == NULL || kept[i].kind == NULL || kept[i].rating == NULL)
            code = full(err);
    }
    w->book->events = kept;
    w->book->event_count = count;
    return code;
}

/* ---- the book ----------------------------------------------------------------------------------------- */

status oversight_book_open(edition *e, register_log *log, const oversight_options *options, oversight_book **out,
                           error *err)
{
    oversight_book *book = calloc(1, sizeof *book);
    oversight_book_private *own = calloc(1, sizeof *own);
    *out = NULL;
    if (book == NULL || own == NULL) {
        free(book);
        free(own);
        return full(err);
    }
    book->private_ = own;
    book_making w = {.book = book, .own = own, .e = e, .log = log, .options = options};
    status code = events_take(&w, err);
    if (code == STATUS_OK)
        code = frameworks_take(&w, err);
    for (size_t i = 0; i < book->chapter_count && code == STATUS_OK; i++)
        if (book->chapters[i].framework->metric_count > 0)
            code = chapter_score(&w, &w.chapters[i], err);
    if (code == STATUS_OK)
        code = records_take(&w, err);
    if (code != STATUS_OK) {
        oversight_book_close(book);
        return code;
    }
    *out = book;
    return STATUS_OK;
}

void oversight_book_close(oversight_book *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->private_->catalogue_count; i++)
        catalogue_free(&b->private_->catalogues[i]);
    arena_free(&b->private_->memory);
    free(b->private_);
    free(b);
}

oversight_record_list oversight_book_records(const oversight_book *b, int32_t who, const char *record)
{
    const oversight_book_private *own = b->private_;
    for (size_t k = 0; k < own->record_count && own->lists != NULL && who >= 0; k++)
        if (strcmp(own->records[k], record) == 0)
            return own->lists[(size_t)who * own->record_count + k];
    return (oversight_record_list){.items = NULL};
}

const oversight_event *oversight_event_in_force(const oversight_event *events, size_t count, const char *organisation,
                                                const char *kind, period month)
{
    int32_t at = month.first_month + month.months - 1;
    for (size_t i = 0; i < count; i++) {
        const oversight_event *v = &events[i];
        if (strcmp(v->kind, kind) == 0 && strcmp(v->organisation, organisation) == 0 && v->first.first_month <= at &&
            (v->last.kind == PERIOD_NONE || v->last.first_month + v->last.months - 1 >= at))
            return v;
    }
    return NULL;
}

int32_t oversight_regime_of(const oversight_book *b, const framework *f, const char *organisation, period month)
{
    int32_t usual = -1;
    for (size_t i = 0; i < f->regime_count; i++) {
        if (f->regimes[i].event[0] == 0)
            usual = (int32_t)i;
        else if (oversight_event_in_force(b->events, b->event_count, organisation, f->regimes[i].event, month) != NULL)
            return (int32_t)i;
    }
    return usual;
}
