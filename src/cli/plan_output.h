/* plan_output: what the actions of `concord plan` print. */
#ifndef CONCORD_CLI_PLAN_OUTPUT_H
#define CONCORD_CLI_PLAN_OUTPUT_H

#include "cli/plan_list.h"

/* The words of a list: "NHS Essex Integrated Care Board, Trauma and Orthopaedic". */
void plan_list_words(const plan_list *list, buffer *out);
/* On standard error: how far the calibration can be trusted, and which options change it. */
void plan_say_notes(cli *c, const plan_list *list, const plan_settings *settings);

MUST_USE status plan_print_calibration(const cli *c, const plan_list *lists, size_t count, output_format format,
                                       error *err);
MUST_USE status plan_print_projection(const cli *c, const plan_list *lists, size_t count, const plan_settings *settings,
                                      output_format format, error *err);
/* tell: one list as a table of now, unchanged and with the capacity needed, and the answer as a sentence. */
MUST_USE status plan_print_answer(const cli *c, const plan_list *lists, size_t count, const plan_settings *settings,
                                  output_format format, bool tell, error *err);
/* The share within the goal's weeks month by month, unchanged and with what it takes, as a drawing: `to` is a file or "terminal". */
MUST_USE status plan_plot(const cli *c, const plan_list *list, const plan_settings *settings, const char *to,
                          error *err);
/* A list projected from `held_out` months before its last, beside what was published. */
MUST_USE status plan_print_backtest(const cli *c, const measure_flow *flows, size_t count,
                                    const plan_settings *settings, size_t held_out, output_format format, error *err);
/* The same of lists from a csv, whose last months were held out. */
MUST_USE status plan_print_backtest_of_csv(const cli *c, const plan_list *lists, size_t count,
                                           const plan_settings *settings, output_format format, error *err);

#endif
