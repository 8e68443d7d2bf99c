/* What the parts of fetch share. Internal to the room. */
#ifndef CONCORD_FETCH_INTERNAL_H
#define CONCORD_FETCH_INTERNAL_H

#include "fetch/fetch.h"

#include <curl/curl.h>

/* ---- address.c ---------------------------------------------------------------------------------------- */

#define ADDRESS_MAXIMUM 2000

/* `*` stands for any text; letters of any case. */
bool pattern_fits(const char *pattern, const char *words);
/* The address that `link` on the page `base` leads to, without the part behind '#'; NULL where it is none of http or https, too long, or holds a password. On a page that
 * came by https, a link by http is asked for by https. */
const char *address_resolve(const char *base, const char *link, arena *a);
/* The name of the server, in small letters; "" where there is none. */
const char *address_host(const char *address, arena *a);
bool address_is_https(const char *address);
/* May files of the source come from there: the server of one of its pages (with or without "www."), or one of its hosts? */
bool address_allowed(const source *s, const char *address);
/* The name of the file at an address: its last part, percent signs read, fit for a file on this disk; "" where there is none with an ending. */
const char *address_file_name(const char *address, arena *a);
/* A name from elsewhere made fit for a file: no folders, no control characters, no leading dot, at most 180 bytes; "" where nothing is left. */
const char *file_name_fit(const char *name, size_t length, arena *a);
/* The first 32 letters of the SHA-256 of the address: what its files are called in the folder. */
#define ADDRESS_KEY 33
void address_key(const char *address, char out[ADDRESS_KEY]);

/* ---- links.c ------------------------------------------------------------------------------------------ */

#define LINKS_MAXIMUM 20000
typedef struct page_link {
    const char *address; /* whole */
    const char *words;   /* white space folded */
    date published;      /* behind "published", "revised" or "updated" in or after the link */
} page_link;
typedef struct page_links {
    page_link *items;
    size_t count, capacity;
} page_links;
/* The links of a page, however badly it is written. `address` is where it came from. STATUS_MEMORY only. */
MUST_USE status links_read(const char *html, size_t length, const char *address, arena *a, page_links *out, error *err);
void links_free(page_links *links);
/* Does a file begin as a web page does? *title is what it calls itself, or "". */
bool is_web_page(const char *bytes, size_t length, char title[160]);

/* ---- known.c: what was fetched ------------------------------------------------------------------------ */

#define VALIDATOR_MAXIMUM 200
typedef struct known {
    const char *address;
    const char *etag, *modified; /* as the server wrote them; "" where it gave none */
    const char *sha256;
    const char *name;   /* of a file: its name; of a page: the address that it came from in the end */
    const char *before; /* SHA-256 of the file that it took the place of at this address; "" where none */
    bool page;
} known;
typedef struct known_list {
    known *items;
    size_t count, capacity;
    arena memory;
} known_list;
/* A file that is not there is an empty list; lines that cannot be read are left out: the worst is that a file is fetched again. */
MUST_USE status known_read(const char *path, known_list *out, error *err);
const known *known_find(const known_list *list, const char *address);
/* Copies *one, in place of what was known of that address. */
MUST_USE status known_set(known_list *list, const known *one, error *err);
MUST_USE status known_write(const char *path, const known_list *list, error *err);
void known_free(known_list *list);

/* ---- transfer.c: one answer --------------------------------------------------------------------------- */

typedef struct transfer {
    /* what is asked */
    const char *address;
    const source *source;        /* whose servers are allowed */
    const char *etag, *modified; /* ask only if it changed since; "" = always */
    const char *path;            /* the body goes to this file ... */
    buffer *body;                /* ... or here, where path is NULL */
    int64_t maximum;
    bool resume; /* there may be a beginning in the file, of the version that from_validator names */
    const char *from_validator;
    void (*begins)(void *context, const struct transfer *t); /* before the first byte of a whole body is written */
    void *begins_context;
    const char *what; /* for progress */
    /* what came */
    bool unchanged; /* 304 */
    char etag_got[VALIDATOR_MAXIMUM], modified_got[VALIDATOR_MAXIMUM];
    char type[128];        /* Content-Type */
    char disposition[300]; /* Content-Disposition */
    char date_got[64];     /* Date: the server's clock when it answered */
    int64_t modified_time; /* seconds since 1970, -1 where none */
    const char *came_from; /* after redirects */
    int64_t bytes;
    int64_t resumed_from;
} transfer;

typedef struct connection {
    CURL *curl;
    const char *agent;
    fetch_limits limits;
    fetch_watch watch;
    int64_t last_ms; /* when the last request ended, 0 = none */
    arena memory;
} connection;
MUST_USE status connection_open(connection *c, error *err);
void connection_close(connection *c);
/* Asks, follows redirects, tries again where that may help. */
MUST_USE status transfer_run(connection *c, transfer *t, arena *a, error *err);

/* ---- the whole ---------------------------------------------------------------------------------------- */

typedef struct run_page {
    const char *address, *came_from;
    const char *bytes;
    size_t length;
    struct run_page *next;
} run_page;

struct fetch {
    const char *folder;
    bool dry;
    int lock;
    connection connection;
    known_list known;
    run_page *pages; /* read in this run: several sources share one */
    arena memory;
};

/* ---- pages.c ---- */
/* A page, by the copy of last time where it has not changed. */
MUST_USE status page_read(fetch *f, const source *s, const char *address, arena *a, const run_page **out, error *err);
/* The period that words or a name tell, financial years too: "2024-25". PERIOD_NONE where none. */
period words_period(const char *words);
/* The latest financial year, as "2024-25"; PERIOD_NONE where none. */
period years_period(const char *words);

/* ---- fetch.c ---- */
/* Does the link lead to a file of the source, by its patterns? */
bool link_meant(const source *s, const page_link *link);

/* ---- files.c ---- */
/* Half files that nobody has gone on with for a month are not wanted any more. */
void partials_tidy(const fetch *f);

#endif
