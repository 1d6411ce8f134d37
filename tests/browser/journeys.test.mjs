// What a reader does with the pages themselves: copies and downloads a policy, uses the keys, changes
// the scheme, and narrows and sorts a list.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, beforeEach, test } from "node:test";
import { leaveOut, open, records, visit } from "./site.mjs";

const site = await open();
after(() => site.close());
const SERVER = "/tools/github-github-mcp-server/";
const TOOL = `${SERVER}merge-pull-request/`;

let context, page;
beforeEach(async () => {
  context = await site.browser.newContext({ colorScheme: "light" });
  page = await context.newPage();
});
afterEach(() => context.close());

const go = (path) => visit(page, site.origin + path);
// A sorted list may stand elsewhere than the one it came from, so items count wherever they are.
const items = () => page.locator("main [data-item]").filter({ visible: true });
const names = () => items().locator(".name > a").allTextContents();
const fewerThan = (count) => page.waitForFunction((count) =>
  [...document.querySelectorAll("main [data-item]")].filter((item) => item.checkVisibility()).length < count, count);

test("the copy button puts the policy on the clipboard", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: site.origin });
  await go(TOOL);
  await page.locator("button[data-copy]").first().click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.deepEqual(JSON.parse(copied), JSON.parse(await page.locator("#policy-document").textContent()));
});

test("each copy button of a page copies its own document, and those who do not see it are told", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: site.origin });
  await go("/policies/github-github-mcp-server/");
  const files = [];
  for (const document of await page.locator(".document").all()) {
    const name = await document.locator("a[download]").getAttribute("download");
    await document.getByRole("button", { name: `Copy ${name}` }).click();
    await document.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await page.locator(".told[role=status]").textContent(), "Copied");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.deepEqual(JSON.parse(copied), JSON.parse(site.file(`policies/github-github-mcp-server/${name}`)), name);
    files.push(name);
  }
  assert.deepEqual(files.sort(), ["policy.json", "policy.permissive.json", "policy.strict.json"]);
});

test("where the clipboard is refused the copy button selects the document", async () => {
  await context.addInitScript(() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError")); });
  await go(TOOL);
  await page.locator("button[data-copy]").first().click();
  await page.getByRole("button", { name: /^Selected/ }).waitFor();
  const selected = await page.evaluate(() => getSelection().toString());
  assert.deepEqual(JSON.parse(selected), JSON.parse(await page.locator("#policy-document").textContent()));
});

test("the download is the document that the page shows", async () => {
  await go(TOOL);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".document a[download]").first().click(),
  ]);
  const saved = await readFile(await download.path(), "utf8");
  assert.deepEqual(JSON.parse(saved), JSON.parse(await page.locator("#policy-document").textContent()));
  assert.match(download.suggestedFilename(), /\.json$/);
});

test("the complete policies that a page shows are the published files", async () => {
  await go("/policies/github-github-mcp-server/");
  const links = await page.locator(".document a[download]").all();
  assert.equal(links.length, 3);
  for (const link of links) {
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const path = new URL(await link.getAttribute("href"), page.url()).pathname;
    assert.deepEqual(await readFile(await download.path()), site.file(path), path);
  }
});

for (const path of ["/", "/policies/"]) {
  test(`${path} leads to the stack`, async () => {
    await go(path);
    await page.getByRole("main").getByRole("link", { name: /^put (all of them|those of all your servers) together$/ }).click();
    await page.waitForURL(`${site.origin}/stack/`);
  });
}

test("a slash leads to the search field, and is a letter in it", async () => {
  await go(TOOL);
  await page.keyboard.press("/");
  const field = page.locator("form[role=search] input[name=q]");
  assert.ok(await field.evaluate((element) => element === document.activeElement));
  await page.keyboard.type("a/b?");
  assert.equal(await field.inputValue(), "a/b?");
  assert.ok(!(await page.locator("dialog#keys").isVisible()));
});

test("the header's field leads to the results", async () => {
  await go("/");
  await page.locator("form[role=search] input[name=q]").fill("merge pull");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\/\?q=merge(\+|%20)pull/);
  await page.locator("#results > li", { hasText: "merge_pull_request" }).first().waitFor();
});

test("a question mark shows the keys, and Escape puts them away", async () => {
  await go("/");
  const dialog = page.locator("dialog#keys");
  assert.ok(!(await dialog.isVisible()));
  await page.keyboard.press("?");
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /\//);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
});

test("n leads to the next tool and p back, but not where they are keys of the browser", async () => {
  const list = records(site.out).find(({ slug }) => SERVER.includes(slug)).tools.map(({ url }) => new URL(url).pathname);
  await go(TOOL);
  const [next, previous] = await Promise.all(["next", "prev"].map((rel) => page.locator(`a[rel=${rel}]`).evaluate(({ pathname }) => pathname)));
  assert.notEqual(next, previous);
  assert.ok(list.includes(next) && list.includes(previous), `${previous} ${next}`);
  for (const held of ["ctrlKey", "metaKey", "altKey"]) {
    await page.evaluate((held) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", [held]: true, bubbles: true })), held);
    assert.ok(!(await page.locator("dialog#keys").isVisible()), held);
  }
  await page.keyboard.press("n");
  await page.waitForURL(site.origin + next, { timeout: 5000 });
  await page.keyboard.press("p");
  await page.waitForURL(site.origin + TOOL, { timeout: 5000 });
  await page.keyboard.press("p");
  await page.waitForURL(site.origin + previous, { timeout: 5000 });
});

test("the keys can be put off, and on again", async () => {
  const dialog = page.locator("dialog#keys"), use = dialog.getByLabel("Use these keys");
  const open = page.locator("footer").getByRole("button", { name: "Keys" });
  await go(TOOL);
  await open.click();
  await use.uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  for (const key of ["?", "n", "/"]) await page.keyboard.press(key);
  assert.ok(page.url().endsWith(TOOL), page.url());
  assert.ok(!(await dialog.isVisible()));
  assert.ok(await page.locator("body").evaluate((body) => body === document.activeElement));
  await open.click();
  await use.check();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("?");
  await dialog.waitFor();
});

test("the scheme changes, and is remembered without a flash", async () => {
  // The attribute must be there when the body begins: nothing is painted before that.
  await context.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      window.schemeAtFirst = document.documentElement.dataset.theme ?? null;
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await go("/");
  const light = await paper();
  await page.locator("button[data-switch-theme]").click();
  const dark = await paper();
  assert.notEqual(dark, light);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.reload();
  assert.equal(await page.evaluate(() => window.schemeAtFirst), "dark");
  assert.equal(await paper(), dark);
  await go(TOOL);
  assert.equal(await page.evaluate(() => window.schemeAtFirst), "dark");
  assert.equal(await paper(), dark);
  await page.locator("button[data-switch-theme]").click();
  assert.equal(await paper(), light);
});

test("the scheme of the system counts until one is chosen", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await go("/");
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await paper();
  await page.locator("button[data-switch-theme]").click();
  assert.notEqual(await paper(), dark);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
});

test("the tools of a server are narrowed by words and category", async () => {
  await go(SERVER);
  const all = await names();
  assert.equal(all.length, records(site.out).find(({ slug }) => SERVER.includes(slug)).tools.length);
  await page.locator("[data-filter]").fill("merge");
  await fewerThan(all.length);
  const shown = items();
  for (const text of await shown.allTextContents()) assert.match(text, /merge/i);
  assert.ok((await names()).includes("merge_pull_request"));
  // A heading without tools would be an empty promise.
  for (const section of await page.locator("main section[data-group]").filter({ visible: true }).all()) {
    assert.notEqual(await section.locator("[data-item]").filter({ visible: true }).count(), 0);
  }
  await page.locator("[data-filter]").fill("");
  await page.locator("[data-filter-category]").selectOption("destructive");
  await fewerThan(all.length);
  assert.notEqual(await shown.count(), 0);
  assert.equal(await shown.filter({ has: page.locator(".class.destructive") }).count(), await shown.count());
});

for (const path of [SERVER, "/tools/"]) {
  test(`the list of ${path} is sorted in each of its orders`, async () => {
    await go(path);
    const before = await names();
    const orders = new Set();
    const select = page.locator("select[data-sort]");
    for (const option of await select.locator("option").evaluateAll((all) => all.map(({ value }) => value))) {
      await select.selectOption(option);
      const now = await names();
      assert.deepEqual(now.toSorted(), before.toSorted(), `order "${option}" loses or repeats something`);
      if (option === "name") assert.deepEqual(now, now.toSorted((one, other) =>
        one.toLowerCase() < other.toLowerCase() ? -1 : 1), "not sorted by name");
      // The others by the number or the word that each item shows.
      const shown = await items().evaluateAll((all, order) => all.map((item) => ({ tools: -parseInt(item.querySelector(".count")?.textContent),
        critical: -(/, (\d+) critical/.exec(item.querySelector(".count")?.textContent)?.[1] ?? 0), category: item.querySelector(".class")?.textContent })[order]), option);
      for (let at = 1; at < shown.length && shown[0] !== undefined; at++) assert.ok(shown[at - 1] <= shown[at], `not sorted by ${option}: ${shown}`);
      orders.add(now.join());
    }
    assert.ok(orders.size > 1, "all orders are the same");
  });
}

test("the number that servers are sorted by is shown, unless it is 0", async () => {
  await go("/tools/");
  await page.locator("select[data-sort]").selectOption("critical");
  const counts = await items().evaluateAll((all) => all.map((item) => [item.dataset.critical, item.querySelector(".count").textContent]));
  assert.ok(counts[0][0] > 0 && counts.at(-1)[0] === "0", `${counts}`);
  for (const [critical, text] of counts) assert.equal(/^\d+ tools?(?:, (\d+) critical)?$/.exec(text)?.[1] ?? "0", critical);
});

test("a tool keeps its risk in any order, and a level leads to its tools", async () => {
  await visit(page, site.origin + SERVER);
  const levels = await page.locator("section[data-group]").evaluateAll((groups) =>
    groups.flatMap((group) => [...group.querySelectorAll("[data-item] a")].map((link) => [link.pathname, group.querySelector("h2 a").textContent])));
  await page.locator("select[data-sort]").selectOption("name");
  const shown = await page.locator("[data-item]:visible").evaluateAll((items) =>
    items.map((item) => [item.querySelector("a").pathname, item.querySelector("[class^=risk-]").innerText]));
  assert.deepEqual(new Map(shown), new Map(levels));
  await page.locator(".legend a[href^='#risk-']").last().click();
  const id = await page.locator(".legend a[href^='#risk-']").last().evaluate((link) => link.hash.slice(1));
  assert.ok(await page.locator(`#${id}`).isVisible());
  assert.equal(await page.locator("[data-item] [class^=risk-]").count(), 0);
});

test("what is folded is on paper too", async () => {
  await visit(page, `${site.origin}/tools/github-github-mcp-server/merge-pull-request/`);
  const schema = page.locator("details pre").first();
  assert.ok(!(await schema.isVisible()));
  await page.emulateMedia({ media: "print" });
  assert.ok(await schema.evaluate((part) => part.checkVisibility()));
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.ok(await schema.isVisible());
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.ok(!(await schema.isVisible()));
});

test("the servers are narrowed by words", async () => {
  await go("/tools/");
  const shown = items();
  const all = await shown.count();
  await page.locator("[data-filter]").fill("github");
  await fewerThan(all);
  for (const text of await shown.allTextContents()) assert.match(text, /github/i);
  await page.locator("[data-filter]").fill("no such server at all");
  await fewerThan(1);
  await page.locator("[data-filter]").fill("");
  await shown.nth(all - 1).waitFor();
});

for (const [path, choices] of [[SERVER, { "[data-filter-category]": "destructive", "[data-sort]": "name" }], ["/tools/", { "[data-sort]": "critical" }]]) {
  test(`the filters of ${path} agree with the list when the page comes back`, async () => {
    const titles = () => page.locator("[data-filter-category], [data-sort]").evaluateAll((all) => all.map(({ value }) => value));
    await go(path);
    const [all, none] = [await names(), await titles()];
    for (const [select, value] of Object.entries(choices)) await page.locator(select).selectOption(value);
    const narrowed = await names();
    // Chromium keeps what was chosen with the entry of its history some time later.
    await page.waitForTimeout(2500);
    for (const comeBack of [() => page.reload(), async () => { await page.goto(`${site.origin}/about/`); await page.goBack(); }]) {
      await comeBack();
      await page.waitForTimeout(300);
      const isEmpty = (await titles()).join() === none.join();
      assert.deepEqual(await names(), isEmpty ? all : narrowed);
    }
  });

  test(`what a browser fills in again counts on ${path}`, async () => {
    await go(path);
    const before = await names();
    await page.evaluate((choices) => {
      for (const [select, value] of Object.entries(choices)) document.querySelector(select).value = value;
      dispatchEvent(new PageTransitionEvent("pageshow"));
    }, choices);
    assert.notDeepEqual(await names(), before);
  });
}

test("a list is narrowed where a template leaves the order and the count out", async () => {
  const left = await leaveOut(page, "site", "label:has([data-sort]), .filter [role=status]");
  await go(SERVER);
  assert.equal(left(), 1);
  const all = await items().count();
  await page.locator("[data-filter]").fill("merge");
  await fewerThan(all);
  await page.locator("[data-filter]").blur();
  await page.keyboard.press("?");
  await page.locator("dialog#keys").waitFor();
});

test("a stored theme that there is not counts as none", async () => {
  await context.addInitScript(() => localStorage.getItem("theme") || localStorage.setItem("theme", "sepia"));
  await page.emulateMedia({ colorScheme: "dark" });
  await go("/");
  assert.equal(await page.locator("html").getAttribute("data-theme"), null);
  assert.equal(await page.locator("button[data-switch-theme]").innerText(), "Light");
});

test("a page that comes back has the theme that was chosen since", async () => {
  await go("/");
  await page.evaluate(() => {
    localStorage.setItem("theme", "dark");
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.equal(await page.locator("button[data-switch-theme]").innerText(), "Light");
});

test("a list that is narrowed says so on paper, and buttons are not printed", async () => {
  await go("/tools/github-github-mcp-server/");
  const filter = page.locator(".filter");
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await filter.isVisible()));
  await page.emulateMedia({ media: null });
  await page.locator("[data-filter]").fill("merge");
  await page.waitForFunction(() => document.querySelector(".filter [role=status]").textContent);
  await page.emulateMedia({ media: "print" });
  assert.match(await filter.locator("[role=status]").innerText(), /\d+ of \d+/);
  for (const part of ["header nav", "[role=search]", ".crumbs", "footer ul", ".skip"]) assert.ok(!(await page.locator(part).isVisible()), part);
  assert.equal(await page.locator("button:visible, .button:visible").count(), 0);
  await page.emulateMedia({ media: null });
});

test("tables are whole on paper", async () => {
  await page.setViewportSize({ width: 690, height: 900 });
  await visit(page, `${site.origin}/tools/github-github-mcp-server/merge-pull-request/`);
  await page.emulateMedia({ media: "print" });
  const [room, table] = await page.locator(".scroll").first().evaluate((part) => [part.clientWidth, part.scrollWidth]);
  assert.ok(table <= room, `${table} of ${room}`);
  await page.emulateMedia({ media: null });
  await page.setViewportSize({ width: 1280, height: 900 });
});

test("with twice as large a text there is room to search on a phone", async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await go("/tools/");
  await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
  const box = await page.locator(".find input").boundingBox();
  assert.ok(box.width > 150, `${box.width} pixels`);
  assert.ok((await page.locator(".find button").boundingBox()).height < 100);
  await page.setViewportSize({ width: 1280, height: 900 });
});
