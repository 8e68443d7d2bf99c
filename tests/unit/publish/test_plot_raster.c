/* PNG and PDF of our drawings: real files of the right size, and refusals that say what is wrong. */
#include "publish/raster.h"
#include "test_plot_gallery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static unsigned be32(const char *at)
{
    const unsigned char *u = (const unsigned char *)at;
    return (unsigned)u[0] << 24 | (unsigned)u[1] << 16 | (unsigned)u[2] << 8 | u[3];
}

static bool holds(const buffer *b, const char *piece)
{
    size_t n = strlen(piece);
    for (size_t i = 0; i + n <= b->length; i++)
        if (memcmp(b->data + i, piece, n) == 0)
            return true;
    return false;
}

static void test_png(void **state)
{
    (void)state;
    static const double scales[] = {0, 1, 3};
    for (size_t k = 0; k < COUNT(scales); k++) {
        buffer svg = {0}, png = {0};
        double width, height, scale = scales[k] == 0 ? 2 : scales[k];
        const plot_medium medium = plot_medium_of(PLOT_PNG);
        gallery_p(&medium, &svg);
        assert_int_equal(sscanf(strstr(svg.data, "viewBox=\"0 0 ") + 13, "%lf %lf", &width, &height), 2);
        assert_int_equal(plot_finish(PLOT_PNG, &svg, scales[k], &png, NULL), STATUS_OK);
        assert_true(png.length > 2000);
        assert_memory_equal(png.data, "\x89PNG\r\n\x1a\n", 8);
        assert_int_equal(be32(png.data + 16), (unsigned)ceil(width * scale));
        assert_int_equal(be32(png.data + 20), (unsigned)ceil(height * scale));
        assert_memory_equal(png.data + png.length - 8, "IEND\xae\x42\x60\x82", 8);
        buffer_free(&svg);
        buffer_free(&png);
    }
}

static void test_pdf(void **state)
{
    (void)state;
    buffer svg = {0}, pdf = {0}, again = {0};
    const plot_medium medium = plot_medium_of(PLOT_PDF);
    gallery_p(&medium, &svg);
    assert_int_equal(plot_finish(PLOT_PDF, &svg, 0, &pdf, NULL), STATUS_OK);
    assert_int_equal(plot_finish(PLOT_PDF, &svg, 0, &again, NULL), STATUS_OK);
    assert_memory_equal(pdf.data, "%PDF-", 5);
    assert_true(holds(&pdf, "/MediaBox [ 0 0 540 ")); /* 720 units at 96 an inch */
    assert_true(holds(&pdf, "/Font"));                /* text stays text */
    assert_int_equal(pdf.length, again.length);
    assert_memory_equal(pdf.data, again.data, pdf.length);
    buffer_free(&svg);
    buffer_free(&pdf);
    buffer_free(&again);
}

static void test_svg_and_terminal_stay(void **state)
{
    (void)state;
    buffer drawing = {0}, out = {0};
    buffer_text(&drawing, "<svg/>");
    assert_int_equal(plot_finish(PLOT_SVG, &drawing, 0, &out, NULL), STATUS_OK);
    assert_string_equal(out.data, "<svg/>\n");
    buffer_clear(&out);
    assert_int_equal(plot_finish(PLOT_TERMINAL, &drawing, 0, &out, NULL), STATUS_OK);
    assert_string_equal(out.data, "<svg/>");
    drawing.failed = true;
    assert_int_equal(plot_finish(PLOT_SVG, &drawing, 0, &out, NULL), STATUS_MEMORY);
    buffer_free(&drawing);
    buffer_free(&out);
}

static status png_of(const char *svg, double scale, error *err)
{
    buffer out = {0};
    status result = raster_png(svg, strlen(svg), scale, &out, err);
    buffer_free(&out);
    return result;
}

static status pdf_of(const char *svg, error *err)
{
    buffer out = {0};
    status result = raster_pdf(svg, strlen(svg), &out, err);
    buffer_free(&out);
    return result;
}

static void test_refusals(void **state)
{
    (void)state;
    error err;
    static const char small[] =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 20\"><rect width=\"3\" height=\"3\"/></svg>";
    assert_int_equal(png_of(small, 1, &err), STATUS_OK);
    assert_int_equal(pdf_of(small, &err), STATUS_OK);
    assert_int_equal(png_of(small, 0.01, &err), STATUS_USAGE);
    assert_non_null(strstr(err.message, "0.1 to 20"));
    assert_int_equal(png_of(small, (double)NAN, &err), STATUS_USAGE);
    assert_int_equal(png_of(small, -1, NULL), STATUS_USAGE);
    static const char *const no_svg[] = {"", "hello", "<svg", "<html/>", "\xff\xfe"};
    for (size_t i = 0; i < COUNT(no_svg); i++) {
        assert_int_equal(png_of(no_svg[i], 1, &err), STATUS_REFUSED);
        assert_int_equal(pdf_of(no_svg[i], &err), STATUS_REFUSED);
        assert_true(err.message[0] != 0);
    }
    static const char wide[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20000 20\"/>";
    assert_int_equal(png_of(wide, 1, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "20000 x 20 pixels"));
    assert_true(err.hint[0] != 0);
    assert_int_equal(pdf_of(wide, &err), STATUS_REFUSED);
    static const char large[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 15000 15000\"/>";
    assert_int_equal(png_of(large, 1, &err), STATUS_REFUSED);
    /* Nothing but the text is read. */
    static const char link[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><image "
                               "href=\"file:///etc/hostname\" width=\"9\" height=\"9\"/></svg>";
    assert_int_equal(png_of(link, 1, &err), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_png), cmocka_unit_test(test_pdf),
                                       cmocka_unit_test(test_svg_and_terminal_stay), cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
