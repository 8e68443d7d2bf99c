/*
 * The site: opened from an edition, asked for pages by path.
 *
 * All paths are known when it is opened: they are listed in a fixed order (pages that stand alone, then organisations, measures,
 * series, data files, web files) and found by a hash of their text.
 */
#include "publish/charts.h"
#include "publish/html.h"
#include "publish/plots.h"
#include "publish/record_pages.h"

#include <dirent.h>
#include <stdlib.h>

#define WEB_FILE_MAXIMUM  ((size_t)4 << 20)
#define WEB_FILES_MAXIMUM 64

/* ---- the table of paths ------------------------------------------------------------------------------- */

static uint32_t path_hash(const char *path)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (const unsigned char *c = (const unsigned char *)path; *c != 0; c++)
        h = (h ^ *c) * 16777619u;
    return h;
}

static const site_entry *entry_find(const site *s, const char *path)
{
    for (size_t at = path_hash(path) & (s->slot_count - 1);; at = (at + 1) & (s->slot_count - 1)) {
        if (s->slots[at] == 0)
            return NULL;
        const site_entry *e = &s->entries[s->slots[at] - 1];
        if (strcmp(e->path, path) == 0)
            return e;
    }
}

typedef struct entry_list {
    site_entry *items;
    size_t count, capacity;
    arena *memory;
    bool failed;
} entry_list;

static void entry_add(entry_list *list, const char *path, page_kind kind, int32_t measure, int32_t who, int32_t file)
{
    if (path == NULL || list->count == list->capacity) {
        list->failed = true;
        return;
    }
    list->items[list->count++] = (site_entry){path, kind, measure, who, file};
}

static bool only_as_published(const site *s, int32_t measure, int32_t who)
{
    return s->current_total[(size_t)who * s->now->measure_count + (size_t)measure] < 0;
}

static void entries_of_series(site *s, entry_list *list, int32_t m, int32_t o)
{
    arena *a = &s->memory;
    const char *id = s->now->measures[m].id, *code = s->org_name[o];
    entry_add(list, arena_printf(a, "series/%s/%s.html", id, code), PAGE_SERIES, m, o, -1);
    entry_add(list, arena_printf(a, "series/%s/%s.csv", id, code), FILE_SERIES_CSV, m, o, -1);
    entry_add(list, arena_printf(a, "series/%s/%s.json", id, code), FILE_SERIES_JSON, m, o, -1);
    size_t aims = 0;
    (void)site_total_aims(s, m, o, &aims);
    if (aims > 0)
        entry_add(list, arena_printf(a, "series/%s/%s.agreed.csv", id, code), FILE_AGREED_CSV, m, o, -1);
    if (site_published(s, m, o) == NULL || only_as_published(s, m, o))
        return;
    entry_add(list, arena_printf(a, "series/%s/%s.as-published.csv", id, code), FILE_PUBLISHED_CSV, m, o, -1);
    entry_add(list, arena_printf(a, "series/%s/%s.as-published.json", id, code), FILE_PUBLISHED_JSON, m, o, -1);
}

static void oversight_entry(void *context, const char *path, page_kind kind, int32_t which, int32_t who)
{
    entry_add(context, path, kind, -1, who, which);
}

static void entries_add_all(site *s, entry_list *list)
{
    static const struct {
        const char *path;
        page_kind kind;
    } alone[] = {{"index.html", PAGE_HOME},
                 {"organisations.html", PAGE_ORGANISATIONS},
                 {"measures.html", PAGE_MEASURES},
                 {"changes.html", PAGE_CHANGES},
                 {"methods.html", PAGE_METHODS},
                 {"data.html", PAGE_DATA},
                 {"quality.html", PAGE_QUALITY},
                 {"accessibility.html", PAGE_ACCESSIBILITY},
                 {"404.html", PAGE_NOT_FOUND},
                 {"data/index.csv", FILE_INDEX_CSV},
                 {"data/index.json", FILE_INDEX_JSON},
                 {"data/issues.csv", FILE_ISSUES_CSV},
                 {"data/quality.csv", FILE_QUALITY_CSV},
                 {"data/quality.json", FILE_QUALITY_JSON}};
    const edition *e = s->now;
    arena *a = &s->memory;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        entry_add(list, alone[i].path, alone[i].kind, -1, -1, -1);
    for (size_t i = 0; i < s->mapped_count; i++)
        entry_add(list, arena_printf(a, "map/%s.html", e->measures[s->mapped[i]].id), PAGE_MAP, s->mapped[i], -1, -1);
    for (size_t o = 0; o < e->org_count; o++)
        if (s->org_name[o] != NULL)
            entry_add(list, arena_printf(a, "organisation/%s.html", s->org_name[o]), PAGE_ORGANISATION, -1, (int32_t)o,
                      -1);
    for (size_t o = 0; o < e->org_count; o++)
        if (site_has_plan(s, (int32_t)o)) {
            entry_add(list, arena_printf(a, "plan/%s.html", s->org_name[o]), PAGE_PLAN, -1, (int32_t)o, -1);
            entry_add(list, arena_printf(a, "plan/%s.csv", s->org_name[o]), FILE_PLAN_CSV, -1, (int32_t)o, -1);
            entry_add(list, arena_printf(a, "plan/%s.json", s->org_name[o]), FILE_PLAN_JSON, -1, (int32_t)o, -1);
        }
    site_oversight_entries(s, oversight_entry, list);
    for (size_t i = 0; i < record_entry_count(s); i++) {
        page_kind kind = PAGE_NOT_FOUND;
        int32_t which = -1;
        const char *path = record_entry(s, i, &kind, &which);
        entry_add(list, path, kind, -1, -1, which);
    }
    for (size_t m = 0; m < e->measure_count; m++)
        entry_add(list, arena_printf(a, "measure/%s.html", e->measures[m].id), PAGE_MEASURE, (int32_t)m, -1, -1);
    for (size_t m = 0; m < e->measure_count; m++)
        for (size_t o = 0; o < e->org_count; o++)
            if (site_total(s, (int32_t)m, (int32_t)o) != NULL)
                entries_of_series(s, list, (int32_t)m, (int32_t)o);
}

static status slots_fill(site *s, error *err)
{
    s->slot_count = 16;
    while (s->slot_count < s->entry_count * 2)
        s->slot_count *= 2;
    s->slots = arena_array(&s->memory, s->slot_count, sizeof *s->slots);
    if (s->slots == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    for (size_t i = 0; i < s->entry_count; i++) {
        size_t at = path_hash(s->entries[i].path) & (s->slot_count - 1);
        while (s->slots[at] != 0) {
            if (strcmp(s->entries[s->slots[at] - 1].path, s->entries[i].path) == 0)
                return error_set(err, STATUS_INTERNAL, "Two pages would have the path %s", s->entries[i].path);
            at = (at + 1) & (s->slot_count - 1);
        }
        s->slots[at] = (uint32_t)(i + 1);
    }
    return STATUS_OK;
}

/* ---- the web folder ----------------------------------------------------------------------------------- */

/* Only these are part of a site; notes and sources beside them are not. */
static const char *web_content_type(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {{".css", "text/css; charset=utf-8"},
                 {".js", "text/javascript; charset=utf-8"},
                 {".svg", "image/svg+xml"},
                 {".png", "image/png"}};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(types[i].ending);
        if (length > n && name[0] != '.' && strcmp(name + length - n, types[i].ending) == 0)
            return types[i].type;
    }
    return NULL;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static status web_load(site *s, const char *folder, const char **names, error *err)
{
    buffer bytes = {.maximum = WEB_FILE_MAXIMUM};
    status code = STATUS_OK;
    DIR *d = opendir(folder);
    if (d == NULL) {
        code = error_set(err, STATUS_IO, "Cannot open the folder of the style sheet and scripts");
        error_at(err, folder, NULL, 0, NULL);
        error_hint(err, "It is web/ beside the program's sources, or share/concord/web where it is installed");
        return code;
    }
    for (struct dirent *entry = readdir(d); entry != NULL && code == STATUS_OK; entry = readdir(d)) {
        if (web_content_type(entry->d_name) == NULL)
            continue;
        if (s->file_count == WEB_FILES_MAXIMUM)
            code =
                error_set(err, STATUS_REFUSED, "The folder %s holds more than %d web files", folder, WEB_FILES_MAXIMUM);
        else if ((names[s->file_count++] = arena_string(&s->memory, entry->d_name)) == NULL)
            code = error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    }
    (void)closedir(d);
    if (code != STATUS_OK)
        return code;
    qsort(names, s->file_count, sizeof *names, compare_text);
    s->files = arena_array(&s->memory, s->file_count + 1, sizeof *s->files);
    for (size_t i = 0; i < s->file_count && code == STATUS_OK && s->files != NULL; i++) {
        const char *path = arena_printf(&s->memory, "%s/%s", folder, names[i]);
        code = path == NULL ? error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages")
                            : file_read(path, WEB_FILE_MAXIMUM - 1, &bytes, err);
        if (code != STATUS_OK)
            break;
        /* Pages inline their charts, so the charts' rules belong into the style sheet. */
        if (strcmp(names[i], "concord.css") == 0) {
            chart_style(&bytes);
            plot_style(&bytes);
        }
        s->files[i] =
            (site_file){arena_copy(&s->memory, bytes.data, bytes.length), bytes.length, web_content_type(names[i])};
        if (s->files[i].bytes == NULL)
            code = error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    }
    if (s->files == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    buffer_free(&bytes);
    return code;
}

/* ---- opening ------------------------------------------------------------------------------------------ */

static status entries_prepare(site *s, const char *const *web_names, error *err)
{
    const edition *e = s->now;
    entry_list list = {.memory = &s->memory};
    size_t series = 0;
    for (size_t cell = 0; cell < e->org_count * e->measure_count; cell++)
        series += s->current_total[cell] >= 0 || s->published_total[cell] >= 0;
    list.capacity = 32 + s->mapped_count + 4 * e->org_count + e->measure_count + series * 6 + s->file_count +
                    record_entry_count(s) + site_oversight_entry_count(s);
    list.items = arena_array(&s->memory, list.capacity, sizeof *list.items);
    if (list.items == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    entries_add_all(s, &list);
    for (size_t i = 0; i < s->file_count; i++)
        entry_add(&list, arena_printf(&s->memory, "web/%s", web_names[i]), FILE_WEB, -1, -1, (int32_t)i);
    if (list.failed)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    s->entries = list.items;
    s->entry_count = list.count;
    return slots_fill(s, err);
}

status site_open(const site_options *options, site **out, error *err)
{
    *out = NULL;
    site *s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    const char *web_names[WEB_FILES_MAXIMUM] = {0};
    s->answers = options->answers;
    status code = edition_open(options->edition_path, &s->now, err);
    if (code == STATUS_OK)
        code = edition_load_all(s->now, err);
    if (code == STATUS_OK && options->previous_path != NULL) {
        code = edition_open(options->previous_path, &s->previous, err);
        if (code == STATUS_OK)
            code = edition_load_all(s->previous, err);
    }
    if (code == STATUS_OK) {
        s->program_version = arena_string(&s->memory, options->program_version == NULL ? "" : options->program_version);
        s->mark = arena_string(&s->memory, options->mark == NULL ? "" : options->mark);
        if (s->program_version == NULL || s->mark == NULL)
            code = error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    }
    if (code == STATUS_OK)
        code = site_prepare_lookups(s, err);
    if (code == STATUS_OK)
        code = site_prepare_changes(s, err);
    if (code == STATUS_OK)
        code = record_open(s, err);
    if (code == STATUS_OK)
        code = site_prepare_aims(s, err);
    if (code == STATUS_OK)
        code = site_prepare_oversight(s, err);
    if (code == STATUS_OK)
        code = site_prepare_plans(s, err);
    if (code == STATUS_OK)
        code = web_load(s, options->web_folder, web_names, err);
    if (code == STATUS_OK)
        code = entries_prepare(s, web_names, err);
    if (code != STATUS_OK) {
        site_close(s);
        return code;
    }
    *out = s;
    return STATUS_OK;
}

void site_close(site *s)
{
    if (s == NULL)
        return;
    site_close_oversight(s);
    site_close_plans(s);
    record_close(s);
    edition_close(s->now);
    edition_close(s->previous);
    arena_free(&s->memory);
    free(s);
}

const edition *site_edition(const site *s)
{
    return s->now;
}

size_t site_path_count(const site *s)
{
    return s->entry_count;
}

const char *site_path(const site *s, size_t i)
{
    return s->entries[i].path;
}

bool site_has(const site *s, const char *path)
{
    return entry_find(s, path) != NULL;
}

/* ---- rendering ---------------------------------------------------------------------------------------- */

static const char *root_of(const char *path)
{
    static const char *const roots[] = {"", "../", "../../"};
    size_t depth = 0;
    for (const char *c = path; *c != 0; c++)
        depth += *c == '/';
    return roots[depth < 2 ? depth : 2];
}

/* True where the path is a file that is no page. */
static bool file_render(const site *s, const site_entry *entry, buffer *out, const char **content_type)
{
    static const char csv[] = "text/csv; charset=utf-8", json[] = "application/json";
    geography own = GEOGRAPHY_CURRENT;
    if (entry->org >= 0 && entry->measure >= 0 && only_as_published(s, entry->measure, entry->org))
        own = GEOGRAPHY_AS_PUBLISHED;
    switch (entry->kind) {
    case FILE_SERIES_CSV:
        *content_type = csv;
        file_series_csv(s, entry->measure, entry->org, own, out);
        return true;
    case FILE_SERIES_JSON:
        *content_type = json;
        file_series_json(s, entry->measure, entry->org, own, out);
        return true;
    case FILE_AGREED_CSV:
        *content_type = csv;
        file_agreed_csv(s, entry->measure, entry->org, own, out);
        return true;
    case FILE_PUBLISHED_CSV:
        *content_type = csv;
        file_series_csv(s, entry->measure, entry->org, GEOGRAPHY_AS_PUBLISHED, out);
        return true;
    case FILE_PUBLISHED_JSON:
        *content_type = json;
        file_series_json(s, entry->measure, entry->org, GEOGRAPHY_AS_PUBLISHED, out);
        return true;
    case FILE_INDEX_CSV:
        *content_type = csv;
        file_index_csv(s, out);
        return true;
    case FILE_INDEX_JSON:
        *content_type = json;
        file_index_json(s, out);
        return true;
    case FILE_ISSUES_CSV:
        *content_type = csv;
        file_issues_csv(s, out);
        return true;
    case FILE_QUALITY_CSV:
        *content_type = csv;
        file_quality_csv(s, out);
        return true;
    case FILE_QUALITY_JSON:
        *content_type = json;
        file_quality_json(s, out);
        return true;
    case FILE_SCORES_CSV:
        *content_type = csv;
        file_scores_csv(s, entry->file, out);
        return true;
    case FILE_STEPS_CSV:
        *content_type = csv;
        file_steps_csv(s, entry->file, out);
        return true;
    case FILE_REGISTER:
        *content_type = "application/jsonl";
        file_register(s, out);
        return true;
    case FILE_WEB:
        *content_type = s->files[entry->file].content_type;
        buffer_put(out, s->files[entry->file].bytes, s->files[entry->file].length);
        return true;
    default: return false;
    }
}

status site_render(const site *s, const char *path, arena *scratch, buffer *out, const char **content_type, error *err)
{
    const site_entry *entry = entry_find(s, path);
    if (entry == NULL)
        return error_set(err, STATUS_NOT_FOUND, "The site has no page %s", path);
    if (file_render(s, entry, out, content_type))
        return buffer_status(out, err);
    if (entry->kind == FILE_PLAN_CSV || entry->kind == FILE_PLAN_JSON) {
        const bool csv = entry->kind == FILE_PLAN_CSV;
        *content_type = csv ? "text/csv; charset=utf-8" : "application/json";
        return csv ? file_plan_csv(s, entry->org, out, err) : file_plan_json(s, entry->org, out, err);
    }
    *content_type = "text/html; charset=utf-8";
    page p = {.site = s, .out = out, .scratch = scratch, .root = root_of(path), .path = entry->path};
    status code = STATUS_OK;
    switch (entry->kind) {
    case PAGE_HOME: page_home(&p); break;
    case PAGE_MAP: page_map(&p, entry->measure); break;
    case PAGE_ORGANISATIONS: page_organisations(&p); break;
    case PAGE_MEASURES: page_measures(&p); break;
    case PAGE_CHANGES: page_changes(&p); break;
    case PAGE_METHODS: page_methods(&p); break;
    case PAGE_DATA: page_data(&p); break;
    case PAGE_QUALITY: page_quality(&p); break;
    case PAGE_ACCESSIBILITY: page_accessibility(&p); break;
    case PAGE_ORGANISATION: page_organisation(&p, entry->org); break;
    case PAGE_MEASURE: page_measure(&p, entry->measure); break;
    case PAGE_PLAN: code = page_plan(&p, entry->org, err); break;
    case PAGE_SERIES: page_series(&p, entry->measure, entry->org); break;
    case PAGE_OVERSIGHT: page_oversight(&p); break;
    case PAGE_FRAMEWORK: page_framework(&p, entry->file); break;
    case PAGE_STEPS: page_steps(&p, entry->file, entry->org); break;
    case PAGE_SYSTEM_OVERSIGHT: page_system_oversight(&p, entry->org); break;
    case PAGE_BURDEN: page_burden(&p); break;
    case PAGE_PRIORITIES: page_priorities(&p); break;
    case PAGE_PRIORITY: page_priority(&p, (size_t)entry->file); break;
    case PAGE_COMMITMENTS: page_commitments(&p); break;
    case PAGE_COMMITMENT: page_commitment(&p, (size_t)entry->file); break;
    case PAGE_PARTNER: page_partner(&p, (size_t)entry->file); break;
    case PAGE_LOG: page_log(&p, (size_t)entry->file); break;
    default: page_not_found(&p); break;
    }
    buffer_free(&p.words);
    return code == STATUS_OK ? buffer_status(out, err) : code;
}
