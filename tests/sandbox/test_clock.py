"""Code whose computing time is up says where it was; the verdict is the same if it does not."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from gradcheck_grader.sandbox import Call, File, Job, Limits, Problem, Result, Sandbox, Target
from gradcheck_grader.sandbox.child.running.clock import Clock, TimeUpError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no such clock")

CALLS = (Call((np.eye(2),)), Call((np.eye(3),)))
LIMITS = Limits(seconds=0.3)


def ran(sandbox: Sandbox, text: str, name: str = "student.py") -> Result:
    return sandbox.run(Job((File(name, text.encode()),), Target(("f",), ("x",)), CALLS, LIMITS))


def timeout_of(result: Result) -> Problem:
    """Return the one problem of all calls."""
    problems = {result.problem} if result.problem else set(result.outcomes)
    assert len(problems) == 1
    (problem,) = problems
    assert isinstance(problem, Problem)
    assert problem.kind == "timeout"
    assert "more than 0.3 seconds of computing time" in problem.message
    return problem


def test_a_loop_that_does_not_end_is_told_with_its_line(sandbox: Sandbox) -> None:
    text = "def f(x):\n    i = 0\n    while i < 3:\n        x = x + 1\n    return x\n"
    problem = timeout_of(ran(sandbox, text))
    assert problem.line in (3, 4)
    assert problem.source in ("    while i < 3:", "        x = x + 1")


def test_the_line_is_that_of_the_helper_that_loops(sandbox: Sandbox) -> None:
    text = "def g(x):\n    while True: pass\n\ndef f(x):\n    return g(x)\n"
    assert timeout_of(ran(sandbox, text)).line == 2


def test_a_notebook_s_cell_is_told(sandbox: Sandbox) -> None:
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in ("import numpy", "def f(x):\n    while True:\n        x = x * 1\n")
    ]
    text = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    problem = timeout_of(ran(sandbox, text, "student.ipynb"))
    assert problem.cell == 2
    assert problem.line in (2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "def d(g):\n    while True: pass\n@d\ndef f(x): return x",
        "def f(x):\n    while True:\n        try:\n            while True: pass\n"
        "        except:\n            pass\n",
        "def f(x):\n    try:\n        while True: pass\n"
        "    except BaseException:\n        return x\n",
        "class A:\n    def __del__(self):\n        while True: pass\n"
        "def f(x):\n    A()\n    return x",
        "import signal\ndef f(x):\n    signal.setitimer(signal.ITIMER_PROF, 0)\n"
        "    while True: pass\n",
        "def f(x): return 9 ** 9 ** 9 ** 9",
    ],
    ids=["at import", "caught again", "caught", "finalizer", "clock stopped", "in C"],
)
def test_what_does_not_say_where_it_is_has_the_same_verdict(sandbox: Sandbox, text: str) -> None:
    timeout_of(ran(sandbox, text))


@pytest.fixture
def no_alarm_is_left() -> Iterator[None]:
    before = signal.getsignal(signal.SIGPROF)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def compute(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.usefixtures("no_alarm_is_left")
def test_nothing_of_the_grader_s_own_is_interrupted() -> None:
    clock = Clock()
    clock.start(0.05)
    compute(0.3)  # it rings in here
    with pytest.raises(TimeUpError), clock:
        compute(60)
    with pytest.raises(TimeUpError), clock, contextlib.suppress(TimeUpError):
        raise TimeUpError
