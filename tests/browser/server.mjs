// A static host as a site meets it: folders have an index.html, missing addresses get 404.html, and
// every answer carries the strict policy that the README recommends, so that a page that needs more
// than its own host fails here first.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".xml": "application/xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".bin": "application/octet-stream",
};

const policy = (scripts) =>
  `default-src 'none'; script-src ${scripts}; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; ` +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Serves `folder` on a free port. With `scripts: false` no script runs, which is what a reader with
/// JavaScript switched off sees, while the tests can still look into the page. `gzip` is for measuring.
/// With `dated: true` it says nothing of caching, and that all files are old, so that browsers keep
/// them; `asked` is told of each request.
export async function serve(folder, { scripts = true, gzip = false, dated = false, asked = () => {} } = {}) {
  const headers = { "Content-Security-Policy": policy(scripts ? "'self'" : "'none'") };
  const server = createServer(async (request, response) => {
    asked(request.url);
    let path = normalize(decodeURIComponent(new URL(request.url, "http://host").pathname));
    if (path.endsWith("/")) path += "index.html";
    let status = 200;
    let body = await readFile(join(folder, path)).catch(() => null);
    if (body === null) {
      status = 404;
      path = "/404.html";
      body = await readFile(join(folder, path)).catch(() => Buffer.from("missing"));
    }
    const answer = { ...headers, "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" };
    // Only names with a hash of the content may be kept for ever.
    if (dated) answer["Last-Modified"] = new Date("2020-01-01").toUTCString();
    else answer["Cache-Control"] = request.url.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache";
    if (gzip && /gzip/.test(request.headers["accept-encoding"] ?? "") && !/\.(png|ico)$/.test(path)) {
      body = gzipSync(body);
      answer["Content-Encoding"] = "gzip";
    }
    response.writeHead(status, answer).end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
