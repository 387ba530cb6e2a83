"""What the grader makes of a worker: its time, its death, its words."""

from __future__ import annotations

import contextlib
import signal
import time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck_grader.sandbox import Limits
from gradcheck_grader.sandbox.child.wire import MalformedError
from gradcheck_grader.sandbox.exchange import death
from gradcheck_grader.sandbox.facts import read_loaded, read_problem
from gradcheck_grader.sandbox.text import clean, clean_line
from gradcheck_grader.sandbox.watch import Usage, Watch


def watched(monkeypatch: pytest.MonkeyPatch, *looks: tuple[float, Usage | None]) -> list[str]:
    """Return the verdicts at moments (wall seconds, usage), under a limit of 1 CPU second."""
    now = 100.0
    state: list[Any] = [now, Usage(7.0, running=True)]
    monkeypatch.setattr(time, "monotonic", lambda: state[0])
    monkeypatch.setattr("gradcheck_grader.sandbox.watch.usage", lambda pid: state[1])
    worker = SimpleNamespace(host_pid=1, cpu_before=7.0)
    watch = Watch(Limits(seconds=1, wall_seconds=8), worker)
    verdicts = []
    for elapsed, used in looks:
        state[:] = [now + elapsed, used and Usage(7.0 + used.cpu, used.running)]
        found = watch.verdict()
        verdicts.append(found.message.split(" second ")[1][:9] if found else "")
    return verdicts


def test_a_busy_machine_flips_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [(wall, Usage(wall / 50, running=True)) for wall in (1.0, 2.0, 5.0, 7.9, 8.1, 31.9)]
    assert watched(monkeypatch, *slow) == ["", "", "", "", "", ""]
    assert watched(monkeypatch, *slow, (60.0, Usage(1.6, running=True)))[-1] == "of comput"


def test_time_is_up_by_the_kernels_clock_or_the_outer_bound_or_a_sleep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = [(0.5, None), (1.5, Usage(1.4, running=True)), (1.8, Usage(1.6, running=True))]
    assert watched(monkeypatch, *looks) == ["", "", "of comput"]  # its last words are waited for
    assert watched(monkeypatch, (8.1, Usage(0.5, running=False))) == ["and was n"]
    assert watched(monkeypatch, (32.1, Usage(0.5, running=True))) == ["and was s"]
    asleep = Usage(0.1, running=False)
    looks = [(1.1 + 0.1 * n, asleep) for n in range(4)]
    assert watched(monkeypatch, *looks) == ["", "", "", "and was n"]


def test_without_a_cpu_clock_the_wall_decides_later(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(monkeypatch, (1.5, None), (2.1, None)) == ["", "and was s"]


@pytest.mark.parametrize(
    ("status", "cpu", "kind"),
    [
        (0, 0.1, "crash"),
        (77, 0.1, "memory"),
        (-signal.SIGSEGV, 0.1, "crash"),
        (-signal.SIGXCPU, 0.1, "timeout"),
        (-signal.SIGKILL, 2.0, "timeout"),
        (-signal.SIGKILL, 0.1, "memory"),
        (-63, 0.1, "crash"),
    ],
)
def test_a_death_is_told_by_its_signal_and_its_cpu_time(status: int, cpu: float, kind: str) -> None:
    assert death(status, cpu, Limits(seconds=1)).kind == kind


def test_text_is_cut_and_loses_what_deceives() -> None:
    assert clean("a\r\nb\tc", 10) == "a\nb\tc"
    assert clean("\x1b]0;title\x07\x1b[1mbold\x1b[0m\x00\x7f\u202e\u2066\ufeff", 10) == "bold"
    assert clean("x" * 100, 5) == "xxxx…"
    assert clean("naïve 梯度 ∂", 20) == "naïve 梯度 ∂"
    assert clean_line(" a\n\tb ", 10) == "a b"


@pytest.mark.parametrize(
    "facts",
    [
        None,
        {},
        {"kind": "magic", "message": ""},
        {"kind": "error"},
        {"kind": "error", "message": 1},
        {"kind": "error", "message": "", "line": "1"},
        {"kind": "error", "message": "", "line": True},
        {"kind": "error", "message": "", "frames": "abc"},
        {"kind": "error", "message": "", "shapes": [[1.5]]},
        {"kind": "error", "message": "", "caret": [1]},
    ],
)
def test_facts_that_are_none_are_refused(facts: Any) -> None:
    with pytest.raises(MalformedError):
        read_problem(facts)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
KEYS = (
    "kind message line file cell source caret frames exception shapes function signature defined "
    "notes id"
)


@given(st.dictionaries(st.sampled_from(KEYS.split()), plain | st.just("error")))
def test_whatever_the_facts_are_they_are_read_or_refused(facts: dict[str, Any]) -> None:
    for read in (read_problem, read_loaded):
        with contextlib.suppress(MalformedError):
            read(facts)


@pytest.mark.parametrize("message", ["", "\x1b[31m", "\u202e"])
def test_a_problem_always_says_something(message: str) -> None:
    """Reports take its first line."""
    assert read_problem({"kind": "error", "message": message}).message.startswith("It stopped")


def test_facts_are_cut_and_cleaned() -> None:
    found = read_problem(
        {
            "kind": "error",
            "message": "a\x1b[31m" + "x" * 5000,
            "file": "a\nb",
            "source": "x\u202e= 1\n",
            "caret": [1, 2],
            "frames": ["f"] * 1000,
            "shapes": [[2, 3], (4,)],
        },
        {"a\nb"},
    )
    assert len(found.message) == 1000
    assert (found.file, found.source, found.caret) == ("a b", "x = 1 ", (1, 2))
    assert (len(found.frames), found.shapes) == (50, ((2, 3), (4,)))
    loaded = read_loaded({"function": "f\x00", "notes": [{"id": "n", "message": "m"}]})
    assert (loaded.function, loaded.notes[0].id, loaded.signature) == ("f", "n", None)


ERROR = {"kind": "error", "message": ""}


@pytest.mark.parametrize("number", [-5, 0, 10**12])
def test_a_line_or_a_cell_that_cannot_be_is_left_out(number: int) -> None:
    found = read_problem(ERROR | {"line": number, "cell": number})
    assert (found.line, found.cell) == (None, None)
    notes = [{"id": "n", "message": "m", "line": number}]
    steps = [{"name": "dW", "layer": 1, "role": "whole", "line": number}]
    loaded = read_loaded({"function": "f", "line": number, "notes": notes, "steps": steps})
    assert (loaded.line, loaded.notes[0].line, loaded.steps[0].line) == (None, None, None)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ([3, 7], (3, 7)),
        ([0, 5000], (0, 200)),
        ([5000, 5001], None),
        ([-(2**62), 5], None),
        ([7, 3], None),
    ],
)
def test_columns_lie_in_the_line_that_is_shown(
    said: list[int], read: tuple[int, int] | None
) -> None:
    """A syntax error far out in a long line is an honest one, and has no caret."""
    assert read_problem(ERROR | {"caret": said}).caret == read


@pytest.mark.parametrize("file", ["../../../etc/passwd", "other.py", ""])
def test_a_file_is_one_of_those_that_were_handed_in(file: str) -> None:
    known = {"student.py", "helpers/maths.py"}
    assert read_problem(ERROR | {"file": file}, known).file is None
    assert read_problem(ERROR | {"file": "helpers/maths.py"}, known).file == "helpers/maths.py"
    steps = [{"name": "dW", "layer": 1, "role": "whole", "file": file}]
    assert read_loaded({"function": "f", "steps": steps}, known).steps[0].file is None
