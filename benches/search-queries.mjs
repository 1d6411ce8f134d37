// Asks the search what people ask, as the browser does it, over loopback and with nothing cached:
// node benches/search-queries.mjs FOLDER [QUERY…]. FOLDER holds the folder `search` of a site. A
// query may end in filters: `delete|category=destructive`.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";

const [, , folder, ...given] = process.argv;
const queries = given.length ? given : [
  "stop run", "stop_runtime_session", "stopRuntimeSession", "stopruntimesession", "stop runtme", "tsop runtime",
  "create issue", "craete isue", "get user", "list files", "github", "delete|category=destructive", "|category=financial", "pay invoice|risk=critical",
  "returns invoices customer dates totals currency state payment", "retrns invices custmer dtes totls currncy",
];
const server = http.createServer((request, response) => {
  fs.readFile(path.join(folder, path.normalize(request.url)), (error, bytes) => {
    response.writeHead(error ? 404 : 200);
    response.end(error ? "" : bytes);
  });
}).listen(0, "127.0.0.1");
await new Promise(ready => server.on("listening", ready));
const base = `http://127.0.0.1:${server.address().port}/search/`;
globalThis.window = globalThis;
globalThis.document = { getElementById: () => null };
const script = fs.readFileSync(new URL("../static/search.js", import.meta.url), "utf8");
console.log("| query | KB moved | ms | first result | results |\n|---|---|---|---|---|");
for (const query of queries) {
  (0, eval)(script);
  const [words, ...filters] = query.split("|");
  const start = performance.now();
  const found = await policypress.search(base, words, Object.fromEntries(filters.map(filter => filter.split("="))));
  const time = performance.now() - start;
  console.log(`| ${query.replaceAll("|", " ")} | ${(found.moved / 1000).toFixed(0)} | ${time.toFixed(0)} | ${found.results[0]?.name ?? "–"} | ${found.total}${found.complete ? "" : " or more"} |`);
}
server.close();
server.closeAllConnections();
