"""What each platform trips over, one claim each; that a file fits its schema is in test_formats."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import (
    classroom50,
    failure,
    github_classroom,
    gradescope,
    junit,
    prairielearn,
    sarif,
)
from gradcheck_grader.reports.context import Context
from tests.reports.cases import NAME
from tests.reports.conftest import CLASSROOM50

Reports = dict[str, GradeReport]


def test_gradescope_numbers_gradients_part_by_part(reports: Reports) -> None:
    tests = json.loads(gradescope.render(reports["two parts"]))["tests"]
    assert [test["number"] for test in tests[:5]] == ["1.1", "1.2", "1.3", "1.4", "2.1"]
    assert tests[0]["name"] == "shallow dW2"


def test_gradescope_is_green_only_where_a_gradient_is_right(reports: Reports) -> None:
    tests = json.loads(gradescope.render(reports["wrong"]))["tests"]
    carried = [test for test in tests if "follow-through" in test["tags"]]
    assert carried
    assert all(test["status"] == "failed" for test in carried)
    assert all(test["score"] == test["max_score"] for test in carried)


def test_gradescope_hides_nothing_unless_told(reports: Reports) -> None:
    assert "visibility" not in gradescope.render(reports["wrong"])
    told = json.loads(gradescope.render(reports["wrong"], Context(visibility="after_due_date")))
    assert told["visibility"] == "after_due_date"
    assert all("visibility" not in test for test in told["tests"])


def test_gradescope_says_once_what_stopped_everything(reports: Reports) -> None:
    document = json.loads(gradescope.render(reports["crash"]))
    message = reports["crash"].problems[0].message
    assert message in document["output"]
    assert not any(message in test["output"] for test in document["tests"])


def test_gradescope_enters_no_points_for_what_was_not_graded(reports: Reports) -> None:
    document = json.loads(gradescope.render(reports["not graded"]))
    assert "score" not in document
    assert "tests" not in document
    assert "Not graded: no points are lost." in document["output"]


def test_gradescope_stores_nothing_that_a_student_printed(reports: Reports) -> None:
    document = json.loads(gradescope.render(reports["hostile"]))
    assert "taken over" in document["output"]
    assert "taken over" not in json.dumps(document["extra_data"])


def test_prairielearn_uses_up_no_attempt_for_what_was_not_graded(reports: Reports) -> None:
    document = json.loads(prairielearn.render(reports["not graded"]))
    assert document["gradable"] is False
    assert "score" not in document
    assert "the sandbox could not be started" in document["format_errors"][0]


@pytest.mark.parametrize("sign", ["x", "é", "\\", "😀", "\n"])
def test_prairielearn_gets_less_than_a_mebibyte_of_anything(reports: Reports, sign: str) -> None:
    crash = reports["crash"]
    long = replace(crash.problems[0], message=sign * 2**20)
    rows = tuple(replace(row, detail=sign * 2**20) for row in crash.gradients)
    report = replace(crash, problems=(long,), gradients=rows, output=sign * 2**20)
    text = prairielearn.render(report)
    assert len(text.encode()) < 2**20
    assert json.loads(text)["tests"][0]["max_points"] == 25


def test_classroom50_has_whole_points_and_the_time_of_the_submission(reports: Reports) -> None:
    document = json.loads(classroom50.render(reports["wrong"], Context(environment=CLASSROOM50)))
    assert document["datetime"] == "2026-06-01T14:32:05Z"
    assert document["owner"] == "alice"
    assert "graded_at" not in document
    points = [test["score"] for test in document["tests"]]
    assert all(type(number) is int for number in points)


def test_classroom50_takes_the_commit_where_there_is_nothing_to_compare(reports: Reports) -> None:
    context = Context(environment={**CLASSROOM50, "REVIEW_URL": ""})
    document = json.loads(classroom50.render(reports["right"], context))
    assert document["review"] == document["commit"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"OWNER": "", "USERNAME": ""}, "OWNER or USERNAME"),
        ({"CLASSROOM": ""}, "CLASSROOM"),
        ({"ASSIGNMENT_TYPE": "pair"}, "ASSIGNMENT_TYPE has to be individual or group"),
        ({"SUBMISSION_TAG": "v1"}, "SUBMISSION_TAG has to begin with submit/"),
        ({"SUBMISSION_TAG": "submit/v1"}, "or SUBMISSION_TIME be set"),
        ({"SUBMISSION_TAG": "submit/v1", "SUBMISSION_TIME": "noon"}, "or SUBMISSION_TIME be set"),
    ],
)
def test_classroom50_says_which_variable_is_amiss(
    reports: Reports, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(GraderError) as caught:
        classroom50.render(reports["right"], Context(environment={**CLASSROOM50, **changed}))
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


def test_classroom50_takes_the_time_from_a_variable_where_the_tag_has_none(
    reports: Reports,
) -> None:
    changed = {"SUBMISSION_TAG": "submit/v1", "SUBMISSION_TIME": "2026-06-01T14:32:05Z"}
    context = Context(environment={**CLASSROOM50, **changed})
    document = json.loads(classroom50.render(reports["right"], context))
    assert document["datetime"] == "2026-06-01T14:32:05Z"


def decoded(report: GradeReport, context: Context | None = None) -> dict[str, Any]:
    text = github_classroom.render(report, context).removeprefix("result=")
    document: dict[str, Any] = json.loads(base64.b64decode(text))
    return document


def test_github_classroom_passes_only_what_is_right(reports: Reports) -> None:
    document = decoded(reports["wrong"])
    assert document["status"] == "fail"
    assert {test["status"] for test in document["tests"]} == {"fail"}
    assert decoded(reports["right"])["status"] == "pass"
    assert {test["status"] for test in decoded(reports["crash"])["tests"]} == {"error"}


def test_github_classroom_reports_no_points_for_what_was_not_graded(reports: Reports) -> None:
    document = decoded(reports["not graded"])
    assert (document["status"], document["max_score"]) == ("error", 0)


def test_github_classroom_names_file_and_line(reports: Reports, context: Context) -> None:
    test = decoded(reports["wrong"], context)["tests"][0]
    assert (test["filename"], test["line_no"]) == ("week 1/wrong_true_class_only.py", 11)


def test_a_gradient_is_blamed_on_the_cause_that_it_names_and_not_on_a_note(
    reports: Reports, context: Context
) -> None:
    report = reports["wrong"]
    note = replace(report.findings[0], id="flat-bias", severity="note", line=99, file="other.py")
    report = replace(report, findings=(note, *report.findings))
    tests = decoded(report, context)["tests"]
    assert [test["line_no"] for test in tests] == [11] * len(tests)
    assert [failure.place(report, row)[1] for row in report.gradients] == [11] * len(tests)


def outcomes(report: GradeReport) -> list[list[str]]:
    top = ET.fromstring(junit.render(report))
    return [[child.tag for child in case] for case in top.iter("testcase")]


def test_junit_tells_a_failure_from_an_error(reports: Reports) -> None:
    assert outcomes(reports["right"]) == [[]] * 4
    assert outcomes(reports["wrong"]) == [["failure"]] * 6
    assert outcomes(reports["crash"]) == outcomes(reports["timeout"]) == [["error"]] * 4
    rows = reports["not graded"].gradients
    assert outcomes(reports["not graded"]) == [["error"], *[["skipped"]] * len(rows)]


def test_junit_tells_in_each_case_what_stopped_the_code(reports: Reports) -> None:
    top = ET.fromstring(junit.render(reports["crash"]))
    assert all("ValueError" in (error.text or "") for error in top.iter("error"))


def test_junit_keeps_what_xml_can_hold_of_hostile_output(reports: Reports) -> None:
    text = junit.render(reports["hostile"])
    printed = ET.fromstring(text).findtext(".//system-out", "")
    assert "]]></system-out>" in printed
    assert "</script>" in printed
    assert "\x1b" not in text
    assert "\u202e" not in text
    names = [item.attrib["value"] for item in ET.fromstring(text).iter("property")]
    assert any(value.startswith("=cmd|' /C calc'!A0") for value in names)
    assert NAME not in names


def test_sarif_has_a_rule_with_help_for_every_result(reports: Reports, context: Context) -> None:
    (run,) = json.loads(sarif.render(reports["wrong"], context))["runs"]
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    assert rule["help"]["text"].endswith("grader explain softmax-true-class-only")
    assert (result["ruleId"], result["level"]) == (rule["id"], "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "week%201/wrong_true_class_only.py"
    region = place["region"]
    cut = region["snippet"]["text"][region["startColumn"] - 1 : region["endColumn"] - 1]
    assert cut == 'dZ3 = Y * (cache["A3"] - 1)'


def test_sarif_tells_our_failure_from_a_students(reports: Reports) -> None:
    (run,) = json.loads(sarif.render(reports["not graded"]))["runs"]
    assert run["results"] == []
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "the sandbox could not be started" in note["message"]["text"]
    (run,) = json.loads(sarif.render(reports["crash"]))["runs"]
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert [result["ruleId"] for result in run["results"]] == ["stopped-error"]


def test_sarif_says_cell_and_line_of_a_notebook(reports: Reports, context: Context) -> None:
    (run,) = json.loads(sarif.render(reports["notebook"], context))["runs"]
    location = run["results"][0]["locations"][0]
    assert "region" not in location["physicalLocation"]
    assert location["message"]["text"].startswith("work.ipynb, cell 2, line ")
    assert location["properties"]["cell"] == 2


def test_sarif_has_a_note_for_what_costs_nothing(reports: Reports) -> None:
    (run,) = json.loads(sarif.render(reports["note"]))["runs"]
    assert {result["level"] for result in run["results"]} == {"note"}
