/* Our SVG as PNG and PDF. librsvg draws; cairo writes. Nothing is read but the text: there is no base address, so no link leads anywhere. */
#include "publish/raster.h"

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>
#include <math.h>

static status no_room(error *err)
{
    return error_set(err, STATUS_MEMORY, "there is not enough memory to draw the picture");
}

/* Opens the drawing and tells its size in units. */
static status drawing_open(const char *svg, size_t length, RsvgHandle **out, double *width, double *height, error *err)
{
    GError *why = NULL;
    *out = NULL;
    if (length > RASTER_MOST_SVG) {
        error_set(err, STATUS_REFUSED, "the drawing is %zu MB of SVG; at most %zu MB can be turned into a picture",
                  length >> 20, RASTER_MOST_SVG >> 20);
        error_hint(err, "Draw fewer points, or keep the SVG.");
        return STATUS_REFUSED;
    }
    RsvgHandle *handle = length > 0 ? rsvg_handle_new_from_data((const guint8 *)svg, length, &why) : NULL;
    if (handle == NULL) {
        status code =
            error_set(err, STATUS_REFUSED, "the drawing is not SVG: %s", why != NULL ? why->message : "it is empty");
        if (why != NULL)
            g_error_free(why);
        return code;
    }
    rsvg_handle_set_dpi(handle, 96);
    if (!rsvg_handle_get_intrinsic_size_in_pixels(handle, width, height) || !(*width > 0) || !(*height > 0)) {
        RsvgRectangle box = {0};
        gboolean has_width, has_height, has_box;
        RsvgLength ignored;
        rsvg_handle_get_intrinsic_dimensions(handle, &has_width, &ignored, &has_height, &ignored, &has_box, &box);
        *width = has_box ? box.width : 0;
        *height = has_box ? box.height : 0;
    }
    if (!(*width > 0) || !(*height > 0) || !isfinite(*width) || !isfinite(*height)) {
        g_object_unref(handle);
        error_set(err, STATUS_REFUSED, "the drawing has no size");
        error_hint(err, "Give its <svg> a viewBox, or a width and a height.");
        return STATUS_REFUSED;
    }
    *out = handle;
    return STATUS_OK;
}

static cairo_status_t write_bytes(void *closure, const unsigned char *bytes, unsigned length)
{
    buffer *out = closure;
    buffer_put(out, (const char *)bytes, length);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static status surface_draw(RsvgHandle *handle, cairo_surface_t *surface, double width, double height, error *err)
{
    cairo_t *pen = cairo_create(surface);
    const RsvgRectangle place = {0, 0, width, height};
    GError *why = NULL;
    status result = STATUS_OK;
    if (cairo_status(pen) != CAIRO_STATUS_SUCCESS) {
        result = no_room(err);
    } else if (!rsvg_handle_render_document(handle, pen, &place, &why)) {
        result = error_set(err, STATUS_REFUSED, "the drawing cannot be drawn: %s",
                           why != NULL ? why->message : "no reason was given");
        if (why != NULL)
            g_error_free(why);
    } else if (cairo_status(pen) != CAIRO_STATUS_SUCCESS) {
        result =
            error_set(err, STATUS_MEMORY, "the drawing cannot be drawn: %s", cairo_status_to_string(cairo_status(pen)));
    }
    cairo_destroy(pen);
    return result;
}

status raster_png(const char *svg, size_t length, double scale, buffer *out, error *err)
{
    RsvgHandle *handle;
    cairo_surface_t *surface = NULL;
    double width, height;
    if (scale == 0)
        scale = 2;
    if (!(scale >= 0.1 && scale <= 20))
        return error_set(err, STATUS_USAGE, "a scale of %g pixels per unit: it can be 0.1 to 20", scale);
    status result = drawing_open(svg, length, &handle, &width, &height, err);
    if (result != STATUS_OK)
        return result;
    double columns = ceil(width * scale), rows = ceil(height * scale);
    if (columns > RASTER_MOST_SIDE || rows > RASTER_MOST_SIDE || columns * rows > RASTER_MOST_PIXELS) {
        result = error_set(
            err, STATUS_REFUSED,
            "the picture would be %.0f x %.0f pixels; at most %d a side and %.0f million in all can be written",
            columns, rows, RASTER_MOST_SIDE, RASTER_MOST_PIXELS / 1e6);
        error_hint(err, "Choose a smaller scale, fewer rows or groups, or SVG or PDF, which have no pixels.");
        goto out;
    }
    surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)columns, (int)rows);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        result = no_room(err);
        goto out;
    }
    result = surface_draw(handle, surface, columns, rows, err);
    if (result == STATUS_OK && cairo_surface_write_to_png_stream(surface, write_bytes, out) != CAIRO_STATUS_SUCCESS)
        result = no_room(err);
out:
    if (surface != NULL)
        cairo_surface_destroy(surface);
    g_object_unref(handle);
    return result;
}

status raster_pdf(const char *svg, size_t length, buffer *out, error *err)
{
    RsvgHandle *handle;
    double width, height;
    status result = drawing_open(svg, length, &handle, &width, &height, err);
    if (result != STATUS_OK)
        return result;
    const double points = 0.75;
    if (width * points > 14400 || height * points > 14400) { /* the largest page that PDF readers open */
        g_object_unref(handle);
        result = error_set(err, STATUS_REFUSED,
                           "the page would be %.0f x %.0f points; PDF readers open pages of up to 14400",
                           width * points, height * points);
        error_hint(err, "Draw fewer rows or groups, or keep the SVG.");
        return result;
    }
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_bytes, out, width * points, height * points);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        result = no_room(err);
    } else {
        /* cairo would write the time of day: a fixed one keeps the bytes the same. */
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
        result = surface_draw(handle, surface, width * points, height * points, err);
        cairo_surface_finish(surface);
        if (result == STATUS_OK && (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS || out->failed))
            result = no_room(err);
    }
    cairo_surface_destroy(surface);
    g_object_unref(handle);
    return result;
}
