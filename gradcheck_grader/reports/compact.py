"""The report while a file is being worked on: signs, score, what changed, the first cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gradcheck_grader.models import Finding, GradeReport, GradientResult, ReportProblem
from gradcheck_grader.phrases import counted, cut
from gradcheck_grader.reports import words
from gradcheck_grader.reports.style import Style

Test = Callable[[GradientResult], bool]


def render(
    report: GradeReport, style: Style, when: str = "", before: GradeReport | None = None
) -> str:
    """Return one screen of text.

    Parameters
    ----------
    report : GradeReport
        Of the file as it is now.
    style : Style
        How to draw.
    when : str
        What stands at the end of the first line.
    before : GradeReport, optional
        Of the save before this one.
    """
    report = words.made_plain(report)
    head = style.spread(report.submission.name, when)
    blocks = [
        [style.paint(report.submission.name, "bold") + head[len(report.submission.name) :]],
        list(_signs(report.gradients, style)),
        [_score(report, before, style), *_changes(report, before, style)],
        list(_first_cause(report, style)),
    ]
    return style.finish("\n\n".join("\n".join(block) for block in blocks if block)) + "\n"


def _signs(rows: Iterable[GradientResult], style: Style) -> Iterable[str]:
    """Yield a sign and a name for each gradient, the parts one below the other."""
    parts: dict[str, list[GradientResult]] = {}
    for row in rows:
        parts.setdefault(row.part, []).append(row)
    indent = max(map(len, parts), default=0) + 4 if len(parts) > 1 else 2
    for part, own in parts.items():
        label = f"  {part}" if len(parts) > 1 else ""
        width = max(len(row.name) for row in own) + (4 if style.unicode else 7)
        most = max((style.width - indent) // width, 1)
        for start in range(0, len(own), most):
            cells = (_cell(row, style, width) for row in own[start : start + most])
            yield f"{label if start == 0 else '':<{indent}}{''.join(cells)}".rstrip()


def _cell(row: GradientResult, style: Style, width: int) -> str:
    plain = Style(unicode=style.unicode).sign(row.verdict)
    gap = " " * max(width - len(plain) - 1 - len(row.name), 1)
    return f"{style.sign(row.verdict)} {row.name}{gap}"


def _score(report: GradeReport, before: GradeReport | None, style: Style) -> str:
    if report.status != "graded":
        return style.paint(f"  {words.NOT_GRADED}", "bold")
    left = f"{words.score_words(report)}  {words.bar(report)}"
    change = ""
    if before is not None and before.status == "graded":
        points = report.score - before.score
        change = f"{points:+d} since the last save" if points else "the same as at the last save"
    return style.spread(left, change, indent=2).rstrip()


def _changes(report: GradeReport, before: GradeReport | None, style: Style) -> Iterable[str]:
    """Yield which gradients became right, and which are so no longer."""
    if before is None:
        return
    was = {(row.part, row.name): row.verdict == "correct" for row in before.gradients}
    several = len({row.part for row in report.gradients}) > 1

    def named(test: Test) -> str:
        return ", ".join(
            f"{row.part}.{row.name}" if several else row.name
            for row in report.gradients
            if (row.part, row.name) in was and test(row)
        )

    gained = named(lambda r: r.verdict == "correct" and not was[r.part, r.name])
    lost = named(lambda r: r.verdict != "correct" and was[r.part, r.name])
    for label, names, role in (("Now right", gained, "good"), ("No longer right", lost, "bad")):
        if names:
            yield from (style.paint(line, role) for line in style.wrap(f"{label}: {names}", 2))


def _first_cause(report: GradeReport, style: Style) -> Iterable[str]:
    """Yield what stopped the code, or else the first cause, and how many more there are."""
    causes: list[ReportProblem | Finding] = [*report.problems, *words.charged(report)]
    if report.all_correct:
        yield f"  {style.sign('correct')}  Every gradient is right."
    if not causes:
        return
    first, more = causes[0], len(causes) - 1
    title = first.title if isinstance(first, Finding) else words.problem_title(first)
    name = first.id if isinstance(first, Finding) else ""
    yield f"  {style.sign('wrong')}  {style.spread(title, name, indent=5)[5:]}".rstrip()
    if isinstance(first, Finding) and first.gradients:
        yield from style.wrap(f"in {', '.join(first.gradients)}", 5)
    yield from style.wrap(first.message, 5)
    if first.line:
        yield ""
        cell = f"cell {first.cell}, " if first.cell else ""
        yield from _line(f"{cell}line {first.line}", first.source or "", style)
    if more:
        yield ""
        yield f"     and {counted(more, 'more cause')}; for all of them:"
        yield f"     {report.replay}"


def _line(place: str, source: str, style: Style) -> Iterable[str]:
    shown = cut(source.strip(), style.width - len(place) - 8)
    yield f"     {style.paint(place, 'dim')} │ {shown}" if shown else f"     {place}"
