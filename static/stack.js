// The stack: all tools of several servers together. It reads this site's own files and sends nothing.
(() => {
  const at = (id) => document.getElementById(id);
  const page = at("stack");
  if (!page) return;
  const { api, tools, policies, search } = page.dataset;
  const MOST = 60, AT_ONCE = 6, LONG = 100;
  const FULL = `A stack has at most ${MOST} servers, so not all are added.`;
  const stack = new Map();
  const list = new Intl.ListFormat("en-GB");

  const { shown } = window.policypress;
  const say = (text, id = "status") => { at(id).textContent = shown(String(text)); };
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const bdi = (text) => make("bdi", {}, shown(text));
  const code = (text) => make("code", {}, bdi(text));
  const button = (onclick, ...children) => make("button", { type: "button", onclick }, ...children);
  const amount = (number, noun) => `${number.toLocaleString("en-GB")} ${noun}${number === 1 ? "" : "s"}`;
  // Records name addresses where the site is published; a copy elsewhere has the same paths.
  const local = (address) => location.origin + new URL(address, location.href).pathname;
  const link = (address, ...children) => make("a", { href: local(address) }, ...children);

  const named = ({ title, name, identifier }) => [bdi(title), " ", code(identifier ?? name)];

  let active = 0;
  const waiting = [];
  const next = () => {
    while (active < AT_ONCE && waiting.length) {
      active++;
      waiting.shift()().finally(() => { active--; next(); });
    }
  };
  const limited = (task) => new Promise((done, failed) => {
    waiting.push(async () => task().then(done).catch(failed));
    next();
  });
  const read = (address, form) => limited(async () => {
    const answer = await fetch(local(address)).catch(() => { throw Error("this site could not be reached"); });
    if (answer.status === 404) throw Error("this site does not have it");
    if (!answer.ok) throw Error(`this site answered with status ${answer.status}`);
    return answer[form]().catch(() => { throw Error("the answer could not be read"); });
  });

  const title = (server) => server.record?.title || server.slug;
  const draw = (server) => {
    const { record, fault, slug } = server;
    server.text.replaceChildren(...record
      ? [link(record.url ?? `${tools + encodeURIComponent(slug)}/`, bdi(title(server))),
        make("span", { className: "count" }, amount(record.tools.length, "tool")),
        link(record.policies?.url ?? `${policies}${encodeURIComponent(slug)}/`, "Policy")]
      : fault
        ? [code(slug), make("span", {}, `Not read: ${fault}.`),
          button(() => { server.item.focus(); load(server); }, "Try again")]
        : [code(slug), make("span", { className: "none" }, "is being read…")]);
    server.remove.ariaLabel = `Remove ${shown(title(server))}`;
  };
  const load = async (server) => {
    server.fault = "";
    draw(server);
    try {
      const { name, title, url, policies, tools } = await read(`${api + encodeURIComponent(server.slug)}.json`, "json");
      server.record = { title: title || name, url, policies, tools: tools.map(({ name, url, category, risk }) => ({ name, url, category, risk })) };
    } catch (error) {
      server.fault = error instanceof TypeError ? "its record could not be understood" : error.message;
    }
    draw(server);
    later();
  };
  const write = () => {
    const slugs = [...stack.keys()].map(encodeURIComponent).join();
    history.replaceState(null, "", slugs ? `#${slugs}` : location.pathname + location.search);
  };
  const drop = (server) => {
    stack.delete(server.slug);
    server.item.remove();
    later();
  };
  const add = (slug) => {
    if (stack.has(slug) || stack.size >= MOST) return stack.has(slug);
    const server = { slug, text: make("span", { className: "name" }) };
    server.remove = button(() => {
      const after = server.item.nextElementSibling ?? server.item.previousElementSibling;
      drop(server);
      write();
      say(`Removed: ${title(server)}.`);
      (after?.querySelector(":scope > div > button") ?? at("add")).focus();
    }, "Remove");
    server.item = make("li", { tabIndex: -1 }, make("div", { className: "name" }, server.text, server.remove));
    stack.set(slug, server);
    at("servers").append(server.item);
    load(server);
    later();
    return true;
  };
  const choose = ({ slug, title }) => {
    say(add(slug) ? `Added: ${title}.` : FULL);
    write();
  };

  const lines = (calls) => {
    const all = make("ul", { className: "lines" });
    for (const [tool, server] of calls) {
      all.append(make("li", {}, make("div", { className: "name" },
        link(tool.url ?? server.record.url ?? "", code(tool.name)),
        make("span", { className: `class ${tool.category}` }, tool.category),
        make("span", { className: "rule" }, bdi(title(server))))));
    }
    return all;
  };
  const total = () => {
    const read = [...stack.values()].filter(({ record }) => record);
    const calls = read.flatMap((server) => server.record.tools.map((tool) => [tool, server]));
    let start = 0;
    const words = [];
    for (const section of at("calls").children) {
      const level = section.dataset.risk;
      const here = calls.filter(([tool]) => tool.risk === level);
      section.hidden = !here.length;
      section.querySelector(".count").textContent = here.length.toLocaleString("en-GB");
      const box = section.lastElementChild;
      box.replaceChildren();
      if (here.length > LONG) {
        const more = make("details", {}, make("summary", {}, `Show all ${here.length.toLocaleString("en-GB")}`));
        more.addEventListener("toggle", () => more.append(lines(here)), { once: true });
        box.append(more);
      } else if (here.length) box.append(lines(here));
      const entry = page.querySelector(`.legend [data-risk=${level}]`);
      entry.hidden = !here.length;
      entry.lastElementChild.textContent = here.length.toLocaleString("en-GB");
      const scale = 1000 / (calls.length || 1);
      const part = page.querySelector(`rect.${level}`);
      part.setAttribute("x", start * scale);
      part.setAttribute("width", here.length * scale);
      if (here.length) words.push(`${level} ${here.length}`);
      start += here.length;
    }
    page.querySelector("#profile svg").setAttribute("aria-label", `Tools: ${list.format(words)}`);
    say(stack.size || "", "how-many");
    say(`${amount(calls.length, "tool")} of ${amount(read.length, "server")}`, "sum");
    at("empty").hidden = stack.size;
    at("address").hidden = !stack.size || !navigator.clipboard;
    for (const part of page.querySelectorAll(".whole")) part.hidden = !calls.length;
    at("taking").hidden = !read.length;
  };
  let timer;
  const later = () => { clearTimeout(timer); timer = setTimeout(total, 30); };

  const arrive = () => {
    const slugs = new Set(location.hash.slice(1).split(",").filter(Boolean).map((part) => {
      try { return decodeURIComponent(part); } catch { return part; }
    }));
    for (const server of [...stack.values()]) if (!slugs.has(server.slug)) drop(server);
    for (const slug of slugs) add(slug);
    if (slugs.size > MOST) say(FULL);
    later();
  };

  let typed = 0;
  at("add").addEventListener("input", () => {
    const query = at("add").value.trim(), turn = ++typed;
    setTimeout(async () => {
      if (turn !== typed) return;
      at("found").replaceChildren();
      if (!query) return say("");
      try {
        const { results } = await window.policypress.search(search, query, { kind: "server", limit: 8 });
        if (turn !== typed) return;
        at("found").replaceChildren(...results.map((result) => make("li", {}, button(() => {
          typed++;
          at("add").value = "";
          at("found").replaceChildren();
          at("add").focus();
          choose(result);
        }, ...named(result)))));
        say(results.length ? `${amount(results.length, "server")} to choose from.` : "No server is found.");
      } catch {
        if (turn === typed) say("The search index could not be read.");
      }
    }, 150);
  });

  // The words of an entry that can be a package, an image, a module or an address.
  const identifiers = ({ command, args, url, serverUrl }) => {
    const all = new Set();
    for (const word of [url, serverUrl, command, args].flat().join(" ").split(" ")) {
      const text = word.replace(/^-[^=]*=|^npm:/, "");
      if (/^https?:/.test(text) && URL.canParse(text)) all.add(new URL(text).host + new URL(text).pathname);
      else if (/^@?[a-z][\w.-]*[^a-z\d]./.test(text)) {
        const bare = text.replace(/(?!^)@[^/]*$|[[<>=!~].*$/, "").replace(/:[^/]*$/, "");
        all.add(bare).add(text);
        if (bare[0] !== "@" && bare.includes("/")) all.add(`docker.io/${bare}`);
      }
    }
    return all;
  };
  const parse = (text) => {
    const plain = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1").replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, "$1").trim().replace(/,$/, "");
    const whole = JSON.parse(plain[0] === "{" ? plain : `{${plain}}`);
    return Object.entries(whole.mcpServers ?? whole.servers ?? whole.mcp?.servers ?? whole).filter(([, entry]) => entry && typeof entry === "object");
  };
  const resolve = async ([key, entry]) => {
    const exact = (text) => limited(async () => window.policypress.exact(search, text));
    // Names that differ in a sign only can be those of somebody else.
    const alike = [];
    for (const identifier of identifiers(entry)) {
      const found = await exact(identifier), hits = found.filter(({ same }) => same);
      if (hits.length) return { key, identifier, hits, sure: hits.length === 1 };
      alike.push(...found);
    }
    // A short name is the user's own: that a server is called so too proves nothing.
    const named = await exact(key), same = named.filter(({ same }) => same);
    if (same.length === 1 && !alike.length && key.includes("/")) return { key, identifier: key, hits: same, sure: true };
    const hits = [...new Map([...alike, ...named].map((hit) => [hit.slug, hit])).values()];
    const { results } = await limited(async () => window.policypress.search(search, key, { kind: "server", limit: 4 }));
    return { key, hits: [...hits, ...results.filter(({ slug }) => !hits.some((hit) => hit.slug === slug))].slice(0, 4) };
  };
  at("read-config").addEventListener("click", async () => {
    const tell = (text) => say(text, "config-status");
    at("similar").replaceChildren();
    let entries = [];
    try { entries = parse(at("config").value); } catch { return tell("This is not a configuration in JSON."); }
    if (!entries.length) return tell("There is no server in this configuration.");
    tell("The configuration is being compared with the catalogue.");
    const answers = await Promise.all(entries.map((entry) => resolve(entry).catch(() => ({ key: entry[0], hits: [], failed: true }))));
    const found = [], full = [], open = [], none = [], failed = [];
    for (const { key, identifier, hits, sure, failed: isFailed } of answers) {
      if (sure) (add(hits[0].slug) ? found : full).push(`${key} (${identifier})`);
      else (isFailed ? failed : hits.length ? open : none).push(key);
      if (sure || !hits.length) continue;
      const item = make("li", {}, bdi(key), identifier ? " is the identifier of several: " : " may be: ", ...hits.map((hit) => button(() => {
        choose(hit);
        item.remove();
        (at("similar").querySelector("button") ?? at("config")).focus();
      }, ...named(hit))));
      at("similar").append(item);
    }
    write();
    tell([["Found", found], ["Not certain, to choose from below", open], ["Not found", none],
      ["Not added", full], ["Not looked up, for the search index could not be read", failed],
    ].filter(([, keys]) => keys.length).map(([what, keys]) => `${what}: ${list.format(keys)}.`).join(" ") + (full.length ? ` ${FULL}` : ""));
  });

  const crc = (bytes) => {
    let sum = -1;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 8; bit--;) sum = sum >>> 1 ^ 0xEDB88320 & -(sum & 1);
    }
    return ~sum;
  };
  // Little-endian numbers, each with its size in bytes.
  const pack = (...fields) => Uint8Array.from(fields.flatMap(([size, value]) => Array.from({ length: size }, (_, i) => value >>> 8 * i)));
  const zip = (files) => {
    const contents = [], directory = [];
    let offset = 0, length = 0;
    for (const [path, bytes] of files) {
      const name = new TextEncoder().encode(path);
      // Version 2.0, names in UTF-8, stored, 1 January 1980.
      const facts = pack([2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]);
      contents.push(pack([4, 0x04034B50]), facts, name, bytes);
      directory.push(pack([4, 0x02014B50], [2, 20]), facts, pack([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name);
      offset += 30 + name.length + bytes.length;
      length += 46 + name.length;
    }
    return new Blob([...contents, ...directory, pack([4, 0x06054B50], [4, 0], [2, files.length], [2, files.length], [4, length], [4, offset], [2, 0])], { type: "application/zip" });
  };
  at("take").addEventListener("click", async () => {
    const preset = at("preset").value;
    const file = preset === "recommended" ? "policy.json" : `policy.${preset}.json`;
    say("The policies are being read.");
    try {
      const files = await Promise.all([...stack.keys()].sort().map(async (slug) => {
        const server = stack.get(slug);
        try {
          if (!server.record) throw Error(server.fault || "it is still being read");
          const address = server.record.policies?.[preset] ?? `${policies}${encodeURIComponent(slug)}/${file}`;
          return [`${slug}/policy.json`, new Uint8Array(await read(address, "arrayBuffer"))];
        } catch (error) {
          throw Error(`${title(server)}: ${error.message}`);
        }
      }));
      const href = URL.createObjectURL(zip(files));
      make("a", { href, download: `policies-${preset}.zip` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60000);
      say(`The file holds the ${preset} policies of ${amount(files.length, "server")}.`);
    } catch (error) {
      say(`No file is made, because it would not be complete. ${error.message}.`);
    }
  });
  at("address").addEventListener("click", () => {
    navigator.clipboard.writeText(location.href).then(() => say("The address is copied."), () => say("The address could not be copied; it is in the address bar."));
  });

  // A link to a part of this page must not take the place of the stack in the address.
  addEventListener("hashchange", () => at(location.hash.slice(1)) ? write() : arrive());
  at("needs-script").hidden = true;
  page.hidden = false;
  arrive();
})();
