// What unfolds under a row: every gradient, why it is wrong, and how to see the same again.

function detail(student, line) {
  const id = `detail-${student.at}`;
  find("button", line).setAttribute("aria-controls", id);
  const right = make("div", {},
    ...student.problems.map(problemCard),
    ...student.causes.map((cause) => causeCard(cause, student)),
    student.tones.includes("carried")
      ? make("p", { class: "carry muted" }, "What only follows from a mistake (↳) is not charged again.")
      : null,
    ...student.notes.map((note) => causeCard(note, student)),
    student.o ? make("h3", { class: "apart" }, "Printed") : null,
    student.o ? make("pre", { class: "printed" }, student.o) : null);
  const left = make("div", {}, gradientTable(student), papers(student));
  return make("tr", { class: "detail", role: "row", id },
    make("td", { colspan: columns.length + 3, role: "cell" }, make("div", { class: "dossier" }, left, right)));
}

function gradientTable(student) {
  if (!student.r) return make("p", { class: "muted" }, "No gradient was looked at.");
  const head = (words, className) => make("th", { scope: "col", class: className }, words);
  const rows = columns.flatMap((column, at) => (student.r[at] ? [gradientRow(column, student.r[at])] : []));
  return make("table", { class: "rows" },
    make("thead", {}, make("tr", {}, make("td", {}), head("gradient"), head("shape", "shape"),
      head("rel. error", "error"), head("verdict"), head("points", "number"))),
    make("tbody", {}, ...rows));
}

function gradientRow(column, [verdict, points = 0, error = null, seen = 0, finding = 0, worst = ""]) {
  const [words, tone, sign] = verdicts[verdict];
  const said = [words, texts[seen]].filter(Boolean).join(": ");
  return make("tr", {},
    make("td", {}, make("span", { class: `sign ${tone}`, "aria-hidden": "true" }, sign)),
    make("th", { scope: "row", class: "name" }, make("code", {}, columnName(column))),
    make("td", { class: "shape muted" }, make("code", {}, column.shape || "")),
    make("td", { class: "error" }, make("code", {}, error === null ? "–" : error.toExponential(1))),
    make("td", {}, said, tone !== "ok" && tone !== "carried" && finding ? make("span", { class: "worst" }, make("code", {}, texts[finding])) : null,
      worst ? make("span", { class: "worst" }, worst) : null),
    make("td", { class: "number" }, `${points}/${column.most ?? 0}`));
}

function problemCard(problem) {
  const where = [texts[problem.g || 0], texts[problem.a || 0]].filter(Boolean).join(", ");
  return make("article", { class: "cause" },
    make("h3", {}, texts[problem.t || 0]),
    where ? make("p", { class: "where" }, where) : null,
    make("p", {}, texts[problem.m || 0]),
    codeLine(problem.c),
    problem.d ? make("p", { class: "where" }, `called from ${texts[problem.d]}`) : null);
}

function causeCard(cause, student) {
  const { id, severity, title, message, hint } = findings[cause.f];
  const where = [texts[cause.g || 0], texts[cause.a || 0]].filter(Boolean).join(", ");
  const others = holders.get(id) - 1;
  return make("article", { class: severity === "note" ? "cause note" : "cause" },
    make("h3", {}, title),
    make("p", { class: "where" }, make("code", {}, id), where && ` ${where}`, cause.u ? " · likely" : "",
      severity === "note" ? " · costs no points" : ""),
    make("p", {}, message),
    cause.e ? make("p", { class: "muted" }, `Seen: ${texts[cause.e]}.`) : null,
    codeLine(cause.c),
    hint ? make("p", { class: "hint" }, hint) : null,
    others > 0
      ? make("p", { class: "also" }, `${plural(others, "other student has", "other students have")} this. `,
          make("button", { type: "button", class: "link", "data-finding": id, "data-from": student.at }, "Show them"))
      : null);
}

/** Return a line of code with its number, the place in it marked, and carets under the place. */
function codeLine(pieces) {
  if (!pieces || !pieces.length) return null;
  const [number, before, place, after, carets] = pieces;
  const margin = `${String(number || "").padStart(5)} │ `;
  return make("pre", { class: "frame" }, make("span", { class: "at" }, margin), before,
    place ? make("mark", {}, place) : null, after,
    carets ? make("span", { class: "caret", "aria-hidden": "true" }, `\n${" ".repeat(margin.length)}${carets}`) : null);
}

function papers(student) {
  const isGraded = student.points !== null;
  return make("div", { class: "papers" },
    make("p", {}, isGraded ? `${student.points} of ${student.x || 0} points. ` : "Not graded: no points are lost. ",
      make("code", {}, student.key), student.m ? ` · ${student.m}` : ""),
    make("p", {}, "sha256 ", make("code", {}, student.h || "–")),
    student.c
      ? make("div", { class: "replay" }, make("code", {}, student.c),
          make("button", { type: "button", class: "link", "data-copy": student.c }, "Copy"))
      : null);
}
