/*
 * A publisher's server on loopback, as badly behaved as a test wants it: pages and files in a table, each with what goes wrong with it.
 * One thread, one connection at a time, "Connection: close". It ends with publisher_stop, or with the process.
 */
#ifndef CONCORD_TEST_FETCH_PUBLISHER_H
#define CONCORD_TEST_FETCH_PUBLISHER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct publication {
    const char *path; /* as asked for: "/visits/" */
    const char *body;
    size_t length;        /* 0 = strlen(body) */
    int code;             /* 0 = 200 */
    int times;            /* so often the code is given, then 200; 0 = always */
    const char *headers;  /* more of them, each with its end of line */
    const char *etag;     /* with its quotes */
    const char *modified; /* Last-Modified */
    size_t cut_after;     /* the connection is cut after so many bytes of the body ... */
    int cuts;             /* ... so often; 0 = always, where cut_after is given */
    bool no_ranges;       /* Range is not understood */
    bool no_length;       /* no Content-Length */
    int slow_ms;          /* pause before each of 16 parts of the body */
    /* what happened */
    int asked, unchanged, partial;
    char if_none_match[128], if_range[128], range[64], agent[200];
} publication;

typedef struct publisher {
    int listener;
    int port;
    pthread_t thread;
    atomic_bool stop;
    publication *publications;
    size_t count;
    pthread_mutex_t lock;
} publisher;

static inline bool publisher_send(int fd, const char *at, size_t length)
{
    while (length > 0) {
        ssize_t n = send(fd, at, length, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        length -= (size_t)n;
    }
    return true;
}

static inline void publisher_header(const char *request, const char *name, char *into, size_t size)
{
    into[0] = 0;
    for (const char *line = strstr(request, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        size_t n = strlen(name);
        if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
            const char *value = line + 3 + n + strspn(line + 3 + n, " ");
            (void)snprintf(into, size, "%.*s", (int)strcspn(value, "\r"), value);
            return;
        }
    }
}

static inline void publisher_body(publisher *p, int fd, publication *q, size_t from, size_t length, bool cut)
{
    size_t end = cut && q->cut_after < length ? q->cut_after : length;
    size_t part = q->slow_ms > 0 ? (length + 15) / 16 : length;
    for (size_t at = from; at < end && !atomic_load(&p->stop);) {
        size_t n = end - at < part ? end - at : part;
        if (q->slow_ms > 0) {
            struct timespec t = {.tv_sec = q->slow_ms / 1000, .tv_nsec = (long)(q->slow_ms % 1000) * 1000000};
            (void)nanosleep(&t, NULL);
        }
        if (!publisher_send(fd, q->body + at, n))
            return;
        at += n;
    }
}

static inline void publisher_answer(publisher *p, int fd, const char *request)
{
    char path[1024] = "", head[2048], since[128];
    if (sscanf(request, "GET %1000s", path) != 1)
        return;
    publication *q = NULL;
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->publications[i].path, path) == 0)
            q = &p->publications[i];
    if (q == NULL) {
        const char *none = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        (void)publisher_send(fd, none, strlen(none));
        return;
    }
    q->asked++;
    publisher_header(request, "If-None-Match", q->if_none_match, sizeof q->if_none_match);
    publisher_header(request, "If-Range", q->if_range, sizeof q->if_range);
    publisher_header(request, "Range", q->range, sizeof q->range);
    publisher_header(request, "User-Agent", q->agent, sizeof q->agent);
    publisher_header(request, "If-Modified-Since", since, sizeof since);
    size_t length = q->length > 0 ? q->length : q->body == NULL ? 0 : strlen(q->body);
    size_t from = 0;
    int code = q->code == 0 || (q->times > 0 && q->asked > q->times) ? 200 : q->code;
    bool same = (q->etag != NULL && strcmp(q->if_none_match, q->etag) == 0) ||
                (q->etag == NULL && q->modified != NULL && strcmp(since, q->modified) == 0);
    if (code == 200 && same) {
        code = 304;
        q->unchanged++;
    }
    bool this_version = q->if_range[0] == 0 || (q->etag != NULL && strcmp(q->if_range, q->etag) == 0) ||
                        (q->modified != NULL && strcmp(q->if_range, q->modified) == 0);
    if (code == 200 && q->range[0] != 0 && !q->no_ranges && this_version &&
        sscanf(q->range, "bytes=%zu-", &from) == 1 && from < length) {
        code = 206;
        q->partial++;
    } else {
        from = 0;
    }
    bool cut = q->cut_after > 0 && (q->cuts == 0 || q->asked <= q->cuts);
    bool has_body = code == 200 || code == 206 || (code >= 400 && q->body != NULL);
    int n = snprintf(head, sizeof head, "HTTP/1.1 %d Answer\r\nConnection: close\r\n", code);
    if (!(q->no_length && has_body))
        n += snprintf(head + n, sizeof head - (size_t)n, "Content-Length: %zu\r\n", has_body ? length - from : 0);
    if (code == 206)
        n += snprintf(head + n, sizeof head - (size_t)n, "Content-Range: bytes %zu-%zu/%zu\r\n", from, length - 1,
                      length);
    if (q->etag != NULL)
        n += snprintf(head + n, sizeof head - (size_t)n, "ETag: %s\r\n", q->etag);
    if (q->modified != NULL)
        n += snprintf(head + n, sizeof head - (size_t)n, "Last-Modified: %s\r\n", q->modified);
    n += snprintf(head + n, sizeof head - (size_t)n, "%s\r\n", q->headers == NULL ? "" : q->headers);
    if (publisher_send(fd, head, (size_t)n) && has_body)
        publisher_body(p, fd, q, from, length, cut);
}

static inline void *publisher_run(void *context)
{
    publisher *p = context;
    while (!atomic_load(&p->stop)) {
        struct pollfd wait = {.fd = p->listener, .events = POLLIN};
        if (poll(&wait, 1, 50) <= 0)
            continue;
        int fd = accept(p->listener, NULL, NULL);
        if (fd < 0)
            continue;
        char request[8192];
        size_t have = 0;
        struct timeval patience = {.tv_sec = 5};
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        while (have + 1 < sizeof request) {
            ssize_t n = recv(fd, request + have, sizeof request - have - 1, 0);
            if (n <= 0)
                break;
            have += (size_t)n;
            request[have] = 0;
            if (strstr(request, "\r\n\r\n") != NULL)
                break;
        }
        request[have] = 0;
        (void)pthread_mutex_lock(&p->lock);
        publisher_answer(p, fd, request);
        (void)pthread_mutex_unlock(&p->lock);
        (void)close(fd);
    }
    return NULL;
}

static inline bool publisher_start(publisher *p, publication *publications, size_t count)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    *p = (publisher){.publications = publications, .count = count};
    (void)pthread_mutex_init(&p->lock, NULL);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (p->listener < 0 || bind(p->listener, (struct sockaddr *)&at, size) != 0 || listen(p->listener, 16) != 0 ||
        getsockname(p->listener, (struct sockaddr *)&at, &size) != 0)
        return false;
    p->port = ntohs(at.sin_port);
    return pthread_create(&p->thread, NULL, publisher_run, p) == 0;
}

static inline void publisher_stop(publisher *p)
{
    atomic_store(&p->stop, true);
    (void)pthread_join(p->thread, NULL);
    (void)close(p->listener);
    (void)pthread_mutex_destroy(&p->lock);
}

#endif
