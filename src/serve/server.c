/*
 * The server: libmicrohttpd with a pool of epoll threads, and one thread that looks every half second whether the workspace has a newer
 * edition. Swapping is a pointer under a lock; requests under way keep the generation that they began with.
 */
#include "serve/generation.h"
#include "serve/listen.h"
#include "serve/serve.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAXIMUM     1024u
#define CONNECTION_MEMORY       ((size_t)32 << 10)
#define IDLE_SECONDS            30u
#define LOOK_EVERY_MILLISECONDS 500
#define LOOKS_BEFORE_RETRY      10 /* a newer edition that could not be opened is tried again after so many looks */
#define WATCHED                 3
#define STOP_WAIT_MILLISECONDS  5000

struct server {
    char *workspace, *web_folder, *program_version;
    server_options options; /* its texts are the three above */
    char address[ADDRESS_TEXT];
    int socket;
    struct MHD_Daemon *daemon;
    pthread_t watcher;
    bool watching;
    pthread_mutex_t watch_lock; /* guards `stopping` */
    pthread_cond_t stop_asked;
    bool stopping;
    atomic_int under_way;
    pthread_rwlock_t lock; /* guards `now` */
    generation *now;
};

static void sleep_milliseconds(long milliseconds)
{
    struct timespec t = {milliseconds / 1000, (milliseconds % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

static generation *hold_current(server *s)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    generation *g = s->now;
    generation_hold(g);
    (void)pthread_rwlock_unlock(&s->lock);
    return g;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_size == b->st_size && a->st_ino == b->st_ino;
}

/* What decides which edition is served: the list of editions, and the register, whose new events are in a file beside it. */
static bool watched_change(const server *s, struct stat last[WATCHED])
{
    static const char *const names[WATCHED] = {"editions/log.csv", "register.sqlite", "register.sqlite-wal"};
    bool changed = false;
    for (int i = 0; i < WATCHED; i++) {
        struct stat now = {0};
        char path[4200];
        (void)snprintf(path, sizeof path, "%.4096s/%s", s->options.workspace, names[i]);
        if (stat(path, &now) != 0)
            now = (struct stat){0};
        changed = changed || !same_file(&now, &last[i]);
        last[i] = now;
    }
    return changed;
}

/* Opens the edition to serve where it is another than the one served. One that cannot be opened leaves the present one in place: false, as where
 * a newer edition is there that may not be seen yet. */
static bool look_for_newer(server *s)
{
    generation_choice choice;
    generation *fresh = NULL;
    if (generation_choose(&s->options, &choice, NULL) != STATUS_OK)
        return false;
    bool other = !generation_is(s->now, &choice);
    if (other && generation_open(&s->options, &choice, &fresh, NULL) == STATUS_OK) {
        (void)pthread_rwlock_wrlock(&s->lock);
        generation *old = s->now;
        s->now = fresh;
        (void)pthread_rwlock_unlock(&s->lock);
        generation_release(old);
    }
    return (!other || fresh != NULL) && choice.newest && choice.mark[0] == 0;
}

/* Waits for the next look; false where the server is to stop. */
static bool wait_for_look(server *s)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_EVERY_MILLISECONDS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_mutex_lock(&s->watch_lock);
    int waited = 0;
    while (!s->stopping && waited == 0)
        waited = pthread_cond_timedwait(&s->stop_asked, &s->watch_lock, &until);
    bool go_on = !s->stopping;
    (void)pthread_mutex_unlock(&s->watch_lock);
    return go_on;
}

static void *watch(void *context)
{
    server *s = context;
    struct stat last[WATCHED] = {{0}};
    int looks_to_wait = 0;
    do {
        bool again = looks_to_wait > 0 && --looks_to_wait == 0;
        if (watched_change(s, last) || again)
            looks_to_wait = look_for_newer(s) ? 0 : LOOKS_BEFORE_RETRY;
    } while (wait_for_look(s));
    return NULL;
}

/* ---- requests ----------------------------------------------------------------------------------------- */

/* Is `name` among the encodings that the client takes? "gzip;q=0" is a refusal. */
static bool accepts(const char *header, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = header; at != NULL && *at != 0;) {
        at += strspn(at, " \t,");
        size_t length = strcspn(at, ",; \t");
        const char *end = at + strcspn(at, ",");
        if (length == n && strncmp(at, name, n) == 0) {
            const char *q = strstr(at, "q=");
            return !(q != NULL && q < end && strtod(q + 2, NULL) <= 0);
        }
        at = *end == 0 ? NULL : end + 1;
    }
    return false;
}

static bool etag_listed(const char *header, const char *etag)
{
    if (header == NULL)
        return false;
    if (strcmp(header, "*") == 0)
        return true;
    const char *found = strstr(header, etag);
    return found != NULL;
}

/* "/organisation/QMM.html" -> "organisation/QMM.html"; "/" and "/folder/" name their index.html. */
static bool site_path_of(const char *url, char *out, size_t size)
{
    size_t n = strlen(url);
    if (url[0] != '/' || n + sizeof "index.html" >= size)
        return false;
    memcpy(out, url + 1, n);
    if (n == 1 || url[n - 1] == '/')
        memcpy(out + n - 1, "index.html", sizeof "index.html");
    return true;
}

static enum MHD_Result answer_plain(struct MHD_Connection *connection, unsigned code, const char *sentence,
                                    const char *allow)
{
    struct MHD_Response *r =
        MHD_create_response_from_buffer(strlen(sentence), (void *)(uintptr_t)sentence, MHD_RESPMEM_PERSISTENT);
    if (r == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
    (void)MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    (void)MHD_add_response_header(r, "Cache-Control", "no-store");
    if (allow != NULL)
        (void)MHD_add_response_header(r, "Allow", allow);
    enum MHD_Result result = MHD_queue_response(connection, code, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result answer_not_modified(struct MHD_Connection *connection, const char *etag)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    if (r == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(r, "ETag", etag);
    (void)MHD_add_response_header(r, "Cache-Control", "no-cache");
    (void)MHD_add_response_header(r, "Vary", "Accept-Encoding");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_NOT_MODIFIED, r);
    MHD_destroy_response(r);
    return result;
}

/* The fields of an address. Text is libmicrohttpd's until the request ends. */
typedef struct query {
    site_field fields[SITE_FIELDS_MAXIMUM];
    size_t count;
    bool too_much;
} query;

static enum MHD_Result field_take(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    query *q = context;
    (void)kind;
    q->too_much =
        q->too_much || q->count == SITE_FIELDS_MAXIMUM || (value != NULL && strlen(value) > SITE_FIELD_TEXT_MAXIMUM);
    if (q->too_much)
        return MHD_NO;
    q->fields[q->count++] = (site_field){name, value == NULL ? "" : value};
    return MHD_YES;
}

/* False where the path cannot be asked. */
static bool answer_asked(struct MHD_Connection *connection, generation *g, const char *path, encoding asked,
                         enum MHD_Result *result)
{
    query q = {.count = 0};
    struct MHD_Response *response = NULL;
    char etag[ETAG_TEXT];
    unsigned code = MHD_HTTP_OK;
    if (!generation_can_answer(g, path))
        return false;
    (void)MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, field_take, &q);
    if (q.too_much)
        *result =
            answer_plain(connection, MHD_HTTP_URI_TOO_LONG,
                         "This address asks too much at once: give each lever once, in a few characters.\n", NULL);
    else if (generation_answer(g, path, q.fields, q.count, asked, &response, etag, &code, NULL) != STATUS_OK)
        *result = answer_plain(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
                               "This page could not be made. Please try again.\n", NULL);
    else {
        const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
        *result = code == MHD_HTTP_OK && etag_listed(known, etag) ? answer_not_modified(connection, etag)
                                                                  : MHD_queue_response(connection, code, response);
        MHD_destroy_response(response);
    }
    return true;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload_data, size_t *upload_size, void **request)
{
    static const char sentinel = 0;
    server *s = context;
    char path[1024], etag[ETAG_TEXT];
    bool cached;
    unsigned code;
    (void)version;
    (void)upload_data;
    if (*request == NULL) {
        /* The first call has only the headers: answering at the second keeps the connection alive. */
        *request = (void *)(uintptr_t)&sentinel;
        (void)atomic_fetch_add(&s->under_way, 1);
        return MHD_YES;
    }
    if (*upload_size != 0) {
        /* A body that nobody asked for is read past, so that the answer reaches its sender. */
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return answer_plain(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "This site is read-only: use GET or HEAD.\n",
                            "GET, HEAD");
    if (!site_path_of(url, path, sizeof path))
        return answer_plain(connection, MHD_HTTP_URI_TOO_LONG, "This address is too long for any page of this site.\n",
                            NULL);
    const char *takes = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
    encoding asked = accepts(takes, "br") ? ENCODING_BROTLI : accepts(takes, "gzip") ? ENCODING_GZIP : ENCODING_NONE;
    generation *g = hold_current(s);
    struct MHD_Response *response = NULL;
    enum MHD_Result result;
    if (answer_asked(connection, g, path, asked, &result)) {
        generation_release(g);
        return result;
    }
    if (generation_response(g, path, asked, &response, etag, &cached, &code, NULL) != STATUS_OK) {
        result = answer_plain(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
                              "This page could not be made. Please try again.\n", NULL);
    } else {
        if (code == MHD_HTTP_OK &&
            etag_listed(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match"), etag))
            result = answer_not_modified(connection, etag);
        else
            result = MHD_queue_response(connection, code, response);
        if (!cached)
            MHD_destroy_response(response);
    }
    generation_release(g);
    return result;
}

static void completed(void *context, struct MHD_Connection *connection, void **request,
                      enum MHD_RequestTerminationCode why)
{
    server *s = context;
    (void)connection;
    (void)why;
    if (*request != NULL)
        (void)atomic_fetch_sub(&s->under_way, 1);
}

/* ---- life --------------------------------------------------------------------------------------------- */

static void server_free(server *s)
{
    if (s == NULL)
        return;
    if (s->socket >= 0)
        (void)close(s->socket);
    if (strncmp(s->address, "unix:", 5) == 0)
        (void)unlink(s->address + 5);
    generation_release(s->now);
    (void)pthread_rwlock_destroy(&s->lock);
    (void)pthread_cond_destroy(&s->stop_asked);
    (void)pthread_mutex_destroy(&s->watch_lock);
    free(s->workspace);
    free(s->web_folder);
    free(s->program_version);
    free(s);
}

status server_start(const server_options *options, server **out, error *err)
{
    *out = NULL;
    server *s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    status code = STATUS_OK;
    s->socket = -1;
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&s->stop_asked, &clock);
    (void)pthread_condattr_destroy(&clock);
    (void)pthread_mutex_init(&s->watch_lock, NULL);
    (void)pthread_rwlock_init(&s->lock, NULL);
    s->workspace = strdup(options->workspace);
    s->web_folder = strdup(options->web_folder);
    s->program_version = strdup(options->program_version);
    if (s->workspace == NULL || s->web_folder == NULL || s->program_version == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    s->options = *options;
    s->options.workspace = s->workspace;
    s->options.web_folder = s->web_folder;
    s->options.program_version = s->program_version;
    generation_choice choice;
    code = generation_choose(&s->options, &choice, err);
    if (code == STATUS_OK)
        code = generation_open(&s->options, &choice, &s->now, err);
    if (code == STATUS_OK)
        code = listen_open(options->listen, &s->socket, s->address, err);
    if (code != STATUS_OK)
        goto out;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = options->threads != 0 ? options->threads : cores > 0 ? (unsigned)cores : 1u;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_USE_ITC;
    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, s, MHD_OPTION_LISTEN_SOCKET, s->socket,
                                 MHD_OPTION_THREAD_POOL_SIZE, threads < 2 ? 0u : threads, MHD_OPTION_CONNECTION_LIMIT,
                                 CONNECTIONS_MAXIMUM, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
                                 MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_NOTIFY_COMPLETED, completed, s,
                                 MHD_OPTION_END);
    if (s->daemon == NULL) {
        code = error_set(err, STATUS_IO, "Cannot start the server on %s", s->address);
        goto out;
    }
    s->watching = pthread_create(&s->watcher, NULL, watch, s) == 0;
    if (!s->watching) {
        code = error_set(err, STATUS_MEMORY, "Cannot start a thread");
        server_stop(s);
        return code;
    }
    *out = s;
    return STATUS_OK;
out:
    server_free(s);
    return code;
}

const char *server_address(const server *s)
{
    return s->address;
}

void server_stop(server *s)
{
    if (s == NULL)
        return;
    (void)pthread_mutex_lock(&s->watch_lock);
    s->stopping = true;
    (void)pthread_cond_signal(&s->stop_asked);
    (void)pthread_mutex_unlock(&s->watch_lock);
    if (s->daemon != NULL) {
        /* No new connections; what is under way may finish, within reason. */
        MHD_socket quiet = MHD_quiesce_daemon(s->daemon);
        for (int waited = 0; atomic_load(&s->under_way) > 0 && waited < STOP_WAIT_MILLISECONDS; waited += 10)
            sleep_milliseconds(10);
        MHD_stop_daemon(s->daemon);
        s->daemon = NULL;
        if (quiet == MHD_INVALID_SOCKET)
            s->socket = -1; /* the daemon closed it */
    }
    if (s->watching)
        (void)pthread_join(s->watcher, NULL);
    server_free(s);
}
