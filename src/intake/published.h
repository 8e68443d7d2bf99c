/*
 * published: the day of publication, from all that says one. Inside intake only.
 *
 * What counts, in this order: --published; the later of the days that the file prints, that its name says and that the publisher's page prints with its link; the
 * server's Last-Modified, where it can be the day. A day that cannot be is left aside with a note, never a reason to refuse.
 */
#ifndef CONCORD_INTAKE_PUBLISHED_H
#define CONCORD_INTAKE_PUBLISHED_H

#include "intake/shape.h"

/* The first date in the words of a cell: "10th July 2025", "Thursday 12th March 2026", "10/10/2024", "... published at 9.30am 7 November 2025.", 2025-05-15.
 * *rest is what follows it. False where there is none. */
bool date_in_words(text t, date *out, text *rest);

/* Reads what the places of the source say into report->printed and report->printed_revised (the latest day of each); a note where a place says something that is no date.
 * Of a workbook: the sheets that the places name, else those of the tables, above their headers. */
MUST_USE status published_read(grid *g, const shaped_file *file, arena *a, intake_report *report, error *err);
/* The same for the lines above the header of a csv. */
void published_read_lines(const source *s, const look_row *rows, size_t count, arena *a, intake_report *report);

/* Once the rows are read, so that the period is known: settles report->published and report->revised. */
void published_settle(const intake_options *options, arena *a, intake_report *report);

#endif
