"""A mistake of another package that fails is its author's fault: said once, with what to mend."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.batch.collect import collect
from gradcheck_grader.batch.run import Options, run_batch
from gradcheck_grader.check import check_path
from gradcheck_grader.cli import run
from gradcheck_grader.diagnosis.chain import Flow, Layer
from gradcheck_grader.diagnosis.mistakes import added
from gradcheck_grader.diagnosis.mistakes.mistake import STEPS, Mistake
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.exam import prepare, try_mistakes
from gradcheck_grader.settings import Settings
from tests.conftest import built_in

TANH = built_in("shallow-tanh")
WRONG = TANH.folder / "examples" / "wrong_slope_of_sigmoid.py"
BROKEN: dict[str, Any] = {}  # what the package adds in a test

Install = Callable[..., None]


def mistakes() -> Any:
    return BROKEN["mistakes"]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that installs a package with one mistake."""
    point = EntryPoint("mine", f"{__name__}:mistakes", added.GROUP)
    monkeypatch.setattr(added, "entry_points", lambda group: [point])

    def put(**changes: Any) -> None:
        BROKEN["mistakes"] = [Mistake("my-own", "Mine", "Seen.", "Why?", **changes)]

    return put


def out_of_range(at: Layer, flow: Flow) -> Any:
    return at.W[:, at.W.shape[1]]


def late(at: Layer, flow: Flow) -> Any:
    """Fail on a stack of deltas alone, as the search makes it."""
    if flow.delta.ndim == 3:
        raise IndexError("too many indices")
    return flow.delta @ at.below.A.T


@pytest.mark.parametrize("step", STEPS)
def test_a_formula_that_fails_is_named_with_its_place(install: Install, step: str) -> None:
    install(**{step: (out_of_range,)})
    with pytest.raises(AssignmentError) as caught:
        try_mistakes(prepare(TANH, 1))
    assert caught.value.message.startswith("the mistake 'my-own' fails: IndexError: index ")
    line = out_of_range.__code__.co_firstlineno + 1
    assert caught.value.where == f"entry point {__name__}:mistakes, test_added.py, line {line}"
    assert "Mend or uninstall the package" in caught.value.remedy


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dW": (late,)}, "IndexError: too many indices"),
        ({"gate": (lambda at, flow: flow.no_such,)}, "AttributeError: "),
        ({"db": (lambda at, flow: 0.0,)}, "TypeError: a formula returned float, not an array"),
        ({"db": (lambda at, flow: at.b, 3)}, "the mistakes of 'mine' cannot be loaded"),
        ({"when": lambda at: at.no_such, "db": (lambda at, flow: at.b,)}, "AttributeError: "),
        ({"gate": lambda at, flow: flow.da}, "the mistakes of 'mine' cannot be loaded"),
    ],
)
def test_whatever_fails_in_it_is_one_error(
    install: Install, changes: dict[str, Any], said: str
) -> None:
    install(**changes)
    with pytest.raises(AssignmentError, match=said):
        try_mistakes(prepare(TANH, 1))


def test_what_is_no_mistake_is_refused(install: Install) -> None:
    BROKEN["mistakes"] = ["my-own"]
    with pytest.raises(AssignmentError, match="'my-own' is no Mistake"):
        try_mistakes(prepare(TANH, 1))


@pytest.mark.parametrize("kind", [ValueError, KeyError, TypeError])
def test_a_formula_that_does_not_fit_a_layer_is_left_out(
    install: Install, kind: type[Exception]
) -> None:
    def unfit(at: Layer, flow: Flow) -> Any:
        if at.is_last:
            raise kind("not here")
        return 7.0 * flow.da

    install(gate=(unfit,), db=(unfit,))
    try_mistakes(prepare(TANH, 1))
    assert check_path(WRONG, Settings(assignment="shallow-tanh", seed=1), {}).report.score == 50


def test_every_command_says_it_once_and_exits_with_2(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(db=(out_of_range,))
    (tmp_path / "class").mkdir()
    for name in ("ann.py", "bob.py"):
        (tmp_path / "class" / name).write_bytes(WRONG.read_bytes())
    for command in (
        ["check", str(WRONG), "-a", "shallow-tanh", "--seed", "1"],
        ["assignment", "verify", "shallow-tanh"],
        ["batch", str(tmp_path / "class"), "-a", "shallow-tanh", "-o", str(tmp_path / "out")],
    ):
        code = run(command)
        said = capsys.readouterr()
        assert code == 2, said.err
        assert said.err.count("error: the mistake 'my-own' fails: IndexError") == 1
        assert "  Mend or uninstall the package" in said.err
        assert "our fault" not in said.err
        assert "Score" not in said.out


def test_a_class_is_told_before_anybody_is_graded(install: Install, tmp_path: Path) -> None:
    install(dW=(late,))
    (tmp_path / "ann.py").write_bytes((TANH.folder / "examples" / "right.py").read_bytes())
    options = Options(tmp_path / "out", "shallow-tanh", 1)
    with (
        pytest.raises(AssignmentError, match="too many indices"),
        run_batch(collect(tmp_path, None), TANH, options),
    ):
        pass


def test_one_that_fails_on_a_student_s_values_alone_is_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise AssignmentError("the mistake 'my-own' fails: IndexError: only now")

    monkeypatch.setattr("gradcheck_grader.diagnosis.naming.name_causes", fail)
    with pytest.raises(AssignmentError, match="only now"):
        check_path(WRONG, Settings(assignment="shallow-tanh", seed=1), {})
