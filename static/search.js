// The search: reads the files of the index that docs/search.md describes, as few as a query needs.
window.policypress = (() => {
  // A query stops fetching tool files here, so that it moves about 100 KB at most.
  const BUDGET = 80_000;
  // What it may fetch besides each time that it is to look further.
  const FURTHER = 70_000;
  // How well a word fits that a typed one may have been mistyped for.
  const CORRECTED = 0.5;
  const CATEGORIES = ["read", "write", "execute", "destructive", "financial"];
  const RISKS = ["low", "medium", "high", "critical"];
  const files = new Map();

  // A reader is of one search: where the index is, how much was moved for it, how much may be, and
  // which tool files it has looked into.
  const reader = (base, most) => ({ base, most, moved: 0, seen: new Set() });
  const isSpent = reader => reader.moved > reader.most * 0.8;

  function load(reader, name) {
    const url = reader.base + name + ".bin";
    if (!files.has(url)) {
      // The files of an index belong together and keep their names: a browser that has some of an
      // earlier publication has to ask whether they are still the same.
      const file = fetch(url, { cache: "no-cache" }).then(async response => {
        if (!response.ok) {
          // Another index may have been published since this one was begun.
          files.clear();
          parsed.clear();
          throw new Error("The search index could not be read.");
        }
        const packed = await response.arrayBuffer();
        reader.moved += packed.byteLength;
        const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
        return new Uint8Array(await new Response(stream).arrayBuffer());
      });
      file.catch(() => files.delete(url));
      files.set(url, file);
    }
    return files.get(url);
  }

  const parsed = new Map();
  function once(key, make) {
    if (!parsed.has(key)) parsed.set(key, make().catch(error => { parsed.delete(key); throw error; }));
    return parsed.get(key);
  }
  const text = new TextDecoder();
  const root = reader => once(reader.base, async () => JSON.parse(text.decode(await load(reader, "words"))));
  const rowsOf = (reader, file) => once(reader.base + "tools/" + file, async () => JSON.parse(text.decode(await load(reader, "tools/" + file))));

  // A word file: word -> four lists of tool files, the most prominent first. Lists stay packed
  // until they are asked for.
  const wordsOf = (reader, file) => once(reader.base + "words/" + file, async () => {
    const bytes = await load(reader, "words/" + file), words = new Map();
    let at = 0;
    const number = () => {
      let value = 0, shift = 0, byte;
      do { byte = bytes[at++]; value |= (byte & 127) << shift; shift += 7; } while (byte > 127);
      return value;
    };
    while (at < bytes.length) {
      const length = number(), word = text.decode(bytes.subarray(at, at += length));
      const lists = [];
      for (let weight = 0; weight < 4 && word[0] !== "~"; weight++) {
        let file = 0;
        lists.push(Array.from({ length: number() }, () => file += number()));
      }
      words.set(word, lists);
    }
    return words;
  });

  // The same cuts as in the program: letters and digits without their marks, small letter before
  // capital. Each letter is made small by itself, whatever stands beside it.
  const small = word => [...word].map(letter => letter.toLowerCase()).join("");
  const fold = word => [...small(word.replace(/[^\p{Alphabetic}\p{N}]/gu, ""))].slice(0, 32).join("");
  const SIGNS = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
  const plain = source => source.normalize("NFKD").replace(/[\p{Mn}\p{Me}]/gu, "").replace(/[ßẞ]/g, "ss").replaceAll("ı", "i");
  const PARTICLES = "のをにはともへ";
  const runs = source => source.match(new RegExp(`${SIGNS.source}|(?:(?!${SIGNS.source})[\\p{Alphabetic}\\p{N}])+`, "gu")) || [];
  const parts = run => run.replace(/([\p{Ll}\d])(?=\p{Lu})/gu, "$1 ").replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1 ").split(" ");
  const joined = name => fold((plain(name).match(/[\p{Alphabetic}\p{N}]+/gu) || []).join(""));
  function words(source) {
    const found = [];
    for (const run of runs(plain(source))) {
      const cut = parts(run);
      found.push(...cut.map(fold));
      if (cut.length > 1) found.push(fold(run));
    }
    return found;
  }

  // One letter more, less, other, or two exchanged; `open`: what follows the word does not count.
  function near(typed, word, open) {
    let at = 0;
    while (at < typed.length && typed[at] === word[at]) at++;
    const fits = (rest, other) => open ? other.startsWith(rest) : rest === other;
    return fits(typed.slice(at + 1), word.slice(at + 1)) || fits(typed.slice(at + 1), word.slice(at)) ||
      fits(typed.slice(at), word.slice(at + 1)) ||
      (typed[at] === word[at + 1] && typed[at + 1] === word[at] && fits(typed.slice(at + 2), word.slice(at + 2)));
  }

  // All words of the index that begin with `start`, from at most `most` files. `more`: there may be others.
  async function beginning(reader, start, most = 2) {
    const { files: table } = await root(reader);
    let low = 0, high = table.length;
    while (low < high) { const middle = (low + high) >> 1; if (table[middle][0] <= start) low = middle + 1; else high = middle; }
    const first = Math.max(0, low - 1);
    const files = table.slice(first, first + most + 1).filter(([word]) => word <= start || word.startsWith(start));
    const found = [];
    let at = 0;
    // A few at a time, as long as there is room.
    while (at < Math.min(most, files.length) && (!at || !isSpent(reader))) {
      const next = files.slice(at, Math.min(most, at + 3));
      at += next.length;
      for (const words of await Promise.all(next.map(([, file]) => wordsOf(reader, file)))) {
        for (const [word, lists] of words) if (word.startsWith(start)) found.push([word, lists]);
      }
    }
    found.more = files.length > at;
    return found;
  }
  const exactly = async (reader, word) => (await beginning(reader, word, 1)).filter(([found]) => found === word);
  const spread = lists => lists.reduce((sum, list) => sum + list.length, 0);

  // Takes the words that stand in most tool files as meanings of a typed word; `fit`: how well.
  function take(chosen, found, fit, most = 12) {
    found.sort((one, other) => spread(other[1]) - spread(one[1]));
    for (const [word, lists] of found.slice(0, most)) if (!chosen.has(word)) chosen.set(word, { lists, fit });
  }

  // The words of the index that a typed word may mean, each with how well it fits; `times` as many
  // as usual. `more`: it begins others, too.
  async function meanings(reader, typed, whole, times) {
    const chosen = new Map(), most = 12 * times;
    const [same, alike] = await Promise.all([beginning(reader, typed, (typed.length > 2 ? 2 : 1) * times), whole ? exactly(reader, whole) : []]);
    take(chosen, same.filter(([word]) => word === typed), 1);
    take(chosen, alike, 0.9);
    if (typed.length > 1) {
      const longer = same.filter(([word]) => word !== typed);
      take(chosen, longer, 0.8, most);
      chosen.more = same.more || longer.length > most;
    }
    return chosen;
  }

  // The words of the index that a mistyped word may mean: one half of it is right. Many words can
  // have a half of few letters. What begins other words may be mistyped for whole words only: too
  // much begins almost so.
  async function corrections(reader, typed, chosen, times) {
    const letters = [...typed], half = Math.max(2, (letters.length - 1) >> 1), most = 12 * times;
    const starts = await beginning(reader, letters.slice(0, half).join(""), most);
    const isOpen = !chosen.size, alike = starts.filter(([word]) => near(typed, word, isOpen));
    take(chosen, alike, CORRECTED, most);
    chosen.more ||= starts.more || alike.length > most || isSpent(reader);
    if (isSpent(reader)) return;
    const ends = await beginning(reader, "~" + letters.slice(-half).reverse().join(""), most);
    chosen.more ||= ends.more;
    const candidates = ends.map(([word]) => [...word.slice(1)].reverse().join("")).filter(word => near(typed, word, false));
    for (let at = 0; at < 3 && at + 1 < letters.length; at++) {
      const swapped = [...letters];
      [swapped[at], swapped[at + 1]] = [swapped[at + 1], swapped[at]];
      candidates.push(swapped.join(""));
    }
    for (const word of new Set(candidates.slice(0, 8 * times))) if (!isSpent(reader)) take(chosen, await exactly(reader, word), CORRECTED);
  }

  // What a query asks: groups of words, each of which an answer must meet. `doubt`: words that only
  // begin others may be mistyped, too. `isCut`: not all that could be a mistyped word was looked at.
  async function understand(reader, query, filters, times, doubt) {
    const { stop } = await root(reader);
    let groups = [];
    for (const run of runs(plain(query))) {
      const cut = parts(run), whole = cut.length > 1 ? fold(run) : "";
      for (const part of cut.map(fold)) if (part && !stop.includes(part)) groups.push({ typed: part, whole });
    }
    // What only joins words of Japanese need not stand in an answer.
    const telling = groups.filter(({ typed }) => !PARTICLES.includes(typed));
    if (telling.length) groups = telling;
    // Each costs one or two files; those of signs lie beside each other.
    let room = 12;
    groups = groups.filter(({ typed }) => (room -= SIGNS.test(typed) ? 1 : 2) >= 0);
    const name = joined(query);
    const [exact, required] = await Promise.all([
      name.length > 2 ? beginning(reader, "=" + name, 1) : [],
      Promise.all(filters.map(filter => exactly(reader, "#" + filter))),
      ...groups.map(async group => { group.meanings = await meanings(reader, group.typed, group.whole, times); }),
    ]);
    let isCut = false;
    for (const { typed, meanings } of exact.length ? [] : groups) {
      if ((doubt ? meanings.has(typed) : meanings.size) || typed.length < 3) continue;
      if (!isSpent(reader)) await corrections(reader, typed, meanings, times);
      if (!meanings.size) isCut ||= meanings.more || isSpent(reader);
    }
    const names = name.length > 2 ? [name] : [];
    if (!exact.length) {
      for (const corrected of spellings(groups)) {
        const found = isSpent(reader) ? [] : await beginning(reader, "=" + corrected, 1);
        if (found.length) { exact.push(...found); names.push(corrected); }
      }
    }
    return { groups, names, exact, required, isCut, isBlank: !runs(query).length };
  }

  // How a name with mistyped words may be spelt, joined: each with its likeliest corrections.
  function spellings(groups) {
    const likeliest = ({ typed, meanings }) => {
      const found = [...meanings].filter(([, meaning]) => meaning.fit === CORRECTED).map(([word]) => word).slice(0, 3);
      return found.length ? found : [typed];
    };
    const all = groups.map(likeliest).reduce((starts, words) => starts.flatMap(start => words.map(word => start + word)), [""]);
    return groups.some(({ meanings }) => [...meanings.values()].some(({ fit }) => fit === CORRECTED)) ? all.slice(0, 9) : [];
  }

  // What a word counts for in an entry. Where words may be left out, as few as possible are, and
  // rather frequent ones and those that are in no name of the entry. The first word of a name, most
  // often what is done, says no more than another.
  const worth = ({ rarity }, value, some) => some ? 100 + Math.min(3, value) * rarity : value;

  // The tool files that can hold an answer, the most promising first, each with how promising it is
  // and which words it has, a bit for each. `some`: an answer may lack words.
  function candidates({ groups, exact, required }, some) {
    const scores = new Map(), all = (1 << groups.length) - 1;
    groups.forEach((group, at) => {
      const best = new Map();
      for (const { lists, fit } of group.meanings.values()) {
        lists.forEach((list, weight) => {
          for (const file of list) best.set(file, Math.max(best.get(file) || 0, (4 - weight) * fit));
        });
      }
      group.rarity = best.size ** -0.4;
      for (const [file, value] of best) {
        const [sum, has] = scores.get(file) ?? [0, 0];
        scores.set(file, [sum + worth(group, value, some), has | 1 << at]);
      }
    });
    if (!some) {
      for (const [file, [, has]] of scores) if (has !== all) scores.delete(file);
      for (const [, lists] of exact) for (const file of lists.flat()) scores.set(file, [5 * groups.length + 1, all]);
    }
    for (const found of required) {
      const allowed = new Set(found.flatMap(([, lists]) => lists.flat()));
      if (!groups.length && !scores.size) for (const file of allowed) scores.set(file, [1, all]);
      for (const file of scores.keys()) if (!allowed.has(file)) scores.delete(file);
    }
    return [...scores].map(([file, score]) => [file, ...score]).sort((one, other) => other[1] - one[1] || one[0] - other[0]);
  }

  // How well a row answers, 0: it does not. `has`: which words it has. `instead`: pairs of mistyped
  // words and what it has for them.
  function score(row, server, { groups, names }, some) {
    const own = row[1] < 0 ? server[1] : row[2];
    const fields = [words(own).slice(0, 1), words(own + " " + row[4]), words(server[1] + " " + server[2]), words(row[5] + " " + row[6])];
    let sum = 0, has = 0, instead = [];
    for (const [at, group] of groups.entries()) {
      const { typed, meanings } = group;
      let best = 0, by;
      fields.forEach((field, weight) => {
        for (const word of field) {
          const value = (4 - weight) * (meanings.get(word)?.fit ?? 0);
          if (value > best) [best, by] = [value, word];
        }
      });
      if (!best && some) continue;
      if (!best) { sum = 0; break; }
      sum += worth(group, best, some);
      has |= 1 << at;
      if (meanings.get(by).fit === CORRECTED) instead.push([typed, by]);
    }
    const short = joined(own), is = part => names.includes(joined(part));
    const begun = names.find(name => short.startsWith(name));
    if (!sum) instead = begun && begun !== names[0] ? [[names[0], begun]] : [];
    if (begun) sum = Math.max(sum, 5 * groups.length) + (is(own) ? 2 : 0.5);
    else if (row[1] < 0 && (is(row[2]) || row[6].split(" ").some(is))) sum = Math.max(sum, 5 * groups.length);
    return { value: sum ? sum - Math.min(own.length, 99) / 1000 : 0, has, instead };
  }

  function result(row, server, { value, has, instead }, places) {
    const isTool = row[1] >= 0;
    const path = "tools/" + server[0] + (isTool ? "/" + row[3] : "") + places.end;
    return {
      kind: isTool ? "tool" : "server", name: isTool ? row[2] : server[1], title: isTool ? row[4] : server[1], identifier: row[2],
      server: server[1], slug: server[0], line: row[5], href: places.root + path, score: value, has, instead,
      category: CATEGORIES[row[1] >> 2], risk: RISKS[row[1] & 3],
    };
  }

  // Answers a query. `complete`: nothing is left that can be an answer. `further`: how many bytes more
  // than usual may be moved. `frequent`: all words are in too many texts to find anything. `partly`: an
  // answer that lacks words, with those that each result has; `isSure`: nothing has all of them.
  async function search(base, query, options = {}) {
    const { category, risk, kind, further = 0 } = options;
    const one = reader(base, BUDGET + further), times = 1 + Math.max(0, further) / FURTHER | 0;
    // Addresses stand in the index without what is before their host.
    const bare = query.replace(/^\s*\w+:\/\//, "");
    const filters = [category, risk, kind === "server" && "server"].filter(Boolean);
    const asked = await understand(one, bare, filters, times, false);
    let found = await look(one, asked, options, false);
    const isSure = found.complete;
    if (!found.total && isSure && !found.frequent) {
      const again = await look(one, await understand(one, bare, filters, times, true), options, false);
      if (again.total || !again.complete) found = again;
    }
    // What has all words may be further away.
    if (found.total || found.frequent || !found.complete && !further) return found;
    const some = asked.groups.length > 1 && await look(one, asked, options, true);
    if (!some.total) return found;
    const { has } = some.results[0], kept = asked.groups.filter((_, at) => has >> at & 1);
    if (kept.length === asked.groups.length) return some;
    const words = kept.filter(({ meanings }) => [...meanings.values()].some(({ fit }) => fit !== CORRECTED)).map(({ typed }) => typed);
    return { ...some, unknown: found.unknown, partly: { words: [...new Set(words)], isSure } };
  }

  async function look(reader, asked, { category, risk, kind, limit = 20, further = 0, places = { root: reader.base.replace(/search\/$/, ""), end: "/" } }, some) {
    const { groups, exact, required } = asked, isAsked = groups.length || exact.length;
    const unknown = exact.length || asked.isCut || some ? [] : groups.filter(group => !group.meanings.size).map(group => group.typed);
    let queue = unknown.length || !(isAsked || required.length) ? [] : candidates(asked, some);
    let found = [];
    let complete = unknown.length > 0 || !asked.isCut && !groups.some(({ meanings }) => meanings.more);
    while (queue.length) {
      // Of two rows with the same words the shorter name scores a little more.
      if (found.length >= limit && found[limit - 1].score + 0.1 >= queue[0][1]) { complete = false; break; }
      const room = reader.most - reader.moved;
      if (reader.seen.size && (room <= 0 || reader.seen.size >= 24 + further / 3000)) {
        // What was looked into costs nothing.
        const known = queue.filter(([file]) => reader.seen.has(file));
        complete &&= known.length === queue.length;
        queue = known;
      }
      // As many at a time as a browser asks one host for, unless they could be more than there is room for.
      const next = queue.splice(0, Math.max(1, Math.min(6, room / 8000 | 0)));
      const batch = next.map(([file]) => { reader.seen.add(file); return rowsOf(reader, file.toString(16).padStart(4, "0")); });
      for (const { servers, rows } of await Promise.all(batch)) {
        for (const row of rows) {
          const server = servers[row[0]];
          if (kind === "server" && row[1] >= 0) continue;
          if (category && CATEGORIES[row[1] >> 2] !== category || risk && RISKS[row[1] & 3] !== risk || (category || risk) && row[1] < 0) continue;
          const scored = isAsked ? score(row, server, asked, some) : { value: 1, instead: [] };
          if (scored.value) found.push(result(row, server, scored, places));
        }
      }
      found.sort((one, other) => other.score - one.score || (one.name + one.slug < other.name + other.slug ? -1 : 1));
      if (!some || !found.length) continue;
      // All results have the same words, those of the best.
      const [{ score: best, has }] = found;
      found = found.filter(result => result.has === has);
      queue = queue.filter(([, most, words]) => most > best || (words & has) === has);
    }
    const frequent = !isAsked && !asked.isBlank;
    return { results: found.slice(0, limit), total: found.length, complete, unknown, frequent, moved: reader.moved };
  }

  // Says what an answer lacks and, if there is one, which words it has; `nothing`: what lacks some.
  function lacking({ results, unknown, partly: { words, isSure } = { words: [] } }, nothing) {
    const start = unknown.length ? `No name, title or beginning of a description has the word “${unknown[0]}”` :
      `${nothing} is found${isSure ? "" : " yet"} that has all of these words`;
    const list = new Intl.ListFormat("en-GB").format(words.map(word => `“${word}”`));
    return shown(start + (list && (results.length > 1 ? "; these have " : "; this has ") + list));
  }

  // Servers that are called so but for separators and what follows many letters: by their name, title,
  // a package or an address. `same`: letter by letter by another than the title.
  async function exact(base, identifier) {
    const one = reader(base, BUDGET);
    const name = joined(identifier), found = new Map();
    const bare = text => text.toLowerCase().replace(/^\w+:\/\//, "").replace(/\/$/, "");
    if (!name) return [];
    for (const [, lists] of await exactly(one, "=" + name)) {
      for (const file of lists.flat().slice(0, 4)) {
        const { servers, rows } = await rowsOf(one, file.toString(16).padStart(4, "0"));
        for (const row of rows.filter(row => row[1] < 0)) {
          const server = servers[row[0]], names = [row[2], ...row[6].split(" ")];
          if (![server[1], ...names].some(own => joined(own) === name)) continue;
          const same = names.some(own => bare(own) === bare(identifier));
          found.set(server[0], { slug: server[0], title: server[1], name: row[2], same });
        }
      }
    }
    return [...found.values()];
  }

  // Characters that nobody sees, named in brackets as on all other pages (src/text/hidden.rs): those
  // stay that emoji and the scripts around them need.
  const PICTURE = String.raw`[\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}][\ufe0e\ufe0f]?[\u{1f3fb}-\u{1f3ff}]?`;
  const SCRIPTS = "Arab Syrc Mand Nkoo Mong Phag Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Mymr Khmr Java Bali Adlm";
  const JOINING = String.raw`(?=[\p{L}\p{M}])[${SCRIPTS.replace(/\w+ ?/g, script => `\\p{sc=${script.trim()}}`)}]`;
  const SPACELESS = String.raw`[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]`;
  const INVISIBLE = String.raw`[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;
  const WRITING = new RegExp([
    String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{4,6}\u{e007f}`,
    String.raw`${PICTURE}(?:\u200d(?:${PICTURE}|[\u2640\u2642\u2695]\ufe0f?))*`,
    String.raw`[0-9#*\p{So}\p{Sm}][\ufe0e\ufe0f]\u20e3?`, String.raw`\p{Sm}\ufe00`,
    String.raw`(?:${JOINING}\p{M}{0,8}[\u200c\u200d])+`, String.raw`${SPACELESS}\u200b`,
    String.raw`[\u200c\u200d]${JOINING}`, String.raw`\u200b${SPACELESS}`,
    String.raw`\p{sc=Hani}[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`, String.raw`\p{sc=Mong}[\u180b-\u180f]`,
    String.raw`(?<hidden>[\u{e0000}-\u{e007f}]+|(${INVISIBLE})\2*)`,
  ].join("|"), "gu");
  const DIRECTED = /(?=\p{L})[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]/u;
  const MARKS = /^[\u200e\u200f\u061c\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]/;
  function shown(text) {
    const isDirected = DIRECTED.test(text);
    return text.replace(WRITING, (whole, ...rest) => {
      const { hidden } = rest.at(-1);
      if (!hidden || (isDirected && MARKS.test(hidden))) return whole;
      const count = [...hidden].length, code = hidden.codePointAt(0);
      if (count > 1 && code >= 0xe0000 && code < 0xe0080) return `[${count} tag characters]`;
      return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}${count > 1 ? ` ×${count}` : ""}]`;
    });
  }

  return { search, lacking, exact, shown, FURTHER };
})();

// The search page.
(() => {
  const page = document.getElementById("search");
  if (!page) return;
  // A template may leave parts out: nobody sees what stands in for them, an empty choice.
  const part = id => document.getElementById(id) ?? document.createElement("select");
  const [field, category, risk, status, list, more] = ["q", "category", "risk", "status", "results", "more"].map(part);
  const places = { root: page.dataset.root, end: page.dataset.end };
  const base = places.root + "search/";
  const make = (name, className, content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...[content || []].flat());
    return element;
  };
  const bdi = text => make("bdi", "", policypress.shown(text));
  function item(found) {
    const link = make("a", "", found.kind === "tool" ? make("code", "", bdi(found.name)) : bdi(found.name));
    link.href = found.href;
    const line = make("div", "name", link);
    if (found.kind === "tool") {
      link.prepend(make("span", "mark risk-" + found.risk));
      line.append(make("span", "class " + found.category, found.category), make("span", "risk-" + found.risk, found.risk + " risk"), make("span", "of", ["on ", bdi(found.server)]));
    } else {
      line.append(make("span", "class", "server"), make("code", "of", bdi(found.identifier)));
    }
    const entry = make("li", "", line);
    if (found.line) { const about = make("p", "", policypress.shown(found.line)); about.dir = "auto"; entry.append(about); }
    return entry;
  }

  // What an answer has not as it was typed, and which words it has instead of mistyped ones: three for
  // each at most.
  function corrected(found, query, within) {
    const words = new Map();
    for (const [typed, word] of found.results.flatMap(({ instead }) => instead)) words.set(typed, (words.get(typed) ?? new Set()).add(word));
    const like = ([typed, found]) => ["; like ", ...typed === query.toLowerCase() ? ["it"] : ["“", bdi(typed), "”"], ...[...found].slice(0, 3).flatMap((word, at) => [at ? ", " : ": ", bdi(word)])];
    const start = found.partly ? [policypress.lacking(found, "Nothing" + within)] : [`Nothing${within} has “`, bdi(query), "”"];
    return found.partly || words.size ? [...start, ...[...words].flatMap(like), ". "] : [];
  }

  let latest = 0, further = 0, limit = 20;
  // What was found for other words would be taken for the answer.
  function empty(reason) {
    list.removeAttribute("aria-busy");
    status.textContent = reason;
    list.replaceChildren();
    more.hidden = true;
  }
  async function answer() {
    const turn = ++latest, query = field.value.trim();
    const filters = { category: category.value, risk: risk.value };
    const address = new URLSearchParams(Object.entries({ q: query, ...filters }).filter(([, value]) => value));
    history.replaceState(null, "", location.pathname + (address.size ? "?" + address : ""));
    if (!address.size) return empty("");
    // Until then nobody need be told; afterwards what is listed may be taken for the answer.
    const slow = setTimeout(() => {
      if (turn !== latest) return;
      list.setAttribute("aria-busy", "true");
      status.textContent = "Searching …";
    }, 300);
    try {
      const look = () => policypress.search(base, query, { ...filters, places, further, limit });
      let found = await look();
      if (turn !== latest) return;
      // Nothing yet is no answer: it looks further once without being asked.
      if (!found.total && !found.complete && !further) {
        further = policypress.FURTHER;
        found = await look();
        if (turn !== latest) return;
      }
      list.replaceChildren(...found.results.map(item));
      more.hidden = found.complete && found.total <= limit;
      const count = found.results.length;
      const chosen = [category, risk].filter(({ value }) => value).map(({ id }) => id);
      const within = chosen.length ? " with this " + chosen.join(" and ") : "";
      if (found.unknown.length && !count) status.textContent = policypress.lacking(found) + ".";
      else if (found.frequent && !count) status.textContent = "These words are in too many texts to find anything.";
      else if (!count && !found.complete) status.textContent = "Nothing found yet.";
      else if (!count) status.textContent = within ? `Nothing matches${within}.` : "Nothing matches.";
      else {
        const amount = more.hidden ? (count === 1 ? "1 result" : count + " results") : (count === 1 ? "The first result" : `The first ${count} results`);
        status.replaceChildren(...corrected(found, query, within), amount);
      }
    } catch {
      if (turn === latest) empty("The search index could not be read: check the connection and try again.");
    } finally {
      clearTimeout(slow);
      if (turn === latest) list.removeAttribute("aria-busy");
    }
  }
  const ask = () => { further = 0; limit = 20; return answer(); };
  let wait;
  field.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 80); });
  for (const choice of [category, risk]) choice.addEventListener("change", ask);
  more.addEventListener("click", async () => {
    const known = list.children.length;
    further += policypress.FURTHER;
    limit += 20;
    await answer();
    // The button has moved away, or is gone, and whoever reads on has not.
    const next = list.children[known] ?? (more.hidden ? list.lastElementChild : null);
    if ([more, document.body].includes(document.activeElement)) next?.querySelector("a")?.focus();
  });
  page.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = [...list.querySelectorAll("li > .name > a")];
    if (!step || event.isComposing || ![field, ...links].includes(event.target)) return;
    const next = links.indexOf(event.target) + step;
    event.preventDefault();
    (next < 0 ? field : links[Math.min(next, links.length - 1)])?.focus();
  });
  field.addEventListener("keydown", async event => {
    if (event.key !== "Enter" || event.isComposing) return;
    // What is listed may still be what was found for fewer letters.
    clearTimeout(wait);
    const answered = ask(), turn = latest;
    await answered;
    if (turn === latest) list.querySelector("a")?.click();
  });
  const given = new URLSearchParams(location.search);
  for (const control of [field, category, risk]) {
    control.value = given.get(control.id) || "";
    // A value that is no choice of the list would leave it blank.
    if (control.selectedIndex < 0) control.value = "";
  }
  page.hidden = false;
  document.querySelector(".without-script")?.toggleAttribute("hidden", true);
  if (!field.value) field.focus({ preventScroll: true });
  answer();
})();
