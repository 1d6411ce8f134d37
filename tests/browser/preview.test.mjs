// The preview in a real browser: a saved file shows in the open page, a fault shows over it, and a
// hostile page of another origin in the same browser reads nothing.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { cpSync, mkdtempSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CHROMIUM, FLAGS, root, tools } from "./site.mjs";

const RECORD = "content/catalogue/mcp-server-git.json";
const PAGE = "/tools/mcp-server-git/git-add/";
let site, preview, origin, browser;

/// A site of its own with the shipped texts and one server, and its preview.
before(async () => {
  site = mkdtempSync(join(tmpdir(), "policypress-preview-"));
  mkdirSync(join(site, "content/catalogue"), { recursive: true });
  mkdirSync(join(site, "templates"));
  mkdirSync(join(site, "static"));
  writeFileSync(join(site, "site.toml"), 'title = "Preview"\nbase_url = "https://example.org/"\n');
  cpSync(join(root, RECORD), join(site, RECORD));
  preview = spawn(join(root, "target/debug/policypress"), ["serve", "--port", "0", "--format", "json", "--root", site]);
  const said = await new Promise((ready) => preview.stdout.once("data", ready));
  origin = `http://127.0.0.1:${JSON.parse(said).result.port}`;
  const { chromium } = tools("playwright-core");
  const flags = [...FLAGS, "--host-resolver-rules=MAP evil.test 127.0.0.1"];
  browser = await chromium.launch({ executablePath: CHROMIUM, args: flags });
});

after(async () => {
  await browser?.close();
  preview?.kill();
  if (site) rmSync(site, { recursive: true, force: true });
});

/// A page, and the errors that it meets.
async function opened(path) {
  const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  // The channel stays open, so the network is never idle.
  await page.goto(origin + path, { waitUntil: "load" });
  return { page, errors };
}

const text = (file) => readFileSync(join(site, file), "utf8");

/// Writes as editors do: a new file takes the place of the old one.
function save(file, content) {
  const path = join(site, file);
  writeFileSync(`${path}.new~`, content);
  renameSync(`${path}.new~`, path);
}

const settled = () => new Promise((done) => setTimeout(done, 800));

test("a saved record shows in the open page, once, at the place where the reader was", async () => {
  const { page, errors } = await opened(PAGE);
  let loads = 0;
  page.on("load", () => (loads += 1));
  await page.evaluate(() => scrollTo(0, 700));
  const good = text(RECORD);
  const record = JSON.parse(good);
  record.tools.find((tool) => tool.name === "git_add").description = "A changed description for the test.";
  const begun = performance.now();
  save(RECORD, JSON.stringify(record));
  await page.getByText("A changed description for the test.").first().waitFor();
  const took = performance.now() - begun;
  await settled();
  assert.equal(loads, 1, "one save is one reload");
  const scrolled = await page.evaluate(() => scrollY);
  assert.ok(Math.abs(scrolled - 700) < 2, `scrolled to ${scrolled}`);
  assert.ok(took < 3000, `${took} ms`);
  assert.deepEqual(errors, []);
  save(RECORD, good);
  await page.close();
});

test("a page that nobody sees holds no connection, and shows what changed once it is seen", async () => {
  const { page, errors } = await opened(PAGE);
  const become = (hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  let loads = 0;
  page.on("load", () => (loads += 1));
  await become(true);
  const good = text(RECORD);
  const record = JSON.parse(good);
  record.tools.find((tool) => tool.name === "git_add").description = "Changed while nobody looked.";
  save(RECORD, JSON.stringify(record));
  await settled();
  assert.equal(loads, 0);
  await become(false);
  await page.getByText("Changed while nobody looked.").first().waitFor();
  assert.deepEqual(errors, []);
  save(RECORD, good);
  await page.close();
});

test("a template, a style, a text and the settings show in the open page", async () => {
  const { page, errors } = await opened("/");
  save("templates/home.html", '{% extends "base.html" %}{% block content %}<p id="own">own template</p>{% endblock %}');
  await page.locator("#own").waitFor();
  save("static/site.css", "#own { color: rgb(1, 2, 3); }");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("#own")).color === "rgb(1, 2, 3)");
  save("site.toml", 'title = "Another title"\nbase_url = "https://example.org/"\n');
  await page.waitForFunction(() => document.title.includes("Another title"));
  rmSync(join(site, "templates/home.html"));
  rmSync(join(site, "static/site.css"));
  await page.locator("#own").waitFor({ state: "detached" });
  assert.deepEqual(errors, []);
  await page.close();
});

test("a fault shows over the last good page with place, code and hint, and goes with the next good save", async () => {
  const { page, errors } = await opened(PAGE);
  const good = text(RECORD);
  const overlay = page.locator("policypress-faults").getByRole("alert");
  const heading = await page.locator("h1").textContent();
  const hostile = '<img src=x onerror="document.title=1">';
  save(RECORD, good.replace(/"category": *"[a-z]+"/, `"category": ${JSON.stringify(hostile)}`));
  await overlay.waitFor();
  const shown = await overlay.innerText();
  assert.match(shown, /content\/catalogue\/mcp-server-git\.json:\d+:\d+: error\[unknown-category\]/);
  assert.match(shown, /hint: use read, write, execute, destructive or financial/);
  assert.ok(shown.includes(hostile), shown);
  assert.equal(await overlay.locator("img").count(), 0, "text of the record became an element");
  assert.equal(await page.locator("h1").textContent(), heading, "the last good page is gone");
  const box = await overlay.boundingBox();
  assert.ok(box.height > 50 && box.width > 800, JSON.stringify(box));
  assert.ok(box.y > 100, "the overlay hides the whole page");
  // Another page of the site still opens, with the fault over it.
  await page.goto(`${origin}/attacks/`);
  await overlay.waitFor();
  await overlay.getByRole("button", { name: "Hide" }).click();
  assert.equal(await overlay.count(), 0);
  await page.goto(origin + PAGE);
  await overlay.waitFor();
  assert.equal(await page.locator("h1").textContent(), heading, "the last good page does not open");
  save(RECORD, good);
  await overlay.waitFor({ state: "detached" });
  assert.equal(await page.locator("h1").textContent(), heading);
  // The browser itself notes the status 500 of a page that could not be made.
  assert.deepEqual(errors.filter((error) => !error.includes("500")), []);
  await page.close();
});

test("a template that fails shows where, and the page comes back when it is mended", async () => {
  const { page } = await opened(PAGE);
  const overlay = page.locator("policypress-faults").getByRole("alert");
  save("templates/tool.html", '{% extends "base.html" %}\n{% block content %}{{ view.nothing.here }}{% endblock %}');
  await overlay.waitFor();
  assert.match(await overlay.innerText(), /templates\/tool\.html:2:\d+: error\[template-rendering\]/);
  assert.ok((await page.locator("main").innerText()).includes("git_add"), "the last good page is gone");
  rmSync(join(site, "templates/tool.html"));
  await overlay.waitFor({ state: "detached" });
  await page.close();
});

test("an address with a stray percent sign follows every change too", async () => {
  const { page, errors } = await opened("/100%");
  const good = text(RECORD);
  const loaded = page.waitForEvent("load");
  save(RECORD, good.replace("git", "Git"));
  await loaded;
  assert.deepEqual(errors.filter((error) => !/404/.test(error)), []);
  save(RECORD, good);
  await page.close();
});

test("a saved record shows in the open page where storage is blocked", async () => {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
    }
  });
  await page.goto(origin + PAGE);
  const good = text(RECORD);
  const record = JSON.parse(good);
  record.tools.find((tool) => tool.name === "git_add").description = "Shown without storage.";
  save(RECORD, JSON.stringify(record));
  await page.getByText("Shown without storage.").first().waitFor();
  assert.deepEqual(errors, []);
  save(RECORD, good);
  await page.close();
});

test("search works in the preview", async () => {
  const { page } = await opened("/search/?q=git+add");
  await page.locator("a", { hasText: "git_add" }).first().waitFor();
  await page.close();
});

test("a page that is left and comes back is not stale", async () => {
  const { page } = await opened(PAGE);
  await page.goto(`${origin}/attacks/`);
  save("site.toml", 'title = "Third title"\nbase_url = "https://example.org/"\n');
  await page.waitForFunction(() => document.title.includes("Third title"));
  await page.goBack();
  await page.waitForFunction(() => document.title.includes("Third title"));
  await page.close();
});

test("a hostile page in the same browser reads nothing", async () => {
  const paths = [
    "/", PAGE, "/tools/", "/nowhere/", "/robots.txt", "/sitemap.xml", "/llms.txt", "/search/", "/search/words.bin",
    "/api/v1/servers/mcp-server-git.json", "/policies/mcp-server-git/policy.json", "/policies/mcp-server-git/",
    "/attacks/", "/glossary/", "/categories/", "/risk/", "/stack/", "/404.html",
    "/__policypress/live.js", "/__policypress/events?page=/",
  ];
  const evil = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>evil</title><body>");
  });
  await new Promise((ready) => evil.listen(0, "127.0.0.1", ready));
  const page = await browser.newPage();
  const port = new URL(origin).port;
  // One page of another host, and one whose own name leads to the preview itself.
  for (const start of [`http://evil.test:${evil.address().port}/`, `http://127.0.0.1:${evil.address().port}/`]) {
    await page.goto(start);
    const read = await page.evaluate(async ([paths, origins]) => {
      const found = [];
      const loads = (name, url) => new Promise((done) => {
        const made = document.createElement(name);
        made.onload = () => done(true);
        made.onerror = () => done(false);
        if (name === "link") { made.rel = "stylesheet"; made.href = url; } else made.src = url;
        document.body.append(made);
        setTimeout(() => done(false), 2000);
      });
      for (const origin of origins) {
        for (const path of paths) {
          const url = origin + path;
          const cors = await fetch(url, { signal: AbortSignal.timeout(2000) }).then((r) => r.text(), () => null);
          if (cors !== null) found.push(`fetch ${url}`);
          const opaque = await fetch(url, { mode: "no-cors", signal: AbortSignal.timeout(2000) }).then(() => true, () => false);
          if (opaque) found.push(`no-cors ${url}`);
        }
        for (const path of ["/__policypress/live.js", "/", "/robots.txt"]) {
          if (await loads("script", origin + path)) found.push(`script ${origin}${path}`);
          if (await loads("img", origin + path)) found.push(`img ${origin}${path}`);
          if (await loads("link", origin + path)) found.push(`style ${origin}${path}`);
        }
        const events = await new Promise((done) => {
          const source = new EventSource(`${origin}/__policypress/events?page=/`);
          source.onmessage = () => done(true);
          source.onerror = () => done(false);
          setTimeout(() => done(false), 2000);
        });
        if (events) found.push(`events ${origin}`);
      }
      return found;
    }, [paths, [origin, `http://localhost:${port}`, `http://evil.test:${port}`]]);
    assert.deepEqual(read, [], `read from ${start}`);
  }
  // A name that was made to lead to this machine: the page is the attacker's, the server ours.
  const rebound = await page.goto(`http://evil.test:${port}/`);
  assert.equal(rebound.status(), 421);
  await page.close();
  evil.close();
});
