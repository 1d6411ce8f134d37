// Letters of many scripts in a real browser: a search and a filter find them however their marks are
// written, and no number of marks covers what stands above.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { open } from "./site.mjs";

const TITLES = ["Re\u0301sume\u0301 général", "ﾃﾞｰﾀ転送ﾂｰﾙ", "حَذْفُ المُسْتَنَدِ", "שָׁלוֹם עוֹלָם", "Straße", "SINIR KAPISI", "データベース検索", "データベース削除"];
const marks = "Reads status. " + Array(50).fill("n" + "\u033f".repeat(150)).join(" ");
const tool = (title, number) => ({ name: `tool_${number}`, title, classification: { category: "read" } });
const covered = (name, description) => ({ server: { name }, tools: [{ name: "wipe", description, classification: { category: "destructive", rationale: description } }] });
const records = [
  { server: { name: "many" }, tools: TITLES.map(tool) },
  covered("zal-go", marks), covered("zal-no", "Reads status."),
  ...["İstanbul Dosyaları", "Österreich", ...Array.from({ length: 30 }, (_, at) => `Server ${at}`)].map((title, at) => ({ server: { name: `server-${at}`, title }, tools: [] })),
];

const site = await open({ records });
after(() => site.close());
const page = await site.browser.newPage({ viewport: { width: 1280, height: 900 } });

for (const [query, number] of [["Résumé", 0], ["general", 0], ["データ転送", 1], ["المستند", 2], ["שלום", 3], ["strasse", 4], ["kapısı", 5], ["データベースを検索", 6], ["データベースを削除", 7]]) {
  test(`"${query}" finds the tool with that title first`, async () => {
    await page.goto(`${site.origin}/search/?q=${encodeURIComponent(query)}`);
    const first = page.locator("#results > li a").first();
    await first.waitFor({ timeout: 10_000 });
    assert.match(await first.getAttribute("href"), new RegExp(`/tool-${number}/$`));
  });
}

test("a filter asks for no marks", async () => {
  await page.goto(`${site.origin}/tools/`);
  for (const typed of ["istanbul", "OSTERREICH", "österreich"]) {
    await page.locator("[data-filter]").fill(typed);
    assert.equal(await page.locator("[data-item]:visible").count(), 1, typed);
  }
});

test("marks on the letters of a description cover nothing above it", async () => {
  const pictures = [];
  for (const server of ["zal-go", "zal-no"]) {
    await page.goto(`${site.origin}/tools/${server}/wipe/`);
    pictures.push(await page.locator(".subject .verdict").screenshot());
    pictures.push(await page.locator("header.top").screenshot());
  }
  assert.deepEqual(pictures.slice(0, 2), pictures.slice(2));
});
