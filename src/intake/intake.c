/* intake: one file, from its bytes to the sink. */
#include "intake/intake.h"
#include "intake/merges.h"
#include "intake/mapping.h"
#include "intake/preamble.h"
#include "intake/published.h"
#include "intake/stream.h"
#include "intake/workbook.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

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
static status rows_read(csv_reader *csv, table_head *head, const mapping_setup *setup, error *err)
{
    mapping *m = NULL;
    status code = mapping_open(setup, &m, err);
    while (code == STATUS_OK) {
        grid_row row;
        code = table_head_next(head, csv, &row, err);
        if (code != STATUS_OK || row.cells == NULL)
            break;
        code = mapping_row(m, row.cells, row.count, row.line, err);
    }
    if (code == STATUS_OK)
        code = mapping_end(m, err);
    mapping_close(m);
    return code;
}

/* ---- shaped layouts ------------------------------------------------------------------------------------ */

/* The parts of the source that the file's layouts hold, each once, in order. */
static status parts_say(const shaped_file *file, arena *a, intake_report *report, error *err)
{
    buffer said = {0};
    const char *last = "";
    for (;;) {
        const char *next = NULL;
        for (size_t i = 0; i < file->count; i++) {
            const char *part = file->bindings[i].layout->part;
            if (part != NULL && strcmp(part, last) > 0 && (next == NULL || strcmp(part, next) < 0))
                next = part;
        }
        if (next == NULL)
            break;
        buffer_printf(&said, "%s%s", said.length > 0 ? "," : "", next);
        last = next;
    }
    report->parts = arena_string(a, said.data == NULL ? "" : said.data);
    buffer_free(&said);
    return report->parts == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
}

static status shaper_begin(const shaped_file *file, const catalogue *c, const grid_sheet *sheets,
                           const intake_options *options, const intake_sink *sink, const char *path, arena *a,
                           intake_report *report, problems *list, shaper **out, error *err)
{
    shaper_setup setup = {file, c, sheets, options, sink, report, a, list, path, {0}};
    report->source = file->source;
    report->layout = file->bindings[0].layout;
    for (size_t i = file->count; i > 0; i--) /* the first of those that every file has */
        if (!file->bindings[i - 1].layout->optional)
            report->layout = file->bindings[i - 1].layout;
    names_read(report->file_name, report, &setup.name_period);
    for (size_t i = 0; i < file->left_out_count; i++)
        note_add(report, a,
                 "the sheet '%.60s' was left out: it has the columns of a table that is read, but another name and "
                 "another period",
                 sheets[file->left_out[i]].name);
    status code = parts_say(file, a, report, err);
    return code == STATUS_OK ? shaper_open(&setup, out, err) : code;
}

static status sheets_read(grid *g, const shaped_file *file, shaper *s, error *err)
{
    status code = STATUS_OK;
    merges merged = {0};
    for (size_t i = 0; i < file->count && code == STATUS_OK; i++) {
        const binding *b = &file->bindings[i];
        bool ended = false;
        code = shaper_sheet(s, b, err);
        if (code == STATUS_OK)
            code = merges_begin(&merged, g, b->sheet, b->header_line, err);
        if (code == STATUS_OK)
            code = grid_begin(g, b->sheet, err);
        while (code == STATUS_OK && !ended) {
            grid_row row;
            code = grid_next(g, &row, err);
            if (code != STATUS_OK || row.line == 0)
                break;
            if (row.line <= b->header_line)
                continue;
            code = merges_fill(&merged, &row, err);
            if (code == STATUS_OK)
                code = shaper_row(s, &row, &ended, err);
        }
    }
    merges_free(&merged);
    return code == STATUS_OK ? shaper_end(s, err) : code;
}

/* `opened` is the workbook's own bytes, `path` the file that the user named: the same, unless the workbook came in a zip. */
static status workbook_read(const char *path, const char *opened, workbook_kind kind, const catalogue *c,
                            const intake_options *options, const intake_sink *sink, arena *a, intake_report *report,
                            problems *list, error *err)
{
    grid *g = NULL;
    shaper *s = NULL;
    shaped_file file;
    int descriptor = -1;
    status code = opened == path ? sha256_file(path, report->sha256, err) : STATUS_OK;
    report->unknown_kind = kind == WORKBOOK_OTHER_OFFICE;
    if (code == STATUS_OK)
        code = workbook_open(opened, kind, &descriptor, &g, err);
    if (code != STATUS_OK)
        goto out;
    if (opened == path)
        report->bytes = lseek(descriptor, 0, SEEK_END);
    const char **names = arena_array(a, g->sheet_count + 1, sizeof *names);
    if (names == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    for (size_t i = 0; i < g->sheet_count; i++)
        if ((names[i] = arena_string(a, g->sheets[i].name)) == NULL)
            code = error_set(err, STATUS_MEMORY, "Out of memory");
    report->sheets = names;
    report->sheet_count = g->sheet_count;
    if (code == STATUS_OK)
        code = shape_recognise(c, g, path, a, &file, &report->unknown_kind, list, err);
    if (code == STATUS_OK)
        code = published_read(g, &file, a, report, err);
    if (code == STATUS_OK)
        code = shaper_begin(&file, c, g->sheets, options, sink, path, a, report, list, &s, err);
    if (code == STATUS_OK)
        code = sheets_read(g, &file, s, err);
out:
    shaper_close(s);
    grid_close(g);
    if (descriptor >= 0)
        (void)close(descriptor);
    return code;
}

/* A workbook in a zip: readers of workbooks go to and fro in a file, so it is unpacked into one without a name. */
static status member_read(const char *path, stream *s, const catalogue *c, const intake_options *options,
                          const intake_sink *sink, arena *a, intake_report *report, problems *list, error *err)
{
    char opened[64], piece[65536];
    int64_t all = 0;
    size_t got = 1;
    status code = STATUS_OK;
    FILE *unpacked = tmpfile();
    if (unpacked == NULL)
        return error_set(err, STATUS_IO, "Cannot make a temporary file to unpack the workbook");
    while (code == STATUS_OK && got > 0) {
        code = stream_fill(s, piece, sizeof piece, &got, err);
        all += (int64_t)got;
        if (code == STATUS_OK && all > XLS_FILE_MAXIMUM)
            code = error_set(err, STATUS_REFUSED, "The workbook in the zip has more than %lld bytes",
                             (long long)XLS_FILE_MAXIMUM);
        if (code == STATUS_OK && got > 0 && fwrite(piece, 1, got, unpacked) != got)
            code = error_set(err, STATUS_IO, "Cannot write a temporary file to unpack the workbook");
    }
    if (code == STATUS_OK && fflush(unpacked) != 0)
        code = error_set(err, STATUS_IO, "Cannot write a temporary file to unpack the workbook");
    (void)snprintf(opened, sizeof opened, "/proc/self/fd/%d", fileno(unpacked));
    workbook_kind kind = code == STATUS_OK ? workbook_look(opened) : WORKBOOK_NONE;
    if (code == STATUS_OK)
        code = workbook_read(path, opened, kind == WORKBOOK_NONE ? WORKBOOK_XLSX : kind, c, options, sink, a, report,
                             list, err);
    (void)fclose(unpacked);
    return code;
}

/* The rest of a csv whose header a shaped layout fits. */
static status csv_shape(csv_reader *csv, table_head *head, const catalogue *c, const intake_options *options,
                        const intake_sink *sink, const char *path, arena *a, intake_report *report, problems *list,
                        error *err)
{
    shaper *s = NULL;
    stray_cells stray;
    bool ended = false;
    status code = stray_cells_begin(&stray, head, a, err);
    if (code == STATUS_OK)
        code = shaper_begin(&head->shaped, c, NULL, options, sink, path, a, report, list, &s, err);
    if (code == STATUS_OK)
        code = shaper_sheet(s, &head->shaped.bindings[0], err);
    while (code == STATUS_OK && !ended) {
        grid_row row;
        code = table_head_next(head, csv, &row, err);
        if (code != STATUS_OK || row.cells == NULL)
            break;
        const int64_t kept = report->rows_kept;
        const problems before = *list;
        code = shaper_row(s, &row, &ended, err);
        if (code != STATUS_OK || ended)
            continue;
        code = stray_cells_look(&stray, &row, report->rows_kept > kept, path, err);
        if (code != STATUS_OK) { /* the comma is what is wrong, not the cells that it has moved */
            list->count = before.count;
            list->total = before.total;
        }
    }
    if (code == STATUS_OK)
        code = shaper_end(s, err);
    if (code == STATUS_OK)
        code = stray_cells_settle(&stray, path, a, report, err);
    shaper_close(s);
    return code;
}

/* A title above the table is nearer to it than the name of the file. */
static void title_period(period said, mapping_setup *setup)
{
    char title[PERIOD_WORDS], name[PERIOD_WORDS];
    if (said.kind == PERIOD_NONE)
        return;
    if (setup->name_period.kind != PERIOD_NONE && period_compare(said, setup->name_period) != 0) {
        period_words(said, title);
        period_words(setup->name_period, name);
        note_add(setup->report, setup->memory,
                 "the name says %s, but the title above the table says %s: the title holds", name, title);
    }
    setup->name_period = said;
}

static status table_read(csv_reader *csv, const catalogue *c, const intake_options *options, const intake_sink *sink,
                         const char *path, arena *a, intake_report *report, problems *list, error *err)
{
    table_head *head = arena_alloc(a, sizeof *head);
    period said = {0};
    if (head == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    status code = table_head_find(csv, c, path, a, head, report, list, err);
    const source *near = NULL;
    if (code == STATUS_REFUSED && report->unknown_kind) {
        status nearer = shape_near_csv(c, head->rows, head->count, path, a, &near, list, err);
        code = nearer == STATUS_OK ? code : nearer;
        report->unknown_kind = near == NULL;
        report->source = near != NULL ? near : report->source;
    }
    if (code == STATUS_OK)
        code = table_head_read(head, report->source, a, report, &said, err);
    if (code != STATUS_OK)
        return code;
    if (head->shaped.count > 0)
        return csv_shape(csv, head, c, options, sink, path, a, report, list, err);
    mapping_setup setup = {.match = &head->match,
                           .catalogue = c,
                           .options = options,
                           .sink = sink,
                           .report = report,
                           .memory = a,
                           .list = list,
                           .path = path,
                           .header_line = head->rows[head->header].line};
    names_read(report->file_name, report, &setup.name_period);
    title_period(said, &setup);
    return rows_read(csv, head, &setup, err);
}

status intake_read(const char *path, const catalogue *c, const intake_options *options, const intake_sink *sink,
                   arena *a, intake_report *report, problems *list, error *err)
{
    const intake_options none = {.published = DATE_NONE};
    stream *s = NULL;
    csv_reader *csv = NULL;
    text first;
    const size_t listed = list->count;
    const int64_t total = (int64_t)list->total;
    if (options == NULL)
        options = &none;
    *report = (intake_report){.published = options->published,
                              .printed = DATE_NONE,
                              .printed_revised = DATE_NONE,
                              .archived = DATE_NONE,
                              .parts = ""};
    const char *slash = strrchr(path, '/');
    report->file_name = arena_string(a, slash == NULL ? path : slash + 1);
    if (report->file_name == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    workbook_kind workbook = workbook_look(path);
    if (workbook != WORKBOOK_NONE) {
        status read = workbook_read(path, path, workbook, c, options, sink, a, report, list, err);
        if (read != STATUS_OK && err != NULL && err->file[0] == 0)
            error_at(err, path, NULL, 0, NULL);
        memcpy(report->table_sha256, report->sha256, SHA256_TEXT);
        if (read == STATUS_OK)
            published_settle(options, a, report);
        return read;
    }
    status code = stream_open(path, a, report, &s, err);
    if (code != STATUS_OK)
        goto out;
    code = stream_peek(s, &first, err);
    if (code == STATUS_OK && report->member != NULL && workbook_named(report->member) &&
        (content_of(first) == CONTENT_ZIP || content_of(first) == CONTENT_OLD_OFFICE)) {
        code = member_read(path, s, c, options, sink, a, report, list, err);
        goto out;
    }
    if (code == STATUS_OK)
        code = content_refuse(content_of(first), report, err);
    if (code == STATUS_OK)
        code = csv_open(stream_fill, s, &csv, err);
    if (code == STATUS_OK)
        code = table_read(csv, c, options, sink, path, a, report, list, err);
    if (code == STATUS_OK && workbook_named(path))
        note_add(report, a, "the name says that this is a workbook, but it is csv");
out:
    /* Rows of a damaged zip are nonsense: that it is damaged is the one thing to say. */
    if (code == STATUS_REFUSED && s != NULL && (list->count > listed || report->unknown_kind)) {
        error damage = {0};
        if (stream_check_rest(s, &damage) != STATUS_OK) {
            list->count = listed;
            list->total = total;
            report->unknown_kind = false;
            code = damage.code;
            if (err != NULL)
                *err = damage;
        }
    }
    if (code ==
        STATUS_OK) /* what stands behind the last row counts for the check sum of a packed table, and for its SHA-256 */
        code = stream_check_rest(s, err);
    csv_close(csv);
    stream_close(s, report->sha256, report->table_sha256);
    if (code == STATUS_OK)
        published_settle(options, a, report);
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, path, NULL, 0, NULL);
    return code;
}
