/* Many tests at once: p-values in order, against the line of Benjamini and Hochberg. */
#include "publish/plot_frame.h"

#include <math.h>
#include <stdlib.h>

enum { NAMED = 6 };

typedef struct test {
    double p;
    size_t row;
} test;

static int by_p(const void *left, const void *right)
{
    const test *a = left, *b = right;
    if (a->p != b->p)
        return a->p < b->p ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static double log_p(double p)
{
    return log10(p < 1e-12 ? 1e-12 : p);
}

typedef struct content {
    const plot_fdr_input *p;
    test *tests;
    size_t count, called, drawn;
    double rate;
} content;

static bool content_read(const plot_fdr_input *p, frame *f, content *c)
{
    *c = (content){.p = p, .rate = p->rate > 0 && p->rate < 1 ? p->rate : 0.05};
    c->tests = arena_array(&f->memory, p->count + 1, sizeof *c->tests);
    if (c->tests == NULL)
        return false;
    for (size_t i = 0; i < p->count; i++)
        if (p->p[i] >= 0 && p->p[i] <= 1)
            c->tests[c->count++] = (test){p->p[i], i};
    qsort(c->tests, c->count, sizeof *c->tests, by_p);
    for (size_t i = c->count; i-- > 0 && c->called == 0;)
        if (c->tests[i].p * (double)c->count / (double)(i + 1) <= c->rate)
            c->called = i + 1;
    return true;
}

static void rate_text(double rate, buffer *out)
{
    buffer_number(out, round(rate * 1e6) / 1e4);
    buffer_char(out, '%');
}

static const char *title_text(frame *f, const content *c)
{
    buffer *out = frame_fresh(f);
    if (c->called == 0) {
        buffer_text(out, "None of ");
        plot_count(c->count, "test", "tests", out);
        buffer_text(out, " stands out from chance");
    } else {
        buffer_printf(out, "%zu of ", c->called);
        plot_count(c->count, "test", "tests", out);
        buffer_text(out, c->called == 1 ? " stands out" : " stand out");
        double chance = c->rate * (double)c->called;
        if (chance >= 0.5) {
            buffer_text(out, "; expect about ");
            figure_fixed(chance, chance < 10 && chance != floor(chance) ? 1 : 0, true, "-", out);
            buffer_text(out, " of them to be chance");
        }
    }
    return frame_keep(f);
}

static void add_line(frame *f, const content *c)
{
    enum { STEPS = 200 };
    size_t n = c->count < STEPS ? c->count : STEPS;
    double *x = frame_array(f, n), *y = frame_array(f, n);
    if (f->failed)
        return;
    /* Near the first ranks the logarithm bends: the points of the line stand at ranks that grow in proportion. */
    size_t used = 0;
    double rank = 1, growth = pow((double)c->count, 1 / fmax((double)n - 1, 1));
    for (size_t i = 0; i < n; i++, rank *= growth) {
        double at = i + 1 == n ? (double)c->count : floor(rank + 1e-9);
        if (used > 0 && at <= x[used - 1])
            continue;
        x[used] = at;
        y[used++] = log_p(c->rate * at / (double)c->count);
    }
    frame_line_add(f, STYLE_TARGET, x, y, used);
    rate_text(c->rate, frame_fresh(f));
    const char *rate = frame_keep(f);
    frame_label_add(f, y[used - 1], frame_text(f, "%s line", rate), NULL, "chart-target-text", DRAW_TARGET, false);
}

static void add_points(frame *f, content *c)
{
    size_t plain = c->count - c->called, room = c->called < PLOT_MOST_POINTS ? PLOT_MOST_POINTS - c->called : 0,
           every = 1;
    while (room > 0 && plain / every > room)
        every++;
    for (size_t i = 0; i < c->count && c->drawn < PLOT_MOST_POINTS && !f->failed; i++) {
        bool called = i < c->called;
        if (!called && (room == 0 || (i - c->called) % every != 0))
            continue;
        const test *t = &c->tests[i];
        const char *name = c->p->names != NULL ? c->p->names[t->row] : NULL;
        buffer *out = frame_fresh(f);
        if (plot_given(name))
            buffer_text(out, name);
        else
            buffer_printf(out, "Test %zu", t->row + 1);
        buffer_text(out, t->p < 1e-12 ? ": p < 1e-12" : ": p = ");
        if (t->p >= 1e-12)
            buffer_printf(out, "%.3g", t->p);
        buffer_printf(out, ", rank %zu%s", i + 1, called ? ", stands out" : "");
        const char *words = frame_keep(f);
        frame_mark *m = frame_mark_add(f, (double)i + 1, log_p(t->p), called ? SHAPE_UNUSUAL : SHAPE_USUAL);
        m->words = words;
        if (called && i < NAMED)
            m->name = name;
        c->drawn++;
    }
}

static void describe(frame *f, const content *c)
{
    rate_text(c->rate, frame_fresh(f));
    const char *rate = frame_keep(f);
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_text(out, "p-values of ");
    plot_count(c->count, "test", "tests", out);
    buffer_printf(out, " in order on a logarithmic axis, and the line %s x rank / number of tests. ", rate);
    if (c->called > 0) {
        plot_count(c->called, "test, up to", "tests, up to", out);
        buffer_printf(out,
                      " the last one under the line, at p = %.3g, are called: at most %s of such calls are chance.",
                      c->tests[c->called - 1].p, rate);
    } else {
        buffer_text(out, "None lies under the line.");
    }
    size_t missing = c->p->count - c->count;
    if (missing > 0) {
        buffer_char(out, ' ');
        plot_count(missing, "row without a p-value is left out.", "rows without a p-value are left out.", out);
    }
    f->description = frame_keep(f);
}

void plot_fdr(const plot_fdr_input *p, const plot_medium *medium, buffer *out)
{
    frame f;
    content c = {0};
    frame_begin(&f, &p->words, medium, p->count < PLOT_MOST_POINTS ? p->count : PLOT_MOST_POINTS);
    if (!content_read(p, &f, &c))
        f.failed = true;
    if (!f.failed && c.count == 1) {
        frame_sentence(&p->words, medium, "There is one test only: there is nothing to control", out);
        frame_leave(&f);
        return;
    }
    if (!f.failed && c.count > 1) {
        f.unit = (plot_unit){.kind = PLOT_NUMBER};
        f.factor = 1;
        f.log_y = f.x_set = true;
        f.height = 260;
        f.x_low = 0;
        f.x_high = (double)c.count * 1.02 + 0.5;
        f.x_name = plot_given(p->words.x_name) ? p->words.x_name : "Rank of the test, smallest p-value first";
        f.subtitle = frame_subtitle(&f, "p-values", NULL);
        if (f.title == NULL)
            f.title = title_text(&f, &c);
        describe(&f, &c);
        add_line(&f, &c);
        add_points(&f, &c);
        if (c.called > 0)
            frame_key_shape(&f, SHAPE_UNUSUAL, "Stands out");
        if (c.called < c.count)
            frame_key_shape(&f, SHAPE_USUAL, "May be chance");
        frame_key_line(&f, STYLE_TARGET, "Rate \xc3\x97 rank / tests");
        if (c.called > 0) {
            rate_text(c.rate, frame_fresh(&f));
            const char *words =
                frame_text(&f, "Of tests called in this way at most %s are chance, on average.", frame_keep(&f));
            f.note = f.note != NULL ? frame_text(&f, "%s %s", words, f.note) : words;
        }
        if (c.drawn < c.count) {
            const char *words =
                frame_text(&f, "%zu of %zu points are drawn, all that stand out first.", c.drawn, c.count);
            f.note = f.note != NULL ? frame_text(&f, "%s %s", words, f.note) : words;
        }
    }
    frame_draw(&f, out);
}
