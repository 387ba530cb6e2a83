"""JUnit XML in the strict form that Jenkins checks: a suite for each part, a case a gradient.

A wrong value is a failure; what raised or ran too long, an error. There is no time and no clock
in it, so that the same submission gives the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradcheck_grader.models import GradeReport, GradientResult
from gradcheck_grader.reports import words

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

STOPPED = ("error", "timeout")


def render(report: GradeReport) -> str:
    """Return the whole XML document."""
    from xml.etree import ElementTree as ET

    names = list(dict.fromkeys(row.part for row in report.gradients)) or ["none"]
    suites = [_suite(report, name, first=name == names[0]) for name in names]
    top = ET.Element("testsuites", name=_text(report.assignment.title))
    for key in ("tests", "failures", "errors"):
        top.set(key, str(sum(int(suite.get(key, 0)) for suite in suites)))
    top.extend(suites)
    ET.indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(top, encoding="unicode")}\n'


def _suite(report: GradeReport, part: str, *, first: bool) -> Element:
    from xml.etree import ElementTree as ET

    rows = [row for row in report.gradients if row.part == part]
    suite = ET.Element("testsuite", name=_text(f"{report.assignment.name}.{part}"))
    properties = ET.SubElement(suite, "properties")
    for key, value in _facts(report, rows).items():
        ET.SubElement(properties, "property", name=key, value=_text(value))
    if report.status != "graded" and first:
        suite.append(_grading(report))
    suite.extend(_case(report, row) for row in rows)
    for key, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        suite.set(key, str(len(list(suite.iter(tag)))))
    suite.set("skipped", str(len(list(suite.iter("skipped")))))
    if first and report.output.strip():
        ET.SubElement(suite, "system-out").text = _text(report.output)
    return suite


def _facts(report: GradeReport, rows: Sequence[GradientResult]) -> dict[str, str]:
    """Return the properties of a part; its points add up to the score over the parts."""
    points = {
        "score": str(sum(row.points for row in rows)),
        "max_score": str(sum(row.max_points for row in rows)),
    }
    return {
        **(points if report.status == "graded" else {}),
        "status": report.status,
        "submission": report.submission.name,
        "sha256": report.submission.sha256,
        "seed": str(report.grader.seed),
        "version": report.grader.version,
    }


def _grading(report: GradeReport) -> Element:
    """Return the case that failed for all: that nothing could be graded."""
    from xml.etree import ElementTree as ET

    case = ET.Element("testcase", name="grading", classname=_text(report.assignment.name))
    lines = [line for problem in report.problems for line in words.problem_lines(problem)]
    error = ET.SubElement(case, "error", type="not graded", message=words.NOT_GRADED)
    error.text = _text("\n".join(lines))
    return case


def _case(report: GradeReport, row: GradientResult) -> Element:
    from xml.etree import ElementTree as ET

    name = f"{report.assignment.name}.{row.part}"
    case = ET.Element("testcase", name=_text(row.name), classname=_text(name))
    if row.verdict == "correct":
        return case
    tag = "error" if row.verdict in STOPPED else "failure"
    tag = "skipped" if row.verdict == "not graded" else tag
    message = words.verdict_words(row)
    points = f" ({row.points} of {row.max_points} points)" if tag != "skipped" else ""
    kind = row.finding or row.verdict
    outcome = ET.SubElement(case, tag, type=_text(kind), message=_text(message + points))
    outcome.text = _text(words.explain_row(report, row, problems=True))
    return case


def _text(text: str) -> str:
    """Return text that XML can hold: of control characters it knows tabs and line ends only."""
    return words.plain(text)
