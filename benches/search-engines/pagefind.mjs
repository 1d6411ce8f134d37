// Measure Pagefind: node pagefind.mjs DOCUMENTS FOLDER [QUERY...]; prints one JSON object.
//
// The index is built with `addCustomRecord`: what is shown in `meta`, the category as a filter. The queries then run in
// Pagefind's own browser script, here in Node with the few browser names it asks for and a `fetch` that counts
// bytes: each query starts cold, as a visitor's first one does, and fetches the first ten results' fragments.
// The program itself is counted apart.
import { createReadStream, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { createIndex, close } from "pagefind";

const PROGRAM = ["pagefind.js", "wasm.en.pagefind"]; // what a visitor's browser loads once, whatever the query
const [documents, folder, ...queries] = process.argv.slice(2);
const result = { queries: {} };

/** The most memory that each child of this process has held, added up. */
function childrenPeak() {
  const children = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").split(" ").filter(Boolean);
  return children.reduce((sum, child) => {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, "utf8"));
    return sum + (peak ? peak[1] * 1024 : 0);
  }, 0);
}

async function build() {
  const started = performance.now();
  const { index, errors } = await createIndex();
  if (!index) throw new Error(errors.join("; "));
  let id = 0;
  let batch = [];
  for await (const line of createInterface({ input: createReadStream(documents) })) {
    const { name, words, title, serverName, server, description, category } = JSON.parse(line);
    batch.push(
      index.addCustomRecord({
        url: `/tools/${id++}/`,
        content: [words, title, server, description].join(". "),
        language: "en",
        meta: { title: name, server: serverName },
        filters: { category: [category] },
      }),
    );
    if (batch.length === 200) await Promise.all(batch.splice(0));
  }
  await Promise.all(batch);
  const written = await index.writeFiles({ outputPath: folder });
  if (written.errors.length) throw new Error(written.errors.join("; "));
  result.seconds = (performance.now() - started) / 1000;
  result.peak = childrenPeak() + process.resourceUsage().maxRSS * 1024;
  await close();
}

function measureFiles() {
  result.files = 0;
  result.size = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const kind = entry.name.split(".").pop();
    const { size } = statSync(join(entry.parentPath ?? entry.path, entry.name));
    if (!kind.startsWith("pf_") && kind !== "json") continue; // programs and styles
    result.files += 1;
    result.size += size;
  }
  result.program = PROGRAM.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
}

async function query() {
  let bytes = 0;
  let requests = 0;
  globalThis.fetch = async (url) => {
    const body = readFileSync(join(folder, String(url).split("?")[0].replace(/^.*\/pagefind\//, "")));
    if (!/\/wasm\.[^/]*$/.test(url)) {
      bytes += body.length;
      requests += 1;
    }
    return new Response(body);
  };
  globalThis.window = { location: { origin: "http://localhost" } };
  globalThis.document = { querySelector: () => ({ getAttribute: () => "en" }), currentScript: null };
  const script = readFileSync(join(folder, "pagefind.js"));
  for (const [number, text] of queries.entries()) {
    // A data URL, so that it takes its base path from the options; each number makes it a module of its own.
    const source = Buffer.concat([script, Buffer.from(`\n// ${number}`)]).toString("base64");
    const pagefind = await import(`data:text/javascript;base64,${source}`);
    await pagefind.options({ basePath: "/pagefind/", baseUrl: "/" });
    bytes = 0;
    requests = 0;
    const started = performance.now();
    const { results } = await pagefind.search(text);
    const before = bytes;
    await Promise.all(results.slice(0, 10).map((found) => found.data()));
    result.queries[text] = {
      bytes, reads: requests, beforeFragments: before, found: results.length, ms: performance.now() - started,
    };
    await pagefind.destroy?.();
  }
}

await build();
measureFiles();
try {
  await query();
} catch (error) {
  result.queryError = String(error.stack ?? error);
}
console.log(JSON.stringify(result));
process.exit(0);
