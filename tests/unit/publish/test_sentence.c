/* The sentences, from a table: each rule with each signal and each better way, and every way of lacking a figure. */
#include "publish/sentence.h"
#include "test_chart_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static fixture f;
static buffer out;

static const char *say(void (*what)(const series_view *, buffer *))
{
    buffer_clear(&out);
    what(&f.view, &out);
    assert_false(out.failed);
    return out.data == NULL ? "" : out.data;
}

static void must_say(const char *expected)
{
    assert_string_equal(say(sentence_series), expected);
}

/* Twenty quiet months around 60% with limits 57 to 63, then the tail; the last point's rule and signal are as given. */
static void quiet_then(const double *tail, size_t n, const char *rule, const char *signal, better way)
{
    double values[40];
    for (size_t i = 0; i < 20; i++)
        values[i] = 60 + (i % 2 == 0 ? 1 : -1);
    for (size_t i = 0; i < n; i++)
        values[20 + i] = tail[i];
    int first = 2026 * 12 + 3 - (int)(19 + n); /* so that the last is April 2026 */
    fixture_begin(&f, first / 12, first % 12 + 1, values, 20 + n);
    f.measure.better = way;
    fixture_judge(&f, (double)NAN, NULL, 0);
    for (size_t i = 0; i < f.count; i++) {
        f.points[i].mean = 60;
        f.points[i].lower = 57;
        f.points[i].upper = 63;
        f.points[i].segment = 1;
        f.points[i].rule = i + 1 == f.count ? rule : "";
        f.points[i].signal = i + 1 == f.count ? signal : "common-cause";
    }
}

#define FIRST "In April 2026, %s of people waiting for planned care in England had waited 18 weeks or less. "

static void test_rules_and_signals(void **state)
{
    (void)state;
    static const double above[] = {61, 61.5, 61, 62, 61, 61.2, 61.1}, below[] = {59, 58.5, 59, 58, 59, 58.8, 58.9};
    static const double rise[] = {58, 58.5, 59, 60, 60.5, 61, 61.5}, fall[] = {62, 61.5, 61, 60, 59.5, 59, 58.5};
    static const double high[] = {64.5}, low[] = {55.5}, near_high[] = {62.5, 60, 62.6}, near_low[] = {57.5, 60, 57.4},
                        quiet[] = {60.4};
    static const struct {
        const double *tail;
        size_t n;
        const char *rule, *signal;
        better way;
        const char *value, *says, *finding;
    } cases[] = {
        {above, 7, "shift", "improvement", BETTER_HIGHER, "61.1%",
         "That is improving: the last 7 months are all above average.",
         "Improving: 61.1% in April 2026, above average for 7 months"},
        {above, 7, "shift", "concern", BETTER_LOWER, "61.1%",
         "That is a concern: the last 7 months are all above average.",
         "Concern: 61.1% in April 2026, above average for 7 months"},
        {below, 7, "shift", "concern", BETTER_HIGHER, "58.9%",
         "That is a concern: the last 8 months are all below average.",
         "Concern: 58.9% in April 2026, below average for 8 months"},
        {below, 7, "shift", "improvement", BETTER_LOWER, "58.9%",
         "That is improving: the last 8 months are all below average.",
         "Improving: 58.9% in April 2026, below average for 8 months"},
        {above, 7, "shift", "high", BETTER_NEITHER, "61.1%",
         "That is a real change: the last 7 months are all above average.",
         "Unusually high: 61.1% in April 2026, above average for 7 months"},
        {below, 7, "shift", "low", BETTER_NEITHER, "58.9%",
         "That is a real change: the last 8 months are all below average.",
         "Unusually low: 58.9% in April 2026, below average for 8 months"},
        {rise, 7, "trend", "improvement", BETTER_HIGHER, "61.5%", "That is improving: it has risen 6 months in a row.",
         "Improving: 61.5% in April 2026, after 6 rises in a row"},
        {rise, 7, "trend", "concern", BETTER_LOWER, "61.5%", "That is a concern: it has risen 6 months in a row.",
         "Concern: 61.5% in April 2026, after 6 rises in a row"},
        {fall, 7, "trend", "concern", BETTER_HIGHER, "58.5%", "That is a concern: it has fallen 6 months in a row.",
         "Concern: 58.5% in April 2026, after 6 falls in a row"},
        {fall, 7, "trend", "low", BETTER_NEITHER, "58.5%", "That is a real change: it has fallen 6 months in a row.",
         "Unusually low: 58.5% in April 2026, after 6 falls in a row"},
        {high, 1, "beyond-limits", "improvement", BETTER_HIGHER, "64.5%",
         "That is improving: it is above its usual range, 57.0% to 63.0%.",
         "Improving: 64.5% in April 2026, above its usual range"},
        {low, 1, "beyond-limits", "concern", BETTER_HIGHER, "55.5%",
         "That is a concern: it is below its usual range, 57.0% to 63.0%.",
         "Concern: 55.5% in April 2026, below its usual range"},
        {low, 1, "beyond-limits", "improvement", BETTER_LOWER, "55.5%",
         "That is improving: it is below its usual range, 57.0% to 63.0%.",
         "Improving: 55.5% in April 2026, below its usual range"},
        {high, 1, "beyond-limits", "high", BETTER_NEITHER, "64.5%",
         "That is a real change: it is above its usual range, 57.0% to 63.0%.",
         "Unusually high: 64.5% in April 2026, above its usual range"},
        {near_high, 3, "two-of-three", "improvement", BETTER_HIGHER, "62.6%",
         "That is improving: two of the last three months are at the upper edge of what is usual.",
         "Improving: 62.6% in April 2026, at the upper edge of what is usual"},
        {near_low, 3, "two-of-three", "concern", BETTER_HIGHER, "57.4%",
         "That is a concern: two of the last three months are at the lower edge of what is usual.",
         "Concern: 57.4% in April 2026, at the lower edge of what is usual"},
        {quiet, 1, "", "common-cause", BETTER_HIGHER, "60.4%",
         "That is no real change: it is within its usual range, 57.0% to 63.0%.",
         "No real change: 60.4% in April 2026, within its usual range"},
        {quiet, 1, "", "common-cause", BETTER_NEITHER, "60.4%",
         "That is no real change: it is within its usual range, 57.0% to 63.0%.",
         "No real change: 60.4% in April 2026, within its usual range"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[400];
        quiet_then(cases[i].tail, cases[i].n, cases[i].rule, cases[i].signal, cases[i].way);
        (void)snprintf(expected, sizeof expected, FIRST "%s", cases[i].value, cases[i].says);
        must_say(expected);
        assert_string_equal(say(sentence_finding), cases[i].finding);
    }
}

static void target_of(double level, period by, const char *assurance)
{
    f.target = (edition_target){.id = "t", .level = level, .by = by};
    f.e.target_count = 1;
    f.series.latest_target = level;
    f.series.latest_target_index = 0;
    f.series.assurance = assurance;
}

static void test_targets(void **state)
{
    (void)state;
    static const double quiet[] = {60.4};
    static const struct {
        better way;
        double level;
        int64_t numerator, denominator;
        const char *assurance, *says;
    } cases[] = {
        {BETTER_HIGHER, 70, 6040, 10000, "fail",
         " The target is 70% by March 2027: 960 people short, and it will consistently be missed unless something "
         "changes."},
        {BETTER_HIGHER, 70, 0, 0, "fail",
         " The target is 70% by March 2027: it will consistently be missed unless something changes."},
        {BETTER_HIGHER, 62, 6040, 10000, "hit-and-miss",
         " The target is 62% by March 2027: 160 people short, and it may be met in some months and missed in others."},
        {BETTER_HIGHER, 60.41, 6040, 10000, "", " The target is 60.41% by March 2027: 1 person short."},
        {BETTER_HIGHER, 70, 0, 0, "", " The target is 70% by March 2027."},
        {BETTER_HIGHER, 60, 6040, 10000, "hit-and-miss",
         " It meets the target of 60% by March 2027, but may miss it in other months."},
        {BETTER_HIGHER, 50, 6040, 10000, "pass",
         " It meets the target of 50% by March 2027, and will consistently do so unless something changes."},
        {BETTER_HIGHER, 50, 6040, 10000, "", " It meets the target of 50% by March 2027."},
        {BETTER_LOWER, 1, 6040, 10000, "fail",
         " The target is 1% by March 2027: 5,940 people too many, and it will consistently be missed unless something "
         "changes."},
        {BETTER_LOWER, 90, 6040, 10000, "pass",
         " It meets the target of 90% by March 2027, and will consistently do so unless something changes."},
        {BETTER_NEITHER, 90, 6040, 10000, "", " The target is 90% by March 2027."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[600];
        quiet_then(quiet, 1, "", "common-cause", cases[i].way);
        edition_point *last = &f.points[f.count - 1];
        last->has_numerator = last->has_denominator = cases[i].denominator > 0;
        last->numerator = cases[i].numerator;
        last->denominator = cases[i].denominator;
        target_of(cases[i].level, period_month(2027, 3), cases[i].assurance);
        (void)snprintf(expected, sizeof expected,
                       FIRST "That is no real change: it is within its usual range, 57.0%% to 63.0%%.%s", "60.4%",
                       cases[i].says);
        must_say(expected);
    }
    /* A target across a year, and one whose record is not at hand. */
    period year;
    assert_true(period_parse(text_of("FY2026-27"), &year));
    target_of(70, year, "");
    f.measure.better = BETTER_HIGHER;
    f.points[f.count - 1].has_denominator = false;
    assert_non_null(strstr(say(sentence_series), " The target is 70% in 2026/27."));
    f.series.latest_target_index = -1;
    assert_non_null(strstr(say(sentence_series), " The target is 70%."));
}

/* ceil(target x denominator - numerator), exactly, for England in April 2026. */
static void test_gap(void **state)
{
    (void)state;
    static const double quiet[] = {64.9};
    int64_t missing;
    quiet_then(quiet, 1, "", "common-cause", BETTER_HIGHER);
    edition_point *last = &f.points[f.count - 1];
    target_of(70, period_month(2027, 3), "");
    assert_false(sentence_gap(&f.view, &missing)); /* no numerator */
    last->has_numerator = last->has_denominator = true;
    last->numerator = 4623405;
    last->denominator = 7123980;
    assert_true(sentence_gap(&f.view, &missing));
    assert_int_equal(missing, 363381); /* 0.7 x 7,123,980 = 4,986,786 exactly: no rounding up to one more */
    last->denominator = 7123981;
    assert_true(sentence_gap(&f.view, &missing));
    assert_int_equal(missing, 363382); /* 4,986,786.7 */
    f.measure.better = BETTER_LOWER;
    target_of(1, period_month(2026, 3), "");
    last->numerator = 100665;
    last->denominator = 7123980;
    last->value = 1.41304;
    assert_true(sentence_gap(&f.view, &missing));
    assert_int_equal(missing, 100665 - 71239);
    f.measure.domain = "finance"; /* spending that falls short is nobody */
    f.measure.definition = "Numerator: spending, in thousand pounds.";
    assert_string_equal(sentence_gap_noun(&f.measure), "thousand pounds");
    f.measure.definition = "Spending.";
    assert_string_equal(sentence_gap_noun(&f.measure), "pounds");
    f.measure.domain = NULL;
    last->numerator = 71239;
    last->value = 1;
    assert_true(sentence_gap(&f.view, &missing));
    assert_int_equal(missing, 0);
    f.measure.value_kind = "percentile";
    assert_false(sentence_gap(&f.view, &missing));
    last->denominator = 0;
    f.measure.value_kind = "ratio";
    assert_false(sentence_gap(&f.view, &missing));
    static const char *const nouns[][2] = {
        {"% of people waiting", "people"}, {"% of attendances", "attendances"}, {"patients", "people"}, {"", "cases"}};
    for (size_t i = 0; i < 4; i++) {
        f.measure.unit_label = nouns[i][0];
        assert_string_equal(sentence_gap_noun(&f.measure), nouns[i][1]);
    }
}

static void test_lacking_figures(void **state)
{
    (void)state;
    double values[] = {62, 63, 63.5, 64, 64.9};
    /* Too few months. */
    fixture_begin(&f, 2025, 12, values, 5);
    fixture_judge(&f, (double)NAN, NULL, 0);
    must_say("In April 2026, 64.9% of people waiting for planned care in England had waited 18 weeks or less. Too few "
             "months to tell whether it is "
             "changing: 5 of 13 needed.");
    assert_string_equal(say(sentence_finding), "64.9% in April 2026, too early to say whether it is changing");
    assert_string_equal(say(sentence_change), "too early to say");
    /* The words are those of the rule set in force, whatever its name. */
    f.e.rules = "trust-board-2026-04";
    f.e.judged_by = (edition_rules){.shift_points = 6, .trend_points = 5, .minimum_points = 20, .limit_factor = 2.66};
    assert_non_null(strstr(say(sentence_series), "changing: 5 of 20 needed."));
    f.e.judged_by.minimum_points = 5;
    assert_null(strstr(say(sentence_series), "needed"));
    fixture_begin(&f, 2026, 4, values + 4, 1);
    fixture_judge(&f, (double)NAN, NULL, 0);
    assert_string_equal(say(sentence_finding), "64.9% in April 2026, the first figure");
    /* Gaps before the latest month: as rows, and as rows that are absent. */
    static const double hole[] = {60, (double)NAN, 60.4}, holes[] = {60, (double)NAN, (double)NAN, 60.4};
    quiet_then(hole, 3, "", "common-cause", BETTER_HIGHER);
    assert_non_null(strstr(say(sentence_series), "57.0% to 63.0%. No figure for March 2026."));
    quiet_then(holes, 4, "", "common-cause", BETTER_HIGHER);
    assert_non_null(strstr(say(sentence_series), "57.0% to 63.0%. No figures from February 2026 to March 2026."));
    quiet_then(hole, 3, "", "common-cause", BETTER_HIGHER);
    f.points[f.count - 2] = f.points[f.count - 1];
    f.view.count--;
    assert_non_null(strstr(say(sentence_series), "57.0% to 63.0%. No figure for March 2026."));
    /* The last rows without a figure: the sentence is of the latest that has one. */
    static const double last_missing[] = {60, 60.4, (double)NAN};
    quiet_then(last_missing, 3, "", "", BETTER_HIGHER);
    assert_non_null(strstr(say(sentence_series), "In March 2026, 60.4% of people"));
    /* None at all. */
    double nothing[] = {(double)NAN, (double)NAN};
    fixture_begin(&f, 2026, 3, nothing, 2);
    fixture_judge(&f, (double)NAN, NULL, 0);
    must_say("No figures for England from March 2026 to April 2026.");
    assert_string_equal(say(sentence_finding), "No figures");
    assert_string_equal(say(sentence_change), "no figures yet");
    f.view.count = 0;
    must_say("No figures for England.");
    /* Estimated: never judged. */
    static const double quiet[] = {64.5};
    quiet_then(quiet, 1, "beyond-limits", "improvement", BETTER_HIGHER);
    f.points[f.count - 1].estimated = true;
    must_say("In April 2026, 64.5% of people waiting for planned care in England had waited 18 weeks or less "
             "(estimated from the organisations that it was "
             "made from, so it is not judged).");
    assert_string_equal(say(sentence_finding), "64.5% in April 2026, estimated, so not judged");
    /* The open band. */
    quiet_then(quiet, 1, "", "", BETTER_LOWER);
    f.measure.unit = "weeks";
    f.measure.sentence = "In {period}, half of the people waiting in {organisation} had waited less than {value} weeks";
    f.points[f.count - 1].over_open_band = true;
    f.points[f.count - 1].value = (double)NAN;
    must_say("In April 2026, half of the people waiting in England had waited less than 104+ weeks. That is beyond the "
             "longest wait that the published "
             "figures tell apart.");
    /* Always the same: screening leaves no limits. */
    double same[20];
    for (int i = 0; i < 20; i++)
        same[i] = 100;
    fixture_begin(&f, 2024, 9, same, 20);
    fixture_judge(&f, (double)NAN, NULL, 0);
    assert_non_null(strstr(say(sentence_series), "100% of people waiting for planned care in England had waited 18 "
                                                 "weeks or less. It has been the same for 20 months."));
}

static void test_closed_organisation(void **state)
{
    (void)state;
    static const double quiet[] = {64.5};
    quiet_then(quiet, 1, "beyond-limits", "improvement", BETTER_HIGHER);
    target_of(70, period_month(2027, 3), "fail");
    f.org = (edition_org){.code = "QH8",
                          .name = "NHS Mid and South Essex Integrated Care Board",
                          .kind = ORG_ICB,
                          .became = "Became part of NHS Essex ICB (D7T5G) on 1 April 2026."};
    must_say("In April 2026, 64.5% of people waiting for planned care in NHS Mid and South Essex ICB had waited 18 "
             "weeks or less. NHS Mid and South Essex ICB "
             "became part of NHS Essex ICB (D7T5G) on 1 April 2026.");
    /* A page that says so at its top leaves it out of each row. */
    assert_string_equal(say(sentence_series_alone),
                        "In April 2026, 64.5% of people waiting for planned care in NHS Mid "
                        "and South Essex ICB had waited 18 weeks or less.");
    f.org.became = "NHS Essex ICB took it over";
    assert_non_null(strstr(say(sentence_series), "NHS Mid and South Essex ICB NHS Essex ICB took it over."));
}

static void test_templates(void **state)
{
    (void)state;
    static const double quiet[] = {60.4};
    static const struct {
        const char *template, *begins;
    } cases[] = {
        {"{numerator} of {denominator} people in {organisation}, {value}, in {period}.",
         "4.62 million of 7.12 million people in England, 60.4%, in April 2026. "},
        {"{organisation} had {value}", "England had 60.4%. "},
        {"{unknown} {value} {", "{unknown} 60.4% {. "},
        {"", "In April 2026, the figure for England was 60.4%. "},
        {NULL, "In April 2026, the figure for England was 60.4%. "},
        {"Was it {value}?", "Was it 60.4%? "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quiet_then(quiet, 1, "", "common-cause", BETTER_HIGHER);
        edition_point *last = &f.points[f.count - 1];
        last->has_numerator = last->has_denominator = true;
        last->numerator = 4623405;
        last->denominator = 7123980;
        f.measure.sentence = cases[i].template;
        assert_int_equal(strncmp(say(sentence_series), cases[i].begins, strlen(cases[i].begins)), 0);
    }
    f.measure.sentence = "{organisation} had {value}";
    f.org = (edition_org){.name = "SOUTH EAST", .short_name = "South East", .kind = ORG_REGION, .became = ""};
    assert_int_equal(strncmp(say(sentence_series), "The South East had 60.4%.", 25), 0);
}

/* A count of 1 under the templates of the catalogue: noun and verb follow it; of 2, and of shares, the words stay. */
static void test_one(void **state)
{
    (void)state;
    static const struct {
        const char *template, *one, *two;
    } cases[] = {
        {"{value} people in {organisation} had waited.", "1 person in England had waited. ",
         "2 people in England had waited. "},
        {"{value} people were waiting in {organisation}.", "1 person was waiting in England. ",
         "2 people were waiting in England. "},
        {"{value} people in {organisation} were told whether they had cancer.",
         "1 person in England was told whether they had cancer. ",
         "2 people in England were told whether they had cancer. "},
        {"{numerator} people in {organisation} had waited: {value} of all who were waiting.",
         "1 person in England had waited: 1 of all who were waiting. ",
         "2 people in England had waited: 2 of all who were waiting. "},
        {"There were {value} attendances at A&E, and doctors were there.",
         "There was 1 attendance at A&E, and doctors were there. ",
         "There were 2 attendances at A&E, and doctors were there. "},
        {"In {period}, there were {value} emergency admissions.", "In April 2026, there was 1 emergency admission. ",
         "In April 2026, there were 2 emergency admissions. "},
        {"{value} new pathways of planned care started.", "1 new pathway of planned care started. ",
         "2 new pathways of planned care started. "},
        {"{value} children and young people were waiting.", "1 child or young person was waiting. ",
         "2 children and young people were waiting. "},
        {"{organisation} had {value} full-time equivalent nurses and health visitors.",
         "England had 1 full-time equivalent nurse or health visitor. ",
         "England had 2 full-time equivalent nurses and health visitors. "},
        {"Scored {value} of 10 people who were asked.", "Scored 1 of 10 people who were asked. ",
         "Scored 2 of 10 people who were asked. "},
        {"{value} bedspreads were open.", "1 bedspreads were open. ", "2 bedspreads were open. "},
        {"{value}", "1. ", "2. "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int count = 1; count <= 2; count++) {
            const double quiet[] = {count};
            const char *begins = count == 1 ? cases[i].one : cases[i].two;
            quiet_then(quiet, 1, "", "common-cause", BETTER_LOWER);
            edition_point *last = &f.points[f.count - 1];
            last->has_numerator = true;
            last->numerator = count;
            f.measure.unit = "count";
            f.measure.decimals = 0;
            f.measure.sentence = cases[i].template;
            const char *said = say(sentence_series);
            if (strncmp(said, begins, strlen(begins)) != 0)
                assert_string_equal(said, begins);
        }
}

/* A figure after estimated ones is the first that is not estimated, never simply the first. */
static void test_first_figure(void **state)
{
    (void)state;
    static const double quiet[] = {60.4};
    quiet_then(quiet, 1, "", "", BETTER_HIGHER);
    for (size_t i = 0; i + 1 < f.count; i++)
        f.points[i].estimated = true;
    assert_string_equal(say(sentence_change), "first figure not estimated");
    assert_string_equal(say(sentence_finding), "60.4% in April 2026, the first figure that is not estimated");
    for (size_t i = 0; i + 1 < f.count; i++) {
        f.points[i].estimated = false;
        f.points[i].segment = 0; /* before a step */
    }
    assert_string_equal(say(sentence_change), "too early to say");
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        org_kind kind;
        const char *name, *brief, *says;
    } cases[] = {
        {ORG_ENGLAND, "ENGLAND", "", "England"},
        {ORG_REGION, "SOUTH EAST", "South East", "the South East"},
        {ORG_REGION, "London", "London", "London"},
        {ORG_REGION, "East of England", "East of England", "the East of England"},
        {ORG_REGION, "The North", "The North", "The North"},
        {ORG_ICB, "NHS Essex Integrated Care Board", "Essex", "NHS Essex ICB"},
        {ORG_ICB, "Essex Integrated Care Board", "Essex", "NHS Essex ICB"},
        {ORG_ICB, "NHS ESSEX ICB", "Essex", "NHS Essex ICB"},
        {ORG_TRUST, "MID AND SOUTH ESSEX NHS FOUNDATION TRUST", "", "Mid and South Essex NHS Foundation Trust"},
        {ORG_TRUST, "Barts Health NHS Trust", "Barts", "Barts Health NHS Trust"},
        {ORG_INDEPENDENT, "BMI - THE ALEXANDRA HOSPITAL", "", "BMI - the Alexandra Hospital"},
        {ORG_UNKNOWN, "NEMS UTC", "", "NEMS UTC"},
        {ORG_COMMUNITY_INTEREST, "EAST COAST COMMUNITY HEALTHCARE C.I.C", "", "East Coast Community Healthcare C.I.C"},
        {ORG_UNKNOWN, "MARKET HARBOROUGH MED.CTR (OOH)", "", "Market Harborough Med.Ctr (OOH)"},
        {ORG_UNKNOWN, "", "", "RX9"},
        {ORG_UNKNOWN, NULL, NULL, "RX9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edition_org o = {.code = "RX9", .kind = cases[i].kind, .name = cases[i].name, .short_name = cases[i].brief};
        buffer_clear(&out);
        sentence_organisation(&o, &out);
        assert_string_equal(out.data, cases[i].says);
    }
}

static void test_change(void **state)
{
    (void)state;
    static const double tail[] = {60.2, 60.4};
    static const struct {
        const char *before, *now, *says;
    } cases[] = {
        {"common-cause", "improvement", "now improving"},   {"improvement", "improvement", "still improving"},
        {"common-cause", "concern", "new concern"},         {"concern", "concern", "still a concern"},
        {"concern", "improvement", "now improving"},        {"improvement", "common-cause", "no longer improving"},
        {"concern", "common-cause", "no longer a concern"}, {"high", "common-cause", "back in usual range"},
        {"common-cause", "high", "now unusually high"},     {"low", "low", "still unusually low"},
        {"common-cause", "common-cause", "no real change"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quiet_then(tail, 2, "", cases[i].now, BETTER_HIGHER);
        f.points[f.count - 2].signal = cases[i].before;
        assert_string_equal(say(sentence_change), cases[i].says);
    }
    quiet_then(tail, 2, "", "common-cause", BETTER_HIGHER);
    target_of(60.3, period_month(2027, 3), "hit-and-miss");
    f.points[f.count - 2].target = f.points[f.count - 1].target = 60.3;
    assert_string_equal(say(sentence_change), "target now met");
    f.measure.better = BETTER_LOWER;
    assert_string_equal(say(sentence_change), "target no longer met");
}

/* At a hospital, in a system. */
static void test_at_or_in(void **state)
{
    (void)state;
    static const double quiet[] = {60.4};
    quiet_then(quiet, 1, "", "common-cause", BETTER_HIGHER);
    f.org = (edition_org){.code = "NT350", .name = "Ashtead Hospital", .kind = ORG_INDEPENDENT, .became = ""};
    assert_non_null(strstr(say(sentence_series), "planned care at Ashtead Hospital had"));
    f.org = (edition_org){.code = "QH8", .name = "NHS Essex ICB", .kind = ORG_ICB, .became = ""};
    assert_non_null(strstr(say(sentence_series), "planned care in NHS Essex ICB had"));
}

/* A value beyond its limits is never told by the digits of the limit. */
static void test_told_apart(void **state)
{
    (void)state;
    static const double all[] = {100};
    quiet_then(all, 1, "beyond-limits", "improvement", BETTER_HIGHER);
    edition_point *last = &f.points[f.count - 1];
    last->lower = 99.91095;
    last->upper = 99.97237;
    assert_non_null(strstr(say(sentence_series), "100% of people"));
    assert_non_null(strstr(say(sentence_series), "above its usual range, 99.91% to 99.97%."));
    last->value = 99.96;
    last->upper = 99.954;
    assert_non_null(strstr(say(sentence_series), "99.96% of people"));
    assert_non_null(strstr(say(sentence_series), "above its usual range, 99.91% to 99.95%."));
    last->value = 99.5;
    last->upper = 80;
    last->lower = 60;
    assert_non_null(strstr(say(sentence_series), "above its usual range, 60.0% to 80.0%."));
}

/* What is gone was so: nothing new, nothing to expect. */
static void test_closed_verdicts(void **state)
{
    (void)state;
    static const double tail[] = {60.2, 55.0};
    static const struct {
        const char *now, *says;
    } cases[] = {{"concern", "was a concern"},
                 {"improvement", "was improving"},
                 {"high", "was unusually high"},
                 {"low", "was unusually low"},
                 {"common-cause", "showed no real change"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quiet_then(tail, 2, "beyond-limits", cases[i].now, BETTER_HIGHER);
        f.e.current = f.org.closed = date_of(2026, 4, 1);
        assert_string_equal(say(sentence_change), cases[i].says);
        assert_null(strstr(say(sentence_series), "That is"));
    }
}

/* The rule of scorecards, of what changed and of the home page. */
static void test_verdict_changed(void **state)
{
    (void)state;
    static const double tail[] = {60.2, 60.4};
    static const struct {
        const char *before, *now;
        bool changed;
    } cases[] = {{"common-cause", "concern", true}, {"", "concern", true},       {"concern", "concern", false},
                 {"concern", "common-cause", true}, {"", "common-cause", false}, {"concern", "", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        spc_signal before, now;
        quiet_then(tail, 2, "", cases[i].now, BETTER_HIGHER);
        f.points[f.count - 2].signal = cases[i].before;
        assert_int_equal(series_verdict_changed(&f.view, &before, &now), cases[i].changed);
        assert_string_equal(spc_signal_name(before), cases[i].before);
    }
}

static void test_ranges(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        double lower, upper;
        bool any;
        const char *says;
    } cases[] = {{"percent", 57, 63, true, "57.0% to 63.0%"},
                 {"percent", -1, 2.1, true, "up to 2.1%"},
                 {"percent", 93.1, 104, true, "93.1% or more"},
                 {"percent", -1, 104, false, ""},
                 {"weeks", 36.8, 41.6, true, "36.8 to 41.6 weeks"},
                 {"score", -1, 1, true,
                  "\xe2\x88\x92"
                  "1.0 to 1.0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edition_measure m = {.unit = cases[i].unit, .decimals = 1};
        buffer_clear(&out);
        assert_int_equal(sentence_range(&m, cases[i].lower, cases[i].upper, &out), cases[i].any);
        assert_string_equal(out.data, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_and_signals),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_lacking_figures),
        cmocka_unit_test(test_closed_organisation),
        cmocka_unit_test(test_templates),
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_first_figure),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_at_or_in),
        cmocka_unit_test(test_told_apart),
        cmocka_unit_test(test_closed_verdicts),
        cmocka_unit_test(test_verdict_changed),
        cmocka_unit_test(test_ranges),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buffer_free(&out);
    return failed;
}
