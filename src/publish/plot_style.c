/* What plots need in colours and lines beside the style of the charts, and how a drawing opens. */
#include "publish/plot_frame.h"

void frame_style_rules(buffer *out)
{
    buffer_text(
        out,
        ".plot-fit,.plot-own{stroke:#212b32;fill:none}"
        ".plot-series-1{stroke:#005eb8;fill:none}.plot-series-2{stroke:#b84a00;fill:none}.plot-series-3{stroke:#6a2c91;"
        "fill:none}"
        ".plot-series-4{stroke:#425563;fill:none}.plot-series-5{stroke:#8b1538;fill:none}.plot-series-6{stroke:#768692;"
        "fill:none}"
        ".plot-text-1{fill:#005eb8}.plot-text-2{fill:#b84a00}.plot-text-3{fill:#6a2c91}.plot-text-4{fill:#425563}"
        ".plot-text-5{fill:#8b1538}.plot-text-6{fill:#4c6272}"
        ".plot-bar{stroke:#aeb7bd;fill:none}"
        "@media screen and "
        "(prefers-color-scheme:dark){.plot-fit,.plot-own{stroke:#f0f4f5}.plot-series-1{stroke:#62b0ff}"
        ".plot-series-2{stroke:#ff9a4a}.plot-series-3{stroke:#cf9cf0}.plot-series-4{stroke:#c0cad1}.plot-series-5{"
        "stroke:#ff8fa8}"
        ".plot-series-6{stroke:#93a1aa}.plot-text-1{fill:#62b0ff}.plot-text-2{fill:#ff9a4a}.plot-text-3{fill:#cf9cf0}"
        ".plot-text-4{fill:#c0cad1}.plot-text-5{fill:#ff8fa8}.plot-text-6{fill:#c0cad1}.plot-bar{stroke:#5b6d78}}"
        "@media (forced-colors:active){.plot-fit,.plot-bar,.plot-series-1,.plot-series-2,.plot-series-3,.plot-series-4,"
        ".plot-series-5,.plot-series-6{stroke:CanvasText}}");
}

void plot_style(buffer *out)
{
    frame_style_rules(out);
}

const char *frame_unique(const plot_medium *medium)
{
    return plot_given(medium->unique) ? medium->unique : "plot";
}

void frame_open(const plot_medium *medium, double width, double height, const char *title, const char *description,
                buffer *out)
{
    draw_open(frame_unique(medium), width, height, !medium->inlined, title, description, out);
    if (!medium->inlined) {
        buffer_text(out, "<style>");
        frame_style_rules(out);
        buffer_text(out, "</style>");
    }
}
