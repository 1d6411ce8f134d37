// The stack: all tools of several servers together. It reads this site's own files and sends nothing.
(() => {
  // A template may leave parts out: nobody sees what stands in for them.
  const at = (id) => document.getElementById(id) ?? document.createElement("input");
  const page = document.getElementById("stack");
  if (!page) return;
  const { api, tools, policies, search } = page.dataset;
  const MOST = 60, AT_ONCE = 6, LONG = 100;
  const FULL = `A stack has at most ${MOST} servers, so not all are added.`;
  const stack = new Map();
  const joined = new Intl.ListFormat("en-GB");

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

  // What was found in a server or a tool stands on its page.
  const findingsOf = ({ findings }, address) => findings ? [make("a", { href: `${local(address)}#findings` }, amount(findings, "finding"))] : [];

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
    const answer = await fetch(local(address), { cache: "no-cache" }).catch(() => { throw Error("this site could not be reached"); });
    if (answer.status === 404) throw Error("this site does not have it");
    if (!answer.ok) throw Error(`this site answered with status ${answer.status}`);
    return answer[form]().catch(() => { throw Error("the answer could not be read"); });
  });

  const title = (server) => server.record?.title || server.slug;
  const draw = (server) => {
    const { record, fault, slug } = server, address = record?.url ?? `${tools + encodeURIComponent(slug)}/`;
    server.text.replaceChildren(...record
      ? [link(address, bdi(title(server))),
        make("span", { className: "count" }, amount(record.tools.length, "tool")),
        ...findingsOf(record, address),
        link(record.policies?.url ?? `${policies}${encodeURIComponent(slug)}/`, "Policy")]
      : fault
        ? [code(slug), make("span", {}, `Not read: ${fault}.`),
          button(async () => { server.item.focus(); if (await load(server)) say(`Read: ${title(server)}.`); }, "Try again")]
        : [code(slug), make("span", { className: "none" }, "is being read…")]);
    server.remove.ariaLabel = `Remove ${shown(title(server))}`;
  };
  const load = async (server) => {
    server.fault = "";
    draw(server);
    try {
      const { name, title, url, policies, findings, tools } = await read(`${api + encodeURIComponent(server.slug)}.json`, "json");
      server.record = {
        title: title || name, url, policies, findings: findings?.length,
        tools: tools.map(({ name, url, category, risk, findings }) => ({ name, url, category, risk, findings: findings?.length })),
      };
    } catch (error) {
      server.fault = error instanceof TypeError ? "its record could not be understood" : error.message;
    }
    draw(server);
    later();
    // It may have been removed meanwhile.
    const isThere = stack.get(server.slug) === server;
    if (isThere && server.fault) say(`Not read: ${title(server)}: ${server.fault}.`);
    return isThere && !server.fault;
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

  const line = ([tool, server]) => {
    const address = tool.url ?? server.record.url ?? "";
    return tool.item ??= make("li", {}, make("div", { className: "name" },
      link(address, code(tool.name)),
      make("span", { className: `class ${tool.category}` }, tool.category),
      ...findingsOf(tool, address),
      make("span", { className: "rule" }, bdi(title(server)))));
  };
  // Leaves the lines that stay where they are: a reader may be at one of them.
  const arrange = (lines, calls) => {
    const items = calls.map(line), wanted = new Set(items);
    for (const item of [...lines.children]) if (!wanted.has(item)) item.remove();
    let next = lines.firstElementChild;
    for (const item of items) {
      if (item === next) next = next.nextElementSibling;
      else lines.insertBefore(item, next);
    }
  };
  // A long list is folded away, and made when it is opened. One that grows long stays open.
  const lists = new Map();
  const list = (box, calls) => {
    if (!lists.has(box)) {
      const lines = make("ul", { className: "lines" }), summary = make("summary"), more = make("details", {}, summary);
      const own = { lines, summary, more, calls };
      more.addEventListener("toggle", () => { if (more.open) arrange(lines, own.calls); });
      lists.set(box, own);
    }
    const own = lists.get(box), { lines, summary, more } = own;
    own.calls = calls;
    const isLong = calls.length > LONG, focused = document.activeElement;
    if (isLong && !more.isConnected) more.open = lines.children.length > 0;
    summary.textContent = `Show all ${calls.length.toLocaleString("en-GB")}`;
    if (!isLong || more.open) arrange(lines, calls);
    const place = isLong ? more : box;
    if (isLong && !more.isConnected) box.append(more);
    if (lines.parentElement !== place) place.append(lines);
    if (!isLong) more.remove();
    if (box.contains(focused)) focused.focus({ preventScroll: true });
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
      const count = here.length.toLocaleString("en-GB"), entry = page.querySelector(`.legend [data-risk=${level}]`);
      section.querySelector(".count")?.replaceChildren(count);
      list(section.lastElementChild, here);
      entry?.toggleAttribute("hidden", !here.length);
      entry?.lastElementChild.replaceChildren(count);
      const scale = 1000 / (calls.length || 1);
      const part = page.querySelector(`rect.${level}`);
      part?.setAttribute("x", start * scale);
      part?.setAttribute("width", here.length * scale);
      if (here.length) words.push(`${level} ${here.length}`);
      start += here.length;
    }
    page.querySelector("#profile svg")?.setAttribute("aria-label", `Tools: ${joined.format(words)}`);
    say(stack.size || "", "how-many");
    const missing = [...stack.values()].filter(({ fault }) => fault).length;
    say(`${amount(calls.length, "tool")} of ${amount(read.length, "server")}${missing ? `; ${missing} more could not be read` : ""}`, "sum");
    at("empty").hidden = stack.size;
    at("address").hidden = !stack.size || !navigator.clipboard;
    for (const part of page.querySelectorAll(".whole")) part.hidden = !calls.length;
    at("taking").hidden = !read.length;
  };
  let timer;
  const later = () => {
    // What was told of another stack is no longer true.
    for (const id of ["address-status", "take-status"]) say("", id);
    clearTimeout(timer);
    timer = setTimeout(total, 30);
  };

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
        const look = (further) => window.policypress.search(search, query, { kind: "server", limit: 8, further });
        let found = await look(0);
        if (turn === typed && !found.total && !found.complete) found = await look(window.policypress.FURTHER);
        if (turn !== typed) return;
        const { results, complete } = found, lacking = found.partly ? `${window.policypress.lacking(found, "No server")}. ` : "";
        at("found").replaceChildren(...results.map((result) => make("li", {}, button(() => {
          typed++;
          at("add").value = "";
          at("found").replaceChildren();
          at("add").focus();
          choose(result);
        }, ...named(result)))));
        say(results.length ? `${lacking}${amount(results.length, "server")} to choose from.` : complete ? "No server is found." : "No server is found yet.");
      } catch {
        if (turn === typed) say("The search index could not be read.");
      }
    }, 150);
  });

  // What starts a server and is none, the steps of some of these, and what stands before a server elsewhere.
  const LAUNCHERS = /^(?:npx|npm|pnpm|yarn|bunx?|deno|node|uvx?|pipx|py|python[\d.]*|docker|podman|cmd|bash|z?sh|wsl|volta|env|sudo)(?:\.cmd|\.exe)?$/;
  const STEPS = /^(?:run|exec|dlx|x|tool|container|\/[a-z]|[A-Z_]+=.*|\d.*)$/i;
  const WRAPPERS = /^(?:mcp-remote|mcp-proxy|supergateway|@smithery\/cli)$/;
  // Options: those without a value, those whose value names the server, and those whose value never does.
  const SWITCHES = /^(?:--?|-[yqitdclA]+|--(?:yes|quiet|rm|init|interactive|tty|detach|privileged|read-only|isolated|allow-\w+|stdio|bun|refresh|native-tls|force-reinstall|offline|prefer-\w+|no-[\w-]+|ignore-existing|debug))$/;
  const NAMING = /^(?:(?:npx|npm|pnpm|yarn|bunx?) (?:-p|--package)|(?:uvx?|pipx) (?:--from|--spec)|(?:uv|py|python[\d.]*) -m|supergateway --(?:sse|streamableHttp))$/;
  const VALUES = /^(?:-[evuwpmH]|--(?:with|python|directory|network|name|env|env-file|volume|mount|user|workdir|publish|header))$/;
  const unversioned = (text) => text.replace(/(?!^)@[^/]*$|[[<>=!~].*$/, "").replace(/:[^/]*$/, "");
  // One argument may be a whole command line, and the value of an option may have blanks.
  const separate = (argument, at, all) => VALUES.test(all[at - 1]) && !/^-[mp]$/.test(all[at - 1]) ? argument : argument.split(/\s+/);
  // The words of an entry that say what it runs or asks for, and the others that may name a server.
  const wordsOf = ({ command, args, url, serverUrl, httpUrl }) => {
    const main = [url, serverUrl, httpUrl].filter(Boolean).map(String), others = [];
    // Zed had both in one object.
    const [first, ...rest] = [command?.path ?? command ?? ""].flat();
    const program = String(first).replace(/^(?:[a-z]:|[.~]?[\\/]).*[\\/]/i, (path, at, whole) => LAUNCHERS.test(whole.slice(path.length)) ? "" : path);
    let launcher = "", option = "", hasPackage = false, isStarted = false;
    for (const word of [program, rest, args ?? command?.args ?? []].flat().map(String).flatMap(separate)) {
      const [, name, given] = /^(-[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      if (name && given === undefined) {
        option = SWITCHES.test(name) ? "" : name;
        continue;
      }
      const value = given ?? word, bare = unversioned(value), of = name ?? option;
      option = "";
      if (of) {
        const isPackage = !isStarted && NAMING.test(`${launcher} ${of}`);
        if (isPackage && WRAPPERS.test(bare)) continue;
        if (isPackage || !VALUES.test(of)) (isPackage ? main : others).push(value);
        hasPackage ||= isPackage;
      } else if (isStarted) others.push(value);
      else if (LAUNCHERS.test(bare) || WRAPPERS.test(bare)) launcher = bare.replace(/\.(?:cmd|exe)$/, "");
      else if (value && !STEPS.test(value)) {
        // After a package comes the name of a command in it.
        (hasPackage ? others : main).push(value);
        isStarted = true;
      }
    }
    return { main, others };
  };
  // How a package, an image, a module or an address may be written in a record. A single word is too
  // common to name anything, with a version as without.
  const spellings = (word) => {
    const text = word.replace(/^npm:/, ""), bare = unversioned(text);
    if (/^https?:/.test(text)) return URL.canParse(text) ? [new URL(text).host + new URL(text).pathname] : [];
    if (!/^@?[a-z][\w.-]*[^a-z\d]./.test(bare)) return [];
    const image = bare.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, "");
    return [...new Set([image, bare, text, ...image[0] !== "@" && image.includes("/") ? [`docker.io/${image}`] : []])];
  };
  // What clients call the object that has their servers, one for each project or among other settings; the
  // likely names may be those of something else. What neither runs nor asks for anything is no server.
  const HOLDERS = /(?:^|\.)(?:mcpServers|context_servers)$/, LIKELY = /(?:^|\.)(?:servers|mcp)$/, DEEPEST = 8;
  const isEntry = (value) => value?.command?.path || ["command", "args", "url", "serverUrl", "httpUrl"].some((member) =>
    value?.[member] && (typeof value[member] === "string" || Array.isArray(value[member])));
  const holders = (value, depth = 1) => Object.entries(value).filter(([, part]) => part && typeof part === "object" && !isEntry(part)).flatMap(([name, part]) =>
    [...HOLDERS.test(name) || LIKELY.test(name) && Object.values(part).some(isEntry) ? [part] : [], ...depth < DEEPEST ? holders(part, depth + 1) : []]);
  const parse = (text) => {
    const plain = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1").replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, "$1").trim().replace(/,$/, "");
    const whole = JSON.parse(plain[0] === "{" ? plain : `{${plain}}`);
    const all = holders(whole);
    return (all.length ? all : [whole]).flatMap((servers) => Object.entries(servers).filter(([, entry]) => isEntry(entry)));
  };
  const distinct = (hits) => [...new Map(hits.map((hit) => [hit.slug, hit])).values()];
  const exact = (text) => limited(async () => window.policypress.exact(search, text));
  // The servers that a word may name, each with the spelling that names it.
  const meant = async (word) => (await Promise.all(spellings(word).map(async (spelling) =>
    (await exact(spelling)).map((hit) => ({ ...hit, spelling }))))).flat();
  // A name is searched for once: a later search may find more.
  const searched = new Map();
  const resolve = async ([key, entry]) => {
    const words = wordsOf(entry);
    const [main, others] = await Promise.all([words.main, words.others].map((all) => Promise.all(all.map(meant))));
    const namedBy = (hits) => distinct(hits.filter(({ same }) => same));
    const hits = namedBy([...main, ...others].flat());
    // Certain is what all that is run or asked for names, and no other word contradicts.
    const isMeant = main.length > 0 && main.every((found) => namedBy(found).length);
    if (hits.length === 1 && isMeant) return { key, identifier: namedBy(main.flat())[0].spelling, hits, sure: true };
    const several = main.map(namedBy).find((found) => found.length > 1 && found.length === hits.length);
    if (several) return { key, identifier: several[0].spelling, hits };
    // Names that differ in a sign only can be those of somebody else.
    const alike = [...hits, ...[...main, ...others].flat()];
    // A short name is the user's own: that a server is called so too proves nothing.
    const named = await exact(key), same = named.filter(({ same }) => same);
    if (same.length === 1 && !alike.length && key.includes("/")) return { key, identifier: key, hits: same, sure: true };
    if (!searched.has(key)) searched.set(key, limited(async () => window.policypress.search(search, key, { kind: "server", limit: 4 })));
    // A server that has a part of a name is no more likely than any other.
    const { results, partly } = await searched.get(key);
    return { key, hits: distinct([...alike, ...named, ...partly ? [] : results]).slice(0, Math.max(4, hits.length)) };
  };
  let reading = 0;
  at("read-config").addEventListener("click", async () => {
    const turn = ++reading;
    const tell = (text) => say(text, "config-status");
    at("similar").replaceChildren();
    searched.clear();
    let entries = [];
    try { entries = parse(at("config").value); } catch { return tell("This is not a configuration in JSON."); }
    if (!entries.length) return tell("There is no server with a command or an address in this configuration.");
    tell("The configuration is being compared with the catalogue.");
    const answers = await Promise.all(entries.map((entry) => resolve(entry).catch(() => ({ key: entry[0], hits: [], failed: true }))));
    // Of two clicks the second counts.
    if (turn !== reading) return;
    const found = [], full = [], open = [], none = [], failed = [];
    // What several projects have is told once.
    const once = new Map(answers.map((answer) => [JSON.stringify(answer), answer]));
    for (const { key, identifier, hits, sure, failed: isFailed } of once.values()) {
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
    ].filter(([, keys]) => keys.length).map(([what, keys]) => `${what}: ${joined.format(keys)}.`).join(" ") + (full.length ? ` ${FULL}` : ""));
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
  at("preset").addEventListener("change", () => say("", "take-status"));
  at("take").addEventListener("click", async () => {
    const preset = at("preset").value;
    const file = preset === "recommended" ? "policy.json" : `policy.${preset}.json`;
    const tell = (text) => say(text, "take-status");
    tell("The policies are being read.");
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
      tell(`The file holds the ${preset} policies of ${amount(files.length, "server")}.`);
    } catch (error) {
      tell(`No file is made, because it would not be complete. ${error.message}.`);
    }
  });
  at("address").addEventListener("click", () => {
    const tell = (text) => say(text, "address-status");
    navigator.clipboard.writeText(location.href).then(() => tell("The address is copied."), () => tell("The address could not be copied; it is in the address bar."));
  });

  // A link to a part of this page must not take the place of the stack in the address, nor a place in
  // the history: the way back would lead to the stack of then.
  document.addEventListener("click", (event) => {
    const hash = event.target.closest("a[href^='#']")?.hash, part = hash && document.getElementById(hash.slice(1));
    if (!part || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (part.tabIndex < 0) part.tabIndex = -1;
    part.focus();
    part.scrollIntoView();
  });
  addEventListener("beforeprint", () => { for (const { lines, calls, more } of lists.values()) if (more.isConnected) arrange(lines, calls); });
  addEventListener("hashchange", () => document.getElementById(location.hash.slice(1)) ? write() : arrive());
  at("needs-script").hidden = true;
  page.hidden = false;
  arrive();
})();
