// Measure MiniSearch: node minisearch.mjs DOCUMENTS FILE [QUERY...]; prints one JSON object.
//
// The index is one JSON file that a browser must have whole before its first query; name and server name are stored in
// it, to be shown. Then the file is read back, and the queries run with prefixes, all words required.
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import MiniSearch from "minisearch";

const [documents, file, ...queries] = process.argv.slice(2);
const options = { fields: ["words", "title", "server", "description"], storeFields: ["name", "serverName"] };
const result = { queries: {}, files: 1 };

let started = performance.now();
const since = () => performance.now() - started;
let search = new MiniSearch(options);
let id = 0;
for await (const line of createInterface({ input: createReadStream(documents) })) {
  search.add({ id: id++, ...JSON.parse(line) });
}
globalThis.gc?.();
result.heap = process.memoryUsage().heapUsed;
const json = JSON.stringify(search);
result.seconds = since() / 1000;
writeFileSync(file, json);
result.raw = Buffer.byteLength(json);
result.size = gzipSync(json, { level: 9 }).length;
result.program = gzipSync(readFileSync(createRequire(import.meta.url).resolve("minisearch"))).length;

search = null;
started = performance.now();
search = MiniSearch.loadJSON(json, options);
result.loadMs = since();
for (const text of queries) {
  started = performance.now();
  const found = search.search(text, { prefix: true, combineWith: "AND" });
  result.queries[text] = { bytes: result.size, reads: 1, found: found.length, ms: since() };
}
result.peak = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify(result));
