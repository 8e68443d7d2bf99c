/*
 * mapping: rows of cells become batches of typed columns, by the plan (plan.h).
 *
 * The case of one digit is in line; a text that is the same as in the row above is not copied again; lines that are set aside
 * are told before any cell is converted.
 * The first problem ends what goes to the sink (the file is refused); the rows are read on to list up to the first 20.
 */
#include "intake/plan.h"
#include "intake/stream.h"

#include <string.h>

#define TEXT_PER_BATCH ((size_t)16 << 20) /* bytes of text after which a batch is handed over early */

/* ---- problems ---------------------------------------------------------------------------------------- */

static const char *heading_of(const mapping *m, int32_t file_column)
{
    return file_column < 0 ? NULL : m->of.match->heading[file_column];
}

/* True while problems are still kept: past the limit they are only counted, which costs nothing. */
static bool problem_wanted(mapping *m)
{
    size_t limit = m->of.list->limit == 0 ? 20 : m->of.list->limit;
    m->problems++;
    if (m->of.list->count < limit)
        return true;
    m->of.list->total++;
    return false;
}

static void problem_add(mapping *m, int64_t line, int32_t file_column, const char *message, const char *hint)
{
    error problem;
    if (!problem_wanted(m))
        return;
    (void)error_set(&problem, STATUS_REFUSED, "%s", message);
    line_place at = place_of_line(line);
    error_at(&problem, m->of.path, at.sheet > 0 && m->of.sheets != NULL ? m->of.sheets[at.sheet - 1].name : NULL,
             at.row, heading_of(m, file_column));
    if (hint != NULL)
        error_hint(&problem, "%s", hint);
    problems_add(m->of.list, &problem);
}

static void cell_problem(mapping *m, int64_t line, int32_t file_column, text cell, const char *why)
{
    char shown[CELL_SHOWN], message[256];
    if (m->of.list->count >= (m->of.list->limit == 0 ? 20 : m->of.list->limit)) {
        (void)problem_wanted(m);
        return;
    }
    cell_show(cell, shown);
    (void)snprintf(message, sizeof message, "%s %s", shown, why);
    problem_add(m, line, file_column, message, NULL);
}

void mapping_problem(mapping *m, int64_t line, int32_t file_column, const char *message, const char *hint)
{
    problem_add(m, line, file_column, message, hint);
}

void mapping_tokens(mapping *m, const source_layout *tokens)
{
    m->layout = tokens;
    for (size_t i = 0; i < m->text_count; i++)
        m->text_cells[i].raw = (text){0};
}

static void blank_problem(mapping *m, int64_t line, int32_t file_column)
{
    problem_add(m, line, file_column, "The cell is blank, and this column must be filled", NULL);
}

/* ---- one row ----------------------------------------------------------------------------------------- */

static bool is_blank(text cell)
{
    return cell.length == 0 || text_trim(cell).length == 0;
}

static bool row_is_blank(const text *cells, size_t count)
{
    if (cells[0].length > 0 && (unsigned char)cells[0].at[0] > ' ' && (unsigned char)cells[0].at[0] < 0x80)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!is_blank(cells[i]))
            return false;
    return true;
}

/* Sets the bits of a cell without a value; false where the cell is a problem. */
static bool cell_absent(mapping *m, cell_state state, int32_t column, bool required, int64_t line, int32_t file_column)
{
    size_t i = m->batch.count;
    uint64_t bit = (uint64_t)1 << (i % 64);
    m->batch.columns[column].present[i / 64] &= ~bit;
    if (state == CELL_SUPPRESSED)
        m->batch.columns[column].suppressed[i / 64] |= bit;
    else if (required) {
        blank_problem(m, line, file_column);
        return false;
    }
    return true;
}

static void count_set(const count_plan *plan, size_t i, int64_t value)
{
    if (plan->bands != NULL)
        plan->bands[i] = (int32_t)value;
    else
        plan->counts[i] = value;
}

/* A count cell that is not one plain digit. */
static bool count_read(mapping *m, const count_plan *plan, text cell, int64_t line)
{
    const size_t i = m->batch.count;
    int64_t value = 0;
    size_t n = 0;
    if (cell.length <= 9)
        for (unsigned digit; n < cell.length && (digit = (unsigned)(unsigned char)cell.at[n] - '0') <= 9; n++)
            value = value * 10 + digit;
    if (n > 0 && n == cell.length) {
        count_set(plan, i, value);
        return true;
    }
    const char *why = NULL;
    cell_state state = CELL_MISSING;
    if (cell.length > 0)
        state = cell_count(m->layout, cell, plan->bands != NULL ? INT32_MAX : INT64_MAX, &value, &why);
    if (state == CELL_BAD) {
        cell_problem(m, line, plan->file_column, cell, why);
        return false;
    }
    count_set(plan, i, state == CELL_VALUE ? value : 0);
    return state == CELL_VALUE || cell_absent(m, state, plan->column, plan->required, line, plan->file_column);
}

static bool counts_read(mapping *m, const text *cells, int64_t line)
{
    const size_t i = m->batch.count;
    bool good = true;
    size_t blank = 0, may_be_blank = 0;
    for (const count_plan *plan = m->counts, *stop = plan + m->count_count; plan < stop; plan++) {
        text cell = cells[plan->file_column];
        unsigned digit;
        may_be_blank += plan->blank_is_zero;
        if (cell.length == 1 && (digit = (unsigned)(unsigned char)cell.at[0] - '0') <= 9) {
            count_set(plan, i, (int64_t)digit);
        } else if (plan->blank_is_zero && is_blank(cell)) {
            count_set(plan, i, 0);
            blank++;
        } else if (!count_read(m, plan, cell, line)) {
            good = false;
        }
    }
    if (blank > 0 && blank == may_be_blank)
        for (const count_plan *plan = m->counts, *stop = plan + m->count_count; plan < stop; plan++)
            if (plan->blank_is_zero)
                (void)cell_absent(m, CELL_MISSING, plan->column, false, line, plan->file_column);
    return good;
}

static status texts_read(mapping *m, const text *cells, int64_t line, bool *good, error *err)
{
    const size_t i = m->batch.count;
    for (text_plan *plan = m->text_cells, *stop = plan + m->text_count; plan < stop; plan++) {
        text cell = cells[plan->file_column], trimmed;
        if (plan->raw.at != NULL && text_equal(cell, plan->raw)) {
            plan->texts[i] = plan->kept;
            if (plan->unknown)
                plan->known->rows++;
            continue;
        }
        cell_state state = cell_text(m->layout, cell, &trimmed);
        if (state != CELL_VALUE) {
            plan->texts[i] = (text){"", 0};
            *good &= cell_absent(m, state, plan->column, plan->required, line, plan->file_column);
            continue;
        }
        char *copy = arena_copy(&m->texts, cell.at, cell.length);
        if (copy == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        plan->raw = (text){copy, cell.length};
        plan->kept = (text){copy + (trimmed.at - cell.at), trimmed.length};
        status code = plan->words == NULL ? STATUS_OK : word_settle(m, plan->words, &plan->kept, err);
        plan->texts[i] = plan->kept;
        if (code != STATUS_OK)
            return code;
        if (plan->of != NULL)
            total_word_check(m, plan, line, good);
        code = plan->role == NULL ? STATUS_OK : kind_check(m, plan, line, good, err);
        if (code == STATUS_OK && plan->known != NULL)
            code = known_check(m, plan, line, good, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

static bool numbers_read(mapping *m, const text *cells, int64_t line)
{
    bool good = true;
    for (const number_plan *plan = m->numbers, *stop = plan + m->number_count; plan < stop; plan++) {
        const char *why = NULL;
        double value = 0;
        cell_state state = cell_number(m->layout, cells[plan->file_column], &value, &why);
        if (state == CELL_BAD) {
            cell_problem(m, line, plan->file_column, cells[plan->file_column], why);
            good = false;
        } else if (state != CELL_VALUE) {
            value = 0;
            good &= cell_absent(m, state, plan->column, plan->required, line, plan->file_column);
        }
        plan->numbers[m->batch.count] = value;
    }
    return good;
}

/* The period of a row, and what it does to the report. */
static status period_read(mapping *m, const text *cells, int64_t line, bool *good, error *err)
{
    intake_report *report = m->of.report;
    text cell = cells[m->period_column];
    if (m->period_text[0] != 0 && text_is(cell, m->period_text))
        return STATUS_OK;
    m->period_text[0] = 0;
    period found = {0};
    *good = m->source->tidy || m->of.shaped ? period_parse(text_trim(cell), &found) : period_find(cell, &found);
    if (!*good) {
        if (is_blank(cell))
            blank_problem(m, line, m->period_column);
        else
            cell_problem(
                m, line, m->period_column, cell,
                m->source->tidy
                    ? "is not a period; write it as 2026-04, FY2025-26, FY2025-26-Q4, CY2024 or 2024-04..2024-06"
                    : "is not a month or period that there is");
        return STATUS_OK;
    }
    char misfit[200];
    if (period_misfit(m->source, m->layout, found, misfit, sizeof misfit)) {
        problem_add(m, line, m->period_column, misfit, "Correct the period, or download the file again.");
        *good = false;
        return STATUS_OK;
    }
    status alone = period_alone(m, found, line, err);
    if (alone != STATUS_OK)
        return alone;
    m->period_value = found;
    if (cell.length < sizeof m->period_text && cell.length > 0) {
        memcpy(m->period_text, cell.at, cell.length);
        m->period_text[cell.length] = 0;
    }
    const period *wanted = &m->of.options->period;
    if (wanted->kind != PERIOD_NONE && period_compare(*wanted, found) != 0) {
        char said[PERIOD_TEXT], asked[PERIOD_TEXT];
        period_format(found, said);
        period_format(*wanted, asked);
        status code = error_set(err, STATUS_REFUSED, "The file says %s, but --period says %s", said, asked);
        error_at(err, m->of.path, NULL, place_of_line(line).row, heading_of(m, m->period_column));
        error_hint(err, "Leave out --period: the file knows its own.");
        return code;
    }
    if (report->first_period.kind == PERIOD_NONE || period_compare(found, report->first_period) < 0)
        report->first_period = found;
    if (report->last_period.kind == PERIOD_NONE ||
        found.first_month + found.months > report->last_period.first_month + report->last_period.months)
        report->last_period = found;
    return STATUS_OK;
}

/* What is wrong with a row that is longer than the header takes the place of what is wrong with its cells: the comma has moved those. */
static void longer_problem(mapping *m, const error *problem, int64_t line, int32_t file_column)
{
    problem_add(m, line, file_column, problem->message, problem->hint);
}

/* Too short a row has lost cells: none can be trusted to be under its heading. */
static bool row_fits(mapping *m, size_t count, int64_t line)
{
    const header_match *match = m->of.match;
    char message[160];
    if (count >= match->needed)
        return true;
    (void)snprintf(message, sizeof message, "The row has only %zu cell%s, the header has %zu", count,
                   count == 1 ? "" : "s", match->column_count);
    problem_add(m, line, -1, message, "The file may be cut off.");
    return false;
}

/* Columns outside the table are left out because nothing is in them. */
static status outside_check(mapping *m, const text *cells, size_t count, int64_t line, error *err)
{
    const header_match *match = m->of.match;
    for (size_t i = 0; i < count && i < match->column_count; i++) {
        if (match->use[i] != USE_OUTSIDE || is_blank(cells[i]))
            continue;
        char shown[CELL_SHOWN];
        cell_show(cells[i], shown);
        status code =
            error_set(err, STATUS_REFUSED, "Column '%.100s' is not one that %s (layout %s) has, and it holds %s",
                      match->heading[i], m->source->id, m->layout->id, shown);
        error_at(err, m->of.path, NULL, line, match->heading[i]);
        error_hint(err, "Declare the column in the layout, or delete it from the file.");
        return code;
    }
    return STATUS_OK;
}

/* A total line's counts, for the check at the end; they must be counts like any other. */
static void total_take(mapping *m, const text *cells, int64_t line)
{
    for (size_t i = 0; i < m->count_count; i++) {
        const count_plan *plan = &m->counts[i];
        int64_t value = 0;
        const char *why = NULL;
        cell_state state = cell_count(m->layout, cells[plan->file_column], INT64_MAX, &value, &why);
        if (state == CELL_BAD)
            cell_problem(m, line, plan->file_column, cells[plan->file_column], why);
        else if (state == CELL_VALUE)
            totals_say(m->totals, plan->column, value, line);
    }
}

static bool is_set_aside(mapping *m, const text *cells, int64_t line)
{
    for (size_t i = 0; i < m->aside_count; i++) {
        const aside_plan *plan = &m->asides[i];
        text cell = cells[plan->file_column];
        bool met = false;
        if (cell.length == 0)
            continue;
        for (size_t j = 0; j < plan->rule->equals_count && !met; j++) {
            /* The first letter tells nearly all cells apart; white space before it is rare. */
            unsigned char a = (unsigned char)cell.at[0], b = (unsigned char)plan->rule->equals[j][0];
            if (((a ^ b) & 0xdf) == 0 || a <= ' ' || a >= 0x80)
                met = text_is_nocase(text_trim(cell), plan->rule->equals[j]);
        }
        if (!met)
            continue;
        m->of.report->set_aside[plan->report].rows++;
        m->total_seen |= plan->rule->is_total;
        if (plan->rule->is_total && m->totals != NULL)
            total_take(m, cells, line);
        return true;
    }
    return false;
}

static status names_hand_over(mapping *m, const text *cells, int64_t line, error *err)
{
    const size_t i = m->batch.count;
    for (size_t n = 0; n < m->name_count; n++) {
        name_plan *plan = &m->names[n];
        const row_column *codes = &m->batch.columns[plan->code_column];
        if ((codes->present[i / 64] >> (i % 64) & 1) == 0)
            continue;
        text code_text = codes->as.texts[i], name = text_trim(cells[plan->file_column]);
        if (code_text.at == plan->last || name.length == 0)
            continue;
        plan->last = code_text.at;
        key_hash key = key_hash_begin();
        int64_t earlier = 0;
        key_hash_add(&key, code_text);
        status code = key_set_add(&m->named, key, line, &earlier, err);
        if (code == STATUS_OK && earlier == 0)
            code = m->of.sink->name(m->of.sink->context, code_text, name, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

static status batch_hand_over(mapping *m, error *err)
{
    status code = STATUS_OK;
    if (m->batch.count > 0 && m->problems == 0)
        code = m->of.sink->rows(m->of.sink->context, &m->batch, err);
    batch_begin(m);
    return code;
}

/* After a problem nothing goes to the sink any more; rows are read on only for their own problems, each in the first place
 * of the batch, without the marks of cells that were missing in earlier rows: the checks of rows look at them. */
static void row_forget(mapping *m)
{
    if (m->texts.used > TEXT_PER_BATCH)
        batch_begin(m);
    for (size_t i = 0; i < m->source->column_count; i++) {
        m->batch.columns[i].present[0] = m->filled[i] ? ~(uint64_t)0 : 0;
        m->batch.columns[i].suppressed[0] = 0;
    }
    m->batch.count = 0;
}

/* The row is in the batch's next place, with no problem of its own. */
static status row_keep(mapping *m, const text *cells, int64_t line, error *err)
{
    status code = STATUS_OK;
    const size_t i = m->batch.count;
    m->batch.line[i] = line;
    m->batch.period[i] = m->period_value;
    if (m->tidy != NULL) {
        bool wrong = false;
        int32_t column = -1;
        error problem = {0};
        code = tidy_check(m->tidy, &m->batch, i, &wrong, &problem, &column, err);
        if (code != STATUS_OK)
            return code;
        if (wrong) {
            int32_t file_column = -1;
            for (size_t c = 0; c < m->layout->column_count; c++)
                if (column >= 0 && m->layout->columns[c].column == column && !m->layout->columns[c].is_name)
                    file_column = m->of.match->column_of[c];
            problem_add(m, line, file_column, problem.message, problem.hint[0] != 0 ? problem.hint : NULL);
            return STATUS_OK;
        }
    }
    bool repeated = false;
    code = repeat_check(m, line, &repeated, err);
    if (code != STATUS_OK || repeated)
        return code;
    if (m->problems > 0)
        return STATUS_OK; /* an earlier row's */
    if (!m->begun) {
        m->begun = true;
        code = m->of.sink->begin(m->of.sink->context, m->source, m->layout, err);
        if (code != STATUS_OK)
            return code;
    }
    if (m->of.sink->name != NULL)
        code = names_hand_over(m, cells, line, err);
    if (code != STATUS_OK)
        return code;
    if (m->totals != NULL)
        totals_add(m->totals, &m->batch, i);
    if (m->of.kept != NULL)
        code = m->of.kept(m->of.kept_context, &m->batch, i, err);
    if (code != STATUS_OK)
        return code;
    for (size_t r = 0; m->complete != NULL && r < m->of.match->layout->complete_count && code == STATUS_OK; r++) {
        const layout_complete *rule = &m->of.match->layout->complete[r];
        int32_t at = m->of.match->column_of[rule->layout_column];
        if (at >= 0)
            code = complete_add(m->complete, rule, m->of.match->layout, 0, cells[at], err);
    }
    if (code != STATUS_OK)
        return code;
    m->of.report->rows_kept++;
    m->batch.count++;
    return m->batch.count == ROW_BATCH || m->texts.used > TEXT_PER_BATCH ? batch_hand_over(m, err) : STATUS_OK;
}

status mapping_row(mapping *m, const text *cells, size_t count, int64_t line, error *err)
{
    const header_match *match = m->of.match;
    bool good = true;
    status code = STATUS_OK;
    if (count == 0 || row_is_blank(cells, count))
        return STATUS_OK;
    m->of.report->rows_in++;
    if (count != match->column_count && !row_fits(m, count, line))
        return STATUS_OK;
    const problems before = *m->of.list;
    const int64_t problems_before = m->problems;
    const int64_t filled_before = m->longer.filled;
    if (match->outside)
        code = outside_check(m, cells, count, line, err);
    if (code != STATUS_OK)
        return code;
    const bool aside = is_set_aside(m, cells, line);
    error wrong;
    int32_t at = -1;
    if (longer_look(&m->longer, cells, count, line, !aside, &wrong, &at)) {
        m->of.list->count = before.count;
        m->of.list->total = before.total;
        m->problems = problems_before;
        longer_problem(m, &wrong, line, at);
        return STATUS_OK;
    }
    if (aside)
        return STATUS_OK;
    const bool longer = m->longer.filled > filled_before;
    if (m->period_column >= 0)
        code = period_read(m, cells, line, &good, err);
    if (code == STATUS_OK)
        code = texts_read(m, cells, line, &good, err);
    if (code != STATUS_OK)
        return code;
    good &= counts_read(m, cells, line);
    good &= numbers_read(m, cells, line);
    good = good && row_sums_hold(m, line);
    if (longer && !good) { /* the comma is what is wrong, not the cells that it has moved */
        m->of.list->count = before.count;
        m->of.list->total = before.total;
        m->problems = problems_before;
        longer_say(&m->longer, count, &wrong);
        longer_problem(m, &wrong, line, -1);
    }
    if (good)
        code = row_keep(m, cells, line, err);
    if (m->problems > 0)
        row_forget(m);
    return code;
}

/* ---- the end ------------------------------------------------------------------------------------------- */

/* What the name says is told where the content says otherwise: the content holds. */
static void name_note(const mapping *m)
{
    const intake_report *report = m->of.report;
    period name = m->of.name_period;
    if (m->period_column < 0 || m->source->tidy || name.kind == PERIOD_NONE || report->first_period.kind == PERIOD_NONE)
        return;
    if (name.first_month >= report->first_period.first_month &&
        name.first_month + name.months <= report->last_period.first_month + report->last_period.months)
        return;
    char said[PERIOD_WORDS], named[PERIOD_WORDS];
    period_words(report->first_period, said);
    period_words(name, named);
    note_add(m->of.report, m->of.memory, "the name says %s, but the rows say %s: the rows hold", named, said);
}

status mapping_end(mapping *m, error *err)
{
    intake_report *report = m->of.report;
    status code = STATUS_OK;
    error wrong;
    int64_t wrong_line = 0;
    if (m->problems == 0 && longer_wrong(&m->longer, &wrong, &wrong_line))
        longer_problem(m, &wrong, wrong_line, -1);
    if (m->problems == 0)
        longer_note(&m->longer, report, m->of.memory);
    if (m->problems > 0) {
        const error *first = m->of.list->count > 0 ? &m->of.list->items[0] : NULL;
        char told[NUMBER_TEXT];
        number_grouped(m->problems, told);
        code = error_set(err, STATUS_REFUSED, "%s problem%s in the rows; the first is: %s", told,
                         m->problems == 1 ? "" : "s", first == NULL ? "not kept" : first->message);
        error_at(err, m->of.path, first == NULL ? NULL : first->sheet, first == NULL ? 0 : first->row,
                 first == NULL ? NULL : first->column);
        error_hint(err, "Nothing of the file was kept. Correct it, or ask its publisher.");
        return code;
    }
    if (report->rows_kept == 0) {
        code =
            error_set(err, STATUS_REFUSED,
                      report->rows_in == 0 ? "The file has a header but no rows"
                                           : "The file has no rows besides those that are set aside, such as totals");
        error_at(err, m->of.path, NULL, m->of.header_line, NULL);
        error_hint(err, "It may be cut off: download it again.");
        return code;
    }
    if (m->of.match->layout->total_required && !m->total_seen) {
        code = error_set(err, STATUS_REFUSED,
                         "The file has no TOTAL line, and every file of this publication ends with one: it has been "
                         "cut short, or the "
                         "line was taken out");
        error_at(err, m->of.path, NULL, 0, NULL);
        error_hint(err, "Nothing of it was kept, because what is missing cannot be known. Download it again and add "
                        "the whole file.");
        return code;
    }
    if (m->complete != NULL)
        code = complete_check(m->complete, m->source, NULL, m->of.path, report, m->of.memory, err);
    if (code == STATUS_OK && m->totals != NULL)
        code = totals_compare(m->totals, m->of.match, report, m->of.memory, err);
    if (code == STATUS_OK)
        code = batch_hand_over(m, err);
    if (code != STATUS_OK)
        return code;
    known_note(m);
    if (m->tidy != NULL)
        tidy_note(m->tidy, report, m->of.memory);
    name_note(m);
    return STATUS_OK;
}
