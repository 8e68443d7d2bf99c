/* The whole site as files, no browser needed. Every link of every page: the file is there, the fragment is an id of it, the letters' case agrees.
   Every JSON file parses and has the rows of the CSV file beside it; every CSV row has all columns. */
"use strict";
const fs = require("fs");
const path = require("path");
const { Results } = require("./browser.js");

const site = path.resolve(process.argv[2]);
const results = new Results();
const files = new Map(); /* path -> set of ids, null for what is no page */

(function walk(folder) {
  for (const entry of fs.readdirSync(path.join(site, folder), { withFileTypes: true })) {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) walk(name);
    else files.set(name, null);
  }
})("");

const unescape = (s) => s.replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const links = [];
for (const name of files.keys()) {
  if (!name.endsWith(".html")) continue;
  const html = fs.readFileSync(path.join(site, name), "utf8");
  const ids = new Set();
  for (const m of html.matchAll(/ id="([^"]*)"/g)) {
    results.check(!ids.has(m[1]), name + ": id " + m[1] + " twice");
    ids.add(m[1]);
  }
  files.set(name, ids);
  for (const m of html.matchAll(/<(\w+)[^>]*? (?:href|src)="([^"]*)"/g)) {
    const address = unescape(m[2]);
    if (/^[a-z]+:/i.test(address)) {
      results.check(address.startsWith("https://") && m[1] === "a", name + ": <" + m[1] + "> leads to " + address);
      continue;
    }
    links.push([name, address]);
  }
  for (const m of html.matchAll(/ (?:aria-labelledby|aria-describedby|for)="([^"]*)"/g))
    for (const id of m[1].split(" ")) results.check(html.includes(' id="' + id + '"'), name + ": no element has the id " + id);
}
for (const [name, address] of links) {
  const [file, anchor] = address.split("#");
  const target = file === "" ? name : path.posix.join(path.posix.dirname(name), file);
  if (!files.has(target)) results.check(false, name + " links to " + address + ", which is not there");
  else results.check(!anchor || files.get(target).has(anchor), name + " links to " + address + ": no such place on that page");
}
const COLUMNS = "measure,organisation,breakdown,period,numerator,denominator,value,target,mean,lower,upper,segment,rule,signal";
let data = 0;
for (const name of files.keys()) {
  if (!name.endsWith(".json")) continue;
  let json;
  try {
    json = JSON.parse(fs.readFileSync(path.join(site, name), "utf8"));
  } catch (e) {
    results.check(false, name + ": " + e.message);
    continue;
  }
  if (!name.startsWith("series/")) continue;
  const lines = fs.readFileSync(path.join(site, name.replace(/json$/, "csv")), "utf8").trimEnd().split("\n");
  results.check(lines[0] === COLUMNS && json.columns.join() === COLUMNS, name + ": other columns");
  results.check(json.data.length === lines.length - 1, name + ": " + json.data.length + " rows, its CSV has " + (lines.length - 1));
  const wrong = lines.findIndex((l, i) => i > 0 && (l.split(",").length !== 14 || l.split(",").some((c, k) => c !== (json.data[i - 1][k] === null ? "" : String(json.data[i - 1][k])))));
  results.check(wrong < 0, name + ": its CSV differs in line " + (wrong + 1));
  data++;
}
results.check(data > 1000, "only " + data + " series have data files");
console.log(data + " series with data files");
console.log(files.size + " files, " + links.length + " links");
results.check(links.length > 10000, "only " + links.length + " links were found");
results.end();
