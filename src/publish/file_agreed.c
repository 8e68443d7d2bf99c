/*
 * What was agreed for a series, as data: in the series' JSON, and as a CSV of its own, because the columns of the series' CSV are fixed and have room for the
 * national target alone.
 */
#include "publish/site.h"

#define AGREED_COLUMNS "measure,organisation,breakdown,id,title,tier,level,by,assurance,period,agreed"

static const char *tier_name(const series_aim *a)
{
    return a->tier == AIM_NATIONAL ? "national" : a->tier == AIM_REGIONAL ? "regional" : "local";
}

static void csv_texts(const char *const *texts, size_t count, buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        buffer_csv(out, texts[i]);
        buffer_char(out, ',');
    }
}

/* A line for each period of the series that a level is asked for in; of a series without figures one without a period. */
static void aim_rows(const site *s, const edition_series *x, int32_t measure, int32_t who, const series_aim *a,
                     buffer *out)
{
    const edition *e = s->now;
    char by[PERIOD_TEXT] = "", when[PERIOD_TEXT];
    size_t points = 0;
    const edition_point *at = site_points(s, x, &points);
    if (a->by.kind != PERIOD_NONE)
        period_format(a->by, by);
    const char *key = x == NULL || x->breakdown < 0 ? "" : e->breakdowns[x->breakdown].key;
    const char *before[] = {e->measures[measure].id, e->orgs[who].code, key, a->id, a->title, tier_name(a)};
    for (size_t i = 0; i < points || (i == 0 && points == 0); i++) {
        const double asked = points == 0 ? (double)NAN : series_aim_level(a, at[i].period);
        if (points > 0 && isnan(asked))
            continue;
        csv_texts(before, sizeof before / sizeof *before, out);
        buffer_number(out, a->level);
        buffer_char(out, ',');
        buffer_text(out, by);
        buffer_char(out, ',');
        buffer_text(out, a->assurance);
        buffer_char(out, ',');
        if (points > 0) {
            period_format(at[i].period, when);
            buffer_text(out, when);
        }
        buffer_char(out, ',');
        buffer_number(out, asked);
        buffer_char(out, '\n');
    }
}

void file_agreed_csv(const site *s, int32_t measure, int32_t who, geography g, buffer *out)
{
    size_t runs = 0, count = 0;
    const edition_series *run = edition_series_of(s->now, measure, who, &runs);
    buffer_text(out, AGREED_COLUMNS "\n");
    for (size_t i = 0; i < runs; i++) {
        const series_aim *aims = run[i].geography != g ? NULL : site_aims(s, measure, who, run[i].breakdown, g, &count);
        for (size_t k = 0; aims != NULL && k < count; k++)
            aim_rows(s, &run[i], measure, who, &aims[k], out);
    }
}

static void json_text(buffer *out, const char *name, const char *value)
{
    buffer_printf(out, "\"%s\": ", name);
    buffer_json(out, value == NULL || value[0] == 0 ? NULL : value);
    buffer_text(out, ", ");
}

static void aim_json(const series_aim *a, const char *key, buffer *out)
{
    char when[PERIOD_TEXT] = "";
    buffer_char(out, '{');
    json_text(out, "id", a->id);
    json_text(out, "title", a->title);
    json_text(out, "tier", tier_name(a));
    json_text(out, "breakdown", key);
    if (a->by.kind != PERIOD_NONE)
        period_format(a->by, when);
    json_text(out, "by", when);
    json_text(out, "assurance", a->assurance);
    buffer_text(out, "\"level\": ");
    buffer_json_number(out, a->level);
    buffer_text(out, ", \"trajectory\": [");
    for (size_t i = 0; i < a->step_count; i++) {
        period_format(period_month(a->steps[i].month / 12, a->steps[i].month % 12 + 1), when);
        buffer_printf(out, "%s[\"%s\", ", i > 0 ? ", " : "", when);
        buffer_json_number(out, a->steps[i].level);
        buffer_char(out, ']');
    }
    buffer_text(out, "]}");
}

void json_agreed(const site *s, int32_t measure, int32_t who, geography g, buffer *out)
{
    size_t runs = 0, count = 0, told = 0;
    const edition_series *run = edition_series_of(s->now, measure, who, &runs);
    buffer_text(out, "\"agreed\": [");
    for (size_t i = 0; i < runs && s->aims != NULL; i++) {
        const series_aim *aims = run[i].geography != g ? NULL : site_aims(s, measure, who, run[i].breakdown, g, &count);
        for (size_t k = 0; aims != NULL && k < count; k++) {
            buffer_text(out, told++ > 0 ? ",\n " : "\n ");
            aim_json(&aims[k], run[i].breakdown < 0 ? "" : s->now->breakdowns[run[i].breakdown].key, out);
        }
    }
    buffer_text(out, told > 0 ? "\n],\n" : "],\n");
}
