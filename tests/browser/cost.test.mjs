// What a query moves where the files of the index are large: here the bytes are the bound, and not
// how many files there may be.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { open } from "./site.mjs";

const other = (number) => Array.from({ length: 24 }, (_, at) => `w${(number * 24 + at).toString(36)}q`).join(" ");
const tool = (number) => ({ name: `${number % 2 ? "gamma" : "delta"}_${number}`, description: `Has ${other(number)}.`, classification: { category: "read" } });
const record = (_, server) => ({ server: { name: `server-${server}` }, tools: Array.from({ length: 30 }, (_, at) => tool(server * 30 + at)) });

const asked = new Set();
const site = await open({ records: Array.from({ length: 150 }, record), settings: "search_files = 64\n", asked: (url) => asked.add(url) });
after(() => site.close());
const page = await site.browser.newPage();
const sizeOf = (path) => statSync(join(site.out, path)).size;
const moved = () => [...asked].filter((url) => url.startsWith("/search/") && url.endsWith(".bin")).reduce((sum, url) => sum + sizeOf(url), 0);

test("24 files of the index have more bytes than a query may move", () => {
  const sizes = readdirSync(join(site.out, "search/tools")).map((name) => sizeOf(`search/tools/${name}`)).sort((one, other) => one - other);
  const middle = sizes[sizes.length >> 1];
  assert.ok(24 * middle > 100_000, `${sizes.length} files, the middle one of ${middle} bytes`);
});

for (const query of ["delta", "gamma delta", "delta mising", "w1", "de ga"]) {
  test(`"${query}" moves at most 100 KB, and says that there may be more`, async () => {
    await page.goto(`${site.origin}/search/`);
    asked.clear();
    const { complete } = await page.evaluate((query) => policypress.search("/search/", query), query);
    assert.equal(complete, false);
    assert.ok(moved() > 20_000 && moved() <= 100_000, `${moved()} bytes in ${asked.size} files`);
  });
}
