(() => {
  "use strict";
  const root = document.documentElement;
  const button = document.querySelector(".theme");
  const prefers = matchMedia("(prefers-color-scheme: dark)");
  const remembered = (value) => {
    try {
      if (value) localStorage.setItem("dengbao-theme", value);
      return localStorage.getItem("dengbao-theme");
    } catch {
      return value || null;
    }
  };
  let chosen = remembered();
  const show = () => {
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
    const dark = chosen ? chosen === "dark" : prefers.matches;
    button.textContent = dark ? button.dataset.light : button.dataset.dark;
  };
  button.addEventListener("click", () => {
    const dark = chosen ? chosen === "dark" : prefers.matches;
    chosen = dark ? "light" : "dark";
    remembered(chosen);
    show();
  });
  prefers.addEventListener("change", show);
  button.hidden = false;
  show();
})();
