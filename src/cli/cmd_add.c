/*
 * concord add: published files go into the workspace.
 *
 * A file is read, checked and stored within one transaction of the store; the original is copied beside it before the commit. So whatever happens (a
 * malformed cell on the last line, a full disk, a kill), a file is wholly there or not at all. A bad file does not stop the others; a store that
 * cannot be written does.
 */
#include "cli/add.h"
#include "cli/commands.h"
#include "cli/sight.h"

#include <stdlib.h>
#include <string.h>

/* What goes on while a run adds files. */
typedef struct adding {
    cli *cli;
    intake_options options;
    const char *path;  /* the file under way */
    const char *shown; /* what the lines call it; NULL = path */
    const source *source;
    release new_release;
    release *there; /* the releases before this file */
    size_t there_count;
    bool begun;        /* a release is open in the store */
    bool store_failed; /* the sink could not write: no other file will do better */
    code_set codes;    /* organisation codes of this file that were looked up */
    unknown_codes unknown;
    arena file_memory; /* lives as long as one file is read */
    output_format format;
    bool lines; /* print a line per file as it is done */
    table table;
    size_t added, known, refused;
    status worst;
} adding;

/* ---- the sink: from rows to the store ---- */

static status sink_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    (void)layout;
    adding *w = context;
    w->source = s;
    status code = facts_release_begin(w->cli->facts, s, &w->new_release, err);
    w->begun = code == STATUS_OK;
    w->store_failed = code != STATUS_OK;
    return code;
}

static void unknown_note(adding *w, text code)
{
    if (w->unknown.count++ >= UNKNOWN_CODES_NAMED)
        return;
    if (w->unknown.first.length > 0)
        buffer_char(&w->unknown.first, ' ');
    buffer_put(&w->unknown.first, code.at, code.length < 40 ? code.length : 40);
}

/* Codes that the organisations data does not know are kept and counted. The same code comes thousands of times: each is looked up once. */
static status codes_count(adding *w, const row_batch *rows, int32_t column, bool by_name_too, error *err)
{
    const row_column *cells = &rows->columns[column];
    if (cells->type != COLUMN_CODE)
        return STATUS_OK;
    text before = {0};
    for (size_t r = 0; r < rows->count; r++) {
        text code = cells->as.texts[r];
        bool there = (cells->present[r / 64] >> (r % 64) & 1U) != 0, added = false;
        if (!there || code.length == 0 || (before.at != NULL && text_equal(before, code)))
            continue;
        before = code;
        status failed = code_set_add(&w->codes, code, &added, err);
        if (failed != STATUS_OK)
            return failed;
        if (added && orgs_find(w->cli->orgs, code) < 0 && !(by_name_too && orgs_find_name(w->cli->orgs, code) >= 0))
            unknown_note(w, code);
    }
    return STATUS_OK;
}

static status sink_rows(void *context, const row_batch *rows, error *err)
{
    adding *w = context;
    if (cli_interrupted) {
        w->store_failed = true; /* no other file is to be begun */
        return error_set(err, STATUS_IO, "Interrupted; nothing of this file was stored");
    }
    status code = STATUS_OK;
    for (size_t i = 0; i < w->source->role_count && code == STATUS_OK; i++) {
        code = codes_count(w, rows, w->source->roles[i].column, false, err);
        if (code == STATUS_OK && w->source->roles[i].parent_column >= 0)
            code = codes_count(w, rows, w->source->roles[i].parent_column, true, err);
    }
    if (code == STATUS_OK)
        code = facts_append(w->cli->facts, rows, err);
    w->store_failed = code != STATUS_OK;
    return code;
}

static status sink_name(void *context, text code_text, text name, error *err)
{
    adding *w = context;
    status code = facts_append_name(w->cli->facts, code_text, name, err);
    w->store_failed = code != STATUS_OK && code != STATUS_REFUSED;
    return code;
}

/* ---- what is said ---- */

static void print_line(adding *w, const char *words)
{
    if (!w->lines)
        return;
    wipe_progress(w->cli);
    (void)fprintf(w->cli->out, "%s: %s\n", w->shown == NULL ? w->path : w->shown, words);
    (void)fflush(w->cli->out);
}

static void table_refused(adding *w, const char *result, const intake_report *r, const char *why)
{
    table_text(&w->table, w->path);
    table_text(&w->table, result);
    table_text(&w->table, r != NULL && r->source != NULL ? r->source->id : NULL);
    for (int i = 0; i < 6; i++)
        table_missing(&w->table);
    table_text(&w->table, why);
}

static void table_added(adding *w, const intake_report *r, const char *notes)
{
    buffer reasons = {0};
    reasons_words(r, &reasons);
    table_text(&w->table, w->path);
    table_text(&w->table, "added");
    table_text(&w->table, r->source->id);
    table_period(&w->table, r->first_period);
    table_period(&w->table, r->last_period);
    table_int(&w->table, r->rows_in);
    table_int(&w->table, r->rows_kept);
    table_int(&w->table, set_aside_rows(r));
    table_text(&w->table, reasons.data == NULL ? "" : reasons.data);
    table_text(&w->table, notes);
    buffer_free(&reasons);
}

static void file_added(adding *w, const intake_report *r, const char *notes)
{
    buffer words = {0};
    w->added++;
    report_words(r, &words);
    if (notes[0] != 0)
        buffer_printf(&words, "; %s", notes);
    print_line(w, words.data == NULL ? "added" : words.data);
    table_added(w, r, notes);
    buffer_free(&words);
}

/* A file that cannot be taken: said, counted, and the next one is read. */
static void file_refused(adding *w, const intake_report *r, const problems *list, const error *err)
{
    buffer words = {0};
    w->refused++;
    if (err->code != STATUS_REFUSED)
        w->worst = err->code;
    /* On a terminal the sentence follows at once on standard error; in a log of standard output alone it must stand here. */
    bool listed = list != NULL && list->total > 0;
    bool seen = w->cli->out_terminal && w->cli->err_terminal && !listed;
    buffer_printf(&words, "not added%s%s", seen ? "" : ": ", seen ? "" : err->message);
    print_line(w, words.data == NULL ? "not added" : words.data);
    error placed = *err;
    if (placed.file[0] == 0)
        error_at(&placed, w->path, NULL, 0, NULL);
    if (listed) {
        /* What the list says need not be said again; what to do about it does. */
        say_problems(w->cli, list);
        error advice = {0};
        (void)error_set(&advice, err->code, "%s", err->hint);
        error_at(&advice, placed.file, NULL, 0, NULL);
        if (err->hint[0] != 0)
            say_error(w->cli, &advice);
    } else {
        say_error(w->cli, &placed);
    }
    table_refused(w, "refused", r, err->message);
    buffer_free(&words);
}

/* ---- one file ---- */

/* The original goes to its place; refused where the file is no more what was read. */
static status original_take(const adding *w, const file_state *before, const char *hash, bool *made, error *err)
{
    file_state after;
    status code = original_keep(w->cli->workspace, w->path, hash, made, err);
    if (code == STATUS_OK)
        code = file_state_read(w->path, &after, err);
    if (code == STATUS_OK && !file_state_same(before, &after)) {
        original_drop(w->cli->workspace, w->path, hash);
        code = error_set(err, STATUS_REFUSED, "The file changed while it was read");
        error_hint(err, "Add it again when it is complete.");
    }
    return code;
}

static status published_set(adding *w, const char *hash, bool *dated, error *err)
{
    *dated = false;
    return w->options.published == DATE_NONE
               ? STATUS_OK
               : facts_release_published(w->cli->facts, hash, w->options.published, dated, err);
}

/* The same table came before as another file: csv and zip of one publication. Which of the two names the release does not depend on which came first. */
static status same_table(adding *w, const release *same, const file_state *before, error *err)
{
    cli *c = w->cli;
    const release *r = &w->new_release;
    bool made = false, renamed = false;
    /* Of two dates that are told for one table the earlier holds, whichever came first. */
    bool dated = r->published != DATE_NONE && (same->published == DATE_NONE || r->published < same->published);
    bool same_bytes = strcmp(r->sha256, same->sha256) == 0;
    buffer words = {0};
    status code = STATUS_OK;
    facts_release_abort(c->facts);
    w->begun = false;
    if (facts_release_names(r, same))
        code = original_take(w, before, r->sha256, &made, err);
    if (code != STATUS_OK)
        return code;
    code = facts_release_merge(c->facts, same, r, &renamed, err);
    if (code != STATUS_OK) {
        w->store_failed = true;
        if (made)
            original_drop(c->workspace, w->path, r->sha256);
        return code;
    }
    if (renamed)
        original_drop(c->workspace, same->file_name, same->sha256);
    w->known++;
    if (same_bytes)
        buffer_text(&words, "already there");
    else
        buffer_printf(&words, "already here as %s (the same table)", same->file_name);
    buffer_printf(&words, "; %s",
                  dated                                      ? "its publication date was set"
                  : same_bytes && renamed                    ? "it goes by this name now"
                  : same_bytes && r->revised > same->revised ? "this name marks it as revised"
                  : same_bytes                               ? "nothing was changed"
                                                             : "nothing was added");
    print_line(w, words.data == NULL ? "already here" : words.data);
    table_refused(w, "already there", NULL, words.data == NULL ? "" : words.data);
    buffer_free(&words);
    return code;
}

static void tie_say(adding *w, const standing *s)
{
    buffer words = {0};
    if (s->other == NULL || !s->tie)
        return;
    tie_words(s, &words);
    wipe_progress(w->cli);
    say_note(w->cli, "%s: Warning: %s", w->shown == NULL ? w->path : w->shown, words.data == NULL ? "" : words.data);
    buffer_free(&words);
}

static void release_fill(adding *w, const intake_report *r)
{
    cli *c = w->cli;
    w->new_release.sha256 = r->sha256;
    w->new_release.table = r->table_sha256;
    w->new_release.source = r->source->id;
    w->new_release.layout = r->layout->id;
    w->new_release.file_name = r->file_name;
    w->new_release.member = r->member == NULL ? "" : r->member;
    w->new_release.first_period = r->first_period;
    w->new_release.last_period = r->last_period;
    w->new_release.published = r->published;
    w->new_release.revised = r->revised;
    w->new_release.archived = r->archived;
    w->new_release.rows_in = r->rows_in;
    w->new_release.rows_kept = r->rows_kept;
    w->new_release.rows_set_aside = set_aside_rows(r);
    w->new_release.bytes = r->bytes;
    w->new_release.totals_checked = r->totals_checked;
    w->new_release.totals_differing = r->totals_differing;
    w->new_release.notes = report_notes(c, r);
    w->new_release.sheets = report_sheets(c, r);
}

/* As the store has it: with what it knew of the file before it was read. */
static const release *release_stored(const release *all, size_t count, const release *added)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].ordinal == added->ordinal)
            return &all[i];
    return added;
}

static status release_finish(adding *w, const intake_report *r, const file_state *before, buffer *notes, error *err)
{
    cli *c = w->cli;
    bool made = false;
    status code = facts_release_agrees(c->facts, &w->new_release, err);
    if (code == STATUS_OK)
        code = original_take(w, before, r->sha256, &made, err);
    if (code == STATUS_REFUSED)
        return code;
    if (code == STATUS_OK) {
        w->begun = false; /* commit ends the release, well or not */
        code = facts_release_commit(c->facts, &w->new_release, err);
    }
    if (code != STATUS_OK) {
        w->store_failed = true;
        if (made)
            original_drop(c->workspace, w->path, r->sha256);
        return code;
    }
    release *all = NULL;
    size_t count = 0;
    standing s = {.later = true};
    code = facts_releases(c->facts, &w->file_memory, &all, &count, err);
    if (code == STATUS_OK &&
        !r->source->tidy) /* tidy files are weighed figure by figure, so none is a revision as a whole */
        s = standing_of(all, count, release_stored(all, count, &w->new_release), r->source);
    tie_say(w, &s);
    notes_words(r, &s, &w->unknown, notes);
    return code;
}

static status already_there(adding *w, const char *hash, error *err)
{
    bool dated = false;
    w->known++;
    status code = published_set(w, hash, &dated, err);
    if (code != STATUS_OK)
        return code;
    print_line(w, dated ? "already there; its publication date was set" : "already there; nothing was changed");
    table_refused(w, "already there", NULL, "");
    return STATUS_OK;
}

/* Published figures are of what has been: a month in the future is a slip of the pen. Not so of tidy files: this year's plan is of this year. A clock
 * that is behind the organisations data is not believed. */
static status future_check(const adding *w, const intake_report *r, error *err)
{
    date today = sight_today(), pinned = orgs_current(w->cli->orgs), end = period_last_day(r->last_period);
    today = today == DATE_NONE || today < pinned ? pinned : today;
    if (r->source->tidy || end <= today + 31)
        return STATUS_OK;
    char words[PERIOD_WORDS], day[DATE_TEXT];
    period_words(r->last_period, words);
    date_format(today, day);
    status code = error_set(err, STATUS_REFUSED, "The file says that it is for %s, which is still to come", words);
    error_hint(
        err,
        "Today is %s. Published figures are of months that are over: correct the column Period, the name of the file "
        "or --period.",
        day);
    return code;
}

/* Reads a file that the store does not have; or, `again`, has by another name, of which this one may tell more. */
static status file_read_in(adding *w, const file_state *before, bool again, error *err)
{
    intake_report r = {0};
    problems list = {0};
    buffer notes = {0};
    const intake_sink sink = {.context = w, .begin = sink_begin, .rows = sink_rows, .name = sink_name};
    w->new_release = (release){0};
    w->begun = false;
    w->unknown.count = 0;
    buffer_clear(&w->unknown.first);
    code_set_clear(&w->codes);
    const release *same = NULL;
    status code = facts_releases(w->cli->facts, &w->file_memory, &w->there, &w->there_count, err);
    if (code != STATUS_OK)
        return code;
    code = intake_read(w->path, &w->cli->catalogue, &w->options, &sink, &w->file_memory, &r, &list, err);
    if (code == STATUS_OK)
        code = future_check(w, &r, err);
    if (code == STATUS_OK) {
        release_fill(w, &r);
        same = facts_release_same(w->there, w->there_count, &w->new_release);
        if (same == NULL && again) {
            code = error_set(err, STATUS_REFUSED,
                             "The same bytes are here already, by another name that tells another period");
            error_hint(err, "A file counts for one period only: one of the two names is wrong.");
        } else {
            code = same != NULL ? same_table(w, same, before, err) : release_finish(w, &r, before, &notes, err);
        }
    } else if (again && code == STATUS_REFUSED && !w->store_failed) {
        if (w->begun)
            facts_release_abort(w->cli->facts);
        w->begun = false;
        code = already_there(w, r.sha256, err);
        problems_free(&list);
        return code;
    }
    if (w->begun)
        facts_release_abort(w->cli->facts);
    if (code == STATUS_OK) {
        if (same == NULL)
            file_added(w, &r, notes.length > 0 ? notes.data : "");
    } else if (!w->store_failed) {
        err->code = code;
        file_refused(w, &r, &list, err);
        code = STATUS_OK;
    }
    problems_free(&list);
    buffer_free(&notes);
    return code;
}

/* STATUS_OK where the run can go on, whatever became of this file. */
static status file_add(adding *w, error *err)
{
    char hash[SHA256_TEXT];
    file_state before;
    bool there = false;
    arena_reset(&w->file_memory);
    status code = file_state_read(w->path, &before, err);
    /* A file too large to be taken is not worth hashing first: the reader says what is wrong with it. */
    if (code == STATUS_OK && before.size > (int64_t)INTAKE_TABLE_MAXIMUM)
        return file_read_in(w, &before, false, err);
    if (code == STATUS_OK)
        code = sha256_file(w->path, hash, err);
    if (code != STATUS_OK) {
        file_refused(w, NULL, NULL, err);
        return STATUS_OK;
    }
    code = facts_has_release(w->cli->facts, hash, &there, err);
    const char *slash = strrchr(w->path, '/');
    bool renamed = false;
    if (code == STATUS_OK && there)
        code = facts_name_is_new(w->cli->facts, hash, slash == NULL ? w->path : slash + 1, &renamed, err);
    if (code == STATUS_OK && (!there || renamed))
        return file_read_in(w, &before, renamed, err);
    return code == STATUS_OK ? already_there(w, hash, err) : code;
}

/* ---- one file, for other commands ---- */

status add_one(cli *c, const add_request *request, add_result *result, date *published, error *err)
{
    adding w = {.cli = c, .path = request->path, .shown = request->shown, .lines = request->lines};
    w.options = (intake_options){.published = DATE_NONE, .dates = request->dates, .orgs = c->orgs};
    w.new_release.published = DATE_NONE;
    status code = file_add(&w, err);
    *published = w.added > 0 ? w.new_release.published : DATE_NONE;
    *result = w.refused > 0 ? ADD_REFUSED : w.known > 0 ? ADD_KNOWN : ADD_ADDED;
    if (code == STATUS_OK && w.worst != STATUS_OK)
        c->exit_status = w.worst;
    c->some_refused = c->some_refused || w.refused > 0;
    table_free(&w.table);
    code_set_free(&w.codes);
    buffer_free(&w.unknown.first);
    arena_free(&w.file_memory);
    return code;
}

/* ---- the command ---- */

static status paths_of(adding *w, const arguments *a, path_list *paths, error *err)
{
    for (size_t i = 0; i < a->positional_count; i++) {
        size_t before = paths->count;
        status code = paths_collect(a->positional[i], &w->cli->memory, paths, err);
        if (code == STATUS_IO) {
            /* A path that is not there is one bad file among others. */
            w->path = a->positional[i];
            file_refused(w, NULL, NULL, err);
        } else if (code != STATUS_OK) {
            return code;
        } else if (paths->count == before) {
            say_note(w->cli, "%s: There is no file in this folder.", a->positional[i]);
        }
    }
    return STATUS_OK;
}

static status options_read(adding *w, const arguments *a, int64_t *wait_seconds, error *err)
{
    const command *of = w->cli->command;
    const char *period_given = argument(of, a, "--period"), *published = argument(of, a, "--published"),
               *wait = argument(of, a, "--wait");
    const char *format = argument(of, a, "--format");
    status code = STATUS_OK;
    w->options.published = DATE_NONE;
    w->lines = format == NULL;
    if (period_given != NULL)
        code = option_period("--period", period_given, &w->options.period, err);
    if (code == STATUS_OK && published != NULL)
        code = option_date("--published", published, &w->options.published, err);
    if (code == STATUS_OK && wait != NULL)
        code = option_count("--wait", wait, 0, 86400, wait_seconds, err);
    return code != STATUS_OK ? code : format_parse(format, &w->format, err);
}

static status paths_add(adding *w, const path_list *paths, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < paths->count && code == STATUS_OK && !cli_interrupted; i++) {
        w->path = paths->items[i];
        print_progress(w->cli, "Reading %zu of %zu: %s", i + 1, paths->count, w->path);
        code = file_add(w, err);
    }
    wipe_progress(w->cli);
    if (code == STATUS_OK && cli_interrupted)
        code = error_set(err, STATUS_IO, "Interrupted; the files named above are stored");
    else if (code != STATUS_OK && err->file[0] == 0)
        error_at(err, w->path, NULL, 0, NULL);
    return code;
}

static status add_run(cli *c, const arguments *a, error *err)
{
    static const table_column columns[] = {
        {"file", NULL, false, false},        {"result", NULL, false, false},
        {"source", NULL, false, false},      {"first_period", "from", false, false},
        {"last_period", "to", false, false}, {"rows_in", "rows in", true, false},
        {"rows_kept", "kept", true, false},  {"rows_set_aside", "aside", true, false},
        {"reasons", NULL, false, false},     {"notes", NULL, false, false}};
    adding w = {.cli = c};
    path_list paths = {0};
    int64_t wait_seconds = 60;
    table_begin(&w.table, columns, 10);
    status code = options_read(&w, a, &wait_seconds, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = paths_of(&w, a, &paths, err);
    if (code == STATUS_OK)
        code = workspace_lock(c, (int)wait_seconds, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    w.options.orgs = c->orgs; /* some files name organisations by name alone */
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_WRITE, err);
    if (code == STATUS_OK) {
        originals_tidy(c->workspace);
        code = paths_add(&w, &paths, err);
    }
    if (!w.lines && (code == STATUS_OK || w.table.count > 0)) {
        status printed = table_print(c, &w.table, w.format, code == STATUS_OK ? err : NULL);
        code = code == STATUS_OK ? printed : code;
    }
    c->some_refused = w.refused > 0;
    if (code == STATUS_OK && w.worst != STATUS_OK)
        c->exit_status = w.worst;
    table_free(&w.table);
    path_list_free(&paths);
    code_set_free(&w.codes);
    buffer_free(&w.unknown.first);
    arena_free(&w.file_memory);
    return code;
}

static const command_option options[] = {
    {"--period", "P", "The period of files that do not tell: 2026-04, FY2025-26-Q4 ..."},
    {"--published", "DATE", "When the files were published: decides which of two releases of a period is later."},
    {"--format", "table|csv|json", "Print a table at the end in place of a line per file."},
    {"--wait", "SECONDS", "How long to wait for another process that writes to the workspace: 60."},
    {0},
};

const command command_add = {
    .name = "add",
    .takes = "PATH...",
    .at_least = 1,
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "Read published files into the workspace.",
    .description = "Reads csv files, also inside zip or gz. A folder stands for all files in it and in its folders. "
                   "What a file is, is told by "
                   "its content; its period by its content, else its name, else --period.\n\n"
                   "For each file a line says: source, period, rows in, rows kept, rows set aside and why. A file that "
                   "is damaged, malformed "
                   "or of no known source changes nothing, is reported with the place of the fault, and does not stop "
                   "the others; the exit "
                   "code is then 1. Adding a file that is there already changes nothing.\n\n"
                   "The original file is kept in releases/. A later file for the same period is a revision: both are "
                   "kept, the later one "
                   "counts. Later is told by --published, else by a date or the word 'revised' in content or name, "
                   "else by the date "
                   "inside the zip; never by the time of adding.",
    .example = "concord add downloads\nconcord add --published 2026-06-11 20260430-RTT-April-2026-full-extract.csv.zip",
    .options = options,
    .run = add_run,
};
