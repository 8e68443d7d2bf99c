/*
 * Tables of NHSRplotthedots: cases.csv and input.csv in; expected_points.csv, expected_summary.csv and
 * expected_icons.csv out. Sorting by date, facets, rebase dates, targets per facet and the checks of dates are input
 * handling, so they are done here; the chart itself is spc_xmr with the rule set plotthedots-0.2.2.
 */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char suite_name[] = "plotthedots";

/* One facet of one case, sorted by date, with our answer. */
typedef struct facet {
    const char *name;
    size_t count;
    date *dates;
    double *values;
    spc_point *points;
    spc_segment *segments;
    spc_summary summary;
    double target;
    int32_t first_group; /* 0, or 1 where the first row is itself a rebase */
    int32_t baseline;
} facet;

typedef struct outcome {
    facet *facets;
    size_t count;
    bool any_target, any_short;
    better way;
    error err; /* why we refuse; code STATUS_OK where we do not */
} outcome;

typedef struct dated_row {
    date day;
    double value;
    size_t row;
} dated_row;

static int by_date(const void *left, const void *right)
{
    const dated_row *a = left, *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* The part of "a=9;b=14" that is for this facet, or all of "9"; "" where nothing is. *named tells whether names are
 * used. */
static const char *for_facet(const char *cell, const char *name, char *out, size_t size, bool *named)
{
    *named = strchr(cell, '=') != NULL;
    out[0] = 0;
    if (!*named) {
        snprintf(out, size, "%s", cell_is_missing(cell) ? "" : cell);
        return out;
    }
    for (const char *at = cell; *at;) {
        const size_t length = strcspn(at, ";");
        const char *equals = memchr(at, '=', length);
        if (equals && (size_t)(equals - at) == strlen(name) && strncmp(at, name, strlen(name)) == 0) {
            snprintf(out, size, "%.*s", (int)(length - (size_t)(equals - at) - 1), equals + 1);
            return out;
        }
        at += length + (at[length] == ';');
    }
    return out;
}

/* Does "a=9;b=14" name a facet that the data have not? */
static bool names_unknown_facet(const char *cell, const facet *facets, size_t count)
{
    if (!strchr(cell, '='))
        return false;
    for (const char *at = cell; *at;) {
        const size_t length = strcspn(at, ";");
        const size_t name = strcspn(at, "=;");
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known = known || (strlen(facets[i].name) == name && strncmp(facets[i].name, at, name) == 0);
        if (!known)
            return true;
        at += length + (at[length] == ';');
    }
    return false;
}

static status read_facet(facet *f, const table *input, const size_t *rows, size_t count, error *err)
{
    dated_row *sorted = make_array(count, sizeof *sorted);
    status result = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        const char *day = table_get(input, rows[i], "date"), *value = table_get(input, rows[i], "value");
        bool bad = false;
        sorted[i].row = i;
        sorted[i].value = cell_number(value, &bad);
        if (bad)
            result = error_set(err, STATUS_REFUSED, "value %s is not a number", value);
        else if (!date_parse_loose(text_of(day), &sorted[i].day))
            result = error_set(err, STATUS_REFUSED, "date %s is not a date", day);
        if (result != STATUS_OK)
            goto out;
    }
    qsort(sorted, count, sizeof *sorted, by_date);
    f->count = count;
    f->dates = make_array(count, sizeof *f->dates);
    f->values = make_array(count, sizeof *f->values);
    f->points = make_array(count, sizeof *f->points);
    f->segments = make_array(count, sizeof *f->segments);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && sorted[i].day == sorted[i - 1].day) {
            char day[DATE_TEXT];
            date_format(sorted[i].day, day);
            result = error_set(err, STATUS_REFUSED, "date %s occurs more than once", day);
            goto out;
        }
        f->dates[i] = sorted[i].day;
        f->values[i] = sorted[i].value;
    }
out:
    free(sorted);
    return result;
}

/* Rebase dates (d|d|d) as indices; the first row is a segment start anyway, but shifts the peer's group numbers to 1.
 * */
static status find_rebases(facet *f, const char *list, size_t *rebases, size_t *count, error *err)
{
    *count = 0;
    f->first_group = 0;
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", list);
    bool *starts = make_array(f->count, sizeof *starts);
    char *rest = copy;
    status result = STATUS_OK;
    for (char *item; (item = strsep(&rest, "|")) != NULL;) {
        date day = DATE_NONE;
        if (!*item)
            continue;
        if (!date_parse_loose(text_of(item), &day)) {
            result = error_set(err, STATUS_REFUSED, "rebase %s is not a date", item);
            break;
        }
        for (size_t i = 0; i < f->count; i++)
            starts[i] = starts[i] || f->dates[i] == day;
    }
    for (size_t i = 0; i < f->count; i++)
        if (starts[i]) {
            rebases[(*count)++] = i;
            if (i == 0)
                f->first_group = 1;
        }
    free(starts);
    return result;
}

static status judge_facet(facet *f, const table *cases, size_t row, better way, error *err)
{
    char part[4096];
    bool named = false;
    f->target = cell_number(for_facet(table_get(cases, row, "target"), f->name, part, sizeof part, &named), NULL);
    size_t *rebases = make_array(f->count, sizeof *rebases);
    spc_options options = {
        .rules = spc_rules_find("plotthedots-0.2.2"), .better = way, .rebases = rebases, .target = f->target};
    options.no_screening = strcmp(table_get(cases, row, "screen_outliers"), "FALSE") == 0;
    const double baseline = table_number(cases, row, "fix_after_n_points");
    if (!isnan(baseline))
        options.baseline_points = baseline < 1 ? 1 : (int32_t)fmin(baseline, INT32_MAX);
    f->baseline = options.baseline_points;
    status result = find_rebases(f, for_facet(table_get(cases, row, "rebase"), f->name, part, sizeof part, &named),
                                 rebases, &options.rebase_count, err);
    if (result == STATUS_OK)
        result = spc_xmr(f->values, f->count, &options, f->points, f->segments, f->count, &f->summary, err);
    free(rebases);
    return result;
}

static outcome judge_case(const table *cases, size_t row, const table *input, const groups *by_facet,
                          const groups *by_case)
{
    outcome o = {0};
    const char *direction = table_get(cases, row, "improvement_direction");
    o.way = strcmp(direction, "decrease") == 0  ? BETTER_LOWER
            : strcmp(direction, "neutral") == 0 ? BETTER_NEITHER
                                                : BETTER_HIGHER;
    if (*direction && strcmp(direction, "increase") != 0 && o.way == BETTER_HIGHER)
        o.err.code = error_set(&o.err, STATUS_USAGE, "improvement direction %s is unknown", direction);
    const char *name = table_get(cases, row, "case");
    const size_t group = groups_find(by_case, name);
    if (group == SIZE_MAX) {
        if (o.err.code == STATUS_OK)
            o.err.code = error_set(&o.err, STATUS_REFUSED, "no data");
        return o;
    }
    const size_t in_case = by_case->starts[group + 1] - by_case->starts[group];
    o.facets = make_array(in_case, sizeof *o.facets);
    for (size_t g = 0; g < by_facet->count; g++) {
        const size_t first = by_facet->rows[by_facet->starts[g]];
        if (strcmp(table_get(input, first, "case"), name) != 0)
            continue;
        facet *f = &o.facets[o.count++];
        f->name = table_get(input, first, "facet");
        error err = {0};
        if (read_facet(f, input, by_facet->rows + by_facet->starts[g], by_facet->starts[g + 1] - by_facet->starts[g],
                       &err) != STATUS_OK &&
            o.err.code == STATUS_OK)
            o.err = err;
    }
    const char *target = table_get(cases, row, "target"), *rebase = table_get(cases, row, "rebase");
    if (o.err.code == STATUS_OK &&
        (names_unknown_facet(target, o.facets, o.count) || names_unknown_facet(rebase, o.facets, o.count)))
        o.err.code = error_set(&o.err, STATUS_USAGE, "target or rebase names an unknown facet");
    for (size_t i = 0; i < o.count && o.err.code == STATUS_OK; i++) {
        error err = {0};
        if (judge_facet(&o.facets[i], cases, row, o.way, &err) != STATUS_OK)
            o.err = err;
        o.any_target = o.any_target || !isnan(o.facets[i].target);
        for (size_t p = 0; p < o.facets[i].count; p++)
            o.any_short = o.any_short || o.facets[i].points[p].short_segment;
    }
    return o;
}

/* ---- our answers in the peer's words ---------------------------------------------------------------- */

static const char *type_word(const spc_point *p)
{
    const bool up = p->direction > 0;
    switch (p->rule) {
    case SPC_BEYOND_LIMITS: return up ? "Above UCL" : "Below LCL";
    case SPC_TREND: return up ? "7 Point Trend (Increasing)" : "7 Point Trend (Decreasing)";
    case SPC_TWO_OF_THREE: return up ? "2 in 3 Above CL" : "2 in 3 Below CL";
    case SPC_SHIFT: return up ? "7 Points Above CL" : "7 Points Below CL";
    case SPC_NONE: break;
    }
    return "Common Cause";
}

static const char *signal_word(spc_signal signal)
{
    switch (signal) {
    case SIGNAL_IMPROVEMENT: return "special_cause_improvement";
    case SIGNAL_CONCERN: return "special_cause_concern";
    case SIGNAL_HIGH: return "special_cause_neutral_high";
    case SIGNAL_LOW: return "special_cause_neutral_low";
    case SIGNAL_NONE:
    case SIGNAL_COMMON_CAUSE: break;
    }
    return "common_cause";
}

static const char *variation_file(spc_variation variation)
{
    static const char *const files[] = {"common_cause.svg",    "common_cause.svg", "improvement_high.svg",
                                        "improvement_low.svg", "concern_high.svg", "concern_low.svg",
                                        "neutral_high.svg",    "neutral_low.svg"};
    return files[variation];
}

/* A facet without a target is "inconsistent" in the peer where another facet has one. */
static spc_assurance facet_assurance(const outcome *o, const facet *f)
{
    if (!o->any_target || o->way == BETTER_NEITHER)
        return ASSURANCE_NONE;
    return f->summary.assurance == ASSURANCE_NONE ? ASSURANCE_HIT_AND_MISS : f->summary.assurance;
}

static const char *assurance_word(spc_assurance assurance, bool file)
{
    switch (assurance) {
    case ASSURANCE_PASS: return file ? "pass.svg" : "consistent_pass";
    case ASSURANCE_FAIL: return file ? "fail.svg" : "consistent_fail";
    case ASSURANCE_HIT_AND_MISS: return file ? "inconsistent.svg" : "inconsistent";
    case ASSURANCE_NONE: break;
    }
    return "NA";
}

/* ---- comparing -------------------------------------------------------------------------------------- */

static void compare_point(check *c, const table *t, size_t row, const facet *f, size_t i)
{
    const spc_point *p = &f->points[i];
    const size_t in_segment = i - f->segments[p->segment - 1].first;
    const bool in_baseline = f->baseline == 0 || in_segment < (size_t)f->baseline;
    const double y = f->values[i];
    const bool missing = isnan(y), no_limits = isnan(p->upper);
    char number[24];
    check_number(c, "y", table_get(t, row, "y"), y);
    snprintf(number, sizeof number, "%d", p->segment - 1 + f->first_group);
    check_text(c, "rebase_group", table_get(t, row, "rebase_group"), number);
    check_flag(c, "short_group_warning", table_get(t, row, "short_group_warning"), p->short_segment);
    check_number(c, "fix_y", table_get(t, row, "fix_y"), in_baseline ? y : NAN);
    check_number(c, "mean_col", table_get(t, row, "mean_col"), p->mean);
    check_number(c, "lpl", table_get(t, row, "lpl"), p->lower);
    check_number(c, "upl", table_get(t, row, "upl"), p->upper);
    const bool outside = p->fired & (SPC_FIRED_ABOVE | SPC_FIRED_BELOW);
    check_text(c, "outside_limits", table_get(t, row, "outside_limits"),
               missing || no_limits ? "NA"
               : outside            ? "TRUE"
                                    : "FALSE");
    check_text(c, "close_to_limits", table_get(t, row, "close_to_limits"),
               missing || no_limits ? "NA"
               : p->near            ? "TRUE"
                                    : "FALSE");
    snprintf(number, sizeof number, "%d", p->side);
    check_text(c, "relative_to_mean", table_get(t, row, "relative_to_mean"), missing || isnan(p->mean) ? "NA" : number);
    check_text(c, "special_cause_type", table_get(t, row, "special_cause_type"), type_word(p));
    check_flag(c, "special_cause_flag", table_get(t, row, "special_cause_flag"), p->rule != SPC_NONE);
    check_text(c, "point_type", table_get(t, row, "point_type"), signal_word(p->signal));
    check_number(c, "target", table_get(t, row, "target"), f->target);
}

static void compare_points(check *c, const table *t, const groups *rows, const outcome *o, const char *name)
{
    for (size_t k = 0; k < o->count; k++)
        for (size_t i = 0; i < o->facets[k].count; i++) {
            char key[1024], day[DATE_TEXT];
            date_format(o->facets[k].dates[i], day);
            snprintf(key, sizeof key, "%s|%s|%s", name, o->facets[k].name, day);
            const size_t g = groups_find(rows, key);
            if (g == SIZE_MAX)
                check_absent(c, key);
            else
                compare_point(c, t, rows->rows[rows->starts[g]], &o->facets[k], i);
        }
}

static void compare_segment(check *c, const table *t, size_t row, const outcome *o, const facet *f, size_t s)
{
    const spc_segment *segment = &f->segments[s];
    int64_t counts[6] = {0};
    for (size_t i = segment->first; i < segment->first + segment->count; i++)
        counts[f->points[i].signal]++;
    const spc_point *last = &f->points[segment->first + segment->count - 1];
    check_number(c, "mean_col", table_get(t, row, "mean_col"), segment->mean);
    check_number(c, "lpl", table_get(t, row, "lpl"), segment->lower);
    check_number(c, "upl", table_get(t, row, "upl"), segment->upper);
    check_number(c, "n", table_get(t, row, "n"), (double)segment->count);
    check_number(c, "common_cause", table_get(t, row, "common_cause"),
                 (double)(counts[SIGNAL_NONE] + counts[SIGNAL_COMMON_CAUSE]));
    check_number(c, "special_cause_improvement", table_get(t, row, "special_cause_improvement"),
                 (double)counts[SIGNAL_IMPROVEMENT]);
    check_number(c, "special_cause_concern", table_get(t, row, "special_cause_concern"),
                 (double)counts[SIGNAL_CONCERN]);
    check_text(c, "variation_type", table_get(t, row, "variation_type"), signal_word(last->signal));
    const bool is_last = s + 1 == f->summary.segments;
    check_text(c, "assurance_type", table_get(t, row, "assurance_type"),
               assurance_word(is_last ? facet_assurance(o, f) : ASSURANCE_NONE, false));
}

static void compare_summary(check *c, const table *t, const groups *rows, const outcome *o, const char *name)
{
    for (size_t k = 0; k < o->count; k++)
        for (size_t s = 0; s < o->facets[k].summary.segments; s++) {
            char key[1024];
            snprintf(key, sizeof key, "%s|%s|%zu", name, o->facets[k].name, s + (size_t)o->facets[k].first_group);
            const size_t g = groups_find(rows, key);
            if (g == SIZE_MAX)
                check_absent(c, key);
            else
                compare_segment(c, t, rows->rows[rows->starts[g]], o, &o->facets[k], s);
        }
}

static void compare_icons(check *c, const table *t, const groups *rows, const outcome *o, const char *name)
{
    for (size_t k = 0; k < o->count; k++) {
        const facet *f = &o->facets[k];
        char key[1024];
        snprintf(key, sizeof key, "%s|%s|variation", name, f->name);
        size_t g = groups_find(rows, key);
        if (g == SIZE_MAX)
            check_absent(c, key);
        else
            check_text(c, "variation", table_get(t, rows->rows[rows->starts[g]], "icon"),
                       variation_file(f->summary.variation));
        const spc_assurance assurance = facet_assurance(o, f);
        snprintf(key, sizeof key, "%s|%s|assurance", name, f->name);
        g = groups_find(rows, key);
        if ((g == SIZE_MAX) != (assurance == ASSURANCE_NONE))
            check_absent(c, key);
        else if (g != SIZE_MAX)
            check_text(c, "assurance", table_get(t, rows->rows[rows->starts[g]], "icon"),
                       assurance_word(assurance, true));
    }
}

/* Rows of an expected table that no case of ours made. */
static size_t rows_of_ours(const outcome *o, char kind)
{
    size_t rows = 0;
    for (size_t k = 0; k < o->count; k++)
        rows += kind == 'p'   ? o->facets[k].count
                : kind == 's' ? o->facets[k].summary.segments
                              : 1 + (facet_assurance(o, &o->facets[k]) != ASSURANCE_NONE);
    return rows;
}

/* What we do where the peer stopped: refuse for a like reason, or give a result that our documentation states. */
static void compare_stop(check *c, const char *peer_error, const outcome *o)
{
    char ours[700];
    const bool refused = o->err.code != STATUS_OK;
    if (refused)
        snprintf(ours, sizeof ours, "refused: %s", o->err.message);
    else
        snprintf(ours, sizeof ours, "documented result, %zu facet(s): missing values are never flagged and break runs",
                 o->count);
    /* The peer's only stop that is a defect is the one over missing values; every other reason must stop us too. */
    const bool must_refuse = strstr(peer_error, "missing value where TRUE/FALSE needed") == NULL;
    check_peer_stopped(c, peer_error, ours);
    check_text(c, "refused", must_refuse ? "TRUE" : "FALSE", refused ? "TRUE" : "FALSE");
}

static void free_outcome(outcome *o)
{
    for (size_t k = 0; k < o->count; k++) {
        free(o->facets[k].dates);
        free(o->facets[k].values);
        free(o->facets[k].points);
        free(o->facets[k].segments);
    }
    free(o->facets);
}

void suite_plotthedots(folder *f)
{
    table *cases = folder_table(f, "cases.csv", "case,improvement_direction,screen_outliers,peer_error");
    table *input = folder_table(f, "input.csv", "case,facet,date,value");
    if (!cases || !input)
        return;
    table *points = folder_table(f, "expected_points.csv", "case,f,x,special_cause_type");
    table *summary = folder_table(f, "expected_summary.csv", "case,f,rebase_group,variation_type");
    table *icons = folder_table(f, "expected_icons.csv", "case,f,type,icon");
    const groups by_case = groups_make(input, "case"), by_facet = groups_make(input, "case,facet");
    groups point_rows = {0}, summary_rows = {0}, icon_rows = {0};
    size_t points_met = 0, summaries_met = 0, icons_met = 0;
    check c = check_begin(suite_name, f, "cases.csv"), cp = check_begin(suite_name, f, "expected_points.csv");
    check cs = check_begin(suite_name, f, "expected_summary.csv"),
          ci = check_begin(suite_name, f, "expected_icons.csv");
    cases->claimed = input->claimed = true;
    if (points) {
        points->claimed = true;
        point_rows = groups_make(points, "case,f,x");
    }
    if (summary) {
        summary->claimed = true;
        summary_rows = groups_make(summary, "case,f,rebase_group");
    }
    if (icons) {
        icons->claimed = true;
        icon_rows = groups_make(icons, "case,f,type");
    }
    for (size_t row = 0; row < cases->rows; row++) {
        const char *name = table_get(cases, row, "case"), *peer_error = table_get(cases, row, "peer_error");
        outcome o = judge_case(cases, row, input, &by_facet, &by_case);
        check_case(&c, name);
        if (!cell_is_missing(peer_error)) {
            compare_stop(&c, peer_error, &o);
            free_outcome(&o);
            continue;
        }
        check_text(&c, "refused", "FALSE", o.err.code != STATUS_OK ? o.err.message : "FALSE");
        if (o.err.code == STATUS_OK) {
            if (table_column(cases, "short_group_warning_raised") != SIZE_MAX)
                check_flag(&c, "short_group_warning_raised", table_get(cases, row, "short_group_warning_raised"),
                           o.any_short);
            if (points) {
                check_case(&cp, name);
                compare_points(&cp, points, &point_rows, &o, name);
                points_met += rows_of_ours(&o, 'p');
            }
            if (summary) {
                check_case(&cs, name);
                compare_summary(&cs, summary, &summary_rows, &o, name);
                summaries_met += rows_of_ours(&o, 's');
            }
            if (icons) {
                check_case(&ci, name);
                compare_icons(&ci, icons, &icon_rows, &o, name);
                icons_met += rows_of_ours(&o, 'i');
            }
        }
        free_outcome(&o);
    }
    /* Every row of ours was looked up; a different number of theirs means rows that we did not make. */
    cp.this_case = cs.this_case = ci.this_case = "(all)";
    if (points && points_met != points->rows)
        check_absent(&cp, "number of rows");
    if (summary && summaries_met != summary->rows)
        check_absent(&cs, "number of rows");
    if (icons && icons_met != icons->rows)
        check_absent(&ci, "number of rows");
    check_end(&c);
    if (points)
        check_end(&cp);
    if (summary)
        check_end(&cs);
    if (icons)
        check_end(&ci);
}
