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

  // Tables: a button in each heading sorts. A row is the texts of its cells and its element.
  const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
  const number = (text) => { const found = parseFloat(text); return Number.isNaN(found) ? null : found; };
  const read = (element) => ({ element, texts: [...element.cells].map((cell) => cell.textContent.trim()) });
  const sort = (rows, heading) => {
    const column = heading.cellIndex, down = heading.getAttribute("aria-sort") === "ascending";
    const numeric = heading.classList.contains("number");
    const keyed = rows.map((row) => [numeric ? number(row.texts[column]) : row.texts[column], row]);
    const order = numeric ? (a, b) => a - b : compare;
    // What has no number stands last in either order.
    keyed.sort(([a], [b]) => a === null || b === null ? (a === null) - (b === null) : down ? order(b, a) : order(a, b));
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    keyed.forEach(([, row], index) => { rows[index] = row; });
  };
  const sortable = (table, rows, draw) => {
    for (const heading of table.tHead.rows[0].cells) {
      if (heading.classList.contains("plain")) continue;
      const button = make("button", heading.textContent, { type: "button", className: "sort" });
      button.addEventListener("click", () => { sort(rows, heading); draw(); });
      heading.abbr = heading.textContent;  // of which print makes the heading: it repeats no button's text
      heading.replaceChildren(button);
    }
  };
  for (const table of document.querySelectorAll("table.sortable:not(#class)")) {
    const rows = [...table.tBodies[0].rows].map(read);
    sortable(table, rows, () => table.tBodies[0].append(...rows.map((row) => row.element)));
  }

  // The table of the class: a search in all columns, a filter for each. Of a large class most rows are data, which become
  // elements as they are drawn, a screenful at a time.
  const table = $("class");
  if (table) {
    const headings = [...table.tHead.rows[0].cells], filters = [], body = table.tBodies[0];
    const isNumber = headings.map((heading) => heading.classList.contains("number"));
    const rest = $("rest") ? JSON.parse($("rest").textContent) : [];
    const step = rest.length ? body.rows.length : Infinity;
    const rows = [...body.rows].map(read);
    for (const data of rest) rows.push({ data, texts: [data[0] + data[2], ...data[3], data[6] + data[7]] });
    const made = ([id, address, who, cells, less, status, finding, change]) => {
      const row = make("tr"), name = make("th", "", { scope: "row" });
      name.append(make("a", id, { href: address }));
      if (who) name.append(make("br"), make("span", who, { className: "note" }));
      row.append(name, ...cells.map((text, index) => {
        const cell = make("td");
        if (isNumber[index + 1]) cell.className = less.includes(index) ? "number less" : "number";
        if (index === cells.length - 1) cell.append(make("span", text, { className: `badge status-${status}` }));
        else if (index === cells.length - 3 && status !== "grader_error") cell.append(make("strong", text));
        else cell.append(text);
        return cell;
      }));
      const last = row.insertCell();
      last.append(make("code", finding));
      if (change) {
        const more = make("details");
        more.append(make("summary", "what makes it right"), change);
        last.append(more);
      }
      return row;
    };
    let fitting = rows, room = step;
    const draw = () => {
      const drawn = Math.min(room, fitting.length), left = fitting.length - drawn;
      body.replaceChildren(...fitting.slice(0, drawn).map((row) => row.element ??= made(row.data)));
      $("count").textContent = drawn === rows.length ? `${drawn} shown` :
        `${drawn} of ${rows.length} shown${left && fitting.length < rows.length ? `, ${fitting.length} found` : ""}`;
      if (!rest.length) return;
      $("first").hidden = $("more").hidden = !left;
      $("first").textContent = `The first ${drawn} of ${fitting.length}.`;
      $("more").textContent = `Show ${Math.min(step, left)} more`;
    };
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
      fitting = rows.filter((row) => {
        const cells = row.low ??= row.texts.map((text) => text.toLowerCase());
        return (!all || cells.some((cell) => cell.includes(all))) &&
          wanted.every((each, column) => !each || fits(cells[column], each, isNumber[column]));
      });
      room = step;
      draw();
    };
    const filterRow = table.tHead.insertRow();
    headings.forEach((heading, column) => {
      const name = heading.textContent;
      let filter;
      if (name === "Status") {
        const values = [...new Set(rows.map((row) => row.texts[column].toLowerCase()))].sort(compare);
        filter = make("select", "");
        filter.append(make("option", "all", { value: "" }), ...values.map((value) => make("option", value, { value })));
      } else {
        filter = make("input", "", { type: "search", placeholder: isNumber[column] ? "< 50" : "", autocomplete: "off" });
      }
      filter.setAttribute("aria-label", `Filter: ${name}`);
      filter.addEventListener("input", apply);
      filters.push(filter);
      filterRow.insertCell().append(filter);
    });
    sortable(table, rows, apply);
    $("search").addEventListener("input", apply);
    $("clear").addEventListener("click", () => {
      for (const one of [$("search"), ...filters]) one.value = "";
      apply();
      $("search").focus();
    });
    if (rest.length) $("more").addEventListener("click", () => { room += step; draw(); });
    document.querySelector(".tools").hidden = false;
    draw();
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
      const head = shown.createTHead().insertRow(), body = shown.createTBody();
      head.append(...detail.case.columns.map((column) => make("th", column, { scope: "col", className: "number" })));
      detail.case.rows.forEach((cells, index) => {
        const row = body.insertRow();
        if (index === detail.case.marked) row.className = "marked";
        row.append(...cells.map((cell) => make("td", cell, { className: "number" })));
      });
      const box = make("div", "", { className: "wide" });
      box.append(shown);
      place.append(make("p", `Smallest case${detail.case.heading && `: ${detail.case.heading}`}`, { className: "note heading" }), box, make("p", detail.case.more, { className: "note" }));
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
