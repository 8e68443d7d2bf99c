/* stat_columns: finding the columns that a command needs in the header of a file. */
#include "cli/stat_reading.h"

#include <string.h>

#define HEADERS_NAMED 12

/* "trust, month, percent ..." */
static void headers_word(const text *headers, size_t count, buffer *out)
{
    for (size_t i = 0; i < count && i < HEADERS_NAMED; i++) {
        text name = text_trim(headers[i]);
        buffer_printf(out, "%s%.*s", i == 0 ? "" : ", ", (int)(name.length < 40 ? name.length : 40), name.at);
    }
    if (count > HEADERS_NAMED)
        buffer_text(out, " ...");
}

/* The header that a slip of the hand may have meant, or none. */
static text header_nearest(const text *headers, size_t count, const char *wanted)
{
    text best = {0};
    unsigned best_distance = strlen(wanted) < 5 ? 3 : 4;
    for (size_t i = 0; i < count; i++) {
        text name = text_trim(headers[i]);
        char name_text[65];
        if (name.length == 0 || name.length >= sizeof name_text)
            continue;
        memcpy(name_text, name.at, name.length);
        name_text[name.length] = 0;
        unsigned distance = text_distance(name_text, wanted);
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    return best;
}

static status column_absent(const text *headers, size_t count, const char *option, const char *wanted, error *err)
{
    buffer names = {0};
    text near = header_nearest(headers, count, wanted);
    headers_word(headers, count, &names);
    status code = error_set(err, STATUS_REFUSED, "There is no column '%.80s'", wanted);
    if (near.length > 0)
        error_hint(err, "Did you mean '%.*s'? %s names one of these columns: %s.", (int)near.length, near.at, option,
                   names.data == NULL ? "" : names.data);
    else
        error_hint(err, "%s names one of these columns: %s.", option, names.data == NULL ? "" : names.data);
    buffer_free(&names);
    return code;
}

static status column_twice(const char *wanted, size_t times, error *err)
{
    status code = error_set(err, STATUS_REFUSED, "The column '%.80s' is there %zu times", wanted, times);
    error_hint(err, "Give each column a name of its own.");
    return code;
}

/* The column named by an option. */
static status column_given(const text *headers, size_t count, const char *option, const char *wanted, stat_cells *out,
                           error *err)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (text_is(text_trim(headers[i]), wanted)) {
            out->place = i;
            found++;
        }
    }
    if (found == 0)
        return column_absent(headers, count, option, wanted, err);
    if (found > 1)
        return column_twice(wanted, found, err);
    out->header = wanted;
    out->present = true;
    return STATUS_OK;
}

/* One column plays one part: what an option names, or what was found for another part, is not taken again without being asked for. */
static bool column_is_taken(const stat_data *d, size_t place)
{
    for (size_t k = 0; k < d->column_count; k++)
        if (d->columns[k].present && d->columns[k].place == place)
            return true;
    return false;
}

/* The first of the usual names that the header has, among the columns that are free. */
static status column_usual(stat_data *d, const text *headers, size_t count, const char *usual, stat_cells *out,
                           error *err)
{
    for (const char *at = usual; at != NULL && *at != 0 && !out->present;) {
        size_t length = strcspn(at, "|"), found = 0;
        char word[64];
        (void)snprintf(word, sizeof word, "%.*s", (int)length, at);
        for (size_t i = 0; i < count; i++) {
            if (text_is_nocase(text_trim(headers[i]), word) && !column_is_taken(d, i)) {
                out->place = i;
                found++;
            }
        }
        if (found > 1)
            return column_twice(word, found, err);
        if (found == 1) {
            text name = text_trim(headers[out->place]);
            out->header = arena_copy(&d->memory, name.at, name.length);
            out->present = true;
        }
        at += length + (at[length] == '|');
    }
    return out->present && out->header == NULL ? stat_no_memory(err) : STATUS_OK;
}

/* A declared column that no option names. */
static status column_unnamed(stat_data *d, const stat_column *wanted, size_t k, const text *headers, size_t count,
                             error *err)
{
    stat_cells *out = &d->columns[k];
    status code = column_usual(d, headers, count, wanted->usual, out, err);
    if (code != STATUS_OK || out->present || !wanted->needed)
        return code;
    buffer names = {0};
    char usual[64] = "";
    if (wanted->usual != NULL)
        (void)snprintf(usual, sizeof usual, " (such as '%.*s')", (int)strcspn(wanted->usual, "|"), wanted->usual);
    headers_word(headers, count, &names);
    code = error_set(err, STATUS_REFUSED, "A column is not named: %s COL%s", wanted->option, usual);
    error_hint(err, "The file has these columns: %s.", names.data == NULL ? "" : names.data);
    buffer_free(&names);
    return code;
}

static status columns_more(stat_data *d, const char *const *names, size_t count, const char *option, stat_kind kind,
                           const text *headers, size_t header_count, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        if (d->column_count == STAT_COLUMNS_MAXIMUM)
            return error_set(err, STATUS_USAGE, "More than %d columns are named", STAT_COLUMNS_MAXIMUM);
        stat_cells *out = &d->columns[d->column_count++];
        *out = (stat_cells){.option = option, .kind = kind};
        code = column_given(headers, header_count, option, names[i], out, err);
    }
    return code;
}

status stat_columns_find(stat_data *d, const stat_request *q, const text *headers, size_t count, error *err)
{
    status code = STATUS_OK;
    size_t declared = 0;
    d->own->header_count = count;
    for (; q->columns[declared].option != NULL && code == STATUS_OK; declared++) {
        const stat_column *wanted = &q->columns[declared];
        stat_cells *out = &d->columns[d->column_count++];
        *out = (stat_cells){.option = wanted->option, .kind = wanted->kind};
        if (q->given[declared] != NULL)
            code = column_given(headers, count, wanted->option, q->given[declared], out, err);
    }
    d->many_first = d->column_count;
    d->many_count = q->more_count;
    if (code == STATUS_OK && q->more_count > 0)
        code = columns_more(d, q->more, q->more_count, q->columns[declared - 1].option, q->columns[declared - 1].kind,
                            headers, count, err);
    d->by_first = d->column_count;
    if (code == STATUS_OK && q->by_count > STAT_BY_MAXIMUM)
        code = error_set(err, STATUS_USAGE, "--by is given more than %d times", STAT_BY_MAXIMUM);
    if (code == STATUS_OK)
        code = columns_more(d, q->by, q->by_count, "--by", STAT_TEXT, headers, count, err);
    d->by_count = code == STATUS_OK ? q->by_count : 0;
    for (size_t k = 0; k < declared && code == STATUS_OK; k++)
        if (!d->columns[k].present)
            code = column_unnamed(d, &q->columns[k], k, headers, count, err);
    d->keep_first = d->column_count;
    if (code == STATUS_OK)
        code = columns_more(d, q->keep, q->keep_count, "--keep", STAT_TEXT, headers, count, err);
    d->keep_count = code == STATUS_OK ? q->keep_count : 0;
    return code;
}
