"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const make = (name, text, more) => Object.assign(document.createElement(name), { textContent: text ?? "" }, more);

  // An anchor may lie in what is closed.
  const reveal = () => {
    const target = $(decodeURIComponent(location.hash.slice(1)));
    for (let one = target; one; one = one.parentElement) if (one.localName === "details") one.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Copy buttons.
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* asked of the document below */ }
    const area = make("textarea", "", { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.textContent = await copy(button.dataset.copy) ? "Copied" : "Press Ctrl-C";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }

  // Tables: a button in each heading sorts.
  const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
  const number = (text) => { const found = parseFloat(text); return Number.isNaN(found) ? null : found; };
  const text = (row, column) => row.cells[column].textContent.trim();
  const sort = (table, heading) => {
    const column = heading.cellIndex, down = heading.getAttribute("aria-sort") === "ascending";
    const numeric = heading.classList.contains("number");
    const keyed = [...table.tBodies[0].rows].map((row) => [numeric ? number(text(row, column)) : text(row, column), row]);
    const order = numeric ? (a, b) => a - b : compare;
    // What has no number stands last in either order.
    keyed.sort(([a], [b]) => a === null || b === null ? (a === null) - (b === null) : down ? order(b, a) : order(a, b));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    table.tBodies[0].append(...keyed.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      if (heading.classList.contains("plain")) continue;
      const button = make("button", heading.textContent, { type: "button", className: "sort" });
      button.addEventListener("click", () => sort(table, heading));
      heading.replaceChildren(button);
    }
  }

  // The table of the class: a search in all columns, a filter for each.
  const table = $("class");
  if (table) {
    const headings = [...table.tHead.rows[0].cells], filters = [];
    const row = table.tHead.insertRow();
    const texts = new Map([...table.tBodies[0].rows].map((one) => [one, [...one.cells].map((cell) => cell.textContent.trim().toLowerCase())]));
    const fits = (cell, wanted, numeric) => {
      const bound = numeric && wanted.match(/^(<=|>=|<|>|=)\s*(-?[\d.]+)$/), value = number(cell);
      if (!bound) return cell.includes(wanted);
      const limit = Number(bound[2]);
      if (value === null) return false;
      return { "<": value < limit, ">": value > limit, "<=": value <= limit, ">=": value >= limit, "=": value === limit }[bound[1]];
    };
    const apply = () => {
      const all = $("search").value.trim().toLowerCase();
      const wanted = filters.map((one) => one.value.trim().toLowerCase());
      let count = 0;
      for (const [one, cells] of texts) {
        const stays = (!all || cells.some((cell) => cell.includes(all))) &&
          wanted.every((each, column) => !each || fits(cells[column], each, headings[column].classList.contains("number")));
        one.hidden = !stays;
        count += stays;
      }
      $("count").textContent = count === texts.size ? `${count} shown` : `${count} of ${texts.size} shown`;
    };
    headings.forEach((heading, column) => {
      const numeric = heading.classList.contains("number"), name = heading.textContent;
      const cell = row.insertCell();
      const values = [...new Set([...texts.values()].map((cells) => cells[column]))].sort(compare);
      let filter;
      if (name === "Status") {
        filter = make("select", "");
        filter.append(make("option", "all", { value: "" }), ...values.map((value) => make("option", value, { value })));
      } else {
        filter = make("input", "", { type: "search", placeholder: numeric ? "< 50" : "", autocomplete: "off" });
      }
      filter.setAttribute("aria-label", `Filter: ${name}`);
      filter.addEventListener("input", apply);
      filters.push(filter);
      cell.append(filter);
    });
    $("search").addEventListener("input", apply);
    $("clear").addEventListener("click", () => {
      for (const one of [$("search"), ...filters]) one.value = "";
      apply();
      $("search").focus();
    });
    document.querySelector(".tools").hidden = false;
    apply();
  }

  // Two students on one check.
  if ($("compare")) {
    const { checks, students, details } = JSON.parse($("data").textContent);
    const [check, one, other] = [$("check"), $("one"), $("other")];
    check.append(...checks.map(([id, title]) => make("option", title, { value: id })));
    for (const each of [one, other]) each.append(...students.map(([id], index) => make("option", id, { value: String(index) })));
    const result = (index) => students[index]?.[2][check.selectedIndex];
    const fill = (place, index) => {
      place.replaceChildren();
      const found = result(index);
      if (!found) return;
      const [id, address] = students[index], [status, points, number] = found;
      const heading = make("h2");
      heading.append(make("a", id, { href: `${address}#${encodeURIComponent(check.value)}` }));
      place.append(heading, make("p", `${status}, ${points}`, { className: "result" }));
      const detail = details[number];
      if (!detail) return;
      if (detail.diagnosis) place.append(make("p", detail.diagnosis, { className: "diagnosis" }));
      if (detail.message) place.append(make("pre", detail.message, { className: "message" }));
      if (!detail.case) return;
      const shown = make("table", "", { className: "case" });
      shown.append(make("caption", `Smallest case${detail.case.heading && `: ${detail.case.heading}`}`));
      const head = shown.createTHead().insertRow(), body = shown.createTBody();
      head.append(...detail.case.columns.map((column) => make("th", column, { scope: "col", className: "number" })));
      detail.case.rows.forEach((cells, index) => {
        const row = body.insertRow();
        if (index === detail.case.marked) row.className = "marked";
        row.append(...cells.map((cell) => make("td", cell, { className: "number" })));
      });
      const box = make("div", "", { className: "wide" });
      box.append(shown);
      place.append(box, make("p", detail.case.more, { className: "note" }));
    };
    const update = () => {
      fill($("left"), one.value);
      fill($("right"), other.value);
      const [a, b] = [result(one.value), result(other.value)];
      $("same").textContent = !a || !b || one.value === other.value ? "" :
        a[2] !== b[2] ? "They differ." : a[2] < 0 ? "Both passed." : "Word for word the same.";
      history.replaceState(null, "", `#${[check.value, one.value, other.value].map(encodeURIComponent).join("&")}`);
    };
    const [wanted, first, second] = location.hash.slice(1).split("&").map(decodeURIComponent);
    one.value = first in students ? first : "0";
    other.value = second in students ? second : String(Math.min(1, students.length - 1));
    const [a, b] = [one.value, other.value].map((index) => students[index]?.[2] ?? []);
    check.value = (checks.find(([id]) => id === wanted) ?? checks.find((_, index) => a[index]?.[2] !== b[index]?.[2]) ?? checks[0])?.[0];
    for (const each of [check, one, other]) each.addEventListener("input", update);
    $("swap").addEventListener("click", () => { [one.value, other.value] = [other.value, one.value]; update(); });
    $("compare").hidden = false;
    update();
  }
})();
