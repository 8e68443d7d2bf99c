/* Comparing values, telling explained differences from mismatches, and the lines of the report. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MISMATCHES_SHOWN = 10 };
static const double usual_tolerance = 1e-9;

/* A row of docs/differences.md: | suite | table | case | column | reason |; a trailing * in case or column stands for
 * anything; a case "when ..." is a condition that the suite finds out. */
typedef struct difference {
    char *suite, *table, *this_case, *column;
} difference;

static difference *differences;
static size_t difference_count;
static int64_t total_mismatches;

int64_t check_total_mismatches(void)
{
    return total_mismatches;
}

static char *trimmed_copy(const char *from, const char *to)
{
    text t = text_trim((text){from, (size_t)(to - from)});
    if (t.length >= 2 && t.at[0] == '`' && t.at[t.length - 1] == '`')
        t = (text){t.at + 1, t.length - 2};
    char *copy = keep_array(t.length + 1, 1);
    memcpy(copy, t.at, t.length);
    return copy;
}

static void difference_line(const char *line, const char *end)
{
    const char *bars[6];
    size_t count = 0;
    for (const char *at = line; at < end && count < 6; at++)
        if (*at == '|')
            bars[count++] = at;
    if (count < 6 || bars[0] != line)
        return;
    differences = need(realloc(differences, (difference_count + 1) * sizeof *differences));
    differences[difference_count++] = (difference){
        .suite = trimmed_copy(bars[0] + 1, bars[1]),
        .table = trimmed_copy(bars[1] + 1, bars[2]),
        .this_case = trimmed_copy(bars[2] + 1, bars[3]),
        .column = trimmed_copy(bars[3] + 1, bars[4]),
    };
}

void differences_read(const char *path)
{
    buffer bytes = {0};
    if (file_read(path, (size_t)1 << 22, &bytes, NULL) != STATUS_OK || !bytes.data)
        return;
    for (const char *line = bytes.data; *line;) {
        const char *end = strchr(line, '\n');
        if (!end)
            end = line + strlen(line);
        if (*line == '|')
            difference_line(line, end);
        line = *end ? end + 1 : end;
    }
    buffer_free(&bytes);
}

static bool pattern_is(const char *pattern, const char *value)
{
    const size_t length = strlen(pattern);
    if (length > 0 && pattern[length - 1] == '*')
        return strncmp(pattern, value, length - 1) == 0;
    return strcmp(pattern, value) == 0;
}

static bool is_explained(const check *c, const char *column)
{
    for (size_t i = 0; i < difference_count; i++)
        if (strcmp(differences[i].suite, c->suite) == 0 && strcmp(differences[i].table, c->table) == 0 &&
            (pattern_is(differences[i].this_case, c->this_case) ||
             (c->condition && strcmp(differences[i].this_case, c->condition) == 0)) &&
            pattern_is(differences[i].column, column))
            return true;
    return false;
}

check check_begin(const char *suite, const folder *f, const char *table_name)
{
    return (check){.suite = suite, .folder = f->name, .table = table_name, .this_case = ""};
}

void check_case(check *c, const char *name)
{
    c->this_case = name;
    c->condition = NULL;
    c->cases++;
}

static void disagree(check *c, const char *column, const char *expected, const char *ours)
{
    if (is_explained(c, column)) {
        c->explained++;
        return;
    }
    if (c->mismatches++ < MISMATCHES_SHOWN)
        fprintf(stderr, "  %s/%s: case %s, %s: expected %s, ours %s\n", c->folder, c->table, c->this_case, column,
                expected, ours);
}

void check_number_within(check *c, const char *column, const char *expected, double ours, double tolerance)
{
    c->compared++;
    bool bad = false;
    const double theirs = cell_number(expected, &bad);
    double relative = 0;
    bool same = !bad;
    if (isnan(theirs) || isnan(ours))
        same = same && isnan(theirs) && isnan(ours);
    else if (isinf(theirs) || isinf(ours))
        same = same && theirs == ours;
    else {
        const double scale = fmax(fabs(theirs), fabs(ours));
        relative = scale > 0 ? fabs(theirs - ours) / scale : 0;
        /* A value that should be 0 may come out as rounding noise; 1e-12 is far below any figure in these tables. */
        same = same && (relative <= tolerance || fabs(theirs - ours) < 1e-12);
        if (fabs(theirs - ours) < 1e-12)
            relative = fmin(relative, tolerance);
    }
    if (!same) {
        char figure[40];
        snprintf(figure, sizeof figure, "%.17g", ours);
        disagree(c, column, *expected ? expected : "nothing", figure);
    } else if (relative > c->largest)
        c->largest = relative;
}

void check_number(check *c, const char *column, const char *expected, double ours)
{
    check_number_within(c, column, expected, ours, usual_tolerance);
}

void check_text(check *c, const char *column, const char *expected, const char *ours)
{
    c->compared++;
    if (strcmp(expected, ours) != 0)
        disagree(c, column, expected, ours);
}

void check_flag(check *c, const char *column, const char *expected, bool ours)
{
    check_text(c, column, expected, ours ? "TRUE" : "FALSE");
}

void check_absent(check *c, const char *what)
{
    c->compared++;
    disagree(c, what, "a row on both sides", "a row on one side only");
}

void check_peer_stopped(check *c, const char *peer_error, const char *ours)
{
    c->peer_stopped++;
    printf("%-24s %-38s peer stopped at %s (%s); ours: %s\n", c->folder, c->table, c->this_case, peer_error, ours);
}

/* Tables that got a line of their own, so that main can name those that were only read. */
static const char **compared_tables;
static size_t compared_count;

bool check_was_compared(const folder *f, const char *table_name)
{
    for (size_t i = 0; i + 1 < compared_count; i += 2)
        if (compared_tables[i] == f->name && strcmp(compared_tables[i + 1], table_name) == 0)
            return true;
    return false;
}

void check_finish(void)
{
    free(compared_tables);
    free(differences);
}

void check_end(check *c)
{
    compared_tables = need(realloc(compared_tables, (compared_count + 2) * sizeof *compared_tables));
    compared_tables[compared_count++] = c->folder;
    compared_tables[compared_count++] = c->table;
    printf("%-24s %-38s cases %6lld  compared %8lld  mismatches %5lld  largest relative difference %.1e", c->folder,
           c->table, (long long)c->cases, (long long)c->compared, (long long)c->mismatches, c->largest);
    if (c->explained)
        printf("  explained %lld", (long long)c->explained);
    if (c->peer_stopped)
        printf("  peer stopped %lld", (long long)c->peer_stopped);
    putchar('\n');
    total_mismatches += c->mismatches;
}
