// The configurations of docs/hosting.md in the servers that they are for: every address of a site,
// with names that servers could take for types, in both forms of addresses, at the root of a host
// and below a path.
//     cargo build && node tests/hosting.mjs [nginx|apache|caddy]
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = process.env.POLICYPRESS ?? join(root, "target/debug/policypress");
const page = readFileSync(join(root, "docs/hosting.md"), "utf8");
const NAMES = ["com.example.ua", "net.var", "org.example.gb", "a.ru", "b.html", "c.gz", "d.json"];
// With a charset where a browser would guess one: a style sheet or script has that of its page, the others are UTF-8.
const TYPES = {
  ".html": /^text\/html; ?charset=utf-8$/i,
  ".txt": /^text\/plain; ?charset=utf-8$/i,
  ".css": /^text\/css(; ?charset=utf-8)?$/i,
  ".js": /^(text|application)\/javascript(; ?charset=utf-8)?$/i,
  ".json": /^application\/json(; ?charset=utf-8)?$/i,
  ".xml": /^(text|application)\/xml(; ?charset=utf-8)?$/i,
  ".svg": /^image\/svg\+xml(; ?charset=utf-8)?$/i,
};
let port = 18080;

function configuration(language, folder, style, path) {
  let text = page.split("```" + language + "\n")[1].split("```")[0].replaceAll("/srv/policypress", folder).replaceAll("8080", String(port));
  if (style === "file") {
    const [before, after] = text.split(/^.*For `url_style = "file"`:\n/m);
    text = before + after.replace(/^(\s*)# /gm, "$1");
  }
  if (path === "/") return text;
  const change = page.match(/^sed -i '(.*)' policypress\.conf$/m);
  assert.ok(change, "docs/hosting.md says how to change a configuration for a path");
  return execFileSync("sed", [change[1].replaceAll("/mcp", path.slice(0, -1))], { input: text, encoding: "utf8" });
}

/// How to start each server in the foreground with a configuration.
const servers = {
  nginx(work, text) {
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${work}/${name};`).join(" ");
    const file = join(work, "nginx.conf");
    writeFileSync(file, `daemon off; user root; pid ${work}/pid; error_log ${work}/log;\nevents {}\nhttp { include /etc/nginx/mime.types; access_log off; ${paths}\n${text}}\n`);
    return ["nginx", ["-c", file]];
  },
  apache(work, text) {
    const file = join(work, "apache.conf");
    const modules = ["mpm_event", "authz_core", "mime", "dir", "negotiation", "autoindex", "headers", "rewrite", "filter", "deflate"].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
    writeFileSync(file, [...modules, `ServerName localhost\nServerRoot ${work}\nListen 127.0.0.1:${port}\nPidFile ${work}/pid\nErrorLog ${work}/log\nTypesConfig /etc/mime.types`,
      "Include /etc/apache2/mods-available/mime.conf\nInclude /etc/apache2/mods-available/negotiation.conf\nInclude /etc/apache2/mods-available/dir.conf", text].join("\n"));
    return ["apache2", ["-D", "FOREGROUND", "-f", file]];
  },
  caddy(work, text) {
    const file = join(work, "Caddyfile");
    writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n}\n${text}`);
    return ["caddy", ["run", "--config", file, "--adapter", "caddyfile"]];
  },
};

const ask = (address, headers = {}) => new Promise((resolve, reject) => {
  get({ host: "127.0.0.1", port, path: address, headers }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part)).on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) }));
  }).on("error", reject);
});

async function ready(process) {
  for (let times = 0; times < 100; times++) {
    if (process.exitCode !== null) throw Error("the server did not start");
    if (await ask("/").catch(() => null)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw Error("the server does not answer");
}

/// The address below the path of the site of a page or file by its path below the output.
function address(file, style) {
  const path = "/" + file.split("/").map(encodeURIComponent).join("/");
  if (!path.endsWith(".html") || file === "404.html") return path;
  if (style === "directory") return path.replace(/index\.html$/, "");
  return path === "/index.html" ? "/" : path.replace(/\.html$/, "");
}

async function look(folder, style, path) {
  const at = (address, headers) => ask(path.slice(0, -1) + address, headers);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1)).filter((file) => file !== ".policypress-manifest");
  const caching = (file) => (file.startsWith("assets/") ? /^max-age=31536000, immutable$/ : /^no-cache$/);
  for (const file of files) {
    const { status, headers, bytes } = await at(address(file, style));
    assert.equal(status, 200, `${file}: ${status} ${headers.location ?? ""}`);
    assert.ok(bytes.equals(readFileSync(join(folder, file))), `${file} has other bytes`);
    const type = TYPES[file.match(/\.[^.]*$/)[0]];
    if (type) assert.match(headers["content-type"] ?? "", type, `the type of ${file}`);
    assert.equal(headers["content-encoding"], undefined, file);
    assert.match(headers["content-security-policy"] ?? "", /default-src 'none'/, file);
    assert.match(headers["cache-control"] ?? "", caching(file), `Cache-Control of ${file}`);
  }
  // What is text is a few times smaller for a browser that can unpack it, and a cache in between
  // does not give that to one that cannot.
  const texts = files.filter((file) => /^assets\/.*\.(css|js)$|^index\.html$|^api\/.*\.json$|^sitemap.*\.xml$|^llms\.txt$/.test(file));
  for (const file of texts) {
    const { status, headers, bytes } = await at(address(file, style), { "accept-encoding": "gzip" });
    const whole = readFileSync(join(folder, file));
    if (whole.length < 1024) continue;
    assert.deepEqual([status, headers["content-encoding"]], [200, "gzip"], file);
    assert.ok(gunzipSync(bytes).equals(whole), `${file} has other bytes`);
    assert.match(headers["cache-control"] ?? "", caching(file), `Cache-Control of ${file}, compressed`);
    assert.match(headers.vary ?? "", /\baccept-encoding\b/i, `Vary of ${file}, compressed`);
  }
  // What a browser has already is not sent to it again, compressed or not.
  for (const file of texts) {
    for (const encoding of ["gzip", "identity"]) {
      const first = await at(address(file, style), { "accept-encoding": encoding });
      assert.ok(first.headers.etag, `ETag of ${file}, ${encoding}`);
      const { status, headers, bytes } = await at(address(file, style), { "accept-encoding": encoding, "if-none-match": first.headers.etag, "if-modified-since": first.headers["last-modified"] });
      assert.deepEqual([status, bytes.length], [304, 0], `${file}, ${encoding}, asked for again with ${first.headers.etag}`);
      assert.match(headers["cache-control"] ?? "", caching(file), `Cache-Control of ${file}, unchanged`);
    }
  }
  for (const missing of ["/nothing/", "/nothing", "/assets/nothing.css", "/assets/", "/api/v1/servers/"]) {
    const { status, headers, bytes } = await at(missing);
    assert.equal(status, 404, missing);
    assert.ok(bytes.equals(readFileSync(join(folder, "404.html"))), `${missing} has other bytes than 404.html`);
    assert.match(headers["cache-control"] ?? "", /^no-cache$/, `Cache-Control of ${missing}, which is missing`);
    assert.match(headers["content-type"] ?? "", TYPES[".html"], `the type of ${missing}, which is missing`);
    assert.match(headers["content-security-policy"] ?? "", /default-src 'none'/, `${missing}, which is missing`);
  }
  if (path !== "/") await withoutSlash(folder, path);
  return files.length;
}

/// Who leaves out the slash at the end of the site's path gets to its first page, whatever port of
/// another machine leads to that of the server.
async function withoutSlash(folder, path) {
  const short = path.slice(0, -1);
  const { status, headers, bytes } = await ask(short, { host: "127.0.0.1" });
  if (status !== 200) {
    assert.ok([301, 308].includes(status), `${short}: ${status}`);
    assert.ok([path, `http://127.0.0.1${path}`].includes(headers.location), `${short} leads to ${headers.location}`);
    return;
  }
  assert.ok(bytes.equals(readFileSync(join(folder, "index.html"))), `${short} has other bytes than index.html`);
  for (const [, link] of bytes.toString().matchAll(/ (?:href|src|action)="?([^" >]*)/g)) assert.match(link, /^(\/|#|https?:)/, `a link of ${short}`);
}

const work = mkdtempSync(join(tmpdir(), "policypress-hosting-"));
try {
  const catalogue = join(work, "catalogue");
  cpSync(join(root, "content/catalogue"), catalogue, { recursive: true });
  const tools = NAMES.map((name) => ({ name, classification: { category: "read" } }));
  for (const name of NAMES) writeFileSync(join(catalogue, `${name}.json`), JSON.stringify({ server: { name }, tools }));
  const chosen = process.argv[2] ? [process.argv[2]] : Object.keys(servers);
  for (const [style, path] of [["directory", "/"], ["file", "/"], ["directory", "/mcp/"], ["file", "/mcp/"]]) {
    const site = mkdtempSync(join(work, "site-")), host = join(site, "host"), folder = join(host, path).replace(/\/$/, "");
    writeFileSync(join(site, "site.toml"), `title = "Hosted"\nbase_url = "https://example.org${path}"\nurl_style = "${style}"\n`);
    execFileSync(program, ["build", "-q", "--root", site, "--catalogue", catalogue]);
    if (path !== "/") mkdirSync(host);
    renameSync(join(site, "public"), folder);
    execFileSync("chmod", ["-R", "a+rX", work]);
    // As a site that is published: Apache gives files of the last second another kind of ETag.
    execFileSync("find", [folder, "-exec", "touch", "-d", "1 hour ago", "{}", "+"]);
    for (const name of chosen) {
      port += 1;
      const [command, options] = servers[name](work, configuration(name, host, style, path));
      const server = spawn(command, options, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, HOME: work } });
      try {
        await ready(server);
        console.log(`${name}, ${style}, ${path}: ${await look(folder, style, path)} files are answered as they should`);
      } finally {
        const ended = server.exitCode ?? once(server, "exit");
        server.kill();
        await ended;
      }
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
