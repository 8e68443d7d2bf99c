/* plan_output: what the actions of `concord plan` print. */
#ifndef CONCORD_CLI_PLAN_OUTPUT_H
#define CONCORD_CLI_PLAN_OUTPUT_H

#include "cli/cli.h"

#include "measure/measure.h"
#include "publish/plan_list.h"
#include "publish/plots.h"

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
/* Finishes a drawing and writes it to a file, or to standard output where the format is PLOT_TERMINAL. */
MUST_USE status plan_drawing_write(const cli *c, plot_format format, const char *to, const buffer *drawing, error *err);
/* The share within the goal's weeks month by month, unchanged and with what it takes, as a drawing: `to` is a file or "terminal". */
MUST_USE status plan_plot(const cli *c, const plan_list *list, const plan_settings *settings, const char *to,
                          error *err);
/* The same of a projection: the share within the goal's weeks, or where waits are not told people waiting, at today's capacity and at that of the settings. */
MUST_USE status plan_plot_projection(const cli *c, const plan_list *list, const plan_settings *settings, const char *to,
                                     error *err);

/* How a back-test is printed: a row for each month, or for each list. */
typedef struct plan_tested {
    size_t held_out;
    bool summary;
    output_format format;
} plan_tested;
/* Lists projected from `held_out` months before their last, beside what was published; how far the middle list was off is said. STATUS_REFUSED: too few
 * months in all of them. */
MUST_USE status plan_print_backtest(cli *c, const measure_flow *flows, size_t count, const plan_settings *settings,
                                    const plan_tested *asked, error *err);
/* The same of lists that bring the months that were held out with them (plan_list.published). */
MUST_USE status plan_print_backtest_of_lists(cli *c, const plan_list *lists, size_t count,
                                             const plan_settings *settings, const plan_tested *asked, error *err);

#endif
