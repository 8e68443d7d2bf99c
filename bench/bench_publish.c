/*
 * bench_publish: pages a second of `concord publish`, against `cp -r` of the same finished files, in one run.
 *
 *   bench_publish [--concord PROGRAM] [--rounds N] [EDITION.sqlite]
 *
 * Three ways: rendering alone on one thread (nothing written), publishing into an empty folder with a thread per core, and publishing again where nothing
 * has changed. The peer only copies what is already made: the closer publishing comes to it, the less the making of pages costs beside
 * the disk. Without an edition named, one is made from data/sample by the program of the same build. Pages are html pages; data files are written
 * within the same time. The best of the rounds counts.
 */
#include "publish/publish.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE 1024

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int fail(const char *what, const char *detail)
{
    (void)fprintf(stderr, "bench_publish: %s%s%s\n", what, detail[0] != 0 ? ": " : "", detail);
    return 1;
}

/* Runs a program and waits; its output is thrown away. 0 where it ended well. */
static int program_run(const char *const argv[])
{
    (void)fflush(stdout); /* or the child would write it once more */
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(126);
        (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int answer = 0;
    if (child < 0 || waitpid(child, &answer, 0) != child || !WIFEXITED(answer))
        return 1;
    return WEXITSTATUS(answer);
}

static int sample_edition(const char *program, const char *folder, char *edition_path, size_t size)
{
    char workspace[PATH_SIZE];
    (void)snprintf(workspace, sizeof workspace, "%s/workspace", folder);
    if (program_run((const char *[]){program, "-w", workspace, "init", NULL}) != 0 ||
        program_run((const char *[]){program, "-w", workspace, "add", CONCORD_SOURCE_DIR "/data/sample", NULL}) >
            1 || /* 1: the README is no table */
        program_run((const char *[]){program, "-w", workspace, "edition", NULL}) != 0)
        return fail("cannot make an edition of data/sample with", program);
    arena a = {0};
    const char *path = NULL;
    error err = {0};
    if (editions_newest_path(workspace, &a, &path, &err) != STATUS_OK)
        return fail(err.message, workspace);
    (void)snprintf(edition_path, size, "%s", path);
    arena_free(&a);
    return 0;
}

/* ---- what is measured ---------------------------------------------------------------------------------- */

static double render_all(const site *s, size_t *pages, int64_t *bytes)
{
    buffer b = {0};
    arena scratch = {0};
    *pages = 0;
    *bytes = 0;
    double begin = seconds_now();
    for (size_t i = 0; i < site_path_count(s); i++) {
        const char *path = site_path(s, i), *type = NULL, *dot = strrchr(path, '.');
        if (dot == NULL || strcmp(dot, ".html") != 0)
            continue;
        buffer_clear(&b);
        arena_reset(&scratch);
        if (site_render(s, path, &scratch, &b, &type, NULL) != STATUS_OK)
            return -1;
        (*pages)++;
        *bytes += (int64_t)b.length;
    }
    double taken = seconds_now() - begin;
    buffer_free(&b);
    arena_free(&scratch);
    return taken;
}

static double publish_once(const site *s, const char *folder, publish_result *result)
{
    error err = {0};
    double begin = seconds_now();
    if (publish_site(s, folder, 0, NULL, NULL, result, &err) != STATUS_OK) {
        (void)fail(err.message, err.file);
        return -1;
    }
    return seconds_now() - begin;
}

static void folder_remove(const char *folder)
{
    (void)program_run((const char *[]){"rm", "-rf", folder, NULL});
}

static void line(const char *what, double seconds, size_t pages, int64_t bytes)
{
    (void)printf("  %-44s %6.2f s %9.0f pages/s %7.0f MB/s\n", what, seconds, (double)pages / seconds,
                 (double)bytes / 1e6 / seconds);
}

static void keep_least(double *best, double seconds)
{
    if (seconds >= 0 && (*best < 0 || seconds < *best))
        *best = seconds;
}

static int measure_all(const site *s, const char *folder, int rounds)
{
    char site_folder[PATH_SIZE], copy_folder[PATH_SIZE];
    (void)snprintf(site_folder, sizeof site_folder, "%s/site", folder);
    (void)snprintf(copy_folder, sizeof copy_folder, "%s/copy", folder);
    double rendering = -1, fresh = -1, again = -1, copying = -1;
    size_t pages = 0;
    int64_t page_bytes = 0;
    publish_result result = {0};
    for (int i = 0; i < rounds; i++) {
        keep_least(&rendering, render_all(s, &pages, &page_bytes));
        folder_remove(site_folder);
        keep_least(&fresh, publish_once(s, site_folder, &result));
        keep_least(&again, publish_once(s, site_folder, &result));
        folder_remove(copy_folder);
        double begin = seconds_now();
        if (program_run((const char *[]){"cp", "-r", site_folder, copy_folder, NULL}) != 0)
            return fail("cp -r failed", site_folder);
        keep_least(&copying, seconds_now() - begin);
    }
    if (rendering < 0 || fresh < 0 || again < 0)
        return 1;
    (void)printf("%zu pages, %zu files, %.1f MB; best of %d\n", result.pages, result.files, (double)result.bytes / 1e6,
                 rounds);
    line("rendering the pages, one thread, no writing", rendering, pages, page_bytes);
    line("publish into an empty folder, a thread per core", fresh, result.pages, result.bytes);
    line("publish again, nothing changed", again, result.pages, result.bytes);
    line("peer: cp -r of the finished site", copying, result.pages, result.bytes);
    (void)printf("  publish takes %.2f times as long as cp -r; the bar is 2,000 pages/s: %s\n", fresh / copying,
                 (double)result.pages / fresh >= 2000 ? "held" : "MISSED");
    return 0;
}

int main(int argc, char **argv)
{
    char program[PATH_SIZE] = "", folder[] = "/tmp/concord-bench-XXXXXX", edition_path[PATH_SIZE] = "";
    int64_t rounds = 3;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--concord") == 0 && more)
            (void)snprintf(program, sizeof program, "%s", argv[++i]);
        else if (strcmp(argv[i], "--rounds") == 0 && more && number_parse_count(text_of(argv[i + 1]), &rounds) &&
                 rounds > 0 && rounds < 100)
            i++;
        else if (argv[i][0] != '-')
            (void)snprintf(edition_path, sizeof edition_path, "%s", argv[i]);
        else
            return fail("usage: bench_publish [--concord PROGRAM] [--rounds N] [EDITION.sqlite]", "");
    }
    if (program[0] == 0) {
        /* The program of the same build: this one is in its bench folder. */
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
    if (mkdtemp(folder) == NULL)
        return fail("cannot make a folder", folder);
    int failed = edition_path[0] != 0 ? 0 : sample_edition(program, folder, edition_path, sizeof edition_path);
    site *s = NULL;
    if (!failed) {
        error err = {0};
        site_options options = {
            .edition_path = edition_path, .web_folder = CONCORD_SOURCE_DIR "/web", .program_version = "bench"};
        double begin = seconds_now();
        if (site_open(&options, &s, &err) != STATUS_OK)
            failed = fail(err.message, err.file);
        else
            (void)printf("publish: opened in %.2f s\n", seconds_now() - begin);
    }
    if (!failed)
        failed = measure_all(s, folder, (int)rounds);
    site_close(s);
    folder_remove(folder);
    return failed;
}
