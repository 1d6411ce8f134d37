// Every kind of page: no fault that axe knows, no sideways scrolling, nothing asked of another host,
// nothing that the strict policy of the host forbids, and no error in the console.
import assert from "node:assert/strict";
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

describe("pages", () => {
  for (const name of Object.keys(pages)) {
    test(name, async () => {
      requests.length = errors.length = 0;
      const faults = [];
      await page.setViewportSize({ width: 1280, height: 900 });
      await visit(page, site.origin + pages[name]);
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
  const drawings = new Set();
  const found = {};
  for (const name of ["risks", ...Object.keys(pages).filter((name) => name.endsWith("tool"))]) {
    await visit(page, site.origin + pages[name]);
    const marks = await page.locator("svg.mark").evaluateAll((marks) => marks.map((mark) => ({
      level: [...mark.classList].find((name) => name.startsWith("risk-")).slice(5),
      full: [...mark.children].filter((bar) => getComputedStyle(bar).opacity === "1").length,
      drawing: mark.innerHTML,
    })));
    for (const { level, full, drawing } of marks) {
      assert.equal(full, expected[level], `${level} on ${pages[name]}`);
      drawings.add(drawing);
      found[level] = (found[level] ?? 0) + 1;
    }
  }
  assert.ok(Object.keys(expected).every((level) => found[level] > 1), JSON.stringify(found));
  assert.equal(drawings.size, 1, [...drawings].join("\n"));
});

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
