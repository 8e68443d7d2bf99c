/*
 * Figures given in tidy files: what is rolled up and what is not, what beats what, which of two files counts, and what the edition lists.
 */
#include "published_files.h"
#include "workspace.h"

static void tidy_add(workspace *w, const char *name, const char *published, const char *lines)
{
    buffer b = {0};
    buffer_text(&b, TIDY_HEADER);
    buffer_text(&b, lines);
    workspace_add(w, name, b.data, published);
    buffer_free(&b);
}

static void providers_roll_up_where_the_measure_says_so(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    /* Two trusts of one ICB of today (one in London's QMJ, one in QRV before), one elsewhere. */
    tidy_add(&w, "a.csv", "",
             "ae-within-4-hours,RYJ,2025-02,70,100,,\n"
             "ae-within-4-hours,RRP,2024-08,30,40,,\n"
             "ae-within-4-hours,RAL,2025-02,5,10,,\n"
             "ae-within-4-hours,RDE,2025-02,8,10,,\n"
             "rtt-within-18-weeks,RYJ,2025-02,70,100,,\n");
    workspace_evaluate(&w);
    assert_count(current_point(&w, "ae-within-4-hours", "RYJ", "2025-02"), 70, 100);
    assert_count(current_point(&w, "ae-within-4-hours", "Z9B2Z", "2025-02"), 75, 110);
    assert_count(current_point(&w, "ae-within-4-hours", "Y56", "2025-02"), 75, 110);
    assert_count(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-02"), 83, 120);
    assert_count(published_point(&w, "ae-within-4-hours", "QRV", "2025-02"), 70, 100);
    assert_count(published_point(&w, "ae-within-4-hours", "QMJ", "2025-02"), 5, 10);
    assert_count(current_point(&w, "ae-within-4-hours", "G6V2S", "2024-08"), 30, 40);
    assert_true(current_point(&w, "ae-within-4-hours", "Z9B2Z", "2025-02")->tidy);
    assert_close(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-02")->value, 100.0 * 83 / 120);
    /* RTT of an ICB is never made of its providers, nor is England's. */
    assert_count(current_point(&w, "rtt-within-18-weeks", "RYJ", "2025-02"), 70, 100);
    assert_null(current_point(&w, "rtt-within-18-weeks", "Z9B2Z", "2025-02"));
    assert_null(current_point(&w, "rtt-within-18-weeks", "Y56", "2025-02"));
    assert_null(current_point(&w, "rtt-within-18-weeks", "ENGLAND", "2025-02"));
    workspace_remove(&w);
}

static void a_value_without_counts_stays_where_it_is(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    tidy_add(&w, "a.csv", "",
             "ae-within-4-hours,RYJ,2025-02,,,71.5,\n"
             "rtt-median-wait,QMJ,2026-02,,500,12.25,\n"
             "rtt-median-wait,QJG,2026-02,,500,13.5,\n"
             "rtt-median-wait,ENGLAND,2026-02,,90000,11.75,\n");
    workspace_evaluate(&w);
    assert_close(current_point(&w, "ae-within-4-hours", "RYJ", "2025-02")->value, 71.5);
    assert_null(current_point(&w, "ae-within-4-hours", "Z9B2Z", "2025-02"));
    assert_null(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-02"));
    /* Neither to a successor that took all, nor by shares. */
    assert_null(current_point(&w, "rtt-median-wait", "Z9B2Z", "2026-02"));
    assert_null(current_point(&w, "rtt-median-wait", "D7T5G", "2026-02"));
    assert_close(published_point(&w, "rtt-median-wait", "QMJ", "2026-02")->value, 12.25);
    assert_close(current_point(&w, "rtt-median-wait", "ENGLAND", "2026-02")->value, 11.75);
    workspace_remove(&w);
}

static void rows_beat_tidy_and_it_is_listed(void **state)
{
    workspace w;
    buffer b = {0};
    (void)state;
    workspace_make(&w);
    ae_header(&b);
    ae_line(&b, "FEBRUARY-2025",
            &(ae_row){.provider = "RYJ", .region_name = "NHS ENGLAND LONDON", .attendances = {200}, .over_4 = {50}});
    workspace_add(&w, "rows.csv", b.data, "");
    buffer_free(&b);
    tidy_add(&w, "a.csv", "",
             "ae-within-4-hours,RYJ,2025-02,1,2,,\n"
             "ae-within-4-hours,RYJ,2025-03,3,4,,\n"
             "ae-within-4-hours,ENGLAND,2025-02,1,2,,\n"
             "ae-within-4-hours,RAL,2025-02,1,2,,\n");
    workspace_evaluate(&w);
    assert_count(current_point(&w, "ae-within-4-hours", "RYJ", "2025-02"), 150, 200);
    assert_false(current_point(&w, "ae-within-4-hours", "RYJ", "2025-02")->tidy);
    assert_count(current_point(&w, "ae-within-4-hours", "RYJ", "2025-03"), 3, 4);
    assert_true(current_point(&w, "ae-within-4-hours", "RYJ", "2025-03")->tidy);
    /* England's rows count as they are: a tidy line of a provider that the rows lack does not change them. */
    assert_count(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-02"), 150, 200);
    assert_count(current_point(&w, "ae-within-4-hours", "RAL", "2025-02"), 1, 2);
    assert_int_equal(issue_named(w.edition, "tidy-overruled", "RYJ")->rows, 1);
    assert_non_null(issue_named(w.edition, "tidy-overruled", "ENGLAND"));
    assert_null(issue_named(w.edition, "tidy-overruled", "RAL"));
    workspace_remove(&w);
}

/* Lines of every ICB of a region on a day, but one. */
static void icb_lines(buffer *b, const char *measure_id, const char *region, const char *month, const char *but)
{
    arena a = {0};
    org_index *children;
    size_t count;
    period p;
    assert_true(period_parse(text_of(month), &p));
    assert_int_equal(orgs_children(house.orgs, orgs_find(house.orgs, text_of(region)), period_first_day(p), &a,
                                   &children, &count, NULL),
                     STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (orgs_at(house.orgs, children[i])->kind == ORG_ICB &&
            strcmp(orgs_at(house.orgs, children[i])->code, but) != 0)
            buffer_printf(b, "%s,%s,%s,10,100,,\n", measure_id, orgs_at(house.orgs, children[i])->code, month);
    arena_free(&a);
}

static void part_of_a_whole_does_not_pass_for_it(void **state)
{
    workspace w;
    buffer b = {0};
    (void)state;
    workspace_make(&w);
    /* London whole in January, without QMJ in February; the East without one of the ICBs that Essex is made of. */
    icb_lines(&b, "rtt-within-18-weeks", "Y56", "2026-01", "");
    icb_lines(&b, "rtt-within-18-weeks", "Y56", "2026-02", "QMJ");
    icb_lines(&b, "rtt-within-18-weeks", "Y61", "2026-02", "QJG");
    tidy_add(&w, "a.csv", "", b.data);
    buffer_free(&b);
    workspace_evaluate(&w);
    assert_count(current_point(&w, "rtt-within-18-weeks", "Y56", "2026-01"), 50, 500);
    assert_count(current_point(&w, "rtt-within-18-weeks", "Z9B2Z", "2026-01"), 20, 200);
    assert_null(current_point(&w, "rtt-within-18-weeks", "Y56", "2026-02"));
    assert_null(
        current_point(&w, "rtt-within-18-weeks", "Z9B2Z", "2026-02")); /* QRV alone is not West and North London */
    assert_count(published_point(&w, "rtt-within-18-weeks", "QRV", "2026-02"), 10, 100);
    assert_null(current_point(&w, "rtt-within-18-weeks", "D7T5G", "2026-02"));
    assert_null(current_point(&w, "rtt-within-18-weeks", "Y61", "2026-02"));
    assert_non_null(current_point(&w, "rtt-within-18-weeks", "S1Y5D", "2026-02"));
    assert_int_equal(issue_named(w.edition, "partial", "Y56")->rows, 1);
    assert_int_equal(issue_named(w.edition, "partial", "Z9B2Z")->rows, 1);
    assert_non_null(issue_named(w.edition, "partial", "D7T5G"));
    assert_null(issue_named(w.edition, "partial", "S1Y5D"));
    workspace_remove(&w);
}

static void a_part_for_one_breakdown_is_not_there_for_another(void **state)
{
    workspace w;
    buffer b = {0};
    (void)state;
    workspace_make(&w);
    icb_lines(&b, "rtt-within-18-weeks", "Y56", "2026-01", "");
    buffer_text(&b, "rtt-within-18-weeks,QRV,2026-01,1,2,,treatment-function=C_110\n");
    tidy_add(&w, "a.csv", "", b.data);
    buffer_free(&b);
    workspace_evaluate(&w);
    assert_count(current_point(&w, "rtt-within-18-weeks", "Y56", "2026-01"), 50, 500);
    assert_null(point_named(&w, w.edition, "rtt-within-18-weeks", "Y56", "treatment-function=C_110", GEOGRAPHY_CURRENT,
                            "2026-01"));
    assert_null(point_named(&w, w.edition, "rtt-within-18-weeks", "Z9B2Z", "treatment-function=C_110",
                            GEOGRAPHY_CURRENT, "2026-01"));
    assert_count(point_named(&w, w.edition, "rtt-within-18-weeks", "QRV", "treatment-function=C_110",
                             GEOGRAPHY_AS_PUBLISHED, "2026-01"),
                 1, 2);
    workspace_remove(&w);
}

static void a_split_icb_is_shared_marked_and_kept_out_of_the_limits(void **state)
{
    workspace w;
    buffer b = {0};
    char month[PERIOD_TEXT];
    (void)state;
    workspace_make(&w);
    /* Three ICBs made Essex: fifteen months by shares, then fourteen of its own. */
    static const char *const before[] = {"QH8", "QJG", "QM7"};
    for (int m = 0; m < 15; m++)
        for (int k = 0; k < 3; k++) {
            period_format((period){PERIOD_MONTH, 2025 * 12 + m, 1}, month);
            buffer_printf(&b, "rtt-within-18-weeks,%s,%s,%d,%d,,\n", before[k], month, 900 + m * 7 % 5 + k, 1600 + k);
        }
    for (int m = 0; m < 14; m++) {
        period_format((period){PERIOD_MONTH, 2026 * 12 + 3 + m, 1}, month);
        buffer_printf(&b, "rtt-within-18-weeks,D7T5G,%s,%d,1000,,\n", month, 600 + m * 11 % 7);
    }
    tidy_add(&w, "a.csv", "", b.data);
    buffer_free(&b);
    workspace_evaluate(&w);
    const edition_series *s = series_named(w.edition, "rtt-within-18-weeks", "D7T5G", "", GEOGRAPHY_CURRENT);
    const edition_point *points;
    size_t count;
    assert_non_null(s);
    assert_int_equal(edition_points(w.edition, s, &w.memory, &points, &count, NULL), STATUS_OK);
    assert_int_equal(count, 29);
    assert_true(s->any_estimated);
    assert_true(s->note[0] != 0);
    double sum = 0;
    for (size_t i = 0; i < 15; i++) {
        assert_true(points[i].estimated && points[i].tidy && !points[i].missing);
        assert_true(isnan(points[i].mean) && isnan(points[i].lower) && isnan(points[i].upper));
        assert_int_equal(points[i].segment, 0);
        assert_string_equal(points[i].signal, "");
        assert_int_equal(points[i].release >= 0, true);
        assert_int_equal(points[i].rows, 3);
    }
    /* QH8 whole, 47777/129426 of QJG, 45846/192824 of QM7 (a 22923/96412): January 2025 is the fourth month of nothing special. */
    int64_t n = 900 + (int64_t)llround(901.0 * 47777 / 129426) + (int64_t)llround(902.0 * 22923 / 96412);
    int64_t d = 1600 + (int64_t)llround(1601.0 * 47777 / 129426) + (int64_t)llround(1602.0 * 22923 / 96412);
    assert_count(&points[0], n, d);
    for (size_t i = 15; i < 29; i++) {
        assert_false(points[i].estimated);
        sum += points[i].value;
    }
    for (size_t i = 15; i < 29; i++) {
        assert_close(points[i].mean, sum / 14);
        assert_true(isfinite(points[i].lower) && points[i].segment == 1);
        assert_string_not_equal(points[i].signal, "");
    }
    assert_string_not_equal(s->variation, "");
    workspace_remove(&w);
}

/* ---- which of two files counts --------------------------------------------------------------------------- */

static void a_later_tidy_line_counts(void **state)
{
    static const struct {
        const char *first_name, *first_published, *second_name, *second_published;
        int64_t wanted;
    } cases[] = {
        {"a.csv", "2026-01-01", "b.csv", "2026-02-01", 2},
        {"a.csv", "2026-03-01", "b.csv", "2026-02-01", 1},
        {"a.csv", "", "b.csv", "2020-01-01", 2}, /* a date beats none */
        {"a-revised.csv", "", "b.csv", "", 1},   /* revised */
        {"a.csv", "", "b-revised.csv", "", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        workspace w;
        workspace_make(&w);
        tidy_add(&w, cases[i].first_name, cases[i].first_published,
                 "ae-attendances,RYJ,2025-02,1,,,\nae-attendances,RAL,2025-02,7,,,\n");
        tidy_add(&w, cases[i].second_name, cases[i].second_published, "ae-attendances,RYJ,2025-02,2,,,\n");
        workspace_evaluate(&w);
        const edition_point *p = current_point(&w, "ae-attendances", "RYJ", "2025-02");
        assert_numerator(p, cases[i].wanted);
        assert_true(p->revised);
        /* The rest of the earlier file stays: tidy files are weighed figure by figure. */
        assert_numerator(current_point(&w, "ae-attendances", "RAL", "2025-02"), 7);
        assert_false(current_point(&w, "ae-attendances", "RAL", "2025-02")->revised);
        assert_null(issue_named(w.edition, "tie", "tidy"));
        workspace_remove(&w);
    }
}

static void a_tie_is_listed(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    tidy_add(&w, "a.csv", "", "ae-attendances,RYJ,2025-02,1,,,\nae-attendances,RAL,2025-02,7,,,\n");
    tidy_add(&w, "b.csv", "", "ae-attendances,RYJ,2025-02,2,,,\nae-attendances,RAL,2025-02,7,,,\n");
    workspace_evaluate(&w);
    /* Only where they differ. */
    assert_non_null(issue_named(w.edition, "tie", "tidy"));
    assert_int_equal(issue_named(w.edition, "tie", "tidy")->rows, 1);
    workspace_remove(&w);
}

static void ae_file(workspace *w, const char *name, const char *published, int64_t attendances)
{
    buffer b = {0};
    ae_header(&b);
    ae_line(&b, "FEBRUARY-2025",
            &(ae_row){.provider = "RYJ", .region_name = "NHS ENGLAND LONDON", .attendances = {attendances}});
    workspace_add(w, name, b.data, published);
    buffer_free(&b);
}

static const edition_release *release_of(const edition *e, const char *name)
{
    for (size_t i = 0; i < e->release_count; i++)
        if (strcmp(e->releases[i].file_name, name) == 0)
            return &e->releases[i];
    fail_msg("there is no release %s", name);
    return NULL;
}

static void revisions_of_published_files(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    ae_file(&w, "one.csv", "", 1);
    ae_file(&w, "two-revised.csv", "", 2);
    workspace_evaluate(&w);
    assert_numerator(current_point(&w, "ae-attendances", "RYJ", "2025-02"), 2);
    assert_true(current_point(&w, "ae-attendances", "RYJ", "2025-02")->revised);
    assert_string_equal(release_of(w.edition, "two-revised.csv")->basis, "revised");
    assert_true(release_of(w.edition, "two-revised.csv")->latest);
    assert_false(release_of(w.edition, "one.csv")->latest);
    assert_string_equal(release_of(w.edition, "one.csv")->basis, "");
    char before[SHA256_TEXT];
    memcpy(before, w.id, sizeof before);

    ae_file(&w, "three.csv", "2025-05-01", 3);
    workspace_evaluate(&w);
    assert_numerator(current_point(&w, "ae-attendances", "RYJ", "2025-02"), 3);
    assert_string_equal(release_of(w.edition, "three.csv")->basis, "published date");
    assert_int_equal(issue_count_of(w.edition, "tie"), 0);
    assert_string_not_equal(before, w.id);
    assert_false(w.unchanged);

    /* A tie below the winner decides nothing and is not listed; one with the winner is. */
    ae_file(&w, "four.csv", "2025-04-01", 4);
    ae_file(&w, "five.csv", "2025-04-01", 5);
    workspace_evaluate(&w);
    assert_numerator(current_point(&w, "ae-attendances", "RYJ", "2025-02"), 3);
    assert_int_equal(issue_count_of(w.edition, "tie"), 0);
    ae_file(&w, "six.csv", "2025-05-01", 6);
    workspace_evaluate(&w);
    const edition_issue *tie = issue_named(w.edition, "tie", "ae-monthly");
    assert_non_null(tie);
    assert_string_equal(tie->period, "2025-02");
    bool six = strcmp(release_of(w.edition, "six.csv")->sha256, release_of(w.edition, "three.csv")->sha256) > 0;
    assert_numerator(current_point(&w, "ae-attendances", "RYJ", "2025-02"), six ? 6 : 3);
    assert_string_equal(release_of(w.edition, six ? "six.csv" : "three.csv")->basis, "tie");

    workspace_evaluate(&w);
    assert_true(w.unchanged);
    workspace_remove(&w);
}

static void gaps_are_points_without_a_figure(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    tidy_add(
        &w, "a.csv", "",
        "ae-attendances,RYJ,2025-01,10,,,\nae-attendances,RYJ,2025-04,40,,,\nae-within-4-hours,RYJ,2025-04,0,0,,\n");
    workspace_evaluate(&w);
    const edition_series *s = series_named(w.edition, "ae-attendances", "RYJ", "", GEOGRAPHY_CURRENT);
    const edition_point *points;
    size_t count;
    assert_int_equal(edition_points(w.edition, s, &w.memory, &points, &count, NULL), STATUS_OK);
    assert_int_equal(count, 4);
    assert_true(!points[0].missing && points[1].missing && points[2].missing && !points[3].missing);
    assert_true(isnan(points[1].value) && !points[1].has_numerator && points[1].release == -1);
    assert_int_equal(points[2].period.first_month, 2025 * 12 + 2);
    /* Nothing out of nothing has no value, and a series without any value is not there. */
    assert_null(series_named(w.edition, "ae-within-4-hours", "RYJ", "", GEOGRAPHY_CURRENT));
    workspace_remove(&w);
}

static void sums_that_are_too_large_are_refused(void **state)
{
    workspace w;
    measure_options options = {.as_at = DATE_NONE};
    error err = {0};
    (void)state;
    workspace_make(&w);
    tidy_add(&w, "a.csv", "",
             "ae-attendances,RYJ,2025-01,9000000000000000000,,,\nae-attendances,RAL,2025-01,9000000000000000000,,,\n");
    assert_int_equal(
        measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, w.id, &w.unchanged, &err),
        STATUS_REFUSED);
    assert_non_null(strstr(err.message, "ae-attendances"));
    workspace_remove(&w); /* which also finds that nothing was left in the folder of editions */
}

static void an_interruption_leaves_nothing(void **state)
{
    workspace w;
    bool stop = true;
    measure_options options = {.as_at = DATE_NONE, .interrupted = &stop};
    error err = {0};
    (void)state;
    workspace_make(&w);
    tidy_add(&w, "a.csv", "", "ae-attendances,RYJ,2025-01,9,,,\n");
    assert_int_equal(
        measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, w.id, &w.unchanged, &err),
        STATUS_IO);
    assert_non_null(strstr(err.message, "nterrupted"));
    options = (measure_options){.rules = "no-such-rules", .as_at = DATE_NONE};
    assert_int_equal(
        measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, w.id, &w.unchanged, &err),
        STATUS_USAGE);
    assert_non_null(strstr(err.hint, "mdc-2023"));
    workspace_remove(&w);
}

static void a_figure_that_never_changes_still_meets_its_target(void **state)
{
    workspace w;
    buffer b = {0};
    char month[PERIOD_TEXT];
    (void)state;
    workspace_make(&w);
    for (int m = 0; m < 15; m++) {
        period_format((period){PERIOD_MONTH, 2025 * 12 + m, 1}, month);
        buffer_printf(&b, "ae-within-4-hours,RYJ,%s,10,10,,\nae-within-4-hours,RAL,%s,1,10,,\n", month, month);
    }
    tidy_add(&w, "a.csv", "", b.data);
    buffer_free(&b);
    workspace_evaluate(&w);
    assert_string_equal(series_named(w.edition, "ae-within-4-hours", "RYJ", "", GEOGRAPHY_CURRENT)->assurance, "pass");
    assert_string_equal(series_named(w.edition, "ae-within-4-hours", "RAL", "", GEOGRAPHY_CURRENT)->assurance, "fail");
    assert_close(current_point(&w, "ae-within-4-hours", "RYJ", "2026-03")->target, 78);
    workspace_remove(&w);
}

/* Lines of A&E by the first `count` trusts of the organisations data that are open in the month. */
static void trust_lines(buffer *b, const char *month, size_t count)
{
    period p;
    assert_true(period_parse(text_of(month), &p));
    date on = period_first_day(p);
    for (size_t i = 0; i < orgs_count(house.orgs) && count > 0; i++) {
        const org *o = orgs_at(house.orgs, (org_index)i);
        if (o->kind != ORG_TRUST || (o->opened != DATE_NONE && o->opened > date_of(2024, 1, 1)) ||
            o->closed != DATE_FOREVER || orgs_kind_on(house.orgs, (org_index)i, on) != ORG_TRUST)
            continue;
        buffer_printf(b, "ae-within-4-hours,%s,%s,7,10,,\n", o->code, month);
        count--;
    }
    assert_int_equal(count, 0);
}

static void few_providers_do_not_pass_for_england(void **state)
{
    workspace w;
    buffer b = {0};
    (void)state;
    workspace_make(&w);
    trust_lines(&b, "2025-01", 20);
    trust_lines(&b, "2025-02", 16); /* four fifths are enough */
    trust_lines(&b, "2025-03", 12); /* three quarters of the month before are not */
    trust_lines(&b, "2025-04", 1);
    trust_lines(&b, "2025-05", 13); /* beside the last month that stands, not beside the one trust of April */
    trust_lines(&b, "2024-12", 1);  /* nothing before it: beside the month after */
    tidy_add(&w, "a.csv", "", b.data);
    buffer_free(&b);
    workspace_evaluate(&w);
    assert_count(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-01"), 140, 200);
    assert_count(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-02"), 112, 160);
    assert_null(current_point(&w, "ae-within-4-hours", "ENGLAND", "2024-12"));
    const edition_point *march = current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-03"),
                        *april = current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-04");
    assert_true(march == NULL || march->missing);
    assert_true(april == NULL || april->missing);
    assert_count(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-05"), 91, 130);
    assert_int_equal(issue_named(w.edition, "partial", "ENGLAND")->rows, 3);
    workspace_remove(&w);
}

static void a_series_has_periods_of_one_length(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    tidy_add(&w, "a.csv", "",
             "ae-attendances,RYJ,2025-01,1000,,,\n"
             "ae-attendances,RYJ,2025-02,1001,,,\n"
             "ae-attendances,RYJ,2025-03,1002,,,\n"
             "ae-attendances,RYJ,FY2024-25,12500,,,\n"
             "ae-attendances,RRP,2025-01,10,,,\n"
             "ae-attendances,RRP,FY2024-25,120,,,\n");
    workspace_evaluate(&w);
    assert_null(current_point(&w, "ae-attendances", "RYJ", "FY2024-25"));
    assert_numerator(current_point(&w, "ae-attendances", "RYJ", "2025-03"), 1002);
    assert_close(current_point(&w, "ae-attendances", "RYJ", "2025-03")->mean, 1001);
    assert_null(current_point(&w, "ae-attendances", "RRP", "FY2024-25")); /* as many: the shorter */
    assert_numerator(current_point(&w, "ae-attendances", "RRP", "2025-01"), 10);
    const edition_issue *listed = issue_named(w.edition, "period-length", "RYJ");
    assert_non_null(listed);
    assert_string_equal(listed->period, "FY2024-25");
    assert_non_null(strstr(listed->text, "ae-attendances"));
    assert_non_null(strstr(listed->text, "RYJ"));
    workspace_remove(&w);
}

/* Intake refuses figures that cannot be. In the store are those of a measure that was something else when they came: here, scores. */
static void tidy_add_as_scores(workspace *w, const char *name, const char *lines)
{
    const size_t count = house.catalogue.measure_count;
    measure *all = (measure *)house.catalogue.measures, *before = malloc(count * sizeof *before);
    assert_non_null(before);
    memcpy(before, all, count * sizeof *before);
    for (size_t i = 0; i < count; i++) {
        all[i].value = VALUE_NUMERATOR;
        all[i].unit = "score";
    }
    tidy_add(w, name, "", lines);
    memcpy(all, before, count * sizeof *before);
    free(before);
}

static void impossible_figures_are_not_used(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    tidy_add_as_scores(&w, "a.csv",
                       "ae-within-4-hours,RYJ,2025-01,120,100,,\n"
                       "ae-within-4-hours,RYJ,2025-02,10,0,,\n"
                       "ae-within-4-hours,RYJ,2025-03,,,101.5,\n"
                       "ae-within-4-hours,RYJ,2025-04,,,-3,\n"
                       "ae-within-4-hours,RYJ,2025-05,70,100,80,\n"
                       "ae-within-4-hours,RYJ,2025-06,2,3,66.7,\n"
                       "ae-within-4-hours,RYJ,2025-07,100,100,100,\n"
                       "rtt-median-wait,RYJ,2025-06,,,-0.5,\n"
                       "bed-occupancy-general-acute,RYJ,2025-06,105,100,,\n");
    workspace_evaluate(&w);
    assert_int_equal(issue_count_of(w.edition, "impossible"), 6);
    assert_null(current_point(&w, "ae-within-4-hours", "RYJ", "2025-01"));
    assert_null(current_point(&w, "ae-within-4-hours", "RYJ", "2025-05"));
    assert_count(current_point(&w, "ae-within-4-hours", "RYJ", "2025-06"), 2, 3);
    assert_count(current_point(&w, "ae-within-4-hours", "RYJ", "2025-07"), 100, 100);
    assert_non_null(current_point(&w, "bed-occupancy-general-acute", "RYJ", "2025-06"));
    const edition_issue *first = issue_named(w.edition, "impossible", "RYJ");
    assert_non_null(strstr(first->text, "line 2 of a.csv"));
    size_t errors = 0;
    for (size_t i = 0; i < w.edition->finding_count; i++)
        errors += strcmp(w.edition->findings[i].kind, "impossible") == 0 &&
                  strcmp(w.edition->findings[i].severity, "error") == 0;
    assert_int_equal(errors, 6);
    workspace_remove(&w);
}

/* The finding says where the line stands; and of two files of which nothing tells the later, one with a line that cannot be does not win by chance, nor pass unseen. */
static void an_impossible_line_has_a_place_and_no_tie_hides_it(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        workspace w;
        size_t found = 0;
        workspace_make(&w);
        for (int i = 0; i < 2; i++) {
            if (i == order)
                tidy_add_as_scores(&w, "wrong.csv",
                                   "ae-within-4-hours,RJ1,2025-01,10,100,,\nae-within-4-hours,RYJ,2025-01,120,100,,\n");
            else
                tidy_add(&w, "right.csv", "", "ae-within-4-hours,RYJ,2025-01,90,100,,\n");
        }
        workspace_evaluate(&w);
        assert_count(current_point(&w, "ae-within-4-hours", "RYJ", "2025-01"), 90, 100);
        for (size_t i = 0; i < w.edition->finding_count; i++) {
            const edition_finding *f = &w.edition->findings[i];
            if (strcmp(f->kind, "impossible") != 0)
                continue;
            found++;
            assert_string_equal(f->file, "wrong.csv");
            assert_int_equal(f->line, 3);
        }
        assert_int_equal(found, 1);
        workspace_remove(&w);
    }
}

/* As `target measure` makes it: the value is given, or worked out where the line has only its counts. */
static measure *measure_as_local(const char *id, measure *before)
{
    for (size_t i = 0; i < house.catalogue.measure_count; i++) {
        measure *m = (measure *)&house.catalogue.measures[i]; /* catalogue_load made it; it is put back */
        if (strcmp(m->id, id) == 0) {
            *before = *m;
            m->value = VALUE_GIVEN;
            return m;
        }
    }
    fail_msg("no measure %s", id);
    return NULL;
}

static void a_local_percentage_is_worked_out_of_its_counts(void **state)
{
    workspace w;
    measure percent_before, count_before;
    size_t impossible = 0;
    (void)state;
    measure *percent = measure_as_local("ae-within-4-hours", &percent_before);
    measure *number = measure_as_local("rtt-waiting-list", &count_before);
    workspace_make(&w);
    tidy_add_as_scores(&w, "a.csv",
                       "ae-within-4-hours,RYJ,2025-01,344,1000,,\n"
                       "ae-within-4-hours,RYJ,2025-02,344,1000,34.4,\n"
                       "ae-within-4-hours,RYJ,2025-03,,1000,34.5,\n"
                       "ae-within-4-hours,RYJ,2025-04,344,1000,44,\n" /* they contradict one another */
                       "ae-within-4-hours,RYJ,2025-05,344,,,\n"       /* of how many? */
                       "ae-within-4-hours,RYJ,2025-06,1001,1000,,\n"
                       "ae-within-4-hours,RYJ,2025-07,,,-3,\n"
                       "ae-within-4-hours,RYJ,2025-08,,,100.5,\n"
                       "ae-within-4-hours,RYJ,2025-09,1,0,,\n"
                       "rtt-waiting-list,RYJ,2025-01,344,,,\n"
                       "rtt-waiting-list,RYJ,2025-02,344,,345,\n"); /* they contradict one another */
    workspace_evaluate(&w);
    assert_close(current_point(&w, "ae-within-4-hours", "RYJ", "2025-01")->value, 34.4);
    assert_close(current_point(&w, "ae-within-4-hours", "RYJ", "2025-02")->value, 34.4);
    assert_close(current_point(&w, "ae-within-4-hours", "RYJ", "2025-03")->value, 34.5);
    assert_null(current_point(&w, "ae-within-4-hours", "RYJ", "2025-09"));
    assert_close(current_point(&w, "rtt-waiting-list", "RYJ", "2025-01")->value, 344);
    assert_null(current_point(&w, "rtt-waiting-list", "RYJ", "2025-02"));
    /* It is for whom it was given. */
    assert_null(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-01"));
    for (size_t i = 0; i < w.edition->finding_count; i++)
        impossible += strcmp(w.edition->findings[i].kind, "impossible") == 0;
    assert_int_equal(impossible, 7);
    workspace_remove(&w);
    *percent = percent_before;
    *number = count_before;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(providers_roll_up_where_the_measure_says_so),
        cmocka_unit_test(a_value_without_counts_stays_where_it_is),
        cmocka_unit_test(rows_beat_tidy_and_it_is_listed),
        cmocka_unit_test(part_of_a_whole_does_not_pass_for_it),
        cmocka_unit_test(a_part_for_one_breakdown_is_not_there_for_another),
        cmocka_unit_test(a_split_icb_is_shared_marked_and_kept_out_of_the_limits),
        cmocka_unit_test(a_later_tidy_line_counts),
        cmocka_unit_test(a_tie_is_listed),
        cmocka_unit_test(revisions_of_published_files),
        cmocka_unit_test(gaps_are_points_without_a_figure),
        cmocka_unit_test(sums_that_are_too_large_are_refused),
        cmocka_unit_test(an_interruption_leaves_nothing),
        cmocka_unit_test(a_figure_that_never_changes_still_meets_its_target),
        cmocka_unit_test(few_providers_do_not_pass_for_england),
        cmocka_unit_test(a_series_has_periods_of_one_length),
        cmocka_unit_test(impossible_figures_are_not_used),
        cmocka_unit_test(an_impossible_line_has_a_place_and_no_tie_hides_it),
        cmocka_unit_test(a_local_percentage_is_worked_out_of_its_counts),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
