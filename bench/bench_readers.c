/*
 * bench_readers: workbooks read and mapped, and whole folders added.
 *
 *   bench_readers [--concord PROGRAM] [--cells MILLIONS] [--rounds N] [--peers] [--folder FOLDER]
 *
 * 1. A made-up workbook (xlsx) of 4 million cells (--cells), read with a mapping into a sink that does nothing: cells a second of processor time (all threads), and memory.
 *    Goal: 1 million cells a second a core or more, under 64 MB.
 * 2. Every workbook of ../shared/data (or FOLDER): the same with the catalogue as shipped, and in the same run R's readxl over every sheet, or libreoffice --convert-to csv, whichever of them is there (--peers).
 * 3. `concord add FOLDER` into an empty workspace, then all of it again. Goals: 20 s and 1 s, memory under 1 GB.
 * Each part runs in a process of its own. Without the folder 2 and 3 are skipped.
 */
#include "base/base.h"
#include "intake/grid.h"
#include "intake/intake.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

#define PATH_SIZE     2048
#define FILES_MAXIMUM 1000
#define COLUMNS       20

typedef struct run {
    double seconds, cpu_seconds, peak_mb;
    int exit_code;
} run;

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int fail(const char *what, const char *detail)
{
    (void)fprintf(stderr, "bench_readers: %s%s%s\n", what, detail[0] != 0 ? ": " : "", detail);
    return 1;
}

typedef int (*work)(void *context);

/* Runs a function, or a program where f is NULL, in a process of its own. */
static run run_timed(work f, void *context)
{
    double begin = seconds_now();
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (f != NULL)
            _exit(f(context));
        char *const *argv = context;
        int nowhere = open("/dev/null", O_WRONLY);
        if (nowhere >= 0) {
            (void)dup2(nowhere, STDOUT_FILENO);
            (void)dup2(nowhere, STDERR_FILENO);
        }
        (void)execvp(argv[0], argv);
        _exit(127);
    }
    struct rusage usage = {0};
    int ended = 0;
    (void)wait4(child, &ended, 0, &usage);
    return (run){.seconds = seconds_now() - begin,
                 .cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                                (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6,
                 .peak_mb = (double)usage.ru_maxrss / 1024.0,
                 .exit_code = WIFEXITED(ended) ? WEXITSTATUS(ended) : 255};
}

/* ---- a made-up workbook ---- */

static void part_add(zip_t *z, const char *name, buffer *b)
{
    /* libzip frees what it is given. */
    char *bytes = malloc(b->length + 1);
    if (bytes == NULL)
        exit(fail("out of memory", ""));
    memcpy(bytes, b->data, b->length);
    zip_source_t *from = zip_source_buffer(z, bytes, b->length, 1);
    if (from == NULL || zip_file_add(z, name, from, 0) < 0)
        exit(fail("cannot write the workbook", ""));
    buffer_clear(b);
}

static void column_letters(int column, char out[4])
{
    out[0] = column < 26 ? (char)('A' + column) : (char)('A' + column / 26 - 1);
    out[1] = column < 26 ? 0 : (char)('A' + column % 26);
    out[2] = 0;
}

/* Codes and services as shared texts, eighteen figures; as the spreadsheet programs write them. */
static int workbook_make(void *context)
{
    const void *const *given = context;
    const char *path = given[0];
    int64_t rows = *(const int64_t *)given[1];
    buffer b = {.maximum = (size_t)1 << 30};
    int failure = 0;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &failure);
    if (z == NULL)
        return fail("cannot write", path);
    buffer_text(&b, "<Relationships xmlns=\"r\"><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                    "Target=\"xl/workbook.xml\"/></Relationships>");
    part_add(z, "_rels/.rels", &b);
    buffer_text(&b, "<Relationships xmlns=\"r\"><Relationship Id=\"rId1\" Type=\"x/worksheet\" "
                    "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"x/sharedStrings\" "
                    "Target=\"sharedStrings.xml\"/></Relationships>");
    part_add(z, "xl/_rels/workbook.xml.rels", &b);
    buffer_text(
        &b, "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Bench\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
    part_add(z, "xl/workbook.xml", &b);
    buffer_text(&b, "<sst>");
    for (int i = 0; i < 220; i++)
        buffer_printf(&b, "<si><t>%s%02d</t></si>", i < 200 ? "R" : "Service ", i);
    buffer_text(&b, "<si><t>Code</t></si><si><t>Service</t></si>");
    for (int c = 2; c < COLUMNS; c++)
        buffer_printf(&b, "<si><t>Figure %d</t></si>", c);
    buffer_text(&b, "</sst>");
    part_add(z, "xl/sharedStrings.xml", &b);
    char letters[4];
    buffer_text(&b, "<worksheet><sheetData><row r=\"1\">");
    for (int c = 0; c < COLUMNS; c++) {
        column_letters(c, letters);
        buffer_printf(&b, "<c r=\"%s1\" t=\"s\"><v>%d</v></c>", letters, 220 + c);
    }
    buffer_text(&b, "</row>");
    uint32_t seed = 7;
    for (int64_t r = 2; r < rows + 2; r++) {
        buffer_printf(&b, "<row r=\"%lld\" spans=\"1:20\">", (long long)r);
        for (int c = 0; c < COLUMNS; c++) {
            seed = seed * 1664525 + 1013904223;
            column_letters(c, letters);
            if (c < 2)
                buffer_printf(&b, "<c r=\"%s%lld\" s=\"1\" t=\"s\"><v>%u</v></c>", letters, (long long)r,
                              c == 0 ? (seed >> 16) % 200 : 200 + (seed >> 16) % 20);
            else
                buffer_printf(&b, "<c r=\"%s%lld\" s=\"2\"><v>%u</v></c>", letters, (long long)r, (seed >> 16) % 9000);
        }
        buffer_text(&b, "</row>");
    }
    buffer_text(&b, "</sheetData></worksheet>");
    if (b.failed)
        return fail("the workbook is too large", "");
    part_add(z, "xl/worksheets/sheet1.xml", &b);
    buffer_free(&b);
    return zip_close(z) == 0 ? 0 : fail("cannot write", path);
}

static int mapping_make(const char *folder)
{
    buffer b = {0};
    char path[PATH_SIZE];
    buffer_text(
        &b,
        "id: bench\nname: Bench\npublisher: Bench\nlicence: none\nlanding_page: \"\"\nfrequency: monthly\ncolumns:\n"
        "  - {name: provider, title: Provider, type: code}\n  - {name: service, title: Service, type: category}\n");
    for (int c = 2; c < COLUMNS; c++)
        buffer_printf(&b, "  - {name: figure_%d, title: Figure %d, type: count}\n", c, c);
    buffer_text(&b, "roles:\n  - {name: provider, column: provider}\nlayouts:\n  - id: sheet\n    sheets: "
                    "[\"Bench\"]\n    columns:\n"
                    "      - {header: Code, to: provider, required: true}\n      - {header: Service, to: service}\n");
    for (int c = 2; c < COLUMNS; c++)
        buffer_printf(&b, "      - {header: Figure %d, to: figure_%d}\n", c, c);
    (void)snprintf(path, sizeof path, "%s/catalogue/sources", folder);
    status code = folder_make(path, NULL);
    (void)snprintf(path, sizeof path, "%s/catalogue/sources/bench.yaml", folder);
    if (code == STATUS_OK)
        code = file_write(path, b.data, b.length, false, NULL);
    buffer_free(&b);
    return code == STATUS_OK ? 0 : fail("cannot write", path);
}

/* ---- reading ---- */

typedef struct reading {
    const char *catalogue;
    const char *const *files;
    size_t count;
    int64_t rows_wanted;
} reading;

static status sink_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    (void)context, (void)s, (void)layout, (void)err;
    return STATUS_OK;
}

static status sink_rows(void *context, const row_batch *batch, error *err)
{
    (void)err;
    *(int64_t *)context += (int64_t)batch->count;
    return STATUS_OK;
}

static int files_read(void *context)
{
    const reading *r = context;
    catalogue c;
    problems list = {0};
    error err = {0};
    int64_t rows = 0;
    const char *folders[] = {r->catalogue};
    if (catalogue_load(folders, 1, &c, &list, &err) != STATUS_OK)
        return fail("the catalogue cannot be read", err.message);
    const period month = period_month(2025, 4);
    const intake_options options = {.period = r->count == 1 ? month : (period){0}, .published = DATE_NONE};
    const intake_sink sink = {.context = &rows, .begin = sink_begin, .rows = sink_rows};
    for (size_t i = 0; i < r->count; i++) {
        arena a = {0};
        intake_report report = {0};
        if (intake_read(r->files[i], &c, &options, &sink, &a, &report, &list, &err) != STATUS_OK)
            (void)fail(r->files[i], err.message);
        arena_free(&a);
    }
    problems_free(&list);
    catalogue_free(&c);
    return r->rows_wanted > 0 && rows != r->rows_wanted ? fail("rows are missing", "") : 0;
}

/* Cells that hold something, counted by the reader itself. */
static int64_t cells_count(const char *path)
{
    grid *g = NULL;
    error err;
    int64_t cells = 0;
    size_t n = strlen(path);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    status code = descriptor < 0                      ? STATUS_IO
                  : strcmp(path + n - 4, ".xls") == 0 ? grid_open_xls(descriptor, &g, &err)
                                                      : grid_open_xlsx(descriptor, &g, &err);
    for (size_t i = 0; code == STATUS_OK && i < g->sheet_count; i++) {
        code = grid_begin(g, i, &err);
        for (grid_row row = {.line = 1}; code == STATUS_OK && row.line > 0;) {
            code = grid_next(g, &row, &err);
            for (size_t k = 0; code == STATUS_OK && k < row.count; k++)
                cells += row.kinds[k] != GRID_BLANK;
        }
    }
    grid_close(g);
    if (descriptor >= 0)
        (void)close(descriptor);
    return cells;
}

static run best_of(int rounds, work f, void *context)
{
    run best = {0};
    for (int i = 0; i < rounds; i++) {
        run r = run_timed(f, context);
        if (i == 0 || r.cpu_seconds < best.cpu_seconds)
            best = r;
    }
    return best;
}

/* ---- the peers ---- */

static void peers_run(const char *folder, const char *const *files, size_t count, double ours)
{
    char script[PATH_SIZE], out[PATH_SIZE];
    buffer r = {0};
    buffer_text(&r, "suppressMessages(library(readxl))\nfor (f in c(");
    for (size_t i = 0; i < count; i++)
        buffer_printf(&r, "%s'%s'", i > 0 ? "," : "", files[i]);
    buffer_text(
        &r, ")) for (s in excel_sheets(f)) invisible(suppressMessages(read_excel(f, sheet = s, col_names = FALSE)))\n");
    (void)snprintf(script, sizeof script, "%s/peer.R", folder);
    (void)snprintf(out, sizeof out, "%s/csv", folder);
    if (file_write(script, r.data, r.length, false, NULL) == STATUS_OK) {
        char *const argv[] = {"Rscript", "--vanilla", script, NULL};
        run peer = run_timed(NULL, (void *)argv);
        if (peer.exit_code == 0)
            (void)printf("R readxl, every sheet: %.2f s of processor, %.0f MB; ratio %.1f\n", peer.cpu_seconds,
                         peer.peak_mb, peer.cpu_seconds / ours);
        else
            (void)printf("R with readxl is not here\n");
    }
    buffer_free(&r);
    const char **argv = calloc(count + 10, sizeof *argv);
    if (argv == NULL)
        return;
    size_t n = 0;
    const char *const words[] = {
        "libreoffice",  "--headless",
        "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
        "--outdir",     out};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        argv[n++] = words[i];
    for (size_t i = 0; i < count; i++)
        argv[n++] = files[i];
    run peer = run_timed(NULL, (void *)argv);
    if (peer.exit_code == 0)
        (void)printf("libreoffice --convert-to csv, every sheet: %.2f s of processor, %.0f MB; ratio %.1f\n",
                     peer.cpu_seconds, peer.peak_mb, peer.cpu_seconds / ours);
    else
        (void)printf("libreoffice is not here\n");
    free(argv);
}

/* ---- the parts ---- */

static int made_up(const char *folder, int64_t millions, int rounds)
{
    char path[PATH_SIZE], catalogue_path[PATH_SIZE];
    int64_t rows = millions * 1000000 / COLUMNS;
    (void)snprintf(path, sizeof path, "%s/bench.xlsx", folder);
    (void)snprintf(catalogue_path, sizeof catalogue_path, "%s/catalogue", folder);
    const void *given[] = {path, &rows};
    if (mapping_make(folder) != 0 || run_timed(workbook_make, (void *)given).exit_code != 0)
        return 1;
    const char *const files[] = {path};
    reading r = {.catalogue = catalogue_path, .files = files, .count = 1, .rows_wanted = rows};
    run best = best_of(rounds, files_read, &r);
    if (best.exit_code != 0)
        return 1;
    (void)printf(
        "xlsx of %lld million cells, read and mapped: %.2f s, %.2f s of processor, %.2f million cells a second a "
        "core, %.0f MB\n",
        (long long)millions, best.seconds, best.cpu_seconds, (double)(rows * COLUMNS) / best.cpu_seconds / 1e6,
        best.peak_mb);
    return 0;
}

static void workbooks_list(const char *folder, arena *a, const char **files, size_t *count)
{
    DIR *d = opendir(folder);
    for (const struct dirent *e = d == NULL ? NULL : readdir(d); e != NULL; e = readdir(d)) {
        size_t n = strlen(e->d_name);
        struct stat st;
        char *path = arena_printf(a, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || path == NULL || stat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            workbooks_list(path, a, files, count);
        else if (*count < FILES_MAXIMUM && n > 5 &&
                 (strcmp(e->d_name + n - 5, ".xlsx") == 0 || strcmp(e->d_name + n - 4, ".xls") == 0))
            files[(*count)++] = path;
    }
    if (d != NULL)
        (void)closedir(d);
}

static int published(const char *scratch, const char *folder, int rounds, bool peers)
{
    arena a = {0};
    const char **files = calloc(FILES_MAXIMUM, sizeof *files);
    size_t count = 0;
    int64_t cells = 0;
    if (files == NULL)
        return fail("out of memory", "");
    workbooks_list(folder, &a, files, &count);
    for (size_t i = 0; i < count; i++)
        cells += cells_count(files[i]);
    reading r = {.catalogue = CONCORD_SOURCE_DIR "/catalogue", .files = files, .count = count};
    run best = best_of(rounds, files_read, &r);
    (void)printf("%zu workbooks as published, %.1f million cells, read and mapped: %.2f s, %.2f s of processor, %.2f "
                 "million cells a second a core, %.0f MB\n",
                 count, (double)cells / 1e6, best.seconds, best.cpu_seconds, (double)cells / best.cpu_seconds / 1e6,
                 best.peak_mb);
    if (peers)
        peers_run(scratch, files, count, best.cpu_seconds);
    free(files);
    arena_free(&a);
    return 0;
}

static int added(const char *scratch, const char *folder, const char *program)
{
    char workspace[PATH_SIZE];
    (void)snprintf(workspace, sizeof workspace, "%s/board", scratch);
    char *const init[] = {(char *)program, "-w", workspace, "init", NULL};
    char *const add[] = {(char *)program, "-w", workspace, "add", (char *)folder, NULL};
    if (run_timed(NULL, (void *)init).exit_code != 0)
        return fail("cannot make a workspace with", program);
    run first = run_timed(NULL, (void *)add);
    run second = run_timed(NULL, (void *)add);
    if (first.exit_code > 1 || second.exit_code > 1)
        return fail("concord add failed", "");
    (void)printf(
        "add the folder from nothing: %.2f s, %.2f s of processor, %.0f MB; again: %.2f s, %.2f s of processor, "
        "%.0f MB\n",
        first.seconds, first.cpu_seconds, first.peak_mb, second.seconds, second.cpu_seconds, second.peak_mb);
    return 0;
}

int main(int argc, char **argv)
{
    const char *program = "build/concord", *folder = CONCORD_SOURCE_DIR "/../shared/data";
    int64_t millions = 4, rounds = 3;
    bool peers = false;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--peers") == 0)
            peers = true;
        else if (strcmp(argv[i], "--concord") == 0)
            program = argv[++i];
        else if (strcmp(argv[i], "--folder") == 0)
            folder = argv[++i];
        else if (strcmp(argv[i], "--cells") == 0 && number_parse_count(text_of(value), &millions) && millions > 0 &&
                 millions <= 20)
            i++;
        else if (strcmp(argv[i], "--rounds") == 0 && number_parse_count(text_of(value), &rounds) && rounds > 0 &&
                 rounds <= 20)
            i++;
        else
            return fail(
                "usage: bench_readers [--concord PROGRAM] [--cells MILLIONS] [--rounds N] [--peers] [--folder FOLDER]",
                "");
    }
    char scratch[] = "/tmp/concord-bench-XXXXXX";
    if (mkdtemp(scratch) == NULL)
        return fail("cannot make a folder", "");
    struct stat st;
    int failed = made_up(scratch, millions, (int)rounds);
    if (stat(folder, &st) != 0)
        (void)printf("%s is not here: the rest is skipped\n", folder);
    else if (failed == 0)
        failed = published(scratch, folder, (int)rounds, peers) != 0 || added(scratch, folder, program) != 0;
    char *const remove[] = {"rm", "-rf", scratch, NULL};
    (void)run_timed(NULL, (void *)remove);
    return failed;
}
