// Mistyped words where so many words have the same beginning that they stand in many word files.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { open } from "./site.mjs";

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const beginnings = LETTERS.flatMap((one) => LETTERS.map((other) => `doc${one}${other}`));
const record = (beginning) => {
  const names = LETTERS.map((letter) => `${beginning}${letter}x`);
  return { server: { name: beginning }, tools: names.map((name) => ({ name, classification: { category: "read" } })) };
};
const sought = { server: { name: "sought" }, tools: ["docgument_get", "docxqrst_get"].map((name) => ({ name, classification: { category: "read" } })) };

const site = await open({ records: [...beginnings.map(record), sought] });
after(() => site.close());
const page = await site.browser.newPage();
await page.goto(`${site.origin}/search/`);
const find = (query, further = 0) => page.evaluate(([query, further]) => policypress.search("/search/", query, { further }), [query, further]);

test("a mistyped word is corrected though many words begin like it", async () => {
  assert.ok(readdirSync(join(site.out, "search/words")).length > 20, "the words stand in few files");
  for (const query of ["docgumnet", "docgunent", "docgumentt"]) {
    const { results } = await find(query);
    assert.equal(results[0]?.name, "docgument_get", query);
  }
});

test("a query moves about 100 KB at most, until it is to look further", async () => {
  const size = readdirSync(join(site.out, "search"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).reduce((sum, { parentPath, path, name }) => sum + statSync(join(parentPath ?? path, name)).size, 0);
  assert.ok(size > 200_000, `the whole index has ${size} bytes`);
  for (const query of ["doc", "get", "docxqrts", "do9999"]) {
    await page.goto(`${site.origin}/search/`);
    const { moved } = await find(query);
    assert.ok(moved < 110_000, `${query} moves ${moved} bytes`);
  }
});

test("an answer by corrected words says so", async () => {
  await page.goto(`${site.origin}/search/?q=docgumnet`);
  await page.locator("#status").filter({ hasText: /^Nothing has “docgumnet”; like it: docgument\. 1 result$/ }).waitFor({ timeout: 10_000 });
});

test("who would find nothing yet need not ask to look further", async () => {
  const { total, complete } = await find("docxqrts");
  assert.deepEqual([total, complete], [0, false]);
  await page.goto(`${site.origin}/search/?q=docxqrts`);
  await page.locator("#results > li", { hasText: "docxqrst_get" }).waitFor({ timeout: 10_000 });
});

test("an answer is complete only if the words that may be mistyped were all looked for", async () => {
  const { total, complete } = await find("sought docxqrts");
  assert.deepEqual([total, complete], [0, false]);
  assert.equal((await find("sought docxqrts", 70_000)).results[0]?.name, "docxqrst_get");
});

test("a word is said to be nowhere only when all that it could mean was looked at", async () => {
  const at = await find("do9999");
  assert.deepEqual([at.total, at.complete, at.unknown], [0, false, []]);
  const further = await find("do9999", 700_000);
  assert.deepEqual([further.total, further.complete, further.unknown], [0, true, ["do9999"]]);
});
