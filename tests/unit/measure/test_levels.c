/*
 * Which levels the measures have: provider, board, region and England wherever the publication allows. What a measure lacks stands here with the reason, so that a hole is a decision.
 */
#include "workspace.h"

typedef struct lacking {
    const char *measure; /* "ambulance-*" stands for all that begin so */
    level level;
    const char *why;
} lacking;

static const lacking all[] = {
    {"ae-england-*", LEVEL_REGION, "a series of England alone"},
    {"ae-england-*", LEVEL_ICB, "a series of England alone"},
    {"ae-england-*", LEVEL_PROVIDER, "a series of England alone"},
    {"ambulance-*", LEVEL_ICB, "an ambulance service spans boards and is published whole"},
    {"ambulance-*-p90", LEVEL_REGION, "a 90th centile cannot be added up"},
    {"deprivation-score", LEVEL_ENGLAND, "an average score of boards, not a sum"},
    {"deprivation-score", LEVEL_REGION, "an average score of boards, not a sum"},
    {"deprivation-score", LEVEL_PROVIDER, "where people live"},
    {"population-*", LEVEL_PROVIDER, "where people live"},
    {"mental-health-four-weeks-*", LEVEL_REGION,
     "counts below England are rounded to 5 and withheld: their sum is no figure"},
    {"mental-health-open-*", LEVEL_REGION,
     "counts below England are rounded to 5 and withheld: their sum is no figure"},
    {"rtt-flow-*", LEVEL_ENGLAND, "boards alone, without hubs and commissioners outside England"},
    {"rtt-flow-*", LEVEL_PROVIDER, "boards alone"},
    {"rtt-panel-*", LEVEL_ENGLAND, "boards alone, without hubs and commissioners outside England"},
    {"rtt-panel-*", LEVEL_PROVIDER, "boards alone"},
    {"rtt-independent-sector-share", LEVEL_PROVIDER, "a provider is of one sector"},
    {"rtt-completed-unknown-sector", LEVEL_PROVIDER, "a provider is of one sector"},
    {"staff-survey-*", LEVEL_ENGLAND, "weighted shares of each organisation's answers, which do not add up"},
    {"staff-survey-*", LEVEL_REGION, "weighted shares of each organisation's answers, which do not add up"},
    {"staff-survey-*", LEVEL_ICB, "weighted shares of each organisation's answers, which do not add up"},
    {"virtual-ward-rate", LEVEL_PROVIDER, "per people registered in a board"},
};
enum { COUNT = sizeof all / sizeof all[0] };

static bool is_meant(const char *pattern, const char *id)
{
    const char *star = strchr(pattern, '*');
    size_t head = star == NULL ? 0 : (size_t)(star - pattern), tail = star == NULL ? 0 : strlen(star + 1),
           length = strlen(id);
    if (star == NULL)
        return strcmp(pattern, id) == 0;
    return length >= head + tail && strncmp(pattern, id, head) == 0 && strcmp(id + length - tail, star + 1) == 0;
}

static void every_level_that_a_publication_allows(void **state)
{
    static const level LEVELS[] = {LEVEL_ENGLAND, LEVEL_REGION, LEVEL_ICB, LEVEL_PROVIDER};
    bool used[COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < house.catalogue.measure_count; i++) {
        const measure *m = &house.catalogue.measures[i];
        if (house.catalogue.sources[m->source].tidy)
            continue; /* finance: whatever is given */
        for (size_t k = 0; k < sizeof LEVELS / sizeof LEVELS[0]; k++) {
            bool has = m->level_role[LEVELS[k]] >= 0 || m->level_role[LEVELS[k]] == MEASURE_ALL_ROWS, excused = false;
            for (size_t l = 0; l < COUNT; l++)
                if (all[l].level == LEVELS[k] && is_meant(all[l].measure, m->id)) {
                    excused = true;
                    used[l] = used[l] || !has;
                }
            if (!has && !excused)
                fail_msg("%s has no figure at the level %s, and no reason is given", m->id, level_name(LEVELS[k]));
        }
    }
    for (size_t l = 0; l < COUNT; l++)
        if (!used[l])
            fail_msg("%s has the level %s now: take it off the list", all[l].measure, level_name(all[l].level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_level_that_a_publication_allows)};
    return cmocka_run_group_tests(tests, house_open, house_close);
}
