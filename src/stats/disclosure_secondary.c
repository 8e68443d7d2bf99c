/*
 * Secondary suppression: which further cells must go so that totals do not give the suppressed ones back.
 *
 * Rows and columns are nodes, suppressed cells the edges between them. Knowing all totals, a suppressed cell can be
 * worked out exactly when it is a bridge: no circle of suppressed cells runs through it, so nothing can be moved
 * around. A row (or column) total that is not published is one more unknown in that row: an edge from the row to an
 * outside node. So a bridge is mended by the cheapest path between its two ends that avoids it, where suppressed
 * cells cost nothing and others the people they would hide.
 */
#include "stats/disclosure.h"

/* Nodes: rows, columns, then the outside column (unpublished row totals) and the outside row (unpublished column
 * totals). */
typedef struct graph {
    const disclosure_table *table;
    size_t nodes, outside_column, outside_row;
} graph;

static graph graph_of(const disclosure_table *table)
{
    const size_t outside = table->rows + table->columns;
    return (graph){table, outside + 2, outside, outside + 1};
}

static bool is_row(const graph *g, size_t node)
{
    return node < g->table->rows;
}

static bool is_column(const graph *g, size_t node)
{
    return node >= g->table->rows && node < g->outside_column;
}

/* Index of the cell between two nodes, or SIZE_MAX where they are not a row and a column. */
static size_t cell_between(const graph *g, size_t a, size_t b)
{
    if (is_row(g, a) && is_column(g, b))
        return a * g->table->columns + (b - g->table->rows);
    if (is_row(g, b) && is_column(g, a))
        return b * g->table->columns + (a - g->table->rows);
    return SIZE_MAX;
}

/* Are the nodes joined by an unknown that nobody publishes (an unpublished total, or both outside nodes)? */
static bool joined_outside(const graph *g, size_t a, size_t b)
{
    const bool rows = !g->table->row_totals, columns = !g->table->column_totals;
    if ((is_row(g, a) && b == g->outside_column) || (is_row(g, b) && a == g->outside_column))
        return rows;
    if ((is_column(g, a) && b == g->outside_row) || (is_column(g, b) && a == g->outside_row))
        return columns;
    /* Where neither kind of total is published the two outside nodes stand for one unknown whole. */
    return (a == g->outside_column && b == g->outside_row) || (a == g->outside_row && b == g->outside_column)
               ? rows && columns
               : false;
}

static bool is_edge(const graph *g, size_t a, size_t b)
{
    const size_t cell = cell_between(g, a, b);
    return cell != SIZE_MAX ? g->table->cells[cell].state != CELL_SHOWN : joined_outside(g, a, b);
}

/* Can one walk from a to b along edges without the edge a-b itself? Breadth first; work: 2 x nodes. */
static bool on_circle(const graph *g, size_t a, size_t b, size_t *work)
{
    size_t *queue = work, *seen = work + g->nodes, head = 0, tail = 0;
    for (size_t n = 0; n < g->nodes; n++)
        seen[n] = 0;
    queue[tail++] = a;
    seen[a] = 1;
    while (head < tail) {
        const size_t node = queue[head++];
        for (size_t next = 0; next < g->nodes; next++) {
            if (seen[next] || (node == a && next == b) || !is_edge(g, node, next))
                continue;
            if (next == b)
                return true;
            seen[next] = 1;
            queue[tail++] = next;
        }
    }
    return false;
}

/* One row or column: cells first, first + step, ... */
typedef struct table_line {
    size_t first, step, count;
} table_line;

static table_line line_of(const disclosure_table *table, size_t node)
{
    return node < table->rows ? (table_line){node * table->columns, 1, table->columns}
                              : (table_line){node - table->rows, table->columns, table->rows};
}

static bool total_is_published(const disclosure_table *table, size_t node)
{
    return node < table->rows ? table->row_totals : table->column_totals;
}

/* Zeros are shown, so a suppressed count is 1 or more: where a line's suppressed counts sum to their number, each is
 * 1. Returns the first cell of such a line, or SIZE_MAX. */
static size_t line_of_ones(const disclosure_table *table, size_t *line_node)
{
    for (size_t node = 0; node < table->rows + table->columns; node++) {
        if (!total_is_published(table, node))
            continue;
        const table_line l = line_of(table, node);
        size_t suppressed = 0, first = SIZE_MAX;
        bool all_ones = true;
        for (size_t i = 0; i < l.count; i++) {
            const size_t cell = l.first + i * l.step;
            if (table->cells[cell].state == CELL_SHOWN)
                continue;
            suppressed++;
            first = first == SIZE_MAX ? cell : first;
            all_ones = all_ones && table->cells[cell].count == 1;
        }
        if (suppressed > 0 && all_ones) {
            *line_node = node;
            return first;
        }
    }
    return SIZE_MAX;
}

/* Suppresses the smallest shown count above 1 of a line. False where there is none. */
static bool widen_line(disclosure_table *table, size_t node)
{
    const table_line l = line_of(table, node);
    size_t smallest = SIZE_MAX;
    for (size_t i = 0; i < l.count; i++) {
        const size_t cell = l.first + i * l.step;
        const disclosure_cell *c = &table->cells[cell];
        if (c->state == CELL_SHOWN && c->count > 1 && (smallest == SIZE_MAX || c->count < table->cells[smallest].count))
            smallest = cell;
    }
    if (smallest == SIZE_MAX)
        return false;
    table->cells[smallest].state = CELL_SECONDARY;
    table->cells[smallest].published = 0;
    return true;
}

static size_t weak_bridge(const disclosure_table *table, size_t *work)
{
    const graph g = graph_of(table);
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const size_t cell = r * table->columns + c;
            if (table->cells[cell].state != CELL_SHOWN && !on_circle(&g, r, table->rows + c, work))
                return cell;
        }
    return SIZE_MAX;
}

size_t disclosure_weak_cell(const disclosure_table *table, size_t *work)
{
    size_t node = 0;
    const size_t bridge = weak_bridge(table, work);
    return bridge != SIZE_MAX ? bridge : line_of_ones(table, &node);
}

static const size_t unreachable = SIZE_MAX;

/* Cost of using the step a-b in a circle: 0 along an edge, the people it hides (and 1 for the cell itself) across a
 * shown cell. */
static size_t step_cost(const graph *g, size_t a, size_t b)
{
    if (is_edge(g, a, b))
        return 0;
    const size_t cell = cell_between(g, a, b);
    if (cell == SIZE_MAX || g->table->cells[cell].count == 0)
        return unreachable;
    const uint64_t people = (uint64_t)g->table->cells[cell].count;
    return people >= (uint64_t)1 << 60 ? (size_t)1 << 60 : (size_t)people + 1;
}

/* Dijkstra from a to b without the step a-b. previous[] tells the way back; work: 3 x nodes. False where there is no
 * way. */
static bool cheapest_path(const graph *g, size_t a, size_t b, size_t *cost, size_t *previous, size_t *done)
{
    for (size_t n = 0; n < g->nodes; n++) {
        cost[n] = unreachable;
        done[n] = 0;
    }
    cost[a] = 0;
    for (;;) {
        size_t node = unreachable;
        for (size_t n = 0; n < g->nodes; n++)
            if (!done[n] && cost[n] != unreachable && (node == unreachable || cost[n] < cost[node]))
                node = n;
        if (node == unreachable)
            return false;
        if (node == b)
            return true;
        done[node] = 1;
        for (size_t next = 0; next < g->nodes; next++) {
            if (done[next] || (node == a && next == b))
                continue;
            const size_t step = step_cost(g, node, next);
            if (step == unreachable || step > unreachable - 1 - cost[node])
                continue;
            if (cost[node] + step < cost[next]) {
                cost[next] = cost[node] + step;
                previous[next] = node;
            }
        }
    }
}

static status cannot_hide(const disclosure_table *table, size_t cell, error *err)
{
    error_set(err, STATUS_REFUSED, "row %zu, column %zu: nothing else can be suppressed to hide this count",
              cell / table->columns + 1, cell % table->columns + 1);
    error_hint(err, "Leave out a total of its row or column, or join it with another row or column.");
    return STATUS_REFUSED;
}

status disclosure_secondary(disclosure_table *table, size_t *work, size_t *added, error *err)
{
    const graph g = graph_of(table);
    *added = 0;
    for (;;) {
        size_t node = 0;
        const size_t weak = weak_bridge(table, work);
        if (weak == SIZE_MAX) {
            const size_t one = line_of_ones(table, &node);
            if (one == SIZE_MAX)
                return STATUS_OK;
            if (!widen_line(table, node))
                return cannot_hide(table, one, err);
            (*added)++;
            continue;
        }
        const size_t row = weak / table->columns, column = table->rows + weak % table->columns;
        size_t *cost = work, *previous = work + g.nodes, *done = work + 2 * g.nodes;
        if (!cheapest_path(&g, row, column, cost, previous, done))
            return cannot_hide(table, weak, err);
        for (node = column; node != row; node = previous[node]) {
            const size_t cell = cell_between(&g, node, previous[node]);
            if (cell != SIZE_MAX && table->cells[cell].state == CELL_SHOWN) {
                table->cells[cell].state = CELL_SECONDARY;
                table->cells[cell].published = 0;
                (*added)++;
            }
        }
    }
}
