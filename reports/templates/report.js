"use strict";
(() => {
  const tools = document.querySelector(".tools");
  const entries = [...document.querySelectorAll(".i, .x")].map((node) => ({ node, text: null, kind: node.classList[1] }));
  const groups = [...document.querySelectorAll(".g")].reverse();
  const input = tools.querySelector("input");
  const buttons = [...tools.querySelectorAll("button")];
  const status = tools.querySelector("[data-shown]");
  let wanted = "";
  let timer = 0;

  const openAround = (node) => {
    for (let at = node; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    openAround(target);
    target.scrollIntoView();
  };
  const headline = (entry) => {
    const group = entry.node.closest(".asset");
    const name = group ? group.querySelector("h3").textContent : "";
    return (name + " " + entry.node.id + " " + entry.node.textContent).toLowerCase();
  };
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of entries) {
      if (words.length && entry.text === null) entry.text = headline(entry);
      const fits = (!wanted || entry.kind === wanted) && words.every((word) => entry.text.includes(word));
      entry.node.hidden = !fits;
      if (fits) shown += 1;
    }
    const active = Boolean(wanted || words.length);
    for (const group of groups) {
      const any = group.querySelector(".i:not([hidden]), .x:not([hidden])") !== null;
      group.hidden = active && !any;
      if (group.tagName === "DETAILS") group.open = active && any;
    }
    status.textContent = active ? status.dataset.shown.replace("{n}", shown).replace("{m}", entries.length) : "";
  };

  tools.hidden = false;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 120);
  });
  for (const button of buttons) {
    button.addEventListener("click", () => {
      wanted = button.dataset.v;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      filter();
    });
  }
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    for (const node of document.querySelectorAll(".tasks details, .method details")) node.open = true;
  });
  if (location.hash) follow();
})();
