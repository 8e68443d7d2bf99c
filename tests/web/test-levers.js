/* The levers of a plan under `concord serve`: with a script the answer follows the slider, without one the form asks for it; both say what is wrong. */
"use strict";
const { spawn } = require("child_process");
const { open, Results } = require("./browser.js");

const results = new Results();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let address, browser;

function serveWorkspace(workspace) {
  const server = spawn(process.env.CONCORD, ["-w", workspace, "serve", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let said = "";
    server.on("exit", (code) => reject(new Error("concord serve ended with " + code)));
    server.stdout.on("data", (bytes) => {
      said += bytes;
      const found = said.match(/Serving (http:\S+)/);
      if (found) resolve({ address: found[1] + "/", close: () => new Promise((done) => { server.removeAllListeners("exit"); server.on("exit", done); server.kill("SIGTERM"); }) });
    });
  });
}

async function newPage(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (m) => { if (m.type() === "error" && !/status of 400/.test(m.text())) troubles.push(m.text()); });
  page.on("pageerror", (e) => troubles.push(e.message));
  page.on("request", (r) => { if (!r.url().startsWith(address)) troubles.push("asks for " + r.url()); });
  return { page, troubles, close: () => context.close() };
}

async function axeFindsNothing(page, what) {
  /* The page's own policy lets no other script in: it is put in by the browser itself. */
  await page.evaluate(require("fs").readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const found = await page.evaluate(async (tags) => (await window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }))
    .violations.map((v) => v.id + ": " + v.help + " " + v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join(" | ")), TAGS);
  results.check(found.length === 0, what + ": " + found.join("; "));
}

/* Until the answer has stood for a second: moves are answered a moment after the last of them. */
async function settled(page) {
  for (let before = null, now = ""; before !== now; before = now, now = await page.textContent("#answer")) await page.waitForTimeout(1000);
}

async function sliders() {
  const { page, troubles, close } = await newPage({});
  await page.goto(address + "plan/RR8.html");
  await page.click("text=Move the levers");
  results.check(page.url() === address + "plan/RR8", "the plan leads to " + page.url());
  const said = () => page.locator("#answer .said").textContent();
  const slider = page.locator("input[type=range]").first(), before = await said();
  results.check(await page.locator("input[type=range]").count() === 3, "there are not three sliders");
  await slider.focus();
  for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowRight");
  await page.waitForFunction((old) => document.querySelector("#answer .said").textContent !== old, before);
  await page.waitForFunction(() => document.querySelector("#answer .said").textContent.startsWith("With 10% more treatments"));
  await page.waitForFunction(() => document.querySelector("#answer-said").textContent !== "");
  await settled(page);
  results.check(await page.inputValue("#capacity") === "10", "the number beside the slider is " + await page.inputValue("#capacity"));
  results.check(page.url().includes("capacity=10"), "the address does not keep the levers: " + page.url());
  results.check((await page.locator("#answer-said").textContent()).startsWith("With 10% more"), "nothing is said to a screen reader");
  results.check(await page.evaluate(() => document.activeElement.type) === "range", "the focus is lost when the answer comes");
  await page.selectOption("#profile", "flat");
  await page.waitForFunction(() => document.querySelector("#answer .said").textContent.includes("at once"));

  /* A number that cannot be used is named beside its field and in the answer's place; a good one takes that away. */
  await page.fill("#growth", "lots");
  await page.waitForSelector("#answer .problems");
  results.check(await page.getAttribute("#growth", "aria-invalid") === "true", "the field is not marked as wrong");
  results.check(await page.locator("#growth-error").isVisible(), "nothing beside the field says why");
  await axeFindsNothing(page, "levers with a mistake");
  await page.fill("#growth", "1");
  await page.waitForFunction(() => document.querySelector(".problems") === null);
  results.check(await page.getAttribute("#growth", "aria-invalid") === null, "the field is still marked as wrong");

  /* The same levers, asked for again from the address alone, have the same answer. */
  await page.waitForFunction(() => location.search.includes("growth=1"));
  await settled(page);
  const now = await said();
  await page.reload();
  results.check(await said() === now, "the address has another answer: " + await said());
  for (const width of [320, 414, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    results.check(wide <= 0, "the levers scroll sideways by " + wide + " at " + width);
    await axeFindsNothing(page, "levers at " + width);
  }
  results.check(troubles.length === 0, troubles.join(" | "));
  await close();
}

async function withoutScript() {
  const { page, close } = await newPage({ javaScriptEnabled: false });
  await page.goto(address + "plan/QWO");
  results.check(await page.locator("input[type=range]").count() === 0, "there are sliders without a script");
  await page.fill("#capacity", "12");
  await page.fill("#by", "2028-03");
  await page.click("text=Work it out");
  results.check((await page.locator("#answer .said").textContent()).startsWith("With 12% more treatments"), "the form does not answer");
  results.check(await page.inputValue("#by") === "2028-03", "what was typed is not kept");
  await page.fill("#target", "100");
  await page.click("text=Work it out");
  results.check((await page.title()).startsWith("Error: "), "the title does not say that something is wrong");
  await page.click(".problems a");
  results.check(page.url().endsWith("#target"), "the mistake does not lead to its field");
  results.check(await page.inputValue("#target") === "100", "what was wrong is not kept");
  await close();
}

async function darkAxe() {
  const { page, close } = await newPage({ colorScheme: "dark" });
  await page.goto(address + "plan/RR8?growth=2&capacity=x");
  await axeFindsNothing(page, "levers in the dark");
  await close();
}

(async () => {
  if (!process.env.CONCORD) throw new Error("CONCORD names no program");
  const opened = await open();
  let server;
  try {
    browser = opened.browser;
    server = await serveWorkspace(process.argv[2]);
    address = server.address;
    await sliders();
    await withoutScript();
    await darkAxe();
  } finally { /* what is left open would keep a test that threw waiting for ever */
    if (server) await server.close();
    await opened.close();
  }
  results.end();
})().catch((e) => { console.log(e); process.exitCode = 1; });
