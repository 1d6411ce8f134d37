// What a script adds to every page: the theme switch, copy buttons, filters and keys. All of the
// site can be read without it.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const make = (name, properties, ...content) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...content);
    return element;
  };

  // The theme: that of the system until somebody chooses the other one.
  const page = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (page.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  for (const button of all("[data-switch-theme]")) {
    const name = () => { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", `Switch to the ${isDark() ? "light" : "dark"} theme`); };
    button.hidden = false;
    name();
    system.addEventListener("change", name);
    // A page that comes back may meet another theme than it left.
    addEventListener("pageshow", name);
    button.addEventListener("click", () => {
      page.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", page.dataset.theme); } catch { /* Without storage it lasts for this page. */ }
      name();
    });
  }

  // What a button has done is told to those who do not see it.
  const told = make("p", { className: "told" });
  told.setAttribute("role", "status");
  document.body.append(told);
  if (navigator.clipboard) for (const button of all("button[data-copy]")) {
    const label = button.textContent, name = button.ariaLabel;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent + "\n");
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source);
        button.textContent = "Selected: press Ctrl+C";
      }
      button.ariaLabel = null;
      told.textContent = button.textContent;
      setTimeout(() => { button.textContent = label; button.ariaLabel = name; told.textContent = ""; }, 2000);
    });
  }

  // Filters: hide the items of the lists that follow, and the headings of lists without any.
  for (const bar of all(".filter")) {
    // A template may leave parts out: nobody sees what stands in for them, an empty choice.
    const [words, kind, order, status] = ["[data-filter]", "[data-filter-category]", "[data-sort]", "[role=status]"].map(part => bar.querySelector(part) ?? make("select"));
    const scope = bar.parentElement, items = all("[data-item]", scope);
    const homes = new Map(items.map(item => [item, item.parentElement]));
    const flat = make("ul", { className: items[0]?.parentElement.className || "", hidden: true });
    bar.after(flat);
    // Outside its group an item loses what the heading says.
    const levels = new Map(items.map(item => [item, item.closest("section[data-group]")?.querySelector("h2")]).filter(([, heading]) => heading).map(([item, heading]) =>
      [item, make("span", { className: heading.id }, ` ${heading.querySelector("a")?.textContent ?? heading.id}`)]));
    // Marks on letters make no difference: not everybody types them.
    const plain = text => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
    const texts = new Map(items.map(item => [item, plain(item.textContent)]).map(([item, text]) => [item, text.replaceAll("_", " ") + " " + text]));
    const apply = () => {
      const typed = plain(words.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const item of items) {
        const fits = typed.every(word => texts.get(item).includes(word)) && (!kind.value || item.querySelector(".class." + kind.value));
        item.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      for (const section of all("[data-group]", scope)) section.hidden = !flat.hidden || !section.querySelector("[data-item]:not([hidden])");
      status.textContent = shown === items.length ? "" : `${shown} of ${items.length}`;
    };
    const sort = () => {
      flat.hidden = !order.value;
      for (const [item, level] of levels) if (order.value) item.querySelector(".class")?.after(level); else level.remove();
      const key = { name: item => item.querySelector("a").textContent.toLowerCase(), category: item => item.querySelector(".class")?.textContent || "", tools: item => -item.dataset.tools, critical: item => -item.dataset.critical }[order.value];
      if (!key) for (const item of items) homes.get(item).append(item);
      else flat.append(...items.map((item, at) => [key(item), at, item]).sort((one, other) => one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : one[1] - other[1]).map(entry => entry[2]));
      apply();
    };
    words.addEventListener("input", apply);
    kind.addEventListener("change", apply);
    order.addEventListener("change", sort);
    // A link to a group that is hidden shows all again.
    addEventListener("click", ({ target, ctrlKey, metaKey, shiftKey }) => {
      if (ctrlKey || metaKey || shiftKey) return;
      const hash = target.closest?.("a[href^='#']")?.hash, part = hash && document.getElementById(hash.slice(1));
      if (!part || !scope.contains(part) || !part.closest("[data-group]")?.hidden) return;
      for (const choice of [words, kind, order]) choice.value = "";
      sort();
    });
    // Browsers may fill in what was chosen before, without saying so.
    addEventListener("pageshow", ({ persisted }) => { if (!persisted && (words.value || kind.value || order.value)) sort(); });
    bar.hidden = false;
  }

  // What is folded is on paper too.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("main details:not([open])").filter(part => !part.querySelector("textarea"));
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of folded) part.open = false; });

  // Keys, where no field is being typed in. Who speaks to the computer must be able to put them off,
  // and find the way back without a key.
  const search = document.querySelector("#q") || document.querySelector("[role=search] input");
  const close = make("button", { type: "button" }, "Close");
  const keys = [["/", "Search"], ["?", "This list"], ["n", "Next tool"], ["p", "Previous tool"], ["Esc", "Close"]];
  if (search?.id === "q") keys.push(["Enter", "Open the first result"]);
  let areOn = true;
  try { areOn = localStorage.getItem("keys") !== "off"; } catch { /* Without storage they are on. */ }
  const use = make("input", { type: "checkbox", checked: areOn });
  use.addEventListener("change", () => {
    areOn = use.checked;
    try { localStorage.setItem("keys", areOn ? "on" : "off"); } catch { /* Without storage it lasts for this page. */ }
  });
  const dialog = make("dialog", { id: "keys" }, make("h2", { id: "keys-title" }, "Keys"), make("dl", {}, ...keys.flatMap(([key, what]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)])), make("p", {}, make("label", {}, use, " Use these keys")), close);
  dialog.setAttribute("aria-labelledby", "keys-title");
  close.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  const open = make("button", { type: "button" }, "Keys");
  open.addEventListener("click", () => dialog.showModal());
  document.querySelector("footer ul")?.append(make("li", {}, open));
  addEventListener("keydown", event => {
    if (!areOn || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    if (event.key === "?") dialog.showModal();
    const way = { n: "next", p: "prev" }[event.key];
    if (way) document.querySelector(`a[rel=${way}]`)?.click();
  });
})();
