"""What a class's results say together, and how a terminal shows it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gradcheck_grader.batch.graded import Graded, Person
from gradcheck_grader.batch.summary_text import quiet, render
from gradcheck_grader.batch.tally import summarise
from gradcheck_grader.reports.style import Style
from tests.batch.made import graded, report


def a_class() -> list[Graded]:
    made = [graded(f"right{n}") for n in range(4)]
    for n in range(3):
        wrong = report(f"mean{n}.py", ["dW2", "db2"], ["batch-mean"])
        made.append(graded(f"mean{n}", wrong))
    for n in range(2):
        wrong = report(f"mask{n}.py", ["dW2"], ["relu-mask", "float32"])
        made.append(graded(f"mask{n}", wrong))
    made.append(graded("odd", report("odd.py", ["db1"], ["unexplained"])))
    made.append(graded("broken", report("broken.py", problem="error")))
    made.append(graded("ours", report("ours.py", problem="not graded", status="not graded")))
    return made


def test_everything_is_counted_once_a_submission() -> None:
    summary = summarise(a_class())
    assert (summary.submissions, summary.graded, summary.not_graded) == (12, 11, 1)
    assert (summary.all_correct, summary.wrong, summary.unjudged) == (4, 6, 1)
    assert summary.distribution == (1, 0, 0, 0, 0, 3, 0, 3, 0, 0, 4)
    counts = {row.name: (row.correct, row.wrong, row.not_returned) for row in summary.gradients}
    assert counts["dW2"] == (5, 5, 1)
    assert summary.hardest is not None
    assert (summary.hardest.name, summary.hardest.judged) == ("dW2", 10)
    assert [(row.id, row.students) for row in summary.findings] == [
        ("batch-mean", 3), ("relu-mask", 2), ("unexplained", 1), ("float32", 2),
    ]  # fmt: skip
    assert summary.findings[0].gradients == ("dW2", "db2")
    assert summary.kinds == {"error": 1, "not graded": 1}


def test_one_line_speaks_of_all_submissions_however_far_a_run_came() -> None:
    assert quiet(summarise(a_class())) == "12 submissions: 4 all correct, 1 not graded\n"
    assert quiet(summarise(a_class(), expected=15)) == (
        "12 of 15 submissions: 4 all correct, 1 not graded, 3 still to come\n"
    )
    assert quiet(summarise(a_class()[:1])) == "1 submission: 1 all correct, 0 not graded\n"


def test_a_finding_made_twice_by_one_student_counts_once() -> None:
    made = report("a.py", ["dW2"], ["batch-mean", "batch-mean"])
    assert summarise([graded("a", made)]).findings[0].students == 1


def test_quantiles_are_of_the_score_in_percent() -> None:
    made = [
        graded("a"),
        graded("b", report("b.py", ["dW2"])),
        graded("c", report("c.py", ["dW2", "db2"])),
    ]
    scores = summarise(made).scores
    assert scores is not None
    assert (scores.least, scores.median, scores.most, scores.mean) == (50, 75, 100, 75)


def test_the_lead_says_what_to_teach_tomorrow() -> None:
    assert summarise(a_class()).lead == (
        "4 of 12 students have every gradient right. Two causes account for 5 of the 6 with a "
        "wrong gradient: “Not divided by the batch size” and “ReLU let a gradient through where it "
        "was off”. The code of 1 could not be run to a gradient. 1 could not be graded, by no "
        "fault of theirs."
    )


def test_the_lead_leaves_nobody_out() -> None:
    rows = report("half.py").gradients
    half = replace(report("half.py"), gradients=(replace(rows[0], verdict="missing"), *rows[1:]))
    lead = summarise([*a_class(), graded("half", half)], expected=15).lead
    assert "account for 5 of the 6 with a wrong gradient" in lead
    assert (
        "1 returned no wrong gradient, but not all that were asked for. The code of 1 could" in lead
    )
    assert lead.endswith("2 are not graded yet.")


def test_a_run_that_is_not_finished_says_of_how_many() -> None:
    assert summarise(a_class(), expected=12).headline == "12 submissions"
    summary = summarise(a_class(), expected=15)
    assert "Shallow · 12 of 15 submissions" in render(summary, Style())


def test_why_there_is_no_verdict_is_said_in_words() -> None:
    silent = replace(report("silent.py"), gradients=tuple(
            replace(row, verdict="missing") for row in report("a.py").gradients
        ))  # fmt: skip
    summary = summarise([*a_class(), graded("silent", silent)])
    assert summary.without_verdict == (
        "1 stopped with an error, 1 by no fault of theirs, 1 returned no gradient"
    )


def test_whom_to_look_at_are_people() -> None:
    broken = report("submission_3000006", problem="error")
    text = render(summarise([graded(Person("Ann Doe"), broken)]), Style())
    assert "  Ann Doe  error  " in text


def test_why_a_file_cannot_be_read_is_told_without_its_long_name() -> None:
    key = "doejane_LATE_4711_9011_student-1.py"
    unread = report(key, problem="load")
    problem = replace(unread.problems[0], message=f"{key} is a PDF, not Python source.")
    made = graded(Person("Jane Doe"), replace(unread, problems=(problem,)))
    text = render(summarise([made]), Style())
    assert "  Jane Doe  unreadable  a PDF, not Python source.\n" in text


def test_a_cause_without_a_name_is_no_idea() -> None:
    made = [graded(f"odd{n}", report(f"{n}.py", ["db1"], ["unexplained"])) for n in range(5)]
    assert "Most often wrong is db1, in 5 of 5." in summarise(made).lead


@pytest.mark.parametrize(
    ("made", "lead"),
    [
        ([], "Nothing is graded yet."),
        ([graded("a")], "The one submission has every gradient right."),
        ([graded("a"), graded("b")], "All 2 students have every gradient right."),
    ],
)
def test_small_classes_have_a_lead_too(made: list[Graded], lead: str) -> None:
    summary = summarise(made)
    assert summary.lead == lead
    assert lead in render(summary, Style())


def test_the_text_is_as_wide_as_a_terminal_and_says_it_all() -> None:
    summary = summarise(a_class(), [Person("Max Poe")])
    text = render(summary, Style(), 9.04)
    assert all(len(line) <= 80 for line in text.splitlines())
    for words in (
        "Shallow · 12 submissions",
        "seed 7 · graded in 9.0 s",
        "  50-59           3  ██████████████████████████████\n",
        "  median 75 · mean 70.5 · all correct 4 · not run 1 · not graded 1",
        "hardest dW2: wrong in 5 of 10",
        "  batch-mean   Not divided by the batch size",
        "  broken.py  error       NameError: name 'probz' is not defined",
        "1 on the roster handed in nothing: Max Poe",
    ):
        assert words in text, words
    assert "float32" not in text


def test_plain_terminals_get_plain_text() -> None:
    text = render(summarise(a_class()), Style(unicode=False))
    assert text.isascii()
    assert "?" not in text


def test_hostile_text_stays_one_plain_line() -> None:
    name = "=cmd|\x1b[2J\u202eevil\nsecond" + "x" * 300
    made = report(name, problem="error", message="<b>\x1b[31mred\nsecond line" + "y" * 300)
    text = render(summarise([graded(name, made)]), Style())
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert all(len(line) <= 80 for line in text.splitlines())
    assert not any(line.startswith("second") for line in text.splitlines())


def test_the_summary_is_json() -> None:
    summary = summarise(a_class())
    plain = json.loads(summary.model_dump_json())
    assert plain["hardest"]["name"] == "dW2"
    assert type(summary).model_validate(plain) == summary


def test_many_that_could_not_be_run_are_counted_and_not_all_kept() -> None:
    made = (graded(f"{n}", report(f"{n}.py", problem="timeout")) for n in range(500))
    summary = summarise(made)
    assert (summary.unjudged, len(summary.look_at)) == (500, 200)
    assert "and 490 more" in render(summary, Style())


def test_names_of_the_absent_are_told_apart() -> None:
    absent = (Person("Doe, Jane"), Person("Roe, Bob"))
    text = render(summarise(a_class(), absent), Style(width=100))
    assert "2 on the roster handed in nothing: Doe, Jane; Roe, Bob" in text
