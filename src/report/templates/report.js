"use strict";
// Reading needs none of this: it sorts tables, filters lists and opens articles.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  for (const table of all("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (!head.dataset.sort) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.dataset.sort === "number";
        const order = head.ariaSort
          ? head.ariaSort === "ascending" ? "descending" : "ascending"
          : down ? "descending" : "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const key = (row) => {
          const cell = row.cells[column];
          const text = cell.dataset.v ?? cell.textContent.trim();
          return down ? (text === "" ? null : Number(text)) : text;
        };
        const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
        rows.sort(([a], [b]) =>
          a === null || b === null ? (a === null) - (b === null)
            : sign * (down ? a - b : a.localeCompare(b)));
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  }

  for (const input of all("input[data-filter]")) {
    const items = all(input.dataset.filter);
    const texts = items.map((item) => item.textContent.toLowerCase());
    const output = input.closest("p").querySelector("output");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      items.forEach((item, i) => {
        item.hidden = !(texts[i].includes(wanted) ||
          (item.closest(".group")?.querySelector("h3").textContent.toLowerCase().includes(wanted)));
        shown += !item.hidden;
      });
      for (const group of all(".group")) {
        group.hidden = !group.querySelector("details:not([hidden])");
      }
      output.textContent = wanted ? `${shown} of ${items.length}` : "";
    });
  }

  for (const section of all("[data-evidence]")) {
    const controls = all("[data-of]", section);
    const output = section.querySelector("output");
    const items = all("li[data-outlet]", section).map((item) => ({
      item,
      outlet: item.dataset.outlet,
      actors: all("[data-actor]", item).map((name) => name.dataset.actor),
      text: item.textContent.toLowerCase(),
    }));
    const show = () => {
      const [outlet, actor, words] = controls.map((control) => control.value);
      let shown = 0;
      for (const one of items) {
        one.item.hidden = !((!outlet || one.outlet === outlet) && (!actor || one.actors.includes(actor)) &&
          one.text.includes(words.trim().toLowerCase()));
        shown += !one.item.hidden;
      }
      output.textContent = `${shown} of ${items.length}`;
    };
    for (const control of controls) control.addEventListener("input", show);
  }

  for (const button of all("button[data-open]")) {
    button.addEventListener("click", () => {
      for (const item of all("details.article:not([hidden])")) item.open = button.dataset.open === "true";
    });
  }

  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    const article = target?.closest("details");
    if (article && !article.open) {
      article.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
