/* plan_csv: lists from any csv that has a row for each month and band of waiting, of a month or of a week, instead of a workspace. */
#include "cli/plan_csv.h"

#include "cli/stat_input.h"

#include <math.h>
#include <string.h>

enum { PERIOD, BAND, WAITING, TREATED, REFERRALS, YEAR, WEEK };

static const stat_column columns[] = {
    {"period", "period|month|date", STAT_TEXT, true, false},
    {"months_waited", "months_waited|months_waited_id|band", STAT_COUNT, false, false},
    {"waiting", "waiting|incompletes|incomplete", STAT_AMOUNT, true, false},
    {"treated", "treated|treatments|completed", STAT_AMOUNT, true, false},
    {"referrals", "referrals|new_periods|new", STAT_AMOUNT, true, false},
    {"year", "year", STAT_TEXT, false, false},
    {"weeks_waited", "weeks_waited|weeks", STAT_COUNT, false, false},
    {0},
};

/* More than these is a slip of the keyboard or a column of something else. */
#define CSV_FLOW_MOST    1e7
#define CSV_WAITING_MOST 1e9

/* Everything of one group, by month from its first and band. */
typedef struct months {
    size_t bands, count;
    int32_t first;
    bool unordered; /* a row of an earlier month after one of a later */
    double *waiting, *treated, *referrals;
    bool *there;
} months;

/* The column of bands: months waited, else weeks waited; NULL where neither is there. */
static const stat_cells *bands_of(const stat_data *d)
{
    return d->columns[BAND].present ? &d->columns[BAND] : d->columns[WEEK].present ? &d->columns[WEEK] : NULL;
}

static bool is_weekly(const stat_data *d)
{
    return !d->columns[BAND].present && d->columns[WEEK].present;
}

static status row_refuse(const stat_data *d, size_t row, const char *column, error *err, const char *words)
{
    error_set(err, STATUS_REFUSED, "%s", words);
    error_at(err, d->source, NULL, (int64_t)d->lines[row], column);
    return STATUS_REFUSED;
}

static bool month_of(const stat_data *d, size_t row, int32_t *out)
{
    static const char *const short_names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                              "jul", "aug", "sep", "oct", "nov", "dec"};
    static const char *const names[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
    period p;
    date day;
    int64_t calendar = 0;
    const text cell = text_trim(text_of(stat_text(d, PERIOD, row)));
    /* "Apr" or "April" beside a column of years. */
    if (d->columns[YEAR].present && number_parse_count(text_trim(text_of(stat_text(d, YEAR, row))), &calendar) &&
        calendar >= 1990 && calendar < 2200)
        for (int m = 0; m < 12; m++)
            if (text_is_nocase(cell, names[m]) || text_is_nocase(cell, short_names[m])) {
                *out = (int32_t)calendar * 12 + m;
                return true;
            }
    if (period_parse(cell, &p) && p.months == 1) {
        *out = p.first_month;
        return true;
    }
    if (!date_parse_loose(cell, &day))
        return false;
    int year, month, day_of_month;
    date_parts(day, &year, &month, &day_of_month);
    *out = year * 12 + month - 1;
    return true;
}

static status extent_find(const stat_data *d, const stat_group *g, months *m, error *err)
{
    const stat_cells *bands = bands_of(d);
    int32_t last = 0;
    m->bands = 1;
    for (size_t i = 0; i < g->count; i++) {
        const size_t row = stat_row(d, g, i);
        const double band = bands != NULL ? bands->numbers[row] : 0;
        int32_t month;
        if (!month_of(d, row, &month))
            return row_refuse(d, row, d->columns[PERIOD].header, err, "The period is not a month such as 2026-04");
        if (!(band >= 0 && band < FLOW_BANDS_MAXIMUM))
            return row_refuse(d, row, bands->header, err, "The time waited is missing or too long");
        m->first = i == 0 || month < m->first ? month : m->first;
        m->unordered = m->unordered || (i > 0 && month < last);
        last = i == 0 || month > last ? month : last;
        m->bands = (size_t)band + 1 > m->bands ? (size_t)band + 1 : m->bands;
    }
    m->count = (size_t)(last - m->first + 1);
    if (m->count <= FLOW_PERIODS_MAXIMUM && (m->bands >= 2 || bands == NULL) && m->count >= 2)
        return STATUS_OK;
    if (bands == NULL)
        error_set(err, STATUS_REFUSED, "%zu months cannot be calibrated", m->count);
    else
        error_set(err, STATUS_REFUSED, "%zu months of %zu bands cannot be calibrated", m->count, m->bands);
    error_at(err, d->source, NULL, 0, NULL);
    error_hint(err, "Give 2 to %d months%s.", FLOW_PERIODS_MAXIMUM,
               bands != NULL ? " with a row for each of at least 2 bands of waiting, counted from 0" : "");
    return STATUS_REFUSED;
}

static status rows_take(const stat_data *d, const stat_group *g, months *m, error *err)
{
    const stat_cells *bands = bands_of(d);
    for (size_t i = 0; i < g->count; i++) {
        const size_t row = stat_row(d, g, i), band = bands != NULL ? (size_t)bands->numbers[row] : 0;
        int32_t month = m->first;
        (void)month_of(d, row, &month);
        const size_t at = (size_t)(month - m->first), cell = at * m->bands + band;
        const double referrals = d->columns[REFERRALS].numbers[row];
        if (m->there[cell])
            return bands != NULL ? row_refuse(d, row, bands->header, err, "The month and band are there twice")
                                 : row_refuse(d, row, d->columns[PERIOD].header, err, "The month is there twice");
        m->there[cell] = true;
        m->waiting[cell] = d->columns[WAITING].numbers[row];
        m->treated[cell] = d->columns[TREATED].numbers[row];
        if (isnan(m->waiting[cell]) || isnan(m->treated[cell]))
            return row_refuse(d, row, d->columns[WAITING].header, err,
                              "People waiting or treated are missing: give 0 for nobody");
        if (m->waiting[cell] > CSV_WAITING_MOST)
            return row_refuse(d, row, d->columns[WAITING].header, err,
                              "More than a thousand million people waiting cannot be: check the number");
        if (m->treated[cell] > CSV_FLOW_MOST)
            return row_refuse(d, row, d->columns[TREATED].header, err,
                              "More than 10 million people treated in a month cannot be: check the number");
        if (referrals > CSV_FLOW_MOST)
            return row_refuse(d, row, d->columns[REFERRALS].header, err,
                              "More than 10 million referrals in a month cannot be: check the number");
        if (band == 0)
            m->referrals[at] = referrals;
    }
    for (size_t cell = 0; bands != NULL && cell < m->count * m->bands; cell++) {
        if (m->there[cell] && (cell % m->bands != 0 || !isnan(m->referrals[cell / m->bands])))
            continue;
        const int32_t month = m->first + (int32_t)(cell / m->bands);
        char words[PERIOD_WORDS];
        period_words(period_month(month / 12, month % 12 + 1), words);
        error_set(err, STATUS_REFUSED,
                  m->there[cell] ? "%s has no referrals in band %zu" : "%s has no row for band %zu", words,
                  cell % m->bands);
        error_at(err, d->source, NULL, 0, NULL);
        error_hint(err, "Months must follow each other, each with every band; referrals stand in the row of band 0.");
        return STATUS_REFUSED;
    }
    return STATUS_OK;
}

/* Each band is one piece: nothing finer is known. */
static flow_piece *pieces_make(size_t bands, arena *a)
{
    flow_piece *pieces = arena_array(a, bands, sizeof *pieces);
    for (size_t i = 0; pieces != NULL && i < bands; i++)
        pieces[i] = (flow_piece){i, (double)i * FLOW_WEEKS_PER_MONTH,
                                 i + 1 < bands ? (double)(i + 1) * FLOW_WEEKS_PER_MONTH : INFINITY, 1};
    return pieces;
}

/* Bands of a week become bands of a month, as many as the settings want: the usual number is fewer where the weeks do not reach so far. */
static status weeks_fold(months *m, const plan_settings *settings, size_t used, arena *a, plan_list *out, error *err)
{
    const size_t weeks = m->bands - 1, reach = (size_t)floor((double)weeks / FLOW_WEEKS_PER_MONTH) + 1,
                 bands = settings->bands == plan_settings_usual().bands && reach < settings->bands ? reach
                                                                                                   : settings->bands;
    double *waiting = arena_array(a, m->count * bands, sizeof *waiting),
           *treated = arena_array(a, m->count * bands, sizeof *treated);
    flow_piece *pieces = arena_array(a, FLOW_PIECES(weeks, bands), sizeof *pieces);
    if (waiting == NULL || treated == NULL || pieces == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    status code = STATUS_OK;
    for (size_t i = 0; i < m->count && code == STATUS_OK; i++) {
        code = flow_bands_from_weeks(m->waiting + i * m->bands, weeks, FLOW_WEEKS_PER_MONTH, bands, waiting + i * bands,
                                     i + 1 == used ? pieces : NULL, i + 1 == used ? &out->detail.count : NULL, err);
        if (code == STATUS_OK)
            code = flow_bands_from_weeks(m->treated + i * m->bands, weeks, FLOW_WEEKS_PER_MONTH, bands,
                                         treated + i * bands, NULL, NULL, err);
    }
    out->detail.pieces = pieces;
    m->waiting = waiting;
    m->treated = treated;
    m->bands = bands;
    return code;
}

/* Without bands: how many join, are treated and wait, of the months that are there. */
static status monthly_make(const stat_data *d, const stat_group *g, const months *m, const char *name,
                           const plan_settings *settings, size_t held_out, arena *a, plan_list *out, error *err)
{
    int32_t *when = arena_array(a, m->count, sizeof *when);
    size_t count = 0;
    if (when == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    for (size_t i = 0; i < g->count; i++) {
        const size_t row = stat_row(d, g, i);
        if (isnan(d->columns[REFERRALS].numbers[row]))
            return row_refuse(d, row, d->columns[REFERRALS].header, err, "Referrals are missing: give 0 for nobody");
    }
    for (size_t i = 0; i < m->count; i++) {
        if (!m->there[i])
            continue;
        when[count] = m->first + (int32_t)i;
        m->waiting[count] = m->waiting[i];
        m->treated[count] = m->treated[i];
        m->referrals[count++] = m->referrals[i];
    }
    const plan_monthly monthly = {.code = name,
                                  .name = name,
                                  .count = count,
                                  .months = when,
                                  .joined = m->referrals,
                                  .completed = m->treated,
                                  .waiting = m->waiting};
    return plan_monthly_list(&monthly, settings, held_out, a, out, err);
}

static status group_make(const stat_data *d, const stat_group *g, const plan_settings *settings, size_t held_out,
                         arena *a, plan_list *out, bool *unordered, error *err)
{
    months m = {0};
    status code = extent_find(d, g, &m, err);
    if (code != STATUS_OK)
        return code;
    const size_t cells = m.count * m.bands;
    m.waiting = arena_array(a, cells, sizeof(double));
    m.treated = arena_array(a, cells, sizeof(double));
    m.referrals = arena_array(a, m.count, sizeof(double));
    m.there = arena_array(a, cells, sizeof(bool));
    flow_piece *pieces = pieces_make(m.bands, a);
    buffer name = {.maximum = 1000};
    for (size_t k = 0; k < d->by_count; k++)
        buffer_printf(&name, "%s%s", k == 0 ? "" : ", ", d->texts[g->cells[k]]);
    const char *kept = arena_string(a, name.data == NULL ? d->source : name.data);
    buffer_free(&name);
    if (m.waiting == NULL || m.treated == NULL || m.referrals == NULL || m.there == NULL || pieces == NULL ||
        kept == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    *unordered = *unordered || m.unordered;
    for (size_t i = 0; i < m.count; i++)
        m.referrals[i] = NAN;
    if (bands_of(d) == NULL) {
        code = rows_take(d, g, &m, err);
        return code == STATUS_OK ? monthly_make(d, g, &m, kept, settings, held_out, a, out, err) : code;
    }
    if (m.count < held_out + 2) {
        error_set(err, STATUS_REFUSED, "%s has %zu months, too few to hold out %zu", kept, m.count, held_out);
        error_hint(err, "A back-test needs the months held out and at least two before them: give --hold-out fewer.");
        return STATUS_REFUSED;
    }
    const size_t used = m.count - held_out;
    const int32_t last = m.first + (int32_t)used - 1;
    *out = (plan_list){.code = kept,
                       .name = kept,
                       .first = period_month(m.first / 12, m.first % 12 + 1),
                       .last = period_month(last / 12, last % 12 + 1),
                       .detail = {pieces, m.bands},
                       .published_periods = held_out};
    code = rows_take(d, g, &m, err);
    if (code == STATUS_OK && is_weekly(d))
        code = weeks_fold(&m, settings, used, a, out, err);
    out->published = m.waiting + used * m.bands;
    /* The first month's flows lead to its list from one that is not in the file. */
    const flow_history history = {m.bands, used - 1, m.referrals + 1, m.treated + m.bands, m.waiting};
    if (code == STATUS_OK)
        code = plan_list_calibrate(settings, &history, a, out, err);
    const bool by_weeks = settings->goal.kind == FLOW_GOAL_SHARE_WITHIN ||
                          settings->goal.kind == FLOW_GOAL_SHARE_OVER || settings->goal.kind == FLOW_GOAL_OVER;
    if (code == STATUS_OK && out->problem[0] == 0 && by_weeks && held_out == 0 &&
        settings->goal.weeks > plan_open_from(out))
        (void)snprintf(out->problem, sizeof out->problem,
                       "the last band begins at %.1f weeks, so that waits of %.4g weeks cannot be told",
                       plan_open_from(out), settings->goal.weeks);
    return code;
}

status plan_csv_read(const char *path, const char *by, const plan_settings *settings, size_t held_out, arena *a,
                     plan_list **out, size_t *count, bool *unordered, problems *list, error *err)
{
    const char *const given[sizeof columns / sizeof *columns] = {0};
    const stat_request request = {.path = path,
                                  .columns = columns,
                                  .given = given,
                                  .by = &by,
                                  .by_count = by == NULL ? 0 : 1,
                                  .repeated_dates = true};
    stat_data data = {0};
    *unordered = false;
    status code = stat_input_read(&request, &data, list, err);
    if (code != STATUS_OK) {
        stat_data_free(&data);
        return code;
    }
    plan_list *lists = arena_array(a, data.group_count + 1, sizeof *lists);
    if (lists == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    for (size_t k = 0; k < data.group_count && code == STATUS_OK; k++)
        code = group_make(&data, &data.groups[k], settings, held_out, a, &lists[k], unordered, err);
    *out = lists;
    *count = data.group_count;
    stat_data_free(&data);
    return code;
}
