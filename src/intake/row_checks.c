/*
 * row_checks: what must hold of rows beyond their cells.
 *
 * A table that was put together from two, or whose columns changed places, is well formed in each of its cells. What gives it away: the same key twice, a code of another kind of organisation, a period that the source
 * does not have. All three are known from what the catalogue declares; where it declares nothing, nothing is checked. Rows that are longer than the header of a csv are judged here, too (mapping.h says how).
 */
#include "intake/plan.h"
#include "intake/stream.h"

#include <string.h>

/* ---- one row for each key ------------------------------------------------------------------------------ */

static void key_show(const mapping *m, const source_layout *layout, char *out, size_t size)
{
    const size_t i = m->batch.count;
    size_t used = 0;
    out[0] = 0;
    for (size_t k = 0; k < layout->one_row_per_count && used + CELL_SHOWN + 4 < size; k++) {
        const row_column *column = &m->batch.columns[layout->one_row_per[k]];
        char shown[CELL_SHOWN];
        if ((column->present[i / 64] >> (i % 64) & 1) == 0)
            continue;
        cell_show(column->as.texts[i], shown);
        used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "", shown);
    }
}

status repeat_check(mapping *m, int64_t line, bool *wrong, error *err)
{
    const size_t i = m->batch.count;
    const source_layout *layout = m->layout;
    char when[PERIOD_TEXT], message[480], shown[300], where[160];
    int64_t earlier = 0;
    *wrong = false;
    if (layout->one_row_per_count == 0)
        return STATUS_OK;
    period_format(m->period_value, when);
    key_hash key = key_hash_begin();
    key_hash_add(&key,
                 (text){(const char *)&layout, sizeof layout}); /* the tables of a workbook have rows of their own */
    key_hash_add(&key, text_of(when));
    for (size_t k = 0; k < layout->one_row_per_count; k++) {
        const row_column *column = &m->batch.columns[layout->one_row_per[k]];
        bool there = (column->present[i / 64] >> (i % 64) & 1) != 0;
        key_hash_add(&key, there ? column->as.texts[i] : (text){"", 0});
    }
    /* Of a table whose columns become rows each column of figures has its own. */
    for (size_t c = 0; layout->unpivot_count > 0 && c < m->source->column_count; c++) {
        const row_column *column = &m->batch.columns[c];
        bool figure = column->type == COLUMN_COUNT || column->type == COLUMN_BAND || column->type == COLUMN_NUMBER;
        if (figure && ((column->present[i / 64] | column->suppressed[i / 64]) >> (i % 64) & 1) != 0)
            key_hash_add(&key, (text){(const char *)&c, sizeof c});
    }
    status code = key_set_add(&m->rows_seen, key, line, &earlier, err);
    if (code != STATUS_OK || earlier == 0)
        return code;
    *wrong = true;
    key_show(m, layout, shown, sizeof shown);
    line_place before = place_of_line(earlier);
    if (before.sheet > 0 && m->of.sheets != NULL)
        (void)snprintf(where, sizeof where, "in row %lld of the sheet '%.80s'", (long long)before.row,
                       m->of.sheets[before.sheet - 1].name);
    else
        (void)snprintf(where, sizeof where, "on line %lld", (long long)before.row);
    (void)snprintf(message, sizeof message, "%s stands %s already for %s, and must not be counted twice",
                   shown[0] != 0 ? shown : "A row", where, when);
    mapping_problem(m, line, -1, message,
                    before.sheet > 0 ? "Keep the line that holds; a second table needs a sheet or a file of its own."
                                     : "Keep the line that holds, or download the file again.");
    return STATUS_OK;
}

/* ---- kinds of organisation ----------------------------------------------------------------------------- */

static const struct {
    const char *kind, *one, *many;
} KIND_WORDS[] = {
    {"provider", "a provider", "providers"},
    {"england", "England", "England"},
    {"region", "a region", "regions"},
    {"icb", "an integrated care board", "integrated care boards"},
    {"sub-icb", "a sub-ICB location", "sub-ICB locations"},
    {"trust", "a trust", "trusts"},
    {"independent", "an independent provider", "independent providers"},
    {"community-interest-company", "a community interest company", "community interest companies"},
    {"practice", "a practice", "practices"},
    {"local-authority", "a local authority", "local authorities"},
    {"commissioning-hub", "a commissioning hub", "commissioning hubs"},
    {"non-english-commissioner", "a commissioner outside England", "commissioners outside England"},
};
#define KIND_WORDS_COUNT (sizeof KIND_WORDS / sizeof KIND_WORDS[0])

static const char *kind_words(const char *kind, bool many)
{
    for (size_t i = 0; i < KIND_WORDS_COUNT; i++)
        if (strcmp(KIND_WORDS[i].kind, kind) == 0)
            return many ? KIND_WORDS[i].many : KIND_WORDS[i].one;
    return kind;
}

static bool kind_fits(const source_role *role, org_kind kind)
{
    for (size_t i = 0; i < role->kind_count; i++)
        if (strcmp(role->kinds[i], org_kind_name(kind)) == 0 ||
            (strcmp(role->kinds[i], "provider") == 0 && org_kind_is_provider(kind)))
            return true;
    return kind == ORG_UNKNOWN;
}

status kind_check(mapping *m, const text_plan *plan, int64_t line, bool *good, error *err)
{
    const orgs *o = m->of.options->orgs;
    const source_role *role = plan->role;
    int64_t earlier = 0;
    key_hash key = key_hash_begin();
    key_hash_add(&key, (text){(const char *)&role, sizeof role});
    key_hash_add(&key, plan->kept);
    status code = key_set_add(&m->kinds_seen, key, line, &earlier, err);
    if (code != STATUS_OK || earlier != 0)
        return code; /* each code is told once */
    org_index found = orgs_find(o, plan->kept);
    if (found < 0)
        return STATUS_OK;
    org_kind now = orgs_at(o, found)->kind, then = m->period_value.kind == PERIOD_NONE
                                                       ? now
                                                       : orgs_kind_on(o, found, period_last_day(m->period_value));
    if (kind_fits(role, now) || kind_fits(role, then))
        return STATUS_OK;
    char message[480], shown[CELL_SHOWN], allowed[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < role->kind_count && used + 48 < sizeof allowed; i++)
        used += (size_t)snprintf(allowed + used, sizeof allowed - used, "%s%s", used > 0 ? " or " : "",
                                 kind_words(role->kinds[i], true));
    cell_show(plan->kept, shown);
    (void)snprintf(message, sizeof message, "%s is %s (%.80s), and this column is for %s", shown,
                   kind_words(org_kind_name(then), false), orgs_at(o, found)->name, allowed);
    mapping_problem(m, line, plan->file_column, message,
                    "Rows or columns may have been mixed up: download the file again, or ask its publisher.");
    *good = false;
    return STATUS_OK;
}

/* ---- total lines among codes --------------------------------------------------------------------------- */

/* The wordings of the seven regions, and of those that they were made of: what stands in a column of codes where the line sums a region up. */
static const char *const REGIONS[] = {"london",
                                      "south west",
                                      "south east",
                                      "midlands",
                                      "east of england",
                                      "north west",
                                      "north east and yorkshire",
                                      "north of england",
                                      "midlands and east of england",
                                      "south of england"};

static bool has_kind(const source_role *role, const char *kind)
{
    for (size_t i = 0; i < role->kind_count; i++)
        if (strcmp(role->kinds[i], kind) == 0)
            return true;
    return role->kind_count == 0;
}

/* Small letters and single blanks; false where it is longer than any such wording. */
static bool words_fold(text cell, char *out, size_t size)
{
    size_t o = 0;
    cell = text_trim(cell);
    for (size_t i = 0; i < cell.length; i++) {
        unsigned char c = (unsigned char)cell.at[i];
        bool wide = c == 0xc2 && i + 1 < cell.length && (unsigned char)cell.at[i + 1] == 0xa0; /* no-break space */
        i += wide;
        c = wide || c == '-' || c == '_' ? ' ' : c;
        if (c == ' ' && o > 0 && out[o - 1] == ' ')
            continue;
        if (o + 1 >= size)
            return false;
        out[o++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    out[o] = 0;
    return true;
}

/* Is the word one of the folded text? */
static bool has_word(const char *folded, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = strstr(folded, word); at != NULL; at = strstr(at + 1, word)) {
        bool begins = at == folded || at[-1] < 'a' || at[-1] > 'z', ends = at[n] < 'a' || at[n] > 'z';
        if (begins && ends)
            return true;
    }
    return false;
}

/* "London" and "London region" are a region; "London Ambulance Service" is not. */
static bool is_region_name(const char *folded)
{
    for (size_t i = 0; i < sizeof REGIONS / sizeof REGIONS[0]; i++) {
        size_t n = strlen(REGIONS[i]);
        if (strncmp(folded, REGIONS[i], n) == 0 &&
            (folded[n] == 0 || strcmp(folded + n, " region") == 0 || strcmp(folded + n, " commissioning region") == 0))
            return true;
    }
    return false;
}

static bool is_total_word(const source_role *role, const char *folded)
{
    if (has_word(folded, "total") || has_word(folded, "totals") || has_word(folded, "subtotal") ||
        has_word(folded, "average"))
        return true;
    if (!has_kind(role, "england") &&
        ((strncmp(folded, "england", 7) == 0 && (folded[7] < 'a' || folded[7] > 'z')) || strcmp(folded, "all") == 0 ||
         strcmp(folded, "national") == 0 || strncmp(folded, "all ", 4) == 0 || strcmp(folded, "nhs england") == 0))
        return true;
    return !has_kind(role, "region") && is_region_name(folded);
}

void total_word_check(mapping *m, const text_plan *plan, int64_t line, bool *good)
{
    char folded[64], shown[CELL_SHOWN], message[200], hint[300];
    if (cell_is_dash(plan->kept)) {
        mapping_problem(m, line, plan->file_column, DASH_PROBLEM, DASH_HINT);
        *good = false;
        return;
    }
    if ((plan->kept.length < 5 && !text_is_nocase(plan->kept, "all")) ||
        !words_fold(plan->kept, folded, sizeof folded) || !is_total_word(plan->of, folded))
        return;
    cell_show(plan->kept, shown);
    (void)snprintf(message, sizeof message,
                   "%s stands where the code of an organisation should: the line seems to be a total, and would be "
                   "added to its own parts",
                   shown);
    (void)snprintf(hint, sizeof hint,
                   "Take the line away; where the publication prints it, declare it in the layout %s, under "
                   "'set_aside' with 'total: true', and it is checked.",
                   m->layout->id);
    mapping_problem(m, line, plan->file_column, message, hint);
    *good = false;
}

/* ---- periods ------------------------------------------------------------------------------------------- */

bool period_fits(const source *s, const source_layout *layout, period p, const char **wanted)
{
    static const struct {
        const char *frequency, *words;
        int32_t months;
    } LENGTHS[] = {{"monthly", "a month", 1}, {"quarterly", "a quarter", 3}, {"yearly", "a year", 12}};
    for (size_t i = 0; i < layout->column_count; i++)
        if (layout->columns[i].is_period_start)
            return true; /* a window, whatever comes out once a month */
    for (size_t i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++)
        if (s->frequency != NULL && strcmp(s->frequency, LENGTHS[i].frequency) == 0) {
            *wanted = LENGTHS[i].words;
            return p.months == LENGTHS[i].months;
        }
    return true;
}

bool period_misfit(const source *s, const source_layout *layout, period p, char *message, size_t size)
{
    const char *wanted = NULL;
    char words[PERIOD_WORDS];
    if (p.kind == PERIOD_NONE || period_fits(s, layout, p, &wanted))
        return false;
    period_words(p, words);
    (void)snprintf(message, size, "%s is not %s, and %s is published %s", words, wanted, s->id, s->frequency);
    return true;
}

status period_alone(const mapping *m, period found, int64_t line, error *err)
{
    const period *first = &m->of.report->first_period;
    if (!m->source->one_period || first->kind == PERIOD_NONE || period_compare(*first, found) == 0)
        return STATUS_OK;
    char earlier[PERIOD_WORDS], here[PERIOD_WORDS];
    line_place at = place_of_line(line);
    period_words(*first, earlier);
    period_words(found, here);
    status code = error_set(err, STATUS_REFUSED,
                            "The row is for %s, and rows before it are for %s: a file of %s holds one period", here,
                            earlier, m->source->id);
    error_at(err, m->of.path, at.sheet > 0 && m->of.sheets != NULL ? m->of.sheets[at.sheet - 1].name : NULL, at.row,
             NULL);
    error_hint(err, "Put each period into a file of its own, or download the files again.");
    return code;
}

/* ---- rows that are longer than the header ---------------------------------------------------------------- */

static bool digits_only(text t)
{
    for (size_t i = 0; i < t.length; i++)
        if (t.at[i] < '0' || t.at[i] > '9')
            return false;
    return t.length > 0;
}

/* What a number begins with before its first comma: one to three digits, with a sign or not. */
static bool thousands_head(text cell)
{
    cell = text_trim(cell);
    if (cell.length > 0 && (cell.at[0] == '-' || cell.at[0] == '+'))
        cell = (text){cell.at + 1, cell.length - 1};
    return cell.length <= 3 && digits_only(cell);
}

/* What it goes on with behind a comma: three digits, and decimals at the end of the number. */
static bool thousands_rest(text cell)
{
    cell = text_trim(cell);
    if (cell.length > 4 && cell.at[3] == '.' && !digits_only((text){cell.at + 4, cell.length - 4}))
        return false;
    return cell.length >= 3 && (cell.length == 3 || cell.at[3] == '.') && digits_only((text){cell.at, 3});
}

/* How many of the row's commas may stand inside a number; *first is the cell before the first of them. */
static size_t commas_in_numbers(const text *cells, size_t count, size_t *first)
{
    size_t n = 0;
    for (size_t i = 1; i < count; i++)
        if (thousands_rest(cells[i]) && thousands_head(cells[i - 1]) && n++ == 0)
            *first = i - 1;
    return n;
}

/* Length up to the last cell with something in it. */
static size_t filled_length(const text *cells, size_t count)
{
    while (count > 0 && text_trim(cells[count - 1]).length == 0)
        count--;
    return count;
}

static bool is_number(const source_layout *tokens, text cell)
{
    const char *why = NULL;
    double value = 0;
    text trimmed = text_trim(cell);
    bool sign = trimmed.length > 0 && (trimmed.at[0] == '-' || trimmed.at[0] == '+');
    if (trimmed.length <= sign || ((trimmed.at[sign] < '0' || trimmed.at[sign] > '9') && trimmed.at[sign] != '.'))
        return false;
    return trimmed.at[trimmed.length - 1] == '%' || number_parse(trimmed, &value) ||
           cell_number(tokens, trimmed, &value, &why) == CELL_VALUE;
}

static bool is_text(const source_layout *tokens, text cell)
{
    const char *why = NULL;
    double value = 0;
    return !is_number(tokens, cell) && cell_number(tokens, cell, &value, &why) == CELL_BAD;
}

void longer_begin(longer_rows *l, const source *s, const source_layout *layout, const int32_t *column_of, size_t headed,
                  size_t width)
{
    *l = (longer_rows){.tokens = layout, .headed = headed, .width = width};
    for (size_t i = 0; i < layout->column_count; i++)
        if (column_of[i] >= 0 && (size_t)column_of[i] + 1 == headed && layout->columns[i].column >= 0) {
            column_type type = s->columns[layout->columns[i].column].type;
            l->number_last = type == COLUMN_COUNT || type == COLUMN_BAND || type == COLUMN_NUMBER;
        }
}

void longer_say(const longer_rows *l, size_t count, error *problem)
{
    (void)error_set(problem, STATUS_REFUSED, "The row has %zu cells, the header has %zu", count, l->width);
    error_hint(problem, "A comma inside a cell needs quotes around the cell.");
}

static void comma_say(const longer_rows *l, const text *cells, size_t count, size_t first, error *problem)
{
    char head[CELL_SHOWN], rest[CELL_SHOWN];
    const text before = text_trim(cells[first]), behind = text_trim(cells[first + 1]);
    cell_show(before, head);
    cell_show(behind, rest);
    (void)error_set(problem, STATUS_REFUSED,
                    "The row has %zu cells, the header has %zu: a comma seems to have split a number, as in %s and %s",
                    count, l->width, head, rest);
    error_hint(problem,
               "Write the number without its comma (%.*s%.*s) or in quotes. If the cells are right, delete those that "
               "have no heading.",
               (int)before.length, before.at, behind.length > 20 ? 20 : (int)behind.length, behind.at);
}

bool longer_look(longer_rows *l, const text *cells, size_t count, int64_t line, bool data, error *problem,
                 int32_t *heading_at)
{
    size_t first = 0;
    const size_t more = count > l->width ? count - l->width : 0;
    *heading_at = -1;
    if (data) {
        l->more = l->rows++ == 0 ? more : l->more;
        if (more != l->more && l->uneven_line == 0) {
            l->uneven_line = line;
            l->uneven_cells = count;
        }
    }
    if (count <= l->headed)
        return false;
    const size_t filled = filled_length(cells, count);
    if (more > 0 && data && (l->first_line == 0 || (filled > l->width && l->filled == 0))) {
        l->first_line = line;
        l->first_cells = count;
    }
    if (filled > l->headed) {
        bool moved = commas_in_numbers(cells, count, &first) >= filled - l->headed;
        if (moved && !(l->number_last && is_text(l->tokens, cells[filled - 1]))) {
            *heading_at = first < l->width ? (int32_t)first : -1;
            comma_say(l, cells, count, first, problem);
            return true;
        }
        for (size_t i = l->headed; i < filled && data; i++)
            if (is_number(l->tokens, cells[i])) {
                longer_say(l, count, problem);
                return true;
            }
        l->filled += data && filled > l->width;
    } else if (more > 0) {
        l->padded++;
        if (commas_in_numbers(cells, count, &first) >= more && l->doubtful++ == 0) {
            comma_say(l, cells, count, first, &l->doubt);
            error_at(&l->doubt, NULL, NULL, line, NULL);
        }
    }
    return false;
}

bool longer_wrong(const longer_rows *l, error *problem, int64_t *line)
{
    if (l->filled == 0 && l->doubtful > 0 && (l->uneven_line != 0 || l->doubtful == l->padded)) {
        *problem = l->doubt;
        *line = l->doubt.row;
        return true;
    }
    if (l->filled == 0 || l->uneven_line == 0)
        return false;
    longer_say(l, l->first_cells, problem);
    *line = l->first_line;
    if (l->uneven_line != l->first_line)
        error_hint(problem,
                   "Line %lld has %zu. A comma inside a cell needs quotes around the cell; a column that nobody headed "
                   "is passed over only where every row has it.",
                   (long long)l->uneven_line, l->uneven_cells);
    return true;
}

void longer_note(const longer_rows *l, intake_report *report, arena *a)
{
    char rows[NUMBER_TEXT];
    if (l->filled == 0)
        return;
    number_grouped(l->filled, rows);
    note_add(report, a, "what stands beyond the last heading (from column %zu on, in %s row%s) was left out",
             l->width + 1, rows, l->filled == 1 ? "" : "s");
}
