/* The answer in plain English, by rules: what is, whether it is really changing, and how that stands to the target. */
#include "publish/sentence.h"

#include <math.h>
#include <string.h>

const char *sentence_period_noun(period p)
{
    return p.months == 1 ? "month" : p.months == 3 ? "quarter" : p.months == 12 ? "year" : "period";
}

/* ---- names ------------------------------------------------------------------------------------------ */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && strcmp(s + n - k, end) == 0;
}

/* Published files shout some names ("MID AND SOUTH ESSEX NHS FOUNDATION TRUST"): words of more than one letter become
 * capitalised, but for those that are abbreviations or small words. */
static void quiet_name(const char *name, buffer *out)
{
    static const char *const kept[] = {"NHS", "ICB", "UK",  "GP",  "CIC", "LLP",  "PLC",  "BMI",
                                       "HCA", "UCL", "II",  "III", "UTC", "NEMS", "HCRG", "CSH",
                                       "MIS", "OOH", "MIU", "WIC", "UCC", "WAM",  "DHU"};
    static const char *const small[] = {"AND", "OF", "THE", "FOR", "ON", "IN", "UPON", "AT"};
    for (const char *p = name; *p != 0; p++)
        if (*p >= 'a' && *p <= 'z') {
            buffer_text(out, name);
            return;
        }
    for (const char *p = name; *p != 0;) {
        size_t n = strcspn(p, " -(/).");
        bool keep = n == 1, lower = false;
        for (size_t i = 0; i < sizeof kept / sizeof *kept && !keep; i++)
            keep = strlen(kept[i]) == n && strncmp(p, kept[i], n) == 0;
        for (size_t i = 0; i < sizeof small / sizeof *small && p != name; i++)
            lower = lower || (strlen(small[i]) == n && strncmp(p, small[i], n) == 0);
        for (size_t i = 0; i < n; i++) {
            bool letter = p[i] >= 'A' && p[i] <= 'Z';
            buffer_char(out, letter && !keep && (lower || i > 0) ? (char)(p[i] + 32) : p[i]);
        }
        p += n;
        if (*p != 0)
            buffer_char(out, *p++);
    }
}

void sentence_organisation(const edition_org *o, buffer *out)
{
    static const char board[] = " Integrated Care Board";
    const char *name = o->name != NULL ? o->name : "", *brief = o->short_name != NULL ? o->short_name : "";
    if (name[0] == 0 && brief[0] == 0) {
        buffer_text(out, o->code);
        return;
    }
    if (name[0] == 0)
        name = brief;
    switch (o->kind) {
    case ORG_ENGLAND: buffer_text(out, "England"); return;
    case ORG_REGION: {
        const char *region = brief[0] != 0 ? brief : name;
        if (strcmp(region, "London") != 0 && strncmp(region, "the ", 4) != 0 && strncmp(region, "The ", 4) != 0)
            buffer_text(out, "the ");
        buffer_text(out, region);
        return;
    }
    case ORG_ICB:
        if (ends_with(name, board)) {
            if (strncmp(name, "NHS ", 4) != 0)
                buffer_text(out, "NHS ");
            buffer_put(out, name, strlen(name) - (sizeof board - 1));
            buffer_text(out, " ICB");
            return;
        }
        break;
    default: break;
    }
    quiet_name(name, out);
}

/* ---- the first sentence ----------------------------------------------------------------------------- */

/* Templates say "in {organisation}": in a system, but at a hospital. */
static void place_word(const edition_org *o, buffer *out)
{
    if (!org_kind_is_provider(o->kind) || out->failed || out->length < 4)
        return;
    char *end = out->data + out->length;
    if (memcmp(end - 4, " in ", 4) == 0)
        memcpy(end - 4, " at ", 4);
}

/* Fills one placeholder; false where `key` is none. */
static bool fill(const series_reading *r, const char *key, size_t length, buffer *out)
{
    const edition_point *p = r->last;
    char words[PERIOD_WORDS];
    if (length == 6 && memcmp(key, "period", 6) == 0) {
        period_words(p->period, words);
        buffer_text(out, words);
    } else if (length == 12 && memcmp(key, "organisation", 12) == 0) {
        place_word(r->org, out);
        sentence_organisation(r->org, out);
    } else if (length == 5 && memcmp(key, "value", 5) == 0) {
        figure_bare(r->measure, p->value, p->over_open_band, out);
    } else if (length == 9 && memcmp(key, "numerator", 9) == 0) {
        const edition_measure count = {.unit = "count"};
        figure_bare(&count, edition_numerator(r->measure, p), false, out);
    } else if (length == 11 && memcmp(key, "denominator", 11) == 0) {
        const edition_measure count = {.unit = "count"};
        figure_bare(&count, edition_denominator(r->measure, p), false, out);
    } else {
        return false;
    }
    return true;
}

/* Ends what was begun at `from` as a sentence: a capital at its start, one full stop at its end. */
static void finish_sentence(buffer *out, size_t from)
{
    if (out->failed || out->length <= from)
        return;
    char *s = out->data;
    if (s[from] >= 'a' && s[from] <= 'z')
        s[from] = (char)(s[from] - 32);
    if (strchr(".?!", s[out->length - 1]) == NULL)
        buffer_char(out, '.');
}

/* Was "1" just written, from `mark` on? */
static bool is_one(const buffer *out, size_t mark)
{
    return !out->failed && out->length == mark + 1 && out->data[mark] == '1';
}

/* "there were 1 attendance": a verb right before the figure at `mark` becomes "was"; true where there was one. */
static bool was_before(buffer *out, size_t from, size_t mark)
{
    static const char were[] = " were ";
    const size_t n = sizeof were - 1;
    if (out->failed || mark < from + n || memcmp(out->data + mark - n, were, n) != 0)
        return false;
    memcpy(out->data + mark - n, " was ", n - 1);
    memmove(out->data + mark - 1, out->data + mark, out->length - mark + 1); /* with its closing nought */
    out->length--;
    return true;
}

static void sentence_figure(const series_reading *r, buffer *out)
{
    static const char fallback[] = "In {period}, the figure for {organisation} was {value}";
    const char *template = r->measure->sentence;
    if (template == NULL || template[0] == 0)
        template = fallback;
    size_t from = out->length, copied;
    bool one = false; /* the subject is one of something, and its verb is yet to come */
    for (const char *p = template; *p != 0;) {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        size_t mark = out->length;
        if (close != NULL && fill(r, p + 1, (size_t)(close - p) - 1, out)) {
            p = close + 1;
            if (is_one(out, mark) && (copied = sentence_one_noun(p, out)) > 0) {
                p += copied;
                one = !was_before(out, from, mark);
            }
        } else if (one && (copied = sentence_one_verb(p, out)) > 0) {
            p += copied;
            one = false;
        } else {
            one = one && strchr(".,:;", *p) == NULL;
            buffer_char(out, *p++);
        }
    }
    while (out->length > from && !out->failed && out->data[out->length - 1] == ' ')
        out->data[--out->length] = 0;
    finish_sentence(out, from);
    if (r->last->estimated && !out->failed) {
        out->data[--out->length] = 0; /* the full stop goes after the remark */
        buffer_text(out, " (estimated from the organisations that it was made from, so it is not judged).");
    }
}

/* ---- is it changing? -------------------------------------------------------------------------------- */

bool sentence_range(const edition_measure *m, double lower, double upper, buffer *out)
{
    figure_unit unit = figure_unit_of(m);
    bool low = isfinite(lower) && !(figure_never_negative(unit) && lower <= 0);
    bool high = isfinite(upper) && !(unit == FIGURE_PERCENT && upper >= 100);
    if (!low && !high)
        return false;
    if (!low)
        buffer_text(out, "up to ");
    else if (high)
        figure_bare(m, lower, false, out);
    if (low && high)
        buffer_text(out, " to ");
    if (high)
        figure_words(m, upper, false, out);
    else {
        figure_words(m, lower, false, out);
        buffer_text(out, " or more");
    }
    return true;
}

static void usual_range(const series_reading *r, const char *before, buffer *out)
{
    buffer_text(out, before);
    buffer_text(out, "its usual range");
    size_t mark = out->length;
    buffer_text(out, ", ");
    if (!sentence_range(r->measure, r->last->lower, r->last->upper, out) && !out->failed) {
        out->length = mark;
        out->data[mark] = 0;
    }
}

/* The reason as a clause: "the last 8 months are all above average". */
static void reason(const series_reading *r, buffer *out)
{
    const char *noun = sentence_period_noun(r->last->period);
    switch (r->rule) {
    case SPC_SHIFT:
        buffer_printf(out, "the last %zu %ss are all %s average", r->run, noun, r->high ? "above" : "below");
        break;
    case SPC_TREND:
        if (r->run > 1)
            buffer_printf(out, "it has %s %zu %ss in a row", r->high ? "risen" : "fallen", r->run, noun);
        else
            buffer_printf(out, "it ends a long %s", r->high ? "rise" : "fall");
        break;
    case SPC_TWO_OF_THREE:
        buffer_printf(out, "two of the last three %ss are at the %s edge of what is usual", noun,
                      r->high ? "upper" : "lower");
        break;
    case SPC_BEYOND_LIMITS: usual_range(r, r->high ? "it is above " : "it is below ", out); break;
    case SPC_NONE: buffer_printf(out, "it is unusually %s", r->high ? "high" : "low");
    }
}

static void sentence_variation(const series_reading *r, buffer *out)
{
    const char *noun = sentence_period_noun(r->last->period);
    if (r->last->estimated)
        return;
    if (r->last->over_open_band) {
        buffer_text(out, " That is beyond the longest wait that the published figures tell apart.");
        return;
    }
    switch (r->signal) {
    case SIGNAL_IMPROVEMENT: buffer_text(out, " That is improving: "); break;
    case SIGNAL_CONCERN: buffer_text(out, " That is a concern: "); break;
    case SIGNAL_HIGH:
    case SIGNAL_LOW: buffer_text(out, " That is a real change: "); break;
    case SIGNAL_COMMON_CAUSE:
        if (r->has_limits) {
            usual_range(r, " That is no real change: it is within ", out);
            buffer_char(out, '.');
        } else {
            buffer_text(out, " That is no real change.");
        }
        return;
    case SIGNAL_NONE:
        if (r->figures < r->needed)
            buffer_printf(out, " Too few %ss to tell whether it is changing: %zu of %zu needed.", noun, r->figures,
                          r->needed);
        else if (r->constant && r->figures > 1)
            buffer_printf(out, " It has been the same for %zu %ss.", r->figures, noun);
        else if (!r->has_limits)
            buffer_text(out,
                        " Whether that is a real change cannot be told: nearly all figures before it are the same, "
                        "so there is no usual range.");
        return;
    }
    reason(r, out);
    buffer_char(out, '.');
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static void sentence_none(const series_view *v, const series_reading *r, buffer *out)
{
    buffer_text(out, "No figures for ");
    sentence_organisation(r->org, out);
    if (v->count > 0) {
        char first[PERIOD_WORDS], last[PERIOD_WORDS];
        period_words(v->points[0].period, first);
        period_words(v->points[v->count - 1].period, last);
        buffer_printf(out, v->count > 1 ? " from %s to %s" : " for %s", first, last);
    }
    buffer_char(out, '.');
}

/* "No figure for March 2026." where the period right before the latest has none. */
static void sentence_hole(const series_view *v, const series_reading *r, buffer *out)
{
    if (r->before == NULL || r->last->period.months != r->before->period.months)
        return;
    int32_t months = r->last->period.months;
    int32_t holes = months < 1 ? 0 : (r->last->period.first_month - r->before->period.first_month) / months - 1;
    if (holes < 1)
        return;
    period first = r->before->period, last = r->last->period;
    char a[PERIOD_WORDS], b[PERIOD_WORDS];
    first.first_month += months;
    last.first_month -= months;
    period_words(first, a);
    period_words(last, b);
    if (holes == 1)
        buffer_printf(out, " No figure for %s.", a);
    else
        buffer_printf(out, " No figures from %s to %s.", a, b);
    (void)v;
}

/* A value beyond a limit that would show the same digits: the sentence takes as many decimals more as tell the two apart. */
static void tell_apart(series_reading *r, edition_measure *finer)
{
    static const double powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    if (r->rule != SPC_BEYOND_LIMITS || !r->has_limits || !isfinite(r->last->value) || r->measure->decimals < 0)
        return;
    const double limit = r->high ? r->last->upper : r->last->lower;
    int32_t decimals = r->measure->decimals;
    while (decimals < 6 && round(r->last->value * powers[decimals]) == round(limit * powers[decimals]))
        decimals++;
    if (decimals == r->measure->decimals)
        return;
    *finer = *r->measure;
    finer->decimals = decimals;
    r->measure = finer;
}

/* Of an organisation that became another only the figure is told, and with `succession` what became of it. */
static void sentence_whole(const series_view *v, bool succession, buffer *out)
{
    series_reading r;
    edition_measure finer;
    series_read(v, &r);
    if (r.last != NULL)
        tell_apart(&r, &finer);
    const char *became = r.org->became != NULL ? r.org->became : "";
    if (r.last == NULL)
        sentence_none(v, &r, out);
    else
        sentence_figure(&r, out);
    if ((became[0] != 0 && !succession) || (became[0] == 0 && series_closed(v)))
        return;
    if (became[0] != 0) {
        /* "Became part of ..." gets its subject; whatever it was doing, nobody can act on it there any more. */
        buffer_char(out, ' ');
        size_t from = out->length;
        sentence_organisation(r.org, out);
        buffer_char(out, ' ');
        bool capital = became[0] >= 'A' && became[0] <= 'Z' && strncmp(became, "NHS", 3) != 0;
        buffer_char(out, capital ? (char)(became[0] + 32) : became[0]);
        buffer_text(out, became + 1);
        finish_sentence(out, from);
        return;
    }
    if (r.last == NULL)
        return;
    sentence_variation(&r, out);
    sentence_hole(v, &r, out);
    sentence_targets(v, &r, out);
}

void sentence_series(const series_view *v, buffer *out)
{
    sentence_whole(v, true, out);
}

void sentence_series_alone(const series_view *v, buffer *out)
{
    sentence_whole(v, false, out);
}
