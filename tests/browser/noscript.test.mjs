// The same pages where no script runs: everything is there to read, and nothing offers what only a
// script can do.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { kinds, open } from "./site.mjs";

const site = await open({ scripts: false });
after(() => site.close());
const page = await (await site.browser.newContext()).newPage();
const pages = kinds(site.out);
// These show something else only with script.
delete pages.results;
delete pages.stack;

const FOR_SCRIPTS = "button[data-copy], button[data-switch-theme], .filter, [data-filter], [data-sort], dialog, #search, #q, #add, #config";

for (const [name, path] of Object.entries(pages)) {
  test(name, async () => {
    await page.goto(site.origin + path);
    assert.ok((await page.locator("main").innerText()).length > 100, "the page is empty");
    const offered = page.locator(FOR_SCRIPTS).filter({ visible: true });
    assert.deepEqual(await offered.evaluateAll((all) => all.map((element) => element.outerHTML.slice(0, 90))), []);
    // Whatever else a button would do needs script too, except sending the form it is in.
    const buttons = page.locator("button").filter({ visible: true });
    assert.ok(await buttons.evaluateAll((all) => all.every((button) => button.form && button.type === "submit")));
    for (const address of await page.locator("a[href]").evaluateAll((all) => all.map((link) => link.href))) {
      const url = new URL(address);
      if (url.origin !== site.origin) continue;
      const file = decodeURIComponent(url.pathname).replace(/\/$/, "/index.html");
      assert.ok(existsSync(join(site.out, file)) || url.pathname === path, `${address} leads nowhere`);
    }
  });
}

test("a glossary has a sentence for each word, and a word leads to others", async () => {
  await page.goto(`${site.origin}/glossary/`);
  const said = await page.locator(".terms > dd").allInnerTexts();
  assert.equal(said.length, await page.locator(".terms > dt a").count());
  assert.ok(said.length > 10 && said.every((text) => text.length > 10), `${said}`);
  await page.goto(site.origin + pages.term);
  const related = page.locator("section[aria-labelledby=related] a");
  assert.notEqual(await related.count(), 0);
  await related.first().click();
  assert.match(new URL(page.url()).pathname, /^\/glossary\/[^/]+\/$/);
});

test("links lead from the home page to a tool", async () => {
  await page.goto(site.origin);
  await page.locator("nav[aria-label=Site] a", { hasText: "Tools" }).click();
  await page.locator(".servers .name > a", { hasText: "GitHub" }).first().click();
  await page.locator(".lines .name > a", { hasText: "merge_pull_request" }).click();
  assert.equal(await page.locator("h1").innerText(), "merge_pull_request");
  assert.ok(await page.locator("#policy-document").isVisible());
});

test("pages that need script say so, and where to go instead", async () => {
  for (const path of ["/search/?q=issue", "/stack/"]) {
    await page.goto(site.origin + path);
    const main = page.locator("main");
    assert.match(await main.innerText(), /JavaScript/, path);
    assert.notEqual(await main.locator("a").filter({ visible: true }).count(), 0, path);
  }
});

test("a page whose script does not arrive or fails says the same as without scripts", async () => {
  const running = await open();
  const page = await (await running.browser.newContext()).newPage();
  const fallback = page.locator(".without-script, #needs-script");
  for (const [path, script] of [["/search/?q=issue", "search"], ["/stack/", "search"], ["/stack/", "stack"]]) {
    for (const answer of [(route) => route.abort(), (route) => route.fulfill({ contentType: "text/javascript", body: "throw Error()" })]) {
      await page.route(new RegExp(`/assets/${script}-[^/]*js$`), answer);
      await page.goto(running.origin + path);
      assert.ok(await fallback.isVisible(), `${path} without ${script}.js`);
      assert.ok(!(await page.locator("#search, #stack").isVisible()), path);
      await page.unrouteAll();
    }
    await page.goto(running.origin + path);
    assert.ok(!(await fallback.isVisible()), path);
  }
  await running.close();
});
