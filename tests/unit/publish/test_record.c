/*
 * The pages of the register: what they must say of a small register with both sides in it, that the file of the site is the export and gives the same head
 * when imported, that a site without a register has none of this, and that long logs are paged.
 */
#include "site_fixture.h"

#include "publish/record.h"
#include "publish/site.h"

static site *tested;

static int open_once(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    tested = fixture_open(fixture_edition("now", 0, "improvement-high", "improvement", MONTHS), NULL);
    return 0;
}

static int close_once(void **state)
{
    site_close(tested);
    return fixture_end(state);
}

/* The words of a page without its tags, so that links within a sentence do not matter. */
static void words_of(const site *s, const char *path, buffer *out)
{
    buffer html = {0};
    bool inside = false;
    (void)render(s, path, &html);
    buffer_clear(out);
    for (const char *c = strstr(html.data, "<main"); c != NULL && *c != 0; c++) {
        if (*c == '<')
            inside = true;
        else if (*c == '>')
            inside = false;
        else if (!inside)
            buffer_char(out, *c);
    }
    buffer_free(&html);
}

typedef struct saying {
    const char *path, *says;
    bool says_not;
} saying;

static void check_sayings(const site *s, const saying *cases, size_t count)
{
    buffer words = {0};
    for (size_t i = 0; i < count; i++) {
        words_of(s, cases[i].path, &words);
        if ((strstr(words.data, cases[i].says) != NULL) == cases[i].says_not)
            fail_msg("%s %s '%s':\n%s", cases[i].path, cases[i].says_not ? "says" : "does not say", cases[i].says,
                     words.data);
    }
    buffer_free(&words);
}

static void pages_say_who_agreed_to_what(void **state)
{
    static const saying cases[] = {
        /* national and local in one table, in words, each with its own verdict */
        {"priorities.html", "1 national target and 1 of the system\xe2\x80\x99s own priorities are in force", false},
        {"priorities.html", "National target", false},
        {"priorities.html", "Local priority", false},
        {"priorities.html", "3 of 3 signed", false},
        {"priorities.html", "A shorter list, Local priority of Essex proposed", false},
        {"priorities.html", "mental health, community services or inequality", false},
        {"priorities.html", "national targets are in force as priorities", true},
        {"priority/nearer-home.html", "Agreed for that month is 75%: not on trajectory", false},
        {"priority/nearer-home.html", "78% is to be reached by June 2026", false},
        {"priority/nearer-home.html", "Essex signed on 24 November 2025 (A. Person), event 10", false},
        {"priority/nearer-home.html", "has not signed", true},
        {"priority/nearer-home.html", "Not saidCan those who signed change it?", false},
        {"priority/nearer-home.html", "Mid and South Essex (A. Person) signed revision 1", false},
        {"priority/only-proposed.html", "It is not in force: it stands as proposed", false},
        {"priority/only-proposed.html", "has not signed this revision", false},
        /* both directions, with what is overdue as at the last event */
        {"commitments.html", "3 commitments are on record: 2 open, of which 2 are overdue, and 1 closed", false},
        {"commitments.html", "As at 11 April 2026, from the register\xe2\x80\x99s 33 events", false},
        {"commitments.html", "Closed: withdrawn", false},
        {"commitments.html", "days late", true},
        {"priorities.html", "A target is on trajectory only where every organisation of it is.", false},
        {"commitments.html", "28 February 2026Overdue", false},
        {"commitment/theatre-money.html", "31 March 2026. Open, reported at risk, and overdue.", false},
        {"commitment/theatre-money.html", "NHS England (A. Person) answered the challenge", false},
        {"commitment/taken-back.html", "Closed on14 March 2026", false},
        {"partner/X24.html", "What it promised", false},
        {"partner/X24.html", "Fund theatres", false},
        {"partner/X24.html", "Where is the hub", true},
        {"organisation/D7T5G.html", "Targets and priorities", false},
        {"organisation/D7T5G.html", "Open a second hub", false},
        {"organisation/D7T5G.html", "Recovery support: Support", false},
        {"organisation/D7T5G.html", "from 1 June 2024 to 1 September 2025", false},
        {"organisation/QH8.html", "stands on the page of its successor, Essex", false},
        {"organisation/RAJ.html", "Care Quality Commission rating: Good, from 1 January 2020, still in force", false},
        {"organisation/RQ8.html", "Targets and priorities", true}, /* no partner */
        /* charts: numbered, withdrawn notes left out, those of whom it succeeded kept */
        {"series/rtt-within-18-weeks/D7T5G.html", "June 2025. Note by Essex (A. Person): A ward", false},
        {"series/rtt-within-18-weeks/D7T5G.html", "Strike days event 25", false},
        {"series/rtt-within-18-weeks/D7T5G.html", "Never said", true},
        {"series/rtt-within-18-weeks/D7T5G.html", "October 2024. Limits start anew, recorded by Essex", false},
        {"series/rtt-within-18-weeks/D7T5G.html", "Numbered marks above the plot are explained", false},
        {"series/rtt-within-18-weeks/QH8.html", "Limits start anew", false},
        {"series/rtt-waiting-list/D7T5G.html", "Recovery support", false},
        {"series/rtt-waiting-list/D7T5G.html", "Strike days", true},
        {"series/rtt-within-18-weeks/RAJ.html", "January 2020 (before these figures). Care Quality Commission", false},
        {"series/rtt-within-18-weeks/ENGLAND.html", "Numbered marks", true},
        /* the log */
        {"log.html", "Events33", false},
        {"log.html", "Released on 10 April 2026everyone at once", false},
        {"log.html", "Held back until 14 May 2026seen before then by Mid and South Essex", false},
        {"log.html", "Board meets first", false},
        {"log.html", "concord register verify --head 33:", false},
        {"data.html", "33 events, head", false},
    };
    (void)state;
    check_sayings(tested, cases, sizeof cases / sizeof cases[0]);
}

/* Marks in numbers on the drawing itself, in its wide and in its narrow form: those of months that it shows. */
static void marks_are_drawn(void **state)
{
    buffer html = {0};
    (void)state;
    (void)render(tested, "series/rtt-within-18-weeks/D7T5G.html", &html);
    size_t circles = 0;
    for (const char *c = html.data; (c = strstr(c, "class=\"chart-note\"")) != NULL; c++)
        circles++;
    /* Five, all within the last 24 months: wide and narrow, on today's map and as published. */
    assert_int_equal(circles, 5 * 2 * 2);
    buffer_free(&html);
}

/* A partner takes the file, imports it, and has the same register. */
static void the_file_is_the_export(void **state)
{
    buffer file = {0};
    (void)state;
    assert_string_equal(render(tested, "data/register.jsonl", &file), "application/jsonl");
    assert_int_equal(file.length, kept_record.exported.length);
    assert_memory_equal(file.data, kept_record.exported.data, file.length);
    buffer_free(&file);
}

static status file_give(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    text *left = context;
    (void)err;
    *got = left->length < capacity ? left->length : capacity;
    memcpy(into, left->at, *got);
    left->at += *got;
    left->length -= *got;
    return STATUS_OK;
}

static void the_file_gives_the_same_head(void **state)
{
    buffer file = {0}, html = {0};
    register_log *copy = NULL;
    register_import_report report;
    error err = {0};
    (void)state;
    (void)render(tested, "data/register.jsonl", &file);
    text left = {file.data, file.length};
    assert_int_equal(register_open(":memory:", &(register_options){.make = true}, &copy, &err), STATUS_OK);
    assert_int_equal(register_import(copy, file_give, &left, "register.jsonl", &report, &err), STATUS_OK);
    assert_int_equal(report.added, RECORD_EVENTS);
    assert_string_equal(register_head(copy), site_edition(tested)->register_head);
    (void)render(tested, "log.html", &html);
    assert_non_null(strstr(html.data, register_head(copy)));
    register_close(copy);
    buffer_free(&file);
    buffer_free(&html);
}

/* A register whose head is not the one that the edition names is refused before a page is written. */
static void a_register_that_does_not_hold_is_refused(void **state)
{
    static const char other[] = "aa";
    edition_document *first = &kept_record.documents[0];
    const edition_document right = *first;
    site_options options = {.web_folder = WEB_FOLDER, .program_version = "0.1.0"};
    site *s = NULL;
    error err = {0};
    (void)state;
    first->text = other;
    options.edition_path = fixture_edition("wrong", 0, "", "", MONTHS);
    assert_int_equal(site_open(&options, &s, &err), STATUS_REFUSED);
    assert_null(s);
    *first = right;
}

static void without_a_register_there_is_nothing_of_it(void **state)
{
    buffer html = {0};
    (void)state;
    record_off = true;
    site *s = fixture_open(fixture_edition("none", 0, "improvement-high", "improvement", MONTHS), NULL);
    record_off = false;
    static const char *const gone[] = {"priorities.html", "commitments.html", "log.html", "data/register.jsonl",
                                       "partner/X24.html"};
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        assert_false(site_has(s, gone[i]));
    (void)render(s, "organisation/D7T5G.html", &html);
    assert_null(strstr(html.data, "priorities"));
    assert_null(strstr(html.data, "log.html"));
    assert_non_null(strstr(html.data, "This scorecard has no measure of mental health"));
    site_close(s);
    buffer_free(&html);
}

/* 33 events and 390 more are three pages of 200; eleven national targets and one more are a warning. */
static void long_logs_are_paged_and_many_targets_warned_of(void **state)
{
    record_kept before = kept_record;
    (void)state;
    kept_record = (record_kept){0};
    record_more_notes = 380 - RECORD_WITH_NOTES;
    record_more_targets = 10;
    site *s = fixture_open(fixture_edition("many", 0, "improvement-high", "improvement", MONTHS), NULL);
    static const saying cases[] = {
        {"log.html", "Events423", false},
        {"log.html", "1 to 200201 to 400401 to 423", false},
        {"log-2.html", "Check it yourself", true},
        {"log-3.html", "One more", false},
        {"priorities.html", "11 national targets are in force as priorities", false},
        {"organisation/D7T5G.html", "11 national targets are in force as priorities", false},
        /* 375 notes of June 2025, a rating before them and one after: the last 40 are numbered */
        {"series/ae-wait/RAJ.html", "January 2026. Oversight segment: 3, from here on", false},
        {"series/ae-wait/RAJ.html", "Care Quality Commission", true},
        {"series/ae-wait/RAJ.html", "337 earlier ones are not shown here: see the log.", false},
        {"partner/X24.html", "In small letters", false},
        {"partner/X24.html", "By its code", false},
        {"partner/X24.html", "A part of a name", true},
        {"partner/X24.html", "Within a word", true},
        {"organisation/D7T5G.html", "A part of a name", true},
    };
    check_sayings(s, cases, sizeof cases / sizeof cases[0]);
    assert_false(site_has(s, "log-4.html"));
    buffer html = {0};
    (void)render(s, "log-2.html", &html);
    assert_non_null(strstr(html.data, " id=\"event-201\""));
    assert_null(strstr(html.data, " id=\"event-200\""));
    buffer_free(&html);
    site_close(s);
    record_fixture_free();
    kept_record = before;
    for (size_t i = 0; i < kept_record.count; i++) /* the names moved with the struct */
        kept_record.documents[i].name = kept_record.names[i];
    record_more_notes = record_more_targets = 0;
}

/* What was due is past once its month is over, whether or not there is a figure of it. */
static void what_was_due_is_past(void **state)
{
    const edition *e = tested->now;
    target_progress row = {.target = register_at(tested->record->log, REGISTER_TARGET, 0),
                           .measure = 0,
                           .month = period_month(2026, 2),
                           .value = 1.5,
                           .level = 1,
                           .by = period_month(2026, 3),
                           .outlook = OUTLOOK_UNLIKELY,
                           .note = ""};
    static const struct {
        int year, month, day;
        progress_outlook outlook;
        const char *says;
    } cases[] = {
        {2026, 3, 31, OUTLOOK_UNLIKELY, "is to be reached by March 2026, which is unlikely unless something changes."},
        {2026, 4, 1, OUTLOOK_UNLIKELY, "was to be reached by March 2026; there is no figure for that month yet."},
        {2026, 4, 1, OUTLOOK_UNKNOWN, "was to be reached by March 2026; there is no figure for that month yet."},
        {2026, 4, 1, OUTLOOK_MISSED, "was to be reached by March 2026, and it was not."},
        {2026, 4, 1, OUTLOOK_MET, "was to be reached by March 2026, and it was."},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buffer words = {0};
        row.outlook = cases[i].outlook;
        record_sentence(e, &row, "Essex", date_of(cases[i].year, cases[i].month, cases[i].day), &words);
        if (words.data == NULL || strstr(words.data, cases[i].says) == NULL)
            fail_msg("no '%s' in: %s", cases[i].says, words.data);
        buffer_free(&words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_say_who_agreed_to_what),
        cmocka_unit_test(marks_are_drawn),
        cmocka_unit_test(the_file_is_the_export),
        cmocka_unit_test(the_file_gives_the_same_head),
        cmocka_unit_test(a_register_that_does_not_hold_is_refused),
        cmocka_unit_test(without_a_register_there_is_nothing_of_it),
        cmocka_unit_test(long_logs_are_paged_and_many_targets_warned_of),
        cmocka_unit_test(what_was_due_is_past),
    };
    return cmocka_run_group_tests(tests, open_once, close_once);
}
