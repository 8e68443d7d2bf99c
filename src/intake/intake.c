/* intake: one file, from its bytes to the sink. */
#include "intake/intake.h"
#include "intake/mapping.h"
#include "intake/stream.h"

#include <ctype.h>
#include <string.h>

/* Where a word ends in t, case-insensitive; 0 where it is not there. */
static size_t word_after(text t, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= t.length; i++)
        if (text_is_nocase((text){t.at + i, n}, word))
            return i + n;
    return 0;
}

/* A date of publication in a name stands behind a word that says so: "revised-2026-05-14", "published 20260514". Blanks it out, so
 * that it is not taken for the period. DATE_NONE where there is none. */
static date name_date_take(char *name)
{
    static const char *const words[] = {"published", "revised"};
    text t = text_of(name);
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        size_t at = word_after(t, words[w]), digits = 0, length = 0;
        date found = DATE_NONE;
        while (at > 0 && at < t.length && strchr(" -_.(", t.at[at]) != NULL)
            at++;
        if (at == 0)
            continue;
        while (at + digits < t.length && isdigit((unsigned char)t.at[at + digits]))
            digits++;
        if (digits == 8 && date_parse_loose((text){t.at + at, 8}, &found))
            length = 8;
        else if (at + 10 <= t.length && date_parse((text){t.at + at, 10}, &found))
            length = 10;
        if (length > 0) {
            memset(name + at, '_', length);
            return found;
        }
    }
    return DATE_NONE;
}

/* What the names say: the member's name is nearer to the table than the archive's. */
static void names_read(const char *file_name, intake_report *report, period *found)
{
    const char *names[2] = {report->member, file_name};
    *found = (period){0};
    for (size_t i = 0; i < 2; i++) {
        if (names[i] == NULL)
            continue;
        char name[256];
        const char *slash = strrchr(names[i], '/');
        (void)snprintf(name, sizeof name, "%s", slash == NULL ? names[i] : slash + 1);
        report->revised |= word_after(text_of(name), "revised") > 0;
        date published = name_date_take(name);
        if (report->published == DATE_NONE)
            report->published = published;
        if (found->kind == PERIOD_NONE && !period_find(text_of(name), found))
            *found = (period){0};
    }
}

/* Rows of the csv through the mapping: the one place where the two meet. */
static status rows_read(csv_reader *csv, const mapping_setup *setup, error *err)
{
    mapping *m = NULL;
    status code = mapping_open(setup, &m, err);
    while (code == STATUS_OK) {
        const text *cells;
        size_t count;
        int64_t line = 0;
        code = csv_next(csv, &cells, &count, &line, err);
        if (code != STATUS_OK || cells == NULL)
            break;
        code = mapping_row(m, cells, count, line, err);
    }
    if (code == STATUS_OK)
        code = mapping_end(m, err);
    mapping_close(m);
    return code;
}

static bool cells_blank(const text *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_trim(cells[i]).length > 0)
            return false;
    return true;
}

/* The header is the first line with anything in it. */
static status table_read(csv_reader *csv, const catalogue *c, const intake_options *options, const intake_sink *sink, const char *path,
                         arena *a, intake_report *report, problems *list, error *err)
{
    const text *cells;
    size_t count;
    int64_t line = 0;
    do {
        status code = csv_next(csv, &cells, &count, &line, err);
        if (code != STATUS_OK)
            return code;
        if (cells == NULL)
            return error_set(err, STATUS_REFUSED, "The file holds nothing but blank lines");
    } while (cells_blank(cells, count));
    header_match match;
    status code = header_recognise(c, cells, count, line, path, a, &match, &report->unknown_kind, list, err);
    report->source = match.source;
    report->layout = match.layout;
    if (code != STATUS_OK)
        return code;
    mapping_setup setup = {&match, c, options, sink, report, a, list, path, line, {0}};
    names_read(report->file_name, report, &setup.name_period);
    return rows_read(csv, &setup, err);
}

status intake_read(const char *path, const catalogue *c, const intake_options *options, const intake_sink *sink,
                   arena *a, intake_report *report, problems *list, error *err)
{
    const intake_options none = {.published = DATE_NONE};
    stream *s = NULL;
    csv_reader *csv = NULL;
    text first;
    if (options == NULL)
        options = &none;
    *report = (intake_report){.published = options->published, .archived = DATE_NONE};
    const char *slash = strrchr(path, '/');
    report->file_name = arena_string(a, slash == NULL ? path : slash + 1);
    if (report->file_name == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    status code = stream_open(path, a, report, &s, err);
    if (code != STATUS_OK)
        goto out;
    code = stream_peek(s, &first, err);
    if (code == STATUS_OK)
        code = content_refuse(content_of(first), report, err);
    if (code == STATUS_OK)
        code = csv_open(stream_fill, s, &csv, err);
    if (code == STATUS_OK)
        code = table_read(csv, c, options, sink, path, a, report, list, err);
out:
    csv_close(csv);
    stream_close(s, report->sha256);
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, path, NULL, 0, NULL);
    return code;
}
