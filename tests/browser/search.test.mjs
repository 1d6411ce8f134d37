// The search page: what people type, also when they mistype it, finds the tool they mean.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { serve } from "./server.mjs";
import { leaveOut, open, visit } from "./site.mjs";

const site = await open();
after(() => site.close());
const page = await (await site.browser.newContext()).newPage();
const results = page.locator("#results > li");
const links = results.locator("a");

beforeEach(() => visit(page, `${site.origin}/search/`));

/// Types into the field as a reader does, and waits for an answer with this text.
async function find(query, text) {
  await page.locator("#q").pressSequentially(query);
  await results.filter({ hasText: text }).first().waitFor();
}

for (const query of ["merge pull", "merge_pull_request", "mergePullRequest", "merge.pull.request", "MERGE PULL REQUEST"]) {
  test(`"${query}" finds the tool first`, async () => {
    await find(query, "merge_pull_request");
    assert.match(await results.first().innerText(), /merge_pull_request/);
  });
}

for (const query of ["merg pul", "mrege pull", "mrege", "mergee pull"]) {
  test(`mistyped "${query}" finds the tool`, async () => {
    await find(query, "merge_pull_request");
  });
}

test("a mistyped word that begins another one is corrected if nothing else is found", async () => {
  await find("cancel ent invoice", "cancel_sent_invoice");
});

const status = page.locator("#status");
for (const [query, text] of [
  ["mrege", /^Nothing has “mrege”; like it: merge\. \d+ results?$/],
  ["MREGE pull", /^Nothing has “MREGE pull”; like “mrege”: merge\. \d+ results?$/],
  ["merje pull requst", /^Nothing has “merje pull requst”; like “merje”: merge[^;]*; like “requst”: request[^;]*\. \d+ results?$/],
  ["cancel ent invoice", /^Nothing has “cancel ent invoice”; like “ent”: sent\. 1 result$/],
]) {
  test(`the answer to "${query}" says that its words are others`, async () => {
    await page.locator("#q").fill(query);
    await status.filter({ hasText: text }).waitFor({ timeout: 5000 });
  });
}

test("an answer that has the words does not speak of others, nor one for names that begin so", async () => {
  for (const query of ["merge pull", "merg", "mergePullReq", "https://mcp.sentry.dev/mcp"]) {
    await page.locator("#q").fill(query);
    await page.waitForURL(new RegExp(`q=${encodeURIComponent(query).replaceAll("%20", "\\+")}$`));
    await status.filter({ hasText: /^(\d+|The first \d+) results?$/ }).waitFor({ timeout: 5000 });
  }
});

test("where a category hides what has the words, only what it holds is said to have none", async () => {
  await visit(page, `${site.origin}/search/?q=merje&category=execute`);
  assert.match(await status.innerText(), /^Nothing with this category has “merje”; like it: merge/);
});

for (const [query, text, first] of [
  ["git push force", /^Nothing is found that has all of these words; these have “git” and “push”\. 3 results$/, "push_files"],
  ["merge pull request slack", /^Nothing is found that has all of these words; these have “merge”, “pull” and “request”\. 2 results$/, "merge_pull_request"],
  ["stop session servers", /^Nothing is found that has all of these words; this has “stop” and “servers”\. 1 result$/, "stop_all_servers"],
  ["merge pull qqxzzyw", /^No name, title or beginning of a description has the word “qqxzzyw”; these have “merge” and “pull”\. 2 results$/, "merge_pull_request"],
  ["merje pull kubernetes", /^Nothing is found that has all of these words; these have “pull”; like “merje”: merge, merges\. 2 results$/, "merge_pull_request"],
]) {
  test(`where nothing has all of "${query}", what has most of it is shown, and said to have that`, async () => {
    await page.locator("#q").fill(query);
    await status.filter({ hasText: text }).waitFor({ timeout: 5000 });
    assert.match(await results.first().innerText(), new RegExp(first));
  });
}

test("a word that is in the index is not taken for a mistyped one because nothing has it beside another", async () => {
  await page.locator("#q").fill("kubectl scan");
  await status.filter({ hasText: /^Nothing is found that has all of these words; this has “scan”\. 1 result$/ }).waitFor({ timeout: 5000 });
});

test("a filter is never left out", async () => {
  const text = /^Nothing with this category is found that has all of these words; this has “cancel” and “invoice”\. 1 result$/;
  await visit(page, `${site.origin}/search/?q=cancel+invoice+kubernetes&category=destructive`);
  await status.filter({ hasText: text }).waitFor({ timeout: 5000 });
  assert.match(await results.innerText(), /cancel_sent_invoice/);
});

test("words of others are shown as text, and what cannot be seen in them is named", async () => {
  await page.locator("#q").fill("<mrege>\u200b");
  await status.filter({ hasText: /^Nothing has “<mrege>\[U\+200B\]”; / }).waitFor({ timeout: 5000 });
  assert.equal(await status.locator("mrege").count(), 0);
});

for (const [chosen, text] of [
  ["category=financial", "Nothing matches with this category."],
  ["risk=critical", "Nothing matches with this risk."],
  ["category=read&risk=critical", "Nothing matches with this category and risk."],
]) {
  test(`who finds nothing with ${chosen} is told what to set`, async () => {
    await page.goto(`${site.origin}/search/?q=merge+pull&${chosen}`);
    await status.filter({ hasText: text }).waitFor({ timeout: 5000 });
    assert.equal(await results.count(), 0);
  });
}

test("the page leads to all servers, and has one field", async () => {
  assert.equal(await page.getByRole("searchbox").count(), 1);
  await page.locator("#search").getByRole("link", { name: "list of all servers" }).click();
  await page.waitForURL(`${site.origin}/tools/`);
});

test("a slash leads to the field of the page", async () => {
  await page.locator("#category").focus();
  await page.locator("#category").blur();
  await page.keyboard.press("/");
  assert.ok(await page.locator("#q").evaluate((field) => field === document.activeElement));
});

test("a server is found by its address as its page shows it", async () => {
  await find("https://mcp.sentry.dev/mcp", "Sentry");
});

test("a page that lists tools of its name leads to all of them", async () => {
  await visit(page, `${site.origin}/tools/modelcontextprotocol-server-gitlab/push-files/`);
  await page.getByRole("link", { name: "Search for this name" }).click();
  await results.nth(1).waitFor();
  for (const first of [0, 1]) assert.match(await results.nth(first).innerText(), /^\s*push_files\b/m);
  assert.notEqual(await links.nth(0).getAttribute("href"), await links.nth(1).getAttribute("href"));
});

test("words that are too frequent to be in the index are called so", async () => {
  await page.locator("#q").pressSequentially("about the");
  await page.locator("#status").filter({ hasText: /too many texts/ }).waitFor();
  assert.equal(await results.count(), 0);
});

test("a beginning of more words than are looked for does not claim to be complete", async () => {
  await page.locator("#q").pressSequentially("list con");
  await results.first().waitFor();
  const before = await results.count();
  assert.ok(await page.locator("#more").isVisible());
  await page.locator("#more").click();
  await page.waitForFunction((before) => document.querySelectorAll("#results > li").length > before, before);
});

test("who looks further by keyboard goes on at the first new result", async () => {
  await visit(page, `${site.origin}/search/?q=create`);
  await page.locator("#more").waitFor();
  const known = await page.locator("#results > li").count();
  await page.locator("#more").press("Enter");
  await page.waitForFunction((known) => document.querySelectorAll("#results > li").length > known, known);
  await page.waitForFunction((known) => document.activeElement === document.querySelectorAll("#results > li")[known].querySelector("a"), known);
});

test("a browser that has the index asks whether it is still the same", async (context) => {
  const asked = [];
  const host = await serve(site.out, { dated: true, asked: (url) => asked.push(url) });
  context.after(() => host.close());
  const reader = await (await site.browser.newContext()).newPage();
  context.after(() => reader.context().close());
  for (const times of [1, 2]) {
    await visit(reader, `${host.origin}/search/?q=merge`);
    assert.equal(asked.filter((url) => url === "/search/words.bin").length, times);
  }
  assert.equal(asked.filter((url) => url.startsWith("/assets/search-")).length, 1, "the browser kept nothing");
});

test("a mistyped word that no more may be moved for is not said to be nowhere", async () => {
  const find = (further) => page.evaluate((further) => policypress.search("/search/", "merje", { further }), further);
  await page.goto(`${site.origin}/search/`);
  // A word that is corrected where there is room.
  const spent = await find(-79_900);
  assert.deepEqual([spent.total, spent.complete, spent.unknown], [0, false, []]);
  assert.ok((await find(0)).total > 0);
});

test("searches at the same time have room for what each finds alone", async () => {
  const queries = ["merje pull requst", "directry tree", "serch isue coments", "brwoser screnshot", "cancel invoce", "datbase querry", "wather forcast", "slak mesage"];
  const find = async (asked) => {
    await page.goto(`${site.origin}/search/`);
    return page.evaluate((asked) => Promise.all(asked.map(async ([query, most]) => {
      const { moved, results } = await policypress.search("/search/", query, { further: most - 80_000 });
      return { moved, results: results.map(({ href }) => href) };
    })), asked);
  };
  const alone = [];
  for (const query of queries) alone.push(...await find([[query, 80_000]]));
  // A search stops correcting when four fifths are moved.
  const together = await find(queries.map((query, at) => [query, alone[at].moved * 1.3]));
  assert.deepEqual(together.map(({ results }) => results), alone.map(({ results }) => results));
  assert.ok(alone.filter(({ results }) => results.length).length > 4, "most find nothing");
});

test("a word of no tool is answered", async () => {
  await page.locator("#q").pressSequentially("qqxzzyw");
  await page.waitForFunction(() => document.querySelector("#status").textContent.trim() !== "");
  assert.equal(await results.count(), 0);
});

test("a result says its server, category and risk", async () => {
  await find("merge pull request", "merge_pull_request");
  const text = await results.first().innerText();
  assert.match(text, /GitHub/);
  assert.match(text, /execute/i);
  assert.match(text, /high/i);
  assert.ok(await results.first().locator(".class").isVisible());
  assert.ok(await results.first().locator("a > .mark.risk-high").isVisible());
  const record = JSON.parse(site.file("api/v1/servers/github-github-mcp-server.json"));
  const { description } = record.tools.find(({ name }) => name === "merge_pull_request").definition;
  assert.ok(description.startsWith(await results.first().locator("p").innerText()), description);
  assert.match(await page.locator("#status[role=status]").innerText(), /result/i);
});

test("a server that is found says its identifier", async () => {
  await find("sentry", "Sentry");
  const first = results.filter({ has: page.locator(".class", { hasText: "server" }) }).first();
  const slug = (await first.locator("a").getAttribute("href")).split("/").at(-2);
  const { name } = JSON.parse(site.file(`api/v1/servers/${slug}.json`));
  assert.equal(await first.locator("code").innerText(), name);
});

test("category and risk narrow the results, and the address keeps them", async () => {
  await find("issue", "issue");
  await page.locator("#category").selectOption("read");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("#results > li")].every((item) => item.querySelector(".class.read")));
  assert.notEqual(await results.count(), 0);
  await page.locator("#category").selectOption("");
  await page.locator("#risk").selectOption("medium");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("#results > li")].every((item) => /medium/i.test(item.textContent)));
  assert.notEqual(await results.count(), 0);
  const asked = new URL(page.url()).searchParams;
  assert.equal(asked.get("q"), "issue");
  assert.equal(asked.get("risk"), "medium");
});

test("a filter alone lists what it stands for", async () => {
  await page.locator("#category").selectOption("financial");
  await results.first().waitFor();
  assert.equal(await results.filter({ has: page.locator(".class.financial") }).count(), await results.count());
});

test("the arrow keys walk through the results, and Enter opens one", async () => {
  await find("pull request", "merge_pull_request");
  const focused = (index) => links.nth(index).evaluate((link) => link === document.activeElement);
  await page.locator("#q").press("ArrowDown");
  assert.ok(await focused(0));
  await page.keyboard.press("ArrowDown");
  assert.ok(await focused(1));
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.ok(await page.locator("#q").evaluate((field) => field === document.activeElement));
  await page.keyboard.press("ArrowDown");
  const address = await links.first().evaluate((link) => link.href);
  await page.keyboard.press("Enter");
  await page.waitForURL(address);
  assert.match(await page.locator("h1").innerText(), /pull_request/);
});

test("Enter opens what the letters find now, and ends no composition", async () => {
  await find("git status", "git_status");
  const field = page.locator("#q");
  const composing = new Function("field", 'field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))');
  await field.evaluate(composing);
  await field.fill("merge pull request");
  await page.keyboard.press("Enter");
  await page.waitForURL(/pull-request/);
  assert.match(await page.locator("h1").innerText(), /pull_request/);
});

test("the address holds the query: it can be shared, and Back leads to the same results", async () => {
  await find("merge pull", "merge_pull_request");
  assert.equal(new URL(page.url()).searchParams.get("q"), "merge pull");
  await links.first().click();
  await page.waitForURL(/merge-pull-request/);
  await page.goBack();
  await results.filter({ hasText: "merge_pull_request" }).first().waitFor();
  assert.equal(await page.locator("#q").inputValue(), "merge pull");
});

test("what is typed goes to no address but this site's index, and is not sent with it", async () => {
  const asked = [];
  const note = (request) => asked.push(request.url());
  page.on("request", note);
  await find("merge pull", "merge_pull_request");
  page.off("request", note);
  for (const url of asked) {
    assert.ok(url.startsWith(`${site.origin}/`), url);
    assert.doesNotMatch(url, /merge.?pull/);
  }
});

test("an index that cannot be read leaves no results, and Enter tries again", async () => {
  await find("merge pull", "merge_pull_request");
  const files = "**/search/**/*.bin";
  await page.route(files, (route) => route.abort());
  const failed = page.locator("#status").filter({ hasText: /^The search index could not be read: [^.]+\.$/ });
  await page.locator("#q").fill("kubernetes");
  await failed.waitFor();
  assert.equal(await results.count(), 0);
  assert.ok(!(await page.locator("#more").isVisible()));
  await page.locator("#q").press("Enter");
  await page.waitForTimeout(300);
  assert.match(page.url(), /\/search\/\?q=kubernetes$/);
  await failed.waitFor();
  await page.unroute(files);
  await page.locator("#q").press("Enter");
  await page.waitForURL(/\/tools\//);
});

test("results of other words are marked as such while a search is slow", async () => {
  await find("merge pull", "merge_pull_request");
  const files = "**/search/**/*.bin";
  let released;
  const release = new Promise((resolve) => { released = resolve; });
  await page.route(files, async (route) => { await release; await route.continue(); });
  await page.locator("#q").fill("kubernetes");
  await page.locator("#results[aria-busy=true]").waitFor();
  assert.equal(await page.locator("#status").innerText(), "Searching …");
  await page.locator("#q").fill("");
  await page.waitForFunction(() => !document.querySelector("#results").hasAttribute("aria-busy"));
  assert.equal(await results.count(), 0);
  await page.locator("#q").fill("kubernetes");
  await page.locator("#results[aria-busy=true]").waitFor({ state: "attached" });
  released();
  await links.filter({ hasText: /kube|pod|namespace/i }).first().waitFor();
  assert.equal(await page.locator("#results[aria-busy]").count(), 0);
  await page.unroute(files);
});

test("a filter of the address that is no choice counts as none", async () => {
  await visit(page, `${site.origin}/search/?q=issue&category=Read&risk=none`);
  await results.first().waitFor();
  for (const id of ["#category", "#risk"]) assert.equal(await page.locator(`${id} option:checked`).innerText(), "Any");
});

test("the search does without the parts that a template leaves out", async () => {
  const left = await leaveOut(page, "search", ".without-script, label:has(select)");
  await visit(page, `${site.origin}/search/?q=issue`);
  assert.equal(left(), 1);
  await results.first().waitFor();
  await page.unrouteAll();
});
