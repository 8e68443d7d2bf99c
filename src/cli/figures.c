/* figures: from what was typed to a series of an edition. */
#include "cli/figures.h"

#include "cli/as_of.h"
#include "cli/edition_rebases.h"
#include "cli/rule_sets.h"
#include "cli/suppressed.h"

#include "measure/measure.h"
#include "publish/publish.h"

#include <ctype.h>
#include <string.h>

status figure_request_read(cli *c, const arguments *a, figure_request *out, error *err)
{
    *out = (figure_request){.measure = a->positional[0], .organisation = a->positional[1]};
    out->breakdown = argument(c->command, a, "--breakdown");
    status code = option_geography(argument(c->command, a, "--geography"), &out->geography, &out->as_at, err);
    const char *rules = argument(c->command, a, "--rules");
    if (code == STATUS_OK)
        code = option_as_of(c, a, &out->known_on, err);
    return code != STATUS_OK || rules == NULL ? code : option_rule_set(c, rules, &out->rules, err);
}

/* ---- names like the one that was typed ---- */

static bool contains_nocase(const char *where, const char *what)
{
    size_t length = strlen(what);
    for (; *where != 0; where++) {
        size_t i = 0;
        while (i < length && where[i] != 0 && tolower((unsigned char)where[i]) == tolower((unsigned char)what[i]))
            i++;
        if (i == length)
            return true;
    }
    return length == 0;
}

/* Up to three measures: those whose name holds what was typed first, then those a few letters away. */
static void nearest_measures(const edition *e, const char *typed, buffer *out)
{
    const char *found[3];
    size_t count = 0;
    for (size_t i = 0; i < e->measure_count && count < 3; i++)
        if (contains_nocase(e->measures[i].id, typed) || contains_nocase(e->measures[i].name, typed))
            found[count++] = e->measures[i].id;
    for (unsigned distance = 0; distance <= 12 && count < 3; distance++) {
        for (size_t i = 0; i < e->measure_count && count < 3; i++) {
            bool again = text_distance(e->measures[i].id, typed) != distance;
            for (size_t k = 0; k < count; k++)
                again = again || strcmp(found[k], e->measures[i].id) == 0;
            if (!again)
                found[count++] = e->measures[i].id;
        }
    }
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%s%s", i == 0 ? "" : ", ", found[i]);
}

/* By code or by words of the name from the organisations data; where nothing there is near, the codes of the edition with the fewest letters changed. */
static void nearest_orgs(cli *c, const edition *e, const char *typed, buffer *out)
{
    org_index found[3];
    size_t count = 0;
    if (cli_orgs(c, NULL) == STATUS_OK)
        count = orgs_nearest(c->orgs, typed, found, 3);
    for (size_t i = 0; i < count; i++) {
        const org *o = orgs_at(c->orgs, found[i]);
        buffer_printf(out, "%s%s (%s)", i == 0 ? "" : ", ", o->code, o->short_name[0] != 0 ? o->short_name : o->name);
    }
    for (unsigned distance = 0; distance < 64 && count < 3; distance++) {
        for (size_t i = 0; i < e->org_count && count < 3; i++) {
            const edition_org *o = &e->orgs[i];
            if (text_distance(o->code, typed) != distance ||
                strstr(out->data == NULL ? "" : out->data, o->code) != NULL)
                continue;
            buffer_printf(out, "%s%s (%s)", count++ == 0 ? "" : ", ", o->code,
                          o->short_name[0] != 0 ? o->short_name : o->name);
        }
    }
}

static status measure_unknown(const edition *e, const char *typed, error *err)
{
    buffer near = {0};
    nearest_measures(e, typed, &near);
    status code = error_set(err, STATUS_NOT_FOUND, "There is no measure '%s'", typed);
    if (near.length > 0)
        error_hint(err, "Nearest: %s. All of them: concord list measures", near.data);
    else
        error_hint(err, "See: concord list measures");
    buffer_free(&near);
    return code;
}

/* The organisations data knows it, the edition does not: nothing was published of it, or not on that map. */
static status org_without_figures(cli *c, org_index i, error *err)
{
    const org *o = orgs_at(c->orgs, i);
    char closed[DATE_TEXT];
    buffer successors = {0};
    date_format(o->closed, closed);
    status code = o->closed == DATE_FOREVER ? STATUS_OK : cli_successors(c, i, &successors, err);
    if (code != STATUS_OK) {
        buffer_free(&successors);
        return code;
    }
    if (o->closed == DATE_FOREVER)
        code = error_set(err, STATUS_NOT_FOUND, "The edition has no figures of %s (%s)", o->code, o->name);
    else
        code = error_set(err, STATUS_NOT_FOUND, "The edition has no figures of %s (%s), which closed on %s", o->code,
                         o->name, closed);
    if (successors.length > 0)
        error_hint(err,
                   "Its figures go on under %s; its own are shown, where there are any, with --geography as-published.",
                   successors.data);
    else
        error_hint(err, "See what is there: concord list orgs, concord list releases");
    buffer_free(&successors);
    return code;
}

static status org_unknown(cli *c, const edition *e, const char *typed, error *err)
{
    org_index known = cli_orgs(c, NULL) == STATUS_OK ? orgs_find(c->orgs, text_of(typed)) : -1;
    if (known >= 0)
        return org_without_figures(c, known, err);
    buffer near = {0};
    nearest_orgs(c, e, typed, &near);
    status code = error_set(err, STATUS_NOT_FOUND, "There is no organisation '%s' in the edition", typed);
    if (near.length > 0)
        error_hint(err, "Nearest: %s. All of them: concord list orgs", near.data);
    else
        error_hint(err, "Use an ODS or ONS code, or ENGLAND. See: concord list orgs");
    buffer_free(&near);
    return code;
}

/* What was typed, or the code of today where it is one that the organisation had before (E54000042 of QRL). */
static const char *org_code_now(cli *c, const edition *e, const char *typed)
{
    if (edition_find_org(e, typed) >= 0 || cli_orgs(c, NULL) != STATUS_OK)
        return typed;
    org_index known = orgs_find(c->orgs, text_of(typed));
    return known < 0 ? typed : orgs_at(c->orgs, known)->code;
}

/* ---- breakdown values ---- */

int32_t figure_breakdown(const edition *e, int32_t measure_at, int32_t org_at, const char *typed)
{
    int32_t exact = edition_find_breakdown(e, typed);
    if (exact >= 0)
        return exact;
    int32_t found = -1;
    size_t count = 0;
    const edition_series *list = edition_series_of(e, measure_at, org_at, &count);
    for (size_t i = 0; i < count; i++) {
        if (list[i].breakdown < 0)
            continue;
        const char *key = e->breakdowns[list[i].breakdown].key;
        const char *value = strchr(key, '=');
        if (value == NULL || strcmp(value + 1, typed) != 0)
            continue;
        if (found >= 0 && found != list[i].breakdown)
            return -1;
        found = list[i].breakdown;
    }
    return found;
}

static status breakdown_unknown(const figure *f, int32_t measure_at, int32_t org_at, const char *typed, error *err)
{
    buffer there = {0};
    size_t count = 0, said = 0;
    const edition_series *list = edition_series_of(f->edition, measure_at, org_at, &count);
    for (size_t i = 0; i < count && said < 4; i++)
        if (list[i].breakdown >= 0)
            buffer_printf(&there, "%s%s", said++ == 0 ? "" : ", ", f->edition->breakdowns[list[i].breakdown].key);
    status code = error_set(err, STATUS_NOT_FOUND, "There is no breakdown '%s' of %s for %s", typed, f->measure->id,
                            f->org->code);
    if (said > 0)
        error_hint(err, "There are, for example: %s.", there.data);
    else
        error_hint(err, "%s has no breakdown for %s.", f->measure->id, f->org->code);
    buffer_free(&there);
    return code;
}

/* ---- the series ---- */

/* An analyst may have changed a set since the edition was made: the same name is the same set only if nothing in it differs. */
static bool same_rules(const spc_rules *a, const spc_rules *b)
{
    return strcmp(a->name, b->name) == 0 && a->shift_points == b->shift_points && a->trend_points == b->trend_points &&
           a->minimum_points == b->minimum_points && a->limit_factor == b->limit_factor &&
           a->two_of_three_beyond == b->two_of_three_beyond && a->two_of_three_any_side == b->two_of_three_any_side &&
           a->improvement_wins == b->improvement_wins && a->target_at_limit_counts == b->target_at_limit_counts &&
           a->flat_limits_compare == b->flat_limits_compare && a->trend_takes_next_step == b->trend_takes_next_step;
}

/* Another map or another rule set is evaluated on the fly, from the releases of the newest edition, so that it is the same moment. */
static status view_make(cli *c, const figure_request *r, figure *f, error *err)
{
    status code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code != STATUS_OK)
        return code;
    const spc_rules as_edition = edition_rules_of(f->newest);
    measure_options options = {.rule_set = r->rules != NULL ? r->rules : &as_edition,
                               .geography = r->geography,
                               .as_at = r->as_at,
                               .only_measure = r->measure};
    if (r->known_on != DATE_NONE)
        options.as_of = &r->known_on;
    code = edition_rebases(c, &options, err);
    if (code == STATUS_OK)
        code = measure_view(c->facts, &c->catalogue, c->orgs, &options, f->newest, &f->view, err);
    f->edition = f->view;
    return code;
}

/* Why an organisation that is known has no figures. */
static void hint_why_none(const figure *f, const figure_request *r, error *err)
{
    char day[DATE_TEXT];
    date on = r->geography == GEOGRAPHY_AS_AT ? r->as_at : DATE_NONE;
    if (on != DATE_NONE && f->org->kind == ORG_GROUP) {
        error_hint(err, "A group is the same on every map: leave --geography out.");
    } else if (on != DATE_NONE && f->org->opened != DATE_NONE && on < f->org->opened) {
        date_format(f->org->opened, day);
        error_hint(err, "It opened on %s, after the date of the map.", day);
    } else if (f->org->became[0] != 0 && r->geography == GEOGRAPHY_AS_PUBLISHED) {
        error_hint(err, "%s No release that was added has a figure of %s for it. See: concord list releases",
                   f->org->became, f->measure->id);
    } else if (f->org->became[0] != 0) {
        error_hint(err, "%s It is shown with --geography as-published.", f->org->became);
    } else {
        error_hint(err, "See what is there: concord list releases");
    }
}

/* The organisation and the measure have figures today, but none of them had been published on that day. */
static status unknown_then(const figure_request *r, error *err)
{
    char day[DATE_TEXT];
    date_format(r->known_on, day);
    status code =
        error_set(err, STATUS_NOT_FOUND, "No figure of %s for %s was known on %s", r->measure, r->organisation, day);
    error_hint(err, "See since when each release is known: concord list releases");
    return code;
}

/* Before it is said that there is no figure: the publisher may withhold it. */
static status suppressed_first(cli *c, const figure_request *r, const char *organisation, const char *breakdown,
                               error *err)
{
    const suppressed_request asked = {.measure = r->measure,
                                      .organisation = organisation,
                                      .breakdown = breakdown,
                                      .period = r->period,
                                      .known_on = r->known_on};
    return suppressed_look(c, &asked, err);
}

status figure_find(cli *c, const figure_request *r, figure *f, error *err)
{
    *f = (figure){0};
    status code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = cli_edition(c, &f->newest, err);
    if (code != STATUS_OK)
        return code;
    f->edition = f->newest;
    if (edition_find_measure(f->newest, r->measure) < 0)
        return measure_unknown(f->newest, r->measure, err);
    const char *who = org_code_now(c, f->newest, r->organisation);
    if (edition_find_org(f->newest, who) < 0) {
        code = suppressed_first(c, r, who, r->breakdown, err);
        return code != STATUS_OK ? code : org_unknown(c, f->newest, who, err);
    }
    const spc_rules as_edition = edition_rules_of(f->newest);
    bool other_rules = r->rules != NULL && !same_rules(r->rules, &as_edition);
    if (r->geography == GEOGRAPHY_AS_AT || other_rules || r->known_on != DATE_NONE)
        code = view_make(c, r, f, err);
    if (code == STATUS_OK && r->known_on != DATE_NONE && edition_find_org(f->edition, who) < 0)
        code = unknown_then(r, err);
    if (code != STATUS_OK)
        return code;
    int32_t measure_at = edition_find_measure(f->edition, r->measure), org_at = edition_find_org(f->edition, who),
            breakdown = -1;
    if (measure_at < 0)
        return measure_unknown(f->edition, r->measure, err);
    if (org_at < 0)
        return org_unknown(c, f->edition, who, err);
    f->measure = &f->edition->measures[measure_at];
    f->org = &f->edition->orgs[org_at];
    if (r->breakdown != NULL && r->breakdown[0] != 0) {
        breakdown = figure_breakdown(f->edition, measure_at, org_at, r->breakdown);
        if (breakdown < 0)
            return breakdown_unknown(f, measure_at, org_at, r->breakdown, err);
    }
    f->series = edition_find_series(f->edition, measure_at, org_at, breakdown, r->geography);
    if (f->series == NULL)
        code = suppressed_first(c, r, f->org->code, breakdown < 0 ? NULL : f->edition->breakdowns[breakdown].key, err);
    if (code != STATUS_OK)
        return code;
    if (f->series == NULL && r->known_on != DATE_NONE)
        return unknown_then(r, err);
    if (f->series == NULL) {
        code = error_set(err, STATUS_NOT_FOUND, "The edition has no figures of %s for %s%s%s (%s)", f->measure->id,
                         f->org->code, breakdown >= 0 ? ", " : "",
                         breakdown >= 0 ? f->edition->breakdowns[breakdown].key : "", f->org->name);
        hint_why_none(f, r, err);
    }
    return f->series == NULL ? code : STATUS_OK;
}

void figure_close(figure *f)
{
    edition_close(f->view);
    edition_close(f->newest);
    *f = (figure){0};
}
