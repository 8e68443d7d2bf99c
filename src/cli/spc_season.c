/* spc_season: see spc_season.h. */
#include "cli/spc_season.h"

#include <stdlib.h>

#define SEASONAL_TOLD 20

static status scratch_fit(spc_season *s, size_t count, error *err)
{
    if (count <= s->capacity)
        return STATUS_OK;
    spc_season_free(s);
    size_t capacity = count * 2;
    s->work = calloc(capacity, 2 * sizeof *s->work);
    s->adjusted = calloc(capacity, sizeof *s->adjusted);
    s->capacity = s->work == NULL || s->adjusted == NULL ? 0 : capacity;
    return s->capacity > 0 ? STATUS_OK : error_set(err, STATUS_MEMORY, "There is not enough memory for the seasons");
}

/* January is the first season, January to March the first quarter: any start would do, as long as it is always the same. */
static size_t first_season(const spc_input *in, const spc_group *g, size_t seasons)
{
    int year = 0, month = 0, day = 0;
    date_parts(in->dates[g->first], &year, &month, &day);
    return (size_t)(month - 1) / (12 / seasons);
}

static void seasonal_tell(spc_season *s, cli *c, const spc_group *g, const season_check *found)
{
    if (s->told == SEASONAL_TOLD) {
        s->untold++;
        return;
    }
    s->told++;
    const char *what = g->name[0] == 0 ? "The series" : g->name;
    char p[NUMBER_TEXT + 4];
    if (found->p < 0.0001)
        (void)snprintf(p, sizeof p, "p < 0.0001");
    else
        (void)snprintf(p, sizeof p, "p = %.4f", found->p);
    if (s->use == SEASON_CHECK)
        say_note(c,
                 "%s is seasonal (%s, %zu years): a chart of its values as they are takes the season for change. "
                 "--season adjust takes the season out.",
                 what, p, found->cycles);
    else
        say_note(c,
                 "%s is seasonal (%s, %zu years): judged after its season was taken out. The season is estimated from "
                 "the same values, so the limits are a little narrow; read signals with care.",
                 what, p, found->cycles);
}

status spc_season_group(spc_season *s, cli *c, const spc_input *in, const spc_group *g, const double **values,
                        bool *adjusted, error *err)
{
    const double *raw = in->values + g->first;
    *values = raw;
    *adjusted = false;
    if (s->use == SEASON_NONE || g->count == 0)
        return STATUS_OK;
    season_check found = {0};
    size_t first = first_season(in, g, s->seasons);
    status code = scratch_fit(s, g->count, err);
    if (code == STATUS_OK)
        code = season_check_make(raw, g->count, s->seasons, first, s->work, &found, err);
    if (code != STATUS_OK)
        return code;
    s->groups++;
    s->too_short += found.cycles < 3;
    if (!found.seasonal)
        return STATUS_OK;
    seasonal_tell(s, c, g, &found);
    if (s->use == SEASON_ADJUST) {
        season_adjust(raw, g->count, s->seasons, first, &found, s->adjusted);
        *values = s->adjusted;
        *adjusted = true;
    }
    return STATUS_OK;
}

void spc_season_end(const spc_season *s, cli *c)
{
    if (s->untold > 0)
        say_note(c, "%zu more of the groups are seasonal.", s->untold);
    if (s->too_short > 0 && s->groups == 1)
        say_note(c, "The series has fewer than three whole years, so it cannot be told whether it is seasonal.");
    else if (s->too_short > 0)
        say_note(c,
                 "%zu of %zu groups have fewer than three whole years, so it cannot be told whether they are seasonal.",
                 s->too_short, s->groups);
}

void spc_season_free(spc_season *s)
{
    free(s->work);
    free(s->adjusted);
    s->work = s->adjusted = NULL;
    s->capacity = 0;
}
