/*
 * figures: finding the series that show and explain speak of, in the newest edition or in a view made on the fly.
 */
#ifndef CONCORD_CLI_FIGURES_H
#define CONCORD_CLI_FIGURES_H

#include "cli/cli.h"

typedef struct figure_request {
    const char *measure, *organisation;
    const char *breakdown; /* "treatment-function=C_110" or just "C_110"; NULL = the total */
    geography geography;
    date as_at;                    /* with GEOGRAPHY_AS_AT */
    const struct spc_rules *rules; /* NULL = as the edition has them */
    date known_on;                 /* --as-of: only releases known on that day; DATE_NONE = all */
    period period;                 /* of explain, for what is said where there is no figure; PERIOD_NONE else */
} figure_request;

typedef struct figure {
    edition *newest;  /* as published to everybody */
    edition *view;    /* on another map or by other rules; NULL where the newest edition answers */
    edition *edition; /* the one that answers */
    const edition_measure *measure;
    const edition_org *org;
    const edition_series *series;
} figure;

/* The options that both commands share: rows of the options table. */
#define FIGURE_OPTIONS                                                                                                 \
    {"--breakdown", "VALUE", "One part: treatment-function=C_110, or just C_110."},                                    \
        {"--geography", "current|as-published|as-at:DATE", "Which map of organisations: current is the default."},     \
        {"--rules", "NAME|FILE",                                                                                       \
         "Judge by another SPC rule set than the edition's: its name, or a .yaml file that declares one."},            \
    {                                                                                                                  \
        "--as-of", "DATE", "What was known on that day: only releases published by then count."                        \
    }

/* Reads MEASURE, ORG and the options both commands share. */
MUST_USE status figure_request_read(cli *c, const arguments *a, figure_request *out, error *err);
/* STATUS_NOT_FOUND names what is nearest to an unknown measure or organisation, and the breakdown values there are. */
MUST_USE status figure_find(cli *c, const figure_request *request, figure *out, error *err);
void figure_close(figure *f);
/* The breakdown value that is meant: a key as it stands, or a bare value such as C_110 where only one breakdown of this series has it; -1 where none is. */
int32_t figure_breakdown(const edition *e, int32_t measure, int32_t org, const char *typed);

#endif
