"""What every format says in the same words: causes in order, places, and a row explained."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from gradcheck_grader.errors import UNSEEN
from gradcheck_grader.models import (
    OR_ELSE,
    SAME_AGAIN,
    WITHOUT_VALUE,
    Finding,
    GradeReport,
    GradientResult,
    ReportProblem,
    Worst,
)

PROBLEMS = {
    "error": "The call did not work",
    "load": "The file cannot be used",
    "missing": "The function was not found",
    "unfit": "No assignment fits",
    "timeout": "Stopped: it took too long",
    "memory": "Stopped: it used too much memory",
    "output": "Stopped: it produced too much output",
    "crash": "The process ended on its own",
    "forbidden": "Not allowed here",
    "protocol": "The answer was not readable",
    "not graded": "The grader failed",
}
MISSING = "gradient-missing"
LISTING = (MISSING, "not-comparable", "not-filled-in")  # their messages name gradients
NOT_GRADED = "Not graded: no points are lost."
VAGUE = ("no simple factor", "wrong values", "wrong in")  # says nothing beside a cause
QUOTED = re.compile(r"`([^`\s][^`]*)`")  # code, in what we say
BAR = 20
SEVERAL_LINES = ("message", "hint", "evidence", "output")


def plain(text: str) -> str:
    """Return the text without characters that act or hide; lines and tabs stay.

    What comes from the sandbox is clean already; a file's name is as its author wrote it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in UNSEEN)


def made_plain(report: GradeReport) -> GradeReport:
    """Return the report with all its texts plain, and on one line where a line is expected."""
    made: GradeReport = _plain(report)
    return made


def _plain(value: Any, key: str = "") -> Any:
    if isinstance(value, str):
        text = plain(value)
        return text if key in SEVERAL_LINES else text.replace("\n", " ").replace("\t", " ")
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, dict):
        return {name: _plain(item, name) for name, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        kept = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **_plain(kept))
    return value


def one_line(text: str) -> str:
    """Return the text on one line, plain."""
    return " ".join(plain(text).split())


def place(item: ReportProblem | Finding) -> str:
    """Return where something is, in words: file, cell and line."""
    words = f"line {item.line}" if item.line else ""
    if item.cell:
        words = f"cell {item.cell}, {words}" if words else f"cell {item.cell}"
    return f"{item.file}, {words}" if item.file and words else words


def problem_title(problem: ReportProblem) -> str:
    """Return what a problem is called: the exception, or its kind in words."""
    return one_line(problem.exception or "") or PROBLEMS.get(problem.kind, problem.kind)


def causes(report: GradeReport) -> list[list[Finding]]:
    """Return the mistakes, those that say the same of several parts together.

    One that is told apart from others in one part is no other mistake in a part that cannot tell;
    the part that can comes first, as does the deeper one where keys are missing in both.
    """
    findings = list(charged(report))
    certain = {(item.id, item.message) for item in findings}
    groups: dict[tuple[str, str, int], list[Finding]] = {}
    met: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        id, said, part = finding.id, _said_of_all(finding, certain), finding.part
        groups.setdefault((id, said, met[id, said, part]), []).append(finding)
        met[id, said, part] += 1  # a second one in the same part is another cause
    return [sorted(group, key=_is_less_telling) for group in groups.values()]


def _said_of_all(finding: Finding, certain: Iterable[tuple[str, str]]) -> str:
    """Return the message of a finding without what is particular to its part."""
    said = finding.message.partition(" Without a value: ")[0]
    if finding.id in (MISSING, "not-comparable"):
        return said.partition(": ")[2].partition(" (")[0].partition(", on ")[0].rstrip(".")
    plain, _, _ = said.partition(OR_ELSE)
    return plain if (finding.id, plain) in certain else said


def _is_less_telling(finding: Finding) -> tuple[bool, int]:
    keys = len(finding.message) if finding.id in LISTING else 0
    return OR_ELSE in finding.message, -keys


def charged(report: GradeReport) -> Iterable[Finding]:
    """Yield the mistakes, each with the gradients that it costs; what follows has its own line."""
    carried = {(r.part, r.name) for r in report.gradients if r.verdict == "follow-through"}
    for finding in report.findings:
        if finding.severity == "mistake":
            own = tuple(n for n in finding.gradients if (finding.part, n) not in carried)
            yield replace(finding, gradients=own or finding.gradients)


def notes(report: GradeReport) -> list[Finding]:
    """Return what costs no points."""
    return [finding for finding in report.findings if finding.severity == "note"]


def where(findings: list[Finding], own: str) -> str:
    """Return the gradients and the place of one cause; ``own`` is the submission's name."""
    names = [", ".join(item.gradients) for item in findings if item.gradients]
    if len(names) > 1:
        names = [f"{text} ({item.part})" for text, item in zip(names, findings, strict=False)]
    gradients = f"in {' and '.join(names)}" if names else ""
    at = place(findings[0]).removeprefix(f"{own}, ")
    return ", ".join(item for item in (gradients, at) if item)


# Of one gradient and of several. A repeat may stand on the line that is told, or on another.
FOLLOWS = (
    "is wrong only because of the above, and becomes right when you fix it.",
    "are wrong only because of the above, and become right when you fix it.",
)
REPEATS = (
    "is wrong by the same mistake. Where it stands on another line, mend it there, too.",
    "are wrong by the same mistake. Where it stands on another line, mend it there, too.",
)
REPEATS_OF_ONE = (
    "is wrong by one of these mistakes again. Where it stands on another line, mend it there, too.",
    "are wrong by these mistakes again. Where they stand on another line, mend them there, too.",
)
UNTOLD = (
    "is wrong by the same mistake, or only because of it.",
    "are wrong by the same mistake, or only because of it.",
)


def carried_words(report: GradeReport) -> str:
    """Return what is said of gradients that are wrong by what is charged elsewhere, or nothing."""
    carried = [row for row in report.gradients if row.verdict == "follow-through"]
    if not carried:
        return ""
    repeats = REPEATS if len(causes(report)) < 2 else REPEATS_OF_ONE
    counts = Counter(_carried_by(row, repeats) for row in carried)
    said = [_counted(counts[words], words) for words in (FOLLOWS, repeats, UNTOLD) if counts[words]]
    if all(row.points == row.max_points for row in carried):
        said.append("A mistake is charged once (↳).")
    return " ".join(said)


def _counted(count: int, words: tuple[str, str]) -> str:
    return f"One more gradient {words[0]}" if count == 1 else f"{count} more gradients {words[1]}"


def _carried_by(row: GradientResult, repeats: tuple[str, str]) -> tuple[str, str]:
    if not row.detail:  # the report is to say less
        return UNTOLD
    return repeats if row.detail == SAME_AGAIN else FOLLOWS


def numbers(row: GradientResult) -> str:
    """Return the entry that is furthest off, in numbers, or nothing."""
    return worst_words(row.name, row.worst) if row.worst else ""


def worst_words(name: str, worst: Worst) -> str:
    """Return one entry in words: your number, and the right one where that may be shown."""
    entry = ", ".join(map(str, worst.entry))
    said = ", ".join(item for item in yours_and_expected(worst) if item)
    return f"{name}[{entry}] in trial {worst.trial}: {said}"


def yours_and_expected(worst: Worst) -> tuple[str, str]:
    """Return what was given and, or nothing, what is right."""
    got = "not a number" if worst.got is None else f"{worst.got:.6g}"
    wanted = "" if worst.expected is None else f"expected {worst.expected:.6g}"
    return f"yours {got}", wanted


def score_words(report: GradeReport) -> str:
    """Return the score, or that there is none."""
    if report.status != "graded":
        return NOT_GRADED
    return f"Score {report.score} / {report.max_score}"


def bar(report: GradeReport) -> str:
    """Return the score as a bar, which is full only if the score is."""
    full = max(report.max_score, 1)
    filled = BAR if report.score == full else min(BAR - 1, round(BAR * report.score / full))
    return "█" * filled + "░" * (BAR - filled)


def row_name(report: GradeReport, row: GradientResult) -> str:
    """Return the name of a gradient, with its part where there are several."""
    several = len({other.part for other in report.gradients}) > 1
    return f"{row.part} {row.name}" if several else row.name


def seen(row: GradientResult) -> str:
    """Return what was seen of a gradient beside its verdict, where that tells something."""
    if row.detail == row.verdict or (row.finding and row.detail.startswith(VAGUE)):
        return ""
    return row.detail.removeprefix("shape ") if row.verdict == "wrong shape" else row.detail


def verdict_words(row: GradientResult) -> str:
    """Return a verdict with what was seen."""
    return f"{row.verdict}: {said}" if (said := seen(row)) else row.verdict


def explain_row(report: GradeReport, row: GradientResult, *, problems: bool = False) -> str:
    """Return why a gradient has its verdict, as plain lines; nothing where it is right.

    ``problems`` says whether what stopped the code is told with each gradient that it cost, for
    formats in which there is no other place for it.
    """
    lines = []
    if row.verdict != "correct":
        lines.append(verdict_words(row))
        lines += [numbers(row)] if row.worst else []
    for finding in report.findings:
        if finding.concerns(row.part, row.name):
            first = _told_at(report, finding) or row
            here = first is row
            lines += cause_lines(finding) if here else [f"{_headline(finding)}, as in {first.name}"]
    if problems and row.verdict in WITHOUT_VALUE:
        stopped = [item for item in report.problems if item.concerns(row.part)]
        lines += [line for problem in stopped for line in problem_lines(problem)]
    return plain("\n".join(lines))


def _told_at(report: GradeReport, finding: Finding) -> GradientResult | None:
    """Return the gradient with which a cause is told: the first that it costs."""
    rows = [row for row in report.gradients if finding.concerns(row.part, row.name)]
    charged = [row for row in rows if row.verdict not in ("correct", "follow-through")]
    return next(iter(charged or rows), None)


def loose(report: GradeReport) -> list[str]:
    """Return what was found of the submission as a whole, of no gradient, a text each."""
    return ["\n".join(cause_lines(item)) for item in report.findings if not item.gradients]


def _headline(finding: Finding) -> str:
    note = " (costs no points)" if finding.severity == "note" else ""
    return f"{finding.title} [{finding.id}]{note}"


def cause_lines(finding: Finding) -> list[str]:
    """Return a finding as plain lines: what, where, what was seen, and the question."""
    at = place(finding)
    return [
        _headline(finding),
        *([f"{at}: {finding.source.strip()}"] if at and finding.source else [at] if at else []),
        finding.message,
        *([f"Seen: {finding.evidence}."] if finding.evidence else []),
        *([finding.hint] if finding.hint else []),
    ]


def problem_lines(problem: ReportProblem) -> list[str]:
    """Return a problem as plain lines: what, where, and what happened."""
    at = place(problem)
    part = f" in part {problem.part}" if problem.part else ""
    return [
        f"{problem_title(problem)}{part}",
        *([f"{at}: {problem.source.strip()}"] if at and problem.source else [at] if at else []),
        problem.message,
    ]
