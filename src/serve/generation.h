/*
 * serve/generation: one edition being served, with its finished pages. A request holds the generation it began with, so a response is
 * wholly from one edition; the last to let go frees it.
 */
#ifndef CONCORD_SERVE_GENERATION_H
#define CONCORD_SERVE_GENERATION_H

#include "publish/publish.h"
#include "serve/serve.h"

#include <microhttpd.h>

typedef enum encoding { ENCODING_NONE = 0, ENCODING_GZIP, ENCODING_BROTLI, ENCODING_COUNT } encoding;

typedef struct generation generation;

/* The edition to serve, by options->choose, and the one before it, for "what changed". */
typedef struct generation_choice {
    char id[SHA256_TEXT], previous[SHA256_TEXT]; /* previous "" where there is none */
    char mark[SERVER_MARK];
    bool newest;
} generation_choice;
MUST_USE status generation_choose(const server_options *options, generation_choice *out, error *err);
/* Opens it. The caller holds it. */
MUST_USE status generation_open(const server_options *options, const generation_choice *choice, generation **out,
                                error *err);
/* Is it what was chosen? */
bool generation_is(const generation *g, const generation_choice *choice);
void generation_hold(generation *g);
void generation_release(generation *g);

/* The response for a path, in an encoding that may be poorer than asked where compressing would not pay. A response that is `cached` belongs to the
 * generation, which must be held while it is queued; any other is the caller's to destroy once queued. code: 200, or 404 with the
 * site's own page. */
#define ETAG_TEXT 48
MUST_USE status generation_response(generation *g, const char *path, encoding asked, struct MHD_Response **out,
                                    char etag_text[ETAG_TEXT], bool *cached, unsigned *code, error *err);

/* What is asked of a path with fields in its address: worked out anew each time and never kept, since there is no end of what can be asked. The
 * response is the caller's to destroy once queued. code: 200, or 400 with a page that says which field cannot be used. */
bool generation_can_answer(const generation *g, const char *path);
MUST_USE status generation_answer(generation *g, const char *path, const site_field *fields, size_t count,
                                  encoding asked, struct MHD_Response **out, char etag_text[ETAG_TEXT], unsigned *code,
                                  error *err);

#endif
