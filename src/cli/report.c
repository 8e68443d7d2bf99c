/* report: what add says of a file, and the set of codes it counts. */
#include "cli/add.h"

#include <stdlib.h>
#include <string.h>

/* ---- a set of codes: open addressing, at most half full ---- */

static uint64_t code_hash(text code)
{
    uint64_t h =
        1469598103934665603U; /* FNV-1a: the codes are short and come from a published file, a hundred thousand at most */
    for (size_t i = 0; i < code.length; i++)
        h = (h ^ (unsigned char)code.at[i]) * 1099511628211U;
    return h;
}

static size_t slot_of(const code_set *s, text code)
{
    size_t at = (size_t)code_hash(code) & (s->capacity - 1);
    while (s->slots[at] != NULL && !text_is(code, s->slots[at]))
        at = (at + 1) & (s->capacity - 1);
    return at;
}

static status code_set_grow(code_set *s, error *err)
{
    code_set grown = *s;
    grown.capacity = s->capacity == 0 ? 1024 : s->capacity * 2;
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (grown.slots == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the codes");
    for (size_t i = 0; i < s->capacity; i++)
        if (s->slots[i] != NULL)
            grown.slots[slot_of(&grown, text_of(s->slots[i]))] = s->slots[i];
    free(s->slots);
    *s = grown;
    return STATUS_OK;
}

status code_set_add(code_set *s, text code, bool *added, error *err)
{
    *added = false;
    if ((s->count + 1) * 2 > s->capacity) {
        status grown = code_set_grow(s, err);
        if (grown != STATUS_OK)
            return grown;
    }
    size_t at = slot_of(s, code);
    if (s->slots[at] != NULL)
        return STATUS_OK;
    s->slots[at] = arena_copy(&s->memory, code.at, code.length);
    if (s->slots[at] == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the codes");
    s->count++;
    *added = true;
    return STATUS_OK;
}

void code_set_clear(code_set *s)
{
    if (s->slots != NULL)
        memset(s->slots, 0, s->capacity * sizeof *s->slots);
    s->count = 0;
    arena_reset(&s->memory);
}

void code_set_free(code_set *s)
{
    free(s->slots);
    arena_free(&s->memory);
    *s = (code_set){0};
}

/* ---- words ---- */

static void put_count(buffer *b, int64_t n)
{
    char grouped[NUMBER_TEXT];
    number_grouped(n, grouped);
    buffer_text(b, grouped);
}

static void put_periods(buffer *b, period first, period last)
{
    char words[PERIOD_TEXT];
    period_format(first, words);
    buffer_text(b, words);
    if (period_compare(first, last) == 0)
        return;
    period_format(last, words);
    buffer_printf(b, " to %s", words);
}

int64_t set_aside_rows(const intake_report *r)
{
    int64_t total = 0;
    for (size_t i = 0; i < r->set_aside_count; i++)
        total += r->set_aside[i].rows;
    return total;
}

void reasons_words(const intake_report *r, buffer *out)
{
    bool first = true;
    for (size_t i = 0; i < r->set_aside_count; i++) {
        if (r->set_aside[i].rows == 0)
            continue;
        buffer_text(out, first ? "" : "; ");
        put_count(out, r->set_aside[i].rows);
        buffer_printf(out, " %s", r->set_aside[i].reason);
        first = false;
    }
}

static void put_note(buffer *b)
{
    if (b->length > 0)
        buffer_text(b, "; ");
}

static void put_standing(buffer *b, const standing *s)
{
    if (s->other == NULL)
        return;
    buffer_printf(b, s->later ? "a revision of %s, which stays" : "%s is later and goes on counting",
                  s->other->file_name);
    if (s->tie)
        buffer_text(b, " (warning: nothing tells which of the two is later, so the order of their SHA-256 decides; say "
                       "it with --published)");
}

void tie_words(const standing *s, buffer *out)
{
    buffer_printf(out,
                  "Nothing tells whether this or %s is the later release of the period, so the order of their SHA-256 "
                  "decides: %s counts. Say when it was published: add it again with --published DATE.",
                  s->other->file_name, s->later ? "this one" : "the other");
}

void report_words(const intake_report *r, buffer *out)
{
    buffer_printf(out, "%s, ", r->source->id);
    put_periods(out, r->first_period, r->last_period);
    buffer_text(out, ", ");
    put_count(out, r->rows_in);
    buffer_text(out, r->rows_in == 1 ? " row in, " : " rows in, ");
    put_count(out, r->rows_kept);
    buffer_text(out, " kept, ");
    put_count(out, set_aside_rows(r));
    buffer_text(out, " set aside");
    if (set_aside_rows(r) > 0) {
        buffer_text(out, " (");
        reasons_words(r, out);
        buffer_char(out, ')');
    }
}

void notes_words(const intake_report *r, const standing *s, const unknown_codes *unknown, buffer *out)
{
    put_standing(out, s);
    if (unknown->count > 0) {
        put_note(out);
        buffer_printf(out, "%zu %s not in the organisations data (%s%s)", unknown->count,
                      unknown->count == 1 ? "code is" : "codes are",
                      unknown->first.data == NULL ? "" : unknown->first.data,
                      unknown->count > UNKNOWN_CODES_NAMED ? " ..." : "");
    }
    for (size_t i = 0; i < r->note_count; i++) {
        put_note(out);
        buffer_text(out, r->notes[i]);
    }
}

const char *report_notes(cli *c, const intake_report *r)
{
    buffer b = {.maximum = 64 << 10};
    for (size_t i = 0; i < r->note_count; i++)
        buffer_printf(&b, "%s%s", i > 0 ? "\n" : "", r->notes[i]);
    const char *out = b.failed || b.data == NULL ? "" : arena_copy(&c->memory, b.data, b.length);
    buffer_free(&b);
    return out;
}

const char *report_sheets(cli *c, const intake_report *r)
{
    buffer b = {.maximum = 256 << 10};
    for (size_t i = 0; r->sheets != NULL && i < r->sheet_count; i++) {
        if (i > 0)
            buffer_char(&b, '\n');
        for (const char *p = r->sheets[i]; *p != 0; p++)
            buffer_char(&b, *p == '\n' || *p == '\r' ? ' ' : *p);
    }
    const char *out = b.failed || b.data == NULL ? "" : arena_copy(&c->memory, b.data, b.length);
    buffer_free(&b);
    return out;
}

/* ---- what a release is to others ---- */

standing standing_of(const release *all, size_t count, const release *new_one, const source *of)
{
    standing s = {.later = true};
    for (size_t i = 0; i < count; i++) {
        const release *r = &all[i];
        bool apart = period_compare(r->last_period, new_one->first_period) < 0 ||
                     period_compare(new_one->last_period, r->first_period) < 0;
        if (strcmp(r->source, new_one->source) != 0 || apart || strcmp(r->sha256, new_one->sha256) == 0 ||
            !source_layouts_compete(of, r->layout, new_one->layout))
            continue;
        if (s.other == NULL || facts_release_later(r, s.other, NULL) > 0)
            s.other = r;
    }
    if (s.other != NULL)
        s.later = facts_release_later(new_one, s.other, &s.tie) > 0;
    return s;
}
