/*
 * One edition being served. Pages are rendered on their first request and kept, finished and compressed, up to CACHE_MAXIMUM bytes; beyond
 * that they are rendered anew each time. The cache dies with its edition, so nothing stale can be served.
 */
#include "serve/generation.h"

#include <brotli/encode.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define BUCKETS           16384u
#define LOCKS             64u
#define CACHE_MAXIMUM     ((size_t)512 << 20)
#define WORTH_COMPRESSING ((size_t)860)
#define SCRATCH_MAXIMUM   ((size_t)256 << 20)

typedef struct page {
    struct page *next;
    char *path;
    struct MHD_Response *responses[ENCODING_COUNT];
    char etags[ENCODING_COUNT][ETAG_TEXT];
} page;

struct generation {
    site *site;
    const char *edition_id;
    char mark[SERVER_MARK];
    bool keep_pages;
    atomic_int holders;
    atomic_size_t cached_bytes;
    pthread_mutex_t locks[LOCKS];
    page *buckets[BUCKETS];
};

static const char SECURITY_POLICY[] = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
                                      "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

status generation_choose(const server_options *options, generation_choice *out, error *err)
{
    arena scratch = {0};
    const char **ids, *none;
    size_t count, at = 0;
    *out = (generation_choice){.newest = true};
    status code = editions_list(options->workspace, &scratch, &ids, &count, err);
    if (code == STATUS_OK && count == 0)
        code = editions_newest_path(options->workspace, &scratch, &none, err);
    else if (code == STATUS_OK && options->choose != NULL)
        code = options->choose(options->choose_context, ids, count, &at, out->mark, sizeof out->mark, err);
    if (code == STATUS_OK) {
        (void)snprintf(out->id, sizeof out->id, "%s", ids[at]);
        if (at + 1 < count && strcmp(ids[at], ids[at + 1]) != 0)
            (void)snprintf(out->previous, sizeof out->previous, "%s", ids[at + 1]);
        out->newest = at == 0;
    }
    arena_free(&scratch);
    return code;
}

status generation_open(const server_options *options, const generation_choice *choice, generation **out, error *err)
{
    arena scratch = {0};
    *out = NULL;
    generation *g = calloc(1, sizeof *g);
    status code = g == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
    if (code != STATUS_OK)
        goto out;
    site_options shown = {.web_folder = options->web_folder,
                          .program_version = options->program_version,
                          .mark = choice->mark,
                          .answers = true};
    shown.edition_path = arena_printf(&scratch, "%s/editions/%s.sqlite", options->workspace, choice->id);
    if (choice->previous[0] != 0)
        shown.previous_path = arena_printf(&scratch, "%s/editions/%s.sqlite", options->workspace, choice->previous);
    /* Somebody may have cleared old editions away: then there is nothing to compare with. */
    if (shown.previous_path != NULL && access(shown.previous_path, R_OK) != 0)
        shown.previous_path = NULL;
    if (shown.edition_path == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    code = site_open(&shown, &g->site, err);
    if (code != STATUS_OK)
        goto out;
    g->edition_id = site_edition(g->site)->id;
    memcpy(g->mark, choice->mark, sizeof g->mark);
    g->keep_pages = !options->no_cache;
    atomic_init(&g->holders, 1);
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_init(&g->locks[i], NULL);
    *out = g;
    g = NULL;
out:
    free(g);
    arena_free(&scratch);
    return code;
}

bool generation_is(const generation *g, const generation_choice *choice)
{
    return strcmp(g->edition_id, choice->id) == 0 && strcmp(g->mark, choice->mark) == 0;
}

void generation_hold(generation *g)
{
    (void)atomic_fetch_add(&g->holders, 1);
}

static void page_free(page *p)
{
    for (int e = 0; e < ENCODING_COUNT; e++)
        if (p->responses[e] != NULL)
            MHD_destroy_response(p->responses[e]);
    free(p->path);
    free(p);
}

void generation_release(generation *g)
{
    if (g == NULL || atomic_fetch_sub(&g->holders, 1) != 1)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        for (page *p = g->buckets[i]; p != NULL;) {
            page *next = p->next;
            page_free(p);
            p = next;
        }
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_destroy(&g->locks[i]);
    site_close(g->site);
    free(g);
}

/* Every page built anew is hashed, so four words go side by side; it only has to tell versions of one page apart. */
static uint64_t hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *p = bytes;
    uint64_t lane[4] = {0x9e3779b97f4a7c15u ^ length, 0xc2b2ae3d27d4eb4fu, 0x165667b19e3779f9u, 0x27d4eb2f165667c5u};
    for (; length > 0;) {
        uint64_t words[4] = {0};
        size_t n = length < sizeof words ? length : sizeof words;
        memcpy(words, p, n);
        for (int i = 0; i < 4; i++) {
            lane[i] = (lane[i] ^ words[i]) * 0xff51afd7ed558ccdu;
            lane[i] ^= lane[i] >> 32;
        }
        p += n;
        length -= n;
    }
    uint64_t h = lane[0];
    for (int i = 1; i < 4; i++) {
        h = (h ^ lane[i]) * 0xff51afd7ed558ccdu;
        h ^= h >> 29;
    }
    return h;
}

/* ---- compression -------------------------------------------------------------------------------------- */

static bool compress_gzip(const buffer *in, int level, buffer *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t bound = deflateBound(&z, in->length) + 64;
    char *bytes = malloc(bound);
    z.next_in = (Bytef *)in->data;
    z.avail_in = (uInt)in->length;
    z.next_out = (Bytef *)bytes;
    z.avail_out = (uInt)bound;
    bool ok = bytes != NULL && in->length < UINT32_MAX && deflate(&z, Z_FINISH) == Z_STREAM_END;
    if (ok)
        buffer_put(out, bytes, z.total_out);
    (void)deflateEnd(&z);
    free(bytes);
    return ok && !out->failed;
}

static bool compress_brotli(const buffer *in, int quality, buffer *out)
{
    size_t length = BrotliEncoderMaxCompressedSize(in->length);
    uint8_t *bytes = length == 0 ? NULL : malloc(length);
    bool ok = bytes != NULL && BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, in->length,
                                                     (const uint8_t *)in->data, &length, bytes) == BROTLI_TRUE;
    if (ok)
        buffer_put(out, (const char *)bytes, length);
    free(bytes);
    return ok && !out->failed;
}

static bool is_text(const char *content_type)
{
    return strncmp(content_type, "text/", 5) == 0 || strstr(content_type, "json") != NULL ||
           strstr(content_type, "svg") != NULL || strstr(content_type, "javascript") != NULL ||
           strstr(content_type, "xml") != NULL;
}

/* ---- responses ---------------------------------------------------------------------------------------- */

static void add_headers(struct MHD_Response *r, const char *content_type, encoding e, const char *etag)
{
    static const char *const names[] = {"", "gzip", "br"};
    (void)MHD_add_response_header(r, "Content-Type", content_type);
    if (e != ENCODING_NONE)
        (void)MHD_add_response_header(r, "Content-Encoding", names[e]);
    (void)MHD_add_response_header(r, "ETag", etag);
    (void)MHD_add_response_header(r, "Cache-Control", "no-cache");
    (void)MHD_add_response_header(r, "Vary", "Accept-Encoding");
    (void)MHD_add_response_header(r, "Content-Security-Policy", SECURITY_POLICY);
    (void)MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    (void)MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
    (void)MHD_add_response_header(r, "Cross-Origin-Opener-Policy", "same-origin");
    (void)MHD_add_response_header(r, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

/* The page for an address that is not there: no path of a site starts with a slash, so it is kept apart from 404.html itself. */
#define NOT_THERE "/404.html"

/* The page of an address that is not there is read at any depth, so its links, relative to the site's root, are made to start there. */
static void links_from_root(buffer *html)
{
    static const char *const attributes[] = {" href=\"", " src=\""};
    buffer out = {0};
    for (size_t i = 0; i < html->length;) {
        size_t n = 0;
        for (size_t k = 0; k < sizeof attributes / sizeof attributes[0] && n == 0; k++)
            if (strncmp(html->data + i, attributes[k], strlen(attributes[k])) == 0)
                n = strlen(attributes[k]);
        buffer_put(&out, html->data + i, n == 0 ? 1 : n);
        i += n == 0 ? 1 : n;
        size_t word = n == 0 || html->data[i] == '#' || html->data[i] == '/' ? 0 : strcspn(html->data + i, ":\"/");
        if (word > 0 && html->data[i + word] != ':')
            buffer_char(&out, '/');
    }
    buffer_free(html);
    *html = out;
}

/* The finished response of a body, which it takes over. *size: bytes that it holds. */
static status response_make(generation *g, buffer *body, const char *content_type, encoding asked,
                            struct MHD_Response **out, char etag[ETAG_TEXT], size_t *size, error *err)
{
    buffer packed = {0};
    encoding e = body->length >= WORTH_COMPRESSING && is_text(content_type) ? asked : ENCODING_NONE;
    bool packed_well = e == ENCODING_GZIP     ? compress_gzip(body, g->keep_pages ? 6 : 1, &packed)
                       : e == ENCODING_BROTLI ? compress_brotli(body, g->keep_pages ? 5 : 1, &packed)
                                              : false;
    if (!packed_well || packed.length >= body->length)
        e = ENCODING_NONE;
    (void)snprintf(etag, ETAG_TEXT, "\"%.12s-%016llx%s\"", g->edition_id,
                   (unsigned long long)hash_bytes(body->data, body->length),
                   e == ENCODING_NONE   ? ""
                   : e == ENCODING_GZIP ? "-gz"
                                        : "-br");
    buffer *send = e == ENCODING_NONE ? body : &packed;
    *size = send->length;
    /* The response takes the bytes over and frees them. */
    *out = MHD_create_response_from_buffer(send->length, send->data == NULL ? "" : send->data,
                                           send->data == NULL ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE);
    if (*out != NULL) {
        *send = (buffer){0};
        add_headers(*out, content_type, e, etag);
    }
    buffer_free(&packed);
    return *out == NULL ? error_set(err, STATUS_MEMORY, "Out of memory for a response") : STATUS_OK;
}

static status build_response(generation *g, const char *path, encoding asked, struct MHD_Response **out,
                             char etag[ETAG_TEXT], size_t *size, error *err)
{
    arena scratch = {.maximum = SCRATCH_MAXIMUM};
    buffer body = {0};
    const char *content_type = "text/html; charset=utf-8";
    bool missing = strcmp(path, NOT_THERE) == 0;
    status code = site_render(g->site, missing ? &NOT_THERE[1] : path, &scratch, &body, &content_type, err);
    if (code == STATUS_OK && missing)
        links_from_root(&body);
    if (code == STATUS_OK)
        code = buffer_status(&body, err);
    if (code == STATUS_OK)
        code = response_make(g, &body, content_type, asked, out, etag, size, err);
    buffer_free(&body);
    arena_free(&scratch);
    return code;
}

static page *page_find(generation *g, size_t bucket, const char *path)
{
    for (page *p = g->buckets[bucket]; p != NULL; p = p->next)
        if (strcmp(p->path, path) == 0)
            return p;
    return NULL;
}

/* libmicrohttpd counts references to a response: queueing takes one, so a cached response is lent, not given. */
static status response_of(generation *g, const char *path, encoding asked, struct MHD_Response **out,
                          char etag[ETAG_TEXT], bool *cached, error *err)
{
    size_t bucket = (size_t)(hash_bytes(path, strlen(path)) % BUCKETS), size = 0;
    pthread_mutex_t *lock = &g->locks[bucket % LOCKS];
    *cached = false;
    if (g->keep_pages) {
        (void)pthread_mutex_lock(lock);
        page *p = page_find(g, bucket, path);
        if (p != NULL && p->responses[asked] != NULL) {
            *out = p->responses[asked];
            memcpy(etag, p->etags[asked], ETAG_TEXT);
            *cached = true;
        }
        (void)pthread_mutex_unlock(lock);
        if (*cached)
            return STATUS_OK;
    }
    status code = build_response(g, path, asked, out, etag, &size, err);
    if (code != STATUS_OK || !g->keep_pages || atomic_load(&g->cached_bytes) + size > CACHE_MAXIMUM)
        return code;
    (void)pthread_mutex_lock(lock);
    page *p = page_find(g, bucket, path);
    if (p == NULL) {
        p = calloc(1, sizeof *p);
        if (p != NULL && (p->path = strdup(path)) == NULL) {
            free(p);
            p = NULL;
        }
        if (p != NULL) {
            p->next = g->buckets[bucket];
            g->buckets[bucket] = p;
        }
    }
    if (p != NULL && p->responses[asked] == NULL) {
        p->responses[asked] = *out;
        memcpy(p->etags[asked], etag, ETAG_TEXT);
        (void)atomic_fetch_add(&g->cached_bytes, size);
        *cached = true;
    }
    (void)pthread_mutex_unlock(lock);
    return STATUS_OK;
}

status generation_response(generation *g, const char *path, encoding asked, struct MHD_Response **out,
                           char etag_text[ETAG_TEXT], bool *cached, unsigned *code, error *err)
{
    *code = MHD_HTTP_OK;
    if (!site_has(g->site, path)) {
        *code = MHD_HTTP_NOT_FOUND;
        path = NOT_THERE;
    }
    return response_of(g, path, asked, out, etag_text, cached, err);
}

bool generation_can_answer(const generation *g, const char *path)
{
    return site_can_answer(g->site, path);
}

status generation_answer(generation *g, const char *path, const site_field *fields, size_t count, encoding asked,
                         struct MHD_Response **out, char etag_text[ETAG_TEXT], unsigned *code, error *err)
{
    arena scratch = {.maximum = SCRATCH_MAXIMUM};
    buffer body = {0};
    bool good = false;
    size_t size = 0;
    status done = site_answer(g->site, path, fields, count, &scratch, &body, &good, err);
    *code = good ? MHD_HTTP_OK : MHD_HTTP_BAD_REQUEST;
    if (done == STATUS_OK)
        done = response_make(g, &body, "text/html; charset=utf-8", asked, out, etag_text, &size, err);
    buffer_free(&body);
    arena_free(&scratch);
    return done;
}
