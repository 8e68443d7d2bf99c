/*
 * What a release hides: an earlier one of its source and period as far as it has rows of the same role itself, and no further. Workbooks of two publications that come
 * by one role, by another, or by both, added in every order.
 */
#include "../intake/book.h"
#include "workspace.h"

/* Cancer waits, the combined workbook of 2026: a sheet by commissioner (QWO), a sheet by provider (RR8). */
#define COMBINED_HEADING                                                                                               \
    "Standard|Cancer Type|Referral Route/Stage|Treatment Modality|Total|Within|After|In 63 to 76 days|In 77 to 90 "    \
    "days|In 91 to 104 days|After 104 days\n"

static void combined(char *out, size_t size, int board_within, int trust_within)
{
    (void)snprintf(
        out, size,
        "== System Level Performance\n5||Period:|January 2026\n15||Org Code|System|" COMBINED_HEADING
        "17||QWO|NHS WEST YORKSHIRE ICB|FDS|Breast|URGENT SUSPECTED CANCER||100|%d|%d\n"
        "== Provider Level Performance\n5||Period:|January 2026\n15||Org Code|Region|Org Name|" COMBINED_HEADING
        "17||RR8||LEEDS|FDS|Breast|URGENT SUSPECTED CANCER||200|%d|%d\n",
        board_within, 100 - board_within, trust_within, 200 - trust_within);
}

/* The workbook of one role: the eight sheets of the years before. */
static void of_role(char *out, size_t size, const char *who, const char *name, const char *code, int all, int within)
{
    static const struct {
        const char *sheet, *keys, *figures;
    } sheets[] = {
        {"28-DAY FDS (ALL ROUTES)", "REFERRAL ROUTE", "28"},
        {"28-DAY FDS (BY ROUTE)", "REFERRAL ROUTE|SUSPECTED CANCER", "28"},
        {"31-DAY (ALL CANCER)", "TREATMENT STAGE|CANCER TYPE", "31"},
        {"31-DAY (BY CANCER)", "TREATMENT STAGE|CANCER TYPE", "31"},
        {"31-DAY (BY TREATMENT MODALITY)", "TREATMENT STAGE|TREATMENT MODALITY", "31"},
        {"62-DAY (ALL CANCER)", "REFERRAL ROUTE|CANCER TYPE", "62"},
        {"62-DAY (BY CANCER)", "REFERRAL ROUTE|CANCER TYPE", "62"},
        {"62-DAY (BY TREATMENT MODALITY)", "REFERRAL ROUTE|TREATMENT MODALITY", "62"},
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof sheets / sizeof sheets[0]; i++) {
        bool two = strchr(sheets[i].keys, '|') != NULL, late = sheets[i].figures[0] == '6';
        int written = snprintf(out + n, size - n,
                               "== %s\n2|Jan-26\n9||ODS CODE (1)|%s|%s|TOTAL|WITHIN %s DAYS|AFTER %s DAYS%s\n"
                               "10||%s|%s|URGENT SUSPECTED CANCER%s|%d|%d|%d\n",
                               sheets[i].sheet, who, sheets[i].keys, sheets[i].figures, sheets[i].figures,
                               late ? "|IN 63 TO 76 DAYS|IN 77 TO 90 DAYS|IN 91 TO 104 DAYS|AFTER 104 DAYS" : "", code,
                               name, two ? "|Breast" : "", all, within, all - within);
        assert_true(written > 0 && (size_t)written < size - n);
        n += (size_t)written;
    }
}

/* Virtual wards: a month by board, with or without the sheet by provider. */
static void wards(char *out, size_t size, int board, int trust)
{
    int n = snprintf(out, size,
                     "== Virtual Ward Data - ICB\n6||Month:|January 2025\n"
                     "16||Region|Region Code|ICB code|Name|Virtual Ward Capacity|GP registered population|Patients in "
                     "a Virtual Ward\n"
                     "17|||||England|%d|1000|10\n"
                     "18||North|Y63|QWO|West Yorkshire|%d|1000|10\n",
                     board, board);
    if (trust > 0)
        (void)snprintf(out + n, size - (size_t)n,
                       "== Virtual Ward Data - Provider\n6||Month:|January 2025\n"
                       "16||Region|Region Code|Provider code|Name|Virtual Ward Capacity|Patients in a Virtual Ward\n"
                       "17|||||England|%d|10\n"
                       "18||North|Y63|RR8|LEEDS|%d|10\n",
                       trust, trust);
}

typedef struct published {
    const char *name, *text, *on;
} published;

/* The files, each written once: what is the same file has the same SHA-256. */
static void write_books(const char *folder, const published *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", folder, all[i].name);
        book_write_xlsx(path, all[i].text);
    }
}

static void remove_books(const char *folder, const published *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        remove_in(folder, all[i].name);
    assert_int_equal(rmdir(folder), 0);
}

/* Adds them in the k-th order; of three there are six. */
static void add_in_order(workspace *w, const char *folder, const published *all, size_t count, size_t k)
{
    static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t i = 0; i < 3; i++) {
        char path[512];
        if (orders[k][i] >= count)
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, all[orders[k][i]].name);
        workspace_add_path(w, path, all[orders[k][i]].on);
    }
}

static void folder_new(char folder[256])
{
    (void)snprintf(folder, 256, "%.200s/concord-books-XXXXXX", temporary_place());
    assert_non_null(mkdtemp(folder));
}

typedef struct expected {
    const char *measure, *organisation, *period;
    int64_t numerator;
    bool revised;
} expected;

/* The figures are as expected, and the edition the same, whatever the order of adding. */
static void check_orders(const published *all, size_t count, const expected *figures, size_t figure_count)
{
    char first[SHA256_TEXT] = "", folder[256];
    folder_new(folder);
    write_books(folder, all, count);
    for (size_t k = 0; k < 6; k++) {
        workspace w;
        workspace_make(&w);
        add_in_order(&w, folder, all, count, k);
        workspace_evaluate(&w);
        for (size_t i = 0; i < figure_count; i++) {
            const edition_point *p = current_point(&w, figures[i].measure, figures[i].organisation, figures[i].period);
            assert_numerator(p, figures[i].numerator);
            assert_int_equal(p->revised, figures[i].revised);
        }
        if (k == 0)
            memcpy(first, w.id, sizeof first);
        assert_string_equal(w.id, first);
        workspace_remove(&w);
    }
    remove_books(folder, all, count);
}

static char both[4096], later_both[4096], trusts[8192], boards[8192];

/* January 2026: first both in one; then the trusts again by themselves. Counts are kept in halves. */
static void one_role_leaves_the_other(void **state)
{
    (void)state;
    combined(both, sizeof both, 60, 110);
    of_role(trusts, sizeof trusts, "ACCOUNTABLE PROVIDER", "LEEDS", "RR8", 210, 150);
    const published all[] = {{"January-2026-Monthly-Combined-Workbook-Provisional.xlsx", both, "2026-03-12"},
                             {"JANUARY-2026-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx", trusts, "2026-05-14"}};
    const expected figures[] = {{"cancer-28-day", "RR8", "2026-01", 300, true},
                                {"cancer-28-day", "QWO", "2026-01", 120, false},
                                {"cancer-28-day", "ENGLAND", "2026-01", 120, false}};
    check_orders(all, 2, figures, 3);
}

/* Both again by themselves: nothing of the first is left. And a later one with both hides whatever came before. */
static void both_roles_hide_all(void **state)
{
    (void)state;
    combined(both, sizeof both, 60, 110);
    combined(later_both, sizeof later_both, 70, 130);
    of_role(trusts, sizeof trusts, "ACCOUNTABLE PROVIDER", "LEEDS", "RR8", 210, 150);
    of_role(boards, sizeof boards, "INTEGRATED CARE BOARD", "WEST YORKSHIRE", "QWO", 90, 45);
    const published apart[] = {{"January-2026-Monthly-Combined-Workbook-Provisional.xlsx", both, "2026-03-12"},
                               {"JANUARY-2026-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx", trusts, "2026-05-14"},
                               {"JANUARY-2026-CWT-CRS-COMMISSIONER-WORKBOOK-FINAL.xlsx", boards, "2026-05-15"}};
    const expected figures[] = {{"cancer-28-day", "RR8", "2026-01", 300, true},
                                {"cancer-28-day", "QWO", "2026-01", 90, true}};
    check_orders(apart, 3, figures, 2);
    const published together[] = {
        apart[1], apart[2], {"January-2026-Monthly-Combined-Workbook-Final.xlsx", later_both, "2026-06-11"}};
    const expected last[] = {{"cancer-28-day", "RR8", "2026-01", 260, true},
                             {"cancer-28-day", "QWO", "2026-01", 140, true}};
    check_orders(together, 3, last, 2);
}

/* A sheet that a workbook may lack: without it the later workbook does not take away what the earlier one had. */
static void a_sheet_that_may_lack(void **state)
{
    (void)state;
    wards(both, sizeof both, 300, 250);
    wards(trusts, sizeof trusts, 320, 0);
    const published all[] = {{"Monthly-Virtual-Ward-Jan2025.xlsx", both, "2025-02-13"},
                             {"Monthly-Virtual-Ward-Jan2025-revised.xlsx", trusts, "2025-08-15"}};
    const expected figures[] = {{"virtual-ward-capacity", "QWO", "2025-01", 320, true},
                                {"virtual-ward-capacity", "RR8", "2025-01", 250, false}};
    check_orders(all, 2, figures, 2);
}

/* What explains a figure is the release that it is made from. */
static void explained_by_what_counts(void **state)
{
    workspace w;
    measure_part *parts;
    size_t count;
    error err = {0};
    period when;
    char folder[256];
    (void)state;
    combined(both, sizeof both, 60, 110);
    of_role(trusts, sizeof trusts, "ACCOUNTABLE PROVIDER", "LEEDS", "RR8", 210, 150);
    const published all[] = {{"January-2026-Monthly-Combined-Workbook-Provisional.xlsx", both, "2026-03-12"},
                             {"JANUARY-2026-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx", trusts, "2026-05-14"}};
    folder_new(folder);
    write_books(folder, all, 2);
    workspace_make(&w);
    add_in_order(&w, folder, all, 2, 0);
    workspace_evaluate(&w);
    assert_true(period_parse(text_of("2026-01"), &when));
    for (int k = 0; k < 2; k++) {
        const edition_series *s =
            series_named(w.edition, "cancer-28-day", k == 0 ? "RR8" : "QWO", "", GEOGRAPHY_CURRENT);
        assert_non_null(s);
        check(
            measure_explain(w.facts, &house.catalogue, house.orgs, w.edition, s, when, &w.memory, &parts, &count, &err),
            &err);
        assert_int_equal(count, 2); /* numerator and denominator, of one release each */
        for (size_t i = 0; i < count; i++)
            assert_string_equal(parts[i].release->file_name, all[1 - k].name);
    }
    for (size_t i = 0; i < w.edition->release_count; i++)
        assert_true(w.edition->releases[i].latest); /* each counts for something */
    size_t said = 0;
    for (size_t i = 0; i < w.edition->finding_count; i++) {
        const edition_finding *f = &w.edition->findings[i];
        if (strcmp(f->kind, "revised") != 0)
            continue;
        said++;
        assert_string_equal(f->file, all[0].name);
        assert_string_equal(f->text, "January-2026-Monthly-Combined-Workbook-Provisional.xlsx was replaced in part by "
                                     "JANUARY-2026-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx for January 2026, for its "
                                     "figures by provider (published date); both are kept, and the rest of it counts.");
        assert_non_null(strstr(f->advice, "concord diff "));
    }
    assert_int_equal(said, 1);
    release *stored;
    bool counts[2];
    check(facts_releases(w.facts, &w.memory, &stored, &count, &err), &err);
    assert_int_equal(count, 2);
    check(measure_releases(w.facts, &house.catalogue, NULL, stored, count, counts, &err), &err);
    assert_true(counts[0] && counts[1]);
    /* A file with both roles, later than either, leaves neither; as of the day before it, they count. */
    char later[512];
    combined(later_both, sizeof later_both, 70, 130);
    (void)snprintf(later, sizeof later, "%s/January-2026-Monthly-Combined-Workbook-Final.xlsx", folder);
    book_write_xlsx(later, later_both);
    workspace_add_path(&w, later, "2026-06-11");
    (void)unlink(later);
    check(measure_releases(w.facts, &house.catalogue, NULL, stored, count, counts, &err), &err);
    assert_true(!counts[0] && !counts[1]);
    const date before = date_of(2026, 6, 10);
    check(measure_releases(w.facts, &house.catalogue, &before, stored, count, counts, &err), &err);
    assert_true(counts[0] && counts[1]);
    workspace_remove(&w);
    remove_books(folder, all, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_role_leaves_the_other),
        cmocka_unit_test(both_roles_hide_all),
        cmocka_unit_test(a_sheet_that_may_lack),
        cmocka_unit_test(explained_by_what_counts),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
