"""The bundle for Gradescope, run in a folder laid out as the platform's container."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.bundle import attempt as attempts
from gradcheck_grader.bundle.on_gradescope import fault
from tests.bundle.platforms import (
    CRASH,
    EXAMPLES,
    HANG,
    HOSTILE,
    PATH,
    SITE_PACKAGES,
    execute,
    own_assignment,
    unpack,
)
from tests.conftest import Cli

METADATA: dict[str, Any] = {
    "id": 123456,
    "created_at": "2026-07-01T14:22:32.365935-07:00",
    "assignment": {
        "due_date": "2026-07-31T23:00:00.000000-07:00",
        "id": 25828,
    },
    "users": [{"email": "student@example.com", "id": 1234, "name": "Student User"}],
}


class Platform:
    """A container: the bundle unpacked and set up, and what the platform does for a submission."""

    def __init__(self, root: Path, archive: Path) -> None:
        self.root = root
        unpack(archive, root / "source")
        shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
        self.variables = {"AUTOGRADER_ROOT": str(root)}

    def set_up(self) -> None:
        offline = {"GRADER_PYTHON": sys.executable, "GRADER_SITE_PACKAGES": str(SITE_PACKAGES)}
        done = execute(
            str(self.root / "source" / "setup.sh"),
            cwd=self.root,
            variables=self.variables | offline,
        )
        assert done.returncode == 0, done.stdout

    def grade(self, files: dict[str, str], **metadata: Any) -> dict[str, Any]:
        """Hand in files and return the results; ``said`` is what the instructor reads."""
        for name in ("submission", "results"):
            shutil.rmtree(self.root / name, ignore_errors=True)
            (self.root / name).mkdir()
        for name, text in files.items():
            (self.root / "submission" / name).write_text(text, encoding="utf-8")
        told = METADATA | metadata
        (self.root / "submission_metadata.json").write_text(json.dumps(told), encoding="utf-8")
        done = execute(str(self.root / "run_autograder"), cwd=self.root, variables=self.variables)
        assert done.returncode == 0
        assert "Traceback" not in done.stdout
        self.said = done.stdout
        assert [path.name for path in (self.root / "results").iterdir()] == ["results.json"]
        return self.results()

    def results(self) -> dict[str, Any]:
        text = (self.root / "results" / "results.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
        return found


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    folder = tmp_path_factory.mktemp("gradescope")
    assignment = own_assignment(folder)
    archive = folder / "autograder.zip"
    command = [sys.executable, "-m", "gradcheck_grader", "bundle", "gradescope", str(assignment)]
    done = subprocess.run(
        [*command, "-o", str(archive)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "points to 100\n" in done.stdout
    made = Platform(folder / "auto grader", archive)
    made.set_up()
    return made


def example(name: str) -> dict[str, str]:
    return {"student.py": (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")}


def test_the_scripts_are_executable_and_at_the_root(platform: Platform) -> None:
    for name in ("setup.sh", "run_autograder"):
        script = platform.root / "source" / name
        assert script.stat().st_mode & stat.S_IXUSR
        assert script.read_bytes().startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in script.read_bytes()


def test_the_bundle_holds_the_assignment_without_its_answers(platform: Platform) -> None:
    names = {path.name for path in (platform.root / "source" / "week-3").iterdir()}
    assert names == {"assignment.toml", "handout.md", "starter.py"}


def test_right_work_has_every_point(platform: Platform) -> None:
    results = platform.grade(example("right"))
    assert results["score"] == 100
    assert {test["status"] for test in results["tests"]} == {"passed"}
    assert "Score 100 / 100" in platform.said


def test_a_part_that_is_left_out_counts(platform: Platform) -> None:
    results = platform.grade(example("right_without_step"))
    assert results["score"] == 80
    assert sum(test["max_score"] for test in results["tests"]) == 100


def test_wrong_work_is_told_why(platform: Platform) -> None:
    results = platform.grade(example("wrong_mean"))
    assert 0 < results["score"] < 100
    assert any("[" in test["output"] for test in results["tests"] if test["status"] == "failed")


def test_a_crash_is_graded(platform: Platform) -> None:
    results = platform.grade({"student.py": CRASH})
    assert results["score"] == 0
    assert "ZeroDivisionError" in results["output"]


def test_code_that_never_ends_is_graded(platform: Platform) -> None:
    results = platform.grade({"student.py": HANG})
    assert results["score"] == 0
    assert "took too long" in results["output"]


def test_hostile_code_changes_nothing_and_learns_nothing(platform: Platform) -> None:
    plan = platform.root / "source" / "bundle.json"
    before, secret = plan.read_bytes(), json.loads(plan.read_bytes())["secret"]
    results = platform.grade({"student.py": HOSTILE.replace("ROOT", repr(str(platform.root)))})
    assert results["score"] == 0
    assert len(results["tests"]) == 8
    assert plan.read_bytes() == before
    assert secret not in json.dumps(results) + platform.said
    assert "\x1b" not in json.dumps(results, ensure_ascii=False) + platform.said


def test_the_same_submission_graded_again_has_the_same_results(platform: Platform) -> None:
    first = platform.grade(example("wrong_mean"))
    assert platform.grade(example("wrong_mean")) == first
    other = platform.grade(example("wrong_mean"), created_at="2026-07-02T14:22:32.365935-07:00")
    seeds = [item["extra_data"]["report"]["grader"]["seed"] for item in (first, other)]
    assert seeds[0] != seeds[1]
    assert other["score"] == first["score"]


def test_being_late_is_said_and_costs_nothing(platform: Platform) -> None:
    results = platform.grade(example("right"), created_at="2026-08-02T01:30:00.000000-07:00")
    assert results["output"].startswith("Handed in 1 day and 2 hours after the due date.")
    assert results["score"] == 100


def test_a_file_that_is_no_program_has_no_points_and_is_told_so(platform: Platform) -> None:
    results = platform.grade({"report.pdf": "%PDF"})
    assert results["score"] == 0
    assert results["tests"][0]["max_score"] == 100
    assert "no .py file and no notebook" in results["tests"][0]["output"]


def test_metadata_that_cannot_be_read_does_not_matter(platform: Platform) -> None:
    assert platform.grade(example("right"), assignment=None, created_at=7)["score"] == 100


@pytest.fixture
def alter(platform: Platform) -> Iterator[Callable[..., int]]:
    """Return a function that changes the plan for one test."""
    file = platform.root / "source" / "bundle.json"
    before = file.read_bytes()
    yield lambda **values: file.write_text(json.dumps(json.loads(before) | values))
    file.write_bytes(before)


def assert_blames_nobody(results: dict[str, Any]) -> None:
    """No score and no test: Gradescope says that the autograder failed, and enters no points."""
    assert not {"score", "tests"} & results.keys()
    assert "no fault of yours" in results["output"]


def test_a_run_beyond_the_deadline_is_ended_by_us(
    platform: Platform, alter: Callable[..., int]
) -> None:
    alter(deadline=0.01)
    results = platform.grade(example("right"))
    assert_blames_nobody(results)
    assert "longer than it may take" in results["output"]


def test_a_broken_assignment_is_the_instructors(
    platform: Platform, alter: Callable[..., int]
) -> None:
    alter(assignment="week-4")
    assert_blames_nobody(platform.grade(example("right")))
    assert "there is no assignment 'week-4'" in platform.said


def test_a_plan_that_was_broken_by_hand_is_the_instructors(
    platform: Platform, alter: Callable[..., int]
) -> None:
    alter(isolation="strongest")
    assert_blames_nobody(platform.grade(example("right")))
    assert "isolation is not valid" in platform.said


@pytest.mark.parametrize(
    ("code", "said"),
    [(2, "is broken (exit code 2)"), (3, "failed (exit code 3)"), (-9, "on its own")],
)
def test_a_grader_that_gives_no_report_is_nobodys_zero(
    code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    results = fault(attempts.Attempt(None, code, "error: what happened"))
    assert_blames_nobody(results)
    assert said in results["output"]
    assert "error: what happened" in capsys.readouterr().out
    assert "what happened" not in results["output"]


def test_a_run_that_is_killed_leaves_a_result_that_blames_nobody(
    platform: Platform, tmp_path: Path
) -> None:
    shutil.rmtree(platform.root / "results", ignore_errors=True)
    (platform.root / "submission" / "student.py").write_text(HANG, encoding="utf-8")
    process = subprocess.Popen(
        [str(platform.root / "run_autograder")],
        env={"PATH": PATH, "TMPDIR": str(tmp_path), **platform.variables},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (platform.root / "results" / "results.json").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert_blames_nobody(platform.results())


def test_a_bundle_that_was_not_set_up_blames_nobody(platform: Platform, tmp_path: Path) -> None:
    shutil.copytree(platform.root / "source", tmp_path / "source")
    script = platform.root / "source" / "run_autograder"
    done = execute(str(script), cwd=tmp_path, variables={"AUTOGRADER_ROOT": str(tmp_path)})
    assert "could not be run" in done.stdout
    assert_blames_nobody(json.loads((tmp_path / "results" / "results.json").read_text()))


def test_a_built_in_assignment_comes_with_the_wheel(
    platform: Platform, tmp_path: Path, cli: Cli
) -> None:
    assert cli("bundle", "gradescope", "shallow-tanh").returncode == 0
    made = Platform(tmp_path / "root", tmp_path / "autograder.zip")
    assert not (made.root / "source" / "shallow-tanh").exists()
    (made.root / "grader").symlink_to(platform.root / "grader")
    file = EXAMPLES.parent.parent / "shallow-tanh" / "examples" / "right.py"
    results = made.grade({"student.py": file.read_text(encoding="utf-8")})
    assert results["score"] == 100
    assert "grader check student.py --assignment shallow-tanh --seed" in results["output"]


def test_the_course_secret_makes_bundles_agree_and_is_in_none(tmp_path: Path, cli: Cli) -> None:
    secret = "0123456789abcdef-of-the-course"
    names = ("a.zip", "b.zip", "c.zip")
    for name in names:
        given = ("--seed-from", "env:COURSE") if name != "c.zip" else ()
        done = cli("bundle", "gradescope", "backprop", "-o", name, *given, COURSE=secret)
        assert done.returncode == 0, done.stderr
    one, same, other = ((tmp_path / name).read_bytes() for name in names)
    assert one == same != other
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        plan = archive.read("bundle.json").decode()
    assert secret not in plan
    assert secret.encode().hex() not in plan


def test_what_cannot_be_written_is_one_clear_error(cli: Cli) -> None:
    done = cli("bundle", "gradescope", "shallow-tanh", "-o", "no/such/folder/autograder.zip")
    assert done.returncode == 2
    assert done.stderr.startswith("error: no/such/folder/autograder.zip cannot be written")
    assert cli("bundle", "gradescope", "shallow-tan").returncode == 2
