// Measures a few pages as a phone on a slow line meets them. Accessibility, best practices, search
// engines and a steady layout are facts and must be perfect. Performance is simulated from timings,
// which are noisy on a busy machine: a run below the limit is repeated before it counts, and the
// limit is far below what an idle machine gives.
import assert from "node:assert/strict";
import { join } from "node:path";
import { built, CHROMIUM, FLAGS, root } from "./site.mjs";
import { serve } from "./server.mjs";

const modules = join(root, "tests/tools/node_modules");
const { default: lighthouse } = await import(join(modules, "lighthouse/core/index.js"));
const { launch } = await import(join(modules, "chrome-launcher/dist/index.js"));

const PERFECT = ["accessibility", "best-practices", "seo"];
const LEAST = 90;
const PAGES = [
  "/",
  "/tools/github-github-mcp-server/",
  "/tools/github-github-mcp-server/merge-pull-request/",
  "/search/",
  "/stack/",
];

const site = built();
// Real hosts compress; without that the numbers would be of a host that nobody uses.
const host = await serve(site.out, { gzip: true });
const chrome = await launch({ chromePath: CHROMIUM, chromeFlags: ["--headless=new", ...FLAGS] });
const faults = [];

async function measure(path) {
  const { lhr } = await lighthouse(host.origin + path, { port: chrome.port, logLevel: "silent", output: "json" });
  assert.ok(!lhr.runtimeError, lhr.runtimeError?.message);
  return lhr;
}

try {
  for (const path of PAGES) {
    let report = await measure(path);
    const score = (name) => Math.round(report.categories[name].score * 100);
    if (score("performance") < LEAST) report = await measure(path);
    const shift = report.audits["cumulative-layout-shift"].numericValue;
    console.log(`${path}: performance ${score("performance")}, layout shift ${shift}, ` +
      PERFECT.map((name) => `${name} ${score(name)}`).join(", "));
    if (score("performance") < LEAST) faults.push(`${path}: performance is ${score("performance")}`);
    if (shift !== 0) faults.push(`${path}: the layout shifts by ${shift}`);
    for (const name of PERFECT.filter((name) => score(name) !== 100)) {
      const failed = report.categories[name].auditRefs.map(({ id }) => report.audits[id])
        .filter((audit) => audit.score !== null && audit.score < 1);
      faults.push(`${path}: ${name} is ${score(name)}: ${failed.map(({ id }) => id).join(", ")}`);
    }
  }
} finally {
  await chrome.kill();
  await host.close();
  site.remove();
}
assert.deepEqual(faults, [], faults.join("\n"));
