// The table: one row a student, all of them on one leaf or, where there are many, a hundred on each.

const WHOLE = 300; // as many stand on one leaf
const LEAF = 100;
const ROW_CELLS = 8; // as many gradients stand beside each other on a card
const table = find("#table");
const body = find("tbody", table);
const opened = new Set();
let leaf = 0;
let isWhole = false; // while printing

function leaves() {
  return shown.length <= WHOLE || isWhole ? 1 : Math.ceil(shown.length / LEAF);
}

function onLeaf() {
  return leaves() === 1 ? shown : shown.slice(leaf * LEAF, (leaf + 1) * LEAF);
}

function drawHead() {
  const sorter = (by, words, className) =>
    make("th", { scope: "col", role: "columnheader", "data-by": by, class: className },
      make("button", { type: "button" }, words, make("span", { class: "turn", "aria-hidden": "true" })),
      make("span", { class: "paper", "aria-hidden": "true" }, words)); // no button comes again on each printed leaf
  const rows = [make("tr", { role: "row" })];
  rows[0].append(sorter("name", "Student", "who"), sorter("score", "Score, %", "score"));
  const names = columns.map((column, at) => sorter(`g${at}`, column.name, "grad"));
  if (severalParts) {
    rows.push(make("tr", { role: "row" }, ...names));
    for (const part of new Set(columns.map((column) => column.part))) {
      const span = columns.filter((column) => column.part === part).length;
      rows[0].append(make("th", { scope: "colgroup", role: "columnheader", colspan: span, class: "group" }, part));
    }
  } else rows[0].append(...names);
  rows[0].append(sorter("why", "Cause", "why"));
  if (severalParts) for (const cell of findAll("[data-by]", rows[0])) cell.setAttribute("rowspan", 2);
  find("thead", table).replaceChildren(...rows);
  table.style.setProperty("--per", Math.min(columns.length, columns.length > ROW_CELLS + 1 ? Math.ceil(columns.length / Math.ceil(columns.length / ROW_CELLS)) : columns.length) || 1);
}

function markOrder() {
  for (const head of findAll("[data-by]", table)) {
    const isBy = head.dataset.by === order.by;
    head.setAttribute("aria-sort", isBy ? (order.turn > 0 ? "ascending" : "descending") : "none");
    find(".turn", head).textContent = isBy ? (order.turn > 0 ? "↑" : "↓") : "";
  }
  find("#order").value = `${order.by} ${order.turn}`;
}

function row(student) {
  const isOpen = opened.has(student.at);
  const line = make("tr", { class: isOpen ? "main open" : "main", role: "row", "data-at": student.at },
    make("th", { class: "who", scope: "row", role: "rowheader" },
      make("button", { type: "button", "aria-expanded": String(isOpen) }, make("span", {}, student.name)),
      make("small", {}, student.l ? make("span", { class: "late" }, "late") : null,
        student.i || (student.key === student.name ? "" : student.key))),
    make("td", { class: "score", role: "cell" }, make("b", {}, percent(student)),
      draw("svg", { "aria-hidden": "true" },
        draw("rect", { width: `${100 * (student.share || 0)}%`, height: "100%" }))),
    ...columns.map((column, at) => verdictCell(student, column, at)),
    make("td", { class: "why", role: "cell" }, student.why));
  return isOpen ? [line, detail(student, line)] : [line];
}

function verdictCell(student, column, at) {
  const found = student.r && student.r[at];
  const [verdict, tone, sign] = found ? verdicts[found[0]] : ["not asked for", "absent", ""];
  return make("td", { class: "grad", role: "cell" },
    make("span", { class: `sign ${tone}`, role: "img", "aria-label": verdict, title: `${columnName(column)}: ${verdict}` }, sign),
    make("span", { class: "label", "aria-hidden": "true" }, column.name));
}

function drawRows() {
  leaf = Math.min(Math.max(leaf, 0), leaves() - 1);
  body.replaceChildren(...onLeaf().flatMap(row));
  table.hidden = !shown.length;
  find("#nobody").hidden = Boolean(shown.length);
  const pager = find("#pager");
  pager.hidden = leaves() === 1;
  const from = leaf * LEAF;
  find("#leaf").textContent = `${from + 1} to ${Math.min(from + LEAF, shown.length)} of ${shown.length}`;
  for (const button of findAll("button", pager)) {
    const turned = leaf + Number(button.dataset.turn);
    button.disabled = turned < 0 || turned >= leaves();
  }
}

/** Open or close the details of a row, in place. */
function toggle(line, isOpen = !line.classList.contains("open")) {
  const student = students[Number(line.dataset.at)];
  const button = find("button", line);
  line.classList.toggle("open", isOpen);
  button.setAttribute("aria-expanded", String(isOpen));
  const next = line.nextElementSibling;
  if (next && next.classList.contains("detail")) next.remove();
  button.removeAttribute("aria-controls");
  if (isOpen) {
    opened.add(student.at);
    line.after(detail(student, line));
  } else opened.delete(student.at);
}

/** Bring one student's row into sight and open it, whatever was filtered. */
function openStudent(student) {
  if (!shown.includes(student)) clearFilters();
  if (leaves() > 1) leaf = Math.floor(shown.indexOf(student) / LEAF);
  opened.add(student.at);
  drawRows();
  const line = find(`tr[data-at="${student.at}"]`, body);
  line.scrollIntoView({ block: "center" });
  find("button", line).focus({ preventScroll: true });
}
