/*
 * Each kind of mistake in the YAML gets the right file, line and words. The table edits one place of a small good catalogue
 * (folders.h) and says what must be reported first, and how many problems there are in all.
 */
#include "folders.h"

typedef enum part { SOURCE, MEASURE, TARGET } part;

typedef struct mistake {
    part in;
    const char *find,
        *replace; /* the first `find` in the good text becomes `replace`; find "" replaces the whole text */
    int line;     /* of the first problem */
    int count;    /* of all problems */
    const char *message, *hint; /* parts of them */
} mistake;

static const mistake MISTAKES[] = {
    /* YAML itself */
    {SOURCE, "", "id: [a\nname: b\n", 2, 1, "not valid YAML", "indentation"},
    {SOURCE, "name: Visits", "name: \tVisits: x", 2, 1, "not valid YAML", ""},
    {SOURCE, "name: Visits", "name: Vis\xffits", 2, 1, "not valid YAML", "UTF-8"},
    {SOURCE, "", "", 1, 1, "The file is empty", ""},
    {SOURCE, "", "# only a comment\n", 1, 1, "The file is empty", ""},
    {SOURCE, "", "just words\n", 1, 1, "must be a block of keys, and is a single value", ""},
    {SOURCE, "name: Visits", "name: Visits\nname: Visits", 3, 1,
     "'name' stands twice in the same block, first on line 2", ""},
    {SOURCE, "name: Visits", "name: &x Visits", 2, 1, "anchor or tag", "Write the values out"},
    {SOURCE, "name: Visits", "name: !!str Visits", 2, 1, "anchor or tag", ""},
    {SOURCE, "name: Visits", "name: *x", 2, 1, "alias", "Write the values out"},
    {SOURCE, "name: Visits", "name: \"Vi\\0sits\"", 2, 1, "zero byte", ""},
    {SOURCE, "name: Visits", "[a]: Visits", 2, 1, "A key is a list", ""},
    {SOURCE, "columns:\n", "columns: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\nmore:\n",
     7, 1, "more than 32 levels", ""},
    {TARGET, "- id: early-2029", "---\n- id: early-2029", 18, 1, "second YAML document", ""},
    /* shape */
    {SOURCE, "publisher: Somebody", "publishr: Somebody", 3, 2, "Unknown key 'publishr' in source 'visits'",
     "Did you mean 'publisher'?"},
    {SOURCE, "publisher: Somebody\n", "", 1, 1, "'publisher' is missing in source 'visits'", ""},
    {SOURCE, "publisher: Somebody", "zzzzzz: 1", 3, 2, "Unknown key 'zzzzzz'", "The keys here are id, name, publisher"},
    {SOURCE, "publisher: Somebody", "publisher: [Somebody]", 3, 1,
     "'publisher' in source 'visits' must be a single value, and is a list", ""},
    {SOURCE, "type: category", "type: categories", 9, 1,
     "'type' in source 'visits' must be one of code, category, text, count, band, number, and is 'categories'",
     "Did you mean 'category'?"},
    {SOURCE, "repeat: 4", "repeat: four", 11, 1, "'repeat' in source 'visits' must be a whole number", ""},
    {SOURCE, "repeat: 4", "repeat: 010", 11, 1, "must be a whole number", ""},
    {SOURCE, "thousands_commas: true", "one_row_per: [provder]", 23, 1, "provder", ""},
    {SOURCE, "thousands_commas: true", "row_sums: [{equals: totl, of: [total]}]", 23, 1,
     "Unknown column 'totl' in 'row_sums' of source 'visits'", "total"},
    {SOURCE, "thousands_commas: true", "row_sums: [{equals: total, of: [total]}]", 23, 1,
     "An entry in 'row_sums' of layout", "counts"},
    {SOURCE, "thousands_commas: true", "one_row_per: [total]", 23, 1, "'one_row_per: total' does not fit", ""},
    {SOURCE, "total of all, total: true}", "total of all}\n    total_required: true", 37, 1,
     "'total_required' does not fit", ""},
    {SOURCE, "thousands_commas: true", "thousands_commas: perhaps", 23, 1, "must be true or false", ""},
    {SOURCE, "missing: [\"-\"]", "missing: \"-\"", 24, 1, "'missing' in source 'visits' must be a list", "in brackets"},
    {SOURCE, "equals: [TOTAL]", "equals: []", 36, 1, "'equals' in source 'visits' is an empty list", ""},
    /* where files are published */
    {SOURCE, "publisher: Somebody",
     "publisher: Somebody\nlanding: [{page: \"www.example.org\", verified: false}]\nlinks: [{address: \"*.csv\"}]", 4,
     1, "'www.example.org' under 'landing' of source 'visits' is no address of a page", "https://..."},
    {SOURCE, "publisher: Somebody", "publisher: Somebody\nlanding: [{page: \"https://example.org\", verified: false}]",
     4, 1, "not which links on them lead to its files", "Add 'links'"},
    {SOURCE, "publisher: Somebody", "publisher: Somebody\nlinks:\n  - {address: \"*\"}", 5, 2,
     "would meet every link of the page", "in common"},
    {SOURCE, "publisher: Somebody",
     "publisher: Somebody\nlanding:\n  - {page: \"https://example.org\", follow: [\"*\"], verified: true}\n"
     "links: [{address: \"*.csv\"}]",
     5, 1, "would follow every link of the page", "in common"},
    {SOURCE, "publisher: Somebody",
     "publisher: Somebody\nlanding: [{page: \"https://example.org\", verified: true}]\nlinks: [{words: \"*data*\"}]\n"
     "hosts: [\"https://files.example.org\"]",
     6, 1, "under 'hosts' of source 'visits' is no name of a server", "Only its name"},
    {SOURCE, "publisher: Somebody",
     "publisher: Somebody\nlanding: [{page: \"https://example.org\"}]\nlinks: [{address: a}]", 4, 1,
     "'verified' is missing", ""},
    {SOURCE, "{header: Code, to: provider, required: true}", "Code", 28, 1,
     "This entry in source 'visits' must be a block of keys", ""},
    {MEASURE, "better: higher", "better: up", 13, 1, "must be one of neither, higher, lower, and is 'up'", ""},
    {MEASURE, "  unit: percent\n", "", 1, 1, "'unit' is missing in measure 'visits-early'", ""},
    {MEASURE, "    sum: [weeks_00_01..weeks_03_04]\n", "", 15, 1,
     "'sum' is missing in 'numerator' of measure 'visits-early'", ""},
    /* sources */
    {SOURCE, "id: visits", "id: Visits!", 1, 3, "'Visits!' cannot be the id of a source", "Small letters"},
    {SOURCE, "licence: Open", "licence: \" \"", 4, 1, "'licence' is empty in source 'visits'", ""},
    {SOURCE, "https://example.org/visits", "example.org", 5, 1, "no https address", ""},
    {SOURCE, "name: region, title", "name: Region, title", 9, 3, "'Region' cannot be the name of a column",
     "Small letters"},
    {SOURCE, "name: part, title", "name: release, title", 10, 3, "'release' cannot be the name of a column",
     "The store keeps"},
    {SOURCE, "name: part, title", "name: region, title", 10, 3, "Column 'region' stands twice", ""},
    {SOURCE, "type: band, repeat: 4", "type: band", 11, 2, "has a pattern but no 'repeat'", ""},
    {SOURCE, "repeat: 4", "repeat: 0", 11, 2, "must be between 1 and 512", ""},
    {SOURCE, "name: weeks_04_plus,", "name: weeks_04_plus, repeat: 2,", 12, 2, "needs {from}", ""},
    {SOURCE, "column: provider, parent_column", "column: porvider, parent_column", 15, 1,
     "Unknown column 'porvider' in a role of source 'visits'", "Did you mean 'provider'?"},
    {SOURCE, "column: provider, parent_column", "column: part, parent_column", 15, 1, "needs a column of codes", ""},
    {SOURCE, ", parent_kind: region", "", 15, 1, "both 'parent_column' and 'parent_kind'", ""},
    {SOURCE, "parent_kind: region", "parent_kind: county", 15, 1, "Unknown parent kind 'county'", "icb or region"},
    {SOURCE, "parent_kind: region", "parent_kind: region, kinds: [trusts]", 15, 1,
     "Unknown kind of organisation 'trusts' in role 'provider' of source 'visits'", "trust"},
    /* what must hold of a whole file */
    {SOURCE, "thousands_commas: true", "since: 2025-04", 23, 1, "'since' in layout 'csv' of source 'visits'",
     "optional: true"},
    {SOURCE, "thousands_commas: true", "optional: true\n    since: April", 24, 1, "'since' in layout 'csv'", "2025-04"},
    {SOURCE, "thousands_commas: true", "unpivot: [{headers: [\"W*\"], at_least: 0, to: weeks_04_plus}]", 23, 1,
     "'at_least' in an unpivoting of layout 'csv' of source 'visits' must be between 1 and 1024", "are enough"},
    {SOURCE, "thousands_commas: true",
     "unpivot: [{headers: [\"W*\"], must_have: [W1, W2], at_least: 3, to: weeks_04_plus}]", 23, 1,
     "must be between 1 and 2", ""},
    {SOURCE, "thousands_commas: true", "variants: [{name: a, titles: [\"A*\"], instead_of: [b], set: []}]", 23, 1,
     "Unknown variant 'b' in 'instead_of' of layout 'csv' of source 'visits'", "'name'"},
    {SOURCE, "    column: part\n", "    column: total\n", 19, 1, "needs a column of categories", ""},
    {SOURCE, "name: Second", "same_as: A, name: Second", 20, 1, "needs either 'name' or 'same_as'", "another wording"},
    {SOURCE, "code: B", "code: A", 20, 1, "Code 'A' stands twice in breakdown 'part'", ""},
    {SOURCE, "code: B", "code: \"a;b\"", 20, 1, "holds '=' or ';'", ""},
    {SOURCE, "to: part}", "to: prat}", 31, 1, "Unknown column 'prat' in a layout of source 'visits'", "'part'"},
    {SOURCE, "to: part}", "to: region}", 31, 1, "Column 'region' is filled twice", ""},
    {SOURCE, "to: part}", "ignore: true}", 7, 1, "Column 'part' of source 'visits' is filled by no layout", ""},
    {SOURCE, "{header: Part, to: part}", "{header: Part, to: part, ignore: true}", 31, 1, "more than one destination",
     ""},
    {SOURCE, "{header: Name, name_of: provider}", "{header: Name}", 29, 1,
     "'Name' in layout 'csv' of source 'visits' has no destination", "exactly one"},
    {SOURCE, "name_of: provider", "name_of: part", 29, 1, "no column of codes", ""},
    {SOURCE, "{header: Name, name_of: provider}", "{header: Name, period: true}", 29, 1, "two period columns", ""},
    {SOURCE, "header: Part,", "header: area,", 31, 1, "Header 'area' stands twice", "occurrence"},
    {SOURCE, "occurrence: 2", "occurrence: 3", 26, 1, "has occurrence 3 but no 2", "ignore: true"},
    {SOURCE, "occurrence: 2", "occurrence: 0", 34, 2, "between 1 and 64", ""},
    {SOURCE, "header: Total, ignore: true", "header: Total, ignore: true, required: true", 33, 1,
     "both ignored and required", ""},
    {SOURCE, "{header: Code, equals", "{header: Cod, equals", 36, 1, "Unknown header 'Cod' in 'set_aside'",
     "Did you mean 'Code'?"},
    {SOURCE, "reason: total of all", "kept_in: region, reason: total of all", 36, 1,
     "'kept_in' in 'set_aside' of layout 'csv'", "shaped layout"},
    {SOURCE, "reason: total of all", "reason: \"\"", 36, 1, "An empty reason", ""},
    {SOURCE, "suppressed: [\"*\"]", "suppressed: [\"-\"]", 25, 1, "both missing and suppressed", ""},
    {SOURCE, "column: weeks_04_plus, value: 0", "column: weeks_04_plus, value: -1", 38, 1, "out of range", ""},
    {SOURCE, "column: weeks_04_plus, value: 0", "column: total, value: 0", 38, 1, "Column 'total' is filled twice", ""},
    {SOURCE, "to: provider, required", "to: region, required", 30, 2, "filled twice", ""},
    {SOURCE, "frequency: monthly", "frequency: monthly\ntidy: true", 8, 1,
     "tidy source 'visits' must have exactly the columns", ""},
    /* measures */
    {MEASURE, "id: visits-early", "id: Visits Early", 1, 4, "'Visits Early' cannot be the id of a measure", ""},
    {MEASURE, "id: visits-median", "id: visits-early", 28, 1,
     "Measure 'visits-early' is declared already, in measures/a.yaml line 1", ""},
    {MEASURE, "domain: access", "domain: acess", 4, 1, "Unknown domain 'acess' in measure 'visits-early'",
     "Did you mean 'access'?"},
    {MEASURE, "source: visits", "source: vists", 5, 1, "Unknown source 'vists' in measure 'visits-early'",
     "Did you mean 'visits'?"},
    {MEASURE, "unit: percent", "unit: percnt", 10, 1, "Unknown unit 'percnt' in measure 'visits-early'",
     "Did you mean 'percent'?"},
    {MEASURE, "unit: percent", "unit: count", 10, 1,
     "Unit 'count' in measure 'visits-early' does not go with its 'value'", ""},
    {MEASURE, "decimals: 1", "decimals: 9", 12, 1, "between 0 and 6", ""},
    {MEASURE, "decimals: 1", "decimals: 1\n  scale: 10", 13, 1, "'scale' in measure 'visits-early' does not fit", ""},
    {MEASURE, "decimals: 1", "decimals: 1\n  scale: ten", 13, 1, "must be a number, and is 'ten'", ""},
    {MEASURE, "weeks_00_01..weeks_03_04", "weeks_00_01..weeks_03_05", 16, 1,
     "Unknown column 'weeks_03_05' in measure 'visits-early'", "weeks_03_04"},
    {MEASURE, "weeks_00_01..weeks_03_04", "weeks_03_04..weeks_00_01", 16, 1, "runs backwards", ""},
    {MEASURE, "weeks_00_01..weeks_03_04", "provider..weeks_03_04", 16, 1,
     "Column 'provider' in measure 'visits-early' is no count", ""},
    {MEASURE, "[weeks_04_plus]", "[weeks_04_plus, weeks_04_plus]", 17, 1, "Column 'weeks_04_plus' stands twice",
     "counted twice"},
    {MEASURE, "{column: part, is: [A]}", "{column: foo, is: [A]}", 19, 1,
     "Unknown column 'foo' in measure 'visits-early'", "sources/a.yaml"},
    {MEASURE, "{column: part, is: [A]}", "{column: part}", 19, 1, "needs one of 'is', 'is_not' and 'kind'", ""},
    {MEASURE, "{column: part, is: [A]}", "{column: part, is: [A], is_not: [B]}", 19, 1,
     "needs one of 'is', 'is_not' and 'kind'", ""},
    {MEASURE, "value: ratio", "value: published\n  percentile: 0.5", 15, 1,
     "'percentile' in measure 'visits-early' has no meaning", ""},
    {MEASURE, "{column: part, is: [A]}", "{column: total, is: [A]}", 19, 1, "holds numbers", ""},
    {MEASURE, "kind: [trust]", "kind: [trusts]", 20, 1, "Unknown kind of organisation 'trusts'",
     "Did you mean 'trust'?"},
    {MEASURE, "{column: provider, kind", "{column: part, kind", 20, 1, "names no organisations", ""},
    {MEASURE, "  denominator: {sum: [total]}\n", "", 1, 1,
     "'denominator' is missing in measure 'visits-early': value is 'ratio'", ""},
    {MEASURE, "value: ratio", "value: numerator", 10, 2,
     "Unit 'percent' in measure 'visits-early' does not go with its 'value'", ""},
    {MEASURE, "value: ratio", "value: given", 15, 3, "'numerator' in measure 'visits-early' has no meaning", ""},
    {MEASURE, "{england: all, provider: provider}", "{england: all, icb: provider, provider: providr}", 22, 1,
     "Unknown role 'providr' for level 'provider'", "Did you mean 'provider'?"},
    {MEASURE, "{england: all, provider: provider}", "{provider: all}", 22, 1, "Unknown role 'all' for level 'provider'",
     "England may be 'all'"},
    {MEASURE, "{england: all, provider: provider}", "{}", 22, 1, "is shown at no level", ""},
    {MEASURE, "breakdowns: [part]", "breakdowns: [prat]", 23, 1, "Unknown breakdown 'prat' in measure 'visits-early'",
     "part"},
    {MEASURE, "breakdowns: [part]", "breakdowns: [part, part]", 23, 1, "Breakdown 'part' stands twice", ""},
    {MEASURE, "in {organisation}.", "in {organization}.", 9, 1, "Unknown place '{organization}", "{organisation}"},
    {MEASURE, "{value} in {org", "many in {org", 9, 1, "must say {period}", ""},
    {MEASURE, "why_it_matters: It does.", "why_it_matters: \"\"", 8, 1, "'why_it_matters' is empty", ""},
    {MEASURE, "review_by: 2027-03", "review_by: soon", 27, 1, "no month or day: 'soon'", ""},
    {MEASURE, "percentile: 0.5", "percentile: 50", 42, 1, "between 0 and 1", ""},
    {MEASURE, "  percentile: 0.5\n", "", 28, 1, "'percentile' is missing in measure 'visits-median'", ""},
    {MEASURE, "  bands: {closed: [weeks_00_01..weeks_03_04], open: weeks_04_plus}\n", "", 28, 1,
     "'bands' is missing in measure 'visits-median'", ""},
    {MEASURE, "[weeks_00_01..weeks_03_04], open", "[weeks_01_02, weeks_00_01], open", 43, 1,
     "do not follow one another", ""},
    {MEASURE, "open: weeks_04_plus", "open: weeks_00_01", 43, 1, "stands twice", ""},
    {MEASURE, "unit: weeks", "unit: days", 37, 1, "must be weeks", ""},
    {MEASURE, "value: ratio", "value: ratio\n  percentile: 0.5", 15, 1,
     "'percentile' in measure 'visits-early' has no meaning", ""},
    /* targets */
    {TARGET, "measure: visits-early", "measure: visits-erly", 2, 1,
     "Unknown measure 'visits-erly' in target 'early-2026'", "Did you mean 'visits-early'?"},
    {TARGET, "id: early-2029", "id: early-2026", 18, 1, "Target 'early-2026' is declared already", ""},
    {TARGET, "level: 65.5", "level: 65%", 3, 1, "must be a number, and is '65%'", ""},
    {TARGET, "level: 65.5", "level: 165", 3, 1, "between 0 and 100", ""},
    {TARGET, "  level: 65.5\n", "", 1, 1, "'level' is missing in target 'early-2026'", ""},
    {TARGET, "by: 2026-03", "by: 2026-13", 4, 1, "'by' in target 'early-2026' is no period: '2026-13'", ""},
    {TARGET, "applies_to: [england]", "applies_to: [engalnd]", 7, 1,
     "must be one of england, region, icb, sub-icb, provider", "Did you mean 'england'?"},
    {TARGET, "applies_to: [england]", "applies_to: [icb]", 7, 1,
     "applies to level 'icb', at which measure 'visits-early' is not shown", ""},
    {TARGET, "applies_to: [england]", "applies_to: [england, england]", 7, 1, "stands twice", ""},
    {TARGET, "  improvement: 5\n", "", 9, 1, "'improvement' is missing", ""},
    {TARGET, "improvement: 5", "improvement: -5", 11, 1, "must be above 0", ""},
    {TARGET, "  needs_baseline: true\n", "", 11, 2, "has an improvement but no baseline", ""},
    {TARGET, "by: FY2028-29", "by: 2026-03", 18, 1,
     "'early-2026' and 'early-2029' are due in the same month for level 'england'", ""},
    {TARGET, "authority: NHS England", "authority: \"\"", 5, 1, "'authority' is empty", ""},
    {TARGET, "  verified: true\n", "", 1, 1, "'verified' is missing", ""},
};

static const char *const FILES[] = {"sources/a.yaml", "measures/a.yaml", "targets/a.yaml"};

static void write_small(const char *folder)
{
    folder_write(folder, FILES[SOURCE], SMALL_SOURCE, sizeof SMALL_SOURCE - 1);
    folder_write(folder, FILES[MEASURE], SMALL_MEASURES, sizeof SMALL_MEASURES - 1);
    folder_write(folder, FILES[TARGET], SMALL_TARGETS, sizeof SMALL_TARGETS - 1);
}

static void write_edited(const char *folder, const mistake *m)
{
    static const char *const TEXTS[] = {SMALL_SOURCE, SMALL_MEASURES, SMALL_TARGETS};
    const char *good = TEXTS[m->in];
    if (m->find[0] == 0) {
        folder_write(folder, FILES[m->in], m->replace, strlen(m->replace));
        return;
    }
    const char *at = strstr(good, m->find);
    assert_non_null(at);
    buffer b = {.maximum = 65536};
    buffer_put(&b, good, (size_t)(at - good));
    buffer_text(&b, m->replace);
    buffer_text(&b, at + strlen(m->find));
    folder_write(folder, FILES[m->in], b.data, b.length);
    buffer_free(&b);
}

static void test_each_mistake(void **state)
{
    (void)state;
    char folder[256];
    folder_new(folder);
    int bad = 0;
    for (size_t i = 0; i < sizeof MISTAKES / sizeof MISTAKES[0]; i++) {
        const mistake *m = &MISTAKES[i];
        write_small(folder);
        write_edited(folder, m);
        const char *folders[] = {folder};
        catalogue c;
        problems list = {.limit = 50};
        error err;
        status code = catalogue_load(folders, 1, &c, &list, &err);
        char expected[512];
        (void)snprintf(expected, sizeof expected, "%s/%s", folder, FILES[m->in]);
        bool good = code == STATUS_REFUSED && list.count > 0 && list.total == m->count &&
                    strcmp(list.items[0].file, expected) == 0 && list.items[0].row == m->line &&
                    strstr(list.items[0].message, m->message) != NULL && strstr(list.items[0].hint, m->hint) != NULL &&
                    strcmp(err.message, list.items[0].message) == 0 && c.source_count == 0;
        if (!good) {
            bad++;
            print_error("case %zu (%s -> %s): status %d, %lld problems\n", i, m->find, m->replace, (int)code,
                        (long long)list.total);
            for (size_t k = 0; k < list.count; k++) {
                char line[1400];
                (void)error_format(&list.items[k], line, sizeof line);
                print_error("    %s\n", line);
            }
        }
        problems_free(&list);
        catalogue_free(&c);
    }
    folder_remove(folder);
    assert_int_equal(bad, 0);
}

static void test_small_catalogue_is_good(void **state)
{
    (void)state;
    char folder[256];
    folder_new(folder);
    write_small(folder);
    const char *folders[] = {folder};
    catalogue c;
    problems list = {.limit = 50};
    error err;
    assert_int_equal(catalogue_load(folders, 1, &c, &list, &err), STATUS_OK);
    assert_int_equal(list.total, 0);
    const source *s = catalogue_source(&c, "visits");
    assert_non_null(s);
    assert_string_equal(s->table, "rows_visits");
    assert_string_equal(s->file, "sources/a.yaml");
    assert_int_equal(s->column_count, 9);
    assert_string_equal(s->columns[3].name, "weeks_00_01");
    assert_string_equal(s->columns[6].title, "03 to 04");
    assert_int_equal(s->roles[0].parent_column, source_column_find(s, "region"));
    const source_layout *y = &s->layouts[0];
    assert_int_equal(y->column_count, 11);
    assert_true(y->columns[0].is_period && y->columns[0].column == -1 && y->columns[0].required);
    assert_true(y->columns[2].is_name && y->columns[2].column == 0);
    assert_string_equal(y->columns[3].alternatives[0], "Area");
    assert_string_equal(y->columns[8].header, "03 to 04");
    assert_int_equal(y->columns[8].column, 6);
    assert_int_equal(y->columns[9].column, -1);
    assert_int_equal(y->columns[10].occurrence, 2);
    assert_int_equal(y->set_aside[0].layout_column, 1);
    assert_true(y->set_aside[0].is_total && y->thousands_commas);
    assert_int_equal(y->constant_count, 1);
    assert_int_equal(y->constants[0].column, 7);
    const measure *m = catalogue_measure(&c, "visits-early");
    assert_int_equal(m->numerator.column_count, 4);
    assert_int_equal(m->numerator.minus_count, 1);
    assert_int_equal(m->numerator.minus[0], 7);
    assert_int_equal(m->numerator.filter_count, 2);
    assert_false(m->numerator.filters[0].by_kind);
    assert_true(m->numerator.filters[1].by_kind);
    assert_true(m->scale >= 100 && m->scale <= 100);
    assert_int_equal(m->level_role[LEVEL_ENGLAND], MEASURE_ALL_ROWS);
    assert_int_equal(m->level_role[LEVEL_ICB], MEASURE_NOT_AT_LEVEL);
    assert_int_equal(m->level_role[LEVEL_PROVIDER], 0);
    assert_int_equal(m->line, 1);
    const measure *median = catalogue_measure(&c, "visits-median");
    assert_int_equal(median->numerator.column_count, 4);
    assert_int_equal(median->denominator.column_count, 5);
    assert_int_equal(median->denominator.columns[4], median->open_band);
    assert_int_equal(median->line, 28);
    catalogue_free(&c);
    catalogue_free(&c);
    problems_free(&list);
    folder_remove(folder);
}

/* A mistake in a source is said once, not again for every measure and target that refers to it. */
static void test_no_echo(void **state)
{
    (void)state;
    static const mistake ECHOES[] = {{SOURCE, "licence: Open", "licence: \"\"", 4, 1, "", ""},
                                     {SOURCE, "licence: Open", "license: Open", 4, 2, "", ""},
                                     {SOURCE, "licence: Open", "licence: [Open", 0, 1, "", ""},
                                     {MEASURE, "unit: percent", "unit: [", 0, 1, "", ""}};
    char folder[256];
    folder_new(folder);
    for (size_t i = 0; i < sizeof ECHOES / sizeof ECHOES[0]; i++) {
        write_small(folder);
        write_edited(folder, &ECHOES[i]);
        const char *folders[] = {folder};
        catalogue c;
        problems list = {.limit = 50};
        assert_int_equal(catalogue_load(folders, 1, &c, &list, NULL), STATUS_REFUSED);
        assert_int_equal(list.total, ECHOES[i].count);
        problems_free(&list);
    }
    folder_remove(folder);
}

static void expect_refusal(const char *const *folders, size_t count, const char *message, const char *file)
{
    catalogue c;
    problems list = {.limit = 50};
    error err;
    assert_int_equal(catalogue_load(folders, count, &c, &list, &err), STATUS_REFUSED);
    assert_non_null(strstr(list.items[0].message, message));
    assert_non_null(strstr(list.items[0].file, file));
    problems_free(&list);
}

static void test_folders(void **state)
{
    (void)state;
    char installed[256], own[256], empty[256];
    folder_new(installed);
    folder_new(own);
    folder_new(empty);
    write_small(installed);
    const char *both[] = {installed, own}, *absent_second[] = {installed, "/nonexistent-folder/catalogue"},
               *absent_first[] = {"/nonexistent-folder/catalogue"};
    catalogue c;
    problems list = {.limit = 50};
    error err;

    /* A workspace's own catalogue may add ... */
    static const char OWN[] = "id: own\nmeasure: visits-early\nlevel: 50\nby: 2025-03\nauthority: Partners\n"
                              "document: Plan\napplies_to: [provider]\nverified: true\n";
    folder_write(own, "targets/b.yaml", OWN, sizeof OWN - 1);
    assert_int_equal(catalogue_load(both, 2, &c, &list, &err), STATUS_OK);
    assert_int_equal(c.target_count, 4);
    char with_own[SHA256_TEXT];
    memcpy(with_own, c.version, sizeof with_own);
    catalogue_free(&c);
    assert_int_equal(catalogue_load(both, 1, &c, &list, &err), STATUS_OK);
    assert_string_not_equal(c.version, with_own);
    char alone[SHA256_TEXT];
    memcpy(alone, c.version, sizeof alone);
    catalogue_free(&c);
    /* ... and may be absent; the installed one may not. */
    assert_int_equal(catalogue_load(absent_second, 2, &c, &list, &err), STATUS_OK);
    assert_string_equal(c.version, alone);
    catalogue_free(&c);
    assert_int_equal(catalogue_load(absent_first, 1, &c, &list, &err), STATUS_IO);
    assert_string_equal(err.file, "/nonexistent-folder/catalogue");
    assert_int_equal(list.total, 0);

    /* ... but not redefine (sources aside, test_override.c): reported where the workspace does it, although "a" sorts before "b". */
    folder_write(own, "measures/a.yaml", SMALL_MEASURES, sizeof SMALL_MEASURES - 1);
    expect_refusal(both, 2, "Measure 'visits-early' is declared already, in measures/a.yaml line 1", own);
    folder_remove(own);

    /* What would be passed over in silence is said. */
    folder_write(own, "measure/a.yaml", "x", 1);
    expect_refusal(both, 2, "Unknown folder 'measure'", "/measure");
    folder_remove(own);
    folder_write(own, "sources/a.yml", "x", 1);
    expect_refusal(both, 2, "end in .yaml", "a.yml");
    folder_remove(own);
    folder_write(own, "sources/README.md", "x", 1);
    assert_int_equal(catalogue_load(both, 2, &c, &list, &err), STATUS_OK);
    assert_string_equal(c.version, alone);
    catalogue_free(&c);
    const char *nothing[] = {empty};
    expect_refusal(nothing, 1, "declares no source", empty);

    /* A file over 4 MB. */
    size_t large = ((size_t)4 << 20) + 1;
    char *bytes = malloc(large);
    assert_non_null(bytes);
    memset(bytes, '#', large);
    folder_write(own, "sources/b.yaml", bytes, large);
    free(bytes);
    expect_refusal(both, 2, "larger than 4 MB", "sources/b.yaml");

    /* The same headers in two sources: files could not be told apart. */
    buffer b = {.maximum = 65536};
    buffer_text(&b, "id: visitors");
    buffer_text(&b, SMALL_SOURCE + strlen("id: visits"));
    folder_write(own, "sources/b.yaml", b.data, b.length);
    buffer_free(&b);
    expect_refusal(both, 2, "Layout 'csv' of source 'visitors' has the same headers as layout 'csv' of source 'visits'",
                   "sources/b.yaml");
    folder_remove(own);
    folder_remove(installed);
    folder_remove(empty);
    problems_free(&list);
}

/* The version depends on names and contents only, whatever folder they lie in. */
static void test_version(void **state)
{
    (void)state;
    char one[256], other[256];
    folder_new(one);
    folder_new(other);
    write_small(one);
    write_small(other);
    const char *first[] = {one}, *second[] = {other};
    catalogue a, b;
    problems list = {.limit = 5};
    assert_int_equal(catalogue_load(first, 1, &a, &list, NULL), STATUS_OK);
    assert_int_equal(catalogue_load(second, 1, &b, &list, NULL), STATUS_OK);
    assert_int_equal(strlen(a.version), 64);
    assert_string_equal(a.version, b.version);
    catalogue_free(&b);
    const mistake harmless = {SOURCE, "publisher: Somebody", "publisher: Somebody else", 0, 0, "", ""};
    write_edited(other, &harmless);
    assert_int_equal(catalogue_load(second, 1, &b, &list, NULL), STATUS_OK);
    assert_string_not_equal(a.version, b.version);
    catalogue_free(&a);
    catalogue_free(&b);
    problems_free(&list);
    folder_remove(one);
    folder_remove(other);
}

/* Only as many problems are kept as the caller asks for, but all are counted. */
static void test_many_problems(void **state)
{
    (void)state;
    char folder[256];
    folder_new(folder);
    write_small(folder);
    buffer b = {.maximum = 65536};
    for (int i = 0; i < 100; i++)
        buffer_printf(&b, "- {id: t%d, wrong: 1}\n", i);
    folder_write(folder, "targets/a.yaml", b.data, b.length);
    buffer_free(&b);
    const char *folders[] = {folder};
    catalogue c;
    problems list = {.limit = 0};
    error err;
    assert_int_equal(catalogue_load(folders, 1, &c, &list, &err), STATUS_REFUSED);
    assert_int_equal(list.count, 20);
    assert_int_equal(list.total, 700); /* one unknown and six missing keys each */
    assert_non_null(strstr(err.hint, "700 problems"));
    problems_free(&list);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_catalogue_is_good),
        cmocka_unit_test(test_each_mistake),
        cmocka_unit_test(test_no_echo),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_many_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
