// The data: what many students share stands in tables, and is known by its number.
//
// A student: n name, i id, m email, g section, k key, l late, s score, x most, h sha256, c command,
// r rows by column, f causes, w notes, p problems, o printed.
// A row: verdict, points, relative error, what was seen, finding, the entry furthest off.
// A cause: f finding, g gradients, e evidence, u uncertain, a place, c line of code in pieces.
// A problem: t title, k kind, m message, g part, d callers, a place, c line of code in pieces.

const DATA = JSON.parse(find("#data").textContent);
const { columns, texts, findings, verdicts } = DATA;
const severalParts = new Set(columns.map((column) => column.part)).size > 1;
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const RANK = { wrong: 0, none: 1, carried: 2, ok: 3, absent: 4 };
const BINS = 10;

const students = DATA.students.map(described);
const holders = new Map(); // id of a finding -> how many students have it
for (const student of students) {
  for (const id of student.ids) holders.set(id, (holders.get(id) || 0) + 1);
}

function described(raw, at) {
  const isGraded = raw.s !== null;
  const tones = columns.map((_, column) => (raw.r && raw.r[column] ? verdicts[raw.r[column][0]][1] : "absent"));
  const judged = tones.filter((tone) => tone !== "none" && tone !== "absent").length;
  const causes = raw.f || [];
  const share = isGraded && raw.x ? raw.s / raw.x : isGraded ? 0 : null;
  return {
    ...raw, at, tones, causes, share,
    notes: raw.w || [], problems: raw.p || [], name: raw.n || "unnamed", key: raw.k || "",
    points: isGraded ? raw.s : null,
    bin: isGraded ? (raw.x ? Math.floor((raw.s * BINS) / raw.x) : 0) : null,
    isRight: isGraded && tones.includes("ok") && tones.every((tone) => tone === "ok" || tone === "absent"),
    isUnjudged: !isGraded || !judged,
    ids: new Set([...causes, ...(raw.w || [])].map((cause) => findings[cause.f].id)),
    haystack: [raw.n, raw.i, raw.m, raw.k].join("\n").toLowerCase(),
    why: reason(raw, causes, tones),
  };
}

/** Say in a few words why points are missing. */
function reason(raw, causes, tones) {
  const titles = causes.map((cause) => findings[cause.f].title);
  for (const problem of raw.p || []) {
    const title = texts[problem.t];
    titles.unshift(title.includes(":") ? title : `${title}: ${texts[problem.m || 0]}`);
  }
  const unlike = [...new Set(titles)].map((title) => (title.length > 110 ? `${title.slice(0, 109)}…` : title));
  if (unlike.length > 2) return `${unlike.slice(0, 2).join("; ")} and ${unlike.length - 2} more`;
  if (unlike.length) return unlike.join("; ");
  return tones.includes("wrong") ? "No cause found" : "";
}

/** Return the score in percent as words; only full marks are 100. */
function percent(student) {
  if (student.share === null) return "–";
  const rounded = Math.round(1000 * student.share) / 10;
  return `${student.share < 1 ? Math.min(rounded, 99.9) : rounded}`;
}

const columnName = (column) => (severalParts ? `${column.part} ${column.name}` : column.name);

// ---- Which are shown, and in which order ----

const NOTHING = { text: "", state: "", section: "", bin: null, finding: "", gradient: null, run: null };
const wanted = { ...NOTHING };
const order = { by: "score", turn: 1 };
let shown = students;

const STATES = {
  fix: (student) => student.tones.includes("wrong"),
  right: (student) => student.isRight,
  none: (student) => student.isUnjudged,
  late: (student) => Boolean(student.l),
};

function fits(student) {
  return (
    (!wanted.text || wanted.text.split(/\s+/).every((word) => student.haystack.includes(word))) &&
    (!wanted.state || STATES[wanted.state](student)) &&
    (!wanted.section || student.g === wanted.section) &&
    (wanted.bin === null || student.bin === wanted.bin) &&
    (!wanted.finding || student.ids.has(wanted.finding)) &&
    (wanted.gradient === null || student.tones[wanted.gradient] === "wrong") &&
    (wanted.run === null || wanted.run.has(student.at))
  );
}

const KEYS = {
  name: (a, b) => collator.compare(a.name, b.name),
  score: (a, b) => (a.share ?? -1) - (b.share ?? -1),
  why: (a, b) => Number(!a.why) - Number(!b.why) || collator.compare(a.why, b.why),
};

function choose() {
  const column = /^g\d+$/.test(order.by) ? Number(order.by.slice(1)) : null;
  const compare =
    column === null ? KEYS[order.by] : (a, b) => RANK[a.tones[column]] - RANK[b.tones[column]];
  shown = students.filter(fits);
  shown.sort((a, b) => order.turn * compare(a, b) || KEYS.score(a, b) || KEYS.name(a, b) || a.at - b.at);
}
