/* Loading: a good folder, and every slip of the hand with its place and what to do. */
#include "fixture.h"

static void loads_what_is_there(void **state)
{
    (void)state;
    fixture f;
    fixture_make(&f);
    orgs *o = fixture_load(&f);
    assert_int_equal(orgs_count(o), 10);
    assert_int_equal(orgs_current(o), day("2026-04-01"));
    for (size_t i = 1; i < orgs_count(o); i++)
        assert_true(strcmp(orgs_at(o, (org_index)i - 1)->code, orgs_at(o, (org_index)i)->code) < 0);

    const org *g = orgs_at(o, at(o, "RAA"));
    assert_string_equal(g->name, "King's & Queen's NHS Trust");
    assert_int_equal(g->opened, day("1991-04-01"));
    assert_int_equal(g->closed, DATE_FOREVER);
    assert_int_equal(orgs_at(o, at(o, "NAA"))->opened, DATE_NONE);
    assert_string_equal(g->ons_code, "");

    /* Kinds are dated. */
    assert_int_equal(orgs_kind_on(o, at(o, "NAA"), day("2023-12-31")), ORG_INDEPENDENT);
    assert_int_equal(orgs_kind_on(o, at(o, "NAA"), day("2024-01-01")), ORG_COMMUNITY_INTEREST);
    assert_int_equal(orgs_at(o, at(o, "NAA"))->kind, ORG_COMMUNITY_INTEREST);

    /* Codes in any case, trimmed, ODS or ONS or an older ONS code. */
    assert_string_equal(code_of(o, orgs_find(o, text_of(" qnew\t"))), "QNEW");
    assert_string_equal(code_of(o, orgs_find(o, text_of("e54000004"))), "QNEW");
    assert_string_equal(code_of(o, orgs_find(o, text_of("E54000099"))), "QNEW");
    assert_int_equal(orgs_find(o, text_of("")), -1);
    assert_int_equal(orgs_find(o, text_of("QNE")), -1);
    assert_int_equal(orgs_find(o, text_of("QNEWW")), -1);
    assert_int_equal(orgs_find(o, text_of("A CODE THAT IS MUCH TOO LONG")), -1);

    /* Names whatever their case and punctuation. */
    const char *const ways[] = {"KING'S AND QUEEN'S NHS TRUST", "kings & queens nhs trust",
                                "King\xe2\x80\x99s  and Queen\xe2\x80\x99s, NHS Trust", "old name nhs trust",
                                "King's & Queen's"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        assert_string_equal(code_of(o, orgs_find_name(o, text_of(ways[i]))), "RAA");
    assert_string_equal(code_of(o, orgs_find_name(o, text_of("NHS NEW ICB"))), "QNEW");
    assert_string_equal(code_of(o, orgs_find_name(o, text_of("NHS Two and Other Integrated Care Board "))), "QTWO");
    assert_int_equal(orgs_find_name(o, text_of("")), -1);
    assert_int_equal(orgs_find_name(o, text_of("nobody")), -1);

    assert_string_equal(orgs_inexact_note(o, at(o, "QTWO")), "Made up.");
    assert_string_equal(orgs_inexact_note(o, at(o, "QNEW")), "");
    size_t count;
    const org_conflict *conflicts = orgs_conflicts(o, &count);
    assert_int_equal(count, 1);
    assert_string_equal(conflicts[0].set_aside, "QOLD (other)");
    orgs_free(o);
    fixture_remove(&f);
}

static void version_tells_contents(void **state)
{
    (void)state;
    fixture f;
    char first[SHA256_TEXT];
    fixture_make(&f);
    orgs *o = fixture_load(&f);
    memcpy(first, orgs_version(o), sizeof first);
    assert_int_equal(strlen(first), 64);
    orgs_free(o);
    o = fixture_load(&f);
    assert_string_equal(orgs_version(o), first);
    orgs_free(o);
    f.text[F_CURRENT] = "date,source\n2026-04-02,made\n";
    o = fixture_load(&f);
    assert_string_not_equal(orgs_version(o), first);
    orgs_free(o);
    fixture_remove(&f);
}

static void the_order_of_lines_does_not_matter(void **state)
{
    (void)state;
    fixture f;
    fixture_make(&f);
    f.text[F_PARENTS] = "child,parent,from,to,source\r\nRAA,QNEW,2026-04-01,,made\r\nRAA,QBBB,2022-07-01,2026-04-01,"
                        "made\r\nQNEW,Y01,2026-04-01,,made\r\n"
                        "QBBB,Y01,2022-07-01,2026-04-01,made\r\nY01,ENGLAND,,,made";
    orgs *o = fixture_load(&f);
    assert_string_equal(code_of(o, orgs_parent(o, at(o, "RAA"), day("2026-03-31"))), "QBBB");
    assert_string_equal(code_of(o, orgs_parent(o, at(o, "RAA"), day("2026-04-01"))), "QNEW");
    assert_int_equal(orgs_parent(o, at(o, "RAA"), day("2022-06-30")), -1);
    assert_string_equal(code_of(o, orgs_ancestor(o, at(o, "RAA"), ORG_REGION, day("2026-04-01"))), "Y01");
    assert_string_equal(code_of(o, orgs_ancestor(o, at(o, "RAA"), ORG_TRUST, day("2026-04-01"))), "RAA");
    assert_int_equal(orgs_ancestor(o, at(o, "RAA"), ORG_SUB_ICB, day("2026-04-01")), -1);
    orgs_free(o);
    fixture_remove(&f);
}

static void children_are_those_open_on_the_day(void **state)
{
    (void)state;
    fixture f;
    arena a = {0};
    org_index *list;
    size_t count;
    fixture_make(&f);
    orgs *o = fixture_load(&f);
    assert_int_equal(orgs_children(o, at(o, "Y01"), day("2026-03-31"), &a, &list, &count, NULL), STATUS_OK);
    assert_int_equal(count, 5);
    assert_string_equal(code_of(o, list[0]), "NAA");
    assert_string_equal(code_of(o, list[4]), "QTWO");
    assert_int_equal(orgs_children(o, at(o, "Y01"), day("2026-04-01"), &a, &list, &count, NULL), STATUS_OK);
    assert_int_equal(count, 3);
    assert_string_equal(code_of(o, list[1]), "QNEW");
    assert_int_equal(orgs_children(o, at(o, "RAA"), day("2026-04-01"), &a, &list, &count, NULL), STATUS_OK);
    assert_int_equal(count, 0);
    arena_free(&a);
    orgs_free(o);
    fixture_remove(&f);
}

/* One slip: what a file reads instead, and the first problem that must be told. */
typedef struct slip {
    int file;
    const char *text;
    int64_t row;
    const char *column, *message;
} slip;

#define ORGANISATIONS_HEAD                                                                                             \
    "code,ons_code,name,short_name,kind,opened,closed,source\nENGLAND,E92000001,England,England,england,,,made\n"
#define PARENTS_HEAD    "child,parent,from,to,source\n"
#define SUCCESSORS_HEAD "predecessor,successor,date,share_numerator,share_denominator,basis\n"

static const slip slips[] = {
    {F_ALIASES, "alias,code,kind,source\n", 1, "type", "heading of column 3"},
    {F_ALIASES, "alias,code,type,source,more\n", 1, "source", "the last one"},
    {F_ALIASES, "", 1, "alias", "heading of column 1"},
    {F_ALIASES, "alias,code,type,source\nE1,QNEW,code\n", 2, "", "has 3 fields, not 4"},
    {F_ALIASES, "alias,code,type,source\nE1,QNEW,code,made,\n", 2, "", "has 5 fields, not 4"},
    {F_ALIASES, "alias,code,type,source\n\nE1,QNEW,code,made\n", 2, "", "has 1 fields"},
    {F_ALIASES, "alias,code,type,source\nE1,QN\"EW,code,made\n", 2, "code", "not well-formed csv"},
    {F_ALIASES, "alias,code,type,source\n\"E1,QNEW,code,made\n", 2, "alias", "not well-formed csv"},
    {F_ALIASES, "alias,code,type,source\n\"E1\"x,QNEW,code,made\n", 2, "alias", "not well-formed csv"},
    {F_ALIASES, "alias,code,type,source\nE1,QNO,code,made\n", 2, "code", "\"QNO\" is not the code of an organisation"},
    {F_ALIASES, "alias,code,type,source\nE1,E54000004,code,made\n", 2, "code", "is not the code"},
    {F_ALIASES, "alias,code,type,source\nE1,QNEW,ons,made\n", 2, "type", "\"ons\" is not a type"},
    {F_ALIASES, "alias,code,type,source\nE54000001,QNEW,code,made\n", 2, "alias", "that of another organisation"},
    {F_CONFLICTS, "code,what,kept,set_aside,note\n,parent,,,\n", 2, "code", "what it is about"},
    {F_CURRENT, "date,source\n", 0, "", "has no date"},
    {F_CURRENT, "date,source\n2026-04-31,made\n", 2, "date", "is not a date"},
    {F_CURRENT, "date,source\n2026-04-01,made\n2026-04-01,made\n", 0, "", "has no date"},
    {F_HEXES, "code,row,column,label\nQNEW,0,0,NEW\n", 0, "", "QTWO (Two and Other) has no place"},
    {F_HEXES, "code,row,column,label\nQNEW,0,0,NEW\nQTWO,0,0,TWO\n", 3, "row", "QTWO lies where QNEW lies"},
    {F_HEXES, "code,row,column,label\nQNEW,0,0,NEW\nQTWO,0,1,TWO\nQTWO,0,2,TWO\n", 4, "code", "twice"},
    {F_HEXES, "code,row,column,label\nQNEW,0,0,NEW\nQTWO,0,1,TWO\nQAAA,0,2,AYE\n", 4, "code",
     "not an ICB of the current map"},
    {F_HEXES, "code,row,column,label\nQNEW,0,-1,NEW\nQTWO,0,1,TWO\n", 2, "column", "not a whole number"},
    {F_HEXES, "code,row,column,label\nQNEW,0,0,N\nQTWO,0,1,TWO\n", 2, "label", "does not fit"},
    {F_INEXACT, "code,before,note\nQTWO,,Why.\n", 2, "before", "not complete"},
    {F_INEXACT, "code,before,note\nQTWO,2026-04-01,\n", 2, "note", "not complete"},
    {F_KINDS, "code,kind,from,to,source\nNAA,company,,,made\n", 2, "kind", "\"company\" is not a kind"},
    {F_KINDS, "code,kind,from,to,source\nNAA,unknown,2024-01-01,2023-01-01,made\n", 2, "to",
     "ends on 2023-01-01, but begins on 2024-01-01"},
    {F_KINDS, "code,kind,from,to,source\nNAA,unknown,,2024-01-01,made\nNAA,trust,2023-01-01,,made\n", 3, "from",
     "two kinds"},
    {F_ORGANISATIONS, ORGANISATIONS_HEAD "QAAA,,Aye,Aye,board,,,made\n", 3, "kind", "\"board\" is not a kind"},
    {F_ORGANISATIONS, ORGANISATIONS_HEAD "qaaa,,Aye,Aye,icb,,,made\n", 3, "code", "is not a code"},
    {F_ORGANISATIONS, ORGANISATIONS_HEAD "QAAA,,,Aye,icb,,,made\n", 3, "name", "no name"},
    {F_ORGANISATIONS, ORGANISATIONS_HEAD "QAAA,,Aye,Aye,icb,1/4/2022,,made\n", 3, "opened", "is not a date"},
    {F_ORGANISATIONS, ORGANISATIONS_HEAD "QAAA,,Aye,Aye,icb,2022-07-01,2022-07-01,made\n", 3, "closed", "it ends on"},
    {F_ORGANISATIONS, ORGANISATIONS_HEAD "QAAA,,Aye,Aye,icb,,,made\nQAAA,,Bee,Bee,icb,,,made\n", 4, "code",
     "is there twice"},
    {F_ORGANISATIONS, ORGANISATIONS_HEAD "QAAA,E92000001,Aye,Aye,icb,,,made\n", 3, "ons_code",
     "that of another organisation"},
    {F_ORGANISATIONS, "code,ons_code,name,short_name,kind,opened,closed,source\nQAAA,,Aye,Aye,icb,,,made\n", 0, "",
     "0 organisations are England"},
    {F_PARENTS, PARENTS_HEAD "RAA,QZZZ,,,made\n", 2, "parent", "is not the code of an organisation"},
    {F_PARENTS, PARENTS_HEAD "00X,Y01,,,made\n", 2, "parent", "00X (sub-icb) cannot belong to Y01 (region)"},
    {F_PARENTS, PARENTS_HEAD "RAA,00X,,,made\n", 2, "parent", "cannot belong"},
    {F_PARENTS, PARENTS_HEAD "ENGLAND,Y01,,,made\n", 2, "parent", "cannot belong"},
    {F_PARENTS, PARENTS_HEAD "RAA,QNEW,2026-04-01,,made\nRAA,QBBB,2022-07-01,2026-04-02,made\n", 2, "from",
     "two parents at the same time: QBBB and QNEW"},
    {F_PARENTS, PARENTS_HEAD "RAA,NAA,2023-01-01,,made\nNAA,RAA,2024-01-01,,made\n", 3, "parent", "lead back"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,,1,1,\n", 2, "date", "needs a date"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,0,1,\n", 2, "share_numerator", "above 0"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,0.5,1,\n", 2, "share_numerator", "not a whole number"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,2,1,\n", 2, "share_denominator", "at least 2"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,1,2,\nQAAA,QTWO,2026-04-01,1,3,\n", 2, "share_numerator",
     "do not add up to 1"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,1,2,\nQAAA,QTWO,2026-04-01,2,3,\n", 2, "share_numerator",
     "do not add up to 1"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,1,2,\nQAAA,QTWO,2026-04-01,,,\n", 3, "share_numerator",
     "others not"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,1,2,\nQAAA,QNEW,2026-04-01,1,2,\n", 3, "successor",
     "same successor twice"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QNEW,2026-04-01,,,\n", 2, "share_numerator", "one successor but no share"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QTWO,QTWO,2026-04-01,1,1,\n", 2, "successor", "its own and only successor"},
    {F_SUCCESSORS, SUCCESSORS_HEAD "QAAA,QBBB,2026-04-01,1,1,\nQBBB,QNEW,2026-04-01,1,1,\n", 2, "successor",
     "itself had successors on that day"},
};

static void slips_are_told_with_their_place(void **state)
{
    (void)state;
    fixture f;
    fixture_make(&f);
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        orgs *o = NULL;
        problems list = {0};
        error err = {0};
        memcpy(f.text, fixture_texts, sizeof f.text);
        f.text[slips[i].file] = slips[i].text;
        fixture_write(&f);
        status code = orgs_load(f.folder, &o, &list, &err);
        bool told = false;
        for (size_t k = 0; k < list.count; k++) {
            const error *e = &list.items[k];
            told = told || (strcmp(e->file, fixture_names[slips[i].file]) == 0 && e->row == slips[i].row &&
                            strcmp(e->column, slips[i].column) == 0 && strstr(e->message, slips[i].message) != NULL &&
                            e->hint[0] != 0);
        }
        if (code != STATUS_REFUSED || o != NULL || !told || err.hint[0] == 0) {
            char line[1024] = "nothing";
            if (list.count > 0)
                (void)error_format(&list.items[0], line, sizeof line);
            fail_msg("slip %zu (%s) was told as: %s", i, slips[i].message, line);
        }
        problems_free(&list);
    }
    fixture_remove(&f);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    fixture f;
    fixture_make(&f);
    for (int i = 0; i < FIXTURE_FILES; i++) {
        orgs *o = NULL;
        error err = {0};
        memcpy(f.text, fixture_texts, sizeof f.text);
        f.text[i] = NULL;
        fixture_write(&f);
        assert_int_not_equal(orgs_load(f.folder, &o, NULL, &err), STATUS_OK);
        assert_null(o);
        assert_non_null(strstr(err.hint, fixture_names[i]));
    }
    fixture_remove(&f);
}

static void many_slips_are_all_counted(void **state)
{
    (void)state;
    fixture f;
    orgs *o = NULL;
    problems list = {.limit = 2};
    error err = {0};
    fixture_make(&f);
    f.text[F_PARENTS] = PARENTS_HEAD "RAA,Q1,,,made\nRAA,Q2,,,made\nRAA,Q3,,,made\n";
    f.text[F_INEXACT] = "code,before,note\nNOBODY,2026-04-01,Why.\n";
    fixture_write(&f);
    assert_int_equal(orgs_load(f.folder, &o, &list, &err), STATUS_REFUSED);
    assert_int_equal(list.total, 4);
    assert_int_equal(list.count, 2);
    assert_non_null(strstr(err.message, "4 problems"));
    assert_non_null(strstr(err.hint, "parents.csv"));
    problems_free(&list);
    fixture_remove(&f);
}

static void kinds_have_names(void **state)
{
    (void)state;
    for (int k = 0; k < ORG_KIND_COUNT; k++) {
        org_kind back = ORG_KIND_COUNT;
        assert_non_null(org_kind_name((org_kind)k));
        assert_true(org_kind_parse(text_of(org_kind_name((org_kind)k)), &back));
        assert_int_equal(back, k);
    }
    org_kind back;
    assert_false(org_kind_parse(text_of("Trust"), &back));
    assert_true(org_kind_is_provider(ORG_UNKNOWN));
    assert_true(org_kind_is_provider(ORG_LOCAL_AUTHORITY));
    assert_false(org_kind_is_provider(ORG_ICB));
    assert_false(org_kind_is_provider(ORG_COMMISSIONING_HUB));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_what_is_there),
        cmocka_unit_test(version_tells_contents),
        cmocka_unit_test(the_order_of_lines_does_not_matter),
        cmocka_unit_test(children_are_those_open_on_the_day),
        cmocka_unit_test(slips_are_told_with_their_place),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(many_slips_are_all_counted),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
