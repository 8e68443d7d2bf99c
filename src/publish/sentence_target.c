/* How the latest figure stands to what was asked for: the national target, what was agreed locally, or both side by side. */
#include "publish/sentence.h"

#include <math.h>
#include <string.h>

static void month_words(period by, buffer *out)
{
    char words[PERIOD_WORDS];
    if (by.kind == PERIOD_NONE)
        return;
    period_words(by, words);
    buffer_text(out, by.months == 1 ? " by " : " in ");
    buffer_text(out, words);
}

void sentence_target(const edition_measure *m, const edition_target *t, buffer *out)
{
    figure_level(m, t->level, out);
    month_words(t->by, out);
}

void sentence_aim(const edition_measure *m, const series_aim *a, buffer *out)
{
    figure_level(m, a->level, out);
    month_words(a->by, out);
}

static void target_words(const series_reading *r, buffer *out)
{
    if (r->target != NULL)
        sentence_target(r->measure, r->target, out);
    else
        figure_level(r->measure, r->level, out);
}

/* "363,381 people short", "29,425 people too many". */
static bool gap_words(const series_view *v, const series_reading *r, double level, buffer *out)
{
    int64_t missing;
    char grouped[NUMBER_TEXT];
    if (!sentence_gap_to(v, level, &missing) || missing == 0)
        return false;
    number_grouped(missing, grouped);
    const char *noun = sentence_gap_noun(r->measure);
    buffer_printf(out, "%s ", grouped);
    if (missing != 1 || sentence_one_noun(noun, out) == 0)
        buffer_text(out, noun);
    buffer_text(out, r->measure->better == BETTER_HIGHER ? " short" : " too many");
    return true;
}

/* The national target alone. */
static void sentence_national(const series_view *v, const series_reading *r, buffer *out)
{
    const char *assurance = v->series->assurance != NULL ? v->series->assurance : "";
    const char *noun = sentence_period_noun(r->last->period);
    if (!isfinite(r->level))
        return;
    if (r->judged && r->met) {
        buffer_text(out, " It meets the target of ");
        target_words(r, out);
        if (strcmp(assurance, "pass") == 0)
            buffer_text(out, ", and will consistently do so unless something changes");
        else if (strcmp(assurance, "hit-and-miss") == 0)
            buffer_printf(out, ", but may miss it in other %ss", noun);
        else if (strcmp(assurance, "fail") == 0)
            buffer_text(out, ", but its usual range lies short of it");
        buffer_char(out, '.');
        return;
    }
    buffer_text(out, " The target is ");
    target_words(r, out);
    if (r->judged) {
        size_t mark = out->length;
        buffer_text(out, ": ");
        bool any = !r->met && gap_words(v, r, r->level, out);
        const char *link = any ? ", and " : "";
        if (strcmp(assurance, "fail") == 0)
            buffer_printf(out, "%sit will consistently be missed unless something changes", link);
        else if (strcmp(assurance, "hit-and-miss") == 0)
            buffer_printf(out, "%sit may be met in some %ss and missed in others", link, noun);
        else if (strcmp(assurance, "pass") == 0)
            buffer_printf(out, "%sits usual range meets it", any ? ", but " : "");
        else if (!any && !out->failed) {
            out->length = mark;
            out->data[mark] = 0;
        }
    }
    buffer_char(out, '.');
}

/* ---- several at once -------------------------------------------------------------------------------- */

#define ASKED_MOST 4 /* in one sentence; a scorecard and the table below a chart have them all */

/* One level that is asked for, whoever set it. */
typedef struct asked {
    const series_aim *aim; /* NULL: the edition's own target */
    double level;
    const char *assurance;
    bool met;
} asked;

static size_t asked_read(const series_view *v, const series_reading *r, asked list[ASKED_MOST])
{
    size_t n = 0;
    if (isfinite(r->level))
        list[n++] = (asked){.level = r->level, .assurance = v->series->assurance};
    for (size_t i = 0; i < v->aim_count && n < ASKED_MOST; i++)
        list[n++] = (asked){.aim = &v->aims[i], .level = v->aims[i].level, .assurance = v->aims[i].assurance};
    for (size_t i = 0; i < n; i++) {
        list[i].met =
            r->measure->better == BETTER_HIGHER ? r->last->value >= list[i].level : r->last->value <= list[i].level;
        if (list[i].assurance == NULL)
            list[i].assurance = "";
    }
    return n;
}

/* "the national target", "what the system agreed". */
static const char *asked_noun(const asked *a)
{
    if (a->aim == NULL || a->aim->tier == AIM_NATIONAL)
        return "the national target";
    return a->aim->tier == AIM_REGIONAL ? "the regional target"
           : a->aim->by_system          ? "what the system agreed"
                                        : "what was agreed locally";
}

static bool is_target(const asked *a)
{
    return a->aim == NULL || a->aim->tier != AIM_LOCAL;
}

static void asked_level(const series_reading *r, const asked *a, buffer *out)
{
    if (a->aim != NULL)
        sentence_aim(r->measure, a->aim, out);
    else
        target_words(r, out);
}

/* "below the national target of 78% by March 2026 (524 attendances short)", "above what the system agreed (70% by June 2026: met)" */
static void asked_place(const series_view *v, const series_reading *r, const asked *a, buffer *out)
{
    const double value = r->last->value;
    buffer_printf(out, "%s %s%s",
                  value > a->level   ? "above"
                  : value < a->level ? "below"
                                     : "level with",
                  asked_noun(a), is_target(a) ? " of " : " (");
    asked_level(r, a, out);
    if (r->judged) {
        buffer_text(out, is_target(a) ? " (" : ": ");
        if (a->met)
            buffer_text(out, "met");
        else if (!gap_words(v, r, a->level, out))
            buffer_text(out, "not met");
    }
    if (r->judged || !is_target(a))
        buffer_char(out, ')');
}

static void places(const series_view *v, const series_reading *r, const asked *list, size_t n, buffer *out)
{
    buffer_text(out, " The latest figure is ");
    for (size_t i = 0; i < n; i++) {
        buffer_text(out, i == 0 ? "" : i + 1 < n ? ", " : " and ");
        asked_place(v, r, &list[i], out);
    }
    buffer_char(out, '.');
}

/* Where the latest figure cannot be set beside a level: "The national target is 18 weeks, and the system agreed 25 weeks by June 2026." */
static void levels_only(const series_reading *r, const asked *list, size_t n, buffer *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t from = out->length;
        buffer_text(out, i == 0 ? " " : i + 1 < n ? ", " : ", and ");
        from += i == 0;
        buffer_printf(out, "%s is ", asked_noun(&list[i]));
        asked_level(r, &list[i], out);
        if (i == 0 && !out->failed)
            out->data[from] = (char)(out->data[from] - 32);
    }
    buffer_char(out, '.');
}

/* What is to be expected of it, after its name; NULL where nothing is known. */
static const char *expected(const asked *a)
{
    if (strcmp(a->assurance, "fail") == 0)
        return a->met ? "was met, but the usual range lies short of it"
                      : "will consistently be missed unless something changes";
    if (strcmp(a->assurance, "pass") == 0)
        return a->met ? "will consistently be met unless something changes"
                      : "was not met, but the usual range meets it";
    return strcmp(a->assurance, "hit-and-miss") == 0 ? "may be met in some %ss and missed in others" : NULL;
}

static void expected_words(const series_reading *r, const char *what, buffer *out)
{
    const char *mark = strstr(what, "%s");
    if (mark == NULL) {
        buffer_text(out, what);
        return;
    }
    buffer_put(out, what, (size_t)(mark - what));
    buffer_text(out, sentence_period_noun(r->last->period));
    buffer_text(out, mark + 2);
}

static void expectations(const series_reading *r, const asked *list, size_t n, buffer *out)
{
    size_t told = 0, same = 1;
    const char *first = expected(&list[0]);
    for (size_t i = 1; i < n; i++)
        same += first != NULL && expected(&list[i]) != NULL && strcmp(first, expected(&list[i])) == 0;
    if (n > 1 && same == n && strncmp(first, "was", 3) != 0) {
        buffer_text(out, n == 2 ? " Both " : " All of them ");
        expected_words(r, first, out);
        buffer_char(out, '.');
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *what = expected(&list[i]);
        if (what == NULL)
            continue;
        size_t from = out->length + 1;
        buffer_text(out, told == 0 ? " " : "; ");
        if (n == 1)
            buffer_text(out, "It ");
        else
            buffer_printf(out, "%s ", asked_noun(&list[i]));
        if (told++ == 0 && n > 1 && !out->failed)
            out->data[from] = (char)(out->data[from] - 32);
        expected_words(r, what, out);
    }
    if (told > 0)
        buffer_char(out, '.');
}

/* What the way there asks of the latest month, where that is not the level in the end. */
static void ways(const series_reading *r, const asked *list, size_t n, buffer *out)
{
    char when[PERIOD_WORDS];
    for (size_t i = 0; i < n; i++) {
        const series_aim *a = list[i].aim;
        const double due = a == NULL || !series_aim_has_way(a) ? (double)NAN : series_aim_level(a, r->last->period);
        if (isnan(due) || due == a->level || !r->judged)
            continue;
        const bool met = r->measure->better == BETTER_HIGHER ? r->last->value >= due : r->last->value <= due;
        period_words(r->last->period, when);
        buffer_printf(out, " On the way there, the level agreed for %s was ", when);
        figure_level(r->measure, due, out);
        buffer_text(out, met ? ": reached." : ": not reached.");
    }
}

void sentence_targets(const series_view *v, const series_reading *r, buffer *out)
{
    asked list[ASKED_MOST];
    if (v->aim_count == 0) {
        sentence_national(v, r, out);
        return;
    }
    const size_t n = asked_read(v, r, list);
    if (!isfinite(r->last->value)) {
        levels_only(r, list, n, out);
        return;
    }
    places(v, r, list, n, out);
    if (r->judged) {
        expectations(r, list, n, out);
        ways(r, list, n, out);
    }
}
