/* concord oversight: organisations scored by a published framework, with every step, how sure the ranks are, and what would move them. */
#include "cli/as_of.h"
#include "cli/commands.h"
#include "cli/oversight_evidence.h"
#include "cli/oversight_published.h"

#include "publish/publish.h"

#include <math.h>
#include <string.h>

#define DRAWS_MOST   1000000
#define THREADS_MOST 64

static const command_option options[] = {
    {"--month", "PERIOD", "Values up to this month; the framework's whole year where not given."},
    {"--published", "FILE", "Compare with a published table: columns organisation, score, segment (any of the two)."},
    {"--compare", NULL,
     "Compare with the workspace's own published table, catalogue/frameworks/FRAMEWORK.published.csv."},
    {"--regimes", NULL, "Which returns and reviews are asked of whom; with ORG after the framework, of that one."},
    {"--as-of", "DATE", "Score what was known on that day: figures, and events of the register."},
    {"--draws", "N", "Simulated rankings for the intervals: 10000; 0 leaves them out."},
    {"--seed", "N", "Of the simulation: the same seed gives the same intervals."},
    {"--threads", "N", "One per core; the answer does not depend on it."},
    {"--format", "table|csv|json", "How to print: a table (the default), csv or JSON."},
    {0},
};

typedef struct request {
    oversight_options how;
    const char *published;
    bool compare, regimes;
    date known_on;
    output_format format;
} request;

static status read_number(const cli *c, const arguments *a, const char *option, int64_t usual, int64_t most,
                          int64_t *out, error *err)
{
    const char *given = argument(c->command, a, option);
    *out = usual;
    return given == NULL ? STATUS_OK : option_count(option, given, 0, most, out, err);
}

static status read_request(const cli *c, const arguments *a, request *r, error *err)
{
    int64_t draws = 0, seed = 0, threads = 0;
    const char *month = argument(c->command, a, "--month");
    *r = (request){.published = argument(c->command, a, "--published"),
                   .compare = argument(c->command, a, "--compare") != NULL,
                   .regimes = argument(c->command, a, "--regimes") != NULL};
    status code = format_parse(argument(c->command, a, "--format"), &r->format, err);
    if (code == STATUS_OK)
        code = option_as_of(c, a, &r->known_on, err);
    if (code == STATUS_OK && month != NULL)
        code = option_period("--month", month, &r->how.month, err);
    if (code == STATUS_OK)
        code = read_number(c, a, "--draws", OVERSIGHT_DRAWS, DRAWS_MOST, &draws, err);
    if (code == STATUS_OK)
        code = read_number(c, a, "--seed", OVERSIGHT_SEED, INT64_MAX, &seed, err);
    if (code == STATUS_OK)
        code = read_number(c, a, "--threads", 0, THREADS_MOST, &threads, err);
    r->how.draws = (uint32_t)draws;
    r->how.seed = (uint64_t)seed;
    r->how.threads = (unsigned)threads;
    r->how.confidence = OVERSIGHT_CONFIDENCE;
    return code;
}

/* ---- the list of frameworks -------------------------------------------------------------------------- */

static status list_frameworks(const cli *c, output_format format, error *err)
{
    static const table_column columns[] = {{"framework", NULL, false, false}, {"year", NULL, false, false},
                                           {"name", NULL, false, false},      {"metrics", NULL, true, false},
                                           {"measured", NULL, true, false},   {"statements", NULL, true, false},
                                           {"verified", NULL, false, true}};
    table t = {0};
    table_begin(&t, columns, 7);
    for (size_t i = 0; i < c->catalogue.framework_count; i++) {
        const framework *f = &c->catalogue.frameworks[i];
        int64_t measured = 0;
        for (size_t m = 0; m < f->metric_count; m++)
            measured += f->metrics[m].measure[0] != 0;
        table_text(&t, f->id);
        table_period(&t, f->year);
        table_text(&t, f->name);
        table_int(&t, (int64_t)f->metric_count);
        table_int(&t, measured);
        table_int(&t, (int64_t)f->statement_count);
        table_bool(&t, f->verified);
    }
    status code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}

static status framework_find(const cli *c, const char *id, const framework **out, error *err)
{
    *out = catalogue_framework(&c->catalogue, id);
    if (*out != NULL)
        return STATUS_OK;
    status code = error_set(err, STATUS_NOT_FOUND, "There is no framework '%s'", id);
    error_hint(err, "concord oversight lists them");
    return code;
}

/* ---- all organisations ------------------------------------------------------------------------------- */

static void segment_cell(table *t, int32_t segment)
{
    if (segment > 0)
        table_int(t, segment);
    else
        table_missing(t);
}

static status adjustments_cell(table *t, const framework *f, uint64_t adjusted, error *err)
{
    buffer b = {0};
    buffer_text(&b, "");
    for (size_t i = 0; i < f->adjustment_count; i++)
        if (adjusted >> i & 1)
            buffer_printf(&b, "%s%s", b.length > 0 ? "; " : "", f->adjustments[i].id);
    status code = buffer_status(&b, err);
    if (code == STATUS_OK)
        table_text(t, b.length > 0 ? b.data : NULL);
    buffer_free(&b);
    return code;
}

static status print_all(const cli *c, const oversight_result *r, output_format format, error *err)
{
    static const table_column columns[] = {
        {"group", NULL, false, false},
        {"organisation", NULL, false, false},
        {"name", NULL, false, false},
        {"metrics", NULL, true, false},
        {"average", NULL, true, false},
        {"rank", NULL, true, false},
        {"rank_lower", "from", true, false},
        {"rank_upper", "to", true, false},
        {"ranked", "of", true, false},
        {"segment_by_scores", "by scores", true, false},
        {"adjustments", NULL, false, false},
        {"segment", NULL, true, false},
        {"segment_share", "share of rankings in it", true, false},
    };
    const framework *f = r->framework;
    table t = {0};
    status code = STATUS_OK;
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < r->organisation_count && code == STATUS_OK; i++) {
        const oversight_organisation *o = &r->organisations[i];
        table_text(&t, f->group_count > 0 ? f->groups[o->group].id : NULL);
        table_text(&t, r->edition->orgs[o->org].code);
        table_text(&t, r->edition->orgs[o->org].name);
        table_int(&t, o->scored);
        table_number(&t, format == FORMAT_TABLE ? round(o->average * 100) / 100 : o->average);
        table_number(&t, o->rank);
        table_number(&t, o->rank_lower);
        table_number(&t, o->rank_upper);
        table_int(&t, o->ranked);
        segment_cell(&t, o->segment_by_scores);
        code = adjustments_cell(&t, f, o->adjusted, err);
        segment_cell(&t, o->segment);
        double share =
            o->segment_by_scores > 0 && !isnan(o->rank_lower) ? o->segment_share[o->segment_by_scores - 1] : NAN;
        table_number(&t, format == FORMAT_TABLE ? round(share * 100) / 100 : share);
    }
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}

/* ---- one organisation, step by step ------------------------------------------------------------------ */

static double shown(double value, output_format format)
{
    return format == FORMAT_TABLE ? round(value * 100) / 100 : value;
}

static status metric_row(table *t, const oversight_result *r, size_t at, size_t m, output_format format, error *err)
{
    const framework_metric *metric = &r->framework->metrics[m];
    const oversight_metric *v = &r->organisations[at].metrics[m];
    buffer step = {0};
    status code = oversight_step(r, at, m, &step, err);
    table_text(t, metric->id);
    table_text(t, metric->name);
    table_text(t, metric->measure[0] != 0 ? metric->measure : NULL);
    table_period(t, v->period);
    table_number(t, shown(v->value, format));
    table_text(t, code == STATUS_OK ? step.data : NULL);
    table_number(t, shown(v->score, format));
    table_number(t, metric->weight);
    segment_cell(t, v->segment_without);
    segment_cell(t, v->segment_doubled);
    table_number(t, v->can_move ? shown(v->needed_value, format) : NAN);
    if (v->can_move && v->needed_people > 0)
        table_int(t, v->needed_people);
    else
        table_missing(t);
    table_bool(t, metric->verified);
    buffer_free(&step);
    return code;
}

/* "NHS X: average 2.31 of 11 metrics, place 40 of 118 (95% of rankings: 35 to 47), segment 2." */
static void say_place(const cli *c, const oversight_result *r, const oversight_organisation *o)
{
    const framework *f = r->framework;
    (void)fprintf(c->out, "%s: %s", f->name, r->edition->orgs[o->org].name);
    if (isnan(o->average)) {
        (void)fprintf(c->out, " has no score: none of the metrics is reported.\n");
        return;
    }
    (void)fprintf(c->out, " averages %.2f over %d metrics, place %g of %d", o->average, (int)o->scored, o->rank,
                  (int)o->ranked);
    if (!isnan(o->rank_lower))
        (void)fprintf(c->out, " (in 95%% of simulated rankings %g to %g)", o->rank_lower, o->rank_upper);
    if (o->segment_by_scores == 0)
        (void)fprintf(c->out, ". No segment by its scores: the thresholds are not known.");
    else
        (void)fprintf(c->out, ". By its scores: segment %d.", (int)o->segment_by_scores);
    buffer words = {0};
    sentence_oversight_adjustments(f, o, &words);
    if (words.data != NULL && !words.failed)
        (void)fprintf(c->out, "%s It is in segment %d.", words.data, (int)o->segment);
    buffer_free(&words);
    if (o->segment_by_scores > 0 && !isnan(o->average_for_next))
        (void)fprintf(c->out, " For segment %d the average must %s %.4g.", (int)o->segment_by_scores - 1,
                      f->thresholds_known ? "be at most" : "be below", o->average_for_next);
    (void)fprintf(c->out, "\n");
}

/* The sentence of the pages. */
static status say_move(const cli *c, const oversight_result *r, const oversight_organisation *o, error *err)
{
    buffer words = {0};
    sentence_oversight_move(r, o, &words);
    status code = buffer_status(&words, err);
    if (code == STATUS_OK)
        (void)fprintf(c->out, "What would move it: %s\n", words.data);
    buffer_free(&words);
    return code;
}

static status print_one(const cli *c, const oversight_result *r, size_t at, output_format format, error *err)
{
    static const table_column columns[] = {
        {"metric", NULL, false, false},
        {"name", NULL, false, false},
        {"measure", NULL, false, false},
        {"period", NULL, false, false},
        {"value", NULL, true, false},
        {"step", NULL, false, false},
        {"score", NULL, true, false},
        {"weight", NULL, true, false},
        {"segment_without", "segment without", true, false},
        {"segment_doubled", "with double weight", true, false},
        {"value_for_next_segment", "needed alone", true, false},
        {"people_for_next_segment", "people", true, false},
        {"verified", NULL, false, true},
    };
    table t = {0};
    status code = STATUS_OK;
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t m = 0; m < r->framework->metric_count && code == STATUS_OK; m++)
        code = metric_row(&t, r, at, m, format, err);
    if (code == STATUS_OK && format == FORMAT_TABLE)
        say_place(c, r, &r->organisations[at]);
    if (code == STATUS_OK && format == FORMAT_TABLE)
        code = say_move(c, r, &r->organisations[at], err);
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}

static status find_organisation(const oversight_result *r, const char *given, size_t *out, error *err)
{
    int32_t who = edition_find_org(r->edition, given);
    for (*out = 0; who >= 0 && *out < r->organisation_count; ++*out)
        if (r->organisations[*out].org == who)
            return STATUS_OK;
    status code = STATUS_NOT_FOUND;
    if (who < 0) {
        code = error_set(err, STATUS_NOT_FOUND, "There is no organisation '%s' in this edition", given);
        error_hint(err, "concord list orgs lists them with their codes");
    } else {
        const edition_org *o = &r->edition->orgs[who];
        code = error_set(err, STATUS_NOT_FOUND, "Framework '%s' does not score %s (%s)", r->framework->id, o->name,
                         o->code);
        error_hint(err, "%s",
                   o->became[0] != 0
                       ? o->became
                       : "It scores other kinds of organisation, or this one reports none of its metrics");
    }
    return code;
}

/* ---- the command ------------------------------------------------------------------------------------- */

static status print_scores(cli *c, edition *e, const framework *f, const arguments *a, const request *r, error *err)
{
    oversight_result result;
    size_t at = 0;
    status code = oversight_evaluate(e, f, &r->how, &c->memory, &result, err);
    if (code != STATUS_OK)
        return code;
    if (result.organisation_count == 0) {
        code =
            error_set(err, STATUS_NOT_FOUND, "No organisation reports a metric of framework '%s' in its year", f->id);
        error_hint(err, "Give --month, or add the files of that year");
        return code;
    }
    if (!f->verified && r->format == FORMAT_TABLE)
        say_note(c, "Parts of framework '%s' are not verified: concord oversight %s ORG shows which", f->id, f->id);
    if (r->published != NULL || r->compare)
        return oversight_published_print(c, &result, r->published, r->format, err);
    if (a->positional_count < 2)
        return print_all(c, &result, r->format, err);
    code = find_organisation(&result, a->positional[1], &at, err);
    return code == STATUS_OK ? print_one(c, &result, at, r->format, err) : code;
}

/* The newest edition and the register; or both as they were known on a day. */
static status evidence_open(cli *c, request *r, edition **e, register_log **log, error *err)
{
    status code = r->known_on == DATE_NONE ? cli_edition(c, e, err) : edition_known(c, r->known_on, NULL, e, err);
    if (code == STATUS_OK)
        code = cli_register(c, log, err);
    if (code == STATUS_OK && *log != NULL && r->known_on != DATE_NONE)
        code = register_turn_back(c, r->known_on, log, err);
    if (code == STATUS_OK && *log != NULL)
        code = oversight_events(*log, &c->memory, &r->how.events, &r->how.event_count, err);
    return code;
}

/* The framework named, or with --regimes alone the one that has regimes. */
static status framework_named(const cli *c, const arguments *a, const request *r, const framework **out, error *err)
{
    if (a->positional_count > 0)
        return framework_find(c, a->positional[0], out, err);
    for (size_t i = 0; i < c->catalogue.framework_count; i++)
        if (r->regimes && c->catalogue.frameworks[i].regime_count > 0) {
            *out = &c->catalogue.frameworks[i];
            return STATUS_OK;
        }
    return error_set(err, STATUS_NOT_FOUND, "No framework of the catalogue has regimes");
}

static status oversight_run(cli *c, const arguments *a, error *err)
{
    request r;
    const framework *f = NULL;
    edition *e = NULL;
    register_log *log = NULL;
    const char *who = a->positional_count > 1 ? a->positional[1] : NULL;
    status code = read_request(c, a, &r, err);
    if (code == STATUS_OK && a->positional_count == 0 && !r.regimes) {
        status ignored = workspace_open(c, NULL); /* its own catalogue, where there is one */
        (void)ignored;
        code = cli_catalogue(c, err);
        return code == STATUS_OK ? list_frameworks(c, r.format, err) : code;
    }
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = cli_catalogue(c, err);
    if (code == STATUS_OK)
        code = framework_named(c, a, &r, &f, err);
    if (code == STATUS_OK && r.regimes && f->regime_count == 0) {
        code = error_set(err, STATUS_USAGE, "Framework '%s' has no regimes", f->id);
        error_hint(err, "Leave --regimes out, or name one that has: concord oversight lists them");
    }
    if (code == STATUS_OK && (f->regime_count == 0 || who != NULL))
        code = evidence_open(c, &r, &e, &log, err);
    if (code == STATUS_OK && f->regime_count > 0)
        code = oversight_regimes_print(c, e, f, who, &r.how, r.format, err);
    else if (code == STATUS_OK && f->statement_count > 0)
        code = oversight_evidence_print(c, e, f, who, log, r.format, err);
    else if (code == STATUS_OK)
        code = print_scores(c, e, f, a, &r, err);
    register_close(log);
    edition_close(e);
    return code;
}

const command command_oversight = {
    .name = "oversight",
    .takes = "[FRAMEWORK [ORG]]",
    .at_most = 2,
    .summary = "Score organisations by an oversight framework, and show every step.",
    .description =
        "Without a framework: those that there are. With one: every organisation that it scores, its average, its "
        "place "
        "with the places that chance alone would give, and its segment. With an organisation: each metric's value, how "
        "its score came about, what the "
        "segment would be without that metric or with twice its weight, and the value that would by itself move the "
        "organisation "
        "to the next better segment.\n\n"
        "Scores run from 1, the best, to 4. A metric that is not reported gets no score and is left out of the "
        "average. A "
        "framework that gathers evidence (the CQC's quality statements) shows the measures and the register's records "
        "(commitments, challenges, answers, priorities, partners, groups, reviews) under each statement.\n\n"
        "Regimes in the register (concord rating: deficit-support, recovery-support) adjust segments where the "
        "framework says so. A framework with regimes says which returns and reviews are asked of a system in the usual "
        "regime and in a lighter one.",
    .example = "concord oversight nhs-oversight-2025-26 RM1",
    .options = options,
    .run = oversight_run,
};
