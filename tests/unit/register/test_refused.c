/* Bad input, line by line: a clear sentence, and nothing changed. */
#include "harness.h"

typedef struct refusal {
    const char *time, *who, *kind, *subject, *body, *says;
} refusal;

#define E1 "e123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define E2 "e223456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define T  "2026-03-01T09:00:00Z"
#define TARGET(rest)                                                                                                   \
    "{\"tier\":\"local\",\"title\":\"T\",\"unit\":\"percent\",\"by\":\"2026-06\",\"organisations\":[\"QMM\"],"         \
    "\"partners\":[\"RM1\"],\"why\":\"w\"," rest "}"
#define ABOUT(of, month, words)                                                                                        \
    "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"" of "\",\"period\":\"" month "\",\"" words "\":\"x\"}"
#define RATING(of, regime, from) "{\"of\":\"" of "\",\"regime\":\"" regime "\",\"rating\":\"3\",\"from\":\"" from "\"}"
#define COLLECTION(often, rest)                                                                                        \
    "{\"name\":\"N\",\"asked_by\":\"A\",\"legal_basis\":\"L\",\"hours\":1,\"frequency\":\"" often "\"" rest "}"
#define ADOPT(by)                                                                                                      \
    "{\"title\":\"T\",\"measure\":\"rtt-within-18-weeks\",\"unit\":\"percent\",\"level\":92,\"by\":\"" by              \
    "\",\"authority\":\"A\",\"document\":\"D\",\"why\":\"w\"}"
#define M "\"measure\":\"rtt-within-18-weeks\","

static const refusal refusals[] = {
    /* a target on an unknown measure (the catalogue here knows rtt-within-18-weeks), or outside its unit */
    {T, "QMM", "target.propose", "n", TARGET("\"measure\":\"rtt-within-19-weeks\",\"level\":5"),
     "There is no measure 'rtt-within-19-weeks'"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"level\":101"),
     "The level 101 is outside the unit of the measure, percent"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"level\":-1"), "The level -1 is outside the unit"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"trajectory\":[\"2026-05=50\",\"2026-06=180\"]"),
     "The level 180 is outside the unit"},
    {T, "QMM", "target.propose", "n",
     "{\"tier\":\"local\",\"title\":\"T\",\"unit\":\"weeks\",\"by\":\"2026-06\",\"organisations\":[\"QMM\"],"
     "\"partners\":[\"RM1\"],\"why\":\"w\"," M "\"level\":5}",
     "The unit of rtt-within-18-weeks is percent, not weeks"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"level\":\"5\""), "'level' is to be a number"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"why\":\"x\""), "This is not JSON: duplicate object key"},
    {T, "QMM", "target.propose", "n", TARGET("\"measure\":\"rtt-within-18-weeks\""), "needs a level or a trajectory"},
    /* a trajectory with a gap, out of order, doubled, or that does not end where the target is due */
    {T, "QMM", "target.propose", "n", TARGET(M "\"trajectory\":[\"2026-04=50\",\"2026-06=60\"]"),
     "The trajectory has a gap: 2026-06 comes after 2026-04"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"trajectory\":[\"2026-05=50\",\"2026-04=55\",\"2026-06=60\"]"),
     "out of order: 2026-04 comes after 2026-05"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"trajectory\":[\"2026-05=50\",\"2026-05=55\",\"2026-06=60\"]"),
     "has 2026-05 twice"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"trajectory\":[\"2026-04=50\",\"2026-05=60\"]"),
     "ends in 2026-05, but the target is due by 2026-06"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"level\":61,\"trajectory\":[\"2026-05=50\",\"2026-06=60\"]"),
     "ends at 60, but the level is 61"},
    {T, "QMM", "target.propose", "n", TARGET(M "\"trajectory\":[\"June=50\"]"),
     "'June=50', which is not a month and its level"},
    /* partners */
    {T, "QMM", "target.propose", "n",
     "{\"tier\":\"local\",\"title\":\"T\",\"unit\":\"percent\",\"by\":\"2026-06\",\"organisations\":[\"QMM\"],"
     "\"partners\":[\"QMM\"],\"why\":\"w\"," M "\"level\":5}",
     "needs at least one partner beside QMM"},
    {T, "QMM", "target.propose", "n",
     "{\"tier\":\"local\",\"title\":\"T\",\"unit\":\"percent\",\"by\":\"2026-06\",\"organisations\":[\"QMM\"],"
     "\"partners\":[\"RGP\"],\"why\":\"w\"," M "\"level\":5}",
     "RGP is not a partner in this register"},
    {T, "RGP", "target.propose", "n", TARGET(M "\"level\":5"), "RGP is not a partner in this register"},
    /* signing twice, by a body that is not a partner, the wrong revision, before it is co-developed */
    {T, "RM1", "target.sign", "signing", "{\"revision\":1}", "RM1 has signed revision 1 of 'signing' already"},
    {T, "VOL1", "target.sign", "signing", "{\"revision\":1}", "VOL1 is not a partner of the priority 'signing'"},
    {T, "E10000020", "target.sign", "signing", "{\"revision\":2}", "'signing' is at revision 1, not 2"},
    {T, "QMM", "target.sign", "proposed", "{\"revision\":1}", "no partner has co-developed it yet"},
    {T, "QMM", "target.sign", "waits", "{\"revision\":1}", "QMM has signed revision 1 of 'waits' already"},
    {T, "QMM", "target.start", "signing", "{\"from\":\"2026-03-01\"}", "cannot be in force: it is co-developed"},
    {T, "RM1", "target.retire", "waits", "{\"reason\":\"r\"}", "only QMM can retire it"},
    {T, "QMM", "target.develop", "proposed", "{\"words\":\"x\"}", "it is for the other partners"},
    /* closing what is not open */
    {T, "X24", "commitment.close", "done", "{\"outcome\":\"met\",\"words\":\"x\"}",
     "The commitment 'done' is not open: it was closed by event"},
    {T, "X24", "commitment.report", "done", "{\"state\":\"done\",\"words\":\"x\"}", "'done' is not open"},
    {T, "RM1", "commitment.close", "money", "{\"outcome\":\"met\",\"words\":\"x\"}",
     "RM1 does not hold the commitment 'money': X24 does"},
    {T, "X24", "commitment.close", "nothing", "{\"outcome\":\"met\",\"words\":\"x\"}",
     "There is no commitment 'nothing' in the register"},
    {T, "X24", "commitment.close", "mony", "{\"outcome\":\"met\",\"words\":\"x\"}",
     "There is no commitment 'mony' in the register"},
    {T, "X24", "commitment.close", "money", "{\"outcome\":\"yes\",\"words\":\"x\"}", "'outcome' cannot be 'yes'"},
    {T, "X24", "challenge.raise", NULL, "{\"about\":\"money\",\"words\":\"x\"}", "X24 holds 'money' itself"},
    {T, "RM1", "challenge.raise", NULL, "{\"about\":\"done\",\"words\":\"x\"}", "'done' is closed"},
    {T, "RM1", "rating.exit", "cqc", "{\"until\":\"2026-01-01\"}",
     "'cqc' cannot end on 2026-01-01: it began on 2026-02-01"},
    {T, "RM1", "note.withdraw", "note-taken-back", "{\"reason\":\"x\"}",
     "The note 'note-taken-back' is not open: it was withdrawn"},
    {T, "RM1", "group.remove", "place", "{\"of\":\"RM1\",\"until\":\"2026-03-01\"}", "RM1 is not a member of 'place'"},
    /* scenarios */
    {T, "RM1", "scenario.keep", "s", "{\"name\":\"N\",\"reason\":\"r\",\"revision\":0,\"scenario\":\"a: 1\"}",
     "The version of a scenario is a whole number from 1 on"},
    {T, "RM1", "scenario.keep", "s", "{\"name\":\"N\",\"reason\":\"r\",\"revision\":1.5,\"scenario\":\"a: 1\"}",
     "The version of a scenario is a whole number from 1 on"},
    {T, "RM1", "scenario.keep", "s", "{\"name\":\"N\",\"reason\":\"r\",\"revision\":1,\"scenario\":\"a:\\t1\"}",
     "'scenario' is to be a text of at most 32,000 bytes, not empty, without tabs"},
    {T, "RM1", "scenario.keep", "s", "{\"name\":\"N\",\"revision\":1,\"scenario\":\"a: 1\"}", "needs 'reason'"},
    {T, "RM1", "scenario.retire", "s", "{\"reason\":\"r\"}", "There is no scenario 's' in the register"},
    /* dates: in the past, before the proposal, before the last event, no date */
    {T, "X24", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-02-28\"}",
     "due on 2026-02-28, which is past on 2026-03-01"},
    {T, "QMM", "target.propose", "n",
     "{\"tier\":\"local\",\"title\":\"T\",\"unit\":\"percent\",\"by\":\"2026-02\",\"organisations\":[\"QMM\"],"
     "\"partners\":[\"RM1\"],\"why\":\"w\"," M "\"level\":5}",
     "due by 2026-02, which is past"},
    {"2026-01-01T09:00:00Z", "X24", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-02-28\"}",
     "is before that of the last event"},
    {"2062-01-01T09:00:00Z", "X24", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2062-02-28\"}",
     "more than 10 years after"},
    {"2026-03-01 09:00", "X24", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-28\"}",
     "is not a time"},
    {"2026-02-30T09:00:00Z", "X24", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-28\"}",
     "is not a time"},
    {T, "X24", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"30/06/2026\"}",
     "'due': '30/06/2026' is not a date"},
    {T, "RM1", "rating.enter", "n", "{\"of\":\"RM1\",\"regime\":\"segment\",\"rating\":\"3\",\"from\":\"2026-03-02\"}",
     "holds from 2026-03-02 only"},
    {T, "RM1", "partner.succeed", "RM1", "{\"successor\":\"QMM\",\"when\":\"2026-04-01\"}",
     "on 2026-04-01 only, after this event"},
    /* an organisation that has merged away, with its successor */
    {T, "OLD", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-28\"}",
     "OLD became QMM on 2026-02-01"},
    {T, "X24", "commitment.escalate", "money", "{\"to\":[\"OLD\"],\"words\":\"x\"}", "OLD became QMM on 2026-02-01"},
    {T, "QMM", "partner.join", "OLD", "{\"name\":\"Old\",\"kind\":\"icb\"}", "OLD became QMM"},
    {T, "RM1", "note.add", "n", ABOUT("OLD", "2026-02", "words"), "OLD became QMM on 2026-02-01"},
    {T, "RM1", "rebase.add", "n", ABOUT("OLD", "2026-03", "reason"), "OLD became QMM on 2026-02-01"},
    {T, "RM1", "rating.enter", "n", RATING("OLD", "cqc-rating", "2026-02-01"), "OLD became QMM on 2026-02-01"},
    {T, "RM1", "group.add", "place", "{\"of\":\"OLD\",\"from\":\"2026-02-01\"}", "OLD became QMM on 2026-02-01"},
    {T, "RM1", "group.form", "n", "{\"name\":\"N\",\"kind\":\"place\",\"from\":\"2025-04-01\",\"system\":\"OLD\"}",
     "OLD became QMM on 2026-02-01"},
    {T, "RM1", "collection.add", "n", COLLECTION("monthly", ",\"organisations\":[\"RM1\",\"OLD\"]"),
     "OLD became QMM on 2026-02-01"},
    {T, "RM1", "embargo.set", "n",
     "{\"edition\":\"" E2 "\",\"until\":\"2026-04-01\",\"sees\":[\"OLD\"],\"reason\":\"x\"}",
     "OLD became QMM on 2026-02-01"},
    {T, "QMM", "target.propose", "n",
     "{\"tier\":\"local\",\"title\":\"T\",\"unit\":\"percent\",\"by\":\"2026-06\",\"organisations\":[\"OLD\"],"
     "\"partners\":[\"RM1\"],\"why\":\"w\"," M "\"level\":5}",
     "OLD became QMM on 2026-02-01"},
    /* two of one body, of which one came with a merger; two that would become one body's */
    {T, "X24", "rating.enter", "n", RATING("QMM", "segment", "2026-03-01"),
     "OLD, which is QMM now, has a segment that has not ended: 'old-segment'"},
    {T, "X24", "rating.enter", "n", RATING("OLD", "segment", "2025-03-01"),
     "OLD has a segment that has not ended: 'old-segment'"},
    {T, "RM1", "partner.succeed", "E10000020", "{\"successor\":\"RM1\",\"when\":\"2026-03-01\"}",
     "E10000020 and RM1 have each a cqc-rating that has not ended: 'council' and 'cqc'"},
    /* a month that no chart has */
    {T, "RM1", "note.add", "n", ABOUT("RM1", "2026-04", "words"), "2026-04 has not begun on 2026-03-01"},
    {T, "RM1", "note.add", "n", ABOUT("RM1", "2031-01", "words"), "2031-01 has not begun"},
    {T, "RM1", "note.add", "n", ABOUT("RM1", "1950-01", "words"), "1950-01 is before 1990"},
    {T, "RM1", "rebase.add", "n", ABOUT("RM1", "2031-01", "reason"), "2031-01 has not begun"},
    {T, "RM1", "rebase.add", "n", ABOUT("RM1", "1989-12", "reason"), "1989-12 is before 1990"},
    /* limits that begin anew already */
    {T, "QMM", "rebase.add", "n", ABOUT("RM1", "2026-01", "reason"),
     "rtt-within-18-weeks of RM1 is rebased from 2026-01 already: 'unit-opened', by RM1 on 2026-02-01"},
    /* how often */
    {T, "QMM", "collection.add", "n", COLLECTION("monthyl", ""), "'frequency' cannot be 'monthyl'"},
    {T, "QMM", "collection.add", "n", COLLECTION("Monthly", ""), "'frequency' cannot be 'Monthly'"},
    {T, "QMM", "collection.change", "return", "{\"frequency\":\"now and then\",\"reason\":\"x\"}",
     "'frequency' cannot be 'now and then'"},
    /* national targets */
    {T, "QMM", "target.adopt", "n", ADOPT("2026-02"), "The target is due by 2026-02, which is past on 2026-03-01"},
    {T, "RM1", "target.adopt", "rtt", ADOPT("2027-03"),
     "'rtt' is in force already: QMM adopted it on 2026-02-01 (event "},
    {T, "RM1", "target.adopt", "rtt-retired", ADOPT("2027-03"), "only QMM can take it up again"},
    {T, "QMM", "target.adopt", "waits", ADOPT("2027-03"), "There is a priority 'waits' already, from event"},
    {T, "QMM", "target.adopt", "money", ADOPT("2027-03"), "There is a commitment 'money' already"},
    {T, "RM1", "target.sign", "revised", "{\"revision\":1}", "'revised' is at revision 2, not 1"},
    {T, "RM1", "target.sign", "wait", "{\"revision\":1}", "There is no target or priority 'wait' in the register"},
    {T, "GONE", "commitment.make", "n", "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-28\"}",
     "GONE has left this register"},
    /* fairness of sight */
    {T, "QMM", "edition.release", NULL, "{\"edition\":\"" E1 "\"}", "Edition " E1 " is under embargo until 2026-04-01"},
    {T, "QMM", "edition.release", NULL, "{\"edition\":\"" E1 "\",\"to\":[\"RM1\"]}",
     "does not name RM1 among those who see the edition"},
    {T, "QMM", "edition.release", NULL, "{\"edition\":\"" E2 "\",\"to\":[\"RM1\"]}",
     "is under no embargo, so it is released to everyone at once"},
    /* an edition by a part of its id, in capitals, by another word */
    {T, "QMM", "edition.release", NULL, "{\"edition\":\"e1\"}", "'e1' is not the id of an edition"},
    {T, "QMM", "edition.release", NULL, "{\"edition\":\"newest\"}", "'newest' is not the id of an edition"},
    {T, "QMM", "embargo.set", "n",
     "{\"edition\":\"343C2F89C8FF\",\"until\":\"2026-04-01\",\"sees\":[\"X24\"],\"reason\":\"x\"}",
     "'343C2F89C8FF' is not the id of an edition"},
    {T, "QMM", "embargo.set", "n",
     "{\"edition\":\"E123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF\",\"until\":\"2026-04-01\","
     "\"sees\":[\"X24\"],"
     "\"reason\":\"x\"}",
     "is not the id of an edition"},
    /* the rest of a request */
    {T, "QMM", "target.hope", "n", "{}", "There is no kind of event 'target.hope'"},
    {T, "QMM", "target.propose", "n", "[1]", "The JSON is to be one object"},
    {T, "QMM", "target.propose", "n", "{\"measur\":\"x\"}", "There is no field 'measur'"},
    {T, "QMM", "target.propose", "n", "{\"due\":\"2026-06-30\"}", "target.propose"},
    {T, "QMM", "target.propose", "n n", TARGET(M "\"level\":5"), "'n n' cannot be the id of a target"},
    {T, "QMM", "target.propose", "waits", TARGET(M "\"level\":5"), "There is a priority 'waits' already, from event"},
    {T, "QMM", "target.propose", "money", TARGET(M "\"level\":5"), "There is a commitment 'money' already"},
    {T, "QMM", "note.add", NULL,
     "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"RM1\",\"period\":\"2026-01\",\"words\":\" x\"}",
     "without space at its ends"},
    {T, "QMM", "note.add", NULL,
     "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"RM1\",\"period\":\"2026-01\",\"words\":\"a\\u0007b\"}",
     "'words' is to be a text"},
    {T, "QMM", "collection.add", "n",
     "{\"name\":\"N\",\"asked_by\":\"NHS England\",\"legal_basis\":\"x\",\"frequency\":\"monthly\",\"hours\":-1}",
     "cannot be below 0"},
};

static void prepare(bench *b)
{
    bench_partners(b);
    OK(b, "2026-01-05T09:05:00Z", "QMM", "partner.join", "OLD", "{\"name\":\"Old\",\"kind\":\"icb\"}");
    OK(b, "2026-01-05T09:05:00Z", "QMM", "partner.join", "GONE", "{\"name\":\"Gone\",\"kind\":\"voluntary\"}");
    OK(b, "2026-01-05T09:06:00Z", "GONE", "partner.leave", "GONE", "{\"reason\":\"x\"}");
    bench_priority(b);
    OK(b, "2026-01-14T09:00:00Z", "QMM", "target.propose", "signing", PRIORITY);
    OK(b, "2026-01-14T09:00:00Z", "RM1", "target.develop", "signing", "{\"words\":\"x\"}");
    OK(b, "2026-01-14T09:00:00Z", "RM1", "target.sign", "signing", "{\"revision\":1}");
    OK(b, "2026-01-14T09:00:00Z", "QMM", "target.propose", "proposed", PRIORITY);
    OK(b, "2026-01-14T09:00:00Z", "QMM", "target.propose", "revised", PRIORITY);
    OK(b, "2026-01-14T09:00:00Z", "RM1", "target.develop", "revised", "{\"words\":\"x\"}");
    OK(b, "2026-01-14T09:00:00Z", "RM1", "target.revise", "revised", "{\"reason\":\"x\",\"level\":2}");
    OK(b, "2026-01-14T09:00:00Z", "X24", "rating.enter", "old-segment", RATING("OLD", "segment", "2025-09-01"));
    OK(b, "2026-02-01T09:00:00Z", "QMM", "partner.succeed", "OLD", "{\"successor\":\"QMM\",\"when\":\"2026-02-01\"}");
    OK(b, "2026-02-01T09:00:00Z", "X24", "commitment.make", "money",
       "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-30\"}");
    OK(b, "2026-02-01T09:00:00Z", "X24", "commitment.make", "done",
       "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-30\"}");
    OK(b, "2026-02-01T09:00:00Z", "X24", "commitment.close", "done", "{\"outcome\":\"met\",\"words\":\"x\"}");
    OK(b, "2026-02-01T09:00:00Z", "RM1", "rating.enter", "cqc",
       "{\"of\":\"RM1\",\"regime\":\"cqc-rating\",\"rating\":\"Good\",\"from\":\"2026-02-01\"}");
    OK(b, "2026-02-01T09:00:00Z", "RM1", "rating.enter", "council", RATING("E10000020", "cqc-rating", "2026-02-01"));
    OK(b, "2026-02-01T09:00:00Z", "RM1", "rebase.add", "unit-opened", ABOUT("RM1", "2026-01", "reason"));
    OK(b, "2026-02-01T09:00:00Z", "QMM", "collection.add", "return", COLLECTION("twice a year", ""));
    OK(b, "2026-02-01T09:00:00Z", "QMM", "target.adopt", "rtt", ADOPT("2027-03"));
    OK(b, "2026-02-01T09:00:00Z", "QMM", "target.adopt", "rtt-retired", ADOPT("2027-03"));
    OK(b, "2026-02-01T09:00:00Z", "QMM", "target.retire", "rtt-retired", "{\"reason\":\"x\"}");
    OK(b, "2026-02-01T09:00:00Z", "RM1", "note.add", "note-taken-back",
       "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"RM1\",\"period\":\"2026-01\",\"words\":\"x\"}");
    OK(b, "2026-02-01T09:00:00Z", "RM1", "note.withdraw", "note-taken-back", "{\"reason\":\"x\"}");
    OK(b, "2026-02-01T09:00:00Z", "RM1", "group.form", "place",
       "{\"name\":\"A place\",\"kind\":\"place\",\"from\":\"2025-04-01\"}");
    OK(b, "2026-02-01T09:00:00Z", "QMM", "embargo.set", "e",
       "{\"edition\":\"" E1 "\",\"until\":\"2026-04-01\",\"sees\":[\"X24\"],\"reason\":\"x\"}");
}

static void test_refusals(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    static const measure measures[] = {{.id = "rtt-over-52-weeks", .unit = "percent"},
                                       {.id = "rtt-within-18-weeks", .unit = "percent"}};
    const catalogue known = {.measures = measures, .measure_count = 2};
    bench_open_with(b, &known);
    prepare(b);
    int wrong = 0;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const refusal *r = &refusals[i];
        char head[SHA256_TEXT];
        (void)snprintf(head, sizeof head, "%s", register_head(b->log));
        status code = put(b, r->time, r->who, r->kind, r->subject, r->body);
        if (code == STATUS_OK || strstr(b->err.message, r->says) == NULL) {
            print_message("%s %s by %s: '%s' where '%s' was expected\n", r->kind, r->subject, r->who, b->err.message,
                          r->says);
            wrong++;
        }
        assert_string_equal(head, register_head(b->log));
    }
    assert_int_equal(wrong, 0);
    register_proof proof;
    assert_int_equal(register_verify(b->path, register_last(b->log), register_head(b->log), &proof, NULL), STATUS_OK);
    bench_close(b);
}

static void test_start_before_proposal(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    bench_partners(b);
    OK(b, "2026-01-10T09:00:00Z", "QMM", "target.propose", "waits", PRIORITY);
    OK(b, "2026-01-11T09:00:00Z", "RM1", "target.develop", "waits", "{\"words\":\"x\"}");
    OK(b, "2026-01-12T09:00:00Z", "RM1", "target.sign", "waits", "{\"revision\":1}");
    OK(b, "2026-01-12T09:00:00Z", "E10000020", "target.sign", "waits", "{\"revision\":1}");
    OK(b, "2026-01-12T09:00:00Z", "QMM", "target.sign", "waits", "{\"revision\":1}");
    assert_int_equal(put(b, "2026-01-12T09:00:00Z", "QMM", "target.start", "waits", "{\"from\":\"2026-01-09\"}"),
                     STATUS_REFUSED);
    assert_string_equal(b->err.message, "'waits' cannot be in force from 2026-01-09: it was proposed on 2026-01-10");
    OK(b, "2026-01-12T09:00:00Z", "QMM", "target.start", "waits", "{\"from\":\"2026-01-10\"}");
    assert_int_equal(put(b, "2026-01-12T09:00:00Z", "QMM", "target.start", "waits", "{\"from\":\"2026-01-10\"}"),
                     STATUS_REFUSED);
    bench_close(b);
}

/* What stands beside the refusals: history of a body that is gone, and what may be done again. */
static void test_allowed(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    prepare(b);
    OK(b, T, "RM1", "note.add", "n", ABOUT("OLD", "2026-01", "words"));
    OK(b, T, "RM1", "rebase.add", "n", ABOUT("OLD", "2025-04", "reason"));
    OK(b, T, "RM1", "rating.enter", "n", RATING("OLD", "recovery-support", "2025-04-01"));
    OK(b, T, "RM1", "group.add", "place", "{\"of\":\"OLD\",\"from\":\"2025-04-01\"}");
    OK(b, T, "RM1", "group.remove", "place", "{\"of\":\"OLD\",\"until\":\"2026-02-01\"}");
    OK(b, T, "RM1", "note.add", "m", ABOUT("RM1", "2026-03", "words"));
    /* Another breakdown, and the same month once the first was taken back, are other rebases. */
    OK(b, T, "RM1", "rebase.add", "other",
       "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"RM1\",\"period\":\"2026-01\",\"breakdown\":\"C_100\",\"reason\":"
       "\"x\"}");
    OK(b, T, "RM1", "rebase.withdraw", "unit-opened", "{\"reason\":\"x\"}");
    OK(b, T, "QMM", "rebase.add", "again", ABOUT("RM1", "2026-01", "reason"));
    /* One that was retired is taken up again, with nothing of what was said of it before. */
    OK(b, T, "QMM", "target.adopt", "rtt-retired",
       "{\"title\":\"T\",\"measure\":\"rtt-within-18-weeks\",\"unit\":\"percent\",\"level\":65,\"by\":\"2027-03\","
       "\"authority\":\"A\",\"document\":\"D\"}");
    const register_subject *s = register_find(b->log, REGISTER_TARGET, "rtt-retired");
    assert_int_equal(s->standing, STANDING_IN_FORCE);
    assert_int_equal(s->revision, 2);
    assert_string_equal(register_value(s, FIELD_LEVEL), "65");
    assert_null(register_value(s, FIELD_WHY));
    /* The rating that came with the merger is ended, then the successor has its own. */
    OK(b, T, "X24", "rating.exit", "old-segment", "{\"until\":\"2026-02-01\"}");
    OK(b, T, "X24", "rating.enter", "segment", RATING("QMM", "segment", "2026-02-01"));
    register_proof proof;
    assert_int_equal(register_verify(b->path, register_last(b->log), register_head(b->log), &proof, NULL), STATUS_OK);
    bench_close(b);
}

static void test_start_after_due(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    bench_partners(b);
    OK(b, "2026-01-10T09:00:00Z", "X24", "target.propose", "regional",
       "{\"tier\":\"regional\",\"title\":\"T\",\"measure\":\"m\",\"unit\":\"percent\",\"level\":5,\"by\":\"2026-06\","
       "\"organisations\":[\"QMM\"],\"authority\":\"A\",\"why\":\"w\"}");
    assert_int_equal(put(b, "2026-01-12T09:00:00Z", "X24", "target.start", "regional", "{\"from\":\"2026-07-01\"}"),
                     STATUS_REFUSED);
    assert_string_equal(b->err.message, "'regional' cannot be in force from 2026-07-01: it is due by 2026-06");
    OK(b, "2026-01-12T09:00:00Z", "X24", "target.start", "regional", "{\"from\":\"2026-06-30\"}");
    bench_close(b);
}

/* A word that is nearly one of a list is told which. */
static void test_nearest_choice(void **state)
{
    (void)state;
    static const struct {
        const char *often, *hint;
    } all[] = {{"monthyl", "Did you mean monthly? It is one of daily, weekly, "},
               {"Yearly", "Did you mean yearly? "},
               {"twice a yaer", "Did you mean twice a year? "},
               {"every Tuesday", "Use one of daily, weekly, fortnightly, monthly, quarterly, twice a year, yearly, "}};
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    bench_partners(b);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char json[256];
        (void)snprintf(json, sizeof json, COLLECTION("%s", ""), all[i].often);
        assert_int_equal(put(b, T, "QMM", "collection.add", "n", json), STATUS_REFUSED);
        if (strncmp(b->err.hint, all[i].hint, strlen(all[i].hint)) != 0)
            fail_msg("'%s' gives: %s", all[i].often, b->err.hint);
    }
    bench_close(b);
}

/* ---- files ---- */

static status import_of(const buffer *file, error *err)
{
    bench copy = {0};
    register_import_report report;
    bytes b = {file->data, file->length, 0};
    bench_open_with(&copy, NULL);
    *err = (error){0};
    status code = register_import(copy.log, bytes_read, &b, "export.jsonl", &report, err);
    if (code != STATUS_OK) {
        /* Nothing is there, now and when it is opened again. */
        assert_int_equal(register_refresh(copy.log, NULL), STATUS_OK);
        assert_int_equal(register_last(copy.log), 0);
    }
    bench_close(&copy);
    return code;
}

static void test_files(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    buffer whole = {0}, changed = {0};
    error err;
    bench_open_with(b, NULL);
    bench_partners(b);
    bench_priority(b);
    assert_int_equal(register_export(b->log, buffer_write, &whole, NULL), STATUS_OK);
    assert_int_equal(import_of(&whole, &err), STATUS_OK);

    /* Any bit of any byte. */
    for (size_t at = 0; at < whole.length; at += 7) {
        whole.data[at] = (char)(whole.data[at] ^ (1 << at % 8));
        status code = import_of(&whole, &err);
        if (code != STATUS_REFUSED || err.message[0] == 0)
            fail_msg("byte %zu flipped: %d %s", at, code, err.message);
        whole.data[at] = (char)(whole.data[at] ^ (1 << at % 8));
    }
    /* Cut short anywhere, at line ends too. */
    const size_t length = whole.length;
    for (size_t cut = 0; cut < length; cut += cut % 5 == 0 ? 1 : 41) {
        whole.length = cut;
        assert_int_equal(import_of(&whole, &err), STATUS_REFUSED);
    }
    for (size_t cut = 0; cut < length; cut++)
        if (whole.data[cut] == '\n' && cut + 1 < length) {
            whole.length = cut + 1;
            assert_int_equal(import_of(&whole, &err), STATUS_REFUSED);
            assert_non_null(strstr(err.message, "cut short"));
        }
    whole.length = length;
    /* Two lines swapped. */
    const char *lines[32];
    size_t count = 0;
    for (const char *at = whole.data; at < whole.data + length; at = strchr(at, '\n') + 1)
        lines[count++] = at;
    lines[count] = whole.data + length;
    for (size_t i = 0; i + 1 < count; i++)
        for (size_t k = i + 1; k < count; k++) {
            buffer_clear(&changed);
            for (size_t n = 0; n < count; n++) {
                size_t line = n == i ? k : n == k ? i : n;
                buffer_put(&changed, lines[line], (size_t)(lines[line + 1] - lines[line]));
            }
            assert_int_equal(import_of(&changed, &err), STATUS_REFUSED);
            if (i > 0 && k + 1 < count) {
                assert_int_equal(err.row, i + 1);
                assert_non_null(strstr(err.message, "lines were swapped or taken out"));
            }
        }
    /* From a future version; not an export; nothing. */
    static const struct {
        const char *file, *says;
    } others[] = {{"{\"concord_register\":2,\"title\":\"x\"}\n", "newer Concord (format 2"},
                  {"measure,organisation\n", "no export of a register"},
                  {"", "The file is empty"},
                  {"{\"concord_register\":1,\"title\":\"x\"}\n{\"end\":0,\"head\":"
                   "\"0000000000000000000000000000000000000000000000000000000000000000\"}\n",
                   "calls the register 'x'"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        buffer_clear(&changed);
        buffer_text(&changed, others[i].file);
        assert_int_equal(import_of(&changed, &err), STATUS_REFUSED);
        if (strstr(err.message, others[i].says) == NULL)
            fail_msg("'%s' gives %s", others[i].file, err.message);
    }
    buffer_free(&whole);
    buffer_free(&changed);
    bench_close(b);
}

/* The tables: fields in the order of their names, kinds of events too, and every field of an event in order. */
static void test_tables(void **state)
{
    (void)state;
    for (int f = 1; f < FIELD_IN_BODIES; f++)
        assert_true(strcmp(register_field_name((register_field)(f - 1)), register_field_name((register_field)f)) < 0);
    for (size_t i = 0; register_event_name(i) != NULL; i++) {
        register_field field, last = FIELD_ABOUT;
        bool required;
        const char *choices;
        assert_true(i == 0 || strcmp(register_event_name(i - 1), register_event_name(i)) < 0);
        for (size_t k = 0; register_event_field(register_event_name(i), k, &field, &required, &choices); k++) {
            assert_true(k == 0 || field > last);
            last = field;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_allowed),
                                       cmocka_unit_test(test_start_before_proposal),
                                       cmocka_unit_test(test_start_after_due),
                                       cmocka_unit_test(test_nearest_choice),
                                       cmocka_unit_test(test_files),
                                       cmocka_unit_test(test_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
