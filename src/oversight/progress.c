/* Targets of the register against the figures of an edition. */
#include "oversight/progress.h"

#include "stats/stats.h"

#include <math.h>
#include <string.h>

#define TREND_SIGNIFICANCE 0.05
#define CONFIDENCE         0.95

const char *progress_outlook_name(progress_outlook outlook)
{
    static const char *const names[OUTLOOK_COUNT] = {"", "met", "missed", "likely", "could go either way", "unlikely"};
    return (unsigned)outlook < OUTLOOK_COUNT ? names[outlook] : "";
}

/* ---- what is to be expected ------------------------------------------------------------------------- */

progress_forecast progress_expect(const double *values, size_t count, double mean, double lower, double upper,
                                  double asked, int32_t ahead, bool lower_is_better)
{
    progress_forecast f = {.expected = NAN, .lower = NAN, .upper = NAN};
    double work[PROGRESS_MONTHS_MOST * (PROGRESS_MONTHS_MOST - 1) / 2];
    trend_rank trend;
    if (count > PROGRESS_MONTHS_MOST) {
        values += count - PROGRESS_MONTHS_MOST;
        count = PROGRESS_MONTHS_MOST;
    }
    if (isnan(mean) || isnan(lower) || isnan(upper) || isnan(asked) || ahead < 0 ||
        trend_mann_kendall(values, count, CONFIDENCE, work, &trend, NULL) != STATUS_OK ||
        trend.n < PROGRESS_MONTHS_LEAST)
        return f;
    f.trend = trend.p < TREND_SIGNIFICANCE;
    f.expected = mean;
    f.lower = lower;
    f.upper = upper;
    if (f.trend) {
        double half = (upper - lower) / 2, last = trend.intercept + trend.slope * (double)(count - 1);
        f.slope = trend.slope;
        f.expected = last + trend.slope * ahead;
        f.lower = last + trend.slope_lower * ahead - half;
        f.upper = last + trend.slope_upper * ahead + half;
    }
    bool surely = lower_is_better ? f.upper <= asked : f.lower >= asked;
    bool hardly = lower_is_better ? f.lower > asked : f.upper < asked;
    f.outlook = surely ? OUTLOOK_LIKELY : hardly ? OUTLOOK_UNLIKELY : OUTLOOK_OPEN;
    return f;
}

/* ---- one target, one organisation ------------------------------------------------------------------- */

typedef struct progress_work {
    const register_log *r;
    edition *e;
    arena *a;
    target_progress *rows;
    size_t count, room;
} progress_work;

static bool usable(const edition_point *p)
{
    return !p->missing && !isnan(p->value);
}

static bool meets(double value, double asked, bool lower_is_better)
{
    return lower_is_better ? value <= asked : value >= asked;
}

/* How many more people within the standard (or fewer beyond it) the latest month would have taken; 0 where it is met. */
static int64_t people_short(const edition_measure *m, const edition_point *p, double asked, bool lower_is_better)
{
    if (isnan(asked) || meets(p->value, asked, lower_is_better))
        return 0;
    double now = edition_numerator(m, p);
    double then = strcmp(m->value_kind, "ratio") == 0 ? asked / m->scale * edition_denominator(m, p) : asked;
    return (int64_t)ceil(fabs(now - then) - 1e-9);
}

/* Measures of finance have pounds in their numerators. */
static bool counts_people(const edition_measure *m, const edition_point *p)
{
    return (m->domain == NULL || strcmp(m->domain, "finance") != 0) && p->has_numerator &&
           ((strcmp(m->value_kind, "ratio") == 0 && strcmp(m->unit, "percent") == 0 && p->has_denominator &&
             p->denominator > 0) ||
            strcmp(m->value_kind, "numerator") == 0);
}

static int32_t last_month(period p)
{
    return p.first_month + p.months - 1;
}

/* Values of whole months up to the last point, of the segment that it is in. */
static size_t segment_values(const edition_point *points, size_t last, double *values)
{
    size_t n = 0, first = last;
    while (first > 0 && last - first + 1 < PROGRESS_MONTHS_MOST &&
           (points[first - 1].segment == points[last].segment || !usable(&points[first - 1])))
        first--;
    for (size_t i = first; i <= last; i++)
        values[n++] = usable(&points[i]) && points[i].segment == points[last].segment ? points[i].value : NAN;
    return n;
}

static void look_ahead(target_progress *p, const edition_point *points, size_t last, bool lower_is_better)
{
    double values[PROGRESS_MONTHS_MOST];
    int32_t month = last_month(points[last].period);
    if (p->by.kind != PERIOD_NONE && month >= last_month(p->by)) {
        size_t at = last;
        while (at > 0 && last_month(points[at].period) > last_month(p->by))
            at--;
        if (last_month(points[at].period) == last_month(p->by) && usable(&points[at]))
            p->outlook = meets(points[at].value, p->level, lower_is_better) ? OUTLOOK_MET : OUTLOOK_MISSED;
        return;
    }
    if (p->by.kind == PERIOD_NONE || points[last].segment == 0 || points[last].period.months != 1)
        return;
    size_t n = segment_values(points, last, values);
    p->forecast = progress_expect(values, n, points[last].mean, points[last].lower, points[last].upper, p->level,
                                  last_month(p->by) - month, lower_is_better);
    p->outlook = p->forecast.outlook;
}

static double level_in_the_end(const register_subject *s, period by)
{
    double given = register_value_number(s, FIELD_LEVEL);
    return isnan(given) && by.kind != PERIOD_NONE ? register_target_level(s, by) : given;
}

static status measure_up(progress_work *w, target_progress *p, error *err)
{
    const char *breakdown = register_value(p->target, FIELD_BREAKDOWN);
    int32_t which = breakdown == NULL ? -1 : edition_find_breakdown(w->e, breakdown);
    const edition_series *s = p->measure < 0 || p->org < 0 || (breakdown != NULL && which < 0)
                                  ? NULL
                                  : edition_find_series(w->e, p->measure, p->org, which, GEOGRAPHY_CURRENT);
    const edition_point *points = NULL;
    size_t count = 0;
    p->note = p->org < 0       ? "the edition does not know the organisation"
              : p->measure < 0 ? "the edition has no figures of the measure"
              : s == NULL      ? "the organisation reports no figures of the measure"
                               : "";
    status code = s == NULL ? STATUS_OK : edition_points(w->e, s, w->a, &points, &count, err);
    while (count > 0 && !usable(&points[count - 1]))
        count--;
    if (code != STATUS_OK || count == 0)
        return code;
    const edition_measure *m = &w->e->measures[p->measure];
    const edition_point *latest = &points[count - 1];
    bool lower = m->better == BETTER_LOWER;
    int32_t month = last_month(latest->period);
    p->month = latest->period;
    p->value = latest->value;
    if (m->better == BETTER_NEITHER) {
        p->note = "the measure is better neither way, so no figure meets or misses a level";
        return STATUS_OK;
    }
    p->assurance = s->assurance;
    /* A level without a way there asks nothing of the months before. */
    if (register_value(p->target, FIELD_TRAJECTORY) != NULL || p->by.kind == PERIOD_NONE || month >= last_month(p->by))
        p->due = register_target_level(p->target, period_month(month / 12, month % 12 + 1));
    p->on_trajectory_known = !isnan(p->due);
    p->on_trajectory = p->on_trajectory_known && meets(p->value, p->due, lower);
    p->short_of_due = lower ? p->value - p->due : p->due - p->value;
    p->short_of_end = lower ? p->value - p->level : p->level - p->value;
    p->people_known = counts_people(m, latest);
    if (p->people_known) {
        p->people_short_of_due = people_short(m, latest, p->due, lower);
        p->people_short_of_end = people_short(m, latest, p->level, lower);
    }
    look_ahead(p, points, count - 1, lower);
    return STATUS_OK;
}

static status add_row(progress_work *w, const register_subject *s, const char *code, error *err)
{
    const char *now = register_successor_of(w->r, code), *by = register_value(s, FIELD_BY);
    for (size_t i = 0; i < w->count; i++) /* two of whom the target speaks have become one */
        if (w->rows[i].target == s && strcmp(w->rows[i].organisation, now) == 0)
            return STATUS_OK;
    if (w->count == w->room) {
        size_t room = w->room * 2 + 16;
        target_progress *rows = arena_array(w->a, room, sizeof *rows);
        if (rows == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the targets");
        if (w->count > 0)
            memcpy(rows, w->rows, w->count * sizeof *rows);
        w->rows = rows;
        w->room = room;
    }
    target_progress *p = &w->rows[w->count++];
    *p = (target_progress){.target = s,
                           .organisation = now,
                           .org = edition_find_org(w->e, now),
                           .measure = edition_find_measure(w->e, register_value(s, FIELD_MEASURE)),
                           .value = NAN,
                           .due = NAN,
                           .short_of_due = NAN,
                           .short_of_end = NAN,
                           .forecast = {.expected = NAN, .lower = NAN, .upper = NAN},
                           .assurance = "",
                           .note = ""};
    if (by != NULL && !period_parse(text_of(by), &p->by))
        p->by = (period){0};
    p->level = level_in_the_end(s, p->by);
    return measure_up(w, p, err);
}

/* ---- all of them ------------------------------------------------------------------------------------ */

static status word_copy(progress_work *w, text word, const char **out, error *err)
{
    *out = arena_copy(w->a, word.at, word.length);
    return *out == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory for the targets") : STATUS_OK;
}

static status list_names(progress_work *w, const char *list, const char *organisation, bool *found, error *err)
{
    text word;
    const char *code = NULL;
    status done = STATUS_OK;
    while (!*found && done == STATUS_OK && register_list_next(&list, &word)) {
        done = word_copy(w, word, &code, err);
        *found = done == STATUS_OK && strcmp(register_successor_of(w->r, code), organisation) == 0;
    }
    return done;
}

/* A national target of the catalogue says for whom it is: a trust is not held to the level of boards. */
static bool is_for(const progress_work *w, const register_subject *s, const char *organisation)
{
    const int32_t who = edition_find_org(w->e, organisation);
    for (size_t i = 0; i < w->e->target_count && who >= 0; i++)
        if (strcmp(w->e->targets[i].id, s->id) == 0) {
            const edition_org *o = &w->e->orgs[who];
            const size_t length = strlen(o->level);
            bool named = o->kind == ORG_GROUP; /* its members may be of any level */
            for (const char *at = w->e->targets[i].levels; !named && *at != 0; at += strcspn(at, " ")) {
                at += strspn(at, " ");
                named = strcspn(at, " ") == length && strncmp(at, o->level, length) == 0;
            }
            if (named)
                return true;
            return false;
        }
    return true;
}

static status rows_of(progress_work *w, const register_subject *s, const char *organisation, error *err)
{
    const char *list = register_value(s, FIELD_ORGANISATIONS), *tier = register_value(s, FIELD_TIER), *code = NULL;
    status done = STATUS_OK;
    text word;
    if (organisation != NULL) {
        const bool national = tier != NULL && strcmp(tier, "national") == 0;
        bool named = false, shares = strcmp(register_successor_of(w->r, s->owner), organisation) == 0;
        done = list_names(w, list, organisation, &named, err);
        if (done == STATUS_OK)
            done = list_names(w, register_value(s, FIELD_PARTNERS), organisation, &shares, err);
        if (done == STATUS_OK && (named || (national && is_for(w, s, organisation))))
            return add_row(w, s, organisation, err);
        if (done != STATUS_OK || !shares)
            return done; /* else it stands by what others are to reach: those whom the target names, or its owner */
    }
    if (list == NULL || list[0] == 0)
        return add_row(w, s, s->owner, err);
    while (done == STATUS_OK && register_list_next(&list, &word)) {
        done = word_copy(w, word, &code, err);
        if (done == STATUS_OK)
            done = add_row(w, s, code, err);
    }
    return done;
}

status progress_of_targets(const register_log *r, edition *e, const char *id, const char *organisation, arena *a,
                           const target_progress **out, size_t *count, error *err)
{
    progress_work w = {.r = r, .e = e, .a = a};
    status code = STATUS_OK;
    *out = NULL;
    *count = 0;
    if (id != NULL && register_find(r, REGISTER_TARGET, id) == NULL)
        return error_set(err, STATUS_NOT_FOUND, "There is no target or priority '%s' in the register", id);
    if (organisation != NULL) {
        int32_t who = edition_find_org(e, organisation);
        if (who < 0)
            return error_set(err, STATUS_NOT_FOUND, "There is no organisation '%s' in this edition", organisation);
        organisation = register_successor_of(r, e->orgs[who].code);
    }
    for (size_t i = 0; i < register_count(r, REGISTER_TARGET) && code == STATUS_OK; i++) {
        const register_subject *s = register_at(r, REGISTER_TARGET, i);
        if (id != NULL ? strcmp(s->id, id) == 0 : register_target_in_force(s))
            code = rows_of(&w, s, organisation, err);
    }
    *out = w.rows;
    *count = w.count;
    return code;
}
