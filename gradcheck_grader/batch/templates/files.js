// What is shown, as a file: CSV for a spreadsheet, JSON for a program.

const ACTIVE = /^ *[=+\-@\t\r\n＝＋－＠]/;
const PLAIN_NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/;

/** Return a cell; a text that a spreadsheet would compute gets an apostrophe before it. */
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const guarded = ACTIVE.test(value) && !PLAIN_NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function asCsv(list) {
  const head = ["name", "id", "email", "key", "late", "status", "score", "max_score", "percent",
    ...columns.map((column) => `${column.part}.${column.name}`), "findings"];
  const rows = list.map((student) => {
    const isGraded = student.points !== null;
    return [student.n, student.i, student.m, student.k, student.l ? "yes" : "",
      isGraded ? "graded" : "not graded", student.points, isGraded ? student.x || 0 : null,
      isGraded ? Math.round(10000 * student.share) / 100 : null,
      ...columns.map((_, at) => (isGraded && student.r && student.r[at] ? student.r[at][1] || 0 : null)),
      [...student.ids].join("; ")];
  });
  return `\ufeff${[head, ...rows].map((cells) => `${cells.map(cell).join(",")}\n`).join("")}`;
}

function asObject(student) {
  const isGraded = student.points !== null;
  const causes = [...student.causes, ...student.notes].map((cause) => ({
    ...findings[cause.f],
    gradients: texts[cause.g || 0], evidence: texts[cause.e || 0], place: texts[cause.a || 0],
    line: cause.c ? cause.c[0] || null : null, source: cause.c ? cause.c.slice(1, 4).join("") : null,
  }));
  return {
    name: student.n, id: student.i ?? "", email: student.m ?? "", key: student.k, late: Boolean(student.l),
    sha256: student.h, status: isGraded ? "graded" : "not graded", score: student.points,
    max_score: isGraded ? student.x || 0 : null,
    percent: isGraded ? Math.round(10000 * student.share) / 100 : null,
    gradients: columns.flatMap((column, at) => {
      if (!student.r || !student.r[at]) return [];
      const [verdict, points = 0, error = null, , finding = 0] = student.r[at];
      return [{ part: column.part, name: column.name, verdict: verdicts[verdict][0], points,
        max_points: column.most, relative_error: error, finding: texts[finding] || null }];
    }),
    findings: causes,
    problems: student.problems.map((problem) => ({
      kind: texts[problem.k || 0], title: texts[problem.t || 0], message: texts[problem.m || 0], place: texts[problem.a || 0] })),
    replay: student.c ?? "",
  };
}

function asJson(list) {
  return `${JSON.stringify({ ...DATA.facts, submissions: students.length, shown: list.length, students: list.map(asObject) }, null, 1)}\n`;
}

function save(name, type, text) {
  const link = make("a", { download: name });
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
