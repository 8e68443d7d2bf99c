/*
 * The style of every chart and icon. Plain classes and literal colours, no variables, because librsvg (packs, PNG) knows none;
 * what librsvg does not know (media queries) comes after what it does.
 *
 * Contrast on paper, light / dark: text at least 4.5:1, marks and lines that carry meaning at least 3:1; grid and band are
 * decoration, everything they say is also in the labels (tests/unit/publish/test_chart_style.c holds this).
 */
#include "publish/charts.h"

static const char LIGHT[] = ".chart{font-family:Arial,Helvetica,sans-serif;font-size:14px;max-width:100%;height:auto}"
                            ".chart text{font-variant-numeric:tabular-nums}"
                            ".chart-paper{fill:#fff}"
                            ".chart-ink,.chart-title{fill:#212b32}"
                            ".chart-soft{fill:#4c6272}"
                            ".chart-grid{stroke:#e1e6e9;fill:none}"
                            ".chart-tick,.chart-axis{stroke:#768692;fill:none}"
                            ".chart-band{fill:#eef2f4}"
                            ".chart-mean{stroke:#425563;fill:none}"
                            ".chart-limit{stroke:#768692;fill:none}"
                            ".chart-target{stroke:#8b1538;fill:none}"
                            ".chart-target-text{fill:#8b1538}"
                            ".chart-agreed{stroke:#00594f;fill:none}"
                            ".chart-agreed-text{fill:#00594f}"
                            ".chart-line{stroke:#768692;fill:none}"
                            ".chart-leader{stroke:#aeb7bd;fill:none}"
                            ".chart-common{fill:#5b6d78}"
                            ".chart-improvement{fill:#005eb8}"
                            ".chart-concern{fill:#b84a00}"
                            ".chart-neutral{fill:#6a2c91}"
                            ".chart-open{fill:#fff;stroke:#5b6d78}"
                            ".chart-ring{fill:none;stroke:#5b6d78}"
                            ".chart-on{fill:#fff}.chart-note{fill:#fff;stroke:#212b32}"
                            ".chart-hit{fill:none;pointer-events:all}"
                            ".chart-point:hover .chart-hit{fill:#4c6272;fill-opacity:.09}"
                            ".chart-interval{stroke:#8a99a3}"
                            ".chart-dot{fill:#425563}"
                            ".chart-own{fill:#005eb8}"
                            ".chart-stripe{fill:#f5f7f8}"
                            ".chart-class-1{fill:#dbe9f6}.chart-class-2{fill:#a9cbe8}.chart-class-3{fill:#6ba3d6}."
                            "chart-class-4{fill:#2268ae}.chart-class-5{fill:#083b73}"
                            ".chart-class-0{fill:#fff;stroke:#768692}"
                            ".chart-on-light{fill:#1a2329}.chart-on-dark{fill:#fff}"
                            ".chart a:hover .chart-focus{stroke:#212b32;stroke-width:2}"
                            ".chart a:focus{outline:none}.chart a:focus "
                            ".chart-focus{fill:#ffeb3b;stroke:#212b32;stroke-width:4}.chart a:focus text{fill:#212b32}"
                            ".chart-link{text-decoration:underline}"
                            ".chart-icon-letter{stroke:#fff}.chart-icon-ring{stroke:#5b6d78;fill:none}"
                            ".chart-icon{width:2rem;height:2rem;vertical-align:middle}"
                            ".chart-spark{width:8.25rem;height:2.25rem;vertical-align:middle}"
                            ".chart-sprite{position:absolute;width:0;height:0}";

static const char DARK[] = ".chart-paper{fill:#1b2329}"
                           ".chart-ink,.chart-title{fill:#f0f4f5}"
                           ".chart-soft{fill:#c0cad1}"
                           ".chart-grid{stroke:#36424a}"
                           ".chart-tick,.chart-axis{stroke:#8a99a3}"
                           ".chart-band{fill:#28333b}"
                           ".chart-mean{stroke:#d8dde0}"
                           ".chart-limit{stroke:#93a1aa}"
                           ".chart-target{stroke:#ff8fa8}"
                           ".chart-target-text{fill:#ff8fa8}"
                           ".chart-agreed{stroke:#5fd3bc}"
                           ".chart-agreed-text{fill:#5fd3bc}"
                           ".chart-line{stroke:#93a1aa}"
                           ".chart-leader{stroke:#5b6d78}"
                           ".chart-common{fill:#aeb7bd}"
                           ".chart-improvement{fill:#62b0ff}"
                           ".chart-concern{fill:#ff9a4a}"
                           ".chart-neutral{fill:#cf9cf0}"
                           ".chart-open{fill:#1b2329;stroke:#aeb7bd}"
                           ".chart-ring{stroke:#aeb7bd}.chart-note{fill:#1b2329;stroke:#f0f4f5}"
                           ".chart-on{fill:#10161a}.chart-icon-letter{stroke:#10161a}.chart-icon-ring{stroke:#aeb7bd}"
                           ".chart-point:hover .chart-hit{fill:#fff}"
                           ".chart-interval{stroke:#7b8a94}"
                           ".chart-dot{fill:#c0cad1}"
                           ".chart-own{fill:#62b0ff}"
                           ".chart-stripe{fill:#222c33}"
                           ".chart-class-0{fill:#1b2329;stroke:#93a1aa}"
                           ".chart a:hover .chart-focus{stroke:#fff}.chart a:focus text{fill:#212b32}";

void chart_style(buffer *out)
{
    buffer_put(out, LIGHT, sizeof LIGHT - 1);
    buffer_text(out, "@media screen and (prefers-color-scheme:dark){");
    buffer_put(out, DARK, sizeof DARK - 1);
    buffer_text(
        out,
        "}"
        "@media "
        "print{.chart-paper,.chart-on{fill:#fff}.chart-ink,.chart-title,.chart-soft{fill:#000}.chart-hit{display:none}}"
        "@media (forced-colors:active){.chart{forced-color-adjust:auto}.chart-paper{fill:Canvas}"
        ".chart-ink,.chart-title,.chart-soft,.chart-target-text,.chart-agreed-text{fill:CanvasText}.chart-band{fill:"
        "none}"
        ".chart-line,.chart-mean,.chart-limit,.chart-target,.chart-agreed,.chart-axis{stroke:CanvasText}}"
        ".chart-narrow{display:none}"
        "@media screen and (max-width:41.25em){.chart-narrow{display:block}.chart-wide{display:none}}");
}
