/* stat_options: the options of a statistics command, read and checked by its record. */
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

const char *stat_given(const stat_run *r, const char *option)
{
    return argument(&r->of->command, r->arguments, option);
}

bool stat_switch(const stat_run *r, const char *option)
{
    return stat_given(r, option) != NULL;
}

status stat_usage(const stat_run *r, error *err, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    status code = error_set(err, STATUS_USAGE, "%s", message);
    error_hint(err, "See: concord %s --help", r->of->command.name);
    return code;
}

/* ---- "a|b|c" ---- */

/* The place of a word in "a|b|c", or SIZE_MAX. */
static size_t word_place(const char *words, const char *wanted)
{
    size_t place = 0, length = strlen(wanted);
    for (const char *at = words;; place++) {
        size_t n = strcspn(at, "|");
        if (n == length && memcmp(at, wanted, n) == 0)
            return place;
        if (at[n] == 0)
            return SIZE_MAX;
        at += n + 1;
    }
}

/* "check|adjust" are the words to choose from; "NAME|FILE", in capitals, stands for what is typed. */
static bool is_choice(const command_option *option)
{
    return option->value != NULL && strchr(option->value, '|') != NULL &&
           !(option->value[0] >= 'A' && option->value[0] <= 'Z');
}

size_t stat_choice(const stat_run *r, const char *option)
{
    const command_option *options = r->of->command.options;
    const char *given = stat_given(r, option);
    for (size_t i = 0; given != NULL && options[i].name != NULL; i++)
        if (strcmp(options[i].name, option) == 0 && is_choice(&options[i]))
            return word_place(options[i].value, given);
    return 0;
}

static status choices_check(const stat_run *r, error *err)
{
    const command_option *options = r->of->command.options;
    for (size_t i = 0; options[i].name != NULL; i++) {
        const char *given = r->arguments->options[i];
        if (given == NULL || !is_choice(&options[i]) || word_place(options[i].value, given) != SIZE_MAX)
            continue;
        buffer words = {0};
        for (const char *at = options[i].value; *at != 0;) {
            size_t n = strcspn(at, "|");
            buffer_printf(&words, "%.*s%s", (int)n, at,
                          at[n] == 0                        ? ""
                          : strchr(at + n + 1, '|') == NULL ? " or "
                                                            : ", ");
            at += n + (at[n] == '|');
        }
        status code = error_set(err, STATUS_USAGE, "%s cannot be '%.60s'", options[i].name, given);
        error_hint(err, "Use %s.", words.data == NULL ? "" : words.data);
        buffer_free(&words);
        return code;
    }
    return STATUS_OK;
}

/* ---- numbers ---- */

status stat_option_number(const stat_run *r, const char *option, double low, double high, double *out, error *err)
{
    const char *given = stat_given(r, option);
    double value = 0;
    if (given == NULL)
        return STATUS_OK;
    status code = option_number(option, given, &value, err);
    if (code != STATUS_OK)
        return code;
    if (value < low || value > high)
        return stat_usage(r, err, "%s: %.40s is not from %.15g to %.15g", option, given, low, high);
    *out = value;
    return STATUS_OK;
}

status stat_option_count(const stat_run *r, const char *option, int64_t low, int64_t high, int64_t *out, error *err)
{
    const char *given = stat_given(r, option);
    return given == NULL ? STATUS_OK : option_count(option, given, low, high, out, err);
}

/* The next word of "a,b,c". */
static bool word_next(const char **at, text *word)
{
    if (*at == NULL || **at == 0)
        return false;
    size_t length = strcspn(*at, ",");
    *word = text_trim((text){.at = *at, .length = length});
    *at += length + ((*at)[length] == ',');
    return true;
}

static status confidence_read(stat_run *r, error *err)
{
    const char *at = stat_given(r, "--confidence");
    text word;
    if (at == NULL)
        at = r->of->confidence == NULL ? "0.95" : r->of->confidence;
    while (word_next(&at, &word)) {
        double value = 0;
        /* 95 and 99.8 are per cent. */
        bool good = number_parse(word, &value);
        if (good && value >= 50 && value < 100)
            value /= 100;
        if (!good || value <= 0 || value >= 1)
            return stat_usage(r, err, "--confidence: '%.*s' is not between 0 and 1",
                              (int)(word.length < 40 ? word.length : 40), word.at);
        if (r->confidence_count == STAT_CONFIDENCES_MAXIMUM)
            return stat_usage(r, err, "--confidence: more than %d levels", STAT_CONFIDENCES_MAXIMUM);
        (void)snprintf(r->confidence_words[r->confidence_count], sizeof r->confidence_words[0], "%.8g", value * 100);
        r->confidence[r->confidence_count++] = value;
    }
    return r->confidence_count > 0 ? STATUS_OK : stat_usage(r, err, "--confidence is empty");
}

status stat_option_points(stat_run *r, const char *option, double **keys, size_t *count, bool *are_dates, error *err)
{
    const char *given = stat_given(r, option), *at = given;
    text word;
    size_t words = 1;
    *keys = NULL;
    *count = 0;
    *are_dates = false;
    for (const char *p = given; p != NULL && *p != 0; p++)
        words += *p == ',';
    if (given == NULL)
        return STATUS_OK;
    *keys = arena_array(&r->memory, words, sizeof **keys);
    if (*keys == NULL)
        return stat_full(err);
    while (word_next(&at, &word)) {
        bool is_date = false;
        if (!stat_when_parse(word, &(*keys)[*count], &is_date))
            return stat_usage(r, err, "%s: '%.*s' is neither a date nor the number of a point", option,
                              (int)(word.length < 40 ? word.length : 40), word.at);
        if (*count > 0 && is_date != *are_dates)
            return stat_usage(r, err, "%s: dates and numbers do not mix", option);
        *are_dates = is_date;
        ++*count;
    }
    return *count > 0 ? STATUS_OK : stat_usage(r, err, "%s is empty", option);
}

/* ---- the whole ---- */

status stat_options_read(stat_run *r, error *err)
{
    const char *format = stat_given(r, "--format"), *plot = stat_given(r, "--plot");
    r->multiplier = r->of->multiplier == 0 ? 1 : r->of->multiplier;
    r->summary = stat_switch(r, "--summary");
    status code = choices_check(r, err);
    /* csv is what a pipe wants; on a terminal too, so that the output does not depend on where it goes. */
    if (code == STATUS_OK)
        code = format_parse(format == NULL ? "csv" : format, &r->format, err);
    if (code == STATUS_OK)
        code = confidence_read(r, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--multiplier", -1e12, 1e12, &r->multiplier, err);
    if (code == STATUS_OK && (r->multiplier == 0 || !isfinite(r->multiplier)))
        code = stat_usage(r, err, "--multiplier cannot be 0");
    return code != STATUS_OK || plot == NULL ? code : stat_plot_begin(r, plot, err);
}

/* Values of an option that may be repeated, from its n-th on. */
static const char *const *values_from(stat_run *r, const char *option, size_t n, size_t *count)
{
    const char **values = arena_array(&r->memory, ARGUMENT_REPEATS_MAXIMUM + 1, sizeof *values);
    *count = 0;
    for (; values != NULL; n++) {
        const char *value = argument_nth(&r->of->command, r->arguments, option, n);
        if (value == NULL)
            break;
        values[(*count)++] = value;
    }
    return values;
}

status stat_request_make(stat_run *r, stat_request *out, error *err)
{
    size_t declared = 0;
    const arguments *a = r->arguments;
    while (r->columns_read[declared].option != NULL)
        declared++;
    const char **given = arena_array(&r->memory, declared + 1, sizeof *given);
    *out = (stat_request){.path = a->positional_count > r->of->file_at ? a->positional[r->of->file_at] : "-",
                          .from = r->from,
                          .columns = r->columns_read,
                          .given = given,
                          .repeated_dates = r->of->repeated_dates,
                          .row_check = r->of->row_check};
    out->by = values_from(r, "--by", 0, &out->by_count);
    out->keep = values_from(r, "--keep", 0, &out->keep_count);
    if (given == NULL || out->by == NULL || out->keep == NULL)
        return stat_full(err);
    for (size_t i = 0; i < declared; i++) {
        given[i] = stat_given(r, r->columns_read[i].option);
        if (!r->columns_read[i].many)
            continue;
        out->more = values_from(r, r->columns_read[i].option, 1, &out->more_count);
        if (out->more == NULL)
            return stat_full(err);
    }
    return STATUS_OK;
}
