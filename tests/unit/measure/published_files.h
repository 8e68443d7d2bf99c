/* Small files in the layouts that NHS England publishes, written from plain rows. */
#ifndef CONCORD_TEST_MEASURE_PUBLISHED_FILES_H
#define CONCORD_TEST_MEASURE_PUBLISHED_FILES_H

#include "base/base.h"

#include <string.h>

#define RTT_BANDS 105

typedef struct rtt_row {
    const char *provider, *provider_parent, *commissioner, *commissioner_parent, *part, *treatment_function;
    int64_t bands[RTT_BANDS]; /* the last is the open band */
    int64_t unknown;
} rtt_row;

static inline int64_t rtt_known(const rtt_row *r)
{
    int64_t sum = 0;
    for (int k = 0; k < RTT_BANDS; k++)
        sum += r->bands[k];
    return sum;
}

static inline int64_t rtt_total(const rtt_row *r)
{
    return rtt_known(r) + r->unknown;
}

static inline void rtt_header(buffer *b)
{
    buffer_text(
        b, "Period,Provider Parent Org Code,Provider Parent Name,Provider Org Code,Provider Org Name,Commissioner "
           "Parent Org Code,"
           "Commissioner Parent Name,Commissioner Org Code,Commissioner Org Name,RTT Part Type,RTT Part Description,"
           "Treatment Function Code,Treatment Function Name,");
    for (int k = 0; k < RTT_BANDS - 1; k++)
        buffer_printf(b, "Gt %02d To %02d Weeks SUM 1,", k, k + 1);
    buffer_text(b, "Gt 104 Weeks SUM 1,Total,Patients with unknown clock start date,Total All\n");
}

/* when: "April-2026". As published: no bands on new periods, Total and unknown starts only on completed pathways. */
static inline void rtt_line(buffer *b, const char *when, const rtt_row *r)
{
    bool completed = strncmp(r->part, "Part_1", 6) == 0;
    buffer_printf(b, "RTT-%s,%s,,%s,Trust %s,%s,,%s,Place %s,%s,,%s,,", when, r->provider_parent, r->provider,
                  r->provider, r->commissioner_parent, r->commissioner, r->commissioner, r->part,
                  r->treatment_function);
    for (int k = 0; k < RTT_BANDS; k++) {
        if (strcmp(r->part, "Part_3") != 0)
            buffer_int(b, r->bands[k]);
        buffer_char(b, ',');
    }
    if (completed) {
        buffer_int(b, rtt_known(r));
        buffer_char(b, ',');
        buffer_int(b, r->unknown);
    } else {
        buffer_char(b, ',');
    }
    buffer_char(b, ',');
    buffer_int(b, rtt_total(r));
    buffer_char(b, '\n');
}

/* Attendances, over 4 hours: type 1, 2, other, then booked; then 4 to 12 hours, over 12 hours; then admissions of type 1, 2, other and not by A&E. */
typedef struct ae_row {
    const char *provider, *region_name;
    int64_t attendances[6], over_4[6], waits[2], admissions[4];
} ae_row;

static inline void ae_header(buffer *b)
{
    buffer_text(
        b,
        "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,A&E attendances Other A&E "
        "Department,"
        "A&E attendances Booked Appointments Type 1,A&E attendances Booked Appointments Type 2,"
        "A&E attendances Booked Appointments Other Department,Attendances over 4hrs Type 1,Attendances over 4hrs Type "
        "2,"
        "Attendances over 4hrs Other Department,Attendances over 4hrs Booked Appointments Type 1,"
        "Attendances over 4hrs Booked Appointments Type 2,Attendances over 4hrs Booked Appointments Other Department,"
        "Patients who have waited 4-12 hs from DTA to admission,Patients who have waited 12+ hrs from DTA to admission,"
        "Emergency admissions via A&E - Type 1,Emergency admissions via A&E - Type 2,"
        "Emergency admissions via A&E - Other A&E department,Other emergency admissions\n"
        "TOTAL,TOTAL,TOTAL,TOTAL,,,,,,,,,,,,,,,,,,\n"); /* such a file has a total; a blank one is held against nothing */
}

/* when: "JUNE-2025". */
static inline void ae_line(buffer *b, const char *when, const ae_row *r)
{
    buffer_printf(b, "MSitAE-%s,%s,%s,Trust %s", when, r->provider, r->region_name, r->provider);
    for (int k = 0; k < 6; k++)
        buffer_printf(b, ",%lld", (long long)r->attendances[k]);
    for (int k = 0; k < 6; k++)
        buffer_printf(b, ",%lld", (long long)r->over_4[k]);
    for (int k = 0; k < 2; k++)
        buffer_printf(b, ",%lld", (long long)r->waits[k]);
    for (int k = 0; k < 4; k++)
        buffer_printf(b, ",%lld", (long long)r->admissions[k]);
    buffer_char(b, '\n');
}

#define TIDY_HEADER "measure,organisation,period,numerator,denominator,value,breakdown\n"

#endif
