/* A plain HTTP/1.1 client over a socket, so that a test sees exactly what goes over the wire. */
#ifndef CONCORD_TEST_SERVE_CLIENT_H
#define CONCORD_TEST_SERVE_CLIENT_H

#include "base/base.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct answer {
    int code; /* 0 where the connection ended without one */
    char head[4096];
    buffer body;
    bool closes; /* the server said, or showed, that the connection ends */
} answer;

/* "http://127.0.0.1:PORT", "http://[::1]:PORT" or "unix:/path"; -1 where nobody answers. */
static inline int client_open(const char *address)
{
    int fd = -1;
    struct timeval patience = {.tv_sec = 20};
    if (strncmp(address, "unix:", 5) == 0) {
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        (void)snprintf(at.sun_path, sizeof at.sun_path, "%.100s", address + 5);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
            (void)close(fd);
            return -1;
        }
    } else {
        bool six = strstr(address, "[::1]") != NULL;
        uint16_t port = (uint16_t)strtol(strrchr(address, ':') + 1, NULL, 10);
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback};
        fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 &&
            connect(fd, six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4, six ? sizeof v6 : sizeof v4) != 0) {
            (void)close(fd);
            return -1;
        }
    }
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static inline bool client_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* The value of a header, "" where it is not there. Valid until the next call in this thread. */
static inline const char *answer_header(const answer *a, const char *name)
{
    static _Thread_local char value[1024];
    size_t n = strlen(name);
    for (const char *line = strstr(a->head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
            const char *at = line + 3 + n;
            at += strspn(at, " ");
            size_t length = strcspn(at, "\r");
            length = length < sizeof value - 1 ? length : sizeof value - 1;
            memcpy(value, at, length);
            value[length] = 0;
            return value;
        }
    return "";
}

/* Reads one answer; `head_only` for the answer to a HEAD. */
static inline answer client_read(int fd, bool head_only)
{
    answer a = {0};
    size_t n = 0;
    while (n < 4 || memcmp(a.head + n - 4, "\r\n\r\n", 4) != 0) {
        if (n == sizeof a.head - 1 || recv(fd, a.head + n, 1, 0) != 1) {
            a.closes = true;
            return a;
        }
        n++;
    }
    a.head[n - 2] = 0;
    a.code = (int)strtol(a.head + strcspn(a.head, " "), NULL, 10);
    a.closes = strcasecmp(answer_header(&a, "Connection"), "close") == 0;
    size_t length = (size_t)strtoull(answer_header(&a, "Content-Length"), NULL, 10);
    if (head_only || a.code == 304)
        return a;
    char chunk[16384];
    while (length > 0) {
        ssize_t got = recv(fd, chunk, length < sizeof chunk ? length : sizeof chunk, 0);
        if (got <= 0) {
            a.code = 0;
            a.closes = true;
            return a;
        }
        buffer_put(&a.body, chunk, (size_t)got);
        length -= (size_t)got;
    }
    return a;
}

/* One request on an open connection. headers: lines that end in \r\n, or "". */
static inline answer client_ask(int fd, const char *method, const char *path, const char *headers)
{
    buffer request = {0};
    buffer_printf(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", method, path, headers);
    answer a = {.closes = true};
    if (client_send(fd, request.data, request.length))
        a = client_read(fd, strcmp(method, "HEAD") == 0);
    buffer_free(&request);
    return a;
}

/* One request on a connection of its own. */
static inline answer client_once(const char *address, const char *method, const char *path, const char *headers)
{
    int fd = client_open(address);
    answer a = {.closes = true};
    if (fd < 0)
        return a;
    a = client_ask(fd, method, path, headers);
    (void)close(fd);
    return a;
}

static inline void answer_free(answer *a)
{
    buffer_free(&a->body);
    *a = (answer){0};
}

#endif
