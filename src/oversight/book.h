/*
 * book: all of oversight that an edition can tell, made once: its frameworks read, every organisation scored, the register's records found.
 *
 * The frameworks are the documents that the edition carries, so that whoever holds an edition scores as those did who made it. A framework that cannot be
 * read or scored is kept with the reason and stops nothing else.
 * Ownership: oversight_book_open allocates, oversight_book_close frees; the edition must outlive the book, the register need not. Threads: read-only once open.
 */
#ifndef CONCORD_OVERSIGHT_BOOK_H
#define CONCORD_OVERSIGHT_BOOK_H

#include "oversight/evidence.h"

struct oversight_result;
struct oversight_options;

/* One framework and what came of it. */
typedef struct oversight_chapter {
    const framework *framework;
    const struct oversight_result *result; /* NULL where it scores nothing, or could not be scored */
    const char *trouble;                   /* "" or why it could not be scored, a sentence */
    const int32_t
        *place; /* [org of the edition]: index in the result's organisations, -1 none; NULL without a result */
} oversight_chapter;

/* A framework that the edition carries and that cannot be read. */
typedef struct oversight_unread {
    const char *id, *why;
} oversight_unread;

typedef struct oversight_record_list {
    const oversight_record *items;
    size_t count;
} oversight_record_list;

typedef struct oversight_book {
    const oversight_chapter
        *chapters; /* those that score, then evidence, then regimes; the newest year first, then by id */
    size_t chapter_count;
    const oversight_unread *unread;
    size_t unread_count;
    const oversight_event *events; /* regimes and ratings of the register */
    size_t event_count;
    struct oversight_book_private *private_;
} oversight_book;

/* Scores with draws, seed, threads, confidence and month of the options; events come from the register. log may be NULL: then there are no regimes
 * and no records. STATUS_IO where the edition or the register cannot be read; STATUS_MEMORY. */
MUST_USE status oversight_book_open(edition *e, register_log *log, const struct oversight_options *options,
                                    oversight_book **out, error *err);
void oversight_book_close(oversight_book *b);

/* The records of one kind ("commitments" ...) that bear on an ICB; none for other organisations, and without a register. */
oversight_record_list oversight_book_records(const oversight_book *b, int32_t who, const char *record);
/* The regime of a framework that an organisation is in: that of its events in force in `month`, else the one without an event; -1 where the
 * framework has no regimes. */
int32_t oversight_regime_of(const oversight_book *b, const framework *f, const char *organisation, period month);
/* Does an event of the kind stand for the organisation at the end of the month? The event, NULL where none. */
const oversight_event *oversight_event_in_force(const oversight_event *events, size_t count, const char *organisation,
                                                const char *kind, period month);

#endif
