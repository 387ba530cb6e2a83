"""For GitHub Actions: the report as text, then annotations at the student's lines.

The text stands between ``stop-commands`` and a token that nobody can guess, so that nothing a
submission printed, and no name it has, is taken for a command. GitHub keeps ten annotations of a
step; causes come before gradients. The table goes to the job's summary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck_grader.models import Finding, GradeReport, ReportProblem
from gradcheck_grader.reports import markdown, text, words
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.shield import shielded
from gradcheck_grader.reports.typed import with_path

MOST = 10
SUMMARY_BYTES = 2**20 - 2**12
SUMMARY, OUTPUT = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"


def render(report: GradeReport, context: Context) -> str:
    """Return what is printed in a job's log."""
    shown = text.render(_in_checkout(report, context.path))
    found = [*_annotations(report, context)][: MOST - 1]
    score = command("notice", {"title": report.assignment.title}, words.score_words(report))
    return "\n".join([shielded(shown, context.token), *found, score]) + "\n"


def _in_checkout(report: GradeReport, path: str) -> GradeReport:
    """Return the report with the command for who has checked the repository out."""
    is_inside = path != "" and not path.startswith(("/", "../"))
    return with_path(report, path) if is_inside else report


def additions(report: GradeReport, context: Context) -> Iterator[tuple[str, str]]:
    """Yield variable and text of what is appended to files of the platform's."""
    yield SUMMARY, markdown.render_within(report, SUMMARY_BYTES)
    graded = report.status == "graded"
    score = f"score={report.score}" if graded else "score="
    yield OUTPUT, f"{score}\nmax_score={report.max_score}\nstatus={report.status}\n"


def command(name: str, properties: Mapping[str, str | int | None], message: str) -> str:
    """Return a workflow command of one line; properties without a value are left out."""
    texts = {key: words.one_line(str(value or "")) for key, value in properties.items()}
    given = ",".join(f"{key}={_property(text)}" for key, text in texts.items() if text)
    return f"::{name} {given}::{_data(words.plain(message))}"


def _data(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _annotations(report: GradeReport, context: Context) -> Iterator[str]:
    """Yield what stopped the code, the causes, gradients without one, then notes."""
    for problem in report.problems:
        title = words.problem_title(problem)
        if report.status != "graded":
            title = "Not graded, not your fault"
        yield _annotation(
            "error", title, problem, words.problem_lines(problem)[1:], report, context
        )
    for findings in words.causes(report):
        where = words.where(findings, report.submission.name)
        lines = [*([where] if where else []), *_said(findings[0])]
        yield _annotation("error", findings[0].title, findings[0], lines, report, context)
    if not report.problems:
        yield from _unexplained(report, context)
    for note in words.notes(report):
        yield _annotation("notice", note.title, note, _said(note), report, context)


def _said(finding: Finding) -> list[str]:
    seen = f"Seen: {finding.evidence}." if finding.evidence else ""
    more = f"grader explain {finding.id}" if finding.hint else ""
    lines = [finding.message, seen, finding.hint, more]
    return [line for line in lines if line]


def _unexplained(report: GradeReport, context: Context) -> Iterator[str]:
    file = context.path or report.submission.name
    for row in report.gradients:
        if row.finding is None and row.verdict not in ("correct", "not graded"):
            title = f"{words.row_name(report, row)}: {row.verdict}"
            message = words.explain_row(report, row)
            yield command("error", {"file": file, "title": title}, message)


def _annotation(
    level: str,
    title: str,
    item: Finding | ReportProblem,
    lines: list[str],
    report: GradeReport,
    context: Context,
) -> str:
    line = context.line_of(item)
    properties: dict[str, str | int | None] = {
        "file": context.file_of(item, report),
        "line": line,
        "col": item.caret[0] + 1 if line and item.caret else None,
        "endColumn": max(item.caret[1], item.caret[0] + 1) if line and item.caret else None,
        "title": title,
    }
    return command(level, properties, "\n".join(lines))
