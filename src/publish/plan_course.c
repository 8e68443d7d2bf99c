/* plan_course: central paths, and what luck and what is not known make of them. */
#include "publish/plan_course.h"

#include "publish/plan_lanes.h"
#include "stats/stats.h"

#include <math.h>
#include <string.h>

const course_assumption shared_assumptions[SHARED_ASSUMPTIONS] = {
    [SHARED_GROWTH] = {"Growth of new pathways", "a year",
                       "Example range; take it from your own referrals of the last three years", -0.015, 0, 0.03},
    [SHARED_TREATED] = {"Treatments against the plan", "every month",
                        "Example range; take it from how close earlier plans came", -0.03, 0, 0.03},
    [SHARED_LEAVING] = {"People who leave untreated", "every month",
                        "Example range around the rates of the published months", -0.2, 0, 0.2}};

const char course_variation_source[] = "Medians of 42 integrated care boards around their own trends, April 2021 to "
                                       "September 2022: NHS England, monthly referral to treatment flows";

#define LUCK_SEED     UINT64_C(20260401)
#define ASSUMPTIONS   (UINT64_C(1) << 20) /* first index of the draws of assumptions: months come before it */
#define MET_BY_A_HAIR 1e-9                /* the capacity that a target takes meets it to the last bits */

/* What is not known, as drawn or as assumed. */
typedef struct unknowns {
    double shared[SHARED_ASSUMPTIONS];
    const double *scenario; /* values of the scenario's assumptions; NULL: central */
    const double *growth;   /* [month] of the shared growth, where it is known already; NULL: worked out */
} unknowns;

/* One course being run; arrays are by month, or by band where they say so. */
typedef struct runner {
    const course_question *q;
    const scenario *scenario;
    const double *capacity; /* without a scenario */
    simulate_model model;   /* the list as scenario_apply takes it */
    simulate_list listed;
    scenario_place place;
    scenario_effect effect;
    double *base_referrals;                     /* before growth that is not known */
    double *referrals, *slots;                  /* of this run */
    double *removal, *opening, *within_weights; /* by band */
    double *stock;                              /* [month][band] */
    const simulate_validation *validations;
    size_t validation_count;
    arena scratch; /* of one application of the scenario */
} runner;

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
}

/* ---- one run --------------------------------------------------------------------------------------------- */

/* From validation to validation. treated [month][band] may be NULL. */
static void run(const runner *r, double *treated)
{
    const plan_list *list = r->q->list;
    const size_t periods = r->q->periods, bands = list->bands;
    flow_model model = plan_model_of(list, r->q->settings);
    model.removal_rate = r->removal;
    memcpy(r->opening, list->opening, bands * sizeof *r->opening);
    for (size_t from = 0, end; from < periods; from = end) {
        end = periods;
        for (size_t i = 0; i < r->validation_count; i++) {
            const simulate_validation *v = &r->validations[i];
            if (v->period == (int32_t)from)
                plan_validate(list, v, 1, r->opening);
            else if (v->period > (int32_t)from && (size_t)v->period < end)
                end = (size_t)v->period;
        }
        const flow_course c = {end - from, r->opening, r->referrals + from, r->slots + from};
        flow_project(&model, &c, r->stock + from * bands, treated == NULL ? NULL : treated + from * bands, NULL, NULL);
        memcpy(r->opening, r->stock + (end - 1) * bands, bands * sizeof *r->opening);
    }
}

static double month_growth(double a_year)
{
    return a_year == 0 ? 1 : pow(1 + a_year, 1. / 12);
}

/* Fills referrals, slots, removal and validations of a run. */
static status drive(runner *r, const unknowns *u, error *err)
{
    const plan_list *list = r->q->list;
    const size_t periods = r->q->periods;
    const double month = u->growth != NULL ? 1 : month_growth(u->shared[SHARED_GROWTH]);
    double growth = 1;
    for (size_t p = 0; p < periods; p++)
        r->referrals[p] = r->base_referrals[p] * (u->growth != NULL ? u->growth[p] : (growth *= month));
    for (size_t i = 0; i < list->bands; i++) {
        r->removal[i] = fmin(1, list->removal[i] * (1 + u->shared[SHARED_LEAVING]));
    }
    r->validation_count = 0;
    if (r->scenario == NULL) {
        memcpy(r->slots, r->capacity, periods * sizeof *r->slots);
    } else {
        simulate_model model;
        arena_reset(&r->scratch);
        r->listed.referrals = r->referrals;
        r->listed.slots = r->capacity;
        const scenario_base base = {&r->model, &r->place, list->last.first_month + 1};
        const status code = scenario_apply(r->scenario, &base, u->scenario, &r->scratch, &model, &r->effect, err);
        if (code != STATUS_OK)
            return code;
        const simulate_list *l = &model.lists[0];
        for (size_t p = 0; p < periods; p++) {
            const double away = l->independent_share == NULL ? 0 : fmin(1, fmax(0, l->independent_share[p]));
            r->referrals[p] = fmax(0, l->referrals[p]) * (1 - away);
            r->slots[p] = fmax(0, l->slots[p]);
        }
        r->validations = model.validations;
        r->validation_count = model.validation_count;
    }
    for (size_t p = 0; p < periods; p++)
        r->slots[p] *= 1 + u->shared[SHARED_TREATED];
    return STATUS_OK;
}

static status runner_begin(runner *r, const course_question *q, const double *capacity, const scenario *s, arena *a,
                           error *err)
{
    const size_t periods = q->periods, bands = q->list->bands;
    *r = (runner){.q = q, .scenario = s, .capacity = capacity};
    double **by_month[] = {&r->base_referrals, &r->referrals, &r->slots},
           **by_band[] = {&r->removal, &r->opening, &r->within_weights};
    for (size_t i = 0; i < sizeof by_month / sizeof *by_month; i++)
        if ((*by_month[i] = arena_array(a, periods, sizeof(double))) == NULL)
            return no_memory(err);
    for (size_t i = 0; i < sizeof by_band / sizeof *by_band; i++)
        if ((*by_band[i] = arena_array(a, bands, sizeof(double))) == NULL)
            return no_memory(err);
    r->stock = arena_array(a, periods * bands, sizeof *r->stock);
    int32_t *days = arena_array(a, periods, sizeof *days), *waiting = arena_array(a, SIMULATE_WEEKS, sizeof *waiting);
    if (r->stock == NULL || days == NULL || waiting == NULL)
        return no_memory(err);
    plan_referrals_fill(q->list, q->settings, periods, r->base_referrals);
    for (size_t i = 0; i < q->list->detail.count; i++) {
        const flow_piece *piece = &q->list->detail.pieces[i];
        r->within_weights[piece->band] += piece->share - plan_beyond(piece, q->settings->goal.weeks);
    }
    simulate_month_days(q->list->last.first_month + 1, (int32_t)periods, days);
    r->place = (scenario_place){q->list->code, q->list->treatment_function == NULL ? "" : q->list->treatment_function};
    r->listed = (simulate_list){.name = q->list->code, .waiting = waiting};
    r->model =
        (simulate_model){.periods = (int32_t)periods, .days = days, .lists = &r->listed, .list_count = 1, .reports = 1};
    return STATUS_OK;
}

/* ---- luck ------------------------------------------------------------------------------------------------ */

/* The triangle with its top at the central value. */
static double triangle(double low, double central, double high, double u)
{
    const double width = high - low;
    if (!(width > 0))
        return central;
    const double top = (central - low) / width;
    return u < top ? low + sqrt(u * width * (central - low)) : high - sqrt((1 - u) * width * (high - central));
}

static double uniform_draw(int64_t replication, size_t k)
{
    uint64_t bits[RANDOM_BLOCK];
    random_bits(LUCK_SEED, (uint64_t)replication, ASSUMPTIONS + k / RANDOM_BLOCK, 0, bits);
    return random_uniform_of(bits[k % RANDOM_BLOCK]);
}

static void unknowns_draw(const runner *r, size_t replication, double *values, unknowns *u)
{
    const course_luck *l = r->q->luck;
    memcpy(u->shared, l->shared + replication * SHARED_ASSUMPTIONS, sizeof u->shared);
    u->growth = l->growth + replication * l->periods;
    const size_t count = r->scenario == NULL ? 0 : r->scenario->assumption_count;
    for (size_t i = 0; i < count; i++) {
        const scenario_assumption *x = &r->scenario->assumptions[i];
        const double draw = i < COURSE_DRAWS ? l->uniform[replication * COURSE_DRAWS + i]
                                             : uniform_draw((int64_t)replication, SHARED_ASSUMPTIONS + i);
        values[i] = triangle(x->low, x->central, x->high, draw);
    }
    u->scenario = values;
}

/* Mean 1, the coefficient of variation given, never below 0. */
static double month_factor(double normal, double variation)
{
    const double variance = log(1 + variation * variation);
    return exp(sqrt(variance) * normal - variance / 2);
}

status course_luck_make(size_t replications, size_t periods, arena *a, course_luck *out, error *err)
{
    double *factors = arena_array(a, replications * periods + 1, 2 * sizeof *factors),
           *growth = arena_array(a, replications * periods + 1, sizeof *growth),
           *shared = arena_array(a, replications + 1, SHARED_ASSUMPTIONS * sizeof *shared),
           *uniform = arena_array(a, replications + 1, COURSE_DRAWS * sizeof *uniform);
    *out = (course_luck){replications, periods, factors, shared, growth, uniform};
    if (factors == NULL || growth == NULL || shared == NULL || uniform == NULL)
        return no_memory(err);
    for (size_t i = 0; i < replications; i++) {
        double *drawn = shared + i * SHARED_ASSUMPTIONS, grown = 1;
        for (size_t k = 0; k < SHARED_ASSUMPTIONS; k++) {
            const course_assumption *x = &shared_assumptions[k];
            drawn[k] = triangle(x->low, x->central, x->high, uniform_draw((int64_t)i, k));
        }
        for (size_t k = 0; k < COURSE_DRAWS; k++)
            uniform[i * COURSE_DRAWS + k] = uniform_draw((int64_t)i, SHARED_ASSUMPTIONS + k);
        const double month = month_growth(drawn[SHARED_GROWTH]);
        for (size_t p = 0; p < periods; p++) {
            double normals[RANDOM_BLOCK];
            random_normals(LUCK_SEED, (uint64_t)i, p, 0, normals);
            factors[(i * periods + p) * 2] = month_factor(normals[0], COURSE_REFERRAL_VARIATION);
            factors[(i * periods + p) * 2 + 1] = month_factor(normals[1], COURSE_TREATMENT_VARIATION);
            growth[i * periods + p] = grown *= month;
        }
    }
    return STATUS_OK;
}

static void months_vary(runner *r, size_t replication)
{
    const double *factors = r->q->luck->factors + replication * r->q->luck->periods * 2;
    for (size_t p = 0; p < r->q->periods; p++) {
        r->referrals[p] *= factors[p * 2];
        r->slots[p] *= factors[p * 2 + 1];
    }
}

/* waiting and within: [month][replication]. */
static status replicate(runner *r, arena *a, double *waiting, double *within, error *err)
{
    const size_t periods = r->q->periods, count = r->q->luck->replications;
    const flow_model model = plan_model_of(r->q->list, r->q->settings);
    double *values = arena_array(a, SCENARIO_ITEMS_MAXIMUM + 1, sizeof *values);
    plan_lanes lanes;
    status code = values == NULL ? no_memory(err) : plan_lanes_begin(&lanes, r->q->list, &model, periods, a, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        unknowns u = {0};
        unknowns_draw(r, i, values, &u);
        code = drive(r, &u, err);
        if (code != STATUS_OK)
            break;
        months_vary(r, i);
        code = plan_lanes_put(
            &lanes, &(lane_run){r->referrals, r->slots, r->removal, r->validations, r->validation_count}, a, err);
        if (code == STATUS_OK && (lanes.used == PLAN_LANES || i + 1 == count))
            plan_lanes_run(&lanes, r->within_weights, i + 1 - lanes.used, count, waiting, within);
    }
    return code;
}

static void likelihoods(const course_question *q, const double *within, course *out)
{
    const size_t count = q->luck->replications;
    for (size_t t = 0; t < q->target_count; t++) {
        int64_t met = 0;
        for (size_t i = 0; i < count; i++)
            met += within[q->targets[t].step * count + i] >= q->targets[t].level - MET_BY_A_HAIR;
        out->met[t] = answer_probability_of(met, (int64_t)count);
    }
}

static status luck(runner *r, arena *a, course *out, error *err)
{
    const size_t periods = r->q->periods, count = r->q->luck->replications;
    arena scratch = {0};
    double *waiting = arena_array(&scratch, periods * count, sizeof *waiting),
           *within = arena_array(&scratch, periods * count, sizeof *within);
    out->within = arena_array(a, periods, sizeof *out->within);
    out->waiting = arena_array(a, periods, sizeof *out->waiting);
    status code = waiting == NULL || within == NULL || out->within == NULL || out->waiting == NULL
                      ? no_memory(err)
                      : replicate(r, &scratch, waiting, within, err);
    if (code == STATUS_OK) {
        likelihoods(r->q, within, out);
        for (size_t p = r->scenario == NULL || r->q->every_month ? 0 : periods - 1; p < periods; p++) {
            const answer_range list = answer_range_of(waiting + p * count, count, COURSE_COVERAGE),
                               share = answer_range_of(within + p * count, count, COURSE_COVERAGE);
            out->waiting[p] = (course_range){list.low, list.high};
            out->within[p] = (course_range){share.low, share.high};
        }
    }
    arena_free(&scratch);
    return code;
}

/* ---- courses --------------------------------------------------------------------------------------------- */

static double sum_beside(const double *values, const double *others, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] - others[i];
    return sum;
}

static status central(runner *r, arena *a, course *out, error *err)
{
    const plan_list *list = r->q->list;
    const size_t periods = r->q->periods, bands = list->bands;
    const unknowns none = {{0}, NULL, NULL};
    out->referrals = arena_array(a, periods, sizeof *out->referrals);
    out->capacity = arena_array(a, periods, sizeof *out->capacity);
    out->figures = arena_array(a, periods, sizeof *out->figures);
    out->treated = arena_array(a, periods, sizeof *out->treated);
    double *treated = arena_array(a, periods * bands, sizeof *treated);
    if (out->referrals == NULL || out->capacity == NULL || out->figures == NULL || out->treated == NULL ||
        treated == NULL)
        return no_memory(err);
    const status code = drive(r, &none, err);
    if (code != STATUS_OK)
        return code;
    run(r, treated);
    memcpy(out->referrals, r->referrals, periods * sizeof *out->referrals);
    memcpy(out->capacity, r->slots, periods * sizeof *out->capacity);
    for (size_t p = 0; p < periods; p++) {
        out->figures[p] = plan_figures_of(list, r->q->settings, r->stock + p * bands);
        out->treated[p] = flow_total(treated + p * bands, bands);
    }
    out->extra_referrals = sum_beside(r->referrals, r->base_referrals, periods);
    out->cost = r->scenario != NULL && r->effect.has_cost ? r->effect.cost : NAN;
    return STATUS_OK;
}

static status course_run(const course_question *q, const double *capacity, const scenario *s, arena *a, course *out,
                         error *err)
{
    runner r;
    plan_settings as_now = *q->settings;
    as_now.capacity = NAN;
    as_now.capacity_change = 0;
    double *today = arena_array(a, q->periods, sizeof *today);
    status code = today == NULL ? no_memory(err) : runner_begin(&r, q, capacity == NULL ? today : capacity, s, a, err);
    if (code == STATUS_OK && q->luck != NULL && q->luck->periods < q->periods)
        code =
            error_set(err, STATUS_INTERNAL, "There is luck for %zu months, not for %zu", q->luck->periods, q->periods);
    if (code != STATUS_OK)
        return code;
    plan_capacity_fill(q->list, &as_now, q->periods, today);
    code = central(&r, a, out, err);
    if (code == STATUS_OK && q->luck != NULL)
        code = luck(&r, a, out, err);
    out->periods = q->periods;
    if (code == STATUS_OK)
        out->extra_treatments = sum_beside(out->capacity, today, q->periods);
    arena_free(&r.scratch);
    return code;
}

status course_make(const course_question *q, const double *capacity, arena *a, course *out, error *err)
{
    *out = (course){0};
    return course_run(q, capacity, NULL, a, out, err);
}

status course_of_scenario(const course_question *q, const scenario *s, arena *a, course *out, error *err)
{
    error own = {0};
    *out = (course){.id = s->id, .name = s->name, .scenario = s};
    const status code = course_run(q, NULL, s, a, out, &own);
    if (code == STATUS_REFUSED) {
        out->problem = arena_string(a, own.message);
        return out->problem == NULL ? no_memory(err) : STATUS_OK;
    }
    if (code != STATUS_OK && err != NULL)
        *err = own;
    return code;
}

status course_chance(const course_question *q, const double *capacity, size_t target, arena *a, double *out, error *err)
{
    runner r;
    arena scratch = {0};
    const size_t count = q->luck == NULL ? 0 : q->luck->replications, step = q->targets[target].step;
    size_t met = 0;
    *out = NAN;
    status code = runner_begin(&r, q, capacity, NULL, a, err);
    double *waiting = arena_array(&scratch, q->periods * count + 1, sizeof *waiting),
           *within = arena_array(&scratch, q->periods * count + 1, sizeof *within);
    if (code == STATUS_OK && (waiting == NULL || within == NULL))
        code = no_memory(err);
    if (code == STATUS_OK && count > 0)
        code = replicate(&r, &scratch, waiting, within, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        met += within[step * count + i] >= q->targets[target].level - MET_BY_A_HAIR;
    if (code == STATUS_OK && count > 0)
        *out = (double)met / (double)count;
    arena_free(&scratch);
    return code;
}

/* ---- which assumption matters most -------------------------------------------------------------------- */

static status end_share(runner *r, const unknowns *u, double *out, error *err)
{
    const plan_list *list = r->q->list;
    const status code = drive(r, u, err);
    if (code != STATUS_OK)
        return code;
    run(r, NULL);
    *out = plan_figures_of(list, r->q->settings, r->stock + (r->q->periods - 1) * list->bands).within_share;
    return STATUS_OK;
}

/* Widest first; a bar that changes nothing is left out. */
static void bar_put(course_bar *bars, size_t *count, const course_bar *b)
{
    const double width = fabs(b->high - b->low);
    if (!(width > 1e-6))
        return;
    size_t at = (*count)++;
    for (; at > 0 && fabs(bars[at - 1].high - bars[at - 1].low) < width; at--)
        bars[at] = bars[at - 1];
    bars[at] = *b;
}

static status shared_bars(runner *r, course_bar *bars, size_t *count, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < SHARED_ASSUMPTIONS && code == STATUS_OK; i++) {
        const course_assumption *x = &shared_assumptions[i];
        unknowns u = {0};
        course_bar b = {.name = x->name, .unit = x->unit, .low_value = x->low, .high_value = x->high};
        code = end_share(r, &u, &b.central, err);
        u.shared[i] = x->low;
        if (code == STATUS_OK)
            code = end_share(r, &u, &b.low, err);
        u.shared[i] = x->high;
        if (code == STATUS_OK)
            code = end_share(r, &u, &b.high, err);
        if (code == STATUS_OK)
            bar_put(bars, count, &b);
    }
    return code;
}

static status scenario_bars(runner *r, double *values, course_bar *bars, size_t *count, error *err)
{
    const scenario *s = r->scenario;
    const unknowns u = {{0}, values, NULL};
    status code = STATUS_OK;
    for (size_t i = 0; i < s->assumption_count; i++)
        values[i] = s->assumptions[i].central;
    for (size_t i = 0; i < s->assumption_count && code == STATUS_OK; i++) {
        const scenario_assumption *x = &s->assumptions[i];
        course_bar b = {
            .name = x->name, .unit = x->unit, .course = s->name, .low_value = x->low, .high_value = x->high};
        code = end_share(r, &u, &b.central, err);
        values[i] = x->low;
        if (code == STATUS_OK)
            code = end_share(r, &u, &b.low, err);
        values[i] = x->high;
        if (code == STATUS_OK)
            code = end_share(r, &u, &b.high, err);
        values[i] = x->central;
        if (code == STATUS_OK)
            bar_put(bars, count, &b);
    }
    return code;
}

status course_bars(const course_question *q, const course *courses, size_t count, arena *a, course_bar **out,
                   size_t *bar_count, error *err)
{
    size_t most = SHARED_ASSUMPTIONS;
    plan_settings as_now = *q->settings;
    as_now.capacity = NAN;
    as_now.capacity_change = 0;
    for (size_t i = 0; i < count; i++)
        most += courses[i].scenario == NULL ? 0 : courses[i].scenario->assumption_count;
    course_bar *bars = arena_array(a, most, sizeof *bars);
    double *today = arena_array(a, q->periods, sizeof *today), *values = arena_array(a, most, sizeof *values);
    if (bars == NULL || today == NULL || values == NULL)
        return no_memory(err);
    plan_capacity_fill(q->list, &as_now, q->periods, today);
    *out = bars;
    *bar_count = 0;
    runner r;
    status code = runner_begin(&r, q, today, NULL, a, err);
    if (code == STATUS_OK)
        code = shared_bars(&r, bars, bar_count, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        if (courses[i].scenario == NULL || courses[i].problem != NULL)
            continue;
        code = runner_begin(&r, q, today, courses[i].scenario, a, err);
        if (code == STATUS_OK)
            code = scenario_bars(&r, values, bars, bar_count, err);
        arena_free(&r.scratch);
    }
    return code;
}
