/*
 * lines: a register in memory from the lines of an export, without its header and closing line.
 *
 * An edition carries the events as such lines; whoever reads it replays them here. They go through the import, so everything that is checked of a
 * partner's copy (hashes, order, rules, signatures) is checked of them.
 */
#include "register/work.h"

#include <stdlib.h>
#include <string.h>

typedef struct giving {
    const char *const *lines;
    size_t count, next; /* 0 is the header, count + 1 the closing line */
    size_t at;          /* within the line */
    buffer header, closing;
} giving;

static const char *line_at(const giving *g, size_t i, size_t *length)
{
    const char *line = i == 0 ? g->header.data : i <= g->count ? g->lines[i - 1] : g->closing.data;
    *length = i == 0 ? g->header.length : i <= g->count ? strlen(line) : g->closing.length;
    return line;
}

/* As many bytes as there is room for; every line is followed by its end. */
static status lines_give(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    giving *g = context;
    (void)err;
    *got = 0;
    while (g->next <= g->count + 1 && *got < capacity) {
        size_t length, room = capacity - *got;
        const char *line = line_at(g, g->next, &length);
        size_t left = length - g->at, part = left < room ? left : room;
        memcpy(into + *got, line + g->at, part);
        *got += part;
        g->at += part;
        if (g->at < length || *got == capacity)
            break;
        into[(*got)++] = '\n';
        g->at = 0;
        g->next++;
    }
    return STATUS_OK;
}

/* The header calls the register what its first event does; the closing line has the hash of the last. Where either cannot be read the import says so. */
static status ends_make(giving *g, register_log *r, error *err)
{
    arena memory = {0};
    register_event event;
    char previous[SHA256_TEXT], head[SHA256_TEXT] = HASH_ZERO;
    const char *title = "";
    if (g->count > 0 && event_decode(g->lines[0], strlen(g->lines[0]), &memory, &event, previous, NULL) == STATUS_OK &&
        body_parse(&r->body, event.body, strlen(event.body), &r->scratch, NULL) == STATUS_OK &&
        r->body.texts[FIELD_TITLE] != NULL)
        title = r->body.texts[FIELD_TITLE];
    buffer_printf(&g->header, "{\"concord_register\":%d,\"title\":", REGISTER_FORMAT);
    buffer_json(&g->header, title);
    buffer_char(&g->header, '}');
    if (g->count > 0 && event_decode(g->lines[g->count - 1], strlen(g->lines[g->count - 1]), &memory, &event, previous,
                                     NULL) == STATUS_OK)
        memcpy(head, event.hash, sizeof head);
    buffer_printf(&g->closing, "{\"end\":%zu,\"head\":\"%s\"}", g->count, head);
    arena_free(&memory);
    status code = buffer_status(&g->header, err);
    return code == STATUS_OK ? buffer_status(&g->closing, err) : code;
}

status register_open_lines(const char *const *lines, size_t count, const char *name, register_log **out, error *err)
{
    const register_options options = {.make = true};
    giving g = {.lines = lines, .count = count};
    register_log *r = NULL;
    *out = NULL;
    status code = store_open_bare(":memory:", &options, &r, err);
    if (code == STATUS_OK)
        code = ends_make(&g, r, err);
    if (code == STATUS_OK)
        code = register_import(r, lines_give, &g, name, NULL, err);
    buffer_free(&g.header);
    buffer_free(&g.closing);
    if (code == STATUS_OK)
        *out = r;
    else
        register_close(r);
    return code;
}

/* ---- lines out of a register ---- */

typedef struct lines_out {
    const char *until;
    char previous[SHA256_TEXT];
    buffer line;
    register_line_taker take;
    void *context;
} lines_out;

static status line_give(void *context, const register_event *event, error *err)
{
    lines_out *o = context;
    if (strncmp(event->time, o->until, strlen(o->until)) > 0)
        return STATUS_OK;
    buffer_clear(&o->line);
    register_event_line(event, o->previous, &o->line);
    memcpy(o->previous, event->hash, sizeof o->previous);
    status code = buffer_status(&o->line, err);
    return code == STATUS_OK ? o->take(o->context, event, o->line.data, err) : code;
}

status register_lines(register_log *r, const char *until, register_line_taker take, void *context, error *err)
{
    lines_out o = {.until = until, .previous = HASH_ZERO, .take = take, .context = context};
    status code = register_events(r, 1, 0, NULL, line_give, &o, err);
    buffer_free(&o.line);
    return code;
}
