"""How a run on a platform is ended, and what is read from Gradescope's metadata."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.bundle import attempt as attempts
from gradcheck_grader.bundle import on_gradescope, on_prairielearn
from gradcheck_grader.bundle.on_gradescope import late_note, submission_key
from gradcheck_grader.bundle.plan import Plan
from tests.bundle.platforms import EXAMPLES, own_assignment
from tests.bundle.test_gradescope import METADATA

Graded = Callable[..., dict[str, Any]]


def test_the_end_of_a_run_ends_all_of_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of one that will not be interrupted, and what it started."""
    monkeypatch.setattr(attempts, "GRACE", 0.2)
    script = tmp_path / "stubborn.sh"
    script.write_text("trap '' INT\nsleep 300 &\necho $! > child\nwait\n", encoding="utf-8")
    code, _ = attempts.run(["bash", str(script)], tmp_path, {"PATH": os.environ["PATH"]}, 0.5)
    assert code is None
    child = (tmp_path / "child").read_text().strip()
    state = Path(f"/proc/{child}/stat")
    deadline = time.monotonic() + 10
    while state.exists() and ") Z " not in state.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("created", "due", "said"),
    [
        ("2026-07-01T10:00:00-07:00", "2026-07-01T10:00:00-07:00", ""),
        ("2026-07-01T10:00:30-07:00", "2026-07-01T10:00:00-07:00", "less than a minute"),
        ("2026-07-01T17:01:00+00:00", "2026-07-01T10:00:00-07:00", "1 minute"),
        ("2026-07-04T13:05:00-07:00", "2026-07-01T10:00:00-07:00", "3 days and 3 hours"),
        ("2026-07-04T13:05:00", "2026-07-01T10:00:00-07:00", ""),
        ("yesterday", None, ""),
    ],
)
def test_lateness_is_said_in_words(created: str, due: str | None, said: str) -> None:
    note = late_note({"created_at": created, "assignment": {"due_date": due}})
    assert (f"Handed in {said} after" in note) if said else not note


def test_a_submission_has_its_own_key_whoever_reads_it() -> None:
    assert submission_key(METADATA) == "25828/123456/2026-07-01T14:22:32.365935-07:00"
    assert submission_key({}) == "None/None/None"


@pytest.fixture
def graded(tmp_path: Path) -> Graded:
    """Return a function that grades wrong work by a plan, and gives Gradescope's results."""
    own_assignment(tmp_path)
    student = tmp_path / "student.py"
    student.write_bytes((EXAMPLES / "wrong_mean.py").read_bytes())

    def grade(**told: str) -> dict[str, Any]:
        basis = {"assignment": "./week-3", "name": "week-3", "total": 100, "secret": "s" * 32}
        plan = Plan.model_validate(basis | {"deadline": 60} | told)
        done = attempts.attempt(plan, tmp_path, student, 7, "gradescope", tmp_path)
        assert done.report is not None, done.said
        found: dict[str, Any] = json.loads(done.report)
        return found

    return grade


def wrong_of(results: dict[str, Any]) -> str:
    return "\n".join(item["output"] for item in results["tests"] if item["status"] == "failed")


def test_what_the_plan_says_of_reports_is_done(graded: Graded) -> None:
    usual = wrong_of(graded())
    assert "[mean-instead-of-sum]" in usual
    assert "yours" in usual
    assert "mean-instead-of-sum" not in wrong_of(graded(hints="none"))
    assert "yours" not in wrong_of(graded(detail="none"))
    assert "expected" in wrong_of(graded(detail="full"))
    assert graded(visibility="after_due_date")["visibility"] == "after_due_date"


def test_no_variable_of_the_platform_reaches_the_grader(
    graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that it would refuse, were it read."""
    monkeypatch.setenv("GRADER_QUIET", "perhaps")
    assert graded()["score"] == 60


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("grader.toml", "x = 1\n"),
        ("pyproject.toml", "[tool.gradcheck-grader]\nx = 1\n"),
    ],
)
def test_settings_that_were_handed_in_along_are_not_read(
    graded: Graded, tmp_path: Path, name: str, text: str
) -> None:
    """One that the grader would refuse left its student without a grade."""
    usual = graded()
    (tmp_path / "report-gradescope.json").unlink()
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert graded() == usual


@pytest.mark.parametrize(
    ("platform", "ours", "theirs"),
    [(on_gradescope, "source", "submission"), (on_prairielearn, "tests", "student")],
)
def test_a_disk_that_does_not_give_the_work_is_nobodys_zero(
    platform: Any, ours: str, theirs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (ours, theirs, "results"):
        (tmp_path / name).mkdir()
    plan = Plan(assignment="shallow-tanh", name="n", total=100, secret="s" * 32, deadline=60)
    (tmp_path / ours / "bundle.json").write_bytes(plan.dumped())
    (tmp_path / theirs / "student.py").write_text("x = 1\n", encoding="utf-8")
    whole = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "student.py":
            raise OSError(errno.EIO, "Input/output error")
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    platform.main(tmp_path)
    results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert not {"score", "tests"} & results.keys()
    assert results.get("gradable") is not True
    assert "no fault of yours" in json.dumps(results)
