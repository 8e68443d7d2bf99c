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
  "series/ae-within-4-hours/T6Y0W.html",   /* numbered marks of the register */
  "priorities.html", "commitments.html", "log.html",
  "priority/waits-of-a-year.html",         /* local, with a trajectory and signatures */
  "priority/ae-within-4-hours-2026-03.html", /* national */
  "priority/fewer-in-a-e.html",            /* proposed */
  "commitment/theatre-money.html", "commitment/second-hub.html",
  "partner/X24.html",                      /* a partner who is no organisation of the edition */
  "organisation/T6Y0W.html", "organisation/RM1.html", "organisation/QMM.html",
  "oversight.html", "oversight/nhs-oversight-2025-26.html",
  "oversight/nhs-oversight-2026-27.html",   /* without segments */
  "oversight/cqc-systems.html", "oversight/oversight-regimes.html",
  "oversight/nhs-oversight-2025-26/RM1.html", /* segments, the best of them */
  "oversight/nhs-oversight-2025-26/RGP.html", /* held back by an adjustment */
  "oversight/nhs-oversight-2026-27/QE1.html", /* a system, without segments */
  "system-oversight/T6Y0W.html", "system-oversight/QE1.html", "burden.html",
  "plan/RR8.html", "plan/QWO.html",        /* a trust and a system, with four months to plan from */
];

/* Those that the site must have; a missing one is a failure, not a skip. */
exports.types = function (site) {
  const gone = types.filter((t) => !fs.existsSync(path.join(site, t)));
  if (gone.length > 0) throw new Error("the site lacks " + gone.join(", "));
  return types;
};
