/*
 * publish: charts, sentences, pages and files from an edition.
 *
 * A site is an opened edition prepared for rendering; site_render makes any page by its path, so that the static site, the server and
 * tests give the same bytes. Links are relative, so a site works from any folder, any host, and from disk. No page needs JavaScript or another host.
 * Invariants: reads editions only. The same edition (and previous edition) gives the same bytes. After site_open a site is read-only: any number
 * of threads may render, each with its own buffer and arena.
 */
#ifndef CONCORD_PUBLISH_H
#define CONCORD_PUBLISH_H

#include "base/base.h"
#include "edition/edition.h"
#include "publish/plan_list.h" /* waiting lists made ready for planning */
#include "publish/plots.h"     /* drawings of statistics on plain arrays */
#include "publish/raster.h"    /* SVG to PNG and PDF */

typedef struct site site;

typedef struct site_options {
    const char *edition_path;
    const char *previous_path; /* the edition before, for "what changed"; NULL where none */
    const char *web_folder;    /* where web/ is: style sheet, scripts, icons */
    const char *program_version;
    const char *mark; /* words that stand on top of every page, such as those of a preview; NULL = none */
    bool
        answers; /* for a server, which can answer what is asked (site_answer): planning pages link to their levers then */
} site_options;

MUST_USE status site_open(const site_options *options, site **out, error *err);
void site_close(site *s);
const edition *site_edition(const site *s);

/* Every path of the site, in a fixed order: "index.html", "organisation/QMM.html", "series/rtt-within-18-weeks/QMM.html" ... */
size_t site_path_count(const site *s);
const char *site_path(const site *s, size_t i);
bool site_has(const site *s, const char *path);
/* Appends the bytes of one path. content_type is static text. STATUS_NOT_FOUND for a path the site does not have. */
MUST_USE status site_render(const site *s, const char *path, arena *scratch, buffer *out, const char **content_type,
                            error *err);

/* ---- what can be asked (a server's part) --------------------------------------------------------------- */

/* A field of a query, decoded. Text may be anything. */
typedef struct site_field {
    const char *name, *value;
} site_field;
#define SITE_FIELDS_MAXIMUM     24  /* of one query */
#define SITE_FIELD_TEXT_MAXIMUM 200 /* bytes of one value */

/* Can the path be asked: "plan/D7T5G"? */
bool site_can_answer(const site *s, const char *path);
/* Appends the page that answers the fields given, or, with a field part=answer, only the part of it that a script puts into the page. *good is
 * false where a field cannot be used: the page says which and why, keeps what was typed and still answers the rest. Fields that are unknown are passed over.
 * Any number of threads. STATUS_NOT_FOUND for a path that cannot be asked. */
MUST_USE status site_answer(const site *s, const char *path, const site_field *fields, size_t count, arena *scratch,
                            buffer *out, bool *good, error *err);

typedef struct publish_result {
    size_t pages, files; /* html pages; all files */
    int64_t bytes;
} publish_result;
/* Writes the whole site into folder (made where absent) with `threads` threads (0 = one per core). Files that would not change are left alone; files of an earlier
 * publication by this program that are no longer part of the site are removed (known from its own list, so nothing else is ever touched).
 * Refuses a folder that holds other things and no such list. */
MUST_USE status publish_site(const site *s, const char *folder, unsigned threads,
                             void (*progress)(void *context, size_t done, size_t total), void *progress_context,
                             publish_result *result, error *err);

/* ---- pieces that the command line uses too ------------------------------------------------------------ */

/* Something on record about a month: a note, a rebase, a rating that begins or ends. */
typedef struct series_mark {
    period period;
    const char *words; /* what, by whom; plain text */
    int64_t event;     /* its number in the register */
} series_mark;

/* A level that was agreed for one series and is in force in the register: a priority of the system, a regional target, a national one that the edition's
 * own target is not. It stands beside that target, as visible. (series_aim.c) */
typedef enum aim_tier { AIM_LOCAL = 0, AIM_REGIONAL, AIM_NATIONAL } aim_tier;
typedef struct aim_step {
    int32_t month; /* period.first_month */
    double level;
} aim_step;
typedef struct series_aim {
    const char *id, *title; /* in the register; the title may be the id */
    aim_tier tier;
    bool by_system;        /* local, and held by a system: "what the system agreed" */
    double level;          /* to be reached in the end, in the measure's unit */
    period by;             /* by this month; PERIOD_NONE where none was set */
    const aim_step *steps; /* its trajectory, in order of month; none where there is one level */
    size_t step_count;
    const char *
        assurance; /* spc_assurance_name of the series' limits against `level`, as the edition judges its own target; "" where none */
} series_aim;
/* The level asked for in the last month of a period. Of a trajectory NaN before its first month, and its last level holds on; one level alone is shown for
 * every month, as the edition shows its own target. */
double series_aim_level(const series_aim *a, period p);
/* "national target", "regional target", "agreed locally": before or after its level. */
const char *series_aim_words(const series_aim *a);
/* Is there a trajectory, so that months ask for levels of their own? */
bool series_aim_has_way(const series_aim *a);

struct register_log;
struct register_subject;
/* A target of the register as an aim, in force or not; its level is NaN where it has none, its assurance "". Texts in arena memory. STATUS_MEMORY. */
MUST_USE status series_aim_of(const struct register_log *log, const edition *e, const struct register_subject *of,
                              arena *a, series_aim *out, error *err);
/* The aims of one series: of a measure, an organisation (index in the edition) and a breakdown (-1: the total). An aim is for the organisations that it
 * names, or for its owner where it names none; successors stand in, and an organisation that has one has no aims of its own any more. `series` and its
 * points (gaps included) decide the assurance; NULL where the organisation has no figures. In the order in which they were made, in arena memory. STATUS_MEMORY. */
MUST_USE status series_aims_find(const struct register_log *log, const edition *e, int32_t measure, int32_t who,
                                 int32_t breakdown, const edition_series *series, const edition_point *points,
                                 size_t count, arena *a, const series_aim **out, size_t *aim_count, error *err);

/* A series with everything that a chart or a sentence needs. */
typedef struct series_view {
    const edition *edition;
    const edition_series *series;
    const edition_point *points;
    size_t count;
    bool without_season; /* points and series are made by season_take_out: titles and descriptions say so */
    /* In order of month; a chart of the pages numbers them from 1 above its plot, and their words stand in a list below it. */
    const series_mark *marks;
    size_t mark_count, marks_left_out; /* of the earliest months, where there are too many for one chart */
    const series_aim *aims;            /* beside the edition's own target */
    size_t aim_count;
} series_view;

/* The rule set that judged the edition, with the parameters that it keeps; the name belongs to the edition. Of an edition of layout 1 the
 * built-in set of that name. */
spc_rules edition_rules_of(const edition *e);
/* Did the edition's check find a season? */
bool series_is_seasonal(const edition_series *s);
/* The whole series again with its season taken out (edition_season.effects), judged by the edition's rule set: no counts, no target. The
 * effects come from the same values, so its limits are a little narrow: say so where it is shown. false where the series is not seasonal, or
 * without memory. In arena memory. */
bool season_take_out(const series_view *v, arena *a, series_view *out);
/* What the season is, and that the limits do not allow for it: two sentences; nothing where the series is not seasonal. */
void sentence_season(const series_view *v, buffer *out);
/* The same in one short sentence, for scorecards. */
void sentence_season_brief(const series_view *v, buffer *out);

/* The answer in plain English: the latest figure, whether it is really changing, the target. One to three sentences, no markup. */
void sentence_series(const series_view *v, buffer *out);
struct framework;
struct oversight_result;
struct oversight_organisation;
/* What regimes and deficits do to its segment, a sentence each, each with a space before it; nothing where none applies. */
void sentence_oversight_adjustments(const struct framework *f, const struct oversight_organisation *o, buffer *out);
/* What would move an organisation that was scored to the next better segment, in one sentence or two (oversight/oversight.h). */
void sentence_oversight_move(const struct oversight_result *r, const struct oversight_organisation *o, buffer *out);
/* A figure as people read it: "64.9%", "7.12 million", "11.9 weeks", "104+ weeks", "no figure". */
void figure_words(const edition_measure *m, double value, bool over_open_band, buffer *out);
/* Exact, for tables: "64.90", "7,123,980". */
void figure_exact(const edition_measure *m, double value, bool over_open_band, buffer *out);
/* The SPC chart as a standalone accessible SVG (title, desc, text values), 720 x 340 units. unique: a prefix for element ids, unique on its page. */
void chart_spc_svg(const series_view *v, const char *unique, buffer *out);
/* The SPC chart in characters, for a terminal `columns` wide; colour by ANSI codes where asked. */
void chart_spc_terminal(const series_view *v, int columns, bool colour, buffer *out);

#endif
