"""A sandbox runs jobs: values there and back, limits that are verdicts, faults that are ours."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gradcheck_grader import boot
from gradcheck_grader.errors import GraderError, MachineError
from gradcheck_grader.sandbox import (
    Call,
    File,
    Job,
    Limits,
    Problem,
    Result,
    Returned,
    Sandbox,
    Target,
    exchange,
    process,
)
from tests.sandbox.surroundings import descendants, settled

QUICK = Limits(seconds=0.4, memory_mb=256, output_chars=100)


@pytest.fixture(scope="module", params=["namespaces", "kernel", "process"])
def opened(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Open a sandbox at every level that there is here."""
    try:
        sandbox = Sandbox(request.param, strongest=request.param)
    except GraderError as error:
        pytest.skip(str(error))
    with sandbox:
        yield sandbox


def job(source: str, *calls: Call, limits: Limits = QUICK, **target: Any) -> Job:
    target = {"functions": ("f",), "arguments": ("x",), **target}
    return Job((File("s.py", source.encode()),), Target(**target), calls or (Call((1,)),), limits)


def only(result: Result) -> Returned | Problem:
    assert result.problem is None, result.problem
    (outcome,) = result.outcomes
    return outcome


def value(result: Result) -> Any:
    outcome = only(result)
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def problem(result: Result) -> Problem:
    outcome = result.problem or only(result)
    assert isinstance(outcome, Problem), outcome
    return outcome


def test_values_go_there_and_come_back(opened: Sandbox) -> None:
    X = np.arange(6.0).reshape(2, 3)
    result = opened.run(
        job("def f(x): return {'dW1': x['X'].T, 'n': [1, 2.5, None]}", Call(({"X": X},)))
    )
    returned = value(result)
    np.testing.assert_array_equal(returned["dW1"], X.T)
    assert returned["n"] == [1, 2.5, None]
    assert result.loaded is not None
    assert result.loaded.function == "f"
    assert result.isolation == opened.isolation


def test_each_call_gets_arrays_of_its_own_and_changes_are_named(opened: Sandbox) -> None:
    x, y = np.zeros(2), np.ones(2)
    source = "def f(x, y):\n    x += 1\n    return x"
    result = opened.run(job(source, Call((x, y)), Call((x, y)), arguments=("x", "y")))
    for outcome in result.outcomes:
        assert isinstance(outcome, Returned)
        assert isinstance(outcome.value, np.ndarray)
        assert outcome.value.tolist() == [1, 1]
        assert outcome.modified == ("x",)
    assert x.tolist() == [0, 0]


def test_an_argument_comes_back_when_it_is_asked_for(opened: Sandbox) -> None:
    source = "def f(x):\n    x['W'] = 5"
    call = Call(({"W": 1},), send_back=("x",))
    outcome = only(opened.run(job(source, call)))
    assert isinstance(outcome, Returned)
    assert outcome.value is None
    assert outcome.after == {"x": {"W": 5}}


def test_attributes_are_set_on_the_owner(opened: Sandbox) -> None:
    source = "class Net:\n    def f(self, x): return self.W + x"
    call = Call((1,), attributes={"W": 2})
    assert value(opened.run(job(source, call, owner="*"))) == 3


def test_a_failed_call_does_not_end_the_rest(opened: Sandbox) -> None:
    result = opened.run(job("def f(x): return 6 // x", Call((2,)), Call((0,)), Call((3,))))
    first, second, third = result.outcomes
    assert (type(first), type(second), type(third)) == (Returned, Problem, Returned)


def test_after_a_kill_what_was_answered_stays_and_the_rest_repeat_the_problem(
    opened: Sandbox,
) -> None:
    source = "import os\ndef f(x): return x if x else os._exit(3)"
    result = opened.run(job(source, Call((1,)), Call((0,)), Call((2,))))
    first, second, third = result.outcomes
    assert isinstance(first, Returned)
    assert isinstance(second, Problem)
    assert second is third
    assert second.message == (
        "It ended its own process (exit status 3) instead of returning. Is there an exit in it?"
    )


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("while True: pass", "timeout", "more than 0.4 seconds of computing time"),
        ("__import__('time').sleep(99)", "timeout", "was not computing"),
        ("return __import__('numpy').ones(1 << 31)", "memory", "memory"),
        ("print('x' * 100_000)", "output", "It printed more than"),
        ("return [0] * 50_000", "output", "too large: it holds more than 40000 values"),
        ("return 'x' * (1 << 24)", "output", "too large: it has more than 8,388,608 bytes"),
        ("__import__('ctypes').string_at(0)", "crash", "SIGSEGV"),
        ("__import__('os').write(3, b'x' * 99)", "protocol", "could not make sense"),
        ("import torch\n    return torch.ones(1)", "forbidden", "torch"),
        ("return 1 / 0", "error", "division by zero"),
    ],
)
def test_each_limit_and_fault_is_a_verdict_of_its_own(
    opened: Sandbox, body: str, kind: str, words: str
) -> None:
    found = problem(opened.run(job(f"def f(x):\n    {body}")))
    assert (found.kind, words in found.message) == (kind, True), found


def test_what_it_prints_is_kept_cut_and_cleaned(opened: Sandbox) -> None:
    source = "def f(x): print('a\\x1b[31mb\\u202ec' + 'x' * 500)"
    result = opened.run(job(source))
    assert value(result) is None
    assert result.output == "abc" + "x" * 96 + "…"


def test_long_texts_are_not_kept_until_the_last_call(opened: Sandbox) -> None:
    source = "def f(x): return {'k' * x: 'é' * x, 'rows': [['é' * x, 1.5]]}"
    result = opened.run(job(source, Call((200_000,))))
    assert value(result) == {"k" * 64: "é" * 64, "rows": [["é" * 64, 1.5]]}


def test_no_more_of_what_is_printed_is_kept_than_is_looked_at(
    opened: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (
        "import sys\n"
        "def f(x):\n"
        "    (own,) = (m for n, m in sys.modules.items() if n.endswith('running.output'))\n"
        "    own.Printed.take = lambda self: 'x' * 50_000\n"
    )
    kept: list[int] = []
    shown = exchange.Conversation._output

    def output(conversation: exchange.Conversation) -> str:
        kept.append(sum(map(len, conversation._printed)))
        return shown(conversation)

    monkeypatch.setattr(exchange.Conversation, "_output", output)
    result = opened.run(job(source, Call((1,)), Call((2,))))
    assert result.output == "x" * 99 + "…"
    assert kept == [2 * 4 * QUICK.output_chars]


def test_memory_that_is_limited_is_the_jobs_and_not_the_next_ones(opened: Sandbox) -> None:
    source = "import numpy as np\ndef f(x): return np.ones(x << 20).sum()"
    roomy = Limits(memory_mb=512)
    assert problem(opened.run(job(source, Call((64,))))).kind == "memory"
    assert value(opened.run(job(source, Call((32,)), limits=roomy))) == 32 << 20


def test_random_numbers_are_the_same_in_every_process(opened: Sandbox) -> None:
    source = "import numpy as np, random\ndef f(x): return [np.random.rand(), random.random()]"
    assert value(opened.run(job(source))) == value(opened.run(job(source)))


def test_what_the_standard_library_offers_is_there(opened: Sandbox) -> None:
    wanted = [
        "statistics",
        "fractions",
        "json",
        "csv",
        "decimal",
        "hashlib",
        "bz2",
        "lzma",
        "zlib",
        "unittest",
        "difflib",
    ]
    names: list[Any] = [name for name in wanted if importlib.util.find_spec(name)]
    source = """
import importlib
def f(x):
    return [importlib.import_module(name).__name__ for name in x]
"""
    names += ["numpy.testing", "numpy.polynomial", "numpy.ma", "numpy.random", "numpy.fft"]
    assert value(opened.run(job(source, Call((names,)), limits=Limits()))) == names


@pytest.mark.parametrize(
    "uses", ["ma.masked_array([x])", "fft.fft([x])", "polynomial.Polynomial([x])", "random.rand()"]
)
def test_what_numpy_imports_late_is_there(opened: Sandbox, uses: str) -> None:
    assert isinstance(
        only(opened.run(job(f"import numpy as np\ndef f(x): return np.{uses}"))), Returned
    )


def test_calls_that_come_again_are_answered_as_the_first_time(opened: Sandbox) -> None:
    """From the second job on, forks have them from the zygote; none sees what another one did."""
    calls = tuple(Call((np.arange(3.0) + number,)) for number in range(4))
    source = "def f(x):\n    x += 1\n    return x"
    jobs = [job(source, limits=QUICK) for _ in range(4)]
    jobs = [Job(item.files, item.target, calls, item.limits) for item in jobs]
    for result in map(opened.run, jobs):
        for number, outcome in enumerate(result.outcomes):
            assert isinstance(outcome, Returned)
            assert np.array_equal(outcome.value, np.arange(3.0) + number + 1)  # type: ignore[arg-type]
            assert outcome.modified == ("x",)


def test_more_calls_than_the_zygote_holds_are_answered(opened: Sandbox) -> None:
    kinds = [(Call((number,)), Call((-number,))) for number in range(20)]
    for _ in range(3):
        for number, calls in enumerate(kinds):
            asked = job("def f(x): return 2 * x")
            result = opened.run(Job(asked.files, asked.target, calls, asked.limits))
            values = [item.value for item in result.outcomes if isinstance(item, Returned)]
            assert values == [2 * number, -2 * number]


def test_nothing_is_left_when_it_is_closed() -> None:
    others = len(descendants(os.getpid()))
    before = len(os.listdir("/proc/self/fd"))
    for strongest in ("namespaces", "kernel", "process"):
        with Sandbox(strongest=strongest) as sandbox:
            value(sandbox.run(job("def f(x): return x")))
    assert settled(others) == others
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_kernel_without_descriptors_of_processes_has_the_level_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python has the function, and the kernel may say that it is not implemented."""
    without = "def none(*_): raise OSError(38, 'Function not implemented')\nos.pidfd_open = none\n"
    monkeypatch.setattr(boot, "_BOOT", f"import os\n{without}{boot._BOOT}")
    monkeypatch.setattr(os, "pidfd_open", lambda *_: (_ for _ in ()).throw(OSError(38, "none")))
    others = len(descendants(os.getpid()))
    with Sandbox() as sandbox:
        assert value(sandbox.run(job("def f(x): return x"))) == 1
        assert problem(sandbox.run(job("import os\ndef f(x): os._exit(3)"))).kind == "crash"
        assert sandbox.isolation[0] == "process"
    assert settled(others) == others


def test_no_line_to_a_process_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(process.socket, "socketpair", none_left)
    with pytest.raises(MachineError, match="could not be started"):
        process.start("process")


def test_a_closed_sandbox_that_never_ran_leaves_nothing() -> None:
    others = len(descendants(os.getpid()))
    Sandbox().close()
    assert settled(others) == others


def kill_all_but(others: set[int]) -> None:
    """Kill what has come below this process since; some of it dies with the first ones killed."""
    for pid in set(descendants(os.getpid())) - others:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_warm_process_that_was_killed_is_replaced() -> None:
    others = set(descendants(os.getpid()))
    with Sandbox() as sandbox:
        assert sandbox.isolation
        kill_all_but(others)
        assert value(sandbox.run(job("def f(x): return x"))) == 1


@pytest.fixture
def struck(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], None]], list[int]]:
    """Have the first worker that gets a job struck before it has it; return who got one."""

    def strike_by(strike: Callable[[int], None]) -> list[int]:
        workers: list[int] = []
        original = exchange.Conversation.__init__

        def begin(self: Any, worker: Any, request: Any) -> None:
            if worker.host_pid is None:
                pytest.skip("this system does not tell which process it is")
            workers.append(worker.host_pid)
            if len(workers) == 1:
                strike(worker.host_pid)
            original(self, worker, request)

        monkeypatch.setattr(exchange.Conversation, "__init__", begin)
        return workers

    return strike_by


def test_a_worker_that_something_else_killed_is_tried_once_more(
    opened: Sandbox, struck: Any
) -> None:
    workers = struck(lambda pid: os.kill(pid, signal.SIGKILL))
    assert value(opened.run(job("def f(x): return x"))) == 1
    assert len(set(workers)) == 2


@pytest.mark.parametrize("served", [0, 3])
@pytest.mark.parametrize("level", ["namespaces", "kernel"])
def test_a_job_whose_warm_process_is_killed_is_tried_once_more(
    level: str, served: int, struck: Any
) -> None:
    """Also after two jobs: from then on, the next worker is ordered ahead."""
    others = set(descendants(os.getpid()))

    try:
        sandbox = Sandbox(level, strongest=level)
    except GraderError as error:
        pytest.skip(str(error))
    descriptors = len(os.listdir("/proc/self/fd"))
    with sandbox:
        for _ in range(served):
            assert value(sandbox.run(job("def f(x): return x"))) == 1
        workers = struck(lambda _: kill_all_but(others))
        for _ in range(3):
            assert value(sandbox.run(job("def f(x): return x"))) == 1
        assert len(workers) == 4
    assert len(os.listdir("/proc/self/fd")) <= descriptors


def test_a_worker_that_is_killed_each_time_is_a_verdict(
    opened: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A submission that fills the machine's memory is killed again."""
    original = exchange.Conversation.__init__

    def begin(self: Any, worker: Any, request: Any) -> None:
        os.kill(worker.host_pid, signal.SIGKILL)
        original(self, worker, request)

    monkeypatch.setattr(exchange.Conversation, "__init__", begin)
    result = opened.run(job("def f(x): return x"))
    assert result.problem is not None
    assert result.problem.kind == "memory"


@pytest.mark.parametrize("path", ["s.py", "week 3/s.py", "b\udce9.py"])
def test_a_place_names_the_file_that_was_handed_in(opened: Sandbox, path: str) -> None:
    asked = job("def f(x):\n    return 1 / 0")
    asked = Job((File(path, asked.files[0].content),), asked.target, asked.calls, asked.limits)
    found = problem(opened.run(asked))
    assert (found.file, found.line) == (path.replace("\udce9", "?"), 2)
    assert found.caret == (11, 16)


def test_a_module_that_the_assignment_adds_can_be_imported(opened: Sandbox) -> None:
    source = "import iniconfig\ndef f(x): return iniconfig.__name__"
    assert value(opened.run(job(source, modules=("iniconfig",)))) == "iniconfig"


def test_a_module_that_is_not_there_is_our_fault() -> None:
    with Sandbox() as sandbox, pytest.raises(MachineError) as caught:
        sandbox.run(job("def f(x): return x", modules=("no_such_module",)))
    assert "no_such_module" in caught.value.where


def test_a_sleep_within_the_limit_is_no_time_out(opened: Sandbox) -> None:
    source = "import time\ndef f(x): time.sleep(0.05); return x"
    assert value(opened.run(job(source, limits=Limits(seconds=5)))) == 1
