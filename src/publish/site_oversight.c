/* Oversight when a site is opened: everything scored once, what is asked weighed once, the paths of the pages, and the scores as CSV. */
#include "publish/page_oversight.h"
#include "publish/record.h"

#include <stdlib.h>

/* ---- opening ------------------------------------------------------------------------------------------ */

/* What is asked, of the collections that stand on the day the register speaks of; figures of systems are compared. */
static status burden_prepare(site *s, error *err)
{
    if (s->record == NULL || register_count(s->record->log, REGISTER_COLLECTION) == 0)
        return STATUS_OK;
    const burden_options options = {.on = s->record->as_at, .level = "icb", .threshold = 0.8, .share = 0.9};
    s->burden = arena_alloc(&s->memory, sizeof *s->burden);
    if (s->burden == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    return burden_weigh(s->record->log, s->now, &options, &s->memory, s->burden, err);
}

status site_prepare_oversight(site *s, error *err)
{
    const oversight_options options = {
        .draws = OVERSIGHT_DRAWS, .seed = OVERSIGHT_SEED, .confidence = OVERSIGHT_CONFIDENCE};
    status code = oversight_book_open(s->now, s->record == NULL ? NULL : s->record->log, &options, &s->book, err);
    return code == STATUS_OK ? burden_prepare(s, err) : code;
}

bool site_has_oversight(const site *s)
{
    return s->book != NULL && (s->book->chapter_count > 0 || s->book->unread_count > 0);
}

void site_close_oversight(site *s)
{
    oversight_book_close(s->book);
    s->book = NULL;
}

/* ---- paths -------------------------------------------------------------------------------------------- */

size_t site_oversight_entry_count(const site *s)
{
    return 2 + s->book->chapter_count * (3 + s->now->org_count) + s->icbs.count;
}

void site_oversight_entries(site *s, site_entry_told told, void *context)
{
    arena *a = &s->memory;
    if (s->burden != NULL)
        told(context, "burden.html", PAGE_BURDEN, -1, -1);
    if (!site_has_oversight(s))
        return;
    told(context, "oversight.html", PAGE_OVERSIGHT, -1, -1);
    for (size_t i = 0; i < s->book->chapter_count; i++) {
        const oversight_chapter *c = &s->book->chapters[i];
        told(context, arena_printf(a, "oversight/%s.html", c->framework->id), PAGE_FRAMEWORK, (int32_t)i, -1);
        if (c->result == NULL)
            continue;
        told(context, arena_printf(a, "oversight/%s/scores.csv", c->framework->id), FILE_SCORES_CSV, (int32_t)i, -1);
        told(context, arena_printf(a, "oversight/%s/steps.csv", c->framework->id), FILE_STEPS_CSV, (int32_t)i, -1);
        for (size_t o = 0; o < s->now->org_count; o++)
            if (chapter_organisation(c, (int32_t)o) != NULL && s->org_name[o] != NULL)
                told(context, arena_printf(a, "oversight/%s/%s.html", c->framework->id, s->org_name[o]), PAGE_STEPS,
                     (int32_t)i, (int32_t)o);
    }
    for (size_t i = 0; i < s->icbs.count && s->book->chapter_count > 0; i++)
        if (s->org_name[s->icbs.items[i]] != NULL)
            told(context, arena_printf(a, "system-oversight/%s.html", s->org_name[s->icbs.items[i]]),
                 PAGE_SYSTEM_OVERSIGHT, -1, s->icbs.items[i]);
}

static const char *path_or_home(const char *path)
{
    return path == NULL ? "index.html" : path;
}

const char *path_framework(const page *p, const framework *f)
{
    return path_or_home(arena_printf(p->scratch, "oversight/%s.html", f->id));
}

const char *path_steps(const page *p, const framework *f, int32_t who)
{
    return path_or_home(arena_printf(p->scratch, "oversight/%s/%s.html", f->id, p->site->org_name[who]));
}

const char *path_system(const page *p, int32_t who)
{
    return path_or_home(arena_printf(p->scratch, "system-oversight/%s.html", p->site->org_name[who]));
}

/* ---- looking up --------------------------------------------------------------------------------------- */

const oversight_organisation *chapter_organisation(const oversight_chapter *c, int32_t who)
{
    return c->result == NULL || who < 0 || c->place[who] < 0 ? NULL : &c->result->organisations[c->place[who]];
}

int32_t chapter_place(const oversight_chapter *c, const oversight_organisation *o, bool *shared)
{
    int32_t before = 0, level_with = 0;
    for (size_t i = 0; i < c->result->organisation_count; i++) {
        const oversight_organisation *other = &c->result->organisations[i];
        if (other->group != o->group || isnan(other->average))
            continue;
        before += other->average < o->average;
        level_with += other->average <= o->average && other->average >= o->average;
    }
    *shared = level_with > 1;
    return before + 1;
}

size_t chapter_scored(const oversight_chapter *c)
{
    size_t count = 0;
    for (size_t i = 0; c->result != NULL && i < c->result->organisation_count; i++)
        count += isnan(c->result->organisations[i].average) ? 0 : 1;
    return count;
}

/* ---- files: the same columns as the command line's ------------------------------------------------------ */

static void cell_text(buffer *out, const char *words)
{
    bool quoted = strpbrk(words, ",\"\r\n") != NULL;
    if (quoted)
        buffer_char(out, '"');
    for (const char *c = words; *c != 0; c++) {
        if (*c == '"')
            buffer_char(out, '"');
        buffer_char(out, *c);
    }
    if (quoted)
        buffer_char(out, '"');
}

static void cell_number(buffer *out, double value)
{
    buffer_char(out, ',');
    if (!isnan(value))
        buffer_number(out, value);
}

static void cell_segment(buffer *out, int32_t segment)
{
    buffer_char(out, ',');
    if (segment > 0)
        buffer_int(out, segment);
}

void file_scores_csv(const site *s, int32_t which, buffer *out)
{
    const oversight_chapter *c = &s->book->chapters[which];
    const framework *f = c->framework;
    buffer_text(out, "group,organisation,name,metrics,average,rank,rank_lower,rank_upper,ranked,segment_by_scores,"
                     "adjustments,segment,segment_share\n");
    for (size_t i = 0; i < c->result->organisation_count; i++) {
        const oversight_organisation *o = &c->result->organisations[i];
        const char *between = "";
        cell_text(out, f->group_count > 0 ? f->groups[o->group].id : "");
        buffer_char(out, ',');
        cell_text(out, s->now->orgs[o->org].code);
        buffer_char(out, ',');
        cell_text(out, s->now->orgs[o->org].name);
        buffer_printf(out, ",%d", (int)o->scored);
        cell_number(out, o->average);
        cell_number(out, o->rank);
        cell_number(out, o->rank_lower);
        cell_number(out, o->rank_upper);
        buffer_printf(out, ",%d", (int)o->ranked);
        cell_segment(out, o->segment_by_scores);
        buffer_char(out, ',');
        for (size_t k = 0; k < f->adjustment_count; k++)
            if (o->adjusted >> k & 1) {
                buffer_printf(out, "%s%s", between, f->adjustments[k].id);
                between = "; ";
            }
        cell_segment(out, o->segment);
        cell_number(out, o->segment_by_scores > 0 && !isnan(o->rank_lower) ? o->segment_share[o->segment_by_scores - 1]
                                                                           : (double)NAN);
        buffer_char(out, '\n');
    }
}

void file_steps_csv(const site *s, int32_t which, buffer *out)
{
    const oversight_chapter *c = &s->book->chapters[which];
    const framework *f = c->framework;
    buffer step = {0};
    buffer_text(out, "organisation,metric,name,measure,period,value,step,score,weight,segment_without,segment_doubled,"
                     "value_for_next_segment,people_for_next_segment,verified\n");
    for (size_t i = 0; i < c->result->organisation_count; i++)
        for (size_t m = 0; m < f->metric_count; m++) {
            const framework_metric *metric = &f->metrics[m];
            const oversight_metric *v = &c->result->organisations[i].metrics[m];
            char when[PERIOD_TEXT] = "";
            buffer_clear(&step);
            if (oversight_step(c->result, i, m, &step, NULL) != STATUS_OK)
                out->failed = true;
            if (v->period.kind != PERIOD_NONE)
                period_format(v->period, when);
            cell_text(out, s->now->orgs[c->result->organisations[i].org].code);
            buffer_char(out, ',');
            cell_text(out, metric->id);
            buffer_char(out, ',');
            cell_text(out, metric->name);
            buffer_printf(out, ",%s,%s", metric->measure, when);
            cell_number(out, v->value);
            buffer_char(out, ',');
            cell_text(out, step.data == NULL ? "" : step.data);
            cell_number(out, v->score);
            cell_number(out, metric->weight);
            cell_segment(out, v->segment_without);
            cell_segment(out, v->segment_doubled);
            cell_number(out, v->can_move ? v->needed_value : (double)NAN);
            if (v->can_move && v->needed_people > 0)
                buffer_printf(out, ",%lld", (long long)v->needed_people);
            else
                buffer_char(out, ',');
            buffer_printf(out, ",%s\n", metric->verified ? "yes" : "no");
        }
    buffer_free(&step);
}
