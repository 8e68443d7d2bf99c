/* Scenarios: what each lever does to the arrays, complaints with lines, answers (ranges, probabilities, capacity needed, tornado, back-test). */
#include "plan/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MONTHS = 12, LISTS = 4, FIRST = 2026 * 12 + 3 };

static const scenario_place places[LISTS] = {{"RAA", "C_110"}, {"RAA", "C_130"}, {"RBB", "C_110"}, {"RBB", "C_130"}};
static double referrals[MONTHS], slots[MONTHS], admitted[MONTHS], removals[MONTHS];
static int32_t waiting[SIMULATE_WEEKS], days[MONTHS];
static simulate_list lists[LISTS];
static simulate_model model;

static scenario_base base_make(void)
{
    for (int p = 0; p < MONTHS; p++) {
        referrals[p] = 100;
        slots[p] = 90;
        admitted[p] = 30;
        removals[p] = 0.02;
    }
    for (int w = 0; w < 40; w++)
        waiting[w] = 15;
    simulate_month_days(FIRST, MONTHS, days);
    for (int i = 0; i < LISTS; i++)
        lists[i] = (simulate_list){.name = "list",
                                   .referrals = referrals,
                                   .slots = slots,
                                   .removal_rate = removals,
                                   .waiting = waiting,
                                   .not_attended_share = 0.1,
                                   .report = i / 2};
    lists[3].admitted_slots = admitted;
    lists[3].admitted_share = 0.3;
    model = (simulate_model){.start = date_of(2026, 4, 1),
                             .periods = MONTHS,
                             .days = days,
                             .lists = lists,
                             .list_count = LISTS,
                             .reports = 2,
                             .seed = 4};
    return (scenario_base){.model = &model, .places = places, .first_month = FIRST};
}

#define HEAD                                                                                                           \
    "scenario: test\nversion: 2\nname: A test\nassumptions:\n"                                                         \
    "  - {id: a, name: A, source: S, unit: share, low: 0.1, central: 0.2, high: 0.3}\n"                                \
    "  - {id: b, name: B, source: S, unit: number, low: 2, central: 4, high: 6}\n"                                     \
    "  - {id: c, name: C, source: S, unit: pounds, low: 100, central: 100, high: 100}\n"                               \
    "  - {id: d, name: D, source: S, unit: weeks, low: 10, central: 18, high: 26}\n"

static scenario parse(const char *yaml, arena *a)
{
    scenario s;
    problems list = {0};
    error err = {0};
    if (scenario_parse(yaml, strlen(yaml), "test.yaml", a, &s, &list, &err) != STATUS_OK)
        fail_msg("line %d: %s", (int)err.row, err.message);
    problems_free(&list);
    return s;
}

static simulate_model apply(const char *levers, arena *a, scenario_effect *effect)
{
    const scenario_base base = base_make();
    char yaml[4000];
    (void)snprintf(yaml, sizeof yaml, HEAD "levers:\n%s", levers);
    const scenario s = parse(yaml, a);
    simulate_model out;
    error err = {0};
    if (scenario_apply(&s, &base, NULL, a, &out, effect, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    if (simulate_check(&out, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return out;
}

static void near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * (1 + fabs(b))))
        fail_msg("%.12g is not %.12g", a, b);
}

static void levers_do_what_they_say(void **state)
{
    (void)state;
    arena a = {0};
    scenario_effect e;
    simulate_model m = apply(
        "  - {kind: demand-growth, from: 2026-06, to: 2026-11, use: {share_a_year: a}, lists: {provider: [RAA]}}\n", &a,
        &e);
    near(m.lists[0].referrals[1], 100);
    near(m.lists[0].referrals[2], 100 * pow(1.2, 1 / 12.0));
    near(m.lists[0].referrals[11], 100 * pow(1.2, 6 / 12.0)); /* what has grown stays */
    near(m.lists[2].referrals[11], 100);
    m = apply("  - {kind: demand-change, to: 2026-04, use: {share: a}}\n", &a, &e);
    near(m.lists[3].referrals[0], 120);
    near(m.lists[3].referrals[1], 100);
    near(e.extra_referrals, 80);
    m = apply("  - {kind: extra-sessions, from: 2027-03, use: {sessions: b, patients_per_session: b, cost_per_session: "
              "c}, lists: {treatment_function: [C_130]}}\n",
              &a, &e);
    near(m.lists[1].slots[11], 90 + 16 * 90 / 210.0);
    near(m.lists[3].admitted_slots[11], 30 + 16 * 30 / 210.0);
    near(e.extra_slots, 16);
    near(e.cost, 400);
    m = apply("  - {kind: extra-sessions, stage: admitted, use: {sessions: b, patients_per_session: b}, lists: "
              "{provider: [RBB], treatment_function: [C_130]}}\n",
              &a, &e);
    near(m.lists[3].admitted_slots[5], 46);
    near(m.lists[3].slots[5], 90);
    assert_false(e.has_cost);
    m = apply("  - {kind: capacity-change, use: {share: a, cost_per_patient: c}, lists: {provider: [RAA], "
              "treatment_function: [C_110]}}\n",
              &a, &e);
    near(m.lists[0].slots[3], 108);
    near(e.cost, 100 * 18 * 12);
    m = apply("  - {kind: commissioner-cut, use: {bought_share: a, cut_share: a}}\n", &a, &e);
    near(m.lists[2].slots[0], 90 * 0.96);
    m = apply("  - {kind: strike, from: 2026-07, to: 2026-07, use: {share_lost: a}}\n", &a, &e);
    near(m.lists[2].slots[3], 72);
    near(m.lists[2].slots[4], 90);
    m = apply(
        "  - {kind: follow-up-reduction, use: {reduction_share: a, follow_ups_per_first: b, converted_share: a}}\n", &a,
        &e);
    near(m.lists[3].slots[0], 90 * 1.16);
    near(m.lists[3].admitted_slots[0], 30);
    m = apply("  - {kind: non-attendance, use: {share: a}}\n", &a, &e);
    near(m.lists[1].not_attended_share, 0.12);
    m = apply("  - {kind: independent-sector, use: {share: a, patients: b, cost_per_patient: c}}\n", &a, &e);
    near(m.lists[1].independent_share[7], 0.04);
    near(e.cost, 4 * 12 * 4 * 100);
    m = apply("  - {kind: validation, from: 2026-05, to: 2026-06, use: {share: a, minimum_weeks: d}, lists: {provider: "
              "[RBB, RAA]}}\n",
              &a, &e);
    assert_int_equal(m.validation_count, 8);
    assert_int_equal(m.validations[1].list, 0);
    assert_int_equal(m.validations[1].period, 2);
    assert_int_equal(m.validations[0].minimum_weeks, 18);
    m = apply("  - {kind: mutual-aid, to_provider: RBB, use: {patients: b, accept_share: a, minimum_weeks: d}}\n", &a,
              &e);
    assert_int_equal(m.transfer_count, 2);
    assert_int_equal(m.transfers[1].from, 1);
    assert_int_equal(m.transfers[1].to, 3);
    assert_true(m.lists[0].together > 0 && m.lists[0].together == m.lists[2].together &&
                m.lists[0].together != m.lists[1].together);
    /* The base is as it was. */
    near(lists[0].slots[3], 90);
    assert_int_equal(lists[0].together, 0);
    arena_free(&a);
}

static void complains(const char *yaml, int line, const char *words)
{
    arena a = {0};
    scenario s;
    problems list = {0};
    error err = {0};
    assert_int_equal(scenario_parse(yaml, strlen(yaml), "test.yaml", &a, &s, &list, &err), STATUS_REFUSED);
    bool found = false;
    for (size_t i = 0; i < list.count; i++)
        found = found || (list.items[i].row == line && strstr(list.items[i].message, words) != NULL);
    if (!found)
        fail_msg("no complaint '%s' of line %d; first: line %d %s", words, line, (int)err.row, err.message);
    problems_free(&list);
    arena_free(&a);
}

static void bad_scenarios_are_told_with_their_lines(void **state)
{
    (void)state;
    complains("", 1, "no scenario");
    complains("- a\n", 1, "mapping");
    complains("scenario: x\n\tname: y\n", 2, "not YAML");
    complains("scenario: &a x\nname: *a\n", 2, "References");
    static char deep[100001];
    memset(deep, '[', 100000);
    complains(deep, 1, "nested more than 16 deep");
    complains(HEAD "levers:\n  - kind: more-money\n    use: {share: a}\n", 10, "There is no lever 'more-money'");
    complains(HEAD "levers:\n  - kind: strike\n    use: {share_lost: 0.3}\n", 11, "there is no assumption '0.3'");
    complains(HEAD "levers:\n  - kind: strike\n    use: {share: a}\n", 11, "'share_lost' of lever 'strike' is missing");
    complains(HEAD "levers:\n  - kind: strike\n    use: {share_lost: b}\n", 6, "Assumption 'b' cannot be 'share_lost'");
    complains(HEAD "levers:\n  - kind: strike\n    form: 2026-05\n    use: {share_lost: a}\n", 11,
              "There is no 'form'");
    complains(HEAD "levers:\n  - kind: strike\n    from: May\n    use: {share_lost: a}\n", 11, "no month: 'May'");
    complains(HEAD "levers:\n  - kind: strike\n    from: 2026-05\n    to: 2026-04\n    use: {share_lost: a}\n", 10,
              "before");
    complains(HEAD "levers:\n  - kind: mutual-aid\n    use: {patients: b, accept_share: a, minimum_weeks: d}\n", 10,
              "'to_provider'");
    complains(HEAD "targets:\n  - {name: n, source: s, measure: within18, at_least: 1, by: 2027-03}\n", 10,
              "no measure 'within18'");
    complains(HEAD "targets:\n  - {name: n, source: s, measure: waiting, by: 2027-03}\n", 10,
              "one of 'at_least' and 'at_most'");
    complains("scenario: x\nversion: one\nname: y\nassumptions: []\n", 2, "version");
    complains(
        "scenario: x\nversion: 1\nname: y\nassumptions:\n  - {id: a, name: A, unit: u, low: 3, central: 2, high: 3}\n",
        5, "source");
    complains("scenario: x\nversion: 1\nname: y\nassumptions:\n  - {id: a, name: A, source: s, unit: u, low: 3, "
              "central: 2, high: 3}\n",
              5, "fall");
    complains("scenario: x\nversion: 1\nname: y\nname: z\nassumptions: 4\n", 4, "twice");
    arena a = {0};
    scenario s;
    error err = {0};
    assert_int_equal(scenario_read("/nonexistent/scenario.yaml", &a, &s, NULL, &err), STATUS_IO);
    arena_free(&a);
}

static void refuses(const char *lever, int line, const char *words, const char *hint)
{
    arena a = {0};
    const scenario_base base = base_make();
    char yaml[4000];
    (void)snprintf(yaml, sizeof yaml, HEAD "levers:\n  - kind: strike\n    use: {share_lost: a}\n%s", lever);
    const scenario s = parse(yaml, &a);
    simulate_model out;
    error err = {0};
    assert_int_equal(scenario_apply(&s, &base, NULL, &a, &out, NULL, &err), STATUS_REFUSED);
    if (err.row != line || strstr(err.message, words) == NULL || strstr(err.hint, hint) == NULL)
        fail_msg("line %d: %s. %s", (int)err.row, err.message, err.hint);
    arena_free(&a);
}

static void what_the_base_lacks_is_told(void **state)
{
    (void)state;
    refuses("    lists: {provider: [RAB]}\n", 12, "The lists have no provider 'RAB'", "'RAA'");
    refuses("    lists: {treatment_function: [C_111]}\n", 12, "no treatment function 'C_111'", "'C_110'");
    refuses("    from: 2028-01\n", 10, "outside the simulation, which is from April 2026 to March 2027", "");
}

/* From and to, each left out, before, at, within, at the end of and after the months of the simulation: those months, and no others. */
static void levers_keep_to_their_months(void **state)
{
    (void)state;
    static const int32_t months[] = {INT32_MIN, -3, 0, 1, 5, 11, 12, 20};
    const int32_t begin = 2026 * 12 + 3;
    size_t applied = 0;
    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        for (size_t k = 0; k < sizeof months / sizeof *months; k++) {
            const int32_t from = months[i], to = months[k] == INT32_MIN ? INT32_MAX : months[k];
            if (from > to)
                continue;
            arena a = {0};
            char yaml[400], first[40] = "", last[40] = "";
            if (from != INT32_MIN)
                (void)snprintf(first, sizeof first, "from: %d-%02d, ", (begin + from) / 12, (begin + from) % 12 + 1);
            if (to != INT32_MAX)
                (void)snprintf(last, sizeof last, "to: %d-%02d, ", (begin + to) / 12, (begin + to) % 12 + 1);
            (void)snprintf(yaml, sizeof yaml, "  - {kind: strike, %s%suse: {share_lost: a}}\n", first, last);
            if ((from != INT32_MIN && from > 11) || to < 0) {
                char line[400];
                (void)snprintf(line, sizeof line, "%s%s%s%s%s", from != INT32_MIN ? "    " : "", first,
                               from != INT32_MIN ? "\n" : "", to != INT32_MAX ? "    " : "", last);
                for (char *comma = line; (comma = strchr(comma, ',')) != NULL;)
                    *comma = ' ';
                refuses(line, 10, "outside the simulation", "");
                arena_free(&a);
                continue;
            }
            scenario_effect e;
            const scenario_base base = base_make();
            const simulate_model m = apply(yaml, &a, &e);
            for (int32_t p = 0; p < 12; p++)
                near(m.lists[0].slots[p], base.model->lists[0].slots[p] * (p >= from && p <= to ? 0.8 : 1));
            applied++;
            arena_free(&a);
        }
    assert_int_equal(applied, 36);
}

static simulate_results run(const simulate_model *m, int64_t replications)
{
    simulate_results r;
    error err = {0};
    const simulate_options o = {.replications = replications, .threads = 2};
    if (simulate_run(m, &o, &r, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return r;
}

static int missing_last(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return a < b ? -1 : a > b;
}

static void answers_follow_from_the_replications(void **state)
{
    (void)state;
    double values[5] = {5, NAN, 1, 3, 2};
    const answer_range range = answer_range_of(values, 5, 0.5);
    near(range.low, 2);
    near(range.middle, 3);
    near(range.high, 5);
    assert_true(isnan(range.mean));
    /* Every quantile of every size against a sorted copy, with ties and missing figures. */
    for (size_t n = 1; n < 200; n += 7) {
        for (int ties = 0; ties < 2; ties++) {
            double many[200], sorted[200];
            for (size_t i = 0; i < n; i++)
                many[i] = sorted[i] = i % 50 == 49 ? NAN : (double)(i * 7919 % (ties != 0 ? 5 : 997));
            qsort(sorted, n, sizeof *sorted, missing_last);
            const answer_range got = answer_range_of(many, n, 0.8);
            const double shares[3] = {0.1, 0.5, 0.9}, figures[3] = {got.low, got.middle, got.high};
            for (int q = 0; q < 3; q++) {
                const double at = (double)(n - 1) * (q == 0 ? (1 - 0.8) / 2 : q == 1 ? 0.5 : (1 + 0.8) / 2);
                const size_t below = (size_t)at;
                const double wanted = at > (double)below
                                          ? sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below])
                                          : sorted[below];
                if (isnan(wanted) ? !isnan(figures[q]) : fabs(wanted - figures[q]) > 1e-9)
                    fail_msg("%zu values, quantile %g: %g is not %g", n, shares[q], figures[q], wanted);
            }
        }
    }
    const scenario_base base = base_make();
    simulate_results r = run(base.model, 200);
    double scratch[200], published[MONTHS];
    const simulate_target t = {.measure = SIMULATE_WAITING,
                               .level = simulate_range(&r, 2, 11, SIMULATE_WAITING, 0.9, scratch).middle,
                               .step = 11};
    const answer_probability p = simulate_probability(&r, 2, &t);
    assert_true(fabs(p.probability - 0.5) < 0.05 && p.low < 0.5 && p.high > 0.5);
    for (int i = 0; i < MONTHS; i++)
        published[i] = i == 2 ? NAN : simulate_range(&r, 2, i, SIMULATE_WAITING, 0.9, scratch).mean - 10;
    const simulate_backtest b = simulate_backtest_of(&r, 2, SIMULATE_WAITING, published, 0.9, scratch);
    assert_int_equal(b.compared, 11);
    near(b.bias, 10);
    near(b.absolute_error, 10);
    assert_true(b.covered > 0.9 && b.percent_error > 0);
    simulate_results_free(&r);
}

static void differences_have_the_same_luck(void **state)
{
    (void)state;
    arena a = {0};
    const scenario_base base = base_make();
    const simulate_model m =
        apply("  - {kind: capacity-change, use: {share: a}, lists: {provider: [RAA]}}\n", &a, NULL);
    simulate_results before = run(base.model, 100), after = run(&m, 100);
    double scratch[100];
    /* The lists that the scenario leaves alone are the same people. */
    const answer_range none = simulate_difference(&before, &after, 1, 11, SIMULATE_WAITING, 0.9, scratch);
    near(none.low, 0);
    near(none.high, 0);
    const answer_range more = simulate_difference_of_sum(&before, &after, 0, SIMULATE_TREATED, 0.9, scratch);
    assert_true(more.low > 300 && more.high < 432 + 1); /* 432 more slots, a tenth of them not attended */
    simulate_results_free(&before);
    simulate_results_free(&after);
    arena_free(&a);
}

static void capacity_needed_is_the_least(void **state)
{
    (void)state;
    const scenario_base base = base_make();
    const simulate_options o = {.replications = 100, .threads = 2};
    capacity_question q = {.report = 0,
                           .target = {.measure = SIMULATE_WITHIN_18_SHARE, .at_least = true, .level = 0.92, .step = 11},
                           .probability = 0.8};
    capacity_answer c;
    error err = {0};
    assert_int_equal(simulate_capacity_needed(base.model, &o, &q, &c, &err), STATUS_OK);
    assert_true(c.met && !c.met_already && c.multiplier > 1 && c.probability >= 0.8);
    near(c.extra_slots, 2 * 12 * 90 * (c.multiplier - 1));
    /* A little less is not enough, so much is. */
    for (int enough = 0; enough < 2; enough++) {
        simulate_list changed[LISTS];
        double more[MONTHS];
        for (int p = 0; p < MONTHS; p++)
            more[p] = 90 * (c.multiplier - (enough != 0 ? 0 : 0.004));
        memcpy(changed, lists, sizeof changed);
        changed[0].slots = changed[1].slots = more;
        simulate_model m = model;
        m.lists = changed;
        simulate_results r = run(&m, 100);
        assert_true((simulate_probability(&r, 0, &q.target).probability >= 0.8) == (enough != 0));
        simulate_results_free(&r);
    }
    q.target.level = 1;
    q.most = 1.01;
    assert_int_equal(simulate_capacity_needed(base.model, &o, &q, &c, &err), STATUS_OK);
    assert_false(c.met);
    near(c.multiplier, 1.01);
    q.target.level = 0.01;
    assert_int_equal(simulate_capacity_needed(base.model, &o, &q, &c, &err), STATUS_OK);
    assert_true(c.met_already);
    q.probability = 0;
    assert_int_equal(simulate_capacity_needed(base.model, &o, &q, &c, &err), STATUS_USAGE);
}

/* What is not known widens the interval around the same middle; each assumption stays in its range. */
static void uncertainty_is_drawn_from_the_ranges(void **state)
{
    (void)state;
    arena a = {0};
    const scenario_base base = base_make();
    const scenario s = parse(HEAD "levers:\n  - {kind: capacity-change, use: {share: a}}\n", &a);
    const simulate_options o = {.replications = 300, .threads = 2};
    double scratch[300];
    simulate_results known, drawn, again;
    error err = {0};
    assert_int_equal(scenario_run(&s, &base, &o, false, &known, &err), STATUS_OK);
    assert_int_equal(scenario_run(&s, &base, &o, true, &drawn, &err), STATUS_OK);
    const answer_range k = simulate_range_of_sum(&known, 2, SIMULATE_SLOTS, 0.9, scratch);
    const answer_range d = simulate_range_of_sum(&drawn, 2, SIMULATE_SLOTS, 0.9, scratch);
    const double slots_of_base = 12 * (4 * 90 + 30);
    assert_true(fabs(k.mean - 1.2 * slots_of_base) < 10 && k.high - k.low < 10);
    /* The triangle 0.1, 0.2, 0.3 has 5 per cent below 0.1 + sqrt(0.05 * 0.2 * 0.1). */
    const double tail = sqrt(0.05 * 0.2 * 0.1);
    assert_true(fabs(d.low / slots_of_base - 1 - (0.1 + tail)) < 0.012 &&
                fabs(d.high / slots_of_base - 1 - (0.3 - tail)) < 0.012);
    assert_true(fabs(d.mean / slots_of_base - 1.2) < 4 * 0.1 / sqrt(6.0 * 300));
    simulate_options part = o;
    part.first = 100;
    part.replications = 50;
    assert_int_equal(scenario_run(&s, &base, &part, true, &again, &err), STATUS_OK);
    for (int64_t i = 0; i < 50; i++)
        near(simulate_value(&again, i, 2, 11, SIMULATE_WAITING),
             simulate_value(&drawn, i + 100, 2, 11, SIMULATE_WAITING));
    simulate_results_free(&known);
    simulate_results_free(&drawn);
    simulate_results_free(&again);
    arena_free(&a);
}

static void tornado_ranks_the_assumptions(void **state)
{
    (void)state;
    arena a = {0};
    const scenario_base base = base_make();
    const scenario s =
        parse(HEAD "levers:\n  - {kind: capacity-change, use: {share: a, cost_per_patient: c}}\n  - {kind: "
                   "extra-sessions, use: {sessions: b, patients_per_session: b}}\n"
                   "targets:\n  - {name: small, source: us, measure: waiting, at_most: 100, by: 2027-03}\n",
              &a);
    tornado_bar bars[4];
    size_t count = 0;
    simulate_target t;
    const simulate_options o = {.replications = 20};
    assert_int_equal(scenario_target_of(&s, 0, &base, &t, NULL), STATUS_OK);
    assert_int_equal(t.step, 11);
    assert_int_equal(scenario_tornado(&s, &base, &o, 2, 11, SIMULATE_WAITING, &t, bars, &count, NULL), STATUS_OK);
    assert_int_equal(count, 3); /* c has no range; d is not used and moves nothing */
    assert_int_equal(bars[0].assumption, 0);
    assert_int_equal(bars[1].assumption, 1);
    assert_true(bars[0].low > bars[0].central && bars[0].central > bars[0].high);
    near(bars[2].low, bars[2].high);
    arena_free(&a);
}

static void the_examples_can_be_read(void **state)
{
    (void)state;
    static const char *const names[] = {"do-nothing",
                                        "extra-sessions",
                                        "commissioner-cut",
                                        "collaborative-mutual-aid",
                                        "validation-and-follow-ups",
                                        "strikes-and-growth"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        arena a = {0};
        scenario s;
        problems list = {0};
        error err = {0};
        char path[512];
        (void)snprintf(path, sizeof path, CONCORD_SOURCE_DIR "/catalogue/scenarios/%s.yaml", names[i]);
        if (scenario_read(path, &a, &s, &list, &err) != STATUS_OK)
            fail_msg("%s, line %d: %s", path, (int)err.row, err.message);
        assert_string_equal(s.id, names[i]);
        assert_int_equal(strlen(s.sha256), 64);
        problems_free(&list);
        arena_free(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levers_do_what_they_say),
        cmocka_unit_test(bad_scenarios_are_told_with_their_lines),
        cmocka_unit_test(what_the_base_lacks_is_told),
        cmocka_unit_test(levers_keep_to_their_months),
        cmocka_unit_test(answers_follow_from_the_replications),
        cmocka_unit_test(differences_have_the_same_luck),
        cmocka_unit_test(capacity_needed_is_the_least),
        cmocka_unit_test(uncertainty_is_drawn_from_the_ranges),
        cmocka_unit_test(tornado_ranks_the_assumptions),
        cmocka_unit_test(the_examples_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
