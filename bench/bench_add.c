/*
 * bench_add: `concord add` of a national RTT extract against DuckDB's own CSV reader, in one run.
 *
 *   bench_add [--concord PROGRAM] [--rounds N] [--months N] [ZIP]
 *
 * DuckDB reads the unzipped file into a table of a database file and checkpoints it (read_csv, its default threads); concord reads the zip as published, checks every cell, keeps the
 * original and stores the rows. Each runs in a process of its own, in turn; the best of the rounds counts. With --months N, the same month is then added N times over,
 * its period shifted by a month each time: the last months must cost what the first did.
 * The zip is ../shared/data/rtt/20260430-RTT-April-2026-full-extract.csv.zip unless one is named; without it the benchmark is skipped.
 */
#define _GNU_SOURCE /* memmem */
#include "base/base.h"

#include <duckdb.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

#define PATH_SIZE     1024
#define TABLE_MAXIMUM ((size_t)512 << 20)

static const char *const month_names[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int fail(const char *what, const char *detail)
{
    (void)fprintf(stderr, "bench_add: %s%s%s\n", what, detail[0] != 0 ? ": " : "", detail);
    return 1;
}

/* ---- the peer ---- */

static int duckdb_load(const char *csv, const char *database)
{
    duckdb_database db;
    duckdb_connection connection;
    duckdb_result result;
    char sql[PATH_SIZE + 64];
    if (duckdb_open(database, &db) != DuckDBSuccess || duckdb_connect(db, &connection) != DuckDBSuccess)
        return fail("DuckDB cannot open", database);
    (void)snprintf(sql, sizeof sql, "CREATE TABLE extract AS SELECT * FROM read_csv('%s')", csv);
    int failed = duckdb_query(connection, sql, &result) != DuckDBSuccess;
    if (failed)
        (void)fail("DuckDB cannot read", duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    if (!failed && duckdb_query(connection, "CHECKPOINT", &result) == DuckDBSuccess)
        duckdb_destroy_result(&result);
    duckdb_disconnect(&connection);
    duckdb_close(&db);
    return failed;
}

/* ---- running and timing ---- */

typedef struct run {
    double seconds;
    double cpu_seconds;
    double peak_mb;
    int exit_code;
} run;

/* Runs argv in a process of its own, its standard output thrown away. argv[0] NULL runs the peer with argv[1] and argv[2]. */
static run run_timed(char *const argv[])
{
    double begin = seconds_now();
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        if (nowhere >= 0)
            (void)dup2(nowhere, STDOUT_FILENO);
        if (argv[0] == NULL)
            _exit(duckdb_load(argv[1], argv[2]));
        (void)execv(argv[0], argv);
        _exit(127);
    }
    struct rusage usage;
    int ended = 0;
    (void)wait4(child, &ended, 0, &usage);
    return (run){.seconds = seconds_now() - begin,
                 .cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                                (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6,
                 .peak_mb = (double)usage.ru_maxrss / 1024.0,
                 .exit_code = WIFEXITED(ended) ? WEXITSTATUS(ended) : 255};
}

static void workspace_remove(const char *folder)
{
    char *const argv[] = {"/bin/rm", "-rf", (char *)folder, NULL};
    (void)run_timed(argv);
}

static int workspace_make(const char *program, const char *folder)
{
    char *const argv[] = {(char *)program, "-w", (char *)folder, "init", NULL};
    workspace_remove(folder);
    return run_timed(argv).exit_code;
}

/* ---- the generator: the same month at another time ---- */

static char *table_unzip(const char *path, size_t *length)
{
    int code = 0;
    zip_t *z = zip_open(path, ZIP_RDONLY, &code);
    zip_stat_t st;
    char *table = NULL;
    if (z == NULL)
        return NULL;
    if (zip_stat_index(z, 0, 0, &st) == 0 && st.size < TABLE_MAXIMUM) {
        zip_file_t *f = zip_fopen_index(z, 0, 0);
        table = malloc((size_t)st.size + 1);
        if (f == NULL || table == NULL || zip_fread(f, table, st.size) != (zip_int64_t)st.size) {
            free(table);
            table = NULL;
        }
        *length = (size_t)st.size;
        if (f != NULL)
            (void)zip_fclose(f);
    }
    zip_discard(z);
    return table;
}

/* Writes the table with every "RTT-April-2026" replaced by the month `back` months earlier, zipped, under the name such a file has. */
static int month_write(const char *table, size_t length, int back, const char *folder, char path[PATH_SIZE])
{
    static const char mark[] = "RTT-April-2026";
    int month = 2026 * 12 + 3 - back;
    char period_code[64], member[128];
    buffer b = {.maximum = TABLE_MAXIMUM};
    (void)snprintf(period_code, sizeof period_code, "RTT-%s-%d", month_names[month % 12], month / 12);
    (void)snprintf(member, sizeof member, "%s-full-extract.csv", period_code);
    (void)snprintf(path, PATH_SIZE, "%s/%s.zip", folder, member);
    const char *at = table, *end = table + length;
    while (at < end) {
        const char *found = memmem(at, (size_t)(end - at), mark, sizeof mark - 1);
        buffer_put(&b, at, (size_t)((found == NULL ? end : found) - at));
        if (found == NULL)
            break;
        buffer_text(&b, period_code);
        at = found + sizeof mark - 1;
    }
    int code = 0, failed = 1;
    (void)unlink(path);
    zip_t *z = b.failed ? NULL : zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
    zip_source_t *source = z == NULL ? NULL : zip_source_buffer(z, b.data, b.length, 0);
    if (source != NULL) {
        zip_int64_t index = zip_file_add(z, member, source, 0);
        if (index >= 0 && zip_set_file_compression(z, (zip_uint64_t)index, ZIP_CM_DEFLATE, 1) == 0)
            failed = zip_close(z) != 0;
    }
    buffer_free(&b);
    return failed;
}

/* ---- the two questions ---- */

static int compare(const char *program, const char *zip, const char *csv, const char *folder, int rounds)
{
    double best_ours = 1e9, best_theirs = 1e9, peak = 0;
    char database[PATH_SIZE], workspace[PATH_SIZE];
    (void)snprintf(database, sizeof database, "%s/peer.duckdb", folder);
    (void)snprintf(workspace, sizeof workspace, "%s/workspace", folder);
    for (int i = 0; i < rounds; i++) {
        (void)unlink(database);
        char *const theirs[] = {NULL, (char *)csv, database, NULL};
        run t = run_timed(theirs);
        if (t.exit_code != 0 || workspace_make(program, workspace) != 0)
            return fail("a run failed", t.exit_code != 0 ? "DuckDB" : "concord init");
        char *const ours[] = {(char *)program, "-w", workspace, "add", (char *)zip, NULL};
        run o = run_timed(ours);
        if (o.exit_code != 0)
            return fail("a run failed", "concord add");
        best_theirs = t.seconds < best_theirs ? t.seconds : best_theirs;
        best_ours = o.seconds < best_ours ? o.seconds : best_ours;
        peak = o.peak_mb > peak ? o.peak_mb : peak;
    }
    (void)unlink(database);
    (void)printf("add of one RTT month: concord %.2f s, DuckDB read_csv of the unzipped file %.2f s, ratio %.2f; peak "
                 "memory %.0f MB (best of %d)\n",
                 best_ours, best_theirs, best_ours / best_theirs, peak, rounds);
    (void)fflush(stdout);
    if (best_ours > best_theirs)
        (void)printf("MISSED: add must take no longer than DuckDB's own reader\n");
    if (peak >= 1024.0)
        (void)printf("MISSED: peak memory must stay under 1 GB\n");
    return best_ours > best_theirs || peak >= 1024.0;
}

static int months_add(const char *program, const char *table, size_t length, const char *folder, int months)
{
    char workspace[PATH_SIZE], path[PATH_SIZE];
    double first = 0, last = 0, all = 0, first_cpu = 0, last_cpu = 0;
    int part = months < 8 ? 1 : months / 4;
    (void)snprintf(workspace, sizeof workspace, "%s/workspace", folder);
    if (workspace_make(program, workspace) != 0)
        return fail("a run failed", "concord init");
    for (int i = 0; i < months; i++) {
        if (month_write(table, length, months - 1 - i, folder, path) != 0)
            return fail("a month cannot be written", path);
        char *const argv[] = {(char *)program, "-w", workspace, "add", path, NULL};
        run r = run_timed(argv);
        (void)unlink(path);
        if (r.exit_code != 0)
            return fail("a run failed", path);
        all += r.seconds;
        first += i < part ? r.seconds : 0;
        last += i >= months - part ? r.seconds : 0;
        first_cpu += i < part ? r.cpu_seconds : 0;
        last_cpu += i >= months - part ? r.cpu_seconds : 0;
    }
    (void)printf("add of %d RTT months: %.1f s in all; the first %d took %.2f s (%.2f s of processor) each, the last "
                 "%d %.2f s (%.2f s) each; "
                 "ratio %.2f (%.2f)\n",
                 months, all, part, first / part, first_cpu / part, part, last / part, last_cpu / part, last / first,
                 last_cpu / first_cpu);
    return 0;
}

static int usage(void)
{
    return fail("usage: bench_add [--concord PROGRAM] [--rounds N] [--months N] [ZIP]", "");
}

int main(int argc, char **argv)
{
    const char *zip = CONCORD_SOURCE_DIR "/../shared/data/rtt/20260430-RTT-April-2026-full-extract.csv.zip";
    char program[PATH_SIZE] = "", folder[] = "/tmp/concord-bench-XXXXXX", csv[PATH_SIZE];
    int64_t rounds = 3, months = 4;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--concord") == 0 && more)
            (void)snprintf(program, sizeof program, "%s", argv[++i]);
        else if (strcmp(argv[i], "--rounds") == 0 && more && number_parse_count(text_of(argv[i + 1]), &rounds) &&
                 rounds > 0 && rounds < 100)
            i++;
        else if (strcmp(argv[i], "--months") == 0 && more && number_parse_count(text_of(argv[i + 1]), &months) &&
                 months >= 0 && months < 600)
            i++;
        else if (argv[i][0] != '-')
            zip = argv[i];
        else
            return usage();
    }
    if (program[0] == 0) {
        /* the program of the same build: this one is in its bench folder */
        ssize_t n = readlink("/proc/self/exe", program, sizeof program - 32);
        if (n <= 0)
            return fail("where is concord? name it with --concord", "");
        program[n] = 0;
        for (int up = 0; up < 2; up++) {
            char *slash = strrchr(program, '/');
            if (slash != NULL)
                *slash = 0;
        }
        (void)snprintf(program + strlen(program), sizeof program - strlen(program), "/concord");
    }
    if (access(zip, R_OK) != 0) {
        (void)printf("skipped: no RTT extract to add (%s)\n", zip);
        return 0;
    }
    size_t length = 0;
    char *table = table_unzip(zip, &length);
    if (table == NULL || mkdtemp(folder) == NULL)
        return fail("cannot unzip", zip);
    error err = {0};
    (void)snprintf(csv, sizeof csv, "%s/extract.csv", folder);
    int failed = file_write(csv, table, length, false, &err) != STATUS_OK;
    if (failed)
        (void)fail(err.message, csv);
    if (!failed)
        failed = compare(program, zip, csv, folder, (int)rounds);
    (void)unlink(csv);
    if (!failed && months > 0)
        failed = months_add(program, table, length, folder, (int)months);
    free(table);
    workspace_remove(folder);
    return failed;
}
