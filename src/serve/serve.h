/*
 * serve: the published pages over HTTP, from the newest edition of a workspace, on loopback.
 *
 * Invariants: a response is wholly from one edition; a new edition is picked up without a restart or a failed request; finished pages may be kept in
 * memory (bounded) but never outlive their edition. Read-only: GET and HEAD alone.
 */
#ifndef CONCORD_SERVE_H
#define CONCORD_SERVE_H

#include "base/base.h"

typedef struct server server;

typedef struct server_options {
    const char *workspace;
    const char *web_folder;
    const char *program_version;
    const char *listen; /* "127.0.0.1:8042", "[::1]:8042", port 0 = any free one */
    bool no_cache;      /* build each page anew (for benchmarks) */
    unsigned threads;   /* 0 = one per core */
    /* Which of `ids` (newest first) is served: its place into *at, and "" or words for the top of every page into mark. Asked again when the
     * editions or the register change, and every few seconds while it is not the newest. NULL = the newest. */
    status (*choose)(void *context, const char *const *ids, size_t count, size_t *at, char *mark, size_t size,
                     error *err);
    void *choose_context;
} server_options;
#define SERVER_MARK 600

/* Starts serving in threads of its own. STATUS_NOT_FOUND where the workspace has no edition, STATUS_IO where it cannot listen (says who may hold the port).
 * Refuses an address that is not loopback unless it is a Unix socket path ("unix:/path"). */
MUST_USE status server_start(const server_options *options, server **out, error *err);
/* "http://127.0.0.1:8042" */
const char *server_address(const server *s);
/* Finishes the requests under way and stops. */
void server_stop(server *s);

#endif
