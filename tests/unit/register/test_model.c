/*
 * The register against a naive twin: some thousands of random events, most of them against some rule, from a fixed seed. The twin says of each
 * whether it may be, from plain arrays and nothing of the register's; both must agree every time, and on what stands in the end. Then the log is read
 * again, replayed, verified, exported and imported, and must say the same.
 */
#include "harness.h"

enum {
    PARTNERS = 8,
    TARGETS = 8,
    COMMITMENTS = 12,
    CHALLENGES = 4000,
    SCENARIOS = 5,
    NATIONAL = 4,
    RECORDS = 2000,
    EVENTS = 9000
};

typedef struct twin_target {
    int made, standing, owner, revision,
        version; /* standing: 0 proposed, 1 co-developed, 2 signed, 3 in force, 4 reviewed, 5 retired */
    int made_day;
    bool named[PARTNERS], signed_by[PARTNERS], developed;
} twin_target;
typedef struct twin_commitment {
    int made, owner, open, challenges, reports, version, escalated;
} twin_commitment;
typedef struct twin_challenge {
    int about_commitment, raiser, standing, escalated_to; /* standing: 0 open, 1 answered, 2 escalated, 3 closed */
    long long sequence;
} twin_challenge;
typedef struct twin_scenario {
    int made, owner, retired, number, version;
} twin_scenario;
typedef struct twin_national {
    int made, owner, retired, revision, version;
} twin_national;
/* A rating (of a regime) or a rebase (from a month); `ended` where it has ended or was withdrawn. */
typedef struct twin_record {
    bool rebase, ended;
    int of, regime, from, owner;
    char month[8];
    long long sequence;
} twin_record;
typedef struct twin {
    int partner[PARTNERS]; /* 0 none, 1 active, 2 left, 3 merged */
    int successor[PARTNERS], merged_on[PARTNERS];
    twin_target targets[TARGETS];
    twin_commitment commitments[COMMITMENTS];
    twin_challenge challenges[CHALLENGES];
    twin_scenario scenarios[SCENARIOS];
    twin_national national[NATIONAL];
    twin_record records[RECORDS];
    int challenge_count, record_count;
    long long sequence;
    int day; /* of the last event, from 2026-01-01 */
} twin;

static uint64_t seed = 20261122;
static int draw(int below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)below);
}

static int resolve(const twin *t, int p)
{
    while (t->partner[p] == 3)
        p = t->successor[p];
    return p;
}
static bool same(const twin *t, int a, int b)
{
    return resolve(t, a) == resolve(t, b);
}

typedef struct attempt {
    char kind[32], subject[32], who[8], body[512], time[32];
    bool numbered;
} attempt;

static void day_words(int day, char out[DATE_TEXT])
{
    date_format(date_of(2026, 1, 1) + day, out);
}

/* ---- each event: what it would be, whether it may be, and what it does to the twin ---- */

static bool named(const twin *t, const twin_target *g, int who)
{
    for (int p = 0; p < PARTNERS; p++)
        if (g->named[p] && same(t, p, who))
            return true;
    return same(t, g->owner, who);
}
static bool has_signed(const twin *t, const twin_target *g, int who)
{
    for (int p = 0; p < PARTNERS; p++)
        if (g->signed_by[p] && same(t, p, who))
            return true;
    return false;
}

static bool try_target(twin *t, attempt *a, int who, int day)
{
    int i = draw(TARGETS), what = draw(8);
    twin_target *g = &t->targets[i];
    char from[DATE_TEXT];
    (void)snprintf(a->subject, sizeof a->subject, "t%d", i);
    bool may = false;
    switch (what) {
    case 0: {
        int p = draw(PARTNERS), q = draw(PARTNERS), percent = draw(130) - 10, past = draw(8) == 0;
        (void)snprintf(a->kind, sizeof a->kind, "target.propose");
        (void)snprintf(a->body, sizeof a->body,
                       "{\"tier\":\"local\",\"title\":\"T\",\"measure\":\"m\",\"unit\":\"percent\",\"level\":%d,\"by\":"
                       "\"%s\",\"organisations\":[\"X\"],"
                       "\"partners\":[\"P%d\",\"P%d\"],\"why\":\"w\"}",
                       percent, past ? "2025-12" : "2099-03", p, q);
        may = !g->made && p != q && percent >= 0 && percent <= 100 && !past && t->partner[p] == 1 && t->partner[q] == 1;
        if (may) {
            *g = (twin_target){.made = 1, .owner = who, .revision = 1, .made_day = day};
            g->named[p] = g->named[q] = true;
        }
        break;
    }
    case 1:
        (void)snprintf(a->kind, sizeof a->kind, "target.develop");
        (void)snprintf(a->body, sizeof a->body, "{\"words\":\"x\"}");
        may = g->made && named(t, g, who) && !same(t, g->owner, who) && g->standing <= 1;
        if (may) {
            g->standing = 1;
            g->developed = true;
        }
        break;
    case 2:
    case 3: {
        int revision = draw(5) == 0 ? draw(4) + 1 : g->revision > 0 ? g->revision : 1;
        (void)snprintf(a->kind, sizeof a->kind, "target.sign");
        (void)snprintf(a->body, sizeof a->body, "{\"revision\":%d}", revision);
        may = g->made && named(t, g, who) && !has_signed(t, g, who) && g->standing == 1 && revision == g->revision;
        if (may) {
            g->signed_by[who] = true;
            bool all = has_signed(t, g, g->owner);
            for (int p = 0; p < PARTNERS; p++)
                all = all && (!g->named[p] || has_signed(t, g, p));
            g->standing = all ? 2 : 1;
        }
        break;
    }
    case 4: {
        int start = day + draw(40) - 20;
        day_words(start, from);
        (void)snprintf(a->kind, sizeof a->kind, "target.start");
        (void)snprintf(a->body, sizeof a->body, "{\"from\":\"%s\"}", from);
        may = g->made && same(t, g->owner, who) && g->standing == 2 && start >= g->made_day;
        g->standing = may ? 3 : g->standing;
        break;
    }
    case 5:
        (void)snprintf(a->kind, sizeof a->kind, "target.review");
        (void)snprintf(a->body, sizeof a->body, "{\"outcome\":\"continue\",\"words\":\"x\"}");
        may = g->made && (g->standing == 3 || g->standing == 4) && named(t, g, who);
        g->standing = may ? 4 : g->standing;
        break;
    case 6:
        (void)snprintf(a->kind, sizeof a->kind, "target.revise");
        (void)snprintf(a->body, sizeof a->body, "{\"reason\":\"r\",\"level\":%d}", draw(50));
        may = g->made && named(t, g, who) && g->standing != 5;
        if (may) {
            /* The partners must still leave somebody beside the owner once mergers are counted. */
            bool others = false;
            for (int p = 0; p < PARTNERS; p++)
                others |= g->named[p] && !same(t, p, g->owner);
            may = others;
        }
        if (may) {
            g->revision++;
            g->standing = g->developed ? 1 : 0;
            memset(g->signed_by, 0, sizeof g->signed_by);
        }
        break;
    default:
        (void)snprintf(a->kind, sizeof a->kind, "target.retire");
        (void)snprintf(a->body, sizeof a->body, "{\"reason\":\"r\"}");
        may = g->made && g->standing != 5 && same(t, g->owner, who) && draw(3) == 0;
        if (g->made && g->standing != 5 && same(t, g->owner, who) && !may) {
            /* Retire seldom, so that there is something left to do: ask for the same with a field it does not take. */
            (void)snprintf(a->body, sizeof a->body, "{\"reason\":\"r\",\"level\":1}");
        }
        g->standing = may ? 5 : g->standing;
        break;
    }
    g->version += may;
    return may;
}

static bool try_commitment(twin *t, attempt *a, int who, int day)
{
    int i = draw(COMMITMENTS), what = draw(6);
    twin_commitment *c = &t->commitments[i];
    char due[DATE_TEXT];
    (void)snprintf(a->subject, sizeof a->subject, "c%d", i);
    bool may = false;
    switch (what) {
    case 0: {
        int about = draw(TARGETS + 2), when = day + draw(100) - 10;
        day_words(when, due);
        (void)snprintf(a->kind, sizeof a->kind, "commitment.make");
        if (about < TARGETS)
            (void)snprintf(a->body, sizeof a->body, "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"%s\",\"about\":\"t%d\"}",
                           due, about);
        else
            (void)snprintf(a->body, sizeof a->body, "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"%s\"}", due);
        may = !c->made && when >= day &&
              (about >= TARGETS || (t->targets[about].made && t->targets[about].standing != 5));
        if (may)
            *c = (twin_commitment){.made = 1, .owner = who, .open = 1};
        break;
    }
    case 1:
    case 2: {
        bool late = draw(10) == 0;
        (void)snprintf(a->kind, sizeof a->kind, "commitment.report");
        (void)snprintf(a->body, sizeof a->body, "{\"state\":\"%s\",\"words\":\"x\"}", late ? "lost" : "on-track");
        may = c->made && c->open && same(t, c->owner, who) && !late;
        c->reports += may;
        break;
    }
    case 3: {
        int to = draw(PARTNERS);
        (void)snprintf(a->kind, sizeof a->kind, "commitment.escalate");
        (void)snprintf(a->body, sizeof a->body, "{\"to\":[\"P%d\"],\"words\":\"x\"}", to);
        may = c->made && c->open && t->partner[to] == 1;
        c->escalated |= may;
        break;
    }
    case 4: {
        int to = draw(PARTNERS);
        (void)snprintf(a->kind, sizeof a->kind, "commitment.transfer");
        (void)snprintf(a->body, sizeof a->body, "{\"to\":[\"P%d\"],\"reason\":\"x\"}", to);
        may = c->made && c->open && same(t, c->owner, who) && t->partner[to] == 1 && !same(t, to, c->owner);
        c->owner = may ? to : c->owner;
        break;
    }
    default:
        (void)snprintf(a->kind, sizeof a->kind, "commitment.close");
        (void)snprintf(a->body, sizeof a->body, "{\"outcome\":\"met\",\"words\":\"x\"}");
        may = c->made && c->open && same(t, c->owner, who) && c->challenges == 0;
        c->open = may ? 0 : c->open;
        break;
    }
    c->version += may;
    return may;
}

static bool try_challenge(twin *t, attempt *a, int who)
{
    int what = draw(5), i = t->challenge_count == 0
                                ? -1
                                : t->challenge_count - 1 - draw(t->challenge_count < 12 ? t->challenge_count : 12);
    if (what <= 1) {
        int about = draw(COMMITMENTS);
        twin_commitment *c = &t->commitments[about];
        a->numbered = true;
        (void)snprintf(a->kind, sizeof a->kind, "challenge.raise");
        (void)snprintf(a->body, sizeof a->body, "{\"about\":\"c%d\",\"words\":\"x\"}", about);
        bool may = c->made && c->open && !same(t, c->owner, who) && t->challenge_count < CHALLENGES;
        if (may) {
            c->challenges++;
            t->challenges[t->challenge_count++] = (twin_challenge){
                .about_commitment = about, .raiser = who, .escalated_to = -1, .sequence = t->sequence + 1};
        }
        return may;
    }
    twin_challenge *h = i < 0 ? NULL : &t->challenges[i];
    (void)snprintf(a->subject, sizeof a->subject, "challenge-%lld", h == NULL ? 999999LL : h->sequence);
    bool open = h != NULL && h->standing != 3;
    if (what == 2) {
        (void)snprintf(a->kind, sizeof a->kind, "challenge.respond");
        (void)snprintf(a->body, sizeof a->body, "{\"words\":\"x\"}");
        bool may = open && h->standing != 1 &&
                   (same(t, t->commitments[h->about_commitment].owner, who) ||
                    (h->escalated_to >= 0 && same(t, h->escalated_to, who)));
        if (may)
            h->standing = 1;
        return may;
    }
    if (what == 3) {
        int to = draw(PARTNERS);
        (void)snprintf(a->kind, sizeof a->kind, "challenge.escalate");
        (void)snprintf(a->body, sizeof a->body, "{\"to\":[\"P%d\"],\"words\":\"x\"}", to);
        bool may = open && same(t, h->raiser, who) && t->partner[to] == 1;
        if (may) {
            h->standing = 2;
            h->escalated_to = to;
        }
        return may;
    }
    (void)snprintf(a->kind, sizeof a->kind, "challenge.close");
    (void)snprintf(a->body, sizeof a->body, "{\"outcome\":\"accepted\"}");
    bool may = open && same(t, h->raiser, who);
    if (may) {
        h->standing = 3;
        t->commitments[h->about_commitment].challenges--;
    }
    return may;
}

static bool try_scenario(twin *t, attempt *a, int who)
{
    int i = draw(SCENARIOS), number = draw(12);
    twin_scenario *s = &t->scenarios[i];
    bool may = s->made && !s->retired && same(t, s->owner, who);
    (void)snprintf(a->subject, sizeof a->subject, "s%d", i);
    if (draw(12) == 0) {
        (void)snprintf(a->kind, sizeof a->kind, "scenario.retire");
        (void)snprintf(a->body, sizeof a->body, "{\"reason\":\"r\"}");
        s->retired |= may;
        s->version += may;
        return may;
    }
    (void)snprintf(a->kind, sizeof a->kind, "scenario.keep");
    (void)snprintf(a->body, sizeof a->body,
                   "{\"name\":\"N\",\"reason\":\"r\",\"revision\":%d,\"scenario\":\"a: %d\\nb: 2\"}", number, number);
    may = number >= 1 && (!s->made || (may && number > s->number));
    if (may && !s->made)
        *s = (twin_scenario){.made = 1, .owner = who};
    if (may) {
        s->number = number;
        s->version++;
    }
    return may;
}

static bool try_national(twin *t, attempt *a, int who)
{
    int i = draw(NATIONAL), percent = draw(130) - 10;
    twin_national *g = &t->national[i];
    bool mine = same(t, g->owner, who), past = draw(8) == 0, may;
    (void)snprintf(a->subject, sizeof a->subject, "n%d", i);
    if (draw(4) == 0) {
        (void)snprintf(a->kind, sizeof a->kind, "target.retire");
        (void)snprintf(a->body, sizeof a->body, "{\"reason\":\"r\"}");
        may = g->made && !g->retired && mine;
        g->retired |= may;
    } else {
        (void)snprintf(a->kind, sizeof a->kind, "target.adopt");
        (void)snprintf(
            a->body, sizeof a->body,
            "{\"title\":\"T\",\"measure\":\"m\",\"unit\":\"percent\",\"level\":%d,\"by\":\"%s\",\"authority\":"
            "\"A\",\"document\":\"D\"}",
            percent, past ? "2025-12" : "2099-03");
        may = percent >= 0 && percent <= 100 && !past && (!g->made || (g->retired && mine));
        if (may) {
            g->owner = g->made ? g->owner : who;
            g->made = 1;
            g->retired = 0;
            g->revision++;
        }
    }
    g->version += may;
    return may;
}

/* Is it meant after it became another? */
static bool gone(const twin *t, int p, int day)
{
    return t->partner[p] == 3 && t->merged_on[p] <= day;
}

static bool regime_holds(const twin *t, int of, int regime, int but)
{
    for (int i = 0; i < t->record_count; i++)
        if (i != but && !t->records[i].rebase && !t->records[i].ended && t->records[i].regime == regime &&
            same(t, t->records[i].of, of))
            return true;
    return false;
}

static bool try_rating(twin *t, attempt *a, int day)
{
    static const char *const regimes[] = {"segment", "cqc-rating", "deficit-support", "recovery-support"};
    int of = draw(PARTNERS), regime = draw(4), from = day + draw(30) - 27,
        i = t->record_count == 0 ? -1 : draw(t->record_count);
    char words[DATE_TEXT];
    day_words(from, words);
    if (draw(3) == 0) {
        twin_record *r = i < 0 ? NULL : &t->records[i];
        (void)snprintf(a->kind, sizeof a->kind, "rating.exit");
        (void)snprintf(a->subject, sizeof a->subject, "rating-%lld", r == NULL ? 999999LL : r->sequence);
        (void)snprintf(a->body, sizeof a->body, "{\"until\":\"%s\"}", words);
        bool may = r != NULL && !r->rebase && !r->ended && from >= r->from;
        if (may)
            r->ended = true;
        return may;
    }
    a->numbered = true;
    (void)snprintf(a->kind, sizeof a->kind, "rating.enter");
    (void)snprintf(a->body, sizeof a->body, "{\"of\":\"P%d\",\"regime\":\"%s\",\"rating\":\"3\",\"from\":\"%s\"}", of,
                   regimes[regime], words);
    bool may = from <= day && !gone(t, of, from) && !regime_holds(t, of, regime, -1) && t->record_count < RECORDS;
    if (may)
        t->records[t->record_count++] =
            (twin_record){.of = of, .regime = regime, .from = from, .sequence = t->sequence + 1};
    return may;
}

/* Notes and rebases are about months; a rebase is there once. */
static bool try_month(twin *t, attempt *a, int who, int day)
{
    bool rebase = draw(3) != 0, known = false;
    int of = draw(PARTNERS), i = t->record_count == 0 ? -1 : draw(t->record_count);
    char month[DATE_TEXT], today[DATE_TEXT], first[DATE_TEXT];
    date first_day = DATE_NONE;
    day_words(day + draw(120) - 90, month);
    day_words(day, today);
    if (draw(15) == 0)
        (void)snprintf(month, sizeof month, "1950-01");
    month[7] = 0;
    (void)snprintf(first, sizeof first, "%.7s-01", month);
    assert_true(date_parse(text_of(first), &first_day));
    if (rebase && draw(4) == 0) {
        twin_record *r = i < 0 ? NULL : &t->records[i];
        (void)snprintf(a->kind, sizeof a->kind, "rebase.withdraw");
        (void)snprintf(a->subject, sizeof a->subject, "rebase-%lld", r == NULL ? 999999LL : r->sequence);
        (void)snprintf(a->body, sizeof a->body, "{\"reason\":\"r\"}");
        bool may = r != NULL && r->rebase && !r->ended && same(t, r->owner, who);
        if (may)
            r->ended = true;
        return may;
    }
    a->numbered = true;
    (void)snprintf(a->kind, sizeof a->kind, rebase ? "rebase.add" : "note.add");
    (void)snprintf(a->body, sizeof a->body, "{\"measure\":\"m\",\"of\":\"P%d\",\"period\":\"%s\",\"%s\":\"x\"}", of,
                   month, rebase ? "reason" : "words");
    for (int k = 0; k < t->record_count; k++)
        known |= t->records[k].rebase && !t->records[k].ended && t->records[k].of == of &&
                 strcmp(t->records[k].month, month) == 0;
    bool may = strncmp(month, today, 7) <= 0 && strcmp(month, "1990-01") >= 0 &&
               !gone(t, of, (int)(first_day - date_of(2026, 1, 1))) && !(rebase && known) && t->record_count < RECORDS;
    if (may && rebase) {
        twin_record *r = &t->records[t->record_count++];
        *r = (twin_record){.rebase = true, .of = of, .owner = who, .sequence = t->sequence + 1};
        memcpy(r->month, month, 8);
    }
    return may;
}

/* Two regimes of one kind would stand for what becomes one body. */
static bool regimes_meet(const twin *t, int a, int b)
{
    for (int i = 0; i < t->record_count; i++)
        if (!t->records[i].rebase && !t->records[i].ended && same(t, t->records[i].of, a) &&
            regime_holds(t, b, t->records[i].regime, i))
            return true;
    return false;
}

static bool try_partner(twin *t, attempt *a, int who, int day)
{
    int i = draw(PARTNERS), what = draw(40);
    char when[DATE_TEXT];
    (void)snprintf(a->subject, sizeof a->subject, "P%d", i);
    if (what < 28) {
        (void)snprintf(a->kind, sizeof a->kind, "partner.join");
        (void)snprintf(a->body, sizeof a->body, "{\"name\":\"N\",\"kind\":\"trust\"}");
        bool may = t->partner[i] == 0 || t->partner[i] == 2;
        t->partner[i] = may ? 1 : t->partner[i];
        return may;
    }
    if (what < 36) {
        (void)snprintf(a->kind, sizeof a->kind, "partner.leave");
        (void)snprintf(a->body, sizeof a->body, "{\"reason\":\"r\"}");
        bool may = t->partner[i] == 1 && same(t, i, who);
        for (int c = 0; c < COMMITMENTS; c++)
            may = may && !(t->commitments[c].made && t->commitments[c].open && same(t, t->commitments[c].owner, i));
        t->partner[i] = may ? 2 : t->partner[i];
        return may;
    }
    int to = draw(PARTNERS), on = day + draw(9) - 6;
    day_words(on, when);
    (void)snprintf(a->kind, sizeof a->kind, "partner.succeed");
    (void)snprintf(a->body, sizeof a->body, "{\"successor\":\"P%d\",\"when\":\"%s\"}", to, when);
    int active = 0;
    for (int p = 0; p < PARTNERS; p++)
        active += t->partner[p] == 1;
    bool may = t->partner[i] == 1 && to != i && t->partner[to] == 1 && (who == i || who == to) && on <= day &&
               !regimes_meet(t, i, to);
    if (may && active <= 4) { /* keep some: a merger is for ever */
        (void)snprintf(a->body, sizeof a->body, "{\"successor\":\"P%d\"}", to);
        return false;
    }
    if (may) {
        t->partner[i] = 3;
        t->successor[i] = to;
        t->merged_on[i] = on;
    }
    return may;
}

static bool attempt_make(twin *t, attempt *a)
{
    int who = draw(PARTNERS), day = t->day + (draw(4) == 0), what = draw(26);
    if (draw(30) == 0)
        day -= 1 + draw(3);
    char words[DATE_TEXT];
    day_words(day, words);
    (void)snprintf(a->who, sizeof a->who, "P%d", who);
    (void)snprintf(a->time, sizeof a->time, "%sT12:00:00Z", words);
    twin before = *t; /* whoever may not act leaves everything as it was */
    bool may = what < 8    ? try_target(t, a, who, day)
               : what < 15 ? try_commitment(t, a, who, day)
               : what < 18 ? try_challenge(t, a, who)
               : what < 19 ? try_scenario(t, a, who)
               : what < 20 ? try_national(t, a, who)
               : what < 22 ? try_rating(t, a, day)
               : what < 25 ? try_month(t, a, who, day)
                           : try_partner(t, a, who, day);
    if (may && (before.partner[who] != 1 || day < before.day)) {
        *t = before;
        may = false;
    }
    if (may) {
        t->sequence++;
        t->day = day;
    }
    return may;
}

/* ---- do both say the same of what stands? ---- */

static void compare(const twin *t, const register_log *log)
{
    static const register_standing target_standings[] = {STANDING_PROPOSED, STANDING_CO_DEVELOPED, STANDING_SIGNED,
                                                         STANDING_IN_FORCE, STANDING_REVIEWED,     STANDING_RETIRED};
    static const register_standing challenge_standings[] = {STANDING_OPEN, STANDING_ANSWERED, STANDING_ESCALATED,
                                                            STANDING_CLOSED};
    char id[32];
    assert_int_equal(register_last(log), t->sequence);
    for (int i = 0; i < TARGETS; i++) {
        const twin_target *g = &t->targets[i];
        (void)snprintf(id, sizeof id, "t%d", i);
        const register_subject *s = register_find(log, REGISTER_TARGET, id);
        assert_int_equal(s != NULL, g->made);
        if (s == NULL)
            continue;
        assert_int_equal(s->standing, target_standings[g->standing]);
        assert_int_equal(s->revision, g->revision);
        assert_int_equal(s->version, g->version);
    }
    for (int i = 0; i < COMMITMENTS; i++) {
        const twin_commitment *c = &t->commitments[i];
        (void)snprintf(id, sizeof id, "c%d", i);
        const register_subject *s = register_find(log, REGISTER_COMMITMENT, id);
        assert_int_equal(s != NULL, c->made);
        if (s == NULL)
            continue;
        char owner[8];
        (void)snprintf(owner, sizeof owner, "P%d", c->owner);
        assert_string_equal(s->owner, owner);
        assert_int_equal(s->standing == STANDING_CLOSED, !c->open);
        assert_int_equal(s->reports, c->reports);
        assert_int_equal(s->challenges, c->challenges);
        assert_int_equal(s->version, c->version);
    }
    for (int i = 0; i < SCENARIOS; i++) {
        const twin_scenario *c = &t->scenarios[i];
        char words[32];
        (void)snprintf(id, sizeof id, "s%d", i);
        const register_subject *s = register_find(log, REGISTER_SCENARIO, id);
        assert_int_equal(s != NULL, c->made);
        if (s == NULL)
            continue;
        (void)snprintf(words, sizeof words, "a: %d\nb: 2", c->number);
        assert_string_equal(register_value(s, FIELD_SCENARIO), words);
        assert_int_equal(s->standing, c->retired ? STANDING_RETIRED : STANDING_ACTIVE);
        assert_int_equal(s->revision, c->number);
        assert_int_equal(s->version, c->version);
    }
    for (int i = 0; i < NATIONAL; i++) {
        const twin_national *g = &t->national[i];
        (void)snprintf(id, sizeof id, "n%d", i);
        const register_subject *s = register_find(log, REGISTER_TARGET, id);
        assert_int_equal(s != NULL, g->made);
        if (s == NULL)
            continue;
        assert_int_equal(s->standing, g->retired ? STANDING_RETIRED : STANDING_IN_FORCE);
        assert_int_equal(s->revision, g->revision);
        assert_int_equal(s->version, g->version);
    }
    for (int i = 0; i < t->record_count; i++) {
        const twin_record *r = &t->records[i];
        (void)snprintf(id, sizeof id, "%s-%lld", r->rebase ? "rebase" : "rating", r->sequence);
        const register_subject *s = register_find(log, r->rebase ? REGISTER_REBASE : REGISTER_RATING, id);
        assert_non_null(s);
        assert_int_equal(s->standing, !r->ended ? STANDING_ACTIVE : r->rebase ? STANDING_WITHDRAWN : STANDING_ENDED);
    }
    assert_int_equal(register_count(log, REGISTER_CHALLENGE), t->challenge_count);
    for (int i = 0; i < t->challenge_count; i++)
        assert_int_equal(register_at(log, REGISTER_CHALLENGE, (size_t)i)->standing,
                         challenge_standings[t->challenges[i].standing]);
}

static void test_twin(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here, copy = {0};
    static twin t;
    int accepted = 0;
    bench_open_with(b, NULL);
    OK(b, "2026-01-01T12:00:00Z", "P0", "register.open", "P0", "{\"title\":\"T\",\"name\":\"N\",\"kind\":\"icb\"}");
    t.partner[0] = 1;
    t.sequence = 1;
    for (int i = 0; i < EVENTS; i++) {
        attempt a = {0};
        bool may = attempt_make(&t, &a);
        status code = put(b, a.time, a.who, a.kind, a.numbered ? NULL : a.subject, a.body);
        if ((code == STATUS_OK) != may)
            fail_msg("attempt %d: %s %s by %s at %s %s: the twin says %s, the register says: %s", i, a.kind, a.subject,
                     a.who, a.time, a.body, may ? "yes" : "no", code == STATUS_OK ? "yes" : b->err.message);
        assert_true(code == STATUS_OK || code == STATUS_REFUSED || code == STATUS_NOT_FOUND);
        assert_true(code == STATUS_OK || b->err.message[0] != 0);
        accepted += may;
        if (i % 500 == 0)
            compare(&t, b->log);
    }
    compare(&t, b->log);
    print_message("%d of %d random events were accepted\n", accepted, EVENTS);
    assert_true(accepted > EVENTS / 20);

    register_proof proof;
    assert_int_equal(register_verify(b->path, t.sequence, register_head(b->log), &proof, NULL), STATUS_OK);
    assert_int_equal(proof.events, t.sequence);
    register_close(b->log);
    assert_int_equal(register_open(b->path, NULL, &b->log, NULL), STATUS_OK);
    compare(&t, b->log);

    buffer out = {0};
    register_import_report report;
    bench_open_with(&copy, NULL);
    assert_int_equal(register_export(b->log, buffer_write, &out, NULL), STATUS_OK);
    bytes file = {out.data, out.length, 0};
    assert_int_equal(register_import(copy.log, bytes_read, &file, "copy", &report, NULL), STATUS_OK);
    compare(&t, copy.log);
    buffer_free(&out);
    bench_close(&copy);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
