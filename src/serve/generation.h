/*
 * serve/generation: one edition being served, with its finished pages. A request holds the generation it began with, so a response is
 * wholly from one edition; the last to let go frees it.
 */
#ifndef CONCORD_SERVE_GENERATION_H
#define CONCORD_SERVE_GENERATION_H

#include "publish/publish.h"

#include <microhttpd.h>

typedef enum encoding { ENCODING_NONE = 0, ENCODING_GZIP, ENCODING_BROTLI, ENCODING_COUNT } encoding;

typedef struct generation generation;

/* Opens the newest edition of the workspace (and the one before it, for "what changed"). The caller holds it. */
MUST_USE status generation_open(const char *workspace, const char *web_folder, const char *program_version,
                                bool keep_pages, generation **out, error *err);
const char *generation_edition_id(const generation *g);
void generation_hold(generation *g);
void generation_release(generation *g);

/* The response for a path, in an encoding that may be poorer than asked where compressing would not pay. A response that is `cached` belongs to the
 * generation, which must be held while it is queued; any other is the caller's to destroy once queued. code: 200, or 404 with the
 * site's own page. */
#define ETAG_TEXT 48
MUST_USE status generation_response(generation *g, const char *path, encoding asked, struct MHD_Response **out,
                                    char etag_text[ETAG_TEXT], bool *cached, unsigned *code, error *err);

#endif
