/* Runs bench_serve.sh with the program of this build, so that `make bench` has it among its programs. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char program[4096];
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    int n = snprintf(program, sizeof program, "%.*s/../concord", slash == NULL ? 1 : (int)(slash - argv[0]),
                     slash == NULL ? "." : argv[0]);
    if (n < 0 || (size_t)n >= sizeof program)
        return 2;
    (void)execl("/bin/sh", "sh", CONCORD_SOURCE_DIR "/bench/bench_serve.sh", program, (char *)NULL);
    perror("/bin/sh");
    return 2;
}
