(() => {
  "use strict";
  const $ = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const numbers = (text) => new Set(text ? text.split(" ").map(Number) : []);
  const look = $(".look");
  const facets = $("#facets");
  const search = $("#q");
  const more = $(".more-filters");
  const letters = $(".letters");
  const status = $(".shown");
  const choices = all("select[data-f]");
  const verdicts = all("button[data-v]");

  // What is searched: tasks, items, findings, each with the groups around it.
  const groups = new Map();
  const around = (node) => {
    const found = [];
    for (let at = node.parentElement; at; at = at.parentElement) {
      if (!at.matches(".g, .searched")) continue;
      if (!groups.has(at)) groups.set(at, { node: at, shown: 0, opened: false });
      found.push(groups.get(at));
    }
    return found;
  };
  let inside = null;
  let chain = [];
  const entry = (node) => {
    if (node.parentElement !== inside) {
      inside = node.parentElement;
      chain = around(node);
    }
    return { node, text: null, groups: chain, shown: true };
  };
  const tasks = all(".k").map((node) => ({ ...entry(node), kinds: numbers(node.dataset.k) }));
  const items = all(".i").map((node) => ({
    ...entry(node),
    verdict: node.classList[1],
    id: node.dataset.i,
    layer: node.closest("[data-l]").dataset.l,
    system: node.closest("[data-y]").dataset.y,
    kinds: numbers(node.dataset.k),
    assets: numbers(node.dataset.a),
  }));
  const findings = all(".x").map((node) => ({
    ...entry(node),
    verdict: node.classList[1],
    severity: node.classList[2].slice(1),
    kind: Number(node.classList[3].slice(1)),
    asset: Number(node.parentElement.closest("[data-a]").dataset.a),
  }));
  const entries = [...tasks, ...items, ...findings];
  const itemsOf = new Map();
  for (const item of items) {
    for (const kind of item.kinds) itemsOf.set(kind, [...(itemsOf.get(kind) || []), item]);
  }

  // The text of an entry: what it says, its address and the name of its asset. Made while the page is idle.
  const titles = new Map();
  const titleOf = (node) => {
    const asset = node.closest(".asset");
    if (!asset) return "";
    if (!titles.has(asset)) titles.set(asset, $("h3", asset).textContent);
    return titles.get(asset);
  };
  const textOf = (one) => {
    one.text ??= `${titleOf(one.node)} ${one.node.id} ${one.node.textContent}`.toLowerCase();
    return one.text;
  };
  const later = window.requestIdleCallback || ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 30));
  let indexed = 0;
  const index = (idle) => {
    while (indexed < entries.length && idle.timeRemaining() > 2) textOf(entries[indexed++]);
    if (indexed < entries.length) later(index);
  };
  later(index);

  // What is asked for, read from the controls.
  const asked = () => {
    const wanted = { words: search.value.toLowerCase().split(/\s+/).filter(Boolean) };
    wanted.v = $("button[data-v][aria-pressed=true]").dataset.v;
    for (const choice of choices) {
      const option = choice.selectedOptions[0];
      wanted[choice.dataset.f] = choice.value && (option.dataset.n ?? choice.value);
    }
    wanted.asset = wanted.a === "" ? null : Number(wanted.a);
    wanted.within = Boolean(wanted.y || wanted.l || wanted.i);
    wanted.faceted = Boolean(wanted.v || wanted.s || wanted.within) || wanted.asset !== null;
    wanted.active = wanted.faceted || wanted.words.length > 0;
    return wanted;
  };
  const says = (one, wanted) => wanted.words.every((word) => textOf(one).includes(word));
  const placed = (item, wanted) =>
    (!wanted.y || item.system === wanted.y) &&
    (!wanted.l || item.layer === wanted.l) &&
    (!wanted.i || item.id === wanted.i);
  const fits = {
    finding: (one, wanted) =>
      (!wanted.v || one.verdict === wanted.v) &&
      (!wanted.s || one.severity === wanted.s) &&
      (wanted.asset === null || one.asset === wanted.asset) &&
      (!wanted.within ||
        (itemsOf.get(one.kind) || []).some((item) => item.assets.has(one.asset) && placed(item, wanted))),
    item: (one, wanted, severe) =>
      (!wanted.v || one.verdict === wanted.v) &&
      (wanted.asset === null || one.assets.has(wanted.asset)) &&
      (!wanted.s || [...one.kinds].some((kind) => severe.has(kind))) &&
      placed(one, wanted),
  };
  const severeKinds = (wanted) =>
    new Set(
      findings
        .filter((one) => one.severity === wanted.s && (wanted.asset === null || one.asset === wanted.asset))
        .map((one) => one.kind),
    );

  const show = (one, shown) => {
    if (one.shown !== shown) one.node.hidden = !shown;
    one.shown = shown;
    if (shown) for (const group of one.groups) group.shown += 1;
    return shown;
  };
  const showGroups = (active) => {
    for (const group of groups.values()) {
      const hidden = active && !group.shown;
      if (group.node.hidden !== hidden) group.node.hidden = hidden;
      if (group.node.tagName !== "DETAILS") continue;
      if (active && group.shown && !group.node.open) group.node.open = group.opened = true;
      if (!active && group.opened) group.node.open = group.opened = false;
    }
  };
  const filter = () => {
    const wanted = asked();
    const severe = wanted.s ? severeKinds(wanted) : new Set();
    for (const group of groups.values()) group.shown = 0;
    const kinds = new Set();
    let count = 0;
    for (const one of findings) {
      const fit = fits.finding(one, wanted);
      if (fit) kinds.add(one.kind);
      if (show(one, fit && says(one, wanted))) count += 1;
    }
    const found = items.filter((one) => show(one, fits.item(one, wanted, severe) && says(one, wanted))).length;
    const left = tasks.filter((one) =>
      show(one, (!wanted.faceted || [...one.kinds].some((kind) => kinds.has(kind))) && says(one, wanted)),
    ).length;
    showGroups(wanted.active);
    document.body.classList.toggle("filtered", wanted.active);
    if (wanted.faceted) openFacets(true);
    say(wanted.active, { x: count, X: findings.length, i: found, I: items.length, t: left, T: tasks.length });
  };
  const say = (active, counts) => {
    const words = counts.x + counts.i + counts.t ? status.dataset.shown : status.dataset.none;
    status.textContent = active ? words.replace(/\{(\w)\}/g, (_, key) => counts[key]) : "";
  };
  const openFacets = (open) => {
    facets.hidden = !open;
    more.setAttribute("aria-expanded", String(open));
  };

  // The address: a thing (#F-…) or what is asked for (#?q=…&v=f).
  const setVerdict = (value) => {
    const known = verdicts.some((button) => button.dataset.v === value) ? value : "";
    for (const button of verdicts) button.setAttribute("aria-pressed", String(button.dataset.v === known));
  };
  const setAll = (state) => {
    search.value = state.get("q") || "";
    setVerdict(state.get("v") || "");
    for (const choice of choices) {
      choice.value = state.get(choice.dataset.f) || "";
      if (choice.selectedIndex < 0) choice.value = "";
    }
  };
  const stateNow = () => {
    const state = new URLSearchParams();
    if (search.value) state.set("q", search.value);
    const verdict = $("button[data-v][aria-pressed=true]").dataset.v;
    if (verdict) state.set("v", verdict);
    for (const choice of choices) if (choice.value) state.set(choice.dataset.f, choice.value);
    return state.toString();
  };
  let remembering = 0;
  const remember = () => {
    clearTimeout(remembering);
    remembering = setTimeout(() => {
      const state = stateNow();
      history.replaceState(null, "", state ? `#?${state}` : location.pathname);
    }, 250);
  };
  const changed = () => {
    filter();
    const top = $("header").offsetHeight;
    if (scrollY > top) scrollTo({ top, behavior: "instant" });
    remember();
  };
  const clear = () => {
    setAll(new URLSearchParams());
    changed();
  };
  const handleOf = (node) => $("summary", node) || $("a", node);
  const reveal = (target) => {
    if (target.closest("[hidden], .filtered main section:not(.searched)")) clear();
    clearTimeout(remembering);
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    const handle = target.matches(".x, .i, .k") && handleOf(target);
    if (handle) handle.focus({ preventScroll: true });
  };
  const follow = () => {
    if (location.hash.startsWith("#?")) {
      setAll(new URLSearchParams(location.hash.slice(2)));
      filter();
      return;
    }
    let address = location.hash.slice(1);
    try {
      address = decodeURIComponent(address);
    } catch {
      return;
    }
    const target = address && document.getElementById(address);
    if (target) reveal(target);
  };

  // The keyboard: from one shown entry to the next.
  const byNode = new Map(entries.map((one) => [one.node, one]));
  const order = all(".k, .i, .x").map((node) => byNode.get(node));
  const place = new Map(order.map((one, at) => [one, at]));
  const reachable = (one) => one.shown && !one.node.parentElement.closest("details:not([open])");
  const current = () => {
    const node = document.activeElement.closest(".k, .i, .x");
    return node ? place.get(byNode.get(node)) : -1;
  };
  const firstInView = () => {
    if (document.body.classList.contains("filtered")) return order.findIndex(reachable);
    const sections = all(".searched").filter((section) => section.getClientRects().length);
    const section = sections.findLast((one) => one.getBoundingClientRect().top < innerHeight / 2) || sections[0];
    return order.findIndex((one) => reachable(one) && section.contains(one.node));
  };
  const step = (by) => {
    let at = current();
    for (at = at < 0 ? firstInView() : at + by; at >= 0 && at < order.length; at += by) {
      if (!reachable(order[at])) continue;
      const handle = handleOf(order[at].node);
      handle.focus();
      handle.scrollIntoView({ block: "nearest" });
      return;
    }
  };
  const escape = () => {
    if (document.activeElement === search && !search.value) search.blur();
    if (!facets.hidden && !document.body.classList.contains("filtered")) openFacets(false);
    if (document.body.classList.contains("filtered")) {
      clear();
      openFacets(false);
    }
  };
  const keys = {
    "/": () => search.focus(),
    j: () => step(1),
    k: () => step(-1),
    "?": () => {
      openFacets(true);
      $(".keys").open = true;
      $(".keys summary").focus();
    },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches("input[type=search], select");
    if (event.key === "Escape") {
      escape();
    } else if (event.key === "ArrowDown" && (event.target === search || current() >= 0)) {
      step(1);
    } else if (event.key === "ArrowUp" && current() >= 0) {
      step(-1);
    } else if (!typing && letters.checked && Object.hasOwn(keys, event.key)) {
      keys[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  });

  // What the controls do.
  search.addEventListener("input", changed);
  for (const choice of choices) choice.addEventListener("change", changed);
  for (const button of verdicts) {
    button.addEventListener("click", () => {
      setVerdict(button.dataset.v);
      changed();
    });
  }
  $(".clear").addEventListener("click", clear);
  more.addEventListener("click", () => openFacets(facets.hidden));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow();
    const summary = event.target.closest("summary");
    const opened = summary && !summary.parentElement.open && summary.parentElement.id;
    if (opened && !document.body.classList.contains("filtered")) history.replaceState(null, "", `#${opened}`);
  });
  addEventListener("hashchange", follow);

  // On paper nothing can be opened.
  let forPaper = [];
  addEventListener("beforeprint", () => {
    forPaper = all(".tasks details, .method details, #people details").filter((node) => !node.open);
    for (const node of forPaper) node.open = true;
  });
  addEventListener("afterprint", () => {
    for (const node of forPaper) node.open = false;
  });

  look.hidden = false;
  if (location.hash) follow();
})();
