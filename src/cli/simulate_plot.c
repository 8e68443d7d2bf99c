/* simulate_plot: the paths of scenarios as a chart. */
#include "cli/plan_output.h"
#include "cli/simulate_print.h"

#include <math.h>
#include <string.h>

/* The level that the last side's scenario asks of this measure; NaN where it asks nothing. */
static double target_of(const simulate_job *j, simulate_measure m)
{
    const scenario *s = j->sides[j->side_count - 1].scenario;
    for (size_t i = 0; s != NULL && i < s->target_count; i++)
        if (s->targets[i].measure == m)
            return s->targets[i].level;
    return NAN;
}

static bool is_share(simulate_measure m)
{
    return m == SIMULATE_WITHIN_18_SHARE || m == SIMULATE_OVER_52_SHARE;
}

static const char *measure_words(simulate_measure m)
{
    switch (m) {
    case SIMULATE_WAITING: return "people waiting";
    case SIMULATE_WITHIN_18: return "people waiting under 18 weeks";
    case SIMULATE_WITHIN_18_SHARE: return "within 18 weeks";
    case SIMULATE_OVER_52: return "people over 52 weeks";
    case SIMULATE_OVER_52_SHARE: return "over 52 weeks";
    case SIMULATE_OVER_65: return "people over 65 weeks";
    case SIMULATE_MEDIAN: return "weeks, the median";
    case SIMULATE_PERCENTILE_92: return "weeks, the 92nd percentile";
    default: return simulate_measure_name(m);
    }
}

static void figure_words(simulate_measure m, double value, buffer *out)
{
    char words[NUMBER_TEXT];
    if (isnan(value))
        buffer_text(out, "over 104");
    else if (is_share(m))
        buffer_printf(out, "%.1f%%", value * 100);
    else if (m == SIMULATE_MEDIAN || m == SIMULATE_PERCENTILE_92)
        buffer_printf(out, "%.1f", value);
    else {
        number_grouped((int64_t)llround(value), words);
        buffer_text(out, words);
    }
}

/* The organisation's name where one is known by that code, as of lists from a workspace. */
static const char *name_of(const simulate_job *j, const char *code)
{
    const org_index at = j->cli->orgs == NULL ? -1 : orgs_find(j->cli->orgs, text_of(code));
    return at < 0 ? code : orgs_at(j->cli->orgs, at)->name;
}

/* Whose lists these are: the provider, or how many. */
static void whose_put(const simulate_job *j, buffer *out)
{
    const scenario_place *places = j->base.places;
    const size_t lists = j->base.model->list_count;
    size_t providers = 0;
    for (size_t i = 0; i < lists; i++) {
        size_t before = 0;
        while (before < i && strcmp(places[before].provider, places[i].provider) != 0)
            before++;
        providers += before == i;
    }
    if (lists == 0)
        return;
    if (providers > 3) {
        buffer_printf(out, "%zu providers: ", providers);
        return;
    }
    for (size_t i = 0, told = 0; i < lists; i++) {
        size_t before = 0;
        while (before < i && strcmp(places[before].provider, places[i].provider) != 0)
            before++;
        if (before == i)
            buffer_printf(out, "%s%s", told++ == 0 ? "" : ", ", name_of(j, places[i].provider));
    }
    if (lists == 1 && places[0].treatment_function[0] != 0)
        buffer_printf(out, ", %s", places[0].treatment_function);
    buffer_text(out, ": ");
}

static void title_put(const simulate_job *j, simulate_measure m, const answer_range *last, buffer *out)
{
    char by[PERIOD_WORDS];
    const int32_t month = j->base.first_month + j->base.model->periods - 1;
    period_words(period_month(month / 12, month % 12 + 1), by);
    figure_words(m, last->mean, out);
    buffer_printf(out, " %s by %s (", measure_words(m), by);
    figure_words(m, last->low, out);
    buffer_text(out, " to ");
    figure_words(m, last->high, out);
    buffer_char(out, ')');
}

status simulate_plot(const simulate_job *j, const char *to, error *err)
{
    plot_format format;
    const simulate_measure m = j->measures[0];
    const int32_t periods = j->base.model->periods, report = j->base.model->reports;
    const size_t count = (size_t)periods, last_side = j->side_count - 1;
    arena memory = {0};
    buffer title = {0}, subtitle = {0}, drawing = {0};
    plot_path_line lines[SIMULATE_SIDES_MAXIMUM];
    status code = plot_format_find(to, &format, err);
    if (code != STATUS_OK)
        return code;
    double *scratch = arena_array(&memory, (size_t)j->options.replications, sizeof *scratch),
           *lower = arena_array(&memory, count, sizeof *lower), *upper = arena_array(&memory, count, sizeof *upper);
    plot_time *times = arena_array(&memory, count, sizeof *times);
    answer_range range = {0};
    if (scratch == NULL || lower == NULL || upper == NULL || times == NULL) {
        code = simulate_no_memory(err);
        goto out;
    }
    for (size_t s = 0; s < j->side_count; s++) {
        double *values = arena_array(&memory, count, sizeof *values);
        if (values == NULL) {
            code = simulate_no_memory(err);
            goto out;
        }
        for (int32_t p = 0; p < periods; p++) {
            const int32_t month = j->base.first_month + p;
            range = simulate_range(&j->sides[s].results, report, p, m, j->coverage, scratch);
            values[p] = range.mean;
            lower[p] = range.low;
            upper[p] = range.high;
            times[p].when = period_first_day(period_month(month / 12, month % 12 + 1));
        }
        lines[s] = (plot_path_line){.name = j->sides[s].name, .values = values};
    }
    title_put(j, m, &range, &title);
    whose_put(j, &subtitle);
    buffer_printf(&subtitle, "%s; the range holds %.4g%% of the replications of %s", measure_words(m),
                  j->coverage * 100, lines[last_side].name);
    plot_medium medium = plot_medium_of(format);
    medium.colour = j->cli->colour;
    plot_paths(&(plot_paths_input){.words = {.title = title.data,
                                             .subtitle = subtitle.data,
                                             .note = "Simulated patient by patient.",
                                             .unit = {.kind = is_share(m) ? PLOT_SHARE : PLOT_COUNT}},
                                   .times = times,
                                   .count = count,
                                   .lines = lines,
                                   .line_count = j->side_count,
                                   .lower = lower,
                                   .upper = upper,
                                   .target = target_of(j, m),
                                   .better = m == SIMULATE_WITHIN_18_SHARE ? BETTER_HIGHER : BETTER_LOWER},
               &medium, &drawing);
    code = plan_drawing_write(j->cli, format, to, &drawing, err);
out:
    buffer_free(&title);
    buffer_free(&subtitle);
    buffer_free(&drawing);
    arena_free(&memory);
    return code;
}
