/* concord diff: what changed between two editions, two dates or two releases. */
#include "cli/commands.h"
#include "cli/edition_rebases.h"

#include "measure/measure.h"

#include <math.h>
#include <string.h>

#define TABLE_ROWS 200 /* of a table; csv and JSON have all */

static const table_column columns[] = {
    {"change", NULL, false, false},
    {"measure", NULL, false, false},
    {"organisation", NULL, false, false},
    {"breakdown", NULL, false, false},
    {"period", NULL, false, false},
    {"before", NULL, true, false},
    {"after", NULL, true, false},
    {"difference", NULL, true, false},
    {"difference_percent", "%", true, false},
    {"verdict_before", "verdict before", false, false},
    {"verdict_after", "verdict after", false, false},
};

/* ---- what A and B are ------------------------------------------------------------------------------------ */

typedef enum side_kind { SIDE_EDITION, SIDE_DATE, SIDE_RELEASE } side_kind;
typedef struct side {
    side_kind kind;
    const char *given;
    const char *path;    /* of an edition */
    date known_on;       /* of a date */
    const release *file; /* of a release */
    edition *edition;
} side;

static bool is_hex(const char *s)
{
    return strlen(s) >= 4 && strspn(s, "0123456789abcdef") == strlen(s);
}

static status edition_named(cli *c, const char *given, const char **path, error *err)
{
    const char **ids = NULL, *id = NULL;
    size_t count = 0;
    bool latest = strcmp(given, "latest") == 0, previous = strcmp(given, "previous") == 0;
    status code = STATUS_OK;
    if (latest)
        return editions_newest_path(c->workspace, &c->memory, path, err);
    if (!previous) {
        code = editions_find(c->workspace, given, &c->memory, &id, err);
    } else {
        code = editions_list(c->workspace, &c->memory, &ids, &count, err);
        if (code == STATUS_OK && count < 2) {
            code = error_set(err, STATUS_NOT_FOUND, "There is no edition before the newest");
            error_hint(err,
                       "Add files and make another edition, or compare two dates: concord diff 2026-01-01 2026-05-01");
        }
        id = code == STATUS_OK ? ids[1] : NULL;
    }
    if (code != STATUS_OK)
        return code;
    *path = arena_printf(&c->memory, "%s/editions/%s.sqlite", c->workspace, id);
    return *path == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory") : STATUS_OK;
}

/* By the beginning of its SHA-256 (4 characters or more), or by its file name. *found stays NULL where there is none. */
static status release_named(cli *c, const char *given, const release **found, error *err)
{
    release *all = NULL;
    size_t count = 0;
    status code = cli_facts(c, FACTS_READ, NULL); /* no store yet: there is no release of that name */
    *found = NULL;
    if (code == STATUS_OK)
        code = facts_releases(c->facts, &c->memory, &all, &count, err);
    else
        return STATUS_OK;
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const release *r = &all[i];
        bool by_hash = is_hex(given) && strncmp(r->sha256, given, strlen(given)) == 0;
        if (!by_hash && strcmp(r->file_name, given) != 0)
            continue;
        if (*found != NULL && strcmp((*found)->sha256, r->sha256) != 0) {
            code = error_set(err, STATUS_USAGE, "More than one release is called '%s': %.12s (%s) and %.12s (%s)",
                             given, (*found)->sha256, (*found)->file_name, r->sha256, r->file_name);
            error_hint(err, "Name it by the beginning of its SHA-256. See: concord list releases");
        }
        *found = r;
    }
    return code;
}

static status side_read(cli *c, const char *given, side *out, error *err)
{
    *out = (side){.given = given, .kind = SIDE_EDITION};
    if (date_parse(text_of(given), &out->known_on)) {
        out->kind = SIDE_DATE;
        return STATUS_OK;
    }
    bool named = strcmp(given, "latest") == 0 || strcmp(given, "previous") == 0;
    status code = named || is_hex(given) ? edition_named(c, given, &out->path, err) : STATUS_NOT_FOUND;
    if (named || (code != STATUS_OK && code != STATUS_NOT_FOUND))
        return code;
    const release *file = NULL;
    status of_release = release_named(c, given, &file, err);
    if (of_release != STATUS_OK)
        return of_release;
    if (code == STATUS_OK && file == NULL)
        return STATUS_OK;
    if (code == STATUS_OK) {
        code = error_set(err, STATUS_USAGE, "Both an edition and a release have names that begin with '%s'", given);
        error_hint(err, "Give more of the name. See: concord list editions, concord list releases");
        return code;
    }
    if (file == NULL) {
        code = error_set(err, STATUS_NOT_FOUND, "There is no edition or release '%s' in this workspace", given);
        error_hint(err,
                   "Use latest, previous, a date (YYYY-MM-DD), the beginning of an edition's name or of a release's "
                   "SHA-256 (4 characters or more), or a file name. See: concord list editions, concord list "
                   "releases");
        return code;
    }
    out->kind = SIDE_RELEASE;
    out->file = file;
    return STATUS_OK;
}

/* Two releases must be of one publication; a release and an edition have nothing in common to compare. */
static status sides_suit(const side *a, const side *b, error *err)
{
    if ((a->kind == SIDE_RELEASE) != (b->kind == SIDE_RELEASE)) {
        const side *file = a->kind == SIDE_RELEASE ? a : b, *other = a->kind == SIDE_RELEASE ? b : a;
        status code = error_set(err, STATUS_USAGE, "'%s' is a release, '%s' is %s: they cannot be compared",
                                file->given, other->given, other->kind == SIDE_DATE ? "a date" : "an edition");
        error_hint(err, "Compare two releases with each other, and editions or dates with each other.");
        return code;
    }
    if (a->kind == SIDE_RELEASE && strcmp(a->file->source, b->file->source) != 0) {
        status code = error_set(err, STATUS_USAGE, "'%s' is a release of %s, '%s' one of %s: they cannot be compared",
                                a->given, a->file->source, b->given, b->file->source);
        error_hint(err, "Compare two releases of one publication.");
        return code;
    }
    return STATUS_OK;
}

static status side_open(cli *c, side *s, const char *only_measure, error *err)
{
    if (s->kind == SIDE_EDITION)
        return edition_open(s->path, &s->edition, err);
    measure_options options = {.as_at = DATE_NONE, .only_measure = only_measure};
    if (s->kind == SIDE_DATE)
        options.as_of = &s->known_on;
    else
        options.only_release = s->file->sha256;
    status code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK && s->kind == SIDE_DATE)
        code = edition_rebases(c, &options, err);
    return code != STATUS_OK ? code : measure_view(c->facts, &c->catalogue, c->orgs, &options, NULL, &s->edition, err);
}

static const char *side_words(const cli *c, const side *s, char out[128])
{
    if (s->kind == SIDE_EDITION)
        (void)snprintf(out, 128, "edition %.12s", c->plain ? "(id)" : s->edition->id);
    else if (s->kind == SIDE_DATE)
        (void)snprintf(out, 128, "what was known on %s", s->given);
    else
        (void)snprintf(out, 128, "%s", s->file->file_name);
    return out;
}

/* ---- the changes ----------------------------------------------------------------------------------------- */

typedef struct listing {
    edition *before, *after;
    table table;
    bool brief;
    size_t count[EDITION_CHANGE_KINDS], shown;
    uint8_t *measure_seen, *org_seen; /* of `after`; what only `before` has is counted by `gone` */
    size_t measures, orgs;
} listing;

/* A table shows two decimals, csv and JSON what there is. */
static double value_shown(const listing *l, const edition_point *p)
{
    return p == NULL ? (double)NAN : l->brief ? round(p->value * 100) / 100 : p->value;
}

/* What is left of the subtraction of two doubles beyond 9 decimals is no difference. */
static double difference_shown(const listing *l, const edition_point *before, const edition_point *after)
{
    double places = l->brief ? 100 : 1e9;
    return before == NULL || after == NULL ? (double)NAN : round((after->value - before->value) * places) / places;
}

static void count_once(uint8_t *seen, int32_t at, size_t *count)
{
    *count += seen[at] == 0;
    seen[at] = 1;
}

static status change_told(void *context, const edition_change *x, error *err)
{
    listing *l = context;
    const edition *e = x->after_series != NULL ? l->after : l->before;
    const edition_series *s = x->after_series != NULL ? x->after_series : x->before_series;
    const edition_measure *m = &e->measures[s->measure];
    bool verdict = x->kind == EDITION_VARIATION || x->kind == EDITION_ASSURANCE;
    table *t = &l->table;
    (void)err;
    l->count[x->kind]++;
    if (x->after_series != NULL) {
        count_once(l->measure_seen, s->measure, &l->measures);
        count_once(l->org_seen, s->org, &l->orgs);
    }
    if (l->brief && l->shown == TABLE_ROWS)
        return STATUS_OK;
    l->shown++;
    const edition_point *before = verdict ? NULL : x->before, *after = verdict ? NULL : x->after;
    bool percent = strcmp(m->unit, "percent") == 0;
    table_text(t, edition_change_name(x->kind));
    table_text(t, m->id);
    table_text(t, e->orgs[s->org].code);
    table_text(t, s->breakdown < 0 ? "" : e->breakdowns[s->breakdown].key);
    table_period(t, x->period);
    table_number(t, value_shown(l, before));
    table_number(t, value_shown(l, after));
    table_number(t, difference_shown(l, before, after));
    /* A change of a percentage is in points: a percentage of a percentage misleads. */
    table_number(t, before == NULL || after == NULL || percent || before->value == 0
                        ? (double)NAN
                        : round((after->value - before->value) / before->value * 1e4) / 1e2);
    table_text(t, !verdict                       ? NULL
                  : x->kind == EDITION_VARIATION ? x->before_series->variation
                                                 : x->before_series->assurance);
    table_text(t, !verdict                       ? NULL
                  : x->kind == EDITION_VARIATION ? x->after_series->variation
                                                 : x->after_series->assurance);
    return STATUS_OK;
}

/* "Between A and B: 12 figures revised, 3 new, 1 gone, 2 verdicts changed; 2 measures, 5 organisations." */
static void summary_words(const cli *c, const listing *l, const side *a, const side *b, buffer *out)
{
    char from[128], to[128];
    size_t verdicts = l->count[EDITION_VARIATION] + l->count[EDITION_ASSURANCE];
    size_t all = l->count[EDITION_REVISED] + l->count[EDITION_NEW] + l->count[EDITION_GONE] + verdicts;
    buffer_printf(out, "Between %s and %s: ", side_words(c, a, from), side_words(c, b, to));
    if (all == 0) {
        buffer_text(out, "nothing changed");
        return;
    }
    buffer_printf(out,
                  "%zu figure%s revised, %zu new, %zu gone; %zu verdict%s changed (%zu measure%s, %zu organisation%s)",
                  l->count[EDITION_REVISED], l->count[EDITION_REVISED] == 1 ? "" : "s", l->count[EDITION_NEW],
                  l->count[EDITION_GONE], verdicts, verdicts == 1 ? "" : "s", l->measures, l->measures == 1 ? "" : "s",
                  l->orgs, l->orgs == 1 ? "" : "s");
}

static status changes_print(cli *c, listing *l, const side *a, const side *b, output_format format, error *err)
{
    buffer summary = {0};
    summary_words(c, l, a, b, &summary);
    status code = buffer_status(&summary, err);
    if (code == STATUS_OK && l->brief)
        (void)fprintf(c->out, "%s\n", summary.data);
    else if (code == STATUS_OK)
        say_note(c, "%s", summary.data);
    size_t all = 0;
    for (size_t i = 0; i < EDITION_CHANGE_KINDS; i++)
        all += l->count[i];
    if (code == STATUS_OK && (all > 0 || !l->brief))
        code = table_print(c, &l->table, format, err);
    if (code == STATUS_OK && all > l->shown)
        say_note(c, "%zu more; choose with --measure or --organisation, or see all with --format csv", all - l->shown);
    buffer_free(&summary);
    return code;
}

/* Known in either of the two; the code as editions have it. */
static status filters_read(const cli *c, const arguments *a, const listing *l, const char **only_measure,
                           const char **organisation, error *err)
{
    *only_measure = argument(c->command, a, "--measure");
    *organisation = argument(c->command, a, "--organisation");
    if (*only_measure != NULL && edition_find_measure(l->before, *only_measure) < 0 &&
        edition_find_measure(l->after, *only_measure) < 0) {
        status code = error_set(err, STATUS_NOT_FOUND, "--measure: there is no measure '%s'", *only_measure);
        error_hint(err, "See: concord list measures");
        return code;
    }
    if (*organisation == NULL)
        return STATUS_OK;
    int32_t after = edition_find_org(l->after, *organisation), before = edition_find_org(l->before, *organisation);
    if (after < 0 && before < 0) {
        status code = error_set(err, STATUS_NOT_FOUND, "--organisation: neither of the two has an organisation '%s'",
                                *organisation);
        error_hint(err, "Use an ODS or ONS code, or ENGLAND. See: concord list orgs");
        return code;
    }
    *organisation = after >= 0 ? l->after->orgs[after].code : l->before->orgs[before].code;
    return STATUS_OK;
}

static status diff_run(cli *c, const arguments *a, error *err)
{
    output_format format;
    side from = {0}, to = {0};
    listing l = {0};
    const char *only_measure = NULL, *organisation = NULL;
    status code = format_parse(argument(c->command, a, "--format"), &format, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = side_read(c, a->positional[0], &from, err);
    if (code == STATUS_OK)
        code = side_read(c, a->positional[1], &to, err);
    if (code == STATUS_OK)
        code = sides_suit(&from, &to, err);
    if (code == STATUS_OK)
        code = side_open(c, &from, argument(c->command, a, "--measure"), err);
    if (code == STATUS_OK)
        code = side_open(c, &to, argument(c->command, a, "--measure"), err);
    if (code != STATUS_OK)
        goto out;
    l.before = from.edition;
    l.after = to.edition;
    l.brief = format == FORMAT_TABLE;
    if ((code = filters_read(c, a, &l, &only_measure, &organisation, err)) != STATUS_OK)
        goto out;
    l.measure_seen = arena_alloc(&c->memory, l.after->measure_count + 1);
    l.org_seen = arena_alloc(&c->memory, l.after->org_count + 1);
    table_begin(&l.table, columns, sizeof columns / sizeof columns[0]);
    code = l.measure_seen == NULL || l.org_seen == NULL
               ? error_set(err, STATUS_MEMORY, "There is not enough memory")
               : edition_compare(l.before, l.after, only_measure, organisation, change_told, &l, err);
    if (code == STATUS_OK)
        code = changes_print(c, &l, &from, &to, format, err);
out:
    table_free(&l.table);
    edition_close(from.edition);
    edition_close(to.edition);
    return code;
}

static const command_option options[] = {
    {"--measure", "MEASURE", "Only changes of one measure."},
    {"--organisation", "ORG", "Only those of one organisation: an ODS or ONS code, or ENGLAND."},
    {"--format", "table|csv|json", "How to print: a table (the default, at most 200 rows), csv or JSON."},
    {0},
};

const command command_diff = {
    .name = "diff",
    .takes = "A B",
    .at_least = 2,
    .at_most = 2,
    .summary = "Say what changed between two editions, dates or releases.",
    .description = "Lists every figure that was revised, is new or is gone from A to B, and every verdict that "
                   "changed, on the current map "
                   "of organisations. The first line sums up.\n\n"
                   "A and B are editions (latest, previous, or the beginning of a name), or dates (what was known on "
                   "that day, as with "
                   "--as-of), or two releases of one publication (a file name, or the beginning of its SHA-256), each "
                   "evaluated by "
                   "itself: that shows what a revision changed.",
    .example = "concord diff previous latest\nconcord diff 2026-01-01 2026-04-01 --measure ae-within-4-hours",
    .options = options,
    .run = diff_run,
};
