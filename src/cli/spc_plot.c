/* spc_plot: see spc_plot.h. */
#include "cli/spc_plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

status spc_plot_begin(const cli *c, const char *to, spc_plot *out, error *err)
{
    *out = (spc_plot){.to = to};
    if (to == NULL)
        return STATUS_OK;
    status code = plot_format_find(to, &out->format, err);
    out->wanted = code == STATUS_OK;
    out->medium = plot_medium_of(out->format);
    out->medium.colour = c->colour;
    return code;
}

status spc_plot_group(spc_plot *p, const spc_request *r, const spc_input *in, const spc_group *g, const double *values,
                      bool adjusted, const spc_point *points, const spc_options *options, bool several, error *err)
{
    plot_time *times = calloc(g->count + 1, sizeof *times);
    char(*labels)[DATE_TEXT] = calloc(g->count + 1, sizeof *labels);
    double *targets = calloc(g->count + 1, sizeof *targets);
    plot_control_point *drawn = calloc(g->count + 1, sizeof *drawn);
    char name[160], kind[96];
    status code = STATUS_OK;
    if (times == NULL || labels == NULL || targets == NULL || drawn == NULL) {
        code = error_set(err, STATUS_MEMORY, "There is not enough memory for the plot");
        goto out;
    }
    for (size_t i = 0; i < g->count; i++) {
        date_format(in->dates[g->first + i], labels[i]);
        if (in->months[g->first + i])
            labels[i][7] = 0;
        times[i] = (plot_time){.when = in->dates[g->first + i], .label = labels[i]};
        targets[i] = in->targets != NULL ? in->targets[g->first + i] : options->target;
    }
    const spc_rules *rules = options->rules != NULL ? options->rules : spc_rules_find(NULL);
    (void)snprintf(kind, sizeof kind, "XmR chart, %.60s%s", rules->name, adjusted ? ", seasonally adjusted" : "");
    (void)snprintf(name, sizeof name, "%.70s%s%.80s", r->value, g->name[0] == 0 ? "" : ", ", g->name);
    plot_control_from_xmr(values, points, targets, g->count, drawn);
    plot_control input = {.words = {.subtitle = name},
                          .kind = CHART_I,
                          .kind_name = kind,
                          .times = times,
                          .points = drawn,
                          .count = g->count};
    plot_medium medium = several ? plot_sheet_medium(&p->sheet, &p->medium) : p->medium;
    plot_control_chart(&input, &medium, &p->drawing);
    if (several)
        plot_sheet_add(&p->sheet, &p->medium, &p->drawing);
    code = buffer_status(several ? &p->sheet.body : &p->drawing, err);
out:
    free(times);
    free(labels);
    free(targets);
    free(drawn);
    return code;
}

status spc_plot_end(spc_plot *p, cli *c, error *err)
{
    buffer whole = {0};
    if (!p->wanted)
        return STATUS_OK;
    if (p->sheet.left_out > 0)
        say_note(c, "--plot: %zu of the groups are not drawn.", p->sheet.left_out);
    if (p->sheet.drawn > 0)
        plot_sheet_end(&p->sheet, &p->medium, "Control charts", &p->drawing);
    status code = buffer_status(&p->drawing, err);
    if (code == STATUS_OK)
        code = plot_finish(p->format, &p->drawing, 0, &whole, err);
    const char *bytes = whole.data == NULL ? "" : whole.data;
    if (code == STATUS_OK && p->format != PLOT_TERMINAL)
        code = file_write(p->to, bytes, whole.length, false, err);
    else if (code == STATUS_OK && fwrite(bytes, 1, whole.length, c->out) != whole.length)
        code = error_set(err, STATUS_IO, "Cannot write to standard output");
    buffer_free(&whole);
    return code;
}

void spc_plot_free(spc_plot *p)
{
    buffer_free(&p->drawing);
    buffer_free(&p->sheet.body);
}
