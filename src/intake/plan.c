/* plan: what is done with each column of a file, worked out once before its rows. */
#include "intake/plan.h"
#include "intake/stream.h"

#include <stdlib.h>
#include <string.h>

static status columns_make(mapping *m, error *err)
{
    const source *s = m->source;
    m->batch.columns = arena_array(&m->memory, s->column_count, sizeof *m->batch.columns);
    m->filled = arena_array(&m->memory, s->column_count, sizeof *m->filled);
    if (m->batch.columns == NULL || m->filled == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < s->column_count; i++) {
        row_column *column = &m->batch.columns[i];
        column->type = s->columns[i].type;
        size_t width = column->type == COLUMN_COUNT    ? sizeof(int64_t)
                       : column->type == COLUMN_BAND   ? sizeof(int32_t)
                       : column->type == COLUMN_NUMBER ? sizeof(double)
                                                       : sizeof(text);
        /* Arrays of a power of two, one after the other, would put a row's cells all in one set of the processor's cache. */
        char *cells = arena_alloc(&m->memory, ROW_BATCH * width + 64 + 64 * (i % 7));
        if (cells == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        void *at = cells;
        switch (column->type) {
        case COLUMN_COUNT: column->as.counts = at; break;
        case COLUMN_BAND: column->as.bands = at; break;
        case COLUMN_NUMBER: column->as.numbers = at; break;
        case COLUMN_CODE:
        case COLUMN_CATEGORY:
        case COLUMN_TEXT: column->as.texts = at; break;
        }
    }
    return STATUS_OK;
}

static void constants_fill(mapping *m)
{
    for (size_t i = 0; i < m->layout->constant_count; i++) {
        int32_t c = m->layout->constants[i].column;
        int64_t value = m->layout->constants[i].value;
        row_column *column = &m->batch.columns[c];
        m->filled[c] = true;
        for (size_t row = 0; row < ROW_BATCH; row++)
            switch (column->type) {
            case COLUMN_COUNT: column->as.counts[row] = value; break;
            case COLUMN_BAND: column->as.bands[row] = (int32_t)value; break;
            case COLUMN_NUMBER: column->as.numbers[row] = (double)value; break;
            case COLUMN_CODE:
            case COLUMN_CATEGORY:
            case COLUMN_TEXT: m->filled[c] = false; break;
            }
    }
}

/* The role of a column whose codes must be of certain kinds. */
static const source_role *role_checked(const mapping *m, int32_t column)
{
    for (size_t i = 0; i < m->source->role_count && m->of.options->orgs != NULL; i++)
        if (m->source->roles[i].column == column && m->source->roles[i].kind_count > 0)
            return &m->source->roles[i];
    return NULL;
}

static const source_role *role_of(const mapping *m, int32_t column)
{
    for (size_t i = 0; i < m->source->role_count; i++)
        if (m->source->roles[i].column == column)
            return &m->source->roles[i];
    return NULL;
}

/* Puts one declared column of the layout that is in the file into the plan. */
static status column_plan(mapping *m, const layout_column *declared, int32_t file_column, error *err)
{
    if (declared->is_period)
        m->period_column = file_column;
    if (declared->column < 0)
        return STATUS_OK;
    row_column *column = &m->batch.columns[declared->column];
    if (declared->is_name) {
        if (column->type == COLUMN_CODE || column->type == COLUMN_CATEGORY || column->type == COLUMN_TEXT)
            m->names[m->name_count++] = (name_plan){file_column, declared->column, NULL};
        return STATUS_OK;
    }
    m->filled[declared->column] = true;
    switch (column->type) {
    case COLUMN_COUNT:
        m->counts[m->count_count++] = (count_plan){
            file_column, declared->column, declared->required, declared->blank_is_zero, NULL, column->as.counts};
        break;
    case COLUMN_BAND:
        m->counts[m->count_count++] = (count_plan){
            file_column, declared->column, declared->required, declared->blank_is_zero, column->as.bands, NULL};
        break;
    case COLUMN_NUMBER:
        m->numbers[m->number_count++] =
            (number_plan){file_column, declared->column, declared->required, column->as.numbers};
        break;
    case COLUMN_CODE:
    case COLUMN_CATEGORY:
    case COLUMN_TEXT: {
        m->text_cells[m->text_count++] = (text_plan){.file_column = file_column,
                                                     .column = declared->column,
                                                     .role = role_checked(m, declared->column),
                                                     .of = role_of(m, declared->column),
                                                     .required = declared->required,
                                                     .texts = column->as.texts};
        status code = word_plan_make(m, declared->column, &m->text_cells[m->text_count - 1].words, err);
        return code != STATUS_OK ? code
                                 : known_plan_make(m, declared->column, &m->text_cells[m->text_count - 1].known, err);
    }
    }
    return STATUS_OK;
}

/* The rows set aside for one reason are counted together, whichever rule they met. */
static status asides_plan(mapping *m, error *err)
{
    intake_report *report = m->of.report;
    const size_t most = sizeof report->set_aside / sizeof report->set_aside[0];
    for (size_t i = 0; i < m->layout->set_aside_count; i++) {
        const layout_set_aside *rule = &m->layout->set_aside[i];
        int32_t file_column = m->of.match->column_of[rule->layout_column];
        size_t r = 0;
        while (r < report->set_aside_count && strcmp(report->set_aside[r].reason, rule->reason) != 0)
            r++;
        if (r == most)
            return error_set(err, STATUS_REFUSED, "Layout %s sets rows aside for more than %zu reasons", m->layout->id,
                             most);
        if (r == report->set_aside_count)
            report->set_aside[report->set_aside_count++] = (intake_set_aside){rule->reason, 0};
        if (file_column >= 0)
            m->asides[m->aside_count++] = (aside_plan){file_column, rule, r};
    }
    return STATUS_OK;
}

static status plan_make(mapping *m, error *err)
{
    size_t n = m->layout->column_count;
    m->counts = arena_array(&m->memory, n, sizeof *m->counts);
    m->text_cells = arena_array(&m->memory, n, sizeof *m->text_cells);
    m->numbers = arena_array(&m->memory, n, sizeof *m->numbers);
    m->names = arena_array(&m->memory, n, sizeof *m->names);
    m->asides = arena_array(&m->memory, m->layout->set_aside_count, sizeof *m->asides);
    if (m->counts == NULL || m->text_cells == NULL || m->numbers == NULL || m->names == NULL || m->asides == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    m->period_column = -1;
    status code = STATUS_OK;
    for (size_t i = 0; i < n && code == STATUS_OK; i++)
        if (m->of.match->column_of[i] >= 0)
            code = column_plan(m, &m->layout->columns[i], m->of.match->column_of[i], err);
    return code == STATUS_OK ? asides_plan(m, err) : code;
}

void batch_begin(mapping *m)
{
    m->batch.count = 0;
    arena_reset(&m->texts);
    for (size_t i = 0; i < m->source->column_count; i++) {
        memset(m->batch.columns[i].present, m->filled[i] ? 0xff : 0, sizeof m->batch.columns[i].present);
        memset(m->batch.columns[i].suppressed, 0, sizeof m->batch.columns[i].suppressed);
    }
    for (size_t i = 0; i < m->text_count; i++)
        m->text_cells[i].raw = (text){0};
    for (size_t i = 0; i < m->name_count; i++)
        m->names[i].last = NULL;
}

/* Says which columns of the file are left out though they are there. */
static void strays_note(const mapping *m)
{
    const header_match *match = m->of.match;
    size_t count = 0, first = 0, last = 0;
    const char *headed = NULL;
    for (size_t i = 0; i < match->column_count; i++) {
        if (match->use[i] == USE_DECLARED)
            continue;
        first = count++ == 0 ? i + 1 : first;
        last = i + 1;
        if (match->use[i] == USE_OUTSIDE && headed == NULL)
            headed = match->heading[i];
    }
    if (count == 0)
        return;
    char where[64];
    (void)snprintf(where, sizeof where,
                   count == 1                  ? "column %zu"
                   : last - first + 1 == count ? "columns %zu to %zu"
                                               : "between columns %zu and %zu",
                   first, last);
    if (headed == NULL)
        note_add(m->of.report, m->of.memory, "%zu column%s without a heading %s left out (%s)", count,
                 count == 1 ? "" : "s", count == 1 ? "was" : "were", where);
    else
        note_add(m->of.report, m->of.memory,
                 "%zu columns outside the table were left out (%s; the one headed '%.60s' is empty)", count, where,
                 headed);
}

static status period_from_name(mapping *m, error *err)
{
    const period *wanted = &m->of.options->period;
    if (m->period_column >= 0)
        return STATUS_OK;
    m->period_value = m->of.name_period.kind != PERIOD_NONE ? m->of.name_period : *wanted;
    if (m->period_value.kind == PERIOD_NONE) {
        status code =
            error_set(err, STATUS_REFUSED, "Neither the file's content nor its name says which period it is for");
        error_hint(err, "Say it: --period 2025-08");
        return code;
    }
    char misfit[200];
    if (period_misfit(m->source, m->layout, m->period_value, misfit, sizeof misfit)) {
        status code = error_set(err, STATUS_REFUSED, "%s", misfit);
        error_hint(err, "Say the period that the file is for: --period 2025-08");
        return code;
    }
    if (wanted->kind != PERIOD_NONE && period_compare(*wanted, m->period_value) != 0) {
        char said[PERIOD_TEXT], asked[PERIOD_TEXT];
        period_format(m->period_value, said);
        period_format(*wanted, asked);
        status code = error_set(err, STATUS_REFUSED, "The file's name says %s, but --period says %s", said, asked);
        error_hint(err, "Leave out --period, or rename the file if its name is wrong.");
        return code;
    }
    m->of.report->first_period = m->of.report->last_period = m->period_value;
    return STATUS_OK;
}

status mapping_open(const mapping_setup *setup, mapping **out, error *err)
{
    *out = NULL;
    mapping *m = calloc(1, sizeof *m);
    if (m == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    m->of = *setup;
    m->source = setup->match->source;
    m->layout = setup->match->layout;
    status code = columns_make(m, err);
    if (code == STATUS_OK) {
        constants_fill(m);
        code = plan_make(m, err);
    }
    if (code == STATUS_OK)
        code = totals_open(setup->match, &m->memory, &m->totals, err);
    if (code == STATUS_OK && m->source->tidy)
        code = tidy_open(m->source, setup->catalogue, m->of.options->orgs, &m->memory, &m->tidy, err);
    if (code == STATUS_OK && setup->match->layout->complete_count > 0)
        code = complete_open(&m->memory, &m->complete, err);
    if (code == STATUS_OK)
        code = period_from_name(m, err);
    if (code != STATUS_OK) {
        mapping_close(m);
        return code;
    }
    batch_begin(m);
    strays_note(m);
    size_t headed = setup->match->column_count;
    while (headed > 0 && setup->match->use[headed - 1] != USE_DECLARED)
        headed--;
    longer_begin(&m->longer, m->source, m->layout, setup->match->column_of, headed, setup->match->column_count);
    *out = m;
    return STATUS_OK;
}

void mapping_close(mapping *m)
{
    if (m == NULL)
        return;
    tidy_close(m->tidy);
    known_plans_free(m);
    complete_close(m->complete);
    key_set_free(&m->named);
    key_set_free(&m->rows_seen);
    key_set_free(&m->kinds_seen);
    arena_free(&m->texts);
    arena_free(&m->memory);
    free(m);
}
