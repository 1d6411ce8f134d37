// Reloads the page when the site has changed, and shows what is wrong with it. Only the preview
// adds this script to a page.
(() => {
  const { base, version } = document.currentScript.dataset;
  const scrolled = "policypress-scrolled";
  let overlay = null;

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  // Texts of the catalogue may be quoted here: they are set as text and never as HTML.
  function show(faults, rest) {
    hide();
    overlay = document.createElement("policypress-faults");
    const inside = overlay.attachShadow({ mode: "open" });
    const style = element("link", "", inside);
    style.rel = "stylesheet";
    style.href = `${base}live.css`;
    const box = element("div", "", inside);
    box.setAttribute("role", "alert");
    const close = element("button", "Hide", box);
    close.addEventListener("click", hide);
    const count = faults.length + rest;
    element("h2", count === 1 ? "1 fault: this page shows the last good state" : `${count} faults: this page shows the last good state`, box);
    const list = element("ol", "", box);
    for (const fault of faults) {
      const item = element("li", "", list);
      element("code", fault.headline, item);
      element("p", `hint: ${fault.hint}`, item);
    }
    if (rest > 0) element("p", `${rest} more: \`policypress check -v\` prints them all.`, box);
    document.body.append(overlay);
  }

  function hide() {
    overlay?.remove();
    overlay = null;
  }

  function reload() {
    const place = JSON.stringify([location.pathname, scrollX, scrollY]);
    try { sessionStorage.setItem(scrolled, place); } catch { /* Without storage the page begins at its top again. */ }
    location.reload();
  }

  function restore() {
    let kept = null;
    try {
      kept = sessionStorage.getItem(scrolled);
      sessionStorage.removeItem(scrolled);
    } catch { /* Without storage nothing was kept. */ }
    const [path, x, y] = JSON.parse(kept ?? "[]");
    if (path === location.pathname) scrollTo({ left: x, top: y, behavior: "instant" });
  }

  restore();
  let events = null;
  const listen = () => {
    events = new EventSource(`${base}events?page=${location.pathname}`);
    events.addEventListener("message", hear);
  };
  const hear = (event) => {
    const state = JSON.parse(event.data);
    // A page that has nothing but the faults shows them itself.
    const isFaultPage = "faults" in document.body.dataset;
    if (state.faults.length > 0 && !isFaultPage) return show(state.faults, state.rest);
    hide();
    if (state.version !== version) {
      events.close();
      reload();
    }
  };
  // A browser has six connections to a host: a page in another tab, or one that waits in its memory,
  // must not hold one. What changed meanwhile is told at the start.
  const follow = () => {
    events?.close();
    if (!document.hidden) listen();
  };
  follow();
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => events?.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
