/*
 * xls: old workbooks, read in a process of their own.
 *
 * BIFF is a format of offsets into offsets, of the kind that readers of it have fallen over for twenty years. So a child process reads it: it is given the bytes, then gives up every right it does not
 * need (files, network, other processes; processor time and memory are limited), and writes rows into a pipe. Whatever becomes of it, the parent sees a pipe that ends early, and what comes
 * out of the pipe is checked like any other input.
 *
 * The talk: the child first sends the list of sheets, or an error. Then the parent asks for a sheet by its number (4 bytes) and the child sends its rows and an end mark, again and again, until the parent
 * closes the pipe.
 */
#include "intake/biff.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WALL_SECONDS (XLS_SECONDS * 3) /* a child that is stopped uses no processor time */

enum { SAY_SHEETS = 'S', SAY_ROW = 'R', SAY_END = 'E', SAY_ERROR = 'X' };

/* ---- the child ------------------------------------------------------------------------------------------------ */

typedef struct out_pipe {
    int descriptor;
    char bytes[65536];
    size_t used;
} out_pipe;

static void flush(out_pipe *p)
{
    for (size_t at = 0; at < p->used;) {
        ssize_t n = write(p->descriptor, p->bytes + at, p->used - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(0); /* the parent has gone */
        at += (size_t)n;
    }
    p->used = 0;
}

static void put(out_pipe *p, const void *bytes, size_t length)
{
    const char *from = bytes;
    while (length > 0) {
        size_t n = sizeof p->bytes - p->used < length ? sizeof p->bytes - p->used : length;
        memcpy(p->bytes + p->used, from, n);
        p->used += n;
        from += n;
        length -= n;
        if (p->used == sizeof p->bytes)
            flush(p);
    }
}

static void put_u32(out_pipe *p, size_t value)
{
    uint32_t v = (uint32_t)value;
    put(p, &v, sizeof v);
}

static void put_tag(out_pipe *p, char tag)
{
    put(p, &tag, 1);
}

static void put_error(out_pipe *p, const error *e)
{
    put_tag(p, SAY_ERROR);
    put(p, e, sizeof *e);
    flush(p);
}

/* Only what reading memory and writing a pipe takes; every other call to the kernel fails. */
static void rights_drop(void)
{
    struct rlimit time_limit = {XLS_SECONDS, XLS_SECONDS}, none = {0, 0};
    (void)setrlimit(RLIMIT_CPU, &time_limit);
    (void)setrlimit(RLIMIT_FSIZE, &none);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(CONCORD_FUZZ_BUILD)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define XLS_SANITIZED 1
#endif
#endif
#ifndef XLS_SANITIZED
    /* Sanitizers map terabytes of shadow and read their own files, so they get neither limit. */
    struct rlimit memory_limit = {XLS_MEMORY, XLS_MEMORY};
    (void)setrlimit(RLIMIT_AS, &memory_limit);
#if defined(__x86_64__)
#define XLS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define XLS_ARCH AUDIT_ARCH_AARCH64
#endif
#ifdef XLS_ARCH
#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
    static struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, XLS_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(read),
        ALLOW(write),
        ALLOW(close),
        ALLOW(brk),
        ALLOW(mmap),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(madvise),
        ALLOW(mprotect),
        ALLOW(futex),
        ALLOW(exit),
        ALLOW(exit_group),
        ALLOW(rt_sigreturn),
        ALLOW(rt_sigprocmask),
        ALLOW(getpid),
        ALLOW(clock_gettime),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    const struct sock_fprog program = {(unsigned short)(sizeof rules / sizeof rules[0]), rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#undef ALLOW
#endif
#endif
#endif
}

static void rows_say(out_pipe *p, grid *g, size_t sheet)
{
    error why = {0};
    grid_row row;
    status code = grid_begin(g, sheet, &why);
    while (code == STATUS_OK) {
        code = grid_next(g, &row, &why);
        if (code != STATUS_OK || row.line == 0)
            break;
        put_tag(p, SAY_ROW);
        put_u32(p, (size_t)row.line);
        put_u32(p, row.count);
        for (size_t i = 0; i < row.count; i++) {
            put(p, &row.kinds[i], 1);
            if (row.kinds[i] == GRID_BLANK)
                continue;
            put_u32(p, row.cells[i].length);
            put(p, row.cells[i].at, row.cells[i].length);
        }
    }
    if (code != STATUS_OK) {
        put_error(p, &why);
        return;
    }
    put_tag(p, SAY_END);
    flush(p);
}

static void child_run(const char *bytes, size_t length, int asked, int said)
{
    static out_pipe p;
    error why = {0};
    grid *g = NULL;
    p.descriptor = said;
    rights_drop();
    if (grid_open_biff(bytes, length, &g, &why) != STATUS_OK) {
        put_error(&p, &why);
        _exit(0);
    }
    put_tag(&p, SAY_SHEETS);
    put_u32(&p, g->sheet_count);
    for (size_t i = 0; i < g->sheet_count; i++) {
        put_tag(&p, (char)g->sheets[i].hidden);
        put_u32(&p, strlen(g->sheets[i].name));
        put(&p, g->sheets[i].name, strlen(g->sheets[i].name));
    }
    flush(&p);
    for (;;) {
        uint32_t sheet = 0;
        ssize_t n = read(asked, &sheet, sizeof sheet);
        if (n < 0 && errno == EINTR)
            continue;
        if (n != (ssize_t)sizeof sheet)
            _exit(0);
        rows_say(&p, g, sheet);
    }
}

/* ---- the parent ------------------------------------------------------------------------------------------------- */

typedef struct xls {
    grid base; /* must be first */
    pid_t child;
    int ask, hear;
    struct timespec until;
    arena memory;
    char *in; /* what was heard and not yet taken */
    size_t in_at, in_length;
    bool under_way, failed;
    int64_t line;
    size_t sheet;
    buffer row_bytes;
    size_t *offsets;
    text *cells;
    uint8_t *kinds;
    size_t capacity;
} xls;

#define IN_BYTES ((size_t)65536)

static int milliseconds_left(const xls *x)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t left = (int64_t)(x->until.tv_sec - now.tv_sec) * 1000 + (x->until.tv_nsec - now.tv_nsec) / 1000000;
    return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

static status child_lost(xls *x, bool late, error *err)
{
    x->failed = true;
    status code =
        late ? error_set(err, STATUS_REFUSED, "The workbook takes too long to read (over %d seconds)", WALL_SECONDS)
             : error_set(err, STATUS_REFUSED, "The workbook cannot be read: the reader gave up on it");
    error_hint(err, "It may be damaged: open it in Excel, save it as xlsx, and add that.");
    return code;
}

static status hear_more(xls *x, error *err)
{
    struct pollfd p = {.fd = x->hear, .events = POLLIN};
    for (;;) {
        int ready = poll(&p, 1, milliseconds_left(x));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return child_lost(x, true, err);
        ssize_t n = read(x->hear, x->in, IN_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return child_lost(x, false, err);
        x->in_at = 0;
        x->in_length = (size_t)n;
        return STATUS_OK;
    }
}

static status hear(xls *x, void *into, size_t length, error *err)
{
    char *to = into;
    while (length > 0) {
        if (x->in_at == x->in_length) {
            status code = hear_more(x, err);
            if (code != STATUS_OK)
                return code;
        }
        size_t n = x->in_length - x->in_at < length ? x->in_length - x->in_at : length;
        memcpy(to, x->in + x->in_at, n);
        x->in_at += n;
        to += n;
        length -= n;
    }
    return STATUS_OK;
}

static status hear_u32(xls *x, size_t most, size_t *out, error *err)
{
    uint32_t v = 0;
    status code = hear(x, &v, sizeof v, err);
    *out = v;
    return code == STATUS_OK && v > most ? child_lost(x, false, err) : code;
}

static status hear_error(xls *x, error *err)
{
    error why;
    status code = hear(x, &why, sizeof why, err);
    x->failed = true;
    if (code != STATUS_OK)
        return code;
    why.message[sizeof why.message - 1] = why.hint[sizeof why.hint - 1] = why.sheet[sizeof why.sheet - 1] = 0;
    code = error_set(err, why.code == STATUS_MEMORY ? STATUS_MEMORY : STATUS_REFUSED, "%s",
                     why.message[0] != 0 ? why.message : "The workbook cannot be read");
    error_at(err, NULL, why.sheet[0] != 0 ? why.sheet : NULL, why.row, NULL);
    if (why.hint[0] != 0)
        error_hint(err, "%s", why.hint);
    return code;
}

static status sheets_hear(xls *x, error *err)
{
    char tag = 0;
    size_t count = 0;
    status code = hear(x, &tag, 1, err);
    if (code != STATUS_OK)
        return code;
    if (tag == SAY_ERROR)
        return hear_error(x, err);
    code = tag != SAY_SHEETS ? child_lost(x, false, err) : hear_u32(x, GRID_SHEETS_MAXIMUM, &count, err);
    if (code != STATUS_OK)
        return code;
    grid_sheet *sheets = arena_array(&x->memory, count + 1, sizeof *sheets);
    if (sheets == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < count; i++) {
        char hidden = 0;
        size_t length = 0;
        code = hear(x, &hidden, 1, err);
        if (code == STATUS_OK)
            code = hear_u32(x, 1024, &length, err);
        char *name = code == STATUS_OK ? arena_alloc(&x->memory, length + 1) : NULL;
        if (code == STATUS_OK)
            code = name == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : hear(x, name, length, err);
        if (code != STATUS_OK)
            return code;
        sheets[i] = (grid_sheet){name, hidden != 0};
    }
    x->base.sheets = sheets;
    x->base.sheet_count = count;
    return STATUS_OK;
}

static status cells_reserve(xls *x, size_t count, error *err)
{
    if (count <= x->capacity)
        return STATUS_OK;
    size_t *offsets = realloc(x->offsets, count * sizeof *offsets);
    x->offsets = offsets != NULL ? offsets : x->offsets;
    text *cells = realloc(x->cells, count * sizeof *cells);
    x->cells = cells != NULL ? cells : x->cells;
    uint8_t *kinds = realloc(x->kinds, count * sizeof *kinds);
    x->kinds = kinds != NULL ? kinds : x->kinds;
    if (offsets == NULL || cells == NULL || kinds == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    x->capacity = count;
    return STATUS_OK;
}

static status cell_hear(xls *x, size_t i, error *err)
{
    char piece[4096];
    size_t length = 0;
    status code = hear(x, &x->kinds[i], 1, err);
    x->offsets[i] = x->row_bytes.length;
    x->cells[i] = (text){"", 0};
    if (code != STATUS_OK || x->kinds[i] == GRID_BLANK)
        return code;
    if (x->kinds[i] > GRID_NO_VALUE)
        return child_lost(x, false, err);
    code = hear_u32(x, GRID_TEXT_MAXIMUM, &length, err);
    x->cells[i].length = length;
    while (length > 0 && code == STATUS_OK) {
        size_t n = length < sizeof piece ? length : sizeof piece;
        code = hear(x, piece, n, err);
        if (code == STATUS_OK)
            buffer_put(&x->row_bytes, piece, n);
        length -= n;
    }
    return code == STATUS_OK ? buffer_status(&x->row_bytes, err) : code;
}

static status xls_next(grid *g, grid_row *row, error *err)
{
    xls *x = (xls *)g;
    char tag = 0;
    size_t line = 0, count = 0;
    *row = (grid_row){0};
    if (!x->under_way)
        return STATUS_OK;
    status code = hear(x, &tag, 1, err);
    if (code == STATUS_OK && tag == SAY_ERROR)
        return hear_error(x, err);
    if (code == STATUS_OK && tag == SAY_END) {
        x->under_way = false;
        return STATUS_OK;
    }
    if (code == STATUS_OK && tag != SAY_ROW)
        code = child_lost(x, false, err);
    if (code == STATUS_OK)
        code = hear_u32(x, (size_t)GRID_ROWS_MAXIMUM, &line, err);
    if (code == STATUS_OK)
        code = hear_u32(x, GRID_COLUMNS_MAXIMUM, &count, err);
    if (code == STATUS_OK && ((int64_t)line <= x->line || count == 0))
        code = child_lost(x, false, err);
    if (code == STATUS_OK)
        code = cells_reserve(x, count, err);
    buffer_clear(&x->row_bytes);
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        code = cell_hear(x, i, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < count; i++)
        if (x->cells[i].length > 0)
            x->cells[i].at = x->row_bytes.data + x->offsets[i];
    x->line = (int64_t)line;
    *row = (grid_row){x->line, x->cells, x->kinds, count};
    return STATUS_OK;
}

static status xls_begin(grid *g, size_t sheet, error *err)
{
    xls *x = (xls *)g;
    uint32_t wanted = (uint32_t)sheet;
    grid_row row;
    x->line = 0;
    while (x->under_way) { /* the rest of the sheet before has to be heard out */
        status code = xls_next(g, &row, err);
        if (code != STATUS_OK)
            return code;
    }
    x->line = 0;
    x->sheet = sheet;
    ssize_t n;
    do
        n = send(x->ask, &wanted, sizeof wanted, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof wanted)
        return child_lost(x, false, err);
    x->under_way = true;
    return STATUS_OK;
}

static void xls_close(grid *g)
{
    xls *x = (xls *)g;
    if (x->ask >= 0)
        (void)close(x->ask);
    if (x->hear >= 0)
        (void)close(x->hear);
    if (x->child > 0) {
        int ended = 0;
        (void)kill(
            x->child,
            SIGKILL); /* it has nothing to lose; when it is gone already, its number is still ours until it is waited for */
        while (waitpid(x->child, &ended, 0) < 0 && errno == EINTR)
            continue;
    }
    buffer_free(&x->row_bytes);
    arena_free(&x->memory);
    free(x->in);
    free(x->offsets);
    free(x->cells);
    free(x->kinds);
    free(x);
}

/* Starts the child on the bytes. What is asked goes through a socket, because a write to one can be told not to raise SIGPIPE where the child has died. */
static status child_start(xls *x, const char *bytes, size_t length, error *err)
{
    int asks[2], says[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, asks) != 0)
        return error_set(err, STATUS_IO, "Cannot make a socket: %s", strerror(errno));
    if (pipe(says) != 0) {
        (void)close(asks[0]);
        (void)close(asks[1]);
        return error_set(err, STATUS_IO, "Cannot make a pipe: %s", strerror(errno));
    }
    x->child = fork();
    if (x->child == 0) {
        (void)close(asks[1]);
        (void)close(says[0]);
        child_run(bytes, length, asks[0], says[1]);
        _exit(0);
    }
    (void)close(asks[0]);
    (void)close(says[1]);
    x->ask = asks[1];
    x->hear = says[0];
    (void)fcntl(x->ask, F_SETFD, FD_CLOEXEC);
    (void)fcntl(x->hear, F_SETFD, FD_CLOEXEC);
    return x->child < 0 ? error_set(err, STATUS_IO, "Cannot start a process to read the workbook: %s", strerror(errno))
                        : STATUS_OK;
}

static status bytes_read(int descriptor, buffer *b, error *err)
{
    char piece[65536];
    struct stat st;
    if (fstat(descriptor, &st) != 0)
        return error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
    if (st.st_size > XLS_FILE_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The workbook has %lld bytes; over %lld is not read",
                         (long long)st.st_size, (long long)XLS_FILE_MAXIMUM);
    for (off_t at = 0;;) {
        ssize_t n = pread(descriptor, piece, sizeof piece, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
        if (n == 0)
            return buffer_status(b, err);
        buffer_put(b, piece, (size_t)n);
        at += n;
    }
}

status grid_open_xls(int descriptor, grid **out, error *err)
{
    *out = NULL;
    buffer bytes = {.maximum = (size_t)XLS_FILE_MAXIMUM + 1};
    xls *x = calloc(1, sizeof *x);
    if (x == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    x->base = (grid){.kind = "workbook (xls)", .begin = xls_begin, .next = xls_next, .close = xls_close};
    x->ask = x->hear = -1;
    x->row_bytes.maximum = (size_t)16 << 20;
    x->in = malloc(IN_BYTES);
    (void)clock_gettime(CLOCK_MONOTONIC, &x->until);
    x->until.tv_sec += WALL_SECONDS;
    status code = x->in == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : bytes_read(descriptor, &bytes, err);
    if (code == STATUS_OK)
        code = child_start(x, bytes.data == NULL ? "" : bytes.data, bytes.length, err);
    if (code == STATUS_OK)
        code = sheets_hear(x, err);
    buffer_free(&bytes); /* the child has its own copy */
    if (code != STATUS_OK) {
        xls_close(&x->base);
        return code;
    }
    *out = &x->base;
    return STATUS_OK;
}
