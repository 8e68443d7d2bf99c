/* published: the day of publication as files print it, and which of several days counts. */
#include "intake/published.h"
#include "intake/shape_finder.h"
#include "intake/stream.h"

#include <string.h>

#define DATE_WORDS    3
#define DATE_TEXT_MAX 64

/* ---- a date in words ---------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == '(' || c == ')' || c == ';';
}

/* The next word of t from *at on; a full stop or colon at its end and the "th" of "12th" are taken off. False at the end. */
static bool word_next(text t, size_t *at, text *word)
{
    while (*at < t.length && is_gap(t.at[*at]))
        (*at)++;
    size_t from = *at;
    while (*at < t.length && !is_gap(t.at[*at]))
        (*at)++;
    size_t to = *at;
    while (to > from && (t.at[to - 1] == '.' || t.at[to - 1] == ':'))
        to--;
    *word = (text){t.at + from, to - from};
    static const char *const ORDINALS[] = {"st", "nd", "rd", "th"};
    if (word->length >= 3 && word->length <= 4 && is_digit(word->at[0]))
        for (size_t i = 0; i < sizeof ORDINALS / sizeof ORDINALS[0]; i++)
            if (text_is_nocase((text){word->at + word->length - 2, 2}, ORDINALS[i])) {
                word->length -= 2;
                break;
            }
    return *at > from;
}

static bool word_put(char *joined, size_t *length, text word)
{
    if (word.length + *length + 2 > DATE_TEXT_MAX)
        return false;
    if (*length > 0)
        joined[(*length)++] = ' ';
    memcpy(joined + *length, word.at, word.length);
    *length += word.length;
    return true;
}

bool date_in_words(text t, date *out, text *rest)
{
    t = text_trim(t);
    text word;
    for (size_t from = 0; from < t.length;) {
        char joined[DATE_TEXT_MAX];
        size_t length = 0, at = from, next = from;
        for (int words = 0; words < DATE_WORDS && word_next(t, &at, &word); words++) {
            next = words == 0 ? at : next;
            if (!word_put(joined, &length, word))
                break;
            /* A lone number is a page or a time; yyyymmdd is a date. */
            if (word.length > 0 && date_parse_loose((text){joined, length}, out)) {
                *rest = (text){t.at + at, t.length - at};
                return true;
            }
        }
        if (next == from)
            break;
        from = next;
    }
    return false;
}

/* ---- places --------------------------------------------------------------------------------------------- */

/* A cell that means that there is none. */
static bool says_none(text cell)
{
    static const char *const NONE[] = {"-", "--", "n/a", "na", "none", "no", "not applicable", "tbc"};
    cell = text_trim(cell);
    if (cell.length == 0)
        return true;
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        if (text_is_nocase(cell, NONE[i]))
            return true;
    return false;
}

static void later_keep(date *kept, date found)
{
    if (found > *kept) /* DATE_NONE is the smallest */
        *kept = found;
}

typedef struct reading {
    intake_report *report;
    arena *memory;
    const char *sheet; /* for notes; NULL in a csv */
    bool told[2];      /* per kind of day: a note was made */
} reading;

/* What a place says: its date, and that of a revision behind it ("12 June 2025 (revised 9 October 2025)"). */
static bool cell_take(reading *w, const source_date_place *place, text cell)
{
    date found = DATE_NONE, second = DATE_NONE;
    text rest = {0}, unused;
    if (!date_in_words(cell, &found, &rest))
        return false;
    later_keep(place->revised ? &w->report->printed_revised : &w->report->printed, found);
    if (text_meets("*revised*", rest) && date_in_words(rest, &second, &unused))
        later_keep(&w->report->printed_revised, second);
    return true;
}

static void odd_note(reading *w, const source_date_place *place, int64_t line, text cell)
{
    char shown[CELL_SHOWN], where[160];
    if (place->revised && text_meets("yes*", cell)) {
        w->report->revised = true;
        return;
    }
    if (says_none(cell) || w->told[place->revised])
        return;
    w->told[place->revised] = true;
    cell_show(cell, shown);
    (void)snprintf(where, sizeof where, w->sheet == NULL ? "%.0sline %lld" : "sheet '%.80s', row %lld",
                   w->sheet == NULL ? "" : w->sheet, (long long)line);
    note_add(w->report, w->memory, "%s by '%.60s' (%s) is no date: it was not taken for the day of %s", shown,
             place->text, where, place->revised ? "revision" : "publication");
}

/* One place in one row; `below` is the row after it, or NULL. */
static void place_read(reading *w, const source_date_place *place, const char *pattern, const char *open_pattern,
                       const look_row *row, const look_row *below)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->folded[i][0] == 0)
            continue;
        bool met = pattern_meets(pattern, row->folded[i]);
        if (!met || place->kind == DATE_IN_CELL) {
            /* "Published: 12th June 2025" in one cell is meant too. */
            if ((met || pattern_meets(open_pattern, row->folded[i])) && !cell_take(w, place, row->cells[i]) && met)
                odd_note(w, place, row->line, row->cells[i]);
            continue;
        }
        text said = {0};
        if (place->kind == DATE_BELOW && below != NULL && below->line == row->line + 1 && i < below->count)
            said = below->cells[i];
        for (size_t j = i + 1; place->kind == DATE_RIGHT_OF && j < row->count && said.length == 0; j++)
            if (row->folded[j][0] != 0)
                said = row->cells[j];
        if (!cell_take(w, place, said))
            odd_note(w, place, row->line, said);
    }
}

static void place_read_rows(reading *w, const source_date_place *place, const look_row *rows, size_t count)
{
    arena scratch = {0};
    const char *pattern = heading_fold(&scratch, text_of(place->text));
    const char *open_pattern = pattern == NULL ? NULL : arena_printf(&scratch, "%s*", pattern);
    for (size_t r = 0; r < count && open_pattern != NULL; r++)
        place_read(w, place, pattern, open_pattern, &rows[r], r + 1 < count ? &rows[r + 1] : NULL);
    arena_free(&scratch);
}

void published_read_lines(const source *s, const look_row *rows, size_t count, arena *a, intake_report *report)
{
    reading w = {.report = report, .memory = a};
    for (size_t i = 0; i < s->published_at_count; i++)
        if (s->published_at[i].sheet_count == 0)
            place_read_rows(&w, &s->published_at[i], rows, count);
}

/* How many of the first rows of a sheet a place is looked for in: the header's line less one, where the sheet holds a table. */
static int64_t rows_meant(const source_date_place *place, const shaped_file *file, size_t sheet, const char *name)
{
    for (size_t i = 0; i < place->sheet_count; i++)
        if (text_meets(place->sheets[i], text_of(name)))
            return INT64_MAX;
    for (size_t i = 0; i < file->count && place->sheet_count == 0; i++)
        if (file->bindings[i].sheet == sheet)
            return file->bindings[i].header_line - 1;
    return 0;
}

static size_t rows_until(const sheet_look *look, int64_t line)
{
    size_t n = 0;
    while (n < look->count && look->rows[n].line <= line)
        n++;
    return n;
}

status published_read(grid *g, const shaped_file *file, arena *a, intake_report *report, error *err)
{
    const source *s = file->source;
    finder f = {.grid = g};
    reading w = {.report = report, .memory = a};
    status code = STATUS_OK;
    if (s->published_at_count == 0)
        return STATUS_OK;
    f.looks = arena_array(&f.scratch, g->sheet_count, sizeof *f.looks);
    if (f.looks == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t sheet = 0; sheet < g->sheet_count && code == STATUS_OK; sheet++) {
        w.sheet = g->sheets[sheet].name;
        for (size_t i = 0; i < s->published_at_count && code == STATUS_OK; i++) {
            sheet_look *look = NULL;
            int64_t last = rows_meant(&s->published_at[i], file, sheet, w.sheet);
            if (last <= 0)
                continue;
            code = look_at(&f, sheet, &look, err);
            if (code == STATUS_OK)
                place_read_rows(&w, &s->published_at[i], look->rows, rows_until(look, last));
        }
    }
    arena_free(&f.scratch);
    return code;
}

/* ---- which day counts ------------------------------------------------------------------------------------ */

static void early_note(arena *a, intake_report *report, const char *who, date day)
{
    char words[DATE_TEXT];
    date_format(day, words);
    note_add(report, a, "%s says %s, which is before its period: that was not taken for the day of publication", who,
             words);
}

/* The server's day, where it can be one: a file is not put out before its period is over, nor after it was fetched. */
static date modified_settle(const intake_dates *dates, arena *a, intake_report *report)
{
    char words[DATE_TEXT];
    if (dates->modified == DATE_NONE)
        return DATE_NONE;
    date_format(dates->modified, words);
    if (dates->received != DATE_NONE && dates->modified > dates->received) {
        note_add(report, a,
                 "the server dates the file %s, after it was fetched: that was not taken for the day of publication",
                 words);
        return DATE_NONE;
    }
    if (report->last_period.kind != PERIOD_NONE && dates->modified <= period_last_day(report->last_period)) {
        note_add(report, a,
                 "the server dates the file %s, before the end of its period: that was not taken for the day of "
                 "publication",
                 words);
        return DATE_NONE;
    }
    return dates->modified;
}

void published_settle(const intake_options *options, arena *a, intake_report *report)
{
    if (report->source != NULL && report->source->tidy)
        report->printed = report->printed_revised = DATE_NONE;
    /* A day before the period has begun is one of an earlier month that was left standing, or a slip. */
    date begins = report->last_period.kind == PERIOD_NONE ? DATE_NONE : period_first_day(report->last_period);
    if (report->printed != DATE_NONE && report->printed < begins) {
        early_note(a, report, "the date of publication in the file", report->printed);
        report->printed = DATE_NONE;
    }
    if (report->printed_revised != DATE_NONE && report->printed_revised < begins)
        report->printed_revised = DATE_NONE; /* of an earlier month of a series: it is not what makes this release */
    report->revised |= report->printed_revised != DATE_NONE && report->printed_revised > report->printed;
    if (options->published != DATE_NONE) {
        report->published = options->published;
        return;
    }
    later_keep(&report->published, report->printed);
    later_keep(&report->published, report->printed_revised);
    if (options->dates == NULL)
        return;
    later_keep(&report->published, options->dates->page);
    if (report->published == DATE_NONE)
        report->published = modified_settle(options->dates, a, report);
}
