/*
 * transfer: one answer of a server.
 *
 * Redirects are followed here rather than by libcurl, so that each step is held against the same rules: http or https, never down from https, only servers that the source
 * names. What may help is tried again: cut connections (going on from where they were cut), 429 and errors of the server, after the wait that it asks for.
 */
#include "fetch/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define IGNORED_BODY_MAXIMUM (64 * 1024) /* of error pages: beyond that the connection is not worth keeping */
#define PROGRESS_EVERY_MS    100

/* One request and what comes of it. */
typedef struct hop {
    connection *connection;
    transfer *t;
    const char *address;
    long code;
    char location[ADDRESS_MAXIMUM + 1];
    char range[128];
    int64_t length; /* Content-Length, -1 where none */
    int fd;
    int64_t from;    /* asked for from this byte on */
    int64_t written; /* bytes of the whole that are there */
    int64_t whole;   /* bytes of the whole, -1 where not known */
    bool begun, ignored;
    int64_t ignored_bytes;
    int64_t shown_ms;
    status refused; /* our own reason to stop; *err says it */
    error *err;
    char said[CURL_ERROR_SIZE];
} hop;

static int64_t now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool stopped(const connection *c)
{
    return c->watch.stopped != NULL && c->watch.stopped(c->watch.context);
}

static status stopped_error(error *err)
{
    return error_set(err, STATUS_IO, "Interrupted; what came so far is kept, and the next update goes on from there");
}

/* In short steps, so that an interrupt is heard. */
static bool wait_ms(const connection *c, int64_t ms)
{
    for (int64_t until = now_ms() + ms, left = ms; left > 0; left = until - now_ms()) {
        struct timespec step = {.tv_nsec = (left < 50 ? left : 50) * 1000000};
        if (stopped(c))
            return false;
        (void)nanosleep(&step, NULL);
    }
    return !stopped(c);
}

/* ---- what the server says ---- */

static void header_keep(char *into, size_t size, text value)
{
    into[0] = 0;
    if (value.length >= size)
        return;
    for (size_t i = 0; i < value.length; i++)
        if ((unsigned char)value.at[i] < 0x20)
            return;
    memcpy(into, value.at, value.length);
    into[value.length] = 0;
}

static size_t header_line(char *at, size_t size, size_t count, void *context)
{
    hop *h = context;
    transfer *t = h->t;
    text line = {.at = at, .length = size * count};
    if (line.length > 5 && strncmp(line.at, "HTTP/", 5) == 0) {
        /* A new answer: what an earlier one (100 Continue, a proxy's) said does not hold for this. */
        t->etag_got[0] = t->modified_got[0] = t->type[0] = t->disposition[0] = t->date_got[0] = h->location[0] =
            h->range[0] = 0;
        h->length = -1;
        return line.length;
    }
    const char *colon = memchr(line.at, ':', line.length);
    if (colon == NULL)
        return line.length;
    text name = {.at = line.at, .length = (size_t)(colon - line.at)};
    text value = text_trim((text){.at = colon + 1, .length = line.length - name.length - 1});
    const struct {
        const char *name;
        char *into;
        size_t size;
    } kept[] = {
        {"etag", t->etag_got, sizeof t->etag_got},     {"last-modified", t->modified_got, sizeof t->modified_got},
        {"content-type", t->type, sizeof t->type},     {"content-disposition", t->disposition, sizeof t->disposition},
        {"location", h->location, sizeof h->location}, {"content-range", h->range, sizeof h->range},
        {"date", t->date_got, sizeof t->date_got}};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (text_is_nocase(name, kept[i].name))
            header_keep(kept[i].into, kept[i].size, value);
    int64_t length = 0;
    if (text_is_nocase(name, "content-length") && number_parse_count(value, &length) && length >= 0)
        h->length = length;
    return line.length;
}

/* "bytes 100-999/1000": from where, and of how many (-1 where it says *). */
static bool range_read(const char *range, int64_t *from, int64_t *whole)
{
    long long first = 0, last = 0, all = 0;
    char star = 0;
    if (sscanf(range, "bytes %18lld-%18lld/%18lld", &first, &last, &all) == 3 && first >= 0 && last >= first &&
        all > last) {
        *from = first;
        *whole = all;
        return true;
    }
    if (sscanf(range, "bytes %18lld-%18lld/%c", &first, &last, &star) == 3 && star == '*' && first >= 0) {
        *from = first;
        *whole = -1;
        return true;
    }
    return false;
}

/* ---- the body ---- */

static void refuse(hop *h, status code)
{
    h->refused = code;
}

static void too_large(hop *h)
{
    const connection *c = h->connection;
    bool page = h->t->path == NULL;
    refuse(h, error_set(h->err, STATUS_REFUSED, "%s is larger than %lld MB", page ? "The page" : "The file",
                        (long long)(h->t->maximum >> 20)));
    error_hint(h->err, page ? "See with a browser what the publisher has put there."
                            : "See with a browser what it is; if it is meant, download it and use: concord add FILE");
    (void)c;
}

static bool body_begins(hop *h)
{
    transfer *t = h->t;
    int64_t from = 0;
    h->begun = true;
    (void)curl_easy_getinfo(h->connection->curl, CURLINFO_RESPONSE_CODE, &h->code);
    if (h->code == 206 && h->from > 0) {
        if (!range_read(h->range, &from, &h->whole) || from != h->from) {
            refuse(h, error_set(h->err, STATUS_IO, "The server sent another part of the file than was asked for"));
            error_hint(h->err, "Try again: the file is then fetched from its beginning.");
            return false;
        }
        h->written = h->from;
        t->resumed_from = h->from;
    } else if (h->code == 200) {
        h->whole = h->length;
        h->written = 0;
        t->resumed_from = 0;
        if (t->body != NULL)
            buffer_clear(t->body);
        if (h->fd >= 0 && ftruncate(h->fd, 0) != 0) {
            refuse(h, error_set(h->err, STATUS_IO, "Cannot write: %s", strerror(errno)));
            return false;
        }
        if (t->begins != NULL)
            t->begins(t->begins_context, t);
    } else {
        h->ignored = true;
        return true;
    }
    if (h->whole > t->maximum) {
        too_large(h);
        return false;
    }
    return true;
}

static bool body_write(hop *h, const char *at, size_t length)
{
    if (h->written + (int64_t)length > h->t->maximum) {
        too_large(h);
        return false;
    }
    if (h->fd < 0) {
        buffer_put(h->t->body, at, length);
        h->written += (int64_t)length;
        return !h->t->body->failed;
    }
    for (size_t done = 0; done < length;) {
        ssize_t n = pwrite(h->fd, at + done, length - done, h->written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            refuse(h, error_set(h->err, STATUS_IO, "Cannot write the download: %s", strerror(errno)));
            error_hint(h->err, errno == ENOSPC ? "Make room, then try again." : "");
            return false;
        }
        done += (size_t)n;
        h->written += n;
    }
    return true;
}

static size_t body_part(char *at, size_t size, size_t count, void *context)
{
    hop *h = context;
    size_t length = size * count;
    if (!h->begun && !body_begins(h))
        return 0;
    if (h->ignored) {
        h->ignored_bytes += (int64_t)length;
        return h->ignored_bytes > IGNORED_BODY_MAXIMUM ? 0 : length;
    }
    return body_write(h, at, length) ? length : 0;
}

static int body_progress(void *context, curl_off_t of, curl_off_t now, curl_off_t up_of, curl_off_t up)
{
    hop *h = context;
    const fetch_watch *w = &h->connection->watch;
    (void)of, (void)now, (void)up_of, (void)up;
    if (stopped(h->connection))
        return 1;
    int64_t ms = now_ms();
    if (w->progress != NULL && h->begun && !h->ignored && ms - h->shown_ms >= PROGRESS_EVERY_MS) {
        h->shown_ms = ms;
        w->progress(w->context, h->t->what, h->written, h->whole > 0 ? h->whole : 0);
    }
    return 0;
}

/* ---- one request ---- */

static struct curl_slist *header_add(struct curl_slist *list, bool *failed, const char *name, const char *value)
{
    char line[VALIDATOR_MAXIMUM + 64];
    if (value == NULL || value[0] == 0 || strlen(value) >= VALIDATOR_MAXIMUM)
        return list;
    (void)snprintf(line, sizeof line, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(list, line);
    *failed = *failed || longer == NULL;
    return longer == NULL ? list : longer;
}

static int64_t bytes_there(const transfer *t)
{
    struct stat st;
    return t->path != NULL && stat(t->path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static CURLcode hop_perform(hop *h, bool *no_memory)
{
    connection *c = h->connection;
    transfer *t = h->t;
    CURL *curl = c->curl;
    struct curl_slist *headers = NULL;
    char range[32];
    bool page = t->path == NULL;
    curl_easy_reset(curl);
    (void)curl_easy_setopt(curl, CURLOPT_URL, h->address);
    (void)curl_easy_setopt(curl, CURLOPT_USERAGENT, c->agent);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)c->limits.connect_seconds);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 500L);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)c->limits.stall_seconds);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)c->limits.total_seconds);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, header_line);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, h);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_part);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, h);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, body_progress);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, h);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, h->said);
    if (page) /* pages may come packed; files are stored as they lie on the server */
        (void)curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    if (h->from > 0) {
        (void)snprintf(range, sizeof range, "%lld-", (long long)h->from);
        (void)curl_easy_setopt(curl, CURLOPT_RANGE, range);
        headers = header_add(headers, no_memory, "If-Range", t->from_validator);
    } else {
        headers = header_add(headers, no_memory, "If-None-Match", t->etag);
        headers = header_add(headers, no_memory, "If-Modified-Since", t->modified);
    }
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (c->last_ms > 0 && !wait_ms(c, c->last_ms + c->limits.pause_milliseconds - now_ms())) {
        curl_slist_free_all(headers);
        return CURLE_ABORTED_BY_CALLBACK;
    }
    CURLcode code = *no_memory ? CURLE_OUT_OF_MEMORY : curl_easy_perform(curl);
    c->last_ms = now_ms();
    curl_slist_free_all(headers);
    return code;
}

/* ---- what went wrong, in words ---- */

static status connection_failed(const hop *h, CURLcode code, arena *a, bool *again, error *err)
{
    const char *host = address_host(h->address, a);
    *again = true;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        *again = false;
        (void)error_set(err, STATUS_IO, "The server %s was not found", host);
        error_hint(err,
                   "Is this machine on the network? Where a proxy is needed, name it in the variable https_proxy.");
        break;
    case CURLE_COULDNT_CONNECT:
        (void)error_set(err, STATUS_IO, "The server %s does not answer", host);
        error_hint(err, "Try again later. Where a proxy is needed, name it in the variable https_proxy.");
        break;
    case CURLE_OPERATION_TIMEDOUT:
        (void)error_set(err, STATUS_IO, "The server %s is too slow", host);
        error_hint(err, "Try again later%s.", h->written > 0 ? ": what came so far is kept" : "");
        break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        *again = false;
        (void)error_set(err, STATUS_IO, "The connection to %s is not safe: %s", host,
                        h->said[0] != 0 ? h->said : curl_easy_strerror(code));
        error_hint(err, "Nothing was fetched. A proxy that looks into connections may be in between: ask who runs it.");
        break;
    case CURLE_ABORTED_BY_CALLBACK: *again = false; return stopped_error(err);
    case CURLE_OUT_OF_MEMORY:
        *again = false;
        return error_set(err, STATUS_MEMORY, "There is not enough memory to fetch");
    default:
        if (h->written > 0 && h->whole > 0)
            (void)error_set(err, STATUS_IO, "The connection was cut after %lld of %lld bytes", (long long)h->written,
                            (long long)h->whole);
        else
            (void)error_set(err, STATUS_IO, "The connection to %s failed: %s", host,
                            h->said[0] != 0 ? h->said : curl_easy_strerror(code));
        error_hint(err, "Try again later%s.", h->written > 0 && h->fd >= 0 ? ": what came so far is kept" : "");
        break;
    }
    return STATUS_IO;
}

static status answer_failed(const hop *h, int64_t wait_seconds, bool *again, error *err)
{
    long code = h->code;
    *again = code == 429 || code >= 500;
    if (code == 404 || code == 410) {
        (void)error_set(err, STATUS_IO, "There is nothing at this address (%ld)", code);
        error_hint(
            err, "The publisher may have moved it: look with a browser, and mend 'landing' and 'links' of the source.");
    } else if (code == 401 || code == 403) {
        (void)error_set(err, STATUS_IO, "The server does not give this out (%ld)", code);
        error_hint(err, "Download it with a browser, and use: concord add FILE");
    } else if (code == 429 || code == 503) {
        if (wait_seconds > 0)
            (void)error_set(err, STATUS_IO, "The server is busy (%ld) and asks to come back in %lld seconds", code,
                            (long long)wait_seconds);
        else
            (void)error_set(err, STATUS_IO, "The server is busy (%ld)", code);
        error_hint(err, "Run concord update again then.");
    } else if (code >= 500) {
        (void)error_set(err, STATUS_IO, "The server has an error of its own (%ld)", code);
        error_hint(err, "Try again later.");
    } else {
        (void)error_set(err, STATUS_IO, "The server gave an answer that is not understood (%ld)", code);
        error_hint(err, "Look with a browser at what is there.");
    }
    return STATUS_IO;
}

/* ---- redirects ---- */

static status redirect_follow(hop *h, arena *a, const char **next, error *err)
{
    bool down = address_is_https(h->address) && strncasecmp(h->location, "http://", 7) == 0;
    *next = down || h->location[0] == 0 ? NULL : address_resolve(h->address, h->location, a);
    if (h->location[0] == 0)
        (void)error_set(err, STATUS_REFUSED, "The server sends us elsewhere without saying where (%ld)", h->code);
    else if (*next == NULL)
        (void)error_set(err, STATUS_REFUSED, "The server sends us to %.200s, %s", h->location,
                        down ? "which is not safe as this address is" : "which is no address of the web");
    else if (!address_allowed(h->t->source, *next))
        (void)error_set(err, STATUS_REFUSED, "The server sends us to %s, which the source does not name",
                        address_host(*next, a));
    else
        return STATUS_OK;
    error_hint(err, *next == NULL ? "Look with a browser at what is there."
                                  : "If that server is the publisher's, add it under 'hosts' of the source.");
    return STATUS_REFUSED;
}

static bool is_redirect(long code)
{
    return code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
}

/* One address with all that it leads to. again: trying once more may help, after *wait_seconds. */
static status walk(connection *c, transfer *t, int fd, arena *a, bool *again, int64_t *wait_seconds, error *err)
{
    const char *address = t->address;
    *again = false;
    *wait_seconds = 0;
    for (int step = 0; step <= c->limits.redirects; step++) {
        hop h = {.connection = c, .t = t, .address = address, .fd = fd, .whole = -1, .length = -1, .err = err};
        bool no_memory = false;
        h.from = t->resume && t->from_validator != NULL && t->from_validator[0] != 0 ? bytes_there(t) : 0;
        CURLcode code = hop_perform(&h, &no_memory);
        if (h.refused != STATUS_OK)
            return h.refused;
        (void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &h.code);
        bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && h.ignored);
        if (!answered) {
            t->bytes = h.written;
            return connection_failed(&h, code, a, again, err);
        }
        if (is_redirect(h.code)) {
            status followed = redirect_follow(&h, a, &address, err);
            if (followed != STATUS_OK)
                return followed;
            continue;
        }
        t->came_from = address;
        long changed = -1;
        t->modified_time = t->modified_got[0] != 0 ? (int64_t)curl_getdate(t->modified_got, NULL) : (int64_t)changed;
        if (h.code == 304 && h.from == 0 && (t->etag[0] != 0 || t->modified[0] != 0)) {
            t->unchanged = true;
            return STATUS_OK;
        }
        if (h.code == 416 && h.from > 0) {
            /* There is no such part: the file is another one now. */
            t->resume = false;
            *again = ftruncate(fd, 0) == 0;
            return error_set(err, STATUS_IO, "The server does not have the rest of the file");
        }
        if (h.code != 200 && !(h.code == 206 && h.from > 0)) {
            curl_off_t asked = 0;
            (void)curl_easy_getinfo(c->curl, CURLINFO_RETRY_AFTER, &asked);
            *wait_seconds = (int64_t)asked;
            return answer_failed(&h, *wait_seconds, again, err);
        }
        if (!h.begun && !body_begins(&h))
            return h.refused;
        t->bytes = h.written;
        if (h.whole >= 0 && h.written != h.whole && t->path != NULL) {
            *again = true;
            return connection_failed(&h, CURLE_PARTIAL_FILE, a, again, err);
        }
        return STATUS_OK;
    }
    (void)error_set(err, STATUS_REFUSED, "The address leads round in circles: more than %d redirects",
                    c->limits.redirects);
    error_hint(err, "Look with a browser at what is there.");
    return STATUS_REFUSED;
}

/* ---- the whole ---- */

/* What a half file may be gone on with: the strong ETag, else Last-Modified. */
static const char *validator_of(const transfer *t)
{
    return t->etag_got[0] != 0 && strncmp(t->etag_got, "W/", 2) != 0 ? t->etag_got : t->modified_got;
}

status transfer_run(connection *c, transfer *t, arena *a, error *err)
{
    int fd = -1;
    status code = STATUS_OK;
    char validator[VALIDATOR_MAXIMUM] = "";
    t->unchanged = false;
    t->etag = t->etag == NULL ? "" : t->etag;
    t->modified = t->modified == NULL ? "" : t->modified;
    if (!address_allowed(t->source, t->address)) {
        code = error_set(err, STATUS_REFUSED, "The source does not name this server");
        error_hint(err, "If it is the publisher's, add it under 'hosts' of the source.");
        goto out;
    }
    if (t->path != NULL) {
        fd = open(t->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0) {
            code = error_set(err, STATUS_IO, "Cannot write the download: %s", strerror(errno));
            goto out;
        }
    }
    for (int attempt = 1;; attempt++) {
        bool again = false;
        int64_t wait_seconds = 0;
        code = walk(c, t, fd, a, &again, &wait_seconds, err);
        if (code == STATUS_OK || !again || attempt >= c->limits.tries || wait_seconds > c->limits.wait_seconds)
            break;
        if (t->path != NULL && t->bytes > 0 && validator_of(t)[0] != 0) {
            (void)snprintf(validator, sizeof validator, "%s", validator_of(t));
            t->from_validator = validator;
            t->resume = true;
        }
        int64_t pause = (int64_t)c->limits.pause_milliseconds << attempt;
        if (!wait_ms(c, wait_seconds > 0 ? wait_seconds * 1000 : pause)) {
            code = stopped_error(err);
            break;
        }
    }
    if (fd >= 0 && code == STATUS_OK && !t->unchanged && fsync(fd) != 0)
        code = error_set(err, STATUS_IO, "Cannot write the download: %s", strerror(errno));
out:
    t->from_validator = NULL;
    if (fd >= 0)
        (void)close(fd);
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, t->address, NULL, 0, NULL);
    return code;
}

status connection_open(connection *c, error *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (c->curl = curl_easy_init()) == NULL)
        return error_set(err, STATUS_INTERNAL, "libcurl cannot be used");
    return STATUS_OK;
}

void connection_close(connection *c)
{
    if (c->curl != NULL)
        curl_easy_cleanup(c->curl);
    c->curl = NULL;
    arena_free(&c->memory);
}
