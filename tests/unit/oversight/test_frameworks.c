/* Frameworks from memory: the same checks as from a folder, with line and nearest name; regimes; published tables; words shared with other rooms. */
#include "catalogue/frameworks_work.h"
#include "oversight/oversight.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const framework_measure measures[] = {{"waits", BETTER_HIGHER}, {"beds", BETTER_NEITHER}};

static const char SCORED[] = "id: ours\n"                    /* 1 */
                             "name: Ours\n"                  /* 2 */
                             "authority: Us\n"               /* 3 */
                             "document: Paper\n"             /* 4 */
                             "year: FY2025-26\n"             /* 5 */
                             "verified: true\n"              /* 6 */
                             "levels: [provider]\n"          /* 7 */
                             "kinds: [trust]\n"              /* 8 */
                             "metrics:\n"                    /* 9 */
                             "  - id: M1\n"                  /* 10 */
                             "    name: Waits\n"             /* 11 */
                             "    domain: access\n"          /* 12 */
                             "    measure: waits\n"          /* 13 */
                             "    scoring: ranked\n"         /* 14 */
                             "    verified: true\n"          /* 15 */
                             "segments: {quartiles: true}\n" /* 16 */
                             "adjustments:\n"                /* 17 */
                             "  - id: deficit\n"             /* 18 */
                             "    name: In deficit\n"        /* 19 */
                             "    event: deficit-support\n"  /* 20 */
                             "    no_better_than: 3\n"       /* 21 */
                             "    verified: true\n";         /* 22 */

static const char REGIMES[] = "id: ours\n"                                                    /* 1 */
                              "name: Ours\n"                                                  /* 2 */
                              "authority: Us\n"                                               /* 3 */
                              "document: Paper\n"                                             /* 4 */
                              "year: FY2025-26\n"                                             /* 5 */
                              "verified: false\n"                                             /* 6 */
                              "levels: [icb]\n"                                               /* 7 */
                              "regimes:\n"                                                    /* 8 */
                              "  - {id: usual, name: Usual, who: Everyone, verified: true}\n" /* 9 */
                              "  - id: lighter\n"                                             /* 10 */
                              "    name: Lighter\n"                                           /* 11 */
                              "    who: Some\n"                                               /* 12 */
                              "    event: lighter-regime\n"                                   /* 13 */
                              "    verified: false\n"                                         /* 14 */
                              "returns:\n"                                                    /* 15 */
                              "  - id: report\n"                                              /* 16 */
                              "    name: Report\n"                                            /* 17 */
                              "    asked_by: Them\n"                                          /* 18 */
                              "    kind: return\n"                                            /* 19 */
                              "    applies:\n"                                                /* 20 */
                              "      - {regime: usual, how: Monthly}\n"                       /* 21 */
                              "    verified: false\n";                                        /* 22 */

typedef struct mistake {
    const char *whole, *find, *replace;
    int line;
    const char *message, *hint;
} mistake;

static const mistake MISTAKES[] = {
    {SCORED, "verified: true\nlevels", "verifed: true\nlevels", 6, "Unknown key 'verifed'", "verified"},
    {SCORED, "    scoring: ranked", "    scorring: ranked", 14, "Unknown key 'scorring'", "scoring"},
    {SCORED, "scoring: ranked", "scoring: ranks", 14, "must be one of discrete, continuous, ranked", ""},
    {SCORED, "measure: waits", "measure: wait", 13, "Unknown measure 'wait' in metric 'M1'", "Did you mean 'waits'"},
    {SCORED, "measure: waits", "measure: beds", 10, "Measure 'beds' of metric 'M1' has no better direction", "better"},
    {SCORED, "scoring: ranked", "weight: 0\n    scoring: ranked", 9, "are nought: there is nothing to average", ""},
    {SCORED, "deficit-support", "deficit-suport", 20, "Unknown event 'deficit-suport' in 'deficit'",
     "Did you mean 'deficit-support'"},
    {SCORED, "kinds: [trust]", "kinds: [trusts]", 8, "Unknown kind 'trusts' in 'ours'", "Did you mean 'trust'"},
    {SCORED, "quartiles: true", "quartile: true", 16, "Unknown key 'quartile'", "quartiles"},
    {REGIMES, "lighter-regime", "light-regime", 13, "Unknown event 'light-regime' in 'lighter'",
     "Did you mean 'lighter-regime'"},
    {REGIMES, "    event: lighter-regime\n", "", 8, "needs one regime without an event", ""},
    {REGIMES, "id: lighter", "id: usual", 10, "Regime 'usual' stands twice", ""},
    {REGIMES, "regime: usual", "regime: usal", 21, "Unknown regime 'usal' in 'report'", "Did you mean 'usual'"},
    {REGIMES, "kind: return", "kind: form", 19, "must be one of return, review", ""},
    {REGIMES, "      - {regime: usual, how: Monthly}\n",
     "      - {regime: usual, how: Monthly}\n      - {regime: usual, how: Daily}\n", 22,
     "Regime 'usual' stands twice in 'report'", ""},
};

static char *changed(const mistake *m, buffer *b)
{
    const char *at = strstr(m->whole, m->find);
    assert_non_null(at);
    buffer_clear(b);
    buffer_put(b, m->whole, (size_t)(at - m->whole));
    buffer_text(b, m->replace);
    buffer_text(b, at + strlen(m->find));
    return b->data;
}

static void test_mistakes(void **state)
{
    (void)state;
    buffer b = {0};
    for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++) {
        const mistake *m = &MISTAKES[i];
        catalogue c;
        problems list = {.limit = 20};
        error err = {0};
        assert_int_equal(frameworks_read("ours", text_of(changed(m, &b)), NULL, measures, 2, &c, &list, &err),
                         STATUS_REFUSED);
        bool good = err.row == m->line && strstr(err.message, m->message) != NULL &&
                    strstr(err.hint, m->hint) != NULL && strcmp(err.file, "ours") == 0;
        if (!good)
            fail_msg("mistake %zu: line %lld: %s (%s)", i, (long long)err.row, err.message, err.hint);
        assert_int_equal(c.framework_count, 0);
        problems_free(&list);
    }
    buffer_free(&b);
}

static void test_regimes(void **state)
{
    (void)state;
    catalogue c;
    assert_int_equal(frameworks_read("ours", text_of(REGIMES), NULL, measures, 2, &c, NULL, NULL), STATUS_OK);
    const framework *f = catalogue_framework(&c, "ours");
    assert_non_null(f);
    assert_int_equal(f->regime_count, 2);
    assert_int_equal(f->return_count, 1);
    assert_string_equal(f->returns[0].how[0], "Monthly");
    assert_string_equal(f->returns[0].how[1], ""); /* not known here */
    assert_false(f->returns[0].review);
    assert_int_equal(f->whole.length, sizeof REGIMES - 1);
    const oversight_event events[] = {{.organisation = "QMM",
                                       .kind = "lighter-regime",
                                       .first = period_month(2026, 4),
                                       .last = period_month(2026, 6)}};
    const oversight_book book = {.events = events, .event_count = 1};
    assert_int_equal(oversight_regime_of(&book, f, "QMM", period_month(2026, 3)), 0);
    assert_int_equal(oversight_regime_of(&book, f, "QMM", period_month(2026, 4)), 1);
    assert_int_equal(oversight_regime_of(&book, f, "QMM", period_month(2026, 7)), 0);
    assert_int_equal(oversight_regime_of(&book, f, "QOX", period_month(2026, 4)), 0);
    catalogue_free(&c);
}

static void test_published(void **state)
{
    (void)state;
    static const struct {
        const char *table;
        int line;
        const char *message;
    } bad[] = {{"", 1, "The published table is empty"},
               {"organisation,name\nRM1,X\n", 1, "needs the columns organisation, and score or segment"},
               {"organisation,score\nRM1,5\n", 2, "A score is a number from 1 to 4: '5'"},
               {"organisation,score\nRM1,two\n", 2, "A score is a number from 1 to 4: 'two'"},
               {"organisation,segment\nRM1,2.5\n", 2, "A segment is a whole number from 1 to 5: '2.5'"},
               {"organisation,segment\n,2\n", 2, "The organisation is missing"},
               {"organisation,segment\nRM1,2\nRGP,3\nRM1,2\n", 4, "The organisation stands twice: 'RM1'"}};
    catalogue c;
    error err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(frameworks_read("ours", text_of(SCORED), bad[i].table, measures, 2, &c, NULL, &err),
                         STATUS_REFUSED);
        if (err.row != bad[i].line || strstr(err.message, bad[i].message) == NULL)
            fail_msg("table %zu: line %lld: %s", i, (long long)err.row, err.message);
    }
    static const char good[] =
        "\xef\xbb\xbfname,organisation,segment,score\r\n\"A, B\",RM1,3,2.31\r\n\r\nC,\"RGP\",,1\r\n";
    assert_int_equal(frameworks_read("ours", text_of(SCORED), good, measures, 2, &c, NULL, NULL), STATUS_OK);
    const framework *f = catalogue_framework(&c, "ours");
    assert_int_equal(f->published_count, 2);
    assert_string_equal(f->published[0].organisation, "RM1");
    assert_true(f->published[0].score > 2.309 && f->published[0].score < 2.311);
    assert_int_equal(f->published[0].segment, 3);
    assert_string_equal(f->published[1].organisation, "RGP");
    assert_int_equal(f->published[1].segment, 0);
    catalogue_free(&c);
}

/* The words that the catalogue knows of other rooms are theirs. */
static void test_words(void **state)
{
    (void)state;
    register_field field;
    const char *choices = NULL;
    bool required;
    buffer all = {0};
    for (size_t i = 0; framework_events[i] != NULL; i++)
        buffer_printf(&all, "%s%s", i > 0 ? "|" : "", framework_events[i]);
    bool found = false;
    for (size_t i = 0; register_event_field("rating.enter", i, &field, &required, &choices) && !found; i++)
        if (field == FIELD_REGIME) {
            assert_string_equal(choices, all.data);
            found = true;
        }
    assert_true(found);
    buffer_free(&all);
    size_t kinds = 0;
    for (; framework_kinds[kinds] != NULL; kinds++) {
        org_kind kind;
        if (!org_kind_parse(text_of(framework_kinds[kinds]), &kind))
            fail_msg("orgs knows no kind %s", framework_kinds[kinds]);
    }
    assert_int_equal(kinds, ORG_KIND_COUNT);
    arena a = {0};
    register_log *log = NULL;
    assert_int_equal(register_open(":memory:", &(register_options){.make = true}, &log, NULL), STATUS_OK);
    for (size_t i = 0; framework_records[i] != NULL; i++) {
        const oversight_record *rows;
        size_t count;
        assert_int_equal(oversight_records(log, "QMM", framework_records[i], &a, &rows, &count, NULL), STATUS_OK);
    }
    register_close(log);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mistakes), cmocka_unit_test(test_regimes),
                                       cmocka_unit_test(test_published), cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
