/* axe-core finds nothing on any page type: wide and narrow, light and dark. */
"use strict";
const path = require("path");
const { open, Results } = require("./browser.js");
const { types } = require("./pages.js");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

(async () => {
  const site = path.resolve(process.argv[2]);
  const { browser, close } = await open();
  const axe = require.resolve("axe-core/axe.min.js");
  const results = new Results();
  try {
    for (const colorScheme of ["light", "dark"])
      for (const width of [1280, 320]) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
        const page = await context.newPage();
        for (const type of types(site)) {
          await page.goto("file://" + path.join(site, type));
          /* What is folded is part of the page. */
          await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
          await page.addScriptTag({ path: axe });
          const found = await page.evaluate(async (tags) => {
            const r = await window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
            return { passes: r.passes.length, violations: r.violations.map((v) => v.id + " (" + v.impact + ", " + v.nodes.length + "): " + v.help + "\n    " +
              v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " [" + n.any.concat(n.all, n.none).map((a) => a.message).join("; ").slice(0, 200) + "]").join("\n    ")) };
          }, TAGS);
          results.check(found.passes > 10, type + ": axe looked at nothing");
          for (const v of found.violations) results.check(false, type + " at " + width + ", " + colorScheme + ": " + v);
          results.check(true, type);
        }
        await context.close();
      }
  } finally { /* an open browser would keep a test that threw waiting for ever */
    await close();
  }
  results.end();
})().catch((e) => { console.log(e); process.exitCode = 1; });
