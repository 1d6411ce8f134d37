// Words that no entry has all of: which of them are left out, and what that may cost.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { open } from "./site.mjs";

const classification = { category: "read" };
const tool = (name, description = "") => ({ name, description, classification });
// Each server has both words, but in two tools, and no two servers have the same other words.
const divided = (number) => {
  const other = Array.from({ length: 40 }, (_, at) => `w${(number * 40 + at).toString(36)}q`).join(" ");
  return {
    server: { name: `divided-${number}` },
    tools: Array.from({ length: 30 }, (_, at) => tool(`${at % 2 ? "gamma" : "delta"}_${number}_${at}`, `Has ${other}${at}.`)),
  };
};
const everywhere = Array.from({ length: 150 }, (_, number) => divided(number));
const records = [
  ...everywhere,
  { server: { name: "sky" }, tools: [tool("maps_weather"), tool("delta_wind")] },
  { server: { name: "branches" }, tools: [tool("git_push"), tool("wipe", "Uses push with force.")] },
  // Most files have the first word, in a name, and one has the other, in a description.
  { server: { name: "cluster" }, tools: [tool("logs_of", "Reads the logs of pods."), tool("logs_too", "Reads a position.")] },
  { server: { name: "lists" }, tools: [tool("delta_position", "Reads a post.")] },
];

const asked = [];
const site = await open({ records, asked: (url) => asked.push(url) });
after(() => site.close());
const page = await site.browser.newPage();
const find = async (query, further = 0) => {
  await page.goto(`${site.origin}/search/`);
  asked.length = 0;
  const found = await page.evaluate(([query, further]) => policypress.search("/search/", query, { further }), [query, further]);
  return { ...found, names: found.results.map(({ name }) => name), files: asked.filter((url) => url.startsWith("/search/tools/")).length };
};

for (const [query, kept, names] of [
  ["delta weather", ["weather"], ["maps_weather"]],
  ["git push force", ["git", "push"], ["git_push"]],
  ["delta pods", ["pods"], ["logs_of"]],
]) {
  test(`of "${query}" the fewest words are left out, and rather frequent ones and those of no name`, async () => {
    const found = await find(query, 70_000);
    assert.deepEqual([found.partly?.words, found.names], [kept, names]);
  });
}

test("as long as what has all words may be further away, nothing else is an answer, nor said to be all", async () => {
  const first = await find("gamma delta");
  assert.deepEqual([first.total, first.complete], [0, false]);
  const { total, complete, partly } = await find("gamma delta", 70_000);
  assert.deepEqual([total > 0, complete, partly], [true, false, { words: ["delta"], isSure: false }]);
  await page.goto(`${site.origin}/search/?q=gamma+delta`);
  await page.locator("#status").filter({ hasText: /^Nothing is found yet that has all of these words; these have “delta”\. The first \d+ results$/ }).waitFor({ timeout: 10_000 });
});

test("to leave words out costs no more than a query may", async () => {
  for (const further of [0, 70_000, 140_000]) {
    for (const query of ["gamma delta", "gamma delta weather", "delta pods gamma"]) {
      const { moved, files } = await find(query, further);
      // A search asks for six files at a time.
      assert.ok(moved < 100_000 + further && files < 24 + further / 3000 + 6, `${query}: ${moved} bytes, ${files} files`);
    }
  }
  // Where there is no room at all, it looks once more into what it has.
  const { files, total } = await find("gamma delta", -79_900);
  assert.ok(files > 0 && total > 0, `${files} files, ${total} results`);
});
