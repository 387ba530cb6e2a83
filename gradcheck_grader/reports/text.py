"""The report for a person at a terminal: one screen, nearest to the loss first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tabulate import tabulate

from gradcheck_grader.models import Finding, GradeReport, GradientResult, ReportProblem
from gradcheck_grader.phrases import counted, cut
from gradcheck_grader.reports import words
from gradcheck_grader.reports.style import Style

COLUMNS = ("", "gradient", "shape", "rel. error", "verdict", "points")
ALIGNED = ("left", "left", "left", "right", "left", "right")
SAYS_LEAST = ("shape", "rel. error")
VERDICT = 23  # columns of a verdict that every line and most names of mistakes go into
PRINTED_LINES = 8
LACKING = ("not-filled-in", words.MISSING)


def render(report: GradeReport, style: Style | None = None) -> str:
    """Return the whole report as text of ``style.width`` columns, ending in a newline."""
    style, report = style or Style(), words.made_plain(report)
    blocks = [
        _head(report, style),
        _table(report, style),
        _to_fix(report, style),
        _expected(report, style),
        _notes(report, style),
        _printed(report, style),
        [_score(report, style)],
        _next(report, style),
    ]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return style.finish(text) + "\n"


def render_quiet(report: GradeReport) -> str:
    """Return one line: name, score, and what is wrong; of several parts, as --only names it."""
    report = words.made_plain(report)
    several = len({row.part for row in report.gradients}) > 1
    faults = [
        f"{f'{row.part}.' * several}{row.name}={row.finding or row.verdict.replace(' ', '-')}"
        for row in report.gradients
        if row.verdict not in ("correct", "follow-through")
    ]
    score = f"{report.score}/{report.max_score}" if report.status == "graded" else report.status
    return f"{' '.join([f'{report.submission.name}: {score}', *faults])}\n"


def _head(report: GradeReport, style: Style) -> list[str]:
    trials = max((row.trials for row in report.gradients), default=0)
    right = f"seed {report.grader.seed} · {counted(trials, 'trial')}"
    left = f"{report.assignment.title} · {words.one_line(report.submission.name)}"
    lines = [style.titled(cut(left, style.width - len(right) - 2), right)]
    if report.assignment.chosen != "given" and report.assignment.why:
        lines += [style.paint(text, "dim") for text in style.wrap(_choice(report), 0)]
    return lines


def _choice(report: GradeReport) -> str:
    """Return which assignment we chose, and why."""
    chosen = "the default" if report.assignment.chosen == "default" else report.assignment.chosen
    return f"Assignment {report.assignment.name}, {chosen}: {report.assignment.why}"


def _table(report: GradeReport, style: Style) -> list[str]:
    """Return the rows of all parts as one table, so that their columns line up."""
    room = style.width - (54 if style.unicode else 57)
    kept = list(range(len(COLUMNS)))
    for name in SAYS_LEAST:
        if room < VERDICT:
            kept.remove(COLUMNS.index(name))
            room += 12  # each of them has ten columns, and two between
    cells = [[_cells(row, style, room)[n] for n in kept] for row in report.gradients]
    if not cells:
        return []
    drawn = tabulate(
        cells,
        headers=[COLUMNS[n] for n in kept],
        tablefmt="plain",
        disable_numparse=True,
        preserve_whitespace=True,
        colalign=[ALIGNED[n] for n in kept],
    ).splitlines()
    head, rows = drawn[0], drawn[1:]
    lines = [style.paint("  " + head, "dim")]
    parts = list(dict.fromkeys(row.part for row in report.gradients))
    for part in parts:
        if len(parts) > 1:
            lines += ["", "  " + style.paint(part, "bold")]
        pairs = zip(rows, report.gradients, strict=True)
        lines += ["  " + line for line, row in pairs if row.part == part]
    return lines


def _cells(row: GradientResult, style: Style, room: int) -> tuple[str, ...]:
    error = "-" if row.relative_error is None else f"{row.relative_error:.1e}"
    role = style.role(row.verdict)
    return (
        style.sign(row.verdict),
        style.paint(row.name, "bold") if role == "bad" else row.name,
        style.paint(row.shape, "dim"),
        error,
        style.paint(f"{cut(_said(row, room), room):<{room}}", role),
        f"{row.points}/{row.max_points}",
    )


def _said(row: GradientResult, room: int) -> str:
    """Return what is said of a row: what was seen where that tells something, else its cause."""
    if row.verdict == "error" and len(row.detail) > room and " in line " in row.detail:
        # The line tells more than the name of the exception, which stands below.
        return f"stopped in line {row.detail.rpartition(' in line ')[2]}"
    if row.verdict == "wrong shape" and row.finding is None:
        return row.detail.removeprefix("shape ") or row.verdict
    if row.verdict in ("correct", "missing", "wrong shape", "not graded"):
        return row.verdict
    says_nothing = not row.detail or row.detail.startswith(words.VAGUE)
    if row.finding and row.verdict == "wrong" and says_nothing:
        return row.finding
    return row.detail or row.verdict


def _to_fix(report: GradeReport, style: Style) -> list[str]:
    """Return what stopped the code, then the causes of wrong gradients."""
    mistakes = words.causes(report)
    if not report.problems and not mistakes:
        return []
    count = len(mistakes) + len(report.problems)
    if report.status == "graded":
        lines = [_heading("What to fix", counted(count, "cause"), style)]
    else:
        lines = [_heading("Not graded", "not your fault", style)]
    for problem in report.problems:
        lines += ["", *_problem(problem, style)]
    for number, findings in enumerate(mistakes, start=1):
        lines += ["", *_finding(report, findings, style, number if len(mistakes) > 1 else 0)]
    if carried := words.carried_words(report):
        lines += ["", *style.wrap(carried, 5)]
    return lines


def _heading(left: str, right: str, style: Style) -> str:
    return f"{style.titled(left, right)}\n{style.rule()}"


def _problem(problem: ReportProblem, style: Style) -> Iterable[str]:
    title, *rest = _name_and(words.problem_title(problem), words.place(problem), style)
    lines = [f"  {style.sign('wrong')}  {style.paint(title, 'bad')}", *rest]
    if problem.part:
        lines.append(f"     in part {problem.part}")
    lines += ["", *style.wrap(problem.message, 5)]
    if problem.source:
        lines += ["", *_frame(problem, style)]
    if len(problem.frames) > 1:
        lines += ["", style.paint("     called from " + ", from ".join(problem.frames[:-1]), "dim")]
    return lines


def _name_and(title: str, right: str, style: Style) -> list[str]:
    """Return a title and what stands at the right end of its line, or below it for want of room."""
    line = style.spread(title, right, indent=5).rstrip()
    return [line[5:]] if len(line) <= style.width else [title, *style.wrap(right, 5)]


def _frame(place: ReportProblem | Finding, style: Style) -> list[str]:
    """Return the source line with a caret under the place, cut to the width."""
    source = place.source or ""
    number = f"{place.line or '':>6} │ "
    shift = len(source) - len(source.lstrip())
    room = style.width - 11
    lines = [style.paint("  " + number, "dim") + cut(source.strip(), room)]
    if place.caret:
        start, end = place.caret[0] - shift, min(place.caret[1] - shift, room)
        marks = " " * max(start, 0) + "^" * max(end - start, 1)
        lines.append(" " * 11 + style.paint(marks, "bad"))
    return lines


def _finding(report: GradeReport, findings: list[Finding], style: Style, number: int) -> list[str]:
    """Return one cause, with every part that it was met in; one that is alone has number 0."""
    finding = findings[0]
    title = f"{number}. {finding.title}" if number else finding.title
    named, *rest = _name_and(title, finding.id, style)
    lines = [f"  {style.sign('wrong')}  {named}", *rest]
    if where := words.where(findings, report.submission.name):
        lines += style.wrap(where, 5)
    lines += ["", *style.wrap(finding.message, 5)]
    if finding.evidence:
        lines += style.wrap(f"Seen: {finding.evidence}.", 5)
    if shapes := _shapes(report, findings):
        lines += style.wrap(shapes, 5)
    if finding.source:
        lines += ["", *_frame(finding, style)]
    if finding.hint:
        lines += ["", *style.wrap(finding.hint, 5)]
    return lines


def _shapes(report: GradeReport, findings: list[Finding]) -> str:
    """Return the shapes that came back, of gradients whose wrong shape has this cause."""
    told = [
        f"{words.row_name(report, row)} has {row.detail}"
        for row in report.gradients
        if row.detail.startswith("shape (") and _narrowest_cause(report, row) in findings
    ]
    return f"{'; '.join(told)}." if told else ""


def _narrowest_cause(report: GradeReport, row: GradientResult) -> Finding | None:
    """Return the mistake that a wrong shape is from: of several the one in fewest gradients."""
    own = [item for item in words.charged(report) if item.concerns(row.part, row.name)]
    return min(own, key=lambda finding: len(finding.gradients), default=None)


def _expected(report: GradeReport, style: Style) -> list[str]:
    """Return the entries furthest off with the right numbers, where these may be shown."""
    pairs = [(row, row.worst) for row in report.gradients if row.worst]
    rows = [
        (
            f"{words.row_name(report, row)}[{', '.join(map(str, worst.entry))}]",
            f"trial {worst.trial}",
            *words.yours_and_expected(worst),
        )
        for row, worst in pairs
        if worst.expected is not None
    ]
    if not rows:
        return []
    drawn = tabulate(rows, tablefmt="plain", disable_numparse=True).splitlines()
    lines = [style.wrap(line.rstrip(), 5)[0] for line in drawn]
    return [_heading("Furthest off", "", style), "", *lines]


def _notes(report: GradeReport, style: Style) -> list[str]:
    notes = words.notes(report)
    if not notes:
        return []
    lines = [_heading("Worth knowing", "costs no points", style)]
    for note in notes:
        where = f" ({', '.join(note.gradients)})" if note.gradients else ""
        told = re.search(rf"\bline {note.line}\b", note.message)
        at = f" Line {note.line}." if note.line and not told else ""
        seen = f" Seen: {note.evidence}." if note.evidence else ""
        wrapped = style.wrap(f"{note.title}{where}. {note.message}{seen}{at}", 5)
        lines += ["", f"  {style.paint('·', 'dim')}  {wrapped[0].strip()}", *wrapped[1:]]
    return lines


def _printed(report: GradeReport, style: Style) -> list[str]:
    if not report.output.strip() or report.all_correct:
        return []
    lines = report.output.strip().splitlines()
    shown = [f"    {line[: style.width - 4]}" for line in lines[:PRINTED_LINES]]
    if len(lines) > PRINTED_LINES:
        shown.append(f"    … and {counted(len(lines) - PRINTED_LINES, 'more line')}")
    return [_heading("Your code printed", "", style), *shown]


def _score(report: GradeReport, style: Style) -> str:
    if report.status != "graded":
        return "  " + style.paint(words.NOT_GRADED, "bold")
    score, bar = words.score_words(report), words.bar(report)
    counts = Counter(row.verdict for row in report.gradients)
    counted = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    if report.all_correct:
        counted = f"{counts['correct']} of {len(report.gradients)} correct"
    line = style.spread(f"{score}  {bar}", counted, indent=2)
    role = "good" if report.all_correct else "dim"
    return line.replace(score, style.paint(score, "bold")).replace(bar, style.paint(bar, role))


def _next(report: GradeReport, style: Style) -> list[str]:
    if report.all_correct:
        return []
    lines = [
        f"  Next  {report.replay}",
        style.paint("        the same networks again; add --watch to grade at each save", "dim"),
    ]
    _, _, asked = report.replay.partition(" --assignment ")
    if asked and _lacks_something(report):
        lines.append(f"        grader assignment show {asked.partition(' --')[0]}")
        lines.append(style.paint("        what is asked for", "dim"))
    asking = (item for item in report.findings if item.severity == "mistake" and item.hint)
    if (first := next(asking, None)) is not None:
        lines.append(f"        grader explain {first.id}")
        lines.append(style.paint("        the idea, with a worked example", "dim"))
    return lines


def _lacks_something(report: GradeReport) -> bool:
    """Return whether something that the handout asks for is not there."""
    absent = any(problem.kind == "missing" for problem in report.problems)
    return absent or any(item.id in LACKING for item in report.findings)
