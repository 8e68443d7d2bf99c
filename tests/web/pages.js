/* Every page type of the site that data/sample makes, at least once; kinds of organisations and measures look different. */
"use strict";
const fs = require("fs");
const path = require("path");

const types = [
  "index.html", "map/rtt-within-18-weeks.html", "map/ae-within-4-hours.html", "organisations.html", "measures.html", "changes.html",
  "methods.html", "data.html", "quality.html", "accessibility.html", "404.html",
  "organisation/ENGLAND.html",    /* England */
  "organisation/Y61.html",        /* a region */
  "organisation/QE1.html",        /* a system with a long history */
  "organisation/D7T5G.html",      /* a system formed in April 2026 */
  "organisation/QH8.html",        /* a closed system */
  "organisation/RXN.html",        /* a trust */
  "organisation/00Q.html",        /* a sub-ICB location */
  "measure/rtt-within-18-weeks.html", /* a share */
  "measure/rtt-waiting-list.html",    /* a count */
  "measure/rtt-92nd-percentile-wait.html", /* a percentile */
  "series/rtt-within-18-weeks/QE1.html",   /* breakdowns, limits, target */
  "series/rtt-within-18-weeks/D7T5G.html", /* estimated */
  "series/rtt-within-18-weeks/QH8.html",   /* closed */
  "series/rtt-median-wait/QE1.html",       /* one month */
  "series/ae-within-4-hours/ENGLAND.html", /* a gap */
];

/* Those that the site must have; a missing one is a failure, not a skip. */
exports.types = function (site) {
  const gone = types.filter((t) => !fs.existsSync(path.join(site, t)));
  if (gone.length > 0) throw new Error("the site lacks " + gone.join(", "));
  return types;
};
