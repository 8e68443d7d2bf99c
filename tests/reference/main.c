/* reference_run DIR: finds the folders of tables, lets every suite claim what it knows, prints the rest as not
 * covered. */
#include "reference.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void (*const suites[])(folder *) = {suite_plotthedots, suite_powerbi, suite_qicharts,
                                           suite_funnelplot,  suite_phe,     suite_phe_inequality,
                                           suite_waitinglist, suite_rtt,     suite_simulator};

static int by_name(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

/* Names in a directory, sorted; hidden ones left out. */
static char **list_names(const char *path, size_t *count)
{
    *count = 0;
    DIR *directory = opendir(path);
    if (!directory)
        return NULL;
    char **names = NULL;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        names = need(realloc(names, (*count + 1) * sizeof *names));
        names[(*count)++] = keep_text(entry->d_name);
    }
    closedir(directory);
    if (names)
        qsort(names, *count, sizeof *names, by_name);
    char **kept = keep_array(*count, sizeof *kept);
    if (names)
        memcpy(kept, names, *count * sizeof *kept);
    free(names);
    return kept;
}

static char *join_path(const char *folder_path, const char *name)
{
    const size_t size = strlen(folder_path) + strlen(name) + 2;
    char *path = keep_array(size, 1);
    snprintf(path, size, "%s/%s", folder_path, name);
    return path;
}

static bool ends_with(const char *name, const char *end)
{
    const size_t a = strlen(name), b = strlen(end);
    return a > b && strcmp(name + a - b, end) == 0;
}

/* False where a table cannot be read. */
static bool run_folder(const char *path, const char *name, char **names, size_t name_count)
{
    folder f = {.name = keep_text(name), .tables = keep_array(name_count, sizeof(table))};
    bool good = true;
    for (size_t i = 0; i < name_count; i++) {
        if (!ends_with(names[i], ".csv"))
            continue;
        table t = {.name = names[i], .path = join_path(path, names[i])};
        error err = {0};
        if (table_read(&t, &err) != STATUS_OK) {
            char line[1400];
            error_format(&err, line, sizeof line);
            fprintf(stderr, "%s/%s: %s\n", name, names[i], line);
            good = false;
            continue;
        }
        f.tables[f.count++] = t;
    }
    for (size_t s = 0; s < sizeof suites / sizeof suites[0]; s++)
        suites[s](&f);
    for (size_t i = 0; i < f.count; i++)
        if (!f.tables[i].claimed)
            printf("%-24s %-38s not covered (%zu rows)\n", f.name, f.tables[i].name, f.tables[i].rows);
        else if (!check_was_compared(&f, f.tables[i].name))
            printf("%-24s %-38s read as input (%zu rows)\n", f.name, f.tables[i].name, f.tables[i].rows);
    fflush(stdout);
    return good;
}

static bool has_tables(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ends_with(names[i], ".csv"))
            return true;
    return false;
}

static const char *last_part(char *path)
{
    for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
        path[n - 1] = 0;
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

int main(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[1], "--help") == 0) {
        fputs("usage: tests/reference/run DIR\n"
              "Compares every table of DIR, or of each folder in DIR, with Concord's statistics.\n"
              "Example: tests/reference/run ../shared/oracles\n",
              argc == 2 ? stdout : stderr);
        return argc == 2 ? 0 : 2;
    }
    differences_read(CONCORD_SOURCE_DIR "/docs/differences.md");
    char *root = keep_text(argv[1]);
    const char *root_name = last_part(root);
    size_t count = 0;
    char **names = list_names(root, &count);
    if (!names) {
        fprintf(stderr,
                "%s: no such folder, or it cannot be read. Give a folder of tables such as ../shared/oracles.\n", root);
        return 3;
    }
    bool good = true;
    size_t folders = 0;
    for (size_t i = 0; i < count; i++) {
        char *path = join_path(root, names[i]);
        struct stat about;
        if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))
            continue;
        size_t inner_count = 0;
        char **inner = list_names(path, &inner_count);
        if (inner && has_tables(inner, inner_count)) {
            good = run_folder(path, names[i], inner, inner_count) && good;
            folders++;
        }
    }
    if (has_tables(names, count)) {
        good = run_folder(root, root_name, names, count) && good;
        folders++;
    }
    if (folders == 0) {
        fprintf(stderr, "%s: no tables (*.csv) in it or in its folders.\n", root);
        return 3;
    }
    const int64_t mismatches = check_total_mismatches();
    printf("mismatches in all: %lld\n", (long long)mismatches);
    check_finish();
    keep_end();
    return good && mismatches == 0 ? 0 : 1;
}
