/* From a figure back to its lines: the amounts add up, and the lines are those that were written. */
#include "published_files.h"
#include "workspace.h"

typedef struct explained {
    measure_part *parts;
    size_t count;
} explained;

static explained explain(workspace *w, edition *e, const char *measure_id, const char *who, const char *breakdown,
                         geography g, const char *month)
{
    const edition_series *s = series_named(e, measure_id, who, breakdown, g);
    explained x;
    period p;
    error err = {0};
    assert_non_null(s);
    assert_true(period_parse(text_of(month), &p));
    check(measure_explain(w->facts, &house.catalogue, house.orgs, e, s, p, &w->memory, &x.parts, &x.count, &err), &err);
    return x;
}

static int64_t amount_of(const explained *x, const char *role)
{
    int64_t sum = 0;
    for (size_t i = 0; i < x->count; i++)
        if (strcmp(x->parts[i].role, role) == 0)
            sum += x->parts[i].amount;
    return sum;
}

/* "06Q 3/1:2,4" : organisation, amount, share, lines. */
static const char *words(const explained *x, const char *role)
{
    static char out[800];
    size_t n = 0;
    out[0] = 0;
    for (size_t i = 0; i < x->count; i++) {
        const measure_part *p = &x->parts[i];
        if (strcmp(p->role, role) != 0)
            continue;
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%s %lld", n > 0 ? "; " : "", p->organisation,
                              (long long)p->amount);
        if (p->share_numerator != p->share_denominator)
            n += (size_t)snprintf(out + n, sizeof out - n, " of %lld:%lld", (long long)p->share_numerator,
                                  (long long)p->share_denominator);
        n += (size_t)snprintf(out + n, sizeof out - n, " on");
        for (size_t k = 0; k < p->line_count; k++)
            n += (size_t)snprintf(out + n, sizeof out - n, " %lld", (long long)p->lines[k]);
    }
    return out;
}

static void rtt_rows(workspace *w)
{
    /* line 1 is the header */
    static const struct {
        const char *provider, *commissioner, *part, *function;
        int64_t early, late;
    } rows[] = {
        {"RYJ", "06Q", "Part_2", "C_110", 10, 5},    /* 2 */
        {"RDE", "06Q", "Part_2", "C_130", 20, 1},    /* 3 */
        {"RYJ", "D4U1Y", "Part_2", "C_110", 301, 7}, /* 4 */
        {"RYJ", "D4U1Y", "Part_2", "C_130", 100, 3}, /* 5 */
        {"RYJ", "06Q", "Part_1A", "C_110", 4, 0},    /* 6 */
        {"NT301", "06Q", "Part_1B", "C_110", 3, 0},  /* 7: independent */
        {"NT209", "06Q", "Part_1B", "C_130", 2, 0},  /* 8: independent */
        {"RYJ", "99F", "Part_2", "C_110", 6, 0},     /* 9: the same ICB as 06Q */
        {"RYJ", "13Q", "Part_2", "C_110", 8, 2},     /* 10: a hub */
    };
    buffer b = {0};
    rtt_header(&b);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rtt_row r = {.provider = rows[i].provider,
                     .provider_parent = "",
                     .commissioner = rows[i].commissioner,
                     .commissioner_parent = "",
                     .part = rows[i].part,
                     .treatment_function = rows[i].function};
        r.bands[3] = rows[i].early;
        r.bands[30] = rows[i].late;
        rtt_line(&b, "February-2026", &r);
    }
    workspace_add(w, "rtt.csv", b.data, "");
    buffer_free(&b);
}

static void lines_of_rows(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    rtt_rows(&w);
    workspace_evaluate(&w);
    explained x = explain(&w, w.edition, "rtt-within-18-weeks", "D7T5G", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_string_equal(words(&x, "numerator"), "06Q 30 on 2 3; 99F 6 on 9");
    assert_string_equal(words(&x, "denominator"), "06Q 36 on 2 3; 99F 6 on 9");
    assert_string_equal(x.parts[0].release->file_name, "rtt.csv");
    assert_count(current_point(&w, "rtt-within-18-weeks", "D7T5G", "2026-02"), amount_of(&x, "numerator"),
                 amount_of(&x, "denominator"));

    x = explain(&w, w.edition, "rtt-within-18-weeks", "D7T5G", "treatment-function=C_110", GEOGRAPHY_CURRENT,
                "2026-02");
    assert_string_equal(words(&x, "denominator"), "06Q 15 on 2; 99F 6 on 9");

    x = explain(&w, w.edition, "rtt-within-18-weeks", "RYJ", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_string_equal(words(&x, "denominator"), "RYJ 442 on 2 4 5 9 10");

    x = explain(&w, w.edition, "rtt-within-18-weeks", "ENGLAND", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_string_equal(words(&x, "denominator"), "ENGLAND 463 on 2 3 4 5 9 10");

    /* By the kind of provider: only the lines of independents are in the numerator. */
    x = explain(&w, w.edition, "rtt-independent-sector-share", "06Q", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_string_equal(words(&x, "numerator"), "06Q 5 on 7 8");
    assert_string_equal(words(&x, "denominator"), "06Q 9 on 6 7 8");
    x = explain(&w, w.edition, "rtt-independent-sector-share", "ENGLAND", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_string_equal(words(&x, "numerator"), "ENGLAND 5 on 7 8");

    /* A body of no level. */
    x = explain(&w, w.edition, "rtt-waiting-list", "13Q", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_string_equal(words(&x, "numerator"), "13Q 10 on 10");

    /* The bands of a percentile. */
    x = explain(&w, w.edition, "rtt-median-wait", "06Q", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_int_equal(amount_of(&x, "denominator"), 36);
    assert_int_equal(amount_of(&x, "bands"), 36);
    workspace_remove(&w);
}

static void shares_of_rows_add_up(void **state)
{
    static const char *const parts[] = {"92A", "D9Y0V", "U2G6B"};
    workspace w;
    int64_t whole = 0;
    (void)state;
    workspace_make(&w);
    rtt_rows(&w);
    workspace_evaluate(&w);
    for (size_t i = 0; i < 3; i++) {
        const edition_point *p = current_point(&w, "rtt-within-18-weeks", parts[i], "2026-02");
        explained x = explain(&w, w.edition, "rtt-within-18-weeks", parts[i], "", GEOGRAPHY_CURRENT, "2026-02");
        assert_true(p->estimated);
        assert_count(p, amount_of(&x, "numerator"), amount_of(&x, "denominator"));
        whole += p->denominator;
    }
    assert_int_equal(whole, 411);
    explained x = explain(&w, w.edition, "rtt-within-18-weeks", "S0E4D", "", GEOGRAPHY_CURRENT, "2026-02");
    assert_string_equal(words(&x, "denominator"), "D4U1Y 224 of 38260:70237 on 4 5");
    x = explain(&w, w.edition, "rtt-within-18-weeks", "QNQ", "", GEOGRAPHY_AS_PUBLISHED, "2026-02");
    assert_string_equal(words(&x, "denominator"), "D4U1Y 411 on 4 5");
    workspace_remove(&w);
}

static void lines_of_tidy_files(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    workspace_add(&w, "one.csv",
                  TIDY_HEADER "ae-within-4-hours,RYJ,2025-02,70,100,,\n"    /* 2, overtaken below */
                              "ae-within-4-hours,RAL,2025-02,5,10,,\n"      /* 3 */
                              "ae-within-4-hours,RDE,2025-02,1,10,,\n"      /* 4 */
                              "rtt-within-18-weeks,QMJ,2025-02,10,20,,\n"   /* 5 */
                              "rtt-within-18-weeks,QRV,2025-02,11,30,,\n"   /* 6 */
                              "rtt-within-18-weeks,RYJ,2025-02,7,9,,\n"     /* 7 */
                              "rtt-within-18-weeks,QJG,2025-02,100,200,,\n" /* 8 */
                              "rtt-within-18-weeks,QMM,2025-02,30,60,,\n"   /* 9 */
                              "rtt-median-wait,QMM,2025-02,,60,12.5,\n",    /* 10 */
                  "");
    workspace_add(&w, "two.csv", TIDY_HEADER "ae-within-4-hours,RYJ,2025-02,80,100,,\n", "2025-06-01");
    workspace_evaluate(&w);
    explained x = explain(&w, w.edition, "ae-within-4-hours", "Z9B2Z", "", GEOGRAPHY_CURRENT, "2025-02");
    assert_count(current_point(&w, "ae-within-4-hours", "Z9B2Z", "2025-02"), amount_of(&x, "numerator"),
                 amount_of(&x, "denominator"));
    assert_int_equal(x.count, 4);
    assert_string_equal(words(&x, "numerator"), "RAL 5 on 3; RYJ 80 on 2");
    x = explain(&w, w.edition, "ae-within-4-hours", "ENGLAND", "", GEOGRAPHY_CURRENT, "2025-02");
    assert_int_equal(amount_of(&x, "denominator"), 120);
    /* An ICB of today from the two that it took over; never from a provider. */
    x = explain(&w, w.edition, "rtt-within-18-weeks", "Z9B2Z", "", GEOGRAPHY_CURRENT, "2025-02");
    assert_string_equal(words(&x, "denominator"), "QMJ 20 on 5; QRV 30 on 6");
    x = explain(&w, w.edition, "rtt-within-18-weeks", "T6Y0W", "", GEOGRAPHY_CURRENT, "2025-02");
    assert_string_equal(words(&x, "denominator"), "QJG 126 of 81649:129426 on 8; QMM 60 on 9");
    assert_int_equal(current_point(&w, "rtt-within-18-weeks", "T6Y0W", "2025-02")->denominator, 186);
    x = explain(&w, w.edition, "rtt-median-wait", "QMM", "", GEOGRAPHY_AS_PUBLISHED, "2025-02");
    assert_string_equal(words(&x, "value"), "QMM 0 on 10");
    workspace_remove(&w);
}

static void views_are_explained_on_their_own_map(void **state)
{
    workspace w;
    edition *view;
    error err = {0};
    date map;
    (void)state;
    workspace_make(&w);
    rtt_rows(&w);
    workspace_evaluate(&w);
    assert_true(date_parse(text_of("2025-06-01"), &map));
    measure_options options = {.geography = GEOGRAPHY_AS_AT, .as_at = map, .only_measure = "rtt-waiting-list"};
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, w.edition, &view, &err), &err);
    explained x = explain(&w, view, "rtt-waiting-list", "QNQ", "", GEOGRAPHY_AS_AT, "2026-02");
    assert_string_equal(words(&x, "numerator"), "D4U1Y 411 on 4 5");
    x = explain(&w, view, "rtt-waiting-list", "QH8", "", GEOGRAPHY_AS_AT, "2026-02");
    assert_int_equal(amount_of(&x, "numerator"), 42);
    edition_close(view);
    workspace_remove(&w);
}

static void what_is_not_there_is_said(void **state)
{
    workspace w;
    error err = {0};
    measure_part *parts;
    size_t count;
    (void)state;
    workspace_make(&w);
    rtt_rows(&w);
    workspace_evaluate(&w);
    const edition_series *s = series_named(w.edition, "rtt-waiting-list", "06Q", "", GEOGRAPHY_CURRENT);
    assert_int_equal(measure_explain(w.facts, &house.catalogue, house.orgs, w.edition, s, period_month(2020, 1),
                                     &w.memory, &parts, &count, &err),
                     STATUS_NOT_FOUND);
    assert_non_null(strstr(err.message, "January 2020"));
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_rows),
        cmocka_unit_test(shares_of_rows_add_up),
        cmocka_unit_test(lines_of_tidy_files),
        cmocka_unit_test(views_are_explained_on_their_own_map),
        cmocka_unit_test(what_is_not_there_is_said),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
