// The stack: several servers together, from the search, a pasted configuration or a shared address.
// A configuration holds secrets, so nothing of it may leave the page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, beforeEach, test } from "node:test";
import { crc32, inflateRawSync } from "node:zlib";
import { leaveOut, open, records, visit } from "./site.mjs";

const site = await open();
after(() => site.close());
const GITHUB = "github-github-mcp-server";
const FILES = "modelcontextprotocol-server-filesystem";
const SECRET = "ghp_aSecretOfTheReader";
const CONFIG = JSON.stringify({
  mcpServers: {
    code: {
      command: "docker",
      args: ["run", "-i", "--rm", "-e", "GITHUB_PERSONAL_ACCESS_TOKEN", "ghcr.io/github/github-mcp-server"],
      env: { GITHUB_PERSONAL_ACCESS_TOKEN: SECRET },
    },
    disk: { command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", `/home/${SECRET}`] },
    own: { command: "/opt/own/server", args: [`--token=${SECRET}`] },
  },
});

let context, page, sent;
beforeEach(async () => {
  context = await site.browser.newContext();
  page = await context.newPage();
  sent = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
});
afterEach(() => context.close());

const servers = () => page.locator("#servers > li");
const arrived = (count, where = page) => where.waitForFunction((count) =>
  document.querySelectorAll("#servers > li a").length >= count &&
  document.querySelectorAll("#servers > li").length === count, count);

/// The totals of the page are those of the records, level by level.
async function assertTotals(slugs) {
  const tools = records(site.out).filter(({ slug }) => slugs.includes(slug)).flatMap(({ tools }) => tools);
  await page.waitForFunction((count) =>
    [...document.querySelectorAll("#calls .lines > li")].length === count, tools.length);
  for (const level of ["low", "medium", "high", "critical"]) {
    const expected = tools.filter(({ risk }) => risk === level).map(({ name }) => name).sort();
    const section = page.locator(`#calls > [data-risk=${level}]`);
    assert.equal(await section.isVisible(), expected.length > 0, level);
    if (!expected.length) continue;
    assert.deepEqual((await section.locator(".lines > li .name > a:first-child").allTextContents()).sort(), expected, level);
    assert.match(await section.locator("h2, h3").first().innerText(), new RegExp(`\\b${expected.length}\\b`));
    assert.match(await page.locator("#profile").innerText(), new RegExp(`\\b${expected.length}\\b`));
    const part = page.locator(`#profile rect.${level}`);
    assert.ok(Math.abs(await part.getAttribute("width") - 1000 * expected.length / tools.length) < 0.01, `the bar of ${level}`);
    assert.match(await page.locator("#profile svg").getAttribute("aria-label"), new RegExp(`\\b${level} ${expected.length}\\b`));
  }
}

/// The files of a zip archive by name, read from its directory. Programs that unpack refuse a file whose
/// checksum is wrong, and some believe the header before it, others the directory.
function unzip(bytes) {
  const files = {};
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = bytes.readUInt32LE(end + 16);
  assert.equal(bytes.readUInt16LE(end + 8), bytes.readUInt16LE(end + 10));
  assert.equal(at + bytes.readUInt32LE(end + 12), end, "the size of the directory");
  for (let left = bytes.readUInt16LE(end + 10); left; left--) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    assert.deepEqual([bytes.toString("latin1", at, at + 4), bytes.toString("latin1", local, local + 4)], ["PK\x01\x02", "PK\x03\x04"]);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(start, start + packed);
    const path = bytes.toString("utf8", at + 46, at + 46 + name);
    assert.equal(bytes.toString("utf8", local + 30, local + 30 + name), path);
    assert.ok(bytes.subarray(local + 4, local + 28).equals(bytes.subarray(at + 6, at + 30)), `the two headers of ${path}`);
    files[path] = method ? inflateRawSync(content) : content;
    assert.equal(bytes.readUInt32LE(at + 16), crc32(files[path]), `the checksum of ${path}`);
    assert.equal(bytes.readUInt32LE(at + 24), files[path].length);
    at += 46 + name + extra + comment;
  }
  return files;
}

/// Pastes a text into the field for configurations, which is folded away at first.
async function paste(text) {
  await page.locator("summary:visible", { hasText: /configuration/i }).click();
  await page.locator("#config").fill(text);
  await page.locator("#read-config").click();
}

test("a server is added by the search, counted and removed", async () => {
  await visit(page, `${site.origin}/stack/`);
  await page.locator("#add").pressSequentially("github");
  await page.locator("#found > li button", { hasText: "github/github-mcp-server" }).click();
  await arrived(1);
  await assertTotals([GITHUB]);
  assert.equal(new URL(page.url()).hash, `#${GITHUB}`);
  await servers().first().getByRole("button", { name: /remove/i }).click();
  await page.waitForFunction(() => !document.querySelector("#servers > li"));
  assert.equal(new URL(page.url()).hash, "");
});

test("a server that has a part of the words is offered as such, but not for a name in a configuration", async () => {
  await visit(page, `${site.origin}/stack/`);
  await page.locator("#add").fill("github slacks");
  await page.locator("#status").filter({ hasText: /^No server is found that has all of these words; this has “github”\. 1 server to choose from\.$/ }).waitFor();
  await paste(JSON.stringify({ mcpServers: { "github slacks": { command: "/opt/own/server" } } }));
  await page.locator("#config-status").filter({ hasText: /^Not found: github slacks\.$/ }).waitFor();
});

test("a pasted configuration becomes a stack, and its secrets stay in the page", async () => {
  await visit(page, `${site.origin}/stack/`);
  await paste(CONFIG);
  await arrived(2);
  await assertTotals([GITHUB, FILES]);
  assert.deepEqual(new URL(page.url()).hash.slice(1).split(",").sort(), [GITHUB, FILES].sort());
  // Also not in what the address, the storage or the page would carry on.
  assert.ok(!page.url().includes(SECRET));
  assert.ok(!JSON.stringify(await context.storageState()).includes(SECRET));
  for (const request of sent) assert.ok(!request.includes(SECRET), request);
});

test("a server whose identifier differs in a sign only is not taken for the one of the catalogue", async () => {
  await visit(page, `${site.origin}/stack/`);
  await paste(JSON.stringify({
    mcpServers: {
      chat: { command: "npx", args: ["-y", "modelcontextprotocol-server-slack"] },
      errors: { url: "https://mcp-sentry.dev/mcp" },
    },
  }));
  await page.locator("#config-status").filter({ hasText: /Not certain.*chat and errors/ }).waitFor();
  assert.equal(await servers().count(), 0);
  assert.match(await page.locator("#similar").innerText(), /chat may be: Slack/);
});

test("only what an entry runs or asks for is added, and nothing that other words contradict", async () => {
  const docker = (...args) => ({ command: "docker", args: ["run", "-i", "--rm", ...args] });
  const npx = (...args) => ({ command: "npx", args: ["-y", ...args] });
  const [git, files, image] = ["mcp-server-git", "@modelcontextprotocol/server-filesystem", "ghcr.io/github/github-mcp-server"];
  const [TIME, GIT, SENTRY] = ["mcp-server-time", "mcp-server-git", "sentry-mcp-server"];
  const certain = {
    version: [FILES, npx(`${files}@1.2.3`, "/home")],
    windows: [FILES, { command: "cmd", args: ["/c", "npx", "-y", files] }],
    path: [FILES, { command: "C:\\Program Files\\nodejs\\npx.cmd", args: ["-y", files] }],
    package: [FILES, npx("-p", files, "mcp-server-filesystem")],
    from: [GIT, { command: "uvx", args: ["--from", `${git}==1.0`, "git-server"] }],
    dependency: [GIT, { command: "uvx", args: ["--with", "mcp-server-time", git] }],
    digest: [GITHUB, docker("-e", "TOKEN", "--network", "mcp/git", `${image}@sha256:abc`)],
    shell: [GITHUB, { command: "bash", args: ["-c", `docker run -i --rm ${image}:latest`] }],
    wrapped: [SENTRY, npx("mcp-remote@latest", "https://mcp.sentry.dev/mcp", "--header", "Authorization: x")],
    gateway: [SENTRY, npx("supergateway@latest", "--streamableHttp", "https://mcp.sentry.dev/mcp")],
    gemini: [SENTRY, { httpUrl: "https://mcp.sentry.dev/mcp" }],
    blanks: [GITHUB, docker("-v", "/Users/me/Application Support/x:/data", "-e", "NAME=My Company", image)],
    header: [SENTRY, npx("mcp-remote", "--header", "Authorization: Bearer T", "https://mcp.sentry.dev/mcp")],
    list: [FILES, { command: ["npx", "-y", files] }],
    switches: [FILES, { command: "bunx", args: ["--bun", "--prefer-offline", files] }],
    module: [TIME, { command: "uvx", args: ["--refresh", TIME] }],
    windsurf: [SENTRY, { serverUrl: "https://mcp.sentry.dev/mcp" }],
  };
  const open = {
    network: docker("--network", git, "acme/private"),
    argument: npx("acme-private", files),
    peers: { command: "uvx", args: ["acme-private", "--peer", "https://mcp.sentry.dev/mcp"] },
    other: { command: "uvx", args: ["--with", git, "acme-private"] },
    command: { command: "uvx", args: ["--from", "acme-private", git] },
    bun: { command: "bunx", args: ["-p", "acme-private", git] },
    both: npx(files, "--then", git),
  };
  const read = async (name, entry) => {
    await visit(page, `${site.origin}/stack/`);
    await paste(JSON.stringify({ servers: { [name]: entry } }));
    await page.locator("#config-status").filter({ hasText: /^(Found|Not)/ }).waitFor();
    return new URL(page.url()).hash;
  };
  for (const [name, [server, entry]] of Object.entries(certain)) assert.equal(await read(name, entry), `#${server}`, name);
  for (const [name, entry] of Object.entries(open)) assert.equal(await read(name, entry), "", name);
  assert.match(await page.locator("#similar").innerText(), /Filesystem[^]*Git/);
});

const code = { command: "docker", args: ["run", "-i", "--rm", "ghcr.io/github/github-mcp-server"] };
const disk = (folder) => ({ command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", folder] });
const both = { code, disk: disk("/home") };
const settings = { "editor.fontSize": 12, statusLine: { command: "mcp-server-git" }, recent: [null, "servers"] };

for (const [name, shape] of Object.entries({
  "without a wrapper": both,
  "of Claude Desktop": { mcpServers: both },
  "of Claude Code": {
    ...settings,
    mcpServers: {},
    projects: { "/home/x": { allowedTools: [], mcpServers: { code } }, "/home/y": { mcpServers: { disk: disk("/home/y") } } },
  },
  "with the same in several projects": { projects: { "/a": { mcpServers: both }, "/b": { mcpServers: { code, disk: disk("/b") } } } },
  "of Zed": { ...settings, context_servers: { ...both, other: { source: "extension", settings: { path: "/" } } } },
  "of an older Zed": { context_servers: { code, disk: { command: { path: "npx", args: disk("/home").args, env: {} } } } },
  "of VS Code": { inputs: [{ id: "token", type: "promptString" }], servers: both },
  "among the settings of VS Code": { ...settings, mcp: { inputs: [], servers: both } },
  "among settings by path": { ...settings, "mcp.servers": both },
  "of a workspace": { folders: [{ path: "." }], settings: { ...settings, mcp: { servers: both } } },
  "of OpenCode": { mcp: { code: { type: "local", command: [code.command, ...code.args] }, disk: disk("/home") } },
  "of several kinds": { servers: { code }, deeper: { mcpServers: { disk: disk("/home") } }, mcp: {} },
  "with servers that are called so": { mcp: code, servers: disk("/home") },
  "beside something empty that is called so": { ...both, servers: {} },
  "with something empty inside": { code, disk: { ...disk("/home"), mcp: {} } },
  "with servers that are called like members": { mcpServers: { url: code, args: disk("/home") } },
  "with more inside a server": { mcpServers: { code: { ...code, servers: { other: { command: "mcp-server-git" } } }, disk: disk("/home") } },
})) {
  test(`a configuration ${name} is read`, async () => {
    await visit(page, `${site.origin}/stack/`);
    await paste(JSON.stringify(shape));
    const status = page.locator("#config-status").filter({ hasText: /^(Found|Not|There)/ });
    await status.waitFor();
    assert.match(await status.innerText(), /^Found: \w+ \(\S+\) and \w+ \(\S+\)\.$/);
    assert.deepEqual(new URL(page.url()).hash.slice(1).split(",").sort(), [GITHUB, FILES].sort());
  });
}

test("what several projects have and nothing certain names is to be chosen once", async () => {
  await visit(page, `${site.origin}/stack/`);
  // A search may find more than the one before.
  await page.evaluate(() => {
    const { search } = policypress;
    let most = 1;
    policypress.search = async (...query) => {
      const found = await search(...query);
      return { ...found, results: found.results.slice(0, most++) };
    };
  });
  const [here, there] = ["/a", "/b"].map((folder) => ({ mcpServers: { server: { command: "own", args: [folder] } } }));
  await paste(JSON.stringify({ projects: { here, there } }));
  await page.locator("#config-status").filter({ hasText: /^Not certain, to choose from below: server\.$/ }).waitFor();
  assert.equal(await page.locator("#similar > li").count(), 1);
});

for (const [name, text] of Object.entries({
  "another setting": '{"projects": {"/home/x": {"allowedTools": ["github"]}}, "theme": {"name": "github"}}',
  "an entry without a command": '{"mcpServers": {"github": {"disabled": true, "env": {"command": "npx"}}, "filesystem": ["npx"]}}',
  "a command beside an empty list": '{"mcpServers": {}, "statusLine": {"command": "github"}}',
  "what lies too deep": `${'{"deep":'.repeat(5000)}{"mcpServers":{"github":{"command":"own"}}}${"}".repeat(5000)}`,
})) {
  test(`${name} is no server`, async () => {
    await visit(page, `${site.origin}/stack/`);
    await paste(text);
    await page.locator("#config-status").filter({ hasText: /^There is no server/ }).waitFor();
    assert.equal(await page.locator("#similar > li, #servers > li").count(), 0);
  });
}

test("what the rules found in a server and its tools is told as text and leads to where it stands", async () => {
  const record = JSON.parse(site.file(`api/v1/servers/${FILES}.json`));
  const finding = (message) => ({ code: "hidden-text", severity: "warning", field: "description", message });
  const [one, two, ...none] = record.tools;
  for (const tool of none) delete tool.findings;
  Object.assign(record, { findings: [finding("<b>bold</b>")] });
  Object.assign(one, { findings: [finding("a")] });
  Object.assign(two, { findings: [finding("a"), { ...finding("b"), severity: "note" }] });
  await page.route(`**/${FILES}.json`, (route) => route.fulfill({ json: record }));
  await visit(page, `${site.origin}/stack/#${FILES}`);
  await page.locator("#calls .lines > li").first().waitFor();
  const marks = (where) => where.locator("a[href$='#findings']").evaluateAll((links) => links.map(({ href, textContent }) => `${textContent} ${href}`));
  const at = ({ url }) => `${site.origin}${new URL(url).pathname}#findings`;
  assert.deepEqual(await marks(servers()), [`1 finding ${at(record)}`]);
  assert.deepEqual((await marks(page.locator("#calls"))).sort(), [`1 finding ${at(one)}`, `2 findings ${at(two)}`]);
  assert.equal(await page.locator("#stack b").count(), 0);
  // It says nothing where nothing was found.
  for (const part of [record, ...record.tools]) delete part.findings;
  await visit(page, `${site.origin}/stack/#${FILES}`);
  await page.locator("#calls .lines > li").first().waitFor();
  assert.deepEqual(await marks(page.locator("#stack")), []);
});

test("text that is no configuration is answered", async () => {
  await visit(page, `${site.origin}/stack/`);
  await paste("{ not json");
  await page.locator("#config-status").filter({ hasText: /not a configuration/i }).waitFor();
  assert.equal(await servers().count(), 0);
});

test("the download holds the published policy of each server", async () => {
  await visit(page, `${site.origin}/stack/#${GITHUB},${FILES}`);
  await arrived(2);
  await assertTotals([GITHUB, FILES]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#take").click()]);
  assert.match(download.suggestedFilename(), /\.zip$/);
  const files = unzip(await readFile(await download.path()));
  assert.equal(Object.keys(files).length, 2);
  for (const slug of [GITHUB, FILES]) {
    const name = Object.keys(files).find((name) => name.includes(slug));
    assert.ok(files[name]?.equals(site.file(`policies/${slug}/policy.json`)), slug);
  }
});

test("the download holds the kind of policy that is chosen, and the page says so", async () => {
  await visit(page, `${site.origin}/stack/#${FILES}`);
  await arrived(1);
  assert.match(await page.locator("#taking > p").first().innerText(), /policy\.json, which holds the policy of the chosen kind/);
  const labels = await page.locator("#preset option").allInnerTexts();
  // A reader chooses by what stands there.
  const published = { Recommended: "policy.json", Strict: "policy.strict.json", Permissive: "policy.permissive.json" };
  assert.deepEqual(labels.map((label) => label.split(":")[0]), Object.keys(published));
  for (const label of labels) {
    await page.locator("#preset").selectOption({ label });
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#take").click()]);
    const files = unzip(await readFile(await download.path()));
    assert.deepEqual(Object.keys(files), [`${FILES}/policy.json`]);
    const kind = label.split(":")[0];
    assert.ok(files[`${FILES}/policy.json`].equals(site.file(`policies/${FILES}/${published[kind]}`)), label);
    assert.equal(download.suggestedFilename(), `policies-${kind.toLowerCase()}.zip`);
    assert.match(await page.locator("#take-status").innerText(), new RegExp(`\\b${kind.toLowerCase()} policies of 1 server\\.`));
  }
});

test("each tool leads to its page and says its category and server, and each server leads to its policy", async () => {
  await visit(page, `${site.origin}/stack/#${GITHUB},${FILES}`);
  await arrived(2);
  await assertTotals([GITHUB, FILES]);
  const chosen = [GITHUB, FILES].map((slug) => records(site.out).find((record) => record.slug === slug));
  const path = (url) => new URL(url).pathname;
  const lines = await page.locator("#calls .lines > li").evaluateAll((all) => all.map((line) =>
    [line.querySelector("a").pathname, line.querySelector(".class").textContent, line.querySelector(".rule").textContent].join(" ")));
  const expected = chosen.flatMap(({ title, name, tools }) => tools.map(({ url, category }) => [path(url), category, title ?? name].join(" ")));
  assert.deepEqual(lines.sort(), expected.sort());
  const links = await servers().evaluateAll((all) => all.map((item) => [...item.querySelectorAll("a")].map(({ pathname }) => pathname)));
  assert.deepEqual(links, chosen.map(({ url, policies }) => [path(url), path(policies.url)]));
});

test("a configuration may have comments, a comma too many, and no braces", async () => {
  const entries = '/* mine */ "code": { "command": "docker", "args": ["run", "-i", "ghcr.io/github/github-mcp-server",] }, // "no": {}\n';
  for (const text of [`// VS Code\n{ "servers": { ${entries} }, }`, entries]) {
    await visit(page, `${site.origin}/stack/`);
    await paste(text);
    await page.locator("#config-status").filter({ hasText: /^Found: code \(ghcr\.io\/github\/github-mcp-server\)\.$/ }).waitFor({ timeout: 5000 });
  }
});

test("what is typed into the field for configurations is no key", async () => {
  await visit(page, `${site.origin}/stack/`);
  await page.locator("summary:visible", { hasText: /configuration/i }).click();
  const field = page.getByLabel(/^Configuration of a client/);
  await field.pressSequentially("// what?");
  assert.equal(await field.inputValue(), "// what?");
  assert.ok(!(await page.locator("dialog#keys").isVisible()));
});

test("the address of a stack is copied whole", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: site.origin });
  await visit(page, `${site.origin}/stack/#${GITHUB},${FILES}`);
  await arrived(2);
  await page.getByRole("button", { name: "Copy address" }).click();
  await page.locator("#address-status").filter({ hasText: "The address is copied." }).waitFor({ timeout: 5000 });
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${site.origin}/stack/#${GITHUB},${FILES}`);
});

test("a server that was not read is read when it is tried again", async () => {
  await page.route(`**/${FILES}.json`, (route) => route.abort());
  await page.goto(`${site.origin}/stack/#${FILES}`);
  const again = servers().getByRole("button", { name: "Try again" });
  await again.waitFor();
  await page.unrouteAll();
  await again.click();
  await arrived(1);
  await assertTotals([FILES]);
});

test("an address that is changed shows what it names now, and no more servers than a stack has", async () => {
  await visit(page, `${site.origin}/stack/#${GITHUB},${FILES}`);
  await arrived(2);
  await page.evaluate((slug) => { location.hash = slug; }, FILES);
  await arrived(1);
  await assertTotals([FILES]);
  await page.evaluate(() => { location.hash = Array.from({ length: 61 }, (_, number) => `none-${number}`).join(); });
  await servers().filter({ hasText: "none-59" }).waitFor({ timeout: 5000 });
  assert.equal(await servers().count(), 60);
});

test("a shared address shows the same stack", async () => {
  await visit(page, `${site.origin}/stack/#${GITHUB},${FILES}`);
  await arrived(2);
  const other = await site.browser.newContext();
  const copy = await other.newPage();
  await visit(copy, page.url());
  await arrived(2, copy);
  assert.deepEqual(await copy.locator("#servers > li").allInnerTexts(), await servers().allInnerTexts());
  await other.close();
});

test("an address that names a server of no catalogue says so", async () => {
  await visit(page, `${site.origin}/stack/#no-such-server,${FILES}`);
  await page.locator("#servers > li", { hasText: "no-such-server" }).filter({ hasText: /does not have it/i }).waitFor();
  await page.locator("#status[role=status]").filter({ hasText: /^Not read: no-such-server/ }).waitFor();
  await page.locator("#sum").filter({ hasText: /; 1 more could not be read$/ }).waitFor();
});

test("what became of a download is told beside its button", async () => {
  await page.route("**/policy.json", (route) => route.abort());
  await visit(page, `${site.origin}/stack/#${GITHUB},${FILES}`);
  await arrived(2);
  await page.locator("#take").click();
  await page.locator("#take-status[role=status]").filter({ hasText: /^No file is made/ }).waitFor();
  const [button, told] = await Promise.all(["#take", "#take-status"].map((part) => page.locator(part).boundingBox()));
  assert.ok(told.y > button.y && told.y - button.y < 150, `${button.y} ${told.y}`);
});

test("a link to a part of the page makes no step that leads back to the stack of then", async () => {
  await visit(page, `${site.origin}/stack/#${FILES}`);
  await arrived(1);
  const steps = () => page.evaluate(() => history.length);
  const before = await steps();
  for (const link of [page.locator(".legend a:visible").first(), page.locator(".skip")]) {
    await link.focus();
    await link.press("Enter");
    await page.waitForFunction((id) => document.activeElement.id === id, await link.evaluate(({ hash }) => hash.slice(1)));
  }
  assert.equal(await steps(), before);
  assert.ok(page.url().endsWith(`#${FILES}`));
});

test("a late answer leaves a reader where they are", async () => {
  let release;
  const held = new Promise((done) => (release = done));
  await page.route(`**/${FILES}.json`, async (route) => { await held; await route.continue(); });
  await page.goto(`${site.origin}/stack/#${FILES},${GITHUB}`);
  const lines = page.locator("#calls .lines > li");
  await lines.first().waitFor();
  const link = lines.nth(1).locator("a").first();
  await link.focus();
  const [name, before] = [await link.innerText(), await lines.count()];
  release();
  await page.waitForFunction((before) => document.querySelectorAll("#calls .lines > li").length > before, before);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
  await assertTotals([GITHUB, FILES]);
});

test("a long list stays open when another server comes", async () => {
  const record = JSON.parse(site.file(`api/v1/servers/${FILES}.json`));
  record.tools = Array.from({ length: 101 }, (_, number) => ({ ...record.tools[0], name: `tool_${number}`, risk: "low" }));
  await page.route(`**/${FILES}.json`, (route) => route.fulfill({ json: record }));
  await page.goto(`${site.origin}/stack/#${FILES}`);
  const summary = page.locator("#calls summary", { hasText: "Show all 101" });
  await summary.click();
  await page.evaluate((other) => { location.hash += `,${other}`; }, GITHUB);
  await arrived(2);
  await page.locator("#calls summary", { hasText: /Show all (?!101)/ }).waitFor();
  assert.ok(await page.locator("#calls details").evaluate((details) => details.open));
  assert.ok(await page.evaluate(() => document.activeElement.matches("#calls summary")));
  assert.ok(await page.locator("#calls details .lines > li").count() > 101);
});

test("two clicks read a configuration once", async () => {
  await visit(page, `${site.origin}/stack/`);
  await page.locator("summary:visible", { hasText: /configuration/i }).click();
  await page.locator("#config").fill('{ "github": { "command": "own" }, "slack": { "command": "own" } }');
  await page.locator("#read-config").dblclick();
  await page.locator("#config-status").filter({ hasText: /^Not certain/ }).waitFor();
  await page.waitForTimeout(300);
  assert.equal(await page.locator("#similar > li").count(), 2);
});

test("a stack does without the parts that a template leaves out", async () => {
  const left = await leaveOut(page, "stack", "details, #profile, #sum, #address, #needs-script");
  await visit(page, `${site.origin}/stack/#${FILES}`);
  assert.equal(left(), 1);
  await page.locator("#calls .lines > li").first().waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#take").click()]);
  assert.match(download.suggestedFilename(), /\.zip$/);
});

test("what was pasted and folded away is not printed", async () => {
  await visit(page, `${site.origin}/stack/`);
  const details = page.locator("details:has(textarea)").first();
  await details.locator("summary").click();
  await details.locator("textarea").fill(CONFIG);
  await details.locator("summary").click();
  await page.emulateMedia({ media: "print" });
  const isSeen = () => details.locator("textarea").evaluate((part) => part.checkVisibility({ contentVisibilityAuto: true }));
  assert.ok(!(await isSeen()));
  // Who prints also sends this, on which other parts are unfolded.
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.ok(!(await isSeen()));
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await page.locator("button:visible, .button:visible").count(), 0);
});
