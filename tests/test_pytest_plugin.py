"""The pytest plugin: a test for each gradient, a readable failure, and nothing for other runs."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from gradcheck_grader import pytest_plugin
from gradcheck_grader.check import Checker
from gradcheck_grader.errors import GraderError
from gradcheck_grader.hints import with_hints
from gradcheck_grader.pytest_checks import GradientsWrongError, check
from gradcheck_grader.pytest_plugin import Crash, Told
from gradcheck_grader.reports.failure import headline, place, render
from tests.conftest import Grade, built_in

EXAMPLES = built_in("shallow-tanh").folder / "examples"
RIGHT = (EXAMPLES / "right.py").read_text(encoding="utf-8")
WRONG = (EXAMPLES / "wrong_hidden_slope_forgotten.py").read_text(encoding="utf-8")
CARRIED = (EXAMPLES / "wrong_output_extra_slope.py").read_text(encoding="utf-8")
CRASH = "def backward_propagation(parameters, cache, X, Y):\n    return 1 / 0\n"
TRAP = "open('trap', 'w').close()\n" + RIGHT
PLAIN = """
import sys

def test_plain():
    assert not {"numpy", "pydantic", "gradcheck_grader.check"} & set(sys.modules)
"""
TANH = ("--gradcheck-assignment", "shallow-tanh", "--gradcheck-seed", "3")
FAULT = """
from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox import Sandbox

def run(self, job):
    raise MachineError("the machine has no process left")

Sandbox.run = run
"""
AUTHOR = """
import pytest
from functions import mine, wrong

def test_a_right_file(check_gradients):
    assert check_gradients("right.py", assignment="shallow-tanh").score == 100

def test_a_right_function(check_gradients):
    assert check_gradients(mine, assignment="shallow-tanh", seed=5).grader.seed == 5

def test_a_mistake_is_found(check_gradients):
    report = check_gradients(wrong, assignment="shallow-tanh", allow_wrong=True)
    assert {item.id for item in report.findings} == {"hidden-missing-gprime"}

def test_it_is_an_assertion(check_gradients):
    with pytest.raises(AssertionError, match="hidden-missing-gprime"):
        check_gradients(wrong, assignment="shallow-tanh")

def test_a_wrong_function(check_gradients):
    check_gradients(wrong, assignment="shallow-tanh")
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest as a user does, with the plugin that is installed."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {"right": RIGHT, "a__student": WRONG, "b__student": CARRIED, "crash": CRASH}
    return write(tmp_path_factory.mktemp("graded"), **files, test_trap=TRAP, test_plain=PLAIN)


@pytest.fixture(scope="module")
def graded(folder: Path) -> subprocess.CompletedProcess[str]:
    """Return one run over several submissions, beside a test of another kind."""
    names = ("right.py", "a/student.py", "b/student.py", "crash.py", "test_trap.py", "right.py")
    given = [word for name in names for word in ("--gradcheck", name)]
    return run(
        folder,
        "-v",
        "-p",
        "no:cacheprovider",
        *given,
        *TANH,
        "--junitxml",
        "junit.xml",
        "-k",
        "not test_plain",
    )


@pytest.fixture(scope="module")
def cases(folder: Path, graded: object) -> dict[str, ElementTree.Element]:
    tree = ElementTree.parse(folder / "junit.xml")
    return {f"{c.get('classname')}.{c.get('name')}": c for c in tree.iter("testcase")}


def properties(case: ElementTree.Element) -> dict[str | None, str | None]:
    return {item.get("name"): item.get("value") for item in case.iter("property")}


def test_every_gradient_is_a_test_and_each_submission_is_there_once(
    graded: subprocess.CompletedProcess[str],
) -> None:
    assert graded.returncode == 1
    ids = [
        line.split(" ")[0] for line in graded.stdout.splitlines() if "[" in line and "%]" in line
    ]
    rows = ("dW2", "db2", "dW1", "db1")
    files = ("right.py", "a/student.py", "b/student.py", "crash.py", "test_trap.py")
    assert ids == [f"{file}::shallow::{row}" for file in files for row in rows]
    assert "right.py::shallow::dW1 PASSED" in graded.stdout
    assert "a/student.py::shallow::dW1 FAILED" in graded.stdout


def test_the_failure_is_what_the_report_says_without_a_traceback(
    cases: dict[str, ElementTree.Element],
) -> None:
    failure = cases["a.student.shallow.dW1"].find("failure")
    assert failure is not None
    title = "The slope of the hidden activation is left out"
    assert failure.get("message") == f"wrong, 0 of 25 points: {title}"
    text = failure.text or ""
    assert text.startswith("dW1 in part shallow: wrong, 0 of 25 points\n")
    assert f"{title} (hidden-missing-gprime)" in text
    assert "student.py, line 16:\n    dZ1 = np.dot(W2.T, dZ2)\n" in text
    assert "where is its slope in what your dW_l is made from?" in text
    assert "Error" not in text
    assert "pytest_plugin" not in text


def test_junit_properties_hold_points_and_finding(
    cases: dict[str, ElementTree.Element],
) -> None:
    wrong, right = (properties(cases[f"{n}.shallow.dW1"]) for n in ("a.student", "right"))
    assert (wrong["points"], wrong["max_points"]) == ("0", "25")
    assert (wrong["finding"], wrong["seed"]) == ("hidden-missing-gprime", "3")
    assert (right["points"], right["verdict"], right["finding"]) == ("25", "correct", "")
    carried = properties(cases["b.student.shallow.db1"])
    assert (carried["verdict"], carried["points"]) == ("follow-through", "25")


def test_a_crash_says_where(cases: dict[str, ElementTree.Element]) -> None:
    failure = cases["crash.shallow.db2"].find("failure")
    assert failure is not None
    assert "ZeroDivisionError" in (failure.get("message") or "")
    assert "crash.py, line 2:\n    return 1 / 0" in (failure.text or "")


def test_the_summary_has_the_score_and_the_way_to_repeat_it(
    graded: subprocess.CompletedProcess[str],
) -> None:
    lines = graded.stdout.splitlines()
    assert "right.py: 100/100, 4 of 4 gradients right (shallow-tanh, seed 3)" in lines
    assert "a/student.py: 50/100, 2 of 4 gradients right (shallow-tanh, seed 3)" in lines
    assert "  grader check a/student.py --assignment shallow-tanh --seed 3" in lines


def test_a_submission_is_never_imported_by_pytest(
    graded: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert "test_trap.py::shallow::dW1 PASSED" in graded.stdout
    assert not (folder / "trap").exists()


def test_a_run_without_it_is_as_it_was(folder: Path) -> None:
    done = run(folder, "test_plain.py", "-q")
    assert done.returncode == 0, done.stdout
    assert "gradcheck" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 passed")


def test_gradients_can_be_chosen_and_repeated_as_other_tests(folder: Path) -> None:
    given = ("--gradcheck", "a/student.py", *TANH)
    chosen = run(folder, *given, "-k", "dW1 or dW2", "--tb=line", "--strict-markers")
    assert "1 failed, 1 passed, 3 deselected" in chosen.stdout
    assert "a/student.py:16: wrong, 0 of 25 points: The slope" in chosen.stdout
    assert "a/student.py: 25/50, 1 of 2 gradients right" in chosen.stdout
    again = run(folder, *given, "--last-failed", "-q")
    assert "1 failed, 4 deselected" in again.stdout


def test_workers_of_one_run_draw_the_same_networks() -> None:
    """What pytest-xdist does: it asks what to hand to a worker, and the worker starts with that."""
    main = SimpleNamespace(option=SimpleNamespace(gradcheck=["student.py"], gradcheck_seed=None))
    pytest_plugin.pytest_configure(main)  # type: ignore[arg-type]
    node = SimpleNamespace(config=main, workerinput={})
    pytest_plugin.pytest_configure_node(node)
    option = SimpleNamespace(gradcheck=["student.py"], gradcheck_seed=None)
    worker = SimpleNamespace(option=option, workerinput=node.workerinput)
    pytest_plugin.pytest_configure(worker)  # type: ignore[arg-type]
    assert option.gradcheck_seed == main.option.gradcheck_seed is not None


def test_what_could_not_be_graded_is_an_error_and_no_failure(tmp_path: Path) -> None:
    done = run(write(tmp_path, student=RIGHT, conftest=FAULT), "--gradcheck", "student.py", *TANH)
    assert done.returncode == 1
    assert "4 errors" in done.stdout
    assert "failed" not in done.stdout
    text = "shallow: not graded, no points are lost\n\nthe machine has no process left\n"
    assert text in done.stdout
    assert "student.py: not graded, no points are lost" in done.stdout


def test_a_filter_for_warnings_does_not_reach_the_grading(checker: Checker, tmp_path: Path) -> None:
    """Values near the largest numbers make NumPy warn; here that is an error."""
    huge = RIGHT.replace('"dW2": dW2', '"dW2": 1e300 * dW2')
    assert huge != RIGHT
    (tmp_path / "student.py").write_text(huge, encoding="utf-8")
    report = check(checker, tmp_path / "student.py", "shallow-tanh", 1, True)
    assert report.score == 75


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--gradcheck", "studnet.py"), "did you mean"),
        (("--gradcheck", "student.py", "--gradcheck-assignment", "nope"), "no assignment 'nope'"),
        (("--gradcheck", "student.py", "--gradcheck-seed", "-1"), "a whole number, 0 or more"),
    ],
)
def test_a_user_s_mistake_is_said_and_stops_the_run(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(write(tmp_path, student=RIGHT), *arguments)
    assert done.returncode in (2, 4)  # interrupted, or usage
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_an_author_s_fixture_asserts_and_returns_the_report(tmp_path: Path) -> None:
    name = "def backward_propagation"
    functions = RIGHT.replace(name, "def mine") + WRONG.replace(name, "def wrong")
    done = run(write(tmp_path, right=RIGHT, functions=functions, test_author=AUTHOR), "-q")
    assert "1 failed, 4 passed" in done.stdout
    assert ">       check_gradients(wrong, assignment=" in done.stdout
    assert "E         Score 50 / 100" in done.stdout
    assert "pytest_checks.py:" not in done.stdout


def test_to_load_the_plugin_costs_next_to_nothing() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import gradcheck_grader.pytest_plugin;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["gradcheck_grader", "gradcheck_grader.pytest_plugin"]


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker("auto", {}) as opened:
        yield opened


def backward_propagation(parameters: Any, cache: Any, X: Any, Y: Any) -> Any:
    """Stand in for a function that lies in a file of tests."""


class Network:
    def backward(self) -> None:
        """Stand in for a method."""


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (lambda: 0, "is not at the top level of a file"),
        (Network.backward, "Network.backward is not at the top level of a file"),
        (Network().backward, "neither a path nor a plain function"),
        (functools.partial(backward_propagation, 1), "neither a path nor a plain function"),
        (len, "neither a path nor a plain function"),
        ("no_such_file.py", "no such file"),
    ],
)
def test_only_what_a_file_has_by_name_can_be_graded(
    checker: Checker, target: Any, said: str
) -> None:
    with pytest.raises(GraderError, match=said):
        check(checker, target, "shallow-tanh", 1, False)


def test_a_function_that_was_typed_in_has_no_file(checker: Checker) -> None:
    scope: dict[str, Any] = {}
    exec("def typed_in(): pass", scope)
    with pytest.raises(GraderError, match="the file that defines typed_in is not there"):
        check(checker, scope["typed_in"], "shallow-tanh", 1, False)


def test_a_function_needs_its_assignment(checker: Checker) -> None:
    with pytest.raises(GraderError, match="a function needs assignment="):
        check(checker, backward_propagation, "", 1, False)


def test_a_function_in_a_file_of_tests_is_refused_where_it_runs(checker: Checker) -> None:
    """This file imports pytest, which is not there where submissions run: that is said."""
    report = check(checker, backward_propagation, "shallow-tanh", 1, True)
    assert report.score == 0


def test_a_broken_assignment_is_told_without_lines_of_the_grader(
    checker: Checker, tmp_path: Path
) -> None:
    (tmp_path / "assignment.toml").write_text("title = 3", encoding="utf-8")
    (tmp_path / "right.py").write_text(RIGHT, encoding="utf-8")
    with pytest.raises(GraderError, match="the assignment is not valid") as caught:
        check(checker, tmp_path / "right.py", f"{tmp_path}/", 1, False)
    files = [entry.path for entry in caught.traceback]
    assert [Path(file).name for file in files] == ["test_pytest_plugin.py", "pytest_checks.py"]
    assert caught.value.__cause__ is None


def test_the_error_bears_the_report(checker: Checker, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    with pytest.raises(GradientsWrongError) as raised:
        check(checker, tmp_path / "student.py", "shallow-tanh", 1, False)
    assert raised.value.report.score == 50


def test_without_hints_a_failure_names_no_cause(grade_text: Grade) -> None:
    report = with_hints(grade_text(WRONG), "none")
    row = next(row for row in report.gradients if row.name == "dW1")
    assert render(report, row) == "dW1 in part shallow: wrong, 0 of 25 points"
    assert headline(report, row) == "wrong, 0 of 25 points"
    assert place(report, row) == (None, None)


def test_beside_a_cause_a_failure_says_only_what_tells_something(grade_text: Grade) -> None:
    report = grade_text(WRONG)
    row = next(row for row in report.gradients if row.name == "dW1")
    for detail, is_told in (
        ("2 × too large", True),
        ("no simple factor", False),
        ("wrong values", False),
        ("wrong in 2 of 6 entries, in 3 of 12 trials", False),
    ):
        told = render(report, replace(row, detail=detail))
        assert ("Seen: " + detail in told) is is_told


def test_a_gradient_without_its_key_is_not_blamed_on_another_part_s_exception(
    grade_text: Grade,
) -> None:
    text = "def backward_propagation(parameters, cache, X, Y):\n"
    report = grade_text(f"{text}    return {{}} if 'W3' in parameters else 1 / 0\n", "backprop")
    for row in report.gradients:
        stopped = row.part == "shallow"
        assert row.verdict == ("error" if stopped else "missing")
        assert ("ZeroDivisionError" in render(report, row)) is stopped
        assert (place(report, row)[1] == 2) is stopped


def test_a_problem_that_two_parts_share_is_told_of_either(grade_text: Grade) -> None:
    text = "def backward_propagation(parameters, cache, X, Y):\n    return 1 / 0\n"
    for report, said in (
        (grade_text(text, "backprop"), "ZeroDivisionError"),
        (grade_text("x = 1\n", "backprop"), "defines no `backward_propagation`"),
    ):
        assert len(report.problems) == 1
        assert all(said in render(report, row) for row in report.gradients)


def test_a_failure_travels_as_text_to_tools_that_know_no_objects_of_ours() -> None:
    lines: list[str] = []
    told = Told("first\nsecond", Crash("student.py", 0, "wrong"))
    told.toterminal(SimpleNamespace(line=lines.append))
    assert lines == str(told).splitlines() == ["first", "second"]
    assert str(told.reprcrash) == "student.py:?: wrong"
