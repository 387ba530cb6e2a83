"""The pytest plugin: a test for every gradient of a submission, and a fixture for authors.

Every pytest run on a machine that has this package imports this file: what it needs beside the
standard library is imported when it is used.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck_grader.check import Checker
    from gradcheck_grader.models import GradeReport, GradientResult

CHECKERS = pytest.StashKey[dict[str, "Checker"]]()
MARK = "gradcheck"
SEED = "gradcheck_seed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; none of them changes a run in which it is not given."""
    group = parser.getgroup("gradcheck", "grading of gradients (gradcheck-grader)")
    group.addoption(
        "--gradcheck",
        action="append",
        default=[],
        metavar="PATH",
        help="grade this submission, a test for each gradient; repeatable",
    )
    group.addoption(
        "--gradcheck-assignment",
        default=None,
        metavar="NAME",
        help="its assignment: a name, or the path of a folder; without it, it is found out",
    )
    group.addoption(
        "--gradcheck-seed",
        type=int,
        default=None,
        metavar="N",
        help="draw the same networks again",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Settle the seed, one for all submissions."""
    seed = config.option.gradcheck_seed
    if seed is not None and seed < 0:
        raise pytest.UsageError("--gradcheck-seed takes a whole number, 0 or more")
    if config.option.gradcheck and seed is None:
        handed = getattr(config, "workerinput", {}).get(SEED)  # to a worker of pytest-xdist
        config.option.gradcheck_seed = _drawn() if handed is None else handed


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the seed to a worker of pytest-xdist: the rows of one report come from several."""
    node.workerinput[SEED] = node.config.option.gradcheck_seed


def _drawn() -> int:
    from gradcheck_grader.seeds import draw_seed

    return draw_seed()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the sandboxes."""
    for checker in config.stash.get(CHECKERS, {}).values():
        checker.close()


def checker_for(config: pytest.Config, isolation: str) -> Checker:
    """Return what grades in this session: one warm sandbox, each assignment made ready once."""
    from gradcheck_grader.check import Checker

    checkers = config.stash.setdefault(CHECKERS, {})
    if isolation not in checkers:
        checkers[isolation] = Checker(isolation, {})
    return checkers[isolation]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Keep pytest from importing a submission, whatever its name: it runs confined or not."""
    given = config.option.gradcheck
    return True if given and collection_path in _paths(config) else None


def _paths(config: pytest.Config) -> list[Path]:
    """Return the submissions, each once, where the command was typed."""
    folder = config.invocation_params.dir
    absolute = (Path(os.path.abspath(folder / path)) for path in config.option.gradcheck)
    return list(dict.fromkeys(absolute))


@pytest.hookimpl(hookwrapper=True)  # the form that older versions know as well
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, None]:
    """Add the submissions to what a session collects."""
    outcome = yield
    if isinstance(collector, pytest.Session) and collector.config.option.gradcheck:
        report = outcome.get_result()
        own = (GradedFile.from_parent(collector, path=path) for path in _paths(collector.config))
        report.result = [*(report.result or []), *own]


class GradedFile(pytest.File):
    """A submission; to collect it is to grade it, since its gradients are the report's rows."""

    def collect(self) -> Iterable[GradedPart]:
        """Yield the parts of the assignment."""
        from gradcheck_grader.errors import GraderError
        from gradcheck_grader.settings import settings_for

        option = self.config.option
        try:
            options = settings_for(
                self.path,
                os.environ,
                assignment=option.gradcheck_assignment,
                seed=option.gradcheck_seed,
            )
            with warnings.catch_warnings():  # a filter of the tests' must not end a grading
                warnings.simplefilter("ignore")
                checked = checker_for(self.config, options.isolation).check(self.path, options)
        except GraderError as error:
            raise self.CollectError(str(error)) from error
        for part in dict.fromkeys(row.part for row in checked.report.gradients):
            yield GradedPart.from_parent(self, name=part, graded=checked.report)


class GradedPart(pytest.Collector):
    """A part of the assignment."""

    def __init__(self, *, graded: GradeReport, **others: Any) -> None:
        super().__init__(**others)
        self.graded = graded

    def collect(self) -> Iterable[Gradient]:
        """Yield a test for each gradient."""
        for row in self.graded.gradients:
            if row.part == self.name:
                yield Gradient.from_parent(self, name=row.name, row=row, graded=self.graded)


class WrongGradientError(Exception):
    """A gradient is not right."""


class Gradient(pytest.Item):
    """One gradient of one submission."""

    def __init__(self, *, row: GradientResult, graded: GradeReport, **others: Any) -> None:
        super().__init__(**others)
        self.row = row
        self.graded = graded
        self.user_properties += [
            (MARK, graded.assignment.name),
            ("verdict", row.verdict),
            ("points", row.points),
            ("max_points", row.max_points),
            ("finding", row.finding or ""),
            ("seed", graded.grader.seed),
            ("replay", graded.replay),
        ]

    def setup(self) -> None:
        """End in an error, not in a failure, if the submission could not be graded."""
        if self.row.verdict == "not graded":
            from gradcheck_grader.reports.failure import render

            pytest.fail(render(self.graded, self.row), pytrace=False)  # in setup: an error

    def runtest(self) -> None:
        """Fail unless the gradient is right."""
        if self.row.verdict != "correct":
            raise WrongGradientError

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what the report says of this gradient: no traceback of ours."""
        if not isinstance(excinfo.value, WrongGradientError):
            return super().repr_failure(excinfo, style)
        from gradcheck_grader.reports.failure import headline, place, render

        line = place(self.graded, self.row)[1] or 0
        crash = Crash(self.nodeid.split("::")[0], line, headline(self.graded, self.row))
        return Told(render(self.graded, self.row), crash)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the cause is, counted from 0, and the test's title."""
        from gradcheck_grader.reports.failure import place

        file, line = place(self.graded, self.row)
        is_here = line is not None and file in (None, self.path.name)
        return self.path, line - 1 if line and is_here else None, f"{self.row.part} {self.row.name}"


class Crash:
    """A failure in one line, as pytest asks for it."""

    def __init__(self, path: str, lineno: int, message: str) -> None:
        self.path = path
        self.lineno = lineno
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno or '?'}: {self.message}"


class Told:
    """A failure's text, in the form in which pytest takes it."""

    def __init__(self, text: str, crash: Crash) -> None:
        self.text = text
        self.reprcrash = crash

    def __str__(self) -> str:
        return self.text

    def toterminal(self, writer: Any) -> None:
        """Write the text as it is."""
        for line in self.text.splitlines():
            writer.line(line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the score of each submission."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for outcome in (
        ("passed", "failed", "error") if terminalreporter.config.option.gradcheck else ()
    ):
        for report in terminalreporter.stats.get(outcome, ()):
            facts = dict(getattr(report, "user_properties", ()))
            if MARK in facts:
                rows.setdefault(report.nodeid.split("::")[0], []).append(facts)
    if rows:
        terminalreporter.section("gradcheck")
    for name, own in rows.items():
        config = terminalreporter.config
        here = os.path.relpath(config.rootpath / name, config.invocation_params.dir)
        for line in _score(name, own, here):
            terminalreporter.write_line(line)


def _score(name: str, rows: list[dict[str, Any]], path: str) -> Iterable[str]:
    """Yield the score of the gradients that ran, and how to see more of it, from this path."""
    about = f"{rows[0][MARK]}, seed {rows[0]['seed']}"
    if rows[0]["verdict"] == "not graded":
        yield f"{name}: not graded, no points are lost ({about})"
        return
    right = sum(row["verdict"] == "correct" for row in rows)
    points, most = (sum(row[key] for row in rows) for key in ("points", "max_points"))
    yield f"{name}: {points}/{most}, {right} of {len(rows)} gradients right ({about})"
    if right < len(rows):
        from gradcheck_grader.reports.typed import command_at

        yield f"  {command_at(rows[0]['replay'], path)}"


@pytest.fixture(scope="session")
def check_gradients(pytestconfig: pytest.Config) -> Callable[..., GradeReport]:
    """Grade a file, or the file of a function, and fail unless every gradient is right.

    ``check_gradients(target, assignment="", seed=None, allow_wrong=False)`` returns the report.
    """
    from gradcheck_grader.pytest_checks import check

    seed = pytestconfig.option.gradcheck_seed
    session_seed = _drawn() if seed is None else seed

    def run(
        target: Any, assignment: str = "", seed: int | None = None, allow_wrong: bool = False
    ) -> GradeReport:
        __tracebackhide__ = True
        own = session_seed if seed is None else seed
        return check(checker_for(pytestconfig, "auto"), target, assignment, own, allow_wrong)

    return run
