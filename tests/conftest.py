"""What many tests need: built-in assignments, an open sandbox, the command line."""

from __future__ import annotations

import functools
import gc
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.assignment_table import built, built_part, spelled_out
from gradcheck_grader.batch.early import cores
from gradcheck_grader.catalog import assignment_folders, read_assignment
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import File
from gradcheck_grader.submission import Submission
from tests.commands import Commands, Done

# Time decides no test: a busy machine takes its time to draw examples, and to run them.
settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any-machine")


def pytest_collection_finish() -> None:
    """Leave what stays to the end out of every collection of garbage: a twentieth of a run."""
    gc.collect()
    gc.freeze()


ASSIGNMENTS = sorted(assignment_folders())
Grade = Callable[..., GradeReport]
Cli = Callable[..., Done]


def built_in(name: str) -> Assignment:
    return read_assignment(assignment_folders()[name])


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """Return a text with replacements, each of something that is there."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def right_of(name: str, example: str = "right") -> str:
    """Return the text of a built-in assignment's example."""
    return (built_in(name).folder / "examples" / f"{example}.py").read_text(encoding="utf-8")


def made_of(values: Mapping[str, Any]) -> Assignment:
    """Return an assignment of values that are written as in a file, or dumped by `asdict`."""
    return built({**values, "parts": tuple(map(spelled_out, values["parts"]))})


def made_part(values: Mapping[str, Any]) -> Part:
    """Return a part of such values."""
    return built_part(spelled_out(values))


@functools.lru_cache(maxsize=32)
def exam_of(name: str, seed: int) -> Exam:
    """Return a built-in assignment made ready, as a batch does: once for many submissions."""
    return prepare(built_in(name), seed)


def source(text: str, name: str = "student.py") -> Submission:
    return Submission(name, (File(name, text.encode()),), name)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture(scope="session")
def grade_text(sandbox: Sandbox) -> Grade:
    """Return a function that grades source text with a built-in assignment."""

    def graded(text: str, assignment: str = "shallow-tanh", seed: int = 1) -> GradeReport:
        return grade(source(text), exam_of(assignment, seed), sandbox)

    return graded


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    with closing(Commands()) as running:
        yield running


@pytest.fixture
def cli(commands: Commands, tmp_path: Path) -> Cli:
    """Return a function that runs ``grader`` as a user does, in an empty folder."""
    return functools.partial(commands.run, tmp_path)


def pytest_configure() -> None:
    """Let Ctrl-C end what tests start: a shell that runs them in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: many tests wait for what runs too long."""
    return cores() + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")
