/*
 * Waiting lists as arrays: the same figures as the measures make, England, its regions and ICBs from one file. Needs ../shared (the national file and a table of
 * figures computed from it by another program); without it the tests skip.
 */
#include "workspace.h"

#define SHARED  CONCORD_SOURCE_DIR "/../shared"
#define EXTRACT SHARED "/data/rtt/20260430-RTT-April-2026-full-extract.csv.zip"

static workspace w;
static bool there;

static int shared_open(void **state)
{
    there = access(EXTRACT, R_OK) == 0 && access(SHARED "/reference/rtt-2026-04.csv", R_OK) == 0;
    const int failed = house_open(state);
    if (!there || failed != 0)
        return failed;
    workspace_make(&w);
    workspace_add_path(&w, EXTRACT, "");
    return 0;
}

static int shared_close(void **state)
{
    if (there)
        workspace_remove(&w);
    return house_close(state);
}

static void needs_shared(void)
{
    if (there)
        return;
    print_message("../shared is not there: nothing to compare with\n");
    skip();
}

static double total(const double *bands, size_t from)
{
    double sum = 0;
    for (size_t i = from; i <= MEASURE_FLOW_WEEKS; i++)
        sum += bands[i];
    return sum;
}

static const measure_flow *flows_of(const measure_flow_request *request, arena *a, size_t *count)
{
    measure_flow *flows = NULL;
    error err = {0};
    check(measure_flows(w.facts, &house.catalogue, house.orgs, request, a, &flows, count, &err), &err);
    return flows;
}

static const measure_flow *find(const measure_flow *flows, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(flows[i].code, code) == 0 && flows[i].treatment_function == NULL)
            return &flows[i];
    return NULL;
}

static void england(void **state)
{
    (void)state;
    needs_shared();
    arena a = {0};
    size_t count = 0;
    const measure_flow *flows = flows_of(&(measure_flow_request){.level = LEVEL_ENGLAND}, &a, &count);
    assert_int_equal(count, 1);
    assert_int_equal(flows[0].month_count, 1);
    const measure_flow_month *m = &flows[0].months[0];
    assert_true(m->has_waiting && m->has_completed && m->has_new && !m->estimated);
    assert_true(total(m->waiting, 0) == 7123980);
    assert_true(total(m->waiting, 0) - total(m->waiting, 18) == 4623405);
    assert_true(total(m->waiting, 52) == 100665);
    assert_true(m->completed_all >= total(m->completed, 0) && m->new_periods > m->completed_all);
    arena_free(&a);
}

/* Every ICB and provider of the table; parts by treatment function add up to the whole. */
static void icbs_and_providers(void **state)
{
    (void)state;
    needs_shared();
    arena a = {0};
    size_t icb_count = 0, provider_count = 0, compared = 0;
    const measure_flow *icbs =
        flows_of(&(measure_flow_request){.level = LEVEL_ICB, .each_treatment_function = true}, &a, &icb_count);
    const measure_flow *providers = flows_of(&(measure_flow_request){.level = LEVEL_PROVIDER}, &a, &provider_count);
    csv_reader *r;
    error err = {0};
    const text *fields;
    size_t n;
    int64_t line;
    check(csv_open_path(SHARED "/reference/rtt-2026-04.csv", &r, &err), &err);
    for (;;) {
        check(csv_next(r, &fields, &n, &line, &err), &err);
        if (fields == NULL)
            break;
        char code[16];
        double waiting = 0, within = 0, over = 0;
        (void)snprintf(code, sizeof code, "%.*s", (int)fields[1].length, fields[1].at);
        const bool icb = text_is(fields[0], "icb");
        const measure_flow *flow = icb ? find(icbs, icb_count, code) : find(providers, provider_count, code);
        if (flow == NULL || !number_parse(fields[2], &waiting) || !number_parse(fields[3], &within) ||
            !number_parse(fields[4], &over))
            continue;
        const measure_flow_month *m = &flow->months[0];
        assert_true(total(m->waiting, 0) == waiting);
        assert_true(total(m->waiting, 0) - total(m->waiting, 18) == within);
        assert_true(total(m->waiting, 52) == over);
        compared++;
    }
    csv_close(r);
    assert_true(compared > 400);
    size_t whole = 0;
    double parts = 0, all = 0;
    for (size_t i = 0; i < icb_count; i++) {
        whole += icbs[i].treatment_function == NULL;
        *(icbs[i].treatment_function == NULL ? &all : &parts) += icbs[i].months[0].new_periods;
    }
    assert_int_equal(whole, 36);
    assert_true(parts == all && all > 0);
    arena_free(&a);
}

static void one_organisation_and_nothing(void **state)
{
    (void)state;
    needs_shared();
    arena a = {0};
    size_t count = 0;
    const measure_flow *flows =
        flows_of(&(measure_flow_request){.level = LEVEL_ICB, .organisation = "D7T5G", .treatment_function = "C_110"},
                 &a, &count);
    assert_int_equal(count, 1);
    assert_string_equal(flows[0].code, "D7T5G");
    assert_string_equal(flows[0].treatment_function_name, "Trauma and Orthopaedic");
    flows = flows_of(&(measure_flow_request){.level = LEVEL_ICB, .organisation = "RR8"}, &a, &count);
    assert_int_equal(count, 0);
    measure_flow *none = NULL;
    error err = {0};
    assert_int_equal(measure_flows(w.facts, &house.catalogue, house.orgs,
                                   &(measure_flow_request){.level = LEVEL_ENGLAND, .first = period_month(2026, 5)}, &a,
                                   &none, &count, &err),
                     STATUS_NOT_FOUND);
    assert_true(err.hint[0] != 0);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(england),
        cmocka_unit_test(icbs_and_providers),
        cmocka_unit_test(one_organisation_and_nothing),
    };
    return cmocka_run_group_tests(tests, shared_open, shared_close);
}
