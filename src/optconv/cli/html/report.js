"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("script");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // The theme: that of the system until somebody chooses.
  const themes = { get: () => { try { return localStorage.getItem("optconv-theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("optconv-theme", value); } catch { /* a file may have no storage */ } } };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => themes.get() || (system.matches ? "dark" : "light");
  const show = () => { root.dataset.theme = theme(); };
  show();
  system.addEventListener("change", show);
  const toggleTheme = () => { const next = root.dataset.theme === "dark" ? "light" : "dark"; themes.set(next); root.dataset.theme = next; };
  document.getElementById("theme").addEventListener("click", toggleTheme);

  // Tables: sorted by a click on a head, filtered by words and by topic.
  const value = (row, index) => { const cell = row.cells[index]; return cell.dataset.value ?? cell.textContent.trim(); };
  for (const button of all("th button")) {
    button.addEventListener("click", () => {
      const head = button.closest("th"), body = head.closest("table").tBodies[0], index = head.cellIndex;
      const numeric = head.classList.contains("num");
      const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : numeric;
      for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = (a, b) => numeric ? Number(value(a, index) || 0) - Number(value(b, index) || 0) : value(a, index).localeCompare(value(b, index));
      body.append(...[...body.rows].sort((a, b) => down ? order(b, a) : order(a, b)));
    });
  }
  for (const tools of all(".tools[data-for]")) {
    const entries = () => all(tools.dataset.entries, document.getElementById(tools.dataset.for));
    const input = tools.querySelector("input"), count = tools.querySelector(".count");
    const buttons = all("button[data-topic]", tools);
    const filter = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const topics = new Set(buttons.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.topic));
      let shown = 0;
      const every = entries();
      for (const entry of every) {
        const text = (entry.dataset.text ?? entry.textContent).toLowerCase();
        const fits = words.every((word) => text.includes(word)) && (!topics.size || (entry.dataset.topics ?? "").split(" ").some((t) => topics.has(t)));
        entry.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      count.textContent = shown === every.length ? "" : `${shown} / ${every.length}`;
    };
    input.addEventListener("input", filter);
    for (const button of buttons) button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
      filter();
    });
  }

  // Differences: a link to a line opens its file.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const file = target.closest("details.file");
    if (file) { file.open = true; file.hidden = false; target.scrollIntoView({ block: "center" }); }
  };
  addEventListener("hashchange", reveal);
  reveal();
  const every = document.getElementById("open-all");
  if (every) every.addEventListener("click", () => {
    const files = all("details.file:not([hidden])"), open = files.some((file) => !file.open);
    for (const file of files) file.open = open;
  });

  // Curves: the rates at the step under the pointer.
  for (const figure of all(".curve[data-rates]")) {
    const data = JSON.parse(figure.dataset.rates), svg = figure.querySelector("svg"), read = figure.querySelector(".read");
    const cursor = svg.querySelector(".cursor"), box = svg.viewBox.baseVal, initial = read.textContent;
    const last = data.steps[data.steps.length - 1];
    const number = (rate) => Number(rate.toPrecision(5));
    const at = (event) => {
      const place = svg.getBoundingClientRect(), x = (event.clientX - place.left) / place.width * box.width;
      const wanted = (x - data.left) / (data.right - data.left) * last;
      let index = 0;
      data.steps.forEach((step, i) => { if (Math.abs(step - wanted) < Math.abs(data.steps[index] - wanted)) index = i; });
      const line = data.left + (data.right - data.left) * data.steps[index] / last;
      cursor.setAttribute("x1", line); cursor.setAttribute("x2", line); cursor.style.visibility = "visible";
      read.textContent = `${data.step} ${data.steps[index]}: ${number(data.before[index])}` + (data.after ? ` \u2192 ${number(data.after[index])}` : "");
    };
    svg.addEventListener("pointermove", at);
    svg.addEventListener("pointerleave", () => { cursor.style.visibility = "hidden"; read.textContent = initial; });
  }

  // Keys.
  const help = document.getElementById("help"), findings = all(".finding, .construction");
  let current = -1;
  const go = (by) => {
    if (!findings.length) return;
    findings[current]?.classList.remove("current");
    for (let tries = 0; tries < findings.length; tries++) {
      current = (current + by + findings.length) % findings.length;
      const file = findings[current].closest("details.file");
      if (!file) break;
      if (!file.hidden) { file.open = true; break; }
    }
    const finding = findings[current];
    finding.classList.add("current");
    finding.focus({ preventScroll: true });
    finding.scrollIntoView({ block: "center" });
  };
  document.getElementById("keys").addEventListener("click", () => help.showModal());
  help.querySelector("button").addEventListener("click", () => help.close());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      if (event.key === "Escape" && event.target.tagName === "INPUT") event.target.blur();
      return;
    }
    if (help.open) return;
    const actions = { "/": () => document.querySelector(".tools input")?.focus(), n: () => go(1), p: () => go(-1), t: toggleTheme, e: () => every?.click(), "?": () => help.showModal() };
    if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
  });
})();
