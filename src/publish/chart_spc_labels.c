/* The words on an SPC chart: names of lines where they end, what is unusual where it is, and what the shapes mean. */
#include "publish/chart_spc.h"

#include <math.h>
#include <string.h>

/* ---- labels at the right ---------------------------------------------------------------------------- */

static void label_text(const spc_plot *c, char out[SPC_LABEL_TEXT])
{
    size_t n = c->words.length < SPC_LABEL_TEXT - 1 ? c->words.length : SPC_LABEL_TEXT - 1;
    while (n > 0 && n < c->words.length && ((unsigned char)spc_words(c)[n] & 0xc0) == 0x80)
        n--;
    memcpy(out, spc_words(c), n);
    out[n] = 0;
}

/* Starts a label at a level; its first line is what stands in the scratch. */
static spc_label *label_add(spc_plot *c, double value, const char *class_name, const char *colour)
{
    spc_label *label = &c->labels[c->label_count++];
    *label = (spc_label){.value = value, .line_count = 1, .class_name = class_name, .colour = colour};
    label_text(c, label->lines[0]);
    return label;
}

static void label_second_line(const spc_plot *c, spc_label *label)
{
    label_text(c, label->lines[1]);
    label->line_count = 2;
}

/* "Average 59.6%" in one line, or in two on a phone. A limit that the chart cannot show says where it is instead. */
static void label_level(spc_plot *c, const char *name, double value, const char *cut, const char *class_name,
                        const char *colour)
{
    bool narrow = c->form == CHART_NARROW;
    buffer *words = spc_fresh(c);
    buffer_text(words, name);
    if (narrow) {
        spc_label *label = label_add(c, value, class_name, colour);
        words = spc_fresh(c);
        buffer_text(words, cut);
        figure_bare(c->content.reading.measure, cut[0] == 0 ? value : cut[0] == 'o' ? 100 : 0, false, words);
        label_second_line(c, label);
        return;
    }
    buffer_char(words, ' ');
    buffer_text(words, cut);
    figure_bare(c->content.reading.measure, cut[0] == 0 ? value : cut[0] == 'o' ? 100 : 0, false, words);
    (void)label_add(c, value, class_name, colour);
}

static void label_target(spc_plot *c, double target)
{
    const series_reading *r = &c->content.reading;
    buffer *words = spc_fresh(c);
    buffer_text(words, c->all->aim_count == 0    ? "Target "
                       : c->form == CHART_NARROW ? "National "
                                                 : "National target: ");
    figure_level(r->measure, target, words);
    spc_label *label = label_add(c, target, "chart-target-text", DRAW_TARGET);
    if (r->target != NULL && r->target->level == target && r->target->by.kind != PERIOD_NONE) {
        char when[PERIOD_WORDS];
        period_words(r->target->by, when);
        words = spc_fresh(c);
        buffer_text(words, r->target->by.months == 1 ? "by " : "in ");
        buffer_text(words, when);
        label_second_line(c, label);
    }
}

/* "Agreed locally: 70%" over "by June 2026"; on the way there "Agreed locally: 1.7% now," over "1% by June 2026". */
static void label_aim(spc_plot *c, const series_aim *a)
{
    static const char *const names[][3] = {{"Agreed locally: ", "Regional target: ", "National target: "},
                                           {"Agreed ", "Regional ", "National "}};
    const edition_measure *m = c->content.reading.measure;
    double drawn = NAN;
    char when[PERIOD_WORDS];
    for (size_t i = 0; i < c->view->count; i++) {
        const double level = series_aim_level(a, c->view->points[i].period);
        drawn = isfinite(level) ? level : drawn;
    }
    if (!isfinite(drawn))
        return;
    const bool on_the_way = drawn != a->level;
    buffer *words = spc_fresh(c);
    buffer_text(words, names[c->form == CHART_NARROW][a->tier]);
    figure_level(m, drawn, words);
    buffer_text(words, on_the_way ? " now," : "");
    const bool national = a->tier == AIM_NATIONAL;
    spc_label *label =
        label_add(c, drawn, national ? "chart-target-text" : "chart-agreed-text", national ? DRAW_TARGET : DRAW_AGREED);
    words = spc_fresh(c);
    if (on_the_way)
        figure_level(m, a->level, words);
    if (a->by.kind != PERIOD_NONE) {
        period_words(a->by, when);
        buffer_printf(words, "%s%s %s", on_the_way ? " " : "", a->by.months == 1 ? "by" : "in", when);
    }
    if (words->length > 0)
        label_second_line(c, label);
}

double spc_labels_make(spc_plot *c)
{
    const series_reading *r = &c->content.reading;
    const series_view *v = c->view;
    const edition_point *end = NULL; /* the last point with an average: a chart may end with a gap */
    double target = NAN, gutter = 0;
    for (size_t i = 0; i < v->count; i++) {
        if (isfinite(v->points[i].mean))
            end = &v->points[i];
        if (isfinite(v->points[i].target))
            target = v->points[i].target;
    }
    c->label_count = 0;
    if (end != NULL && c->show_mean) {
        label_level(c, "Average", end->mean, "", "chart-ink", DRAW_INK);
        if (isfinite(end->lower) && isfinite(end->upper)) {
            bool narrow = c->form == CHART_NARROW, percent = figure_unit_of(r->measure) == FIGURE_PERCENT;
            label_level(c, narrow ? "Upper" : "Upper limit", end->upper, percent && c->content.upper_cut ? "over " : "",
                        "chart-soft", DRAW_SOFT);
            label_level(c, narrow ? "Lower" : "Lower limit", end->lower, c->content.lower_cut ? "below " : "",
                        "chart-soft", DRAW_SOFT);
        }
    }
    for (size_t i = 0; i < spc_aims_drawn(v); i++)
        if (v->aims[i].tier == AIM_NATIONAL && v->aims[i].level == target)
            target = NAN; /* its own label says the same, and by when */
    if (isfinite(target))
        label_target(c, target);
    for (size_t i = 0; i < spc_aims_drawn(v); i++)
        label_aim(c, &v->aims[i]);
    if (r->last != NULL) {
        bool special = r->signal > SIGNAL_COMMON_CAUSE;
        figure_words(r->measure, r->last->value, r->last->over_open_band, spc_fresh(c));
        label_add(c, spc_point_value(r->last), special ? draw_signal_class(r->signal) : "chart-ink",
                  special ? draw_signal_colour(r->signal) : DRAW_INK)
            ->bold = true;
    }
    for (size_t i = 0; i < c->label_count; i++)
        for (size_t k = 0; k < c->labels[i].line_count; k++)
            gutter =
                fmax(gutter, draw_text_width(c->labels[i].lines[k], c->labels[i].bold ? 17 : 14, c->labels[i].bold));
    return gutter;
}

static void draw_one_label(const spc_plot *c, const spc_label *label, double y, buffer *out)
{
    double x = c->right + 18;
    if (spc_inside(&c->scale, label->value)) {
        buffer_text(out, "<path class=\"chart-leader\" stroke=\"#aeb7bd\" fill=\"none\" d=\"");
        draw_move('M', c->right + 2, label->y, out);
        draw_move('L', c->right + 6, label->y, out);
        draw_move('L', c->right + 11, y, out);
        draw_move('L', x - 3, y, out);
        buffer_text(out, "\"/>");
    }
    double first = y - (label->line_count == 2 ? 8.5 : 0) + (label->bold ? 6 : 5);
    for (size_t k = 0; k < label->line_count; k++) {
        buffer_text(out, "<text");
        draw_attribute("x", x, out);
        draw_attribute("y", first + 17 * (double)k, out);
        buffer_text(out, label->bold ? " font-size=\"17\" font-weight=\"700\" class=\"chart-label "
                                     : " class=\"chart-label ");
        buffer_text(out, label->class_name);
        buffer_text(out, "\" fill=\"");
        buffer_text(out, label->colour);
        buffer_text(out, "\">");
        draw_text(label->lines[k], out);
        buffer_text(out, "</text>");
    }
}

void spc_labels_draw(spc_plot *c, buffer *out)
{
    draw_place places[SPC_MOST_LABELS];
    spc_label *labels = c->labels;
    size_t n = c->label_count;
    for (size_t i = 0; i < n; i++)
        labels[i].y = draw_y(&c->scale, labels[i].value);
    /* From the top down, by value where the plot cuts two to one height; few, so the plainest sort. */
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && labels[k].value > labels[k - 1].value; k--) {
            spc_label moved = labels[k];
            labels[k] = labels[k - 1];
            labels[k - 1] = moved;
        }
    for (size_t i = 0; i < n; i++)
        places[i] = (draw_place){.wanted = labels[i].y,
                                 .height = labels[i].bold              ? 21
                                           : labels[i].line_count == 2 ? 35
                                                                       : 18};
    draw_places(places, n, c->top - 14, c->bottom + 34);
    for (size_t i = 0; i < n; i++)
        draw_one_label(c, &labels[i], places[i].y, out);
}

/* ---- words inside the plot -------------------------------------------------------------------------- */

/* Would text in that box touch a figure or the line between two? */
static bool box_is_clear(const spc_plot *c, double left, double right, double top, double bottom)
{
    const series_view *v = c->view;
    if (left < c->left || right > c->right || top < c->top - 8 || bottom > c->bottom)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        const edition_point *p = &v->points[i], *q = i + 1 < v->count ? &v->points[i + 1] : NULL;
        const double target = isfinite(p->target) ? draw_y(&c->scale, p->target) : (double)NAN;
        if (spc_end(c, p) > left && spc_start(c, p) < right && target > top - 2 && target < bottom + 2)
            return false;
        if (!series_has_figure(p))
            continue;
        double x = spc_x(c, i), y = draw_y(&c->scale, spc_point_value(p));
        if (x > left - 7 && x < right + 7 && y > top - 7 && y < bottom + 7)
            return false;
        if (q == NULL || !series_has_figure(q))
            continue;
        double x2 = spc_x(c, i + 1), y2 = draw_y(&c->scale, spc_point_value(q));
        if (x2 > left && x < right && fmax(y, y2) > top && fmin(y, y2) < bottom)
            return false;
    }
    return true;
}

/* "estimated", beside the first stretch of estimated points where there is room; the key says it too. */
static void draw_estimated_label(const spc_plot *c, buffer *out)
{
    const series_view *v = c->view;
    size_t first = 0;
    while (first < v->count && !(series_has_figure(&v->points[first]) && v->points[first].estimated))
        first++;
    if (first == v->count)
        return;
    double highest = c->bottom, lowest = c->top, x = spc_x(c, first), last_x = x;
    for (size_t i = first; i < v->count && (v->points[i].estimated || !series_has_figure(&v->points[i])); i++) {
        if (!series_has_figure(&v->points[i]))
            continue;
        double y = draw_y(&c->scale, spc_point_value(&v->points[i]));
        last_x = spc_x(c, i);
        highest = fmin(highest, y);
        lowest = fmax(lowest, y);
    }
    double half = draw_text_width("estimated", 14, false) / 2, middle = fmax((x + last_x) / 2, c->left + 4 + half);
    const double baselines[] = {highest - 12, lowest + 22, highest - 30, lowest + 40};
    for (size_t i = 0; i < sizeof baselines / sizeof *baselines; i++)
        if (box_is_clear(c, middle - half, middle + half, baselines[i] - 12, baselines[i] + 3)) {
            draw_label(middle, baselines[i], "middle", "chart-soft", DRAW_SOFT, "estimated", out);
            return;
        }
}

/* The level of each earlier step of a target, above or below its line where there is room; the last is labelled at the right. */
static void draw_target_steps(spc_plot *c, buffer *out)
{
    size_t at = 0, first, last;
    while (spc_stretch_next(c->view, LEVEL_TARGET, &at, &first, &last)) {
        size_t ahead = at, next_first, next_last;
        double value = c->view->points[first].target, y = draw_y(&c->scale, value),
               x = spc_start(c, &c->view->points[first]) + 4;
        if (!spc_stretch_next(c->view, LEVEL_TARGET, &ahead, &next_first, &next_last))
            return;
        buffer *words = spc_fresh(c);
        buffer_text(words, "Target ");
        figure_level(c->content.reading.measure, value, words);
        double width = draw_text_width(spc_words(c), 14, false), end = spc_end(c, &c->view->points[last]);
        const double baselines[] = {y - 6, y + 17};
        for (size_t i = 0; i < 2 && x + width < end; i++)
            if (box_is_clear(c, x, x + width, baselines[i] - 12, baselines[i] + 3)) {
                draw_label(x, baselines[i], "start", "chart-target-text", DRAW_TARGET, spc_words(c), out);
                break;
            }
    }
}

void spc_notes_draw(spc_plot *c, buffer *out)
{
    draw_estimated_label(c, out);
    draw_target_steps(c, out);
}

/* ---- the key: what the shapes mean, only those that occur --------------------------------------------- */

void spc_key_make(spc_plot *c)
{
    const spc_content *k = &c->content;
    const series_reading *r = &k->reading;
    spc_key *keys = c->keys;
    size_t n = 0;
    if (k->improvements > 0)
        keys[n++] = (spc_key){SPC_KEY_IMPROVEMENT, "Improvement"};
    if (k->concerns > 0)
        keys[n++] = (spc_key){SPC_KEY_CONCERN, "Concern"};
    if (k->highs + k->lows > 0)
        keys[n++] = (spc_key){SPC_KEY_NEUTRAL, "Unusually high or low"};
    if (k->any_limits && k->common > 0)
        keys[n++] = (spc_key){SPC_KEY_COMMON, "Usual variation"};
    if (k->any_limits)
        keys[n++] = (spc_key){SPC_KEY_BAND, "Usual range"};
    if (k->estimated > 0)
        keys[n++] = (spc_key){SPC_KEY_ESTIMATED, "Estimated"};
    if (k->revised > 0)
        keys[n++] = (spc_key){SPC_KEY_REVISED, c->form == CHART_NARROW ? "Revised" : "Revised since first published"};
    if (k->open_band > 0)
        keys[n++] = (spc_key){SPC_KEY_OPEN_BAND, "104 weeks or more"};
    if (!k->any_limits && r->figures == 0 && k->estimated > 0) {
        keys[n++] = (spc_key){SPC_KEY_WORDS, "Estimates are not judged"};
    } else if (!k->any_limits && r->figures < r->needed) {
        (void)snprintf(c->key_text, sizeof c->key_text, "Limits appear from %zu %ss", r->needed,
                       sentence_period_noun(r->last->period));
        keys[n++] = (spc_key){SPC_KEY_WORDS, c->key_text};
    }
    c->key_count = n;
}

/* Where the words start after the mark. */
static double key_indent(spc_key_mark mark)
{
    return mark == SPC_KEY_WORDS ? 0 : mark == SPC_KEY_BAND ? 32 : 20;
}

static double key_width(const spc_key *key)
{
    return key_indent(key->mark) + draw_text_width(key->words, 14, false);
}

static void draw_key_mark(const spc_key *key, double x, double y, buffer *out)
{
    const edition_point open_band = {.over_open_band = true}, estimated = {.estimated = true};
    switch (key->mark) {
    case SPC_KEY_IMPROVEMENT: draw_mark(SIGNAL_IMPROVEMENT, x + 7, y - 5, 1, out); break;
    case SPC_KEY_CONCERN: draw_mark(SIGNAL_CONCERN, x + 7, y - 5, 1, out); break;
    case SPC_KEY_NEUTRAL: draw_mark(SIGNAL_HIGH, x + 7, y - 5, 1, out); break;
    case SPC_KEY_COMMON: draw_mark(SIGNAL_COMMON_CAUSE, x + 7, y - 5, 1, out); break;
    case SPC_KEY_ESTIMATED: spc_open_mark(&estimated, x + 7, y - 5, 1, out); break;
    case SPC_KEY_OPEN_BAND: spc_open_mark(&open_band, x + 7, y - 5, 1, out); break;
    case SPC_KEY_REVISED:
        draw_mark(SIGNAL_COMMON_CAUSE, x + 7, y - 5, 1, out);
        spc_ring(x + 7, y - 5, 6, out);
        break;
    case SPC_KEY_BAND:
        buffer_text(out, "<rect class=\"chart-band\" fill=\"" DRAW_BAND "\" width=\"26\" height=\"14\"");
        draw_attribute("x", x, out);
        draw_attribute("y", y - 12, out);
        buffer_text(out, "/><path class=\"chart-limit\" stroke=\"" DRAW_LINE
                         "\" fill=\"none\" stroke-dasharray=\"5 3\" d=\"");
        draw_move('M', x, y - 12, out);
        buffer_text(out, "h26");
        draw_move('M', x, y + 2, out);
        buffer_text(out, "h26\"/>");
        break;
    case SPC_KEY_WORDS: break;
    }
}

size_t spc_key_rows(const spc_plot *c)
{
    size_t rows = c->key_count > 0;
    double x = 8;
    for (size_t i = 0; i < c->key_count; i++) {
        if (x > 8 && x + key_width(&c->keys[i]) > c->width - 8) {
            rows++;
            x = 8;
        }
        x += key_width(&c->keys[i]) + 20;
    }
    return rows;
}

void spc_key_draw(const spc_plot *c, double y, buffer *out)
{
    double x = 8;
    for (size_t i = 0; i < c->key_count; i++) {
        const spc_key *key = &c->keys[i];
        if (x > 8 && x + key_width(key) > c->width - 8) {
            x = 8;
            y += 20;
        }
        draw_key_mark(key, x, y, out);
        draw_label(x + key_indent(key->mark), y, "start", "chart-soft", DRAW_SOFT, key->words, out);
        x += key_width(key) + 20;
    }
}
