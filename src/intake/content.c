/* What a file is, told by its first bytes, and the sentence for each thing that is not a table of text. */
#include "intake/stream.h"
#include "intake/workbook.h"

#include <string.h>

static bool starts(text t, const char *magic, size_t length)
{
    return t.length >= length && memcmp(t.at, magic, length) == 0;
}

static bool starts_nocase(text t, const char *word)
{
    size_t n = strlen(word);
    return t.length >= n && text_is_nocase((text){t.at, n}, word);
}

static bool holds(text t, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= t.length; i++)
        if (memcmp(t.at + i, word, n) == 0)
            return true;
    return false;
}

content_kind content_of(text t)
{
    static const struct {
        const char *magic;
        size_t length;
        content_kind kind;
    } known[] = {
        {"PK\003\004", 4, CONTENT_ZIP},
        {"PK\005\006", 4, CONTENT_ZIP},
        {"\x1f\x8b", 2, CONTENT_GZ},
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, CONTENT_OLD_OFFICE},
        {"%PDF", 4, CONTENT_PDF},
        {"PAR1", 4, CONTENT_PARQUET},
        {"SQLite format 3", 15, CONTENT_SQLITE},
        {"7z\xbc\xaf\x27\x1c", 6, CONTENT_OTHER_ARCHIVE},
        {"BZh", 3, CONTENT_OTHER_ARCHIVE},
        {"\xfd"
         "7zXZ",
         5, CONTENT_OTHER_ARCHIVE},
        {"\x28\xb5\x2f\xfd", 4, CONTENT_OTHER_ARCHIVE},
        {"Rar!\x1a\x07", 6, CONTENT_OTHER_ARCHIVE},
        {"\x89PNG", 4, CONTENT_PICTURE},
        {"\xff\xd8\xff", 3, CONTENT_PICTURE},
        {"GIF8", 4, CONTENT_PICTURE},
    };
    if (t.length == 0)
        return CONTENT_EMPTY;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (starts(t, known[i].magic, known[i].length))
            return known[i].kind;
    if (starts(t, "\xff\xfe", 2) || starts(t, "\xfe\xff", 2))
        return CONTENT_TEXT; /* UTF-16: the csv reader says so */
    text trimmed = text_trim(t);
    if (starts_nocase(trimmed, "<!doctype html") || starts_nocase(trimmed, "<html") ||
        starts_nocase(trimmed, "<head") || starts_nocase(trimmed, "<!--"))
        return CONTENT_HTML;
    if (starts_nocase(trimmed, "<?xml"))
        return CONTENT_XML;
    if (starts_nocase(trimmed, "<svg"))
        return CONTENT_PICTURE;
    if (starts(trimmed, "{", 1) || starts(trimmed, "[{", 2))
        return holds(trimmed, "FeatureCollection") || holds(trimmed, "\"hexes\"") ? CONTENT_MAP : CONTENT_JSON;
    size_t odd = 0;
    for (size_t i = 0; i < t.length; i++) {
        unsigned char c = (unsigned char)t.at[i];
        odd += c < 0x20 && c != '\t' && c != '\n' && c != '\r';
    }
    return odd > 2 + t.length / 32 ? CONTENT_BINARY : CONTENT_TEXT;
}

status content_refuse(content_kind kind, intake_report *report, error *err)
{
    const char *what = "", *hint = "If it holds a table of statistics, save that as csv and add it.";
    switch (kind) {
    case CONTENT_TEXT: return STATUS_OK;
    case CONTENT_EMPTY:
        what = "The file is empty";
        hint = "Download it again.";
        break;
    case CONTENT_ZIP:
    case CONTENT_GZ:
    case CONTENT_OTHER_ARCHIVE:
        what = "This is an archive of a kind, or at a place, that is not read";
        hint = "Unpack it and add the table that is inside; zip and gz are read, but not one inside another.";
        break;
    case CONTENT_OLD_OFFICE:
        what = "This is an old Excel workbook (xls) at a place where none is read";
        hint = "Unpack it and add the workbook itself.";
        report->unknown_kind = true;
        break;
    case CONTENT_PDF:
        what = "This is a PDF document, not a table of statistics";
        hint = "Look on the publisher's page for the same figures as a csv or an Excel workbook, and add that.";
        break;
    case CONTENT_HTML:
        what = report->file_name != NULL && workbook_named(report->file_name)
                   ? "This is a web page (HTML), not a workbook"
                   : "This is a web page (HTML), not a csv";
        hint =
            "The download may have ended on an error page: open it in a browser to see, and download the file again.";
        break;
    case CONTENT_MAP:
        what = "This is a map (JSON for programs), not a table of statistics";
        hint = "There is nothing in it to add: leave it out. What is added is csv, xlsx and xls, also in zip or gz.";
        break;
    case CONTENT_JSON:
        what = "This is JSON, not a table of statistics";
        hint = "JSON is not read: add the publication's csv or workbook. A lookup of codes has nothing in it to add.";
        break;
    case CONTENT_PICTURE:
        what = "This is a picture, not a table of statistics";
        hint = "There is nothing in it to add: leave it out. What is added is csv, xlsx and xls, also in zip or gz.";
        break;
    case CONTENT_XML: what = "This is XML, not a csv"; break;
    case CONTENT_PARQUET: what = "This is a Parquet file, not a csv"; break;
    case CONTENT_SQLITE: what = "This is an SQLite database, not a csv"; break;
    case CONTENT_BINARY: what = "This is not a text file, so it is no csv"; break;
    }
    status code = error_set(err, STATUS_REFUSED, "%s", what);
    error_hint(err, "%s", hint);
    return code;
}

void note_add(intake_report *report, arena *a, const char *format, ...)
{
    char line[512];
    va_list args;
    if (report->note_count == sizeof report->notes / sizeof report->notes[0])
        return;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *c = line; *c != 0; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    const char *kept = arena_string(a, line);
    if (kept != NULL)
        report->notes[report->note_count++] = kept;
}
