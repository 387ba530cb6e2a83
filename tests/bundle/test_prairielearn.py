"""The question for PrairieLearn: its files, and its entry point in a folder laid out as /grade."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.bundle.attempt import Attempt
from gradcheck_grader.bundle.on_prairielearn import fault
from tests.bundle.platforms import CRASH, EXAMPLES, HANG, HOSTILE, execute, own_assignment
from tests.conftest import Cli

KNOWN = {  # of the platform's schema of info.json, which takes no other keys
    "uuid",
    "title",
    "topic",
    "tags",
    "type",
    "singleVariant",
    "gradingMethod",
    "externalGradingOptions",
}


class Container:
    """The question's folder, and what the platform does with it for a submission."""

    def __init__(self, question: Path, root: Path) -> None:
        self.question, self.root = question, root

    def grade(self, files: dict[str, str], variant: int = 7) -> dict[str, Any]:
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.question / "tests", self.root / "tests")
        for name in ("student", "data"):
            (self.root / name).mkdir()
        data = {"variant_seed": variant, "params": {}, "submitted_answers": {}}
        (self.root / "data" / "data.json").write_text(json.dumps(data))
        for name, text in files.items():
            (self.root / "student" / name).write_text(text, encoding="utf-8")
        entry = self.options()["entrypoint"].removeprefix("/grade/")
        variables = {"GRADE_ROOT": str(self.root), "GRADER_PYTHON": sys.executable}
        done = execute(str(self.root / entry), cwd=self.root, variables=variables)
        assert done.returncode == 0
        assert "Traceback" not in done.stdout
        self.said = done.stdout
        file = self.root / "results" / "results.json"
        assert file.stat().st_size < 2**20
        found: dict[str, Any] = json.loads(file.read_text("utf-8"), parse_constant=pytest.fail)
        return found

    def options(self) -> dict[str, Any]:
        info = json.loads((self.question / "info.json").read_text(encoding="utf-8"))
        options: dict[str, Any] = info["externalGradingOptions"]
        return options


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    folder = tmp_path_factory.mktemp("prairielearn")
    assignment = own_assignment(folder)
    question = folder / "question"
    command = [sys.executable, "-m", "gradcheck_grader", "bundle", "prairielearn", str(assignment)]
    done = subprocess.run(
        [*command, "-o", str(question), "--image", "course/grader:1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Container(question, folder / "grade")


@pytest.fixture
def alter(container: Container) -> Iterator[Callable[..., int]]:
    """Return a function that changes the plan for one test."""
    file = container.question / "tests" / "bundle.json"
    before = file.read_bytes()
    yield lambda **values: file.write_text(json.dumps(json.loads(before) | values))
    file.write_bytes(before)


def example(name: str) -> dict[str, str]:
    return {"student.py": (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")}


def assert_uses_no_attempt(results: dict[str, Any]) -> None:
    assert results["gradable"] is False
    assert "score" not in results
    assert all(isinstance(text, str) for text in results["format_errors"])


def test_the_question_is_what_the_platform_asks_for(container: Container) -> None:
    info = json.loads((container.question / "info.json").read_text(encoding="utf-8"))
    assert info.keys() <= KNOWN
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", info["uuid"])
    options = container.options()
    assert options.keys() <= {"enabled", "image", "entrypoint", "timeout"}
    assert options["image"] == "course/grader:1"
    deadline = json.loads((container.question / "tests" / "bundle.json").read_text())["deadline"]
    assert deadline < options["timeout"] <= 600


def test_the_page_has_handout_and_editor_and_the_image_has_the_wheel(container: Container) -> None:
    page = (container.question / "question.html").read_text(encoding="utf-8")
    assert "Squared error, examples in rows" in page
    assert 'file-name="student.py"' in page
    assert "<pl-external-grader-results>" in page
    starter = container.question / "starter.py"
    assert starter.read_bytes() == (EXAMPLES.parent / "starter.py").read_bytes()
    assert not list(container.question.glob("**/examples"))
    assert len(list((container.question / "image" / "wheels").glob("*.whl"))) == 1
    readme = (container.question / "README.md").read_text(encoding="utf-8")
    assert "docker build -t course/grader:1 image" in readme


def test_a_handout_cannot_leave_its_element(tmp_path: Path, cli: Cli) -> None:
    made = own_assignment(tmp_path)
    (made / "handout.md").write_text("{{params.x}} </markdown><script>\n", encoding="utf-8")
    assert cli("bundle", "prairielearn", "./week-3", "-o", "out").returncode == 0
    page = (tmp_path / "out" / "question.html").read_text(encoding="utf-8")
    assert page.startswith("{{=<% %>=}}\n")
    assert "{{params.x}} </markdown#><script>" in page


def test_right_work_has_a_score_of_one(container: Container) -> None:
    results = container.grade(example("right"))
    assert results["gradable"] is True
    assert results["score"] == 1
    assert sum(test["max_points"] for test in results["tests"]) == 100


def test_wrong_and_missing_work_has_its_share(container: Container) -> None:
    results = container.grade(example("right_without_step"))
    assert results["score"] == pytest.approx(0.8)
    first = container.grade(example("wrong_mean"))
    assert 0 < first["score"] < 1
    assert container.grade(example("wrong_mean")) == first


def test_crash_hang_and_hostile_code_are_graded(container: Container) -> None:
    assert container.grade({"student.py": CRASH})["score"] == 0
    assert container.grade({"student.py": HANG})["score"] == 0
    hostile = HOSTILE.replace("ROOT", repr(str(container.root)))
    results = container.grade({"student.py": hostile})
    assert results["score"] == 0
    assert len(results["tests"]) == 8
    secret = json.loads((container.root / "tests" / "bundle.json").read_text())["secret"]
    assert secret not in json.dumps(results) + container.said


def test_what_is_no_program_uses_no_attempt(container: Container) -> None:
    results = container.grade({"notes.txt": "hello"})
    assert_uses_no_attempt(results)
    assert "no .py file and no notebook" in results["format_errors"][0]


def test_a_run_beyond_the_deadline_uses_no_attempt(
    container: Container, alter: Callable[..., int]
) -> None:
    alter(deadline=0.01)
    results = container.grade(example("right"))
    assert_uses_no_attempt(results)
    assert "longer than it may take" in results["format_errors"][0]


def test_a_fault_of_ours_uses_no_attempt(container: Container, alter: Callable[..., int]) -> None:
    alter(assignment="week-4")
    assert_uses_no_attempt(container.grade(example("right")))
    assert "there is no assignment 'week-4'" in container.said
    assert_uses_no_attempt(json.loads(fault(Attempt(None, 3, "what happened"))))


def test_an_image_without_the_grader_uses_no_attempt(container: Container, tmp_path: Path) -> None:
    shutil.copytree(container.question / "tests", tmp_path / "tests")
    variables = {"GRADE_ROOT": str(tmp_path), "GRADER_PYTHON": "no-such-python"}
    done = execute(str(tmp_path / "tests" / "run.sh"), cwd=tmp_path, variables=variables)
    assert done.returncode == 0
    assert "could not be run" in done.stdout
    assert_uses_no_attempt(json.loads((tmp_path / "results" / "results.json").read_text()))
