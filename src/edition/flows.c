/*
 * The table of flows. Counts by week are kept as text, in the file and in memory: of 105 weeks most lists fill few, so that a list of a month
 * takes some 200 bytes instead of 1,700, and any tool can split them. They are read when a list is asked for.
 */
#include "edition/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BANDS = EDITION_FLOW_WEEKS + 1 };
#define FLOW_ROWS_MAXIMUM 5000000 /* ten times England with two years of months: a greater number is damage */

struct flow_row {
    int32_t organisation;
    const char *treatment_function; /* "" all together */
    period period;
    const char *waiting, *completed; /* NULL: not published */
    int64_t completed_all, new_periods;
    bool has_new, estimated;
};

/* ---- writing ------------------------------------------------------------------------------------------- */

static void bands_text(const double *bands, buffer *out)
{
    size_t count = BANDS;
    while (count > 0 && !(bands[count - 1] > 0))
        count--;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_char(out, ' ');
        buffer_int(out, (int64_t)llround(bands[i]));
    }
}

static void bind_bands(sqlite3_stmt *s, int at, bool present, const double *bands, buffer *scratch)
{
    buffer_clear(scratch);
    bands_text(bands, scratch);
    if (present)
        (void)sqlite3_bind_text(s, at, scratch->data == NULL ? "" : scratch->data, (int)scratch->length,
                                SQLITE_TRANSIENT);
    else
        (void)sqlite3_bind_null(s, at);
}

static void bind_sum(sqlite3_stmt *s, int at, bool present, double value)
{
    if (present)
        (void)sqlite3_bind_int64(s, at, (int64_t)llround(value));
    else
        (void)sqlite3_bind_null(s, at);
}

static bool month_write(sqlite3_stmt *s, const edition_flow *f, const edition_flow_month *m, buffer *scratch)
{
    char when[PERIOD_TEXT];
    period_format(m->period, when);
    (void)sqlite3_bind_text(s, 1, f->code, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 2, f->treatment_function == NULL ? "" : f->treatment_function, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 3, when, -1, SQLITE_TRANSIENT);
    bind_bands(s, 4, m->has_waiting, m->waiting, scratch);
    bind_bands(s, 5, m->has_completed, m->completed, scratch);
    bind_sum(s, 6, m->has_completed, m->completed_all);
    bind_sum(s, 7, m->has_new, m->new_periods);
    (void)sqlite3_bind_int(s, 8, m->estimated);
    const bool ok = sqlite3_step(s) == SQLITE_DONE;
    (void)sqlite3_reset(s);
    return ok && !scratch->failed;
}

status edition_flows_write(sqlite3 *database, const edition_flow *flows, size_t count, error *err)
{
    sqlite3_stmt *s = NULL;
    buffer scratch = {0};
    status code = STATUS_OK;
    if (sqlite3_prepare_v2(database, "INSERT INTO flows VALUES (?,?,?,?,?,?,?,?)", -1, &s, NULL) != SQLITE_OK)
        code = edition_database_error(database, "Cannot write the edition", err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        for (size_t k = 0; k < flows[i].month_count && code == STATUS_OK; k++) {
            if (month_write(s, &flows[i], &flows[i].months[k], &scratch))
                continue;
            code = (sqlite3_errcode(database) & 0xff) == SQLITE_CONSTRAINT
                       ? error_set(err, STATUS_REFUSED, "The waiting list of %.60s has a month twice", flows[i].code)
                       : edition_database_error(database, "Cannot write the edition", err);
        }
    (void)sqlite3_finalize(s);
    buffer_free(&scratch);
    return code;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

static const char *kept(edition *e, sqlite3_stmt *s, int at, bool *failed)
{
    const char *value = (const char *)sqlite3_column_text(s, at);
    if (value == NULL)
        return NULL;
    const char *copy = arena_copy(&e->private_->memory, value, (size_t)sqlite3_column_bytes(s, at));
    *failed = *failed || copy == NULL;
    return copy;
}

/* False for a row of an organisation or month that there is not. */
static bool row_read(edition *e, sqlite3_stmt *s, flow_row *r, bool *failed)
{
    const char *code = (const char *)sqlite3_column_text(s, 0), *when = (const char *)sqlite3_column_text(s, 2);
    *r = (flow_row){.organisation = code == NULL ? -1 : edition_org_named(e, text_of(code)),
                    .treatment_function = kept(e, s, 1, failed),
                    .waiting = kept(e, s, 3, failed),
                    .completed = kept(e, s, 4, failed),
                    .completed_all = sqlite3_column_int64(s, 5),
                    .new_periods = sqlite3_column_int64(s, 6),
                    .has_new = sqlite3_column_type(s, 6) != SQLITE_NULL,
                    .estimated = sqlite3_column_int(s, 7) != 0};
    return r->organisation >= 0 && r->treatment_function != NULL && when != NULL &&
           period_parse(text_of(when), &r->period) && r->period.kind == PERIOD_MONTH && r->completed_all >= 0 &&
           r->new_periods >= 0;
}

static bool has_table(sqlite3 *database)
{
    sqlite3_stmt *s = NULL;
    const bool there =
        sqlite3_prepare_v2(database, "SELECT 1 FROM sqlite_master WHERE name = 'flows'", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW;
    (void)sqlite3_finalize(s);
    return there;
}

static status rows_count(sqlite3 *database, size_t *out, error *err)
{
    sqlite3_stmt *s = NULL;
    status code = STATUS_OK;
    if (sqlite3_prepare_v2(database, "SELECT count(*) FROM flows", -1, &s, NULL) != SQLITE_OK ||
        sqlite3_step(s) != SQLITE_ROW)
        code = edition_database_error(database, "Cannot read the edition", err);
    else
        *out = (size_t)sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    if (code == STATUS_OK && *out > FLOW_ROWS_MAXIMUM)
        code = error_set(err, STATUS_REFUSED, "The edition is damaged: its table flows has %zu rows", *out);
    return code;
}

status edition_load_flows(edition *e, error *err)
{
    struct edition_private *p = e->private_;
    size_t expected = 0, n = 0;
    sqlite3_stmt *s = NULL;
    if (p->flow_offset != NULL)
        return STATUS_OK;
    status code = has_table(p->database) ? rows_count(p->database, &expected, err) : STATUS_OK;
    size_t *offset = arena_array(&p->memory, e->org_count + 1, sizeof *offset);
    flow_row *rows = arena_array(&p->memory, expected + 1, sizeof *rows);
    if (code == STATUS_OK && (offset == NULL || rows == NULL))
        code = error_set(err, STATUS_MEMORY, "Out of memory for the edition's flows");
    if (code == STATUS_OK && expected > 0 &&
        sqlite3_prepare_v2(p->database,
                           "SELECT organisation, treatment_function, period, waiting, completed, completed_all, "
                           "new_periods, estimated FROM flows ORDER BY organisation, treatment_function, period",
                           -1, &s, NULL) != SQLITE_OK)
        code = edition_database_error(p->database, "Cannot read the edition", err);
    int stepped = SQLITE_DONE;
    bool failed = false;
    int32_t at = 0; /* organisations are in the order of their codes */
    while (code == STATUS_OK && n < expected && (stepped = sqlite3_step(s)) == SQLITE_ROW) {
        if (!row_read(e, s, &rows[n], &failed) || rows[n].organisation < at)
            code = error_set(err, STATUS_REFUSED,
                             "The edition is damaged: row %zu of its table flows names what is not there", n + 1);
        while (code == STATUS_OK && at < rows[n].organisation)
            offset[++at] = n;
        n++;
    }
    if (code == STATUS_OK && failed)
        code = error_set(err, STATUS_MEMORY, "Out of memory for the edition's flows");
    if (code == STATUS_OK && stepped != SQLITE_ROW && stepped != SQLITE_DONE)
        code = edition_database_error(p->database, "Cannot read the edition", err);
    (void)sqlite3_finalize(s);
    if (code != STATUS_OK)
        return code;
    while ((size_t)at < e->org_count)
        offset[++at] = n;
    p->flows = rows;
    p->flow_offset = offset;
    return STATUS_OK;
}

bool edition_has_flows(const edition *e, int32_t organisation)
{
    const struct edition_private *p = e->private_;
    return p->flow_offset != NULL && organisation >= 0 && (size_t)organisation < e->org_count &&
           p->flow_offset[organisation + 1] > p->flow_offset[organisation];
}

/* "12 0 7": counts of 0 or more, at most BANDS of them. */
static bool bands_read(const char *words, double *bands)
{
    size_t count = 0;
    for (const char *at = words; *at != 0;) {
        int64_t value = 0;
        size_t digits = 0;
        for (; at[digits] >= '0' && at[digits] <= '9' && digits < 18; digits++)
            value = value * 10 + (at[digits] - '0');
        if (digits == 0 || count == BANDS || (at[digits] != 0 && at[digits] != ' '))
            return false;
        bands[count++] = (double)value;
        at += digits + (at[digits] == ' ');
    }
    return true;
}

static bool month_of(const flow_row *r, edition_flow_month *m)
{
    *m = (edition_flow_month){.period = r->period,
                              .completed_all = (double)r->completed_all,
                              .new_periods = (double)r->new_periods,
                              .has_waiting = r->waiting != NULL,
                              .has_completed = r->completed != NULL,
                              .has_new = r->has_new,
                              .estimated = r->estimated};
    return (r->waiting == NULL || bands_read(r->waiting, m->waiting)) &&
           (r->completed == NULL || bands_read(r->completed, m->completed));
}

/* The name of a treatment function as the breakdowns have it; its code where they do not. */
static const char *function_name(const edition *e, const char *code)
{
    char key[128];
    const int length = snprintf(key, sizeof key, "treatment-function=%s", code);
    const int32_t at = length > 0 && (size_t)length < sizeof key ? edition_breakdown_named(e, text_of(key)) : -1;
    return at < 0 ? code : e->breakdowns[at].name;
}

status edition_flows(const edition *e, int32_t organisation, const char *only_function, arena *a,
                     const edition_flow **out, size_t *count, error *err)
{
    const struct edition_private *p = e->private_;
    *out = NULL;
    *count = 0;
    if (!edition_has_flows(e, organisation))
        return STATUS_OK;
    const size_t first = p->flow_offset[organisation], last = p->flow_offset[organisation + 1];
    edition_flow *flows = arena_array(a, last - first, sizeof *flows);
    edition_flow_month *months = NULL;
    if (flows == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the waiting lists");
    size_t n = 0;
    for (size_t i = first, end; i < last; i = end) {
        const char *function = p->flows[i].treatment_function;
        for (end = i; end < last && strcmp(p->flows[end].treatment_function, function) == 0;)
            end++;
        if (only_function != NULL && strcmp(only_function, function) != 0)
            continue;
        months = arena_array(a, end - i, sizeof *months);
        if (months == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for the waiting lists");
        for (size_t k = i; k < end; k++)
            if (!month_of(&p->flows[k], &months[k - i]))
                return error_set(err, STATUS_REFUSED,
                                 "The edition is damaged: a waiting list of %.60s has counts that are none",
                                 e->orgs[organisation].code);
        flows[n++] = (edition_flow){.code = e->orgs[organisation].code,
                                    .name = e->orgs[organisation].name,
                                    .treatment_function = function[0] == 0 ? NULL : function,
                                    .treatment_function_name = function[0] == 0 ? NULL : function_name(e, function),
                                    .months = months,
                                    .month_count = end - i};
    }
    *out = flows;
    *count = n;
    return STATUS_OK;
}
