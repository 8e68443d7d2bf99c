/* What a list by time waited answers: its size, shares and percentiles, and the finer shape within its bands. */
#include "plan/flow.h"

#include <math.h>

double flow_total(const double *stock, size_t bands)
{
    double total = 0;
    for (size_t i = 0; i < bands; i++)
        total += stock[i];
    return total;
}

double flow_share_from(const double *stock, size_t bands, size_t from)
{
    const double total = flow_total(stock, bands);
    if (!(total > 0) || from >= bands)
        return 0;
    return flow_total(stock + from, bands - from) / total;
}

double flow_percentile(const double *stock, size_t bands, double p)
{
    const double total = flow_total(stock, bands);
    if (!(total > 0) || !(p > 0 && p <= 1))
        return NAN;
    const double wanted = p * total;
    double below = 0;
    size_t last = 0;
    for (size_t i = 0; i < bands; i++) {
        if (!(stock[i] > 0))
            continue;
        if (below + stock[i] >= wanted)
            return (double)i + (wanted - below) / stock[i];
        below += stock[i];
        last = i;
    }
    return (double)last + 1; /* rounding left a trace beyond the last person */
}

/* Where `wanted` of the pieces' people have been passed. */
double flow_percentile_weeks(const double *stock, const flow_detail *detail, double p)
{
    double total = 0;
    for (size_t i = 0; i < detail->count; i++)
        total += stock[detail->pieces[i].band] * detail->pieces[i].share;
    if (!(total > 0) || !(p > 0 && p <= 1))
        return NAN;
    const double wanted = p * total;
    double below = 0, reached = NAN;
    for (size_t i = 0; i < detail->count; i++) {
        const flow_piece *piece = &detail->pieces[i];
        const double people = stock[piece->band] * piece->share;
        if (!(people > 0))
            continue;
        if (below + people >= wanted)
            return isfinite(piece->to_weeks)
                       ? piece->from_weeks + (piece->to_weeks - piece->from_weeks) * (wanted - below) / people
                       : NAN;
        below += people;
        reached = isfinite(piece->to_weeks) ? piece->to_weeks : NAN;
    }
    return reached;
}

double flow_over(const double *stock, const flow_detail *detail, double weeks)
{
    double over = 0;
    for (size_t i = detail->count; i-- > 0;) {
        const flow_piece *piece = &detail->pieces[i];
        const double people = stock[piece->band] * piece->share;
        if (piece->from_weeks >= weeks)
            over += people;
        else if (!isfinite(piece->to_weeks))
            over += people; /* asked for a wait within the open piece: all of it, an upper bound */
        else if (piece->to_weeks > weeks)
            over += people * (piece->to_weeks - weeks) / (piece->to_weeks - piece->from_weeks);
        else
            break;
    }
    return over;
}

typedef struct pieces_out {
    double *stock;
    flow_piece *pieces;
    size_t count;
} pieces_out;

static void piece_put(pieces_out *out, size_t band, double from, double to, double people)
{
    if (out->stock)
        out->stock[band] += people;
    if (out->pieces)
        out->pieces[out->count] = (flow_piece){band, from, to, people};
    out->count++;
}

/* People become shares of their band. The open piece has no width: in a band without people it gets nothing unless it is alone. */
static void shares_make(flow_piece *pieces, size_t count)
{
    for (size_t first = 0, end; first < count; first = end) {
        double people = 0, width = 0;
        for (end = first; end < count && pieces[end].band == pieces[first].band; end++) {
            people += pieces[end].share;
            width += isfinite(pieces[end].to_weeks) ? pieces[end].to_weeks - pieces[end].from_weeks : 0;
        }
        for (size_t i = first; i < end; i++) {
            flow_piece *piece = &pieces[i];
            if (people > 0)
                piece->share /= people;
            else if (width > 0)
                piece->share = isfinite(piece->to_weeks) ? (piece->to_weeks - piece->from_weeks) / width : 0;
            else
                piece->share = 1;
        }
    }
}

status flow_bands_from_weeks(const double *by_week, size_t weeks, double step_weeks, size_t bands, double *stock,
                             flow_piece *pieces, size_t *count, error *err)
{
    if (bands < 2 || bands > FLOW_BANDS_MAXIMUM || !(step_weeks > 0) ||
        (double)(bands - 1) * step_weeks > (double)weeks) {
        error_set(err, STATUS_USAGE, "%zu bands of %.4g weeks do not fit into counts of %zu weeks", bands, step_weeks,
                  weeks);
        error_hint(err, "The last band must begin before the weeks end: at most %.0f bands.",
                   step_weeks > 0 ? floor((double)weeks / step_weeks) + 1 : 0);
        return STATUS_USAGE;
    }
    pieces_out out = {stock, pieces, 0};
    for (size_t i = 0; stock && i < bands; i++)
        stock[i] = 0;
    size_t band = 0;
    for (size_t week = 0; week < weeks; week++) {
        double from = (double)week;
        const double to = from + 1;
        while (band < bands - 1 && (double)(band + 1) * step_weeks < to) {
            const double cut = (double)(band + 1) * step_weeks;
            if (cut > from)
                piece_put(&out, band, from, cut, by_week[week] * (cut - from));
            from = cut > from ? cut : from;
            band++;
        }
        piece_put(&out, band, from, to, by_week[week] * (to - from));
    }
    piece_put(&out, bands - 1, (double)weeks, INFINITY, by_week[weeks]);
    if (pieces)
        shares_make(pieces, out.count);
    if (count)
        *count = out.count;
    return STATUS_OK;
}
