/*
 * Every total that the published workbooks print for England, a region or an integrated care board, held against the figure of the edition: cells are found here by their headings, apart
 * from the catalogue's layouts, in every file of ../shared/data that prints any. Without ../shared the tests skip.
 */
#include "sheet_cells.h"
#include "workspace.h"

#include <dirent.h>

#define DATA SHARED_DATA

static workspace w;
static bool there;

/* Folder, and a part of the names of its files. */
static const struct {
    const char *folder, *names;
} files[] = {
    {"beds_flow", ".xlsx"},  {"community", ".xlsx"}, {"ambulance", ".xlsx"}, {"workforce", "NHS Workforce"},
    {"diagnostics", ".xls"}, {"ae", ".csv"},         {"cancer", ".xlsx"},
};

typedef struct list {
    char names[64][256];
    size_t count;
} list;

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void list_files(list *l, const char *folder, const char *part)
{
    char path[600];
    l->count = 0;
    (void)snprintf(path, sizeof path, DATA "%s", folder);
    DIR *d = opendir(path);
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.' && strstr(e->d_name, part) != NULL && strstr(e->d_name, "Time-Series-June") == NULL &&
            l->count < 64)
            (void)snprintf(l->names[l->count++], sizeof l->names[0], "%s", e->d_name);
    (void)closedir(d);
    assert_true(l->count > 0);
    qsort(l->names, l->count, sizeof l->names[0], compare_names);
}

static int shared_open(void **state)
{
    there = access(DATA "cancer", R_OK) == 0;
    int failed = house_open(state);
    if (!there || failed != 0)
        return failed;
    workspace_make(&w);
    static list l;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        list_files(&l, files[i].folder, files[i].names);
        for (size_t k = 0; k < l.count; k++) {
            char path[1024];
            (void)snprintf(path, sizeof path, DATA "%s/%s", files[i].folder, l.names[k]);
            workspace_add_path(&w, path, "");
        }
    }
    workspace_evaluate(&w);
    return 0;
}

static int shared_close(void **state)
{
    if (there)
        workspace_remove(&w);
    return house_close(state);
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

typedef enum quantity { NUMERATOR, DENOMINATOR } quantity;
typedef struct tally {
    size_t compared, differing;
} tally;

static void compare(tally *t, const char *measure_id, const char *who, const char *breakdown, period when,
                    quantity what, double printed, double within)
{
    char words[PERIOD_TEXT];
    period_format(when, words);
    const edition_point *p = point_named(&w, w.edition, measure_id, who, breakdown, GEOGRAPHY_AS_PUBLISHED, words);
    /* The tree of organisations begins in 2022: what was published before that stands on today's map alone. */
    if (p == NULL || p->missing)
        p = point_named(&w, w.edition, measure_id, who, breakdown, GEOGRAPHY_CURRENT, words);
    const edition_measure *m = &w.edition->measures[edition_find_measure(w.edition, measure_id)];
    double is = p == NULL ? (double)NAN : what == NUMERATOR ? edition_numerator(m, p) : edition_denominator(m, p);
    t->compared++;
    if (fabs(is - printed) <= within)
        return;
    if (t->differing++ < 12)
        print_error("%s of %s (%s) in %s: %.10g, printed %.10g\n", measure_id, who, breakdown, words, is, printed);
}

static void done(const tally *t, const char *what, size_t least)
{
    print_message("%s: %zu printed totals compared, %zu differ\n", what, t->compared, t->differing);
    assert_true(t->compared >= least);
    assert_int_equal(t->differing, 0);
}

static void needs_shared(void)
{
    if (there)
        return;
    print_message("../shared is not there: nothing to compare with\n");
    skip();
}

static period period_of_name(const char *name)
{
    period p = {0};
    if (!period_find(text_of(name), &p))
        fail_msg("%s names no period", name);
    return p;
}

static void code_text(text t, char out[32])
{
    (void)snprintf(out, 32, "%.*s", (int)(t.length < 31 ? t.length : 31), t.at);
}

/* ---- the sources ------------------------------------------------------------------------------------------------- */

/* Table 4 and its bands: a line of England, of each region and of each board; a column for each service. */
static void community(void **state)
{
    static const struct {
        const char *sheet, *measure;
    } tables[] = {{"Table 4", "community-waiting-list"}};
    static list l;
    tally t = {0};
    (void)state;
    needs_shared();
    list_files(&l, "community", ".xlsx");
    for (size_t f = 0; f < l.count; f++)
        for (size_t k = 0; k < sizeof tables / sizeof tables[0]; k++) {
            sheet_reader s;
            assert_true(sheet_open(&s, "community", l.names[f], tables[k].sheet));
            sheet_header(&s, "Organisation Type");
            period when = period_of_name(l.names[f]);
            while (sheet_next(&s) && !text_is(cell(&s, 0), "Provider")) {
                char who[32], breakdown[256];
                double all = 0, adults = 0, children = 0, value;
                bool any[3] = {0};
                code_text(text_is(cell(&s, 0), "National") ? text_of("ENGLAND") : cell(&s, 1), who);
                for (size_t c = 3; c < s.width; c++) {
                    bool adult = begins(text_of(s.heading[c]), "(A)");
                    if (!number_at(&s, (int)c, &value))
                        continue;
                    all += value;
                    *(adult ? &adults : &children) += value;
                    any[0] = any[1 + !adult] = true;
                    (void)snprintf(breakdown, sizeof breakdown, "service=%s", s.heading[c]);
                    compare(&t, tables[k].measure, who, breakdown, when, NUMERATOR, value, 0);
                }
                if (any[0])
                    compare(&t, tables[k].measure, who, "", when, NUMERATOR, all, 0);
                if (any[1])
                    compare(&t, "community-waiting-list-adults", who, "", when, NUMERATOR, adults, 0);
                if (any[2])
                    compare(&t, "community-waiting-list-children", who, "", when, NUMERATOR, children, 0);
            }
            grid_close(s.grid);
        }
    done(&t, "community waiting lists, by service", 9000);
}

/* The bands of waiting: those over 52 weeks, and all of them, of each line. */
static void community_bands(void **state)
{
    static list l;
    tally t = {0};
    (void)state;
    needs_shared();
    list_files(&l, "community", ".xlsx");
    for (size_t f = 0; f < l.count; f++) {
        static char codes[64][32];
        double over[64] = {0}, all[64] = {0};
        bool any[64] = {0};
        size_t lines = 0;
        for (char band = 'a'; band <= 'h'; band++) {
            char name[16], title[200] = "";
            sheet_reader s;
            (void)snprintf(name, sizeof name, "Table 4%c", band);
            if (!sheet_open(&s, "community", l.names[f], name))
                continue;
            assert_true(sheet_next(&s));
            (void)snprintf(title, sizeof title, "%.*s", (int)cell(&s, 0).length, cell(&s, 0).at);
            bool late = strstr(title, "52-104") != NULL || strstr(title, "104 weeks") != NULL ||
                        (strstr(title, "52 weeks") != NULL && strstr(title, "18-52") == NULL);
            sheet_header(&s, "Organisation Type");
            size_t line = 0;
            for (; sheet_next(&s) && !text_is(cell(&s, 0), "Provider"); line++) {
                assert_true(line < 64);
                code_text(text_is(cell(&s, 0), "National") ? text_of("ENGLAND") : cell(&s, 1), codes[line]);
                for (size_t c = 3; c < s.width; c++) {
                    double value;
                    if (!number_at(&s, (int)c, &value))
                        continue;
                    any[line] = true;
                    all[line] += value;
                    over[line] += late ? value : 0;
                }
            }
            lines = line > lines ? line : lines;
            grid_close(s.grid);
        }
        for (size_t i = 0; i < lines; i++) {
            if (!any[i])
                continue; /* nobody there submitted */
            compare(&t, "community-over-52-weeks", codes[i], "", period_of_name(l.names[f]), NUMERATOR, over[i], 0);
            compare(&t, "community-over-52-weeks", codes[i], "", period_of_name(l.names[f]), DENOMINATOR, all[i], 0);
        }
    }
    done(&t, "community waiting lists, by band", 900);
}

/* Sums by region leave out the independent sector; England is printed with it and without, and ours has it. */
static void cancelled(void **state)
{
    static list l;
    tally t = {0};
    double value;
    (void)state;
    needs_shared();
    list_files(&l, "beds_flow", "Cancelled");
    for (size_t f = 0; f < l.count; f++) {
        static const char *const sheets[] = {"National & Regional", "Provider"};
        for (int k = 0; k < 2; k++) {
            sheet_reader s;
            assert_true(sheet_open(&s, "beds_flow", l.names[f], sheets[k]));
            sheet_header(&s, "Region Code");
            int region = column_of(&s, "Region Code", 1),
                name = column_of(&s, k == 0 ? "Region Name" : "Organisation Name", 1),
                operations = column_of(&s, "Number of last minute", 1),
                breaches = column_of(&s, "Number of patients", 1);
            while (sheet_next(&s)) {
                char who[32] = "ENGLAND";
                if (k == 0 && begins(cell(&s, region), "Y"))
                    code_text(cell(&s, region), who);
                else if (k == 0 || !begins(cell(&s, name), "England (Including"))
                    continue;
                assert_true(number_at(&s, operations, &value));
                compare(&t, "cancelled-operations", who, "", period_of_name(l.names[f]), NUMERATOR, value, 0);
                compare(&t, "cancelled-28-day-breaches", who, "", period_of_name(l.names[f]), DENOMINATOR, value, 0);
                assert_true(number_at(&s, breaches, &value));
                compare(&t, "cancelled-28-day-breaches", who, "", period_of_name(l.names[f]), NUMERATOR, value, 0);
            }
            grid_close(s.grid);
        }
    }
    done(&t, "cancelled operations", 72);
}

/* Beds by region and sector; a sum of averages that are kept in thousandths may be off by half of one for each trust. */
static void beds(void **state)
{
    static const char *const sectors[] = {"Total", "General & Acute", "Learning Disabilities", "Maternity",
                                          "Mental Illness"};
    static list l;
    tally t = {0};
    double value;
    (void)state;
    needs_shared();
    list_files(&l, "beds_flow", "Beds-Open");
    for (size_t f = 0; f < l.count; f++) {
        sheet_reader s;
        assert_true(sheet_open(&s, "beds_flow", l.names[f], "Region by Sector"));
        sheet_header(&s, "Year");
        int region = column_of(&s, "Region Code", 1), name = column_of(&s, "AT Name", 1);
        while (sheet_next(&s)) {
            char who[32] = "ENGLAND", breakdown[64];
            if (begins(cell(&s, region), "Y"))
                code_text(cell(&s, region), who);
            else if (!text_is(cell(&s, name), "England"))
                continue;
            for (size_t k = 0; k < 5; k++) {
                (void)snprintf(breakdown, sizeof breakdown, "%s%s", k == 0 ? "" : "sector=", k == 0 ? "" : sectors[k]);
                period when = period_of_name(l.names[f]);
                assert_true(number_at(&s, column_of(&s, sectors[k], 1), &value));
                compare(&t, "beds-available", who, breakdown, when, NUMERATOR, value, 0.2);
                assert_true(number_at(&s, column_of(&s, sectors[k], 2), &value));
                compare(&t, "bed-occupancy", who, breakdown, when, NUMERATOR, value, 0.2);
            }
        }
        grid_close(s.grid);
    }
    done(&t, "beds open overnight", 240);
}

static void virtual_wards(void **state)
{
    static list l;
    tally t = {0};
    double value;
    (void)state;
    needs_shared();
    list_files(&l, "beds_flow", "Virtual");
    for (size_t f = 0; f < l.count; f++) {
        static const char *const sheets[] = {"Virtual Ward Data", "Virtual Ward Data - Provider"};
        for (int k = 0; k < 2; k++) {
            sheet_reader s;
            if (!sheet_open(&s, "beds_flow", l.names[f], sheets[k]))
                continue;
            sheet_header(&s, "Region");
            int name = column_of(&s, "Name", 1), capacity = column_of(&s, "Virtual Ward Capacity", 1),
                patients = column_of(&s, "Patients", 1);
            while (sheet_next(&s)) {
                if (!begins(cell(&s, name), "England"))
                    continue;
                period when = period_of_name(l.names[f]);
                assert_true(number_at(&s, capacity, &value));
                compare(&t, "virtual-ward-capacity", "ENGLAND", "", when, NUMERATOR, value, 0);
                assert_true(number_at(&s, patients, &value));
                compare(&t, "virtual-ward-occupancy", "ENGLAND", "", when, NUMERATOR, value, 0);
            }
            grid_close(s.grid);
        }
    }
    done(&t, "virtual wards", 22);
}

/* Staff in post: England, regions and boards, each group of staff. */
static void workforce(void **state)
{
    static list l;
    static const struct {
        const char *heading, *measure;
    } groups[] = {{"Total", "staff-all"}, {"HCHS Doctors", "staff-doctors"}};
    tally t = {0};
    double value;
    (void)state;
    needs_shared();
    list_files(&l, "workforce", "NHS Workforce");
    for (size_t f = 0; f < l.count; f++) {
        sheet_reader s;
        assert_true(sheet_open(&s, "workforce", l.names[f], "3. NHSE, Org & SG"));
        sheet_header(&s, "NHS England region code");
        while (sheet_next(&s)) {
            char who[32] = "ENGLAND";
            if (cell(&s, 5).length > 0)
                continue;
            if (cell(&s, 0).length > 0 || cell(&s, 2).length > 0)
                code_text(cell(&s, cell(&s, 0).length > 0 ? 0 : 2), who);
            else if (!text_is(cell(&s, 1), "England"))
                continue;
            for (size_t k = 0; k < 2; k++)
                if (number_at(&s, column_of(&s, groups[k].heading, 1), &value))
                    compare(&t, groups[k].measure, who, "", period_of_name(l.names[f]), NUMERATOR, value, 1e-4);
        }
        grid_close(s.grid);
    }
    done(&t, "staff in post", 290);
}

/* The lines of regions that have several services. */
static void ambulances(void **state)
{
    static list l;
    static const struct {
        const char *count, *seconds, *measure;
    } items[] = {{"A8", "A24", "ambulance-c1-mean"},
                 {"A10", "A30", "ambulance-c2-mean"},
                 {"A11", "A33", "ambulance-c3-mean"},
                 {"A12", "A36", "ambulance-c4-mean"}};
    tally t = {0};
    sheet_reader s;
    (void)state;
    needs_shared();
    list_files(&l, "ambulance", ".xlsx");
    assert_true(sheet_open(&s, "ambulance", l.names[0], "Raw"));
    sheet_header(&s, "Concatenated");
    while (sheet_next(&s)) {
        char who[32] = "ENGLAND", words[64];
        period when;
        double count, seconds;
        if (begins(cell(&s, 5), "Y"))
            code_text(cell(&s, 5), who);
        else if (!text_is_nocase(cell(&s, 5), "ENG"))
            continue;
        (void)snprintf(words, sizeof words, "%.*s %.*s", (int)cell(&s, 2).length, cell(&s, 2).at,
                       (int)cell(&s, 1).length, cell(&s, 1).at);
        assert_true(period_find(text_of(words), &when));
        for (size_t k = 0; k < sizeof items / sizeof items[0]; k++) {
            if (!number_at(&s, column_named(&s, items[k].count), &count) || count <= 0 ||
                !number_at(&s, column_named(&s, items[k].seconds), &seconds))
                continue;
            compare(&t, items[k].measure, who, "", when, DENOMINATOR, count, 0);
            compare(&t, items[k].measure, who, "", when, NUMERATOR, seconds, 0);
        }
    }
    grid_close(s.grid);
    done(&t, "ambulances", 2500);
}

/* The total of England, of each test; and of all of them. */
static void diagnostics(void **state)
{
    static list l;
    tally t = {0};
    double value;
    (void)state;
    needs_shared();
    list_files(&l, "diagnostics", ".xls");
    for (size_t f = 0; f < l.count; f++) {
        sheet_reader s;
        assert_true(sheet_open(&s, "diagnostics", l.names[f], "Provider"));
        sheet_header(&s, "Provider Code");
        int name = column_of(&s, "Provider Name", 1), waiting = column_of(&s, "Total Waiting List", 1),
            six = column_of(&s, "Number waiting 6+", 1), thirteen = column_of(&s, "Number waiting 13+", 1);
        while (sheet_next(&s)) {
            period when = period_of_name(l.names[f]);
            if (!text_is_nocase(cell(&s, name), "Total"))
                continue;
            assert_true(number_at(&s, waiting, &value));
            compare(&t, "diagnostics-waiting-list", "ENGLAND", "", when, NUMERATOR, value, 0);
            assert_true(number_at(&s, six, &value));
            compare(&t, "diagnostics-6-weeks", "ENGLAND", "", when, NUMERATOR, value, 0);
            assert_true(number_at(&s, thirteen, &value));
            compare(&t, "diagnostics-13-weeks", "ENGLAND", "", when, NUMERATOR, value, 0);
        }
        grid_close(s.grid);
    }
    done(&t, "diagnostics", 30);
}

/* The line of England in the workbook by provider has people whose board is not known, as that by commissioner has: both print the same. */
static void cancer(void **state)
{
    static list l;
    static const struct {
        const char *sheet, *measure, *within;
    } tables[] = {{"28-DAY FDS (ALL ROUTES)", "cancer-28-day", "WITHIN 28"},
                  {"31-DAY (ALL CANCER)", "cancer-31-day", "WITHIN 31"},
                  {"62-DAY (ALL CANCER)", "cancer-62-day", "WITHIN 62"}};
    tally t = {0};
    double value;
    (void)state;
    needs_shared();
    list_files(&l, "cancer", "WORKBOOK");
    for (size_t f = 0; f < l.count; f++) {
        for (size_t k = 0; k < 3; k++) {
            sheet_reader s;
            bool found = false;
            assert_true(sheet_open(&s, "cancer", l.names[f], tables[k].sheet));
            sheet_header(&s, "ODS CODE");
            int total = column_of(&s, "TOTAL", 1), within = column_of(&s, tables[k].within, 1);
            while (!found && sheet_next(&s)) {
                if (!begins(cell(&s, 2), "ALL ENGLISH") || !begins(cell(&s, 3), "ALL ") ||
                    (k > 0 && !begins(cell(&s, 4), "ALL ")))
                    continue;
                found = true;
                assert_true(number_at(&s, total, &value));
                compare(&t, tables[k].measure, "ENGLAND", "", period_of_name(l.names[f]), DENOMINATOR, value, 0);
                assert_true(number_at(&s, within, &value));
                compare(&t, tables[k].measure, "ENGLAND", "", period_of_name(l.names[f]), NUMERATOR, value, 0);
            }
            assert_true(found);
            grid_close(s.grid);
        }
    }
    done(&t, "cancer waits", 250);
}

/* The combined workbook: lines of England by system and by provider. */
static void cancer_combined(void **state)
{
    static const struct {
        const char *standard, *measure;
    } standards[] = {{"FDS", "cancer-28-day"}, {"31D", "cancer-31-day"}, {"62D", "cancer-62-day"}};
    static const char *const sheets[] = {"System Level", "Provider Level"};
    static list l;
    tally t = {0};
    double value;
    (void)state;
    needs_shared();
    list_files(&l, "cancer", "Combined");
    for (int i = 0; i < 2; i++) {
        sheet_reader s;
        assert_true(sheet_open(&s, "cancer", l.names[0], sheets[i]));
        sheet_header(&s, "Org Code");
        int code = column_of(&s, "Org Code", 1), standard = column_of(&s, "Standard", 1),
            type = column_of(&s, "Cancer Type", 1), route = column_of(&s, "Referral Route", 1),
            modality = column_of(&s, "Treatment Modality", 1), total = column_named(&s, "Total"),
            within = column_named(&s, "Within");
        while (sheet_next(&s)) {
            if (!text_is_nocase(cell(&s, code), "Total") || !begins(cell(&s, type), "ALL ") ||
                !begins(cell(&s, route), "ALL ") ||
                (cell(&s, modality).length > 0 && !begins(cell(&s, modality), "ALL ")))
                continue;
            for (size_t k = 0; k < 3; k++) {
                if (!text_is(cell(&s, standard), standards[k].standard))
                    continue;
                assert_true(number_at(&s, total, &value));
                compare(&t, standards[k].measure, "ENGLAND", "", period_of_name(l.names[0]), DENOMINATOR, value, 0);
                assert_true(number_at(&s, within, &value));
                compare(&t, standards[k].measure, "ENGLAND", "", period_of_name(l.names[0]), NUMERATOR, value, 0);
            }
        }
        grid_close(s.grid);
    }
    done(&t, "cancer waits, combined", 12);
}

/* The last line of the monthly file of A&E: attendances of all kinds, and of those who waited long for a bed. */
static void emergency(void **state)
{
    static list l;
    tally t = {0};
    (void)state;
    needs_shared();
    list_files(&l, "ae", ".csv");
    for (size_t f = 0; f < l.count; f++) {
        char path[1024], heading[64][128] = {{0}};
        csv_reader *r;
        const text *fields;
        size_t count;
        int64_t line;
        error err = {0};
        period when = {0};
        if (strstr(l.names[f], "sheet-export") != NULL)
            continue; /* of another layout, and without a period */
        (void)snprintf(path, sizeof path, DATA "ae/%s", l.names[f]);
        check(csv_open_path(path, &r, &err), &err);
        for (;;) {
            double attendances = 0, twelve = 0, value;
            check(csv_next(r, &fields, &count, &line, &err), &err);
            if (count == 0)
                break;
            bool total = false;
            for (size_t i = 0; i < count && i < 64; i++) {
                if (line == 1)
                    (void)snprintf(heading[i], sizeof heading[i], "%.*s", (int)text_trim(fields[i]).length,
                                   text_trim(fields[i]).at);
                total = total || (i < 2 && text_is_nocase(text_trim(fields[i]), "TOTAL"));
            }
            if (line == 2)
                assert_true(period_find(fields[0], &when));
            for (size_t i = 0; total && i < count && i < 64; i++) {
                if (!number_parse(text_trim(fields[i]), &value))
                    continue;
                attendances += begins(text_of(heading[i]), "A&E attendances") ? value : 0;
                twelve += begins(text_of(heading[i]), "Patients who have waited 12+") ? value : 0;
            }
            if (total) {
                compare(&t, "ae-attendances", "ENGLAND", "", when, NUMERATOR, attendances, 0);
                compare(&t, "ae-12-hour-waits", "ENGLAND", "", when, NUMERATOR, twelve, 0);
            }
        }
        csv_close(r);
    }
    done(&t, "A&E", 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(community),     cmocka_unit_test(community_bands),
        cmocka_unit_test(cancelled),     cmocka_unit_test(beds),
        cmocka_unit_test(virtual_wards), cmocka_unit_test(workforce),
        cmocka_unit_test(ambulances),    cmocka_unit_test(diagnostics),
        cmocka_unit_test(cancer),        cmocka_unit_test(cancer_combined),
        cmocka_unit_test(emergency),
    };
    return cmocka_run_group_tests(tests, shared_open, shared_close);
}
