/*
 * stat_harness: runs a command over statistics on a csv in memory. For test_stat_commands and for tests/fuzz/fuzz_stat_commands.
 */
#ifndef CONCORD_TESTS_CLI_STAT_HARNESS_H
#define CONCORD_TESTS_CLI_STAT_HARNESS_H

#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct stat_case {
    const stat_command *command;
    const char *positional;  /* before FILE, or NULL */
    const char *options[20]; /* "--by", "area", ... ; a switch is followed by ""; ends with NULL */
    const char *csv;
} stat_case;

/* Small good input for every command: what tests and fuzzing start from. */
static const stat_case stat_cases[] = {
    {&stat_runchart,
     NULL,
     {"--by", "ward", "--date", "month", "--value", "value", NULL},
     "ward,month,value\nA,2025-01,3\nA,2025-02,5\nA,2025-03,4\nA,2025-04,NA\nB,2025-01,7.5\nB,2025-02,6\n"},
    {&stat_runchart,
     NULL,
     {"--by", "ward", "--date", "month", "--value", "value", "--denominator", "n", "--chart", "pp", "--summary", "",
      "--part", "2025-02", NULL},
     "ward,month,value,n\nA,2025-01,3,10\nA,2025-02,5,12\nA,2025-03,4,13\nA,2025-04,6,11\nB,2025-01,7,20\nB,2025-02,6,"
     "20\n"},
    {&stat_funnel,
     NULL,
     {"--organisation", "org", "--numerator", "x", "--denominator", "n", NULL},
     "org,x,n\nA,3,10\nB,5,12\nC,40,130\nD,6,11\nE,70,200\n"},
    {&stat_funnel,
     NULL,
     {"--organisation", "org", "--numerator", "x", "--denominator", "n", "--type", "standardised", "--method", "cqc",
      "--summary", "", NULL},
     "org,x,n\nA,3,10\nB,5,12.5\nC,40,30\nD,6,11\nE,70,200\n"},
    {&stat_funnel,
     NULL,
     {"--organisation", "org", "--numerator", "x", "--denominator", "n", "--type", "ratio", "--health", "", "--curve",
      "5", NULL},
     "org,x,n\nA,3,10\nB,5,12.5\nC,40,30\nD,6,11\nE,70,200\n"},
    {&stat_proportion,
     NULL,
     {"--by", "ward", "--numerator", "x", "--denominator", "n", "--confidence", "0.95,0.998", NULL},
     "ward,x,n\nA,3,10\nA,5,12\nB,0,13\n"},
    {&stat_rate,
     NULL,
     {"--keep", "ward", "--events", "x", "--population", "n", "--format", "json", NULL},
     "ward,x,n\nA,3,10\nA,5,12\nB,0,13\n"},
    {&stat_mean, NULL, {"--by", "ward", "--value", "x", NULL}, "ward,x\nA,3\nA,5\nB,-4\n"},
    {&stat_dsr,
     NULL,
     {"--by", "area", "--events", "x", "--population", "n", "--standard", "s", NULL},
     "area,x,n,s\nA,13,100,5\nA,15,120,6\nB,2,130,5\nB,3,90,6\n"},
    {&stat_dsr,
     NULL,
     {"--by", "area", "--events", "x", "--population", "n", "--standard-population", "esp2013", "--band", "age", NULL},
     "area,age,x,n\nA,0-4,13,100\nA,90+,15,120\nB,5-9,2,130\n"},
    {&stat_isr,
     NULL,
     {"--by", "area", "--events", "x", "--population", "n", "--reference-events", "xr", "--reference-population", "nr",
      NULL},
     "area,x,n,xr,nr\nA,13,100,50,600\nA,15,120,60,700\nB,2,130,50,600\n"},
    {&stat_quantile, NULL, {"--value", "x", "--groups", "2", "--keep", "area", NULL}, "area,x\nA,3\nB,5\nC,-4\nD,5\n"},
    {&stat_lifetable,
     NULL,
     {"--by", "area", "--age", "age", "--deaths", "d", "--population", "n", "--at", "0", NULL},
     "area,age,d,n\nA,0,4,1000\nA,1,1,4000\nA,5,1,5000\nA,10,1,5000\nA,15,2,5000\nA,20,3,5000\nA,25,3,5000\nA,30,4,"
     "5000\nA,35,6,5000\nA,40,8,5000\n"
     "A,45,12,5000\nA,50,20,5000\nA,55,30,5000\nA,60,50,4500\nA,65,70,4000\nA,70,100,3800\nA,75,130,3000\nA,80,180,"
     "2200\nA,85,200,1300\nA,90,180,700\n"},
    {&stat_inequality,
     NULL,
     {"--by", "area", "--value", "v", "--population", "n", "--deviation", "se", "--order", "q", "--draws", "1000",
      NULL},
     "area,q,n,v,se\nA,1,100,75,0.5\nA,2,110,77,0.4\nA,3,90,80,0.5\nB,1,100,71,0.5\nB,2,110,72,0.4\nB,3,90,75,0.5\n"},
    {&stat_inequality,
     NULL,
     {"--by", "area", "--value", "v", "--population", "n", "--lower", "l", "--upper", "u", "--scale", "logit",
      "--transform", "", NULL},
     "area,n,v,l,u\nA,100,0.1,0.08,0.12\nA,110,0.2,0.15,0.25\nA,90,0.3,0.27,0.33\n"},
    {&stat_trend,
     NULL,
     {"--by", "area", "--date", "year", "--numerator", "x", "--denominator", "n", NULL},
     "area,year,x,n\nA,2019,30,100\nA,2020,28,100\nA,2021,25,100\nA,2022,20,100\nA,2023,15,100\nB,2019,3,10\n"},
    {&stat_trend,
     NULL,
     {"--by", "area", "--date", "year", "--value", "x", "--method", "mann-kendall", NULL},
     "area,year,x\nA,2019/20,30\nA,2020/21,28\nA,2021/22,25\nA,2022/23,20\nA,2023/24,15\nB,2019/20,3\n"},
    {&stat_forecast,
     NULL,
     {"--by", "ward", "--date", "month", "--value", "value", "--season", "2", "--horizon", "3", "--lowest", "0", NULL},
     "ward,month,value\nA,2025-01,3\nA,2025-02,5\nA,2025-03,4\nA,2025-05,4\nA,2025-06,6\nA,2025-07,3\nA,2025-08,7\n"
     "A,2025-09,3\nA,2025-10,6\nA,2025-11,4\nB,2025-01,7.5\nB,2025-02,6\n"},
    {&stat_cusum,
     NULL,
     {"--by", "ward", "--date", "month", "--value", "x", NULL},
     "ward,month,x\nA,2025-01,3\nA,2025-02,5\nA,2025-03,40\nB,2025-01,7\n"},
    {&stat_fdr, NULL, {"--p", "p", "--keep", "name", NULL}, "name,p\na,0.01\nb,0.5\nc,\nd,1e-9\n"},
    {&stat_fdr,
     NULL,
     {"--by", "s", "--date", "d", "--value", "x", "--rules", "plotthedots-0.2.2", NULL},
     "s,d,x\na,2025-01-01,1\na,2025-01-02,2\na,2025-01-03,9\nb,2025-01-01,4\n"},
    {&stat_suppress,
     NULL,
     {"--row", "ward", "--column", "cause", "--count", "n", NULL},
     "ward,cause,n\nA,x,3\nA,y,20\nB,x,30\nB,y,9\nC,x,14\nC,y,19\n"},
    {&stat_suppress,
     NULL,
     {"--level", "level", "--count", "n", "--keep", "area", NULL},
     "area,level,n\nE,England,60\nA,l,3\nB,l,20\nC,l,37\n"},
    {&stat_suppress,
     NULL,
     {"--check", "", "--area", "a", "--part", "p", "--count", "n", NULL},
     "a,p,n\nA,1,30\nA,2,5\nB,1,30\n"},
    {&stat_peers, "A", {"--organisation", "o", "--variable", "x", NULL}, "o,x\nA,3\nB,5\nC,4\n"},
    /* Drawn too. */
    {&stat_runchart,
     NULL,
     {"--by", "ward", "--date", "month", "--value", "value", "--chart", "i", "--plot", "terminal", NULL},
     "ward,month,value\nA,2025-01,3\nA,2025-02,5\nA,2025-03,4\nA,2025-04,NA\nB,2025-01,7.5\nB,2025-02,6\n"},
    {&stat_funnel,
     NULL,
     {"--organisation", "org", "--numerator", "x", "--denominator", "n", "--plot", "terminal", NULL},
     "org,x,n\nA,3,10\nB,5,12\nC,40,130\nD,6,11\nE,70,200\n"},
    {&stat_dsr,
     NULL,
     {"--by", "area", "--events", "x", "--population", "n", "--standard", "s", "--plot", "terminal", NULL},
     "area,x,n,s\nA,13,100,5\nA,15,120,6\nB,2,130,5\nB,3,90,6\n"},
    {&stat_inequality,
     NULL,
     {"--by", "area", "--value", "v", "--population", "n", "--deviation", "se", "--plot", "terminal", NULL},
     "area,n,v,se\nA,100,75,0.5\nA,110,77,0.4\nA,90,80,0.5\nB,100,71,0.5\nB,110,72,0.4\nB,90,75,0.5\n"},
    {&stat_trend,
     NULL,
     {"--by", "area", "--date", "year", "--value", "x", "--method", "mann-kendall", "--plot", "terminal", NULL},
     "area,year,x\nA,2019/20,30\nA,2020/21,28\nA,2021/22,25\nA,2022/23,20\nA,2023/24,15\nB,2019/20,3\n"},
    {&stat_cusum,
     NULL,
     {"--by", "ward", "--date", "month", "--value", "x", "--plot", "terminal", NULL},
     "ward,month,x\nA,2025-01,3\nA,2025-02,5\nA,2025-03,40\nB,2025-01,7\n"},
    {&stat_fdr,
     NULL,
     {"--p", "p", "--keep", "name", "--plot", "terminal", NULL},
     "name,p\na,0.01\nb,0.5\nc,\nd,1e-9\n"},
    {&stat_suppress,
     NULL,
     {"--row", "ward", "--column", "cause", "--count", "n", "--plot", "terminal", NULL},
     "ward,cause,n\nA,x,3\nA,y,20\nB,x,30\nB,y,9\nC,x,14\nC,y,19\n"},
    /* Series with a season: three years of one, the other too short to tell. */
    {&stat_fdr,
     NULL,
     {"--by", "s", "--date", "d", "--value", "x", "--season", "adjust", NULL},
     "s,d,x\na,2022-01,58\na,2022-02,60\na,2022-03,54\na,2022-04,51\na,2022-05,53\na,2022-06,50\na,2022-07,"
     "52\na,2022-08,54\na,2022-09,51\na,2022-10,53\na,2022-11,50\na,2022-12,60\na,2023-01,62\na,2023-02,59\n"
     "a,2023-03,53\na,2023-04,50\na,2023-05,52\na,2023-06,54\na,2023-07,51\na,2023-08,53\na,2023-11,54\na,2"
     "023-12,59\na,2024-01,61\na,2024-02,58\na,2024-03,52\na,2024-04,54\na,2024-05,51\na,2024-06,53\na,2024"
     "-07,50\na,2024-08,52\na,2024-09,54\na,2024-10,51\na,2024-11,53\na,2024-12,58\na,2025-01,60\na,2025-02"
     ",62\nb,2022-01,3\nb,2022-02,4\nb,2022-03,3\nb,2022-04,4\nb,2022-05,3\nb,2022-06,4\n"},
    {&stat_fdr,
     NULL,
     {"--by", "s", "--date", "d", "--value", "x", "--better", "lower", "--season", "check", "--summary", "", NULL},
     "s,d,x\na,2022-01,58\na,2022-02,60\na,2022-03,54\na,2022-04,51\na,2022-05,53\na,2022-06,50\na,2022-07,"
     "52\na,2022-08,54\na,2022-09,51\na,2022-10,53\na,2022-11,50\na,2022-12,60\na,2023-01,62\na,2023-02,59\n"
     "a,2023-03,53\na,2023-04,50\na,2023-05,52\na,2023-06,54\na,2023-07,51\na,2023-08,53\na,2023-09,50\na,2"
     "023-10,52\na,2023-11,54\na,2023-12,59\na,2024-01,61\na,2024-02,58\na,2024-03,52\na,2024-04,54\na,2024"
     "-05,51\na,2024-06,53\na,2024-07,50\na,2024-08,52\na,2024-09,54\na,2024-10,51\na,2024-11,53\na,2024-12"
     ",58\nb,2022-01,3\nb,2022-02,4\nb,2022-03,3\nb,2022-04,4\nb,2022-05,3\nb,2022-06,4\n"},
};
enum { STAT_CASES = sizeof stat_cases / sizeof stat_cases[0] };

typedef struct stat_answer {
    status code;
    error err;
    char *out, *said; /* free both */
    size_t out_length, said_length;
} stat_answer;

/* Sets an option by name; further values of one that may be repeated follow. */
static inline void stat_argument(const command *of, arguments *a, const char *name, const char *value)
{
    for (size_t i = 0; of->options[i].name != NULL; i++) {
        if (strcmp(of->options[i].name, name) != 0)
            continue;
        if (a->options[i] == NULL)
            a->options[i] = value;
        else if (a->repeat_count < ARGUMENT_REPEATS_MAXIMUM)
            a->repeats[a->repeat_count++] = (argument_repeat){.option = i, .value = value};
        return;
    }
}

static inline stat_answer stat_try(const stat_case *of, const char *csv, size_t length)
{
    stat_answer answer = {.code = STATUS_MEMORY};
    buffer bytes = {0};
    arguments a = {0};
    cli c = {.command = &of->command->command, .program = "concord", .lock = -1, .plain = true};
    c.out = open_memstream(&answer.out, &answer.out_length);
    c.err = open_memstream(&answer.said, &answer.said_length);
    a.positional = &of->positional;
    a.positional_count = of->positional != NULL;
    for (size_t i = 0; of->options[i] != NULL; i += 2)
        stat_argument(c.command, &a, of->options[i], of->options[i + 1]);
    buffer_put(&bytes, csv, length);
    if (c.out != NULL && c.err != NULL)
        answer.code = stat_command_run_csv(&c, &a, &bytes, &answer.err);
    buffer_free(&bytes);
    if (c.out != NULL)
        (void)fclose(c.out);
    if (c.err != NULL)
        (void)fclose(c.err);
    arena_free(&c.memory);
    return answer;
}

static inline void stat_answer_free(stat_answer *answer)
{
    free(answer->out);
    free(answer->said);
    *answer = (stat_answer){0};
}

/* Does a word such as nan or inf stand where a figure belongs: as a whole cell, or as a JSON value? */
static inline bool stat_holds_no_figure(const char *out)
{
    static const char *const words[] = {"nan", "-nan", "inf", "-inf", "NaN", "Infinity"};
    for (const char *at = out; at != NULL && *at != 0;) {
        size_t n = 0; /* not strcspn: under a sanitizer each call looks for the end of all that was printed */
        while (at[n] != 0 && at[n] != ',' && at[n] != '\n' && at[n] != ':' && at[n] != '}' && at[n] != ' ')
            n++;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (n == strlen(words[i]) && memcmp(at, words[i], n) == 0)
                return true;
        at += n + (at[n] != 0);
    }
    return false;
}

#endif
