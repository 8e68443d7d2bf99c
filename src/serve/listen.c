/* Loopback addresses and Unix sockets; nothing else: a public site is served by nginx in front (docs/commands/serve.md). */
#include "serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static status usage(const char *where, error *err)
{
    error_set(err, STATUS_USAGE, "'%s' is not an address to listen on", where);
    error_hint(err, "Give a loopback address and a port, such as 127.0.0.1:8042 or [::1]:8042, or "
                    "unix:/path/of/socket; put nginx in front to "
                    "serve the public");
    return STATUS_USAGE;
}

static status cannot_listen(const char *where, int fd, error *err)
{
    int failure = errno;
    if (fd >= 0)
        (void)close(fd);
    error_set(err, STATUS_IO, "Cannot listen on %s: %s", where, strerror(failure));
    if (failure == EADDRINUSE)
        error_hint(err, "Another program (perhaps another `concord serve`) holds it: stop that one, or choose another "
                        "port with --listen "
                        "127.0.0.1:0");
    return STATUS_IO;
}

static status listen_unix(const char *where, int *socket_out, char address[ADDRESS_TEXT], error *err)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = where + strlen("unix:");
    struct stat st;
    if (path[0] != '/' || strlen(path) >= sizeof at.sun_path)
        return usage(where, err);
    memcpy(at.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* A socket left by a server that was killed answers nobody: only then is it removed. */
    if (fd >= 0 && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
        connect(fd, (struct sockaddr *)&at, sizeof at) != 0 && errno == ECONNREFUSED)
        (void)unlink(path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 511) != 0)
        return cannot_listen(where, fd, err);
    (void)snprintf(address, ADDRESS_TEXT, "%s", where);
    *socket_out = fd;
    return STATUS_OK;
}

status listen_open(const char *where, int *socket_out, char address[ADDRESS_TEXT], error *err)
{
    if (strncmp(where, "unix:", 5) == 0)
        return listen_unix(where, socket_out, address, err);
    char host[64] = "";
    const char *colon = strrchr(where, ':');
    int64_t port;
    if (colon == NULL || colon == where || (size_t)(colon - where) >= sizeof host ||
        !number_parse_count(text_of(colon + 1), &port) || port < 0 || port > 65535)
        return usage(where, err);
    memcpy(host, where, (size_t)(colon - where));
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = in6addr_loopback};
    bool six = strcmp(host, "[::1]") == 0;
    if (strcmp(host, "localhost") == 0)
        (void)snprintf(host, sizeof host, "127.0.0.1");
    if (!six && inet_pton(AF_INET, host, &v4.sin_addr) != 1)
        return usage(where, err);
    if (!six && (ntohl(v4.sin_addr.s_addr) >> 24) != 127) {
        error_set(err, STATUS_USAGE, "%s is not a loopback address", host);
        error_hint(err,
                   "Concord serves this machine alone: listen on 127.0.0.1 and put nginx in front to serve others");
        return STATUS_USAGE;
    }
    int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr *at = six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t length = six ? sizeof v6 : sizeof v4;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || bind(fd, at, length) != 0 ||
        listen(fd, 511) != 0 || getsockname(fd, at, &length) != 0)
        return cannot_listen(where, fd, err);
    unsigned bound = six ? ntohs(v6.sin6_port) : ntohs(v4.sin_port);
    (void)snprintf(address, ADDRESS_TEXT, "http://%s:%u", six ? "[::1]" : host, bound);
    *socket_out = fd;
    return STATUS_OK;
}
