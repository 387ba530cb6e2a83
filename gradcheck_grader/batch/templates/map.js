// The map: a column for each student from the lowest score to the highest. Where students are
// more than there is room for, a column stands for several, and the height of a colour for its share.

const LEAST_WIDTH = 3; // pixels of a column
const STACK = ["wrong", "carried", "none", "ok"]; // from the ground up
const HEIGHT = 26;
const map = find("#map");
const along = find("#along");
const ranked = [...students].sort(
  (a, b) => KEYS.score(a, b) || signature(a).localeCompare(signature(b)) || a.at - b.at);
let runs = [];
let isPointed = false;

function signature(student) {
  student.signature ??= student.tones.map((tone) => RANK[tone]).join("");
  return student.signature;
}

function drawMap() {
  if (!map || !ranked.length) return;
  const strips = findAll("svg[data-column]", map);
  const width = Math.round(strips[0].getBoundingClientRect().width);
  if (!width) return;
  const each = Math.max(1, Math.ceil((ranked.length * LEAST_WIDTH) / width));
  runs = Array.from({ length: Math.ceil(ranked.length / each) }, (_, at) => ranked.slice(at * each, (at + 1) * each));
  for (const strip of strips) drawStrip(strip, Number(strip.dataset.column), width, each);
  find("#cursor").hidden = false;
  along.max = runs.length - 1;
  find("#grain").textContent = each === 1 ? "one column a student" : `one column: ${each} students; heights are shares`;
  if (isPointed) point(Math.min(Number(along.value), runs.length - 1));
  else find("#reading").textContent = "Move along the map to see who stands where.";
}

function drawStrip(strip, column, width, each) {
  const step = width / runs.length;
  const gap = step >= 7 ? 1 : 0;
  const paths = { wrong: "", carried: "", none: "", ok: "" };
  let signs = "";
  let arrows = "";
  runs.forEach((run, at) => {
    const counts = {};
    for (const student of run) counts[student.tones[column]] = (counts[student.tones[column]] || 0) + 1;
    let ground = HEIGHT;
    for (const tone of STACK) {
      if (!counts[tone]) continue;
      const height = (HEIGHT * counts[tone]) / run.length;
      ground -= height;
      paths[tone] += `M${round(at * step)} ${round(ground)}h${round(step - gap)}v${round(height)}h${round(gap - step)}z`;
    }
    if (each === 1 && step >= 9) {
      const [x, y] = [round((at + 0.5) * step - gap / 2), HEIGHT / 2];
      if (counts.wrong) signs += `M${x - 2.5} ${y - 2.5}l5 5m0 -5l-5 5`;
      if (counts.carried) arrows += `M${x - 3} ${y - 4}v5h5m-2 -2l2 2l-2 2`;
    }
  });
  strip.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  strip.setAttribute("preserveAspectRatio", "none");
  strip.replaceChildren(
    ...STACK.map((tone) => draw("path", { class: tone, d: paths[tone] })),
    draw("path", { class: "cross", d: signs }), draw("path", { class: "arrow", d: arrows }),
    draw("rect", { class: "here", y: -1, height: HEIGHT + 2, width: isPointed ? Math.max(step, 2) : 0 }));
}

const round = (number) => Math.round(100 * number) / 100;

/** Set the cursor on a column, and say what stands there. */
function point(at) {
  isPointed = true;
  along.value = at;
  const run = runs[at];
  const step = Number(find("svg[data-column]", map).getAttribute("viewBox").split(" ")[2]) / runs.length;
  for (const here of findAll(".here", map)) {
    here.setAttribute("x", round(at * step));
    here.setAttribute("width", Math.max(step, 2));
  }
  const words = run.length === 1 ? oneInWords(run[0]) : runInWords(run, at);
  find("#reading").textContent = words;
  along.setAttribute("aria-valuetext", words);
  find("#pick").hidden = false;
  find("#pick").textContent = run.length === 1 ? "Open in the table" : "Show them in the table";
}

function oneInWords(student) {
  const wrong = columns.filter((_, at) => student.tones[at] === "wrong").map(columnName);
  const said = student.isUnjudged ? "without a verdict" : wrong.length ? `wrong in ${wrong.join(", ")}` : "nothing wrong";
  return `${student.name}: ${inPercent(student)}, ${said}`;
}

function runInWords(run, at) {
  const wrong = run.filter((student) => student.tones.includes("wrong")).length;
  const place = runs.slice(0, at).reduce((sum, each) => sum + each.length, 0);
  const [least, most] = [inPercent(run[0]), inPercent(run[run.length - 1])];
  const scores = least === most ? least : `${least} to ${most}`;
  return `Students ${place + 1} to ${place + run.length} of ${ranked.length}: ${scores}, ${wrong} with a wrong gradient`;
}

const inPercent = (student) => (student.share === null ? "not graded" : `${percent(student)} %`);

/** Show in the table what the cursor is on. */
function pick() {
  const run = runs[Number(along.value)];
  if (run.length === 1) openStudent(run[0]);
  else {
    Object.assign(wanted, NOTHING, { run: new Set(run.map((student) => student.at)) });
    find("#search").value = "";
    refresh();
    find("#students").scrollIntoView({ block: "start" });
    find("#students").focus({ preventScroll: true });
  }
}

function columnAt(event) {
  const strip = event.target.closest("svg[data-column]");
  if (!strip) return null;
  const box = strip.getBoundingClientRect();
  return Math.min(Math.max(Math.floor(((event.clientX - box.left) / box.width) * runs.length), 0), runs.length - 1);
}
