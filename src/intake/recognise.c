/*
 * recognise: which source's file is this? The header tells, never the name.
 *
 * Every layout of every source is held against the header. A layout fits when all its declared headings are there (save the optional ones)
 * and no other heading is. A publication that changes a heading still looks like itself, so a layout of which more than half is there is
 * taken as the one meant, and the file is refused with what differs. Anything else is of no source.
 */
#include "intake/mapping.h"

#include <stdlib.h>
#include <string.h>

#define HEADINGS_SHOWN 12

/* A heading as it is compared: trimmed, white space folded, lower case. */
typedef struct heading {
    const char *folded;
    uint64_t hash;
} heading;

static status fold(arena *a, text t, heading *out, error *err)
{
    t = text_trim(t);
    char *folded = arena_alloc(a, t.length + 1);
    if (folded == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    size_t o = 0;
    bool space = false;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < t.length; i++) {
        unsigned char c = (unsigned char)t.at[i];
        bool wide = c == 0xc2 && i + 1 < t.length && (unsigned char)t.at[i + 1] == 0xa0; /* no-break space */
        i += wide;
        if (wide || (c != 0 && strchr(" \t\r\n\v\f", c) != NULL)) {
            space = true;
            continue;
        }
        if (space)
            folded[o++] = ' ';
        space = false;
        folded[o++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    for (size_t i = 0; i < o; i++)
        hash = (hash ^ (unsigned char)folded[i]) * 0x100000001b3u;
    *out = (heading){folded, hash};
    return STATUS_OK;
}

static bool same(heading a, heading b)
{
    return a.hash == b.hash && strcmp(a.folded, b.folded) == 0;
}

/* What a layout's columns may be called, folded. */
typedef struct wording {
    heading *names;
    size_t count;
} wording;

static status wording_of(arena *a, const layout_column *column, wording *out, error *err)
{
    out->count = 1 + column->alternative_count;
    out->names = arena_array(a, out->count, sizeof *out->names);
    if (out->names == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    status code = fold(a, text_of(column->header), &out->names[0], err);
    for (size_t i = 0; i < column->alternative_count && code == STATUS_OK; i++)
        code = fold(a, text_of(column->alternatives[i]), &out->names[i + 1], err);
    return code;
}

static bool is_called(heading h, const wording *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (same(h, w->names[i]))
            return true;
    return false;
}

/* The header of the file. */
typedef struct header {
    const text *cells;
    heading *headings;
    size_t count;
    size_t headed; /* columns that have a heading */
    int64_t line;
} header;

/* How a layout fits the header. */
typedef struct fit {
    const source *source;
    const source_layout *layout;
    wording *wordings;  /* per layout column */
    int32_t *column_of; /* per layout column */
    bool *used;         /* per column of the file */
    size_t declared;    /* columns that must be there */
    size_t found, found_optional, new_columns;
    size_t last; /* one past the last column used */
    bool outside_from_set;
    size_t outside_from; /* behind the first column without heading after `last`: outside the table */
} fit;

static bool is_blank(const header *h, size_t i)
{
    return h->headings[i].folded[0] == 0;
}

/* A heading that some declared column has too, all of whose places are taken. */
static bool is_doubled(const fit *f, heading h)
{
    for (size_t i = 0; i < f->layout->column_count; i++)
        if (is_called(h, &f->wordings[i]))
            return true;
    return false;
}

static bool is_outside(const fit *f, const header *h, size_t i)
{
    return f->outside_from_set && i >= f->outside_from && !is_doubled(f, h->headings[i]);
}

static status fit_find(const header *h, const source *s, const source_layout *layout, arena *a, fit *f, error *err)
{
    *f = (fit){.source = s, .layout = layout};
    f->wordings = arena_array(a, layout->column_count, sizeof *f->wordings);
    f->column_of = arena_array(a, layout->column_count, sizeof *f->column_of);
    f->used = arena_array(a, h->count, sizeof *f->used);
    if (f->wordings == NULL || f->column_of == NULL || f->used == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < layout->column_count; i++) {
        const layout_column *column = &layout->columns[i];
        status code = wording_of(a, column, &f->wordings[i], err);
        if (code != STATUS_OK)
            return code;
        int32_t occurrence = column->occurrence > 0 ? column->occurrence : 1;
        f->column_of[i] = -1;
        for (size_t j = 0; j < h->count && f->column_of[i] < 0; j++)
            if (!is_blank(h, j) && is_called(h->headings[j], &f->wordings[i]) && --occurrence == 0)
                f->column_of[i] = (int32_t)j;
        f->declared += !column->optional;
        if (f->column_of[i] < 0)
            continue;
        size_t at = (size_t)f->column_of[i];
        f->used[at] = true;
        f->found += !column->optional;
        f->found_optional += column->optional;
        /* An optional column that nothing is taken from does not belong to the table: it may stand far outside. */
        bool taken = !column->optional || column->column >= 0 || column->is_period;
        if (taken && at + 1 > f->last)
            f->last = at + 1;
    }
    for (size_t i = f->last; i < h->count && !f->outside_from_set; i++)
        if (is_blank(h, i)) {
            f->outside_from_set = true;
            f->outside_from = i;
        }
    for (size_t i = 0; i < h->count; i++)
        f->new_columns += !f->used[i] && !is_blank(h, i) && !is_outside(f, h, i);
    return STATUS_OK;
}

static bool fits(const fit *f)
{
    return f->found == f->declared && f->new_columns == 0;
}

/* More than half of the layout is there, and more than half of the header is the layout's; or nearly all of a header that lost columns;
 * or so many of its headings that it is no coincidence, as where all of a hundred bands were renamed. */
static bool is_near(const fit *f, const header *h)
{
    size_t found = f->found + f->found_optional;
    return (f->found * 2 > f->declared && found * 2 > h->headed) || (f->found >= 4 && found * 4 >= h->headed * 3) ||
           f->found >= 10;
}

static bool is_better(const fit *a, const fit *b)
{
    if (b->layout == NULL || fits(a) != fits(b))
        return b->layout == NULL || fits(a);
    if (fits(a))
        return a->found + a->found_optional > b->found + b->found_optional;
    /* found / (declared + new), crosswise */
    return a->found * (b->declared + b->new_columns) > b->found * (a->declared + a->new_columns);
}

/* Words that two folded headings share, out of all their words: 0 to 100. */
static unsigned words_shared(const char *a, const char *b)
{
    unsigned shared = 0, all = 0;
    for (const char *p = a; *p != 0;) {
        size_t n = strcspn(p, " ");
        for (const char *q = b; *q != 0;) {
            size_t m = strcspn(q, " ");
            if (n == m && memcmp(p, q, n) == 0) {
                shared++;
                break;
            }
            q += m + (q[m] == ' ');
        }
        all++;
        p += n + (p[n] == ' ');
    }
    for (const char *q = b; *q != 0; q += strcspn(q, " "), q += *q == ' ')
        all++;
    return all == 0 ? 0 : 200 * shared / all;
}

/* The undeclared column that a missing heading may have become; -1 where none is like it. */
static int32_t renamed_to(const fit *f, const header *h, const bool *told, size_t missing)
{
    int32_t best = -1;
    unsigned best_score = 0;
    const char *was = f->wordings[missing].names[0].folded;
    for (size_t i = 0; i < h->count; i++) {
        if (f->used[i] || told[i] || is_blank(h, i) || strlen(h->headings[i].folded) > 256)
            continue;
        const char *now = h->headings[i].folded;
        unsigned distance = text_distance(was, now),
                 longest = (unsigned)(strlen(was) > strlen(now) ? strlen(was) : strlen(now));
        unsigned likeness = distance < longest ? 100 - 100 * distance / longest : 0;
        unsigned shared = words_shared(was, now);
        unsigned score = likeness > shared ? likeness : shared;
        if (score > best_score && score >= 50) {
            best = (int32_t)i;
            best_score = score;
        }
    }
    return best;
}

static void column_problem(const header *h, const char *path, problems *list, buffer *said, const char *message)
{
    error problem;
    (void)error_set(&problem, STATUS_REFUSED, "%s", message);
    error_at(&problem, path, NULL, h->line, NULL);
    problems_add(list, &problem);
    if (said->length < 380)
        buffer_printf(said, "%s%s", said->length > 0 ? "; " : "", message);
}

void layout_hint(error *err, const source *s)
{
    if (s->tidy)
        error_hint(err,
                   "A tidy file has the columns that docs/intake.md lists and no others: rename the column, or take "
                   "it out of the file.");
    else if (s->file == NULL)
        error_hint(err, "Where the publication has changed, add the new wording to the layout in the catalogue.");
    else if (s->folder > 0)
        error_hint(err,
                   "Where the publication has changed, add the new wording to the layout in catalogue/%s of the "
                   "workspace; `concord sources try` shows more.",
                   s->file);
    else
        error_hint(err,
                   "Where the publication has changed, add the new wording to the layout: `concord sources show %s` "
                   "prints it; a file with that and the new wording in catalogue/sources of the workspace takes its "
                   "place (docs/new-source.md).",
                   s->id);
}

static status header_differs(const fit *f, const header *h, const char *path, arena *a, problems *list, error *err)
{
    buffer said = {0};
    bool *told = arena_array(a, h->count, sizeof *told);
    if (told == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    char message[400], shown[CELL_SHOWN];
    for (size_t i = 0; i < f->layout->column_count; i++) {
        const layout_column *column = &f->layout->columns[i];
        if (f->column_of[i] >= 0 || column->optional)
            continue;
        int32_t now = renamed_to(f, h, told, i);
        if (now >= 0) {
            told[now] = true;
            cell_show(h->cells[now], shown);
            (void)snprintf(message, sizeof message, "'%.120s' is missing; %s may be its new name", column->header,
                           shown);
        } else if (column->occurrence > 1) {
            (void)snprintf(message, sizeof message, "'%.120s' is missing for the %d%s time", column->header,
                           (int)column->occurrence,
                           column->occurrence == 2   ? "nd"
                           : column->occurrence == 3 ? "rd"
                                                     : "th");
        } else {
            (void)snprintf(message, sizeof message, "'%.120s' is missing", column->header);
        }
        column_problem(h, path, list, &said, message);
    }
    for (size_t i = 0; i < h->count; i++) {
        if (f->used[i] || told[i] || is_blank(h, i) || is_outside(f, h, i))
            continue;
        cell_show(h->cells[i], shown);
        (void)snprintf(message, sizeof message,
                       is_doubled(f, h->headings[i]) ? "%s (column %zu) is there twice" : "%s (column %zu) is new",
                       shown, i + 1);
        column_problem(h, path, list, &said, message);
    }
    status code =
        error_set(err, STATUS_REFUSED, "This looks like %s (layout %s), but its columns differ: %s%s", f->source->id,
                  f->layout->id, said.data == NULL ? "" : said.data, said.length >= 380 ? " ..." : "");
    error_at(err, path, NULL, h->line, NULL);
    layout_hint(err, f->source);
    buffer_free(&said);
    return code;
}

/* Codes beside codes and names, and nothing else: which body became or belongs to which. */
static bool is_lookup(const header *h)
{
    size_t codes = 0, names = 0;
    for (size_t i = 0; i < h->count; i++) {
        const char *said = h->headings[i].folded;
        size_t n = strlen(said);
        bool is_code = strstr(said, "code") != NULL || (n > 3 && strcmp(said + n - 2, "cd") == 0) ||
                       (n > 3 && strcmp(said + n - 3, "cdh") == 0);
        codes += is_code;
        names += !is_code && (strstr(said, "name") != NULL || (n > 3 && strcmp(said + n - 2, "nm") == 0) ||
                              strstr(said, "date") != NULL || strcmp(said, "objectid") == 0);
    }
    return codes >= 2 && codes + names == h->headed;
}

static status header_unknown(const header *h, const char *path, error *err)
{
    buffer said = {0};
    char shown[CELL_SHOWN];
    for (size_t i = 0; i < h->count && i < HEADINGS_SHOWN && said.length < 300; i++) {
        cell_show(h->cells[i], shown);
        buffer_printf(&said, "%s%s", i > 0 ? ", " : "", shown);
    }
    if (h->count > HEADINGS_SHOWN)
        buffer_printf(&said, " ... %zu in all", h->count);
    status code = error_set(err, STATUS_REFUSED, "No source in the catalogue has such a file (its columns are: %s)",
                            said.data == NULL ? "" : said.data);
    error_at(err, path, NULL, h->line, NULL);
    text only = h->cells[0];
    const bool lookup = is_lookup(h);
    const char *separator = h->count > 1 || only.length == 0             ? NULL
                            : memchr(only.at, ';', only.length) != NULL  ? "semicolons"
                            : memchr(only.at, '\t', only.length) != NULL ? "tabs"
                                                                         : NULL;
    if (separator != NULL)
        error_hint(err, "Its fields seem to be separated by %s: save it with commas.", separator);
    else
        error_hint(err, "%s",
                   lookup ? "It seems to be a lookup of codes, which has no figures to add: leave it out. "
                            "Organisations come with "
                            "Concord (docs/organisations.md)."
                          : "`concord list sources` shows what can be read.");
    buffer_free(&said);
    return code;
}

static status match_fill(const fit *f, const header *h, arena *a, header_match *out, error *err)
{
    *out = (header_match){.source = f->source, .layout = f->layout, .column_count = h->count, .needed = f->last};
    out->column_of = arena_array(a, f->layout->column_count, sizeof *out->column_of);
    out->heading = arena_array(a, h->count, sizeof *out->heading);
    out->use = arena_array(a, h->count, sizeof *out->use);
    if (out->column_of == NULL || out->heading == NULL || out->use == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    if (f->layout->column_count > 0)
        memcpy(out->column_of, f->column_of, f->layout->column_count * sizeof *out->column_of);
    for (size_t i = 0; i < h->count; i++) {
        text shown = text_trim(h->cells[i]);
        out->heading[i] = arena_copy(a, shown.at, shown.length);
        if (out->heading[i] == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        out->use[i] = f->used[i] ? USE_DECLARED : is_blank(h, i) ? USE_UNHEADED : USE_OUTSIDE;
        out->outside |= out->use[i] == USE_OUTSIDE;
    }
    for (size_t i = 0; i < f->layout->set_aside_count; i++) {
        int32_t looked_at = f->column_of[f->layout->set_aside[i].layout_column];
        if (looked_at >= (int32_t)out->needed)
            out->needed = (size_t)looked_at + 1;
    }
    return STATUS_OK;
}

status header_recognise(const catalogue *c, const text *cells, size_t count, int64_t line, const char *path, arena *a,
                        header_match *out, bool *unknown_kind, problems *list, error *err)
{
    *out = (header_match){0};
    *unknown_kind = false;
    header h = {.cells = cells, .count = count, .line = line};
    fit best = {0};
    arena scratch = {0};
    status code = STATUS_OK;
    if (count > HEADER_COLUMNS_MAXIMUM) {
        *unknown_kind = true;
        code = error_set(err, STATUS_REFUSED, "The first line has %zu columns; no source has so many", count);
        error_at(err, path, NULL, line, NULL);
        return code;
    }
    h.headings = arena_array(&scratch, count, sizeof *h.headings);
    if (h.headings == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        code = fold(&scratch, cells[i], &h.headings[i], err);
        if (code != STATUS_OK)
            goto out;
        h.headed += !is_blank(&h, i);
    }
    for (size_t i = 0; i < c->source_count; i++)
        for (size_t j = 0; j < c->sources[i].layout_count; j++) {
            fit here;
            if (c->sources[i].layouts[j].shaped)
                continue; /* shape_find.c holds those against the header */
            code = fit_find(&h, &c->sources[i], &c->sources[i].layouts[j], &scratch, &here, err);
            if (code != STATUS_OK)
                goto out;
            if (is_better(&here, &best))
                best = here;
        }
    if (best.layout == NULL || (!fits(&best) && !is_near(&best, &h))) {
        *unknown_kind = true;
        code = header_unknown(&h, path, err);
        goto out;
    }
    code = match_fill(&best, &h, a, out, err);
    if (code == STATUS_OK && !fits(&best))
        code = header_differs(&best, &h, path, &scratch, list, err);
out:
    arena_free(&scratch);
    return code;
}
