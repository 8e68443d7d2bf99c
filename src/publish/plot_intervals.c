/* Figures with their intervals, a row each: what is in the rows, and the words. plot_rows_svg.c and plot_rows_terminal.c draw them. */
#include "publish/plot_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool rows_has_value(const plot_interval_row *row)
{
    return isfinite(plot_sane(row->value));
}

bool rows_has_interval(const plot_interval_row *row)
{
    return isfinite(plot_sane(row->lower)) && isfinite(plot_sane(row->upper));
}

bool rows_has_outer(const plot_interval_row *row)
{
    return isfinite(plot_sane(row->outer_lower)) && isfinite(plot_sane(row->outer_upper));
}

frame_shape rows_shape(const rows_plot *r, const plot_interval_row *row)
{
    frame_shape shape = frame_shape_of(row->differs, r->p->better);
    return shape == SHAPE_USUAL ? SHAPE_PLAIN : shape;
}

static const char *group_of(const plot_interval_row *row)
{
    return plot_given(row->group) ? row->group : "";
}

bool rows_heading(const rows_plot *r, size_t i)
{
    const char *here = group_of(r->rows[i]);
    return here[0] != 0 && (i == 0 || strcmp(here, group_of(r->rows[i - 1])) != 0);
}

double rows_part(const rows_plot *r, double value)
{
    double part = (value - r->scale.low) / (r->scale.high - r->scale.low);
    return !(part > 0) ? 0 : part > 1 ? 1 : part;
}

/* ---- order ------------------------------------------------------------------------------------------ */

/* Highest first within stretches of one group; what has no figure last; equal ones as given. */
static int highest_first(const void *left, const void *right)
{
    const plot_interval_row *a = *(const plot_interval_row *const *)left, *b = *(const plot_interval_row *const *)right;
    bool x = rows_has_value(a), y = rows_has_value(b);
    if (x != y)
        return x ? -1 : 1;
    if (x && a->value != b->value)
        return a->value > b->value ? -1 : 1;
    return (a > b) - (a < b); /* both are of one array */
}

static int lowest_first(const void *left, const void *right)
{
    const plot_interval_row *a = *(const plot_interval_row *const *)left, *b = *(const plot_interval_row *const *)right;
    if (rows_has_value(a) && rows_has_value(b) && a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return highest_first(left, right);
}

static void rows_sort(rows_plot *r)
{
    for (size_t i = 0; i < r->count;) {
        size_t end = i + 1;
        while (end < r->count && strcmp(group_of(r->rows[i]), group_of(r->rows[end])) == 0)
            end++;
        qsort(r->rows + i, end - i, sizeof *r->rows, r->p->lowest_first ? lowest_first : highest_first);
        i = end;
    }
}

static bool rows_read(rows_plot *r)
{
    const plot_interval_input *p = r->p;
    frame *f = &r->f;
    r->rows = arena_array(&f->memory, p->count + 1, sizeof *r->rows);
    if (r->rows == NULL)
        return false;
    r->count = p->count;
    for (size_t i = 0; i < p->count; i++)
        r->rows[i] = &p->rows[i];
    if (p->sort)
        rows_sort(r);
    if (r->count > PLOT_MOST_ROWS)
        r->count = PLOT_MOST_ROWS;
    r->range = draw_range_empty();
    for (size_t i = 0; i < r->count; i++) {
        const plot_interval_row *row = r->rows[i];
        r->groups += rows_heading(r, i) ? 1 : 0;
        if (!rows_has_value(row))
            continue;
        r->figures++;
        r->high += row->differs > 0 ? 1 : 0;
        r->low += row->differs < 0 ? 1 : 0;
        draw_range_data(&r->range, row->value * f->factor);
        if (rows_has_interval(row)) {
            r->intervals++;
            draw_range_line(&r->range, row->lower * f->factor);
            draw_range_line(&r->range, row->upper * f->factor);
        }
        if (rows_has_outer(row)) {
            r->outer++;
            draw_range_line(&r->range, row->outer_lower * f->factor);
            draw_range_line(&r->range, row->outer_upper * f->factor);
        }
    }
    r->reference = plot_sane(p->reference * f->factor);
    if (isfinite(r->reference))
        draw_range_data(&r->range, r->reference);
    r->reference_name = plot_given(p->reference_name) ? p->reference_name : "Reference";
    r->interval_name = plot_given(p->interval_name) ? p->interval_name : "95% confidence interval";
    return true;
}

/* ---- words ------------------------------------------------------------------------------------------ */

const char *rows_figure(rows_plot *r, const plot_interval_row *row)
{
    if (!rows_has_value(row))
        return plot_given(row->remark) ? row->remark : "no figure";
    plot_figure(&r->f.unit, row->value * r->f.factor, r->scale.step / 2, frame_fresh(&r->f));
    return frame_keep(&r->f);
}

const char *rows_interval(rows_plot *r, const plot_interval_row *row)
{
    if (!rows_has_value(row) || !rows_has_interval(row))
        return "";
    plot_unit plain = r->f.unit;
    if (plain.kind == PLOT_PERCENT || plain.kind == PLOT_SHARE)
        plain.kind = PLOT_NUMBER; /* the sign stands behind the figure */
    buffer *out = frame_fresh(&r->f);
    plot_figure(&plain, row->lower * r->f.factor, r->scale.step / 2, out);
    buffer_text(out, " to ");
    plot_figure(&plain, row->upper * r->f.factor, r->scale.step / 2, out);
    return frame_keep(&r->f);
}

const char *rows_words(rows_plot *r, const plot_interval_row *row)
{
    const char *limits = rows_interval(r, row), *figure = rows_figure(r, row);
    return frame_text(&r->f, "%s%s%s: %s%s%s%s%s", group_of(row), group_of(row)[0] != 0 ? ", " : "",
                      row->name != NULL ? row->name : "", figure, limits[0] != 0 ? ", interval " : "", limits,
                      row->differs > 0   ? ", higher than chance explains"
                      : row->differs < 0 ? ", lower than chance explains"
                                         : "",
                      row->own ? ", this one" : "");
}

static const char *title_text(rows_plot *r)
{
    frame *f = &r->f;
    const plot_interval_row *low = NULL, *high = NULL;
    for (size_t i = 0; i < r->count; i++) {
        const plot_interval_row *row = r->rows[i];
        if (!rows_has_value(row))
            continue;
        low = low == NULL || row->value < low->value ? row : low;
        high = high == NULL || row->value > high->value ? row : high;
    }
    buffer *out = frame_fresh(f);
    if (r->high + r->low > 0) {
        if (r->high > 0)
            buffer_printf(out, "%zu higher", r->high);
        if (r->low > 0)
            buffer_printf(out, "%s%zu lower", r->high > 0 ? " and " : "", r->low);
        buffer_printf(out, " than %s, beyond chance", isfinite(r->reference) ? r->reference_name : "the rest");
    } else if (low == high || low == NULL) {
        plot_figure_words(&f->unit, low != NULL ? low->value * f->factor : (double)NAN, 0, out);
    } else {
        buffer_text(out, "From ");
        plot_figure(&f->unit, low->value * f->factor, 0, out);
        buffer_text(out, " to ");
        plot_figure_words(&f->unit, high->value * f->factor, 0, out);
        if (isfinite(r->reference)) {
            buffer_printf(out, "; %s ", r->reference_name);
            plot_figure(&f->unit, r->reference, 0, out);
        }
    }
    return frame_keep(f);
}

static void describe(rows_plot *r)
{
    frame *f = &r->f;
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_text(out, "Dot plot with ");
    plot_count(r->count, "row", "rows", out);
    buffer_text(out, ", a dot for each figure.");
    if (r->intervals > 0)
        buffer_printf(out,
                      " A bar through a dot is its %s: where the bars of two overlap much, their order may be chance.",
                      r->interval_name);
    if (r->outer > 0)
        buffer_text(out, " A thin line is the wider interval.");
    if (isfinite(r->reference)) {
        buffer_printf(out, " An upright line marks %s, ", r->reference_name);
        plot_figure_words(&f->unit, r->reference, 0, out);
        buffer_char(out, '.');
    }
    f->description = frame_keep(f);
}

void plot_intervals(const plot_interval_input *p, const plot_medium *medium, buffer *out)
{
    rows_plot r = {.p = p};
    frame_begin(&r.f, &p->words, medium, 0);
    if (!rows_read(&r))
        r.f.failed = true;
    if (!r.f.failed && r.figures == 0) {
        frame_sentence(&p->words, medium, "There are no figures to draw", out);
    } else if (!r.f.failed) {
        frame *f = &r.f;
        draw_scale_make(&r.range, plot_figure_unit(&f->unit), medium->form == PLOT_NARROW ? 3 : 4, 0, 1, &r.scale);
        f->subtitle = frame_subtitle(
            f, NULL, r.count < p->count ? frame_text(f, "the first %zu of %zu rows", r.count, p->count) : NULL);
        if (f->title == NULL)
            f->title = title_text(&r);
        describe(&r);
        if (r.intervals > 0) {
            const char *words =
                frame_text(f, "Bars: %s.%s", r.interval_name, r.outer > 0 ? " Thin lines: the wider interval." : "");
            f->note = f->note != NULL ? frame_text(f, "%s %s", words, f->note) : words;
        }
        if (medium->terminal)
            rows_draw_terminal(&r, out);
        else
            rows_draw_svg(&r, out);
    }
    out->failed = out->failed || r.f.failed || r.f.scratch.failed;
    frame_leave(&r.f);
}
