/* A workspace with a small edition, served on loopback, and the bytes that publish has for its pages. */
#ifndef CONCORD_TEST_SERVE_FIXTURE_H
#define CONCORD_TEST_SERVE_FIXTURE_H

#include "../publish/site_fixture.h"
#include "client.h"

#include "edition/edition.h"
#include "serve/serve.h"

#include <zlib.h>

static char workspace[128];

/* Makes the edition the newest of the workspace; the path that it is kept under. */
static inline const char *edition_install(const char *name, double offset)
{
    static char kept[2][400];
    static unsigned turn;
    char id[SHA256_TEXT];
    bool newest;
    error err = {0};
    const char *path = fixture_edition(name, offset, "improvement-high", "improvement", MONTHS);
    assert_int_equal(sha256_file(path, id, &err), STATUS_OK);
    if (editions_install(workspace, path, id, &newest, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    (void)snprintf(kept[turn % 2], sizeof kept[0], "%s/editions/%s.sqlite", workspace, id);
    return kept[turn++ % 2];
}

static inline int open_workspace(void **state)
{
    /* What the fixture of pages has beside. */
    (void)fixture_begin, (void)fixture_end, (void)fixture_open, (void)render;
    (void)state;
    char folder[200];
    (void)snprintf(fixture_folder, sizeof fixture_folder, "%s/concord-serve-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(fixture_folder));
    (void)snprintf(workspace, sizeof workspace, "%s/ws", fixture_folder);
    (void)snprintf(folder, sizeof folder, "%s/editions", workspace);
    assert_int_equal(folder_make(folder, NULL), STATUS_OK);
    return 0;
}

static inline int close_workspace(void **state)
{
    (void)state;
    folder_remove(fixture_folder);
    return 0;
}

static inline server *start(const char *listen_at, bool no_cache)
{
    const server_options options = {.workspace = workspace,
                                    .web_folder = WEB_FOLDER,
                                    .program_version = "1.2.3",
                                    .listen = listen_at,
                                    .no_cache = no_cache,
                                    .threads = 2};
    server *s = NULL;
    error err = {0};
    if (server_start(&options, &s, &err) != STATUS_OK)
        fail_msg("%s. %s", err.message, err.hint);
    return s;
}

static inline site *site_of(const char *path, const char *before)
{
    const site_options options = {.edition_path = path,
                                  .previous_path = before,
                                  .web_folder = WEB_FOLDER,
                                  .program_version = "1.2.3",
                                  .answers = true};
    site *s = NULL;
    error err = {0};
    if (site_open(&options, &s, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return s;
}

/* The bytes that a path has in an edition. */
static inline buffer bytes_of(const site *s, const char *path)
{
    arena scratch = {0};
    buffer out = {0};
    const char *content_type;
    error err = {0};
    if (site_render(s, path, &scratch, &out, &content_type, &err) != STATUS_OK)
        fail_msg("%s: %s", path, err.message);
    arena_free(&scratch);
    return out;
}

static inline bool same_bytes(const buffer *a, const buffer *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static inline void expect(const char *address, const char *method, const char *path, const char *headers, int code)
{
    answer a = client_once(address, method, path, headers);
    if (a.code != code)
        fail_msg("%s %.60s: %d, not %d", method, path, a.code, code);
    answer_free(&a);
}

static inline buffer gunzip(const buffer *in)
{
    buffer out = {0};
    z_stream z = {0};
    char chunk[65536];
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_in = (Bytef *)in->data;
    z.avail_in = (uInt)in->length;
    int code = Z_OK;
    while (code == Z_OK) {
        z.next_out = (Bytef *)chunk;
        z.avail_out = sizeof chunk;
        code = inflate(&z, Z_NO_FLUSH);
        buffer_put(&out, chunk, sizeof chunk - z.avail_out);
    }
    assert_int_equal(code, Z_STREAM_END);
    (void)inflateEnd(&z);
    return out;
}

#endif
