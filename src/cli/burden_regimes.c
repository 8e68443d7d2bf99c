/* burden_regimes: the regimes of frameworks beside what is asked of a system. */
#include "cli/burden_regimes.h"

#include "oversight/oversight.h"

#include <string.h>

typedef struct asked {
    const framework *framework;
    oversight_book book; /* the ratings of the register, and nothing else */
    period month;
} asked;

/* Who is in a regime: by the register, so the usual one, which has no rating, is that of everybody else. */
static status who_words(const asked *a, size_t regime, buffer *out, error *err)
{
    const char *event = a->framework->regimes[regime].event;
    size_t count = 0;
    buffer_text(out, "");
    for (size_t i = 0; i < a->book.event_count; i++) {
        const char *organisation = a->book.events[i].organisation;
        int32_t in = oversight_regime_of(&a->book, a->framework, organisation, a->month);
        const oversight_event *holds = event[0] == 0 ? NULL
                                                     : oversight_event_in_force(a->book.events, a->book.event_count,
                                                                                organisation, event, a->month);
        if (in == (int32_t)regime && holds == &a->book.events[i])
            buffer_printf(out, "%s%s", count++ == 0 ? "" : " ", organisation);
    }
    if (event[0] == 0)
        buffer_text(out, "all others");
    return buffer_status(out, err);
}

/* `nobody`: what stands where nobody is in it; NULL is missing. */
static void rows(const asked *a, size_t regime, const char *who, const char *nobody, table *t)
{
    const framework *f = a->framework;
    for (size_t i = 0; i < f->return_count; i++) {
        const framework_return *one = &f->returns[i];
        table_text(t, f->regimes[regime].id);
        table_text(t, who[0] == 0 ? nobody : who);
        table_text(t, one->id);
        table_text(t, one->name);
        table_text(t, one->review ? "review" : "return");
        table_text(t, one->asked_by);
        table_text(t, one->how[regime][0] == 0 ? NULL : one->how[regime]);
        table_bool(t, one->verified);
    }
}

static status framework_rows(const asked *a, const char *organisation, const char *nobody, table *t, error *err)
{
    status code = STATUS_OK;
    for (size_t k = 0; k < a->framework->regime_count && code == STATUS_OK; k++) {
        buffer who = {0};
        if (organisation == NULL)
            code = who_words(a, k, &who, err);
        if (code == STATUS_OK &&
            (organisation == NULL || oversight_regime_of(&a->book, a->framework, organisation, a->month) == (int32_t)k))
            rows(a, k, organisation != NULL ? organisation : who.data, nobody, t);
        buffer_free(&who);
    }
    return code;
}

status burden_regimes_table(register_run *r, const char *organisation, table *t, error *err)
{
    static const table_column columns[] = {{"regime", NULL, false, false}, {"asked_of", "asked of", false, false},
                                           {"return", NULL, false, false}, {"name", NULL, false, false},
                                           {"kind", NULL, false, false},   {"asked_by", "asked by", false, false},
                                           {"how", NULL, false, false},    {"verified", NULL, false, true}};
    int year, month, day;
    date_parts(r->on, &year, &month, &day);
    asked a = {.month = period_month(year, month)};
    table_begin(t, columns, sizeof columns / sizeof columns[0]);
    status code = cli_catalogue(r->cli, err);
    if (code == STATUS_OK)
        code = oversight_events(r->log, &r->cli->memory, &a.book.events, &a.book.event_count, err);
    for (size_t i = 0; i < r->cli->catalogue.framework_count && code == STATUS_OK; i++) {
        a.framework = &r->cli->catalogue.frameworks[i];
        if (a.framework->regime_count > 0)
            code = framework_rows(&a, organisation, r->format == FORMAT_TABLE ? "nobody" : NULL, t, err);
    }
    return code;
}
