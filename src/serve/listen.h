/* serve/listen: the address to listen on. */
#ifndef CONCORD_SERVE_LISTEN_H
#define CONCORD_SERVE_LISTEN_H

#include "base/base.h"

#define ADDRESS_TEXT 160
/* Opens a listening socket for "127.0.0.1:8042", "localhost:8042", "[::1]:8042" or "unix:/path"; port 0 takes any free one. address: how to
 * reach it ("http://127.0.0.1:8042"). Refuses what is not loopback. */
MUST_USE status listen_open(const char *where, int *socket_out, char address[ADDRESS_TEXT], error *err);

#endif
