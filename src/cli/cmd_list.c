/* concord list: what the catalogue, the organisations and the workspace hold. */
#include "cli/commands.h"

#include "cli/as_of.h"
#include "cli/oversight_evidence.h"
#include "cli/sight.h"

#include "measure/measure.h"

#include <string.h>

/* ---- catalogue ---- */

static status list_sources(cli *c, const arguments *a, table *t, error *err)
{
    (void)a;
    static const table_column columns[] = {{"source", NULL, false, false},      {"name", NULL, false, false},
                                           {"publisher", NULL, false, false},   {"frequency", NULL, false, false},
                                           {"licence", NULL, false, false},     {"layouts", NULL, true, false},
                                           {"landing_page", NULL, false, false}};
    status code = cli_catalogue(c, err);
    table_begin(t, columns, 7);
    for (size_t i = 0; i < c->catalogue.source_count && code == STATUS_OK; i++) {
        const source *s = &c->catalogue.sources[i];
        table_text(t, s->id);
        table_text(t, s->name);
        table_text(t, s->publisher);
        table_text(t, s->frequency);
        table_text(t, s->licence);
        table_int(t, (int64_t)s->layout_count);
        table_text(t, s->landing_page);
    }
    if (code == STATUS_OK)
        say_overrides(c);
    return code;
}

static const char *better_words(better b)
{
    return b == BETTER_HIGHER ? "higher" : b == BETTER_LOWER ? "lower" : "neither";
}

static status list_measures(cli *c, const arguments *a, table *t, error *err)
{
    (void)a;
    static const table_column columns[] = {{"measure", NULL, false, false}, {"name", NULL, false, false},
                                           {"domain", NULL, false, false},  {"unit", NULL, false, false},
                                           {"better", NULL, false, false},  {"source", NULL, false, false}};
    status code = cli_catalogue(c, err);
    table_begin(t, columns, 6);
    for (size_t i = 0; i < c->catalogue.measure_count && code == STATUS_OK; i++) {
        const measure *m = &c->catalogue.measures[i];
        table_text(t, m->id);
        table_text(t, m->name);
        table_text(t, m->domain);
        table_text(t, m->unit);
        table_text(t, better_words(m->better));
        table_text(t, m->source < 0 ? NULL : c->catalogue.sources[m->source].id);
    }
    return code;
}

static status list_targets(cli *c, const arguments *a, table *t, error *err)
{
    (void)a;
    static const table_column columns[] = {{"target", NULL, false, false},
                                           {"measure", NULL, false, false},
                                           {"level", NULL, true, false},
                                           {"by", NULL, false, false},
                                           {"applies_to", "applies to", false, false},
                                           {"authority", NULL, false, false},
                                           {"document", NULL, false, false},
                                           {"verified", NULL, false, true},
                                           {"needs_baseline", "needs baseline", false, true}};
    status code = cli_catalogue(c, err);
    table_begin(t, columns, 9);
    for (size_t i = 0; i < c->catalogue.target_count && code == STATUS_OK; i++) {
        const target *g = &c->catalogue.targets[i];
        buffer levels = {0};
        for (int l = 0; l < LEVEL_COUNT; l++)
            if (g->applies[l])
                buffer_printf(&levels, "%s%s", levels.length > 0 ? " " : "", level_name((level)l));
        table_text(t, g->id);
        table_text(t, c->catalogue.measures[g->measure].id);
        table_number(t, g->level);
        table_period(t, g->by);
        table_text(t, levels.data == NULL ? "" : levels.data);
        table_text(t, g->authority);
        table_text(t, g->document);
        table_bool(t, g->verified);
        table_bool(t, g->needs_baseline);
        buffer_free(&levels);
    }
    return code;
}

/* ---- organisations ---- */

static const char *ancestor_code(const orgs *o, org_index i, org_kind kind, date on)
{
    org_index up = orgs_ancestor(o, i, kind, on);
    return up < 0 || up == i ? NULL : orgs_at(o, up)->code;
}

/* Groups across the tree are of a workspace: they stand in its register. */
static status list_groups(cli *c, table *t, date on, error *err)
{
    register_log *log = NULL;
    status code = cli_register(c, &log, err);
    for (size_t i = 0; code == STATUS_OK && log != NULL && i < register_count(log, REGISTER_GROUP); i++) {
        const register_subject *g = register_at(log, REGISTER_GROUP, i);
        const char *system = register_value(g, FIELD_SYSTEM);
        org_index icb = system == NULL ? -1 : orgs_find(c->orgs, text_of(system));
        table_text(t, g->id);
        table_text(t, NULL);
        table_text(t, register_value(g, FIELD_NAME));
        table_text(t, org_kind_name(ORG_GROUP));
        table_date(t, register_value_date(g, FIELD_FROM));
        table_date(t, register_value_date(g, FIELD_UNTIL) == DATE_NONE ? DATE_FOREVER
                                                                       : register_value_date(g, FIELD_UNTIL));
        table_text(t, icb < 0 ? NULL : orgs_at(c->orgs, icb)->code);
        table_text(t, icb < 0 ? NULL : ancestor_code(c->orgs, icb, ORG_REGION, on));
    }
    register_close(log);
    return code;
}

static status list_orgs(cli *c, const arguments *a, table *t, error *err)
{
    geography g;
    date on;
    static const table_column columns[] = {{"code", NULL, false, false},   {"ons_code", "ONS code", false, false},
                                           {"name", NULL, false, false},   {"kind", NULL, false, false},
                                           {"opened", NULL, false, false}, {"closed", NULL, false, false},
                                           {"icb", "ICB", false, false},   {"region", NULL, false, false}};
    status code = option_geography(argument(c->command, a, "--geography"), &g, &on, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code == STATUS_OK && g != GEOGRAPHY_AS_AT)
        on = orgs_current(c->orgs); /* of a list, which is of no period, as published is as it is now */
    table_begin(t, columns, 8);
    for (size_t i = 0; code == STATUS_OK && i < orgs_count(c->orgs); i++) {
        const org *o = orgs_at(c->orgs, (org_index)i);
        table_text(t, o->code);
        table_text(t, o->ons_code[0] == 0 ? NULL : o->ons_code);
        table_text(t, o->name);
        table_text(t, org_kind_name(o->kind));
        table_date(t, o->opened);
        table_date(t, o->closed);
        table_text(t, ancestor_code(c->orgs, (org_index)i, ORG_ICB, on));
        table_text(t, ancestor_code(c->orgs, (org_index)i, ORG_REGION, on));
    }
    return code == STATUS_OK && c->workspace_is_open ? list_groups(c, t, on, err) : code;
}

/* ---- workspace ---- */

/* Leaves only the releases that were known on that day. */
static void keep_known(release *all, size_t *count, date known_on)
{
    size_t kept = 0;
    known_by by;
    for (size_t i = 0; i < *count; i++)
        if (release_known(&all[i], &by) <= known_on)
            all[kept++] = all[i];
    *count = kept;
}

static status list_releases(cli *c, const arguments *a, table *t, error *err)
{
    static const table_column columns[] = {
        {"source", NULL, false, false},        {"first_period", "from", false, false},
        {"last_period", "to", false, false},   {"published", NULL, false, false},
        {"revised", NULL, false, true},        {"counts", NULL, false, true},
        {"file", NULL, false, false},          {"rows_in", "rows in", true, false},
        {"rows_kept", "kept", true, false},    {"rows_set_aside", "aside", true, false},
        {"sha256", NULL, false, false},        {"known", "known from", false, false},
        {"known_by", "known by", false, false}};
    release *all = NULL;
    size_t count = 0;
    date known_on = DATE_NONE;
    table_begin(t, columns, 13);
    status code = option_as_of(c, a, &known_on, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_NOT_FOUND && c->workspace_is_open)
        return STATUS_OK; /* nothing was added yet: an empty list */
    if (code == STATUS_OK)
        code = facts_releases(c->facts, &c->memory, &all, &count, err);
    if (code == STATUS_OK && known_on != DATE_NONE)
        keep_known(all, &count, known_on);
    bool *counts = arena_array(&c->memory, count + 1, sizeof *counts);
    if (code == STATUS_OK && counts == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory");
    if (code == STATUS_OK)
        code = measure_releases(c->facts, &c->catalogue, known_on == DATE_NONE ? NULL : &known_on, all, count, counts,
                                err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const release *r = &all[i];
        table_text(t, r->source);
        table_period(t, r->first_period);
        table_period(t, r->last_period);
        table_date(t, r->published);
        table_bool(t, r->revised);
        table_bool(t, counts[i]);
        table_text(t, r->file_name);
        table_int(t, r->rows_in);
        table_int(t, r->rows_kept);
        table_int(t, r->rows_set_aside);
        table_text(t, r->sha256);
        known_by by;
        table_date(t, release_known(r, &by));
        table_text(t, known_by_name(by));
    }
    return code;
}

/* When an edition was released, and to whom; and until when it is under embargo. */
static void sight_cells(table *t, const register_log *log, const char *const *ids, size_t count, size_t at)
{
    date when = DATE_NONE;
    const char *to = log == NULL ? "" : sight_released(log, ids[at], &when);
    edition_sight sight = {.embargoed = false};
    if (log != NULL)
        sight = sight_of(log, ids, count, at, sight_today());
    table_date(t, when);
    table_text(t, to[0] == 0 ? NULL : to);
    table_text(t, sight.embargoed ? sight.until : NULL);
}

static status list_editions(cli *c, const arguments *a, table *t, error *err)
{
    (void)a;
    static const table_column columns[] = {{"edition", NULL, false, false},
                                           {"newest", NULL, false, true},
                                           {"as_of", "as of", false, false},
                                           {"released", NULL, false, false},
                                           {"released_to", "released to", false, false},
                                           {"embargo_until", "embargo until", false, false}};
    const char **ids = NULL;
    edition_apart *apart = NULL;
    register_log *log = NULL;
    size_t count = 0, apart_count = 0;
    table_begin(t, columns, 6);
    status code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = editions_list(c->workspace, &c->memory, &ids, &count, err);
    if (code == STATUS_OK)
        code = editions_apart(c->workspace, &c->memory, &apart, &apart_count, err);
    if (code == STATUS_OK)
        code = cli_register(c, &log, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        table_text(t, ids[i]);
        table_bool(t, i == 0);
        table_missing(t);
        sight_cells(t, log, ids, count, i);
    }
    for (size_t i = 0; i < apart_count && code == STATUS_OK; i++) {
        table_text(t, apart[i].id);
        table_bool(t, false);
        table_text(t, apart[i].as_of[0] == 0 ? NULL : apart[i].as_of);
        sight_cells(t, log, &apart[i].id, 1, 0);
    }
    register_close(log);
    return code;
}

/* ---- the command ---- */

static const struct {
    const char *what;
    status (*list)(cli *c, const arguments *a, table *t, error *err);
} lists[] = {
    {"sources", list_sources},   {"releases", list_releases}, {"orgs", list_orgs},
    {"measures", list_measures}, {"targets", list_targets},   {"editions", list_editions},
};

static const command_option options[] = {
    {"--geography", "G", "Of orgs: the map of their parents: current (the default) or as-at:YYYY-MM-DD."},
    {"--as-of", "DATE", "Of releases: those known on that day."},
    {"--format", "table|csv|json", "How to print: a table (the default), csv or JSON."},
    {0},
};

/* Only releases have a day since which they are known. */
static status as_of_suits(const cli *c, const arguments *a, error *err)
{
    if (argument(c->command, a, "--as-of") == NULL || strcmp(a->positional[0], "releases") == 0)
        return STATUS_OK;
    status code = error_set(err, STATUS_USAGE, "--as-of is for releases, not for %s", a->positional[0]);
    error_hint(err, "Use: concord list releases --as-of DATE");
    return code;
}

static status list_run(cli *c, const arguments *a, error *err)
{
    output_format format;
    table t = {0};
    status code = format_parse(argument(c->command, a, "--format"), &format, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strcmp(lists[i].what, a->positional[0]) != 0)
            continue;
        /* A workspace may have a catalogue of its own; without one the program's is listed. */
        if (c->workspace_given != NULL)
            code = workspace_open(c, err);
        else {
            status ignored = workspace_open(c, NULL);
            (void)ignored;
        }
        if (code == STATUS_OK)
            code = as_of_suits(c, a, err);
        if (code == STATUS_OK)
            code = lists[i].list(c, a, &t, err);
        if (code == STATUS_OK)
            code = table_print(c, &t, format, err);
        table_free(&t);
        return code;
    }
    code = error_set(err, STATUS_USAGE, "There is no list of '%s'", a->positional[0]);
    error_hint(err, "Use sources, releases, orgs, measures, targets or editions.");
    return code;
}

const command command_list = {
    .name = "list",
    .alias = "ls",
    .takes = "sources|releases|orgs|measures|targets|editions",
    .at_least = 1,
    .at_most = 1,
    .summary = "List sources, releases, organisations, measures, targets or editions.",
    .description =
        "sources, measures and targets come from the catalogue, orgs from the organisations data on the "
        "current map, releases "
        "and editions from the workspace.\n\n"
        "Of several releases of one source and period the one that counts is marked. known says since when a release "
        "is "
        "known, known_by what tells: its published date, the date inside its zip, or the end of its period and "
        "the usual delay.",
    .example = "concord list measures --format csv",
    .options = options,
    .run = list_run,
};
