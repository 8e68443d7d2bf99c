/* What a reader meets: no sideways scrolling, no other host, no error under a strict policy, a keyboard that gets everywhere, pages that are whole without
   a script, and scripts that do what they say. */
"use strict";
const path = require("path");
const { open, serve, Results } = require("./browser.js");
const { types } = require("./pages.js");

const results = new Results();
let address, browser, site;

async function newPage(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") troubles.push(m.text()); });
  page.on("pageerror", (e) => troubles.push(e.message));
  page.on("request", (r) => { if (!r.url().startsWith(address) && !r.url().startsWith("data:")) troubles.push("asks for " + r.url()); });
  page.on("response", (r) => { if (r.status() >= 400) troubles.push(r.status() + " for " + r.url()); });
  return { page, troubles, close: () => context.close() };
}

async function quietAndNarrow() {
  const { page, troubles, close } = await newPage({});
  for (const type of types(site)) {
    for (const width of [320, 414, 768, 1056, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      if (width === 320) await page.goto(address + type);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      results.check(wide <= 0, type + " scrolls sideways by " + wide + " at " + width);
      /* A wide table may scroll in its own box; a chart has a form for every width, and nothing in it is cut. */
      const cut = await page.evaluate(() => {
        const wrong = [];
        for (const e of document.querySelectorAll("main *")) {
          if (e.closest(".scroll") || e.closest("svg svg") || e.clientWidth === 0 || e.closest(".hidden, .chart-sprite")) continue;
          const style = getComputedStyle(e);
          if (e.namespaceURI.endsWith("xhtml") && style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && style.position !== "absolute")
            wrong.push(e.tagName + "." + e.className + " scrolls by " + (e.scrollWidth - e.clientWidth));
        }
        for (const svg of document.querySelectorAll("main svg.chart")) {
          const box = svg.getBoundingClientRect();
          if (box.width === 0) continue;
          if (box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5) wrong.push("a chart from " + box.left + " to " + box.right);
        }
        return wrong;
      });
      results.check(cut.length === 0, type + " at " + width + ": " + cut.slice(0, 3).join(", "));
      /* The map's words are read as they are drawn: 11 px or more. */
      const small = await page.evaluate(() => Array.from(document.querySelectorAll("[id^=hexes]")).map((t) => t.closest("svg")).filter((s) => s.getBoundingClientRect().width > 0)
        .flatMap((s) => Array.from(s.querySelectorAll("text")).map((t) => parseFloat(getComputedStyle(t).fontSize) * s.getBoundingClientRect().width / s.viewBox.baseVal.width))
        .filter((size) => size < 11).length);
      results.check(small === 0, type + " at " + width + ": " + small + " words of the map are under 11 px");
    }
    results.check(troubles.length === 0, type + ": " + troubles.join(" | "));
    troubles.length = 0;
  }
  await close();
}

async function keyboard() {
  const { page, close } = await newPage({});
  for (const type of types(site)) {
    await page.goto(address + type);
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => {
      const e = document.activeElement, box = e.getBoundingClientRect();
      return { text: e.textContent, visible: box.left >= 0 && box.top >= 0 && box.width > 40 };
    });
    results.check(first.text === "Skip to main content" && first.visible, type + ": the first stop is " + JSON.stringify(first));
    await page.keyboard.press("Enter");
    results.check(await page.evaluate(() => document.activeElement.id === "main"), type + ": the skip link does not move the focus to the main part");
    const order = await page.evaluate(() => document.querySelectorAll("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").length);
    results.check(order === 0, type + ": the tab order is bent");
    /* Each of the next stops shows that it has the focus. */
    let last = -1;
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const e = document.activeElement, s = getComputedStyle(e), mark = e.querySelector && e.querySelector(".chart-focus");
        const all = Array.from(document.querySelectorAll("*"));
        return { at: all.indexOf(e), name: e.tagName + " " + e.textContent.trim().slice(0, 30), body: e === document.body,
          shows: s.boxShadow !== "none" || s.outlineStyle !== "none" || (mark !== null && parseFloat(getComputedStyle(mark).strokeWidth) >= 3) };
      });
      if (stop.body || stop.name.includes("Skip to main content")) break; /* round the end */
      results.check(stop.shows, type + ": nothing shows the focus on " + stop.name);
      results.check(stop.at > last, type + ": the focus goes back to " + stop.name);
      last = stop.at;
    }
  }
  await close();
}

async function withoutScript() {
  const plain = await newPage({ javaScriptEnabled: false });
  const full = await newPage({});
  for (const type of types(site)) {
    await plain.page.goto(address + type);
    await full.page.goto(address + type);
    const count = async (p, what) => p.locator(what).count();
    for (const what of ["main a", "main svg", "main tbody tr", "h1, h2, h3"])
      results.check(await count(plain.page, what) === await count(full.page, what), type + ": without a script there are not as many " + what);
    results.check(await count(plain.page, "form:not([hidden])") === 0, type + ": without a script a form that does nothing is shown");
    results.check(await count(plain.page, "button") === 0, type + ": without a script a button that does nothing is shown");
  }
  await plain.close();
  await full.close();
}

/* What is not known is said in words: no matrix of nothing, no column of nothing, no month without a name. */
async function emptyStates() {
  const { page, close } = await newPage({});
  await page.goto(address + "organisation/00Q.html"); /* one month only */
  results.check(await page.locator(".matrix").count() === 0, "a location with one month has a matrix, all of it empty");
  results.check((await page.locator("main").textContent()).includes("It cannot be told yet"), "a location with one month does not say that change cannot be told");
  await page.goto(address + "organisation/QH8.html");
  results.check(await page.locator(".inset a", { hasText: "D7T5G" }).count() === 1, "a closed system does not link to its successor");
  await page.goto(address + "changes.html");
  results.check(!(await page.locator("main").textContent()).includes("now has ,"), "a measure without figures is said to have a later month");
  for (const type of ["map/rtt-median-wait.html", "measure/rtt-median-wait.html"]) {
    await page.goto(address + type); /* one month only */
    const columns = await page.locator("table.data").first().evaluate((t) => Array.from(t.tHead.rows[0].cells).filter((head, i) =>
      Array.from(t.tBodies[0].rows).every((r) => ["", "not known", "too early to say", "no verdict"].includes(r.cells[i].textContent.trim()))).map((h) => h.textContent));
    results.check(columns.length === 0, type + " has columns that say nothing: " + columns.join(", "));
  }
  await close();
}

async function scriptsWork() {
  const { page, troubles, close } = await newPage({});
  await page.goto(address + "index.html");
  await page.fill("#find-system", "essex");
  results.check(await page.locator("[data-list] > li:visible").count() === 1, "the filter finds not one system for essex");
  results.check(await page.locator(".filter .count").first().textContent() === "1 of 36 shown", "the filter does not say how many are shown");
  await page.fill("#find-system", "zzz");
  results.check(await page.locator(".filter .count").first().textContent() === "Nothing found", "the filter does not say that nothing is found");
  await page.goto(address + "organisations.html");
  await page.fill("#find-any", "RXN");
  results.check(await page.locator("[data-list] > li:visible").count() === 1, "an organisation is not found by its code");
  results.check(await page.locator("[data-group]:visible").count() >= 1 && await page.locator("#closed:visible").count() === 0, "empty groups keep their headings");

  await page.goto(address + "measure/rtt-within-18-weeks.html");
  const table = page.locator("table[data-sortable]").first();
  await table.locator("th:nth-child(2) button").click();
  const values = async () => (await table.locator("tbody tr td:nth-child(2)").allTextContents()).map(parseFloat);
  const up = await values();
  results.check(up.length > 30 && up.every((v, i) => i === 0 || up[i - 1] <= v), "sorting does not put figures in order");
  results.check(await table.locator("th:nth-child(2)").getAttribute("aria-sort") === "ascending", "sorting does not tell its direction");
  await table.locator("th:nth-child(2) button").click();
  const down = await values();
  results.check(down.every((v, i) => i === 0 || down[i - 1] >= v), "sorting again does not turn the order");
  await page.fill("#find-provider", "barts");
  results.check(await page.locator("#find-provider").evaluate((e) => Array.from(e.closest("section").querySelectorAll("tbody tr")).filter((r) => !r.hidden).length) === 1,
    "a provider is not found on a measure's page");

  await page.goto(address + "organisation/QE1.html");
  const all = await page.locator(".score tbody").count();
  await page.check("input[value=improvement]");
  const shown = await page.locator(".score tbody:visible").count();
  results.check(shown > 0 && shown < all, "the scorecard's filter shows " + shown + " of " + all);

  await page.goto(address + "index.html");
  await page.mouse.move(2, 2); /* on no mark: one that scrolled under the pointer would bring up a tooltip of its own */
  await page.locator(".chart a").first().focus();
  results.check(await page.locator(".tip").isVisible(), "no tooltip on focus");
  await page.mouse.move(4, 4);
  results.check(await page.locator(".tip").isVisible(), "a pointer elsewhere takes the tooltip away from the focus");
  await page.keyboard.press("Escape");
  results.check(!(await page.locator(".tip").isVisible()), "Escape does not put the tooltip away");
  results.check(troubles.length === 0, troubles.join(" | "));
  await close();
}

async function darkPrintAndDisk() {
  const light = await newPage({ colorScheme: "light" }), dark = await newPage({ colorScheme: "dark" });
  const ground = (p) => p.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await light.page.goto(address + "index.html");
  await dark.page.goto(address + "index.html");
  results.check(await ground(light.page) !== await ground(dark.page), "dark mode is as light as light");
  await dark.page.emulateMedia({ media: "print", colorScheme: "dark" });
  results.check(await ground(dark.page) === "rgb(255, 255, 255)", "paper is not white in dark mode");
  results.check(!(await dark.page.locator("header nav").isVisible()), "navigation is printed");
  await light.close();
  await dark.close();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto("file://" + path.join(site, "series/ae-within-4-hours/ENGLAND.html"));
  results.check(await page.evaluate(() => getComputedStyle(document.querySelector(".top")).backgroundColor) === "rgb(0, 94, 184)", "no style sheet from disk");
  await page.click("text=All organisations on this measure");
  results.check((await page.title()).includes("Concord") && page.url().endsWith("measure/ae-within-4-hours.html"), "links do not work from disk");
  await context.close();
}

(async () => {
  site = path.resolve(process.argv[2]);
  const opened = await open();
  let server;
  try {
    browser = opened.browser;
    server = await serve(site);
    address = server.address;
    for (const part of [quietAndNarrow, keyboard, withoutScript, emptyStates, scriptsWork, darkPrintAndDisk]) {
      const before = results.checks;
      await part();
      console.log(part.name + ": " + (results.checks - before) + " checks");
    }
  } finally { /* an open server or browser would keep a test that threw waiting for ever */
    await opened.close();
    if (server) await server.close();
  }
  results.end();
})().catch((e) => { console.log(e); process.exitCode = 1; });
