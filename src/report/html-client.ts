/**
 * The one script of the HTML report. Data reaches the page through textContent and properties only, never as markup.
 * Rows have one height and only those in sight are in the document, so 100,000 of them scroll like a hundred.
 */
export const HTML_CLIENT = String.raw`
"use strict";
(() => {
  const HEIGHT = 33, SPARE = 12;
  const at = (id) => document.getElementById(id);
  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const columns = JSON.parse(at("columns").textContent);
  const place = new Map(columns.map((column, index) => [column.key, index]));
  const all = [];
  for (const block of document.querySelectorAll("script.rows")) {
    for (const row of JSON.parse(block.textContent)) all.push(row);
    block.remove();
  }
  const value = (row, column) => (column.fixed === undefined ? row[place.get(column.key)] : column.fixed);
  const figure = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
  const show = (cell) => (cell === null ? "" : typeof cell === "number" ? figure.format(cell) : cell === true ? "yes" : cell === false ? "no" : cell);

  const grid = at("grid"), head = grid.tHead.rows[0], body = grid.tBodies[0], widths = grid.querySelector("colgroup");
  const scroll = at("scroll"), dialog = at("detail");
  let shown = all, visible = [], sorted = null, down = false, first = -1, last = -1;

  const codes = (row) => ["warnings", "notes", "blockers"].map((key) => row[place.get(key)]).join("; ").split("; ");
  const texts = new Map();
  const textOf = (row) => {
    let text = texts.get(row);
    if (text === undefined) texts.set(row, (text = row.filter((cell) => typeof cell === "string").join("\n").toLowerCase()));
    return text;
  };

  function filter() {
    const words = at("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const result = at("result").value, code = at("code").value;
    shown = all.filter((row) =>
      (result === "" || row[place.get("result")] === result) &&
      (code === "" || codes(row).includes(code)) &&
      words.every((word) => textOf(row).includes(word)));
    for (const tile of document.querySelectorAll(".tile")) tile.setAttribute("aria-pressed", String(tile.value === result && result !== ""));
    sort();
  }

  const collator = new Intl.Collator("en", { sensitivity: "accent" });
  function sort() {
    if (sorted) {
      const sign = down ? -1 : 1;
      const compare = sorted.type === "number" ? (a, b) => a - b
        : sorted.type === "text" || sorted.type === "list" ? collator.compare
        : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
      const empty = (cell) => cell === null || cell === "";
      shown = shown.map((row) => [value(row, sorted), row]).sort(([a], [b]) =>
        empty(a) || empty(b) ? Number(empty(a)) - Number(empty(b)) : sign * compare(a, b)).map(([, row]) => row);
    }
    at("count").textContent = figure.format(shown.length) + " of " + figure.format(all.length) + " groups";
    grid.setAttribute("aria-rowcount", String(shown.length + 1));
    scroll.scrollTop = 0;
    first = -1;
    render();
  }

  function pad(rows) {
    const line = make("tr", undefined, "pad"), cell = make("td");
    line.setAttribute("aria-hidden", "true");
    cell.colSpan = visible.length;
    cell.style.height = rows * HEIGHT + "px";
    line.append(cell);
    return line;
  }

  function cellOf(row, column) {
    const raw = value(row, column), text = show(raw), cell = make("td", undefined, column.type);
    if (column.key === "displayName") {
      const open = make("button", text || "(no name)", "link");
      open.type = "button";
      open.addEventListener("click", () => detail(row));
      cell.append(open);
    } else cell.textContent = text;
    if (column.key === "result") cell.className = "result " + text;
    if (text.length > 12) cell.title = text;
    return cell;
  }

  function render() {
    const from = Math.max(0, Math.floor(scroll.scrollTop / HEIGHT) - SPARE);
    const to = Math.min(shown.length, Math.ceil((scroll.scrollTop + scroll.clientHeight) / HEIGHT) + SPARE);
    if (from === first && to === last) return;
    first = from;
    last = to;
    const lines = shown.slice(from, to).map((row, index) => {
      const line = make("tr");
      line.setAttribute("aria-rowindex", String(from + index + 2));
      line.append(...visible.map((column) => cellOf(row, column)));
      return line;
    });
    const focused = body.contains(document.activeElement);
    body.replaceChildren(pad(from), ...lines, pad(shown.length - to));
    if (focused) scroll.focus({ preventScroll: true });
  }

  function layout() {
    const key = at("view").value === "key";
    visible = key ? columns.filter((column) => column.main).sort((a, b) => a.main - b.main) : columns;
    const sizes = visible.map((column) => Math.max(96, Math.round(column.width * 7.4) + 20));
    grid.style.width = sizes.reduce((sum, size) => sum + size, 0) + "px";
    widths.replaceChildren(...sizes.map((size) => {
      const column = make("col");
      column.style.width = size + "px";
      return column;
    }));
    head.replaceChildren(...visible.map((column) => {
      const cell = make("th", undefined, column.type), button = make("button");
      const active = sorted === column;
      button.textContent = column.heading + (active ? (down ? " ▼" : " ▲") : "");
      button.title = column.definition;
      cell.scope = "col";
      cell.setAttribute("aria-sort", active ? (down ? "descending" : "ascending") : "none");
      button.addEventListener("click", () => {
        down = sorted === column ? !down : column.type === "number";
        sorted = column;
        layout();
        filter();
        head.cells[visible.indexOf(column)].firstChild.focus();
      });
      cell.append(button);
      return cell;
    }));
    first = -1;
    render();
  }

  function detail(row) {
    at("detail-name").textContent = show(value(row, columns[place.get("displayName")])) || "(no name)";
    at("detail-fields").replaceChildren(...columns.flatMap((column) => {
      const text = show(value(row, column)), term = make("dt", column.heading), field = make("dd");
      term.title = column.definition;
      if (column.key === "siteUrl" && /^https:\/\//i.test(text)) {
        const link = make("a", text);
        link.href = text;
        link.rel = "noreferrer noopener";
        field.append(link);
      } else field.textContent = text === "" ? "–" : text;
      if (column.key === "result") field.className = text;
      return [term, field];
    }));
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  let waiting = 0;
  at("find").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  });
  at("result").addEventListener("change", filter);
  at("code").addEventListener("change", filter);
  at("view").addEventListener("change", layout);
  at("clear").addEventListener("click", () => {
    at("find").value = at("result").value = at("code").value = "";
    sorted = null;
    layout();
    filter();
  });
  for (const tile of document.querySelectorAll(".tile")) {
    tile.addEventListener("click", () => {
      at("result").value = at("result").value === tile.value ? "" : tile.value;
      filter();
    });
  }
  at("close").addEventListener("click", () => dialog.close());
  scroll.addEventListener("scroll", () => requestAnimationFrame(render), { passive: true });
  addEventListener("resize", render);
  layout();
  filter();
})();
`;
