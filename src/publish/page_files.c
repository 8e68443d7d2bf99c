/*
 * Data files: every series as CSV and JSON with the columns of `concord show --format csv`, and an index of all series.
 *
 * Full precision: numbers read back as the same doubles. Writing a double as its shortest text is what such a file costs, so
 * a lines' text is kept while the value repeats: mean, limits and target are the same for whole segments.
 */
#include "publish/site.h"

#define COLUMNS                                                                                                        \
    "measure,organisation,breakdown,period,numerator,denominator,value,target,mean,lower,upper,segment,rule,signal"

/* The text of the number last written in a column. */
typedef struct kept_number {
    double value;
    size_t length;
    char text[NUMBER_TEXT];
} kept_number;

typedef struct kept_numbers {
    kept_number target, mean, lower, upper;
} kept_numbers;

static void kept_put(kept_number *kept, double value, const char *missing, buffer *out)
{
    if (isnan(value)) {
        buffer_text(out, missing);
        return;
    }
    if (kept->length == 0 || kept->value != value) {
        kept->value = value;
        kept->length = number_format(value, kept->text);
    }
    buffer_put(out, kept->text, kept->length);
}

/* ---- rows --------------------------------------------------------------------------------------------- */

/* Counts that are kept in parts (half pathways) are written as the decimals that they are. */
static void count_put(bool has, int64_t count, int64_t parts, const char *missing, buffer *out)
{
    if (!has)
        buffer_text(out, missing);
    else if (parts > 1)
        buffer_number(out, edition_count(true, count, parts));
    else
        buffer_int(out, count);
}

static void csv_row(const edition_measure *m, const edition_point *p, const char *start, size_t start_length,
                    kept_numbers *kept, buffer *out)
{
    char when[PERIOD_TEXT];
    period_format(p->period, when);
    buffer_put(out, start, start_length);
    buffer_text(out, when);
    buffer_char(out, ',');
    count_put(p->has_numerator, p->numerator, m->numerator_parts, "", out);
    buffer_char(out, ',');
    count_put(p->has_denominator, p->denominator, m->denominator_parts, "", out);
    buffer_char(out, ',');
    buffer_number(out, p->value);
    buffer_char(out, ',');
    kept_put(&kept->target, p->target, "", out);
    buffer_char(out, ',');
    kept_put(&kept->mean, p->mean, "", out);
    buffer_char(out, ',');
    kept_put(&kept->lower, p->lower, "", out);
    buffer_char(out, ',');
    kept_put(&kept->upper, p->upper, "", out);
    buffer_char(out, ',');
    if (p->segment > 0)
        buffer_int(out, p->segment);
    buffer_char(out, ',');
    buffer_text(out, p->rule);
    buffer_char(out, ',');
    buffer_text(out, p->suppressed ? "suppressed" : p->signal);
    buffer_char(out, '\n');
}

static void json_count(bool has, int64_t count, int64_t parts, buffer *out)
{
    count_put(has, count, parts, "null", out);
    buffer_char(out, ',');
}

static void json_word(const char *word, buffer *out)
{
    if (word == NULL || word[0] == 0)
        buffer_text(out, "null");
    else
        buffer_json(out, word);
}

static void json_row(const edition_measure *m, const edition_point *p, const char *start, size_t start_length,
                     kept_numbers *kept, buffer *out)
{
    char when[PERIOD_TEXT];
    period_format(p->period, when);
    buffer_put(out, start, start_length);
    buffer_char(out, '"');
    buffer_text(out, when);
    buffer_text(out, "\",");
    json_count(p->has_numerator, p->numerator, m->numerator_parts, out);
    json_count(p->has_denominator, p->denominator, m->denominator_parts, out);
    buffer_json_number(out, p->value);
    buffer_char(out, ',');
    kept_put(&kept->target, p->target, "null", out);
    buffer_char(out, ',');
    kept_put(&kept->mean, p->mean, "null", out);
    buffer_char(out, ',');
    kept_put(&kept->lower, p->lower, "null", out);
    buffer_char(out, ',');
    kept_put(&kept->upper, p->upper, "null", out);
    buffer_char(out, ',');
    json_count(p->segment > 0, p->segment, 1, out);
    json_word(p->rule, out);
    buffer_char(out, ',');
    json_word(p->suppressed ? "suppressed" : p->signal, out);
    buffer_char(out, ']');
}

/* Series as published are stored only where they differ from the current map: elsewhere the current ones are as published too. */
static const edition_series *series_on(const edition_series *run, size_t count, size_t i, geography g)
{
    const edition_series *x = &run[i];
    if (x->geography == g)
        return x;
    if (g != GEOGRAPHY_AS_PUBLISHED || x->geography != GEOGRAPHY_CURRENT || x->current_only)
        return NULL;
    for (size_t k = 0; k < count; k++)
        if (run[k].breakdown == x->breakdown && run[k].geography == g)
            return NULL;
    return x;
}

typedef void (*row_writer)(const edition_measure *m, const edition_point *p, const char *start, size_t start_length,
                           kept_numbers *kept, buffer *out);

/* Writes every row of a measure and organisation on one geography, totals first. `json`: rows are arrays with commas between. */
static void rows_write(const site *s, int32_t measure, int32_t who, geography g, bool json, buffer *out)
{
    const edition *e = s->now;
    size_t count = 0;
    const edition_series *run = edition_series_of(e, measure, who, &count);
    buffer start = {.maximum = 4096};
    bool first = true;
    row_writer writer = json ? json_row : csv_row;
    for (size_t i = 0; i < count; i++) {
        const edition_series *x = series_on(run, count, i, g);
        if (x == NULL)
            continue;
        const char *key = x->breakdown < 0 ? "" : e->breakdowns[x->breakdown].key;
        buffer_clear(&start);
        if (json) {
            buffer_char(&start, '[');
            buffer_json(&start, e->measures[measure].id);
            buffer_char(&start, ',');
            buffer_json(&start, e->orgs[who].code);
            buffer_char(&start, ',');
            json_word(key, &start);
            buffer_char(&start, ',');
        } else {
            buffer_csv(&start, e->measures[measure].id);
            buffer_char(&start, ',');
            buffer_csv(&start, e->orgs[who].code);
            buffer_char(&start, ',');
            buffer_csv(&start, key);
            buffer_char(&start, ',');
        }
        size_t points = 0;
        const edition_point *p = site_points(s, x, &points);
        kept_numbers kept = {0};
        for (size_t k = 0; k < points; k++) {
            if (json && !first)
                buffer_text(out, ",\n");
            first = false;
            writer(&e->measures[measure], &p[k], start.data, start.length, &kept, out);
        }
    }
    buffer_free(&start);
}

void file_series_csv(const site *s, int32_t measure, int32_t who, geography g, buffer *out)
{
    buffer_text(out, COLUMNS "\n");
    rows_write(s, measure, who, g, false, out);
}

static void json_member(buffer *out, const char *name, const char *value)
{
    buffer_json(out, name);
    buffer_text(out, ": ");
    buffer_json(out, value);
    buffer_text(out, ",\n");
}

/* Of the total: null where it was not checked; what each month (12) or quarter (4) of the year adds where it is seasonal. */
static void json_season(const site *s, int32_t measure, int32_t who, geography g, buffer *out)
{
    const edition_series *x = edition_find_series(s->now, measure, who, -1, g);
    const edition_season *season = x == NULL ? NULL : x->season;
    buffer_text(out, "\"season\": ");
    if (season == NULL) {
        buffer_text(out, "null,\n");
        return;
    }
    buffer_printf(out, "{\"seasonal\": %s, \"years\": %d, \"p\": ", season->seasonal ? "true" : "false",
                  (int)season->years);
    buffer_json_number(out, season->p);
    buffer_text(out, ", \"effects\": [");
    for (int32_t i = 0; i < season->count; i++) {
        buffer_text(out, i > 0 ? ", " : "");
        buffer_json_number(out, season->effects[i]);
    }
    buffer_text(out, "]},\n");
}

static void json_columns(buffer *out)
{
    buffer_text(out, "\"columns\": [\"");
    for (const char *c = COLUMNS; *c != 0; c++) {
        if (*c == ',')
            buffer_text(out, "\",\"");
        else
            buffer_char(out, *c);
    }
    buffer_text(out, "\"],\n");
}

void file_series_json(const site *s, int32_t measure, int32_t who, geography g, buffer *out)
{
    const edition *e = s->now;
    const edition_measure *m = &e->measures[measure];
    const edition_org *o = &e->orgs[who];
    buffer_text(out, "{\n");
    json_member(out, "measure", m->name);
    json_member(out, "definition", m->definition);
    json_member(out, "unit", m->unit_label);
    json_member(out, "organisation", o->name);
    json_member(out, "code", o->code);
    json_member(out, "ons_code", o->ons_code);
    json_member(out, "geography", geography_name(g));
    json_member(out, "rules", e->rules);
    json_member(out, "rule_version", m->rule_version);
    json_season(s, measure, who, g, out);
    json_agreed(s, measure, who, g, out);
    json_member(out, "edition", e->id);
    json_member(out, "licence", "Open Government Licence v3.0");
    json_columns(out);
    buffer_text(out, "\"data\": [\n");
    rows_write(s, measure, who, g, true, out);
    buffer_text(out, "\n]\n}\n");
}

/* ---- the index ---------------------------------------------------------------------------------------- */

static void index_row(const site *s, const edition_series *x, bool json, buffer *out)
{
    const edition *e = s->now;
    const edition_org *o = &e->orgs[x->org];
    bool apart = x->geography == GEOGRAPHY_AS_PUBLISHED &&
                 s->current_total[(size_t)x->org * e->measure_count + (size_t)x->measure] >= 0;
    char first[PERIOD_TEXT] = "", last[PERIOD_TEXT] = "", path[512];
    if (x->first.kind != PERIOD_NONE)
        period_format(x->first, first);
    if (x->last.kind != PERIOD_NONE)
        period_format(x->last, last);
    (void)snprintf(path, sizeof path, "series/%s/%s%s", e->measures[x->measure].id, s->org_name[x->org],
                   apart ? ".as-published" : "");
    const char *fields[] = {e->measures[x->measure].id,   o->code, o->name, o->level,
                            geography_name(x->geography), first,   last};
    static const char *const names[] = {"measure", "organisation", "name", "level", "geography", "first", "last"};
    if (json)
        buffer_char(out, '{');
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (json) {
            buffer_printf(out, "\"%s\":", names[i]);
            buffer_json(out, fields[i]);
        } else {
            buffer_csv(out, fields[i]);
        }
        buffer_char(out, ',');
    }
    if (json) {
        buffer_printf(out, "\"points\":%d,\"value\":", (int)x->points);
        buffer_json_number(out, x->latest_value);
        buffer_text(out, ",\"variation\":");
        json_word(x->variation, out);
        buffer_text(out, ",\"assurance\":");
        json_word(x->assurance, out);
        buffer_printf(out, ",\"csv\":\"%s.csv\",\"json\":\"%s.json\",\"page\":\"series/%s/%s.html\"}", path, path,
                      e->measures[x->measure].id, s->org_name[x->org]);
    } else {
        buffer_printf(out, "%d,", (int)x->points);
        buffer_number(out, x->latest_value);
        buffer_printf(out, ",%s,%s,%s.csv,%s.json,series/%s/%s.html\n", x->variation, x->assurance, path, path,
                      e->measures[x->measure].id, s->org_name[x->org]);
    }
}

/* Totals alone: the breakdowns of a measure and organisation are in the same file. */
void file_index_csv(const site *s, buffer *out)
{
    buffer_text(
        out, "measure,organisation,name,level,geography,first,last,points,value,variation,assurance,csv,json,page\n");
    for (size_t i = 0; i < s->now->series_count; i++)
        if (s->now->series[i].breakdown < 0)
            index_row(s, &s->now->series[i], false, out);
}

void file_index_json(const site *s, buffer *out)
{
    bool first = true;
    buffer_text(out, "{\n");
    json_member(out, "edition", s->now->id);
    json_member(out, "licence", "Open Government Licence v3.0");
    buffer_text(out, "\"series\": [\n");
    for (size_t i = 0; i < s->now->series_count; i++) {
        if (s->now->series[i].breakdown >= 0)
            continue;
        if (!first)
            buffer_text(out, ",\n");
        first = false;
        index_row(s, &s->now->series[i], true, out);
    }
    buffer_text(out, "\n]\n}\n");
}

void file_issues_csv(const site *s, buffer *out)
{
    buffer_text(out, "kind,code,period,rows,text\n");
    for (size_t i = 0; i < s->now->issue_count; i++) {
        const edition_issue *x = &s->now->issues[i];
        buffer_csv(out, x->kind);
        buffer_char(out, ',');
        buffer_csv(out, x->code);
        buffer_char(out, ',');
        buffer_csv(out, x->period);
        buffer_char(out, ',');
        buffer_int(out, x->rows);
        buffer_char(out, ',');
        buffer_csv(out, x->text);
        buffer_char(out, '\n');
    }
}

/* A period, or nothing. */
static const char *period_text(period p, char out[PERIOD_TEXT])
{
    out[0] = 0;
    if (p.kind != PERIOD_NONE)
        period_format(p, out);
    return out;
}

void file_quality_csv(const site *s, buffer *out)
{
    buffer_text(out, "kind,severity,source,measure,organisation,first_period,last_period,file,sheet,line,count,finding,"
                     "advice\n");
    for (size_t i = 0; i < s->now->finding_count; i++) {
        const edition_finding *x = &s->now->findings[i];
        char first[PERIOD_TEXT], last[PERIOD_TEXT];
        const char *texts[] = {x->kind,
                               x->severity,
                               x->source,
                               x->measure,
                               x->organisation,
                               period_text(x->first, first),
                               period_text(x->last, last),
                               x->file,
                               x->sheet};
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            buffer_csv(out, texts[k]);
            buffer_char(out, ',');
        }
        if (x->line > 0)
            buffer_int(out, x->line);
        buffer_char(out, ',');
        buffer_int(out, x->count);
        buffer_char(out, ',');
        buffer_csv(out, x->text);
        buffer_char(out, ',');
        buffer_csv(out, x->advice);
        buffer_char(out, '\n');
    }
}

void file_quality_json(const site *s, buffer *out)
{
    buffer_text(out, "[");
    for (size_t i = 0; i < s->now->finding_count; i++) {
        const edition_finding *x = &s->now->findings[i];
        char first[PERIOD_TEXT], last[PERIOD_TEXT];
        const struct {
            const char *name, *value;
        } texts[] = {{"kind", x->kind},
                     {"severity", x->severity},
                     {"source", x->source},
                     {"measure", x->measure},
                     {"organisation", x->organisation},
                     {"first_period", period_text(x->first, first)},
                     {"last_period", period_text(x->last, last)},
                     {"file", x->file},
                     {"sheet", x->sheet},
                     {"finding", x->text},
                     {"advice", x->advice}};
        buffer_text(out, i > 0 ? ",\n {" : "\n {");
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            buffer_json(out, texts[k].name);
            buffer_text(out, ": ");
            /* What a finding is not about is null, not an empty text. */
            buffer_json(out, texts[k].value[0] == 0 ? NULL : texts[k].value);
            buffer_text(out, ", ");
        }
        buffer_text(out, "\"line\": ");
        if (x->line > 0)
            buffer_int(out, x->line);
        else
            buffer_text(out, "null");
        buffer_text(out, ", \"count\": ");
        buffer_int(out, x->count);
        buffer_char(out, '}');
    }
    buffer_text(out, s->now->finding_count > 0 ? "\n]\n" : "]\n");
}
