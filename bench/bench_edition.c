/*
 * bench_edition: how long `concord edition` takes over everything of the RTT and A&E sources in ../shared/data (the goal is under 5 s), and over
 * data/sample. The program of the same build is run as a person would run it, start and open included.
 *
 *   bench_edition [--concord PROGRAM] [--rounds N]
 *
 * Wall time is what one waits; processor time (user and system, all threads) tells what it costs whatever else the machine does. The best of the
 * rounds counts. Each round evaluates everything; that the result is the edition that was there already saves no work.
 */
#include "base/base.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SHARED        CONCORD_SOURCE_DIR "/../shared/data"
#define SAMPLE        CONCORD_SOURCE_DIR "/data/sample"
#define FILES_MAXIMUM 200

typedef struct cost {
    double wall, processor;
    long peak_kilobytes;
} cost;

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* Runs a program with its output thrown away; its exit code, -1 where it could not be run. */
static int program_run(const char *const argv[], cost *out)
{
    struct rusage used;
    int ended = 0;
    double since = seconds_now();
    pid_t child = fork();
    if (child < 0)
        return -1;
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        (void)dup2(nowhere, 1);
        (void)dup2(nowhere, 2);
        (void)execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    if (wait4(child, &ended, 0, &used) != child)
        return -1;
    *out = (cost){seconds_now() - since, seconds_of(used.ru_utime) + seconds_of(used.ru_stime), used.ru_maxrss};
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

static void remove_folder(const char *path)
{
    DIR *d = opendir(path);
    if (d == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;) {
        char inner[4096];
        struct stat st;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int n = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (n < 0 || (size_t)n >= sizeof inner || lstat(inner, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            remove_folder(inner);
        else
            (void)unlink(inner);
    }
    (void)closedir(d);
    (void)rmdir(path);
}

static void files_of(arena *a, const char *folder, const char *ending, const char **list, size_t *count)
{
    DIR *d = opendir(folder);
    if (d == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(d)) != NULL && *count < FILES_MAXIMUM;) {
        size_t n = strlen(entry->d_name), m = strlen(ending);
        const char *path = arena_printf(a, "%s/%s", folder, entry->d_name);
        if (path != NULL && n > m && strcmp(entry->d_name + n - m, ending) == 0)
            list[(*count)++] = path;
    }
    (void)closedir(d);
}

static int measure(const char *program, const char *what, const char *const *files, size_t count, int rounds)
{
    char workspace[] = P_tmpdir "/concord-bench-XXXXXX";
    const char *add[FILES_MAXIMUM + 5] = {program, "-w", workspace, "add"};
    const char *const init[] = {program, "-w", workspace, "init", NULL}, *const edition[] = {program, "-w", workspace,
                                                                                             "edition", NULL};
    cost c, best = {0};
    int failed = 1;
    if (mkdtemp(workspace) == NULL)
        return 1;
    memcpy(add + 4, files, count * sizeof *files);
    if (program_run(init, &c) != 0 || program_run(add, &c) != 0) {
        (void)fprintf(stderr, "bench_edition: cannot add the files of %s\n", what);
        goto out;
    }
    for (int i = 0; i < rounds; i++) {
        if (program_run(edition, &c) != 0) {
            (void)fprintf(stderr, "bench_edition: `concord edition` failed over %s\n", what);
            goto out;
        }
        if (i == 0 || c.wall < best.wall)
            best = c;
    }
    (void)printf("  %-34s %3zu files  %6.2f s  (%.2f s of processor, %.0f MB at most)\n", what, count, best.wall,
                 best.processor, (double)best.peak_kilobytes / 1024);
    failed = 0;
out:
    remove_folder(workspace);
    return failed;
}

int main(int argc, char **argv)
{
    static char program[4096];
    const char *slash = strrchr(argv[0], '/'), *files[FILES_MAXIMUM];
    int64_t rounds = 3;
    size_t count = 0;
    arena a = {0};
    (void)snprintf(program, sizeof program, "%.*s/../concord", slash == NULL ? 1 : (int)(slash - argv[0]),
                   slash == NULL ? "." : argv[0]);
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--concord") == 0)
            (void)snprintf(program, sizeof program, "%s", argv[i + 1]);
        else if (strcmp(argv[i], "--rounds") != 0 || !number_parse_count(text_of(argv[i + 1]), &rounds) || rounds < 1 ||
                 rounds > 1000) {
            (void)fprintf(stderr, "bench_edition [--concord PROGRAM] [--rounds N]\n");
            return 2;
        }
    }
    (void)printf("edition: everything evaluated, judged and written, best of %d\n", (int)rounds);
    files_of(&a, SAMPLE, ".csv", files, &count);
    int failed = count == 0 ? 0 : measure(program, "data/sample", files, count, (int)rounds);
    count = 0;
    files_of(&a, SHARED "/rtt", ".csv.zip", files, &count);
    files_of(&a, SHARED "/ae", ".csv", files, &count);
    if (count == 0)
        (void)printf("  ../shared is not there: only the sample was measured\n");
    else
        failed += measure(program, "RTT and A&E of ../shared/data", files, count, (int)rounds);
    arena_free(&a);
    return failed == 0 ? 0 : 1;
}
