/* Fuzz target: one YAML file of the catalogue. The first byte says of what (s source, m measure, t target, r rule set); measures and targets meet
 * a small source and measure that they can refer to. Whatever loads without a problem must keep the catalogue's invariants, and a
 * problem must lie within the file. */
#include "catalogue/loader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char SOURCE[] =
    "{id: visits, name: Visits, publisher: P, licence: L, landing_page: '', frequency: monthly, columns: ["
    "{name: provider, title: P, type: code}, {name: part, title: P, type: category},"
    "{name: 'weeks_{from}_{to}', title: W, type: band, repeat: 4}, {name: weeks_04_plus, title: W, type: band},"
    "{name: total, title: T, type: count}], roles: [{name: provider, column: provider}],"
    "breakdowns: [{id: part, name: Part, column: part}], layouts: [{id: csv, columns: ["
    "{header: Code, to: provider}, {header: Part, to: part}, {header: 'W {from}', to: 'weeks_{from}_{to}', repeat: 4},"
    "{header: W 4, to: weeks_04_plus}, {header: Total, to: total}]}]}";
static const char MEASURE[] = "{id: visits-all, name: V, short_name: V, domain: access, source: visits, question: Q, "
                              "definition: D, why_it_matters: W,"
                              "sentence: '{period} {value} {organisation}', unit: count, unit_label: v, decimals: 0, "
                              "better: lower, value: numerator,"
                              "numerator: {sum: [total]}, levels: {england: all, provider: provider}, authors: A, "
                              "checked_by: C, review_by: 2027-03}";

static void hold(bool held)
{
    if (!held)
        abort();
}

static void hold_layout(const source *s, const source_layout *y)
{
    for (size_t i = 0; i < y->column_count; i++) {
        hold(y->columns[i].column >= -1 && y->columns[i].column < (int32_t)s->column_count);
        hold(y->columns[i].occurrence >= 1 && y->columns[i].header[0] != 0);
    }
    for (size_t i = 0; i < y->set_aside_count; i++)
        hold(y->set_aside[i].layout_column >= 0 && y->set_aside[i].layout_column < (int32_t)y->column_count);
    hold(y->constant_count <= sizeof y->constants / sizeof y->constants[0]);
}

static void hold_source(const source *s)
{
    hold(catalogue_id_is_valid(s->id) && s->column_count > 0 && s->layout_count > 0);
    for (size_t i = 0; i < s->column_count; i++)
        hold(catalogue_column_is_valid(s->columns[i].name) && source_column_find(s, s->columns[i].name) == (int32_t)i);
    for (size_t i = 0; i < s->role_count; i++)
        hold(s->roles[i].column >= 0 && s->roles[i].column < (int32_t)s->column_count);
    for (size_t i = 0; i < s->layout_count; i++)
        hold_layout(s, &s->layouts[i]);
}

static void hold_sum(const source *s, const measure_sum *sum)
{
    for (size_t i = 0; i < sum->column_count; i++)
        hold(sum->columns[i] >= 0 && sum->columns[i] < (int32_t)s->column_count);
    for (size_t i = 0; i < sum->minus_count; i++)
        hold(sum->minus[i] >= 0 && sum->minus[i] < (int32_t)s->column_count);
    for (size_t i = 0; i < sum->filter_count; i++)
        hold(sum->filters[i].column >= 0 && sum->filters[i].value_count > 0);
}

static void hold_loaded(const loader *l)
{
    for (size_t i = 0; i < l->source_count; i++)
        hold_source(&l->sources[i]);
    for (size_t i = 0; i < l->measure_count; i++) {
        const measure *m = &l->measures[i];
        hold(m->source >= 0 && m->source < (int32_t)l->source_count);
        hold_sum(&l->sources[m->source], &m->numerator);
        hold_sum(&l->sources[m->source], &m->denominator);
        hold(m->scale > 0 &&
             (m->value != VALUE_PERCENTILE || (m->percentile > 0 && m->percentile < 1 && m->open_band >= 0)));
    }
    for (size_t i = 0; i < l->target_count; i++)
        hold(l->targets[i].measure >= 0 && l->targets[i].measure < (int32_t)l->measure_count &&
             l->targets[i].by.months > 0);
    for (size_t i = 0; i < l->rule_set_count; i++)
        hold(l->rule_sets[i].name[0] != 0 && l->rule_sets[i].based_on[0] != 0 && l->rule_sets[i].shift_points <= 8 &&
             (l->rule_sets[i].limit_factor == 0 || l->rule_sets[i].limit_factor >= 0.5));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    arena memory = {.maximum = (size_t)256 << 20};
    problems list = {.limit = 200};
    loader l = {.memory = &memory, .scratch = {.maximum = (size_t)256 << 20}, .list = &list};
    if (bytes[0] != 's') {
        loader_read(&l, PART_SOURCES, "", "sources/a.yaml", SOURCE, sizeof SOURCE - 1);
        hold(l.source_count == 1);
    }
    if (bytes[0] == 't') {
        loader_read(&l, PART_MEASURES, "", "measures/a.yaml", MEASURE, sizeof MEASURE - 1);
        hold(l.measure_count == 1);
    }
    catalogue_part part = bytes[0] == 's'   ? PART_SOURCES
                          : bytes[0] == 't' ? PART_TARGETS
                          : bytes[0] == 'r' ? PART_RULES
                                            : PART_MEASURES;
    loader_read(&l, part, "x.yaml", "x.yaml", (const char *)bytes + 1, size - 1);
    loader_order(&l, part);
    hold_loaded(&l);
    for (size_t i = 0; i < list.count; i++)
        hold(list.items[i].row >= 1 && list.items[i].row <= (int64_t)size + 1 && list.items[i].message[0] != 0);
    problems_free(&list);
    loader_free(&l);
    arena_free(&memory);
    return 0;
}
