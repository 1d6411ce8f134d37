// Takes one picture of each kind of page, and three of a tool's.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kinds, open, visit } from "../../tests/browser/site.mjs";
import { shrink } from "./shrink.mjs";

const site = await open();
const pages = kinds(site.out);
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

async function shot(name, path, viewport = DESK, colorScheme = "light") {
  const context = await site.browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await visit(page, site.origin + path);
  // A blinking cursor would make each run different.
  await page.evaluate(() => document.activeElement.blur());
  writeFileSync(fileURLToPath(new URL(`${name}.png`, import.meta.url)), shrink(await page.screenshot({ scale: "css" })));
  await context.close();
}

try {
  // The tools of all categories look alike but for a colour; the others stand for nothing of their own.
  const tool = "/tools/github-github-mcp-server/merge-pull-request/";
  await shot("tool", tool);
  await shot("tool-dark", tool, DESK, "dark");
  await shot("tool-phone", tool, PHONE);
  for (const [name, path] of Object.entries(pages)) {
    if (!name.endsWith(" tool")) await shot(name.replace(" ", "-"), path);
  }
} finally {
  await site.close();
}
