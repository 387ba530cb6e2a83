// What a person does, and what then happens.

function refresh() {
  choose();
  leaf = 0;
  markOrder();
  drawRows();
  const words = shown.length === students.length
    ? plural(students.length, "student", "students")
    : `${shown.length} of ${plural(students.length, "student", "students")}`;
  find("#count").textContent = words;
  find("#toast-count").textContent = words;
  for (const button of findAll("main [data-bin]")) press(button, wanted.bin === Number(button.dataset.bin));
  for (const button of findAll(".finding")) press(button, wanted.finding === button.dataset.finding);
  for (const button of findAll("[data-gradient]")) press(button, wanted.gradient === Number(button.dataset.gradient));
  find("#state").value = wanted.state;
  find("#section").value = wanted.section;
  drawChips();
  showToast();
}

const press = (button, isOn) => button.setAttribute("aria-pressed", String(isOn));

function drawChips() {
  const chips = [];
  const chip = (key, words) => chips.push(make("li", {},
    make("button", { type: "button", "data-clear": key, "aria-label": `Remove: ${words}` }, words)));
  if (wanted.bin !== null) chip("bin", wanted.bin === BINS ? "100 %" : `${10 * wanted.bin} to under ${10 * wanted.bin + 10} %`);
  if (wanted.finding) chip("finding", findings.find((each) => each.id === wanted.finding)?.title ?? wanted.finding);
  if (wanted.gradient !== null) chip("gradient", `${columnName(columns[wanted.gradient])} wrong`);
  if (wanted.run) chip("run", `${wanted.run.size} in the map`);
  find("#chips").replaceChildren(...chips);
  find("#chips").hidden = !chips.length;
}

function clearFilters(key = "") {
  Object.assign(wanted, key ? { [key]: NOTHING[key] } : NOTHING);
  if (!wanted.text) find("#search").value = "";
  refresh();
}

// ---- A word at the foot, as long as the table that was filtered is out of sight ----

let isTableSeen = true;
function showToast() {
  const { text, state, section, ...others } = wanted;
  const isFiltered = Object.values(others).some((value) => value !== null && value !== "");
  find("#toast").hidden = !isFiltered || isTableSeen;
}
new IntersectionObserver((entries) => {
  isTableSeen = entries[entries.length - 1].isIntersecting;
  showToast();
}).observe(find("#students"));

// ---- Choices ----

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const line = event.target.closest("tr.main");
  if (button) pressed(button, line);
  else if (line && !String(getSelection())) toggle(line);
});

function pressed(button, line) {
  const { bin, finding, gradient, clear, turn, copy } = button.dataset;
  const head = button.closest("[data-by]");
  const swap = (key, value) => {
    wanted[key] = wanted[key] === value ? NOTHING[key] : value;
    refresh();
  };
  if (bin !== undefined) swap("bin", Number(bin));
  else if (button.dataset.from !== undefined) showHolders(button);
  else if (finding !== undefined) swap("finding", finding);
  else if (gradient !== undefined) swap("gradient", Number(gradient));
  else if (clear !== undefined) { clearFilters(clear); find("#search").focus({ preventScroll: true }); }
  else if (turn !== undefined) turnLeaf(Number(turn));
  else if (copy !== undefined) copyText(button, copy);
  else if (head) sortBy(head.dataset.by, order.by === head.dataset.by ? -order.turn : 1);
  else if (line) toggle(line);
}

function showHolders(button) {
  Object.assign(wanted, NOTHING, { finding: button.dataset.finding });
  const student = students[Number(button.dataset.from)];
  refresh();
  openStudent(student);
}

function sortBy(by, turn) {
  Object.assign(order, { by, turn });
  refresh();
}

function turnLeaf(by) {
  leaf += by;
  drawRows();
  find("#students").scrollIntoView({ block: "start" });
  find("#students").focus({ preventScroll: true });
}

async function copyText(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(find("code", button.parentElement));
    button.textContent = "Selected";
  }
}

find("#search").addEventListener("input", (event) => {
  wanted.text = event.target.value.trim().toLowerCase();
  refresh();
});
for (const key of ["state", "section"]) {
  find(`#${key}`).addEventListener("change", (event) => {
    wanted[key] = event.target.value;
    refresh();
  });
}
find("#order").addEventListener("change", (event) => {
  const [by, turn] = event.target.value.split(" ");
  sortBy(by, Number(turn));
});
find("#csv").addEventListener("click", () => save("shown.csv", "text/csv;charset=utf-8", asCsv(shown)));
find("#json").addEventListener("click", () => save("shown.json", "application/json", asJson(shown)));

// ---- The map ----

if (map) {
  map.addEventListener("pointermove", (event) => {
    const at = columnAt(event);
    if (at !== null) point(at);
  });
  map.addEventListener("click", (event) => {
    const at = columnAt(event);
    if (at === null) return;
    point(at);
    pick();
  });
  along.addEventListener("input", () => point(Number(along.value)));
  find("#pick").addEventListener("click", pick);
}

// ---- Room, print and theme ----

function fitTable() {
  const room = find("#students").clientWidth - 48;
  const isNarrow = room < 480 + 36 * columns.length;
  table.classList.toggle("cards", isNarrow);
  find("#tools").classList.toggle("has-cards", isNarrow);
}
new ResizeObserver(() => {
  fitTable();
  drawMap();
}).observe(find("#students"));

addEventListener("beforeprint", () => {
  isWhole = shown.length <= WHOLE;
  table.classList.remove("cards");
});
addEventListener("afterprint", fitTable);
find("#print").addEventListener("click", () => print());

const THEMES = ["auto", "light", "dark"];
function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  find("#theme-name").textContent = name;
  find("#theme").setAttribute("aria-label", `Theme: ${name}`);
}
function remembered() {
  try {
    return localStorage.getItem("gradcheck-theme") || "auto";
  } catch {
    return "auto"; // a page may have no memory
  }
}
let theme = THEMES.includes(remembered()) ? remembered() : "auto";
find("#theme").addEventListener("click", () => {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  setTheme(theme);
  try {
    localStorage.setItem("gradcheck-theme", theme);
  } catch {
    // it holds until the page is closed
  }
});

// ---- Begin ----

const sections = [...new Set(students.map((student) => student.g).filter(Boolean))].sort(collator.compare);
find("#section").hidden = sections.length < 2;
find("#section").append(...sections.map((name) => make("option", { value: name }, name)));
const orders = [["score", "score"], ["name", "name"], ["why", "cause"], ...columns.map((column, at) => [`g${at}`, columnName(column)])];
for (const [by, words] of orders) {
  find("#order").append(make("option", { value: `${by} 1` }, `by ${words} ↑`), make("option", { value: `${by} -1` }, `by ${words} ↓`));
}
document.body.prepend(draw("svg", { width: 0, height: 0, class: "unseen", "aria-hidden": "true" },
  draw("defs", {}, draw("pattern", { id: "hatching", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    draw("rect", { class: "hatch-ground", width: 5, height: 5 }), draw("path", { class: "hatch-line", d: "M0 0v5" })))));
setTheme(theme);
drawHead();
fitTable();
refresh();
drawMap();
document.documentElement.dataset.ready = "yes";
