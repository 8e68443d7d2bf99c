/*
 * The tables of an edition: organisations that have figures (and England, the regions and every ICB), measures as defined, breakdown
 * values, releases, targets and issues. Contributions are renumbered from working to edition indices.
 */
#include "measure/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const DOMAIN_ORDER[] = {"access",     "urgent-care",   "cancer",        "diagnostics",
                                           "community",  "mental-health", "beds-and-flow", "workforce",
                                           "inequality", "finance",       "population"};

static size_t domain_rank(const char *domain)
{
    size_t n = sizeof DOMAIN_ORDER / sizeof DOMAIN_ORDER[0];
    for (size_t i = 0; i < n; i++)
        if (strcmp(DOMAIN_ORDER[i], domain) == 0)
            return i;
    return n;
}

static int compare_measures(const void *a, const void *b)
{
    const measure *x = *(const measure *const *)a, *y = *(const measure *const *)b;
    size_t i = domain_rank(x->domain), j = domain_rank(y->domain);
    return i != j ? (i < j ? -1 : 1) : strcmp(x->id, y->id);
}

/* Within a domain the measures that have a target come first: that is where a board looks. */
static void targets_first(const catalogue *c, const measure **order)
{
    for (size_t start = 0, end; start < c->measure_count; start = end) {
        for (end = start;
             end < c->measure_count && domain_rank(order[end]->domain) == domain_rank(order[start]->domain);)
            end++;
        size_t front = start;
        for (size_t i = start; i < end; i++) {
            bool has = false;
            for (size_t t = 0; t < c->target_count; t++)
                has = has || &c->measures[c->targets[t].measure] == order[i];
            if (!has)
                continue;
            const measure *m = order[i];
            memmove(&order[front + 1], &order[front], (i - front) * sizeof *order);
            order[front++] = m;
        }
    }
}

static int compare_orgs(const void *a, const void *b)
{
    return strcmp((*(const working_org *const *)a)->code, (*(const working_org *const *)b)->code);
}

static int compare_breakdowns(const void *a, const void *b)
{
    return strcmp((*(const breakdown_key *const *)a)->key, (*(const breakdown_key *const *)b)->key);
}

static const char *join_lines(arena *a, const char *const *lines, size_t count)
{
    buffer b = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_char(&b, '\n');
        buffer_text(&b, lines[i]);
    }
    const char *out = b.failed ? NULL : arena_copy(a, b.data == NULL ? "" : b.data, b.length);
    buffer_free(&b);
    return out;
}

static void describe_sum(buffer *b, const source *s, const measure_sum *sum)
{
    buffer_int(b, (int64_t)sum->column_count);
    for (size_t i = 0; i < sum->column_count; i++)
        buffer_printf(b, " +%s", s->columns[sum->columns[i]].name);
    for (size_t i = 0; i < sum->minus_count; i++)
        buffer_printf(b, " -%s", s->columns[sum->minus[i]].name);
    for (size_t i = 0; i < sum->filter_count; i++) {
        buffer_printf(b, " where %s %s", s->columns[sum->filters[i].column].name,
                      sum->filters[i].by_kind  ? "kind"
                      : sum->filters[i].except ? "is not"
                                               : "is");
        for (size_t k = 0; k < sum->filters[i].value_count; k++)
            buffer_printf(b, " %s", sum->filters[i].values[k]);
    }
    buffer_char(b, '\n');
}

/* Twelve hex digits of the SHA-256 of what decides the figure: a change of wording does not change the rule version. */
static const char *rule_version(evaluation *v, const measure *m)
{
    const source *s = &v->catalogue->sources[m->source];
    buffer b = {0};
    char hex[SHA256_TEXT];
    sha256 h;
    buffer_printf(&b, "%s\n%d %s\n", m->id, (int)m->value, s->id);
    buffer_number(&b, m->scale);
    buffer_char(&b, ' ');
    buffer_number(&b, m->percentile);
    buffer_char(&b, '\n');
    describe_sum(&b, s, &m->numerator);
    describe_sum(&b, s, &m->denominator);
    if (m->numerator_parts > 1 || m->denominator_parts > 1)
        buffer_printf(&b, "parts %lld %lld\n", (long long)m->numerator_parts, (long long)m->denominator_parts);
    for (int l = 0; l < LEVEL_COUNT; l++)
        buffer_printf(&b, "%s %d\n", level_name((level)l), (int)m->level_role[l]);
    sha256_begin(&h);
    sha256_add(&h, b.data, b.length);
    sha256_end(&h, hex);
    const char *out = b.failed ? NULL : arena_copy(&v->memory, hex, 12);
    buffer_free(&b);
    return out;
}

static const char *icb_from(const catalogue *c, const measure *m)
{
    int32_t role = m->level_role[LEVEL_ICB];
    return role >= 0 ? c->sources[m->source].roles[role].name : "";
}

static status head_measures(evaluation *v, edition *head, int32_t *to_edition, error *err)
{
    static const char *const kinds[] = {"ratio", "numerator", "percentile", "given", "given"};
    const catalogue *c = v->catalogue;
    const measure **order = arena_array(&v->memory, c->measure_count + 1, sizeof *order);
    head->measures = arena_array(&v->memory, c->measure_count + 1, sizeof *head->measures);
    if (order == NULL || head->measures == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for measures");
    for (size_t i = 0; i < c->measure_count; i++)
        order[i] = &c->measures[i];
    if (c->measure_count > 1)
        qsort(order, c->measure_count, sizeof *order, compare_measures);
    targets_first(c, order);
    for (size_t i = 0; i < c->measure_count; i++) {
        const measure *m = order[i];
        to_edition[m - c->measures] = (int32_t)i;
        head->measures[i] = (edition_measure){.id = m->id,
                                              .name = m->name,
                                              .short_name = m->short_name,
                                              .domain = m->domain,
                                              .question = m->question,
                                              .definition = m->definition,
                                              .why_it_matters = m->why_it_matters,
                                              .sentence = m->sentence,
                                              .unit = m->unit,
                                              .unit_label = m->unit_label,
                                              .authors = m->authors,
                                              .checked_by = m->checked_by,
                                              .review_by = m->review_by,
                                              .caveats = join_lines(&v->memory, m->caveats, m->caveat_count),
                                              .source = c->sources[m->source].id,
                                              .value_kind = kinds[m->value],
                                              .icb_from = icb_from(c, m),
                                              .better = m->better,
                                              .decimals = m->decimals,
                                              .scale = m->scale,
                                              .percentile = m->value == VALUE_PERCENTILE ? m->percentile : (double)NAN,
                                              .numerator_parts = m->numerator_parts,
                                              .denominator_parts = m->denominator_parts,
                                              .rule_version = rule_version(v, m)};
        if (head->measures[i].caveats == NULL || head->measures[i].rule_version == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for measures");
    }
    head->measure_count = c->measure_count;
    return STATUS_OK;
}

static status head_targets(evaluation *v, edition *head, const int32_t *to_edition, error *err)
{
    const catalogue *c = v->catalogue;
    head->targets = arena_array(&v->memory, c->target_count + 1, sizeof *head->targets);
    if (head->targets == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for targets");
    for (size_t i = 0; i < c->target_count; i++) {
        const target *t = &c->targets[i];
        buffer b = {0};
        for (int l = 0; l < LEVEL_COUNT; l++)
            if (t->applies[l])
                buffer_printf(&b, "%s%s", b.length > 0 ? " " : "", level_name((level)l));
        const char *levels = b.failed ? NULL : arena_copy(&v->memory, b.data == NULL ? "" : b.data, b.length);
        buffer_free(&b);
        if (levels == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for targets");
        head->targets[i] = (edition_target){.id = t->id,
                                            .authority = t->authority,
                                            .document = t->document,
                                            .note = t->note,
                                            .measure = to_edition[t->measure],
                                            .level = t->level,
                                            .by = t->by,
                                            .levels = levels,
                                            .needs_baseline = t->needs_baseline,
                                            .verified = t->verified};
    }
    head->target_count = c->target_count;
    return STATUS_OK;
}

static status head_sources(evaluation *v, edition *head, error *err)
{
    const catalogue *c = v->catalogue;
    head->sources = arena_array(&v->memory, c->source_count + 1, sizeof *head->sources);
    if (head->sources == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for sources");
    for (size_t i = 0; i < c->source_count; i++) {
        const source *s = &c->sources[i];
        head->sources[i] = (edition_source){s->id, s->name, s->publisher, s->licence, s->landing_page, s->frequency};
    }
    head->source_count = c->source_count;
    return STATUS_OK;
}

/* Releases in the order of facts_releases: source, period, lateness; ties by SHA-256, so the order of adding plays no part. */
static status head_releases(evaluation *v, edition *head, error *err)
{
    head->releases = arena_array(&v->memory, v->release_count + 1, sizeof *head->releases);
    if (head->releases == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for releases");
    for (size_t i = 0; i < v->release_count; i++) {
        const release *r = &v->releases[i];
        char published[DATE_TEXT];
        date_format(r->published, published);
        head->releases[i] = (edition_release){.sha256 = r->sha256,
                                              .source = r->source,
                                              .file_name = r->file_name,
                                              .member = r->member,
                                              .published = arena_string(&v->memory, published),
                                              .basis = v->release_basis[i],
                                              .first_period = r->first_period,
                                              .last_period = r->last_period,
                                              .rows_in = r->rows_in,
                                              .rows_kept = r->rows_kept,
                                              .latest = v->release_latest[i],
                                              .sheets = r->sheets == NULL ? "" : r->sheets};
        if (head->releases[i].published == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for releases");
    }
    head->release_count = v->release_count;
    return STATUS_OK;
}

static status head_breakdowns(evaluation *v, edition *head, error *err)
{
    breakdown_key **order = arena_array(&v->memory, v->breakdown_count + 1, sizeof *order);
    head->breakdowns = arena_array(&v->memory, v->breakdown_count + 1, sizeof *head->breakdowns);
    if (order == NULL || head->breakdowns == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for breakdowns");
    for (size_t i = 0; i < v->breakdown_count; i++)
        order[i] = &v->breakdowns[i];
    if (v->breakdown_count > 1)
        qsort(order, v->breakdown_count, sizeof *order, compare_breakdowns);
    for (size_t i = 0; i < v->breakdown_count; i++) {
        order[i]->final = (int32_t)i;
        head->breakdowns[i] =
            (edition_breakdown_value){order[i]->breakdown, order[i]->breakdown_name, order[i]->key, order[i]->name};
    }
    head->breakdown_count = v->breakdown_count;
    return STATUS_OK;
}

/* ---- organisations ------------------------------------------------------------------------------------ */

static void date_words(date d, char *out, size_t size)
{
    char month[PERIOD_WORDS];
    int y, m, day;
    date_parts(d, &y, &m, &day);
    period_words(period_month(y, m), month);
    (void)snprintf(out, size, "%d %s", day, month);
}

/* "Became part of NHS Essex ICB (D7T5G) on 1 April 2026." / "Split on 1 April 2026 between A (..), B (..) and C (..)." */
static status became_sentence(evaluation *v, org_index i, const char **out, error *err)
{
    org_succession *list;
    size_t count, n = 0;
    *out = "";
    status code = orgs_successors(v->orgs, i, &v->memory, &list, &count, err);
    if (code != STATUS_OK || count == 0)
        return code;
    buffer b = {0};
    char when[PERIOD_WORDS + 8];
    date_words(list[0].when, when, sizeof when);
    for (size_t k = 0; k < count; k++)
        n += list[k].to != i;
    if (n == 1)
        buffer_printf(&b, "Became part of ");
    else
        buffer_printf(&b, "Was split on %s between ", when);
    for (size_t k = 0, at = 0; k < count; k++) {
        if (list[k].to == i)
            continue;
        const org *o = orgs_at(v->orgs, list[k].to);
        buffer_printf(&b, "%s%s (%s)", at == 0 ? "" : at + 1 == n ? " and " : ", ", o->name, o->code);
        at++;
    }
    if (n == 1)
        buffer_printf(&b, " on %s", when);
    buffer_char(&b, '.');
    *out = b.failed ? NULL : arena_copy(&v->memory, b.data, b.length);
    buffer_free(&b);
    return *out == NULL ? error_set(err, STATUS_MEMORY, "Out of memory for organisations") : STATUS_OK;
}

static status head_known_org(evaluation *v, const working_org *w, edition_org *out, error *err)
{
    const orgs *o = v->orgs;
    const org *x = orgs_at(o, w->known);
    level l;
    bool placed = level_of_kind(x->kind, &l);
    *out = (edition_org){.code = x->code,
                         .ons_code = x->ons_code,
                         .name = x->name,
                         .short_name = x->short_name,
                         .kind = x->kind,
                         .level = placed ? level_name(l) : "",
                         .opened = x->opened,
                         .closed = x->closed,
                         .became = "",
                         .inexact = orgs_inexact_note(o, w->known),
                         .hex_row = INT32_MIN,
                         .hex_column = INT32_MIN,
                         .hex_label = ""};
    if (x->closed != DATE_FOREVER && x->closed <= v->map)
        return became_sentence(v, w->known, &out->became, err);
    return STATUS_OK;
}

static int32_t final_of(const evaluation *v, org_index i)
{
    return i < 0 ? -1 : v->organisations[i].final;
}

static status head_orgs(evaluation *v, edition *head, error *err)
{
    size_t known_count = orgs_count(v->orgs), n = 0;
    for (size_t i = 0; i < v->contribution_count; i++)
        v->organisations[v->contributions[i].organisation].used = true;
    for (size_t i = 0; i < known_count; i++) {
        org_kind k = orgs_at(v->orgs, (org_index)i)->kind;
        if (k == ORG_ENGLAND || k == ORG_REGION || k == ORG_ICB)
            v->organisations[i].used = true;
    }
    working_org **order = arena_array(&v->memory, v->organisation_count + 1, sizeof *order);
    head->orgs = arena_array(&v->memory, v->organisation_count + 1, sizeof *head->orgs);
    if (order == NULL || head->orgs == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for organisations");
    for (size_t i = 0; i < v->organisation_count; i++)
        if (v->organisations[i].used)
            order[n++] = &v->organisations[i];
    if (n > 1)
        qsort(order, n, sizeof *order, compare_orgs);
    for (size_t i = 0; i < n; i++)
        order[i]->final = (int32_t)i;
    for (size_t i = 0; i < n; i++) {
        const working_org *w = order[i];
        edition_org *out = &head->orgs[i];
        const measure_group *of_group = group_at(v, (int32_t)(w - v->organisations));
        if (of_group != NULL) {
            group_head(v, of_group, out);
            continue;
        }
        if (w->known < 0) {
            *out = (edition_org){.code = w->code,
                                 .ons_code = "",
                                 .name = w->name,
                                 .short_name = w->name,
                                 .kind = ORG_UNKNOWN,
                                 .level = level_name(w->reports_at == LEVEL_COUNT ? LEVEL_PROVIDER : w->reports_at),
                                 .opened = DATE_NONE,
                                 .closed = DATE_FOREVER,
                                 .icb = -1,
                                 .region = -1,
                                 .unmapped = true,
                                 .became = "",
                                 .inexact = "",
                                 .hex_row = INT32_MIN,
                                 .hex_column = INT32_MIN,
                                 .hex_label = ""};
            continue;
        }
        status code = head_known_org(v, w, out, err);
        if (code != STATUS_OK)
            return code;
        date on = out->closed != DATE_FOREVER && out->closed <= v->map ? out->closed - 1 : v->map;
        org_index icb = out->kind == ORG_ICB ? -1 : orgs_ancestor(v->orgs, w->known, ORG_ICB, on);
        org_index region = out->kind == ORG_REGION ? -1 : orgs_ancestor(v->orgs, w->known, ORG_REGION, on);
        out->icb = final_of(v, icb);
        out->region = final_of(v, region);
    }
    head->org_count = n;
    size_t hex_count;
    const org_hex *hexes = orgs_hexes(v->orgs, &hex_count);
    for (size_t i = 0; i < hex_count; i++) {
        int32_t at = final_of(v, hexes[i].org);
        if (at < 0)
            continue;
        head->orgs[at].hex_row = hexes[i].row;
        head->orgs[at].hex_column = hexes[i].column;
        head->orgs[at].hex_label = hexes[i].label;
    }
    return STATUS_OK;
}

/* Names that the releases give to codes that the organisations data does not know. */
static status name_unknown(evaluation *v, error *err)
{
    size_t known_count = orgs_count(v->orgs);
    if (v->organisation_count == known_count)
        return STATUS_OK;
    int64_t *ordinals = arena_array(&v->memory, v->release_count + 1, sizeof *ordinals);
    if (ordinals == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < v->release_count; i++)
        ordinals[i] = v->releases[i].ordinal;
    code_name *names;
    size_t count;
    status code = facts_names(v->facts, ordinals, v->release_count, &v->memory, &names, &count, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = known_count; i < v->organisation_count; i++) {
        size_t low = 0, high = count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            int c = strcmp(names[middle].code, v->organisations[i].code);
            if (c == 0) {
                v->organisations[i].name = names[middle].name;
                break;
            }
            if (c < 0)
                low = middle + 1;
            else
                high = middle;
        }
    }
    return STATUS_OK;
}

static int compare_issues(const void *a, const void *b)
{
    const edition_issue *x = a, *y = b;
    int c = strcmp(x->kind, y->kind);
    if (c == 0)
        c = strcmp(x->code, y->code);
    if (c == 0)
        c = strcmp(x->period, y->period);
    return c != 0 ? c : strcmp(x->text, y->text);
}

void evaluation_issues_order(evaluation *v, edition *head)
{
    if (v->issue_count > 1)
        qsort(v->issues, v->issue_count, sizeof *v->issues, compare_issues);
    head->issues = v->issues;
    head->issue_count = v->issue_count;
}

static status list_organisation_issues(evaluation *v, error *err)
{
    size_t count;
    const org_conflict *conflicts = orgs_conflicts(v->orgs, &count);
    status code = STATUS_OK;
    for (size_t i = 0; code == STATUS_OK && i < count; i++) {
        const org_conflict *x = &conflicts[i];
        char sentence[512], kept[160] = "", aside[160] = "";
        if (x->kept[0] != 0)
            (void)snprintf(kept, sizeof kept, ": %s kept", x->kept);
        if (x->set_aside[0] != 0)
            (void)snprintf(aside, sizeof aside, "%s %s set aside", kept[0] != 0 ? "," : ":", x->set_aside);
        (void)snprintf(sentence, sizeof sentence, "%s%s%s%s%s", x->what, kept, aside, x->note[0] != 0 ? "; " : "",
                       x->note);
        /* Where no source says where a body belongs, or of what kind it is, nothing contradicts anything. */
        const bool unplaced =
            strncmp(x->what, "unplaced", 8) == 0 || (strcmp(x->what, "kind") == 0 && strcmp(x->kept, "unknown") == 0);
        code = evaluation_issue(v, unplaced ? "unplaced" : "conflict", x->code, "", sentence, 0, err);
    }
    for (size_t i = orgs_count(v->orgs); code == STATUS_OK && i < v->organisation_count; i++) {
        const working_org *w = &v->organisations[i];
        char sentence[512];
        if (w->rows == 0)
            continue;
        (void)snprintf(sentence, sizeof sentence, "%s (%s) is named by %s but unknown to the organisations data",
                       w->name, w->code, w->source);
        code = evaluation_issue(v, "unmapped", w->code, "", sentence, w->rows, err);
    }
    return code;
}

/* The name and every parameter: an analyst's own set may have changed, or be gone, when the edition is read. */
static void head_rules(const spc_rules *rules, edition *head)
{
    head->rules = rules->name;
    head->judged_by = (edition_rules){.shift_points = rules->shift_points,
                                      .trend_points = rules->trend_points,
                                      .minimum_points = rules->minimum_points,
                                      .two_of_three_beyond = rules->two_of_three_beyond,
                                      .two_of_three_any_side = rules->two_of_three_any_side,
                                      .improvement_wins = rules->improvement_wins,
                                      .target_at_limit_counts = rules->target_at_limit_counts,
                                      .flat_limits_compare = rules->flat_limits_compare,
                                      .trend_takes_next_step = rules->trend_takes_next_step,
                                      .limit_factor = rules->limit_factor};
}

status evaluation_head(evaluation *v, edition *head, error *err)
{
    int32_t *to_edition = arena_array(&v->memory, v->catalogue->measure_count + 1, sizeof *to_edition);
    if (to_edition == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    status code = name_unknown(v, err);
    if (code == STATUS_OK)
        code = head_measures(v, head, to_edition, err);
    if (code == STATUS_OK)
        code = head_targets(v, head, to_edition, err);
    if (code == STATUS_OK)
        code = head_sources(v, head, err);
    if (code == STATUS_OK)
        code = head_releases(v, head, err);
    if (code == STATUS_OK)
        code = head_breakdowns(v, head, err);
    if (code == STATUS_OK)
        code = head_orgs(v, head, err);
    if (code == STATUS_OK)
        code = groups_head(v, head, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < v->contribution_count; i++) {
        contribution *c = &v->contributions[i];
        c->measure = to_edition[c->measure];
        c->organisation = v->organisations[c->organisation].final;
        c->breakdown = c->breakdown < 0 ? -1 : v->breakdowns[c->breakdown].final;
        if (c->period.kind == PERIOD_MONTH &&
            (head->latest.kind == PERIOD_NONE || period_compare(c->period, head->latest) > 0))
            head->latest = c->period;
    }
    code = evaluation_order(v, head, err);
    if (code == STATUS_OK)
        code = list_organisation_issues(v, err);
    evaluation_issues_order(v, head);
    head->catalogue_version = v->catalogue->version;
    head->orgs_version = orgs_version(v->orgs);
    head_rules(v->options->rule_set != NULL ? v->options->rule_set : spc_rules_find(v->options->rules), head);
    head->current = v->map;
    return code;
}
