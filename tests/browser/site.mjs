// What all browser tests share: a freshly built site, its hosts, one browser, and a page of each kind.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "./server.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
// The packages are installed beside their lock file, where Node does not look by itself.
export const tools = createRequire(new URL("../tools/package.json", import.meta.url));

export const CHROMIUM = "/usr/bin/chromium";
// The browser may ask nothing of the network for itself: the tests count requests.
export const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

// To be run before a page as an init script, whatever the policy of the page is.
export const AXE = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// The shipped site: the folder that SITE names, or one that the binary of `cargo build` writes.
/// `remove` takes the latter away.
export function built() {
  if (process.env.SITE) return { out: process.env.SITE, remove() {} };
  const work = mkdtempSync(join(tmpdir(), "policypress-browser-"));
  const out = join(work, "site");
  execFileSync(join(root, "target/debug/policypress"), ["build", "-q", "--root", root, "--out", out]);
  return { out, remove: () => rmSync(work, { recursive: true, force: true }) };
}

/// A site of these records, written by the binary of `cargo build`, as `built` does with the shipped
/// one; `remove` takes it away.
function builtOf(records, settings) {
  const work = mkdtempSync(join(tmpdir(), "policypress-browser-"));
  mkdirSync(join(work, "content"));
  writeFileSync(join(work, "site.toml"), `title = "Test"\nbase_url = "https://example.org/"\ncatalogue = ["content/all.jsonl"]\n${settings}`);
  writeFileSync(join(work, "content/all.jsonl"), records.map((record) => JSON.stringify(record) + "\n").join(""));
  execFileSync(join(root, "target/debug/policypress"), ["build", "-q"], { cwd: work });
  return { out: join(work, "public"), remove: () => rmSync(work, { recursive: true, force: true }) };
}

/// A built and served site with a browser; `close` takes all of it away again. With `records` it is one
/// of these, with more lines of site.toml as `settings`; if absent, the shipped one.
export async function open({ records, settings = "", ...options } = {}) {
  const { out, remove } = records ? builtOf(records, settings) : built();
  const host = await serve(out, options);
  const { chromium } = tools("playwright-core");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  return {
    out,
    origin: host.origin,
    browser,
    file: (path) => readFileSync(join(out, path)),
    async close() {
      await browser.close();
      await host.close();
      remove();
    },
  };
}

/// The machine-readable records of all servers, with `slug`, which pages and policies are named by.
export function records(out) {
  const folder = join(out, "api/v1/servers");
  return readdirSync(folder).sort().map((name) => ({
    ...JSON.parse(readFileSync(join(folder, name), "utf8")),
    slug: name.replace(/\.json$/, ""),
  }));
}

const SERVER = "github-github-mcp-server";

/// One address of each kind of page, by a name for reports.
export function kinds(out) {
  const pages = {
    home: "/",
    servers: "/tools/",
    server: `/tools/${SERVER}/`,
  };
  const all = records(out).flatMap((server) => server.tools);
  for (const category of ["read", "write", "execute", "destructive", "financial"]) {
    const tool = all.find((tool) => tool.category === category);
    pages[`${category} tool`] = new URL(tool.url).pathname;
  }
  return {
    ...pages,
    policies: "/policies/",
    policy: `/policies/${SERVER}/`,
    categories: "/categories/",
    category: "/categories/destructive/",
    risks: "/risk/",
    risk: "/risk/critical/",
    attacks: "/attacks/",
    attack: "/attacks/tool-poisoning/",
    glossary: "/glossary/",
    term: "/glossary/blast-radius/",
    about: "/about/",
    method: "/how-risk-is-assigned/",
    search: "/search/",
    results: "/search/?q=issue",
    "empty stack": "/stack/",
    stack: `/stack/#${SERVER},modelcontextprotocol-server-filesystem`,
    missing: "/no-such-page/",
  };
}

/// Opens a page and waits until it is idle: loaded, nothing under way, and its script's work shown.
export async function visit(page, address) {
  // A change of the fragment alone would not load the page again.
  await page.goto("about:blank");
  page.setDefaultTimeout(10_000);
  await page.goto(address, { waitUntil: "networkidle" });
  const { pathname, search, hash } = new URL(address);
  if (search) await page.locator("#results > li").first().waitFor();
  if (pathname === "/stack/" && hash) {
    await page.locator("#servers > li").nth(hash.split(",").length - 1).waitFor();
  }
}

/// Makes a page meet its script as if its template left these parts out. Answers how often it did:
/// parts or a script of other names would leave nothing to be tried.
export async function leaveOut(page, script, parts) {
  let times = 0;
  await page.route(new RegExp(`/assets/${script}-[^/]*js$`), async (route) => {
    const body = await (await route.fetch()).text();
    const remove = `if (!document.querySelector(${JSON.stringify(parts)})) throw Error("nothing to leave out");
      for (const part of document.querySelectorAll(${JSON.stringify(parts)})) part.remove();`;
    await route.fulfill({ contentType: "text/javascript", body: `${remove}\n${body}` });
    times += 1;
  });
  return () => times;
}

/// What sticks out of the document to the right, if anything does.
export function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return null;
    const out = [...document.body.querySelectorAll("*")].filter(
      (element) => width < element.getBoundingClientRect().right && !element.closest(".scroll, pre, .skip"));
    return `${document.documentElement.scrollWidth} px: ${out.slice(0, 3).map((element) =>
      element.outerHTML.slice(0, 90)).join(" | ")}`;
  });
}

/// The violations that axe finds, one a line.
export function axe(page) {
  return page.evaluate(async (tags) => {
    const result = await axe.run({
      runOnly: { type: "tag", values: tags },
      rules: { "target-size": { enabled: true } },
      resultTypes: ["violations"],
    });
    return result.violations.flatMap((violation) => violation.nodes.slice(0, 4).map((node) =>
      `${violation.id} at ${node.target.join(" ")}: ${node.failureSummary.split("\n")[1]?.trim()}`));
  }, TAGS);
}
