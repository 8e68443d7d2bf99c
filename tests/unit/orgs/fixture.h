/* A small folder of organisations that tests write, change and load. */
#ifndef CONCORD_TEST_ORGS_FIXTURE_H
#define CONCORD_TEST_ORGS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "orgs/orgs.h"

#define FIXTURE_FILES 9
typedef struct fixture {
    char folder[256];
    const char *text[FIXTURE_FILES];
} fixture;

static const char *const fixture_names[FIXTURE_FILES] = {
    "aliases.csv", "conflicts.csv",     "current.csv", "hexes.csv",      "inexact.csv",
    "kinds.csv",   "organisations.csv", "parents.csv", "successors.csv",
};

enum { F_ALIASES, F_CONFLICTS, F_CURRENT, F_HEXES, F_INEXACT, F_KINDS, F_ORGANISATIONS, F_PARENTS, F_SUCCESSORS };

/* Two ICBs that became one, a third that was split; a sub-ICB location; two providers. Lines are numbered for the tests. */
static const char *const fixture_texts[FIXTURE_FILES] = {
    "alias,code,type,source\nE54000099,QNEW,code,made\n\"Old Name, NHS Trust\",RAA,name,made\n",
    "code,what,kept,set_aside,note\nRAA,parent,QNEW (one),QOLD (other),made up\n",
    "date,source\n2026-04-01,made\n",
    "code,row,column,label\nQNEW,0,0,NEW\nQTWO,0,1,TWO\n",
    "code,before,note\nQTWO,2026-04-01,Made up.\n",
    "code,kind,from,to,source\nNAA,independent,,2024-01-01,made\n",
    /* line 2 is England, 3 the region, 4 to 8 ICBs, 9 a sub-ICB location, 10 and 11 providers */
    "code,ons_code,name,short_name,kind,opened,closed,source\n"
    "ENGLAND,E92000001,England,England,england,,,made\n"
    "Y01,E40000001,Somewhere,Somewhere,region,,,made\n"
    "QAAA,E54000001,NHS Aye Integrated Care Board,Aye,icb,2022-07-01,2026-04-01,made\n"
    "QBBB,E54000002,NHS Bee Integrated Care Board,Bee,icb,2022-07-01,2026-04-01,made\n"
    "QCCC,E54000003,NHS Sea Integrated Care Board,Sea,icb,2022-07-01,2026-04-01,made\n"
    "QNEW,E54000004,NHS New Integrated Care Board,New,icb,2026-04-01,,made\n"
    "QTWO,E54000005,NHS Two & Other Integrated Care Board,Two and Other,icb,2022-07-01,,made\n"
    "00X,E38000001,NHS New ICB - 00X,Ex,sub-icb,2022-07-01,,made\n"
    "NAA,,Aardvark Care CIC,Aardvark Care CIC,community-interest-company,,,made\n"
    "RAA,,\"King's & Queen's NHS Trust\",King's and Queen's,trust,1991-04-01,,made\n",
    "child,parent,from,to,source\n"
    "Y01,ENGLAND,,,made\n"
    "QAAA,Y01,2022-07-01,2026-04-01,made\n"
    "QBBB,Y01,2022-07-01,2026-04-01,made\n"
    "QCCC,Y01,2022-07-01,2026-04-01,made\n"
    "QNEW,Y01,2026-04-01,,made\n"
    "QTWO,Y01,2022-07-01,,made\n"
    "00X,QAAA,2022-07-01,2026-04-01,made\n"
    "00X,QNEW,2026-04-01,,made\n"
    "RAA,QBBB,2022-07-01,2026-04-01,made\n"
    "RAA,QNEW,2026-04-01,,made\n"
    "NAA,Y01,2022-07-01,,made\n",
    "predecessor,successor,date,share_numerator,share_denominator,basis\n"
    "QAAA,QNEW,2026-04-01,1,1,\n"
    "QBBB,QNEW,2026-04-01,1,1,\n"
    "QCCC,QNEW,2026-04-01,3,9,made\n"
    "QCCC,QTWO,2026-04-01,6,9,made\n",
};

static inline void fixture_make(fixture *f)
{
    const char *place = getenv("TMPDIR");
    (void)snprintf(f->folder, sizeof f->folder, "%.200s/concord-orgs-XXXXXX",
                   place != NULL && place[0] != 0 ? place : P_tmpdir);
    assert_non_null(mkdtemp(f->folder));
    memcpy(f->text, fixture_texts, sizeof f->text);
}

static inline void fixture_write(const fixture *f)
{
    char path[320];
    for (size_t i = 0; i < FIXTURE_FILES; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", f->folder, fixture_names[i]);
        if (f->text[i] == NULL)
            (void)unlink(path);
        else
            assert_int_equal(file_write(path, f->text[i], strlen(f->text[i]), false, NULL), STATUS_OK);
    }
}

static inline void fixture_remove(const fixture *f)
{
    char path[320];
    for (size_t i = 0; i < FIXTURE_FILES; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", f->folder, fixture_names[i]);
        (void)unlink(path);
    }
    (void)rmdir(f->folder);
}

static inline orgs *fixture_load(const fixture *f)
{
    orgs *o = NULL;
    error err = {0};
    char line[1024];
    fixture_write(f);
    if (orgs_load(f->folder, &o, NULL, &err) != STATUS_OK) {
        (void)error_format(&err, line, sizeof line);
        fail_msg("%s", line);
    }
    return o;
}

/* The organisation of a code, which must be there. */
static inline org_index at(const orgs *o, const char *code)
{
    org_index i = orgs_find(o, text_of(code));
    if (i < 0)
        fail_msg("%s is not there", code);
    return i;
}

static inline const char *code_of(const orgs *o, org_index i)
{
    return i < 0 ? "(none)" : orgs_at(o, i)->code;
}

static inline date day(const char *iso)
{
    date d = DATE_NONE;
    assert_true(date_parse(text_of(iso), &d));
    return d;
}

static inline orgs *shipped_load(void)
{
    orgs *o = NULL;
    problems list = {0};
    char line[1024];
    if (orgs_load(CONCORD_SOURCE_DIR "/data/orgs", &o, &list, NULL) != STATUS_OK) {
        for (size_t i = 0; i < list.count; i++) {
            (void)error_format(&list.items[i], line, sizeof line);
            print_error("%s\n", line);
        }
        fail_msg("data/orgs does not load");
    }
    assert_int_equal(list.total, 0);
    problems_free(&list);
    return o;
}

#endif
