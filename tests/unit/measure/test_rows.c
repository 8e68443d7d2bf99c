/*
 * Every figure of random files against the naive twin (twin.h): every organisation, measure, breakdown, geography and month, both ways: nothing
 * in the edition that the twin does not have, nothing of the twin that the edition lacks.
 */
#include "twin.h"
#include "workspace.h"

static uint32_t next_random(void)
{
    static uint64_t state = 0x2545f4914f6cdd1du;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

#define PICK(list) ((list)[next_random() % (sizeof(list) / sizeof((list)[0]))])

typedef struct month {
    const char *rtt_name, *ae_name, *text;
    int year, number;
} month;

/* Before and after 1 April 2026, and long before (mergers of trusts). */
static const month months[] = {{"February-2026", "FEBRUARY-2026", "2026-02", 2026, 2},
                               {"April-2026", "APRIL-2026", "2026-04", 2026, 4},
                               {"August-2024", "AUGUST-2024", "2024-08", 2024, 8}};
#define MONTHS   (sizeof months / sizeof months[0])
#define RTT_ROWS 420
#define AE_ROWS  140

static rtt_row rtt[MONTHS][RTT_ROWS];
static ae_row ae[MONTHS][AE_ROWS];
static const char *ae_providers[AE_ROWS];

/* Trusts that went on, merged (RRP and RNK became G6V2S), moved; independents; practices and codes that nobody knows; a provider whose code is an ICB's. */
static const char *const providers[] = {"RRP", "RNK",   "RYJ", "R1H",   "RDE",   "RM1",   "RDU", "RYV",
                                        "RVJ", "NT301", "NVC", "NT209", "ZZ901", "ZZ902", "ZZB"};
static const char *const provider_parents[] = {"QMJ", "QNQ", "QM7", "", "D7T5G", "Y56", "QRL", "NOSUCH"};
/* Sub-ICB locations (Frimley's, one of each split ICB, its successor), a hub, unknown codes, a region that commissions. */
static const char *const commissioners[] = {"D4U1Y", "U2G6B", "92A", "06N", "07H", "06L",   "07K", "W2U3Z",
                                            "93C",   "13Q",   "ZZC", "ZZB", "Y56", "D9Y0V", "36L"};
static const char *const commissioner_parents[] = {"QNQ", "QM7", "", "S0E4D", "QJG"};
static const char *const parts[] = {"Part_1A", "Part_1B", "Part_2", "Part_2", "Part_2A", "Part_3"};
static const char *const functions[] = {"C_110", "C_130", "X02", "X99"};
static const char *const regions[] = {"NHS ENGLAND LONDON", "NHS ENGLAND EAST OF ENGLAND", "NHS ENGLAND NORTH WEST ",
                                      "", "NOWHERE"};

/* A code has the same parent throughout a month more often than not: parents are picked by the code, with some noise. */
static const char *parent_of(const char *code, const char *const *list, size_t count)
{
    size_t h = (size_t)code[0] * 7 + (size_t)code[strlen(code) - 1];
    return next_random() % 8 == 0 ? list[next_random() % count] : list[h % count];
}

/* A file of A&E has one line of each provider: those above, a hundred that the organisations data knows, and codes that nobody does. */
static void ae_providers_make(void)
{
    static char unknown[AE_ROWS][8];
    const size_t named = sizeof providers / sizeof providers[0], all = orgs_count(house.orgs);
    size_t n = 0, seen = 0;
    for (; n < named; n++)
        ae_providers[n] = providers[n];
    for (size_t i = 0; i < all && n < AE_ROWS - 25; i++) {
        const org *o = orgs_at(house.orgs, (org_index)i);
        bool there = !org_kind_is_provider(o->kind) || o->kind == ORG_UNKNOWN || seen++ % 7 != 0;
        for (size_t k = 0; k < named; k++)
            there = there || strcmp(o->code, providers[k]) == 0;
        if (!there)
            ae_providers[n++] = o->code;
    }
    for (; n < AE_ROWS; n++) {
        (void)snprintf(unknown[n], sizeof unknown[n], "ZY%03zu", n);
        ae_providers[n] = unknown[n];
    }
}

/* An extract has one row of each provider, commissioner, part and treatment function. */
static bool row_is_new(const rtt_row *rows, size_t count)
{
    const rtt_row *r = &rows[count];
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].provider, r->provider) == 0 && strcmp(rows[i].commissioner, r->commissioner) == 0 &&
            strcmp(rows[i].part, r->part) == 0 && strcmp(rows[i].treatment_function, r->treatment_function) == 0)
            return false;
    return true;
}

static void rows_make(void)
{
    ae_providers_make();
    for (size_t m = 0; m < MONTHS; m++) {
        for (size_t i = 0; i < RTT_ROWS; i++) {
            rtt_row *r = &rtt[m][i];
            do {
                *r = (rtt_row){.provider = PICK(providers),
                               .commissioner = PICK(commissioners),
                               .part = PICK(parts),
                               .treatment_function = PICK(functions)};
            } while (!row_is_new(rtt[m], i));
            r->provider_parent = parent_of(r->provider, provider_parents, 8);
            r->commissioner_parent = parent_of(r->commissioner, commissioner_parents, 5);
            if (strcmp(r->part, "Part_3") == 0) {
                r->unknown = next_random() % 500; /* their whole number, which stands in Total All */
                continue;
            }
            size_t some = next_random() % 40;
            for (size_t k = 0; k < some; k++)
                r->bands[next_random() % (next_random() % 4 == 0 ? RTT_BANDS : 30)] += next_random() % 9;
            if (r->part[5] == '1')
                r->unknown = next_random() % 3;
        }
        for (size_t i = 0; i < AE_ROWS; i++) {
            ae_row *r = &ae[m][i];
            *r = (ae_row){.provider = ae_providers[i], .region_name = PICK(regions)};
            for (int k = 0; k < 6; k++) {
                r->attendances[k] = next_random() % 5000;
                r->over_4[k] = r->attendances[k] > 0 ? next_random() % (uint32_t)r->attendances[k] : 0;
            }
            for (int k = 0; k < 2; k++)
                r->waits[k] = next_random() % 50;
            for (int k = 0; k < 4; k++)
                r->admissions[k] = next_random() % 900;
        }
    }
}

static void files_add(workspace *w)
{
    for (size_t m = 0; m < MONTHS; m++) {
        buffer b = {0};
        char name[64];
        rtt_header(&b);
        for (size_t i = 0; i < RTT_ROWS; i++)
            rtt_line(&b, months[m].rtt_name, &rtt[m][i]);
        assert_false(b.failed);
        (void)snprintf(name, sizeof name, "rtt-%s.csv", months[m].text);
        workspace_add(w, name, b.data, "");
        buffer_clear(&b);
        ae_header(&b);
        for (size_t i = 0; i < AE_ROWS; i++)
            ae_line(&b, months[m].ae_name, &ae[m][i]);
        (void)snprintf(name, sizeof name, "ae-%s.csv", months[m].text);
        workspace_add(w, name, b.data, "");
        buffer_free(&b);
    }
}

/* ---- what the measures mean --------------------------------------------------------------------------- */

typedef enum meaning { RATIO, NUMBER, PERCENTILE } meaning;
typedef struct twin_measure {
    const char *id;
    meaning meaning;
    bool ae;
    const char *numerator_parts, *denominator_parts; /* RTT: which parts */
    int first_week;                                  /* RTT ratios: bands [first_week, end_week) */
    int end_week;
    org_kind kind; /* RTT: only providers of that kind in the numerator; ORG_KIND_COUNT = all */
    double percentile;
} twin_measure;

static const twin_measure twins[] = {
    {"rtt-waiting-list", NUMBER, false, "2", "", -1, -1, ORG_KIND_COUNT, 0},
    {"rtt-within-18-weeks", RATIO, false, "2", "2", 0, 18, ORG_KIND_COUNT, 0},
    {"rtt-over-52-weeks", RATIO, false, "2", "2", 52, 105, ORG_KIND_COUNT, 0},
    {"rtt-over-65-weeks", RATIO, false, "2", "2", 65, 105, ORG_KIND_COUNT, 0},
    {"rtt-over-78-weeks", RATIO, false, "2", "2", 78, 105, ORG_KIND_COUNT, 0},
    {"rtt-median-wait", PERCENTILE, false, "2", "2", 0, 105, ORG_KIND_COUNT, 0.5},
    {"rtt-92nd-percentile-wait", PERCENTILE, false, "2", "2", 0, 105, ORG_KIND_COUNT, 0.92},
    {"rtt-referrals", NUMBER, false, "3", "", -1, -1, ORG_KIND_COUNT, 0},
    {"rtt-completed", NUMBER, false, "1A 1B", "", -1, -1, ORG_KIND_COUNT, 0},
    {"rtt-completed-admitted", NUMBER, false, "1A", "", -1, -1, ORG_KIND_COUNT, 0},
    {"rtt-completed-non-admitted", NUMBER, false, "1B", "", -1, -1, ORG_KIND_COUNT, 0},
    {"rtt-independent-sector-share", RATIO, false, "1A 1B", "1A 1B", -1, -1, ORG_INDEPENDENT, 0},
    {"rtt-completed-unknown-sector", NUMBER, false, "1A 1B", "", -1, -1, ORG_UNKNOWN, 0},
    {"ae-attendances", NUMBER, true, "", "", 0, 0, ORG_KIND_COUNT, 0},
    {"ae-within-4-hours", RATIO, true, "", "", 0, 0, ORG_KIND_COUNT, 0},
    {"ae-type-1-within-4-hours", RATIO, true, "", "", 0, 0, ORG_KIND_COUNT, 0},
    {"ae-12-hour-waits", NUMBER, true, "", "", 0, 0, ORG_KIND_COUNT, 0},
    {"ae-emergency-admissions", NUMBER, true, "", "", 0, 0, ORG_KIND_COUNT, 0},
};
#define TWINS (sizeof twins / sizeof twins[0])

static bool part_among(const rtt_row *r, const char *list)
{
    const char *mine = r->part + 5; /* "1A" of "Part_1A" */
    size_t n = strlen(mine);
    for (const char *at = list; *at != 0; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == n && strncmp(at, mine, n) == 0)
            return true;
    return false;
}

/* What a row adds to the numerator. */
static int64_t rtt_numerator(const twin_measure *t, const rtt_row *r, date when, bool *there)
{
    *there = part_among(r, t->numerator_parts);
    if (!*there)
        return 0;
    if (t->kind != ORG_KIND_COUNT) {
        org_index p = orgs_find(house.orgs, text_of(r->provider));
        if ((p < 0 ? ORG_UNKNOWN : orgs_kind_on(house.orgs, p, when)) != t->kind)
            return 0;
    }
    if (t->first_week < 0)
        return rtt_total(r);
    int64_t sum = 0;
    for (int k = t->first_week; k < t->end_week; k++)
        sum += r->bands[k];
    return sum;
}

static int64_t rtt_denominator(const twin_measure *t, const rtt_row *r, bool *there)
{
    *there = part_among(r, t->denominator_parts);
    return !*there ? 0 : t->meaning == PERCENTILE ? rtt_known(r) : rtt_total(r);
}

static int64_t six(const int64_t v[6])
{
    return v[0] + v[1] + v[2] + v[3] + v[4] + v[5];
}

static void ae_amounts(const twin_measure *t, const ae_row *r, int64_t *numerator, int64_t *denominator)
{
    *denominator = 0;
    if (strcmp(t->id, "ae-attendances") == 0) {
        *numerator = six(r->attendances);
    } else if (strcmp(t->id, "ae-within-4-hours") == 0) {
        *denominator = six(r->attendances);
        *numerator = *denominator - six(r->over_4);
    } else if (strcmp(t->id, "ae-type-1-within-4-hours") == 0) {
        *denominator = r->attendances[0] + r->attendances[3];
        *numerator = *denominator - r->over_4[0] - r->over_4[3];
    } else if (strcmp(t->id, "ae-12-hour-waits") == 0) {
        *numerator = r->waits[1];
    } else {
        *numerator = r->admissions[0] + r->admissions[1] + r->admissions[2];
    }
}

/* ---- a figure by plain loops ---------------------------------------------------------------------------- */

/* Which role gives an organisation its figures: an ICB, a sub-ICB location, a region and those of no level by who pays; a provider by who treats. */
static bool role_of(const twin_measure *t, const char *code, twin_role *out)
{
    org_index i = orgs_find(house.orgs, text_of(code));
    org_kind kind = i < 0 ? ORG_UNKNOWN : orgs_at(house.orgs, i)->kind;
    bool commissions = kind == ORG_REGION || kind == ORG_ICB || kind == ORG_SUB_ICB || kind == ORG_COMMISSIONING_HUB ||
                       kind == ORG_NON_ENGLISH_COMMISSIONER || strcmp(code, "ZZC") == 0;
    *out = t->ae || !commissions ? TWIN_PROVIDER : TWIN_COMMISSIONER;
    if (t->ae)
        return kind != ORG_SUB_ICB && strcmp(code, "ZZC") != 0;
    return !(*out == TWIN_PROVIDER && t->kind != ORG_KIND_COUNT); /* those by kind are of commissioners alone */
}

#define REPORTERS 256
typedef struct reporters {
    reporter of[REPORTERS];
    target_shares shares[REPORTERS];
    size_t count;
} reporters;

static void reporter_add(reporters *l, const char *code, const char *parent)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->of[i].code, code) == 0 && strcmp(l->of[i].parent, parent) == 0)
            return;
    assert_true(l->count < REPORTERS);
    l->of[l->count++] = (reporter){code, parent};
}

/* Those who report in a role and month, and what of each the target has. */
static void reporters_of(const char *of, bool from_ae, twin_role role, size_t m, bool as_published, reporters *out)
{
    reporters all = {0};
    date when = date_of(months[m].year, months[m].number, 1);
    if (from_ae)
        for (size_t i = 0; i < AE_ROWS; i++)
            reporter_add(&all, ae[m][i].provider, ae[m][i].region_name);
    else
        for (size_t i = 0; i < RTT_ROWS; i++)
            reporter_add(&all, role == TWIN_PROVIDER ? rtt[m][i].provider : rtt[m][i].commissioner,
                         role == TWIN_PROVIDER ? rtt[m][i].provider_parent : rtt[m][i].commissioner_parent);
    out->count = 0;
    for (size_t i = 0; i < all.count; i++) {
        /* An ICB that is named as a provider's parent is not what its own RTT figures are made of: those are by commissioner. */
        if (twin_place(house.orgs, role, &all.of[i], when, as_published, from_ae, of, &out->shares[out->count]))
            out->of[out->count++] = all.of[i];
    }
}

static void figure_value(const twin_measure *t, twin_figure *f)
{
    f->value = (double)NAN;
    if (t->meaning == NUMBER && f->has_numerator)
        f->value = (double)f->numerator;
    if (t->meaning == RATIO && f->has_numerator && f->has_denominator && f->denominator > 0)
        f->value = 100.0 * (double)f->numerator / (double)f->denominator;
}

static twin_figure ae_figure(const twin_measure *t, const reporters *l, size_t m, bool england)
{
    twin_figure f = {0};
    for (size_t p = 0; p < (england ? 1 : l->count); p++) {
        int64_t numerator = 0, denominator = 0;
        for (size_t i = 0; i < AE_ROWS; i++) {
            int64_t n, d;
            if (!england &&
                (strcmp(ae[m][i].provider, l->of[p].code) != 0 || strcmp(ae[m][i].region_name, l->of[p].parent) != 0))
                continue;
            ae_amounts(t, &ae[m][i], &n, &d);
            numerator += n;
            denominator += d;
            f.exists = f.has_numerator = true;
        }
        f.estimated = f.estimated || (!england && twin_estimated(&l->shares[p]));
        f.numerator += england ? numerator : twin_part(&l->shares[p], numerator);
        f.denominator += england ? denominator : twin_part(&l->shares[p], denominator);
    }
    f.has_denominator = f.exists && t->meaning == RATIO;
    figure_value(t, &f);
    return f;
}

static twin_figure rtt_figure(const twin_measure *t, const reporters *l, twin_role role, size_t m, bool england,
                              const char *function)
{
    twin_figure f = {0};
    date when = date_of(months[m].year, months[m].number, 1);
    int64_t bands[RTT_BANDS] = {0};
    for (size_t p = 0; p < (england ? 1 : l->count); p++) {
        int64_t numerator = 0, denominator = 0, mine[RTT_BANDS] = {0};
        for (size_t i = 0; i < RTT_ROWS; i++) {
            const rtt_row *r = &rtt[m][i];
            bool n_there, d_there;
            const char *code = role == TWIN_PROVIDER ? r->provider : r->commissioner;
            const char *parent = role == TWIN_PROVIDER ? r->provider_parent : r->commissioner_parent;
            if (!england && (strcmp(code, l->of[p].code) != 0 || strcmp(parent, l->of[p].parent) != 0))
                continue;
            if (function[0] != 0 && strcmp(r->treatment_function, function) != 0)
                continue;
            /* Estimated where a part of it is, even one that says nothing on this measure. */
            f.estimated = f.estimated || (!england && twin_estimated(&l->shares[p]));
            numerator += rtt_numerator(t, r, when, &n_there);
            denominator += rtt_denominator(t, r, &d_there);
            f.has_numerator = f.has_numerator || n_there;
            f.has_denominator = f.has_denominator || d_there;
            for (int k = 0; k < RTT_BANDS; k++)
                mine[k] += n_there ? r->bands[k] : 0;
        }
        f.numerator += england ? numerator : twin_part(&l->shares[p], numerator);
        f.denominator += england ? denominator : twin_part(&l->shares[p], denominator);
        for (int k = 0; k < RTT_BANDS; k++)
            bands[k] += england ? mine[k] : twin_part(&l->shares[p], mine[k]);
    }
    f.exists = t->meaning == RATIO        ? f.has_numerator && f.has_denominator
               : t->meaning == PERCENTILE ? f.has_denominator
                                          : f.has_numerator;
    figure_value(t, &f);
    if (t->meaning == PERCENTILE) {
        f.has_numerator = false;
        twin_percentile(t->percentile, bands, &f);
    }
    if (t->meaning == NUMBER)
        f.has_denominator = false;
    return f;
}

/* ---- the comparison --------------------------------------------------------------------------------------- */

static void compare(const char *what, const twin_figure *f, const edition_point *p)
{
    if (!f->exists) {
        if (p != NULL && !p->missing)
            fail_msg("%s: the twin has no figure, the edition %g", what, p->value);
        return;
    }
    if (p == NULL || p->missing)
        fail_msg("%s: the twin has %g (%lld of %lld), the edition nothing", what, f->value, (long long)f->numerator,
                 (long long)f->denominator);
    if (p->has_numerator != f->has_numerator || p->has_denominator != f->has_denominator ||
        (f->has_numerator && p->numerator != f->numerator) || (f->has_denominator && p->denominator != f->denominator))
        fail_msg("%s: the twin has %lld of %lld, the edition %lld of %lld", what, (long long)f->numerator,
                 (long long)f->denominator, (long long)p->numerator, (long long)p->denominator);
    bool same = isnan(f->value) ? isnan(p->value) : fabs(p->value - f->value) <= 1e-12 * fmax(1, fabs(f->value));
    if (!same)
        fail_msg("%s: the twin has %.17g, the edition %.17g", what, f->value, p->value);
    if (p->over_open_band != f->over_open_band || p->estimated != f->estimated)
        fail_msg("%s: the flags differ (estimated %d %d, open band %d %d)", what, f->estimated, p->estimated,
                 f->over_open_band, p->over_open_band);
    assert_false(p->tidy);
}

typedef struct candidates {
    const char *codes[2048];
    size_t count;
} candidates;

static void candidate_add(candidates *c, const char *code)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->codes[i], code) == 0)
            return;
    assert_true(c->count < 2048);
    c->codes[c->count++] = code;
}

/* Everybody who could have a figure: those that rows name, those who took over from them, every body above. */
static void candidates_make(candidates *c)
{
    size_t before;
    candidate_add(c, "ENGLAND");
    for (size_t i = 0; i < sizeof providers / sizeof providers[0]; i++)
        candidate_add(c, providers[i]);
    for (size_t i = 0; i < sizeof commissioners / sizeof commissioners[0]; i++)
        candidate_add(c, commissioners[i]);
    for (size_t i = 0; i < AE_ROWS; i++)
        candidate_add(c, ae_providers[i]);
    before = c->count;
    for (size_t i = 0; i < before; i++) {
        org_index known = orgs_find(house.orgs, text_of(c->codes[i]));
        org_share to[16];
        size_t n = known < 0 ? 0 : orgs_carry(house.orgs, known, date_of(2022, 8, 1), orgs_current(house.orgs), to, 16);
        for (size_t k = 0; k < n; k++)
            candidate_add(c, orgs_at(house.orgs, to[k].to)->code);
    }
    for (size_t i = 0; i < orgs_count(house.orgs); i++) {
        org_kind kind = orgs_at(house.orgs, (org_index)i)->kind;
        if (kind == ORG_ICB || kind == ORG_REGION)
            candidate_add(c, orgs_at(house.orgs, (org_index)i)->code);
    }
}

static size_t compare_all(workspace *w, const candidates *all, size_t m)
{
    static reporters by_rtt[2], by_ae;
    size_t figures = 0;
    for (size_t c = 0; c < all->count; c++) {
        bool england = strcmp(all->codes[c], "ENGLAND") == 0;
        for (int g = 0; g < (england ? 1 : 2); g++) {
            for (int role = 0; role < 2; role++)
                reporters_of(all->codes[c], false, (twin_role)role, m, g == 1, &by_rtt[role]);
            reporters_of(all->codes[c], true, TWIN_PROVIDER, m, g == 1, &by_ae);
            for (size_t t = 0; t < TWINS; t++)
                for (size_t b = 0; b < (twins[t].ae ? 1 : 5); b++) {
                    const char *function = b == 0 ? "" : functions[b - 1];
                    char key[64] = "", what[200];
                    twin_role role = TWIN_PROVIDER;
                    twin_figure f = {0};
                    if (england || role_of(&twins[t], all->codes[c], &role))
                        f = twins[t].ae ? ae_figure(&twins[t], &by_ae, m, england)
                                        : rtt_figure(&twins[t], &by_rtt[role], role, m, england, function);
                    if (b > 0)
                        (void)snprintf(key, sizeof key, "treatment-function=%s", function);
                    (void)snprintf(what, sizeof what, "%s %s %s %s %s", twins[t].id, all->codes[c], months[m].text, key,
                                   g == 0 ? "current" : "as published");
                    compare(what, &f,
                            point_named(w, w->edition, twins[t].id, all->codes[c], key,
                                        g == 0 ? GEOGRAPHY_CURRENT : GEOGRAPHY_AS_PUBLISHED, months[m].text));
                    figures += f.exists;
                }
        }
    }
    return figures;
}

static void every_figure_agrees_with_the_twin(void **state)
{
    workspace w;
    candidates all = {0};
    size_t figures = 0;
    (void)state;
    rows_make();
    candidates_make(&all);
    workspace_make(&w);
    files_add(&w);
    workspace_evaluate(&w);
    for (size_t m = 0; m < MONTHS; m++)
        figures += compare_all(&w, &all, m);
    assert_true(figures > 5000);
    /* Nothing beside: every organisation with a series is a candidate. */
    for (size_t i = 0; i < w.edition->series_count; i++) {
        const char *code = w.edition->orgs[w.edition->series[i].org].code;
        bool known = false;
        for (size_t k = 0; k < all.count; k++)
            known = known || strcmp(all.codes[k], code) == 0;
        if (!known)
            fail_msg("%s has figures and should not", code);
    }
    /* Codes that nobody knows are listed once, with the rows that name them in that role. */
    int64_t rows = 0;
    for (size_t m = 0; m < MONTHS; m++) {
        for (size_t i = 0; i < RTT_ROWS; i++)
            rows += strcmp(rtt[m][i].provider, "ZZ901") == 0;
        for (size_t i = 0; i < AE_ROWS; i++)
            rows += strcmp(ae[m][i].provider, "ZZ901") == 0;
    }
    const edition_issue *unmapped = issue_named(w.edition, "unmapped", "ZZ901");
    assert_non_null(unmapped);
    assert_int_equal(unmapped->rows, rows);
    int32_t unknown = edition_find_org(w.edition, "ZZ901");
    assert_true(unknown >= 0);
    assert_true(w.edition->orgs[unknown].unmapped);
    assert_string_equal(w.edition->orgs[unknown].name, "Trust ZZ901");
    assert_string_equal(w.edition->orgs[unknown].level, "provider");
    assert_string_equal(w.edition->orgs[edition_find_org(w.edition, "ZZC")].level, "sub-icb");
    assert_string_equal(w.edition->orgs[edition_find_org(w.edition, "13Q")].level, "");
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_agrees_with_the_twin),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
