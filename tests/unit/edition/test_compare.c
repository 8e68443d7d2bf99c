/* Two editions side by side, against what was planted; what the checks found, there and back; editions by the beginning of their names. */
#include "made.h"

/* ---- comparing ------------------------------------------------------------------------------------------ */

typedef struct given {
    int32_t month;
    double value;
    bool missing;
} given;

static const edition_point plain = {.value = (double)NAN,
                                    .target = (double)NAN,
                                    .mean = (double)NAN,
                                    .lower = (double)NAN,
                                    .upper = (double)NAN,
                                    .rule = "",
                                    .signal = "",
                                    .release = -1};

static void write_series(edition_writer *w, int32_t measure_at, int32_t who, geography g, const char *variation,
                         const given *figures, size_t count)
{
    edition_point points[8];
    error err = {0};
    for (size_t i = 0; i < count; i++) {
        points[i] = plain;
        points[i].period = (period){PERIOD_MONTH, figures[i].month, 1};
        points[i].missing = figures[i].missing;
        points[i].value = figures[i].missing ? (double)NAN : figures[i].value;
    }
    edition_series s = {.measure = measure_at,
                        .org = who,
                        .breakdown = -1,
                        .geography = g,
                        .first = points[0].period,
                        .last = points[count - 1].period,
                        .latest_value = points[count - 1].value,
                        .latest_target = (double)NAN,
                        .latest_target_index = -1,
                        .variation = variation,
                        .assurance = "",
                        .note = ""};
    check(edition_writer_series(w, &s, points, count, &err), &err);
}

static edition_writer *begin(edition *head)
{
    edition_writer *w;
    error err = {0};
    check(edition_writer_open(":memory:", head, &w, &err), &err);
    return w;
}

static edition *finish(edition_writer *w)
{
    edition *e;
    error err = {0};
    check(edition_from_writer(w, &e, &err), &err);
    return e;
}

typedef struct told {
    buffer words;
} told;

static status write_down(void *context, const edition_change *c, error *err)
{
    told *t = context;
    char when[PERIOD_TEXT];
    (void)err;
    period_format(c->period, when);
    buffer_printf(&t->words, "%s %s", edition_change_name(c->kind), when);
    if (c->kind == EDITION_VARIATION)
        buffer_printf(&t->words, " %s>%s", c->before_series->variation, c->after_series->variation);
    else
        buffer_printf(&t->words, " %g>%g", c->before == NULL ? -1 : c->before->value,
                      c->after == NULL ? -1 : c->after->value);
    buffer_char(&t->words, ';');
    return STATUS_OK;
}

static const given old_figures[] = {{24300, 1, false}, {24301, 2, false}, {24302, 0, true}, {24303, 4, false}};
static const given new_figures[] = {{24301, 2.5, false}, {24302, 3, false}, {24303, 4, false}, {24304, 5, false}};

/* The later edition has its measures in another order, so that nothing can be matched by number. */
static void every_difference_is_told_once(void **state)
{
    edition head = made_head(), other = made_head();
    edition_measure turned[] = {made_measures[2], made_measures[0], made_measures[1]};
    told t = {0};
    error err = {0};
    (void)state;
    other.measures = turned;
    other.target_count = 0;
    edition_writer *w = begin(&head);
    write_series(w, 0, 2, GEOGRAPHY_CURRENT, "common-cause", old_figures, 4); /* zebra of RAA */
    write_series(w, 1, 1, GEOGRAPHY_CURRENT, "", old_figures, 1);             /* ant of QAA: gone */
    write_series(w, 2, 1, GEOGRAPHY_AS_PUBLISHED, "", old_figures, 1);        /* middle of QAA, as published alone */
    edition *before = finish(w);
    w = begin(&other);
    write_series(w, 0, 1, GEOGRAPHY_AS_PUBLISHED, "", new_figures, 1);
    write_series(w, 1, 2, GEOGRAPHY_CURRENT, "high", new_figures, 4);
    write_series(w, 1, 2, GEOGRAPHY_AS_PUBLISHED, "high", new_figures, 1); /* beside a current one: says nothing new */
    edition *after = finish(w);
    check(edition_compare(before, after, NULL, NULL, write_down, &t, &err), &err);
    assert_string_equal(t.words.data, /* middle of QAA, as published */
                        "gone 2025-01 1>-1;new 2025-02 -1>2.5;"
                        /* zebra of RAA */
                        "gone 2025-01 1>-1;revised 2025-02 2>2.5;new 2025-03 -1>3;new 2025-05 -1>5;"
                        "variation 2025-05 common-cause>high;"
                        /* ant of QAA */
                        "gone 2025-01 1>-1;");
    buffer_free(&t.words);
    edition_close(before);
    edition_close(after);
}

static void filters_choose(void **state)
{
    edition head = made_head();
    told t = {0};
    error err = {0};
    (void)state;
    edition_writer *w = begin(&head);
    write_series(w, 0, 1, GEOGRAPHY_CURRENT, "", old_figures, 2);
    write_series(w, 0, 2, GEOGRAPHY_CURRENT, "", old_figures, 2);
    edition *before = finish(w);
    w = begin(&head);
    write_series(w, 0, 1, GEOGRAPHY_CURRENT, "", old_figures, 1);
    write_series(w, 0, 2, GEOGRAPHY_CURRENT, "", old_figures, 1);
    edition *after = finish(w);
    check(edition_compare(before, after, "zebra", "RAA", write_down, &t, &err), &err);
    assert_string_equal(t.words.data, "gone 2025-02 2>-1;");
    buffer_free(&t.words);
    t = (told){0};
    check(edition_compare(before, after, "ant", NULL, write_down, &t, &err), &err);
    assert_int_equal(t.words.length, 0);
    buffer_free(&t.words);
    edition_close(before);
    edition_close(after);
}

static status stop_at_once(void *context, const edition_change *c, error *err)
{
    (void)c;
    (*(int *)context)++;
    return error_set(err, STATUS_IO, "enough");
}

static void the_listener_can_stop_it(void **state)
{
    edition head = made_head();
    int calls = 0;
    error err = {0};
    (void)state;
    edition_writer *w = begin(&head);
    write_series(w, 0, 1, GEOGRAPHY_CURRENT, "", old_figures, 4);
    edition *before = finish(w);
    edition *after = finish(begin(&head));
    assert_int_equal(edition_compare(before, after, NULL, NULL, stop_at_once, &calls, &err), STATUS_IO);
    assert_int_equal(calls, 1);
    edition_close(before);
    edition_close(after);
}

/* ---- what the checks found ------------------------------------------------------------------------------ */

static void findings_and_the_day_read_back(void **state)
{
    edition_finding findings[] = {{.kind = "jump",
                                   .severity = "error",
                                   .source = "made",
                                   .measure = "zebra",
                                   .organisation = "RAA",
                                   .first = {PERIOD_MONTH, 24300, 1},
                                   .last = {PERIOD_MONTH, 24302, 1},
                                   .file = "one, with \"quotes\".csv",
                                   .sheet = "Sheet\x31",
                                   .line = 7,
                                   .count = 3,
                                   .text = "Ten times.",
                                   .advice = "Look."},
                                  {.kind = "conflict",
                                   .severity = "note",
                                   .source = "",
                                   .measure = "",
                                   .organisation = "",
                                   .file = "",
                                   .sheet = "",
                                   .text = "A.",
                                   .advice = "B."}};
    edition head = made_head();
    error err = {0};
    (void)state;
    head.as_of = "2025-12-31";
    edition_writer *w = begin(&head);
    check(edition_writer_findings(w, findings, 2, &err), &err);
    edition *e = finish(w);
    assert_string_equal(e->as_of, "2025-12-31");
    assert_int_equal(e->finding_count, 2);
    const edition_finding *f = &e->findings[0];
    assert_string_equal(f->kind, "jump");
    assert_string_equal(f->severity, "error");
    assert_string_equal(f->measure, "zebra");
    assert_string_equal(f->organisation, "RAA");
    assert_string_equal(f->file, findings[0].file);
    assert_string_equal(f->sheet, "Sheet1");
    assert_int_equal(period_compare(f->first, findings[0].first), 0);
    assert_int_equal(period_compare(f->last, findings[0].last), 0);
    assert_int_equal(f->line, 7);
    assert_int_equal(f->count, 3);
    assert_string_equal(f->text, "Ten times.");
    assert_string_equal(f->advice, "Look.");
    assert_int_equal(e->findings[1].first.kind, PERIOD_NONE);
    assert_int_equal(e->findings[1].line, 0);
    edition_close(e);
    head.as_of = NULL;
    e = finish(begin(&head));
    assert_string_equal(e->as_of, "");
    assert_int_equal(e->finding_count, 0);
    edition_close(e);
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static void editions_are_found_by_the_beginning_of_their_names(void **state)
{
    place p;
    arena a = {0};
    char id[SHA256_TEXT];
    const char *found = NULL;
    edition_apart *apart;
    size_t count;
    error err = {0};
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    check(editions_install_apart(p.folder, place_path(&p, "made.sqlite"), id, &err), &err);
    char prefix[9];
    (void)snprintf(prefix, sizeof prefix, "%.8s", id);
    check(editions_find(p.folder, prefix, &a, &found, &err), &err);
    assert_string_equal(found, id);
    check(editions_apart(p.folder, &a, &apart, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_string_equal(apart[0].as_of, "");
    assert_int_equal(editions_find(p.folder, "000", &a, &found, &err), STATUS_NOT_FOUND);
    assert_int_equal(editions_find(p.folder, "", &a, &found, &err), STATUS_NOT_FOUND);
    assert_null(found);
    /* A second that begins the same. */
    char twin[SHA256_TEXT + 16];
    (void)snprintf(twin, sizeof twin, "%s.sqlite", id);
    twin[63] = twin[63] == '0' ? '1' : '0';
    assert_int_equal(file_write(place_path(&p, twin), "", 0, false, &err), STATUS_OK);
    assert_int_equal(editions_find(p.folder, prefix, &a, &found, &err), STATUS_USAGE);
    (void)unlink(place_path(&p, twin));
    (void)snprintf(twin, sizeof twin, "%s.sqlite", id);
    (void)unlink(place_path(&p, twin));
    arena_free(&a);
    place_remove(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_difference_is_told_once),
        cmocka_unit_test(filters_choose),
        cmocka_unit_test(the_listener_can_stop_it),
        cmocka_unit_test(findings_and_the_day_read_back),
        cmocka_unit_test(editions_are_found_by_the_beginning_of_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
