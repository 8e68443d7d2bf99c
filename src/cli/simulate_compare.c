/*
 * What concord plan compare prints: a table with a column for each scenario, or csv and JSON with a row for each figure.
 *
 * Every side has the same luck, so that a difference to the first is the scenarios', replication by replication.
 */
#include "cli/simulate_print.h"

#include <math.h>
#include <string.h>

static const simulate_measure flows[] = {SIMULATE_REFERRALS, SIMULATE_TREATED,  SIMULATE_REMOVED,
                                         SIMULATE_DIVERTED,  SIMULATE_MOVED_IN, SIMULATE_MOVED_OUT};
enum { FLOWS = sizeof flows / sizeof flows[0] };

/* A figure of one side. NaN: there is none. */
typedef struct compared {
    const char *part, *item;
    int32_t step; /* -1: all months */
    bool share;   /* written in per cent in a table */
    double expected, low, high, difference, difference_low, difference_high;
    answer_probability probability;
} compared;

static const compared nothing = {.step = -1,
                                 .expected = NAN,
                                 .low = NAN,
                                 .high = NAN,
                                 .difference = NAN,
                                 .difference_low = NAN,
                                 .difference_high = NAN,
                                 .probability = {NAN, NAN, NAN}};

typedef struct comparing {
    simulate_job *job;
    const char *what;
    double *scratch;
    simulate_target *targets;
    const char **target_names;
    size_t target_count;
} comparing;

static bool shows(const comparing *c, const char *part)
{
    return strcmp(c->what, "all") == 0 || strcmp(c->what, part) == 0;
}

static bool is_share(simulate_measure m)
{
    return m == SIMULATE_WITHIN_18_SHARE || m == SIMULATE_OVER_52_SHARE;
}

/* ---- targets of all scenarios ----------------------------------------------------------------------- */

static status targets_gather(comparing *c, error *err)
{
    const simulate_job *j = c->job;
    size_t most = 0;
    for (size_t s = 0; s < j->side_count; s++)
        most += j->sides[s].scenario == NULL ? 0 : j->sides[s].scenario->target_count;
    c->targets = arena_array(&c->job->memory, most + 1, sizeof *c->targets);
    c->target_names = arena_array(&c->job->memory, most + 1, sizeof *c->target_names);
    if (c->targets == NULL || c->target_names == NULL)
        return simulate_no_memory(err);
    status code = STATUS_OK;
    for (size_t s = 0; s < j->side_count; s++) {
        const scenario *from = j->sides[s].scenario;
        for (size_t i = 0; from != NULL && i < from->target_count && code == STATUS_OK; i++) {
            simulate_target t;
            code = scenario_target_of(from, i, &j->base, &t, err);
            size_t at = 0;
            while (code == STATUS_OK && at < c->target_count &&
                   !(c->targets[at].measure == t.measure && c->targets[at].at_least == t.at_least &&
                     c->targets[at].level == t.level && c->targets[at].step == t.step))
                at++;
            if (code != STATUS_OK || at < c->target_count)
                continue;
            c->target_names[c->target_count] = from->targets[i].name;
            c->targets[c->target_count++] = t;
        }
    }
    return code;
}

/* ---- the figures of a side and report --------------------------------------------------------------- */

static compared path_figure(const comparing *c, const simulate_side *side, int32_t report, simulate_measure m,
                            int32_t step)
{
    const simulate_job *j = c->job;
    const simulate_results *first = &j->sides[0].results, *here = &side->results;
    const bool sum = step < 0;
    const answer_range r = sum ? simulate_range_of_sum(here, report, m, j->coverage, c->scratch)
                               : simulate_range(here, report, step, m, j->coverage, c->scratch);
    const answer_range d = sum ? simulate_difference_of_sum(first, here, report, m, j->coverage, c->scratch)
                               : simulate_difference(first, here, report, step, m, j->coverage, c->scratch);
    compared f = nothing;
    f.part = sum ? "people" : "path";
    f.item = simulate_measure_name(m);
    f.step = step;
    f.share = is_share(m);
    f.expected = simulate_rounded(m, r.mean);
    f.low = simulate_rounded(m, r.low);
    f.high = simulate_rounded(m, r.high);
    if (side != &j->sides[0]) {
        f.difference = simulate_rounded(m, d.mean);
        f.difference_low = simulate_rounded(m, d.low);
        f.difference_high = simulate_rounded(m, d.high);
    }
    return f;
}

static compared plain_figure(const char *part, const char *item, double value)
{
    compared f = nothing;
    f.part = part;
    f.item = item;
    f.expected = value;
    return f;
}

/* Room for what figures_make makes. */
static size_t figures_most(const comparing *c, const simulate_side *side)
{
    const size_t periods = (size_t)c->job->base.model->periods;
    return c->job->measure_count * periods + c->target_count + FLOWS + 3 +
           (side->scenario == NULL ? 0 : side->scenario->assumption_count);
}

/* With `last_only` the path's last month alone. */
static status figures_make(comparing *c, const simulate_side *side, int32_t report, bool last_only, compared *out,
                           size_t *count, error *err)
{
    simulate_job *j = c->job;
    const int32_t periods = j->base.model->periods;
    size_t n = 0;
    for (size_t m = 0; shows(c, "path") && m < j->measure_count; m++)
        for (int32_t step = last_only ? periods - 1 : 0; step < periods; step++)
            out[n++] = path_figure(c, side, report, j->measures[m], step);
    for (size_t k = 0; shows(c, "targets") && k < c->target_count; k++) {
        compared f = path_figure(c, side, report, c->targets[k].measure, c->targets[k].step);
        f.part = "target";
        f.item = c->target_names[k];
        f.probability = simulate_probability(&side->results, report, &c->targets[k]);
        out[n++] = f;
    }
    for (size_t m = 0; shows(c, "people") && m < FLOWS; m++)
        out[n++] = path_figure(c, side, report, flows[m], -1);
    /* What a scenario adds is known of all lists together. */
    if (shows(c, "capacity") && report == j->base.model->reports) {
        out[n++] = plain_figure("capacity", "extra_slots", round(side->effect.extra_slots));
        out[n++] = plain_figure("capacity", "extra_referrals", round(side->effect.extra_referrals));
        out[n++] = plain_figure("capacity", "cost", side->effect.has_cost ? round(side->effect.cost) : NAN);
    }
    if (shows(c, "sensitivity") && report == j->base.model->reports && side->scenario != NULL) {
        simulate_target aim;
        tornado_bar *bars = NULL;
        size_t bar_count = 0;
        const status code = simulate_tornado(j, side, &aim, &bars, &bar_count, err);
        if (code != STATUS_OK)
            return code;
        for (size_t i = 0; i < bar_count; i++) {
            compared f = plain_figure("sensitivity", side->scenario->assumptions[bars[i].assumption].id,
                                      simulate_rounded(aim.measure, bars[i].central));
            f.step = aim.step;
            f.share = is_share(aim.measure);
            f.low = simulate_rounded(aim.measure, bars[i].low);
            f.high = simulate_rounded(aim.measure, bars[i].high);
            out[n++] = f;
        }
    }
    *count = n;
    return STATUS_OK;
}

/* ---- csv and JSON ------------------------------------------------------------------------------------ */

static void month_put(table *t, const simulate_job *j, int32_t step)
{
    if (step < 0)
        table_text(t, "all months");
    else
        table_period(t, (period){.kind = PERIOD_MONTH, .first_month = j->base.first_month + step, .months = 1});
}

static void row_put(const comparing *c, table *t, const char *report, const simulate_side *side, const compared *f)
{
    const scenario *s = side->scenario;
    table_text(t, report);
    table_text(t, side->name);
    if (s == NULL)
        table_missing(t);
    else
        table_int(t, s->version);
    table_text(t, f->part);
    table_text(t, f->item);
    month_put(t, c->job, f->step);
    table_number(t, f->expected);
    table_number(t, f->low);
    table_number(t, f->high);
    table_number(t, f->difference);
    table_number(t, f->difference_low);
    table_number(t, f->difference_high);
    table_number(t, f->probability.probability);
    table_number(t, isnan(f->probability.low) ? NAN : round(f->probability.low * 1000) / 1000);
    table_number(t, isnan(f->probability.high) ? NAN : round(f->probability.high * 1000) / 1000);
}

static status rows_print(comparing *c, error *err)
{
    static const table_column columns[] = {{"report", NULL, false, false},
                                           {"scenario", NULL, false, false},
                                           {"version", NULL, true, false},
                                           {"part", NULL, false, false},
                                           {"item", NULL, false, false},
                                           {"month", NULL, false, false},
                                           {"expected", NULL, true, false},
                                           {"low", NULL, true, false},
                                           {"high", NULL, true, false},
                                           {"difference", NULL, true, false},
                                           {"difference_low", NULL, true, false},
                                           {"difference_high", NULL, true, false},
                                           {"probability", NULL, true, false},
                                           {"probability_lower_95", NULL, true, false},
                                           {"probability_upper_95", NULL, true, false}};
    simulate_job *j = c->job;
    table t;
    status code = STATUS_OK;
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (int32_t i = 0; i < j->reports_shown && code == STATUS_OK; i++) {
        const int32_t report = simulate_report_at(j, i);
        for (size_t s = 0; s < j->side_count && code == STATUS_OK; s++) {
            size_t count = 0;
            compared *list = arena_array(&j->memory, figures_most(c, &j->sides[s]), sizeof *list);
            code = list == NULL ? simulate_no_memory(err)
                                : figures_make(c, &j->sides[s], report, false, list, &count, err);
            for (size_t k = 0; k < count && code == STATUS_OK; k++)
                row_put(c, &t, report < j->base.model->reports ? j->report_names[report] : "all", &j->sides[s],
                        &list[k]);
        }
    }
    if (code == STATUS_OK)
        code = table_print(j->cli, &t, j->format, err);
    table_free(&t);
    return code;
}

/* ---- a table side by side ---------------------------------------------------------------------------- */

static void number_words(double value, bool share, bool sign, buffer *out)
{
    char words[NUMBER_TEXT];
    if (isnan(value))
        return;
    if (sign && value > 0)
        buffer_char(out, '+');
    if (share)
        buffer_printf(out, "%.1f%%", value * 100);
    else if (fabs(value) < 100 && value != round(value))
        buffer_printf(out, "%.1f", value);
    else {
        number_grouped((int64_t)llround(value), words);
        buffer_text(out, words);
    }
}

/* "74.6% (72.3% to 77.4%)"; of a target its probability; of what is counted over all months the difference too. */
static void cell_words(const compared *f, buffer *out)
{
    buffer_clear(out);
    if (!isnan(f->probability.probability)) {
        buffer_printf(out, "%.0f%% likely", f->probability.probability * 100);
        return;
    }
    number_words(f->expected, f->share, false, out);
    if (strcmp(f->part, "people") == 0) {
        if (!isnan(f->difference) && f->difference != 0) {
            buffer_text(out, " (");
            number_words(f->difference, f->share, true, out);
            buffer_char(out, ')');
        }
    } else if (!isnan(f->low)) {
        buffer_text(out, " (");
        number_words(f->low, f->share, false, out);
        buffer_text(out, " to ");
        number_words(f->high, f->share, false, out);
        buffer_char(out, ')');
    }
}

static void heading_put(table *t, const char *report, const char *item, size_t sides)
{
    if (report != NULL)
        table_text(t, report);
    table_text(t, item);
    for (size_t i = 0; i <= sides; i++)
        table_text(t, "");
}

/* The k-th figure of a part among a side's, NULL past the end. */
static const compared *part_at(const compared *list, size_t count, const char *part, size_t k)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].part, part) == 0 && k-- == 0)
            return &list[i];
    return NULL;
}

/* A part's rows: the sides have the same items in the same order, but assumptions, which are each scenario's own. */
static void part_print(const comparing *c, table *t, const char *report, const char *part, const char *title,
                       compared *const *lists, const size_t *counts)
{
    const simulate_job *j = c->job;
    buffer words = {0};
    bool headed = false;
    for (size_t k = 0;; k++) {
        const compared *one = NULL;
        for (size_t s = 0; s < j->side_count && one == NULL; s++)
            one = part_at(lists[s], counts[s], part, k);
        if (one == NULL)
            break;
        if (!headed)
            heading_put(t, report, title, j->side_count);
        headed = true;
        const bool own = strcmp(part, "sensitivity") == 0;
        if (report != NULL)
            table_text(t, report);
        table_text(t, own ? "  " : arena_printf(&c->job->memory, "  %s", one->item));
        month_put(t, j, one->step);
        for (size_t s = 0; s < j->side_count; s++) {
            const compared *f = part_at(lists[s], counts[s], part, k);
            if (f == NULL) {
                table_text(t, "");
                continue;
            }
            cell_words(f, &words);
            table_text(t, own ? arena_printf(&c->job->memory, "%s: %s", f->item, words.data == NULL ? "" : words.data)
                              : words.data);
        }
    }
    buffer_free(&words);
}

static status columns_print(comparing *c, error *err)
{
    static const char *const parts[][2] = {{"path", "At the end"},
                                           {"target", "Targets"},
                                           {"people", "People, all months"},
                                           {"capacity", "What it adds"},
                                           {"sensitivity", "What matters most (low to high)"}};
    simulate_job *j = c->job;
    table_column columns[SIMULATE_SIDES_MAXIMUM + 3];
    size_t n = 0, counts[SIMULATE_SIDES_MAXIMUM];
    compared *lists[SIMULATE_SIDES_MAXIMUM];
    const bool with_report = j->reports_shown > 1;
    table t;
    status code = STATUS_OK;
    if (with_report)
        columns[n++] = (table_column){"report", NULL, false, false};
    columns[n++] = (table_column){"item", "", false, false};
    columns[n++] = (table_column){"month", NULL, false, false};
    for (size_t s = 0; s < j->side_count; s++)
        columns[n++] = (table_column){j->sides[s].name, NULL, true, false};
    table_begin(&t, columns, n);
    for (int32_t i = 0; i < j->reports_shown && code == STATUS_OK; i++) {
        const int32_t report = simulate_report_at(j, i);
        const char *name = !with_report ? NULL : report < j->base.model->reports ? j->report_names[report] : "all";
        for (size_t s = 0; s < j->side_count && code == STATUS_OK; s++) {
            lists[s] = arena_array(&j->memory, figures_most(c, &j->sides[s]), sizeof *lists[s]);
            code = lists[s] == NULL ? simulate_no_memory(err)
                                    : figures_make(c, &j->sides[s], report, true, lists[s], &counts[s], err);
        }
        for (size_t p = 0; p < sizeof parts / sizeof parts[0] && code == STATUS_OK; p++)
            part_print(c, &t, name, parts[p][0], parts[p][1], lists, counts);
    }
    if (code == STATUS_OK)
        code = table_print(j->cli, &t, FORMAT_TABLE, err);
    table_free(&t);
    return code;
}

status simulate_print_compare(simulate_job *j, const char *what, error *err)
{
    comparing c = {.job = j, .what = what, .scratch = simulate_scratch(j)};
    status code = c.scratch == NULL ? simulate_no_memory(err) : targets_gather(&c, err);
    if (code != STATUS_OK)
        return code;
    return j->format == FORMAT_TABLE ? columns_print(&c, err) : rows_print(&c, err);
}
