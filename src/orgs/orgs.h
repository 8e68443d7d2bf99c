/*
 * orgs: organisations through time.
 *
 * Loads data/orgs (our own csv layout, see data/orgs/README.md) into an immutable index: organisations with ODS and
 * ONS codes and dated kinds; dated parents (sub-ICB location -> ICB -> region -> England; provider -> ICB); dated
 * successors, with the share that went to each where a body was split.
 *
 * Invariants: an org is an index into one array, ordered by code, so results never depend on load order. Dates are
 * half-open: a link holds from `from` (inclusive) to `to` (exclusive), and an organisation is open from `opened` until the
 * day before `closed`. At any date an org has at most one parent. A provider that closed keeps its parent, so that figures
 * that nobody took over still have an ICB and a region; where no source names the ICB, the parent is the region.
 * The map called `current` is the map at the date pinned in the data (orgs_current), never the clock.
 * Ownership: orgs_load allocates, orgs_free frees; all text belongs to the orgs. Read-only after load, so any number of
 * threads may look things up.
 */
#ifndef CONCORD_ORGS_H
#define CONCORD_ORGS_H

#include "base/base.h"

typedef enum org_kind {
    ORG_UNKNOWN = 0,
    ORG_ENGLAND,
    ORG_REGION,
    ORG_ICB,
    ORG_SUB_ICB,
    ORG_TRUST, /* NHS trusts and foundation trusts */
    ORG_INDEPENDENT,
    ORG_COMMUNITY_INTEREST,
    ORG_PRACTICE,
    ORG_LOCAL_AUTHORITY,
    ORG_COMMISSIONING_HUB,        /* national hubs, health and justice, armed forces: commissioners outside every ICB */
    ORG_NON_ENGLISH_COMMISSIONER, /* those outside England whose patients are treated in England, and so counted in it */
    ORG_GROUP, /* provider collaborative, place, cluster: stands in the register, never in the organisations data */
    ORG_KIND_COUNT
} org_kind;
/* "trust", "icb", "sub-icb", "community-interest-company" ... as in organisations.csv. */
const char *org_kind_name(org_kind kind);
bool org_kind_parse(text name, org_kind *out);
/* Trust, independent, community interest company, practice, local authority or unknown: those that provide care. */
bool org_kind_is_provider(org_kind kind);

typedef int32_t org_index; /* -1 = none */

typedef struct org {
    const char *code;       /* ODS code, or ENGLAND */
    const char *ons_code;   /* "" where none */
    const char *name;       /* as people write it: "NHS Essex Integrated Care Board" */
    const char *short_name; /* for tables and the map: "Essex" */
    org_kind kind;          /* at orgs_current, or when it closed */
    date opened, closed;    /* DATE_NONE where not known; closed DATE_FOREVER while open */
} org;

typedef struct orgs orgs;

/* Loads the csv files of folder. Every malformed line is reported in problems (file, row, column) and makes the result
 * STATUS_REFUSED: unknown kind or code, bad date, a parent cycle, overlapping parents, shares that do not add up. */
MUST_USE status orgs_load(const char *folder, orgs **out, problems *list, error *err);
void orgs_free(orgs *o);
size_t orgs_count(const orgs *o);
const org *orgs_at(const orgs *o, org_index i); /* i must be in range */
date orgs_current(const orgs *o);               /* the pinned date */
/* SHA-256 of the loaded files' names and contents in name order: recorded in the edition. */
const char *orgs_version(const orgs *o);

/* By ODS or ONS code, ASCII case-insensitive, white space trimmed; -1 where unknown. "ENGLAND", "ENG" and E92000001 are England. */
org_index orgs_find(const orgs *o, text code);
/* By name, former name, name in a publication ("NHS ENGLAND NORTH WEST ") or else short name; case- and
 * punctuation-insensitive ("&" is "and", "INTEGRATED CARE BOARD" is "ICB"); -1 where none or several. */
org_index orgs_find_name(const orgs *o, text name);
/* Up to `capacity` organisations nearest to what was typed (by code or by words of the name), best first, for messages;
 * 0 where nothing is near. */
size_t orgs_nearest(const orgs *o, const char *typed, org_index *out, size_t capacity);

org_kind orgs_kind_on(const orgs *o, org_index i, date on);
/* The direct parent on that date, -1 where none is known. */
org_index orgs_parent(const orgs *o, org_index i, date on);
/* i itself or the ancestor of that kind on that date, -1 where none. */
org_index orgs_ancestor(const orgs *o, org_index i, org_kind kind, date on);
/* Children that are open on that date, ordered by code, into arena memory. */
MUST_USE status orgs_children(const orgs *o, org_index i, date on, arena *a, org_index **out, size_t *count,
                              error *err);

/* A part of an organisation's figures and who holds it: numerator/denominator of the share (1/1 where whole). */
typedef struct org_share {
    org_index to;
    int64_t numerator, denominator;
} org_share;
/* Who holds, on the map of `on`, the figures that `i` reported for a period starting at `from`: follows successors dated
 * after `from` and up to `on`. i itself, share 1/1, where nothing happened, where its successors' shares are not known, or
 * where `on` is before `from` (figures are never carried back). Shares of a split add up to 1 exactly; products of successive
 * splits are reduced. Ordered by code of `to`. Returns how many (at most capacity; orgs_load refuses data in which 16 would
 * not be enough or a share would not fit). */
size_t orgs_carry(const orgs *o, org_index i, date from, date on, org_share *out, size_t capacity);
/* Direct successors of a closed or split organisation, with dates, for "became ..." texts. 0/0 where it was split and the
 * shares are not known: such a succession is told, but figures are not carried over it. */
typedef struct org_succession {
    org_index from, to;
    date when;
    int64_t numerator, denominator;
    const char *basis; /* why that share: "sub-ICB incomplete pathways, January 2026" or "" */
} org_succession;
MUST_USE status orgs_successors(const orgs *o, org_index i, arena *a, org_succession **out, size_t *count, error *err);
MUST_USE status orgs_predecessors(const orgs *o, org_index i, arena *a, org_succession **out, size_t *count,
                                  error *err);
/* "" or why figures of this organisation before its last change are inexact on the current map, one plain sentence
 * (Frimley's split: S0E4D, S9B9J, QRL, and of its sub-ICB location U2G6B, 92A, D9Y0V). */
const char *orgs_inexact_note(const orgs *o, org_index i);

/* The hex map of the ICBs open on the current map. Row 0 is the northernmost; odd rows stand half a hexagon further right
 * (east) than even ones, so the centre of a hexagon is at column + (row odd ? 1/2 : 0) from the left. Ordered by code. */
typedef struct org_hex {
    org_index org;
    int32_t row, column;
    const char *label; /* three to five letters */
} org_hex;
const org_hex *orgs_hexes(const orgs *o, size_t *count);

/* Conflicts between the sources of the organisations data, and codes that none of them places: never dropped. */
typedef struct org_conflict {
    const char *code, *what, *kept, *set_aside, *note;
} org_conflict;
const org_conflict *orgs_conflicts(const orgs *o, size_t *count);

#endif
