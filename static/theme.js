// Before the page is shown: the theme that was chosen, and the room of what scripts will show.
{
  const page = document.documentElement.dataset;
  const take = () => {
    try {
      const theme = localStorage.getItem("theme");
      if (/^(dark|light)$/.test(theme)) page.theme = theme;
    } catch { /* Without storage the system chooses. */ }
  };
  page.script = "";
  take();
  addEventListener("pageshow", take);
  // What no script has shown by then will not come.
  addEventListener("load", () => { delete page.script; });
}
