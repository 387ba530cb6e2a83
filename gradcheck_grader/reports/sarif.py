"""SARIF 2.1.0, for code scanning and editors: causes as rules, each met as a result at its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from gradcheck_grader.models import Finding, GradeReport, ReportProblem
from gradcheck_grader.reports import words
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.fitting import dump

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
UNNAMED = {
    "id": "wrong-gradient",
    "shortDescription": {"text": "A gradient is wrong"},
    "help": {"text": "No cause that we know gives these numbers. Compare them one by one."},
    "defaultConfiguration": {"level": "error"},
}
Json = dict[str, Any]


def render(report: GradeReport, context: Context | None = None) -> str:
    """Return the whole log: one run, one result for each cause."""
    pairs = list(_results(report, context or Context()))
    rules = list({rule["id"]: rule for rule, _ in pairs}.values())
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [{**result, "ruleIndex": numbers[result["ruleId"]]} for _, result in pairs]
    driver = {"name": "gradcheck-grader", "version": report.grader.version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": results,
        "properties": _properties(report),
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _properties(report: GradeReport) -> Json:
    score = {"score": report.score, "maxScore": report.max_score}
    return {
        "status": report.status,
        **(score if report.status == "graded" else {}),
        "assignment": report.assignment.name,
        "sha256": report.submission.sha256,
        "seed": report.grader.seed,
    }


def _invocation(report: GradeReport) -> Json:
    """Return whether *we* did our work; what a submission did wrong is in the results."""
    if report.status == "graded":
        return {"executionSuccessful": True}
    texts = ["\n".join(words.problem_lines(problem)) for problem in report.problems]
    notifications = [{"level": "error", "message": _message(text)} for text in texts]
    return {"executionSuccessful": False, "toolExecutionNotifications": notifications}


def _results(report: GradeReport, context: Context) -> Iterator[tuple[Json, Json]]:
    """Yield rule and result of everything that was found."""
    if report.status != "graded":
        return
    for problem in report.problems:
        lines = words.problem_lines(problem)
        rule = _rule(f"stopped-{problem.kind.replace(' ', '-')}", lines[0], problem.message, "")
        rule["shortDescription"] = _message(words.PROBLEMS.get(problem.kind, problem.kind))
        yield rule, _result(rule, "\n".join(lines), _location(problem, report, context))
    for item in report.findings:
        rule = _rule(item.id, item.title, item.message, item.hint, item.severity)
        lines = [", ".join(item.gradients)] if item.gradients else []
        text = "\n".join(
            [*lines, item.message, *([f"Seen: {item.evidence}."] if item.evidence else [])]
        )
        yield rule, _result(rule, text, _location(item, report, context))
    if not report.problems:
        yield from _unnamed(report, context)


def _unnamed(report: GradeReport, context: Context) -> Iterator[tuple[Json, Json]]:
    uri = _uri(context.path or report.submission.name)
    for row in report.gradients:
        if row.finding is None and row.verdict != "correct":
            text = f"{words.row_name(report, row)}: {words.explain_row(report, row)}"
            location = {"physicalLocation": {"artifactLocation": {"uri": uri}}}
            yield UNNAMED, _result(UNNAMED, text, location)


def _rule(name: str, title: str, message: str, hint: str, severity: str = "mistake") -> Json:
    explained = f"grader explain {name}"
    return {
        "id": name,
        "shortDescription": _message(title),
        "fullDescription": _message(message),
        "help": _message(f"{hint}\n{explained}" if hint else message),
        "defaultConfiguration": {"level": "error" if severity == "mistake" else "note"},
    }


def _result(rule: Json, text: str, location: Json) -> Json:
    return {
        "ruleId": rule["id"],
        "level": rule["defaultConfiguration"]["level"],
        "message": _message(text),
        "locations": [location],
    }


def _message(text: str) -> Json:
    return {"text": words.plain(text) or "-"}


def _location(item: Finding | ReportProblem, report: GradeReport, context: Context) -> Json:
    """Return a file, with the region where lines are those of the file; else in words."""
    physical: Json = {"artifactLocation": {"uri": _uri(context.file_of(item, report))}}
    location: Json = {"physicalLocation": physical}
    line = context.line_of(item)
    if line:
        physical["region"] = _region(line, item)
    elif item.line or item.cell:
        location["message"] = _message(words.place(item))
        location["properties"] = {"cell": item.cell, "line": item.line}
    return location


def _region(line: int, item: Finding | ReportProblem) -> Json:
    region: Json = {"startLine": line}
    if item.caret:
        start, end = item.caret
        region |= {"startColumn": start + 1, "endColumn": max(end, start + 1) + 1}
    if item.source:
        region["snippet"] = _message(item.source)
    return region


def _uri(path: str) -> str:
    """Return a path as a relative reference, or as a file's address where it is absolute."""
    quoted = quote(path, safe="/~!$&'()*+,;=@", errors="replace")
    return f"file://{quoted}" if quoted.startswith("/") else quoted
