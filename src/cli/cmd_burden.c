/* concord burden: what is asked of a system, what of it is asked twice, and how few measures would tell most of it. */
#include "cli/as_of.h"
#include "cli/burden_regimes.h"
#include "cli/commands.h"
#include "cli/register_work.h"

#include "oversight/oversight.h"

#include <math.h>
#include <string.h>

#define THRESHOLD_USUAL 0.8
#define SHARE_USUAL     0.9

static double shown(double value, output_format format)
{
    return format == FORMAT_TABLE ? round(value * 100) / 100 : value;
}

/* ---- the parts -------------------------------------------------------------------------------------- */

static void hours_table(const register_run *r, const burden *b, table *t)
{
    static const table_column columns[] = {{"asked_by", "asked by", false, false},
                                           {"collections", NULL, true, false},
                                           {"hours", "hours a year", true, false}};
    (void)r;
    table_begin(t, columns, 3);
    for (size_t i = 0; i < b->asker_count; i++) {
        table_text(t, b->askers[i].name);
        table_int(t, (int64_t)b->askers[i].collections);
        table_number(t, b->askers[i].hours);
    }
    table_text(t, "all");
    table_int(t, (int64_t)b->collections);
    table_number(t, b->hours);
}

static void duplicates_table(const register_run *r, const burden *b, table *t)
{
    static const table_column columns[] = {
        {"measure", NULL, false, false},        {"frequency", NULL, false, false},
        {"collection", NULL, false, false},     {"asked_by", "asked by", false, false},
        {"hours", "hours a year", true, false}, {"legal_basis", "legal basis", false, false}};
    (void)r;
    table_begin(t, columns, 6);
    for (size_t i = 0; i < b->duplicate_count; i++)
        for (size_t k = 0; k < b->duplicates[i].count; k++) {
            const register_subject *s = b->duplicates[i].collections[k];
            table_text(t, b->duplicates[i].measure);
            table_text(t, b->duplicates[i].frequency);
            table_text(t, s->id);
            table_text(t, register_value(s, FIELD_ASKED_BY));
            table_number(t, register_value_number(s, FIELD_HOURS));
            table_text(t, register_value(s, FIELD_LEGAL_BASIS));
        }
}

static void alike_table(const register_run *r, const burden *b, table *t)
{
    static const table_column columns[] = {{"story", NULL, false, false},
                                           {"measure", NULL, false, false},
                                           {"with", NULL, false, false},
                                           {"correlation", NULL, true, false},
                                           {"figures", "pairs of figures", true, false}};
    table_begin(t, columns, 5);
    for (size_t i = 0; i < b->pair_count; i++) {
        const burden_pair *p = &b->pairs[i];
        table_text(t, b->measures[b->measures[p->a].group].id);
        table_text(t, b->measures[p->a].id);
        table_text(t, b->measures[p->b].id);
        table_number(t, shown(p->correlation, r->format));
        table_int(t, (int64_t)p->pairs);
    }
}

static void smallest_row(const register_run *r, const burden *b, const burden_measure *m, table *t)
{
    if (m->choice > 0)
        table_int(t, (int64_t)m->choice);
    else
        table_missing(t);
    table_text(t, m->id);
    table_text(t, m->domain[0] != 0 ? m->domain : NULL);
    table_int(t, (int64_t)m->targets);
    table_int(t, (int64_t)m->collections);
    table_int(t, (int64_t)m->figures);
    table_text(t, b->measures[m->group].id);
    table_number(t, shown(m->explained, r->format));
    table_bool(t, m->kept);
}

static void smallest_table(const register_run *r, const burden *b, table *t)
{
    static const table_column columns[] = {
        {"choice", NULL, true, false},        {"measure", NULL, false, false},
        {"domain", NULL, false, false},       {"targets", NULL, true, false},
        {"collections", NULL, true, false},   {"figures", NULL, true, false},
        {"story", NULL, false, false},        {"explained", "told so far", true, false},
        {"kept", "smallest set", false, true}};
    table_begin(t, columns, 9);
    for (size_t choice = 1; choice <= b->measure_count; choice++)
        for (size_t i = 0; i < b->measure_count; i++)
            if (b->measures[i].choice == choice)
                smallest_row(r, b, &b->measures[i], t);
    for (size_t i = 0; i < b->measure_count; i++)
        if (b->measures[i].choice == 0)
            smallest_row(r, b, &b->measures[i], t);
}

typedef void (*part_table)(const register_run *r, const burden *b, table *t);
static const struct {
    const char *name, *heading;
    part_table fill;
} parts[] = {
    {"hours", "Who asks, and how much work it is", hours_table},
    {"duplicates", "The same measure, as often, of the same organisations", duplicates_table},
    {"alike", "Measures that tell the same story", alike_table},
    {"smallest", "The smallest set of measures that tells most of it", smallest_table},
    {"regimes", "Which returns and reviews are asked of whom", NULL}, /* burden_regimes.h */
};
#define PARTS (sizeof parts / sizeof parts[0])

/* ---- what is said beside the tables ------------------------------------------------------------------- */

static void say_set(const register_run *r, const burden *b, const burden_options *o)
{
    if (b->compared == 0)
        say_note(r->cli,
                 "No two of the %zu measures have %d figures of the same organisations and months, so none could be "
                 "compared",
                 b->measure_count, BURDEN_PAIRS_LEAST);
    else
        (void)fprintf(r->cli->out,
                      "%zu of the %zu measures that can be compared tell %.0f%% of what all of them tell (asked for: "
                      "%.0f%%). %zu of %zu measures have too few figures to be compared.\n",
                      b->kept, b->compared, b->explained * 100, o->share * 100, b->measure_count - b->compared,
                      b->measure_count);
}

/* Mental health, community services and inequality must not fall out of sight. */
static void warn_grounds(const register_run *r, const burden *b)
{
    for (size_t i = 0; i < BURDEN_GROUNDS && b->measure_count > 0; i++) {
        const burden_ground *g = &b->grounds[i];
        if (g->asked == 0)
            say_note(r->cli, "warning: No target or collection has a measure of %s, which is protected ground",
                     g->name);
        else if (g->kept == 0 && b->compared > 0)
            say_note(r->cli,
                     "warning: The smallest set leaves %s, which is protected ground, without a measure: keep %s",
                     g->name, g->first_one);
    }
}

static status print_part(register_run *r, const burden *b, const burden_options *o, size_t part, error *err)
{
    table t = {0};
    status code = STATUS_OK;
    if (parts[part].fill != NULL)
        parts[part].fill(r, b, &t);
    else
        code = burden_regimes_table(r, o->organisation, &t, err);
    if (code == STATUS_OK)
        code = table_print(r->cli, &t, r->format, err);
    table_free(&t);
    return code;
}

static status print_all(register_run *r, const burden *b, const burden_options *o, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < PARTS && code == STATUS_OK; i++) {
        if (r->format == FORMAT_TABLE)
            (void)fprintf(r->cli->out, "%s%s\n", i > 0 ? "\n" : "", parts[i].heading);
        else
            (void)fprintf(r->cli->out, "%s\"%s\": ", i > 0 ? ", " : "{", parts[i].name);
        code = print_part(r, b, o, i, err);
    }
    if (r->format == FORMAT_JSON)
        (void)fprintf(r->cli->out, "}\n");
    return code;
}

/* ---- the command -------------------------------------------------------------------------------------- */

static status share_option(const register_run *r, const char *option, double usual, double *out, error *err)
{
    const char *given = register_option(r, option);
    *out = usual;
    status code = given == NULL ? STATUS_OK : option_number(option, given, out, err);
    if (code == STATUS_OK && !(*out > 0 && *out <= 1)) {
        code = error_set(err, STATUS_USAGE, "%s: %s is not between 0 and 1", option, given);
        error_hint(err, "0.8 means 80%%");
    }
    return code;
}

static status options_read(const register_run *r, burden_options *o, error *err)
{
    const char *whose = register_option(r, "--level");
    *o = (burden_options){.on = r->on, .organisation = register_option(r, "--organisation"), .level = "icb"};
    status code = share_option(r, "--threshold", THRESHOLD_USUAL, &o->threshold, err);
    if (code == STATUS_OK)
        code = share_option(r, "--share", SHARE_USUAL, &o->share, err);
    for (int i = 0; whose != NULL && code == STATUS_OK && i <= LEVEL_COUNT; i++) {
        if (i == LEVEL_COUNT) {
            code = error_set(err, STATUS_USAGE, "--level: there is no level '%s'", whose);
            error_hint(err, "Use england, region, icb, sub-icb or provider");
        } else if (strcmp(level_name((level)i), whose) == 0) {
            o->level = whose;
            break;
        }
    }
    return code;
}

static status weigh_run(register_run *r, error *err)
{
    burden_options o;
    burden b;
    edition *e = NULL;
    size_t part = PARTS;
    for (size_t i = 0; i < PARTS; i++)
        if (strcmp(parts[i].name, r->action->name) == 0)
            part = i;
    status code = options_read(r, &o, err);
    if (code == STATUS_OK && part == PARTS && r->format == FORMAT_CSV) {
        code = error_set(err, STATUS_USAGE, "A csv is one table");
        error_hint(err, "Name a part: concord burden hours|duplicates|alike|smallest|regimes");
    }
    if (code == STATUS_OK && o.organisation != NULL)
        code = register_organisation(r->cli, r->log, o.organisation, r->on, BODY_EVER, &o.organisation, err);
    if (code == STATUS_OK) {
        code = run_edition(r->cli, NULL, &e, err);
        if (code == STATUS_NOT_FOUND) { /* hours and repeats need no figures */
            say_note(r->cli, "There is no edition yet, so measures are not compared: concord edition makes one");
            code = STATUS_OK;
        }
    }
    int32_t who = o.organisation == NULL || e == NULL ? -1 : edition_find_org(e, o.organisation);
    if (who >= 0)
        o.organisation = e->orgs[who].code;
    if (code == STATUS_OK)
        code = burden_weigh(r->log, e, &o, &r->cli->memory, &b, err);
    if (code == STATUS_OK)
        code = part < PARTS ? print_part(r, &b, &o, part, err) : print_all(r, &b, &o, err);
    if (code == STATUS_OK && e != NULL && (part == PARTS || strcmp(r->action->name, "smallest") == 0)) {
        if (r->format == FORMAT_TABLE)
            say_set(r, &b, &o);
        (void)fflush(r->cli->out); /* in one order where both go to one place */
        warn_grounds(r, &b);
    }
    edition_close(e);
    return code;
}

static const char *const weigh_options[] = {"--organisation", "--level", "--threshold", "--share", "--on", NULL};
static const register_action actions[] = {
    {.name = "all", .places = {PLACE_NONE}, .run = weigh_run, .options = weigh_options},
    {.name = "hours", .places = {PLACE_NONE}, .run = weigh_run, .options = weigh_options},
    {.name = "duplicates", .places = {PLACE_NONE}, .run = weigh_run, .options = weigh_options},
    {.name = "alike", .places = {PLACE_NONE}, .run = weigh_run, .options = weigh_options},
    {.name = "smallest", .places = {PLACE_NONE}, .run = weigh_run, .options = weigh_options},
    {.name = "regimes", .places = {PLACE_NONE}, .run = weigh_run, .options = weigh_options},
    {0},
};

static const command_option options[] = {
    {"--organisation", "ORG", "What is asked of this organisation, and its figures; of anyone where not given."},
    {"--level", "icb|provider|region|sub-icb", "Whose figures are compared where no organisation is given: icb."},
    {"--threshold", "N", "Measures tell the same story from this rank correlation on: 0.8."},
    {"--share", "N", "The share of the variance that the smallest set is to tell: 0.9."},
    {"--on", "DATE", "The day on which collections stand: today where not given."},
    {"--as-of", "DATE",
     "As the register stood, and as figures were known, at the end of this day, which is then also --on."},
    {"--format", "table|csv|json", "How to print: a table (the default), csv or JSON."},
    {0},
};

static status burden_run(cli *c, const arguments *a, error *err)
{
    static const char *const all[] = {"all"};
    arguments as_action = *a;
    if (a->positional_count == 0) {
        as_action.positional = all;
        as_action.positional_count = 1;
    }
    return register_command_run(c, &as_action, actions, err);
}

const command command_burden = {
    .name = "burden",
    .takes = "[hours|duplicates|alike|smallest|regimes]",
    .at_most = 1,
    .summary = "What is asked of a system, what is asked twice, and how few measures would tell most of it.",
    .description =
        "From the register's data collections (concord collection) and targets in force: the hours a year by who asks; "
        "measures that several ask for as often, of the same organisations; measures whose figures rise and fall "
        "together (rank correlation over organisations and months of the newest edition); and the measures that "
        "together tell most of what all of them tell, chosen one after another by the variance that each explains.\n\n"
        "regimes says which returns and reviews are asked of whom, and how, in the usual regime and in a lighter one "
        "(High "
        "Accountability and Responsibility Partnerships): who is in which is what the register says (concord rating "
        "enter "
        "ORG --regime lighter-regime).\n\n"
        "Mental health, community services and inequality are protected ground: a set that leaves one of them without "
        "a measure says so.\n\n"
        "A correlation says that two measures could stand for each other, not that either of them is not needed: the "
        "people behind them may be others.",
    .example = "concord burden smallest --share 0.9",
    .options = options,
    .run = burden_run,
};
