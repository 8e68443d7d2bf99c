/* Computed scores beside published ones: of a file given, or of the table that the workspace keeps with the framework. */
#include "cli/oversight_published.h"
#include "cli/stat_input.h"

#include <math.h>

enum { PUBLISHED_ORGANISATION = 0, PUBLISHED_SCORE, PUBLISHED_SEGMENT, PUBLISHED_COLUMNS };

static const stat_column published_columns[] = {
    {"organisation", "organisation|organisation code|org code|code|trust code", STAT_TEXT, true, false},
    {"score", "score|average|average score|average metric score", STAT_NUMBER, false, false},
    {"segment", "segment|adjusted segment", STAT_NUMBER, false, false},
    {0},
};

static double shown(double value, output_format format)
{
    return format == FORMAT_TABLE ? round(value * 100) / 100 : value;
}

static void comparison_row(table *t, const oversight_result *r, const oversight_comparison *c, output_format format)
{
    double ours = c->scored == NULL ? (double)NAN : c->scored->average;
    table_text(t, c->organisation);
    table_text(t, c->scored == NULL ? NULL : r->edition->orgs[c->scored->org].name);
    table_number(t, c->published_score);
    table_number(t, shown(ours, format));
    table_number(t, shown(ours - c->published_score, format));
    if (c->published_segment > 0)
        table_int(t, c->published_segment);
    else
        table_missing(t);
    if (c->scored != NULL && c->scored->segment > 0)
        table_int(t, c->scored->segment);
    else
        table_missing(t);
    table_bool(t, c->agrees);
}

static status rows_of_file(cli *c, const oversight_result *r, const char *path, table *t, output_format format,
                           error *err)
{
    const char *const given[PUBLISHED_COLUMNS] = {NULL}; /* every column by its usual headers */
    const stat_request asked = {.path = path, .columns = published_columns, .given = given};
    stat_data data = {0};
    problems list = {0};
    status code = stat_input_read(&asked, &data, &list, err);
    if (code != STATUS_OK)
        say_problems(c, &list);
    for (size_t g = 0; code == STATUS_OK && g < data.group_count; g++)
        for (size_t i = 0; i < data.groups[g].count; i++) {
            size_t row = stat_row(&data, &data.groups[g], i);
            const stat_cells *scores = &data.columns[PUBLISHED_SCORE], *segments = &data.columns[PUBLISHED_SEGMENT];
            double score = scores->present ? scores->numbers[row] : (double)NAN;
            double segment = segments->present ? segments->numbers[row] : (double)NAN;
            const oversight_comparison row_of =
                oversight_compare(r, stat_text(&data, PUBLISHED_ORGANISATION, row), score,
                                  isnan(segment) || fabs(segment) > 9 ? 0 : (int32_t)lround(segment));
            comparison_row(t, r, &row_of, format);
        }
    problems_free(&list);
    stat_data_free(&data);
    return code;
}

static status rows_of_framework(const oversight_result *r, table *t, output_format format, error *err)
{
    const framework *f = r->framework;
    if (f->published_count == 0) {
        status code = error_set(err, STATUS_NOT_FOUND, "There is no published table of framework '%s'", f->id);
        error_hint(err,
                   "Put it into the workspace: catalogue/frameworks/%s.published.csv, with the columns "
                   "organisation,score,segment",
                   f->id);
        return code;
    }
    for (size_t i = 0; i < f->published_count; i++) {
        const framework_published *p = &f->published[i];
        const oversight_comparison row = oversight_compare(r, p->organisation, p->score, p->segment);
        comparison_row(t, r, &row, format);
    }
    return STATUS_OK;
}

status oversight_published_print(cli *c, const oversight_result *r, const char *path, output_format format, error *err)
{
    static const table_column columns[] = {{"organisation", NULL, false, false},
                                           {"name", NULL, false, false},
                                           {"published_score", "published", true, false},
                                           {"score", "here", true, false},
                                           {"difference", NULL, true, false},
                                           {"published_segment", "published segment", true, false},
                                           {"segment", "segment here", true, false},
                                           {"agrees", NULL, false, true}};
    table t = {0};
    table_begin(&t, columns, 8);
    status code = path == NULL ? rows_of_framework(r, &t, format, err) : rows_of_file(c, r, path, &t, format, err);
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}
