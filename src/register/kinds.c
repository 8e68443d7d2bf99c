/*
 * kinds: the fields, what subjects keep of them, and what each kind of event takes. These tables drive the reading and writing of bodies, the
 * rules, the command line and its help, so that they cannot disagree.
 */
#include "register/work.h"

#include <stdlib.h>
#include <string.h>

const field_record field_records[FIELD_COUNT] = {
    [FIELD_ABOUT] = {"about", TYPE_CODE},
    [FIELD_AFFORDABLE] = {"affordable", TYPE_WORDS},
    [FIELD_ANSWER_BY] = {"answer_by", TYPE_DATE},
    [FIELD_ASKED_BY] = {"asked_by", TYPE_NAME},
    [FIELD_ATTRIBUTABLE] = {"attributable", TYPE_WORDS},
    [FIELD_AUTHORITY] = {"authority", TYPE_NAME},
    [FIELD_BETTER] = {"better", TYPE_CODE},
    [FIELD_BREAKDOWN] = {"breakdown", TYPE_NAME},
    [FIELD_BY] = {"by", TYPE_MONTH},
    [FIELD_CLEAR] = {"clear", TYPE_WORDS},
    [FIELD_DEFINITION] = {"definition", TYPE_WORDS},
    [FIELD_DOCUMENT] = {"document", TYPE_NAME},
    [FIELD_DUE] = {"due", TYPE_DATE},
    [FIELD_EDITION] = {"edition", TYPE_CODE},
    [FIELD_FREQUENCY] = {"frequency", TYPE_NAME},
    [FIELD_FROM] = {"from", TYPE_DATE},
    [FIELD_HOURS] = {"hours", TYPE_NUMBER},
    [FIELD_KIND] = {"kind", TYPE_CODE},
    [FIELD_LEGAL_BASIS] = {"legal_basis", TYPE_NAME},
    [FIELD_LEVEL] = {"level", TYPE_NUMBER},
    [FIELD_MEASURE] = {"measure", TYPE_CODE},
    [FIELD_MEASURES] = {"measures", TYPE_CODES},
    [FIELD_NAME] = {"name", TYPE_NAME},
    [FIELD_OF] = {"of", TYPE_CODE},
    [FIELD_ONS_CODE] = {"ons_code", TYPE_CODE},
    [FIELD_ORGANISATIONS] = {"organisations", TYPE_CODES},
    [FIELD_OUTCOME] = {"outcome", TYPE_CODE},
    [FIELD_PARTNERS] = {"partners", TYPE_CODES},
    [FIELD_PERIOD] = {"period", TYPE_MONTH},
    [FIELD_PUBLIC_KEY] = {"public_key", TYPE_KEY},
    [FIELD_QUESTION] = {"question", TYPE_WORDS},
    [FIELD_RATING] = {"rating", TYPE_NAME},
    [FIELD_REASON] = {"reason", TYPE_WORDS},
    [FIELD_REGIME] = {"regime", TYPE_CODE},
    [FIELD_RELEVANT] = {"relevant", TYPE_WORDS},
    [FIELD_REVISION] = {"revision", TYPE_NUMBER},
    [FIELD_RISKS] = {"risks", TYPE_WORDS},
    [FIELD_SCENARIO] = {"scenario", TYPE_WORDS},
    [FIELD_SEES] = {"sees", TYPE_CODES},
    [FIELD_SOURCE] = {"source", TYPE_NAME},
    [FIELD_STATE] = {"state", TYPE_CODE},
    [FIELD_SUCCESSOR] = {"successor", TYPE_CODE},
    [FIELD_SYSTEM] = {"system", TYPE_CODE},
    [FIELD_TIER] = {"tier", TYPE_CODE},
    [FIELD_TITLE] = {"title", TYPE_NAME},
    [FIELD_TO] = {"to", TYPE_CODES},
    [FIELD_TRAJECTORY] = {"trajectory", TYPE_TRAJECTORY},
    [FIELD_UNIT] = {"unit", TYPE_CODE},
    [FIELD_UNTIL] = {"until", TYPE_DATE},
    [FIELD_VALID] = {"valid", TYPE_WORDS},
    [FIELD_VALUE] = {"value", TYPE_NUMBER},
    [FIELD_WHAT] = {"what", TYPE_WORDS},
    [FIELD_WHEN] = {"when", TYPE_DATE},
    [FIELD_WHOM] = {"whom", TYPE_WORDS},
    [FIELD_WHY] = {"why", TYPE_WORDS},
    [FIELD_WORDS] = {"words", TYPE_WORDS},
    [FIELD_CO_DEVELOPERS] = {"co_developers", TYPE_CODES},
    [FIELD_SIGNATURES] = {"signatures", TYPE_CODES},
    [FIELD_MEMBERS] = {"members", TYPE_CODES},
};

const char *register_field_name(register_field field)
{
    return (unsigned)field < FIELD_COUNT ? field_records[field].name : "";
}

bool register_field_find(const char *name, register_field *out)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (strcmp(field_records[f].name, name) == 0) {
            *out = (register_field)f;
            return true;
        }
    return false;
}

register_shape register_field_shape(register_field field)
{
    field_type type = field_records[field].type;
    return type == TYPE_NUMBER ? SHAPE_NUMBER : type == TYPE_CODES || type == TYPE_TRAJECTORY ? SHAPE_LIST : SHAPE_TEXT;
}

/* ---- what subjects keep ---- */

#define FIELDS(...)                                                                                                    \
    (const register_field[])                                                                                           \
    {                                                                                                                  \
        __VA_ARGS__, FIELD_COUNT                                                                                       \
    }

static const register_field *const kept[REGISTER_KINDS] = {
    [REGISTER_PARTNER] = FIELDS(FIELD_NAME, FIELD_KIND, FIELD_ONS_CODE, FIELD_PUBLIC_KEY, FIELD_SUCCESSOR, FIELD_WHEN),
    [REGISTER_MEASURE] = FIELDS(FIELD_NAME, FIELD_UNIT, FIELD_BETTER, FIELD_QUESTION, FIELD_DEFINITION, FIELD_WHY),
    [REGISTER_TARGET] =
        FIELDS(FIELD_TITLE, FIELD_TIER, FIELD_MEASURE, FIELD_UNIT, FIELD_LEVEL, FIELD_TRAJECTORY, FIELD_BY,
               FIELD_ORGANISATIONS, FIELD_PARTNERS, FIELD_WHY, FIELD_WHOM, FIELD_AUTHORITY, FIELD_DOCUMENT, FIELD_CLEAR,
               FIELD_RELEVANT, FIELD_ATTRIBUTABLE, FIELD_VALID, FIELD_AFFORDABLE, FIELD_RISKS, FIELD_FROM,
               FIELD_OUTCOME, FIELD_CO_DEVELOPERS, FIELD_SIGNATURES),
    [REGISTER_COMMITMENT] = FIELDS(FIELD_WHAT, FIELD_WHOM, FIELD_DUE, FIELD_ABOUT, FIELD_MEASURE, FIELD_UNIT,
                                   FIELD_LEVEL, FIELD_STATE, FIELD_VALUE, FIELD_TO, FIELD_OUTCOME),
    [REGISTER_CHALLENGE] = FIELDS(FIELD_ABOUT, FIELD_WORDS, FIELD_ANSWER_BY, FIELD_TO, FIELD_OUTCOME),
    [REGISTER_GROUP] = FIELDS(FIELD_NAME, FIELD_KIND, FIELD_SYSTEM, FIELD_FROM, FIELD_UNTIL, FIELD_MEMBERS),
    [REGISTER_RATING] = FIELDS(FIELD_OF, FIELD_REGIME, FIELD_RATING, FIELD_FROM, FIELD_UNTIL, FIELD_SOURCE),
    [REGISTER_NOTE] = FIELDS(FIELD_MEASURE, FIELD_OF, FIELD_BREAKDOWN, FIELD_PERIOD, FIELD_WORDS),
    [REGISTER_REBASE] = FIELDS(FIELD_MEASURE, FIELD_OF, FIELD_BREAKDOWN, FIELD_PERIOD, FIELD_REASON),
    [REGISTER_EMBARGO] = FIELDS(FIELD_EDITION, FIELD_UNTIL, FIELD_SEES, FIELD_REASON),
    [REGISTER_RELEASE] = FIELDS(FIELD_EDITION, FIELD_TO, FIELD_WORDS),
    [REGISTER_COLLECTION] = FIELDS(FIELD_NAME, FIELD_ASKED_BY, FIELD_LEGAL_BASIS, FIELD_FREQUENCY, FIELD_HOURS,
                                   FIELD_MEASURES, FIELD_ORGANISATIONS, FIELD_UNTIL),
    [REGISTER_SCENARIO] = FIELDS(FIELD_NAME, FIELD_QUESTION, FIELD_REASON, FIELD_SCENARIO),
};

const register_field *register_kind_fields(register_kind kind, size_t *count)
{
    return kind_fields(kind, count);
}

const register_field *kind_fields(register_kind kind, size_t *count)
{
    size_t n = 0;
    while (kept[kind][n] != FIELD_COUNT)
        n++;
    *count = n;
    return kept[kind];
}

int kind_slot(register_kind kind, register_field field)
{
    const register_field *list = kept[kind];
    for (int i = 0; list[i] != FIELD_COUNT; i++)
        if (list[i] == field)
            return i;
    return -1;
}

const char *register_kind_name(register_kind kind)
{
    static const char *const names[REGISTER_KINDS] = {"partner", "measure",    "target",  "commitment", "challenge",
                                                      "group",   "rating",     "note",    "rebase",     "embargo",
                                                      "release", "collection", "scenario"};
    return (unsigned)kind < REGISTER_KINDS ? names[kind] : "";
}

const char *register_standing_name(register_standing standing)
{
    static const char *const names[STANDING_COUNT] = {"active",   "proposed", "co-developed", "signed",    "in force",
                                                      "reviewed", "retired",  "open",         "answered",  "escalated",
                                                      "closed",   "left",     "merged",       "withdrawn", "ended"};
    return (unsigned)standing < STANDING_COUNT ? names[standing] : "";
}

/* ---- what events take ---- */

#define TAKES(...)                                                                                                     \
    (const field_rule[])                                                                                               \
    {                                                                                                                  \
        __VA_ARGS__, FIELD_RULES_END                                                                                   \
    }
/* How often a collection is asked for; a fixed list, so that what is asked twice is seen (oversight/burden). */
#define FREQUENCIES "daily|weekly|fortnightly|monthly|quarterly|twice a year|yearly|every two years|once|on request"
#define PARTNER_KINDS                                                                                                  \
    "icb|trust|council|primary-care|voluntary|independent|healthwatch|nhs-england|region|cqc|government|other"

const event_record event_records[] = {
    {"challenge.close", REGISTER_CHALLENGE, false,
     TAKES({FIELD_OUTCOME, true, "accepted|not-accepted|withdrawn"}, {FIELD_WORDS, false, NULL}), rule_challenge_close},
    {"challenge.escalate", REGISTER_CHALLENGE, false, TAKES({FIELD_TO, true, NULL}, {FIELD_WORDS, true, NULL}),
     rule_challenge_escalate},
    {"challenge.raise", REGISTER_CHALLENGE, true,
     TAKES({FIELD_ABOUT, true, NULL}, {FIELD_ANSWER_BY, false, NULL}, {FIELD_WORDS, true, NULL}), rule_challenge_raise},
    {"challenge.respond", REGISTER_CHALLENGE, false, TAKES({FIELD_WORDS, true, NULL}), rule_challenge_respond},
    {"collection.add", REGISTER_COLLECTION, true,
     TAKES({FIELD_ASKED_BY, true, NULL}, {FIELD_FREQUENCY, true, FREQUENCIES}, {FIELD_HOURS, true, NULL},
           {FIELD_LEGAL_BASIS, true, NULL}, {FIELD_MEASURES, false, NULL}, {FIELD_NAME, true, NULL},
           {FIELD_ORGANISATIONS, false, NULL}),
     rule_collection_add},
    {"collection.change", REGISTER_COLLECTION, false,
     TAKES({FIELD_ASKED_BY, false, NULL}, {FIELD_FREQUENCY, false, FREQUENCIES}, {FIELD_HOURS, false, NULL},
           {FIELD_LEGAL_BASIS, false, NULL}, {FIELD_MEASURES, false, NULL}, {FIELD_NAME, false, NULL},
           {FIELD_ORGANISATIONS, false, NULL}, {FIELD_REASON, true, NULL}),
     rule_collection_change},
    {"collection.end", REGISTER_COLLECTION, false, TAKES({FIELD_REASON, true, NULL}, {FIELD_UNTIL, true, NULL}),
     rule_collection_end},
    {"commitment.close", REGISTER_COMMITMENT, false,
     TAKES({FIELD_OUTCOME, true, "met|not-met|withdrawn"}, {FIELD_WORDS, true, NULL}), rule_commitment_close},
    {"commitment.escalate", REGISTER_COMMITMENT, false, TAKES({FIELD_TO, true, NULL}, {FIELD_WORDS, true, NULL}),
     rule_commitment_escalate},
    {"commitment.make", REGISTER_COMMITMENT, true,
     TAKES({FIELD_ABOUT, false, NULL}, {FIELD_DUE, true, NULL}, {FIELD_LEVEL, false, NULL},
           {FIELD_MEASURE, false, NULL}, {FIELD_UNIT, false, NULL}, {FIELD_WHAT, true, NULL}, {FIELD_WHOM, true, NULL}),
     rule_commitment_make},
    {"commitment.report", REGISTER_COMMITMENT, false,
     TAKES({FIELD_STATE, true, "on-track|at-risk|late|done"}, {FIELD_VALUE, false, NULL}, {FIELD_WORDS, true, NULL}),
     rule_commitment_report},
    {"commitment.transfer", REGISTER_COMMITMENT, false, TAKES({FIELD_REASON, true, NULL}, {FIELD_TO, true, NULL}),
     rule_commitment_transfer},
    {"edition.release", REGISTER_RELEASE, true,
     TAKES({FIELD_EDITION, true, NULL}, {FIELD_TO, false, NULL}, {FIELD_WORDS, false, NULL}), rule_edition_release},
    {"embargo.lift", REGISTER_EMBARGO, false, TAKES({FIELD_REASON, true, NULL}), rule_withdraw},
    {"embargo.set", REGISTER_EMBARGO, true,
     TAKES({FIELD_EDITION, true, NULL}, {FIELD_REASON, true, NULL}, {FIELD_SEES, true, NULL},
           {FIELD_UNTIL, true, NULL}),
     rule_embargo_set},
    {"group.add", REGISTER_GROUP, false, TAKES({FIELD_FROM, true, NULL}, {FIELD_OF, true, NULL}), rule_group_add},
    {"group.end", REGISTER_GROUP, false, TAKES({FIELD_REASON, true, NULL}, {FIELD_UNTIL, true, NULL}), rule_group_end},
    {"group.form", REGISTER_GROUP, true,
     TAKES({FIELD_FROM, true, NULL}, {FIELD_KIND, true, "provider-collaborative|place|cluster"},
           {FIELD_NAME, true, NULL}, {FIELD_SYSTEM, false, NULL}),
     rule_group_form},
    {"group.remove", REGISTER_GROUP, false, TAKES({FIELD_OF, true, NULL}, {FIELD_UNTIL, true, NULL}),
     rule_group_remove},
    {"measure.define", REGISTER_MEASURE, true,
     TAKES({FIELD_BETTER, true, "higher|lower|neither"}, {FIELD_DEFINITION, true, NULL}, {FIELD_NAME, true, NULL},
           {FIELD_QUESTION, true, NULL}, {FIELD_UNIT, true, "percent|count|weeks|minutes|days|rate|score"},
           {FIELD_WHY, true, NULL}),
     rule_measure_define},
    {"note.add", REGISTER_NOTE, true,
     TAKES({FIELD_BREAKDOWN, false, NULL}, {FIELD_MEASURE, true, NULL}, {FIELD_OF, true, NULL},
           {FIELD_PERIOD, true, NULL}, {FIELD_WORDS, true, NULL}),
     rule_note_add},
    {"note.withdraw", REGISTER_NOTE, false, TAKES({FIELD_REASON, true, NULL}), rule_withdraw},
    {"partner.join", REGISTER_PARTNER, true,
     TAKES({FIELD_KIND, true, PARTNER_KINDS}, {FIELD_NAME, true, NULL}, {FIELD_ONS_CODE, false, NULL}),
     rule_partner_join},
    {"partner.key", REGISTER_PARTNER, false, TAKES({FIELD_PUBLIC_KEY, true, NULL}), rule_partner_key},
    {"partner.leave", REGISTER_PARTNER, false, TAKES({FIELD_REASON, true, NULL}), rule_partner_leave},
    {"partner.reset-key", REGISTER_PARTNER, false, TAKES({FIELD_REASON, true, NULL}), rule_partner_reset_key},
    {"partner.succeed", REGISTER_PARTNER, false,
     TAKES({FIELD_REASON, false, NULL}, {FIELD_SUCCESSOR, true, NULL}, {FIELD_WHEN, true, NULL}), rule_partner_succeed},
    {"rating.enter", REGISTER_RATING, true,
     TAKES({FIELD_FROM, true, NULL}, {FIELD_OF, true, NULL}, {FIELD_RATING, true, NULL},
           {FIELD_REGIME, true, "cqc-rating|segment|recovery-support|deficit-support|special-measures|lighter-regime"},
           {FIELD_SOURCE, false, NULL}),
     rule_rating_enter},
    {"rating.exit", REGISTER_RATING, false, TAKES({FIELD_REASON, false, NULL}, {FIELD_UNTIL, true, NULL}),
     rule_rating_exit},
    {"rebase.add", REGISTER_REBASE, true,
     TAKES({FIELD_BREAKDOWN, false, NULL}, {FIELD_MEASURE, true, NULL}, {FIELD_OF, true, NULL},
           {FIELD_PERIOD, true, NULL}, {FIELD_REASON, true, NULL}),
     rule_rebase_add},
    {"rebase.withdraw", REGISTER_REBASE, false, TAKES({FIELD_REASON, true, NULL}), rule_withdraw},
    {"register.open", REGISTER_PARTNER, true,
     TAKES({FIELD_KIND, true, PARTNER_KINDS}, {FIELD_NAME, true, NULL}, {FIELD_ONS_CODE, false, NULL},
           {FIELD_TITLE, true, NULL}),
     rule_register_open},
    {"scenario.keep", REGISTER_SCENARIO, true,
     TAKES({FIELD_NAME, true, NULL}, {FIELD_QUESTION, false, NULL}, {FIELD_REASON, true, NULL},
           {FIELD_REVISION, true, NULL}, {FIELD_SCENARIO, true, NULL}),
     rule_scenario_keep},
    {"scenario.retire", REGISTER_SCENARIO, false, TAKES({FIELD_REASON, true, NULL}), rule_scenario_retire},
    {"target.adopt", REGISTER_TARGET, true,
     TAKES({FIELD_AUTHORITY, true, NULL}, {FIELD_BY, true, NULL}, {FIELD_DOCUMENT, true, NULL},
           {FIELD_LEVEL, true, NULL}, {FIELD_MEASURE, true, NULL}, {FIELD_ORGANISATIONS, false, NULL},
           {FIELD_TITLE, true, NULL}, {FIELD_UNIT, true, NULL}, {FIELD_WHY, false, NULL}),
     rule_target_adopt},
    {"target.develop", REGISTER_TARGET, false, TAKES({FIELD_WORDS, true, NULL}), rule_target_develop},
    {"target.propose", REGISTER_TARGET, true,
     TAKES({FIELD_AFFORDABLE, false, NULL}, {FIELD_ATTRIBUTABLE, false, NULL}, {FIELD_AUTHORITY, false, NULL},
           {FIELD_BY, true, NULL}, {FIELD_CLEAR, false, NULL}, {FIELD_DOCUMENT, false, NULL},
           {FIELD_LEVEL, false, NULL}, {FIELD_MEASURE, true, NULL}, {FIELD_ORGANISATIONS, true, NULL},
           {FIELD_PARTNERS, false, NULL}, {FIELD_RELEVANT, false, NULL}, {FIELD_RISKS, false, NULL},
           {FIELD_TIER, true, "regional|local"}, {FIELD_TITLE, true, NULL}, {FIELD_TRAJECTORY, false, NULL},
           {FIELD_UNIT, true, NULL}, {FIELD_VALID, false, NULL}, {FIELD_WHOM, false, NULL}, {FIELD_WHY, true, NULL}),
     rule_target_propose},
    {"target.retire", REGISTER_TARGET, false, TAKES({FIELD_REASON, true, NULL}), rule_target_retire},
    {"target.review", REGISTER_TARGET, false,
     TAKES({FIELD_OUTCOME, true, "continue|change|retire"}, {FIELD_WORDS, true, NULL}), rule_target_review},
    {"target.revise", REGISTER_TARGET, false,
     TAKES({FIELD_AFFORDABLE, false, NULL}, {FIELD_ATTRIBUTABLE, false, NULL}, {FIELD_BY, false, NULL},
           {FIELD_CLEAR, false, NULL}, {FIELD_LEVEL, false, NULL}, {FIELD_ORGANISATIONS, false, NULL},
           {FIELD_PARTNERS, false, NULL}, {FIELD_REASON, true, NULL}, {FIELD_RELEVANT, false, NULL},
           {FIELD_RISKS, false, NULL}, {FIELD_TITLE, false, NULL}, {FIELD_TRAJECTORY, false, NULL},
           {FIELD_VALID, false, NULL}, {FIELD_WHOM, false, NULL}, {FIELD_WHY, false, NULL}),
     rule_target_revise},
    {"target.sign", REGISTER_TARGET, false, TAKES({FIELD_REVISION, true, NULL}), rule_target_sign},
    {"target.start", REGISTER_TARGET, false, TAKES({FIELD_FROM, true, NULL}), rule_target_start},
};
const size_t event_record_count = sizeof event_records / sizeof event_records[0];

static int record_compare(const void *name, const void *record)
{
    return strcmp(name, ((const event_record *)record)->name);
}

const event_record *event_record_find(const char *name)
{
    return bsearch(name, event_records, event_record_count, sizeof event_records[0], record_compare);
}

const char *register_event_name(size_t i)
{
    return i < event_record_count ? event_records[i].name : NULL;
}

bool register_event_field(const char *kind, size_t i, register_field *field, bool *required, const char **choices)
{
    const event_record *of = event_record_find(kind);
    for (size_t k = 0; of != NULL && of->fields[k].field != FIELD_COUNT; k++) {
        if (k != i)
            continue;
        *field = of->fields[k].field;
        *required = of->fields[k].required;
        *choices = of->fields[k].choices;
        return true;
    }
    return false;
}

bool register_event_subject(const char *event, register_kind *kind, bool *makes)
{
    const event_record *of = event_record_find(event);
    if (of == NULL)
        return false;
    *kind = of->subject;
    *makes = of->makes;
    return true;
}

bool choice_is(const char *choices, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = choices; *at != 0;) {
        size_t n = strcspn(at, "|");
        if (n == length && strncmp(at, value, n) == 0)
            return true;
        at += n + (at[n] == '|');
    }
    return false;
}
