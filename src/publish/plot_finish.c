/* Where a drawing goes: its format by the name of the file, the finished bytes, and several drawings on one sheet. */
#include "publish/plot_frame.h"
#include "publish/raster.h"

#include <string.h>

status plot_format_find(const char *target, plot_format *out, error *err)
{
    static const struct {
        const char *ending;
        plot_format format;
    } endings[] = {{".svg", PLOT_SVG}, {".png", PLOT_PNG}, {".pdf", PLOT_PDF}};
    size_t length = target == NULL ? 0 : strlen(target);
    if (length > 0 && strcmp(target, "terminal") == 0) {
        *out = PLOT_TERMINAL;
        return STATUS_OK;
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings && length > 4; i++)
        if (text_is_nocase((text){target + length - 4, 4}, endings[i].ending)) {
            *out = endings[i].format;
            return STATUS_OK;
        }
    status code = error_set(err, STATUS_USAGE, "'%s' is no place for a plot", target != NULL ? target : "");
    error_hint(err, "Write --plot terminal, or the name of a file that ends in .svg, .png or .pdf.");
    return code;
}

plot_medium plot_medium_of(plot_format format)
{
    return (plot_medium){.terminal = format == PLOT_TERMINAL};
}

status plot_finish(plot_format format, const buffer *drawing, double scale, buffer *out, error *err)
{
    status result = buffer_status(drawing, err);
    if (result != STATUS_OK)
        return result;
    switch (format) {
    case PLOT_PNG: result = raster_png(drawing->data, drawing->length, scale, out, err); break;
    case PLOT_PDF: result = raster_pdf(drawing->data, drawing->length, out, err); break;
    default:
        buffer_put(out, drawing->data, drawing->length);
        if (format == PLOT_SVG)
            buffer_char(out, '\n');
    }
    return result == STATUS_OK ? buffer_status(out, err) : result;
}

/* ---- sheets ----------------------------------------------------------------------------------------- */

enum { SHEET_GAP = 16 };

plot_medium plot_sheet_medium(plot_sheet *sheet, const plot_medium *medium)
{
    plot_medium out = *medium;
    (void)snprintf(sheet->unique, sizeof sheet->unique, "%.16s-%zu", frame_unique(medium), sheet->drawn + 1);
    out.unique = sheet->unique;
    out.inlined = true;
    return out;
}

void plot_sheet_add(plot_sheet *sheet, const plot_medium *medium, buffer *drawing)
{
    if (drawing->failed)
        sheet->body.failed = true;
    if (drawing->length == 0)
        return;
    if (sheet->drawn == PLOT_MOST_SHEET) {
        sheet->left_out++;
        buffer_clear(drawing);
        return;
    }
    if (medium->terminal) {
        if (sheet->drawn > 0)
            buffer_char(&sheet->body, '\n');
        buffer_put(&sheet->body, drawing->data, drawing->length);
        sheet->drawn++;
        buffer_clear(drawing);
        return;
    }
    /* The drawing's own <svg viewBox="0 0 W H" role=...>...</svg> becomes a group at its place. */
    const char *view = strstr(drawing->data, "viewBox=\"0 0 "), *role = strstr(drawing->data, " role=\""),
               *end = strchr(drawing->data, '>');
    size_t tail = strlen("</svg>");
    if (view != NULL && role != NULL && end != NULL && view < end && role < end &&
        drawing->length > (size_t)(end - drawing->data) + tail) {
        double width = 0, height = 0;
        const char *at = view + strlen("viewBox=\"0 0 "), *space = strchr(at, ' '), *quote = strchr(at, '"');
        if (space == NULL || quote == NULL || space > quote ||
            !number_parse((text){at, (size_t)(space - at)}, &width) ||
            !number_parse((text){space + 1, (size_t)(quote - space - 1)}, &height))
            width = height = 0; /* not one of our drawings */
        buffer_text(&sheet->body, "<g transform=\"translate(0 ");
        draw_number(sheet->height, &sheet->body);
        buffer_text(&sheet->body, ")\"");
        buffer_put(&sheet->body, role, (size_t)(drawing->data + drawing->length - tail - role));
        buffer_text(&sheet->body, "</g>");
        sheet->height += height + SHEET_GAP;
        sheet->width = width > sheet->width ? width : sheet->width;
        sheet->drawn++;
    }
    buffer_clear(drawing);
}

void plot_sheet_end(plot_sheet *sheet, const plot_medium *medium, const char *title, buffer *out)
{
    char more[96] = "";
    if (sheet->left_out > 0)
        (void)snprintf(more, sizeof more, "%zu more %s not drawn: a sheet holds %d.", sheet->left_out,
                       sheet->left_out == 1 ? "group is" : "groups are", PLOT_MOST_SHEET);
    if (sheet->drawn == 0) {
        const plot_words words = {0};
        frame_sentence(&words, medium, "There are no figures to draw", out);
    } else if (medium->terminal) {
        buffer_put(out, sheet->body.data, sheet->body.length);
        if (more[0] != 0)
            buffer_printf(out, "\n%s\n", more);
    } else {
        double height = sheet->height - SHEET_GAP + (more[0] != 0 ? 30 : 0);
        frame_open(medium, sheet->width, height, plot_given(title) ? title : "Charts", more, out);
        buffer_put(out, sheet->body.data, sheet->body.length);
        if (more[0] != 0)
            draw_label(8, height - 10, "start", "chart-soft", DRAW_SOFT, more, out);
        buffer_text(out, "</svg>");
    }
    out->failed = out->failed || sheet->body.failed;
    buffer_free(&sheet->body);
    *sheet = (plot_sheet){0};
}
