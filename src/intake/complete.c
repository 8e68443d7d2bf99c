/*
 * complete: is the file whole, where no total line tells?
 *
 * A sheet that was cut off half-way is well formed in all that is left of it. What gives it away is what a whole one has: every region of England, or the bodies that the other sheets of the same workbook have. How many
 * bodies there are is known roughly and changes with mergers, so layouts ask for fewer than there are; sheets of one release list the same ones.
 */
#include "intake/mapping.h"
#include "intake/stream.h"

#include <stdlib.h>
#include <string.h>

#define SHEETS_COMPARED ((size_t)64)
#define NAMED_MOST      3 /* bodies told by name */

/* A rule on a sheet. */
typedef struct complete_part {
    const layout_complete *rule;
    const source_layout *layout;
    size_t sheet, count;
} complete_part;

typedef struct complete_text {
    const char *shown;
    uint64_t parts; /* bits: in which of the parts that are compared it stands */
} complete_text;

struct complete {
    arena *memory;
    complete_part parts[SHEETS_COMPARED];
    size_t part_count;
    key_set counted;  /* texts of each part */
    key_set compared; /* texts that parts have in common: place in `texts`, from 1 */
    complete_text *texts;
    size_t text_count, capacity;
};

status complete_open(arena *a, complete **out, error *err)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    (*out)->memory = a;
    return STATUS_OK;
}

void complete_close(complete *c)
{
    if (c == NULL)
        return;
    key_set_free(&c->counted);
    key_set_free(&c->compared);
    free(c->texts);
    free(c);
}

static key_hash text_key(text cell)
{
    key_hash key = key_hash_begin();
    char folded[64];
    size_t n = 0;
    for (; n < cell.length && n < sizeof folded; n++)
        folded[n] = (char)(cell.at[n] >= 'A' && cell.at[n] <= 'Z' ? cell.at[n] + 32 : cell.at[n]);
    key_hash_add(&key, (text){folded, n});
    return key;
}

/* A text of a part that is compared with others. */
static status compared_add(complete *c, size_t part, text cell, key_hash key, error *err)
{
    int64_t earlier = 0;
    status code = key_set_add(&c->compared, key, (int64_t)c->text_count + 1, &earlier, err);
    if (code != STATUS_OK)
        return code;
    if (earlier > 0) {
        c->texts[earlier - 1].parts |= (uint64_t)1 << part;
        return STATUS_OK;
    }
    if (c->text_count == c->capacity) {
        size_t capacity = c->capacity == 0 ? 256 : c->capacity * 2;
        complete_text *grown = realloc(c->texts, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        c->texts = grown;
        c->capacity = capacity;
    }
    char shown[CELL_SHOWN];
    cell_show(cell, shown);
    c->texts[c->text_count] = (complete_text){arena_string(c->memory, shown), (uint64_t)1 << part};
    return c->texts[c->text_count++].shown == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
}

status complete_add(complete *c, const layout_complete *rule, const source_layout *layout, size_t sheet, text cell,
                    error *err)
{
    size_t part = 0;
    int64_t earlier = 0;
    while (part < c->part_count && (c->parts[part].rule != rule || c->parts[part].sheet != sheet))
        part++;
    if (part == c->part_count) {
        if (part == SHEETS_COMPARED)
            return STATUS_OK; /* no publication has so many */
        c->parts[c->part_count++] = (complete_part){rule, layout, sheet, 0};
    }
    cell = text_trim(cell);
    if (cell.length == 0 || c->counted.count >= COMPLETE_TEXTS)
        return STATUS_OK;
    key_hash key = text_key(cell), own = key;
    key_hash_add(&own, (text){(const char *)&part, sizeof part});
    status code = key_set_add(&c->counted, own, 1, &earlier, err);
    if (code != STATUS_OK || earlier != 0)
        return code;
    c->parts[part].count++;
    return rule->same ? compared_add(c, part, cell, key, err) : STATUS_OK;
}

/* ---- the end ------------------------------------------------------------------------------------------- */

static const char *sheet_of(const complete_part *p, const grid_sheet *sheets)
{
    return p->sheet > 0 && sheets != NULL ? sheets[p->sheet - 1].name : NULL;
}

static status cut_refuse(const complete_part *p, const source *s, const grid_sheet *sheets, const char *path,
                         error *err)
{
    status code =
        error_set(err, STATUS_REFUSED,
                  "There are only %zu %.60s under '%.80s', and a whole file of %s has at least %zu: it seems "
                  "to have been cut off",
                  p->count, p->rule->of, p->layout->columns[p->rule->layout_column].header, s->id, p->rule->at_least);
    error_at(err, path, sheet_of(p, sheets), 0, NULL);
    error_hint(err,
               "Nothing of it was kept, because what is missing cannot be known. Download it again; where there are "
               "fewer now, say so under 'complete' in the layout %s.",
               p->layout->id);
    return code;
}

/* What `there` has and `here` lacks: all of it, and the first few by name. */
static size_t lacking(const complete *c, size_t here, size_t there, buffer *names)
{
    size_t count = 0;
    for (size_t i = 0; i < c->text_count; i++) {
        if ((c->texts[i].parts >> there & 1) == 0 || (c->texts[i].parts >> here & 1) != 0)
            continue;
        if (count < NAMED_MOST)
            buffer_printf(names, "%s%s", count > 0 ? ", " : "", c->texts[i].shown);
        count++;
    }
    if (count > NAMED_MOST)
        buffer_text(names, " ...");
    return count;
}

static status pair_check(const complete *c, size_t here, size_t there, const grid_sheet *sheets, const char *path,
                         intake_report *report, arena *a, error *err)
{
    buffer names = {.maximum = 600};
    status code = STATUS_OK;
    const complete_part *p = &c->parts[here], *q = &c->parts[there];
    size_t count = lacking(c, here, there, &names);
    const char *mine = sheet_of(p, sheets), *other = sheet_of(q, sheets);
    mine = mine == NULL ? "" : mine;
    other = other == NULL ? "" : other;
    if (count * 10 > q->count) {
        code =
            error_set(err, STATUS_REFUSED,
                      "The sheet '%.60s' lacks %zu of the %zu %.60s that the sheet '%.60s' has (%.160s): it seems to "
                      "have been cut off",
                      mine, count, q->count, p->rule->of, other, names.data);
        error_at(err, path, mine, 0, NULL);
        error_hint(err,
                   "Nothing of it was kept, because what is missing cannot be known. Download the workbook again.");
    } else if (count > 0) {
        note_add(report, a, "the sheet '%.60s' lacks %zu of the %zu %.60s that the sheet '%.60s' has: %s", mine, count,
                 q->count, p->rule->of, other, names.data);
    }
    buffer_free(&names);
    return code;
}

status complete_check(const complete *c, const source *s, const grid_sheet *sheets, const char *path,
                      intake_report *report, arena *a, error *err)
{
    status code = STATUS_OK;
    size_t fullest = SHEETS_COMPARED;
    for (size_t i = 0; i < c->part_count; i++) {
        if (c->parts[i].count < c->parts[i].rule->at_least && c->counted.count < COMPLETE_TEXTS)
            return cut_refuse(&c->parts[i], s, sheets, path, err);
        if (c->parts[i].rule->same && (fullest == SHEETS_COMPARED || c->parts[i].count > c->parts[fullest].count))
            fullest = i;
    }
    for (size_t i = 0; i < c->part_count && code == STATUS_OK; i++) {
        if (!c->parts[i].rule->same || i == fullest)
            continue;
        code = pair_check(c, i, fullest, sheets, path, report, a, err);
        if (code == STATUS_OK)
            code = pair_check(c, fullest, i, sheets, path, report, a, err);
    }
    return code;
}
