/* register_status: what stands in the register, on one page. */
#include "cli/register_work.h"

#include "cli/register_targets.h"

#include "oversight/burden.h"

#include <string.h>

typedef struct standing_count {
    int64_t open, overdue;
} standing_count;

/* Open is what is not retired; overdue what is in force after the month by which it is due. */
static standing_count targets_count(const register_run *r, bool local)
{
    standing_count out = {0};
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++) {
        const register_subject *s = register_at(r->log, REGISTER_TARGET, i);
        const char *tier = register_value(s, FIELD_TIER), *by = register_value(s, FIELD_BY);
        period month;
        if ((tier != NULL && strcmp(tier, "local") == 0) != local || s->standing == STANDING_RETIRED)
            continue;
        out.open++;
        out.overdue += register_target_in_force(s) && by != NULL && period_parse(text_of(by), &month) &&
                       period_last_day(month) < r->on;
    }
    return out;
}

static standing_count commitments_count(const register_run *r)
{
    standing_count out = {0};
    for (size_t i = 0; i < register_count(r->log, REGISTER_COMMITMENT); i++) {
        const register_subject *s = register_at(r->log, REGISTER_COMMITMENT, i);
        out.open += s->standing != STANDING_CLOSED;
        out.overdue += register_overdue(s, r->on);
    }
    return out;
}

static int64_t standing_many(const register_run *r, register_kind kind, register_standing standing, bool is)
{
    int64_t out = 0;
    for (size_t i = 0; i < register_count(r->log, kind); i++)
        out += (register_at(r->log, kind, i)->standing == standing) == is;
    return out;
}

/* One thing that is said: in a table by its words, in JSON by its name. */
typedef struct status_line {
    const char *name, *words, *value;
    int64_t count; /* where `value` is NULL */
} status_line;

static status print_table(register_run *r, const status_line *lines, size_t count, const char *grounds, error *err)
{
    static const table_column columns[] = {{"what", NULL, false, false}, {"value", NULL, false, false}};
    table t = {0};
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        table_text(&t, r->format == FORMAT_TABLE ? lines[i].words : lines[i].name);
        if (lines[i].value != NULL)
            table_text(&t, lines[i].value);
        else
            table_int(&t, lines[i].count);
    }
    table_text(&t, r->format == FORMAT_TABLE ? "protected ground without a measure" : "grounds_uncovered");
    table_text(&t, grounds[0] == 0 ? NULL : grounds);
    const status code = table_print(r->cli, &t, r->format, err);
    table_free(&t);
    return code;
}

static status print_json(register_run *r, const status_line *lines, size_t count, const char *const *grounds,
                         size_t ground_count, error *err)
{
    buffer out = {0};
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&out, "%s\"%s\": ", i == 0 ? "{" : ", ", lines[i].name);
        if (lines[i].value != NULL)
            buffer_json(&out, lines[i].value);
        else
            buffer_printf(&out, "%lld", (long long)lines[i].count);
    }
    buffer_text(&out, ", \"grounds_uncovered\": [");
    for (size_t i = 0; i < ground_count; i++) {
        buffer_text(&out, i == 0 ? "" : ", ");
        buffer_json(&out, grounds[i]);
    }
    buffer_text(&out, "]}\n");
    const status code = register_out(r, &out, err);
    buffer_free(&out);
    return code;
}

status register_status_print(register_run *r, error *err)
{
    status code = cli_catalogue(r->cli, err);
    if (code != STATUS_OK)
        return code;
    const char *uncovered[BURDEN_GROUNDS];
    const size_t grounds = register_grounds_uncovered(r, uncovered, BURDEN_GROUNDS);
    const int64_t national = (int64_t)register_national_count(r->log);
    const standing_count targets = targets_count(r, false), priorities = targets_count(r, true),
                         commitments = commitments_count(r);
    /* As verify --head takes it, where people read it. */
    const char *head = r->format == FORMAT_JSON ? register_head(r->log)
                                                : arena_printf(&r->cli->memory, "%lld:%s",
                                                               (long long)register_last(r->log), register_head(r->log));
    if (head == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    const status_line lines[] = {
        {.name = "title", .words = "title", .value = register_title(r->log)},
        {.name = "events", .words = "events", .count = register_last(r->log)},
        {.name = "last_time", .words = "last event", .value = register_last_time(r->log)},
        {.name = "head", .words = "head", .value = head},
        {.name = "partners", .words = "partners", .count = standing_many(r, REGISTER_PARTNER, STANDING_ACTIVE, true)},
        {.name = "targets_open", .words = "targets open", .count = targets.open},
        {.name = "targets_overdue", .words = "targets past their month", .count = targets.overdue},
        {.name = "priorities_open", .words = "priorities open", .count = priorities.open},
        {.name = "priorities_overdue", .words = "priorities past their month", .count = priorities.overdue},
        {.name = "commitments_open", .words = "commitments open", .count = commitments.open},
        {.name = "commitments_overdue", .words = "commitments overdue", .count = commitments.overdue},
        {.name = "challenges_open",
         .words = "challenges open",
         .count = standing_many(r, REGISTER_CHALLENGE, STANDING_CLOSED, false)},
        {.name = "national_targets", .words = "national targets in force", .count = national},
        {.name = "national_over_ten",
         .words = "of them over ten",
         .count = national > REGISTER_NATIONAL_MAXIMUM ? national - REGISTER_NATIONAL_MAXIMUM : 0},
    };
    buffer names = {0};
    buffer_text(&names, "");
    for (size_t i = 0; i < grounds; i++)
        buffer_printf(&names, "%s%s", i == 0 ? "" : ", ", uncovered[i]);
    code = buffer_status(&names, err);
    if (code == STATUS_OK)
        code = r->format == FORMAT_JSON
                   ? print_json(r, lines, sizeof lines / sizeof lines[0], uncovered, grounds, err)
                   : print_table(r, lines, sizeof lines / sizeof lines[0], names.data == NULL ? "" : names.data, err);
    buffer_free(&names);
    return code;
}
