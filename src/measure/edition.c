/* The order of work of an evaluation, and its growing lists. */
#include "measure/internal.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CONCORD_VERSION
#define CONCORD_VERSION "0.1.0"
#endif

bool evaluation_stopped(const evaluation *v)
{
    return v->options->interrupted != NULL && *v->options->interrupted;
}

status evaluation_contribute(evaluation *v, const contribution *c, error *err)
{
    if (v->contribution_count == v->contribution_capacity) {
        size_t capacity = v->contribution_capacity == 0 ? 4096 : v->contribution_capacity * 2;
        contribution *grown = realloc(v->contributions, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for %zu figures", capacity);
        v->contributions = grown;
        v->contribution_capacity = capacity;
    }
    v->contributions[v->contribution_count++] = *c;
    return STATUS_OK;
}

status evaluation_breakdown(evaluation *v, const char *key, const char *breakdown, const char *breakdown_name,
                            const char *name, int32_t *out, error *err)
{
    for (size_t i = 0; i < v->breakdown_count; i++)
        if (strcmp(v->breakdowns[i].key, key) == 0) {
            *out = (int32_t)i;
            return STATUS_OK;
        }
    if (v->breakdown_count == v->breakdown_capacity) {
        size_t capacity = v->breakdown_capacity == 0 ? 64 : v->breakdown_capacity * 2;
        breakdown_key *grown = realloc(v->breakdowns, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for breakdowns");
        v->breakdowns = grown;
        v->breakdown_capacity = capacity;
    }
    breakdown_key *b = &v->breakdowns[v->breakdown_count];
    *b = (breakdown_key){arena_string(&v->memory, key), arena_string(&v->memory, breakdown),
                         arena_string(&v->memory, breakdown_name), arena_string(&v->memory, name), -1};
    if (b->key == NULL || b->breakdown == NULL || b->breakdown_name == NULL || b->name == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for breakdowns");
    *out = (int32_t)v->breakdown_count++;
    return STATUS_OK;
}

status evaluation_issue(evaluation *v, const char *kind, const char *code, const char *when, const char *sentence,
                        int64_t rows, error *err)
{
    if (v->issue_count == v->issue_capacity) {
        size_t capacity = v->issue_capacity == 0 ? 64 : v->issue_capacity * 2;
        edition_issue *grown = realloc(v->issues, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for the list of issues");
        v->issues = grown;
        v->issue_capacity = capacity;
    }
    edition_issue *i = &v->issues[v->issue_count];
    *i = (edition_issue){arena_string(&v->memory, kind), arena_string(&v->memory, code), arena_string(&v->memory, when),
                         arena_string(&v->memory, sentence), rows};
    if (i->kind == NULL || i->code == NULL || i->period == NULL || i->text == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the list of issues");
    v->issue_count++;
    return STATUS_OK;
}

status evaluation_begin(evaluation *v, facts *f, const catalogue *c, const orgs *o, const measure_options *options,
                        const edition *like, error *err)
{
    *v = (evaluation){.facts = f, .catalogue = c, .orgs = o, .options = options};
    v->map = options->geography == GEOGRAPHY_AS_AT ? options->as_at : orgs_current(o);
    if (spc_rules_find(options->rules) == NULL) {
        error_set(err, STATUS_USAGE, "There is no rule set '%s'", options->rules);
        error_hint(err, "Use mdc-2023 or plotthedots-0.2.2");
        return STATUS_USAGE;
    }
    size_t n = orgs_count(o);
    v->organisation_capacity = n + 256;
    v->organisations = calloc(v->organisation_capacity, sizeof *v->organisations);
    if (v->organisations == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for organisations");
    for (size_t i = 0; i < n; i++) {
        const org *x = orgs_at(o, (org_index)i);
        v->organisations[i] = (working_org){.code = x->code,
                                            .name = x->name,
                                            .known = (org_index)i,
                                            .source = "",
                                            .reports_at = LEVEL_COUNT,
                                            .final = -1};
    }
    v->organisation_count = n;
    status code = quality_begin(v, err);
    if (code == STATUS_OK)
        code = groups_begin(v, err);
    return code != STATUS_OK ? code : evaluation_select(v, like, err);
}

void evaluation_free(evaluation *v)
{
    quality_free(v);
    groups_free(v);
    free(v->organisations);
    free(v->unknown_table);
    free(v->breakdowns);
    free(v->contributions);
    free(v->issues);
    free(v->documents);
    arena_free(&v->memory);
    *v = (evaluation){0};
}

/* Everything up to a finished writer, at `path`. workspace: NULL for a view, which carries no register. */
static status evaluate_into(evaluation *v, const char *workspace, edition *head, const char *path, edition_writer **w,
                            error *err)
{
    head->program_version = CONCORD_VERSION;
    if (v->options->as_of != NULL) {
        char day[DATE_TEXT];
        date_format(*v->options->as_of, day);
        head->as_of = arena_string(&v->memory, day);
    }
    status code = evaluation_list_undated(v, err);
    if (code == STATUS_OK)
        code = evaluation_rows(v, err);
    if (code == STATUS_OK)
        code = evaluation_tidy(v, err);
    if (code == STATUS_OK)
        code = evaluation_head(v, head, err);
    if (code == STATUS_OK)
        code = quality_prepare(v, head, err);
    if (code == STATUS_OK)
        code = evaluation_documents(v, workspace, head, err);
    if (code == STATUS_OK)
        code = edition_writer_open(path, head, w, err);
    if (code != STATUS_OK)
        return code;
    code = evaluation_series(v, head, *w, err);
    if (code == STATUS_OK)
        code = quality_finish(v, head, *w, err);
    if (code == STATUS_OK && workspace != NULL)
        code = evaluation_flows(v, head, *w, err);
    if (code != STATUS_OK) {
        edition_writer_abort(*w);
        *w = NULL;
    }
    return code;
}

/* What a killed process left behind half-built: building-PID.part of a process that is no more. */
static void remove_left_over(const char *folder)
{
    DIR *d = opendir(folder);
    if (d == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;) {
        long process;
        int length = 0;
        char path[4200];
        if (sscanf(entry->d_name, "building-%ld.part%n", &process, &length) != 1 || length == 0 ||
            entry->d_name[length] != 0 || process <= 0 || kill((pid_t)process, 0) == 0 || errno != ESRCH)
            continue;
        int n = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (n > 0 && (size_t)n < sizeof path)
            (void)unlink(path);
    }
    (void)closedir(d);
}

status measure_edition(const char *workspace, facts *f, const catalogue *c, const orgs *o,
                       const measure_options *options, char id[SHA256_TEXT], bool *unchanged, error *err)
{
    evaluation v;
    edition head = {0};
    edition_writer *w = NULL;
    char folder[4096], path[4200];
    *unchanged = false;
    int n = snprintf(folder, sizeof folder, "%s/editions", workspace);
    if (n < 0 || (size_t)n >= sizeof folder)
        return error_set(err, STATUS_IO, "The workspace's path is too long");
    (void)snprintf(path, sizeof path, "%s/building-%ld.part", folder, (long)getpid());
    status code = evaluation_begin(&v, f, c, o, options, NULL, err);
    if (code == STATUS_OK)
        code = folder_make(folder, err);
    if (code == STATUS_OK)
        remove_left_over(folder);
    if (code == STATUS_OK)
        code = evaluate_into(&v, workspace, &head, path, &w, err);
    if (code == STATUS_OK)
        code = edition_writer_close(w, id, err);
    if (code == STATUS_OK)
        code = options->as_of != NULL ? editions_install_apart(workspace, path, id, err)
                                      : editions_install(workspace, path, id, unchanged, err);
    if (code != STATUS_OK)
        (void)unlink(path);
    evaluation_free(&v);
    return code;
}

status measure_view(facts *f, const catalogue *c, const orgs *o, const measure_options *options, const edition *like,
                    edition **out, error *err)
{
    evaluation v;
    edition head = {0};
    edition_writer *w = NULL;
    *out = NULL;
    status code = evaluation_begin(&v, f, c, o, options, like, err);
    if (code == STATUS_OK)
        code = evaluate_into(&v, NULL, &head, ":memory:", &w, err);
    if (code == STATUS_OK)
        code = edition_from_writer(w, out, err);
    evaluation_free(&v);
    return code;
}
