/* Survival curves of life tables: how many of 100,000 born alive reach each age. */
#include "publish/plot_frame.h"

#include <math.h>
#include <string.h>

void plot_life_survivors(const double *population, const double *deaths, double survivors[LIFE_BANDS])
{
    double alive = 100000;
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        survivors[i] = alive;
        if (i + 1 == LIFE_BANDS)
            break;
        const double width = life_band_start[i + 1] - life_band_start[i], share = i == 0 ? 0.1 : 0.5;
        const double m = population[i] > 0 && deaths[i] >= 0 ? deaths[i] / population[i] : (double)NAN;
        const double q = isnan(m)                                    ? (double)NAN
                         : deaths[i] > population[i] / width / share ? 1
                                                                     : m * width / (1 + m * width * (1 - share));
        alive *= 1 - q;
    }
}

static bool any_curve(const plot_life_series *s)
{
    size_t n = 0;
    for (size_t i = 0; i < LIFE_BANDS; i++)
        n += isfinite(plot_sane(s->survivors[i])) ? 1 : 0;
    return n > 1;
}

static const char *name_of(frame *f, const plot_life_series *s, size_t i)
{
    return plot_given(s->name) ? s->name : frame_text(f, "Table %zu", i + 1);
}

static const char *title_text(frame *f, const plot_life_input *p, size_t count)
{
    const plot_unit years = {.kind = PLOT_NUMBER};
    size_t said = 0;
    for (size_t i = 0; i < count; i++)
        said += isfinite(plot_sane(p->series[i].at_birth.value)) ? 1 : 0;
    if (said == 0 || said > 3)
        return "Survival by age";
    const char *names[PLOT_MOST_LINES];
    for (size_t i = 0; i < count; i++)
        names[i] = name_of(f, &p->series[i], i);
    buffer *out = frame_fresh(f);
    buffer_text(out, "Life expectancy at birth: ");
    said = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(plot_sane(p->series[i].at_birth.value)))
            continue;
        buffer_text(out, said++ > 0 ? ", " : "");
        if (count > 1 || plot_given(p->series[i].name))
            buffer_printf(out, "%s ", names[i]);
        plot_figure(&years, p->series[i].at_birth.value, 0, out);
    }
    buffer_text(out, " years");
    return frame_keep(f);
}

static void add_curves(frame *f, const plot_life_input *p, size_t count)
{
    for (size_t s = 0; s < count && !f->failed; s++) {
        double *x = frame_array(f, LIFE_BANDS), *y = frame_array(f, LIFE_BANDS);
        if (f->failed)
            return;
        double last = NAN;
        for (size_t i = 0; i < LIFE_BANDS; i++) {
            x[i] = life_band_start[i];
            y[i] = plot_sane(p->series[s].survivors[i] / 1000);
            last = isfinite(y[i]) ? y[i] : last;
        }
        static const char *const classes[] = {"plot-text-1", "plot-text-2", "plot-text-3",
                                              "plot-text-4", "plot-text-5", "plot-text-6"};
        static const char *const colours[] = {"#005eb8", "#b84a00", "#6a2c91", "#425563", "#8b1538", "#4c6272"};
        frame_line_add(f, (frame_style)(STYLE_SERIES_1 + (int)s), x, y, LIFE_BANDS);
        const char *name = name_of(f, &p->series[s], s);
        plot_figure(&f->unit, last, 0, frame_fresh(f));
        frame_label_add(f, last, frame_text(f, "%.36s %s", name, frame_keep(f)), NULL, classes[s], colours[s], false);
    }
}

/* One thing to hear per age: everybody's share. */
static void add_words(frame *f, const plot_life_input *p, size_t count)
{
    const char *names[PLOT_MOST_LINES];
    for (size_t s = 0; s < count; s++)
        names[s] = name_of(f, &p->series[s], s);
    for (size_t i = 0; i < LIFE_BANDS && !f->failed; i++) {
        buffer *out = frame_fresh(f);
        buffer_printf(out, "Age %d: ", (int)life_band_start[i]);
        for (size_t s = 0; s < count; s++) {
            buffer_text(out, s > 0 ? ", " : "");
            buffer_printf(out, "%s ", names[s]);
            plot_figure(&f->unit, plot_sane(p->series[s].survivors[i] / 1000), 0, out);
        }
        const char *words = frame_keep(f);
        frame_mark_add(f, life_band_start[i], (double)NAN, SHAPE_NONE)->words = words;
    }
}

static void describe(frame *f, const plot_life_input *p, size_t count)
{
    const char *names[PLOT_MOST_LINES];
    const plot_unit years = {.kind = PLOT_NUMBER};
    for (size_t s = 0; s < count; s++)
        names[s] = name_of(f, &p->series[s], s);
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_text(out, "Survival curves: the share of people born alive who reach each age, if they met today's death "
                     "rates all their lives.");
    for (size_t s = 0; s < count; s++) {
        const interval *e = &p->series[s].at_birth;
        if (!isfinite(plot_sane(e->value)))
            continue;
        buffer_printf(out, " %s: life expectancy at birth ", names[s]);
        plot_figure(&years, e->value, 0, out);
        buffer_text(out, " years");
        if (isfinite(plot_sane(e->lower)) && isfinite(plot_sane(e->upper))) {
            buffer_text(out, " (");
            plot_figure(&years, e->lower, 0, out);
            buffer_text(out, " to ");
            plot_figure(&years, e->upper, 0, out);
            buffer_char(out, ')');
        }
        buffer_char(out, '.');
    }
    f->description = frame_keep(f);
}

void plot_life_table(const plot_life_input *p, const plot_medium *medium, buffer *out)
{
    size_t count = p->count < PLOT_MOST_LINES ? p->count : PLOT_MOST_LINES, curves = 0;
    for (size_t s = 0; s < count; s++)
        curves += any_curve(&p->series[s]) ? 1 : 0;
    if (curves == 0) {
        frame_sentence(&p->words, medium, "There is no life table to draw", out);
        return;
    }
    frame f;
    frame_begin(&f, &p->words, medium, LIFE_BANDS);
    f.unit = (plot_unit){.kind = PLOT_PERCENT};
    f.factor = 1;
    f.height = 260;
    f.columns = f.x_set = true;
    f.x_low = 0;
    f.x_high = 90;
    f.x_name = plot_given(p->words.x_name) ? p->words.x_name : "Age in years";
    f.subtitle =
        frame_subtitle(&f, "share of people who reach each age",
                       p->count > count ? frame_text(&f, "the first %zu of %zu tables", count, p->count) : NULL);
    if (f.title == NULL)
        f.title = title_text(&f, p, count);
    describe(&f, p, count);
    draw_range_data(&f.range, 0);
    draw_range_data(&f.range, 100);
    add_curves(&f, p, count);
    add_words(&f, p, count);
    frame_draw(&f, out);
}
