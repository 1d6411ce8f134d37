// Writes the page of one card. Colours are those of static/site.css, light; the words are those of
// `verdict` in src/policy/effect.rs and of the table in src/policy/recommend.rs.
const COLOURS = { low: "#2f7d6b", medium: "#9a6b00", high: "#b8480d", critical: "#a3123f", read: "#2f7d6b", write: "#2a5fb0", execute: "#7a4fb5", destructive: "#a3123f", financial: "#8a5a00" };
const CARDS = {
  read: ["low", "Allow", ""],
  write: ["medium", "Allow", "at most 30 calls a minute"],
  execute: ["high", "Allow", "at most 10 calls a minute"],
  destructive: ["critical", "Hide", "and deny every call"],
  financial: ["critical", "Deny", "every call"],
};
const LEVELS = ["low", "medium", "high", "critical"];
const mark = (level) => `<svg class="mark" viewBox="0 0 16 16" fill="${COLOURS[level]}">${[[1, 10], [5, 7], [9, 4], [13, 1]].map(([x, y], index) => `<rect x="${x}" y="${y}" width="3" height="${15 - y}"${index > LEVELS.indexOf(level) ? ' opacity=".25"' : ""}/>`).join("")}</svg>`;
const category = (name) => `<span class="class" style="color:${COLOURS[name]}">${name}</span>`;

const name = process.argv[2];
const [level, verdict, rest] = CARDS[name] ?? [];
const content = level
  ? `<p class="top">Recommended for ${/^[aeiou]/.test(name) ? "an" : "a"} ${category(name)} tool</p>
<h1>${verdict}${rest ? `<small>${rest}</small>` : "<small>without a limit</small>"}</h1>
<p class="bottom">${mark(level)}<b style="color:${COLOURS[level]}">${level[0].toUpperCase() + level.slice(1)} risk</b> unless the record says otherwise</p>`
  : `<h1>Policies for MCP tools</h1>
<table>${Object.entries(CARDS).map(([name, [level, verdict, rest]]) => `<tr><td>${category(name)}<td>${mark(level)}<td>${verdict}${rest ? `${verdict === "Allow" ? ", " : verdict === "Hide" ? ", " : " "}${rest}` : ""}`).join("")}</table>`;
console.log(`<!doctype html><meta charset="utf-8"><style>
* { box-sizing: border-box; margin: 0; }
body { width: 1200px; height: 630px; padding: 72px 80px 72px 96px; display: flex; flex-direction: column; background: #fff; color: #1b1f24; font: 34px/1.3 "Noto Sans", sans-serif; border-left: 24px solid ${COLOURS[level] ?? "#1b1f24"}; }
.top, .bottom { color: #57606a; }
h1 { font-size: ${level ? 152 : 84}px; line-height: 1.1; letter-spacing: -.02em; margin: ${level ? "auto" : "-14px"} 0 auto; }
h1 small { display: block; font-size: 66px; letter-spacing: -.01em; font-weight: 400; margin-top: 12px; }
.class { display: inline-block; padding: 0 .55em; border: 2px solid; border-radius: 1em; font-weight: 500; line-height: 1.5; }
.mark { width: 1.25em; height: 1.25em; vertical-align: -.2em; margin-right: .45em; }
table { border-collapse: collapse; }
td { padding: 10px 28px 10px 0; border-top: 2px solid #d5dae0; font-size: 30px; width: 1%; white-space: nowrap; }
td:last-child { width: auto; }
td .mark { display: block; margin: 0; }
</style>${content}`);
