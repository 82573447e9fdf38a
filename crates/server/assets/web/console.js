// What the console's pages do beyond what they do without a script: copying ids, arrows in tables, and tables that follow what happens.
"use strict";
(() => {
  const each = (within, what, deed) => within.querySelectorAll(what).forEach(deed);

  // Buttons that need a script are shown by it.
  const show = (within) => {
    if (navigator.clipboard) each(within, "button.copy[hidden]", (button) => (button.hidden = false));
    each(within, "[data-scripted][hidden]", (part) => (part.hidden = false));
    each(within, "[data-rows] > tr", (row) => (row.tabIndex = row.tabIndex === 0 ? 0 : -1));
    each(within, "[data-rows]", (rows) => {
      if (!rows.querySelector("tr[tabindex='0']") && rows.rows.length > 0) rows.rows[0].tabIndex = 0;
    });
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
  });

  // Arrows go from row to row, Enter opens the row's page, the space bar chooses the row.
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-rows] > tr");
    if (!row || event.target.matches("input, select, textarea")) return;
    const rows = [...row.parentElement.rows];
    const place = rows.indexOf(row);
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined && rows[to]) {
      row.tabIndex = -1;
      rows[to].tabIndex = 0;
      rows[to].focus();
      event.preventDefault();
    } else if (event.target === row && event.key === "Enter") {
      row.querySelector("a[data-opens]")?.click();
    } else if (event.target === row && event.key === " ") {
      row.querySelector("input[type='checkbox']")?.click();
      event.preventDefault();
    }
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-all]")) return;
    each(event.target.form, `input[name='${event.target.dataset.all}']`, (box) => (box.checked = event.target.checked));
  });

  // What is marked as live asks for itself again: soon where something changed, ever less often where nothing does, never while nobody looks.
  const SOON = 2000;
  const LATE = 30000;
  const follow = (part) => {
    let wait = SOON;
    let timer;
    const ask = () => htmx.trigger(part, "refresh");
    const later = () => {
      clearTimeout(timer);
      if (!document.hidden && part.isConnected) timer = setTimeout(ask, wait);
    };
    let before = "";
    part.addEventListener("htmx:beforeSwap", (event) => {
      const same = event.detail.serverResponse === before;
      before = event.detail.serverResponse;
      wait = same ? Math.min(wait * 1.5, LATE) : SOON;
      if (same) event.detail.shouldSwap = false;
    });
    part.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.successful) wait = Math.min(wait * 2, LATE);
      later();
    });
    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (!document.hidden) ask();
    });
    later();
  };

  // What somebody chose, opened or stands on stays when a part comes anew.
  let kept = { chosen: new Set(), focused: null };
  const rowOf = (element) => element?.closest("tr[id]")?.id;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const chosen = event.detail.target.querySelectorAll("input[type='checkbox']:checked");
    const within = event.detail.target.contains(document.activeElement) ? document.activeElement : null;
    kept = { chosen: new Set([...chosen].map((box) => box.value)), row: rowOf(within), focused: within?.tagName };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    each(target, "input[type='checkbox']", (box) => (box.checked = kept.chosen.has(box.value)));
    show(target);
    const row = kept.row && document.getElementById(kept.row);
    if (!row) return;
    const again = kept.focused === "TR" ? row : row.querySelector(kept.focused);
    (again ?? row).focus({ preventScroll: true });
  });

  const begin = () => {
    show(document);
    each(document, "[data-live]", follow);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
