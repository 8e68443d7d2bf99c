/*
 * From folders of YAML to a catalogue.
 *
 * All files are read and hashed in the order of their relative names, then the sources are loaded, then the measures that
 * refer to them, then the targets that refer to measures. A file with mistakes does not stop the others: an analyst sees
 * everything at once. What refers to something that was itself declared wrongly is passed over in silence.
 */
#include "catalogue/frameworks_work.h"
#include "catalogue/loader.h"
#include "catalogue/rules_work.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAXIMUM    ((size_t)4 << 20)
#define FILES_MAXIMUM   4096
#define BYTES_MAXIMUM   ((size_t)64 << 20)
#define SCRATCH_MAXIMUM ((size_t)512 << 20)

typedef struct catalogue_file {
    const char *path;     /* FOLDER/sources/x.yaml */
    const char *relative; /* sources/x.yaml */
    size_t folder;        /* 0 = the installed catalogue */
    const char *bytes;
    size_t length;
} catalogue_file;

typedef struct file_list {
    catalogue_file *items;
    size_t count, capacity;
    size_t bytes;
} file_list;

/* ---- finding and reading the files -------------------------------------------------------------------- */

static const char *const PARTS[PART_COUNT] = {"sources", "measures", "targets", "rules", "frameworks"};

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), e = strlen(ending);
    return n > e && strcmp(name + n - e, ending) == 0;
}

static status out_of_memory(loader *l, error *err)
{
    l->fatal = STATUS_MEMORY;
    return error_set(err, STATUS_MEMORY, "Not enough memory for the catalogue");
}

static status cannot_read(const char *path, error *err)
{
    status code = error_set(err, STATUS_IO, "Cannot read the catalogue: %s", strerror(errno));
    error_at(err, path, NULL, 0, NULL);
    return code;
}

static void report_file(loader *l, const char *path, const char *hint, const char *message)
{
    l->file = path;
    loader_report(l, NULL, NULL, hint, "%s", message);
}

static status read_one(loader *l, file_list *files, catalogue_file *f, error *err)
{
    buffer b = {.maximum = FILE_MAXIMUM + 1};
    error e;
    status code = file_read(f->path, FILE_MAXIMUM, &b, &e);
    if (code == STATUS_REFUSED) {
        report_file(l, f->path, "Split it into several files", "The file is larger than 4 MB");
        code = STATUS_OK;
        goto out;
    }
    if (code != STATUS_OK) {
        if (err != NULL)
            *err = e;
        goto out;
    }
    files->bytes += b.length;
    if (files->bytes > BYTES_MAXIMUM || files->count == FILES_MAXIMUM) {
        report_file(l, f->path, "Move files out of the catalogue that do not belong there",
                    "The catalogue holds more than 4,096 files or 64 MB");
        code = STATUS_REFUSED;
        goto out;
    }
    f->bytes = arena_copy(&l->scratch, b.data != NULL ? b.data : "", b.length);
    f->length = b.length;
    if (f->bytes == NULL ||
        !loader_append(l, (void **)(void *)&files->items, &files->count, &files->capacity, f, sizeof *f))
        code = out_of_memory(l, err);
out:
    buffer_free(&b);
    return code;
}

static status add_entry(loader *l, file_list *files, const char *folder, size_t folder_index, const char *part,
                        const char *name, error *err)
{
    catalogue_file f = {.relative = arena_printf(&l->scratch, "%s/%s", part, name), .folder = folder_index};
    f.path = f.relative != NULL ? arena_printf(&l->scratch, "%s/%s", folder, f.relative) : NULL;
    if (f.path == NULL)
        return out_of_memory(l, err);
    struct stat about;
    if (stat(f.path, &about) != 0)
        return cannot_read(f.path, err);
    if (ends_with(name, ".yaml") ||
        (strcmp(part, PARTS[PART_FRAMEWORKS]) == 0 && ends_with(name, FRAMEWORK_PUBLISHED_ENDING))) {
        if (S_ISREG(about.st_mode))
            return read_one(l, files, &f, err);
        report_file(l, f.path, "Catalogue files are plain files", "This is no file");
    } else if (ends_with(name, ".yml")) {
        report_file(l, f.path, "Rename it", "Catalogue files end in .yaml, this one would be passed over");
    } else if (S_ISDIR(about.st_mode)) {
        report_file(l, f.path, "Put its files one level up",
                    "Folders within sources, measures, targets, rules and frameworks are not read");
    }
    return STATUS_OK;
}

static status list_part(loader *l, file_list *files, const char *folder, size_t folder_index, const char *part,
                        error *err)
{
    const char *path = arena_printf(&l->scratch, "%s/%s", folder, part);
    if (path == NULL)
        return out_of_memory(l, err);
    DIR *d = opendir(path);
    if (d == NULL)
        return errno == ENOENT ? STATUS_OK : cannot_read(path, err);
    status code = STATUS_OK;
    for (const struct dirent *entry = readdir(d); entry != NULL && code == STATUS_OK; entry = readdir(d))
        if (entry->d_name[0] != '.')
            code = add_entry(l, files, folder, folder_index, part, entry->d_name, err);
    (void)closedir(d);
    return code;
}

/* A folder called measure/ would otherwise be passed over without a word. */
static status check_parts(loader *l, const char *folder, size_t folder_index, bool *found, error *err)
{
    DIR *d = opendir(folder);
    *found = d != NULL;
    if (d == NULL)
        return errno == ENOENT && folder_index > 0 ? STATUS_OK : cannot_read(folder, err);
    for (const struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        const char *name = entry->d_name;
        const char *path =
            name[0] == '.' || strcmp(name, "scenarios") == 0 ? NULL : arena_printf(&l->scratch, "%s/%s", folder, name);
        struct stat about;
        bool known = path == NULL || stat(path, &about) != 0 || !S_ISDIR(about.st_mode);
        suggestion s = {.typed = name};
        for (size_t i = 0; i < PART_COUNT && !known; i++) {
            known = strcmp(name, PARTS[i]) == 0;
            suggestion_offer(&s, PARTS[i]);
        }
        if (!known) {
            l->file = path;
            loader_report(l, NULL, &s, "A catalogue holds sources, measures, targets, rules, frameworks and scenarios",
                          "Unknown folder '%.80s' in the catalogue", name);
        }
    }
    (void)closedir(d);
    return STATUS_OK;
}

static int compare_files(const void *a, const void *b)
{
    const catalogue_file *x = a, *y = b;
    int order = strcmp(x->relative, y->relative);
    return order != 0 ? order : x->folder < y->folder ? -1 : x->folder > y->folder;
}

static void hash_files(const file_list *files, char out[SHA256_TEXT])
{
    sha256 h;
    sha256_begin(&h);
    for (size_t i = 0; i < files->count; i++) {
        const catalogue_file *f = &files->items[i];
        char length[32];
        int n = snprintf(length, sizeof length, "%zu", f->length);
        sha256_add(&h, f->relative, strlen(f->relative) + 1);
        sha256_add(&h, length, (size_t)n + 1); /* so that no content can pass for the next file's name */
        sha256_add(&h, f->bytes, f->length);
    }
    sha256_end(&h, out);
}

/* ---- loading ------------------------------------------------------------------------------------------ */

typedef struct part_schema {
    const char *what;
    const cyaml_schema_value_t *one, *list;
} part_schema;

static const part_schema SCHEMAS[PART_COUNT] = {
    {"source", &shape_source, &shape_source_list},          {"measure", &shape_measure, &shape_measure_list},
    {"target", &shape_target, &shape_target_list},          {"rule set", &shape_rule_set, &shape_rule_set_list},
    {"framework", &shape_framework, &shape_framework_list},
};

/* A declaration whose shape is wrong cannot be looked into, but is known to be there. */
static void mark_bad(loader *l, catalogue_part part, const yaml_node *item)
{
    const yaml_node *id = yaml_key(item, "id");
    if (part <= PART_MEASURES && id != NULL && id->scalar != NULL)
        loader_mark_bad(l, part == PART_SOURCES ? &l->bad_sources : &l->bad_measures, id->scalar);
}

static void load_items(loader *l, catalogue_part part, void *data, size_t count, const yaml_node *root)
{
    const yaml_node *at = root->kind == YAML_LIST ? root->first : root;
    for (size_t i = 0; i < count && l->fatal == STATUS_OK; i++, at = at->next) {
        if (part == PART_SOURCES)
            loader_add_source(l, (const raw_source *)data + i, at);
        else if (part == PART_MEASURES)
            loader_add_measure(l, (const raw_measure *)data + i, at);
        else if (part == PART_TARGETS)
            loader_add_target(l, (const raw_target *)data + i, at);
        else if (part == PART_RULES)
            loader_add_rule_set(l, (const raw_rule_set *)data + i, at);
        else
            loader_add_framework(l, (const raw_framework *)data + i, at);
    }
}

/* Every declaration of the file, whatever the shape of the others. */
static bool check_items(loader *l, catalogue_part part, const yaml_node *root)
{
    const part_schema *schema = &SCHEMAS[part];
    if (root->kind != YAML_LIST)
        return shape_check(l, root, schema->one, schema->what);
    bool good = true;
    if (root->count > CATALOGUE_LIST_MAXIMUM) {
        loader_report(l, root, NULL, "Split it into several files", "One file holds at most %d declarations",
                      CATALOGUE_LIST_MAXIMUM);
        return false;
    }
    for (const yaml_node *item = root->first; item != NULL; item = item->next)
        if (!shape_check(l, item, schema->one, schema->what))
            good = false;
    return good;
}

void loader_read(loader *l, catalogue_part part, const char *path, const char *relative, const char *bytes,
                 size_t length)
{
    l->file = path;
    l->relative = relative;
    l->whole = (text){bytes, length};
    yaml_node *root = NULL;
    error e;
    status code = yaml_tree_read(bytes, length, &l->scratch, &root, &e);
    if (code == STATUS_MEMORY)
        l->fatal = code;
    else if (code != STATUS_OK)
        loader_report_error(l, &e);
    if (code != STATUS_OK || root->kind == YAML_SCALAR) {
        if (code == STATUS_OK)
            (void)check_items(l, part, root);
        l->sources_unread = l->sources_unread || part == PART_SOURCES;
        l->measures_unread = l->measures_unread || part == PART_MEASURES;
        return;
    }
    bool is_list = root->kind == YAML_LIST;
    bool good = check_items(l, part, root);
    unsigned count = 0;
    const cyaml_schema_value_t *shape = is_list ? SCHEMAS[part].list : SCHEMAS[part].one;
    void *data = good && root->count > 0 ? shape_load(l, bytes, length, shape, &count) : NULL;
    if (data != NULL) {
        load_items(l, part, data, count, root);
        shape_free(shape, data, count);
        return;
    }
    mark_bad(l, part, root);
    if (is_list)
        for (const yaml_node *item = root->first; item != NULL; item = item->next)
            mark_bad(l, part, item);
}

static int compare_sources(const void *a, const void *b)
{
    return strcmp(((const source *)a)->id, ((const source *)b)->id);
}

static int compare_measures(const void *a, const void *b)
{
    return strcmp(((const measure *)a)->id, ((const measure *)b)->id);
}

static int compare_targets(const void *a, const void *b)
{
    const target *x = a, *y = b;
    int32_t due_x = x->by.first_month + x->by.months, due_y = y->by.first_month + y->by.months;
    if (x->measure != y->measure)
        return x->measure < y->measure ? -1 : 1;
    if (due_x != due_y)
        return due_x < due_y ? -1 : 1;
    if (x->level < y->level || x->level > y->level)
        return x->level < y->level ? -1 : 1;
    return strcmp(x->id, y->id);
}

static int compare_frameworks(const void *a, const void *b)
{
    return strcmp(((const framework *)a)->id, ((const framework *)b)->id);
}

static void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count > 1)
        qsort(items, count, size, compare);
}

void loader_order(loader *l, catalogue_part part)
{
    if (part == PART_SOURCES)
        sort_items(l->sources, l->source_count, sizeof *l->sources, compare_sources);
    else if (part == PART_MEASURES)
        sort_items(l->measures, l->measure_count, sizeof *l->measures, compare_measures);
    else if (part == PART_TARGETS)
        sort_items(l->targets, l->target_count, sizeof *l->targets, compare_targets);
    else if (part == PART_FRAMEWORKS)
        sort_items(l->frameworks, l->framework_count, sizeof *l->frameworks, compare_frameworks);
}

static void load_parts(loader *l, const file_list *files)
{
    for (size_t part = 0; part < PART_COUNT && l->fatal == STATUS_OK; part++) {
        size_t n = strlen(PARTS[part]);
        /* The installed catalogue first, so that a redefinition is reported where the workspace makes it. */
        size_t folders = 0;
        for (size_t i = 0; i < files->count; i++)
            folders = files->items[i].folder >= folders ? files->items[i].folder + 1 : folders;
        for (size_t folder = 0; folder < folders; folder++) {
            l->folder = folder;
            for (size_t i = 0; i < files->count && l->fatal == STATUS_OK; i++)
                if (files->items[i].folder == folder && strncmp(files->items[i].relative, PARTS[part], n) == 0 &&
                    files->items[i].relative[n] == '/' && !ends_with(files->items[i].relative, ".csv"))
                    loader_read(l, (catalogue_part)part, files->items[i].path, files->items[i].relative,
                                files->items[i].bytes, files->items[i].length);
        }
        loader_order(l, (catalogue_part)part);
    }
    for (size_t i = 0; i < files->count && l->fatal == STATUS_OK; i++)
        if (ends_with(files->items[i].relative, FRAMEWORK_PUBLISHED_ENDING))
            loader_attach_published(l, files->items[i].path, files->items[i].relative, files->items[i].bytes,
                                    files->items[i].length);
}

static const void *keep(loader *l, const void *items, size_t count, size_t size)
{
    void *kept = loader_array(l, count, size);
    if (kept != NULL && count > 0)
        memcpy(kept, items, count * size);
    return kept;
}

static status find_files(loader *l, const char *const *folders, size_t folder_count, file_list *files, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < folder_count && code == STATUS_OK; i++) {
        bool found = false;
        code = check_parts(l, folders[i], i, &found, err);
        for (size_t part = 0; part < PART_COUNT && code == STATUS_OK && found; part++)
            code = list_part(l, files, folders[i], i, PARTS[part], err);
    }
    return code;
}

static status finish(loader *l, catalogue *out, error *err)
{
    if (l->fatal == STATUS_OK && l->source_count == 0 && l->problem_count == 0)
        loader_report(l, NULL, NULL, "Is this the folder of the catalogue? It holds sources/, measures/ and targets/",
                      "The catalogue declares no source");
    out->sources = keep(l, l->sources, l->source_count, sizeof *l->sources);
    out->measures = keep(l, l->measures, l->measure_count, sizeof *l->measures);
    out->targets = keep(l, l->targets, l->target_count, sizeof *l->targets);
    out->source_count = l->source_count;
    out->measure_count = l->measure_count;
    out->target_count = l->target_count;
    out->rule_sets = keep(l, l->rule_sets, l->rule_set_count, sizeof *l->rule_sets);
    out->rule_set_count = l->rule_set_count;
    out->frameworks = keep(l, l->frameworks, l->framework_count, sizeof *l->frameworks);
    out->framework_count = l->framework_count;
    if (l->fatal != STATUS_OK)
        return out_of_memory(l, err);
    if (l->problem_count == 0)
        return STATUS_OK;
    if (err != NULL) {
        *err = l->first;
        if (l->problem_count > 1)
            error_hint(err, "%s%sThe catalogue has %lld problems in all", l->first.hint,
                       l->first.hint[0] != 0 ? ". " : "", (long long)l->problem_count);
    }
    return STATUS_REFUSED;
}

status catalogue_load(const char *const *folders, size_t folder_count, catalogue *out, problems *list, error *err)
{
    *out = (catalogue){.sources = NULL};
    loader l = {.memory = &out->memory,
                .scratch = {.maximum = SCRATCH_MAXIMUM},
                .list = list,
                .file = folder_count > 0 ? folders[0] : ""};
    file_list files = {.items = NULL};
    status code = find_files(&l, folders, folder_count, &files, err);
    if (code == STATUS_OK) {
        sort_items(files.items, files.count, sizeof *files.items, compare_files);
        hash_files(&files, out->version);
        load_parts(&l, &files);
        l.file = folder_count > 0 ? folders[0] : "";
        code = finish(&l, out, err);
    } else if (code == STATUS_REFUSED && err != NULL) {
        *err = l.first;
    }
    free(files.items);
    loader_free(&l);
    if (code != STATUS_OK)
        catalogue_free(out);
    return code;
}

void catalogue_free(catalogue *c)
{
    arena_free(&c->memory);
    *c = (catalogue){.sources = NULL};
}
