/*
 * concord update: what is new with the publishers goes into the workspace.
 *
 * Two steps, so that a slow server does not keep others from the workspace: first everything that is new is fetched into its folder `update` (under a
 * lock of its own), then the workspace is locked and the files are added by the very function of concord add. Whatever is interrupted is gone on with the next time.
 */
#include "cli/add.h"
#include "cli/commands.h"
#include "fetch/fetch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CONCORD_VERSION
#define CONCORD_VERSION "unknown"
#endif
#define AGENT "concord/" CONCORD_VERSION " (reads published NHS statistics; one request at a time)"

/* A file that the store has, as far as it matters here. */
typedef struct stored {
    char sha256[SHA256_TEXT];
    date published;
    period last_period; /* none for a copy of one that goes by another name */
} stored;

/* A file that waits to be added. */
typedef struct pending {
    const source *source;
    fetch_link link;
    fetch_file file;
} pending;

typedef struct updating {
    cli *cli;
    fetch *fetch;
    period since;
    bool since_given, dry, lines;
    output_format format;
    int64_t wait_seconds;
    stored *stored;
    size_t stored_count;
    int32_t *newest; /* per source of the catalogue: the month after the last of its releases, 0 = none */
    pending *pending;
    size_t pending_count, pending_capacity;
    table table;
    status worst; /* of the errors that did not stop the run */
    size_t failed;
    arena *memory;
} updating;

/* ---- what the store has ---- */

static int stored_compare(const void *a, const void *b)
{
    return strcmp(((const stored *)a)->sha256, ((const stored *)b)->sha256);
}

static const stored *stored_find(const updating *w, const char *sha256_text)
{
    stored key = {0};
    (void)snprintf(key.sha256, sizeof key.sha256, "%s", sha256_text);
    return w->stored_count == 0 ? NULL : bsearch(&key, w->stored, w->stored_count, sizeof *w->stored, stored_compare);
}

static bool watch_have(void *context, const char *sha256_text)
{
    return stored_find(context, sha256_text) != NULL;
}

static void stored_note(updating *w, const release *r)
{
    stored *s = &w->stored[w->stored_count++];
    (void)snprintf(s->sha256, sizeof s->sha256, "%s", r->sha256);
    s->last_period = r->last_period;
    s->published = r->published;
    for (size_t i = 0; i < w->cli->catalogue.source_count; i++)
        if (strcmp(w->cli->catalogue.sources[i].id, r->source) == 0) {
            int32_t end = r->last_period.first_month + r->last_period.months;
            w->newest[i] = end > w->newest[i] ? end : w->newest[i];
        }
}

/* The store is closed again at once: others may write while files are fetched. */
static status stored_read(updating *w, error *err)
{
    cli *c = w->cli;
    release *all = NULL;
    const char **files = NULL;
    size_t count = 0, file_count = 0;
    w->newest = arena_array(w->memory, c->catalogue.source_count + 1, sizeof *w->newest);
    const char *store = arena_printf(w->memory, "%s/facts.duckdb", c->workspace);
    if (w->newest == NULL || store == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    if (access(store, F_OK) != 0)
        return STATUS_OK;
    status code = workspace_lock(c, (int)w->wait_seconds, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK)
        code = facts_releases(c->facts, w->memory, &all, &count, err);
    if (code == STATUS_OK)
        code = facts_files(c->facts, w->memory, &files, &file_count, err);
    w->stored = code == STATUS_OK ? arena_array(w->memory, count + file_count + 1, sizeof *w->stored) : NULL;
    if (code == STATUS_OK && w->stored == NULL)
        code = error_set(err, STATUS_MEMORY, "There is not enough memory");
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        stored_note(w, &all[i]);
    if (w->stored_count > 1)
        qsort(w->stored, w->stored_count, sizeof *w->stored, stored_compare);
    const size_t named = w->stored_count;
    for (size_t i = 0; i < file_count && code == STATUS_OK; i++) {
        stored key = {0};
        (void)snprintf(key.sha256, sizeof key.sha256, "%s", files[i]);
        if (named == 0 || bsearch(&key, w->stored, named, sizeof key, stored_compare) == NULL)
            w->stored[w->stored_count++] = key;
    }
    if (w->stored_count > 1)
        qsort(w->stored, w->stored_count, sizeof *w->stored, stored_compare);
    facts_close(c->facts);
    c->facts = NULL;
    if (c->lock >= 0)
        (void)close(c->lock);
    c->lock = -1;
    return code;
}

/* Without --since: from a year before the end of the newest release, so that revisions are seen; everything where there is none. */
static period since_of(const updating *w, const source *s)
{
    int32_t newest = w->newest[s - w->cli->catalogue.sources];
    if (w->since_given || newest == 0)
        return w->since;
    return (period){.kind = PERIOD_MONTH, .first_month = newest - 12, .months = 1};
}

/* ---- what is said ---- */

static void row(updating *w, const source *s, const fetch_link *link, const char *result, date published,
                const char *why)
{
    table_text(&w->table, s->id);
    table_text(&w->table, link == NULL ? NULL : link->address);
    if (link == NULL || link->period.kind == PERIOD_NONE)
        table_missing(&w->table);
    else
        table_period(&w->table, link->period);
    table_text(&w->table, result);
    if (published == DATE_NONE)
        table_missing(&w->table);
    else
        table_date(&w->table, published);
    table_text(&w->table, why);
}

/* An error that does not stop the run. */
static void went_wrong(updating *w, const source *s, const fetch_link *link, const error *e)
{
    wipe_progress(w->cli);
    say_error(w->cli, e);
    w->failed++;
    w->cli->some_refused = true;
    if (e->code != STATUS_REFUSED)
        w->worst = e->code;
    row(w, s, link, e->code == STATUS_REFUSED ? "refused" : "failed", DATE_NONE, e->message);
}

static void watch_progress(void *context, const char *what, int64_t bytes, int64_t of)
{
    const updating *w = context;
    if (of > 0)
        print_progress(w->cli, "Fetching %s: %.1f of %.1f MB", what, (double)bytes / 1e6, (double)of / 1e6);
    else
        print_progress(w->cli, "Fetching %s: %.1f MB", what, (double)bytes / 1e6);
}

static bool watch_stopped(void *context)
{
    (void)context;
    return cli_interrupted != 0;
}

/* ---- fetching ---- */

static status pending_add(updating *w, const source *s, const fetch_link *link, const fetch_file *file, error *err)
{
    if (w->pending_count == w->pending_capacity) {
        size_t capacity = w->pending_capacity == 0 ? 64 : w->pending_capacity * 2;
        pending *grown = realloc(w->pending, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory");
        w->pending = grown;
        w->pending_capacity = capacity;
    }
    w->pending[w->pending_count++] = (pending){.source = s, .link = *link, .file = *file};
    return STATUS_OK;
}

typedef struct tally {
    size_t fresh, changed, waiting, same, failed;
} tally;

static status link_take(updating *w, const source *s, const fetch_link *link, tally *t, error *err)
{
    fetch_file file;
    error e = {0};
    if (w->dry) {
        if (w->lines && !link->known)
            (void)fprintf(w->cli->out, "%s: would be fetched\n", link->address);
        row(w, s, link, link->known ? "would be asked for changes" : "would be fetched", link->published, NULL);
        t->fresh += !link->known;
        t->same += link->known;
        return STATUS_OK;
    }
    print_progress(w->cli, "Fetching %s", link->file_name);
    status code = fetch_take(w->fetch, s, link, w->memory, &file, &e);
    if (cli_interrupted || code == STATUS_MEMORY) {
        *err = e;
        return code == STATUS_OK ? error_set(err, STATUS_IO, "Interrupted; the next update goes on from there") : code;
    }
    if (code != STATUS_OK) {
        t->failed++;
        went_wrong(w, s, link, &e);
        return STATUS_OK;
    }
    t->fresh += file.result == FETCH_NEW;
    t->changed += file.result == FETCH_CHANGED;
    t->waiting += file.result == FETCH_WAITING;
    t->same += file.result == FETCH_SAME;
    if (file.result != FETCH_SAME)
        return pending_add(w, s, link, &file, err);
    row(w, s, link, "as it was", DATE_NONE, NULL);
    return STATUS_OK;
}

static void source_line(updating *w, const source *s, const fetch_list *list, const tally *t)
{
    if (!w->lines)
        return;
    FILE *out = w->cli->out;
    wipe_progress(w->cli);
    (void)fprintf(out, "%s: %zu file%s on %zu page%s", s->id, list->count, list->count == 1 ? "" : "s", list->pages,
                  list->pages == 1 ? "" : "s");
    if (list->older > 0)
        (void)fprintf(out, ", %zu for earlier periods left out", list->older);
    const char *separator = "; ";
    const struct {
        size_t count;
        const char *words;
    } parts[] = {{t->fresh, w->dry ? "would be fetched" : "new"},
                 {t->changed, "changed"},
                 {t->waiting, "fetched before, but not added"},
                 {t->same, w->dry ? "would be asked for changes" : "as before"},
                 {t->failed, "not fetched"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].count > 0) {
            (void)fprintf(out, "%s%zu %s", separator, parts[i].count, parts[i].words);
            separator = ", ";
        }
    (void)fputc('\n', out);
    (void)fflush(out);
}

static bool is_verified(const source *s)
{
    for (size_t i = 0; i < s->landing_count; i++)
        if (!s->landing[i].verified)
            return false;
    return true;
}

static status source_update(updating *w, const source *s, error *err)
{
    fetch_list list = {0};
    problems unread = {0};
    error e = {0};
    tally t = {0};
    print_progress(w->cli, "Looking for files of %s", s->id);
    status code = fetch_find(w->fetch, s, since_of(w, s), w->memory, &list, &unread, &e);
    for (size_t i = 0; i < unread.count; i++)
        went_wrong(w, s, NULL, &unread.items[i]);
    if (cli_interrupted || code == STATUS_MEMORY || code == STATUS_INTERNAL) {
        *err = e;
        problems_free(&unread);
        return code == STATUS_OK ? error_set(err, STATUS_IO, "Interrupted; the next update goes on from there") : code;
    }
    if (code != STATUS_OK) {
        went_wrong(w, s, NULL, &e);
        if (s->landing_count > 0 && !is_verified(s))
            say_note(w->cli, "Nobody has checked the pages of %s yet ('verified: false' in %s).", s->id, s->file);
        code = STATUS_OK;
    } else {
        for (size_t i = 0; i < list.count && code == STATUS_OK; i++)
            code = link_take(w, s, &list.items[i], &t, err);
        if (code == STATUS_OK)
            source_line(w, s, &list, &t);
        if (code == STATUS_OK && list.others > 0) {
            wipe_progress(w->cli);
            say_note(w->cli,
                     "%s: %zu link%s left alone: to %s, which the source does not name. If it is the publisher's, add "
                     "it under 'hosts'.",
                     s->id, list.others, list.others == 1 ? " was" : "s were", list.other);
        }
    }
    problems_free(&unread);
    return code;
}

/* ---- adding ---- */

/* A file that took the place of another may print the same day as that one, or none. It was published no earlier than that one; where the server's day for it can be one (after
 * the period of the file before, not after the download), that is nearer. */
static date page_date(const updating *w, const pending *p)
{
    const stored *before = p->file.replaces[0] == 0 ? NULL : stored_find(w, p->file.replaces);
    date modified = p->file.modified, day = p->link.published;
    if (before == NULL || before->last_period.kind == PERIOD_NONE)
        return day;
    if (before->published != DATE_NONE && before->published > day)
        day = before->published;
    if (modified != DATE_NONE && modified > day && modified > period_last_day(before->last_period) &&
        (p->file.received == DATE_NONE || modified <= p->file.received))
        day = modified;
    return day;
}

static status pending_into_store(updating *w, const pending *p, error *err)
{
    static const char *const RESULTS[] = {"added", "already there", "refused"};
    add_result result = ADD_REFUSED;
    date published = DATE_NONE;
    const intake_dates dates = {page_date(w, p), p->file.modified, p->file.received};
    const add_request request = {.path = p->file.path, .shown = p->file.name, .dates = &dates, .lines = w->lines};
    print_progress(w->cli, "Reading %s", p->file.name);
    status code = STATUS_OK;
    if (p->file.replaces[0] != 0)
        code = facts_downloaded(w->cli->facts, p->file.sha256, p->file.replaces, err);
    if (code == STATUS_OK)
        code = add_one(w->cli, &request, &result, &published, err);
    if (code != STATUS_OK)
        return code;
    row(w, p->source, &p->link, RESULTS[result], published, NULL);
    if (result != ADD_REFUSED)
        fetch_done(w->fetch, &p->file);
    else
        say_note(w->cli, "It lies at %s, to look at with: concord sources try FILE. The next update tries it again.",
                 p->file.path);
    return STATUS_OK;
}

static status pending_add_all(updating *w, error *err)
{
    cli *c = w->cli;
    if (w->pending_count == 0)
        return STATUS_OK;
    status code = workspace_lock(c, (int)w->wait_seconds, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_WRITE, err);
    if (code == STATUS_OK)
        originals_tidy(c->workspace);
    for (size_t i = 0; i < w->pending_count && code == STATUS_OK && !cli_interrupted; i++)
        code = pending_into_store(w, &w->pending[i], err);
    wipe_progress(c);
    if (code == STATUS_OK && cli_interrupted)
        code = error_set(err, STATUS_IO, "Interrupted; the files named above are stored");
    return code;
}

/* ---- the command ---- */

static status source_wanted(const updating *w, const char *id, const source **out, error *err)
{
    const catalogue *c = &w->cli->catalogue;
    *out = catalogue_source(c, id);
    if (*out != NULL)
        return STATUS_OK;
    const char *nearest = NULL;
    unsigned least = 6;
    for (size_t i = 0; i < c->source_count; i++) {
        unsigned d = text_distance(id, c->sources[i].id);
        if (d < least) {
            least = d;
            nearest = c->sources[i].id;
        }
    }
    status code = error_set(err, STATUS_NOT_FOUND, "There is no source %s", id);
    if (nearest != NULL)
        error_hint(err, "Did you mean %s?", nearest);
    else
        error_hint(err, "concord list sources shows them all.");
    return code;
}

static status sources_update(updating *w, const arguments *a, error *err)
{
    const catalogue *c = &w->cli->catalogue;
    status code = STATUS_OK;
    /* All names first: a mistyped one should not be found out after an hour of fetching. */
    for (size_t i = 0; i < a->positional_count && code == STATUS_OK; i++) {
        const source *s = NULL;
        code = source_wanted(w, a->positional[i], &s, err);
    }
    for (size_t i = 0; i < a->positional_count && code == STATUS_OK; i++)
        code = source_update(w, catalogue_source(c, a->positional[i]), err);
    for (size_t i = 0; a->positional_count == 0 && i < c->source_count && code == STATUS_OK; i++)
        if (c->sources[i].landing_count > 0)
            code = source_update(w, &c->sources[i], err);
    return code;
}

static status options_read(updating *w, const arguments *a, fetch_limits *limits, error *err)
{
    const command *of = w->cli->command;
    const char *since = argument(of, a, "--since"), *wait = argument(of, a, "--wait"),
               *pause = argument(of, a, "--pause"), *format = argument(of, a, "--format");
    int64_t milliseconds = limits->pause_milliseconds;
    status code = STATUS_OK;
    w->dry = argument(of, a, "--dry-run") != NULL;
    w->since_given = since != NULL;
    w->lines = format == NULL;
    if (since != NULL)
        code = option_period("--since", since, &w->since, err);
    if (code == STATUS_OK && wait != NULL)
        code = option_count("--wait", wait, 0, 86400, &w->wait_seconds, err);
    if (code == STATUS_OK && pause != NULL)
        code = option_count("--pause", pause, 0, 60000, &milliseconds, err);
    limits->pause_milliseconds = (int)milliseconds;
    return code != STATUS_OK ? code : format_parse(format, &w->format, err);
}

static status update_run(cli *c, const arguments *a, error *err)
{
    static const table_column columns[] = {{"source", NULL, false, false},    {"address", NULL, false, false},
                                           {"period", NULL, false, false},    {"result", NULL, false, false},
                                           {"published", NULL, false, false}, {"why", NULL, false, false}};
    arena memory = {0};
    updating w = {.cli = c, .memory = &memory, .wait_seconds = 60};
    fetch_limits limits = fetch_limits_usual;
    const fetch_watch watch = {.context = &w, .have = watch_have, .progress = watch_progress, .stopped = watch_stopped};
    table_begin(&w.table, columns, 6);
    status code = options_read(&w, a, &limits, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = cli_catalogue(c, err);
    if (code == STATUS_OK)
        code = stored_read(&w, err);
    const char *folder = arena_printf(&memory, "%s/update", c->workspace);
    if (code == STATUS_OK)
        code = folder == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory")
                              : fetch_open(folder, AGENT, &limits, &watch, w.dry, &w.fetch, err);
    if (code == STATUS_OK)
        code = sources_update(&w, a, err);
    wipe_progress(c);
    if (code == STATUS_OK)
        code = pending_add_all(&w, err);
    if (!w.lines && (code == STATUS_OK || w.table.count > 0)) {
        status printed = table_print(c, &w.table, w.format, code == STATUS_OK ? err : NULL);
        code = code == STATUS_OK ? printed : code;
    }
    if (code == STATUS_OK && w.worst != STATUS_OK)
        c->exit_status = w.worst;
    fetch_close(w.fetch);
    free(w.pending);
    table_free(&w.table);
    arena_free(&memory);
    return code;
}

static const command_option options[] = {
    {"--dry-run", NULL, "Look at the pages and say what would be fetched; fetch and change nothing."},
    {"--since", "P", "Leave files out that are for earlier periods than 2025-04, FY2025-26 ..."},
    {"--format", "table|csv|json", "Print a table at the end in place of lines."},
    {"--pause", "MILLISECONDS", "Between two requests: 500."},
    {"--wait", "SECONDS", "How long to wait for another process that writes to the workspace: 60."},
    {0},
};

const command command_update = {
    .name = "update",
    .takes = "[SOURCE...]",
    .at_least = 0,
    .at_most = 256,
    .summary = "Fetch what is new from the publishers' pages, and add it.",
    .description =
        "Looks on the pages that the catalogue names for each source, fetches the files that are new or changed, and "
        "adds them as concord add does. Without a source: all that have such pages.\n\n"
        "Without --since, files are left out that are for more than a year before the newest of the source in the "
        "workspace, so that revisions of the year are seen; where there is none, everything on the pages is fetched. "
        "An unchanged page or file costs one short question, a half file is gone on with. One request at a time, under "
        "an honest name, and only to the servers that the source names.\n\n"
        "A file that cannot be fetched or read does not stop the others; the exit code is then 1 (refused) or 3 (the "
        "server or the network failed).",
    .example = "concord update --dry-run\nconcord update rtt-full-extract --since 2026-01",
    .options = options,
    .run = update_run,
};
