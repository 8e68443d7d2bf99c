/*
 * fetch: from the publishers' pages to files on this disk.
 *
 * Reads the pages that a source names (source.landing) and those one level down, finds the links that lead to its files (source.links), and
 * downloads what is new. What was fetched is remembered in a folder of the workspace, so that an unchanged file costs one question (ETag,
 * Last-Modified) and a half file is gone on with (Range, If-Range). Knows nothing of what is in the files: whoever calls adds them.
 *
 * Invariants: one request at a time, with a pause between two, under the name that the caller gives. Only http and https; never from https down to http; only
 * from the servers that the source names. Every answer has a maximum of bytes and of time. A file is at its place whole or not there at all; whatever
 * happens (a cut connection, a kill), what was remembered is the old or the new.
 * Ownership: a fetch owns its connection; texts of answers belong to the arena that is given. Threads: one fetch per thread.
 *
 * In the folder: known.tsv (what was fetched), pages/ (the pages as they were last), partial/ (half files), files/ (whole files that are not in the store yet), lock.
 */
#ifndef CONCORD_FETCH_H
#define CONCORD_FETCH_H

#include "base/base.h"
#include "catalogue/catalogue.h"

typedef struct fetch_limits {
    int64_t page_bytes;     /* of a page, unpacked */
    int64_t file_bytes;     /* of a file */
    int connect_seconds;    /* until a server answers */
    int stall_seconds;      /* with less than 500 bytes a second */
    int total_seconds;      /* for one answer */
    int pause_milliseconds; /* between two requests */
    int tries;              /* of one address, after cut connections and errors of the server */
    int wait_seconds; /* the longest that a server may ask to wait (Retry-After); beyond that it is said and left */
    int redirects;    /* that one address may lead through */
} fetch_limits;

/* 8 MB, 1 GB, 20 s, 60 s, 30 minutes, 500 ms, 3 tries, 60 s, 5 redirects. */
extern const fetch_limits fetch_limits_usual;

/* What the caller knows and wants to know. Every function may be NULL. */
typedef struct fetch_watch {
    void *context;
    bool (*have)(void *context, const char *sha256_text);                         /* is this file in the store? */
    void (*progress)(void *context, const char *what, int64_t bytes, int64_t of); /* of: 0 = not known */
    bool (*stopped)(void *context);                                               /* asked often; true ends the work */
} fetch_watch;

typedef struct fetch fetch;

/* agent: the User-Agent of every request. dry: nothing is written, and fetch_take is not to be called. Otherwise the folder is made and locked: STATUS_BUSY
 * where another process holds it. limits and watch may be NULL. */
MUST_USE status fetch_open(const char *folder, const char *agent, const fetch_limits *limits, const fetch_watch *watch,
                           bool dry, fetch **out, error *err);
void fetch_close(fetch *f);

/* A link to a file. */
typedef struct fetch_link {
    const char *address;
    const char *words;     /* the text of the link */
    const char *page;      /* where it stands */
    const char *file_name; /* as the address tells it */
    period period;         /* in words or name; PERIOD_NONE where neither tells */
    date published;        /* that the page prints with the link ("revised 12 June 2025"), DATE_NONE where none */
    bool known;            /* was fetched before */
} fetch_link;

typedef struct fetch_list {
    fetch_link *items; /* in the order of the pages */
    size_t count;
    size_t pages;       /* that were read */
    size_t seen;        /* links on them */
    size_t older;       /* files left out because they are for before `since` */
    size_t older_pages; /* pages one level down left out for the same reason */
    const char
        *other;    /* the server of a link that fits but leads to one that the source does not name; NULL where none */
    size_t others; /* how many such links there are */
} fetch_list;

/* The links of the source's pages that lead to its files, once each; `since`: those for earlier periods are left out (PERIOD_NONE = all).
 * A page one level down that cannot be read goes to `list`, and the others are read. STATUS_REFUSED where no link of any page fits: the
 * publisher has changed the page. STATUS_IO where a first page cannot be read. Refused too: a source without pages. */
MUST_USE status fetch_find(fetch *f, const source *s, period since, arena *a, fetch_list *out, problems *list,
                           error *err);

typedef enum fetch_result {
    FETCH_NEW = 0, /* was not here before */
    FETCH_CHANGED, /* another file than last time at the same address */
    FETCH_WAITING, /* unchanged since last time, but still not in the store: it lies at `path` */
    FETCH_SAME     /* unchanged, or the same bytes as a file that is in the store */
} fetch_result;

typedef struct fetch_file {
    fetch_result result;
    const char *path; /* of the file, where it is not in the store; else NULL */
    const char *name; /* without folders, fit for a file */
    char sha256[SHA256_TEXT];
    char replaces[SHA256_TEXT]; /* the file in the store that it took the place of at its address; "" where none */
    date modified; /* Last-Modified as the server gives it, even one that cannot be; DATE_NONE where it gives none */
    date received; /* the day by the server's clock when it answered; by ours where it does not say */
    int64_t bytes; /* 0 with FETCH_SAME */
    int64_t resumed_from; /* bytes that were here from a try before */
} fetch_file;

/* Fetches one file. STATUS_REFUSED: an error page in place of a file, too large, a redirect that leads elsewhere; STATUS_IO: the server or the
 * connection failed (what came is kept, and the next time goes on from there), or watch.stopped. err has the address as its file. */
MUST_USE status fetch_take(fetch *f, const source *s, const fetch_link *link, arena *a, fetch_file *out, error *err);
/* The file is in the store: its copy in files/ goes. */
void fetch_done(fetch *f, const fetch_file *file);

#endif
