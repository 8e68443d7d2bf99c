/* register_chart: notes and rebases against the chart that they are about. */
#include "cli/register_chart.h"

#include "cli/figures.h"

#include <jansson.h>
#include <string.h>

static const char *said(const register_run *r, const char *field)
{
    return json_string_value(json_object_get(r->body, field));
}

static status breakdown_refused(const char *typed, const char *of, const char *organisation, error *err)
{
    status code = error_set(err, STATUS_NOT_FOUND, "There is no breakdown '%s' of %s for %s", typed, of, organisation);
    error_hint(err, "concord show %s %s --breakdown %s says which there are.", of, organisation, typed);
    return code;
}

/* A closed body has only what was published of it. */
static const edition_series *chart_of(const edition *e, int32_t of, int32_t who, int32_t breakdown)
{
    const edition_series *s = edition_find_series(e, of, who, breakdown, GEOGRAPHY_CURRENT);
    return s != NULL ? s : edition_find_series(e, of, who, breakdown, GEOGRAPHY_AS_PUBLISHED);
}

static status chart_check(register_run *r, const edition *e, error *err)
{
    const char *of = said(r, "measure"), *organisation = said(r, "of"), *typed = said(r, "breakdown"),
               *month = said(r, "period");
    int32_t at = of == NULL ? -1 : edition_find_measure(e, of),
            who = organisation == NULL ? -1 : edition_find_org(e, organisation), breakdown = -1;
    period p;
    if (at < 0 || who < 0)
        return STATUS_OK;
    if (typed != NULL && (breakdown = figure_breakdown(e, at, who, typed)) < 0)
        return breakdown_refused(typed, of, organisation, err);
    if (breakdown >= 0 && json_object_set_new(r->body, "breakdown", json_string(e->breakdowns[breakdown].key)) != 0)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    const edition_series *s = chart_of(e, at, who, breakdown);
    if (s == NULL && breakdown >= 0) /* one of another measure */
        return breakdown_refused(typed, of, organisation, err);
    if (s == NULL || month == NULL || !period_parse(text_of(month), &p) || p.first_month >= s->first.first_month)
        return STATUS_OK;
    char first[PERIOD_TEXT];
    period_format(s->first, first);
    status code = error_set(err, STATUS_REFUSED, "The figures of %s for %s begin with %s: %s is on no chart", of,
                            organisation, first, month);
    error_hint(err, "Give a month that has a figure: concord show %s %s", of, organisation);
    return code;
}

status register_chart_add(register_run *r, error *err)
{
    edition *e = NULL;
    status code = register_body_collect(r, err);
    if (code == STATUS_OK) {
        code = cli_edition(r->cli, &e, err);
        if (code == STATUS_NOT_FOUND) {
            if (err != NULL)
                *err = (error){0};
            code = STATUS_OK;
        } else if (code == STATUS_OK) {
            code = chart_check(r, e, err);
        }
    }
    edition_close(e);
    return code == STATUS_OK ? register_body_append(r, err) : code;
}
