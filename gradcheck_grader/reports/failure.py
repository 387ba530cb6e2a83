"""One wrong gradient in words, for a tool that shows each test's failure by itself."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck_grader.models import Finding, GradeReport, GradientResult, ReportProblem
from gradcheck_grader.reports import words

RAN = ("correct", "follow-through", "wrong", "wrong shape")


def headline(report: GradeReport, row: GradientResult) -> str:
    """Return the failure in one line."""
    cause = _cause(report, row)
    said = cause.title if cause else row.detail
    problem = _problem(report, row)
    if row.verdict not in RAN and problem is not None:
        said = problem.exception or problem.message.splitlines()[0]
    cost = f"{row.verdict}, {row.points} of {row.max_points} points"
    return f"{cost}: {said}" if said and said != row.verdict else cost


def render(report: GradeReport, row: GradientResult) -> str:
    """Return what is wrong with one gradient, why, at which line, and what it costs."""
    name = f"{row.name} in part {row.part}"
    if row.verdict == "not graded":
        messages = (problem.message for problem in report.problems)
        return "\n\n".join([f"{name}: not graded, no points are lost", *messages])
    lines = [f"{name}: {row.verdict}, {row.points} of {row.max_points} points"]
    known = _cause(report, row) is not None and row.detail.startswith(words.VAGUE)
    if row.detail and row.detail != row.verdict and not known:
        lines.append(f"Seen: {row.detail}")
    if row.verdict == "follow-through":
        lines.append("It is wrong by a mistake that is charged in another gradient.")
    problem = None if row.verdict in RAN else _problem(report, row)
    if problem is not None:
        lines += ["", *_told(problem.exception or problem.kind, problem, report)]
    if (cause := _cause(report, row)) is not None:
        lines += ["", *_told(f"{cause.title} ({cause.id})", cause, report)]
    return "\n".join(lines)


def place(report: GradeReport, row: GradientResult) -> tuple[str | None, int | None]:
    """Return file and line of the cause, None where they are not known."""
    found = blamed(report, row)
    return (found.file, found.line) if found is not None else (None, None)


def blamed(report: GradeReport, row: GradientResult) -> Finding | ReportProblem | None:
    """Return what a gradient is wrong by: the cause that it names, or what stopped its part."""
    return _cause(report, row) or (None if row.verdict in RAN else _problem(report, row))


def _told(title: str, found: Finding | ReportProblem, report: GradeReport) -> Iterable[str]:
    yield title
    yield found.message
    if isinstance(found, Finding) and found.evidence:
        yield f"Seen: {found.evidence}."
    if found.line:
        cell = f"cell {found.cell}, " if found.cell else ""
        yield ""
        yield f"{found.file or report.submission.name}, {cell}line {found.line}:"
        if found.source:
            yield f"    {found.source.strip()}"
    if isinstance(found, Finding) and found.hint:
        yield ""
        yield found.hint


def _cause(report: GradeReport, row: GradientResult) -> Finding | None:
    """Return the finding that the row names; of its own part, if several bear that name."""
    own = [item for item in report.findings if item.id == row.finding]
    own = [item for item in own if item.severity == "mistake" and item.part in ("", row.part)]
    own.sort(key=lambda item: row.name not in item.gradients)  # two may have the same id
    return own[0] if own else None


def _problem(report: GradeReport, row: GradientResult) -> ReportProblem | None:
    """Return what stopped the row's part; parts that stop alike share one problem.

    A gradient is missing for want of a function, or of a key: that is no other part's exception.
    """
    own = [item for item in report.problems if item.concerns(row.part)]
    absent = row.verdict == "missing"
    alike = [item for item in report.problems if (item.kind == "missing") is absent]
    return next(iter(own or alike), None)
