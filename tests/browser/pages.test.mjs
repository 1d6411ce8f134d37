// Every kind of page: no fault that axe knows, no sideways scrolling, nothing asked of another host,
// nothing that the strict policy of the host forbids, and no error in the console.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, describe, test } from "node:test";
import { AXE, axe, kinds, open, overflow, visit } from "./site.mjs";

const site = await open();
after(() => site.close());
const pages = kinds(site.out);
const requests = [];
const errors = [];

const context = await site.browser.newContext();
// Init scripts run whatever the policy of the page is; a script element would be refused.
await context.addInitScript({ content: AXE });
await context.addInitScript(() => {
  addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
});
const page = await context.newPage();
page.on("request", (request) => requests.push(request.url()));
page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
page.on("pageerror", (error) => errors.push(String(error)));

test("the page of every folder at the top is looked at", () => {
  const tops = readdirSync(site.out).filter((name) => existsSync(`${site.out}/${name}/index.html`));
  assert.ok(tops.includes("tools"));
  assert.deepEqual(tops.filter((name) => !Object.values(pages).includes(`/${name}/`)), []);
});

describe("pages", () => {
  for (const name of Object.keys(pages)) {
    test(name, async () => {
      requests.length = errors.length = 0;
      const faults = [];
      await page.setViewportSize({ width: 1280, height: 900 });
      await visit(page, site.origin + pages[name]);
      // What is folded away is looked at by no tool.
      await page.evaluate(() => { for (const part of document.querySelectorAll("main details")) part.open = true; });
      await views(name, faults);
      if (name === "home") {
        await page.keyboard.press("?");
        await page.locator("dialog#keys[open]").waitFor({ timeout: 5000 });
        await views("home with the list of keys", faults);
      }
      for (const url of requests) {
        if (new URL(url).origin !== site.origin && url !== "about:blank") faults.push(`asks for ${url}`);
      }
      // The browser reports the status of the page for a missing address as an error; it is meant.
      const expected = (text) => name === "missing" && /status of 404/.test(text);
      faults.push(...errors.filter((text) => !expected(text)).map((text) => `console: ${text}`));
      assert.ok(!faults.length, `\n${faults.join("\n")}\n`);
    });
  }
});

test("a mark of risk has as many full bars as the level says, on its own and in lists", async () => {
  const expected = { low: 1, medium: 2, high: 3, critical: 4 };
  const found = {};
  const large = await site.browser.newContext({ deviceScaleFactor: 4, reducedMotion: "reduce" });
  const [page, board] = [await large.newPage(), await large.newPage()];
  for (const name of ["risks", ...Object.keys(pages).filter((name) => name.endsWith("tool"))]) {
    await visit(page, site.origin + pages[name]);
    const seen = new Set();
    for (const mark of await page.locator(".mark:visible").all()) {
      const [level, around] = await mark.evaluate((mark) => [/\brisk-(\w+)/.exec(mark.className)[1], mark.parentNode.nodeName]);
      if (seen.has(level + around)) continue;
      seen.add(level + around);
      const colour = await mark.evaluate((mark) => getComputedStyle(mark).color);
      const bars = await barsIn(board, await mark.screenshot(), colour);
      const drawn = bars.map((bar) => bar.full ? "full" : bar.seen ? "faint" : "none").join(" ");
      const full = expected[level];
      assert.equal(drawn, [...Array(full).fill("full"), ...Array(4 - full).fill("faint")].join(" "), `${level} on ${pages[name]}`);
      assert.ok(bars.every((bar) => !bar.above), `${level} on ${pages[name]} is no row of bars`);
      found[level] = (found[level] ?? 0) + 1;
    }
  }
  await large.close();
  assert.ok(Object.keys(expected).every((level) => found[level] > 1), JSON.stringify(found));
});

/// The four bars in a picture of a mark, by its pixels: whether the foot of each has its full colour
/// or any, and whether anything stands above it.
async function barsIn(board, picture, colour) {
  return board.evaluate(async ([source, colour]) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const { width, height } = image;
    const surface = new OffscreenCanvas(width, height).getContext("2d");
    const pixel = (x, y) => [...surface.getImageData(Math.round(x * width), Math.round(y * height), 1, 1).data].slice(0, 3);
    const far = (one, other) => Math.max(...one.map((value, at) => Math.abs(value - other[at])));
    surface.fillStyle = colour;
    surface.fillRect(0, 0, 1, 1);
    const ink = pixel(0, 0);
    surface.drawImage(image, 0, 0);
    const paper = pixel(0.28, 0.2);
    return [[2.5, 9], [6.5, 6], [10.5, 3], [14.5, 0.2]].map(([middle, top]) => ({
      full: far(pixel(middle / 16, 12 / 16), ink) < 12,
      seen: far(pixel(middle / 16, 12 / 16), paper) > 12,
      above: far(pixel(middle / 16, (top - 0.2) / 16), paper) > 12,
    }));
  }, [`data:image/png;base64,${picture.toString("base64")}`, colour]);
}

/// Looks at the open page in both schemes and at every width.
async function views(name, faults) {
  for (const width of [2560, 1280, 768, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await overflow(page);
    if (wide) faults.push(`${name} at ${width}: reaches ${wide}`);
    if (width !== 1280 && width !== 320) continue;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      faults.push(...(await axe(page)).map((fault) => `${name}, ${colorScheme}, ${width}: ${fault}`));
    }
  }
}

test("levels go from green to red in both schemes", async () => {
  await visit(page, site.origin + pages.risks);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const lean = await page.locator(".cards .mark").evaluateAll((marks) => Object.fromEntries(marks.map((mark) => {
      const [red, green] = getComputedStyle(mark).color.match(/\d+/g);
      return [/risk-(\w+)/.exec(mark.className)[1], red - green];
    })));
    assert.ok(lean.low < 0 && 0 < lean.medium && lean.medium < lean.high && lean.high < lean.critical, JSON.stringify(lean));
  }
});

test("a dark page is printed dark on white, and its legend keeps its colours", async () => {
  const dark = await site.browser.newContext({ colorScheme: "dark" });
  const page = await dark.newPage();
  await page.addInitScript(() => localStorage.setItem("theme", "dark"));
  await visit(page, site.origin + pages.home);
  await page.emulateMedia({ media: "print" });
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.equal(await paper(), "rgb(255, 255, 255)");
  const colours = () => page.locator(".swatch").evaluateAll((all) => all.map((swatch) => getComputedStyle(swatch).backgroundColor));
  const swatch = page.locator(".swatch").first();
  assert.equal(await swatch.evaluate((swatch) => getComputedStyle(swatch).printColorAdjust), "exact");
  await page.emulateMedia({ media: "screen", forcedColors: "active" });
  const shown = await colours();
  assert.ok(shown.length > 3 && new Set(shown).size === shown.length, shown.join());
  await dark.close();
});

test("the keyboard goes through the header in the order that is seen", async () => {
  await page.emulateMedia({ colorScheme: "light" });
  for (const width of [320, 600, 800, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await visit(page, site.origin + pages.home);
    const places = await page.locator(".top :is(a, input, button):visible").evaluateAll((all) => all.map((element) => {
      const { x, y, height } = element.getBoundingClientRect();
      return [x, y + height / 2];
    }));
    const sorted = places.toSorted((one, other) => Math.abs(one[1] - other[1]) > 16 ? one[1] - other[1] : one[0] - other[0]);
    assert.deepEqual(places, sorted, `${width}`);
  }
});

test("whatever the keyboard reaches has a ring, and the first thing is a way to the content", async () => {
  for (const kind of ["server", "read tool", "policy", "stack", "search"]) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await visit(page, site.origin + pages[kind]);
    await page.evaluate(() => { document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); });
    const seen = new Set();
    for (let steps = 0; steps < 60; steps++) {
      await page.keyboard.press("Tab");
      const { name, ring, left } = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        const { id, className, tagName } = document.activeElement;
        return { name: `${tagName} ${id} ${className}`, ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth), left: document.activeElement.getBoundingClientRect().left };
      });
      if (name.startsWith("BODY")) break;
      if (kind !== "search" && !steps) assert.ok(/ skip$/.test(name) && left >= 0, `${kind} begins with ${name} at ${left}`);
      assert.ok(ring >= 2, `${name} on ${kind} has a ring of ${ring} px`);
      seen.add(name);
    }
    assert.ok(seen.size > 3, `${kind}: ${[...seen]}`);
  }
});

test("the switch of the theme stands beside the search at each width", async () => {
  for (const width of [320, 480, 641, 760, 900, 960, 961, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await visit(page, site.origin + pages.home);
    const middles = await page.locator(".find button, [data-switch-theme]").evaluateAll((all) => all.map((element) => {
      const { y, height } = element.getBoundingClientRect();
      return y + height / 2;
    }));
    assert.equal(middles.length, 2);
    assert.ok(Math.abs(middles[0] - middles[1]) < 8, `${middles} at ${width}`);
  }
});

test("the name of the site keeps its words whole where a reader spaces the text", async () => {
  const own = await site.browser.newContext({ bypassCSP: true });
  const page = await own.newPage();
  for (const width of [960, 1000, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await visit(page, site.origin + pages.home);
    await page.addStyleTag({ content: "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }" });
    assert.equal(await overflow(page), null);
    const { width: found } = await page.locator(".brand").boundingBox();
    assert.ok(found > 60, `${found} px at ${width}`);
  }
  await own.close();
});

test("the parameters of a tool are read on a phone without scrolling, and stay a table", async () => {
  await visit(page, site.origin + pages["read tool"]);
  const table = page.locator("#parameters ~ .scroll");
  const session = await page.context().newCDPSession(page);
  const roles = async () => {
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const count = (name) => nodes.filter(({ role }) => role?.value === name).length;
    return ["table", "row", "columnheader", "rowheader", "cell"].map(count);
  };
  await page.setViewportSize({ width: 1280, height: 900 });
  const wide = await roles();
  assert.ok(wide.every((count) => count), `${wide}`);
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const [room, used] = await table.evaluate((part) => [part.clientWidth, part.scrollWidth]);
    assert.ok(used <= room, `${used} of ${room} px`);
    const text = await table.locator("td:last-child").first().boundingBox();
    assert.ok(text.width > room * 0.9, `${text.width} of ${room} px`);
    assert.deepEqual(await roles(), wide);
  }
});

test("a phone shows the buttons of a document beside each other", async () => {
  await page.setViewportSize({ width: 360, height: 900 });
  for (const kind of ["read tool", "policy"]) {
    await visit(page, site.origin + pages[kind]);
    for (const bar of await page.locator(".bar").all()) {
      const [copy, download] = await Promise.all(["button", "a"].map((part) => bar.locator(part).boundingBox()));
      assert.equal(copy.y, download.y, kind);
    }
  }
});

test("the ring around a focused document is inside of what cuts it", async () => {
  await visit(page, site.origin + pages["read tool"]);
  await page.keyboard.press("Tab");
  const document = page.locator("#policy-document");
  await document.focus();
  const [width, offset] = await document.evaluate((element) => {
    const { outlineWidth, outlineOffset } = getComputedStyle(element);
    return [parseFloat(outlineWidth), parseFloat(outlineOffset)];
  });
  assert.ok(width >= 2 && offset <= -width, `${width} ${offset}`);
});
