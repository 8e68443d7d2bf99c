/* What a table may be packed in, and what else a path may lead to. */
#define _GNU_SOURCE /* memmem */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "hand_sources.h"
#include "intake/stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <zip.h>
#include <zlib.h>

static const char TABLE[] = "Code,People,Band,Rate\nA,10,1,3\nB,20,2,3\nC,30,3,4.5\n";
#define PEOPLE 60

static buffer file_bytes_of(const char *path)
{
    buffer b = {0};
    assert_int_equal(file_read(path, (size_t)1 << 30, &b, NULL), STATUS_OK);
    return b;
}

/* Entries come in threes: name, bytes, NULL-terminated by name. */
typedef struct entry {
    const char *name;
    const char *bytes;
    size_t length;
} entry;

static const char *zip_of(const char *name, const entry *entries, size_t count, const char *password)
{
    const char *path = path_in(name);
    int failure;
    (void)remove(path);
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &failure);
    assert_non_null(z);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *bytes = zip_source_buffer(z, entries[i].bytes, entries[i].length, 0);
        zip_int64_t at = zip_file_add(z, entries[i].name, bytes, ZIP_FL_ENC_UTF_8);
        assert_true(at >= 0);
        struct tm when = {.tm_year = 125, .tm_mon = 8, .tm_mday = 11, .tm_hour = 12, .tm_isdst = -1};
        assert_int_equal(zip_file_set_mtime(z, (zip_uint64_t)at, mktime(&when), 0), 0);
        if (password != NULL)
            assert_int_equal(zip_file_set_encryption(z, (zip_uint64_t)at, ZIP_EM_AES_256, password), 0);
    }
    assert_int_equal(zip_close(z), 0);
    return path;
}

static const char *gz_of(const char *name, const char *bytes, size_t length)
{
    const char *path = path_in(name);
    gzFile f = gzopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(gzwrite(f, bytes, (unsigned)length), length);
    assert_int_equal(gzclose(f), Z_OK);
    return path;
}

static void refused(const char *path, status code, const char *part)
{
    run r = {0};
    run_file(&r, path, NULL);
    if (r.code != code || strstr(r.err.message, part) == NULL)
        print_error("%s: %d <%s> lacks <%s>\n", path, (int)r.code, r.err.message, part);
    assert_int_equal(r.code, code);
    assert_non_null(strstr(r.err.message, part));
    assert_string_equal(r.err.file, path);
    assert_int_equal(r.report.rows_kept, 0);
    run_free(&r);
}

static void read_whole(run *r, const char *path)
{
    char sha[SHA256_TEXT];
    run_file(r, path, NULL);
    if (r->code != STATUS_OK)
        print_error("%s\n", r->err.message);
    assert_int_equal(r->code, STATUS_OK);
    assert_int_equal(r->seen.sum[1], PEOPLE);
    assert_int_equal(r->seen.rows, 3);
    assert_int_equal(sha256_file(path, sha, NULL), STATUS_OK);
    assert_string_equal(r->report.sha256, sha);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(r->report.bytes, st.st_size);
}

static void test_plain(void **state)
{
    (void)state;
    run r = {0};
    read_whole(&r, file_of("2025-08.csv", TABLE, strlen(TABLE)));
    assert_null(r.report.member);
    assert_int_equal(r.report.archived, DATE_NONE);
    assert_string_equal(r.report.file_name, "2025-08.csv");
    run_free(&r);
}

static void test_zip(void **state)
{
    (void)state;
    run r = {0};
    const entry entries[] = {{"__MACOSX/._2025-08.csv", "\0\5\26\7", 4},
                             {"folder/2025-08.csv", TABLE, sizeof TABLE - 1},
                             {"folder/.DS_Store", "x", 1},
                             {"folder/Read me.txt", "hello", 5}};
    read_whole(&r, zip_of("some.zip", entries, COUNT_OF(entries), NULL));
    assert_string_equal(r.report.member, "folder/2025-08.csv");
    assert_int_equal(r.report.archived, date_of(2025, 9, 11));
    assert_int_equal(r.report.note_count, 1);
    assert_non_null(strstr(r.report.notes[0], "folder/Read me.txt"));
    run_free(&r);
}

static void test_gz(void **state)
{
    (void)state;
    run r = {0};
    read_whole(&r, gz_of("2025-08.csv.gz", TABLE, strlen(TABLE)));
    run_free(&r);
    /* Two members, and noughts at the end. */
    buffer first = file_bytes_of(gz_of("a.gz", TABLE, 30)),
           second = file_bytes_of(gz_of("b.gz", TABLE + 30, strlen(TABLE) - 30));
    buffer_put(&first, second.data, second.length);
    read_whole(&r, file_of("2025-08.gz", first.data, first.length));
    run_free(&r);
    buffer_put(&first, "\0\0\0\0\0", 5);
    read_whole(&r, file_of("2025-08.gz", first.data, first.length));
    run_free(&r);
    buffer_put(&first, "x", 1);
    refused(file_of("2025-08.gz", first.data, first.length), STATUS_REFUSED, "other bytes after its end");
    buffer_free(&first);
    buffer_free(&second);
}

/* Cut at every byte, a zip or gz never gives rows. */
static void test_cut_off(void **state)
{
    (void)state;
    const entry entries[] = {{"2025-08.csv", TABLE, sizeof TABLE - 1}};
    buffer zip = file_bytes_of(zip_of("whole.zip", entries, 1, NULL));
    buffer gz = file_bytes_of(gz_of("whole.gz", TABLE, strlen(TABLE)));
    for (size_t cut = 1; cut < zip.length; cut++)
        refused(file_of("2025-08.zip", zip.data, cut), STATUS_REFUSED, cut < 4 ? "is not one" : "damaged or cut off");
    for (size_t cut = 2; cut < gz.length; cut++)
        refused(file_of("2025-08.gz", gz.data, cut), STATUS_REFUSED, "cut off");
    refused(file_of("2025-08.gz", gz.data, 1), STATUS_REFUSED, "is not one");
    buffer_free(&zip);
    buffer_free(&gz);
}

/* With one byte changed it is either refused or, where the byte does not matter, read as it was. */
static void damaged_anywhere(const char *name, const buffer *whole)
{
    int refusals = 0;
    for (size_t i = 0; i < whole->length; i++) {
        run r = {0};
        char keep = whole->data[i];
        whole->data[i] = (char)(keep ^ (1 << (i % 8)));
        run_file(&r, file_of(name, whole->data, whole->length), NULL);
        whole->data[i] = keep;
        if (r.code == STATUS_OK)
            assert_int_equal(r.seen.sum[1], PEOPLE);
        else
            refusals++;
        assert_true(r.code == STATUS_OK || r.code == STATUS_REFUSED);
        run_free(&r);
    }
    assert_true(refusals > (int)whole->length / 2);
}

static void test_damaged(void **state)
{
    (void)state;
    const entry entries[] = {{"2025-08.csv", TABLE, sizeof TABLE - 1}};
    buffer zip = file_bytes_of(zip_of("whole.zip", entries, 1, NULL));
    buffer gz = file_bytes_of(gz_of("whole.gz", TABLE, strlen(TABLE)));
    damaged_anywhere("2025-08.zip", &zip);
    damaged_anywhere("2025-08.gz", &gz);
    buffer_free(&zip);
    buffer_free(&gz);
}

/* One wrong bit in the table of a zip: bad rows come of it, and what is said is that the zip is damaged. */
static void test_damage_before_rows(void **state)
{
    (void)state;
    const entry entries[] = {{"2025-08.csv", TABLE, sizeof TABLE - 1}};
    const char *path = path_in("stored.zip");
    int failure;
    (void)remove(path);
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &failure);
    assert_non_null(z);
    zip_int64_t at = zip_file_add(z, entries[0].name, zip_source_buffer(z, TABLE, entries[0].length, 0), 0);
    assert_true(at >= 0);
    assert_int_equal(zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0), 0);
    assert_int_equal(zip_close(z), 0);
    buffer zip = file_bytes_of(path);
    const char *const spots[] = {"10,1,3", "Code,People"}; /* a row of the table, and its header */
    for (size_t k = 0; k < COUNT_OF(spots); k++) {
        char *spot = memmem(zip.data, zip.length, spots[k], strlen(spots[k]));
        assert_non_null(spot);
        *spot ^= 0x40;
        run r = {0};
        run_file(&r, file_of("2025-08.zip", zip.data, zip.length), NULL);
        *spot ^= 0x40;
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_non_null(strstr(r.err.message, "The zip is damaged"));
        assert_int_equal(r.list.count, 0);
        assert_int_equal(r.list.total, 0);
        assert_false(r.report.unknown_kind);
        run_free(&r);
    }
    buffer_free(&zip);
}

static void test_zips_that_are_refused(void **state)
{
    (void)state;
    const size_t n = sizeof TABLE - 1;
    const entry two[] = {{"a.csv", TABLE, n}, {"b.csv", TABLE, n}},
                three[] = {{"a.csv", TABLE, n}, {"b.csv", TABLE, n}, {"c.csv", TABLE, n}};
    const entry none[] = {{"notes.pdf", "%PDF", 4}}, inner[] = {{"inner.zip", "PK\003\004", 4}},
                hidden[] = {{"table.csv", "PK\003\004....", 8}};
    const entry book[] = {{"[Content_Types].xml", "<x/>", 4}, {"xl/workbook.xml", "<x/>", 4}},
                empty[] = {{"2025-08.csv", "", 0}};
    const entry html[] = {{"2025-08.csv", "<!DOCTYPE html>", 15}}, litter[] = {{"__MACOSX/._x", "x", 1}};
    refused(zip_of("two.zip", two, 2, NULL), STATUS_REFUSED, "two tables: a.csv and b.csv");
    refused(zip_of("three.zip", three, 3, NULL), STATUS_REFUSED, "3 tables, among them a.csv and b.csv");
    refused(zip_of("none.zip", none, 1, NULL), STATUS_REFUSED, "no table, only notes.pdf");
    refused(zip_of("litter.zip", litter, 1, NULL), STATUS_REFUSED, "holds no file");
    refused(zip_of("inner.zip", inner, 1, NULL), STATUS_REFUSED, "another archive, inner.zip");
    refused(zip_of("hidden.zip", hidden, 1, NULL), STATUS_REFUSED, "archive");
    refused(zip_of("book.xlsx", book, 2, NULL), STATUS_REFUSED, "workbook is damaged: it has no list of sheets");
    refused(zip_of("empty.zip", empty, 1, NULL), STATUS_REFUSED, "empty");
    refused(zip_of("html.zip", html, 1, NULL), STATUS_REFUSED, "web page");
    if (zip_encryption_method_supported(ZIP_EM_AES_256, 1) != 0) {
        const entry one[] = {{"2025-08.csv", TABLE, n}};
        refused(zip_of("secret.zip", one, 1, "open sesame"), STATUS_REFUSED, "password");
    }
}

/* 80 MB of nothing in 80 kB: refused by what the zip says, and by what the gz turns out to hold. */
static void test_bombs(void **state)
{
    (void)state;
    const size_t length = (size_t)80 << 20;
    char *nothing = calloc(1, length);
    assert_non_null(nothing);
    memset(nothing, ',', length);
    const entry bomb[] = {{"2025-08.csv", nothing, length}};
    refused(zip_of("bomb.zip", bomb, 1, NULL), STATUS_REFUSED, "500 times");
    /* Through the csv reader it would be refused for its long line first: drain the stream itself. */
    arena a = {0};
    intake_report report = {0};
    stream *s;
    error err = {0};
    char *into = malloc((size_t)1 << 20), sha[SHA256_TEXT];
    size_t got = 1, all = 0;
    status code = stream_open(gz_of("bomb.gz", nothing, length), &a, &report, &s, &err);
    assert_int_equal(code, STATUS_OK);
    while (code == STATUS_OK && got > 0) {
        code = stream_fill(s, into, (size_t)1 << 20, &got, &err);
        all += got;
    }
    stream_close(s, sha, NULL);
    assert_int_equal(code, STATUS_REFUSED);
    assert_non_null(strstr(err.message, "500 times"));
    assert_true(all < length);
    assert_int_equal(strlen(sha), 64);
    refused(path_in("bomb.gz"), STATUS_REFUSED, "longer than");
    arena_free(&a);
    free(into);
    free(nothing);
}

static void test_other_things(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes, *part;
        size_t length;
        bool unknown;
    } cases[] = {
        {"empty.csv", "", "The file is empty", 0, false},
        {"blank.csv", "\n\r\n ,, \n", "nothing but blank lines", 8, false},
        {"page.csv", "\n <!doctype HTML><p>Gone", "web page", 24, false},
        {"page.xlsx", "<html><body>404", "web page", 15, false},
        {"x.pdf", "%PDF-1.7 ...", "PDF", 12, false},
        {"old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "damaged or cut off", 12, false},
        {"old.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "no Excel workbook", 12, true},
        {"x.json", "{\"a\": 1}", "JSON", 8, false},
        {"x.xml", "<?xml version=\"1.0\"?>", "XML", 21, false},
        {"x.parquet", "PAR1....", "Parquet", 8, false},
        {"x.sqlite", "SQLite format 3\0", "SQLite", 16, false},
        {"x.7z", "7z\xbc\xaf\x27\x1c", "archive", 6, false},
        {"x.bin", "\1\2\3\4\5\6\7\10", "not a text file", 8, false},
        {"x.zip", "Not Found", "named .zip", 9, false},
        {"x.csv.gz", "Not Found", "named .gz", 9, false},
        {"x.csv",
         "\xff\xfe"
         "C\0o\0d\0e\0",
         "UTF-16", 10, false},
        {"2025-08.csv", "Code,People,Band,Rate\nA,1\0,2,3\n", "NUL", 31, false},
        {"2025-08.csv", "Code,People,Band,Rate\n\"A,1,2,3\n", "never closed", 31, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *path = file_of(cases[i].name, cases[i].bytes, cases[i].length);
        refused(path, STATUS_REFUSED, cases[i].part);
        run r = {0};
        run_file(&r, path, NULL);
        assert_int_equal(r.report.unknown_kind, cases[i].unknown);
        char sha[SHA256_TEXT];
        assert_int_equal(sha256_file(path, sha, NULL), STATUS_OK);
        assert_string_equal(r.report.sha256, sha);
        assert_true(r.err.hint[0] != 0 || i == 1);
        run_free(&r);
    }
}

static void test_paths(void **state)
{
    (void)state;
    refused(path_in("no-such-file.csv"), STATUS_IO, "No such file");
    refused(FOLDER, STATUS_IO, "This is a folder");
    const char *pipe_path = path_in("pipe");
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    refused(pipe_path, STATUS_IO, "not a regular file");
    const char *secret = file_of("secret.csv", TABLE, strlen(TABLE));
    assert_int_equal(chmod(secret, 0), 0);
    if (geteuid() != 0)
        refused(secret, STATUS_IO, "Permission denied");
}

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One line without end: refused at once, whether by the file's size or by the line's length. The files are sparse. */
static void test_endless_line(void **state)
{
    (void)state;
    const size_t filled = (size_t)3 << 20;
    char *x = malloc(filled);
    assert_non_null(x);
    memset(x, 'x', filled);
    const char *path = file_of("endless.csv", x, filled);
    double start = seconds();
    refused(path, STATUS_REFUSED, "longer than");
    if (truncate(path, (off_t)3 << 30) == 0)
        refused(path, STATUS_REFUSED, "longer than");
    if (truncate(path, (off_t)10 << 30) == 0)
        refused(path, STATUS_REFUSED, "The file has 10737418240 bytes");
    assert_true(seconds() - start < 5);
    (void)remove(path);
    free(x);
}

/* The table is far larger than the queue, so both sides wait for each other. */
static void test_large(void **state)
{
    (void)state;
    buffer all = {0};
    int64_t sum = 0;
    buffer_text(&all, "Code,People,Band,Rate\n");
    for (int i = 0; i < 600000; i++) {
        buffer_printf(&all, "C%d,%d,%d,1.5\n", i % 1000, i, i % 7);
        sum += i;
    }
    const entry one[] = {{"2025-08.csv", all.data, all.length}};
    run r = {0};
    run_file(&r, zip_of("large.zip", one, 1, NULL), NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.seen.rows, 600000);
    assert_int_equal(r.seen.sum[1], sum);
    run_free(&r);
    /* Given up half way: the reading thread ends, and the SHA-256 is that of the whole file. */
    r.seen.fail_after = 2048;
    run_file(&r, path_in("large.zip"), NULL);
    assert_int_equal(r.code, STATUS_IO);
    char sha[SHA256_TEXT];
    assert_int_equal(sha256_file(path_in("large.zip"), sha, NULL), STATUS_OK);
    assert_string_equal(r.report.sha256, sha);
    run_free(&r);
    buffer_free(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_zip),
        cmocka_unit_test(test_gz),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_damage_before_rows),
        cmocka_unit_test(test_zips_that_are_refused),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_other_things),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_endless_line),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove_own);
}
