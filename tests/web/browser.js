/* Chromium, a server of the site with a strict content security policy, and what tests share. Skips (77) where there is no browser. */
"use strict";
const fs = require("fs");
const http = require("http");
const os = require("os");
const path = require("path");

const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync"];
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
  ".csv": "text/csv; charset=utf-8", ".json": "application/json" };

function skip(why) {
  console.log("skipped: " + why);
  process.exit(77);
}

exports.open = async function () {
  let playwright;
  try {
    playwright = require("playwright-core");
  } catch {
    skip("playwright-core is not installed: run make setup");
  }
  if (!fs.existsSync(CHROMIUM)) skip("no Chromium at " + CHROMIUM);
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "concord-browser-"));
  const browser = await playwright.chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS, env: { ...process.env, HOME: profile } });
  return {
    browser,
    close: async () => {
      await browser.close();
      fs.rmSync(profile, { recursive: true, force: true });
    },
  };
};

/* Serves the folder on loopback with the policy; its address ends in "/". */
exports.serve = function (site) {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const file = path.join(site, name);
    if (!file.startsWith(path.resolve(site) + path.sep) || !fs.existsSync(file) || !fs.statSync(file).isFile()) {
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end("not found");
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[path.extname(file)] || "application/octet-stream", "Content-Security-Policy": POLICY,
      "X-Content-Type-Options": "nosniff" });
    fs.createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({
    address: "http://127.0.0.1:" + server.address().port + "/",
    close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  })));
};

/* Collects failures, so that one run names them all; ends the process with 1 if there is one. */
exports.Results = class {
  constructor() { this.checks = 0; this.failures = []; }
  check(holds, what) {
    this.checks++;
    if (!holds) this.failures.push(what);
  }
  end() {
    for (const f of this.failures.slice(0, 60)) console.log("FAILED " + f);
    console.log(this.checks + " checks, " + this.failures.length + " failed");
    process.exitCode = this.failures.length > 0 || this.checks === 0 ? 1 : 0;
  }
};
