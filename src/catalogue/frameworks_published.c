/*
 * What was published of a framework, to be held against what is computed: frameworks/ID.published.csv beside ID.yaml, a line for each organisation with
 * the columns organisation, score and segment, of which one of the last two may be left out. Other columns are passed over.
 */
#include "catalogue/frameworks_work.h"

#include <math.h>
#include <string.h>

#define COLUMNS_MOST 64
#define ROWS_MOST    10000

enum { COLUMN_ORGANISATION = 0, COLUMN_SCORE, COLUMN_SEGMENT, COLUMN_COUNT_OF };
static const char *const column_names[COLUMN_COUNT_OF] = {"organisation", "score", "segment"};

/* The next line of the text as trimmed cells; false at the end. Quotes are taken off; a doubled quote within them stays doubled, which no code or number has. */
static bool line_next(text *rest, text *cells, size_t *count)
{
    *count = 0;
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->at, '\n', rest->length);
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->at), from = 0;
    bool quoted = false;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && rest->at[i] == '"')
            quoted = !quoted;
        if (i < length && (quoted || rest->at[i] != ','))
            continue;
        text cell = text_trim((text){rest->at + from, i - from});
        if (cell.length >= 2 && cell.at[0] == '"' && cell.at[cell.length - 1] == '"')
            cell = (text){cell.at + 1, cell.length - 2};
        if (*count < COLUMNS_MOST)
            cells[(*count)++] = cell;
        from = i + 1;
    }
    rest->at += end == NULL ? length : length + 1;
    rest->length -= end == NULL ? length : length + 1;
    return true;
}

static void report_line(loader *l, int32_t line, const char *hint, const char *message, text cell)
{
    const yaml_node at = {.line = line};
    loader_report(l, &at, NULL, hint, "%s%s%.*s%s", message, cell.length > 0 ? ": '" : "",
                  (int)(cell.length > 80 ? 80 : cell.length), cell.length > 0 ? cell.at : "",
                  cell.length > 0 ? "'" : "");
}

static bool head_read(loader *l, const text *cells, size_t count, size_t place[COLUMN_COUNT_OF])
{
    for (size_t c = 0; c < COLUMN_COUNT_OF; c++) {
        place[c] = COLUMNS_MOST;
        for (size_t i = 0; i < count; i++)
            if (text_is(cells[i], column_names[c]))
                place[c] = i;
    }
    if (place[COLUMN_ORGANISATION] < count && (place[COLUMN_SCORE] < count || place[COLUMN_SEGMENT] < count))
        return true;
    report_line(l, 1, "The first line is: organisation,score,segment",
                "A published table needs the columns organisation, and score or segment", (text){.at = ""});
    return false;
}

static bool number_read(loader *l, const text *cells, size_t count, size_t place, double least, double most,
                        int32_t line, const char *message, double *out)
{
    *out = NAN;
    if (place >= count || cells[place].length == 0)
        return true;
    if (number_parse(cells[place], out) && *out >= least && *out <= most)
        return true;
    report_line(l, line, "Leave the cell empty where nothing was published", message, cells[place]);
    return false;
}

static bool row_read(loader *l, const text *cells, size_t count, const size_t place[COLUMN_COUNT_OF], int32_t line,
                     framework_published *out)
{
    double segment;
    text code = place[COLUMN_ORGANISATION] < count ? cells[place[COLUMN_ORGANISATION]] : (text){.at = ""};
    if (code.length == 0) {
        report_line(l, line, "Write its ODS code", "The organisation is missing", code);
        return false;
    }
    out->organisation = arena_copy(l->memory, code.at, code.length);
    if (out->organisation == NULL)
        l->fatal = STATUS_MEMORY;
    if (!number_read(l, cells, count, place[COLUMN_SCORE], 1, 4, line, "A score is a number from 1 to 4",
                     &out->score) ||
        !number_read(l, cells, count, place[COLUMN_SEGMENT], 1, 5, line, "A segment is a whole number from 1 to 5",
                     &segment))
        return false;
    out->segment = isnan(segment) ? 0 : (int32_t)segment;
    if (!isnan(segment) && segment > out->segment) {
        report_line(l, line, NULL, "A segment is a whole number from 1 to 5", cells[place[COLUMN_SEGMENT]]);
        return false;
    }
    return l->fatal == STATUS_OK;
}

void loader_add_published(loader *l, framework *f)
{
    text rest = l->whole, cells[COLUMNS_MOST];
    size_t count, place[COLUMN_COUNT_OF], lines = 0, rows = 0;
    for (size_t i = 0; i < rest.length; i++)
        lines += rest.at[i] == '\n';
    framework_published *out = loader_array(l, lines < ROWS_MOST ? lines + 1 : ROWS_MOST, sizeof *out);
    if (rest.length >= 3 && memcmp(rest.at, "\xef\xbb\xbf", 3) == 0)
        rest = (text){rest.at + 3, rest.length - 3};
    if (out == NULL || !line_next(&rest, cells, &count) || !head_read(l, cells, count, place)) {
        if (l->whole.length == 0)
            report_line(l, 1, "The first line is: organisation,score,segment", "The published table is empty",
                        (text){.at = ""});
        return;
    }
    for (int32_t line = 2; line_next(&rest, cells, &count); line++) {
        if (count == 1 && cells[0].length == 0)
            continue;
        if (rows == ROWS_MOST) {
            report_line(l, line, NULL, "A published table has at most 10,000 lines", (text){.at = ""});
            return;
        }
        if (!row_read(l, cells, count, place, line, &out[rows]))
            continue;
        for (size_t i = 0; i < rows; i++)
            if (strcmp(out[i].organisation, out[rows].organisation) == 0)
                report_line(l, line, "Leave one of the lines out", "The organisation stands twice",
                            text_of(out[rows].organisation));
        rows++;
    }
    f->published = out;
    f->published_count = rows;
    f->published_text = arena_copy(l->memory, l->whole.at, l->whole.length);
    if (f->published_text == NULL)
        l->fatal = STATUS_MEMORY;
}

void loader_attach_published(loader *l, const char *path, const char *relative, const char *bytes, size_t length)
{
    const char *name = strrchr(relative, '/') == NULL ? relative : strrchr(relative, '/') + 1;
    size_t n = strlen(name) - (sizeof FRAMEWORK_PUBLISHED_ENDING - 1);
    suggestion s = {.typed = arena_copy(&l->scratch, name, n)};
    l->file = path;
    l->relative = relative;
    l->whole = (text){bytes, length};
    if (s.typed == NULL) {
        l->fatal = STATUS_MEMORY;
        return;
    }
    for (size_t i = 0; i < l->framework_count; i++) {
        if (strcmp(l->frameworks[i].id, s.typed) == 0) {
            loader_add_published(l, &l->frameworks[i]);
            return;
        }
        suggestion_offer(&s, l->frameworks[i].id);
    }
    loader_report(l, NULL, &s, "The file is named after the framework: ID" FRAMEWORK_PUBLISHED_ENDING,
                  "There is no framework '%.80s' to compare this published table with", s.typed);
}
