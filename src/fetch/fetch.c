/* fetch: opening, closing, and finding the files of a source on its pages. */
#include "fetch/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FOLLOWED_MAXIMUM 120  /* pages one level down of one landing page */
#define FILES_MAXIMUM    5000 /* of one source in one run */

const fetch_limits fetch_limits_usual = {.page_bytes = (int64_t)8 << 20,
                                         .file_bytes = (int64_t)1 << 30,
                                         .connect_seconds = 20,
                                         .stall_seconds = 60,
                                         .total_seconds = 1800,
                                         .pause_milliseconds = 500,
                                         .tries = 3,
                                         .wait_seconds = 60,
                                         .redirects = 5};

/* ---- open and close ---- */

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory to fetch");
}

static status folder_open(fetch *f, error *err)
{
    static const char *const PARTS[] = {"pages", "partial", "files"};
    status code = STATUS_OK;
    for (size_t i = 0; i < 3 && code == STATUS_OK; i++) {
        const char *part = arena_printf(&f->memory, "%s/%s", f->folder, PARTS[i]);
        code = part == NULL ? no_memory(err) : folder_make(part, err);
    }
    const char *lock = code == STATUS_OK ? arena_printf(&f->memory, "%s/lock", f->folder) : NULL;
    if (lock == NULL)
        return code == STATUS_OK ? no_memory(err) : code;
    f->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (f->lock < 0) {
        code = error_set(err, STATUS_IO, "Cannot write to the workspace: %s", strerror(errno));
        error_at(err, lock, NULL, 0, NULL);
    } else if (flock(f->lock, LOCK_EX | LOCK_NB) != 0) {
        code = error_set(err, STATUS_BUSY, "Another update of this workspace is under way");
        error_hint(err, "Wait until it has finished.");
    }
    return code;
}

status fetch_open(const char *folder, const char *agent, const fetch_limits *limits, const fetch_watch *watch, bool dry,
                  fetch **out, error *err)
{
    *out = NULL;
    fetch *f = calloc(1, sizeof *f);
    if (f == NULL)
        return no_memory(err);
    f->lock = -1;
    f->dry = dry;
    f->folder = arena_string(&f->memory, folder);
    f->connection.agent = arena_string(&f->memory, agent);
    f->connection.limits = limits == NULL ? fetch_limits_usual : *limits;
    if (watch != NULL)
        f->connection.watch = *watch;
    status code = f->folder == NULL || f->connection.agent == NULL ? no_memory(err) : STATUS_OK;
    if (code == STATUS_OK && !dry)
        code = folder_open(f, err);
    const char *list = code == STATUS_OK ? arena_printf(&f->memory, "%s/known.tsv", folder) : NULL;
    if (code == STATUS_OK)
        code = list == NULL ? no_memory(err) : known_read(list, &f->known, err);
    if (code == STATUS_OK)
        code = connection_open(&f->connection, err);
    if (code == STATUS_OK && !dry)
        partials_tidy(f);
    if (code != STATUS_OK) {
        fetch_close(f);
        f = NULL;
    }
    *out = f;
    return code;
}

void fetch_close(fetch *f)
{
    if (f == NULL)
        return;
    connection_close(&f->connection);
    known_free(&f->known);
    if (f->lock >= 0)
        (void)close(f->lock);
    arena_free(&f->memory);
    free(f);
}

/* ---- finding ---- */

typedef struct finding {
    fetch *fetch;
    const source *source;
    period since;
    arena *memory;
    fetch_list *list;
    size_t capacity;
    problems *problems;
    const char **pages; /* that were read or are to be read */
    size_t page_count, page_capacity;
} finding;

static bool before_since(const finding *w, period p)
{
    return w->since.kind != PERIOD_NONE && p.kind != PERIOD_NONE && p.first_month + p.months <= w->since.first_month;
}

/* Where words and name tell different periods, the later one: a file is rather fetched once too often. */
static period link_period(const char *words, const char *name)
{
    period a = words_period(words), b = words_period(name);
    if (a.kind == PERIOD_NONE || b.kind == PERIOD_NONE)
        return a.kind == PERIOD_NONE ? b : a;
    return a.first_month + a.months >= b.first_month + b.months ? a : b;
}

/* A page of a year says so by the year; "2011-12" is that year here, not a December. */
static period page_period(const char *words, const char *address)
{
    period a = years_period(words), b = years_period(address);
    if (a.kind == PERIOD_NONE && b.kind == PERIOD_NONE)
        return link_period(words, address);
    return b.kind == PERIOD_NONE || (a.kind != PERIOD_NONE && a.first_month >= b.first_month) ? a : b;
}

bool link_meant(const source *s, const page_link *link)
{
    for (size_t i = 0; i < s->link_count; i++) {
        const source_link *l = &s->links[i];
        bool meant = (l->address[0] == 0 || pattern_fits(l->address, link->address)) &&
                     (l->words[0] == 0 || pattern_fits(l->words, link->words));
        for (size_t k = 0; k < l->except_count && meant; k++)
            meant = !pattern_fits(l->except[k], link->address) && !pattern_fits(l->except[k], link->words);
        if (meant)
            return true;
    }
    return false;
}

static status file_note(finding *w, const page_link *link, const char *page, error *err)
{
    fetch_list *list = w->list;
    if (!address_allowed(w->source, link->address)) {
        list->others++;
        if (list->other == NULL)
            list->other = address_host(link->address, w->memory);
        return STATUS_OK;
    }
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].address, link->address) == 0)
            return STATUS_OK;
    const char *name = address_file_name(link->address, w->memory);
    period p = link_period(link->words, name);
    if (before_since(w, p)) {
        list->older++;
        return STATUS_OK;
    }
    if (list->count == FILES_MAXIMUM) {
        status code = error_set(err, STATUS_REFUSED, "More than %d links fit", FILES_MAXIMUM);
        error_hint(err, "Make 'links' of the source narrower, or use --since.");
        return code;
    }
    if (list->count == w->capacity) {
        size_t capacity = w->capacity == 0 ? 64 : w->capacity * 2;
        fetch_link *grown = arena_array(w->memory, capacity, sizeof *grown);
        if (grown == NULL)
            return no_memory(err);
        if (list->count > 0)
            memcpy(grown, list->items, list->count * sizeof *grown);
        list->items = grown;
        w->capacity = capacity;
    }
    const known *k = known_find(&w->fetch->known, link->address);
    list->items[list->count++] = (fetch_link){.address = link->address,
                                              .words = link->words,
                                              .page = page,
                                              .file_name = name,
                                              .period = p,
                                              .published = link->published,
                                              .known = k != NULL && !k->page};
    return STATUS_OK;
}

/* False where the page is on the list already. */
static bool page_note(finding *w, const char *address, status *failed, error *err)
{
    for (size_t i = 0; i < w->page_count; i++)
        if (strcmp(w->pages[i], address) == 0)
            return false;
    if (w->page_count == w->page_capacity) {
        size_t capacity = w->page_capacity == 0 ? 32 : w->page_capacity * 2;
        const char **grown = realloc(w->pages, capacity * sizeof *grown);
        if (grown == NULL) {
            *failed = no_memory(err);
            return false;
        }
        w->pages = grown;
        w->page_capacity = capacity;
    }
    w->pages[w->page_count++] = address;
    return true;
}

static bool is_followed(const source_landing *landing, const page_link *link)
{
    for (size_t i = 0; i < landing->follow_count; i++)
        if (pattern_fits(landing->follow[i], link->address))
            return true;
    return false;
}

/* The links of one page; landing is NULL on a page one level down. */
static status page_links_note(finding *w, const char *address, const source_landing *landing, const char ***down,
                              size_t *down_count, error *err)
{
    page_links links = {0};
    const run_page *page = NULL;
    status code = page_read(w->fetch, w->source, address, w->memory, &page, err);
    if (code == STATUS_OK)
        code = links_read(page->bytes, page->length, page->came_from, w->memory, &links, err);
    if (code == STATUS_OK) {
        w->list->pages++;
        w->list->seen += links.count;
    }
    for (size_t i = 0; i < links.count && code == STATUS_OK; i++) {
        const page_link *link = &links.items[i];
        if (link_meant(w->source, link)) {
            code = file_note(w, link, page->address, err);
        } else if (landing == NULL || !is_followed(landing, link) || !address_allowed(w->source, link->address)) {
            continue;
        } else if (before_since(w, page_period(link->words, link->address))) {
            w->list->older_pages++;
        } else if (*down_count < FOLLOWED_MAXIMUM && page_note(w, link->address, &code, err)) {
            const char **grown = realloc(*down, (*down_count + 1) * sizeof *grown);
            if (grown == NULL) {
                code = no_memory(err);
                break;
            }
            *down = grown;
            (*down)[(*down_count)++] = link->address;
        }
    }
    links_free(&links);
    return code;
}

static status landing_find(finding *w, const source_landing *landing, error *err)
{
    const char **down = NULL;
    size_t down_count = 0;
    status code = STATUS_OK;
    if (page_note(w, landing->page, &code, err))
        code = page_links_note(w, landing->page, landing, &down, &down_count, err);
    for (size_t i = 0; i < down_count && code == STATUS_OK; i++) {
        error e = {0};
        status failed = page_links_note(w, down[i], NULL, NULL, NULL, &e);
        bool halt = w->fetch->connection.watch.stopped != NULL &&
                    w->fetch->connection.watch.stopped(w->fetch->connection.watch.context);
        if (failed == STATUS_MEMORY || halt) {
            code = failed;
            if (err != NULL)
                *err = e;
        } else if (failed != STATUS_OK) {
            problems_add(w->problems, &e);
        }
    }
    free(down);
    return code;
}

status fetch_find(fetch *f, const source *s, period since, arena *a, fetch_list *out, problems *list, error *err)
{
    finding w = {.fetch = f, .source = s, .since = since, .memory = a, .list = out, .problems = list};
    status code = STATUS_OK;
    *out = (fetch_list){0};
    int64_t unread = list->total;
    if (s->landing_count == 0) {
        code = error_set(err, STATUS_REFUSED, "The catalogue names no page where the files of %s are listed", s->id);
        error_hint(err,
                   "Download them with a browser and use concord add, or add 'landing' and 'links' to the source.");
        return code;
    }
    for (size_t i = 0; i < s->landing_count && code == STATUS_OK; i++)
        code = landing_find(&w, &s->landing[i], err);
    if (code == STATUS_OK && !f->dry) {
        const char *path = arena_printf(a, "%s/known.tsv", f->folder);
        code = path == NULL ? no_memory(err) : known_write(path, &f->known, err);
    }
    if (code == STATUS_OK && out->count == 0 && out->older == 0 && out->older_pages == 0 && list->total == unread) {
        if (out->others > 0) {
            (void)error_set(err, STATUS_REFUSED,
                            "All %zu links that fit lead to another server, %s, which the source does not name",
                            out->others, out->other);
            error_hint(err, "If it is the publisher's, add it under 'hosts' of the source.");
        } else {
            (void)error_set(err, STATUS_REFUSED,
                            "No link of this page leads to a file of %s any more: the publisher has changed the page "
                            "(%zu page%s with %zu links looked at)",
                            s->id, out->pages, out->pages == 1 ? "" : "s", out->seen);
            error_hint(err, "Look at it with a browser, and mend 'landing' or 'links' of the source; files that are "
                            "downloaded by hand go in with concord add.");
        }
        error_at(err, s->landing[0].page, NULL, 0, NULL);
        code = STATUS_REFUSED;
    }
    free(w.pages);
    return code;
}
